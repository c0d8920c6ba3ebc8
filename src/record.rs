//! Records the calls of a component, or answers them from a recording: generates a recorder, and inserts it.

mod calls;
mod error;
mod left;
mod recorder;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use miette::Diagnostic;
use thiserror::Error;

use crate::PhaseError;
use crate::decide::recording::Form;
use crate::describe::edge::{EXPORT, HOST};
use crate::describe::manifest::nearest;
use crate::describe::{Automatic, Description, Edge, From, Grants, InstanceName, Text, Treatment, Wire, Wiring, virt};
use crate::imports::Imports;
use crate::load::{Component, decode};
use crate::name::{base, compatible};
use crate::splice::{Insertion, Link, Nested, Position, Spliced, insert, of_manifest};
use crate::split::{Split, alone, describe, is_composed, split};
use crate::text::Shown;
use crate::timings::Timings;
use crate::types::Side;
use calls::{Line, lines};
use error::RecordError;
use recorder::{Request, generate};
use world::Edges;

/// What is to be done with calls.
#[derive(Debug, Clone, Copy)]
pub enum Task<'t> {
    /// They are written to standard error, to be read again.
    Record,
    /// They are written to standard error, for people.
    Trace,
    /// They are answered from the text of a recording. The first other call is written to standard error, if it `tells`.
    Replay { recording: &'t str, tells: bool },
}

/// The reason that there is no such edge.
#[derive(Debug, Error, Diagnostic)]
#[allow(missing_docs)] // The messages say it.
pub enum EdgeError {
    #[error("`{}` names no import of a component", Shown(.edge))]
    #[diagnostic(help(
        "an edge is `COMPONENT/IMPORT`, such as {example}; `COMPONENT/host` is all that the host fills, and \
         `weld inspect` prints the names"
    ))]
    NoEdge { edge: String, example: String },

    #[error("`{}` has no import `{}`", Shown(.component), Shown(.import))]
    #[diagnostic(help("{}`{}/host` is all that the host fills, and `weld inspect` prints the names", meant(.near), Shown(.component)))]
    NoImport { component: String, import: String, near: Option<String> },

    #[error(
        "`{}` and `{}` are instances of one component, so calls inside `{}` alone cannot be recorded",
        Shown(.instance), Shown(.other), Shown(.instance)
    )]
    #[diagnostic(help("record the imports of `{}`, or give it a component of its own", Shown(.instance)))]
    Shared { instance: String, other: String },

    #[error("`{}` exports no `{}`", Shown(.file), Shown(.export))]
    #[diagnostic(help("`weld inspect` prints the exports"))]
    NoExport { file: String, export: String },

    #[error("calls of the export `{}` cannot be replayed: they come from outside the component", Shown(.export))]
    #[diagnostic(help("replay the imports of its components, such as `COMPONENT/host`, and compare what it gives"))]
    Replay { export: String },

    #[error("the host fills no import of `{}` that has functions", Shown(.component))]
    #[diagnostic(help("name an import: `--at COMPONENT/IMPORT`"))]
    NothingOfHost { component: String },

    #[error(
        "`{}` may not write to standard error, and recording `{}` would give it that",
        Shown(.component), Shown(.import)
    )]
    #[diagnostic(help("allow it, or record other edges"))]
    Stderr { component: String, import: String },
}

impl std::convert::From<EdgeError> for PhaseError {
    fn from(error: EdgeError) -> Self {
        PhaseError::Finished(Box::new(error))
    }
}

