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

/// The tables `[virtualize.NAME]`, for components by name.
///
/// Whoever made the file wrote the provenance. What it gives a component that imports nothing of the kind is left out: nothing in the
/// file has it, and another version of the component would.
///
/// # Errors
///
/// There is an adapter without stated grants, or a grant that only the adapter itself has in full.
pub fn tables(
    inspection: &Inspection,
    parts: &[NamedInstance<'_>],
    components: &BTreeMap<String, Component>,
) -> Result<String, SplitError> {
    let granted = inspection.provenance.as_ref().map(|of| of.grants.as_slice()).unwrap_or_default();
    let adapters = inspection.components.iter().filter(|of| of.role == Role::Adapter && of.within == Some(0));
    for adapter in adapters {
        let of = adapted(&adapter.name).unwrap_or(&adapter.name);
        let component =
            parts.iter().map(|part| &part.name).find(|name| name.to_string() == of).map(|name| name.component.as_str());
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
            // What is no single value would be further lines of the manifest.
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

/// Whether a grant gives something of which a component imports nothing.
fn is_idle(line: &Granted, imports: &Imports<'_>) -> bool {
    let denies = ["deny", "trap", "ignore"]
        .iter()
        .any(|word| line.value == *word || line.value.starts_with(&format!("{word} (")));
    // A mount is `fs PATH`, and a name with spaces is in quotes.
    let name = line.grant.split(' ').next().unwrap_or_default();
    // Files that are made in memory have the time of the clock.
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
