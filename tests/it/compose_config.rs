//! `weld compose --config`: configurations of `wasm-tools compose`, key by key, run in wasmtime.

use std::path::Path;

use crate::support::{self, call, guest, names, run, succeeds, weld};
use tempfile::TempDir;

/// A component that asks two interfaces for a digit each, and exports the number that they make.
const ROOT: &str = r#"(component
  (import "test:digits/tens" (instance $tens (export "get" (func (result u32)))))
  (import "ones" (instance $ones (export "get" (func (result u32)))))
  (core func $tens (canon lower (func $tens "get")))
  (core func $ones (canon lower (func $ones "get")))
  (core module $m
    (import "" "tens" (func $tens (result i32)))
    (import "" "ones" (func $ones (result i32)))
    (func (export "number") (result i32)
      (i32.add (i32.mul (i32.const 10) (call $tens)) (call $ones))))
  (core instance $i (instantiate $m (with "" (instance
    (export "tens" (func $tens)) (export "ones" (func $ones))))))
  (func (export "number") (result u32) (canon lift (core func $i "number"))))"#;

/// A component whose export of some name gives a digit.
fn digit(export: &str, digit: u32) -> String {
    format!(
        r#"(component
          (core module $m (func (export "get") (result i32) (i32.const {digit})))
          (core instance $i (instantiate $m))
          (func $get (result u32) (canon lift (core func $i "get")))
          (instance $digit (export "get" (func $get)))
          (export "{export}" (instance $digit)))"#
    )
}

/// A component that is itself such an instance: it exports `get`.
fn bare(digit: u32) -> String {
    format!(
        r#"(component
          (core module $m (func (export "get") (result i32) (i32.const {digit})))
          (core instance $i (instantiate $m))
          (func (export "get") (result u32) (canon lift (core func $i "get"))))"#
    )
}

/// A directory with the root and some other files.
fn directory(files: &[(&str, &str)]) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in [("root.wat", ROOT)].iter().chain(files) {
        let file = directory.path().join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
    directory
}

#[track_caller]
fn compose(directory: &Path, arguments: &[&str]) -> Vec<u8> {
    let mut command = weld(directory);
    succeeds(command.args(["compose", "root.wat", "-o", "out.wasm"]).args(arguments));
    std::fs::read(directory.join("out.wasm")).unwrap()
}

#[test]
fn compose_config_argument_names_an_instance_and_its_export() {
    let directory = directory(&[
        ("config.yml", include_str!("../compose_config/arguments.yml")),
        ("parts/four.wat", &digit("test:four/digit", 4)),
        ("parts/two.wat", &digit("two", 2)),
    ]);
    let output = compose(directory.path(), &["-c", "config.yml"]);
    assert_eq!(call(&output, "number"), 42);
    assert_eq!(names(&output).0, Vec::<String>::new());
}

#[test]
fn compose_config_reads_json_like_yaml() {
    let directory = directory(&[
        ("config.yml", include_str!("../compose_config/arguments.yml")),
        ("config.json", include_str!("../compose_config/arguments.json")),
        ("parts/four.wat", &digit("test:four/digit", 4)),
        ("parts/two.wat", &digit("two", 2)),
    ]);
    assert_eq!(compose(directory.path(), &["-c", "config.yml"]), compose(directory.path(), &["-c", "config.json"]));
}

#[test]
fn compose_config_finds_components_by_import_name_in_search_paths() {
    let directory = directory(&[
        ("sub/config.yml", "search-paths:\n  - found\n"),
        ("sub/ones.wat", &digit("ones", 3)),
        ("sub/found/ones.wat", &digit("ones", 9)),
        ("sub/found/test:digits/tens.wat", &digit("test:digits/tens", 7)),
    ]);
    let output = compose(directory.path(), &["-c", "sub/config.yml"]);
    assert_eq!(call(&output, "number"), 73);
}

