//! Determines the functions that stay without a grant: those that only use authority which the component has.
//!
//! With `stdout` allowed, a program gets an output stream, which is useless if `write` is denied. So a method stays if
//! the component can have a handle for it, and so does a static function that takes a handle. Only functions of the
//! interface that defines the resource type qualify, independent of the order of imports: any other interface could
//! declare a function with such a parameter. Functions that create authority do not stay. A mention of a type gives no
//! handle.

use std::collections::{BTreeMap, BTreeSet};

use wasmparser::component_types::ResourceId;

use super::decisions::{Decisions, FunctionDecision, InterfaceDecision, Kept};
use crate::describe::{Grants, Treatment};
use crate::grants::imports::Specificity;
use crate::imports::handles::{Reachable, needs_handle, resource_name, takes_list_of};
use crate::imports::{Function, Interface};
use crate::load::Component;
use crate::name::{Capability, Form, base, is_inert, split};

/// Marks those functions as kept. Returns the resource types of which the component can then have handles.
pub fn keep(decisions: &mut Decisions<'_>, grants: &Grants) -> BTreeSet<ResourceId> {
    let component = decisions.imports.component;
    let mut reachable = Reachable::new(decisions.imports);
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
                let (interface, function) = (interface.name.to_owned(), of.function.name.to_owned());
                of.kept = Some(Kept { interface, function, resource: resource_name(component, id), giver });
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

/// A function that stays if a resource type is reachable.
struct Candidate {
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
    // Most functions are neither, and there may be many resource types.
    let polled = || own().find(|id| takes_list_of(component, function, *id));
    let polled = || is_poll(interface, function).then(polled).flatten();
    let inert = || is_inert(interface.name, function.name).then(|| own().next()).flatten();
    of_it.or_else(polled).or_else(inert)
}

/// Only the import's own name identifies `poll`: any label may claim to implement the interface of WASI.
fn is_poll(interface: &Interface<'_>, function: &Function<'_>) -> bool {
    base(interface.name) == "wasi:io/poll" && function.name == "poll"
}
