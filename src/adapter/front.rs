//! An adapter with functions that continue after their return.
//!
//! A function that is not asynchronous ends when it returns. So it calls another function, which continues. That
//! function has to be in a sibling instance (Component Model, Canonical ABI, `canon lift`: no instance may be entered
//! by what it called). The adapter therefore consists of two components: the plain adapter, in which those functions
//! are asynchronous, and a front, with a synchronous function for each of them.

use std::collections::{BTreeMap, BTreeSet};

use wasm_encoder::{CanonicalOption, ComponentExportKind, ComponentTypeRef};
use wasmparser::component_types::{ComponentAnyTypeId, ComponentEntityType, ResourceId};

use super::core::{Core, Intrinsic};
use super::inner::Inner;
use super::outer::ConversionNames;
use super::writer::{Argument, Writer};
use crate::abi::Abi;
use crate::decide::decisions::FunctionDecision;
use crate::decide::needs::wanted;
use crate::imports::{Function, Interface};
use crate::runtime::image::Image;
use crate::runtime::memory::Base;
use crate::types::copy::writer::{Result, extra_name};
use crate::types::copy::{TypeIndices, extern_name};
use crate::types::identity::TypeKey;
use crate::types::mentions;

/// Wraps an adapter with asynchronous functions.
pub(super) fn around(mut adapter: Inner<'_>, pump: &[u8]) -> Result<Vec<u8>> {
    let decisions = adapter.decisions;
    let component = decisions.imports.component;
    let mut arguments: Vec<Argument> = Vec::new();
    for wanted in wanted(decisions)? {
        match adapter.import(&wanted)? {
            Some(instance) => {
                arguments.push((wanted.interface.to_owned(), ComponentExportKind::Instance, instance));
            }
            None => {
                let parts = adapter.imported.get(wanted.interface);
                let types = parts.into_iter().flat_map(|parts| &parts.types);
                arguments.extend(types.map(|(name, index)| (name.clone(), ComponentExportKind::Type, *index)));
            }
        }
    }
    let builder = &mut adapter.writer.builder;
    let pump = builder.component_raw(None, pump);
    let pump = builder.instantiate(None, pump, arguments);
    let interfaces = decisions.adapted().map(|decided| decided.interface.name).filter(|name| !name.is_empty());
    let interfaces: BTreeMap<&str, u32> =
        interfaces.map(|name| (name, builder.alias_export(pump, name, ComponentExportKind::Instance))).collect();
    let instance = |interface: &str| interfaces.get(interface).copied().unwrap_or(pump);
    for (id, (interface, name)) in adapter.owned_names() {
        let index = adapter.writer.alias_type(instance(interface), name);
        adapter.names.add_resource(id, index);
    }
    let mut fronts = Vec::new();
    for decided in decisions.adapted() {
        let interface = decided.interface;
        for of in decided.functions.iter().filter(|of| !of.is_passed) {
            let index = adapter.writer.alias_function(instance(interface.name), of.function.name);
            match of.has_front() {
                true => fronts.push((interface, of.function, index)),
                false => adapter.add(of.function, index),
            }
        }
    }
    instantiate(&fronts, &mut adapter, &instance)?;
    let mut names = adapter.names_of_interfaces();
    let mut assembled = BTreeSet::new();
    for decided in decisions.adapted() {
        let of = decided.interface;
        // An interface without fronts that names all its types is exported unchanged, unless it uses types of one that is
        // assembled again: its records and the like are other types then.
        let is_changed = |key: TypeKey| {
            let interface = component.definition(key).and_then(|definition| definition.path.first());
            let is_made_again = matches!(key, TypeKey::Structural(_)) && mentions::must_be_named(component, key);
            is_made_again && interface.is_some_and(|of| assembled.contains(of.as_str()))
        };
        let is_whole = !of.name.is_empty()
            && !decided.functions.iter().any(FunctionDecision::has_front)
            && !of.types.iter().any(|ty| mentions::mentioned(component, ty.item()).into_iter().any(is_changed));
        if is_whole && decided.unnamed(component).is_none() {
            let item = component.imports().get(of.name).ok_or("an interface is not there")?;
            let name = extern_name(of.name, item);
            let builder = &mut adapter.writer.builder;
            let exported = builder.export(name, ComponentExportKind::Instance, instance(of.name), None);
            adapter.name_exported(of, exported);
        } else if let Some(names) = names.get_mut(of.name) {
            assembled.insert(of.name);
            let parts = adapter.imported.remove(of.name).unwrap_or_default();
            adapter.export(of, parts, names)?;
        }
    }
    let names = ConversionNames::of(component);
    for conversions in names.conversions(decisions.owners.converted(), &adapter.hosts, &adapter.exported)? {
        for (name, from, to) in conversions {
            let function = adapter.writer.alias_function(pump, &name);
            let ty = ComponentTypeRef::Func(adapter.writer.conversion_type(from, to));
            adapter.writer.builder.export(name.as_str(), ComponentExportKind::Func, function, Some(ty));
        }
    }
    Ok(adapter.writer.builder.finish())
}

