//! What fills imports now, and what did.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::items::{Items, is_version_of};
use super::pairs::Trees;
use super::source::{OWN, Source};
use super::tree::{Flat, Tree};
use super::{Change, Item, Wire};
use crate::name;
use crate::snapshot::{Argument, Export, Snapshot};

/// Compares what fills the imports of the instances that both components have, and what the components' exports are.
pub(super) fn wiring(before: &Snapshot, after: &Snapshot, trees: &Trees<'_>, items: &Items) -> Vec<Wire> {
    let is_left = |item: &&Item| matches!(item.change, Change::Added | Change::Removed);
    let said = items
        .imports
        .iter()
        .filter(is_left)
        .flat_map(|item| item.reached_by.iter().map(|path| (item.change, item.name.as_str(), path.as_str())));
    let wiring = Wiring { before, after, trees, items, said: said.collect() };
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
    /// Imports that came or went, and the paths of who reaches them.
    said: BTreeSet<(Change, &'s str, &'s str)>,
}

/// An import or an export as one of the two components has it.
#[derive(Clone, Copy)]
struct Seen<'a> {
    /// The instance that it is in.
    within: Option<usize>,
    name: &'a str,
    from: &'a str,
}

impl<'a> Seen<'a> {
    fn of(flat: &Flat<'_>, argument: &'a Argument) -> Seen<'a> {
        Seen { within: flat.within, name: &argument.name, from: &argument.from }
    }
}

impl Wiring<'_> {
    /// Of exports that came or went it is said there.
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
            let seen = |name, from| Seen { within: None, name, from };
            if !self.is_same(seen(&old.name, was), seen(name, is)) {
                let foreign = |from| Some(from).filter(|from| *from != OWN);
                found.push(wire(None, name, foreign(was), foreign(is)));
            }
        }
        found
    }

    fn of_instance(&self, old: &Flat<'_>, new: &Flat<'_>) -> Vec<Wire> {
        let mut others: Arguments<'_> = Arguments::new(&old.instance.arguments);
        let mut found = Vec::new();
        let mut unmatched = Vec::new();
        for argument in &new.instance.arguments {
            match others.take(&argument.name) {
                Some(other) => found.extend(self.of_argument((old, other), (new, argument))),
                None => unmatched.push(argument),
            }
        }
        let mut others = others.left();
        for argument in unmatched {
            match others.take_version(&argument.name) {
                Some(other) => found.extend(self.of_argument((old, other), (new, argument))),
                None if !self.is_said(argument, old, new, Change::Added) => {
                    found.push(wire(Some(&new.path), &argument.name, None, Some(&argument.from)));
                }
                None => {}
            }
        }
        for argument in others.rest() {
            if !self.is_said(argument, old, new, Change::Removed) {
                found.push(wire(Some(&new.path), &argument.name, Some(&argument.from), None));
            }
        }
        found
    }

    fn of_argument(&self, old: (&Flat<'_>, &Argument), new: (&Flat<'_>, &Argument)) -> Option<Wire> {
        let (was, is) = (Seen::of(old.0, old.1), Seen::of(new.0, new.1));
        let is_said = self.is_same(was, is) || self.follows_from_adapter((old.0, was), (new.0, is));
        (!is_said).then(|| wire(Some(&new.0.path), is.name, Some(was.from), Some(is.from)))
    }

    /// Whether an import that came or went is left to the host, and it is said under imports who has it; or whether it is one of an
    /// adapter's that was generated anew, which lets it through.
    fn is_said(&self, argument: &Argument, old: &Flat<'_>, new: &Flat<'_>, change: Change) -> bool {
        let (flat, tree) = if change == Change::Added { (new, &self.trees.new) } else { (old, &self.trees.old) };
        let source = Source::read(tree, flat.within, &argument.name, &argument.from);
        let is_anew = old.instance.is_adapter && new.instance.is_adapter && old.instance.sha256 != new.instance.sha256;
        match source {
            // What an adapter reaches that those which it is for do not is said under capabilities.
            Source::Outer { .. } if is_anew => true,
            Source::Outer { name, .. } if flat.within.is_none() => {
                self.said.contains(&(change, name.as_str(), flat.path.as_str()))
            }
            _ => is_anew && self.is_put_before(argument, (old, new), change),
        }
    }

    /// Whether what an adapter imports now was there before as an import of one that it is for, or the other way round.
    fn is_put_before(&self, argument: &Argument, (old, new): (&Flat<'_>, &Flat<'_>), change: Change) -> bool {
        let Trees { old: old_tree, new: new_tree } = self.trees;
        let name = argument.name.as_str();
        match change {
            Change::Added => {
                let others = old.other.into_iter().flat_map(|adapter| new_tree.filled(adapter));
                let mut others = others.filter_map(|user| old_tree.get(user.other?));
                others.any(|user| {
                    let was = user.arguments.get(name);
                    was.is_some_and(|was| self.is_same(Seen::of(user, was), Seen::of(new, argument)))
                })
            }
            _ => {
                let others = new.other.into_iter().flat_map(|adapter| old_tree.filled(adapter));
                let mut others = others.filter_map(|user| new_tree.get(user.other?));
                others.any(|user| {
                    let is = user.arguments.get(name);
                    is.is_some_and(|is| self.is_same(Seen::of(old, argument), Seen::of(user, is)))
                })
            }
        }
    }

    /// Whether two things are the same, but for names that others have now.
    fn is_same(&self, old: Seen<'_>, new: Seen<'_>) -> bool {
        let was = Source::read(&self.trees.old, old.within, old.name, old.from);
        let is = Source::read(&self.trees.new, new.within, new.name, new.from);
        let digest = |tree: &Tree<'_>, within: Option<usize>, whole: &Snapshot| match within {
            Some(within) => tree.get(within)?.instance.sha256.clone(),
            None => whole.sha256.clone(),
        };
        let was_in = digest(&self.trees.old, old.within, self.before);
        let is_in = digest(&self.trees.new, new.within, self.after);
        // What is around was replaced, which is said of that.
        let is_covered = was_in.is_some() && is_in.is_some() && was_in != is_in;
        self.is_same_source((&was, old.name), (&is, new.name), is_covered)
    }

    /// `is_covered`: whether it is said already that what is made of parts which have no lines is another.
    fn is_same_source(&self, old: (&Source, &str), new: (&Source, &str), is_covered: bool) -> bool {
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

    /// Whether an import is filled by an adapter where it was filled by what the adapter lets through or refuses, or the
    /// other way round, and the adapter has a line of its own which says so: it came, went, or was generated anew.
    fn follows_from_adapter(&self, old: (&Flat<'_>, Seen<'_>), new: (&Flat<'_>, Seen<'_>)) -> bool {
        let Trees { old: old_tree, new: new_tree } = self.trees;
        let ((old_flat, was), (new_flat, is)) = (old, new);
        let same = |old: &Option<Source>, new: &Option<Source>| match (old, new) {
            (Some(was_it), Some(is_it)) => self.is_same_source((was_it, was.name), (is_it, is.name), false),
            // Refused, or answered by the adapter itself.
            (None, Some(source)) | (Some(source), None) => matches!(source, Source::Outer { .. }),
            (None, None) => true,
        };
        match (Behind::of(old_tree, was), Behind::of(new_tree, is)) {
            (None, None) => false,
            (Some(was_it), Some(is_it)) => {
                let is_alone =
                    |tree: &Tree<'_>, adapter| tree.get(adapter).is_some_and(|adapter| adapter.other.is_none());
                is_alone(old_tree, was_it.adapter) && is_alone(new_tree, is_it.adapter) && same(&was_it.has, &is_it.has)
            }
            (Some(behind), None) => {
                let other = Source::read(new_tree, is.within, is.name, is.from);
                let is_for = |adapter| old_flat.other.is_some_and(|index| new_tree.fills(adapter, index));
                self.is_anew((old_tree, behind.adapter), new_tree, is_for) && same(&behind.has, &Some(other))
            }
            (None, Some(behind)) => {
                let other = Source::read(old_tree, was.within, was.name, was.from);
                let is_for = |adapter| new_flat.other.is_some_and(|index| old_tree.fills(adapter, index));
                self.is_anew((new_tree, behind.adapter), old_tree, is_for) && same(&Some(other), &behind.has)
            }
        }
    }

    /// Whether an adapter is there in one of the two alone, or is another in the other one, where it is for the same instance.
    fn is_anew(
        &self,
        (tree, adapter): (&Tree<'_>, usize),
        other_tree: &Tree<'_>,
        is_for: impl Fn(usize) -> bool,
    ) -> bool {
        let Some(adapter) = tree.get(adapter) else { return false };
        let Some(index) = adapter.other else { return true };
        let is_another = |other: &Flat<'_>| {
            other.instance.is_adapter && other.instance.sha256 != adapter.instance.sha256 && is_for(index)
        };
        other_tree.get(index).is_some_and(is_another)
    }
}

