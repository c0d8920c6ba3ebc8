//! What fills an import, as snapshots say it.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, VecDeque};

use super::tree::Tree;

/// How many bundles in each other are followed, and how many `#` of a name. A snapshot that was written by hand may have any number.
const LIMIT: usize = 32;

/// Where something comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    /// An import of what the instance is in, by its name; the host's, where that is the component itself.
    Outer {
        /// The name of that import.
        name: String,
        /// The exports that lead on from there, each after a `#`.
        path: String,
    },
    /// An instance beside the one whose import it is.
    Instance {
        /// Its index in the tree.
        index: usize,
        /// The export, and the exports that lead on from there, each after a `#`; empty for that of the import's own name.
        path: String,
    },
    /// An instance that is put together of others.
    Bundle(Vec<(String, Source)>),
    /// What comes from nobody else, in the words of the snapshot.
    Own(String),
}

impl Source {
    /// Reads what fills the import `name` of an instance in `within`.
    pub fn read(tree: &Tree<'_>, within: Option<usize>, name: &str, from: &str) -> Source {
        Source::read_at(tree, within, name, from, 0)
    }

    fn read_at(tree: &Tree<'_>, within: Option<usize>, name: &str, from: &str, depth: usize) -> Source {
        let outer = if within.is_none() { "host" } else { "outer" };
        match from.strip_prefix(outer) {
            Some("") => return Source::Outer { name: name.to_owned(), path: String::new() },
            Some(rest) if rest.starts_with('#') => {
                let rest = rest.trim_start_matches('#');
                let end = rest.find('#').unwrap_or(rest.len());
                let (name, path) = rest.split_at(end);
                return Source::Outer { name: name.to_owned(), path: path.to_owned() };
            }
            _ => {}
        }
        if depth > LIMIT {
            return Source::Own(from.to_owned());
        }
        if let Some(items) = from.strip_prefix('{').and_then(|items| items.strip_suffix('}')) {
            let items = split(items).into_iter().map(|item| {
                let (name, from) = item.split_once(" <- ").unwrap_or((item, "own"));
                (name.to_owned(), Source::read_at(tree, within, name, from, depth + 1))
            });
            return Source::Bundle(items.collect());
        }
        // Names may have a `#` themselves: the longest is meant.
        let ends = from.match_indices('#').map(|(end, _)| end).take(LIMIT).chain([from.len()]);
        let names = ends.filter_map(|end| from.split_at_checked(end));
        let found = names.filter_map(|(name, path)| Some((tree.beside(within, name)?, path))).last();
        match found {
            Some((index, path)) => Source::Instance { index, path: path.to_owned() },
            None if from.starts_with("component ") => Source::Own(from.to_owned()),
            // An instance that the tree does not have only gives names to what the code around it has.
            None => Source::own(),
        }
    }

    /// What the code around has.
    pub fn own() -> Source {
        Source::Own("own".to_owned())
    }

    /// The instances that it comes from, and the imports of the one around.
    pub fn ends(&self) -> Vec<&Source> {
        match self {
            Source::Bundle(items) => items.iter().flat_map(|(_, source)| source.ends()).collect(),
            source => vec![source],
        }
    }
}

/// The items of a bundle, in which there may be others.
fn split(items: &str) -> Vec<&str> {
    let (mut depth, mut start, mut found) = (0_usize, 0, Vec::new());
    for (at, c) in items.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 && items.get(at..).is_some_and(|rest| rest.starts_with(", ")) => {
                found.extend(items.get(start..at));
                start = at + 2;
            }
            _ => {}
        }
    }
    found.extend(items.get(start..).filter(|item| !item.is_empty()));
    found
}

/// Who has something from whom.
pub(super) struct Links<'t, 's> {
    tree: &'t Tree<'s>,
    /// For each instance, those that have something from it.
    users: Vec<Vec<usize>>,
    /// For each import of the component itself, the instances that are given it.
    given: BTreeMap<String, Vec<usize>>,
}

impl<'t, 's> Links<'t, 's> {
    pub fn new(tree: &'t Tree<'s>) -> Self {
        let mut links = Links { tree, users: vec![Vec::new(); tree.all.len()], given: BTreeMap::new() };
        for (index, flat) in tree.all.iter().enumerate() {
            for argument in &flat.instance.arguments {
                links.follow(index, flat.within, &argument.name, &argument.from);
            }
            // What is in an instance works for it.
            links.extend(flat.within, index);
        }
        links
    }

    fn extend(&mut self, user: Option<usize>, used: usize) {
        if let Some(users) = self.users.get_mut(used) {
            users.extend(user);
        }
    }

    /// Follows what fills an import of `user` out of the instances around.
    fn follow(&mut self, user: usize, within: Option<usize>, name: &str, from: &str) {
        let source = Source::read(self.tree, within, name, from);
        for end in source.ends() {
            match (end, within.and_then(|within| self.tree.get(within))) {
                (Source::Instance { index, .. }, _) => self.extend(Some(user), *index),
                (Source::Outer { name, .. }, None) => self.given.entry(name.clone()).or_default().push(user),
                (Source::Outer { name, .. }, Some(outer)) => {
                    let argument = outer.instance.arguments.iter().find(|argument| argument.name == *name);
                    if let Some(argument) = argument {
                        self.follow(user, outer.within, &argument.name, &argument.from);
                    }
                }
                _ => {}
            }
        }
    }

    /// The shortest ways to something of the host's.
    pub fn ways(&self, is_it: impl Fn(&str) -> bool) -> Ways<'t, 's> {
        let mut next: BTreeMap<usize, Option<usize>> = BTreeMap::new();
        let mut queue = VecDeque::new();
        for user in self.given.iter().filter(|(name, _)| is_it(name)).flat_map(|(_, users)| users) {
            if next.insert(*user, None).is_none() {
                queue.push_back(*user);
            }
        }
        while let Some(used) = queue.pop_front() {
            for user in self.users.get(used).into_iter().flatten() {
                if let Entry::Vacant(entry) = next.entry(*user) {
                    entry.insert(Some(used));
                    queue.push_back(*user);
                }
            }
        }
        Ways { tree: self.tree, next }
    }
}

/// For each instance that reaches something, the next one on the way there; `None` where it has it from the host itself.
pub(super) struct Ways<'t, 's> {
    tree: &'t Tree<'s>,
    next: BTreeMap<usize, Option<usize>>,
}

impl Ways<'_, '_> {
    /// The paths of the instances that lead from one there, nearest first, without adapters: these only let through.
    pub fn from(&self, index: usize) -> Vec<String> {
        let next = |index: &usize| self.next.get(index).copied().flatten();
        std::iter::successors(next(&index), next)
            .filter_map(|index| self.tree.get(index))
            .filter(|flat| !flat.instance.is_adapter)
            .map(|flat| flat.path.clone())
            .collect()
    }
}
