//! The types that imports and exports mention.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use wasmparser::component_types::{
    ComponentAnyTypeId, ComponentDefinedType as T, ComponentDefinedTypeId, ComponentEntityType,
    ComponentInstanceTypeId, ComponentItem, ComponentValType, ResourceId,
};

use super::Outline;
use super::identity::{TypeKey, needs_name, visit_types};

/// All types that an item of a component consists of, at any depth.
pub(crate) fn mentioned(component: &Outline, item: ComponentEntityType) -> BTreeSet<TypeKey> {
    let mut mentions = Mentions::of(component);
    mentions.item(item);
    mentions.found
}

/// All types that the exports of a component consist of, and those that they give another name.
pub(crate) fn of_exports(component: &Outline) -> BTreeSet<TypeKey> {
    component.exports().values().flat_map(|item| of_export(component, item)).collect()
}

/// All types that an export consists of, and those that it gives another name. The validator has a new identity for a type that an
/// export names.
pub(crate) fn of_export(component: &Outline, item: &ComponentItem) -> BTreeSet<TypeKey> {
    let mut mentions = Mentions::of(component);
    mentions.item(item.ty);
    let name = String::new();
    visit_types(component.types(), &mut std::iter::once((&name, item)), &mut Vec::new(), &mut |_, id| mentions.any(id));
    mentions.found
}

/// The types that an item of a component consists of, that need a name, and that the item does not name itself. An instance names
/// the types that it exports, from there on. It borrows one that consists of types which it does not name: WIT has such a type from
/// the interface that does.
///
/// Component Model, Explainer, "Import and Export Definitions": types in imports and exports are named ones.
pub(crate) fn unnamed(component: &Outline, item: ComponentEntityType) -> BTreeSet<TypeKey> {
    let mut unnamed = mentioned(component, item);
    unnamed.retain(|key| must_be_named(component, *key));
    let named = named_by(component, item);
    let keys: BTreeSet<TypeKey> = named.iter().map(|id| component.key(*id)).collect();
    for id in named.into_iter().filter(|id| !borrows(component, *id, &keys)) {
        unnamed.remove(&component.key(id));
    }
    unnamed.extend(named_late(component, item));
    unnamed
}

/// The types that need a name and that an instance mentions before it names them.
fn named_late(component: &Outline, item: ComponentEntityType) -> BTreeSet<TypeKey> {
    let mut late = BTreeSet::new();
    if let ComponentEntityType::Instance(_) = item {
        Mentions::of(component).named_late(item, &mut late);
    }
    late.retain(|key| must_be_named(component, *key));
    late
}

/// The types that an instance borrows, under each of their aliases: see [`unnamed`].
pub(crate) fn borrowed(component: &Outline, item: ComponentEntityType) -> Vec<ComponentAnyTypeId> {
    let named = named_by(component, item);
    let keys: BTreeSet<TypeKey> = named.iter().map(|id| component.key(*id)).collect();
    named.into_iter().filter(|id| borrows(component, *id, &keys)).collect()
}

/// The types that an instance names.
fn named_by(component: &Outline, item: ComponentEntityType) -> Vec<ComponentAnyTypeId> {
    let mut named = Vec::new();
    if let ComponentEntityType::Instance(id) = item {
        let exports = component.types().get(id).into_iter().flat_map(|ty| &ty.exports);
        visit_types(component.types(), &mut exports.into_iter(), &mut Vec::new(), &mut |_, id| named.push(id));
    }
    named
}

/// Whether a type consists of others than those that have a name.
fn borrows(component: &Outline, id: ComponentAnyTypeId, named: &BTreeSet<TypeKey>) -> bool {
    let parts = by_name(component, ComponentEntityType::Type { created: id, referenced: id });
    parts.into_iter().any(|id| !named.contains(&component.key(id)))
}