/// Inserts recorders at edges: `COMPONENT/IMPORT`, or `COMPONENT/host` for all imports that the host fills, with the path of a
/// nested component; or `export NAME`. Each instance has one for all of its edges, and the exports have one. Gives also what there is to
/// say of the result.
///
/// # Errors
///
/// A composition with such an instance cannot be split, there is no such edge, or the edge cannot be recorded.
pub fn record(
    whole: &Component,
    edges: &[String],
    task: Task<'_>,
    timings: &mut Timings,
) -> Result<(Spliced, Option<String>), PhaseError> {
    let (name, form, text, writes) = match task {
        Task::Record => ("record", Form::Record, "", true),
        Task::Trace => ("trace", Form::Trace, "", true),
        Task::Replay { recording, tells } => ("replay", Form::Replay, recording, tells),
    };
    let lines = lines(text).map_err(finished)?;
    if form == Form::Replay && lines.is_empty() {
        return Err(finished(RecordError::NoCall));
    }
    let recording = Recording { name, form, writes, lines: &lines, is_only: true };
    let (spliced, inserted) = recording.insert(whole, "", edges, timings)?;
    if inserted.calls == 0 && !lines.is_empty() {
        let edges: Vec<String> = edges.iter().map(|edge| format!("`{}`", Shown(edge))).collect();
        return Err(finished(RecordError::Nothing { edges: edges.join(", ") }));
    }
    let note = |export: &String| {
        format!("missing calls are not reported: `{}` is another interface than `run: func() -> result`", Shown(export))
    };
    let note = inserted.unwatched.as_ref().map(note);
    Ok((spliced, note))
}

/// What recorders are to do.
#[derive(Clone, Copy)]
struct Recording<'r> {
    name: &'r str,
    form: Form,
    writes: bool,
    lines: &'r [Line],
    /// Whether there is one recorder, as far as the compositions around say.
    is_only: bool,
}

/// What recorders that were inserted do.
#[derive(Default)]
struct Inserted {
    /// The interfaces that they write with.
    sink: BTreeSet<String>,
    /// How many calls of the recording they answer.
    calls: usize,
    /// The export that is called like that of a command and is another one.
    unwatched: Option<String>,
}

/// A nested composition with recorders in it.
struct Recorded {
    instance: InstanceName,
    /// The result, and what it was before.
    component: Component,
    before: Component,
    /// The interfaces that the recorders write with.
    sink: BTreeSet<String>,
}

