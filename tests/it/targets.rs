//! Whether components conform to worlds, and what is said where they do not.

use std::path::Path;
use std::process::Output;

use crate::support::{self, fails, guest, succeeds, weld};
use serde_json::{Value, json};
use tempfile::TempDir;
use wit_component::{ComponentEncoder, StringEncoding, dummy_module, embed_component_metadata};
use wit_parser::{LiftLowerAbi, ManglingAndAbi, Resolve};

/// A directory with `app.wasm`, a component of the only world in some WIT, and with `world.wit`.
fn directory(component: &str, world: &str) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let mut resolve = Resolve::default();
    let package = resolve.push_str("app.wit", component).unwrap();
    let id = resolve.select_world(&[package], None).unwrap();
    let mut module = dummy_module(&resolve, id, ManglingAndAbi::Legacy(LiftLowerAbi::Sync));
    embed_component_metadata(&mut module, &resolve, id, StringEncoding::UTF8).unwrap();
    let component = ComponentEncoder::default().module(&module).unwrap().encode().unwrap();
    std::fs::write(directory.path().join("app.wasm"), component).unwrap();
    std::fs::write(directory.path().join("world.wit"), world).unwrap();
    directory
}

/// The package `wasi:cli` of WASI 0.2.12 as a directory, with the packages that it uses in `deps`.
fn wasi_cli() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let deps = directory.path().join("deps");
    std::fs::create_dir(&deps).unwrap();
    for (name, to) in [
        ("cli", directory.path()),
        ("clocks", &deps),
        ("filesystem", &deps),
        ("io", &deps),
        ("random", &deps),
        ("sockets", &deps),
    ] {
        let name = format!("{name}.wit");
        std::fs::copy(support::project().join("wit/wasi-0.2.12").join(&name), to.join(&name)).unwrap();
    }
    directory
}

fn targets(directory: &Path, arguments: &[&str]) -> Output {
    weld(directory).args(["targets", "app.wasm", "--wit", "world.wit"]).args(arguments).output().unwrap()
}

/// Compares a component of one world with another world. Both are WIT. Gives what is printed, and `""` if it conforms, which is said.
#[track_caller]
fn compare(component: &str, world: &str) -> String {
    let output = targets(directory(component, world).path(), &[]);
    let stdout = String::from_utf8(output.stdout).unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said.contains("`app` conforms to world `"), stdout.is_empty(), "{said}");
    assert_eq!(output.status.code(), Some(if stdout.is_empty() { 0 } else { 1 }));
    stdout
}

#[test]
fn targets_accepts_rust_commands_in_the_command_world() {
    let wit = wasi_cli();
    // Older versions import what the newest has, too. The module is made a component, as it is wherever one is given.
    for name in ["command-0.2.12", "command-0.2.6", "command-0.2.3", "command-0.2.0", "command.module"] {
        for world in ["command", "wasi:cli/command@0.2.12"] {
            let mut command = weld(support::project());
            command.arg("targets").arg(guest(name)).arg("--wit").arg(wit.path()).args(["--world", world]);
            let output = succeeds(&mut command);
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!(
                (output.stdout, said),
                (vec![], format!("`{name}` conforms to world `wasi:cli/command@0.2.12`\n"))
            );
        }
    }
    let mut command = weld(support::project());
    command.arg("targets").arg(guest("hello-command")).arg("--wit").arg(wit.path()).args(["--world", "command"]);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "`hello-command` does not conform to world `wasi:cli/command@0.2.12`: 1 mismatch\n\
         import `hello-world`: the world has none\n  \
           component  hello-world: func() -> string\n"
    );
}

#[test]
fn targets_accepts_more_exports_and_fewer_imports() {
    let component = "package a:app; world app { import f: func(); export g: func(); export h: func(); }";
    let world = "package a:b; world w { import f: func(); import i: interface { x: func(); } export g: func(); }";
    assert_eq!(compare(component, world), "");
}

