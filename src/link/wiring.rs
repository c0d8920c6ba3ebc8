//! Converts the sources of imports, which any of the wirings has decided, to a graph.

use std::collections::BTreeMap;

use petgraph::graph::NodeIndex;
use wasmparser::component_types::ComponentEntityType;

use super::error::{LinkError, Step};
use super::graph::{Export, Graph, HostImport, Instance, Node, Wire};
use super::origin::{Filled, Origin};
use super::rivals::Rivals;
use super::{hosts, owners};
use crate::describe::{At, Labels, Place};
use crate::limits;
use crate::load::{Component, ComponentId, Components};
use crate::name::Form;
use crate::types::compare::{self, Difference, Item};
use crate::types::mentions;
use crate::types::{Side, TypeKey};

/// Instances, with the sources of the imports that are not left to the host.
pub(crate) struct Wiring<'a> {
    components: &'a Components,
    /// The graph, which has only nodes so far.
    graph: Graph,
    filled: BTreeMap<(NodeIndex, String), Filled>,
    exports: Vec<(String, Origin)>,
}

impl<'a> Wiring<'a> {
    /// Without instances.
    pub(crate) fn new(components: &'a Components) -> Self {
        Wiring { components, graph: Graph::default(), filled: BTreeMap::new(), exports: Vec::new() }
    }

    /// Says that an import could be filled by others as well.
    pub(crate) fn doubt(&mut self, rivals: Rivals) {
        self.graph.rivals.push(rivals);
    }

    /// Reads a graph, so that it can be rewired.
    ///
    /// # Errors
    ///
    /// A wire does not fit, which is impossible for a linked graph.
    pub(crate) fn of(components: &'a Components, graph: &Graph) -> Result<Self, Difference> {
        let mut wiring = Wiring { graph: graph.unwired(), ..Wiring::new(components) };
        let origin = |node: NodeIndex, path: &[String]| match graph.host(node) {
            None => Some(Origin::Export(node, path.to_vec())),
            Some(host) => {
                // The imports of a document stay with the host in any case.
                let declared = host.parts.iter().find(|part| graph.is_declarations(part.node));
                let part = declared.or(host.parts.first())?;
                Some(Origin::Import(part.node, part.import.clone(), path.to_vec()))
            }
        };
        for (node, id) in graph.users() {
            for (source, wire) in graph.arguments(node) {
                let is_part = |host: &HostImport| {
                    wire.path.is_empty()
                        && host.parts.iter().any(|part| part.node == node && part.import == wire.import)
                };
                // An argument that another import's wire determines is determined by it again.
                let follows = named_by_another(&components[id], &wire.import).is_some_and(|(other, rest)| {
                    graph.argument(node, other).is_some_and(|(other, wire_of_other)| {
                        other == source && [&wire_of_other.path, rest].concat() == wire.path
                    })
                });
                if follows || graph.host(source).is_some_and(is_part) {
                    continue;
                }
                if let Some(origin) = origin(source, &wire.path) {
                    let filled = wiring.filled(node, &wire.import, origin, None)?;
                    wiring.fill(node, &wire.import, filled);
                }
            }
        }
        for export in graph.exports() {
            if let Some(origin) = origin(export.node, &export.path) {
                wiring.export(export.name.clone(), origin);
            }
        }
        Ok(wiring)
    }

    /// Has host imports keep these labels.
    pub(crate) fn keep_labels(&mut self, labels: &Labels) {
        self.graph.labels.clone_from(labels);
    }

