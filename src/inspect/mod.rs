//! The phase inspect: describes a finished component as data, whichever tool composed it.
//!
//! The component is decoded level by level, and `src/follow/` follows its instantiations as a host would perform them.
//! The result is the input of reports, snapshots and policies.

mod error;
pub(crate) mod explain;
mod groups;
pub(crate) mod metadata;
pub(crate) mod model;
mod naming;
mod origin;
mod paths;
pub(crate) mod reach;
mod unsayable;
mod wit;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use indexmap::{IndexMap, IndexSet};
use rayon::prelude::*;
use wasmparser::component_types::{ComponentEntityType, ComponentItem};

pub(crate) use error::{Failure, InspectError};
pub use model::Inspection;

use crate::decode::world::{self, World};
use crate::decode::{self, Base, Identity, Level, Malformed, Outer, Part, Place};
use crate::guard::boundary;
use crate::limits;
use crate::load::Component as Loaded;
use crate::load::component::implements;
use crate::load::digest::Digest;
use crate::name::{Capability, adapted};
use crate::types::Outline;
use crate::types::print::Printer;
use model::{Component, HostImport, Instance, Item, Kind, Module, Reached, Reaches, Role, Source, Through, Wire, Wit};
use reach::{Reach, ReachPath};

/// The version of the JSON form of [`Inspection`].
const VERSION: u32 = 1;

/// Optional parts of an inspection. Each of them takes as long as all the rest.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    /// Whether the world is printed as WIT.
    pub wit: bool,
    /// Whether the code of core modules is validated.
    pub code: bool,
}

/// Inspects a component and prints its world as WIT, without validating its code.
///
/// # Errors
///
/// The component has more instances, or its inspection more items, than `limits` allows, or a decoder fails.
pub(crate) fn inspect(component: &Loaded) -> Result<Inspection, InspectError> {
    asked(component, Asked { wit: true, code: false })
}

/// Inspects a component, with the optional parts that `asked` selects.
///
/// # Errors
///
/// As [`inspect`].
pub(crate) fn asked(component: &Loaded, asked: Asked) -> Result<Inspection, InspectError> {
    let inspect = || {
        let found = boundary("inspect", component.file(), || inspect_component(component, asked.wit))?;
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

fn inspect_component(component: &Loaded, prints_wit: bool) -> Result<Inspection, Failure> {
    let parts = decode::parts(component.bytes().into(), component.known(), &|_| Identity::default())?;
    let own = parts.first().and_then(|part| part.level.names.own);
    let name = own.unwrap_or(component.name());
    let reach = reach::reach(&parts, name)?;
    let wit = || if prints_wit { wit::print_world(component) } else { Ok(Wit::default()) };
    let (components, wit) = rayon::join(|| components(&parts, name), wit);
    let is_group: Vec<bool> = reach.instances.iter().map(|instance| instance.is_group).collect();
    let made_in: Vec<Option<usize>> = reach.instances.iter().map(|instance| instance.made_in).collect();
    let inspection = Inspection {
        version: VERSION,
        name: own.map(str::to_owned),
        instances: Instances {
            parts: &parts,
            reach: &reach,
            imports: component.imports(),
            poses: posing_names(component)
                .into_iter()
                .map(|(import, names)| (import, capabilities_by_item(&names)))
                .collect(),
            wires: Cell::new(0),
            depth: Cell::new(0),
        }
        .all()?,
        imports: host_imports(component, &reach),
        provenance: parts.first().and_then(|part| metadata::provenance(&part.level.custom)),
        bare_sha256: parts.first().and_then(bare).map(|bytes| Digest::of(bytes).to_string()),
        components,
        wit: wit?,
    };
    Ok(groups::remove(inspection, &is_group, &made_in))
}

/// The bytes of the outermost component without the custom section `weld`, if that is the last section.
fn bare<'a>(outermost: &Part<'a>) -> Option<&'a [u8]> {
    let bare = outermost.level.without_provenance(outermost.bytes);
    (bare.len() < outermost.bytes.len()).then_some(bare)
}

