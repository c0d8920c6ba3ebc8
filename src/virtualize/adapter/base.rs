//! The shared parts of an adapter's core modules: memory, providers and destructors.

use std::collections::{BTreeMap, BTreeSet};

use wasm_encoder::{CanonicalOption, ComponentBuilder, ExportKind, ModuleArg, ValType};
use wasmparser::component_types::ResourceId;

use super::inner::Inner;
use super::{Argument, Writer};
use crate::runtime::destructors::{Dropped, destructors};
use crate::runtime::memory::{GLOBALS, MEMORY, MOVES, Memory, REALLOC, SETTINGS};
use crate::runtime::provider::{self, Provider};
use crate::types::copy::writer::Result;
use crate::virtualize::core::{Built, INTRINSICS, Options};

/// The shared parts, as indices of the component.
pub struct Base {
    instance: u32,
    memory: u32,
    realloc: u32,
    globals: [u32; GLOBALS.len()],
    /// The providers' module, if needed.
    provider: Option<Providers>,
}

/// The providers' module, instantiated.
struct Providers {
    instance: u32,
    /// The actual names of its exports.
    exports: BTreeMap<String, String>,
}

/// A resource type that the adapter owns.
struct Owned<'c> {
    id: ResourceId,
    /// The defining interface, and the name in it.
    name: (&'c str, &'c str),
    /// What a drop of its handles drops.
    dropped: Dropped,
}

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

    /// The allocator.
    pub fn realloc(&self) -> u32 {
        self.realloc
    }

    /// The index of the memory.
    pub fn memory(&self) -> u32 {
        self.memory
    }

    /// A function of a provider.
    pub fn provided(&self, builder: &mut ComponentBuilder, name: &str) -> Result<u32> {
        let provider = self.provider.as_ref().ok_or("there is no provider")?;
        let export = provider.exports.get(name).ok_or("a function of a provider's is not there")?;
        Ok(builder.core_alias_export(None, provider.instance, export, ExportKind::Func))
    }

    /// The imports of modules that use the memory.
    pub fn arguments(&self) -> Vec<Argument> {
        let globals = GLOBALS.iter().zip(self.globals);
        let globals = globals.map(|(name, index)| ((*name).to_owned(), ExportKind::Global, index));
        std::iter::once((MEMORY.to_owned(), ExportKind::Memory, self.memory)).chain(globals).collect()
    }

    /// The canonical options of lowered functions.
    pub fn lowering(&self) -> [CanonicalOption; 2] {
        [CanonicalOption::Memory(self.memory), CanonicalOption::Realloc(self.realloc)]
    }

    /// The canonical options of a lifted function.
    pub fn options(&self, options: Options, post_return: Option<u32>) -> Vec<CanonicalOption> {
        let memory = options.memory.then_some(CanonicalOption::Memory(self.memory));
        let realloc = options.realloc.then_some(CanonicalOption::Realloc(self.realloc));
        memory.into_iter().chain(realloc).chain(post_return.map(CanonicalOption::PostReturn)).collect()
    }
}

impl<'c> Inner<'c> {
    /// Creates memory, providers, and the adapter's resource types. A type with handles has a destructor, which must be
    /// defined before the type.
    pub(super) fn base(&mut self, built: &Built) -> Result<Option<Base>> {
        let owned = self.owned();
        let mut base = built.memory.as_ref().map(|memory| Base::new(&mut self.writer.builder, memory));
        if let (Some(base), Some(memory), false) = (&mut base, &built.memory, built.providers.is_empty()) {
            base.provider = Some(self.provider(base, memory, built, &owned)?);
        }
        let droppable: Vec<&Owned<'_>> = owned.iter().filter(|of| of.dropped.host || of.dropped.provider).collect();
        let destructors = match &base {
            Some(base) if !droppable.is_empty() => Some(self.destructors(base, &droppable)?),
            _ => None,
        };
        for of in &owned {
            let number = droppable.iter().position(|other| other.id == of.id);
            let builder = &mut self.writer.builder;
            let destructor = number.zip(destructors).map(|(number, instance)| {
                builder.core_alias_export(None, instance, &number.to_string(), ExportKind::Func)
            });
            let index = builder.type_resource(None, ValType::I32, destructor);
            self.names.add_resource(of.id, index);
        }
        Ok(base)
    }

