//! What cannot be done of what grants say.

use miette::Diagnostic;
use wasmparser::component_types::{ComponentEntityType, ComponentItem, ResourceId};

use super::abi::Abi;
use super::error::VirtualizeError;
use super::plan::{self, Function, Need, Needed, Plan, Ruling, Unit};
use super::{provider, trace, wrap};
use crate::describe::Treatment;
use crate::limits;
use crate::load::component::TypeKey;
use crate::load::{Component, mentions};
use crate::name::qualified;
use crate::text::count;

/// All that is wrong with a plan before anything is made of it.
pub fn all(component: &Component, plan: &Plan<'_>) -> Vec<VirtualizeError> {
    let errors = refused_kinds(component, plan).into_iter().chain(conflicts(component, plan));
    let errors = errors.chain(too_large(component, plan)).chain(cut_exports(component, plan, false));
    errors.chain(unprovided(component, plan)).chain(untold(component, plan)).collect()
}

/// Interfaces of which something is to be provided, and that there is no provider for: each with the first such function.
fn unprovided(component: &Component, plan: &Plan<'_>) -> Vec<VirtualizeError> {
    let why = |unit: &Unit<'_>, function: &Function<'_>| match provider::redirection(unit.name, function.name) {
        Some((other, of)) => {
            let target = plan.functions().find(|(unit, function)| unit.name == other && function.name == of);
            match target {
                Some((_, target)) if target.ruling.treatment == Treatment::Allow => None,
                Some(_) => Some(format!("`{other}` is redirected to it in turn")),
                None => Some(format!("the component does not import `{other}`, which it is to be redirected to")),
            }
        }
        None if provider::provider(component, unit, function).is_some() => None,
        None => Some("there are providers for WASI 0.2, and none for a function of this name and type".to_owned()),
    };
    let error = |unit: &Unit<'_>| {
        let provided = unit.functions.iter().filter(|function| function.ruling.treatment == Treatment::Provide);
        let mut wrong = provided.filter_map(|function| Some((function.name, why(unit, function)?)));
        let (name, what) = wrong.next()?;
        let what = match wrong.count() {
            0 => what,
            others => format!("{what}; nor can {} of that interface", count(others, "other function")),
        };
        let (component, function) = (component.name().to_owned(), qualified(unit.name, name));
        Some(VirtualizeError::CannotProvide { component, function, what })
    };
    plan.units.iter().filter_map(error).collect()
}

/// An error where calls are to be told of, and there is nothing to do so with.
fn untold(component: &Component, plan: &Plan<'_>) -> Option<VirtualizeError> {
    let component = component.name().to_owned();
    (plan.traces() && trace::Target::of(plan).is_none()).then_some(VirtualizeError::CannotTrace { component })
}

/// Resource types of which providers would have to make handles, and that the host must have for itself.
pub fn impossible(component: &Component, made: &wrap::Made) -> Vec<VirtualizeError> {
    let error = |(id, maker): (&ResourceId, &String)| {
        let resource = component.home(TypeKey::Resource(*id)).and_then(|home| home.path.last()).cloned();
        let resource = resource.unwrap_or_default();
        let what = format!("it gives a `{resource}`, which the component's exports or streams exchange with the host");
        let (component, function) = (component.name().to_owned(), maker.clone());
        VirtualizeError::CannotProvide { component, function, what }
    };
    made.impossible.iter().map(error).collect()
}

/// Imports that no adapter can stand for, and that are not allowed.
fn refused_kinds(component: &Component, plan: &Plan<'_>) -> Vec<VirtualizeError> {
    let wrong = |unit: &Unit<'_>, (other, ruling): &(&str, Ruling)| {
        // An interface of which anything is refused is the adapter's, which has functions and types alone.
        let is_refused = ruling.treatment != Treatment::Allow || (!unit.name.is_empty() && !unit.stays());
        let (import, what) = match unit.name {
            "" => ((*other).to_owned(), "neither a function nor an interface".to_owned()),
            interface => (interface.to_owned(), format!("more than functions and types (`{other}`)")),
        };
        let component = component.name().to_owned();
        is_refused.then_some(VirtualizeError::Unsupported { component, import, what })
    };
    plan.units.iter().flat_map(|unit| unit.others.iter().filter_map(move |other| wrong(unit, other))).collect()
}

/// Functions to be refused whose types take more room than an adapter should.
fn too_large(component: &Component, plan: &Plan<'_>) -> Vec<VirtualizeError> {
    if !plan.changes(component) {
        return Vec::new();
    }
    let abi = Abi(component);
    let is_large = |(_, function): &(&Unit<'_>, &Function<'_>)| {
        let ty = component.types().get(function.ty);
        let mut types = ty.iter().flat_map(|ty| ty.params.iter().map(|(_, ty)| ty).chain(&ty.result));
        types.any(|ty| abi.is_larger_than(ty, limits::VALUES))
    };
    let error = |(unit, function): (&Unit<'_>, &Function<'_>)| VirtualizeError::TooLarge {
        component: component.name().to_owned(),
        function: qualified(unit.name, function.name),
        limit: limits::VALUES,
    };
    // Of those that stay, too, it may be asked what they are made of.
    plan.functions().filter(is_large).map(error).collect()
}

/// Exports that use a resource type of which the host has none any more. One within an interface has a name of its own
/// there, and is only of no use; a function that is exported itself has none, and is no valid export.
fn cut_exports(component: &Component, plan: &Plan<'_>, of_interfaces: bool) -> Vec<VirtualizeError> {
    let exports = component.exports().iter();
    let exports = exports.filter(|(_, item)| matches!(item.ty, ComponentEntityType::Instance(_)) == of_interfaces);
    let error = |(export, item): (&String, &ComponentItem)| {
        let resources = mentions::resources(component, item.ty);
        let (interface, resource) = resources.into_iter().find_map(|id| {
            let interface = plan::definer(component, id).filter(|_| !plan.is_known_to_host(id))?;
            Some((interface, component.home(TypeKey::Resource(id))?.path.last()?))
        })?;
        Some(VirtualizeError::Export {
            component: component.name().to_owned(),
            export: export.clone(),
            resource: resource.clone(),
            interface: if interface.is_empty() { resource.clone() } else { interface.to_owned() },
        })
    };
    exports.filter_map(error).collect()
}

/// What there is to say of exported interfaces that lose their use.
pub fn notes(component: &Component, plan: &Plan<'_>) -> Vec<String> {
    let note = |error: VirtualizeError| {
        let help = error.help().map(|help| help.to_string()).unwrap_or_default();
        format!("{error}; {help}")
    };
    cut_exports(component, plan, true).into_iter().map(note).collect()
}

/// Grants that would leave a resource type with two owners.
fn conflicts(component: &Component, plan: &Plan<'_>) -> Vec<VirtualizeError> {
    let error = |conflict: &Needed| {
        let Need { resource, user, function } = conflict.need.clone();
        let (component, interface) = (component.name().to_owned(), conflict.interface.clone());
        VirtualizeError::Conflict { component, interface, resource, user: qualified(&user, &function) }
    };
    plan.conflicts.iter().map(error).collect()
}
