//! Helpers that tests share: they run weld, and run its outputs.

pub mod by_name;
mod command;
pub mod compositions;
pub mod dice;
pub mod http;
pub mod oracle;
pub mod policy;
pub mod probed;
pub mod puppet;
pub mod requests;
pub mod sockets;
pub mod uses;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, OnceLock};

use wasmparser::component_types::ComponentEntityType;
use wasmparser::{Parser, Payload, Validator, WasmFeatures};
use wasmtime::component::types::ComponentItem;
use wasmtime::component::{Component, Linker, ResourceTable, ResourceType};
use wasmtime::{Config, Engine, Store, StoreLimits, StoreLimitsBuilder};
use wasmtime_wasi::p2::bindings::sync::Command as WasiCommand;
use wasmtime_wasi::p2::pipe::MemoryOutputPipe;
use wasmtime_wasi::p2::{DynInputStream, DynOutputStream, DynPollable, IoError};
use wasmtime_wasi::p3::bindings::Command as WasiCommand3;
use wasmtime_wasi::runtime::in_tokio;
use wasmtime_wasi::{FsPerms, WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};

pub use command::{fails, project, succeeds, validate, weld};

/// A component on which the validator of wasmparser panics: it instantiates a component that has two imports of one
/// instance type.
pub const ONE_TYPE_TWICE: &str = r#"
(component
  (component $c
    (type $i (instance (type $r (record (field "a" u32))) (export "r" (type (eq $r)))))
    (import "test:hostile/c" (instance (type $i)))
    (import "test:hostile/d" (instance (type $i))))
  (type $i (instance (type $r (record (field "a" u32))) (export "r" (type (eq $r)))))
  (import "test:hostile/c" (instance $x (type $i)))
  (instance (instantiate $c (with "test:hostile/c" (instance $x)) (with "test:hostile/d" (instance $x)))))
"#;

/// Builds each manifest in `golden/`. Returns the name of its directory and each output.
pub fn goldens() -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(project().join("golden")).unwrap() {
        let directory = entry.unwrap().path();
        let manifest = directory.join("weld.toml");
        if manifest.is_file() {
            let name = directory.file_name().unwrap().to_str().unwrap().to_owned();
            let build = weld::build(manifest, &weld::BuildOptions::new()).unwrap();
            all.extend(build.outputs().map(|(_, output)| (name.clone(), output.bytes().to_vec())));
        }
    }
    all.sort();
    all
}

/// The path of a built guest, by its name without `.wasm`. The variable `WELD_GUESTS` names another directory of
/// guests, since CI builds them anew.
pub fn guest(name: &str) -> PathBuf {
    let built = std::env::var_os("WELD_GUESTS").map_or_else(|| project().join("tests/guests/built"), PathBuf::from);
    built.join(format!("{name}.wasm"))
}

/// Plugs guests into a guest, and returns the output.
#[track_caller]
pub fn plug(socket: &Path, plugs: &[PathBuf]) -> Vec<u8> {
    let directory = tempfile::tempdir().unwrap();
    let mut command = weld(directory.path());
    command.arg("plug").arg(socket).args(["-o", "out.wasm"]);
    for plug in plugs {
        command.arg("--plug").arg(plug);
    }
    succeeds(&mut command);
    std::fs::read(directory.path().join("out.wasm")).unwrap()
}

/// Composes components written in WAT, of which the first is the socket. Their names are `a`, `b`, … `z`, `a-26`, …
pub fn compose_wat(components: &[&str]) -> Result<Vec<u8>, String> {
    let mut composer = weld::Composer::new();
    for (index, text) in components.iter().enumerate() {
        let letter = char::from_u32('a' as u32 + index as u32 % 26).unwrap();
        let name = if index < 26 { letter.to_string() } else { format!("{letter}-{index}") };
        let input = weld::Input::bytes(*text).named(format!("{index}/{name}.wat"));
        composer = composer.component(name, input);
    }
    // A single component is nested as well.
    if components.len() == 1 {
        composer = composer.name("around");
    }
    let composed = composer.compose().map_err(|error| error.to_string());
    composed.map(weld::Composition::into_bytes).inspect(|bytes| validate(bytes))
}

