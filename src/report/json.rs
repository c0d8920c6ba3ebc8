//! The JSON document of `--json`. Its fields are described in `docs/json.md`.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde::ser::{SerializeStruct as _, Serializer};

use super::adapters::{Adapter, Grants, Kept};
use crate::build::{Build, BuiltSnapshot, Changes, Snapshots};
use crate::describe::Treatment;
use crate::encode::output::Output as Written;
use crate::load::lock::Change;
use crate::snapshot::State;
use crate::{Composition, provenance, text};

/// The report of a build.
#[derive(Debug, Serialize)]
#[allow(missing_docs)] // Described in `docs/json.md`.
pub(crate) struct BuildReport {
    /// The version of this format. Fields may be added within a version.
    pub version: u32,
    pub outputs: Vec<Built>,
    pub lock: Lock,
}

#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub(crate) struct Lock {
    pub file: String,
    pub changed: bool,
    pub differs: Vec<Locked>,
}

#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub(crate) struct Locked {
    pub component: String,
    pub embedded: Option<String>,
    pub target: Option<String>,
    pub locked: Option<String>,
    pub found: String,
}

#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub(crate) struct Built {
    pub target: Option<String>,
    pub file: String,
    pub changed: bool,
    pub snapshot: Option<Snapshot>,
    pub composition: Report,
}

#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub(crate) struct Snapshot {
    pub file: String,
    pub found: &'static str,
    pub changed: bool,
    pub diff: Option<String>,
}

impl BuildReport {
    /// Creates the report of a build, with the files that were or would be written, including `snapshots`.
    pub(crate) fn new(build: &Build, changes: &Changes, snapshots: Snapshots) -> BuildReport {
        let snapshot = |BuiltSnapshot { file, golden }: &BuiltSnapshot| {
            let (file, state) = (text::path(file), golden.state());
            let found = match state {
                State::Current => "current",
                State::Missing => "missing",
                State::Differs => "different",
            };
            let diff = (state == State::Differs).then(|| golden.diff(&file));
            Snapshot { file, found, changed: snapshots.covers(state), diff }
        };
        let built = |(built, changed): (&crate::build::Built, &bool)| Built {
            target: built.target.clone(),
            file: text::path(&built.file),
            changed: *changed,
            snapshot: built.snapshot.as_ref().map(snapshot),
            composition: Report::new(&built.composition),
        };
        let locked = |change: &Change| Locked {
            component: change.component.clone(),
            embedded: change.embedded.clone(),
            target: change.target.clone(),
            locked: change.locked.clone(),
            found: change.found.clone(),
        };
        BuildReport {
            version: 1,
            outputs: build.outputs.iter().zip(&changes.outputs).map(built).collect(),
            lock: Lock {
                file: text::path(&build.lock_file),
                changed: changes.lock,
                differs: build.changes.iter().map(locked).collect(),
            },
        }
    }
}

/// A composition, in the order of its output.
#[derive(Debug, Serialize)]
#[allow(missing_docs)] // Described in `docs/json.md`.
pub(crate) struct Report {
    /// The version of this format. Fields may be added within a version.
    pub version: u32,
    pub output: Output,
    pub components: Vec<Component>,
    pub instances: Vec<Instance>,
    pub wires: Vec<Wire>,
    pub imports: Vec<Import>,
    pub exports: Vec<String>,
    pub granted: Vec<Granted>,
    pub adapters: Vec<Adapter>,
    pub kept: Vec<InstanceKept>,
    pub warnings: Vec<String>,
}

/// The grants of a component.
#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub(crate) struct Granted {
    pub component: String,
    pub grant: String,
    pub value: String,
}

/// The functions of an instance that are kept without a grant.
#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub(crate) struct InstanceKept {
    pub instance: String,
    pub functions: Vec<Kept>,
}

/// The output: its SHA-256, which is computed when the report is written, and its size.
pub(crate) struct Output(pub Arc<Written>);

impl Serialize for Output {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut output = serializer.serialize_struct("Output", 2)?;
        output.serialize_field("sha256", &self.0.digest().to_string())?;
        output.serialize_field("size", &self.0.len())?;
        output.end()
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Output({} bytes)", self.0.len())
    }
}

#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub(crate) struct Component {
    pub name: String,
    pub file: String,
    pub sha256: String,
    pub size: usize,
    pub used: bool,
    pub adapter: bool,
}

#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub(crate) struct Instance {
    pub name: String,
    pub component: String,
    pub adapter: bool,
}

#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub(crate) struct Wire {
    pub importer: String,
    pub import: String,
    pub exporter: String,
    pub export: String,
}

#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub(crate) struct Import {
    pub name: String,
    pub importers: Vec<Importer>,
}

#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub(crate) struct Importer {
    pub component: String,
    pub import: String,
}

