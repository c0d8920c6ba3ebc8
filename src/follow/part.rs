//! A component and all that are nested in it, each decoded by itself, with its types. What is in an original stays closed.

use std::sync::Arc;

use wasmparser::types::Types;

use crate::decode::{Known, Level, Malformed, Pieces};

/// One component, at whatever depth.
pub struct Part<'a> {
    /// What it imports, nests, instantiates and exports.
    pub level: Level<'a>,
    /// Its types.
    pub types: Arc<Types>,
    /// What [`Level::components`] are among all parts. Empty for an original.
    pub nested: Vec<usize>,
    /// The part that it is nested in.
    pub within: Option<usize>,
    /// The original that it is, by number.
    pub original: Option<usize>,
    /// Its bytes. Empty for an outermost one that lies in pieces.
    pub bytes: &'a [u8],
    /// Where these begin in those of the outermost.
    pub offset: usize,
}

/// Decodes a component and all that are nested in it and that are in none of the originals: the outermost first, and each
/// before what is nested in it. `known` is what the validator knows of these bytes, `original` says which of the originals some are.
///
/// # Errors
///
/// Where the bytes are not a valid component.
pub fn parts<'a>(
    all: Pieces<'a>,
    known: &Known,
    original: &dyn Fn(&[u8]) -> Option<usize>,
) -> Result<Vec<Part<'a>>, Malformed> {
    let mut within = known.within(all);
    let mut parts: Vec<Part<'a>> = Vec::new();
    // Each with where it starts, and then which part nests it, and where.
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
