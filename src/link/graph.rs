//! The plan of a composition: the export or host import that fills each import.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;
use petgraph::{Direction, algo};

use super::rivals::Rivals;
use crate::describe::{Labels, Place};
use crate::load::ComponentId;
use crate::types::TypeKey;

/// A composition: instances and host imports, the wires between them, and the exports of the output.
#[derive(Debug, Clone, Default)]
pub(crate) struct Graph {
    nodes: DiGraph<Node, Wire>,
    exports: Vec<Export>,
    /// The name of the composition itself.
    pub name: Option<String>,
    /// Whether policy rules name components of this composition. A single component is nested then, since nesting
    /// preserves its name.
    pub is_ruled: bool,
    /// The imports that one of several components fills because of its name alone.
    pub rivals: Vec<Rivals>,
    /// The labels that host imports keep.
    pub labels: Labels,
    /// The places of nodes in the user's text.
    places: BTreeMap<NodeIndex, Place>,
    /// The places of exports in the user's text.
    export_places: BTreeMap<String, Place>,
    /// The components that the output imports instead of nesting them, with the names of those imports.
    pub imported: BTreeMap<ComponentId, String>,
    /// The resource types of imports that are another one of another import.
    equal: BTreeMap<(NodeIndex, TypeKey), (NodeIndex, TypeKey)>,
}

/// A source of imports: an instance through its exports, or a host import itself.
#[derive(Debug, Clone)]
pub(crate) enum Node {
    /// An instantiated component.
    Instance(Instance),
    /// The imports and definitions of a WAC document. They are not instantiated; they only give types to host imports
    /// and exports of the output.
    Declarations(ComponentId),
    /// An import that the output leaves to the host.
    Host(HostImport),
}

/// An instantiated component.
#[derive(Debug, Clone)]
pub(crate) struct Instance {
    /// The name in the composition.
    pub name: String,
    /// The component that is instantiated.
    pub component: ComponentId,
    /// The name of the adapted instance, if this is an adapter. Messages use it, because the user has not named the
    /// adapter.
    pub adapts: Option<String>,
}

/// An import of the output, which combines one or more imports of its components.
#[derive(Debug, Clone)]
pub(crate) struct HostImport {
    /// The name in the output: that of the declaration, or for some labels the same with a number.
    pub name: String,
    /// The import whose declaration it has: a component, and the name of its import. It is the highest version of which
    /// a part imports functions, or the highest version if no part does. It is a higher version if only that has all
    /// types.
    pub declared: (ComponentId, String),
    /// The imports that it fills. Its type is the union of theirs, with `types`. None, where a component fills the import itself, and
    /// it has the types alone.
    pub parts: Vec<InstanceImport>,
    /// The names of plain types that it has besides, by the import that they are from: a component fills that.
    pub types: BTreeMap<InstanceImport, BTreeSet<String>>,
}

impl HostImport {
    /// The imports that its type is from.
    pub(crate) fn sources(&self) -> impl Iterator<Item = &InstanceImport> {
        self.parts.iter().chain(self.types.keys())
    }
}

/// An import of one of the instances.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct InstanceImport {
    /// The instance, or the declarations, with the import.
    pub node: NodeIndex,
    /// The name of its import.
    pub import: String,
}

/// An instantiation argument: an edge from the source to the instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wire {
    /// The name of the import.
    pub import: String,
    /// The path of exports from the source. Empty: the host import itself.
    pub path: Vec<String>,
}

/// An export of the output.
#[derive(Debug, Clone)]
pub(crate) struct Export {
    /// Its name in the output.
    pub name: String,
    /// The node that exports it.
    pub node: NodeIndex,
    /// The path from that node, as in [`Wire::path`].
    pub path: Vec<String>,
}

impl Graph {
    /// Adds a node.
    pub(crate) fn add(&mut self, node: Node) -> NodeIndex {
        self.nodes.add_node(node)
    }

    /// The same instances with the same indices, without wires. Host imports have higher indices than all other nodes,
    /// so removing them moves none.
    pub(super) fn unwired(&self) -> Graph {
        let nodes =
            self.nodes.filter_map(|_, node| (!matches!(node, Node::Host(_))).then(|| node.clone()), |_, _| None);
        Graph { nodes, exports: Vec::new(), ..self.clone() }
    }

    /// Records the place of a node in the user's text.
    pub(crate) fn place_at(&mut self, node: NodeIndex, place: Place) {
        self.places.insert(node, place);
    }

