//! The adapter of a component: a component that exports what is refused, and what goes with it.
//!
//! It imports what its exports need of the host: resource types that the host owns, and functions of interfaces of which
//! only some are refused. Those it exports as they are; no code stands between. Each interface is put together by a
//! component of its own within the adapter: methods have their names only where their resource type is exported too.

pub mod base;
pub mod shim;

use std::collections::BTreeMap;

use wasm_encoder::{CanonicalOption, ComponentBuilder, ComponentExportKind, ComponentTypeRef, ExportKind, TypeBounds};
use wasmparser::component_types::{ComponentAnyTypeId, ComponentDefinedTypeId, ComponentValType};

use super::answer::{Answers, Refusal};
use super::checks;
use super::core::{Built, Core, Intrinsic, POST_RETURN};
use super::error::VirtualizeError;
use super::needs::{Needs, Wanted};
use super::outer::{turning_type, unwrap_name, wrap_name};
use super::plan::{ImportedInterface, NamedType, Plan};
use super::provider;
use super::stubs::{Stub, stubs};
use super::types::{Names, Result, Scope, extra_name, instance_type};
use crate::abi::Abi;
use crate::provide::image::Image;
use crate::provide::module::Provider;
use base::Base;
use shim::{Parts, Shim, export_type};

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
    let internal = |reason| {
        let defect = || VirtualizeError::Generate { component: component.name().to_owned(), reason };
        vec![checks::impossible_form(component, plan).unwrap_or_else(defect)]
    };
    let mut core = Core::new(Abi(component), &owns, image(component, plan, settings, embedded)?);
    if plan.traces() {
        core.trace();
    }
    let stubs = stubs(component, plan, &answers, &mut core)?;
    let [names, hosts, exported] = [Names::default(), Names::default(), Names::default()];
    let (needs, builder) = (Needs { component, plan }, ComponentBuilder::default());
    let providers = Provider::get(settings);
    let generator = Generator { component, plan, needs, providers, builder, names, hosts, exported };
    let conversions: Vec<(usize, usize)> = plan.converted().iter().map(|id| core.conversion(*id)).collect();
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
    let bytes = generator.run(&stubs, &conversions, core).map_err(internal)?;
    Ok(Generated { bytes, refused, provided })
}

/// What providers are told, if there is anything for them to answer.
fn image(
    component: &Component,
    plan: &Plan<'_>,
    settings: &Settings,
    embedded: &Embedded,
) -> std::result::Result<Image, Vec<VirtualizeError>> {
    if !plan.functions().any(|(interface, function)| provider::answers(component, plan, interface, function)) {
        return Ok(Image::default());
    }
    let available = provider::available(component, plan);
    Image::new(settings, embedded, Provider::get(settings).end_of_memory(), available)
        .map_err(|what| vec![VirtualizeError::Settings { component: component.name().to_owned(), what }])
}

struct Generator<'c> {
    component: &'c Component,
    plan: &'c Plan<'c>,
    needs: Needs<'c>,
    providers: &'static Provider,
    builder: ComponentBuilder,
    /// The resource types as the component gets to know them: the adapter's own, and the host's.
    names: Names,
    /// Those that the host has.
    hosts: Names,
    /// Types by the names that interfaces export them by, which is how what is exported later must mention them.
    exported: Names,
}

