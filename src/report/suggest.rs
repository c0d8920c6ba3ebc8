//! The text of a suggested policy.

use std::collections::BTreeMap;

use indexmap::{IndexMap, IndexSet};

use super::adapters::Kept;
use super::inspect::together;
use crate::name::Capability;
use crate::policy::Suggested;
use crate::text::{self, Shown};

/// The suggestion for the component of one file.
pub(crate) struct Suggestion {
    /// The name of the component in a policy.
    pub name: String,
    /// The path of the file as the user wrote it.
    pub file: String,
    /// The rules.
    pub rules: Vec<Suggested>,
    /// The functions that the component reaches and that need no rule, because they only use what the component is
    /// given.
    pub kept: Vec<Kept>,
}

impl Suggestion {
    /// Lists the functions that need no rule. Functions of WASI are listed only if there are no rules.
    fn kept(&self) -> Vec<String> {
        Kept::lines_of(&self.kept, |kept| self.rules.is_empty() || !kept.is_of_wasi(), true, None)
    }
}

/// Writes a policy that the components meet. If there are several, each rule names a component, and components of one
/// name share a rule. Names with wildcards get no rule, since a rule would read them as patterns for other names.
pub(crate) fn policy(suggestions: &[Suggestion]) -> String {
    let files: Vec<String> = suggestions.iter().map(|suggestion| format!("`{}`", Shown(&suggestion.file))).collect();
    let (shown, others) = text::some_of(&files);
    let others = if others == 0 { String::new() } else { format!(" and {others} others") };
    let reach = if suggestions.len() == 1 { "reaches" } else { "reach" };
    let mut text = format!(
        "# What {}{others} {reach} today, and no more.\n\
         # `weld check --suggest` wrote it: read it before you rely on it. What no rule names is denied.\n",
        shown.join(", ")
    );
    for suggestion in suggestions {
        let (name, kept) = (Shown(&suggestion.name), suggestion.kept());
        match (suggestion.rules.is_empty(), kept.is_empty()) {
            (true, true) => text += &format!("\n# `{name}` reaches nothing of the host.\n"),
            (true, false) => {
                text += &format!(
                    "\n# `{name}` reaches nothing of the host but by what it is given, which no rule has to name:\n"
                );
            }
            (false, false) => {
                text += &format!("\n# `{name}` reaches more by what it is given, which no rule has to name:\n")
            }
            (false, true) => {}
        }
        text.extend(kept.iter().map(|line| format!("#   {}\n", Shown(line))));
    }
    let is_one = suggestions.len() == 1;
    let mut rules: IndexMap<Option<&str>, Patterns<'_>> = IndexMap::new();
    for suggestion in suggestions {
        let name = Some(suggestion.name.as_str()).filter(|_| !is_one);
        for rule in &suggestion.rules {
            let name = rule.component.as_deref().or(name);
            // As a pattern, the name would allow other components the imports of this one.
            if name.is_some_and(|name| name.contains(['*', '?'])) {
                continue;
            }
            let patterns = rules.entry(name).or_default();
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

/// Returns the files with components of a name.
fn files_of<'s>(suggestions: &'s [Suggestion], name: &str) -> Vec<&'s str> {
    let has = |suggestion: &&Suggestion| {
        suggestion.rules.iter().any(|rule| rule.component.as_deref().unwrap_or(&suggestion.name) == name)
    };
    suggestions.iter().filter(has).map(|suggestion| suggestion.file.as_str()).collect()
}

/// Writes warnings about names that several files share: the rule for such a name allows each component the imports of
/// all.
pub(crate) fn shared(suggestions: &[Suggestion]) -> Vec<String> {
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

/// The patterns of a rule in order, each with its imports.
type Patterns<'s> = BTreeMap<(usize, &'s str), IndexSet<&'s str>>;

/// Returns the rank of a pattern: capabilities come first, in their order.
fn order(pattern: &str) -> usize {
    Capability::names().position(|name| name == pattern).unwrap_or(usize::MAX)
}

/// Writes a rule with comments on its patterns and its files.
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
