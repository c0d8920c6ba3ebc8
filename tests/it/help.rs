//! The help of each command: every example in it does what it is there for.

use std::path::Path;

use crate::support::{guest, project, succeeds, weld};

/// The manifest of the examples.
const MANIFEST: &str =
    "[composition]\nroot = \"app\"\noutput = \"out.wasm\"\n[components]\napp = \"app.wasm\"\nlib = \"lib.wasm\"\n";

/// All that an example of the help may name. The components are those of the tests.
fn prepare(directory: &Path) {
    for (name, of) in [
        ("app.wasm", "hello-command"),
        ("lib.wasm", "hello-lib"),
        ("cmd.wasm", "command-0.2.12"),
        ("module.wasm", "command.module"),
        ("more.wasm", "counter"),
    ] {
        std::fs::copy(guest(of), directory.join(name)).unwrap();
    }
    let write = |name: &str, text: &str| std::fs::write(directory.join(name), text).unwrap();
    for made in ["dist", "docs", "deps/acme", "parts", "links"] {
        std::fs::create_dir_all(directory.join(made)).unwrap();
    }
    std::fs::copy(guest("command-0.2.12"), directory.join("dist/cmd.wasm")).unwrap();
    std::fs::copy(guest("hello-command"), directory.join("deps/acme/app.wasm")).unwrap();
    std::fs::copy(guest("hello-lib"), directory.join("parts/lib.wasm")).unwrap();
    write("docs/read.me", "read me");
    write("policy.toml", "default = \"allow\"\n[[rule]]\ndeny = [\"http\"]\n");
    write("app.wac", "package acme:all;\nlet app = new acme:app { ... };\nexport app...;\n");
    write("weld.toml", MANIFEST);
    write("bare.wasm", "(module (func (export \"run\")))");
    let imports = String::from_utf8(succeeds(weld(directory).args(["inspect", "cmd.wasm", "--wit"])).stdout).unwrap();
    let begin = imports.find("world root").unwrap();
    let world = imports[begin..].replacen("world root", "world command", 1);
    write("world.wit", &format!("package acme:worlds;\n{world}"));
    write("plain.wit", "package acme:plain;\nworld plain {\n  export run: func();\n}\n");
    succeeds(weld(directory).args(["snapshot", "cmd.wasm", "--update", "cmd.snapshot"]));
    succeeds(weld(directory).args(["virt", "cmd.wasm", "--stdout", "-o", "quiet.wasm"]));
    succeeds(weld(directory).args(["plug", "app.wasm", "--plug", "lib.wasm", "-o", "whole.wasm"]));
    let link = "(component (import \"hello-world\" (func $f (result string))) (export \"hello-world\" (func $f)))";
    write("links/log.wasm", link);
    let clock = r#"{"n":1,"at":"cmd/wasi:clocks/wall-clock@0.2.12","call":"now","args":[],"result":"{seconds: 1, nanoseconds: 2}"}"#;
    write("calls.jsonl", clock);
    let random =
        r#"{"n":1,"at":"cmd/wasi:random/random@0.2.12","call":"get-random-bytes","args":["1"],"result":"[4]"}"#;
    write("random.jsonl", random);
    let provider = wasi_preview1_component_adapter_provider::WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER;
    std::fs::write(directory.join("adapter.wasm"), provider).unwrap();
}

/// The examples of a command, each as its words.
fn examples(directory: &Path, command: &str) -> Vec<Vec<String>> {
    let help = String::from_utf8(succeeds(weld(directory).args([command, "--help"])).stdout).unwrap();
    let (_, examples) = help.split_once("Examples:\n").unwrap_or_else(|| panic!("`{command}` has no examples"));
    let words = |line: &str| line.split('#').next().unwrap_or_default().split_whitespace().map(str::to_owned).collect();
    examples.lines().filter(|line| line.starts_with("  weld ")).map(words).collect()
}

