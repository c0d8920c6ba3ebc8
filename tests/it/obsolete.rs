//! What the Component Model no longer has: it is read, and written only where that is asked for.

use crate::support::{fails, names, succeeds, weld};
use tempfile::TempDir;

const NAMES: [&str; 5] = [
    "locked-dep=<t:dep>",
    "locked-dep=<t:dep@1.0.0>,integrity=<sha256-AAAA>",
    "unlocked-dep=<t:dep@{>=1.0.0}>",
    "url=<https://example.com/dep.wasm>",
    "integrity=<sha256-AAAA>",
];

/// A directory with `app.wat`, a policy and a world that fit anything.
fn directory(app: &str) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(directory.path().join(name), text).unwrap();
    write("app.wat", app);
    write("plug.wat", r#"(component (import "g" (func $g)) (export "f" (func $g)))"#);
    write("policy.toml", "default = \"allow\"\n");
    write("weld.toml", "[composition]\nroot = \"app\"\noutput = \"out.wasm\"\n[components]\napp = \"app.wat\"\n");
    directory
}

/// Components that have something obsolete, each with how messages call it.
fn components() -> Vec<(String, String)> {
    let mut all = Vec::new();
    for name in NAMES {
        let called = format!("the import name `{name}`");
        all.push((format!(r#"(component (import "{name}" (func)) (import "f" (func)))"#), called.clone()));
        all.push((format!(r#"(component (import "{name}" (instance)) (import "f" (func)))"#), called.clone()));
        // Within a component, and within the type of one.
        let within = format!(r#"(component (import "f" (func $f)) (component (import "{name}" (func))))"#);
        all.push((within, called.clone()));
        let of_type = format!(r#"(component (import "f" (func)) (import "c" (component (import "{name}" (func)))))"#);
        all.push((of_type, called));
    }
    for (built_in, called) in [
        ("thread.yield cancellable", "thread.yield"),
        ("waitable-set.wait cancellable (memory $m)", "waitable-set.wait"),
        ("waitable-set.poll cancellable (memory $m)", "waitable-set.poll"),
        ("thread.suspend cancellable", "thread.suspend"),
    ] {
        let app = format!(
            r#"(component (import "f" (func))
                (core module $lib (memory (export "m") 1)) (core instance $lib (instantiate $lib))
                (alias core export $lib "m" (core memory $m))
                (core func (canon {built_in})))"#
        );
        all.push((app, format!("the built-in function `{called}` as `cancellable`")));
    }
    all
}

#[test]
fn obsolete_names_are_accepted_in_inputs() {
    for (app, _) in components() {
        let directory = directory(&app);
        for arguments in [
            &["inspect", "app.wat"][..],
            &["inspect", "app.wat", "--json"],
            &["inspect", "app.wat", "--wit"],
            &["snapshot", "app.wat"],
            &["diff", "app.wat", "app.wat"],
        ] {
            succeeds(weld(directory.path()).args(arguments));
        }
        // Some import a component, which no policy allows by default.
        let output = weld(directory.path()).args(["check", "app.wat", "--policy", "policy.toml"]).output().unwrap();
        assert_ne!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn obsolete_names_are_written_only_with_the_flag() {
    for (app, called) in components() {
        let directory = directory(&app);
        for arguments in [
            &["plug", "app.wat", "--plug", "plug.wat", "-o", "out.wasm"][..],
            &["virt", "app.wat", "--allow-all", "-o", "out.wasm"],
            &["build"],
        ] {
            let said = fails(weld(directory.path()).args(arguments));
            assert!(said.contains(&called), "{app} should say {called}:\n{said}");
            assert!(said.contains("app.wat") && said.contains("--allow-obsolete-names"), "{said}");
            assert!(!directory.path().join("out.wasm").exists());
            succeeds(weld(directory.path()).args(arguments).arg("--allow-obsolete-names"));
            std::fs::remove_file(directory.path().join("out.wasm")).unwrap();
        }
    }
}

#[test]
fn virt_refuses_to_deny_an_import_with_an_import_only_name() {
    for name in NAMES {
        for ty in ["(func)", "(func (result u32))", r#"(instance (export "f" (func)))"#] {
            let directory = directory(&format!(r#"(component (import "{name}" {ty}))"#));
            let said = fails(weld(directory.path()).args(["virt", "app.wat", "-o", "out.wasm"]));
            assert!(said.contains(&format!("import `{name}` of `app` cannot be denied")), "{said}");
            assert!(said.contains("named as only imports may be"), "{said}");
        }
    }
}

#[test]
fn compose_names_imported_components_as_the_document_does() {
    let directory = directory(r#"(component (import "f" (func)))"#);
    std::fs::write(directory.path().join("doc.wac"), "package t:doc;\nlet app = new t:app { ... };\n").unwrap();
    let arguments = ["compose", "doc.wac", "-i", "--dep", "t:app=app.wat", "-o", "out.wasm"];
    let said = fails(weld(directory.path()).args(arguments));
    for part in ["component `t:app`", "`unlocked-dep=<t:app>`", "`--allow-obsolete-names`", "doc.wac:2"] {
        assert!(said.contains(part), "{said}");
    }
    assert!(!directory.path().join("out.wasm").exists());
    succeeds(weld(directory.path()).args(arguments).arg("--allow-obsolete-names"));
    let output = std::fs::read(directory.path().join("out.wasm")).unwrap();
    assert!(names(&output).0.contains(&"unlocked-dep=<t:app>".to_owned()), "{:?}", names(&output).0);
}
