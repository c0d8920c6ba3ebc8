//! Which functions stay that no grant names: those that can only use authority which the component was given.
//!
//! With `stdout` allowed a program gets an output stream, and could do nothing with it if `write` were denied. So a
//! method stays where the component can have a handle for it, and a static function that cannot be called without one. Only
//! the interface that defines a resource type has functions of these names, whatever order a component imports interfaces in:
//! another function that takes a handle may be anybody's, and does not stay. Nor does what makes authority from nothing. Mentioning a type gives no handle of it, whatever a component declares.

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

/// Lets those functions stay, and says of which resource types the component can have handles then.
pub fn keep(decisions: &mut Decisions<'_>, grants: &Grants) -> BTreeSet<ResourceId> {
    let component = decisions.imports.component;
    let mut reachable = passed_by_callers(component);
    for decided in decisions.functions().filter(|of| of.grant.needs_host()) {
        given_by(component, decided.function, &mut reachable);
    }
    let defining = defining_imports(&decisions.imports.interfaces);
    // Where it is not known of WASI, the first import that mentions a resource type defines it.
    let defines = |interface: &Interface<'_>, id: &ResourceId| match defining.get(id) {
        Some(name) => *name == interface.name,
        None => defining_import(component, *id) == Some(interface.name),
    };
    // Each round takes in what the functions give that the last one kept.
    loop {
        let mut is_done = true;
        for decided in &mut decisions.interfaces {
            let interface = decided.interface;
            let own: Vec<ResourceId> = reachable.keys().copied().filter(|id| defines(interface, id)).collect();
            if own.is_empty() || is_named(decided, grants) {
                continue;
            }
            for of in decided.functions.iter_mut().filter(|of| may_stay(interface, of, grants)) {
                let Some(id) = reason(component, interface, of.function, &own) else { continue };
                let Some(giver) = reachable.get(&id).cloned() else { continue };
                given_by(component, of.function, &mut reachable);
                of.kept = Some((resource_name(component, id), giver));
                of.grant.treatment = Treatment::Allow;
                is_done = false;
            }
        }
        if is_done {
            return reachable.into_keys().collect();
        }
    }
}

/// Whether a grant names an interface, or a function of it: then the default decides about its other functions.
fn is_named(decided: &InterfaceDecision<'_>, grants: &Grants) -> bool {
    let interface = decided.interface;
    let functions: Vec<&str> = interface.functions.iter().map(|function| function.name).collect();
    !interface.name.is_empty() && grants.is_about(&interface.names(), &functions)
}

/// Whether only the default denies a function: such a one may be kept.
fn may_stay(interface: &Interface<'_>, decided: &FunctionDecision<'_>, grants: &Grants) -> bool {
    let name = decided.function.name;
    let is_default = decided.grant.specificity == Specificity::Nothing && !decided.grant.needs_host();
    // Each function of the world is an import by itself. One that goes by the name of an interface is denied with that.
    let poses = interface.name.is_empty() && split(name).is_some();
    let posed = || Capability::any(name, name) || grants.is_about(&[name], &[name]);
    is_default && !interface.names().iter().any(|of| Capability::any(of, name)) && !(poses && posed())
}

/// The reachable resource type for which a function of the interface that defines it stays.
///
/// Component Model, Explainer, "Import and Export Definitions": `[method]r.f` takes a handle of `r` first; a `[static]r.f`
/// may take any parameters.
fn reason(
    component: &Component,
    interface: &Interface<'_>,
    function: &Function<'_>,
    own: &[ResourceId],
) -> Option<ResourceId> {
    let named = |resource: &str| {
        let is_it =
            |id: &ResourceId| interface.types.iter().any(|ty| ty.name == resource && ty.resource() == Some(*id));
        own.iter().copied().find(is_it)
    };
    let member = match Form::of(function.name) {
        Some(Form::Method(member)) => named(member.resource),
        Some(Form::Static(member)) => named(member.resource).filter(|id| needs_handle(component, function, *id)),
        _ => None,
    };
    // By the import's own name: a label may be of any interface that says to implement WASI's.
    let is_poll = base(interface.name) == "wasi:io/poll" && function.name == "poll";
    let polled = || own.iter().copied().find(|id| is_poll && takes_list_of(component, function, *id));
    let is_inert = is_inert(interface.name, function.name);
    member.or_else(polled).or_else(|| own.first().copied().filter(|_| is_inert))
}

fn given_by(component: &Component, function: &Function<'_>, reachable: &mut BTreeMap<ResourceId, Giver>) {
    for id in function.gives(component) {
        let giver = || Giver::Import(function.interface.to_owned(), function.name.to_owned());
        reachable.entry(id).or_insert_with(giver);
    }
}
