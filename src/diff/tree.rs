//! The instances of a component.

use std::collections::{BTreeMap, BTreeSet};

use crate::snapshot::{Argument, Nested, Snapshot, step};

/// The instances of one component, by index, path and name.
pub(super) struct Tree<'s> {
    /// All instances, each after the enclosing one.
    pub all: Vec<Flat<'s>>,
    by_path: BTreeMap<String, usize>,
    by_name: BTreeMap<(Option<usize>, &'s str), usize>,
    /// The nested instances of each instance, and the outermost ones.
    inner: BTreeMap<Option<usize>, Vec<usize>>,
    /// For each adapter, the instances whose imports it fills.
    pub filled: BTreeMap<usize, BTreeSet<usize>>,
}

/// An instance and its position in the tree.
pub(super) struct Flat<'s> {
    pub instance: &'s Nested,
    /// The arguments, by import.
    pub arguments: BTreeMap<&'s str, &'s Argument>,
    /// The names of the enclosing instances and of this one, joined by `/`.
    pub path: String,
    pub within: Option<usize>,
    /// The instance of the other component with which it is paired.
    pub pair: Option<usize>,
}

impl<'s> Tree<'s> {
    pub(super) fn new(snapshot: &'s Snapshot) -> Self {
        let mut tree = Tree {
            all: Vec::new(),
            by_path: BTreeMap::new(),
            by_name: BTreeMap::new(),
            inner: BTreeMap::new(),
            filled: BTreeMap::new(),
        };
        tree.add(&snapshot.instances, None);
        tree
    }

    /// Adds instances and those nested in them. Snapshots limit the depth.
    fn add(&mut self, instances: &'s [Nested], within: Option<usize>) {
        let outer = within.and_then(|within| self.all.get(within)).map(|outer| format!("{}/", outer.path));
        for instance in instances {
            let path = format!("{}{}", outer.as_deref().unwrap_or_default(), step(&instance.name));
            let index = self.all.len();
            self.by_path.entry(path.clone()).or_insert(index);
            self.by_name.entry((within, instance.name.as_str())).or_insert(index);
            self.inner.entry(within).or_default().push(index);
            // The first of two arguments with the same name takes precedence.
            let named = instance.arguments.iter().rev().map(|argument| (argument.name.as_str(), argument));
            self.all.push(Flat { instance, arguments: named.collect(), path, within, pair: None });
            self.add(&instance.instances, Some(index));
        }
    }

    /// The instance at a path.
    pub(super) fn at(&self, path: &str) -> Option<usize> {
        self.by_path.get(path).copied()
    }

    /// The instances whose imports an adapter fills.
    pub(super) fn filled(&self, adapter: usize) -> impl Iterator<Item = &Flat<'s>> {
        self.filled.get(&adapter).into_iter().flatten().filter_map(|index| self.get(*index))
    }

    /// Whether an adapter fills an import of an instance.
    pub(super) fn fills(&self, adapter: usize, index: usize) -> bool {
        self.filled.get(&adapter).is_some_and(|filled| filled.contains(&index))
    }

    pub(super) fn get(&self, index: usize) -> Option<&Flat<'s>> {
        self.all.get(index)
    }

    /// The instance of a name within an instance; without one, among the outermost.
    pub(super) fn beside(&self, within: Option<usize>, name: &str) -> Option<usize> {
        self.by_name.get(&(within, name)).copied()
    }

    /// The nested instances of an instance; without one, the outermost.
    pub(super) fn nested(&self, within: Option<usize>) -> Vec<usize> {
        self.inner.get(&within).cloned().unwrap_or_default()
    }

    /// Whether the enclosing instance of an instance has no pair.
    pub(super) fn is_within_unmatched(&self, index: usize) -> bool {
        let outer = self.get(index).and_then(|flat| self.get(flat.within?));
        outer.is_some_and(|outer| outer.pair.is_none())
    }
}
