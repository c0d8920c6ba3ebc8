//! The phase virtualize: a graph and grants to a graph with adapters.
//!
//! An adapter stands between an instance and what fills its imports. It is generated from the types of the very
//! imports that it refuses, and so there is one for any interface of any version.

mod adapter;
mod answer;
mod checks;
mod core;
mod decision;
pub mod error;
pub mod keep;
mod known;
#[cfg(test)]
pub mod lies;
mod names;
mod needs;
mod outer;
pub mod plan;
mod provider;
mod stubs;
mod trace;
mod types;
mod wrap;

use std::collections::{BTreeMap, BTreeSet};

use adapter::Generated;
pub use error::VirtualizeError;
pub use names::{check, unknown, without_effect};

use indexmap::IndexSet;
use petgraph::graph::NodeIndex;
use wasmparser::component_types::ComponentEntityType;

use crate::describe::{At, Grants, Treatment};
use crate::error::PhaseError;
use crate::link::Graph;
use crate::link::difference::Difference;
use crate::link::origin::Origin;
use crate::link::wiring::{Wiring, named_by_another};
use crate::load::{Component, ComponentId, Components, Embedded, free_name, mentions};
use crate::name::{ADAPTER, OUTER};
use keep::Kept;
use plan::{Forwarded, Plan, Rules};

/// A composition in which grants are honoured.
pub struct Virtualized {
    /// Its components, the adapters among them.
    pub components: Components,
    /// Who is plugged into whom.
    pub graph: Graph,
    /// What the adapters do, in the order of the instances that they are for.
    pub adapters: Vec<Adapter>,
    /// The functions that no grant names and that stay, by the instances that have them, with an adapter or without.
    pub kept: BTreeMap<String, Vec<Kept>>,
    /// Settings that have no effect, and grants that name a function as closely as each other and say different things of it,
    /// in words.
    pub warnings: Vec<String>,
}

/// What an adapter does.
#[derive(Debug, Clone)]
pub struct Adapter {
    /// What messages call the instance that it is for.
    pub instance: String,
    /// What the composition calls the adapter.
    pub name: String,
    /// The adapter before the instance's exports, where there is one.
    pub outer: Option<Outer>,
    /// The functions that it refuses, in the order of the component's imports.
    pub refused: Vec<Refused>,
    /// The functions that providers in it answer, in the same order.
    pub provided: Vec<Provided>,
    /// Interfaces whose functions are forwarded, since a refused one must make handles of what they use.
    pub forwarded: Vec<Forwarded>,
    /// Functions that a grant names and that can never be called, each with what would give a handle for it; of an adapter
    /// by itself, also settings that have no effect. In words.
    pub idle: Vec<String>,
}

/// An adapter by itself, for all that a world imports.
pub struct Alone {
    /// The component.
    pub bytes: Vec<u8>,
    /// What it does.
    pub adapter: Adapter,
    /// The functions that no grant names and that stay.
    pub kept: Vec<Kept>,
}

/// A function that an adapter refuses.
#[derive(Debug, Clone)]
pub struct Refused {
    /// The import that has it; empty where it is one of the world itself.
    pub interface: String,
    /// Its name.
    pub function: String,
    /// How it is refused.
    pub treatment: Treatment,
    /// Whether calling it traps.
    pub traps: bool,
}

impl Adapter {
    /// What the composition calls it, and the one before the instance's exports.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.name.as_str()).chain(self.outer.iter().map(|outer| outer.name.as_str()))
    }
}

/// An adapter that stands before exports of an instance.
#[derive(Debug, Clone)]
pub struct Outer {
    /// What the composition calls it.
    pub name: String,
    /// The exports.
    pub exports: Vec<String>,
}

/// A function that a provider answers.
#[derive(Debug, Clone)]
pub struct Provided {
    /// The import that has it.
    pub interface: String,
    /// Its name.
    pub function: String,
    /// Whether it asks the host's own in turn.
    pub asks_host: bool,
}

