//! Compositions of built guests, run in wasmtime.

use crate::support::{self, guest, names, plug, prints, wit};

#[test]
fn plug_fills_a_function() {
    let output = plug(&guest("hello-command"), &[guest("hello-lib")]);
    assert_eq!(prints(&output, &[]), "Hello from the library!\n");
}

#[test]
fn plug_fills_an_interface_with_resources() {
    let output = plug(&guest("kv-app"), &[guest("kv-store")]);
    // Handles cross the wire as arguments, as results, borrowed and owned; each line is one use.
    let expected = "get apple: None
get apple: Some(\"red\")
get apple: Some(\"yellow\")
count fruit: 2
get pear through a second connection: Some(\"green\")
count fruit after closing it: 2
get apple from nuts: None
count nuts: 2
count merged: 3
get pear: Some(\"none\")
remove hazel: Some(\"brown\")
remove hazel: None
count merged: 2
count cleared: 0
count nuts after reopening: 2
";
    assert_eq!(prints(&output, &[]), expected);
}

#[test]
fn plug_fills_a_chain_of_three_with_different_patch_versions() {
    let output = plug(&guest("chain-top"), &[guest("chain-bottom"), guest("chain-middle")]);
    assert_eq!(prints(&output, &[]), "Good day, Dr. Ada\n");
    assert_eq!(prints(&output, &["Grace"]), "Good day, Dr. Grace\n");
}

#[test]
fn plug_shares_one_instance_in_a_diamond() {
    let output = plug(&guest("diamond"), &[guest("left"), guest("right"), guest("counter")]);
    // Were the counter instantiated twice, the right side would draw 1.
    assert_eq!(prints(&output, &[]), "left 1\nright 2\nleft 3\n");
}

#[test]
fn plug_fills_a_c_component_with_a_rust_component() {
    let output = plug(&guest("hello-c"), &[guest("hello-lib")]);
    assert_eq!(prints(&output, &[]), "C says: Hello from the library!\n");
}

#[test]
fn plug_componentizes_core_modules() {
    // A command of preview 1 has no import to plug; as a socket it must still be accepted as a component.
    let directory = tempfile::tempdir().unwrap();
    let said = support::fails(
        support::weld(directory.path())
            .args(["plug", "-o", "out.wasm"])
            .arg(guest("command.module"))
            .arg("--plug")
            .arg(guest("hello-lib")),
    );
    assert!(said.contains("`command.module` uses no export of `hello-lib`"), "{said}");
    assert!(said.contains("wasi:cli/environment@0.2."), "{said}");
}

#[test]
fn plug_output_has_the_imports_and_exports_of_the_socket() {
    for (socket, plugs, plugged) in [
        ("hello-command", &["hello-lib"][..], "hello-world"),
        ("kv-app", &["kv-store"], "acme:kv/store@0.1.0"),
        ("hello-c", &["hello-lib"], "hello-world"),
        ("chain-top", &["chain-middle", "chain-bottom"], "acme:chain/greet@1.0.0"),
    ] {
        let plugs: Vec<_> = plugs.iter().map(|plug| guest(plug)).collect();
        let (mut imports, exports) = names(&std::fs::read(guest(socket)).unwrap());
        imports.retain(|import| import != plugged);
        let output = plug(&guest(socket), &plugs);
        assert_eq!(names(&output), (imports, exports));
    }
}

#[test]
fn plug_keeps_the_host_import_types_of_the_socket() {
    let socket = std::fs::read(guest("hello-command")).unwrap();
    let output = plug(&guest("hello-command"), &[guest("hello-lib")]);
    let expected: String = wit(&socket)
        .lines()
        .filter(|line| !line.contains("import hello-world"))
        .map(|line| format!("{line}\n"))
        .collect();
    let without_blank_lines = |text: &str| text.lines().filter(|l| !l.is_empty()).map(|l| format!("{l}\n")).collect();
    let (found, expected): (String, String) = (without_blank_lines(&wit(&output)), without_blank_lines(&expected));
    assert_eq!(found, expected);
}

#[test]
fn plug_keeps_the_world_of_a_single_component() {
    // Each import is written again from the validator's types; a reader of WIT must not see that.
    let built = std::fs::read_dir(guest("command.module").parent().unwrap()).unwrap();
    let mut components = 0;
    for file in built.map(|entry| entry.unwrap().path()) {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        if !name.ends_with(".wasm") || name.ends_with(".module.wasm") {
            continue;
        }
        let component = std::fs::read(&file).unwrap();
        assert_eq!(wit(&support::alone(&file)), wit(&component), "{name}");
        components += 1;
    }
    assert!(components >= 15);
}
