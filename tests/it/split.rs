//! `weld split`: a composition, taken apart into components and a manifest.

use std::collections::BTreeSet;
use std::path::Path;

use wasm_encoder::{ComponentSection as _, CustomSection};

use crate::support::compositions::again;
use crate::support::{
    self, call, compositions, custom_sections, fails, guest, plug, project, run, succeeds, validate, virt_in, weld,
};

/// Takes `whole.wasm` apart, and gives what it said.
fn split(directory: &Path) -> std::process::Output {
    weld(directory).args(["split", "whole.wasm", "-o", "parts"]).output().unwrap()
}

#[test]
fn split_and_build_reproduce_each_composition() {
    let all = compositions::all().into_iter();
    let reproduced: Vec<String> =
        all.filter(|(name, bytes)| compositions::is_reproduced(name, bytes)).map(|(name, _)| name).collect();
    for of in ["golden/", "examples/", "wac plug: ", "wasm-tools compose: "] {
        assert!(reproduced.iter().filter(|name| name.starts_with(of)).count() >= 3, "{of}: {reproduced:?}");
    }
}

#[test]
fn split_output_runs_like_the_original() {
    let composed = plug(&guest("hello-command"), &[guest("hello-lib")]);
    let before = run(&composed, &["hello"]).stdout;
    assert_eq!(run(&again(&composed).unwrap(), &["hello"]).stdout, before);
}

#[test]
fn split_finds_grants_and_settings_in_the_provenance() {
    let flags: &[&[&str]] = &[
        &["--allow-all"],
        &["--stdout", "--grant", "wasi:clocks/*=allow", "--grant", "exit=trap"],
        &["--stdio", "-e", "A=1 2", "-e", "B=\"x\\y\"", "-e", "C=", "--allow-env=TZ,LANG"],
        &["--stdio", "--grant", "args.set=[\"x\",\"y, z\",\"\"]", "--stdin=empty", "--stderr=stdout"],
        &[
            "--stdio",
            "--grant",
            "clocks.fixed=2026-01-01T00:00:00Z",
            "--grant",
            "clocks.step=1500ns",
            "--grant",
            "random.seed=42",
        ],
        &[
            "--stdio",
            "--grant",
            "fs./tmp.memory=1MiB",
            "--grant",
            "fs./small.memory=1234567",
            "--preopen-ro",
            "/data=/srv/a b",
        ],
        &["--stdio", "--grant", "stdin.text=one\ntwo"],
    ];
    for flags in flags {
        let output = virt_in(project(), &guest("command-0.2.12"), flags);
        match again(&output) {
            Ok(again) => assert!(again == output, "{flags:?}"),
            Err(said) => {
                assert!(flags == &["--allow-all"] && said.contains("has code of its own"), "{flags:?}: {said}")
            }
        }
    }
    let long = format!("A={}", "x".repeat(300));
    let said = again(&virt_in(project(), &guest("command-0.2.12"), &["-e", &long])).unwrap_err();
    assert!(said.contains("cannot be taken out"), "{said}");
    assert!(
        said.contains("do this with the component that `weld virt` was given, and `weld virt` the result"),
        "{said}"
    );
}

#[test]
fn split_warns_where_start_functions_run_in_another_order() {
    let part = |name: &str| {
        format!(
            r#"(component ${name} (import "log" (func $log))
                 (core func $log (canon lower (func $log)))
                 (core module $m (import "" "log" (func $log)) (start $log) (func (export "f")))
                 (core instance $m (instantiate $m (with "" (instance (export "log" (func $log))))))
                 (func (export "f-{name}") (canon lift (core func $m "f"))))"#
        )
    };
    let whole = |first: &str, second: &str| {
        format!(
            r#"(component (import "log" (func $log)) {} {}
                 (instance ${first} (instantiate ${first} (with "log" (func $log))))
                 (instance ${second} (instantiate ${second} (with "log" (func $log))))
                 (component $r (import "f-a" (func $a)) (import "f-b" (func $b)) (core module)
                   (export "a" (func $a)) (export "b" (func $b)))
                 (instance $r (instantiate $r (with "f-a" (func $a "f-a")) (with "f-b" (func $b "f-b"))))
                 (export "a" (func $r "a")) (export "b" (func $r "b")))"#,
            part(first),
            part(second)
        )
    };
    let mut all = BTreeSet::new();
    for (first, second) in [("a", "b"), ("b", "a")] {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("whole.wasm"), whole(first, second)).unwrap();
        let output = split(directory.path());
        assert!(output.status.success(), "{output:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        let differs = said.contains("creates the instances in another order");
        succeeds(weld(directory.path()).args(["build", "parts/weld.toml"]));
        let built = "parts/build/whole.wasm";
        let diff = weld(directory.path()).args(["diff", "whole.wasm", built]).output().unwrap();
        let diff = String::from_utf8(diff.stdout).unwrap();
        assert_eq!(differs, diff.contains("in another order"), "{first} {second}: {said}{diff}");
        // With a link at an edge, too.
        let link = r#"(component (import "log" (func $log)) (core func $log (canon lower (func $log)))
            (core module $m (import "" "log" (func $log)) (func (export "f") (call $log)))
            (core instance $m (instantiate $m (with "" (instance (export "log" (func $log))))))
            (func (export "log") (canon lift (core func $m "f"))))"#;
        std::fs::write(directory.path().join("link.wat"), link).unwrap();
        let splice = ["splice", "whole.wasm", "--at", "a/log", "--insert", "link.wat", "-o", "spliced.wasm"];
        let said = String::from_utf8(succeeds(weld(directory.path()).args(splice)).stderr).unwrap();
        assert_eq!(differs, said.contains("creates the instances in another order"), "{said}");
        all.insert(differs);
    }
    // A manifest has one order for both.
    assert_eq!(all.len(), 2);
}

