//! Outputs of a wrong planner or a malicious author: each gives a component too much, or is correct. Findings name
//! instances as the text does.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod bounds;
mod called;
mod labels;
mod others;
mod planner;
mod taken;
mod wires;

use super::part::Part;
use super::{Original, Report, Wired, follow, judge};
use crate::decode::KnownAdapters;
use crate::decode::{Known, Malformed};
use crate::describe::setting::{Mount, MountKind, Names, Variables};
use crate::describe::{Grants, Labels, Treatment};

/// The functions that all components here import. `t:p/i` has `f` and `g`, `t:p/j` has `h`.
const I: &str = r#"(export "f" (func (result u32))) (export "g" (func (result u32)))"#;

/// A component that imports these functions and one of the world.
fn app() -> String {
    format!(
        r#"(component
          (import "t:p/i@1.0.0" (instance {I}))
          (import "t:p/j" (instance $j (export "h" (func (result u32)))))
          (import "log" (func $log))
          (alias export $j "h" (func $h)) (export "out" (func $h)))"#
    )
}

/// A component that exports the imports of `app`.
const PLUG: &str = r#"(component
  (import "t:p/k" (instance $k (export "z" (func (result u32)))))
  (core module $m (func (export "h") (result i32) (i32.const 1)))
  (core instance $m (instantiate $m))
  (func $h (result u32) (canon lift (core func $m "h")))
  (instance $j (export "h" (func $h)))
  (export "t:p/j" (instance $j)))"#;

/// An adapter with the given imports that answers all imports of `app`.
fn adapter(imports: &str) -> String {
    format!(
        r#"(component $adapter {imports}
          (core module $m (func (export "r") (result i32) (i32.const 1)) (func (export "n")))
          (core instance $m (instantiate $m))
          (func $f (result u32) (canon lift (core func $m "r")))
          (func $log (canon lift (core func $m "n")))
          (instance $oi (export "f" (func $f)) (export "g" (func $f)))
          (instance $oj (export "h" (func $f)))
          (export "t:p/i@1.0.0" (instance $oi)) (export "t:p/j" (instance $oj)) (export "log" (func $log)))"#
    )
}

