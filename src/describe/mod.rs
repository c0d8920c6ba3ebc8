//! The phase describe: what the user wrote, in whichever form, to a [`Description`].

mod directory;
mod grant;
pub mod manifest;
mod measure;
mod place;
pub mod plug;
pub mod policy;
pub mod setting;
mod source;
pub mod virt;
pub mod wac;
#[cfg(feature = "compose-config")]
pub mod wasm_compose;

use std::collections::BTreeMap;

pub use directory::{Directory, Options};
pub use grant::{Grant, Grants, Treatment};
pub use place::{At, Place, Text, position};
pub use policy::{AppliedPolicy, Policy};
pub use setting::Settings;
pub use source::{Source, stdin_is_shared};

use crate::files::Files;
use crate::limits;

/// A composition as its user described it: no component has been read yet.
#[derive(Debug, Clone)]
pub struct Description {
    /// What the composition itself is called.
    pub name: Option<String>,
    /// Where the files are that it names.
    pub files: Files,
    /// Its components. Where wiring is automatic, the first is the root, and the order of the others means nothing.
    pub components: Vec<Entry>,
    /// What fills their imports.
    pub wiring: Wiring,
    /// Whether the output imports its components in the place of nesting them.
    pub import_components: bool,
    /// What components may use of what they import, by the components' names. One that is not here may use all of it.
    pub grants: BTreeMap<String, Grants>,
    /// The policy that the output must meet.
    pub policy: Option<AppliedPolicy>,
    /// Whether the output says what it was made of: see [`crate::provenance`].
    pub provenance: bool,
    /// Whether the output may have what the Component Model no longer has.
    pub obsolete_names: bool,
}

impl Default for Description {
    /// Of nothing. What comes of it says what it was made of.
    fn default() -> Self {
        let wiring = Wiring::Automatic(Automatic::default());
        Description {
            name: None,
            files: Files::Disk,
            components: Vec::new(),
            wiring,
            import_components: false,
            grants: BTreeMap::new(),
            policy: None,
            provenance: true,
            obsolete_names: false,
        }
    }
}

/// A component of a composition.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What the composition calls it. Entries of one name are told apart once their contents are known.
    pub name: String,
    /// Where it is.
    pub source: Source,
    /// The SHA-256 that it must have, in hexadecimal digits.
    pub sha256: Option<(String, Option<Place>)>,
    /// Where the user names it.
    pub place: Option<Place>,
}

/// Who decides what fills an import.
#[derive(Debug, Clone)]
pub enum Wiring {
    /// Names do, and the user where they do not say enough.
    Automatic(Automatic),
    /// A WAC document does.
    Wac(wac::Wac),
    /// A configuration of `wasm-tools compose` does.
    #[cfg(feature = "compose-config")]
    WasmCompose(wasm_compose::Wiring),
}

/// Wiring by name, from the root onward.
#[derive(Debug, Clone, Default)]
pub struct Automatic {
    /// What the user decides.
    pub wires: Vec<Wire>,
    /// What the user puts before what fills an import, or is exported.
    pub chains: Vec<Chain>,
    /// What the output exports beside what the root does.
    pub exports: Vec<Export>,
    /// Whether a component of which nothing is used is left out without an error.
    pub allow_unused: bool,
}

/// An instance of a component: `kv`, or `kv#1`, `kv#2`, … for further ones.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct InstanceName {
    /// What the composition calls the component.
    pub component: String,
    /// Which of its instances.
    pub number: u32,
}

/// What the user says of one import.
#[derive(Debug, Clone)]
pub struct Wire {
    /// The instance that has the import.
    pub importer: InstanceName,
    /// The import: its name, with or without the version.
    pub import: String,
    /// What fills it.
    pub from: From,
    /// Where the import is named.
    pub place: Place,
}

/// What fills an import, or is exported.
#[derive(Debug, Clone)]
pub enum From {
    /// The host does.
    Host,
    /// An export of an instance does.
    Export {
        /// The instance.
        exporter: InstanceName,
        /// The export: its name, with or without the version. Without it, the one that matches by name.
        export: Option<String>,
        /// Where that is said.
        place: Place,
    },
}

/// Components that stand between the two ends of an edge: each imports the interface of the edge, and exports it.
#[derive(Debug, Clone)]
pub struct Chain {
    /// The edge.
    pub edge: Edge,
    /// Where it is named.
    pub place: Place,
    /// The instances, from the one that fills the import, or is exported, to the one that imports what did so before. There is
    /// at least one.
    pub links: Vec<(InstanceName, Place)>,
    /// Whether all other imports of the links are left to the host, whatever exports their names.
    pub is_closed: bool,
}

/// An edge of a composition, by the end that is not the component that fills it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edge {
    /// An import of an instance: its name, with or without the version.
    Import(InstanceName, String),
    /// An export of the output, likewise.
    Export(String),
}

/// An export of the output.
#[derive(Debug, Clone)]
pub struct Export {
    /// What it is called.
    pub name: String,
    /// The instance that has it.
    pub exporter: InstanceName,
    /// What that calls it, where that is something else.
    pub export: Option<String>,
    /// Where that is said.
    pub place: Place,
}

impl InstanceName {
    /// Reads `kv` or `kv#1`. `None` for a number that no further instance has: `kv#0`, `kv#01`.
    pub fn read(text: &str) -> Option<InstanceName> {
        let Some((component, number)) = text.split_once('#') else {
            return Some(InstanceName { component: text.to_owned(), number: 0 });
        };
        // `+1` and `01` would be further names of one instance.
        let is_number = |of: &u32| (1..=limits::INSTANCE_NUMBER).contains(of) && of.to_string() == number;
        let number = number.parse().ok().filter(is_number)?;
        Some(InstanceName { component: component.to_owned(), number })
    }
}

impl std::fmt::Display for Edge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Edge::Import(importer, import) => write!(f, "{importer}/{import}"),
            Edge::Export(export) => write!(f, "export {export}"),
        }
    }
}

impl std::fmt::Display for InstanceName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.number {
            0 => f.write_str(&self.component),
            number => write!(f, "{}#{number}", self.component),
        }
    }
}
