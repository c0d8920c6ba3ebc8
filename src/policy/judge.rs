//! Compares the items that each instance reaches with the rules that apply to it.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use wasmparser::component_types::ComponentEntityType;

use super::allowance::{Allowance, ImportNames, Refusal, path};
use super::decision::{self, Applicable};
use super::{Cause, Kept, Path, Powerless, Reached, Subject, Through, Violation, Why};
use crate::describe::policy::Policy;
use crate::inspect::Failure;
use crate::inspect::reach::{HostItem, Instance, Reach};
use crate::limits;
use crate::load::Component;
use crate::name::adapted;

/// The items of one import that an instance reaches.
struct ImportItems<'r> {
    import: &'r str,
    functions: Vec<&'r str>,
    /// The items, each with its index in [`Reach::items`].
    items: Vec<(usize, &'r HostItem)>,
    /// The length of the shortest path to any of the items, and the index of that item.
    nearest: Option<(usize, usize)>,
}

/// The result for all instances.
#[derive(Default)]
pub(super) struct Judgement {
    /// The imports that each instance reaches.
    pub reached: Vec<Reached>,
    /// The items that instances reach and must not reach.
    pub violations: Vec<Violation>,
    /// The items that no rule names and that are allowed nevertheless.
    pub kept: Vec<Kept>,
}

/// Compares the items that each instance reaches with the rules that apply to it: `applicable`, by instance.
///
/// # Errors
///
/// The paths to these items have more than [`limits::WAYS`] steps in total.
pub(super) fn judge(
    component: &Component,
    policy: &Policy,
    reach: &Reach,
    applicable: &[Applicable],
) -> Result<Judgement, Failure> {
    let (mut judgement, mut kept) = (Judgement::default(), BTreeMap::new());
    let paths = Paths::new(reach);
    // Most instances share their rules.
    let mut judged: BTreeMap<&Applicable, Judged<'_>> = BTreeMap::new();
    for (id, applicable) in applicable.iter().enumerate() {
        let Some(instance) = reach.instances.get(id).filter(|instance| !instance.reaches.is_empty()) else { continue };
        let judged = judged.entry(applicable).or_insert_with(|| Judged::new(component, policy, reach, applicable));
        let judge = Judge { component, policy, reach, applicable, judged, paths: &paths };
        for import_items in judge.import_items(instance).into_values() {
            judgement.reached.push(Reached {
                import: import_items.import.to_owned(),
                functions: import_items.functions.iter().map(|name| (*name).to_owned()).collect(),
                path: paths.to(id),
                through: import_items.nearest.map_or_else(Through::default, |(_, item)| paths.through(id, item)),
            });
            judge.violations(id, &import_items, &mut judgement.violations);
            for (item, host_item) in &import_items.items {
                // An item is listed once for all instances that reach it.
                if let Some(reached) =
                    judge.judged.allowance.kept(host_item).filter(|_| !judge.judged.is_refused(*item))
                {
                    kept.entry(*item).or_insert_with(|| Kept {
                        interface: host_item.interface.clone(),
                        function: host_item.member.clone(),
                        reached: reached.clone(),
                    });
                }
            }
            if paths.budget.get() == 0 {
                return Err(Failure::TooLarge(limits::WAYS, "steps through which its instances reach what it imports"));
            }
        }
    }
    judgement.kept = kept.into_values().collect();
    Ok(judgement)
}

struct Judge<'r> {
    component: &'r Component,
    policy: &'r Policy,
    reach: &'r Reach,
    applicable: &'r Applicable,
    judged: &'r Judged<'r>,
    paths: &'r Paths<'r>,
}

/// The result of some rules for all items of [`Reach::items`].
struct Judged<'r> {
    allowance: Allowance<'r>,
    /// The reason that each item must not be reached, in their order.
    refusals: Vec<Option<Refusal<'r>>>,
    /// The imports with at least one allowed item.
    allowed_imports: BTreeSet<&'r str>,
}