#[test]
fn compose_config_leaves_missing_components_to_the_host() {
    let directory = directory(&[("config.yml", "# Nothing.\n"), ("ones.wat", &digit("ones", 3))]);
    let output = compose(directory.path(), &["-c", "config.yml"]);
    assert_eq!(names(&output).0, ["test:digits/tens"]);
}

#[test]
fn compose_config_definition_fills_each_import_of_its_export_name() {
    let directory = directory(&[
        ("config.yml", "definitions:\n  - given.wat\n"),
        ("given.wat", &digit("test:digits/tens", 5)),
        ("ones.wat", &digit("ones", 1)),
    ]);
    let output = compose(directory.path(), &["-c", "config.yml"]);
    assert_eq!(call(&output, "number"), 51);
}

#[test]
fn compose_config_argument_may_be_an_instance() {
    let directory = directory(&[
        ("config.yml", include_str!("../compose_config/whole.yml")),
        ("six.wat", &bare(6)),
        ("eight.wat", &bare(8)),
    ]);
    let output = compose(directory.path(), &["-c", "config.yml"]);
    assert_eq!(call(&output, "number"), 68);
}

#[test]
fn compose_config_instantiates_a_dependency_once_per_name() {
    // Each instance counts for itself, so both say one; a shared one would say one and two.
    let counter = r#"(component
      (core module $m
        (global $n (mut i32) (i32.const 0))
        (func (export "get") (result i32)
          (global.set $n (i32.add (global.get $n) (i32.const 1))) (global.get $n)))
      (core instance $i (instantiate $m))
      (func (export "get") (result u32) (canon lift (core func $i "get"))))"#;
    let twice = "instantiations:\n  root:\n    arguments:\n      test:digits/tens: first\n      ones: second\n  \
                 first:\n    dependency: counter\n  second:\n    dependency: counter\n";
    let shared = "instantiations:\n  root:\n    arguments:\n      test:digits/tens: counter\n      ones: counter\n";
    let directory = directory(&[("twice.yml", twice), ("shared.yml", shared), ("counter.wat", counter)]);
    assert_eq!(call(&compose(directory.path(), &["-c", "twice.yml"]), "number"), 11);
    assert_eq!(call(&compose(directory.path(), &["-c", "shared.yml"]), "number"), 12);
}

#[test]
fn compose_config_imports_components_on_request() {
    let config = format!("import-components: true\n{}", include_str!("../compose_config/arguments.yml"));
    let directory = directory(&[
        ("config.yml", &config),
        ("parts/four.wat", &digit("test:four/digit", 4)),
        ("parts/two.wat", &digit("two", 2)),
    ]);
    let output = compose(directory.path(), &["-c", "config.yml"]);
    let text = weld::print(&output).unwrap();
    // Each by the name that the configuration has for it, and none of their code.
    for name in ["root", "four", "two"] {
        assert!(text.contains(&format!("(import \"{name}\" (component")), "{text}");
    }
    assert!(!text.contains("core module"), "{text}");
}

#[test]
fn compose_config_prefers_the_instance_to_its_export_of_the_import_name() {
    // As the crate's own composition `complex` has it: `ones` of the dependency is a function.
    let shadowed = r#"(component
      (core module $m (func (export "get") (result i32) (i32.const 9)))
      (core instance $i (instantiate $m))
      (func $get (result u32) (canon lift (core func $i "get")))
      (export "get" (func $get)) (export "ones" (func $get)))"#;
    let directory = directory(&[
        ("config.yml", "# Nothing.\n"),
        ("ones.wat", shadowed),
        ("test:digits/tens.wat", &digit("test:digits/tens", 4)),
    ]);
    assert_eq!(call(&compose(directory.path(), &["-c", "config.yml"]), "number"), 49);
}

#[test]
fn compose_config_does_not_read_unused_entries() {
    let config = "dependencies:\n  spare: missing.wat\ninstantiations:\n  spare-too:\n    dependency: spare\n";
    let directory = directory(&[
        ("config.yml", config),
        ("ones.wat", &digit("ones", 1)),
        ("test:digits/tens.wat", &digit("test:digits/tens", 2)),
    ]);
    assert_eq!(call(&compose(directory.path(), &["-c", "config.yml"]), "number"), 21);
}

