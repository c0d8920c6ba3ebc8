//! The component that assembles an interface: the shim.

use wasm_encoder::{ComponentExportKind, ComponentTypeRef, TypeBounds};
use wasmparser::component_types::{ComponentAnyTypeId, ComponentItem};

use super::writer::{Argument, Parts, Writer};
use crate::imports::{Function, Interface};
use crate::types::NamedType;
use crate::types::copy::writer::{Result, extra_name};
use crate::types::copy::{TypeIndices, extern_name};

impl<'c> Writer<'c> {
    /// Exports an interface, and returns the index of the instance. `is_given` identifies the types that the interface
    /// does not define; `named` returns types that it consists of and does not name.
    pub(super) fn export(
        &mut self,
        interface: &Interface<'c>,
        item: &ComponentItem,
        parts: &Parts,
        is_given: &dyn Fn(&NamedType<'_>) -> bool,
        named: &dyn Fn(ComponentAnyTypeId) -> Option<u32>,
    ) -> Result<u32> {
        let mut shim = Writer::new(self.component);
        let (mut given, mut exported) = (TypeIndices::default(), TypeIndices::default());
        let (mut arguments, mut extra): (Vec<Argument>, _) = (Vec::new(), Vec::new());
        for (number, ty) in interface.types.iter().enumerate() {
            let index = parts.types.get(ty.name).ok_or("a type is not there")?;
            let name = format!("t{number}");
            let imported = shim.import_type(&name, ty, &mut given, &mut extra)?;
            shim.name_extra(&extra, &given, &mut exported);
            shim.export_type(&mut exported, ty, imported, is_given(ty))?;
            arguments.push((name, ComponentExportKind::Type, *index));
        }
        for (number, function) in interface.functions.iter().enumerate() {
            let index = parts.functions.get(function.name).ok_or("a function is not there")?;
            let (name, is_later) = (format!("f{number}"), parts.later.contains(function.name));
            let ty = shim.scope(&mut given).importing(&mut extra).function_type(function.id, is_later)?;
            let imported = shim.builder.import(name.as_str(), ComponentTypeRef::Func(ty));
            shim.name_extra(&extra, &given, &mut exported);
            shim.export_function(&mut exported, function, imported, is_later)?;
            arguments.push((name, ComponentExportKind::Func, *index));
        }
        for (number, id) in extra.into_iter().enumerate() {
            let index = named(id).ok_or("a type has no name among the imports")?;
            arguments.push((extra_name(number), ComponentExportKind::Type, index));
        }
        let shim = self.builder.component(None, shim.builder);
        let instance = self.builder.instantiate(None, shim, arguments);
        let name = extern_name(interface.name, item);
        Ok(self.builder.export(name, ComponentExportKind::Instance, instance, None))
    }

    /// Imports a type by a name. `extra` are the types that are imported because it consists of them and nothing names
    /// them.
    pub(super) fn import_type(
        &mut self,
        name: &str,
        ty: &NamedType<'_>,
        given: &mut TypeIndices,
        extra: &mut Vec<ComponentAnyTypeId>,
    ) -> Result<u32> {
        let declared = self.scope(given).importing(extra).declared(ty)?;
        let imported = self.builder.import(name, declared);
        given.add_named(self.component, ty, imported);
        Ok(imported)
    }

    /// Lets exports mention the types that are imported in addition: the interface does not name them.
    fn name_extra(&self, extra: &[ComponentAnyTypeId], given: &TypeIndices, exported: &mut TypeIndices) {
        for id in extra {
            if let (Some(index), None) = (given.get(self.component, *id), exported.get(self.component, *id)) {
                exported.add(self.component, *id, index);
            }
        }
    }

    /// Exports a type by name. A composite type is written again, because it may only consist of exported types. A type
    /// of the host or of another interface is kept.
    pub(super) fn export_type(
        &mut self,
        exported: &mut TypeIndices,
        ty: &NamedType<'_>,
        given: u32,
        is_given: bool,
    ) -> Result<()> {
        let index = match is_given {
            true => given,
            false => match self.scope(exported).bounds_of(ty)? {
                TypeBounds::Eq(index) => index,
                TypeBounds::SubResource => given,
            },
        };
        let export = self.builder.export(ty.name, ComponentExportKind::Type, index, None);
        exported.add_named(self.component, ty, export);
        Ok(())
    }

    /// Exports a function, whose type consists of exported types.
    pub(super) fn export_function(
        &mut self,
        exported: &mut TypeIndices,
        function: &Function<'_>,
        index: u32,
        is_later: bool,
    ) -> Result<()> {
        let ty = ComponentTypeRef::Func(self.scope(exported).function_type(function.id, is_later)?);
        self.builder.export(function.name, ComponentExportKind::Func, index, Some(ty));
        Ok(())
    }
}
