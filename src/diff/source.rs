//! The origins of what fills imports, parsed from snapshots.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::tree::Tree;

/// The nesting depth of inline instances, and the number of `#` in a name, that are parsed. A snapshot that was written
/// by hand can exceed any limit.
const LIMIT: usize = 32;

/// The origin of an item that the enclosing component's own code defines.
pub(super) const OWN: &str = "own";

/// The separator of an item of an inline instance and its origin.
const ARROW: &str = " <- ";

/// The origin of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    /// An import of the enclosing instance. If that is the outermost, the host fills it.
    Outer {
        /// The name of that import.
        name: String,
        /// The names of the exports that lead from the import to the item, each after a `#`.
        path: String,
    },
    /// An instance beside the one that has the import.
    Instance {
        /// The index of the instance in the tree.
        index: usize,
        /// The names of the exports that lead from the instance to the item, each after a `#`. Empty for the export of
        /// the import's own name.
        path: String,
    },
    /// An inline instance: its exports, by name.
    Bundle(Vec<(String, Source)>),
    /// An item that the enclosing component defines, in the notation of the snapshot: `own`, or a component with its
    /// digest.
    Own(String),
    /// An instance that is not in the tree, in the notation of the snapshot. In the snapshot of a component, it is an
    /// implementation detail of the enclosing instance, such as a shim. In one that was written by hand, it can be
    /// anything.
    Unknown(String),
}

impl Source {
    /// Parses the origin of what fills the import `name` of an instance within `within`.
    pub(super) fn read(tree: &Tree<'_>, within: Option<usize>, name: &str, from: &str) -> Source {
        Source::read_at(tree, within, name, from, 0)
    }

    fn read_at(tree: &Tree<'_>, within: Option<usize>, name: &str, from: &str, depth: usize) -> Source {
        let outer = if within.is_none() { "host" } else { "outer" };
        match from.strip_prefix(outer) {
            Some("") => return Source::Outer { name: name.to_owned(), path: String::new() },
            Some(rest) if rest.starts_with('#') => {
                let rest = unquoted(rest.trim_start_matches('#'));
                let end = rest.find('#').unwrap_or(rest.len());
                let (name, path) = rest.split_at(end);
                return Source::Outer { name: name.to_owned(), path: path.to_owned() };
            }
            _ => {}
        }
        if depth > LIMIT || from == OWN || from.starts_with("component ") {
            return Source::Own(from.to_owned());
        }
        if let Some(items) = from.strip_prefix('{').and_then(|items| items.strip_suffix('}')) {
            let items = split(items).into_iter().map(|item| {
                let name_end = quoted_end(item).unwrap_or(0);
                let arrow = item.get(name_end..).and_then(|rest| rest.find(ARROW)).map(|at| name_end + at);
                let (name, from) = arrow.and_then(|at| item.split_at_checked(at)).unwrap_or((item, OWN));
                let (name, from) = (unquoted(name), from.strip_prefix(ARROW).unwrap_or(from));
                (name.to_owned(), Source::read_at(tree, within, name, from, depth + 1))
            });
            return Source::Bundle(items.collect());
        }
        // A quoted name is delimited. Any other name may contain a `#`, so the longest known name is taken.
        let quoted = quoted_end(from);
        let marks = from.match_indices('#').map(|(end, _)| end).take(LIMIT).chain([from.len()]);
        let ends = quoted.into_iter().chain(marks.filter(|_| quoted.is_none()));
        let names = ends.filter_map(|end| from.split_at_checked(end));
        let found = names.filter_map(|(name, path)| Some((tree.beside(within, name)?, path))).last();
        match found {
            Some((index, path)) => Source::Instance { index, path: plain_path(path) },
            None => Source::Unknown(from.to_owned()),
        }
    }

    /// The origin itself or, for an inline instance, the origins of all its items.
    pub(super) fn ends(&self) -> Vec<&Source> {
        match self {
            Source::Bundle(items) => items.iter().flat_map(|(_, source)| source.ends()).collect(),
            source => vec![source],
        }
    }
}

/// Converts an origin from the notation of the outermost instance to that of a nested one: `host` becomes `outer`.
pub(super) fn as_outer(from: &str) -> String {
    if let Some(rest) = from.strip_prefix("host").filter(|rest| rest.is_empty() || rest.starts_with('#')) {
        return format!("outer{rest}");
    }
    // Each second part is in quotes, and so is a name.
    let convert = |(index, part): (usize, &str)| match index % 2 {
        0 => ['#', ',', '}'].iter().fold(part.to_owned(), |part, end| {
            part.replace(&format!("{ARROW}host{end}"), &format!("{ARROW}outer{end}"))
        }),
        _ => part.to_owned(),
    };
    from.split('"').enumerate().map(convert).collect::<Vec<_>>().join("\"")
}