/// The types that a type or function mentions directly by name. Types of instances have none.
///
/// Component Model, Explainer, "Import and Export Definitions": types in imports and exports are named ones.
pub(crate) fn by_name(component: &Outline, item: ComponentEntityType) -> Vec<ComponentAnyTypeId> {
    let mut rest = match item {
        ComponentEntityType::Func(id) => within(component, id.into()),
        ComponentEntityType::Value(ComponentValType::Type(id)) => vec![id.into()],
        ComponentEntityType::Type { created, .. } => within(component, created),
        _ => vec![],
    };
    let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
    while let Some(id) = rest.pop() {
        if !seen.insert(id) {
            continue;
        }
        match must_be_named(component, component.key(id)) {
            true => found.push(id),
            false => rest.extend(within(component, id)),
        }
    }
    found
}

/// Whether imports and exports may mention a type by name alone.
pub(crate) fn must_be_named(component: &Outline, key: TypeKey) -> bool {
    match key {
        TypeKey::Resource(_) => true,
        TypeKey::Structural(ComponentAnyTypeId::Defined(id)) => component.types().get(id).is_some_and(needs_name),
        TypeKey::Structural(_) => false,
    }
}

/// The resource types that an item of a component mentions.
pub(crate) fn resources(component: &Outline, item: ComponentEntityType) -> Vec<ResourceId> {
    let resource = |key| match key {
        TypeKey::Resource(id) => Some(id),
        TypeKey::Structural(_) => None,
    };
    let find = || mentioned(component, item).into_iter().filter_map(resource).collect();
    match ids(item).first() {
        Some(id) => component.resources(*id, find).to_vec(),
        None => Vec::new(),
    }
}

/// The types that a type of a component mentions by name at any depth, including types of instances and components, without the
/// resource types that a nested component type defines.
pub(crate) fn names(component: &Outline, id: ComponentAnyTypeId) -> BTreeSet<ComponentAnyTypeId> {
    let mut names = NamesWithin { component, seen: BTreeSet::new(), of_components: BTreeSet::new(), is_inner: false };
    names.any(id);
    let NamesWithin { mut seen, of_components, .. } = names;
    seen.retain(|id| match component.key(*id) {
        TypeKey::Resource(resource) => !of_components.contains(&resource),
        key => must_be_named(component, key),
    });
    seen
}

struct NamesWithin<'a> {
    component: &'a Outline,
    seen: BTreeSet<ComponentAnyTypeId>,
    of_components: BTreeSet<ResourceId>,
    /// Whether the current item is within a component type.
    is_inner: bool,
}

impl NamesWithin<'_> {
    fn any(&mut self, id: ComponentAnyTypeId) {
        if !self.seen.insert(id) {
            return;
        }
        let types = self.component.types();
        match id {
            ComponentAnyTypeId::Instance(id) => {
                types.get(id).into_iter().flat_map(|ty| ty.exports.values()).for_each(|item| self.item(item.ty));
            }
            ComponentAnyTypeId::Component(id) => {
                let is_inner = std::mem::replace(&mut self.is_inner, true);
                let items = types.get(id).into_iter().flat_map(|ty| ty.imports.values().chain(ty.exports.values()));
                items.for_each(|item| self.item(item.ty));
                self.is_inner = is_inner;
            }
            id => within(self.component, id).into_iter().for_each(|id| self.any(id)),
        }
    }

    fn item(&mut self, item: ComponentEntityType) {
        match item {
            ComponentEntityType::Type { created, referenced } => {
                if let (true, ComponentAnyTypeId::Resource(id)) = (self.is_inner && created == referenced, created) {
                    self.of_components.insert(id.resource());
                }
                self.any(referenced);
            }
            item => ids(item).into_iter().for_each(|id| self.any(id)),
        }
    }
}

/// Whether all types of an instance are, or consist of, some resource types.
pub(crate) fn are_all_of(component: &Outline, id: ComponentInstanceTypeId, of: &BTreeSet<ResourceId>) -> bool {
    let (mut are_all, types) = (true, component.types());
    let exports = types.get(id).into_iter().flat_map(|ty| &ty.exports);
    visit_types(types, &mut exports.into_iter(), &mut Vec::new(), &mut |_, id| {
        let item = ComponentEntityType::Type { created: id, referenced: id };
        are_all = are_all && resources(component, item).iter().any(|id| of.contains(id));
    });
    are_all
}

