//! What each component within a component can reach of what the outermost one imports.
//!
//! The instantiations are followed as a host would make them, with what fills an import in the place of code. A
//! component has what its imports are filled with, and nothing else: what it can reach is what can be reached through
//! those. What is the host's is reached straight; a function that another instance's code implements reaches all that
//! this instance does. What cannot be followed is taken to reach everything.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use indexmap::IndexSet;
use wasmparser::component_types::{ComponentAnyTypeId, ComponentEntityType};
use wasmparser::types::TypesRef;

use super::error::Failure;
use super::parts::Part;
use crate::limits;
use crate::verify::decode::{Base, Instantiation, Level, Outer, Place, Step};

/// What each instance reaches.
pub struct Reach {
    /// The instances, the outermost component's first; each comes after the one that it is in.
    pub instances: Vec<Instance>,
    /// What there is to be reached.
    pub items: IndexSet<Thing>,
}

/// Something of the host's.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Thing {
    /// The import that it is of; empty for what the world imports itself.
    pub interface: String,
    /// Its name there; empty for an interface as such, which has resource types and no function.
    pub member: String,
    /// Where the member is an instance, the names that lead on from there.
    pub inner: Vec<Rc<str>>,
}

impl Thing {
    /// The import that it is, or is of.
    pub fn import(&self) -> &str {
        if self.interface.is_empty() { &self.member } else { &self.interface }
    }

    /// Its name, if it is something of an interface's. What is in an instance within that is called after the instance.
    pub fn function(&self) -> Option<&str> {
        Some(self.member.as_str()).filter(|name| !self.interface.is_empty() && !name.is_empty())
    }
}

/// An instance of a component.
pub struct Instance {
    /// What it is called where it is made.
    pub name: String,
    /// Whether it is so by whoever made what it is in.
    pub is_named: bool,
    /// Whether it is so by nobody.
    pub is_numbered: bool,
    /// What its component is called there, if that has a name of its own.
    pub component: Option<String>,
    /// What else its component is called: by itself, where it is defined, or where the host gives it.
    pub others: Vec<String>,
    /// The instance in which it is made. `None` for the outermost.
    pub within: Option<usize>,
    /// What it is an instance of, by its index among the parts. `None` where that is the host's, or cannot be followed.
    pub part: Option<usize>,
    /// The instances that it makes, in the order of [`Level::instantiations`].
    pub made: Vec<usize>,
    /// The instance around its component, which is where outer aliases of that lead.
    pub around: Option<usize>,
    /// What it reaches, by the index among [`Reach::items`].
    pub reaches: BTreeMap<usize, Way>,
}

/// How something is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Way {
    /// Through how many other instances.
    pub steps: usize,
    /// The first of them.
    pub next: Option<usize>,
}

/// What something is that an instance has.
#[derive(Clone)]
enum Item<'a> {
    /// An import of the outermost component, or what one has, by the names that lead there.
    Host { import: &'a str, path: Vec<Rc<str>> },
    /// Something that the instance of that number makes itself.
    Of(usize),
    /// An instance, by its exports.
    Instance(Rc<BTreeMap<&'a str, Item<'a>>>),
    /// The component of a part, within an instance.
    Component { part: usize, within: Option<usize> },
    /// Anything.
    Unknown,
}

/// An instance while it is made.
struct Frame<'a> {
    arguments: BTreeMap<&'a str, Item<'a>>,
    instantiated: Vec<Item<'a>>,
    bundled: Vec<Item<'a>>,
}

/// What an instance and its component are called.
struct Called {
    name: String,
    is_named: bool,
    is_numbered: bool,
    component: Option<String>,
    others: Vec<String>,
}

/// What an instance was found to reach so far.
#[derive(Default)]
struct Found {
    ways: BTreeMap<usize, Way>,
    /// The instances through which.
    through: BTreeSet<usize>,
}

struct Follower<'p, 'a> {
    parts: &'p [Part<'a>],
    /// As many as instances.
    frames: Vec<Frame<'a>>,
    reach: Reach,
}

