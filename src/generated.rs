//! Which adapters in a finished component are what weld generates.
//!
//! Anybody may call a component `app:adapter`. Such a one is a part of `app` only if it is, byte for byte, what weld
//! generates for the component that goes by the name of `app`. The provenance says for which grants; that it is the word
//! of whoever wrote the file does not matter, since for any grants weld generates an adapter that does what `app` asks of
//! it and nothing else. What was generated of files that are not at hand is not known.

use std::collections::{BTreeMap, BTreeSet};

use crate::decode::{Base, Instantiation, Level};
use crate::describe::{Grant, Grants, Treatment};
use crate::follow::{self, Part};
use crate::inspect::metadata;
use crate::inspect::reach::{self, Instance, Reach};
use crate::limits;
use crate::link::Graph;
use crate::load::digest::Digest;
use crate::load::{Component, Components, Embedded};
use crate::name::{Pattern, adapted, unnumbered};
use crate::provenance::Provenance;
use crate::virtualize;

/// The digests of the adapters in a component that weld generates for what is beside them.
pub fn adapters(component: &Component) -> BTreeSet<Digest> {
    found(component).unwrap_or_default()
}

/// The components that an output nests and that are neither components of a graph nor adapters, whose digests are given, by where
/// they lie among those that it nests. `None` where the output has code of its own, or cannot be decoded.
pub fn strangers<'d>(
    output: &Component,
    components: &Components,
    graph: &Graph,
    adapters: impl Iterator<Item = &'d Digest>,
) -> Option<Vec<usize>> {
    let level = Level::decode(output.bytes()).ok()?;
    // The output may be the only component itself.
    let bare = level.without_provenance(output.bytes());
    if graph.instances().any(|(_, of)| [bare, output.bytes()].contains(&components[of.component].bytes())) {
        return Some(Vec::new());
    }
    if level.has_core {
        return None;
    }
    let own = graph.users().map(|(_, id)| components[id].digest());
    let known: BTreeSet<Digest> = own.chain(adapters.copied()).collect();
    let nested = level.components.iter().enumerate();
    Some(nested.filter(|(_, of)| !known.contains(&Digest::of(of.bytes))).map(|(number, _)| number).collect())
}

fn found(component: &Component) -> Option<BTreeSet<Digest>> {
    let parts = follow::parts(component.bytes(), &|_| None).ok()?;
    let provenance = metadata::provenance(&parts.first()?.level.custom)?;
    let reach = reach::reach(&parts, component.name()).ok()?;
    let finder = Finder { parts: &parts, reach: &reach, provenance: &provenance };
    let outermost = reach.instances.first()?;
    let of = |id: &usize| Some(adapted(&reach.instances.get(*id)?.name)?.to_owned());
    let names: BTreeSet<String> = outermost.made.iter().filter_map(of).take(limits::GENERATED_AGAIN).collect();
    let mut known = BTreeSet::new();
    for name in names {
        known.extend(finder.generated(&name).into_iter().flatten());
    }
    Some(known)
}

struct Finder<'f, 'a> {
    parts: &'f [Part<'a>],
    reach: &'f Reach,
    provenance: &'f Provenance,
}

impl<'f, 'a> Finder<'f, 'a> {
    /// What weld generates for the instance of a name.
    fn generated(&self, name: &str) -> Option<Vec<Digest>> {
        let (instance, made) = self.named(name)?;
        let part = self.parts.get(instance.part?)?;
        let called = instance.component.as_deref().into_iter().chain([name]).chain(unnumbered(name));
        let grants = called.into_iter().find_map(|name| self.grants(name))?;
        let component = Component::decode(name.to_owned(), name.to_owned(), part.bytes.to_vec()).ok()?;
        let inner = self.named(&format!("{name}{}", crate::name::ADAPTER)).map(|(_, made)| made);
        // The host fills what comes from an import of the composition's, if only by way of the adapter. Of what the adapter
        // does not ask for it makes no difference.
        let is_hosts = |import: &str| {
            let from = |made: &Instantiation<'_>| {
                let (_, place) = made.arguments.iter().find(|(name, _)| *name == import)?;
                Some(matches!(place.base, Base::Import(_)))
            };
            inner.and_then(from).unwrap_or_else(|| from(made).unwrap_or(true) || inner.is_some())
        };
        let embedded = Embedded::read(std::iter::once(&grants.settings)).ok()?;
        let bytes = virtualize::generated(&component, &grants, &is_hosts, &embedded).ok()?;
        Some(bytes.iter().map(|bytes| Digest::of(bytes)).collect())
    }

    /// The instance of a name, and how it is made. `None` where there are several, or where the name is the component's own
    /// word.
    fn named(&self, name: &str) -> Option<(&'f Instance, &'f Instantiation<'a>)> {
        let made = &self.reach.instances.first()?.made;
        let instances = made.iter().zip(&self.parts.first()?.level.instantiations);
        let instances = instances.filter_map(|(id, made)| Some((self.reach.instances.get(*id)?, made)));
        let mut found = instances.filter(|(instance, _)| instance.is_named && instance.name == name);
        found.next().filter(|_| found.next().is_none())
    }

    /// The grants that the provenance has for a component. `None` where it has none, or where something was provided.
    fn grants(&self, component: &str) -> Option<Grants> {
        let mut grants = Grants::all(Treatment::Deny);
        let mut is_any = false;
        let lines = self.provenance.grants.iter().filter(|granted| granted.component == component);
        // A name that would not be told from the rest is quoted, and is none that a component has.
        let mut said: BTreeMap<&str, Treatment> = BTreeMap::new();
        for granted in lines {
            is_any = true;
            let word = granted.value.split(' ').next().unwrap_or_default();
            match (granted.grant.as_str(), Treatment::named(word)) {
                (_, None) if word == "kept" => {}
                ("--debug", _) => grants.debug = true,
                (_, None) => return None,
                ("*", Some(treatment)) => grants.default = treatment,
                (grant, Some(treatment)) => _ = said.insert(grant.trim_matches('"'), treatment),
            }
        }
        let grant =
            |(text, treatment): (&str, Treatment)| Grant { pattern: Pattern::parse(text), treatment, place: None };
        grants.grants.extend(said.into_iter().map(grant));
        is_any.then_some(grants)
    }
}
