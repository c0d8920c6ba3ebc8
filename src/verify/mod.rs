//! The phase verify: the bytes that were encoded, read back by a decoder of their own, against the plan.
//!
//! What is compared: where one component needs nothing around it, all of its bytes; else the host imports with their types, each instance's component byte for byte (or, where it is
//! imported, its type), what fills each of its imports, the exports, and what it says that it was made of.
//! What is validated: everything. Only then may the output be written.

mod alone;
mod compare;
mod custom;
pub mod error;
mod explain;
mod names;
pub mod obsolete;
mod types;

use crate::decode::Pieces;
pub use crate::decode::{Known, Level, Malformed};
pub use error::VerifyError;
use obsolete::Obsolete;

use crate::guard::boundary;
use crate::link::Graph;
use crate::load::{Component, Components};
use crate::provenance::Provenance;
use crate::validate;

/// Checks that `bytes` are a valid component, and just the one that `graph` describes, which says that it was made of
/// `provenance`, or says nothing of that. Gives what the validator says of the types in it.
///
/// # Errors
///
/// [`VerifyError::InvalidComponent`] where an input turns out not to be valid, [`VerifyError::UnnamedType`] where no
/// valid component can be what was asked for; all others are bugs of weld, found before they reach anyone.
pub fn verify(
    components: &Components,
    graph: &Graph,
    provenance: Option<&Provenance>,
    bytes: Pieces<'_>,
) -> Result<Known, VerifyError> {
    let level = Level::decode(bytes)?;
    let alone = alone::planned(components, graph)?;
    let as_planned = match alone {
        Some(component) => alone::compare(component, provenance, bytes),
        None => compare::compare(components, graph, &level).and_then(|()| custom::compare(provenance, &level)),
    };
    as_planned.map_err(|what| VerifyError::Differs { what })?;
    match (validate::validate(bytes), alone) {
        (Ok(known), _) => types::compare(components, graph, &level, &known)
            .and_then(|output| compare::imported_functions(components, graph, &output))
            .map_err(|what| VerifyError::Differs { what })
            .and_then(|()| names::check(components, bytes))
            .map(|()| known),
        // Nothing is before the component, so the offset is the same in both.
        (Err(Malformed { offset, message }), Some(component)) => {
            Err(VerifyError::InvalidComponent { file: component.file().to_owned(), offset, message })
        }
        (Err(error), None) => Err(attribute(components, graph, &level, error)),
    }
}

/// Checks that a component which no plan describes is valid as a whole.
///
/// # Errors
///
/// What is wrong with it.
pub fn component(component: &Component) -> Result<(), VerifyError> {
    let file = component.file();
    let first = boundary("verify", file, || component.invalid_code().first().cloned())?;
    first.map_or(Ok(()), |Malformed { offset, message }| {
        Err(VerifyError::InvalidComponent { file: file.to_owned(), offset, message })
    })
}

/// Checks that nothing is in an output that the Component Model no longer has. `components` are those that it was made of.
///
/// # Errors
///
/// Each such thing, with the component that has it.
pub fn current(components: &Components, bytes: Pieces<'_>) -> Result<(), Vec<VerifyError>> {
    let found = obsolete::find(bytes).map_err(|error| vec![VerifyError::from(error)])?;
    let error = |found: Obsolete<'_>| {
        let has = |component: &&Component| obsolete::find(component.bytes()).is_ok_and(|of| of.contains(&found));
        let file = components.iter().find(has).map(|component| component.file().to_owned());
        VerifyError::Obsolete { what: found.to_string(), file }
    };
    let errors: Vec<_> = found.into_iter().map(error).collect();
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// Checks that nothing is in a component that the Component Model no longer has.
///
/// # Errors
///
/// The first of it.
pub fn component_is_current(component: &Component) -> Result<(), VerifyError> {
    let file = component.file().to_owned();
    match obsolete::find(component.bytes()) {
        Ok(found) => found
            .first()
            .map_or(Ok(()), |found| Err(VerifyError::Obsolete { what: found.to_string(), file: Some(file) })),
        Err(Malformed { offset, message }) => Err(VerifyError::InvalidComponent { file, offset, message }),
    }
}

/// Checks that a component which no plan describes may be written: as [`component`], and that no two names of one scope in it
/// differ only in case or hyphens.
///
/// # Errors
///
/// What is wrong with it.
pub fn written(written: &Component) -> Result<(), VerifyError> {
    component(written)?;
    names::written(Some(written.file()), written.bytes())
}

/// Checks that an adapter for all that a world imports is valid, exports nothing else, and imports nothing else. Gives what the
/// validator says of the types in it.
///
/// # Errors
///
/// What is wrong with it, which is a bug of weld.
pub fn adapter(world: &Component, bytes: &[u8]) -> Result<Known, VerifyError> {
    let level = Level::decode(bytes)?;
    let known = validate::validate(bytes)?;
    names::written(None, bytes)?;
    let names = level.imports.iter().map(|import| import.name).chain(level.exports.iter().map(|export| export.name));
    match names.into_iter().find(|name| !world.imports().contains_key(*name)) {
        Some(name) => Err(VerifyError::Differs { what: format!("`{name}` is none of the world's imports") }),
        None => Ok(known),
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

#[cfg(test)]
mod tests;
