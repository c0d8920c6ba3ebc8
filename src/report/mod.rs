//! Reports for readers, such as the wires of a composition and the violations of a policy.

pub mod adapters;
pub mod diff;
pub mod explain;
mod facts;
pub mod github;
pub mod inspect;
pub mod json;
pub mod left;
pub mod markdown;
#[cfg(feature = "pictures")]
pub mod picture;
pub mod policy;
mod runtime;
pub mod sarif;
pub mod suggest;
pub mod summary;
pub mod verify;
mod violation;

use serde::Serialize;

/// Writes a report as indented JSON.
pub fn to_json(report: &impl Serialize) -> String {
    // Reports consist of strings, numbers, lists and fields, which JSON can always express.
    serde_json::to_string_pretty(report).unwrap_or_default()
}
