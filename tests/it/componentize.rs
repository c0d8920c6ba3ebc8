//! Core modules to components, and what is said where that cannot be.

use std::path::Path;

use crate::support::{self, fails, guest, names, prints, run, succeeds, weld, wit};
use wasi_preview1_component_adapter_provider as preview1;
use wasmtime::component::Component;
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// Componentizes a module with some flags, and gives the component.
#[track_caller]
fn componentize(module: &Path, arguments: &[&str]) -> Vec<u8> {
    let directory = tempfile::tempdir().unwrap();
    succeeds(weld(directory.path()).arg("componentize").arg(module).args(["-o", "out.wasm"]).args(arguments));
    std::fs::read(directory.path().join("out.wasm")).unwrap()
}

#[test]
fn componentize_runs_a_preview_1_command() {
    let component = componentize(&guest("command.module"), &[]);
    assert_eq!(prints(&component, &["out", "hello"]), "hello\n");
    let ran = run(&component, &["err", "oops", "--", "exit", "1"]);
    assert_eq!(ran.stderr, "oops\n");
    assert_ne!(ran.result, Ok(Ok(())));
}

#[test]
fn componentize_supports_each_version_of_wasi() {
    for version in ["0.2.0", "0.2.3", "0.2.6", "0.2.12"] {
        let component = std::fs::read(guest(&format!("command-{version}"))).unwrap();
        let (imports, _) = names(&component);
        assert!(imports.contains(&format!("wasi:cli/environment@{version}")), "{imports:?}");
        assert_eq!(prints(&component, &["args"]), "program\nargs\n");
    }
}

#[test]
fn componentize_takes_wit_for_a_module_without_metadata() {
    let wit = support::project().join("wit/guests/hello-c");
    let component = componentize(&guest("hello-c.module"), &["--wit", wit.to_str().unwrap()]);
    assert!(names(&component).0.contains(&"hello-world".to_owned()));
    let directory = tempfile::tempdir().unwrap();
    let socket = directory.path().join("hello-c.wasm");
    std::fs::write(&socket, component).unwrap();
    let output = support::plug(&socket, &[guest("hello-lib")]);
    assert_eq!(prints(&output, &[]), "C says: Hello from the library!\n");
}

