//! The phase policy: compares a finished component with the rules of a policy.
//!
//! `inspect/reach.rs` determines which instances of the component reach each of its imports. The rules that apply to an
//! instance decide whether it may.

mod allowance;
mod decision;
pub(crate) mod error;
mod grants;
mod judge;
mod names;
mod suggest;

use decision::{Applicable, Decision, NameSet};
pub(crate) use error::CheckError;
pub(crate) use grants::{for_parts, grants};
pub(crate) use suggest::{Suggested, suggest};

use std::collections::BTreeSet;
use std::sync::Arc;

use wasmparser::component_types::{ComponentEntityType, ComponentItem};

use crate::check::rule;
use crate::decode::{self, Identity, Part};
use crate::describe::policy::{Doubt, Limit, Policy, Rule};
use crate::describe::{At, Place};
use crate::imports::label::Label;
use crate::inspect::Failure;
use crate::inspect::reach::{self, Reach};
use crate::load::Component;
use crate::load::digest::Digest;
use crate::name::Capability;
use crate::text::{self, Shown};

/// The result of a check of a component against a policy.
#[derive(Debug, Clone)]
pub(crate) struct Verdict {
    /// The items that instances reach and must not reach, and the limits that the component exceeds. Empty if the
    /// component meets the policy.
    pub violations: Vec<Violation>,
    /// The imports that each instance reaches, in order.
    pub reached: Vec<Reached>,
    /// The number of nested components at all depths.
    pub components: usize,
    /// The names in the policy that match nothing in the component, in the order of the policy.
    pub doubts: Vec<Doubt>,
    /// The labels that the component imports and that rules allow by only one of their names, in order.
    pub labels: Vec<Label>,
    /// The functions that instances reach, that no rule names, and that are allowed because they only use what was
    /// given, in order.
    pub kept: Vec<Kept>,
    /// Rules that match nothing and were probably written for other files: other rules of the policy match components
    /// of this one, and no component has a similar name.
    pub elsewhere: Vec<Doubt>,
}

impl Verdict {
    /// All rules that match nothing in the component.
    pub(crate) fn idle(&self) -> impl Iterator<Item = &Doubt> {
        self.doubts.iter().chain(&self.elsewhere)
    }
}

/// An import that an instance reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reached {
    /// The name of the import.
    pub import: String,
    /// The functions that the instance reaches. Empty if the import is a function itself, or contains only types.
    pub functions: Vec<String>,
    /// The path of the instance: only the name of the outermost, for the outermost.
    pub path: Path,
    /// The instances through which it reaches the import, nearest first.
    pub through: Through,
}

/// A function that no rule names and that is allowed nevertheless.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    /// The import. Empty for a function that the world itself imports.
    pub interface: String,
    /// The name of the function.
    pub function: String,
    /// The resource type of the function, and what gives handles of that type.
    pub reached: rule::Reached,
}

/// The names of the enclosing instances and of an instance, without that of the outermost. Shared, because each path
/// occurs many times.
pub(crate) type Path = Arc<[String]>;

/// The instances through which an instance reaches an item, nearest first.
pub(crate) type Through = Arc<[Path]>;

/// A way in which a component does not meet a policy.
#[derive(Debug, Clone)]
pub(crate) enum Violation {
    /// An instance reaches an item that it must not reach.
    Reached {
        /// The item: in most cases a function.
        subject: Subject,
        /// The path of the instance: only the name of the outermost, for the outermost.
        path: Path,
        /// The instances through which it reaches the item, nearest first.
        through: Through,
        /// Whether the instance must not reach any item of the import.
        is_whole: bool,
        /// The rule, or the default, that does not allow the item.
        cause: Cause,
    },
    /// The component exceeds a limit.
    Limit {
        /// The key of the limit in the policy.
        key: &'static str,
        /// The actual amount.
        found: u64,
        /// The limit.
        limit: Limit,
    },
}

