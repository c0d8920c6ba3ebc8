//! The grants of inserted components: they may use of the host what the component at their edge may use, function by
//! function, and nothing else. Inserted components stand within the adapter that this one has: what its grants say of the
//! edge is for the adapters of the inserted components.

use std::collections::{BTreeMap, BTreeSet};

use crate::describe::{Grant, Grants, Treatment};
use crate::imports::{Function, Imports, Interface};
use crate::link::matching::Items;
use crate::load::Component;
use crate::name::{Pattern, compatible, unqualified};

/// The component at an edge, with its grants.
pub(super) struct AtEdge<'c> {
    pub grants: &'c Grants,
    pub imports: Imports<'c>,
    /// The edges that are imports of it, by their complete names.
    pub edges: BTreeSet<&'c str>,
    /// Its imports that the host fills.
    pub of_host: BTreeSet<&'c str>,
}

impl<'c> AtEdge<'c> {
    /// The grants of a component that is inserted at the edges, where `is_last` if what filled them before fills its imports
    /// of them, and no other inserted component. `filled` are other imports that inserted components fill, and `same` those
    /// that have the name of an import of the component at the edge and are filled as that is.
    ///
    /// Each function is decided by the grants of the same import of the component at the edge, if it has the function and
    /// the host fills it. Labels are the same if they and their interfaces are: a host may have something else by another
    /// label, or by the name of the interface. If another component fills the import, what the grants say of it is about
    /// that component, and the function is denied. What the component at the edge has under no name, grants give only by the
    /// name of an interface; a default that allows everything does not.
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
            match self.decision(interface, function, alike.get(import).copied()) {
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
    /// the grants say of these imports, so the adapter of the component at the edge does not do it again.
    pub(super) fn left_to_inserted(&self) -> Vec<Grant> {
        let at_edge = self.imports.functions();
        let at_edge = at_edge.filter(|(interface, function)| self.edges.contains(interface.import(function.name)));
        let is_changed = |(interface, function): &(&Interface<'_>, &Function<'_>)| {
            let decisive = self.grants.decisive(&interface.names(), function.name);
            decisive.is_some_and(|(grant, _)| grant.treatment != Treatment::Allow)
        };
        let allowed =
            |(interface, function): (&Interface<'_>, &Function<'_>)| exactly(interface, function, Treatment::Allow);
        at_edge.filter(is_changed).map(allowed).collect()
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
    fn decision(&self, interface: &Interface<'_>, function: &Function<'_>, alike: Option<&str>) -> Option<Grant> {
        let alike = alike.and_then(|import| Some((import, self.import(import)?)));
        if let Some((_, known)) = alike.filter(|(import, _)| !self.of_host.contains(import)) {
            return self.decisive(&known.names(), function.name);
        }
        let imports = || self.imports.interfaces.iter();
        let known: Vec<&Interface<'_>> = match alike {
            Some((_, known)) => vec![known],
            None => imports().filter(|known| is_same(known, interface, function.name)).collect(),
        };
        let of_host = known.iter().filter(|known| self.of_host.contains(known.import(function.name)));
        let has = |known: &Interface<'_>| known.functions.iter().any(|of| of.name == function.name);
        let decided = of_host.clone().filter(|known| has(known)).map(|known| self.of_import(known, function.name));
        if let Some(least) = decided.min_by_key(|decision| self.restriction(decision.as_ref())) {
            return least;
        }
        let name = interface.identity.as_deref().unwrap_or(interface.name);
        let is_elsewhere = || {
            let mut others =
                imports().filter(|other| compatible(other.identity.as_deref().unwrap_or(other.name), name));
            others.any(has)
        };
        let is_open = known.is_empty() || of_host.count() > 0;
        let is_named =
            |grant: &Grant| is_open && name.contains(':') && grant.pattern.as_str() != "*" && !is_elsewhere();
        self.decisive(&[name], function.name).filter(is_named)
    }

    /// The grant that decides about a function of an import that the host fills. `None` if none does, so that the function
    /// is denied, unless it is a method of handles.
    fn of_import(&self, import: &Interface<'_>, function: &str) -> Option<Grant> {
        let names = import.names();
        let functions: Vec<&str> = import.functions.iter().map(|of| of.name).collect();
        // Methods of an interface that grants name are not kept.
        let is_default = || self.grants.default == Treatment::Allow || self.grants.is_about(&names, &functions);
        let default = || Grant::new(Pattern::exact(import.name, function), self.grants.default, None);
        self.decisive(&names, function).or_else(|| is_default().then(default))
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

fn exactly(interface: &Interface<'_>, function: &Function<'_>, treatment: Treatment) -> Grant {
    Grant::new(Pattern::exact(interface.name, function.name), treatment, None)
}

/// Whether two imports are the same: an interface in compatible versions, a label with its interface, or a function of
/// the world itself.
fn is_same(known: &Interface<'_>, other: &Interface<'_>, function: &str) -> bool {
    if known.name.is_empty() && other.name.is_empty() {
        return known.functions.iter().any(|of| of.name == function);
    }
    let is_one = match (&known.identity, &other.identity) {
        (Some(known), Some(other)) => compatible(known, other),
        (known, other) => known == other,
    };
    is_one && (known.name == other.name || (known.identity.is_none() && compatible(known.name, other.name)))
}

/// Allows a component some functions, by their complete names, whatever its grants say of them.
pub(super) fn allow(grants: &mut Grants, functions: &[String]) {
    for (interface, function) in functions.iter().map(|function| unqualified(function)) {
        grants.set(Grant::new(Pattern::exact(interface, function.unwrap_or_default()), Treatment::Allow, None));
    }
}
