//! The phase policy: a policy's rules against a finished component, whoever made it.
//!
//! What the component imports is attributed to the components within it that can reach it, and for each of those the
//! rules that are about it say what it may reach.

mod allowance;
mod decision;
pub mod error;
mod grants;
mod judge;
mod names;
mod suggest;

use decision::{Applicable, Called, Decision};
pub use error::CheckError;
pub use grants::{for_parts, grants};
pub use suggest::{Suggested, suggest};

use std::collections::BTreeSet;
use std::sync::Arc;

use wasmparser::component_types::{ComponentEntityType, ComponentItem};

use crate::check::rule;
use crate::decode::{self, Part};
use crate::describe::policy::{Doubt, Limit, Policy, Rule};
use crate::describe::{At, Place};
use crate::imports::label::Label;
use crate::inspect::Failure;
use crate::inspect::reach::{self, Reach};
use crate::load::Component;
use crate::load::digest::Digest;
use crate::name::Capability;
use crate::text::{self, Shown};

/// What there is to say of a component and a policy.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// What the component must not reach and does, and the limits that it exceeds. Without any it meets the policy.
    pub violations: Vec<Violation>,
    /// Who reaches which import of the component, in order.
    pub reached: Vec<Reached>,
    /// How many components are nested in it, at whatever depth.
    pub components: usize,
    /// What the policy names and what is not there, in the order of the policy: rules that say nothing.
    pub doubts: Vec<Doubt>,
    /// The labels that it imports and that rules allow by one of their names alone, in order.
    pub labels: Vec<Label>,
    /// The functions that somebody in it reaches, that no rule names, and that are let through since they can only use what was
    /// given, in order.
    pub kept: Vec<Kept>,
    /// Rules that say nothing here either, and were probably written for components of other files: some of the policy's others are about
    /// components that are here, and no name is near theirs.
    pub elsewhere: Vec<Doubt>,
}

impl Verdict {
    /// All rules that say nothing of this component.
    pub fn idle(&self) -> impl Iterator<Item = &Doubt> {
        self.doubts.iter().chain(&self.elsewhere)
    }
}

/// An import that a component reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// The import.
    pub import: String,
    /// The functions of it; none where it is a function itself, or has types alone.
    pub functions: Vec<String>,
    /// The names of the instances that lead to the one which reaches it. Only the outermost's own name, where that does.
    pub path: Path,
    /// The instances through which it does so, in order, each by its path.
    pub through: Through,
}

/// A function that no rule names and that is let through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The import; empty for a function of the world itself.
    pub interface: String,
    /// The function.
    pub function: String,
    /// The resource type for which it is, and what gives handles of it.
    pub reached: rule::Reached,
}

/// The names of the instances that lead to one. What a component reaches it reaches by the same few, so they are shared.
pub type Path = Arc<[String]>;

/// The instances through which one reaches something, each by its path.
pub type Through = Arc<[Path]>;

/// Something in which a component does not meet a policy.
#[derive(Debug, Clone)]
pub enum Violation {
    /// One of the components in it reaches something that it must not reach.
    Reached {
        /// What that is: mostly a function.
        subject: Subject,
        /// The names of the instances that lead to the one which reaches it. Only the outermost's own name, where that
        /// does.
        path: Path,
        /// The instances through which it does so, in order, each by its path.
        through: Through,
        /// Whether nothing of the import is allowed to it.
        is_whole: bool,
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

/// Something that a component imports, or that an import has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The import.
    pub import: String,
    /// The names that lead on from there: a function's. None where it is the import itself, or an interface that has types
    /// alone.
    pub path: Vec<String>,
    /// The interface that the import is, where its name does not say that.
    pub implements: Option<String>,
    /// What the import says by `external-id`, which tells a host which of its things is meant.
    pub external_id: Option<String>,
    /// What the import is, where that is neither a function nor an interface.
    pub kind: Option<&'static str>,
    /// Whether the import is an interface.
    pub is_interface: bool,
}

/// How a message writes a name that it quotes.
pub type Quote<'q> = &'q dyn Fn(&str) -> String;

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
    /// No rule allows it.
    Default {
        /// Where the default is said.
        place: Option<Place>,
        /// The first rule that would allow it, and is about a name that gives no rights.
        powerless: Option<Powerless>,
    },
}

