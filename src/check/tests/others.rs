//! Rights of one component in the hands of another: imports of one that code adapting the other has, and export
//! adapters of one whose functions others have.

use super::{bytes, deny, grants, lines};
use crate::check::tests::check;
use crate::check::{Original, follow};
use crate::decode::{Known, KnownAdapters};
use crate::describe::{Grants, Treatment};

const SEND: &str = r#"(import "t:p/net" (instance $net (export "send" (func))))"#;

/// A component, and its grants.
pub(super) type Of<'t> = (&'t str, &'t str, Option<&'t Grants>);

/// Checks an output of some components in text form. `$$` and the name stand for each in the output.
#[track_caller]
pub(super) fn of(output: &str, components: &[Of<'_>]) -> Vec<String> {
    let named = |(name, text, _): &Of<'_>| text.replacen("(component", &format!("(component ${name}"), 1);
    let text = components.iter().fold(output.to_owned(), |text, of| text.replace(&format!("$${}", of.0), &named(of)));
    let all: Vec<Vec<u8>> = components.iter().map(|of| bytes(&named(of))).collect();
    let originals: Vec<Original<'_>> = components
        .iter()
        .zip(&all)
        .map(|((name, _, grants), bytes)| Original { name, bytes, grants: *grants, imported: None, declares: false })
        .collect();
    lines(&check(&originals, &bytes(&text)).unwrap())
}

/// Imports `send` and the exports of `PLUG`.
const APP: &str = r#"(component
  (import "t:p/net" (instance (export "send" (func)))) (import "t:p/j" (instance (export "h" (func (result u32))))))"#;

/// Exports an interface, and imports one function.
const PLUG: &str = r#"(component
  (import "t:p/k" (instance (export "z" (func))))
  (core module $m (func (export "h") (result i32) (i32.const 1)))
  (core instance $m (instantiate $m))
  (func $h (result u32) (canon lift (core func $m "h")))
  (instance $j (export "h" (func $h))) (export "t:p/j" (instance $j)))"#;

/// Answers all imports of `APP`, and imports nothing.
const EMPTY: &str = r#"(component $empty
  (core module $m (func (export "n")) (func (export "r") (result i32) (i32.const 1)))
  (core instance $m (instantiate $m))
  (func $n (canon lift (core func $m "n"))) (func $r (result u32) (canon lift (core func $m "r")))
  (instance $net (export "send" (func $n))) (export "t:p/net" (instance $net))
  (instance $j (export "h" (func $r))) (export "t:p/j" (instance $j))
  (instance $k (export "z" (func $n))) (export "t:p/k" (instance $k)))
  (instance $e (instantiate $empty)) (alias export $e "t:p/net" (instance $en)) (alias export $e "t:p/k" (instance $ek))"#;

/// Instantiates both, with an argument for the import of `PLUG`.
fn both(plugged: &str, more: &str) -> String {
    format!(
        r#"(component {SEND} {EMPTY} $$plug $$app {more}
          (instance $plug (instantiate $plug (with "t:p/k" (instance {plugged}))))
          (instance $app (instantiate $app (with "t:p/net" (instance $en)) (with "t:p/j" (instance $plug "t:p/j")))))"#
    )
}

