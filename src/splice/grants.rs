//! The grants of inserted components: they may use of the host what the component at their edge may use, function by
//! function, and nothing else. Inserted components stand within the adapter that this one has: what its grants say of the
//! edge is for the adapters of the inserted components.

use std::collections::{BTreeMap, BTreeSet};

use crate::decide::decisions::Kept;
use crate::decide::{Around, decide};
use crate::describe::{Grant, Grants, Treatment};
use crate::imports::{Function, Imports, Interface};
use crate::link::matching::{Items, is_same_import};
use crate::load::Component;
use crate::name::{Pattern, base, compatible, unqualified};

/// The component at an edge, with its grants.
pub(super) struct AtEdge<'c> {
    grants: &'c Grants,
    /// Its grants without those that allow everything.
    named: Grants,
    component: &'c Component,
    imports: Imports<'c>,
    /// The edges that are imports of it, by their complete names.
    edges: BTreeSet<&'c str>,
    /// Its imports that the host fills.
    of_host: BTreeSet<&'c str>,
}

impl<'c> AtEdge<'c> {
    /// The component at the edges that are imports of it, by their complete names. The host fills its imports `of_host`.
    pub(super) fn new(
        (component, grants): (&'c Component, &'c Grants),
        edges: BTreeSet<&'c str>,
        of_host: BTreeSet<&'c str>,
    ) -> Self {
        let mut named = grants.clone();
        named.grants.retain(|grant| !(grant.pattern.as_str() == "*" && grant.treatment == Treatment::Allow));
        AtEdge { grants, named, component, imports: Imports::of(component), edges, of_host }
    }

    /// The grants of a component that is inserted at the edges, where `is_last` if what filled them before fills its imports
    /// of them, and no other inserted component. `filled` are other imports that inserted components fill, and `same` those
    /// that have the name of an import of the component at the edge and are filled as that is.
    ///
    /// Each function is decided by the grants of the same import of the component at the edge, if the host fills that: see
    /// [`is_same_import`]. If another component fills it, what the grants say of it is about that component, and the
    /// function is denied. Of an interface that the component at the edge does not import, grants give only what they name;
    /// a default or a `*` that allows everything does not. A label that it does not import is denied.
    pub(super) fn for_inserted(
        &self,
        inserted: &Component,
        is_last: bool,
        filled: &BTreeSet<&str>,
        same: &BTreeSet<String>,
    ) -> Grants {
        let AtEdge { grants, .. } = self;
        let default = if grants.default == Treatment::Allow { Treatment::Deny } else { grants.default };
        // The grants are about the imports of the component at the edge.
        let mut copied = Grants { allow_missing: true, place: None, default, grants: Vec::new(), ..(*grants).clone() };
        let mut alike: BTreeMap<&str, &str> = same.iter().map(|import| (import.as_str(), import.as_str())).collect();
        let mut filled = filled.clone();
        for edge in &self.edges {
            let interface = self.import(edge).and_then(|interface| interface.identity.as_deref()).unwrap_or(edge);
            // The chain at the edge continues with this import.
            match Items(inserted.imports()).best(edge, interface) {
                Some(import) if is_last => _ = alike.insert(import, edge),
                Some(import) => _ = filled.insert(import),
                None => {}
            }
        }
        for (interface, function) in Imports::of(inserted).functions() {
            let import = interface.import(function.name);
            if filled.contains(import) {
                continue;
            }
            match self.decision(inserted, (interface, function), alike.get(import).copied()) {
                // What settings say of a function depends on its capability, which the pattern names.
                Some(grant) if grant.treatment == Treatment::Provide => copied.set(grant),
                Some(grant) => {
                    let pattern = Pattern::exact(interface.name, function.name);
                    copied.set(Grant { pattern, place: None, ..grant });
                }
                None => {}
            }
        }
        copied
    }

