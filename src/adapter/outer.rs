//! The outer adapter: the exports of a component, for a host that does not know handles of the inner adapter.
//!
//! A component with partly virtual `wasi:io` exports `wasi:http/incoming-handler` with requests of the inner adapter,
//! while the host has its own. The outer adapter is called with host handles, has the inner adapter convert them, and
//! calls the component with the result.

use std::collections::{BTreeMap, BTreeSet};

use wasm_encoder::{ComponentTypeRef, Module};
use wasmparser::component_types::{ComponentAnyTypeId, ComponentItem, ResourceId};

use super::core::{Built, Core, Intrinsic, Stub};
use super::writer::{CoreInstance, Parts, Writer};
use crate::abi::Abi;
use crate::decide::decisions::{Action, Callee, Decisions};
#[cfg(test)]
use crate::decide::lies;
use crate::imports::{Function, Interface};
use crate::load::Component;
use crate::name::canonical;
use crate::runtime::driver::{CALLBACK, DRIVE};
use crate::runtime::image::Image;
use crate::runtime::memory::Base;
use crate::runtime::provider::{Instance, Provider, REALLOC};
use crate::types::NamedType;
use crate::types::copy::TypeIndices;
use crate::types::copy::extern_name;
use crate::types::copy::writer::Result;
use crate::types::identity::{Side, TypeKey};
use crate::types::mentions;
use crate::types::used::used;

/// The names under which the outer adapter imports from the inner one, and what has the name of an export. The component has no
/// such names.
pub(super) struct ConversionNames(String);

impl ConversionNames {
    /// The names for a component.
    pub(super) fn of(component: &Component) -> ConversionNames {
        let taken: Vec<String> =
            component.imports().keys().chain(component.exports().keys()).map(|name| canonical(name)).collect();
        let mut start = "weld".to_owned();
        let starts =
            |start: &str| ["wrap", "unwrap", "inner", "host"].map(|kind| canonical(&format!("{start}-{kind}-n")));
        while taken.iter().any(|name| starts(&start).iter().any(|start| name.starts_with(start))) {
            start.push_str("-own");
        }
        ConversionNames(start)
    }

    /// The functions that convert handles of some resource types of the host to those of the adapter, and back: the
    /// name of each, with the resource type that it takes and the one that it gives.
    pub(super) fn conversions(
        &self,
        ids: impl Iterator<Item = ResourceId>,
        hosts: &TypeIndices,
        own: &TypeIndices,
    ) -> Result<Vec<[(String, u32, u32); 2]>> {
        let of = |(number, id)| {
            let both = hosts.resource(id).zip(own.resource(id));
            let (host, own) = both.ok_or("a resource type has no name among the exports")?;
            let name = |kind| format!("{}-{kind}-n{number}", self.0);
            Ok([(name("wrap"), host, own), (name("unwrap"), own, host)])
        };
        ids.enumerate().map(of).collect()
    }

    /// The inner adapter's interface with this number, among those whose types the outer adapter needs.
    fn inner(&self, number: usize) -> String {
        format!("{}-inner-n{number}", self.0)
    }

    /// The host's interface with this number, among those of whose names the outer adapter imports an export of the component.
    fn host(&self, number: usize) -> String {
        format!("{}-host-n{number}", self.0)
    }
}

/// The types that exports mention and that consist of converted resource types, by interface, in the order of the imports. The outer
/// adapter needs those of the inner adapter.
fn inner_types<'c>(decisions: &Decisions<'c>) -> Vec<(&'c str, Vec<NamedType<'c>>)> {
    let component = decisions.imports.component;
    let mentioned = mentioned(component, &exports(decisions));
    let types = |interface: &'c Interface<'c>| {
        let types = named_first(component, interface, &mentioned);
        let types: Vec<NamedType<'c>> = types.into_iter().filter(|ty| is_converted(decisions, ty)).collect();
        (!types.is_empty()).then_some((interface.name, types))
    };
    decisions.imports.world_first().filter_map(types).collect()
}