impl<'r> Judged<'r> {
    fn new(component: &'r Component, policy: &'r Policy, reach: &'r Reach, applicable: &'r Applicable) -> Judged<'r> {
        let allowance = Allowance::new(component, policy, applicable, &reach.labels);
        let refusals: Vec<_> = reach.items.iter().map(|host_item| allowance.refusal(host_item)).collect();
        let allowed = reach.items.iter().zip(&refusals).filter(|(_, refusal)| refusal.is_none());
        let allowed_imports = allowed.map(|(host_item, _)| host_item.import()).collect();
        Judged { allowance, refusals, allowed_imports }
    }

    fn is_refused(&self, item: usize) -> bool {
        self.refusals.get(item).copied().flatten().is_some()
    }
}

impl<'r> Judge<'r> {
    /// The items that an instance reaches, by the position of the import among those of the component.
    fn import_items(&self, instance: &Instance) -> BTreeMap<usize, ImportItems<'r>> {
        let mut all: BTreeMap<usize, ImportItems<'r>> = BTreeMap::new();
        for (item, way) in &instance.reaches {
            let Some(host_item) = self.reach.items.get_index(*item) else { continue };
            let import = host_item.import();
            let order = self.component.imports().get_index_of(import).unwrap_or(usize::MAX);
            let import_items = all.entry(order).or_insert_with(|| ImportItems {
                import,
                functions: Vec::new(),
                items: Vec::new(),
                nearest: None,
            });
            // An item in a nested instance is listed under the name of that instance.
            let is_new = host_item.inner.is_empty()
                || !host_item.function().is_some_and(|name| import_items.functions.contains(&name));
            import_items.functions.extend(host_item.function().filter(|_| is_new));
            import_items.items.push((*item, host_item));
            let nearest = import_items.nearest.map_or((way.steps, *item), |known| known.min((way.steps, *item)));
            import_items.nearest = Some(nearest);
        }
        all
    }

    /// Adds the violations of an instance for one import.
    fn violations(&self, id: usize, import_items: &ImportItems<'r>, violations: &mut Vec<Violation>) {
        let refusal = |item: &usize| self.judged.refusals.get(*item).copied().flatten();
        let refused = |(item, host_item): &(usize, &'r HostItem)| Some((*item, *host_item, refusal(item)?));
        let refused: Vec<_> = import_items.items.iter().filter_map(refused).collect();
        let is_whole =
            refused.len() == import_items.items.len() && !self.judged.allowed_imports.contains(import_items.import);
        for (item, host_item, refusal) in refused {
            violations.push(Violation::Reached {
                subject: self.subject(host_item),
                path: self.paths.to(id),
                through: self.paths.through(id, item),
                is_whole,
                cause: match refusal {
                    Refusal::Denied(named) => {
                        Cause::Deny { pattern: named.pattern.to_string(), place: named.place.clone() }
                    }
                    Refusal::Default => Cause::Default {
                        place: self.policy.default_place.clone(),
                        powerless: self.powerless(id, host_item),
                    },
                },
            });
        }
    }

    fn subject(&self, host_item: &HostItem) -> Subject {
        let names = ImportNames::of(self.component, &host_item.interface);
        let import = self.component.imports().get(host_item.import());
        Subject {
            import: host_item.import().to_owned(),
            path: path(host_item).into_iter().filter(|_| !host_item.interface.is_empty()).map(str::to_owned).collect(),
            implements: names.identity().map(str::to_owned),
            external_id: import.and_then(|item| item.external_id.clone()),
            kind: import.and_then(|item| kind(item.ty)),
            is_interface: import.is_some_and(|item| matches!(item.ty, ComponentEntityType::Instance(_))),
        }
    }

    /// The first rule that would allow the item if the names of components were trusted.
    fn powerless(&self, id: usize, host_item: &HostItem) -> Option<Powerless> {
        let names = ImportNames::of(self.component, &host_item.interface);
        let (names, path) = (names.all(), path(host_item));
        let rules = self.policy.rules.iter().zip(self.applicable);
        let mut rules = rules.filter(|(rule, applies)| {
            let mut patterns = rule.allow.iter().map(|named| &named.pattern);
            **applies == (false, true)
                && match path.as_slice() {
                    [member] => patterns.any(|pattern| decision::allows(pattern, &names, member)),
                    path => patterns.any(|pattern| decision::allows_inner(pattern, &names, path)),
                }
        });
        let (rule, _) = rules.next()?;
        let (name, place) = rule.component.clone()?;
        let mut around =
            std::iter::successors(self.reach.instances.get(id), |instance| self.reach.instances.get(instance.within?));
        let is_unnamed = |instance: &Instance| !instance.is_named;
        let instance = self.reach.instances.get(id)?;
        let why = match () {
            () if adapted(&instance.name).is_some() => Why::Adapter,
            () if id == 0 => Why::File,
            () if around.any(is_unnamed) => Why::Own,
            () => Why::Shared,
        };
        Some(Powerless { name, place, why })
    }
}

