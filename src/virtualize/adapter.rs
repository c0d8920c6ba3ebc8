//! Adapters as components. The inner adapter stands in front of imports, the outer one in front of exports.
//!
//! An adapter lifts functions of its core modules and exports interfaces. A nested component, the shim, assembles each
//! interface, because methods need the exported name of their resource type.

mod base;
mod front;
pub mod inner;
mod nested;
pub mod outer;
mod shim;

use std::collections::{BTreeMap, BTreeSet};

use wasm_encoder::{
    CanonicalOption, ComponentBuilder, ComponentExportKind, ComponentExternName, ComponentTypeRef, ComponentValType,
    ExportKind, Module, ModuleArg, TypeBounds,
};
use wasmparser::component_types::{ComponentAnyTypeId, ComponentFuncTypeId, ComponentItem};

use super::core::{Built, INTRINSICS, Options, POST_RETURN};
use crate::imports::{Function, Interface};
use crate::load::Component;
use crate::types::NamedType;
use crate::types::copy::TypeIndices;
use crate::types::copy::extern_name;
use crate::types::copy::writer::{Result, TypeWriter, extra_name, instance_type};
use base::Base;
use shim::Shim;

/// The parts of an interface: indices in the adapter, by name.
#[derive(Default)]
#[allow(missing_docs)]
struct Parts {
    types: BTreeMap<String, u32>,
    functions: BTreeMap<String, u32>,
    /// The imported types that are the same for the component and for the host.
    hosts: BTreeSet<String>,
    /// The asynchronous functions, which have a front component.
    later: BTreeSet<String>,
}

/// An import of a core module: name, kind, and index.
type Argument = (String, ExportKind, u32);

/// A function of an adapter's core module.
struct Stub<'c> {
    function: &'c Function<'c>,
    /// Its number in the core module.
    number: usize,
    options: Options,
}

/// The aliased core functions, by the name of the module's export.
type Aliased = BTreeMap<String, u32>;

/// An incomplete component, with the component that it adapts.
struct Writer<'c> {
    component: &'c Component,
    builder: ComponentBuilder,
}

impl<'c> Writer<'c> {
    fn new(component: &'c Component) -> Self {
        Writer { component, builder: ComponentBuilder::default() }
    }

