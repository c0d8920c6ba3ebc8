//! What fills an import, as snapshots say it.

use super::tree::Tree;

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
        if let Some(items) = from.strip_prefix('{').and_then(|items| items.strip_suffix('}')) {
            let items = split(items).into_iter().map(|item| {
                let (name, from) = item.split_once(" <- ").unwrap_or((item, "own"));
                (name.to_owned(), Source::read(tree, within, name, from))
            });
            return Source::Bundle(items.collect());
        }
        // Names may have a `#` themselves: the longest is meant.
        let ends = from.match_indices('#').map(|(end, _)| end).chain([from.len()]);
        let names = ends.filter_map(|end| from.split_at_checked(end));
        let found = names.filter_map(|(name, path)| Some((tree.beside(within, name)?, path))).next_back();
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

/// The instances that lead from one to something of the host's, nearest first, by the shortest way: those that are no adapters.
/// Empty where it has it from the host itself, or no way can be told.
pub(super) fn way(tree: &Tree<'_>, from: usize, is_it: impl Fn(&str) -> bool) -> Vec<String> {
    let mut ways: Vec<(usize, Option<usize>)> = vec![(from, None)];
    let mut seen = std::collections::BTreeSet::from([from]);
    let mut next = 0;
    while let Some((index, _)) = ways.get(next).copied() {
        let steps = steps(tree, index);
        if steps.iter().any(|step| matches!(step, Step::Host(name) if is_it(name))) {
            return back(tree, &ways, next, from);
        }
        let others = steps.into_iter().filter_map(|step| match step {
            Step::Instance(other) => Some(other),
            Step::Host(_) => None,
        });
        ways.extend(others.filter(|other| seen.insert(*other)).map(|other| (other, Some(next))));
        next += 1;
    }
    Vec::new()
}

/// The paths of the instances on a way, without the one where it begins.
fn back(tree: &Tree<'_>, ways: &[(usize, Option<usize>)], end: usize, from: usize) -> Vec<String> {
    let previous = |at: &usize| ways.get(*at).and_then(|(_, previous)| *previous);
    let mut path: Vec<String> = std::iter::successors(Some(end), previous)
        .filter_map(|at| ways.get(at))
        .filter(|(index, _)| *index != from)
        .filter_map(|(index, _)| tree.get(*index))
        .filter(|flat| !flat.instance.is_adapter)
        .map(|flat| flat.path.clone())
        .collect();
    path.reverse();
    path
}

enum Step {
    Instance(usize),
    Host(String),
}

/// Whom an instance has something from: those that fill its imports, and those in it.
fn steps(tree: &Tree<'_>, index: usize) -> Vec<Step> {
    let Some(flat) = tree.get(index) else { return Vec::new() };
    let mut steps = Vec::new();
    for argument in &flat.instance.arguments {
        arrive(tree, flat.within, &argument.name, &argument.from, &mut steps);
    }
    steps.extend(tree.in_it(Some(index)).map(Step::Instance));
    steps
}

/// Follows what fills an import out of the instances around.
fn arrive(tree: &Tree<'_>, within: Option<usize>, name: &str, from: &str, steps: &mut Vec<Step>) {
    let source = Source::read(tree, within, name, from);
    for end in source.ends() {
        match (end, within.and_then(|within| tree.get(within))) {
            (Source::Instance { index, .. }, _) => steps.push(Step::Instance(*index)),
            (Source::Outer { name, .. }, None) => steps.push(Step::Host(name.clone())),
            (Source::Outer { name, .. }, Some(outer)) => {
                let argument = outer.instance.arguments.iter().find(|argument| argument.name == *name);
                if let Some(argument) = argument {
                    arrive(tree, outer.within, &argument.name, &argument.from, steps);
                }
            }
            _ => {}
        }
    }
}
