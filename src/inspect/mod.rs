//! The phase inspect: what a finished component is, whoever made it.
//!
//! It is decoded level by level, and the instantiations are followed as a host would make them (`src/follow/`). What
//! is found is data, for others to show, to write down and to judge.

mod called;
mod error;
pub mod explain;
mod groups;
pub(crate) mod metadata;
pub mod model;
mod origin;
pub mod reach;
mod unsayable;
mod ways;
mod wit;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use indexmap::{IndexMap, IndexSet};
use rayon::prelude::*;
use wasmparser::component_types::{ComponentEntityType, ComponentItem};

pub use error::{Failure, InspectError};
pub use model::Inspection;

use crate::decode::world::{self, World};
use crate::decode::{self, Base, Level, Malformed, Outer, Part, Place};
use crate::guard::boundary;
use crate::limits;
use crate::load::Component as Loaded;
use crate::load::component::implements;
use crate::load::digest::Digest;
use crate::name::{Capability, adapted};
use crate::types::Outline;
use crate::types::print::Printer;
use model::{Component, HostImport, Instance, Item, Kind, Module, Reached, Reaches, Role, Source, Through, Wire, Wit};
use reach::{Reach, Way};

/// The version of what [`Inspection`] is as JSON.
const VERSION: u32 = 1;

/// What is asked of a component beside what is in it. Each takes as long as all of that.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// Its world as WIT.
    pub wit: bool,
    /// Which core modules in it have code that is not valid.
    pub code: bool,
}

/// Says what a component is, with its world.
///
/// # Errors
///
/// Where its instantiations are too many to be followed.
pub fn inspect(component: &Loaded) -> Result<Inspection, InspectError> {
    asked(component, Asked { wit: true, code: false })
}

/// Says what a component is, and what else is asked.
///
/// # Errors
///
/// As [`inspect`].
pub fn asked(component: &Loaded, asked: Asked) -> Result<Inspection, InspectError> {
    let inspect = || {
        let found = boundary("inspect", component.file(), || looked_into(component, asked.wit))?;
        found.map_err(|failure| failure.in_file(component.file()))
    };
    let invalid = || if asked.code { component.invalid_code() } else { &[] };
    let (inspection, invalid) = rayon::join(inspect, invalid);
    let mut inspection: Inspection = inspection?;
    for module in inspection.components.iter_mut().flat_map(|component| &mut component.modules) {
        let range = module.offset as u64..(module.offset + module.size) as u64;
        let first = invalid.iter().find(|invalid| range.contains(&invalid.offset));
        module.invalid = first.map(|Malformed { message, offset }| format!("{message} (at offset {offset:#x})"));
    }
    Ok(inspection)
}

fn looked_into(component: &Loaded, says_wit: bool) -> Result<Inspection, Failure> {
    let parts = decode::parts(component.bytes().into(), component.known(), &|_| None)?;
    let own = parts.first().and_then(|part| part.level.names.own);
    let name = own.unwrap_or(component.name());
    let reach = reach::reach(&parts, name)?;
    let wit = || if says_wit { wit::of(component) } else { Ok(Wit::default()) };
    let (components, wit) = rayon::join(|| components(&parts, name), wit);
    let is_group: Vec<bool> = reach.instances.iter().map(|of| of.is_group).collect();
    let made_in: Vec<Option<usize>> = reach.instances.iter().map(|of| of.made_in).collect();
    let inspection = Inspection {
        version: VERSION,
        name: own.map(str::to_owned),
        instances: Instances {
            parts: &parts,
            reach: &reach,
            imports: component.imports(),
            poses: posing(component).into_iter().map(|(import, of)| (import, capabilities(&of))).collect(),
            wires: Cell::new(0),
            depth: Cell::new(0),
        }
        .all()?,
        imports: hosts(component, &reach),
        provenance: parts.first().and_then(|part| metadata::provenance(&part.level.custom)),
        bare_sha256: parts.first().and_then(bare).map(|bytes| Digest::of(bytes).to_string()),
        components,
        wit: wit?,
    };
    Ok(groups::without(inspection, &is_group, &made_in))
}

/// The bytes of the outermost component without what it says that it was made of, where that is at their end.
fn bare<'a>(outermost: &Part<'a>) -> Option<&'a [u8]> {
    let bare = outermost.level.without_provenance(outermost.bytes);
    (bare.len() < outermost.bytes.len()).then_some(bare)
}