#[test]
fn componentize_accepts_a_module_as_text() {
    let directory = tempfile::tempdir().unwrap();
    let module = directory.path().join("answer.wat");
    std::fs::write(&module, r#"(module (func (export "answer") (result i32) (i32.const 42)))"#).unwrap();
    std::fs::write(directory.path().join("answer.wit"), "package a:b; world w { export answer: func() -> u32; }")
        .unwrap();
    let component = componentize(&module, &["--wit", directory.path().join("answer.wit").to_str().unwrap()]);
    assert_eq!(names(&component), (vec![], vec!["answer".to_owned()]));
}

#[test]
fn componentize_says_that_a_module_is_of_a_newer_toolchain() {
    let wit = "package a:b; interface i { f: async func(x: stream<u8>); } world w { import i; }";
    for (function, expected) in [
        ("[async-lower][stream-combine-0]f", "the module calls `stream-combine-0`, which is of a newer toolchain"),
        ("[stream-new-0]g", "its WIT metadata is of another world"),
    ] {
        let directory = tempfile::tempdir().unwrap();
        let text = format!(r#"(module (import "a:b/i" "{function}" (func (param i32 i32))))"#);
        std::fs::write(directory.path().join("new.wasm"), module(&text, wit, "w")).unwrap();
        let error = fails(weld(directory.path()).args(["componentize", "new.wasm", "-o", "out.wasm"]));
        let error = error.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn componentize_explains_what_it_refuses() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("two.wit"), "package a:b; world one {} world two { export f: func(); }")
        .unwrap();
    std::fs::write(directory.path().join("bad.wit"), "package a:b; world one { export f func(); }").unwrap();
    std::fs::write(directory.path().join("bare.wat"), "(module)").unwrap();
    let module = guest("hello-c.module");
    let module = module.to_str().unwrap();
    let component = guest("hello-lib");
    for (arguments, parts) in [
        (&[module, "--wit", "missing.wit"][..], &["missing.wit"][..]),
        (&[module, "--wit", "bad.wit"], &["bad.wit:1:35", "export f func();"]),
        (&[module, "--wit", "two.wit"], &["two.wit", "world"]),
        (&[module, "--wit", "two.wit", "--world", "three"], &["two.wit", "three"]),
        (&["bare.wat", "--wit", "two.wit", "--world", "two"], &["bare.wat", "`f`"]),
        (&["bare.wat"], &["bare.wat` is a core module without WIT metadata", "--wit PATH"]),
        (&[component.to_str().unwrap()], &["is a component already"]),
        (&["bare.wat", "--world", "w"], &["--wit"]),
        (&[module, "--adapt", "missing.wasm"], &["missing.wasm`: no such file"]),
        (&[module], &["which has no WIT metadata: ", "hello-world", "--wit PATH"]),
        (&[module, "--adapt", component.to_str().unwrap()], &["as an adapter: it is a component"]),
        (&[module, "--adapt", "env=bare.wat"], &["imports from `env`", "imports from $root, wasi_snapshot_preview1"]),
        (&["-", "--adapt", "-"], &["standard input is given as more than one input"]),
    ] {
        let said = fails(weld(directory.path()).arg("componentize").args(arguments).args(["-o", "out.wasm"]));
        for part in parts {
            assert!(said.contains(part), "{arguments:?} should say {part}:\n{said}");
        }
        assert!(!directory.path().join("out.wasm").exists());
    }
}

#[test]
fn componentize_attributes_a_missing_export_to_the_adapter() {
    let directory = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| std::fs::write(directory.path().join(name), text).unwrap();
    put(
        "app.wat",
        r#"(module
            (import "wasi_snapshot_preview1" "random_get" (func (param i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))
            (memory (export "memory") 1) (func (export "_start")))"#,
    );
    put("lib.wat", r#"(module (import "lib" "f" (func)) (func (export "_start")))"#);
    put("none.wat", "(module)");
    put("other.wat", r#"(module (import "elsewhere" "g" (func)) (func (export "f")))"#);
    put("typed.wat", r#"(module (func (export "f") (param i32)))"#);
    let c = guest("hello-c.module");
    let preview1 = "which the module imports from `wasi_snapshot_preview1`";
    for (module, adapter, file, why) in [
        // A program, and no adapter.
        (
            "app.wat",
            c.to_str().unwrap(),
            c.to_str().unwrap(),
            format!("it does not export `fd_write` and `random_get`, {preview1}"),
        ),
        ("app.wat", "none.wat", "none.wat", format!("it does not export `fd_write` and `random_get`, {preview1}")),
        (
            "lib.wat",
            "lib=none.wat",
            "none.wat",
            "it does not export `f`, which the module imports from `lib`".to_owned(),
        ),
        // It has what the module imports, and needs what nobody has.
        ("lib.wat", "lib=other.wat", "other.wat", "`elsewhere::g`".to_owned()),
        ("lib.wat", "lib=typed.wat", "typed.wat", "`f`".to_owned()),
    ] {
        let arguments = ["componentize", module, "--adapt", adapter, "-o", "out.wasm"];
        let said = fails(weld(directory.path()).args(arguments));
        assert!(said.contains(&format!("cannot use `{file}` as an adapter: ")), "{said}");
        assert!(said.contains(&why) && !said.contains("which has no WIT metadata"), "{said}");
    }
    // What the module itself lacks is said of the module, whatever adapter there is, and whatever it calls that.
    let module = wat::parse_str(
        r#"(module (import "the adapter module `lib`" "f" (func)) (import "lib" "f" (func)) (func (export "_start")))"#,
    )
    .unwrap();
    std::fs::write(directory.path().join("bad.wasm"), module).unwrap();
    put("good.wat", r#"(module (func (export "f")))"#);
    let said =
        fails(weld(directory.path()).args(["componentize", "bad.wasm", "--adapt", "lib=good.wat", "-o", "out.wasm"]));
    assert!(said.contains("cannot make a component of the core module `bad.wasm`"), "{said}");
}

#[test]
fn componentize_reports_differences_between_module_and_world() {
    let directory = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: &[u8]| std::fs::write(directory.path().join(name), bytes).unwrap();
    put("plus.wit", b"package a:b; world w { export plus: func() -> u32; }");
    put("other.wit", b"package a:b; world w { export minus: func() -> u32; }");
    let minus = r#"(module (memory (export "memory") 1)
        (func (export "minus") (result i32) (i32.const 0)) (func (export "a:b/i#times"))
        (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable))"#;
    put("minus.wat", minus.as_bytes());
    put("bare.wat", b"(module)");
    put("env.wat", br#"(module (import "env" "f" (func)) (func (export "minus") (result i32) (i32.const 0)))"#);
    put(
        "many.wat",
        format!("(module {})", (0..20).map(|i| format!(r#"(func (export "f{i:02}"))"#)).collect::<String>()).as_bytes(),
    );
    put("odd.wat", b"(module (func (export \"a\\1b[31mb\")))");
    let said = |module: &str, wit: &str| {
        fails(weld(directory.path()).args(["componentize", module, "--wit", wit, "-o", "out.wasm"]))
    };
    for (module, wit, has) in [
        ("minus.wat", "plus.wit", "the module exports `a:b/i#times` and `minus`\n"),
        ("bare.wat", "plus.wit", "the module exports no functions\n"),
        ("env.wat", "other.wit", "the module exports `minus`, and imports `f` of `env`\n"),
        ("many.wat", "plus.wit", "`f08`, `f09` and 10 others\n"),
        ("odd.wat", "plus.wit", "the module exports `a\\u{1b}[31mb`\n"),
    ] {
        let said = said(module, wit);
        assert!(said.contains(&format!("cannot make a component of the core module `{module}`: ")), "{said}");
        assert!(said.contains(has) && said.contains("give the WIT of the world that it was built for"), "{said}");
    }
    // Its own metadata may be wrong too.
    let wrong = "package a:b; world w { export plus: func() -> u32; }";
    put("wrong.wasm", &module(minus, wrong, "w"));
    let said = fails(weld(directory.path()).args(["componentize", "wrong.wasm", "-o", "out.wasm"]));
    assert!(said.contains("the module exports `a:b/i#times` and `minus`\n"), "{said}");
    assert!(said.contains("its WIT metadata is of another world"), "{said}");
}

/// A core module with the metadata of a world. `wit` is one package that has it.
fn module(wat: &str, wit: &str, world: &str) -> Vec<u8> {
    let mut module = wat::parse_str(wat).unwrap();
    let mut resolve = Resolve::default();
    let package = resolve.push_str("world.wit", wit).unwrap();
    let world = resolve.select_world(&[package], Some(world)).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    module
}

/// Componentizes the bytes of a module with adapters, each by its name.
#[track_caller]
fn componentize_bytes(module: &[u8], adapters: &[(&str, &[u8])]) -> Vec<u8> {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("app.wasm"), module).unwrap();
    let mut command = weld(directory.path());
    command.args(["componentize", "app.wasm", "-o", "out.wasm"]);
    for (number, (name, bytes)) in adapters.iter().enumerate() {
        std::fs::write(directory.path().join(format!("{number}.wasm")), bytes).unwrap();
        command.args(["--adapt", &format!("{name}={number}.wasm")]);
    }
    succeeds(&mut command);
    std::fs::read(directory.path().join("out.wasm")).unwrap()
}

/// What `wasm-tools component new` makes of the same.
fn encoded(module: &[u8], adapters: &[(&str, &[u8])]) -> Vec<u8> {
    let mut encoder = ComponentEncoder::default();
    encoder.validate(true).module(module).unwrap();
    for (name, bytes) in adapters {
        encoder.adapter(name, bytes).unwrap();
    }
    encoder.encode().unwrap()
}

/// A world that has an interface of WASI 0.2.1 on both sides, and one that uses its resource type.
const OLDER: &str = "package t:clock;
    world clock { import wasi:io/poll@0.2.1; export wasi:io/poll@0.2.1; export wasi:clocks/timer@0.2.1; }
    world user { import wasi:io/poll@0.2.1; import wasi:clocks/timer@0.2.1; export left: func() -> u32; }
    package wasi:io@0.2.1 { interface poll { resource pollable { ready: func() -> bool; } } }
    package wasi:clocks@0.2.1 {
        interface timer { use wasi:io/poll@0.2.1.{pollable}; start: func() -> pollable; }
    }";

/// A module of the first of these worlds, with whatever else it is to have.
fn clock(more: &str) -> Vec<u8> {
    let wat = format!(
        r#"(module
            (import "wasi:io/poll@0.2.1" "[resource-drop]pollable" (func (param i32)))
            (import "[export]wasi:io/poll@0.2.1" "[resource-new]pollable" (func $new (param i32) (result i32)))
            {more}
            (memory (export "memory") 1)
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
            (func (export "wasi:io/poll@0.2.1#[method]pollable.ready") (param i32) (result i32)
                (i32.eq (local.get 0) (i32.const 40)))
            (func (export "wasi:clocks/timer@0.2.1#start") (result i32) (call $new (i32.const 40))))"#
    );
    module(&wat, OLDER, "clock")
}

#[test]
fn componentize_keeps_the_world_of_the_metadata() {
    let own = wit(&encoded(&clock(""), &[]));
    assert_eq!(wit(&componentize_bytes(&clock(""), &[])), own);

    // What it imports of preview 1 comes by the adapter's own imports, beside those of the module.
    let clock = clock(
        r#"(import "wasi_snapshot_preview1" "sched_yield" (func (result i32)))
        (import "wasi_snapshot_preview1" "proc_exit" (func (param i32)))"#,
    );
    let adapter = preview1::WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER;
    for adapters in [&[][..], &[("wasi_snapshot_preview1", adapter)]] {
        let component = componentize_bytes(&clock, adapters);
        let (imports, exports) = names(&component);
        assert_eq!(imports.iter().filter(|name| name.starts_with("wasi:io/poll@")).count(), 1, "{imports:?}");
        assert!(imports.contains(&"wasi:io/poll@0.2.1".to_owned()) && imports.len() > 1, "{imports:?}");
        assert_eq!(exports, ["wasi:io/poll@0.2.1", "wasi:clocks/timer@0.2.1"]);
        assert!(wit(&component).contains("use wasi:io/poll@0.2.1.{pollable}"));
    }
}

#[test]
fn componentize_keeps_module_versions_beside_a_newer_adapter() {
    let wat = r#"(module (import "t:log/log@1.1.0" "write" (func)) (import "new" "f" (func)))"#;
    let text = "package t:app; world app { import t:log/log@1.1.0; } world newer { import t:log/log@1.2.0; }
        package t:log@1.1.0 { interface log { write: func(); } }
        package t:log@1.2.0 { interface log { write: func(); flush: func(); } }";
    let newer = r#"(module (import "t:log/log@1.2.0" "flush" (func $flush)) (export "f" (func $flush)))"#;
    let (app, newer) = (module(wat, text, "app"), module(newer, text, "newer"));
    let (mut imports, _) = names(&componentize_bytes(&app, &[("new", &newer)]));
    imports.sort();
    assert_eq!(imports, ["t:log/log@1.1.0", "t:log/log@1.2.0"]);
    // `wasm-tools component new` raises it.
    assert_eq!(names(&encoded(&app, &[("new", &newer)])).0, ["t:log/log@1.2.0"]);
}

#[test]
fn componentize_raises_adapter_versions_to_those_of_the_module() {
    let wat = r#"(module (import "t:log/log@1.2.0" "flush" (func)) (import "old" "f" (func)))"#;
    let log = "interface log { resource line; write: func(line: line); flush: func(); }";
    let text = format!(
        "package t:app; world app {{ import t:log/log@1.2.0; }} world older {{ import t:log/log@1.1.0; import user; }}
         interface user {{ use t:log/log@1.1.0.{{line}}; make: func() -> line; }}
         package t:log@1.2.0 {{ {log} }} package t:log@1.1.0 {{ {} }}",
        log.replace(" flush: func();", "")
    );
    let older = r#"(module
        (import "t:log/log@1.1.0" "write" (func $write (param i32)))
        (import "t:app/user" "make" (func $make (result i32)))
        (func (export "f") (call $write (call $make))))"#;
    let (app, older) = (module(wat, &text, "app"), module(older, &text, "older"));
    let component = componentize_bytes(&app, &[("old", &older)]);
    assert_eq!(wit(&component), wit(&encoded(&app, &[("old", &older)])));
    assert!(names(&component).0.contains(&"t:log/log@1.2.0".to_owned()), "{:?}", names(&component).0);
    assert_eq!(names(&component).0.len(), 2);
}

#[test]
fn componentize_exports_the_resource_type_of_a_module() {
    let user = r#"(module
        (import "wasi:clocks/timer@0.2.1" "start" (func $start (result i32)))
        (import "wasi:io/poll@0.2.1" "[method]pollable.ready" (func $ready (param i32) (result i32)))
        (func (export "left") (result i32) (i32.add (i32.const 5) (call $ready (call $start)))))"#;
    let user = componentize_bytes(&module(user, OLDER, "user"), &[]);
    let directory = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let file = directory.path().join(name);
        std::fs::write(&file, bytes).unwrap();
        file
    };
    let (user, clock) = (file("user.wasm", &user), file("clock.wasm", &clock("")));
    let output = support::plug(&user, &[clock]);
    assert_eq!(names(&output).0, ["wasi:io/poll@0.2.1"]);
    let engine = support::engine();
    let (mut store, component) = (support::store(&engine), Component::new(&engine, output).unwrap());
    let instance = support::wasi(&engine).instantiate(&mut store, &component).unwrap();
    let left = instance.get_typed_func::<(), (u32,)>(&mut store, "left").unwrap();
    assert_eq!(left.call(&mut store, ()).unwrap(), (6,));
}

#[test]
fn componentize_merges_compatible_versions_of_a_module() {
    let wat = r#"(module
        (import "t:log/log@1.0.0" "write" (func))
        (import "t:log/log@1.1.0" "flush" (func)))"#;
    let text = "package t:app; world app { import t:log/log@1.0.0; import t:log/log@1.1.0; }
        package t:log@1.0.0 { interface log { write: func(); } }
        package t:log@1.1.0 { interface log { write: func(); flush: func(); } }";
    let module = module(wat, text, "app");
    assert_eq!(names(&componentize_bytes(&module, &[])).0, ["t:log/log@1.1.0"]);
    assert_eq!(wit(&componentize_bytes(&module, &[])), wit(&encoded(&module, &[])));
}

#[test]
fn componentize_exports_run_only_where_it_is_missing() {
    // Of no world, it has nothing else to be.
    let bare = componentize_bytes(
        &wat::parse_str(r#"(module (memory (export "memory") 1) (func (export "_start")))"#).unwrap(),
        &[],
    );
    assert!(names(&bare).1.iter().all(|name| name.starts_with("wasi:cli/run@")), "{:?}", names(&bare));
    // One of a world that does not import preview 1 is of that world.
    let wat = r#"(module (func (export "_start")) (func (export "go")))"#;
    let with_world = module(wat, "package t:app; world app { export go: func(); }", "app");
    assert_eq!(names(&componentize_bytes(&with_world, &[])), (vec![], vec!["go".to_owned()]));
    // One that exports `run` itself is not given another.
    let wat = r#"(module
        (import "wasi_snapshot_preview1" "sched_yield" (func (result i32)))
        (memory (export "memory") 1)
        (func (export "_start"))
        (func (export "wasi:cli/run@0.2.1#run") (result i32) (i32.const 0)))"#;
    let text = "package t:app; world app { export wasi:cli/run@0.2.1; }
        package wasi:cli@0.2.1 { interface run { run: func() -> result; } }";
    assert_eq!(names(&componentize_bytes(&module(wat, text, "app"), &[])).1, ["wasi:cli/run@0.2.1"]);
}

/// The metadata of a world as wit-component wrote it until 2023: a byte, the encoding of strings, the name of the world,
/// and the package in its binary form.
fn older_metadata(wit: &str, world: &str) -> Vec<u8> {
    let mut resolve = Resolve::default();
    let package = resolve.push_str("world.wit", wit).unwrap();
    let package = wit_component::encode(&resolve, package).unwrap();
    [&[3, 0, u8::try_from(world.len()).unwrap()], world.as_bytes(), &package].concat()
}

/// A core module with a custom section after all others.
fn with_section(wat: &str, name: &str, data: &[u8]) -> Vec<u8> {
    use wasm_encoder::Encode;
    let mut module = wat::parse_str(wat).unwrap();
    module.push(0);
    wasm_encoder::CustomSection { name: name.into(), data: data.into() }.encode(&mut module);
    module
}

#[test]
fn componentize_reads_metadata_of_the_older_form() {
    let text =
        "package t:app; interface log { write: func(line: string); } interface api { double: func(n: u32) -> u32; }
        world app { import log; export api; }";
    let wat = r#"(module
        (import "t:app/log" "write" (func (param i32 i32)))
        (memory (export "memory") 1)
        (func (export "t:app/api#double") (param i32) (result i32) (i32.shl (local.get 0) (i32.const 1))))"#;
    let older = with_section(wat, "component-type:app", &older_metadata(text, "app"));
    assert_eq!(wit(&componentize_bytes(&older, &[])), wit(&encoded(&older, &[])));
    assert_eq!(wit(&componentize_bytes(&older, &[])), wit(&componentize_bytes(&module(wat, text, "app"), &[])));

    let old = r#"(module
        (import "t:app/log" "write" (func $write (param i32 i32)))
        (import "env" "memory" (memory 1))
        (func (export "say") (call $write (i32.const 0) (i32.const 0))))"#;
    let adapter = "package t:app; interface log { write: func(line: string); } world adapter { import log; }";
    let old = with_section(old, "component-type:old", &older_metadata(adapter, "adapter"));
    let app = r#"(module (import "old" "say" (func)) (memory (export "memory") 1))"#;
    let app = module(app, "package t:other; world app {}", "app");
    assert_eq!(wit(&componentize_bytes(&app, &[("old", &old)])), wit(&encoded(&app, &[("old", &old)])));
    assert_eq!(names(&componentize_bytes(&app, &[("old", &old)])).0, ["t:app/log"]);

    // Metadata of neither form is one error, whoever has it.
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("app.wasm"), &app).unwrap();
    for data in
        [&[][..], &[2, 0, 1, b'a'], &[3], &[3, 0], &[3, 0, 9, b'a'], &[3, 0, 1, b'a'], &[3, 0, 1, b'a', 0, b'a']]
    {
        std::fs::write(directory.path().join("bad.wasm"), with_section("(module)", "component-type", data)).unwrap();
        for arguments in [&["bad.wasm"][..], &["app.wasm", "--adapt", "old=bad.wasm"]] {
            let said = fails(weld(directory.path()).arg("componentize").args(arguments).args(["-o", "out.wasm"]));
            assert!(said.contains("`bad.wasm` has WIT metadata of a form that is not known"), "{said}");
        }
    }
    // What is of a known form is read as a component, which is no longer valid if it is of a record without fields.
    let record = [3, 0, 1, b'a', 0, b'a', b's', b'm', 13, 0, 1, 0, 7, 3, 1, 0x72, 0];
    for (data, what) in
        [(&record[..], "record type must have at least one field"), (&record[..13], "unexpected end-of-file")]
    {
        std::fs::write(directory.path().join("bad.wasm"), with_section("(module)", "component-type", data)).unwrap();
        let said = fails(weld(directory.path()).args(["componentize", "bad.wasm", "-o", "out.wasm"]));
        assert!(said.contains(&format!("the WIT metadata of `bad.wasm` cannot be read: {what}")), "{said}");
    }
}

