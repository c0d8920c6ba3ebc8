//! Instantiates a component as a host would. Each item is represented by its origin.
//!
//! Component Model, Explainer, "Instance Definitions" and "Alias Definitions". An instance is *closed* where its component is
//! an original or is not in the file: its exports originate from it. Instances of all other components are followed. This
//! module only determines origins; who reaches an item is decided by its users, since an instance may call at any later time.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::rc::Rc;

use crate::decode::{Base, Level, Outer, Part, Place, Step};
use crate::limits::{COMPONENT_DEPTH, FOLLOWED_INSTANCES, FOLLOWED_ITEMS};

/// What the outermost instance is called in messages.
const OUTPUT: &str = "the output";

/// The reason that an item cannot be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Lost {
    /// There are more instances than [`FOLLOWED_INSTANCES`].
    TooMany,
    /// The arguments and inline instances have more items than [`FOLLOWED_ITEMS`].
    TooMuch,
    /// Instances are nested deeper than [`COMPONENT_DEPTH`].
    TooDeep,
    /// The item is missing, which is impossible in a valid component.
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

/// An item, identified by its origin.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Item<'a> {
    /// A host item: its path, which begins with an import of the outermost component.
    Host(Vec<String>),
    /// An export of a closed instance: the instance, and the path.
    Export(usize, Vec<String>),
    /// A function, type or core module that a followed instance defines: the instance, and the index [`Base::Local`].
    Own(usize, usize),
    /// An inline instance.
    Bundle(Rc<BTreeMap<&'a str, Item<'a>>>),
    /// A component of the file: the part, and the instance around it.
    Component(usize, usize),
    /// An item that could not be followed.
    Unknown(Lost),
}

impl<'a> Item<'a> {
    /// The path of a host item.
    pub(crate) fn host(&self) -> Option<&Vec<String>> {
        if let Item::Host(path) = self { Some(path) } else { None }
    }

    /// The export of an instance by name.
    pub(crate) fn export(&self, name: &str) -> Item<'a> {
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
pub(crate) struct Instance<'a> {
    /// The origin of its component.
    pub component: Item<'a>,
    /// The part of the file that defines its component. `None` for a component of the host.
    pub part: Option<usize>,
    /// The original that it is an instance of.
    pub original: Option<usize>,
    /// Its arguments, by import.
    pub arguments: BTreeMap<&'a str, Item<'a>>,
    /// The items of others that its code uses besides its arguments: functions that it calls, and core modules and types of
    /// enclosing components and of instances in it.
    pub has: BTreeSet<Item<'a>>,
    /// Its exports, where it is followed.
    pub exports: Item<'a>,
    /// The instance that creates it. `None` for the outermost.
    pub within: Option<usize>,
    /// The index among that instance's instantiations. `None` where a holder outside the file may instantiate its component.
    pub instantiation: Option<usize>,
    /// Its name there, which the author of the file chose.
    pub name: Option<&'a str>,
    /// The instance around its component, to which outer aliases refer.
    pub around: Option<usize>,
    /// The instances that it creates, in the order of [`Level::instantiations`].
    pub made: Vec<usize>,
    depth: usize,
    results: Vec<Item<'a>>,
    bundles: Vec<Item<'a>>,
}

impl<'a> Instance<'a> {
    /// The argument, or the item within one, at a path of names.
    pub(crate) fn given(&self, path: &[String]) -> Item<'a> {
        let mut path = path.iter();
        let import = path.next().and_then(|import| self.arguments.get(import.as_str()).cloned());
        path.fold(import.unwrap_or(Item::Unknown(Lost::Missing("nothing fills it"))), |item, name| item.export(name))
    }

    /// The export at a path of names.
    pub(crate) fn exported(&self, path: &[String]) -> Item<'a> {
        path.iter().fold(self.exports.clone(), |item, name| item.export(name))
    }

    /// Whether its component is that of the host: neither in the file nor an original.
    pub(crate) fn is_hosts(&self) -> bool {
        self.part.is_none() && self.original.is_none()
    }
}

/// All instances of a component: the outermost first, and each after the one that creates it.
pub(crate) struct Followed<'a> {
    /// The instances.
    pub instances: Vec<Instance<'a>>,
    /// The items that cannot be followed, each with its instance.
    pub lost: BTreeSet<(usize, Lost)>,
}

impl Followed<'_> {
    /// The path of an instance, for messages: names joined by ` / `, or `the output`.
    pub(crate) fn name(&self, id: usize) -> String {
        let Some(instance) = self.instances.get(id) else { return String::new() };
        let Some(outer) = instance.within else { return OUTPUT.to_owned() };
        let own = match (instance.name, instance.instantiation) {
            (Some(OUTPUT), _) if outer == 0 => format!("\"{OUTPUT}\""),
            (Some(name), _) => name.to_owned(),
            (None, Some(number)) => number.to_string(),
            (None, None) => "an exported component".to_owned(),
        };
        // Paths omit the outermost instance.
        if outer == 0 { own } else { format!("{} / {own}", self.name(outer)) }
    }
}

