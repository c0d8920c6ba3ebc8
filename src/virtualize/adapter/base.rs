//! What an adapter's core modules share: a memory, providers in it, and destructors.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use wasm_encoder::{CanonicalOption, ComponentBuilder, ExportKind, Module, ModuleArg, ValType};
use wasmparser::component_types::{ComponentAnyTypeId, ResourceId};

use super::Generator;
use super::shim::Parts;
use crate::provide::module::{self, Provider};
use crate::virtualize::core::{
    Built, Dropped, GLOBALS, INTRINSICS, MEMORY, MOVES, Memory, Options, REALLOC, SETTINGS, destructors,
};
use crate::virtualize::plan::ImportedInterface;
use crate::virtualize::trace::{self, Target};
use crate::virtualize::types::Result;

/// What core modules share: indices of the component around them.
pub struct Base {
    instance: u32,
    memory: u32,
    realloc: u32,
    globals: [u32; GLOBALS.len()],
    /// The providers' module, where anything of it is needed.
    provider: Option<Providers>,
}

/// The providers' module, instantiated.
struct Providers {
    instance: u32,
    /// What it calls its exports, by their names.
    exports: BTreeMap<String, String>,
}

/// A core module's import: its name, its kind, and the index of what it is.
pub type Argument = (String, ExportKind, u32);

impl Base {
    /// Adds a memory.
    pub fn new(builder: &mut ComponentBuilder, memory: &Memory) -> Base {
        let module = builder.core_module(None, &memory.base());
        let instance = builder.core_instantiate(None, module, []);
        let memory = builder.core_alias_export(None, instance, MEMORY, ExportKind::Memory);
        let realloc = builder.core_alias_export(None, instance, REALLOC, ExportKind::Func);
        let globals = GLOBALS.map(|name| builder.core_alias_export(None, instance, name, ExportKind::Global));
        Base { instance, memory, realloc, globals, provider: None }
    }

    /// The index of the memory.
    pub fn memory(&self) -> u32 {
        self.memory
    }

    /// A function of the providers'.
    pub fn provided(&self, builder: &mut ComponentBuilder, name: &str) -> Result<u32> {
        let provider = self.provider.as_ref().ok_or("there is no provider")?;
        let export = provider.exports.get(name).ok_or("a function of a provider's is not there")?;
        Ok(builder.core_alias_export(None, provider.instance, export, ExportKind::Func))
    }

    /// What is imported by modules that use the memory.
    pub fn arguments(&self) -> Vec<Argument> {
        let globals = GLOBALS.iter().zip(self.globals);
        let globals = globals.map(|(name, index)| ((*name).to_owned(), ExportKind::Global, index));
        std::iter::once((MEMORY.to_owned(), ExportKind::Memory, self.memory)).chain(globals).collect()
    }

    /// The options of lowered functions.
    pub fn lowering(&self) -> [CanonicalOption; 2] {
        [CanonicalOption::Memory(self.memory), CanonicalOption::Realloc(self.realloc)]
    }

    /// The options of a lifted function.
    pub fn options(&self, options: Options, post_return: Option<u32>) -> Vec<CanonicalOption> {
        let memory = options.memory.then_some(CanonicalOption::Memory(self.memory));
        let realloc = options.realloc.then_some(CanonicalOption::Realloc(self.realloc));
        memory.into_iter().chain(realloc).chain(post_return.map(CanonicalOption::PostReturn)).collect()
    }
}

/// Instantiates a core module with what it imports.
pub fn core_instance(builder: &mut ComponentBuilder, module: u32, arguments: &[Argument]) -> u32 {
    if arguments.is_empty() {
        return builder.core_instantiate(None, module, []);
    }
    let arguments: Vec<_> = arguments.iter().map(|(name, kind, index)| (name.as_str(), *kind, *index)).collect();
    let arguments = builder.core_instantiate_exports(None, arguments);
    builder.core_instantiate(None, module, [(INTRINSICS, ModuleArg::Instance(arguments))])
}

