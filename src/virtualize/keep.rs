//! Determines the functions that stay without a grant: those that only use authority which the component has.
//!
//! With `stdout` allowed, a program gets an output stream, which is useless if `write` is denied. So a method stays if
//! the component can have a handle for it, and so does a static function that takes a handle. Only functions of the
//! interface that defines the resource type qualify, independent of the order of imports: any other interface could
//! declare a function with such a parameter. Functions that create authority do not stay. A mention of a type gives no
//! handle.

use std::collections::{BTreeMap, BTreeSet};

use wasmparser::component_types::ResourceId;

use super::decisions::{Decisions, FunctionDecision, InterfaceDecision, Specificity};
use crate::describe::{Grants, Treatment};
use crate::imports::handles::{
    Giver, defining_import, defining_imports, needs_handle, passed_by_callers, resource_name, takes_list_of,
};
use crate::imports::{Function, Interface};
use crate::load::Component;
use crate::name::{Capability, Form, base, is_inert, split};

/// Marks those functions as kept. Returns the resource types of which the component can then have handles.
pub fn keep(decisions: &mut Decisions<'_>, grants: &Grants) -> BTreeSet<ResourceId> {
    let component = decisions.imports.component;
    let mut reachable = Reachable::new(component, defining_imports(&decisions.imports.interfaces));
    for decided in decisions.functions().filter(|of| of.grant.needs_host()) {
        reachable.given_by(component, decided.function);
    }
    let candidates = |decided: &InterfaceDecision<'_>| candidates(component, decided, grants);
    let mut open: Vec<Vec<Candidate>> = decisions.interfaces.iter().map(candidates).collect();
    // Each round adds the resource types that the functions kept in the previous round give.
    loop {
        let mut is_done = true;
        for (decided, open) in decisions.interfaces.iter_mut().zip(&mut open).filter(|(_, open)| !open.is_empty()) {
            let (interface, before) = (decided.interface, reachable.givers.len());
            open.retain(|candidate| {
                let Some(of) = decided.functions.get_mut(candidate.number) else { return false };
                let member = candidate.member;
                let Some(id) = reason(component, interface, of.function, member, (&reachable, before)) else {
                    return true;
                };
                let Some(giver) = reachable.givers.get(&id).map(|(giver, _)| giver.clone()) else { return true };
                reachable.given_by(component, of.function);
                of.kept = Some((resource_name(component, id), giver));
                of.grant.treatment = Treatment::Allow;
                is_done = false;
                false
            });
        }
        if is_done {
            return reachable.givers.into_keys().collect();
        }
    }
}

/// The resource types of which the component can have handles.
struct Reachable<'c> {
    /// The first source of each, with the number of types that were reachable before it.
    givers: BTreeMap<ResourceId, (Giver, usize)>,
    /// The resource types by the import that defines them.
    own: BTreeMap<&'c str, BTreeSet<ResourceId>>,
    /// The imports that are known to define resource types of WASI.
    defining: BTreeMap<ResourceId, &'c str>,
}

impl<'c> Reachable<'c> {
    /// Starts with the resource types of handles that callers pass to exports.
    fn new(component: &'c Component, defining: BTreeMap<ResourceId, &'c str>) -> Self {
        let mut reachable = Reachable { givers: BTreeMap::new(), own: BTreeMap::new(), defining };
        for (id, giver) in passed_by_callers(component) {
            reachable.add(component, id, || giver);
        }
        reachable
    }

    fn add(&mut self, component: &'c Component, id: ResourceId, giver: impl FnOnce() -> Giver) {
        if self.givers.contains_key(&id) {
            return;
        }
        self.givers.insert(id, (giver(), self.givers.len()));
        // Outside WASI, the first import that mentions a resource type defines it.
        let import = self.defining.get(&id).copied().or_else(|| defining_import(component, id));
        self.own.entry(import.unwrap_or_default()).or_default().extend(import.map(|_| id));
    }

    fn given_by(&mut self, component: &'c Component, function: &Function<'_>) {
        for id in function.gives(component) {
            self.add(component, id, || Giver::Import(function.interface.to_owned(), function.name.to_owned()));
        }
    }

