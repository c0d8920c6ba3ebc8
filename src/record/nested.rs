//! Nested compositions with recorders in them.

use std::collections::BTreeSet;

use super::edges::EdgeError;
use super::stderr;
use super::world::interfaces;
use crate::PhaseError;
use crate::describe::{Description, From, InstanceName, Text, Wire, Wiring, virt};
use crate::load::Component;
use crate::name::compatible;
use crate::split::Split;

/// A nested composition with recorders in it.
pub(super) struct Recorded {
    pub instance: InstanceName,
    /// The nested composition with the recorders.
    pub component: Component,
    /// The nested composition before.
    pub before: Component,
    /// The interfaces with which the recorders write to standard error.
    pub sink: BTreeSet<String>,
}

impl Recorded {
    /// Adapts the description of the enclosing composition: the host fills the new imports of the nested composition,
    /// and its grants allow writing to standard error. `shown` is the name of the instance for messages.
    ///
    /// # Errors
    ///
    /// The grants of the nested composition deny writing to standard error.
    pub(super) fn connect(&self, description: &mut Description, shown: &str) -> Result<(), PhaseError> {
        let Recorded { instance, component, before, sink } = self;
        if let Wiring::Automatic(automatic) = &mut description.wiring {
            let is_gone = |wire: &Wire| wire.importer == *instance && !component.imports().contains_key(&wire.import);
            let place = Text::new("weld.toml", "").place(0..0);
            let gone: Vec<Wire> = automatic.wires.iter().filter(|wire| is_gone(wire)).cloned().collect();
            automatic.wires.retain(|wire| !is_gone(wire));
            let is_new = |import: &&String| !before.imports().contains_key(*import);
            for import in component.imports().keys().filter(is_new) {
                // A new import may replace an old one of a compatible version.
                let same = gone.iter().find(|wire| compatible(&wire.import, import));
                let from = same.map_or(From::Host, |wire| wire.from.clone());
                let (importer, import, place) = (instance.clone(), import.clone(), place.clone());
                automatic.wires.push(Wire { importer, import, from, place });
            }
        }
        let Some(grants) = description.grants.get_mut(&instance.component) else { return Ok(()) };
        let allowed = stderr::allowed(grants, sink, shown, &interfaces(before.imports()))?;
        allowed.iter().try_for_each(|name| virt::grant(grants, name, "allow")).map_err(PhaseError::Flags)
    }
}

/// The instance of a nested composition, which has to be the only one of its component.
///
/// # Errors
///
/// Another instance has the same component.
pub(super) fn alone_in(split: &Split, name: &str, path: &str) -> Result<InstanceName, PhaseError> {
    let own = split.names.get(name).map_or(name, String::as_str);
    let instance = InstanceName::read(own).unwrap_or(InstanceName { component: own.to_owned(), number: 0 });
    let mut others = split.names.iter().filter(|(shown, _)| *shown != name);
    let is_same = |other: &str| InstanceName::read(other).is_some_and(|other| other.component == instance.component);
    match others.find(|(_, other)| is_same(other)) {
        Some((other, _)) => {
            let [instance, other] = [name, other].map(|name| format!("{path}{name}"));
            Err(EdgeError::Shared { instance, other }.into())
        }
        None => Ok(instance),
    }
}
