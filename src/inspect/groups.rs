//! Removes groups of instances from an inspection. weld nests instances in groups if a composition has too many for one
//! component. Their members are listed under the instance around the group, with what fills the imports of the group.

use std::collections::BTreeMap;

use super::model::{Inspection, Role, Source, Wire};
use crate::decode::Part;
use crate::follow::Instance;
use crate::name::is_group;

/// Whether each instance is a group: its component has no core code, and the name section of the outermost component,
/// or of a group, gives it the name of a group.
pub(super) fn groups(parts: &[Part<'_>], instances: &[Instance<'_>]) -> Vec<bool> {
    let mut groups: Vec<bool> = Vec::with_capacity(instances.len());
    for instance in instances {
        // Each instance comes after the one that creates it.
        let is_outer = instance.within.is_some_and(|outer| outer == 0 || groups.get(outer) == Some(&true));
        let has_no_core = instance.part.and_then(|part| parts.get(part)).is_some_and(|part| !part.level.has_core);
        groups.push(is_outer && has_no_core && instance.name.is_some_and(is_group));
    }
    groups
}

/// The instance that creates an instance, not counting groups.
pub(super) fn enclosing(instances: &[Instance<'_>], groups: &[bool], id: usize) -> Option<usize> {
    let within = |id: &usize| instances.get(*id)?.within;
    std::iter::successors(within(&id), within).find(|outer| groups.get(*outer) != Some(&true))
}

/// Removes the groups from an inspection. `made_in` is the instance that creates each instance, groups included. If a
/// group is used in a way that weld never writes, the inspection stays as it is.
pub(super) fn remove(mut inspection: Inspection, groups: &[bool], made_in: &[Option<usize>]) -> Inspection {
    if !groups.contains(&true) {
        return inspection;
    }
    let resolver = Resolver { inspection: &inspection, groups, made_in };
    let Some(wires) = resolver.wires() else { return inspection };
    let is_group = |id: usize| groups.get(id) == Some(&true);
    let component = |id: usize| inspection.instances.get(id).and_then(|instance| instance.component);
    let mut removed: Vec<usize> = (0..groups.len()).filter(|id| is_group(*id)).filter_map(component).collect();
    removed.sort_unstable();
    removed.dedup();
    let is_joint = |number: &usize| {
        inspection.components.get(*number).is_some_and(|component| component.role == Role::Composition)
    };
    if !removed.iter().all(is_joint)
        || (0..groups.len()).any(|id| !is_group(id) && removed.iter().any(|number| component(id) == Some(*number)))
    {
        return inspection;
    }
    let (instances, components) = (
        new_indices(groups.len(), is_group),
        new_indices(inspection.components.len(), |id| removed.binary_search(&id).is_ok()),
    );
    let instance = |id: usize| instances.get(&id).copied().unwrap_or_default();
    for (each, (imports, exports)) in inspection.instances.iter_mut().zip(wires) {
        (each.imports, each.exports) = (imports, exports);
    }
    // The enclosing component of each component, not counting groups.
    let within: Vec<Option<usize>> = inspection.components.iter().map(|component| component.within).collect();
    let outer = |component: Option<usize>| {
        let next = |id: &usize| within.get(*id).copied().flatten();
        std::iter::successors(component, next).find(|id| removed.binary_search(id).is_err())
    };
    for each in &mut inspection.components {
        each.within = outer(each.within).and_then(|id| components.get(&id).copied());
    }
    let mut number = 0;
    inspection.components.retain(|_| {
        number += 1;
        components.contains_key(&(number - 1))
    });
    let mut number = 0;
    inspection.instances.retain(|_| {
        number += 1;
        instances.contains_key(&(number - 1))
    });
    for each in &mut inspection.instances {
        each.within = each.within.map(instance);
        each.component = each.component.and_then(|id| components.get(&id).copied());
        each.reaches.iter_mut().for_each(|reaches| reaches.through = reaches.through.map(instance));
        for wire in each.imports.iter_mut().chain(&mut each.exports) {
            renumber(&mut wire.from, &instance, &components);
        }
    }
    for import in &mut inspection.imports {
        import.reached_by.retain(|reached| instances.contains_key(&reached.instance));
        for reached in &mut import.reached_by {
            reached.instance = instance(reached.instance);
            reached.through.iter_mut().for_each(|through| through.instance = instance(through.instance));
        }
    }
    inspection
}

/// Maps the old index of each item that is kept to its new index.
fn new_indices(count: usize, is_removed: impl Fn(usize) -> bool) -> BTreeMap<usize, usize> {
    (0..count).filter(|id| !is_removed(*id)).enumerate().map(|(new, old)| (old, new)).collect()
}

fn renumber(source: &mut Source, instances: &dyn Fn(usize) -> usize, components: &BTreeMap<usize, usize>) {
    match source {
        Source::Instance { instance, .. } => *instance = instances(*instance),
        Source::Component { component } => *component = components.get(component).copied().unwrap_or_default(),
        Source::Bundle { items } => items.iter_mut().for_each(|wire| renumber(&mut wire.from, instances, components)),
        Source::Import { .. } | Source::Own => {}
    }
}

struct Resolver<'i> {
    inspection: &'i Inspection,
    groups: &'i [bool],
    made_in: &'i [Option<usize>],
}