/// An import of a component, or an item in one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Subject {
    /// The name of the import.
    pub import: String,
    /// The names that lead from the import to the item. Empty for the import itself, and for an interface that contains
    /// only types.
    pub path: Vec<String>,
    /// The interface that the import implements, if its name is not that of the interface.
    pub implements: Option<String>,
    /// The `external-id` of the import, which tells a host which item is meant.
    pub external_id: Option<String>,
    /// The kind of the import, if it is neither a function nor an interface.
    pub kind: Option<&'static str>,
    /// Whether the import is an interface.
    pub is_interface: bool,
}

/// Writes a name in a message.
pub(crate) type Quote<'q> = &'q dyn Fn(&str) -> String;

/// The reason that an item is not allowed.
#[derive(Debug, Clone)]
pub(crate) enum Cause {
    /// A rule denies a pattern that names the item.
    Deny {
        /// The pattern.
        pattern: String,
        /// The place of the pattern.
        place: Place,
    },
    /// No rule allows the item, and the default denies it.
    Default {
        /// The place of the default. `None` if the policy does not state it.
        place: Option<Place>,
        /// The first rule that would allow the item if the name of the component were trusted.
        powerless: Option<Powerless>,
    },
}

/// A rule that allows nothing to a component although the component has the name in the rule.
#[derive(Debug, Clone)]
pub(crate) struct Powerless {
    /// The name of components in the rule.
    pub name: String,
    /// The place of that name.
    pub place: Place,
    /// The reason that the name is not trusted.
    pub why: Why,
}

/// The reasons that a name is not trusted. Names are part of the file, and anybody can write them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Why {
    /// The component is the outermost one, which has the name of its file.
    File,
    /// Only the component itself states the name, and no enclosing one does.
    Own,
    /// Different components have the name.
    Shared,
    /// The name is that of an adapter, and weld is not known to have generated the component.
    Adapter,
}

