//! Chains of middleware before HTTP servers of WASI 0.2 and 0.3: from a manifest, and spliced into what is finished.

use std::path::Path;
use std::sync::{Arc, Mutex};

use crate::support::http::serve_with;
use crate::support::{compiled, engine, guest, project, succeeds, validate, weld};
use wasmtime::Store;
use wasmtime::component::types::ComponentItem;
use wasmtime::component::{Linker, Resource, ResourceAny, ResourceType, Val};
use wasmtime_wasi::p2::pipe::MemoryOutputPipe;
use wasmtime_wasi::runtime::in_tokio;
use wit_parser::Resolve;

/// A component of a core module, for a world of some WASI.
fn component(release: &str, packages: &[&str], world: &str, module: &str) -> Vec<u8> {
    let mut resolve = Resolve::default();
    for package in packages {
        resolve.push_file(project().join(format!("wit/wasi-{release}/{package}.wit"))).unwrap();
    }
    let package = resolve.push_str("link.wit", &format!("package test:link;\n{world}")).unwrap();
    let world = resolve.packages[package].worlds["link"];
    let mut module = wat::parse_str(module).unwrap_or_else(|error| panic!("{error}"));
    wit_component::embed_component_metadata(&mut module, &resolve, world, wit_component::StringEncoding::UTF8).unwrap();
    wit_component::ComponentEncoder::default().module(&module).unwrap().validate(true).encode().unwrap()
}

/// Middleware for WASI 0.2 that prints its letter. It answers a path that begins with the letter by itself, with nothing, and leaves
/// all others to the next.
fn link(letter: char) -> Vec<u8> {
    let world = "world link {
      import wasi:cli/stdout@0.2.12; import wasi:io/streams@0.2.12; import wasi:http/types@0.2.12;
      import wasi:http/incoming-handler@0.2.12; export wasi:http/incoming-handler@0.2.12;
    }";
    let module = r#"(module
      (import "wasi:cli/stdout@0.2.12" "get-stdout" (func $stdout (result i32)))
      (import "wasi:io/streams@0.2.12" "[method]output-stream.blocking-write-and-flush"
        (func $write (param i32 i32 i32 i32)))
      (import "wasi:http/types@0.2.12" "[method]incoming-request.path-with-query" (func $path (param i32 i32)))
      (import "wasi:http/types@0.2.12" "[constructor]fields" (func $fields (result i32)))
      (import "wasi:http/types@0.2.12" "[constructor]outgoing-response" (func $response (param i32) (result i32)))
      (import "wasi:http/types@0.2.12" "[static]response-outparam.set"
        (func $set (param i32 i32 i32 i32 i64 i32 i32 i32 i32)))
      (import "wasi:http/incoming-handler@0.2.12" "handle" (func $next (param i32 i32)))
      (memory (export "memory") 1)
      (data (i32.const 64) "LETTER")
      (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
      (func (export "wasi:http/incoming-handler@0.2.12#handle") (param $request i32) (param $out i32)
        (call $write (call $stdout) (i32.const 64) (i32.const 1) (i32.const 32))
        (call $path (local.get $request) (i32.const 128))
        (if (i32.eq (i32.load8_u offset=1 (i32.load (i32.const 132))) (i32.load8_u (i32.const 64)))
          (then (call $set (local.get $out) (i32.const 0) (call $response (call $fields)) (i32.const 0) (i64.const 0)
            (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))
          (else (call $next (local.get $request) (local.get $out))))))"#;
    let packages = ["io", "clocks", "random", "filesystem", "sockets", "cli", "http"];
    component("0.2.12", &packages, world, &module.replace("LETTER", &letter.to_string()))
}

/// A directory with the three links of a chain.
fn links(link: impl Fn(char) -> Vec<u8>) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for letter in ['a', 'b', 'c'] {
        std::fs::write(directory.path().join(format!("{letter}.wasm")), link(letter)).unwrap();
    }
    directory
}

/// A server with the chain, in each way that there is to put it there.
fn chained(directory: &Path, server: &Path, export: &str) -> Vec<(&'static str, Vec<u8>)> {
    let read = |name: &str| {
        let bytes = std::fs::read(directory.join(name)).unwrap();
        validate(&bytes);
        bytes
    };
    let manifest = format!(
        "[composition]\nroot = \"server\"\noutput = \"built.wasm\"\n[components]\nserver = '{}'\na = \"a.wasm\"\nb = \"b.wasm\"\n\
         c = \"c.wasm\"\n[chain]\n\"export {export}\" = [\"a\", \"b\", \"c\"]\n",
        server.display()
    );
    std::fs::write(directory.join("weld.toml"), manifest).unwrap();
    succeeds(weld(directory).arg("build"));
    let edge = format!("export {export}");
    let splice = |input: &Path, links: &[&str], output: &str| {
        let links: Vec<&str> = links.iter().flat_map(|link| ["--insert", link]).collect();
        succeeds(weld(directory).arg("splice").arg(input).args(["--at", &edge]).args(links).args(["-o", output]));
    };
    // A server alone; one that is a composition; and a link after the other, from the last on.
    splice(server, &["a.wasm", "b.wasm", "c.wasm"], "spliced.wasm");
    splice(server, &["c.wasm"], "one.wasm");
    splice(&directory.join("one.wasm"), &["a.wasm", "b.wasm"], "three.wasm");
    vec![("build", read("built.wasm")), ("splice", read("spliced.wasm")), ("splice twice", read("three.wasm"))]
}

