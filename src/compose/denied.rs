//! Why an import is gone: an adapter in the component answers it, since the component was restricted before it was composed.

use crate::describe::At;
use crate::inspect::model::{Inspection, Instance, Role, Source};
use crate::inspect::{Asked, asked};
use crate::link::LinkError;
use crate::link::error::Denied;
use crate::load::{Component, Components};
use crate::name::base;

/// Completes errors about imports that components do not have with those that adapters in them answer.
pub fn explained(mut errors: Vec<At<LinkError>>, components: &Components) -> Vec<At<LinkError>> {
    for At { error, .. } in &mut errors {
        match error {
            LinkError::NothingMatched { socket, exports, denied, .. } => {
                *denied = of(components.iter().filter(|of| of.name() == socket), exports);
            }
            LinkError::Unused { exports, denied, .. } => *denied = of(components.iter(), exports),
            LinkError::UnknownImport { component, import, denied, .. } => {
                let wanted = [(String::new(), import.clone())];
                *denied = of(components.iter().filter(|of| of.name() == component), &wanted);
            }
            _ => {}
        }
    }
    errors
}

/// The imports of parts of some components that adapters answer and that some exports would fill.
pub fn of<'c>(components: impl Iterator<Item = &'c Component>, exports: &[(String, String)]) -> Vec<Denied> {
    let is_wanted = |import: &str| exports.iter().any(|(_, export)| base(export) == base(import));
    let mut denied = Vec::new();
    for component in components {
        // It only explains an error, which is one all the same where nothing can be said.
        let Ok(inspection) = asked(component, Asked { wit: false, code: false }) else { continue };
        let parts = inspection.instances.iter().filter(|part| part.within == Some(0));
        for (part, import) in parts.flat_map(|part| answered(part, &inspection).map(move |import| (part, import))) {
            let of = Denied { component: component.name().to_owned(), part: part.name.clone(), import };
            if is_wanted(&of.import) && !denied.contains(&of) {
                denied.push(of);
            }
        }
    }
    denied
}

/// The imports of an instance that an adapter fills.
fn answered<'i>(part: &'i Instance, inspection: &'i Inspection) -> impl Iterator<Item = String> + use<'i> {
    let is_adapter = |instance: &Instance| inspection.role(instance) == Some(Role::Adapter);
    let is_answered = move |from: &Source| match from {
        Source::Instance { instance, .. } => inspection.instances.get(*instance).is_some_and(is_adapter),
        _ => false,
    };
    let imports = part.imports.iter().filter(move |_| !is_adapter(part));
    imports.filter(move |wire| is_answered(&wire.from)).map(|wire| wire.name.clone())
}
