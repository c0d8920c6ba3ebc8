//! Imports with labels (Component Model, Explainer, "Import and Export Definitions", `implements`): a label, another
//! label of the same interface, and the interface itself are three imports.

use super::{bytes, grants, lines};
use crate::check::Original;
use crate::check::tests::check;
use crate::describe::{Grants, Treatment};

const A: &str = r#"(instance $a (export "f" (func (result u64))))"#;
const Y: &str = r#"(instance $y (export "f" (func (result u64))))"#;

/// Checks an output with the host's `imports`, in which a component with the text `app` has some `arguments`.
fn found(imports: &str, app: &str, arguments: &str, grants: &Grants) -> Vec<String> {
    let app = format!("(component $APP {app} (core module))");
    let refused = r#"(component $none
          (core module $m (func (export "f") (result i64) unreachable)) (core instance $m (instantiate $m))
          (func (export "f") (result u64) (canon lift (core func $m "f"))))
        (instance $none (instantiate $none))"#;
    let output = format!("(component {imports} {app} {refused} (instance $app (instantiate $APP {arguments})))");
    let app = bytes(&app);
    let original = Original { name: "app", bytes: &app, grants: Some(grants), imported: None, declares: false };
    lines(&check(&[original], &bytes(&output)).unwrap())
}

