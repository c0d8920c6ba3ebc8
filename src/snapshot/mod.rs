//! The phase snapshot: selects what a review of a component needs, in the order of the text.
//!
//! A snapshot is a function of the component's bytes alone. Nothing occurs in it twice, so that a change of one part of
//! a composition changes only the lines of that part. For this reason, an outermost component without code has no
//! digest if lines describe all of its parts. Lists without a significant order are sorted, so that a change of one
//! wire moves no other line.

mod error;
mod golden;
mod text;

pub(crate) use error::SnapshotError;
pub(crate) use golden::{SnapshotFile, State};
pub(crate) use text::step;
pub(crate) use text::{is_snapshot, name};

use std::collections::{BTreeMap, BTreeSet};

use crate::inspect::model::{Component, Inspection, Instance, Reached, Role, Source, Wire};
use crate::provenance::Granted;

/// A component for review. Names and other text of the component are escaped, as in the text of the snapshot.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// The name that the component's own name section gives it.
    pub(crate) name: Option<String>,
    /// The version in the metadata.
    pub(crate) version: Option<String>,
    /// The SHA-256 of the bytes without a custom section `weld` at their end. `None` if other lines describe all parts
    /// of the component.
    pub(crate) sha256: Option<String>,
    /// The SHA-256 of all bytes. Not part of the text.
    pub(crate) whole: Option<String>,
    /// The names of the instances in the order of instantiation, separated by `, `. `None` if that is the default
    /// order: by name, with each instance after those that it needs. The order matters because an instantiation may run
    /// code.
    pub(crate) order: Option<String>,
    /// The size in bytes. Not part of the text, because any change would change it.
    pub(crate) size: Option<usize>,
    /// The exports, sorted by name.
    pub(crate) exports: Vec<Export>,
    /// The imports, sorted by name.
    pub(crate) imports: Vec<Import>,
    /// The instances that the outermost one creates, sorted by name.
    pub(crate) instances: Vec<Nested>,
    /// The grants of components, from the provenance.
    pub(crate) grants: Vec<Granted>,
    /// The world as WIT.
    pub(crate) wit: String,
    /// The reason that `wit` only resembles WIT.
    pub(crate) wit_reason: Option<String>,
}

/// An export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Export {
    /// The name.
    pub name: String,
    /// The origin, as in [`Argument::from`]. `None` if the component's own code defines the export.
    pub from: Option<String>,
}

/// An import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Import {
    /// The name.
    pub name: String,
    /// The paths of the instances that reach the import, directly or through others. Empty if only the component's own
    /// code does, or if nothing does, as with an import that contains only types.
    pub reached_by: Vec<String>,
}

/// An instance in the component.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Nested {
    /// The name, which is unique in the enclosing instance.
    pub name: String,
    /// Whether the instance is an adapter that weld generated, as far as the file says.
    pub is_adapter: bool,
    /// The version in the metadata of its component.
    pub version: Option<String>,
    /// The SHA-256 of its component. `None` if that is not in the file.
    pub sha256: Option<String>,
    /// The instantiation arguments, in order.
    pub arguments: Vec<Argument>,
    /// The nested instances, sorted by name, without implementation details: see `Inspection::is_inside`.
    pub instances: Vec<Nested>,
}

/// An import of an instance, and what fills it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Argument {
    /// The name of the import.
    pub name: String,
    /// The origin of what fills it:
    ///
    /// - the name of an instance beside this one, with `#` and the name of the export if that is not the name of the
    ///   import;
    /// - `host` for a host import, or `outer` for an import of the enclosing instance, with `#` and its name likewise;
    /// - `NAME#*` for an instance as a whole;
    /// - `{…}` for an inline instance;
    /// - `component NAME sha256 DIGEST` for a component;
    /// - `own` for an item of the enclosing component's own code.
    pub from: String,
}

