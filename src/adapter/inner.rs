//! The inner adapter: a component that exports the imports which a component may not have from the host, and the items
//! that these require.
//!
//! It imports the host items that its exports need: resource types of the host, and functions of partly refused
//! interfaces. It exports those functions unchanged, without code.

use std::collections::BTreeMap;

use wasm_encoder::{
    CanonicalOption, ComponentBuilder, ComponentExportKind, ComponentTypeRef, ExportKind, Module, PrimitiveValType,
};
use wasmparser::component_types::{ComponentAnyTypeId, ComponentDefinedTypeId, ComponentValType};

use super::core::{Built, Intrinsic, Stub};
use super::outer::ConversionNames;
use super::writer::{CoreInstance, Parts, Writer};
use crate::abi::Abi;
use crate::decide::decisions::{Action, Callee, Decisions};
use crate::decide::needs::{Wanted, log_functions, wanted};
use crate::imports::{Function, Interface};
use crate::load::Component;
use crate::runtime::driver::{CALLBACK, DRIVE};
use crate::runtime::log;
use crate::runtime::memory::Base;
use crate::runtime::provider::{self, Instance, Provider};
use crate::types::NamedType;
use crate::types::copy::TypeIndices;
use crate::types::copy::writer::Result;
use crate::types::copy::{Copier as _, extern_name};
use crate::types::identity::needs_name;

/// The export that tells whether calls of a recording are missing.
pub(crate) const MISSING: &str = "missing-calls";

/// Why there is no adapter.
pub(super) enum NotWritten {
    /// A function of the host that a provider calls, and that the component imports in two versions whose handles the provider
    /// could not tell apart.
    TwoVersions(String),
    /// What has no form in a component.
    Other(String),
}

impl From<String> for NotWritten {
    fn from(reason: String) -> Self {
        NotWritten::Other(reason)
    }
}

/// An incomplete inner adapter.
pub(super) struct Inner<'c> {
    pub(super) decisions: &'c Decisions<'c>,
    pub(super) providers: &'static Provider,
    pub(super) writer: Writer<'c>,
    /// Its imports and lifted functions, by interface.
    pub(super) imported: BTreeMap<&'c str, Parts>,
    /// The resource types of the component: the adapter's own, and the host's.
    pub(super) names: TypeIndices,
    /// The resource types of the host.
    pub(super) hosts: TypeIndices,
    /// The element types of streams and futures, from the first use on. They have no names, and must stay separate from
    /// equal types that get one.
    written: Option<TypeIndices>,
    /// Types by their exported names, which later exports must use.
    pub(super) exported: TypeIndices,
    /// The instance of the module that runs tasks.
    driver: Option<CoreInstance>,
    /// The instance of the providers' module.
    pub(super) provider: Option<Instance>,
}

