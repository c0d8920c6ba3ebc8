//! Exports that nobody in a composition has keep no functions: nobody passes a component handles through them.

use std::collections::BTreeSet;
use std::path::Path;

use crate::support::{imported_functions, succeeds, weld};

/// A component that queries the connections which it is passed. Its exports are `run`, and an interface with a function that takes
/// a connection and one that does not. `more` declares further imports, and `stream` a further parameter.
fn holder(more: &str, stream: &str) -> String {
    let core = if stream.is_empty() { "i32" } else { "i32 i32" };
    let named = if stream.is_empty() { "" } else { r#"(export "output-stream" (type $stream))"# };
    format!(
        r#"(component $holder
          (import "acme:db/store@1.0.0" (instance $d
            (export "conn" (type $c (sub resource)))
            (export "[method]conn.query" (func (param "self" (borrow $c)) (result u32)))))
          (alias export $d "conn" (type $conn)) {more}
          (core func $query (canon lower (func $d "[method]conn.query")))
          (core module $m (import "h" "query" (func $query (param i32) (result i32)))
            (func (export "use") (param {core}) (drop (call $query (local.get 0))))
            (func (export "other")) (func (export "run") (result i32) (i32.const 1)))
          (core instance $i (instantiate $m (with "h" (instance (export "query" (func $query))))))
          (func $use (param "c" (own $conn)) {stream} (canon lift (core func $i "use")))
          (func $other (canon lift (core func $i "other")))
          (func $run (result u32) (canon lift (core func $i "run")))
          (instance $api (export "conn" (type $conn)) {named} (export "use" (func $use)) (export "other" (func $other)))
          (export "run" (func $run)) (export "acme:db/api@1.0.0" (instance $api)))"#
    )
}

/// A component that imports `run`, and some functions of the interface.
fn root(types: &str, functions: &str) -> String {
    format!(
        r#"(component $root {types}
          (import "acme:db/api@1.0.0" (instance {functions}))
          (import "run" (func $run (result u32))) (export "main" (func $run)))"#
    )
}

const CONN: &str = r#"(import "acme:db/store@1.0.0" (instance $d (export "conn" (type (sub resource)))))
  (alias export $d "conn" (type $conn))"#;
const USE: &str = r#"(alias outer 1 $conn (type $t)) (export "conn" (type $c (eq $t)))
  (export "use" (func (param "c" (own $c))))"#;
const OTHER: &str = r#"(export "other" (func))"#;

/// What is imported by the output of a manifest, which is verified. `more` is at the end of the manifest.
#[track_caller]
fn built(root: &str, holder: &str, more: &str) -> BTreeSet<String> {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(directory.path().join(name), text).unwrap();
    write("root.wat", root);
    write("holder.wat", holder);
    write(
        "weld.toml",
        &format!(
            "[composition]\nroot = \"root\"\noutput = \"out.wasm\"\n[components]\nroot = \"root.wat\"\nholder = \"holder.wat\"\n{more}"
        ),
    );
    let built = succeeds(weld(directory.path()).args(["build", "-v"]));
    let verified = succeeds(weld(directory.path()).args(["verify", "out.wasm", "--manifest", "weld.toml"]));
    let said = String::from_utf8(verified.stderr).unwrap();
    assert!(said.contains("provenance agrees"), "{said}");
    let functions = imported(&directory.path().join("out.wasm"));
    // It says that it keeps what it does.
    let said = String::from_utf8(built.stderr).unwrap();
    let kept = "kept: acme:db/store@1.0.0 ([method]conn.query), since export `acme:db/api@1.0.0#use` takes";
    assert_eq!(said.contains(kept), functions.contains("acme:db/store#[method]conn.query"), "{said}");
    let inspected = succeeds(weld(directory.path()).args(["inspect", "out.wasm"]));
    let inspected = String::from_utf8(inspected.stdout).unwrap();
    // Its adapters are known by their bytes: they are generated again, for what is wired.
    assert!(!inspected.contains("holder:adapter  program"), "{inspected}");
    functions
}

fn imported(output: &Path) -> BTreeSet<String> {
    let functions = imported_functions(&std::fs::read(output).unwrap()).into_iter();
    functions.map(|(interface, function)| format!("{}#{function}", interface.split('@').next().unwrap())).collect()
}

const QUERY: &str = "acme:db/store#[method]conn.query";
const DENIED: &str = "[virtualize.holder]\n";

#[test]
fn exports_that_nobody_has_keep_nothing() {
    let holder = holder("", "");
    let none = r#"(component $root (import "run" (func $run (result u32))) (export "main" (func $run)))"#;
    // Nobody has the interface; or nobody has that function of it.
    assert!(!built(none, &holder, DENIED).contains(QUERY));
    assert!(!built(&root("", OTHER), &holder, DENIED).contains(QUERY));
    // The root has it, or the host has it.
    assert!(built(&root(CONN, USE), &holder, DENIED).contains(QUERY));
    let exported = "[exports]\n\"acme:db/api\" = \"holder\"\n[virtualize.holder]\n";
    assert!(built(none, &holder, exported).contains(QUERY));
    // The root may not have it.
    let refused = format!("{DENIED}[virtualize.root]\ndefault = \"allow\"\n\"acme:db/api#use\" = \"deny\"\n");
    assert!(!built(&root(CONN, USE), &holder, &refused).contains(QUERY));
    let other = format!("{DENIED}[virtualize.root]\ndefault = \"allow\"\n\"acme:db/api#other\" = \"deny\"\n");
    assert!(built(&root(CONN, &[USE, OTHER].concat()), &holder, &other).contains(QUERY));
}

#[test]
fn exports_that_an_adapter_alone_has_keep_nothing() {
    // Of streams, the adapter makes handles, so that it stands before the interface too.
    let more = r#"(import "wasi:io/streams@0.2.0" (instance $s (export "output-stream" (type (sub resource)))))
      (alias export $s "output-stream" (type $stream))
      (import "wasi:cli/stdout@0.2.0" (instance (alias outer 1 $stream (type $t)) (export "output-stream" (type $o (eq $t)))
        (export "get-stdout" (func (result (own $o))))))
      (import "wasi:cli/stderr@0.2.0" (instance (alias outer 1 $stream (type $t)) (export "output-stream" (type $o (eq $t)))
        (export "get-stderr" (func (result (own $o))))))"#;
    let holder = holder(more, r#"(param "s" (own $stream))"#);
    let types = format!(
        r#"{CONN} (import "wasi:io/streams@0.2.0" (instance $s (export "output-stream" (type (sub resource)))))
        (alias export $s "output-stream" (type $stream))"#
    );
    let with_stream = r#"(alias outer 1 $conn (type $t)) (export "conn" (type $c (eq $t)))
      (alias outer 1 $stream (type $u)) (export "output-stream" (type $s (eq $u)))
      (export "use" (func (param "c" (own $c)) (param "s" (own $s))))"#;
    let granted = "[virtualize.holder]\nstdout = \"allow\"\n";
    assert!(!built(&root("", OTHER), &holder, granted).contains(QUERY));
    assert!(built(&root(&types, with_stream), &holder, granted).contains(QUERY));
    let refused = format!("{granted}[virtualize.root]\ndefault = \"allow\"\n\"acme:db/api#use\" = \"deny\"\n");
    assert!(!built(&root(&types, with_stream), &holder, &refused).contains(QUERY));
}
