//! What grants name, among the imports of the components that they are for.

use std::collections::BTreeMap;

use crate::describe::manifest::{Manifest, Output};
use crate::describe::{At, Description};
use crate::grants::{self, GrantError};
use crate::load::Components;

/// Refuses grants of what no component has: a misspelt one would never be honoured. A target may have another component
/// of that name, so a grant is judged over all outputs that have it; those that are not built may have a use for it.
pub(super) fn check(
    manifest: &Manifest,
    described: &[(&Output, Description)],
    loaded: &[Components],
) -> Result<(), Vec<At<GrantError>>> {
    // By their places. `None` for those that some output has a meaning for.
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
