//! What the core modules of an inner adapter share: memory, providers, and resource types with their destructors.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use wasm_encoder::{ComponentBuilder, ExportKind, ValType};
use wasmparser::component_types::ResourceId;

use super::core::Built;
use super::inner::{Inner, NotWritten};
use super::writer::Writer;
use crate::decide::needs::line_functions;
use crate::runtime::destructors::{self, Dropped};
use crate::runtime::memory::{Base, Memory};
use crate::runtime::provider::{self, Instance, Provider};
use crate::types::copy::writer::Result;

/// A resource type that the adapter owns.
struct Owned<'c> {
    id: ResourceId,
    /// The defining interface, and the name in it.
    name: (&'c str, &'c str),
    /// The resource type of the host that its handles may stand for.
    host: Option<u32>,
    /// The provider's destructor, if its handles may stand for a provider's objects, and that has one.
    destructor: Option<String>,
}

impl<'c> Inner<'c> {
    /// Creates memory, providers, and the adapter's resource types. A type with handles has a destructor, which must be
    /// defined before the type.
    pub(super) fn base(&mut self, built: &Built<'_>) -> Result<Option<Base>, NotWritten> {
        let owned = self.owned()?;
        let base = built.memory.as_ref().map(|memory| Base::new(&mut self.writer.builder, memory));
        if let (Some(base), Some(memory), false) = (&base, &built.memory, built.providers.is_empty()) {
            self.provider = Some(match &self.decisions.recorder {
                Some(recorder) => self.recorder(recorder, base, memory, built)?,
                None => self.provider(base, memory, built, &owned)?,
            });
        }
        let droppable: Vec<&Owned<'_>> =
            owned.iter().filter(|of| of.host.is_some() || of.destructor.is_some()).collect();
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

    /// The resource types that the adapter owns, each with its defining interface and its name there.
    pub(super) fn owned_names(&self) -> Vec<(ResourceId, (&'c str, &'c str))> {
        let mut owned: Vec<(ResourceId, (&'c str, &'c str))> = Vec::new();
        // The defining interface comes first.
        for interface in self.decisions.adapted().map(|decided| decided.interface) {
            for (id, name) in interface.types.iter().filter_map(|ty| Some((ty.resource()?, ty.name))) {
                if !self.decisions.owners.of(id).is_host && !owned.iter().any(|(other, _)| *other == id) {
                    owned.push((id, (interface.name, name)));
                }
            }
        }
        owned
    }

    fn owned(&self) -> Result<Vec<Owned<'c>>> {
        let owned = |(id, name): (_, (&'c str, &'c str))| {
            let owner = self.decisions.owners.of(id);
            let of_host = || self.hosts.resource(id).ok_or("a resource type has no name among the imports");
            let destructor = owner.is_provided.then(|| provider::destructor_of(name.0, name.1));
            let destructor = destructor.filter(|name| Provider::signature(name).is_some());
            Ok(Owned { id, name, host: owner.maker.as_ref().map(|_| of_host()).transpose()?, destructor })
        };
        self.owned_names().into_iter().map(owned).collect()
    }

    fn destructors(&mut self, base: &Base, droppable: &[&Owned<'_>]) -> Result<u32> {
        let mut dropped = Vec::with_capacity(droppable.len());
        for Owned { host, destructor, .. } in droppable {
            let host = host.map(|ty| self.writer.builder.resource_drop(ty));
            let provider = destructor.as_ref().map(|name| self.provided(name)).transpose()?;
            dropped.push(Dropped { host, provider });
        }
        Ok(destructors::instantiate(&mut self.writer.builder, base, &dropped))
    }

    pub(super) fn provided(&mut self, name: &str) -> Result<u32> {
        let provider = self.provider.as_ref().ok_or("there is no provider")?;
        let function = provider.function(&mut self.writer.builder, name);
        Ok(function.ok_or("a function of a provider's is not there")?)
    }

    /// Instantiates the needed part of the providers' module, with the host functions that it calls.
    fn provider(
        &mut self,
        base: &Base,
        memory: &Memory,
        built: &Built<'_>,
        owned: &[Owned<'_>],
    ) -> Result<Instance, NotWritten> {
        // Names are those of the provider. It could not distinguish handles of two versions of an interface. A function without
        // handles is the same in both.
        let (mut functions, mut several) = (BTreeMap::new(), BTreeSet::new());
        // A function that only has the name may have another type.
        for of in self.decisions.functions().filter(|of| of.grant.needs_host() && of.function.is_of_wasi()) {
            let Some(index) = self.host_function(of.function.interface, of.function.name) else { continue };
            let name = provider::name_of(of.function.interface, of.function.name);
            match functions.entry(name) {
                Entry::Vacant(entry) => _ = entry.insert(index),
                Entry::Occupied(entry) if of.function.resources.is_empty() => _ = entry,
                Entry::Occupied(entry) => _ = several.insert(entry.key().clone()),
            }
        }
        let sink = line_functions(self.decisions);
        // Standard error may be redirected.
        let stream = sink.and_then(|([(interface, name), _], _)| self.host_function(interface, name));
        if let Some(index) = stream {
            functions.insert("wasi:cli/stderr#get-stderr".to_owned(), index);
        }
        if let Some((interface, name)) = sink.map(|([_, write], _)| write) {
            let index = self.host_function(interface, name);
            index
                .into_iter()
                .for_each(|index| _ = functions.entry(provider::name_of(interface, name)).or_insert(index));
        }
        let mut drops = BTreeMap::new();
        for (ty, (interface, name)) in owned.iter().filter_map(|of| Some((of.host?, of.name))) {
            let name = provider::drop_of(interface, name);
            if drops.insert(name.clone(), ty).is_some() {
                several.insert(name);
            }
        }
        // The host's own types, of which a provider may be given handles to keep.
        for interface in self.decisions.interfaces.iter().map(|decided| decided.interface) {
            for (id, name) in interface.types.iter().filter_map(|ty| Some((ty.resource()?, ty.name))) {
                if let (true, Some(ty)) = (self.decisions.owners.of(id).is_host, self.hosts.resource(id)) {
                    drops.entry(provider::drop_of(interface.name, name)).or_insert(ty);
                }
            }
        }
        if let Some(ty) = sink.and_then(|(_, error)| self.hosts.resource(error)) {
            drops.entry(provider::drop_of("wasi:io/error", "error")).or_insert(ty);
        }
        let provided = owned.iter().filter(|of| self.decisions.owners.of(of.id).is_provided);
        let destructors = provided.map(|of| provider::destructor_of(of.name.0, of.name.1));
        let exports: BTreeSet<String> = built.providers.iter().cloned().chain(destructors).collect();
        let is_there = |name: &str| functions.contains_key(name) || drops.contains_key(name);
        let part = self.providers.part(&exports, memory.ty(), &is_there)?;
        if let Some(name) = part.hosts.iter().find(|name| several.contains(*name)) {
            return Err(NotWritten::TwoVersions(name.clone()));
        }
        let host = |builder: &mut ComponentBuilder, name: &str| match functions.get(name) {
            Some(function) => Some(builder.lower_func(None, *function, base.lowering())),
            None => drops.get(name).map(|ty| builder.resource_drop(*ty)),
        };
        let Writer { builder, .. } = &mut self.writer;
        Ok(part.instantiate(builder, base, memory, host)?)
    }
}
