//! Converts the grants in provenance to those of a manifest.

use std::collections::{BTreeMap, BTreeSet};

use super::NamedInstance;
use super::error::SplitError;
use crate::imports::{Function, Imports, Interface};
use crate::inspect::model::Inspection;
use crate::load::Component;
use crate::name::{Pattern, adapted};
use crate::provenance::{Assignment, Granted, Provenance, assignment, granted_name};
use crate::text;

/// Writes the tables `[virtualize.NAME]` of components, which `components` has by name.
///
/// The provenance is a claim of the author of the file. A grant for which a component imports nothing is left out: it
/// has no effect in the file, and would have one for another version of the component.
///
/// # Errors
///
/// The provenance states no grants for an adapter, or not the whole value of a grant.
pub(super) fn tables(
    inspection: &Inspection,
    parts: &[NamedInstance<'_>],
    components: &BTreeMap<String, Component>,
) -> Result<String, SplitError> {
    let granted = inspection.provenance.as_ref().map(|provenance| provenance.grants.as_slice()).unwrap_or_default();
    let mut lines: BTreeMap<&str, Vec<&Granted>> = BTreeMap::new();
    granted.iter().for_each(|line| lines.entry(&line.component).or_default().push(line));
    // What the composition called the component of each instance, and of each component of the manifest.
    let named = inspection.provenance.as_ref().map(Provenance::components_by_instance).unwrap_or_default();
    let (mut by_instance, mut by_component) = (BTreeMap::new(), BTreeMap::new());
    for NamedInstance { instance, name, .. } in parts {
        let called = named.get(instance.name.as_str()).copied().unwrap_or(&name.component);
        by_instance.insert(instance.name.as_str(), called);
        by_component.insert(name.component.as_str(), called);
    }
    for adapter in inspection.adapters() {
        let instance = adapted(&adapter.name).unwrap_or(&adapter.name);
        if !by_instance.get(instance).is_some_and(|component| lines.contains_key(component)) {
            return Err(SplitError::NoProvenance { adapter: adapter.name.clone() });
        }
    }
    let known: BTreeSet<&str> = by_component.values().copied().collect();
    // Nothing had to be put around the composition.
    if let Some(component) = lines.keys().find(|component| !known.contains(*component)) {
        return Err(SplitError::OfWhole { component: (*component).to_owned() });
    }
    let table = |(own, called): (&str, &str)| Some(table(own, lines.get(called)?, components.get(own)?));
    by_component.into_iter().filter_map(table).collect()
}

/// Writes the table `[virtualize.NAME]` of a component that is a file by itself: nothing had to be put around it.
///
/// # Errors
///
/// The provenance does not state the whole value of a grant.
pub(super) fn alone(name: &str, component: &Component, provenance: Option<&Provenance>) -> Result<String, SplitError> {
    match provenance {
        Some(provenance) if !provenance.grants.is_empty() => {
            table(name, &provenance.grants.iter().collect::<Vec<_>>(), component)
        }
        _ => Ok(String::new()),
    }
}

fn table(name: &str, granted: &[&Granted], component: &Component) -> Result<String, SplitError> {
    let mut table = format!("\n[virtualize.{}]\n", text::toml(name));
    let imports = Imports::of(component);
    for line in granted {
        match assignment(line) {
            Some(Assignment::Line(..)) if is_idle(line, &imports) => {}
            // A value that is not a single one would add further lines to the manifest.
            Some(Assignment::Line(key, value)) if value.parse::<toml_edit::Value>().is_ok() => {
                table += &format!("{key} = {value}\n");
            }
            Some(Assignment::Derived) => {}
            _ => {
                let Granted { component, grant, value } = (*line).clone();
                return Err(SplitError::Grant { component, grant, value });
            }
        }
    }
    Ok(table)
}

/// Whether a grant gives something, and a component imports nothing that it names.
fn is_idle(line: &Granted, imports: &Imports<'_>) -> bool {
    let denies = ["deny", "trap", "ignore"]
        .iter()
        .any(|word| line.value == *word || line.value.starts_with(&format!("{word} (")));
    // The grant of a mount is `fs PATH`. A name with spaces is quoted.
    let quoted = granted_name(&line.grant).filter(|_| line.grant.starts_with('"'));
    let name = line.grant.split(' ').next().unwrap_or_default();
    // A fixed clock also sets the times of files in memory.
    let names: &[&str] = match name {
        _ if quoted.is_some() => &[quoted.as_deref().unwrap_or_default()],
        "clocks" => &["clocks", "fs"],
        name => &[name],
    };
    let patterns: Vec<Pattern> = names.iter().map(|name| Pattern::parse(name)).collect();
    let names = |interface: &Interface<'_>, function: &str| {
        let names = interface.names();
        patterns.iter().any(|pattern| names.iter().any(|name| pattern.rank(name, function).is_some()))
    };
    let has =
        |(interface, function): (&Interface<'_>, &Function<'_>)| line.grant == "*" || names(interface, function.name);
    let has_types = |interface: &Interface<'_>| interface.functions.is_empty() && names(interface, "");
    !denies && !imports.functions().any(has) && !imports.interfaces.iter().any(has_types)
}
