//! Finds code in an output that belongs neither to its inputs nor to adapters that this version of weld generates.

use std::collections::{BTreeMap, BTreeSet};

use super::of_output;
use super::wires::{self, Adapters, Front};
use crate::decode::Level;
use crate::describe::{Grants, Treatment};
use crate::finding::Finding;
use crate::load::digest::Digest;
use crate::text::Shown;

/// The code of an output, without that of inputs and known adapters.
pub(super) struct OtherCode<'o> {
    pub level: &'o Level<'o>,
    /// The indices of nested components that are neither inputs nor known adapters. `None` if the output has code of
    /// its own.
    pub strangers: Option<&'o [usize]>,
    /// The digests of inputs and adapters.
    pub known: &'o BTreeSet<Digest>,
}

impl OtherCode<'_> {
    /// Returns findings on settings that cannot be verified, and on adapters in front of instances that they were not
    /// generated for.
    pub(super) fn of_settings(
        &self,
        grants: &BTreeMap<String, Grants>,
        fronts: &[Front],
        adapters: &Adapters,
    ) -> Vec<Finding> {
        let mut found = not_verified(grants, self.strangers);
        // Foreign components have been reported already.
        let is_set = |component: &str| !self.has_foreign_code() && grants.get(component).is_some_and(is_set);
        found.extend(wires::misplaced(fronts, &is_set, adapters));
        found
    }

    /// Returns findings on foreign components with code. The effect of that code on its arguments is unknown. Code of
    /// inputs and of known adapters within a foreign component does not count, at any depth.
    pub(super) fn of_foreign(&self) -> Vec<Finding> {
        let Some(places) = self.strangers else {
            return vec![of_output(
                "",
                "it has code of its own, and what that does is not known: `--allow-foreign` allows it".to_owned(),
            )];
        };
        let find = |place: &usize| {
            let nested = self.level.components.get(*place).filter(|nested| has_other_code(nested.bytes, self.known))?;
            let name = self.level.names.components.get(&nested.index).map(|name| format!(" `{}`", Shown(name)));
            let what = format!(
                "nested component {place}{} is neither an input nor an adapter that this version of weld generates for these grants, and what its \
                 code does is not known: verify with the grants and the version of weld that the output was built with, name it as an input, or \
                 allow it by `--allow-foreign`",
                name.unwrap_or_default()
            );
            Some(of_output("", what))
        };
        places.iter().filter_map(find).collect()
    }

    /// Whether there is code that is neither of inputs nor of known adapters.
    fn has_foreign_code(&self) -> bool {
        !self.strangers.is_some_and(<[usize]>::is_empty)
    }
}

/// Whether a setting replaces host functions for a component.
fn is_set(grants: &Grants) -> bool {
    grants.grants.iter().any(|grant| matches!(grant.treatment, Treatment::Provide | Treatment::Return))
}

/// Returns findings on settings that may not be honoured. The check computes the host functions of any adapter, but
/// only adapters that this version generates are known to honour their settings.
fn not_verified(grants: &BTreeMap<String, Grants>, strangers: Option<&[usize]>) -> Vec<Finding> {
    let Some((component, _)) = grants.iter().find(|(_, grants)| is_set(grants)) else { return Vec::new() };
    let find = |place: String| {
        let what = format!(
            "{place} is no adapter that this version of weld generates for its settings: whether it honours them cannot be verified"
        );
        of_output(component, what)
    };
    match strangers {
        Some(places) => places.iter().map(|place| find(format!("nested component {place}"))).collect(),
        None => vec![find("it".to_owned())],
    }
}

/// Whether a component has code at any depth that does not belong to a known component.
fn has_other_code(component: &[u8], known: &BTreeSet<Digest>) -> bool {
    let has = |level: &Level<'_>| level.has_core || level.components.iter().any(|of| has_other_code(of.bytes, known));
    !known.contains(&Digest::of(component)) && Level::decode(component).map_or(true, |level| has(&level))
}
