//! Groups of instances, for compositions that need more instances in one component than the validator allows.
//!
//! A group is a composition of its own. Items that its instances take from others are its imports, and items that
//! others take from its instances are its exports. Each block of a topological order can be a group, since every
//! instance between two members is a member too.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use petgraph::graph::NodeIndex;
use wasmparser::component_types::{ComponentAnyTypeId, ComponentEntityType};

use super::graph::{Export, Graph, HostImport, Instance, InstanceImport, Node, Wire};
use super::order;
use super::root::Roots;
use crate::load::component::interface;
use crate::load::{ComponentId, Components};
use crate::name::{Track, canonical};
use crate::types::identity::visit_types;
use crate::types::{Side, TypeKey};

/// A composition in groups.
#[derive(Clone)]
pub(crate) struct Levels {
    /// The components of the composition and its groups.
    pub components: Components,
    /// The composition. Its instances are the groups, and the instances outside of groups.
    pub graph: Graph,
    /// The groups, inner ones first.
    pub groups: Vec<(ComponentId, Graph)>,
}

/// An item of an instance or of a host import, given by its path.
type Item = (NodeIndex, Vec<String>);

/// Some instances of a graph, as a composition of their own.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    /// The composition.
    pub graph: Graph,
    members: Vec<NodeIndex>,
    /// The imports of the group, by the items that fill them.
    imports: BTreeMap<Item, String>,
    /// The exports of the group, by the items that they export.
    exports: BTreeMap<Item, String>,
}

/// Divides the instances of a graph into consecutive blocks of a topological order, each of which needs at most `most`
/// instances as a component. An adapter is in the block of its instance. A single instance may need more.
pub(crate) fn blocks(components: &Components, graph: &Graph, uses: &Uses<'_>, most: usize) -> Vec<Vec<NodeIndex>> {
    let order = topological(graph);
    let (mut blocks, mut block) = (Vec::new(), Block::new(components, graph, uses));
    for unit in order.chunk_by(|a, b| graph.subject(*a) == graph.subject(*b)) {
        let before = block.members.len();
        unit.iter().for_each(|node| block.add(*node));
        if block.instances > most && before > 0 {
            block.members.truncate(before);
            blocks.push(std::mem::take(&mut block.members));
            block = Block::new(components, graph, uses);
            unit.iter().for_each(|node| block.add(*node));
        }
    }
    blocks.push(block.members);
    blocks
}

/// The users of each item of each instance: an instance, or `None` for an export of the graph.
type Uses<'g> = BTreeMap<NodeIndex, BTreeMap<&'g [String], Vec<Option<NodeIndex>>>>;

/// The users of the items of all instances of a graph.
pub(crate) fn uses(graph: &Graph) -> Uses<'_> {
    let mut uses = Uses::new();
    let taken =
        |(node, _)| graph.arguments(node).into_iter().map(move |(source, wire)| (source, &wire.path, Some(node)));
    let exported = graph.exports().iter().map(|export| (export.node, &export.path, None));
    for (source, path, user) in graph.instances().flat_map(taken).chain(exported) {
        uses.entry(source).or_default().entry(path).or_default().push(user);
    }
    uses
}

/// The instances of a graph, each after its sources and as close to them as possible, and an adapter before its
/// instance.
fn topological(graph: &Graph) -> Vec<NodeIndex> {
    let sources = |node: NodeIndex| {
        let sources = graph.arguments(node).into_iter().map(|(source, _)| source);
        let (own, mut others): (Vec<NodeIndex>, Vec<NodeIndex>) = sources
            .filter(|source| graph.instance(*source).is_some())
            .partition(|source| graph.subject(*source) == graph.subject(node));
        others.extend(own);
        others.into_iter()
    };
    let (mut seen, mut order) = (BTreeSet::new(), Vec::new());
    let first = graph.exports().iter().map(|export| export.node).filter(|node| graph.instance(*node).is_some());
    for root in first.chain(graph.instances().map(|(node, _)| node)) {
        let mut open = Vec::new();
        if seen.insert(root) {
            open.push((root, sources(root)));
        }
        while let Some((node, left)) = open.last_mut() {
            match left.next() {
                Some(source) if seen.insert(source) => open.push((source, sources(source))),
                Some(_) => {}
                None => {
                    order.push(*node);
                    open.pop();
                }
            }
        }
    }
    order
}