    /// The place of a node in the user's text, if there is one.
    pub(crate) fn place(&self, node: NodeIndex) -> Option<&Place> {
        self.places.get(&node)
    }

    /// Records the place of an export in the user's text.
    pub(crate) fn place_export_at(&mut self, export: String, place: Place) {
        self.export_places.insert(export, place);
    }

    /// The place of an export in the user's text, if there is one.
    pub(crate) fn export_place(&self, export: &str) -> Option<&Place> {
        self.export_places.get(export)
    }

    /// Fills an import of the instance `to` from the node `from`.
    pub(crate) fn wire(&mut self, from: NodeIndex, to: NodeIndex, wire: Wire) {
        self.nodes.add_edge(from, to, wire);
    }

    /// Adds an export.
    pub(crate) fn export(&mut self, export: Export) {
        self.exports.push(export);
    }

    /// Replaces the exports by the same ones in another order.
    pub(super) fn order_exports(&mut self, exports: Vec<Export>) {
        self.exports = exports;
    }

    /// Lets a host import have plain types of an import which a component fills.
    pub(super) fn name_types(&mut self, host: NodeIndex, import: InstanceImport, types: BTreeSet<String>) {
        if let Some(Node::Host(host)) = self.nodes.node_weight_mut(host) {
            host.types.entry(import).or_default().extend(types);
        }
    }

    /// Makes a resource type of an import equal to one of another import.
    pub(super) fn equate(&mut self, one: (NodeIndex, TypeKey), other: (NodeIndex, TypeKey)) {
        self.equal.insert(one, other);
    }

    /// The resource type of another import that equals a type of an import, if the wires do not make them equal.
    pub(crate) fn equal(&self, node: NodeIndex, key: TypeKey) -> Option<(NodeIndex, TypeKey)> {
        self.equal.get(&(node, key)).copied()
    }

    /// The exports of the output, in order.
    pub(crate) fn exports(&self) -> &[Export] {
        &self.exports
    }

    /// The host imports, in the order in which they were added.
    pub(crate) fn hosts(&self) -> impl Iterator<Item = (NodeIndex, &HostImport)> {
        self.nodes.node_indices().filter_map(|index| match self.nodes.node_weight(index) {
            Some(Node::Host(host)) => Some((index, host)),
            _ => None,
        })
    }

    /// The instances, in the order in which they were added.
    pub(crate) fn instances(&self) -> impl Iterator<Item = (NodeIndex, &Instance)> {
        self.nodes.node_indices().filter_map(|index| self.instance(index).map(|instance| (index, instance)))
    }

    /// The instance at a node, if it is one.
    pub(crate) fn instance(&self, index: NodeIndex) -> Option<&Instance> {
        match self.nodes.node_weight(index) {
            Some(Node::Instance(instance)) => Some(instance),
            _ => None,
        }
    }

    /// Whether a node is the declarations of a document.
    pub(crate) fn is_declarations(&self, index: NodeIndex) -> bool {
        matches!(self.nodes.node_weight(index), Some(Node::Declarations(_)))
    }

    /// The component of an instance or of declarations.
    pub(crate) fn component(&self, index: NodeIndex) -> Option<ComponentId> {
        match self.nodes.node_weight(index) {
            Some(Node::Instance(instance)) => Some(instance.component),
            Some(Node::Declarations(component)) => Some(*component),
            _ => None,
        }
    }

    /// The name of a node in the composition.
    pub(crate) fn name_of(&self, index: NodeIndex) -> &str {
        match self.nodes.node_weight(index) {
            Some(Node::Instance(instance)) => &instance.name,
            Some(Node::Declarations(_)) => "the document",
            Some(Node::Host(host)) => &host.name,
            None => "",
        }
    }

    /// The name of a node in messages: that of the adapted instance, for an adapter.
    pub(crate) fn subject(&self, index: NodeIndex) -> &str {
        let adapts = self.instance(index).and_then(|instance| instance.adapts.as_deref());
        adapts.unwrap_or_else(|| self.name_of(index))
    }

    /// A node in messages: `app`, or the adapter of `app`, which has no name of the user.
    pub(crate) fn shown(&self, index: NodeIndex) -> String {
        let adapts = self.instance(index).is_some_and(|instance| instance.adapts.is_some());
        format!("{}`{}`", if adapts { "the adapter of " } else { "" }, self.subject(index))
    }