    /// The components of the composition.
    pub(crate) fn components(&self) -> &'a Components {
        self.components
    }

    /// Instantiates a component.
    pub(crate) fn instantiate(&mut self, name: String, component: ComponentId) -> NodeIndex {
        self.graph.add(Node::Instance(Instance { name, component, adapts: None }))
    }

    /// Instantiates an adapter of an instance. Messages name the instance instead of the adapter.
    pub(crate) fn adapt(&mut self, instance: &str, name: String, component: ComponentId) -> NodeIndex {
        self.graph.add(Node::Instance(Instance { name, component, adapts: Some(instance.to_owned()) }))
    }

    /// Records the place of a node in the user's text.
    pub(crate) fn place_at(&mut self, node: NodeIndex, place: Place) {
        self.graph.place_at(node, place);
    }

    /// Records the place of an export in the user's text.
    pub(crate) fn place_export_at(&mut self, export: String, place: Place) {
        self.graph.place_export_at(export, place);
    }

    /// Adds the declarations of a document.
    pub(crate) fn declare(&mut self, component: ComponentId) -> NodeIndex {
        self.graph.add(Node::Declarations(component))
    }

    /// The argument for an import from an origin.
    ///
    /// # Errors
    ///
    /// The first difference between the types of the import and the origin.
    pub(crate) fn filled(
        &self,
        importer: NodeIndex,
        import: &str,
        origin: Origin,
        place: Option<Place>,
    ) -> Result<Filled, Difference> {
        let (component, other) = (self.component(importer), self.component(origin.node()));
        let item = component.and_then(|component| Some((component, component.imports().get(import)?, other?)));
        let resources = match item {
            Some((component, item, other)) => {
                let expected = Item { component, name: import, ty: item.ty };
                match self.ty(&origin) {
                    Some(ty) => compare::compare(expected, Item { component: other, name: origin.last(), ty })?,
                    None => compare::compare_whole(expected, other, other.name())?,
                }
            }
            None => Vec::new(),
        };
        Ok(Filled { origin, resources, place })
    }

    /// Fills an import.
    pub(crate) fn fill(&mut self, importer: NodeIndex, import: &str, filled: Filled) {
        self.filled.insert((importer, import.to_owned()), filled);
    }

    /// The source of an import, unless it is the host's import itself.
    pub(crate) fn filler(&self, importer: NodeIndex, import: &str) -> Option<Origin> {
        self.filled.get(&(importer, import.to_owned())).map(|filled| filled.origin.clone())
    }

    /// Redirects all users of an export of one instance to the export of the same name of another.
    ///
    /// # Errors
    ///
    /// The first difference between the types of an import and the new export.
    pub(crate) fn move_users(&mut self, from: NodeIndex, to: NodeIndex, export: &str) -> Result<(), Difference> {
        let moved = |origin: &Origin| match origin {
            Origin::Export(node, path) if *node == from && path.first().is_some_and(|first| first == export) => {
                Some(Origin::Export(to, path.clone()))
            }
            _ => None,
        };
        let users = { self.filled.iter() }.filter_map(|((importer, import), filled)| {
            Some((*importer, import.clone(), moved(&filled.origin)?, filled))
        });
        let users: Vec<_> =
            users.map(|(node, import, origin, filled)| (node, import, origin, filled.place.clone())).collect();
        for (importer, import, origin, place) in users {
            let filled = self.filled(importer, &import, origin, place)?;
            self.fill(importer, &import, filled);
        }
        for (_, origin) in &mut self.exports {
            if let Some(moved) = moved(origin) {
                *origin = moved;
            }
        }
        Ok(())
    }

    /// Whether an import is filled.
    pub(crate) fn is_filled(&self, importer: NodeIndex, import: &str) -> bool {
        self.filled.contains_key(&(importer, import.to_owned()))
    }

    /// Adds an export.
    pub(crate) fn export(&mut self, name: String, origin: Origin) {
        self.exports.push((name, origin));
    }

    /// Removes an export. Returns whether it was there.
    pub(crate) fn remove_export(&mut self, name: &str, origin: &Origin) -> bool {
        let before = self.exports.len();
        self.exports.retain(|(exported, exported_origin)| exported != name || exported_origin != origin);
        self.exports.len() < before
    }

    /// The name of a node in messages.
    pub(crate) fn name_of(&self, node: NodeIndex) -> &str {
        self.graph.name_of(node)
    }

    /// The name of an origin in messages.
    pub(crate) fn shown(&self, origin: &Origin) -> String {
        let (first, path) = match origin {
            Origin::Export(node, path) => (self.name_of(*node), path),
            Origin::Import(_, import, path) => (import.as_str(), path),
        };
        std::iter::once(first).chain(path.iter().map(String::as_str)).collect::<Vec<_>>().join("/")
    }

    /// The component at a node.
    pub(crate) fn component(&self, node: NodeIndex) -> Option<&'a Component> {
        self.graph.component(node).map(|id| &self.components[id])
    }

    /// The type of an item. `None` for a whole instance, whose type follows from its component.
    pub(crate) fn ty(&self, origin: &Origin) -> Option<ComponentEntityType> {
        match origin {
            Origin::Export(node, path) => self.component(*node)?.export_at(path),
            Origin::Import(node, import, path) => {
                let path: Vec<String> = std::iter::once(import).chain(path).cloned().collect();
                self.component(*node)?.import_at(&path)
            }
        }
    }

    /// The unfilled imports, in the order of components and of their imports.
    pub(crate) fn left_to_host(&self) -> Vec<(NodeIndex, &'a str)> {
        let mut users: Vec<(NodeIndex, ComponentId)> = self.graph.users().collect();
        users.sort_by_key(|(node, component)| (*component, *node));
        let imports = users.into_iter().flat_map(|(node, component)| {
            self.components[component].imports().keys().map(move |import| (node, import.as_str()))
        });
        let is_host = |(node, import): &(NodeIndex, &str)| {
            self.origin(*node, import) == Origin::Import(*node, (*import).to_owned(), Vec::new())
        };
        imports.filter(is_host).collect()
    }

    /// The graph, complete with host imports.
    ///
    /// # Errors
    ///
    /// Imports that cannot be merged, and resource types with two owners.
    pub(crate) fn finish(self) -> Result<Graph, Vec<At<LinkError>>> {
        // The limit is checked before algorithms that are recursive or superlinear in the number of instances.
        if self.graph.users().nth(limits::COMPOSED).is_some() {
            return Err(vec![LinkError::TooManyInstances { limit: limits::COMPOSED }.into()]);
        }
        let mut graph = self.graph.clone();
        let mut host_of: BTreeMap<(NodeIndex, String), NodeIndex> = BTreeMap::new();
        let origin = |node, import: &str| self.origin(node, import);
        for host in hosts::merge(self.components, &self.graph, self.left_to_host(), &origin)? {
            let parts: Vec<_> = host.parts.iter().map(|part| (part.node, part.import.clone())).collect();
            let node = graph.add(Node::Host(host));
            host_of.extend(parts.into_iter().map(|part| (part, node)));
        }
        let source = |origin: Origin| match origin {
            Origin::Export(node, path) => Some((node, path)),
            Origin::Import(node, import, path) => Some((*host_of.get(&(node, import))?, path)),
        };
        let gone = |origin: &Origin| {
            let (instance, import) = (self.graph.subject(origin.node()).to_owned(), self.shown(origin));
            vec![At::from(LinkError::TakenAway { instance, import })]
        };
        for (node, component) in self.graph.users() {
            for import in self.components[component].imports().keys() {
                // An unfilled import is the host's.
                let origin = self.origin(node, import);
                let (from, path) = source(origin.clone()).ok_or_else(|| gone(&origin))?;
                graph.wire(from, node, Wire { import: import.clone(), path });
            }
        }
        for (name, origin) in &self.exports {
            let (node, path) = source(origin.clone()).ok_or_else(|| gone(origin))?;
            graph.export(Export { name: name.clone(), node, path });
        }
        if let Some(error) = self.cycle(&graph) {
            return Err(vec![error]);
        }
        let errors = owners::check(self.components, &graph, &self.filled);
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(graph)
    }

    /// Imports with only types that a component fills by name although the host should: the output mentions their types
    /// and has no other name for them. Types without resources are the same from any source.
    ///
    /// Component Model, Explainer, "Import and Export Definitions": imports and exports may only mention named types.
    pub(crate) fn types_for_the_host(&self) -> Vec<(NodeIndex, String)> {
        let is_left = |((node, import), filled): &(&(NodeIndex, String), &Filled)| {
            // Decisions of the user are kept.
            filled.place.is_none()
                && self.component(*node).is_some_and(|component| {
                    is_of_types(component, import) && self.is_to_be_named(*node, component, import, &filled.origin)
                })
        };
        self.filled.iter().filter(is_left).map(|(key, _)| key.clone()).collect()
    }

    /// Whether imports or exports of the output that come from a component mention types of an import that another
    /// component fills.
    fn is_to_be_named(&self, node: NodeIndex, component: &Component, import: &str, filled: &Origin) -> bool {
        // A type that a world uses is imported under that name only if it is needed.
        let is_used = |key: &TypeKey| {
            component.imports().values().any(|item| match item.ty {
                ComponentEntityType::Type { created, .. } => component.key(created) == *key,
                _ => false,
            })
        };
        let mentions = |item: ComponentEntityType| {
            let definition =
                |key: &TypeKey| component.definition(*key).filter(|definition| definition.side == Side::Import);
            let unnamed = mentions::unnamed(component, item);
            let definitions = unnamed.iter().filter(|key| !is_used(key)).filter_map(definition);
            definitions.into_iter().any(|definition| definition.path.first().is_some_and(|first| first == import))
        };
        let is_left = |name: &&String| {
            *name != import && self.origin(node, name) == Origin::Import(node, (*name).clone(), vec![])
        };
        let is_import = component
            .imports()
            .keys()
            .filter(is_left)
            .any(|name| component.imports().get(name).is_some_and(|item| mentions(item.ty)));
        // If the output exports the interface as well, its exports can name the types.
        let is_exported = || self.exports.iter().any(|(_, origin)| origin == filled);
        let mut exports = self.exports.iter().filter(|(_, origin)| origin.node() == node);
        is_import || (exports.any(|(_, origin)| self.ty(origin).is_some_and(mentions)) && !is_exported())
    }

    /// Instances that need each other as arguments.
    fn cycle(&self, graph: &Graph) -> Option<At<LinkError>> {
        let members = graph.cycle()?;
        let places = members
            .iter()
            .filter_map(|(importer, wire, _)| self.filled.get(&(*importer, wire.import.clone()))?.place.clone());
        let step = |(importer, wire, exporter): &(NodeIndex, Wire, NodeIndex)| Step {
            importer: graph.subject(*importer).to_owned(),
            import: wire.import.clone(),
            exporter: graph.subject(*exporter).to_owned(),
        };
        let error = LinkError::Cycle { steps: members.iter().map(step).collect() };
        Some(places.fold(error.into(), |at: At<LinkError>, place| at.and(&place, None)))
    }

    /// The final source of an import.
    fn origin(&self, importer: NodeIndex, import: &str) -> Origin {
        if let Some(filled) = self.filled.get(&(importer, import.to_owned())) {
            return filled.origin.clone();
        }
        if let Some(component) = self.component(importer)
            && let Some((other, rest)) = named_by_another(component, import)
            && let Some(filled) = self.filled.get(&(importer, other.to_owned()))
        {
            let origin = rest.iter().fold(filled.origin.clone(), |origin, name| origin.export(name));
            if !self.named_by_the_output(importer, component, import, &origin) {
                return origin;
            }
        }
        Origin::Import(importer, import.to_owned(), Vec::new())
    }

    /// Whether the output must import a type that a component could fill. A type without resources is the same from any
    /// source, and so is one of the host that a component passes on; but imports and exports of the output may only
    /// mention types that are named there.
    fn named_by_the_output(&self, importer: NodeIndex, component: &Component, import: &str, origin: &Origin) -> bool {
        let Some(item) = component.imports().get(import) else { return false };
        let ComponentEntityType::Type { created, .. } = item.ty else { return false };
        if !mentions::resources(component, item.ty).is_empty() && !self.is_passed_on(origin) {
            return false;
        }
        let imports = component.imports().iter().filter(|(name, item)| {
            !matches!(item.ty, ComponentEntityType::Instance(_))
                && *name != import
                && !self.is_filled(importer, name)
                && named_by_another(component, name).is_none()
        });
        // A static function is called after its resource type, and need not mention it.
        if imports.clone().any(|(name, _)| Form::of(name).and_then(Form::resource) == Some(import)) {
            return true;
        }
        let exports = self.exports.iter().filter(|(_, origin)| origin.node() == importer);
        let items = imports.map(|(_, item)| item.ty).chain(exports.filter_map(|(_, origin)| self.ty(origin)));
        let key = component.key(created);
        items.into_iter().any(|item| mentions::mentioned(component, item).contains(&key))
    }

    /// Whether a component exports a type that it imports itself, from the host.
    fn is_passed_on(&self, origin: &Origin) -> bool {
        let Origin::Export(node, path) = origin else { return true };
        let Some(component) = self.component(*node) else { return false };
        let Some(ComponentEntityType::Type { created, .. }) = component.export_at(path) else { return false };
        let definition = component.definition(component.key(created));
        let import = definition
            .filter(|definition| definition.side == Side::Import)
            .and_then(|definition| definition.path.first());
        import.is_some_and(|import| matches!(self.origin(*node, import), Origin::Import(..)))
    }
}

/// Whether an import is an interface of only types, none of which has a resource.
pub(super) fn is_of_types(component: &Component, import: &str) -> bool {
    let Some(item) = component.imports().get(import) else { return false };
    let ComponentEntityType::Instance(id) = item.ty else { return false };
    let exports = component.types().get(id).into_iter().flat_map(|ty| ty.exports.values());
    exports.into_iter().all(|item| matches!(item.ty, ComponentEntityType::Type { .. }))
        && mentions::resources(component, item.ty).is_empty()
}

/// The other import of a component that defines the type of this import, as by `use` in a world. The source of that
/// import determines this one. Returns the remaining path to the type as well.
pub(crate) fn named_by_another<'c>(component: &'c Component, import: &str) -> Option<(&'c str, &'c [String])> {
    let ComponentEntityType::Type { created, .. } = component.imports().get(import)?.ty else { return None };
    let definition = component.definition(component.key(created))?;
    let (first, rest) = definition.path.split_first()?;
    (definition.side == Side::Import && first != import).then_some((first.as_str(), rest))
}
