//! What can be reached now that could not be, and the other way round.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::pairs::Trees;
use super::source::{Links, Ways};
use super::tree::{Flat, Tree};
use super::wit::{Shape, World, functions};
use super::{Capability, Change};
use crate::name::{self, Capability as Known, Form};
use crate::snapshot::Snapshot;

/// A part of the world outside: one that has a name, or an interface that is of none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum HostArea {
    Known(Known),
    Other(String),
}

impl fmt::Display for HostArea {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HostArea::Known(known) => known.fmt(f),
            HostArea::Other(name) => f.write_str(name),
        }
    }
}

/// What is reached of the host's, by import, by the component and by each instance in it.
struct Reach {
    /// The imports that are of each.
    imports: BTreeMap<HostArea, Vec<String>>,
    whole: BTreeSet<HostArea>,
    by_path: BTreeMap<String, BTreeSet<HostArea>>,
}

/// Compares what is reached. Whoever came or went is listed at any depth: that an instance is new says nothing of what those within
/// it reach.
pub(super) fn capabilities(
    before: &Snapshot,
    after: &Snapshot,
    old_world: &World,
    new_world: &World,
    trees: &Trees<'_>,
) -> Vec<Capability> {
    let (old, new) = (Reach::new(before, old_world), Reach::new(after, new_world));
    let mut found = Vec::new();
    for (change, from, to, tree, others) in
        [(Change::Added, &old, &new, &trees.new, &trees.old), (Change::Removed, &new, &old, &trees.old, &trees.new)]
    {
        let more: BTreeSet<&HostArea> = to.whole.difference(&from.whole).collect();
        if !more.is_empty() {
            let capabilities = more.iter().map(ToString::to_string).collect();
            let (instance, with_instance, through) = (None, false, Vec::new());
            found.push(Capability { change, instance, with_instance, capabilities, through });
        }
        let links = Links::new(tree);
        let mut ways = BTreeMap::new();
        for (index, flat) in tree.all.iter().enumerate() {
            let Some(parts) = to.by_path.get(&flat.path) else { continue };
            let other = flat.other.and_then(|other| others.get(other));
            let had = other.and_then(|other| from.by_path.get(&other.path));
            let more = parts.iter().filter(|part| had.is_none_or(|had| !had.contains(part)));
            let is_adapter = flat.instance.is_adapter && other.is_none_or(|other| other.instance.is_adapter);
            let more = more.filter(|part| !is_adapter || adds(part, (from, others), (to, tree), index, change));
            for (through, capabilities) in to.ways(&links, &mut ways, index, more) {
                found.push(Capability {
                    change,
                    instance: Some(flat.path.clone()),
                    with_instance: other.is_none(),
                    capabilities,
                    through,
                });
            }
        }
    }
    found
}

/// Whether it is worth saying of what is called an adapter that it reaches something: it was made to let things through, of which
/// it is said who gained them. What it no longer reaches follows from its own line.
fn adds(part: &HostArea, from: (&Reach, &Tree<'_>), to: (&Reach, &Tree<'_>), adapter: usize, change: Change) -> bool {
    let ((from, old_tree), (to, new_tree)) = (from, to);
    let is_new = new_tree.get(adapter).is_some_and(|flat| flat.other.is_none());
    let is_said = |user: &Flat<'_>| {
        let old = user.other.and_then(|other| old_tree.get(other));
        match old.is_some_and(|old| reaches(from, &old.path, part)) {
            // One that was put before what an instance reached already adds nothing.
            true => is_new,
            false => reaches(to, &user.path, part),
        }
    };
    change == Change::Added && !new_tree.filled(adapter).any(is_said)
}

impl Reach {
    fn new(snapshot: &Snapshot, world: &World) -> Reach {
        let mut reach = Reach { imports: BTreeMap::new(), whole: BTreeSet::new(), by_path: BTreeMap::new() };
        for import in &snapshot.imports {
            let parts = parts(&import.name, world);
            reach.whole.extend(parts.iter().cloned());
            // Which functions of an interface one of several instances has is not known. Where these are of several parts, as in
            // `wasi:cli/environment`, all that is known is that it has the interface.
            let interface = world.identity(&import.name).unwrap_or(&import.name);
            let each = match Known::of(interface, "") {
                None if !parts.is_empty() => BTreeSet::from([HostArea::Other(name::base(&import.name).to_owned())]),
                _ => parts,
            };
            for path in &import.reached_by {
                reach.by_path.entry(path.clone()).or_default().extend(each.iter().cloned());
            }
            for part in each {
                reach.imports.entry(part).or_default().push(import.name.clone());
            }
        }
        reach
    }

    /// Parts, by the instances that lead there. `known` has the ways that were looked for before.
    fn ways<'p, 't, 's>(
        &self,
        links: &Links<'t, 's>,
        known: &mut BTreeMap<&'p HostArea, Ways<'t, 's>>,
        index: usize,
        parts: impl Iterator<Item = &'p HostArea>,
    ) -> BTreeMap<Vec<String>, Vec<String>> {
        let mut ways: BTreeMap<Vec<String>, Vec<String>> = BTreeMap::new();
        for part in parts {
            let imports = self.imports.get(part).map(Vec::as_slice).unwrap_or_default();
            let way = known.entry(part).or_insert_with(|| links.ways(imports));
            ways.entry(way.from(index)).or_default().push(part.to_string());
        }
        ways
    }
}

/// The parts of the world outside that an import is of. An interface that has types alone is of none.
fn parts(import: &str, world: &World) -> BTreeSet<HostArea> {
    let functions = match world.import(import) {
        Some(Shape::Interface(nodes)) => functions(nodes),
        // A type, or a function of one that the world imports itself.
        None if Form::of(import).and_then(Form::resource).is_some() || world.defines(import) => return BTreeSet::new(),
        // A function, or a core module or a component, of which WIT says nothing.
        // One that is called like an interface is denied with that.
        Some(Shape::Line(_)) | None => {
            let known = Known::of(import, "").map(HostArea::Known);
            return BTreeSet::from([known.unwrap_or_else(|| HostArea::Other(import.to_owned()))]);
        }
    };
    // By its own name, or by that of the interface that it is.
    let names: Vec<&str> = [Some(import), world.identity(import)].into_iter().flatten().collect();
    let part = |function: &String| match names.iter().find_map(|name| Known::of(name, function)) {
        Some(known) => Some(HostArea::Known(known)),
        None if names.iter().any(|name| is_made_of(name)) => None,
        None => Some(HostArea::Other(name::base(import).to_owned())),
    };
    functions.iter().filter_map(part).collect()
}

/// Whether an interface is what others are made of: it gives nothing that these do not.
fn is_made_of(import: &str) -> bool {
    let base = name::base(import);
    matches!(
        base,
        "wasi:io/error"
            | "wasi:io/poll"
            | "wasi:io/streams"
            | "wasi:http/types"
            | "wasi:cli/types"
            | "wasi:cli/terminal-input"
            | "wasi:cli/terminal-output"
    )
}

fn reaches(reach: &Reach, path: &str, part: &HostArea) -> bool {
    reach.by_path.get(path).is_some_and(|parts| parts.contains(part))
}
