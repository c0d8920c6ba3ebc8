//! Outputs that are one component itself: nothing is nested that need not be, and what is there is found out.

use std::path::{Path, PathBuf};

use crate::support::{Ran, custom_sections, fails, guest, nested, run_p3, run_with, sha256, succeeds, weld};
use wasm_encoder::{ComponentSection, CustomSection};

/// A component with an import and an export, under which it has another name of the same import.
const APP: &str = r#"(component
  (import "t:p/i@1.0.0" (instance $i (export "f" (func (result u32)))))
  (core module $m (func (export "g") (result i32) (i32.const 7)))
  (core instance $c (instantiate $m))
  (func $g (result u32) (canon lift (core func $c "g")))
  (export "g" (func $g))
  (export "again" (instance $i)))"#;

fn directory_with(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        std::fs::write(directory.path().join(name), bytes).unwrap();
    }
    directory
}

fn read(directory: &Path, file: &str) -> Vec<u8> {
    std::fs::read(directory.join(file)).unwrap()
}

fn app() -> Vec<u8> {
    wat::parse_str(APP).unwrap()
}

fn custom(name: &str, data: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    CustomSection { name: name.into(), data: data.into() }.append_to_component(&mut bytes);
    bytes
}

/// What follows a component in an output that is nothing else: the one custom section. Fails where there is more.
#[track_caller]
fn said<'o>(component: &[u8], output: &'o [u8]) -> &'o [u8] {
    let rest = output.strip_prefix(component).expect("the output begins with the component");
    let (name, data) = custom_sections(output).pop().unwrap();
    assert_eq!((name, rest), ("weld", custom("weld", data).as_slice()));
    data
}

fn guests() -> Vec<PathBuf> {
    let files = std::fs::read_dir(guest("command-p3").parent().unwrap()).unwrap().map(|entry| entry.unwrap().path());
    let is_component = |file: &PathBuf| {
        let name = file.file_name().unwrap().to_str().unwrap();
        name.ends_with(".wasm") && !name.ends_with(".module.wasm")
    };
    let mut files: Vec<PathBuf> = files.filter(is_component).collect();
    files.sort();
    files
}

#[test]
fn virt_that_denies_nothing_returns_the_component_itself() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let mut seen = 0;
    for file in guests() {
        let component = std::fs::read(&file).unwrap();
        let virt = |flags: &[&str]| {
            succeeds(weld(directory).arg("virt").arg(&file).arg("--allow-all").args(flags).args(["-o", "o.wasm"]));
            succeeds(weld(directory).args(["verify", "o.wasm", "--allow-all", "--input"]).arg(&file));
            read(directory, "o.wasm")
        };
        let output = virt(&[]);
        let said: serde_json::Value = serde_json::from_slice(said(&component, &output)).unwrap();
        assert_eq!(said["components"].as_array().unwrap().len(), 1);
        assert!(virt(&["--no-provenance"]) == component, "{}", file.display());
        seen += 1;
    }
    assert!(seen > 15, "{seen}");
}

#[test]
fn virt_that_denies_nothing_keeps_behaviour() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("file.txt"), "some text").unwrap();
    let give = |wasi: &mut wasmtime_wasi::WasiCtxBuilder| {
        wasi.env("NAME", "value").stdin(wasmtime_wasi::p2::pipe::MemoryInputPipe::new("text"));
        wasi.preopened_dir(directory.path(), "/", wasmtime_wasi::FsPerms::ReadOnly).unwrap();
    };
    let output = crate::support::virt(&guest("command-p3"), &["default=allow"]);
    let own = std::fs::read(guest("command-p3")).unwrap();
    said(&own, &output);
    let ran = run_p3(&output, &["argument"], give);
    assert!(ran.stdout.contains("stdin (4, Ok(()))\n"), "{ran:?}");
    assert_eq!(ran, run_p3(&own, &["argument"], give));
    let output = crate::support::virt(&guest("command-0.2.12"), &["default=allow"]);
    said(&std::fs::read(guest("command-0.2.12")).unwrap(), &output);
    let Ran { stdout, result, .. } = run_with(&output, &["out", "text"], |_| {});
    let own = run_with(&std::fs::read(guest("command-0.2.12")).unwrap(), &["out", "text"], |_| {});
    assert!(!stdout.is_empty());
    assert_eq!((stdout, result), (own.stdout, own.result));
}

