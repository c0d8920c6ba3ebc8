//! Handles of resource types: which import defines their type, which functions take them, and what gives them to a component.

use std::collections::{BTreeMap, BTreeSet};

use wasmparser::component_types::{
    ComponentDefinedType as T, ComponentEntityType, ComponentFuncType, ComponentValType, ResourceId,
};

use super::{Function, Interface};
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
pub fn defining_imports<'c>(interfaces: &[Interface<'c>]) -> BTreeMap<ResourceId, &'c str> {
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
pub fn passed_by_callers(component: &Component) -> BTreeMap<ResourceId, Giver> {
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
