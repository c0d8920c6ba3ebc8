//! Handles of resource types: which import defines their type, which functions take them, and what gives them to a component.

use std::collections::{BTreeMap, BTreeSet};

use wasmparser::component_types::{
    ComponentDefinedType as T, ComponentEntityType, ComponentFuncType, ComponentValType, ResourceId,
};

use super::{Function, Imports, Interface};
use crate::load::Component;
use crate::name::defines;
use crate::types::identity::{Side, TypeKey};
use crate::types::mentions;

/// What gives a component handles of a resource type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Giver {
    /// The result of a function that it imports: its interface, which may be empty, and its name.
    Import(String, String),
    /// A parameter of a function that it exports, likewise.
    Export(String, String),
}

/// The resource types of which a function is passed handles, at any depth, through streams too.
pub fn passed(component: &Component, ty: &ComponentFuncType) -> BTreeSet<ResourceId> {
    let resources = |(_, ty): &(_, _)| mentions::resources(component, ComponentEntityType::Value(*ty));
    ty.params.iter().flat_map(resources).collect()
}

/// The import that defines a resource type: an interface, or the world itself, whose name is empty.
pub fn defining_import(component: &Component, id: ResourceId) -> Option<&str> {
    let definition =
        component.definition(TypeKey::Resource(id)).filter(|definition| definition.side == Side::Import)?;
    match definition.path.as_slice() {
        [_] => Some(""),
        [interface, ..] => Some(interface),
        [] => None,
    }
}

/// What a resource type is called where it is defined.
pub fn resource_name(component: &Component, id: ResourceId) -> String {
    let definition = component.definition(TypeKey::Resource(id));
    definition.and_then(|definition| definition.path.last()).cloned().unwrap_or_default()
}

/// The interfaces that define resource types of WASI, where the component imports one by whose name that is known.
fn defining_imports<'c>(interfaces: &[Interface<'c>]) -> BTreeMap<ResourceId, &'c str> {
    let mut defining = BTreeMap::new();
    for interface in interfaces {
        for ty in &interface.types {
            let is_wasis = interface.names().into_iter().any(|name| defines(name, ty.name));
            if let (Some(id), true) = (ty.resource(), is_wasis) {
                defining.entry(id).or_insert(interface.name);
            }
        }
    }
    defining
}

/// The resource types of which the component can have handles.
pub struct Reachable<'c> {
    /// The first source of each, with the number of types that were reachable before it.
    pub givers: BTreeMap<ResourceId, (Giver, usize)>,
    /// The resource types by the import that defines them.
    own: BTreeMap<&'c str, BTreeSet<ResourceId>>,
    /// The imports that are known to define resource types of WASI.
    defining: BTreeMap<ResourceId, &'c str>,
}

impl<'c> Reachable<'c> {
    /// Starts with the resource types of handles that callers pass to exports.
    pub fn new(imports: &Imports<'c>) -> Self {
        let (component, defining) = (imports.component, defining_imports(&imports.interfaces));
        let mut reachable = Reachable { givers: BTreeMap::new(), own: BTreeMap::new(), defining };
        for (id, giver) in passed_by_callers(component) {
            reachable.add(component, id, || giver);
        }
        reachable
    }

    fn add(&mut self, component: &'c Component, id: ResourceId, giver: impl FnOnce() -> Giver) {
        if self.givers.contains_key(&id) {
            return;
        }
        self.givers.insert(id, (giver(), self.givers.len()));
        // Outside WASI, the first import that mentions a resource type defines it.
        let import = self.defining.get(&id).copied().or_else(|| defining_import(component, id));
        self.own.entry(import.unwrap_or_default()).or_default().extend(import.map(|_| id));
    }

    /// Adds those that a function gives.
    pub fn given_by(&mut self, component: &'c Component, function: &Function<'_>) {
        for id in function.gives(component) {
            self.add(component, id, || Giver::Import(function.interface.to_owned(), function.name.to_owned()));
        }
    }

    /// Whether a resource type belongs to an import, and was among the first `before` reachable ones.
    pub fn has(&self, import: &str, id: ResourceId, before: usize) -> bool {
        let is_own = self.own.get(import).is_some_and(|own| own.contains(&id));
        is_own && self.givers.get(&id).is_some_and(|(_, number)| *number < before)
    }

    /// The resource types of an import among the first `before` reachable ones, in order.
    pub fn of(&self, import: &str, before: usize) -> impl Iterator<Item = ResourceId> {
        self.own.get(import).into_iter().flatten().copied().filter(move |id| self.has(import, *id, before))
    }
}

/// Whether a function takes a list of lent handles of a resource type, and nothing else.
pub fn takes_list_of(component: &Component, function: &Function<'_>, id: ResourceId) -> bool {
    let [(_, list)] = &*function.ty.params else { return false };
    match defined(component, list) {
        Some(T::List { element, .. }) => {
            matches!(defined(component, element), Some(T::Borrow(of)) if of.resource() == id)
        }
        _ => false,
    }
}

/// Whether a function cannot be called without a handle of a resource type: a parameter is one.
pub fn needs_handle(component: &Component, function: &Function<'_>, id: ResourceId) -> bool {
    let is_it = |ty: Option<&T>| matches!(ty, Some(T::Own(of) | T::Borrow(of)) if of.resource() == id);
    function.ty.params.iter().any(|(_, ty)| is_it(defined(component, ty)))
}

fn defined<'c>(component: &'c Component, ty: &ComponentValType) -> Option<&'c T> {
    match ty {
        ComponentValType::Primitive(_) => None,
        ComponentValType::Type(id) => component.types().get(*id),
    }
}

/// What a component is passed by whoever calls its exports.
fn passed_by_callers(component: &Component) -> BTreeMap<ResourceId, Giver> {
    let mut reachable = BTreeMap::new();
    component.exports().iter().for_each(|(name, item)| passed_by(component, "", name, item.ty, &mut reachable));
    reachable
}

// The validator bounds how deep instances are nested.
fn passed_by(
    component: &Component,
    interface: &str,
    name: &str,
    ty: ComponentEntityType,
    reachable: &mut BTreeMap<ResourceId, Giver>,
) {
    match ty {
        ComponentEntityType::Func(id) => {
            for id in component.types().get(id).into_iter().flat_map(|ty| passed(component, ty)) {
                reachable.entry(id).or_insert_with(|| Giver::Export(interface.to_owned(), name.to_owned()));
            }
        }
        ComponentEntityType::Instance(id) => {
            for (inner, item) in component.types().get(id).into_iter().flat_map(|ty| &ty.exports) {
                passed_by(component, name, inner, item.ty, reachable);
            }
        }
        _ => {}
    }
}
