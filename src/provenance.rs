//! What a component was made of: the custom section `weld`, which every output of weld has unless it is left out.
//!
//! It is JSON, so that other tools can read it. It has no clock, no path and nothing of the environment in it, and
//! nothing in it has a say in what the component does: it is the word of whoever wrote the file.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The name of the custom section.
pub const SECTION: &str = "weld";

/// What the section says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Provenance {
    /// The version of this format. Fields may be added within a version.
    pub version: u32,
    /// The version of weld that wrote the component.
    pub weld: String,
    /// What it was made of, by name.
    pub components: Vec<Input>,
    /// What components may use, and what they were given in its place; by component, then as it was written.
    #[serde(default)]
    pub grants: Vec<Granted>,
}

/// A component that another was made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Input {
    /// What the composition called it.
    pub name: String,
    /// The SHA-256 of the file that it came from.
    pub sha256: String,
}

/// What was granted to a component.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Granted {
    /// The component, by the name that the composition gave it.
    pub component: String,
    /// What it is about, as a manifest calls it: `random`, `fs /`, `wasi:http/*`; `*` for all that is not named.
    pub grant: String,
    /// What was granted: `allow`, `deny`, `embed 3 files, 1,204 bytes, sha256 …`.
    pub value: String,
}
