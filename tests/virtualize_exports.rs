//! Exports of components that are virtualized, where they exchange handles that are the host's, or another component's.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::disallowed_methods)]

mod support;

use support::{call, guest, http::serve};

/// Has a resource type, whose `value` is 41; exports two interfaces that make one.
const TYPES: &str = r#"(component
  (core module $dtor (func (export "d") (param i32)))
  (core instance $d (instantiate $dtor))
  (type $r (resource (rep i32) (dtor (func $d "d"))))
  (core func $new (canon resource.new $r))
  (core module $m
    (import "" "new" (func $new (param i32) (result i32)))
    (func (export "make") (result i32) (call $new (i32.const 41)))
    (func (export "value") (param i32) (result i32) local.get 0))
  (core instance $i (instantiate $m (with "" (instance (export "new" (func $new))))))
  (func $make (result (own $r)) (canon lift (core func $i "make")))
  (func $value (param "self" (borrow $r)) (result u32) (canon lift (core func $i "value")))
  (component $shim
    (import "r" (type $r (sub resource)))
    (import "make" (func $make (result (own $r))))
    (import "value" (func $value (param "self" (borrow $r)) (result u32)))
    (export $e "r" (type $r))
    (export "make" (func $make) (func (result (own $e))))
    (export "[method]r.value" (func $value) (func (param "self" (borrow $e)) (result u32))))
  (instance $types (instantiate $shim (with "r" (type $r)) (with "make" (func $make)) (with "value" (func $value))))
  (export $types' "a:b/types" (instance $types))
  (component $shim2
    (import "r" (type $r (sub resource)))
    (import "make" (func $make (result (own $r))))
    (export $e "r" (type $r))
    (export "other" (func $make) (func (result (own $e)))))
  (alias export $types' "r" (type $r'))
  (instance $maker (instantiate $shim2 (with "r" (type $r')) (with "make" (func $make))))
  (export "a:b/maker" (instance $maker)))"#;

/// Is given an `r`, and makes another one, which it drops.
const HANDLER: &str = r#"(component
  (import "a:b/types" (instance $types
    (export "r" (type $r (sub resource)))
    (export "[method]r.value" (func (param "self" (borrow $r)) (result u32)))))
  (alias export $types "r" (type $r))
  (import "a:b/maker" (instance $maker
    (alias outer 1 $r (type $r')) (export "r" (type $r (eq $r')))
    (export "other" (func (result (own $r))))))
  (core func $value (canon lower (func $types "[method]r.value")))
  (core func $other (canon lower (func $maker "other")))
  (core func $drop (canon resource.drop $r))
  (core module $m
    (import "" "value" (func $value (param i32) (result i32)))
    (import "" "other" (func $other (result i32)))
    (import "" "drop" (func $drop (param i32)))
    (func (export "handle") (param i32) (result i32) (call $drop (call $other)) (local.get 0))
    (func (export "look") (param i32) (result i32) (local $v i32)
      (local.set $v (call $value (local.get 0))) (call $drop (local.get 0)) (local.get $v))
    (func (export "plain") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1))))
  (core instance $i (instantiate $m (with "" (instance
    (export "value" (func $value)) (export "other" (func $other)) (export "drop" (func $drop))))))
  (func $handle (param "x" (own $r)) (result (own $r)) (canon lift (core func $i "handle")))
  (func $look (param "x" (own $r)) (result u32) (canon lift (core func $i "look")))
  (func $plain (param "x" u32) (result u32) (canon lift (core func $i "plain")))
  (component $shim
    (import "r" (type $r (sub resource)))
    (import "handle" (func $handle (param "x" (own $r)) (result (own $r))))
    (import "look" (func $look (param "x" (own $r)) (result u32)))
    (import "plain" (func $plain (param "x" u32) (result u32)))
    (export $e "r" (type $r))
    (export "handle" (func $handle) (func (param "x" (own $e)) (result (own $e))))
    (export "look" (func $look) (func (param "x" (own $e)) (result u32)))
    (export "plain" (func $plain)))
  (instance $handler (instantiate $shim (with "r" (type $r)) (with "handle" (func $handle)) (with "look" (func $look)) (with "plain" (func $plain))))
  (export "a:b/handler" (instance $handler)))"#;

