//! Compares the arguments of each instance of an output with its description.
//!
//! The description is read again, independent of the planner. An output without findings has these properties. Its
//! instances of originals correspond one to one to those of the description; their names may differ. Each function that
//! such an instance imports is the described one: the named export of the described instance, or the host's. An
//! instance of no original (an adapter) may stand in between: its arguments are those of the same names of the instance
//! that it adapts, and it has items only of instances that this one could have, directly or through others. The code of
//! an adapter is not examined.

mod automatic;
#[cfg(feature = "compose-config")]
mod config;
#[cfg(feature = "wac")]
mod document;
mod fronts;
mod hosts;
mod plan;

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

pub(super) use self::fronts::{Adapters, Front, Generated, Side, misplaced};
use self::plan::{Plan, Source};
use crate::check::part::Part;
use crate::check::{Original, Wired, is_same};
use crate::decode;
use crate::decode::world::{self, World};
use crate::describe::{Description, Wiring};
use crate::finding::Finding;
use crate::follow::{Followed, Instance, Item};
use crate::limits::FINDINGS;
use crate::load::digest::Digest;
use crate::load::{Component, ComponentId, Components};
use crate::name::{shown, unqualified};

/// The result of a comparison of the wires of an output.
pub(super) struct Compared {
    /// The findings.
    pub found: Vec<Finding>,
    /// The adapters in front of instances.
    pub fronts: Vec<Front>,
    /// The original of each instance, by the correspondence of wires.
    pub wired: Wired,
}

/// Reads a description, independent of the planner.
fn read(description: &Description, components: &Components) -> Plan {
    match &description.wiring {
        Wiring::Automatic(automatic) => automatic::plan(automatic, components),
        #[cfg(not(feature = "wac"))]
        Wiring::Wac(none) => match *none {},
        #[cfg(feature = "wac")]
        Wiring::Wac(wac) => document::plan(wac, components),
        #[cfg(feature = "compose-config")]
        Wiring::WasmCompose(wiring) => config::plan(wiring, components),
    }
}

