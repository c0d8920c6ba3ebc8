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

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::limits;

/// The name of the custom section.
pub(crate) use crate::name::PROVENANCE as SECTION;

/// The version of the format of [`Provenance`].
pub(crate) const VERSION: u32 = 1;

/// The content of the section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Provenance {
    /// The version of this format. Fields may be added within a version.
    pub version: u32,
    /// The version of weld that wrote the component.
    pub weld: String,
    /// The components from which the output was built, without adapters that weld generated, in the order of their
    /// first instances.
    pub components: Vec<Input>,
    /// The grants of these components, sorted by component and then by name. The default of a component, `*`, is its
    /// last grant.
    #[serde(default)]
    pub grants: Vec<Granted>,
}

/// A component from which the output was built.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Input {
    /// The name that the composition gave to the component.
    pub name: String,
    /// The SHA-256 of the component's file, as in `weld.lock`.
    pub sha256: String,
    /// The instances of the component, if they have other names than the component, in the order of instantiation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub instances: Vec<String>,
}

/// A grant of a component.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Granted {
    /// The name that the composition gave to the component.
    pub component: String,
    /// The capability, interface, function or mount that is granted, by its name in a manifest: `random`,
    /// `wasi:http/*`, `fs /`. `*` is the default, for all functions that no other grant names.
    pub grant: String,
    /// The treatment or setting: `allow`, `deny`, `embed 3 files, 1,204 bytes, sha256 …`.
    pub value: String,
}

impl Provenance {
    /// The names that the composition gave to components, by their instances, if these have other names.
    pub(crate) fn components_by_instance(&self) -> BTreeMap<&str, &str> {
        let instances = self.components.iter().flat_map(|of| of.instances.iter().map(move |name| (name, of)));
        instances.map(|(name, of)| (name.as_str(), of.name.as_str())).collect()
    }
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