/// An incomplete block, with the number of instances that it needs as a component.
struct Block<'g> {
    components: &'g Components,
    graph: &'g Graph,
    uses: &'g Uses<'g>,
    members: Vec<NodeIndex>,
    /// The instances that members export and that others still use, with the number of remaining uses.
    given: BTreeMap<(NodeIndex, &'g [String]), usize>,
    taken: BTreeSet<(NodeIndex, &'g [String])>,
    instances: usize,
}

impl<'g> Block<'g> {
    fn new(components: &'g Components, graph: &'g Graph, uses: &'g Uses<'g>) -> Self {
        let (members, given, taken) = (Vec::new(), BTreeMap::new(), BTreeSet::new());
        Block { components, graph, uses, members, given, taken, instances: 0 }
    }

    fn add(&mut self, node: NodeIndex) {
        let Some(component) = self.graph.component(node).map(|id| &self.components[id]) else { return };
        self.members.push(node);
        self.instances += 1;
        for (path, uses) in self.uses.get(&node).into_iter().flatten() {
            // Each instance on the path is an alias, and so is the item at its end.
            self.instances += path.len().saturating_sub(1);
            if path.is_empty() || matches!(component.export_at(path), Some(ComponentEntityType::Instance(_))) {
                self.instances += usize::from(!path.is_empty()) + 1;
                self.given.insert((node, path), uses.len());
            }
        }
        for (source, wire) in self.graph.arguments(node) {
            let item = (source, wire.path.as_slice());
            let ty = component.imports().get(&wire.import).map(|item| item.ty);
            if let Some(uses) = self.given.get_mut(&item) {
                *uses -= 1;
                self.instances -= usize::from(*uses == 0);
            } else if matches!(ty, Some(ComponentEntityType::Instance(_))) && self.taken.insert(item) {
                self.instances += 1;
            }
        }
    }
}

/// The import of the highest version, among the parts with the name of the first one: its component, and its name.
fn highest(components: &Components, graph: &Graph, parts: &[InstanceImport]) -> Option<(ComponentId, String)> {
    let InstanceImport { import, .. } = parts.first()?;
    let bearers = parts.iter().filter(|part| part.import == *import).filter_map(|part| graph.component(part.node));
    let version = |id: &ComponentId| Some(Track::of(&interface(import, components[*id].imports().get(import)?))?.1);
    // Among equal versions, the first import is taken.
    bearers.rev().max_by_key(version).map(|id| (id, import.clone()))
}

/// The composition of some instances of a graph, which are a block of a topological order.
pub(crate) fn group(
    components: &Components,
    graph: &Graph,
    uses: &Uses<'_>,
    members: &[NodeIndex],
    name: String,
) -> Group {
    let mut own = Graph::default();
    own.name = Some(name);
    let add = |node: &NodeIndex| Some((*node, own.add(Node::Instance(graph.instance(*node)?.clone()))));
    let inner: BTreeMap<NodeIndex, NodeIndex> = members.iter().filter_map(add).collect();
    let mut parts: IndexMap<Item, Vec<InstanceImport>> = IndexMap::new();
    for (node, own) in members.iter().filter_map(|node| Some((*node, *inner.get(node)?))) {
        for (source, wire) in graph.arguments(node).into_iter().filter(|(source, _)| !inner.contains_key(source)) {
            let part = InstanceImport { node: own, import: wire.import.clone() };
            parts.entry((source, wire.path.clone())).or_default().push(part);
        }
    }
    let (mut names, mut imports, mut hosts) = (Names::default(), BTreeMap::new(), BTreeMap::new());
    // An item of the host keeps its name.
    let of_host = |(item, parts): (&Item, &Vec<InstanceImport>)| {
        graph.host(item.0).map_or_else(|| parts.first().map(|part| part.import.clone()), |host| Some(host.name.clone()))
    };
    let wanted: Vec<String> = parts.iter().map(|part| of_host(part).unwrap_or_default()).collect();
    let mut parts: Vec<(String, (Item, Vec<InstanceImport>))> = wanted.into_iter().zip(parts).collect();
    parts.sort_by_key(|(_, (item, _))| graph.host(item.0).is_none());
    for (wanted, (item, parts)) in parts {
        let name = names.free(&wanted, 'i');
        let of_host = graph.host(item.0).filter(|_| item.1.is_empty()).map(|host| host.declared.clone());
        let Some(declared) = of_host.or_else(|| highest(components, &own, &parts)) else { continue };
        imports.insert(item.clone(), name.clone());
        hosts.insert(item, own.add(Node::Host(HostImport { name, parts, declared, types: BTreeMap::new() })));
    }
    for (node, to) in members.iter().filter_map(|node| Some((*node, *inner.get(node)?))) {
        for (source, wire) in graph.arguments(node) {
            let taken = hosts.get(&(source, wire.path.clone())).map(|host| (*host, Vec::new()));
            let from = inner.get(&source).map(|from| (*from, wire.path.clone())).or(taken);
            if let Some((from, path)) = from {
                own.wire(from, to, Wire { import: wire.import.clone(), path });
            }
        }
    }
    let exports = exports(components, graph, uses, &inner, &mut own);
    for (one, other) in one_type(components, graph, &inner) {
        own.equate(one, other);
    }
    Group { graph: own, members: members.to_vec(), imports, exports }
}

/// Adds the exports of a group: the items that others use, and items that name the types of these. Returns the exports
/// by item.
fn exports(
    components: &Components,
    graph: &Graph,
    uses: &Uses<'_>,
    inner: &BTreeMap<NodeIndex, NodeIndex>,
    own: &mut Graph,
) -> BTreeMap<Item, String> {
    // Exports of the composition come first, so that they keep their names.
    let exported = graph.exports().iter().map(|export| (export.node, export.path.clone()));
    let is_outside = |user: &Option<NodeIndex>| user.is_none_or(|user| !inner.contains_key(&user));
    let used = inner.keys().filter_map(|node| Some((*node, uses.get(node)?)));
    let taken = used.flat_map(|(node, used)| {
        let taken = used.iter().filter(|(_, users)| users.iter().any(is_outside));
        taken.map(move |(path, _)| (node, path.to_vec()))
    });
    let (mut names, mut exports) = (Names::default(), BTreeMap::new());
    let mut add_export = |own: &mut Graph, node: NodeIndex, item: Item| {
        if exports.contains_key(&item) {
            return false;
        }
        let name = names.free(item.1.last().map_or("", String::as_str), 'e');
        own.export(Export { name: name.clone(), node, path: item.1.clone() });
        exports.insert(item, name);
        true
    };
    for item in exported.chain(taken) {
        if let Some(node) = inner.get(&item.0) {
            add_export(own, *node, item);
        }
    }
    let outward: BTreeMap<NodeIndex, NodeIndex> = inner.iter().map(|(outer, inner)| (*inner, *outer)).collect();
    loop {
        let roots = Roots::new(components, own);
        let named: BTreeSet<_> = own.exports().iter().flat_map(|export| order::names(roots, export)).collect();
        let mentioned = own.exports().iter().flat_map(|export| order::mentioned(roots, export));
        let missing: BTreeSet<_> = mentioned.filter(|key| !named.contains(key)).collect();
        let definition = |(node, key): (NodeIndex, TypeKey)| {
            let definition = roots.component(node)?.definition(key)?;
            let first = definition.path.first().filter(|_| definition.side == Side::Export)?;
            Some((node, (*outward.get(&node)?, vec![first.clone()])))
        };
        let missing: Vec<(NodeIndex, Item)> = missing.into_iter().filter_map(definition).collect();
        let added = missing.into_iter().filter(|(node, item)| add_export(own, *node, item.clone())).count();
        if added == 0 {
            break;
        }
    }
    let sorted = order::sorted(components, own);
    own.order_exports(sorted);
    exports
}

/// The origin of a resource type.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Host(NodeIndex, Vec<String>),
    Instance(NodeIndex, TypeKey),
}

