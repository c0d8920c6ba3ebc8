//! Determines the imports of an adapter: the host items that its exports consist of, and what `--debug` logs with.

use std::collections::BTreeSet;

use wasmparser::component_types::{ComponentEntityType, ResourceId};

use super::decisions::{Action, Callee, Decisions, FunctionDecision, InterfaceDecision};
use crate::describe::Treatment;
use crate::imports::{Function, Interface, redirection};
use crate::name::versioned;
use crate::runtime;
use crate::text::some_of;
use crate::types::NamedType;
use crate::types::copy::writer::Result;
use crate::types::identity::TypeKey;
use crate::types::mentions;
use crate::types::used::used;

/// The items of one import that the adapter needs, in the order of that import.
#[allow(missing_docs)]
pub(crate) struct Wanted<'c> {
    /// The import. Empty for the world itself.
    pub interface: &'c str,
    pub types: Vec<NamedType<'c>>,
    pub functions: Vec<&'c Function<'c>>,
}

/// The imports of the adapter, in order. Resource types of the world come first, since interfaces may use them.
pub(crate) fn wanted<'c>(decisions: &Decisions<'c>) -> Result<Vec<Wanted<'c>>> {
    let mut needs = Needs { decisions, types: BTreeSet::new(), functions: BTreeSet::new() };
    needs.passed();
    needs.redirected();
    needs.written();
    needs.recorded();
    #[cfg(test)]
    super::lies::need(decisions, &mut needs.types, &mut needs.functions);
    needs.named();
    needs.used_by_imports();
    needs.resources_of_hosts()?;
    let Needs { types, functions, .. } = needs;
    let interfaces = decisions.imports.interfaces.iter();
    // Functions of the world that are recorded may use types of interfaces, and no resource types of the world.
    let interfaces: Vec<&Interface<'c>> = match decisions.recorder {
        Some(_) => interfaces.collect(),
        None => decisions.imports.world_first().collect(),
    };
    let wanted = interfaces.into_iter().map(|interface| {
        let name = interface.name;
        // Each type comes after the types that it consists of.
        let types = interface.types.iter().filter(|ty| types.contains(&(name, ty.name))).copied().collect();
        let functions = interface.functions.iter().filter(|of| functions.contains(&(name, of.name))).collect();
        Wanted { interface: name, types, functions }
    });
    Ok(wanted.filter(|of| !of.types.is_empty() || !of.functions.is_empty()).collect())
}

/// Types or functions, by interface and name.
pub(crate) type Items<'c> = BTreeSet<(&'c str, &'c str)>;

struct Needs<'d, 'c> {
    decisions: &'d Decisions<'c>,
    types: Items<'c>,
    functions: Items<'c>,
}

