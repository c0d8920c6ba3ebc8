//! A policy that is suggested, as the text of its file.

use std::collections::BTreeMap;

use indexmap::{IndexMap, IndexSet};

use super::inspect::together;
use crate::name::Capability;
use crate::policy::Suggested;
use crate::text::{self, Shown};

/// What is suggested for the component of one file.
pub struct Suggestion {
    /// What a policy calls the component.
    pub name: String,
    /// The path of the file, as it was given.
    pub file: String,
    /// The rules.
    pub rules: Vec<Suggested>,
}

/// The text of a policy, which the components meet. Where there are several, each rule names the components that it is for: the
/// parts of all files that go by one name have a rule in common.
pub fn policy(suggestions: &[Suggestion]) -> String {
    let files: Vec<String> = suggestions.iter().map(|suggestion| format!("`{}`", Shown(&suggestion.file))).collect();
    let (shown, others) = text::some_of(&files);
    let others = if others == 0 { String::new() } else { format!(" and {others} others") };
    let reach = if suggestions.len() == 1 { "reaches" } else { "reach" };
    let mut text = format!(
        "# What {}{others} {reach} today, and no more.\n\
         # `weld check --suggest` wrote it: read it before you rely on it. What no rule names is denied.\n",
        shown.join(", ")
    );
    for suggestion in suggestions.iter().filter(|suggestion| suggestion.rules.is_empty()) {
        text += &format!("\n# `{}` reaches nothing of the host.\n", Shown(&suggestion.name));
    }
    let is_one = suggestions.len() == 1;
    let mut rules: IndexMap<Option<&str>, Patterns<'_>> = IndexMap::new();
    for suggestion in suggestions {
        let name = Some(suggestion.name.as_str()).filter(|_| !is_one);
        for rule in &suggestion.rules {
            let patterns = rules.entry(rule.component.as_deref().or(name)).or_default();
            for allowed in &rule.allow {
                let imports = allowed.imports.iter().map(String::as_str);
                patterns.entry((order(&allowed.pattern), &allowed.pattern)).or_default().extend(imports);
            }
        }
    }
    for (component, patterns) in &rules {
        let files = component.map(|name| files_of(suggestions, name)).unwrap_or_default();
        text += &rule_text(*component, patterns, &files);
    }
    text
}

/// The files in which something has a rule by some name.
fn files_of<'s>(suggestions: &'s [Suggestion], name: &str) -> Vec<&'s str> {
    let has = |suggestion: &&Suggestion| {
        suggestion.rules.iter().any(|rule| rule.component.as_deref().unwrap_or(&suggestion.name) == name)
    };
    suggestions.iter().filter(has).map(|suggestion| suggestion.file.as_str()).collect()
}

/// What is said of names that several files have in common, whose rule is for all of them: one may then do what another one needs.
pub fn shared(suggestions: &[Suggestion]) -> Vec<String> {
    let names: IndexSet<&str> = { suggestions.iter() }
        .flat_map(|suggestion| {
            suggestion.rules.iter().map(|rule| rule.component.as_deref().unwrap_or(&suggestion.name))
        })
        .collect();
    let shared = names.into_iter().filter_map(|name| {
        let files = files_of(suggestions, name);
        let listed = |files: &[&str]| files.iter().map(|file| format!("`{file}`")).collect::<Vec<_>>().join(", ");
        (suggestions.len() > 1 && files.len() > 1).then(|| {
            let (shown, others) = text::some_of(&files);
            let others = if others == 0 { String::new() } else { format!(" and {others} others") };
            let files = listed(shown);
            format!("the rule for `{name}` is for all that go by this name, in {files}{others}; for rules of their own, give them other names")
        })
    });
    shared.collect()
}

/// The patterns of a rule in their order, each with the imports that it is for.
type Patterns<'s> = BTreeMap<(usize, &'s str), IndexSet<&'s str>>;

/// Where a pattern stands: capabilities come first, in their order.
fn order(pattern: &str) -> usize {
    Capability::names().position(|name| name == pattern).unwrap_or(usize::MAX)
}

/// A rule, with what each pattern is for, and the files whose components have it in common.
fn rule_text(component: Option<&str>, patterns: &Patterns<'_>, files: &[&str]) -> String {
    let (shown, others) = text::some_of(files);
    let shown: Vec<String> = shown.iter().map(|file| format!("`{}`", Shown(file))).collect();
    let others = if others == 0 { String::new() } else { format!(" and {others} others") };
    let shared = match files.len() {
        0 | 1 => String::new(),
        _ => format!("# One rule for all that go by this name: {}{others}.\n", shown.join(", ")),
    };
    let component = component.map(|name| format!("component = {}\n", text::toml(name))).unwrap_or_default();
    let quoted: Vec<String> = patterns.keys().map(|(_, pattern)| format!("{},", text::toml(pattern))).collect();
    let width = quoted.iter().map(|pattern| pattern.chars().count()).max().unwrap_or_default();
    let line = |(imports, pattern): (&IndexSet<&str>, &String)| {
        let imports = together(imports.iter().copied());
        let (shown, others) = text::some_of(&imports);
        let others = if others == 0 { String::new() } else { format!(" and {others} others") };
        format!("    {pattern:width$}  # {}{others}\n", Shown(&shown.join(", ")))
    };
    let lines: String = patterns.values().zip(&quoted).map(line).collect();
    format!("\n{shared}[[rule]]\n{component}allow = [\n{lines}]\n")
}
