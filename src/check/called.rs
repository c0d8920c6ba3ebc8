//! Which functions of instances others may call.

use std::collections::{BTreeMap, BTreeSet};

use super::part::Part;
use crate::follow::{Followed, Instance, Item};

/// The instances whose code has each function, and [`OUTSIDE`].
pub(crate) struct Callers<'f, 'a> {
    followed: &'f Followed<'a>,
    users: BTreeMap<Item<'a>, BTreeSet<usize>>,
}

/// Whoever has the exports of the output, or of a component that it exports.
const OUTSIDE: usize = usize::MAX;

impl<'f, 'a> Callers<'f, 'a> {
    /// Collects them. `part` describes the component of an instance, and `spends` tells whether so many more items may be visited.
    pub(crate) fn of<'p>(
        followed: &'f Followed<'a>,
        part: &dyn Fn(&Instance<'a>) -> Option<&'p Part>,
        spends: &dyn Fn(usize) -> bool,
    ) -> Self {
        let mut users: BTreeMap<Item<'a>, BTreeSet<usize>> = BTreeMap::new();
        for (id, of) in followed.instances.iter().enumerate() {
            let Some(part) = part(of) else { continue };
            // An instance without code only passes items on.
            let has_code = part.has_core || of.original.is_some();
            let exported = if of.instantiation.is_none() { part.exported() } else { Vec::new() };
            if !spends(1 + part.imported.len() + of.has.len() + exported.len()) {
                break;
            }
            let given = part.imported.iter().map(|by| of.given(&by.path)).chain(of.has.iter().cloned());
            given.filter(|_| has_code).for_each(|item| _ = users.entry(item).or_default().insert(id));
            exported.iter().for_each(|by| _ = users.entry(of.exported(&by.path)).or_default().insert(OUTSIDE));
        }
        Callers { followed, users }
    }

    /// Whether anybody has an exported function of an instance, by its path. A function that an adapter has, it calls only where its
    /// own export of that name is called.
    pub(crate) fn any(&self, id: usize, path: &[String], is_adapter: &dyn Fn(usize) -> bool) -> bool {
        let Some(item) = self.followed.instances.get(id).map(|of| of.exported(path)) else { return true };
        let within = |id: &usize| self.followed.instances.get(*id)?.within;
        let is_within = |user: usize| std::iter::successors(Some(user), within).any(|outer| outer == id);
        let is_original = |user: usize| self.followed.instances.get(user).is_none_or(|of| of.original.is_some());
        let calls = |user: usize| is_original(user) || !is_adapter(user) || self.any(user, path, is_adapter);
        { self.users.get(&item).into_iter().flatten() }
            .any(|user| *user == OUTSIDE || (!is_within(*user) && calls(*user)))
    }
}