#[test]
fn targets_accepts_a_partially_used_interface() {
    let interface = |functions: &str| format!("package a:b; interface i {{ f: func(); {functions} }}");
    let component = interface("") + "world app { import i; export e: interface { x: func(); y: func(); } }";
    let world = interface("g: func();") + "world w { import i; export e: interface { y: func(); } }";
    assert_eq!(compare(&component, &world), "");
    // The other way round, each lacks something.
    assert_eq!(
        compare(&world.replace("world w", "world app"), &component.replace("world app", "world w")),
        "`app` does not conform to world `a:b/w`: 2 mismatches\n\
         import `a:b/i`: that of the world has no `g`\n  \
           component  g: func()\n\
         export `e`: that of the component has no `x`\n  \
           world      x: func()\n"
    );
}

#[test]
fn targets_reports_all_differences() {
    let component = "package a:b@1.0.0;
        interface store {
            record entry { key: string, value: list<u8> }
            resource connection { open: static func(name: string) -> connection; get: func(key: string) -> entry; }
            count: func(of: borrow<connection>) -> u32;
            first: func() -> entry;
            last: func() -> entry;
            same: func(a: u8) -> u8;
        }
        world app { import store; import log: func(text: string); import noise: func(); export run: func(); }";
    let world = component
        .replace("value: list<u8>", "value: string")
        .replace("-> u32", "-> u64")
        .replace("name: string", "path: string")
        .replace("export run: func()", "export run: func() -> bool; export stop: func()")
        .replace("log: func(text", "log: async func(text")
        .replace("noise", "noisy");
    assert_eq!(
        compare(component, &world),
        "`app` does not conform to world `a:b/app@1.0.0`: 10 mismatches\n\
         import `a:b/store@1.0.0`: `entry` differs\n  \
           component  record entry { key: string, value: list<u8> }\n  \
           world      record entry { key: string, value: string }\n\
         import `a:b/store@1.0.0`: `[static]connection.open` differs\n  \
           component  connection.open: static func(name: string) -> connection\n  \
           world      connection.open: static func(path: string) -> connection\n\
         import `a:b/store@1.0.0`: `[method]connection.get` mentions `entry`, which differs\n\
         import `a:b/store@1.0.0`: `count` differs\n  \
           component  count: func(of: borrow<connection>) -> u32\n  \
           world      count: func(of: borrow<connection>) -> u64\n\
         import `a:b/store@1.0.0`: `first`, `last` mention `entry`, which differs\n\
         import `log` differs\n  \
           component  log: func(text: string)\n  \
           world      log: async func(text: string)\n\
         import `noise`: the world has none\n  \
           component  noise: func()\n  \
           near       `noisy`: the spelling differs\n\
         export `run` differs\n  \
           component  run: func()\n  \
           world      run: func() -> bool\n\
         export `stop`: the component has none\n  \
           world      stop: func()\n"
    );
}

#[test]
fn targets_reports_imports_outside_the_world() {
    let wit = |side: &str| format!("package a:b; interface i {{ f: func(); }} world w {{ {side} i; }}");
    assert_eq!(
        compare(&wit("import"), &wit("export")),
        "`app` does not conform to world `a:b/w`: 2 mismatches\n\
         import `a:b/i`: the world has none\n  \
           component  interface a:b/i { f }\n\
         export `a:b/i`: the component has none\n  \
           world      interface a:b/i { f }\n"
    );
}

/// WIT of a world that imports and exports an interface of some versions.
fn versions(imports: &[&str], exports: &[&str], function: &str) -> String {
    let mut all: Vec<&str> = [imports, exports].concat();
    all.sort();
    all.dedup();
    let items = |side: &str, list: &[&str]| -> String {
        list.iter().map(|version| format!("{side} n:p/i@{version};")).collect()
    };
    let packages: String =
        all.iter().map(|version| format!("package n:p@{version} {{ interface i {{ {function} }} }}")).collect();
    format!("package a:b; world w {{ {} {} }} {packages}", items("import", imports), items("export", exports))
}

