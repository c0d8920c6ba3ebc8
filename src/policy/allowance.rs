//! Determines which imports of the outermost component the rules for an instance allow.
//!
//! A rule that allows a function also allows the functions that can only use what that function gives. `check::rule`
//! determines these from the types of the outermost component.

use std::collections::BTreeSet;

use wasmparser::component_types::{ComponentEntityType, ResourceId};

use super::decision::{self, Applicable, Decision, NameSet};
use crate::check::rule::{self, Allowed, Reached, Said, Why};
use crate::decode::world::{Imported, World};
use crate::describe::policy::{self, Policy};
use crate::inspect::reach::{HostItem, Labels};
use crate::load::Component;
use crate::load::component::implements;
use crate::name::{Form, is_loaded};
use crate::types::TypeKey;
use crate::types::identity::resource;
use crate::types::mentions;

/// The items of a component's imports that some rules allow.
pub(super) struct Allowance<'r> {
    component: &'r Component,
    policy: &'r Policy,
    applicable: &'r Applicable,
    labels: &'r Labels,
    /// The functions that may be called, each with the reason.
    allowed: Allowed,
    /// The resource types that must stay imported for these functions, or for exports.
    needed: BTreeSet<ResourceId>,
}

/// The reason that an item is not allowed.
#[derive(Debug, Clone, Copy)]
pub(super) enum Refusal<'p> {
    /// A rule denies this pattern, which names the item.
    Denied(&'p policy::Named),
    /// No rule names the item, and the default denies it.
    Default,
}

/// The names of an import: its own, and that of the interface that it implements.
pub(super) struct ImportNames<'c> {
    own: &'c str,
    identity: Option<String>,
}

impl<'c> ImportNames<'c> {
    /// The names of an import. Empty text stands for the world itself.
    pub(super) fn of(component: &Component, import: &'c str) -> ImportNames<'c> {
        let item = component.imports().get(import);
        ImportNames { own: import, identity: item.and_then(|item| implements(import, item)) }
    }

    /// The interface that the import implements, if its name is not that of the interface.
    pub(super) fn identity(&self) -> Option<&str> {
        self.identity.as_deref()
    }

    pub(super) fn all(&self) -> Vec<&str> {
        std::iter::once(self.own).chain(self.identity()).collect()
    }
}

impl<'r> Allowance<'r> {
    /// Applies rules to the imports of a component. `applicable` selects the rules of the policy. `labels` has the
    /// labels of the imports in nested components.
    pub(super) fn new(
        component: &'r Component,
        policy: &'r Policy,
        applicable: &'r Applicable,
        labels: &'r Labels,
    ) -> Allowance<'r> {
        let says = |of: &Imported| {
            let names: Vec<&str> = of.names.iter().map(String::as_str).collect();
            let inner: Vec<&str> = of.path.iter().skip(1).map(String::as_str).collect();
            let name_set = NameSet { names: &names, labels: labels_of(labels, of.path.first()) };
            let decision = match inner.len() {
                0 | 1 => decision::decide(policy, applicable, name_set, &of.name),
                _ => decision::decide_inner(policy, applicable, name_set, &inner),
            };
            match decision {
                Decision::Denied(_) => Said::Denied,
                Decision::Allowed => Said::Allowed,
                Decision::Default => Said::Nothing,
            }
        };
        // The first name is that of the import itself.
        let is_about = |names: &[&str], functions: &[&str]| {
            let name_set = NameSet { names, labels: labels_of(labels, names.first()) };
            decision::is_about(policy, applicable, name_set, functions)
        };
        let rules =
            rule::Rules { says: &says, is_about: &is_about, default_allows: &|_| policy.default, is_called: &|_| true };
        let world = World { types: component.types(), imports: component.imports(), exports: component.exports() };
        let allowed = rule::allowed(world, &rules);
        let mut allowance = Allowance { component, policy, applicable, labels, allowed, needed: BTreeSet::new() };
        allowance.needed = allowance.needed();
        allowance
    }

