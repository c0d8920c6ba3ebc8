//! The identity of types, and the names that a component gives them.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use wasmparser::component_types::{
    AliasableResourceId, ComponentAnyTypeId, ComponentDefinedType, ComponentEntityType, ComponentInstanceTypeId,
    ComponentItem, ResourceId,
};
use wasmparser::types::TypesRef;

/// The identity of a type: without aliases, and of a resource type the resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TypeKey {
    /// A resource type.
    Resource(ResourceId),
    /// Any other type.
    Structural(ComponentAnyTypeId),
}

/// The first name of a type in a component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Definition {
    /// The side of the name.
    pub side: Side,
    /// The path to the type: the name of the import or export, and the names of exports within it.
    pub path: Vec<String>,
}

/// The two sides of a component.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub(crate) enum Side {
    Import,
    Export,
}

/// The identity of types by their aliases. A file may have aliases of aliases by the thousand, so each that has a name is followed
/// once.
#[derive(Default)]
struct Keys(BTreeMap<ComponentAnyTypeId, TypeKey>);

impl Keys {
    fn of(&self, types: TypesRef<'_>, mut id: ComponentAnyTypeId) -> TypeKey {
        if let ComponentAnyTypeId::Resource(resource) = id {
            return TypeKey::Resource(resource.resource());
        }
        loop {
            if let Some(known) = self.0.get(&id) {
                return *known;
            }
            match types.peel_alias(id) {
                Some(aliased) => id = aliased,
                None => return TypeKey::Structural(id),
            }
        }
    }

    /// The identity of a type that gets a name. An alias comes after what it is an alias of.
    fn name(&mut self, types: TypesRef<'_>, id: ComponentAnyTypeId) -> TypeKey {
        let key = self.of(types, id);
        self.0.insert(id, key);
        key
    }
}

/// The resource type that an item defines or names, if it does.
pub(crate) fn resource(item: ComponentEntityType) -> Option<AliasableResourceId> {
    match item {
        ComponentEntityType::Type { created: ComponentAnyTypeId::Resource(id), .. } => Some(id),
        _ => None,
    }
}

/// Whether other types may mention this one only by name.
///
/// Component Model, Explainer, "Import and Export Definitions": imports and exports consist of named records, variants, enums,
/// flags and resource types.
pub(crate) fn needs_name(ty: &ComponentDefinedType) -> bool {
    use ComponentDefinedType as T;
    matches!(ty, T::Record(_) | T::Variant(_) | T::Flags(_) | T::Enum(_))
}

/// The first name of each type: imports before exports, in order.
#[derive(Default)]
pub(crate) struct Definitions {
    by_identity: BTreeMap<TypeKey, Definition>,
    by_alias: BTreeMap<ComponentAnyTypeId, Definition>,
    keys: Keys,
    /// The types that have a new identity where they are named, with the one before.
    renewed: BTreeMap<TypeKey, TypeKey>,
}

impl Definitions {
    /// The first name of a type, under any alias.
    pub(crate) fn of(&self, key: TypeKey) -> Option<&Definition> {
        self.by_identity.get(&key)
    }

    /// The name of exactly this alias of a type.
    pub(crate) fn of_alias(&self, id: ComponentAnyTypeId) -> Option<&Definition> {
        self.by_alias.get(&id)
    }

    /// The identity of a type. The validator removes the alias between the name of a type and the type where an instance passes
    /// through a nested component: the export of that component is a type of its own there.
    pub(crate) fn key(&self, types: TypesRef<'_>, id: ComponentAnyTypeId) -> TypeKey {
        let key = self.keys.of(types, id);
        self.renewed.get(&key).copied().unwrap_or(key)
    }
}

/// The names of types in a component with these imports and exports.
pub(crate) fn definitions(
    types: TypesRef<'_>,
    imports: &IndexMap<String, ComponentItem>,
    exports: &IndexMap<String, ComponentItem>,
) -> Definitions {
    let mut definitions = Definitions::default();
    for (side, items) in [(Side::Import, imports), (Side::Export, exports)] {
        let mut path = Vec::new();
        visit_names(types, &mut items.iter(), &mut path, &mut BTreeSet::new(), &mut |path, [created, referenced]| {
            definitions.keys.name(types, referenced);
            let (name, ty) = (definitions.keys.name(types, created), definitions.key(types, referenced));
            if name != ty && !definitions.by_identity.contains_key(&name) {
                definitions.renewed.insert(name, ty);
            }
            for id in [created, referenced] {
                let definition = Definition { side, path: path.to_vec() };
                definitions.by_alias.entry(id).or_insert_with(|| definition.clone());
                definitions.by_identity.entry(definitions.key(types, id)).or_insert(definition);
            }
        });
    }
    definitions
}

/// Calls `visit` for each type that `items`, or the instances among them, name. Of several instances of one type, only the first
/// counts. The validator limits the depth.
pub(crate) fn visit_types(
    types: TypesRef<'_>,
    items: &mut dyn Iterator<Item = (&String, &ComponentItem)>,
    path: &mut Vec<String>,
    visit: &mut impl FnMut(&[String], ComponentAnyTypeId),
) {
    // An import of an instance that defines resource types renews both ids, which removes the alias between them.
    visit_names(types, items, path, &mut BTreeSet::new(), &mut |path, ids| {
        ids.into_iter().for_each(|id| visit(path, id))
    });
}

/// As [`visit_types`], with the id that a name creates and the one that it refers to.
fn visit_names(
    types: TypesRef<'_>,
    items: &mut dyn Iterator<Item = (&String, &ComponentItem)>,
    path: &mut Vec<String>,
    seen: &mut BTreeSet<ComponentInstanceTypeId>,
    visit: &mut impl FnMut(&[String], [ComponentAnyTypeId; 2]),
) {
    for (name, item) in items {
        path.push(name.clone());
        match item.ty {
            ComponentEntityType::Type { created, referenced } => visit(path, [created, referenced]),
            ComponentEntityType::Instance(id) if seen.insert(id) => {
                if let Some(instance) = types.get(id) {
                    visit_names(types, &mut instance.exports.iter(), path, seen, visit);
                }
            }
            _ => {}
        }
        path.pop();
    }
}

/// The types that an item, or the instances in it, create. Instance types in `seen` are skipped.
pub(crate) fn created(
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