/// Puts adapters before the instances of components that may not use all that they import.
///
/// # Errors
///
/// Grants that cannot be honoured; resource types that two components exchange, and of which grants leave them two.
pub fn virtualize(
    components: &Components,
    graph: &Graph,
    grants: &BTreeMap<String, Grants>,
) -> Result<Virtualized, PhaseError> {
    check(components, grants)?;
    let (mut planned, mut kept) = (Vec::new(), BTreeMap::new());
    let mut warnings: IndexSet<String> = IndexSet::new();
    let mut errors: Vec<At<VirtualizeError>> = Vec::new();
    for (node, instance) in graph.instances() {
        let component = &components[instance.component];
        let Some(grants) = grants.get(component.name()) else { continue };
        // What another component fills was given by whoever wired it: only grants that name it change that.
        let is_hosts = |import: &str| graph.is_hosts(node, import);
        let plan = match plan(component, grants, &is_hosts) {
            Ok(plan) => plan,
            Err(found) => {
                errors.extend(found);
                continue;
            }
        };
        errors.extend(names::denied_across(component, graph, node, &plan, grants));
        kept.insert(instance.name.clone(), plan.kept.clone());
        warnings.extend(names::settings_without_effect(component, grants));
        warnings.extend(names::ties(component, &plan, grants));
        if plan.changes(component) {
            match generate(component, grants, &plan, components.embedded()) {
                Ok(generated) => planned.push((node, instance, plan, generated)),
                Err(found) => errors.extend(found),
            }
        }
    }
    if !errors.is_empty() {
        return Err(At::once(errors).into());
    }
    let mut all = components.clone();
    let mut taken: BTreeSet<String> = graph.instances().map(|(_, instance)| instance.name.clone()).collect();
    let mut made = Vec::new();
    for (node, instance, plan, generated) in planned {
        let mut add = |kind: &str, of: &str, bytes: Vec<u8>| {
            let name = free_name(&format!("{}{kind}", instance.name), &taken);
            taken.insert(name.clone());
            let file = format!("the adapter of {of}`{}`", instance.name);
            let decoded = Component::decode(name.clone(), file, bytes).map_err(|error| error.to_string());
            Ok((all.push(decoded?), name))
        };
        let internal = |reason: String| {
            let defect = || VirtualizeError::Generate { component: instance.name.clone(), reason };
            vec![At::from(checks::impossible_form(&components[instance.component], &plan).unwrap_or_else(defect))]
        };
        let (id, name) = add(ADAPTER, "", generated.bytes).map_err(internal)?;
        let outer = match plan.converted().is_empty() {
            true => None,
            false => {
                let component = &components[instance.component];
                let bytes = outer::generate(component, &plan).map_err(internal)?;
                let (id, name) = add(OUTER, "the exports of ", bytes).map_err(internal)?;
                let interfaces = outer::inner_interfaces(component, &plan);
                let exports = plan.turned_exports(component);
                Some(MadeOuter { id, interfaces, outer: Outer { name, exports } })
            }
        };
        let world = plan
            .interfaces
            .iter()
            .filter(|interface| interface.name.is_empty())
            .flat_map(|interface| &interface.functions);
        let world_stays = { world }.any(|function| function.decision.treatment == Treatment::Allow);
        let component = &components[instance.component];
        let (idle, forwarded) = (checks::idle(component, &plan), plan.forwarded(component));
        let instance = instance.name.clone();
        let (refused, provided) = (generated.refused, generated.provided);
        let of_exports = outer.as_ref().map(|made| made.outer.clone());
        let adapter = Adapter { instance, name, outer: of_exports, refused, provided, forwarded, idle };
        made.push(Made { node, id, adapter, outer, world_stays });
    }
    let (graph, adapters) = insert(&all, graph, made)?;
    Ok(Virtualized { components: all, graph, adapters, kept, warnings: warnings.into_iter().collect() })
}

/// Generates the adapter alone, for any component that imports what this one does: it exports all of that which is not
/// allowed.
///
/// # Errors
///
/// Grants that cannot be honoured.
pub fn adapter(component: &Component, grants: &Grants, embedded: &Embedded) -> Result<Alone, Vec<At<VirtualizeError>>> {
    let plan = plan(component, grants, &|_| true)?;
    let Generated { bytes, refused, provided } = generate(component, grants, &plan, embedded)?;
    let (instance, name) = (component.name().to_owned(), format!("{}{ADAPTER}", component.name()));
    let forwarded = plan.forwarded(component);
    let mut idle = checks::idle(component, &plan);
    idle.extend(names::settings_without_effect(component, grants));
    let adapter = Adapter { instance, name, outer: None, refused, provided, forwarded, idle };
    Ok(Alone { bytes, adapter, kept: plan.kept })
}

