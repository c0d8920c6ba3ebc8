//! Explains why a component lacks an import: it was restricted before it was composed, and an adapter in it answers
//! that import.

use crate::describe::At;
use crate::inspect::model::{Inspection, Instance, Role, Source};
use crate::inspect::{Asked, asked};
use crate::link::LinkError;
use crate::link::error::Denied;
use crate::load::{Component, Components};
use crate::name::base;

/// Adds to errors about missing imports the imports that adapters in the components answer.
pub(super) fn explained(mut errors: Vec<At<LinkError>>, components: &Components) -> Vec<At<LinkError>> {
    for At { error, .. } in &mut errors {
        match error {
            LinkError::NothingMatched { socket, exports, denied, .. } => {
                *denied = of(components.iter().filter(|component| component.name() == socket), exports);
            }
            LinkError::Unused { exports, denied, .. } => *denied = of(components.iter(), exports),
            LinkError::UnknownImport { component, import, denied, .. } => {
                let wanted = [(String::new(), import.clone())];
                *denied = of(components.iter().filter(|other| other.name() == component), &wanted);
            }
            _ => {}
        }
    }
    errors
}

/// Returns the imports that adapters in components answer, and that one of the exports would fill by name. `exports`
/// are pairs of component and export.
pub(crate) fn of<'c>(components: impl Iterator<Item = &'c Component>, exports: &[(String, String)]) -> Vec<Denied> {
    let is_wanted = |import: &str| exports.iter().any(|(_, export)| base(export) == base(import));
    let mut denied = Vec::new();
    for component in components {
        // This only explains an error. Without an inspection, the error has no explanation.
        let Ok(inspection) = asked(component, Asked { wit: false, code: false }) else { continue };
        let parts = inspection.instances.iter().filter(|part| part.within == Some(0));
        for (part, import) in parts.flat_map(|part| answered(part, &inspection).map(move |import| (part, import))) {
            let found = Denied { component: component.name().to_owned(), part: part.name.clone(), import };
            if is_wanted(&found.import) && !denied.contains(&found) {
                denied.push(found);
            }
        }
    }
    denied
}

/// Returns the imports of an instance that an adapter fills.
fn answered<'i>(part: &'i Instance, inspection: &'i Inspection) -> impl Iterator<Item = String> + use<'i> {
    let is_adapter = |instance: &Instance| inspection.role(instance) == Some(Role::Adapter);
    let is_answered = move |from: &Source| match from {
        Source::Instance { instance, .. } => inspection.instances.get(*instance).is_some_and(is_adapter),
        _ => false,
    };
    let imports = part.imports.iter().filter(move |_| !is_adapter(part));
    imports.filter(move |wire| is_answered(&wire.from)).map(|wire| wire.name.clone())
}