#[test]
fn splice_warns_where_instances_of_one_component_are_created_in_another_order() {
    let whole = |first: [&str; 2], second: [&str; 2]| {
        let made =
            |[name, of]: [&str; 2]| format!("(instance ${name} (instantiate $p (with \"log\" (func $l \"{of}\"))))");
        format!(
            r#"(component (import "raw" (func $raw))
                 (component $l (import "raw" (func $raw)) (core func $log (canon lower (func $raw)))
                   (core module $m (import "" "log" (func $log)) (func (export "f") (call $log)))
                   (core instance $m (instantiate $m (with "" (instance (export "log" (func $log))))))
                   (func (export "one") (canon lift (core func $m "f")))
                   (func (export "two") (canon lift (core func $m "f"))))
                 (instance $l (instantiate $l (with "raw" (func $raw))))
                 (component $p (import "log" (func $log)) (core func $log (canon lower (func $log)))
                   (core module $m (import "" "log" (func $log)) (start $log) (func (export "f")))
                   (core instance $m (instantiate $m (with "" (instance (export "log" (func $log))))))
                   (func (export "f") (canon lift (core func $m "f"))))
                 {} {}
                 (component $r (import "fa" (func $a)) (import "fb" (func $b)) (core module)
                   (export "a" (func $a)) (export "b" (func $b)))
                 (instance $r (instantiate $r (with "fa" (func $x "f")) (with "fb" (func $y "f"))))
                 (export "a" (func $r "a")) (export "b" (func $r "b")))"#,
            made(first),
            made(second)
        )
    };
    let link = r#"(component (import "fa" (func $log)) (core func $log (canon lower (func $log)))
        (core module $m (import "" "log" (func $log)) (func (export "f") (call $log)))
        (core instance $m (instantiate $m (with "" (instance (export "log" (func $log))))))
        (func (export "fa") (canon lift (core func $m "f"))))"#;
    let mut all = BTreeSet::new();
    for [first, second] in [[["x", "one"], ["y", "two"]], [["y", "two"], ["x", "one"]]] {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("whole.wasm"), whole(first, second)).unwrap();
        std::fs::write(directory.path().join("link.wat"), link).unwrap();
        let splice = ["splice", "whole.wasm", "--at", "r/fa", "--insert", "link.wat", "-o", "spliced.wasm"];
        let said = String::from_utf8(succeeds(weld(directory.path()).args(splice)).stderr).unwrap();
        all.insert(said.contains("creates the instances in another order"));
    }
    assert_eq!(all.len(), 2, "one of the two orders is another one than that of the output");
}

#[test]
fn split_errors_say_what_a_manifest_cannot_describe() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    std::fs::copy(guest("hello-command"), directory.join("whole.wasm")).unwrap();
    let said = fails(weld(directory).args(["split", "whole.wasm", "-o", "parts"]));
    assert!(said.contains("its outermost level has code of its own"), "{said}");
    std::fs::write(directory.join("whole.wasm"), plug(&guest("hello-command"), &[guest("hello-lib")])).unwrap();
    std::fs::create_dir(directory.join("parts")).unwrap();
    std::fs::write(directory.join("parts/mine"), "").unwrap();
    let said = fails(weld(directory).args(["split", "whole.wasm", "-o", "parts"]));
    assert!(said.contains("parts"), "{said}");
    assert_eq!(std::fs::read_dir(directory.join("parts")).unwrap().count(), 1);
    // Provenance that was left out does not say for which grants an adapter is.
    let output = weld(directory).args(["virt", "whole.wasm", "--no-provenance", "-o", "bare.wasm"]).output().unwrap();
    assert!(output.status.success());
    let said = fails(weld(directory).args(["split", "bare.wasm", "-o", "bare"]));
    assert!(said.contains("nothing says what it was generated for"), "{said}");
}

/// Builds components and the rest of a manifest, of which the first component is the root.
fn build(components: &[(&str, String)], rest: &str) -> (tempfile::TempDir, Vec<u8>) {
    let directory = tempfile::tempdir().unwrap();
    let write = |file: &str, text: &str| std::fs::write(directory.path().join(file), text).unwrap();
    let mut manifest = format!("[composition]\nroot = \"{}\"\noutput = \"out.wasm\"\n[components]\n", components[0].0);
    for (name, text) in components {
        write(&format!("{name}.wat"), text);
        manifest += &format!("{name} = \"{name}.wat\"\n");
    }
    write("weld.toml", &format!("{manifest}{rest}"));
    succeeds(weld(directory.path()).arg("build"));
    let output = std::fs::read(directory.path().join("out.wasm")).unwrap();
    (directory, output)
}

