//! Groups of instances, for compositions that need more instances in one component than the validator allows.
//!
//! A group is a composition by itself: what its instances take from others is its imports, and what others take from its
//! instances is its exports. Each block of a topological order can be a group, since whatever lies between two of its
//! instances is in the block too.

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
pub struct Levels {
    /// The components of the composition and its groups.
    pub components: Components,
    /// The composition: its instances are groups, and what is in none.
    pub graph: Graph,
    /// The groups, inner ones first.
    pub groups: Vec<(ComponentId, Graph)>,
}

/// Something that an instance or a host import has, by the path that leads there.
type Item = (NodeIndex, Vec<String>);

/// Some instances of a graph, as a composition.
#[derive(Debug, Clone)]
pub struct Group {
    /// The composition.
    pub graph: Graph,
    members: Vec<NodeIndex>,
    /// The imports of the group, by what fills them.
    takes: BTreeMap<Item, String>,
    /// The exports of the group, by what they are.
    gives: BTreeMap<Item, String>,
}

/// The instances of a graph in consecutive blocks of a topological order, so that no block needs more than `most` instances as
/// a component. An adapter is in the block of its instance. A block of one instance may need more.
pub fn blocks(components: &Components, graph: &Graph, uses: &Uses<'_>, most: usize) -> Vec<Vec<NodeIndex>> {
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

/// Who uses each item of each instance: instances, or exports of the graph.
type Uses<'g> = BTreeMap<NodeIndex, BTreeMap<&'g [String], Vec<Option<NodeIndex>>>>;

/// Who uses what of the instances of a graph.
pub fn uses(graph: &Graph) -> Uses<'_> {
    let mut uses = Uses::new();
    let taken =
        |(node, _)| graph.arguments(node).into_iter().map(move |(source, wire)| (source, &wire.path, Some(node)));
    let exported = graph.exports().iter().map(|export| (export.node, &export.path, None));
    for (source, path, by) in graph.instances().flat_map(taken).chain(exported) {
        uses.entry(source).or_default().entry(path).or_default().push(by);
    }
    uses
}

/// The instances of a graph, each soon after what it takes, and an adapter before its instance.
fn topological(graph: &Graph) -> Vec<NodeIndex> {
    let sources = |node: NodeIndex| {
        let sources = graph.arguments(node).into_iter().map(|(source, _)| source);
        let (own, mut others): (Vec<NodeIndex>, Vec<NodeIndex>) = sources
            .filter(|of| graph.instance(*of).is_some())
            .partition(|of| graph.subject(*of) == graph.subject(node));
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
    /// The instances that members have and others still use, with the number of these uses.
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
            // Each instance on the way is an alias, and so is the export of the last one.
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

/// The import of the highest version among those of the first one's name: its component, and its name.
fn highest(components: &Components, graph: &Graph, parts: &[InstanceImport]) -> Option<(ComponentId, String)> {
    let InstanceImport { import, .. } = parts.first()?;
    let bearers = parts.iter().filter(|part| part.import == *import).filter_map(|part| graph.component(part.node));
    let version = |id: &ComponentId| Some(Track::of(&interface(import, components[*id].imports().get(import)?))?.1);
    // Of several, the first.
    bearers.rev().max_by_key(version).map(|id| (id, import.clone()))
}

/// The composition that some instances of a graph are, which are a block of a topological order.
pub fn group(components: &Components, graph: &Graph, uses: &Uses<'_>, members: &[NodeIndex], name: String) -> Group {
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
    let (mut names, mut takes, mut hosts) = (Names::default(), BTreeMap::new(), BTreeMap::new());
    // What the host fills keeps its name.
    let of_host = |(item, parts): (&Item, &Vec<InstanceImport>)| {
        graph.host(item.0).map_or_else(|| parts.first().map(|part| part.import.clone()), |host| Some(host.name.clone()))
    };
    let wanted: Vec<String> = parts.iter().map(|of| of_host(of).unwrap_or_default()).collect();
    let mut parts: Vec<(String, (Item, Vec<InstanceImport>))> = wanted.into_iter().zip(parts).collect();
    parts.sort_by_key(|(_, (item, _))| graph.host(item.0).is_none());
    for (wanted, (item, parts)) in parts {
        let name = names.free(&wanted, 'i');
        let of_host = graph.host(item.0).filter(|_| item.1.is_empty()).map(|host| host.declared.clone());
        let Some(declared) = of_host.or_else(|| highest(components, &own, &parts)) else { continue };
        takes.insert(item.clone(), name.clone());
        hosts.insert(item, own.add(Node::Host(HostImport { name, parts, declared, types: None })));
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
    let gives = exports(components, graph, uses, &inner, &mut own);
    for (one, other) in one_type(components, graph, &inner) {
        own.equate(one, other);
    }
    Group { graph: own, members: members.to_vec(), takes, gives }
}

/// Adds the exports of a group: what others use, and what names the types of that. Returns them by what they are.
fn exports(
    components: &Components,
    graph: &Graph,
    uses: &Uses<'_>,
    inner: &BTreeMap<NodeIndex, NodeIndex>,
    own: &mut Graph,
) -> BTreeMap<Item, String> {
    // Those of the composition come first, so that they keep their names.
    let exported = graph.exports().iter().map(|export| (export.node, export.path.clone()));
    let is_taken = |by: &Option<NodeIndex>| by.is_none_or(|by| !inner.contains_key(&by));
    let used = inner.keys().filter_map(|node| Some((*node, uses.get(node)?)));
    let taken = used.flat_map(|(node, used)| {
        let taken = used.iter().filter(|(_, by)| by.iter().any(is_taken));
        taken.map(move |(path, _)| (node, path.to_vec()))
    });
    let (mut names, mut gives) = (Names::default(), BTreeMap::new());
    let mut give = |own: &mut Graph, node: NodeIndex, item: Item| {
        if gives.contains_key(&item) {
            return false;
        }
        let name = names.free(item.1.last().map_or("", String::as_str), 'e');
        own.export(Export { name: name.clone(), node, path: item.1.clone() });
        gives.insert(item, name);
        true
    };
    for item in exported.chain(taken) {
        if let Some(node) = inner.get(&item.0) {
            give(own, *node, item);
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
        let added = missing.into_iter().filter(|(node, item)| give(own, *node, item.clone())).count();
        if added == 0 {
            break;
        }
    }
    let sorted = order::sorted(components, own);
    own.order_exports(sorted);
    gives
}

/// Where a resource type comes from.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Host(NodeIndex, Vec<String>),
    Instance(NodeIndex, TypeKey),
}

/// A resource type of an instance of a group.
type Own = (NodeIndex, TypeKey);

/// The resource types of imports of a group's instances that are one type, as the graph around the group has it, each with the
/// first one that is the same.
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
            // What begins in the group has one owner there.
            if matches!(&end, End::Instance(node, _) if inner.contains_key(node)) {
                continue;
            }
            let of = *first.entry(end).or_insert((*own, key));
            if of != (*own, key) {
                found.push(((*own, key), of));
            }
        }
    }
    found
}

