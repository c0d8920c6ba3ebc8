//! `weld verify` on outputs that export something else than their description says.

use std::path::Path;

use crate::support::{succeeds, weld};

/// The component, as it is written in an output too: its bytes are the same there.
const APP: &str = r#"(component $APP
  (import "t:p/i" (instance $i (export "f" (func (result u32)))))
  (core module $m (func (export "g") (result i32) (i32.const 7)))
  (core instance $c (instantiate $m))
  (func $g (result u32) (canon lift (core func $c "g")))
  (instance $api (export "one" (func $g)))
  (export "g" (func $g))
  (export "t:p/api" (instance $api)))"#;

/// Own code of whoever made the output, which takes a function and gives another one.
const FRONT: &str = r#"(component $FRONT (import "g" (func $g (result u32)))
  (core module $m (import "" "g" (func $g (result i32))) (func (export "g") (result i32) (call $g)))
  (core func $l (canon lower (func $g)))
  (core instance $c (instantiate $m (with "" (instance (export "g" (func $l))))))
  (func $h (result u32) (canon lift (core func $c "g")))
  (export "g" (func $h)))"#;

/// An output with the exports given, and what they are made of.
fn output(exports: &str) -> Vec<u8> {
    let text = format!(
        r#"(component
          (import "t:p/i" (instance $i (export "f" (func (result u32)))))
          {APP} {FRONT}
          (instance $a (instantiate $APP (with "t:p/i" (instance $i))))
          (alias export $i "f" (func $f))
          (alias export $a "g" (func $g))
          (alias export $a "t:p/api" (instance $api))
          (alias export $api "one" (func $one))
          {exports})"#
    );
    wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// The lines that `weld verify` prints of an output of the component alone, to which everything is granted.
fn findings(directory: &Path, output: &[u8]) -> Vec<String> {
    std::fs::write(directory.join("app.wasm"), wat::parse_str(APP).unwrap()).unwrap();
    std::fs::write(directory.join("out.wasm"), output).unwrap();
    let ran = weld(directory)
        .args(["verify", "-v", "--allow-foreign", "out.wasm", "--input", "app.wasm", "--allow-all"])
        .output()
        .unwrap();
    let lines: Vec<String> = String::from_utf8(ran.stdout).unwrap().lines().map(str::to_owned).collect();
    assert_eq!(ran.status.code(), Some(i32::from(!lines.is_empty())), "{}", String::from_utf8_lossy(&ran.stderr));
    lines
}

const G: &str = r#"(export "g" (func $g))"#;
const API: &str = r#"(export "t:p/api" (instance $api))"#;