/// A resource type of an instance of a group.
type Own = (NodeIndex, TypeKey);

/// The resource types in imports of the group's instances that are equal in the graph around the group, each with the
/// first of its equals.
fn one_type(components: &Components, graph: &Graph, inner: &BTreeMap<NodeIndex, NodeIndex>) -> Vec<(Own, Own)> {
    let (mut first, mut found) = (BTreeMap::new(), Vec::new());
    let roots = Roots::new(components, graph);
    for (outer, own) in inner {
        let Some(component) = roots.component(*outer) else { continue };
        let mut keys = BTreeSet::new();
        let mut imports = component.imports().iter();
        visit_types(component.types(), &mut imports, &mut Vec::new(), &mut |_, id| {
            if let ComponentAnyTypeId::Resource(_) = id {
                keys.insert(component.key(id));
            }
        });
        for key in keys {
            let end = end(roots, graph, (*outer, key));
            // A type that a member defines has one owner in the group.
            if matches!(&end, End::Instance(node, _) if inner.contains_key(node)) {
                continue;
            }
            let equal = *first.entry(end).or_insert((*own, key));
            if equal != (*own, key) {
                found.push(((*own, key), equal));
            }
        }
    }
    found
}

fn end(roots: Roots<'_>, graph: &Graph, (mut node, mut key): Own) -> End {
    // The graph has no cycles, so the loop ends.
    loop {
        let named = roots.component(node).and_then(|component| component.definition(key));
        let import = named
            .filter(|definition| definition.side == Side::Import)
            .and_then(|definition| definition.path.split_first());
        let argument = import.and_then(|(import, rest)| Some((graph.argument(node, import)?, rest)));
        let Some(((source, wire), rest)) = argument else { return End::Instance(node, key) };
        let path: Vec<String> = wire.path.iter().chain(rest).cloned().collect();
        let Some(exporter) = roots.component(source) else { return End::Host(source, path) };
        match exporter.export_at(&path) {
            Some(ComponentEntityType::Type { created, .. }) => (node, key) = (source, exporter.key(created)),
            _ => return End::Instance(node, key),
        }
    }
}

