//! The front of an adapter: synchronous functions that call the asynchronous ones of the same names.

use std::collections::BTreeSet;

use wasm_encoder::{CanonicalOption, ComponentExportKind, ComponentTypeRef};
use wasmparser::component_types::{ComponentAnyTypeId, ComponentEntityType, ResourceId};

use super::base::Base;
use super::inner::Inner;
use super::{Aliased, Stub, Writer};
use crate::abi::Abi;
use crate::imports::{Function, Interface};
use crate::runtime::image::Image;
use crate::types::copy::TypeIndices;
use crate::types::copy::writer::{Result, extra_name};
use crate::types::identity::{Side, TypeKey};
use crate::types::mentions;
use crate::virtualize::core::{Built, Core, Intrinsic};

/// An incomplete front.
#[derive(Default)]
pub struct Front<'c> {
    /// Its functions: interface, function, and index of the asynchronous one.
    functions: Vec<(&'c Interface<'c>, &'c Function<'c>, u32)>,
}

/// An argument of a component: its name, its kind and its index.
type Argument = (String, ComponentExportKind, u32);

impl<'c> Front<'c> {
    /// Adds a function, with the index of the asynchronous one.
    pub fn add(&mut self, interface: &'c Interface<'c>, function: &'c Function<'c>, later: u32) {
        self.functions.push((interface, function, later));
    }

    /// Instantiates the front, and returns the indices of its functions. `instance` returns the instance with the types
    /// of an interface.
    pub fn instantiate(
        self,
        adapter: &mut Inner<'c>,
        instance: &dyn Fn(&str) -> u32,
    ) -> Result<Vec<(&'c Function<'c>, u32)>> {
        let component = adapter.writer.component;
        let (mut writer, mut given, mut extra) = (Writer::new(component), TypeIndices::default(), Vec::new());
        let mut arguments: Vec<Argument> = Vec::new();
        let mut known: Vec<&str> = Vec::new();
        let items = self.functions.iter().map(|(_, function, _)| ComponentEntityType::Func(function.id));
        let mentioned: BTreeSet<TypeKey> = items.flat_map(|item| mentions::mentioned(component, item)).collect();
        for (interface, ..) in &self.functions {
            if known.contains(&interface.name) {
                continue;
            }
            known.push(interface.name);
            for ty in interface.types.iter().filter(|ty| mentioned.contains(&component.key(ty.created))) {
                let name = format!("t{}", arguments.len());
                let declared = writer.scope(&mut given).importing(&mut extra).declared(ty)?;
                let imported = writer.builder.import(name.as_str(), declared);
                given.add_named(component, ty, imported);
                let index = adapter.writer.alias_type(instance(interface.name), ty.name);
                arguments.push((name, ComponentExportKind::Type, index));
            }
        }
        let mut imported = Vec::with_capacity(self.functions.len());
        for (number, (_, function, later)) in self.functions.iter().enumerate() {
            let name = format!("f{number}");
            let ty = writer.scope(&mut given).importing(&mut extra).async_function_type(function.id)?;
            imported.push(writer.builder.import(name.as_str(), ComponentTypeRef::Func(ty)));
            arguments.push((name, ComponentExportKind::Func, *later));
        }
        let owns = |_: ResourceId| false;
        let mut core = Core::new(Abi(component), &owns, Image::default());
        let stubs: Vec<_> = { self.functions.iter() }
            .map(|(_, function, _)| {
                let (number, options) = core.front(function);
                Stub { function, number, options }
            })
            .collect();
        let built = core.finish();
        let base = built.memory.as_ref().map(|memory| Base::new(&mut writer.builder, memory));
        let base = base.ok_or("a front has no memory")?;
        let core = instantiate(&mut writer, &built, &imported, &base, &given)?;
        let mut aliased = Aliased::new();
        for (number, stub) in stubs.iter().enumerate() {
            let lifted = writer.lift(stub, (&built, core), Some(&base), &mut aliased, &mut given, None)?;
            writer.builder.export(name_of(number).as_str(), ComponentExportKind::Func, lifted, None);
        }
        for (number, id) in extra.into_iter().enumerate() {
            let index = named(adapter, id, instance).ok_or("a type has no name among the imports")?;
            arguments.push((extra_name(number), ComponentExportKind::Type, index));
        }
        let builder = &mut adapter.writer.builder;
        let front = builder.component(None, writer.builder);
        let front = builder.instantiate(None, front, arguments);
        let functions = self.functions.iter().enumerate();
        Ok(functions
            .map(|(number, (_, of, _))| (*of, builder.alias_export(front, &name_of(number), ComponentExportKind::Func)))
            .collect())
    }
}

/// The export name of a function.
fn name_of(number: usize) -> String {
    format!("g{number}")
}

/// The index of a type that an interface mentions and does not name, under its name in another interface.
fn named(adapter: &mut Inner<'_>, id: ComponentAnyTypeId, instance: &dyn Fn(&str) -> u32) -> Option<u32> {
    let component = adapter.writer.component;
    if let Some(index) = adapter.names.get(component, id) {
        return Some(index);
    }
    let definition = component.definition(component.key(id)).filter(|definition| definition.side == Side::Import)?;
    let (interface, name) = match definition.path.as_slice() {
        [name] => ("", name),
        [interface, name] => (interface.as_str(), name),
        _ => return None,
    };
    match adapter.imported.get(interface).and_then(|parts| parts.types.get(name)) {
        Some(index) => Some(*index),
        None if adapter.decisions.interface(interface)?.is_adapted => {
            Some(adapter.writer.alias_type(instance(interface), name))
        }
        None => None,
    }
}

/// Instantiates the core module. `later` are the asynchronous functions.
fn instantiate(writer: &mut Writer<'_>, built: &Built, later: &[u32], base: &Base, given: &TypeIndices) -> Result<u32> {
    let mut functions = Vec::with_capacity(built.intrinsics.len());
    for intrinsic in &built.intrinsics {
        functions.push(match intrinsic {
            Intrinsic::Later(number) => {
                let function = *later.get(*number).ok_or("a function is not there")?;
                let options: Vec<_> = base.lowering().into_iter().chain([CanonicalOption::Async]).collect();
                writer.builder.lower_func(None, function, options)
            }
            Intrinsic::Realloc => base.realloc(),
            Intrinsic::ResourceDrop(id) => {
                let ty = given.resource(*id).ok_or("a resource type has no name among the imports")?;
                writer.builder.resource_drop(ty)
            }
            _ => return Err("a front does more than to pass on".to_owned()),
        });
    }
    Ok(writer.core(&built.module, functions, Some(base)))
}
