//! What verification must catch: bytes that are valid, and are not what was planned.

use crate::support;

#[test]
fn verify_names_the_input_of_an_invalid_function() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("socket.wat"), r#"(component (import "f" (func)))"#).unwrap();
    // A function that should return a number and returns nothing: its component is well formed until then.
    let plug = r#"(component
      (core module $m (func (export "f")) (func (result i32)))
      (core instance $i (instantiate $m))
      (func $f (canon lift (core func $i "f")))
      (export "f" (func $f)))"#;
    std::fs::write(directory.path().join("plug.wat"), plug).unwrap();
    let said = support::fails(support::weld(directory.path()).args([
        "plug",
        "socket.wat",
        "--plug",
        "plug.wat",
        "-o",
        "out.wasm",
    ]));
    assert!(said.contains("`plug.wat` is not a valid component: type mismatch"), "{said}");
    assert!(!directory.path().join("out.wasm").exists());
}

#[test]
fn verify_accepts_compositions_of_compositions() {
    // A composition as the plug of another one: the inner socket is two levels down.
    let inner = support::plug(&support::guest("left"), &[support::guest("counter")]);
    let directory = tempfile::tempdir().unwrap();
    let inner_file = directory.path().join("inner.wasm");
    std::fs::write(&inner_file, &inner).unwrap();
    let right = support::plug(&support::guest("right"), &[support::guest("counter")]);
    let right_file = directory.path().join("right.wasm");
    std::fs::write(&right_file, right).unwrap();
    let output = support::plug(&support::guest("diamond"), &[inner_file, right_file]);
    // Each side has a counter of its own now.
    assert_eq!(support::prints(&output, &[]), "left 1\nright 1\nleft 2\n");
    let nested = support::nested(&output);
    assert_eq!(nested.len(), 3);
    assert!(nested.contains(&inner.as_slice()), "it is embedded as it was");
}
