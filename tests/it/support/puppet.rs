//! A guest that the test controls: for each function that it imports, it exports one that calls it and returns its
//! result. Handles are the numbers of the guest's own table.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;
use std::sync::OnceLock;

use wasmtime::Store;
use wasmtime::component::{Instance, Linker, Val};
use wasmtime_wasi::WasiCtxBuilder;
use wasmtime_wasi::runtime::in_tokio;
use wit_parser::abi::{AbiVariant, WasmType};
use wit_parser::{Function, FunctionKind, Handle, InterfaceId, Resolve, Type, TypeDef, TypeDefKind, TypeId, WorldItem};

use super::{Host, compiled, engine, project, store_with, virt_in, wasi};

/// All interfaces of WASI 0.2 that the tests call.
const WASI: &[&str] = &[
    "wasi:cli/environment@0.2.12",
    "wasi:cli/stdin@0.2.12",
    "wasi:cli/stdout@0.2.12",
    "wasi:cli/stderr@0.2.12",
    "wasi:clocks/monotonic-clock@0.2.12",
    "wasi:clocks/wall-clock@0.2.12",
    "wasi:filesystem/types@0.2.12",
    "wasi:filesystem/preopens@0.2.12",
    "wasi:io/error@0.2.12",
    "wasi:io/poll@0.2.12",
    "wasi:io/streams@0.2.12",
    "wasi:random/random@0.2.12",
    "wasi:random/insecure@0.2.12",
    "wasi:random/insecure-seed@0.2.12",
    "wasi:sockets/instance-network@0.2.12",
    "wasi:sockets/ip-name-lookup@0.2.12",
];

/// Grants of mounts of each kind, of streams of each owner, and of clocks. The default is to deny.
pub const GRANTS: &[&str] = &[
    "stdin.text=a text",
    "stdout=allow",
    "stderr=ignore",
    "fs./m={memory=\"100B\"}",
    "fs./h={host=\"/h\"}",
    "fs./e={embed=\".\"}",
    "wasi:clocks/*=allow",
];

/// The puppet that imports all of [`WASI`].
pub fn component() -> &'static [u8] {
    static COMPONENT: OnceLock<Vec<u8>> = OnceLock::new();
    COMPONENT.get_or_init(|| {
        let mut resolve = Resolve::default();
        for package in ["io", "clocks", "random", "filesystem", "sockets", "cli"] {
            resolve.push_file(project().join(format!("wit/wasi-0.2.12/{package}.wit"))).unwrap();
        }
        puppet(resolve, WASI)
    })
}

/// A puppet that imports interfaces of a package in WIT.
pub fn component_of(wit: &str, interfaces: &[&str]) -> Vec<u8> {
    let mut resolve = Resolve::default();
    resolve.push_str("imports.wit", wit).unwrap();
    puppet(resolve, interfaces)
}

/// A puppet that imports interfaces of some packages in WIT.
pub fn component_of_packages(packages: &[&str], interfaces: &[&str]) -> Vec<u8> {
    let mut resolve = Resolve::default();
    for wit in packages {
        resolve.push_str("imports.wit", wit).unwrap();
    }
    puppet(resolve, interfaces)
}

/// A puppet that imports interfaces of WASI 0.2 and of another package in WIT.
pub fn component_beside(wit: &str, interfaces: &[&str]) -> Vec<u8> {
    let mut resolve = Resolve::default();
    for package in ["io", "clocks", "sockets"] {
        resolve.push_file(project().join(format!("wit/wasi-0.2.12/{package}.wit"))).unwrap();
    }
    resolve.push_str("beside.wit", wit).unwrap();
    puppet(resolve, interfaces)
}

/// A puppet that imports interfaces of WASI 0.2 and of drafts of WASI, which are in directories of `wit/`.
pub fn component_of_drafts(drafts: &[&str], interfaces: &[&str]) -> Vec<u8> {
    let mut resolve = Resolve::default();
    for package in ["io", "clocks", "random", "filesystem", "sockets", "cli"] {
        resolve.push_file(project().join(format!("wit/wasi-0.2.12/{package}.wit"))).unwrap();
    }
    for draft in drafts {
        resolve.push_dir(project().join("wit").join(draft)).unwrap();
    }
    puppet(resolve, interfaces)
}

