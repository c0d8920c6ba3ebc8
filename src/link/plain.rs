//! Plain types that the output names by an import of their interface, although a component fills that interface.
//!
//! Component Model, Explainer, "Import and Export Definitions": imports and exports mention records and similar types by
//! name. Where a component fills the interface that names such a type, the output no longer imports it; another import
//! or an export may still consist of the type. Types without resources are the same wherever they are named, and carry
//! no authority. So the output imports the interface for these types alone.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::graph::NodeIndex;
use wasmparser::component_types::{ComponentEntityType, ComponentItem};

use super::graph::{HostImport, InstanceImport, Node};
use super::root::{Root, Roots};
use super::{Graph, order};
use crate::load::{Component, Components};
use crate::types::compare::{Item, compare_same};
use crate::types::ids::attributes;
use crate::types::used::used;
use crate::types::{TypeKey, mentions};

/// Adds the types that host imports, or exports, use, and that nothing else names: to the host import of their interface, or to one that
/// has nothing else.
pub(super) fn name(components: &Components, graph: &mut Graph) {
    for (part, mut types) in Wanted::of(components, graph).types {
        let is_it = |host: &HostImport| host.name == part.import || host.sources().any(|of| of.import == part.import);
        let found = graph.hosts().find(|(_, host)| is_it(host));
        let found = found.map(|(node, host)| (node, host.sources().cloned().collect::<Vec<_>>()));
        let host = match found {
            Some((node, sources)) => {
                // The output cannot import two interfaces, or two types, by one name.
                if !sources.iter().all(|of| is_declared_alike(components, graph, of, &part)) {
                    continue;
                }
                types.retain(|name| sources.iter().all(|of| agree(components, graph, of, &part, name)));
                node
            }
            None => {
                let Some(id) = graph.component(part.node) else { continue };
                let (name, declared) = (part.import.clone(), (id, part.import.clone()));
                graph.add(Node::Host(HostImport { name, declared, parts: Vec::new(), types: BTreeMap::new() }))
            }
        };
        graph.name_types(host, part, types);
    }
}

/// The component of an import, with its declaration.
fn declaration<'c>(
    components: &'c Components,
    graph: &Graph,
    part: &InstanceImport,
) -> Option<(&'c Component, &'c ComponentItem)> {
    let component = &components[graph.component(part.node)?];
    Some((component, component.imports().get(&part.import)?))
}

/// Whether two imports are of one interface, by what they say that they implement.
fn is_declared_alike(components: &Components, graph: &Graph, a: &InstanceImport, b: &InstanceImport) -> bool {
    let attributes = |part| declaration(components, graph, part).map(|(_, item)| attributes(item));
    attributes(a) == attributes(b)
}

/// Whether a type of an import is the same in another import, or is not there.
fn agree(components: &Components, graph: &Graph, there: &InstanceImport, part: &InstanceImport, name: &String) -> bool {
    let ty = |of: &InstanceImport| {
        let (component, _) = declaration(components, graph, of)?;
        Some(Item { component, name, ty: component.import_at(&[of.import.clone(), name.clone()])? })
    };
    match (ty(there), ty(part)) {
        (Some(there), Some(ty)) => compare_same(there, ty).is_ok(),
        (None, _) => true,
        (_, None) => false,
    }
}

/// The types that exports name.
type Exported = BTreeSet<(NodeIndex, TypeKey)>;

/// The types without a name, by the import that names them for a component.
struct Wanted<'a> {
    components: &'a Components,
    graph: &'a Graph,
    roots: Roots<'a>,
    types: BTreeMap<InstanceImport, BTreeSet<String>>,
}

impl<'a> Wanted<'a> {
    fn of(components: &'a Components, graph: &'a Graph) -> Self {
        let mut wanted = Wanted { components, graph, roots: Roots::new(components, graph), types: BTreeMap::new() };
        for part in graph.hosts().flat_map(|(_, host)| &host.parts) {
            let item = wanted.component(part.node).and_then(|of| Some(of.imports().get(&part.import)?.ty));
            item.into_iter().for_each(|item| wanted.item(part.node, item, &Exported::new()));
        }
        let exported = order::exported(components, graph, graph.exports().iter());
        for export in graph.exports() {
            let item = wanted.component(export.node).and_then(|of| of.export_at(&export.path));
            item.into_iter().for_each(|item| wanted.item(export.node, item, &exported));
        }
        wanted
    }

    fn component(&self, node: NodeIndex) -> Option<&'a Component> {
        self.graph.component(node).map(|id| &self.components[id])
    }

    /// Adds the plain types that an item uses, unless exports name them.
    fn item(&mut self, node: NodeIndex, item: ComponentEntityType, exported: &Exported) {
        let Some(component) = self.component(node) else { return };
        for (import, name) in used(component, [item]) {
            if self.is_plain(node, component, [import, name], exported)
                && let Some(part) = self.filled(node, import, name)
            {
                self.types.entry(part).or_default().insert(name.to_owned());
            }
        }
    }

    /// Whether a type has no resources and no name by an export.
    fn is_plain(&self, node: NodeIndex, component: &Component, path: [&str; 2], exported: &Exported) -> bool {
        let ty = component.import_at(&path.map(str::to_owned));
        let Some(ty @ ComponentEntityType::Type { created, .. }) = ty else { return false };
        match self.roots.identity(node, component.key(created)) {
            Root::Instance(of, root) if exported.contains(&(of, root)) => false,
            _ => mentions::resources(component, ty).is_empty(),
        }
    }

    /// The import that names a type, where a component fills it. What has an adapter has the names of the imports of the adapter.
    fn filled(&self, node: NodeIndex, import: &str, name: &str) -> Option<InstanceImport> {
        let (source, _) = self.graph.argument(node, import)?;
        let instance = self.graph.instance(source)?;
        let path = [import, name].map(str::to_owned);
        match instance.adapts.is_some() && self.component(source)?.import_at(&path).is_some() {
            true => self.filled(source, import, name),
            false => Some(InstanceImport { node, import: import.to_owned() }),
        }
    }
}