impl<'c> Generator<'c> {
    fn run(mut self, stubs: &[Stub<'_>], conversions: &[(usize, usize)], core: Core<'_>) -> Result<Vec<u8>> {
        let adapted: Vec<&'c ImportedInterface<'c>> =
            self.plan.interfaces.iter().filter(|exported| self.plan.is_adapted(self.component, exported)).collect();
        let mut imported = self.imports(&adapted)?;
        let built = core.finish();
        let base = self.base(&built, &adapted, &imported)?;
        // What an interface imports itself has the very types that the functions are of which it passes on.
        let mut named: BTreeMap<&str, Names> = BTreeMap::new();
        for exported in &adapted {
            let mut names = self.names.clone();
            for ty in exported.types.iter().filter(|ty| self.needs.is_without_own(ty)) {
                if let Some(index) = imported.get(exported.name).and_then(|parts: &Parts| parts.types.get(ty.name)) {
                    names.add_named(self.component, ty, *index);
                }
            }
            named.insert(exported.name, names);
        }
        let (lifted, instance) = self.lift(stubs, &built, base, &imported, &mut named)?;
        for (stub, function) in stubs.iter().zip(lifted) {
            let Refusal { interface, function: name, .. } = stub.refusal;
            imported.entry(interface.to_owned()).or_default().functions.insert(name.to_owned(), function);
        }
        for exported in adapted {
            let (Some(names), parts) =
                (named.get_mut(exported.name), imported.entry(exported.name.to_owned()).or_default())
            else {
                continue;
            };
            for ty in &exported.types {
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
            if exported.name.is_empty() {
                self.export_world(exported, parts)?;
            } else {
                self.export_interface(exported, parts)?;
            }
        }
        self.export_conversions(conversions, &built, instance)?;
        Ok(self.builder.finish())
    }

    /// Exports what the outer adapter converts handles with.
    fn export_conversions(&mut self, conversions: &[(usize, usize)], built: &Built, instance: u32) -> Result<()> {
        for (number, (id, (wrap, unwrap))) in self.plan.converted().iter().zip(conversions).enumerate() {
            let (host, own) = (self.hosts.resource(*id), self.exported.resource(*id));
            let (host, own) = host.zip(own).ok_or("a resource type has no name among the exports")?;
            let functions = [(wrap, host, own, wrap_name(number)), (unwrap, own, host, unwrap_name(number))];
            for (function, from, to, name) in functions {
                let export = built.exports.get(*function).map(String::as_str).unwrap_or_default();
                let core = self.builder.core_alias_export(None, instance, export, ExportKind::Func);
                let ty = turning_type(&mut self.builder, from, to);
                let lifted = self.builder.lift_func(None, core, ty, []);
                self.builder.export(name.as_str(), ComponentExportKind::Func, lifted, Some(ComponentTypeRef::Func(ty)));
            }
        }
        Ok(())
    }

    /// Imports what the exports need of the host, and gives it by import.
    fn imports(&mut self, adapted: &[&'c ImportedInterface<'c>]) -> Result<BTreeMap<String, Parts>> {
        let mut imported = BTreeMap::new();
        for (interface, wanted) in self.needs.wanted(adapted)? {
            let parts =
                if interface.is_empty() { self.import_types(&wanted)? } else { self.import(interface, &wanted)? };
            imported.insert(interface.to_owned(), parts);
        }
        Ok(imported)
    }

    /// Imports some of an interface.
    fn import(&mut self, imported: &str, wanted: &Wanted<'c>) -> Result<Parts> {
        let functions = wanted.functions.iter().map(|function| (function.name, function.ty));
        let instance = instance_type(self.component, &wanted.types, functions, &self.hosts)?;
        let ty = self.builder.type_instance(None, &instance);
        let item = self.component.imports().get(imported).ok_or("an interface is not there")?;
        let name = extern_name(imported, item);
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

    /// The functions that the core module has become, in the order of the stubs, and its instance.
    fn lift(
        &mut self,
        stubs: &[Stub<'_>],
        built: &Built,
        base: Option<Base>,
        imported: &BTreeMap<String, Parts>,
        named: &mut BTreeMap<&str, Names>,
    ) -> Result<(Vec<u32>, u32)> {
        let mut arguments: Vec<(String, ExportKind, u32)> = Vec::new();
        for (number, intrinsic) in built.intrinsics.iter().enumerate() {
            let index = match intrinsic {
                Intrinsic::Provider(number) => {
                    let (base, name) = base.as_ref().zip(built.providers.get(*number)).ok_or("there is no provider")?;
                    base.provided(&mut self.builder, name)?
                }
                Intrinsic::Host(host) => {
                    let mut targets = stubs.iter().filter_map(|stub| stub.host.as_ref());
                    let target = targets.find(|(number, ..)| number == host);
                    let (_, interface, function) = target.ok_or("a function is forwarded to none")?;
                    let parts = imported.get(interface).and_then(|parts| parts.functions.get(*function));
                    let function = *parts.ok_or("a function is forwarded to none")?;
                    let options = base.iter().flat_map(Base::lowering).collect::<Vec<_>>();
                    self.builder.lower_func(None, function, options)
                }
                Intrinsic::Tell => {
                    let (base, module) = base.as_ref().zip(built.tells.as_ref()).ok_or("nothing is told")?;
                    self.tell(base, module, imported)?
                }
                intrinsic => self.intrinsic(*intrinsic, base.as_ref().map(Base::memory))?,
            };
            arguments.push((number.to_string(), ExportKind::Func, index));
        }
        base.iter().for_each(|base| arguments.extend(base.arguments()));
        let module = self.builder.core_module(None, &built.module);
        let instance = base::core_instance(&mut self.builder, module, &arguments);
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
            let post_return = base.as_ref().filter(|_| stub.options.post_return).map(|_| {
                *aliased
                    .entry(POST_RETURN)
                    .or_insert_with(|| self.builder.core_alias_export(None, instance, POST_RETURN, ExportKind::Func))
            });
            let options = base.iter().flat_map(|base| base.options(stub.options, post_return)).collect::<Vec<_>>();
            lifted.push(self.builder.lift_func(None, core, ty, options));
        }
        Ok((lifted, instance))
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
            Intrinsic::Host(_)
            | Intrinsic::Provider(_)
            | Intrinsic::Tell
            | Intrinsic::Wrap(_)
            | Intrinsic::Unwrap(_) => {
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
    fn export_interface(&mut self, imported: &ImportedInterface<'c>, parts: &Parts) -> Result<()> {
        let component = self.component;
        let is_given = |ty: &NamedType<'_>| parts.hosts.contains(ty.name) || self.is_foreign(imported, ty);
        let Shim { shim, mut arguments, extra } = Shim::new(component, imported, parts, &is_given)?;
        for (number, id) in extra.into_iter().enumerate() {
            let index = self.named_index(id).ok_or("a type has no name among the imports")?;
            arguments.push((extra_name(number), ComponentExportKind::Type, index));
        }
        let shim = self.builder.component(None, shim);
        let instance = self.builder.instantiate(None, shim, arguments);
        let item = component.imports().get(imported.name).ok_or("an interface is not there")?;
        let name = extern_name(imported.name, item);
        let instance = self.builder.export(name, ComponentExportKind::Instance, instance, None);
        for ty in &imported.types {
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
    fn export_world(&mut self, interface: &ImportedInterface<'c>, parts: &Parts) -> Result<()> {
        // What interfaces export before is made of what they name.
        let mut exported = self.exported.clone();
        for ty in &interface.types {
            let index = parts.types.get(ty.name).ok_or("a type is not there")?;
            let is_given = parts.hosts.contains(ty.name) || self.is_foreign(interface, ty);
            export_type(self.component, &mut self.builder, &mut exported, ty, *index, is_given)?;
        }
        for function in &interface.functions {
            let Some(index) = parts.functions.get(function.name) else { continue };
            let mut scope = Scope::new(self.component, &mut self.builder, &mut exported);
            let ty = scope.function_type(function.ty)?;
            let ty = Some(ComponentTypeRef::Func(ty));
            self.builder.export(function.name, ComponentExportKind::Func, *index, ty);
        }
        Ok(())
    }

    /// Whether it is another interface that says what a type is.
    fn is_foreign(&self, interface: &ImportedInterface<'_>, ty: &NamedType<'_>) -> bool {
        let home = self.component.home(self.component.key(ty.created)).map(|home| home.path.as_slice());
        matches!(home, Some([of, _]) if of != interface.name)
    }
}