#[test]
fn targets_accepts_compatible_versions() {
    let f = "f: func();";
    for (component, world) in [("1.0.0", "1.2.0"), ("1.2.0", "1.0.0"), ("0.2.0", "0.2.9")] {
        assert_eq!(compare(&versions(&[component], &[component], f), &versions(&[world], &[world], f)), "");
    }
    assert_eq!(
        compare(&versions(&["0.2.0"], &[], f), &versions(&["0.3.0"], &[], f)),
        "`app` does not conform to world `a:b/w`: 1 mismatch\n\
         import `n:p/i@0.2.0`: the world has none\n  \
           component  interface n:p/i@0.2.0 { f }\n  \
           near       `n:p/i@0.3.0`: their versions are not compatible\n"
    );
    // What a compatible version lacks, it lacks.
    assert_eq!(
        compare(&versions(&["1.2.0"], &[], "f: func(); g: func();"), &versions(&["1.0.0"], &[], f)),
        "`app` does not conform to world `a:b/w`: 1 mismatch\n\
         import `n:p/i@1.2.0` (`n:p/i@1.0.0` of the world): that of the world has no `g`\n  \
           component  g: func()\n"
    );
}

#[test]
fn targets_prefers_the_same_version_to_higher_ones() {
    let world = versions(&["1.0.0", "1.1.0", "1.2.0"], &[], "f: func();");
    let other = |version: &str| {
        let package = format!("package n:p@{version} {{ interface i {{ f: func()");
        world.replace(&package, &format!("{package} -> string"))
    };
    let component = |version: &str| versions(&[version], &[], "f: func();");
    assert_eq!(compare(&component("1.0.0"), &other("1.2.0")), "");
    assert_eq!(compare(&component("1.0.9"), &other("1.1.0")), "");
    assert!(compare(&component("1.0.9"), &other("1.2.0")).contains("(`n:p/i@1.2.0` of the world): `f` differs"));
    assert!(compare(&component("1.0.0"), &other("1.0.0")).contains("import `n:p/i@1.0.0`: `f` differs"));
}

#[test]
fn targets_suggests_near_names() {
    let component = "package a:b; interface store { get-all: func(); }
        world w { import store; export colour: func(); }";
    let world = "package a:b; interface store { get-al: func(); other: func(); }
        world w { import store; export color: func(); }";
    let printed = compare(component, world);
    assert!(
        printed
            .contains("has no `get-all`\n  component  get-all: func()\n  near       `get-al`: the spelling differs\n")
    );
    assert!(printed.contains("color: func()\n  near       `colour`: the spelling differs\n"));
    let other_package = compare(
        "package a:b; interface store { f: func(); } world w { import store; }",
        "package c:d; interface store { f: func(); } world w { import store; }",
    );
    assert!(other_package.contains("near       `c:d/store`: the interface is of another package\n"), "{other_package}");
}

#[test]
fn targets_compares_resources() {
    let wit = "package a:b;
        interface types { resource r { constructor(); m: func() -> r; } }
        interface user { use types.{r}; take: func(r: r, other: borrow<r>) -> list<r>; }
        world w { import user; export user; export types; }";
    assert_eq!(compare(wit, wit), "");
    let lacks = compare(wit, &wit.replace("m: func() -> r;", "m: func() -> r; n: func();"));
    assert!(lacks.contains("export `a:b/types`: that of the component has no `[method]r.n`"), "{lacks}");
}

#[test]
fn targets_distinguishes_resources_of_different_interfaces() {
    // Both interfaces have an `r`, and which of them `user` takes is all that differs.
    let wit = |owner: &str, side: &str| {
        format!(
            "package a:b; interface one {{ resource r; }} interface two {{ resource r; }}
             interface user {{ use {owner}.{{r}}; take: func(r: r); }}
             world w {{ import one; import two; {side} user; }}"
        )
    };
    for side in ["import", "export"] {
        assert_eq!(compare(&wit("one", side), &wit("one", side)), "");
        assert_eq!(
            compare(&wit("one", side), &wit("two", side)),
            format!(
                "`app` does not conform to world `a:b/w`: 1 mismatch\n\
                 {side} `a:b/user`: `r` differs\n  \
                   component  resource r of import a:b/one\n  \
                   world      resource r of import a:b/two\n"
            )
        );
    }
}

#[test]
fn targets_accepts_an_exported_resource_that_is_imported() {
    // `r` is the component's own in the world, and the host's in the component: to the world that is no difference.
    let passes_on = r#"(component
        (import "a:b/host" (instance $host (export "r" (type (sub resource)))))
        (alias export $host "r" (type $r))
        (instance $types (export "r" (type $r)))
        (export "a:b/types" (instance $types)))"#;
    let wit = "package a:b; interface host { resource r; } interface types { resource r; }
        world w { import host; export types; }";
    let directory = directory("package a:b; world w {}", wit);
    std::fs::write(directory.path().join("app.wasm"), passes_on).unwrap();
    assert_eq!(String::from_utf8(targets(directory.path(), &[]).stdout).unwrap(), "");
}

