//! Finds changes of what fills imports.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::items::{Items, is_version_of};
use super::pairs::Trees;
use super::source::{OWN, Source};
use super::tree::{Flat, Tree};
use super::{Change, Item, Wire};
use crate::name;
use crate::snapshot::{Argument, Export, Snapshot};

/// Compares what fills the imports of paired instances, and the origins of exports.
pub(super) fn wiring(before: &Snapshot, after: &Snapshot, trees: &Trees<'_>, items: &Items) -> Vec<Wire> {
    let is_added_or_removed = |item: &&Item| matches!(item.change, Change::Added | Change::Removed);
    let listed = items
        .imports
        .iter()
        .filter(is_added_or_removed)
        .flat_map(|item| item.reached_by.iter().map(|path| (item.change, item.name.as_str(), path.as_str())));
    let wiring = Wiring { before, after, trees, items, listed: listed.collect() };
    let mut found = wiring.exports();
    for new in &trees.new.all {
        let old = new.pair.and_then(|other| trees.old.get(other));
        found.extend(old.into_iter().flat_map(|old| wiring.compare_instance(old, new)));
    }
    found
}

struct Wiring<'s> {
    before: &'s Snapshot,
    after: &'s Snapshot,
    trees: &'s Trees<'s>,
    items: &'s Items,
    /// Added and removed imports that other lines cover, each with the path of an instance that reaches it.
    listed: BTreeSet<(Change, &'s str, &'s str)>,
}

/// An import or an export in one of the two components.
#[derive(Clone, Copy)]
struct Edge<'a> {
    /// The enclosing instance.
    within: Option<usize>,
    name: &'a str,
    from: &'a str,
}

impl<'a> Edge<'a> {
    fn of(flat: &Flat<'_>, argument: &'a Argument) -> Edge<'a> {
        Edge { within: flat.within, name: &argument.name, from: &argument.from }
    }
}

