//! Provenance: the custom section `weld`, which states the inputs and the grants of an output.
//!
//! The section is JSON, so that other tools can read it. It contains no time, no path of an input and nothing of the
//! environment. It has no effect on the component. It is a claim of the author of the file, which `weld verify`
//! compares with the grants.

mod made_of;
mod manifest;
#[cfg(test)]
mod tests;
mod words;

pub(crate) use made_of::{DEFAULT, function, granted, of};
pub(crate) use manifest::{Assignment, assignment, granted_name};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::limits;

/// The name of the custom section.
pub(crate) use crate::name::PROVENANCE as SECTION;

/// The version of the format of [`Provenance`].
pub(crate) const VERSION: u32 = 1;

/// What the section says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Provenance {
    /// The version of this format. Fields may be added within a version.
    pub version: u32,
    /// The version of weld that wrote the component.
    pub weld: String,
    /// The components that are in it, without the adapters that weld generated, in the order of their first instances.
    pub components: Vec<Input>,
    /// What components may use, and what they were given in its place: by component, then by what it is about, of which
    /// `*` is the last.
    #[serde(default)]
    pub grants: Vec<Granted>,
}

/// A component that another was made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Input {
    /// What the composition called it.
    pub name: String,
    /// The SHA-256 of the file that it came from, as in `weld.lock`.
    pub sha256: String,
}

/// What was granted to a component.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Granted {
    /// The component, by the name that the composition gave it.
    pub component: String,
    /// What it is about, as a manifest calls it: `random`, `fs /`, `wasi:http/*`; `*` for all that is not named.
    pub grant: String,
    /// What was granted: `allow`, `deny`, `embed 3 files, 1,204 bytes, sha256 …`.
    pub value: String,
}

impl Granted {
    /// Whether the line states that a function was kept without a grant.
    pub(crate) fn is_kept(&self) -> bool {
        self.value.starts_with("kept (")
    }
}

impl Provenance {
    /// Writes the content of the custom section: JSON without white space, with fields in the order of the structs.
    pub(crate) fn json(&self) -> String {
        // Structs of texts and a number can always be written as JSON.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads the content of the custom section. `None` if it is too large, has another version, or is malformed.
    pub(crate) fn read(data: &[u8]) -> Option<Provenance> {
        if data.len() > limits::PROVENANCE_BYTES {
            return None;
        }
        serde_json::from_slice(data).ok().filter(|read: &Provenance| read.version == VERSION)
    }
}
