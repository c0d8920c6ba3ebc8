//! Which adapters in a finished component are what weld generates.
//!
//! Anybody may call a component `app:adapter`. Such a one is a part of `app` in two cases. It is, byte for byte, what weld
//! generates for the component that goes by the name of `app`, for the grants in the provenance; that these are the word of
//! whoever wrote the file does not matter, since for any grants weld generates an adapter that does what `app` asks of it and
//! nothing else. Or the provenance says that settings were given, whose values are not known, and it has nothing that `app`
//! does not have. What was generated of files that are not at hand is not known.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::called::Callers;
use crate::check::part::Part;
use crate::decide::Around;
use crate::decode::world::Imported;
use crate::decode::{self, Base, Identity, Instantiation, KnownAdapters, Level, Nested, Place};
use crate::describe::{Grant, Grants, Treatment};
use crate::files::Files;
use crate::follow::{self, Followed};
use crate::inspect::metadata;
use crate::inspect::reach::{self, Instance, Reach};
use crate::limits;
use crate::link::Graph;
use crate::load::digest::Digest;
use crate::load::{Component, Components, Embedded};
use crate::name::{ADAPTER, OUTER, Pattern, adapted, is_group, unnumbered};
use crate::provenance::Provenance;
use crate::virtualize;

/// The digests of the adapters in a component that weld generates for what is beside them.
pub(crate) fn adapters(component: &Component) -> BTreeSet<Digest> {
    found(component).unwrap_or_default()
}

/// The components that an output nests and that are neither components of a graph nor adapters, by where they lie among those that it
/// nests. `known` are the digests of both. `None` where the output has code of its own, or cannot be decoded.
pub(crate) fn strangers(
    output: &Component,
    components: &Components,
    graph: &Graph,
    known: &BTreeSet<Digest>,
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
    let nested = level.components.iter().enumerate();
    Some(nested.filter(|(_, of)| !is_known(&level, of, known)).map(|(number, _)| number).collect())
}

/// Whether a component of a level is a known one, or a group of known ones and nothing else.
fn is_known(level: &Level<'_>, nested: &Nested<'_>, known: &BTreeSet<Digest>) -> bool {
    let is_group = level.names.components.get(&nested.index).is_some_and(|name| is_group(name));
    let group = if is_group { Level::decode(nested.bytes).ok().filter(|group| !group.has_core) } else { None };
    match group {
        Some(group) => group.components.iter().all(|inner| is_known(&group, inner, known)),
        None => known.contains(&Digest::of(nested.bytes)),
    }
}

fn found(component: &Component) -> Option<BTreeSet<Digest>> {
    let parts = decode::parts(component.bytes().into(), component.known(), &|_| Identity::default()).ok()?;
    let provenance = metadata::provenance(&parts.first()?.level.custom)?;
    let reach = reach::reach(&parts, component.name()).ok()?;
    let made = || reach.instances.iter().filter(|of| of.within == Some(0) && of.is_made);
    let names = made().filter_map(|of| Some(adapted(&of.name)?.to_owned()));
    let names: BTreeSet<String> = names.take(limits::GENERATED_AGAIN).collect();
    let mut known = BTreeSet::new();
    if names.is_empty() {
        return Some(known);
    }
    // Adapters are generated for components as they are wired, whatever is in these.
    let closed = made().filter(|of| !of.is_group && adapted(&of.name).is_none());
    let closed: BTreeSet<&[u8]> = closed.filter_map(|of| Some(parts.get(of.part?)?.bytes)).collect();
    let adapters = || made().filter(|of| adapted(&of.name).is_some());
    let adapters: KnownAdapters<'_> =
        adapters().filter_map(|of| Some((parts.get(of.part?)?.bytes, of.name.as_str()))).collect();
    let is_closed = |bytes: &[u8]| Identity::new(closed.contains(bytes).then_some(0), bytes, &adapters);
    let wired = decode::parts(component.bytes().into(), component.known(), &is_closed).ok()?;
    let (followed, asked) = (follow::follow(&wired, &|_| None), wired.iter().map(Part::new).collect::<Vec<_>>());
    let callers = Callers::of(&followed, &|of| asked.get(of.part?), &|_| true);
    let wired = (&followed, &callers);
    let finder = Finder { parts: &parts, reach: &reach, provenance: &provenance, wired };
    for name in names {
        known.extend(finder.generated(&name).or_else(|| finder.serving(&name)).into_iter().flatten());
    }
    Some(known)
}