/// Checks an output against its originals.
pub(crate) fn check(originals: &[Original<'_>], output: &[u8]) -> Result<Report, Malformed> {
    check_wired(originals, output, &Wired::new())
}

/// Checks an output against its originals, with the originals that its wires tell.
fn check_wired(originals: &[Original<'_>], output: &[u8], wired: &Wired) -> Result<Report, Malformed> {
    let (parts, followed) = follow(originals, &KnownAdapters::new(), output.into(), &Known::read(output)?)?;
    judge(
        originals,
        &parts,
        &parts.iter().map(Part::new).collect::<Vec<_>>(),
        (&followed, &|_| true),
        (wired, &Labels::new()),
    )
}

fn bytes(wat: &str) -> Vec<u8> {
    wat::parse_str(wat).unwrap_or_else(|error| panic!("{error}\n{wat}"))
}

fn grants(default: Treatment, said: &[(&str, Treatment)]) -> Grants {
    let mut grants = Grants::all(default);
    said.iter().for_each(|(name, treatment)| grants.add(name, *treatment, None));
    grants
}

/// Checks an output in which `$APP` and `$PLUG` are replaced by these components. `plug` may use everything.
fn report(output: &str, grants: &Grants, with_plug: bool) -> Report {
    // The texts are inserted unchanged, since the bytes of an original must be equal at each place.
    let (app, plug) = (app(), PLUG.to_owned());
    let named = |text: &str, name: &str| text.replacen("(component", &format!("(component ${name}"), 1);
    let text = output.replace("$$APP", &named(&app, "APP")).replace("$$PLUG", &named(&plug, "PLUG"));
    let output = bytes(&text);
    let (app, plug) = (bytes(&named(&app, "APP")), bytes(&named(&plug, "PLUG")));
    let original = |name, bytes, grants| Original { name, bytes, grants, imported: None, declares: false };
    let all = [original("app", &app, Some(grants)), original("plug", &plug, None)];
    check(if with_plug { &all } else { &all[..1] }, &output).unwrap()
}

fn lines(report: &Report) -> Vec<String> {
    report.findings.iter().map(ToString::to_string).collect()
}

/// Checks an output of `app` alone.
fn found(output: &str, grants: &Grants) -> Vec<String> {
    lines(&report(output, grants, false))
}

#[track_caller]
fn finds(output: &str, grants: &Grants, expected: &str) {
    let found = found(output, grants);
    assert!(found.iter().any(|line| line.contains(expected)), "{found:#?}");
}

fn deny() -> Grants {
    Grants::all(Treatment::Deny)
}

const LOG: &str = r#"(import "log" (func $log))"#;

fn hosts() -> String {
    format!(
        r#"(import "t:p/i@1.0.0" (instance $i {I})) (import "t:p/j" (instance $j (export "h" (func (result u32))))) {LOG}"#
    )
}

const ALL: &str = r#"(with "t:p/i@1.0.0" (instance $i)) (with "t:p/j" (instance $j)) (with "log" (func $log))"#;

/// An output in which the host fills all imports of `app`.
fn open() -> String {
    format!("(component {} $$APP (instance $app (instantiate $APP {ALL})))", hosts())
}

/// An output in which an adapter with some arguments answers all imports.
fn adapted(host: &str, imports: &str, given: &str) -> String {
    format!(
        r#"(component {host} {} $$APP
          (instance $a (instantiate $adapter {given}))
          (alias export $a "t:p/i@1.0.0" (instance $i2)) (alias export $a "t:p/j" (instance $j2)) (alias export $a "log" (func $log2))
          (instance $app (instantiate $APP (with "t:p/i@1.0.0" (instance $i2)) (with "t:p/j" (instance $j2)) (with "log" (func $log2)))))"#,
        adapter(imports)
    )
}

#[test]
fn check_finds_a_denied_import_that_is_still_reachable() {
    assert_eq!(found(&open(), &grants(Treatment::Allow, &[])), [""; 0]);
    let all = found(&open(), &deny());
    let line = |function: &str| {
        format!(
            "instance `app`: component `app`: import `{function}`: it has `{function}` of the host, which no grant allows"
        )
    };
    assert_eq!(all, ["log", "t:p/i@1.0.0#f", "t:p/i@1.0.0#g", "t:p/j#h"].map(line));
    // A grant of one function gives no other function.
    let one = found(&open(), &grants(Treatment::Deny, &[("t:p/i#f", Treatment::Allow), ("log", Treatment::Allow)]));
    assert_eq!(one, ["t:p/i@1.0.0#g", "t:p/j#h"].map(line));
    let denied = found(&open(), &grants(Treatment::Allow, &[("#log", Treatment::Deny)]));
    assert_eq!(denied, ["log"].map(line));
}

#[test]
fn check_accepts_an_adapter_without_imports() {
    assert_eq!(found(&adapted("", "", ""), &deny()), [""; 0]);
}

#[test]
fn check_finds_an_extra_import_of_an_adapter() {
    let (host, given) = (
        r#"(import "t:p/i@1.0.0" (instance $i (export "f" (func (result u32)))))"#,
        r#"(with "t:p/i@1.0.0" (instance $i))"#,
    );
    let output = adapted(host, host, given);
    finds(
        &output,
        &deny(),
        "import `t:p/i@1.0.0#f`: what stands for it has `t:p/i@1.0.0#f` of the host, which no grant allows",
    );
    assert_eq!(found(&output, &grants(Treatment::Deny, &[("t:p/i#f", Treatment::Allow)])), [""; 0]);
    finds(&output, &grants(Treatment::Deny, &[("t:p/i#g", Treatment::Allow)]), "what stands for it has");
    // An import that the component itself lacks, under any grants.
    let other = r#"(import "t:p/x" (instance $i (export "f" (func (result u32)))))"#;
    let output = adapted(other, other, r#"(with "t:p/x" (instance $i))"#);
    let found = found(&output, &grants(Treatment::Allow, &[]));
    assert_eq!(
        found,
        [
            "instance `app`: component `app`: import `t:p/x#f`: what stands for it has `t:p/x#f` of the host, which it does not import",
            "the output: import `t:p/x#f`: the output imports it, and no component does",
        ]
    );
}

#[test]
fn check_finds_an_adapter_argument_under_the_name_of_another_function() {
    // The adapter imports an allowed function, and its argument is a denied one.
    let (host, imports) = (
        r#"(import "t:p/j" (instance $j (export "h" (func (result u32)))))"#,
        r#"(import "t:p/i@1.0.0" (instance (export "f" (func (result u32)))))"#,
    );
    let given = r#"(with "t:p/i@1.0.0" (instance (export "f" (func $j "h"))))"#;
    let output = adapted(host, imports, given);
    let allowed = grants(Treatment::Deny, &[("t:p/i", Treatment::Allow)]);
    finds(&output, &allowed, "what stands for it has `t:p/j#h` of the host, under a name that is not its own");
}

#[test]
fn check_finds_a_function_passed_under_the_name_of_another() {
    let output = format!(
        r#"(component {} $$APP
          (alias export $i "f" (func $f)) (alias export $j "h" (func $h))
          (instance $i2 (export "f" (func $f)) (export "g" (func $f)))
          (instance $j2 (export "h" (func $h)))
          (instance $app (instantiate $APP (with "t:p/i@1.0.0" (instance $i2)) (with "t:p/j" (instance $j2)) (with "log" (func $log)))))"#,
        hosts()
    );
    let allowed = grants(
        Treatment::Deny,
        &[("t:p/i#g", Treatment::Allow), ("t:p/j", Treatment::Allow), ("log", Treatment::Allow)],
    );
    finds(
        &output,
        &allowed,
        "import `t:p/i@1.0.0#g`: it has `t:p/i@1.0.0#f` of the host, under a name that is not its own",
    );
    // If both are granted, the wiring is no subject of the check.
    let both =
        grants(Treatment::Deny, &[("t:p/i", Treatment::Allow), ("t:p/j", Treatment::Allow), ("log", Treatment::Allow)]);
    assert_eq!(
        found(&output, &both),
        ["the output: import `t:p/i@1.0.0#g`: the output imports it, and no component has it"]
    );
}

#[test]
fn check_finds_an_alias_that_bypasses_the_adapter() {
    let host = hosts();
    let output = adapted(&host, "", "").replace(r#"(with "t:p/j" (instance $j2))"#, r#"(with "t:p/j" (instance $j))"#);
    finds(&output, &deny(), "import `t:p/j#h`: it has `t:p/j#h` of the host, which no grant allows");
    // Through an inline instance, and through a component without code.
    let bundled =
        output.replace(r#"(with "t:p/j" (instance $j))"#, r#"(with "t:p/j" (instance (export "h" (func $j "h"))))"#);
    finds(&bundled, &deny(), "import `t:p/j#h`: it has `t:p/j#h` of the host, which no grant allows");
    let passed = output.replace(r#"(with "t:p/j" (instance $j))"#, r#"(with "t:p/j" (instance $k))"#);
    let passed = passed.replace(
        "(instance $app (inst",
        r#"(component $pass (import "a" (func $a (result u32))) (export "h" (func $a)))
           (alias export $j "h" (func $jh))
           (instance $k (instantiate $pass (with "a" (func $jh))))
           (instance $app (inst"#,
    );
    finds(&passed, &deny(), "import `t:p/j#h`: it has `t:p/j#h` of the host, which no grant allows");
}

#[test]
fn check_finds_two_exchanged_adapters() {
    // `app` may have `t:p/j`, and `plug` may have `t:p/k`; each is given the other's adapter.
    let text = |for_app: &str, for_plug: &str| {
        let adapter = |name: &str, import: &str, function: &str, exports: &str| {
            format!(
                r#"(component ${name} (import "{import}" (instance $x (export "{function}" (func (result u32)))))
                  (core func $f (canon lower (func $x "{function}")))
                  (core module $m (import "h" "f" (func $f (result i32))) (func (export "r") (result i32) (call $f)) (func (export "n")))
                  (core instance $m (instantiate $m (with "h" (instance (export "f" (func $f))))))
                  (func $f2 (result u32) (canon lift (core func $m "r"))) (func $log (canon lift (core func $m "n")))
                  (instance $i (export "f" (func $f2)) (export "g" (func $f2)))
                  (instance $j (export "h" (func $f2))) (instance $k (export "z" (func $f2)))
                  (export "log" (func $log)) (export "i" (instance $i)) (export "j" (instance $j)) (export "k" (instance $k)) {exports})"#
            )
        };
        format!(
            r#"(component
              (import "t:p/j" (instance $j (export "h" (func (result u32)))))
              (import "t:p/k" (instance $k (export "z" (func (result u32)))))
              {} {} $$APP $$PLUG
              (instance $of-app (instantiate $for-app (with "t:p/j" (instance $j))))
              (instance $of-plug (instantiate $for-plug (with "t:p/k" (instance $k))))
              (alias export ${for_app} "i" (instance $i2)) (alias export ${for_app} "j" (instance $j2)) (alias export ${for_app} "log" (func $log2))
              (alias export ${for_plug} "k" (instance $k2))
              (instance $app (instantiate $APP (with "t:p/i@1.0.0" (instance $i2)) (with "t:p/j" (instance $j2)) (with "log" (func $log2))))
              (instance $plug (instantiate $PLUG (with "t:p/k" (instance $k2)))))"#,
            adapter("for-app", "t:p/j", "h", ""),
            adapter("for-plug", "t:p/k", "z", ""),
        )
    };
    let allowed = grants(Treatment::Deny, &[("t:p/j", Treatment::Allow)]);
    assert_eq!(lines(&report(&text("of-app", "of-plug"), &allowed, true)), [""; 0]);
    let swapped = lines(&report(&text("of-plug", "of-app"), &allowed, true));
    assert!(
        swapped.contains(
            &"instance `app`: component `app`: import `t:p/k#z`: what stands for it has `t:p/k#z` of the host, which it does not import"
                .to_owned()
        ),
        "{swapped:#?}"
    );
}

#[test]
fn check_finds_imports_reached_through_other_code() {
    // The adapter has no host function itself, and calls an instance that has one.
    let helper = r#"(component $helper (import "t:p/j" (instance $j (export "h" (func (result u32)))))
      (core func $h (canon lower (func $j "h")))
      (core module $m (import "h" "h" (func $h (result i32))) (func (export "r") (result i32) (call $h)))
      (core instance $m (instantiate $m (with "h" (instance (export "h" (func $h))))))
      (func $f (result u32) (canon lift (core func $m "r"))) (export "f" (func $f)))"#;
    let host = format!(
        r#"(import "t:p/j" (instance $j (export "h" (func (result u32))))) {helper}
          (instance $helped (instantiate $helper (with "t:p/j" (instance $j))))"#
    );
    let output = adapted(
        &host,
        r#"(import "t:p/i@1.0.0" (instance (export "f" (func (result u32)))))"#,
        r#"(with "t:p/i@1.0.0" (instance $helped))"#,
    );
    finds(&output, &deny(), "import `t:p/j#h`: what stands for it has `t:p/j#h` of the host, which no grant allows");
    assert_eq!(found(&output, &grants(Treatment::Deny, &[("t:p/j", Treatment::Allow)])), [""; 0]);
}

#[test]
fn check_finds_an_input_component_two_levels_deep() {
    let deep = format!(
        r#"(component {host}
          (component $outer {host}
            (component $inner {host} $$APP (instance $app (instantiate $APP {ALL})))
            (instance $inner (instantiate $inner {ALL})))
          (instance $outer (instantiate $outer {ALL})))"#,
        host = hosts()
    );
    finds(&deep, &deny(), "instance `outer / inner / app`: component `app`: import `t:p/i@1.0.0#f`: it has");
    assert_eq!(found(&deep, &grants(Treatment::Allow, &[])), [""; 0]);
    // The code is in a component that another one instantiates, with an outer alias or an argument.
    let aliased = format!(
        r#"(component {host} $$APP
          (component $outer {host} (alias outer 1 $APP (component $c)) (instance $app (instantiate $c {ALL})))
          (instance $outer (instantiate $outer {ALL})))"#,
        host = hosts()
    );
    finds(&aliased, &deny(), "instance `outer / app`: component `app`: import `log`: it has `log`");
    let twice = format!(
        r#"(component {host} $$APP
          (component $outer {host} (component $other) (alias outer 1 $APP (component $mine))
            (component $inner {host} (alias outer 2 $APP (component $c)) (alias outer 0 $c (component $d))
              (instance $app (instantiate $d {ALL})))
            (instance $inner (instantiate $inner {ALL})))
          (instance $outer (instantiate $outer {ALL})))"#,
        host = hosts()
    );
    finds(&twice, &deny(), "instance `outer / inner / app`: component `app`: import `log`: it has `log`");
}