/// Follows what the imports of a component are for, through all that is nested in it. `name` is what the component
/// itself is called.
///
/// # Errors
///
/// Where there are more instances than can be followed.
pub fn reach(parts: &[Part<'_>], name: &str) -> Result<Reach, Failure> {
    let reach = Reach { instances: Vec::new(), items: IndexSet::new() };
    let mut follower = Follower { parts, frames: Vec::new(), reach };
    let imports = parts.first().map(|part| part.level.imports.as_slice()).unwrap_or_default();
    let arguments =
        imports.iter().map(|import| (import.name, Item::Host { import: import.name, path: Vec::new() })).collect();
    let called =
        Called { name: name.to_owned(), is_named: true, is_numbered: false, component: None, others: Vec::new() };
    follower.instantiate(Item::Component { part: 0, within: None }, called, None, arguments, 0)?;
    Ok(follower.finish())
}

impl<'a> Item<'a> {
    fn export(&self, name: &str) -> Item<'a> {
        match self {
            Item::Host { import, path } => {
                let path = path.iter().cloned().chain([name.into()]).collect();
                Item::Host { import, path }
            }
            Item::Of(_) => self.clone(),
            Item::Instance(exports) => exports.get(name).cloned().unwrap_or(Item::Unknown),
            Item::Component { .. } | Item::Unknown => Item::Unknown,
        }
    }
}

