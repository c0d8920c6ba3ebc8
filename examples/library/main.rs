//! weld as a library: composes two components in memory, takes from one of them what it does not need, checks a policy,
//! and runs the result in wasmtime.
//!
//! `cargo run --example library` prints what the composed program prints.

use std::error::Error;

use wasmtime::component::{Component, Linker, ResourceTable};
use wasmtime::{Engine, Store};
use wasmtime_wasi::p2::bindings::sync::Command;
use wasmtime_wasi::p2::pipe::MemoryOutputPipe;
use wasmtime_wasi::{WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};
use weld::{Composer, Grants, Input, Policy};

/// A program that imports a function, and all of WASI that Rust's standard library has.
const COMMAND: &[u8] = include_bytes!("../hello/command.wasm");

/// A component that exports the function.
const LIBRARY: &[u8] = include_bytes!("../hello/library.wasm");

/// What no composition of ours may reach.
const POLICY: &str = r#"
default = "allow"

[[rule]]
deny = ["sockets", "http", "fs"]
"#;

/// The two components as one, which may print and nothing else.
pub fn compose() -> Result<Vec<u8>, weld::Error> {
    let composition = Composer::new()
        .component("command", Input::bytes(COMMAND))
        .component("library", Input::bytes(LIBRARY))
        .grant("command", Grants::deny_all().allow("stdout")?)
        .policy(Policy::parse("policy.toml", POLICY)?)
        .compose()?;
    Ok(composition.into_bytes())
}

/// Runs a command in wasmtime, and gives what it prints.
pub fn run(component: &[u8]) -> Result<String, Box<dyn Error>> {
    let engine = Engine::default();
    let component = Component::new(&engine, component)?;
    let mut linker = Linker::<Host>::new(&engine);
    wasmtime_wasi::p2::add_to_linker_sync(&mut linker)?;
    let stdout = MemoryOutputPipe::new(1 << 20);
    let wasi = WasiCtxBuilder::new().stdout(stdout.clone()).build();
    let mut store = Store::new(&engine, Host { wasi, table: ResourceTable::new() });
    let command = Command::instantiate(&mut store, &component, &linker)?;
    command.wasi_cli_run().call_run(&mut store)?.map_err(|()| "the command failed")?;
    Ok(String::from_utf8(stdout.contents().to_vec())?)
}

/// What the host has for a component.
struct Host {
    wasi: WasiCtx,
    table: ResourceTable,
}

impl WasiView for Host {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

#[allow(dead_code, clippy::print_stdout)] // The test calls what is above.
fn main() -> Result<(), Box<dyn Error>> {
    let composition = compose()?;
    println!("imports of the composition:");
    for import in weld::inspect(&composition)?.imports() {
        println!("  {import}");
    }
    print!("{}", run(&composition)?);
    Ok(())
}
