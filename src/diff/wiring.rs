//! What fills imports now, and what did.

use std::collections::{BTreeMap, BTreeSet};

use super::items::{Items, is_version_of};
use super::source::Source;
use super::tree::{Flat, Tree, Trees};
use super::{Change, Wire};
use crate::snapshot::{Argument, Snapshot};

/// Compares what fills the imports of the instances that both components have, and what the components' exports are.
pub(super) fn wiring(before: &Snapshot, after: &Snapshot, trees: &Trees<'_>, items: &Items) -> Vec<Wire> {
    let wiring = Wiring { before, after, trees, items };
    let mut found = wiring.exports();
    for new in &trees.new.all {
        let old = new.other.and_then(|other| trees.old.get(other));
        found.extend(old.into_iter().flat_map(|old| wiring.of_instance(old, new)));
    }
    found
}

struct Wiring<'s> {
    before: &'s Snapshot,
    after: &'s Snapshot,
    trees: &'s Trees<'s>,
    items: &'s Items,
}

impl Wiring<'_> {
    /// Of exports that came or went it is said there.
    fn exports(&self) -> Vec<Wire> {
        let mut found = Vec::new();
        for new in &self.after.exports {
            let is_it = |old: &&crate::snapshot::Export| {
                old.name == new.name || self.items.versions.get(&old.name).is_some_and(|name| *name == new.name)
            };
            let exports = &self.before.exports;
            let old = exports.iter().find(|old| old.name == new.name).or_else(|| exports.iter().find(is_it));
            let Some(old) = old else { continue };
            let foreign = |tree: &Tree<'_>, name: &str, from: &Option<String>| {
                let from = from.clone()?;
                (Source::read(tree, None, name, &from) != Source::own()).then_some(from)
            };
            let was = foreign(&self.trees.old, &old.name, &old.from);
            let is = foreign(&self.trees.new, &new.name, &new.from);
            let (was, is) = (was.as_deref(), is.as_deref());
            let same = self.is_same((None, &old.name, was.unwrap_or("own")), (None, &new.name, is.unwrap_or("own")));
            if !same {
                found.push(wire(None, &new.name, was, is));
            }
        }
        found
    }

    fn of_instance(&self, old: &Flat<'_>, new: &Flat<'_>) -> Vec<Wire> {
        let mut others: Vec<&Argument> = old.instance.arguments.iter().collect();
        let mut found = Vec::new();
        let names: BTreeSet<&str> = new.instance.arguments.iter().map(|argument| argument.name.as_str()).collect();
        let mut unmatched = Vec::new();
        for argument in &new.instance.arguments {
            match others.iter().position(|other| other.name == argument.name) {
                Some(index) => found.extend(self.of_argument((old, others.remove(index)), (new, argument))),
                None => unmatched.push(argument),
            }
        }
        for argument in unmatched {
            let is_it =
                |old: &&Argument| !names.contains(old.name.as_str()) && is_version_of(&old.name, &argument.name);
            match others.iter().position(is_it) {
                Some(index) => found.extend(self.of_argument((old, others.remove(index)), (new, argument))),
                None if !new.instance.is_adapter && !self.is_said(argument, new, Change::Added) => {
                    found.push(wire(Some(&new.path), &argument.name, None, Some(&argument.from)));
                }
                None => {}
            }
        }
        for argument in others {
            if !old.instance.is_adapter && !self.is_said(argument, old, Change::Removed) {
                found.push(wire(Some(&new.path), &argument.name, Some(&argument.from), None));
            }
        }
        found
    }

    fn of_argument(&self, old: (&Flat<'_>, &Argument), new: (&Flat<'_>, &Argument)) -> Option<Wire> {
        let ((old, was), (new, is)) = (old, new);
        let same = self.is_same((old.within, &was.name, &was.from), (new.within, &is.name, &is.from));
        let follows = || self.follows_from_adapter((old, was), (new, is));
        (!same && !follows()).then(|| wire(Some(&new.path), &is.name, Some(&was.from), Some(&is.from)))
    }

    /// Whether an import that came or went is left to the host, and it is said under imports who has it.
    fn is_said(&self, argument: &Argument, flat: &Flat<'_>, change: Change) -> bool {
        let is_it = |name: &str| {
            let mut imports = self.items.imports.iter();
            imports.any(|item| item.change == change && item.name == name && item.reached_by.contains(&flat.path))
        };
        let tree = if change == Change::Added { &self.trees.new } else { &self.trees.old };
        match Source::read(tree, flat.within, &argument.name, &argument.from) {
            Source::Outer { name, .. } if flat.within.is_none() => is_it(&name),
            _ => false,
        }
    }

    /// Whether two things are the same, but for names that others have now.
    fn is_same(&self, old: (Option<usize>, &str, &str), new: (Option<usize>, &str, &str)) -> bool {
        let ((old_within, old_name, was), (new_within, new_name, is)) = (old, new);
        let was = Source::read(&self.trees.old, old_within, old_name, was);
        let is = Source::read(&self.trees.new, new_within, new_name, is);
        self.is_same_source((&was, old_name), (&is, new_name))
    }

    fn is_same_source(&self, old: (&Source, &str), new: (&Source, &str)) -> bool {
        let same_path = |was: &str, is: &str, may_differ: bool| {
            was == is || (may_differ && unversioned(was, old.1) == unversioned(is, new.1))
        };
        match (old.0, new.0) {
            (Source::Outer { name: was, path: old_path }, Source::Outer { name: is, path: new_path }) => {
                let is_renamed = self.items.versions.get(was).is_some_and(|name| name == is);
                // Within an instance it is that one's import, which has a line of its own.
                let same = was == is || is_renamed || (is_version_of(was, is) && old.1 == was && new.1 == is);
                same && same_path(old_path, new_path, is_renamed)
            }
            (Source::Instance { index: was, path: old_path }, Source::Instance { index: is, path: new_path }) => {
                let (Some(before), Some(after)) = (self.trees.old.get(*was), self.trees.new.get(*is)) else {
                    return false;
                };
                let is_replaced = before.instance.sha256 != after.instance.sha256 || old.1 != new.1;
                before.other == Some(*is) && same_path(old_path, new_path, is_replaced)
            }
            (Source::Bundle(was), Source::Bundle(is)) => {
                let others: BTreeMap<&str, &Source> = was.iter().map(|(name, item)| (name.as_str(), item)).collect();
                let is_there = |(name, item): &(String, Source)| {
                    let other = others.get(name.as_str());
                    other.is_some_and(|other| self.is_same_source((other, name), (item, name)))
                };
                was.len() == is.len() && is.iter().all(is_there)
            }
            (Source::Own(was), Source::Own(is)) => was == is,
            _ => false,
        }
    }

    /// Whether an import is filled by an adapter where it was filled by what the adapter lets through or refuses, or the
    /// other way round: the adapter has a line of its own.
    fn follows_from_adapter(&self, old: (&Flat<'_>, &Argument), new: (&Flat<'_>, &Argument)) -> bool {
        let ((old_flat, was), (new_flat, is)) = (old, new);
        let old_end = behind(&self.trees.old, old_flat, was);
        let new_end = behind(&self.trees.new, new_flat, is);
        let is_outer = |source: &Source| matches!(source, Source::Outer { .. });
        match (&old_end, &new_end) {
            (None, None) => false,
            // Refused, or answered by the adapter itself.
            (Some(Behind::Nothing), Some(Behind::Nothing)) => true,
            (Some(Behind::Nothing), Some(Behind::Something(source)))
            | (Some(Behind::Something(source)), Some(Behind::Nothing)) => is_outer(source),
            (Some(Behind::Something(was_it)), Some(Behind::Something(is_it))) => {
                self.is_same_source((was_it, &was.name), (is_it, &is.name))
            }
            (Some(behind), None) => {
                let other = Source::read(&self.trees.new, new_flat.within, &is.name, &is.from);
                match behind {
                    Behind::Nothing => is_outer(&other),
                    Behind::Something(source) => self.is_same_source((source, &was.name), (&other, &is.name)),
                }
            }
            (None, Some(behind)) => {
                let other = Source::read(&self.trees.old, old_flat.within, &was.name, &was.from);
                match behind {
                    Behind::Nothing => is_outer(&other),
                    Behind::Something(source) => self.is_same_source((&other, &was.name), (source, &is.name)),
                }
            }
        }
    }
}

/// What an adapter has for what it exports.
enum Behind {
    Something(Source),
    Nothing,
}

/// What fills an import of an adapter that fills the import of that name. `None` where no adapter fills it.
fn behind(tree: &Tree<'_>, flat: &Flat<'_>, argument: &Argument) -> Option<Behind> {
    let Source::Instance { index, .. } = Source::read(tree, flat.within, &argument.name, &argument.from) else {
        return None;
    };
    let adapter = tree.get(index).filter(|adapter| adapter.instance.is_adapter)?;
    let own = adapter.instance.arguments.iter().find(|own| own.name == argument.name);
    Some(own.map_or(Behind::Nothing, |own| Behind::Something(Source::read(tree, adapter.within, &own.name, &own.from))))
}

/// A path without the version of its first export; that of the import's own name where it is empty.
fn unversioned(path: &str, own: &str) -> String {
    let path = if path.is_empty() { own } else { path.trim_start_matches('#') };
    let (first, rest) = path.split_once('#').unwrap_or((path, ""));
    format!("{}#{rest}", crate::name::base(first))
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
