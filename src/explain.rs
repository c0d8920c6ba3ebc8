//! How a component reaches something of the host's: what is asked is read, the component inspected, and the ways told.

use wasmparser::component_types::{ComponentEntityType, ComponentItem};

use crate::describe::At;
use crate::describe::policy::asked as patterns_of;
use crate::error::PhaseError;
use crate::inspect::inspect;
use crate::load::Component;
use crate::report::explain::{Input, Report};

/// Explains how a component that is valid reaches what a text asks for.
///
/// # Errors
///
/// Where the text names nothing, or the component's instantiations are too many to be followed.
pub fn explained(component: &Component, asked: &str) -> Result<Report, PhaseError> {
    let is_interface = |item: &ComponentItem| matches!(item.ty, ComponentEntityType::Instance(_));
    let imports = component.imports().iter().map(|(name, item)| (name.as_str(), is_interface(item)));
    let patterns = patterns_of(asked, imports).map_err(|error| PhaseError::PolicyFile(vec![At::from(error)]))?;
    let input = Input { name: component.name().to_owned(), file: component.file().to_owned() };
    Ok(Report::new(&inspect(component)?, input, asked, &patterns))
}
