//! What adapters have from the host: they, or anything in them.

use std::collections::{BTreeMap, BTreeSet};

use crate::inspect::Inspection;
use crate::inspect::model::Role;
use crate::name::{self, Capability};

/// What each adapter reaches of the host's, by the index of its instance.
pub(super) struct Asked<'i>(BTreeMap<usize, Reached<'i>>);

#[derive(Default)]
struct Reached<'i> {
    /// Whether something in it cannot be looked into.
    is_unknown: bool,
    /// The capabilities of the functions that it reaches.
    capabilities: BTreeSet<Capability>,
    /// The interfaces, without versions, that it reaches functions of that are of no capability.
    others: BTreeSet<&'i str>,
    /// All interfaces that it reaches anything of, without versions.
    all: BTreeSet<&'i str>,
}

impl Reached<'_> {
    /// Whether something of it may be what a capability of an interface gives: what WASI does not have in the interface may be any.
    fn may_give(&self, interface: &str, capability: Capability) -> bool {
        self.capabilities.contains(&capability) || self.others.contains(interface)
    }
}

impl<'i> Asked<'i> {
    /// What all adapters of a component reach.
    pub(super) fn of(inspection: &'i Inspection) -> Asked<'i> {
        let mut asked = Asked(BTreeMap::new());
        // The adapter that each instance is, or is in.
        let mut adapters: Vec<Option<usize>> = Vec::new();
        for (index, instance) in inspection.instances.iter().enumerate() {
            let around = instance.within.and_then(|outer| adapters.get(outer).copied().flatten());
            let is_one = || inspection.role(instance) == Some(Role::Adapter);
            let adapter = around.or_else(|| is_one().then_some(index));
            adapters.push(adapter);
            if let Some(adapter) = adapter {
                asked.0.entry(adapter).or_default().is_unknown |= instance.component.is_none();
            }
        }
        for import in &inspection.imports {
            let interface = name::base(&import.name);
            for by in &import.reached_by {
                let adapter = adapters.get(by.instance).copied().flatten();
                let Some(reached) = adapter.and_then(|adapter| asked.0.get_mut(&adapter)) else { continue };
                reached.all.insert(interface);
                let none = by.functions.is_empty().then_some("");
                for function in by.functions.iter().map(String::as_str).chain(none) {
                    match Capability::of(interface, function) {
                        Some(capability) => _ = reached.capabilities.insert(capability),
                        None => _ = reached.others.insert(interface),
                    }
                }
            }
        }
        asked
    }

    /// Whether an adapter may ask the host for what some functions of an interface give: it reaches something of the same interface,
    /// and one of these functions, another one of its capability, or one of none.
    pub(super) fn has(&self, adapter: usize, interface: &str, functions: &[&str]) -> bool {
        let Some(reached) = self.0.get(&adapter) else { return true };
        let interface = name::base(interface);
        let is_of_it = |function: &&str| {
            Capability::of(interface, function).is_none_or(|capability| reached.may_give(interface, capability))
        };
        reached.is_unknown || reached.all.contains(interface) && functions.iter().any(is_of_it)
    }

    /// The capabilities of some functions of an interface of which an adapter has nothing from the host.
    pub(super) fn lacks(&self, adapter: usize, interface: &str, functions: &[&str]) -> BTreeSet<Capability> {
        let Some(reached) = self.0.get(&adapter).filter(|reached| !reached.is_unknown) else { return BTreeSet::new() };
        let interface = name::base(interface);
        let own = functions.iter().filter_map(|function| Capability::of(interface, function));
        own.filter(|own| !reached.may_give(interface, *own)).collect()
    }
}
