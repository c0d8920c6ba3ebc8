//! What grants mean, whoever says them: flags of `weld virt`, a manifest, beside a WAC document or not. Asked of the
//! report, which has each function that an adapter refuses.

use std::collections::BTreeMap;
use std::path::Path;

use crate::support::{self, guest, nested, succeeds, virt_in, weld};
use serde_json::Value;

/// What becomes of functions that do not stay what they are, by their names without versions.
type Refused = BTreeMap<String, String>;

/// The functions that the adapters of a report refuse.
fn refused(report: &Value) -> Refused {
    let mut all = Refused::new();
    for adapter in report["adapters"].as_array().unwrap() {
        for interface in adapter["refused"].as_array().unwrap() {
            let name = interface["interface"].as_str().unwrap_or_default();
            let name = name.split_once('@').map_or(name, |(name, _)| name);
            for function in interface["functions"].as_array().unwrap() {
                let function_name = function["name"].as_str().unwrap();
                let treatment = function["treatment"].as_str().unwrap().to_owned();
                all.insert(format!("{name}#{function_name}"), treatment);
            }
        }
    }
    all
}

/// What `weld virt` makes of a component, with some flags.
#[track_caller]
fn virt(component: &Path, flags: &[&str]) -> Refused {
    let directory = tempfile::tempdir().unwrap();
    let output =
        succeeds(weld(directory.path()).arg("virt").arg(component).args(["--out", "o.wasm", "--json"]).args(flags));
    refused(&serde_json::from_slice(&output.stdout).unwrap())
}

/// What becomes of the functions of interfaces that start so, each name once.
fn of<'r>(refused: &'r Refused, start: &str) -> Vec<&'r str> {
    let mut found: Vec<&str> =
        refused.iter().filter(|(name, _)| name.starts_with(start)).map(|(_, treatment)| treatment.as_str()).collect();
    found.sort();
    found.dedup();
    found
}

fn command() -> std::path::PathBuf {
    guest("command-0.2.12")
}

#[test]
fn virt_denies_all_by_default() {
    let refused = virt(&command(), &[]);
    for start in ["wasi:cli/", "wasi:clocks/", "wasi:filesystem/", "wasi:io/", "wasi:random/"] {
        assert_eq!(of(&refused, start), ["deny"], "{start}");
    }
}

#[test]
fn virt_report_omits_allowed_functions() {
    for (flag, start) in [
        ("--allow-clocks", "wasi:clocks/"),
        ("--allow-exit", "wasi:cli/exit"),
        ("--allow-fs", "wasi:filesystem/"),
        ("--allow-random=true", "wasi:random/"),
        ("--allow-env", "wasi:cli/environment#get-environment"),
        ("--stdout", "wasi:cli/stdout"),
        ("--allow-stdio", "wasi:cli/std"),
        ("--grant=wasi:cli/std*=allow", "wasi:cli/std"),
        ("--grant=args=allow", "wasi:cli/environment#get-arguments"),
    ] {
        let refused = virt(&command(), &[flag]);
        assert_eq!(of(&refused, start), [""; 0], "{flag}");
        let other = if flag == "--allow-exit" { "wasi:random/" } else { "wasi:cli/exit" };
        assert_eq!(of(&refused, other), ["deny"], "{flag}");
    }
}

#[test]
fn virt_allow_all_denies_only_named_functions() {
    let refused = virt(&command(), &["--allow-all", "--allow-random=false", "--grant", "exit=trap"]);
    assert_eq!((of(&refused, "wasi:random/"), of(&refused, "wasi:cli/exit")), (vec!["deny"], vec!["trap"]));
    assert_eq!(of(&refused, ""), ["deny", "trap"]);
    assert_eq!(refused.len(), 2);
    assert_eq!(virt(&command(), &["--allow-all"]), Refused::new());
}

#[test]
fn virt_stream_flag_overrides_stdio_and_a_grant_overrides_both() {
    let refused = virt(&command(), &["--stdio=ignore", "--stdout=trap", "--stderr=trap", "--grant", "stderr=deny"]);
    let of = |name: &str| of(&refused, name).join(" ");
    assert_eq!([of("wasi:cli/stdin"), of("wasi:cli/stdout"), of("wasi:cli/stderr")], ["ignore", "trap", "deny"]);
    let refused = virt(&command(), &["--allow-stdio", "--stdin=deny"]);
    assert_eq!(self::of(&refused, "wasi:cli/std"), ["deny"]);
    assert_eq!(self::of(&refused, "wasi:cli/stdin"), ["deny"]);
}

#[test]
fn virt_grants_a_single_function() {
    let flags = ["--allow-all", "--grant", "env=deny", "--grant", "wasi:clocks/monotonic-clock@0.2.0#now=trap"];
    let refused = virt(&command(), &flags);
    let expected = [("wasi:cli/environment#get-environment", "deny"), ("wasi:clocks/monotonic-clock#now", "trap")];
    assert_eq!(refused, expected.map(|(name, treatment)| (name.to_owned(), treatment.to_owned())).into());
}

