//! Items that code has without an import: from a nested instance, from a destructor, or as an exported component.

use super::{bytes, deny, grants, lines};
use crate::check::Original;
use crate::check::tests::check;
use crate::describe::Treatment;

const MODULE: &str = r#"(import "m" (core module $m (export "f" (func))))"#;
const STRANGER: &str = "it has this of the host's, and stands for no component of the composition";

/// Checks an output with a component that may have a host core module, and with other definitions.
fn beside(other: &str) -> Vec<String> {
    let app = format!("(component $APP {MODULE})");
    let output =
        format!(r#"(component {MODULE} {app} {other} (instance $app (instantiate $APP (with "m" (core module $m)))))"#);
    let (app, allowed) = (bytes(&app), grants(Treatment::Deny, &[("#m", Treatment::Allow)]));
    let original = Original { name: "app", bytes: &app, grants: Some(&allowed), imported: None, declares: false };
    lines(&check(&[original], &bytes(&output)).unwrap())
}

#[test]
fn check_finds_a_host_core_module_exported_by_a_nested_instance() {
    // The component that exports it again has no code, and combines it with another item.
    let joint = |outward: usize| {
        format!(
            r#"(component $joint (alias outer {outward} $m (core module $n))
                 (component $nothing) (instance (instantiate $nothing)) (export "n" (core module $n)))"#
        )
    };
    let thief = format!(
        r#"(component $thief {} (instance $j (instantiate $joint)) (alias export $j "n" (core module $n))
             (core instance (instantiate $n)))
           (instance $thief (instantiate $thief))"#,
        joint(2)
    );
    assert_eq!(beside(&thief), [format!("instance `thief`: import `m`: {STRANGER}")]);
    // Without an instance that uses it, no component has it.
    assert_eq!(beside(&format!("{} (instance (instantiate $joint))", joint(1))), [""; 0]);
}

#[test]
fn check_finds_outer_aliases_of_an_exported_component() {
    let taker = r#"(component $taker (alias outer 1 $m (core module $n)) (core instance (instantiate $n)))"#;
    let exported = format!(r#"{taker} (export "c" (component $taker))"#);
    assert_eq!(beside(&exported), [format!("instance `an exported component`: import `m`: {STRANGER}")]);
    let bundled = format!(r#"{taker} (instance $i (export "c" (component $taker))) (export "i" (instance $i))"#);
    assert_eq!(beside(&bundled).len(), 1);
    assert_eq!(beside(taker), [""; 0]);
    // An original that is only exported is no part of the output.
    let (app, allowed) = (bytes("(component $APP)"), deny());
    let original = Original { name: "app", bytes: &app, grants: Some(&allowed), imported: None, declares: false };
    let found = check(&[original], &bytes(r#"(component (component $APP) (export "c" (component $APP)))"#)).unwrap();
    assert_eq!(lines(&found), ["the output: component `app`: no instance of it is in the output"]);
}

#[test]
fn check_finds_what_a_destructor_reaches_behind_a_wired_import() {
    // `sends` may send, and the destructor of `giver` does so for it; `front` answers `app`, and has only the type.
    let send = r#"(import "t:p/net" (instance $net (export "send" (func))))"#;
    let giver = format!(
        r#"(component $giver {send}
             (core func $send (canon lower (func $net "send")))
             (core module $m (import "" "send" (func $send)) (func (export "drop") (param i32) (call $send)) (func (export "send") (call $send)))
             (core instance $m (instantiate $m (with "" (instance (export "send" (func $send))))))
             (type $t (resource (rep i32) (dtor (func $m "drop")))) (export "t" (type $t))
             (func $f (canon lift (core func $m "send"))) (instance $o (export "send" (func $f))) (export "t:p/net" (instance $o)))"#
    );
    let front = r#"(component $front
      (import "t" (type $t (sub resource)))
      (core func $drop (canon resource.drop $t))
      (core module $m (import "" "drop" (func $drop (param i32))) (func (export "go") (call $drop (i32.const 1))))
      (core instance $m (instantiate $m (with "" (instance (export "drop" (func $drop))))))
      (func $go (canon lift (core func $m "go"))) (export "go" (func $go)))"#;
    let (sends, app) = (format!("(component $sends {send})"), r#"(component $app (import "go" (func)))"#);
    let output = bytes(&format!(
        r#"(component {send} {giver} {front} {sends} {app}
             (instance $giver (instantiate $giver (with "t:p/net" (instance $net))))
             (instance $sends (instantiate $sends (with "t:p/net" (instance $giver "t:p/net"))))
             (instance $front (instantiate $front (with "t" (type $giver "t"))))
             (instance $app (instantiate $app (with "go" (func $front "go")))))"#
    ));
    let (sends, app) = (bytes(&sends), bytes(app));
    let (allowed, denied) = (grants(Treatment::Deny, &[("t:p/net", Treatment::Allow)]), deny());
    let original =
        |name, bytes, grants| Original { name, bytes, grants: Some(grants), imported: None, declares: false };
    let originals = [original("sends", &sends, &allowed), original("app", &app, &denied)];
    assert_eq!(
        lines(&check(&originals, &output).unwrap()),
        [
            "instance `app`: component `app`: import `t:p/net#send`: what stands for it has `t:p/net#send` of the host, which it does not import"
        ]
    );
}
