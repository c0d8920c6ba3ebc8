//! The items that a component imports and exports, each with the path of names that leads to it.
//!
//! Component Model, Explainer, "Import and Export Definitions".

use std::collections::BTreeSet;

use indexmap::IndexMap;
use wasmparser::component_types::{
    ComponentAnyTypeId, ComponentDefinedType as T, ComponentEntityType, ComponentFuncTypeId, ComponentItem,
    ComponentValType, ResourceId,
};
use wasmparser::types::TypesRef;

use crate::name::split;

/// The imports and exports of a component, with their types.
#[derive(Clone, Copy)]
pub(crate) struct World<'c> {
    /// The types that the items refer to.
    pub types: TypesRef<'c>,
    /// The imports, in order.
    pub imports: &'c IndexMap<String, ComponentItem>,
    /// The exports, in order.
    pub exports: &'c IndexMap<String, ComponentItem>,
}

/// An imported item that is neither an instance nor a type: an import of the component itself, or an item of an
/// imported instance. Most are functions. Core modules, components and values are judged as functions are, and are
/// never kept.
#[derive(Debug, Clone)]
pub(crate) struct Imported {
    /// The name of the import, and the names of the exports that lead from the import to the item.
    pub path: Vec<String>,
    /// The names of the imported interface, as in [`names`]. The empty name for an item that is itself an import.
    pub names: Vec<String>,
    /// The name of the item in that interface. An item of an instance within an import has the name of that instance.
    pub name: String,
    /// Further names, each of an interface and a function, for which a host may take the item. A grant for one of them
    /// can deny the item, and never allows it.
    pub poses: Vec<(String, String)>,
    /// The type of a function.
    pub function: Option<ComponentFuncTypeId>,
}

/// Returns the names of an import, or of an instance within one: its own name, and the name of the interface that it
/// implements.
///
/// Component Model, Explainer, "Import and Export Definitions": `implements`, and the suffix of a canonical version.
pub(crate) fn names(name: &str, item: &ComponentItem) -> Vec<String> {
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
pub(crate) type Way<'c> = (Vec<String>, Vec<&'c ComponentItem>);

/// Calls `visit` for each item that is no instance, in order. Their number and depth are bounded when a component is
/// loaded.
pub(crate) fn walk<'c>(
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

/// Returns the imported items of a component in order, without types and instances.
pub(crate) fn imported(world: &World<'_>) -> Vec<Imported> {
    let mut found = Vec::new();
    walk(world.types, &mut world.imports.iter(), &mut Way::default(), &mut |(path, items), ty| {
        let function = match ty {
            ComponentEntityType::Type { .. } => return,
            ComponentEntityType::Func(id) => Some(id),
            _ => None,
        };
        let ([import, rest @ ..], [first, inner @ ..]) = (path.as_slice(), items.as_slice()) else { return };
        let mut poses = Vec::new();
        let (interfaces, name) = match (rest, rest.last()) {
            // A function can be imported under the name of an interface, and a host may take it for that interface.
            ([], _) | (_, None) => {
                let posing = names(import, first).into_iter().filter(|name| split(name).is_some());
                poses.extend(posing.map(|name| (name, import.clone())));
                (vec![String::new()], import)
            }
            ([name], _) => (names(import, first), name),
            // An instance within an import can have the name of an interface too.
            ([member, next @ ..], Some(last)) => {
                for ((name, item), next) in rest.iter().zip(inner).zip(next) {
                    poses.extend(names(name, item).into_iter().map(|name| (name, next.clone())));
                }
                poses.extend(names(import, first).into_iter().map(|name| (name, last.clone())));
                (names(import, first), member)
            }
        };
        // An item that a component of the host exports under the name of an interface may be that interface.
        named_within(world.types, ty, &mut |name| poses.push((String::new(), name.to_owned())));
        found.push(Imported { path: path.clone(), names: interfaces, name: name.clone(), poses, function });
    });
    found
}

/// Calls `visit` for each name of an interface among the imports and exports of a component, the exports of an instance
/// and the imports of a core module, at any depth.
fn named_within(types: TypesRef<'_>, ty: ComponentEntityType, visit: &mut dyn FnMut(&str)) {
    let (component, instance, module) = match ty {
        ComponentEntityType::Component(id) => (types.get(id), None, None),
        ComponentEntityType::Instance(id) => (None, types.get(id), None),
        ComponentEntityType::Module(id) => (None, None, types.get(id)),
        _ => return,
    };
    let of_component = component.into_iter().flat_map(|ty| ty.imports.iter().chain(&ty.exports));
    for (name, item) in of_component.chain(instance.into_iter().flat_map(|ty| &ty.exports)) {
        names(name, item).iter().filter(|name| split(name).is_some()).for_each(|name| visit(name));
        named_within(types, item.ty, visit);
    }
    let of_module = module.into_iter().flat_map(|ty| ty.imports.keys().map(|(module, _)| module.as_str()));
    of_module.filter(|name| split(name).is_some()).for_each(visit);
}

/// Returns the paths of the resource types that a component imports.
pub(crate) fn resources(world: &World<'_>) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    walk(world.types, &mut world.imports.iter(), &mut Way::default(), &mut |(path, _), ty| {
        if let ComponentEntityType::Type { created: ComponentAnyTypeId::Resource(_), .. } = ty {
            found.push(path.clone());
        }
    });
    found
}

/// Returns the resource types of the handles, owned or borrowed, in values of some types, at any depth.
pub(crate) fn handles<'c>(
    types: TypesRef<'c>,
    values: impl IntoIterator<Item = &'c ComponentValType>,
) -> BTreeSet<ResourceId> {
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