impl Snapshot {
    /// Takes the snapshot of an inspected component.
    pub(crate) fn of(inspection: &Inspection) -> Snapshot {
        let maker = Maker { inspection, within: inspection.instances_within() };
        let outermost = inspection.components.first();
        let exports = inspection.instances.first().map(|instance| instance.exports.as_slice()).unwrap_or_default();
        let from = |name: &str| {
            let wire = exports.iter().find(|wire| wire.name == name)?;
            (!maker.is_own(&wire.from)).then(|| inspection.origin(wire, 0, &text::name))
        };
        Snapshot {
            name: inspection.name.as_deref().map(text::escape),
            version: outermost.and_then(version),
            sha256: digest(inspection),
            whole: outermost.map(|component| component.sha256.clone()),
            order: maker.order(),
            size: outermost.map(|component| component.size),
            exports: by_name(
                outermost
                    .into_iter()
                    .flat_map(|component| &component.exports)
                    .map(|export| Export { name: text::escape(&export.name), from: from(&export.name) }),
                |export| &export.name,
            ),
            imports: by_name(
                inspection.imports.iter().map(|import| Import {
                    name: text::escape(&import.name),
                    reached_by: maker.reached_by(&import.reached_by),
                }),
                |import| &import.name,
            ),
            instances: maker.nested(0),
            grants: inspection.provenance.iter().flat_map(|provenance| provenance.grants.iter().map(granted)).collect(),
            wit: text::lines(&inspection.wit.text),
            wit_reason: inspection.wit.reason.as_deref().map(|reason| text::escape(&one_line(reason))),
        }
    }
}

struct Maker<'i> {
    inspection: &'i Inspection,
    /// The instances in each instance.
    within: BTreeMap<usize, Vec<usize>>,
}

impl Maker<'_> {
    /// The nested instances of an instance, without implementation details.
    fn nested(&self, within: usize) -> Vec<Nested> {
        let inspection = self.inspection;
        let instances = self.within.get(&within).into_iter().flatten();
        let instances = instances.filter_map(|index| Some((*index, inspection.instances.get(*index)?)));
        let shown = instances.filter(|(_, instance)| !inspection.is_inside(instance));
        let nested = |(index, instance): (usize, &Instance)| {
            let component = inspection.component(instance);
            let argument = |wire: &Wire| Argument {
                name: text::escape(&wire.name),
                from: inspection.origin(wire, within, &text::name),
            };
            Nested {
                name: text::name(&instance.name),
                is_adapter: inspection.role(instance) == Some(Role::Adapter),
                version: component.and_then(version),
                sha256: component.map(|component| component.sha256.clone()),
                arguments: instance.imports.iter().map(argument).collect(),
                instances: self.nested(index),
            }
        };
        let mut nested: Vec<Nested> = shown.map(nested).collect();
        // One wire can change the order of instantiation of all of them.
        nested.sort_by(|a, b| a.name.cmp(&b.name));
        nested
    }

    /// The paths of the instances that reach an import, without the outermost and implementation details.
    fn reached_by(&self, reached: &[Reached]) -> Vec<String> {
        let instances = reached.iter().filter_map(|reached| self.inspection.instances.get(reached.instance));
        let shown = instances.filter(|instance| instance.within.is_some() && !self.inspection.is_inside(instance));
        let mut paths: Vec<String> = shown.map(|instance| self.path(instance)).collect();
        paths.sort();
        paths
    }

    /// The order of instantiation, if it is not the default order: see [`Snapshot::order`].
    fn order(&self) -> Option<String> {
        let inspection = self.inspection;
        let instances = inspection.instances.iter().enumerate();
        let made = instances.filter(|(_, instance)| instance.within == Some(0) && !inspection.is_inside(instance));
        let made: Vec<(usize, &Instance)> = made.collect();
        let shown: BTreeSet<usize> = made.iter().map(|(index, _)| *index).collect();
        let (mut waits, mut users): (BTreeMap<usize, usize>, BTreeMap<usize, Vec<usize>>) = Default::default();
        for (index, instance) in &made {
            let mut needed = BTreeSet::new();
            instance.imports.iter().for_each(|wire| collect_needed(&wire.from, &mut needed));
            needed.retain(|other| shown.contains(other));
            waits.insert(*index, needed.len());
            needed.into_iter().for_each(|other| users.entry(other).or_default().push(*index));
        }
        let name = |index: usize| inspection.instances.get(index).map_or("", |instance| &instance.name);
        let free = waits.iter().filter(|(_, waits)| **waits == 0).map(|(index, _)| (name(*index), *index));
        let (mut free, mut by_name): (BTreeSet<(&str, usize)>, Vec<usize>) = (free.collect(), Vec::new());
        while let Some((_, index)) = free.pop_first() {
            by_name.push(index);
            for user in users.remove(&index).unwrap_or_default() {
                let Some(left) = waits.get_mut(&user) else { continue };
                *left -= 1;
                if *left == 0 {
                    free.insert((name(user), user));
                }
            }
        }
        let names = made.iter().map(|(_, instance)| text::name(&instance.name)).collect::<Vec<_>>();
        made.iter().map(|(index, _)| index).ne(&by_name).then(|| names.join(text::SEPARATOR))
    }

    /// The names of the enclosing instances and of an instance, without that of the outermost.
    fn path(&self, instance: &Instance) -> String {
        let outer = instance.within.filter(|within| *within != 0);
        let name = text::name(&instance.name);
        let name = step(&name);
        match outer.and_then(|outer| self.inspection.instances.get(outer)) {
            Some(outer) => format!("{}/{name}", self.path(outer)),
            None => name.into_owned(),
        }
    }

    /// Whether an item is defined by the code of the enclosing instance, even if a shim renames it.
    fn is_own(&self, source: &Source) -> bool {
        match source {
            Source::Own => true,
            Source::Instance { instance, .. } => {
                let instance = self.inspection.instances.get(*instance);
                let shim = instance.filter(|instance| self.inspection.is_inside(instance));
                shim.is_some_and(|shim| shim.imports.iter().all(|wire| wire.from == Source::Own))
            }
            _ => false,
        }
    }
}