    /// Imports an instance with some types and functions, and returns its index. `names` are the types that these
    /// consist of.
    fn import<'n>(
        &mut self,
        name: impl Into<ComponentExternName<'n>>,
        types: &[NamedType<'c>],
        functions: impl Iterator<Item = (&'c str, ComponentFuncTypeId)>,
        names: &mut TypeIndices,
    ) -> Result<u32> {
        let ty = instance_type(self.component, &mut self.builder, types, functions, names)?;
        Ok(self.builder.import(name, ComponentTypeRef::Instance(ty)))
    }

    /// Imports an instance with some types and functions, and names its types.
    fn import_types<'n>(
        &mut self,
        name: impl Into<ComponentExternName<'n>>,
        types: &[NamedType<'c>],
        functions: impl Iterator<Item = (&'c str, ComponentFuncTypeId)>,
        names: &mut TypeIndices,
    ) -> Result<()> {
        let instance = self.import(name, types, functions, names)?;
        for ty in types {
            let index = self.alias_type(instance, ty.name);
            names.add_named(self.component, ty, index);
        }
        Ok(())
    }

    /// Imports a resource type of the world.
    fn import_resource(&mut self, name: &str) -> u32 {
        self.builder.import(name, ComponentTypeRef::Type(TypeBounds::SubResource))
    }

    fn alias_type(&mut self, instance: u32, name: &str) -> u32 {
        self.builder.alias_export(instance, name, ComponentExportKind::Type)
    }

    fn alias_function(&mut self, instance: u32, name: &str) -> u32 {
        self.builder.alias_export(instance, name, ComponentExportKind::Func)
    }

    /// Instantiates a core module with its arguments.
    fn core_instance(&mut self, module: u32, arguments: &[Argument]) -> u32 {
        if arguments.is_empty() {
            return self.builder.core_instantiate(None, module, []);
        }
        let arguments: Vec<_> = arguments.iter().map(|(name, kind, index)| (name.as_str(), *kind, *index)).collect();
        let arguments = self.builder.core_instantiate_exports(None, arguments);
        self.builder.core_instantiate(None, module, [(INTRINSICS, ModuleArg::Instance(arguments))])
    }

    /// Instantiates a core module of the adapter. `functions` are its intrinsics.
    fn core(&mut self, module: &Module, functions: Vec<u32>, base: Option<&Base>) -> u32 {
        let functions = functions.into_iter().enumerate();
        let functions = functions.map(|(number, index)| (number.to_string(), ExportKind::Func, index));
        let arguments: Vec<Argument> = functions.chain(base.into_iter().flat_map(Base::arguments)).collect();
        let module = self.builder.core_module(None, module);
        self.core_instance(module, &arguments)
    }

    /// Lowers a function for core code.
    fn lower(&mut self, function: u32, base: Option<&Base>) -> u32 {
        let options: Vec<_> = base.into_iter().flat_map(Base::lowering).collect();
        self.builder.lower_func(None, function, options)
    }

    /// Lifts a function of the core module. Its type consists of types in `names`. A function that continues after its
    /// return is asynchronous and has the callback of tasks.
    fn lift(
        &mut self,
        stub: &Stub<'_>,
        (built, instance): (&Built, u32),
        base: Option<&Base>,
        aliased: &mut Aliased,
        names: &mut TypeIndices,
        callback: Option<u32>,
    ) -> Result<u32> {
        let Stub { function, number, options } = stub;
        let export = built.exports.get(*number).ok_or("a function is not there")?;
        let core = self.alias_core(instance, export, aliased);
        let ty = match options.goes_on {
            true => self.scope(names).async_function_type(function.id)?,
            false => self.scope(names).function_type(function.id)?,
        };
        let has_post_return = base.is_some() && options.post_return;
        let post_return = has_post_return.then(|| self.alias_core(instance, POST_RETURN, aliased));
        let callback = callback.filter(|_| options.goes_on);
        let task = callback.into_iter().flat_map(|index| [CanonicalOption::Async, CanonicalOption::Callback(index)]);
        let options = base.into_iter().flat_map(|base| base.options(*options, post_return)).chain(task);
        let options: Vec<_> = options.collect();
        Ok(self.builder.lift_func(None, core, ty, options))
    }

    /// Aliases a function that a core module exports, once.
    fn alias_core(&mut self, instance: u32, export: &str, aliased: &mut Aliased) -> u32 {
        let alias = || self.builder.core_alias_export(None, instance, export, ExportKind::Func);
        *aliased.entry(export.to_owned()).or_insert_with(alias)
    }

    /// A scope for types that are not among `names`.
    fn scope<'s>(&'s mut self, names: &'s mut TypeIndices) -> TypeWriter<'c, 's> {
        TypeWriter::new(self.component, &mut self.builder, names)
    }

    /// Writes a type for an export, unless it is a resource type or named already.
    fn define(&mut self, ty: &NamedType<'_>, names: &mut TypeIndices) -> Result<u32> {
        match self.scope(names).bounds_of(ty)? {
            TypeBounds::Eq(index) => Ok(index),
            TypeBounds::SubResource => Err(format!("resource type `{}` has no owner", ty.name)),
        }
    }

    /// Exports an interface, and returns the index of the instance. `is_given` identifies the types that the interface
    /// does not define; `named` returns types that it consists of and does not name.
    fn export(
        &mut self,
        interface: &Interface<'c>,
        item: &ComponentItem,
        parts: &Parts,
        is_given: &dyn Fn(&NamedType<'_>) -> bool,
        named: &dyn Fn(ComponentAnyTypeId) -> Option<u32>,
    ) -> Result<u32> {
        let Shim { shim, mut arguments, extra } = Shim::new(self.component, interface, parts, is_given)?;
        for (number, id) in extra.into_iter().enumerate() {
            let index = named(id).ok_or("a type has no name among the imports")?;
            arguments.push((extra_name(number), ComponentExportKind::Type, index));
        }
        let shim = self.builder.component(None, shim);
        let instance = self.builder.instantiate(None, shim, arguments);
        let name = extern_name(interface.name, item);
        Ok(self.builder.export(name, ComponentExportKind::Instance, instance, None))
    }

    /// The type of a function that converts an owned handle of one resource type to one of another.
    fn conversion_type(&mut self, from: u32, to: u32) -> u32 {
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
