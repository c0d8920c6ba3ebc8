//! What is wrong with an output that somebody else composed.

use super::policy::broken;
use super::{denied, grants};
use crate::describe::Description;
use crate::error::PhaseError;
use crate::guard::boundary;
use crate::load::{Component, Components};
use crate::proof::{self, Proof};
use crate::timings::Timings;
use crate::{link, verify};

/// Checks a component that somebody else composed, or says to have: whether it is made of the components that are described,
/// and leaves nothing to them that their grants do not allow. Foreign components with code are findings, unless they are
/// allowed.
///
/// # Errors
///
/// Where the description cannot be followed. What is wrong with the output is in what is returned.
pub fn prove(
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
    // Of what is not a component as a whole, or that no tool of today takes, nothing should be said that reads like praise.
    timings.span("verify", || verify::written(output))?;
    // Which of the components are in it, and which grants are of what they have, is the description's to say.
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
