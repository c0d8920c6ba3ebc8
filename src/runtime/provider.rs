//! The providers: one core module, and the part of it that an adapter needs.
//!
//! `virt-components/README.md` describes its imports and exports.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use wasm_encoder::reencode::{self, Reencode, utils};
use wasm_encoder::{
    CodeSection, ComponentBuilder, EntityType, ExportKind, ExportSection, Function, FunctionSection, ImportSection,
    Instruction, MemoryType, Module, TypeSection, ValType,
};
use wasmparser::component_types::{ComponentEntityType, ComponentFuncTypeId};
use wasmparser::{BlockType, CompositeInnerType, ExternalKind, FunctionBody, Operator, Parser, Payload, TypeRef};

use super::memory::{Base, Memory};
use super::sections::{Argument, argument};
use crate::abi::Lowered;
use crate::describe::Settings;
use crate::describe::setting::Mount;
use crate::load::{Component, world};
use crate::name::{base, versioned};
use crate::types::compare::{self, Item};

/// The module, built by `virt-components/build.sh`.
static MODULE: &[u8] = include_bytes!("../../adapters/provider.wasm");
/// The module with the asynchronous calls of the host, which it needs to mount directories of the host in WASI 0.3, and
/// to judge requests of WASI 0.3.
static WAITING: &[u8] = include_bytes!("../../adapters/provider-host.wasm");

/// The recorder.
static RECORDER_MODULE: &[u8] = include_bytes!("../../adapters/recorder.wasm");

/// The types of the providers' functions: a binary WIT package.
static TYPES: &[u8] = include_bytes!("../../adapters/provider.wit.wasm");

// Tests decode all of them, so the defaults are never used.
static PROVIDER: LazyLock<Provider> = LazyLock::new(|| Provider::read(MODULE).unwrap_or_default());
static PROVIDER_WAITING: LazyLock<Provider> = LazyLock::new(|| Provider::read(WAITING).unwrap_or_default());

static RECORDER: LazyLock<Provider> = LazyLock::new(|| Provider::read(RECORDER_MODULE).unwrap_or_default());

/// The module and the name of the imported memory.
const MEMORY: (&str, &str) = ("env", "memory");
/// The module and the name of the imported function that returns the address of the settings.
const SETTINGS: (&str, &str) = ("weld", "settings");
/// The module name in the imports of host functions.
const HOST: &str = "host";

static WORLD: LazyLock<Option<Component>> =
    LazyLock::new(|| world::in_package("the providers", TYPES.to_vec(), "provider").ok());

/// A decoded module.
#[derive(Default)]
pub(crate) struct Provider {
    /// The exported functions, by name: the index and the signature.
    exports: BTreeMap<String, (u32, Lowered)>,
    /// The imports, in order: the module, the name, and the type if it is a function.
    imports: Vec<(String, String, Option<u32>)>,
    /// The types of functions.
    types: Vec<Lowered>,
    /// The functions that each defined function calls.
    calls: Vec<BTreeSet<u32>>,
    /// The types of all functions, the imported ones first.
    functions: Vec<u32>,
    /// The types that each defined function mentions.
    mentioned: Vec<BTreeSet<u32>>,
    /// The start function.
    start: Option<u32>,
    /// The end of the module's own data in memory, in bytes.
    heap: u32,
    /// The binary.
    bytes: &'static [u8],
}

/// A part of a module.
pub(crate) struct ProviderPart {
    /// The binary module.
    module: Vec<u8>,
    /// The names of the imported host functions, by number.
    pub hosts: Vec<String>,
    /// The names of the exports, by their names in the whole module.
    exports: BTreeMap<String, String>,
}

/// An instance of a part in a component.
pub(crate) struct Instance {
    index: u32,
    exports: BTreeMap<String, String>,
}

