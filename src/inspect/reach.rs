//! Determines which imports of the outermost component each instance can reach.
//!
//! `follow/` instantiates the component as a host would, with the origin of each item in place of the item. An instance
//! has only what fills its imports, and reaches only what it can reach through that. It reaches a host item directly.
//! Through a function that another instance defines, it reaches everything that this instance reaches. An item that
//! cannot be followed counts as every host item.
//!
//! Code may store an item in a table or in a handle, and call it at any time. So the items of all instances are
//! collected first; what each instance reaches follows from that, independent of the order of instantiation.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use indexmap::IndexSet;
use wasmparser::component_types::{ComponentAnyTypeId, ComponentEntityType};
use wasmparser::types::TypesRef;

use super::error::Failure;
use super::groups;
use super::naming::{Naming, naming};
pub(crate) use super::paths::ReachPath;
use super::paths::{Node, shortest_paths};
use crate::decode::Part;
use crate::follow::{self, Item, Lost, follow};
use crate::limits;

/// The host items that each instance reaches.
pub(crate) struct Reach {
    /// The instances: the outermost first, and each after the one that creates it.
    pub instances: Vec<Instance>,
    /// The host items that any instance can reach.
    pub items: IndexSet<HostItem>,
    /// The labels of host imports in nested components.
    pub labels: Labels,
}

/// By import of the outermost component, the labels under which nested components import it, in order.
///
/// Component Model, Explainer, "Import and Export Definitions": `implements` states the interface of a label.
pub(crate) type Labels = BTreeMap<String, Vec<String>>;

/// An item of the host.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct HostItem {
    /// The import that contains the item. Empty if the item is itself an import of the world.
    pub interface: String,
    /// The name of the item in the import. Empty for an interface as such, of which only resource types are used.
    pub member: String,
    /// If the member is an instance, the names that lead from there to the item.
    pub inner: Vec<Rc<str>>,
}

impl HostItem {
    /// The import that is or contains the item.
    pub(crate) fn import(&self) -> &str {
        if self.interface.is_empty() { &self.member } else { &self.interface }
    }

    /// The name of the member of an interface that is or contains the item. `None` for an import of the world, and for
    /// an interface as such.
    pub(crate) fn function(&self) -> Option<&str> {
        Some(self.member.as_str()).filter(|name| !self.interface.is_empty() && !name.is_empty())
    }
}

/// An instance of a component.
pub(crate) struct Instance {
    /// The name in the enclosing component: from the name section, or else a number.
    pub name: String,
    /// Whether the name section of the enclosing component gives the name.
    pub is_named: bool,
    /// Whether no name section gives the name, so that it is a number.
    pub is_numbered: bool,
    /// The name of its component in the name section of the enclosing component. For the outermost instance: the name
    /// of the only component in its provenance, if no instance in it has that name.
    pub component: Option<String>,
    /// Further names of its component: from its own name section, from that of the component that defines it, or the
    /// name of the host import that it is.
    pub others: Vec<String>,
    /// The instance that creates it, not counting groups. `None` for the outermost.
    pub within: Option<usize>,
    /// The instance that creates it, which may be a group.
    pub made_in: Option<usize>,
    /// Whether an instantiation in the file creates it. Otherwise a holder outside the file may instantiate its
    /// component.
    pub is_made: bool,
    /// Whether it is a group of instances, which weld nests if one component cannot hold them all.
    pub is_group: bool,
    /// The index of its component among the parts. `None` if that is the host's, or cannot be followed.
    pub part: Option<usize>,
    /// The instances that it creates, in the order of the instantiations.
    pub made: Vec<usize>,
    /// The instance around its component, to which outer aliases refer.
    pub around: Option<usize>,
    /// The host items that it reaches, by their indices in [`Reach::items`].
    pub reaches: BTreeMap<usize, ReachPath>,
}