/// The puppet with grants. Paths in the grants are relative to the directory.
#[track_caller]
pub fn granted(directory: &Path, grants: &[&str]) -> Vec<u8> {
    let out = tempfile::tempdir().unwrap();
    let file = out.path().join("puppet.wasm");
    std::fs::write(&file, component()).unwrap();
    let flags: Vec<&str> = grants.iter().flat_map(|grant| ["--grant", grant]).collect();
    virt_in(directory, &file, &flags)
}

/// A running puppet and its host.
pub struct Puppet {
    store: Store<Host>,
    instance: Instance,
    /// Whether the host has to call the puppet asynchronously.
    is_async: bool,
    /// The exported interface of each function.
    functions: BTreeMap<String, String>,
}

impl Puppet {
    /// Instantiates a puppet, or an output that contains it, in a host with this context.
    #[track_caller]
    pub fn new(bytes: &[u8], give: impl FnOnce(&mut WasiCtxBuilder)) -> Puppet {
        Puppet::with(bytes, give, |linker| _ = linker)
    }

    /// As [`Puppet::new`], in a host that has more than WASI.
    #[track_caller]
    pub fn with(bytes: &[u8], give: impl FnOnce(&mut WasiCtxBuilder), add: impl FnOnce(&mut Linker<Host>)) -> Puppet {
        use wasmtime::component::types::ComponentItem;
        let engine = engine();
        let component = compiled(bytes);
        let mut linker = wasi(&engine);
        add(&mut linker);
        let mut store = store_with(&engine, give);
        let (mut functions, mut is_async) = (BTreeMap::new(), false);
        for (interface, item) in component.component_type().exports(&engine) {
            let ComponentItem::ComponentInstance(exported) = item.ty else { continue };
            for (function, item) in exported.exports(&engine) {
                is_async |= matches!(item.ty, ComponentItem::ComponentFunc(ty) if ty.async_());
                let place = interface.split_once('/').unwrap().1;
                let function = function.strip_prefix("call-").unwrap_or(function);
                functions.insert(format!("{place}/{function}"), interface.to_owned());
            }
        }
        let instance = match is_async {
            true => in_tokio(linker.instantiate_async(&mut store, &component)),
            false => linker.instantiate(&mut store, &component),
        };
        Puppet { store, instance: instance.expect("wasmtime instantiates it"), is_async, functions }
    }

    /// Limits each memory to 32 MiB, as a small host does.
    pub fn limit(&mut self) {
        self.store.limiter(|host| &mut host.limits);
    }

    /// The number of objects that the host has for the puppet: files, streams, errors and others.
    pub fn objects(&mut self) -> usize {
        self.store.data_mut().table.iter_mut().count()
    }

    /// Calls a function, such as `filesystem-types/descriptor-stat`. Returns its result, or the trap.
    #[track_caller]
    pub fn call(&mut self, name: &str, given: &[Val]) -> Result<Val, String> {
        let interface = self.functions.get(name).unwrap_or_else(|| panic!("there is no `{name}`"));
        let interface = self.instance.get_export_index(&mut self.store, None, interface).unwrap();
        let function = format!("call-{}", name.split_once('/').unwrap().1);
        let function = self.instance.get_export_index(&mut self.store, Some(&interface), &function).unwrap();
        let function = self.instance.get_func(&mut self.store, function).unwrap();
        let mut results = vec![Val::Bool(false); function.ty(&self.store).results().len()];
        let called = match self.is_async {
            true => in_tokio(function.call_async(&mut self.store, given, &mut results)),
            false => function.call(&mut self.store, given, &mut results),
        };
        called.map_err(|error| format!("{error:?}"))?;
        Ok(results.pop().unwrap_or(Val::Tuple(vec![])))
    }

    /// Calls a function, and returns its result as text, such as `ok(3)` and `err(read-only)`.
    #[track_caller]
    pub fn says(&mut self, name: &str, given: &[Val]) -> String {
        text(&self.call(name, given).unwrap_or_else(|trap| panic!("{name}: {trap}")))
    }

