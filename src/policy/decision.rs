//! What the rules of a policy say of something that a component reaches, and which rule it is that says so.

use std::collections::BTreeSet;

use super::names;
use crate::describe::policy::{self, Policy};
use crate::inspect::reach::Reach;
use crate::name::Pattern;

/// Which rules of a policy apply to a component: for each, whether what it allows does, and whether what it denies does.
pub type Applicable = Vec<(bool, bool)>;

/// Why something is allowed or denied.
#[derive(Debug, Clone, Copy)]
pub enum Decision<'p> {
    /// A pattern among what a rule denies.
    Denied(&'p policy::Named),
    /// A pattern among what a rule allows names it, and none that a rule denies.
    Allowed,
    /// No rule names it.
    Default,
}

/// The names that an import goes by.
#[derive(Clone, Copy)]
pub struct Called<'n> {
    /// Its own, and that of the interface that it is.
    pub names: &'n [&'n str],
    /// The labels by which components in the outermost one have it. They take away, and give nothing: whoever made a component
    /// chose its labels.
    pub labels: &'n [String],
}

impl<'n> Called<'n> {
    /// What goes by these names alone.
    pub fn by(names: &'n [&'n str]) -> Called<'n> {
        Called { names, labels: &[] }
    }

    fn all(self) -> impl Iterator<Item = &'n str> {
        self.names.iter().copied().chain(self.labels.iter().map(String::as_str))
    }
}

/// Decides about an item of an import, or about an interface as such where the item is empty. The import goes by some
/// names: its own, and that of the interface that it implements. What any rule denies by any of them is denied, whatever
/// others allow. Of several patterns that say the same, the one that names it as a whole counts, since it says more.
pub fn decide<'p>(policy: &'p Policy, applicable: &Applicable, called: Called<'_>, item: &str) -> Decision<'p> {
    let denies = |pattern: &Pattern| called.all().any(|name| pattern.rank(name, item).is_some());
    choose(policy, applicable, denies, |pattern| allows(pattern, called.names, item))
}

/// Whether a pattern names an item among what a rule allows.
pub fn allows(pattern: &Pattern, names: &[&str], item: &str) -> bool {
    names.iter().any(|name| pattern.rank_to_allow(name, item).is_some())
}

/// Decides about something in an instance that an imported instance has, by the path that leads there. No pattern names
/// that, so it is allowed with all of the import or not at all; it is denied by each of the names that lead there.
pub fn decide_inner<'p>(
    policy: &'p Policy,
    applicable: &Applicable,
    called: Called<'_>,
    path: &[&str],
) -> Decision<'p> {
    let denies = |pattern: &Pattern| {
        // Each is an interface of what comes next, and may be called like one itself.
        let last = path.len();
        let mut firsts =
            called.all().map(|name| (0, name)).chain(path.iter().copied().zip(1..).map(|(name, at)| (at, name)));
        firsts.any(|(at, name)| {
            let next = path.get(at).copied().unwrap_or_default();
            match pattern.is_of_functions() && at + 1 < last {
                // A function of an interface is not all that goes by the interface's name and has functions itself.
                true => pattern.rank_by_name(name, next).is_some(),
                false => pattern.rank(name, next).is_some(),
            }
        })
    };
    choose(policy, applicable, denies, |pattern| allows_inner(pattern, called.names, path))
}

/// Whether a pattern names something within an imported instance among what a rule allows.
pub fn allows_inner(pattern: &Pattern, names: &[&str], path: &[&str]) -> bool {
    !pattern.is_of_functions() && path.first().is_some_and(|member| allows(pattern, names, member))
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
    if let Some(named) = first(&mut denied(policy, applicable).filter(|named| denies(&named.pattern))) {
        return Decision::Denied(named);
    }
    let is_allowed = allowed(policy, applicable).any(|named| allows(&named.pattern));
    if is_allowed { Decision::Allowed } else { Decision::Default }
}

fn allowed<'p>(policy: &'p Policy, applicable: &Applicable) -> impl Iterator<Item = &'p policy::Named> {
    let rules = policy.rules.iter().zip(applicable);
    rules.filter(|(_, applies)| applies.0).flat_map(|(rule, _)| &rule.allow)
}

fn denied<'p>(policy: &'p Policy, applicable: &Applicable) -> impl Iterator<Item = &'p policy::Named> {
    let rules = policy.rules.iter().zip(applicable);
    rules.filter(|(_, applies)| applies.1).flat_map(|(rule, _)| &rule.deny)
}

/// Whether a rule names an import, or a function of it, be it one that is not there. What no rule names of such an import
/// is what the default says, and nothing of it is kept.
pub fn is_about(policy: &Policy, applicable: &Applicable, called: Called<'_>, functions: &[&str]) -> bool {
    let mut named = allowed(policy, applicable).chain(denied(policy, applicable));
    let is_decided = |function: &&str| !matches!(decide(policy, applicable, called, function), Decision::Default);
    named.any(|named| called.all().any(|name| named.pattern.is_about(name))) || functions.iter().any(is_decided)
}

/// The rules that apply to a component of some name, in nothing.
pub fn alone(policy: &Policy, component: &str) -> Applicable {
    policy.rules.iter().map(|rule| rule.names(component)).map(|named| (named, named)).collect()
}

/// The rules that apply to each instance. A rule is about the components that it names, and about all in them. The
/// outermost component has everything in it. `generated` has the parts that are known to be adapters which weld generated.
pub fn applicable(policy: &Policy, reach: &Reach, generated: &BTreeSet<usize>) -> Vec<Applicable> {
    let names = names::names(reach, generated);
    let of_rule = |rule: &policy::Rule| {
        let named = names::named(rule, reach, &names);
        // What is allowed to one in it that goes by the name of the outermost is allowed to that one alone, if to any:
        // either may be meant. What is denied is denied to both.
        let is_anothers = !rule.is_of_all() && named.iter().skip(1).any(|named| named.denies);
        let mut applies: Vec<(bool, bool)> = Vec::new();
        for (instance, named) in reach.instances.iter().zip(&named) {
            applies.push(match instance.within {
                None => (named.allows && !is_anothers, named.denies),
                Some(outer) => {
                    let (allows, denies) = applies.get(outer).copied().unwrap_or_default();
                    (allows || named.allows, denies || named.denies)
                }
            });
        }
        applies
    };
    let by_rule: Vec<Vec<(bool, bool)>> = policy.rules.iter().map(of_rule).collect();
    let of = |id: usize| by_rule.iter().filter_map(|rule| rule.get(id).copied()).collect();
    (0..reach.instances.len()).map(of).collect()
}