/// What each part is by itself. `name` is what the outermost is called.
fn components(parts: &[Part<'_>], name: &str) -> Vec<Component> {
    let name = |index| match (index, nested_name(parts, index)) {
        (0, _) => name.to_owned(),
        (_, Some(name)) => name.to_owned(),
        (_, None) => format!("component {index}"),
    };
    let names: Vec<String> = (0..parts.len()).map(name).collect();
    let programs = with_programs(parts);
    let welds: Vec<bool> = parts.par_iter().map(|part| metadata::is_welds(&part.level.custom)).collect();
    let of = |((part, name), has_program): ((&Part<'_>, String), bool)| {
        let imports = part.level.imports.iter().map(|import| import.name.to_owned());
        let exports = part.level.exports.iter().map(|export| export.name.to_owned());
        let outline = Outline::new(part.types.clone(), imports.collect(), exports.collect());
        let lines = Cell::new(limits::SHOWN_LINES);
        // Whoever chose a name may choose any: that weld made the component around it is its word too.
        let is_welds = part.within.and_then(|outer| welds.get(outer)) == Some(&true);
        let module = |range: &Range<usize>| {
            let bytes = part.bytes.get(range.clone()).unwrap_or_default();
            let custom = metadata::custom(bytes);
            let (name, metadata) = (metadata::module_name(&custom), metadata::metadata(&custom));
            Module { name, size: bytes.len(), offset: part.offset + range.start, invalid: None, metadata }
        };
        Component {
            within: part.within,
            role: role(part, is_welds && adapted(&name).is_some() && is_adapter(parts, part), has_program),
            sha256: Digest::of(part.bytes).to_string(),
            size: part.bytes.len(),
            offset: part.offset,
            imports: items(&outline, outline.imports(), &lines),
            exports: items(&outline, outline.exports(), &lines),
            modules: part.level.modules.iter().map(module).collect(),
            metadata: metadata::metadata(&part.level.custom),
            name,
        }
    };
    parts.iter().zip(names).zip(programs).collect::<Vec<_>>().into_par_iter().map(of).collect()
}

/// What a part is called where it is nested, or calls itself.
fn nested_name<'p>(parts: &[Part<'p>], index: usize) -> Option<&'p str> {
    let part = parts.get(index)?;
    let outer = parts.get(part.within?)?;
    let nested = outer.level.components.get(outer.nested.iter().position(|nested| *nested == index)?)?;
    let given = outer.level.names.components.get(&nested.index).copied();
    given.or(part.level.names.own)
}