/// Describes each part of the file. `name` is the name of the outermost component.
fn components(parts: &[Part<'_>], name: &str) -> Vec<Component> {
    let name = |index| match (index, nested_name(parts, index)) {
        (0, _) => name.to_owned(),
        (_, Some(name)) => name.to_owned(),
        (_, None) => format!("component {index}"),
    };
    let names: Vec<String> = (0..parts.len()).map(name).collect();
    let programs = with_programs(parts);
    let made_by_weld: Vec<bool> = parts.par_iter().map(|part| metadata::is_made_by_weld(&part.level.custom)).collect();
    let describe = |((part, name), has_program): ((&Part<'_>, String), bool)| {
        let imports = part.level.imports.iter().map(|import| import.name.to_owned());
        let exports = part.level.exports.iter().map(|export| export.name.to_owned());
        let outline = Outline::new(part.types.clone(), imports.collect(), exports.collect());
        let lines = Cell::new(limits::SHOWN_LINES);
        // The author of the file chose the name. That weld made the enclosing component is a claim of the file, too.
        let is_in_composition_by_weld = part.within.and_then(|outer| made_by_weld.get(outer)) == Some(&true);
        let module = |range: &Range<usize>| {
            let bytes = part.bytes.get(range.clone()).unwrap_or_default();
            let custom = metadata::custom(bytes);
            let (name, metadata) = (metadata::module_name(&custom), metadata::metadata(&custom));
            Module { name, size: bytes.len(), offset: part.offset + range.start, invalid: None, metadata }
        };
        let roles = {
            let adapts = is_in_composition_by_weld && is_adapter(parts, part);
            (role(part, adapts, has_program), role(part, false, has_program))
        };
        Component {
            within: part.within,
            role: if adapted(&name).is_some() { roles.0 } else { roles.1 },
            roles,
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
    parts.iter().zip(names).zip(programs).collect::<Vec<_>>().into_par_iter().map(describe).collect()
}

/// The name that the enclosing component's name section gives a part; otherwise that from its own name section.
fn nested_name<'p>(parts: &[Part<'p>], index: usize) -> Option<&'p str> {
    let part = parts.get(index)?;
    let outer = parts.get(part.within?)?;
    let nested = outer.level.components.get(outer.nested.iter().position(|nested| *nested == index)?)?;
    let given = outer.level.names.components.get(&nested.index).copied();
    given.or(part.level.names.own)
}

/// For each part, whether it or any component nested in it has core code.
fn with_programs(parts: &[Part<'_>]) -> Vec<bool> {
    let mut found: Vec<bool> = parts.iter().map(|part| part.level.has_core).collect();
    // Each part comes after the one that contains it.
    for (index, part) in parts.iter().enumerate().rev() {
        let has_program = found.get(index) == Some(&true);
        if let Some(outer) = part.within.and_then(|within| found.get_mut(within)) {
            *outer |= has_program;
        }
    }
    found
}

/// Whether a part has the form of an adapter: it has core code, or it contains two components with core code, of which
/// one is a front.
fn is_adapter(parts: &[Part<'_>], part: &Part<'_>) -> bool {
    let with_code = part.nested.iter().filter_map(|index| parts.get(*index)).filter(|part| part.level.has_core);
    let (fronts, others): (Vec<&Part<'_>>, Vec<&Part<'_>>) = with_code.partition(|part| is_front(part));
    part.level.has_core || (fronts.len() == 1 && others.len() == 1)
}

/// Whether a part has the form of a front, as `src/adapter/front.rs` writes it: each import and export is named by a
/// letter and a number.
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
        // A component can connect instances of components that other components define.
        () if has_program || (joins && part.level.components.is_empty()) => Role::Composition,
        () => Role::Shim,
    }
}

fn items(outline: &Outline, items: &IndexMap<String, ComponentItem>, lines: &Cell<usize>) -> Vec<Item> {
    let describe = |(name, item): (&String, &ComponentItem)| Item {
        name: name.clone(),
        kind: kind(item.ty),
        wit: Printer::new(outline).alone(name, item.ty, lines),
        implements: implements(name, item).filter(|identity| identity != name),
    };
    items.iter().map(describe).collect()
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

/// The imports of the outermost component, with the instances that reach each.
fn host_imports(component: &Loaded, reach: &Reach) -> Vec<HostImport> {
    let mut reached: BTreeMap<&str, Vec<Reached>> = BTreeMap::new();
    for (number, instance) in reach.instances.iter().enumerate() {
        let mut of_import: BTreeMap<&str, ReachedItems<'_>> = BTreeMap::new();
        for (host_item, path) in &instance.reaches {
            let Some(host_item) = reach.items.get_index(*host_item) else { continue };
            of_import.entry(host_item.import()).or_default().push((host_item.function(), *path));
        }
        for (import, host_items) in of_import {
            reached.entry(import).or_default().push(describe_reached(number, &host_items));
        }
    }
    let mut posing = posing_names(component);
    let describe = |(name, item): (&String, &ComponentItem)| {
        let poses = posing.remove(name).unwrap_or_default();
        HostImport {
            name: name.clone(),
            kind: kind(item.ty),
            implements: implements(name, item).filter(|identity| identity != name),
            external_id: item.external_id.clone(),
            types_only: is_types_only(component, item),
            capabilities: capabilities_of_import(component, name, item, &poses),
            reached_by: reached.remove(name.as_str()).unwrap_or_default(),
            poses,
        }
    };
    component.imports().iter().map(describe).collect()
}

/// The pairs of interface and function by whose names a host may identify items of an import, by the name of the item.
/// The empty name stands for the import itself.
type Posing = BTreeMap<String, Vec<(String, String)>>;

/// The [`Posing`] names of each import that has any.
fn posing_names(component: &Loaded) -> BTreeMap<String, Posing> {
    let world = World { types: component.types(), imports: component.imports(), exports: component.exports() };
    let mut posing: BTreeMap<String, Posing> = BTreeMap::new();
    for item in world::imported(&world).into_iter().filter(|item| !item.poses.is_empty()) {
        let mut path = item.path.into_iter();
        let import = posing.entry(path.next().unwrap_or_default()).or_default();
        import.entry(path.next().unwrap_or_default()).or_default().extend(item.poses);
    }
    posing
}

/// The capabilities to which the function of such a name belongs.
fn posed_capabilities((name, item): &(String, String)) -> impl Iterator<Item = Capability> + '_ {
    let (interface, function) = if name.is_empty() { (item.as_str(), "") } else { (name.as_str(), item.as_str()) };
    Capability::covering(interface, function)
}

/// The capabilities of the [`Posing`] names of an import, by the name of the item.
fn capabilities_by_item(poses: &Posing) -> BTreeMap<String, BTreeSet<Capability>> {
    poses.iter().map(|(item, names)| (item.clone(), names.iter().flat_map(posed_capabilities).collect())).collect()
}

/// The items of an import that an instance reaches: the function, if it is one of an interface, and how it is reached.
type ReachedItems<'r> = Vec<(Option<&'r str>, ReachPath)>;

