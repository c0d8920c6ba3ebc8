//! The instances of a component.

use std::collections::{BTreeMap, BTreeSet};

use crate::snapshot::{Argument, Nested, Snapshot, step};

/// The instances of one component.
pub(super) struct Tree<'s> {
    /// All of them, each after the one that it is in.
    pub all: Vec<Flat<'s>>,
    by_path: BTreeMap<String, usize>,
    by_name: BTreeMap<(Option<usize>, &'s str), usize>,
    /// Those in each, and the outermost.
    inner: BTreeMap<Option<usize>, Vec<usize>>,
    /// For each that is called an adapter, the instances of which it fills imports.
    pub filled: BTreeMap<usize, BTreeSet<usize>>,
}

/// An instance, and where it is.
pub(super) struct Flat<'s> {
    pub instance: &'s Nested,
    /// What fills its imports, by their names.
    pub arguments: BTreeMap<&'s str, &'s Argument>,
    /// The names that lead to it, joined by `/`, each as a step of that.
    pub path: String,
    pub within: Option<usize>,
    /// The one that stands for it in the other component.
    pub other: Option<usize>,
}

impl<'s> Tree<'s> {
    pub fn new(snapshot: &'s Snapshot) -> Self {
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

    /// Adds instances, and what is in them. Snapshots limit how deep that goes.
    fn add(&mut self, instances: &'s [Nested], within: Option<usize>) {
        let outer = within.and_then(|within| self.all.get(within)).map(|outer| format!("{}/", outer.path));
        for instance in instances {
            let path = format!("{}{}", outer.as_deref().unwrap_or_default(), step(&instance.name));
            let index = self.all.len();
            self.by_path.entry(path.clone()).or_insert(index);
            self.by_name.entry((within, instance.name.as_str())).or_insert(index);
            self.inner.entry(within).or_default().push(index);
            // Of two of one name the first counts, as everywhere.
            let named = instance.arguments.iter().rev().map(|argument| (argument.name.as_str(), argument));
            self.all.push(Flat { instance, arguments: named.collect(), path, within, other: None });
            self.add(&instance.instances, Some(index));
        }
    }

    /// The instance that a path leads to.
    pub fn at(&self, path: &str) -> Option<usize> {
        self.by_path.get(path).copied()
    }

    /// The instances of which one that is called an adapter fills imports.
    pub fn filled(&self, adapter: usize) -> impl Iterator<Item = &Flat<'s>> {
        self.filled.get(&adapter).into_iter().flatten().filter_map(|index| self.get(*index))
    }

    /// Whether one that is called an adapter fills an import of an instance.
    pub fn fills(&self, adapter: usize, index: usize) -> bool {
        self.filled.get(&adapter).is_some_and(|filled| filled.contains(&index))
    }

    pub fn get(&self, index: usize) -> Option<&Flat<'s>> {
        self.all.get(index)
    }

    /// The instance beside others, or outermost, of that name.
    pub fn beside(&self, within: Option<usize>, name: &str) -> Option<usize> {
        self.by_name.get(&(within, name)).copied()
    }

    /// The instances in one, or the outermost.
    pub fn in_it(&self, within: Option<usize>) -> Vec<usize> {
        self.inner.get(&within).cloned().unwrap_or_default()
    }

    /// Whether an instance is in one that the other component has none for.
    pub fn is_within_unmatched(&self, index: usize) -> bool {
        let outer = self.get(index).and_then(|flat| self.get(flat.within?));
        outer.is_some_and(|outer| outer.other.is_none())
    }
}
