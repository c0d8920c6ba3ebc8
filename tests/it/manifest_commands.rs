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

#[test]
fn init_reports_ambiguities_and_writes_nothing() {
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
    let app = "(component (import \"a:b/c\" (instance (export \"f\" (func)))))";
    // Two that fill one import.
    let one = program("x:y/z", "a:b/c");
    let (code, said, _directory) =
        written(&[("app.wasm", app), ("k1.wasm", &one), ("k2.wasm", &one.replace("x:y", "x:w"))]);
    assert!(code == Some(2) && said.contains("a:b/c") && said.contains("k1") && said.contains("k2"), "{said}");
    // A cycle.
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
    assert!(said.contains("`weld build` fails until this is mended: no export of `kv-2` is used"), "{said}");
    // A manifest that is none is left as it is.
    std::fs::write(path.join("weld.toml"), "[composition\n").unwrap();
    let (code, _, said) = command(path, &["add", "kv.wasm"]);
    assert!(code == Some(2) && said.contains("not valid TOML"), "{said}");
    assert_eq!(text(&path.join("weld.toml")), "[composition\n");
}
