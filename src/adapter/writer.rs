//! What the inner and the outer adapter are written with: an incomplete component, and the parts of an interface in it.

use std::collections::{BTreeMap, BTreeSet};

use wasm_encoder::{
    CanonicalOption, ComponentBuilder, ComponentExportKind, ComponentExternName, ComponentTypeRef, ComponentValType,
    ExportKind, Module, TypeBounds, ValType,
};

use super::core::{INTRINSICS, Intrinsic, POST_RETURN, Stub};
use crate::imports::Function;
use crate::load::Component;
use crate::runtime::memory::Base;
use crate::runtime::sections;
use crate::types::NamedType;
use crate::types::copy::writer::{Result, TypeWriter, instance_type};
use crate::types::copy::{Copier as _, TypeIndices};

/// The parts of an interface: indices in the adapter, by name.
#[derive(Default)]
pub(super) struct Parts {
    pub types: BTreeMap<String, u32>,
    pub functions: BTreeMap<String, u32>,
    /// The imported types that are the same for the component and for the host.
    pub hosts: BTreeSet<String>,
    /// The asynchronous functions, which have a front component.
    pub later: BTreeSet<String>,
}

/// An argument of a component: its name, its kind and its index.
pub(super) type Argument = (String, ComponentExportKind, u32);

/// An instance of a core module, with the functions that are aliased from it.
#[derive(Default)]
pub(super) struct CoreInstance {
    pub index: u32,
    pub aliased: BTreeMap<String, u32>,
}

/// An incomplete component, with the component that it adapts.
pub(super) struct Writer<'c> {
    pub component: &'c Component,
    pub builder: ComponentBuilder,
}

impl<'c> Writer<'c> {
    pub(super) fn new(component: &'c Component) -> Self {
        Writer { component, builder: ComponentBuilder::default() }
    }