/// For each part, whether there is code in it, or in anything that it nests.
fn with_programs(parts: &[Part<'_>]) -> Vec<bool> {
    let mut found: Vec<bool> = parts.iter().map(|part| part.level.has_core).collect();
    // Each comes after the one that it is nested in.
    for (index, part) in parts.iter().enumerate().rev() {
        let has_program = found.get(index) == Some(&true);
        if let Some(outer) = part.within.and_then(|within| found.get_mut(within)) {
            *outer |= has_program;
        }
    }
    found
}

/// Whether a part has the form of an adapter: it has code, or is made of two that have, of which one is a front before functions of the
/// other's.
fn is_adapter(parts: &[Part<'_>], part: &Part<'_>) -> bool {
    let with_code = part.nested.iter().filter_map(|index| parts.get(*index)).filter(|part| part.level.has_core);
    let (fronts, others): (Vec<&Part<'_>>, Vec<&Part<'_>>) = with_code.partition(|part| is_front(part));
    part.level.has_core || (fronts.len() == 1 && others.len() == 1)
}

/// Whether a part has the form of a front: all that it imports and exports goes by a letter and a number.
fn is_front(part: &Part<'_>) -> bool {
    let is_number = |name: &str| name.get(1..).is_some_and(|rest| rest.parse::<u32>().is_ok());
    let imports =
        part.level.imports.iter().all(|import| import.name.starts_with(['t', 'f', 'x']) && is_number(import.name));
    let exports = part.level.exports.iter().all(|export| export.name.starts_with('g') && is_number(export.name));
    imports && exports && !part.level.exports.is_empty()
}

fn role(part: &Part<'_>, is_adapter: bool, has_program: bool) -> Role {
    let joins = !part.level.instantiations.is_empty();
    match () {
        () if is_adapter => Role::Adapter,
        () if part.level.has_core => Role::Program,
        // What it joins may be another component's to nest.
        () if has_program || (joins && part.level.components.is_empty()) => Role::Composition,
        () => Role::Shim,
    }
}

fn items(outline: &Outline, items: &IndexMap<String, ComponentItem>, lines: &Cell<usize>) -> Vec<Item> {
    let of = |(name, item): (&String, &ComponentItem)| Item {
        name: name.clone(),
        kind: kind(item.ty),
        wit: Printer::new(outline).alone(name, item.ty, lines),
    };
    items.iter().map(of).collect()
}

fn kind(ty: ComponentEntityType) -> Kind {
    match ty {
        ComponentEntityType::Instance(_) => Kind::Instance,
        ComponentEntityType::Func(_) => Kind::Function,
        ComponentEntityType::Type { .. } => Kind::Type,
        ComponentEntityType::Value(_) => Kind::Value,
        ComponentEntityType::Component(_) => Kind::Component,
        ComponentEntityType::Module(_) => Kind::CoreModule,
    }
}

/// What the outermost component imports, and who reaches it.
fn hosts(component: &Loaded, reach: &Reach) -> Vec<HostImport> {
    let mut reached: BTreeMap<&str, Vec<Reached>> = BTreeMap::new();
    for (number, instance) in reach.instances.iter().enumerate() {
        let mut of_import: BTreeMap<&str, ByWay<'_>> = BTreeMap::new();
        for (thing, way) in &instance.reaches {
            let Some(thing) = reach.items.get_index(*thing) else { continue };
            of_import.entry(thing.import()).or_default().push((thing.function(), *way));
        }
        for (import, things) in of_import {
            reached.entry(import).or_default().push(by_way(number, &things));
        }
    }
    let mut posing = posing(component);
    let of = |(name, item): (&String, &ComponentItem)| {
        let poses = posing.remove(name).unwrap_or_default();
        HostImport {
            name: name.clone(),
            kind: kind(item.ty),
            implements: implements(name, item).filter(|identity| identity != name),
            external_id: item.external_id.clone(),
            types_only: is_types_only(component, item),
            capabilities: of_import(component, name, item, &poses),
            reached_by: reached.remove(name.as_str()).unwrap_or_default(),
            poses,
        }
    };
    component.imports().iter().map(of).collect()
}

/// The names of interfaces and functions that items of an import pose as, by the item. The empty name is the import itself.
type Posing = BTreeMap<String, Vec<(String, String)>>;

/// What imports pose as, by their names.
fn posing(component: &Loaded) -> BTreeMap<String, Posing> {
    let world = World { types: component.types(), imports: component.imports(), exports: component.exports() };
    let mut posing: BTreeMap<String, Posing> = BTreeMap::new();
    for of in world::imported(&world).into_iter().filter(|of| !of.poses.is_empty()) {
        let mut path = of.path.into_iter();
        let import = posing.entry(path.next().unwrap_or_default()).or_default();
        import.entry(path.next().unwrap_or_default()).or_default().extend(of.poses);
    }
    posing
}

/// The capabilities that something poses as.
fn posed((name, item): &(String, String)) -> impl Iterator<Item = Capability> + '_ {
    let (interface, function) = if name.is_empty() { (item.as_str(), "") } else { (name.as_str(), item.as_str()) };
    Capability::covering(interface, function)
}

/// The capabilities that items of an import pose as, by the item.
fn capabilities(poses: &Posing) -> BTreeMap<String, BTreeSet<Capability>> {
    poses.iter().map(|(item, names)| (item.clone(), names.iter().flat_map(posed).collect())).collect()
}

/// What an instance reaches of an import: functions, each with the way to it.
type ByWay<'r> = Vec<(Option<&'r str>, Way)>;

/// Who reaches an import, and what of it through whom.
fn by_way(instance: usize, things: &ByWay<'_>) -> Reached {
    let named = |functions: IndexSet<&str>| functions.into_iter().map(str::to_owned).collect();
    let mut through: BTreeMap<usize, IndexSet<&str>> = BTreeMap::new();
    for (function, way) in things {
        if let Some(next) = way.next {
            through.entry(next).or_default().extend(*function);
        }
    }
    Reached {
        instance,
        functions: named(things.iter().filter_map(|(function, _)| *function).collect()),
        steps: things.iter().map(|(_, way)| way.steps).min().unwrap_or_default(),
        through: { through.into_iter() }
            .map(|(instance, functions)| Through { instance, functions: named(functions) })
            .collect(),
    }
}

/// Whether an import is an interface that has types alone: whoever made the component uses nothing else of it.
fn is_types_only(component: &Loaded, item: &ComponentItem) -> bool {
    let ComponentEntityType::Instance(id) = item.ty else { return false };
    let exports = component.types().get(id).map(|ty| &ty.exports);
    exports.is_some_and(|exports| {
        !exports.is_empty() && exports.values().all(|item| matches!(item.ty, ComponentEntityType::Type { .. }))
    })
}

