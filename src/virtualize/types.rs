//! Types of the component that an adapter is for, written into the adapter.

use std::collections::BTreeMap;

use wasm_encoder::{
    Alias, ComponentBuilder, ComponentOuterAliasKind, ComponentTypeEncoder, ComponentTypeRef, ComponentValType,
    InstanceType, TypeBounds,
};
use wasmparser::component_types::{
    AliasableResourceId, ComponentAnyTypeId, ComponentFuncTypeId, ComponentValType as Given, ResourceId,
};

use super::imports::NamedType;
use crate::load::Component;
use crate::load::component::{TypeKey, needs_name};
use crate::structure::Writer;

/// Why a type cannot be written.
pub type Result<T> = std::result::Result<T, String>;

/// The indices of the types that have been written in one place.
#[derive(Debug, Clone, Default)]
pub struct Names {
    by_alias: BTreeMap<ComponentAnyTypeId, u32>,
    by_identity: BTreeMap<TypeKey, u32>,
}

impl Names {
    /// The index of a type, by just this alias or by its identity.
    pub fn get(&self, component: &Component, id: ComponentAnyTypeId) -> Option<u32> {
        self.by_alias.get(&id).or_else(|| self.by_identity.get(&component.key(id))).copied()
    }

    /// The index of a resource type.
    pub fn resource(&self, id: ResourceId) -> Option<u32> {
        self.by_identity.get(&TypeKey::Resource(id)).copied()
    }

    /// Says which index a type has.
    pub fn add(&mut self, component: &Component, id: ComponentAnyTypeId, index: u32) {
        self.by_alias.insert(id, index);
        self.by_identity.entry(component.key(id)).or_insert(index);
    }

    /// Says which index a resource type has.
    pub fn add_resource(&mut self, id: ResourceId, index: u32) {
        self.by_identity.insert(TypeKey::Resource(id), index);
    }

    /// Says which index a type has that has been given a name.
    pub fn add_named(&mut self, component: &Component, ty: &NamedType<'_>, index: u32) {
        self.add(component, ty.created, index);
        self.by_alias.entry(ty.referenced).or_insert(index);
        self.by_identity.entry(component.key(ty.referenced)).or_insert(index);
    }
}