/// Gives a component grants, such as `stdout=allow`, and nothing else.
#[track_caller]
pub fn virt(component: &Path, grants: &[&str]) -> Vec<u8> {
    let directory = tempfile::tempdir().unwrap();
    let mut command = weld(directory.path());
    command.arg("virt").arg(component).args(["-o", "out.wasm"]);
    for grant in grants {
        command.args(["--grant", grant]);
    }
    succeeds(&mut command);
    std::fs::read(directory.path().join("out.wasm")).unwrap()
}

/// The output of `weld virt` for a component. Paths in the flags are relative to a directory.
#[track_caller]
pub fn virt_in(directory: &Path, component: &Path, flags: &[&str]) -> Vec<u8> {
    let out = tempfile::tempdir().unwrap();
    let file = out.path().join("out.wasm");
    succeeds(weld(directory).arg("virt").arg(component).args(flags).arg("-o").arg(&file));
    std::fs::read(file).unwrap()
}

/// A component nested in an output that adds nothing to it: the host fills all of its imports.
#[track_caller]
pub fn alone(file: &Path) -> Vec<u8> {
    let name = file.file_stem().unwrap().to_str().unwrap();
    // The name section would belong to the output.
    let composer = weld::Composer::new().name("around").component(name, weld::Input::file(file));
    let bytes = composer.compose().unwrap().into_bytes();
    validate(&bytes);
    bytes
}

/// The SHA-256 of some bytes, in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

pub struct Host {
    wasi: WasiCtx,
    table: ResourceTable,
    limits: StoreLimits,
}

impl Host {
    fn new(wasi: WasiCtx) -> Host {
        Host { wasi, table: ResourceTable::new(), limits: StoreLimitsBuilder::new().memory_size(32 << 20).build() }
    }
}

impl WasiView for Host {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

/// Calls an exported function that returns a number, of a component without imports.
#[track_caller]
pub fn call(component: &[u8], function: &str) -> u32 {
    let engine = engine();
    let component = compiled(component);
    let mut store = Store::new(&engine, ());
    let instance = Linker::<()>::new(&engine).instantiate(&mut store, &component).expect("it needs nothing");
    let function = instance.get_typed_func::<(), (u32,)>(&mut store, function).unwrap();
    function.call(&mut store, ()).unwrap().0
}

/// The engine of all tests, with all features of the Component Model that it supports.
pub fn engine() -> Engine {
    static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
        let mut config = Config::new();
        // Most components run once, and optimizing them takes longer.
        config.cranelift_opt_level(wasmtime::OptLevel::None);
        config.wasm_component_model(true).wasm_component_model_async(true);
        config.wasm_component_model_fixed_length_lists(true).wasm_component_model_implements(true);
        Engine::new(&config).unwrap()
    });
    ENGINE.clone()
}

/// Compiles a component for wasmtime. The same bytes are compiled once for all tests.
#[track_caller]
pub fn compiled(component: &[u8]) -> Component {
    static COMPILED: Mutex<BTreeMap<String, Arc<OnceLock<Component>>>> = Mutex::new(BTreeMap::new());
    let place = COMPILED.lock().unwrap().entry(sha256(component)).or_default().clone();
    place.get_or_init(|| Component::new(&engine(), component).expect("wasmtime accepts the component")).clone()
}

/// The result of a WASI command.
#[derive(Debug, PartialEq)]
pub struct Ran {
    pub stdout: String,
    pub stderr: String,
    /// The result of `run`, or the trap.
    pub result: Result<Result<(), ()>, String>,
}

/// Runs a WASI command in wasmtime. Imports outside of WASI trap when they are called.
pub fn run(component: &[u8], args: &[&str]) -> Ran {
    run_with_directories(component, args, &[])
}

/// Runs a WASI command with preopened directories: pairs of a directory and its path in the guest.
pub fn run_with_directories(component: &[u8], args: &[&str], directories: &[(&Path, &str)]) -> Ran {
    run_with(component, args, |wasi| {
        for (directory, path) in directories {
            wasi.preopened_dir(directory, path, FsPerms::ReadOnly).unwrap();
        }
    })
}

