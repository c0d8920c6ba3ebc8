//! `--save-inputs`: what a command read can be read again, by the same command, elsewhere.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::support::{ONE_TYPE_TWICE, fails, guest, succeeds, weld};

/// Runs the command that was saved into a directory, which is moved first.
fn replayed(saved: &Path) -> (PathBuf, Output) {
    let moved = saved.with_file_name("elsewhere");
    fs::rename(saved, &moved).unwrap();
    let script = moved.join("command");
    let mut command = Command::new("sh");
    command.arg(&script).env("WELD", env!("CARGO_BIN_EXE_weld")).stdin(Stdio::null());
    (moved, command.output().unwrap())
}

/// Where a directory saved what was in another one.
fn files(saved: &Path, of: &Path) -> PathBuf {
    let of = fs::canonicalize(of).unwrap();
    saved.join("files").join(of.strip_prefix("/").unwrap())
}

/// All files below a directory, with what they hold.
fn all(directory: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(all(&path)),
            false => _ = found.insert(path.clone(), fs::read(&path).unwrap_or_default()),
        }
    }
    found
}

#[test]
fn save_reproduces_a_build() {
    let outside = tempfile::tempdir().unwrap();
    let outside = fs::canonicalize(outside.path()).unwrap();
    let directory = outside.join("it's here");
    fs::create_dir_all(directory.join("tree/empty")).unwrap();
    fs::copy(guest("command-0.2.12"), directory.join("command.wasm")).unwrap();
    fs::write(directory.join("tree/a.txt"), "a").unwrap();
    symlink("a.txt", directory.join("tree/link")).unwrap();
    fs::write(directory.join("policy.toml"), "default = \"allow\"\n").unwrap();
    let manifest = "
        [composition]
        root = \"command\"
        output = \"built/out.wasm\"
        policy = \"policy.toml\"
        snapshot = \"out.snap\"
        [components]
        command = \"command.wasm\"
        [virtualize.command]
        fs.\"/data\" = { embed = \"tree\" }
    ";
    fs::write(directory.join("weld.toml"), manifest).unwrap();
    let saved = outside.join("saved");
    succeeds(weld(&directory).args(["build", "--save-inputs"]).arg(&saved));
    let built = fs::read(directory.join("built/out.wasm")).unwrap();
    let of = files(&saved, &directory);
    // Nothing of the first place is there any more.
    fs::remove_dir_all(&directory).unwrap();
    let of = of.strip_prefix(&saved).unwrap().to_owned();
    let (moved, output) = replayed(&saved);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(fs::read(moved.join(of).join("built/out.wasm")).unwrap() == built);
    let versions = fs::read_to_string(moved.join("versions")).unwrap();
    assert!(versions.starts_with(concat!("weld ", env!("CARGO_PKG_VERSION"))), "{versions}");
    assert!(fs::read_to_string(moved.join("README.md")).unwrap().contains("sh command"));
}

#[test]
fn save_includes_absolute_paths_and_stdin() {
    let outside = tempfile::tempdir().unwrap();
    let outside = fs::canonicalize(outside.path()).unwrap();
    let (directory, lib) = (outside.join("here"), outside.join("lib.wasm"));
    fs::create_dir(&directory).unwrap();
    fs::copy(guest("hello-lib"), &lib).unwrap();
    let (saved, out) = (outside.join("saved"), outside.join("out.wasm"));
    let mut command = weld(&directory);
    command.args(["plug", "-"]).arg(format!("--plug={}", lib.display())).arg("-o").arg(&out);
    command.arg(format!("--save-inputs={}", saved.display())).stdin(fs::File::open(guest("hello-command")).unwrap());
    succeeds(&mut command);
    let built = fs::read(&out).unwrap();
    [&lib, &out].into_iter().for_each(|file| fs::remove_file(file).unwrap());
    let (moved, output) = replayed(&saved);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(fs::read(files(&moved, &outside).join("out.wasm")).unwrap() == built);
    assert!(!out.exists(), "the command wrote outside of what was saved");
}

#[test]
fn save_includes_wit_dependencies() {
    let directory = tempfile::tempdir().unwrap();
    let wit = directory.path().join("wit/deps/other");
    fs::create_dir_all(&wit).unwrap();
    fs::write(wit.join("o.wit"), "package other:doors; interface thing { f: func(); }").unwrap();
    fs::write(directory.path().join("wit/w.wit"), "package a:b; world w { import other:doors/thing; }").unwrap();
    succeeds(weld(directory.path()).args(["inspect", "wit", "--save-inputs", "saved"]));
    fs::remove_dir_all(directory.path().join("wit")).unwrap();
    let (_, output) = replayed(&directory.path().join("saved"));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("import other:doors/thing;"), "{said}{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn save_keeps_inputs_on_which_a_library_panics() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("c.wat"), ONE_TYPE_TWICE).unwrap();
    let said = fails(weld(directory.path()).args(["inspect", "c.wat", "--save-inputs", "saved"]));
    let (_, output) = replayed(&directory.path().join("saved"));
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(String::from_utf8_lossy(&output.stderr).trim(), said.trim());
}

#[test]
fn save_never_writes_over_files() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("c.wat"), "(component)").unwrap();
    fs::create_dir(directory.path().join("saved")).unwrap();
    succeeds(weld(directory.path()).args(["inspect", "c.wat", "--save-inputs", "saved"]));
    let before = all(directory.path());
    for saved in ["saved", ".", "c.wat"] {
        let said = fails(weld(directory.path()).args(["inspect", "c.wat", "--save-inputs", saved]));
        assert!(said.contains("is not empty") || said.contains("cannot save `c.wat`"), "{said}");
    }
    assert!(all(directory.path()) == before);
}

#[test]
fn save_directory_is_not_embedded() {
    let directory = tempfile::tempdir().unwrap();
    fs::copy(guest("command-0.2.12"), directory.path().join("command.wasm")).unwrap();
    let mut command = weld(directory.path());
    command.args(["virt", "command.wasm", "--mount", "/=.", "-o", "../out.wasm", "--save-inputs", "saved"]);
    assert!(fails(&mut command).contains("saved"));
}
