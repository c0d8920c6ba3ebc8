//! Inputs that are not components: an error that names the file, exit code 2, nothing written.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{fails, guest, succeeds, weld};

/// Plugs `input` into a socket, which must fail, name it, and leave the output that was there.
#[track_caller]
fn refused(directory: &Path, input: &Path) -> String {
    let output = directory.join("out.wasm");
    std::fs::write(&output, "as before").unwrap();
    let mut command = weld(directory);
    command.arg("plug").arg(guest("hello-command")).arg("--plug").arg(input).args(["-o", "out.wasm"]);
    let said = fails(&mut command);
    // A component by its name in the composition, which is the file's stem; all else by its file.
    let name = input.file_stem().unwrap().to_string_lossy();
    assert!(said.contains(&*name), "{name} is not named:\n{said}");
    // The directory may have any name.
    let words = said.replace(&directory.display().to_string(), "");
    assert!(!words.contains("bug"), "a bad input is no bug of weld's:\n{said}");
    assert_eq!(std::fs::read(&output).unwrap(), b"as before");
    let left: Vec<_> = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().ends_with(".tmp")), "{left:?}");
    said
}

/// Writes an input and sees it refused.
#[track_caller]
fn contents_refused(name: &str, contents: &[u8]) -> String {
    let directory = tempfile::tempdir().unwrap();
    let input = directory.path().join(name);
    std::fs::write(&input, contents).unwrap();
    refused(directory.path(), &input)
}

#[test]
fn load_refuses_a_truncated_component() {
    let whole = std::fs::read(guest("hello-lib")).unwrap();
    let lengths = (1..200).chain((200..whole.len()).step_by(97)).chain([whole.len() - 1]);
    for length in lengths {
        let said = contents_refused("cut.wasm", &whole[..length]);
        // Cut between two sections, what is left is a component that exports nothing.
        let ways = ["cut.wasm` is truncated", "it starts with", "is not a valid component", "uses no export of `cut`"];
        assert!(ways.iter().any(|way| said.contains(way)), "cut after {length} bytes:\n{said}");
    }
}

#[test]
fn plug_composes_or_refuses_a_component_with_any_changed_byte() {
    // Not each change makes it invalid; none may make weld panic, or write what is not valid.
    let whole = std::fs::read(guest("hello-lib")).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let input = directory.path().join("changed.wasm");
    for place in (0..whole.len()).step_by(61) {
        let mut changed = whole.clone();
        changed[place] ^= 0xff;
        std::fs::write(&input, &changed).unwrap();
        let mut command = weld(directory.path());
        command.arg("plug").arg(guest("hello-command")).arg("--plug").arg(&input).args(["-o", "out.wasm"]);
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        match output.status.code() {
            Some(0) => {
                let written = std::fs::read(directory.path().join("out.wasm")).unwrap();
                let features = wasmparser::WasmFeatures::all();
                wasmparser::Validator::new_with_features(features).validate_all(&written).unwrap();
            }
            Some(2) => assert!(!said.contains("bug") && !said.contains("panicked"), "byte {place}:\n{said}"),
            other => panic!("byte {place}: {other:?}\n{said}"),
        }
    }
}

#[test]
fn load_refuses_an_empty_file() {
    assert!(contents_refused("empty.wasm", b"").contains("empty.wasm` is empty"));
}

#[test]
fn load_refuses_text_that_is_not_wat() {
    let said = contents_refused("notes.txt", b"Dear diary, today I linked nothing.\n");
    assert!(said.contains("neither a WebAssembly binary nor WebAssembly text: it starts with `Dear dia`"), "{said}");
}

#[test]
fn load_reads_text_of_older_and_newer_tools() {
    // Each of the two is refused by the other's parser.
    let older = r#"(component (import "f" (func $f (param "x" string)))
      (core module $m (memory (export "memory") 1)) (core instance $m (instantiate $m))
      (core func (canon lower (func $f) (memory $m "memory"))))"#;
    let newer = r##"(component (core module
      (import "a" "b" (global $"#x" (@name "x") i32)) (import "a" "c" (global $x i32))))"##;
    let directory = tempfile::tempdir().unwrap();
    for text in [older, newer] {
        std::fs::write(directory.path().join("in.wat"), text).unwrap();
        let output = succeeds(weld(directory.path()).args(["inspect", "in.wat"]));
        let printed = String::from_utf8(output.stdout).unwrap();
        assert!(printed.contains("1 core module"), "{printed}");
    }
    std::fs::write(directory.path().join("in.wat"), newer.replace("i32)))", "i33)))")).unwrap();
    let error = fails(weld(directory.path()).args(["inspect", "in.wat"]));
    assert!(error.contains("`in.wat` is not valid WebAssembly text"), "{error}");
}

