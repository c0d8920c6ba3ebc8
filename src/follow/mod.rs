//! Instantiates a component as a host would, with where it comes from in the place of each item.
//!
//! Component Model, Explainer, "Instance Definitions" and "Alias Definitions". An instance is *closed* where its component
//! is an original, or is not in the file: what it exports is its own to give. An instance of any other component is
//! followed. What anybody reaches is not decided here: when an instance comes into being says nothing of when it calls.

mod part;

pub use part::{Part, parts};

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::rc::Rc;

use crate::decode::{Base, Level, Outer, Place, Step};
use crate::limits::{COMPONENT_DEPTH, FOLLOWED_INSTANCES, FOLLOWED_ITEMS};

/// Why something cannot be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lost {
    /// There are more instances than [`FOLLOWED_INSTANCES`].
    TooMany,
    /// Instances are given, or put together of, more items than [`FOLLOWED_ITEMS`].
    TooMuch,
    /// Instances lie in each other deeper than [`COMPONENT_DEPTH`].
    TooDeep,
    /// It is not there, which is so in no valid component.
    Missing(&'static str),
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Lost::TooMany => "there are too many instances to follow",
            Lost::TooMuch => "instances are given too many items to follow",
            Lost::TooDeep => "components are instantiated in each other too deep",
            Lost::Missing(what) => what,
        })
    }
}

/// An item, by where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Item<'a> {
    /// Something of the host's: the names that lead to it, from an import of the outermost component.
    Host(Vec<String>),
    /// Something that a closed instance exports: which instance, and the names that lead to it.
    Export(usize, Vec<String>),
    /// Something that a followed instance defines itself: a function, a type, a core module. Which instance, and which of
    /// what that defines: [`Base::Local`].
    Own(usize, usize),
    /// An instance that was put together of items.
    Bundle(Rc<BTreeMap<&'a str, Item<'a>>>),
    /// A component of the file: which part, and the instance in which it lies.
    Component(usize, usize),
    /// What could not be followed.
    Unknown(Lost),
}

impl<'a> Item<'a> {
    /// What it is of the host's, if it is.
    pub fn host(&self) -> Option<&Vec<String>> {
        if let Item::Host(path) = self { Some(path) } else { None }
    }

    /// What it exports by a name.
    pub fn export(&self, name: &str) -> Item<'a> {
        let longer = |path: &Vec<String>| path.iter().cloned().chain([name.to_owned()]).collect();
        match self {
            Item::Host(path) => Item::Host(longer(path)),
            Item::Export(id, path) => Item::Export(*id, longer(path)),
            Item::Bundle(items) => {
                items.get(name).cloned().unwrap_or(Item::Unknown(Lost::Missing("an export that is not there")))
            }
            Item::Unknown(what) => Item::Unknown(*what),
            Item::Own(..) | Item::Component(..) => Item::Unknown(Lost::Missing("an export of what is no instance")),
        }
    }
}

/// An instance of a component.
pub struct Instance<'a> {
    /// What it is an instance of.
    pub component: Item<'a>,
    /// Which part that is. `None` where it is not in the file.
    pub part: Option<usize>,
    /// Which original it is of.
    pub original: Option<usize>,
    /// What fills its imports.
    pub arguments: BTreeMap<&'a str, Item<'a>>,
    /// What its code has of others beside its arguments: the functions that it can call, and the core modules and types of
    /// components around it and of instances in it.
    pub has: BTreeSet<Item<'a>>,
    /// What it exports, where it is followed.
    pub exports: Item<'a>,
    /// The instance in which it is made. `None` for the outermost.
    pub within: Option<usize>,
    /// By which of the instantiations of that one's component. `None` where the file does not make it: somebody who has
    /// its component may.
    pub instantiation: Option<usize>,
    /// What it is called there. Whoever wrote the file chose that.
    pub name: Option<&'a str>,
    /// The instance in which its component lies, which is where outer aliases of that lead.
    pub around: Option<usize>,
    /// The instances that it makes, in the order of [`Level::instantiations`].
    pub made: Vec<usize>,
    depth: usize,
    results: Vec<Item<'a>>,
    bundles: Vec<Item<'a>>,
}

