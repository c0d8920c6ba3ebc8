//! Verifies an output that somebody else composed.

use super::policy::broken;
use super::{denied, grants};
use crate::describe::Description;
use crate::error::PhaseError;
use crate::guard::boundary;
use crate::load::{Component, Components};
use crate::proof::{self, Proof};
use crate::timings::Timings;
use crate::{link, verify};

/// Checks whether an output consists of the described components, and gives them no more than their grants allow.
/// Foreign components with code are findings, unless `allows_foreign` is set. Returns the findings.
///
/// # Errors
///
/// The description is invalid, or the output is not a valid component.
pub(crate) fn prove(
    output: &Component,
    components: &Components,
    description: &Description,
    allows_foreign: bool,
    timings: &mut Timings,
) -> Result<Proof, PhaseError> {
    boundary("verify", output.file(), || proved(output, components, description, allows_foreign, timings))?
}

fn proved(
    output: &Component,
    components: &Components,
    description: &Description,
    allows_foreign: bool,
    timings: &mut Timings,
) -> Result<Proof, PhaseError> {
    // An invalid component, or one that current tools refuse, must not get a report that reads like approval.
    timings.span("verify", || verify::written(output))?;
    // The description determines which components the output has, and whether its grants name something that they
    // import.
    let graph = timings.span("link", || link::link(components, description));
    let graph = graph.map_err(|errors| denied::explained(errors, components))?;
    crate::grants::check(components, &description.grants)?;
    let grants = grants(components, description);
    let prove = || proof::prove(output, description, components, &graph, &grants, allows_foreign);
    let mut proof = timings.span("verify", prove)?;
    if let Some(rules) = &description.policy {
        let violations = timings.span("policy", || broken(rules, output))?;
        proof.report.findings.extend(violations);
    }
    Ok(proof)
}
