//! The scopes of copied types, and the types that each has.

use std::collections::BTreeMap;
use std::rc::Rc;

use wasm_encoder::{
    Alias, ComponentExportKind, ComponentType, ComponentTypeEncoder, Encode as _, InstanceType, ModuleType,
};
use wasmparser::component_types::ComponentAnyTypeId;

use crate::types::TypeKey;

/// The indices of the types of one scope, by the ids of their components.
#[derive(Debug, Clone)]
pub(crate) struct TypeIndices<S = ()> {
    by_alias: BTreeMap<(S, ComponentAnyTypeId), u32>,
    by_identity: BTreeMap<(S, TypeKey), u32>,
    /// The indices of instance and component types by their encoding.
    by_content: BTreeMap<Vec<u8>, u32>,
}

// A derived implementation would require `S: Default`.
impl<S> Default for TypeIndices<S> {
    fn default() -> Self {
        TypeIndices { by_alias: BTreeMap::new(), by_identity: BTreeMap::new(), by_content: BTreeMap::new() }
    }
}

impl<S: Copy + Ord> TypeIndices<S> {
    /// The index of a type under exactly this alias.
    pub(crate) fn alias(&self, of: S, id: ComponentAnyTypeId) -> Option<u32> {
        self.by_alias.get(&(of, id)).copied()
    }

    /// The index of a type under its first alias.
    pub(crate) fn identity(&self, of: S, key: TypeKey) -> Option<u32> {
        self.by_identity.get(&(of, key)).copied()
    }

    /// Records the index of a type: the latest index for its alias, the first for its identity.
    pub(crate) fn name(&mut self, of: S, id: ComponentAnyTypeId, key: TypeKey, index: u32) {
        self.by_alias.insert((of, id), index);
        self.identify_first(of, key, index);
    }

    /// [`TypeIndices::name`] for the target of an alias, which keeps an earlier index.
    pub(crate) fn name_if_new(&mut self, of: S, id: ComponentAnyTypeId, key: TypeKey, index: u32) {
        self.write(of, id, index);
        self.identify_first(of, key, index);
    }

    /// Records the index of a type for its identity alone, unless it has one.
    pub(crate) fn identify_first(&mut self, of: S, key: TypeKey, index: u32) {
        self.by_identity.entry((of, key)).or_insert(index);
    }

    /// Records the index of a type for its identity alone.
    pub(crate) fn identify(&mut self, of: S, key: TypeKey, index: u32) {
        self.by_identity.insert((of, key), index);
    }

    /// Records the index of a type without a name.
    pub(crate) fn write(&mut self, of: S, id: ComponentAnyTypeId, index: u32) {
        self.by_alias.entry((of, id)).or_insert(index);
    }

    /// The index of a type by its encoding.
    pub(super) fn content(&self, bytes: &[u8]) -> Option<u32> {
        self.by_content.get(bytes).copied()
    }

    /// Records the index of a type by its encoding.
    pub(super) fn add_content(&mut self, bytes: Vec<u8>, index: u32) {
        self.by_content.insert(bytes, index);
    }
}

/// An incomplete instance or component type.
pub(crate) struct Scope<S> {
    body: Body,
    /// The types that have an index in it.
    pub(super) names: TypeIndices<S>,
    /// The types of instances in it, until they are aliased.
    pub(super) offered: Offered<S>,
    /// Whether it has its own imports, which other types than those around it may fill.
    pub(super) closed: bool,
}

/// The content of a scope.
pub(crate) enum Body {
    Instance(InstanceType),
    Component(ComponentType),
}

impl Body {
    /// Its encoding.
    pub(super) fn content(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        match self {
            Body::Instance(body) => {
                bytes.push(0);
                body.encode(&mut bytes);
            }
            Body::Component(body) => {
                bytes.push(1);
                body.encode(&mut bytes);
            }
        }
        bytes
    }
}

/// The location of a type in an instance of a scope: the index of the instance, and the path from there.
type Place = Rc<(u32, Vec<String>)>;

/// The types of a scope's instances.
pub(super) struct Offered<S> {
    by_alias: BTreeMap<(S, ComponentAnyTypeId), Place>,
    by_identity: BTreeMap<(S, TypeKey), Place>,
}