impl ProviderPart {
    /// Instantiates the part with a memory and host functions. `host` returns the core function of a name.
    ///
    /// # Errors
    ///
    /// A host function does not exist.
    pub(crate) fn instantiate(
        self,
        builder: &mut ComponentBuilder,
        base: &Base,
        memory: &Memory,
        host: impl Fn(&mut ComponentBuilder, &str) -> Option<u32>,
    ) -> Result<Instance, String> {
        let module = builder.core_module_raw(None, &self.module);
        let mut hosts: Vec<Argument> = Vec::new();
        for (number, name) in self.hosts.iter().enumerate() {
            let index = host(builder, name).ok_or_else(|| format!("`{name}` is not there"))?;
            hosts.push((number.to_string(), ExportKind::Func, index));
        }
        let item = |name: &str, kind, index| [(name.to_owned(), kind, index)];
        let mut arguments = vec![(MEMORY.0, argument(builder, &item(MEMORY.1, ExportKind::Memory, base.memory)))];
        if memory.has_settings() {
            let settings = base.settings(builder);
            arguments.push((SETTINGS.0, argument(builder, &item(SETTINGS.1, ExportKind::Func, settings))));
        }
        if !hosts.is_empty() {
            arguments.push((HOST, argument(builder, &hosts)));
        }
        Ok(Instance { index: builder.core_instantiate(None, module, arguments), exports: self.exports })
    }
}

impl Instance {
    /// Aliases an exported function, by its name in the whole module. `None` if the part does not export it.
    pub(crate) fn function(&self, builder: &mut ComponentBuilder, name: &str) -> Option<u32> {
        Some(builder.core_alias_export(None, self.index, self.exports.get(name)?, ExportKind::Func))
    }
}

/// The releases whose functions have names of their own: the prefix of the version, and the suffix in names.
const RELEASES: &[(&str, &str)] = &[("0.3.", "@0.3"), ("0.2.0-draft2", "@0.2.0-draft2")];

/// The name in the module for a function of an interface. All versions of WASI 0.2 share names, and so do all of 0.3; a
/// second draft has its own.
pub(crate) fn name_of(interface: &str, function: &str) -> String {
    let (base, version) = versioned(interface);
    let own = RELEASES.iter().find(|(begin, _)| version.is_some_and(|version| version.starts_with(begin)));
    format!("{base}{}#{function}", own.map_or("", |(_, release)| *release))
}

/// The name for a function of a second draft that has the same type as in the first draft.
pub(crate) fn of_first_draft(name: &str) -> String {
    name.replacen("@0.2.0-draft2#", "#", 1)
}

/// The direction of the stream of a function. For each function that returns or takes a stream, the module exports two
/// more: one for the next data, and one for the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub(crate) enum Direction {
    Give,
    Take,
    /// The function has no stream. It returns its result when the host has answered.
    Call,
}

/// The function that takes the result of a call of the host and prepares the next call, for interfaces without one of
/// their own.
pub(crate) const CALLED: &str = "weld:tasks#called";
/// The function that allocates memory for the result of an asynchronous call of the host.
pub(crate) const REALLOC: &str = "weld:tasks#realloc";
/// The mark in the name of a function that may call the host.
const HOSTS: &str = "#[host]";
/// The mark in the name of a function that calls the host without judging the request.
const PASSES: &str = "#[host][pass]";
/// The mark in the name of a function that calls an export of the component itself.
const EXPORTS: &str = "#[host][export]";

/// The functions of the recorder for the begin and the end of a call.
pub(crate) const BEGIN: &str = "weld:record#begin";
pub(crate) const END: &str = "weld:record#end";
/// The function of the recorder for the begin of an asynchronous call.
pub(crate) const LATER: &str = "weld:record#later";
/// The functions of the recorder for a call that a recording answers, and for the end of a recording.
pub(crate) const REPLAY: &str = "weld:record#replay";
pub(crate) const MISSING: &str = "weld:record#missing";

/// The name of the function that takes the result of a call of the host, for the functions of an interface.
pub(crate) fn called(interface: &str) -> String {
    let own = name_of(interface, "[called]");
    if Provider::signature(&own).is_some() { own } else { CALLED.to_owned() }
}

