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

use indexmap::IndexMap;
use wasmparser::component_types::{
    ComponentAnyTypeId, ComponentDefinedType as T, ComponentEntityType, ComponentFuncType, ComponentFuncTypeId,
    ComponentItem, ComponentValType, ResourceId,
};
use wasmparser::types::TypesRef;

use crate::name::{Capability, Form, base, defines, is_inert, split};

/// A component's own types: what the rule is computed from.
#[derive(Clone, Copy)]
pub struct World<'c> {
    /// The types that the items refer to.
    pub types: TypesRef<'c>,
    /// The imports, in order.
    pub imports: &'c IndexMap<String, ComponentItem>,
    /// The exports, in order.
    pub exports: &'c IndexMap<String, ComponentItem>,
}

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

/// An import of a component that is no instance and no type, or an item of an imported instance that is neither: a function,
/// mostly. Core modules, components and values are judged as functions are, and never kept.
#[derive(Debug, Clone)]
pub struct Imported {
    /// The import's name, and the names that lead to the item from there. One name is an item of the world itself.
    pub path: Vec<String>,
    /// The names that its import goes by: see [`names`]. The empty name for an item of the world itself.
    pub names: Vec<String>,
    /// The name that it has there. What is within an instance of an import goes by the name of that instance.
    pub name: String,
    /// The names of an interface and of a function by which it may be taken away and is never given: it poses as these.
    pub poses: Vec<(String, String)>,
    /// Its type, if it is a function.
    pub function: Option<ComponentFuncTypeId>,
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

/// The names that an import, or an instance within one, goes by: its own, and that of the interface that it implements.
///
/// Component Model, Explainer, "Import and Export Definitions": `implements`, and the suffix of a canonical version.
pub fn names(name: &str, item: &ComponentItem) -> Vec<String> {
    let mut names = vec![name.to_owned()];
    let suffix = item.version_suffix.as_deref().unwrap_or_default();
    match &item.implements {
        Some(interface) => names.push(format!("{interface}{suffix}")),
        None if !suffix.is_empty() => names.push(format!("{name}{suffix}")),
        None => {}
    }
    names
}

/// The names that lead to an item from an import or an export, and the items that have these names.
type Way<'c> = (Vec<String>, Vec<&'c ComponentItem>);

/// Calls `visit` for each item that is no instance, in order. The validator bounds how many there are, and how deep.
fn walk<'c>(
    types: TypesRef<'c>,
    items: &mut dyn Iterator<Item = (&'c String, &'c ComponentItem)>,
    way: &mut Way<'c>,
    visit: &mut dyn FnMut(&Way<'c>, ComponentEntityType),
) {
    for (name, item) in items {
        way.0.push(name.clone());
        way.1.push(item);
        match item.ty {
            ComponentEntityType::Instance(id) => {
                types.get(id).into_iter().for_each(|ty| walk(types, &mut ty.exports.iter(), way, visit));
            }
            ty => visit(way, ty),
        }
        way.0.pop();
        way.1.pop();
    }
}

/// All that a component imports, types and instances as such apart, in order.
pub fn imported(world: &World<'_>) -> Vec<Imported> {
    let mut found = Vec::new();
    walk(world.types, &mut world.imports.iter(), &mut Way::default(), &mut |(path, items), ty| {
        let function = match ty {
            ComponentEntityType::Type { .. } => return,
            ComponentEntityType::Func(id) => Some(id),
            _ => None,
        };
        let ([import, rest @ ..], [first, inner @ ..]) = (path.as_slice(), items.as_slice()) else { return };
        let mut poses = Vec::new();
        let (of, name) = match (rest, rest.last()) {
            // A function can be imported under the name of an interface, for which a host may take it.
            ([], _) | (_, None) => {
                let posing = names(import, first).into_iter().filter(|name| split(name).is_some());
                poses.extend(posing.map(|name| (name, import.clone())));
                (vec![String::new()], import)
            }
            ([name], _) => (names(import, first), name),
            // So can an instance within an import be called.
            ([member, next @ ..], Some(last)) => {
                for ((name, item), next) in rest.iter().zip(inner).zip(next) {
                    poses.extend(names(name, item).into_iter().map(|name| (name, next.clone())));
                }
                poses.extend(names(import, first).into_iter().map(|name| (name, last.clone())));
                (names(import, first), member)
            }
        };
        found.push(Imported { path: path.clone(), names: of, name: name.clone(), poses, function });
    });
    found
}

/// The resource types that a component imports, each by the names that lead to it.
pub fn resources(world: &World<'_>) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    walk(world.types, &mut world.imports.iter(), &mut Way::default(), &mut |(path, _), ty| {
        if let ComponentEntityType::Type { created: ComponentAnyTypeId::Resource(_), .. } = ty {
            found.push(path.clone());
        }
    });
    found
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
    let mut candidates = Vec::new();
    let named = named(&imported, rules);
    for item in &imported {
        let import = item.path.first().map(String::as_str).unwrap_or_default();
        let why = match (rules.says)(item) {
            Said::Allowed => Why::Said,
            Said::Asked => Why::Asked,
            Said::Denied => continue,
            Said::Nothing if (rules.default_allows)(import) => Why::Default,
            Said::Nothing => {
                // What is within an instance of an import is another interface than that of the resource types.
                if item.path.len() <= 2 && !is_of_capability(item) && !named.contains(import) {
                    candidates.push(item);
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
        let (kept, others): (Vec<_>, Vec<_>) = candidates.into_iter().partition(|item| {
            self::interface(&item.path) == interface && (uses(item) || is_inert(interface, &item.name))
        });
        candidates = others;
        for item in kept {
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
        let member = match Form::of(&item.name) {
            Some(Form::Method(member)) => Some(member.resource),
            Some(Form::Static(member)) if needs() => Some(member.resource),
            _ => None,
        };
        member.is_some_and(is_of) || (is_poll && takes_list())
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

/// The import that defines the resource types of a path of names: all of the world is one interface.
fn interface(path: &[String]) -> &str {
    if let [import, _, ..] = path { import } else { "" }
}

/// The resource types of which some values have a handle, owned or borrowed, at any depth.
fn handles<'c>(types: TypesRef<'c>, values: impl IntoIterator<Item = &'c ComponentValType>) -> BTreeSet<ResourceId> {
    let (mut found, mut seen) = (BTreeSet::new(), BTreeSet::new());
    let mut open: Vec<ComponentValType> = values.into_iter().copied().collect();
    while let Some(ty) = open.pop() {
        let ComponentValType::Type(id) = ty else { continue };
        if !seen.insert(id) {
            continue;
        }
        match types.get(id) {
            Some(T::Own(id) | T::Borrow(id)) => _ = found.insert(id.resource()),
            Some(T::Record(ty)) => open.extend(ty.fields.values()),
            Some(T::Variant(ty)) => open.extend(ty.cases.values().filter_map(|case| case.ty)),
            Some(T::Tuple(ty)) => open.extend(&ty.types),
            Some(T::List { element: ty, .. } | T::FixedLengthList { element: ty, .. } | T::Option { ty, .. }) => {
                open.push(*ty);
            }
            Some(T::Map { key, value, .. }) => open.extend([key, value]),
            Some(T::Result { ok, err, .. }) => open.extend(ok.iter().chain(err)),
            Some(T::Future { ty, .. } | T::Stream { ty, .. }) => open.extend(ty),
            Some(T::Primitive(_) | T::Flags(_) | T::Enum(_)) | None => {}
        }
    }
    found
}

#[cfg(test)]
mod tests;