/// The kind of an import that is no function, interface or type.
fn kind(ty: ComponentEntityType) -> Option<&'static str> {
    match ty {
        ComponentEntityType::Module(_) => Some("core module"),
        ComponentEntityType::Component(_) => Some("component"),
        ComponentEntityType::Value(_) => Some("value"),
        ComponentEntityType::Func(_) | ComponentEntityType::Instance(_) | ComponentEntityType::Type { .. } => None,
    }
}

/// The paths of all instances.
struct Paths<'r> {
    reach: &'r Reach,
    paths: Vec<Path>,
    /// The paths to items that were requested so far, by the indices of the instances on them.
    ways: RefCell<BTreeMap<Vec<usize>, Through>>,
    /// How many more steps such paths may have in total.
    budget: Cell<usize>,
}

impl<'r> Paths<'r> {
    fn new(reach: &'r Reach) -> Paths<'r> {
        let paths = (0..reach.instances.len()).map(|id| names_to(reach, id).into()).collect();
        Paths { reach, paths, ways: RefCell::default(), budget: Cell::new(limits::WAYS) }
    }

    /// The path of an instance.
    fn to(&self, id: usize) -> Path {
        self.paths.get(id).cloned().unwrap_or_default()
    }

    /// The instances through which an instance reaches an item, nearest first.
    fn through(&self, id: usize, item: usize) -> Through {
        let next = |id: usize| self.reach.instances.get(id)?.reaches.get(&item)?.next;
        let mut seen = BTreeSet::new();
        let way: Vec<usize> =
            std::iter::successors(next(id), |id| next(*id)).take_while(|id| seen.insert(*id)).collect();
        // The search takes time in the length of the path, even if the result is known.
        self.budget.set(self.budget.get().saturating_sub(way.len()));
        let mut ways = self.ways.borrow_mut();
        if let Some(known) = ways.get(&way) {
            return known.clone();
        }
        let through: Through = way.iter().map(|id| self.to(*id)).collect();
        ways.insert(way, through.clone());
        through
    }
}

/// The names of the enclosing instances and of an instance. The name of the outermost is included only for itself, or
/// if it is the only component of a composition.
fn names_to(reach: &Reach, id: usize) -> Vec<String> {
    let mut path = Vec::new();
    let mut next = Some(id);
    while let Some(instance) = next.and_then(|id| reach.instances.get(id)) {
        // Rules name the only component of a composition by the name that it has there.
        let component = instance.component.as_ref().filter(|_| instance.within.is_none());
        if instance.within.is_some() || component.is_some() || path.is_empty() {
            path.push(component.unwrap_or(&instance.name).clone());
        }
        next = instance.within;
    }
    path.reverse();
    path
}
