//! The phase virtualize: converts a graph and grants to a graph with adapters.
//!
//! An adapter stands between an instance and its arguments. It is generated from the types of the imports that it
//! refuses, so any interface of any version can have one. For each instance `decide` says what becomes of its imports, `adapter`
//! writes the components that do it, and `insert` puts these into the graph.

mod across;
mod called;
pub(crate) mod error;
mod insert;

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexSet;
use petgraph::graph::NodeIndex;

use crate::adapter::{self, OuterAdapter};
use crate::decide::checks::{idle, no_adapter};
pub(crate) use crate::decide::decisions::Kept;
use crate::decide::decisions::{Action, Decisions, Forwarded};
use crate::decide::needs::unlogged;
use crate::decide::{Around, DecideError, decide};
use crate::describe::{At, Grants, Treatment};
use crate::grants;
use crate::imports::Imports;
use crate::link::Graph;
use crate::load::{Component, ComponentId, Components, Embedded, free_name};
use crate::name::{ADAPTER, OUTER};
use called::Callers;
pub(crate) use error::VirtualizeError;
use insert::{Made, MadeOuter};

/// A composition that honours its grants.
pub(crate) struct Virtualized {
    /// The components, including adapters.
    pub components: Components,
    /// The wiring, including adapters.
    pub graph: Graph,
    /// The reports, in the order of instances.
    pub adapters: Vec<Adapter>,
    /// The functions that are kept without a grant, by instance, with or without an adapter.
    pub kept: BTreeMap<String, Vec<Kept>>,
    /// Warnings: settings without effect, and equally specific grants that contradict each other.
    pub warnings: Vec<String>,
}

/// The report of an adapter.
#[derive(Debug, Clone)]
pub(crate) struct Adapter {
    pub instance: String,
    /// The name of the adapter in the composition.
    pub name: String,
    pub outer: Option<Outer>,
    /// The refused functions, in the order of the component's imports.
    pub refused: Vec<Refused>,
    /// The functions that providers answer, in the same order.
    pub provided: Vec<Provided>,
    /// The interfaces with forwarded functions, because a refused function must make handles of their types.
    pub forwarded: Vec<Forwarded>,
    /// Notes about granted functions that can never be called, with the functions that would give their handles. For a
    /// separate adapter, also about settings without effect.
    pub idle: Vec<String>,
}

/// The report of an adapter in front of exports.
#[derive(Debug, Clone)]
pub(crate) struct Outer {
    /// Its name in the composition.
    pub name: String,
    pub exports: Vec<String>,
    /// The functions in them that pass handles which it converts, by their paths.
    pub converted: BTreeSet<Vec<String>>,
}

/// A function that an adapter refuses.
#[derive(Debug, Clone)]
pub(crate) struct Refused {
    /// The import. Empty for a function of the world.
    pub interface: String,
    pub function: String,
    pub treatment: Treatment,
    /// Whether calling it traps.
    pub traps: bool,
}

/// A function that a provider answers.
#[derive(Debug, Clone)]
pub(crate) struct Provided {
    pub interface: String,
    pub function: String,
    /// Whether it calls the host's own function.
    pub asks_host: bool,
}

/// A separate adapter, for all imports of a world.
pub(crate) struct Alone {
    pub bytes: Vec<u8>,
    pub adapter: Adapter,
    /// The functions that are kept without a grant.
    pub kept: Vec<Kept>,
}

impl Adapter {
    fn new(instance: String, name: String, outer: Option<Outer>, decisions: &Decisions<'_>) -> Adapter {
        let (mut refused, mut provided) = (Vec::new(), Vec::new());
        for of in decisions.functions().filter(|of| of.action != Action::PassThrough) {
            let (interface, function) = (of.function.interface.to_owned(), of.function.name.to_owned());
            let asks_host = of.grant.needs_host();
            if of.is_provided() {
                provided.push(Provided { interface, function, asks_host });
            } else if !asks_host {
                let (treatment, traps) = (of.grant.treatment, of.action.traps());
                refused.push(Refused { interface, function, treatment, traps });
            }
        }
        let (forwarded, mut idle) = (decisions.forwarded(), idle(decisions));
        idle.extend(unlogged(decisions));
        Adapter { instance, name, outer, refused, provided, forwarded, idle }
    }

    /// The names of this adapter and of the one in front of exports.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.name.as_str()).chain(self.outer.iter().map(|outer| outer.name.as_str()))
    }
}