#[test]
fn virt_allows_grants_of_missing_imports_on_request() {
    let flags = ["--allow-all", "--grant", "acme:kv/store=deny", "--grant", "log=deny", "--allow-missing"];
    assert_eq!(virt(&command(), &flags), Refused::new());
}

#[test]
fn virt_reports_denied_and_trapping_functions() {
    let directory = tempfile::tempdir().unwrap();
    let said = |flags: &[&str]| {
        let output = succeeds(weld(directory.path()).arg("virt").arg(command()).args(["-o", "o.wasm"]).args(flags));
        String::from_utf8(output.stderr).unwrap()
    };
    let lines = said(&[]);
    let environment = "denied: wasi:cli/environment@0.2.12 (2 functions), env and args: --allow-env --allow-args\n";
    assert!(lines.contains(environment), "{lines}");
    let exit = "note: `wasi:cli/exit@0.2.12#exit` traps when it is called: its type has no error; programs that exit with a code \
                other than 0 call it, and Go and Zig programs always do: `--allow-exit`\n";
    assert!(lines.contains(exit) && !lines.contains("kept:"), "{lines}");
    assert_eq!(said(&["-q"]), "");
    // Nobody needs to be told that what is to trap does.
    let lines = said(&["--grant", "exit=trap"]);
    assert!(
        lines.contains("made to trap: wasi:cli/exit@0.2.12 (1 function)\n") && !lines.contains("exit` traps"),
        "{lines}"
    );
    let lines = said(&["-v", "--stdout"]);
    let kept = "since `wasi:cli/stdout@0.2.12#get-stdout` gives a handle of `output-stream`\n";
    assert!(lines.contains("kept: wasi:io/streams@0.2.12 (") && lines.contains(kept), "{lines}");
    assert!(!said(&["--stdout"]).contains("kept:"));
}

#[test]
fn compose_refuses_grants_of_an_unknown_component() {
    let composer = weld::Composer::new().component("command-0.2.12", weld::Input::file(command()));
    let error = composer.grant("command-0.2.11", weld::Grants::deny_all()).compose().unwrap_err();
    assert_eq!(error.to_string(), "there is no component `command-0.2.11` to grant anything");
}

const MANIFEST: &str = "[components]\n\"acme:app\" = \"app.wasm\"\n\n[virtualize.\"acme:app\"]\ndefault = \"allow\"\n\
                        random = \"deny\"\n\"wasi:cli/exit\" = \"trap\"\n\n[target.loose]\nroot = \"acme:app\"\n\
                        output = \"loose.wasm\"\nvirtualize.\"acme:app\" = { default = \"allow\" }\n\n[composition]\n";

