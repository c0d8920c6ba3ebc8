//! A component and all that are nested in it, each decoded by itself, with its types.

use std::collections::BTreeMap;
use std::sync::Arc;

use wasmparser::types::Types;
use wasmparser::{Parser, Payload, ValidPayload, Validator, WasmFeatures};

use super::error::Failure;
use crate::verify::Level;

/// One component, at whatever depth.
pub struct Part<'a> {
    /// What it imports, nests, instantiates and exports.
    pub level: Level<'a>,
    /// Its types. `None` where they are not known.
    pub types: Option<Arc<Types>>,
    /// What [`Level::components`] are among all parts.
    pub nested: Vec<usize>,
    /// The part that it is nested in.
    pub within: Option<usize>,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Where these begin in those of the outermost.
    pub offset: usize,
}

/// Decodes a component and all that are nested in it: the outermost first, and each before what is nested in it.
///
/// # Errors
///
/// Where the bytes are not a valid component.
pub fn parts(bytes: &[u8]) -> Result<Vec<Part<'_>>, Failure> {
    let mut types = types(bytes)?;
    let mut parts = Vec::new();
    // Each with where it starts, and with which part nests it.
    let mut todo = vec![(bytes, 0, None)];
    while let Some((bytes, start, around)) = todo.pop() {
        let level = Level::decode(bytes)?;
        let number = parts.len();
        for (index, nested) in level.components.iter().enumerate().rev() {
            todo.push((nested.bytes, start + nested.range.start, Some((number, index))));
        }
        let nested = vec![number; level.components.len()];
        let (types, within) = (types.remove(&(start as u64)).map(Arc::new), around.map(|(outer, _)| outer));
        parts.push(Part { level, types, nested, within, bytes, offset: start });
        let Some((outer, index)) = around else { continue };
        let outer: Option<&mut Part<'_>> = parts.get_mut(outer);
        if let Some(place) = outer.and_then(|outer: &mut Part<'_>| outer.nested.get_mut(index)) {
            *place = number;
        }
    }
    Ok(parts)
}

/// The types of each component, by where it starts.
fn types(bytes: &[u8]) -> Result<BTreeMap<u64, Types>, Failure> {
    let mut validator = Validator::new_with_features(WasmFeatures::all());
    let (mut found, mut open) = (BTreeMap::new(), Vec::new());
    for payload in Parser::new(0).parse_all(bytes) {
        let payload = payload?;
        if let Payload::Version { range, .. } = &payload {
            open.push(range.start);
        }
        // What functions do means nothing here.
        if let ValidPayload::End(types) = validator.payload(&payload)? {
            found.extend(open.pop().map(|start| (start, types)));
        }
    }
    Ok(found)
}
