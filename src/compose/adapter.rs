//! Generates the adapter of a world, without a component.

use super::not_granted;
use crate::describe::{At, Grants};
use crate::error::PhaseError;
use crate::files::Files;
use crate::grants;
use crate::guard::boundary;
use crate::load::{Component, Embedded};
use crate::timings::Timings;
use crate::verify::VerifyError;
use crate::virtualize::{self, Alone};
use crate::{proof, verify};

/// Generates an adapter for all imports of a world, and verifies it.
///
/// # Errors
///
/// A grant names nothing that the world imports or cannot be applied, or a file to embed cannot be read.
pub(crate) fn adapter(world: &Component, grants: &Grants, timings: &mut Timings) -> Result<Alone, PhaseError> {
    boundary("virtualize", world.file(), || generated(world, grants, timings))?
}

fn generated(world: &Component, grants: &Grants, timings: &mut Timings) -> Result<Alone, PhaseError> {
    let unknown = match grants.allow_missing {
        true => grants::nameless(grants).collect(),
        false => grants::unknown(world, grants),
    };
    if !unknown.is_empty() {
        return Err(unknown.into());
    }
    let embedded = timings.span("load", || Embedded::read(&Files::Disk, std::iter::once(&grants.settings)))?;
    let alone = timings.span("virtualize", || virtualize::adapter(world, grants, &embedded))?;
    let verify = || {
        let known = verify::adapter(world, &alone.bytes).map_err(|error| vec![error])?;
        let found =
            proof::alone(world, grants, &alone.bytes, &known).map_err(|error| vec![VerifyError::from(error)])?;
        if found.is_empty() { Ok(()) } else { Err(found.iter().map(not_granted).collect()) }
    };
    let places = |errors: Vec<VerifyError>| PhaseError::Verify(errors.into_iter().map(At::from).collect());
    timings.span("verify", verify).map_err(places)?;
    Ok(alone)
}
