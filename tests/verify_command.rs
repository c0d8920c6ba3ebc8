//! `weld verify`: what it says of components that weld built, and of those that somebody changed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::disallowed_methods)]

mod support;

use std::path::{Path, PathBuf};

use serde_json::Value;
use support::{fails, guest, project, succeeds, weld};

/// All guests that are components.
fn guests() -> Vec<PathBuf> {
    let files = std::fs::read_dir(project().join("tests/guests/built")).unwrap().map(|entry| entry.unwrap().path());
    let is_component = |file: &PathBuf| {
        let name = file.file_name().unwrap().to_str().unwrap();
        name.ends_with(".wasm") && !name.ends_with(".module.wasm")
    };
    let mut files: Vec<PathBuf> = files.filter(is_component).collect();
    files.sort();
    files
}

fn virt(folder: &Path, input: &Path, flags: &[&str], output: &str) -> bool {
    let mut command = weld(folder);
    command.arg("virt").arg(input).args(flags).args(["-o", output]).output().unwrap().status.success()
}

/// The lines that `weld verify` prints of an output that is not what it should be. Fails where it finds nothing.
#[track_caller]
fn findings(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let output = weld(folder).arg("verify").args(arguments).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn verify_finds_nothing_in_any_guest_under_any_grants() {
    let folder = tempfile::tempdir().unwrap();
    let embedded = project().join("tests/wit");
    let mount = format!("--mount=/={}", embedded.display());
    let all: &[&[&str]] = &[
        &[],
        &["--allow-all"],
        &["--stdout"],
        &["--stdio", "--preopen=/data=/srv"],
        &[&mount, "--stdin=empty", "--stdout"],
        &["-e", "A=1", "--allow-env", "--allow-clocks"],
        &["--allow-all", "--allow-random=false", "--stderr=ignore"],
        &["--stdout=stderr", "--stderr"],
        &["--allow-http"],
        &["--grant=*=allow"],
        &["--allow-all", "--debug"],
    ];
    let mut verified = 0;
    for input in guests() {
        for flags in all {
            // What cannot be granted to a component is no matter of this.
            if !virt(folder.path(), &input, flags, "o.wasm") {
                continue;
            }
            let mut command = weld(folder.path());
            let output = succeeds(command.args(["verify", "o.wasm", "--input"]).arg(&input).args(*flags));
            let said = String::from_utf8(output.stderr).unwrap();
            assert!(said.contains("verified: 1 input by digest") && said.contains("provenance agrees"), "{said}");
            assert!(output.stdout.is_empty());
            verified += 1;
        }
    }
    assert!(verified > 180, "{verified}");
}

#[test]
fn verify_finds_what_was_granted_beyond_what_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let input = guest("command-0.2.12");
    let input = input.to_str().unwrap();
    assert!(virt(folder, Path::new(input), &["--stdout", "--allow-env", "--no-provenance"], "o.wasm"));
    let found = findings(folder, &["o.wasm", "--input", input, "--stdout"]);
    // The adapter has it, and passes it on.
    let line = |has: &str| {
        format!(
            "instance `command-0.2.12`: component `command-0.2.12`: import `wasi:cli/environment@0.2.12#get-environment`: \
             {has} `wasi:cli/environment@0.2.12#get-environment` of the host, which no grant allows"
        )
    };
    assert_eq!(found, ["what stands for it has", "it has"].map(line));
    let output = weld(folder).args(["verify", "o.wasm", "--input", input, "--stdout", "--json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&report["version"], &report["verified"], &report["provenance"]),
        (&1.into(), &false.into(), &false.into())
    );
    let finding = &report["findings"][0];
    assert_eq!(finding["component"], "command-0.2.12");
    assert_eq!(finding["import"], "wasi:cli/environment@0.2.12#get-environment");
    assert!(report["checked"]["functions"].as_u64().unwrap() > 40);
    assert_eq!(report["inputs"][0]["sha256"].as_str().unwrap().len(), 64);
    // Less than what is granted is no fault.
    succeeds(weld(folder).args(["verify", "o.wasm", "--input", input, "--allow-all"]));
}

#[test]
fn verify_holds_provenance_against_the_grants_and_the_inputs() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let input = guest("command-0.2.12");
    let input = input.to_str().unwrap();
    assert!(virt(folder, Path::new(input), &["--stdout", "-e", "A=1"], "o.wasm"));
    succeeds(weld(folder).args(["verify", "o.wasm", "--input", input, "--stdout", "-e", "A=1"]));
    // Another value, of which nothing but the provenance knows.
    let found = findings(folder, &["o.wasm", "--input", input, "--stdout", "-e", "A=2"]);
    assert_eq!(
        found,
        [
            "instance `the output`: component `command-0.2.12`: its provenance says `env` set A=1, which is not granted so",
            "instance `the output`: component `command-0.2.12`: its provenance does not say `env` set A=2, as is granted",
        ]
    );
    // Another component.
    let other = guest("command-0.2.6");
    let found = findings(folder, &["o.wasm", "--input", other.to_str().unwrap(), "--stdout", "-e", "A=1"]);
    let has = |text: &str| found.iter().any(|line| line.contains(text));
    assert!(has("component `command-0.2.6`: no instance of it is in the output"), "{found:#?}");
    assert!(has("which is no input") && has("its provenance does not name the input"), "{found:#?}");
    assert!(has("it has this of the host's, and stands for no component of the composition"), "{found:#?}");
    // What it says is kept, and what is. Bytes of the same length, so that nothing else changes.
    let bytes = std::fs::read(folder.join("o.wasm")).unwrap();
    let (from, to) = (b"\"value\":\"allow\"", b"\"value\":\"tarap\"");
    let at = (0..bytes.len()).find(|at| bytes[*at..].starts_with(from)).unwrap();
    let changed = [&bytes[..at], to, &bytes[at + from.len()..]].concat();
    std::fs::write(folder.join("changed.wasm"), changed).unwrap();
    let found = findings(folder, &["changed.wasm", "--input", input, "--stdout", "-e", "A=1"]);
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(found[0].contains("its provenance says `stdout` tarap, which is not granted so"), "{found:#?}");
}

