//! The runtime of adapters: what is the same in all of them. It knows nothing of grants.
//!
//! An adapter has a memory, in which `image` lays out what providers are told: settings, mounts, embedded files. The providers
//! are a core module that is the same for all components, of which `provider` takes what one adapter needs; what it exports, and
//! how its memory is read, is in `virt-components/README.md`. Handles of an adapter's stand for numbers, which `rep` describes.
//! Which functions are provided, and what else an adapter does, is decided in `virtualize`.

pub mod code;
pub mod destructors;
pub mod image;
pub mod log;
pub mod memory;
pub mod provider;
pub mod rep;
pub mod sections;

use wasm_encoder::ValType;
use wasmparser::component_types::ComponentFuncTypeId;

use crate::abi::Abi;
use crate::describe::Settings;
use crate::describe::setting::{Mount, Names};
use crate::load::Component;
use crate::name::Capability;
use provider::{Provider, name_of};

/// Functions of WASI 0.2, each by its interface without the version, and its name.
type Known = &'static [(&'static str, &'static str)];

/// The functions of the host that a provider has a use for where the component does not ask for them itself: the bits by
/// which the settings say that they are there, as in `virt-components/README.md`.
pub const AVAILABLE: &[(u32, Known)] = &[
    (1, &[("wasi:io/poll", "[method]pollable.ready")]),
    (2, &[("wasi:clocks/monotonic-clock", "subscribe-duration")]),
    (4, &[("wasi:io/streams", "[method]input-stream.read")]),
    (
        8,
        &[("wasi:io/streams", "[method]output-stream.check-write"), ("wasi:io/streams", "[method]output-stream.write")],
    ),
    (16, &[("wasi:filesystem/types", "[method]descriptor.open-at")]),
    (32, &[("wasi:io/poll", "poll")]),
    (64, &[("wasi:io/streams", "[method]input-stream.blocking-read")]),
    (128, &[("wasi:io/streams", "[method]output-stream.blocking-write-and-flush")]),
];

/// Whether the provider of a function calls the host's own, as the settings have it.
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

/// The provider's function for one of a component's, by the name that the module has for it: of the same name, and of just
/// that type.
pub fn function(component: &Component, interface: &str, function: &str, id: ComponentFuncTypeId) -> Option<String> {
    let ty = component.types().get(id)?;
    let name = name_of(interface, function);
    // What goes through a stream has a place of its own, the address of which is passed last.
    let expected = match Provider::direction(&name) {
        Some(_) => (Abi(component).signature(ty).params.into_iter().chain([ValType::I32]).collect(), Vec::new()),
        None => Abi(component).lowered(ty),
    };
    let has_signature = Provider::signature(&name).is_some_and(|known| *known == expected);
    (has_signature && Provider::is_of_type(component, interface, function, id)).then_some(name)
}

/// Whether a provider's function is one of WASI 0.3.
pub fn is_of_0_3(name: &str) -> bool {
    name.contains("@0.3#")
}

/// Whether a provider's function takes handles of all owners together.
pub fn mixes(name: &str) -> bool {
    matches!(
        name,
        "wasi:io/poll#poll"
            | "wasi:io/streams#[method]output-stream.splice"
            | "wasi:io/streams#[method]output-stream.blocking-splice"
    )
}