/// Runs a WASI command in a host whose context `give` configures.
pub fn run_with(component: &[u8], args: &[&str], give: impl FnOnce(&mut WasiCtxBuilder)) -> Ran {
    let engine = engine();
    let component = compiled(component);
    let (stdout, stderr) = (MemoryOutputPipe::new(1 << 20), MemoryOutputPipe::new(1 << 20));
    let mut context = WasiCtxBuilder::new();
    context.stdout(stdout.clone()).stderr(stderr.clone()).args(&[&["program"], args].concat());
    give(&mut context);
    let mut store = Store::new(&engine, Host::new(context.build()));
    let mut linker = wasi(&engine);
    trap_unknown_interfaces(&mut linker, &component, &engine);
    let command = WasiCommand::instantiate(&mut store, &component, &linker).expect("wasmtime instantiates it");
    let result = command.wasi_cli_run().call_run(&mut store).map_err(|error| format!("{error:?}"));
    let text = |pipe: MemoryOutputPipe| String::from_utf8(pipe.contents().to_vec()).unwrap();
    Ran { stdout: text(stdout), stderr: text(stderr), result }
}

/// Runs a command of WASI 0.3, as [`run_with`] does one of 0.2.
pub fn run_p3(component: &[u8], args: &[&str], give: impl FnOnce(&mut WasiCtxBuilder)) -> Ran {
    let engine = engine();
    let component = compiled(component);
    let (stdout, stderr) = (MemoryOutputPipe::new(1 << 20), MemoryOutputPipe::new(1 << 20));
    let mut wasi = WasiCtxBuilder::new();
    wasi.stdout(stdout.clone()).stderr(stderr.clone()).args(&[&["program"], args].concat());
    give(&mut wasi);
    let mut store = Store::new(&engine, Host::new(wasi.build()));
    let mut linker = Linker::new(&engine);
    wasmtime_wasi::p3::add_to_linker(&mut linker).unwrap();
    // Recorders write to standard error of WASI 0.2.
    wasmtime_wasi::p2::add_to_linker_async(&mut linker).unwrap();
    let result = in_tokio(async {
        let command = WasiCommand3::instantiate_async(&mut store, &component, &linker).await;
        let command = command.expect("wasmtime instantiates it");
        store.run_concurrent(async |store| command.wasi_cli_run().call_run(store).await).await?
    });
    let text = |pipe: MemoryOutputPipe| String::from_utf8(pipe.contents().to_vec()).unwrap();
    Ran { stdout: text(stdout), stderr: text(stderr), result: result.map_err(|error| format!("{error:?}")) }
}

/// A host with all interfaces of the world `wasi:cli/command` of WASI 0.2.
pub fn wasi(engine: &Engine) -> Linker<Host> {
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_sync(&mut linker).unwrap();
    linker
}

/// A store for that host, without directories or variables.
pub fn store(engine: &Engine) -> Store<Host> {
    Store::new(engine, Host::new(WasiCtxBuilder::new().build()))
}

/// A store for that host, with this context.
pub fn store_with(engine: &Engine, give: impl FnOnce(&mut WasiCtxBuilder)) -> Store<Host> {
    let mut context = WasiCtxBuilder::new();
    give(&mut context);
    Store::new(engine, Host::new(context.build()))
}

/// Defines imports outside of the world `wasi:cli/command` of WASI 0.2 as traps. The function of wasmtime for this does
/// not match compatible versions: it treats `wasi:io/error@0.2.12` as unknown if the host has `@0.2.6`.
fn trap_unknown_interfaces(linker: &mut Linker<Host>, component: &Component, engine: &Engine) {
    for (name, item) in component.component_type().imports(engine) {
        let ComponentItem::ComponentInstance(instance) = item.ty else { continue };
        if !name.starts_with("wasi:http/") {
            continue;
        }
        let mut interface = linker.instance(name).unwrap();
        for (name, item) in instance.exports(engine) {
            match item.ty {
                ComponentItem::Resource(_) => interface.resource(name, host_type(name), |_, _| Ok(())).unwrap(),
                ComponentItem::ComponentFunc(_) => {
                    interface.func_new(name, |_, _, _, _| Err(wasmtime::Error::msg("not in this host"))).unwrap()
                }
                _ => {}
            }
        }
    }
}

/// The type for a resource of an interface that the host does not have. The resource types of `wasi:io` that it uses
/// are those of the host.
fn host_type(resource: &str) -> ResourceType {
    match resource {
        "input-stream" => ResourceType::host::<DynInputStream>(),
        "output-stream" => ResourceType::host::<DynOutputStream>(),
        "pollable" => ResourceType::host::<DynPollable>(),
        "error" | "io-error" => ResourceType::host::<IoError>(),
        _ => ResourceType::host::<Host>(),
    }
}

/// Runs a WASI command, asserts that it succeeds, and returns its standard output.
#[track_caller]
pub fn prints(component: &[u8], args: &[&str]) -> String {
    let ran = run(component, args);
    assert_eq!(ran.result, Ok(Ok(())), "{}", ran.stderr);
    ran.stdout
}