    /// Grants that leave the imports at the edges to what is inserted there. The adapters of inserted components do what
    /// the grants say of these imports, so the adapter of the component at the edge does not do it again. Of the other
    /// imports of the component they give it nothing more.
    pub(super) fn left_to_inserted(&self) -> Vec<Grant> {
        let at_edge = self.imports.functions();
        let at_edge = at_edge.filter(|(interface, function)| self.edges.contains(interface.import(function.name)));
        let is_changed = |(interface, function): &(&Interface<'_>, &Function<'_>)| {
            let decisive = self.grants.decisive(&interface.names(), function.name);
            decisive.is_some_and(|(grant, _)| grant.treatment != Treatment::Allow)
        };
        let allowed =
            |(interface, function): (&Interface<'_>, &Function<'_>)| exactly(interface, function, Treatment::Allow);
        let left: Vec<Grant> = at_edge.filter(is_changed).map(allowed).collect();
        let kept = self.kept_for_edges(&left);
        left.into_iter().chain(kept).collect()
    }

    /// Grants that deny what the component at the edges would keep for handles that only what is inserted there gives.
    fn kept_for_edges(&self, left: &[Grant]) -> Vec<Grant> {
        let kept = |grants: &Grants, is_hosts: &dyn Fn(&str) -> bool| {
            let around = Around { is_hosts, is_called: &|_| true, converts_exports: true };
            let decisions = decide(&self.imports, grants, around);
            // An error is one of the composition, which has the same grants.
            decisions.map(|of| of.kept()).unwrap_or_default()
        };
        let before = kept(self.grants, &|import| self.of_host.contains(import));
        let mut grants = self.grants.clone();
        grants.grants.extend(left.iter().cloned());
        let after = kept(&grants, &|import| self.of_host.contains(import) && !self.edges.contains(import));
        let is_new =
            |of: &&Kept| !before.iter().any(|old| (&old.interface, &old.function) == (&of.interface, &of.function));
        let new = after.iter().filter(is_new).filter(|of| !self.edges.contains(of.interface.as_str()));
        new.map(|of| Grant::new(Pattern::exact(&of.interface, &of.function), self.grants.default, None)).collect()
    }