/// Where types are written.
pub trait Sink {
    /// Defines a type, and gives its index.
    fn define(&mut self, write: impl FnOnce(ComponentTypeEncoder<'_>)) -> u32;

    /// Makes a type of the component around this one its own, and gives its index here.
    fn outer(&mut self, index: u32) -> u32;

    /// Imports a type, and gives its index.
    fn import_type(&mut self, name: &str, bounds: TypeBounds) -> u32;
}

impl Sink for ComponentBuilder {
    fn define(&mut self, write: impl FnOnce(ComponentTypeEncoder<'_>)) -> u32 {
        let (index, encoder) = self.ty(None);
        write(encoder);
        index
    }

    fn outer(&mut self, index: u32) -> u32 {
        index
    }

    fn import_type(&mut self, name: &str, bounds: TypeBounds) -> u32 {
        self.import(name, ComponentTypeRef::Type(bounds))
    }
}

impl Sink for InstanceType {
    fn define(&mut self, write: impl FnOnce(ComponentTypeEncoder<'_>)) -> u32 {
        let index = self.type_count();
        write(self.ty());
        index
    }

    fn outer(&mut self, index: u32) -> u32 {
        let alias = Alias::Outer { kind: ComponentOuterAliasKind::Type, count: 1, index };
        self.alias(alias);
        self.type_count() - 1
    }

    /// An instance imports nothing: it has what it exports.
    fn import_type(&mut self, name: &str, bounds: TypeBounds) -> u32 {
        let index = self.type_count();
        self.export(name, ComponentTypeRef::Type(bounds));
        index
    }
}

/// The type of an instance that has some types and functions of a component. `outer` are the types of the component
/// around it.
pub fn instance_type<'n>(
    component: &Component,
    types: &[NamedType<'_>],
    functions: impl Iterator<Item = (&'n str, ComponentFuncTypeId)>,
    outer: &Names,
) -> Result<InstanceType> {
    let (mut instance, mut names) = (InstanceType::new(), Names::default());
    for ty in types {
        let mut scope = Scope { outer: Some(outer), ..Scope::new(component, &mut instance, &mut names) };
        let declared = scope.declared(ty)?;
        let index = instance.type_count();
        instance.export(ty.name, declared);
        names.add_named(component, ty, index);
    }
    for (name, ty) in functions {
        let mut scope = Scope { outer: Some(outer), ..Scope::new(component, &mut instance, &mut names) };
        let ty = scope.function_type(ty)?;
        instance.export(name, ComponentTypeRef::Func(ty));
    }
    Ok(instance)
}

/// A place where types of a component are being written.
pub struct Scope<'s, S> {
    /// The component whose types they are.
    pub component: &'s Component,
    /// Where they are written.
    pub sink: &'s mut S,
    /// Those that have been.
    pub names: &'s mut Names,
    /// The types of the component around this place.
    pub outer: Option<&'s Names>,
    /// The types that were imported because those which mention them could not be otherwise.
    pub extra: Option<&'s mut Vec<ComponentAnyTypeId>>,
}

/// What such a type is imported as.
pub fn extra_name(number: usize) -> String {
    format!("x{number}")
}

impl<'s, S: Sink> Scope<'s, S> {
    /// A place where all types are written that have not been.
    pub fn new(component: &'s Component, sink: &'s mut S, names: &'s mut Names) -> Self {
        Scope { component, sink, names, outer: None, extra: None }
    }

    /// Writes the type of a function.
    pub fn function_type(&mut self, id: ComponentFuncTypeId) -> Result<u32> {
        let ty = self.component.types().get(id).ok_or("a function has no type")?;
        self.function(ty)
    }

    /// Writes what a type is equal to that is about to get a name, or says that it is a resource type of its own.
    pub fn bounds(&mut self, ty: &NamedType<'_>) -> Result<TypeBounds> {
        if let Some(index) = self.known(ty.referenced) {
            return Ok(TypeBounds::Eq(index));
        }
        match ty.referenced {
            ComponentAnyTypeId::Resource(_) => Ok(TypeBounds::SubResource),
            ComponentAnyTypeId::Defined(id) => {
                let ty = self.component.types().get(id).ok_or("a type is not there")?;
                Ok(TypeBounds::Eq(self.structure(ty)?))
            }
            ComponentAnyTypeId::Func(id) => Ok(TypeBounds::Eq(self.function_type(id)?)),
            ComponentAnyTypeId::Instance(_) | ComponentAnyTypeId::Component(_) => {
                Err(format!("type `{}` is that of an instance or a component", ty.name))
            }
        }
    }

    /// The type of a declaration with such bounds.
    pub fn declared(&mut self, ty: &NamedType<'_>) -> Result<ComponentTypeRef> {
        self.bounds(ty).map(ComponentTypeRef::Type)
    }

    fn known(&mut self, id: ComponentAnyTypeId) -> Option<u32> {
        if let Some(index) = self.names.get(self.component, id) {
            return Some(index);
        }
        let index = self.sink.outer(self.outer?.get(self.component, id)?);
        self.names.add(self.component, id, index);
        Some(index)
    }
}

impl<S: Sink> Writer for Scope<'_, S> {
    type Error = String;

    fn value(&mut self, ty: &Given) -> Result<ComponentValType> {
        let id = match ty {
            Given::Primitive(ty) => return Ok(ComponentValType::Primitive((*ty).into())),
            Given::Type(id) => *id,
        };
        if let Some(index) = self.known(id.into()) {
            return Ok(ComponentValType::Type(index));
        }
        let ty = self.component.types().get(id).ok_or("a type is not there")?;
        let mut index = self.structure(ty)?;
        // Component Model, Explainer, "Type Checking": what is imported may mention records and the like by name alone.
        if needs_name(ty)
            && let Some(extra) = &mut self.extra
        {
            index = self.sink.import_type(&extra_name(extra.len()), TypeBounds::Eq(index));
            extra.push(id.into());
        }
        self.names.add(self.component, id.into(), index);
        Ok(ComponentValType::Type(index))
    }

    fn resource(&mut self, id: AliasableResourceId) -> Result<u32> {
        if let Some(index) = self.known(id.into()) {
            return Ok(index);
        }
        let extra = self.extra.as_mut().ok_or("a resource type has no name among the imports")?;
        let index = self.sink.import_type(&extra_name(extra.len()), TypeBounds::SubResource);
        extra.push(id.into());
        self.names.add(self.component, id.into(), index);
        Ok(index)
    }

    fn define(&mut self, write: impl FnOnce(ComponentTypeEncoder<'_>)) -> u32 {
        self.sink.define(write)
    }
}