/// The world of a component as WIT, decoded by another library than weld uses for types.
pub fn wit(component: &[u8]) -> String {
    let decoded = wit_component::decode(component).unwrap();
    let mut printer = wit_component::WitPrinter::default();
    let resolve = decoded.resolve();
    let others: Vec<_> = resolve.packages.iter().map(|(id, _)| id).filter(|id| *id != decoded.package()).collect();
    printer.print(resolve, decoded.package(), &others).unwrap();
    printer.output.to_string()
}

/// The payloads of the outermost level of a component. Nested components and modules are only ranges.
#[track_caller]
fn outermost(component: &[u8]) -> Vec<Payload<'_>> {
    assert!(Parser::is_component(component), "it is no component");
    let (mut payloads, mut depth) = (Vec::new(), 0);
    for payload in Parser::new(0).parse_all(component) {
        let payload = payload.unwrap();
        match payload {
            Payload::Version { .. } => depth += 1,
            Payload::End(_) => depth -= 1,
            payload if depth == 1 => payloads.push(payload),
            _ => {}
        }
    }
    payloads
}

/// The names of a component's imports and exports, in order.
pub fn names(component: &[u8]) -> (Vec<String>, Vec<String>) {
    let (mut imports, mut exports) = (Vec::new(), Vec::new());
    for payload in outermost(component) {
        match payload {
            Payload::ComponentImportSection(section) => {
                imports.extend(section.into_iter().map(|import| import.unwrap().name.name.to_owned()));
            }
            Payload::ComponentExportSection(section) => {
                exports.extend(section.into_iter().map(|export| export.unwrap().name.name.to_owned()));
            }
            _ => {}
        }
    }
    (imports, exports)
}

/// The bytes of the components that are nested directly in a component.
pub fn nested(component: &[u8]) -> Vec<&[u8]> {
    let range = |payload| match payload {
        Payload::ComponentSection { unchecked_range, .. } => Some(unchecked_range),
        _ => None,
    };
    let ranges = outermost(component).into_iter().filter_map(range);
    ranges.map(|range| &component[range.start as usize..range.end as usize]).collect()
}

/// The names of a component's imports, in order, each with the interface that it implements.
pub fn labels(component: &[u8]) -> Vec<(String, Option<String>)> {
    let mut labels = Vec::new();
    for payload in outermost(component) {
        let Payload::ComponentImportSection(section) = payload else { continue };
        labels.extend(section.into_iter().map(|import| {
            let name = import.unwrap().name;
            (name.name.to_owned(), name.implements.map(str::to_owned))
        }));
    }
    labels
}

/// The custom sections of a component itself, in order: the name and the data of each.
pub fn custom_sections(component: &[u8]) -> Vec<(&str, &[u8])> {
    let custom = |payload| match payload {
        Payload::CustomSection(section) => Some((section.name(), section.data())),
        _ => None,
    };
    outermost(component).into_iter().filter_map(custom).collect()
}

/// An import of a component, or an export of an instance: its name and its type.
type Item = (String, ComponentEntityType);

/// The imports of a component, in order, each with its exports if it is an instance.
fn imported(component: &[u8]) -> Vec<(Item, Vec<Item>)> {
    let types = Validator::new_with_features(WasmFeatures::all()).validate_all(component).unwrap();
    let types = types.as_ref();
    let of = |name: String| {
        let item = types.component_item_for_import(&name).unwrap();
        let exports = match item.ty {
            ComponentEntityType::Instance(id) => types[id].exports.iter().map(|(name, item)| (name.clone(), item.ty)),
            ty => return ((name, ty), Vec::new()),
        };
        let exports = exports.collect();
        ((name, item.ty), exports)
    };
    names(component).0.into_iter().map(of).collect()
}

/// The functions that a component imports, each with its interface, which is empty for functions of the world itself.
pub fn imported_functions(component: &[u8]) -> Vec<(String, String)> {
    let mut functions = Vec::new();
    for ((name, ty), exports) in imported(component) {
        if matches!(ty, ComponentEntityType::Func(_)) {
            functions.push((String::new(), name.clone()));
        }
        let of_it = exports.into_iter().filter(|(_, ty)| matches!(ty, ComponentEntityType::Func(_)));
        functions.extend(of_it.map(|(function, _)| (name.clone(), function)));
    }
    functions
}