#[test]
fn targets_compares_functions_and_types_of_the_world() {
    let wit = "package a:b;
        interface i { record point { x: u32 } resource r; }
        world w {
            use i.{point, r};
            record line { a: point, b: point }
            import draw: func(line: line, on: borrow<r>);
            export scale: func(line: line) -> line;
        }";
    assert_eq!(compare(wit, wit), "");
    assert_eq!(
        compare(wit, &wit.replace("x: u32", "x: s32").replace("on:", "at:")),
        "`app` does not conform to world `a:b/w`: 5 mismatches\n\
         import `a:b/i`: `point` differs\n  \
           component  record point { x: u32 }\n  \
           world      record point { x: s32 }\n\
         import `point` differs\n  \
           component  record point { x: u32 }\n  \
           world      record point { x: s32 }\n\
         import `line` mentions `point`, which differs\n\
         import `draw` differs\n  \
           component  draw: func(line: line, on: borrow<r>)\n  \
           world      draw: func(line: line, at: borrow<r>)\n\
         export `scale` mentions `point`, which differs\n"
    );
    let without = "package a:b; world w { import draw: func(); }";
    assert!(compare(wit, without).contains("import `line`: the world has none\n  component  record line {"));
}

#[test]
fn targets_names_the_inner_type_that_differs() {
    // What the world's function mentions is in no interface that the component imports.
    let wit = |ty: &str, side: &str| {
        format!(
            "package a:b;
             interface types {{ record inner {{ x: {ty} }} record outer {{ all: list<inner> }} }}
             interface api {{ use types.{{outer}}; get: func() -> option<outer>; put: func(o: outer); }}
             world w {{ {side} }}"
        )
    };
    let printed = compare(&wit("u8", "export api;"), &wit("u16", "export api;"));
    assert_eq!(
        printed,
        "`app` does not conform to world `a:b/w`: 5 mismatches\n\
         import `a:b/types`: `inner` differs\n  \
           component  record inner { x: u8 }\n  \
           world      record inner { x: u16 }\n\
         import `a:b/types`: `outer` mentions `inner`, which differs\n\
         export `a:b/api`: `outer`, `get`, `put` mention `inner`, which differs\n"
    );
    // Where nothing else says what it is, that is shown.
    let component =
        "package a:b; world w { import f: func(); export g: interface { record r { x: u8 } h: func(r: r); } }";
    let output = targets(directory(component, &component.replace("u8", "s8")).path(), &["--json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["mismatches"][0]["type"], Value::Null);
    assert_eq!(
        report["mismatches"][1]["type"],
        json!({ "name": "r", "component": "record r { x: u8 }", "world": "record r { x: s8 }" })
    );
}

#[test]
fn targets_json_equals_the_text() {
    let component = "package a:b@1.0.0; interface i { resource r { m: func(); } } world w { import i; }";
    let world = "package a:b@1.0.1; interface i { resource r { m: func() -> u8; } }
        world w { import i; export M: func(); }";
    let directory = directory(component, world);
    let output = targets(directory.path(), &["--json"]);
    assert_eq!((output.status.code(), output.stderr), (Some(1), vec![]));
    assert_eq!(
        serde_json::from_slice::<Value>(&output.stdout).unwrap(),
        json!({
            "version": 1,
            "component": { "name": "app", "file": "app.wasm" },
            "world": { "name": "a:b/w@1.0.1", "file": "world.wit" },
            "conforms": false,
            "mismatches": [
                {
                    "side": "import",
                    "name": "a:b/i@1.0.0",
                    "counterpart": "a:b/i@1.0.1",
                    "path": ["[method]r.m"],
                    "component": "r.m: func()",
                    "world": "r.m: func() -> u8",
                    "type": null,
                    "near": [],
                },
                {
                    "side": "export",
                    "name": "M",
                    "counterpart": null,
                    "path": [],
                    "component": null,
                    "world": "M: func()",
                    "type": null,
                    "near": [],
                },
            ],
        })
    );
    std::fs::write(directory.path().join("world.wit"), component).unwrap();
    let output = targets(directory.path(), &["--json", "-v"]);
    assert_eq!(output.status.code(), Some(0));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&report["conforms"], &report["mismatches"]), (&json!(true), &json!([])));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "`app` conforms to world `a:b/w@1.0.0`\n");
}

