//! The providers: which functions of a component they answer.

pub mod image;
pub mod module;

use wasm_encoder::ValType;
use wasmparser::component_types::{ComponentFuncType, ResourceId};

use super::abi::{Abi, Shape, Signature};
use super::known::is_known_id;
use super::plan::{Function, ImportedInterface, Lowering, Plan, Specificity};
use crate::describe::Settings;
use crate::describe::setting::{Mount, Names};
use crate::load::Component;
use crate::name::{Capability, base};
use module::{Provider, name_of};

/// Whether what is provided in the place of a function asks the host's own in turn.
pub fn asks_host(settings: &Settings, interface: &str, function: &str) -> bool {
    let variables = match Capability::of(interface, function) {
        Some(Capability::Env) => &settings.env,
        Some(Capability::Config) => &settings.config,
        Some(Capability::Fs) => {
            return settings.mounts.values().any(Mount::is_hosts);
        }
        _ => return false,
    };
    variables.as_ref().is_some_and(|variables| variables.allow != Names::None)
}

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

/// The name of the provider's function for one that a component imports, if there is one that it can be called by.
pub fn provider(component: &Component, interface: &ImportedInterface<'_>, function: &Function<'_>) -> Option<String> {
    let ty = component.types().get(function.ty).filter(|ty| !ty.async_)?;
    let name = name_of(interface.name, function.name);
    let (params, result) = lowered(Abi(component), ty);
    let has_signature = Provider::signature(&name).is_some_and(|known| *known == (params, result));
    let is_it = || Provider::is_of_type(component, interface.name, function.name, function.ty);
    (has_signature && is_it()).then_some(name)
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
        Lowering::Forward if mixes(component, interface, function) => {
            provider(component, interface, function).is_some()
        }
        Lowering::Forward | Lowering::Refuse => takes() && provider(component, interface, function).is_some(),
        Lowering::PassThrough => false,
    }
}

/// Which of the host's functions a provider may call that it has another use for than what the component calls: bits, as
/// in `virt-components/README.md`.
pub fn available(component: &Component, plan: &Plan<'_>) -> u32 {
    const OF: &[(u32, &[(&str, &str)])] = &[
        (1, &[("wasi:io/poll", "[method]pollable.ready")]),
        (2, &[("wasi:clocks/monotonic-clock", "subscribe-duration")]),
        (4, &[("wasi:io/streams", "[method]input-stream.read")]),
        (
            8,
            &[
                ("wasi:io/streams", "[method]output-stream.check-write"),
                ("wasi:io/streams", "[method]output-stream.write"),
            ],
        ),
        (16, &[("wasi:filesystem/types", "[method]descriptor.open-at")]),
        (32, &[("wasi:io/poll", "poll")]),
        (64, &[("wasi:io/streams", "[method]input-stream.blocking-read")]),
        (128, &[("wasi:io/streams", "[method]output-stream.blocking-write-and-flush")]),
    ];
    let is_there = |(interface, name): &(&str, &str)| {
        plan.functions().any(|(imported, function)| {
            base(imported.name) == *interface
                && function.name == *name
                && Provider::is_of_type(component, imported.name, function.name, function.ty)
                && function.decision.needs_host()
                && plan.is_adapted(component, imported)
        })
    };
    OF.iter().filter(|(_, functions)| functions.iter().all(is_there)).map(|(bit, _)| bit).sum()
}

/// Whether the provider's function is the one for handles of all kinds together.
pub fn mixes(component: &Component, interface: &ImportedInterface<'_>, function: &Function<'_>) -> bool {
    is_known_id(component, interface.name, function.name, function.ty)
        && matches!(
            (base(interface.name), function.name),
            ("wasi:io/poll", "poll")
                | ("wasi:io/streams", "[method]output-stream.splice" | "[method]output-stream.blocking-splice")
        )
}

/// Whether a function is passed handles that the adapter owns.
pub fn takes_handles(component: &Component, function: &Function<'_>, owns: &dyn Fn(ResourceId) -> bool) -> bool {
    let ty = component.types().get(function.ty);
    let handles = ty.iter().flat_map(|ty| ty.params.iter()).flat_map(|(_, ty)| Abi(component).handles(ty));
    { handles }.any(|handle| matches!(handle, Shape::Own(id) | Shape::Borrow(id) if owns(id.resource())))
}

/// The flat signature of a function as it is called.
///
/// Component Model, Canonical ABI, "Flattening", for `canon lower`.
pub fn lowered(abi: Abi<'_>, ty: &ComponentFuncType) -> (Vec<ValType>, Vec<ValType>) {
    let Signature { mut params, mut result, returns_pointer, .. } = abi.signature(ty);
    if returns_pointer {
        // It is passed where its result belongs.
        params.append(&mut result);
    }
    (params, result)
}
