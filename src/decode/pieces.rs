//! The bytes of a component, in one slice or in several.

use std::ops::Range;

/// The bytes of a component, in one slice or in consecutive pieces. No section spans two pieces, except for the section
/// of a nested component, whose content may be a piece by itself.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Pieces<'a> {
    /// All bytes in one slice.
    Whole(&'a [u8]),
    /// The pieces in order, each with its offset.
    Several(&'a [(usize, &'a [u8])]),
}

impl<'a> Pieces<'a> {
    /// Returns the number of bytes.
    pub(crate) fn len(self) -> usize {
        match self {
            Pieces::Whole(bytes) => bytes.len(),
            Pieces::Several(all) => all.last().map_or(0, |(start, piece)| start + piece.len()),
        }
    }

    /// Returns the bytes in a range, if one piece has them all.
    pub(crate) fn get(self, range: Range<usize>) -> Option<&'a [u8]> {
        let (start, piece) = self.at(range.start)?;
        piece.get(range.start - start..range.end.checked_sub(start)?)
    }

    /// Returns the bytes from an offset to the end of its piece, and whether that is the last piece.
    pub(crate) fn rest(self, offset: usize) -> (&'a [u8], bool) {
        let rest = self.at(offset).and_then(|(start, piece)| piece.get(offset - start..));
        let rest = rest.unwrap_or_default();
        (rest, offset + rest.len() >= self.len())
    }

    /// Returns all bytes, if one piece has them all.
    pub(crate) fn whole(self) -> Option<&'a [u8]> {
        self.get(0..self.len())
    }

    /// Returns the piece at an offset, with the offset at which it starts.
    fn at(self, offset: usize) -> Option<(usize, &'a [u8])> {
        match self {
            Pieces::Whole(bytes) => Some((0, bytes)),
            Pieces::Several(all) => {
                let after = all.partition_point(|(start, _)| *start <= offset);
                all.get(after.checked_sub(1)?).copied()
            }
        }
    }
}

impl<'a> From<&'a [u8]> for Pieces<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Pieces::Whole(bytes)
    }
}

impl<'a> From<&'a Vec<u8>> for Pieces<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        Pieces::Whole(bytes)
    }
}
