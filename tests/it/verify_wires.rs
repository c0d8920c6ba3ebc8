//! `weld verify` on outputs in which imports are filled from elsewhere than their description says.

use std::path::Path;

use crate::support::{succeeds, weld};

/// A component that has something of its own to give: a number. Two of them are of one type.
fn provider(name: &str, number: u32) -> String {
    format!(
        r#"(component ${name}
          (core module $m (func (export "get") (result i32) (i32.const {number})))
          (core instance $c (instantiate $m))
          (func $get (result u32) (canon lift (core func $c "get")))
          (instance $store (export "get" (func $get)))
          (export "t:kv/store" (instance $store)))"#
    )
}

/// The root: it has two imports of one type, and exports a function that calls both.
const APP: &str = r#"(component $app
  (import "t:p/left" (instance $left (export "get" (func (result u32)))))
  (import "t:p/right" (instance $right (export "get" (func (result u32)))))
  (alias export $left "get" (func $l)) (alias export $right "get" (func $r))
  (core func $l (canon lower (func $l))) (core func $r (canon lower (func $r)))
  (core module $m
    (import "" "l" (func $l (result i32))) (import "" "r" (func $r (result i32)))
    (func (export "run") (result i32) (i32.add (call $l) (call $r))))
  (core instance $c (instantiate $m (with "" (instance (export "l" (func $l)) (export "r" (func $r))))))
  (func $run (result u32) (canon lift (core func $c "run")))
  (export "run" (func $run)))"#;

/// Code of whoever made the output: it takes both imports, and gives both.
const FRONT: &str = r#"(component $front
  (import "t:p/left" (instance $left (export "get" (func (result u32)))))
  (import "t:p/right" (instance $right (export "get" (func (result u32)))))
  (alias export $left "get" (func $l)) (alias export $right "get" (func $r))
  (core func $l (canon lower (func $l))) (core func $r (canon lower (func $r)))
  (core module $m
    (import "" "l" (func $l (result i32))) (import "" "r" (func $r (result i32)))
    (func (export "l") (result i32) (call $l)) (func (export "r") (result i32) (call $r)))
  (core instance $c (instantiate $m (with "" (instance (export "l" (func $l)) (export "r" (func $r))))))
  (func $fl (result u32) (canon lift (core func $c "l"))) (func $fr (result u32) (canon lift (core func $c "r")))
  (instance $il (export "get" (func $fl))) (instance $ir (export "get" (func $fr)))
  (export "t:p/left" (instance $il)) (export "t:p/right" (instance $ir)))"#;

/// Code of whoever made the output that takes nothing.
const LIAR: &str = r#"(component $liar
  (core module $m (func (export "get") (result i32) (i32.const 666)))
  (core instance $c (instantiate $m))
  (func $get (result u32) (canon lift (core func $c "get")))
  (instance $store (export "get" (func $get)))
  (export "t:kv/store" (instance $store)))"#;