impl<'a> Instance<'a> {
    /// What fills an import, or is in that, by a path of names.
    pub fn given(&self, path: &[String]) -> Item<'a> {
        let mut path = path.iter();
        let import = path.next().and_then(|import| self.arguments.get(import.as_str()).cloned());
        path.fold(import.unwrap_or(Item::Unknown(Lost::Missing("nothing fills it"))), |item, name| item.export(name))
    }

    /// What it exports by a path of names.
    pub fn exported(&self, path: &[String]) -> Item<'a> {
        path.iter().fold(self.exports.clone(), |item, name| item.export(name))
    }

    /// Whether its component is not in the file, and is no original.
    pub fn is_hosts(&self) -> bool {
        self.part.is_none() && self.original.is_none()
    }
}

/// All instances of a component, the outermost first, and each after the one in which it is made.
pub struct Followed<'a> {
    /// The instances.
    pub instances: Vec<Instance<'a>>,
    /// What cannot be followed, each with the instance in which it is.
    pub lost: BTreeSet<(usize, Lost)>,
}

impl Followed<'_> {
    /// What an instance is called in messages: the names that lead to it.
    pub fn name(&self, id: usize) -> String {
        let Some(instance) = self.instances.get(id) else { return String::new() };
        let Some(outer) = instance.within else { return "the output".to_owned() };
        let own = match (instance.name, instance.instantiation) {
            (Some(name), _) => name.to_owned(),
            (None, Some(number)) => number.to_string(),
            (None, None) => "an exported component".to_owned(),
        };
        // The outermost is no part of paths.
        if outer == 0 { own } else { format!("{} / {own}", self.name(outer)) }
    }
}

/// Instantiates the first of some parts. `imported` says which original an import of it is.
pub fn follow<'a>(parts: &[Part<'a>], imported: &dyn Fn(&str) -> Option<usize>) -> Followed<'a> {
    within(parts, imported, FOLLOWED_ITEMS)
}

/// The same, for so many items that instances are given or put together of.
pub(crate) fn within<'a>(parts: &[Part<'a>], imported: &dyn Fn(&str) -> Option<usize>, left: usize) -> Followed<'a> {
    let followed = Followed { instances: Vec::new(), lost: BTreeSet::new() };
    let mut follower = Follower { parts, imported, followed, given: BTreeSet::new(), left };
    if let Some(part) = parts.first() {
        let host = |name: &'a str| (name, Item::Host(vec![name.to_owned()]));
        let arguments = part.level.imports.iter().map(|import| host(import.name)).collect();
        if let Ok(outermost) = follower.instantiate(Item::Component(0, 0), arguments, None, None) {
            follower.give_away(outermost);
        }
    }
    follower.followed
}

struct Follower<'p, 'a> {
    parts: &'p [Part<'a>],
    imported: &'p dyn Fn(&str) -> Option<usize>,
    followed: Followed<'a>,
    /// The components of the file that somebody was given who is not in it: each with the instance that is his.
    given: BTreeSet<(usize, (usize, usize))>,
    /// How many more items may be followed.
    left: usize,
}

