//! Suggests a policy that allows what a component reaches, and no more.
//!
//! Each instance of the outermost component gets a rule by its name, for what it reaches beyond what the rule for all
//! components allows. Patterns are tested with the decisions of a check, and those that are not needed are omitted.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexSet;
use wasmparser::component_types::ComponentEntityType;

use super::allowance::{Allowance, ImportNames, path};
use super::error::CheckError;
use super::{decision, follow_component, names};
use crate::describe::Text;
use crate::describe::policy::Policy;
use crate::inspect::reach::{HostItem, Instance, Reach};
use crate::load::Component;
use crate::load::component::implements;
use crate::load::digest::Digest;
use crate::name::{Capability, Pattern, adapted, base, unnumbered};
use crate::text;

/// A suggested rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Suggested {
    /// The name of the components to which the rule applies. `None` for all components.
    pub component: Option<String>,
    /// The patterns to allow. Without any one of them, a check would deny an item that these components reach.
    pub allow: Vec<Allowed>,
}

/// A suggested pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Allowed {
    /// The pattern.
    pub pattern: String,
    /// The imports of which the pattern allows an item, in the order of the component.
    pub imports: Vec<String>,
}

/// How many comparisons of a pattern with an item may be made to find superfluous patterns. If more are needed,
/// superfluous patterns stay.
const TRIED: usize = 2_000_000;

/// Suggests rules with which a check of the component has no violations. `adapters` is as for
/// [`check`](super::check()).
///
/// # Errors
///
/// The component has more instances than can be followed, or its instances reach more items than `limits` allows.
pub(crate) fn suggest(component: &Component, adapters: &BTreeSet<Digest>) -> Result<Vec<Suggested>, CheckError> {
    let followed = follow_component(component, adapters)?;
    let (reach, generated) = (&followed.reach, &followed.generated);
    let mut groups: BTreeMap<Option<String>, BTreeSet<usize>> = BTreeMap::new();
    let mut rule_names: BTreeMap<usize, Option<String>> = BTreeMap::new();
    for (id, instance) in reach.instances.iter().enumerate() {
        let name = match (instance.within, instance.within.and_then(|outer| rule_names.get(&outer))) {
            (None, _) => None,
            (Some(0), _) => rule_name(id, reach, generated),
            (Some(_), name) => name.cloned().flatten(),
        };
        groups.entry(name.clone()).or_default().extend(instance.reaches.keys());
        rule_names.insert(id, name);
    }
    let finder = Finder { component, reach };
    let for_all = finder.patterns(&[], &groups.remove(&None).unwrap_or_default());
    let mut rules = vec![finder.suggested(None, &for_all)];
    for (name, items) in groups {
        rules.push(finder.suggested(name, &finder.patterns(&for_all, &items)));
    }
    rules.retain(|rule| !rule.allow.is_empty());
    Ok(rules)
}

/// A name by which a rule can allow an item to an instance that the outermost one creates. `None` if no name of the
/// instance is trusted.
fn rule_name(id: usize, reach: &Reach, generated: &BTreeSet<usize>) -> Option<String> {
    let instance: &Instance = reach.instances.get(id)?;
    let name = instance.name.as_str();
    let is_generated = instance.part.is_some_and(|part| generated.contains(&part));
    let owner = adapted(name).filter(|_| is_generated).unwrap_or(name);
    let names_of = names::names(reach, generated);
    let applies = |name: &&str| {
        let rules = Policy::read(Text::new("", &rule(Some(name), &["*".to_owned()]))).ok();
        let rule = rules.as_ref().and_then(|policy| policy.rules.first());
        rule.is_some_and(|rule| names::named(rule, reach, &names_of).get(id).is_some_and(|named| named.allows))
    };
    // `kv` and `kv#1` share a rule.
    let name = [unnumbered(owner), Some(owner), Some(name)].into_iter().flatten().find(applies)?;
    Some(name.to_owned())
}

struct Finder<'c> {
    component: &'c Component,
    reach: &'c Reach,
}

