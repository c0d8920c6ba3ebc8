//! The adapter of a component: a component that exports what is refused, and what goes with it.
//!
//! It imports what its exports need of the host: resource types that the host owns, and functions of interfaces of which
//! only some are refused. Those it exports as they are; no code stands between. Each interface is put together by a
//! component of its own within the adapter: methods have their names only where their resource type is exported too.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use wasm_encoder::{
    CanonicalOption, ComponentBuilder, ComponentExportKind, ComponentTypeRef, ExportKind, InstanceType, Module,
    ModuleArg, TypeBounds, ValType,
};
use wasmparser::component_types::{ComponentAnyTypeId, ComponentDefinedTypeId, ComponentValType, ResourceId};

use super::abi::Abi;
use super::answer::{Answers, Refusal};
use super::core::{
    Built, Core, Dropped, GLOBALS, INTRINSICS, Intrinsic, MEMORY, MOVING, Memory, POST_RETURN, REALLOC, SETTINGS,
    destructors,
};
use super::error::VirtualizeError;
use super::image::Image;
use super::needs::{Needs, Wanted};
use super::plan::{NamedType, Plan, Unit};
use super::provider::{self, Provider};
use super::providers;
use super::stubs::{Stub, stubs};
use super::trace::{self, Target};
use super::types::{Names, Result, Scope, extra_name};
use super::{Provided, Refused};
use crate::describe::Settings;
use crate::load::{Component, Embedded};
use crate::structure::{Writer, extern_name};

/// An adapter, encoded.
pub struct Generated {
    /// The binary component.
    pub bytes: Vec<u8>,
    /// What it refuses, in the order of the component's imports.
    pub refused: Vec<Refused>,
    /// What providers in it answer, in the same order.
    pub provided: Vec<Provided>,
}

/// Generates the adapter of a component.
///
/// # Errors
///
/// Functions that are to be ignored, and whose results cannot be made. Types that have no place in a component's imports.
pub fn generate(
    component: &Component,
    plan: &Plan<'_>,
    settings: &Settings,
    embedded: &Embedded,
) -> std::result::Result<Generated, Vec<VirtualizeError>> {
    let owns = |id| !plan.is_hosts(id);
    let answers = Answers { abi: Abi(component), owns: &owns };
    let internal = |reason| vec![VirtualizeError::Generate { component: component.name().to_owned(), reason }];
    let mut core = Core::new(Abi(component), &owns, image(component, plan, settings, embedded)?);
    if plan.traces() {
        core.trace();
    }
    let stubs = stubs(component, plan, &answers, &mut core)?;
    let [names, hosts, exported] = [Names::default(), Names::default(), Names::default()];
    let (needs, builder) = (Needs { component, plan }, ComponentBuilder::default());
    let generator = Generator { component, plan, needs, builder, names, hosts, exported };
    let refused = stubs.iter().filter(|stub| !stub.needs_host && !stub.provided).map(|of| Refused {
        interface: of.refusal.interface.to_owned(),
        function: of.refusal.function.to_owned(),
        treatment: of.treatment,
        traps: of.traps,
    });
    let provided = stubs.iter().filter(|stub| stub.provided).map(|of| Provided {
        interface: of.refusal.interface.to_owned(),
        function: of.refusal.function.to_owned(),
        asks_host: of.needs_host,
    });
    let (refused, provided) = (refused.collect(), provided.collect());
    let bytes = generator.run(&stubs, core).map_err(internal)?;
    Ok(Generated { bytes, refused, provided })
}

/// What providers are told, if there is anything for them to answer.
fn image(
    component: &Component,
    plan: &Plan<'_>,
    settings: &Settings,
    embedded: &Embedded,
) -> std::result::Result<Image, Vec<VirtualizeError>> {
    if !plan.functions().any(|(unit, function)| providers::answers(component, plan, unit, function)) {
        return Ok(Image::default());
    }
    let available = providers::available(component, plan);
    Image::new(settings, embedded, Provider::get().end_of_memory(), available)
        .map_err(|what| vec![VirtualizeError::Settings { component: component.name().to_owned(), what }])
}

struct Generator<'c> {
    component: &'c Component,
    plan: &'c Plan<'c>,
    needs: Needs<'c>,
    builder: ComponentBuilder,
    /// The resource types as the component gets to know them: the adapter's own, and the host's.
    names: Names,
    /// Those that the host has.
    hosts: Names,
    /// Types by the names that interfaces export them by, which is how what is exported later must mention them.
    exported: Names,
}

