//! Copies imports and exports of components as imports of a new component.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use wasm_encoder::{ComponentBuilder, ComponentExportKind, ComponentTypeRef};
use wasmparser::component_types::ComponentItem;

use super::{Function, Imports, Interface};
use crate::name::qualified;
use crate::types::NamedType;
use crate::types::copy::writer::{TypeWriter, instance_type};
use crate::types::copy::{TypeIndices, extern_name};

/// An incomplete component whose imports are copies.
#[derive(Default)]
pub(crate) struct ImportCopier {
    pub builder: ComponentBuilder,
    /// The types of the component that the latest imports are copied from.
    names: TypeIndices,
    /// The imports by name: their kinds and indices.
    pub imported: BTreeMap<String, (ComponentExportKind, u32)>,
}

/// Whether a type of an interface is copied, and whether a function is.
type HasType<'f, 'c> = &'f dyn Fn(&Interface<'c>, &NamedType<'c>) -> bool;
type HasFunction<'f, 'c> = &'f dyn Fn(&Function<'c>) -> bool;

impl ImportCopier {
    /// Forgets the copied types, before items of another component are copied.
    pub(crate) fn of_another(self) -> ImportCopier {
        ImportCopier { names: TypeIndices::default(), ..self }
    }

    /// Imports all items.
    ///
    /// # Errors
    ///
    /// Two imports have one name, a type cannot be written in another component, or an item is neither a type nor a
    /// function.
    pub(crate) fn copy_all(
        &mut self,
        all: &Imports<'_>,
        items: &IndexMap<String, ComponentItem>,
    ) -> Result<(), String> {
        if let Some((interface, (name, _))) =
            all.interfaces.iter().find_map(|interface| Some((interface, interface.others.first()?)))
        {
            return Err(format!("`{}` is neither a type nor a function", qualified(interface.name, name)));
        }
        self.copy_some(all, items, (&|_, _| true, &|_| true), true)
    }

    /// Imports some of the types and functions.
    ///
    /// # Errors
    ///
    /// Two imports have one name, or a type cannot be written in another component.
    pub(crate) fn copy<'c>(
        &mut self,
        all: &Imports<'c>,
        items: &IndexMap<String, ComponentItem>,
        has_type: HasType<'_, 'c>,
        has_function: HasFunction<'_, 'c>,
    ) -> Result<(), String> {
        self.copy_some(all, items, (has_type, has_function), false)
    }

    /// As [`ImportCopier::copy`]. `has_empty` states whether interfaces without any copied item are imported.
    fn copy_some<'c>(
        &mut self,
        all: &Imports<'c>,
        items: &IndexMap<String, ComponentItem>,
        (has_type, has_function): (HasType<'_, 'c>, HasFunction<'_, 'c>),
        has_empty: bool,
    ) -> Result<(), String> {
        let component = all.component;
        // Functions of the world may use types of interfaces, while interfaces may use resource types of the world.
        let resources = all.interfaces.last().filter(|interface| interface.name.is_empty());
        for ty in resources.iter().flat_map(|interface| {
            interface.types.iter().filter(|ty| ty.resource().is_some() && has_type(interface, ty))
        }) {
            self.import_type(all, ty)?;
        }
        for interface in &all.interfaces {
            let types: Vec<NamedType<'c>> =
                interface.types.iter().filter(|ty| has_type(interface, ty)).copied().collect();
            let functions: Vec<&Function<'c>> =
                interface.functions.iter().filter(|function| has_function(function)).collect();
            if interface.name.is_empty() {
                types.iter().filter(|ty| ty.resource().is_none()).try_for_each(|ty| self.import_type(all, ty))?;
                for function in functions {
                    let mut writer = TypeWriter::new(component, &mut self.builder, &mut self.names);
                    let ty = writer.function_type(function.id, false)?;
                    let index = self.builder.import(function.name, ComponentTypeRef::Func(ty));
                    self.add(function.name, ComponentExportKind::Func, index)?;
                }
            } else if has_empty || !types.is_empty() || !functions.is_empty() {
                let functions = functions.iter().map(|function| (function.name, function.id));
                let ty = instance_type(component, &mut self.builder, &types, functions, &mut self.names)?;
                let item = items.get(interface.name).ok_or("an interface is not there")?;
                let instance = self.builder.import(extern_name(interface.name, item), ComponentTypeRef::Instance(ty));
                self.add(interface.name, ComponentExportKind::Instance, instance)?;
                for ty in &types {
                    let index = self.builder.alias_export(instance, ty.name, ComponentExportKind::Type);
                    self.names.add_named(component, ty, index);
                }
            }
        }
        Ok(())
    }

    /// Imports a type of the world.
    fn import_type<'c>(&mut self, all: &Imports<'c>, ty: &NamedType<'c>) -> Result<(), String> {
        let bounds = TypeWriter::new(all.component, &mut self.builder, &mut self.names).bounds_of(ty)?;
        let index = self.builder.import(ty.name, ComponentTypeRef::Type(bounds));
        self.names.add_named(all.component, ty, index);
        self.add(ty.name, ComponentExportKind::Type, index)
    }

    fn add(&mut self, name: &str, kind: ComponentExportKind, index: u32) -> Result<(), String> {
        match self.imported.insert(name.to_owned(), (kind, index)) {
            None => Ok(()),
            Some(_) => Err(format!("`{name}` is imported and exported")),
        }
    }
}
