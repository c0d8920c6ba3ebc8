//! Renamed wires: imports that are filled by an export of another name, directly, through an import adapter, and
//! through an export adapter of the exporter.

use super::grants;
use super::others::{Of, of};
use crate::describe::{Grants, Treatment};

/// Imports an interface of two functions.
const APP: &str = r#"(component (import "a:b/c" (instance (export "f" (func)) (export "g" (func)))))"#;

/// Exports two instances of that type under other names, and imports `send`.
const LIB: &str = r#"(component
  (import "t:p/net" (instance (export "send" (func))))
  (core module $m (func (export "n"))) (core instance $m (instantiate $m)) (func $n (canon lift (core func $m "n")))
  (instance $d (export "f" (func $n)) (export "g" (func $n)))
  (export "x:y/d" (instance $d)) (export "x:y/secret" (instance $d)))"#;

const SEND: &str = r#"(import "t:p/net" (instance $net (export "send" (func))))"#;

/// A component with code that calls all functions of an import, and exports instances of its type.
fn code(name: &str, import: &str, exports: &[&str]) -> String {
    let exports: String = exports.iter().map(|name| format!(r#"(export "{name}" (instance $o))"#)).collect();
    format!(
        r#"(component ${name} (import "{import}" (instance $i (export "f" (func)) (export "g" (func))))
          (core func (canon lower (func $i "f"))) (core func (canon lower (func $i "g")))
          (core module $m (func (export "n"))) (core instance $m (instantiate $m)) (func $n (canon lift (core func $m "n")))
          (instance $o (export "f" (func $n)) (export "g" (func $n))) {exports})"#
    )
}

/// Gives `app` an argument, after some further definitions.
fn given(more: &str, argument: &str) -> String {
    format!(
        r#"(component {SEND} $$lib $$app
          (instance $lib (instantiate $lib (with "t:p/net" (instance $net)))) {more}
          (instance $app (instantiate $app (with "a:b/c" (instance {argument})))))"#
    )
}

const STRAIGHT: &str = r#"$lib "x:y/d""#;

fn found(output: &str, said: &[(&str, Treatment)]) -> Vec<String> {
    let app = grants(Treatment::Deny, said);
    of(output, &[("app", APP, Some(&app)), ("lib", LIB, None)])
}

#[track_caller]
fn finds(output: &str, said: &[(&str, Treatment)], expected: &str) {
    let found = found(output, said);
    assert!(found.iter().any(|line| line.contains(expected)), "{found:#?}");
}

use Treatment::{Allow, Deny};

#[test]
fn check_applies_the_more_specific_grant_across_renamed_wires() {
    let straight = given("", STRAIGHT);
    for wide in ["*", "*:*/*", "x:*", "x:y/*"] {
        for allowed in ["a:b/c", "a:b/c#*"] {
            assert_eq!(found(&straight, &[(wide, Deny), (allowed, Allow)]), [""; 0], "{wide} {allowed}");
        }
    }
    // An equally or more specific denial decides, and so does any denial where no grant allows the name of the import.
    let denied = "it has `x:y/d#f` of instance `lib`, which a grant denies";
    for said in [
        [("x:y/d", Deny), ("a:b/c", Allow)],
        [("x:y/d#f", Deny), ("a:b/c", Allow)],
        [("x:y/d#*", Deny), ("a:b/c", Allow)],
        [("x:y/d", Deny), ("a:b/*", Allow)],
        [("x:*", Deny), ("t:p/other", Allow)],
        [("*", Deny), ("x:y/d", Allow)],
    ] {
        finds(&straight, &said, denied);
    }
}