/// The items that an instance has.
#[derive(Default)]
struct Held<'f, 'a> {
    node: Node,
    /// The instances of `node.calls`, for lookup.
    calls: BTreeSet<usize>,
    /// The paths of host items that the instance has with all that is in them.
    subtrees: BTreeSet<&'f [String]>,
    /// Whether the instance has an item that cannot be followed.
    has_unknown: bool,
    /// The inline instances that were visited.
    bundles: BTreeSet<*const BTreeMap<&'a str, Item<'a>>>,
}

struct Finder<'f, 'a> {
    parts: &'f [Part<'a>],
    instances: &'f [follow::Instance<'a>],
    items: IndexSet<HostItem>,
    /// How many more items of instances may be visited.
    budget: usize,
}

/// Determines the host items that each instance of a component reaches. `name` is the name of the outermost component.
///
/// # Errors
///
/// The component has more instances than can be followed, or they reach more items than [`limits::REACHED`].
pub(crate) fn reach(parts: &[Part<'_>], name: &str) -> Result<Reach, Failure> {
    let followed = follow(parts, &|_| None);
    for (_, lost) in &followed.lost {
        match lost {
            Lost::TooMany => return Err(Failure::TooMany),
            Lost::TooDeep => return Err(Failure::TooDeep),
            Lost::TooMuch => {
                return Err(Failure::TooLarge(limits::FOLLOWED_ITEMS, "items that its instances are given"));
            }
            // An instance that has such an item reaches everything.
            Lost::Missing(_) => {}
        }
    }
    let mut finder =
        Finder { parts, instances: &followed.instances, items: IndexSet::new(), budget: limits::REACHED + 1 };
    let too_much = || Failure::TooLarge(limits::REACHED, "items that its instances are given or reach");
    let mut nodes = finder.nodes();
    if finder.budget == 0 {
        return Err(too_much());
    }
    // An outermost component without core code calls nothing. It is listed for items that no other instance reaches.
    let outermost = nodes.first_mut().filter(|_| finder.only_connects(0)).map(std::mem::take);
    let mut reached = shortest_paths(&nodes, limits::REACHED).ok_or_else(too_much)?;
    if let (Some(own), Some((of_outermost, others))) = (outermost, reached.split_first_mut()) {
        let unreached = own.has.into_iter().filter(|item| !others.iter().any(|reached| reached.contains_key(item)));
        of_outermost.extend(unreached.map(|item| (item, ReachPath { steps: 0, next: None })));
    }
    let is_group = groups::groups(parts, &followed.instances);
    let describe = |(id, (instance, reaches)): (usize, (&follow::Instance<'_>, BTreeMap<usize, ReachPath>))| {
        let Naming { name, is_named, is_numbered, component, others } = naming(parts, &followed.instances, id, name);
        let (within, is_group) =
            (groups::enclosing(&followed.instances, &is_group, id), is_group.get(id) == Some(&true));
        let (made_in, part, made, around) = (instance.within, instance.part, instance.made.clone(), instance.around);
        let is_made = instance.instantiation.is_some();
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
    let instances = followed.instances.iter().zip(reached).enumerate().map(describe).collect();
    let labels = labels(parts, &followed.instances);
    Ok(Reach { instances, items: finder.items, labels })
}

/// Collects the labels under which nested components import host items.
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
    /// The part of which an instance is one. `None` if its component is the host's, or cannot be followed.
    fn part(&self, id: usize) -> Option<&'f Part<'a>> {
        self.parts.get(self.instances.get(id)?.part?)
    }

    /// Whether an instance has core code, or cannot be followed.
    fn has_code(&self, id: usize) -> bool {
        self.part(id).is_none_or(|part| part.level.has_core)
    }

    /// Whether an instance only connects other instances, so that it has no code to call anything with. A component
    /// without core code that instantiates nothing counts otherwise: it exports items that it is given.
    fn only_connects(&self, id: usize) -> bool {
        self.part(id).is_some_and(|part| !part.level.has_core && !part.level.instantiations.is_empty())
    }

    /// The enclosing instances of an instance, innermost first.
    fn around(&self, id: usize) -> impl Iterator<Item = usize> + use<'f, 'a> {
        let instances = self.instances;
        let outer = move |id: usize| instances.get(id)?.within;
        std::iter::successors(outer(id), move |id| outer(*id))
    }

    /// The items that each instance has and the instances that it can call.
    fn nodes(&mut self) -> Vec<Node> {
        let mut all: Vec<Held<'f, 'a>> = (0..self.instances.len()).map(|id| self.collect(id)).collect();
        // Code may call any instance that is created within its own. Such an instance may have more than the code was
        // given, by outer aliases.
        for inner in 0..self.instances.len() {
            for outer in self.around(inner).filter(|outer| self.has_code(*outer)) {
                all.get_mut(outer).into_iter().for_each(|held| held.call(inner));
            }
        }
        // The complete list of host items is known only now.
        let subtrees: BTreeSet<&[String]> = all.iter().flat_map(|held| held.subtrees.iter().copied()).collect();
        let subtrees: BTreeMap<&[String], Vec<usize>> =
            subtrees.into_iter().map(|path| (path, self.items_below(path))).collect();
        for held in &mut all {
            if held.has_unknown && !self.spend(self.items.len()) {
                break;
            }
            let items = held.subtrees.iter().filter_map(|path| subtrees.get(path)).flatten().copied();
            held.node.has.extend(items);
            if held.has_unknown {
                held.node.has.extend(0..self.items.len());
            }
        }
        all.into_iter().map(|held| held.node).collect()
    }

    /// Takes an amount from the budget. False once that is used up.
    fn spend(&mut self, amount: usize) -> bool {
        self.budget = self.budget.saturating_sub(amount);
        self.budget > 0
    }

    /// Collects the items that an instance has and the instances that it can call.
    fn collect(&mut self, id: usize) -> Held<'f, 'a> {
        let mut held = Held::default();
        let Some(instance) = self.instances.get(id) else { return held };
        // A component of the host, or one that cannot be followed, has all that it is given. A call of its exports
        // reaches the import that it is.
        let Some(part) = self.part(id) else {
            let given = instance.arguments.values();
            [&instance.component].into_iter().chain(given).for_each(|item| self.add_all(item, id, &mut held));
            return held;
        };
        if self.only_connects(id) && id != 0 {
            return held;
        }
        let types = (*part.types).as_ref();
        for import in &part.level.imports {
            match (types.component_item_for_import(import.name), instance.arguments.get(import.name)) {
                (Some(declared), Some(item)) => self.add_typed(types, declared.ty, item, id, &mut held),
                _ => held.has_unknown = true,
            }
        }
        if !self.only_connects(id) {
            instance.has.iter().for_each(|item| self.add_item(item, id, &mut held));
        }
        held
    }

    /// Adds the items that an import of the type `ty` uses of the item that fills it.
    fn add_typed(
        &mut self,
        types: TypesRef<'_>,
        ty: ComponentEntityType,
        item: &Item<'a>,
        id: usize,
        held: &mut Held<'f, 'a>,
    ) {
        match ty {
            ComponentEntityType::Func(_) => self.add_item(item, id, held),
            ComponentEntityType::Instance(instance) => {
                let exports = || types.get(instance).into_iter().flat_map(|ty| &ty.exports);
                let is_types = exports().all(|(_, item)| matches!(item.ty, ComponentEntityType::Type { .. }));
                if let Item::Host(path) = item
                    && let Some((import, path)) = path.split_first()
                    && is_types
                    && exports().any(|(_, item)| is_resource(item.ty))
                {
                    held.node.has.insert(self.host_item(import, path));
                }
                for (name, declared) in exports() {
                    if !self.spend(1) {
                        return;
                    }
                    self.add_typed(types, declared.ty, &item.export(name), id, held);
                }
            }
            ComponentEntityType::Type { .. } if is_resource(ty) => match item {
                // A resource type of a host interface grants nothing without the functions of the interface. A resource
                // type of the world itself has no interface.
                Item::Host(path) if path.len() > 1 => {}
                // The holder of a handle can drop it, which calls the destructor: code of the instance that defines the
                // resource type.
                _ => self.add_item(item, id, held),
            },
            ComponentEntityType::Type { .. } => {}
            // Components of the file are not added here: `follow/` instantiates them.
            ComponentEntityType::Module(_) | ComponentEntityType::Component(_) | ComponentEntityType::Value(_) => {
                if let Item::Host(_) | Item::Export(..) | Item::Unknown(_) = item {
                    self.add_item(item, id, held);
                }
            }
        }
    }

    /// Adds a function, or another item that has no members of its own.
    fn add_item(&mut self, item: &Item<'a>, id: usize, held: &mut Held<'f, 'a>) {
        match item {
            Item::Host(path) => match path.split_first() {
                Some((import, [])) => _ = held.node.has.insert(self.host_item("", std::slice::from_ref(import))),
                Some((import, path)) => _ = held.node.has.insert(self.host_item(import, path)),
                None => held.has_unknown = true,
            },
            Item::Own(other, _) | Item::Export(other, _) => self.add_call(*other, id, held),
            Item::Bundle(_) | Item::Component(..) | Item::Unknown(_) => held.has_unknown = true,
        }
    }

    /// Adds an item of any type, with all of its members. Components of the file are not added: `follow/` instantiates
    /// them.
    fn add_all(&mut self, item: &'f Item<'a>, id: usize, held: &mut Held<'f, 'a>) {
        match item {
            Item::Host(path) => _ = held.subtrees.insert(path),
            Item::Bundle(exports) if held.bundles.insert(Rc::as_ptr(exports)) => {
                exports.values().for_each(|item| self.add_all(item, id, held));
            }
            Item::Bundle(_) | Item::Component(..) => {}
            Item::Own(..) | Item::Export(..) | Item::Unknown(_) => self.add_item(item, id, held),
        }
    }

    /// Records that an instance can call another one, by a function or a destructor.
    fn add_call(&self, other: usize, id: usize, held: &mut Held<'f, 'a>) {
        // A component without code that is given a function of an enclosing instance exports it to that instance again.
        let is_handed_back = !self.has_code(id) && self.around(id).any(|outer| outer == other);
        if other != id && !is_handed_back {
            held.call(other);
        }
    }

    /// The index of a host item, which is added if it is new.
    fn host_item(&mut self, interface: &str, path: &[String]) -> usize {
        let (member, inner) = path.split_first().map(|(member, inner)| (member.clone(), inner)).unwrap_or_default();
        let inner = inner.iter().map(|name| name.as_str().into()).collect();
        self.items.insert_full(HostItem { interface: interface.to_owned(), member, inner }).0
    }

    /// The indices of all host items at or below a path. If none is known, the path itself is added as an item.
    fn items_below(&mut self, path: &[String]) -> Vec<usize> {
        let Some((import, path)) = path.split_first() else { return Vec::new() };
        let is_of_it = |host_item: &HostItem| match path.split_first() {
            None => host_item.interface == *import || (host_item.interface.is_empty() && host_item.member == *import),
            Some((member, inner)) => {
                let is_inner = |(name, expected): (&Rc<str>, &String)| **name == **expected;
                let is_longer = host_item.inner.len() >= inner.len() && host_item.inner.iter().zip(inner).all(is_inner);
                host_item.interface == *import && host_item.member == *member && is_longer
            }
        };
        let items = self.items.iter().enumerate().filter(|(_, host_item)| is_of_it(host_item));
        let items: Vec<usize> = items.map(|(item, _)| item).collect();
        if items.is_empty() && !path.is_empty() { vec![self.host_item(import, path)] } else { items }
    }
}

impl Held<'_, '_> {
    /// Records that another instance can be called.
    fn call(&mut self, other: usize) {
        if self.calls.insert(other) {
            self.node.calls.push(other);
        }
    }
}

fn is_resource(ty: ComponentEntityType) -> bool {
    matches!(ty, ComponentEntityType::Type { created: ComponentAnyTypeId::Resource(_), .. })
}