#[test]
fn split_wires_a_part_whose_only_user_is_denied_all_of_it() {
    let user = r#"(component
      (import "acme:db/store@1.0.0" (instance $s (export "conn" (type $conn (sub resource)))))
      (alias export $s "conn" (type $conn))
      (import "acme:l/i@1.0.0" (instance (export "conn" (type $c (eq $conn))) (export "take" (func (param "x" (own $c))))))
      (core module $m (func (export "run"))) (core instance $c (instantiate $m))
      (func $run (canon lift (core func $c "run"))) (export "run" (func $run)))"#;
    let part = r#"(component
      (import "acme:db/store@1.0.0" (instance $s (export "conn" (type $conn (sub resource)))
        (export "[method]conn.q" (func (param "self" (borrow $conn)))) (export "open" (func (result (own $conn))))))
      (alias export $s "conn" (type $conn))
      (core module $m (func (export "t") (param i32))) (core instance $c (instantiate $m))
      (func $t (param "x" (own $conn)) (canon lift (core func $c "t")))
      (instance $e (export "conn" (type $conn)) (export "take" (func $t))) (export "acme:l/i@1.0.0" (instance $e)))"#;
    // `part` keeps `conn.q` only if somebody can call `take`, which nobody can.
    let grants = "[virtualize.user]\n\"acme:l/i\" = \"deny\"\n[virtualize.part]\n";
    let (directory, output) = build(&[("user", user.to_owned()), ("part", part.to_owned())], grants);
    // The snapshots are compared.
    again(&output).unwrap();
    succeeds(weld(directory.path()).args(["trace", "out.wasm", "--at", "export run", "-o", "traced.wasm"]));
}

#[test]
fn split_says_which_instance_nothing_uses() {
    let part = |name: &str| {
        format!(
            r#"(component ${name} (core module $m (func (export "f"))) (core instance $c (instantiate $m))
                 (func $f (canon lift (core func $c "f"))) (export "{name}" (func $f)))"#
        )
    };
    let whole = format!(
        "(component {} {} (instance $a (instantiate $a)) (instance $b (instantiate $b)) (export \"a\" (func $a \"a\")))",
        part("a"),
        part("b")
    );
    let said = again(&wat::parse_str(whole).unwrap()).unwrap_err();
    assert!(said.contains("nothing uses instance `b`"), "{said}");
}

#[test]
fn split_and_splice_keep_the_numbers_of_labels() {
    let part = |imports: &str, exports: &str| {
        format!(
            r#"(component {imports} (core module $m (func (export "f"))) (core instance $c (instantiate $m))
                 (func $f (canon lift (core func $c "f"))) (instance $e (export "f" (func $f))) {exports})"#
        )
    };
    let import = |name: &str| format!("(import {name} (instance (export \"f\" (func))))");
    let label = |of: &str| import(&format!("\"h\" (implements \"acme:h/{of}@1.0.0\")"));
    let api = r#"(export "acme:a/api@1.0.0" (instance $e))"#;
    let app = part(&label("one"), &format!("{api} (export \"run\" (func $f))"));
    let link = part(&format!("{} {}", import("\"acme:a/api@1.0.0\""), label("two")), api);
    // The label of the root keeps its name.
    let (directory, output) = build(&[("app", app), ("link", link)], "[chain]\n\"export acme:a/api\" = [\"link\"]\n");
    again(&output).unwrap();
    let labels = |file: &str| {
        let inspected = succeeds(weld(directory.path()).args(["inspect", file, "--json"])).stdout;
        let inspected: serde_json::Value = serde_json::from_slice(&inspected).unwrap();
        let imports = inspected["imports"].as_array().unwrap().iter().filter(|import| import["implements"].is_string());
        let label =
            |import: &serde_json::Value| format!("{} {}", import["name"], import["implements"]).replace('"', "");
        imports.map(label).collect::<BTreeSet<String>>()
    };
    let before = labels("out.wasm");
    assert_eq!(before, ["h acme:h/one@1.0.0", "h2 acme:h/two@1.0.0"].map(str::to_owned).into());
    for at in ["app/host", "link/acme:a/api", "export acme:a/api"] {
        succeeds(weld(directory.path()).args(["trace", "out.wasm", "--at", at, "-o", "traced.wasm"]));
        assert_eq!(labels("traced.wasm"), before, "{at}");
    }
    // What is added comes after what the host knows, whatever it is called.
    let first = part(&format!("{} {}", import("\"acme:a/api@1.0.0\""), label("three")), api);
    std::fs::write(directory.path().join("a.wat"), first).unwrap();
    let splice = ["splice", "out.wasm", "--at", "link/acme:a/api", "--insert", "a.wat", "-o", "spliced.wasm"];
    succeeds(weld(directory.path()).args(splice));
    let after: BTreeSet<String> = before.iter().cloned().chain(["h3 acme:h/three@1.0.0".to_owned()]).collect();
    assert_eq!(labels("spliced.wasm"), after);
}

#[test]
fn build_gives_a_name_of_the_root_to_an_export_of_another_component() {
    let part = |number: u32, more: &str| {
        format!(
            r#"(component (core module $m (func (export "f") (result i32) (i32.const {number}))) (core instance $c (instantiate $m))
                 (func $f (result u32) (canon lift (core func $c "f"))) (export "f" (func $f)) {more})"#
        )
    };
    let other = r#"(export "g" (func $f))"#;
    let rest = "[exports]\n\"f\" = \"other/f\"\n";
    let (directory, output) = build(&[("app", part(1, other)), ("other", part(2, ""))], rest);
    assert_eq!((call(&output, "f"), call(&output, "g")), (2, 1));
    succeeds(weld(directory.path()).args(["verify", "out.wasm", "--manifest", "weld.toml"]));
    again(&output).unwrap();
}