/// The adapters that an instance of a component has in a composition: the one before its imports, and where it has one that
/// before its exports. `is_hosts` says whether the host fills an import.
///
/// # Errors
///
/// Grants that cannot be honoured.
pub fn generated(
    component: &Component,
    grants: &Grants,
    is_hosts: &dyn Fn(&str) -> bool,
    embedded: &Embedded,
) -> Result<Vec<Vec<u8>>, Vec<At<VirtualizeError>>> {
    let plan = plan(component, grants, is_hosts)?;
    if !plan.changes(component) {
        return Ok(Vec::new());
    }
    let mut all = vec![generate(component, grants, &plan, embedded)?.bytes];
    if !plan.converted().is_empty() {
        let internal = |reason| {
            let defect = || VirtualizeError::Generate { component: component.name().to_owned(), reason };
            checks::impossible_form(component, &plan).unwrap_or_else(defect)
        };
        all.push(outer::generate(component, &plan).map_err(|reason| vec![At::from(internal(reason))])?);
    }
    Ok(all)
}

/// Plans what becomes of a component's imports.
fn plan<'c>(
    component: &'c Component,
    grants: &Grants,
    is_hosts: &dyn Fn(&str) -> bool,
) -> Result<Plan<'c>, Vec<At<VirtualizeError>>> {
    let decision = |names: &[&str], function: &str| decision::decision(component, grants, is_hosts, names, function);
    #[cfg(test)]
    let decision = |names: &[&str], function: &str| lies::decision(names, function, decision(names, function));
    let is_about = |names: &[&str], functions: &[&str]| grants.is_about(names, functions);
    let mut plan = Plan::new(component, &Rules { decision: &decision, is_about: &is_about });
    if grants.debug {
        plan.trace();
    }
    let errors = checks::all(component, &plan);
    if !errors.is_empty() {
        return Err(placed(grants, errors));
    }
    if plan.changes(component) {
        let made = wrap::made(component, &plan);
        let errors = checks::impossible(component, &made);
        if !errors.is_empty() {
            return Err(placed(grants, errors));
        }
        plan.wrap(component, made.wrapped, made.provided, made.nullable);
        let errors = checks::wrapped_kinds(component, &plan);
        if !errors.is_empty() {
            return Err(placed(grants, errors));
        }
    }
    Ok(plan)
}

/// Generates the adapter of a component.
fn generate(
    component: &Component,
    grants: &Grants,
    plan: &Plan<'_>,
    embedded: &Embedded,
) -> Result<Generated, Vec<At<VirtualizeError>>> {
    adapter::generate(component, plan, &grants.settings, embedded).map_err(|errors| placed(grants, errors))
}

/// Errors where the user says what is granted.
fn placed(grants: &Grants, errors: Vec<VirtualizeError>) -> Vec<At<VirtualizeError>> {
    errors.into_iter().map(|error| At::place(error, grants.place.as_ref())).collect()
}

/// Whether the adapter must give a type that a world imports itself. What an interface names follows that interface; and
/// a plain type that the output's imports or exports are made of must have its name there.
fn must_fill(component: &Component, import: &str, world_stays: bool) -> bool {
    let Some(item) = component.imports().get(import) else { return false };
    let ComponentEntityType::Type { created, .. } = item.ty else { return true };
    let key = component.key(created);
    let mut exports = component.exports().values();
    let is_named = world_stays || exports.any(|item| mentions::mentioned(component, item.ty).contains(&key));
    let is_plain = mentions::resources(component, item.ty).is_empty();
    named_by_another(component, import).is_none() && !(is_plain && is_named)
}

/// An adapter to be wired.
struct Made {
    /// The instance that it is for.
    node: NodeIndex,
    /// The component that it is.
    id: ComponentId,
    adapter: Adapter,
    outer: Option<MadeOuter>,
    /// Whether any function stays that the component's world itself imports.
    world_stays: bool,
}

