//! The phase snapshot: what of a component is worth reviewing, in the order in which that is written down.
//!
//! A snapshot is a function of the component's bytes alone, and says nothing twice: where a part of a composition changes, its
//! own lines do. So an outermost component that only joins others has no digest here, since all that makes it up has lines of
//! its own; and what stands in an order without meaning is sorted, lest one wire move what it is not about.

mod error;
mod golden;
mod text;

pub use error::SnapshotError;
pub use golden::{SnapshotFile, State};
pub(crate) use text::step;
pub use text::{is_snapshot, name};

use std::collections::{BTreeMap, BTreeSet};

use crate::inspect::model::{Component, Inspection, Instance, Reached, Role, Source, Wire};
use crate::provenance::Granted;

/// What a component is, for review. Names and other text from the component are escaped, as they are written down.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// What it calls itself.
    pub(crate) name: Option<String>,
    /// Its version, if its metadata has one.
    pub(crate) version: Option<String>,
    /// The SHA-256 of its bytes without what weld says at their end, unless all that makes it up has lines of its own.
    pub(crate) sha256: Option<String>,
    /// The SHA-256 of all of its bytes. Not written down, as that of what is made of others.
    pub(crate) whole: Option<String>,
    /// The names of the instances that it makes, in the order in which it does, with `, ` between them; `None` where that is the
    /// one by name, as far as what one needs comes before it. Code may run when an instance is made.
    pub(crate) order: Option<String>,
    /// How many bytes it has. Not written down: it would change with everything else.
    pub(crate) size: Option<usize>,
    /// What it exports, by name.
    pub(crate) exports: Vec<Export>,
    /// What it imports, by name.
    pub(crate) imports: Vec<Import>,
    /// The instances in it, by name.
    pub(crate) instances: Vec<Nested>,
    /// What was granted to components, where the component says so.
    pub(crate) grants: Vec<Granted>,
    /// Its world.
    pub(crate) wit: String,
    /// Why that is not WIT, but only looks like it.
    pub(crate) wit_reason: Option<String>,
}

/// An export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// Its name.
    pub name: String,
    /// What it is, as [`Argument::from`]; `None` where the component's own code has it.
    pub from: Option<String>,
}

/// An import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// Its name.
    pub name: String,
    /// The paths of the instances that reach it, straight or through others. Empty where it is the component's own code
    /// alone, or nobody: an import may have types alone.
    pub reached_by: Vec<String>,
}

/// An instance within the component.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Nested {
    /// Its name, which none beside it has.
    pub name: String,
    /// Whether weld generated it, to stand between another one and what that imports.
    pub is_adapter: bool,
    /// The version of its component, if its metadata has one.
    pub version: Option<String>,
    /// The SHA-256 of its component, if that is in the file.
    pub sha256: Option<String>,
    /// What fills its imports, in order.
    pub arguments: Vec<Argument>,
    /// The instances within it that are more than a part of how it is made, by name.
    pub instances: Vec<Nested>,
}

/// An import of an instance, and what fills it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Argument {
    /// The name of the import.
    pub name: String,
    /// What fills it: the name of an instance beside this one, with `#` and the name of the export where that is
    /// another; `host`, or `outer` within another instance, for an import of what this instance is in, likewise;
    /// `NAME#*` for an instance as a whole; `{…}` for one that is put together of several; `component NAME sha256 DIGEST`; `own` for
    /// what the code around has.
    pub from: String,
}

impl Snapshot {
    /// The snapshot of a component.
    pub(crate) fn of(inspection: &Inspection) -> Snapshot {
        let maker = Maker { inspection };
        let outermost = inspection.components.first();
        let exports = inspection.instances.first().map(|instance| instance.exports.as_slice()).unwrap_or_default();
        let from = |name: &str| {
            let wire = exports.iter().find(|wire| wire.name == name)?;
            (!maker.is_own(&wire.from)).then(|| inspection.origin(wire, 0, &text::name))
        };
        Snapshot {
            name: inspection.name.as_deref().map(text::shown),
            version: outermost.and_then(version),
            sha256: digest(inspection),
            whole: outermost.map(|component| component.sha256.clone()),
            order: maker.order(),
            size: outermost.map(|component| component.size),
            exports: by_name(
                outermost
                    .into_iter()
                    .flat_map(|component| &component.exports)
                    .map(|export| Export { name: text::shown(&export.name), from: from(&export.name) }),
                |export| &export.name,
            ),
            imports: by_name(
                inspection.imports.iter().map(|import| Import {
                    name: text::shown(&import.name),
                    reached_by: maker.reached_by(&import.reached_by),
                }),
                |import| &import.name,
            ),
            instances: maker.nested(0),
            grants: inspection.provenance.iter().flat_map(|provenance| provenance.grants.iter().map(granted)).collect(),
            wit: text::lines(&inspection.wit.text),
            wit_reason: inspection.wit.reason.as_deref().map(|reason| text::shown(&one_line(reason))),
        }
    }
}