/// What a manifest builds of `app`, with something more in it, and in what it says of the composition.
#[track_caller]
fn built(of_composition: &str, more: &str) -> Vec<u8> {
    let manifest = format!(
        "[composition]\nroot = \"app\"\noutput = \"out.wasm\"\n{of_composition}\n\n[components]\napp = \"app.wasm\"\n\n{more}"
    );
    let directory = directory_with(&[("app.wasm", &app()), ("weld.toml", manifest.as_bytes())]);
    let directory = directory.path();
    succeeds(weld(directory).arg("build"));
    succeeds(weld(directory).args(["verify", "out.wasm", "--manifest", "weld.toml"]));
    read(directory, "out.wasm")
}

/// What a WAC document makes of `app`.
#[track_caller]
fn composed(document: &str, flags: &[&str]) -> Vec<u8> {
    let document = format!("package t:t;\n{document}\n");
    let directory = directory_with(&[("app.wasm", &app()), ("doc.wac", document.as_bytes())]);
    let mut command = weld(directory.path());
    command.args(["compose", "doc.wac", "-d", "t:app=app.wasm", "-o", "out.wasm"]).args(flags);
    succeeds(&mut command);
    read(directory.path(), "out.wasm")
}

#[test]
fn build_compose_and_plug_of_one_component_return_it_itself() {
    said(&app(), &built("", ""));
    said(&app(), &built("", "[virtualize.app]\ndefault = \"allow\"\n"));
    said(&app(), &composed("let a = new t:app { ... };\nexport a...;", &[]));
    let composition = composition(APP);
    said(&app(), composition.bytes());
}

#[test]
fn build_nests_the_component_for_any_other_plan() {
    let all = "let a = new t:app { ... };\nexport a...;";
    let nested_in: &[(&str, Vec<u8>)] = &[
        ("a name of its own", built("name = \"acme:own\"", "")),
        ("something denied", built("", "[virtualize.app]\n\"t:p/i\" = \"deny\"\n")),
        ("an export of another name", built("", "[exports]\n\"other\" = \"app/g\"\n")),
        ("fewer exports", composed("let a = new t:app { ... };\nexport a.g;", &[])),
        ("exports in another order", composed("let a = new t:app { ... };\nexport a.again;\nexport a.g;", &[])),
        ("a type", composed(&format!("interface own {{ record r {{ a: u32 }} }}\n{all}"), &[])),
        (
            "another import",
            composed(
                "import i: interface { f: func() -> u32; };\nlet a = new t:app { \"t:p/i@1.0.0\": i };\nexport a...;",
                &[],
            ),
        ),
        ("two of it", composed(&format!("let b = new t:app {{ ... }};\n{all}"), &[])),
    ];
    for (what, output) in nested_in {
        assert!(!nested(output).is_empty(), "{what}");
        assert!(!output.starts_with(&app()), "{what}");
    }
    let imported = composed(all, &["-i", "--allow-obsolete-names"]);
    assert!(!imported.starts_with(&app()));
}