#[test]
fn targets_accepts_a_binary_package() {
    let wit = "package a:b; interface i { f: func(); } world w { import i; } world v {}";
    let directory = directory("package a:b; interface i { f: func(); } world w { import i; }", wit);
    let mut resolve = Resolve::default();
    let package = resolve.push_str("world.wit", wit).unwrap();
    std::fs::write(directory.path().join("world.wasm"), wit_component::encode(&resolve, package).unwrap()).unwrap();
    let run = |world: &str| {
        let mut command = weld(directory.path());
        command.args(["targets", "app.wasm", "--wit", "world.wasm", "--world", world]).output().unwrap()
    };
    assert_eq!(run("w").status.code(), Some(0));
    assert_eq!(run("v").status.code(), Some(1));
}

#[test]
fn targets_accepts_a_binary_package_as_text() {
    let wit = "package a:b; interface i { f: func(); } world w { import i; } world v {}";
    let text = |wit: &str| {
        let mut resolve = Resolve::default();
        let package = resolve.push_str("world.wit", wit).unwrap();
        wasmprinter::print_bytes(wit_component::encode(&resolve, package).unwrap()).unwrap()
    };
    let directory = directory("package a:b; interface i { f: func(); } world w { import i; }", wit);
    let write = |name: &str, text: &str| {
        let file = directory.path().join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    };
    write("world.wat", &format!(";; a comment first\n{}", text(wit)));
    write("dir/world.wit", "package c:d; world w { import a:b/i; } world v {}");
    for dep in ["dep.wat", "dep.wit", "dep.wasm"] {
        let _ = std::fs::remove_dir_all(directory.path().join("dir/deps"));
        write(&format!("dir/deps/{dep}"), &text(wit));
        for path in ["world.wat", "dir"] {
            for (world, code) in [("w", 0), ("v", 1), ("x", 2)] {
                let mut command = weld(directory.path());
                let output = command.args(["targets", "app.wasm", "--wit", path, "--world", world]).output().unwrap();
                let said = String::from_utf8(output.stderr).unwrap();
                assert_eq!(output.status.code(), Some(code), "{path} {dep}: {said}");
                assert_eq!(said.contains("--world w"), code == 2, "{said}");
            }
        }
    }
    let printed = |path: &str| succeeds(weld(directory.path()).args(["inspect", path])).stdout;
    assert_eq!(String::from_utf8(printed("world.wat")), String::from_utf8(printed("world.wit")));

    // A document takes its packages from such text, too.
    write("doc.wac", "package t:doc targets a:b/w;\nlet app = new t:app { ... };\n");
    let arguments = ["compose", "doc.wac", "--dep", "t:app=app.wasm", "--dep", "a:b=world.wat", "-o", "out.wasm"];
    succeeds(weld(directory.path()).args(arguments));

    // What is in `deps` is looked at as closely as what is named.
    write("dir/deps/dep.wat", "(module)");
    let said = fails(weld(directory.path()).args(["targets", "app.wasm", "--wit", "dir"]));
    assert!(said.contains("dep.wat` is a core module") || said.contains("it is a core module"), "{said}");
    write("dir/deps/dep.wat", "(component (type");
    let said = fails(weld(directory.path()).args(["targets", "app.wasm", "--wit", "dir"]));
    assert!(said.contains("dep.wat` is not valid WebAssembly text"), "{said}");
    // Packages that use each other's types keep the parser busy without end.
    write(
        "dir/deps/dep.wat",
        r#"(component (type (component (type (component
            (import "a:b/i" (instance $i (export "r" (type (sub resource)))))
            (alias export $i "r" (type $r))
            (import "c:d/j" (instance $j (export "x" (type (eq $r))) (export "s" (type (sub resource)))))
            (alias export $j "s" (type $s))
            (import "a:b/k" (instance (export "s" (type (eq $s)))))))
            (export "e:f/w" (component (type 0)))))
            (export "w" (type 0)))"#,
    );
    let said = fails(weld(directory.path()).args(["targets", "app.wasm", "--wit", "dir"]));
    assert!(said.contains("use each other's types in a cycle"), "{said}");
}

