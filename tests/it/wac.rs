//! The guide of the WAC language, construct by construct: what a document says is composed, and run where it can be.

mod types;

use std::path::Path;

use crate::support::{self, names, wit};
use wasmtime::component::types::ComponentItem;
use wasmtime::component::{Component, Linker};
use wasmtime::{Config, Engine, Store};

/// A package's file below `deps`, and its text.
type Package = (&'static str, String);

/// Composes a document with packages in `deps`.
fn try_compose(document: &str, packages: &[Package]) -> Result<Vec<u8>, String> {
    compose_with(document, packages, &[], false)
}

/// Composes a document with packages in `deps`, and others that it is told of.
fn compose_with(
    document: &str,
    packages: &[Package],
    overrides: &[(&str, &str)],
    import: bool,
) -> Result<Vec<u8>, String> {
    let directory = tempfile::tempdir().unwrap();
    for (path, text) in packages {
        write(directory.path(), path, text);
    }
    let mut composer = weld::Composer::new().document(document).packages(directory.path().join("deps"));
    for (package, path) in overrides {
        composer = composer.component(*package, weld::Input::file(directory.path().join(path)));
    }
    if import {
        composer = composer.import_components().allow_obsolete_names();
    }
    let shown = |error: weld::Error| error.to_string().replace(&directory.path().display().to_string(), "");
    let bytes = composer.compose().map_err(shown)?.into_bytes();
    // Components are imported by names that the newest validator no longer takes.
    if !import {
        support::validate(&bytes);
    }
    Ok(bytes)
}

fn write(directory: &Path, path: &str, text: &str) {
    let file = directory.join(path);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, text).unwrap();
}

#[track_caller]
fn compose(document: &str, packages: &[Package]) -> Vec<u8> {
    try_compose(&format!("package test:composition;\n{document}"), packages).unwrap()
}

/// A package that exports functions, each with the number that it returns.
fn functions(path: &'static str, functions: &[(&str, u32)]) -> Package {
    let each = functions.iter().map(|(name, number)| {
        format!(
            r#"(core module $m (func (export "f") (result i32) (i32.const {number})))
               (core instance $i (instantiate $m))
               (func (export "{name}") (result u32) (canon lift (core func $i "f")))"#
        )
        .replace("$m", &format!("$m-{name}"))
        .replace("$i", &format!("$i-{name}"))
    });
    (path, format!("(component {})", each.collect::<String>()))
}

/// A package that exports interfaces, each with a function `get` and the number that this returns.
fn interfaces(path: &'static str, interfaces: &[(&str, u32)]) -> Package {
    let each = interfaces.iter().enumerate().map(|(index, (name, number))| {
        format!(
            r#"(core module $m{index} (func (export "f") (result i32) (i32.const {number})))
               (core instance $i{index} (instantiate $m{index}))
               (func $f{index} (result u32) (canon lift (core func $i{index} "f")))
               (instance $e{index} (export "get" (func $f{index})))
               (export "{name}" (instance $e{index}))"#
        )
    });
    (path, format!("(component {})", each.collect::<String>()))
}

