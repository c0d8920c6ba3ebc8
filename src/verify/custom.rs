//! The custom sections of an output: those that were planned, and no others.

use std::collections::BTreeSet;

use crate::decode::Level;
use crate::provenance::{Provenance, SECTION};

/// What every output may have, once.
const KNOWN: &[&str] = &["component-name", "producers"];

/// Checks that the output's own custom sections are those that weld writes, each once, and that it says it was made of
/// `provenance`, where it is to say so.
pub fn compare(provenance: Option<&Provenance>, level: &Level<'_>) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for (name, data) in &level.custom {
        if !seen.insert(*name) {
            return Err(format!("it has two custom sections `{name}`"));
        }
        match provenance {
            Some(planned) if *name == SECTION => {
                // Read by itself: what is too long to be read by others was planned all the same.
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
