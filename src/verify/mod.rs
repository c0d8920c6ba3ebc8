//! The phase verify: decodes the encoded bytes again and compares them with the plan.
//!
//! If the output is one component itself, all bytes are compared. Otherwise, these are compared: the types of host
//! imports, the component of each instance (byte by byte, or by its type if it is imported), the arguments of each
//! instance, the exports, and the provenance. The output is validated. Only then may it be written.

mod alone;
mod compare;
mod custom;
pub(crate) mod error;
mod explain;
mod names;
pub(crate) mod obsolete;
mod types;

use crate::decode::Pieces;
pub(crate) use crate::decode::{Known, Level, Malformed};
pub(crate) use error::VerifyError;
use obsolete::Obsolete;

use crate::guard::boundary;
use crate::link::Graph;
use crate::link::nest::Levels;
use crate::load::{Component, Components};
use crate::name::is_group;
use crate::provenance::Provenance;
use crate::validate;

/// The plan of an output: its components, its graph, and its levels if it has groups.
pub(crate) type Planned<'p> = (&'p Components, &'p Graph, Option<&'p Levels>);

/// Checks that `bytes` are a valid component, and exactly the one that the plan describes. `provenance` is the planned
/// provenance, and `None` if the output must have none. Returns the validator's results for its types.
///
/// # Errors
///
/// [`VerifyError::InvalidComponent`] if an input is not valid, and [`VerifyError::UnnamedType`] if no valid component
/// can satisfy the description. All other errors are defects of weld.
pub(crate) fn verify(
    (all, whole, levels): Planned<'_>,
    provenance: Option<&Provenance>,
    bytes: Pieces<'_>,
) -> Result<Known, VerifyError> {
    let (components, graph) = levels.map_or((all, whole), |levels| (&levels.components, &levels.graph));
    let level = Level::decode(bytes)?;
    let alone = alone::planned(components, graph)?;
    let as_planned = match alone {
        Some(component) => alone::compare(component, provenance, bytes),
        None => compare::compare(components, graph, &level).and_then(|()| custom::compare(provenance, &level)),
    };
    as_planned.map_err(|what| VerifyError::Differs { what })?;
    for (id, graph) in levels.iter().flat_map(|levels| &levels.groups) {
        group(components, graph, &components[*id])?;
    }
    match (validate::validate(bytes), alone) {
        (Ok(known), _) => types::compare(components, graph, &level, &known)
            .and_then(|output| compare::imported_functions(all, whole, &output))
            .map_err(|what| VerifyError::Differs { what })
            .and_then(|()| names::check(all, bytes))
            .map(|()| known),
        // An output that begins with the component has the same offsets.
        (Err(Malformed { offset, message }), Some(component)) => {
            Err(VerifyError::InvalidComponent { file: component.file().to_owned(), offset, message })
        }
        (Err(error), None) => Err(attribute(components, graph, &level, error)),
    }
}

/// Checks that a group is exactly the component that its graph describes. Its code is validated as a part of the output.
fn group(components: &Components, graph: &Graph, group: &Component) -> Result<(), VerifyError> {
    let level = Level::decode(group.bytes())?;
    compare::compare(components, graph, &level)
        .and_then(|()| custom::compare(None, &level))
        .and_then(|()| types::compare(components, graph, &level, group.known()))
        .map(drop)
        .map_err(|what| VerifyError::Differs { what: format!("in `{}`, {what}", group.name()) })
}

/// Checks that a component without a plan is valid as a whole.
///
/// # Errors
///
/// The validator's error.
pub(crate) fn component(component: &Component) -> Result<(), VerifyError> {
    let file = component.file();
    let first = boundary("verify", file, || component.invalid_code().first().cloned())?;
    first.map_or(Ok(()), |Malformed { offset, message }| {
        Err(VerifyError::InvalidComponent { file: file.to_owned(), offset, message })
    })
}

/// Checks that an output has no obsolete names or built-in functions. `components` are its inputs.
///
/// # Errors
///
/// Each obsolete item, with the component that has it.
pub(crate) fn current(components: &Components, bytes: Pieces<'_>) -> Result<(), Vec<VerifyError>> {
    let found = obsolete::find(bytes).map_err(|error| vec![VerifyError::from(error)])?;
    let error = |found: Obsolete<'_>| {
        let has = |component: &&Component| obsolete::find(component.bytes()).is_ok_and(|of| of.contains(&found));
        let file = components.iter().find(has).map(|component| component.file().to_owned());
        VerifyError::Obsolete { what: found.to_string(), file }
    };
    let errors: Vec<_> = found.into_iter().map(error).collect();
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// Checks that a component has no obsolete names or built-in functions.
///
/// # Errors
///
/// The first obsolete item.
pub(crate) fn component_is_current(component: &Component) -> Result<(), VerifyError> {
    let file = component.file().to_owned();
    match obsolete::find(component.bytes()) {
        Ok(found) => found
            .first()
            .map_or(Ok(()), |found| Err(VerifyError::Obsolete { what: found.to_string(), file: Some(file) })),
        Err(Malformed { offset, message }) => Err(VerifyError::InvalidComponent { file, offset, message }),
    }
}

/// Checks that a component without a plan may be written: [`component`] accepts it, and no two names of one scope
/// differ only in case or hyphens.
///
/// # Errors
///
/// The first violation.
pub(crate) fn written(written: &Component) -> Result<(), VerifyError> {
    component(written)?;
    names::written(Some(written.file()), written.bytes())
}

/// Checks that an adapter for a whole world is valid and imports and exports only items of that world. Returns the
/// validator's results for its types.
///
/// # Errors
///
/// The first violation, which is a defect of weld.
pub(crate) fn adapter(world: &Component, bytes: &[u8]) -> Result<Known, VerifyError> {
    let level = Level::decode(bytes)?;
    let known = validate::validate(bytes)?;
    names::written(None, bytes)?;
    let names = level.imports.iter().map(|import| import.name).chain(level.exports.iter().map(|export| export.name));
    match names.into_iter().find(|name| !world.imports().contains_key(*name)) {
        Some(name) => Err(VerifyError::Differs { what: format!("`{name}` is none of the world's imports") }),
        None => Ok(known),
    }
}

/// Finds the input that contains an error of the output.
fn attribute(components: &Components, graph: &Graph, level: &Level<'_>, error: Malformed) -> VerifyError {
    let offset = usize::try_from(error.offset).unwrap_or(usize::MAX);
    let input = input(components, level, offset);
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

/// Finds the input at an offset of a level, and the offset in that input.
fn input(components: &Components, level: &Level<'_>, offset: usize) -> Option<(String, u64)> {
    let nested = level.components.iter().find(|nested| nested.range.contains(&offset))?;
    let component = components.iter().find(|component| component.bytes() == nested.bytes)?;
    let offset = offset - nested.range.start;
    match is_group(component.name()) {
        true => input(components, &Level::decode(nested.bytes).ok()?, offset),
        false => Some((component.file().to_owned(), offset as u64)),
    }
}

#[cfg(test)]
mod tests;