#[test]
fn compose_config_fills_a_function_named_by_an_argument() {
    let root = r#"(component
      (import "get" (func $get (result u32)))
      (export "number" (func $get)))"#;
    let config = "disallow-imports: true\ninstantiations:\n  root:\n    arguments:\n      get:\n        instance: five\n        \
                  export: get\n";
    let directory = directory(&[("config.yml", config), ("five.wat", &bare(5))]);
    std::fs::write(directory.path().join("root.wat"), root).unwrap();
    assert_eq!(call(&compose(directory.path(), &["-c", "config.yml"]), "number"), 5);
    // Without the argument it would be left to the host.
    std::fs::write(directory.path().join("config.yml"), "disallow-imports: true\ndefinitions: [five.wat]\n").unwrap();
    let mut command = weld(directory.path());
    let said = support::fails(command.args(["compose", "root.wat", "-c", "config.yml", "-o", "out.wasm"]));
    assert!(said.contains("imports are not allowed") || said.contains("no dependency"), "{said}");
}

/// Resources that two imports share are one type in the type of a component that is imported.
#[test]
fn compose_config_imported_component_shares_resource_types() {
    let root = r#"(component
      (import "test:r/types" (instance $types (export "r" (type (sub resource)))))
      (alias export $types "r" (type $r))
      (import "test:r/make" (instance
        (alias outer 1 $r (type $outer))
        (export "r" (type $r' (eq $outer)))
        (export "make" (func (result (own $r'))))))
      (import "ones" (instance (export "get" (func (result u32))))))"#;
    let config = "import-components: true\n";
    let directory = directory(&[("config.yml", config), ("ones.wat", &digit("ones", 1))]);
    std::fs::write(directory.path().join("root.wat"), root).unwrap();
    let output = compose(directory.path(), &["-c", "config.yml"]);
    // Given the very components that it was made of, it is instantiated; the validator says whether the types fit.
    let nested = |bytes: &[u8], name: &str| {
        weld::print(bytes).unwrap().replacen("(component", &format!("(component ${name}"), 1)
    };
    let binary = |text: &str| wat::parse_str(text).unwrap();
    let around = format!(
        r#"(component
          {output} {root} {ones}
          (import "test:r/types" (instance $types (export "r" (type (sub resource)))))
          (alias export $types "r" (type $r))
          (import "test:r/make" (instance $make
            (alias outer 1 $r (type $outer))
            (export "r" (type $r' (eq $outer)))
            (export "make" (func (result (own $r'))))))
          (instance (instantiate $output
            (with "root" (component $root)) (with "ones" (component $ones))
            (with "test:r/types" (instance $types)) (with "test:r/make" (instance $make)))))"#,
        output = nested(&output, "output"),
        root = nested(&binary(root), "root"),
        ones = nested(&binary(&digit("ones", 1)), "ones"),
    );
    wasmparser::Validator::new_with_features(wasmparser::WasmFeatures::all()).validate_all(&binary(&around)).unwrap();
}

#[test]
fn compose_config_runs_a_chain_of_guests() {
    let directory = tempfile::tempdir().unwrap();
    for name in ["chain-top", "chain-middle", "chain-bottom"] {
        std::fs::copy(guest(name), directory.path().join(name).with_extension("wasm")).unwrap();
    }
    std::fs::write(directory.path().join("config.yml"), include_str!("../compose_config/chain.yml")).unwrap();
    succeeds(weld(directory.path()).args(["compose", "chain-top.wasm", "-c", "config.yml", "-o", "out.wasm"]));
    let plugged = support::plug(&guest("chain-top"), &[guest("chain-middle"), guest("chain-bottom")]);
    let output = std::fs::read(directory.path().join("out.wasm")).unwrap();
    assert_eq!(run(&output, &[]), run(&plugged, &[]));
    assert_eq!(run(&output, &[]).result, Ok(Ok(())));
}