/// The name of the function that does not call the host, for one that may. `None` for a function that does not.
pub(crate) fn without_host(name: &str) -> Option<String> {
    name.contains(HOSTS).then(|| name.replacen(HOSTS, "#", 1))
}

impl Direction {
    /// The name of the function for the next data.
    pub(crate) fn next(self, name: &str) -> String {
        name.replacen('#', if self == Direction::Take { "#[taken]" } else { "#[next]" }, 1)
    }

    /// The names of the functions with which the provider reads the stream of the host for a function, if there are
    /// any: one that returns whether it does, one that begins, and one that takes data.
    pub(crate) fn through(name: &str) -> Option<[String; 3]> {
        let names = ["#[through]", "#[begin]", "#[taken]"].map(|mark| name.replacen('#', mark, 1));
        names.iter().all(|name| Provider::signature(name).is_some()).then_some(names)
    }

    /// The name of the function for the end.
    pub(crate) fn close(name: &str) -> String {
        name.replacen('#', "#[close]", 1)
    }
}

/// The name in the module for the destructor of a resource type of any version.
pub(crate) fn destructor_of(interface: &str, resource: &str) -> String {
    format!("{}#[dtor]{resource}", base(interface))
}

/// The name in the module for the function that drops a handle of the host.
pub(crate) fn drop_of(interface: &str, resource: &str) -> String {
    name_of(interface, &format!("[resource-drop]{resource}"))
}