fn binary(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// An output with all components in it, and what is made of them. `$e1` and `$e2` are the stores of two instances.
fn output(body: &str) -> Vec<u8> {
    let (one, two) = (provider("one", 1), provider("two", 2));
    binary(&format!("(component {one} {two} {LIAR} {APP} {FRONT} {body})"))
}

/// Instances of two components, by their names, and their stores.
fn stores(first: (&str, &str), second: (&str, &str)) -> String {
    let store = |(name, of): (&str, &str), number: u32| {
        format!(r#"(instance ${name} (instantiate ${of})) (alias export ${name} "t:kv/store" (instance $e{number}))"#)
    };
    format!("{} {}", store(first, 1), store(second, 2))
}

/// The root with its two imports filled, and its export.
fn app(left: &str, right: &str) -> String {
    format!(
        r#"(instance $app (instantiate $app (with "t:p/left" (instance {left})) (with "t:p/right" (instance {right}))))
        (alias export $app "run" (func $run)) (export "run" (func $run))"#
    )
}

/// The lines that `weld verify` prints of an output that a manifest describes.
fn findings(directory: &Path, manifest: &str, output: &[u8]) -> Vec<String> {
    for (name, text) in [("app", APP.to_owned()), ("one", provider("one", 1)), ("two", provider("two", 2))] {
        std::fs::write(directory.join(format!("{name}.wasm")), binary(&text)).unwrap();
    }
    std::fs::write(directory.join("weld.toml"), manifest).unwrap();
    std::fs::write(directory.join("out.wasm"), output).unwrap();
    let ran = weld(directory)
        .args(["verify", "-v", "--allow-foreign", "out.wasm", "--manifest", "weld.toml"])
        .output()
        .unwrap();
    let lines: Vec<String> = String::from_utf8(ran.stdout).unwrap().lines().map(str::to_owned).collect();
    assert_eq!(ran.status.code(), Some(i32::from(!lines.is_empty())), "{}", String::from_utf8_lossy(&ran.stderr));
    lines
}

fn manifest(components: &[&str], wires: &str) -> String {
    let components: String = components.iter().map(|name| format!("{name} = \"{name}.wasm\"\n")).collect();
    format!("[composition]\nroot = \"app\"\noutput = \"out.wasm\"\n[components]\n{components}[wire]\n{wires}")
}

/// Two components, one for each import.
fn of_two() -> String {
    manifest(&["app", "one", "two"], "\"app/t:p/left\" = \"one/t:kv/store\"\n\"app/t:p/right\" = \"two/t:kv/store\"\n")
}

/// One component, with an instance for each import.
fn of_instances() -> String {
    manifest(&["app", "one"], "\"app/t:p/left\" = \"one/t:kv/store\"\n\"app/t:p/right\" = \"one#1/t:kv/store\"\n")
}

/// One component, and one instance for both imports.
fn of_one() -> String {
    manifest(&["app", "one"], "\"app/t:p/left\" = \"one/t:kv/store\"\n\"app/t:p/right\" = \"one/t:kv/store\"\n")
}

/// One import from a component, and the other from the host.
fn of_host() -> String {
    manifest(&["app", "one"], "\"app/t:p/left\" = \"one/t:kv/store\"\n\"app/t:p/right\" = \"host\"\n")
}

const HOST: &str = r#"(import "t:p/right" (instance $host (export "get" (func (result u32)))))"#;

/// The front between two stores and the root.
fn fronted(left: &str, right: &str) -> String {
    let front = format!(
        r#"(instance $front (instantiate $front (with "t:p/left" (instance {left})) (with "t:p/right" (instance {right}))))
        (alias export $front "t:p/left" (instance $fl)) (alias export $front "t:p/right" (instance $fr))"#
    );
    front + &app("$fl", "$fr")
}

#[test]
fn verify_accepts_wires_in_any_form() {
    let directory = tempfile::tempdir().unwrap();
    let (two, one) = (stores(("one", "one"), ("two", "two")), stores(("one", "one"), ("other", "one")));
    for (manifest, body) in [
        (of_two(), two.clone() + &app("$e1", "$e2")),
        // Nobody has to call an instance what the description calls it.
        (of_two(), stores(("a", "one"), ("b", "two")) + &app("$e1", "$e2")),
        (of_instances(), one.clone() + &app("$e1", "$e2")),
        (of_instances(), one.clone() + &app("$e2", "$e1")),
        (
            of_one(),
            stores(("one", "one"), ("x", "two"))
                .replace("(instance $x (instantiate $two))", "")
                .replace(r#"(alias export $x "t:kv/store" (instance $e2))"#, "")
                + &app("$e1", "$e1"),
        ),
        (of_host(), format!("{HOST} {}", one_alone()) + &app("$e1", "$host")),
        // Put together of what it has, and handed through code that is given it.
        (
            of_two(),
            two.clone()
                + r#"(alias export $e1 "get" (func $g)) (instance $b (export "get" (func $g)))"#
                + &app("$b", "$e2"),
        ),
        (of_two(), two.clone() + &fronted("$e1", "$e2")),
    ] {
        assert_eq!(findings(directory.path(), &manifest, &output(&body)), [""; 0], "{body}");
    }
}

fn one_alone() -> String {
    r#"(instance $one (instantiate $one)) (alias export $one "t:kv/store" (instance $e1))"#.to_owned()
}

#[test]
fn verify_finds_wires_to_another_instance() {
    let directory = tempfile::tempdir().unwrap();
    let (two, twice) = (stores(("one", "one"), ("two", "two")), stores(("one", "one"), ("one#1", "one")));
    let left_host = r#"(import "t:p/left" (instance $h (export "get" (func (result u32)))))"#;
    let app_left = "instance `app`: component `app`: import `t:p/left#get`: ";
    let app_right = "instance `app`: component `app`: import `t:p/right#get`: ";
    for (what, manifest, body, place, said) in [
        (
            "two providers, exchanged",
            of_two(),
            two.clone() + &app("$e2", "$e1"),
            app_left,
            "`t:kv/store#get` of instance `two` fills it, and not `t:kv/store#get` of `one`, which its description says",
        ),
        (
            "one provider for both",
            of_two(),
            two.clone() + &app("$e1", "$e1"),
            app_right,
            "`t:kv/store#get` of instance `one` fills it, and not `t:kv/store#get` of `two`, which its description says",
        ),
        (
            "one instance in the place of two",
            of_instances(),
            one_alone() + &app("$e1", "$e1"),
            app_right,
            "`t:kv/store#get` of instance `one` fills it, and not `t:kv/store#get` of `one#1`, which its description says",
        ),
        (
            "two instances in the place of one",
            of_one(),
            twice.clone() + &app("$e1", "$e2"),
            app_right,
            "`t:kv/store#get` of instance `one#1` fills it, and not `t:kv/store#get` of `one`, which its description says",
        ),
        (
            "an instance that nothing uses",
            of_one(),
            twice.clone() + &app("$e1", "$e1"),
            "instance `one#1`: component `one`: ",
            "its description has no such instance",
        ),
        (
            "left to the host",
            of_two(),
            format!("{left_host} {two}") + &app("$h", "$e2"),
            app_left,
            "`t:p/left#get` of the host fills it, and not `t:kv/store#get` of `one`, which its description says",
        ),
        (
            "taken from the host",
            of_host(),
            format!("{HOST} {twice} (export \"x\" (instance $host))") + &app("$e1", "$e2"),
            app_right,
            "`t:kv/store#get` of instance `one#1` fills it, and not `t:p/right#get` of the host, which its description says",
        ),
        (
            "exchanged before code in between",
            of_two(),
            two.clone() + &fronted("$e2", "$e1"),
            app_left,
            "`t:kv/store#get` of instance `two` fills it, and not `t:kv/store#get` of `one`, which its description says",
        ),
        (
            "code that is given nothing",
            of_two(),
            two.clone()
                + r#"(instance $liar (instantiate $liar)) (alias export $liar "t:kv/store" (instance $x))"#
                + &app("$x", "$e2"),
            app_left,
            "instance `liar` fills it, which is not given `t:kv/store#get` of `one`, and its description says that this fills it",
        ),
    ] {
        let found = findings(directory.path(), &manifest, &output(&body));
        let line = format!("{place}{said}");
        assert!(found.contains(&line), "{what}: {found:#?}\n{line}");
    }
}

/// A document that wires the root as `left` and `right` say, of packages that the manifest calls as it does.
fn of_document(directory: &Path, body: &str) -> String {
    std::fs::write(directory.join("app.wac"), format!("package t:t;\n{body}")).unwrap();
    let components = "\"t:app\" = \"app.wasm\"\n\"t:one\" = \"one.wasm\"\n\"t:two\" = \"two.wasm\"\n";
    format!("[composition]\nwac = \"app.wac\"\noutput = \"out.wasm\"\n[components]\n{components}")
}

#[test]
fn verify_compares_wires_with_a_document() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let (two, twice) = (stores(("one", "one"), ("two", "two")), stores(("one", "one"), ("other", "one")));
    let lets = "let one = new t:one {};\nlet two = new t:two {};\n";
    let named = |left: &str, right: &str| {
        format!(
            "{lets}let app = new t:app {{ \"t:p/left\": {left}[\"t:kv/store\"], \"t:p/right\": {right}.store }};\nexport app...;\n"
        )
    };
    let manifest = of_document(directory, &named("one", "two"));
    assert_eq!(findings(directory, &manifest, &output(&(two.clone() + &app("$e1", "$e2")))), [""; 0]);
    let found = findings(directory, &manifest, &output(&(two.clone() + &app("$e2", "$e1"))));
    let line = "instance `app`: component `t:app`: import `t:p/left#get`: `t:kv/store#get` of instance `two` fills it, and not \
                `t:kv/store#get` of `one`, which its description says";
    assert_eq!(found.len(), 2, "{found:#?}");
    assert_eq!(found[0], line);
    let manifest = of_document(directory, &named("two", "one"));
    assert_eq!(findings(directory, &manifest, &output(&(two.clone() + &app("$e2", "$e1")))), [""; 0]);
    // Two instances of one package are two; one that nothing uses is there too.
    let both = "let a = new t:one {};\nlet b = new t:one {};\nlet two = new t:two {};\n\
                let app = new t:app { \"t:p/left\": a.store, \"t:p/right\": b.store };\nexport app[\"run\"];\n";
    let manifest = of_document(directory, both);
    let idle = "(instance $idle (instantiate $two))";
    assert_eq!(findings(directory, &manifest, &output(&(twice.clone() + idle + &app("$e2", "$e1")))), [""; 0]);
    let found = findings(directory, &manifest, &output(&(twice.clone() + idle + &app("$e1", "$e1"))));
    assert!(
        found.iter().any(|line| line.contains("import `t:p/right#get`: `t:kv/store#get` of instance `one`")),
        "{found:#?}"
    );
    // What is left out is the host's, under the name of the import.
    let left = "let one = new t:one {};\nlet app = new t:app { \"t:p/left\": one.store, ... };\nexport app...;\n";
    let components = "\"t:app\" = \"app.wasm\"\n\"t:one\" = \"one.wasm\"\n";
    of_document(directory, left);
    let manifest = format!("[composition]\nwac = \"app.wac\"\noutput = \"out.wasm\"\n[components]\n{components}");
    assert_eq!(
        findings(directory, &manifest, &output(&(format!("{HOST} {}", one_alone()) + &app("$e1", "$host")))),
        [""; 0]
    );
    let found = findings(directory, &manifest, &output(&(one_alone() + &app("$e1", "$e1"))));
    let line =
        "`t:kv/store#get` of instance `one` fills it, and not `t:p/right#get` of the host, which its description says";
    assert!(found.iter().any(|found| found.ends_with(line)), "{found:#?}");
}

#[test]
fn verify_finds_exports_of_another_instance() {
    let directory = tempfile::tempdir().unwrap();
    let exports = "[exports]\n\"t:kv/store\" = \"one#1\"\n";
    let body = |store: &str| {
        format!(
            "{} {} (export \"t:kv/store\" (instance {store}))",
            stores(("one", "one"), ("one#1", "one")),
            app("$e1", "$e1")
        )
    };
    let manifest = of_one() + exports;
    assert_eq!(findings(directory.path(), &manifest, &output(&body("$e2"))), [""; 0]);
    let found = findings(directory.path(), &manifest, &output(&body("$e1")));
    let line = "`t:kv/store#get` of instance `one` fills it, and not";
    let exported = "the output: it exports `t:kv/store#get` of instance `one` as `t:kv/store#get`, and not `t:kv/store#get` of \
                    `one#1`, which its description says";
    assert!(found.iter().any(|found| found.contains(line) || found == exported), "{found:#?}");
}

#[test]
fn verify_distinguishes_host_imports() {
    let directory = tempfile::tempdir().unwrap();
    let imports = r#"(import "t:p/left" (instance $hl (export "get" (func (result u32)))))
        (import "t:p/right" (instance $hr (export "get" (func (result u32)))))"#;
    let manifest = manifest(&["app"], "");
    assert_eq!(findings(directory.path(), &manifest, &output(&format!("{imports} {}", app("$hl", "$hr")))), [""; 0]);
    let found = findings(directory.path(), &manifest, &output(&format!("{imports} {}", app("$hr", "$hl"))));
    let line = "instance `app`: component `app`: import `t:p/left#get`: `t:p/right#get` of the host fills it, and not \
                `t:p/left#get` of the host, which its description says";
    assert!(found.contains(&line.to_owned()), "{found:#?}");
}

#[test]
fn verify_refuses_a_host_version_that_no_component_imports() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let get = r#"(instance $i (export "get" (func (result u32))))"#;
    // A number follows a label that another interface has.
    let other = r#"(import "store" (implements "t:p/w@1.0.0") (instance (export "get" (func (result u32)))))"#;
    let label = r#"" (implements "t:p/v@1.2.0")"#;
    for (import, outer, other, given) in [
        (r#"t:p/v@1.2.0""#.to_owned(), r#"t:p/v@1.2.0""#.to_owned(), "", "t:p/v@1.0.0"),
        (format!("store{label}"), format!("store{label}"), "", "store"),
        (format!("store{label}"), format!("store2{label}"), other, "store2"),
    ] {
        let name = import.split('"').next().unwrap();
        let app = format!(r#"(component $app (import "{import} {get}))"#);
        std::fs::write(directory.join("app.wasm"), binary(&app)).unwrap();
        let verify = |version: &str| {
            let output = format!(
                r#"(component {other} (import "{} {get}) {app} (instance (instantiate $app (with "{name}" (instance $i)))))"#,
                outer.replace("1.2.0", version)
            );
            std::fs::write(directory.join("out.wasm"), binary(&output)).unwrap();
            let flags = ["verify", "-v", "--allow-foreign", "out.wasm", "--input", "app.wasm", "--allow-all"];
            let ran = weld(directory).args(flags).output().unwrap();
            assert_ne!(ran.status.code(), Some(2), "{}", String::from_utf8_lossy(&ran.stderr));
            String::from_utf8(ran.stdout).unwrap()
        };
        if other.is_empty() {
            assert!(!verify("1.2.0").contains(" fills it, and not"), "{outer}");
        }
        // Nobody imports a higher one, to which it would be joined.
        assert!(verify("1.3.0").contains(" fills it, and not"), "{outer}");
        let found = verify("1.0.0");
        assert!(
            found.contains(&format!("import `{name}#get`: `{given}#get` of the host fills it, and not")),
            "{found}"
        );
    }
}

#[test]
fn verify_refuses_a_version_suffix_that_no_component_has() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let app = |name: &str, suffix: &str| {
        format!(
            r#"(component ${name} (import "t:p/v@0.2" (versionsuffix "{suffix}") (instance (export "get" (func (result u32))))))"#
        )
    };
    let apps = [app("one", ".3"), app("two", ".12")];
    std::fs::write(directory.join("one.wasm"), binary(&apps[0])).unwrap();
    std::fs::write(directory.join("two.wasm"), binary(&apps[1])).unwrap();
    let verify = |suffix: &str, inputs: &[&str]| {
        let made: String = inputs
            .iter()
            .map(|name| format!(r#"(instance ${name} (instantiate ${name} (with "t:p/v@0.2" (instance $i))))"#))
            .collect();
        let output = format!(
            r#"(component (import "t:p/v@0.2" (versionsuffix "{suffix}") (instance $i (export "get" (func (result u32)))))
              {} {} {made})"#,
            apps[0], apps[1]
        );
        std::fs::write(directory.join("out.wasm"), binary(&output)).unwrap();
        let mut command = weld(directory);
        command.args(["verify", "-v", "--allow-foreign", "out.wasm", "--allow-all", "--allow-unused-plugs"]);
        inputs.iter().for_each(|name| _ = command.args(["--input", &format!("{name}.wasm")]));
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    let wrong = " fills it, and not";
    assert!(!verify(".3", &["one"]).contains(wrong));
    // The lower one is not that of the component, and the higher one nobody's.
    assert!(verify(".3", &["two"]).contains(wrong));
    assert!(verify(".12", &["one"]).contains(wrong));
}

#[test]
fn verify_refuses_another_external_id_for_types() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let of = |id: &str| format!(r#"(import "t:p/r@1.0.0" {id} (instance $r (export "r" (type (sub resource)))))"#);
    for (own, other) in
        [("", r#"(external-id "q")"#), (r#"(external-id "q")"#, ""), (r#"(external-id "q")"#, r#"(external-id "p")"#)]
    {
        let app = format!("(component $app {})", of(own));
        std::fs::write(directory.join("app.wasm"), binary(&app)).unwrap();
        for (id, code) in [(own, 0), (other, 1)] {
            let made = r#"(instance (instantiate $app (with "t:p/r@1.0.0" (instance $r))))"#;
            let output = binary(&format!("(component {} {app} {made})", of(id)));
            std::fs::write(directory.join("out.wasm"), output).unwrap();
            let flags = ["verify", "-v", "--allow-foreign", "out.wasm", "--input", "app.wasm", "--allow-all"];
            let ran = weld(directory).args(flags).output().unwrap();
            let said = String::from_utf8(ran.stdout).unwrap();
            assert_eq!(ran.status.code(), Some(code), "{own} {id}: {said}");
            assert_eq!(
                said.contains("it stands for `t:p/r@1.0.0` of `app`, which has another external-id"),
                code == 1,
                "{own} {id}: {said}"
            );
        }
    }
}

/// Two stores of one type: `b` has the second for itself, and gives the first to others.
const FOREIGN: &str = r#"(component $foreign
  (import "t:kv/store" (instance $store (export "get" (func (result u32)))))
  (import "t:p/secret" (instance $secret (export "get" (func (result u32)))))
  (alias export $store "get" (func $l)) (alias export $secret "get" (func $r))
  (core func $l (canon lower (func $l))) (core func $r (canon lower (func $r)))
  (core module $m
    (import "" "l" (func $l (result i32))) (import "" "r" (func $r (result i32)))
    (func (export "l") (result i32) (call $r)))
  (core instance $c (instantiate $m (with "" (instance (export "l" (func $l)) (export "r" (func $r))))))
  (func $fl (result u32) (canon lift (core func $c "l")))
  (instance $il (export "get" (func $fl)))
  (export "t:kv/store" (instance $il)))"#;

#[test]
fn verify_takes_what_a_foreign_component_has_for_what_it_gives_to_all_that_it_fills() {
    // `foreign` stands before the exports of `b`, and has nothing that `b` may not have. It answers `a` with the secret
    // of the host, which only `b` may have.
    let a = r#"(component $a
      (import "t:kv/store" (instance $s (export "get" (func (result u32)))))
      (alias export $s "get" (func $g)) (export "run" (func $g)))"#;
    let b = r#"(component $b
      (import "t:p/secret" (instance $s (export "get" (func (result u32)))))
      (core module $m (func (export "get") (result i32) (i32.const 1)))
      (core instance $c (instantiate $m))
      (func $get (result u32) (canon lift (core func $c "get")))
      (instance $store (export "get" (func $get)))
      (export "t:kv/store" (instance $store)))"#;
    let output = |store: &str| {
        binary(&format!(
            r#"(component (import "t:p/secret" (instance $secret (export "get" (func (result u32))))) {a} {b} {FOREIGN}
              (instance $b (instantiate $b (with "t:p/secret" (instance $secret))))
              (alias export $b "t:kv/store" (instance $own))
              (instance $f (instantiate $foreign
                (with "t:kv/store" (instance $own)) (with "t:p/secret" (instance $secret))))
              (alias export $f "t:kv/store" (instance $foreign))
              (instance $a (instantiate $a (with "t:kv/store" (instance {store}))))
              (alias export $a "run" (func $run)) (export "run" (func $run)))"#
        ))
    };
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let verify = |store: &str, grants: &str| {
        for (name, text) in [("a", a), ("b", b)] {
            std::fs::write(directory.join(format!("{name}.wasm")), binary(text)).unwrap();
        }
        let manifest =
            "[composition]\nroot = \"a\"\noutput = \"out.wasm\"\n[components]\na = \"a.wasm\"\nb = \"b.wasm\"\n";
        std::fs::write(directory.join("weld.toml"), format!("{manifest}{grants}")).unwrap();
        std::fs::write(directory.join("out.wasm"), output(store)).unwrap();
        let ran = weld(directory)
            .args(["verify", "-v", "--allow-foreign", "out.wasm", "--manifest", "weld.toml"])
            .output()
            .unwrap();
        (String::from_utf8(ran.stdout).unwrap(), ran.status.code())
    };
    for grants in ["", "[virtualize.a]\n", "[virtualize.a]\n[virtualize.b]\ndefault = \"allow\"\n"] {
        let (said, code) = verify("$own", grants);
        assert_eq!(code, Some(0), "{said}");
        let (said, code) = verify("$foreign", grants);
        let line = "component `a`: import `t:p/secret#get`: what stands for it has `t:p/secret#get` of the host, which it \
                    does not import";
        assert!(said.contains(line), "{grants}: {said}");
        assert_eq!(code, Some(1));
    }
}

/// What `weld verify` says of an output of one component, in the text of which something else stands.
fn of_one_component(app: &str, changes: &[(&str, &str)]) -> String {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("app.wat"), app).unwrap();
    let output = changes.iter().fold(format!("(component {app} {})", OF_TYPES), |text, (from, to)| {
        assert!(text.contains(from), "{from}\n{text}");
        text.replacen(from, to, 1)
    });
    std::fs::write(directory.path().join("out.wasm"), binary(&output)).unwrap();
    let ran = weld(directory.path())
        .args(["verify", "-v", "--allow-foreign", "out.wasm", "--input", "app.wat", "--allow-all"])
        .output()
        .unwrap();
    let said = String::from_utf8(ran.stdout).unwrap();
    assert_eq!(ran.status.code(), Some(i32::from(!said.is_empty())), "{}", String::from_utf8_lossy(&ran.stderr));
    said
}

/// Imports types alone: by two labels, and by the name of an interface.
const TYPES_ALONE: &str = r#"(component $app
  (import "one" (implements "t:p/store@1.0.0") (external-id "first") (instance (export "r" (type (sub resource)))))
  (import "two" (implements "t:p/store@1.0.0") (external-id "second") (instance (export "r" (type (sub resource)))))
  (import "t:p/types" (instance (export "s" (type (sub resource))))))"#;