    /// Imports an instance with some types and functions, and returns its index. `names` are the types that these
    /// consist of.
    pub(super) fn import<'n>(
        &mut self,
        name: impl Into<ComponentExternName<'n>>,
        types: &[NamedType<'c>],
        functions: &[&Function<'c>],
        names: &mut TypeIndices,
    ) -> Result<u32> {
        let functions = functions.iter().map(|function| (function.name, function.id));
        let ty = instance_type(self.component, &mut self.builder, types, functions, names)?;
        Ok(self.builder.import(name, ComponentTypeRef::Instance(ty)))
    }

    /// Adds types of an instance to those that have a name.
    pub(super) fn alias_types(&mut self, instance: u32, types: &[NamedType<'c>], names: &mut TypeIndices) {
        for ty in types {
            let index = self.alias_type(instance, ty.name);
            names.add_named(self.component, ty, index);
        }
    }

    pub(super) fn import_resource(&mut self, name: &str) -> u32 {
        self.builder.import(name, ComponentTypeRef::Type(TypeBounds::SubResource))
    }

    pub(super) fn alias_type(&mut self, instance: u32, name: &str) -> u32 {
        self.builder.alias_export(instance, name, ComponentExportKind::Type)
    }

    pub(super) fn alias_function(&mut self, instance: u32, name: &str) -> u32 {
        self.builder.alias_export(instance, name, ComponentExportKind::Func)
    }

    /// Aliases a function that a core module exports, once.
    pub(super) fn alias_core(&mut self, instance: &mut CoreInstance, export: &str) -> u32 {
        let alias = || self.builder.core_alias_export(None, instance.index, export, ExportKind::Func);
        *instance.aliased.entry(export.to_owned()).or_insert_with(alias)
    }

    /// Instantiates a core module of the adapter. `functions` are its intrinsics.
    pub(super) fn core(&mut self, module: &Module, functions: Vec<u32>, base: Option<&Base>) -> CoreInstance {
        let functions = functions.into_iter().enumerate();
        let functions = functions.map(|(number, index)| (number.to_string(), ExportKind::Func, index));
        let arguments: Vec<_> = functions.chain(base.into_iter().flat_map(Base::arguments)).collect();
        let index = sections::instantiate(&mut self.builder, module, INTRINSICS, &arguments);
        CoreInstance { index, ..CoreInstance::default() }
    }

    /// The core function of an intrinsic that is the same for all tasks. `None` for all others.
    pub(super) fn of_tasks(&mut self, intrinsic: Intrinsic) -> Option<u32> {
        let builder = &mut self.builder;
        Some(match intrinsic {
            Intrinsic::ContextGet => builder.context_get(ValType::I32, 0),
            Intrinsic::ContextSet => builder.context_set(ValType::I32, 0),
            Intrinsic::WaitableSetNew => builder.waitable_set_new(),
            Intrinsic::WaitableSetDrop => builder.waitable_set_drop(),
            Intrinsic::WaitableJoin => builder.waitable_join(),
            Intrinsic::SubtaskDrop => builder.subtask_drop(),
            _ => return None,
        })
    }

    /// Lowers a function that a task calls. `realloc` allocates what it gives, which may be stored while other calls use the adapter's
    /// own allocator.
    pub(super) fn lower_later(&mut self, function: u32, base: &Base, realloc: u32) -> u32 {
        let options = [CanonicalOption::Memory(base.memory), CanonicalOption::Realloc(realloc), CanonicalOption::Async];
        self.builder.lower_func(None, function, options)
    }

    /// What returns the result of a function that is a task. `names` are the types that it consists of.
    pub(super) fn task_return(
        &mut self,
        of: &Function<'_>,
        base: Option<&Base>,
        names: &mut TypeIndices,
    ) -> Result<u32> {
        let mut scope = self.scope(names);
        let result = of.ty.result.as_ref().map(|ty| scope.value((), ty)).transpose()?;
        let options: Vec<_> = base.into_iter().map(|base| CanonicalOption::Memory(base.memory)).collect();
        Ok(self.builder.task_return(result, options))
    }

    pub(super) fn lower(&mut self, function: u32, base: Option<&Base>) -> u32 {
        let options: Vec<_> = base.into_iter().flat_map(Base::lowering).collect();
        self.builder.lower_func(None, function, options)
    }

    /// Lifts a function of the core module. Its type consists of types in `names`. A function that continues after its
    /// return is asynchronous and has the callback of tasks.
    pub(super) fn lift(
        &mut self,
        Stub { function, options, export, .. }: &Stub<'_>,
        instance: &mut CoreInstance,
        base: Option<&Base>,
        names: &mut TypeIndices,
        callback: Option<u32>,
    ) -> Result<u32> {
        let core = self.alias_core(instance, export);
        let ty = self.scope(names).function_type(function.id, options.goes_on)?;
        let mut canonical = Vec::new();
        if let Some(base) = base {
            canonical.extend(options.memory.then_some(CanonicalOption::Memory(base.memory)));
            canonical.extend(options.realloc.then_some(CanonicalOption::Realloc(base.realloc)));
            let post_return = options.post_return.then(|| self.alias_core(instance, POST_RETURN));
            canonical.extend(post_return.map(CanonicalOption::PostReturn));
        }
        if let Some(callback) = callback.filter(|_| options.goes_on) {
            canonical.extend([CanonicalOption::Async, CanonicalOption::Callback(callback)]);
        }
        Ok(self.builder.lift_func(None, core, ty, canonical))
    }

    /// A scope for types that are not among `names`.
    pub(super) fn scope<'s>(&'s mut self, names: &'s mut TypeIndices) -> TypeWriter<'c, 's> {
        TypeWriter::new(self.component, &mut self.builder, names)
    }

    /// Writes a type for an export, unless it is a resource type or named already.
    pub(super) fn define(&mut self, ty: &NamedType<'_>, names: &mut TypeIndices) -> Result<u32> {
        match self.scope(names).bounds_of(ty)? {
            TypeBounds::Eq(index) => Ok(index),
            TypeBounds::SubResource => Err(format!("resource type `{}` has no owner", ty.name)),
        }
    }

    /// The type of a function that converts an owned handle of one resource type to one of another.
    pub(super) fn conversion_type(&mut self, from: u32, to: u32) -> u32 {
        let mut own = |resource| {
            let (index, encoder) = self.builder.ty(None);
            encoder.defined_type().own(resource);
            ComponentValType::Type(index)
        };
        let (from, to) = (own(from), own(to));
        let (index, encoder) = self.builder.ty(None);
        encoder.function().async_(false).params([("handle", from)]).result(Some(to));
        index
    }
}
