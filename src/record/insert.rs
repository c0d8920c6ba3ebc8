//! Inserts recorders at edges of a component, at any depth.

use std::collections::{BTreeMap, BTreeSet};

use super::calls::Line;
use super::edges::{self, EdgeError};
use super::error::RecordError;
use super::nested::{Recorded, alone_in};
use super::recorder::{Request, generate};
use super::world::Edges;
use super::{command, stderr};
use crate::PhaseError;
use crate::decide::recording::Form;
use crate::describe::edge::EXPORT;
use crate::describe::{Automatic, Description, Edge, From, Grants, InstanceName, Wire, Wiring};
use crate::load::{Component, decode};
use crate::splice::{Insertion, Link, Nested, Position, Spliced, insert};
use crate::split::{Split, describe, parted};
use crate::text::Shown;
use crate::timings::Timings;
use crate::types::Side;

/// The task of the recorders that are inserted.
#[derive(Clone, Copy)]
pub(super) struct Task<'t> {
    /// The name of the recorders in the output.
    pub name: &'t str,
    pub form: Form,
    /// Whether the recorders write to standard error.
    pub writes: bool,
    /// The lines of the recording. Empty unless the recorders replay.
    pub lines: &'t [Line],
    /// Whether the enclosing compositions have no other recorder.
    pub is_only: bool,
}

/// Facts about the inserted recorders.
#[derive(Default)]
pub(super) struct Inserted {
    /// The interfaces with which they write to standard error.
    sink: BTreeSet<String>,
    /// The number of calls of the recording that they answer.
    pub calls: usize,
    /// The instances at whose edges they answer no call.
    pub silent: BTreeSet<String>,
    /// The export that has the name of a command's export and another type, so that missing calls are not reported.
    pub unwatched: Option<String>,
}

/// The composition in which recorders are inserted.
struct Site<'s> {
    whole: &'s Component,
    /// The prefix of the names of its instances: empty, or a path that ends in `/`.
    path: &'s str,
    split: &'s Split,
    description: &'s Description,
    automatic: &'s Automatic,
}

/// The recorded imports of each instance, with its component.
type Imports = BTreeMap<InstanceName, (Component, BTreeSet<String>)>;