/// The parts of the world outside that an import belongs to, or may be taken for.
fn of_import(component: &Loaded, name: &str, item: &ComponentItem, poses: &Posing) -> Vec<String> {
    let exports = match item.ty {
        ComponentEntityType::Instance(id) => component.types().get(id).map(|ty| ty.exports.keys()),
        _ => None,
    };
    let members = exports.into_iter().flatten().map(String::as_str);
    let identity = implements(name, item);
    let interface = identity.as_deref().unwrap_or(name);
    // An item of it may be called like an interface itself.
    let own = members.flat_map(|member| {
        Capability::covering(interface, member).chain(Capability::of(member, "")).collect::<Vec<_>>()
    });
    let own = own.chain(Capability::covering(interface, ""));
    let found: BTreeSet<Capability> = own.chain(poses.values().flatten().flat_map(posed)).collect();
    found.iter().map(ToString::to_string).collect()
}

/// The instances as their own makers see them.
struct Instances<'r, 'a> {
    parts: &'r [Part<'a>],
    reach: &'r Reach,
    /// What the outermost component imports.
    imports: &'r IndexMap<String, ComponentItem>,
    /// The capabilities that these pose as, by their items.
    poses: BTreeMap<String, BTreeMap<String, BTreeSet<Capability>>>,
    /// How many wires there are so far.
    wires: Cell<usize>,
    /// How deep the bundle is within others that is looked at, or how deep any was that was too deep.
    depth: Cell<usize>,
}

