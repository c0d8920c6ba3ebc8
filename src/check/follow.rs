//! Instantiates a component as a host would, with where it comes from in the place of each item.
//!
//! Component Model, Explainer, "Instance Definitions" and "Alias Definitions". An instance of an original is closed: what
//! it exports is its own to give. An instance of any other component is followed.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::decode::{Base, Outer, Place, Step};
use super::part::{DEPTH, Part};

/// How many instances are followed. A few lines can ask for more than any machine has: each instantiation of a component
/// instantiates what is nested in it again.
const INSTANCES: usize = 10_000;

/// An item, by where it comes from.
#[derive(Debug, Clone)]
pub enum Item<'a> {
    /// Something of the host's: the names that lead to it, from an import of the outermost component.
    Host(Vec<String>),
    /// Something that an instance of an original exports: which instance, and the names that lead to it.
    Export(usize, Vec<String>),
    /// Something that an instance of another component defines itself: a function, a type, a core module.
    Own(usize),
    /// An instance that was put together of items.
    Bundle(Rc<BTreeMap<&'a str, Item<'a>>>),
    /// A component of the output: which part, and the instance in which it lies.
    Component(usize, usize),
    /// What could not be followed, in words.
    Unknown(&'static str),
}

/// An instance of a component.
pub struct Instance<'a> {
    /// Which part it is of. `None` for an original that the output imports.
    pub part: Option<usize>,
    /// Which original it is of.
    pub original: Option<usize>,
    /// What fills its imports.
    pub arguments: BTreeMap<&'a str, Item<'a>>,
    /// What the code of it can call, beside its arguments.
    pub called: Vec<Item<'a>>,
    /// The instance in which it was made.
    pub around: Option<usize>,
    /// What it is called in messages: the names that lead to it. Whoever wrote the file chose them.
    pub name: String,
    /// The last of these.
    pub own_name: String,
    made: Vec<Item<'a>>,
    bundles: Vec<Item<'a>>,
}

/// All instances of a component, the outermost first.
pub struct Followed<'a> {
    /// The instances.
    pub instances: Vec<Instance<'a>>,
    /// What the outermost exports.
    pub exports: BTreeMap<&'a str, Item<'a>>,
    /// What cannot be followed, each with the name of the instance.
    pub lost: Vec<(String, &'static str)>,
}

/// Instantiates the first of some parts. `imported` says which original an import of it is.
pub fn follow<'a>(parts: &[Part<'a>], imported: &dyn Fn(&str) -> Option<usize>) -> Followed<'a> {
    let followed = Followed { instances: Vec::new(), exports: BTreeMap::new(), lost: Vec::new() };
    let mut follower = Follower { parts, imported, followed };
    if let Some(part) = parts.first() {
        let host = |name: &'a str| (name, Item::Host(vec![name.to_owned()]));
        let arguments = part.level.imports.iter().map(|import| host(import.name)).collect();
        let item = follower.instantiate(0, None, arguments, "the output".to_owned(), 0);
        let exports = part.level.exports.iter().map(|of| (of.name, export(&item, of.name)));
        follower.followed.exports = exports.collect();
    }
    follower.followed
}

struct Follower<'p, 'a> {
    parts: &'p [Part<'a>],
    imported: &'p dyn Fn(&str) -> Option<usize>,
    followed: Followed<'a>,
}

