//! Bytes that lie in several places.

use std::ops::Range;

/// The bytes of a component, as a whole or in pieces, one after the other. No section begins in one piece and ends in another, apart
/// from a component that is nested, which may be a piece by itself.
#[derive(Debug, Clone, Copy)]
pub enum Pieces<'a> {
    /// All of them.
    Whole(&'a [u8]),
    /// Pieces, each with where it starts.
    Several(&'a [(usize, &'a [u8])]),
}

impl<'a> Pieces<'a> {
    /// How many bytes there are.
    pub fn len(self) -> usize {
        match self {
            Pieces::Whole(bytes) => bytes.len(),
            Pieces::Several(all) => all.last().map_or(0, |(start, piece)| start + piece.len()),
        }
    }

    /// The bytes in a range, if they lie in one place.
    pub fn get(self, range: Range<usize>) -> Option<&'a [u8]> {
        let (start, piece) = self.at(range.start)?;
        piece.get(range.start - start..range.end.checked_sub(start)?)
    }

    /// The bytes from an offset on, as far as they lie in one place, and whether those are all.
    pub fn rest(self, offset: usize) -> (&'a [u8], bool) {
        let rest = self.at(offset).and_then(|(start, piece)| piece.get(offset - start..));
        let rest = rest.unwrap_or_default();
        (rest, offset + rest.len() >= self.len())
    }

    /// All bytes, if they lie in one place.
    pub fn whole(self) -> Option<&'a [u8]> {
        self.get(0..self.len())
    }

    /// The piece that an offset is in, and where it starts.
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
