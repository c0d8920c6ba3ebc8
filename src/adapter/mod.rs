//! Adapters: the components that do what is decided.
//!
//! In: the [`Decisions`] about what a component imports, its settings, and the files that are embedded for them. Out: the bytes of a
//! component that imports what is left of the host, and exports what the component imports ([`inner()`]); and, where handles are the
//! adapter's own, those of a second one before the component's exports ([`outer()`]). `core` writes the code, everything else the
//! component around it.
//!
//! Nothing is decided here, and nothing here knows grants, files or the graph.
//!
//! An adapter lifts functions of its core modules and exports interfaces. A nested component, the shim, assembles each
//! interface, because methods need the exported name of their resource type.

mod base;
mod core;
mod front;
mod inner;
mod outer;
mod recorder;
mod shim;
mod writer;

use wasmparser::component_types::ResourceId;

use self::core::Core;
use crate::abi::Abi;
use crate::decide::DecideError;
use crate::decide::checks::no_adapter;
use crate::decide::decisions::{Action, Decisions, FunctionDecision};
use crate::describe::Settings;
use crate::imports::Function;
use crate::load::Embedded;
use crate::runtime;
use crate::runtime::image::Image;
use crate::runtime::provider::{Provider, name_of};
pub(crate) use inner::MISSING;
use inner::{Inner, NotWritten};
pub(crate) use outer::OuterAdapter;

/// The adapter between a component and what fills its imports.
///
/// # Errors
///
/// Settings do not fit into memory, or types have no name in the component's imports.
pub(crate) fn inner(
    decisions: &Decisions<'_>,
    settings: &Settings,
    embedded: &Embedded,
) -> Result<Vec<u8>, DecideError> {
    let owns = |id: ResourceId| !decisions.owners.of(id).is_host;
    let module = module(decisions, settings);
    let mut core = Core::new(Abi(decisions.imports.component), &owns, image(decisions, settings, embedded)?);
    if decisions.traces {
        core.trace();
    }
    if let Some(recorder) = &decisions.recorder {
        core.records(decisions, recorder);
    }
    for of in decisions.functions().filter(|of| of.action != Action::PassThrough) {
        core.add(of.function, &of.action, of.goes_on);
    }
    decisions.owners.converted().for_each(|id| core.convert(id));
    let bytes = Inner::new(decisions, module).run(&core.finish());
    let has_front = decisions.functions().any(FunctionDecision::has_front);
    let bytes = bytes.and_then(|bytes| match has_front {
        true => Ok(front::around(Inner::new(decisions, module), &bytes)?),
        false => Ok(bytes),
    });
    bytes.map_err(|reason| match reason {
        NotWritten::TwoVersions(function) => {
            DecideError::TwoVersions { component: decisions.imports.component.name().to_owned(), function }
        }
        NotWritten::Other(reason) => no_adapter(decisions, reason),
    })
}

/// The adapter before a component's exports, where these use handles that the inner adapter owns and the host knows.
///
/// # Errors
///
/// Types have no name in the component's imports.
pub(crate) fn outer(decisions: &Decisions<'_>) -> Result<Option<OuterAdapter>, DecideError> {
    let outer = decisions.owners.converted().next().map(|_| outer::generate(decisions));
    outer.transpose().map_err(|reason| no_adapter(decisions, reason))
}

/// The module that its code calls: that of the providers, or the one that records.
fn module(decisions: &Decisions<'_>, settings: &Settings) -> &'static Provider {
    match decisions.recorder {
        Some(_) => Provider::recorder(),
        None => Provider::get(settings, decisions.functions().filter_map(|of| decisions.provider(of))),
    }
}

/// The memory image with the settings of providers, if there are any.
fn image(decisions: &Decisions<'_>, settings: &Settings, embedded: &Embedded) -> Result<Image, DecideError> {
    let end = module(decisions, settings).end_of_memory();
    if !decisions.functions().any(|of| decisions.provider(of).is_some()) {
        // The task runner belongs to the module.
        let has_module = decisions.recorder.is_some() || decisions.functions().any(|of| of.goes_on);
        let start = if has_module { end } else { 0 };
        return Ok(Image { start, ..Image::default() });
    }
    let is_there = |known: &(&str, &str)| {
        let of_adapted = decisions.adapted().flat_map(|decided| &decided.functions);
        let is_it = |of: &Function<'_>| name_of(of.interface, of.name) == name_of(known.0, known.1);
        { of_adapted }.any(|of| of.function.is_of_wasi() && of.grant.needs_host() && is_it(of.function))
    };
    let available = runtime::AVAILABLE.iter().filter(|(_, functions)| functions.iter().all(is_there));
    let available = available.map(|(bit, _)| bit).sum();
    let component = || decisions.imports.component.name().to_owned();
    Image::new(settings, embedded, end, available)
        .map_err(|what| DecideError::Settings { component: component(), what })
}