/// For each adapter, the instances beside it whose imports it fills.
pub(super) fn filled(tree: &Tree<'_>) -> BTreeMap<usize, BTreeSet<usize>> {
    let mut filled: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for (user, flat) in tree.all.iter().enumerate() {
        for argument in &flat.instance.arguments {
            for end in Source::read(tree, flat.within, &argument.name, &argument.from).ends() {
                let Source::Instance { index, .. } = end else { continue };
                if tree.get(*index).is_some_and(|used| used.instance.is_adapter) {
                    filled.entry(*index).or_default().insert(user);
                }
            }
        }
    }
    filled
}

/// Splits the items of an inline instance, which may contain further ones. Quoted text is not split.
fn split(items: &str) -> Vec<&str> {
    let (mut depth, mut is_quoted, mut start, mut found) = (0_usize, false, 0, Vec::new());
    for (at, c) in items.char_indices() {
        match c {
            '"' => is_quoted = !is_quoted,
            _ if is_quoted => {}
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

/// The end of the quoted name with which a text begins, if it does.
fn quoted_end(text: &str) -> Option<usize> {
    text.strip_prefix('"')?.find('"').map(|end| end + 2)
}

/// A name without quotes, to compare it with other names. Its position excludes any other meaning.
fn unquoted(name: &str) -> &str {
    name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(name)
}

/// The names of exports without quotes.
fn plain_path(path: &str) -> String {
    match path.strip_prefix('#').map(unquoted) {
        // Without quotes, `*` stands for the instance as a whole.
        Some("*") | None => path.to_owned(),
        Some(path) => format!("#{path}"),
    }
}

/// The instances that use each other.
pub(super) struct Links<'t, 's> {
    tree: &'t Tree<'s>,
    /// For each instance, those that use it.
    users: Vec<Vec<usize>>,
    /// For each host import, the instances that are given it.
    given: BTreeMap<String, Vec<usize>>,
}

impl<'t, 's> Links<'t, 's> {
    pub(super) fn new(tree: &'t Tree<'s>) -> Self {
        let mut links = Links { tree, users: vec![Vec::new(); tree.all.len()], given: BTreeMap::new() };
        for (index, flat) in tree.all.iter().enumerate() {
            for argument in &flat.instance.arguments {
                links.follow(index, flat.within, &argument.name, &argument.from);
            }
            // A nested instance serves the enclosing one.
            links.extend(flat.within, index);
        }
        links
    }

    fn extend(&mut self, user: Option<usize>, used: usize) {
        if let Some(users) = self.users.get_mut(used) {
            users.extend(user);
        }
    }

    /// Adds the links of an import of `user`. An import of an enclosing instance is followed outward.
    fn follow(&mut self, user: usize, within: Option<usize>, name: &str, from: &str) {
        let source = Source::read(self.tree, within, name, from);
        for end in source.ends() {
            match (end, within.and_then(|within| self.tree.get(within))) {
                (Source::Instance { index, .. }, _) => self.extend(Some(user), *index),
                (Source::Outer { name, .. }, None) => self.given.entry(name.clone()).or_default().push(user),
                (Source::Outer { name, .. }, Some(outer)) => {
                    if let Some(argument) = outer.arguments.get(name.as_str()) {
                        self.follow(user, outer.within, &argument.name, &argument.from);
                    }
                }
                _ => {}
            }
        }
    }

    /// The shortest paths to some host imports.
    pub(super) fn ways(&self, imports: &[String]) -> Ways<'t, 's> {
        let mut next: BTreeMap<usize, Option<usize>> = BTreeMap::new();
        let mut queue = VecDeque::new();
        for user in imports.iter().filter_map(|name| self.given.get(name)).flatten() {
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

/// For each instance that reaches some host imports, the next instance on the path; `None` if it is given one itself.
pub(super) struct Ways<'t, 's> {
    tree: &'t Tree<'s>,
    next: BTreeMap<usize, Option<usize>>,
}

impl Ways<'_, '_> {
    /// The paths of the instances through which an instance reaches them, nearest first, without adapters.
    pub(super) fn from(&self, index: usize) -> Vec<String> {
        let next = |index: &usize| self.next.get(index).copied().flatten();
        std::iter::successors(next(&index), next)
            .filter_map(|index| self.tree.get(index))
            .filter(|flat| !flat.instance.is_adapter)
            .map(|flat| flat.path.clone())
            .collect()
    }
}