/// Whether several scopes of a component mention a type. The scopes are the component and its instance and component types.
pub(crate) fn is_shared(component: &Outline, key: TypeKey) -> bool {
    component.shared(|| shared(component)).contains(&key)
}

fn shared(component: &Outline) -> BTreeSet<TypeKey> {
    let (first, shared, again) = (BTreeMap::new(), BTreeSet::new(), BTreeSet::new());
    let mut sharing = Sharing { component, first, shared, again, scopes: 0 };
    let items = component.imports().values().chain(component.exports().values());
    items.for_each(|item| sharing.item(0, item.ty));
    sharing.shared
}

struct Sharing<'a> {
    component: &'a Outline,
    /// The first scope that mentions each type.
    first: BTreeMap<TypeKey, usize>,
    shared: BTreeSet<TypeKey>,
    /// The types of instances that are declared more than once.
    again: BTreeSet<TypeKey>,
    scopes: usize,
}

impl Sharing<'_> {
    fn item(&mut self, scope: usize, item: ComponentEntityType) {
        ids(item).into_iter().for_each(|id| self.any(scope, id));
    }

    fn any(&mut self, scope: usize, id: ComponentAnyTypeId) {
        let key = self.component.key(id);
        match self.first.entry(key) {
            Entry::Vacant(entry) => _ = entry.insert(scope),
            Entry::Occupied(entry) => {
                let is_new = *entry.get() != scope && self.shared.insert(key);
                // An instance type that is declared twice, as by an import and an export: its resource types belong to both.
                if matches!(id, ComponentAnyTypeId::Instance(_)) && (is_new || self.again.insert(key)) {
                    let resources = names(self.component, id).into_iter().map(|id| self.component.key(id));
                    self.shared.extend(resources.filter(|key| matches!(key, TypeKey::Resource(_))));
                }
                return;
            }
        }
        let types = self.component.types();
        match id {
            ComponentAnyTypeId::Instance(id) => {
                self.scopes += 1;
                let inner = self.scopes;
                let items = types.get(id).into_iter().flat_map(|ty| ty.exports.values());
                items.for_each(|item| self.item(inner, item.ty));
            }
            ComponentAnyTypeId::Component(id) => {
                self.scopes += 1;
                let inner = self.scopes;
                let items = types.get(id).into_iter().flat_map(|ty| ty.imports.values().chain(ty.exports.values()));
                items.for_each(|item| self.item(inner, item.ty));
            }
            id => within(self.component, id).into_iter().for_each(|id| self.any(scope, id)),
        }
    }
}

/// The types of an item.
fn ids(item: ComponentEntityType) -> Vec<ComponentAnyTypeId> {
    match item {
        ComponentEntityType::Func(id) => vec![id.into()],
        ComponentEntityType::Instance(id) => vec![id.into()],
        ComponentEntityType::Component(id) => vec![id.into()],
        ComponentEntityType::Value(ComponentValType::Type(id)) => vec![id.into()],
        ComponentEntityType::Type { created, referenced } => vec![created, referenced],
        ComponentEntityType::Module(_) | ComponentEntityType::Value(ComponentValType::Primitive(_)) => vec![],
    }
}

/// The type that an item names.
fn named(component: &Outline, item: ComponentEntityType) -> Option<TypeKey> {
    match item {
        ComponentEntityType::Type { created, .. } => Some(component.key(created)),
        _ => None,
    }
}

struct Mentions<'a> {
    component: &'a Outline,
    found: BTreeSet<TypeKey>,
    /// The same, in the order in which they were found.
    order: Vec<TypeKey>,
}

// The validator limits the depth of types.
impl<'a> Mentions<'a> {
    fn of(component: &'a Outline) -> Self {
        Mentions { component, found: BTreeSet::new(), order: Vec::new() }
    }

    fn find(&mut self, key: TypeKey) -> bool {
        let is_new = self.found.insert(key);
        self.order.extend(is_new.then_some(key));
        is_new
    }

