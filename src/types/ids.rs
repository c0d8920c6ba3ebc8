//! What tells the host which of its things an import, or something in one, stands for, beside the name.
//!
//! Component Model, Explainer, "Import and Export Definitions": `external-id`.

use wasmparser::component_types::{ComponentEntityType, ComponentItem};

use super::Outline;

/// What a declaration carries beside its name and type.
pub fn attributes(item: &ComponentItem) -> [Option<&str>; 3] {
    [item.implements.as_deref(), item.version_suffix.as_deref(), item.external_id.as_deref()]
}

/// Two imports have something of one name with different ids.
pub struct OtherId {
    /// The names that lead to it: none for the imports themselves.
    pub path: Vec<String>,
    /// Its id in each.
    pub ids: [Option<String>; 2],
}

/// The first of what two imports both have, by name, that has different ids in them.
pub fn other_id(a: (&Outline, &ComponentItem), b: (&Outline, &ComponentItem)) -> Option<OtherId> {
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

/// The first of what is in an import that has an id, at any depth.
pub fn within<'o>(outline: &'o Outline, item: &ComponentItem) -> Option<&'o String> {
    let ComponentEntityType::Instance(id) = item.ty else { return None };
    outline.types().get(id)?.exports.iter().find_map(|(name, item)| match item.external_id {
        Some(_) => Some(name),
        None => within(outline, item),
    })
}