impl<'c> Needs<'_, 'c> {
    /// Functions that are passed unchanged, with their types. Functions of the world go to the component directly.
    fn passed(&mut self) {
        let decisions = self.decisions;
        for decided in decisions.adapted().filter(|of| of.needs_host() && !of.interface.name.is_empty()) {
            self.known_types(decided);
            let passed = decided.functions.iter().filter(|of| of.grant.needs_host());
            self.functions.extend(passed.map(|of| (of.function.interface, of.function.name)));
        }
    }

    /// The functions that supply redirected standard streams.
    fn redirected(&mut self) {
        let decisions = self.decisions;
        for decided in decisions.functions() {
            let Action::Call(Callee::Redirected(interface, name)) = &decided.action else { continue };
            if let Some(target) = decisions.interface(interface) {
                self.known_types(target);
                self.functions.insert((target.interface.name, name));
            }
        }
    }

    /// The functions by which providers write lines.
    fn written(&mut self) {
        let decisions = self.decisions;
        let writes = decisions.functions().any(|of| decisions.provider(of).is_some_and(runtime::writes_lines));
        let functions = line_functions(decisions).filter(|_| writes).map(|(functions, _)| functions);
        for (interface, name) in functions.into_iter().flatten() {
            if let Some(target) = decisions.interface(interface) {
                self.known_types(target);
                self.functions.insert((interface, name));
            }
        }
    }

    /// What a recorder writes to, and functions of the world that it calls.
    fn recorded(&mut self) {
        let decisions = self.decisions;
        let is_called = |of: &&FunctionDecision<'c>| of.function.interface.is_empty() && of.grant.needs_host();
        let called = decisions.functions().filter(|of| decisions.recorder.is_some() && is_called(of));
        self.functions.extend(called.map(|of| (of.function.interface, of.function.name)));
        if let Some(world) = decisions.interface("").filter(|_| decisions.recorder.is_some()) {
            self.known_types(world);
            let component = decisions.imports.component;
            let functions = world.functions.iter().map(|of| ComponentEntityType::Func(of.function.id));
            let mentioned = functions.flat_map(|of| mentions::mentioned(component, of));
            let named = mentioned.filter_map(|key| self.definition(key)).map(|(of, ty)| (of.interface.name, ty.name));
            self.types.extend(named.collect::<Vec<_>>());
        }
        let sink = self.decisions.recorder.iter().flat_map(|recorder| &recorder.sink);
        for interface in sink.filter_map(|name| self.decisions.interface(name)).map(|decided| decided.interface) {
            self.types.extend(interface.types.iter().map(|ty| (interface.name, ty.name)));
            self.functions.extend(interface.functions.iter().map(|of| (interface.name, of.name)));
        }
    }

    fn known_types(&mut self, decided: &InterfaceDecision<'c>) {
        let known = decided.interface.types.iter().filter(|ty| self.decisions.is_known_to_host(ty));
        self.types.extend(known.map(|ty| (decided.interface.name, ty.name)));
    }

    /// Value types that must keep the host's names.
    fn named(&mut self) {
        let (decisions, component) = (self.decisions, self.decisions.imports.component);
        // Types of exports need a name in the output. Types alone carry no authority.
        let exports = component.exports().values().map(|item| item.ty);
        self.used(exports, &|of, ty| of.is_adapted && decisions.is_without_own(ty));
        // What stays names the types of the host. A type of the world stays without its functions where an export is made of it, where
        // an interface that stays defines it, and, if it has resource types, where the host has these.
        let exported = mentions::of_exports(component);
        let is_left = |ty: &NamedType<'_>| {
            let key = component.key(ty.created);
            let is_of_host = || self.definition(key).is_some_and(|(of, _)| !of.is_adapted);
            exported.contains(&key) || is_of_host() || !ty.resources(component).is_empty()
        };
        let stays = |of: &InterfaceDecision<'_>, ty: &NamedType<'_>| match of.interface.instance {
            _ if of.needs_host() || of.stays() => true,
            // The host has an interface of types alone whose resource types are its own, whatever grants say.
            Some(_) => !of.is_adapted,
            None => is_left(ty),
        };
        let types = decisions.interfaces.iter().flat_map(|of| of.interface.types.iter().map(move |ty| (of, ty)));
        let types: Vec<_> = types.filter(|(of, ty)| stays(of, ty)).map(|(_, ty)| ty.item()).collect();
        self.used(types.into_iter(), &|of, ty| of.is_adapted && decisions.is_known_to_host(ty));
        for decided in decisions.adapted() {
            // A type that consists of host types is a host type.
            for ty in decided.interface.types.iter().filter(|ty| decisions.is_without_own(ty)) {
                let mentioned = mentions::mentioned(component, ty.item());
                let named = mentioned.into_iter().filter_map(|key| self.definition(key));
                let others = named.filter(|(of, _)| !of.is_adapted).map(|(of, ty)| (of.interface.name, ty.name));
                self.types.extend(others.collect::<Vec<_>>());
            }
        }
    }

    /// What the imports so far use of others.
    fn used_by_imports(&mut self) {
        let decisions = self.decisions;
        let types = |of: &InterfaceDecision<'c>| {
            let name = of.interface.name;
            let types = of.interface.types.iter().filter(|ty| self.types.contains(&(name, ty.name)));
            types.map(NamedType::item).collect::<Vec<_>>()
        };
        let items: Vec<_> = decisions.interfaces.iter().flat_map(types).collect();
        self.used(items.into_iter(), &|_, ty| decisions.is_known_to_host(ty));
    }

    /// Those of the types that some items use.
    fn used(
        &mut self,
        items: impl Iterator<Item = ComponentEntityType>,
        is_one: &dyn Fn(&InterfaceDecision<'_>, &NamedType<'_>) -> bool,
    ) {
        for (interface, name) in used(self.decisions.imports.component, items) {
            let decided = self.decisions.interface(interface);
            let ty = decided.and_then(|of| Some((of, of.interface.types.iter().find(|ty| ty.name == name)?)));
            if let Some((of, ty)) = ty.filter(|(of, ty)| is_one(of, ty)) {
                self.types.insert((of.interface.name, ty.name));
            }
        }
    }

    /// The interface that names a structured type, with the name.
    fn definition(&self, key: TypeKey) -> Option<(&InterfaceDecision<'c>, &NamedType<'c>)> {
        let component = self.decisions.imports.component;
        let (interface, name) = component.imported(key).filter(|(interface, _)| !interface.is_empty())?;
        let decided = self.decisions.interface(interface)?;
        let ty = decided.interface.types.iter().find(|ty| ty.name == name)?;
        matches!(key, TypeKey::Structural(_)).then_some((decided, ty))
    }

    /// The host resource types in use so far, each from its defining interface.
    fn resources_of_hosts(&mut self) -> Result<()> {
        let (decisions, component) = (self.decisions, self.decisions.imports.component);
        let is_used = |of: &InterfaceDecision<'_>, ty: &NamedType<'_>| {
            of.is_adapted || self.types.contains(&(of.interface.name, ty.name))
        };
        let used =
            decisions.interfaces.iter().flat_map(|of| of.interface.types.iter().filter(move |ty| is_used(of, ty)));
        let resources: BTreeSet<ResourceId> = used.flat_map(|ty| ty.resources(component)).collect();
        for id in resources.into_iter().filter(|id| decisions.owners.of(*id).is_known_to_host()) {
            let named = component.imported(TypeKey::Resource(id));
            let (interface, name) = named.ok_or("a resource type is nested too deep")?;
            let interface = decisions.interface(interface).map(|decided| decided.interface);
            let ty = interface.and_then(|interface| interface.types.iter().find(|ty| ty.name == name));
            if let (Some(interface), Some(ty)) = (interface, ty) {
                self.types.insert((interface.name, ty.name));
            }
        }
        Ok(())
    }
}

