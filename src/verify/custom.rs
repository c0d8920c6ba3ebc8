//! Compares the custom sections of an output with the planned ones.

use std::collections::BTreeSet;

use crate::decode::Level;
use crate::provenance::{Provenance, SECTION};

/// Custom sections that any output may have, once each.
const KNOWN: &[&str] = &["component-name", "producers"];

/// Checks that the custom sections of the output are those that weld writes, once each, and that its provenance equals
/// `provenance`.
pub(super) fn compare(provenance: Option<&Provenance>, level: &Level<'_>) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for (name, data) in &level.custom {
        if !seen.insert(*name) {
            return Err(format!("it has two custom sections `{name}`"));
        }
        match provenance {
            Some(planned) if *name == SECTION => {
                // The size limit for provenance of inputs does not apply here.
                if serde_json::from_slice(data).ok().as_ref() != Some(planned) {
                    return Err("it says that it was made of something else".to_owned());
                }
            }
            _ if KNOWN.contains(name) => {}
            _ => return Err(format!("it has a custom section `{name}`")),
        }
    }
    if provenance.is_some() && !seen.contains(SECTION) {
        return Err("it does not say what it was made of".to_owned());
    }
    Ok(())
}