#[test]
fn check_allows_a_component_without_grants_only_its_own_imports() {
    let denied = deny();
    let all: [Of<'_>; 2] = [("app", APP, Some(&denied)), ("plug", PLUG, None)];
    let unused = "the output: import `t:p/net#send`: the output imports it, and no component has it";
    assert_eq!(of(&both("$ek", ""), &all), [unused]);
    // By its own import, under another name.
    assert_eq!(
        of(&both(r#"(export "z" (func $net "send"))"#, ""), &all),
        [
            "instance `plug`: component `plug`: import `t:p/k#z`: it has `t:p/net#send` of the host, under a name that is not its own"
        ]
    );
    // By an adapter.
    let adapter = r#"(component $a (import "t:p/net" (instance (export "send" (func))))
      (core module $m (func (export "n"))) (core instance $m (instantiate $m)) (func $n (canon lift (core func $m "n")))
      (export "z" (func $n)))
      (instance $a (instantiate $a (with "t:p/net" (instance $net))))"#;
    assert_eq!(
        of(&both("$a", adapter), &all),
        [
            "instance `plug`: component `plug`: import `t:p/net#send`: what stands for it has `t:p/net#send` of the host, which it does not import"
        ]
    );
    // By a component that has an export of it and adapts no other component.
    let output = both("$ek", "");
    let thief = r#"(component $t (import "t:p/net" (instance (export "send" (func)))) (import "t:p/j" (instance (export "h" (func (result u32)))))
        (core module $m) (core instance (instantiate $m)))
      (instance $thief (instantiate $t (with "t:p/net" (instance $net)) (with "t:p/j" (instance $plug "t:p/j")))))"#;
    let output = format!("{} {thief}", output.trim_end().strip_suffix(')').unwrap());
    assert_eq!(
        of(&output, &all),
        [
            "instance `thief`: component `plug`: import `t:p/net#send`: what stands for it has `t:p/net#send` of the host, which it does not import"
        ]
    );
}

#[test]
fn check_allows_by_default_only_direct_imports() {
    // `plug` imports `send`, and may have it.
    let plug =
        PLUG.replace(r#""t:p/k" (instance (export "z" (func)))"#, r#""t:p/net" (instance (export "send" (func)))"#);
    let app = r#"(component (import "t:p/i" (instance (export "f" (func)))) (import "t:p/j" (instance (export "h" (func (result u32))))))"#;
    let output = format!(
        r#"(component {SEND} $$plug $$app
          (instance $plug (instantiate $plug (with "t:p/net" (instance $net))))
          (instance $app (instantiate $app (with "t:p/i" (instance (export "f" (func $net "send")))) (with "t:p/j" (instance $plug "t:p/j")))))"#
    );
    let line = "instance `app`: component `app`: import `t:p/i#f`: it has `t:p/net#send` of the host, under a name that is not its own";
    let by_default = grants(Treatment::Allow, &[]);
    assert_eq!(of(&output, &[("app", app, Some(&by_default)), ("plug", &plug, Some(&by_default))]), [line]);
    assert_eq!(of(&output, &[("app", app, None), ("plug", &plug, Some(&by_default))]), [line]);
    // A grant of the host's name allows it, and so does a component that imports both.
    let said = grants(Treatment::Allow, &[("t:p/net", Treatment::Allow)]);
    assert_eq!(of(&output, &[("app", app, Some(&said)), ("plug", &plug, Some(&by_default))]), [""; 0]);
}

/// Exports a function whose handles an export adapter converts. `before` has that function as argument, and one of the
/// import adapter, whose argument is granted to `plug`.
fn fronted(front: &str) -> String {
    let calls = |name: &str, imports: &str, calls: &str, exports: &str| {
        format!(
            r#"(component ${name} {imports} {calls}
              (core module $m (func (export "r") (result i32) (i32.const 1)) (func (export "n")))
              (core instance $m (instantiate $m))
              (func $r (result u32) (canon lift (core func $m "r"))) (func $n (canon lift (core func $m "n"))) {exports})"#
        )
    };
    let adapter = calls(
        "adapter",
        r#"(import "t:p/k" (instance $k (export "z" (func))))"#,
        r#"(core func (canon lower (func $k "z")))"#,
        r#"(instance $k2 (export "z" (func $n))) (export "t:p/k" (instance $k2)) (export "turn" (func $r))"#,
    );
    let before = calls(
        "before",
        &format!(
            r#"(import "t:p/j" (instance $j (export "h" (func (result u32))))) (import "turn" (func $t (result u32))) {}"#,
            front
        ),
        r#"(core func (canon lower (func $j "h"))) (core func (canon lower (func $t)))"#,
        r#"(instance $j2 (export "h" (func $r))) (export "t:p/j" (instance $j2))"#,
    );
    let given = if front.is_empty() { "" } else { r#"(with "t:p/net" (instance $net))"# };
    format!(
        r#"(component {SEND} (import "t:p/k" (instance $k (export "z" (func)))) {adapter} {before} $$plug $$app
          (instance $a (instantiate $adapter (with "t:p/k" (instance $k)))) (alias export $a "t:p/k" (instance $ak))
          (alias export $a "turn" (func $turn))
          (instance $plug (instantiate $plug (with "t:p/k" (instance $ak))))
          (instance $before (instantiate $before (with "t:p/j" (instance $plug "t:p/j")) (with "turn" (func $turn)) {given}))
          (instance $app (instantiate $app (with "t:p/net" (instance $net)) (with "t:p/j" (instance $before "t:p/j")))))"#
    )
}

