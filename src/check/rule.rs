//! The rule of least privilege: which of the functions that a component imports it may have.
//!
//! It is computed from the component's own types and from what the rules say. `virtualize/` has another implementation.
//!
//! A function is *given* where the rules say so, or where nothing is said of it and the default allows it. A function of which
//! nothing is said, and which the default denies, is *kept* if it can only use authority that the component was given: it is a
//! method of a resource type that its own interface defines and that is reachable, or a static function that cannot be called
//! without a handle of it. No other interface has functions of these names, in whatever order a component imports interfaces. A
//! resource type is reachable if a given or kept function has a handle of it in its result, or an exported function has one in
//! its parameters. Everything else is denied.
//!
//! Component Model, Explainer, "Type Definitions" (handles) and "Import and Export Definitions".

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use wasmparser::component_types::{
    ComponentAnyTypeId, ComponentDefinedType as T, ComponentEntityType, ComponentFuncType, ComponentValType, ResourceId,
};
use wasmparser::types::TypesRef;

use crate::decode::world::{Imported, Way, World, handles, imported, names, walk};
use crate::name::{Capability, Form, base, defines, is_inert};

/// What the rules say of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// The component may call it.
    Allowed,
    /// An adapter calls it on the component's behalf: what it gives is the host's, and the component never has the function.
    Asked,
    /// The component may not have it.
    Denied,
    /// Nothing: the default decides.
    Nothing,
}

/// What is said of the imports of a component.
pub struct Rules<'r> {
    /// What is said of a function.
    pub says: &'r dyn Fn(&Imported) -> Said,
    /// Whether an import is named, or one of its functions: the names that the import goes by, which are its own and that of the
    /// interface that it implements, and the functions that it has. What is not said of such an import is left to the default.
    pub is_about: &'r dyn Fn(&[&str], &[&str]) -> bool,
    /// Whether the default allows the functions of an import: so it does where another component fills that.
    pub default_allows: &'r dyn Fn(&str) -> bool,
}

/// Why a component may have a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// The rules say so.
    Said,
    /// The rules say that an adapter calls it: [`Said::Asked`].
    Asked,
    /// Nothing is said, and the default allows it.
    Default,
    /// It is kept: it takes a handle of a resource type that its own interface defines.
    Handle(Reached),
    /// It is kept: it makes a value that is of no use by itself, of an interface of which a resource type is reachable.
    Inert(Reached),
}

/// A reachable resource type, and what gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// The name of the resource type in its interface.
    pub resource: String,
    /// The function that gives a handle of it, by the path of its name: in its result, or where it is exported in its parameters.
    pub giver: Vec<String>,
    /// Whether that is exported.
    pub is_passed: bool,
}

/// What a component may have of what it imports.
#[derive(Debug, Default)]
pub struct Allowed(BTreeMap<Vec<String>, Why>);

impl Allowed {
    /// Why the component may have the item at a path of names, the first of which is an import's. `None` where it may not.
    pub fn why<S: AsRef<str>>(&self, path: &[S]) -> Option<&Why> {
        self.0.get(&path.iter().map(|name| name.as_ref().to_owned()).collect::<Vec<String>>())
    }

    /// All that the component may have, by path.
    pub fn iter(&self) -> impl Iterator<Item = (&[String], &Why)> {
        self.0.iter().map(|(path, why)| (path.as_slice(), why))
    }
}