impl Recording<'_> {
    /// Inserts recorders in a composition whose instances have names that begin with a path.
    fn insert(
        &self,
        whole: &Component,
        path: &str,
        edges: &[String],
        timings: &mut Timings,
    ) -> Result<(Spliced, Inserted), PhaseError> {
        let mut nested: BTreeMap<_, (_, Vec<String>)> = BTreeMap::new();
        let mut here = Vec::new();
        for edge in edges {
            match Nested::of(whole, edge)? {
                Some(of) => nested.entry(of.path).or_insert((of.component, Vec::new())).1.push(of.edge),
                None => here.push(edge),
            }
        }
        let mut split = if is_composed(whole)? { split(whole, true, timings)? } else { alone(whole) };
        let (mut imports, mut exports) = (Vec::new(), BTreeSet::new());
        for edge in here {
            match read((edge, path), whole, &split)? {
                Edge::Import(instance, import) => imports.push((instance, import)),
                Edge::Export(name) => _ = exports.insert(self.export(whole, &name)?),
            }
        }
        let instances: BTreeSet<&InstanceName> = imports.iter().map(|(instance, _)| instance).collect();
        let recorders = instances.len() + nested.len() + usize::from(!exports.is_empty());
        let recording = Recording { is_only: self.is_only && recorders == 1, ..*self };
        let (mut inner, mut all) = (Vec::new(), Inserted::default());
        for (name, (before, edges)) in nested {
            let instance = alone_in(&split, &name, path)?;
            let (spliced, inserted) = recording.insert(&before, &format!("{path}{name}/"), &edges, timings)?;
            let (file, bytes) = (format!("{}.wasm", instance.component), spliced.composition.bytes().to_vec());
            split.files.insert(file.clone(), bytes.clone());
            let component = decode(instance.component.clone(), file, bytes)?;
            all.calls += inserted.calls;
            all.sink.extend(inserted.sink.iter().cloned());
            inner.push(Recorded { instance, component, before, sink: inserted.sink });
        }
        let description = describe(&split.manifest, &split.files).map_err(PhaseError::unplaced)?;
        let Wiring::Automatic(automatic) = &description.wiring else { return Err(no_edge("", whole, &split)) };
        let mut recorded = Recordable::new();
        for (instance, import) in imports {
            let (component, imports) = resolve((&instance, &import), (whole, path), &split, automatic)?;
            recorded.entry(instance).or_insert((component, BTreeSet::new())).1.extend(imports);
        }
        if self.form == Form::Replay {
            // What is behind an answered edge is not there any more.
            let reached = reached(automatic, &description, &recorded);
            recorded.retain(|instance, _| reached.contains(instance));
        }
        let mut insertions = Vec::new();
        for (instance, (component, imports)) in &recorded {
            let at = format!("{path}{}/", shown(instance, &split));
            let names = imports.iter().map(|import| Edge::Import(instance.clone(), import.clone())).collect();
            let edges = Edges { component, side: Side::Import, names: imports };
            let grants = description.grants.get(&instance.component);
            insertions.push(recording.recorder((&at, names), edges, grants, (&mut all, timings))?);
        }
        if !exports.is_empty() {
            let names = exports.iter().cloned().map(Edge::Export).collect();
            let edges = Edges { component: whole, side: Side::Export, names: &exports };
            // The root comes first.
            let root = description.components.first().and_then(|root| description.grants.get(&root.name));
            insertions.push(recording.recorder((EXPORT, names), edges, root, (&mut all, timings))?);
        }
        if self.form == Form::Replay && path.is_empty() {
            match left::insertion(whole, insertions.len()) {
                Ok(insertion) => insertions.extend(insertion),
                Err(export) => all.unwatched = Some(export),
            }
        }
        let adjust = |description: &mut Description| {
            inner.iter().try_for_each(|of| of.join(description, &format!("{path}{}", of.instance)))
        };
        Ok((insert(whole, split, insertions, &adjust, timings)?, all))
    }

    /// A recorder for some edges, by the names of the manifest.
    fn recorder(
        &self,
        (at, names): (&str, Vec<Edge>),
        edges: Edges<'_>,
        grants: Option<&Grants>,
        (all, timings): (&mut Inserted, &mut Timings),
    ) -> Result<Insertion, PhaseError> {
        let Recording { name, form, writes, lines, is_only } = *self;
        let request = Request { at, edges, form, writes, lines, is_only };
        let (bytes, calls) = timings.span("record", || generate(&request)).map_err(finished)?;
        let sink: BTreeSet<String> = if writes { edges.sink().into_iter().collect() } else { BTreeSet::new() };
        let allowed = match grants {
            // What it records, it passes on to the component.
            Some(grants) => writing(grants, &sink, at.trim_end_matches(['/', ' ']), edges.names)?,
            None => Vec::new(),
        };
        all.calls += calls;
        all.sink.extend(sink);
        let position = if form == Form::Replay { Position::End } else { Position::Between };
        let links = vec![Link { name: name.to_owned(), bytes }];
        Ok(Insertion { edges: names, position, links, allowed, wires: Vec::new() })
    }

    /// An export by its name, with or without the version. Its calls come from outside.
    fn export(&self, whole: &Component, name: &str) -> Result<String, PhaseError> {
        let all = whole.exports();
        let found = all.get_key_value(name).or_else(|| all.iter().find(|(export, _)| base(export) == name));
        match found {
            Some(_) if self.form == Form::Replay => Err(EdgeError::Replay { export: name.to_owned() }.into()),
            Some((name, _)) => Ok(name.clone()),
            None => Err(EdgeError::NoExport { file: whole.file().to_owned(), export: name.to_owned() }.into()),
        }
    }
}