#[test]
fn help_examples_of_each_command_run() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    prepare(directory);
    let commands = [
        "init",
        "add",
        "swap",
        "split",
        "splice",
        "trace",
        "record",
        "replay",
        "build",
        "plug",
        "compose",
        "virt",
        "targets",
        "check",
        "verify",
        "inspect",
        "explain",
        "snapshot",
        "diff",
        "componentize",
        "completions",
        "man",
    ];
    for command in commands {
        std::fs::write(directory.join("weld.toml"), MANIFEST).unwrap();
        // What other examples have written goes by the same name.
        succeeds(weld(directory).arg("build"));
        let examples = examples(directory, command);
        assert!(examples.len() >= 3, "{command}: {examples:?}");
        for example in examples {
            // Of these, each begins anew.
            match command {
                "init" => _ = std::fs::remove_file(directory.join("weld.toml")),
                "add" => std::fs::write(directory.join("weld.toml"), MANIFEST).unwrap(),
                _ => {}
            }
            let mut run = weld(directory);
            run.args(&example[1..]);
            let output = run.output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            // Two components that differ are what `diff` is for.
            let expected = if command == "diff" { 1 } else { 0 };
            assert_eq!(output.status.code(), Some(expected), "{}: {said}", example.join(" "));
            assert!(!said.contains("warning"), "{}: {said}", example.join(" "));
        }
    }
}

#[test]
fn help_lists_each_command_in_a_group() {
    let said = |arguments: &[&str]| String::from_utf8(succeeds(weld(project()).args(arguments)).stdout).unwrap();
    let help = said(&["--help"]);
    let directory = tempfile::tempdir().unwrap();
    succeeds(weld(project()).args(["man", "--out"]).arg(directory.path()));
    let mut pages = 0;
    for entry in std::fs::read_dir(directory.path()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        // All but weld's own page.
        if let Some(command) = name.strip_prefix("weld-").and_then(|name| name.strip_suffix(".1")) {
            assert!(help.contains(&format!("\n  {command} ")), "{command}");
            assert!(said(&["help", command]).contains(&format!("Usage: weld {command}")), "{command}");
            assert_eq!(said(&["help", command, "--help"]), said(&["help", command]));
            pages += 1;
        }
    }
    assert_eq!(pages, 22);
    assert_eq!(said(&["help", "--help"]), help);
    assert_eq!(said(&["help", "-h"]), help);
}

#[test]
fn manual_pages_have_titles_values_and_exit_codes() {
    let page = String::from_utf8(succeeds(weld(project()).arg("man")).stdout).unwrap();
    for part in [".TH weld-snapshot 1", ".TH weld-trace 1", "EXIT STATUS"] {
        assert!(page.contains(part), "{part}");
    }
    assert!(!page.contains("weld\\-help") && !page.contains(".SH EXTRA"), "{page}");
    let directory = tempfile::tempdir().unwrap();
    succeeds(weld(directory.path()).args(["man", "--out", "."]));
    let trace = std::fs::read_to_string(directory.path().join("weld-trace.1")).unwrap();
    assert!(page.contains(&trace), "both are made alike");
    let (_, synopsis) = trace.split_once(".SH SYNOPSIS\n").unwrap();
    assert!(synopsis.lines().next().unwrap().contains("EDGE"), "{synopsis}");
}

#[test]
fn man_topics_lead_to_each_other() {
    let man = |topic: &str| String::from_utf8(succeeds(weld(project()).args(["man", topic])).stdout).unwrap();
    assert!(man("glossary").starts_with("# Glossary\n"));
    let privilege = man("privilege");
    // Whoever has weld alone has no files of its documentation.
    assert!(privilege.contains("(`weld man privilege-wasi`)") && !privilege.contains(".md)"), "{privilege}");
    assert!(man("manifest").contains("(`examples/make` in weld's repository)"));
    assert!(man("privilege-wasi").contains("grant by grant"));
}
