//! Plain types that the output names by an import of their interface, although a component fills that interface.
//!
//! Component Model, Explainer, "Import and Export Definitions": imports and exports mention records and similar types by
//! name. Where a component fills the interface that names such a type, the output no longer imports it; another import
//! or an export may still consist of the type. Types without resources are the same wherever they are named, and carry
//! no authority. So the output imports the interface for these types alone.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::graph::NodeIndex;
use wasmparser::component_types::ComponentEntityType;

use super::graph::{HostImport, InstanceImport, Node};
use super::root::{Root, Roots};
use super::{Graph, order};
use crate::load::{Component, Components};
use crate::types::compare::{Item, compare_same};
use crate::types::ids::attributes;
use crate::types::{Side, TypeKey, mentions};

/// Adds host imports of the types that other host imports, or exports, mention, and that nothing else names.
pub fn name(components: &Components, graph: &mut Graph) {
    let mut groups: Vec<Group> = Vec::new();
    for (part, types) in Wanted::of(components, graph).types {
        let is_same = |group: &&mut Group| group.part.import == part.import;
        match groups.iter_mut().find(is_same) {
            Some(group) if agree(components, graph, &part, &group.part, &types) => {
                group.types.extend(types);
                group.others.push(part);
            }
            // The output cannot import two interfaces by one name.
            Some(_) => {}
            None => groups.push(Group { part, types, others: Vec::new() }),
        }
    }
    for Group { part, types, others } in groups {
        let same = graph.hosts().find(|(_, host)| host.name == part.import);
        let same = same.map(|(host, of)| {
            let has_all = |own: &InstanceImport| agree(components, graph, &part, own, &types);
            of.parts.iter().any(has_all).then_some(host)
        });
        let host = match same {
            Some(Some(host)) => host,
            // The host gives another interface of that name, or one that lacks a type.
            Some(None) => continue,
            None => {
                let Some(id) = graph.component(part.node) else { continue };
                let (name, types) = (part.import.clone(), Some(closed(&components[id], &part.import, types)));
                let declared = (id, name.clone());
                graph.add(Node::Host(HostImport { name, parts: vec![part.clone()], declared, types }))
            }
        };
        for InstanceImport { node, import } in std::iter::once(part).chain(others) {
            graph.name_types(node, import, host);
        }
    }
}

/// Imports of one name whose types agree.
struct Group {
    part: InstanceImport,
    types: BTreeSet<String>,
    others: Vec<InstanceImport>,
}

/// Whether two imports are of one interface, by what they say that they implement and by some types.
fn agree(
    components: &Components,
    graph: &Graph,
    first: &InstanceImport,
    second: &InstanceImport,
    types: &BTreeSet<String>,
) -> bool {
    let component = |of: &InstanceImport| graph.component(of.node).map(|id| &components[id]);
    let (Some(a), Some(b)) = (component(first), component(second)) else { return false };
    let (Some(own), Some(other)) = (a.imports().get(&first.import), b.imports().get(&second.import)) else {
        return false;
    };
    let is_same = |name: &String| {
        let ty = |of: &Component, import: &String| of.import_at(&[import.clone(), name.clone()]);
        let (Some(expected), Some(found)) = (ty(a, &first.import), ty(b, &second.import)) else { return false };
        let expected = Item { component: a, name, ty: expected };
        compare_same(expected, Item { component: b, name, ty: found }).is_ok()
    };
    attributes(own) == attributes(other) && types.iter().all(is_same)
}

/// Some types of an interface, with those that they consist of, as the interface names them.
fn closed(component: &Component, import: &str, mut names: BTreeSet<String>) -> BTreeSet<String> {
    let Some(ComponentEntityType::Instance(id)) = component.imports().get(import).map(|item| item.ty) else {
        return names;
    };
    let types: Vec<(&String, ComponentEntityType, TypeKey)> = { component.types().get(id).into_iter() }
        .flat_map(|instance| &instance.exports)
        .filter_map(|(name, item)| match item.ty {
            ComponentEntityType::Type { created, .. } => Some((name, item.ty, component.key(created))),
            _ => None,
        })
        .collect();
    // A type comes after those that it consists of.
    let mut mentioned = BTreeSet::new();
    for (name, item, key) in types.into_iter().rev() {
        if names.contains(name) || mentioned.contains(&key) {
            names.insert(name.clone());
            mentioned.extend(mentions::mentioned(component, item));
        }
    }
    names
}

/// The import that names a type for a component, and the name in it, where imports and exports mention the type by name and
/// it has no resources.
fn plain(component: &Component, key: TypeKey) -> Option<(&str, &str)> {
    let definition = component.definition(key).filter(|definition| definition.side == Side::Import)?;
    let [import, name] = definition.path.as_slice() else { return None };
    let ty = component.import_at(&definition.path)?;
    let is_plain = mentions::must_be_named(component, key) && mentions::resources(component, ty).is_empty();
    is_plain.then_some((import, name))
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
            if let Some(item) = item.filter(|item| wanted.lacks_a_name(export.node, *item, &exported)) {
                wanted.item(export.node, item, &exported);
            }
        }
        wanted
    }

    /// Whether an item mentions a plain type that it does not name, and that nothing else names.
    fn lacks_a_name(&self, node: NodeIndex, item: ComponentEntityType, exported: &Exported) -> bool {
        let Some(component) = self.component(node) else { return false };
        let mut unnamed = mentions::unnamed(component, item).into_iter();
        unnamed.any(|key| self.nameless(node, component, key, exported).is_some())
    }

    fn component(&self, node: NodeIndex) -> Option<&'a Component> {
        self.graph.component(node).map(|id| &self.components[id])
    }

    /// Adds the types that an item mentions, unless exports name them.
    fn item(&mut self, node: NodeIndex, item: ComponentEntityType, exported: &Exported) {
        let Some(component) = self.component(node) else { return };
        for key in mentions::mentioned(component, item) {
            if let Some((import, name)) = self.nameless(node, component, key, exported) {
                let part = InstanceImport { node, import: import.to_owned() };
                self.types.entry(part).or_default().insert(name.to_owned());
            }
        }
    }

    /// The import that names a plain type for a component, and the name, where another component fills it and no export
    /// names the type.
    fn nameless(
        &self,
        node: NodeIndex,
        component: &'a Component,
        key: TypeKey,
        exported: &Exported,
    ) -> Option<(&'a str, &'a str)> {
        let Root::Instance(of, root) = self.roots.identity(node, key) else { return None };
        let (import, name) = plain(component, key).filter(|_| !exported.contains(&(of, root)))?;
        let (source, _) = self.graph.argument(node, import)?;
        self.graph.instance(source).filter(|of| of.adapts.is_none()).map(|_| (import, name))
    }
}