    /// The interface of an import of the component at the edge. For a function of the world itself, the world.
    fn import(&self, name: &str) -> Option<&Interface<'c>> {
        let mut interfaces = self.imports.interfaces.iter();
        let world = |interface: &Interface<'_>| interface.functions.iter().any(|of| of.name == name);
        interfaces.find(|interface| if interface.name.is_empty() { world(interface) } else { interface.name == name })
    }

    /// The grant that decides about a function of an inserted component, whose import may be filled as one of the component
    /// at the edge is: `alike`. `None` if none does, so that the function is denied, unless it is a method of handles that
    /// the component is given.
    fn decision(
        &self,
        inserted: &Component,
        (interface, function): (&Interface<'_>, &Function<'_>),
        alike: Option<&str>,
    ) -> Option<Grant> {
        let (import, function) = (interface.import(function.name), function.name);
        let alike = alike.and_then(|import| Some((import, self.import(import)?)));
        if let Some((_, known)) = alike.filter(|(import, _)| !self.of_host.contains(import)) {
            return self.decisive(&known.names(), function);
        }
        let is_same = |known: &&Interface<'_>| {
            let name = known.import(function);
            known.name.is_empty() == interface.name.is_empty()
                && is_same_import((self.component, name), (inserted, import))
        };
        let all: Vec<&Interface<'_>> = self.imports.interfaces.iter().filter(is_same).collect();
        let exact = all.iter().find(|known| known.import(function) == import);
        let known: Vec<&Interface<'_>> = exact.map_or_else(|| all.clone(), |exact| vec![exact]);
        let of_host = known.iter().filter(|known| self.of_host.contains(known.import(function)));
        let decided = of_host.map(|known| self.of_import(known, interface, function));
        match decided.max_by_key(|decision| self.restriction(decision.as_ref())) {
            Some(most_restrictive) => most_restrictive,
            None if known.is_empty() && is_plain(inserted, interface) => {
                self.of_interface(&[interface.identity.as_deref().unwrap_or(interface.name)], None, interface, function)
            }
            None => self.denied(interface, function),
        }
    }

    /// The grant that decides about a function of an inserted component that has the same import as the component at the
    /// edge. `None` if none does, so that the function is denied, unless it is a method of handles.
    fn of_import(&self, known: &Interface<'_>, inserted: &Interface<'_>, function: &str) -> Option<Grant> {
        if !known.functions.iter().any(|of| of.name == function) {
            return self.of_interface(&known.names(), Some(known), inserted, function);
        }
        let names = known.names();
        let functions: Vec<&str> = known.functions.iter().map(|of| of.name).collect();
        // Methods of an interface that grants name are not kept.
        let is_default = || self.grants.default == Treatment::Allow || self.grants.is_about(&names, &functions);
        let default = || Grant::new(Pattern::exact(known.name, function), self.grants.default, None);
        self.decisive(&names, function).or_else(|| is_default().then(default))
    }

    /// The grant that decides about a function that the component at the edge does not have, by the names of the interface.
    /// `known` is its import of the interface.
    fn of_interface(
        &self,
        names: &[&str],
        known: Option<&Interface<'_>>,
        inserted: &Interface<'_>,
        function: &str,
    ) -> Option<Grant> {
        // A grant may be about what another component gives, or about another import, which has the function.
        let name = names.last().copied().unwrap_or_default();
        let mut others = self.imports.interfaces.iter().filter(|of| known.is_none_or(|known| of.name != known.name));
        let is_elsewhere = others.any(|of| {
            let (is_of_host, other) =
                (self.of_host.contains(of.import(function)), of.identity.as_deref().unwrap_or(of.name));
            (known.is_none() && !is_of_host && base(other) == base(name))
                || (compatible(other, name) && of.functions.iter().any(|of| of.name == function))
        });
        if is_elsewhere {
            return self.denied(inserted, function);
        }
        if let Some((grant, _)) = self.named.decisive(names, function) {
            return Some(grant.clone());
        }
        let functions = known.into_iter().chain([inserted]).flat_map(|of| &of.functions);
        let functions: Vec<&str> = functions.map(|of| of.name).collect();
        // Methods of an interface that grants name are not kept.
        self.named.is_about(names, &functions).then(|| self.denied(inserted, function)).flatten()
    }

    /// A grant that denies a function of an inserted component, as the default does where it denies.
    fn denied(&self, interface: &Interface<'_>, function: &str) -> Option<Grant> {
        let default = if self.grants.default == Treatment::Allow { Treatment::Deny } else { self.grants.default };
        Some(Grant::new(Pattern::exact(interface.name, function), default, None))
    }

    fn decisive(&self, names: &[&str], function: &str) -> Option<Grant> {
        self.grants.decisive(names, function).map(|(grant, _)| grant.clone())
    }

    /// How much is taken away: no grant, less than one that says the same as the default, since methods are kept.
    fn restriction(&self, decision: Option<&Grant>) -> (u8, bool) {
        let treatment = decision.map_or(self.grants.default, |grant| grant.treatment);
        (treatment.restriction(), decision.is_some())
    }
}

/// Whether an import is an interface by its own name alone, without a label and an `external-id`.
fn is_plain(component: &Component, interface: &Interface<'_>) -> bool {
    let item = component.imports().get(interface.name);
    item.is_some_and(|item| item.implements.is_none() && item.external_id.is_none()) && interface.name.contains(':')
}

fn exactly(interface: &Interface<'_>, function: &Function<'_>, treatment: Treatment) -> Grant {
    Grant::new(Pattern::exact(interface.name, function.name), treatment, None)
}

/// Allows a component some functions, by their complete names, whatever its grants say of them.
pub(super) fn allow(grants: &mut Grants, functions: &[String]) {
    for (interface, function) in functions.iter().map(|function| unqualified(function)) {
        grants.set(Grant::new(Pattern::exact(interface, function.unwrap_or_default()), Treatment::Allow, None));
    }
}