impl<'p, 'a> Follower<'p, 'a> {
    fn level(&self, frame: usize) -> Option<&Level<'a>> {
        Some(&self.part(frame)?.level)
    }

    /// What an instance is one of, if that can be followed.
    fn part(&self, instance: usize) -> Option<&'p Part<'a>> {
        self.parts.get(self.reach.instances.get(instance)?.part?)
    }

    /// Makes an instance in another one, and gives what it is.
    fn instantiate(
        &mut self,
        component: Item<'a>,
        called: Called,
        within: Option<usize>,
        arguments: BTreeMap<&'a str, Item<'a>>,
        depth: usize,
    ) -> Result<Item<'a>, Failure> {
        let id = self.frames.len();
        if id >= limits::FOLLOWED_INSTANCES {
            return Err(Failure::TooMany);
        }
        if depth > limits::COMPONENT_DEPTH {
            return Err(Failure::TooDeep);
        }
        let Called { name, is_named, is_numbered, component: called, others } = called;
        let (of, around) = match component {
            Item::Component { part, within } => (Some(part), within),
            _ => (None, None),
        };
        let (made, reaches) = (Vec::new(), BTreeMap::new());
        let instance = Instance {
            name,
            is_named,
            is_numbered,
            component: called,
            others,
            within,
            part: of,
            made,
            around,
            reaches,
        };
        self.reach.instances.push(instance);
        if let Some(outer) = within.and_then(|within| self.reach.instances.get_mut(within)) {
            outer.made.push(id);
        }
        let given: Vec<Item<'a>> = if of.is_none() { arguments.values().cloned().collect() } else { Vec::new() };
        self.frames.push(Frame { arguments, instantiated: vec![], bundled: vec![] });
        // The host's, or one that cannot be followed: it has whatever it is given.
        let Some(part) = of else {
            let mut found = Found::default();
            // Whoever calls what it exports reaches the import that it is.
            [component].iter().chain(&given).for_each(|item| self.all_of(item, id, &mut found));
            self.set_reach(id, found.ways);
            return Ok(Item::Of(id));
        };
        let reaches = self.reached(id);
        self.set_reach(id, reaches);

        let parts = self.parts;
        let Some(Part { level, .. }) = parts.get(part) else { return Ok(Item::Unknown) };
        for step in &level.steps {
            match *step {
                Step::Instantiation(index) => {
                    let Some(instantiation) = level.instantiations.get(index) else { continue };
                    let component = self.item(id, &instantiation.component);
                    let arguments = instantiation.arguments.iter();
                    let arguments = arguments.map(|(name, place)| (*name, self.item(id, place))).collect();
                    let called = self.called(level, instantiation, &component);
                    let first = self.frames.len();
                    let made = self.instantiate(component, called, Some(id), arguments, depth + 1)?;
                    self.absorb(id, first);
                    if let Some(frame) = self.frames.get_mut(id) {
                        frame.instantiated.push(made);
                    }
                }
                Step::Bundle(index) => {
                    let items = level.bundles.get(index).into_iter().flat_map(|bundle| &bundle.items);
                    let items = items.map(|(name, place)| (*name, self.item(id, place))).collect();
                    let made = Item::Instance(Rc::new(items));
                    if let Some(frame) = self.frames.get_mut(id) {
                        frame.bundled.push(made);
                    }
                }
            }
        }
        let exports = level.exports.iter().map(|export| (export.name, self.item(id, &export.place)));
        Ok(Item::Instance(Rc::new(exports.collect())))
    }

    /// Lets an instance with code of its own reach what the instances from a number on do, which were made in it: it may call
    /// any of them. They may have more than it was given, by aliases of what is around it.
    fn absorb(&mut self, id: usize, first: usize) {
        if !self.level(id).is_some_and(|level| level.has_core) {
            return;
        }
        let ways = self.reach.instances.get(id).map(|instance| instance.reaches.clone()).unwrap_or_default();
        let mut found = Found { ways, ..Found::default() };
        for inner in first..self.reach.instances.len() {
            for (item, way) in self.reach.instances.get(inner).into_iter().flat_map(|inner| &inner.reaches) {
                found.insert(*item, Way { steps: way.steps + 1, next: Some(inner) });
            }
        }
        self.set_reach(id, found.ways);
    }

    fn set_reach(&mut self, id: usize, reaches: BTreeMap<usize, Way>) {
        if let Some(instance) = self.reach.instances.get_mut(id) {
            instance.reaches = reaches;
        }
    }

    /// What is at a place of an instance's component.
    fn item(&self, id: usize, place: &Place<'a>) -> Item<'a> {
        let base = self.base(id, place.base).unwrap_or(Item::Unknown);
        place.path.iter().fold(base, |item, name| item.export(name))
    }

    fn base(&self, id: usize, base: Base<'a>) -> Option<Item<'a>> {
        let frame = self.frames.get(id)?;
        match base {
            Base::Import(name) => frame.arguments.get(name).cloned(),
            Base::Instantiation(index) => frame.instantiated.get(index).cloned(),
            Base::Bundle(index) => frame.bundled.get(index).cloned(),
            Base::Nested(index) => {
                let part = *self.part(id)?.nested.get(index)?;
                Some(Item::Component { part, within: Some(id) })
            }
            Base::Outer { kind: kind @ (Outer::Component | Outer::Module), count, index } => {
                let mut outer = id;
                for _ in 0..count {
                    outer = self.reach.instances.get(outer)?.around?;
                }
                Some(self.item(outer, self.level(outer)?.outer(kind, index)?))
            }
            // No type with a destructor comes from a component around this one.
            Base::Outer { kind: Outer::Type, .. } | Base::Local => Some(Item::Of(id)),
        }
    }

    /// What an instance is called: what the component that makes it says, else its component itself.
    fn called(&self, level: &Level<'a>, instantiation: &Instantiation<'a>, made_of: &Item<'a>) -> Called {
        let Instantiation { component: place, component_index, index, .. } = instantiation;
        let nested = match place.base {
            Base::Nested(nested) => level.components.get(nested).map(|nested| nested.index),
            _ => None,
        };
        let own = || match made_of {
            Item::Component { part, .. } => self.parts.get(*part)?.level.names.own,
            Item::Host { import, .. } => Some(*import),
            _ => None,
        };
        let is_name = |name: &&str| !name.trim().is_empty() && name.len() <= limits::FOLLOWED_NAME;
        let some = |name: Option<&'a str>| name.filter(is_name).map(str::to_owned);
        let of_component = |index: &u32| some(level.names.components.get(index).copied());
        let component = of_component(component_index).or_else(|| of_component(nested.as_ref()?));
        let given = some(level.names.instances.get(index).copied()).or_else(|| component.clone());
        let is_named = given.is_some();
        let number = || format!("component {}", nested.unwrap_or(*component_index));
        let name = given.or_else(|| some(own()));
        let is_numbered = name.is_none();
        let name = name.unwrap_or_else(number);
        // Whoever defines a component names it for all who instantiate it, whatever these call it.
        let others = [own(), self.defined(made_of)].into_iter().filter_map(some);
        let others = others.chain(nested.as_ref().and_then(of_component)).collect();
        Called { name, is_named, is_numbered, component, others }
    }

    /// What a component is called in the one that defines it.
    fn defined(&self, component: &Item<'a>) -> Option<&'a str> {
        let Item::Component { part, within: Some(definer) } = component else { return None };
        let Part { nested, level, .. } = self.part(*definer)?;
        let defined = level.components.get(nested.iter().position(|nested| nested == part)?)?;
        level.names.components.get(&defined.index).copied()
    }

    /// What an instance reaches of what its imports are filled with.
    fn reached(&mut self, id: usize) -> BTreeMap<usize, Way> {
        let mut found = Found::default();
        let Some(part) = self.part(id) else { return found.ways };
        // What only joins others has nothing to call anything with. A component without core code that joins nothing
        // hands on what it is given.
        let is_joint = !part.level.has_core && !part.level.instantiations.is_empty();
        if is_joint && id != 0 {
            return found.ways;
        }
        for import in &part.level.imports {
            let item = self.frames.get(id).and_then(|frame| frame.arguments.get(import.name).cloned());
            let item = item.unwrap_or(Item::Unknown);
            let declared = part.types.as_ref().and_then(|types| types.component_item_for_import(import.name));
            match (declared, &part.types) {
                (Some(declared), Some(types)) => self.walk((**types).as_ref(), declared.ty, &item, id, &mut found),
                _ => self.everything(&mut found),
            }
        }
        // A core module of a component around it is the host's where that component imports it; else it is code, which
        // reaches what it is given here.
        for place in part.level.outer_modules() {
            let item = self.item(id, place);
            if let Item::Host { .. } | Item::Unknown = item {
                self.one(&item, id, &mut found);
            }
        }
        found.ways
    }

    /// What an instance reaches through something that fills an import of some type.
    fn walk(&mut self, types: TypesRef<'_>, ty: ComponentEntityType, item: &Item<'a>, id: usize, found: &mut Found) {
        match ty {
            ComponentEntityType::Func(_) => self.one(item, id, found),
            ComponentEntityType::Instance(instance) => {
                let exports = || types.get(instance).into_iter().flat_map(|ty| &ty.exports);
                let is_types = exports().all(|(_, item)| matches!(item.ty, ComponentEntityType::Type { .. }));
                if let Item::Host { import, path } = item
                    && is_types
                    && exports().any(|(_, item)| is_resource(item.ty))
                {
                    self.straight(import, path, found);
                }
                exports().for_each(|(name, declared)| self.walk(types, declared.ty, &item.export(name), id, found));
            }
            ComponentEntityType::Type { .. } if is_resource(ty) => match item {
                // A type of an interface of the host's is worth nothing without its functions. A world's own has no
                // interface.
                Item::Host { path, .. } if !path.is_empty() => {}
                // Whoever has handles of a type can drop them, which calls the destructor: code of the instance that
                // defines the type.
                _ => self.one(item, id, found),
            },
            ComponentEntityType::Type { .. } => {}
            ComponentEntityType::Module(_) | ComponentEntityType::Component(_) | ComponentEntityType::Value(_) => {
                if let Item::Host { .. } | Item::Unknown = item {
                    self.one(item, id, found);
                }
            }
        }
    }

    /// What an instance reaches through a function, or something as small.
    fn one(&mut self, item: &Item<'a>, id: usize, found: &mut Found) {
        match item {
            Item::Host { import, path } if path.is_empty() => self.straight("", &[(*import).into()], found),
            Item::Host { import, path } => self.straight(import, path, found),
            Item::Of(other) => self.through(*other, id, found),
            Item::Instance(_) | Item::Component { .. } | Item::Unknown => self.everything(found),
        }
    }

    /// All that can be reached through something of whatever type.
    fn all_of(&mut self, item: &Item<'a>, id: usize, found: &mut Found) {
        match item {
            Item::Host { import, path } => {
                let is_of_it = |thing: &Thing| match path.split_first() {
                    None => thing.interface == *import || (thing.interface.is_empty() && thing.member == *import),
                    Some((member, inner)) => {
                        thing.interface == *import && thing.member == **member && thing.inner.starts_with(inner)
                    }
                };
                let items = self.reach.items.iter().enumerate().filter(|(_, thing)| is_of_it(thing));
                let items: Vec<usize> = items.map(|(item, _)| item).collect();
                if items.is_empty() && !path.is_empty() {
                    self.straight(import, path, found);
                }
                items.into_iter().for_each(|item| found.insert(item, Way { steps: 0, next: None }));
            }
            Item::Instance(exports) => exports.values().for_each(|item| self.all_of(item, id, found)),
            Item::Component { .. } => {}
            Item::Of(_) | Item::Unknown => self.one(item, id, found),
        }
    }

    fn straight(&mut self, interface: &str, path: &[Rc<str>], found: &mut Found) {
        let (member, inner) = path.split_first().map(|(member, inner)| (member.to_string(), inner)).unwrap_or_default();
        let thing = Thing { interface: interface.to_owned(), member, inner: inner.to_vec() };
        let (item, _) = self.reach.items.insert_full(thing);
        found.insert(item, Way { steps: 0, next: None });
    }

    /// Calling a function of another instance, an instance reaches all that this one does.
    fn through(&mut self, other: usize, id: usize, found: &mut Found) {
        if other == id || !found.through.insert(other) {
            return;
        }
        // A component without code, in the one whose function it is given, hands that back to it under another name.
        let is_around = |other| {
            let mut outer = self.reach.instances.get(id).and_then(|instance| instance.within);
            while let Some(next) = outer.filter(|outer| *outer != other) {
                outer = self.reach.instances.get(next).and_then(|instance| instance.within);
            }
            outer.is_some()
        };
        let has_core = self.level(id).is_none_or(|level| level.has_core);
        if !has_core && is_around(other) {
            return;
        }
        for (item, way) in self.reach.instances.get(other).into_iter().flat_map(|other| &other.reaches) {
            found.insert(*item, Way { steps: way.steps + 1, next: Some(other) });
        }
    }

    fn everything(&mut self, found: &mut Found) {
        (0..self.reach.items.len()).for_each(|item| found.insert(item, Way { steps: 0, next: None }));
    }

    /// Leaves to the outermost component what its own code reaches, or nothing else does.
    fn finish(mut self) -> Reach {
        let is_joint = self.level(0).is_some_and(|level| !level.has_core && !level.instantiations.is_empty());
        if is_joint {
            let others = self.reach.instances.iter().skip(1);
            let reached: BTreeSet<usize> = others.flat_map(|instance| instance.reaches.keys().copied()).collect();
            if let Some(outermost) = self.reach.instances.first_mut() {
                outermost.reaches.retain(|item, _| !reached.contains(item));
            }
        }
        self.reach
    }
}

impl Found {
    /// Keeps the shorter of two ways to one thing.
    fn insert(&mut self, item: usize, way: Way) {
        let kept = self.ways.entry(item).or_insert(way);
        if way.steps < kept.steps {
            *kept = way;
        }
    }
}

fn is_resource(ty: ComponentEntityType) -> bool {
    matches!(ty, ComponentEntityType::Type { created: ComponentAnyTypeId::Resource(_), .. })
}