struct Maker<'i> {
    inspection: &'i Inspection,
}

impl Maker<'_> {
    /// The instances within one that are worth a line.
    fn nested(&self, within: usize) -> Vec<Nested> {
        let inspection = self.inspection;
        let instances = inspection.instances.iter().enumerate();
        let instances = instances.filter(|(_, instance)| instance.within == Some(within));
        let shown = instances.filter(|(_, instance)| !inspection.is_inside(instance));
        let of = |(index, instance): (usize, &Instance)| {
            let component = inspection.component(instance);
            let argument = |wire: &Wire| Argument {
                name: text::shown(&wire.name),
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
        let mut nested: Vec<Nested> = shown.map(of).collect();
        // They are made in an order that one wire can change for all of them.
        nested.sort_by(|a, b| a.name.cmp(&b.name));
        nested
    }

    /// The paths of those that reach something. Where it is the component's own code alone, that goes without saying.
    fn reached_by(&self, reached: &[Reached]) -> Vec<String> {
        let instances = reached.iter().filter_map(|reached| self.inspection.instances.get(reached.instance));
        let shown = instances.filter(|instance| instance.within.is_some() && !self.inspection.is_inside(instance));
        let mut paths: Vec<String> = shown.map(|instance| self.path(instance)).collect();
        paths.sort();
        paths
    }

    /// The order in which the outermost's instances are made, where it is none that goes without saying.
    fn order(&self) -> Option<String> {
        let inspection = self.inspection;
        let instances = inspection.instances.iter().enumerate();
        let made = instances.filter(|(_, instance)| instance.within == Some(0) && !inspection.is_inside(instance));
        let made: Vec<(usize, &Instance)> = made.collect();
        let shown: BTreeSet<usize> = made.iter().map(|(index, _)| *index).collect();
        let (mut waits, mut users): (BTreeMap<usize, usize>, BTreeMap<usize, Vec<usize>>) = Default::default();
        for (index, instance) in &made {
            let mut needed = BTreeSet::new();
            instance.imports.iter().for_each(|wire| needs(&wire.from, &mut needed));
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

    /// The names that lead to an instance, the outermost's left out.
    fn path(&self, instance: &Instance) -> String {
        let outer = instance.within.filter(|within| *within != 0);
        let name = text::name(&instance.name);
        let name = step(&name);
        match outer.and_then(|outer| self.inspection.instances.get(outer)) {
            Some(outer) => format!("{}/{name}", self.path(outer)),
            None => name.into_owned(),
        }
    }

    /// Whether something is the code's of the instance that has it around itself, be it under names that a shim gives
    /// it.
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

/// The instances that something is from.
fn needs(source: &Source, needed: &mut BTreeSet<usize>) {
    match source {
        Source::Instance { instance, .. } => _ = needed.insert(*instance),
        Source::Bundle { items } => items.iter().for_each(|item| needs(&item.from, needed)),
        Source::Import { .. } | Source::Component { .. } | Source::Own => {}
    }
}

/// Items in an order that nothing else in the component changes.
fn by_name<T>(items: impl Iterator<Item = T>, name: impl Fn(&T) -> &String) -> Vec<T> {
    let mut items: Vec<T> = items.collect();
    items.sort_by(|a, b| name(a).cmp(name(b)));
    items
}

fn version(component: &Component) -> Option<String> {
    component.metadata.version.as_deref().map(text::shown)
}

fn granted(Granted { component, grant, value }: &Granted) -> Granted {
    Granted { component: text::name(component), grant: text::shown(grant), value: text::shown(value) }
}

fn one_line(text: &str) -> String {
    text.lines().map(str::trim).collect::<Vec<_>>().join(" ")
}

/// The digest of the outermost component, unless all that it is made of has lines of its own: it has no code, WIT can say what
/// its types are, and each component in it has an instance.
fn digest(inspection: &Inspection) -> Option<String> {
    let outermost = inspection.components.first()?;
    let made = || inspection.instances.iter().filter(|instance| instance.within == Some(0));
    let nested = inspection.components.iter().enumerate().filter(|(_, component)| component.within == Some(0));
    let has_lines = (outermost.role == Role::Composition
        || inspection.components.len() == 1 && outermost.role == Role::Shim)
        && inspection.wit.reason.is_none()
        && made().all(|instance| instance.component.is_some())
        && { nested }.all(|(index, _)| made().any(|instance| instance.component == Some(index)));
    // What it says that it was made of is no part of what it is, and grants have lines.
    (!has_lines).then(|| inspection.bare_sha256.clone().unwrap_or_else(|| outermost.sha256.clone()))
}

#[cfg(test)]
mod tests;
