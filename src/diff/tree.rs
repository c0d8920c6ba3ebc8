//! The instances of two components, and which of them are the same instance.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::source;
use crate::name::{ADAPTER, OUTER};
use crate::snapshot::{Argument, Nested, Snapshot, step};

/// How the names of what weld generated end, after that of the instance that it is for.
const ADAPTERS: &[&str] = &[ADAPTER, OUTER];

/// The instances of one component.
pub(super) struct Tree<'s> {
    /// All of them, each after the one that it is in.
    pub all: Vec<Flat<'s>>,
    by_path: BTreeMap<String, usize>,
    by_name: BTreeMap<(Option<usize>, &'s str), usize>,
    /// Those in each, and the outermost.
    inner: BTreeMap<Option<usize>, Vec<usize>>,
    /// For each that is called an adapter, the instances of which it fills imports.
    filled: BTreeMap<usize, BTreeSet<usize>>,
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

/// Two components' instances.
pub(super) struct Trees<'s> {
    pub old: Tree<'s>,
    pub new: Tree<'s>,
}

impl<'s> Tree<'s> {
    fn new(snapshot: &'s Snapshot) -> Self {
        let mut tree = Tree {
            all: Vec::new(),
            by_path: BTreeMap::new(),
            by_name: BTreeMap::new(),
            inner: BTreeMap::new(),
            filled: BTreeMap::new(),
        };
        tree.add(&snapshot.instances, None);
        tree.filled = source::filled(&tree);
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

impl<'s> Trees<'s> {
    /// Finds out which instances stand for each other.
    pub fn new(before: &'s Snapshot, after: &'s Snapshot) -> Self {
        let mut trees = Trees { old: Tree::new(before), new: Tree::new(after) };
        let mut levels = vec![(None, None)];
        while let Some((old, new)) = levels.pop() {
            let (old, new) = (trees.old.in_it(old), trees.new.in_it(new));
            trees.pair(&old, &new, |old| Some(old.name.clone()), |new| Some(new.name.clone()));
            let component = |it: &Nested| it.sha256.clone().filter(|_| !it.is_adapter);
            trees.pair(&old, &new, component, component);
            let renamed = trees.renamed(&old);
            let adapter = |name: String, it: &Nested| it.is_adapter.then_some(name);
            trees.pair(
                &old,
                &new,
                |old| adapter(in_new_names(&old.name, &renamed), old),
                |new| adapter(new.name.clone(), new),
            );
            levels.extend(old.iter().filter_map(|old| Some((Some(*old), Some(trees.old.get(*old)?.other?)))));
        }
        trees
    }

    /// Pairs those that have no other yet, each with the first that has the same key. What has none stays alone.
    fn pair(
        &mut self,
        old: &[usize],
        new: &[usize],
        old_key: impl Fn(&Nested) -> Option<String>,
        new_key: impl Fn(&Nested) -> Option<String>,
    ) {
        let mut others: BTreeMap<String, VecDeque<usize>> = BTreeMap::new();
        for index in new {
            let flat = self.new.all.get(*index).filter(|flat| flat.other.is_none());
            if let Some(key) = flat.and_then(|flat| new_key(flat.instance)) {
                others.entry(key).or_default().push_back(*index);
            }
        }
        for index in old {
            let Some(flat) = self.old.all.get_mut(*index).filter(|flat| flat.other.is_none()) else { continue };
            let others = old_key(flat.instance).and_then(|key| others.get_mut(&key));
            let Some(other) = others.and_then(VecDeque::pop_front) else { continue };
            flat.other = Some(other);
            if let Some(new) = self.new.all.get_mut(other) {
                new.other = Some(*index);
            }
        }
    }

    /// What instances are called now that had other names.
    fn renamed(&self, old: &[usize]) -> BTreeMap<&'s str, &'s str> {
        let names = old.iter().filter_map(|old| {
            let old = self.old.get(*old)?;
            Some((old.instance.name.as_str(), self.new.get(old.other?)?.instance.name.as_str()))
        });
        names.filter(|(old, new)| old != new).collect()
    }

    /// What an outermost instance, or what grants were for, is called now.
    pub fn new_name<'n>(&self, name: &'n str) -> &'n str
    where
        's: 'n,
    {
        let old = self.old.beside(None, name).and_then(|old| self.old.get(old));
        let new = old.and_then(|old| self.new.get(old.other?));
        new.map_or(name, |new| new.instance.name.as_str())
    }
}

/// The name of what weld generated, after that of the instance that it is for.
fn in_new_names(name: &str, renamed: &BTreeMap<&str, &str>) -> String {
    let owner = ADAPTERS.iter().find_map(|end| Some((name.strip_suffix(end)?, end)));
    match owner.and_then(|(owner, end)| Some((renamed.get(owner)?, end))) {
        Some((owner, end)) => format!("{owner}{end}"),
        None => name.to_owned(),
    }
}
