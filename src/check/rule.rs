//! The rule of least privilege: which of the functions that a component imports it may have.
//!
//! The inputs are the component's own types and the grants. `decide/` has a second, independent implementation.
//!
//! A function is *given* where a grant allows it, or where no grant names it and the default allows it. A function that no
//! grant names and that the default denies is *kept* if it can only use authority that the component already has: it is a
//! method of a reachable resource type that its own interface defines, or a static function that takes a handle of that type.
//! The order of imports is not significant. A resource type is reachable if a given or kept function returns a handle of it, or
//! an exported function takes one that anybody has. Every other function is denied.
//!
//! Component Model, Explainer, "Type Definitions" (handles) and "Import and Export Definitions".

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use wasmparser::component_types::{
    ComponentAnyTypeId, ComponentDefinedType as T, ComponentEntityType, ComponentFuncType, ComponentValType, ResourceId,
};
use wasmparser::types::TypesRef;

use crate::decode::world::{Imported, Way, World, handles, imported, names, walk};
use crate::name::{Capability, Form, can_give, defines, is_inert, is_poll};

/// What the grants say of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Said {
    /// The component may call it.
    Allowed,
    /// An adapter calls it for the component. The component gets results of the host, and never the function.
    Asked,
    /// The component may not have it.
    Denied,
    /// No grant names it: the default decides.
    Nothing,
}

/// The grants in the form that the rule reads.
pub(crate) struct Rules<'r> {
    /// What the grants say of a function.
    pub says: &'r dyn Fn(&Imported) -> Said,
    /// Whether a grant names an import or one of its functions. The arguments are the names of the import (its own and that of
    /// the interface that it implements) and its functions. Functions of such an import that no grant names are left to the
    /// default.
    pub is_about: &'r dyn Fn(&[&str], &[&str]) -> bool,
    /// Whether the default allows the functions of an import. It does where another component answers the import.
    pub default_allows: &'r dyn Fn(&str) -> bool,
    /// Whether anybody has an exported function, by its path.
    pub is_called: &'r dyn Fn(&[String]) -> bool,
}

/// The reason that a component may have a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Why {
    /// A grant allows it.
    Said,
    /// An adapter calls it: [`Said::Asked`].
    Asked,
    /// No grant names it, and the default allows it.
    Default,
    /// It is kept: it takes a handle of a resource type that its own interface defines.
    Handle(Reached),
    /// It is kept: it constructs an inert value, in an interface of which a resource type is reachable.
    Inert(Reached),
}

/// A reachable resource type, with the function that makes it reachable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reached {
    /// The name of the resource type in its interface.
    pub resource: String,
    /// The path of the function that gives a handle of it: an import that returns one, or an export that takes one.
    pub giver: Vec<String>,
    /// Whether that function is an export.
    pub is_passed: bool,
}

/// The imports that a component may have.
#[derive(Debug, Default)]
pub(crate) struct Allowed(BTreeMap<Vec<String>, Why>);

impl Allowed {
    /// The reason that the component may have the item at a path, which begins with an import. `None` where it may not.
    pub(crate) fn why<S: AsRef<str>>(&self, path: &[S]) -> Option<&Why> {
        self.0.get(&path.iter().map(|name| name.as_ref().to_owned()).collect::<Vec<String>>())
    }

    /// All items that the component may have, by path.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&[String], &Why)> {
        self.0.iter().map(|(path, why)| (path.as_slice(), why))
    }
}

