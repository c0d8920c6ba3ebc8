//! The origins of items in words, and the instances that need no line of their own.

use super::model::{Component, HostImport, Inspection, Instance, Reached, Reaches, Role, Source, Wire};
use crate::name::adapted;

/// The number of instances of a path that are named.
const MAX_NAMED: usize = 4;

/// The name of the outermost instance in a path.
const OUTERMOST: &str = "the outermost component";

impl Inspection {
    /// The component of an instance. `None` if it is not in the file.
    pub(crate) fn component(&self, instance: &Instance) -> Option<&Component> {
        self.components.get(instance.component?)
    }

    /// The role of an instance. `None` if its component is not in the file.
    pub(crate) fn role(&self, instance: &Instance) -> Option<Role> {
        let (of_adapter, of_others) = self.component(instance)?.roles;
        Some(if adapted(&instance.name).is_some() { of_adapter } else { of_others })
    }

    /// The adapters that the outermost component instantiates.
    pub(crate) fn adapters(&self) -> impl Iterator<Item = &Instance> {
        let outermost = self.instances.iter().filter(|instance| instance.within == Some(0));
        outermost.filter(|instance| self.role(instance) == Some(Role::Adapter))
    }

    /// Whether an instance is an implementation detail of an enclosing one, so that the digest of that one covers it:
    /// an instance without code in one with code, such as a shim for its exports, or any instance in an adapter. The
    /// component of such an instance is nested in that of the enclosing one.
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

    /// The paths of the instances through which an instance reaches a capability, nearest first.
    pub(crate) fn path_to_capability(&self, reaches: &Reaches) -> Vec<String> {
        let next = |instance: usize| {
            let instance = self.instances.get(instance)?;
            instance.reaches.iter().find(|other| other.what == reaches.what)?.through
        };
        self.shortened(reaches.through, next)
    }

    /// The path of the next instance through which an instance reaches a capability and that is no adapter. `None` if
    /// all instances in between are adapters.
    pub(crate) fn through(&self, reaches: &Reaches) -> Option<String> {
        let mut at = reaches.through;
        // Each step is nearer to the host.
        for _ in &self.instances {
            let instance = self.instances.get(at?)?;
            if self.role(instance) != Some(Role::Adapter) {
                return Some(called(instance));
            }
            at = instance.reaches.iter().find(|other| other.what == reaches.what)?.through;
        }
        None
    }

    /// Whether an instance reaches a capability by its own imports, some of which its adapter may fill. The grants of
    /// its component apply to these.
    pub(crate) fn is_by_own_imports(&self, reaches: &Reaches) -> bool {
        let through = |index: usize| self.instances.get(index).and_then(|instance| self.role(instance));
        reaches.through.is_none_or(|index| through(index) == Some(Role::Adapter))
    }

    /// The paths of the instances through which an instance reaches an import, nearest first. Empty if the instance
    /// itself is given an item of the import.
    pub(crate) fn path_to_import(&self, reached: &Reached, import: &HostImport) -> Vec<String> {
        let first = |reached: &Reached| match reached.steps {
            0 => None,
            _ => reached.through.first().map(|through| through.instance),
        };
        // `reached_by` is in the order of the instances.
        let next = |instance: usize| {
            let place = import.reached_by.binary_search_by_key(&instance, |reached| reached.instance).ok()?;
            first(import.reached_by.get(place)?)
        };
        self.shortened(first(reached), next)
    }

    /// The paths of a chain of instances, nearest first. A chain can be as long as the list of instances, so it is cut
    /// after [`MAX_NAMED`] of them.
    fn shortened(&self, first: Option<usize>, next: impl Fn(usize) -> Option<usize>) -> Vec<String> {
        let mut names = Vec::new();
        let mut at = first;
        while let Some((index, instance)) = at.and_then(|index| Some((index, self.instances.get(index)?))) {
            if names.len() == MAX_NAMED {
                names.push("…".to_owned());
                break;
            }
            names.push(called(instance));
            at = next(index);
        }
        names
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

    /// The origin of what fills an import, or of an export, in words:
    ///
    /// - the name of an instance, with `#` and the name of the export if that is not the name of the import;
    /// - `host` for a host import, or `outer` for an import of the enclosing instance, with `#` and its name likewise;
    /// - `NAME#*` for an instance as a whole;
    /// - `{…}` for an inline instance;
    /// - `component NAME sha256 DIGEST` for a component;
    /// - `own` for an item of the enclosing component's own code.
    ///
    /// `around` is the index of the enclosing instance. `shown` writes the names of instances and components, and must
    /// quote those that could be read as something else, such as `host`.
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

/// The path of an instance, or words for the outermost one, which has none. An instance that is called like these words is in quotes.
fn called(instance: &Instance) -> String {
    match instance.path.as_str() {
        "" => OUTERMOST.to_owned(),
        OUTERMOST => format!("\"{OUTERMOST}\""),
        path => path.to_owned(),
    }
}
