//! An adapter with functions that continue after their return.
//!
//! A function that is not asynchronous ends when it returns. So it calls another function, which continues. That
//! function has to be in a sibling instance (Component Model, Canonical ABI, `canon lift`: no instance may be entered
//! by what it called). The adapter therefore consists of two components: the plain adapter, in which those functions
//! are asynchronous, and a front for them.

use std::collections::BTreeMap;

use wasm_encoder::{ComponentExportKind, ComponentTypeRef};
use wasmparser::component_types::ResourceId;

use super::front::Front;
use super::inner::Inner;
use super::outer::Names;
use crate::types::copy::extern_name;
use crate::types::copy::writer::Result;
use crate::virtualize::checks;
use crate::virtualize::decisions::FunctionDecision;
use crate::virtualize::needs::wanted;

/// An argument of a component: its name, its kind and its index.
type Argument = (String, ComponentExportKind, u32);

/// Wraps an adapter with asynchronous functions. `converted` are the resource types that it converts.
pub fn around(mut adapter: Inner<'_>, pump: &[u8], converted: &[ResourceId]) -> Result<Vec<u8>> {
    let decisions = adapter.decisions;
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
    let component = builder.component_raw(None, pump);
    let pump = builder.instantiate(None, component, arguments);
    let mut interfaces = BTreeMap::new();
    for interface in decisions.adapted().map(|decided| decided.interface).filter(|of| !of.name.is_empty()) {
        let instance = builder.alias_export(pump, interface.name, ComponentExportKind::Instance);
        interfaces.insert(interface.name, instance);
    }
    let instance = |interface: &str| interfaces.get(interface).copied().unwrap_or(pump);
    for (id, (interface, name)) in adapter.owned_names() {
        let index = adapter.writer.alias_type(instance(interface), name);
        adapter.names.add_resource(id, index);
    }
    let mut front = Front::default();
    for decided in decisions.adapted() {
        let of = decided.interface;
        for function in decided.functions.iter().filter(|of| !of.is_passed) {
            let index = adapter.writer.alias_function(instance(of.name), function.function.name);
            match function.has_front() {
                true => front.add(of, function.function, index),
                false => {
                    let parts = adapter.imported.entry(of.name).or_default();
                    parts.functions.insert(function.function.name.to_owned(), index);
                }
            }
        }
    }
    for (function, index) in front.instantiate(&mut adapter, &instance)? {
        let parts = adapter.imported.entry(function.interface).or_default();
        parts.functions.insert(function.name.to_owned(), index);
    }
    let mut names = adapter.names_of_interfaces();
    for decided in decisions.adapted() {
        let of = decided.interface;
        // An interface without fronts that names all its types is exported unchanged.
        let is_whole = !of.name.is_empty() && !decided.functions.iter().any(FunctionDecision::has_front);
        if is_whole && checks::unnamed(decisions.imports.component, decided).is_none() {
            let item = decisions.imports.component.imports().get(of.name).ok_or("an interface is not there")?;
            let builder = &mut adapter.writer.builder;
            let exported =
                builder.export(extern_name(of.name, item), ComponentExportKind::Instance, instance(of.name), None);
            adapter.name_exported(of, exported);
        } else if let Some(names) = names.get_mut(of.name) {
            let parts = adapter.imported.remove(of.name).unwrap_or_default();
            adapter.export(of, parts, names)?;
        }
    }
    let names = Names::of(decisions.imports.component);
    for (number, id) in converted.iter().enumerate() {
        let (host, own) = (adapter.hosts.resource(*id), adapter.exported.resource(*id));
        let (host, own) = host.zip(own).ok_or("a resource type has no name among the exports")?;
        for (from, to, name) in [(host, own, names.wrap(number)), (own, host, names.unwrap(number))] {
            let function = adapter.writer.alias_function(pump, &name);
            let ty = adapter.writer.conversion_type(from, to);
            let ty = Some(ComponentTypeRef::Func(ty));
            adapter.writer.builder.export(name.as_str(), ComponentExportKind::Func, function, ty);
        }
    }
    Ok(adapter.writer.builder.finish())
}
