//! A component and all that are nested in it, each decoded by itself, with its types. What is in an original stays closed.

use std::collections::BTreeMap;
use std::sync::Arc;

use wasmparser::types::Types;
use wasmparser::{Parser, Payload, ValidPayload, Validator, WasmFeatures};

use crate::decode::{Level, Malformed};
use crate::limits::COMPONENT_DEPTH;

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
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Where these begin in those of the outermost.
    pub offset: usize,
}

/// Decodes a component and all that are nested in it and that are in none of the originals: the outermost first, and each
/// before what is nested in it. `original` says which of these some bytes are.
///
/// # Errors
///
/// Where the bytes are not a valid component. The bodies of functions are not validated.
pub fn parts<'a>(bytes: &'a [u8], original: &dyn Fn(&[u8]) -> Option<usize>) -> Result<Vec<Part<'a>>, Malformed> {
    let mut types = types(bytes)?;
    let mut parts: Vec<Part<'a>> = Vec::new();
    // Each with where it starts, and then which part nests it, and where.
    let mut open = vec![((bytes, 0), None)];
    while let Some(((bytes, offset), around)) = open.pop() {
        let (level, original, number) = (Level::decode(bytes)?, original(bytes), parts.len());
        let types = types.remove(&(offset as u64)).ok_or_else(|| Malformed::new("no component", offset as u64))?;
        let mut nested = Vec::new();
        if original.is_none() {
            let components = level.components.iter().enumerate().rev();
            open.extend(components.map(|(at, of)| ((of.bytes, offset + of.range.start), Some((number, at)))));
            nested = vec![number; level.components.len()];
        }
        let within = around.map(|(outer, _)| outer);
        parts.push(Part { level, types: Arc::new(types), nested, within, original, bytes, offset });
        if let Some(place) = around.and_then(|(outer, at): (usize, usize)| parts.get_mut(outer)?.nested.get_mut(at)) {
            *place = number;
        }
    }
    Ok(parts)
}

/// The types of each component, by where it starts.
fn types(bytes: &[u8]) -> Result<BTreeMap<u64, Types>, Malformed> {
    let mut validator = Validator::new_with_features(WasmFeatures::all());
    let (mut found, mut open) = (BTreeMap::new(), Vec::new());
    for payload in Parser::new(0).parse_all(bytes) {
        let payload = payload?;
        if let Payload::Version { range, .. } = &payload {
            open.push(range.start);
            // The outermost is nested in none.
            if open.len() > COMPONENT_DEPTH + 1 {
                return Err(Malformed::new("components are nested too deep", range.start));
            }
        }
        // What functions do means nothing here.
        if let ValidPayload::End(types) = validator.payload(&payload)? {
            found.extend(open.pop().map(|start| (start, types)));
        }
    }
    Ok(found)
}
