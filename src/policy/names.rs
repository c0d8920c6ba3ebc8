//! Which instances a rule is about, whichever of their names lead to them.
//!
//! An instance has several names, and so has each that it is in: one path for each way to choose among them, which are
//! more than can be written down. A pattern is compared with all of them at once instead, level by level.

use std::collections::{BTreeMap, BTreeSet};

use crate::describe::policy::Rule;
use crate::inspect::reach::{Instance, Reach};
use crate::name::{adapted, unnumbered};

/// What rules may call an instance, where it is made.
pub struct InstanceNames {
    /// By rules that allow something: names that whoever made the component around it gave it, and nothing else in that.
    given: BTreeSet<String>,
    /// By rules that deny something: all names that it has.
    all: BTreeSet<String>,
}

/// Whether a rule names an instance: in what it allows, and in what it denies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Named {
    pub allows: bool,
    pub denies: bool,
}

/// What rules may call each instance. `generated` has the parts that are known to be adapters which weld generated.
pub fn names(reach: &Reach, generated: &BTreeSet<usize>) -> Vec<InstanceNames> {
    let is_generated = |instance: &Instance| instance.part.is_some_and(|part| generated.contains(&part));
    let siblings: BTreeSet<(Option<usize>, &str)> =
        reach.instances.iter().map(|instance| (instance.within, instance.name.as_str())).collect();
    let given = |instance: &Instance| -> BTreeSet<String> {
        // A name that nobody around it gave is its own word.
        if !instance.is_named {
            return BTreeSet::new();
        }
        // What is nested once for two instances has the name of one of them.
        let is_free = |name: &&String| !siblings.contains(&(instance.within, name.as_str()));
        let name = match adapted(&instance.name).filter(|_| is_generated(instance)) {
            Some(of) => [Some(instance.name.as_str()), Some(of), unnumbered(of)],
            None => [Some(instance.name.as_str()), unnumbered(&instance.name), None],
        };
        let names = name.into_iter().flatten().map(str::to_owned);
        names.chain(instance.component.iter().filter(is_free).cloned()).collect()
    };
    let given: Vec<BTreeSet<String>> = reach.instances.iter().map(given).collect();
    // Of which components there are instances by each name. What weld generated for one is a part of that one.
    let mut parts: BTreeMap<(Option<usize>, &str), BTreeSet<Kind>> = BTreeMap::new();
    for (id, (instance, names)) in reach.instances.iter().zip(&given).enumerate() {
        let kind = instance.part.map_or(Kind::Unknown(id), Kind::Part);
        // The name of a component counts even where an instance beside it has that name.
        let of_component = instance.component.iter().filter(|_| !is_generated(instance));
        let own = names.iter().filter(|name| !is_generated(instance) || **name == instance.name);
        for name in own.chain(of_component) {
            parts.entry((instance.within, name)).or_default().insert(kind);
        }
    }
    let is_clear = |instance: &Instance, name: &String| {
        parts.get(&(instance.within, name.as_str())).is_none_or(|parts| parts.len() <= 1)
    };
    let of = |(instance, given): (&Instance, &BTreeSet<String>)| {
        let all = std::iter::once(&instance.name).chain(&instance.component).chain(&instance.others);
        let given = given.iter().filter(|name| is_clear(instance, name)).cloned().collect();
        InstanceNames { given, all: all.flat_map(|name| variants(name)).map(str::to_owned).collect() }
    };
    reach.instances.iter().zip(&given).map(of).collect()
}

/// What an instance is one of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Part(usize),
    /// Something of the host's, or what cannot be followed: the number of the instance.
    Unknown(usize),
}

/// A name, and what else it stands for when something is denied. What stands before a component, or before its exports, is
/// a part of it, and so are further instances.
fn variants(name: &str) -> impl Iterator<Item = &str> {
    let base = adapted(name);
    let numbered = [unnumbered(name), base.and_then(unnumbered)];
    [Some(name), base].into_iter().chain(numbered).flatten()
}

