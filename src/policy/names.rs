//! Which instances a rule is about, whichever of their names lead to them.
//!
//! An instance has several names, and so has each that it is in: one path for each way to choose among them, which are
//! more than can be written down. A pattern is compared with all of them at once instead, level by level.

use std::collections::BTreeSet;

use crate::describe::policy::Rule;
use crate::inspect::reach::{Instance, Reach};
use crate::name::ADAPTER;

/// What rules may call an instance, where it is made.
pub struct Names {
    /// By rules that allow something.
    given: BTreeSet<String>,
    /// By rules that deny something.
    all: BTreeSet<String>,
}

/// Whether a rule names an instance: in what it allows, and in what it denies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Named {
    pub allows: bool,
    pub denies: bool,
    /// Whether it names it where it is made, if only by the end of its path.
    pub is_meant: bool,
}

/// What rules may call each instance.
pub fn names(reach: &Reach) -> Vec<Names> {
    let siblings: BTreeSet<(Option<usize>, &str)> =
        reach.instances.iter().map(|instance| (instance.within, instance.name.as_str())).collect();
    let of = |instance: &Instance| {
        // What is nested once for two instances has the name of one of them.
        let is_free = |name: &&String| !siblings.contains(&(instance.within, name.as_str()));
        let component = instance.component.as_ref().filter(is_free);
        let given = variants(&instance.name).chain(component.cloned()).collect();
        let names = [&instance.name].into_iter().chain(component).chain(&instance.others);
        let all = names.flat_map(|name| variants(name)).collect();
        Names { given, all }
    };
    reach.instances.iter().map(of).collect()
}

/// A name, and what else it stands for. What stands before a component to refuse what it may not do is a part of it, and
/// so are further instances.
fn variants(name: &str) -> impl Iterator<Item = String> + use<'_> {
    let base = name.strip_suffix(ADAPTER).unwrap_or(name);
    let numbered = base.rsplit_once('#').filter(|(_, number)| number.bytes().all(|byte| byte.is_ascii_digit()));
    [Some(name), Some(base), numbered.map(|(component, _)| component)].into_iter().flatten().map(str::to_owned)
}

/// Which instances a rule names. A component within another one may be called anything by whoever made that one, so its
/// whole path counts for what is allowed, and any end of it for what is denied.
pub fn named(rule: &Rule, reach: &Reach, names: &[Names]) -> Vec<Named> {
    let Some((pattern, _)) = &rule.component else {
        return vec![Named { allows: true, denies: true, is_meant: true }; reach.instances.len()];
    };
    let glob = Glob(pattern.chars().collect());
    // How far into the pattern the paths of each instance lead.
    let mut ends: Vec<(States, States)> = Vec::new();
    let mut named = Vec::new();
    for (instance, names) in reach.instances.iter().zip(names) {
        let Some(outer) = instance.within else {
            // The user chose the name of the outermost, which is no part of paths.
            let is_named = rule.names(&instance.name);
            named.push(Named { allows: is_named, denies: is_named, is_meant: is_named });
            ends.push((States::new(), States::new()));
            continue;
        };
        let (allows, denies) = match ends.get(outer).filter(|_| outer != 0) {
            Some((allows, denies)) => (glob.step(allows, Some('/')), &glob.step(denies, Some('/')) | &glob.start()),
            None => (glob.start(), glob.start()),
        };
        // A `/` within a name is none between two, so nothing is allowed to it that is meant for what is nested.
        let plain = |char| Some(char).filter(|char| *char != '/');
        let allows: States = names.given.iter().flat_map(|name| glob.steps(&allows, name.chars().map(plain))).collect();
        let denies: States = names.all.iter().flat_map(|name| glob.steps(&denies, name.chars().map(Some))).collect();
        let is_allowed = glob.is_end(&allows);
        let is_meant = is_allowed || names.given.iter().any(|name| rule.names(name));
        named.push(Named { allows: is_allowed, denies: glob.is_end(&denies), is_meant });
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
    fn patterns_match_as_elsewhere() {
        for pattern in ["", "*", "?", "a", "a*", "*a", "a*a", "**a?", "?*", "a/*/b", "ab", "*ab*"] {
            for text in ["", "a", "b", "ab", "aa", "aba", "abab", "a/x/b", "a/x/y/b", "a//b", "*", "?"] {
                let expected = wildmatch::WildMatch::new(pattern).matches(text);
                assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
            }
        }
    }
}
