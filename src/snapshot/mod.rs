//! The phase snapshot: what of a component is worth reviewing, in the order in which that is written down.
//!
//! A snapshot is a function of the component's bytes alone, and says nothing twice: where a part of a composition
//! changes, its own lines do. So a component that only joins others has no digest here, since all that makes it up has
//! lines of its own.

mod error;
mod golden;
mod text;

pub use error::SnapshotError;
pub use golden::{Golden, State};
pub use text::check_header;

use crate::inspect::model::{Component, Inspection, Instance, Role, Source, Wire};
use crate::provenance::Granted;

/// What a component is, for review. Names and other text from the component are escaped, as they are written down.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// What it calls itself.
    pub name: Option<String>,
    /// Its version, if its metadata has one.
    pub version: Option<String>,
    /// The SHA-256 of its bytes, where it has code of its own.
    pub sha256: Option<String>,
    /// How many bytes it has. Not written down: it would change with everything else.
    pub size: Option<usize>,
    /// What it exports, in order.
    pub exports: Vec<Export>,
    /// What it imports, in order.
    pub imports: Vec<Import>,
    /// The instances in it, in the order in which they are made.
    pub instances: Vec<Nested>,
    /// What was granted to components, where the component says so.
    pub grants: Vec<Granted>,
    /// Its world.
    pub wit: String,
    /// Why that is not WIT, but only looks like it.
    pub wit_reason: Option<String>,
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
    /// The SHA-256 of its component, where that has code of its own.
    pub sha256: Option<String>,
    /// What fills its imports, in order.
    pub arguments: Vec<Argument>,
    /// The instances within it. Of what weld generated, none.
    pub instances: Vec<Nested>,
}

/// An import of an instance, and what fills it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Argument {
    /// The name of the import.
    pub name: String,
    /// What fills it: the name of an instance beside this one, with `#` and the name of the export where that is
    /// another; `host`, or `outer` within another instance, for an import of what this instance is in, likewise;
    /// `NAME#*` for an instance as a whole; `{…}` for one that is put together of several; `component NAME`; `own` for
    /// what the code around has.
    pub from: String,
}

impl Snapshot {
    /// The snapshot of a component.
    pub fn of(inspection: &Inspection) -> Snapshot {
        let maker = Maker { inspection };
        let outermost = inspection.components.first();
        let exports = inspection.instances.first().map(|instance| instance.exports.as_slice()).unwrap_or_default();
        let from = |name: &str| {
            let wire = exports.iter().find(|wire| wire.name == name)?;
            (!maker.is_own(&wire.from)).then(|| maker.from(wire, 0))
        };
        Snapshot {
            name: inspection.name.as_deref().map(text::shown),
            version: outermost.and_then(version),
            sha256: outermost.and_then(digest),
            size: outermost.map(|component| component.size),
            exports: outermost
                .into_iter()
                .flat_map(|component| &component.exports)
                .map(|export| Export { name: text::shown(&export.name), from: from(&export.name) })
                .collect(),
            imports: inspection
                .imports
                .iter()
                .map(|import| Import {
                    name: text::shown(&import.name),
                    reached_by: maker.reached_by(&import.reached_by),
                })
                .collect(),
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

impl<'i> Maker<'i> {
    fn component(&self, instance: &Instance) -> Option<&'i Component> {
        self.inspection.components.get(instance.component?)
    }

    /// The instances within one that are worth a line.
    fn nested(&self, within: usize) -> Vec<Nested> {
        let mut nested = Vec::new();
        for (index, instance) in self.inspection.instances.iter().enumerate() {
            let component = self.component(instance);
            let role = component.map(|component| component.role);
            if instance.within != Some(within) || role == Some(Role::Shim) {
                continue;
            }
            let is_adapter = role == Some(Role::Adapter);
            nested.push(Nested {
                name: text::name(&instance.name),
                is_adapter,
                version: component.and_then(version),
                sha256: component.and_then(digest),
                arguments: instance
                    .imports
                    .iter()
                    .map(|wire| Argument { name: text::shown(&wire.name), from: self.from(wire, within) })
                    .collect(),
                instances: if is_adapter { Vec::new() } else { self.nested(index) },
            });
        }
        nested
    }

    /// The paths of those that reach something, without those that have only themselves to thank for it.
    fn reached_by(&self, reached: &[crate::inspect::model::Reached]) -> Vec<String> {
        let instances = reached.iter().filter_map(|reached| self.inspection.instances.get(reached.instance));
        let is_shown = |instance: &&Instance| {
            let role = self.component(instance).map(|component| component.role);
            instance.within.is_some() && role != Some(Role::Shim) && !self.is_within_adapter(instance)
        };
        instances.filter(is_shown).map(|instance| text::name(&instance.path)).collect()
    }

    fn is_within_adapter(&self, instance: &Instance) -> bool {
        let outer = |instance: &&'i Instance| self.inspection.instances.get(instance.within?);
        let first = instance.within.and_then(|within| self.inspection.instances.get(within));
        std::iter::successors(first, outer)
            .any(|outer| self.component(outer).is_some_and(|component| component.role == Role::Adapter))
    }

    /// Whether something is the code's of the instance that has it around itself, be it under names that a shim gives
    /// it.
    fn is_own(&self, source: &Source) -> bool {
        match source {
            Source::Own => true,
            Source::Instance { instance, .. } => {
                let instance = self.inspection.instances.get(*instance);
                let shim = instance
                    .filter(|instance| self.component(instance).is_some_and(|component| component.role == Role::Shim));
                shim.is_some_and(|shim| shim.imports.iter().all(|wire| wire.from == Source::Own))
            }
            _ => false,
        }
    }

    /// What fills an import or is an export, in words. `around` is the instance whose view it is.
    fn from(&self, wire: &Wire, around: usize) -> String {
        let named = |what: String, path: &[String], name: Option<&String>| match path {
            path if path.iter().eq(name) => what,
            [] => format!("{what}#*"),
            path => format!("{what}#{}", text::shown(&path.join("#"))),
        };
        match &wire.from {
            Source::Import { name, path } => {
                let outer = if around == 0 { "host" } else { "outer" };
                match path.as_slice() {
                    [] if *name == wire.name => outer.to_owned(),
                    path => named(format!("{outer}#{}", text::shown(name)), path, None),
                }
            }
            source if self.is_own(source) => "own".to_owned(),
            Source::Instance { instance, path } => {
                let instance = self.inspection.instances.get(*instance);
                named(instance.map_or_else(String::new, |instance| text::name(&instance.name)), path, Some(&wire.name))
            }
            Source::Bundle { items } => {
                let items =
                    items.iter().map(|item| format!("{} <- {}", text::shown(&item.name), self.from(item, around)));
                format!("{{{}}}", items.collect::<Vec<_>>().join(", "))
            }
            Source::Component { component } => {
                let component = self.inspection.components.get(*component);
                format!("component {}", component.map_or_else(String::new, |component| text::name(&component.name)))
            }
            Source::Own => "own".to_owned(),
        }
    }
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

/// The digest of a component that has code of its own.
fn digest(component: &Component) -> Option<String> {
    matches!(component.role, Role::Program | Role::Adapter).then(|| component.sha256.clone())
}
