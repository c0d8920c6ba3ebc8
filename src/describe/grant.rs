//! Grants: what a component may use of what it imports.

use std::fmt;

use super::{Place, Settings};
use crate::name::{Pattern, Rank};

/// What becomes of the functions that a component imports.
#[derive(Debug, Clone)]
pub struct Grants {
    /// What becomes of those that no grant names, and that no other component of the composition fills.
    pub(crate) default: Treatment,
    /// What providers give, where a grant says [`Treatment::Provide`].
    pub(crate) settings: Settings,
    /// The grants, each with a pattern of its own. The one that names a function most closely decides; of several that do
    /// so alike, the most restrictive.
    pub(crate) grants: Vec<Grant>,
    /// Whether a grant may name what the component does not import.
    pub(crate) allow_missing: bool,
    /// Whether each call is told on standard error.
    pub(crate) debug: bool,
    /// Where the user says all this.
    pub(crate) place: Option<Place>,
}

/// What becomes of some functions.
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    /// Which functions.
    pub pattern: Pattern,
    /// What becomes of them.
    pub treatment: Treatment,
    /// What they return, in WAVE, with [`Treatment::Return`].
    pub returns: Option<String>,
    /// Where that is said.
    pub place: Option<Place>,
}

/// What becomes of a function that a component imports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Treatment {
    /// It stays what it is.
    Allow,
    /// Calls are refused, in the way that the function's own type allows; where it allows none, they trap.
    Deny,
    /// Calls trap.
    Trap,
    /// Calls succeed and do nothing.
    Ignore,
    /// Calls are answered by a provider, as the settings say. There is no word for it: settings are.
    Provide,
    /// Calls return a value of the user's, of which the grant has the text. There is no word for it either.
    Return,
}

impl Grant {
    /// A grant that needs no more than a treatment.
    pub(crate) fn new(pattern: Pattern, treatment: Treatment, place: Option<Place>) -> Grant {
        Grant { pattern, treatment, returns: None, place }
    }

    /// Whether it says the same of a function as another.
    fn agrees(&self, other: &Grant) -> bool {
        (self.treatment, &self.returns) == (other.treatment, &other.returns)
    }
}

impl Treatment {
    /// How much it takes away: of two grants that name a function equally closely, the one that takes more decides.
    pub(crate) fn restriction(self) -> u8 {
        match self {
            Treatment::Allow => 0,
            Treatment::Provide => 1,
            Treatment::Return => 2,
            Treatment::Ignore => 3,
            Treatment::Deny => 4,
            Treatment::Trap => 5,
        }
    }
}

/// All treatments, by name.
const NAMES: &[(&str, Treatment)] =
    &[("allow", Treatment::Allow), ("deny", Treatment::Deny), ("trap", Treatment::Trap), ("ignore", Treatment::Ignore)];

impl Treatment {
    /// The treatment of that name.
    pub(crate) fn named(name: &str) -> Option<Treatment> {
        NAMES.iter().find(|(known, _)| *known == name).map(|(_, treatment)| *treatment)
    }

    /// The names of all treatments.
    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(name, _)| *name)
    }
}

impl fmt::Display for Treatment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = NAMES.iter().find(|(_, treatment)| treatment == self).map(|(name, _)| *name);
        f.write_str(known.unwrap_or(if *self == Treatment::Return { "returns" } else { "provide" }))
    }
}

impl Grants {
    /// Grants that say the same of everything.
    pub(crate) fn all(treatment: Treatment) -> Self {
        Grants {
            default: treatment,
            settings: Settings::default(),
            grants: Vec::new(),
            allow_missing: false,
            debug: false,
            place: None,
        }
    }

    /// Adds a grant, in the place of one of the same pattern.
    pub(crate) fn set(&mut self, grant: Grant) {
        self.grants.retain(|other| other.pattern != grant.pattern);
        self.grants.push(grant);
    }

    /// The grant that decides about a function, and how closely it names it; see [`Pattern::rank`].
    pub(crate) fn of(&self, interface: &str, function: &str) -> Option<(&Grant, Rank)> {
        self.decisive(&[interface], function)
    }

    /// As [`Grants::of`], for an import that goes by several names: its own, and that of the interface that it is.
    pub(crate) fn decisive(&self, names: &[&str], function: &str) -> Option<(&Grant, Rank)> {
        // Of two values the order of the grants must not decide.
        self.ranked(names, function).max_by_key(|(grant, rank)| (*rank, grant.treatment.restriction(), &grant.returns))
    }

