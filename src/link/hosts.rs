//! The imports that stay with the host: those that are versions of one interface become one import.

use std::collections::BTreeSet;

use petgraph::graph::NodeIndex;

use super::compat::{self, Item, ResourcePair};
use super::difference::Difference;
use super::error::LinkError;
use super::graph::{Graph, HostImport, Part};
use crate::describe::At;
use crate::load::component::{Side, TypeKey};
use crate::load::mentions;
use crate::load::name::Track;
use crate::load::{Component, Components};

/// Joins imports that are the same, or compatible versions of an interface, into host imports.
///
/// Imports of one name must agree in type. Versions stay apart where their types disagree, where the resources that
/// they use stay apart, and where one component imports both: a host may have both.
///
/// # Errors
///
/// Two imports of one name whose types disagree, each pair once.
pub fn merge(
    components: &Components,
    graph: &Graph,
    imports: Vec<(NodeIndex, &str)>,
) -> Result<Vec<HostImport>, Vec<At<LinkError>>> {
    let mut hosts = Hosts { components, graph, list: Vec::new() };
    let mut errors = Vec::new();
    // Those of one name first: they have no choice.
    for (node, import) in imports {
        let part = Part { node, import: import.to_owned() };
        match hosts.called_the_same(import) {
            Some(index) => match hosts.agree(index, &part) {
                Ok(()) => hosts.join(index, part),
                Err((other, difference)) => errors.push(conflict(graph, other, &part, difference)),
            },
            None => hosts.list.push(HostImport { name: import.to_owned(), parts: vec![part] }),
        }
    }
    errors.extend(hosts.circles());
    for index in 0..hosts.list.len() {
        if let Some(earlier) = hosts.compatible(index) {
            let parts = hosts.list.get_mut(index).map(|host| std::mem::take(&mut host.parts)).unwrap_or_default();
            parts.into_iter().for_each(|part| hosts.join(earlier, part));
        }
    }
    hosts.list.retain(|host| !host.parts.is_empty());
    if errors.is_empty() { Ok(hosts.list) } else { Err(errors.into_iter().map(At::from).collect()) }
}

struct Hosts<'a> {
    components: &'a Components,
    graph: &'a Graph,
    list: Vec<HostImport>,
}

impl<'a> Hosts<'a> {
    /// The host import that one of this name must be. Names that differ only in case may not both be imported.
    fn called_the_same(&self, import: &str) -> Option<usize> {
        let same = |part: &Part| part.import == import;
        let alike = |part: &Part| part.import.eq_ignore_ascii_case(import);
        let find = |test: &dyn Fn(&Part) -> bool| self.list.iter().position(|host| host.parts.iter().any(test));
        find(&same).or_else(|| find(&alike))
    }

    /// An earlier host import of a compatible version that this one can join, with all of its parts.
    fn compatible(&self, index: usize) -> Option<usize> {
        let host = self.list.get(index)?;
        let (track, _) = Track::of(&host.name)?;
        (0..index).find(|earlier| {
            let Some(other) = self.list.get(*earlier).filter(|other| !other.parts.is_empty()) else { return false };
            let fits = |part: &Part| {
                other.parts.iter().all(|other| other.node != part.node)
                    && self.agree(*earlier, part).is_ok()
                    && !self.reaches(*earlier, part)
            };
            Track::of(&other.name).is_some_and(|(other, _)| other == track)
                && host.parts.iter().all(fits)
                && other.parts.iter().all(|part| !self.reaches(index, part))
        })
    }

    /// Imports of one name of which one uses, at whatever remove, what uses the other.
    fn circles(&self) -> Vec<LinkError> {
        let circular = |(index, host): (usize, &HostImport)| {
            let part = host.parts.iter().find(|part| self.reaches(index, part))?;
            let other = host.parts.iter().find(|other| *other != part)?.clone();
            let difference = Difference {
                expected: "an interface that others use".to_owned(),
                found: Some("an interface that uses one of those others".to_owned()),
            };
            Some(conflict(self.graph, other, part, difference))
        };
        self.list.iter().enumerate().filter_map(circular).take(1).collect()
    }

