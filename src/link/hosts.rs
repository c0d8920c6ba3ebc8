//! Imports that stay with the host. Compatible versions of one interface become one import.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::graph::NodeIndex;
use semver::Version;
use wasmparser::component_types::{ComponentEntityType, ComponentItem, ResourceId};

use super::error::LinkError;
use super::graph::{Graph, HostImport, InstanceImport};
use super::origin::Origin;
use crate::describe::At;
use crate::load::component::{implements, interface};
use crate::load::{Component, ComponentId, Components};
use crate::name::{Track, canonical, compatible};
use crate::types::compare::{self, Difference, Item, ResourcePair};
use crate::types::identity::resource;
use crate::types::ids::{OtherId, other_id};
use crate::types::mentions;
use crate::types::{Side, TypeKey};

/// Merges equal imports, and compatible versions of an interface, into host imports.
///
/// Imports of one name must agree in type and in `external-id`. Labels are the exception: labels of different
/// interfaces or ids become separate imports, all but the first under new unique names. Versions stay separate where
/// their types conflict, where the resources that they use stay separate, and where one component imports both, since
/// the host may then distinguish them.
///
/// `origin` returns the source of an import.
///
/// # Errors
///
/// Imports of one name with conflicting types, each pair once.
pub(super) fn merge(
    components: &Components,
    graph: &Graph,
    imports: Vec<(NodeIndex, &str)>,
    origin: &dyn Fn(NodeIndex, &str) -> Origin,
) -> Result<Vec<HostImport>, Vec<At<LinkError>>> {
    let mut hosts = Hosts::new(components, graph, origin);
    let mut errors = Vec::new();
    // Imports of one name come first, because they have to be merged.
    for (node, import) in imports {
        let part = InstanceImport { node, import: import.to_owned() };
        match hosts.host_of_same_name(&part) {
            Some(index) => match hosts.agree(index, &part) {
                Ok(()) => hosts.join(index, part),
                Err((other, difference)) => errors.push(conflict(graph, other, &part, difference)),
            },
            None => {
                hosts.list.push(Host { name: import.to_owned(), ..Host::default() });
                hosts.join(hosts.list.len() - 1, part);
            }
        }
    }
    errors.extend(hosts.cycles());
    for index in 0..hosts.list.len() {
        if let Some(earlier) = hosts.compatible(index) {
            let host = hosts.list.get_mut(index).map(std::mem::take).unwrap_or_default();
            host.parts.into_iter().for_each(|part| hosts.join(earlier, part));
        }
    }
    hosts.list.retain(|host| !host.parts.is_empty());
    hosts.choose_versions();
    hosts.rename();
    let joined = hosts.list.into_iter();
    let joined = joined.filter_map(|Host { name, parts, declared, .. }| {
        let InstanceImport { node, import } = declared?;
        Some(HostImport { name, parts, declared: (graph.component(node)?, import), types: BTreeMap::new() })
    });
    let joined = joined.collect();
    if errors.is_empty() { Ok(joined) } else { Err(errors) }
}

struct Hosts<'a> {
    components: &'a Components,
    graph: &'a Graph,
    origin: &'a dyn Fn(NodeIndex, &str) -> Origin,
    list: Vec<Host<'a>>,
    /// The host import of each import.
    by_import: BTreeMap<NodeIndex, BTreeMap<String, usize>>,
    /// The host imports by name. Names that the validator regards as equal may not both be imported.
    named: BTreeMap<String, Vec<usize>>,
}

/// An incomplete host import.
#[derive(Default)]
struct Host<'a> {
    name: String,
    parts: Vec<InstanceImport>,
    /// The part whose declaration the host import has, once it is chosen.
    declared: Option<InstanceImport>,
    /// The parts with an item that no earlier part has. An import that agrees with these agrees with all parts.
    distinctive: Vec<InstanceImport>,
    /// The items of the parts, if they are instances.
    exports: BTreeSet<String>,
    nodes: BTreeSet<NodeIndex>,
    /// The other imports that define resources which the parts use.
    defining_imports: BTreeSet<Defining<'a>>,
}

