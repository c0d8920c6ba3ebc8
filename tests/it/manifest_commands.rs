//! `weld init`, `weld add`, and the manifest that `weld build` finds.

use std::path::Path;

use crate::support::{guest, project, run, succeeds, weld};

/// A directory with some guests.
fn directory(guests: &[&str]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for name in guests {
        std::fs::copy(guest(name), directory.path().join(format!("{name}.wasm"))).unwrap();
    }
    directory
}

/// The exit code, standard output and standard error of a command.
fn command(directory: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = weld(directory).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn text(file: &Path) -> String {
    std::fs::read_to_string(file).unwrap()
}

#[test]
fn init_writes_a_manifest_equivalent_to_plug() {
    let directory = directory(&["hello-command", "hello-lib"]);
    let path = directory.path();
    let (code, printed, _) = command(path, &["init", "--print"]);
    assert!(code == Some(0) && !path.join("weld.toml").exists());
    let (_, _, said) = command(path, &["init"]);
    assert_eq!(said, "weld.toml: 2 components, root `hello-command`; `weld build` builds it\n");
    assert_eq!(text(&path.join("weld.toml")), printed);
    assert!(printed.contains("#   hello-command: hello-world <- hello-lib\n"), "{printed}");
    succeeds(weld(path).arg("build"));
    succeeds(weld(path).args(["plug", "hello-command.wasm", "--plug", "hello-lib.wasm", "-o", "plugged.wasm"]));
    let built = std::fs::read(path.join("build/hello-command.wasm")).unwrap();
    assert!(built == std::fs::read(path.join("plugged.wasm")).unwrap());
    assert!(run(&built, &[]).stdout.contains("Hello"));
    // What is there stays.
    std::fs::write(path.join("weld.toml"), "mine").unwrap();
    let (code, _, said) = command(path, &["init"]);
    assert!(code == Some(2) && said.contains("it exists") && said.contains("`weld add FILE`"), "{said}");
    assert_eq!(text(&path.join("weld.toml")), "mine");
    std::fs::remove_file(path.join("weld.toml")).unwrap();
    std::os::unix::fs::symlink("nowhere", path.join("weld.toml")).unwrap();
    assert_eq!(command(path, &["init"]).0, Some(2));
    assert!(!path.join("nowhere").exists());
}

#[test]
fn init_makes_a_target_of_each_unused_component() {
    let guests =
        ["chain-top", "chain-middle", "chain-bottom", "hello-command", "hello-lib", "counter", "adder-command"];
    let directory = directory(&guests);
    let path = directory.path();
    std::fs::copy(guest("counter"), path.join("same.wasm")).unwrap();
    std::fs::write(path.join("notes.txt"), "no component").unwrap();
    std::fs::create_dir(path.join("below")).unwrap();
    std::fs::write(path.join("below/other.wasm"), "no component").unwrap();
    std::fs::write(path.join("bare.wasm"), "(module)").unwrap();
    // From elsewhere.
    let around = path.parent().unwrap();
    let name = path.file_name().unwrap().to_str().unwrap();
    let (code, _, said) = command(around, &["init", name]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains(&format!("{name}/same.wasm is left out: it is the same as {name}/counter.wasm")), "{said}");
    assert!(said.contains("bare.wasm is left out: it is a core module alone"), "{said}");
    assert!(said.contains("7 components, outputs of `adder-command`, `chain-top`, `counter`"), "{said}");
    succeeds(weld(path).arg("build"));
    let mut built: Vec<String> = std::fs::read_dir(path.join("build"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    built.sort();
    assert_eq!(built, ["adder-command.wasm", "chain-top.wasm", "counter.wasm", "hello-command.wasm"]);
}

/// The lines of a manifest in an error's help.
fn advised(said: &str) -> String {
    let lines = said.lines().map(str::trim).skip_while(|line| *line != "[wire]");
    lines.take_while(|line| !line.is_empty()).map(|line| format!("{line}\n")).collect()
}

#[test]
fn init_writes_alternatives_of_which_one_is_chosen() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    let store = std::fs::read(guest("kv-store")).unwrap();
    // Another component with the same exports.
    let section = [b"\0\x06\x01x".as_slice(), b"1234"].concat();
    std::fs::copy(guest("kv-app"), path.join("app.wasm")).unwrap();
    std::fs::write(path.join("memory.wasm"), &store).unwrap();
    std::fs::write(path.join("redis.wasm"), [store.as_slice(), &section].concat()).unwrap();
    let (code, _, said) = command(path, &["init", "-q"]);
    assert_eq!(code, Some(0), "{said}");
    let import = "acme:kv/store@0.1.0";
    assert!(said.starts_with(&format!("warning: `{import}` of `app` is exported by `memory` and `redis`: ")), "{said}");
    // Nothing is built until somebody decides; the error says how, and so do the lines that are there.
    let initial = text(&path.join("weld.toml"));
    let (code, _, said) = command(path, &["build"]);
    assert!(code == Some(2) && !path.join("build").exists(), "{said}");
    let wires = advised(&said);
    assert!(wires.contains(&format!("\"app/{import}\" = \"memory\"    # or \"redis\"")), "{said}");
    let (head, _) = initial.split_once("[wire]\n").unwrap();
    let line = |name: &str| format!("# \"app/{import}\" = \"{name}\"\n");
    let chosen = |name: &str| initial.replace(&line(name), line(name).trim_start_matches("# "));
    let mut built = Vec::new();
    for (manifest, other) in
        [(chosen("memory"), "redis"), (chosen("redis"), "memory"), (format!("{head}{wires}"), "redis")]
    {
        std::fs::write(path.join("weld.toml"), &manifest).unwrap();
        let (code, _, said) = command(path, &["build"]);
        assert!(code == Some(0), "{manifest}{said}");
        assert!(said.contains(&format!("no export of `{other}` is used; the component was left out")), "{said}");
        built.push(std::fs::read(path.join("build/app.wasm")).unwrap());
        std::fs::remove_dir_all(path.join("build")).unwrap();
        std::fs::remove_file(path.join("weld.lock")).unwrap();
    }
    assert!(built[0] != built[1] && built[0] == built[2]);
    assert_eq!(run(&built[1], &[]).result, Ok(Ok(())));
    // `weld plug` says the same.
    let said = String::from_utf8(
        weld(path)
            .args(["plug", "app.wasm", "--plug", "memory.wasm", "--plug", "redis.wasm", "-o", "o.wasm"])
            .output()
            .unwrap()
            .stderr,
    );
    let said = said.unwrap();
    assert!(said.contains("leave out one of `memory.wasm` and `redis.wasm`") && advised(&said) == wires, "{said}");
    // A component that is neither used nor passed over by a wire is still an error.
    std::fs::copy(guest("counter"), path.join("counter.wasm")).unwrap();
    std::fs::write(path.join("weld.toml"), format!("{}{wires}", head.replace("redis.wasm", "counter.wasm"))).unwrap();
    let (code, _, said) = command(path, &["build"]);
    assert!(code == Some(2) && said.contains("no export of `redis` is used"), "{said}");
    // So it is for several outputs.
    let two = chosen("redis") + "[target.other]\noutput = \"build/other.wasm\"\n";
    std::fs::write(path.join("weld.toml"), &two).unwrap();
    let (code, _, said) = command(path, &["build"]);
    assert!(code == Some(0) && said.contains("no export of `memory` is used"), "{said}");
    std::fs::write(path.join("weld.toml"), two.replace("\"redis.wasm\"\n", "\"redis.wasm\"\nx = \"counter.wasm\"\n"))
        .unwrap();
    let (code, _, said) = command(path, &["build"]);
    assert!(code == Some(2) && said.contains("no export of `x` is used"), "{said}");
}

#[test]
fn init_reports_cycles_and_writes_nothing() {
    let program = |import: &str, export: &str| {
        format!(
            "(component (import \"{import}\" (instance $i (export \"f\" (func)))) \
               (instance $e (export \"f\" (func $i \"f\"))) (export \"{export}\" (instance $e)))"
        )
    };
    let written = |files: &[(&str, &str)]| {
        let directory = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(directory.path().join(name), wat::parse_str(text).unwrap()).unwrap();
        }
        let (code, _, said) = command(directory.path(), &["init"]);
        assert_eq!(directory.path().join("weld.toml").exists(), code == Some(0), "{said}");
        (code, said, directory)
    };
    // A cycle.
    let one = program("x:y/z", "a:b/c");
    let (code, said, _directory) = written(&[("p.wasm", &program("a:b/c", "x:y/z")), ("q.wasm", &one)]);
    assert!(code == Some(2) && said.contains("each of the components is used by another one: `p`, `q`"), "{said}");
    // Nothing that is a component.
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("app.wasm"), "no component").unwrap();
    let (code, _, said) = command(directory.path(), &["init"]);
    assert!(code == Some(2) && said.contains("app.wasm"), "{said}");
    std::fs::remove_file(directory.path().join("app.wasm")).unwrap();
    let (code, _, said) = command(directory.path(), &["init"]);
    assert!(code == Some(2) && said.contains("has no component in it"), "{said}");
    // Names that wires cannot say, and that TOML would read as something else.
    let odd = ["host.wasm", "a b#1.wasm", "x\"]\n[wire].wasm", "ü.wasm", " .wasm"];
    let texts: Vec<String> =
        (0..odd.len()).map(|n| format!("(component (component $c) (export \"e{n}\" (component $c)))")).collect();
    let files: Vec<(&str, &str)> = odd.iter().copied().zip(texts.iter().map(String::as_str)).collect();
    let (code, said, directory) = written(&files);
    assert_eq!(code, Some(0), "{said}");
    succeeds(weld(directory.path()).arg("build"));
}