/// A package that exports `run`, which returns the digits that its imports return: functions, or `get` of interfaces,
/// which have a `:` or end in `-interface`.
fn digits(path: &'static str, imports: &[&str]) -> Package {
    let (mut declared, mut lowered, mut cores, mut given) =
        (String::new(), String::new(), String::new(), String::new());
    let mut sum = "(i32.const 0)".to_owned();
    for (index, name) in imports.iter().enumerate() {
        if name.contains(':') || name.ends_with("-interface") {
            declared += &format!(r#"(import "{name}" (instance $n{index} (export "get" (func (result u32)))))"#);
            lowered += &format!(r#"(core func $c{index} (canon lower (func $n{index} "get")))"#);
        } else {
            declared += &format!(r#"(import "{name}" (func $n{index} (result u32)))"#);
            lowered += &format!(r#"(core func $c{index} (canon lower (func $n{index})))"#);
        }
        cores += &format!(r#"(import "" "{index}" (func $c{index} (result i32)))"#);
        given += &format!(r#"(export "{index}" (func $c{index}))"#);
        sum = format!("(i32.add (i32.mul (i32.const 10) {sum}) (call $c{index}))");
    }
    let text = format!(
        r#"(component
          {declared}
          {lowered}
          (core module $m {cores} (func (export "run") (result i32) {sum}))
          (core instance $i (instantiate $m (with "" (instance {given}))))
          (func (export "run") (result u32) (canon lift (core func $i "run"))))"#
    );
    (path, text)
}

/// Calls an export of a component. A path leads into the instance that it exports.
#[track_caller]
fn call(component: &[u8], export: &[&str], host: &[(&str, u32)]) -> u32 {
    let mut config = Config::new();
    config.wasm_component_model(true).wasm_component_model_implements(true);
    let engine = Engine::new(&config).unwrap();
    let component = Component::new(&engine, component).expect("wasmtime accepts the component");
    let mut linker = Linker::<()>::new(&engine);
    for (name, item) in component.component_type().imports(&engine) {
        let number = host.iter().find(|(own, _)| *own == name).expect("the test gives each import a number").1;
        let get = move |_: wasmtime::StoreContextMut<'_, ()>, (): ()| Ok((number,));
        match item.ty {
            ComponentItem::ComponentInstance(_) => linker.instance(name).unwrap().func_wrap("get", get).unwrap(),
            _ => linker.root().func_wrap(name, get).unwrap(),
        }
    }
    let mut store = Store::new(&engine, ());
    let instance = linker.instantiate(&mut store, &component).unwrap();
    let mut index = None;
    for name in export {
        index = instance.get_export_index(&mut store, index.as_ref(), name);
        assert!(index.is_some(), "it does not export `{name}`");
    }
    let function = instance.get_typed_func::<(), (u32,)>(&mut store, index.unwrap()).unwrap();
    function.call(&mut store, ()).unwrap().0
}

/// Runs `run` of a composition that imports nothing.
#[track_caller]
fn runs(document: &str, packages: &[Package]) -> u32 {
    call(&compose(document, packages), &["run"], &[])
}

#[track_caller]
fn fails(document: &str, packages: &[Package]) -> String {
    try_compose(&format!("package test:composition;\n{document}"), packages).unwrap_err()
}

#[test]
fn wac_inferred_argument_matches_the_interface_of_its_path() {
    // The interface goes before the name: `other` is not the import `other`.
    let packages = [
        interfaces("deps/test/one.wat", &[("test:n/ones@1.0.0", 1)]),
        digits("deps/test/digits.wat", &["test:n/ones@1.0.0", "other"]),
        functions("deps/test/two.wat", &[("f", 2)]),
    ];
    let document = r#"
        let other = new test:one {}["test:n/ones@1.0.0"];
        let f = new test:two {}.f;
        export new test:digits { other, "other": f }.run;"#;
    assert_eq!(runs(document, &packages), 12);
}

#[test]
fn wac_inferred_argument_matches_the_name_of_its_export() {
    let packages = [functions("deps/test/one.wat", &[("f", 1), ("g", 2)]), digits("deps/test/digits.wat", &["f", "g"])];
    let document = r#"
        let one = new test:one {};
        let g = one.f;
        let f = one.g;
        export new test:digits { f, g }.run;"#;
    assert_eq!(runs(document, &packages), 12);
}

#[test]
fn wac_inferred_argument_matches_the_only_path_that_ends_in_its_name() {
    let packages =
        [functions("deps/test/one.wat", &[("get", 7)]), digits("deps/test/digits.wat", &["test:n/ones@1.0.0"])];
    // An instance of a component fills an interface as a whole.
    assert_eq!(runs("let ones = new test:one {}; export new test:digits { ones }.run;", &packages), 7);
}

#[test]
fn wac_inferred_argument_matches_its_own_name_last() {
    let packages =
        [functions("deps/test/one.wat", &[("f", 1)]), digits("deps/test/digits.wat", &["a", "test:n/a@1.0.0"])];
    let document = "let a = new test:one {}.f; export new test:digits { a, ... }.run;";
    let output = compose(document, &packages);
    assert_eq!(names(&output).0, ["test:n/a@1.0.0"]);
    assert_eq!(call(&output, &["run"], &[("test:n/a@1.0.0", 2)]), 12);
}

#[test]
fn wac_named_arguments_are_identifiers_or_strings() {
    let packages = [
        functions("deps/test/one.wat", &[("get", 1)]),
        functions("deps/test/two.wat", &[("get", 2)]),
        digits("deps/test/digits.wat", &["test:n/a@1.0.0", "test:m/b@0.1.0", "c", "d"]),
    ];
    let document = r#"
        let one = new test:one {};
        export new test:digits {
            a: one,
            "test:m/b@0.1.0": new test:two {},
            c: (new test:two {}).get,
            "d": ((one)["get"]),
        }.run;"#;
    assert_eq!(runs(document, &packages), 1221);
}

#[test]
fn wac_string_is_the_complete_name_of_an_argument() {
    let packages = [functions("deps/test/one.wat", &[("get", 1)]), digits("deps/test/digits.wat", &["test:n/a@1.0.0"])];
    let error = fails(r#"export new test:digits { "a": new test:one {} }.run;"#, &packages);
    assert_eq!(error, "`test:digits` does not import `a`");
}

#[test]
fn wac_spread_arguments_come_last_and_in_order() {
    let packages = [
        functions("deps/test/one.wat", &[("a", 1), ("b", 1), ("c", 1), ("d", 1)]),
        functions("deps/test/two.wat", &[("b", 2), ("c", 2), ("d", 2), ("e", 2)]),
        functions("deps/test/three.wat", &[("c", 3)]),
        digits("deps/test/digits.wat", &["a", "b", "c", "d", "e"]),
    ];
    let document = r#"
        let one = new test:one {};
        let two = new test:two {};
        let three = new test:three {};
        let c = three.c;
        export new test:digits { ...two, c, ...one }.run;"#;
    assert_eq!(runs(document, &packages), 12322);
}

#[test]
fn wac_spread_arguments_match_the_same_version_before_compatible_ones() {
    let packages = [
        interfaces(
            "deps/test/one.wat",
            &[("test:n/a@0.2.0", 1), ("test:n/a@0.2.9", 2), ("test:n/b@1.2.0", 3), ("test:n/c@0.3.0", 4)],
        ),
        digits("deps/test/digits.wat", &["test:n/a@0.2.0", "test:n/b@1.0.0", "test:n/c@0.2.0"]),
    ];
    let output = compose("let one = new test:one {}; export new test:digits { ...one, ... }.run;", &packages);
    assert_eq!(names(&output).0, ["test:n/c@0.2.0"]);
    assert_eq!(call(&output, &["run"], &[("test:n/c@0.2.0", 9)]), 139);
}

#[test]
fn wac_spread_accepts_an_interface() {
    let packages =
        [interfaces("deps/test/one.wat", &[("test:n/a@1.0.0", 5)]), digits("deps/test/digits.wat", &["get"])];
    let document = "let a = new test:one {}.a; export new test:digits { ...a }.run;";
    assert_eq!(runs(document, &packages), 5);
}

#[test]
fn wac_remaining_arguments_are_imported_and_shared() {
    let packages =
        [digits("deps/test/one.wat", &["a", "test:n/b@0.2.0"]), digits("deps/test/two.wat", &["a", "test:n/b@0.2.1"])];
    let document = r#"
        export new test:one { ... }.run;
        export new test:two { ... }.run as second;"#;
    let output = compose(document, &packages);
    assert_eq!(names(&output), (vec!["test:n/b@0.2.1".into(), "a".into()], vec!["run".into(), "second".into()]));
    let host = [("a", 3), ("test:n/b@0.2.1", 4)];
    assert_eq!((call(&output, &["run"], &host), call(&output, &["second"], &host)), (34, 34));
}

#[test]
fn wac_remaining_imports_are_merged() {
    let import = |function: &str| format!(r#"(component (import "i" (instance (export "{function}" (func)))))"#);
    let packages = [("deps/test/one.wat", import("f")), ("deps/test/two.wat", import("g"))];
    let output = compose("let one = new test:one { ... }; let two = new test:two { ... };", &packages);
    assert_eq!(names(&output).0, ["i"]);
    let wit = wit(&output);
    assert!(wit.contains("f: func();") && wit.contains("g: func();"), "{wit}");
}

#[test]
fn wac_access_takes_the_last_part_of_a_path_or_the_complete_name() {
    let packages = [
        interfaces("deps/test/one.wat", &[("test:n/a@1.0.0", 1), ("b", 2)]),
        digits("deps/test/digits.wat", &["c", "d", "e"]),
    ];
    let document = r#"
        let one = new test:one {};
        let c = one.a.get;
        export new test:digits { "c": c, d: one["test:n/a@1.0.0"]["get"], e: one.b.get }.run;"#;
    assert_eq!(runs(document, &packages), 112);
}

#[test]
fn wac_export_keeps_its_name() {
    let packages = [interfaces("deps/test/one.wat", &[("test:n/a@1.0.0", 1), ("b", 2)])];
    let document = r#"
        let one = new test:one {};
        let renamed = one.b;
        export one.a;
        export renamed;
        export one.b.get;"#;
    let output = compose(document, &packages);
    assert_eq!(names(&output).1, ["test:n/a@1.0.0", "b", "get"]);
    assert_eq!(call(&output, &["test:n/a@1.0.0", "get"], &[]), 1);
    assert_eq!(call(&output, &["get"], &[]), 2);
}

#[test]
fn wac_export_may_be_renamed() {
    let packages = [interfaces("deps/test/one.wat", &[("test:n/a@1.0.0", 1)])];
    let document = r#"
        let one = new test:one {};
        export one as all;
        export one.a as a;
        export one.a as "test:m/a@2.0.0";
        export one.a.get as %export;
        export one.a.get as "with-string";"#;
    let output = compose(document, &packages);
    assert_eq!(names(&output).1, ["all", "a", "test:m/a@2.0.0", "export", "with-string"]);
    assert_eq!(call(&output, &["all", "test:n/a@1.0.0", "get"], &[]), 1);
    assert_eq!(call(&output, &["test:m/a@2.0.0", "get"], &[]), 1);
}

#[test]
fn wac_spread_exports_omit_existing_exports() {
    let packages = [
        functions("deps/test/one.wat", &[("run", 1), ("stop", 1)]),
        functions("deps/test/two.wat", &[("run", 2)]),
        interfaces("deps/test/three.wat", &[("test:n/a@1.0.0", 3)]),
    ];
    let document = r#"
        export new test:two {}.run;
        export new test:one {}...;
        export new test:three {}.a...;"#;
    let output = compose(document, &packages);
    assert_eq!(names(&output).1, ["run", "stop", "get"]);
    assert_eq!(["run", "stop", "get"].map(|name| call(&output, &[name], &[])), [2, 1, 3]);
}

#[test]
fn wac_instances_of_one_package_are_separate() {
    // A counter, which each instance has its own of.
    let counter = r#"(component
        (core module $m (global $n (mut i32) (i32.const 0))
          (func (export "f") (result i32) (global.set $n (i32.add (global.get $n) (i32.const 1))) (global.get $n)))
        (core instance $i (instantiate $m))
        (func (export "next") (result u32) (canon lift (core func $i "f"))))"#;
    let packages = [("deps/test/counter.wat", counter.to_owned()), digits("deps/test/digits.wat", &["a", "b", "c"])];
    let document = r#"
        let first = new test:counter {}.next;
        export new test:digits { a: first, b: first, c: new test:counter {}.next }.run;"#;
    assert_eq!(runs(document, &packages), 121);
}

#[test]
fn wac_new_expressions_nest() {
    let packages = [functions("deps/test/one.wat", &[("f", 4)]), digits("deps/test/digits.wat", &["f"])];
    let document = r#"
        export (new test:digits {
            f: (new test:digits { "f": new test:digits { ...one }.run }).run
        }).run;"#;
    let document = format!("let one = new test:one {{}}; {document}");
    assert_eq!(runs(&document, &packages), 4);
}

#[test]
fn wac_comments_are_allowed_anywhere() {
    let packages = [functions("deps/test/one.wat", &[("run", 4)])];
    let document = r#"
        // A line, with { and (.
        /* A block /* in a block, with { */ and another "*/
        /// Documents what follows.
        let one /* here */ = new test:one /* and */ { // here
        };
        /** And this. */
        export one.run;"#;
    assert_eq!(runs(document, &packages), 4);
}

#[test]
fn wac_imports_functions_and_passes_them_under_other_names() {
    let packages = [digits("deps/test/digits.wat", &["a", "b", "c"])];
    let document = r#"
        import a: func() -> u32;
        import x as other: func() -> u32;
        import y as "third-one": func() -> u32;
        export new test:digits { a, b: x, c: y }.run;"#;
    let output = compose(document, &packages);
    assert_eq!(names(&output).0, ["a", "other", "third-one"]);
    assert_eq!(call(&output, &["run"], &[("a", 1), ("other", 2), ("third-one", 3)]), 123);
}

#[test]
fn wac_inferred_argument_matches_the_name_of_its_import() {
    let packages = [digits("deps/test/digits.wat", &["a", "b"])];
    let document = r#"
        import b as a: func() -> u32;
        import a as b: func() -> u32;
        export new test:digits { a, b }.run;"#;
    let output = compose(document, &packages);
    assert_eq!(call(&output, &["run"], &[("a", 1), ("b", 2)]), 12);
}

/// A WIT package of one interface, which has `get`.
fn numbers(path: &'static str) -> Package {
    let text = "package test:n@1.0.0;\ninterface a { get: func() -> u32; }\ninterface b { get: func() -> u32; }";
    (path, text.to_owned())
}

#[test]
fn wac_imports_interfaces_of_packages_by_path() {
    let packages =
        [numbers("deps/test/n/1.0.0.wit"), digits("deps/test/digits.wat", &["test:n/a@1.0.0", "test:n/b@1.0.0"])];
    let document = r#"
        import a: test:n/a@1.0.0;
        import b as from-elsewhere: test:n/b@1.0.0;
        export new test:digits { a, b }.run;"#;
    let output = compose(document, &packages);
    assert_eq!(names(&output).0, ["test:n/a@1.0.0", "from-elsewhere"]);
    assert_eq!(call(&output, &["run"], &[("test:n/a@1.0.0", 1), ("from-elsewhere", 2)]), 12);
}

#[test]
fn wac_imports_inline_interfaces() {
    let packages = [digits("deps/test/digits.wat", &["test:n/a@1.0.0", "b"])];
    let document = r#"
        import numbers: interface {
            record unused { x: u32, y: list<string> }
            get: func() -> u32;
        };
        export new test:digits { "test:n/a@1.0.0": numbers, b: numbers.get }.run;"#;
    let output = compose(document, &packages);
    assert_eq!(names(&output).0, ["numbers"]);
    assert_eq!(call(&output, &["run"], &[("numbers", 6)]), 66);
}

#[test]
fn wac_imports_declared_names() {
    let packages = [digits("deps/test/digits.wat", &["f", "test:n/a@1.0.0"])];
    let document = r#"
        interface numbers { get: func() -> u32; }
        type number = func() -> u32;
        import f: number;
        import i: numbers;
        import j: i;
        export new test:digits { f, "test:n/a@1.0.0": j }.run;"#;
    let output = compose(document, &packages);
    // wasmtime does not run components that export types of interfaces.
    assert_eq!(names(&output).0, ["i", "test:composition/numbers", "f"]);
    assert_eq!(names(&output).1, ["numbers", "number", "run"]);
}

#[test]
fn wac_exports_an_import() {
    let packages = [numbers("deps/test/n/1.0.0.wit")];
    let document = r#"
        import a: test:n/a@1.0.0;
        import f: func() -> u32;
        export a;
        export a.get as got;
        export f as g;"#;
    let output = compose(document, &packages);
    // wasmtime does not run components that export what they import.
    let world = wit(&output);
    for part in ["import test:n/a@1.0.0;", "import f: func() -> u32;", "export test:n/a@1.0.0;"] {
        assert!(world.contains(part), "{world}");
    }
    for part in ["export got: func() -> u32;", "export g: func() -> u32;"] {
        assert!(world.contains(part), "{world}");
    }
}

#[test]
fn wac_merges_compatible_versions_of_an_interface() {
    // wac-graph knows the import by the higher version alone.
    let text =
        |version: &str, more: &str| format!("package test:n@{version}; interface a {{ get: func() -> u32; {more} }}");
    let packages = [
        ("deps/test/n/1.0.0.wit", text("1.0.0", "")),
        ("deps/test/n/1.0.1.wit", text("1.0.1", "more: func();")),
        digits("deps/test/digits.wat", &["a", "b"]),
    ];
    let document = r#"
        import old: test:n/a@1.0.0;
        import new: test:n/a@1.0.1;
        export new test:digits { a: old.get, b: (new test:digits { a: old.get, b: old.get }).run }.run;"#;
    // `new` is a word of the language.
    let document = document.replace("import new:", "import %new:");
    let output = compose(&document, &packages);
    assert_eq!(names(&output).0, ["test:n/a@1.0.1"]);
}

#[test]
fn wac_keeps_conflicting_versions_of_an_interface_apart() {
    // wac 0.12 panics.
    let text = |version: &str, ty: &str| format!("package test:n@{version}; interface a {{ get: func() -> {ty}; }}");
    let packages = [("deps/test/n/1.0.0.wit", text("1.0.0", "u32")), ("deps/test/n/1.0.1.wit", text("1.0.1", "u64"))];
    let output = compose("import a: test:n/a@1.0.0; import b: test:n/a@1.0.1; let c = b.get;", &packages);
    assert_eq!(names(&output).0, ["test:n/a@1.0.0", "test:n/a@1.0.1"]);
}

#[test]
fn wac_remaining_import_may_be_declared_by_the_document() {
    let packages = [digits("deps/test/digits.wat", &["a"])];
    let output = compose("import a: func() -> u32; export new test:digits { ... }.run; export a as b;", &packages);
    assert_eq!(names(&output), (vec!["a".into()], vec!["run".into(), "b".into()]));
}

/// Fails where the text of a component lacks any of some parts.
#[track_caller]
fn has(component: &[u8], parts: &[&str]) {
    let text = weld::print(component).unwrap();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in parts {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
}

#[test]
fn wac_packages_may_be_wat_wit_directories_or_core_modules() {
    let module = r#"(module (func (export "run") (result i32) (i32.const 8)))"#;
    let mut module = wat::parse_str(module).unwrap();
    let mut resolve = wit_parser::Resolve::default();
    let package = resolve.push_str("w.wit", "package test:w; world w { export run: func() -> u32; }").unwrap();
    let world = resolve.select_world(&[package], None).unwrap();
    wit_component::embed_component_metadata(&mut module, &resolve, world, wit_component::StringEncoding::UTF8).unwrap();
    let text = weld::print(&module).unwrap();
    let packages = [
        ("deps/test/module.wat", text),
        ("deps/test/n/1.0.0/a.wit", numbers("").1),
        digits("deps/test/digits.wat", &["run", "test:n/a@1.0.0"]),
    ];
    let document = r#"
        import a: test:n/a@1.0.0;
        let run = new test:module {}.run;
        export new test:digits { run, a }.run;"#;
    let output = compose(document, &packages);
    assert_eq!(call(&output, &["run"], &[("test:n/a@1.0.0", 5)]), 85);
}

#[test]
fn wac_versions_of_a_package_are_separate() {
    let packages = [
        functions("deps/test/one/1.0.0.wat", &[("f", 1)]),
        functions("deps/test/one/2.0.0-rc.1.wat", &[("f", 2)]),
        functions("deps/test/one.wat", &[("f", 3)]),
        digits("deps/test/digits.wat", &["a", "b", "c"]),
    ];
    let document = r#"
        let a = new test:one@1.0.0 {}.f;
        let b = new test:one@2.0.0-rc.1 {}.f;
        export new test:digits { "a": a, "b": b, c: new test:one {}.f }.run;"#;
    assert_eq!(runs(document, &packages), 123);
}

#[test]
fn wac_packages_may_have_other_paths() {
    let packages = [
        functions("x/one.wat", &[("f", 1)]),
        functions("x/two.wat", &[("f", 2)]),
        functions("deps/test/one.wat", &[("f", 3)]),
        digits("x/digits.wat", &["a", "b", "c"]),
    ];
    let document = r#"package test:c;
        let a = new test:one@1.0.0 {}.f;
        let b = new test:one@2.0.0 {}.f;
        export new test:digits@0.1.0 { "a": a, "b": b, c: new test:one {}.f }.run;"#;
    // The name alone is for whatever version nothing else is given for.
    let overrides = [("test:one@1.0.0", "x/one.wat"), ("test:one@2.0.0", "x/two.wat"), ("test:digits", "x/digits.wat")];
    let output = compose_with(document, &packages, &overrides, false).unwrap();
    assert_eq!(call(&output, &["run"], &[]), 123);
}

#[test]
fn wac_imports_components_on_request() {
    let packages = [functions("deps/test/one/1.0.0.wat", &[("f", 1)]), digits("deps/test/digits.wat", &["f"])];
    let document = "package test:c;
        import g: func() -> u32;
        let one = new test:one@1.0.0 {}; let f = one.f; export new test:digits { f }.run; export one.f as other;
        export new test:digits { f: g }.run as third;";
    let output = compose_with(document, &packages, &[], true).unwrap();
    assert_eq!(support::nested(&output).len(), 0);
    let mut imports = names(&output).0;
    imports.sort();
    assert_eq!(imports, ["g", "unlocked-dep=<test:digits>", "unlocked-dep=<test:one@{>=1.0.0}>"]);
}

/// A WIT package of worlds.
fn worlds(path: &'static str) -> Package {
    let text = "package test:t@1.0.0;
        interface i { get: func() -> u32; }
        world w { import a: func() -> u32; import i; export run: func() -> u32; }
        world empty {}
        world other { import a: func() -> u64; export run: func() -> string; export stop: func(); }";
    (path, text.to_owned())
}

fn targets(clause: &str, rest: &str, packages: &[Package]) -> Result<Vec<u8>, String> {
    try_compose(&format!("package test:c targets {clause};\n{rest}"), packages)
}

#[test]
fn wac_writes_a_composition_that_conforms_to_its_target() {
    let digits = digits("deps/test/digits.wat", &["a", "test:t/i@1.0.0"]);
    let rest = "export new test:digits { ... }.run;";
    for path in ["deps/test/t/1.0.0.wit", "deps/test/t/1.0.0/t.wit"] {
        targets("test:t/w@1.0.0", rest, &[digits.clone(), worlds(path)]).unwrap();
    }
    targets("test:t/empty@1.0.0", "", &[worlds("deps/test/t/1.0.0.wit")]).unwrap();
    // A world of the document's own.
    let own = format!("world w {{ import a: func() -> u32; import test:t/i@1.0.0; }} {rest}");
    targets("test:c/w", &own, &[digits, worlds("deps/test/t/1.0.0.wit")]).unwrap();
}

#[test]
fn wac_reports_all_differences_from_the_target() {
    let packages = [worlds("deps/test/t/1.0.0.wit"), digits("deps/test/digits.wat", &["a", "b"])];
    let error = targets("test:t/other@1.0.0", "export new test:digits { ... }.run;", &packages).unwrap_err();
    let first = "the composition does not conform to world `test:t/other@1.0.0`";
    assert_eq!(error.matches(first).count(), 4, "{error}");
    for part in ["import `a` differs", "import `b`: the world has none", "export `run` differs", "export `stop`"] {
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn wac_target_excludes_imported_components() {
    let packages = [worlds("deps/test/t/1.0.0.wit"), digits("deps/test/digits.wat", &["a"])];
    let document = "package test:c targets test:t/w@1.0.0; export new test:digits { ... }.run;";
    compose_with(document, &packages, &[], true).unwrap();
}

#[test]
fn wac_target_is_a_world_of_its_package() {
    let packages = [worlds("deps/test/t/1.0.0.wit"), functions("deps/test/one.wat", &[("f", 1)])];
    for (clause, what) in
        [("test:t/i@1.0.0", "`test:t@1.0.0` has no world `i`"), ("test:one/w", "`test:one` has no world `w`")]
    {
        assert_eq!(targets(clause, "", &packages).unwrap_err(), what);
    }
    assert_eq!(targets("test:c/w", "type w = u32;", &packages).unwrap_err(), "`test:c` has no world `w`");
}

#[test]
fn wac_refuses_an_endless_chain_of_instances() {
    let directory = tempfile::tempdir().unwrap();
    let part = "(component (import \"i\" (func $i)) (export \"o\" (func $i)))";
    std::fs::write(directory.path().join("part.wat"), part).unwrap();
    let mut document = "package t:t;\nlet a0 = new t:part { ... };\n".to_owned();
    for n in 1..=20_000 {
        document.push_str(&format!("let a{n} = new t:part {{ i: a{}.o }};\n", n - 1));
    }
    std::fs::write(directory.path().join("app.wac"), document).unwrap();
    let mut command = support::weld(directory.path());
    let said = support::fails(command.args(["compose", "app.wac", "-d", "t:part=part.wat", "-o", "out.wasm"]));
    assert!(said.contains("the composition needs more than 20000 instances"), "{said}");
}

#[test]
fn wac_refuses_endless_declarations_quickly() {
    let directory = tempfile::tempdir().unwrap();
    let mut document = "package t:t;\n".to_owned();
    for n in 0..2_000 {
        document.push_str(&format!("interface i{n} {{ f: func(); }}\nimport m{n}: i{n};\n"));
    }
    std::fs::write(directory.path().join("app.wac"), document).unwrap();
    let said = support::fails(support::weld(directory.path()).args(["compose", "app.wac", "-o", "out.wasm"]));
    assert!(said.contains("declares more than 200 imports and types"), "{said}");
}
