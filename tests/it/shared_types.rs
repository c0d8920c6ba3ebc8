//! A type that a component shares is shared in what is made of the component: a few hundred bytes whose types form a graph stay
//! a few hundred bytes, however large they would be with each type written out where it is mentioned.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use crate::support::{compose_wat, succeeds, weld};

/// How many levels the graphs have: written out, each type has two of the level before.
const LEVELS: usize = 16;

/// How many levels of instances there are.
const INSTANCES: usize = 12;

/// Types of instances or components, each of which has two of the one before; `inner` is what the innermost has.
fn nested(levels: usize, kind: &str, inner: &str, sides: [&str; 2]) -> String {
    let mut types = format!("(type $t0 ({kind} {inner}))");
    for level in 1..=levels {
        let [a, b] = sides;
        let before = level - 1;
        let body = format!(
            r#"(alias outer 1 $t{before} (type $t)) ({a} "a" ({kind} (type $t))) ({b} "b" ({kind} (type $t)))"#
        );
        writeln!(types, "(type $t{level} ({kind} {body}))").unwrap();
    }
    types
}

/// Types of values, each of which has two of the one before.
fn values(of: impl Fn(&str) -> String) -> String {
    let mut types = "(type $t0 (list u8))".to_owned();
    for level in 1..=LEVELS {
        writeln!(types, "(type $t{level} {})", of(&format!("$t{}", level - 1))).unwrap();
    }
    types
}

/// An interface of two functions that mention the last of some types, and of two others that do.
fn functions(types: &str) -> String {
    let interface = |name: &str| {
        format!(
            r#"(import "{name}" (instance (alias outer 1 $t{LEVELS} (type $t))
                (export "f" (func (param "x" $t))) (export "g" (func (result $t)))))"#
        )
    };
    format!("(component {types} {} {})", interface("a:b/c"), interface("a:b/d"))
}

/// Components by what they share.
fn components() -> Vec<(&'static str, String)> {
    let import =
        |types: String, last: usize| format!(r#"(component {types} (import "a:b/c" (instance (type $t{last}))))"#);
    let exports = ["export", "export"];
    // More levels of instances or components are more items than a component of so few bytes may have.
    let instances = nested(INSTANCES, "instance", r#"(export "f" (func))"#, exports);
    let resources = nested(INSTANCES, "instance", r#"(export "r" (type (sub resource)))"#, exports);
    let of_components = nested(INSTANCES, "component", r#"(export "f" (func))"#, ["import", "export"]);
    let named = format!(r#"(component {instances} (import "c" (type (eq $t{INSTANCES}))))"#);
    let of_components = format!(r#"(component {of_components} (import "c" (component (type $t{INSTANCES}))))"#);
    vec![
        ("instances", import(instances, INSTANCES)),
        ("resources", import(resources, INSTANCES)),
        ("components", of_components),
        ("a named type", named),
        ("tuples", functions(&values(|of| format!("(tuple {of} {of})")))),
        ("results", functions(&values(|of| format!("(result {of} (error {of}))")))),
    ]
}

#[test]
fn compose_writes_shared_types_once() {
    for (what, component) in components() {
        let output = compose_wat(&[&component]).unwrap();
        let input = wat::parse_str(&component).unwrap();
        let allowed = 2 * input.len() + 800;
        assert!(output.len() < allowed, "{what}: {} bytes of {}", output.len(), input.len());
    }
}

#[test]
fn virt_adapter_shares_types_between_functions() {
    let long: String = (0..200).map(|number| format!(r#"(param "parameter-{number}" u32)"#)).collect();
    let exports: String = (0..200).map(|number| format!(r#"(export "f{number}" (func (type $f)))"#)).collect();
    let component = format!(r#"(component (import "a:b/c" (instance (type $f (func {long})) {exports})))"#);
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("app.wat"), &component).unwrap();
    succeeds(weld(directory.path()).args(["virt", "app.wat", "-o", "out.wasm", "--no-provenance"]));
    let input = wat::parse_str(&component).unwrap().len();
    let output = std::fs::metadata(directory.path().join(Path::new("out.wasm"))).unwrap().len();
    assert!(output < 12 * input as u64, "{output} bytes of {input}");
}

#[test]
fn inspect_shows_shared_types_once() {
    let directory = tempfile::tempdir().unwrap();
    for (what, component) in components() {
        std::fs::write(directory.path().join("app.wat"), &component).unwrap();
        for arguments in [&["inspect", "--wit"][..], &["inspect", "--json"], &["snapshot"]] {
            let shown = succeeds(weld(directory.path()).args(arguments).arg("app.wat")).stdout;
            assert!(shown.len() < 20_000, "{arguments:?} of {what}: {} bytes", shown.len());
        }
    }
}

#[test]
fn inspect_numbers_a_shared_type() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("app.wat"), functions(&values(|of| format!("(tuple {of} {of})")))).unwrap();
    let shown = succeeds(weld(directory.path()).args(["inspect", "--wit", "app.wat"])).stdout;
    let shown = String::from_utf8(shown).unwrap();
    let numbers: BTreeSet<&str> =
        shown.split(|c: char| c != '#' && !c.is_ascii_digit()).filter(|word| word.starts_with('#')).collect();
    assert!(numbers.len() > 1, "{shown}");
    for number in numbers {
        assert_eq!(shown.matches(&format!("type {number} = ")).count(), 1, "{number}: {shown}");
    }
    assert!(shown.lines().all(|line| line.len() < 1_000), "{shown}");
}

#[test]
fn errors_abbreviate_long_types() {
    let directory = tempfile::tempdir().unwrap();
    let world = "package t:w;\n\ninterface c { f: func(); }\n\nworld w { import c; }\n";
    std::fs::write(directory.path().join("world.wit"), world).unwrap();
    let component = functions(&values(|of| format!("(tuple {of} {of})"))).replace("a:b/", "t:w/");
    std::fs::write(directory.path().join("app.wat"), component).unwrap();
    let output = weld(directory.path()).args(["targets", "--wit", "world.wit", "app.wat"]).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&said);
    assert!(output.status.code() == Some(1) && text.contains('…'), "{text}");
    assert!(said.len() < 10_000, "{} bytes", said.len());
}

#[test]
fn compose_imported_component_exports_its_imported_resource_type() {
    // The types of both instances are one type to the validator, and so they must be in what is written: a second declaration of it
    // would have a resource type of its own.
    let component = r#"(component
      (import "foo" (instance $foo (export "r" (type (sub resource))) (export "bar" (func))))
      (export "foo" (instance $foo)))"#;
    let composer = weld::Composer::new().component("app", weld::Input::bytes(component)).import_components();
    let output = composer.compose().unwrap().into_bytes();
    let printed = weld::print(output).unwrap();
    let of_type = printed.split("(import \"app\"").next().unwrap();
    assert_eq!(of_type.matches("(sub resource)").count(), 2, "one of the output, one of the component: {printed}");
}