    /// Calls a function, and returns the handle in its result.
    #[track_caller]
    pub fn handle(&mut self, name: &str, given: &[Val]) -> u32 {
        match self.call(name, given).unwrap_or_else(|trap| panic!("{name}: {trap}")) {
            Val::U32(handle) => handle,
            Val::Result(Ok(Some(handle))) if matches!(*handle, Val::U32(_)) => {
                let Val::U32(handle) = *handle else { unreachable!() };
                handle
            }
            other => panic!("{name}: {}", text(&other)),
        }
    }

    /// The preopened directories, by path.
    #[track_caller]
    pub fn directories(&mut self) -> BTreeMap<String, u32> {
        let Ok(Val::List(directories)) = self.call("filesystem-preopens/get-directories", &[]) else {
            panic!("a list")
        };
        let directory = |directory: Val| match directory {
            Val::Tuple(parts) => match &parts[..] {
                [Val::U32(handle), Val::String(path)] => (path.clone(), *handle),
                parts => panic!("{parts:?}"),
            },
            other => panic!("{other:?}"),
        };
        directories.into_iter().map(directory).collect()
    }

    /// The preopened directory of a path.
    #[track_caller]
    pub fn directory(&mut self, path: &str) -> u32 {
        let directories = self.directories();
        *directories.get(path).unwrap_or_else(|| panic!("{directories:?}"))
    }

    /// Opens a path relative to a directory. `open` and `flags` are names of `open-flags` and `descriptor-flags`.
    #[track_caller]
    pub fn open(&mut self, directory: u32, path: &str, open: &str, flags: &str) -> Result<u32, String> {
        let given = [directory.val(), words("symlink-follow"), path.val(), words(open), words(flags)];
        match self.call("filesystem-types/descriptor-open-at", &given) {
            Ok(Val::Result(Ok(Some(handle)))) => match *handle {
                Val::U32(handle) => Ok(handle),
                other => panic!("{other:?}"),
            },
            Ok(other) => Err(text(&other)),
            Err(trap) => panic!("{trap}"),
        }
    }

    /// Waits until one of the pollables is ready, and returns the ready ones.
    #[track_caller]
    pub fn poll(&mut self, pollables: &[u32]) -> Vec<u32> {
        let given = Val::List(pollables.iter().map(|pollable| Val::U32(*pollable)).collect());
        let Ok(Val::List(ready)) = self.call("io-poll/poll", &[given]) else { panic!("a list") };
        let number = |value| if let Val::U32(number) = value { number } else { panic!("a number") };
        ready.into_iter().map(number).collect()
    }
}

/// Values that can be passed to a function.
pub trait Given {
    fn val(self) -> Val;
}

impl Given for u32 {
    fn val(self) -> Val {
        Val::U32(self)
    }
}

impl Given for u64 {
    fn val(self) -> Val {
        Val::U64(self)
    }
}

impl Given for &str {
    fn val(self) -> Val {
        Val::String(self.to_owned())
    }
}

impl Given for &[u8] {
    fn val(self) -> Val {
        Val::List(self.iter().map(|byte| Val::U8(*byte)).collect())
    }
}

impl<const N: usize> Given for &[u8; N] {
    fn val(self) -> Val {
        self.as_slice().val()
    }
}

impl Given for Val {
    fn val(self) -> Val {
        self
    }
}

/// Flags.
pub fn words(words: &str) -> Val {
    Val::Flags(words.split_whitespace().map(str::to_owned).collect())
}

/// Calls a function of a puppet, and returns its result as text: `ask!(puppet, "filesystem-types/descriptor-stat",
/// file)`.
macro_rules! ask {
    ($puppet:expr, $function:expr $(, $given:expr)* $(,)?) => {
        $puppet.says($function, &[$($crate::support::puppet::Given::val($given)),*])
    };
}

pub(crate) use ask;

