//! The outline of a component: its imports and exports with their types.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use indexmap::IndexMap;
use wasmparser::component_types::{
    ComponentAnyTypeId, ComponentEntityType, ComponentItem, ComponentTypeId, ResourceId,
};
use wasmparser::types::{Types, TypesRef};

use super::identity::{Definition, Definitions, Side, TypeKey, created, definitions};

/// The imports and exports of a validated component, with the names of its types.
pub(crate) struct Outline {
    types: Arc<Types>,
    imports: IndexMap<String, ComponentItem>,
    exports: IndexMap<String, ComponentItem>,
    definitions: Definitions,
    /// The types that several of its scopes mention, computed on first use.
    shared: OnceLock<BTreeSet<TypeKey>>,
    /// The resource types that types mention, computed on first use.
    resources: Mutex<BTreeMap<ComponentAnyTypeId, Arc<[ResourceId]>>>,
}

impl Outline {
    /// The outline of a component with these imports and exports.
    pub(crate) fn new(types: impl Into<Arc<Types>>, imports: Vec<String>, exports: Vec<String>) -> Self {
        let types = types.into();
        let items = (*types).as_ref();
        // The names come from validated sections, so each has an item.
        let imports = imports.into_iter();
        let imports =
            imports.filter_map(|name| items.component_item_for_import(&name).cloned().map(|item| (name, item)));
        let imports: IndexMap<_, _> = imports.collect();
        let exports = exports.into_iter();
        let exports =
            exports.filter_map(|name| items.component_item_for_export(&name).cloned().map(|item| (name, item)));
        let exports: IndexMap<_, _> = exports.collect();
        Self::of_items(types, imports, exports)
    }

    fn of_items(
        types: Arc<Types>,
        imports: IndexMap<String, ComponentItem>,
        exports: IndexMap<String, ComponentItem>,
    ) -> Self {
        let definitions = definitions((*types).as_ref(), &imports, &exports);
        Outline { types, imports, exports, definitions, shared: OnceLock::new(), resources: Mutex::default() }
    }

    /// The outline of a component type that this component mentions.
    pub(crate) fn of_type(&self, id: ComponentTypeId) -> Option<Self> {
        let ty = self.types().get(id)?;
        let [imports, exports] = [&ty.imports, &ty.exports]
            .map(|items| items.iter().map(|(name, item)| (name.clone(), item.clone())).collect::<IndexMap<_, _>>());
        Some(Self::of_items(Arc::clone(&self.types), imports, exports))
    }

    /// The outline with some of the imports as exports: the name of each, and the import. `None` if there is no such import.
    pub(crate) fn turned(&self, exports: &[(String, String)]) -> Option<Self> {
        let mut imports = self.imports.clone();
        let turned = exports.iter().map(|(name, import)| Some((name.clone(), imports.shift_remove(import)?)));
        let turned = turned.collect::<Option<IndexMap<_, _>>>()?;
        Some(Self::of_items(Arc::clone(&self.types), imports, turned))
    }

    /// The types that the items of this component refer to.
    pub(crate) fn types(&self) -> TypesRef<'_> {
        (*self.types).as_ref()
    }

    /// Its imports, in order.
    pub(crate) fn imports(&self) -> &IndexMap<String, ComponentItem> {
        &self.imports
    }

    /// Its exports, in order.
    pub(crate) fn exports(&self) -> &IndexMap<String, ComponentItem> {
        &self.exports
    }

    /// The first name of a type in this component, under any alias.
    pub(crate) fn definition(&self, key: TypeKey) -> Option<&Definition> {
        self.definitions.of(key)
    }

    /// The import that defines a type: the interface, which is empty for the world itself, and the name in it.
    pub(crate) fn imported(&self, key: TypeKey) -> Option<(&str, &str)> {
        let definition = self.definition(key).filter(|definition| definition.side == Side::Import)?;
        match definition.path.as_slice() {
            [name] => Some(("", name)),
            [interface, name] => Some((interface, name)),
            _ => None,
        }
    }

    /// The name of exactly this alias of a type.
    pub(crate) fn alias_name(&self, id: ComponentAnyTypeId) -> Option<&Definition> {
        self.definitions.of_alias(id)
    }

    /// The name of this alias of a type, else the first name of the type.
    pub(crate) fn name_of(&self, id: ComponentAnyTypeId) -> Option<&Definition> {
        self.alias_name(id).or_else(|| self.definition(self.key(id)))
    }

    /// The identity of a type of this component.
    pub(crate) fn key(&self, id: ComponentAnyTypeId) -> TypeKey {
        self.definitions.key(self.types(), id)
    }

    /// The types that several scopes of this component mention, which are found once.
    pub(super) fn shared(&self, find: impl FnOnce() -> BTreeSet<TypeKey>) -> &BTreeSet<TypeKey> {
        self.shared.get_or_init(find)
    }

    /// Two imports that define the same type, as two imports of one instance type do. wasmparser panics where such a component is
    /// instantiated. `None` if there are none.
    pub(crate) fn imports_of_one_type(&self) -> Option<(&str, &str)> {
        self.of_one_type(self.imports().iter())
    }

    /// Two of some items of this component that define the same type, as an import and its export do.
    pub(crate) fn of_one_type<'c>(
        &'c self,
        items: impl Iterator<Item = (&'c String, &'c ComponentItem)>,
    ) -> Option<(&'c str, &'c str)> {
        let (mut named, mut seen) = (BTreeMap::new(), BTreeMap::new());
        let mut items = items;
        items.find_map(|(name, item)| {
            let mut created = created(self.types(), item.ty, &mut seen).into_iter();
            let first = created.find_map(|id| named.insert(id, name.as_str()))?;
            Some((first, name.as_str()))
        })
    }

    /// The item at the end of a path of names, the first of which is an import of this component.
    pub(crate) fn import_at(&self, path: &[String]) -> Option<ComponentEntityType> {
        self.item_at(self.imports(), path)
    }

    /// The item at the end of a path of names, the first of which is an export of this component.
    pub(crate) fn export_at(&self, path: &[String]) -> Option<ComponentEntityType> {
        self.item_at(self.exports(), path)
    }

    /// [`Outline::export_at`] with the attributes of the declaration.
    pub(crate) fn item_of_export(&self, path: &[String]) -> Option<&ComponentItem> {
        self.whole_item_at(self.exports(), path)
    }

    fn item_at(&self, items: &IndexMap<String, ComponentItem>, path: &[String]) -> Option<ComponentEntityType> {
        self.whole_item_at(items, path).map(|item| item.ty)
    }

    fn whole_item_at<'c>(
        &'c self,
        items: &'c IndexMap<String, ComponentItem>,
        path: &[String],
    ) -> Option<&'c ComponentItem> {
        let (first, rest) = path.split_first()?;
        let mut item = items.get(first)?;
        for name in rest {
            let ComponentEntityType::Instance(id) = item.ty else { return None };
            item = self.types().get(id)?.exports.get(name)?;
        }
        Some(item)
    }

    /// The resource types that a type mentions, which are computed once.
    pub(super) fn resources(
        &self,
        id: ComponentAnyTypeId,
        find: impl FnOnce() -> Vec<ResourceId>,
    ) -> Arc<[ResourceId]> {
        // The map is consistent whenever the lock is released.
        let known = || self.resources.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known().get(&id).map(Arc::clone);
        found.unwrap_or_else(|| {
            let found: Arc<[ResourceId]> = find().into();
            known().insert(id, Arc::clone(&found));
            found
        })
    }
}
