//! The outer adapter: what a component exports, for a host that knows none of the adapter's handles.
//!
//! A component whose `wasi:io` is in part virtual exports `wasi:http/incoming-handler` with requests of the adapter's,
//! and the host has its own. So another adapter stands before the export: it is called with the host's handles, has the
//! inner one make its own of them, and calls the component with these.

use std::collections::{BTreeMap, BTreeSet};

use wasm_encoder::{ComponentBuilder, ComponentExportKind, ComponentTypeRef, ComponentValType, ExportKind, TypeBounds};
use wasmparser::component_types::{
    ComponentAnyTypeId, ComponentEntityType, ComponentFuncTypeId, ComponentItem, ResourceId,
};

use super::adapter::base::{Argument, Base, core_instance};
use super::adapter::shim::{Parts, Shim};
use super::answer::Refusal;
use super::core::{Behaviour, Core, Intrinsic, POST_RETURN};
use super::plan::{ImportedInterface, NamedType, Plan};
use super::types::{Names, Result, Scope, extra_name, instance_type};
use crate::abi::Abi;
use crate::load::component::{Side, TypeKey};
use crate::load::{Component, mentions};
use crate::structure::extern_name;

/// What the outer adapter calls the inner one's function that makes a handle of its own of one of the host's.
pub fn wrap_name(number: usize) -> String {
    format!("weld-wrap-n{number}")
}

/// What it calls the one that gives the host's back.
pub fn unwrap_name(number: usize) -> String {
    format!("weld-unwrap-n{number}")
}

/// Whether an import of the outer adapter's has such a name.
pub fn is_conversion(import: &str) -> bool {
    import.starts_with("weld-wrap-n") || import.starts_with("weld-unwrap-n")
}

/// What it calls the inner adapter's export of the interface of that number, among those whose types it needs.
pub fn inner_name(number: usize) -> String {
    format!("weld-inner-n{number}")
}

/// The interfaces of which the inner adapter has resource types that are converted into the host's, in the order of their
/// numbers.
pub fn inner_interfaces(component: &Component, plan: &Plan<'_>) -> Vec<String> {
    let homes = plan.converted().iter().filter_map(|id| component.home(TypeKey::Resource(*id))?.path.first());
    let interfaces: BTreeSet<&String> = homes.collect();
    interfaces.into_iter().cloned().collect()
}

/// Generates the outer adapter of a component, which has the exports that mention what the inner one converts.
pub fn generate(component: &Component, plan: &Plan<'_>) -> Result<Vec<u8>> {
    let names = plan.turned_exports(component);
    let interfaces: Vec<(ImportedInterface<'_>, &ComponentItem)> = { names.iter() }
        .filter_map(|name| {
            let (name, item) = component.exports().get_key_value(name.as_str())?;
            Some((ImportedInterface::of_export(component, name, item)?, item))
        })
        .collect();
    let (builder, hosts, inner) = (ComponentBuilder::default(), Names::default(), Names::default());
    let conversions = BTreeMap::new();
    Outer { component, plan, builder, hosts, inner, conversions }.run(&interfaces)
}

struct Outer<'c> {
    component: &'c Component,
    plan: &'c Plan<'c>,
    builder: ComponentBuilder,
    /// The types as the host knows them.
    hosts: Names,
    /// The types as the component does.
    inner: Names,
    /// The functions that convert handles of a resource type into the inner adapter's, and back.
    conversions: BTreeMap<ResourceId, (u32, u32)>,
}