impl Recorded {
    /// Has the host fill what it imports beside what it did before, and allows it to write.
    fn join(&self, description: &mut Description, shown: &str) -> Result<(), PhaseError> {
        let Recorded { instance, component, before, sink } = self;
        if let Wiring::Automatic(automatic) = &mut description.wiring {
            let is_gone = |wire: &Wire| wire.importer == *instance && !component.imports().contains_key(&wire.import);
            let place = Text::new("weld.toml", "").place(0..0);
            let gone: Vec<Wire> = automatic.wires.iter().filter(|wire| is_gone(wire)).cloned().collect();
            automatic.wires.retain(|wire| !is_gone(wire));
            let is_new = |import: &&String| !before.imports().contains_key(*import);
            for import in component.imports().keys().filter(is_new) {
                // It may be one of before, of a compatible version.
                let same = gone.iter().find(|wire| compatible(&wire.import, import));
                let from = same.map_or(From::Host, |wire| wire.from.clone());
                let (importer, import, place) = (instance.clone(), import.clone(), place.clone());
                automatic.wires.push(Wire { importer, import, from, place });
            }
        }
        let Some(grants) = description.grants.get_mut(&instance.component) else { return Ok(()) };
        let imports = before.imports().keys().cloned().collect();
        let allowed = writing(grants, sink, shown, &imports)?;
        allowed.iter().try_for_each(|name| virt::grant(grants, name, "allow")).map_err(PhaseError::Flags)
    }
}

/// Imports of instances, with the component of each.
type Recordable = BTreeMap<InstanceName, (Component, BTreeSet<String>)>;

/// The instances that the exports of a composition need, without those imports.
fn reached(automatic: &Automatic, description: &Description, without: &Recordable) -> BTreeSet<InstanceName> {
    // The root comes first.
    let root = description.components.first().map(|root| InstanceName { component: root.name.clone(), number: 0 });
    let mut next: Vec<InstanceName> =
        root.into_iter().chain(automatic.exports.iter().map(|export| export.exporter.clone())).collect();
    let mut reached = BTreeSet::new();
    while let Some(instance) = next.pop() {
        let is_cut = |import: &String| without.get(&instance).is_some_and(|(_, imports)| imports.contains(import));
        let wires = automatic.wires.iter().filter(|wire| wire.importer == instance && !is_cut(&wire.import));
        let exporter = |wire: &Wire| match &wire.from {
            From::Export { exporter, .. } => Some(exporter.clone()),
            From::Host => None,
        };
        let exporters: Vec<InstanceName> = wires.filter_map(exporter).collect();
        if reached.insert(instance) {
            next.extend(exporters);
        }
    }
    reached
}

/// The instance of a nested composition, if it is the only one of its component.
fn alone_in(split: &Split, name: &str, path: &str) -> Result<InstanceName, PhaseError> {
    let own = split.names.get(name).map_or(name, String::as_str);
    let instance = InstanceName::read(own).unwrap_or(InstanceName { component: own.to_owned(), number: 0 });
    let mut others = split.names.iter().filter(|(shown, _)| *shown != name);
    let is_same = |other: &str| InstanceName::read(other).is_some_and(|other| other.component == instance.component);
    match others.find(|(_, other)| is_same(other)) {
        Some((other, _)) => {
            let [instance, other] = [name, other].map(|name| format!("{path}{name}"));
            Err(EdgeError::Shared { instance, other }.into())
        }
        None => Ok(instance),
    }
}

fn finished(error: RecordError) -> PhaseError {
    PhaseError::Finished(Box::new(error))
}

/// What is to be allowed where something writes to standard error, beside what grants say. They say that the component there may
/// not use it; it is not to get that with some imports, which are `given` to it.
fn writing(
    grants: &Grants,
    sink: &BTreeSet<String>,
    component: &str,
    given: &BTreeSet<String>,
) -> Result<Vec<String>, PhaseError> {
    const FUNCTIONS: [(&str, &str); 2] =
        [("wasi:cli/stderr", "get-stderr"), ("wasi:io/streams", "[method]output-stream.blocking-write-and-flush")];
    let mut patterns = Vec::new();
    for name in sink {
        let Some((_, function)) = FUNCTIONS.iter().find(|(interface, _)| base(name) == *interface) else { continue };
        let said = grants.of(name, function).map(|(grant, _)| grant.treatment);
        // Streams of standard error may be written to where no grant says otherwise.
        let is_named = grants.grants.iter().any(|grant| grant.pattern.is_about(name));
        if base(name) == "wasi:io/streams" && !is_named {
            continue;
        }
        let import = given.iter().find(|import| base(import) == base(name));
        if let (Some(import), true) = (import, said.unwrap_or(grants.default) != Treatment::Allow) {
            return Err(EdgeError::Stderr { component: component.to_owned(), import: import.clone() }.into());
        }
        patterns.push(format!("{name}#{function}"));
    }
    Ok(patterns)
}