    /// Whether a resource type belongs to an import, and was among the first `before` reachable ones.
    fn has(&self, import: &str, id: ResourceId, before: usize) -> bool {
        let is_own = self.own.get(import).is_some_and(|own| own.contains(&id));
        is_own && self.givers.get(&id).is_some_and(|(_, number)| *number < before)
    }

    /// The resource types of an import among the first `before` reachable ones, in order.
    fn of(&self, import: &str, before: usize) -> impl Iterator<Item = ResourceId> {
        self.own.get(import).into_iter().flatten().copied().filter(move |id| self.has(import, *id, before))
    }
}

/// A function that stays if a resource type is reachable.
struct Candidate {
    /// Its number in the interface.
    number: usize,
    /// The resource type whose method, or static function with a handle parameter, it is.
    member: Option<ResourceId>,
}

/// The functions of an interface that may be kept.
///
/// Component Model, Explainer, "Import and Export Definitions": `[method]r.f` takes a handle of `r` first; a `[static]r.f`
/// may take any parameters.
fn candidates(component: &Component, decided: &InterfaceDecision<'_>, grants: &Grants) -> Vec<Candidate> {
    let interface = decided.interface;
    if is_named(decided, grants) {
        return Vec::new();
    }
    let types: BTreeMap<&str, ResourceId> =
        interface.types.iter().filter_map(|ty| Some((ty.name, ty.resource()?))).collect();
    let functions = decided.functions.iter().enumerate().filter(|(_, of)| may_stay(interface, of, grants));
    let candidate = |(number, of): (usize, &FunctionDecision<'_>)| {
        let named = |resource: &str| types.get(resource).copied();
        let member = match Form::of(of.function.name) {
            Some(Form::Method(member)) => named(member.resource),
            Some(Form::Static(member)) => named(member.resource).filter(|id| needs_handle(component, of.function, *id)),
            _ => None,
        };
        let is_special = is_poll(interface, of.function) || is_inert(interface.name, of.function.name);
        (member.is_some() || is_special).then_some(Candidate { number, member })
    };
    functions.filter_map(candidate).collect()
}

/// Whether a grant names an interface or one of its functions. The default then decides about the other functions.
fn is_named(decided: &InterfaceDecision<'_>, grants: &Grants) -> bool {
    let interface = decided.interface;
    let functions: Vec<&str> = interface.functions.iter().map(|function| function.name).collect();
    !interface.name.is_empty() && grants.is_about(&interface.names(), &functions)
}

/// Whether only the default denies a function, so that it may be kept.
fn may_stay(interface: &Interface<'_>, decided: &FunctionDecision<'_>, grants: &Grants) -> bool {
    let name = decided.function.name;
    let is_default = decided.grant.specificity == Specificity::Nothing && !decided.grant.needs_host();
    // Each function of the world is an import of its own. A function with the name of an interface is denied with the
    // interface.
    let poses = interface.name.is_empty() && split(name).is_some();
    let posed = || Capability::any(name, name) || grants.is_about(&[name], &[name]);
    is_default && !interface.names().iter().any(|of| Capability::any(of, name)) && !(poses && posed())
}

/// The reachable resource type that makes a function stay. `member` is the one whose member it is. Only the first
/// `before` reachable types count.
fn reason(
    component: &Component,
    interface: &Interface<'_>,
    function: &Function<'_>,
    member: Option<ResourceId>,
    (reachable, before): (&Reachable<'_>, usize),
) -> Option<ResourceId> {
    let own = || reachable.of(interface.name, before);
    let of_it = member.filter(|id| reachable.has(interface.name, *id, before));
    let polled = || own().find(|id| is_poll(interface, function) && takes_list_of(component, function, *id));
    let inert = || own().next().filter(|_| is_inert(interface.name, function.name));
    of_it.or_else(polled).or_else(inert)
}

/// Only the import's own name identifies `poll`: any label may claim to implement the interface of WASI.
fn is_poll(interface: &Interface<'_>, function: &Function<'_>) -> bool {
    base(interface.name) == "wasi:io/poll" && function.name == "poll"
}