/// An output with that component in it.
const OF_TYPES: &str = r#"
  (import "one" (implements "t:p/store@1.0.0") (external-id "first") (instance $one (export "r" (type (sub resource)))))
  (import "two" (implements "t:p/store@1.0.0") (external-id "second") (instance $two (export "r" (type (sub resource)))))
  (import "t:p/types" (instance $types (export "s" (type (sub resource)))))
  (instance $app (instantiate $app (with "one" (instance $one)) (with "two" (instance $two)) (with "t:p/types" (instance $types))))"#;

#[test]
fn verify_finds_imports_of_types_alone_that_stand_for_none() {
    let with = |changes: &[(&str, &str)]| of_one_component(TYPES_ALONE, changes);
    assert_eq!(with(&[]), "");
    let import = "\n  (import \"t:p/types\" (instance $types";
    // Another interface, in the place of one or besides.
    let other = with(&[(import, "\n  (import \"t:p/others\" (instance $types")]);
    assert!(other.contains("import `t:p/others`: it is imported, and stands for no import of a component"), "{other}");
    let more = format!("(import \"t:p/more\" (instance (export \"s\" (type (sub resource))))) {import}");
    let more = with(&[(import, &more)]);
    assert!(more.contains("import `t:p/more`: it is imported, and stands for no import of a component"), "{more}");
    // What could be given to the component, and is not: the first label with a number, and a higher version.
    let import = "\n  (import \"two\" (implements";
    for (name, of) in [("one7", r#"(implements "t:p/store@1.0.0") (external-id "first")"#), ("t:p/types@1.9.0", "")] {
        let app = TYPES_ALONE.replace("\"t:p/types\"", "\"t:p/types@1.0.0\"");
        let body = OF_TYPES.replace("\"t:p/types\"", "\"t:p/types@1.0.0\"");
        assert_eq!(of_one_component(&app, &[(OF_TYPES, &body)]), "");
        let more = format!("(import \"{name}\" {of} (instance (export \"s\" (type (sub resource))))) {import}");
        let more = body.replacen(import, &more.replace("\"s\"", if of.is_empty() { "\"s\"" } else { "\"r\"" }), 1);
        let said = of_one_component(&app, &[(OF_TYPES, &more)]);
        let line = format!("import `{name}`: it is imported, and stands for no import of a component");
        assert!(said.contains(&line), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
    // A type that the component does not import.
    let import = "\n  (import \"t:p/types\" (instance $types";
    let wide = with(&[(import, &format!("{import} (export \"t\" (type (sub resource)))"))]);
    assert!(
        wide.contains("import `t:p/types`: it is imported with `t:p/types#t`, which no import has for which it stands"),
        "{wide}"
    );
}

#[test]
fn verify_finds_external_ids_exchanged_between_labels_of_types_alone() {
    let body = OF_TYPES;
    let with = |changes: &[(&str, &str)]| {
        // The component is in the output before the imports.
        let changed = changes.iter().fold(body.to_owned(), |text, (from, to)| text.replacen(from, to, 1));
        of_one_component(TYPES_ALONE, &[(body, &changed)])
    };
    let exchanged = with(&[("\"first\"", "\"third\""), ("\"second\"", "\"first\""), ("\"third\"", "\"second\"")]);
    for label in ["one", "two"] {
        let line = format!("import `{label}`: it stands for `{label}` of `app`, which has another external-id");
        assert!(exchanged.contains(&line), "{exchanged}");
    }
    // The labels are right, and what is given by them is not.
    let given = [("(with \"one\" (instance $one))", "(with \"one\" (instance $two))")];
    let crossed = with(&given);
    assert!(crossed.contains("`one`: `two` of the host fills it, and not `one` of the host"), "{crossed}");
}

#[test]
fn verify_finds_external_ids_exchanged_between_components_with_one_label_of_types_alone() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    for (name, id) in [("a", "first"), ("b", "second")] {
        let label = format!("\"y\" (implements \"t:p/store@1.0.0\") (external-id \"{id}\")");
        let text = format!(
            r#"(component ${name}
              (import {label} (instance (export "r" (type (sub resource)))))
              (core module $m (func (export "r") (result i32) i32.const 1))
              (core instance $i (instantiate $m))
              (func (export "run-{name}") (result u32) (canon lift (core func $i "r"))))"#
        );
        std::fs::write(directory.join(format!("{name}.wat")), text).unwrap();
    }
    let root = r#"(component $c
      (import "run-a" (func $a (result u32))) (import "run-b" (func $b (result u32))) (core module)
      (export "run-a" (func $a)) (export "run-b" (func $b)))"#;
    std::fs::write(directory.join("c.wat"), root).unwrap();
    let manifest = "[composition]\nroot = \"c\"\noutput = \"out.wasm\"\n[components]\nc = \"c.wat\"\na = \"a.wat\"\nb = \"b.wat\"\n";
    std::fs::write(directory.join("weld.toml"), manifest).unwrap();
    succeeds(weld(directory).arg("build"));
    let text = wasmprinter::print_file(directory.join("out.wasm")).unwrap();
    let ids = ["(external-id \"first\")", "(external-id \"second\")"];
    // The imports of the output itself.
    let exchanged: Vec<String> = { text.lines() }
        .map(|line| match line.starts_with("  (import ") {
            true => line
                .replace(ids[0], "(external-id \"third\")")
                .replace(ids[1], ids[0])
                .replace("\"third\"", "\"second\""),
            false => line.to_owned(),
        })
        .collect();
    for (text, code) in [(text.clone(), 0), (exchanged.join("\n"), 1)] {
        std::fs::write(directory.join("out.wasm"), wat::parse_str(&text).unwrap()).unwrap();
        let ran = weld(directory)
            .args(["verify", "-v", "--allow-foreign", "out.wasm", "--manifest", "weld.toml"])
            .output()
            .unwrap();
        let said = String::from_utf8(ran.stdout).unwrap();
        for (import, of) in [("y", "a"), ("y2", "b")] {
            let line = format!("import `{import}`: it stands for `y` of `{of}`, which has another external-id");
            assert_eq!(said.contains(&line), code == 1, "{said}");
        }
        assert_eq!(ran.status.code(), Some(code), "{said}");
    }
}