impl<'c> Inner<'c> {
    /// Of nothing yet. `providers` is the module that its code calls.
    pub(super) fn new(decisions: &'c Decisions<'c>, providers: &'static Provider) -> Inner<'c> {
        Inner {
            decisions,
            providers,
            writer: Writer::new(decisions.imports.component),
            imported: BTreeMap::new(),
            names: TypeIndices::default(),
            hosts: TypeIndices::default(),
            written: None,
            exported: TypeIndices::default(),
            driver: None,
            provider: None,
        }
    }

    pub(super) fn run(mut self, built: &Built<'c>) -> Result<Vec<u8>, NotWritten> {
        for wanted in wanted(self.decisions)? {
            self.import(&wanted)?;
        }
        let base = self.base(built)?;
        let mut names = self.names_of_interfaces();
        let instance = self.lift(built, base.as_ref(), &mut names)?;
        for interface in self.decisions.adapted().map(|decided| decided.interface) {
            let parts = self.imported.remove(interface.name).unwrap_or_default();
            if let Some(names) = names.get_mut(interface.name) {
                self.export(interface, parts, names)?;
            }
        }
        if let Some(missing) = &built.missing {
            self.export_missing(missing, &instance);
        }
        self.export_conversions(built, instance)?;
        Ok(self.writer.builder.finish())
    }

    /// Adds a function to the parts of its interface.
    pub(super) fn add(&mut self, function: &Function<'c>, index: u32) {
        self.imported.entry(function.interface).or_default().functions.insert(function.name.to_owned(), index);
    }

    /// Imports a part of an interface, or resource types of the world. Returns the instance, where there is one.
    pub(super) fn import(&mut self, wanted: &Wanted<'c>) -> Result<Option<u32>> {
        let mut parts = Parts::default();
        let instance = match wanted.interface {
            "" => None,
            interface => {
                let item = self.writer.component.imports().get(interface).ok_or("an interface is not there")?;
                Some(self.writer.import(
                    extern_name(interface, item),
                    &wanted.types,
                    &wanted.functions,
                    &mut self.hosts,
                )?)
            }
        };
        for ty in &wanted.types {
            let index = match instance {
                Some(instance) => self.writer.alias_type(instance, ty.name),
                None if ty.resource().is_some() => self.writer.import_resource(ty.name),
                None => {
                    let bounds = self.writer.scope(&mut self.hosts).bounds_of(ty)?;
                    self.writer.builder.import(ty.name, ComponentTypeRef::Type(bounds))
                }
            };
            let is_same = self.decisions.is_without_own(ty);
            parts.types.insert(ty.name.to_owned(), index);
            if is_same && instance.is_some() {
                parts.hosts.insert(ty.name.to_owned());
            }
            // By its identity, a type goes by the first name.
            self.hosts.add_named(self.writer.component, ty, index);
            if is_same {
                self.names.add_named(self.writer.component, ty, index);
            }
        }
        for function in &wanted.functions {
            let index = match instance {
                Some(instance) => self.writer.alias_function(instance, function.name),
                None => {
                    let ty = self.writer.scope(&mut self.hosts).function_type(function.id, false)?;
                    self.writer.builder.import(function.name, ComponentTypeRef::Func(ty))
                }
            };
            parts.functions.insert(function.name.to_owned(), index);
        }
        self.imported.insert(wanted.interface, parts);
        Ok(instance)
    }

    /// A host function that the adapter imports.
    pub(super) fn host_function(&self, interface: &str, function: &str) -> Option<u32> {
        self.imported.get(interface)?.functions.get(function).copied()
    }

    /// The names of types in each interface. Imported interfaces use the exact types of the functions that are passed
    /// through them.
    pub(super) fn names_of_interfaces(&self) -> BTreeMap<&'c str, TypeIndices> {
        let names = |interface: &'c Interface<'c>| {
            let mut names = self.names.clone();
            for ty in interface.types.iter().filter(|ty| self.decisions.is_without_own(ty)) {
                if let Some(index) = self.imported.get(interface.name).and_then(|parts| parts.types.get(ty.name)) {
                    names.add_named(self.writer.component, ty, *index);
                }
            }
            (interface.name, names)
        };
        self.decisions.adapted().map(|decided| names(decided.interface)).collect()
    }

    /// Lifts the functions of the core module, and returns its instance.
    fn lift(
        &mut self,
        built: &Built<'c>,
        base: Option<&Base>,
        names: &mut BTreeMap<&str, TypeIndices>,
    ) -> Result<CoreInstance> {
        if let Some((module, intrinsics)) = &built.driver {
            self.driver = Some(self.core(module, intrinsics, built, base)?);
        }
        let mut instance = self.core(&built.module, &built.intrinsics, built, base)?;
        let callback = self.driver.as_mut().map(|driver| self.writer.alias_core(driver, CALLBACK));
        for stub @ Stub { function, action, options, .. } in &built.stubs {
            let names = names.get_mut(function.interface).ok_or("a function has no interface")?;
            // What a recorded call points to is needed until it returns, while other calls use the adapter's own allocator.
            let later = match base {
                Some(base) if options.goes_on && **action == Action::Record => {
                    Some(base.with_realloc(self.provided(provider::REALLOC)?))
                }
                _ => None,
            };
            let index = self.writer.lift(stub, &mut instance, later.as_ref().or(base), names, callback)?;
            self.add(function, index);
            if options.goes_on {
                let parts = self.imported.entry(function.interface).or_default();
                parts.later.insert(function.name.to_owned());
            }
        }
        Ok(instance)
    }

    /// Instantiates a core module with its intrinsics.
    fn core(
        &mut self,
        module: &Module,
        intrinsics: &[Intrinsic],
        built: &Built<'c>,
        base: Option<&Base>,
    ) -> Result<CoreInstance> {
        let functions = intrinsics.iter().map(|of| self.intrinsic(*of, built, base)).collect::<Result<_>>()?;
        Ok(self.writer.core(module, functions, base))
    }

