//! The runtime of adapters: the core modules, the memory and the code that all adapters share. It is independent of grants.
//!
//! `image` writes the settings of providers, mounts and embedded files to the memory of an adapter. The providers are
//! one core module, of which `provider` makes the part that an adapter needs; `virt-components/README.md` describes its
//! exports and how it reads memory. `rep` defines the representations of handles. Which functions are provided is the
//! decision of `decide`.

pub(crate) mod code;
pub(crate) mod description;
pub(crate) mod destructors;
pub(crate) mod driver;
pub(crate) mod flat;
pub(crate) mod image;
pub(crate) mod log;
pub(crate) mod memory;
pub(crate) mod provider;
#[allow(unreachable_pub)] // The recorder includes this file as well.
pub(crate) mod recorder;
pub(crate) mod rep;
pub(crate) mod sections;
pub(crate) mod value;
pub(crate) mod walk;

use wasm_encoder::ValType;
use wasmparser::component_types::ComponentFuncType;

use crate::abi::Abi;
use crate::describe::Settings;
use crate::describe::setting::{Mount, Names};
use crate::load::Component;
use crate::name::Capability;
use provider::{Provider, name_of, of_first_draft};

/// Functions of WASI: the interface, without a version for 0.2, and the name.
type Known = &'static [(&'static str, &'static str)];

/// The host functions that providers call if they exist. Each group has a bit in the settings, which tells whether it
/// exists. `virt-components/abi` defines the same bits.
pub(crate) const AVAILABLE: &[(u32, Known)] = &[
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
    (
        256,
        &[
            ("wasi:http/types", "[method]outgoing-request.method"),
            ("wasi:http/types", "[method]outgoing-request.scheme"),
            ("wasi:http/types", "[method]outgoing-request.authority"),
            ("wasi:http/types", "[method]outgoing-request.path-with-query"),
        ],
    ),
    (512, &[("wasi:filesystem/types@0.3.0", "[method]descriptor.open-at")]),
    (
        1024,
        &[
            ("wasi:http/types@0.3.0", "[method]request.get-method"),
            ("wasi:http/types@0.3.0", "[method]request.get-scheme"),
            ("wasi:http/types@0.3.0", "[method]request.get-authority"),
            ("wasi:http/types@0.3.0", "[method]request.get-path-with-query"),
        ],
    ),
];

/// Whether the settings make the provider of a function call the host's function.
pub(crate) fn asks_host(settings: &Settings, interface: &str, function: &str) -> bool {
    let variables = match Capability::of(interface, function) {
        Some(Capability::Env) => &settings.env,
        Some(Capability::Config) => &settings.config,
        Some(Capability::Fs) => {
            return settings.mounts.values().any(Mount::is_hosts);
        }
        Some(Capability::Http) => return settings.http.is_some(),
        Some(Capability::Sockets) => return settings.sockets.is_some(),
        _ => return false,
    };
    variables.as_ref().is_some_and(|variables| variables.allow != Names::None)
}

/// The name of the provider's function for an imported function of that name, if its signature is that.
pub(crate) fn function(
    component: &Component,
    interface: &str,
    function: &str,
    ty: &ComponentFuncType,
) -> Option<String> {
    let name = name_of(interface, function);
    let name = if Provider::signature(&name).is_none() { of_first_draft(&name) } else { name };
    // A function with a stream gets the address of the flow as a further parameter.
    let expected = match Provider::direction(&name) {
        Some(_) => (Abi(component).signature(ty).params.into_iter().chain([ValType::I32]).collect(), Vec::new()),
        None => Abi(component).lowered(ty),
    };
    Provider::signature(&name).is_some_and(|known| *known == expected).then_some(name)
}

/// Whether a provider's function judges each call by rules, or stores arguments for such a judgement. All calls of such
/// a function go to the provider, whatever owner the handles have. Its results contain handles of the host, except for
/// objects of its own package.
pub(crate) fn judges(name: &str) -> bool {
    name.starts_with("wasi:http/") || name.starts_with("wasi:sockets/")
}

/// Whether a provider's function writes lines to standard error. Such a function calls host functions of other names
/// than its own.
pub(crate) fn writes_lines(name: &str) -> bool {
    name == "wasi:logging/logging#log"
}

/// Whether a provider's function takes handles of several owners in one call.
pub(crate) fn mixes(name: &str) -> bool {
    matches!(
        name,
        "wasi:io/poll#poll"
            | "wasi:io/streams#[method]output-stream.splice"
            | "wasi:io/streams#[method]output-stream.blocking-splice"
    )
}