#[test]
fn trace_of_an_export_may_write_whoever_has_the_export() {
    let part = |name: &str, import: &str| {
        format!(
            r#"(component {import} (core module $m (func (export "f"))) (core instance $c (instantiate $m))
                 (func $f (canon lift (core func $c "f"))) (export "{name}" (func $f)))"#
        )
    };
    let random = r#"(import "wasi:random/random@0.2.0" (instance (export "get-random-u64" (func (result u64)))))"#;
    let rest = "[exports]\n\"g\" = \"kv/g\"\n[virtualize.kv]\n";
    let (directory, _) = build(&[("app", part("f", "")), ("kv", part("g", random))], rest);
    succeeds(weld(directory.path()).args(["trace", "out.wasm", "--at", "export g", "-o", "traced.wasm"]));
    // The grants of the exporter, and not those of the root, deny it standard error.
    let inspected = succeeds(weld(directory.path()).args(["inspect", "traced.wasm"])).stdout;
    assert!(String::from_utf8(inspected).unwrap().contains("wasi:cli/stderr"));
}

#[test]
fn split_keeps_a_fixed_clock_for_files_of_a_component_without_clocks() {
    let grants = [r#"fs."/tmp"={memory="1MiB"}"#, r#"clocks={fixed="2026-01-01T00:00:00Z"}"#];
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("whole.wasm"), support::virt(&guest("handler"), &grants)).unwrap();
    assert_eq!(split(directory.path()).status.code(), Some(0));
    let manifest = std::fs::read_to_string(directory.path().join("parts/weld.toml")).unwrap();
    assert!(manifest.contains("clocks = "), "{manifest}");
}

#[test]
fn split_takes_no_line_of_a_manifest_from_the_provenance() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let honest = virt_in(project(), &guest("command-0.2.12"), &["--stdout", "--grant", "fs./tmp.memory=1234567"]);
    let (_, said) = custom_sections(&honest).into_iter().find(|(name, _)| *name == "weld").unwrap();
    let section = |said: &str| {
        let mut bytes = Vec::new();
        let section = CustomSection { name: "weld".into(), data: said.as_bytes().into() };
        section.append_to_component(&mut bytes);
        bytes
    };
    let said = std::str::from_utf8(said).unwrap();
    let components = honest.strip_suffix(section(said).as_slice()).unwrap();
    let stated = "memory 1,234,567 bytes";
    assert!(said.contains(stated));
    for value in [
        "memory 1 }\n[target.x]\noutput = \"../stolen.wasm\"\n[target.x.virtualize.\"command-0.2.12\"]\nstdin = { file = \"/etc/passwd\" }\n# } bytes",
        "memory 1, mode = 1 bytes",
        "memory  bytes",
    ] {
        let value = serde_json::to_string(value).unwrap();
        let said = said.replace(stated, value.trim_matches('"'));
        std::fs::write(directory.join("whole.wasm"), [components, &section(&said)].concat()).unwrap();
        let error = fails(weld(directory).args(["split", "whole.wasm", "-o", "parts"]));
        assert!(error.contains("cannot be taken out of a component"), "{error}");
        assert!(!directory.join("parts").exists());
    }
    assert_eq!(again(&honest).unwrap(), honest);
    // Nothing in the file has what these give: the component imports nothing of the kind.
    let line = r#"{"component":"command-0.2.12","grant":"GRANT","value":"VALUE"}"#;
    let idle = [("keyvalue", "allow"), ("acme:db/*", "allow"), ("config", "set A=b"), ("logging", "deny")];
    let idle = idle.map(|(grant, value)| line.replace("GRANT", grant).replace("VALUE", value)).join(",");
    let said = said.replace("\"grants\":[", &format!("\"grants\":[{idle},"));
    std::fs::write(directory.join("whole.wasm"), [components, &section(&said)].concat()).unwrap();
    succeeds(weld(directory).args(["split", "whole.wasm", "-o", "parts"]));
    let manifest = std::fs::read_to_string(directory.join("parts/weld.toml")).unwrap();
    let (_, grants) = manifest.split_once("[virtualize.").unwrap();
    for gone in ["keyvalue", "acme", "config"] {
        assert!(!grants.contains(gone), "{manifest}");
    }
    assert!(grants.contains("logging") && grants.contains("stdout"), "{manifest}");
    // Other grants than those for which the adapter is.
    let other = said.replace(r#""grant":"stdout","value":"allow""#, r#""grant":"stdout","value":"deny""#);
    assert_ne!(said, other);
    std::fs::write(directory.join("whole.wasm"), [components, &section(&other)].concat()).unwrap();
    let error = fails(weld(directory).args(["split", "whole.wasm", "-o", "other"]));
    assert!(
        error.contains("the adapter `command-0.2.12:adapter` is not what weld generates for the grants"),
        "{error}"
    );
}

#[test]
fn split_leaves_a_label_to_the_host_though_a_component_exports_its_interface() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let app = r#"(component
      (import "y" (implements "t:p/kv@1.0.0") (instance (export "get" (func (result u32)))))
      (import "f" (func $f)) (export "run" (func $f)))"#;
    let kv = r#"(component
      (core module $m (func (export "get") (result i32) (i32.const 7)) (func (export "f")))
      (core instance $c (instantiate $m))
      (func $get (result u32) (canon lift (core func $c "get"))) (func $f (canon lift (core func $c "f")))
      (instance $i (export "get" (func $get))) (export "t:p/kv@1.0.0" (instance $i)) (export "f" (func $f)))"#;
    let manifest = "[composition]\nroot = \"app\"\noutput = \"out.wasm\"\n[components]\napp = \"app.wat\"\nkv = \"kv.wat\"\n\
                    [wire]\n\"app/y\" = \"host\"\n";
    for (name, text) in [("app.wat", app), ("kv.wat", kv), ("weld.toml", manifest)] {
        std::fs::write(directory.join(name), text).unwrap();
    }
    succeeds(weld(directory).arg("build"));
    let built = std::fs::read(directory.join("out.wasm")).unwrap();
    again(&built).unwrap();
}

