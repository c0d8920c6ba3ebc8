//! What a policy leaves a component, as grants: `weld virt --policy`.

use wasmparser::component_types::{ComponentEntityType, ComponentItem};

use super::allowance::{Allowance, ImportNames};
use super::decision::{self, Called, Decision};
use crate::describe::policy::Policy;
use crate::describe::{Grant, Grants, Place, Treatment};
use crate::inspect::reach::{HostItem, Labels};
use crate::load::Component;
use crate::name::{Capability, Pattern};
use crate::types::mentions;

/// What a policy leaves a component, as grants: just what a check of the policy allows.
///
/// A grant names one item of one import. A function of which no rule speaks has none, so that those which can only use what
/// the component was given stay, unless its interface is named by a rule.
pub fn grants(policy: &Policy, component: &Component) -> Grants {
    let applicable = decision::alone(policy, component.name());
    let default = if policy.default { Treatment::Allow } else { Treatment::Deny };
    // Its labels are its own imports.
    let labels = Labels::new();
    let allowance = Allowance::new(component, policy, &applicable, &labels);
    // A policy serves many components.
    let mut grants = Grants { allow_missing: true, ..Grants::all(default) };
    let mut say = |import: &str, item: &str, treatment| {
        grants.grants.push(Grant::new(Pattern::exact(import, item), treatment, None));
    };
    let treatment_of = |is_allowed: bool| if is_allowed { Treatment::Allow } else { Treatment::Deny };
    for (import, item) in component.imports() {
        let ComponentEntityType::Instance(id) = item.ty else {
            let is_allowed = allowance.refusal(&host_item("", import)).is_none();
            match decision::decide(policy, &applicable, Called::by(&[""]), import) {
                Decision::Default if is_function(item) => {}
                Decision::Default if is_allowed && matches!(item.ty, ComponentEntityType::Type { .. }) => {}
                // A type goes by its name as an interface does.
                _ if matches!(item.ty, ComponentEntityType::Type { .. }) => {
                    if !is_allowed || Capability::named(import).is_none() {
                        say(import, "", treatment_of(is_allowed));
                    }
                }
                _ => say("", import, treatment_of(is_allowed)),
            }
            continue;
        };
        let items = || component.types().get(id).into_iter().flat_map(|ty| &ty.exports);
        let names = ImportNames::of(component, import);
        let names = names.all();
        let called = Called::by(&names);
        let functions: Vec<&str> =
            items().filter(|(_, item)| is_function(item)).map(|(name, _)| name.as_str()).collect();
        let is_named = decision::is_about(policy, &applicable, called, &functions);
        let mut leaves_any = false;
        for (name, item) in items().filter(|(_, item)| !matches!(item.ty, ComponentEntityType::Type { .. })) {
            let is_said = !matches!(decision::decide(policy, &applicable, called, name), Decision::Default);
            // By its own name, which is closer than any other: of grants the closest decides, and of rules the one that denies.
            if is_said || is_named || !is_function(item) {
                let is_allowed = allows(&allowance, component, import, name, item);
                leaves_any |= is_allowed;
                say(import, name, treatment_of(is_allowed));
            } else {
                leaves_any = true;
            }
        }
        let is_types = items().all(|(_, item)| matches!(item.ty, ComponentEntityType::Type { .. }));
        if is_types {
            let is_plain = mentions::resources(component, item.ty).is_empty();
            let decision = decision::decide(policy, &applicable, called, "");
            let is_allowed = match is_plain {
                true => !matches!(decision, Decision::Denied(_)),
                false => allowance.refusal(&host_item(import, "")).is_none(),
            };
            // Of what stays, such an interface stays where that is made of its resource types. That is less than a grant
            // leaves, which no rule gives.
            let is_needed = !is_plain && is_allowed && !matches!(decision, Decision::Allowed);
            // The name of what is no interface may be a capability's, and would be read as that.
            if !is_needed && (!is_allowed || Capability::named(import).is_none()) {
                say(import, "", treatment_of(is_allowed));
            }
        } else if !leaves_any {
            // Its types are of no use to the component by themselves.
            say(import, "", Treatment::Deny);
        }
    }
    grants
}

/// The rules that allow something to others than a component of some name: [`grants`] takes nothing from them. Each is the name that
/// it has, with its place.
pub fn for_parts<'p>(policy: &'p Policy, name: &'p str) -> impl Iterator<Item = &'p (String, Place)> {
    let others = policy.rules.iter().filter(move |rule| !rule.allow.is_empty() && !rule.names(name));
    others.filter_map(|rule| rule.component.as_ref())
}

fn is_function(item: &ComponentItem) -> bool {
    matches!(item.ty, ComponentEntityType::Func(_))
}

fn host_item(interface: &str, member: &str) -> HostItem {
    HostItem { interface: interface.to_owned(), member: member.to_owned(), inner: Vec::new() }
}

/// Whether an item of an imported instance is allowed, with all that is in it where it is an instance itself.
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