#[test]
fn componentize_exports_from_an_adapter_without_importers() {
    let adapter = r#"(module
        (import "__main_module__" "entry" (func $entry))
        (export "t:app/run#go" (func $entry)))"#;
    let text = "package t:app; interface run { go: func(); } world adapter { export run; } world app { export plain: func(); }";
    let adapter = module(adapter, text, "adapter");
    let app = r#"(module (func (export "entry")) (func (export "plain")))"#;
    let app = module(app, text, "app");
    let adapters = [("starter", adapter.as_slice())];
    let component = componentize_bytes(&app, &adapters);
    assert_eq!(names(&component).1, ["plain", "t:app/run"]);
    assert_eq!(wit(&component), wit(&encoded(&app, &adapters)));
    // The one for commands exports `run`, of what has a start function.
    let start = wat::parse_str(r#"(module (memory (export "memory") 1) (func (export "_start")))"#).unwrap();
    let adapters = [("wasi_snapshot_preview1", preview1::WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER)];
    assert_eq!(wit(&componentize_bytes(&start, &adapters)), wit(&encoded(&start, &adapters)));
}

#[test]
fn componentize_refuses_an_adapter_with_a_similar_name() {
    let directory = tempfile::tempdir().unwrap();
    let app = r#"(module (import "wasi_snapshot_preview1" "sched_yield" (func (result i32)))
        (memory (export "memory") 1) (func (export "_start")))"#;
    std::fs::write(directory.path().join("app.wat"), app).unwrap();
    std::fs::write(directory.path().join("p1.wasm"), preview1::WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER).unwrap();
    let componentize = |adapters: &[&str]| {
        let mut command = weld(directory.path());
        command.args(["componentize", "app.wat", "-o", "out.wasm"]);
        adapters.iter().for_each(|adapter| _ = command.args(["--adapt", adapter]));
        command
    };
    let said = fails(&mut componentize(&["wasi_snapshot_preview=p1.wasm"]));
    let expected = "the adapter `p1.wasm` is for imports from `wasi_snapshot_preview`, and `app.wat` has none\n  help: did you \
                    mean `--adapt wasi_snapshot_preview1=p1.wasm`?\n";
    assert!(said.contains(expected), "{said}");
    succeeds(&mut componentize(&["wasi_snapshot_preview1=p1.wasm"]));
}