const APP: &str = r#"(component (import "t:p/kv" (instance $kv (export "get" (func (result u32))))) (export "run" (func $kv "get")))"#;

/// Exports `get`, which gives a number after what its import gives, if it has one.
fn link(import: bool, digit: u32) -> String {
    let (declared, get, given) = match import {
        true => (
            r#"(import "t:p/kv" (instance $kv (export "get" (func (result u32))))) (core func $get (canon lower (func $kv "get")))"#,
            r#"(import "" "get" (func $get (result i32)))"#,
            r#"(with "" (instance (export "get" (func $get))))"#,
        ),
        false => ("", "(func $get (result i32) (i32.const 0))", ""),
    };
    format!(
        r#"(component {declared}
          (core module $m {get}
            (func (export "get") (result i32) (i32.add (i32.mul (call $get) (i32.const 10)) (i32.const {digit}))))
          (core instance $c (instantiate $m {given}))
          (func $f (result u32) (canon lift (core func $c "get")))
          (instance $i (export "get" (func $f)))
          (export "t:p/kv" (instance $i)))"#
    )
}

#[test]
fn splice_inserts_components_at_an_edge_of_any_composition() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let write = |name: &str, text: &str| std::fs::write(directory.join(name), text).unwrap();
    write("app.wat", APP);
    write("kv.wat", &link(false, 1));
    write("two.wat", &link(true, 2));
    write("three.wat", &link(true, 3));
    succeeds(weld(directory).args(["plug", "app.wat", "--plug", "kv.wat", "-o", "whole.wasm"]));
    // As other tools write it: without provenance, with names of its own.
    let (app, kv) = (APP, link(false, 1));
    let [app, kv] =
        [("app", app), ("kv", &kv)].map(|(name, text)| text.replacen("(component", &format!("(component ${name}"), 1));
    write(
        "other.wat",
        &format!(
            r#"(component {kv} {app}
              (instance $kv (instantiate $kv))
              (instance $app (instantiate $app (with "t:p/kv" (instance $kv "t:p/kv"))))
              (export "run" (func $app "run")))"#
        ),
    );
    for whole in ["whole.wasm", "other.wat"] {
        let splice = |at: &str, inserted: &[&str]| {
            let mut command = weld(directory);
            command.args(["splice", whole, "--at", at, "-o", "out.wasm"]);
            inserted.iter().for_each(|file| _ = command.args(["--insert", file]));
            command
        };
        for (inserted, expected) in [
            (["two.wat", "three.wat"].as_slice(), 132),
            (&["three.wat", "two.wat"], 123),
            (&["two.wat", "two.wat"], 122),
            (&["kv=two.wat"], 12),
        ] {
            succeeds(&mut splice("app/t:p/kv", inserted));
            assert_eq!(call(&std::fs::read(directory.join("out.wasm")).unwrap(), "run"), expected, "{inserted:?}");
        }
        let said = fails(&mut splice("app/t:p/kw", &["two.wat"]));
        assert!(said.contains("`app` does not import `t:p/kw`"), "{said}");
        let of_link = fails(&mut splice("app/t:p/kv", &["kv.wat"]));
        assert!(of_link.contains("stands in a chain at `t:p/kv`, and does not import that"), "{of_link}");
        let of_edge = fails(&mut splice("ap/t:p/kv", &["two.wat"]));
        assert!(of_edge.contains("there is no component `ap`") && of_edge.contains("did you mean `app`?"), "{of_edge}");
        // Nobody wrote the manifest that is behind it.
        for said in [said, of_link, of_edge, fails(&mut splice("app", &["two.wat"]))] {
            assert!(!said.contains("weld.toml") && !said.contains('╭'), "{said}");
        }
    }
}

#[test]
fn splice_inserts_components_into_nested_compositions() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let write = |name: &str, text: &str| std::fs::write(directory.join(name), text).unwrap();
    write("app.wat", APP);
    write("kv.wat", &link(false, 1));
    write("two.wat", &link(true, 2));
    write("three.wat", &link(true, 3));
    write("outer.wat", r#"(component (import "run" (func $run (result u32))) (export "all" (func $run)))"#);
    succeeds(weld(directory).args(["plug", "app.wat", "--plug", "kv.wat", "-o", "inner.wasm"]));
    succeeds(weld(directory).args(["plug", "outer.wat", "--plug", "inner.wasm", "-o", "whole.wasm"]));
    let splice = |at: &str| {
        let mut command = weld(directory);
        command.args(["splice", "whole.wasm", "--insert", "two.wat", "--insert", "three.wat", "-o", "out.wasm"]);
        command.args(["--at", at]);
        command
    };
    succeeds(&mut splice("inner/app/t:p/kv"));
    let output = std::fs::read(directory.join("out.wasm")).unwrap();
    validate(&output);
    assert_eq!(call(&output, "all"), 132);
    // All else is as it was.
    let paths = |bytes: &[u8]| -> Vec<String> {
        let inspection: serde_json::Value = serde_json::from_str(&weld::inspect(bytes).unwrap().json()).unwrap();
        inspection["instances"].as_array().unwrap().iter().map(|of| of["path"].to_string()).collect()
    };
    let before = paths(&std::fs::read(directory.join("whole.wasm")).unwrap());
    let after = paths(&output);
    assert!(before.iter().all(|path| after.contains(path)), "{after:?}");
    assert!(after.contains(&"\"inner/two\"".to_owned()), "{after:?}");
    let said = fails(&mut splice("inner/app/t:p/kw"));
    assert!(said.contains("`app` does not import `t:p/kw`"), "{said}");
}