/// An outer adapter to be wired.
struct MadeOuter {
    /// The component that it is.
    id: ComponentId,
    /// The inner one's interfaces whose types it needs, in order.
    interfaces: Vec<String>,
    outer: Outer,
}

/// Wires adapters between instances and what filled their imports.
fn insert(components: &Components, graph: &Graph, adapters: Vec<Made>) -> Result<(Graph, Vec<Adapter>), PhaseError> {
    if adapters.is_empty() {
        return Ok((graph.clone(), Vec::new()));
    }
    let changed = |difference: Difference| {
        let reason = format!("a wire should be {}", difference.expected);
        vec![At::from(VirtualizeError::Generate { component: "the composition".to_owned(), reason })]
    };
    let mut wiring = Wiring::of(components, graph).map_err(changed)?;
    let mut list = Vec::new();
    for Made { node, id, adapter, outer, world_stays } in adapters {
        let (adapter_node, adapter_id) = (wiring.adapt(&adapter.instance, adapter.name.clone(), id), id);
        let internal = |import: &str, difference: Difference| {
            let Difference { expected, found } = difference;
            let found = found.unwrap_or_else(|| "nothing".to_owned());
            let reason = format!("`{import}` should be {expected}, and is {found}");
            vec![At::from(VirtualizeError::Generate { component: adapter.instance.clone(), reason })]
        };
        let outer = outer.map(|made| (wiring.adapt(&adapter.instance, made.outer.name.clone(), made.id), made));
        let is_turned = |name: &String| outer.iter().any(|(_, made)| made.outer.exports.contains(name));
        // What the adapters need themselves comes from where the component had it from. What the component exports is
        // what it exports, though it may import the same.
        for (of, id) in std::iter::once((adapter_node, id)).chain(outer.iter().map(|(of, made)| (*of, made.id))) {
            for import in components[id].imports().keys().filter(|import| !is_turned(import)) {
                if let Some(before) = wiring.filler(node, import) {
                    let filled =
                        wiring.filled(of, import, before, None).map_err(|difference| internal(import, difference))?;
                    wiring.fill(of, import, filled);
                }
            }
        }
        let Some(component) = wiring.component(node) else { continue };
        for (export, item) in components[id].exports() {
            #[cfg(test)]
            if lies::is_past(export) {
                continue;
            }
            // What the outer adapter alone has a use for.
            if !component.imports().contains_key(export) {
                continue;
            }
            if matches!(item.ty, ComponentEntityType::Type { .. }) && !must_fill(component, export, world_stays) {
                continue;
            }
            let origin = Origin::Export(adapter_node, vec![export.clone()]);
            let filled =
                wiring.filled(node, export, origin, None).map_err(|difference| internal(export, difference))?;
            wiring.fill(node, export, filled);
        }
        if let Some((of, made)) = outer {
            let MadeOuter { id, interfaces, outer } = made;
            let inner = { interfaces.into_iter().enumerate() }
                .map(|(number, interface)| (outer::inner_name(number), Origin::Export(adapter_node, vec![interface])));
            let conversions =
                components[id].imports().keys().filter(|import| components[adapter_id].exports().contains_key(*import));
            let conversions = conversions
                .filter(|import| outer::is_conversion(import))
                .map(|import| (import.clone(), Origin::Export(adapter_node, vec![import.clone()])));
            let exports =
                outer.exports.iter().map(|export| (export.clone(), Origin::Export(node, vec![export.clone()])));
            // Whoever used what the component exports uses what this one does, and it uses that.
            for export in &outer.exports {
                wiring.move_users(node, of, export).map_err(|difference| internal(export, difference))?;
            }
            for (import, origin) in inner.chain(conversions).chain(exports).collect::<Vec<_>>() {
                let filled =
                    wiring.filled(of, &import, origin, None).map_err(|difference| internal(&import, difference))?;
                wiring.fill(of, &import, filled);
            }
        }
        list.push(adapter);
    }
    let mut virtualized = wiring.finish()?;
    virtualized.name.clone_from(&graph.name);
    virtualized.imported.clone_from(&graph.imported);
    Ok((virtualized, list))
}