#[test]
fn check_matches_a_host_label_only_with_the_same_label() {
    let (plain, label) =
        (format!(r#"(import "t:p/a@1.0.0" {A})"#), format!(r#"(import "y" (implements "t:p/a@1.0.0") {Y})"#));
    let both = format!("{plain} {label}");
    let given = |a: &str, y: &str| format!(r#"(with "t:p/a@1.0.0" (instance ${a})) (with "y" (instance ${y}))"#);
    let other = [("t:p/a", Treatment::Allow), ("y", Treatment::Deny)];
    for grants in [grants(Treatment::Deny, &other), grants(Treatment::Allow, &other[1..])] {
        assert_eq!(found(&plain, &both, &given("a", "none"), &grants), [""; 0]);
        let line = "instance `app`: component `app`: import `t:p/a@1.0.0#f`: it has `y#f` of the host, under a name that is not its own";
        assert_eq!(found(&label, &both, &given("y", "none"), &grants), [line]);
    }
    // The reverse.
    let grants = grants(Treatment::Deny, &[("y", Treatment::Allow)]);
    assert_eq!(found(&label, &both, &given("none", "y"), &grants), [""; 0]);
    let line = "instance `app`: component `app`: import `y#f`: it has `t:p/a@1.0.0#f` of the host, under a name that is not its own";
    assert_eq!(found(&plain, &both, &given("none", "a"), &grants), [line]);
}

#[test]
fn check_does_not_match_the_only_label_of_an_interface_with_another_label() {
    let app = format!(r#"(import "y" (implements "t:p/a@1.0.0") {Y})"#);
    let given = |of: &str| format!(r#"(with "y" (instance ${of}))"#);
    let allowed = grants(Treatment::Deny, &[("y", Treatment::Allow), ("t:p/a", Treatment::Allow)]);
    assert_eq!(found(&app, &app, &given("y"), &allowed), [""; 0]);
    for (imports, name) in [
        // The interface itself, another label of it, and the same label of another interface.
        (format!(r#"(import "t:p/a@1.0.0" {Y})"#), "t:p/a@1.0.0"),
        (format!(r#"(import "z" (implements "t:p/a@1.0.0") {Y})"#), "z"),
        (format!(r#"(import "y" (implements "t:p/other@1.0.0") {Y})"#), "y"),
    ] {
        let found = found(&imports, &app, &given("y"), &grants(Treatment::Deny, &[("y", Treatment::Allow)]));
        let line = format!("it has `{name}#f` of the host, under a name that is not its own");
        assert!(found.iter().any(|found| found.contains(&line)), "{name}: {found:#?}");
    }
}

#[test]
fn check_matches_a_label_of_an_adapter_with_that_label() {
    let both = format!(r#"(import "t:p/a@1.0.0" {A}) (import "y" (implements "t:p/a@1.0.0") {Y})"#);
    // Calls its argument `y`, and answers both imports.
    let adapter = |of: &str| {
        format!(
            r#"{both} (component $adapter (import "y" (implements "t:p/a@1.0.0") {Y})
              (core func (canon lower (func $y "f")))
              (core module $m (func (export "f") (result i64) unreachable)) (core instance $m (instantiate $m))
              (func $f (result u64) (canon lift (core func $m "f"))) (instance $o (export "f" (func $f))) (instance $p (export "f" (func $f)))
              (export "t:p/a@1.0.0" (instance $o)) (export "y" (instance $p)))
            (instance $of (instantiate $adapter (with "y" (instance {of}))))
            (alias export $of "y" (instance $oy)) (alias export $of "t:p/a@1.0.0" (instance $oa))"#
        )
    };
    let given = r#"(with "t:p/a@1.0.0" (instance $oa)) (with "y" (instance $oy))"#;
    let other = [("t:p/a", Treatment::Deny), ("y#*", Treatment::Allow)];
    let unused = "the output: import `t:p/a@1.0.0#f`: the output imports it, and no component has it";
    for grants in [grants(Treatment::Deny, &other), grants(Treatment::Deny, &other[1..])] {
        assert_eq!(found(&adapter("$y"), &both, given, &grants), [unused]);
        let line = "what stands for it has `t:p/a@1.0.0#f` of the host, under a name that is not its own";
        let found = found(&adapter("$a"), &both, given, &grants);
        assert!(found.iter().any(|found| found.contains(line)), "{found:#?}");
    }
}

#[test]
fn check_counts_a_label_as_filled_by_a_component_only_where_the_host_answers_it_by_no_name() {
    let f = r#"(export "f" (func (result u64)))"#;
    let app = format!(r#"(component $APP (import "y" (implements "t:p/a@1.0.0") {Y}) (core module))"#);
    let plug = r#"(component $PLUG (core module $m (func (export "f") (result i64) unreachable))
        (core instance $m (instantiate $m)) (func $f (result u64) (canon lift (core func $m "f")))
        (instance $y (export "f" (func $f))) (export "y" (instance $y)))"#;
    // What stands in between has the export of the plug as `y`, and what the host has for `y` by the name of the interface.
    let output = format!(
        r#"(component (import "y" (implements "t:p/a@1.0.0") {Y}) {app} {plug} (instance $plug (instantiate $PLUG))
          (component $adapter (import "y" (implements "t:p/a@1.0.0") {Y}) (import "t:p/a@1.0.0" (instance $a {f}))
            (core func $f (canon lower (func $y "f"))) (core func $g (canon lower (func $a "f")))
            (core module $m (import "" "f" (func (result i64))) (import "" "g" (func $g (result i64)))
              (func (export "f") (result i64) (call $g)))
            (core instance $m (instantiate $m (with "" (instance (export "f" (func $f)) (export "g" (func $g))))))
            (func $h (result u64) (canon lift (core func $m "f"))) (instance $o (export "f" (func $h)))
            (export "y" (instance $o)))
          (instance $of (instantiate $adapter (with "y" (instance $plug "y")) (with "t:p/a@1.0.0" (instance $y))))
          (instance $app (instantiate $APP (with "y" (instance $of "y")))))"#
    );
    let (app, plug) = (bytes(&app), bytes(plug));
    let original = |name, bytes, grants| Original { name, bytes, grants, imported: None, declares: false };
    let none = grants(Treatment::Deny, &[]);
    let originals = [original("app", &app, Some(&none)), original("plug", &plug, None)];
    let found = lines(&check(&originals, &bytes(&output)).unwrap());
    assert!(found.iter().any(|line| line.contains("has `y#f` of the host, which no grant allows")), "{found:#?}");
}

#[test]
fn check_matches_a_numbered_label_where_another_interface_has_the_name() {
    let app = format!(r#"(import "y" (implements "t:p/a@1.0.0") {Y})"#);
    let (other, numbered) = (
        r#"(import "y" (implements "t:p/b@1.0.0") (instance (export "f" (func (result u64)))))"#,
        r#"(import "y2" (implements "t:p/a@1.0.0") (instance $y2 (export "f" (func (result u64)))))"#,
    );
    let given = r#"(with "y" (instance $y2))"#;
    let allowed = grants(Treatment::Deny, &[("y", Treatment::Allow)]);
    // No component has the other import.
    let unused = "the output: import `y#f`: the output imports it, and no component has it";
    assert_eq!(found(&format!("{other} {numbered}"), &app, given, &allowed), [unused]);
    let line = |name: &str| format!("it has `{name}#f` of the host, under a name that is not its own");
    for (imports, name) in [
        // Nothing else has the label, or the same interface has it; the label is of another interface; the name has no
        // number.
        (numbered.to_owned(), "y2"),
        (format!("{} {numbered}", other.replace("t:p/b", "t:p/a")), "y2"),
        (format!("{other} {}", numbered.replace("t:p/a", "t:p/b")), "y2"),
        (format!("{other} {}", numbered.replace("\"y2\"", "\"yz\"")), "yz"),
    ] {
        let found = found(&imports, &app, given, &allowed);
        assert!(found.iter().any(|found| found.contains(&line(name))), "{imports}: {found:#?}");
    }
    // Only the next free number is valid: `y2`, or `y3` where another interface has `y2`.
    let third = r#"(import "y2" (implements "t:p/c@1.0.0") (instance (export "f" (func (result u64)))))"#;
    for (imports, number, is_right) in [
        (other.to_owned(), "3", false),
        (other.to_owned(), "9", false),
        (other.to_owned(), "02", false),
        (other.to_owned(), "1", false),
        (other.to_owned(), "4294967295", false),
        (format!("{other} {third}"), "3", true),
        (format!("{other} {third}"), "4", false),
        (format!("{other} {}", third.replace("t:p/c", "t:p/a")), "3", false),
        (third.replace("y2", "y").replace("t:p/c", "t:p/a") + third, "3", false),
    ] {
        let name = format!("y{number}");
        let imports = format!("{imports} {}", numbered.replace("\"y2\"", &format!("\"{name}\"")));
        let found = found(&imports, &app, given, &allowed);
        assert_eq!(found.iter().any(|found| found.contains(&line(&name))), !is_right, "{imports}: {found:#?}");
    }
    // A number that the component itself uses for another import is skipped.
    let own = format!(r#"{app} (import "y2" (func $own))"#);
    let imports = format!(r#"{other} (import "y2" (func $y2)) {}"#, numbered.replace("y2", "y3"));
    let found_here =
        found(&imports, &own, r#"(with "y" (instance $y3)) (with "y2" (func $y2))"#, &grants(Treatment::Allow, &[]));
    assert_eq!(found_here, [unused]);
    // A label of the component itself takes precedence.
    let both = format!(r#"{app} (import "y2" (implements "t:p/a@1.0.0") (instance (export "f" (func (result u64)))))"#);
    let given = r#"(with "y" (instance $y2)) (with "y2" (instance $none))"#;
    let found = found(&format!("{other} {numbered}"), &both, given, &allowed);
    assert!(found.iter().any(|found| found.contains(&line("y2"))), "{found:#?}");
}

#[test]
fn check_matches_labels_that_differ_only_in_case_or_hyphens() {
    let app = format!(r#"(import "foobar" (implements "t:p/a@1.0.0") {Y})"#);
    let numbered =
        r#"(import "foobar2" (implements "t:p/a@1.0.0") (instance $n (export "f" (func (result u64)))))"#.to_owned();
    let (given, allowed) =
        (r#"(with "foobar" (instance $n))"#, grants(Treatment::Deny, &[("foobar", Treatment::Allow)]));
    for other in ["foo-bar", "FOOBAR", "foo-BAR"] {
        let imports = format!(
            r#"(import "{other}" (implements "t:p/b@1.0.0") (instance (export "f" (func (result u64))))) {numbered}"#
        );
        // No component has the other import.
        let unused = format!("import `{other}#f`: the output imports it, and no component does");
        let found_here = found(&imports, &app, given, &allowed);
        assert!(found_here.len() == 1 && found_here[0].ends_with(&unused), "{found_here:#?}");
        // A numbered label of the component itself, in any spelling, takes precedence.
        let both = format!(
            r#"{app} (import "foo-bar2" (implements "t:p/a@1.0.0") (instance (export "f" (func (result u64)))))"#
        );
        let given = format!(r#"{given} (with "foo-bar2" (instance $none))"#);
        let line = "it has `foobar2#f` of the host, under a name that is not its own";
        let found = found(&imports, &both, &given, &allowed);
        assert!(found.iter().any(|found| found.contains(line)), "{found:#?}");
    }
}

#[test]
fn check_does_not_match_an_interface_grant_with_a_host_label() {
    let app = format!(r#"(import "t:p/a@1.0.0" {A})"#);
    let given = r#"(with "t:p/a@1.0.0" (instance $y))"#;
    let line = "it has `secret#f` of the host, under a name that is not its own";
    let label = format!(r#"(import "secret" (implements "t:p/a@1.0.0") {Y})"#);
    let by_interface = [("t:p/a", Treatment::Allow)];
    for grants in
        [grants(Treatment::Allow, &[]), grants(Treatment::Deny, &by_interface), grants(Treatment::Allow, &by_interface)]
    {
        let found = found(&label, &app, given, &grants);
        assert!(found.iter().any(|found| found.contains(line)), "{found:#?}");
    }
    // A label without an interface does not match an import with one.
    let app = format!(r#"(import "y" (implements "t:p/a@1.0.0") {Y})"#);
    let found =
        found(&format!(r#"(import "y" {Y})"#), &app, r#"(with "y" (instance $y))"#, &grants(Treatment::Allow, &[]));
    assert!(found.iter().any(|found| found.contains("under a name that is not its own")), "{found:#?}");
}

#[test]
fn check_distinguishes_external_ids() {
    let import = |id: &str| match id {
        "" => format!(r#"(import "t:p/a@1.0.0" {A})"#),
        id => format!(r#"(import "t:p/a@1.0.0" (external-id "{id}") {A})"#),
    };
    let given = r#"(with "t:p/a@1.0.0" (instance $a))"#;
    let allowed = [grants(Treatment::Allow, &[]), grants(Treatment::Deny, &[("t:p/a", Treatment::Allow)])];
    for (own, hosts) in [("public", "public"), ("", ""), ("public", "admin"), ("public", ""), ("", "admin")] {
        let line = "it has `t:p/a@1.0.0#f` of the host, under another external-id";
        for grants in &allowed {
            let found = found(&import(hosts), &import(own), given, grants);
            assert_eq!(found.iter().any(|found| found.contains(line)), own != hosts, "{own}, {hosts}: {found:#?}");
        }
    }
}