/// What core modules share.
struct Base {
    memory: u32,
    realloc: u32,
    globals: [u32; GLOBALS.len()],
    /// The instance of the providers' module, where anything of it is needed.
    provider: Option<u32>,
}

/// What an interface is put together of: indices of the adapter's, by the names that they have in it.
#[derive(Default)]
struct Parts {
    types: BTreeMap<String, u32>,
    functions: BTreeMap<String, u32>,
    /// The types that are imported, and the same for the component as for the host.
    hosts: BTreeSet<String>,
}

impl<'c> Generator<'c> {
    fn run(mut self, stubs: &[Stub<'_>], core: Core<'_>) -> Result<Vec<u8>> {
        let adapted: Vec<&'c Unit<'c>> =
            self.plan.units.iter().filter(|unit| self.plan.is_adapted(self.component, unit)).collect();
        let mut imported = self.imports(&adapted)?;
        let built = core.finish();
        let base = self.base(&built, &adapted, &imported)?;
        // What an interface imports itself has the very types that the functions are of which it passes on.
        let mut named: BTreeMap<&str, Names> = BTreeMap::new();
        for unit in &adapted {
            let mut names = self.names.clone();
            for ty in unit.types.iter().filter(|ty| self.needs.is_without_own(ty)) {
                if let Some(index) = imported.get(unit.name).and_then(|parts: &Parts| parts.types.get(ty.name)) {
                    names.add_named(self.component, ty, *index);
                }
            }
            named.insert(unit.name, names);
        }
        let lifted = self.lift(stubs, &built, base, &imported, &mut named)?;
        for (stub, function) in stubs.iter().zip(lifted) {
            let Refusal { interface, function: name, .. } = stub.refusal;
            imported.entry(interface.to_owned()).or_default().functions.insert(name.to_owned(), function);
        }
        for unit in adapted {
            let (Some(names), parts) = (named.get_mut(unit.name), imported.entry(unit.name.to_owned()).or_default())
            else {
                continue;
            };
            for ty in &unit.types {
                // What another interface names must be named as it is there.
                let index = match parts.types.get(ty.name).filter(|_| self.needs.is_without_own(ty)) {
                    Some(index) => *index,
                    None => match self.named_index(ty.created) {
                        Some(index) => index,
                        None => {
                            let (component, sink) = (self.component, &mut self.builder);
                            let mut scope = Scope::new(component, sink, names);
                            match scope.bounds(ty)? {
                                TypeBounds::Eq(index) => index,
                                TypeBounds::SubResource => {
                                    return Err(format!("resource type `{}` has no owner", ty.name));
                                }
                            }
                        }
                    },
                };
                names.add_named(self.component, ty, index);
                parts.types.insert(ty.name.to_owned(), index);
            }
            if unit.name.is_empty() {
                self.export_world(unit, parts)?;
            } else {
                self.export_interface(unit, parts)?;
            }
        }
        Ok(self.builder.finish())
    }

    /// Imports what the exports need of the host, and gives it by import.
    fn imports(&mut self, adapted: &[&'c Unit<'c>]) -> Result<BTreeMap<String, Parts>> {
        let mut imported = BTreeMap::new();
        for (unit, wanted) in self.needs.wanted(adapted)? {
            let parts = if unit.is_empty() { self.import_types(&wanted)? } else { self.import(unit, &wanted)? };
            imported.insert(unit.to_owned(), parts);
        }
        Ok(imported)
    }

    /// Imports some of an interface.
    fn import(&mut self, unit: &str, wanted: &Wanted<'c>) -> Result<Parts> {
        let mut instance = InstanceType::new();
        let mut names = Names::default();
        for ty in &wanted.types {
            let mut scope = Scope { outer: Some(&self.hosts), ..Scope::new(self.component, &mut instance, &mut names) };
            let declared = scope.declared(ty)?;
            let index = instance.type_count();
            instance.export(ty.name, declared);
            names.add_named(self.component, ty, index);
        }
        for function in &wanted.functions {
            let mut scope = Scope { outer: Some(&self.hosts), ..Scope::new(self.component, &mut instance, &mut names) };
            let ty = scope.function_type(function.ty)?;
            instance.export(function.name, ComponentTypeRef::Func(ty));
        }
        let ty = self.builder.type_instance(None, &instance);
        let item = self.component.imports().get(unit).ok_or("an interface is not there")?;
        let name = extern_name(unit, item);
        let instance = self.builder.import(name, ComponentTypeRef::Instance(ty));
        let mut parts = Parts::default();
        for ty in &wanted.types {
            let index = self.builder.alias_export(instance, ty.name, ComponentExportKind::Type);
            parts.types.insert(ty.name.to_owned(), index);
            if self.needs.is_without_own(ty) {
                parts.hosts.insert(ty.name.to_owned());
            }
            self.own_name(ty, index);
        }
        for function in &wanted.functions {
            let index = self.builder.alias_export(instance, function.name, ComponentExportKind::Func);
            parts.functions.insert(function.name.to_owned(), index);
        }
        Ok(parts)
    }

    /// Imports resource types that the world itself has.
    fn import_types(&mut self, wanted: &Wanted<'c>) -> Result<Parts> {
        let mut parts = Parts::default();
        for ty in &wanted.types {
            let bounds = ComponentTypeRef::Type(TypeBounds::SubResource);
            let index = self.builder.import(ty.name, bounds);
            parts.types.insert(ty.name.to_owned(), index);
            self.own_name(ty, index);
        }
        Ok(parts)
    }

    /// Remembers a type by the first name that it is imported by.
    fn own_name(&mut self, ty: &NamedType<'_>, index: u32) {
        if self.hosts.get(self.component, ty.created).is_none() {
            self.hosts.add_named(self.component, ty, index);
            if self.needs.is_without_own(ty) {
                self.names.add_named(self.component, ty, index);
            }
        }
    }

    /// Memory, providers, and the resource types that the adapter owns: those of which handles stand for anything have a
    /// destructor, which must be there before the type is.
    fn base(
        &mut self,
        built: &Built,
        adapted: &[&'c Unit<'c>],
        imported: &BTreeMap<String, Parts>,
    ) -> Result<Option<Base>> {
        let own = adapted.iter().flat_map(|unit| unit.types.iter().map(move |ty| (unit.name, ty)));
        let own = own.filter_map(|(unit, ty)| match ty.created {
            ComponentAnyTypeId::Resource(id) => {
                Some(id.resource()).filter(|id| !self.plan.is_hosts(*id)).map(|id| (id, (unit, ty.name)))
            }
            _ => None,
        });
        // Each by the name that it has where it is defined, which comes first.
        let mut resources: IndexMap<ResourceId, (&str, &str)> = IndexMap::new();
        own.for_each(|(id, name)| _ = resources.entry(id).or_insert(name));
        let mut base = match &built.memory {
            None => None,
            Some(memory) => {
                let module = self.builder.core_module(None, &memory.base());
                let instance = self.builder.core_instantiate(None, module, []);
                let memory_index = self.builder.core_alias_export(None, instance, MEMORY, ExportKind::Memory);
                let realloc = self.builder.core_alias_export(None, instance, REALLOC, ExportKind::Func);
                let globals =
                    GLOBALS.map(|name| self.builder.core_alias_export(None, instance, name, ExportKind::Global));
                let mut base = Base { memory: memory_index, realloc, globals, provider: None };
                if !built.providers.is_empty() {
                    let settings = self.builder.core_alias_export(None, instance, SETTINGS, ExportKind::Func);
                    base.provider = Some(self.provider(&base, memory, settings, built, &resources, imported)?);
                }
                Some(base)
            }
        };
        let dropped = |id: ResourceId| Dropped { host: self.plan.is_wrapped(id), provider: self.plan.is_provided(id) };
        let droppable: Vec<(ResourceId, Dropped)> = { resources.keys() }
            .map(|id| (*id, dropped(*id)))
            .filter(|(id, of)| of.host || (of.provider && self.has_destructor(&resources, *id)))
            .collect();
        let mut instance = None;
        if let (Some(base), false) = (&mut base, droppable.is_empty()) {
            let (mut arguments, mut of_each) = (Vec::new(), Vec::new());
            for (number, (id, dropped)) in droppable.iter().enumerate() {
                let mut dropped = *dropped;
                if dropped.host {
                    let ty = self.hosts.resource(*id).ok_or("a resource type has no name among the imports")?;
                    arguments.push((format!("h{number}"), ExportKind::Func, self.builder.resource_drop(ty)));
                }
                let name = resources.get(id).map(|(unit, name)| provider::destructor_of(unit, name));
                dropped.provider &= self.has_destructor(&resources, *id);
                if let (Some(provider), Some(name), true) = (base.provider, name, dropped.provider) {
                    let function = self.builder.core_alias_export(None, provider, &name, ExportKind::Func);
                    arguments.push((format!("p{number}"), ExportKind::Func, function));
                }
                of_each.push(dropped);
            }
            let [_, moving, _] = base.globals;
            arguments.push((GLOBALS[MOVING as usize].to_owned(), ExportKind::Global, moving));
            let module = self.builder.core_module(None, &destructors(INTRINSICS, &of_each));
            instance = Some(self.core_instance(module, &arguments));
        }
        for id in resources.keys() {
            let number = droppable.iter().position(|(other, _)| other == id);
            let destructor = number.zip(instance).map(|(number, instance)| {
                self.builder.core_alias_export(None, instance, &number.to_string(), ExportKind::Func)
            });
            let index = self.builder.type_resource(None, ValType::I32, destructor);
            self.names.add_resource(*id, index);
        }
        Ok(base)
    }

    /// Whether the provider is to be told when a handle of its own is dropped.
    fn has_destructor(&self, resources: &IndexMap<ResourceId, (&str, &str)>, id: ResourceId) -> bool {
        let name = resources.get(&id).map(|(unit, name)| provider::destructor_of(unit, name));
        name.is_some_and(|name| Provider::get().signature(&name).is_some())
    }

    /// Instantiates as much of the providers' module as is needed, with the functions of the host's that this calls.
    fn provider(
        &mut self,
        base: &Base,
        memory: &Memory,
        settings: u32,
        built: &Built,
        resources: &IndexMap<ResourceId, (&str, &str)>,
        imported: &BTreeMap<String, Parts>,
    ) -> Result<u32> {
        // By the names that the provider has for them. Of two versions of an interface, it could not tell the handles apart.
        let (mut functions, mut several) = (BTreeMap::new(), BTreeSet::new());
        for (unit, function) in self.plan.functions().filter(|(_, function)| function.ruling.needs_host()) {
            let Some(index) = imported.get(unit.name).and_then(|parts| parts.functions.get(function.name)) else {
                continue;
            };
            let name = provider::name_of(unit.name, function.name);
            if functions.insert(name.clone(), *index).is_some() {
                several.insert(name);
            }
        }
        let mut drops = BTreeMap::new();
        for (id, (unit, name)) in resources.iter().filter(|(id, _)| self.plan.is_wrapped(**id)) {
            let ty = self.hosts.resource(*id).ok_or("a resource type has no name among the imports")?;
            drops.insert(provider::drop_of(unit, name), ty);
        }
        let provided = resources.iter().filter(|(id, _)| self.plan.is_provided(**id));
        let destructors = provided.map(|(_, (unit, name))| provider::destructor_of(unit, name));
        let exports: BTreeSet<String> = built.providers.iter().cloned().chain(destructors).collect();
        let is_there = |name: &str| functions.contains_key(name) || drops.contains_key(name);
        let part = Provider::get().part(&exports, memory.ty(), &is_there)?;
        if let Some(name) = part.hosts.iter().find(|name| several.contains(*name)) {
            return Err(format!("the component imports `{name}` in two versions, and a provider needs the host's"));
        }
        let module = self.builder.core_module_raw(None, &part.module);
        let mut hosts: Vec<(&str, ExportKind, u32)> = Vec::new();
        for name in &part.hosts {
            let index = match (functions.get(name), drops.get(name)) {
                (Some(function), _) => {
                    let options = [CanonicalOption::Memory(base.memory), CanonicalOption::Realloc(base.realloc)];
                    self.builder.lower_func(None, *function, options)
                }
                (None, Some(ty)) => self.builder.resource_drop(*ty),
                (None, None) => return Err(format!("`{name}` is not there")),
            };
            hosts.push((name, ExportKind::Func, index));
        }
        let memory = [(provider::MEMORY.1, ExportKind::Memory, base.memory)];
        let memory = self.builder.core_instantiate_exports(None, memory);
        let settings = [(provider::SETTINGS.1, ExportKind::Func, settings)];
        let settings = self.builder.core_instantiate_exports(None, settings);
        let mut arguments = vec![
            (provider::MEMORY.0, ModuleArg::Instance(memory)),
            (provider::SETTINGS.0, ModuleArg::Instance(settings)),
        ];
        if !hosts.is_empty() {
            let hosts = self.builder.core_instantiate_exports(None, hosts);
            arguments.push((provider::HOST, ModuleArg::Instance(hosts)));
        }
        Ok(self.builder.core_instantiate(None, module, arguments))
    }

    /// Instantiates a core module with what it imports.
    fn core_instance(&mut self, module: u32, arguments: &[(String, ExportKind, u32)]) -> u32 {
        if arguments.is_empty() {
            return self.builder.core_instantiate(None, module, []);
        }
        let arguments: Vec<_> = arguments.iter().map(|(name, kind, index)| (name.as_str(), *kind, *index)).collect();
        let arguments = self.builder.core_instantiate_exports(None, arguments);
        self.builder.core_instantiate(None, module, [(INTRINSICS, ModuleArg::Instance(arguments))])
    }

    /// The function that tells of calls.
    fn tell(&mut self, base: &Base, module: &Module, imported: &BTreeMap<String, Parts>) -> Result<u32> {
        let Target { stream, write } = Target::of(self.plan).ok_or("there is nothing to tell with")?;
        let function = |(interface, name): (&str, &str)| {
            let parts = imported.get(interface).and_then(|parts| parts.functions.get(name));
            parts.copied().ok_or("a function of the host's is not there")
        };
        let stream = self.builder.lower_func(None, function(stream)?, []);
        let write = self.builder.lower_func(None, function(write)?, [CanonicalOption::Memory(base.memory)]);
        let module = self.builder.core_module(None, module);
        let kinds = [(ExportKind::Func, stream), (ExportKind::Func, write), (ExportKind::Memory, base.memory)];
        let arguments = trace::IMPORTS.iter().zip(kinds).map(|(name, (kind, index))| (*name, kind, index));
        let arguments = self.builder.core_instantiate_exports(None, arguments.collect::<Vec<_>>());
        let instance = self.builder.core_instantiate(None, module, [("", ModuleArg::Instance(arguments))]);
        Ok(self.builder.core_alias_export(None, instance, trace::TELL, ExportKind::Func))
    }

    /// The functions that the core module has become, in the order of the stubs.
    fn lift(
        &mut self,
        stubs: &[Stub<'_>],
        built: &Built,
        base: Option<Base>,
        imported: &BTreeMap<String, Parts>,
        named: &mut BTreeMap<&str, Names>,
    ) -> Result<Vec<u32>> {
        let mut arguments: Vec<(String, ExportKind, u32)> = Vec::new();
        for (number, intrinsic) in built.intrinsics.iter().enumerate() {
            let index = match intrinsic {
                Intrinsic::Provider(number) => {
                    let instance = base.as_ref().and_then(|base| base.provider);
                    let (instance, name) = instance.zip(built.providers.get(*number)).ok_or("there is no provider")?;
                    self.builder.core_alias_export(None, instance, name, ExportKind::Func)
                }
                Intrinsic::Host(host) => {
                    let mut targets = stubs.iter().filter_map(|stub| stub.host.as_ref());
                    let target = targets.find(|(number, ..)| number == host);
                    let (_, interface, function) = target.ok_or("a function is forwarded to none")?;
                    let parts = imported.get(interface).and_then(|parts| parts.functions.get(*function));
                    let function = *parts.ok_or("a function is forwarded to none")?;
                    let options = base.iter().flat_map(|base| {
                        [CanonicalOption::Memory(base.memory), CanonicalOption::Realloc(base.realloc)]
                    });
                    let options: Vec<_> = options.collect();
                    self.builder.lower_func(None, function, options)
                }
                Intrinsic::Tell => {
                    let (base, module) = base.as_ref().zip(built.tells.as_ref()).ok_or("nothing is told")?;
                    self.tell(base, module, imported)?
                }
                intrinsic => self.intrinsic(*intrinsic, base.as_ref().map(|base| base.memory))?,
            };
            arguments.push((number.to_string(), ExportKind::Func, index));
        }
        if let Some(base) = &base {
            arguments.push((MEMORY.to_owned(), ExportKind::Memory, base.memory));
            let globals = GLOBALS.iter().zip(base.globals);
            arguments.extend(globals.map(|(name, index)| ((*name).to_owned(), ExportKind::Global, index)));
        }
        let module = self.builder.core_module(None, &built.module);
        let instance = self.core_instance(module, &arguments);
        let mut aliased: BTreeMap<&str, u32> = BTreeMap::new();
        let mut lifted = Vec::with_capacity(stubs.len());
        for stub in stubs {
            let export = built.exports.get(stub.number).map(String::as_str).unwrap_or_default();
            let core = *aliased
                .entry(export)
                .or_insert_with(|| self.builder.core_alias_export(None, instance, export, ExportKind::Func));
            let names = named.get_mut(stub.refusal.interface).ok_or("a function has no interface")?;
            let mut scope = Scope::new(self.component, &mut self.builder, names);
            let ty = scope.function_type(stub.id)?;
            let memory = base.as_ref().filter(|_| stub.options.memory);
            let realloc = base.as_ref().filter(|_| stub.options.realloc);
            let memory = memory.map(|base| CanonicalOption::Memory(base.memory));
            let realloc = realloc.map(|base| CanonicalOption::Realloc(base.realloc));
            let post_return = base.as_ref().filter(|_| stub.options.post_return).map(|_| {
                *aliased
                    .entry(POST_RETURN)
                    .or_insert_with(|| self.builder.core_alias_export(None, instance, POST_RETURN, ExportKind::Func))
            });
            let post_return = post_return.map(CanonicalOption::PostReturn);
            let options: Vec<CanonicalOption> = memory.into_iter().chain(realloc).chain(post_return).collect();
            lifted.push(self.builder.lift_func(None, core, ty, options));
        }
        Ok(lifted)
    }

    fn intrinsic(&mut self, intrinsic: Intrinsic, memory: Option<u32>) -> Result<u32> {
        type Canon = fn(&mut ComponentBuilder, u32) -> u32;
        let resource = |id| self.names.resource(id).ok_or("a resource type has no name among the imports");
        let (ty, canon): (u32, Canon) = match intrinsic {
            Intrinsic::ResourceNew(id) => (resource(id)?, ComponentBuilder::resource_new),
            Intrinsic::ResourceRep(id) => (resource(id)?, ComponentBuilder::resource_rep),
            Intrinsic::ResourceDrop(id) => (resource(id)?, ComponentBuilder::resource_drop),
            Intrinsic::StreamNew(id) => (self.defined(id)?, ComponentBuilder::stream_new),
            Intrinsic::StreamDropReadable(id) => (self.defined(id)?, ComponentBuilder::stream_drop_readable),
            Intrinsic::StreamDropWritable(id) => (self.defined(id)?, ComponentBuilder::stream_drop_writable),
            Intrinsic::FutureNew(id) => (self.defined(id)?, ComponentBuilder::future_new),
            Intrinsic::FutureDropReadable(id) => (self.defined(id)?, ComponentBuilder::future_drop_readable),
            Intrinsic::FutureWrite(id) => {
                let ty = self.defined(id)?;
                let memory = memory.map(CanonicalOption::Memory);
                let options: Vec<_> = memory.into_iter().chain([CanonicalOption::Async]).collect();
                return Ok(self.builder.future_write(ty, options));
            }
            Intrinsic::Host(_) | Intrinsic::Provider(_) | Intrinsic::Tell => {
                return Err("a function is forwarded to none".to_owned());
            }
        };
        Ok(canon(&mut self.builder, ty))
    }

    /// The index of a type of streams or futures. What it is written with has no name, and is not to be taken for what
    /// will have one.
    fn defined(&mut self, id: ComponentDefinedTypeId) -> Result<u32> {
        let (component, mut names) = (self.component, self.names.clone());
        let mut scope = Scope::new(component, &mut self.builder, &mut names);
        match scope.value(&ComponentValType::Type(id))? {
            wasm_encoder::ComponentValType::Type(index) => Ok(index),
            wasm_encoder::ComponentValType::Primitive(_) => Err("a stream is no type of its own".to_owned()),
        }
    }

    /// Exports an interface, put together by a component of its own.
    fn export_interface(&mut self, unit: &Unit<'c>, parts: &Parts) -> Result<()> {
        let component = self.component;
        let mut shim = ComponentBuilder::default();
        let (mut given, mut exported) = (Names::default(), Names::default());
        let mut arguments: Vec<(String, ComponentExportKind, u32)> = Vec::new();
        let mut extra = Vec::new();
        for (number, ty) in unit.types.iter().enumerate() {
            let index = parts.types.get(ty.name).ok_or("a type is not there")?;
            let name = format!("t{number}");
            let mut scope = Scope { extra: Some(&mut extra), ..Scope::new(component, &mut shim, &mut given) };
            let declared = scope.declared(ty)?;
            let imported = shim.import(name.as_str(), declared);
            given.add_named(component, ty, imported);
            let is_given = parts.hosts.contains(ty.name) || self.is_foreign(unit, ty);
            export_type(component, &mut shim, &mut exported, ty, imported, is_given)?;
            arguments.push((name, ComponentExportKind::Type, *index));
        }
        for (number, function) in unit.functions.iter().enumerate() {
            let index = parts.functions.get(function.name).ok_or("a function is not there")?;
            let name = format!("f{number}");
            let mut scope = Scope { extra: Some(&mut extra), ..Scope::new(component, &mut shim, &mut given) };
            let ty = scope.function_type(function.ty)?;
            let imported = shim.import(name.as_str(), ComponentTypeRef::Func(ty));
            let mut scope = Scope::new(component, &mut shim, &mut exported);
            let ty = scope.function_type(function.ty)?;
            shim.export(function.name, ComponentExportKind::Func, imported, Some(ComponentTypeRef::Func(ty)));
            arguments.push((name, ComponentExportKind::Func, *index));
        }
        for (number, id) in extra.into_iter().enumerate() {
            let index = self.named_index(id).ok_or("a type has no name among the imports")?;
            arguments.push((extra_name(number), ComponentExportKind::Type, index));
        }
        let shim = self.builder.component(None, shim);
        let instance = self.builder.instantiate(None, shim, arguments);
        let item = component.imports().get(unit.name).ok_or("an interface is not there")?;
        let name = extern_name(unit.name, item);
        let instance = self.builder.export(name, ComponentExportKind::Instance, instance, None);
        for ty in &unit.types {
            if self.exported.get(component, ty.created).is_none() {
                let index = self.builder.alias_export(instance, ty.name, ComponentExportKind::Type);
                self.exported.add_named(component, ty, index);
            }
        }
        Ok(())
    }

    /// The index of a type by the name that it is exported by, or imported.
    fn named_index(&self, id: ComponentAnyTypeId) -> Option<u32> {
        self.exported.get(self.component, id).or_else(|| self.names.get(self.component, id))
    }

    /// Exports what the world itself has that is refused, and its types.
    fn export_world(&mut self, unit: &Unit<'c>, parts: &Parts) -> Result<()> {
        // What interfaces export before is made of what they name.
        let mut exported = self.exported.clone();
        for ty in &unit.types {
            let index = parts.types.get(ty.name).ok_or("a type is not there")?;
            let is_given = parts.hosts.contains(ty.name) || self.is_foreign(unit, ty);
            export_type(self.component, &mut self.builder, &mut exported, ty, *index, is_given)?;
        }
        for function in &unit.functions {
            let Some(index) = parts.functions.get(function.name) else { continue };
            let mut scope = Scope::new(self.component, &mut self.builder, &mut exported);
            let ty = scope.function_type(function.ty)?;
            let ty = Some(ComponentTypeRef::Func(ty));
            self.builder.export(function.name, ComponentExportKind::Func, *index, ty);
        }
        Ok(())
    }

    /// Whether it is another interface that says what a type is.
    fn is_foreign(&self, unit: &Unit<'_>, ty: &NamedType<'_>) -> bool {
        let home = self.component.home(self.component.key(ty.created)).map(|home| home.path.as_slice());
        matches!(home, Some([of, _]) if of != unit.name)
    }
}

/// Exports a type by its name. One that is made of others is written anew: it may only be made of exported ones. One
/// that is given, by the host or by another interface, is what it is there.
fn export_type(
    component: &Component,
    to: &mut ComponentBuilder,
    exported: &mut Names,
    ty: &NamedType<'_>,
    given: u32,
    is_given: bool,
) -> Result<()> {
    let mut scope = Scope::new(component, to, exported);
    let index = match is_given {
        true => given,
        false => match scope.bounds(ty)? {
            TypeBounds::Eq(index) => index,
            TypeBounds::SubResource => given,
        },
    };
    let export = to.export(ty.name, ComponentExportKind::Type, index, None);
    exported.add_named(component, ty, export);
    Ok(())
}