fn end(roots: Roots<'_>, graph: &Graph, (mut node, mut key): Own) -> End {
    // Wires form no cycle.
    loop {
        let named = roots.component(node).and_then(|component| component.definition(key));
        let import = named.filter(|of| of.side == Side::Import).and_then(|of| of.path.split_first());
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

/// The graph with groups in the place of their members. Each group comes with the component that it became.
pub fn around(graph: &Graph, groups: &[(Group, ComponentId)]) -> Graph {
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
    // Host imports of types alone are found again.
    for (node, host) in graph.hosts().filter(|(_, host)| host.types.is_none()) {
        let mut parts: Vec<InstanceImport> = Vec::new();
        for part in &host.parts {
            let taken = || {
                let (number, group) = group(&part.node)?;
                let (source, wire) = graph.argument(part.node, &part.import)?;
                let import = group.takes.get(&(source, wire.path.clone()))?.clone();
                Some(InstanceImport { node: *of_groups.get(number)?, import })
            };
            let own = || Some(InstanceImport { node: *places.get(&part.node)?, import: part.import.clone() });
            parts.extend(taken().or_else(own).filter(|part| !parts.contains(part)));
        }
        places.insert(node, outer.add(Node::Host(HostImport { parts, ..host.clone() })));
    }
    let found = |(node, path): (NodeIndex, &[String])| match group(&node) {
        Some((number, group)) => {
            let name = group.gives.get(&(node, path.to_vec()))?;
            Some((*of_groups.get(number)?, vec![name.clone()]))
        }
        None => Some((*places.get(&node)?, path.to_vec())),
    };
    for ((group, _), to) in groups.iter().zip(&of_groups) {
        for ((source, path), import) in &group.takes {
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
    /// The wanted name, unless another item has it or it says more than a name, else a label.
    fn free(&mut self, wanted: &str, letter: char) -> String {
        let is_name = !wanted.is_empty() && !wanted.contains(['[', '=']);
        let own = is_name.then(|| wanted.to_owned());
        // The sequence is infinite, so it contains an unused name.
        let mut names = own.into_iter().chain((0..).map(|number| format!("{letter}{number}")));
        names.find(|name| self.0.insert(canonical(name))).unwrap_or_default()
    }
}