/// Reads an edge, with the name that its instance has in the manifest.
fn read((edge, path): (&str, &str), whole: &Component, split: &Split) -> Result<Edge, PhaseError> {
    let is_component = |name: &str| split.files.contains_key(&format!("{name}.wasm"));
    let read = Edge::read(&of_manifest(edge, &split.names), is_component);
    read.map_err(|_| no_edge(&format!("{path}{edge}"), whole, split))
}

/// The name of an instance in the composition, which the manifest may not be able to have.
fn shown(instance: &InstanceName, split: &Split) -> String {
    let own = instance.to_string();
    let shown = split.names.iter().find(|(_, name)| **name == own).map(|(shown, _)| shown.clone());
    shown.unwrap_or(own)
}

/// The component of an instance, and the imports that are meant.
fn resolve(
    (instance, import): (&InstanceName, &str),
    (whole, path): (&Component, &str),
    split: &Split,
    automatic: &Automatic,
) -> Result<(Component, BTreeSet<String>), PhaseError> {
    let file = format!("{}.wasm", instance.component);
    let none = || no_edge(&format!("{path}{instance}/{import}"), whole, split);
    let bytes = split.files.get(&file).ok_or_else(none)?;
    let component = decode(instance.component.clone(), file, bytes.clone())?;
    let imports = match import {
        HOST => {
            let wires = automatic.wires.iter().filter(|wire| wire.importer == *instance);
            let of_host = wires.filter(|wire| matches!(wire.from, From::Host)).map(|wire| wire.import.clone());
            let of_host: BTreeSet<String> = of_host.collect();
            let all = Imports::of(&component);
            let interfaces = all.interfaces.iter().filter(|of| !(of.functions.is_empty() && of.resources.is_empty()));
            let names = interfaces.flat_map(|of| match of.name {
                "" => of.functions.iter().map(|function| function.name).collect(),
                name => vec![name],
            });
            let recorded = names.filter(|name| of_host.contains(*name)).map(str::to_owned);
            let recorded: BTreeSet<String> = recorded.collect();
            if recorded.is_empty() {
                return Err(EdgeError::NothingOfHost { component: format!("{path}{}", shown(instance, split)) }.into());
            }
            recorded
        }
        import => {
            let all = component.imports();
            let named = all.get_key_value(import).or_else(|| all.iter().find(|(name, _)| base(name) == import));
            let wrong = || EdgeError::NoImport {
                component: format!("{path}{}", shown(instance, split)),
                import: import.to_owned(),
                near: near(all.keys().map(|name| base(name)), import),
            };
            BTreeSet::from([named.ok_or_else(wrong)?.0.clone()])
        }
    };
    Ok((component, imports))
}

/// The import that was probably meant: the nearest one, or the one whose interface has the name.
fn near<'n>(imports: impl Iterator<Item = &'n str> + Clone, import: &str) -> Option<String> {
    let of_name = |name: &&str| name.rsplit('/').next() == Some(import);
    let mut named = imports.clone().filter(of_name).map(str::to_owned);
    named.next().filter(|_| named.next().is_none()).or_else(|| nearest(imports, base(import)))
}

fn meant(near: &Option<String>) -> String {
    near.as_ref().map(|near| format!("did you mean `{}`? ", Shown(near))).unwrap_or_default()
}

fn no_edge(edge: &str, whole: &Component, split: &Split) -> PhaseError {
    let name = split.names.keys().next().map_or(whole.name(), String::as_str);
    EdgeError::NoEdge { edge: edge.to_owned(), example: format!("`{}/acme:kv/store`", Shown(name)) }.into()
}
