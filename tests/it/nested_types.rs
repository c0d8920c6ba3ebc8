//! Types within types of an interface, where a component fills the interface and something else of the output uses them.

use std::path::Path;

use wasmtime::Store;
use wasmtime::component::{Component, Linker, Val};
use wit_component::{ComponentEncoder, StringEncoding, dummy_module, embed_component_metadata};
use wit_parser::{LiftLowerAbi, ManglingAndAbi, Resolve};

use crate::support::{self, engine, fails, names, succeeds, weld, wit};

/// An interface with a function that gives a variant with a record in it, and others that use these types.
const PACKAGE: &str = "package a:b@0.1.0;
    interface base { enum level { low, high } }
    interface d { use base.{level}; record rec { a: u32, at: level } variant va { p(rec), q } g: func() -> va; }
    interface top { use d.{va}; q: func(x: va) -> u32; }
    interface other { f: func() -> u32; }
    world lib { export d; }";

/// Writes a component of each world, which traps, into a directory.
fn components(directory: &Path, package: &str, worlds: &[&str]) {
    for world in worlds {
        let mut resolve = Resolve::default();
        let package = resolve.push_str("w.wit", package).unwrap();
        let id = resolve.select_world(&[package], Some(world)).unwrap();
        let mut module = dummy_module(&resolve, id, ManglingAndAbi::Legacy(LiftLowerAbi::Sync));
        embed_component_metadata(&mut module, &resolve, id, StringEncoding::UTF8).unwrap();
        let component = ComponentEncoder::default().module(&module).unwrap().encode().unwrap();
        std::fs::write(directory.join(format!("{world}.wasm")), component).unwrap();
    }
}

/// Plugs `lib` into a component of a world of `PACKAGE`, and gives the output.
fn plugged(world: &str) -> Vec<u8> {
    let directory = tempfile::tempdir().unwrap();
    components(directory.path(), &format!("{PACKAGE} world app {{ {world} }}"), &["app", "lib"]);
    succeeds(weld(directory.path()).args(["plug", "app.wasm", "--plug", "lib.wasm", "-o", "out.wasm"]));
    let inputs = ["--input", "app.wasm", "--input", "lib.wasm"];
    succeeds(weld(directory.path()).args(["verify", "out.wasm", "--allow-all"]).args(inputs));
    std::fs::read(directory.path().join("out.wasm")).unwrap()
}

#[test]
fn plug_imports_the_plain_types_of_a_filled_interface() {
    for (world, used) in [
        ("import d; import top; export run: func();", "use d.{va};"),
        ("import d; import t: interface { use d.{va}; q: func(x: va); } export run: func();", "use a:b/d@0.1.0.{va};"),
        ("use d.{va}; import d; import q: func(x: va); export run: func();", "use a:b/d@0.1.0.{va};"),
    ] {
        let output = plugged(world);
        let (imports, _) = names(&output);
        assert!(imports.contains(&"a:b/d@0.1.0".to_owned()), "{world}: {imports:?}");
        // It reads as before, and it is for its types alone.
        let text = wit(&output);
        assert!(text.contains(used), "{world}\n{text}");
        assert!(!text.contains("g: func"), "{world}\n{text}");
        Resolve::default().push_str("out.wit", &text).unwrap_or_else(|error| panic!("{world}\n{text}\n{error:?}"));
    }
}

#[test]
fn plug_exports_an_interface_that_uses_nested_types_of_a_filled_one() {
    for world in [
        "import d; export top;",
        "import d; export d; export top;",
        "import d; export t: interface { use d.{va}; q: func(x: va); }",
        "use d.{va}; import d; export q: func(x: va);",
    ] {
        plugged(world);
    }
}

