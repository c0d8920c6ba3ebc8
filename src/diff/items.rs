//! Finds imports and exports that were added, removed or changed.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::pairs::Trees;
use super::tree::Tree;
use super::wit::{Node, Shape, World};
use super::{Change, Item, Type};
use crate::name;
use crate::snapshot::{Import, Snapshot};

/// The definitions whose members have no significant order. In all others, the order is part of the type.
const UNORDERED: &[&str] = &["resource ", "interface "];

/// The changes of imports and exports.
pub(super) struct Items {
    pub imports: Vec<Item>,
    pub exports: Vec<Item>,
    /// The changed types that the world itself defines.
    pub types: Vec<Type>,
    /// The reason that types were not compared.
    pub unknown: Option<String>,
    /// The new names of interfaces of which the version changed, by their old names.
    pub versions: BTreeMap<String, String>,
}

/// Compares imports and exports.
pub(super) fn items(before: &Snapshot, after: &Snapshot, old: &World, new: &World, trees: &Trees<'_>) -> Items {
    let imports = Pairs::new(
        before.imports.iter().map(|import| import.name.as_str()),
        after.imports.iter().map(|import| import.name.as_str()),
    );
    let exports = Pairs::new(
        before.exports.iter().map(|export| export.name.as_str()),
        after.exports.iter().map(|export| export.name.as_str()),
    );
    let versions: BTreeMap<String, String> = imports.versions().chain(exports.versions()).collect();
    let unknown = match (&before.wit_reason, &after.wit_reason) {
        // WIT and text that only resembles WIT are not comparable.
        (Some(reason), None) => Some(format!("before, the world had no form in WIT: {reason}")),
        (None, Some(reason)) => Some(format!("the world has no form in WIT now: {reason}")),
        _ => None,
    };
    let types = Types { versions: &versions, are_comparable: unknown.is_none() };
    let mut found = Items {
        imports: types.compare_pairs(&imports, |name| old.import(name), |name| new.import(name)),
        exports: types.compare_pairs(&exports, |name| old.export(name), |name| new.export(name)),
        types: if types.are_comparable { types.compare_nodes(&old.own, &new.own) } else { Vec::new() },
        unknown,
        versions: BTreeMap::new(),
    };
    for (change, snapshot, tree) in [(Change::Added, after, &trees.new), (Change::Removed, before, &trees.old)] {
        let by_name: BTreeMap<&str, &Import> =
            snapshot.imports.iter().rev().map(|import| (import.name.as_str(), import)).collect();
        for item in found.imports.iter_mut().filter(|item| item.change == change) {
            let import = by_name.get(item.name.as_str());
            item.reached_by = import.map(|import| reached_by(import, tree)).unwrap_or_default();
        }
    }
    let mut by_name: BTreeMap<(Change, String), usize> = BTreeMap::new();
    for (index, item) in found.imports.iter().enumerate() {
        by_name.entry((item.change, item.name.clone())).or_insert(index);
    }
    found.types.retain(|ty| !is_import(ty, &mut found.imports, &by_name));
    let by_name: BTreeMap<&str, &Item> = found.imports.iter().rev().map(|item| (item.name.as_str(), item)).collect();
    for item in &mut found.exports {
        let import = by_name.get(item.name.as_str());
        if import.is_some_and(|import| !item.types.is_empty() && import.types == item.types) {
            item.types.clear();
            item.as_import = true;
        }
    }
    found.versions = versions;
    found
}

/// The paths of the instances that reach an import, without adapters of instances that are listed.
fn reached_by(import: &Import, tree: &Tree<'_>) -> Vec<String> {
    let all: BTreeSet<&String> = import.reached_by.iter().collect();
    // An adapter reaches what its instance reaches, so that the instance suffices.
    let is_implied = |path: &String| {
        let adapter = tree.at(path).filter(|index| tree.get(*index).is_some_and(|flat| flat.instance.is_adapter));
        adapter.is_some_and(|adapter| tree.filled(adapter).any(|flat| all.contains(&flat.path)))
    };
    import.reached_by.iter().filter(|path| !is_implied(path)).cloned().collect()
}