#[test]
fn targets_accepts_an_inline_interface_with_types_of_its_package() {
    // That was taken for packages that use each other's types in a cycle.
    let wit = "package a:b; interface i { record r { x: u8 } }
        world w { import i; export e: interface { use i.{r}; f: func() -> r; } }";
    let directory = directory(wit, wit);
    let mut resolve = Resolve::default();
    let package = resolve.push_str("world.wit", wit).unwrap();
    let world = wit_component::encode(&resolve, package).unwrap();
    std::fs::write(directory.path().join("world.wit"), world).unwrap();
    succeeds(weld(directory.path()).args(["targets", "app.wasm", "--wit", "world.wit"]));
}

#[test]
fn targets_refuses_inputs_that_are_not_comparable() {
    let directory = directory("package a:b; world w {}", "package a:b; world one {} world two {}");
    let write = |name: &str, text: &str| std::fs::write(directory.path().join(name), text).unwrap();
    write("bad.wit", "package a:b; world w { import f func(); }");
    write("none.wit", "package a:b; interface i {}");
    write("only.wit", "package a:b; world w {}");
    write("bare.wat", "(module)");
    // The body of `f` leaves a value behind.
    write("invalid.wat", "(component (core module (func (export \"f\") i32.const 1)))");
    let package = guest("hello-lib");
    for (arguments, parts) in [
        (&["app.wasm", "--wit", "world.wit"][..], &["which world of `world.wit`", "--world one", "--world two"][..]),
        (&["app.wasm", "--wit", "world.wit", "--world", "three"], &["`three` is not a world", "--world one"]),
        (&["app.wasm", "--wit", "world.wit", "--world", "x:y/z@1"], &["`x:y/z@1` is not a world", "--world one"]),
        (&["app.wasm", "--wit", "none.wit"], &["`none.wit` has no world", "interfaces alone"]),
        (&["app.wasm", "--wit", "bad.wit"], &["bad.wit:1:33", "import f func();"]),
        (&["app.wasm", "--wit", "missing.wit"], &["missing.wit"]),
        (&["app.wasm", "--wit", package.to_str().unwrap()], &["is a component, not WIT"]),
        (&["missing.wasm", "--wit", "only.wit"], &["`missing.wasm`: no such file"]),
        (&["only.wit", "--wit", "only.wit"], &["`only.wit` is WIT text"]),
        (&["bare.wat", "--wit", "only.wit"], &["without WIT metadata"]),
        (&["invalid.wat", "--wit", "only.wit"], &["`invalid.wat` is not a valid component"]),
        (&["app.wasm"], &["--wit"]),
    ] {
        let mut command = weld(directory.path());
        let output = command.arg("targets").args(arguments).output().unwrap();
        assert_eq!(output.stdout, b"", "{arguments:?}");
        let said = fails(&mut command);
        for part in parts {
            assert!(said.contains(part), "{arguments:?} should say {part}:\n{said}");
        }
    }
}

/// A world with items of a feature.
const FEATURES: &str = "package a:b@0.1.0;
    interface i {
      @since(version = 0.1.0) f: func();
      @unstable(feature = extra) g: func();
    }
    world app { import i; @unstable(feature = extra) import h: func(); }";

#[test]
fn targets_reads_items_of_the_features_that_are_given() {
    let component = FEATURES.replace("@since(version = 0.1.0)", "").replace("@unstable(feature = extra)", "");
    let directory = directory(&component, FEATURES);
    for flags in [&["--features", "extra"][..], &["--features", "other,extra"], &["--all-features"]] {
        succeeds(weld(directory.path()).args(["targets", "app.wasm", "--wit", "world.wit"]).args(flags));
    }
    let output = targets(directory.path(), &[]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("`--all-features`"), "{said}");
}

