//! Groups of instances, which weld nests where a composition has too many for one component, are no part of an inspection: their
//! members are in what they are in, with what fills the imports of the group in the place of these.

use std::collections::BTreeMap;

use super::model::{Inspection, Role, Source, Wire};
use crate::decode::Part;
use crate::follow::Instance;
use crate::name::is_group;

/// Whether each instance is a group: one without code, which whoever made the outermost component calls so.
pub fn groups(parts: &[Part<'_>], instances: &[Instance<'_>]) -> Vec<bool> {
    let mut groups: Vec<bool> = Vec::with_capacity(instances.len());
    for instance in instances {
        // Each comes after the one in which it is made.
        let is_outer = instance.within.is_some_and(|outer| outer == 0 || groups.get(outer) == Some(&true));
        let has_no_core = instance.part.and_then(|part| parts.get(part)).is_some_and(|part| !part.level.has_core);
        groups.push(is_outer && has_no_core && instance.name.is_some_and(is_group));
    }
    groups
}

/// The instance that an instance is made in, apart from groups.
pub fn around(instances: &[Instance<'_>], groups: &[bool], id: usize) -> Option<usize> {
    let within = |id: &usize| instances.get(*id)?.within;
    std::iter::successors(within(&id), within).find(|outer| groups.get(*outer) != Some(&true))
}

/// Leaves out the groups of an inspection, of which the instances are made in what the groups are made in. `made_in` has the instance
/// that each is really made in. What is no plain group stays as it is.
pub fn without(mut inspection: Inspection, groups: &[bool], made_in: &[Option<usize>]) -> Inspection {
    if !groups.contains(&true) {
        return inspection;
    }
    let resolver = Resolver { inspection: &inspection, groups, made_in };
    let Some(wires) = resolver.wires() else { return inspection };
    let is_group = |id: usize| groups.get(id) == Some(&true);
    let component = |id: usize| inspection.instances.get(id).and_then(|of| of.component);
    let mut gone: Vec<usize> = (0..groups.len()).filter(|id| is_group(*id)).filter_map(component).collect();
    gone.sort_unstable();
    gone.dedup();
    let is_joint = |number: &usize| inspection.components.get(*number).is_some_and(|of| of.role == Role::Composition);
    if !gone.iter().all(is_joint)
        || (0..groups.len()).any(|id| !is_group(id) && gone.iter().any(|of| component(id) == Some(*of)))
    {
        return inspection;
    }
    let (instances, components) =
        (kept(groups.len(), is_group), kept(inspection.components.len(), |id| gone.binary_search(&id).is_ok()));
    let instance = |id: usize| instances.get(&id).copied().unwrap_or_default();
    for (of, (imports, exports)) in inspection.instances.iter_mut().zip(wires) {
        (of.imports, of.exports) = (imports, exports);
    }
    // Where each component lies, apart from groups.
    let within: Vec<Option<usize>> = inspection.components.iter().map(|of| of.within).collect();
    let outer = |component: Option<usize>| {
        let next = |id: &usize| within.get(*id).copied().flatten();
        std::iter::successors(component, next).find(|id| gone.binary_search(id).is_err())
    };
    for of in &mut inspection.components {
        of.within = outer(of.within).and_then(|id| components.get(&id).copied());
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
    for of in &mut inspection.instances {
        of.within = of.within.map(instance);
        of.component = of.component.and_then(|id| components.get(&id).copied());
        of.reaches.iter_mut().for_each(|reaches| reaches.through = reaches.through.map(instance));
        for wire in of.imports.iter_mut().chain(&mut of.exports) {
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

/// The new numbers of what stays, by the old ones.
fn kept(count: usize, is_gone: impl Fn(usize) -> bool) -> BTreeMap<usize, usize> {
    (0..count).filter(|id| !is_gone(*id)).enumerate().map(|(new, old)| (old, new)).collect()
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
    /// The imports and exports of each instance as what is around the groups sees them. `None` where something is a group as a whole.
    fn wires(&self) -> Option<Vec<(Vec<Wire>, Vec<Wire>)>> {
        let of = |(id, instance): (usize, &super::model::Instance)| {
            let outer = self.made_in.get(id).copied().flatten();
            let imports =
                outer.map_or_else(|| Some(instance.imports.clone()), |outer| self.resolved(&instance.imports, outer));
            Some((imports?, self.resolved(&instance.exports, id)?))
        };
        self.inspection.instances.iter().enumerate().map(of).collect()
    }

    /// Wires as the instance `at` has them around itself.
    fn resolved(&self, wires: &[Wire], at: usize) -> Option<Vec<Wire>> {
        let wire = |wire: &Wire| Some(Wire { name: wire.name.clone(), from: self.source(&wire.from, at)? });
        wires.iter().map(wire).collect()
    }

    fn is_group(&self, id: usize) -> bool {
        self.groups.get(id) == Some(&true)
    }

    /// Something that instance `at` has, as what is around the groups has it.
    fn source(&self, source: &Source, at: usize) -> Option<Source> {
        match source {
            Source::Import { name, path } if self.is_group(at) => {
                let wire = self.inspection.instances.get(at)?.imports.iter().find(|wire| wire.name == *name)?;
                self.source(&further(&wire.from, path)?, self.made_in.get(at).copied().flatten()?)
            }
            Source::Instance { instance, path } if self.is_group(*instance) => {
                let (first, rest) = path.split_first()?;
                let wire = self.inspection.instances.get(*instance)?.exports.iter().find(|wire| wire.name == *first)?;
                self.source(&further(&wire.from, rest)?, *instance)
            }
            Source::Bundle { items } => Some(Source::Bundle { items: self.resolved(items, at)? }),
            other => Some(other.clone()),
        }
    }
}

/// What exports lead to from something.
fn further(source: &Source, rest: &[String]) -> Option<Source> {
    if rest.is_empty() {
        return Some(source.clone());
    }
    let longer = |path: &[String]| path.iter().chain(rest).cloned().collect();
    match source {
        Source::Import { name, path } => Some(Source::Import { name: name.clone(), path: longer(path) }),
        Source::Instance { instance, path } => Some(Source::Instance { instance: *instance, path: longer(path) }),
        Source::Bundle { items } => {
            let (first, rest) = rest.split_first()?;
            further(&items.iter().find(|wire| wire.name == *first)?.from, rest)
        }
        Source::Component { .. } | Source::Own => None,
    }
}