/// Computes what a component may have.
pub fn allowed(world: World<'_>, rules: &Rules<'_>) -> Allowed {
    let imported = imported(&world);
    let homes = homes(&world);
    let mut allowed = Allowed::default();
    // The resource types that are reachable, and those of them that have not been followed yet.
    let (mut seen, mut open): (BTreeSet<ResourceId>, VecDeque<_>) = Default::default();
    let mut reach = |open: &mut VecDeque<_>, handles: BTreeSet<ResourceId>, giver: &[String], is_passed: bool| {
        // The component's own resource types are no authority.
        let new = handles.into_iter().filter(|resource| homes.by_id.contains_key(resource) && seen.insert(*resource));
        open.extend(new.map(|resource| (resource, giver.to_vec(), is_passed)));
    };
    let params = |id| {
        let params = world.types.get(id).into_iter().flat_map(|ty: &ComponentFuncType| ty.params.iter());
        handles(world.types, params.map(|(_, ty)| ty))
    };
    let result =
        |item: &Imported| handles(world.types, item.function.and_then(|id| world.types.get(id)?.result.as_ref()));
    // What whoever calls the component's exports gives it.
    walk(world.types, &mut world.exports.iter(), &mut Way::default(), &mut |(path, _), ty| {
        if let ComponentEntityType::Func(id) = ty {
            reach(&mut open, params(id), path, true);
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
                // What is within an instance of an import is another interface than that of the resource types.
                if item.path.len() <= 2 && !is_of_capability(item) && !named.contains(import) {
                    let of = interface(&item.path);
                    let of_resource = member(&item.name).filter(|_| !is_inert(of, &item.name));
                    candidates.entry((of, of_resource.unwrap_or_default())).or_default().push(number);
                }
                continue;
            }
        };
        reach(&mut open, result(item), &item.path, false);
        allowed.0.insert(item.path.clone(), why);
    }
    // What is kept may give more, by which more is kept.
    while let Some((resource, giver, is_passed)) = open.pop_front() {
        let Some((interface, name)) = homes.by_id.get(&resource) else { continue };
        let uses = |item: &Imported| homes.uses(world.types, item, resource);
        // Its members, by all the names that it has there, and what is a member of none.
        let names = homes.mentions.range((resource, interface.clone(), String::new())..);
        let names =
            names.take_while(|(id, of, _)| *id == resource && of == interface).map(|(_, _, name)| name.as_str());
        let is_kept =
            |number: &usize| imported.get(*number).is_some_and(|item| uses(item) || is_inert(interface, &item.name));
        let mut kept = BTreeSet::new();
        for name in names.chain([""]) {
            if let Some(numbers) = candidates.get_mut(&(interface.as_str(), name)) {
                kept.extend(numbers.extract_if(.., |number| is_kept(number)));
            }
        }
        for item in kept.into_iter().filter_map(|number| imported.get(number)) {
            let of = Reached { resource: name.clone(), giver: giver.clone(), is_passed };
            let why = if uses(item) { Why::Handle(of) } else { Why::Inert(of) };
            reach(&mut open, result(item), &item.path, false);
            allowed.0.insert(item.path.clone(), why);
        }
    }
    allowed
}

/// Whether a capability has an item, by any of the names that it goes by.
fn is_of_capability(item: &Imported) -> bool {
    let own = item.names.iter().map(|name| (name, &item.name));
    own.chain(item.poses.iter().map(|(name, item)| (name, item))).any(|(name, item)| Capability::any(name, item))
}

/// The imports that are named, or of which a function is. Each item of the world itself is an import of its own: where a rule
/// names it, that rule decides about it.
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

/// Where the resource types of the imports are defined and mentioned.
#[derive(Default)]
struct Homes {
    /// The interface and the name of each: where WASI has it, or else where it is mentioned first.
    by_id: BTreeMap<ResourceId, (String, String)>,
    /// Each mention: the interface, and the name there.
    mentions: BTreeSet<(ResourceId, String, String)>,
}

impl Homes {
    /// Whether a function can only be called with a handle of a resource type: it is a method of it, a static function of it
    /// that takes one as a parameter, or WASI's `poll`, which gives nothing without one.
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
        // By the import's own name: a label may be of any interface that says to implement WASI's.
        let is_poll = item.name == "poll" && base(interface(&item.path)) == "wasi:io/poll";
        let takes_list = || match &*function.params {
            [(_, ComponentValType::Type(list))] => match types.get(*list) {
                Some(T::List { element, .. }) => is_handle(element),
                _ => false,
            },
            _ => false,
        };
        let is_static = matches!(Form::of(&item.name), Some(Form::Static(_)));
        let is_member = member(&item.name).is_some_and(is_of) && (!is_static || needs());
        is_member || (is_poll && takes_list())
    }
}

fn homes(world: &World<'_>) -> Homes {
    let (mut homes, mut wasis) = (Homes::default(), BTreeSet::new());
    walk(world.types, &mut world.imports.iter(), &mut Way::default(), &mut |(path, items), ty| {
        let ComponentEntityType::Type { created: ComponentAnyTypeId::Resource(id), .. } = ty else { return };
        let (id, home) = (id.resource(), (interface(path).to_owned(), path.last().cloned().unwrap_or_default()));
        let is_wasis = |name: &String| defines(name, &home.1);
        let import = path.first().zip(items.first()).filter(|_| path.len() == 2);
        if import.is_some_and(|(name, item)| names(name, item).iter().any(is_wasis)) && wasis.insert(id) {
            homes.by_id.insert(id, home.clone());
        }
        if path.len() <= 2 {
            homes.mentions.insert((id, home.0.clone(), home.1.clone()));
        }
        homes.by_id.entry(id).or_insert(home);
    });
    homes
}

/// The resource type whose method or static function something is by its name.
fn member(name: &str) -> Option<&str> {
    match Form::of(name)? {
        Form::Method(member) | Form::Static(member) => Some(member.resource),
        _ => None,
    }
}

/// The import that defines the resource types of a path of names: all of the world is one interface.
fn interface(path: &[String]) -> &str {
    if let [import, _, ..] = path { import } else { "" }
}

#[cfg(test)]
mod tests;
