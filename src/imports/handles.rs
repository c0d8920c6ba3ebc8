//! Handles of resource types: the import that defines the type, the functions that take them, and their sources.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use wasmparser::component_types::{
    ComponentDefinedType as T, ComponentEntityType, ComponentFuncType, ComponentValType, ResourceId,
};

use super::{Function, Imports, Interface};
use crate::load::Component;
use crate::load::component::implements;
use crate::name::{can_give, defines};
use crate::types::identity::{Side, TypeKey};
use crate::types::mentions;

/// A source of handles of a resource type for a component.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Giver {
    /// The result of an imported function: its interface, empty for a function of the world, and its name.
    Import(String, String),
    /// A parameter of an exported function: its interface, empty for a function of the world, and its name.
    Export(String, String),
}

/// The resource types of the handles in the parameters of a function, at any depth, including in streams.
pub(crate) fn passed(component: &Component, ty: &ComponentFuncType) -> BTreeSet<ResourceId> {
    let resources = |(_, ty): &(_, _)| mentions::resources(component, ComponentEntityType::Value(*ty));
    ty.params.iter().flat_map(resources).collect()
}

/// The name of the import that defines a resource type. It is empty for a type of the world itself.
pub(crate) fn defining_import(component: &Component, id: ResourceId) -> Option<&str> {
    let definition =
        component.definition(TypeKey::Resource(id)).filter(|definition| definition.side == Side::Import)?;
    match definition.path.as_slice() {
        [_] => Some(""),
        [interface, ..] => Some(interface),
        [] => None,
    }
}

/// The name of a resource type in its definition.
pub(crate) fn resource_name(component: &Component, id: ResourceId) -> String {
    let definition = component.definition(TypeKey::Resource(id));
    definition.and_then(|definition| definition.path.last()).cloned().unwrap_or_default()
}

/// The imports that define resource types of WASI, found by the names of these types.
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

/// The imported resource types of which a component can have handles.
pub(crate) struct Reachable<'c> {
    /// The first source of each type.
    pub givers: BTreeMap<ResourceId, Giver>,
    /// The types that have been added and not yet been taken from this list, each with the import that defines it.
    pub new: Vec<(ResourceId, &'c str)>,
    /// The imports that define resource types of WASI.
    defining: BTreeMap<ResourceId, &'c str>,
}

impl<'c> Reachable<'c> {
    /// Starts with the resource types of handles that callers pass to exports. `is_called` states whether an exported
    /// function, given by its path, can be called.
    pub(crate) fn new(imports: &Imports<'c>, is_called: &dyn Fn(&[String]) -> bool) -> Self {
        let component = imports.component;
        let defining = defining_imports(&imports.interfaces);
        let mut reachable = Reachable { givers: BTreeMap::new(), new: Vec::new(), defining };
        for (name, item) in component.exports() {
            let identity = implements(name, item);
            let names: Vec<&str> = [Some(name.as_str()), identity.as_deref()].into_iter().flatten().collect();
            reachable.passed_by(component, &names, &mut vec![name.clone()], item.ty, is_called);
        }
        reachable
    }

    /// Adds a resource type, unless its source cannot give handles of it. `names` are the names of the interface of the
    /// source.
    fn add(&mut self, component: &'c Component, names: &[&str], id: ResourceId, giver: impl FnOnce() -> Giver) {
        // Outside WASI, the first import that mentions a resource type defines it.
        let import = self.defining.get(&id).copied().or_else(|| defining_import(component, id));
        let Some(import) = import.filter(|import| names.iter().all(|name| can_give(name, import))) else { return };
        if let Entry::Vacant(entry) = self.givers.entry(id) {
            entry.insert(giver());
            self.new.push((id, import));
        }
    }

    /// Adds the resource types of handles that an imported function returns.
    pub(crate) fn given_by(&mut self, component: &'c Component, interface: &Interface<'_>, function: &Function<'_>) {
        for id in function.gives(component) {
            let giver = || Giver::Import(function.interface.to_owned(), function.name.to_owned());
            self.add(component, &interface.names(), id, giver);
        }
    }

    /// Adds the resource types of handles that callers of an export pass. The validator limits the depth of instances.
    fn passed_by(
        &mut self,
        component: &'c Component,
        names: &[&str],
        path: &mut Vec<String>,
        ty: ComponentEntityType,
        is_called: &dyn Fn(&[String]) -> bool,
    ) {
        match ty {
            ComponentEntityType::Func(id) => {
                let all: BTreeSet<ResourceId> =
                    component.types().get(id).into_iter().flat_map(|ty| passed(component, ty)).collect();
                if all.is_empty() || !is_called(path) {
                    return;
                }
                let Some((name, outer)) = path.split_last() else { return };
                let interface = outer.last().cloned().unwrap_or_default();
                for id in all {
                    self.add(component, names, id, || Giver::Export(interface.clone(), name.clone()));
                }
            }
            ComponentEntityType::Instance(id) => {
                for (inner, item) in component.types().get(id).into_iter().flat_map(|ty| &ty.exports) {
                    path.push(inner.clone());
                    self.passed_by(component, names, path, item.ty, is_called);
                    path.pop();
                }
            }
            _ => {}
        }
    }
}

/// Whether a function has a list of borrowed handles of a resource type as its only parameter.
pub(crate) fn takes_list_of(component: &Component, function: &Function<'_>, id: ResourceId) -> bool {
    let [(_, list)] = &*function.ty.params else { return false };
    match defined(component, list) {
        Some(T::List { element, .. }) => {
            matches!(defined(component, element), Some(T::Borrow(resource)) if resource.resource() == id)
        }
        _ => false,
    }
}

/// Whether a parameter of a function is a handle of a resource type, so that the function cannot be called without one.
pub(crate) fn needs_handle(component: &Component, function: &Function<'_>, id: ResourceId) -> bool {
    let is_it =
        |ty: Option<&T>| matches!(ty, Some(T::Own(resource) | T::Borrow(resource)) if resource.resource() == id);
    function.ty.params.iter().any(|(_, ty)| is_it(defined(component, ty)))
}

fn defined<'c>(component: &'c Component, ty: &ComponentValType) -> Option<&'c T> {
    match ty {
        ComponentValType::Primitive(_) => None,
        ComponentValType::Type(id) => component.types().get(*id),
    }
}
