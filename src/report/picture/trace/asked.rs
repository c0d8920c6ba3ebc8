//! The host imports that adapters reach, including the instances inside of adapters.

use std::collections::{BTreeMap, BTreeSet};

use crate::inspect::Inspection;
use crate::inspect::model::Role;
use crate::name::{self, Capability};

/// The host imports that each adapter reaches, by the index of its instance.
pub(super) struct AdapterReach<'i>(BTreeMap<usize, Reached<'i>>);

#[derive(Default)]
struct Reached<'i> {
    /// Whether the adapter contains an instance whose component is not in the file.
    is_unknown: bool,
    /// The capabilities of the functions that the adapter reaches.
    capabilities: BTreeSet<Capability>,
    /// The interfaces, without versions, of which the adapter reaches functions that belong to no capability.
    others: BTreeSet<&'i str>,
    /// All interfaces, without versions, of which the adapter reaches an item.
    all: BTreeSet<&'i str>,
}

impl Reached<'_> {
    /// Whether the adapter may reach a function of an interface that belongs to a capability. A function of the
    /// interface that WASI does not define may belong to any.
    fn may_give(&self, interface: &str, capability: Capability) -> bool {
        self.capabilities.contains(&capability) || self.others.contains(interface)
    }
}

impl<'i> AdapterReach<'i> {
    /// Determines the host imports that the adapters of a component reach.
    pub(super) fn of(inspection: &'i Inspection) -> AdapterReach<'i> {
        let mut reach = AdapterReach(BTreeMap::new());
        // The outermost adapter that each instance is, or is inside of.
        let mut adapters: Vec<Option<usize>> = Vec::new();
        for (index, instance) in inspection.instances.iter().enumerate() {
            let around = instance.within.and_then(|outer| adapters.get(outer).copied().flatten());
            let is_one = || inspection.role(instance) == Some(Role::Adapter);
            let adapter = around.or_else(|| is_one().then_some(index));
            adapters.push(adapter);
            if let Some(adapter) = adapter {
                reach.0.entry(adapter).or_default().is_unknown |= instance.component.is_none();
            }
        }
        for import in &inspection.imports {
            let interface = name::base(&import.name);
            for by in &import.reached_by {
                let adapter = adapters.get(by.instance).copied().flatten();
                let Some(reached) = adapter.and_then(|adapter| reach.0.get_mut(&adapter)) else { continue };
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
        reach
    }

    /// Whether an adapter may take some of these functions of an interface from the host. It does so only if it reaches
    /// an item of the interface, and one of the functions belongs to no capability or to one that the adapter may
    /// reach.
    pub(super) fn may_reach(&self, adapter: usize, interface: &str, functions: &[&str]) -> bool {
        let Some(reached) = self.0.get(&adapter) else { return true };
        let interface = name::base(interface);
        let is_reachable = |function: &&str| {
            Capability::of(interface, function).is_none_or(|capability| reached.may_give(interface, capability))
        };
        reached.is_unknown || reached.all.contains(interface) && functions.iter().any(is_reachable)
    }

    /// The capabilities of these functions of an interface of which an adapter takes nothing from the host.
    pub(super) fn lacks(&self, adapter: usize, interface: &str, functions: &[&str]) -> BTreeSet<Capability> {
        let Some(reached) = self.0.get(&adapter).filter(|reached| !reached.is_unknown) else { return BTreeSet::new() };
        let interface = name::base(interface);
        let own = functions.iter().filter_map(|function| Capability::of(interface, function));
        own.filter(|own| !reached.may_give(interface, *own)).collect()
    }
}