/// Which instances a rule names. A component within another one may be called anything by whoever made that one, so its
/// whole path counts for what is allowed, and any end of it for what is denied.
pub fn named(rule: &Rule, reach: &Reach, names: &[InstanceNames]) -> Vec<Named> {
    let Some((pattern, _)) = rule.component.as_ref().filter(|_| !rule.is_of_all()) else {
        return vec![Named { allows: true, denies: true }; reach.instances.len()];
    };
    let glob = Glob(pattern.chars().collect());
    // How far into the pattern the paths of each instance lead.
    let mut ends: Vec<(States, States)> = Vec::new();
    let mut named = Vec::new();
    for (instance, names) in reach.instances.iter().zip(names) {
        let Some(outer) = instance.within else {
            // The user chose the name of the outermost, which is no part of paths. What it says itself that it was made of is its
            // own word, which takes away and gives nothing.
            let own = || instance.others.iter().chain(&instance.component);
            let denies = names.all.iter().any(|name| rule.names(name));
            named.push(Named { allows: rule.names(&instance.name), denies });
            let denied = own().flat_map(|name| glob.steps(&glob.start(), name.chars().map(Some))).collect();
            ends.push((States::new(), denied));
            continue;
        };
        let (allows, denies) = match ends.get(outer) {
            Some((allows, denies)) => (glob.step(allows, Some('/')), &glob.step(denies, Some('/')) | &glob.start()),
            None => (States::new(), glob.start()),
        };
        let allows = if outer == 0 { &allows | &glob.start() } else { allows };
        // A `/` within a name is none between two, so nothing is allowed to it that is meant for what is nested.
        let plain = |char| Some(char).filter(|char| *char != '/');
        let allows: States = names.given.iter().flat_map(|name| glob.steps(&allows, name.chars().map(plain))).collect();
        let denies: States = names.all.iter().flat_map(|name| glob.steps(&denies, name.chars().map(Some))).collect();
        named.push(Named { allows: glob.is_end(&allows), denies: glob.is_end(&denies) });
        ends.push((allows, denies));
    }
    named
}

/// How many characters of a pattern some text may have used up.
type States = BTreeSet<usize>;

/// A pattern in which `*` stands for any text, and `?` for one character.
struct Glob(Vec<char>);

impl Glob {
    fn start(&self) -> States {
        let mut states = States::new();
        self.add(&mut states, 0);
        states
    }

    /// Notes that so much of the pattern is used up. A `*` may stand for nothing.
    fn add(&self, states: &mut States, mut at: usize) {
        states.insert(at);
        while self.0.get(at) == Some(&'*') {
            at += 1;
            states.insert(at);
        }
    }

    /// What is used up after another character. Without one, it is one that only `*` and `?` can stand for.
    fn step(&self, states: &States, char: Option<char>) -> States {
        let mut next = States::new();
        for at in states {
            match self.0.get(*at) {
                Some('*') => self.add(&mut next, *at),
                Some('?') => self.add(&mut next, at + 1),
                Some(own) if Some(*own) == char => self.add(&mut next, at + 1),
                _ => {}
            }
        }
        next
    }

    fn steps(&self, states: &States, chars: impl Iterator<Item = Option<char>>) -> States {
        let mut states = states.clone();
        for char in chars {
            if states.is_empty() {
                break;
            }
            states = self.step(&states, char);
        }
        states
    }

    fn is_end(&self, states: &States) -> bool {
        states.contains(&self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::Glob;

    fn matches(pattern: &str, text: &str) -> bool {
        let glob = Glob(pattern.chars().collect());
        glob.is_end(&glob.steps(&glob.start(), text.chars().map(Some)))
    }

    #[test]
    fn name_wildcards_match_as_in_wildmatch() {
        for pattern in ["", "*", "?", "a", "a*", "*a", "a*a", "**a?", "?*", "a/*/b", "ab", "*ab*"] {
            for text in ["", "a", "b", "ab", "aa", "aba", "abab", "a/x/b", "a/x/y/b", "a//b", "*", "?"] {
                let expected = wildmatch::WildMatch::new(pattern).matches(text);
                assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
            }
        }
    }
}
