//! The origin of a type in a whole composition: followed through wires to the host or to the instance that defines it.

use petgraph::graph::NodeIndex;
use wasmparser::component_types::{ComponentAnyTypeId, ComponentEntityType};

use super::Graph;
use crate::load::{Component, Components};
use crate::types::{Definition, Side, TypeKey};

/// The owner of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Root<Id> {
    /// The host: an import of the output defines it.
    Host,
    /// An instance, with the identity of the type in its component.
    Instance(NodeIndex, Id),
}

/// Follows the types of instances through their arguments.
#[derive(Clone, Copy)]
pub(crate) struct Roots<'a> {
    components: &'a Components,
    graph: &'a Graph,
}

impl<'a> Roots<'a> {
    /// For the types of a composition.
    pub(crate) fn new(components: &'a Components, graph: &'a Graph) -> Self {
        Roots { components, graph }
    }

    /// The component at a node.
    pub(crate) fn component(&self, node: NodeIndex) -> Option<&'a Component> {
        self.graph.component(node).map(|id| &self.components[id])
    }

    /// The owner of exactly this alias of a type. Two aliases of one type have two roots.
    pub(crate) fn alias(&self, node: NodeIndex, id: ComponentAnyTypeId) -> Root<ComponentAnyTypeId> {
        let Some(component) = self.component(node) else { return Root::Instance(node, id) };
        // A name may belong to the aliased type, and then is no name of the alias.
        let is_its = |definition: &&Definition| {
            let item = component.import_at(&definition.path);
            matches!(item, Some(ComponentEntityType::Type { created, .. }) if created == id)
        };
        match component.alias_name(id).filter(|definition| definition.side == Side::Import).filter(is_its) {
            // The graph has no cycles, so the recursion ends.
            Some(definition) => match self.filler(node, definition) {
                Some(Filler::Host) => Root::Host,
                Some(Filler::Export(exporter, id)) => self.alias(exporter, id),
                None => Root::Instance(node, id),
            },
            None => Root::Instance(node, id),
        }
    }

    /// The owner of a type, regardless of aliases.
    pub(crate) fn identity(&self, node: NodeIndex, key: TypeKey) -> Root<TypeKey> {
        let definition = self.component(node).and_then(|component| component.definition(key));
        match definition
            .filter(|definition| definition.side == Side::Import)
            .and_then(|definition| self.filler(node, definition))
        {
            Some(Filler::Host) => Root::Host,
            Some(Filler::Export(exporter, id)) => match self.component(exporter) {
                Some(component) => self.identity(exporter, component.key(id)),
                None => Root::Instance(node, key),
            },
            None => Root::Instance(node, key),
        }
    }

    /// The argument for a type that a component names among its imports.
    fn filler(&self, node: NodeIndex, definition: &Definition) -> Option<Filler> {
        let (import, rest) = definition.path.split_first()?;
        let (source, wire) = self.graph.argument(node, import)?;
        let Some(exporter) = self.component(source) else { return Some(Filler::Host) };
        let path: Vec<String> = wire.path.iter().chain(rest).cloned().collect();
        match exporter.export_at(&path)? {
            ComponentEntityType::Type { created, .. } => Some(Filler::Export(source, created)),
            _ => None,
        }
    }
}

enum Filler {
    Host,
    Export(NodeIndex, ComponentAnyTypeId),
}