/// The host functions that write to a standard stream, each by interface and name: the one that returns the stream, and the one
/// that writes to it; and the resource type of which a failed write gives a handle. They are of one version.
pub(crate) type Sink<'c> = ([(&'c str, &'c str); 2], ResourceId);

/// The functions of standard error that `--debug` logs with. `None` where the component may not use them.
pub(crate) fn log_functions<'c>(decisions: &Decisions<'c>) -> Option<Sink<'c>> {
    let mut all = decisions.functions().filter(|of| of.grant.needs_host() && is_stderr(of));
    all.find_map(|of| sink(decisions, of.function))
}

/// The functions by which providers write lines to what the component has for standard error, be it redirected. `None` where
/// it has none.
pub(crate) fn line_functions<'c>(decisions: &Decisions<'c>) -> Option<Sink<'c>> {
    let target = |of: &FunctionDecision<'c>| {
        if of.grant.needs_host() {
            return Some(of.function);
        }
        let (interface, name) = redirection(of.function.interface, of.function.name)?;
        let is_target = |to: &&FunctionDecision<'c>| to.function.interface == interface && to.function.name == name;
        let to = decisions.functions().find(is_target).filter(|to| to.grant.treatment == Treatment::Allow)?;
        (of.grant.treatment == Treatment::Provide && to.function.is_known).then_some(to.function)
    };
    decisions.functions().filter(is_stderr).find_map(|of| sink(decisions, target(of)?))
}

/// Whether a function gives the standard error stream of WASI 0.2. One that only has the name may have another type.
pub(crate) fn is_stderr(of: &&FunctionDecision<'_>) -> bool {
    of.function.is_known && of.function.known() == ("wasi:cli/stderr", "get-stderr")
}

fn sink<'c>(decisions: &Decisions<'c>, stream: &'c Function<'c>) -> Option<Sink<'c>> {
    let version = versioned(stream.interface).1;
    let is_write = |of: &&Function<'c>| {
        let name = ("wasi:io/streams", "[method]output-stream.blocking-write-and-flush");
        of.is_known && of.known() == name && versioned(of.interface).1 == version
    };
    let write = decisions.functions().filter(|of| of.grant.needs_host()).map(|of| of.function).find(is_write)?;
    let error = *write.resources.iter().find(|id| Some(**id) != write.method_of)?;
    Some(([stream, write].map(|of| (of.interface, of.name)), error))
}

/// A note about the allowed functions whose calls `--debug` does not log, because the host fills them without code of the
/// adapter.
pub(crate) fn unlogged(decisions: &Decisions<'_>) -> Option<String> {
    let passed = decisions.functions().filter(|of| decisions.traces && of.is_passed);
    let names: Vec<String> = passed.map(|of| format!("`{}`", of.function.shown())).collect();
    let (shown, others) = some_of(&names);
    let others = if others == 0 { String::new() } else { format!(" and {others} others") };
    let why = "which are asynchronous, exchange streams or futures, or belong to no interface";
    (!names.is_empty()).then(|| format!("`--debug` does not log calls of {}{others}, {why}", shown.join(", ")))
}