#[test]
fn check_finds_code_of_no_input_component() {
    let thief = r#"(component $thief (import "t:p/i@1.0.0" (instance $i (export "f" (func (result u32)))))
      (core func $f (canon lower (func $i "f")))
      (core module $m (import "h" "f" (func $f (result i32))) (func (export "r") (result i32) (call $f)))
      (core instance $m (instantiate $m (with "h" (instance (export "f" (func $f)))))))"#;
    let output = open().replace(
        "$$APP",
        &format!(r#"{thief} (instance $thief (instantiate $thief (with "t:p/i@1.0.0" (instance $i)))) $$APP"#),
    );
    assert_eq!(
        found(&output, &grants(Treatment::Allow, &[])),
        [
            "instance `thief`: import `t:p/i@1.0.0#f`: it has this of the host's, and stands for no component of the composition"
        ]
    );
    // The output itself has the code.
    let code = open().replace("$$APP", r#"(core func (canon lower (func $log))) $$APP"#);
    finds(
        &code,
        &grants(Treatment::Allow, &[]),
        "the output: import `log`: it has this of the host's, and stands for no component",
    );
}

#[test]
fn check_judges_an_export_adapter_as_its_component() {
    let outer = |given: &str| {
        adapted(
            &hosts(),
            "",
            "",
        )
        .replace(
            "(instance $app (inst",
            r#"(component $exports (import "out" (func $out (result u32))) (import "t:p/i@1.0.0" (instance (export "f" (func (result u32)))))
                 (core func $o (canon lower (func $out)))
                 (core module $m (import "h" "o" (func $o (result i32))) (func (export "r") (result i32) (call $o)))
                 (core instance $m (instantiate $m (with "h" (instance (export "o" (func $o))))))
                 (func $f (result u32) (canon lift (core func $m "r"))) (export "out" (func $f)))
               (instance $app (inst"#,
        )
        .trim_end_matches(')')
        .to_owned()
            + &format!(
                r#")))) (alias export $app "out" (func $out))
                (instance $before (instantiate $exports (with "out" (func $out)) (with "t:p/i@1.0.0" {given})))
                (export "out" (func $before "out")))"#
            )
    };
    let nothing = r#"(instance $i2)"#;
    let all = grants(Treatment::Deny, &[("t:p/i", Treatment::Allow)]);
    let unused = |line: &String| !line.starts_with("the output: ");
    let leaks = |output: &str, grants: &Grants| found(output, grants).into_iter().filter(unused).collect::<Vec<_>>();
    assert_eq!(leaks(&outer(nothing), &deny()), [""; 0]);
    assert_eq!(leaks(&outer("(instance $i)"), &all), [""; 0]);
    assert_eq!(
        leaks(&outer("(instance $i)"), &deny()),
        [
            "instance `before`: component `app`: import `t:p/i@1.0.0#f`: what stands for it has `t:p/i@1.0.0#f` of the host, which no grant allows"
        ]
    );
}

#[test]
fn check_allows_wired_exports_unless_a_grant_names_them() {
    let output = format!(
        r#"(component {host} (import "t:p/k" (instance $k (export "z" (func (result u32))))) $$PLUG $$APP
          (instance $plug (instantiate $PLUG (with "t:p/k" (instance $k))))
          (instance $app (instantiate $APP (with "t:p/i@1.0.0" (instance $i)) (with "t:p/j" (instance $plug "t:p/j")) (with "log" (func $log)))))"#,
        host = hosts().replace(r#"(import "t:p/j" (instance $j (export "h" (func (result u32)))))"#, "")
    );
    let said = [("t:p/i", Treatment::Allow), ("log", Treatment::Allow)];
    assert_eq!(lines(&report(&output, &grants(Treatment::Deny, &said), true)), [""; 0]);
    let denied = [&said[..], &[("t:p/j#h", Treatment::Deny)]].concat();
    assert_eq!(
        lines(&report(&output, &grants(Treatment::Deny, &denied), true)),
        [
            "instance `app`: component `app`: import `t:p/j#h`: it has `t:p/j#h` of instance `plug`, which a grant denies"
        ]
    );
    // Under another name as well.
    let renamed = output.replace(
        r#"(with "t:p/i@1.0.0" (instance $i))"#,
        r#"(with "t:p/i@1.0.0" (instance (export "f" (func $pj "h")) (export "g" (func $pj "h"))))"#,
    );
    let renamed =
        renamed.replace("(instance $app (inst", r#"(alias export $plug "t:p/j" (instance $pj)) (instance $app (inst"#);
    let found = lines(&report(&renamed, &grants(Treatment::Deny, &denied), true));
    assert!(
        found
            .iter()
            .any(|line| line
                .contains("import `t:p/i@1.0.0#f`: it has `t:p/j#h` of instance `plug`, which a grant denies")),
        "{found:#?}"
    );
    // A plug that is no original counts as an adapter of `app`, which must import what the plug has.
    let stranger = lines(&report(&output, &grants(Treatment::Deny, &said), false));
    assert!(
        stranger.iter().any(|line| line
            .contains("import `t:p/k#z`: what stands for it has `t:p/k#z` of the host, which it does not import")),
        "{stranger:#?}"
    );
}

#[test]
fn check_counts_an_import_as_wired_only_where_the_host_has_no_part() {
    // `g` is an export of another component, and `f` is the host's, which nothing allows.
    let output = format!(
        r#"(component {} $$PLUG $$APP
          (instance $plug (instantiate $PLUG (with "t:p/k" (instance $k))))
          (alias export $plug "t:p/j" (instance $pj)) (alias export $pj "h" (func $h)) (alias export $i "f" (func $f))
          (instance $mixed (export "f" (func $f)) (export "g" (func $h)))
          (instance $app (instantiate $APP (with "t:p/i@1.0.0" (instance $mixed)) (with "t:p/j" (instance $pj)) (with "log" (func $log)))))"#,
        hosts() + r#"(import "t:p/k" (instance $k (export "z" (func (result u32)))))"#
    );
    let found = lines(&report(&output, &grants(Treatment::Deny, &[("log", Treatment::Allow)]), true));
    assert!(
        found[0].contains(
            "component `app`: import `t:p/i@1.0.0#f`: it has `t:p/i@1.0.0#f` of the host, which no grant allows"
        ),
        "{found:#?}"
    );
}

#[test]
fn check_counts_calls_into_nested_instances() {
    // The adapter imports nothing, and contains an instance of `plug` with an export that `app` may not have.
    let inner = adapter("").replace(
        "(core module $m (func",
        r#"(import "t:p/k" (instance $k (export "z" (func (result u32)))))
           $$PLUG (instance $plug (instantiate $PLUG (with "t:p/k" (instance $k))))
           (alias export $plug "t:p/j" (instance $pj)) (core func (canon lower (func $pj "h")))
           (core module $m (func"#,
    );
    let output = adapted(
        r#"(import "t:p/k" (instance $k (export "z" (func (result u32)))))"#,
        "",
        r#"(with "t:p/k" (instance $k))"#,
    )
    .replace(&adapter(""), &inner);
    let denied = grants(Treatment::Deny, &[("t:p/j#h", Treatment::Deny)]);
    let found = lines(&report(&output, &denied, true));
    let line = "instance `app`: component `app`: import `t:p/j#h`: what stands for it has `t:p/j#h` of instance `a / plug`, which a grant denies";
    assert!(found.contains(&line.to_owned()), "{found:#?}");
}

#[test]
fn check_finds_a_host_core_module() {
    let module = r#"(import "m" (core module $m (export "f" (func))))"#;
    let app = format!("(component $APP {module})");
    let output = |taken: &str| {
        bytes(&format!(
            r#"(component {module} {app} {taken} (instance $app (instantiate $APP (with "m" (core module $m)))))"#
        ))
    };
    let app = bytes(&app);
    let found = |taken: &str, grants: &Grants| {
        let original = Original { name: "app", bytes: &app, grants: Some(grants), imported: None, declares: false };
        lines(&check(&[original], &output(taken)).unwrap())
    };
    let allowed = grants(Treatment::Deny, &[("#m", Treatment::Allow)]);
    assert_eq!(found("", &allowed), [""; 0]);
    assert!(found("", &deny())[0].contains("import `m`: it has `m` of the host, which no grant allows"));
    // A component with an outer alias has the module without an argument.
    let thief = "(component $thief (alias outer 1 $m (core module $n)) (core instance (instantiate $n))) (instance $thief (instantiate $thief))";
    assert_eq!(
        found(thief, &allowed),
        ["instance `thief`: import `m`: it has this of the host's, and stands for no component of the composition"]
    );
}

#[test]
fn check_denies_an_instance_the_exports_of_another_instance_of_its_component() {
    let app = r#"(component $APP (import "out" (func $out (result u32))) (export "out" (func $out)))"#;
    let output = bytes(&format!(
        r#"(component (import "out" (func $out (result u32))) {app}
          (instance $app (instantiate $APP (with "out" (func $out))))
          (instance $app1 (instantiate $APP (with "out" (func $app "out")))))"#
    ));
    let (text, app, denied) = (app, bytes(app), deny());
    let original =
        |grants| Original { name: "app", bytes: &app, grants: Some(grants), imported: None, declares: false };
    let named = grants(Treatment::Deny, &[("#out", Treatment::Deny)]);
    assert_eq!(lines(&check(&[original(&named)], &output).unwrap()).len(), 2);
    // By default, only host functions are denied.
    assert_eq!(lines(&check(&[original(&denied)], &output).unwrap()).len(), 1);
    // Through an export adapter of the other component as well.
    let before = r#"(component $before (import "out" (func $out (result u32))) (core func (canon lower (func $out)))
      (core module $m (func (export "r") (result i32) (i32.const 1))) (core instance $m (instantiate $m))
      (func $r (result u32) (canon lift (core func $m "r"))) (export "out" (func $r)))"#;
    let fronted = bytes(&format!(
        r#"(component (import "out" (func $out (result u32))) {before} {text}
          (instance $app (instantiate $APP (with "out" (func $out))))
          (instance $b (instantiate $before (with "out" (func $app "out"))))
          (instance $app1 (instantiate $APP (with "out" (func $b "out")))))"#
    ));
    let found = lines(&check(&[original(&named)], &fronted).unwrap());
    assert!(
        found.iter().any(|line| line.starts_with("instance `app1`: component `app`: import `out`: ")),
        "{found:#?}"
    );
}