    /// The resource types that the adapter owns, each under its name in the defining interface, which comes first.
    fn owned(&self) -> Vec<Owned<'c>> {
        let mut owned: Vec<Owned<'c>> = Vec::new();
        for interface in self.decisions.adapted().map(|decided| decided.interface) {
            for (id, name) in interface.types.iter().filter_map(|ty| Some((ty.resource()?, ty.name))) {
                let owner = self.decisions.owners.of(id);
                if owner.is_host() || owned.iter().any(|of| of.id == id) {
                    continue;
                }
                let has_destructor = Provider::signature(&provider::destructor_of(interface.name, name)).is_some();
                let (host, provider) = (owner.maker().is_some(), owner.is_provided() && has_destructor);
                owned.push(Owned { id, name: (interface.name, name), dropped: Dropped { host, provider } });
            }
        }
        owned
    }

    /// The resource types that the adapter owns, each with its defining interface and name.
    pub(super) fn owned_names(&self) -> Vec<(ResourceId, (&'c str, &'c str))> {
        self.owned().into_iter().map(|of| (of.id, of.name)).collect()
    }

    /// Instantiates the module of destructors.
    fn destructors(&mut self, base: &Base, droppable: &[&Owned<'_>]) -> Result<u32> {
        let mut arguments = Vec::new();
        for (number, Owned { id, name: (interface, name), dropped }) in droppable.iter().enumerate() {
            if dropped.host {
                let ty = self.host_resource(*id)?;
                arguments.push((format!("h{number}"), ExportKind::Func, self.writer.builder.resource_drop(ty)));
            }
            if dropped.provider {
                let name = provider::destructor_of(interface, name);
                let function = base.provided(&mut self.writer.builder, &name)?;
                arguments.push((format!("p{number}"), ExportKind::Func, function));
            }
        }
        let [_, moving, _] = base.globals;
        arguments.push((MOVES.to_owned(), ExportKind::Global, moving));
        let dropped: Vec<Dropped> = droppable.iter().map(|of| of.dropped).collect();
        let module = self.writer.builder.core_module(None, &destructors(INTRINSICS, &dropped));
        Ok(self.writer.core_instance(module, &arguments))
    }

    fn host_resource(&self, id: ResourceId) -> Result<u32> {
        Ok(self.hosts.resource(id).ok_or("a resource type has no name among the imports")?)
    }

    /// Instantiates the needed part of the providers' module, with the host functions that it calls.
    fn provider(&mut self, base: &Base, memory: &Memory, built: &Built, owned: &[Owned<'_>]) -> Result<Providers> {
        // Names are those of the provider. It could not distinguish handles of two versions of an interface.
        let (mut functions, mut several) = (BTreeMap::new(), BTreeSet::new());
        // A function that only has the name may have another type.
        for of in self.decisions.functions().filter(|of| of.grant.needs_host() && of.function.is_of_wasi) {
            let Some(index) = self.host_function(of.function.interface, of.function.name) else { continue };
            let name = provider::name_of(of.function.interface, of.function.name);
            if functions.insert(name.clone(), index).is_some() {
                several.insert(name);
            }
        }
        let mut drops = BTreeMap::new();
        for Owned { id, name: (interface, name), .. } in owned.iter().filter(|of| of.dropped.host) {
            let name = provider::drop_of(interface, name);
            if drops.insert(name.clone(), self.host_resource(*id)?).is_some() {
                several.insert(name);
            }
        }
        let provided = owned.iter().filter(|of| self.decisions.owners.of(of.id).is_provided());
        let destructors =
            provided.map(|Owned { name: (interface, name), .. }| provider::destructor_of(interface, name));
        let exports: BTreeSet<String> = built.providers.iter().cloned().chain(destructors).collect();
        let is_there = |name: &str| functions.contains_key(name) || drops.contains_key(name);
        let part = self.providers.part(&exports, memory.ty(), &is_there)?;
        if let Some(name) = part.hosts.iter().find(|name| several.contains(*name)) {
            return Err(format!("the component imports `{name}` in two versions, and a provider needs the host's"));
        }
        let Writer { builder, .. } = &mut self.writer;
        let module = builder.core_module_raw(None, &part.module);
        let mut hosts: Vec<Argument> = Vec::new();
        for (number, name) in part.hosts.iter().enumerate() {
            let index = match (functions.get(name), drops.get(name)) {
                (Some(function), _) => builder.lower_func(None, *function, base.lowering()),
                (None, Some(ty)) => builder.resource_drop(*ty),
                (None, None) => return Err(format!("`{name}` is not there")),
            };
            hosts.push((number.to_string(), ExportKind::Func, index));
        }
        let memory_has_settings = memory.has_settings();
        let memory = [(provider::MEMORY.1, ExportKind::Memory, base.memory)];
        let memory = builder.core_instantiate_exports(None, memory);
        let mut arguments = vec![(provider::MEMORY.0, ModuleArg::Instance(memory))];
        if memory_has_settings {
            let settings = builder.core_alias_export(None, base.instance, SETTINGS, ExportKind::Func);
            let settings = builder.core_instantiate_exports(None, [(provider::SETTINGS.1, ExportKind::Func, settings)]);
            arguments.push((provider::SETTINGS.0, ModuleArg::Instance(settings)));
        }
        if !hosts.is_empty() {
            let hosts: Vec<_> = hosts.iter().map(|(name, kind, index)| (name.as_str(), *kind, *index)).collect();
            arguments.push((provider::HOST, ModuleArg::Instance(builder.core_instantiate_exports(None, hosts))));
        }
        Ok(Providers { instance: builder.core_instantiate(None, module, arguments), exports: part.exports })
    }
}
