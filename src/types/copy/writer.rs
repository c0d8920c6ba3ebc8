//! Writes types of one component into another, incomplete component.

use wasm_encoder::{ComponentBuilder, ComponentTypeEncoder, ComponentTypeRef, ModuleType, TypeBounds};
use wasmparser::component_types::{
    AliasableResourceId, ComponentAnyTypeId, ComponentDefinedType, ComponentDefinedTypeId, ComponentEntityType,
    ComponentFuncTypeId, ResourceId,
};

use super::{Copier, Scope, TypeIndices};
use crate::types::identity::{TypeKey, needs_name};
use crate::types::{NamedType, Outline};

/// A result, or the reason that a type cannot be written.
pub(crate) type Result<T, E = String> = std::result::Result<T, E>;

impl TypeIndices<()> {
    /// The index of a type, under exactly this alias or by its identity.
    pub(crate) fn get(&self, component: &Outline, id: ComponentAnyTypeId) -> Option<u32> {
        self.alias((), id).or_else(|| self.identity((), component.key(id)))
    }

    /// The index of a resource type.
    pub(crate) fn resource(&self, id: ResourceId) -> Option<u32> {
        self.identity((), TypeKey::Resource(id))
    }

    /// Sets the index of a type.
    pub(crate) fn add(&mut self, component: &Outline, id: ComponentAnyTypeId, index: u32) {
        self.name((), id, component.key(id), index);
    }

    /// Sets the index of a resource type.
    pub(crate) fn add_resource(&mut self, id: ResourceId, index: u32) {
        self.identify((), TypeKey::Resource(id), index);
    }

    /// Sets the index of a type that got a name.
    pub(crate) fn add_named(&mut self, component: &Outline, ty: &NamedType<'_>, index: u32) {
        self.add(component, ty.created, index);
        self.name_if_new((), ty.referenced, component.key(ty.referenced), index);
    }
}

/// Writes an instance type with some types and functions of a component. `names` are the types of the component around it.
pub(crate) fn instance_type<'c>(
    component: &'c Outline,
    builder: &mut ComponentBuilder,
    types: &[NamedType<'c>],
    functions: impl Iterator<Item = (&'c str, ComponentFuncTypeId)>,
    names: &mut TypeIndices,
) -> Result<u32> {
    let types = types.iter().map(|ty| (ty.name, ty.item()));
    let items = types.chain(functions.map(|(name, ty)| (name, ComponentEntityType::Func(ty))));
    TypeWriter::new(component, builder, names).instance_with((), items)
}

/// A writer of one component's types into another component.
pub(crate) struct TypeWriter<'c, 's> {
    /// The component of the types.
    component: &'c Outline,
    /// The component that gets them.
    builder: &'s mut ComponentBuilder,
    /// The types that it has.
    names: &'s mut TypeIndices,
    /// The incomplete instance types.
    nested: Vec<Scope<()>>,
    /// The types that are imported only because other types mention them by name.
    extra: Option<&'s mut Vec<ComponentAnyTypeId>>,
}

/// The import name of such a type.
pub(crate) fn extra_name(number: usize) -> String {
    format!("x{number}")
}

impl<'c, 's> TypeWriter<'c, 's> {
    /// A writer that writes each unknown type.
    pub(crate) fn new(component: &'c Outline, builder: &'s mut ComponentBuilder, names: &'s mut TypeIndices) -> Self {
        TypeWriter { component, builder, names, nested: Vec::new(), extra: None }
    }

    /// A writer that imports unknown types that need a name, and adds them to `extra`.
    pub(crate) fn importing(self, extra: &'s mut Vec<ComponentAnyTypeId>) -> Self {
        TypeWriter { extra: Some(extra), ..self }
    }

    /// Writes the type of a function, if `as_async` as if it were asynchronous.
    pub(crate) fn function_type(&mut self, id: ComponentFuncTypeId, as_async: bool) -> Result<u32> {
        if !as_async {
            return self.index((), id.into());
        }
        let ty = self.component.types().get(id).ok_or_else(|| self.foreign())?;
        let mut params = Vec::with_capacity(ty.params.len());
        for (name, ty) in &ty.params {
            params.push((name.as_str(), self.value((), ty)?));
        }
        let result = ty.result.as_ref().map(|ty| self.value((), ty)).transpose()?;
        let (index, encoder) = self.builder.ty(None);
        encoder.function().async_(true).params(params).result(result);
        Ok(index)
    }

    /// The bounds of a type to be named: the type that it equals, or a new resource type.
    pub(crate) fn bounds_of(&mut self, ty: &NamedType<'_>) -> Result<TypeBounds> {
        match ty.referenced {
            ComponentAnyTypeId::Instance(_) | ComponentAnyTypeId::Component(_) => {
                Err(format!("type `{}` is that of an instance or a component", ty.name))
            }
            _ => self.bounds(&[((), ty.created, ty.referenced)]),
        }
    }

    /// The type of a declaration of a type.
    pub(crate) fn declared(&mut self, ty: &NamedType<'_>) -> Result<ComponentTypeRef> {
        self.bounds_of(ty).map(ComponentTypeRef::Type)
    }

    /// Imports a type that another type mentions by name.
    fn import(&mut self, id: ComponentAnyTypeId, bounds: TypeBounds) -> Option<u32> {
        let extra = self.extra.as_mut()?;
        let index = self.builder.import(extra_name(extra.len()).as_str(), ComponentTypeRef::Type(bounds));
        extra.push(id);
        Some(index)
    }
}

impl<'c> Copier<'c> for TypeWriter<'c, '_> {
    type Source = ();
    type Error = String;

    fn component(&self, (): ()) -> Result<&'c Outline> {
        Ok(self.component)
    }

    fn scopes(&self) -> &[Scope<()>] {
        &self.nested
    }

    fn written(&mut self) -> (&mut Vec<Scope<()>>, &mut TypeIndices) {
        (&mut self.nested, self.names)
    }

    fn next_outermost(&self) -> u32 {
        self.builder.type_count()
    }

    fn define_outermost(&mut self, write: impl FnOnce(ComponentTypeEncoder<'_>)) -> u32 {
        let (index, encoder) = self.builder.ty(None);
        write(encoder);
        index
    }

    fn define_outermost_module(&mut self, _: &ModuleType) -> u32 {
        // Adapters import and export no core modules.
        self.builder.core_type_count()
    }

    fn named_outermost(&mut self, (): (), id: ComponentAnyTypeId, exact: bool) -> Result<Option<u32>> {
        Ok(match exact {
            true => self.names.alias((), id),
            false => self.names.identity((), self.component.key(id)),
        })
    }

    fn unnamed_resource(&mut self, (): (), id: AliasableResourceId) -> Result<u32> {
        let index = self.import(id.into(), TypeBounds::SubResource);
        let index = index.ok_or("a resource type has no name among the imports")?;
        self.names.add(self.component, id.into(), index);
        Ok(index)
    }

    /// Component Model, Explainer, "Type Checking": imports mention records and similar types by name only.
    fn named(&mut self, (): (), id: ComponentDefinedTypeId, ty: &ComponentDefinedType, index: u32) -> u32 {
        let imported = if needs_name(ty) { self.import(id.into(), TypeBounds::Eq(index)) } else { None };
        imported.unwrap_or(index)
    }

    fn impossible_module(&self, (): (), reason: String) -> String {
        reason
    }

    fn foreign(&self) -> String {
        "a type is not there".to_owned()
    }
}