struct Finder<'f, 'a> {
    parts: &'f [decode::Part<'a>],
    reach: &'f Reach,
    provenance: &'f Provenance,
    /// The instances that are wired to each other, and who calls their exports.
    wired: (&'f Followed<'a>, &'f Callers<'f, 'a>),
}

impl<'f, 'a> Finder<'f, 'a> {
    /// What weld generates for the instance of a name.
    fn generated(&self, name: &str) -> Option<Vec<Digest>> {
        let (instance, made) = self.named(name)?;
        let part = self.parts.get(instance.part?)?;
        let called = instance.component.as_deref().into_iter().chain([name]).chain(unnumbered(name));
        let grants = called.into_iter().find_map(|name| self.grants(name))?;
        let component = Component::decode(name.to_owned(), name.to_owned(), part.bytes.to_vec()).ok()?;
        let adapter = self.named(&format!("{name}{ADAPTER}"));
        let is_hosts = |import: &str| {
            let place = |made: &'f Instantiation<'a>| {
                made.arguments.iter().find(|(name, _)| *name == import).map(|(_, place)| place)
            };
            let own = instance.made_in.zip(place(made));
            let by_adapter = adapter.filter(|(of, adapter)| own.is_some_and(|own| self.is_of(own, (of, adapter))));
            let filled = match by_adapter {
                Some((of, adapter)) => of.made_in.zip(place(adapter)),
                None => own,
            };
            // What the adapter answers without asking anybody is the same, whoever would fill it.
            filled.is_none_or(|(outer, place)| self.is_hosts(outer, place))
        };
        let (followed, callers) = self.wired;
        let id = followed.instances.iter().position(|of| of.original.is_some() && of.name == Some(name))?;
        let outer = format!("{name}{OUTER}");
        let is_outer = |user: usize| followed.instances.get(user).is_some_and(|of| of.name == Some(&outer));
        let is_called = |path: &[String]| callers.any(id, path, &is_outer);
        let around = Around { is_hosts: &is_hosts, is_called: &is_called, converts_exports: true };
        // What a file says of itself has nobody read files of whoever looks at it.
        let none = Files::Memory(Default::default());
        let embedded = Embedded::read(&none, std::iter::once(&grants.settings)).ok()?;
        let bytes = virtualize::generated(&component, &grants, around, &embedded).ok()?;
        Some(bytes.iter().map(|bytes| Digest::of(bytes)).collect())
    }

    /// Whether something in an instance, at a place of its component, is of an instance that is made beside it.
    fn is_of(&self, (outer, place): (usize, &Place<'_>), (of, made): (&Instance, &Instantiation<'_>)) -> bool {
        let level = || Some(&self.parts.get(self.reach.instances.get(outer)?.part?)?.level);
        let number = || level()?.instantiations.iter().position(|other| other.index == made.index);
        of.made_in == Some(outer) && number().is_some_and(|number| place.base == Base::Instantiation(number))
    }

    /// Whether something that an instance has is an import of the composition's, if only by way of groups.
    fn is_hosts(&self, mut outer: usize, place: &Place<'_>) -> bool {
        let mut base = place.base;
        while let Base::Import(import) = base {
            let group = self.reach.instances.get(outer).filter(|of| of.is_group);
            let Some((group, made)) = group.and_then(|group| Some((group, self.made(outer, group)?))) else {
                return true;
            };
            let argument = made.arguments.iter().find(|(name, _)| *name == import);
            let (Some((_, place)), Some(around)) = (argument, group.made_in) else { return false };
            (base, outer) = (place.base, around);
        }
        false
    }

    /// How an instance is made, by its number.
    fn made(&self, id: usize, of: &Instance) -> Option<&'f Instantiation<'a>> {
        let outer = self.reach.instances.get(of.made_in?)?;
        let number = outer.made.iter().position(|made| *made == id)?;
        self.parts.get(outer.part?)?.level.instantiations.get(number)
    }