impl<'c> Generator<'c> {
    /// Memory, providers, and the resource types that the adapter owns: those of which handles stand for anything have a
    /// destructor, which must be there before the type is.
    pub(super) fn base(
        &mut self,
        built: &Built,
        adapted: &[&'c ImportedInterface<'c>],
        imported: &BTreeMap<String, Parts>,
    ) -> Result<Option<Base>> {
        let own = adapted.iter().flat_map(|interface| interface.types.iter().map(move |ty| (interface.name, ty)));
        let own = own.filter_map(|(interface, ty)| match ty.created {
            ComponentAnyTypeId::Resource(id) => {
                Some(id.resource()).filter(|id| !self.plan.is_hosts(*id)).map(|id| (id, (interface, ty.name)))
            }
            _ => None,
        });
        // Each by the name that it has where it is defined, which comes first.
        let mut resources: IndexMap<ResourceId, (&str, &str)> = IndexMap::new();
        own.for_each(|(id, name)| _ = resources.entry(id).or_insert(name));
        let mut base = match &built.memory {
            None => None,
            Some(memory) => {
                let mut base = Base::new(&mut self.builder, memory);
                if !built.providers.is_empty() {
                    base.provider = Some(self.provider(&base, memory, built, &resources, imported)?);
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
                let name = resources.get(id).map(|(interface, name)| module::destructor_of(interface, name));
                dropped.provider &= self.has_destructor(&resources, *id);
                if let (Some(name), true) = (name, dropped.provider) {
                    let function = base.provided(&mut self.builder, &name)?;
                    arguments.push((format!("p{number}"), ExportKind::Func, function));
                }
                of_each.push(dropped);
            }
            let [_, moving, _] = base.globals;
            arguments.push((MOVES.to_owned(), ExportKind::Global, moving));
            let module = self.builder.core_module(None, &destructors(INTRINSICS, &of_each));
            instance = Some(core_instance(&mut self.builder, module, &arguments));
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
        let name = resources.get(&id).map(|(interface, name)| module::destructor_of(interface, name));
        name.is_some_and(|name| Provider::signature(&name).is_some())
    }

    /// Instantiates as much of the providers' module as is needed, with the functions of the host's that this calls.
    fn provider(
        &mut self,
        base: &Base,
        memory: &Memory,
        built: &Built,
        resources: &IndexMap<ResourceId, (&str, &str)>,
        imported: &BTreeMap<String, Parts>,
    ) -> Result<Providers> {
        // By the names that the provider has for them. Of two versions of an interface, it could not tell the handles apart.
        let (mut functions, mut several) = (BTreeMap::new(), BTreeSet::new());
        for (interface, function) in self.plan.functions().filter(|(_, function)| function.decision.needs_host()) {
            let Some(index) = imported.get(interface.name).and_then(|parts| parts.functions.get(function.name)) else {
                continue;
            };
            // What only goes by the name is none that the provider could call.
            if !Provider::is_of_type(self.component, interface.name, function.name, function.ty) {
                continue;
            }
            let name = module::name_of(interface.name, function.name);
            if functions.insert(name.clone(), *index).is_some() {
                several.insert(name);
            }
        }
        let mut drops = BTreeMap::new();
        for (id, (interface, name)) in resources.iter().filter(|(id, _)| self.plan.is_wrapped(**id)) {
            let ty = self.hosts.resource(*id).ok_or("a resource type has no name among the imports")?;
            let name = module::drop_of(interface, name);
            if drops.insert(name.clone(), ty).is_some() {
                several.insert(name);
            }
        }
        let provided = resources.iter().filter(|(id, _)| self.plan.is_provided(**id));
        let destructors = provided.map(|(_, (interface, name))| module::destructor_of(interface, name));
        let exports: BTreeSet<String> = built.providers.iter().cloned().chain(destructors).collect();
        let is_there = |name: &str| functions.contains_key(name) || drops.contains_key(name);
        let part = self.providers.part(&exports, memory.ty(), &is_there)?;
        if let Some(name) = part.hosts.iter().find(|name| several.contains(*name)) {
            return Err(format!("the component imports `{name}` in two versions, and a provider needs the host's"));
        }
        let module = self.builder.core_module_raw(None, &part.module);
        let mut hosts: Vec<(String, ExportKind, u32)> = Vec::new();
        for (number, name) in part.hosts.iter().enumerate() {
            let index = match (functions.get(name), drops.get(name)) {
                (Some(function), _) => self.builder.lower_func(None, *function, base.lowering()),
                (None, Some(ty)) => self.builder.resource_drop(*ty),
                (None, None) => return Err(format!("`{name}` is not there")),
            };
            hosts.push((number.to_string(), ExportKind::Func, index));
        }
        let memory = [(module::MEMORY.1, ExportKind::Memory, base.memory)];
        let memory = self.builder.core_instantiate_exports(None, memory);
        let settings = self.builder.core_alias_export(None, base.instance, SETTINGS, ExportKind::Func);
        let settings = [(module::SETTINGS.1, ExportKind::Func, settings)];
        let settings = self.builder.core_instantiate_exports(None, settings);
        let mut arguments =
            vec![(module::MEMORY.0, ModuleArg::Instance(memory)), (module::SETTINGS.0, ModuleArg::Instance(settings))];
        if !hosts.is_empty() {
            let hosts: Vec<_> = hosts.iter().map(|(name, kind, index)| (name.as_str(), *kind, *index)).collect();
            let hosts = self.builder.core_instantiate_exports(None, hosts);
            arguments.push((module::HOST, ModuleArg::Instance(hosts)));
        }
        Ok(Providers { instance: self.builder.core_instantiate(None, module, arguments), exports: part.exports })
    }

    /// The function that tells of calls.
    pub(super) fn tell(&mut self, base: &Base, module: &Module, imported: &BTreeMap<String, Parts>) -> Result<u32> {
        let Target { stream, write } = Target::of(self.component, self.plan).ok_or("there is nothing to tell with")?;
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
}