/// Compares the wires of an output in which no original is missing. An adapter is recognized by its bytes if `adapters`
/// has them, or else by its name. `asked` describes the imports of each part.
pub(super) fn compare(
    description: &Description,
    components: &Components,
    originals: &[Original<'_>],
    (parts, asked, followed): (&[decode::Part<'_>], &[Part], &Followed<'_>),
    adapters: &Adapters,
) -> Compared {
    let plan = read(description, components);
    let digests = match adapters.is_empty() {
        true => Vec::new(),
        false => parts.iter().map(|part| Digest::of(part.bytes)).collect(),
    };
    let bytes = |part: usize| parts.get(part).map(|part| part.bytes);
    let around = (0..plan.instances.len()).map(|_| OnceCell::new()).collect();
    let state = State { output_of: vec![None; plan.instances.len()], ..State::default() };
    let numbers = originals.iter().enumerate().map(|(number, of)| (of.name, number)).collect();
    let output = Output { originals, numbers, parts: asked, digests, adapters, followed, holders: holders(followed) };
    let mut wires = Wires { plan, components, output, around, state };
    wires.exports();
    wires.follow();
    wires.others();
    wires.unused();
    wires.given();
    wires.labels();
    wires.stand_for();
    wires.unknown();
    let front = |(planned, id, side): &(usize, usize, Side)| {
        let of = wires.plan.instances.get(*planned)?;
        let digest = Digest::of(followed.instances.get(*id).and_then(|of| bytes(of.part?))?);
        let of = (of.name.clone(), components[of.component].name().to_owned());
        Some(Front { id: *id, name: followed.name(*id), digest, of, side: *side })
    };
    let fronts = wires.state.fronts.iter().filter_map(front).collect();
    let wired =
        wires.state.planned_of.iter().filter_map(|(id, planned)| Some((*id, wires.original(*planned)?))).collect();
    Compared { fronts, wired, found: wires.state.found }
}

/// The mark of an instance that the output lacks.
const ABSENT: usize = usize::MAX;

/// The output.
struct Output<'o, 'a> {
    originals: &'o [Original<'o>],
    /// Their numbers, by name.
    numbers: BTreeMap<&'o str, usize>,
    parts: &'o [Part],
    /// The digests of the parts, where adapters are recognized by them.
    digests: Vec<Digest>,
    adapters: &'o Adapters,
    followed: &'o Followed<'a>,
    /// The instances that contain an instance of an original.
    holders: BTreeSet<usize>,
}

struct Wires<'o, 'a> {
    plan: Plan,
    components: &'o Components,
    output: Output<'o, 'a>,
    /// The instances whose exports each planned instance can have, computed on demand.
    around: Vec<OnceCell<BTreeSet<usize>>>,
    state: State,
}

/// The correspondence so far.
#[derive(Clone, Default)]
struct State {
    /// The output instance of each planned one.
    output_of: Vec<Option<usize>>,
    /// The planned instance of each output one.
    planned_of: BTreeMap<usize, usize>,
    /// The tasks that remain.
    open: Vec<Task>,
    /// The adapters, each after the planned instance that it adapts.
    fronts: BTreeSet<(usize, usize, Side)>,
    /// The arguments of adapters under names that their planned instance does not import.
    given: Vec<(usize, usize, Vec<String>, usize)>,
    /// The imports that the host fills: the component, the index of its import, and the import of the output.
    filled: BTreeSet<(ComponentId, usize, String)>,
    found: Vec<Finding>,
}

#[derive(Clone, Copy)]
enum Task {
    /// Compare the imports of a planned instance.
    Imports(usize),
    /// Compare the arguments of an adapter (second) of a planned instance (first).
    Front(usize, usize),
}

impl<'a> Wires<'_, 'a> {
    fn instance(&self, id: usize) -> Option<&Instance<'a>> {
        self.output.followed.instances.get(id)
    }

    /// Whether a planned instance can have exports of another one.
    fn can_have(&self, planned: usize, of: usize) -> bool {
        let around = self.around.get(planned);
        around.is_some_and(|all| all.get_or_init(|| self.plan.around(planned)).contains(&of))
    }

    /// The original that a planned instance is of.
    fn original(&self, planned: usize) -> Option<usize> {
        self.output.numbers.get(self.plan.component(planned, self.components)?.name()).copied()
    }

    /// Whether an output instance can correspond to a planned one: it has the same bytes.
    fn can_be(&self, planned: usize, id: usize) -> bool {
        let originals = self.original(planned).zip(self.instance(id).and_then(|of| of.original));
        originals.is_some_and(|(planned, own)| is_same(self.output.originals, planned, own))
    }

    /// Makes an output instance correspond to a planned one, unless either corresponds to another already.
    fn bind(&mut self, planned: usize, id: usize) -> bool {
        let known = self.state.output_of.get(planned).copied().flatten();
        match (known, self.state.planned_of.get(&id)) {
            (Some(known), _) => known == id,
            (None, None) if self.can_be(planned, id) => {
                if let Some(of) = self.state.output_of.get_mut(planned) {
                    *of = Some(id);
                }
                self.state.planned_of.insert(id, planned);
                self.state.open.push(Task::Imports(planned));
                true
            }
            _ => false,
        }
    }

    /// Reports a finding about an import of an output instance, once.
    fn find(&mut self, id: usize, component: &str, path: &[String], what: String) {
        let instance = self.output.followed.name(id);
        let is_of = |of: &Finding| of.instance == instance && of.component == component;
        let is_import = |of: &Finding| path.first().is_some_and(|import| unqualified(&of.function).0 == import);
        let mut found = self.state.found.iter().filter(|of| is_of(of));
        if self.state.found.len() < FINDINGS && !found.any(is_import) {
            let (component, function) = (component.to_owned(), shown(path));
            self.state.found.push(Finding { instance, component, function, what, ..Finding::default() });
        }
    }

    /// Performs all tasks that remain.
    fn follow(&mut self) {
        while let Some(task) = self.state.open.pop() {
            match task {
                Task::Imports(planned) => self.imports(planned),
                Task::Front(planned, id) => self.front(planned, id),
            }
        }
    }

    /// Each export of the output must be that of the described instance.
    fn exports(&mut self) {
        let exports = self.plan.exports.clone();
        for (name, source) in &exports {
            let Source::Export(planned, of) = source else { continue };
            let Some(component) = self.plan.component(*planned, self.components) else { continue };
            for path in exported(component).into_iter().filter(|path| path.starts_with(of)) {
                let own: Vec<String> = std::iter::once(name).chain(path.iter().skip(of.len())).cloned().collect();
                let Some(item) = self.instance(0).map(|outermost| outermost.exported(&own)) else { continue };
                match &item {
                    Item::Export(id, found) if *found != path || !self.bind(*planned, *id) => {
                        let expected = self.expected(&Source::Export(*planned, path));
                        let what = format!(
                            "it exports {} as `{}`, and not {expected}, which its description says",
                            self.shown(&item),
                            shown(&own)
                        );
                        self.find(0, "", &own, what);
                    }
                    Item::Export(id, _) if self.is_converted(*planned, &path) => {
                        let what = self.bypass(*planned, *id, &path);
                        self.find(0, "", &own, format!("what it exports is {what}"));
                    }
                    Item::Own(code, _) => {
                        let front = self.outermost(*code, None);
                        if self.is_exported(front, &path, &item) && self.stands_before(front, *planned, &path) {
                            self.stand(*planned, front, Side::Exports);
                        } else {
                            let (name, expected) =
                                (self.output.followed.name(front), self.expected(&Source::Export(*planned, path)));
                            let what = format!(
                                "it exports code of `{name}` as `{}`, which does not stand before {expected} by that name",
                                shown(&own)
                            );
                            self.find(0, "", &own, what);
                        }
                    }
                    // `exports.rs` finds an export of another instance.
                    _ => {}
                }
            }
        }
    }

    /// Finds output instances for planned ones that no wire leads to, starting with those whose exports nothing uses.
    fn others(&mut self) {
        loop {
            let is_open = |of: &Option<usize>| of.is_none();
            let open: Vec<usize> = (0..self.state.output_of.len())
                .filter(|of| self.state.output_of.get(*of).is_some_and(is_open))
                .collect();
            let is_used = |of: &usize| open.iter().any(|user| user != of && self.can_have(*user, *of));
            let Some(planned) = open.iter().find(|of| !is_used(of)).or(open.first()).copied() else { return };
            let candidates: Vec<usize> =
                self.made().filter(|id| !self.state.planned_of.contains_key(id) && self.can_be(planned, *id)).collect();
            let own = self.plan.instances.get(planned).map(|of| of.name.as_str());
            let named = candidates.iter().find(|id| self.instance(**id).is_some_and(|of| of.name == own)).copied();
            let before = self.state.clone();
            let mut first = None;
            for id in named.into_iter().chain(candidates) {
                self.bind(planned, id);
                self.follow();
                if self.state.found.len() == before.found.len() {
                    first = None;
                    break;
                }
                let tried = std::mem::replace(&mut self.state, before.clone());
                first.get_or_insert(tried);
            }
            // No instance corresponds. The findings are those for the first candidate.
            if let Some(first) = first {
                self.state = first;
            }
            if self.state.output_of.get(planned).is_some_and(is_open) {
                if let Some(of) = self.state.output_of.get_mut(planned) {
                    *of = Some(ABSENT);
                }
                if !self.may_be_absent(planned) {
                    let name = self.plan.instances.get(planned).map(|of| of.name.clone()).unwrap_or_default();
                    self.find(0, "", &[], format!("no instance of it is `{name}`, which its description has"));
                }
            }
        }
    }

    /// The instances of originals that the output itself creates.
    fn made(&self) -> impl Iterator<Item = usize> {
        let instances = &self.output.followed.instances;
        let is_made = |id: &usize| {
            let around = std::iter::successors(Some(*id), |id| instances.get(*id)?.within);
            { around }.all(|id| id == 0 || instances.get(id).is_some_and(|of| of.instantiation.is_some()))
        };
        let originals = { instances.iter().enumerate() }.filter(|(_, of)| of.original.is_some()).map(|(id, _)| id);
        originals.filter(is_made).collect::<Vec<_>>().into_iter()
    }

    /// Whether the output may lack a planned instance: others use only types of it, which another instance can supply,
    /// or are absent themselves.
    fn may_be_absent(&self, planned: usize) -> bool {
        let mut users = self
            .plan
            .instances
            .iter()
            .enumerate()
            .filter(|(number, of)| {
                *number != planned && of.sources.values().any(|source| source.instance() == Some(planned))
            })
            .peekable();
        let is_absent = |number: usize| self.state.output_of.get(number) == Some(&Some(ABSENT));
        let is_of_types = |(number, of): (usize, &plan::Planned)| {
            if is_absent(number) {
                return true;
            }
            let component = &self.components[of.component];
            let functions = imported(component);
            let mut sources = of.sources.iter().filter(|(_, source)| source.instance() == Some(planned));
            sources.all(|(import, _)| !functions.iter().any(|path| path.first() == Some(import)))
        };
        let is_exported = self.plan.exports.iter().any(|(_, source)| source.instance() == Some(planned));
        users.peek().is_some() && !is_exported && users.all(is_of_types)
    }

    /// An adapter may have only items of other instances that its planned instance can have.
    fn given(&mut self) {
        for (planned, front, path, of) in std::mem::take(&mut self.state.given) {
            let is_known = self.state.planned_of.get(&of).is_some_and(|of| self.can_have(planned, *of));
            if !is_known {
                let item = self.instance(front).map(|of| self.shown(&of.given(&path))).unwrap_or_default();
                let name = self.expected(&Source::Export(planned, Vec::new()));
                self.find(
                    front,
                    "",
                    &path,
                    format!("it is given {item}, of which {name}, for which it stands, has nothing"),
                );
            }
        }
    }

    /// Reports instances that the description lacks.
    fn unknown(&mut self) {
        let unknown: Vec<usize> = self.made().filter(|id| !self.state.planned_of.contains_key(id)).collect();
        for id in unknown {
            let original =
                self.instance(id).and_then(|of| self.output.originals.get(of.original?)).map(|of| of.name.to_owned());
            self.find(id, &original.unwrap_or_default(), &[], "its description has no such instance".to_owned());
        }
    }

    /// Compares the imports of a planned instance.
    fn imports(&mut self, planned: usize) {
        let Some(id) = self.state.output_of.get(planned).copied().flatten() else { return };
        let Some(component) = self.plan.component(planned, self.components) else { return };
        let name = component.name().to_owned();
        for path in imported(component) {
            let Some((import, rest)) = path.split_first() else { continue };
            let source = rest.iter().fold(self.plan.source(planned, import), |source, name| source.export(name));
            let Some(item) = self.instance(id).map(|of| of.given(&path)) else { continue };
            if let Err(what) = self.fills(planned, &path, item, &source) {
                self.find(id, &name, &path, what);
            }
        }
        self.types(planned, id);
    }

    /// Compares the arguments of an adapter: each must be the argument of the same name of the planned instance, or an
    /// export of it.
    fn front(&mut self, planned: usize, id: usize) {
        let Some(component) = self.plan.component(planned, self.components) else { return };
        let Some(part) = self.instance(id).and_then(|of| self.output.parts.get(of.part?)) else { return };
        let paths: Vec<Vec<String>> = part.imported.iter().map(|of| of.path.clone()).collect();
        self.types_of_front(planned, id);
        for path in paths {
            let Some((import, rest)) = path.split_first() else { continue };
            let Some(item) = self.instance(id).map(|of| of.given(&path)) else { continue };
            if let Item::Export(of, own) = &item
                && *own == path
                && self.bind(planned, *of)
            {
                continue;
            }
            if component.imports().contains_key(import) {
                let source = rest.iter().fold(self.plan.source(planned, import), |source, name| source.export(name));
                if let Err(what) = self.fills(planned, &path, item, &source) {
                    self.find(id, "", &path, what);
                }
                continue;
            }
            match item {
                // An argument with the name of an export of the component must be that export.
                Item::Export(..) if component.exports().contains_key(import) => {
                    let (found, name) = (self.shown(&item), self.expected(&Source::Export(planned, path.clone())));
                    self.find(id, "", &path, format!("it is given {found}, and not {name}, for which it stands"));
                }
                Item::Export(of, _) => self.state.given.push((planned, id, path, of)),
                Item::Own(code, _) => {
                    let front = self.outermost(code, Some(id));
                    let is_export = component.exports().contains_key(import);
                    self.stand(planned, front, if is_export { Side::Exports } else { Side::Imports });
                    if !self.is_exported(front, &path, &item) {
                        let name = self.output.followed.name(front);
                        let what =
                            format!("what it is given is not what instance `{name}` exports as `{}`", shown(&path));
                        self.find(id, "", &path, what);
                    }
                }
                _ => {}
            }
        }
    }

    /// Records that an instance is an adapter of a planned instance, whose arguments are to be compared.
    fn stand(&mut self, planned: usize, front: usize, side: Side) {
        if self.state.fronts.insert((planned, front, side)) {
            self.state.open.push(Task::Front(planned, front));
        }
    }

    /// Checks that an item fills an import (by its path) of a planned instance or of its adapter.
    ///
    /// # Errors
    ///
    /// A description of the difference.
    fn fills(&mut self, planned: usize, path: &[String], mut item: Item<'a>, source: &Source) -> Result<(), String> {
        let (of, mut seen) = (source.instance(), BTreeSet::new());
        loop {
            let is_it = match (&item, source) {
                (Item::Export(id, own), Source::Export(of, path)) => own == path && self.bind(*of, *id),
                (Item::Export(id, _), Source::Any(of)) => self.bind(*of, *id),
                (Item::Host(own), Source::Host(named)) => self.host_fills((planned, path), own, named, false),
                _ => false,
            };
            if is_it {
                return match (&item, of) {
                    (Item::Export(id, own), Some(of)) if self.is_converted(of, own) => {
                        Err(format!("what fills it is {}", self.bypass(of, *id, own)))
                    }
                    _ => Ok(()),
                };
            }
            let Item::Own(code, _) = item else {
                let (found, expected) = (self.shown(&item), self.expected(source));
                return Err(format!("{found} fills it, and not {expected}, which its description says"));
            };
            let own = self.state.output_of.get(planned).copied().flatten();
            let front = self.outermost(code, own);
            // An argument that is not an import of the adapter is not used.
            let part = self.instance(front).and_then(|of| self.output.parts.get(of.part?));
            let is_imported = part.is_some_and(|part| part.named(path).iter().any(|of| of.path == path));
            let given = self.instance(front).filter(|_| is_imported).map(|front| front.given(path));
            let names = path.first().is_some_and(|import| {
                self.instance(front).is_some_and(|of| of.arguments.contains_key(import.as_str()))
            });
            // The adapter in front of the exporter's exports, else the importer's adapter.
            let is_of = |number: usize| self.is_adapter(front, number);
            let is_exporters = of.filter(|of| is_of(*of) || (!names && !is_of(planned)));
            if let (Some(of), Source::Export(_, path)) = (is_exporters, source)
                && self.stands_before(front, of, path)
                && self.is_exported(front, path, &item)
            {
                self.stand(of, front, Side::Exports);
                return Ok(());
            }
            self.stand(planned, front, Side::Imports);
            let is_exported = self.is_exported(front, path, &item);
            match given {
                Some(given) if is_exported && names && !matches!(given, Item::Unknown(_)) && seen.insert(front) => {
                    item = given;
                }
                // An adapter answers by itself, which is impossible for a component that may use everything.
                _ if of.is_some() && !self.has_grants(planned) => {
                    let (name, expected) = (self.output.followed.name(front), self.expected(source));
                    return Err(format!(
                        "instance `{name}` fills it, which is not given {expected}, and its description says that this fills it"
                    ));
                }
                _ if !is_exported => {
                    let (name, path) = (self.output.followed.name(front), shown(path));
                    return Err(format!("what fills it is not what instance `{name}` exports as `{path}`"));
                }
                _ => return Ok(()),
            }
        }
    }

    /// Whether weld generates an adapter in front of an exported function of a planned instance, which converts its
    /// handles.
    fn is_converted(&self, planned: usize, path: &[String]) -> bool {
        let adapters = self.plan.instances.get(planned).and_then(|of| self.output.adapters.get(&of.name));
        adapters.is_some_and(|of| of.converted.contains(path))
    }

    /// Describes that such a function is used without that adapter.
    fn bypass(&self, planned: usize, id: usize, path: &[String]) -> String {
        let (found, name) =
            (self.shown(&Item::Export(id, path.to_vec())), self.expected(&Source::Export(planned, Vec::new())));
        format!("{found} itself, past the adapter that weld generates before the exports of {name}")
    }

    fn has_grants(&self, planned: usize) -> bool {
        let name = self.plan.component(planned, self.components).map(Component::name);
        self.output.originals.iter().any(|of| Some(of.name) == name && of.grants.is_some())
    }

    /// Whether an instance has an export of a planned instance as argument.
    fn stands_before(&mut self, front: usize, planned: usize, path: &[String]) -> bool {
        let Some(instance) = self.instance(front) else { return false };
        let Some(part) = instance.part.and_then(|part| self.output.parts.get(part)) else { return false };
        let given = part.imported.iter().map(|of| instance.given(&of.path));
        let given = given.filter_map(|item| match item {
            Item::Export(id, own) if own == path => Some(id),
            _ => None,
        });
        let given: Vec<usize> = given.collect();
        let known = self.state.output_of.get(planned).copied().flatten();
        match known {
            Some(known) => given.contains(&known),
            None => given.into_iter().any(|id| self.bind(planned, id)),
        }
    }

    /// Whether an item is an export of an instance at a path of names. An adapter answers under the names of the
    /// adapted items.
    fn is_exported(&self, front: usize, path: &[String], item: &Item<'a>) -> bool {
        self.instance(front).is_some_and(|front| front.exported(path) == *item)
    }

    /// Returns the outermost instance around some code that contains no original and lies in the same instance as
    /// `beside`, or in the output.
    fn outermost(&self, code: usize, beside: Option<usize>) -> usize {
        let within = |id: usize| self.instance(id)?.within;
        let around: BTreeSet<usize> = std::iter::successors(beside, |id| within(*id)).collect();
        let is_part = |outer: &usize| *outer != 0 && !around.contains(outer) && !self.output.holders.contains(outer);
        let mut id = code;
        while let Some(outer) = within(id).filter(is_part) {
            id = outer;
        }
        id
    }

    /// Describes an item of the output in messages.
    fn shown(&self, item: &Item<'_>) -> String {
        let name = |id: &usize| self.output.followed.name(*id);
        match item {
            Item::Host(path) => format!("`{}` of the host", shown(path)),
            Item::Export(id, path) if path.is_empty() => format!("instance `{}`", name(id)),
            Item::Export(id, path) => format!("`{}` of instance `{}`", shown(path), name(id)),
            Item::Own(id, _) => format!("code of instance `{}`", name(id)),
            Item::Bundle(_) => "an instance that was put together".to_owned(),
            Item::Component(..) => "a component in the output".to_owned(),
            Item::Unknown(what) => format!("what cannot be followed ({what})"),
        }
    }

    /// Describes a source of the plan in messages.
    fn expected(&self, source: &Source) -> String {
        let name = |of: &usize| self.plan.instances.get(*of).map(|of| of.name.clone()).unwrap_or_default();
        match source {
            Source::Host(path) => format!("`{}` of the host", shown(path)),
            Source::Export(of, path) if path.is_empty() => format!("`{}`", name(of)),
            Source::Export(of, path) => format!("`{}` of `{}`", shown(path), name(of)),
            Source::Any(of) => format!("an export of `{}`", name(of)),
            Source::Undecided => "the one".to_owned(),
        }
    }
}

/// The instances that contain an instance of an original.
pub(super) fn holders(followed: &Followed<'_>) -> BTreeSet<usize> {
    let within = |id: usize| followed.instances.get(id)?.within;
    let originals = { followed.instances.iter().enumerate() }.filter(|(_, of)| of.original.is_some());
    originals.flat_map(|(id, _)| std::iter::successors(Some(id), move |id| within(*id))).collect()
}

/// The paths of the functions, components and core modules that a component imports.
fn imported(component: &Component) -> Vec<Vec<String>> {
    let world = World { types: component.types(), imports: component.imports(), exports: component.exports() };
    world::imported(&world).into_iter().map(|of| of.path).collect()
}

/// The paths of the functions, components and core modules that a component exports.
fn exported(component: &Component) -> Vec<Vec<String>> {
    let world = World { types: component.types(), imports: component.exports(), exports: component.exports() };
    world::imported(&world).into_iter().map(|of| of.path).collect()
}