#[test]
fn check_matches_an_adapter_import_by_the_import_it_answers() {
    let adapter = code("adapter", "a:b/c", &["a:b/c"]);
    let by_adapter = |argument: &str| {
        let more = format!(r#"{adapter} (instance $a (instantiate $adapter (with "a:b/c" (instance {argument}))))"#);
        given(&more, r#"$a "a:b/c""#)
    };
    for said in [&[][..], &[("a:b/c", Allow)], &[("*", Deny), ("a:b/c", Allow)]] {
        assert_eq!(found(&by_adapter(STRAIGHT), said), [""; 0], "{said:?}");
    }
    finds(
        &by_adapter(STRAIGHT),
        &[("x:y/d", Deny), ("a:b/c", Allow)],
        "`x:y/d#f` of instance `lib`, which a grant denies",
    );
    // That name gives no host function.
    let hosts = r#"(export "f" (func $net "send")) (export "g" (func $net "send"))"#;
    let allowed = &[("a:b/c", Allow)];
    finds(
        &by_adapter(hosts),
        allowed,
        "what stands for it has `t:p/net#send` of the host, under a name that is not its own",
    );
    // Nor does another name than that of the import.
    let other = code("adapter", "x:y/d", &["a:b/c"]);
    let more = format!(r#"{other} (instance $a (instantiate $adapter (with "x:y/d" (instance {STRAIGHT}))))"#);
    finds(&given(&more, r#"$a "a:b/c""#), allowed, "`x:y/d#f` of instance `lib`, which it does not import");
}

/// An export adapter for both exports of `lib`, with further definitions.
fn front(more: &str) -> String {
    format!(
        r#"(component $front
          (import "x:y/d" (instance $d (export "f" (func)) (export "g" (func))))
          (import "x:y/secret" (instance $s (export "f" (func)) (export "g" (func)))) {more}
          (core func (canon lower (func $d "f"))) (core func (canon lower (func $s "f")))
          (core module $m (func (export "n"))) (core instance $m (instantiate $m))
          (func $n (canon lift (core func $m "n"))) (func $k (canon lift (core func $m "n")))
          (instance $o (export "f" (func $n)) (export "g" (func $n))) (instance $p (export "f" (func $k)) (export "g" (func $k)))
          (export "x:y/d" (instance $o)) (export "x:y/secret" (instance $p)))
        (instance $front (instantiate $front (with "x:y/d" (instance $lib "x:y/d")) (with "x:y/secret" (instance $lib "x:y/secret"))"#
    )
}

#[test]
fn check_matches_an_export_adapter_whatever_the_import_name() {
    let fronted = |argument: &str| given(&format!("{}))", front("")), argument);
    let no_secret = &[("x:y/secret", Deny), ("a:b/c", Allow)];
    for said in [&[][..], &[("a:b/c", Allow)], &[("*", Deny), ("a:b/c", Allow)], no_secret] {
        assert_eq!(found(&fronted(r#"$front "x:y/d""#), said), [""; 0], "{said:?}");
    }
    // The export decides which item it is, not the name of the import.
    let denied = "what stands for it has `x:y/secret#f` of instance `lib`, which a grant denies";
    finds(&fronted(r#"$front "x:y/secret""#), no_secret, denied);
    // An inline instance keeps the identity of its items.
    let again =
        r#"(instance $again (export "f" (func $front "x:y/secret" "f")) (export "g" (func $front "x:y/d" "g")))"#;
    let again = given(&format!("{})) {again}", front("")), "$again");
    finds(&again, no_secret, "`x:y/secret#f` of instance `lib`, which");
    // A component with more than `lib` is no export adapter of it.
    let thief =
        front(r#"(import "more" (instance $more (export "f" (func)))) (core func (canon lower (func $more "f")))"#);
    let thief = given(
        &format!(r#"(import "host" (instance $host (export "f" (func)))) {thief} (with "more" (instance $host))))"#),
        r#"$front "x:y/d""#,
    );
    finds(&thief, &[("a:b/c", Allow)], "what stands for it has `host#f` of the host, which it does not import");
}

#[test]
fn check_matches_an_adapted_world_function_with_any_of_its_component() {
    let lib = LIB.replace(
        r#"(export "x:y/d" (instance $d)) (export "x:y/secret" (instance $d))"#,
        r#"(export "d" (func $n)) (export "secret" (func $n))"#,
    );
    let front = r#"(component $front (import "d" (func $d)) (import "secret" (func $s))
      (core func (canon lower (func $d))) (core func (canon lower (func $s)))
      (core module $m (func (export "n"))) (core instance $m (instantiate $m)) (func $n (canon lift (core func $m "n")))
      (export "d" (func $n)) (export "secret" (func $n)))"#;
    let output = format!(
        r#"(component {SEND} $$lib $$app {front} (instance $lib (instantiate $lib (with "t:p/net" (instance $net))))
          (instance $front (instantiate $front (with "d" (func $lib "d")) (with "secret" (func $lib "secret"))))
          (instance $app (instantiate $app (with "c" (func $front "d")))))"#
    );
    let found = |said: &[(&str, Treatment)]| {
        let app: Grants = grants(Deny, said);
        let all: [Of<'_>; 2] = [("app", r#"(component (import "c" (func)))"#, Some(&app)), ("lib", &lib, None)];
        of(&output, &all)
    };
    assert_eq!(found(&[("#c", Allow)]), [""; 0]);
    assert!(found(&[("#c", Allow), ("#secret", Deny)])[0].contains("`secret` of instance `lib`, which a grant denies"));
}
