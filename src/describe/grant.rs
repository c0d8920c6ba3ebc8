//! Grants: what a component may use of what it imports.

use std::fmt;

use super::{Place, Settings};
use crate::name::{Pattern, Rank};

/// What becomes of the functions that a component imports.
#[derive(Debug, Clone)]
pub struct Grants {
    /// What becomes of those that no grant names, and that no other component of the composition fills.
    pub default: Treatment,
    /// What providers give, where a grant says [`Treatment::Provide`].
    pub settings: Settings,
    /// The grants. The one that names a function most closely decides; of two that do so alike, the later.
    pub grants: Vec<Grant>,
    /// Whether a grant may name what the component does not import.
    pub allow_missing: bool,
    /// Whether each call is told on standard error.
    pub debug: bool,
    /// Where the user says all this.
    pub place: Option<Place>,
}

/// What becomes of some functions.
#[derive(Debug, Clone)]
pub struct Grant {
    /// Which functions.
    pub pattern: Pattern,
    /// What becomes of them.
    pub treatment: Treatment,
    /// Where that is said.
    pub place: Option<Place>,
}

/// What becomes of a function that a component imports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Treatment {
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
}

/// All treatments, by name.
const NAMES: &[(&str, Treatment)] =
    &[("allow", Treatment::Allow), ("deny", Treatment::Deny), ("trap", Treatment::Trap), ("ignore", Treatment::Ignore)];

impl Treatment {
    /// The treatment of that name.
    pub fn named(name: &str) -> Option<Treatment> {
        NAMES.iter().find(|(known, _)| *known == name).map(|(_, treatment)| *treatment)
    }

    /// The names of all treatments.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(name, _)| *name)
    }
}

impl fmt::Display for Treatment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = NAMES.iter().find(|(_, treatment)| treatment == self).map_or("provide", |(name, _)| name);
        f.write_str(name)
    }
}

impl Grants {
    /// Grants that say the same of everything.
    pub fn all(treatment: Treatment) -> Self {
        Grants {
            default: treatment,
            settings: Settings::default(),
            grants: Vec::new(),
            allow_missing: false,
            debug: false,
            place: None,
        }
    }

    /// The grant that decides about a function, and how closely it names it; see [`Pattern::rank`].
    pub fn of(&self, interface: &str, function: &str) -> Option<(&Grant, Rank)> {
        let rank = |grant: &Grant| match grant.treatment {
            Treatment::Allow => grant.pattern.rank_to_give(interface, function),
            _ => grant.pattern.rank(interface, function),
        };
        let ranked = self.grants.iter().filter_map(|grant| Some((grant, rank(grant)?)));
        ranked.max_by_key(|(_, rank)| *rank)
    }
}