impl Report {
    /// Creates the report of a composition.
    pub(crate) fn new(composition: &Composition) -> Report {
        let Composition { components, graph, adapters, output, .. } = composition;
        let unused: BTreeSet<&str> = composition.unused().map(|component| component.name()).collect();
        let wires = graph.instances().flat_map(|(node, importer)| {
            graph.arguments(node).into_iter().filter_map(move |(source, wire)| {
                Some(Wire {
                    importer: importer.name.clone(),
                    import: wire.import.clone(),
                    exporter: graph.instance(source)?.name.clone(),
                    // Types within an exported instance are reached through it.
                    export: wire.path.join("#"),
                })
            })
        });
        let adapter = |adapter: &crate::virtualize::Adapter| {
            let mut instances = graph.instances().filter(|(_, instance)| instance.name == adapter.instance);
            let component = instances.next().map(|(_, instance)| &components[instance.component]);
            let kept = composition.kept.get(&adapter.instance).map(Vec::as_slice);
            Adapter::new(adapter, kept.unwrap_or_default(), component)
        };
        // Each adapter is one component with one instance.
        let is_adapter = |name: &str| adapters.iter().any(|adapter| adapter.names().any(|other| other == name));
        let importer = |part: &crate::link::graph::InstanceImport| Importer {
            component: graph.name_of(part.node).to_owned(),
            import: part.import.clone(),
        };
        Report {
            version: 1,
            output: Output(Arc::clone(output)),
            instances: graph
                .instances()
                .map(|(_, instance)| Instance {
                    name: instance.name.clone(),
                    component: components[instance.component].name().to_owned(),
                    adapter: is_adapter(&instance.name),
                })
                .collect(),
            components: components
                .given()
                .map(|component| Component {
                    name: component.name().to_owned(),
                    file: component.file().to_owned(),
                    sha256: component.digest().to_string(),
                    size: component.bytes().len(),
                    used: !unused.contains(component.name()),
                    adapter: is_adapter(component.name()),
                })
                .collect(),
            wires: wires.collect(),
            imports: graph
                .hosts()
                .map(|(_, host)| Import { name: host.name.clone(), importers: host.sources().map(importer).collect() })
                .collect(),
            exports: graph.exports().iter().map(|export| export.name.clone()).collect(),
            granted: composition.granted.iter().filter_map(Granted::new).collect(),
            adapters: adapters.iter().map(adapter).collect(),
            kept: { composition.kept.iter() }
                .filter(|(_, kept)| !kept.is_empty())
                .map(|(instance, kept)| InstanceKept {
                    instance: instance.clone(),
                    functions: kept.iter().map(Kept::new).collect(),
                })
                .collect(),
            warnings: composition.warnings.clone(),
        }
    }
}

impl Report {
    /// Writes the grants of components as lines, which name the component if there are several. A component whose
    /// default is to allow has no lines for what other grants allow.
    pub(crate) fn granted(&self, by: Grants) -> Vec<String> {
        let mut components: Vec<&str> = self.granted.iter().map(|grant| grant.component.as_str()).collect();
        components.dedup();
        let lines = components.iter().flat_map(|component| {
            let grants = || self.granted.iter().filter(move |grant| grant.component == **component);
            // A setting may begin with the same word and allow less.
            let is_allowed = |grant: &Granted| grant.value == Treatment::Allow.to_string();
            let is_all = grants().any(|grant| grant.is_default() && is_allowed(grant));
            let is_named = grants().any(|grant| !grant.is_default() && is_allowed(grant));
            let all = match by {
                Grants::Names if is_all => Some("granted: all that no rule denies".to_owned()),
                // The user has just written that.
                Grants::Flags if is_all && is_named => Some("granted: all that no grant denies".to_owned()),
                _ => None,
            };
            let lines = grants().filter(move |grant| !(is_all && is_allowed(grant))).filter_map(Granted::line);
            let is_one = components.len() == 1;
            let shown = move |line: String| if is_one { line } else { format!("`{component}` {line}") };
            all.into_iter().chain(lines).map(shown)
        });
        lines.collect()
    }
}

impl Granted {
    /// Creates the report of a grant. `None` for a function that is kept without a grant.
    fn new(granted: &provenance::Granted) -> Option<Granted> {
        let provenance::Granted { component, grant, value } = granted.clone();
        (!value.starts_with("kept ")).then_some(Granted { component, grant, value })
    }

    /// Writes the grant as a line: `granted: fs /data: host /srv read-only`. `None` for refusals and the default.
    fn line(&self) -> Option<String> {
        let word = self.value.split(' ').next().unwrap_or_default();
        let gives = Treatment::named(word).is_none_or(|treatment| treatment == Treatment::Allow);
        (gives && !self.is_default()).then(|| format!("granted: {}: {}", self.grant, self.value))
    }

    /// Whether the grant is the default.
    fn is_default(&self) -> bool {
        self.grant == provenance::DEFAULT
    }
}
