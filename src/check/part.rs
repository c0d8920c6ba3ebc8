//! A component and all that are nested in it, each decoded by itself, with its types. What is in an original stays closed.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use wasmparser::component_types::ComponentItem;
use wasmparser::types::Types;
use wasmparser::{Parser, Payload, ValidPayload, Validator, WasmFeatures};

use super::rule::{self, Imported, World};
use crate::decode::{Level, Malformed};
use crate::limits::COMPONENT_DEPTH;

/// One component, at whatever depth.
pub struct Part<'a> {
    /// What it imports, nests, instantiates and exports.
    pub level: Level<'a>,
    /// What [`Level::components`] are among all parts. Empty for an original.
    pub nested: Vec<usize>,
    /// The original that it is, by number.
    pub original: Option<usize>,
    /// What it imports, types and instances as such apart.
    pub imported: Vec<Imported>,
    /// The resource types that it imports, each by the names that lead to it.
    pub resources: Vec<Vec<String>>,
    /// The names that each of its imports goes by.
    pub names: BTreeMap<String, Vec<String>>,
    types: Types,
    imports: IndexMap<String, ComponentItem>,
    exports: IndexMap<String, ComponentItem>,
}

impl<'a> Part<'a> {
    fn new(level: Level<'a>, types: Types, original: Option<usize>) -> Self {
        let of = types.as_ref();
        let item = |name: &str, item: Option<&ComponentItem>| item.map(|item| (name.to_owned(), item.clone()));
        let imports = level.imports.iter().map(|import| import.name);
        let imports: IndexMap<String, ComponentItem> =
            imports.filter_map(|name| item(name, of.component_item_for_import(name))).collect();
        let exports = level.exports.iter().map(|export| export.name);
        let exports = exports.filter_map(|name| item(name, of.component_item_for_export(name))).collect();
        let names = imports.iter().map(|(name, item)| (name.clone(), rule::names(name, item))).collect();
        let world = World { types: of, imports: &imports, exports: &exports };
        let (imported, resources) = (rule::imported(&world), rule::resources(&world));
        Part { level, nested: Vec::new(), original, imported, resources, names, types, imports, exports }
    }

    /// What the rule is computed from.
    pub fn world(&self) -> World<'_> {
        World { types: self.types.as_ref(), imports: &self.imports, exports: &self.exports }
    }

    /// The name of an import by which versions of it are told: that of the interface that it is.
    pub fn canonical<'n>(&'n self, import: &'n str) -> &'n str {
        self.names.get(import).and_then(|names| names.last()).map_or(import, String::as_str)
    }
}

/// Decodes a component and all that are nested in it and that are in none of the originals: the outermost first.
/// `original` says which of these some bytes are.
///
/// # Errors
///
/// Where the bytes are not a valid component.
pub fn parts<'a>(bytes: &'a [u8], original: &dyn Fn(&[u8]) -> Option<usize>) -> Result<Vec<Part<'a>>, Malformed> {
    let mut types = types(bytes)?;
    let mut parts: Vec<Part<'a>> = Vec::new();
    // Each with where it starts, and then which part nests it, and where.
    let mut open = vec![((bytes, 0), None)];
    while let Some(((bytes, start), around)) = open.pop() {
        let (level, original, number) = (Level::decode(bytes)?, original(bytes), parts.len());
        let types = types.remove(&(start as u64)).ok_or_else(|| Malformed::new("no component", start as u64))?;
        let mut part = Part::new(level, types, original);
        if original.is_none() {
            let nested = part.level.components.iter().enumerate();
            open.extend(nested.map(|(at, of)| ((of.bytes, start + of.range.start), Some((number, at)))));
            part.nested = vec![number; part.level.components.len()];
        }
        parts.push(part);
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
            if open.len() > COMPONENT_DEPTH {
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
