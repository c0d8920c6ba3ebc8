//! A component and all that are nested in it, each decoded by itself, with its types.

use std::collections::BTreeMap;

use wasmparser::types::Types;
use wasmparser::{Parser, Payload, ValidPayload, Validator, WasmFeatures};

use crate::verify::{Level, Malformed};

/// One component, at whatever depth.
pub struct Part<'a> {
    /// What it imports, nests, instantiates and exports.
    pub level: Level<'a>,
    /// Its types. `None` where they are not known.
    pub types: Option<Types>,
    /// What [`Level::components`] are among all parts.
    pub nested: Vec<usize>,
}

/// Decodes a component and all that are nested in it. The first is the outermost.
///
/// # Errors
///
/// Where the bytes are not a valid component.
pub fn parts(bytes: &[u8]) -> Result<Vec<Part<'_>>, Malformed> {
    let mut types = types(bytes)?;
    let mut parts = Vec::new();
    // Each with where it starts, and with which part nests it.
    let mut todo = vec![(bytes, 0, None)];
    while let Some((bytes, start, around)) = todo.pop() {
        let level = Level::decode(bytes)?;
        let number = parts.len();
        for (nested, index) in level.components.iter().zip(0..) {
            todo.push((nested.bytes, start + nested.range.start, Some((number, index))));
        }
        let nested = vec![number; level.components.len()];
        parts.push(Part { level, types: types.remove(&(start as u64)), nested });
        let Some((outer, index)) = around else { continue };
        let outer: Option<&mut Part<'_>> = parts.get_mut(outer);
        if let Some(place) = outer.and_then(|outer: &mut Part<'_>| outer.nested.get_mut::<usize>(index)) {
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
        }
        // What functions do means nothing here.
        if let ValidPayload::End(types) = validator.payload(&payload)? {
            found.extend(open.pop().map(|start| (start, types)));
        }
    }
    Ok(found)
}
