//! The scopes in which types are written, and what each of them has already.

use std::collections::BTreeMap;
use std::rc::Rc;

use wasm_encoder::{
    Alias, ComponentExportKind, ComponentType, ComponentTypeEncoder, Encode as _, InstanceType, ModuleType,
};
use wasmparser::component_types::ComponentAnyTypeId;

use crate::types::TypeKey;

/// The index of each type that has been written in one scope, by the components' own ids for it.
#[derive(Debug, Clone)]
pub struct TypeIndices<S = ()> {
    by_alias: BTreeMap<(S, ComponentAnyTypeId), u32>,
    by_identity: BTreeMap<(S, TypeKey), u32>,
    /// Types of instances and components, as they are written.
    by_content: BTreeMap<Vec<u8>, u32>,
}

// What the derived one asks of `S` is not needed.
impl<S> Default for TypeIndices<S> {
    fn default() -> Self {
        TypeIndices { by_alias: BTreeMap::new(), by_identity: BTreeMap::new(), by_content: BTreeMap::new() }
    }
}

impl<S: Copy + Ord> TypeIndices<S> {
    /// The index of a type under just this alias.
    pub fn alias(&self, of: S, id: ComponentAnyTypeId) -> Option<u32> {
        self.by_alias.get(&(of, id)).copied()
    }

    /// The index of a type under whatever alias was first.
    pub fn identity(&self, of: S, key: TypeKey) -> Option<u32> {
        self.by_identity.get(&(of, key)).copied()
    }

    /// Remembers the index of a type. The latest is what its alias means, the first its identity.
    pub fn name(&mut self, of: S, id: ComponentAnyTypeId, key: TypeKey, index: u32) {
        self.by_alias.insert((of, id), index);
        self.by_identity.entry((of, key)).or_insert(index);
    }

    /// Like [`TypeIndices::name`], for what a name refers to: where that has a name already, it keeps it.
    pub fn name_if_new(&mut self, of: S, id: ComponentAnyTypeId, key: TypeKey, index: u32) {
        self.by_alias.entry((of, id)).or_insert(index);
        self.by_identity.entry((of, key)).or_insert(index);
    }

    /// Remembers the index of a type, under whatever alias.
    pub fn identify(&mut self, of: S, key: TypeKey, index: u32) {
        self.by_identity.insert((of, key), index);
    }

    /// Remembers the index of a type that has no name.
    pub fn write(&mut self, of: S, id: ComponentAnyTypeId, index: u32) {
        self.by_alias.entry((of, id)).or_insert(index);
    }

    /// The index of a type of just this content.
    pub(super) fn content(&self, bytes: &[u8]) -> Option<u32> {
        self.by_content.get(bytes).copied()
    }

    /// Remembers the index of the type of a content.
    pub(super) fn add_content(&mut self, bytes: Vec<u8>, index: u32) {
        self.by_content.insert(bytes, index);
    }
}

/// An instance or component type being written.
pub struct Scope<S> {
    body: Body,
    /// What has an index in it.
    pub(super) names: TypeIndices<S>,
    /// Types that instances in it have, and that are not aliased from there yet.
    pub(super) offered: Offered<S>,
    /// Whether it has its own imports, so that it can be filled with other types than those around it.
    pub(super) closed: bool,
}

/// What a scope is the type of.
pub enum Body {
    Instance(InstanceType),
    Component(ComponentType),
}

impl Body {
    /// What tells it from others.
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

/// Where an instance of a scope has a type: the index of the instance, and the names that lead from there.
type Place = Rc<(u32, Vec<String>)>;

/// The types that a scope's instances have.
pub(super) struct Offered<S> {
    by_alias: BTreeMap<(S, ComponentAnyTypeId), Place>,
    by_identity: BTreeMap<(S, TypeKey), Place>,
}

impl<S: Copy + Ord> Offered<S> {
    /// Remembers where a type is, unless an instance before has it too.
    pub fn add(&mut self, of: S, id: ComponentAnyTypeId, key: TypeKey, instance: u32, path: &[String]) {
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

    /// Whether it has a type, by just this alias of it or by any.
    pub(super) fn has(&self, of: S, id: ComponentAnyTypeId, key: TypeKey) -> Has {
        let alias = self.names.by_alias.contains_key(&(of, id)) || self.offered.by_alias.contains_key(&(of, id));
        let any = self.names.by_identity.contains_key(&(of, key)) || self.offered.by_identity.contains_key(&(of, key));
        match (alias, any) {
            (true, _) => Has::Alias,
            (false, true) => Has::Identity,
            (false, false) => Has::Nothing,
        }
    }

    /// The index of a type that has one here, or that an instance here has: it is aliased from there, so that what is
    /// one type in the component is one type in what is written. By just this alias of it, or by any.
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

/// What a scope has of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Has {
    /// Just that alias.
    Alias,
    /// Another one.
    Identity,
    Nothing,
}
