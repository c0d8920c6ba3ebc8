//! Finds the adapters of each described instance, and checks that they are those that weld generates for it.

use std::collections::{BTreeMap, BTreeSet};

use super::Wires;
use crate::finding::Finding;
use crate::load::digest::Digest;
use crate::name::adapted;

/// An instance of no original that stands between an instance and its arguments (import adapter), or in front of its
/// exports (export adapter).
pub(crate) struct Front {
    /// The instance in the output.
    pub id: usize,
    /// The name of that instance.
    pub name: String,
    /// The digest of its component.
    pub digest: Digest,
    /// The adapted instance in the description, and its component.
    pub of: (String, String),
    /// The side of the adapted instance.
    pub side: Side,
}

/// The side of an instance at which an adapter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub(crate) enum Side {
    Imports,
    Exports,
}

impl Front {
    /// Returns the finding on an adapter of another instance, or, if settings replace host functions for the adapted
    /// instance, on an unknown adapter. Only the bytes of an adapter show that it honours its settings.
    fn of_another(&self, is_set: &dyn Fn(&str) -> bool, adapters: &Adapters) -> Option<Finding> {
        let (instance, component) = &self.of;
        let own = adapters.get(instance);
        let is_any = || adapters.values().any(|all| all.has(&self.digest));
        let what = match own.and_then(|own| own.at(self.side)) == Some(self.digest) {
            true => return None,
            false if own.is_some_and(|own| own.has(&self.digest)) => match self.side {
                Side::Imports => "is the adapter before its exports, where the one before its imports belongs",
                Side::Exports => "is the adapter before its imports, where the one before its exports belongs",
            },
            false if is_set(component) => "is not the adapter that weld generates for the settings of that",
            false if is_any() => "is the adapter of another",
            // It counts as a foreign component.
            false => return None,
        };
        Some(self.find(format!("it stands for `{instance}`, and {what}")))
    }

    fn find(&self, what: String) -> Finding {
        Finding { instance: self.name.clone(), what, ..Finding::default() }
    }
}

/// The adapters that weld generates, by instance.
pub(crate) type Adapters = BTreeMap<String, Generated>;

/// The adapters of an instance.
pub(crate) struct Generated {
    /// The digest of the component of its import adapter.
    pub inner: Digest,
    /// The digest of the component of its export adapter, if it has one.
    pub outer: Option<Digest>,
    /// The exported functions of the instance whose handles an adapter converts, by path.
    pub converted: BTreeSet<Vec<String>>,
}

impl Generated {
    /// Returns the digest of the adapter that belongs at a side.
    pub(crate) fn at(&self, side: Side) -> Option<Digest> {
        match side {
            Side::Imports => Some(self.inner),
            Side::Exports => self.outer,
        }
    }

    /// Whether a digest is that of an adapter of the instance.
    pub(crate) fn has(&self, digest: &Digest) -> bool {
        self.inner == *digest || self.outer.as_ref() == Some(digest)
    }
}

/// Returns the findings on adapters. `is_set` returns whether settings replace host functions for a component.
pub(crate) fn misplaced(fronts: &[Front], is_set: &dyn Fn(&str) -> bool, adapters: &Adapters) -> Vec<Finding> {
    let mut found: Vec<Finding> = fronts.iter().filter_map(|front| front.of_another(is_set, adapters)).collect();
    // The state of an adapter (random numbers, files, the time) belongs to one instance.
    let mut by_id: BTreeMap<usize, &Front> = BTreeMap::new();
    for front in fronts.iter().filter(|front| adapters.values().any(|all| all.has(&front.digest))) {
        let first = *by_id.entry(front.id).or_insert(front);
        if first.of != front.of {
            let ((one, _), (other, _)) = (&first.of, &front.of);
            found.push(front.find(format!("it stands for `{other}`, and for `{one}` as well")));
        }
    }
    // Each adapter of an instance has one instance.
    let mut by_instance: BTreeMap<(&str, Digest), &Front> = BTreeMap::new();
    for front in by_id.values() {
        let first = *by_instance.entry((&front.of.0, front.digest)).or_insert(front);
        if first.id != front.id {
            found
                .push(front.find(format!("it stands for `{}`, for which `{}` stands already", front.of.0, first.name)));
        }
    }
    found
}

impl Wires<'_, '_> {
    /// Checks that an adapter that no wire leads to is that of an instance without another one.
    pub(super) fn unused(&mut self) {
        for (id, digest) in self.adapters() {
            if self.state.fronts.iter().any(|(_, front, _)| [id, self.outermost(id, None)].contains(front)) {
                continue;
            }
            let before = self.state.clone();
            let is_its = (0..before.output_of.len())
                .flat_map(|planned| [(planned, Side::Imports), (planned, Side::Exports)])
                .any(|(planned, side)| {
                    let own = self.plan.instances.get(planned).and_then(|of| self.output.adapters.get(&of.name));
                    let has_one = before.fronts.iter().any(|(of, _, at)| (*of, *at) == (planned, side));
                    if has_one || own.and_then(|own| own.at(side)) != Some(digest) {
                        return false;
                    }
                    self.stand(planned, id, side);
                    self.follow();
                    let is_right = self.state.found.len() == before.found.len();
                    if !is_right {
                        self.state = before.clone();
                    }
                    is_right
                });
            if !is_its {
                self.find(id, "", &[], "it is an adapter that weld generates, and no instance has it".to_owned());
            }
        }
    }

    /// Returns the instances of adapters that weld generates, with their digests. Instances within such an adapter are
    /// parts of it.
    fn adapters(&self) -> Vec<(usize, Digest)> {
        let digest = |id: usize| self.output.digests.get(self.instance(id)?.part?).copied();
        let known = |id: usize| digest(id).filter(|of| self.output.adapters.values().any(|all| all.has(of)));
        let around = |id: usize| std::iter::successors(Some(id), |id| self.instance(*id)?.within).skip(1);
        // An input may have the bytes of one.
        let is_none = |id: &usize| self.instance(*id).is_some_and(|of| of.original.is_none());
        let ids = (0..self.output.followed.instances.len()).filter(is_none);
        let ids = ids.filter(|id| !around(*id).any(|outer| known(outer).is_some()));
        ids.filter_map(|id| Some((id, known(id)?))).collect()
    }

    /// Whether an output instance is an adapter of a planned one, by its bytes or else by its name.
    pub(super) fn is_adapter(&self, front: usize, planned: usize) -> bool {
        let (Some(front), Some(of)) = (self.instance(front), self.plan.instances.get(planned)) else { return false };
        let digest = front.part.and_then(|part| self.output.digests.get(part));
        let is_its =
            |name: &str| digest.is_some_and(|of| self.output.adapters.get(name).is_some_and(|all| all.has(of)));
        let mut others = self.output.adapters.keys();
        match is_its(&of.name) || others.any(|name| is_its(name)) {
            true => is_its(&of.name),
            false => front.name.and_then(adapted) == Some(of.name.as_str()),
        }
    }
}