/// A value as text: `ok(3)`, `err(read-only)`, `{size: 3}`. A list of bytes is a text if it is UTF-8.
pub fn text(value: &Val) -> String {
    let many = |values: &[Val]| values.iter().map(text).collect::<Vec<_>>().join(", ");
    let case = |name: &str, value: Option<&Val>| match value {
        Some(value) => format!("{name}({})", text(value)),
        None => name.to_owned(),
    };
    match value {
        Val::Bool(value) => value.to_string(),
        Val::U8(value) => value.to_string(),
        Val::U16(value) => value.to_string(),
        Val::U32(value) => value.to_string(),
        Val::U64(value) => value.to_string(),
        Val::S64(value) => value.to_string(),
        Val::String(value) => format!("{value:?}"),
        Val::List(values) => {
            let byte = |value: &Val| if let Val::U8(byte) = value { Some(*byte) } else { None };
            match values.iter().map(byte).collect::<Option<Vec<u8>>>() {
                Some(bytes) if !bytes.is_empty() => format!("{:?}", String::from_utf8_lossy(&bytes)),
                _ => format!("[{}]", many(values)),
            }
        }
        Val::Record(fields) => {
            let fields: Vec<_> = fields.iter().map(|(name, value)| format!("{name}: {}", text(value))).collect();
            format!("{{{}}}", fields.join(", "))
        }
        Val::Tuple(values) => format!("({})", many(values)),
        Val::Variant(name, value) => case(name, value.as_deref()),
        Val::Enum(name) => name.clone(),
        Val::Option(None) => "none".to_owned(),
        Val::Option(value) => case("some", value.as_deref()),
        Val::Result(Ok(value)) => case("ok", value.as_deref()),
        Val::Result(Err(value)) => case("err", value.as_deref()),
        Val::Flags(flags) => format!("{{{}}}", flags.join(", ")),
        other => format!("{other:?}"),
    }
}

/// A field of the record in the result of a function.
#[track_caller]
pub fn field(value: &Val, name: &str) -> Val {
    match value {
        Val::Result(Ok(Some(value))) | Val::Option(Some(value)) => field(value, name),
        Val::Record(fields) => fields.iter().find(|(field, _)| field == name).unwrap().1.clone(),
        other => panic!("no record: {}", text(other)),
    }
}

/// A function that the puppet imports, with the one that it exports.
struct Thread {
    interface: InterfaceId,
    import: Function,
    export: String,
}

/// Builds a puppet that imports these interfaces.
fn puppet(mut resolve: Resolve, interfaces: &[&str]) -> Vec<u8> {
    let mut wit = String::from("package test:puppet;\n\n");
    let mut world = String::from("world puppet {\n");
    let mut threads = Vec::new();
    let (mut drops, mut futures) = (Vec::new(), Vec::new());
    let mut places = BTreeSet::new();
    for name in interfaces {
        let id = resolve.interfaces.iter().map(|(id, _)| id).find(|id| resolve.id_of(*id).as_deref() == Some(name));
        let id = id.unwrap_or_else(|| panic!("there is no `{name}`"));
        let mut place = name.split_once(':').unwrap().1.split('@').next().unwrap().replace('/', "-");
        // Another version of an interface that the puppet imports as well.
        while !places.insert(place.clone()) {
            place += "-again";
        }
        let mut writer = Writer { resolve: &resolve, types: BTreeMap::new() };
        let mut functions = String::new();
        for function in resolve.interfaces[id].functions.values() {
            // The name must differ from that of a type: `descriptor.stat` returns a `descriptor-stat`.
            let export = format!("call-{}", function.name.rsplit(']').next().unwrap().replace('.', "-"));
            let params = function.params.iter().map(|param| format!("%{}: {}", param.name, writer.ty(&param.ty)));
            let params = params.collect::<Vec<_>>().join(", ");
            let result = function.result.as_ref().map_or(String::new(), |ty| format!(" -> {}", writer.ty(ty)));
            let is_async = if function.kind.is_async() { "async " } else { "" };
            writeln!(functions, "  %{export}: {is_async}func({params}){result};").unwrap();
            let ends = function.find_futures_and_streams(&resolve);
            let is_future = |id: &TypeId| matches!(resolve.types[*id].kind, TypeDefKind::Future(_));
            if let Some(number) = ends.iter().position(is_future) {
                let export = format!("{export}-future");
                writeln!(functions, "  %{export}: func() -> u32;").unwrap();
                let import = format!("[future-new-{number}]{}", function.name);
                futures.push((*name, import, format!("test:puppet/{place}#{export}")));
            }
            assert!(matches!(
                function.kind,
                FunctionKind::Freestanding
                    | FunctionKind::AsyncFreestanding
                    | FunctionKind::Method(_)
                    | FunctionKind::Static(_)
                    | FunctionKind::Constructor(_)
            ));
            let export = format!("test:puppet/{place}#{export}");
            threads.push(Thread { interface: id, import: function.clone(), export });
        }
        for (resource, _) in resolve.interfaces[id]
            .types
            .iter()
            .filter(|(_, ty)| matches!(resolve.types[**ty].kind, TypeDefKind::Resource))
        {
            writeln!(functions, "  call-drop-{resource}: func(self: u32);").unwrap();
            drops.push((*name, resource.clone(), format!("test:puppet/{place}#call-drop-{resource}")));
        }
        writeln!(wit, "interface {place} {{").unwrap();
        writeln!(wit, "{}{functions}}}\n", writer.types.into_values().collect::<String>()).unwrap();
        writeln!(world, "  import {name};\n  export {place};").unwrap();
    }
    let package = resolve.push_str("puppet.wit", &format!("{wit}{world}}}\n")).unwrap();
    let world = resolve.packages[package].worlds["puppet"];
    let core = core(&resolve, world, &threads, &drops, &futures);
    let mut module = wat::parse_str(&core).unwrap_or_else(|error| panic!("{error}"));
    wit_component::embed_component_metadata(&mut module, &resolve, world, wit_component::StringEncoding::UTF8).unwrap();
    wit_component::ComponentEncoder::default().module(&module).unwrap().validate(true).encode().unwrap()
}

