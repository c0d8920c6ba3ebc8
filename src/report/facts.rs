//! Groups violations of a policy into facts, each of which is one line.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::violation::{Kind, Rule, Violation};
use crate::name::Capability;
use crate::policy::{Cause, Path, Quote, Through, Violation as Found};

/// The number of listed functions of an interface that is denied entirely.
const FOLDED: usize = 3;

/// Violations of one line.
pub struct Fact<'r> {
    /// The first violation.
    pub first: &'r Violation,
    told: Told,
}

/// The scope of the line.
#[derive(Debug, Clone, Copy)]
enum Told {
    /// The first violation only.
    Alone,
    /// A number of functions of the first violation's import.
    Functions(usize),
    /// A number of interfaces of a capability.
    Interfaces(Capability, usize),
}

/// The common properties of the violations of one line.
#[derive(PartialEq, Eq, Hash)]
struct Key<'r> {
    component: &'r Path,
    through: &'r Through,
    rule: &'r Rule,
    /// The place of the rule that would allow it and does not apply.
    powerless: Option<usize>,
    of: Of<'r>,
}

/// The import or capability.
#[derive(PartialEq, Eq, Hash)]
enum Of<'r> {
    Capability(Capability),
    Import(&'r str),
}

impl Fact<'_> {
    /// The import or the capability of which nothing is allowed, where the line is about that.
    pub fn scope(&self) -> Option<String> {
        match self.told {
            Told::Alone => None,
            Told::Functions(_) => import(self.first).map(str::to_owned),
            Told::Interfaces(capability, _) => Some(capability.to_string()),
        }
    }

    /// The violation in words. `quote` writes names.
    pub fn message(&self, quote: Quote<'_>) -> String {
        let found = &self.first.found;
        match self.told {
            Told::Alone => found.in_words(quote),
            Told::Functions(functions) => found.of_functions(functions, quote),
            Told::Interfaces(capability, interfaces) => found.of_capability(capability, interfaces, quote),
        }
    }
}

/// The facts of violations. With `each`, every violation is a fact, and they are in order; without it, limits come first, then what
/// leads furthest out, and what is of no capability last.
pub fn facts(violations: &[Violation], each: bool) -> Vec<Fact<'_>> {
    let mut groups: IndexMap<Result<Key<'_>, usize>, Vec<&Violation>> = IndexMap::new();
    for (number, violation) in violations.iter().enumerate() {
        // If a part of an import is allowed, the other functions are listed by name.
        let key = Key::of(violation).filter(|_| !each).ok_or(number);
        groups.entry(key).or_default().push(violation);
    }
    let mut facts: Vec<Fact<'_>> = groups.values().flat_map(|group| together(group)).collect();
    if !each {
        facts.sort_by_key(|fact| {
            (import(fact.first).is_some(), Reverse(fact.first.found.capability().map(Capability::reach)))
        });
    }
    facts
}

/// A large group as one fact, a small one as several.
fn together<'r>(group: &[&'r Violation]) -> Vec<Fact<'r>> {
    let alone = |violation: &&'r Violation| Fact { first: violation, told: Told::Alone };
    let Some(first) = group.first() else { return Vec::new() };
    let imports: BTreeSet<&str> = group.iter().filter_map(|violation| import(violation)).collect();
    let told = match (first.found.capability(), imports.len()) {
        (Some(capability), interfaces @ 2..) => Told::Interfaces(capability, interfaces),
        (_, 1) if group.len() > FOLDED => Told::Functions(group.len()),
        _ => return group.iter().map(alone).collect(),
    };
    vec![Fact { first, told }]
}

fn import(violation: &Violation) -> Option<&str> {
    match &violation.kind {
        Kind::Import { import, .. } => Some(import),
        Kind::Limit { .. } => None,
    }
}

impl<'r> Key<'r> {
    /// `None` for violations that are always separate.
    fn of(violation: &'r Violation) -> Option<Key<'r>> {
        let Found::Reached { subject, path, through, is_whole: true, cause } = &violation.found else { return None };
        // What an import says of itself is told with it.
        if !subject.is_interface || subject.external_id.is_some() {
            return None;
        }
        let powerless = match cause {
            Cause::Default { powerless, .. } => powerless.as_ref().map(|powerless| powerless.place.start()),
            Cause::Deny { .. } => None,
        };
        let of = match violation.found.capability() {
            Some(capability) => Of::Capability(capability),
            None => Of::Import(&subject.import),
        };
        Some(Key { component: path, through, rule: &violation.rule, powerless, of })
    }
}