impl Finder<'_> {
    /// Patterns that allow some items together with patterns that are `allowed` already. Within [`TRIED`], none is
    /// superfluous.
    fn patterns(&self, allowed: &[String], items: &BTreeSet<usize>) -> Vec<String> {
        let items: Vec<&HostItem> = items.iter().filter_map(|item| self.reach.items.get_index(*item)).collect();
        let capabilities: BTreeSet<Capability> = items.iter().filter_map(|item| self.capability(item)).collect();
        let mut patterns: IndexSet<String> = capabilities.iter().map(ToString::to_string).collect();
        let others: BTreeSet<String> = items
            .iter()
            .filter(|item| self.capability(item).is_none())
            .flat_map(|item| self.patterns_of(item))
            .collect();
        patterns.extend(others);
        let with = |patterns: &IndexSet<String>| allowed.iter().chain(patterns).cloned().collect::<Vec<_>>();
        // An item that its capability does not allow is allowed by the name of its interface.
        let refused = self.refused(&with(&patterns), &items);
        patterns.extend(refused.iter().flat_map(|item| self.patterns_of(item)).collect::<BTreeSet<_>>());
        // A check warns if only one of a label and the interface that it implements is allowed.
        let needed = self.refused(allowed, &items).into_iter().map(|item| self.patterns_of(item));
        let labels: BTreeSet<String> = needed.filter(|patterns| patterns.len() > 1).flatten().collect();
        // The last pattern is tried first: a capability may make the name of an interface superfluous. Each trial
        // compares all patterns with all items.
        let refused = self.refused(&with(&patterns), &items).len();
        let tried = patterns.len().saturating_pow(2).saturating_mul(items.len());
        for place in (0..patterns.len()).rev().filter(|_| tried <= TRIED) {
            if patterns.get_index(place).is_some_and(|pattern| labels.contains(pattern)) {
                continue;
            }
            let mut fewer = patterns.clone();
            fewer.shift_remove_index(place);
            if self.refused(&with(&fewer), &items).len() == refused {
                patterns = fewer;
            }
        }
        patterns.into_iter().collect()
    }

    /// The items that a rule for all components with these patterns does not allow.
    fn refused<'i>(&self, patterns: &[String], items: &[&'i HostItem]) -> Vec<&'i HostItem> {
        let text = if patterns.is_empty() { String::new() } else { rule(None, patterns) };
        let Ok(policy) = Policy::read(Text::new("", &text)) else { return items.to_vec() };
        let applicable = policy.rules.iter().map(|_| (true, true)).collect();
        let allowance = Allowance::new(self.component, &policy, &applicable, &self.reach.labels);
        items.iter().copied().filter(|item| allowance.refusal(item).is_some()).collect()
    }

    /// The first capability that allows an item.
    fn capability(&self, item: &HostItem) -> Option<Capability> {
        let names = ImportNames::of(self.component, &item.interface);
        let names = names.all();
        let allows = |capability: &Capability| {
            decision::allows(&Pattern::parse(&capability.to_string()), &names, &item.member) && item.inner.is_empty()
        };
        Capability::all().find(allows)
    }

    /// The patterns that allow an item by the name of its import. For a label, there is also one for the interface that
    /// it implements. Empty if no pattern can allow the item.
    fn patterns_of(&self, item: &HostItem) -> Vec<String> {
        let interface = item.interface.as_str();
        let import = self.component.imports().get(interface);
        let is_instance = import.is_some_and(|import| matches!(import.ty, ComponentEntityType::Instance(_)));
        let identity = import.and_then(|import| implements(interface, import));
        let patterns = match (interface, identity) {
            ("", _) => vec![format!("#{}", item.member)],
            _ if interface.contains(':') => vec![base(interface).to_owned()],
            // An instance that is imported by a label is named only by patterns of its functions.
            (_, Some(identity)) if is_instance && item.inner.is_empty() => {
                vec![format!("{interface}#*"), base(&identity).to_owned()]
            }
            (_, None) if is_instance && !item.member.is_empty() && item.inner.is_empty() => {
                vec![format!("{interface}#*")]
            }
            // A pattern of a plain name would name a component, and one with a `*` would name other imports, too.
            _ => return Vec::new(),
        };
        if Policy::read(Text::new("", &rule(None, &patterns))).is_ok() { patterns } else { Vec::new() }
    }

    /// The rule with these patterns, and the imports that each of them allows.
    fn suggested(&self, component: Option<String>, patterns: &[String]) -> Suggested {
        let allow = patterns.iter().map(|text| {
            let pattern = Pattern::parse(text);
            let allows = |item: &&HostItem| {
                let names = ImportNames::of(self.component, &item.interface);
                match path(item).as_slice() {
                    [member] => decision::allows(&pattern, &names.all(), member),
                    path => decision::allows_inner(&pattern, &names.all(), path),
                }
            };
            let imports: BTreeSet<&str> = self.reach.items.iter().filter(allows).map(HostItem::import).collect();
            let imports = self.component.imports().keys().filter(|import| imports.contains(import.as_str()));
            Allowed { pattern: text.clone(), imports: imports.cloned().collect() }
        });
        Suggested { component, allow: allow.collect() }
    }
}

/// The text of a rule on one line.
fn rule(component: Option<&str>, patterns: &[String]) -> String {
    let component = component.map(|name| format!("component = {}, ", text::toml(name))).unwrap_or_default();
    let patterns: Vec<String> = patterns.iter().map(|pattern| text::toml(pattern)).collect();
    format!("rule = [{{ {component}allow = [{}] }}]\n", patterns.join(", "))
}