#[test]
fn splice_adds_no_denied_capability() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let write = |name: &str, text: &str| std::fs::write(directory.join(name), text).unwrap();
    let random = r#"(import "wasi:random/random@0.2.0" (instance $r (export "get-random-u64" (func (result u64)))))"#;
    write("app.wat", &format!(r#"(component {random} (export "key" (func $r "get-random-u64")))"#));
    write("count.wat", &format!(r#"(component {random} (export "wasi:random/random@0.2.0" (instance $r)))"#));
    succeeds(weld(directory).args(["virt", "app.wat", "-o", "whole.wasm"]));
    let splice = ["splice", "whole.wasm", "--at", "app/wasi:random/random", "--insert", "count.wat", "-o", "out.wasm"];
    let said = String::from_utf8(succeeds(weld(directory).args(splice)).stderr).unwrap();
    assert!(said.contains("what was inserted may use of the host what `app` may use"), "{said}");
    let output = weld::inspect(std::fs::read(directory.join("out.wasm")).unwrap()).unwrap();
    assert_eq!(output.imports().count(), 0);
}

#[test]
fn splice_gives_no_label_the_grant_of_a_label_of_another_interface() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let write = |name: &str, text: &str| std::fs::write(directory.join(name), text).unwrap();
    let label =
        |interface: &str| format!(r#"(import "lab" (implements "{interface}") (instance $l (export "f" (func))))"#);
    let store = r#"(import "a:h/store@1.0.0" (instance $s (export "get" (func))))"#;
    // What is refused has an adapter, so that there is more than the component.
    let none = r#"(import "a:h/none@1.0.0" (instance (export "f" (func))))"#;
    write(
        "app.wat",
        &format!(
            r#"(component {} {store} {none} (export "log" (func $l "f")) (export "get" (func $s "get")))"#,
            label("a:h/log@1.0.0")
        ),
    );
    let grants = ["--grant", "lab=allow", "--grant", "a:h/log=allow", "--grant", "a:h/store=allow"];
    succeeds(weld(directory).args(["virt", "app.wat", "-o", "whole.wasm"]).args(grants));
    for (interface, reaches) in [("a:h/net@1.0.0", false), ("a:h/log@1.0.0", true), ("a:h/log@1.2.0", true)] {
        let exports = r#"(instance $e (export "get" (func $l "f"))) (export "a:h/store@1.0.0" (instance $e))"#;
        write("link.wat", &format!("(component {} {store} {exports})", label(interface)));
        let splice = ["splice", "whole.wasm", "--at", "app/a:h/store", "--insert", "link.wat", "-o", "out.wasm"];
        succeeds(weld(directory).args(splice));
        let explain = ["explain", "out.wasm", interface, "--json"];
        let said: serde_json::Value = serde_json::from_slice(&succeeds(weld(directory).args(explain)).stdout).unwrap();
        let users = said["users"].as_array().unwrap();
        assert_eq!(users.iter().any(|user| user["path"] == "link"), reaches, "{interface}: {said}");
    }
    // What is refused by each label of the interface, another label does not give.
    let grants = ["--allow-all", "--grant", "lab=deny"];
    let second = label("a:h/log@1.0.0").replace("\"lab\"", "\"lab2\"").replace("$l ", "$second ");
    let app = std::fs::read_to_string(directory.join("app.wat")).unwrap();
    write("two.wat", &app.replace("(component", &format!("(component {second}")));
    let other = label("a:h/log@1.0.0").replace("\"lab\"", "\"lab9\"");
    let exports = r#"(instance $e (export "get" (func $l "f"))) (export "a:h/store@1.0.0" (instance $e))"#;
    write("link.wat", &format!("(component {other} {store} {exports})"));
    let reaches = |app: &str, grants: &[&str]| {
        let name = app.strip_suffix(".wat").unwrap();
        succeeds(weld(directory).args(["virt", app, "-o", "whole.wasm"]).args(grants));
        let at = format!("{name}/a:h/store");
        succeeds(weld(directory).args(["splice", "whole.wasm", "--at", &at, "--insert", "link.wat", "-o", "out.wasm"]));
        let said = succeeds(weld(directory).args(["explain", "out.wasm", "a:h/log@1.0.0", "--json"])).stdout;
        let said: serde_json::Value = serde_json::from_slice(&said).unwrap();
        said["users"].as_array().unwrap().iter().any(|user| user["path"] == "link")
    };
    assert!(!reaches("app.wat", &grants));
    assert!(
        !reaches("two.wat", &grants),
        "a host may have something else by a label that the application does not have"
    );
    let both = [&grants[..], &["--grant", "lab2=deny"]].concat();
    assert!(!reaches("two.wat", &both));
    assert!(!reaches("two.wat", &[&grants[..], &["--grant", "lab2#f=deny"]].concat()));
}

#[test]
fn split_distinguishes_instances_of_one_component_by_name() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let write = |name: &str, text: &str| std::fs::write(directory.join(name), text).unwrap();
    let random = r#"(import "wasi:random/random@0.2.0" (instance $r (export "get-random-u64" (func (result u64)))))"#;
    let key = format!(
        r#"(component {random} (instance $i (export "key" (func $r "get-random-u64"))) (export "t:p/key" (instance $i)))"#
    );
    let both = r#"(component (import "a" (instance $a (export "key" (func (result u64))))) (import "b" (instance $b (export "key" (func (result u64)))))
      (export "c" (instance $a)) (export "d" (instance $b)))"#;
    write("key.wat", &key);
    write("both.wat", both);
    let manifest = "[composition]\nroot = \"both\"\noutput = \"whole.wasm\"\n[components]\nboth = \"both.wat\"\np = \"key.wat\"\nq = \"key.wat\"\n\
       [wire]\n\"both/a\" = \"p/t:p/key\"\n\"both/b\" = \"q/t:p/key\"\n[virtualize.p]\nrandom = \"allow\"\n[virtualize.q]\n";
    write("weld.toml", manifest);
    succeeds(weld(directory).arg("build"));
    again(&std::fs::read(directory.join("whole.wasm")).unwrap()).unwrap();
    // What is nested once for both is replaced for both, or not at all.
    let said = fails(weld(directory).args(["swap", "whole.wasm", "q=key.wat", "-o", "out.wasm"]));
    assert!(said.contains("`p` is an instance of the component of `q`, and would be replaced with it"), "{said}");
    succeeds(weld(directory).args(["swap", "whole.wasm", "q=key.wat", "p=key.wat", "-o", "out.wasm"]));
}

#[test]
fn splice_keeps_other_wires_and_other_components() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let write = |name: &str, text: &str| std::fs::write(directory.join(name), text).unwrap();
    let get =
        |name: &str| format!(r#"(import "{name}" (instance $i{} (export "get" (func (result u32)))))"#, name.len());
    // The app has a store, and something of the host's; the store has a secret.
    write(
        "app.wat",
        &format!(
            r#"(component {} {} (export "run" (func $i4 "get")) (export "own" (func $i6 "get")))"#,
            get("t:kv"),
            get("t:host")
        )
        .replace("t:kv\"", "t:p/kv\"")
        .replace("t:host\"", "t:p/host\"")
        .replace("$i4", "$a")
        .replace("$i6", "$b"),
    );
    write(
        "kv.wat",
        &format!(
            r#"(component {} (instance $o (export "get" (func $i10 "get"))) (export "t:p/kv" (instance $o)))"#,
            get("t:p/secret")
        ),
    );
    write("vault.wat", &link(false, 7).replace("t:p/kv", "t:p/secret"));
    // What is inserted imports the secret, and exports what the app has of the host.
    write(
        "link.wat",
        &format!(
            r#"(component {} (import "t:p/kv" (instance $kv (export "get" (func (result u32)))))
          (instance $o (export "get" (func $i10 "get"))) (export "t:p/kv" (instance $o)) (export "t:p/host" (instance $o)))"#,
            get("t:p/secret")
        ),
    );
    let plugs = ["plug", "app.wat", "--plug", "kv.wat", "--plug", "vault.wat", "-o", "whole.wasm"];
    succeeds(weld(directory).args(plugs));
    let splice = ["splice", "whole.wasm", "--at", "app/t:p/kv", "--insert", "link.wat", "-o", "out.wasm", "-v"];
    let said = String::from_utf8(succeeds(weld(directory).args(splice)).stderr).unwrap();
    assert!(said.contains("warning: the output imports what the input did not: `t:p/secret`"), "{said}");
    assert!(said.contains("  t:p/secret <- link"), "{said}");
    assert!(said.contains("  t:p/host <- app"), "{said}");
    assert!(said.contains("  kv: t:p/secret <- vault"), "{said}");
}