/// Whether a type that was added or removed is an import, so that the import lists it; if it has one line, with that
/// line. `by_name` has the indices of imports.
fn is_import(ty: &Type, imports: &mut [Item], by_name: &BTreeMap<(Change, String), usize>) -> bool {
    let (change, wit) = match (&ty.before, &ty.after) {
        (None, Some(wit)) => (Change::Added, wit),
        (Some(wit), None) => (Change::Removed, wit),
        _ => return false,
    };
    let node = Node { line: wit.lines().next().unwrap_or_default().to_owned(), children: None };
    let places = node.defined().into_iter().filter_map(|name| by_name.get(&(change, name)));
    let import = places.min().and_then(|place| imports.get_mut(*place));
    let Some(import) = import.filter(|_| ty.within.is_empty()) else { return false };
    let is_line = wit.lines().count() == 1;
    import.wit = is_line.then(|| wit.clone());
    is_line
}

/// The names of items before and after, paired.
struct Pairs<'n> {
    pairs: Vec<(&'n str, &'n str)>,
    added: Vec<&'n str>,
    removed: Vec<&'n str>,
}

impl<'n> Pairs<'n> {
    fn new(before: impl Iterator<Item = &'n str>, after: impl Iterator<Item = &'n str>) -> Self {
        let (before, after): (Vec<&str>, Vec<&str>) = (before.collect(), after.collect());
        let (in_old, in_new): (BTreeSet<&str>, BTreeSet<&str>) =
            (before.iter().copied().collect(), after.iter().copied().collect());
        let mut removed: Vec<Option<&str>> =
            before.into_iter().filter(|name| !in_new.contains(name)).map(Some).collect();
        // The indices of the names of each interface, regardless of versions.
        let mut by_base: BTreeMap<&str, VecDeque<usize>> = BTreeMap::new();
        for (index, name) in removed.iter().enumerate() {
            if let Some((base, _)) = name.and_then(name::split) {
                by_base.entry(base).or_default().push_back(index);
            }
        }
        let (mut pairs, mut added) = (Vec::new(), Vec::new());
        for name in after {
            if in_old.contains(name) {
                pairs.push((name, name));
                continue;
            }
            let others = name::split(name).and_then(|(base, _)| by_base.get_mut(base));
            let old = others.and_then(VecDeque::pop_front).and_then(|index| removed.get_mut(index)?.take());
            match old {
                Some(old) => pairs.push((old, name)),
                None => added.push(name),
            }
        }
        Pairs { pairs, added, removed: removed.into_iter().flatten().collect() }
    }

    /// The pairs of names with different versions.
    fn versions(&self) -> impl Iterator<Item = (String, String)> {
        let others = self.pairs.iter().filter(|(old, new)| old != new);
        others.map(|(old, new)| ((*old).to_owned(), (*new).to_owned()))
    }
}

/// Whether two names are versions of one interface, compatible or not.
pub(super) fn is_version_of(a: &str, b: &str) -> bool {
    matches!((name::split(a), name::split(b)), (Some((a, _)), Some((b, _))) if a == b)
}

struct Types<'v> {
    versions: &'v BTreeMap<String, String>,
    are_comparable: bool,
}