/// Instantiates a front of some functions, each with the index of the asynchronous one, and adds the functions of the
/// front to the parts of the adapter. `instance` returns the instance with the types of an interface.
fn instantiate<'c>(
    functions: &[(&'c Interface<'c>, &'c Function<'c>, u32)],
    adapter: &mut Inner<'c>,
    instance: &dyn Fn(&str) -> u32,
) -> Result<()> {
    let component = adapter.writer.component;
    let (mut writer, mut given, mut extra) = (Writer::new(component), TypeIndices::default(), Vec::new());
    let mut arguments: Vec<Argument> = Vec::new();
    let items = functions.iter().map(|(_, function, _)| ComponentEntityType::Func(function.id));
    let mentioned: BTreeSet<TypeKey> = items.flat_map(|item| mentions::mentioned(component, item)).collect();
    let mut known: BTreeSet<&str> = BTreeSet::new();
    for (interface, ..) in functions {
        if !known.insert(interface.name) {
            continue;
        }
        for ty in interface.types.iter().filter(|ty| mentioned.contains(&component.key(ty.created))) {
            let name = format!("t{}", arguments.len());
            writer.import_type(&name, ty, &mut given, &mut extra)?;
            let index = adapter.writer.alias_type(instance(interface.name), ty.name);
            arguments.push((name, ComponentExportKind::Type, index));
        }
    }
    let owns = |_: ResourceId| false;
    let mut core = Core::new(Abi(component), &owns, Image::default());
    let mut imported = Vec::with_capacity(functions.len());
    for (number, (_, function, later)) in functions.iter().enumerate() {
        let name = format!("f{number}");
        let ty = writer.scope(&mut given).importing(&mut extra).function_type(function.id, true)?;
        imported.push(writer.builder.import(name.as_str(), ComponentTypeRef::Func(ty)));
        arguments.push((name, ComponentExportKind::Func, *later));
        core.front(function);
    }
    let built = core.finish();
    let base = built.memory.as_ref().map(|memory| Base::new(&mut writer.builder, memory));
    let base = base.ok_or("a front has no memory")?;
    let intrinsics = built.intrinsics.iter().map(|of| intrinsic(&mut writer, *of, &imported, &base, &given));
    let intrinsics = intrinsics.collect::<Result<_>>()?;
    let mut core = writer.core(&built.module, intrinsics, Some(&base));
    for (number, stub) in built.stubs.iter().enumerate() {
        let lifted = writer.lift(stub, &mut core, Some(&base), &mut given, None)?;
        writer.builder.export(name_of(number).as_str(), ComponentExportKind::Func, lifted, None);
    }
    for (number, id) in extra.into_iter().enumerate() {
        let index = named(adapter, id, instance).ok_or("a type has no name among the imports")?;
        arguments.push((extra_name(number), ComponentExportKind::Type, index));
    }
    let front = adapter.writer.builder.component(None, writer.builder);
    let front = adapter.writer.builder.instantiate(None, front, arguments);
    for (number, (_, function, _)) in functions.iter().enumerate() {
        let index = adapter.writer.alias_function(front, &name_of(number));
        adapter.add(function, index);
    }
    Ok(())
}

fn name_of(number: usize) -> String {
    format!("g{number}")
}

/// The index of a type that an interface mentions and does not name, under its name in another interface.
fn named(adapter: &mut Inner<'_>, id: ComponentAnyTypeId, instance: &dyn Fn(&str) -> u32) -> Option<u32> {
    let component = adapter.writer.component;
    if let Some(index) = adapter.names.get(component, id) {
        return Some(index);
    }
    let (interface, name) = component.imported(component.key(id))?;
    match adapter.imported.get(interface).and_then(|parts| parts.types.get(name)) {
        Some(index) => Some(*index),
        None if adapter.decisions.interface(interface)?.is_adapted => {
            Some(adapter.writer.alias_type(instance(interface), name))
        }
        None => None,
    }
}

/// The core function of an intrinsic. `later` are the asynchronous functions.
fn intrinsic(
    writer: &mut Writer<'_>,
    intrinsic: Intrinsic,
    later: &[u32],
    base: &Base,
    given: &TypeIndices,
) -> Result<u32> {
    Ok(match intrinsic {
        Intrinsic::Later(number) => {
            let function = *later.get(number).ok_or("a function is not there")?;
            let options: Vec<_> = base.lowering().into_iter().chain([CanonicalOption::Async]).collect();
            writer.builder.lower_func(None, function, options)
        }
        Intrinsic::Realloc => base.realloc,
        Intrinsic::ResourceDrop(id) => {
            let ty = given.resource(id).ok_or("a resource type has no name among the imports")?;
            writer.builder.resource_drop(ty)
        }
        _ => return Err("a front does more than to pass on".to_owned()),
    })
}