impl Wiring<'_> {
    /// Compares the origins of exports that exist before and after.
    fn exports(&self) -> Vec<Wire> {
        let exports = || self.before.exports.iter().rev();
        let by_name: BTreeMap<&str, &Export> = exports().map(|old| (old.name.as_str(), old)).collect();
        let versions = &self.items.versions;
        let by_new_name: BTreeMap<&str, &Export> =
            exports().filter_map(|old| Some((versions.get(&old.name)?.as_str(), old))).collect();
        let mut found = Vec::new();
        for new in &self.after.exports {
            let name = new.name.as_str();
            let Some(old) = by_name.get(name).or_else(|| by_new_name.get(name)) else { continue };
            let (was, is) = (old.from.as_deref().unwrap_or(OWN), new.from.as_deref().unwrap_or(OWN));
            let edge = |name, from| Edge { within: None, name, from };
            if !self.is_same(edge(&old.name, was), edge(name, is)) {
                let foreign = |from| Some(from).filter(|from| *from != OWN);
                found.push(wire(None, name, foreign(was), foreign(is)));
            }
        }
        found
    }

    fn compare_instance(&self, old: &Flat<'_>, new: &Flat<'_>) -> Vec<Wire> {
        let mut others: Arguments<'_> = Arguments::new(&old.instance.arguments);
        let mut found = Vec::new();
        let mut unmatched = Vec::new();
        for argument in &new.instance.arguments {
            match others.take(&argument.name) {
                Some(other) => found.extend(self.compare_argument((old, other), (new, argument))),
                None => unmatched.push(argument),
            }
        }
        let mut others = others.by_interface();
        for argument in unmatched {
            match others.take_version(&argument.name) {
                Some(other) => found.extend(self.compare_argument((old, other), (new, argument))),
                None if !self.is_listed(argument, old, new, Change::Added) => {
                    found.push(wire(Some(&new.path), &argument.name, None, Some(&argument.from)));
                }
                None => {}
            }
        }
        for argument in others.into_rest() {
            if !self.is_listed(argument, old, new, Change::Removed) {
                found.push(wire(Some(&new.path), &argument.name, Some(&argument.from), None));
            }
        }
        found
    }

    fn compare_argument(&self, old: (&Flat<'_>, &Argument), new: (&Flat<'_>, &Argument)) -> Option<Wire> {
        let (was, is) = (Edge::of(old.0, old.1), Edge::of(new.0, new.1));
        let is_listed = self.is_same(was, is) || self.follows_from_adapter((old.0, was), (new.0, is));
        (!is_listed).then(|| wire(Some(&new.0.path), is.name, Some(was.from), Some(is.from)))
    }

    /// Whether another line covers an added or removed import of an instance: the host fills the import, and the list
    /// of imports names the instance; or the instance is an adapter that was replaced, and the import is one that it
    /// passes on.
    fn is_listed(&self, argument: &Argument, old: &Flat<'_>, new: &Flat<'_>, change: Change) -> bool {
        let (flat, tree) = if change == Change::Added { (new, &self.trees.new) } else { (old, &self.trees.old) };
        let source = Source::read(tree, flat.within, &argument.name, &argument.from);
        let is_replaced =
            old.instance.is_adapter && new.instance.is_adapter && old.instance.sha256 != new.instance.sha256;
        match source {
            // The list of capabilities covers what an adapter reaches and its instances do not.
            Source::Outer { .. } if is_replaced => true,
            Source::Outer { name, .. } if flat.within.is_none() => {
                self.listed.contains(&(change, name.as_str(), flat.path.as_str()))
            }
            _ => is_replaced && self.is_of_adapted_instance(argument, (old, new), change),
        }
    }

    /// Whether a new import of an adapter was an import of an instance of the adapter before, or the reverse for a
    /// removed one.
    fn is_of_adapted_instance(&self, argument: &Argument, (old, new): (&Flat<'_>, &Flat<'_>), change: Change) -> bool {
        let Trees { old: old_tree, new: new_tree } = self.trees;
        let name = argument.name.as_str();
        match change {
            Change::Added => {
                let others = old.pair.into_iter().flat_map(|adapter| new_tree.filled(adapter));
                let mut others = others.filter_map(|user| old_tree.get(user.pair?));
                others.any(|user| {
                    let was = user.arguments.get(name);
                    was.is_some_and(|was| self.is_same(Edge::of(user, was), Edge::of(new, argument)))
                })
            }
            _ => {
                let others = new.pair.into_iter().flat_map(|adapter| old_tree.filled(adapter));
                let mut others = others.filter_map(|user| new_tree.get(user.pair?));
                others.any(|user| {
                    let is = user.arguments.get(name);
                    is.is_some_and(|is| self.is_same(Edge::of(old, argument), Edge::of(user, is)))
                })
            }
        }
    }

    /// Whether two origins are the same, apart from new names of instances and interfaces.
    fn is_same(&self, old: Edge<'_>, new: Edge<'_>) -> bool {
        let was = Source::read(&self.trees.old, old.within, old.name, old.from);
        let is = Source::read(&self.trees.new, new.within, new.name, new.from);
        let digest = |tree: &Tree<'_>, within: Option<usize>, whole: &Snapshot| match within {
            Some(within) => tree.get(within)?.instance.sha256.clone(),
            None => whole.sha256.clone(),
        };
        let was_in = digest(&self.trees.old, old.within, self.before);
        let is_in = digest(&self.trees.new, new.within, self.after);
        // The enclosing component was replaced, which another line covers.
        let is_covered = was_in.is_some() && is_in.is_some() && was_in != is_in;
        self.is_same_source((&was, old.name), (&is, new.name), is_covered)
    }

    /// Compares two origins. `is_covered` is whether another line covers changes of implementation details.
    fn is_same_source(&self, old: (&Source, &str), new: (&Source, &str), is_covered: bool) -> bool {
        let same_path = |was: &str, is: &str, may_differ: bool| {
            was == is || (may_differ && unversioned(was, old.1) == unversioned(is, new.1))
        };
        match (old.0, new.0) {
            (Source::Outer { name: was, path: old_path }, Source::Outer { name: is, path: new_path }) => {
                let is_renamed = self.items.versions.get(was).is_some_and(|name| name == is);
                // In a nested instance, this is an import of the enclosing one, which has a line of its own.
                let same = was == is || is_renamed || (is_version_of(was, is) && old.1 == was && new.1 == is);
                same && same_path(old_path, new_path, is_renamed)
            }
            (Source::Instance { index: was, path: old_path }, Source::Instance { index: is, path: new_path }) => {
                let (Some(before), Some(after)) = (self.trees.old.get(*was), self.trees.new.get(*is)) else {
                    return false;
                };
                let is_replaced = before.instance.sha256 != after.instance.sha256 || old.1 != new.1;
                before.pair == Some(*is) && same_path(old_path, new_path, is_replaced)
            }
            (Source::Bundle(was), Source::Bundle(is)) => {
                let sorted = |items: &'_ [(String, Source)]| -> Vec<usize> {
                    let mut order: Vec<usize> = (0..items.len()).collect();
                    order.sort_by_key(|index| items.get(*index).map(|(name, _)| name));
                    order
                };
                let pairs = sorted(was).into_iter().zip(sorted(is));
                let mut pairs = pairs.filter_map(|(old, new)| Some((was.get(old)?, is.get(new)?)));
                was.len() == is.len()
                    && pairs.all(|((was, old), (is, new))| {
                        was == is && self.is_same_source((old, was), (new, is), is_covered)
                    })
            }
            (Source::Own(was), Source::Own(is)) | (Source::Unknown(was), Source::Unknown(is)) if was == is => true,
            (Source::Unknown(_), Source::Unknown(_)) => is_covered,
            (Source::Unknown(_), Source::Own(own)) | (Source::Own(own), Source::Unknown(_)) => is_covered && own == OWN,
            _ => false,
        }
    }

    /// Whether the change of an import is only that an adapter was put before what fills it, removed or replaced, so
    /// that the line of the adapter covers it.
    fn follows_from_adapter(&self, old: (&Flat<'_>, Edge<'_>), new: (&Flat<'_>, Edge<'_>)) -> bool {
        let Trees { old: old_tree, new: new_tree } = self.trees;
        let ((old_flat, was), (new_flat, is)) = (old, new);
        let same = |old: &Option<Source>, new: &Option<Source>| match (old, new) {
            (Some(before), Some(after)) => self.is_same_source((before, was.name), (after, is.name), false),
            // The adapter refuses or provides the item.
            (None, Some(source)) | (Some(source), None) => matches!(source, Source::Outer { .. }),
            (None, None) => true,
        };
        match (Interposed::of(old_tree, was), Interposed::of(new_tree, is)) {
            (None, None) => false,
            (Some(before), Some(after)) => {
                let is_alone =
                    |tree: &Tree<'_>, adapter| tree.get(adapter).is_some_and(|adapter| adapter.pair.is_none());
                is_alone(old_tree, before.adapter)
                    && is_alone(new_tree, after.adapter)
                    && same(&before.passed, &after.passed)
            }
            (Some(interposed), None) => {
                let other = Source::read(new_tree, is.within, is.name, is.from);
                let is_for = |adapter| old_flat.pair.is_some_and(|index| new_tree.fills(adapter, index));
                self.is_new_or_replaced((old_tree, interposed.adapter), new_tree, is_for)
                    && same(&interposed.passed, &Some(other))
            }
            (None, Some(interposed)) => {
                let other = Source::read(old_tree, was.within, was.name, was.from);
                let is_for = |adapter| new_flat.pair.is_some_and(|index| old_tree.fills(adapter, index));
                self.is_new_or_replaced((new_tree, interposed.adapter), old_tree, is_for)
                    && same(&Some(other), &interposed.passed)
            }
        }
    }

    /// Whether an adapter exists only in one of the two components, or is replaced in the other one for the same
    /// instance.
    fn is_new_or_replaced(
        &self,
        (tree, adapter): (&Tree<'_>, usize),
        other_tree: &Tree<'_>,
        is_for: impl Fn(usize) -> bool,
    ) -> bool {
        let Some(adapter) = tree.get(adapter) else { return false };
        let Some(index) = adapter.pair else { return true };
        let is_another = |other: &Flat<'_>| {
            other.instance.is_adapter && other.instance.sha256 != adapter.instance.sha256 && is_for(index)
        };
        other_tree.get(index).is_some_and(is_another)
    }
}