/// Has the handler handle what the types make.
const USER: &str = r#"(component
  (import "a:b/types" (instance $types
    (export "r" (type $r (sub resource)))
    (export "make" (func (result (own $r))))))
  (alias export $types "r" (type $r))
  (import "a:b/handler" (instance $handler
    (alias outer 1 $r (type $r')) (export "r" (type $r (eq $r')))
    (export "handle" (func (param "x" (own $r)) (result (own $r))))
    (export "look" (func (param "x" (own $r)) (result u32)))
    (export "plain" (func (param "x" u32) (result u32)))))
  (core func $make (canon lower (func $types "make")))
  (core func $handle (canon lower (func $handler "handle")))
  (core func $look (canon lower (func $handler "look")))
  (core func $plain (canon lower (func $handler "plain")))
  (core module $m
    (import "" "make" (func $make (result i32)))
    (import "" "handle" (func $handle (param i32) (result i32)))
    (import "" "look" (func $look (param i32) (result i32)))
    (import "" "plain" (func $plain (param i32) (result i32)))
    (func (export "run") (result i32) (call $plain (call $look (call $handle (call $make))))))
  (core instance $i (instantiate $m (with "" (instance
    (export "make" (func $make)) (export "handle" (func $handle)) (export "look" (func $look)) (export "plain" (func $plain))))))
  (func (export "run") (result u32) (canon lift (core func $i "run"))))"#;

/// Builds the three, with grants for the handler, and gives the output, or what weld said.
fn build(handler: &str, grants: &str) -> Result<(Vec<u8>, String), String> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [("types", TYPES), ("handler", handler), ("user", USER)] {
        std::fs::write(folder.path().join(format!("{name}.wat")), text).unwrap();
    }
    let manifest = format!(
        r#"[composition]
root = "user"
output = "out.wasm"
[components]
types = "types.wat"
handler = "handler.wat"
user = "user.wat"
[virtualize.handler]
{grants}
"#
    );
    std::fs::write(folder.path().join("weld.toml"), manifest).unwrap();
    let output = support::weld(folder.path()).args(["build", "-v"]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    match output.status.success() {
        true => Ok((std::fs::read(folder.path().join("out.wasm")).unwrap(), said)),
        false => Err(said),
    }
}

#[test]
fn handles_of_an_export_are_turned_on_their_way_in_and_out() {
    let (plain, said) = build(HANDLER, r#""a:b/maker" = "allow""#).unwrap();
    assert_eq!(call(&plain, "run"), 42, "{said}");
    assert!(!said.contains("handler:exports"), "{said}");
    // The handler drops an `r` that stands for nothing, and gives back the one that it was given.
    let (output, said) = build(HANDLER, r#""a:b/maker" = "deny""#).unwrap();
    assert_eq!(call(&output, "run"), 42, "{said}");
    assert!(said.contains("user: a:b/handler <- handler:exports"), "{said}");
    assert!(said.contains("forwarded: export a:b/handler"), "{said}");
}

#[test]
fn a_handle_that_stands_for_nothing_does_not_leave_by_an_export() {
    let handler =
        HANDLER.replace("(call $drop (call $other)) (local.get 0))", "(call $drop (local.get 0)) (call $other))");
    assert_ne!(handler, HANDLER);
    let (output, said) = build(&handler, r#""a:b/maker" = "deny""#).unwrap();
    let trapped = std::panic::catch_unwind(|| call(&output, "run"));
    assert!(trapped.is_err(), "{said}");
}

#[test]
fn a_server_whose_files_are_virtual_reads_and_answers_by_the_hosts_streams() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("data")).unwrap();
    std::fs::write(folder.path().join("data/a.txt"), "some text").unwrap();
    let mut command = support::weld(folder.path());
    command.arg("virt").arg(guest("handler")).args(["-o", "out.wasm", "--allow-http", "--mount", "/=data"]);
    support::succeeds(command.args(["--grant", "wasi:http/types=allow"]));
    let output = std::fs::read(folder.path().join("out.wasm")).unwrap();
    let answer = |file| {
        format!("path /a.txt\nasked a question\nenvironment \nfile {file}\nrequest ErrorCode::ConnectionRefused\n")
    };
    assert_eq!(serve(&output, "/a.txt"), Ok(answer("some text")));
    let imports = support::names(&output).0;
    assert!(!imports.iter().any(|name| name.starts_with("wasi:filesystem/")), "{imports:?}");
}