/// The types that some exports mention.
fn mentioned(component: &Component, exports: &[(Interface<'_>, &ComponentItem)]) -> BTreeSet<TypeKey> {
    exports.iter().flat_map(|(_, item)| mentions::of_export(component, item)).collect()
}

/// Those of some types that have their first name in an interface.
fn named_first<'c>(component: &Component, interface: &Interface<'c>, types: &BTreeSet<TypeKey>) -> Vec<NamedType<'c>> {
    let is_one = |ty: &&NamedType<'_>| {
        let key = component.key(ty.created);
        component.imported(key) == Some((interface.name, ty.name)) && types.contains(&key)
    };
    interface.types.iter().filter(is_one).copied().collect()
}

/// Whether a type consists of converted resource types, so that it is another one for the host than for the component.
fn is_converted(decisions: &Decisions<'_>, ty: &NamedType<'_>) -> bool {
    ty.resources(decisions.imports.component).iter().any(|id| decisions.owners.of(*id).is_converted)
}

/// The exports that mention converted resource types, with those that name types for them, and those of which they use types.
fn exports<'c>(decisions: &Decisions<'c>) -> Vec<(Interface<'c>, &'c ComponentItem)> {
    let component = decisions.imports.component;
    let items = component.exports().iter().rev();
    let interfaces = items.filter_map(|(name, item)| Some((Interface::of(component, name, item)?, item)));
    let (mut exports, mut named, mut used) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
    // An export names types for later ones.
    for (interface, item) in interfaces {
        let is_named = |ty: &NamedType<'_>| {
            let is_own = |key| component.definition(key).is_some_and(|definition| definition.side == Side::Export);
            [ty.created, ty.referenced]
                .map(|id| component.key(id))
                .into_iter()
                .any(|key| named.contains(&key) && is_own(key))
        };
        let is_converted = interface.resources.iter().any(|id| decisions.owners.of(*id).is_converted);
        // An alias of a type of it is one in the output if both have the adapter before them.
        let is_used = |ty: &NamedType<'_>| used.contains(&ty.created);
        if is_converted || interface.types.iter().any(|ty| is_named(ty) || is_used(ty)) {
            used.extend(interface.types.iter().map(|ty| ty.referenced));
            named.extend(mentions::of_export(component, item));
            exports.push((interface, item));
        }
    }
    exports.reverse();
    exports
}

/// The functions of an export whose handles the outer adapter converts.
fn converted_functions<'i, 'c>(
    interface: &'i Interface<'c>,
    decisions: &Decisions<'_>,
) -> impl Iterator<Item = &'i Function<'c>> {
    interface.functions.iter().filter(|of| of.resources.iter().any(|id| decisions.owners.of(*id).is_converted))
}

/// An outer adapter, with what is to be known of it to put it before the exports of a component.
pub(crate) struct OuterAdapter {
    pub bytes: Vec<u8>,
    /// The exports of the component that it imports, and exports again.
    pub exports: Vec<String>,
    /// The functions in them that pass handles which it converts, by their paths.
    pub converted: BTreeSet<Vec<String>>,
    /// Its imports that the inner adapter fills, each with the export of that.
    pub of_inner: Vec<(String, String)>,
    /// Its imports of types of the host, each with the import of the component that has them.
    pub of_hosts: Vec<(String, String)>,
}

/// Generates the outer adapter for those exports of a component.
pub(super) fn generate(decisions: &Decisions<'_>) -> Result<OuterAdapter> {
    let component = decisions.imports.component;
    let owns = |id: ResourceId| decisions.owners.of(id).is_converted;
    let exports = exports(decisions);
    // What runs tasks belongs to the providers' module.
    let is_task = |of: &Function<'_>| of.ty.async_;
    let has_tasks = exports.iter().any(|(interface, _)| converted_functions(interface, decisions).any(is_task));
    let start = if has_tasks { Provider::waiting().end_of_memory() } else { 0 };
    let outer = Outer {
        decisions,
        writer: Writer::new(component),
        hosts: TypeIndices::default(),
        inner: TypeIndices::default(),
        conversions: BTreeMap::new(),
        names: ConversionNames::of(component),
        of_inner: Vec::new(),
        of_hosts: Vec::new(),
        driver: None,
        provider: None,
        used: exports.iter().flat_map(|(interface, _)| &interface.types).map(|ty| ty.referenced).collect(),
    };
    let image = Image { start, ..Image::default() };
    outer.run(&exports, Core::converting(Abi(component), &owns, image))
}

