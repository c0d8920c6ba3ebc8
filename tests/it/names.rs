//! Names that differ only in case or hyphens: no output has two of them in one scope, whichever input they come from.

use crate::support::{fails, succeeds, weld};
use wasmparser_newest::{Validator, WasmFeatures};

/// Components with two such names, each with what messages say of the place.
fn alike() -> Vec<(String, &'static str)> {
    let records = r#"(type $r (record (field "last-seen" u32) (field "lastseen" u32)))"#;
    let mut all = vec![
        (format!("(component {records})"), "(a record, at offset"),
        (format!("(component (component (component {records})))"), "(a record, at offset"),
        (format!("(component (component {records} (export \"entry\" (type $r))))"), "in `entry` of `app.wat` differ"),
        (
            format!(r#"(component (type (instance {records} (export "entry" (type (eq $r))))))"#),
            "in `entry` of `app.wat` differ",
        ),
        (
            format!(
                r#"(component (import "a:b/c" (instance (type (component {records} (export "entry" (type (eq $r))))))))"#
            ),
            "in `entry` of `app.wat` differ",
        ),
        (format!(r#"(component (import "a:b/c" (instance {records})))"#), "in `a:b/c` of `app.wat` differ"),
    ];
    for (text, place) in [
        (r#"(component (type (variant (case "last-seen") (case "lastseen" u8))))"#, "(a variant, at offset"),
        (r#"(component (type (enum "last-seen" "other" "lastseen")))"#, "(an enum, at offset"),
        (r#"(component (type (flags "lastseen" "last-seen")))"#, "(flags, at offset"),
        (
            r#"(component (import "f" (func (param "last-seen" u8) (param "lastseen" u8))))"#,
            "in `f` of `app.wat` differ only in case or hyphens (parameters of a function, at offset",
        ),
        (
            r#"(component (import "a:b/c" (instance (export "last-seen" (func)) (export "lastseen" (func)))))"#,
            "in `a:b/c` of `app.wat` differ only in case or hyphens (exports of an instance type, at offset",
        ),
        (
            r#"(component (type (component (import "last-seen" (func)) (import "lastseen" (func)))))"#,
            "(imports of a component type, at offset",
        ),
        (
            r#"(component (type (component (export "last-seen" (func)) (export "LASTSEEN" (func)))))"#,
            "(exports of a component type, at offset",
        ),
        (
            r#"(component (component (import "last-seen" (func)) (import "lastseen" (func))))"#,
            "(imports of a nested component, at offset",
        ),
        (
            r#"(component (import "f" (func $f)) (component (import "f" (func $f))
                 (export "last-seen" (func $f)) (export "lastseen" (func $f))))"#,
            "(exports of a nested component, at offset",
        ),
        (
            r#"(component (import "f" (func $f)) (instance (export "last-seen" (func $f)) (export "lastseen" (func $f))))"#,
            "(exports of an instance, at offset",
        ),
        (r#"(component (import "last-seen" (func)) (import "lastseen" (func)))"#, "(imports, at offset"),
        (
            r#"(component (import "a:last-seen/lastseen" (func)) (import "a:last-seen/last-SEEN" (func)))"#,
            "(imports, at offset",
        ),
    ] {
        all.push((text.to_owned(), place));
    }
    all
}

/// Writes a component as `app.wat`, with a function that a plug fills.
fn directory(app: &str) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let app = app.replacen("(component", r#"(component (import "greet" (func))"#, 1);
    let plug = r#"(component (import "g" (func $g)) (export "greet" (func $g)))"#;
    let manifest = "[composition]\nroot = \"app\"\noutput = \"out.wasm\"\n[components]\napp = \"app.wat\"\n";
    for (name, text) in [("app.wat", app.as_str()), ("plug.wat", plug), ("weld.toml", manifest)] {
        std::fs::write(directory.path().join(name), text).unwrap();
    }
    directory
}

const COMMANDS: [&[&str]; 3] = [
    &["plug", "app.wat", "--plug", "plug.wat", "-o", "out.wasm"],
    &["virt", "app.wat", "--allow-all", "-o", "out.wasm"],
    &["build"],
];

#[test]
fn load_refuses_names_that_differ_only_in_case_or_hyphens_at_any_depth() {
    for (app, place) in alike() {
        let mut newest = Validator::new_with_features(WasmFeatures::all());
        assert!(newest.validate_all(&wat::parse_str(&app).unwrap()).is_err(), "{app}");
        let directory = directory(&app);
        for arguments in COMMANDS {
            let said = fails(weld(directory.path()).args(arguments));
            // Lines are broken where they are long.
            let said = said.replace("\n  │ ", " ");
            assert!(said.contains(place), "{app} should say {place}:\n{said}");
            assert!(said.to_ascii_lowercase().contains("`last-seen`") || said.contains("`a:last-seen/"), "{said}");
            assert!(said.contains("`app.wat`"), "{said}");
            assert!(!directory.path().join("out.wasm").exists());
        }
    }
}

#[test]
fn load_accepts_names_that_differ_in_more_than_case_and_hyphens() {
    for app in [
        r#"(component (import "seen" (func)) (import "f" (func $f)) (export "seen" (func $f)))"#,
        r#"(component (type (record (field "seen" u32) (field "seen2" u32))) (type (record (field "se-en" u32))))"#,
        r#"(component (import "a:b-c/d@1.0.0" (instance)) (import "a:b-c/d@2.0.0" (instance)))"#,
        r#"(component (import "a:b/c" (instance (export "r" (type (sub resource)))
             (export "[constructor]r" (func (result (own 0))))
             (export "[method]r.s" (func (param "self" (borrow 0)))))))"#,
        // The names of core modules are not of components.
        r#"(component (core module (import "a-b" "c" (func)) (import "ab" "c" (func))
             (func (export "a-b")) (func (export "ab")) (func (export "AB"))))"#,
    ] {
        let directory = directory(app);
        for arguments in COMMANDS {
            succeeds(weld(directory.path()).args(arguments));
        }
    }
}