/// Writes types as WIT, with numbers for handles.
struct Writer<'r> {
    resolve: &'r Resolve,
    types: BTreeMap<String, String>,
}

impl Writer<'_> {
    fn ty(&mut self, ty: &Type) -> String {
        let Type::Id(id) = ty else {
            return match ty {
                Type::Bool => "bool",
                Type::U8 => "u8",
                Type::U16 => "u16",
                Type::U32 => "u32",
                Type::U64 => "u64",
                Type::S8 => "s8",
                Type::S16 => "s16",
                Type::S32 => "s32",
                Type::S64 => "s64",
                Type::F32 => "f32",
                Type::F64 => "f64",
                Type::Char => "char",
                Type::String => "string",
                other => panic!("{other:?}"),
            }
            .to_owned();
        };
        let definition = &self.resolve.types[*id];
        let of = |writer: &mut Self, ty: &Option<Type>| ty.as_ref().map_or("_".to_owned(), |ty| writer.ty(ty));
        match &definition.kind {
            TypeDefKind::Type(inner) => self.ty(inner),
            TypeDefKind::Handle(Handle::Own(_) | Handle::Borrow(_)) => "u32".to_owned(),
            TypeDefKind::Stream(_) | TypeDefKind::Future(_) => "u32".to_owned(),
            TypeDefKind::List(inner) => format!("list<{}>", self.ty(inner)),
            TypeDefKind::Option(inner) => format!("option<{}>", self.ty(inner)),
            TypeDefKind::Result(result) => match (&result.ok, &result.err) {
                (None, None) => "result".to_owned(),
                (ok, None) => format!("result<{}>", of(self, ok)),
                (ok, err) => format!("result<{}, {}>", of(self, ok), of(self, err)),
            },
            TypeDefKind::Tuple(tuple) => {
                let types: Vec<_> = tuple.types.iter().map(|ty| self.ty(ty)).collect();
                format!("tuple<{}>", types.join(", "))
            }
            _ => self.named(definition),
        }
    }

    /// Writes a named type. It is defined again, because an adapter may remove the imported one.
    fn named(&mut self, definition: &TypeDef) -> String {
        let name = format!("%{}", definition.name.as_ref().unwrap());
        let (word, body) = match &definition.kind {
            TypeDefKind::Record(record) => {
                let fields = record.fields.iter().map(|field| format!("%{}: {}, ", field.name, self.ty(&field.ty)));
                ("record", fields.collect::<String>())
            }
            TypeDefKind::Variant(variant) => {
                let cases = variant.cases.iter().map(|case| match &case.ty {
                    Some(ty) => format!("%{}({}), ", case.name, self.ty(ty)),
                    None => format!("%{}, ", case.name),
                });
                ("variant", cases.collect())
            }
            TypeDefKind::Enum(cases) => ("enum", cases.cases.iter().map(|case| format!("%{}, ", case.name)).collect()),
            TypeDefKind::Flags(flags) => {
                ("flags", flags.flags.iter().map(|flag| format!("%{}, ", flag.name)).collect())
            }
            other => panic!("{other:?}"),
        };
        self.types.insert(name.clone(), format!("  {word} {name} {{ {body} }}\n"));
        name
    }
}