impl<S: Copy + Ord> Offered<S> {
    /// Records the location of a type, unless an earlier instance has it.
    pub(super) fn add(&mut self, of: S, id: ComponentAnyTypeId, key: TypeKey, instance: u32, path: &[String]) {
        let place = Rc::new((instance, path.to_vec()));
        self.by_alias.entry((of, id)).or_insert_with(|| Rc::clone(&place));
        self.by_identity.entry((of, key)).or_insert(place);
    }
}

impl<S: Copy + Ord> Scope<S> {
    pub(super) fn instance() -> Self {
        Scope::new(Body::Instance(InstanceType::new()), false)
    }

    pub(super) fn component(closed: bool) -> Self {
        Scope::new(Body::Component(ComponentType::new()), closed)
    }

    fn new(body: Body, closed: bool) -> Self {
        let offered = Offered { by_alias: BTreeMap::new(), by_identity: BTreeMap::new() };
        Scope { body, names: TypeIndices::default(), offered, closed }
    }

    pub(super) fn body(&mut self) -> &mut Body {
        &mut self.body
    }

    pub(super) fn into_body(self) -> Body {
        self.body
    }

    pub(super) fn alias(&mut self, alias: Alias<'_>) {
        match &mut self.body {
            Body::Instance(body) => _ = body.alias(alias),
            Body::Component(body) => _ = body.alias(alias),
        }
    }

    pub(super) fn type_count(&self) -> u32 {
        match &self.body {
            Body::Instance(body) => body.type_count(),
            Body::Component(body) => body.type_count(),
        }
    }

    pub(super) fn instance_count(&self) -> u32 {
        match &self.body {
            Body::Instance(body) => body.instance_count(),
            Body::Component(body) => body.instance_count(),
        }
    }

    pub(super) fn define(&mut self, write: impl FnOnce(ComponentTypeEncoder<'_>)) -> u32 {
        let index = self.type_count();
        match &mut self.body {
            Body::Instance(body) => write(body.ty()),
            Body::Component(body) => write(body.ty()),
        }
        index
    }

    pub(super) fn define_module(&mut self, ty: &ModuleType) -> u32 {
        match &mut self.body {
            Body::Instance(body) => {
                let index = body.core_type_count();
                body.core_type().module(ty);
                index
            }
            Body::Component(body) => {
                let index = body.core_type_count();
                body.core_type().module(ty);
                index
            }
        }
    }

    /// Whether it has a type, under exactly this alias or any.
    pub(super) fn has(&self, of: S, id: ComponentAnyTypeId, key: TypeKey) -> Has {
        let alias = self.names.by_alias.contains_key(&(of, id)) || self.offered.by_alias.contains_key(&(of, id));
        let any = self.names.by_identity.contains_key(&(of, key)) || self.offered.by_identity.contains_key(&(of, key));
        match (alias, any) {
            (true, _) => Has::Alias,
            (false, true) => Has::Identity,
            (false, false) => Has::Nothing,
        }
    }

    /// The index of a type of this scope or of one of its instances, from which it is aliased, so that one type stays one type. Under
    /// exactly this alias, or any.
    pub(super) fn get(&mut self, of: S, id: ComponentAnyTypeId, key: TypeKey, exact: bool) -> Option<u32> {
        let (known, offered) = match exact {
            true => (self.names.alias(of, id), self.offered.by_alias.get(&(of, id))),
            false => (self.names.identity(of, key), self.offered.by_identity.get(&(of, key))),
        };
        if known.is_some() {
            return known;
        }
        let place = offered.cloned()?;
        let (mut instance, path) = (place.0, place.1.as_slice());
        let (last, before) = path.split_last()?;
        for name in before {
            self.alias(Alias::InstanceExport { instance, kind: ComponentExportKind::Instance, name });
            instance = self.instance_count() - 1;
        }
        let index = self.type_count();
        self.alias(Alias::InstanceExport { instance, kind: ComponentExportKind::Type, name: last });
        self.names.name(of, id, key, index);
        Some(index)
    }
}

/// How a scope has a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Has {
    /// Under exactly this alias.
    Alias,
    /// Under another alias.
    Identity,
    Nothing,
}