/// The imports of an instance that have no other yet.
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

    /// Those that are left, by the names of their interfaces without versions.
    fn left(self) -> Self {
        let mut by_key: BTreeMap<&str, VecDeque<usize>> = BTreeMap::new();
        for (index, argument) in self.all.iter().enumerate() {
            if let Some((base, _)) = argument.and_then(|argument| name::split(&argument.name)) {
                by_key.entry(base).or_default().push_back(index);
            }
        }
        Arguments { by_key, ..self }
    }

    /// The next one of the same interface, after [`Arguments::left`].
    fn take_version(&mut self, name: &str) -> Option<&'s Argument> {
        let (base, _) = name::split(name)?;
        self.take(base)
    }

    fn rest(self) -> impl Iterator<Item = &'s Argument> {
        self.all.into_iter().flatten()
    }
}

/// An adapter that fills an import, and what it has for that.
struct Behind {
    /// Its index in the tree.
    adapter: usize,
    /// What fills the import of the same name that it has itself, if it has.
    has: Option<Source>,
}

impl Behind {
    /// `None` where no adapter fills the import, or does so with something of another name.
    fn of(tree: &Tree<'_>, seen: Seen<'_>) -> Option<Behind> {
        let Source::Instance { index, path } = Source::read(tree, seen.within, seen.name, seen.from) else {
            return None;
        };
        let adapter = tree.get(index).filter(|adapter| adapter.instance.is_adapter)?;
        let own = adapter.arguments.get(seen.name);
        let has = own.map(|own| Source::read(tree, adapter.within, &own.name, &own.from));
        (unversioned(&path, seen.name) == unversioned("", seen.name)).then_some(Behind { adapter: index, has })
    }
}

/// A path without the version of its first export; that of the import's own name where it is empty.
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