/// The core module, with a function for each pair, which passes its arguments on. A handle and a number have the same
/// flat type.
fn core(
    resolve: &Resolve,
    world: wit_parser::WorldId,
    threads: &[Thread],
    drops: &[(&str, String, String)],
    futures: &[(&str, String, String)],
) -> String {
    let (mut imports, mut functions) = (String::new(), String::new());
    let types = |types: &[WasmType]| {
        let name = |ty: &WasmType| match ty {
            WasmType::I32 | WasmType::Pointer | WasmType::Length => "i32 ",
            WasmType::I64 | WasmType::PointerOrI64 => "i64 ",
            WasmType::F32 => "f32 ",
            WasmType::F64 => "f64 ",
        };
        types.iter().map(name).collect::<String>()
    };
    for (index, Thread { interface, import, export }) in threads.iter().enumerate() {
        let (place, name) = export.split_once('#').unwrap();
        let exported = resolve.worlds[world].exports.values().find_map(|item| match item {
            WorldItem::Interface { id, .. } if resolve.id_of(*id).as_deref() == Some(place) => Some(*id),
            _ => None,
        });
        let outer = &resolve.interfaces[exported.unwrap()].functions[name];
        let inner = resolve.wasm_signature(AbiVariant::GuestImport, import);
        let outer = resolve.wasm_signature(AbiVariant::GuestExport, outer);
        assert!(inner.indirect_params == outer.indirect_params && inner.retptr == outer.retptr, "{export}");
        let module = resolve.id_of(*interface).unwrap();
        let import = &import.name;
        let (params, results) = (types(&inner.params), types(&inner.results));
        writeln!(imports, "(import \"{module}\" \"{import}\" (func $i{index} (param {params}) (result {results})))")
            .unwrap();
        let (params, results) = (types(&outer.params), types(&outer.results));
        let given: String = (0..outer.params.len()).map(|param| format!("(local.get {param}) ")).collect();
        let body = if inner.retptr {
            // This is the size of the largest result.
            let room = "(local.set $room (call $realloc (i32.const 0) (i32.const 0) (i32.const 8) (i32.const 256)))";
            format!("(local $room i32) {room} (call $i{index} {given} (local.get $room)) (local.get $room)")
        } else {
            format!("(call $i{index} {given})")
        };
        writeln!(functions, "(func (export \"{export}\") (param {params}) (result {results}) {body})").unwrap();
    }
    for (index, (module, resource, export)) in drops.iter().enumerate() {
        writeln!(imports, "(import \"{module}\" \"[resource-drop]{resource}\" (func $d{index} (param i32)))").unwrap();
        writeln!(functions, "(func (export \"{export}\") (param i32) (call $d{index} (local.get 0)))").unwrap();
    }
    // The future is never written, so its writable end is kept.
    for (index, (module, import, export)) in futures.iter().enumerate() {
        writeln!(imports, "(import \"{module}\" \"{import}\" (func $f{index} (result i64)))").unwrap();
        writeln!(functions, "(func (export \"{export}\") (result i32) (i32.wrap_i64 (call $f{index})))").unwrap();
    }
    // Memory is never freed, because a test is short.
    format!(
        "(module {imports}
            (memory (export \"memory\") 1)
            (global $top (mut i32) (i32.const 64))
            (func $realloc (export \"cabi_realloc\") (param $old i32) (param i32) (param $align i32) (param $size i32)
                (result i32)
                (local $at i32)
                (if (local.get $old) (then unreachable))
                (local.set $at (i32.and
                    (i32.add (global.get $top) (i32.sub (local.get $align) (i32.const 1)))
                    (i32.sub (i32.const 0) (local.get $align))))
                (global.set $top (i32.add (local.get $at) (local.get $size)))
                (if (i32.gt_u (global.get $top) (i32.shl (memory.size) (i32.const 16)))
                    (then (drop (memory.grow
                        (i32.add (i32.shr_u (local.get $size) (i32.const 16)) (i32.const 16))))))
                (local.get $at))
            {functions})"
    )
}