impl<'c> Outer<'c> {
    fn run(mut self, interfaces: &[(ImportedInterface<'c>, &ComponentItem)]) -> Result<Vec<u8>> {
        self.host_types(interfaces)?;
        self.inner_types()?;
        self.turning_functions()?;
        let plan = self.plan;
        let owns = |id: ResourceId| plan.converted().contains(&id);
        let mut core = Core::converting(Abi(self.component), &owns);
        // Each with the function of the component's that is called, and its number in the core module.
        let (mut stubs, mut targets, mut all) = (Vec::new(), Vec::new(), Vec::new());
        for (interface, item) in interfaces {
            let mut parts = self.import_export(interface, item)?;
            for function in &interface.functions {
                let Some(ty) = self.component.types().get(function.ty) else { continue };
                let Some(target) = parts.functions.get(function.name).copied() else { continue };
                if self.is_turned(ComponentEntityType::Func(function.ty)) {
                    let host = core.host(ty);
                    targets.push(target);
                    let refusal = Refusal { interface: interface.name, function: function.name, ty };
                    let (number, options) = core.add(refusal, &Behaviour::Call(Intrinsic::Host(host)));
                    stubs.push((interface.name, function.name, function.ty, number, options));
                    parts.functions.remove(function.name);
                }
            }
            all.push(parts);
        }
        let built = core.finish();
        let base = built.memory.as_ref().map(|memory| Base::new(&mut self.builder, memory));
        let mut arguments: Vec<Argument> = Vec::new();
        for (number, intrinsic) in built.intrinsics.iter().enumerate() {
            let conversion = |id: &ResourceId| self.conversions.get(id).copied().ok_or("a handle cannot be converted");
            let index = match intrinsic {
                Intrinsic::Host(target) => {
                    let target = *targets.get(*target).ok_or("a function is forwarded to none")?;
                    let options = base.iter().flat_map(Base::lowering).collect::<Vec<_>>();
                    self.builder.lower_func(None, target, options)
                }
                Intrinsic::Wrap(id) => {
                    let (wrap, _) = conversion(id)?;
                    self.builder.lower_func(None, wrap, [])
                }
                Intrinsic::Unwrap(id) => {
                    let (_, unwrap) = conversion(id)?;
                    self.builder.lower_func(None, unwrap, [])
                }
                Intrinsic::ResourceDrop(id) => {
                    let ty = self.hosts.resource(*id).ok_or("a resource type has no name")?;
                    self.builder.resource_drop(ty)
                }
                _ => return Err("an export has values that cannot be converted".to_owned()),
            };
            arguments.push((number.to_string(), ExportKind::Func, index));
        }
        base.iter().for_each(|base| arguments.extend(base.arguments()));
        let module = self.builder.core_module(None, &built.module);
        let instance = core_instance(&mut self.builder, module, &arguments);
        for ((interface, item), mut parts) in interfaces.iter().zip(all) {
            for (_, name, ty, number, options) in stubs.iter().filter(|(of, ..)| *of == interface.name) {
                let export = built.exports.get(*number).map(String::as_str).unwrap_or_default();
                let core = self.builder.core_alias_export(None, instance, export, ExportKind::Func);
                let post_return = options
                    .post_return
                    .then(|| self.builder.core_alias_export(None, instance, POST_RETURN, ExportKind::Func));
                let options = base.iter().flat_map(|base| base.options(*options, post_return)).collect::<Vec<_>>();
                let ty = self.function_type(*ty)?;
                let lifted = self.builder.lift_func(None, core, ty, options);
                parts.functions.insert((*name).to_owned(), lifted);
            }
            self.export(interface, item, &mut parts)?;
        }
        Ok(self.builder.finish())
    }

    /// Imports the types of the host's that the exports are made of.
    fn host_types(&mut self, interfaces: &[(ImportedInterface<'c>, &ComponentItem)]) -> Result<()> {
        let items = interfaces.iter().map(|(_, item)| item.ty);
        let mentioned: BTreeSet<TypeKey> = items.flat_map(|item| mentions::mentioned(self.component, item)).collect();
        let is_named = |imported: &ImportedInterface<'_>, ty: &NamedType<'_>| {
            let key = self.component.key(ty.created);
            let home = self.component.home(key).filter(|home| home.side == Side::Import);
            let is_home = home.is_some_and(|home| match home.path.as_slice() {
                [name] => imported.name.is_empty() && name == ty.name,
                [of, name] => imported.name == of && name == ty.name,
                _ => false,
            });
            is_home && mentioned.contains(&key)
        };
        for imported in &self.plan.interfaces {
            let types: Vec<NamedType<'c>> =
                imported.types.iter().filter(|ty| is_named(imported, ty)).copied().collect();
            // It has no function of the host's.
            #[cfg(not(test))]
            let functions: [(&str, ComponentFuncTypeId); 0] = [];
            #[cfg(test)]
            let functions = super::lies::before(imported);
            #[cfg(test)]
            let types = if functions.is_empty() { types } else { imported.types.clone() };
            if types.is_empty() && functions.is_empty() {
                continue;
            }
            if imported.name.is_empty() {
                for ty in types.iter().filter(|ty| matches!(ty.created, ComponentAnyTypeId::Resource(_))) {
                    let index = self.builder.import(ty.name, ComponentTypeRef::Type(TypeBounds::SubResource));
                    self.hosts.add_named(self.component, ty, index);
                }
                continue;
            }
            let item = self.component.imports().get(imported.name).ok_or("an interface is not there")?;
            let declared = instance_type(self.component, &types, functions.into_iter(), &self.hosts)?;
            let ty = self.builder.type_instance(None, &declared);
            let instance = self.builder.import(extern_name(imported.name, item), ComponentTypeRef::Instance(ty));
            for ty in &types {
                let index = self.builder.alias_export(instance, ty.name, ComponentExportKind::Type);
                self.hosts.add_named(self.component, ty, index);
            }
        }
        Ok(())
    }

    /// Imports the resource types of the inner adapter's that are converted. All others are the host's for the component,
    /// too.
    fn inner_types(&mut self) -> Result<()> {
        let interfaces = inner_interfaces(self.component, self.plan);
        for (number, interface) in interfaces.iter().enumerate() {
            let imported = self
                .plan
                .interfaces
                .iter()
                .find(|imported| imported.name == *interface)
                .ok_or("an interface is not there")?;
            let is_turned = |ty: &&NamedType<'_>| match ty.created {
                ComponentAnyTypeId::Resource(id) => self.plan.converted().contains(&id.resource()),
                _ => false,
            };
            let types: Vec<NamedType<'c>> = imported.types.iter().filter(is_turned).copied().collect();
            let types: Vec<NamedType<'c>> = { types.into_iter() }
                .filter(|ty| {
                    let home = self.component.home(self.component.key(ty.created));
                    home.and_then(|home| home.path.first()) == Some(interface)
                })
                .collect();
            let declared = instance_type(self.component, &types, std::iter::empty(), &self.inner)?;
            let ty = self.builder.type_instance(None, &declared);
            let instance = self.builder.import(inner_name(number).as_str(), ComponentTypeRef::Instance(ty));
            for ty in &types {
                let index = self.builder.alias_export(instance, ty.name, ComponentExportKind::Type);
                self.inner.add_named(self.component, ty, index);
            }
        }
        Ok(())
    }

    /// Imports the functions of the inner adapter's that convert handles.
    fn turning_functions(&mut self) -> Result<()> {
        for (number, id) in self.plan.converted().iter().enumerate() {
            let (host, inner) = self.hosts.resource(*id).zip(self.inner.resource(*id)).ok_or("a type has no name")?;
            let wrap = turning_type(&mut self.builder, host, inner);
            let wrap = self.builder.import(wrap_name(number).as_str(), ComponentTypeRef::Func(wrap));
            let unwrap = turning_type(&mut self.builder, inner, host);
            let unwrap = self.builder.import(unwrap_name(number).as_str(), ComponentTypeRef::Func(unwrap));
            self.conversions.insert(*id, (wrap, unwrap));
        }
        // What else there is, is the same for both.
        let items = self.component.exports().values().map(|item| item.ty);
        for id in items.flat_map(|item| mentions::resources(self.component, item)) {
            if let (None, Some(index)) = (self.inner.resource(id), self.hosts.resource(id)) {
                self.inner.add_resource(id, index);
            }
        }
        Ok(())
    }

    /// Imports what the component exports, and gives what can be exported again as it is.
    fn import_export(&mut self, interface: &ImportedInterface<'c>, item: &ComponentItem) -> Result<Parts> {
        let functions = interface.functions.iter().map(|function| (function.name, function.ty));
        let declared = instance_type(self.component, &interface.types, functions, &self.inner)?;
        let ty = self.builder.type_instance(None, &declared);
        let instance = self.builder.import(extern_name(interface.name, item), ComponentTypeRef::Instance(ty));
        let mut parts = Parts::default();
        for ty in &interface.types {
            let is_own = self.hosts.get(self.component, ty.created).is_none();
            if is_own && !self.is_turned(ty.item()) {
                let index = self.builder.alias_export(instance, ty.name, ComponentExportKind::Type);
                self.hosts.add_named(self.component, ty, index);
                self.inner.add_named(self.component, ty, index);
            }
        }
        for function in &interface.functions {
            let index = self.builder.alias_export(instance, function.name, ComponentExportKind::Func);
            parts.functions.insert(function.name.to_owned(), index);
        }
        Ok(parts)
    }

    /// Exports an interface with the host's types.
    fn export(&mut self, interface: &ImportedInterface<'c>, item: &ComponentItem, parts: &mut Parts) -> Result<()> {
        let component = self.component;
        for ty in &interface.types {
            let index = match self.hosts.get(component, ty.created) {
                Some(index) => {
                    parts.hosts.insert(ty.name.to_owned());
                    index
                }
                None => {
                    let mut scope = Scope::new(component, &mut self.builder, &mut self.hosts);
                    match scope.bounds(ty)? {
                        TypeBounds::Eq(index) => index,
                        TypeBounds::SubResource => return Err(format!("resource type `{}` has no owner", ty.name)),
                    }
                }
            };
            self.hosts.add_named(component, ty, index);
            parts.types.insert(ty.name.to_owned(), index);
        }
        let is_given = |ty: &NamedType<'_>| parts.hosts.contains(ty.name);
        let Shim { shim, mut arguments, extra } = Shim::new(component, interface, parts, &is_given)?;
        for (number, id) in extra.into_iter().enumerate() {
            let index = self.hosts.get(component, id).ok_or("a type has no name")?;
            arguments.push((extra_name(number), ComponentExportKind::Type, index));
        }
        let shim = self.builder.component(None, shim);
        let instance = self.builder.instantiate(None, shim, arguments);
        self.builder.export(extern_name(interface.name, item), ComponentExportKind::Instance, instance, None);
        Ok(())
    }

    fn function_type(&mut self, ty: ComponentFuncTypeId) -> Result<u32> {
        Scope::new(self.component, &mut self.builder, &mut self.hosts).function_type(ty)
    }

    fn is_turned(&self, item: ComponentEntityType) -> bool {
        mentions::resources(self.component, item).iter().any(|id| self.plan.converted().contains(id))
    }
}

/// The type of a function that takes an owned handle of one resource type, and gives one of another.
pub fn turning_type(builder: &mut ComponentBuilder, from: u32, to: u32) -> u32 {
    let mut own = |resource| {
        let (index, encoder) = builder.ty(None);
        encoder.defined_type().own(resource);
        ComponentValType::Type(index)
    };
    let (from, to) = (own(from), own(to));
    let (index, encoder) = builder.ty(None);
    encoder.function().async_(false).params([("handle", from)]).result(Some(to));
    index
}