    /// All nodes that have a component, in the order in which they were added.
    pub(crate) fn users(&self) -> impl Iterator<Item = (NodeIndex, ComponentId)> {
        self.nodes.node_indices().filter_map(|index| Some((index, self.component(index)?)))
    }

    /// The host import at a node, if it is one.
    pub(crate) fn host(&self, index: NodeIndex) -> Option<&HostImport> {
        match self.nodes.node_weight(index) {
            Some(Node::Host(host)) => Some(host),
            _ => None,
        }
    }

    /// The arguments of an instance, in the order in which they were wired.
    pub(crate) fn arguments(&self, instance: NodeIndex) -> Vec<(NodeIndex, &Wire)> {
        let mut edges: Vec<_> = self.nodes.edges_directed(instance, Direction::Incoming).collect();
        edges.sort_by_key(|edge| edge.id());
        edges.into_iter().map(|edge| (edge.source(), edge.weight())).collect()
    }

    /// The users of a node: each instance with an argument from the node, and the wire.
    pub(crate) fn users_of(&self, node: NodeIndex) -> impl Iterator<Item = (NodeIndex, &Wire)> {
        self.nodes.edges_directed(node, Direction::Outgoing).map(|edge| (edge.target(), edge.weight()))
    }

    /// The argument for one import of an instance.
    pub(crate) fn argument(&self, instance: NodeIndex, import: &str) -> Option<(NodeIndex, &Wire)> {
        self.nodes
            .edges_directed(instance, Direction::Incoming)
            .find(|edge| edge.weight().import == import)
            .map(|edge| (edge.source(), edge.weight()))
    }

    /// Whether the host alone fills an import of an instance.
    pub(crate) fn is_hosts(&self, instance: NodeIndex, import: &str) -> bool {
        self.argument(instance, import).is_none_or(|(source, _)| self.host(source).is_some())
    }

    /// The instances, each after the sources of its arguments. `None` if there is a cycle.
    pub(crate) fn instantiation_order(&self) -> Option<Vec<NodeIndex>> {
        // The order depends only on the order of nodes and edges, and is therefore deterministic.
        let order = algo::toposort(&self.nodes, None).ok()?;
        Some(order.into_iter().filter(|index| self.instance(*index).is_some()).collect())
    }

    /// The wires of a cycle, if there is one: each leads from an importer to its source, which is the next importer.
    pub(crate) fn cycle(&self) -> Option<Vec<(NodeIndex, Wire, NodeIndex)>> {
        if algo::toposort(&self.nodes, None).is_ok() {
            return None;
        }
        let strong = algo::tarjan_scc(&self.nodes);
        let is_circle = |group: &Vec<NodeIndex>| match group.as_slice() {
            [] => false,
            [only] => self.nodes.contains_edge(*only, *only),
            _ => true,
        };
        let group = strong.into_iter().filter(is_circle).min_by_key(|group| group.iter().min().copied())?;
        // Each member has a source in the cycle, so following sources returns to a member that was seen.
        let mut at = group.iter().min().copied()?;
        let mut steps: Vec<(NodeIndex, Wire, NodeIndex)> = Vec::new();
        loop {
            let (from, wire) = self.arguments(at).into_iter().find(|(from, _)| group.contains(from))?;
            steps.push((at, wire.clone(), from));
            if let Some(start) = steps.iter().position(|(importer, ..)| *importer == from) {
                return Some(steps.split_off(start));
            }
            at = from;
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{Graph, Instance, Node};
    use crate::load::{Component, Components};

    #[test]
    fn messages_name_the_component_of_an_adapter() {
        let component =
            Component::decode("app".to_owned(), "app.wat".to_owned(), wat::parse_str("(component)").unwrap());
        let id = Components::default().push(component.unwrap());
        let mut graph = Graph::default();
        let mut add = |name: &str, adapts: Option<&str>| {
            let adapts = adapts.map(str::to_owned);
            graph.add(Node::Instance(Instance { name: name.to_owned(), component: id, adapts }))
        };
        let (app, adapter) = (add("app", None), add("app:adapter", Some("app")));
        assert_eq!([graph.subject(app), graph.subject(adapter)], ["app", "app"]);
        assert_eq!([graph.shown(app), graph.shown(adapter)], ["`app`", "the adapter of `app`"]);
        // Reports and the output use the adapter's own name.
        assert_eq!(graph.name_of(adapter), "app:adapter");
    }
}
