//! Determines which instances a rule names.
//!
//! An instance has several names, and so has each enclosing one. The number of paths is the product of these numbers,
//! so paths are not listed: a pattern is compared with all names of a level at once, level by level.

use std::collections::{BTreeMap, BTreeSet};

use crate::describe::policy::Rule;
use crate::inspect::reach::{Instance, Reach};
use crate::name::{adapted, unnumbered};

/// The names by which rules can name an instance, in its enclosing instance.
pub(super) struct InstanceNames {
    /// The names for rules that allow: those that the name section of the enclosing component gives, if no other
    /// component there has the same name.
    given: BTreeSet<String>,
    /// The names for rules that deny: all names of the instance.
    all: BTreeSet<String>,
}

/// Whether a rule names an instance, for what the rule allows and for what it denies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub(super) struct Named {
    pub allows: bool,
    pub denies: bool,
}

/// Determines the names of each instance. `generated` has the parts that weld is known to have generated as adapters.
pub(super) fn names(reach: &Reach, generated: &BTreeSet<usize>) -> Vec<InstanceNames> {
    let is_generated = |instance: &Instance| instance.part.is_some_and(|part| generated.contains(&part));
    let siblings: BTreeSet<(Option<usize>, &str)> =
        reach.instances.iter().map(|instance| (instance.within, instance.name.as_str())).collect();
    let given = |instance: &Instance| -> BTreeSet<String> {
        // Only the component itself states such a name, and anybody can write it.
        if !instance.is_named {
            return BTreeSet::new();
        }
        // A component that two instances share has the name of one of them, and must not give that to the other.
        let is_free = |name: &&String| !siblings.contains(&(instance.within, name.as_str()));
        let name = match adapted(&instance.name).filter(|_| is_generated(instance)) {
            Some(of) => [Some(instance.name.as_str()), Some(of), unnumbered(of)],
            None => [Some(instance.name.as_str()), unnumbered(&instance.name), None],
        };
        let names = name.into_iter().flatten().map(str::to_owned);
        names.chain(instance.component.iter().filter(is_free).cloned()).collect()
    };
    let given: Vec<BTreeSet<String>> = reach.instances.iter().map(given).collect();
    // The components of the instances by each name. An adapter that weld generated counts as its instance's own part.
    let mut parts: BTreeMap<(Option<usize>, &str), BTreeSet<ComponentId>> = BTreeMap::new();
    for (id, (instance, names)) in reach.instances.iter().zip(&given).enumerate() {
        let kind = instance.part.map_or(ComponentId::Unknown(id), ComponentId::Part);
        // The name of a component counts even if another instance has the same name.
        let of_component = instance.component.iter().filter(|_| !is_generated(instance));
        let own = names.iter().filter(|name| !is_generated(instance) || **name == instance.name);
        for name in own.chain(of_component) {
            parts.entry((instance.within, name)).or_default().insert(kind);
        }
    }
    let is_unique = |instance: &Instance, name: &String| {
        parts.get(&(instance.within, name.as_str())).is_none_or(|parts| parts.len() <= 1)
    };
    let names = |(instance, given): (&Instance, &BTreeSet<String>)| {
        let all = std::iter::once(&instance.name).chain(&instance.component).chain(&instance.others);
        let given = given.iter().filter(|name| is_unique(instance, name)).cloned().collect();
        InstanceNames { given, all: all.flat_map(|name| variants(name)).map(str::to_owned).collect() }
    };
    reach.instances.iter().zip(&given).map(names).collect()
}

/// The component of an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum ComponentId {
    Part(usize),
    /// A component of the host, or one that cannot be followed. It is identified by the instance.
    Unknown(usize),
}

/// A name, with the names that are denied along with it. Adapters are part of their instance, and `kv#1` is an instance
/// of `kv`.
fn variants(name: &str) -> impl Iterator<Item = &str> {
    let base = adapted(name);
    let numbered = [unnumbered(name), base.and_then(unnumbered)];
    [Some(name), base].into_iter().chain(numbered).flatten()
}

/// Determines which instances a rule names. The author of a composition chooses all names in it. So the whole path of
/// an instance must match for what a rule allows, and any suffix of the path for what it denies.
pub(super) fn named(rule: &Rule, reach: &Reach, names: &[InstanceNames]) -> Vec<Named> {
    let Some((pattern, _)) = rule.component.as_ref().filter(|_| !rule.is_of_all()) else {
        return vec![Named { allows: true, denies: true }; reach.instances.len()];
    };
    let glob = Glob(pattern.chars().collect());
    // The states of the pattern after the path of each instance: for what is allowed, and for what is denied.
    let mut ends: Vec<(States, States)> = Vec::new();
    // A `/` in a name does not separate names. Otherwise a name could pass for a path to a nested instance.
    let plain = |char| Some(char).filter(|char| *char != '/');
    // The author of an input chose the names in it. If the outermost instance is of an input, the path begins with the
    // name of that, as in an output in which the input is nested.
    let is_composed = reach.instances.first().is_none_or(|outermost| outermost.component.is_none());
    let mut named = Vec::new();
    for (instance, names) in reach.instances.iter().zip(names) {
        let Some(outer) = instance.within else {
            // The user chose the name of the outermost instance, which is not part of paths. Its provenance is a claim
            // of the file, so the names in there count only for what is denied.
            let own = || instance.others.iter().chain(&instance.component);
            let denies = names.all.iter().any(|name| rule.names(name));
            named.push(Named { allows: rule.names(&instance.name), denies });
            let denied = own().flat_map(|name| glob.steps(&glob.start(), name.chars().map(Some))).collect();
            let allowed = instance.component.iter().flat_map(|name| glob.steps(&glob.start(), name.chars().map(plain)));
            ends.push((allowed.collect(), denied));
            continue;
        };
        let (allows, denies) = match ends.get(outer) {
            Some((allows, denies)) => (glob.step(allows, Some('/')), &glob.step(denies, Some('/')) | &glob.start()),
            None => (States::new(), glob.start()),
        };
        let allows = if outer == 0 && is_composed { &allows | &glob.start() } else { allows };
        let allows: States = names.given.iter().flat_map(|name| glob.steps(&allows, name.chars().map(plain))).collect();
        let denies: States = names.all.iter().flat_map(|name| glob.steps(&denies, name.chars().map(Some))).collect();
        named.push(Named { allows: glob.is_end(&allows), denies: glob.is_end(&denies) });
        ends.push((allows, denies));
    }
    named
}

/// The numbers of characters of a pattern that a text may have consumed.
type States = BTreeSet<usize>;

/// A pattern in which `*` stands for any text, and `?` for one character.
struct Glob(Vec<char>);

impl Glob {
    fn start(&self) -> States {
        let mut states = States::new();
        self.add(&mut states, 0);
        states
    }

    /// Adds a state. A `*` may also match the empty text.
    fn add(&self, states: &mut States, mut at: usize) {
        states.insert(at);
        while self.0.get(at) == Some(&'*') {
            at += 1;
            states.insert(at);
        }
    }

    /// The states after one more character. `None` is a character that only `*` and `?` match.
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