#[test]
fn plug_output_passes_nested_types_between_a_component_and_the_host() {
    let directory = tempfile::tempdir().unwrap();
    let write = |file: &str, text: &str| std::fs::write(directory.path().join(file), text).unwrap();
    write("w.wit", &format!("{PACKAGE} world app {{ import d; import top; export run: func() -> u32; }}"));
    // `p({ a: 7, at: high })`.
    write(
        "lib.wat",
        r#"(module (memory (export "memory") 1) (data (i32.const 20) "\07\00\00\00\01")
          (func (export "a:b/d@0.1.0#g") (result i32) (i32.const 16)))"#,
    );
    write(
        "app.wat",
        r#"(module
          (import "a:b/d@0.1.0" "g" (func $g (param i32)))
          (import "a:b/top@0.1.0" "q" (func $q (param i32 i32 i32) (result i32)))
          (memory (export "memory") 1)
          (func (export "run") (result i32)
            (call $g (i32.const 0))
            (call $q (i32.load8_u (i32.const 0)) (i32.load (i32.const 4)) (i32.load8_u (i32.const 8)))))"#,
    );
    for name in ["app", "lib"] {
        let arguments = ["componentize", &format!("{name}.wat"), "--wit", "w.wit", "--world", name];
        succeeds(weld(directory.path()).args(arguments).args(["-o", &format!("{name}.wasm")]));
    }
    succeeds(weld(directory.path()).args(["plug", "app.wasm", "--plug", "lib.wasm", "-o", "out.wasm"]));
    let component = Component::new(&engine(), std::fs::read(directory.path().join("out.wasm")).unwrap()).unwrap();
    let mut linker = Linker::<()>::new(&engine());
    // The host has nothing to do for the types of `d`.
    let mut top = linker.instance("a:b/top@0.1.0").unwrap();
    let call = |_: wasmtime::StoreContextMut<'_, ()>, _, given: &[Val], results: &mut [Val]| {
        let Some(Val::Variant(case, Some(value))) = given.first() else { panic!("{given:?}") };
        let Val::Record(fields) = &**value else { panic!("{value:?}") };
        assert_eq!((case.as_str(), &fields[1].1), ("p", &Val::Enum("high".to_owned())));
        let Val::U32(a) = fields[0].1 else { panic!("{fields:?}") };
        results[0] = Val::U32(a * 6);
        Ok(())
    };
    top.func_new("q", call).unwrap();
    let mut store = Store::new(&engine(), ());
    let instance = linker.instantiate(&mut store, &component).unwrap();
    let run = instance.get_typed_func::<(), (u32,)>(&mut store, "run").unwrap();
    assert_eq!(run.call(&mut store, ()).unwrap(), (42,));
}

#[test]
fn virt_denies_an_interface_of_types_that_it_does_not_name() {
    // `va` of `top` consists of a record that only `base` names.
    let text = r#"(component
      (import "a:b/base" (instance $base (type $r (record (field "a" u32))) (export "rec" (type (eq $r)))))
      (alias export $base "rec" (type $rec))
      (import "a:b/top" (instance (type $v (variant (case "p" $rec) (case "q"))) (export "va" (type $va (eq $v)))
        (export "f" (func (param "x" $va)))
        (export "g" (func (result $rec))))))"#;
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("app.wat"), text).unwrap();
    let output = support::virt(&directory.path().join("app.wat"), &[]);
    assert_eq!(names(&output).0, [""; 0]);
}

#[test]
fn virt_denies_an_interface_with_handles_of_a_type_that_it_does_not_name() {
    let text = r#"(component
      (import "acme:kv/types" (instance $types (export "bucket" (type (sub resource)))))
      (alias export $types "bucket" (type $bucket))
      (import "acme:kv/store" (instance (export "open" (func (result (own $bucket)))))))"#;
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("app.wat"), text).unwrap();
    let output = support::virt(&directory.path().join("app.wat"), &["acme:kv/types=allow"]);
    assert_eq!(names(&output).0, ["acme:kv/types"]);
    assert_eq!(support::imported_functions(&output), []);
}

#[test]
fn virt_keeps_the_use_of_a_host_type_in_a_world() {
    let package = "package a:b@0.1.0; interface d { resource r; f: func() -> r; } interface other { f: func(); }
        world app { use d.{r as s}; import other; export ex: func(x: s) -> s; }";
    let directory = tempfile::tempdir().unwrap();
    components(directory.path(), package, &["app"]);
    for grants in [&[][..], &["a:b/d=allow"], &["default=allow", "a:b/other=deny"]] {
        let text = wit(&support::virt(&directory.path().join("app.wasm"), grants));
        assert!(text.contains("use a:b/d@0.1.0.{r as s};"), "{grants:?}\n{text}");
        assert!(text.contains("func(x: s) -> s"), "{grants:?}\n{text}");
    }
}

