//! Where things come from, in words, and which instances need none.

use super::model::{Component, HostImport, Inspection, Instance, Reached, Reaches, Role, Source, Wire};

/// How many instances of a way are named, at most.
const WAY: usize = 4;

/// What a way calls the instance of the outermost component.
const OUTERMOST: &str = "the outermost component";

impl Inspection {
    /// The component of an instance, if that is in the file.
    pub(crate) fn component(&self, instance: &Instance) -> Option<&Component> {
        self.components.get(instance.component?)
    }

    /// What the component of an instance is there for, if that is in the file.
    pub(crate) fn role(&self, instance: &Instance) -> Option<Role> {
        Some(self.component(instance)?.role)
    }

    /// Whether an instance is a part of how another one is made, of which the digest of that one says all: something
    /// without code in one that has code, such as the names of its exports, or anything in an adapter. What is made there of
    /// a component that lies elsewhere is none.
    pub(crate) fn is_inside(&self, instance: &Instance) -> bool {
        let mut around = instance.within.and_then(|within| self.instances.get(within));
        while let Some(outer) = around {
            let hides = match self.role(outer) {
                Some(Role::Adapter) => true,
                Some(Role::Program | Role::Shim) => self.role(instance) == Some(Role::Shim),
                _ => false,
            };
            if hides && self.lies_in(instance, outer) {
                return true;
            }
            around = outer.within.and_then(|within| self.instances.get(within));
        }
        false
    }

    /// The instances through which one reaches a part of the world outside, nearest first, by their paths.
    pub(crate) fn way(&self, reaches: &Reaches) -> Vec<&str> {
        let of = |instance: usize| {
            let instance = self.instances.get(instance)?;
            instance.reaches.iter().find(|other| other.what == reaches.what)?.through
        };
        self.shortened(reaches.through, of)
    }

    /// The instances through which one reaches an import, nearest first, by their paths. None where it is given something of it
    /// itself.
    pub(crate) fn way_to(&self, reached: &Reached, import: &HostImport) -> Vec<&str> {
        let first = |reached: &Reached| match reached.steps {
            0 => None,
            _ => reached.through.first().map(|through| through.instance),
        };
        // They are in the order of the instances.
        let of = |instance: usize| {
            let place = import.reached_by.binary_search_by_key(&instance, |reached| reached.instance).ok()?;
            first(import.reached_by.get(place)?)
        };
        self.shortened(first(reached), of)
    }

    /// A way from instance to instance. One may be as long as there are instances, and has an end that is not shown then.
    fn shortened(&self, first: Option<usize>, next: impl Fn(usize) -> Option<usize>) -> Vec<&str> {
        let mut way: Vec<&str> = Vec::new();
        let mut at = first;
        while let Some((index, instance)) = at.and_then(|index| Some((index, self.instances.get(index)?))) {
            if way.len() == WAY {
                way.push("…");
                break;
            }
            // The outermost instance has no path.
            way.push(if instance.path.is_empty() { OUTERMOST } else { &instance.path });
            at = next(index);
        }
        way
    }

    /// Whether the component of an instance is nested in that of another one.
    fn lies_in(&self, instance: &Instance, outer: &Instance) -> bool {
        let mut component = self.component(instance);
        while let Some(within) = component.and_then(|component| component.within) {
            if outer.component == Some(within) {
                return true;
            }
            component = self.components.get(within);
        }
        false
    }

    /// What fills an import or is an export, in words: the name of an instance, with `#` and the name of the export where
    /// that is another than the import's; `host`, or `outer` within an instance, for an import of what is around, likewise;
    /// `NAME#*` for an instance as a whole; `{…}` for one that is put together of several; `component NAME sha256 DIGEST`; `own` for what the code around has.
    ///
    /// `around` is the instance that sees it so, by its index; `shown` says how the names of instances and components are written, which may be
    /// anything: one may be called `host`.
    pub(crate) fn origin(&self, wire: &Wire, around: usize, shown: &dyn Fn(&str) -> String) -> String {
        let named = |what: String, path: &[String], name: Option<&String>| match path {
            path if path.iter().eq(name) => what,
            [] => format!("{what}#*"),
            path => format!("{what}#{}", shown(&path.join("#"))),
        };
        match &wire.from {
            Source::Import { name, path } => {
                let outer = if around == 0 { "host" } else { "outer" };
                match path.as_slice() {
                    [] if *name == wire.name => outer.to_owned(),
                    path => {
                        let path = std::iter::once(name.as_str()).chain(path.iter().map(String::as_str));
                        format!("{outer}#{}", shown(&path.collect::<Vec<_>>().join("#")))
                    }
                }
            }
            Source::Instance { instance, path } => {
                let instance = self.instances.get(*instance).map_or("", |instance| &instance.name);
                named(shown(instance), path, Some(&wire.name))
            }
            Source::Bundle { items } => {
                let items = items.iter();
                let items = items.map(|item| format!("{} <- {}", shown(&item.name), self.origin(item, around, shown)));
                format!("{{{}}}", items.collect::<Vec<_>>().join(", "))
            }
            Source::Component { component } => {
                let Some(component) = self.components.get(*component) else { return "component".to_owned() };
                format!("component {} sha256 {}", shown(&component.name), component.sha256)
            }
            Source::Own => "own".to_owned(),
        }
    }
}