#[test]
fn split_accepts_compositions_of_other_tools() {
    // Instances without names, as `wac plug` writes them: each goes by its first export, and no component can be called `t:p/kv`.
    let app = r#"(component (import "t:p/kv" (instance (export "get" (func (result u32)))))
      (alias export 0 "get" (func)) (export "run" (func 0)))"#;
    let kv = link(false, 1);
    let text = format!(
        r#"(component {kv} {app}
          (instance (instantiate 0))
          (alias export 0 "t:p/kv" (instance))
          (instance (instantiate 1 (with "t:p/kv" (instance 1))))
          (alias export 2 "run" (func))
          (export "run" (func 0)))"#
    );
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    std::fs::write(directory.join("whole.wasm"), wat::parse_str(&text).unwrap()).unwrap();
    let output = split(directory);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    succeeds(weld(directory).args(["build", "parts/weld.toml"]));
    assert_eq!(call(&std::fs::read(directory.join("parts/build/whole.wasm")).unwrap(), "run"), 1);
    // Edges go by the names of `weld inspect`.
    let inspected = succeeds(weld(directory).args(["inspect", "whole.wasm", "--json"])).stdout;
    let inspected: serde_json::Value = serde_json::from_slice(&inspected).unwrap();
    let is_app = |of: &&serde_json::Value| of["imports"].as_array().unwrap().iter().any(|it| it["name"] == "t:p/kv");
    let name = inspected["instances"].as_array().unwrap().iter().find(is_app).unwrap()["path"].as_str().unwrap();
    std::fs::write(directory.join("two.wat"), link(true, 2)).unwrap();
    let at = format!("{name}/t:p/kv");
    succeeds(weld(directory).args(["splice", "whole.wasm", "--at", &at, "--insert", "two.wat", "-o", "out.wasm"]));
    assert_eq!(call(&std::fs::read(directory.join("out.wasm")).unwrap(), "run"), 12);
}

