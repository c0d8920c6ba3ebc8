//! The instances of two components, and which of them are the same instance.

use std::collections::BTreeMap;

use crate::snapshot::{Nested, Snapshot};

/// How the names of what weld generated end, after that of the instance that it is for.
const ADAPTERS: &[&str] = &[":adapter", ":exports"];

/// The instances of one component.
pub(super) struct Tree<'s> {
    /// All of them, each after the one that it is in.
    pub all: Vec<Flat<'s>>,
    by_path: BTreeMap<String, usize>,
    /// Those in each, and the outermost.
    inner: BTreeMap<Option<usize>, Vec<usize>>,
}

/// An instance, and where it is.
pub(super) struct Flat<'s> {
    pub instance: &'s Nested,
    /// The names that lead to it, joined by `/`.
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
        let mut tree = Tree { all: Vec::new(), by_path: BTreeMap::new(), inner: BTreeMap::new() };
        tree.add(&snapshot.instances, None);
        tree
    }

    /// Adds instances, and what is in them. Snapshots limit how deep that goes.
    fn add(&mut self, instances: &'s [Nested], within: Option<usize>) {
        let outer = within.and_then(|within| self.all.get(within)).map(|outer| format!("{}/", outer.path));
        for instance in instances {
            let path = format!("{}{}", outer.as_deref().unwrap_or_default(), instance.name);
            let index = self.all.len();
            self.by_path.entry(path.clone()).or_insert(index);
            self.inner.entry(within).or_default().push(index);
            self.all.push(Flat { instance, path, within, other: None });
            self.add(&instance.instances, Some(index));
        }
    }

    /// The instance that a path leads to.
    pub fn at(&self, path: &str) -> Option<usize> {
        self.by_path.get(path).copied()
    }

    /// Whether weld generated the instance that a path leads to.
    pub fn is_adapter(&self, path: &str) -> bool {
        self.at(path).and_then(|index| self.get(index)).is_some_and(|flat| flat.instance.is_adapter)
    }

    pub fn get(&self, index: usize) -> Option<&Flat<'s>> {
        self.all.get(index)
    }

    /// The instance beside others, or outermost, of that name.
    pub fn beside(&self, within: Option<usize>, name: &str) -> Option<usize> {
        match within.and_then(|within| self.get(within)) {
            Some(outer) => self.at(&format!("{}/{name}", outer.path)),
            None => self.at(name),
        }
        .filter(|index| self.get(*index).is_some_and(|flat| flat.within == within))
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
            trees.pair(&old, &new, |old, new| old.name == new.name);
            trees.pair(&old, &new, |old, new| !old.is_adapter && !new.is_adapter && is_same(old, new));
            let renamed = trees.renamed(&old);
            trees.pair(&old, &new, |old, new| {
                old.is_adapter && new.is_adapter && in_new_names(&old.name, &renamed) == new.name
            });
            levels.extend(old.iter().filter_map(|old| Some((Some(*old), Some(trees.old.get(*old)?.other?)))));
        }
        trees
    }

    /// Pairs those that have no other yet, each with the first that does for it.
    fn pair(&mut self, old: &[usize], new: &[usize], matches: impl Fn(&Nested, &Nested) -> bool) {
        for index in old {
            let Some(flat) = self.old.all.get_mut(*index).filter(|flat| flat.other.is_none()) else { continue };
            let is_it = |other: &&usize| {
                let other = self.new.all.get(**other);
                other.is_some_and(|other| other.other.is_none() && matches(flat.instance, other.instance))
            };
            let Some(other) = new.iter().find(is_it).copied() else { continue };
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

/// Whether two instances are of one component. What has no code of its own is what it is made of.
fn is_same(old: &Nested, new: &Nested) -> bool {
    match (&old.sha256, &new.sha256) {
        (Some(old), Some(new)) => old == new,
        (None, None) => {
            let parts = |nested: &Nested| nested.instances.len();
            parts(old) > 0
                && parts(old) == parts(new)
                && old.instances.iter().zip(&new.instances).all(|(old, new)| is_same(old, new))
        }
        _ => false,
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
