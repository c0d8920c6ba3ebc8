//! The limits: exactly as many items as permitted are followed and visited.

use super::bytes;
use crate::check::judge::judge;
use crate::check::part::Part;
use crate::check::{Original, Wired, follow};
use crate::decode::{self, Identity, Known, KnownAdapters};
use crate::describe::{Grants, Labels, Treatment};
use crate::finding::Finding;
use crate::follow::Lost;

/// A component, and a chain of two others in front of its import. The first of these has the host's function.
const APP: &str = r#"(component $app (import "f" (func $f)) (core func (canon lower (func $f))))"#;

fn output() -> Vec<u8> {
    let link = r#"(component $link (import "f" (func $f)) (core func $l (canon lower (func $f)))
      (core module $m (import "" "f" (func $f)) (export "f" (func $f)))
      (core instance $i (instantiate $m (with "" (instance (export "f" (func $l))))))
      (func $g (canon lift (core func $i "f"))) (instance $all (export "f" (func $g))) (export "f" (func $all "f")))"#;
    bytes(&format!(
        r#"(component (import "f" (func $f)) {link} {APP}
          (instance $a (instantiate $link (with "f" (func $f))))
          (instance $b (instantiate $link (with "f" (func $a "f"))))
          (instance $app (instantiate $app (with "f" (func $b "f")))))"#
    ))
}

#[test]
fn check_visits_exactly_up_to_its_limit() {
    let (app, output, grants) = (bytes(APP), output(), Grants::all(Treatment::Allow));
    let original = Original { name: "app", bytes: &app, grants: Some(&grants), imported: None, declares: false };
    let (parts, followed) =
        follow(&[original], &KnownAdapters::new(), output.as_slice().into(), &Known::read(&output).unwrap()).unwrap();
    let own = decode::parts(app.as_slice().into(), &Known::read(&app).unwrap(), &|_| Identity::of(Some(0))).unwrap();
    let known = Part::new(&own[0]);
    let parts: Vec<Part> = parts.iter().map(Part::new).collect();
    let found = |left: usize| -> Vec<String> {
        let report =
            judge(&[original], (&[&known], &parts), (&followed, &|_| true), (&Wired::new(), &Labels::new(), left));
        report.findings.iter().map(|finding: &Finding| finding.what.clone()).collect()
    };
    // One unit that is left over means that everything was visited.
    let enough = (1..1_000).find(|left| found(*left).is_empty()).unwrap();
    assert!(enough > 10, "{enough}");
    assert_eq!(found(enough + 1), [""; 0]);
    assert_eq!(found(enough - 1), ["what its components pass on to each other is too much to follow"]);
    assert_eq!(found(1).len(), 1);
}

#[test]
fn check_follows_instance_items_exactly_up_to_the_limit() {
    let output = output();
    let parts =
        decode::parts(output.as_slice().into(), &Known::read(&output).unwrap(), &|_| Identity::default()).unwrap();
    let lost = |left: usize| -> Vec<Lost> {
        follow::within(&parts, &|_| None, left).lost.into_iter().map(|(_, what)| what).collect()
    };
    // The import of the output, three arguments, and for each link its inline instance and its exports.
    let items = 1 + 3 + 2 * 2;
    assert_eq!(lost(items + 1), []);
    assert_eq!(lost(items), []);
    assert!(lost(items - 1).contains(&Lost::TooMuch));
}
