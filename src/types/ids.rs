//! The ids that identify an import, or an item within it, to the host in addition to the name.
//!
//! Component Model, Explainer, "Import and Export Definitions": `external-id`.

use wasmparser::component_types::{ComponentEntityType, ComponentItem};

use super::Outline;

/// The attributes of a declaration beside its name and type.
pub(crate) fn attributes(item: &ComponentItem) -> [Option<&str>; 3] {
    [item.implements.as_deref(), item.version_suffix.as_deref(), item.external_id.as_deref()]
}

/// An item of two imports that has a different id in each.
pub(crate) struct OtherId {
    /// Its path. Empty for the imports themselves.
    pub path: Vec<String>,
    /// Its id in each.
    pub ids: [Option<String>; 2],
}

/// The first item that two imports share by name and that has different ids.
pub(crate) fn other_id(a: (&Outline, &ComponentItem), b: (&Outline, &ComponentItem)) -> Option<OtherId> {
    let ((of_a, a), (of_b, b)) = (a, b);
    if a.external_id != b.external_id {
        return Some(OtherId { path: Vec::new(), ids: [a, b].map(|item| item.external_id.clone()) });
    }
    let (ComponentEntityType::Instance(a), ComponentEntityType::Instance(b)) = (a.ty, b.ty) else { return None };
    let (a, b) = (of_a.types().get(a)?, of_b.types().get(b)?);
    a.exports.iter().find_map(|(name, item)| {
        let mut other = other_id((of_a, item), (of_b, b.exports.get(name)?))?;
        other.path.insert(0, name.clone());
        Some(other)
    })
}

/// The first item with an id within an import, at any depth.
pub(crate) fn within<'o>(outline: &'o Outline, item: &ComponentItem) -> Option<&'o String> {
    let ComponentEntityType::Instance(id) = item.ty else { return None };
    outline.types().get(id)?.exports.iter().find_map(|(name, item)| match item.external_id {
        Some(_) => Some(name),
        None => within(outline, item),
    })
}
