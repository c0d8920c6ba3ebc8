//! The phase link: [`Components`] to a [`Graph`], by matching imports with exports.
//!
//! A pure function. It wires what matches, leaves the rest to the host, and explains what it cannot wire: nothing
//! is skipped silently.

pub(crate) mod compat;
pub mod difference;
pub mod error;
pub mod graph;
mod hosts;
pub(crate) mod matching;
mod modules;
mod owners;

use std::collections::{BTreeMap, BTreeSet};

use petgraph::graph::NodeIndex;
use wasmparser::component_types::ComponentEntityType;

pub use error::LinkError;
pub use graph::Graph;

use crate::load::component::Side;
use crate::load::{ComponentId, Components, mentions};
use error::Step;
use graph::{Export, HostImport, Instance, Node, Wire};
use matching::Match;

/// Wires components by name: the root's imports from the other components' exports, and theirs from each other's.
///
/// The output of the composition exports what the root exports. A component of which nothing is used is an error,
/// or left out where `allow_unused` says so.
///
/// # Errors
///
/// All that is wrong with the composition, in a fixed order.
pub fn link(components: &Components, allow_unused: bool) -> Result<Graph, Vec<LinkError>> {
    let mut matches = Matches::new(components);
    matches.reach(components.root());
    if !matches.errors.is_empty() {
        return Err(matches.errors);
    }
    matches.check_used(allow_unused)?;
    let hosts = hosts::merge(components, matches.left_to_host())?;
    let graph = matches.graph(hosts);
    let errors = owners::check(components, &graph, &matches);
    if errors.is_empty() { Ok(graph) } else { Err(errors) }
}

/// Which export fills which import, for all that the root reaches.
struct Matches<'a> {
    components: &'a Components,
    /// Whose exports fill imports: all but the root's.
    exporters: Vec<ComponentId>,
    /// By importer and the name of its import.
    filled: BTreeMap<(ComponentId, &'a str), Match>,
    /// What the root reaches, each component after those that fill its imports.
    reached: Vec<ComponentId>,
    /// The wires from the root to the component being visited.
    path: Vec<(ComponentId, Step)>,
    errors: Vec<LinkError>,
}

/// Where an import is filled from.
enum Origin<'a> {
    Host(&'a str),
    Export(ComponentId, Vec<String>),
}

impl<'a> Matches<'a> {
    fn new(components: &'a Components) -> Self {
        let root = components.root();
        Matches {
            components,
            exporters: components.ids().filter(|id| *id != root).collect(),
            filled: BTreeMap::new(),
            reached: Vec::new(),
            path: Vec::new(),
            errors: Vec::new(),
        }
    }

    /// Matches the imports of a component, and of the components that fill them.
    fn reach(&mut self, importer: ComponentId) {
        for (import, item) in self.components[importer].imports() {
            if self.named_by_another(importer, import).is_some() {
                continue;
            }
            let matched = match matching::match_import(self.components, &self.exporters, importer, import, item.ty) {
                Ok(None) => continue,
                Ok(Some(matched)) => matched,
                Err(error) => {
                    self.errors.push(*error);
                    continue;
                }
            };
            let exporter = matched.exporter;
            self.filled.insert((importer, import.as_str()), matched);
            let step = Step {
                importer: self.components[importer].name().to_owned(),
                import: import.clone(),
                exporter: self.components[exporter].name().to_owned(),
            };
            self.path.push((importer, step));
            if let Some(start) = self.path.iter().position(|(id, _)| *id == exporter) {
                let steps = self.path.iter().skip(start).map(|(_, step)| step.clone()).collect();
                self.errors.push(LinkError::Cycle { steps });
            } else if !self.reached.contains(&exporter) {
                self.reach(exporter);
            }
            self.path.pop();
        }
        self.reached.push(importer);
    }

    /// The other import of a component that already names the type that this import is, as in a world's `use`:
    /// whatever fills that one fills this one. The rest of the way to the type comes with it.
    fn named_by_another(&self, importer: ComponentId, import: &str) -> Option<(&'a str, &'a [String])> {
        let component = &self.components[importer];
        let item = component.imports().get(import)?.ty;
        let ComponentEntityType::Type { created, .. } = item else { return None };
        let home = component.home(component.key(created))?;
        let (first, rest) = home.path.split_first()?;
        (home.side == Side::Import && first != import).then_some((first.as_str(), rest))
    }

