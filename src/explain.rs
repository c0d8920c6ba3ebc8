//! Explains how a component reaches items of the host: parses the name of the items, inspects the component, and makes
//! the report.

use wasmparser::component_types::{ComponentEntityType, ComponentItem};

use crate::describe::At;
use crate::describe::manifest::nearest;
use crate::describe::policy::{asked as patterns_of, not_of_wasi};
use crate::error::PhaseError;
use crate::inspect::{Asked, asked as inspected};
use crate::load::Component;
use crate::name::{base, unqualified};
use crate::report::explain::{Input, Report};

/// Explains how a valid component reaches the items that the text `asked` names.
///
/// # Errors
///
/// The text is malformed or names something that WASI does not define, or the component has more instances or longer
/// paths than the limits allow.
pub(crate) fn explained(component: &Component, asked: &str) -> Result<Report, PhaseError> {
    let is_interface = |item: &ComponentItem| matches!(item.ty, ComponentEntityType::Instance(_));
    let imports = component.imports().iter().map(|(name, item)| (name.as_str(), is_interface(item)));
    let patterns = patterns_of(asked, imports).map_err(|error| PhaseError::PolicyFile(vec![At::from(error)]))?;
    let input = Input { name: component.name().to_owned(), file: component.file().to_owned() };
    let inspection = inspected(component, Asked { wit: false, code: false })?;
    let mut report = Report::new(&inspection, input, asked, &patterns)?;
    if report.explained.imports.is_empty() {
        // It would say nothing that a component does not reach something that does not exist.
        if let Some(error) = patterns.iter().find_map(|pattern| not_of_wasi(pattern.as_str())) {
            return Err(PhaseError::PolicyFile(vec![At::from(error)]));
        }
        report.near = near_import(component, asked);
    }
    Ok(report)
}

/// The import that was probably meant by a name that a component does not import.
fn near_import(component: &Component, asked: &str) -> Option<String> {
    let (interface, _) = unqualified(asked);
    nearest(component.imports().keys().map(|import| base(import)), base(interface)).filter(|near| near != interface)
}