/// The graph with groups in place of their members. Each group comes with its component.
pub(crate) fn around(graph: &Graph, groups: &[(Group, ComponentId)]) -> Graph {
    let mut outer = Graph::default();
    (outer.name, outer.is_ruled) = (graph.name.clone(), graph.is_ruled);
    let group_of = groups.iter().enumerate().flat_map(|(number, (group, _))| {
        let members = group.members.iter();
        members.map(move |member| (*member, number))
    });
    let group_of: BTreeMap<NodeIndex, usize> = group_of.collect();
    let group = |node: &NodeIndex| Some((*group_of.get(node)?, &groups.get(*group_of.get(node)?)?.0));
    let mut places: BTreeMap<NodeIndex, NodeIndex> = BTreeMap::new();
    let mut of_groups: Vec<NodeIndex> = Vec::new();
    for (group, component) in groups {
        let name = group.graph.name.clone().unwrap_or_default();
        of_groups.push(outer.add(Node::Instance(Instance { name, component: *component, adapts: None })));
    }
    for (node, id) in graph.users().filter(|(node, _)| !group_of.contains_key(node)) {
        let instance = graph.instance(node).cloned().map(Node::Instance);
        places.insert(node, outer.add(instance.unwrap_or(Node::Declarations(id))));
    }
    // Plain types are added again later.
    for (node, host) in graph.hosts().filter(|(_, host)| !host.parts.is_empty()) {
        let mut parts: Vec<InstanceImport> = Vec::new();
        for part in &host.parts {
            let taken = || {
                let (number, group) = group(&part.node)?;
                let (source, wire) = graph.argument(part.node, &part.import)?;
                let import = group.imports.get(&(source, wire.path.clone()))?.clone();
                Some(InstanceImport { node: *of_groups.get(number)?, import })
            };
            let own = || Some(InstanceImport { node: *places.get(&part.node)?, import: part.import.clone() });
            parts.extend(taken().or_else(own).filter(|part| !parts.contains(part)));
        }
        places.insert(node, outer.add(Node::Host(HostImport { parts, types: BTreeMap::new(), ..host.clone() })));
    }
    let found = |(node, path): (NodeIndex, &[String])| match group(&node) {
        Some((number, group)) => {
            let name = group.exports.get(&(node, path.to_vec()))?;
            Some((*of_groups.get(number)?, vec![name.clone()]))
        }
        None => Some((*places.get(&node)?, path.to_vec())),
    };
    for ((group, _), to) in groups.iter().zip(&of_groups) {
        for ((source, path), import) in &group.imports {
            if let Some((from, path)) = found((*source, path)) {
                outer.wire(from, *to, Wire { import: import.clone(), path });
            }
        }
    }
    for (node, _) in graph.instances() {
        let Some(to) = places.get(&node) else { continue };
        for (source, wire) in graph.arguments(node) {
            if let Some((from, path)) = found((source, &wire.path)) {
                outer.wire(from, *to, Wire { import: wire.import.clone(), path });
            }
        }
    }
    for export in graph.exports() {
        if let Some((node, path)) = found((export.node, &export.path)) {
            outer.export(Export { name: export.name.clone(), node, path });
        }
    }
    outer
}

/// The names of the imports or exports of a group.
#[derive(Default)]
struct Names(BTreeSet<String>);

impl Names {
    /// The wanted name, if it is free and is only a name. Otherwise a new label.
    fn free(&mut self, wanted: &str, letter: char) -> String {
        let is_name = !wanted.is_empty() && !wanted.contains(['[', '=']);
        let own = is_name.then(|| wanted.to_owned());
        // The sequence is infinite, so it contains an unused name.
        let mut names = own.into_iter().chain((0..).map(|number| format!("{letter}{number}")));
        names.find(|name| self.0.insert(canonical(name))).unwrap_or_default()
    }
}
