//! Converts a policy to grants for one component: `weld virt --policy`.

use wasmparser::component_types::{ComponentEntityType, ComponentItem};

use super::allowance::{Allowance, ImportNames};
use super::decision::{self, Decision, NameSet};
use crate::describe::policy::Policy;
use crate::describe::{Grant, Grants, Place, Treatment};
use crate::inspect::reach::{HostItem, Labels};
use crate::load::Component;
use crate::name::{Capability, Pattern};
use crate::types::mentions;

/// Converts a policy to grants that allow exactly what a check of the policy allows.
///
/// Each grant names one item of one import. A function that no rule names gets no grant, so that it is kept if it can
/// only use what the component was given, unless a rule names its interface.
pub(crate) fn grants(policy: &Policy, component: &Component) -> Grants {
    let applicable = decision::applicable_by_name(policy, component.name());
    let default = if policy.default { Treatment::Allow } else { Treatment::Deny };
    // The component is not nested, so it has no labels besides those of its own imports.
    let labels = Labels::new();
    let allowance = Allowance::new(component, policy, &applicable, &labels);
    // A policy serves many components, so a pattern may name nothing in this one.
    let mut grants = Grants { allow_missing: true, ..Grants::all(default) };
    let mut add = |import: &str, item: &str, treatment| {
        grants.grants.push(Grant::new(Pattern::exact(import, item), treatment, None));
    };
    let treatment_of = |is_allowed: bool| if is_allowed { Treatment::Allow } else { Treatment::Deny };
    for (import, item) in component.imports() {
        let ComponentEntityType::Instance(id) = item.ty else {
            let is_allowed = allowance.refusal(&host_item("", import)).is_none();
            match decision::decide(policy, &applicable, NameSet::without_labels(&[""]), import) {
                Decision::Default if is_function(item) => {}
                Decision::Default if is_allowed && matches!(item.ty, ComponentEntityType::Type { .. }) => {}
                // A type is granted by its name, as an interface is.
                _ if matches!(item.ty, ComponentEntityType::Type { .. }) => {
                    if !is_allowed || Capability::named(import).is_none() {
                        add(import, "", treatment_of(is_allowed));
                    }
                }
                _ => add("", import, treatment_of(is_allowed)),
            }
            continue;
        };
        let items = || component.types().get(id).into_iter().flat_map(|ty| &ty.exports);
        let names = ImportNames::of(component, import);
        let names = names.all();
        let name_set = NameSet::without_labels(&names);
        let functions: Vec<&str> =
            items().filter(|(_, item)| is_function(item)).map(|(name, _)| name.as_str()).collect();
        let is_named = decision::is_about(policy, &applicable, name_set, &functions);
        let mut leaves_any = false;
        for (name, item) in items().filter(|(_, item)| !matches!(item.ty, ComponentEntityType::Type { .. })) {
            let is_decided = !matches!(decision::decide(policy, &applicable, name_set, name), Decision::Default);
            // The pattern is exact, and so the most specific. Among grants the most specific one decides, and among
            // rules one that denies.
            if is_decided || is_named || !is_function(item) {
                let is_allowed = allows(&allowance, component, import, name, item);
                leaves_any |= is_allowed;
                add(import, name, treatment_of(is_allowed));
            } else {
                leaves_any = true;
            }
        }
        let is_types = items().all(|(_, item)| matches!(item.ty, ComponentEntityType::Type { .. }));
        if is_types {
            let is_plain = mentions::resources(component, item.ty).is_empty();
            let decision = decision::decide(policy, &applicable, name_set, "");
            let is_allowed = match is_plain {
                true => !matches!(decision, Decision::Denied(_)),
                false => allowance.refusal(&host_item(import, "")).is_none(),
            };
            // An interface of resource types is kept by itself if what stays mentions them. An explicit grant would
            // keep it in any case, which no rule allows.
            let is_needed = !is_plain && is_allowed && !matches!(decision, Decision::Allowed);
            // Without a `:`, the name could be read as that of a capability.
            if !is_needed && (!is_allowed || Capability::named(import).is_none()) {
                add(import, "", treatment_of(is_allowed));
            }
        } else if !leaves_any {
            // The types of the interface are useless without its functions.
            add(import, "", Treatment::Deny);
        }
    }
    grants
}

/// The names in rules that allow something only to components of other names, each with its place. [`grants`] ignores
/// such rules.
pub(crate) fn for_parts<'p>(policy: &'p Policy, name: &'p str) -> impl Iterator<Item = &'p (String, Place)> {
    let others = policy.rules.iter().filter(move |rule| !rule.allow.is_empty() && !rule.names(name));
    others.filter_map(|rule| rule.component.as_ref())
}

fn is_function(item: &ComponentItem) -> bool {
    matches!(item.ty, ComponentEntityType::Func(_))
}

fn host_item(interface: &str, member: &str) -> HostItem {
    HostItem { interface: interface.to_owned(), member: member.to_owned(), inner: Vec::new() }
}

/// Whether an item of an imported instance is allowed. For an instance, also all items in it.
fn allows(
    allowance: &Allowance<'_>,
    component: &Component,
    interface: &str,
    member: &str,
    item: &ComponentItem,
) -> bool {
    let mut open = vec![(Vec::new(), item)];
    while let Some((inner, item)) = open.pop() {
        let host_item = HostItem { inner: inner.clone(), ..host_item(interface, member) };
        if allowance.refusal(&host_item).is_some() {
            return false;
        }
        if let ComponentEntityType::Instance(id) = item.ty {
            for (name, item) in component.types().get(id).into_iter().flat_map(|ty| &ty.exports) {
                if !matches!(item.ty, ComponentEntityType::Type { .. }) {
                    open.push(([inner.as_slice(), &[name.as_str().into()]].concat(), item));
                }
            }
        }
    }
    true
}

#[cfg(test)]
mod tests;