#[test]
fn chain_of_three_answers_as_it_is_built_and_as_it_is_spliced() {
    let directory = links(link);
    let server = guest("handler");
    let plain = serve_with(&std::fs::read(&server).unwrap(), "/other", |_| {}).unwrap();
    for (way, component) in chained(directory.path(), &server, "wasi:http/incoming-handler") {
        for (path, printed, answer) in
            [("/other", "abc", plain.as_str()), ("/a", "a", ""), ("/b", "ab", ""), ("/c", "abc", "")]
        {
            let stdout = MemoryOutputPipe::new(100);
            let answered = serve_with(&component, path, |wasi| _ = wasi.stdout(stdout.clone()));
            assert_eq!(answered.as_deref(), Ok(answer), "{way}: {path}");
            assert_eq!(stdout.contents(), printed.as_bytes(), "{way}: {path}");
        }
    }
}

/// Middleware for WASI 0.3 that multiplies the status code of the answer by ten and adds its number: that of its letter.
fn link_of_status(letter: char) -> Vec<u8> {
    let world = "world link {
      import wasi:http/types@0.3.0; import wasi:http/handler@0.3.0; export wasi:http/handler@0.3.0;
    }";
    let module = r#"(module
      (import "wasi:http/handler@0.3.0" "handle" (func $next (param i32 i32)))
      (import "wasi:http/types@0.3.0" "[method]response.get-status-code" (func $get (param i32) (result i32)))
      (import "wasi:http/types@0.3.0" "[method]response.set-status-code" (func $set (param i32 i32) (result i32)))
      (memory (export "memory") 1)
      (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
      (func (export "wasi:http/handler@0.3.0#handle") (param $request i32) (result i32)
        (local $response i32)
        (call $next (local.get $request) (i32.const 128))
        (local.set $response (i32.load (i32.const 136)))
        (drop (call $set (local.get $response)
          (i32.add (i32.mul (call $get (local.get $response)) (i32.const 10)) (i32.const NUMBER))))
        (i32.const 128)))"#;
    let number = letter as u32 - 'a' as u32 + 1;
    component(
        "0.3.0",
        &["clocks", "random", "filesystem", "sockets", "cli", "http"],
        world,
        &module.replace("NUMBER", &number.to_string()),
    )
}

/// Asks a server of WASI 0.3 in a host whose own handler answers with the status code 5, and gives the status code of its answer.
fn status(bytes: &[u8]) -> u16 {
    let (engine, component) = (engine(), compiled(bytes));
    let mut linker = Linker::<()>::new(&engine);
    let status = Arc::new(Mutex::new(0_u16));
    let thing =
        |store: &mut Store<()>| -> ResourceAny { Resource::<u8>::new_own(1).try_into_resource_any(store).unwrap() };
    for (name, item) in component.component_type().imports(&engine) {
        let ComponentItem::ComponentInstance(instance) = item.ty else { continue };
        let mut interface = linker.instance(name).unwrap();
        for (name, item) in instance.exports(&engine) {
            let status = Arc::clone(&status);
            match (name, item.ty) {
                (name, ComponentItem::Resource(_)) => {
                    interface.resource(name, ResourceType::host::<u8>(), |_, _| Ok(())).unwrap();
                }
                ("[method]response.get-status-code", _) => {
                    interface.func_wrap(name, move |_, (_,): (Resource<u8>,)| Ok((*status.lock().unwrap(),))).unwrap()
                }
                ("[method]response.set-status-code", _) => interface
                    .func_wrap(name, move |_, (_, code): (Resource<u8>, u16)| {
                        *status.lock().unwrap() = code;
                        Ok((Ok::<(), ()>(()),))
                    })
                    .unwrap(),
                ("handle", _) => interface
                    .func_new_concurrent(name, move |accessor, _, _, results| {
                        let status = Arc::clone(&status);
                        Box::pin(async move {
                            accessor.with(|store| -> wasmtime::Result<()> {
                                *status.lock().unwrap() = 5;
                                let response = Resource::<u8>::new_own(1).try_into_resource_any(store)?;
                                results[0] = Val::Result(Ok(Some(Box::new(Val::Resource(response)))));
                                Ok(())
                            })
                        })
                    })
                    .unwrap(),
                _ => {}
            }
        }
    }
    let mut store = Store::new(&engine, ());
    in_tokio(async {
        let instance = linker.instantiate_async(&mut store, &component).await.expect("wasmtime instantiates it");
        let interface = instance.get_export_index(&mut store, None, "wasi:http/handler@0.3.0").unwrap();
        let handle = instance.get_export_index(&mut store, Some(&interface), "handle").unwrap();
        let handle = instance.get_func(&mut store, handle).unwrap();
        let (given, mut results) = ([Val::Resource(thing(&mut store))], [Val::Bool(false)]);
        handle.call_async(&mut store, &given, &mut results).await.unwrap();
        assert!(matches!(results[0], Val::Result(Ok(Some(_)))));
    });
    *status.lock().unwrap()
}

#[test]
fn chain_of_three_answers_in_wasi_3_as_it_is_built_and_as_it_is_spliced() {
    let directory = links(link_of_status);
    // What stands last has the host's own handler behind it.
    let server = directory.path().join("server.wasm");
    std::fs::write(&server, link_of_status('d')).unwrap();
    assert_eq!(status(&std::fs::read(&server).unwrap()), 54);
    for (way, component) in chained(directory.path(), &server, "wasi:http/handler") {
        assert_eq!(status(&component), 54321, "{way}");
    }
}