impl<'a> Instances<'_, 'a> {
    fn all(&self) -> Result<Vec<Instance>, Failure> {
        let mut all: Vec<Instance> = Vec::new();
        // Those that each instance makes have names that no other of them has.
        let mut taken: BTreeSet<(Option<usize>, String)> = BTreeSet::new();
        let mut numbers: BTreeMap<(Option<usize>, String), usize> = BTreeMap::new();
        for (id, instance) in self.reach.instances.iter().enumerate() {
            let called = self.called(instance);
            let number = numbers.entry((instance.within, called.clone())).or_insert(1);
            let mut name = called.clone();
            while !taken.insert((instance.within, name.clone())) {
                *number += 1;
                name = format!("{called}#{number}");
            }
            // The one around it comes before it. The outermost is no part of paths.
            let outer = instance.within.filter(|outer| *outer != 0).and_then(|outer| all.get(outer));
            let path = outer.map_or(name.clone(), |outer| format!("{}/{name}", outer.path));
            let reaches = self.reaches(instance);
            all.push(Instance {
                name,
                path: if id == 0 { String::new() } else { path },
                within: instance.within,
                component: instance.part,
                imports: self.arguments(id).unwrap_or_default(),
                exports: self.exports(id),
                capabilities: reaches.iter().map(|reaches| reaches.what.clone()).collect(),
                reaches,
            });
            if self.wires.get() > limits::INSPECTED_WIRES {
                return Err(Failure::TooLarge(limits::INSPECTED_WIRES, "wires"));
            }
            if self.depth.get() > limits::COMPONENT_DEPTH {
                return Err(Failure::TooLarge(
                    limits::COMPONENT_DEPTH,
                    "levels of instances that are put together of others",
                ));
            }
        }
        Ok(all)
    }

    /// What an instance is called. One that nobody named goes by what it exports: a number would be another one as soon as
    /// something else came before it.
    fn called(&self, instance: &reach::Instance) -> String {
        let part = instance.part.and_then(|part| self.parts.get(part)).filter(|_| instance.is_numbered);
        match part.map(|part| part.level.exports.first()) {
            Some(Some(export)) => format!("component {}", crate::name::base(export.name)),
            Some(None) => "component".to_owned(),
            None => instance.name.clone(),
        }
    }

    fn level(&self, id: usize) -> Option<&Level<'a>> {
        Some(&self.parts.get(self.reach.instances.get(id)?.part?)?.level)
    }

    /// What fills the imports of an instance.
    fn arguments(&self, id: usize) -> Option<Vec<Wire>> {
        let outer = self.reach.instances.get(id)?.made_in?;
        let number = self.reach.instances.get(outer)?.made.iter().position(|made| *made == id)?;
        let instantiation = self.level(outer)?.instantiations.get(number)?;
        Some(self.wires(outer, &instantiation.arguments))
    }

    /// What the exports of an instance are, where they are not all its code's.
    fn exports(&self, id: usize) -> Vec<Wire> {
        let exports = self.level(id).into_iter().flat_map(|level| &level.exports);
        let wires = exports.map_while(|export| self.wire(id, export.name, &export.place));
        wires.filter(|wire| wire.from != Source::Own).collect()
    }

    fn wires(&self, id: usize, items: &[(&str, Place<'_>)]) -> Vec<Wire> {
        items.iter().map_while(|(name, place)| self.wire(id, name, place)).collect()
    }

    /// `None` where there are too many of them already.
    fn wire(&self, id: usize, name: &str, place: &Place<'_>) -> Option<Wire> {
        self.wires.set(self.wires.get() + 1);
        let is_within = self.wires.get() <= limits::INSPECTED_WIRES && self.depth.get() <= limits::COMPONENT_DEPTH;
        is_within.then(|| Wire { name: name.to_owned(), from: self.source(id, place) })
    }

    /// What is at a place of an instance's component.
    fn source(&self, id: usize, place: &Place<'_>) -> Source {
        self.found(id, place).unwrap_or(Source::Own)
    }

    fn found(&self, id: usize, place: &Place<'_>) -> Option<Source> {
        let path = || place.path.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let instance = self.reach.instances.get(id)?;
        Some(match place.base {
            Base::Import(name) => Source::Import { name: name.to_owned(), path: path() },
            Base::Instantiation(number) => Source::Instance { instance: *instance.made.get(number)?, path: path() },
            Base::Nested(number) => {
                Source::Component { component: *self.parts.get(instance.part?)?.nested.get(number)? }
            }
            Base::Bundle(number) => {
                let items = &self.level(id)?.bundles.get(number)?.items;
                match place.path.split_first() {
                    None => {
                        let depth = self.depth.get();
                        self.depth.set(depth + 1);
                        let items = self.wires(id, items);
                        // What was too deep stays so, for whoever asks in the end.
                        if self.depth.get() <= limits::COMPONENT_DEPTH {
                            self.depth.set(depth);
                        }
                        Source::Bundle { items }
                    }
                    Some((first, rest)) => {
                        let (_, inner) = items.iter().find(|(name, _)| name == first)?;
                        let path = inner.path.iter().chain(rest).copied().collect();
                        self.found(id, &Place { base: inner.base, path })?
                    }
                }
            }
            Base::Outer { kind: kind @ Outer::Component, count, index } => {
                let around = |id: &usize| self.reach.instances.get(*id)?.around;
                let outer = std::iter::successors(Some(id), around).nth(count as usize)?;
                match self.found(outer, self.level(outer)?.outer(kind, index)?)? {
                    component @ Source::Component { .. } => component,
                    // What the outer one sees is not what this one does.
                    _ => Source::Own,
                }
            }
            Base::Outer { kind: Outer::Module | Outer::Type, .. } | Base::Local(_) => Source::Own,
        })
    }

    /// The parts of the world outside that an instance reaches, then the imports that are of none, and how.
    fn reaches(&self, instance: &reach::Instance) -> Vec<Reaches> {
        let (mut known, mut others) = (BTreeMap::new(), BTreeMap::new());
        for (thing, way) in &instance.reaches {
            let Some(thing) = self.reach.items.get_index(*thing) else { continue };
            let import = thing.import();
            let identity = self.imports.get(import).and_then(|item| implements(import, item));
            let (interface, function) = (identity.as_deref().unwrap_or(import), thing.function());
            // An interface as such is there for its types.
            let is_type = !thing.interface.is_empty() && thing.member.is_empty();
            let add = |(nearest, types_only): &mut (Way, bool)| {
                if way.steps < nearest.steps {
                    *nearest = *way;
                }
                *types_only &= is_type;
            };
            let item = function.unwrap_or_default();
            let own = Capability::covering(interface, item);
            let poses = self.poses.get(import).and_then(|of| of.get(item)).into_iter().flatten().copied();
            // An item of it may be called like an interface itself.
            let posing = Capability::of(item, "").into_iter().chain(poses);
            let capabilities: BTreeSet<Capability> = own.chain(posing).collect();
            capabilities.into_iter().for_each(|of| add(known.entry(of).or_insert((*way, true))));
            // What may be taken for a capability, and is not of WASI, is also an import of its own.
            if Capability::of(interface, item).is_none() {
                add(others.entry(import).or_insert((*way, true)));
            }
        }
        // What a world imports by itself may be called as a capability is.
        let shown = |import: &str| match Capability::named(import) {
            Some(_) => format!("the import {import}"),
            None => import.to_owned(),
        };
        let known = known.into_iter().map(|(capability, how)| (capability.to_string(), how));
        let others = others.into_iter().map(|(import, how)| (shown(import), how));
        let reaches =
            |(what, (way, types_only)): (String, (Way, bool))| Reaches { what, through: way.next, types_only };
        known.chain(others).map(reaches).collect()
    }
}
