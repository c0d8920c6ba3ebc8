//! Each resource type has one owner: the instance that defines it, or the host.
//!
//! Types are compared import by import, but the identity of resource types depends on the whole wiring. This module
//! follows each resource type to its owner, and names both owners where two types that must be equal have different
//! ones. The validator would report the same as a byte offset.

use std::collections::BTreeMap;

use petgraph::graph::NodeIndex;
use wasmparser::component_types::ResourceId;

use super::error::LinkError;
use super::graph::{Graph, InstanceImport};
use super::origin::Filled;
use crate::describe::At;
use crate::load::{Component, Components};
use crate::types::compare::{self, Item};
use crate::types::identity::resource;
use crate::types::mentions;
use crate::types::{Side, TypeKey};

/// Finds resource types that must be equal and have two owners.
pub(super) fn check(
    components: &Components,
    graph: &Graph,
    filled: &BTreeMap<(NodeIndex, String), Filled>,
) -> Vec<At<LinkError>> {
    let owners = Owners { components, graph };
    let mut errors: Vec<At<LinkError>> = Vec::new();
    for ((importer, import), filled) in filled {
        let exporter = filled.origin.node();
        for (imported, exported) in &filled.resources {
            let (mine, theirs) = (owners.owner(*importer, *imported), owners.owner(exporter, *exported));
            if mine != theirs {
                let user = graph.shown(exporter);
                let error = owners.error(*importer, import, *imported, user, mine, theirs);
                errors.push(At::place(error, filled.place.as_ref().or_else(|| graph.place(*importer))));
            }
        }
    }
    for (_, host) in graph.hosts() {
        for part in &host.parts {
            let node = part.node;
            let Some(component) = owners.component(node) else { continue };
            let Some(item) = component.imports().get(&part.import) else { continue };
            for id in mentions::resources(component, item.ty) {
                let mine = owners.owner(node, id);
                if !matches!(mine, Some(Owner::Host { .. })) {
                    let user = format!("its import `{}`", part.import);
                    let theirs = Some(Owner::Host { import: part.import.clone(), path: Vec::new() });
                    let error = owners.error(node, &part.import, id, user, mine, theirs);
                    errors.push(At::place(error, graph.place(node)));
                }
            }
        }
    }
    for (_, host) in graph.hosts() {
        // The parts of a host import must agree on its types.
        let Some((first, others)) = host.parts.split_first() else { continue };
        for part in others {
            let (Some(a), Some(b)) = (owners.item(first), owners.item(part)) else { continue };
            for (theirs, mine) in compare::compare_common(a, b).unwrap_or_default() {
                let (theirs, my_owner) = (owners.owner(first.node, theirs), owners.owner(part.node, mine));
                if theirs != my_owner {
                    let user = graph.shown(first.node);
                    let error = owners.error(part.node, &part.import, mine, user, my_owner, theirs);
                    errors.push(At::place(error, graph.place(part.node)));
                }
            }
        }
    }
    // One resource type in ten functions is reported once.
    let mut seen = std::collections::BTreeSet::new();
    errors.retain(|error| seen.insert(error.to_string()));
    errors
}

/// The owner of a resource type.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Owner {
    Host { import: String, path: Vec<String> },
    Instance { node: NodeIndex, path: Vec<String> },
}

struct Owners<'a> {
    components: &'a Components,
    graph: &'a Graph,
}

impl Owners<'_> {
    fn component(&self, node: NodeIndex) -> Option<&Component> {
        self.graph.component(node).map(|id| &self.components[id])
    }

    fn item<'p>(&'p self, part: &'p InstanceImport) -> Option<Item<'p>> {
        let component = self.component(part.node)?;
        let ty = component.imports().get(&part.import)?.ty;
        Some(Item { component, name: &part.import, ty })
    }

    /// Follows a resource type of an instance's component to its owner. `None` if it has no name.
    fn owner(&self, node: NodeIndex, id: ResourceId) -> Option<Owner> {
        let component = self.component(node)?;
        let definition = component.definition(TypeKey::Resource(id))?;
        if definition.side == Side::Export {
            return Some(Owner::Instance { node, path: definition.path.clone() });
        }
        let (import, rest) = definition.path.split_first()?;
        let (source, wire) = self.graph.argument(node, import)?;
        if let Some(host) = self.graph.host(source) {
            return Some(Owner::Host { import: host.name.clone(), path: rest.to_vec() });
        }
        let exporter = self.component(source)?;
        let path: Vec<String> = wire.path.iter().chain(rest).cloned().collect();
        // The graph has no cycles, so the recursion ends.
        self.owner(source, resource(exporter.export_at(&path)?)?.resource())
    }

    fn error(
        &self,
        importer: NodeIndex,
        import: &str,
        id: ResourceId,
        user: String,
        mine: Option<Owner>,
        theirs: Option<Owner>,
    ) -> LinkError {
        let definition = self.component(importer).and_then(|component| component.definition(TypeKey::Resource(id)));
        let path = definition.map(|definition| definition.path.clone()).unwrap_or_default();
        LinkError::TwoOwners {
            importer: self.graph.subject(importer).to_owned(),
            user,
            resource: path.last().cloned().unwrap_or_default(),
            interface: path.first().cloned().unwrap_or_else(|| import.to_owned()),
            importer_owner: self.describe(mine),
            user_owner: self.describe(theirs),
        }
    }

    fn describe(&self, owner: Option<Owner>) -> String {
        match owner {
            Some(Owner::Host { import, .. }) => format!("the host, by import `{import}`"),
            Some(Owner::Instance { node, path }) => {
                format!("{}, by export `{}`", self.graph.shown(node), path.first().map_or("", String::as_str))
            }
            None => "a component that does not export it".to_owned(),
        }
    }
}