impl<'p, 'a> Follower<'p, 'a> {
    /// Makes an instance in another one, and gives what it is.
    fn instantiate(
        &mut self,
        component: Item<'a>,
        arguments: BTreeMap<&'a str, Item<'a>>,
        within: Option<usize>,
        instantiation: Option<usize>,
    ) -> Result<Item<'a>, Lost> {
        let id = self.followed.instances.len();
        let depth = within.and_then(|outer| self.followed.instances.get(outer)).map_or(0, |outer| outer.depth + 1);
        if id >= FOLLOWED_INSTANCES {
            return Err(Lost::TooMany);
        }
        if depth > COMPONENT_DEPTH {
            return Err(Lost::TooDeep);
        }
        self.spend(arguments.len())?;
        let (part, around) = match component {
            Item::Component(part, around) => (Some(part), within.map(|_| around)),
            _ => (None, None),
        };
        let parts = self.parts;
        let of = part.and_then(|part| parts.get(part));
        let original = match component.host().map(Vec::as_slice) {
            Some([import]) => (self.imported)(import),
            _ => of.and_then(|of| of.original),
        };
        let name = within.zip(instantiation).and_then(|(outer, index)| {
            let level = &parts.get(self.followed.instances.get(outer)?.part?)?.level;
            level.names.instances.get(&level.instantiations.get(index)?.index).copied()
        });
        let (made, results, bundles, has) = (Vec::new(), Vec::new(), Vec::new(), BTreeSet::new());
        self.followed.instances.push(Instance {
            component,
            part,
            original,
            arguments,
            has,
            exports: Item::Export(id, Vec::new()),
            within,
            instantiation,
            name,
            around,
            made,
            depth,
            results,
            bundles,
        });
        if let Some(outer) = within.filter(|_| instantiation.is_some()) {
            self.change(outer, |outer| outer.made.push(id));
        }
        let Some(of) = of.filter(|_| original.is_none()) else { return Ok(Item::Export(id, Vec::new())) };
        let exports = self.steps(id, &of.level);
        self.change(id, |of| of.exports = exports.clone());
        Ok(exports)
    }

    /// Makes what a level of an instance makes, and gives what it exports.
    fn steps(&mut self, id: usize, level: &Level<'a>) -> Item<'a> {
        for step in &level.steps {
            match *step {
                Step::Bundle(index) => {
                    let items = level.bundles.get(index).map(|bundle| bundle.items.as_slice()).unwrap_or_default();
                    let made = self.spend(items.len()).map(|()| {
                        let items = items.iter().map(|(name, place)| (*name, self.at(id, place)));
                        Item::Bundle(Rc::new(items.collect()))
                    });
                    let made = made.unwrap_or_else(|what| self.lost(id, what));
                    self.change(id, |of| of.bundles.push(made));
                }
                Step::Instantiation(index) => {
                    let Some(of) = level.instantiations.get(index) else { continue };
                    let arguments = of.arguments.iter().map(|(name, place)| (*name, self.at(id, place))).collect();
                    let made = self.instantiate(self.at(id, &of.component), arguments, Some(id), Some(index));
                    let made = made.unwrap_or_else(|what| self.lost(id, what));
                    self.change(id, |of| of.results.push(made));
                }
            }
        }
        let has = self.has(id, level);
        self.change(id, |of| of.has = has);
        if let Err(what) = self.spend(level.exports.len()) {
            return self.lost(id, what);
        }
        let exports = level.exports.iter().map(|export| (export.name, self.at(id, &export.place)));
        Item::Bundle(Rc::new(exports.collect()))
    }

    /// What the code of an instance has of others beside its arguments.
    fn has(&self, id: usize, level: &Level<'a>) -> BTreeSet<Item<'a>> {
        // What it imports is known by that import's name.
        let called = level.called.iter().filter(|place| !matches!(place.base, Base::Import(_)));
        let called = called.map(|place| self.at(id, place));
        // A core module of the file has no authority of its own.
        let modules = level.taken(Outer::Module).map(|place| self.at(id, place));
        let modules = modules.filter(|item| !matches!(item, Item::Own(..)));
        // Whoever drops a handle calls the destructor, which is code of whoever defines the type.
        let types = level.taken(Outer::Type).map(|place| self.at(id, place));
        let types = types.filter(|item| matches!(item, Item::Own(of, _) if *of != id));
        called.chain(modules).chain(types).collect()
    }

    /// Makes an instance of each component of the file that somebody has who is not in it, and may instantiate it: a component
    /// of the host's, which is given it, or whoever instantiates the outermost one, which exports it.
    fn give_away(&mut self, outermost: Item<'a>) {
        self.give(0, VecDeque::from([(outermost, false)]));
        let mut id = 1;
        while let Some(instance) = self.followed.instances.get(id) {
            if instance.is_hosts() {
                let mut given: VecDeque<_> = instance.arguments.values().map(|item| (item.clone(), false)).collect();
                // What a component of the host's exports as a component may be any that it was given.
                let mut component = &instance.component;
                while let Item::Export(giver, _) = component
                    && let Some(instance) = self.followed.instances.get(*giver)
                {
                    given.extend(instance.arguments.values().map(|item| (item.clone(), true)));
                    component = &instance.component;
                }
                self.give(id, given);
            }
            id += 1;
        }
    }

    /// Makes an instance of each component among some items, in the instance of whoever has them, and gives it what he has himself.
    /// What is given back, as the second of each item says, is not made again within an instance of somebody who has it.
    fn give(&mut self, to: usize, mut open: VecDeque<(Item<'a>, bool)>) {
        let (mut seen, mut bundles) = (BTreeSet::new(), BTreeMap::new());
        while let Some((item, is_back)) = open.pop_front() {
            match item {
                Item::Bundle(items) => {
                    let inner: Vec<_> = items.values().map(|item| (item.clone(), is_back)).collect();
                    // One and the same may be in many, and is kept, so that no other one takes its place in memory.
                    if bundles.insert((Rc::as_ptr(&items), is_back), items).is_none() {
                        open.extend(inner);
                    }
                }
                Item::Component(part, around)
                    if !(is_back && self.is_given(to, (part, around))) && seen.insert((part, around)) =>
                {
                    self.given.insert((to, (part, around)));
                    // Whoever is outside has nothing of what is in here, but what it exports.
                    let giver = if to == 0 { self.followed.instances.len() } else { to };
                    let imports = self.parts.get(part).into_iter().flat_map(|part| &part.level.imports);
                    let arguments = imports.map(|import| (import.name, Item::Export(giver, Vec::new()))).collect();
                    let made = self.instantiate(Item::Component(part, around), arguments, Some(to), None);
                    open.push_back((made.unwrap_or_else(|what| self.lost(to, what)), false));
                }
                _ => {}
            }
        }
    }

    /// Whether an instance lies in one of the host's that was given a component, and so has one which can call all that is in it.
    fn is_given(&self, id: usize, component: (usize, usize)) -> bool {
        let within = |id: &usize| self.followed.instances.get(*id)?.within;
        let mut around = std::iter::successors(within(&id), within).filter(|outer| *outer != 0);
        around.any(|outer| self.given.contains(&(outer, component)))
    }

    /// Counts items that are followed.
    fn spend(&mut self, items: usize) -> Result<(), Lost> {
        self.left = self.left.checked_sub(items).ok_or(Lost::TooMuch)?;
        Ok(())
    }

    /// Remembers what cannot be followed.
    fn lost(&mut self, id: usize, what: Lost) -> Item<'a> {
        self.followed.lost.insert((id, what));
        Item::Unknown(what)
    }

    fn change(&mut self, id: usize, change: impl FnOnce(&mut Instance<'a>)) {
        if let Some(instance) = self.followed.instances.get_mut(id) {
            change(instance);
        }
    }

    /// What is at a place of an instance's component.
    fn at(&self, id: usize, place: &Place<'a>) -> Item<'a> {
        self.find(id, place).unwrap_or(Item::Unknown(Lost::Missing("an item that is not there")))
    }

    fn find<'s>(&'s self, mut id: usize, mut place: &'s Place<'a>) -> Option<Item<'a>> {
        let mut paths = vec![&place.path];
        // What is outside may be an alias in turn, as often as anybody likes.
        while let Base::Outer { kind: kind @ (Outer::Component | Outer::Module), count, index } = place.base {
            for _ in 0..count {
                id = self.followed.instances.get(id)?.around?;
            }
            let part = self.parts.get(self.followed.instances.get(id)?.part?)?;
            place = part.level.outer(kind, index)?;
            paths.push(&place.path);
        }
        let instance = self.followed.instances.get(id)?;
        let base = match place.base {
            Base::Import(name) => instance.arguments.get(name).cloned(),
            Base::Instantiation(index) => instance.results.get(index).cloned(),
            Base::Bundle(index) => instance.bundles.get(index).cloned(),
            Base::Nested(index) => Some(Item::Component(*self.parts.get(instance.part?)?.nested.get(index)?, id)),
            // No type with a destructor comes from a component around this one.
            Base::Outer { index, .. } => Some(Item::Own(id, index as usize)),
            Base::Local(number) => Some(Item::Own(id, number)),
        };
        Some(paths.into_iter().rev().flatten().fold(base?, |item, name| item.export(name)))
    }
}