    fn join(&mut self, index: usize, part: Part) {
        let Some(host) = self.list.get_mut(index) else { return };
        let version = |name: &str| Track::of(name).map(|(_, version)| version);
        if version(&host.name) < version(&part.import) {
            host.name.clone_from(&part.import);
        }
        host.parts.push(part);
    }

    /// Whether an import can join others: whatever two of them both have must be of one type.
    fn agree(&self, index: usize, new: &Part) -> Result<(), (Part, Difference)> {
        for part in self.list.get(index).into_iter().flat_map(|host| &host.parts) {
            let (Some(a), Some(b)) = (self.item(part), self.item(new)) else { continue };
            if part.import != new.import && part.import.eq_ignore_ascii_case(&new.import) {
                let named = |part: &Part| format!("{}, by this name", part.import);
                return Err((part.clone(), Difference { expected: named(part), found: Some(named(new)) }));
            }
            let pairs = compat::compare_common(a, b).map_err(|difference| (part.clone(), difference))?;
            for pair in pairs {
                self.one_resource(part, new, pair).map_err(|difference| (part.clone(), difference))?;
            }
        }
        Ok(())
    }

    /// Whether two resource types are one: those that two imports define are, if these become one import; those that
    /// they use are, if the imports that define them have become one.
    fn one_resource(&self, part: &Part, new: &Part, pair: ResourcePair) -> Result<(), Difference> {
        let (Some(a), Some(b)) = (self.definer(part.node, pair.0), self.definer(new.node, pair.1)) else {
            return Ok(());
        };
        let same = match (self.host_of(part.node, a), self.host_of(new.node, b)) {
            (Some(a), Some(b)) => a == b,
            // What a component fills is no matter of the host's, and owners are compared later.
            _ => true,
        };
        if same || (*a == part.import && *b == new.import) {
            return Ok(());
        }
        Err(Difference { expected: format!("a resource of {a}"), found: Some(format!("a resource of {b}")) })
    }

    /// Whether an import uses, at whatever remove, resources of a host import that it would join.
    fn reaches(&self, target: usize, part: &Part) -> bool {
        let mut seen = BTreeSet::new();
        let mut rest = self.uses(part);
        while let Some(index) = rest.pop() {
            if index == target {
                return true;
            }
            if seen.insert(index) {
                rest.extend(self.list.get(index).into_iter().flat_map(|host| &host.parts).flat_map(|p| self.uses(p)));
            }
        }
        false
    }

    /// The host imports whose resources an import uses.
    fn uses(&self, part: &Part) -> Vec<usize> {
        let Some(component) = self.component(part.node) else { return Vec::new() };
        let Some(item) = component.imports().get(&part.import) else { return Vec::new() };
        mentions::resources(component, item.ty)
            .into_iter()
            .filter_map(|id| self.definer(part.node, id))
            .filter(|definer| **definer != part.import)
            .filter_map(|definer| self.host_of(part.node, definer))
            .collect()
    }

    /// The import of a component that defines one of its resource types.
    fn definer(&self, node: NodeIndex, id: wasmparser::component_types::ResourceId) -> Option<&'a String> {
        let home = self.component(node)?.home(TypeKey::Resource(id))?;
        home.path.first().filter(|_| home.side == Side::Import)
    }

    fn component(&self, node: NodeIndex) -> Option<&'a Component> {
        self.graph.component(node).map(|id| &self.components[id])
    }

    fn host_of(&self, node: NodeIndex, import: &str) -> Option<usize> {
        let is = |part: &Part| part.node == node && part.import == import;
        self.list.iter().position(|host| host.parts.iter().any(is))
    }

    fn item<'p>(&self, part: &'p Part) -> Option<Item<'p>>
    where
        'a: 'p,
    {
        let component = self.component(part.node)?;
        let ty = component.imports().get(&part.import)?.ty;
        Some(Item { component, name: &part.import, ty })
    }
}

fn conflict(graph: &Graph, first: Part, second: &Part, difference: Difference) -> LinkError {
    LinkError::Merge {
        first: graph.name_of(first.node).to_owned(),
        first_import: first.import,
        second: graph.name_of(second.node).to_owned(),
        second_import: second.import.clone(),
        difference: Box::new(difference),
    }
}