    /// The core function of an intrinsic.
    fn intrinsic(&mut self, intrinsic: Intrinsic, built: &Built<'c>, base: Option<&Base>) -> Result<u32> {
        if let Some(index) = self.writer.of_tasks(intrinsic) {
            return Ok(index);
        }
        type Canon = fn(&mut ComponentBuilder, u32) -> u32;
        let resource = |id| self.names.resource(id).ok_or("a resource type has no name among the imports");
        let memory = base.map(|base| CanonicalOption::Memory(base.memory));
        let (ty, canon): (u32, Canon) = match intrinsic {
            Intrinsic::ResourceNew(id) => (resource(id)?, ComponentBuilder::resource_new),
            Intrinsic::ResourceRep(id) => (resource(id)?, ComponentBuilder::resource_rep),
            Intrinsic::ResourceDrop(id) => (resource(id)?, ComponentBuilder::resource_drop),
            Intrinsic::StreamNew(id) => (self.defined(id)?, ComponentBuilder::stream_new),
            Intrinsic::StreamDropReadable(id) => (self.defined(id)?, ComponentBuilder::stream_drop_readable),
            Intrinsic::StreamDropWritable(id) => (self.defined(id)?, ComponentBuilder::stream_drop_writable),
            Intrinsic::FutureNew(id) => (self.defined(id)?, ComponentBuilder::future_new),
            Intrinsic::FutureDropReadable(id) => (self.defined(id)?, ComponentBuilder::future_drop_readable),
            Intrinsic::FutureDropWritable(id) => (self.defined(id)?, ComponentBuilder::future_drop_writable),
            Intrinsic::Later(number) => {
                let (base, function) = (base.ok_or("a task has no memory")?, self.callee(built, number)?);
                let realloc = self.provided(provider::REALLOC)?;
                return Ok(self.writer.lower_later(function, base, realloc));
            }
            Intrinsic::FutureWrite(id)
            | Intrinsic::StreamRead(id)
            | Intrinsic::StreamTake(id)
            | Intrinsic::StreamWrite(id) => {
                let ty = self.defined(id)?;
                let abi = Abi(self.writer.component);
                let has_pointers = abi.element(id).is_some_and(|element| abi.has_pointers(&element));
                let realloc = match (intrinsic, base) {
                    (Intrinsic::StreamRead(_), Some(base)) if has_pointers => Some(base.realloc),
                    (Intrinsic::StreamTake(_), Some(_)) if has_pointers => Some(self.provided(provider::REALLOC)?),
                    _ => None,
                };
                let realloc = realloc.map(CanonicalOption::Realloc);
                let options: Vec<_> = memory.into_iter().chain(realloc).chain([CanonicalOption::Async]).collect();
                let builder = &mut self.writer.builder;
                return Ok(match intrinsic {
                    Intrinsic::FutureWrite(_) => builder.future_write(ty, options),
                    Intrinsic::StreamRead(_) | Intrinsic::StreamTake(_) => builder.stream_read(ty, options),
                    _ => builder.stream_write(ty, options),
                });
            }
            Intrinsic::TaskReturn(number) => {
                let Stub { function, .. } = built.stubs.get(number).ok_or("a function is not there")?;
                let names = self.written.get_or_insert_with(|| self.names.clone());
                return self.writer.task_return(function, base, names);
            }
            Intrinsic::Drive => {
                let driver = self.driver.as_mut().ok_or("nothing runs a task")?;
                return Ok(self.writer.alias_core(driver, DRIVE));
            }
            Intrinsic::Provider(number) => {
                return self.provided(built.providers.get(number).ok_or("there is no provider")?);
            }
            Intrinsic::Host(number) => {
                let function = self.callee(built, number)?;
                return Ok(self.writer.lower(function, base));
            }
            Intrinsic::Log => {
                let (base, module) = base.zip(built.log.as_ref()).ok_or("nothing is logged")?;
                return self.log(base, module);
            }
            _ => return Err("a function calls what it has not".to_owned()),
        };
        Ok(canon(&mut self.writer.builder, ty))
    }

    /// The function of the host that a function calls.
    fn callee(&self, built: &Built<'c>, number: usize) -> Result<u32> {
        let Stub { function, action, .. } = built.stubs.get(number).ok_or("a function is not there")?;
        let (interface, name) = match action {
            Action::Call(Callee::Redirected(interface, name)) => (interface.as_str(), *name),
            _ => (function.interface, function.name),
        };
        Ok(self.host_function(interface, name).ok_or("a function is forwarded to none")?)
    }

    /// The index of a stream or future type.
    fn defined(&mut self, id: ComponentDefinedTypeId) -> Result<u32> {
        let names = self.written.get_or_insert_with(|| self.names.clone());
        match self.writer.scope(names).value((), &ComponentValType::Type(id))? {
            wasm_encoder::ComponentValType::Type(index) => Ok(index),
            wasm_encoder::ComponentValType::Primitive(_) => Err("a stream is no type of its own".to_owned()),
        }
    }

    /// The function that logs calls.
    fn log(&mut self, base: &Base, module: &Module) -> Result<u32> {
        let (functions, error) = log_functions(self.decisions).ok_or("there is nothing to log with")?;
        let [stream, write] = functions.map(|(interface, name)| self.host_function(interface, name));
        let (stream, write) = stream.zip(write).ok_or("a function of the host's is not there")?;
        let error = self.hosts.resource(error).ok_or("a resource type has no name among the imports")?;
        Ok(log::function(&mut self.writer.builder, module, base, [stream, write], error))
    }

