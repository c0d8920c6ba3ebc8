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
pub(super) struct Fact<'r> {
    /// The first violation.
    pub first: &'r Violation,
    scope: Scope,
}

/// The scope of a line.
#[derive(Debug, Clone, Copy)]
enum Scope {
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
    /// The position of a rule that would allow the import and does not apply.
    powerless: Option<usize>,
    subject: Subject<'r>,
}

/// The capability that violations belong to, or their import.
#[derive(PartialEq, Eq, Hash)]
enum Subject<'r> {
    Capability(Capability),
    Import(&'r str),
}

impl Fact<'_> {
    /// Returns the name of the import or capability that is denied entirely. `None` for a fact of a single violation.
    pub(super) fn scope(&self) -> Option<String> {
        match self.scope {
            Scope::Alone => None,
            Scope::Functions(_) => import(self.first).map(str::to_owned),
            Scope::Interfaces(capability, _) => Some(capability.to_string()),
        }
    }

    /// Returns the message. `quote` writes names.
    pub(super) fn message(&self, quote: Quote<'_>) -> String {
        let found = &self.first.found;
        match self.scope {
            Scope::Alone => found.in_words(quote),
            Scope::Functions(functions) => found.of_functions(functions, quote),
            Scope::Interfaces(capability, interfaces) => found.of_capability(capability, interfaces, quote),
        }
    }
}

/// Groups violations into facts. With `each`, every violation is a fact, in the given order. Otherwise facts on limits
/// come first, then those on imports, by the reach of their capability, and imports without a capability last.
pub(super) fn facts(violations: &[Violation], each: bool) -> Vec<Fact<'_>> {
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

/// Makes one fact of a large group, and several of a small one.
fn together<'r>(group: &[&'r Violation]) -> Vec<Fact<'r>> {
    let alone = |violation: &&'r Violation| Fact { first: violation, scope: Scope::Alone };
    let Some(first) = group.first() else { return Vec::new() };
    let imports: BTreeSet<&str> = group.iter().filter_map(|violation| import(violation)).collect();
    let scope = match (first.found.capability(), imports.len()) {
        (Some(capability), interfaces @ 2..) => Scope::Interfaces(capability, interfaces),
        (_, 1) if group.len() > FOLDED => Scope::Functions(group.len()),
        _ => return group.iter().map(alone).collect(),
    };
    vec![Fact { first, scope }]
}

fn import(violation: &Violation) -> Option<&str> {
    match &violation.kind {
        Kind::Import { import, .. } => Some(import),
        Kind::Limit { .. } => None,
    }
}

impl<'r> Key<'r> {
    /// Returns the key of a violation. `None` for violations that are never grouped.
    fn of(violation: &'r Violation) -> Option<Key<'r>> {
        let Found::Reached { subject, path, through, is_whole: true, cause } = &violation.found else { return None };
        // The message of a label or of an `external-id` names it.
        if !subject.is_interface || subject.external_id.is_some() {
            return None;
        }
        let powerless = match cause {
            Cause::Default { powerless, .. } => powerless.as_ref().map(|powerless| powerless.place.start()),
            Cause::Deny { .. } => None,
        };
        let subject = match violation.found.capability() {
            Some(capability) => Subject::Capability(capability),
            None => Subject::Import(&subject.import),
        };
        Some(Key { component: path, through, rule: &violation.rule, powerless, subject })
    }
}