/// Instantiates the first of some parts. `imported` maps an import to the original that it stands for.
pub(crate) fn follow<'a>(parts: &[Part<'a>], imported: &dyn Fn(&str) -> Option<usize>) -> Followed<'a> {
    within(parts, imported, FOLLOWED_ITEMS)
}

/// As [`follow`], with a limit on the items of arguments and inline instances.
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
    /// The components of the file that code outside of it was given, each with the instance that represents that code.
    given: BTreeSet<(usize, (usize, usize))>,
    /// How many more items may be followed.
    left: usize,
}

impl<'p, 'a> Follower<'p, 'a> {
    /// Creates an instance within another one, and returns it as an item.
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
        let name = within.zip(instantiation).and_then(|(outer, index)| {
            let level = &parts.get(self.followed.instances.get(outer)?.part?)?.level;
            level.names.instances.get(&level.instantiations.get(index)?.index).copied()
        });
        let original = match component.host().map(Vec::as_slice) {
            Some([import]) => (self.imported)(import),
            _ => of.and_then(|of| of.identity.original_of(name)),
        };
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

    /// Creates the instances of a level, and returns its exports.
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

    /// The items of others that the code of an instance uses besides its arguments.
    fn has(&self, id: usize, level: &Level<'a>) -> BTreeSet<Item<'a>> {
        // An import is known as an argument already.
        let called = level.called.iter().filter(|place| !matches!(place.base, Base::Import(_)));
        let called = called.map(|place| self.at(id, place));
        // A core module of the file carries no authority.
        let modules = level.taken(Outer::Module).map(|place| self.at(id, place));
        let modules = modules.filter(|item| !matches!(item, Item::Own(..)));
        // Dropping a handle calls the destructor, which is code of the instance that defines the type.
        let types = level.taken(Outer::Type).map(|place| self.at(id, place));
        let types = types.filter(|item| matches!(item, Item::Own(of, _) if *of != id));
        called.chain(modules).chain(types).collect()
    }

    /// Instantiates each component of the file that code outside of it has and may instantiate: a host component to which it is
    /// an argument, or the user of the outermost instance, which exports it.
    fn give_away(&mut self, outermost: Item<'a>) {
        self.give(0, VecDeque::from([(outermost, false)]));
        let mut id = 1;
        while let Some(instance) = self.followed.instances.get(id) {
            if instance.is_hosts() {
                let mut given: VecDeque<_> = instance.arguments.values().map(|item| (item.clone(), false)).collect();
                // A component that a host component exports may be any of the components that it was given.
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

    /// Instantiates each component among some items within the instance of their holder, with the holder's own items as
    /// arguments. An item marked as returned (the second of each pair) is not instantiated again within an instance of its
    /// holder.
    fn give(&mut self, to: usize, mut open: VecDeque<(Item<'a>, bool)>) {
        let (mut seen, mut bundles) = (BTreeSet::new(), BTreeMap::new());
        while let Some((item, is_back)) = open.pop_front() {
            match item {
                Item::Bundle(items) => {
                    let inner: Vec<_> = items.values().map(|item| (item.clone(), is_back)).collect();
                    // The inline instance is kept alive, so that its address stays unique.
                    if bundles.insert((Rc::as_ptr(&items), is_back), items).is_none() {
                        open.extend(inner);
                    }
                }
                Item::Component(part, around)
                    if !(is_back && self.is_given(to, (part, around))) && seen.insert((part, around)) =>
                {
                    self.given.insert((to, (part, around)));
                    // Code outside the file has of the outermost instance only its exports.
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

    /// Whether an instance lies within a host instance that was given the component, and so can call all of it.
    fn is_given(&self, id: usize, component: (usize, usize)) -> bool {
        let within = |id: &usize| self.followed.instances.get(*id)?.within;
        let mut around = std::iter::successors(within(&id), within).filter(|outer| *outer != 0);
        around.any(|outer| self.given.contains(&(outer, component)))
    }

    /// Counts followed items against the limit.
    fn spend(&mut self, items: usize) -> Result<(), Lost> {
        self.left = self.left.checked_sub(items).ok_or(Lost::TooMuch)?;
        Ok(())
    }

    /// Records an item that cannot be followed.
    fn lost(&mut self, id: usize, what: Lost) -> Item<'a> {
        self.followed.lost.insert((id, what));
        Item::Unknown(what)
    }

    fn change(&mut self, id: usize, change: impl FnOnce(&mut Instance<'a>)) {
        if let Some(instance) = self.followed.instances.get_mut(id) {
            change(instance);
        }
    }

    /// The item at a place of an instance's component.
    fn at(&self, id: usize, place: &Place<'a>) -> Item<'a> {
        self.find(id, place).unwrap_or(Item::Unknown(Lost::Missing("an item that is not there")))
    }

    fn find<'s>(&'s self, mut id: usize, mut place: &'s Place<'a>) -> Option<Item<'a>> {
        let mut paths = vec![&place.path];
        // The outer item may be an alias in turn, to any depth.
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
            // A type of an enclosing component has no destructor.
            Base::Outer { index, .. } => Some(Item::Own(id, index as usize)),
            Base::Local(number) => Some(Item::Own(id, number)),
        };
        Some(paths.into_iter().rev().flatten().fold(base?, |item, name| item.export(name)))
    }
}
