//! A type that a component shares is shared in what is made of the component: a few hundred bytes whose types form a graph stay
//! a few hundred bytes, however large they would be with each type written out where it is mentioned.

use std::fmt::Write as _;
use std::path::Path;

use crate::support::{compose_wat, succeeds, weld};

/// How many levels the graphs have: written out, each type has two of the level before.
const LEVELS: usize = 16;

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
        |types: String, kind: &str| format!(r#"(component {types} (import "a:b/c" ({kind} (type $t{LEVELS}))))"#);
    let exports = ["export", "export"];
    let instances = nested(LEVELS, "instance", r#"(export "f" (func))"#, exports);
    // Each of them is another resource type, of which the validator knows each by itself.
    let resources = nested(10, "instance", r#"(export "r" (type (sub resource)))"#, exports);
    let of_components = nested(LEVELS, "component", r#"(export "f" (func))"#, ["import", "export"]);
    let named = format!(r#"(component {instances} (import "c" (type (eq $t{LEVELS}))))"#);
    vec![
        ("instances", import(instances, "instance")),
        ("resources", import(resources, "instance").replace("$t16", "$t10")),
        ("components", import(of_components, "component").replace("a:b/c", "c")),
        ("a named type", named),
        ("tuples", functions(&values(|of| format!("(tuple {of} {of})")))),
        ("results", functions(&values(|of| format!("(result {of} (error {of}))")))),
    ]
}

#[test]
fn types_that_a_component_shares_are_written_once() {
    for (what, component) in components() {
        let output = compose_wat(&[&component]).unwrap();
        let input = wat::parse_str(&component).unwrap();
        let allowed = 2 * input.len() + 800;
        assert!(output.len() < allowed, "{what}: {} bytes of {}", output.len(), input.len());
    }
}

#[test]
fn functions_that_share_a_type_share_it_in_an_adapter() {
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
