//! Each resource type has one owner: the instance that defines it, or the host.
//!
//! Types are compared import by import; whether two resource types are one type depends on the whole wiring. Here
//! each is followed to its owner, and where two that must be one are not, the error names both owners. The
//! validator would find the same in the output, and name a byte offset.

use petgraph::graph::NodeIndex;
use wasmparser::component_types::ResourceId;

use super::Matches;
use super::error::LinkError;
use super::graph::Graph;
use crate::load::component::{Side, TypeKey, resource};
use crate::load::{ComponentId, Components, mentions};

/// Finds resource types that should be one type and have two owners.
pub fn check(components: &Components, graph: &Graph, matches: &Matches<'_>) -> Vec<LinkError> {
    let owners = Owners { components, graph };
    let mut errors = Vec::new();
    for ((importer, import), matched) in &matches.filled {
        let (Some(to), Some(from)) = (owners.node(*importer), owners.node(matched.exporter)) else { continue };
        for (imported, exported) in &matched.resources {
            let (mine, theirs) = (owners.owner(to, *imported), owners.owner(from, *exported));
            if mine != theirs {
                let user = format!("`{}`", components[matched.exporter].name());
                errors.push(owners.error(*importer, import, *imported, user, mine, theirs));
            }
        }
    }
    for (_, host) in graph.hosts() {
        for part in &host.parts {
            let Some(node) = owners.node(part.component) else { continue };
            let component = &components[part.component];
            let Some(item) = component.imports().get(&part.import) else { continue };
            for id in mentions::resources(component, item.ty) {
                let mine = owners.owner(node, id);
                if !matches!(mine, Some(Owner::Host { .. })) {
                    let user = format!("its import `{}`", part.import);
                    let theirs = Some(Owner::Host { import: part.import.clone(), path: Vec::new() });
                    errors.push(owners.error(part.component, &part.import, id, user, mine, theirs));
                }
            }
        }
    }
    // One resource that appears in ten functions is one mistake.
    let mut seen = std::collections::BTreeSet::new();
    errors.retain(|error| seen.insert(error.to_string()));
    errors
}

/// Who defines a resource type.
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
    fn node(&self, component: ComponentId) -> Option<NodeIndex> {
        self.graph.instances().find(|(_, instance)| instance.component == component).map(|(node, _)| node)
    }

    /// Follows a resource type of an instance's component to whoever defines it. `None` if it cannot be named.
    fn owner(&self, node: NodeIndex, id: ResourceId) -> Option<Owner> {
        let component = &self.components[self.graph.instance(node)?.component];
        let home = component.home(TypeKey::Resource(id))?;
        if home.side == Side::Export {
            return Some(Owner::Instance { node, path: home.path.clone() });
        }
        let (import, rest) = home.path.split_first()?;
        let (source, wire) = self.graph.argument(node, import)?;
        if let Some(host) = self.graph.host(source) {
            return Some(Owner::Host { import: host.name.clone(), path: rest.to_vec() });
        }
        let exporter = &self.components[self.graph.instance(source)?.component];
        let path: Vec<String> = wire.path.iter().chain(rest).cloned().collect();
        // The graph has no circles, so this ends.
        self.owner(source, resource(exporter.export_at(&path)?)?.resource())
    }

    fn error(
        &self,
        importer: ComponentId,
        import: &str,
        id: ResourceId,
        user: String,
        mine: Option<Owner>,
        theirs: Option<Owner>,
    ) -> LinkError {
        let component = &self.components[importer];
        let path = component.home(TypeKey::Resource(id)).map(|home| home.path.clone()).unwrap_or_default();
        LinkError::TwoOwners {
            importer: component.name().to_owned(),
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
                let name = self.graph.instance(node).map_or("", |instance| instance.name.as_str());
                format!("`{name}`, by export `{}`", path.first().map_or("", String::as_str))
            }
            None => "a component that does not export it".to_owned(),
        }
    }
}