#[test]
fn componentize_omits_an_unused_adapter() {
    // Makefiles give the adapter for preview 1 to each module.
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(directory.path().join(name), bytes).unwrap();
    write("app.wit", b"package t:app; world app { export run: func(); }");
    write("app.wat", br#"(module (memory (export "memory") 1) (func (export "run")))"#);
    write("wasi_snapshot_preview1.reactor.wasm", preview1::WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER);
    let componentize = |adapters: &[&str]| {
        let mut command = weld(directory.path());
        command.args(["componentize", "app.wat", "--wit", "app.wit", "-o", "out.wasm"]).args(adapters);
        let said = succeeds(&mut command);
        (said, std::fs::read(directory.path().join("out.wasm")).unwrap())
    };
    let (_, without) = componentize(&[]);
    let (said, with) = componentize(&["--adapt", "wasi_snapshot_preview1.reactor.wasm"]);
    let said = String::from_utf8(said.stderr).unwrap();
    let note = "note: the adapter `wasi_snapshot_preview1.reactor.wasm` has no effect: `app.wat` imports nothing from \
                `wasi_snapshot_preview1`\nout.wasm: ";
    assert!(said.starts_with(note) && said.lines().count() == 2, "{said}");
    assert!(with == without, "the adapter is no part of it");
}

#[test]
fn componentize_refuses_an_adapter_that_imports_from_another() {
    // The encoder panics where the module does not import the same, or makes what is not valid.
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(directory.path().join(name), text).unwrap();
    write("app.wit", "package t:app; world app { export run: func(); }");
    write("app.wat", r#"(module (import "old" "f" (func)) (memory (export "memory") 1) (func (export "run")))"#);
    for name in ["wasi_snapshot_preview1", "other"] {
        let import = format!(r#"(import "{name}" "sched_yield" (func $yield (result i32)))"#);
        write("old.wat", &format!(r#"(module {import} (func (export "f") (drop (call $yield))))"#));
        write("other.wat", r#"(module (func (export "sched_yield") (result i32) (i32.const 0)))"#);
        let arguments = ["componentize", "app.wat", "--wit", "app.wit", "--adapt", "old=old.wat", "--adapt"];
        let said = fails(weld(directory.path()).args(arguments).args([&format!("{name}=other.wat"), "-o", "out.wasm"]));
        assert!(
            said.contains(&format!("cannot use `old.wat` as an adapter: it imports `sched_yield` from `{name}`")),
            "{said}"
        );
    }
    // What counts is the function, and not what it is imported from.
    write(
        "app.wat",
        r#"(module (import "old" "f" (func $f)) (import "other" "sched_yield" (func $yield (result i32)))
             (memory (export "memory") 1) (func (export "run") (call $f) (drop (call $yield))))"#,
    );
    let componentize = |import: &str, call: &str| {
        write("old.wat", &format!(r#"(module (import "other" {import}) (func (export "f") {call}))"#));
        let more = r#"(func (export "sched_yield") (result i32) (i32.const 0)) (func (export "more"))"#;
        write("other.wat", &format!("(module {more})"));
        let mut command = weld(directory.path());
        let adapters = ["--adapt", "old=old.wat", "--adapt", "other=other.wat"];
        command.args(["componentize", "app.wat", "--wit", "app.wit", "-o", "out.wasm"]).args(adapters);
        command
    };
    let said = fails(&mut componentize(r#""more" (func $more)"#, "(call $more)"));
    let reason = "it imports `more` from `other`, which the module does not";
    assert!(said.contains(&format!("cannot use `old.wat` as an adapter: {reason}")), "{said}");
    succeeds(&mut componentize(r#""sched_yield" (func $yield (result i32))"#, "(drop (call $yield))"));
    let said = fails(&mut componentize(r#""sched_yield" (func $yield (result i64))"#, "(drop (call $yield))"));
    let reason = "what comes of it is not valid: type mismatch for export `sched_yield`";
    assert!(said.contains(&format!("cannot make a component of the core module `app.wat`: {reason}")), "{said}");
    assert!(!said.contains("another world") && !said.contains("offset"), "{said}");
}

#[test]
fn componentize_refuses_an_adapter_that_needs_a_missing_export() {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(directory.path().join(name), bytes).unwrap();
    let text = "package t:app; interface run { go: func(); } world adapter { export run; } world app { export plain: func(); }";
    let adapter =
        r#"(module (import "__main_module__" "more" (func $more)) (func (export "t:app/run#go") (call $more)))"#;
    write("starter.wasm", &module(adapter, text, "adapter"));
    let componentize = |exports: &str| {
        write("app.wasm", &module(&format!(r#"(module (func (export "plain")) {exports})"#), text, "app"));
        let mut command = weld(directory.path());
        command.args(["componentize", "app.wasm", "--adapt", "starter=starter.wasm", "-o", "out.wasm"]);
        command
    };
    succeeds(&mut componentize(r#"(func (export "more"))"#));
    let said = fails(&mut componentize(""));
    assert!(
        said.contains("cannot use `starter.wasm` as an adapter: it calls `more` of the module, which does not"),
        "{said}"
    );
}

#[test]
fn componentize_attributes_invalid_code_to_its_module() {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let bytes = wat::parse_str(text).unwrap();
        std::fs::write(directory.path().join(name), &bytes).unwrap();
        wasmparser_newest::validate(&bytes).err().map(|error| error.offset())
    };
    std::fs::write(directory.path().join("app.wit"), "package t:app; world app { export run: func(); }").unwrap();
    std::fs::write(directory.path().join("socket.wat"), r#"(component (import "run" (func)))"#).unwrap();
    let bad = r#"(import "lib" "g" (func)) (memory (export "memory") 1) (func) (func (export "_start") (i32.const 1))"#;
    let offset = write("bad.wasm", &format!("(module {bad})")).unwrap();
    let reason =
        format!("type mismatch: values remaining on stack at end of block (in function 2, at offset {offset:#x})");
    write("lib.wasm", r#"(module (func (export "g")))"#);
    for arguments in [
        &["componentize", "bad.wasm", "-o", "out.wasm", "--adapt", "lib=lib.wasm"][..],
        &["componentize", "bad.wasm", "-o", "out.wasm", "--wit", "app.wit"],
        &["plug", "socket.wat", "--plug", "bad.wasm", "-o", "out.wasm"],
        &["virt", "bad.wasm", "-o", "out.wasm"],
        &["inspect", "bad.wasm"],
    ] {
        let said = fails(weld(directory.path()).args(arguments));
        assert!(said.contains(&format!("`bad.wasm` is not a valid core module: {reason}")), "{said}");
    }
    // Adapters are modules. What nothing uses of them is left out.
    let unused = r#"(func (export "unused") (drop (i32.load (i32.const 0))))"#;
    let app = r#"(import "lib" "g" (func)) (memory (export "memory") 1) (func (export "_start"))"#;
    write("app.wasm", &format!("(module {app})"));
    assert!(write("lib.wasm", &format!(r#"(module (func (export "g")) {unused})"#)).is_some());
    let arguments = ["componentize", "app.wasm", "-o", "out.wasm", "--adapt", "lib=lib.wasm"];
    succeeds(weld(directory.path()).args(arguments));
    let offset = write("lib.wasm", r#"(module (func (export "g") (i32.const 1)))"#).unwrap();
    let said = fails(weld(directory.path()).args(arguments));
    assert!(said.contains("`lib.wasm` is not a valid core module") && said.contains(&format!("{offset:#x}")), "{said}");
}

#[test]
fn componentize_recognizes_an_adapter_given_as_component() {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(directory.path().join(name), bytes).unwrap();
    write("app.wat", b"(component (import \"f\" (func)))");
    write("policy.toml", b"default = \"deny\"");
    write("command.wasm", preview1::WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER);
    write("reactor.wasm", preview1::WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER);
    write("proxy.wasm", preview1::WASI_SNAPSHOT_PREVIEW1_PROXY_ADAPTER);
    for adapter in ["command.wasm", "reactor.wasm", "proxy.wasm"] {
        for arguments in [
            &["plug", adapter, "--plug", "app.wat", "-o", "out.wasm"][..],
            &["plug", "app.wat", "--plug", adapter, "-o", "out.wasm"],
            &["componentize", adapter, "-o", "out.wasm"],
            &["virt", adapter, "-o", "out.wasm"],
            &["inspect", adapter],
            &["snapshot", adapter],
            &["check", adapter, "--policy", "policy.toml"],
        ] {
            let said = fails(weld(directory.path()).args(arguments));
            assert!(said.contains(&format!("`{adapter}` is a preview 1 adapter")), "{said}");
            assert!(said.contains(&format!("--adapt {adapter}")), "{said}");
        }
    }
}

#[test]
fn componentize_recognizes_a_module_for_preview_0() {
    let directory = tempfile::tempdir().unwrap();
    let wat = r#"(module (import "wasi_unstable" "fd_close" (func (param i32) (result i32))) (memory (export "memory") 1)
        (func (export "_start")))"#;
    std::fs::write(directory.path().join("old.wat"), wat).unwrap();
    for arguments in [&["componentize", "old.wat", "-o", "out.wasm"][..], &["inspect", "old.wat"]] {
        let said = fails(weld(directory.path()).args(arguments));
        assert!(said.contains("`old.wat` imports from `wasi_unstable`, which is preview 0 of WASI"), "{said}");
        assert!(said.contains("--adapt wasi_unstable=FILE"), "{said}");
    }
    // An adapter for it is used.
    let adapter = r#"(module (func (export "fd_close") (param i32) (result i32) (i32.const 8)))"#;
    let text = "package t:app; world app { export start: func(); }";
    let module = module(&wat.replace("_start", "start"), text, "app");
    let adapter = wat::parse_str(adapter).unwrap();
    assert_eq!(names(&componentize_bytes(&module, &[("wasi_unstable", &adapter)])).1, ["start"]);
}
