//! When two types are one type, and where a component names each.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use wasmparser::component_types::{
    AliasableResourceId, ComponentAnyTypeId, ComponentDefinedType, ComponentEntityType, ComponentInstanceTypeId,
    ComponentItem, ResourceId,
};
use wasmparser::types::TypesRef;

/// What makes two mentions of a type the same type: aliases peeled off, resources by their identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TypeKey {
    /// A resource type.
    Resource(ResourceId),
    /// Any other type.
    Structural(ComponentAnyTypeId),
}

/// Where a component names a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// Whether that is among its imports or among its exports.
    pub side: Side,
    /// The name of the import or export, and the names of the exports within it that lead to the type.
    pub path: Vec<String>,
}

/// The two sides of a component.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Side {
    Import,
    Export,
}

/// The identity of a type.
pub fn key(types: TypesRef<'_>, mut id: ComponentAnyTypeId) -> TypeKey {
    if let ComponentAnyTypeId::Resource(resource) = id {
        return TypeKey::Resource(resource.resource());
    }
    while let Some(aliased) = types.peel_alias(id) {
        id = aliased;
    }
    TypeKey::Structural(id)
}

/// The resource that an item defines or names, if it is a resource type.
pub fn resource(item: ComponentEntityType) -> Option<AliasableResourceId> {
    match item {
        ComponentEntityType::Type { created: ComponentAnyTypeId::Resource(id), .. } => Some(id),
        _ => None,
    }
}

/// Whether types that are made of this one mention it by a name alone.
///
/// Component Model, Explainer, "Import and Export Definitions": what is imported or exported is made of named records,
/// variants, enumerations, flags and resources.
pub fn needs_name(ty: &ComponentDefinedType) -> bool {
    use ComponentDefinedType as T;
    matches!(ty, T::Record(_) | T::Variant(_) | T::Flags(_) | T::Enum(_))
}

/// Where each type is named: imports before exports, in order.
#[derive(Default)]
pub struct Definitions {
    pub by_identity: BTreeMap<TypeKey, Definition>,
    pub by_alias: BTreeMap<ComponentAnyTypeId, Definition>,
}

/// Where a component of such imports and exports names its types.
pub fn definitions(
    types: TypesRef<'_>,
    imports: &IndexMap<String, ComponentItem>,
    exports: &IndexMap<String, ComponentItem>,
) -> Definitions {
    let mut definitions = Definitions::default();
    for (side, items) in [(Side::Import, imports), (Side::Export, exports)] {
        let mut path = Vec::new();
        visit_types(types, &mut items.iter(), &mut path, &mut |path, id| {
            let definition = Definition { side, path: path.to_vec() };
            definitions.by_alias.entry(id).or_insert_with(|| definition.clone());
            definitions.by_identity.entry(key(types, id)).or_insert(definition);
        });
    }
    definitions
}

/// Calls `visit` for each type that `items`, or the instances among them, name: where several instances are of the very same
/// type, for those in the first. The validator bounds the depth.
pub fn visit_types(
    types: TypesRef<'_>,
    items: &mut dyn Iterator<Item = (&String, &ComponentItem)>,
    path: &mut Vec<String>,
    visit: &mut impl FnMut(&[String], ComponentAnyTypeId),
) {
    visit_new_types(types, items, path, &mut BTreeSet::new(), visit);
}

fn visit_new_types(
    types: TypesRef<'_>,
    items: &mut dyn Iterator<Item = (&String, &ComponentItem)>,
    path: &mut Vec<String>,
    seen: &mut BTreeSet<ComponentInstanceTypeId>,
    visit: &mut impl FnMut(&[String], ComponentAnyTypeId),
) {
    for (name, item) in items {
        path.push(name.clone());
        match item.ty {
            ComponentEntityType::Type { created, referenced } => {
                visit(path, created);
                // Importing an instance that defines resources rewrites both ids, and cuts the alias between them.
                visit(path, referenced);
            }
            ComponentEntityType::Instance(id) if seen.insert(id) => {
                if let Some(instance) = types.get(id) {
                    visit_new_types(types, &mut instance.exports.iter(), path, seen, visit);
                }
            }
            _ => {}
        }
        path.pop();
    }
}

/// The types that an item, or the instances in it, create. Of an instance type that `seen` has, the first one stands for all.
pub fn created(
    types: TypesRef<'_>,
    item: ComponentEntityType,
    seen: &mut BTreeMap<ComponentInstanceTypeId, Option<ComponentAnyTypeId>>,
) -> Vec<ComponentAnyTypeId> {
    match item {
        ComponentEntityType::Type { created, .. } => vec![created],
        ComponentEntityType::Instance(id) => match seen.get(&id) {
            Some(first) => first.iter().copied().collect(),
            None => {
                let exports = types.get(id).into_iter().flat_map(|ty| ty.exports.values());
                let created: Vec<_> = exports.flat_map(|item| created(types, item.ty, seen)).collect();
                seen.insert(id, created.first().copied());
                created
            }
        },
        _ => vec![],
    }
}
