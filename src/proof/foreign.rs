//! Code in an output that is neither that of its inputs nor of adapters that this version of weld generates.

use std::collections::{BTreeMap, BTreeSet};

use super::of_output;
use super::wires::{self, Adapters, Front};
use crate::decode::Level;
use crate::describe::{Grants, Treatment};
use crate::finding::Finding;
use crate::load::digest::Digest;
use crate::text::Shown;

/// The code of an output beside that of inputs and known adapters.
pub struct OtherCode<'o> {
    pub level: &'o Level<'o>,
    /// The nested components that are neither, by where they lie. `None` where the output has code of its own.
    pub strangers: Option<&'o [usize]>,
    /// The digests of inputs and adapters.
    pub known: &'o BTreeSet<Digest>,
}

impl OtherCode<'_> {
    /// The settings that cannot be verified, and the adapters that stand in front of other instances than those of their settings.
    pub fn of_settings(
        &self,
        grants: &BTreeMap<String, Grants>,
        fronts: &[Front],
        adapters: &Adapters,
    ) -> Vec<Finding> {
        let mut found = not_verified(grants, self.strangers);
        // Foreign components have been reported already.
        let is_set = |component: &str| !self.is_there() && grants.get(component).is_some_and(is_set);
        found.extend(wires::misplaced(fronts, &is_set, adapters));
        found
    }

    /// The foreign components that have code of which it is not known what it does with all that it is given, when it is
    /// instantiated and later. The code of inputs and of adapters is known, at whatever depth.
    pub fn of_foreign(&self) -> Vec<Finding> {
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

    fn is_there(&self) -> bool {
        !self.strangers.is_some_and(<[usize]>::is_empty)
    }
}

/// Whether a setting replaces host functions for a component.
fn is_set(grants: &Grants) -> bool {
    grants.grants.iter().any(|grant| matches!(grant.treatment, Treatment::Provide | Treatment::Return))
}

/// The settings that nobody is known to honour. The host functions of an adapter can be computed; that it honours its settings is known
/// only for adapters that this version generates.
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

/// Whether a component has code that is not that of known components, at whatever depth.
fn has_other_code(component: &[u8], known: &BTreeSet<Digest>) -> bool {
    let has = |level: &Level<'_>| level.has_core || level.components.iter().any(|of| has_other_code(of.bytes, known));
    !known.contains(&Digest::of(component)) && Level::decode(component).map_or(true, |level| has(&level))
}
