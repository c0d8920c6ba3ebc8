//! What an adapter has to import: what its exports are made of, where that is the host's.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use wasmparser::component_types::{ComponentAnyTypeId, ResourceId};

use super::plan::{Function, ImportedInterface, NamedType, Plan};
use super::provider;
use super::types::Result;
use crate::describe::Treatment;
use crate::load::component::{Side, TypeKey, needs_name};
use crate::load::{Component, mentions};

/// Whose the types of a component's imports are, and so what its adapter needs of the host.
pub struct Needs<'c> {
    /// The component.
    pub component: &'c Component,
    /// What becomes of its imports.
    pub plan: &'c Plan<'c>,
}

/// What an adapter takes from one import.
#[derive(Default)]
#[allow(missing_docs)]
pub struct Wanted<'c> {
    pub types: Vec<NamedType<'c>>,
    pub functions: Vec<&'c Function<'c>>,
}

/// By import, in their order.
type All<'c> = IndexMap<&'c str, Wanted<'c>>;

impl<'c> Needs<'c> {
    /// What the adapter imports, by import; the world itself has no name. `adapted` are the interfaces that it exports.
    pub fn wanted(&self, adapted: &[&'c ImportedInterface<'c>]) -> Result<All<'c>> {
        let mut all: All<'c> =
            self.plan.interfaces.iter().map(|interface| (interface.name, Wanted::default())).collect();
        adapted.iter().for_each(|interface| self.passed(interface, &mut all));
        self.redirected(&mut all);
        #[cfg(test)]
        all.iter_mut().for_each(|(name, wanted)| super::lies::need(self.plan, name, wanted));
        self.plain(adapted, &mut all);
        self.resources_of_hosts(adapted, &mut all)?;
        for (name, wanted) in &mut all {
            // In the order in which they were declared, so that each comes after those that it is made of.
            let names: BTreeSet<&str> = wanted.types.iter().map(|ty| ty.name).collect();
            let interface = self.plan.interfaces.iter().find(|interface| interface.name == *name);
            let declared = interface.into_iter().flat_map(|interface| &interface.types);
            wanted.types = declared.filter(|ty| names.contains(ty.name)).copied().collect();
        }
        all.retain(|_, wanted| !wanted.types.is_empty() || !wanted.functions.is_empty());
        Ok(all)
    }

    /// The functions of an interface that stay what they are, and its types. Those of the world itself go to the
    /// component straight from the host.
    fn passed(&self, interface: &'c ImportedInterface<'c>, all: &mut All<'c>) {
        let passed = interface.functions.iter().filter(|function| function.decision.needs_host());
        let passed: Vec<&Function<'_>> = passed.collect();
        if !passed.is_empty() && !interface.name.is_empty() {
            let wanted = all.entry(interface.name).or_default();
            wanted.types.extend(interface.types.iter().filter(|ty| self.is_known_to_host(ty)));
            wanted.functions = passed;
        }
    }

    /// What standard streams come from that are redirected.
    fn redirected(&self, all: &mut All<'c>) {
        let provided = self.plan.functions().filter(|(_, function)| function.decision.treatment == Treatment::Provide);
        for (interface, name) in provided.filter_map(|(imported, of)| provider::redirection(imported.name, of.name)) {
            let Some(imported) = self.plan.interfaces.iter().find(|imported| imported.name == interface) else {
                continue;
            };
            let wanted = all.entry(imported.name).or_default();
            imported.types.iter().filter(|ty| self.is_known_to_host(ty)).for_each(|ty| wanted.add(*ty));
            let is_new = !wanted.functions.iter().any(|function| function.name == name);
            wanted.functions.extend(imported.functions.iter().filter(|function| is_new && function.name == name));
        }
    }

    /// Types of values that must have the host's names.
    fn plain(&self, adapted: &[&'c ImportedInterface<'c>], all: &mut All<'c>) {
        // What exports are made of must keep a name in the output. Types alone give nothing away.
        let exports = self.component.exports().values();
        let exported: BTreeSet<TypeKey> = exports.flat_map(|item| mentions::unnamed(self.component, item.ty)).collect();
        for interface in adapted {
            let is_exported = |ty: &&NamedType<'_>| exported.contains(&self.component.key(ty.created));
            let plain = interface.types.iter().filter(|ty| self.is_without_own(ty));
            for ty in plain.filter(is_exported).filter(|_| !interface.name.is_empty()) {
                all.entry(interface.name).or_default().add(*ty);
            }
            // What is made of types that stay with the host is made of the host's.
            for ty in interface.types.iter().filter(|ty| self.is_without_own(ty)) {
                self.named_by_others(adapted, ty)
                    .into_iter()
                    .for_each(|(interface, ty)| all.entry(interface).or_default().add(ty));
            }
        }
        for interface in &self.plan.interfaces {
            let left = interface.functions.iter().any(|function| function.decision.needs_host());
            for ty in interface.types.iter().filter(|_| left || interface.stays()) {
                self.named_elsewhere(interface, ty)
                    .into_iter()
                    .for_each(|(interface, ty)| all.entry(interface).or_default().add(ty));
            }
        }
    }

    /// The host's resource types that anything is made of so far, each from the interface that defines it.
    fn resources_of_hosts(&self, adapted: &[&'c ImportedInterface<'c>], all: &mut All<'c>) -> Result<()> {
        let exported = adapted.iter().flat_map(|interface| &interface.types);
        let types = exported.chain(all.values().flat_map(|wanted| &wanted.types));
        let resources = types.flat_map(|ty| self.resources(ty)).filter(|id| self.plan.is_known_to_host(*id));
        for id in resources.collect::<BTreeSet<ResourceId>>() {
            let home = self.component.home(TypeKey::Resource(id)).filter(|home| home.side == Side::Import);
            let (interface, name) = match home.map(|home| home.path.as_slice()) {
                Some([name]) => ("", name),
                Some([interface, name]) => (interface.as_str(), name),
                _ => return Err("a resource type is nested too deep".to_owned()),
            };
            let interface = self.plan.interfaces.iter().find(|other| other.name == interface);
            let ty = interface.and_then(|interface| interface.types.iter().find(|ty| ty.name == name));
            if let (Some(interface), Some(ty)) = (interface, ty) {
                all.entry(interface.name).or_default().add(*ty);
            }
        }
        Ok(())
    }

    /// The types that a type is made of and that interfaces name which stay with the host.
    fn named_by_others(
        &self,
        adapted: &[&'c ImportedInterface<'c>],
        ty: &NamedType<'c>,
    ) -> Vec<(&'c str, NamedType<'c>)> {
        let named = mentions::mentioned(self.component, ty.item()).into_iter().filter_map(|key| self.named(key));
        named.filter(|(interface, _)| !adapted.iter().any(|other| other.name == *interface)).collect()
    }

    /// Of a type in an interface of which something stays with the host: what other interfaces have to name for it, if
    /// it is made of more than it says itself. What the host gives may mention records and the like by name alone.
    fn named_elsewhere(&self, interface: &ImportedInterface<'c>, ty: &NamedType<'c>) -> Vec<(&'c str, NamedType<'c>)> {
        let mentioned = mentions::mentioned(self.component, ty.item());
        let own = self.component.key(ty.created);
        let has_structure = |key: &TypeKey| match key {
            TypeKey::Structural(ComponentAnyTypeId::Defined(id)) => {
                self.component.types().get(*id).is_some_and(needs_name)
            }
            _ => false,
        };
        if !mentioned.iter().any(|key| has_structure(key) && *key != own) {
            return Vec::new();
        }
        let named = mentioned.into_iter().filter_map(|key| self.named(key));
        named.filter(|(of, ty)| *of != interface.name && self.is_known_to_host(ty)).collect()
    }

    /// The interface that names a type, if that has structure, and the name.
    fn named(&self, key: TypeKey) -> Option<(&'c str, NamedType<'c>)> {
        let home = self.component.home(key).filter(|home| home.side == Side::Import)?;
        let [interface, name] = home.path.as_slice() else { return None };
        let interface = self.plan.interfaces.iter().find(|other| other.name == interface)?;
        let ty = interface.types.iter().find(|ty| ty.name == name)?;
        matches!(key, TypeKey::Structural(_)).then_some((interface.name, *ty))
    }

    /// Whether a type is the same for the component as for the host.
    pub fn is_without_own(&self, ty: &NamedType<'_>) -> bool {
        self.resources(ty).iter().all(|id| self.plan.is_hosts(*id))
    }

    /// Whether the host has all resource types that a type is made of.
    pub fn is_known_to_host(&self, ty: &NamedType<'_>) -> bool {
        self.resources(ty).iter().all(|id| self.plan.is_known_to_host(*id))
    }

    fn resources(&self, ty: &NamedType<'_>) -> Vec<ResourceId> {
        mentions::resources(self.component, ty.item())
    }
}

impl<'c> Wanted<'c> {
    fn add(&mut self, ty: NamedType<'c>) {
        if !self.types.iter().any(|other| other.name == ty.name) {
            self.types.push(ty);
        }
    }
}