/// A rule that allows nothing to a component, though that goes by the name of which the rule speaks.
#[derive(Debug, Clone)]
pub struct Powerless {
    /// What the rule calls components.
    pub name: String,
    /// Where.
    pub place: Place,
    /// Why the name gives no rights.
    pub why: Why,
}

/// Why a name gives no rights. Names are in the file, and anybody can write one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// A component calls itself so, and nobody who composed it does.
    Own,
    /// Different components go by it.
    Shared,
    /// It is that of an adapter, of which it is not known whether weld generated it.
    Adapter,
}

impl Powerless {
    /// What is to be done, in words.
    pub fn note(&self) -> String {
        let Powerless { name, place, why } = self;
        let ((line, column), file) = (place.position(), place.file());
        let what = match why {
            Why::Own => {
                "a name that a component gives itself allows it nothing, and the file gives it none; `weld plug` and \
                 `weld build` write down who is who"
            }
            Why::Shared => "different components go by that name, or it is not all of the path to one",
            Why::Adapter => {
                "an adapter counts as the component that it is for only where it is what weld generates, and that is not \
                 known of this one: name it in a rule of its own"
            }
        };
        Shown(&format!("the rule for `{name}` does not apply ({file}:{line}:{column}): {what}")).to_string()
    }
}

/// Checks a component that is valid. `adapters` are the digests of components that are known to be adapters which weld
/// generated. What is called `app:adapter` and is one of these is a part of `app`; anything else of such a name is a component
/// like any other.
///
/// # Errors
///
/// Where it cannot be followed who reaches what.
pub fn check(component: &Component, policy: &Policy, adapters: &BTreeSet<Digest>) -> Result<Verdict, CheckError> {
    let Followed { reach, generated, components } = followed(component, adapters)?;
    let limits = [("size", component.bytes().len(), &policy.size), ("components", components, &policy.components)];
    let exceeded = limits.into_iter().filter_map(|(key, found, limit)| {
        let (found, limit) = (found as u64, limit.as_ref()?);
        (found > limit.value).then(|| Violation::Limit { key, found, limit: limit.clone() })
    });
    let applicable = decision::applicable(policy, &reach, &generated);
    let applies = |number: usize| applicable.iter().any(|rules| rules.get(number).is_some_and(|(_, denies)| *denies));
    let outermost = || reach.instances.first().and_then(|instance| instance.component.as_deref());
    let names = || reach.instances.iter().map(|instance| instance.name.as_str()).chain(outermost());
    let doubt = |rule: &Rule| {
        let (name, place) = rule.component.as_ref()?;
        Some(Doubt::of_component(name, place, names()))
    };
    let is_for_one = |(number, rule): (usize, &Rule)| rule.component.is_some() && applies(number);
    let names_others = policy.rules.iter().enumerate().any(is_for_one);
    let idle = policy.rules.iter().enumerate().filter(|(number, _)| !applies(*number));
    let imports = || component.imports().iter().map(|(name, item)| (name.as_str(), is_instance(item)));
    let of_plain = policy.denied().filter_map(|named| Doubt::of_plain(named, imports()));
    let idle = idle.filter_map(|(_, rule)| doubt(rule));
    let (elsewhere, idle): (Vec<Doubt>, Vec<Doubt>) = idle.partition(|doubt| names_others && doubt.near.is_none());
    let mut doubts: Vec<Doubt> = idle.into_iter().chain(policy.doubts()).chain(of_plain).collect();
    doubts.sort_by_key(|doubt| doubt.place.start());
    let judge::Judgement { reached, violations: refused, kept } =
        judge::judge(component, policy, &reach, &applicable).map_err(|failure| failure.in_file(component.file()))?;
    let labels = labels(component, policy, &applicable);
    Ok(Verdict { violations: exceeded.chain(refused).collect(), reached, components, doubts, labels, kept, elsewhere })
}