impl<'a> Follower<'_, 'a> {
    /// Makes an instance of a part that lies in another instance.
    fn instantiate(
        &mut self,
        part: usize,
        around: Option<usize>,
        arguments: BTreeMap<&'a str, Item<'a>>,
        name: String,
        depth: usize,
    ) -> Item<'a> {
        let original = self.parts.get(part).and_then(|part| part.original);
        let id = match self.add(Some(part), original, around, arguments, name) {
            Ok(id) => id,
            Err(lost) => return lost,
        };
        let Some(of) = self.parts.get(part).filter(|_| original.is_none()) else {
            return Item::Export(id, Vec::new());
        };
        if depth >= DEPTH {
            return self.lost(id, "components are instantiated in each other too deep");
        }
        for step in &of.level.steps {
            match step {
                Step::Bundle(index) => {
                    let items = of.level.bundles.get(*index).into_iter().flat_map(|bundle| &bundle.items);
                    let items: BTreeMap<&str, Item<'a>> =
                        items.map(|(name, place)| (*name, self.at(id, place))).collect();
                    self.make(id, |of| of.bundles.push(Item::Bundle(Rc::new(items))));
                }
                Step::Instantiation(index) => {
                    let made = self.instantiation(id, part, *index, depth);
                    self.make(id, |of| of.made.push(made));
                }
            }
        }
        // A core module has no authority of its own, unless the host gave it.
        let modules = of.level.outer_modules().map(|place| self.at(id, place));
        let modules = modules.filter(|module| matches!(module, Item::Host(_)));
        let called = modules.chain(of.level.called.iter().map(|place| self.at(id, place))).collect();
        self.make(id, |of| of.called = called);
        let exports = of.level.exports.iter().map(|export| (export.name, self.at(id, &export.place)));
        let exports: BTreeMap<&str, Item<'a>> = exports.collect();
        Item::Bundle(Rc::new(exports))
    }

    fn instantiation(&mut self, id: usize, part: usize, index: usize, depth: usize) -> Item<'a> {
        let Some(of) = self.parts.get(part).and_then(|part| part.level.instantiations.get(index)) else {
            return Item::Unknown("an instantiation that is not there");
        };
        let names = self.parts.get(part).map(|part| &part.level.names.instances);
        let own =
            names.and_then(|names| names.get(&of.index)).map_or_else(|| index.to_string(), |&name| name.to_owned());
        let name = match self.followed.instances.get(id) {
            Some(outer) if outer.around.is_some() => format!("{} / {own}", outer.name),
            _ => own,
        };
        let arguments = of.arguments.iter().map(|(name, place)| (*name, self.at(id, place))).collect();
        match self.at(id, &of.component) {
            Item::Component(part, around) => self.instantiate(part, Some(around), arguments, name, depth + 1),
            Item::Host(path) => match path.as_slice() {
                [import] if (self.imported)(import).is_some() => {
                    match self.add(None, (self.imported)(import), Some(id), arguments, name) {
                        Ok(id) => Item::Export(id, Vec::new()),
                        Err(lost) => lost,
                    }
                }
                _ => self.lost(id, "a component of the host's is instantiated, which no original is"),
            },
            _ => self.lost(id, "what is instantiated cannot be followed"),
        }
    }

    fn add(
        &mut self,
        part: Option<usize>,
        original: Option<usize>,
        around: Option<usize>,
        arguments: BTreeMap<&'a str, Item<'a>>,
        name: String,
    ) -> Result<usize, Item<'a>> {
        let id = self.followed.instances.len();
        if id >= INSTANCES {
            let outer = around.unwrap_or_default();
            return Err(self.lost(outer, "there are too many instances to follow"));
        }
        let (called, made, bundles) = (Vec::new(), Vec::new(), Vec::new());
        let own_name = name.rsplit(" / ").next().unwrap_or_default().to_owned();
        let instance = Instance { part, original, arguments, called, around, name, own_name, made, bundles };
        self.followed.instances.push(instance);
        Ok(id)
    }

    /// Remembers what cannot be followed.
    fn lost(&mut self, id: usize, what: &'static str) -> Item<'a> {
        let name = self.followed.instances.get(id).map(|of| of.name.clone()).unwrap_or_default();
        let lost = (name, what);
        if !self.followed.lost.contains(&lost) {
            self.followed.lost.push(lost);
        }
        Item::Unknown(what)
    }

    fn make(&mut self, id: usize, change: impl FnOnce(&mut Instance<'a>)) {
        if let Some(instance) = self.followed.instances.get_mut(id) {
            change(instance);
        }
    }

    /// What is at a place of an instance's component.
    fn at(&self, id: usize, place: &Place<'a>) -> Item<'a> {
        self.find(id, place).unwrap_or(Item::Unknown("an item that is not there"))
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
            Base::Instantiation(index) => instance.made.get(index).cloned(),
            Base::Bundle(index) => instance.bundles.get(index).cloned(),
            Base::Nested(index) => Some(Item::Component(*self.parts.get(instance.part?)?.nested.get(index)?, id)),
            // Types give nothing away.
            Base::Outer { .. } | Base::Local => Some(Item::Own(id)),
        };
        Some(paths.into_iter().rev().flatten().fold(base?, |item, name| export(&item, name)))
    }
}

/// What an item exports by a name.
pub fn export<'a>(item: &Item<'a>, name: &str) -> Item<'a> {
    let longer = |path: &Vec<String>| path.iter().cloned().chain([name.to_owned()]).collect();
    match item {
        Item::Host(path) => Item::Host(longer(path)),
        Item::Export(id, path) => Item::Export(*id, longer(path)),
        Item::Bundle(items) => items.get(name).cloned().unwrap_or(Item::Unknown("an export that is not there")),
        Item::Unknown(what) => Item::Unknown(what),
        Item::Own(_) | Item::Component(..) => Item::Unknown("an export of what is no instance"),
    }
}