    /// Whether the output must import a type that a component could fill as well. A type without resources is what it
    /// is, whoever names it; but what the output imports and exports can only mention types that have a name there.
    fn named_by_the_output(&self, importer: ComponentId, import: &str) -> bool {
        let component = &self.components[importer];
        let Some(item) = component.imports().get(import) else { return false };
        let ComponentEntityType::Type { created, .. } = item.ty else { return false };
        if !mentions::resources(component, item.ty).is_empty() {
            return false;
        }
        let imports = component.imports().iter().filter(|(name, item)| {
            !matches!(item.ty, ComponentEntityType::Instance(_))
                && *name != import
                && !self.filled.contains_key(&(importer, name.as_str()))
                && self.named_by_another(importer, name).is_none()
        });
        let exports = component.exports().iter().filter(|_| importer == self.components.root());
        let key = component.key(created);
        imports.chain(exports).any(|(_, item)| mentions::mentioned(component, item.ty).contains(&key))
    }

    fn origin(&self, importer: ComponentId, import: &'a str) -> Origin<'a> {
        if let Some(matched) = self.filled.get(&(importer, import)) {
            return Origin::Export(matched.exporter, vec![matched.export.clone()]);
        }
        if let Some((other, rest)) = self.named_by_another(importer, import)
            && let Some(matched) = self.filled.get(&(importer, other))
            && !self.named_by_the_output(importer, import)
        {
            let path = std::iter::once(matched.export.clone()).chain(rest.iter().cloned()).collect();
            return Origin::Export(matched.exporter, path);
        }
        Origin::Host(import)
    }

    /// The imports that nothing fills, in the order of components and of their imports.
    fn left_to_host(&self) -> Vec<(ComponentId, &'a str)> {
        let components = self.components;
        let reached = components.ids().filter(|id| self.reached.contains(id));
        reached
            .flat_map(|id| components[id].imports().keys().map(move |import| (id, import.as_str())))
            .filter(|(id, import)| matches!(self.origin(*id, import), Origin::Host(_)))
            .collect()
    }

    /// Refuses components of which nothing is used.
    fn check_used(&self, allow_unused: bool) -> Result<(), Vec<LinkError>> {
        let unused: Vec<ComponentId> = self.exporters.iter().copied().filter(|id| !self.reached.contains(id)).collect();
        if unused.is_empty() || (allow_unused && unused.len() < self.exporters.len()) {
            return Ok(());
        }
        let components = self.components;
        let plugs: Vec<String> = unused.iter().map(|id| components[*id].name().to_owned()).collect();
        let exports = unused
            .iter()
            .flat_map(|id| {
                components[*id].exports().keys().map(|export| (components[*id].name().to_owned(), export.clone()))
            })
            .collect();
        let unmatched: BTreeSet<(ComponentId, &str)> = self.left_to_host().into_iter().collect();
        let near =
            matching::near_misses(components, &self.reached, &unused, |id, import| unmatched.contains(&(id, import)));
        let root = &components[components.root()];
        Err(vec![if unused.len() == self.exporters.len() {
            let imports = root.imports().keys().cloned().collect();
            LinkError::NothingMatched { socket: root.name().to_owned(), plugs, imports, exports, near }
        } else {
            LinkError::Unused { plugs, exports, near }
        }])
    }

    /// The graph of all that the root reaches.
    fn graph(&self, hosts: Vec<HostImport>) -> Graph {
        let mut graph = Graph::default();
        let mut host_nodes: BTreeMap<(ComponentId, String), NodeIndex> = BTreeMap::new();
        for host in hosts {
            let parts: Vec<_> = host.parts.iter().map(|part| (part.component, part.import.clone())).collect();
            let node = graph.add(Node::Host(host));
            host_nodes.extend(parts.into_iter().map(|part| (part, node)));
        }
        let mut instances: BTreeMap<ComponentId, NodeIndex> = BTreeMap::new();
        for id in &self.reached {
            let component = &self.components[*id];
            let node = graph.add(Node::Instance(Instance { name: component.name().to_owned(), component: *id }));
            instances.insert(*id, node);
            for import in component.imports().keys() {
                let (source, path) = match self.origin(*id, import) {
                    Origin::Host(import) => (host_nodes.get(&(*id, import.to_owned())).copied(), Vec::new()),
                    Origin::Export(exporter, path) => (instances.get(&exporter).copied(), path),
                };
                // Each import is among the host's or filled by a component reached before this one.
                if let Some(source) = source {
                    graph.wire(source, node, Wire { import: import.clone(), path });
                }
            }
        }
        let root = self.components.root();
        if let Some(node) = instances.get(&root) {
            for name in self.components[root].exports().keys() {
                graph.export(Export { name: name.clone(), node: *node, path: vec![name.clone()] });
            }
        }
        graph
    }
}