#[test]
fn load_says_that_a_component_may_be_of_a_newer_toolchain() {
    let mut bytes = wasm_encoder::Component::HEADER.to_vec();
    // A section of canonical functions, with one of a kind that there is not yet.
    bytes.extend([8, 2, 1, 0xfe]);
    let error = contents_refused("new.wasm", &bytes);
    assert!(error.contains("or is of a newer toolchain than this weld knows: invalid leading byte"), "{error}");
}

#[test]
fn load_refuses_unknown_formats() {
    let said = contents_refused("ff.wasm", &[0xff; 4096]);
    assert!(said.contains("it starts with the bytes ff ff ff ff ff ff ff ff"), "{said}");
}

#[cfg(unix)]
#[test]
fn load_refuses_endless_inputs_before_reading_them() {
    let directory = tempfile::tempdir().unwrap();
    let large = directory.path().join("large.wasm");
    let file = std::fs::File::create(&large).unwrap();
    file.set_len(100 << 30).unwrap();
    for (input, expected) in
        [(Path::new("/dev/zero"), "it starts with the bytes 00 00"), (&large, "is larger than 2147.5 MB")]
    {
        let start = std::time::Instant::now();
        let said = refused(directory.path(), input);
        assert!(said.contains(expected), "{said}");
        assert!(start.elapsed().as_secs() < 3);
    }
}

#[test]
fn load_refuses_a_directory() {
    let directory = tempfile::tempdir().unwrap();
    let input = directory.path().join("directory.wasm");
    std::fs::create_dir(&input).unwrap();
    assert!(refused(directory.path(), &input).contains("is a directory, not a component"));
}

#[test]
fn load_refuses_a_missing_file() {
    let directory = tempfile::tempdir().unwrap();
    let said = refused(directory.path(), &directory.path().join("missing.wasm"));
    assert!(said.contains("no such file"), "{said}");
}

#[cfg(unix)]
#[test]
fn load_refuses_an_unreadable_file() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;

    let directory = tempfile::tempdir().unwrap();
    let input = directory.path().join("secret.wasm");
    std::fs::copy(guest("hello-lib"), &input).unwrap();
    // Root may read anything, so as root the command runs as somebody else, who can reach all but this file.
    let set_mode = |path: &Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    set_mode(directory.path(), 0o755);
    set_mode(&input, 0o000);
    let (weld, socket) = (directory.path().join("weld"), directory.path().join("socket.wasm"));
    // Where this process wrote the program itself, a command that another test starts meanwhile would inherit the file while it is open for
    // writing, and what is open for writing cannot be run.
    assert!(Command::new("cp").arg(env!("CARGO_BIN_EXE_weld")).arg(&weld).status().unwrap().success());
    std::fs::copy(guest("hello-command"), &socket).unwrap();
    set_mode(&weld, 0o755);
    set_mode(&socket, 0o644);
    let mut command = Command::new(&weld);
    command.arg("plug").arg(&socket).arg("--plug").arg(&input).args(["-o", "-"]).current_dir(directory.path());
    if std::fs::metadata(&input).unwrap().uid() == 0 {
        command.uid(65534);
    }
    let said = fails(&mut command);
    assert!(said.contains("secret.wasm`: permission denied"), "{said}");
}