/// An import that is left to the host and defines a resource type: the instance, and the name.
type Defining<'a> = (NodeIndex, &'a String);

impl<'a> Hosts<'a> {
    fn new(components: &'a Components, graph: &'a Graph, origin: &'a dyn Fn(NodeIndex, &str) -> Origin) -> Self {
        Hosts { components, graph, origin, list: Vec::new(), by_import: BTreeMap::new(), named: BTreeMap::new() }
    }

    /// The host import that an import of this name must join. `None` if that belongs to the same component: no valid
    /// output contains a component with both imports, which verification reports.
    fn host_of_same_name(&self, part: &InstanceImport) -> Option<usize> {
        let mut named = self.named.get(&canonical(&part.import))?.iter().copied();
        named.find(|index| {
            let is_it = |host: &Host<'_>| {
                !host.nodes.contains(&part.node) && host.parts.first().is_none_or(|first| self.are_one(first, part))
            };
            self.list.get(*index).is_some_and(is_it)
        })
    }

    /// Whether two imports of one name have the same interface and `external-id`. A declaration of a document is
    /// identified by its name alone.
    ///
    /// Component Model, Explainer, "Import and Export Definitions": `implements` states the interface of a label.
    fn are_one(&self, a: &InstanceImport, b: &InstanceImport) -> bool {
        match (self.label(a), self.label(b)) {
            (Some(of_a), Some(of_b)) => compatible(&of_a, &of_b) && self.external_id(a) == self.external_id(b),
            (None, None) => true,
            _ => [a, b].iter().any(|part| self.graph.is_declarations(part.node)),
        }
    }

    /// The interface of a label.
    fn label(&self, part: &InstanceImport) -> Option<String> {
        let item = self.declaration(part)?;
        item.implements.is_some().then(|| implements(&part.import, item)).flatten()
    }

    /// The `external-id` of an import, by which the host selects an implementation.
    ///
    /// Component Model, Explainer, "Import and Export Definitions": `external-id`.
    fn external_id(&self, part: &InstanceImport) -> Option<&'a str> {
        self.declaration(part)?.external_id.as_deref()
    }

    fn declaration(&self, part: &InstanceImport) -> Option<&'a ComponentItem> {
        self.component(part.node)?.imports().get(&part.import)
    }

    /// An item of both imports whose `external-id` differs between them.
    fn other_id(&self, a: &InstanceImport, b: &InstanceImport) -> Option<OtherId> {
        let item = |part: &InstanceImport| {
            let component = self.component(part.node)?;
            Some((&**component, component.imports().get(&part.import)?))
        };
        other_id(item(a)?, item(b)?)
    }

    /// Chooses the part whose declaration each host import has. It is the first part of the highest version of which a
    /// part imports functions, or of the highest version if no part does. It is a higher version if only that has all
    /// types, which compatible versions share. If a part states no version, it is the first part.
    fn choose_versions(&mut self) {
        let version = |part: &InstanceImport| Some(Track::of(&interface(&part.import, self.declaration(part)?))?.1);
        let chosen = |host: &Host<'a>| {
            let parts = host.parts.iter().map(|part| Some((version(part)?, part)));
            let mut parts: Vec<(Version, &InstanceImport)> = parts.collect::<Option<_>>()?;
            // The order of parts of one version is kept.
            parts.sort_by(|(a, _), (b, _)| a.cmp(b));
            let (highest, _) = parts.last()?;
            let callers = parts.iter().rev().find(|(_, part)| !self.is_types_only(part));
            let needed = callers.map_or(highest, |(version, _)| version);
            let mut exports = BTreeSet::new();
            let has_all = |(version, part): &&(Version, &InstanceImport)| {
                exports.extend(self.exports(part));
                version >= needed && exports.len() == host.exports.len()
            };
            let version = parts.iter().find(has_all).map_or(highest, |(version, _)| version);
            parts.iter().find(|(other, _)| other == version).map(|(_, part)| (*part).clone())
        };
        let chosen: Vec<Option<InstanceImport>> =
            self.list.iter().map(|host| chosen(host).or_else(|| host.parts.first().cloned())).collect();
        for (host, part) in self.list.iter_mut().zip(chosen) {
            host.name = part.as_ref().map_or_else(String::new, |part| part.import.clone());
            host.declared = part;
        }
    }

    /// Whether an import is an instance with only types.
    fn is_types_only(&self, part: &InstanceImport) -> bool {
        self.component(part.node).is_some_and(|component| component.is_types_only(&part.import))
    }

    /// The label that a host import keeps, since the composition had it before for one of its parts. `component` returns
    /// the component of a part, behind its adapter.
    fn kept(&self, host: &Host<'_>, component: &dyn Fn(&InstanceImport) -> Option<ComponentId>) -> Option<String> {
        let label = |part: &InstanceImport| {
            let component = self.components[component(part)?].name();
            self.graph.labels.get(&(component.to_owned(), part.import.clone())).cloned()
        };
        host.parts.iter().find_map(label)
    }

    /// Gives labels of different interfaces different names. An import that is identified by its name keeps the name, and a label the
    /// one that it had before. Otherwise the first label of the first component keeps it. An adapter counts as the component that it
    /// adapts.
    fn rename(&mut self) {
        let mut taken: BTreeSet<String> = BTreeSet::new();
        for (_, id) in self.graph.users() {
            taken.extend(self.components[id].imports().keys().map(|import| canonical(import)));
        }
        let is_label = |host: &Host<'_>| host.parts.iter().any(|part| self.label(part).is_some());
        let (mut labels, plain): (Vec<_>, Vec<_>) = self.list.iter().enumerate().partition(|(_, host)| is_label(host));
        let adapted: BTreeMap<&str, NodeIndex> =
            self.graph.instances().map(|(node, instance)| (instance.name.as_str(), node)).collect();
        let component = |part: &InstanceImport| {
            let node = adapted.get(self.graph.subject(part.node)).copied().unwrap_or(part.node);
            self.graph.component(node)
        };
        let place = |part: &InstanceImport| {
            let id = component(part)?;
            Some((id, self.components[id].imports().get_index_of(&part.import)))
        };
        labels.sort_by_key(|(_, host)| host.parts.iter().filter_map(place).min());
        let mut used: BTreeSet<String> = plain.iter().map(|(_, host)| canonical(&host.name)).collect();
        let mut renamed = Vec::new();
        let (mut kept, mut others) = (Vec::new(), Vec::new());
        for (index, host) in labels {
            match self.kept(host, &component).filter(|name| used.insert(canonical(name))) {
                Some(name) => kept.push((index, name)),
                None => others.push((index, host)),
            }
        }
        taken.extend(kept.iter().map(|(_, name)| canonical(name)));
        renamed.extend(kept);
        for (index, host) in others {
            if !used.insert(canonical(&host.name)) {
                // The sequence is infinite, so it contains an unused name.
                let mut numbered = (2..).map(|number| format!("{}{number}", host.name));
                let name = numbered.find(|name| taken.insert(canonical(name))).unwrap_or_default();
                used.insert(canonical(&name));
                renamed.push((index, name));
            }
        }
        for (index, name) in renamed {
            if let Some(host) = self.list.get_mut(index) {
                host.name = name;
            }
        }
    }

    /// An earlier host import of a compatible version that this one can join with all its parts.
    fn compatible(&self, index: usize) -> Option<usize> {
        let host = self.list.get(index)?;
        let (track, _) = Track::of(&host.name)?;
        (0..index).find(|earlier| {
            let Some(other) = self.list.get(*earlier).filter(|other| !other.parts.is_empty()) else { return false };
            let fits = |part: &InstanceImport| !other.nodes.contains(&part.node) && self.agree(*earlier, part).is_ok();
            Track::of(&other.name).is_some_and(|(other, _)| other == track)
                && host.parts.iter().all(fits)
                && !self.reaches(*earlier, index)
                && !self.reaches(index, *earlier)
        })
    }

    /// Imports of one name whose merge would create a cycle of used resources.
    fn cycles(&self) -> Vec<At<LinkError>> {
        let circular = |(index, host): (usize, &Host<'_>)| {
            if !self.reaches(index, index) {
                return None;
            }
            let leads_back = |part: &&InstanceImport| {
                let mut uses = self.defining_imports(part).into_iter().filter_map(|import| self.host_of(import));
                uses.any(|used| used == index || self.reaches(index, used))
            };
            let part = host.parts.iter().find(leads_back)?;
            let other = host.parts.iter().find(|other| *other != part)?.clone();
            let difference = Difference {
                expected: "an interface that others use".to_owned(),
                found: Some("an interface that uses one of those others".to_owned()),
            };
            Some(conflict(self.graph, other, part, difference))
        };
        self.list.iter().enumerate().filter_map(circular).take(1).collect()
    }

    fn join(&mut self, index: usize, part: InstanceImport) {
        let exports: BTreeSet<String> = self.exports(&part).cloned().collect();
        let defining_imports = self.defining_imports(&part);
        let Some(host) = self.list.get_mut(index) else { return };
        let is_new_name = host.distinctive.iter().all(|other| other.import != part.import);
        if is_new_name || !exports.is_subset(&host.exports) {
            host.distinctive.push(part.clone());
            host.exports.extend(exports);
        }
        host.nodes.insert(part.node);
        host.defining_imports.extend(defining_imports);
        self.by_import.entry(part.node).or_default().insert(part.import.clone(), index);
        let named = self.named.entry(canonical(&part.import)).or_default();
        if !named.contains(&index) {
            named.push(index);
        }
        host.parts.push(part);
    }

    /// The items of an import, if it is an instance.
    fn exports(&self, part: &InstanceImport) -> impl Iterator<Item = &'a String> {
        let component = self.component(part.node);
        let id = component.and_then(|component| match component.imports().get(&part.import)?.ty {
            ComponentEntityType::Instance(id) => Some(id),
            _ => None,
        });
        let ty = component.zip(id).and_then(|(component, id)| component.types().get(id));
        ty.into_iter().flat_map(|ty| ty.exports.keys())
    }

    /// Whether an import can join others: items that both have must have the same type.
    fn agree(&self, index: usize, new: &InstanceImport) -> Result<(), (InstanceImport, Difference)> {
        for part in self.list.get(index).into_iter().flat_map(|host| &host.distinctive) {
            let (Some(a), Some(b)) = (self.item(part), self.item(new)) else { continue };
            if part.import != new.import && canonical(&part.import) == canonical(&new.import) {
                let found = format!("{}, which differs only in case or hyphens", new.import);
                return Err((part.clone(), Difference { expected: part.import.clone(), found: Some(found) }));
            }
            if let Some(OtherId { path, ids: [known, id] }) = self.other_id(part, new) {
                let of = if path.is_empty() { String::new() } else { format!(" of `{}`", path.join("#")) };
                let shown = |id: Option<String>| match id {
                    Some(id) => format!("external-id \"{id}\"{of}"),
                    None => format!("no external-id{of}"),
                };
                let difference = Difference { expected: shown(known), found: Some(shown(id)) };
                return Err((part.clone(), difference));
            }
            let pairs = compare::compare_common(a, b).map_err(|difference| (part.clone(), difference))?;
            for pair in pairs {
                self.one_resource(part, new, pair).map_err(|difference| (part.clone(), difference))?;
            }
        }
        Ok(())
    }

    /// Whether two resource types are equal after a merge. Resource types that the two imports define become equal;
    /// those that they use are equal if their defining imports have been merged.
    fn one_resource(&self, part: &InstanceImport, new: &InstanceImport, pair: ResourcePair) -> Result<(), Difference> {
        // `owners.rs` compares the owners later where a component defines one of them.
        let (Some(a), Some(b)) = (self.defining_import(part.node, pair.0), self.defining_import(new.node, pair.1))
        else {
            return Ok(());
        };
        let same = match (self.host_of(a), self.host_of(b)) {
            (Some(a), Some(b)) => a == b,
            _ => true,
        };
        if same || (is_of(a, part) && is_of(b, new)) {
            return Ok(());
        }
        Err(Difference { expected: format!("a resource of {}", a.1), found: Some(format!("a resource of {}", b.1)) })
    }

    /// Whether a host import uses resources of another, directly or through others; or, through others, of itself.
    fn reaches(&self, target: usize, from: usize) -> bool {
        let mut seen = BTreeSet::new();
        let mut rest: Vec<usize> = self.uses(from).collect();
        while let Some(index) = rest.pop() {
            if index == target {
                return true;
            }
            if seen.insert(index) {
                rest.extend(self.uses(index));
            }
        }
        false
    }

    /// The host imports that define resources of a host import.
    fn uses(&self, index: usize) -> impl Iterator<Item = usize> {
        let defining_imports = self.list.get(index).into_iter().flat_map(|host| &host.defining_imports);
        defining_imports.filter_map(|import| self.host_of(*import))
    }

    /// The other imports that define resources which an import uses.
    fn defining_imports(&self, part: &InstanceImport) -> BTreeSet<Defining<'a>> {
        let Some(component) = self.component(part.node) else { return BTreeSet::new() };
        let Some(item) = component.imports().get(&part.import) else { return BTreeSet::new() };
        mentions::resources(component, item.ty)
            .into_iter()
            .filter_map(|id| self.defining_import(part.node, id))
            .filter(|import| !is_of(*import, part))
            .collect()
    }

    /// The import that defines a resource type of an instance, which another instance may pass on: an adapter exports
    /// the types that it imports. `None` if a component defines it.
    fn defining_import(&self, mut node: NodeIndex, mut id: ResourceId) -> Option<Defining<'a>> {
        // A cycle of wires is reported later.
        let mut seen = BTreeSet::new();
        while seen.insert((node, id)) {
            let component = self.component(node)?;
            let definition = component.definition(TypeKey::Resource(id))?;
            let (import, rest) = definition.path.split_first().filter(|_| definition.side == Side::Import)?;
            let ty = match (self.origin)(node, import) {
                Origin::Import(source, name, _) if source == node && name == *import => return Some((node, import)),
                Origin::Import(source, name, path) => {
                    node = source;
                    let path: Vec<String> = std::iter::once(&name).chain(&path).chain(rest).cloned().collect();
                    self.component(source)?.import_at(&path)?
                }
                Origin::Export(source, path) => {
                    node = source;
                    let path: Vec<String> = path.iter().chain(rest).cloned().collect();
                    self.component(source)?.export_at(&path)?
                }
            };
            id = resource(ty)?.resource();
        }
        None
    }

    fn component(&self, node: NodeIndex) -> Option<&'a Component> {
        self.graph.component(node).map(|id| &self.components[id])
    }

    fn host_of(&self, (node, import): Defining<'_>) -> Option<usize> {
        self.by_import.get(&node)?.get(import).copied()
    }

    fn item<'p>(&self, part: &'p InstanceImport) -> Option<Item<'p>>
    where
        'a: 'p,
    {
        let component = self.component(part.node)?;
        let ty = component.imports().get(&part.import)?.ty;
        Some(Item { component, name: &part.import, ty })
    }
}

/// Whether a defining import is this one.
fn is_of((node, import): Defining<'_>, part: &InstanceImport) -> bool {
    node == part.node && *import == part.import
}

fn conflict(graph: &Graph, first: InstanceImport, second: &InstanceImport, difference: Difference) -> At<LinkError> {
    let places = [second.node, first.node].map(|node| graph.place(node));
    let error = LinkError::Merge {
        first: graph.subject(first.node).to_owned(),
        first_import: first.import,
        second: graph.subject(second.node).to_owned(),
        second_import: second.import.clone(),
        difference: Box::new(difference),
    };
    places.into_iter().flatten().fold(At::from(error), |at, place| at.and(place, None))
}