/// Collects the instances to which an origin refers.
fn collect_needed(source: &Source, needed: &mut BTreeSet<usize>) {
    match source {
        Source::Instance { instance, .. } => _ = needed.insert(*instance),
        Source::Bundle { items } => items.iter().for_each(|item| collect_needed(&item.from, needed)),
        Source::Import { .. } | Source::Component { .. } | Source::Own => {}
    }
}

/// Sorts items by name, so that their order depends on nothing else.
fn by_name<T>(items: impl Iterator<Item = T>, name: impl Fn(&T) -> &String) -> Vec<T> {
    let mut items: Vec<T> = items.collect();
    items.sort_by(|a, b| name(a).cmp(name(b)));
    items
}

fn version(component: &Component) -> Option<String> {
    component.metadata.version.as_deref().map(text::escape)
}

fn granted(Granted { component, grant, value }: &Granted) -> Granted {
    Granted { component: text::name(component), grant: text::escape(grant), value: text::escape(value) }
}

fn one_line(text: &str) -> String {
    text.lines().map(str::trim).collect::<Vec<_>>().join(" ")
}

/// The digest of the outermost component. `None` if lines describe all of its parts: it has no code, WIT can express
/// its types, and each component in it has an instance.
fn digest(inspection: &Inspection) -> Option<String> {
    let outermost = inspection.components.first()?;
    let made = || inspection.instances.iter().filter(|instance| instance.within == Some(0));
    let nested = inspection.components.iter().enumerate().filter(|(_, component)| component.within == Some(0));
    let has_lines = (outermost.role == Role::Composition
        || inspection.components.len() == 1 && outermost.role == Role::Shim)
        && inspection.wit.reason.is_none()
        && made().all(|instance| instance.component.is_some())
        && { nested }.all(|(index, _)| made().any(|instance| instance.component == Some(index)));
    // The provenance does not change what the component is, and the grants in it have lines.
    (!has_lines).then(|| inspection.bare_sha256.clone().unwrap_or_else(|| outermost.sha256.clone()))
}

#[cfg(test)]
mod tests;