impl Powerless {
    /// Explains in words what to do.
    pub(crate) fn note(&self) -> String {
        let Powerless { name, place, why } = self;
        let ((line, column), file) = (place.position(), place.file());
        let what = match why {
            Why::File => {
                "the outermost component has the name of its file, whatever the file says of itself: give the file the name in \
                 the rule, or name the file in a rule"
            }
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

/// Checks a valid component against a policy. `adapters` has the digests of the components that weld is known to have
/// generated as adapters. Such a component with the name `app:adapter` is a part of `app`. Any other component with
/// such a name is treated as all others are.
///
/// # Errors
///
/// The component has more instances than can be followed, or its instances reach more items than `limits` allows.
pub(crate) fn check(
    component: &Component,
    policy: &Policy,
    adapters: &BTreeSet<Digest>,
) -> Result<Verdict, CheckError> {
    let Followed { reach, generated, components } = follow_component(component, adapters)?;
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

/// The labels that rules allow to any instance by only one of their names.
fn labels(component: &Component, policy: &Policy, applicable: &[Applicable]) -> Vec<Label> {
    let applicable: BTreeSet<&Applicable> = applicable.iter().collect();
    let label = |(import, item): (&String, &ComponentItem)| {
        let ComponentEntityType::Instance(id) = item.ty else { return None };
        let functions = component.types().get(id).into_iter().flat_map(|ty| ty.exports.keys());
        let allows = |name: &str, function: &str| {
            let decide =
                |rules: &&Applicable| decision::decide(policy, rules, NameSet::without_labels(&[name]), function);
            applicable.iter().any(|rules| matches!(decide(rules), Decision::Allowed))
        };
        { functions }.find_map(|function| Label::of(import, item, |name| allows(name, function)))
    };
    component.imports().iter().filter_map(label).collect()
}

/// A component with the items that its instances reach.
struct Followed {
    reach: Reach,
    /// The parts that weld is known to have generated as adapters.
    generated: BTreeSet<usize>,
    /// The number of nested components at all depths. Groups count as well: any component may have the name of one.
    components: usize,
}

fn follow_component(component: &Component, adapters: &BTreeSet<Digest>) -> Result<Followed, CheckError> {
    let failed = |failure: Failure| failure.in_file(component.file());
    let parts = decode::parts(component.bytes().into(), component.known(), &|_| Identity::default())
        .map_err(|malformed| failed(malformed.into()))?;
    let reach = reach::reach(&parts, component.name()).map_err(failed)?;
    let generated = match adapters.is_empty() {
        true => BTreeSet::new(),
        false => {
            let is_known = |(_, part): &(usize, &Part<'_>)| adapters.contains(&Digest::of(part.bytes));
            parts.iter().enumerate().filter(is_known).map(|(number, _)| number).collect()
        }
    };
    Ok(Followed { components: parts.len().saturating_sub(1), reach, generated })
}

fn is_instance(item: &ComponentItem) -> bool {
    matches!(item.ty, ComponentEntityType::Instance(_))
}

impl Verdict {
    /// The rules of [`Cause::Default::powerless`] in all violations, each once.
    pub(crate) fn powerless(verdicts: &[Verdict]) -> Vec<&Powerless> {
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
    /// The text by which patterns name it: `wasi:filesystem/types@0.2.6#[method]descriptor.unlink-file-at`.
    pub(crate) fn name(&self) -> String {
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
    /// The place of the rule, default or limit in the policy.
    pub(crate) fn place(&self) -> Option<&Place> {
        match self {
            Violation::Reached { cause: Cause::Deny { place, .. }, .. } => Some(place),
            Violation::Reached { cause: Cause::Default { place, .. }, .. } => place.as_ref(),
            Violation::Limit { limit, .. } => Some(&limit.place),
        }
    }

    /// The message, on one line even if names contain line breaks.
    pub(crate) fn message(&self) -> String {
        Shown(&self.in_words(&quoted)).to_string()
    }

    /// The message, with names written by `quote`. Only `quote` escapes control characters.
    pub(crate) fn in_words(&self, quote: Quote<'_>) -> String {
        match self {
            Violation::Reached { subject, .. } => {
                let kind = subject.kind.map(|kind| format!("{kind} ")).unwrap_or_default();
                let id =
                    subject.external_id.as_ref().map(|id| format!(" (external-id {})", quote(id))).unwrap_or_default();
                let what = format!("{kind}{}{id}{}", quote(&subject.name()), implemented(subject, quote));
                self.message_about(&what, subject.implements.is_some(), quote)
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
                format!("{} nested in the component; the limit is {}", components_are(*found), limit.value)
            }
        }
    }

    /// The message for several functions of the import, if no item of it is allowed.
    pub(crate) fn of_functions(&self, functions: usize, quote: Quote<'_>) -> String {
        match self {
            Violation::Reached { subject, .. } => {
                let import = format!("{}{}", quote(&subject.import), implemented(subject, quote));
                self.message_about(&format!("{functions} functions of {import}"), subject.implements.is_some(), quote)
            }
            Violation::Limit { .. } => self.in_words(quote),
        }
    }

    /// The message for several interfaces of a capability, if no item of them is allowed.
    pub(crate) fn of_capability(&self, capability: Capability, interfaces: usize, quote: Quote<'_>) -> String {
        self.message_about(&format!("{} ({interfaces} interfaces)", quote(&capability.to_string())), false, quote)
    }

    /// The capability of the item, if it belongs to one.
    pub(crate) fn capability(&self) -> Option<Capability> {
        let Violation::Reached { subject, .. } = self else { return None };
        let interface = subject.implements.as_deref().unwrap_or(&subject.import);
        Capability::of(interface, subject.path.first().map_or("", String::as_str))
    }

    /// The message for the item `what`. `is_implemented` is whether that text ends with a clause.
    fn message_about(&self, what: &str, is_implemented: bool, quote: Quote<'_>) -> String {
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

    /// The violation as an error that points into the policy.
    pub(crate) fn error(&self) -> At<CheckError> {
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

/// Quotes a name for a message.
pub(crate) fn quoted(name: &str) -> String {
    format!("`{name}`")
}

/// A clause with the interface that the import implements, if its name is not that of the interface.
fn implemented(subject: &Subject, quote: Quote<'_>) -> String {
    subject.implements.as_ref().map(|name| format!(", which is {},", quote(name))).unwrap_or_default()
}

fn components_are(count: u64) -> String {
    match count {
        1 => "1 component is".to_owned(),
        count => format!("{count} components are"),
    }
}
