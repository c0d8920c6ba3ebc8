//! Instantiates a component as a host would, with where it comes from in the place of each item.
//!
//! Component Model, Explainer, "Instance Definitions" and "Alias Definitions". An instance of an original is closed: what
//! it exports is its own to give. An instance of any other component is followed.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::part::Part;
use crate::decode::{Base, Outer, Place, Step};
use crate::limits::{COMPONENT_DEPTH, FOLLOWED_INSTANCES};

/// How the names of instances within each other are joined.
pub const WITHIN: &str = " / ";

/// Why something cannot be followed.
pub type Lost = &'static str;

/// An item, by where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
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
    /// What could not be followed.
    Unknown(Lost),
}

impl Item<'_> {
    /// What it is of the host's, if it is.
    pub fn host(&self) -> Option<&Vec<String>> {
        if let Item::Host(path) = self { Some(path) } else { None }
    }
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
    made: Vec<Item<'a>>,
    bundles: Vec<Item<'a>>,
}

/// All instances of a component, the outermost first.
pub struct Followed<'a> {
    /// The instances.
    pub instances: Vec<Instance<'a>>,
    /// The outermost, as whoever instantiates it has it.
    pub outermost: Item<'a>,
    /// What cannot be followed, each with the name of the instance.
    pub lost: BTreeSet<(String, Lost)>,
}

/// Instantiates the first of some parts. `imported` says which original an import of it is.
pub fn follow<'a>(parts: &[Part<'a>], imported: &dyn Fn(&str) -> Option<usize>) -> Followed<'a> {
    let outermost = Item::Unknown("no component");
    let followed = Followed { instances: Vec::new(), outermost, lost: BTreeSet::new() };
    let mut follower = Follower { parts, imported, followed };
    if let Some(part) = parts.first() {
        let host = |name: &'a str| (name, Item::Host(vec![name.to_owned()]));
        let arguments = part.level.imports.iter().map(|import| host(import.name)).collect();
        let made = follower.instantiate(0, None, arguments, "the output".to_owned(), 0);
        follower.followed.outermost = made.unwrap_or_else(Item::Unknown);
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
    ) -> Result<Item<'a>, Lost> {
        let of = self.parts.get(part).ok_or("a component that is not there")?;
        let id = self.add(Some(part), of.original, around, arguments, name)?;
        if of.original.is_some() {
            return Ok(Item::Export(id, Vec::new()));
        }
        if depth >= COMPONENT_DEPTH {
            return Err("components are instantiated in each other too deep");
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
                    let made = self.instantiation(id, of, *index, depth).unwrap_or_else(|what| self.lost(id, what));
                    self.make(id, |of| of.made.push(made));
                }
            }
        }
        // A core module has no authority of its own, unless the host gave it.
        let modules = of.level.outer_modules().map(|at| self.at(id, at)).filter(|of| matches!(of, Item::Host(_)));
        let called = of.level.called.iter().map(|place| (place, self.at(id, place)));
        // What answers an import is known by that import.
        let is_new =
            |(place, item): &(&Place<'_>, Item<'_>)| !matches!((place.base, item), (Base::Import(_), Item::Own(_)));
        let called = modules.chain(called.filter(is_new).map(|(_, item)| item)).collect();
        self.make(id, |of| of.called = called);
        let exports = of.level.exports.iter().map(|export| (export.name, self.at(id, &export.place)));
        Ok(Item::Bundle(Rc::new(exports.collect())))
    }

    /// Makes what an instantiation of an instance's component says.
    fn instantiation(&mut self, id: usize, part: &Part<'a>, index: usize, depth: usize) -> Result<Item<'a>, Lost> {
        let of = part.level.instantiations.get(index).ok_or("an instantiation that is not there")?;
        let own = part.level.names.instances.get(&of.index).map_or_else(|| index.to_string(), |&name| name.to_owned());
        let name = match self.followed.instances.get(id) {
            Some(outer) if outer.around.is_some() => format!("{}{WITHIN}{own}", outer.name),
            _ => own,
        };
        let arguments = of.arguments.iter().map(|(name, place)| (*name, self.at(id, place))).collect();
        match self.at(id, &of.component) {
            Item::Component(part, around) => self.instantiate(part, Some(around), arguments, name, depth + 1),
            Item::Host(path) => {
                let original = if let [import] = path.as_slice() { (self.imported)(import) } else { None };
                let original = original.ok_or("a component of the host's is instantiated, which no original is")?;
                let id = self.add(None, Some(original), Some(id), arguments, name)?;
                Ok(Item::Export(id, Vec::new()))
            }
            _ => Err("what is instantiated cannot be followed"),
        }
    }

    fn add(
        &mut self,
        part: Option<usize>,
        original: Option<usize>,
        around: Option<usize>,
        arguments: BTreeMap<&'a str, Item<'a>>,
        name: String,
    ) -> Result<usize, Lost> {
        let id = self.followed.instances.len();
        if id >= FOLLOWED_INSTANCES {
            return Err("there are too many instances to follow");
        }
        let (called, made, bundles) = (Vec::new(), Vec::new(), Vec::new());
        self.followed.instances.push(Instance { part, original, arguments, called, around, name, made, bundles });
        Ok(id)
    }

    /// Remembers what cannot be followed.
    fn lost(&mut self, id: usize, what: Lost) -> Item<'a> {
        let name = self.followed.instances.get(id).map(|of| of.name.clone()).unwrap_or_default();
        self.followed.lost.insert((name, what));
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