    /// Two grants that name a function as closely as each other and say different things of it, where these are the
    /// closest: first the one that decides.
    pub(crate) fn tie(&self, names: &[&str], function: &str) -> Option<(&Grant, &Grant)> {
        let (decisive, closest) = self.decisive(names, function)?;
        let mut others = self.ranked(names, function).filter(|(_, rank)| *rank == closest).map(|(grant, _)| grant);
        Some((decisive, others.find(|other| !other.agrees(decisive))?))
    }

    /// A grant that allows a function, and a setting for it that does not count, since it names the function less closely:
    /// first the one that decides.
    pub(crate) fn voided(&self, names: &[&str], function: &str) -> Option<(&Grant, &Grant)> {
        let (decisive, _) = self.decisive(names, function).filter(|(grant, _)| grant.treatment == Treatment::Allow)?;
        let mut others = self.ranked(names, function).map(|(grant, _)| grant);
        Some((decisive, others.find(|other| other.treatment == Treatment::Provide)?))
    }

    /// Whether a grant names an import, or a function of it: `functions` are those that it has. All others of it are
    /// decided by `default` then.
    pub(crate) fn is_about(&self, names: &[&str], functions: &[&str]) -> bool {
        let is_about = |pattern: &Pattern| known_to(pattern, names).iter().any(|name| pattern.is_about(name));
        self.grants.iter().any(|grant| is_about(&grant.pattern))
            || functions.iter().any(|function| self.decisive(names, function).is_some())
    }

    fn ranked(&self, names: &[&str], function: &str) -> impl Iterator<Item = (&Grant, Rank)> {
        let rank = move |grant: &Grant| {
            let of = |name: &&str| match grant.treatment {
                Treatment::Allow => grant.pattern.rank_to_give(name, function),
                _ => grant.pattern.rank(name, function),
            };
            known_to(&grant.pattern, names).iter().filter_map(of).max()
        };
        self.grants.iter().filter_map(move |grant| Some((grant, rank(grant)?)))
    }
}

/// Those of an import's names by which a pattern can know it. The first is the import's own.
fn known_to<'n, 's>(pattern: &Pattern, names: &'n [&'s str]) -> &'n [&'s str] {
    if pattern.is_exact() { names.get(..1).unwrap_or_default() } else { names }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{Grants, Treatment};

    fn grants(said: &[(&str, Treatment)]) -> Grants {
        let mut grants = Grants::all(Treatment::Deny);
        said.iter().for_each(|(name, treatment)| grants.add(name, *treatment, None));
        grants
    }

    #[test]
    fn grant_of_equal_specificity_with_more_restriction_decides_in_either_order() {
        use Treatment::{Allow, Deny, Ignore, Provide, Return, Trap};
        let order = [Allow, Provide, Return, Ignore, Deny, Trap];
        for (weak, less) in order.iter().enumerate() {
            for more in order.iter().skip(weak + 1) {
                for said in [[("*/keys", *less), ("acme:*", *more)], [("acme:*", *less), ("*/keys", *more)]] {
                    for said in [said, [said[1], said[0]]] {
                        let grants = grants(&said);
                        let (decisive, _) = grants.of("acme:vault/keys", "get").unwrap();
                        assert_eq!(decisive.treatment, *more, "{said:?}");
                        let (first, second) = grants.tie(&["acme:vault/keys"], "get").unwrap();
                        assert_eq!((first.treatment, second.treatment), (*more, *less));
                    }
                }
            }
        }
    }

    #[test]
    fn grant_of_a_label_and_of_its_interface_are_equally_specific() {
        let (names, function) = (["x", "wasi:random/random@0.2.0"], "get-random-u64");
        let of = |said: &[(&str, Treatment)]| grants(said).decisive(&names, function).map(|(grant, _)| grant.treatment);
        assert_eq!(of(&[("x", Treatment::Allow), ("random", Treatment::Deny)]), Some(Treatment::Allow));
        assert_eq!(of(&[("x", Treatment::Allow), ("wasi:random/random", Treatment::Deny)]), Some(Treatment::Deny));
        assert_eq!(of(&[("x", Treatment::Deny), ("wasi:random/random", Treatment::Allow)]), Some(Treatment::Deny));
        assert_eq!(of(&[("random", Treatment::Allow)]), Some(Treatment::Allow));
    }

    #[test]
    fn grant_of_a_function_names_its_interface() {
        let grants = grants(&[("wasi:io/streams#nothing", Treatment::Allow), ("args", Treatment::Allow)]);
        assert!(grants.is_about(&["wasi:io/streams@0.2.0"], &["[method]output-stream.write"]));
        assert!(!grants.is_about(&["wasi:io/poll@0.2.0"], &["poll"]));
        assert!(grants.is_about(&["wasi:cli/environment@0.2.0"], &["get-environment", "get-arguments"]));
        assert!(!grants.is_about(&["wasi:cli/environment@0.2.0"], &["get-environment"]));
    }
}
