//! Converts the grants in provenance to those of a manifest.

use std::collections::BTreeMap;

use super::NamedInstance;
use super::error::SplitError;
use crate::inspect::model::{Inspection, Role};
use crate::name::adapted;
use crate::provenance::{Assignment, Granted, assignment};
use crate::text;

/// The tables `[virtualize.NAME]`.
///
/// # Errors
///
/// There is an adapter without stated grants, or a grant that only the adapter itself has in full.
pub fn tables(inspection: &Inspection, parts: &[NamedInstance<'_>]) -> Result<String, SplitError> {
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
    let mut tables: BTreeMap<&str, String> = BTreeMap::new();
    for line in granted {
        let table = tables.entry(&line.component).or_default();
        match assignment(line) {
            // Whoever made the file wrote the provenance: what is no single value would be further lines of the manifest.
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
