//! The phase verify: the bytes that were encoded, read back by a decoder of their own, against the plan.
//!
//! What is compared: the host imports with their types, each instance's component byte for byte (or, where it is
//! imported, its type), what fills each of its imports, the exports, and what it says that it was made of.
//! What is validated: everything. Only then may the output be written.

mod compare;
mod custom;
pub mod error;
mod explain;
mod types;
mod validate;

pub use crate::decode::{self, Level, Malformed};
pub use error::VerifyError;

use crate::link::Graph;
use crate::load::{Component, Components};
use crate::provenance::Provenance;

/// Checks that `bytes` are a valid component, and just the one that `graph` describes, which says that it was made of
/// `provenance`, or says nothing of that.
///
/// # Errors
///
/// [`VerifyError::InvalidComponent`] where an input turns out not to be valid, [`VerifyError::UnnamedType`] where no
/// valid component can be what was asked for; all others are bugs of weld, found before they reach anyone.
pub fn verify(
    components: &Components,
    graph: &Graph,
    provenance: Option<&Provenance>,
    bytes: &[u8],
) -> Result<(), VerifyError> {
    let level =
        Level::decode(bytes).map_err(|Malformed { offset, message }| VerifyError::InvalidOutput { offset, message })?;
    compare::compare(components, graph, &level)
        .and_then(|()| custom::compare(provenance, &level))
        .map_err(|what| VerifyError::Differs { what })?;
    match validate::validate(bytes) {
        Ok(types) => types::compare(components, graph, &level, types)
            .and_then(|output| compare::imported_functions(components, graph, &output))
            .map_err(|what| VerifyError::Differs { what }),
        Err(error) => Err(attribute(components, graph, &level, error)),
    }
}

/// Checks that a component which no plan describes is valid as a whole.
///
/// # Errors
///
/// What is wrong with it.
pub fn component(component: &Component) -> Result<(), VerifyError> {
    validate::validate(component.bytes()).map(drop).map_err(|error| VerifyError::InvalidComponent {
        file: component.file().to_owned(),
        offset: error.offset,
        message: error.message,
    })
}

/// Checks that an adapter for all that a world imports is valid, exports nothing else, and imports nothing else.
///
/// # Errors
///
/// What is wrong with it, which is a bug of weld.
pub fn adapter(world: &Component, bytes: &[u8]) -> Result<(), VerifyError> {
    let invalid = |Malformed { offset, message }| VerifyError::InvalidOutput { offset, message };
    let level = Level::decode(bytes).map_err(invalid)?;
    validate::validate(bytes).map_err(invalid)?;
    let names = level.imports.iter().map(|import| import.name).chain(level.exports.iter().map(|export| export.name));
    match names.into_iter().find(|name| !world.imports().contains_key(*name)) {
        Some(name) => Err(VerifyError::Differs { what: format!("`{name}` is none of the world's imports") }),
        None => Ok(()),
    }
}

/// Finds the input that an error of the output is in.
fn attribute(components: &Components, graph: &Graph, level: &Level<'_>, error: Malformed) -> VerifyError {
    let offset = usize::try_from(error.offset).unwrap_or(usize::MAX);
    let nested = level.components.iter().find(|nested| nested.range.contains(&offset));
    let input = nested.and_then(|nested| {
        let component = components.iter().find(|component| component.bytes() == nested.bytes)?;
        Some((component.file().to_owned(), (offset - nested.range.start) as u64))
    });
    if let Some(explained) = explain::unnamed_types(components, graph, level, &error) {
        return explained;
    }
    let export = explain::export_at(level, &error).map(str::to_owned);
    let Malformed { message, offset } = error;
    if let (None, Some(name)) = (&input, export) {
        return VerifyError::InvalidExport { name, message };
    }
    match input {
        Some((file, offset)) => VerifyError::InvalidComponent { file, offset, message },
        None => VerifyError::InvalidOutput { offset, message },
    }
}