    /// Exports an interface, or the items of the world.
    pub(super) fn export(
        &mut self,
        interface: &Interface<'c>,
        mut parts: Parts,
        names: &mut TypeIndices,
    ) -> Result<()> {
        let component = self.writer.component;
        // The exported name of a type, else its imported name.
        let named = |id| self.exported.get(component, id).or_else(|| self.names.get(component, id));
        for ty in &interface.types {
            // A type of another interface must be named as it is there.
            let imported = parts.types.get(ty.name).copied().filter(|_| self.decisions.is_without_own(ty));
            let index = match imported.or_else(|| named(ty.created)) {
                Some(index) => index,
                None => self.writer.define(ty, names)?,
            };
            names.add_named(component, ty, index);
            parts.types.insert(ty.name.to_owned(), index);
        }
        if interface.name.is_empty() {
            return self.export_world(interface, &parts);
        }
        let item = component.imports().get(interface.name).ok_or("an interface is not there")?;
        let is_given = |ty: &NamedType<'_>| parts.hosts.contains(ty.name) || is_foreign(component, interface, ty);
        let instance = self.writer.export(interface, item, &parts, &is_given, &named)?;
        self.name_exported(interface, instance);
        Ok(())
    }

    /// Records the exported names of an instance's types. The first interface that names a type counts.
    pub(super) fn name_exported(&mut self, interface: &Interface<'c>, instance: u32) {
        let component = self.writer.component;
        for ty in &interface.types {
            if self.exported.get(component, ty.created).is_none() {
                let index = self.writer.alias_type(instance, ty.name);
                self.exported.add_named(component, ty, index);
            }
        }
    }

    /// Exports the refused functions of the world, and its types.
    fn export_world(&mut self, world: &Interface<'c>, parts: &Parts) -> Result<()> {
        let component = self.writer.component;
        // Interfaces are exported earlier, with types under their own names. Those that stay have named them as imports.
        let mut exported = self.exported.clone();
        for interface in self.decisions.interfaces.iter().filter(|of| !of.is_adapted).map(|of| of.interface) {
            let parts = self.imported.get(interface.name);
            let has_name = |ty: &&NamedType<'c>| match ty.created {
                ComponentAnyTypeId::Defined(id) => component.types().get(id).is_some_and(needs_name),
                _ => false,
            };
            for ty in interface.types.iter().filter(has_name) {
                let index = parts.and_then(|parts| parts.types.get(ty.name));
                if let (Some(index), None) = (index, exported.get(component, ty.created)) {
                    exported.add_named(component, ty, *index);
                }
            }
        }
        for ty in &world.types {
            let index = parts.types.get(ty.name).ok_or("a type is not there")?;
            let is_given = parts.hosts.contains(ty.name) || is_foreign(component, world, ty);
            self.writer.export_type(&mut exported, ty, *index, is_given)?;
        }
        for function in &world.functions {
            let Some(index) = parts.functions.get(function.name) else { continue };
            let is_later = parts.later.contains(function.name);
            self.writer.export_function(&mut exported, function, *index, is_later)?;
        }
        Ok(())
    }

    /// Exports the function that tells whether calls of a recording are missing.
    fn export_missing(&mut self, missing: &str, instance: &CoreInstance) {
        let builder = &mut self.writer.builder;
        let core = builder.core_alias_export(None, instance.index, missing, ExportKind::Func);
        let (ty, mut function) = builder.type_function(None);
        function.params([] as [(&str, PrimitiveValType); 0]).result(Some(PrimitiveValType::Bool.into()));
        let lifted = builder.lift_func(None, core, ty, []);
        builder.export(MISSING, ComponentExportKind::Func, lifted, None);
    }

    /// Exports the conversions for the outer adapter.
    fn export_conversions(&mut self, built: &Built<'c>, instance: CoreInstance) -> Result<()> {
        let ids = built.conversions.iter().map(|(id, _)| *id);
        let conversions = ConversionNames::of(self.writer.component).conversions(ids, &self.hosts, &self.exported)?;
        let exports = built.conversions.iter().flat_map(|(_, exports)| exports);
        for (export, (name, from, to)) in exports.zip(conversions.into_iter().flatten()) {
            let builder = &mut self.writer.builder;
            let core = builder.core_alias_export(None, instance.index, export, ExportKind::Func);
            let ty = self.writer.conversion_type(from, to);
            let builder = &mut self.writer.builder;
            let lifted = builder.lift_func(None, core, ty, []);
            builder.export(name.as_str(), ComponentExportKind::Func, lifted, Some(ComponentTypeRef::Func(ty)));
        }
        Ok(())
    }
}

/// Whether another interface defines a type.
fn is_foreign(component: &Component, interface: &Interface<'_>, ty: &NamedType<'_>) -> bool {
    let of = component.imported(component.key(ty.created)).map(|(of, _)| of);
    of.is_some_and(|of| !of.is_empty() && of != interface.name)
}