impl Types<'_> {
    fn compare_pairs<'w>(
        &self,
        pairs: &Pairs<'_>,
        old: impl Fn(&str) -> Option<Shape<'w>>,
        new: impl Fn(&str) -> Option<Shape<'w>>,
    ) -> Vec<Item> {
        let item = |change, name: &str, shape: Option<Shape<'_>>| Item {
            change,
            name: name.to_owned(),
            was: None,
            wit: match shape {
                Some(Shape::Line(line)) => Some(line.to_owned()),
                _ => None,
            },
            reached_by: Vec::new(),
            types: Vec::new(),
            as_import: false,
        };
        let mut items: Vec<Item> = pairs.added.iter().map(|name| item(Change::Added, name, new(name))).collect();
        items.extend(pairs.removed.iter().map(|name| item(Change::Removed, name, old(name))));
        for (before, after) in &pairs.pairs {
            let types = if self.are_comparable { self.compare_shapes(old(before), new(after)) } else { Vec::new() };
            let was = (before != after).then(|| (*before).to_owned());
            let change = match (&was, types.is_empty()) {
                (None, true) => continue,
                (Some(_), true) => Change::Renamed,
                (_, false) => Change::Changed,
            };
            items.push(Item { was, types, ..item(change, after, None) });
        }
        items
    }

    fn compare_shapes(&self, old: Option<Shape<'_>>, new: Option<Shape<'_>>) -> Vec<Type> {
        match (old, new) {
            (Some(Shape::Interface(old)), Some(Shape::Interface(new))) => self.compare_nodes(old, new),
            (old, new) => {
                let line = |shape: Option<Shape<'_>>| match shape {
                    Some(Shape::Line(line)) => Some(line.to_owned()),
                    Some(Shape::Interface(_)) => Some("interface".to_owned()),
                    None => None,
                };
                let (before, after) = (line(old), line(new));
                if before == after { Vec::new() } else { vec![Type { within: Vec::new(), before, after }] }
            }
        }
    }

    fn compare_nodes(&self, old: &[Node], new: &[Node]) -> Vec<Type> {
        let mut found = Vec::new();
        self.compare(old, new, &[], &mut found);
        found
    }

    /// Compares the lines in two blocks.
    fn compare(&self, old: &[Node], new: &[Node], within: &[String], found: &mut Vec<Type>) {
        // In reverse, so that `pop` returns the first one.
        let mut others: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        old.iter().enumerate().rev().for_each(|(index, node)| others.entry(node.key()).or_default().push(index));
        let mut changes = Vec::new();
        for node in new {
            match others.get_mut(&node.key()).and_then(Vec::pop).and_then(|index| old.get(index)) {
                Some(old) => self.compare_node(old, node, within, &mut changes),
                None => changes.push(Type { within: within.to_vec(), before: None, after: Some(node.text()) }),
            }
        }
        let gone: BTreeSet<usize> = others.into_values().flatten().collect();
        found.extend(gone.iter().filter_map(|index| old.get(*index)).map(|node| Type {
            within: within.to_vec(),
            before: Some(node.text()),
            after: None,
        }));
        found.append(&mut changes);
    }

    fn compare_node(&self, old: &Node, new: &Node, within: &[String], found: &mut Vec<Type>) {
        let whole = || Type { within: within.to_vec(), before: Some(old.text()), after: Some(new.text()) };
        // A resource without functions has no block.
        let header = |node: &Node| node.line.trim_end_matches(';').to_owned();
        let is_resource = |node: &Node| node.line.starts_with("resource ");
        let has_parts = old.children.is_some() || new.children.is_some();
        if has_parts
            && header(old) == header(new)
            && (is_resource(old) || old.children.is_some() && new.children.is_some())
        {
            let (was, is) = (old.children.as_deref().unwrap_or_default(), new.children.as_deref().unwrap_or_default());
            let is_ordered = !UNORDERED.iter().any(|word| old.line.starts_with(word));
            if is_ordered && is_reordered(was, is) {
                found.push(whole());
            } else {
                self.compare(was, is, &[within, &[header(new)]].concat(), found);
            }
        } else if old.children != new.children || self.in_new_versions(&old.line) != new.line {
            found.push(whole());
        }
    }

    /// A `use` line with the new version of the interface.
    fn in_new_versions(&self, line: &str) -> String {
        let used = line.strip_prefix("use ").and_then(|rest| rest.split_once(".{"));
        let new = used.and_then(|(path, names)| Some((self.versions.get(path)?, names)));
        new.map_or_else(|| line.to_owned(), |(path, names)| format!("use {path}.{{{names}"))
    }
}

/// Whether the lines that two blocks have in common are in another order.
fn is_reordered(old: &[Node], new: &[Node]) -> bool {
    let keys = |nodes: &[Node]| nodes.iter().map(Node::key).collect::<Vec<_>>();
    let (old, new) = (keys(old), keys(new));
    let common = |keys: &[String], others: &[String]| -> Vec<String> {
        let others: BTreeSet<&String> = others.iter().collect();
        keys.iter().filter(|key| others.contains(key)).cloned().collect()
    };
    common(&old, &new) != common(&new, &old)
}