    /// What stands for the instance of a name and nothing else, if it says that it was given something by settings. Their values are
    /// not known, so that this is judged by what it has: the instance and nobody else is given something of it, and no function that it
    /// imports is one that the instance does not. So it can do no more than the instance itself could.
    fn serving(&self, name: &str) -> Option<Vec<Digest>> {
        let (instance, made) = self.named(name)?;
        let called = instance.component.as_deref().into_iter().chain([name]).chain(unnumbered(name));
        let level = &self.parts.get(self.reach.instances.get(instance.made_in?)?.part?)?.level;
        if level.has_core || !{ called }.any(|name| self.is_set(name)) {
            return None;
        }
        let at = |of: &Instantiation<'_>| level.instantiations.iter().position(|other| other.index == of.index);
        // They are made in one group, if in any.
        let beside = |of: &(&Instance, &Instantiation<'_>)| of.0.made_in == instance.made_in;
        let adapter = self.named(&format!("{name}{ADAPTER}")).filter(beside)?;
        let outer = self.named(&format!("{name}{OUTER}")).filter(beside);
        let own = |place: &Place<'_>, of: &Instantiation<'_>| Some(place.base) == at(of).map(Base::Instantiation);
        let is_adapters = |place: &Place<'_>| own(place, adapter.1);
        // Who else is given something of it, be it among other things, or from outside.
        let is_other =
            |of: &&Instantiation<'_>| of.index != made.index && outer.is_none_or(|(_, outer)| of.index != outer.index);
        let others = level.instantiations.iter().filter(is_other).flat_map(|of| &of.arguments);
        let bundled = level.bundles.iter().flat_map(|bundle| &bundle.items);
        let mut given =
            others.chain(bundled).map(|(_, place)| place).chain(level.exports.iter().map(|export| &export.place));
        let is_once = |of: &Instantiation<'_>| {
            matches!(of.component.base, Base::Nested(_))
                && level.instantiations.iter().filter(|other| other.component == of.component).count() == 1
        };
        let imported = |of: &Instance| Some(Part::new(self.parts.get(of.part?)?).imported);
        let (known, asked) = (imported(instance)?, imported(adapter.0)?);
        let known: BTreeSet<&Vec<String>> = known.iter().map(|of| &of.path).collect();
        let is_known = |of: &Imported| known.contains(&of.path);
        let stands = made.arguments.iter().any(|(_, place)| is_adapters(place));
        if !stands || given.any(is_adapters) || !is_once(adapter.1) || !asked.iter().all(is_known) {
            return None;
        }
        // What stands before its exports has nothing but what it and its adapter give.
        let is_before = |(of, outer): &(&'f Instance, &'f Instantiation<'a>)| {
            let place = |import: &str| outer.arguments.iter().find(|(name, _)| *name == import).map(|(_, place)| place);
            let is_own = |of: &Imported| {
                of.path
                    .first()
                    .and_then(|import| place(import))
                    .is_some_and(|place| own(place, made) || is_adapters(place))
            };
            is_once(outer) && imported(of).is_some_and(|all| all.iter().all(is_own))
        };
        let parts = [Some(adapter), outer.filter(is_before)].into_iter().flatten();
        Some(parts.filter_map(|(of, _)| Some(Digest::of(self.parts.get(of.part?)?.bytes))).collect())
    }

    /// Whether the provenance says that a component was given something in the place of what the host has.
    fn is_set(&self, component: &str) -> bool {
        let lines = self.provenance.grants.iter().filter(|granted| granted.component == component);
        let mut words =
            lines.filter(|of| of.grant != "--debug").map(|of| of.value.split(' ').next().unwrap_or_default());
        words.any(|word| word != "kept" && Treatment::named(word).is_none())
    }

    /// The instance of a name, and how it is made. `None` where there are several, or where the name is the component's own
    /// word.
    fn named(&self, name: &str) -> Option<(&'f Instance, &'f Instantiation<'a>)> {
        let instances = self.reach.instances.iter().enumerate().filter(|(_, of)| of.within == Some(0) && of.is_made);
        let mut found = instances.filter(|(_, of)| of.is_named && of.name == name);
        let (id, instance) = found.next().filter(|_| found.next().is_none())?;
        Some((instance, self.made(id, instance)?))
    }

    /// The grants that the provenance has for a component. `None` where it has none, or says that settings were given, whose values
    /// it does not have.
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
        let grant = |(text, treatment): (&str, Treatment)| Grant::new(Pattern::parse(text), treatment, None);
        grants.grants.extend(said.into_iter().map(grant));
        is_any.then_some(grants)
    }
}