#[test]
fn check_counts_an_export_adapter_as_part_of_its_component() {
    let k = grants(Treatment::Deny, &[("t:p/k", Treatment::Allow)]);
    let open = grants(Treatment::Allow, &[]);
    let all = |app| [("app", APP, app), ("plug", PLUG, Some(&k))];
    let (net, denied) = (grants(Treatment::Deny, &[("t:p/net", Treatment::Allow)]), deny());
    assert_eq!(of(&fronted(""), &all(Some(&net))), [""; 0]);
    assert_eq!(of(&fronted(""), &all(Some(&open))), [""; 0]);
    assert_eq!(of(&fronted(""), &all(None)), [""; 0]);
    // An import adapter of `app` calls it, and has what `app` may have.
    let forwarded = fronted("")
        .replace(
            "(instance $app (inst",
            r#"(component $forwards (import "t:p/j" (instance $j (export "h" (func (result u32))))) (import "t:p/net" (instance $n (export "send" (func))))
                 (core func (canon lower (func $j "h"))) (core func (canon lower (func $n "send")))
                 (core module $m (func (export "r") (result i32) (i32.const 1))) (core instance $m (instantiate $m))
                 (func $r (result u32) (canon lift (core func $m "r"))) (instance $j2 (export "h" (func $r))) (export "t:p/j" (instance $j2)))
               (instance $f (instantiate $forwards (with "t:p/j" (instance $before "t:p/j")) (with "t:p/net" (instance $net))))
               (instance $app (inst"#,
        )
        .replace(r#"(with "t:p/j" (instance $before "t:p/j")))))"#, r#"(with "t:p/j" (instance $f "t:p/j")))))"#);
    assert_eq!(of(&forwarded, &all(Some(&net))), [""; 0]);
    let found = of(&forwarded, &all(Some(&denied)));
    assert!(
        found
            .iter()
            .any(|line| line.contains("what stands for it has `t:p/net#send` of the host, which no grant allows")),
        "{found:#?}"
    );
    // It has no more rights than its component: `app` imports `send`, and `plug` does not.
    let front = format!("{SEND} (core func (canon lower (func $net \"send\")))");
    for app in [Some(&denied), Some(&net), None] {
        let found = of(&fronted(&front), &all(app));
        assert!(
            found
                .iter()
                .any(|line| line.contains("what stands for it has `t:p/k#z` of the host, which it does not import")),
            "{found:#?}"
        );
    }
    // `app` gets no denied function from any source.
    let no_j = grants(Treatment::Deny, &[("t:p/net", Treatment::Allow), ("t:p/j#h", Treatment::Deny)]);
    let found = of(&fronted(""), &all(Some(&no_j)));
    assert!(found[0].contains("`t:p/j#h` of instance `plug`, which a grant denies"), "{found:#?}");
}

#[test]
fn check_denies_an_export_adapter_the_exports_of_a_third_component() {
    // It acts for `plug`, which does not import the exports of `third`.
    let third = PLUG.replace("t:p/j", "t:p/x").replace("t:p/k", "t:p/y");
    let output = fronted(r#"(import "x" (func $x (result u32))) (core func (canon lower (func $x)))"#)
        .replace(r#"(with "t:p/net" (instance $net)))) "#, "")
        .replacen(
            r#"(with "turn" (func $turn)) (with "t:p/net" (instance $net))"#,
            r#"(with "turn" (func $turn)) (with "x" (func $tx "h"))"#,
            1,
        )
        .replace(
            "(instance $before (inst",
            r#"$$third (instance $third (instantiate $third (with "t:p/y" (instance $ak)))) (alias export $third "t:p/x" (instance $tx))
               (instance $before (inst"#,
        );
    let (k, net) = (
        grants(Treatment::Deny, &[("t:p/k", Treatment::Allow)]),
        grants(Treatment::Deny, &[("t:p/net", Treatment::Allow)]),
    );
    let found = of(&output, &[("app", APP, Some(&net)), ("plug", PLUG, Some(&k)), ("third", &third, None)]);
    assert!(
        found.iter().any(|line| line.contains("component `app`") && line.contains("which it does not import")),
        "{found:#?}"
    );
}

#[test]
fn check_allows_nothing_by_the_name_of_a_nested_instance() {
    let interface = r#"(export "wasi:random/random@0.2.0" (instance (export "get-random-u64" (func (result u64)))))"#;
    let app = format!(r#"(component $APP (import "evil:x/y" (instance $x {interface})))"#);
    let output = bytes(&format!(
        r#"(component (import "evil:x/y" (instance $x {interface})) {app} (instance $app (instantiate $APP (with "evil:x/y" (instance $x)))))"#
    ));
    let app = bytes(&app);
    let found = |said: &[(&str, Treatment)]| {
        let grants = grants(Treatment::Deny, said);
        let original = Original { name: "app", bytes: &app, grants: Some(&grants), imported: None, declares: false };
        lines(&check(&[original], &output).unwrap())
    };
    for name in ["wasi:random/random", "random", "wasi:*"] {
        let found = found(&[(name, Treatment::Allow)]);
        assert!(found.first().is_some_and(|line| line.contains("which no grant allows")), "{name}: {found:#?}");
    }
    assert_eq!(found(&[("evil:x/y", Treatment::Allow)]), [""; 0]);
    assert_eq!(found(&[("evil:x/y", Treatment::Allow), ("wasi:random/random", Treatment::Deny)]).len(), 1);
}

#[test]
fn check_allows_nothing_by_a_world_function_named_like_an_interface() {
    let import = r#"(import "wasi:random/random@0.2.0" (func $f (result u64)))"#;
    let app = format!("(component {import})");
    let output = format!(
        r#"(component {import} $$app (instance $app (instantiate $app (with "wasi:random/random@0.2.0" (func $f)))))"#
    );
    for name in ["wasi:random/random", "random"] {
        let said = grants(Treatment::Deny, &[(name, Treatment::Allow)]);
        let found = of(&output, &[("app", &app, Some(&said))]);
        assert!(found.first().is_some_and(|line| line.contains("which no grant allows")), "{name}: {found:#?}");
        let said = grants(Treatment::Allow, &[(name, Treatment::Deny)]);
        assert_eq!(of(&output, &[("app", &app, Some(&said))]).len(), 1);
    }
}

#[test]
fn check_tells_no_instance_like_the_output() {
    let output = bytes("(component (component $a) (instance $\"the output\" (instantiate $a)))");
    let known = Known::read(&output).unwrap();
    let (_, followed) = follow(&[], &KnownAdapters::new(), output.as_slice().into(), &known).unwrap();
    assert_eq!([0, 1].map(|id| followed.name(id)), ["the output", "\"the output\""]);
}
