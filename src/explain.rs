//! How a component reaches something of the host's: what is asked is read, the component inspected, and the ways told.

use wasmparser::component_types::{ComponentEntityType, ComponentItem};

use crate::describe::policy::{Doubt, asked as patterns_of};
use crate::describe::{At, Policy, Text};
use crate::error::PhaseError;
use crate::inspect::{Asked, asked as inspected};
use crate::load::Component;
use crate::report::explain::{Input, Report};
use crate::text::{Shown, toml};

/// Explains how a component that is valid reaches what a text asks for.
///
/// # Errors
///
/// Where the text names nothing, or the component's instantiations are too many to be followed, or to be told of.
pub fn explained(component: &Component, asked: &str) -> Result<Report, PhaseError> {
    let is_interface = |item: &ComponentItem| matches!(item.ty, ComponentEntityType::Instance(_));
    let imports = component.imports().iter().map(|(name, item)| (name.as_str(), is_interface(item)));
    let patterns = patterns_of(asked, imports).map_err(|error| PhaseError::PolicyFile(vec![At::from(error)]))?;
    let input = Input { name: component.name().to_owned(), file: component.file().to_owned() };
    let inspection = inspected(component, Asked { wit: false, code: false })?;
    Ok(Report::new(&inspection, input, asked, &patterns)?)
}

/// What there is to say of a text that names something of WASI's which WASI does not have: that a component does not reach it says
/// little.
pub fn misspelt(asked: &str) -> Option<String> {
    let rule = format!("[[rule]]\ndeny = [{}]\n", toml(asked));
    // What is no pattern is a word for a capability.
    let policy = Policy::read(Text::new("the pattern", &rule)).ok()?;
    let Doubt { near, .. } = policy.doubts().into_iter().next()?;
    let near = near.map(|near| format!("; did you mean `{}`?", Shown(&near))).unwrap_or_default();
    Some(format!("`{}` names nothing that WASI has{near}", Shown(asked)))
}