/// The imports of an instance that are not paired yet.
struct Arguments<'s> {
    all: Vec<Option<&'s Argument>>,
    by_key: BTreeMap<&'s str, VecDeque<usize>>,
}

impl<'s> Arguments<'s> {
    fn new(arguments: &'s [Argument]) -> Self {
        let mut by_key: BTreeMap<&str, VecDeque<usize>> = BTreeMap::new();
        for (index, argument) in arguments.iter().enumerate() {
            by_key.entry(&argument.name).or_default().push_back(index);
        }
        Arguments { all: arguments.iter().map(Some).collect(), by_key }
    }

    fn take(&mut self, key: &str) -> Option<&'s Argument> {
        let index = self.by_key.get_mut(key)?.pop_front()?;
        self.all.get_mut(index)?.take()
    }

    /// The imports that are not paired yet, by the names of their interfaces without versions.
    fn by_interface(self) -> Self {
        let mut by_key: BTreeMap<&str, VecDeque<usize>> = BTreeMap::new();
        for (index, argument) in self.all.iter().enumerate() {
            if let Some((base, _)) = argument.and_then(|argument| name::split(&argument.name)) {
                by_key.entry(base).or_default().push_back(index);
            }
        }
        Arguments { by_key, ..self }
    }

    /// The next import of the same interface in any version, after [`Arguments::by_interface`].
    fn take_version(&mut self, name: &str) -> Option<&'s Argument> {
        let (base, _) = name::split(name)?;
        self.take(base)
    }

    fn into_rest(self) -> impl Iterator<Item = &'s Argument> {
        self.all.into_iter().flatten()
    }
}