impl Provider {
    /// The module for these settings and called functions: the smaller one, if it is sufficient. Both differ only in
    /// the asynchronous calls of the host.
    pub(crate) fn get<'n>(settings: &Settings, mut functions: impl Iterator<Item = &'n str>) -> &'static Provider {
        let waits = settings.mounts.values().any(Mount::is_hosts);
        match waits || functions.any(|name| !PROVIDER.exports.contains_key(name)) {
            true => &PROVIDER_WAITING,
            false => &PROVIDER,
        }
    }

    /// The module with the asynchronous calls of the host.
    pub(crate) fn waiting() -> &'static Provider {
        &PROVIDER_WAITING
    }

    /// The recorder.
    pub(crate) fn recorder() -> &'static Provider {
        &RECORDER
    }

    /// The signature of a function that any of the modules exports.
    pub(crate) fn signature(name: &str) -> Option<&'static Lowered> {
        if name.starts_with("weld:record#") {
            return RECORDER.exports.get(name).map(|(_, signature)| signature);
        }
        // The larger module is decoded only for these names, which the smaller one may lack.
        let is_of_request =
            name.starts_with("wasi:http/") && (name.contains("@0.3#") || name.ends_with("#[dtor]request"));
        let may_be_more =
            is_of_request || name.starts_with("wasi:filesystem/types@0.3#[") || name.starts_with("weld:tasks#");
        let more = || may_be_more.then(|| PROVIDER_WAITING.exports.get(name)).flatten();
        PROVIDER.exports.get(name).or_else(more).map(|(_, signature)| signature)
    }

    /// The direction of a function's stream, or [`Direction::Call`] if the function may call the host. `None` for other
    /// functions.
    pub(crate) fn direction(name: &str) -> Option<Direction> {
        let own = without_host(name);
        let is_one =
            |direction: &Direction| Provider::signature(&direction.next(own.as_deref().unwrap_or(name))).is_some();
        let flow = [Direction::Give, Direction::Take].into_iter().find(is_one);
        flow.or_else(|| own.map(|_| Direction::Call))
    }

    /// The name of the function that may call the host, for one that does not, if there is one.
    pub(crate) fn with_host(name: &str) -> Option<String> {
        Provider::marked(name, HOSTS)
    }

    /// The name of the function that calls the host without judging, for one that judges, if there is one.
    pub(crate) fn passing(name: &str) -> Option<String> {
        Provider::marked(name, PASSES)
    }

    /// The name of the function that calls an export of the component itself, for a function that the component
    /// imports, if there is one.
    pub(crate) fn exporting(name: &str) -> Option<String> {
        Provider::marked(name, EXPORTS)
    }

    fn marked(name: &str, mark: &str) -> Option<String> {
        let name = name.replacen('#', mark, 1);
        Provider::signature(&name).map(|_| name)
    }

    /// Whether an imported function has the type that the providers implement, in any version of the same release of
    /// WASI.
    pub(crate) fn is_of_type(component: &Component, interface: &str, function: &str, ty: ComponentFuncTypeId) -> bool {
        let Some(world) = &*WORLD else { return false };
        let name = name_of(interface, "");
        let exports = world.exports().keys().filter(|export| name_of(export, "") == name);
        exports.filter_map(|export| world.export_at(&[export.clone(), function.to_owned()])).any(|known| {
            let known = Item { component: world, name: function, ty: known };
            compare::compare_same(known, Item { component, name: function, ty: ComponentEntityType::Func(ty) }).is_ok()
        })
    }

    /// The end of the module's own data in memory, in bytes.
    pub(crate) fn end_of_memory(&self) -> u32 {
        self.heap
    }

    fn read(bytes: &'static [u8]) -> Result<Provider, wasmparser::Error> {
        let mut provider = Provider { bytes, ..Provider::default() };
        // The types of functions, the imported ones first; and the values of the globals, none of which is imported.
        let (mut functions, mut globals): (Vec<u32>, Vec<i32>) = (Vec::new(), Vec::new());
        for payload in Parser::new(0).parse_all(bytes) {
            match payload? {
                Payload::TypeSection(section) => {
                    for ty in section.into_iter().flat_map(|group| group.into_iter().flat_map(|g| g.into_types())) {
                        let CompositeInnerType::Func(ty) = ty.composite_type.inner else { continue };
                        let types = |types: &[wasmparser::ValType]| types.iter().filter_map(|ty| value(*ty)).collect();
                        provider.types.push((types(ty.params()), types(ty.results())));
                    }
                }
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        let import = import?;
                        let ty = match import.ty {
                            TypeRef::Func(ty) => Some(ty),
                            _ => None,
                        };
                        functions.extend(ty);
                        provider.imports.push((import.module.to_owned(), import.name.to_owned(), ty));
                    }
                }
                Payload::FunctionSection(section) => {
                    for ty in section {
                        functions.push(ty?);
                    }
                }
                Payload::GlobalSection(section) => {
                    for global in section {
                        let value = match global?.init_expr.get_operators_reader().read()? {
                            Operator::I32Const { value } => value,
                            _ => 0,
                        };
                        globals.push(value);
                    }
                }
                Payload::ExportSection(section) => {
                    for export in section {
                        let export = export?;
                        let index = export.index as usize;
                        match export.kind {
                            ExternalKind::Func => {
                                let ty = functions.get(index).and_then(|ty| provider.types.get(*ty as usize));
                                let signature = ty.cloned().unwrap_or_default();
                                provider.exports.insert(export.name.to_owned(), (export.index, signature));
                            }
                            ExternalKind::Global if export.name == "__heap_base" => {
                                provider.heap = globals.get(index).copied().unwrap_or_default() as u32;
                            }
                            _ => {}
                        }
                    }
                }
                Payload::StartSection { func, .. } => provider.start = Some(func),
                Payload::CodeSectionEntry(body) => {
                    let (mut calls, mut types) = (BTreeSet::new(), BTreeSet::new());
                    for operator in body.get_operators_reader()? {
                        match operator? {
                            Operator::CallIndirect { type_index, .. }
                            | Operator::Block { blockty: BlockType::FuncType(type_index) }
                            | Operator::Loop { blockty: BlockType::FuncType(type_index) }
                            | Operator::If { blockty: BlockType::FuncType(type_index) } => {
                                _ = types.insert(type_index);
                            }
                            Operator::Call { function_index }
                            | Operator::ReturnCall { function_index }
                            | Operator::RefFunc { function_index } => _ = calls.insert(function_index),
                            _ => {}
                        }
                    }
                    provider.calls.push(calls);
                    provider.mentioned.push(types);
                }
                _ => {}
            }
        }
        provider.functions = functions;
        Ok(provider)
    }

    /// The types that these functions have or mention, with new indices.
    fn types_of(&self, functions: &BTreeSet<u32>) -> BTreeMap<u32, u32> {
        let imported = self.imported_functions().count();
        let types = functions.iter().flat_map(|function| {
            let own = (*function as usize).checked_sub(imported).and_then(|own| self.mentioned.get(own));
            self.functions.get(*function as usize).into_iter().chain(own.into_iter().flatten())
        });
        types.copied().collect::<BTreeSet<u32>>().into_iter().zip(0..).collect()
    }

    fn imported_functions(&self) -> impl Iterator<Item = (&str, &str, u32)> {
        self.imports.iter().filter_map(|(module, name, ty)| Some((module.as_str(), name.as_str(), (*ty)?)))
    }

    /// The functions that these functions reach, including themselves.
    fn reached(&self, from: impl IntoIterator<Item = u32>) -> BTreeSet<u32> {
        let imported = self.imported_functions().count();
        let (mut reached, mut next) = (BTreeSet::new(), from.into_iter().collect::<Vec<u32>>());
        while let Some(function) = next.pop() {
            if reached.insert(function) {
                let own = (function as usize).checked_sub(imported);
                next.extend(own.and_then(|own| self.calls.get(own)).into_iter().flatten());
            }
        }
        reached
    }

    /// Makes the part of the module that these exports need. The part imports a memory of the type `memory`. A host
    /// function for which `is_there` is false becomes a function that traps, which is never called.
    ///
    /// # Errors
    ///
    /// The module has an unexpected form.
    pub(crate) fn part(
        &self,
        exports: &BTreeSet<String>,
        memory: MemoryType,
        is_there: &dyn Fn(&str) -> bool,
    ) -> Result<ProviderPart, String> {
        let roots = self.exports.iter().filter(|(name, _)| exports.contains(*name)).map(|(_, (index, _))| *index);
        let reached = self.reached(roots.chain(self.start));
        let imported = self.imported_functions().count() as u32;
        let (mut indices, mut next, mut hosts) = (BTreeMap::new(), 0, Vec::new());
        let mut number = |indices: &mut BTreeMap<u32, u32>, function: u32| {
            indices.insert(function, next);
            next += 1;
        };
        let mut missing = Vec::new();
        for (index, (module, name, ty)) in (0u32..).zip(self.imported_functions()) {
            if !reached.contains(&index) {
                continue;
            }
            if module == HOST && !is_there(name) {
                missing.push((index, ty));
                continue;
            }
            if module == HOST {
                hosts.push(name.to_owned());
            }
            number(&mut indices, index);
        }
        reached.iter().filter(|function| **function >= imported).for_each(|own| number(&mut indices, *own));
        missing.iter().for_each(|(function, _)| number(&mut indices, *function));
        let exports = exports.iter().enumerate().map(|(number, name)| (name.clone(), number.to_string())).collect();
        let types = self.types_of(&reached);
        let mut pruned = Pruned { exports: &exports, memory, types, indices, missing, imported, body: imported };
        let mut module = Module::new();
        pruned.parse_core_module(&mut module, Parser::new(0), self.bytes).map_err(|error| error.to_string())?;
        Ok(ProviderPart { module: module.finish(), hosts, exports })
    }
}