impl Task<'_> {
    /// Inserts recorders in a composition. `path` is the prefix of the names of its instances: empty, or a path that
    /// ends in `/`.
    ///
    /// # Errors
    ///
    /// Those of [`super::record`].
    pub(super) fn insert(
        &self,
        (whole, path): (&Component, &str),
        edges: &[String],
        timings: &mut Timings,
    ) -> Result<(Spliced, Inserted), PhaseError> {
        let mut nested: BTreeMap<String, (Component, Vec<String>)> = BTreeMap::new();
        let mut own_edges = Vec::new();
        for edge in edges {
            match Nested::of(whole, edge)? {
                Some(inner) => nested.entry(inner.path).or_insert((inner.component, Vec::new())).1.push(inner.edge),
                None => own_edges.push(edge),
            }
        }
        let mut split = parted(whole, timings)?;
        let (mut named, mut exports) = (Vec::new(), BTreeSet::new());
        for edge in own_edges {
            match edges::read((edge, path), whole, &split)? {
                Edge::Import(instance, import) => named.push((instance, import)),
                Edge::Export(name) if self.form == Form::Replay => {
                    return Err(EdgeError::Replay { export: edges::export(whole, &name)? }.into());
                }
                Edge::Export(name) => _ = exports.insert(edges::export(whole, &name)?),
            }
        }
        let instances: BTreeSet<&InstanceName> = named.iter().map(|(instance, _)| instance).collect();
        let recorders = instances.len() + nested.len() + usize::from(!exports.is_empty());
        let task = Task { is_only: self.is_only && recorders == 1, ..*self };
        let (mut inner, mut all) = (Vec::new(), Inserted::default());
        for (name, nested) in nested {
            inner.push(task.insert_nested((&name, path), nested, &mut split, &mut all, timings)?);
        }
        let description = describe(&split.manifest, &split.files).map_err(PhaseError::unplaced)?;
        let Wiring::Automatic(automatic) = &description.wiring else {
            return Err(edges::no_edge(("", path), whole, &split));
        };
        let site = Site { whole, path, split: &split, description: &description, automatic };
        let mut insertions = task.at_imports(named, &site, &mut all, timings)?;
        if !exports.is_empty() {
            insertions.push(task.at_exports(&exports, &site, &mut all, timings)?);
        }
        if self.form == Form::Replay && path.is_empty() {
            match command::insertion(whole, insertions.len()) {
                Ok(insertion) => insertions.extend(insertion),
                Err(export) => all.unwatched = Some(export),
            }
        }
        let adjust = |description: &mut Description| {
            inner.iter().try_for_each(|it| it.connect(description, &format!("{path}{}", it.instance)))
        };
        Ok((insert(whole, split, insertions, &adjust, timings)?, all))
    }

    /// Inserts recorders in the nested composition `name` of the composition at `path`. Adds the facts about them to
    /// `all`.
    fn insert_nested(
        &self,
        (name, path): (&str, &str),
        (before, edges): (Component, Vec<String>),
        split: &mut Split,
        all: &mut Inserted,
        timings: &mut Timings,
    ) -> Result<Recorded, PhaseError> {
        let instance = alone_in(split, name, path)?;
        let (spliced, inserted) = self.insert((&before, &format!("{path}{name}/")), &edges, timings)?;
        let (file, bytes) = (format!("{}.wasm", instance.component), spliced.composition.bytes().to_vec());
        split.files.insert(file.clone(), bytes.clone());
        let component = decode(instance.component.clone(), file, bytes)?;
        all.calls += inserted.calls;
        all.silent.extend(inserted.silent);
        all.sink.extend(inserted.sink.iter().cloned());
        Ok(Recorded { instance, component, before, sink: inserted.sink })
    }

    /// Generates a recorder for each instance with edges at its imports.
    fn at_imports(
        &self,
        named: Vec<(InstanceName, String)>,
        site: &Site<'_>,
        all: &mut Inserted,
        timings: &mut Timings,
    ) -> Result<Vec<Insertion>, PhaseError> {
        let mut recorded = Imports::new();
        for (instance, import) in named {
            let found = edges::imports((&instance, &import), (site.whole, site.path), site.split, site.automatic)?;
            recorded.entry(instance).or_insert((found.0, BTreeSet::new())).1.extend(found.1);
        }
        if self.form == Form::Replay {
            // An instance that only answered edges need is not in the output, so that its edges need no recorder.
            let reached = reached(site.automatic, site.description, &recorded);
            recorded.retain(|instance, _| reached.contains(instance));
        }
        let insertion = |(instance, (component, imports)): (&InstanceName, &(Component, BTreeSet<String>))| {
            let at = format!("{}{}/", site.path, edges::shown(instance, site.split));
            let names = imports.iter().map(|import| Edge::Import(instance.clone(), import.clone())).collect();
            let edges = Edges { component, side: Side::Import, names: imports };
            let grants = site.description.grants.get(&instance.component);
            self.recorder((&at, names), edges, grants, (all, timings))
        };
        recorded.iter().map(insertion).collect()
    }

    /// Generates the recorder for exports.
    fn at_exports(
        &self,
        exports: &BTreeSet<String>,
        site: &Site<'_>,
        all: &mut Inserted,
        timings: &mut Timings,
    ) -> Result<Insertion, PhaseError> {
        let names = exports.iter().cloned().map(Edge::Export).collect();
        let edges = Edges { component: site.whole, side: Side::Export, names: exports };
        // The root is the first component. It has the exports that the manifest takes from no other component.
        let root = site.description.components.first().map(|root| &root.name);
        let added = site.automatic.exports.iter().find(|export| exports.contains(&export.name));
        let exporter = added.map(|export| &export.exporter.component).or(root);
        let grants = exporter.and_then(|exporter| site.description.grants.get(exporter));
        self.recorder((EXPORT, names), edges, grants, (all, timings))
    }

    /// Generates a recorder. `at` is the prefix of the edges in its lines, `names` are the edges in the manifest, and
    /// `grants` are those of the component at the edges.
    fn recorder(
        &self,
        (at, names): (&str, Vec<Edge>),
        edges: Edges<'_>,
        grants: Option<&Grants>,
        (all, timings): (&mut Inserted, &mut Timings),
    ) -> Result<Insertion, PhaseError> {
        let Task { name, form, writes, lines, is_only } = *self;
        // The recorder prints this text to a terminal and in JSON, so that it is escaped.
        let at = &Shown(at).to_string();
        let request = Request { at, edges, form, writes, lines, is_only };
        let (bytes, calls) = timings.span("record", || generate(&request)).map_err(RecordError::finished)?;
        let sink: BTreeSet<String> = if writes { edges.sink().into_iter().collect() } else { BTreeSet::new() };
        let allowed = match grants {
            // The recorder passes the recorded interfaces on to the component.
            Some(grants) => stderr::allowed(grants, &sink, at.trim_end_matches(['/', ' ']), &edges.interfaces())?,
            None => Vec::new(),
        };
        all.calls += calls;
        all.silent.extend((calls == 0).then(|| at.trim_end_matches(['/', ' ']).to_owned()));
        all.sink.extend(sink);
        let position = if form == Form::Replay { Position::End } else { Position::Between };
        let links = vec![Link { name: name.to_owned(), bytes }];
        Ok(Insertion { edges: names, position, links, allowed, wires: Vec::new() })
    }
}

/// The instances that the exports of a composition need, if the imports in `without` are not followed.
fn reached(automatic: &Automatic, description: &Description, without: &Imports) -> BTreeSet<InstanceName> {
    // The root is the first component.
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