/// Describes how an instance reaches the items of one import.
fn describe_reached(instance: usize, host_items: &ReachedItems<'_>) -> Reached {
    let named = |functions: IndexSet<&str>| functions.into_iter().map(str::to_owned).collect();
    let mut through: BTreeMap<usize, IndexSet<&str>> = BTreeMap::new();
    for (function, path) in host_items {
        if let Some(next) = path.next {
            through.entry(next).or_default().extend(*function);
        }
    }
    Reached {
        instance,
        functions: named(host_items.iter().filter_map(|(function, _)| *function).collect()),
        steps: host_items.iter().map(|(_, path)| path.steps).min().unwrap_or_default(),
        through: { through.into_iter() }
            .map(|(instance, functions)| Through { instance, functions: named(functions) })
            .collect(),
    }
}

/// Whether an import is an interface that contains only types.
fn is_types_only(component: &Loaded, item: &ComponentItem) -> bool {
    let ComponentEntityType::Instance(id) = item.ty else { return false };
    let exports = component.types().get(id).map(|ty| &ty.exports);
    exports.is_some_and(|exports| {
        !exports.is_empty() && exports.values().all(|item| matches!(item.ty, ComponentEntityType::Type { .. }))
    })
}

/// The capabilities to which an import belongs, or to which a host may take it to belong.
fn capabilities_of_import(component: &Loaded, name: &str, item: &ComponentItem, poses: &Posing) -> Vec<String> {
    let exports = match item.ty {
        ComponentEntityType::Instance(id) => component.types().get(id).map(|ty| ty.exports.keys()),
        _ => None,
    };
    let members = exports.into_iter().flatten().map(String::as_str);
    let identity = implements(name, item);
    let interface = identity.as_deref().unwrap_or(name);
    // An item of the import may itself have the name of an interface.
    let own = members.flat_map(|member| {
        Capability::covering(interface, member).chain(Capability::of(member, "")).collect::<Vec<_>>()
    });
    let own = own.chain(Capability::covering(interface, ""));
    let found: BTreeSet<Capability> = own.chain(poses.values().flatten().flat_map(posed_capabilities)).collect();
    found.iter().map(ToString::to_string).collect()
}

