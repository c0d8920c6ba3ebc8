//! Labels: imports and exports that go by a name of their own and say which interface they implement (Component Model, Explainer,
//! "Import and Export Definitions"), and what `external-id` says beside.

use std::path::Path;

use wasmtime::component::{Component, Resource, ResourceType};

use crate::support::{self, call, compose_wat, fails, succeeds, weld, wit};

/// Calls two labels of one interface: what `primary` gives, and a hundred times what `backup` gives.
fn app() -> String {
    app_of([r#""primary" (implements "t:p/kv@1.0.0")"#, r#""backup" (implements "t:p/kv@1.0.0")"#])
}

fn app_of([first, second]: [&str; 2]) -> String {
    format!(
        r#"(component
          (import {first} (instance $a (export "get" (func (result u32)))))
          (import {second} (instance $b (export "get" (func (result u32)))))
          (core func $f (canon lower (func $a "get")))
          (core func $g (canon lower (func $b "get")))
          (core module $m
            (import "" "f" (func $f (result i32))) (import "" "g" (func $g (result i32)))
            (func (export "run") (result i32) (i32.add (call $f) (i32.mul (i32.const 100) (call $g)))))
          (core instance $c (instantiate $m (with "" (instance (export "f" (func $f)) (export "g" (func $g))))))
          (func (export "run") (result u32) (canon lift (core func $c "run"))))"#
    )
}

/// Exports numbers, each by a name.
fn store(exports: &[(&str, u32)]) -> String {
    let of = |(index, (name, number)): (usize, &(&str, u32))| {
        format!(
            r#"(core module $m{index} (func (export "get") (result i32) (i32.const {number})))
            (core instance $c{index} (instantiate $m{index}))
            (func $f{index} (result u32) (canon lift (core func $c{index} "get")))
            (instance $i{index} (export "get" (func $f{index})))
            (export {name} (instance $i{index}))"#
        )
    };
    format!("(component {})", exports.iter().enumerate().map(of).collect::<String>())
}

/// A store whose number is the host's random one, as far as the app has room for it.
const RANDOM: &str = r#"(component
  (import "wasi:random/random@0.2.0" (instance $r (export "get-random-u64" (func (result u64)))))
  (core func $f (canon lower (func $r "get-random-u64")))
  (core module $m (import "" "f" (func $f (result i64)))
    (func (export "get") (result i32) (i32.wrap_i64 (i64.rem_u (call $f) (i64.const 97)))))
  (core instance $c (instantiate $m (with "" (instance (export "f" (func $f))))))
  (func $g (result u32) (canon lift (core func $c "get")))
  (instance $i (export "get" (func $g)))
  (export "t:p/kv@1.0.0" (instance $i)))"#;

fn directory_with(files: &[(&str, &str)]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(directory.path().join(name), text).unwrap();
    }
    directory
}

fn build(directory: &Path) -> Vec<u8> {
    succeeds(weld(directory).arg("build"));
    std::fs::read(directory.join("out.wasm")).unwrap()
}

fn manifest(components: &str, tables: &str) -> String {
    format!(
        "[composition]\nroot = \"app\"\noutput = \"out.wasm\"\n[components]\napp = \"app.wat\"\n{components}\n{tables}\n"
    )
}

const KV: &str = "\"t:p/kv@1.0.0\"";
const NEWER: &str = "\"t:p/kv@1.4.0\"";

#[test]
fn plug_fills_labels_from_the_only_exporter_of_their_interface() {
    for name in [KV, NEWER, "\"other\" (implements \"t:p/kv@1.0.0\")"] {
        let composed = compose_wat(&[&app(), &store(&[(name, 1)])]).unwrap();
        assert_eq!(call(&composed, "run"), 101, "{name}");
    }
}

#[test]
fn plug_prefers_an_export_of_the_label_to_one_of_its_interface() {
    let labels = ["primary", "backup"].map(|name| format!("\"{name}\" (implements {KV})"));
    let [primary, backup] = labels.each_ref().map(String::as_str);
    let composed = compose_wat(&[&app(), &store(&[(primary, 1), (backup, 2), (KV, 3)])]).unwrap();
    assert_eq!(call(&composed, "run"), 201);
    // One that goes by the name of the label, and is of no interface or of another.
    let composed = compose_wat(&[&app(), &store(&[(KV, 1), ("\"backup\"", 2)])]).unwrap();
    assert_eq!(call(&composed, "run"), 201);
    let other = "\"backup\" (implements \"t:p/other@1.0.0\")";
    let composed = compose_wat(&[&app(), &store(&[(KV, 1), (other, 2)])]).unwrap();
    assert_eq!(call(&composed, "run"), 101);
    // A function of that name is no instance.
    let function = r#"(component (core module $m (func (export "f") (result i32) (i32.const 9)))
      (core instance $c (instantiate $m)) (func (export "backup") (result u32) (canon lift (core func $c "f"))))"#;
    let directory = directory_with(&[("app.wat", &app()), ("one.wat", &store(&[(KV, 1)])), ("f.wat", function)]);
    let plugs = ["plug", "app.wat", "--plug", "one.wat", "--plug", "f.wat", "--allow-unused-plugs", "-o", "out.wasm"];
    succeeds(weld(directory.path()).args(plugs));
    assert_eq!(call(&std::fs::read(directory.path().join("out.wasm")).unwrap(), "run"), 101);
}

