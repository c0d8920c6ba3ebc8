//! Core modules to components, and what is said where that cannot be.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::disallowed_methods)]

mod support;

use std::path::Path;

use support::{fails, guest, names, prints, run, succeeds, weld};

/// Componentizes a module with some flags, and gives the component.
#[track_caller]
fn componentize(module: &Path, arguments: &[&str]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    succeeds(weld(folder.path()).arg("componentize").arg(module).args(["-o", "out.wasm"]).args(arguments));
    std::fs::read(folder.path().join("out.wasm")).unwrap()
}

#[test]
fn a_preview_1_command_runs() {
    let component = componentize(&guest("command.module"), &[]);
    assert_eq!(prints(&component, &["out", "hello"]), "hello\n");
    let ran = run(&component, &["err", "oops", "--", "exit", "1"]);
    assert_eq!(ran.stderr, "oops\n");
    assert_ne!(ran.result, Ok(Ok(())));
}

#[test]
fn the_command_runs_at_each_version_of_wasi() {
    for version in ["0.2.0", "0.2.3", "0.2.6", "0.2.12"] {
        let component = std::fs::read(guest(&format!("command-{version}"))).unwrap();
        let (imports, _) = names(&component);
        assert!(imports.contains(&format!("wasi:cli/environment@{version}")), "{imports:?}");
        assert_eq!(prints(&component, &["args"]), "program\nargs\n");
    }
}

#[test]
fn wit_describes_a_module_without_metadata() {
    let wit = support::project().join("tests/guests/hello-c");
    let component = componentize(&guest("hello-c.module"), &["--wit", wit.to_str().unwrap()]);
    assert!(names(&component).0.contains(&"hello-world".to_owned()));
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("hello-c.wasm");
    std::fs::write(&socket, component).unwrap();
    let output = support::plug(&socket, &[guest("hello-lib")]);
    assert_eq!(prints(&output, &[]), "C says: Hello from the library!\n");
}

#[test]
fn a_module_that_is_text_is_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let module = folder.path().join("answer.wat");
    std::fs::write(&module, r#"(module (func (export "answer") (result i32) (i32.const 42)))"#).unwrap();
    std::fs::write(folder.path().join("answer.wit"), "package a:b; world w { export answer: func() -> u32; }").unwrap();
    let component = componentize(&module, &["--wit", folder.path().join("answer.wit").to_str().unwrap()]);
    assert_eq!(names(&component), (vec![], vec!["answer".to_owned()]));
}

#[test]
fn what_cannot_be_componentized_is_said() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("two.wit"), "package a:b; world one {} world two { export f: func(); }").unwrap();
    std::fs::write(folder.path().join("bad.wit"), "package a:b; world one { export f func(); }").unwrap();
    std::fs::write(folder.path().join("bare.wat"), "(module)").unwrap();
    let module = guest("hello-c.module");
    let module = module.to_str().unwrap();
    let component = guest("hello-lib");
    for (arguments, parts) in [
        (&[module, "--wit", "missing.wit"][..], &["missing.wit"][..]),
        (&[module, "--wit", "bad.wit"], &["bad.wit:1:35", "export f func();"]),
        (&[module, "--wit", "two.wit"], &["two.wit", "world"]),
        (&[module, "--wit", "two.wit", "--world", "three"], &["two.wit", "three"]),
        (&["bare.wat", "--wit", "two.wit", "--world", "two"], &["bare.wat", "`f`"]),
        (&["bare.wat"], &["bare.wat` is a core module without WIT metadata", "--wit PATH"]),
        (&[component.to_str().unwrap()], &["is a component already"]),
        (&["bare.wat", "--world", "w"], &["--wit"]),
        (&[module, "--adapt", "missing.wasm"], &["missing.wasm`: no such file"]),
        (&[module], &["which has no WIT metadata: ", "hello-world", "--wit PATH"]),
        (&[module, "--adapt", component.to_str().unwrap()], &["as an adapter: it is a component"]),
        (&[module, "--adapt", "env=bare.wat"], &["imports from `env`", "imports from $root, wasi_snapshot_preview1"]),
        (&["-", "--adapt", "-"], &["standard input is given as more than one input"]),
    ] {
        let said = fails(weld(folder.path()).arg("componentize").args(arguments).args(["-o", "out.wasm"]));
        for part in parts {
            assert!(said.contains(part), "{arguments:?} should say {part}:\n{said}");
        }
        assert!(!folder.path().join("out.wasm").exists());
    }
}