#[test]
fn virt_that_denies_nothing_keeps_two_imported_versions() {
    let component = APP
        .replace("(core module", r#"(import "t:p/i@1.2.0" (instance (export "f" (func (result u32))))) (core module"#);
    let composition = composition(&component);
    assert_eq!(weld::inspect(composition.bytes()).unwrap().imports().count(), 2);
    said(&wat::parse_str(component).unwrap(), composition.bytes());
}

#[test]
fn virt_that_denies_nothing_nests_a_component_with_provenance() {
    let once = composition(APP).into_bytes();
    let directory = directory_with(&[("once.wasm", &once)]);
    let directory = directory.path();
    for flags in [&[][..], &["--no-provenance"]] {
        succeeds(weld(directory).args(["virt", "once.wasm", "--allow-all", "-o", "twice.wasm"]).args(flags));
        let twice = read(directory, "twice.wasm");
        assert_eq!(nested(&twice).len(), 1);
        let sections = custom_sections(&twice).iter().filter(|(name, _)| *name == "weld").count();
        assert_eq!(sections, usize::from(flags.is_empty()));
        succeeds(weld(directory).args(["verify", "twice.wasm", "--allow-all", "--input", "once.wasm"]));
    }
}

/// A component composed with no other.
fn composition(text: &str) -> weld::Composition {
    weld::Composer::new().component("app", weld::Input::bytes(text)).compose().unwrap()
}

#[test]
fn verify_names_the_file_of_an_invalid_function() {
    let text = APP.replacen("(i32.const 7)", "", 1);
    let directory = directory_with(&[("app.wat", text.as_bytes())]);
    let error = fails(weld(directory.path()).args(["virt", "app.wat", "--allow-all", "-o", "out.wasm"]));
    assert!(error.contains("`app.wat` is not a valid component: type mismatch"), "{error}");
}

/// The lines that `weld verify` prints of an output, and its exit code.
fn found(directory: &Path, output: &[u8], flags: &[&str]) -> (Vec<String>, Option<i32>) {
    std::fs::write(directory.join("forged.wasm"), output).unwrap();
    let ran =
        weld(directory).args(["verify", "-v", "forged.wasm", "--input", "app.wasm"]).args(flags).output().unwrap();
    (String::from_utf8(ran.stdout).unwrap().lines().map(str::to_owned).collect(), ran.status.code())
}

#[test]
fn verify_finds_a_substitute_for_the_component() {
    let directory = directory_with(&[("app.wasm", &app())]);
    let directory = directory.path();
    succeeds(weld(directory).args(["virt", "app.wasm", "--allow-all", "-o", "out.wasm"]));
    let output = read(directory, "out.wasm");
    let section = output.strip_prefix(app().as_slice()).unwrap();
    let missing = "the output: component `app`: no instance of it is in the output";
    assert_eq!(found(directory, &output, &["--allow-all"]), (vec![], Some(0)));
    // Without provenance, and without weld, it is the component all the same.
    assert_eq!(found(directory, &app(), &["--allow-all"]), (vec![], Some(0)));
    // Another component that claims to be made of it; it, with something after it; a second section.
    let other = wat::parse_str(APP.replacen("i32.const 7", "i32.const 8", 1)).unwrap();
    for forged in [
        [other.as_slice(), section].concat(),
        [app().as_slice(), &custom("more", b""), section].concat(),
        [output.as_slice(), &custom("more", b"")].concat(),
        [output.as_slice(), &custom("component-name", b"\0\x02\x01x")].concat(),
        [output.as_slice(), section].concat(),
    ] {
        let (lines, code) = found(directory, &forged, &["--allow-all"]);
        assert_eq!((lines.first().map(String::as_str), code), (Some(missing), Some(1)), "{lines:#?}");
    }
    // One that says something else of itself.
    let lies = [app().as_slice(), &custom("weld", br#"{"version":1,"weld":"0.1.0","components":[]}"#)].concat();
    let (lines, code) = found(directory, &lies, &["--allow-all"]);
    assert!(code == Some(1) && lines[0].contains("its provenance does not name the input"), "{lines:#?}");
    let (lines, _) = found(directory, &[app(), custom("weld", b"x")].concat(), &["--allow-all"]);
    assert_eq!(lines, ["the output: its provenance cannot be read"]);
}

#[test]
fn verify_finds_each_denied_function_of_a_component_without_adapter() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    std::fs::copy(guest("command-p3"), directory.join("app.wasm")).unwrap();
    succeeds(weld(directory).args(["virt", "app.wasm", "--allow-all", "-o", "out.wasm"]));
    let (lines, code) = found(directory, &read(directory, "out.wasm"), &[]);
    assert_eq!(code, Some(1));
    let left: Vec<&str> =
        lines.iter().filter(|line| line.ends_with("which no grant allows")).map(String::as_str).collect();
    let functions = crate::support::imported_functions(&read(directory, "app.wasm"));
    assert_eq!(left.len(), functions.len());
    for (interface, function) in functions {
        let of = format!("import `{interface}#{function}`: it has");
        assert!(left.iter().any(|line| line.contains(&of)), "{of}");
    }
    // Settings that nothing honours.
    let (lines, _) = found(directory, &read(directory, "app.wasm"), &["--allow-all", "--grant=wasi:random/*=deny"]);
    assert!(!lines.is_empty() && lines.iter().all(|line| line.contains("import `wasi:random/")), "{lines:#?}");
}

#[test]
fn inspect_snapshot_and_diff_recognize_the_component() {
    let directory = directory_with(&[("app.wasm", &app())]);
    let directory = directory.path();
    succeeds(weld(directory).args(["virt", "app.wasm", "--allow-all", "-o", "out.wasm"]));
    let said =
        |arguments: &[&str]| String::from_utf8(weld(directory).args(arguments).output().unwrap().stdout).unwrap();
    let digest = sha256(&app());
    let inspection: serde_json::Value = serde_json::from_str(&said(&["inspect", "out.wasm", "--json"])).unwrap();
    let whole = sha256(&read(directory, "out.wasm"));
    assert_eq!(
        (&inspection["components"][0]["sha256"], &inspection["bare_sha256"]),
        (&whole.into(), &digest.clone().into())
    );
    assert_eq!(inspection["provenance"]["components"][0]["sha256"], digest);
    let own: serde_json::Value = serde_json::from_str(&said(&["inspect", "app.wasm", "--json"])).unwrap();
    assert!(own["bare_sha256"].is_null());
    // A snapshot says of the component what it said before.
    let (before, after) = (said(&["snapshot", "app.wasm"]), said(&["snapshot", "out.wasm"]));
    assert!(before.contains(&format!("  sha256 {digest}\n")) && after.contains(&format!("  sha256 {digest}\n")));
    let text = said(&["diff", "app.wasm", "out.wasm"]);
    assert!(text.starts_with("grants\n  + `app`: `*` allow\n\nsize\n"), "{text}");
}

#[test]
fn virt_policy_rule_for_an_inner_component_nests_the_component() {
    let inner = r#"(component (import "t:p/i@1.0.0" (instance $i (export "f" (func (result u32)))))
      (component $inner (import "f" (func)))
      (component $has (import "f" (func $f (result u32)))
        (core func $g (canon lower (func $f))) (export "e" (func $f)))
      (alias export $i "f" (func $f))
      (instance $inner (instantiate $has (with "f" (func $f)))))"#;
    let rule = |default: &str, name: &str, rule: &str| {
        format!("default = \"{default}\"\n[[rule]]\ncomponent = \"{name}\"\n{rule} = [\"t:p/i\"]\n")
    };
    let manifest = "[composition]\nroot = \"app\"\noutput = \"out.wasm\"\npolicy = \"policy.toml\"\n[components]\napp = \"app.wat\"\n";
    for (text, policy, meets) in [
        (APP, rule("allow", "app", "deny"), false),
        (APP, rule("deny", "app", "allow"), true),
        (APP, rule("deny", "other", "allow"), false),
        (inner, rule("allow", "app", "deny"), false),
        (inner, rule("allow", "app/inner", "deny"), false),
        (inner, rule("deny", "app/inner", "allow"), true),
        (inner, rule("deny", "app", "allow"), true),
        (inner, rule("deny", "app/other", "allow"), false),
    ] {
        // The core module makes a program of it, which reaches what it imports.
        let text = text.replacen(
            "(core module $m",
            "(alias export $i \"f\" (func $f)) (core func (canon lower (func $f))) (core module $m",
            1,
        );
        let directory = directory_with(&[("app.wat", text.as_bytes()), ("weld.toml", manifest.as_bytes())]);
        let directory = directory.path();
        std::fs::write(directory.join("policy.toml"), &policy).unwrap();
        let build = weld(directory).args(["build"]).output().unwrap();
        assert_eq!(build.status.success(), meets, "{policy}{}", String::from_utf8_lossy(&build.stderr));
        if meets {
            assert_eq!(nested(&read(directory, "out.wasm")).len(), 1);
            succeeds(weld(directory).args(["check", "out.wasm", "--policy", "policy.toml"]));
            succeeds(weld(directory).args(["verify", "out.wasm", "--manifest", "weld.toml"]));
        }
    }
}

#[test]
fn check_allows_nothing_by_provenance() {
    let app = wat::parse_str(
        r#"(component (import "t:p/i@1.0.0" (instance $i (export "f" (func (result u32)))))
          (alias export $i "f" (func $f)) (core func (canon lower (func $f)))
          (component $has (import "f" (func $f (result u32))) (core func $g (canon lower (func $f))) (export "e" (func $f)))
          (instance $inner (instantiate $has (with "f" (func $f)))))"#,
    )
    .unwrap();
    for name in ["trusted", "trusted/inner"] {
        let digest = sha256(&app);
        let claim = format!(
            r#"{{"version":1,"weld":"0.1.0","components":[{{"name":"{name}","sha256":"{digest}"}}],"grants":[]}}"#
        );
        let claims = [app.clone(), custom("weld", claim.as_bytes())].concat();
        for pattern in ["trusted", "trusted/*", "trusted/inner", "*/inner"] {
            let meets = |default: &str, rule: &str, bytes: &[u8]| {
                let policy =
                    format!("default = \"{default}\"\n[[rule]]\ncomponent = \"{pattern}\"\n{rule} = [\"t:p/i\"]\n");
                let directory = directory_with(&[("out.wasm", bytes), ("policy.toml", policy.as_bytes())]);
                let check = weld(directory.path()).args(["check", "out.wasm", "--policy", "policy.toml"]).output();
                check.unwrap().status.success()
            };
            assert!(!meets("deny", "allow", &app), "{pattern}");
            assert!(!meets("deny", "allow", &claims), "{name} {pattern}");
        }
    }
}

#[test]
fn check_denies_an_output_that_is_the_component_whatever_it_contains() {
    // One within it that goes by its name does not have it pass for another.
    let text = r#"(component $out (import "t:p/i@1.0.0" (instance $i (export "f" (func (result u32)))))
      (alias export $i "f" (func $f)) (core func (canon lower (func $f)))
      (component $inner) (instance $app (instantiate $inner)))"#;
    let directory = directory_with(&[("app.wat", text.as_bytes())]);
    let directory = directory.path();
    succeeds(weld(directory).args(["virt", "app.wat", "--allow-all", "-o", "out.wasm"]));
    let meets = |policy: &str| {
        std::fs::write(directory.join("policy.toml"), policy).unwrap();
        weld(directory).args(["check", "out.wasm", "--policy", "policy.toml"]).output().unwrap().status.success()
    };
    assert!(!meets("default = \"allow\"\n[[rule]]\ncomponent = \"app\"\ndeny = [\"t:p/i\"]\n"));
    assert!(!meets("default = \"deny\"\n[[rule]]\ncomponent = \"app\"\nallow = [\"t:p/i\"]\n"));
}
