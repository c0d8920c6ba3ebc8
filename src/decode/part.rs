//! Decodes a component and all components nested in it, each with its types. Originals stay closed.

use std::sync::Arc;

use wasmparser::types::Types;

use super::{Known, Level, Malformed, Pieces};

/// A component at any depth.
pub struct Part<'a> {
    /// Its imports, nested components, instances and exports.
    pub level: Level<'a>,
    /// Its types.
    pub types: Arc<Types>,
    /// The indices of [`Level::components`] among all parts. Empty for an original.
    pub nested: Vec<usize>,
    /// The part around it.
    pub within: Option<usize>,
    /// The number of the original that it is.
    pub original: Option<usize>,
    /// Its bytes. Empty for an outermost component in pieces.
    pub bytes: &'a [u8],
    /// The offset of its bytes within the outermost component.
    pub offset: usize,
}

/// Decodes a component and the components nested in it, except those within originals: the outermost first, each before its
/// nested ones. `known` are the validator's results for these bytes; `original` identifies an original by its bytes.
///
/// # Errors
///
/// The bytes are not a valid component.
pub fn parts<'a>(
    all: Pieces<'a>,
    known: &Known,
    original: &dyn Fn(&[u8]) -> Option<usize>,
) -> Result<Vec<Part<'a>>, Malformed> {
    let mut within = known.within(all);
    let mut parts: Vec<Part<'a>> = Vec::new();
    // Each with its offset, then its parent part and its place there.
    let mut open = vec![((all.whole().unwrap_or_default(), 0), None)];
    while let Some(((bytes, offset), around)) = open.pop() {
        let pieces = if around.is_none() { all } else { bytes.into() };
        let (level, original, number) = (Level::decode(pieces)?, original(bytes), parts.len());
        let types = within.types(&(offset..offset + bytes.len()))?;
        let mut nested = Vec::new();
        if original.is_none() {
            let components = level.components.iter().enumerate().rev();
            open.extend(components.map(|(at, of)| ((of.bytes, offset + of.range.start), Some((number, at)))));
            nested = vec![number; level.components.len()];
        }
        let within = around.map(|(outer, _)| outer);
        parts.push(Part { level, types, nested, within, original, bytes, offset });
        if let Some(place) = around.and_then(|(outer, at): (usize, usize)| parts.get_mut(outer)?.nested.get_mut(at)) {
            *place = number;
        }
    }
    Ok(parts)
}
