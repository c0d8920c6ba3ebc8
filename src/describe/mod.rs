//! The phase describe: the user's input, in any of its forms, to a [`Description`].

mod directory;
pub(crate) mod edge;
mod grant;
pub(crate) mod manifest;
mod measure;
mod place;
pub(crate) mod plug;
pub(crate) mod policy;
pub(crate) mod setting;
mod source;
pub(crate) mod virt;
pub(crate) mod wac;
#[cfg(feature = "compose-config")]
pub(crate) mod wasm_compose;

use std::collections::BTreeMap;

pub(crate) use directory::{Directory, Options};
pub(crate) use edge::{Edge, InstanceName};
pub use grant::Grants;
pub(crate) use grant::{Grant, Treatment};
pub(crate) use place::{At, Place, Text, position};
pub(crate) use policy::AppliedPolicy;
pub use policy::Policy;
pub(crate) use setting::Settings;
pub(crate) use source::{Source, stdin_is_shared};

use crate::files::Files;

/// A composition as its user described it. No component has been read yet.
#[derive(Debug, Clone)]
pub(crate) struct Description {
    /// The name of the composition itself.
    pub name: Option<String>,
    /// The source of the files that the description names: the disk or memory.
    pub files: Files,
    /// The components. With automatic wiring the first is the root, and the order of the others is not significant.
    pub components: Vec<Entry>,
    /// The wiring, which fills the imports of the components.
    pub wiring: Wiring,
    /// Whether the output imports its components instead of nesting them.
    pub import_components: bool,
    /// The grants, by component. A component without an entry may use all that it imports.
    pub grants: BTreeMap<String, Grants>,
    /// The policy that the output must meet.
    pub policy: Option<AppliedPolicy>,
    /// Whether the output has provenance: see [`crate::provenance`].
    pub provenance: bool,
    /// Whether the output may use obsolete names.
    pub obsolete_names: bool,
}

impl Default for Description {
    /// A description without components, whose output has provenance.
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

impl Description {
    /// The labels that imports keep in the output.
    pub(crate) fn labels(&self) -> &Labels {
        const NONE: &Labels = &Labels::new();
        match &self.wiring {
            Wiring::Automatic(automatic) => &automatic.labels,
            _ => NONE,
        }
    }
}

/// A component of a composition.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// The name in the composition. Entries of one name are numbered once their contents are known.
    pub name: String,
    /// The source of its bytes.
    pub source: Source,
    /// The SHA-256 that it must have, in hexadecimal digits, with its place in the user's text.
    pub sha256: Option<(String, Option<Place>)>,
    /// The place in the user's text that names it.
    pub place: Option<Place>,
}

/// The rule by which imports are filled.
#[derive(Debug, Clone)]
pub(crate) enum Wiring {
    /// By name, with decisions of the user.
    Automatic(Automatic),
    /// By a WAC document.
    Wac(wac::Wac),
    /// By a configuration of `wasm-tools compose`.
    #[cfg(feature = "compose-config")]
    WasmCompose(wasm_compose::Wiring),
}

/// Wiring by name, from the root onward.
#[derive(Debug, Clone, Default)]
pub(crate) struct Automatic {
    /// The wires of the user.
    pub wires: Vec<Wire>,
    /// The chains of the user.
    pub chains: Vec<Chain>,
    /// The exports of the output in addition to those of the root.
    pub exports: Vec<Export>,
    /// Whether components that nothing uses are left out without an error.
    pub allow_unused: bool,
    /// The labels that imports keep in the output, whatever components are added.
    pub labels: Labels,
}

/// The labels of a composition to which components are added, by the component and the import that each stands for. Whoever
/// hosts the composition knows these labels.
pub(crate) type Labels = BTreeMap<(String, String), String>;

/// A wire of the user: the source of one import.
#[derive(Debug, Clone)]
pub(crate) struct Wire {
    /// The instance that has the import.
    pub importer: InstanceName,
    /// The name of the import, with or without its version.
    pub import: String,
    /// The source of the import.
    pub from: From,
    /// The place of the import in the user's text.
    pub place: Place,
}

/// The source of an import.
#[derive(Debug, Clone)]
pub(crate) enum From {
    /// The host.
    Host,
    /// An export of an instance.
    Export {
        /// The instance.
        exporter: InstanceName,
        /// The name of the export, with or without its version. `None` for the export that matches the import by name.
        export: Option<String>,
        /// The place of the export in the user's text.
        place: Place,
    },
}

/// Components between the two ends of an edge. Each imports and exports the interface of the edge.
#[derive(Debug, Clone)]
pub(crate) struct Chain {
    /// The edge.
    pub edge: Edge,
    /// The place of the edge in the user's text.
    pub place: Place,
    /// The links, with their places in the user's text. The first one fills the import, or is exported; the last one
    /// imports from the original source. There is at least one.
    pub links: Vec<(InstanceName, Place)>,
    /// Whether the other imports of the links are left to the host, even if a component exports them.
    pub is_closed: bool,
}

/// An export of the output.
#[derive(Debug, Clone)]
pub(crate) struct Export {
    /// The name of the export.
    pub name: String,
    /// The instance that is the source of the export.
    pub exporter: InstanceName,
    /// The name that the instance gives the export, if it differs.
    pub export: Option<String>,
    /// The place of the export in the user's text.
    pub place: Place,
}