#[test]
fn build_names_the_export_that_a_type_still_lacks() {
    let package = "package a:b;
        interface base { resource r; }
        interface mid { use base.{r}; record rec { a: option<r> } record rec2 { l: list<rec> } }
        interface up { use mid.{rec2}; record rec3 { x: rec2 } u: func(x: rec3); }
        interface top { use up.{rec3}; h: func() -> rec3; }
        world app { import base; import mid; import up; export top; }
        world lib { export base; export mid; export up; }";
    let directory = tempfile::tempdir().unwrap();
    components(directory.path(), package, &["app", "lib"]);
    let manifest = |exports: &str| {
        let text = format!(
            "[composition]\nroot = \"app\"\noutput = \"out.wasm\"\n[components]\napp = \"app.wasm\"\nlib = \"lib.wasm\"\n\
             [exports]\n{exports}"
        );
        std::fs::write(directory.path().join("weld.toml"), text).unwrap();
    };
    // Each interface that a message names is exported, until it builds.
    let mut exports = String::new();
    for _ in 0..4 {
        manifest(&exports);
        let output = weld(directory.path()).args(["build", "--update"]).output().unwrap();
        if output.status.success() {
            return;
        }
        let said = String::from_utf8(output.stderr).unwrap().replace("\n      ", " ");
        let (_, rest) = said.split_once("× export `").unwrap_or_else(|| panic!("{said}"));
        let interface = rest.split('`').nth(4).unwrap();
        let line = format!("\"{interface}\" = \"lib\"\n");
        assert!(!exports.contains(&line), "said twice\n{said}");
        exports += &line;
    }
    panic!("no advice helps: {exports}");
}

#[test]
fn virt_ignores_streams_of_an_interface_whose_types_another_uses() {
    let package = "package a:b;
        interface first { resource r; variant v { c(future<tuple<f32, r>>) } f: func(p: stream<u8>) -> string; }
        interface second { use first.{r, v}; g: func(p: stream<r>) -> v; }
        world app { import second; }";
    let directory = tempfile::tempdir().unwrap();
    components(directory.path(), package, &["app"]);
    let output = support::virt(&directory.path().join("app.wasm"), &["default=ignore"]);
    assert_eq!(names(&output).0, [""; 0]);
    Component::new(&engine(), output).unwrap();
}

#[test]
fn build_names_types_of_two_interfaces_of_one_name_apart() {
    // Two components of the root's name the same interface, of which different libraries fill different types.
    let package = |field: &str| {
        format!(
            "package a:b; interface t {{ record rec {{ {field} }} variant v {{ c(rec) }} g: func() -> v; }}
             interface HOST {{ use t.{{v}}; q: func(x: v); }}
             world lib {{ export t; }}"
        )
    };
    let directory = tempfile::tempdir().unwrap();
    for (number, field) in [(1, "a: u32"), (2, "a: u32, b: u32")] {
        let package = package(field).replace("HOST", &format!("host{number}"));
        let world = format!("world app{number} {{ import t; import host{number}; export run{number}: func(); }}");
        components(directory.path(), &(package + &world), &["lib", &format!("app{number}")]);
        std::fs::rename(directory.path().join("lib.wasm"), directory.path().join(format!("lib{number}.wasm"))).unwrap();
    }
    let manifest = "[composition]\nroot = \"app1\"\noutput = \"out.wasm\"\n[components]\napp1 = \"app1.wasm\"\n\
        app2 = \"app2.wasm\"\nlib1 = \"lib1.wasm\"\nlib2 = \"lib2.wasm\"\n[exports]\nrun2 = \"app2\"\n[wire]\n\
        \"app1/a:b/t\" = \"lib1\"\n\"app2/a:b/t\" = \"lib2\"\n";
    std::fs::write(directory.path().join("weld.toml"), manifest).unwrap();
    // The second has no name for its types, and no other that would be wrong.
    let said = fails(weld(directory.path()).args(["build"]));
    assert!(said.contains("`a:b/host2`") && said.contains("has no name for it"), "{said}");
}