/// What a manifest's outputs refuse, and what the build says.
fn build(composition: &str) -> (Vec<Refused>, String) {
    let directory = tempfile::tempdir().unwrap();
    std::fs::copy(command(), directory.path().join("app.wasm")).unwrap();
    let document = "package acme:doc;\nlet app = new acme:app { ... };\nexport app...;\n";
    std::fs::write(directory.path().join("doc.wac"), document).unwrap();
    std::fs::write(directory.path().join("weld.toml"), format!("{MANIFEST}{composition}")).unwrap();
    let output = succeeds(weld(directory.path()).args(["build", "--json"]));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let outputs = report["outputs"].as_array().unwrap();
    (outputs.iter().map(|built| refused(&built["composition"])).collect(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn build_applies_grants_with_root_or_document() {
    for composition in ["root = \"acme:app\"\noutput = \"out.wasm\"\n", "wac = \"doc.wac\"\noutput = \"out.wasm\"\n"] {
        let (refused, said) = build(composition);
        let [strict, loose] = refused.as_slice() else { panic!("{refused:?}") };
        assert_eq!((of(strict, "wasi:random/"), of(strict, "wasi:cli/exit")), (vec!["deny"], vec!["trap"]));
        assert_eq!((strict.len(), loose.len()), (2, 0));
        // An instance is called as its document does.
        let instance = if composition.starts_with("wac") { "app" } else { "acme:app" };
        let note = format!(
            "note: 2 functions of 2 interfaces are denied to `{instance}`, of which 1 traps when called: \
             `wasi:random/random@0.2.12#get-random-bytes`\n"
        );
        assert!(said.contains(&note), "{said}");
    }
}

#[test]
fn virt_writes_the_adapter_of_a_world() {
    let directory = tempfile::tempdir().unwrap();
    let wit = "package acme:app;\n\ninterface store {\n  get: func(key: string) -> option<string>;\n}\n\n\
               world app {\n  import store;\n  import log: func(line: string);\n}\n\nworld other {\n}\n";
    std::fs::write(directory.path().join("world.wit"), wit).unwrap();
    let arguments =
        ["virt", "--wit", "world.wit", "--world", "app", "-o", "adapter.wasm", "--json", "--grant", "log=trap"];
    let output = succeeds(weld(directory.path()).args(arguments));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let functions = &report["adapter"]["refused"];
    assert_eq!(functions[0]["interface"], "acme:app/store");
    assert_eq!(functions[0]["functions"][0]["treatment"], "deny");
    assert_eq!(
        (&functions[1]["interface"], &functions[1]["functions"][0]["treatment"]),
        (&Value::Null, &"trap".into())
    );
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.ends_with(" bytes\ndenied: acme:app/store (1 function)\nmade to trap: log\n"), "{said}");
    let adapter = std::fs::read(directory.path().join("adapter.wasm")).unwrap();
    let (imports, exports) = support::names(&adapter);
    assert_eq!((imports, exports), (vec![], vec!["acme:app/store".to_owned(), "log".to_owned()]));
}

#[test]
fn virt_takes_a_word_for_the_function_of_the_world_that_it_names() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("app.wat"), r#"(component (import "log" (func)) (import "lot" (func)))"#)
        .unwrap();
    let left = |grants: [&str; 2]| {
        let flags: Vec<&str> = grants.iter().flat_map(|grant| ["--grant", grant]).collect();
        succeeds(weld(directory.path()).args(["virt", "app.wat", "-o", "out.wasm"]).args(flags));
        support::names(&std::fs::read(directory.path().join("out.wasm")).unwrap()).0
    };
    // A function is closer than several, and of two keys of one function the more restrictive one decides.
    assert_eq!(left(["log=deny", "#lo*=allow"]), ["lot"]);
    assert_eq!(left(["log=deny", "#log=allow"]), [""; 0]);
    assert_eq!(left(["log=trap", "#*=allow"]), ["lot"]);
    assert_eq!(left(["log=allow", "#lo*=deny"]), ["log"]);
}

#[test]
fn virt_refuses_grants_that_can_name_nothing_whatever_may_be_missing() {
    let directory = tempfile::tempdir().unwrap();
    let app =
        r#"(component (import "wasi:random/random@0.2.3" (instance (export "get-random-u64" (func (result u64))))))"#;
    std::fs::write(directory.path().join("app.wat"), app).unwrap();
    let virt = |grant: &str| {
        let arguments = ["virt", "app.wat", "--allow-all", "--allow-missing", "--grant", grant, "-o", "out.wasm"];
        weld(directory.path()).args(arguments).output().unwrap()
    };
    for name in [
        "wasi:random/random@0.2",
        "wasi:random/random@v0.2.3",
        "wasi:random",
        "wasi:random/random#",
        "wasi/random",
        "random@0.2.0",
        "RANDOM",
        "wasi:random/random#get_random_u64",
    ] {
        let output = virt(&format!("{name}=deny"));
        assert_eq!(output.status.code(), Some(2), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(!directory.path().join("out.wasm").exists());
    }
    // What may be a label, or what another version has, is only missing.
    for name in ["secrets", "wasi:random/insecure", "wasi:random/random@0.3.0", "acme:*", "#run"] {
        let output = virt(&format!("{name}=deny"));
        assert_eq!(output.status.code(), Some(0), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn virt_leaves_settings_without_effect_out_of_the_adapter() {
    let directory = tempfile::tempdir().unwrap();
    let app = r#"(component (import "wasi:cli/environment@0.2.3" (instance
      (export "get-environment" (func (result (list (tuple string string))))))))"#;
    std::fs::write(directory.path().join("app.wat"), app).unwrap();
    let adapter = |more: &[&str]| {
        let output = virt_in(directory.path(), "app.wat".as_ref(), &[&["-e", "A=1", "-q"][..], more].concat());
        nested(&output).first().unwrap().to_vec()
    };
    let own = adapter(&[]);
    for setting in [
        "random.seed=42",
        "cwd.set=/somewhere",
        "stdin.text=hello",
        "fs./tmp.memory=1MiB",
        "clocks.fixed=2026-01-01T00:00:00Z",
    ] {
        assert!(adapter(&["--grant", setting]) == own, "{setting}");
    }
    assert!(adapter(&["-e", "B=1"]) != own);
}

#[test]
fn virt_lists_kept_functions_of_wasi_io_that_wasi_does_not_have() {
    let directory = tempfile::tempdir().unwrap();
    let app = r#"(component
      (import "wasi:io/streams@0.2.6" (instance $s
        (export "output-stream" (type $o (sub resource)))
        (export "[method]output-stream.check-write" (func (param "self" (borrow $o)) (result u64)))
        (export "[method]output-stream.open-anything" (func (param "self" (borrow $o)) (result u32)))))
      (alias export $s "output-stream" (type $o))
      (import "wasi:cli/stdout@0.2.6" (instance
        (alias outer 1 $o (type $outer)) (export "output-stream" (type $o (eq $outer)))
        (export "get-stdout" (func (result (own $o)))))))"#;
    std::fs::write(directory.path().join("app.wat"), app).unwrap();
    let output = succeeds(weld(directory.path()).args(["virt", "app.wat", "--stdout", "-o", "out.wasm"]));
    let said = String::from_utf8(output.stderr).unwrap();
    let kept: Vec<&str> = said.lines().filter(|line| line.starts_with("kept: ")).collect();
    assert_eq!(kept.len(), 1, "{said}");
    assert!(kept[0].starts_with("kept: wasi:io/streams@0.2.6 ([method]output-stream.open-anything), since "), "{said}");
}
