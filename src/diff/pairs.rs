//! Pairs the instances of two components.

use std::collections::{BTreeMap, VecDeque};

use super::source;
use super::tree::Tree;
use crate::name::{ADAPTER, OUTER};
use crate::snapshot::{Nested, Snapshot};

/// The suffixes that the names of adapters have, after the name of their instance.
const ADAPTERS: &[&str] = &[ADAPTER, OUTER];

/// The instances of both components, paired.
pub(super) struct Trees<'s> {
    pub old: Tree<'s>,
    pub new: Tree<'s>,
}

impl<'s> Trees<'s> {
    /// Pairs instances level by level: by name, then by component, then adapters by the new name of their instance.
    pub(super) fn new(before: &'s Snapshot, after: &'s Snapshot) -> Self {
        let mut trees = Trees { old: tree(before), new: tree(after) };
        let mut levels = vec![(None, None)];
        while let Some((old, new)) = levels.pop() {
            let (old, new) = (trees.old.nested(old), trees.new.nested(new));
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
            levels.extend(old.iter().filter_map(|old| Some((Some(*old), Some(trees.old.get(*old)?.pair?)))));
        }
        trees
    }

    /// Pairs instances that are not paired yet, each with the first one that has the same key.
    fn pair(
        &mut self,
        old: &[usize],
        new: &[usize],
        old_key: impl Fn(&Nested) -> Option<String>,
        new_key: impl Fn(&Nested) -> Option<String>,
    ) {
        let mut others: BTreeMap<String, VecDeque<usize>> = BTreeMap::new();
        for index in new {
            let flat = self.new.all.get(*index).filter(|flat| flat.pair.is_none());
            if let Some(key) = flat.and_then(|flat| new_key(flat.instance)) {
                others.entry(key).or_default().push_back(*index);
            }
        }
        for index in old {
            let Some(flat) = self.old.all.get_mut(*index).filter(|flat| flat.pair.is_none()) else { continue };
            let others = old_key(flat.instance).and_then(|key| others.get_mut(&key));
            let Some(other) = others.and_then(VecDeque::pop_front) else { continue };
            flat.pair = Some(other);
            if let Some(new) = self.new.all.get_mut(other) {
                new.pair = Some(*index);
            }
        }
    }

    /// The new names of paired instances whose names differ, by their old names.
    fn renamed(&self, old: &[usize]) -> BTreeMap<&'s str, &'s str> {
        let names = old.iter().filter_map(|old| {
            let old = self.old.get(*old)?;
            Some((old.instance.name.as_str(), self.new.get(old.pair?)?.instance.name.as_str()))
        });
        names.filter(|(old, new)| old != new).collect()
    }

    /// The new name of an outermost instance, or of a component in a grant. The name itself if it did not change.
    pub(super) fn new_name<'n>(&self, name: &'n str) -> &'n str
    where
        's: 'n,
    {
        let old = self.old.beside(None, name).and_then(|old| self.old.get(old));
        let new = old.and_then(|old| self.new.get(old.pair?));
        new.map_or(name, |new| new.instance.name.as_str())
    }
}

fn tree(snapshot: &Snapshot) -> Tree<'_> {
    let mut tree = Tree::new(snapshot);
    tree.filled = source::filled(&tree);
    tree
}

/// The name of an adapter whose instance has a new name.
fn in_new_names(name: &str, renamed: &BTreeMap<&str, &str>) -> String {
    let owner = ADAPTERS.iter().find_map(|end| Some((name.strip_suffix(end)?, end)));
    match owner.and_then(|(owner, end)| Some((renamed.get(owner)?, end))) {
        Some((owner, end)) => format!("{owner}{end}"),
        None => name.to_owned(),
    }
}