/// The labels of a component that rules allow to anybody in it by one of their names alone.
fn labels(component: &Component, policy: &Policy, applicable: &[Applicable]) -> Vec<Label> {
    let applicable: BTreeSet<&Applicable> = applicable.iter().collect();
    let label = |(import, item): (&String, &ComponentItem)| {
        let ComponentEntityType::Instance(id) = item.ty else { return None };
        let functions = component.types().get(id).into_iter().flat_map(|ty| ty.exports.keys());
        let allows = |name: &str, function: &str| {
            let decide = |rules: &&Applicable| decision::decide(policy, rules, Called::by(&[name]), function);
            applicable.iter().any(|rules| matches!(decide(rules), Decision::Allowed))
        };
        { functions }.find_map(|function| Label::of(import, item, |name| allows(name, function)))
    };
    component.imports().iter().filter_map(label).collect()
}

/// A component of which it is known who reaches what.
struct Followed {
    reach: Reach,
    /// The parts that are known to be adapters which weld generated.
    generated: BTreeSet<usize>,
    /// How many components are nested in it, at whatever depth.
    components: usize,
}

fn followed(component: &Component, adapters: &BTreeSet<Digest>) -> Result<Followed, CheckError> {
    let failed = |failure: Failure| failure.in_file(component.file());
    let parts = decode::parts(component.bytes().into(), component.known(), &|_| None)
        .map_err(|malformed| failed(malformed.into()))?;
    let reach = reach::reach(&parts, component.name()).map_err(failed)?;
    let generated = match adapters.is_empty() {
        true => BTreeSet::new(),
        false => {
            let is_known = |(_, part): &(usize, &Part<'_>)| adapters.contains(&Digest::of(part.bytes));
            parts.iter().enumerate().filter(is_known).map(|(number, _)| number).collect()
        }
    };
    let groups = reach.instances.iter().filter(|instance| instance.is_group).count();
    Ok(Followed { components: parts.len().saturating_sub(1 + groups), reach, generated })
}

fn is_instance(item: &ComponentItem) -> bool {
    matches!(item.ty, ComponentEntityType::Instance(_))
}

impl Verdict {
    /// The rules that allow nothing to components which go by their names, each once.
    pub fn powerless(verdicts: &[Verdict]) -> Vec<&Powerless> {
        let mut found: Vec<&Powerless> = Vec::new();
        for violation in verdicts.iter().flat_map(|verdict| &verdict.violations) {
            let Violation::Reached { cause: Cause::Default { powerless: Some(powerless), .. }, .. } = violation else {
                continue;
            };
            let is_it =
                |other: &&Powerless| (other.place.start(), other.why) == (powerless.place.start(), powerless.why);
            if !found.iter().any(is_it) {
                found.push(powerless);
            }
        }
        found
    }
}

impl Subject {
    /// What patterns call it: `wasi:filesystem/types@0.2.6#[method]descriptor.unlink-file-at`.
    pub fn name(&self) -> String {
        match self.path.split_first() {
            Some((member, inner)) if !member.is_empty() => {
                let inner: String = inner.iter().map(|name| format!("/{name}")).collect();
                format!("{}#{member}{inner}", self.import)
            }
            _ => self.import.clone(),
        }
    }
}

impl Violation {
    /// The place in the policy of what says so.
    pub fn place(&self) -> Option<&Place> {
        match self {
            Violation::Reached { cause: Cause::Deny { place, .. }, .. } => Some(place),
            Violation::Reached { cause: Cause::Default { place, .. }, .. } => place.as_ref(),
            Violation::Limit { limit, .. } => Some(&limit.place),
        }
    }

    /// What is wrong, in words: one line, whatever the names in it hold.
    pub fn message(&self) -> String {
        Shown(&self.in_words(&quoted)).to_string()
    }

    /// The same, with each name as `quote` writes it. What steers a terminal is left to that.
    pub fn in_words(&self, quote: Quote<'_>) -> String {
        match self {
            Violation::Reached { subject, .. } => {
                let kind = subject.kind.map(|kind| format!("{kind} ")).unwrap_or_default();
                let id =
                    subject.external_id.as_ref().map(|id| format!(" (external-id {})", quote(id))).unwrap_or_default();
                let what = format!("{kind}{}{id}{}", quote(&subject.name()), implemented(subject, quote));
                self.about(&what, subject.implements.is_some(), quote)
            }
            Violation::Limit { key: "size", found, limit } => {
                let exact = format!("{} bytes", text::grouped(found));
                let exact = match text::size(usize::try_from(*found).unwrap_or(usize::MAX)) {
                    rounded if rounded == exact => exact,
                    rounded => format!("{rounded} ({exact})"),
                };
                format!("the component has {exact}; the limit is {}", limit.text)
            }
            Violation::Limit { found, limit, .. } => {
                format!("{} nested in the component; the limit is {}", are(*found), limit.value)
            }
        }
    }

    /// The same of several functions of the import, where nothing of it is allowed.
    pub fn of_functions(&self, functions: usize, quote: Quote<'_>) -> String {
        match self {
            Violation::Reached { subject, .. } => {
                let import = format!("{}{}", quote(&subject.import), implemented(subject, quote));
                self.about(&format!("{functions} functions of {import}"), subject.implements.is_some(), quote)
            }
            Violation::Limit { .. } => self.in_words(quote),
        }
    }

    /// The same of several interfaces of a capability, where nothing of them is allowed.
    pub fn of_capability(&self, capability: Capability, interfaces: usize, quote: Quote<'_>) -> String {
        self.about(&format!("{} ({interfaces} interfaces)", quote(&capability.to_string())), false, quote)
    }

    /// The capability that it is about, if it is about one.
    pub fn capability(&self) -> Option<Capability> {
        let Violation::Reached { subject, .. } = self else { return None };
        let interface = subject.implements.as_deref().unwrap_or(&subject.import);
        Capability::of(interface, subject.path.first().map_or("", String::as_str))
    }

    /// Who reaches something, through whom, and what does not allow it. `is_implemented` is whether the words for the thing end
    /// with a clause.
    fn about(&self, what: &str, is_implemented: bool, quote: Quote<'_>) -> String {
        let Violation::Reached { path, through, cause, .. } = self else { return String::new() };
        let (shown, others) = text::some_of(through);
        let shown: Vec<String> = shown.iter().map(|path| quote(&path.join("/"))).collect();
        let through = match (shown.as_slice(), others) {
            ([], _) => String::new(),
            (shown, 0) => format!(" through {}", shown.join(", ")),
            (shown, others) => format!(" through {} and {others} others", shown.join(", ")),
        };
        let comma = if through.is_empty() && is_implemented { "" } else { "," };
        let which = if is_implemented { "and" } else { "which" };
        let cause = match cause {
            Cause::Deny { pattern, .. } => format!("{which} {} denies", quote(pattern)),
            Cause::Default { powerless: Some(Powerless { name, .. }), .. } => {
                format!("{which} no rule allows (the rule for {} does not apply)", quote(name))
            }
            Cause::Default { .. } => format!("{which} no rule allows"),
        };
        format!("{} reaches {what}{through}{comma} {cause}", quote(&path.join("/")))
    }

    /// The same as an error that points into the policy.
    pub fn error(&self) -> At<CheckError> {
        let help = match self {
            Violation::Reached { cause: Cause::Default { powerless: Some(powerless), .. }, .. } => powerless.note(),
            Violation::Reached { .. } => {
                "leave that component out, deny it that by a grant, or change the policy".to_owned()
            }
            Violation::Limit { .. } => "make it smaller, or change the policy".to_owned(),
        };
        At::place(CheckError::Violated { message: self.message(), help }, self.place())
    }
}

/// A name as messages quote it.
pub fn quoted(name: &str) -> String {
    format!("`{name}`")
}

/// The interface that an import is, where its name does not say that.
fn implemented(subject: &Subject, quote: Quote<'_>) -> String {
    subject.implements.as_ref().map(|name| format!(", which is {},", quote(name))).unwrap_or_default()
}

fn are(count: u64) -> String {
    match count {
        1 => "1 component is".to_owned(),
        count => format!("{count} components are"),
    }
}
