//! The providers: which functions of a component they answer.

use wasmparser::component_types::ResourceId;

use super::plan::{Function, ImportedInterface, Lowering, Plan, Specificity};
use crate::abi::{Abi, Shape};
use crate::load::Component;
use crate::name::base;
use crate::provide;
use crate::provide::module::Provider;

/// The function that a standard stream comes from, if it is redirected to that. By its name alone: `checks` sees to it
/// that both are of the type that they should be.
pub fn redirection(interface: &str, function: &str) -> Option<(String, &'static str)> {
    let to = |other: &str, of: &'static str| {
        let name = base(interface);
        let version = interface.get(name.len()..).unwrap_or_default();
        Some((format!("wasi:cli/{other}{version}"), of))
    };
    match (base(interface), function) {
        ("wasi:cli/stdout", "get-stdout") => to("stderr", "get-stderr"),
        ("wasi:cli/stderr", "get-stderr") => to("stdout", "get-stdout"),
        _ => None,
    }
}

/// Whether a provider answers a function, or may have to for handles of its own.
pub fn answers(
    component: &Component,
    plan: &Plan<'_>,
    interface: &ImportedInterface<'_>,
    function: &Function<'_>,
) -> bool {
    let takes = || takes_handles(component, function, &|id| plan.is_provided(id));
    match plan.lowering(component, function) {
        Lowering::Provide => redirection(interface.name, function.name).is_none(),
        // What a grant refuses is refused, whatever handle it is passed.
        Lowering::Refuse if function.decision.specificity != Specificity::Nothing => false,
        // It is the provider that knows what to do with handles of several owners, whether or not any are its own.
        Lowering::Forward if provider(component, interface, function).is_some_and(|name| provide::mixes(&name)) => true,
        Lowering::Forward | Lowering::Refuse => takes() && provider(component, interface, function).is_some(),
        Lowering::PassThrough => false,
    }
}

/// Which of the host's functions a provider may call that it has another use for than what the component calls: bits, as
/// in `virt-components/README.md`.
pub fn available(component: &Component, plan: &Plan<'_>) -> u32 {
    let is_there = |(interface, name): &(&str, &str)| {
        plan.functions().any(|(imported, function)| {
            base(imported.name) == *interface
                && function.name == *name
                && Provider::is_of_type(component, imported.name, function.name, function.ty)
                && function.decision.needs_host()
                && plan.is_adapted(component, imported)
        })
    };
    provide::AVAILABLE.iter().filter(|(_, functions)| functions.iter().all(is_there)).map(|(bit, _)| bit).sum()
}

/// The provider's function for one that a component imports.
pub fn provider(component: &Component, interface: &ImportedInterface<'_>, function: &Function<'_>) -> Option<String> {
    provide::function(component, interface.name, function.name, function.ty)
}

/// Whether a function is passed handles that the adapter owns.
pub fn takes_handles(component: &Component, function: &Function<'_>, owns: &dyn Fn(ResourceId) -> bool) -> bool {
    let ty = component.types().get(function.ty);
    let handles = ty.iter().flat_map(|ty| ty.params.iter()).flat_map(|(_, ty)| Abi(component).handles(ty));
    { handles }.any(|handle| matches!(handle, Shape::Own(id) | Shape::Borrow(id) if owns(id.resource())))
}
