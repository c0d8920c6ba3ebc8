//! Compares grants with the imports of their components.

use std::collections::BTreeMap;

use crate::describe::manifest::{Manifest, Output};
use crate::describe::{At, Description};
use crate::grants::{self, GrantError};
use crate::load::Components;

/// Refuses grants that match no import, since they may be misspelt. Targets may have different components of one name,
/// so a grant must match in one of the outputs with it. Grants of outputs that are not built are accepted.
pub(super) fn check(
    manifest: &Manifest,
    described: &[(&Output, Description)],
    loaded: &[Components],
) -> Result<(), Vec<At<GrantError>>> {
    // The errors by place. `None` for a grant that matches in some output.
    let mut wrong: BTreeMap<usize, Option<At<GrantError>>> = BTreeMap::new();
    for ((output, _), components) in described.iter().zip(loaded) {
        for (name, grants) in &output.grants {
            let Some(component) = components.named(name).map(|id| &components[id]) else { continue };
            let unknown = grants::unknown(component, grants).into_iter();
            let unknown: BTreeMap<Option<usize>, At<GrantError>> =
                unknown.map(|error| (error.offset(), error)).collect();
            for grant in &grants.grants {
                let Some(place) = &grant.place else { continue };
                let error = unknown.get(&Some(place.start())).cloned();
                let entry = wrong.entry(place.start()).or_insert_with(|| error.clone());
                if error.is_none() {
                    *entry = None;
                }
            }
        }
    }
    let is_built = |output: &&Output| described.iter().any(|(built, _)| std::ptr::eq(*built, *output));
    for output in manifest.outputs.iter().filter(|output| !is_built(output)) {
        output
            .grants
            .values()
            .flat_map(|grants| &grants.grants)
            .filter_map(|grant| grant.place.as_ref())
            .for_each(|place| _ = wrong.remove(&place.start()));
    }
    let errors: Vec<_> = wrong.into_values().flatten().collect();
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}
