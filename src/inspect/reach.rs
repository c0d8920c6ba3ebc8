//! What each component within a component can reach of what the outermost one imports.
//!
//! `follow/` instantiates it as a host would, with what fills an import in the place of code. A
//! component has what its imports are filled with, and nothing else: what it can reach is what can be reached through
//! those. What is the host's is reached straight; a function that another instance's code implements reaches all that
//! this instance does. What cannot be followed is taken to reach everything.
//!
//! Code may keep what it is given, in a table or in a handle, and call it at any time. So who has what is collected first, of
//! all instances; who reaches what then follows from that, whatever came first.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use indexmap::IndexSet;
use wasmparser::component_types::{ComponentAnyTypeId, ComponentEntityType};
use wasmparser::types::TypesRef;

use super::called::{Called, called};
use super::error::Failure;
use super::groups;
pub use super::ways::Way;
use super::ways::{Node, ways};
use crate::decode::Part;
use crate::follow::{self, Item, Lost, follow};
use crate::limits;

/// What each instance reaches.
pub struct Reach {
    /// The instances, the outermost component's first; each comes after the one that it is in.
    pub instances: Vec<Instance>,
    /// What there is to be reached.
    pub items: IndexSet<HostItem>,
    /// The labels by which components in it have its imports.
    pub labels: Labels,
}

/// The labels by which components within one have the imports of that, each in order, by import.
///
/// Component Model, Explainer, "Import and Export Definitions": `implements` says of which interface a label is.
pub type Labels = BTreeMap<String, Vec<String>>;

/// Something of the host's.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct HostItem {
    /// The import that it is of; empty for what the world imports itself.
    pub interface: String,
    /// Its name there; empty for an interface as such, which has resource types and no function.
    pub member: String,
    /// Where the member is an instance, the names that lead on from there.
    pub inner: Vec<Rc<str>>,
}

impl HostItem {
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
    /// What its component is called there, if that has a name of its own. The outermost's, if what it says that it was made of
    /// is this one itself.
    pub component: Option<String>,
    /// What else its component is called: by itself, where it is defined, or where the host gives it.
    pub others: Vec<String>,
    /// The instance in which it is made, apart from groups. `None` for the outermost.
    pub within: Option<usize>,
    /// The instance in which it is made, which may be a group.
    pub made_in: Option<usize>,
    /// Whether the component around it instantiates it, and does not only give its component to others.
    pub is_made: bool,
    /// Whether it is a group of instances, which weld nests where there are too many for one component.
    pub is_group: bool,
    /// What it is an instance of, by its index among the parts. `None` where that is the host's, or cannot be followed.
    pub part: Option<usize>,
    /// The instances that it makes, in the order in which its component instantiates others.
    pub made: Vec<usize>,
    /// The instance around its component, which is where outer aliases of that lead.
    pub around: Option<usize>,
    /// What it reaches, by the index among [`Reach::items`].
    pub reaches: BTreeMap<usize, Way>,
}

/// What an instance was found to have.
#[derive(Default)]
struct Found<'f, 'a> {
    node: Node,
    /// The same as what it calls, in no order.
    calls: BTreeSet<usize>,
    /// What it has all of: an import of the host's or a part of one, by the names that lead there.
    wholes: BTreeSet<&'f [String]>,
    /// Whether it has what cannot be followed.
    is_lost: bool,
    /// The bundles that were looked into.
    bundles: BTreeSet<*const BTreeMap<&'a str, Item<'a>>>,
}

struct Finder<'f, 'a> {
    parts: &'f [Part<'a>],
    instances: &'f [follow::Instance<'a>],
    items: IndexSet<HostItem>,
    /// How much more may be looked at of what instances are given.
    left: usize,
}