#[test]
fn wit_errors_name_features_that_would_prevent_them() {
    let directory = tempfile::tempdir().unwrap();
    let world = "package a:b@0.1.0; @unstable(feature = extra) world w { import f: func(); }";
    std::fs::write(directory.path().join("w.wit"), world).unwrap();
    std::fs::write(directory.path().join("m.wat"), r#"(module (import "$root" "f" (func)))"#).unwrap();
    let commands = [&["virt", "--wit", "w.wit"][..], &["componentize", "m.wat", "--wit", "w.wit"]];
    for command in commands {
        let said = fails(weld(directory.path()).args(command).args(["-o", "out.wasm"]));
        assert!(said.contains("`--all-features`"), "{said}");
        succeeds(weld(directory.path()).args(command).args(["--all-features", "-o", "out.wasm"]));
    }
}

#[test]
fn wit_world_may_be_named_with_or_without_percent_signs() {
    let directory = tempfile::tempdir().unwrap();
    let world = "package foo:%flags; world %list { import f: func(); } world other { import g: func(); }";
    std::fs::write(directory.path().join("w.wit"), world).unwrap();
    for name in ["list", "%list", "foo:flags/list", "foo:%flags/%list"] {
        succeeds(weld(directory.path()).args(["virt", "--wit", "w.wit", "--world", name, "-o", "out.wasm"]));
        let output = std::fs::read(directory.path().join("out.wasm")).unwrap();
        assert_eq!(support::names(&output).1, ["f"]);
    }
}

#[test]
fn targets_and_virt_accept_worlds_whose_types_are_too_large_for_the_validator() {
    let records: String = (1..16).map(|n| format!("record r{n} {{ a: r{}, b: r{} }}\n", n - 1, n - 1)).collect();
    let interface = |name: &str, result: &str| {
        format!("interface {name} {{ record r0 {{ a: u32 }}\n{records}f: func() -> {result}; }}\n")
    };
    let world = |result: &str| {
        let interfaces = interface("a", "u32") + &interface("b", "u32") + &interface("c", result);
        format!(
            "package test:large@1.0.0;\n{interfaces}world w {{ import a; import b; use a.{{r0}}; import export-0: func(x: r0); \
             export b; export c; export f: func(x: r0); }}"
        )
    };
    let directory = directory(&world("u32"), &world("u32"));
    succeeds(weld(directory.path()).args(["targets", "app.wasm", "--wit", "world.wit"]));
    succeeds(weld(directory.path()).args(["virt", "--wit", "world.wit", "-o", "adapter.wasm"]));
    let adapter = std::fs::read(directory.path().join("adapter.wasm")).unwrap();
    let (imports, exports) = support::names(&adapter);
    assert_eq!(imports, ["test:large/a@1.0.0"]);
    assert_eq!(support::imported_functions(&adapter), []);
    assert_eq!(exports, ["test:large/a@1.0.0", "test:large/b@1.0.0", "r0", "export-0"]);
    std::fs::write(directory.path().join("world.wit"), world("u8")).unwrap();
    let output = targets(directory.path(), &[]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("export `test:large/c@1.0.0`: `f` differs"), "{said}");
}

#[test]
fn targets_names_the_worlds_of_a_directory_of_several_packages() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    std::fs::write(path.join("app.wat"), "(component)").unwrap();
    let write = |file: &str, text: &str| {
        std::fs::create_dir_all(path.join(file).parent().unwrap()).unwrap();
        std::fs::write(path.join(file), text).unwrap();
    };
    let (a, b) = ("package acme:a;\nworld one {}\nworld two {}\n", "package acme:b;\nworld three {}\n");
    write("files/a.wit", a);
    write("files/b.wit", b);
    write("folders/x/a.wit", a);
    write("folders/y/b.wit", b);
    for (wit, worlds) in [
        ("files", ["files/a.wit --world one", "files/a.wit --world two", "files/b.wit --world three"]),
        ("folders", ["folders/x --world one", "folders/x --world two", "folders/y --world three"]),
    ] {
        let said = fails(weld(path).args(["targets", "app.wat", "--wit", wit]));
        for world in worlds {
            assert!(said.contains(&format!("\n          --wit {world}\n")), "{said}");
            // What is advised can be read.
            succeeds(weld(path).args(["targets", "app.wat", "--wit"]).args(world.split(' ')));
        }
    }
    // Files of one package that are wrong are no packages of their own.
    write("wrong/a.wit", "package acme:a;\nworld one { import missing; }\n");
    let said = fails(weld(path).args(["targets", "app.wat", "--wit", "wrong"]));
    assert!(said.contains("missing") && !said.contains("--world"), "{said}");
}