/// Computes which imports a component may have.
pub(crate) fn allowed(world: World<'_>, rules: &Rules<'_>) -> Allowed {
    let imported = imported(&world);
    let defined = definitions(&world);
    let mut allowed = Allowed::default();
    // The reachable resource types, and those among them whose functions have yet to be visited.
    let (mut seen, mut open): (BTreeSet<ResourceId>, VecDeque<_>) = Default::default();
    let mut reach = |open: &mut VecDeque<_>, ids: BTreeSet<ResourceId>, of: &[String], giver: &[String], is_passed| {
        // The component's own carry no authority. What it says that WASI gives, and WASI does not, is its word alone.
        let can = |(home, _): &(String, String)| of.iter().all(|name| can_give(name, home));
        let new = ids.into_iter().filter(|id| defined.by_id.get(id).is_some_and(can) && seen.insert(*id));
        open.extend(new.map(|resource| (resource, giver.to_vec(), is_passed)));
    };
    let params = |id| {
        let params = world.types.get(id).into_iter().flat_map(|ty: &ComponentFuncType| ty.params.iter());
        handles(world.types, params.map(|(_, ty)| ty))
    };
    let result =
        |item: &Imported| handles(world.types, item.function.and_then(|id| world.types.get(id)?.result.as_ref()));
    // Whoever calls an export passes these handles to the component.
    walk(world.types, &mut world.exports.iter(), &mut Way::default(), &mut |(path, items), ty| {
        if let (ComponentEntityType::Func(id), [name, ..], [item, ..]) = (ty, path.as_slice(), items.as_slice()) {
            let passed = params(id);
            if !passed.is_empty() && (rules.is_called)(path) {
                reach(&mut open, passed, &names(name, item), path, true);
            }
        }
    });
    let mut candidates: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    let named = named(&imported, rules);
    for (number, item) in imported.iter().enumerate() {
        let import = item.path.first().map(String::as_str).unwrap_or_default();
        let why = match (rules.says)(item) {
            Said::Allowed => Why::Said,
            Said::Asked => Why::Asked,
            Said::Denied => continue,
            Said::Nothing if (rules.default_allows)(import) => Why::Default,
            Said::Nothing => {
                // An instance within an import is a different interface from the one that defines the resource types.
                let (of, name) = (interface(&item.path), &item.name);
                // Any resource type of the interface may keep these few.
                let is_of_any = is_inert(of, name) || is_poll(of, name);
                let resource = if is_of_any { Some("") } else { member(name) };
                if item.path.len() <= 2 && !is_of_capability(item) && !named.contains(import) {
                    resource.into_iter().for_each(|name| candidates.entry((of, name)).or_default().push(number));
                }
                continue;
            }
        };
        reach(&mut open, result(item), &item.names, &item.path, false);
        allowed.0.insert(item.path.clone(), why);
    }
    // A kept function may make further resource types reachable, and so further functions.
    while let Some((resource, giver, is_passed)) = open.pop_front() {
        let Some((interface, name)) = defined.by_id.get(&resource) else { continue };
        let uses = |item: &Imported| defined.uses(world.types, item, resource);
        let is_kept = |item: &Imported| uses(item) || is_inert(interface, &item.name);
        // The functions of the resource type under each of its names there, and the functions of no resource type.
        let names = defined.mentions.range((resource, interface.clone(), String::new())..);
        let names =
            names.take_while(|(id, of, _)| *id == resource && of == interface).map(|(_, _, name)| name.as_str());
        let mut kept = BTreeSet::new();
        for name in names.chain([""]) {
            if let Some(numbers) = candidates.get_mut(&(interface.as_str(), name)) {
                kept.extend(numbers.extract_if(.., |number| imported.get(*number).is_some_and(is_kept)));
            }
        }
        for item in kept.into_iter().filter_map(|number| imported.get(number)) {
            let of = Reached { resource: name.clone(), giver: giver.clone(), is_passed };
            let why = if uses(item) { Why::Handle(of) } else { Why::Inert(of) };
            reach(&mut open, result(item), &item.names, &item.path, false);
            allowed.0.insert(item.path.clone(), why);
        }
    }
    allowed
}

/// Whether an item belongs to a capability under any of its names.
fn is_of_capability(item: &Imported) -> bool {
    let own = item.names.iter().map(|name| (name, &item.name));
    own.chain(item.poses.iter().map(|(name, item)| (name, item))).any(|(name, item)| Capability::any(name, item))
}