#[test]
fn verify_accepts_exports_in_any_form() {
    let directory = tempfile::tempdir().unwrap();
    for exports in [
        format!("{G} {API}"),
        format!("{API} {G}"),
        // Put together of what it has, and handed through code that is given it.
        format!(r#"{G} (instance $b (export "one" (func $one))) (export "t:p/api" (instance $b))"#),
        format!(
            r#"(instance $front (instantiate $FRONT (with "g" (func $g)))) (alias export $front "g" (func $h))
            (export "g" (func $h)) {API}"#
        ),
    ] {
        assert_eq!(findings(directory.path(), &output(&exports)), [""; 0], "{exports}");
    }
}

#[test]
fn verify_finds_extra_and_missing_exports() {
    let directory = tempfile::tempdir().unwrap();
    let extra = |kind: &str| format!("it exports {kind} `more`, which its description does not");
    for (exports, said) in [
        (format!(r#"{G} {API} (export "more" (instance $i))"#), extra("instance")),
        (format!(r#"{G} {API} (export "more" (func $f))"#), extra("function")),
        (format!(r#"{G} {API} (export "more" (func $g))"#), extra("function")),
        (format!(r#"{G} {API} (export "more" (component $APP))"#), extra("component")),
        (format!(r#"{G} {API} (core module $x) (export "more" (core module $x))"#), extra("core module")),
        (format!(r#"{G} {API} (type $r (resource (rep i32))) (export "more" (type $r))"#), extra("type")),
        (G.to_owned(), "it does not export `t:p/api`, which its description does".to_owned()),
        (String::new(), "it does not export `g`, which its description does".to_owned()),
    ] {
        let found = findings(directory.path(), &output(&exports));
        assert!(found.contains(&format!("the output: {said}")), "{exports}: {found:#?}");
    }
}

#[test]
fn verify_finds_exports_of_other_items() {
    let directory = tempfile::tempdir().unwrap();
    let of_another_type = "it exports `t:p/api` of another type than its description: ";
    for (exports, said) in [
        // The host's own function, the component's other one, and code that is given neither.
        (format!(r#"(export "g" (func $f)) {API}"#), "what it exports as `g` is not that of `app`"),
        (format!(r#"(export "g" (func $one)) {API}"#), "what it exports as `g` is not that of `app`"),
        (
            format!(
                r#"(instance $front (instantiate $FRONT (with "g" (func $f)))) (alias export $front "g" (func $h))
                (export "g" (func $h)) {API}"#
            ),
            "what it exports as `g` is not that of `app`",
        ),
        (
            format!(r#"{G} (instance $b (export "one" (func $f))) (export "t:p/api" (instance $b))"#),
            "what it exports as `t:p/api` is not that of `app`",
        ),
        // More than there is, less than there is, and another kind.
        (
            format!(
                r#"{G} (instance $b (export "one" (func $one)) (export "two" (func $f))) (export "t:p/api" (instance $b))"#
            ),
            of_another_type,
        ),
        (format!(r#"{G} (instance $b) (export "t:p/api" (instance $b))"#), of_another_type),
        (format!(r#"{G} (export "t:p/api" (func $f))"#), of_another_type),
    ] {
        let found = findings(directory.path(), &output(&exports));
        let line = format!("the output: {said}");
        assert!(found.iter().any(|found| found.starts_with(&line)), "{exports}: {found:#?}");
    }
}

#[test]
fn verify_finds_an_export_with_other_attributes() {
    let directory = tempfile::tempdir().unwrap();
    let app = |implements: &str, id: &str| {
        format!(
            r#"(component (import "t:p/denied" (func)) (core module $m (func (export "f"))) (core instance $i (instantiate $m))
              (func $f (canon lift (core func $i "f"))) (instance $y (export "f" (func $f)))
              (export "y" (implements "{implements}") (external-id "{id}") (instance $y)))"#
        )
    };
    std::fs::write(directory.path().join("app.wat"), app("t:p/a", "id-a")).unwrap();
    succeeds(weld(directory.path()).args(["virt", "app.wat", "-o", "out.wasm"]));
    let verify = |bytes: &[u8]| {
        std::fs::write(directory.path().join("out.wasm"), bytes).unwrap();
        weld(directory.path())
            .args(["verify", "-v", "--allow-foreign", "out.wasm", "--input", "app.wat"])
            .output()
            .unwrap()
    };
    let bytes = std::fs::read(directory.path().join("out.wasm")).unwrap();
    assert!(verify(&bytes).status.success());
    // The last one is that of the output itself.
    for (from, to, what) in [("t:p/a", "t:p/b", "implements"), ("id-a", "id-b", "external-id")] {
        let at = bytes.windows(from.len()).rposition(|at| at == from.as_bytes()).unwrap();
        let mut changed = bytes.clone();
        changed[at..at + to.len()].copy_from_slice(to.as_bytes());
        let found = verify(&changed);
        let said = format!("{}{}", String::from_utf8_lossy(&found.stdout), String::from_utf8_lossy(&found.stderr));
        assert!(said.contains(&format!("it exports `y` with another `{what}` than its component")), "{said}");
    }
}
