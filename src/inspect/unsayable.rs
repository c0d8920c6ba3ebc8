//! Finds what WIT cannot express of a component. For such components, the decoder of wit-component omits items, prints
//! wrong ones, or panics. So this runs before the decoder.

use std::cell::Cell;
use std::collections::BTreeMap;

use wasmparser::component_types::{ComponentAnyTypeId, ComponentEntityType, ComponentItem};
use wasmparser::names::{ComponentName, ComponentNameKind};

use crate::limits;
use crate::load::{Component, metadata};
use crate::name::InterfaceName;
use crate::types::TypeKey;
use crate::types::identity::needs_name;
use crate::types::mentions::mentioned;
use crate::types::print::{self, Printer};

/// The name that wit-parser gives the world of any component.
const WORLD: &str = "root:component/root";

/// The reason that WIT cannot express the world of a component. `None` if it can. `lines` is the number of lines that
/// may be printed to compare types.
pub(super) fn reason(component: &Component, lines: &Cell<usize>) -> Option<String> {
    let items = || component.imports().iter().chain(component.exports());
    if let Some((name, what)) = items().find_map(|item| unsayable(component, item)) {
        return Some(format!("`{name}` is {what}"));
    }
    if let Some((name, _)) = items().find(|(_, item)| item.version_suffix.is_some()) {
        return Some(format!("`{name}` has the rest of its version elsewhere"));
    }
    if let Some((first, second)) = component.of_one_type(items()) {
        return Some(format!("`{first}` and `{second}` are the same, types and all"));
    }
    if print::length_without_names(component) > limits::WIT_TYPES {
        return Some("it has types without names that are made of each other over and over".to_owned());
    }
    if metadata::is_circular(component, WORLD, items) {
        return Some("packages or interfaces in it use each other's types in a cycle".to_owned());
    }
    if let Some((user, definer)) = items().find_map(|item| uses_inline(component, item)) {
        return Some(format!("`{user}` uses a type of `{definer}`, which has no name to others"));
    }
    interface_of_two_types(component, lines).map(|interface| format!("the interface `{interface}` is of two types"))
}

/// The first item, at or in an import or export, that WIT cannot express: its name, and what it is.
fn unsayable<'c>(
    component: &'c Component,
    (name, item): (&'c String, &ComponentItem),
) -> Option<(&'c str, &'static str)> {
    let is_instance = matches!(item.ty, ComponentEntityType::Instance(_));
    match ComponentName::new(name, 0).as_ref().map(ComponentName::kind) {
        Ok(ComponentNameKind::Url(_) | ComponentNameKind::Hash(_) | ComponentNameKind::Dependency(_)) | Err(_) => {
            return Some((name, "a name that is none in WIT"));
        }
        Ok(ComponentNameKind::Interface(_)) if !is_instance => {
            return Some((name, "the name of an interface, and is none"));
        }
        Ok(_) => {}
    }
    match item.ty {
        ComponentEntityType::Module(_) => Some((name, "a core module")),
        ComponentEntityType::Component(_) => Some((name, "a component")),
        ComponentEntityType::Value(_) => Some((name, "a value")),
        ComponentEntityType::Instance(id) => {
            component.types().get(id)?.exports.iter().find_map(|(name, item)| match item.ty {
                ComponentEntityType::Instance(_) => Some((name.as_str(), "an instance within an instance")),
                _ => unsayable(component, (name, item)),
            })
        }
        ComponentEntityType::Type {
            created: ComponentAnyTypeId::Resource(_) | ComponentAnyTypeId::Defined(_), ..
        } => None,
        ComponentEntityType::Type { .. } => Some((name, "a type of something else than values")),
        ComponentEntityType::Func(_) => None,
    }
}

/// An item that uses a type of an interface without an interface name, which `use` cannot refer to; with the name of
/// that interface.
fn uses_inline<'c>(component: &'c Component, (name, item): (&'c String, &ComponentItem)) -> Option<(&'c str, &'c str)> {
    mentioned(component, item.ty).into_iter().find_map(|key| {
        let is_named = match key {
            TypeKey::Resource(_) => true,
            TypeKey::Structural(ComponentAnyTypeId::Defined(id)) => component.types().get(id).is_some_and(needs_name),
            TypeKey::Structural(_) => false,
        };
        let [definer, _, ..] = component.definition(key).filter(|_| is_named)?.path.as_slice() else { return None };
        (definer != name && InterfaceName::read(definer).is_none() && !implements(component, definer))
            .then_some((name.as_str(), definer.as_str()))
    })
}

/// Whether the import or export of a name implements an interface of another name.
fn implements(component: &Component, name: &str) -> bool {
    let items = [component.imports().get(name), component.exports().get(name)];
    items.into_iter().flatten().any(|item| item.implements.is_some())
}

/// An interface that occurs several times, with a member that has different types. WIT has one text for each interface.
/// Members that only some occurrences have do not count, since tools omit unused members of imports.
fn interface_of_two_types<'c>(component: &'c Component, lines: &Cell<usize>) -> Option<&'c str> {
    let mut known: BTreeMap<&str, Vec<ComponentEntityType>> = BTreeMap::new();
    for (name, item) in component.imports().iter().chain(component.exports()) {
        let interface = item.implements.as_deref().or(InterfaceName::read(name).map(|_| name.as_str()));
        if let Some(interface) = interface {
            known.entry(interface).or_default().push(item.ty);
        }
    }
    let differ = |types: &[ComponentEntityType]| {
        let mut members: BTreeMap<String, String> = BTreeMap::new();
        types.iter().any(|ty| {
            let ComponentEntityType::Instance(id) = ty else { return false };
            let exports = component.types().get(*id).into_iter().flat_map(|ty| &ty.exports);
            exports.into_iter().any(|(name, item)| {
                let text = Printer::new(component).alone(name, item.ty, lines);
                *members.entry(name.clone()).or_insert_with(|| text.clone()) != text
            })
        })
    };
    known.into_iter().find(|(_, types)| types.len() > 1 && differ(types)).map(|(interface, _)| interface)
}