/// Re-encodes a module without functions that are not needed.
struct Pruned<'p> {
    /// The new names of the remaining exports.
    exports: &'p BTreeMap<String, String>,
    memory: MemoryType,
    /// The new indices of the remaining types.
    types: BTreeMap<u32, u32>,
    /// The new indices of the remaining functions.
    indices: BTreeMap<u32, u32>,
    /// The imported functions that become functions that trap, with their types. They come last.
    missing: Vec<(u32, u32)>,
    /// The number of imported functions.
    imported: u32,
    /// The index of the next function body.
    body: u32,
}

type Reencoded<T = ()> = Result<T, reencode::Error<String>>;

impl Reencode for Pruned<'_> {
    type Error = String;

    fn function_index(&mut self, function: u32) -> Reencoded<u32> {
        let index = self.indices.get(&function).copied();
        index.ok_or_else(|| reencode::Error::UserError(format!("function {function} was not reached")))
    }

    fn type_index(&mut self, ty: u32) -> Reencoded<u32> {
        let index = self.types.get(&ty).copied();
        index.ok_or_else(|| reencode::Error::UserError(format!("type {ty} was not mentioned")))
    }

    /// Each group has one type: a function type, which mentions no other type.
    fn parse_type_section(&mut self, types: &mut TypeSection, section: wasmparser::TypeSectionReader<'_>) -> Reencoded {
        for (index, group) in (0..).zip(section) {
            if self.types.contains_key(&index) {
                self.parse_recursive_type_group(types.ty(), group?)?;
            }
        }
        Ok(())
    }

    fn parse_import_section(
        &mut self,
        imports: &mut ImportSection,
        section: wasmparser::ImportSectionReader<'_>,
    ) -> Reencoded {
        let (mut function, mut host) = (0, 0);
        for import in section.into_imports() {
            let import = import?;
            match import.ty {
                TypeRef::Func(ty) => {
                    let is_missing = self.missing.iter().any(|(missing, _)| *missing == function);
                    if self.indices.contains_key(&function) && !is_missing {
                        let is_hosts = import.module == HOST;
                        let name = if is_hosts { host.to_string() } else { import.name.to_owned() };
                        host += u32::from(is_hosts);
                        imports.import(import.module, &name, EntityType::Function(self.type_index(ty)?));
                    }
                    function += 1;
                }
                TypeRef::Memory(_) => _ = imports.import(import.module, import.name, EntityType::Memory(self.memory)),
                other => {
                    let ty = self.entity_type(other)?;
                    imports.import(import.module, import.name, ty);
                }
            }
        }
        Ok(())
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: wasmparser::FunctionSectionReader<'_>,
    ) -> Reencoded {
        for (index, ty) in (self.imported..).zip(section) {
            let ty = ty?;
            if self.indices.contains_key(&index) {
                functions.function(self.type_index(ty)?);
            }
        }
        for (_, ty) in self.missing.clone() {
            functions.function(self.type_index(ty)?);
        }
        Ok(())
    }

    fn parse_code_section(&mut self, code: &mut CodeSection, section: wasmparser::CodeSectionReader<'_>) -> Reencoded {
        utils::parse_code_section(self, code, section)?;
        for _ in &self.missing {
            let mut function = Function::new([]);
            function.instruction(&Instruction::Unreachable).instruction(&Instruction::End);
            code.function(&function);
        }
        Ok(())
    }

    fn parse_function_body(&mut self, code: &mut CodeSection, body: FunctionBody<'_>) -> Reencoded {
        let function = self.body;
        self.body += 1;
        if self.indices.contains_key(&function) { utils::parse_function_body(self, code, body) } else { Ok(()) }
    }

    fn parse_export(&mut self, exports: &mut ExportSection, export: wasmparser::Export<'_>) -> Reencoded {
        match self.exports.get(export.name) {
            Some(name) => utils::parse_export(self, exports, wasmparser::Export { name, ..export }),
            None => Ok(()),
        }
    }

    fn parse_custom_section(&mut self, _: &mut Module, _: wasmparser::CustomSectionReader<'_>) -> Reencoded {
        Ok(())
    }
}

fn value(ty: wasmparser::ValType) -> Option<ValType> {
    Some(match ty {
        wasmparser::ValType::I32 => ValType::I32,
        wasmparser::ValType::I64 => ValType::I64,
        wasmparser::ValType::F32 => ValType::F32,
        wasmparser::ValType::F64 => ValType::F64,
        _ => return None,
    })
}