#[test]
fn check_allows_the_host_imports_of_settings_to_the_adapter_alone() {
    let interface = r#"(export "get-environment" (func (result u32)))"#;
    let app = format!(r#"(component $APP (import "wasi:cli/environment@0.2.0" (instance {interface})))"#);
    let adapter = format!(
        r#"(component $adapter (import "wasi:cli/environment@0.2.0" (instance $e {interface}))
          (core func $f (canon lower (func $e "get-environment")))
          (core module $m (import "h" "f" (func $f (result i32))) (func (export "r") (result i32) (call $f)))
          (core instance $m (instantiate $m (with "h" (instance (export "f" (func $f))))))
          (func $g (result u32) (canon lift (core func $m "r")))
          (instance $o (export "get-environment" (func $g))) (export "wasi:cli/environment@0.2.0" (instance $o)))"#
    );
    let output = |given: &str| {
        bytes(&format!(
            r#"(component (import "wasi:cli/environment@0.2.6" (instance $e {interface})) {adapter} {app}
              (instance $a (instantiate $adapter (with "wasi:cli/environment@0.2.0" (instance $e))))
              (instance $app (instantiate $APP (with "wasi:cli/environment@0.2.0" (instance {given})))))"#
        ))
    };
    let mut asks = Grants::all(Treatment::Deny);
    asks.add("env", Treatment::Provide, None);
    asks.settings.env = Some(Variables { allow: Names::All, ..Variables::default() });
    let mut sets = asks.clone();
    sets.settings.env = Some(Variables::default());
    let app = bytes(&app);
    let found = |given: &str, grants: &Grants| {
        let original = Original { name: "app", bytes: &app, grants: Some(grants), imported: None, declares: false };
        lines(&check(&[original], &output(given)).unwrap())
    };
    let (adapted, open) = (r#"$a "wasi:cli/environment@0.2.0""#, "$e");
    assert_eq!(found(adapted, &asks), [""; 0]);
    assert!(found(open, &asks)[0].contains("it has `wasi:cli/environment@0.2.6#get-environment` of the host"));
    assert!(found(adapted, &sets)[0].contains("what stands for it has"));
    // An export of another component does not replace the setting.
    let giver = r#"(component $giver (core module $m (func (export "r") (result i32) (i32.const 1))) (core instance $m (instantiate $m))
      (func $f (result u32) (canon lift (core func $m "r"))) (export "get" (func $f)))"#;
    let given = format!(
        r#"(component {giver} (component $APP (import "wasi:cli/environment@0.2.0" (instance {interface})))
          (instance $giver (instantiate $giver))
          (instance $app (instantiate $APP (with "wasi:cli/environment@0.2.0" (instance (export "get-environment" (func $giver "get")))))))"#
    );
    let giver = bytes(giver);
    let original = |name, bytes, grants| Original { name, bytes, grants, imported: None, declares: false };
    let originals = [original("app", &app, Some(&asks)), original("giver", &giver, None)];
    let found_given = lines(&check(&originals, &bytes(&given)).unwrap());
    assert!(found_given[0].contains("it has `get` of instance `giver`, which a grant denies"), "{found_given:#?}");
    // A host directory lets an adapter call functions for directories, and nothing else.
    let kind = MountKind::Host { path: "/".to_owned(), read_only: true };
    sets.settings.mounts.insert("/".to_owned(), Mount { kind, place: None });
    assert!(found(adapted, &sets)[0].contains("what stands for it has"));
}

