//! What the rules of a policy say of one component, and which rule it is that says so.

use std::collections::BTreeSet;

use crate::describe::policy::{self, Policy};
use crate::describe::{Grant, Grants, Treatment};
use crate::load::Component;
use crate::name::Pattern;
use crate::virtualize::plan::{Plan, Ruling, Said};

use super::names::{self, Named};
use crate::inspect::reach::{Instance, Reach, Thing};

/// Which rules of a policy apply to a component: for each, whether what it allows does, and whether what it denies does.
pub type Applicable = Vec<(bool, bool)>;

/// Why something is allowed or denied.
#[derive(Debug, Clone, Copy)]
pub enum Decision<'p> {
    /// A pattern among what a rule denies.
    Denied(&'p policy::Named),
    /// A pattern among what a rule allows.
    Allowed(&'p policy::Named),
    /// No rule names it.
    Default,
}

/// Decides about a function of an interface, or about the interface as such where the function is empty. What any rule
/// denies is denied, whatever others allow. Of several patterns that say the same, the one that names it as a whole
/// counts, since it says more.
pub fn decide<'p>(policy: &'p Policy, applicable: &Applicable, interface: &str, function: &str) -> Decision<'p> {
    let names = |pattern: &Pattern| pattern.rank(interface, function).is_some();
    choose(policy, applicable, |pattern| names(pattern) || poses(pattern, function), names)
}

/// Decides about something in an instance that an imported instance has. No pattern names that, so it is allowed with
/// all of the import or not at all; it is denied by each of the names that lead there.
pub fn decide_inner<'p>(policy: &'p Policy, applicable: &Applicable, thing: &Thing) -> Decision<'p> {
    let Thing { interface, member, inner } = thing;
    let names: Vec<&str> = [interface.as_str(), member].into_iter().chain(inner.iter().map(|name| &**name)).collect();
    let denies = |pattern: &Pattern| {
        // Each is an interface of what comes next, and may be called like one itself.
        let next = names.iter().skip(1).copied().chain([""]);
        let mut pairs = names.iter().zip(next);
        pairs.any(|(name, next)| pattern.rank(name, next).is_some() || poses(pattern, name))
    };
    let allows = |pattern: &Pattern| !pattern.is_of_functions() && pattern.rank(interface, member).is_some();
    choose(policy, applicable, denies, allows)
}

/// Whether a pattern names the interface by whose name something else goes: who denies `wasi:random/random` means all
/// that is called that.
fn poses(pattern: &Pattern, name: &str) -> bool {
    name.contains(':') && pattern.rank(name, name).is_some()
}

fn choose<'p>(
    policy: &'p Policy,
    applicable: &Applicable,
    denies: impl Fn(&Pattern) -> bool,
    allows: impl Fn(&Pattern) -> bool,
) -> Decision<'p> {
    // The first of those that are equal.
    let first =
        |named: &mut dyn Iterator<Item = &'p policy::Named>| named.min_by_key(|named| named.pattern.is_of_functions());
    let rules = || policy.rules.iter().zip(applicable);
    let denied = rules().filter(|(_, applies)| applies.1).flat_map(|(rule, _)| &rule.deny);
    if let Some(named) = first(&mut denied.filter(|named| denies(&named.pattern))) {
        return Decision::Denied(named);
    }
    let allowed = rules().filter(|(_, applies)| applies.0).flat_map(|(rule, _)| &rule.allow);
    first(&mut allowed.filter(|named| allows(&named.pattern))).map_or(Decision::Default, Decision::Allowed)
}

/// What a decision is for a plan.
pub fn ruling(policy: &Policy, decision: Decision<'_>) -> Ruling {
    let (treatment, said) = match decision {
        Decision::Denied(named) => (Treatment::Deny, Said::by(&named.pattern)),
        Decision::Allowed(named) => (Treatment::Allow, Said::by(&named.pattern)),
        Decision::Default if policy.default => (Treatment::Allow, Said::Nothing),
        Decision::Default => (Treatment::Deny, Said::Nothing),
    };
    Ruling { treatment, said, asks_host: false }
}

/// What a policy says of each function that a component of that name imports: a ruling for a function of an interface,
/// or for the interface as such where the function is empty.
pub fn rules<'p>(policy: &'p Policy, component: &str) -> impl Fn(&str, &str) -> Ruling + use<'p> {
    let applicable = alone(policy, component);
    move |interface, function| ruling(policy, decide(policy, &applicable, interface, function))
}