#[test]
fn plug_requires_a_wire_for_a_label_with_several_exporters() {
    let directory = directory_with(&[
        ("app.wat", &app()),
        ("one.wat", &store(&[(KV, 1)])),
        ("two.wat", &store(&[(KV, 2)])),
        ("both.wat", &store(&[("\"a\" (implements \"t:p/kv@1.0.0\")", 3), ("\"b\" (implements \"t:p/kv@1.0.0\")", 4)])),
    ]);
    let plug = |plugs: &[&str]| {
        let mut command = weld(directory.path());
        command.args(["plug", "app.wat", "-o", "out.wasm"]);
        plugs.iter().for_each(|plug| _ = command.args(["--plug", plug]));
        fails(&mut command)
    };
    for plugs in [["one.wat", "two.wat"].as_slice(), &["both.wat"]] {
        let said = plug(plugs);
        assert!(said.contains("`primary` of `app`"), "{said}");
        assert!(said.contains("[wire]"), "{said}");
    }
}

#[test]
fn plug_and_build_warn_of_components_that_compete_for_an_import_by_their_versions() {
    let import = |name: &str| format!(r#"(import "{name}" (instance (export "get" (func (result u32)))))"#);
    let app = format!("(component {} {} {})", import("t:p/kv@1.0.0"), import("t:p/log@1.0.0"), import("t:p/x@1.0.0"));
    let directory = directory_with(&[
        ("app.wat", &app),
        ("legit.wat", &store(&[(r#""t:p/kv@1.0.1""#, 1), (r#""t:p/log@1.0.0""#, 2)])),
        ("evil.wat", &store(&[(r#""t:p/kv@1.0.2""#, 3), (r#""t:p/x@1.0.0""#, 4)])),
        ("same.wat", &store(&[(r#""t:p/kv@1.0.0""#, 5), (r#""t:p/x@1.0.0""#, 6)])),
        ("alone.wat", &store(&[(r#""t:p/x@1.0.0""#, 7)])),
        ("other.wat", &store(&[(r#""t:p/kv@2.0.0""#, 8), (r#""t:p/x@1.0.0""#, 9)])),
    ]);
    let plugged = |plug: &str| {
        let arguments = ["plug", "app.wat", "--plug", "legit.wat", "--plug", plug, "-q", "-o", "out.wasm"];
        String::from_utf8(succeeds(weld(directory.path()).args(arguments)).stderr).unwrap()
    };
    let expected = |export: &str, plug: &str, rule: &str| {
        format!(
            "warning: import `t:p/kv@1.0.0` of `app` is filled by `{export}` of `{plug}`, and not by `t:p/kv@1.0.1` of `legit`: \
             {rule} counts, whichever component has it; `\"app/t:p/kv@1.0.0\" = \"{plug}\"` in `[wire]` of a manifest, which \
             `weld init` writes, says that it is meant\n"
        )
    };
    assert_eq!(plugged("evil.wat"), expected("t:p/kv@1.0.2", "evil", "the highest compatible version"));
    assert_eq!(plugged("same.wat"), expected("t:p/kv@1.0.0", "same", "the very name"));
    assert_eq!(plugged("alone.wat"), "");
    assert_eq!(plugged("other.wat"), "");
    // A wire decides, and whoever wrote it knows.
    let built = |wire: &str| {
        let components = "legit = \"legit.wat\"\nevil = \"evil.wat\"";
        std::fs::write(directory.path().join("weld.toml"), manifest(components, wire)).unwrap();
        String::from_utf8(succeeds(weld(directory.path()).args(["build", "-q"])).stderr).unwrap()
    };
    let said = built("");
    assert!(said.contains("`\"app/t:p/kv@1.0.0\" = \"evil\"` in `[wire]` of the manifest, says"), "{said}");
    for filler in ["evil", "legit"] {
        assert_eq!(built(&format!("[wire]\n\"app/t:p/kv@1.0.0\" = \"{filler}\"\n")), "");
    }
}

#[test]
fn build_wires_labels_to_exports_of_their_interface() {
    let stores = "one = \"one.wat\"\nboth = \"both.wat\"";
    let both = store(&[("\"a\" (implements \"t:p/kv@1.0.0\")", 3), ("\"b\" (implements \"t:p/kv@1.0.0\")", 4)]);
    let one = store(&[(KV, 1)]);
    for (wires, result) in [
        ("\"app/primary\" = \"one\"\n\"app/backup\" = \"both/b\"", 401),
        ("\"app/primary\" = \"both/a\"\n\"app/backup\" = \"one/t:p/kv\"", 103),
        ("\"app/primary\" = \"one#1/t:p/kv@1.0.0\"\n\"app/backup\" = \"both/b\"", 401),
    ] {
        let manifest = manifest(stores, &format!("[wire]\n{wires}"));
        let directory =
            directory_with(&[("weld.toml", &manifest), ("app.wat", &app()), ("one.wat", &one), ("both.wat", &both)]);
        assert_eq!(call(&build(directory.path()), "run"), result, "{wires}");
    }
}

#[test]
fn build_accepts_the_interface_as_name_of_its_only_label() {
    let app = app_of([r#""primary" (implements "t:p/kv@1.0.0")"#, r#""t:p/kv@2.0.0""#]);
    let stores = "one = \"one.wat\"\ntwo = \"two.wat\"";
    let files = [("one.wat", store(&[(KV, 1)])), ("two.wat", store(&[("\"t:p/kv@2.0.0\"", 2), (KV, 3)]))];
    let [one, two] = &files;
    let wired = |wires: &str| {
        let manifest = manifest(stores, &format!("[wire]\n{wires}"));
        directory_with(&[("weld.toml", &manifest), ("app.wat", &app), (one.0, &one.1), (two.0, &two.1)])
    };
    let directory = wired("\"app/t:p/kv@1.0.0\" = \"one\"");
    assert_eq!(call(&build(directory.path()), "run"), 201);
    // Without a version it is that of the name.
    let directory = wired("\"app/t:p/kv\" = \"two/t:p/kv@2.0.0\"\n\"app/primary\" = \"one\"");
    assert_eq!(call(&build(directory.path()), "run"), 201);
}

#[test]
fn build_refuses_a_wire_that_matches_several_labels() {
    let both = store(&[("\"a\" (implements \"t:p/kv@1.0.0\")", 3), ("\"b\" (implements \"t:p/kv@1.0.0\")", 4)]);
    for (wires, said) in [
        ("\"app/t:p/kv\" = \"both/a\"", "`app` imports `t:p/kv` by several names\n"),
        ("\"app/primary\" = \"both\"", "`both` exports `t:p/kv@1.0.0` by several names\n"),
    ] {
        let manifest = manifest("both = \"both.wat\"", &format!("[wire]\n{wires}"));
        let directory = directory_with(&[("weld.toml", &manifest), ("app.wat", &app()), ("both.wat", &both)]);
        let found = fails(weld(directory.path()).arg("build"));
        assert!(found.contains(said), "{found}");
    }
}

/// Runs the app with stores of two seeds, and sees that each label has the one that is wired to it.
fn labels_have_the_stores_of_their_seeds(build_and_run: &dyn Fn([u32; 2]) -> u32) {
    let run = |seeds| {
        let number = build_and_run(seeds);
        [number % 100, number / 100]
    };
    let ([one, _], [two, three]) = (run([1, 1]), run([2, 3]));
    assert_eq!(run([1, 2]), [one, two]);
    assert_eq!(run([3, 1]), [three, one]);
    assert!(one != two && two != three, "{one}, {two}, {three}");
}

#[test]
fn build_fills_two_labels_of_one_interface_with_different_grants() {
    let stores = "first = \"random.wat\"\nsecond = \"random.wat\"";
    let wires = "[wire]\n\"app/primary\" = \"first\"\n\"app/backup\" = \"second\"";
    let run = |seeds: [u32; 2]| {
        let [first, second] = seeds.map(|seed| format!("random = {{ seed = {seed} }}"));
        let tables = format!("{wires}\n[virtualize.first]\n{first}\n[virtualize.second]\n{second}");
        let manifest = manifest(stores, &tables);
        let directory = directory_with(&[("weld.toml", &manifest), ("app.wat", &app()), ("random.wat", RANDOM)]);
        call(&build(directory.path()), "run")
    };
    labels_have_the_stores_of_their_seeds(&run);
}

#[test]
fn documents_fill_two_labels_of_one_interface_with_different_grants() {
    let document = r#"package t:out;
      let first = new t:first { ... };
      let second = new t:second { ... };
      let app = new t:app { primary: first["t:p/kv@1.0.0"], backup: second["t:p/kv@1.0.0"], ... };
      export app...;"#;
    let manifest = "[composition]\nwac = \"out.wac\"\noutput = \"out.wasm\"\n[components]\n\"t:app\" = \"app.wat\"\n\
        \"t:first\" = \"random.wat\"\n\"t:second\" = \"random.wat\"\n";
    let run = |seeds: [u32; 2]| {
        let [first, second] = seeds.map(|seed| format!("random = {{ seed = {seed} }}"));
        let tables = format!("[virtualize.\"t:first\"]\n{first}\n[virtualize.\"t:second\"]\n{second}");
        let manifest = format!("{manifest}{tables}");
        let directory = directory_with(&[
            ("weld.toml", &manifest),
            ("out.wac", document),
            ("app.wat", &app()),
            ("random.wat", RANDOM),
        ]);
        call(&build(directory.path()), "run")
    };
    labels_have_the_stores_of_their_seeds(&run);
}

#[test]
fn two_labels_of_one_interface_are_told_apart_by_all_commands() {
    let one = app_of([r#""primary" (implements "t:p/kv@1.0.0")"#, r#""backup" (implements "t:p/kv@1.0.0")"#]);
    let other = one.replace("\"backup\"", "\"second\"");
    let stores = "first = \"one.wat\"\nsecond = \"one.wat\"";
    let wired = manifest(stores, "[wire]\n\"app/primary\" = \"first\"\n\"app/backup\" = \"second\"");
    let crossed = manifest(stores, "[wire]\n\"app/primary\" = \"second\"\n\"app/backup\" = \"first\"");
    let wit = "package t:p@1.0.0; interface kv { get: func() -> u32; }
        world w { import primary: kv; import backup: kv; export run: func() -> u32; }
        world less { import primary: kv; export run: func() -> u32; }";
    let files = [
        ("one.wasm", one.as_str()),
        ("other.wasm", &other),
        ("app.wat", &one),
        ("one.wat", &store(&[(KV, 1)])),
        ("world.wit", wit),
        ("policy.toml", "[[rule]]\nallow = [\"primary#*\"]\n"),
    ];
    let directory = directory_with(&files);
    let directory = directory.path();
    let said = |arguments: &[&str], code: i32| {
        let ran = weld(directory).args(arguments).output().unwrap();
        let text = String::from_utf8([ran.stdout, ran.stderr].concat()).unwrap();
        assert_eq!(ran.status.code(), Some(code), "{arguments:?}: {text}");
        text
    };
    let tree = said(&["inspect", "one.wasm"], 0);
    let snapshot = said(&["snapshot", "one.wasm"], 0);
    for label in ["primary", "backup"] {
        assert!(tree.contains(&format!("{label} (implements t:p/kv@1.0.0)")), "{tree}");
        assert!(snapshot.contains(&format!("\n  {label}\n")), "{snapshot}");
    }
    // One of two labels.
    let checked = said(&["check", "one.wasm", "--policy", "policy.toml"], 1);
    assert!(checked.contains("`backup#get`") && !checked.contains("`primary#get`"), "{checked}");
    let differs = said(&["diff", "one.wasm", "other.wasm"], 1);
    assert!(differs.contains("backup") && differs.contains("second") && !differs.contains("primary"), "{differs}");
    said(&["targets", "one.wasm", "--wit", "world.wit", "--world", "w"], 0);
    let mismatch = said(&["targets", "one.wasm", "--wit", "world.wit", "--world", "less"], 1);
    assert!(mismatch.contains("`backup`") && !mismatch.contains("`primary`"), "{mismatch}");
    // What fills each of them.
    for (name, manifest) in [("wired.wasm", &wired), ("crossed.wasm", &crossed)] {
        std::fs::write(directory.join("weld.toml"), manifest).unwrap();
        std::fs::write(directory.join(name), build(directory)).unwrap();
    }
    let snapshot = said(&["snapshot", "wired.wasm"], 0);
    for (label, store) in [("primary", "first"), ("backup", "second")] {
        let is_it = |line: &str| line.split_whitespace().eq([label, "<-", &format!("{store}#t:p/kv@1.0.0")]);
        assert!(snapshot.lines().any(is_it), "{snapshot}");
    }
    let differs = said(&["diff", "wired.wasm", "crossed.wasm"], 1);
    assert!(differs.contains("primary") && differs.contains("backup"), "{differs}");
}

#[test]
fn build_merges_labels_to_the_highest_version() {
    let of = |name: &str, version: &str| {
        format!(
            r#"(component (import "store" (implements "t:p/v@{version}") (instance $i (export "get" (func (result u32)))))
              (export "{name}" (func $i "get")))"#
        )
    };
    for versions in [["1.0.0", "1.2.0"], ["1.2.0", "1.0.0"]] {
        let [first, second] = [of("one", versions[0]), of("two", versions[1])];
        let manifest = manifest("plug = \"plug.wat\"", "[exports]\ntwo = \"plug/two\"");
        let files = [("app.wat", first.as_str()), ("plug.wat", &second), ("weld.toml", &manifest)];
        let directory = directory_with(&files);
        let text = wasmprinter::print_bytes(build(directory.path())).unwrap();
        let import = text.lines().find(|line| line.starts_with("  (import ")).unwrap();
        assert!(import.contains(r#""store" (implements "t:p/v@1.2.0")"#), "{import}");
        succeeds(weld(directory.path()).args(["verify", "out.wasm", "--manifest", "weld.toml"]));
    }
}

#[test]
fn build_leaves_a_label_its_version_whatever_version_types_alone_have() {
    // By a label and by the name of the interface.
    let user = |name: &str| {
        format!(
            r#"(component
              (import {name} (instance $i (export "r" (type (sub resource))) (export "get" (func (result u32)))))
              (alias export $i "get" (func $get)) (export "get" (func $get)))"#
        )
        .replace("VERSION", "1.0.0")
    };
    let types = |name: &str, more: &str| {
        format!(
            r#"(component
              (import {name} (instance $i (export "r" (type (sub resource))) {more}))
              (core module $m (func (export "two") (result i32) (i32.const 2)))
              (core instance $c (instantiate $m))
              (func (export "two") (result u32) (canon lift (core func $c "two"))))"#
        )
        .replace("VERSION", "1.1.0")
    };
    let code = r#"(export "code" (type (sub resource)))"#;
    for name in [r#""store" (implements "t:p/v@VERSION")"#, r#""t:p/v@VERSION""#] {
        for (more, given) in [("", "1.0.0"), (code, "1.1.0")] {
            let manifest = manifest("plug = \"plug.wat\"", "[exports]\ntwo = \"plug/two\"");
            let (user, types) = (user(name), types(name, more));
            for (app, plug, export) in [(&user, &types, "two"), (&types, &user, "get")] {
                let manifest = manifest.replace("two = \"plug/two\"", &format!("{export} = \"plug/{export}\""));
                let files = [("app.wat", app.as_str()), ("plug.wat", plug), ("weld.toml", &manifest)];
                let directory = directory_with(&files);
                let text = wasmprinter::print_bytes(build(directory.path())).unwrap();
                let import = text.lines().find(|line| line.starts_with("  (import ")).unwrap();
                assert!(import.contains(&name.replace("VERSION", given)), "{import}");
                succeeds(weld(directory.path()).args(["verify", "out.wasm", "--manifest", "weld.toml"]));
            }
        }
    }
}

/// Nothing is denied, or a function of a label of one component or of the other.
const GRANTS: [&str; 3] =
    ["", "[virtualize.a]\ndefault = \"allow\"\n\"y#h\" = \"deny\"\n", "[virtualize.b]\n\"y#g\" = \"allow\"\n"];

#[test]
fn build_leaves_a_label_its_name_by_the_order_of_components_and_verify_computes_that_again() {
    // Two things are `y`. An adapter has that of the first component in its place, or of the second, or neither.
    let y = |attributes: &str, more: &str| {
        format!(
            r#"(import "y" {attributes} (instance (export "g" (func)) (export "h" (func)))) (import "{more}" (func))"#
        )
    };
    let of_a = r#"(implements "a:b/i@1.0.0")"#;
    let others = [r#"(implements "a:b/j@1.0.0")"#, r#"(implements "a:b/i@1.0.0") (external-id "e")"#];
    for (of_b, grants) in others.iter().flat_map(|of_b| GRANTS.map(|grants| (*of_b, grants))) {
        let a = format!(r#"(component $a {} (import "f" (func $f)) (export "run" (func $f)))"#, y(of_a, "xi"));
        let b = format!(
            r#"(component $b {} (core module $m (func (export "f"))) (core instance $c (instantiate $m))
            (func (export "f") (canon lift (core func $c "f"))))"#,
            y(of_b, "xj")
        );
        let manifest = format!(
            "[composition]\nroot = \"a\"\noutput = \"out.wasm\"\n[components]\na = \"a.wat\"\nb = \"b.wat\"\n{grants}"
        );
        let directory = directory_with(&[("weld.toml", &manifest), ("a.wat", &a), ("b.wat", &b)]);
        let text = wasmprinter::print_bytes(build(directory.path())).unwrap();
        let verify = |text: &str| {
            std::fs::write(directory.path().join("changed.wasm"), wat::parse_str(text).unwrap()).unwrap();
            let ran = weld(directory.path())
                .args(["verify", "-v", "changed.wasm", "--manifest", "weld.toml"])
                .output()
                .unwrap();
            (ran.status.code(), String::from_utf8(ran.stdout).unwrap())
        };
        let [own, other] = ["\n  (import \"y\" ", "\n  (import \"y2\" "];
        assert!(text.contains(&format!("{own}{of_a} (instance")), "{grants}: {text}");
        assert!(text.contains(&format!("{other}{of_b} (instance")), "{grants}: {text}");
        let (_, said) = verify(&text);
        assert!(!said.contains("of the host fills it"), "{grants}: {said}");
        // The other one has the plain name.
        let (code, said) =
            verify(&text.replace(own, "\n  (import \"y-\" ").replace(other, own).replace("\"y-\"", "\"y2\""));
        assert_eq!(code, Some(1), "{grants}");
        let line = "component `a`: import `y`: `y2` of the host fills it, and not `y`, as which it is left";
        assert!(said.contains(line), "{grants}: {said}");
    }
}

#[test]
fn build_keeps_a_method_of_the_host_for_a_label_of_its_interface_that_a_component_fills() {
    let r =
        |more: &str| format!(r#"(import "a:d/s@0.1.0" (instance $i (export "r" (type $r (sub resource))) {more}))"#);
    let app = format!(
        r#"(component {} (alias export $i "r" (type $r))
          (import "lab" (implements "a:d/s@0.1.2")
            (instance $l (export "q" (type $q (eq $r))) (export "get" (func (result (own $q))))))
          (core func $get (canon lower (func $l "get"))) (core func $m (canon lower (func $i "[method]r.m")))
          (core module $c (import "" "get" (func $get (result i32))) (import "" "m" (func $m (param i32) (result i32)))
            (func (export "run") (result i32) (call $m (call $get))))
          (core instance $c (instantiate $c (with "" (instance (export "get" (func $get)) (export "m" (func $m))))))
          (func (export "run") (result u32) (canon lift (core func $c "run"))))"#,
        r(r#"(export "[method]r.m" (func (param "self" (borrow $r)) (result u32)))"#)
    );
    let lib = format!(
        r#"(component {} (alias export $i "r" (type $r)) (core func $make (canon lower (func $i "[constructor]r")))
          (core module $m (import "" "make" (func $make (result i32))) (func (export "get") (result i32) (call $make)))
          (core instance $c (instantiate $m (with "" (instance (export "make" (func $make))))))
          (func $get (result (own $r)) (canon lift (core func $c "get")))
          (component $E (import "r" (type $r (sub resource))) (import "get" (func $g (result (own $r))))
            (export $q "q" (type $r)) (export "get" (func $g) (func (result (own $q)))))
          (instance $e (instantiate $E (with "r" (type $r)) (with "get" (func $get))))
          (export "lab" (implements "a:d/s@0.1.2") (instance $e)))"#,
        r(r#"(export "[constructor]r" (func (result (own $r))))"#)
    );
    let manifest = manifest(
        "lib = \"lib.wat\"",
        "[wire]\n\"app/lab\" = \"lib/lab\"\n\"app/a:d/s@0.1.0\" = \"host\"\n[virtualize.app]",
    );
    let directory = directory_with(&[("app.wat", &app), ("lib.wat", &lib), ("weld.toml", &manifest)]);
    let composed = build(directory.path());
    succeeds(weld(directory.path()).args(["verify", "out.wasm", "--manifest", "weld.toml"]));
    let engine = support::engine();
    let (mut linker, mut store) = (support::wasi(&engine), support::store(&engine));
    let mut host = linker.instance("a:d/s@0.1.0").unwrap();
    host.resource("r", ResourceType::host::<u32>(), |_, _| Ok(())).unwrap();
    host.func_wrap("[constructor]r", |_, (): ()| Ok((Resource::<u32>::new_own(40),))).unwrap();
    host.func_wrap("[method]r.m", |_, (of,): (Resource<u32>,)| Ok((of.rep() + 2,))).unwrap();
    let instance = linker.instantiate(&mut store, &Component::new(&engine, composed).unwrap()).unwrap();
    let run = instance.get_typed_func::<(), (u32,)>(&mut store, "run").unwrap();
    assert_eq!(run.call(&mut store, ()).unwrap(), (42,));
}

#[test]
fn plug_leaves_unfilled_labels_to_the_host() {
    let composed = compose_wat(&[&app(), &store(&[("\"primary\"", 1)])]).unwrap();
    assert!(wit(&composed).contains("import backup: t:p/kv@1.0.0;"), "{}", wit(&composed));
}

/// An app and a plug that each import random numbers, by a name with attributes.
fn importers([of_app, of_plug]: [&str; 2]) -> [String; 2] {
    let import = |name: &str| format!(r#"(import {name} (instance $r (export "get-random-u64" (func (result u64)))))"#);
    let plug = format!(
        r#"(component {} (core module $m (func (export "f") (result i32) (i32.const 1)))
        (core instance $c (instantiate $m)) (func (export "f") (result u32) (canon lift (core func $c "f"))))"#,
        import(of_plug)
    );
    [format!(r#"(component {} (import "f" (func (result u32))))"#, import(of_app)), plug]
}

#[test]
fn plug_keeps_imports_with_different_external_ids_apart() {
    let name = |name: &str, id: &str| match id {
        "" => format!("\"{name}\""),
        id => format!("\"{name}\" (external-id \"{id}\")"),
    };
    // Interfaces of one version have one name, which an import can have once.
    for ids in [["app", "plug"], ["", "plug"], ["app", ""]] {
        let [app, plug] = importers(ids.map(|id| name("wasi:random/random@0.2.0", id)).each_ref().map(String::as_str));
        let said = compose_wat(&[&app, &plug]).unwrap_err();
        assert!(said.contains("external-id"), "{said}");
    }
    // Those of several versions are several imports.
    let [app, plug] = importers([&name("wasi:random/random@0.2.0", "app"), &name("wasi:random/random@0.2.99", "plug")]);
    let composed = wasmprinter::print_bytes(compose_wat(&[&app, &plug]).unwrap()).unwrap();
    for import in [
        r#"(import "wasi:random/random@0.2.0" (external-id "app")"#,
        r#"(import "wasi:random/random@0.2.99" (external-id "plug")"#,
    ] {
        assert!(composed.contains(import), "{composed}");
    }
    // Labels get another name.
    let label = |id: &str| format!("\"y\" (implements \"wasi:random/random@0.2.0\") (external-id \"{id}\")");
    let [app, plug] = importers([&label("app"), &label("plug")]);
    let composed = wasmprinter::print_bytes(compose_wat(&[&app, &plug]).unwrap()).unwrap();
    for (name, id) in [("y", "app"), ("y2", "plug")] {
        let import = format!(r#"(import "{name}" (implements "wasi:random/random@0.2.0") (external-id "{id}")"#);
        assert!(composed.contains(&import), "{composed}");
    }
    // What says the same is one.
    let [app, plug] = importers([&name("wasi:random/random@0.2.0", "id"), &name("wasi:random/random@0.2.99", "id")]);
    let composed = wasmprinter::print_bytes(compose_wat(&[&app, &plug]).unwrap()).unwrap();
    assert!(!composed.contains("\n  (import \"wasi:random/random@0.2.0\""), "{composed}");
}

#[test]
fn check_warns_of_a_label_allowed_by_only_one_of_its_names() {
    let label = r#"(component (import "secrets" (implements "wasi:cli/environment@0.2.3")
      (instance (export "get-environment" (func (result (list (tuple string string))))))))"#;
    let directory = directory_with(&[("c.wat", label)]);
    let policy = |allow: &str| {
        std::fs::write(directory.path().join("p.toml"), format!("[[rule]]\nallow = [{allow}]\n")).unwrap();
    };
    let said = |arguments: &[&str]| {
        let ran = succeeds(weld(directory.path()).args(arguments).args(["-q"]));
        String::from_utf8(ran.stderr).unwrap()
    };
    let by_interface = "`secrets` is allowed since it says of itself that it implements `wasi:cli/environment@0.2.3`: a host may have \
        something else by the name `secrets`; allow `secrets` too if it may have that, or deny it";
    let by_label = "`secrets` is allowed by that name, and says of itself that it implements `wasi:cli/environment@0.2.3`: a host may \
        give it that; allow `wasi:cli/environment` too if it may have that, or deny it";
    let virt = |grants: &[&str]| {
        let grants = grants.iter().flat_map(|grant| ["--grant", grant]);
        said(&[&["virt", "c.wat", "-o", "out.wasm"][..], &grants.collect::<Vec<_>>()].concat())
    };
    for grant in
        ["env=allow", "wasi:cli/environment=allow", "wasi:cli/*=allow", "wasi:cli/environment#get-environment=allow"]
    {
        assert_eq!(virt(&[grant]), format!("warning: `c`: {by_interface}\n"), "{grant}");
    }
    assert_eq!(virt(&["secrets=allow"]), format!("warning: `c`: {by_label}\n"));
    assert_eq!(virt(&["secrets=allow", "env=allow"]), "");
    assert_eq!(said(&["virt", "c.wat", "-o", "out.wasm", "--allow-all"]), "");
    for (allow, expected) in [(r#""env""#, by_interface), (r#""secrets#*""#, by_label)] {
        policy(allow);
        for arguments in
            [&["check", "c.wat", "--policy", "p.toml"][..], &["virt", "c.wat", "--policy", "p.toml", "-o", "o.wasm"]]
        {
            assert_eq!(said(arguments), format!("warning: {expected}\n"), "{arguments:?}");
        }
        let strict =
            weld(directory.path()).args(["check", "c.wat", "--policy", "p.toml", "--strict"]).output().unwrap();
        assert_eq!(strict.status.code(), Some(1));
    }
    policy(r#""env", "secrets#*""#);
    assert_eq!(said(&["check", "c.wat", "--policy", "p.toml", "--strict"]), "");
    // A manifest says it as well.
    let [root, grants] = [
        "[composition]\nroot = \"c\"\noutput = \"out.wasm\"\n[components]\nc = \"c.wat\"\n",
        "[virtualize.c]\nenv = \"allow\"\n",
    ];
    std::fs::write(directory.path().join("weld.toml"), format!("{root}{grants}")).unwrap();
    assert!(said(&["build"]).contains(by_interface));
}

#[test]
fn plug_warns_of_files_of_one_name() {
    let [first, second] = [store(&[("\"t:p/kv@1.0.0\"", 1)]), store(&[("\"t:p/other@1.0.0\"", 2)])];
    let app = r#"(component (import "t:p/kv@1.0.0" (instance (export "get" (func (result u32)))))
      (import "t:p/other@1.0.0" (instance (export "get" (func (result u32))))))"#;
    let directory = directory_with(&[("app.wat", app)]);
    for (place, text) in [("x", &first), ("y", &second)] {
        std::fs::create_dir(directory.path().join(place)).unwrap();
        std::fs::write(directory.path().join(place).join("kv.wat"), text).unwrap();
    }
    let plugged = |plugs: &[&str]| {
        let plugs = plugs.iter().flat_map(|plug| ["--plug", plug]);
        let ran = succeeds(weld(directory.path()).args(["plug", "app.wat", "-q", "-o", "out.wasm"]).args(plugs));
        (String::from_utf8(ran.stderr).unwrap(), std::fs::read(directory.path().join("out.wasm")).unwrap())
    };
    let (said, bytes) = plugged(&["x/kv.wat", "y/kv.wat"]);
    let is = |place: &str, name: &str| said.contains(&format!("`{place}/kv.wat` is `{name}`"));
    assert!(said.starts_with("warning: several components are called `kv`, and their contents decide"), "{said}");
    assert!((is("x", "kv") && is("y", "kv-2")) || (is("y", "kv") && is("x", "kv-2")), "{said}");
    assert_eq!(plugged(&["y/kv.wat", "x/kv.wat"]), (said, bytes));
    std::fs::rename(directory.path().join("y/kv.wat"), directory.path().join("y/other.wat")).unwrap();
    assert_eq!(plugged(&["x/kv.wat", "y/other.wat"]).0, "");
}

#[test]
fn inspect_shows_what_a_label_implements_and_its_external_id() {
    let component = r#"(component
      (import "db" (implements "t:p/kv@1.0.0") (external-id "or\0aders") (instance (export "get" (func (result u32)))))
      (import "t:p/kv@1.0.0" (external-id "x") (instance (export "get" (func (result u32))))))"#;
    let directory = directory_with(&[("c.wat", component)]);
    let said = succeeds(weld(directory.path()).args(["inspect", "c.wat"])).stdout;
    let said = String::from_utf8(said).unwrap();
    assert!(said.contains(r#"db (implements t:p/kv@1.0.0, external-id "or\nders")"#), "{said}");
    assert!(said.contains(r#"t:p/kv@1.0.0 (external-id "x")"#), "{said}");
}

#[test]
fn plug_keeps_nested_external_ids_and_refuses_to_merge_different_ones() {
    let component = |id: &str, name: &str| {
        format!(
            r#"(component (import "t:p/i@1.0.0" (instance $i (export "f" (external-id "{id}") (func (result u32)))))
              (instance $o (export "f" (func $i "f"))) (export "{name}" (instance $o)))"#
        )
    };
    let app = r#"(component
      (import "t:p/a" (instance $a (export "f" (func (result u32))))) (import "t:p/b" (instance $b (export "f" (func (result u32)))))
      (export "c" (instance $a)) (export "d" (instance $b)))"#;
    let plug = |a: &str, b: &str| {
        let directory =
            directory_with(&[("app.wat", app), ("a.wat", &component(a, "t:p/a")), ("b.wat", &component(b, "t:p/b"))]);
        let plugs = ["plug", "app.wat", "--plug", "a.wat", "--plug", "b.wat", "-o", "out.wasm"];
        let output = weld(directory.path()).args(plugs).output().unwrap();
        (directory, output)
    };
    let (directory, output) = plug("one", "two");
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("external-id \"one\" of `f`") && said.contains("external-id \"two\" of `f`"), "{said}");
    drop(directory);
    let (directory, output) = plug("one", "one");
    assert!(output.status.success(), "{output:?}");
    let out = std::fs::read(directory.path().join("out.wasm")).unwrap();
    let inputs = ["--input", "app.wat", "--input", "a.wat", "--input", "b.wat", "--allow-all"];
    succeeds(weld(directory.path()).args(["verify", "out.wasm"]).args(inputs));
    // Another id in the outermost type asks the host for another thing.
    let at = out.windows(3).position(|bytes| bytes == b"one").unwrap();
    let mut bad = out.clone();
    bad[at..at + 3].copy_from_slice(b"adm");
    std::fs::write(directory.path().join("bad.wasm"), bad).unwrap();
    let output = weld(directory.path()).args(["verify", "-v", "bad.wasm"]).args(inputs).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(String::from_utf8(output.stdout).unwrap().contains("under another external-id"));
}

#[test]
fn virt_denies_an_interface_with_external_ids_within() {
    let directory = tempfile::tempdir().unwrap();
    let text = r#"(component (import "a:b/i" (instance
        (export "f" (external-id "one") (func (result u32)))
        (export "g" (func (result (result u32)))))))"#;
    std::fs::write(directory.path().join("app.wat"), text).unwrap();
    let output = support::virt(&directory.path().join("app.wat"), &[]);
    assert_eq!(support::names(&output).0, [""; 0]);
    // An adapter that imports a part of it would import that without the id.
    let said = fails(weld(directory.path()).args(["virt", "app.wat", "--grant", "a:b/i#f=allow", "-o", "out.wasm"]));
    assert!(said.contains("`external-id`"), "{said}");
}

#[test]
fn check_and_diff_show_external_ids() {
    let component = |ids: [&str; 3]| {
        let [label, function, interface] =
            ids.map(|id| if id.is_empty() { id.to_owned() } else { format!(r#"(external-id "{id}")"#) });
        format!(
            r#"(component (import "y" (implements "a:b/c@1.0.0") {label} (instance (export "f" (func))))
              (import "z" {function} (func)) (import "a:b/d@1.0.0" {interface} (instance (export "f" (func)))))"#
        )
    };
    let policy = "default = \"deny\"\n";
    let files = [("old.wat", component(["orders", "one", "left"])), ("new.wat", component(["users", "", "right"]))];
    let directory = directory_with(&[("old.wat", &files[0].1), ("new.wat", &files[1].1), ("p.toml", policy)]);
    let run = |arguments: &[&str]| {
        let output = weld(directory.path()).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let said = run(&["check", "old.wat", "--policy", "p.toml", "-v"]);
    for name in ["`y#f` (external-id `orders`)", "`z` (external-id `one`)", "`a:b/d@1.0.0#f` (external-id `left`)"] {
        assert!(said.contains(name), "{said}");
    }
    let json: serde_json::Value =
        serde_json::from_str(&run(&["check", "old.wat", "--policy", "p.toml", "--json"])).unwrap();
    assert_eq!(json["violations"][0]["external_id"], "orders", "{json}");
    let said = run(&["diff", "old.wat", "new.wat"]);
    for id in ["orders", "users", "one", "left", "right"] {
        assert!(said.contains(&format!("@external-id(\"{id}\")")), "{id}: {said}");
    }
    assert!(!said.contains("f: func"), "{said}");
}
