//! Exports that nobody has make nothing reachable, whatever the planner did.

use super::{bytes, check, deny, lines};
use crate::check::Original;
use crate::describe::{Grants, Treatment};

/// Keeps a method for what its export is passed.
const HOLDER: &str = r#"(component $holder
  (import "a:b/store" (instance $d (export "conn" (type $c (sub resource)))
    (export "[method]conn.query" (func (param "self" (borrow $c))))))
  (alias export $d "conn" (type $conn))
  (core module $m (func (export "use") (param i32)) (func (export "run")))
  (core instance $i (instantiate $m))
  (func $use (param "c" (own $conn)) (canon lift (core func $i "use")))
  (func $run (canon lift (core func $i "run")))
  (instance $api (export "use" (func $use)) (export "other" (func $run)))
  (export "run" (func $run)) (export "a:b/api" (instance $api)))"#;

/// Has some functions of the interface, with and without code.
fn user(name: &str, functions: &str, code: &str) -> String {
    format!(
        r#"(component ${name}
          (import "a:b/store" (instance $d (export "conn" (type (sub resource))))) (alias export $d "conn" (type $conn))
          (import "a:b/api" (instance $api {functions})) {code})"#
    )
}

const USE: &str = r#"(alias outer 1 $conn (type $c)) (export "use" (func (param "c" (own $c))))"#;
const OTHER: &str = r#"(export "other" (func))"#;
const CODE: &str = "(core module)";

/// The findings for an output that gives the holder all, with some components, some body, and who is an original.
fn found(components: &str, body: &str, originals: &[(&str, &str)]) -> Vec<String> {
    let output = bytes(&format!(
        r#"(component
          (import "a:b/store" (instance $d (export "conn" (type $c (sub resource)))
            (export "[method]conn.query" (func (param "self" (borrow $c))))))
          {HOLDER} {components}
          (instance $holder (instantiate $holder (with "a:b/store" (instance $d)))) {body})"#
    ));
    let (denied, open, holder) = (deny(), Grants::all(Treatment::Allow), bytes(HOLDER));
    let others: Vec<(&str, Vec<u8>)> = originals.iter().map(|(name, text)| (*name, bytes(text))).collect();
    let original = |name, bytes, grants| Original { name, bytes, grants, imported: None, declares: false };
    let mut all = vec![original("holder", holder.as_slice(), Some(&denied))];
    all.extend(others.iter().map(|(name, bytes)| original(name, bytes, Some(&open))));
    lines(&check(&all, &output).unwrap())
}

const WITH: &str = r#"(with "a:b/store" (instance $d)) (with "a:b/api" (instance $holder "a:b/api"))"#;

#[test]
fn check_finds_functions_kept_for_exports_that_nobody_has() {
    let denied = "instance `holder`: component `holder`: import `a:b/store#[method]conn.query`: it has \
                  `a:b/store#[method]conn.query` of the host, which no grant allows";
    let keeps = |components: &str, body: &str, originals: &[(&str, &str)]| {
        let found = found(components, body, originals);
        assert!(found.is_empty() || found[0] == denied, "{found:#?}");
        found.is_empty()
    };
    assert!(!keeps("", "", &[]));
    assert!(!keeps("", r#"(export "run" (func $holder "run"))"#, &[]));
    assert!(keeps("", r#"(export "x" (func $holder "a:b/api" "use"))"#, &[]));
    assert!(keeps("", r#"(export "x" (instance $holder "a:b/api"))"#, &[]));
    assert!(keeps("", r#"(export "x" (instance $holder))"#, &[]));
    // An original has what it imports.
    let made = format!("(instance (instantiate $user {WITH}))");
    for (functions, is_called) in [(USE, true), (OTHER, false)] {
        for code in ["", CODE] {
            let user = user("user", functions, code);
            assert_eq!(keeps(&user, &made, &[("user", &user)]), is_called, "{functions} {code}");
        }
    }
    // An inline instance is what it is made of; an exported component may be instantiated, with what is in it.
    let user = user("user", USE, CODE);
    let bundled = r#"(instance $b (export "use" (func $holder "a:b/api" "use")))
      (instance (instantiate $user (with "a:b/store" (instance $d)) (with "a:b/api" (instance $b))))"#;
    assert!(keeps(&user, bundled, &[("user", &user)]));
    // An adapter has it for whoever has what it exports by that name.
    let front = r#"(component $front
      (import "a:b/store" (instance $d (export "conn" (type (sub resource))))) (alias export $d "conn" (type $conn))
      (import "a:b/api" (instance $api (alias outer 1 $conn (type $c)) (export "use" (func (param "c" (own $c))))))
      (core module $m (func (export "use") (param i32))) (core instance $i (instantiate $m))
      (func $use (param "c" (own $conn)) (canon lift (core func $i "use")))
      (instance $out (export "use" (func $use))) (export "a:b/api" (instance $out)))"#;
    let made = format!("(instance $front (instantiate $front {WITH}))");
    assert!(!keeps(front, &made, &[]));
    assert!(keeps(front, &format!(r#"{made} (export "x" (instance $front "a:b/api"))"#), &[]));
    let used = WITH.replace("$holder", "$front");
    let used = format!("{made} (instance (instantiate $user {used}))");
    assert!(keeps(&[front, &user].concat(), &used, &[("user", &user)]));
}