#[test]
fn check_finds_constructs_that_it_cannot_follow() {
    let allow = grants(Treatment::Allow, &[]);
    let given = r#"(component (import "c" (component $c (export "log" (func)))) (import "t:p/i@1.0.0" (instance $i (export "f" (func (result u32))) (export "g" (func (result u32)))))
      (import "t:p/j" (instance $j (export "h" (func (result u32)))))
      $$APP (instance $made (instantiate $c)) (alias export $made "log" (func $log))
      (instance $app (instantiate $APP (with "t:p/i@1.0.0" (instance $i)) (with "t:p/j" (instance $j)) (with "log" (func $log)))))"#;
    finds(given, &allow, "a component of the host's is instantiated");
    finds(given, &allow, "import `log`: it has what cannot be followed");
    // Ten components, each of which instantiates the previous one ten times.
    let mut bomb = "(component $c0)".to_owned();
    for number in 1..8 {
        let before = format!("(alias outer 1 $c{} (component $c))", number - 1);
        bomb += &format!("(component $c{number} {before} {})", "(instance (instantiate $c))".repeat(10));
    }
    let bomb = open().replace("$$APP", &format!("{bomb} (instance (instantiate $c7)) $$APP"));
    finds(&bomb, &allow, "too many instances");
}

#[test]
fn check_finds_a_missing_input_and_judges_an_output_that_is_the_input() {
    let allow = grants(Treatment::Allow, &[]);
    assert_eq!(found("(component)", &allow), ["the output: component `app`: no instance of it is in the output"]);
    let other = open().replace("$$APP", &app().replacen("(component", r#"(component $APP (@custom "x" "y")"#, 1));
    finds(&other, &allow, "component `app`: no instance of it is in the output");
    let app = bytes(&app());
    // A custom section: id, length, and name, before the contents.
    let section = |name: &str| [&[0, name.len() as u8 + 2, name.len() as u8], name.as_bytes(), b"x"].concat();
    let found = |sections: &[&str], grants: &Grants| {
        let output = [app.clone(), sections.iter().flat_map(|name| section(name)).collect()].concat();
        let original = Original { name: "app", bytes: &app, grants: Some(grants), imported: None, declares: false };
        let findings = check(&[original], &output).unwrap().findings;
        findings.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let left = "the output: component `app`: import `t:p/j#h`: it has `t:p/j#h` of the host, which no grant allows";
    for sections in [&[][..], &["weld"]] {
        assert_eq!(found(sections, &allow), [""; 0], "{sections:?}");
        assert!(found(sections, &deny()).iter().any(|line| line.contains(left)), "{sections:?}");
    }
    // Any other section makes it another component.
    for sections in [&["other"][..], &["weld", "weld"], &["other", "weld"], &["weld", "other"]] {
        let line = "the output: component `app`: no instance of it is in the output";
        assert_eq!(found(sections, &allow), [line], "{sections:?}");
    }
}

#[test]
fn check_finds_an_output_import_of_no_component() {
    let output = open().replace("$$APP", r#"(import "t:p/i@1.2.0" (instance (export "f" (func (result u32))) (export "more" (func)))) (import "other" (func)) $$APP"#);
    assert_eq!(
        found(&output, &grants(Treatment::Allow, &[])),
        [
            "the output: import `t:p/i@1.2.0#f`: the output imports it, and no component has it",
            "the output: import `t:p/i@1.2.0#more`: the output imports it, and no component does",
            "the output: import `other`: the output imports it, and no component does",
        ]
    );
}

#[test]
fn check_accepts_an_import_that_a_document_declares_and_exports() {
    let again = r#"(component (import "other" (func $f (result u32))) $$APP
      (instance $a (instantiate $adapter)) (alias export $a "t:p/i@1.0.0" (instance $i2)) (alias export $a "t:p/j" (instance $j2))
      (alias export $a "log" (func $log2))
      (instance $app (instantiate $APP (with "t:p/i@1.0.0" (instance $i2)) (with "t:p/j" (instance $j2)) (with "log" (func $log2))))
      (export "again" (func $f)))"#;
    let again = again.replacen("$$APP", &format!("{} $$APP", adapter("")), 1);
    let line = "the output: import `other`: the output imports it, and no component does";
    assert_eq!(found(&again, &deny()), [line]);
    // The same for a declaration, without the export.
    let declaring = bytes(r#"(component (import "other" (func (result u32))))"#);
    let app = bytes(&app().replacen("(component", "(component $APP", 1));
    let denied = deny();
    let original = |name, bytes, grants, declares| Original { name, bytes, grants, imported: None, declares };
    let originals = [original("app", &app, Some(&denied), false), original("the document", &declaring, None, true)];
    let of = |text: &str| {
        let named = super::tests::app().replacen("(component", "(component $APP", 1);
        lines(&check(&originals, &bytes(&text.replace("$$APP", &named))).unwrap())
    };
    assert_eq!(of(&again), [""; 0]);
    let unused = "the output: import `other`: the output imports it, and no component has it";
    assert_eq!(of(&again.replace(r#"(export "again" (func $f))"#, "")), [unused]);
}

#[test]
fn check_judges_a_holder_of_adapter_functions_as_the_adapted_component() {
    // An export adapter for exports without functions: it has only functions of the import adapter.
    let imports = r#"(import "t:p/j" (instance $j (export "h" (func (result u32)))))"#;
    let output = adapted(imports, imports, r#"(with "t:p/j" (instance $j))"#).replace(
        "(instance $app (inst",
        r#"(component $exports (import "f" (func $f (result u32))) (core func (canon lower (func $f))))
           (alias export $i2 "f" (func $of-adapter)) (instance $before (instantiate $exports (with "f" (func $of-adapter))))
           (instance $app (inst"#,
    );
    assert_eq!(found(&output, &grants(Treatment::Deny, &[("t:p/j", Treatment::Allow)])), [""; 0]);
    let denied = found(&output, &deny());
    assert!(
        denied.iter().any(|line| line.starts_with("instance `before`: component `app`: import `t:p/j#h`: ")),
        "{denied:#?}"
    );
}

#[test]
fn check_distinguishes_components_of_equal_bytes_by_wires() {
    // Instance 1 has all of the host, and instance 3 has only what an adapter (2) answers.
    let output = |first: &str, second: &str| {
        let text = format!(
            "(component {} $$APP (instance ${first} (instantiate $APP {ALL})) {} (instance ${second} (instantiate $APP {})))",
            hosts(),
            adapter(""),
            r#"(with "t:p/i@1.0.0" (instance $i2)) (with "t:p/j" (instance $j2)) (with "log" (func $log2))"#
        );
        let made = r#"(instance $a (instantiate $adapter)) (alias export $a "t:p/i@1.0.0" (instance $i2))
          (alias export $a "t:p/j" (instance $j2)) (alias export $a "log" (func $log2))"#;
        bytes(
            &text
                .replace("$$APP", &app().replacen("(component", "(component $APP", 1))
                .replace(&format!("(instance ${second} "), &format!("{made} (instance ${second} ")),
        )
    };
    let app = bytes(&app().replacen("(component", "(component $APP", 1));
    let (allow, deny) = (grants(Treatment::Allow, &[]), deny());
    let original = |name, grants| Original { name, bytes: &app, grants: Some(grants), imported: None, declares: false };
    let originals = [original("trusted", &allow), original("other", &deny)];
    let found = |output: &[u8], wired: &[(usize, usize)]| {
        lines(&check_wired(&originals, output, &wired.iter().copied().collect()).unwrap())
    };
    let line = |name: &str| format!("instance `{name}`: component `other`: import `log`");
    // Names of instances mean nothing.
    for (first, second) in [("trusted", "other"), ("other", "trusted"), ("x", "y")] {
        let output = output(first, second);
        assert_eq!(found(&output, &[(1, 0), (3, 1)]), [""; 0], "{first} {second}");
        let exchanged = found(&output, &[(1, 1), (3, 0)]);
        assert!(exchanged[0].contains(&line(first)), "{exchanged:#?}");
        // An instance of which nothing is known has only the rights that both have.
        for wired in [&[][..], &[(3, 1)], &[(1, 7), (3, 1)]] {
            let unknown = found(&output, wired);
            assert!(unknown[0].contains(&line(first)), "{wired:?}: {unknown:#?}");
        }
        // Both are there.
        let line = "the output: component `other`: no instance of it is in the output";
        assert_eq!(found(&output, &[(1, 0), (3, 0)]), [line]);
    }
}

#[test]
fn check_attributes_an_imported_component_to_the_component_it_is() {
    let app = bytes(&app());
    let text = |given: &str| {
        format!(
            r#"(component {}
              (import "unlocked-dep=<t:app>" (component $c
                (import "t:p/i@1.0.0" (instance {I})) (import "t:p/j" (instance (export "h" (func (result u32))))) (import "log" (func))))
              (instance $app (instantiate $c {given})))"#,
            hosts()
        )
    };
    let grants = deny();
    let original = Original {
        name: "app",
        bytes: &app,
        grants: Some(&grants),
        imported: Some("unlocked-dep=<t:app>"),
        declares: false,
    };
    let found = lines(&check(&[original], &bytes(&text(ALL))).unwrap());
    assert_eq!(found.len(), 4, "{found:#?}");
    assert!(found[0].contains("import `log`: it has `log` of the host, which no grant allows"), "{found:#?}");
}
