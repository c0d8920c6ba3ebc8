//! The world that a WAC document says its composition conforms to.

use super::declarations::wrong;
use super::error::LoadError;
use super::{Component, Components};
use crate::describe::wac::{TargetName, Wac};
use crate::describe::{At, Place};

/// A world, and where a document names it.
pub struct Target {
    /// The world as a component.
    pub world: Component,
    /// The document's clause.
    pub place: Place,
}

/// The world that a document's `targets` clause names. `None` where it has no such clause.
///
/// # Errors
///
/// Where no package of the document has that world.
pub fn target(wac: &Wac, components: &Components) -> Result<Option<Target>, At<LoadError>> {
    let Some(TargetName { package, world, is_own, place }) = wac.target().map_err(wrong)? else { return Ok(None) };
    // What the document itself declares is a package too.
    let id = if is_own { components.declarations().types } else { components.package(&package) };
    let component = id.map(|id| &components[id]);
    match component.and_then(|component| component.world(&world)) {
        Some(world) => Ok(Some(Target { world, place })),
        None => {
            let worlds = component.map(Component::worlds).unwrap_or_default();
            Err(At::place(LoadError::TargetWorld { package, world, worlds }, Some(&place)))
        }
    }
}