/// Follows what the imports of a component are for, through all that is nested in it. `name` is what the component
/// itself is called.
///
/// # Errors
///
/// Where there are more instances than can be followed, or they reach more than [`limits::REACHED`].
pub fn reach(parts: &[Part<'_>], name: &str) -> Result<Reach, Failure> {
    let followed = follow(parts, &|_| None);
    for (_, lost) in &followed.lost {
        match lost {
            Lost::TooMany => return Err(Failure::TooMany),
            Lost::TooDeep => return Err(Failure::TooDeep),
            Lost::TooMuch => {
                return Err(Failure::TooLarge(limits::FOLLOWED_ITEMS, "items that its instances are given"));
            }
            // Whoever has it reaches everything.
            Lost::Missing(_) => {}
        }
    }
    let mut finder =
        Finder { parts, instances: &followed.instances, items: IndexSet::new(), left: limits::REACHED + 1 };
    let too_much = || Failure::TooLarge(limits::REACHED, "items that its instances are given or reach");
    let mut nodes = finder.nodes();
    if finder.left == 0 {
        return Err(too_much());
    }
    // What only joins others calls nobody: what nobody in it reaches is left to it in the end.
    let outermost = nodes.first_mut().filter(|_| finder.is_joint(0)).map(std::mem::take);
    let mut reached = ways(&nodes, limits::REACHED).ok_or_else(too_much)?;
    if let (Some(own), Some((of_outermost, others))) = (outermost, reached.split_first_mut()) {
        let left = own.has.into_iter().filter(|item| !others.iter().any(|of| of.contains_key(item)));
        of_outermost.extend(left.map(|item| (item, Way { steps: 0, next: None })));
    }
    let is_group = groups::groups(parts, &followed.instances);
    let of = |(id, (of, reaches)): (usize, (&follow::Instance<'_>, BTreeMap<usize, Way>))| {
        let Called { name, is_named, is_numbered, component, others } = called(parts, &followed.instances, id, name);
        let (within, is_group) = (groups::around(&followed.instances, &is_group, id), is_group.get(id) == Some(&true));
        let (made_in, part, made, around) = (of.within, of.part, of.made.clone(), of.around);
        let is_made = of.instantiation.is_some();
        Instance {
            name,
            is_named,
            is_numbered,
            component,
            others,
            within,
            made_in,
            is_made,
            is_group,
            part,
            made,
            around,
            reaches,
        }
    };
    let instances = followed.instances.iter().zip(reached).enumerate().map(of).collect();
    let labels = labels(parts, &followed.instances);
    Ok(Reach { instances, items: finder.items, labels })
}

/// The labels by which components have imports of the host's, or parts of one.
fn labels(parts: &[Part<'_>], instances: &[follow::Instance<'_>]) -> Labels {
    let mut labels: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for instance in instances.iter().filter(|instance| instance.within.is_some()) {
        let Some(part) = instance.part.and_then(|part| parts.get(part)) else { continue };
        let types = (*part.types).as_ref();
        let is_label = |name: &str| types.component_item_for_import(name).is_some_and(|item| item.implements.is_some());
        for (name, item) in instance.arguments.iter().filter(|(name, _)| is_label(name)) {
            let items = if let Item::Bundle(items) = item { items.values().collect() } else { vec![item] };
            for import in items.into_iter().filter_map(|item| item.host()?.first()) {
                labels.entry(import.clone()).or_default().insert((*name).to_owned());
            }
        }
    }
    labels.into_iter().map(|(import, labels)| (import, labels.into_iter().collect())).collect()
}

impl<'f, 'a> Finder<'f, 'a> {
    /// What an instance is one of, if that can be followed.
    fn part(&self, id: usize) -> Option<&'f Part<'a>> {
        self.parts.get(self.instances.get(id)?.part?)
    }

    /// Whether an instance has code, its own or what cannot be followed.
    fn has_code(&self, id: usize) -> bool {
        self.part(id).is_none_or(|part| part.level.has_core)
    }

    /// Whether an instance only joins others: it has nothing to call anything with. A component without core code that joins
    /// nothing hands on what it is given.
    fn is_joint(&self, id: usize) -> bool {
        self.part(id).is_some_and(|part| !part.level.has_core && !part.level.instantiations.is_empty())
    }

    /// The instances that an instance lies in, inner ones first.
    fn around(&self, id: usize) -> impl Iterator<Item = usize> + use<'f, 'a> {
        let instances = self.instances;
        let outer = move |id: usize| instances.get(id)?.within;
        std::iter::successors(outer(id), move |id| outer(*id))
    }

    /// What each instance has and whom it calls.
    fn nodes(&mut self) -> Vec<Node> {
        let mut all: Vec<Found<'f, 'a>> = (0..self.instances.len()).map(|id| self.found(id)).collect();
        // One with code may call any that is made in it. These may have more than it was given, by aliases of what is around
        // them.
        for inner in 0..self.instances.len() {
            for outer in self.around(inner).filter(|outer| self.has_code(*outer)) {
                all.get_mut(outer).into_iter().for_each(|found| found.call(inner));
            }
        }
        // What there is to be reached is known only now.
        let wholes: BTreeSet<&[String]> = all.iter().flat_map(|found| found.wholes.iter().copied()).collect();
        let wholes: BTreeMap<&[String], Vec<usize>> = wholes.into_iter().map(|path| (path, self.whole(path))).collect();
        for found in &mut all {
            if found.is_lost && !self.spends(self.items.len()) {
                break;
            }
            let items = found.wholes.iter().filter_map(|path| wholes.get(path)).flatten().copied();
            found.node.has.extend(items);
            if found.is_lost {
                found.node.has.extend(0..self.items.len());
            }
        }
        all.into_iter().map(|found| found.node).collect()
    }

    /// Whether so much more may be looked at.
    fn spends(&mut self, amount: usize) -> bool {
        self.left = self.left.saturating_sub(amount);
        self.left > 0
    }

    /// What an instance has by itself, and which others it has something of that can be called.
    fn found(&mut self, id: usize) -> Found<'f, 'a> {
        let mut found = Found::default();
        let Some(instance) = self.instances.get(id) else { return found };
        // The host's, or one that cannot be followed: it has whatever it is given. Whoever calls what it exports reaches the
        // import that it is.
        let Some(part) = self.part(id) else {
            let given = instance.arguments.values();
            [&instance.component].into_iter().chain(given).for_each(|item| self.all_of(item, id, &mut found));
            return found;
        };
        if self.is_joint(id) && id != 0 {
            return found;
        }
        let types = (*part.types).as_ref();
        for import in &part.level.imports {
            match (types.component_item_for_import(import.name), instance.arguments.get(import.name)) {
                (Some(declared), Some(item)) => self.walk(types, declared.ty, item, id, &mut found),
                _ => found.is_lost = true,
            }
        }
        if !self.is_joint(id) {
            instance.has.iter().for_each(|item| self.one(item, id, &mut found));
        }
        found
    }

    /// What an instance has of something that fills an import of some type.
    fn walk(
        &mut self,
        types: TypesRef<'_>,
        ty: ComponentEntityType,
        item: &Item<'a>,
        id: usize,
        found: &mut Found<'f, 'a>,
    ) {
        match ty {
            ComponentEntityType::Func(_) => self.one(item, id, found),
            ComponentEntityType::Instance(instance) => {
                let exports = || types.get(instance).into_iter().flat_map(|ty| &ty.exports);
                let is_types = exports().all(|(_, item)| matches!(item.ty, ComponentEntityType::Type { .. }));
                if let Item::Host(path) = item
                    && let Some((import, path)) = path.split_first()
                    && is_types
                    && exports().any(|(_, item)| is_resource(item.ty))
                {
                    found.node.has.insert(self.straight(import, path));
                }
                for (name, declared) in exports() {
                    if !self.spends(1) {
                        return;
                    }
                    self.walk(types, declared.ty, &item.export(name), id, found);
                }
            }
            ComponentEntityType::Type { .. } if is_resource(ty) => match item {
                // A type of an interface of the host's is worth nothing without its functions. A world's own has no
                // interface.
                Item::Host(path) if path.len() > 1 => {}
                // Whoever has handles of a type can drop them, which calls the destructor: code of the instance that
                // defines the type.
                _ => self.one(item, id, found),
            },
            ComponentEntityType::Type { .. } => {}
            // Of those in the file it is followed what becomes of them.
            ComponentEntityType::Module(_) | ComponentEntityType::Component(_) | ComponentEntityType::Value(_) => {
                if let Item::Host(_) | Item::Export(..) | Item::Unknown(_) = item {
                    self.one(item, id, found);
                }
            }
        }
    }

    /// What an instance has of a function, or of something as small.
    fn one(&mut self, item: &Item<'a>, id: usize, found: &mut Found<'f, 'a>) {
        match item {
            Item::Host(path) => match path.split_first() {
                Some((import, [])) => _ = found.node.has.insert(self.straight("", std::slice::from_ref(import))),
                Some((import, path)) => _ = found.node.has.insert(self.straight(import, path)),
                None => found.is_lost = true,
            },
            Item::Own(other, _) | Item::Export(other, _) => self.through(*other, id, found),
            Item::Bundle(_) | Item::Component(..) | Item::Unknown(_) => found.is_lost = true,
        }
    }

    /// What an instance has of something of whatever type. What becomes of a component is followed: it is among the instances
    /// that may be made.
    fn all_of(&mut self, item: &'f Item<'a>, id: usize, found: &mut Found<'f, 'a>) {
        match item {
            Item::Host(path) => _ = found.wholes.insert(path),
            Item::Bundle(exports) if found.bundles.insert(Rc::as_ptr(exports)) => {
                exports.values().for_each(|item| self.all_of(item, id, found));
            }
            Item::Bundle(_) | Item::Component(..) => {}
            Item::Own(..) | Item::Export(..) | Item::Unknown(_) => self.one(item, id, found),
        }
    }

    /// An instance can call another one, by a function of it or a destructor.
    fn through(&self, other: usize, id: usize, found: &mut Found<'f, 'a>) {
        // A component without code, in the one whose function it is given, hands that back to it under another name.
        let is_handed_back = !self.has_code(id) && self.around(id).any(|outer| outer == other);
        if other != id && !is_handed_back {
            found.call(other);
        }
    }

    /// Something of the host's, by its index.
    fn straight(&mut self, interface: &str, path: &[String]) -> usize {
        let (member, inner) = path.split_first().map(|(member, inner)| (member.clone(), inner)).unwrap_or_default();
        let inner = inner.iter().map(|name| name.as_str().into()).collect();
        self.items.insert_full(HostItem { interface: interface.to_owned(), member, inner }).0
    }

    /// All that there is to be reached of what is at a path of the host's.
    fn whole(&mut self, path: &[String]) -> Vec<usize> {
        let Some((import, path)) = path.split_first() else { return Vec::new() };
        let is_of_it = |host_item: &HostItem| match path.split_first() {
            None => host_item.interface == *import || (host_item.interface.is_empty() && host_item.member == *import),
            Some((member, inner)) => {
                let is_inner = |(own, of): (&Rc<str>, &String)| **own == **of;
                let is_longer = host_item.inner.len() >= inner.len() && host_item.inner.iter().zip(inner).all(is_inner);
                host_item.interface == *import && host_item.member == *member && is_longer
            }
        };
        let items = self.items.iter().enumerate().filter(|(_, host_item)| is_of_it(host_item));
        let items: Vec<usize> = items.map(|(item, _)| item).collect();
        if items.is_empty() && !path.is_empty() { vec![self.straight(import, path)] } else { items }
    }
}

impl Found<'_, '_> {
    /// Notes that another instance can be called.
    fn call(&mut self, other: usize) {
        if self.calls.insert(other) {
            self.node.calls.push(other);
        }
    }
}

fn is_resource(ty: ComponentEntityType) -> bool {
    matches!(ty, ComponentEntityType::Type { created: ComponentAnyTypeId::Resource(_), .. })
}