#[test]
fn verify_finds_a_component_at_any_depth() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let input = guest("command-0.2.12");
    let input = input.to_str().unwrap();
    assert!(virt(folder, Path::new(input), &["--stdout", "--no-provenance"], "o.wasm"));
    assert!(virt(folder, &folder.join("o.wasm"), &["--allow-all", "--no-provenance"], "deep.wasm"));
    succeeds(weld(folder).args(["verify", "deep.wasm", "--input", input, "--stdout"]));
    let found = findings(folder, &["deep.wasm", "--input", input]);
    let of = "instance `o / command-0.2.12`: component `command-0.2.12`: import `wasi:cli/stdout@0.2.12#get-stdout`";
    assert!(found.iter().any(|line| line.starts_with(of)), "{found:#?}");
}

#[test]
fn verify_reads_a_manifest_and_its_targets() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let manifest = |stdout: &str, other: &str| {
        let [app, store] = ["kv-app", "kv-store"].map(|name| guest(name).to_str().unwrap().to_owned());
        let text = format!(
            "[composition]\nroot = \"app\"\noutput = \"app.wasm\"\n\n[components]\napp = \"{app}\"\nstore = \"{store}\"\n\n\
             [virtualize.app]\nstdout = \"{stdout}\"\n\n[target.open]\noutput = \"open.wasm\"\n\n\
             [target.open.virtualize.app]\ndefault = \"{other}\"\n"
        );
        std::fs::write(folder.join("weld.toml"), text).unwrap();
    };
    manifest("allow", "allow");
    succeeds(weld(folder).arg("build"));
    succeeds(weld(folder).args(["verify", "open.wasm", "--manifest", "weld.toml", "--target", "open"]));
    let error = fails(weld(folder).args(["verify", "open.wasm", "--manifest", "weld.toml"]));
    assert!(error.contains("name the one that is meant with `--target`"), "{error}");
    manifest("deny", "deny");
    let found = findings(folder, &["open.wasm", "--manifest", "weld.toml", "--target", "open"]);
    assert!(found.iter().any(|line| line.contains("component `app`: import `wasi:cli/stdout")), "{found:#?}");
    let error =
        fails(weld(folder).args(["verify", "open.wasm", "--manifest", "weld.toml", "--target", "open", "--stdout"]));
    assert!(error.contains("the manifest says what is granted"), "{error}");
}

#[test]
fn verify_takes_a_policy_for_what_is_granted() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let input = guest("command-0.2.12");
    let input = input.to_str().unwrap();
    std::fs::write(folder.join("policy.toml"), "default = \"allow\"\n\n[[rule]]\ndeny = [\"random\"]\n").unwrap();
    assert!(virt(folder, Path::new(input), &["--policy", "policy.toml"], "o.wasm"));
    succeeds(weld(folder).args(["verify", "o.wasm", "--input", input, "--policy", "policy.toml"]));
    std::fs::write(folder.join("policy.toml"), "default = \"allow\"\n\n[[rule]]\ndeny = [\"random\", \"args\"]\n")
        .unwrap();
    let found = findings(folder, &["o.wasm", "--input", input, "--policy", "policy.toml"]);
    assert!(found.iter().any(|line| line.contains("wasi:cli/environment@0.2.12#get-arguments")), "{found:#?}");
}

#[test]
fn verify_refuses_grants_that_name_nothing_and_outputs_that_are_none() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let input = guest("hello-command");
    let input = input.to_str().unwrap();
    assert!(virt(folder, Path::new(input), &["--stdout"], "o.wasm"));
    let error = fails(weld(folder).args(["verify", "o.wasm", "--input", input, "--grant", "radnom=allow"]));
    assert!(error.contains("radnom"), "{error}");
    let error = fails(weld(folder).args(["verify", "o.wasm"]));
    assert!(error.contains("--manifest <FILE>"), "{error}");
    let bytes = std::fs::read(folder.join("o.wasm")).unwrap();
    std::fs::write(folder.join("cut.wasm"), &bytes[..bytes.len() / 2]).unwrap();
    fails(weld(folder).args(["verify", "cut.wasm", "--input", input, "--stdout"]));
}
