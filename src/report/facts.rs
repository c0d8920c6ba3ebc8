//! Violations of a policy as facts: what is said once of all functions that one line is about.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::policy::{Kind, Rule, Violation};
use crate::name::Capability;
use crate::policy::{Cause, Path, Quote, Through, Violation as Found};

/// How many functions of an interface are listed, at most, where nothing of it is allowed.
const FOLDED: usize = 3;

/// Violations that are told together.
pub struct Fact<'r> {
    /// The first of them.
    pub first: &'r Violation,
    told: Told,
}

/// What is told of them.
#[derive(Debug, Clone, Copy)]
enum Told {
    /// The first, which is the only one.
    Alone,
    /// So many functions of the first one's import.
    Functions(usize),
    /// So many interfaces of a capability.
    Interfaces(Capability, usize),
}

/// What violations have in common that are told together.
#[derive(PartialEq, Eq, Hash)]
struct Key<'r> {
    component: &'r Path,
    through: &'r Through,
    rule: &'r Rule,
    /// Where the rule is that would allow it, and does not apply.
    powerless: Option<usize>,
    of: Of<'r>,
}

/// What they are of.
#[derive(PartialEq, Eq, Hash)]
enum Of<'r> {
    Capability(Capability),
    Import(&'r str),
}

impl Fact<'_> {
    /// What is wrong, in words, with each name as `quote` writes it.
    pub fn message(&self, quote: Quote<'_>) -> String {
        let found = &self.first.found;
        match self.told {
            Told::Alone => found.in_words(quote),
            Told::Functions(functions) => found.of_functions(functions, quote),
            Told::Interfaces(capability, interfaces) => found.of_capability(capability, interfaces, quote),
        }
    }
}

/// The facts that violations are, in their order; each violation alone, if `each` is to be told.
pub fn facts(violations: &[Violation], each: bool) -> Vec<Fact<'_>> {
    let mut groups: IndexMap<Result<Key<'_>, usize>, Vec<&Violation>> = IndexMap::new();
    for (number, violation) in violations.iter().enumerate() {
        // Where something of an import is allowed, each of the others is worth its name.
        let key = Key::of(violation).filter(|_| !each).ok_or(number);
        groups.entry(key).or_default().push(violation);
    }
    groups.values().flat_map(|group| together(group)).collect()
}

/// A group as one fact, where it is large enough; else as several.
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
    /// `None` for what is always told alone.
    fn of(violation: &'r Violation) -> Option<Key<'r>> {
        let Found::Reached { subject, path, through, is_whole: true, cause } = &violation.found else { return None };
        if !subject.is_interface {
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
