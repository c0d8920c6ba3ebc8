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
use crate::imports::Interface;
use crate::imports::handles::{Reachable, needs_handle, resource_name, takes_list_of};
use crate::load::Component;
use crate::name::{Capability, Form, is_inert, is_poll, split};

/// Marks those functions as kept. Returns the resource types of which the component can then have handles. `is_called` tells whether
/// anybody has an exported function, by its path.
pub(super) fn keep(
    decisions: &mut Decisions<'_>,
    grants: &Grants,
    is_called: &dyn Fn(&[String]) -> bool,
) -> BTreeSet<ResourceId> {
    let component = decisions.imports.component;
    let mut reachable = Reachable::new(decisions.imports, is_called);
    for decided in &decisions.interfaces {
        for of in decided.functions.iter().filter(|of| of.grant.needs_host()) {
            reachable.given_by(component, decided.interface, of.function);
        }
    }
    let mut candidates: Vec<Candidates> =
        decisions.interfaces.iter().map(|decided| Candidates::of(component, decided, grants)).collect();
    let numbers: BTreeMap<&str, usize> =
        decisions.interfaces.iter().enumerate().map(|(number, decided)| (decided.interface.name, number)).collect();
    // The resource types of each interface that are reachable, and those of them whose functions have yet to be kept.
    let mut own: BTreeMap<usize, BTreeSet<ResourceId>> = BTreeMap::new();
    let mut open: BTreeMap<usize, Vec<ResourceId>> = BTreeMap::new();
    let mut next = 0;
    loop {
        for (id, number) in reachable.new.drain(..).filter_map(|(id, import)| Some((id, *numbers.get(import)?))) {
            own.entry(number).or_default().insert(id);
            open.entry(number).or_default().push(id);
        }
        // In the order of imports, and then again from the first: what is kept may make further types reachable.
        let of_next = open.range(next..).next().or_else(|| open.first_key_value());
        let Some((number, ids)) = of_next.map(|(number, _)| *number).and_then(|number| open.remove_entry(&number))
        else {
            return reachable.givers.into_keys().collect();
        };
        next = number + 1;
        let (Some(decided), Some(candidates)) = (decisions.interfaces.get_mut(number), candidates.get_mut(number))
        else {
            continue;
        };
        let interface = decided.interface;
        let own = own.entry(number).or_default();
        let takes =
            |number, id| interface.functions.get(number).is_some_and(|function| takes_list_of(component, function, id));
        let reason = |of: &Other| match of.is_poll {
            true => ids.iter().copied().find(|id| takes(of.number, *id)),
            false => of.member.filter(|id| own.contains(id)).or_else(|| own.first().copied()),
        };
        let mut kept = Vec::new();
        candidates.others.retain(|of| {
            let reason = reason(of);
            kept.extend(reason.map(|id| (of.number, id)));
            reason.is_none()
        });
        for id in &ids {
            kept.extend(candidates.members.remove(id).into_iter().flatten().map(|number| (number, *id)));
        }
        kept.sort_by_key(|(number, _)| *number);
        for (number, id) in kept {
            let Some(of) = decided.functions.get_mut(number) else { continue };
            let Some(giver) = reachable.givers.get(&id).cloned() else { continue };
            reachable.given_by(component, interface, of.function);
            let (interface, function) = (interface.name.to_owned(), of.function.name.to_owned());
            of.kept = Some(Kept { interface, function, resource: resource_name(component, id), giver });
            of.grant.treatment = Treatment::Allow;
        }
    }
}

/// The functions of an interface that stay if a resource type of it is reachable, each by its number.
#[derive(Default)]
struct Candidates {
    /// The methods of a resource type, and its static functions that take a handle of it.
    members: BTreeMap<ResourceId, Vec<usize>>,
    /// The few of WASI that others keep as well.
    others: Vec<Other>,
}

/// `poll`, which any type keeps of which it takes a list, or a function that makes inert values, which any type of the interface
/// keeps.
struct Other {
    number: usize,
    /// The resource type whose member it is.
    member: Option<ResourceId>,
    is_poll: bool,
}

impl Candidates {
    /// The functions of an interface that may be kept.
    ///
    /// Component Model, Explainer, "Import and Export Definitions": `[method]r.f` takes a handle of `r` first; a `[static]r.f`
    /// may take any parameters.
    fn of(component: &Component, decided: &InterfaceDecision<'_>, grants: &Grants) -> Candidates {
        let (interface, mut candidates) = (decided.interface, Candidates::default());
        if is_named(decided, grants) {
            return candidates;
        }
        let types: BTreeMap<&str, ResourceId> =
            interface.types.iter().filter_map(|ty| Some((ty.name, ty.resource()?))).collect();
        let functions = decided.functions.iter().enumerate().filter(|(_, of)| may_stay(interface, of, grants));
        for (number, FunctionDecision { function, .. }) in functions {
            let named = |resource: &str| types.get(resource).copied();
            let member = match Form::of(function.name) {
                Some(Form::Method(member)) => named(member.resource),
                Some(Form::Static(member)) => {
                    named(member.resource).filter(|id| needs_handle(component, function, *id))
                }
                _ => None,
            };
            let is_poll = is_poll(interface.name, function.name);
            if is_poll || is_inert(interface.name, function.name) {
                candidates.others.push(Other { number, member, is_poll });
            } else if let Some(id) = member {
                candidates.members.entry(id).or_default().push(number);
            }
        }
        candidates
    }
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