struct Outer<'c> {
    decisions: &'c Decisions<'c>,
    writer: Writer<'c>,
    /// The types of the host.
    hosts: TypeIndices,
    /// The types of the component.
    inner: TypeIndices,
    /// The functions that convert handles of a resource type to the inner adapter's, and back.
    conversions: BTreeMap<ResourceId, [u32; 2]>,
    names: ConversionNames,
    of_inner: Vec<(String, String)>,
    of_hosts: Vec<(String, String)>,
    /// The instance of the module that runs tasks, and that of the providers' module.
    driver: Option<CoreInstance>,
    provider: Option<Instance>,
    /// The aliases of types that exports are aliases of.
    used: BTreeSet<ComponentAnyTypeId>,
}

/// The action of all its functions.
static FORWARD: Action = Action::Call(Callee::Host);

impl<'c> Outer<'c> {
    fn run(mut self, exports: &'c [(Interface<'c>, &'c ComponentItem)], mut core: Core<'c>) -> Result<OuterAdapter> {
        self.host_types(exports)?;
        self.inner_types()?;
        self.conversions()?;
        // For each function, the component's that it calls; for each interface, what is exported unchanged.
        let (mut targets, mut all) = (Vec::new(), Vec::new());
        for (interface, item) in exports {
            let mut parts = self.import_export(interface, item)?;
            for function in converted_functions(interface, self.decisions) {
                targets.extend(parts.functions.remove(function.name));
                core.add(function, &FORWARD, function.ty.async_);
            }
            all.push(parts);
        }
        let built = core.finish();
        let base = built.memory.as_ref().map(|memory| Base::new(&mut self.writer.builder, memory));
        // What functions consist of needs no name before they are exported.
        let mut unnamed = self.hosts.clone();
        if let (Some(base), Some(memory), false) = (&base, &built.memory, built.providers.is_empty()) {
            let functions = built.providers.iter().cloned().collect();
            let part = Provider::waiting().part(&functions, memory.ty(), &|_| false)?;
            self.provider = Some(part.instantiate(&mut self.writer.builder, base, memory, |_, _| None)?);
        }
        if let Some((module, intrinsics)) = &built.driver {
            self.driver = Some(self.core((module, intrinsics), &built, &targets, base.as_ref(), &mut unnamed)?);
        }
        let module = (&built.module, built.intrinsics.as_slice());
        let CoreInstance { index, .. } = self.core(module, &built, &targets, base.as_ref(), &mut unnamed)?;
        let callback = self.driver.as_mut().map(|driver| self.writer.alias_core(driver, CALLBACK));
        for ((interface, item), mut parts) in exports.iter().zip(all) {
            for stub in built.stubs.iter().filter(|stub| stub.function.interface == interface.name) {
                let mut instance = CoreInstance { index, ..CoreInstance::default() };
                let lifted = self.writer.lift(stub, &mut instance, base.as_ref(), &mut unnamed, callback)?;
                parts.functions.insert(stub.function.name.to_owned(), lifted);
            }
            self.export(interface, item, parts)?;
        }
        let functions = exports.iter().flat_map(|(interface, _)| converted_functions(interface, self.decisions));
        let converted = functions.map(|of| vec![of.interface.to_owned(), of.name.to_owned()]).collect();
        let exports = exports.iter().map(|(interface, _)| interface.name.to_owned()).collect();
        let Outer { writer, of_inner, of_hosts, .. } = self;
        Ok(OuterAdapter { bytes: writer.builder.finish(), exports, converted, of_inner, of_hosts })
    }

