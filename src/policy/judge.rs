//! What each instance reaches against the rules that apply to it.

use std::collections::BTreeMap;

use wasmparser::component_types::ComponentEntityType;

use super::ruling::{self, Applicable, Decision, decide};
use super::{Cause, Reached, Violation};
use crate::describe::Treatment;
use crate::describe::policy::Policy;
use crate::inspect::reach::{Instance, Reach, Thing};
use crate::load::Component;
use crate::load::component::resource;
use crate::virtualize::plan::{Plan, Rules, definer};

/// What an instance reaches of one import.
struct Members<'r> {
    import: &'r str,
    functions: Vec<&'r str>,
    /// How many there are, those that are no function among them.
    count: usize,
    nearest: Nearest,
    /// What of it is not allowed, by the place of what says so.
    refused: BTreeMap<Option<usize>, Refused<'r>>,
}

struct Refused<'r> {
    functions: Vec<&'r str>,
    count: usize,
    nearest: Nearest,
    cause: Cause,
}

/// The item to which the way is the shortest.
#[derive(Default)]
struct Nearest(Option<(usize, usize)>);

impl Nearest {
    fn add(&mut self, steps: usize, item: usize) {
        let (steps, item) = self.0.map_or((steps, item), |known| known.min((steps, item)));
        self.0 = Some((steps, item));
    }
}

/// Says who reaches what, and what of that is not allowed by the rules that apply to each instance.
pub fn judge(
    component: &Component,
    policy: &Policy,
    reach: &Reach,
    applicable: &[Applicable],
) -> (Vec<Reached>, Vec<Violation>) {
    let (mut all, mut violations) = (Vec::new(), Vec::new());
    // Most instances share their rules.
    let mut plans: BTreeMap<Applicable, Plan<'_>> = BTreeMap::new();
    for (id, applicable) in applicable.iter().enumerate() {
        let Some(instance) = reach.instances.get(id).filter(|instance| !instance.reaches.is_empty()) else { continue };
        let rules = |names: &[&str], function: &str| {
            ruling::ruling(policy, ruling::by_names(policy, applicable, names, function))
        };
        let is_about = |names: &[&str], functions: &[&str]| ruling::is_about(policy, applicable, names, functions);
        let rules = Rules { ruling: &rules, is_about: &is_about };
        let plan = plans.entry(applicable.clone()).or_insert_with(|| Plan::new(component, &rules));
        let judge = Judge { component, policy, reach, applicable, plan };
        for members in judge.members(instance).into_values() {
            let reached = |functions: &[&str], Nearest(nearest): &Nearest| Reached {
                import: members.import.to_owned(),
                functions: functions.iter().map(|name| (*name).to_owned()).collect(),
                path: path(reach, id),
                through: nearest.map(|(_, item)| through(reach, id, item)).unwrap_or_default(),
            };
            all.push(reached(&members.functions, &members.nearest));
            // What is left to the outermost component, since nothing in it uses that, may be a part.
            let unit = judge.plan.units.iter().find(|unit| unit.name == members.import);
            let is_whole = id != 0 || unit.is_none_or(|unit| unit.functions.len() == members.functions.len());
            for refused in members.refused.into_values() {
                violations.push(Violation::Import {
                    reached: reached(&refused.functions, &refused.nearest),
                    is_all: refused.count == members.count && is_whole,
                    kind: component.imports().get(members.import).and_then(|item| kind(item.ty)),
                    cause: refused.cause,
                });
            }
        }
    }
    (all, violations)
}

struct Judge<'r> {
    component: &'r Component,
    policy: &'r Policy,
    reach: &'r Reach,
    applicable: &'r Applicable,
    plan: &'r Plan<'r>,
}