/// As [`decide`], for an import that goes by several names: what is denied by any of them is denied.
pub fn by_names<'p>(policy: &'p Policy, applicable: &Applicable, names: &[&str], function: &str) -> Decision<'p> {
    let decisions = || names.iter().map(|name| decide(policy, applicable, name, function));
    let denied = decisions().find(|decision| matches!(decision, Decision::Denied(_)));
    let allowed = || decisions().find(|decision| matches!(decision, Decision::Allowed(_)));
    denied.or_else(allowed).unwrap_or(Decision::Default)
}

/// Whether a rule is about an import that goes by some names, or about a function of it.
pub fn is_about(policy: &Policy, applicable: &Applicable, names: &[&str], functions: &[&str]) -> bool {
    let decided = |function: &&str| !matches!(by_names(policy, applicable, names, function), Decision::Default);
    let rules = policy.rules.iter().zip(applicable);
    let allowed = rules.clone().filter(|(_, applies)| applies.0).flat_map(|(rule, _)| &rule.allow);
    let denied = rules.filter(|(_, applies)| applies.1).flat_map(|(rule, _)| &rule.deny);
    let mut named = allowed.chain(denied);
    named.any(|named| names.iter().any(|name| named.pattern.is_about(name))) || functions.iter().any(decided)
}

/// The rules that apply to a component of some name, in nothing.
fn alone(policy: &Policy, component: &str) -> Applicable {
    policy.rules.iter().map(|rule| rule.names(component)).map(|named| (named, named)).collect()
}

/// What a policy leaves a component, as grants: what it does not allow is denied.
pub fn grants(policy: &Policy, component: &Component) -> Grants {
    let applicable = alone(policy, component.name());
    let default = if policy.default { Treatment::Allow } else { Treatment::Deny };
    // A policy serves many components.
    let mut grants = Grants { allow_missing: true, ..Grants::all(default) };
    let mut seen = BTreeSet::new();
    let mut say = |pattern: &Pattern, treatment| {
        if seen.insert(pattern.to_string()) {
            grants.grants.push(Grant { pattern: pattern.clone(), treatment, place: None });
        }
    };
    let plan = Plan::allowing_all(component);
    for unit in &plan.units {
        // An interface as such only counts where it has no functions.
        let whole = unit.functions.is_empty() && !unit.name.is_empty();
        for function in unit.functions.iter().map(|function| function.name).chain(whole.then_some("")) {
            let by_name = || Pattern::parse(&format!("{}#{function}", unit.name));
            match decide(policy, &applicable, unit.name, function) {
                // What goes by the name of a denied interface is no such interface for grants.
                Decision::Denied(named) if named.pattern.rank(unit.name, function).is_none() => {
                    say(&by_name(), Treatment::Deny);
                }
                Decision::Denied(named) => say(&named.pattern, Treatment::Deny),
                // By itself the name of what is no interface may be a capability's, and mean that.
                Decision::Allowed(_) if function.is_empty() && !unit.name.contains(':') => {}
                // By its own name, which is closer than any that denies others: of grants the closest decides, and of
                // rules the one that denies.
                Decision::Allowed(_) if function.is_empty() => say(&Pattern::parse(unit.name), Treatment::Allow),
                Decision::Allowed(_) => {
                    say(&by_name(), Treatment::Allow);
                }
                Decision::Default => {}
            }
        }
    }
    grants
}

/// The rules that apply to each instance. A rule is about the components that it names, and about all in them. The
/// outermost component has everything in it, and often the name of one of those: where a rule names one of them, that one
/// is meant.
pub fn applicable(policy: &Policy, reach: &Reach) -> Vec<Applicable> {
    let names = names::names(reach);
    let by_rule: Vec<Vec<(bool, bool)>> = policy
        .rules
        .iter()
        .map(|rule| {
            let named = names::named(rule, reach, &names);
            let mut applies: Vec<(bool, bool)> = Vec::new();
            let is_outermost = named.first().is_some_and(|named| named.allows);
            let nested = || reach.instances.iter().zip(&named).skip(1);
            // No name that is chosen within takes what is denied from the whole, or gives it what is allowed.
            let is_meant = |(instance, named): (&Instance, &Named)| {
                instance.within == Some(0) && instance.is_named && named.allows
            };
            let denies_all = is_outermost && !nested().any(is_meant);
            let allows_all = is_outermost && !nested().any(|(_, named)| named.is_meant);
            for (instance, named) in reach.instances.iter().zip(&named) {
                let around = instance.within.filter(|outer| *outer != 0).and_then(|outer| applies.get(outer));
                let (allows, denies) = around.copied().unwrap_or((allows_all, denies_all));
                applies.push((allows || named.allows, denies || named.denies));
            }
            applies
        })
        .collect();
    let of = |id: usize| by_rule.iter().filter_map(|rule| rule.get(id).copied()).collect();
    (0..reach.instances.len()).map(of).collect()
}