    /// Adds an item, and to `late` the types that it mentions before it names them.
    fn named_late(&mut self, item: ComponentEntityType, late: &mut BTreeSet<TypeKey>) {
        if let ComponentEntityType::Instance(id) = item {
            let exports = self.component.types().get(id).into_iter().flat_map(|ty| ty.exports.values());
            return exports.for_each(|item| self.named_late(item.ty, late));
        }
        let (known, own) = (self.order.len(), named(self.component, item));
        self.item(item);
        late.extend(self.order.iter().skip(known).filter(|key| Some(**key) != own));
    }

    fn item(&mut self, item: ComponentEntityType) {
        match item {
            ComponentEntityType::Func(id) => self.any(id.into()),
            ComponentEntityType::Instance(id) => self.any(id.into()),
            ComponentEntityType::Value(ty) => self.value(&ty),
            ComponentEntityType::Type { created, .. } => self.any(created),
            // Core modules have no such types, and those of a component type are its own.
            ComponentEntityType::Module(_) | ComponentEntityType::Component(_) => {}
        }
    }

    fn any(&mut self, id: ComponentAnyTypeId) {
        let types = self.component.types();
        match id {
            ComponentAnyTypeId::Resource(_) => _ = self.find(self.component.key(id)),
            ComponentAnyTypeId::Defined(id) => self.defined(id),
            ComponentAnyTypeId::Func(id) => {
                for ty in types.get(id).iter().flat_map(|ty| ty.params.iter().map(|(_, ty)| ty).chain(&ty.result)) {
                    self.value(ty);
                }
            }
            ComponentAnyTypeId::Instance(id) => {
                for item in types.get(id).iter().flat_map(|ty| ty.exports.values()) {
                    self.item(item.ty);
                }
            }
            ComponentAnyTypeId::Component(_) => {}
        }
    }

    fn value(&mut self, ty: &ComponentValType) {
        if let ComponentValType::Type(id) = ty {
            self.defined(*id);
        }
    }

    fn defined(&mut self, id: ComponentDefinedTypeId) {
        if !self.find(self.component.key(id.into())) {
            return;
        }
        match self.component.types().get(id) {
            Some(T::Own(id) | T::Borrow(id)) => self.any((*id).into()),
            Some(ty) => parts(ty).into_iter().for_each(|ty| self.value(ty)),
            None => {}
        }
    }
}

/// The types that a type or function directly consists of, in order.
pub(crate) fn within(component: &Outline, id: ComponentAnyTypeId) -> Vec<ComponentAnyTypeId> {
    let types = component.types();
    let id_of = |ty: &ComponentValType| match ty {
        ComponentValType::Type(id) => Some((*id).into()),
        ComponentValType::Primitive(_) => None,
    };
    match id {
        ComponentAnyTypeId::Func(id) => {
            let values = types.get(id).into_iter().flat_map(|ty| ty.params.iter().map(|(_, ty)| ty).chain(&ty.result));
            values.filter_map(id_of).collect()
        }
        ComponentAnyTypeId::Defined(id) => match types.get(id) {
            Some(T::Own(id) | T::Borrow(id)) => vec![(*id).into()],
            Some(ty) => parts(ty).into_iter().filter_map(id_of).collect(),
            None => vec![],
        },
        // The types within a component or instance type are its own. A resource type has no parts.
        ComponentAnyTypeId::Instance(_) | ComponentAnyTypeId::Component(_) | ComponentAnyTypeId::Resource(_) => vec![],
    }
}

/// The parts of a type, without the resource type of a handle.
pub(crate) fn parts(ty: &T) -> Vec<&ComponentValType> {
    match ty {
        T::Record(ty) => ty.fields.values().collect(),
        T::Variant(ty) => ty.cases.values().filter_map(|case| case.ty.as_ref()).collect(),
        T::Tuple(ty) => ty.types.iter().collect(),
        T::List { element: ty, .. } | T::FixedLengthList { element: ty, .. } | T::Option { ty, .. } => vec![ty],
        T::Map { key, value, .. } => vec![key, value],
        T::Result { ok, err, .. } => ok.iter().chain(err).collect(),
        T::Future { ty, .. } | T::Stream { ty, .. } => ty.iter().collect(),
        T::Primitive(_) | T::Flags(_) | T::Enum(_) | T::Own(_) | T::Borrow(_) => vec![],
    }
}