#[test]
fn build_finds_the_manifest_in_a_parent_directory() {
    let directory = directory(&["hello-command", "hello-lib"]);
    let path = directory.path();
    succeeds(weld(path).arg("init"));
    std::fs::create_dir_all(path.join("a/b")).unwrap();
    let (code, _, said) = command(&path.join("a/b"), &["build", "--depfile", "deps.d"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.starts_with("note: the manifest is ../../weld.toml\n"), "{said}");
    assert!(path.join("build/hello-command.wasm").exists() && path.join("weld.lock").exists());
    assert!(path.join("a/b/deps.d").exists() && !path.join("a/b/build").exists());
    // Where it is named, it is the one.
    let (code, _, said) = command(&path.join("a"), &["build", "weld.toml"]);
    assert!(code == Some(2) && said.contains("there is no manifest `weld.toml`"), "{said}");
    // The nearest.
    std::fs::write(path.join("a/weld.toml"), "nothing").unwrap();
    let (code, _, said) = command(&path.join("a/b"), &["build"]);
    assert!(code == Some(2) && said.contains("../weld.toml"), "{said}");
    let (_, _, said) = command(path, &["build"]);
    assert!(!said.contains("the manifest is"), "{said}");
    assert_eq!(command(&path.join("a/b"), &["build", "-q", "../../weld.toml"]).2, "");
    let elsewhere = tempfile::tempdir().unwrap();
    let (code, _, said) = command(elsewhere.path(), &["build"]);
    assert!(code == Some(2) && said.contains("`weld init` writes one"), "{said}");
}

#[test]
fn add_inserts_a_component_and_keeps_the_rest_of_the_manifest() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    let cms = project().join("examples/cms");
    for name in ["front", "storygen", "kv"] {
        std::fs::copy(cms.join(format!("{name}.wasm")), path.join(format!("{name}.wasm"))).unwrap();
    }
    std::fs::create_dir_all(path.join("lib/deep")).unwrap();
    std::fs::rename(path.join("kv.wasm"), path.join("lib/kv.wasm")).unwrap();
    let manifest = "# The site.\n[composition]\nroot   = 'front' # root\noutput = \"out.wasm\"\n\n[components] # parts\n\
                    front = \"front.wasm\"\nstorygen = { path = \"storygen.wasm\" }  # stories\n\n# Later.\n[wire]\n";
    std::fs::write(path.join("weld.toml"), manifest).unwrap();
    let (code, _, said) = command(&path.join("lib/deep"), &["add", "../kv.wasm"]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(
        said,
        "note: the manifest is ../../weld.toml\n../../weld.toml: component `kv` added; `weld build` builds it\n"
    );
    let expected = manifest.replace("# stories\n", "# stories\nkv = \"lib/kv.wasm\"\n");
    assert_eq!(text(&path.join("weld.toml")), expected);
    succeeds(weld(path).arg("build"));
    // Not twice, by whichever name or path.
    for arguments in [&["add", "lib/kv.wasm"][..], &["add", "lib/../lib/kv.wasm", "--name", "other"]] {
        let (code, _, said) = command(path, arguments);
        assert!(code == Some(2) && said.contains("is there already, as component `kv`"), "{said}");
    }
    std::fs::copy(guest("counter"), path.join("kv.wasm")).unwrap();
    let (code, _, said) = command(path, &["add", "kv.wasm", "--name", "kv"]);
    assert!(code == Some(2) && said.contains("component `kv` is there already: `lib/kv.wasm`"), "{said}");
    for name in ["host", "a/b", "c#1", ""] {
        let (code, _, said) = command(path, &["add", "kv.wasm", "--name", name]);
        assert!(code == Some(2) && said.contains("a component cannot be called"), "{name}: {said}");
    }
    let (code, _, said) = command(path, &["add", "weld.toml"]);
    assert!(code == Some(2) && said.contains("weld.toml"), "{said}");
    assert_eq!(text(&path.join("weld.toml")), expected);
    // One that nothing uses yet, by a name that is free.
    let (code, _, said) = command(path, &["add", "kv.wasm"]);
    assert!(code == Some(0) && said.contains("component `kv-2` added"), "{said}");
    assert!(said.contains("nothing can be built until this is mended: no export of `kv-2` is used"), "{said}");
    // A manifest that is none is left as it is.
    std::fs::write(path.join("weld.toml"), "[composition\n").unwrap();
    let (code, _, said) = command(path, &["add", "kv.wasm"]);
    assert!(code == Some(2) && said.contains("not valid TOML"), "{said}");
    assert_eq!(text(&path.join("weld.toml")), "[composition\n");
}

#[test]
fn init_takes_text_and_leaves_out_what_was_recorded() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    std::fs::write(path.join("app.wat"), "(component (import \"f\" (func)))").unwrap();
    std::fs::write(path.join("lib.wat"), "(component (import \"g\" (func $g)) (export \"f\" (func $g)))").unwrap();
    let printed = |directory: &std::path::Path| {
        let output = succeeds(weld(directory).args(["init", "--print"]));
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (manifest, _) = printed(path);
    assert!(manifest.contains("app = \"app.wat\"") && manifest.contains("lib = \"lib.wat\""), "{manifest}");
    // Of text and a binary of one name, the binary is meant.
    std::fs::copy(crate::support::guest("hello-lib"), path.join("lib.wasm")).unwrap();
    let (manifest, _) = printed(path);
    assert!(manifest.contains("lib = \"lib.wasm\"") && !manifest.contains("lib.wat"), "{manifest}");
    let recorded = tempfile::tempdir().unwrap();
    std::fs::copy(crate::support::guest("command-0.2.12"), recorded.path().join("cmd.wasm")).unwrap();
    succeeds(weld(recorded.path()).args(["trace", "cmd.wasm", "--at", "cmd/host", "-o", "traced.wasm"]));
    let (manifest, said) = printed(recorded.path());
    assert!(!manifest.contains("traced") && said.contains("traced.wasm is left out"), "{manifest}{said}");
}