#[test]
fn load_refuses_a_core_module_without_metadata() {
    let said = contents_refused("module.wat", br#"(module (func (export "f")))"#);
    assert!(said.contains("is a core module without WIT metadata"), "{said}");
    assert!(said.contains("weld componentize"), "{said}");
}

#[test]
fn load_errors_escape_control_characters_in_names() {
    let directory = tempfile::tempdir().unwrap();
    let input: PathBuf = directory.path().join("a\u{1b}[2Jb\u{202e}.wasm");
    std::fs::write(&input, "not wasm").unwrap();
    let mut command = weld(directory.path());
    command.arg("plug").arg(guest("hello-command")).arg("--plug").arg(&input).args(["-o", "out.wasm"]);
    let said = fails(&mut command);
    assert!(said.contains("a\\u{1b}[2Jb\\u{202e}.wasm"), "{said}");
    assert!(!said.contains('\u{1b}') && !said.contains('\u{202e}'), "{said:?}");
}

#[test]
fn load_errors_escape_nested_names() {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(directory.path().join(name), text).unwrap();
    write("socket.wat", r#"(component (import "m" (core module (export "x\1b[2J" (func)))))"#);
    write("plug.wat", r#"(component (core module $m) (export "m" (core module $m)))"#);
    let said = fails(weld(directory.path()).args(["plug", "socket.wat", "--plug", "plug.wat", "-o", "out.wasm"]));
    assert!(said.contains("x\\u{1b}[2J"), "{said}");
    assert!(!said.contains('\u{1b}'), "{said:?}");
}

#[test]
fn load_refuses_deeply_nested_components() {
    for (levels, accepted) in [(99, true), (100, true), (101, false), (3_000, false)] {
        let component = nested_components(levels);
        let said = contents_refused("deep.wasm", &component);
        let expected = if accepted { "uses no export of `deep`" } else { "nests components more than 100 levels deep" };
        assert!(said.contains(expected), "{levels} levels:\n{said}");
    }
}

/// A component whose only section is a component, and so on.
fn nested_components(levels: usize) -> Vec<u8> {
    let mut component = b"\0asm\x0d\0\x01\0".to_vec();
    for _ in 0..levels {
        let mut outer = b"\0asm\x0d\0\x01\0\x04".to_vec();
        leb128(&mut outer, component.len());
        outer.extend_from_slice(&component);
        component = outer;
    }
    component
}

#[test]
fn load_refuses_deeply_nested_types() {
    for (levels, accepted) in [(99, true), (100, true), (101, false), (10_000, false), (200_000, false)] {
        let component = nested_types(levels);
        let said = contents_refused("deep.wasm", &component);
        let expected = if accepted { "uses no export of `deep`" } else { "nests types more than 100 levels deep" };
        assert!(said.contains(expected), "{levels} levels:\n{said}");

        // The metadata of a core module is a component too.
        let said = contents_refused("deep.wasm", &module_with_metadata(&component));
        assert!(accepted || said.contains(expected), "{levels} levels:\n{said}");
    }
}

#[test]
fn load_refuses_a_cycle_of_packages_in_metadata() {
    // wit-parser would follow them without end.
    let interface = |name: &str, used: &str| {
        format!(
            r#"(alias export ${used} "t" (type ${used}-t))
            (import "{name}" (instance ${{}}
              (alias outer 1 ${used}-t (type $outer)) (export "s" (type (eq $outer)))
              (type $t (record (field "x" u8))) (export "t" (type (eq $t)))))"#
        )
    };
    let (b1, a2) = (interface("b:b/one", "a1").replace("{}", "b1"), interface("a:a/two", "b1").replace("{}", "a2"));
    let metadata = format!(
        r#"(component
          (type (component
            (type (component
              (import "a:a/one" (instance $a1
                (type $t (record (field "x" u8))) (export "t" (type (eq $t)))))
              {b1} {a2}))
            (export "a:a/world" (component (type 0)))))
          (export "world" (type 0)))"#
    );
    let metadata = wat::parse_str(metadata).unwrap();
    let said = contents_refused("cycle.wasm", &module_with_metadata(&metadata));
    assert!(said.contains("packages or interfaces in it use each other's types in a cycle"), "{said}");
}

/// A core module that is nothing but its WIT metadata.
fn module_with_metadata(metadata: &[u8]) -> Vec<u8> {
    let name = b"component-type:test";
    let mut section = vec![name.len() as u8];
    section.extend_from_slice(name);
    section.extend_from_slice(metadata);
    let mut module = b"\0asm\x01\0\0\0\0".to_vec();
    leb128(&mut module, section.len());
    module.extend_from_slice(&section);
    module
}

/// A component with an instance type in an instance type in an instance type, and so on.
fn nested_types(levels: usize) -> Vec<u8> {
    // A section of one type: instance types of one declaration, which is a type; innermost a function's.
    let mut types = vec![0x01];
    types.extend([0x42, 0x01, 0x01].repeat(levels));
    types.extend([0x40, 0x00, 0x01, 0x00]);
    let mut component = b"\0asm\x0d\0\x01\0\x07".to_vec();
    leb128(&mut component, types.len());
    component.extend(types);
    component
}

#[test]
fn plug_refuses_an_output_nested_deeper_than_inputs_may_be() {
    let directory = tempfile::tempdir().unwrap();
    let text = r#"(component (import "text" (func $text (result string))) (export "greet" (func $text)))"#;
    let mut plug = wat::parse_str(text).unwrap();
    let nested = nested_components(99);
    plug.push(0x04);
    leb128(&mut plug, nested.len());
    plug.extend(nested);
    std::fs::write(directory.path().join("deep.wasm"), plug).unwrap();
    std::fs::write(directory.path().join("socket.wat"), r#"(component (import "greet" (func (result string))))"#)
        .unwrap();
    let said = fails(weld(directory.path()).args(["plug", "socket.wat", "--plug", "deep.wasm", "-o", "out.wasm"]));
    assert!(said.contains("`deep` nests 100 levels of components, and the output may have 100"), "{said}");
}

fn leb128(bytes: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}