/// An adapter that fills an import, and what the adapter passes on.
struct Interposed {
    /// The index of the adapter in the tree.
    adapter: usize,
    /// The origin of what fills the adapter's own import of the same name, if it has one.
    passed: Option<Source>,
}

impl Interposed {
    /// The adapter that fills an import with its export of the same name, if one does.
    fn of(tree: &Tree<'_>, edge: Edge<'_>) -> Option<Interposed> {
        let Source::Instance { index, path } = Source::read(tree, edge.within, edge.name, edge.from) else {
            return None;
        };
        let adapter = tree.get(index).filter(|adapter| adapter.instance.is_adapter)?;
        let own = adapter.arguments.get(edge.name);
        let passed = own.map(|own| Source::read(tree, adapter.within, &own.name, &own.from));
        (unversioned(&path, edge.name) == unversioned("", edge.name)).then_some(Interposed { adapter: index, passed })
    }
}

/// A path without the version of its first export. An empty path stands for the import's own name.
fn unversioned(path: &str, own: &str) -> String {
    let path = if path.is_empty() { own } else { path.trim_start_matches('#') };
    let (first, rest) = name::unqualified(path);
    format!("{}#{}", name::base(first), rest.unwrap_or_default())
}

fn wire(instance: Option<&str>, name: &str, before: Option<&str>, after: Option<&str>) -> Wire {
    let change = match (before, after) {
        (None, Some(_)) if instance.is_some() => Change::Added,
        (Some(_), None) if instance.is_some() => Change::Removed,
        _ => Change::Changed,
    };
    Wire {
        change,
        instance: instance.map(str::to_owned),
        name: name.to_owned(),
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
    }
}
