//! What was found, for its readers: what was wired to what, what a policy does not allow.

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

use serde::Serialize;

/// A report as JSON, indented.
pub fn to_json(report: &impl Serialize) -> String {
    // Reports are made of strings, numbers, lists and fields, which always have a form in JSON.
    serde_json::to_string_pretty(report).unwrap_or_default()
}