/// Describes the instances, each in terms of the instance that creates it.
struct Instances<'r, 'a> {
    parts: &'r [Part<'a>],
    reach: &'r Reach,
    /// The imports of the outermost component.
    imports: &'r IndexMap<String, ComponentItem>,
    /// The capabilities of the [`Posing`] names of these imports, by import and item.
    poses: BTreeMap<String, BTreeMap<String, BTreeSet<Capability>>>,
    /// The number of wires so far.
    wires: Cell<usize>,
    /// The nesting depth of the inline instance that is being described; past the limit, the depth that exceeded it.
    depth: Cell<usize>,
}

impl<'a> Instances<'_, 'a> {
    fn all(&self) -> Result<Vec<Instance>, Failure> {
        let mut all: Vec<Instance> = Vec::new();
        // The names in use, each with the instance that creates the named one: such names are unique.
        let mut taken: BTreeSet<(Option<usize>, String)> = BTreeSet::new();
        let mut numbers: BTreeMap<(Option<usize>, String), usize> = BTreeMap::new();
        for (id, instance) in self.reach.instances.iter().enumerate() {
            let called = self.base_name(instance);
            let number = numbers.entry((instance.within, called.clone())).or_insert(1);
            let mut name = called.clone();
            while !taken.insert((instance.within, name.clone())) {
                *number += 1;
                name = format!("{called}#{number}");
            }
            // The creator comes before the instance. Paths omit the outermost instance.
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

    /// The name of an instance before it is made unique. An instance without a name is named after its first export,
    /// because an index would change with each instance that is inserted before it.
    fn base_name(&self, instance: &reach::Instance) -> String {
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

    /// The instantiation arguments of an instance. `None` if no instance in the file creates it.
    fn arguments(&self, id: usize) -> Option<Vec<Wire>> {
        let outer = self.reach.instances.get(id)?.made_in?;
        let number = self.reach.instances.get(outer)?.made.iter().position(|made| *made == id)?;
        let instantiation = self.level(outer)?.instantiations.get(number)?;
        Some(self.wires(outer, &instantiation.arguments))
    }

    /// The exports of an instance that are not items of its own code.
    fn exports(&self, id: usize) -> Vec<Wire> {
        let exports = self.level(id).into_iter().flat_map(|level| &level.exports);
        let wires = exports.map_while(|export| self.wire(id, export.name, &export.place));
        wires.filter(|wire| wire.from != Source::Own).collect()
    }

    fn wires(&self, id: usize, items: &[(&str, Place<'_>)]) -> Vec<Wire> {
        items.iter().map_while(|(name, place)| self.wire(id, name, place)).collect()
    }

    /// Describes one wire. `None` once a limit is exceeded.
    fn wire(&self, id: usize, name: &str, place: &Place<'_>) -> Option<Wire> {
        self.wires.set(self.wires.get() + 1);
        let is_within = self.wires.get() <= limits::INSPECTED_WIRES && self.depth.get() <= limits::COMPONENT_DEPTH;
        is_within.then(|| Wire { name: name.to_owned(), from: self.source(id, place) })
    }

    /// The origin of the item at a place of an instance's component.
    fn source(&self, id: usize, place: &Place<'_>) -> Source {
        self.find(id, place).unwrap_or(Source::Own)
    }

    fn find(&self, id: usize, place: &Place<'_>) -> Option<Source> {
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
                        // A depth past the limit is kept, so that `all` returns an error.
                        if self.depth.get() <= limits::COMPONENT_DEPTH {
                            self.depth.set(depth);
                        }
                        Source::Bundle { items }
                    }
                    Some((first, rest)) => {
                        let (_, inner) = items.iter().find(|(name, _)| name == first)?;
                        let path = inner.path.iter().chain(rest).copied().collect();
                        self.find(id, &Place { base: inner.base, path })?
                    }
                }
            }
            Base::Outer { kind: kind @ Outer::Component, count, index } => {
                let around = |id: &usize| self.reach.instances.get(*id)?.around;
                let outer = std::iter::successors(Some(id), around).nth(count as usize)?;
                match self.find(outer, self.level(outer)?.outer(kind, index)?)? {
                    component @ Source::Component { .. } => component,
                    // Any other origin is in terms of the outer instance, and has no meaning for this one.
                    _ => Source::Own,
                }
            }
            Base::Outer { kind: Outer::Module | Outer::Type, .. } | Base::Local(_) => Source::Own,
        })
    }

    /// The capabilities that an instance reaches, then the imports that belong to none, each with how it reaches them.
    fn reaches(&self, instance: &reach::Instance) -> Vec<Reaches> {
        let (mut known, mut others) = (BTreeMap::new(), BTreeMap::new());
        for (host_item, path) in &instance.reaches {
            let Some(host_item) = self.reach.items.get_index(*host_item) else { continue };
            let import = host_item.import();
            let identity = self.imports.get(import).and_then(|item| implements(import, item));
            let (interface, function) = (identity.as_deref().unwrap_or(import), host_item.function());
            // An item without a function stands for the types of an interface.
            let is_type = !host_item.interface.is_empty() && host_item.member.is_empty();
            let add = |(nearest, types_only): &mut (ReachPath, bool)| {
                if path.steps < nearest.steps {
                    *nearest = *path;
                }
                *types_only &= is_type;
            };
            let item = function.unwrap_or_default();
            let own = Capability::covering(interface, item);
            let poses = self.poses.get(import).and_then(|names| names.get(item)).into_iter().flatten().copied();
            // An item of the import may itself have the name of an interface.
            let posing = Capability::of(item, "").into_iter().chain(poses);
            let capabilities: BTreeSet<Capability> = own.chain(posing).collect();
            capabilities.into_iter().for_each(|capability| add(known.entry(capability).or_insert((*path, true))));
            // An item that only resembles one of WASI is listed by its import as well.
            if Capability::of(interface, item).is_none() {
                add(others.entry(import).or_insert((*path, true)));
            }
        }
        // A world can have an import with the name of a capability.
        let shown = |import: &str| match Capability::named(import) {
            Some(_) => format!("the import {import}"),
            None => import.to_owned(),
        };
        let known = known.into_iter().map(|(capability, how)| (capability.to_string(), how));
        let others = others.into_iter().map(|(import, how)| (shown(import), how));
        let reaches =
            |(what, (path, types_only)): (String, (ReachPath, bool))| Reaches { what, through: path.next, types_only };
        known.chain(others).map(reaches).collect()
    }
}