/// The imports that a grant names, or of which it names a function. Each item of the world is an import of its own: a grant
/// that names it decides about it.
fn named(imported: &[Imported], rules: &Rules<'_>) -> BTreeSet<String> {
    let mut groups: BTreeMap<(&str, Vec<&str>), Vec<&str>> = BTreeMap::new();
    for item in imported {
        let import = item.path.first().map(String::as_str).unwrap_or_default();
        let names = item.names.iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
        groups.entry((import, names)).or_default().push(&item.name);
    }
    let is_named = |((_, names), functions): &(&(&str, Vec<&str>), &Vec<&str>)| {
        !names.is_empty() && (rules.is_about)(names, functions)
    };
    groups.iter().filter(is_named).map(|((import, _), _)| (*import).to_owned()).collect()
}

/// The interfaces that define and mention the resource types of the imports.
#[derive(Default)]
struct Definitions {
    /// The interface and name of each resource type: as WASI defines it, else of the first mention.
    by_id: BTreeMap<ResourceId, (String, String)>,
    /// Each mention: the resource type, the interface, and the name in it.
    mentions: BTreeSet<(ResourceId, String, String)>,
}

impl Definitions {
    /// Whether a function requires a handle of a resource type: it is a method, a static function with such a parameter, or
    /// `poll` of WASI.
    fn uses(&self, types: TypesRef<'_>, item: &Imported, resource: ResourceId) -> bool {
        let Some(function) = item.function.and_then(|id| types.get(id)) else { return false };
        let is_of = |of: &str| self.mentions.contains(&(resource, interface(&item.path).to_owned(), of.to_owned()));
        let is_handle = |ty: &ComponentValType| match ty {
            ComponentValType::Type(id) => {
                matches!(types.get(*id), Some(T::Own(id) | T::Borrow(id)) if id.resource() == resource)
            }
            ComponentValType::Primitive(_) => false,
        };
        let needs = || function.params.iter().any(|(_, ty)| is_handle(ty));
        let takes_list = || match &*function.params {
            [(_, ComponentValType::Type(list))] => match types.get(*list) {
                Some(T::List { element, .. }) => is_handle(element),
                _ => false,
            },
            _ => false,
        };
        let is_static = matches!(Form::of(&item.name), Some(Form::Static(_)));
        let is_member = member(&item.name).is_some_and(is_of) && (!is_static || needs());
        is_member || (is_poll(interface(&item.path), &item.name) && takes_list())
    }
}

fn definitions(world: &World<'_>) -> Definitions {
    let (mut defined, mut wasis) = (Definitions::default(), BTreeSet::new());
    walk(world.types, &mut world.imports.iter(), &mut Way::default(), &mut |(path, items), ty| {
        let ComponentEntityType::Type { created: ComponentAnyTypeId::Resource(id), .. } = ty else { return };
        let (id, named) = (id.resource(), (interface(path).to_owned(), path.last().cloned().unwrap_or_default()));
        let is_wasis = |name: &String| defines(name, &named.1);
        let import = path.first().zip(items.first()).filter(|_| path.len() == 2);
        if import.is_some_and(|(name, item)| names(name, item).iter().any(is_wasis)) && wasis.insert(id) {
            defined.by_id.insert(id, named.clone());
        }
        if path.len() <= 2 {
            defined.mentions.insert((id, named.0.clone(), named.1.clone()));
        }
        defined.by_id.entry(id).or_insert(named);
    });
    defined
}

/// The resource type in the name of a method or static function.
fn member(name: &str) -> Option<&str> {
    match Form::of(name)? {
        Form::Method(member) | Form::Static(member) => Some(member.resource),
        _ => None,
    }
}

/// The import that defines the resource types at a path of names. All items of the world form one interface.
fn interface(path: &[String]) -> &str {
    if let [import, _, ..] = path { import } else { "" }
}

#[cfg(test)]
mod tests;