    /// The reason that an item must not be reached. `None` if it may be.
    pub(super) fn refusal(&self, host_item: &HostItem) -> Option<Refusal<'r>> {
        let names = ImportNames::of(self.component, &host_item.interface);
        let names = names.all();
        let name_set = NameSet { names: &names, labels: labels_of(self.labels, Some(host_item.import())) };
        let (member, item) = (host_item.member.as_str(), self.item(host_item));
        let decision = match is_within_instance(host_item, item) {
            true => decision::decide_inner(self.policy, self.applicable, name_set, &path(host_item)),
            false => decision::decide(self.policy, self.applicable, name_set, member),
        };
        let is_interface = member.is_empty();
        let is_loaded = || names.iter().copied().any(is_loaded);
        match decision {
            Decision::Allowed => None,
            // A type that an allowed item uses is only a name, unless hosts load code by that name.
            _ if is_interface && self.is_needed(item) && !is_loaded() => None,
            Decision::Denied(named) => Some(Refusal::Denied(named)),
            Decision::Default => (!self.is_allowed_without_rule(host_item, item)).then_some(Refusal::Default),
        }
    }

    /// Whether an item that no rule names is allowed.
    fn is_allowed_without_rule(&self, host_item: &HostItem, item: Option<ComponentEntityType>) -> bool {
        if is_within_instance(host_item, item) {
            return false;
        }
        match item {
            Some(ComponentEntityType::Func(_)) => self.policy.default || self.why(host_item).is_some(),
            // A resource type of the world that is equal to one of an interface is only another name for it.
            Some(item @ ComponentEntityType::Type { .. }) => {
                let is_name = || self.is_needed(Some(item)) && !is_loaded(host_item.import());
                self.policy.default || !self.is_worlds_own(item) || is_name()
            }
            Some(ComponentEntityType::Instance(_)) => self.policy.default,
            _ => false,
        }
    }

    /// The reason that a function may be called. `None` if it may not.
    fn why(&self, host_item: &HostItem) -> Option<&Why> {
        let path = [host_item.interface.as_str(), &host_item.member];
        self.allowed.why(if host_item.interface.is_empty() { path.get(1..).unwrap_or_default() } else { &path })
    }

    /// The resource type for which a function is allowed that no rule names. `None` for any other item.
    pub(super) fn kept(&self, host_item: &HostItem) -> Option<&Reached> {
        match self.why(host_item)? {
            Why::Handle(reached) | Why::Inert(reached) => Some(reached).filter(|_| host_item.inner.is_empty()),
            Why::Said | Why::Asked | Why::Default => None,
        }
    }

    fn item(&self, host_item: &HostItem) -> Option<ComponentEntityType> {
        let names = std::iter::once(host_item.interface.clone()).chain([host_item.member.clone()]);
        let path: Vec<String> = names.filter(|name| !name.is_empty()).collect();
        self.component.import_at(&path)
    }

    fn is_worlds_own(&self, item: ComponentEntityType) -> bool {
        let Some(id) = resource(item) else { return false };
        self.component.definition(TypeKey::Resource(id.resource())).is_some_and(|definition| definition.path.len() == 1)
    }

    fn is_needed(&self, item: Option<ComponentEntityType>) -> bool {
        let resources = item.map(|item| mentions::resources(self.component, item)).unwrap_or_default();
        !resources.is_empty() && resources.iter().all(|id| self.needed.contains(id))
    }

    /// The resource types that stay imported: those that exports, or imports with an allowed item, mention.
    fn needed(&self) -> BTreeSet<ResourceId> {
        let (component, imports) = (self.component, self.component.imports());
        let exports = component.exports().values().flat_map(|item| mentions::resources(component, item.ty));
        let mut open: Vec<ResourceId> = exports.collect();
        let stays = |open: &mut Vec<ResourceId>, name: &str, item: ComponentEntityType| {
            open.extend(mentions::resources(component, item));
            // A function of the world can have the name of a resource type in its own name.
            let named = Form::of(name).and_then(Form::resource).and_then(|resource| imports.get(resource));
            open.extend(named.and_then(|item| resource(item.ty)).map(|id| id.resource()));
        };
        for (name, item) in imports.iter().filter(|(name, item)| self.has_allowed(name, item.ty)) {
            stays(&mut open, name, item.ty);
        }
        let (mut needed, mut seen) = (BTreeSet::new(), BTreeSet::new());
        while let Some(id) = open.pop() {
            if !needed.insert(id) {
                continue;
            }
            // A type stays imported for the interface that defines it, and not for others that use it.
            let home = component.definition(TypeKey::Resource(id)).and_then(|definition| definition.path.first());
            if let Some((name, item)) = home.and_then(|name| imports.get_key_value(name))
                && !self.has_functions(item.ty)
                && seen.insert(name)
            {
                stays(&mut open, name, item.ty);
            }
        }
        needed
    }

    fn has_functions(&self, item: ComponentEntityType) -> bool {
        match item {
            ComponentEntityType::Func(_) => true,
            ComponentEntityType::Instance(id) => {
                let exports = self.component.types().get(id).into_iter().flat_map(|ty| ty.exports.values());
                exports.into_iter().any(|item| !matches!(item.ty, ComponentEntityType::Type { .. }))
            }
            _ => false,
        }
    }

    /// Whether any function of an import may be called; or, for an interface of types, whether it is allowed as such.
    fn has_allowed(&self, import: &str, item: ComponentEntityType) -> bool {
        match item {
            ComponentEntityType::Instance(id) if self.has_functions(item) => {
                let exports = self.component.types().get(id).into_iter().flat_map(|ty| ty.exports.keys());
                exports.into_iter().any(|name| self.allowed.why(&[import, name.as_str()]).is_some())
            }
            ComponentEntityType::Instance(_) => {
                let names = ImportNames::of(self.component, import);
                let name_set = NameSet { names: &names.all(), labels: labels_of(self.labels, Some(import)) };
                match decision::decide(self.policy, self.applicable, name_set, "") {
                    Decision::Allowed => true,
                    Decision::Default => self.policy.default,
                    Decision::Denied(_) => false,
                }
            }
            _ => self.allowed.why(&[import]).is_some(),
        }
    }
}

/// The labels of an import in nested components.
fn labels_of(labels: &Labels, import: Option<impl AsRef<str>>) -> &[String] {
    import.and_then(|import| labels.get(import.as_ref())).map(Vec::as_slice).unwrap_or_default()
}

/// Whether an item is, or is in, an instance within an imported instance.
fn is_within_instance(host_item: &HostItem, item: Option<ComponentEntityType>) -> bool {
    let is_instance = || !host_item.member.is_empty() && matches!(item, Some(ComponentEntityType::Instance(_)));
    !host_item.interface.is_empty() && (!host_item.inner.is_empty() || is_instance())
}

/// The names that lead from the import to the item.
pub(super) fn path(host_item: &HostItem) -> Vec<&str> {
    std::iter::once(host_item.member.as_str()).chain(host_item.inner.iter().map(|name| &**name)).collect()
}