impl<'r> Judge<'r> {
    /// What an instance reaches, by the place of the import among those of the component.
    fn members(&self, instance: &Instance) -> BTreeMap<usize, Members<'r>> {
        let mut all: BTreeMap<usize, Members<'r>> = BTreeMap::new();
        for (item, way) in &instance.reaches {
            let Some(thing) = self.reach.items.get_index(*item) else { continue };
            let import = thing.import();
            let order = self.component.imports().get_index_of(import).unwrap_or(usize::MAX);
            let new = || Members {
                import,
                functions: Vec::new(),
                count: 0,
                nearest: Nearest::default(),
                refused: BTreeMap::new(),
            };
            let members = all.entry(order).or_insert_with(new);
            let function = thing.function();
            // What is in an instance within an import is called after that.
            let is_new = |known: &[&str]| thing.inner.is_empty() || !function.is_some_and(|name| known.contains(&name));
            members.functions.extend(function.filter(|_| is_new(&members.functions)));
            members.count += 1;
            members.nearest.add(way.steps, *item);
            if self.is_allowed(thing) {
                continue;
            }
            let (at, cause) = match self.decide(thing) {
                Decision::Denied(named) => {
                    let (pattern, place) = (named.pattern.to_string(), named.place.clone());
                    (Some(place.start()), Cause::Deny { pattern, place })
                }
                _ => (None, Cause::Default(self.policy.default_place.clone())),
            };
            let new = || Refused { functions: Vec::new(), count: 0, nearest: Nearest::default(), cause };
            let refused = members.refused.entry(at).or_insert_with(new);
            refused.functions.extend(function.filter(|_| is_new(&refused.functions)));
            refused.count += 1;
            refused.nearest.add(way.steps, *item);
        }
        all
    }

    /// What the rules say of something.
    fn decide(&self, thing: &Thing) -> Decision<'r> {
        match self.is_within_instance(thing) {
            true => ruling::decide_inner(self.policy, self.applicable, thing),
            false => decide(self.policy, self.applicable, &thing.interface, &thing.member),
        }
    }

    /// Whether something is, or is in, an instance that an imported instance has.
    fn is_within_instance(&self, thing: &Thing) -> bool {
        let member = || {
            let ComponentEntityType::Instance(id) = self.component.imports().get(&thing.interface)?.ty else {
                return None;
            };
            Some(self.component.types().get(id)?.exports.get(&thing.member)?.ty)
        };
        !thing.inner.is_empty() || matches!(member(), Some(ComponentEntityType::Instance(_)))
    }

    /// Whether something may be reached. Whatever the plan does not know may be, if a rule says so.
    fn is_allowed(&self, thing: &Thing) -> bool {
        let (interface, member) = (thing.interface.as_str(), thing.member.as_str());
        let by_rule = || matches!(self.decide(thing), Decision::Allowed(_));
        let declared = self.component.imports().get(member).filter(|_| interface.is_empty());
        if let Some(id) = declared.and_then(|item| resource(item.ty)) {
            let id = id.resource();
            // Of a type that an interface defines this is another name, which grants nothing.
            let is_own = definer(self.component, id) == Some("");
            let is_denied = matches!(self.decide(thing), Decision::Denied(_));
            let is_left = self.is_left(interface, member);
            return !is_own || (!is_denied && (self.plan.is_hosts(id) || is_left || by_rule()));
        }
        let Some(unit) = self.plan.units.iter().find(|unit| unit.name == interface) else { return by_rule() };
        let treatment = match unit.functions.iter().find(|function| function.name == member) {
            Some(function) => function.ruling.treatment,
            None if member.is_empty() => unit.ruling.treatment,
            None => return by_rule(),
        };
        treatment == Treatment::Allow
    }

    /// Whether no rule names something, and what no rule names is allowed.
    fn is_left(&self, interface: &str, member: &str) -> bool {
        self.policy.default && matches!(decide(self.policy, self.applicable, interface, member), Decision::Default)
    }
}

/// What an import is that is neither a function nor an interface nor a type.
fn kind(ty: ComponentEntityType) -> Option<&'static str> {
    match ty {
        ComponentEntityType::Module(_) => Some("core module"),
        ComponentEntityType::Component(_) => Some("component"),
        ComponentEntityType::Value(_) => Some("value"),
        ComponentEntityType::Func(_) | ComponentEntityType::Instance(_) | ComponentEntityType::Type { .. } => None,
    }
}

/// The names that lead to an instance, without the outermost's, unless it is that.
fn path(reach: &Reach, id: usize) -> Vec<String> {
    let mut path = Vec::new();
    let mut next = Some(id);
    while let Some(instance) = next.and_then(|id| reach.instances.get(id)) {
        if instance.within.is_some() || path.is_empty() {
            path.push(instance.name.clone());
        }
        next = instance.within;
    }
    path.reverse();
    path
}

/// The instances through which one reaches something, each by its path.
fn through(reach: &Reach, id: usize, item: usize) -> Vec<Vec<String>> {
    let next = |id: usize| reach.instances.get(id)?.reaches.get(&item)?.next;
    std::iter::successors(next(id), |id| next(*id)).take(reach.instances.len()).map(|id| path(reach, id)).collect()
}
