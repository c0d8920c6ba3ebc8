//! The phase link: [`Components`] to a [`Graph`], by matching imports with exports.
//!
//! A pure function. It wires what matches, leaves the rest to the host, and reports everything that it cannot wire.

pub(crate) mod alternatives;
mod automatic;
pub(crate) mod error;
pub(crate) mod graph;
mod hosts;
pub(crate) mod left;
pub(crate) mod matching;
pub(crate) mod nest;
pub(crate) mod order;
pub(crate) mod origin;
mod owners;
mod plain;
pub(crate) mod rivals;
pub(crate) mod root;
#[cfg(feature = "wac")]
mod wac;
#[cfg(feature = "compose-config")]
mod wasm_compose;
pub(crate) mod wiring;

use std::collections::BTreeSet;

pub(crate) use error::LinkError;
pub(crate) use graph::Graph;

use petgraph::graph::NodeIndex;
use wasmparser::names::ComponentName;

use crate::describe::{self, AppliedPolicy, At, Description};
use crate::load::{ComponentId, Components};
use crate::name::{canonical, is_obsolete, versioned};

/// Wires the components of a description.
///
/// # Errors
///
/// All errors of the composition, in a fixed order.
pub(crate) fn link(components: &Components, description: &Description) -> Result<Graph, Vec<At<LinkError>>> {
    let wiring = match &description.wiring {
        describe::Wiring::Automatic(automatic) => automatic::wire(components, description, automatic)?,
        #[cfg(not(feature = "wac"))]
        describe::Wiring::Wac(none) => match *none {},
        #[cfg(feature = "wac")]
        describe::Wiring::Wac(document) => wac::wire(components, document)?,
        #[cfg(feature = "compose-config")]
        describe::Wiring::WasmCompose(config) => wasm_compose::wire(components, config)?,
    };
    let mut graph = wiring.finish()?;
    let errors = imports_of_one_type(components, &graph);
    if !errors.is_empty() {
        return Err(errors);
    }
    graph.name.clone_from(&description.name);
    graph.is_ruled = description.policy.as_ref().is_some_and(AppliedPolicy::name_components);
    if description.import_components {
        let used: BTreeSet<ComponentId> = graph.instances().map(|(_, instance)| instance.component).collect();
        graph.imported =
            used.into_iter().map(|id| (id, import_name(components[id].name(), &description.wiring))).collect();
        let errors = match obsolete_import(components, &graph).filter(|_| !description.obsolete_names) {
            Some(error) => vec![error],
            None => names_of_imported(&graph),
        };
        if !errors.is_empty() {
            return Err(errors);
        }
    }
    Ok(graph)
}

/// Names the types that host imports and exports use, and orders the exports by their types. The graph is no longer changed then.
pub(crate) fn complete(components: &Components, graph: &mut Graph) {
    plain::name(components, graph);
    let exports = order::sorted(components, graph);
    graph.order_exports(exports);
}

/// Components that the validator rejects once they are instantiated.
fn imports_of_one_type(components: &Components, graph: &Graph) -> Vec<At<LinkError>> {
    let error = |(node, instance): (NodeIndex, &graph::Instance)| {
        let component = &components[instance.component];
        let (first, second) = component.imports_of_one_type()?;
        let [component, first, second] = [component.name(), first, second].map(str::to_owned);
        Some(At::place(LinkError::ImportsOfOneType { component, first, second }, graph.place(node)))
    };
    graph.instances().filter_map(error).collect()
}

/// Imported components with an invalid name, or with the name of another import.
fn names_of_imported(graph: &Graph) -> Vec<At<LinkError>> {
    let hosts: BTreeSet<String> = graph.hosts().map(|(_, host)| canonical(&host.name)).collect();
    let wrong = |(id, name): (&ComponentId, &String)| {
        let reason = match ComponentName::new(name, 0) {
            Err(error) => error.message().to_owned(),
            Ok(_) if hosts.contains(&canonical(name)) => "another import has this name".to_owned(),
            Ok(_) => return None,
        };
        let place = graph.instances().find(|(_, instance)| instance.component == *id);
        let place = place.and_then(|(node, _)| graph.place(node));
        Some(At::place(LinkError::ImportName { name: name.clone(), reason }, place))
    };
    graph.imported.iter().filter_map(wrong).collect()
}

/// The first imported component with a name in an obsolete form.
fn obsolete_import(components: &Components, graph: &Graph) -> Option<At<LinkError>> {
    let (id, name) = graph.imported.iter().find(|(_, name)| is_obsolete(name))?;
    let place = graph.instances().find(|(_, instance)| instance.component == *id);
    let place = place.and_then(|(node, _)| graph.place(node));
    let component = components[*id].name().to_owned();
    Some(At::place(LinkError::ObsoleteImport { component, name: name.clone() }, place))
}

/// The import name of an imported component, in the form of `wac` and `wasm-tools compose`.
///
/// Names of packages in a document are no valid import names. The obsolete form `unlocked-dep=<ns:pkg@{>=1.0.0}>` of
/// the Component Model has no successor: a plain name would not identify the package, and the name of an interface
/// identifies only a part of it.
fn import_name(component: &str, wiring: &describe::Wiring) -> String {
    match (wiring, versioned(component)) {
        (describe::Wiring::Wac(_), (name, Some(version))) => format!("unlocked-dep=<{name}@{{>={version}}}>"),
        (describe::Wiring::Wac(_), (_, None)) => format!("unlocked-dep=<{component}>"),
        _ => component.to_owned(),
    }
}