impl Resolver<'_> {
    /// The imports and exports of each instance, without reference to groups. `None` if an item is a group as a whole.
    fn wires(&self) -> Option<Vec<(Vec<Wire>, Vec<Wire>)>> {
        let wires = |(id, instance): (usize, &super::model::Instance)| {
            let outer = self.made_in.get(id).copied().flatten();
            let imports =
                outer.map_or_else(|| Some(instance.imports.clone()), |outer| self.resolved(&instance.imports, outer));
            Some((imports?, self.resolved(&instance.exports, id)?))
        };
        self.inspection.instances.iter().enumerate().map(wires).collect()
    }

    /// Replaces the origins of wires, which are given in terms of the instance `at`.
    fn resolved(&self, wires: &[Wire], at: usize) -> Option<Vec<Wire>> {
        let wire = |wire: &Wire| Some(Wire { name: wire.name.clone(), from: self.source(&wire.from, at)? });
        wires.iter().map(wire).collect()
    }

    fn is_group(&self, id: usize) -> bool {
        self.groups.get(id) == Some(&true)
    }

    /// Replaces an origin, given in terms of the instance `at`, with one that refers to no group.
    fn source(&self, source: &Source, at: usize) -> Option<Source> {
        match source {
            Source::Import { name, path } if self.is_group(at) => {
                let wire = self.inspection.instances.get(at)?.imports.iter().find(|wire| wire.name == *name)?;
                self.source(&at_path(&wire.from, path)?, self.made_in.get(at).copied().flatten()?)
            }
            Source::Instance { instance, path } if self.is_group(*instance) => {
                let (first, rest) = path.split_first()?;
                let wire = self.inspection.instances.get(*instance)?.exports.iter().find(|wire| wire.name == *first)?;
                self.source(&at_path(&wire.from, rest)?, *instance)
            }
            Source::Bundle { items } => Some(Source::Bundle { items: self.resolved(items, at)? }),
            other => Some(other.clone()),
        }
    }
}

/// The origin of the item to which the export names in `rest` lead from an origin.
fn at_path(source: &Source, rest: &[String]) -> Option<Source> {
    if rest.is_empty() {
        return Some(source.clone());
    }
    let longer = |path: &[String]| path.iter().chain(rest).cloned().collect();
    match source {
        Source::Import { name, path } => Some(Source::Import { name: name.clone(), path: longer(path) }),
        Source::Instance { instance, path } => Some(Source::Instance { instance: *instance, path: longer(path) }),
        Source::Bundle { items } => {
            let (first, rest) = rest.split_first()?;
            at_path(&items.iter().find(|wire| wire.name == *first)?.from, rest)
        }
        Source::Component { .. } | Source::Own => None,
    }
}
