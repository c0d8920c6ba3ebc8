//! Reports for readers, such as the wires of a composition and the violations of a policy.

pub(crate) mod adapters;
pub(crate) mod diff;
pub(crate) mod explain;
mod facts;
pub(crate) mod github;
pub(crate) mod inspect;
pub(crate) mod json;
pub(crate) mod left;
pub(crate) mod markdown;
#[cfg(feature = "pictures")]
pub(crate) mod picture;
pub(crate) mod policy;
mod runtime;
pub(crate) mod sarif;
pub(crate) mod suggest;
pub(crate) mod summary;
pub(crate) mod verify;
mod violation;

use serde::Serialize;

/// Writes a report as indented JSON.
pub(crate) fn to_json(report: &impl Serialize) -> String {
    // Reports consist of strings, numbers, lists and fields, which JSON can always express.
    serde_json::to_string_pretty(report).unwrap_or_default()
}
