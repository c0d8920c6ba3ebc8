//! The phase policy: a policy's rules against a finished component, whoever made it.
//!
//! What the component imports is attributed to the components within it that can reach it, and for each of those the
//! rules that are about it say what it may reach.

pub mod error;
mod judge;
mod names;
mod ruling;

pub use error::CheckError;
pub use ruling::{grants, rules};

use crate::describe::policy::{Limit, Policy};
use crate::describe::{At, Place};
use crate::inspect::{Failure, parts, reach};
use crate::load::Component;
use crate::text::Shown;

/// What there is to say of a component and a policy.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// What the component must not reach and does, and the limits that it exceeds. Without any it meets the policy.
    pub violations: Vec<Violation>,
    /// Who reaches which import of the component, in order.
    pub reached: Vec<Reached>,
    /// How many components are nested in it, at whatever depth.
    pub components: usize,
    /// What rules call components by names that none of them has, with the place of each.
    pub unknown: Vec<(String, Place)>,
}

/// An import that a component reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// The import.
    pub import: String,
    /// The functions of it; none where it is a function itself, or has types alone.
    pub functions: Vec<String>,
    /// The names of the instances that lead to the one which reaches it. Only the outermost's own name, where that does.
    pub path: Vec<String>,
    /// The instances through which it does so, in order, each by its path.
    pub through: Vec<Vec<String>>,
}

/// Something in which a component does not meet a policy.
#[derive(Debug, Clone)]
pub enum Violation {
    /// It imports what one of the components in it must not reach.
    Import {
        /// What that reaches of the import, which is not allowed.
        reached: Reached,
        /// Whether it reaches nothing else of the import.
        is_all: bool,
        /// What the import is, where that is neither a function nor an interface.
        kind: Option<&'static str>,
        /// What says so.
        cause: Cause,
    },
    /// It is larger than a limit.
    Limit {
        /// The key of the limit.
        key: &'static str,
        /// How much there is.
        found: u64,
        /// How much there may be.
        limit: Limit,
    },
}

/// What says that something is not allowed.
#[derive(Debug, Clone)]
pub enum Cause {
    /// A pattern that a rule denies.
    Deny {
        /// The pattern.
        pattern: String,
        /// Where it is.
        place: Place,
    },
    /// No rule names it.
    Default(Option<Place>),
}

/// Checks a component that is valid.
///
/// # Errors
///
/// Where it cannot be followed who reaches what.
pub fn check(component: &Component, policy: &Policy) -> Result<Verdict, CheckError> {
    let failed = |failure: Failure| failure.in_file(component.file());
    let parts = parts::parts(component.bytes()).map_err(failed)?;
    let reach = reach::reach(&parts, component.name()).map_err(failed)?;
    let components = parts.len().saturating_sub(1);
    let limits = [("size", component.bytes().len(), &policy.size), ("components", components, &policy.components)];
    let exceeded = limits.into_iter().filter_map(|(key, found, limit)| {
        let (found, limit) = (found as u64, limit.as_ref()?);
        (found > limit.value).then(|| Violation::Limit { key, found, limit: limit.clone() })
    });
    let applicable = ruling::applicable(policy, &reach);
    let applies = |number: usize| applicable.iter().any(|rules| rules.get(number).is_some_and(|(_, denies)| *denies));
    let unknown = policy.rules.iter().enumerate().filter(|(number, _)| !applies(*number));
    let unknown = unknown.filter_map(|(_, rule)| rule.component.clone()).collect();
    let (reached, refused) = judge::judge(component, policy, &reach, &applicable);
    Ok(Verdict { violations: exceeded.chain(refused).collect(), reached, components, unknown })
}

impl Violation {
    /// The place in the policy of what says so.
    pub fn place(&self) -> Option<&Place> {
        match self {
            Violation::Import { cause: Cause::Deny { place, .. }, .. } => Some(place),
            Violation::Import { cause: Cause::Default(place), .. } => place.as_ref(),
            Violation::Limit { limit, .. } => Some(&limit.place),
        }
    }

    /// What is wrong, in words: one line, whatever the names in it hold.
    pub fn message(&self) -> String {
        let message = match self {
            Violation::Import { reached, is_all, kind, cause } => {
                let what = kind.map(|kind| format!("{kind} ")).unwrap_or_default();
                let named: Vec<String> = reached.functions.iter().map(|name| format!("`{name}`")).collect();
                let functions = match is_all {
                    true => String::new(),
                    false => format!("{} of ", named.join(", ")),
                };
                let through: Vec<String> = reached.through.iter().map(|path| format!("`{}`", path.join("/"))).collect();
                let through = match through.as_slice() {
                    [] => String::new(),
                    through => format!(" through {}", through.join(", ")),
                };
                let cause = match cause {
                    Cause::Deny { pattern, .. } => format!("which `{pattern}` denies"),
                    Cause::Default(_) => "which no rule allows".to_owned(),
                };
                let component = reached.path.join("/");
                format!("`{component}` reaches {what}{functions}`{}`{through}, {cause}", reached.import)
            }
            Violation::Limit { key: "size", found, limit } => {
                format!("the component has {found} bytes, and {} are allowed", limit.text)
            }
            Violation::Limit { found, limit, .. } => {
                format!("{} nested in the component, and {} allowed", are(*found), are(limit.value))
            }
        };
        Shown(&message).to_string()
    }

    /// The same as an error that points into the policy.
    pub fn error(&self) -> At<CheckError> {
        let help = match self {
            Violation::Import { .. } => "leave that component out, deny it that by a grant, or change the policy",
            Violation::Limit { .. } => "make it smaller, or change the policy",
        };
        At::place(CheckError::Violated { message: self.message(), help }, self.place())
    }
}

fn are(count: u64) -> String {
    match count {
        1 => "1 component is".to_owned(),
        count => format!("{count} components are"),
    }
}
