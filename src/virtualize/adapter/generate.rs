//! Generates the adapter in front of imports: the inner adapter, and what stands around it where functions of the component go
//! on after their return.

use wasmparser::component_types::ResourceId;

use super::front;
use super::inner::Inner;
use crate::abi::Abi;
use crate::describe::Settings;
use crate::imports::Function;
use crate::load::Embedded;
use crate::runtime;
use crate::runtime::image::Image;
use crate::runtime::provider::{Provider, name_of};
use crate::virtualize::checks;
use crate::virtualize::core::Core;
use crate::virtualize::decisions::{Action, Decisions, FunctionDecision};
use crate::virtualize::error::VirtualizeError;

/// Generates the inner adapter of a component.
///
/// # Errors
///
/// Settings do not fit into memory, or types have no name in the component's imports.
pub fn generate(
    decisions: &Decisions<'_>,
    settings: &Settings,
    embedded: &Embedded,
) -> std::result::Result<Vec<u8>, Vec<VirtualizeError>> {
    let owns = |id: ResourceId| !decisions.owners.of(id).is_host;
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
    let bytes = Inner::new(decisions, settings).run(&core.finish());
    let has_front = decisions.functions().any(FunctionDecision::has_front);
    let bytes = bytes.and_then(|bytes| match has_front {
        true => front::around(Inner::new(decisions, settings), &bytes),
        false => Ok(bytes),
    });
    bytes.map_err(|reason| vec![checks::no_adapter(decisions, reason)])
}

/// The memory image with the settings of providers, if there are any.
fn image(
    decisions: &Decisions<'_>,
    settings: &Settings,
    embedded: &Embedded,
) -> std::result::Result<Image, Vec<VirtualizeError>> {
    let end = Provider::get(settings).end_of_memory();
    if decisions.recorder.is_some() {
        return Ok(Image { start: Provider::recorder().end_of_memory(), ..Image::default() });
    }
    if !decisions.functions().any(|of| decisions.provider(of).is_some()) {
        // The task runner belongs to the providers.
        let start = if decisions.functions().any(|of| of.goes_on) { end } else { 0 };
        return Ok(Image { start, ..Image::default() });
    }
    let is_there = |known: &(&str, &str)| {
        let of_adapted = decisions.adapted().flat_map(|decided| &decided.functions);
        let is_it = |of: &Function<'_>| name_of(of.interface, of.name) == name_of(known.0, known.1);
        { of_adapted }.any(|of| of.function.is_of_wasi() && of.grant.needs_host() && is_it(of.function))
    };
    let available = runtime::AVAILABLE.iter().filter(|(_, functions)| functions.iter().all(is_there));
    let available = available.map(|(bit, _)| bit).sum();
    Image::new(settings, embedded, end, available).map_err(|what| {
        vec![VirtualizeError::Settings { component: decisions.imports.component.name().to_owned(), what }]
    })
}
