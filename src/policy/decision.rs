//! Decides whether the rules of a policy allow an item, and by which rule.

use std::collections::BTreeSet;

use super::names;
use crate::describe::policy::{self, Policy};
use crate::inspect::reach::Reach;
use crate::name::Pattern;

/// The rules of a policy that apply to an instance: for each rule, whether its `allow` and whether its `deny` applies.
pub(super) type Applicable = Vec<(bool, bool)>;

/// What the rules of a policy say about an item.
#[derive(Debug, Clone, Copy)]
pub(super) enum Decision<'p> {
    /// A rule denies this pattern, which names the item.
    Denied(&'p policy::Named),
    /// A rule allows a pattern that names the item, and no rule denies one.
    Allowed,
    /// No rule names the item.
    Default,
}

/// The names of an import.
#[derive(Clone, Copy)]
pub(super) struct NameSet<'n> {
    /// Its own name, and that of the interface that it implements.
    pub names: &'n [&'n str],
    /// The labels of the import in nested components. They count only for what is denied: the author of a component
    /// chooses its labels.
    pub labels: &'n [String],
}

impl<'n> NameSet<'n> {
    /// Names without labels.
    pub(super) fn without_labels(names: &'n [&'n str]) -> NameSet<'n> {
        NameSet { names, labels: &[] }
    }

    fn all(self) -> impl Iterator<Item = &'n str> {
        self.names.iter().copied().chain(self.labels.iter().map(String::as_str))
    }
}

/// Decides about an item of an import, or about an interface as such if the item is empty. A pattern that any rule
/// denies takes precedence over all that rules allow. Of several denied patterns, one that names the whole interface is
/// returned, since it says more.
pub(super) fn decide<'p>(
    policy: &'p Policy,
    applicable: &Applicable,
    name_set: NameSet<'_>,
    item: &str,
) -> Decision<'p> {
    let denies = |pattern: &Pattern| name_set.all().any(|name| pattern.rank(name, item).is_some());
    choose(policy, applicable, denies, |pattern| allows(pattern, name_set.names, item))
}

/// Whether a pattern that a rule allows names an item.
pub(super) fn allows(pattern: &Pattern, names: &[&str], item: &str) -> bool {
    names.iter().any(|name| pattern.rank_to_allow(name, item).is_some())
}

/// Decides about an item in an instance within an imported instance, by the path of names that leads to it. No pattern
/// names such an item itself, so it is allowed only with the whole import. It is denied by any name on the path.
pub(super) fn decide_inner<'p>(
    policy: &'p Policy,
    applicable: &Applicable,
    name_set: NameSet<'_>,
    path: &[&str],
) -> Decision<'p> {
    let denies = |pattern: &Pattern| {
        // Each name on the path is an interface that contains the next one, and may have the name of an interface of
        // WASI.
        let last = path.len();
        let mut firsts =
            name_set.all().map(|name| (0, name)).chain(path.iter().copied().zip(1..).map(|(name, at)| (at, name)));
        firsts.any(|(at, name)| {
            let next = path.get(at).copied().unwrap_or_default();
            match pattern.is_of_functions() && at + 1 < last {
                // A pattern of one function does not deny an instance of the interface's name, which has functions of
                // its own.
                true => pattern.rank_by_name(name, next).is_some(),
                false => pattern.rank(name, next).is_some(),
            }
        })
    };
    choose(policy, applicable, denies, |pattern| allows_inner(pattern, name_set.names, path))
}

/// Whether a pattern that a rule allows names the import that contains an item.
pub(super) fn allows_inner(pattern: &Pattern, names: &[&str], path: &[&str]) -> bool {
    !pattern.is_of_functions() && path.first().is_some_and(|member| allows(pattern, names, member))
}

fn choose<'p>(
    policy: &'p Policy,
    applicable: &Applicable,
    denies: impl Fn(&Pattern) -> bool,
    allows: impl Fn(&Pattern) -> bool,
) -> Decision<'p> {
    // `min_by_key` returns the first of several equal ones.
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

/// Whether a rule names an import, or one of its functions, even one that does not exist. If so, the default decides
/// about all other functions of the import, and none is kept.
pub(super) fn is_about(policy: &Policy, applicable: &Applicable, name_set: NameSet<'_>, functions: &[&str]) -> bool {
    let mut named = allowed(policy, applicable).chain(denied(policy, applicable));
    let is_decided = |function: &&str| !matches!(decide(policy, applicable, name_set, function), Decision::Default);
    named.any(|named| name_set.all().any(|name| named.pattern.is_about(name))) || functions.iter().any(is_decided)
}

/// The rules that apply to a component that is not part of a composition, by its name.
pub(super) fn applicable_by_name(policy: &Policy, component: &str) -> Applicable {
    policy.rules.iter().map(|rule| rule.names(component)).map(|named| (named, named)).collect()
}

/// The rules that apply to each instance. A rule applies to the instances that it names, and to all that are nested in
/// them. `generated` has the parts that weld is known to have generated as adapters.
pub(super) fn applicable(policy: &Policy, reach: &Reach, generated: &BTreeSet<usize>) -> Vec<Applicable> {
    let names = names::names(reach, generated);
    let of_rule = |rule: &policy::Rule| {
        let named = names::named(rule, reach, &names);
        // If a nested instance has the name of the outermost component, the rule may be meant for either. So what it
        // allows does not apply to the outermost, and what it denies applies to both.
        let names_nested = !rule.is_of_all() && named.iter().skip(1).any(|named| named.denies);
        let mut applies: Vec<(bool, bool)> = Vec::new();
        for (instance, named) in reach.instances.iter().zip(&named) {
            applies.push(match instance.within {
                None => (named.allows && !names_nested, named.denies),
                Some(outer) => {
                    let (allows, denies) = applies.get(outer).copied().unwrap_or_default();
                    (allows || named.allows, denies || named.denies)
                }
            });
        }
        applies
    };
    let by_rule: Vec<Vec<(bool, bool)>> = policy.rules.iter().map(of_rule).collect();
    let rules = |id: usize| by_rule.iter().filter_map(|rule| rule.get(id).copied()).collect();
    (0..reach.instances.len()).map(rules).collect()
}