#[test]
fn split_accepts_any_source_of_a_plain_type_that_a_world_uses() {
    const MONEY: &str = r#"(import "shop:till/money" (instance $money
        (type $r (record (field "cents" u32))) (export "amount" (type (eq $r)))))"#;
    const AMOUNT: &str = r#"(alias export $money "amount" (type $a)) (import "amount" (type $amount (eq $a)))"#;
    // The till has the type from the import of the output, where weld would take it from the purse's interface.
    let whole = format!(
        r#"(component
          {MONEY} (type $r (record (field "cents" u32))) (import "amount" (type $amount (eq $r)))
          (component $purse {MONEY} {AMOUNT}
            (core module $m (func (export "pay") (param i32) (result i32) (i32.add (local.get 0) (i32.const 2))))
            (core instance $m (instantiate $m))
            (func (export "pay") (param "of" $amount) (result u32) (canon lift (core func $m "pay")))
            (component $c (type $r (record (field "cents" u32))) (export "amount" (type $r)))
            (instance $own (instantiate $c))
            (export "shop:till/money" (instance $own)))
          (component $till {MONEY} {AMOUNT}
            (import "pay" (func $pay (param "of" $amount) (result u32)))
            (core func $pay (canon lower (func $pay)))
            (core module $m
              (import "" "pay" (func $pay (param i32) (result i32)))
              (func (export "run") (result i32) (call $pay (i32.const 40))))
            (core instance $m (instantiate $m (with "" (instance (export "pay" (func $pay))))))
            (func (export "run") (result u32) (canon lift (core func $m "run"))))
          (instance $purse (instantiate $purse (with "shop:till/money" (instance $money)) (with "amount" (type $amount))))
          (instance $till (instantiate $till
            (with "shop:till/money" (instance $purse "shop:till/money"))
            (with "amount" (type $amount))
            (with "pay" (func $purse "pay"))))
          (export "run" (func $till "run")))"#
    );
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    std::fs::write(directory.join("whole.wasm"), wat::parse_str(whole).unwrap()).unwrap();
    let output = split(directory);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    succeeds(weld(directory).args(["build", "parts/weld.toml"]));
    let built = std::fs::read(directory.join("parts/build/whole.wasm")).unwrap();
    assert_eq!(call(&built, "run"), 42);
}

#[test]
fn splice_gives_a_link_the_resource_types_of_its_edge() {
    let handles = r#"(import "a:b/types" (instance $types (export "req" (type (sub resource)))))
        (alias export $types "req" (type $req))"#;
    let handler =
        r#"(instance (export "req" (type $r (eq $req))) (export "handle" (func (param "r" (own $r)) (result u32))))"#;
    let app = format!(
        r#"(component {handles} (import "a:b/handler" (instance $h {}))
          (core module $m (func (export "run") (result i32) (i32.const 1)))
          (core instance $c (instantiate $m))
          (func (export "run") (result u32) (canon lift (core func $c "run"))))"#,
        &handler["(instance ".len()..handler.len() - 1]
    );
    let link = format!(
        r#"(component {handles} (import "a:b/handler" (instance $h {}))
          (export "a:b/handler" (instance $h)))"#,
        &handler["(instance ".len()..handler.len() - 1]
    );
    let lib = r#"(component
        (type $req' (resource (rep i32)))
        (component $t (import "r" (type $r (sub resource))) (export "req" (type $r)))
        (instance $types (instantiate $t (with "r" (type $req'))))
        (export $exported "a:b/types" (instance $types))
        (alias export $exported "req" (type $req))
        (core module $m (func (export "handle") (param i32) (result i32) (i32.const 2)))
        (core instance $c (instantiate $m))
        (func $f (param "r" (own $req)) (result u32) (canon lift (core func $c "handle")))
        (component $h
          (import "r" (type $r (sub resource)))
          (import "f" (func $f (param "r" (own $r)) (result u32)))
          (export $e "req" (type $r))
          (export "handle" (func $f) (func (param "r" (own $e)) (result u32))))
        (instance $handler (instantiate $h (with "r" (type $req)) (with "f" (func $f))))
        (export "a:b/handler" (instance $handler)))"#;
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in [("app.wat", &*app), ("link.wat", &link), ("lib.wat", lib)] {
        std::fs::write(directory.path().join(name), text).unwrap();
    }
    succeeds(weld(directory.path()).args(["plug", "app.wat", "--plug", "lib.wat", "-o", "whole.wasm"]));
    let splice = ["splice", "whole.wasm", "--at", "app/a:b/handler", "--insert", "link.wat", "--insert", "link.wat"];
    succeeds(weld(directory.path()).args(splice).args(["-o", "out.wasm"]));
    let output = std::fs::read(directory.path().join("out.wasm")).unwrap();
    assert_eq!(support::names(&output).0, [""; 0]);
    assert_eq!(call(&output, "run"), 1);
}