/// Inserts adapters for instances of components that may not use all of their imports.
///
/// # Errors
///
/// Grants that cannot be honoured, and resource types that two components exchange and that grants separate.
pub(crate) fn virtualize(
    components: &Components,
    graph: &Graph,
    grants: &BTreeMap<String, Grants>,
) -> Result<Virtualized, Vec<At<VirtualizeError>>> {
    let taken = graph.instances().map(|(_, instance)| instance.name.clone()).collect();
    let mut added = Added { components: components.clone(), taken };
    let (mut made, mut kept) = (Vec::new(), BTreeMap::new());
    let mut warnings: IndexSet<String> = IndexSet::new();
    let mut errors: Vec<At<VirtualizeError>> = Vec::new();
    let callers = Callers::new(components, graph, grants);
    for (node, instance) in graph.instances() {
        let component = &components[instance.component];
        let Some(grants) = grants.get(component.name()) else { continue };
        let imports = Imports::of(component);
        let is_hosts = |import: &str| graph.is_hosts(node, import);
        let is_called = |path: &[String]| callers.any(node, path);
        let around = Around { is_hosts: &is_hosts, is_called: &is_called, converts_exports: true };
        let decisions = match decide(&imports, grants, around) {
            Ok(decisions) => decisions,
            Err(found) => {
                errors.extend(placed(grants, found));
                continue;
            }
        };
        errors.extend(across::denied(graph, node, &decisions, grants));
        kept.insert(instance.name.clone(), decisions.kept());
        warnings.extend(grants::settings_without_effect(&imports, grants));
        warnings.extend(grants::ties(&imports, grants));
        warnings.extend(grants::labels(&imports, grants));
        if decisions.changes() {
            let generated = generate(&decisions, grants, components.embedded());
            let adapt = |pair| {
                let adapted = added.adapt(node, &instance.name, &decisions, pair);
                adapted.map_err(|reason| no_adapter(&decisions, reason))
            };
            match generated.and_then(adapt) {
                Ok(adapters) => made.push(adapters),
                Err(error) => errors.extend(placed(grants, [error])),
            }
        }
    }
    if !errors.is_empty() {
        return Err(At::once(errors));
    }
    let (graph, adapters) = insert::insert(&added.components, graph, made)?;
    let warnings = warnings.into_iter().collect();
    Ok(Virtualized { components: added.components, graph, adapters, kept, warnings })
}

/// Generates a separate adapter, for any component with the imports of this one. It exports all imports that are not
/// allowed.
///
/// # Errors
///
/// Grants that cannot be honoured.
pub(crate) fn adapter(
    component: &Component,
    grants: &Grants,
    embedded: &Embedded,
) -> Result<Alone, Vec<At<VirtualizeError>>> {
    let imports = Imports::of(component);
    let decisions = decide(&imports, grants, Around::ALONE).map_err(|errors| placed(grants, errors))?;
    let bytes = adapter::inner(&decisions, &grants::in_effect(&imports, grants), embedded)
        .map_err(|error| placed(grants, [error]))?;
    let name = format!("{}{ADAPTER}", component.name());
    let mut adapter = Adapter::new(component.name().to_owned(), name, None, &decisions);
    adapter.idle.extend(grants::settings_without_effect(&imports, grants));
    adapter.idle.extend(grants::labels(&imports, grants));
    Ok(Alone { bytes, adapter, kept: decisions.kept() })
}

/// The adapters of an instance: the one in front of its imports, and, if needed, the one in front of its exports.
///
/// # Errors
///
/// Grants that cannot be honoured.
pub(crate) fn generated(
    component: &Component,
    grants: &Grants,
    around: Around<'_>,
    embedded: &Embedded,
) -> Result<Vec<Vec<u8>>, Vec<At<VirtualizeError>>> {
    let imports = Imports::of(component);
    let decisions = decide(&imports, grants, around).map_err(|errors| placed(grants, errors))?;
    if !decisions.changes() {
        return Ok(Vec::new());
    }
    let (inner, outer) = generate(&decisions, grants, embedded).map_err(|error| placed(grants, [error]))?;
    Ok(std::iter::once(inner).chain(outer.map(|outer| outer.bytes)).collect())
}

/// The inner and the outer adapter of an instance.
type Pair = (Vec<u8>, Option<OuterAdapter>);

fn generate(decisions: &Decisions<'_>, grants: &Grants, embedded: &Embedded) -> Result<Pair, DecideError> {
    let settings = grants::in_effect(decisions.imports, grants);
    Ok((adapter::inner(decisions, &settings, embedded)?, adapter::outer(decisions)?))
}

/// The components of a composition and of its adapters, with the names that these have.
struct Added {
    components: Components,
    taken: BTreeSet<String>,
}

impl Added {
    /// Adds the adapters of an instance. Returns how to insert them, or the reason that one is no valid component.
    fn adapt(
        &mut self,
        node: NodeIndex,
        instance: &str,
        decisions: &Decisions<'_>,
        (inner, outer): Pair,
    ) -> Result<Made, String> {
        let (id, name) = self.add(instance, ADAPTER, "", inner)?;
        let outer = outer.map(|outer| {
            let (id, name) = self.add(instance, OUTER, "the exports of ", outer.bytes)?;
            let OuterAdapter { exports, converted, of_inner, of_hosts, .. } = outer;
            Ok::<_, String>(MadeOuter { id, of_inner, of_hosts, outer: Outer { name, exports, converted } })
        });
        let outer = outer.transpose()?;
        let of_exports = outer.as_ref().map(|made| made.outer.clone());
        let adapter = Adapter::new(instance.to_owned(), name, of_exports, decisions);
        let named = decisions.named_by_output().map(|ty| ty.name.to_owned()).collect();
        Ok(Made { node, id, adapter, outer, named })
    }

    fn add(&mut self, instance: &str, kind: &str, of: &str, bytes: Vec<u8>) -> Result<(ComponentId, String), String> {
        let name = free_name(&format!("{instance}{kind}"), &self.taken);
        self.taken.insert(name.clone());
        let decoded = Component::decode(name.clone(), format!("the adapter of {of}`{instance}`"), bytes);
        Ok((self.components.push(decoded.map_err(|error| error.to_string())?), name))
    }
}

fn placed(grants: &Grants, errors: impl IntoIterator<Item = DecideError>) -> Vec<At<VirtualizeError>> {
    errors.into_iter().map(|error| At::place(error.into(), grants.place.as_ref())).collect()
}
