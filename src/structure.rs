//! What a component declares, written again elsewhere: the one place that knows all kinds of types.
//!
//! Component Model, Binary Format, "Type Definitions".

use wasm_encoder::{ComponentExternName, ComponentTypeEncoder, ComponentValType};
use wasmparser::component_types::{
    AliasableResourceId, ComponentDefinedType as T, ComponentFuncType, ComponentItem, ComponentValType as Given,
};

/// Where types are written: a component, or an instance or component type in one.
pub trait Writer {
    /// Why a type cannot be written.
    type Error;

    /// What stands for a type within another one: its index, where it has a name or has been written.
    fn value(&mut self, ty: &Given) -> Result<ComponentValType, Self::Error>;

    /// The index of a resource type, which has no structure to write again.
    fn resource(&mut self, id: AliasableResourceId) -> Result<u32, Self::Error>;

    /// Defines a type, and gives its index.
    fn define(&mut self, write: impl FnOnce(ComponentTypeEncoder<'_>)) -> u32;

    /// As [`Writer::value`], where there may be none.
    fn optional(&mut self, ty: &Option<Given>) -> Result<Option<ComponentValType>, Self::Error> {
        ty.as_ref().map(|ty| self.value(ty)).transpose()
    }

    /// Writes a defined type out, whatever names it may have, and gives its index.
    fn structure(&mut self, ty: &T) -> Result<u32, Self::Error> {
        Ok(match ty {
            T::Primitive(ty) => self.define(|e| e.defined_type().primitive((*ty).into())),
            T::Record(ty) => {
                let mut fields = Vec::with_capacity(ty.fields.len());
                for (name, ty) in &ty.fields {
                    fields.push((name.as_str(), self.value(ty)?));
                }
                self.define(|e| e.defined_type().record(fields))
            }
            T::Variant(ty) => {
                let mut cases = Vec::with_capacity(ty.cases.len());
                for (name, case) in &ty.cases {
                    cases.push((name.as_str(), self.optional(&case.ty)?));
                }
                self.define(|e| e.defined_type().variant(cases))
            }
            T::List { element, .. } => {
                let element = self.value(element)?;
                self.define(|e| e.defined_type().list(element))
            }
            T::Map { key, value, .. } => {
                let (key, value) = (self.value(key)?, self.value(value)?);
                self.define(|e| e.defined_type().map(key, value))
            }
            T::FixedLengthList { element, length, .. } => {
                let element = self.value(element)?;
                self.define(|e| e.defined_type().fixed_length_list(element, *length))
            }
            T::Tuple(ty) => {
                let mut types = Vec::with_capacity(ty.types.len());
                for ty in &ty.types {
                    types.push(self.value(ty)?);
                }
                self.define(|e| e.defined_type().tuple(types))
            }
            T::Flags(names) => self.define(|e| e.defined_type().flags(names.iter().map(|name| name.as_str()))),
            T::Enum(names) => self.define(|e| e.defined_type().enum_type(names.iter().map(|name| name.as_str()))),
            T::Option { ty, .. } => {
                let ty = self.value(ty)?;
                self.define(|e| e.defined_type().option(ty))
            }
            T::Result { ok, err, .. } => {
                let (ok, err) = (self.optional(ok)?, self.optional(err)?);
                self.define(|e| e.defined_type().result(ok, err))
            }
            T::Own(id) => {
                let resource = self.resource(*id)?;
                self.define(|e| e.defined_type().own(resource))
            }
            T::Borrow(id) => {
                let resource = self.resource(*id)?;
                self.define(|e| e.defined_type().borrow(resource))
            }
            T::Future { ty, .. } => {
                let ty = self.optional(ty)?;
                self.define(|e| e.defined_type().future(ty))
            }
            T::Stream { ty, .. } => {
                let ty = self.optional(ty)?;
                self.define(|e| e.defined_type().stream(ty))
            }
        })
    }

    /// Writes the type of a function, and gives its index.
    fn function(&mut self, ty: &ComponentFuncType) -> Result<u32, Self::Error> {
        let mut params = Vec::with_capacity(ty.params.len());
        for (name, ty) in &ty.params {
            params.push((name.as_str(), self.value(ty)?));
        }
        let result = self.optional(&ty.result)?;
        Ok(self.define(|encoder| {
            encoder.function().async_(ty.async_).params(params).result(result);
        }))
    }
}

/// The name of an import or export with all that its declaration carries beside it.
pub fn extern_name<'n>(name: &'n str, item: &'n ComponentItem) -> ComponentExternName<'n> {
    ComponentExternName {
        name: name.into(),
        implements: item.implements.as_deref().map(Into::into),
        version_suffix: item.version_suffix.as_deref().map(Into::into),
        external_id: item.external_id.as_deref().map(Into::into),
    }
}
