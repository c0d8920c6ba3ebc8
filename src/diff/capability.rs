//! Finds capabilities that became reachable, or no longer are.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::pairs::Trees;
use super::source::{Links, Ways};
use super::tree::{Flat, Tree};
use super::wit::{Shape, World, functions};
use super::{Capability, Change};
use crate::name::{self, Capability as Known, Form};
use crate::snapshot::Snapshot;

/// A capability, or an interface that belongs to none.
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

/// The capabilities that the component and each instance in it reach.
struct Reach {
    /// The imports that belong to each.
    imports: BTreeMap<HostArea, Vec<String>>,
    whole: BTreeSet<HostArea>,
    by_path: BTreeMap<String, BTreeSet<HostArea>>,
}

/// Compares reachable capabilities. Added and removed instances are listed at any depth, because what an instance
/// reaches does not follow from that of the enclosing one.
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
        let changed: BTreeSet<&HostArea> = to.whole.difference(&from.whole).collect();
        if !changed.is_empty() {
            let capabilities = changed.iter().map(ToString::to_string).collect();
            let (instance, with_instance, through) = (None, false, Vec::new());
            found.push(Capability { change, instance, with_instance, capabilities, through });
        }
        let links = Links::new(tree);
        let mut ways = BTreeMap::new();
        for (index, flat) in tree.all.iter().enumerate() {
            let Some(parts) = to.by_path.get(&flat.path) else { continue };
            let other = flat.pair.and_then(|other| others.get(other));
            let had = other.and_then(|other| from.by_path.get(&other.path));
            let changed = parts.iter().filter(|part| had.is_none_or(|had| !had.contains(part)));
            let is_adapter = flat.instance.is_adapter && other.is_none_or(|other| other.instance.is_adapter);
            let changed =
                changed.filter(|part| !is_adapter || adds_information(part, (from, others), (to, tree), index, change));
            for (through, capabilities) in to.ways(&links, &mut ways, index, changed) {
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

/// Whether a capability of an adapter adds information. The purpose of an adapter is to pass items on, and the
/// instances that gained them are listed. What it no longer reaches follows from its own line.
fn adds_information(
    part: &HostArea,
    from: (&Reach, &Tree<'_>),
    to: (&Reach, &Tree<'_>),
    adapter: usize,
    change: Change,
) -> bool {
    let ((from, old_tree), (to, new_tree)) = (from, to);
    let is_new = new_tree.get(adapter).is_some_and(|flat| flat.pair.is_none());
    let is_listed = |user: &Flat<'_>| {
        let old = user.pair.and_then(|other| old_tree.get(other));
        match old.is_some_and(|old| reaches(from, &old.path, part)) {
            // A new adapter for an instance that reached the capability before adds nothing.
            true => is_new,
            false => reaches(to, &user.path, part),
        }
    };
    change == Change::Added && !new_tree.filled(adapter).any(is_listed)
}

impl Reach {
    fn new(snapshot: &Snapshot, world: &World) -> Reach {
        let mut reach = Reach { imports: BTreeMap::new(), whole: BTreeSet::new(), by_path: BTreeMap::new() };
        for import in &snapshot.imports {
            let parts = host_areas(&import.name, world);
            reach.whole.extend(parts.iter().cloned());
            // A snapshot does not say which functions of an interface an instance reaches. If these belong to several
            // capabilities, as in `wasi:cli/environment`, the name of the interface is listed.
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

    /// Groups capabilities by the paths through which an instance reaches them. `known` caches the paths of each
    /// capability.
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

/// The capabilities to which an import belongs, or its own name. Empty for an interface that contains only types.
fn host_areas(import: &str, world: &World) -> BTreeSet<HostArea> {
    let functions = match world.import(import) {
        Some(Shape::Interface(nodes)) => functions(nodes),
        // A type, or a function of a resource type that the world itself imports.
        None if Form::of(import).and_then(Form::resource).is_some() || world.defines(import) => return BTreeSet::new(),
        // A function; or a core module or a component, which WIT does not express. If it has the name of an interface,
        // it is denied with that interface.
        Some(Shape::Line(_)) | None => {
            let known = Known::of(import, "").map(HostArea::Known);
            return BTreeSet::from([known.unwrap_or_else(|| HostArea::Other(import.to_owned()))]);
        }
    };
    // The name of the import, and that of the interface that it implements.
    let names: Vec<&str> = [Some(import), world.identity(import)].into_iter().flatten().collect();
    let part = |function: &String| match names.iter().find_map(|name| Known::of(name, function)) {
        Some(known) => Some(HostArea::Known(known)),
        None if names.iter().any(|name| is_used_by_others(name)) => None,
        None => Some(HostArea::Other(name::base(import).to_owned())),
    };
    functions.iter().filter_map(part).collect()
}

/// Whether an interface only has types and functions that other interfaces use, and gives access to nothing by itself.
fn is_used_by_others(import: &str) -> bool {
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

/// Whether an instance, or one in it, reaches something.
fn reaches(reach: &Reach, path: &str, part: &HostArea) -> bool {
    let from = reach.by_path.range(path.to_owned()..).take_while(|(other, _)| other.starts_with(path));
    let mut within =
        from.filter(|(other, _)| *other == path || other.get(path.len()..).is_some_and(|rest| rest.starts_with('/')));
    within.any(|(_, parts)| parts.contains(part))
}
