//! The command line itself: what it says of itself, and of what it did.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::disallowed_methods)]

mod support;

use support::{fails, guest, succeeds, weld};

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn json_says_what_was_wired_and_what_is_left_to_the_host() {
    let folder = folder();
    let mut command = weld(folder.path());
    command.arg("plug").arg(guest("chain-top")).args(["-o", "out.wasm", "--json"]);
    command.arg("--plug").arg(guest("chain-middle")).arg("--plug").arg(guest("chain-bottom"));
    let report: serde_json::Value = serde_json::from_slice(&succeeds(&mut command).stdout).unwrap();
    assert_eq!(report["version"], 1);
    let wires: Vec<String> = report["wires"]
        .as_array()
        .unwrap()
        .iter()
        .map(|wire| {
            let field = |name: &str| wire[name].as_str().unwrap().to_owned();
            format!("{} {} <- {} {}", field("importer"), field("import"), field("exporter"), field("export"))
        })
        .collect();
    assert_eq!(
        wires,
        [
            "chain-middle acme:names/title@1.2.0 <- chain-bottom acme:names/title@1.2.3",
            "chain-top acme:chain/greet@1.0.0 <- chain-middle acme:chain/greet@1.0.1",
        ]
    );
    assert_eq!(report["imports"][0]["name"], "wasi:cli/environment@0.2.12");
    assert_eq!(report["imports"][0]["importers"][0]["component"], "chain-top");
    assert_eq!(report["exports"], serde_json::json!(["wasi:cli/run@0.2.12"]));
    let written = std::fs::read(folder.path().join("out.wasm")).unwrap();
    assert_eq!(report["output"]["sha256"], weld::load::digest::Digest::of(&written).to_string());
    assert_eq!(report["output"]["size"], written.len());
}

#[test]
fn json_and_the_output_do_not_mix_on_standard_output() {
    let mut command = weld(support::project());
    command.arg("plug").arg(guest("hello-command")).arg("--plug").arg(guest("hello-lib"));
    let said = fails(command.args(["--json", "-o", "-"]));
    assert!(said.contains("--json"), "{said}");
}

#[test]
fn an_unused_plug_is_left_out_where_that_is_allowed() {
    let folder = folder();
    let mut command = weld(folder.path());
    command.arg("plug").arg(guest("hello-command")).args(["-o", "out.wasm", "--allow-unused-plugs"]);
    command.arg("--plug").arg(guest("hello-lib")).arg("--plug").arg(guest("kv-store"));
    let said = String::from_utf8(succeeds(&mut command).stderr).unwrap();
    assert_eq!(said, "note: nothing of `kv-store` is used; it was left out\n");
    assert_eq!(String::from_utf8(succeeds(command.arg("--quiet")).stderr).unwrap(), "");
    let written = std::fs::read(folder.path().join("out.wasm")).unwrap();
    assert_eq!(written, support::plug(&guest("hello-command"), &[guest("hello-lib")]));
}

#[test]
fn verbose_lists_the_imports_of_the_host() {
    let mut command = weld(support::project());
    command.arg("plug").arg(guest("hello-command")).arg("--plug").arg(guest("hello-lib")).args(["-v", "-o", "-"]);
    let said = String::from_utf8(succeeds(&mut command).stderr).unwrap();
    assert!(said.contains("  hello-command: hello-world <- hello-lib\n"), "{said}");
    assert!(said.contains("  wasi:io/streams@0.2.12 <- hello-command\n"), "{said}");
}

#[test]
fn timings_name_each_phase_in_order() {
    let mut command = weld(support::project());
    command.arg("plug").arg(guest("hello-command")).arg("--plug").arg(guest("hello-lib")).args([
        "--timings",
        "-o",
        "-",
    ]);
    let said = String::from_utf8(succeeds(&mut command).stderr).unwrap();
    let phases: Vec<&str> = said.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(phases, ["load", "link", "virtualize", "encode", "verify", "emit"]);
}

#[test]
fn colour_is_only_for_those_who_ask_or_look() {
    let run = |arguments: &[&str]| {
        fails(weld(support::project()).args(["plug", "missing.wasm", "--plug", "missing.wasm"]).args(arguments))
    };
    assert!(!run(&[]).contains('\u{1b}'), "standard error is no terminal here");
    assert!(run(&["--color", "always"]).contains('\u{1b}'));
    assert!(!run(&["--color", "never"]).contains('\u{1b}'));
}

#[test]
fn usage_errors_have_exit_code_two() {
    for arguments in [&["plug"][..], &["plug", "a.wasm"], &["plg"], &["plug", "a.wasm", "--plug"], &[]] {
        fails(weld(support::project()).args(arguments));
    }
    assert!(fails(weld(support::project()).arg("plg")).contains("plug"), "the near command is named");
}

#[test]
fn help_version_completions_and_manual_are_on_standard_output() {
    for (arguments, part) in [
        (&["--help"][..], "componentize"),
        (&["plug", "--help"], "--allow-unused-plugs"),
        (&["--version"], "weld 0."),
        (&["completions", "bash"], "complete -F"),
        (&["completions", "fish"], "complete -c weld"),
        (&["man"], ".TH weld"),
    ] {
        let output = succeeds(weld(support::project()).args(arguments));
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains(part), "{arguments:?}\n{text}");
    }
}
