//! Converts the grants in provenance to those of a manifest.

use std::collections::BTreeMap;

use super::NamedInstance;
use super::error::SplitError;
use crate::imports::{Function, Imports, Interface};
use crate::inspect::model::{Inspection, Role};
use crate::load::Component;
use crate::name::{Pattern, adapted};
use crate::provenance::{Assignment, Granted, assignment};
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
    let components_in = inspection.components.iter().filter(|nested| nested.within == Some(0));
    for adapter in components_in.filter(|nested| nested.role == Role::Adapter) {
        let instance = adapted(&adapter.name).unwrap_or(&adapter.name);
        let mut names = parts.iter().map(|part| &part.name);
        let component = names.find(|name| name.to_string() == instance).map(|name| name.component.as_str());
        if !granted.iter().any(|line| Some(line.component.as_str()) == component) {
            return Err(SplitError::NoProvenance { adapter: adapter.name.clone() });
        }
    }
    let imports: BTreeMap<&str, Imports<'_>> =
        components.iter().map(|(name, component)| (name.as_str(), Imports::of(component))).collect();
    let mut tables: BTreeMap<&str, String> = BTreeMap::new();
    for line in granted {
        let table = tables.entry(&line.component).or_default();
        match assignment(line) {
            Some(Assignment::Line(..)) if imports.get(line.component.as_str()).is_some_and(|of| is_idle(line, of)) => {}
            // A value that is not a single one would add further lines to the manifest.
            Some(Assignment::Line(key, value)) if value.parse::<toml_edit::Value>().is_ok() => {
                *table += &format!("{key} = {value}\n");
            }
            Some(Assignment::Derived) => {}
            _ => {
                let Granted { component, grant, value } = line.clone();
                return Err(SplitError::Grant { component, grant, value });
            }
        }
    }
    let table = |(name, lines): (&str, String)| format!("\n[virtualize.{}]\n{lines}", text::toml(name));
    Ok(tables.into_iter().map(table).collect())
}

/// Whether a grant gives something, and a component imports nothing that it names.
fn is_idle(line: &Granted, imports: &Imports<'_>) -> bool {
    let denies = ["deny", "trap", "ignore"]
        .iter()
        .any(|word| line.value == *word || line.value.starts_with(&format!("{word} (")));
    // The grant of a mount is `fs PATH`. A name with spaces is quoted.
    let name = line.grant.split(' ').next().unwrap_or_default();
    // A fixed clock also sets the times of files in memory.
    let names: &[&str] = match name {
        _ if line.grant.starts_with('"') => &[&line.grant],
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
