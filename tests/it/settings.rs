//! What is embedded is locked, is a dependency, and is not written over.

use std::path::Path;

use crate::support::{fails, succeeds, weld};
use tempfile::TempDir;

const MANIFEST: &str = "[composition]\nroot = \"app\"\noutput = \"build/out.wasm\"\n\n[components]\napp = \"app.wat\"\n\n\
                        [virtualize.app]\nstdin = { file = \"in.txt\" }\nfs.\"/\" = { embed = \"stories\" }\n\
                        fs.\"/tmp\" = { memory = \"1MiB\" }\n\n[target.other]\noutput = \"build/other.wasm\"\n\
                        virtualize.app = { fs.\"/in\" = { embed = \"in.txt\" } }\n";

fn project() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let write = |path: &str, content: &str| std::fs::write(directory.path().join(path), content).unwrap();
    std::fs::create_dir_all(directory.path().join("stories/deep")).unwrap();
    write("weld.toml", MANIFEST);
    write("app.wat", "(component)");
    write("in.txt", "input");
    write("stories/one", "once");
    write("stories/deep/two", "twice");
    directory
}

fn lock(directory: &Path) -> String {
    std::fs::read_to_string(directory.join("weld.lock")).unwrap()
}

#[test]
fn build_locks_embedded_files() {
    let directory = project();
    let build = |arguments: &[&str]| weld(directory.path()).arg("build").args(arguments).output().unwrap();
    assert!(build(&[]).status.success());
    let text = lock(directory.path());
    for header in
        ["\n[components]\n", "\n[embedded.\"app\"]\n\"/\" = \"", "\n[target.\"other\".embedded.\"app\"]\n\"/in\""]
    {
        assert!(text.contains(header), "{header} {text}");
    }
    let stdin = |line: &&str| line.starts_with("\"stdin\" = ");
    assert_eq!(text.lines().filter(stdin).count(), 1, "{text}");
    assert!(build(&["--locked"]).status.success());

    // A lock of before there was anything to embed.
    let start = text.split("\n[embedded").next().unwrap();
    std::fs::write(directory.path().join("weld.lock"), start).unwrap();
    assert!(!build(&["--locked"]).status.success());
    assert!(build(&[]).status.success());
    assert_eq!(lock(directory.path()), text);

    // A new file is another directory, and so is a name.
    for change in ["stories/deep/three", "stories/four"] {
        std::fs::rename(directory.path().join("stories/one"), directory.path().join(change)).unwrap();
        let said = fails(weld(directory.path()).args(["build", "--locked"]));
        assert!(said.contains("what is mounted at `/` for component `app` is not that in `weld.lock`"), "{said}");
        let output = succeeds(weld(directory.path()).args(["build", "--json"]));
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["lock"]["differs"][0]["embedded"], "/");
        std::fs::rename(directory.path().join(change), directory.path().join("stories/one")).unwrap();
    }
    std::fs::write(directory.path().join("in.txt"), "other").unwrap();
    let said = fails(weld(directory.path()).args(["build", "--locked"]));
    assert!(said.contains("standard input of component `app` is not the one in `weld.lock`"), "{said}");
    assert!(said.contains("what is mounted at `/in` for component `app` of target `other`"), "{said}");
    assert!(build(&["--update"]).status.success() && build(&["--locked"]).status.success());
    assert_ne!(lock(directory.path()), text);
}

#[test]
fn build_lists_embedded_files_as_dependencies() {
    let directory = project();
    succeeds(weld(directory.path()).args(["build", "--depfile", "build/deps.d"]));
    let text = std::fs::read_to_string(directory.path().join("build/deps.d")).unwrap();
    let rule = |start: &str| text.split('\n').collect::<Vec<_>>().join("\n").split(start).nth(1).unwrap().to_owned();
    let first =
        rule("build/out.wasm:").split("\n\n").next().unwrap().split("build/other.wasm:").next().unwrap().to_owned();
    for file in ["app.wat", "in.txt", "stories", "stories/deep", "stories/deep/two", "stories/one", "weld.toml"] {
        assert!(first.contains(&format!("\n  {file}")), "{file}: {text}");
    }
    let other = rule("build/other.wasm:").split("\n\n").next().unwrap().to_owned();
    assert!(other.contains("in.txt") && !other.contains("stories"), "{text}");
    assert!(text.contains("\nstories/deep:\n"), "{text}");
}

#[test]
fn build_refuses_outputs_inside_embedded_directories() {
    let directory = project();
    let said = fails(weld(directory.path()).args(["build", "--depfile", "stories/deps.d"]));
    assert!(said.contains("cannot write `stories/deps.d`: it would be in `stories`, which is embedded"), "{said}");
    let virt = |output: &str, grant: &str| {
        fails(weld(directory.path()).args(["virt", "app.wat", "-o", output, "--grant", grant]))
    };
    let said = virt("in.txt", "stdin.file=in.txt");
    assert!(said.contains("`in.txt` is the same file"), "{said}");
    let said = virt("stories/out.wasm", "fs./={embed=\"stories/deep/..\"}");
    assert!(said.contains("it would be in `stories/deep/..`, which is embedded"), "{said}");
}

/// Each command of its README, as far as it is about a component.
#[test]
fn virt_accepts_the_commands_of_wasi_virt() {
    let directory = project();
    let known = |flags: &str| {
        let arguments = ["virt", "app.wat", "-o", "virt.wasm"];
        succeeds(weld(directory.path()).args(arguments).args(flags.split_whitespace()));
    };
    for flags in [
        "",
        "--allow-clocks",
        "-e CUSTOM=VAR",
        "-e CUSTOM=VAR --allow-env",
        "-e CUSTOM=VAR --allow-env=SOME,ENV_VARS",
        "-c custom=prop",
        "-c custom=prop --allow-config",
        "-c custom=prop --allow-config=some,property",
        "--allow-exit",
        "--mount /=./stories",
        "--preopen /=/restricted/path",
        "--mount /virt-dir=./stories --preopen /host-dir=/host/path",
        "--allow-http",
        "--allow-random",
        "--allow-sockets",
        "--stdio=ignore",
        "--stdio=deny",
        "--stderr=allow",
        "--allow-all --allow-fs --allow-stdio",
        "--stdin=empty --stdout=stderr --stderr=stderr",
    ] {
        known(flags);
    }
}