    /// Imports the host types that the exports consist of. Those that are not converted are the component's as well.
    fn host_types(&mut self, exports: &[(Interface<'c>, &ComponentItem)]) -> Result<()> {
        let component = self.writer.component;
        let (mentioned, used) =
            (mentioned(component, exports), used(component, exports.iter().map(|(_, item)| item.ty)));
        for interface in self.decisions.imports.world_first() {
            let first = named_first(component, interface, &mentioned);
            // WIT says by which of its names an export uses a type.
            let is_one = |ty: &&NamedType<'_>| {
                used.contains(&(interface.name, ty.name)) || first.iter().any(|first| first.name == ty.name)
            };
            let types: Vec<NamedType<'c>> = interface.types.iter().filter(is_one).copied().collect();
            // The outer adapter has no host function.
            #[cfg(not(test))]
            let functions: Vec<&Function<'c>> = Vec::new();
            #[cfg(test)]
            let functions: Vec<&Function<'c>> = lies::functions(lies::Kind::Before, interface).collect();
            #[cfg(test)]
            let types = if functions.is_empty() { types } else { interface.types.clone() };
            if types.is_empty() && functions.is_empty() {
                continue;
            }
            if interface.name.is_empty() {
                for ty in types.iter().filter(|ty| ty.resource().is_some()) {
                    let index = self.writer.import_resource(ty.name);
                    self.hosts.add_named(component, ty, index);
                    self.of_hosts.push((ty.name.to_owned(), ty.name.to_owned()));
                }
            } else {
                let item = component.imports().get(interface.name).ok_or("an interface is not there")?;
                let is_exported = exports.iter().any(|(of, _)| of.name == interface.name);
                let own = is_exported.then(|| self.names.host(self.of_hosts.len()));
                let name = own.as_deref().map_or_else(|| extern_name(interface.name, item), Into::into);
                let instance = self.writer.import(name, &types, &functions, &mut self.hosts)?;
                let import = own.unwrap_or_else(|| interface.name.to_owned());
                self.of_hosts.push((import, interface.name.to_owned()));
                self.writer.alias_types(instance, &types, &mut self.hosts);
            }
            for ty in types.iter().filter(|ty| !is_converted(self.decisions, ty)) {
                if let Some(index) = self.hosts.get(component, ty.created) {
                    self.inner.add_named(component, ty, index);
                }
            }
        }
        Ok(())
    }

    /// Imports the types of the inner adapter. The component shares all others with the host.
    fn inner_types(&mut self) -> Result<()> {
        for (number, (interface, types)) in inner_types(self.decisions).into_iter().enumerate() {
            let name = self.names.inner(number);
            let instance = self.writer.import(name.as_str(), &types, &[], &mut self.inner)?;
            self.writer.alias_types(instance, &types, &mut self.inner);
            self.of_inner.push((name, interface.to_owned()));
        }
        Ok(())
    }

    /// Imports the conversions from the inner adapter.
    fn conversions(&mut self) -> Result<()> {
        let converted = self.decisions.owners.converted();
        let conversions = self.names.conversions(converted.clone(), &self.hosts, &self.inner)?;
        for (id, functions) in converted.zip(conversions) {
            let imported = functions.map(|(name, from, to)| {
                let ty = self.writer.conversion_type(from, to);
                let index = self.writer.builder.import(name.as_str(), ComponentTypeRef::Func(ty));
                self.of_inner.push((name.clone(), name));
                index
            });
            self.conversions.insert(id, imported);
        }
        Ok(())
    }

    /// Imports an export of the component. Returns the parts that can be exported unchanged.
    fn import_export(&mut self, interface: &'c Interface<'c>, item: &ComponentItem) -> Result<Parts> {
        let component = self.writer.component;
        let functions: Vec<&Function<'c>> = interface.functions.iter().collect();
        let name = extern_name(interface.name, item);
        let instance = self.writer.import(name, &interface.types, &functions, &mut self.inner)?;
        let mut parts = Parts::default();
        // Its own resource types. All others are written again, in terms of the host's types: those of the component may consist of
        // types that came through the inner adapter.
        for ty in &interface.types {
            let is_new = self.inner.get(component, ty.created).is_none();
            let is_own = ty.resource().is_some() && self.hosts.get(component, ty.created).is_none();
            if is_new || is_own {
                let index = self.writer.alias_type(instance, ty.name);
                self.inner.add_named(component, ty, index);
                if is_own {
                    self.hosts.add_named(component, ty, index);
                }
            }
        }
        for function in &interface.functions {
            let index = self.writer.alias_function(instance, function.name);
            parts.functions.insert(function.name.to_owned(), index);
        }
        Ok(parts)
    }

    /// Instantiates a core module with its intrinsics.
    fn core(
        &mut self,
        (module, intrinsics): (&Module, &[Intrinsic]),
        built: &Built<'c>,
        targets: &[u32],
        base: Option<&Base>,
        names: &mut TypeIndices,
    ) -> Result<CoreInstance> {
        let functions = intrinsics.iter().map(|of| self.intrinsic(*of, built, targets, base, names));
        let functions = functions.collect::<Result<_>>()?;
        Ok(self.writer.core(module, functions, base))
    }

    /// The core function of an intrinsic. `targets` are the component's functions, `names` the types that functions consist of.
    fn intrinsic(
        &mut self,
        intrinsic: Intrinsic,
        built: &Built<'c>,
        targets: &[u32],
        base: Option<&Base>,
        names: &mut TypeIndices,
    ) -> Result<u32> {
        if let Some(index) = self.writer.of_tasks(intrinsic) {
            return Ok(index);
        }
        let conversion = |id: ResourceId| self.conversions.get(&id).copied().ok_or("a handle cannot be converted");
        let target = |number: usize| targets.get(number).copied().ok_or("a function is forwarded to none");
        Ok(match intrinsic {
            Intrinsic::Host(number) => self.writer.lower(target(number)?, base),
            Intrinsic::Later(number) => {
                let (base, realloc) = (base.ok_or("a task has no memory")?, self.provided(REALLOC)?);
                self.writer.lower_later(target(number)?, base, realloc)
            }
            Intrinsic::TaskReturn(number) => {
                let Stub { function, .. } = built.stubs.get(number).ok_or("a function is not there")?;
                self.writer.task_return(function, base, names)?
            }
            Intrinsic::Drive => {
                let driver = self.driver.as_mut().ok_or("nothing runs a task")?;
                self.writer.alias_core(driver, DRIVE)
            }
            Intrinsic::Provider(number) => self.provided(built.providers.get(number).ok_or("there is no provider")?)?,
            Intrinsic::Wrap(id) => self.writer.lower(conversion(id)?[0], None),
            Intrinsic::Unwrap(id) => self.writer.lower(conversion(id)?[1], None),
            Intrinsic::ResourceDrop(id) => {
                let ty = self.hosts.resource(id).ok_or("a resource type has no name")?;
                self.writer.builder.resource_drop(ty)
            }
            _ => return Err("an export has values that cannot be converted".to_owned()),
        })
    }

    fn provided(&mut self, name: &str) -> Result<u32> {
        let provider = self.provider.as_ref().ok_or("there is no provider")?;
        let function = provider.function(&mut self.writer.builder, name);
        Ok(function.ok_or("a function of a provider's is not there")?)
    }

    /// Exports an interface with host types. Later exports consist of the types that it names.
    fn export(&mut self, interface: &Interface<'c>, item: &ComponentItem, mut parts: Parts) -> Result<()> {
        let component: &Component = self.writer.component;
        let mut names = self.hosts.clone();
        for ty in &interface.types {
            let ids = [ty.created, ty.referenced];
            // WIT has the type from the interface whose alias this is.
            let aliased = ids.into_iter().find_map(|id| self.hosts.alias((), id));
            let is_hosts = aliased.or_else(|| ids.into_iter().find_map(|id| self.hosts.get(component, id)));
            let index = match is_hosts {
                Some(index) => {
                    // What is another name of a type of this interface stays one.
                    if interface.types.iter().all(|other| other.created != ty.referenced) {
                        parts.hosts.insert(ty.name.to_owned());
                    }
                    index
                }
                None => self.writer.define(ty, &mut names)?,
            };
            names.add_named(component, ty, index);
            parts.types.insert(ty.name.to_owned(), index);
        }
        let is_given = |ty: &NamedType<'_>| parts.hosts.contains(ty.name);
        let named = |id| self.hosts.get(component, id);
        let instance = self.writer.export(interface, item, &parts, &is_given, &named)?;
        let is_used = |ty: &&NamedType<'_>| !parts.hosts.contains(ty.name) || self.used.contains(&ty.created);
        for ty in interface.types.iter().filter(is_used).copied().collect::<Vec<_>>() {
            let index = self.writer.alias_type(instance, ty.name);
            self.hosts.add_named(component, &ty, index);
        }
        Ok(())
    }
}
