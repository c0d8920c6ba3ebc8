//! Inputs on which libraries panic that weld reads them with: an error that names the file and the library, and no panic of weld.

use wasm_encoder::{ComponentSection, CustomSection, Encode};

use crate::support::{ONE_TYPE_TWICE, fails, guest, names, succeeds, weld};

/// An attribute that WIT allows once.
const SINCE_TWICE: &str = "
package test:hostile;

world w {
  @since(version = 1.0.0) @since(version = 1.0.0)
  import other:doors/thing;
}
";

/// The binary form of a WIT package, whose interface names a function type, for which WIT has no words.
const FUNCTION_TYPE: &str = r#"
(component
  (@custom "wit-component-encoding" "\04\00")
  (type (component
    (type (component
      (type (instance
        (type (func))
        (export "callback" (type (eq 0)))))
      (import "test:hostile/callbacks" (instance (type 0)))))
    (export "test:hostile/w" (component (type 0)))))
  (export "w" (type 0)))
"#;

/// Runs weld in a directory that has one file. Gives what it says, without what stands before the message.
fn refused(file: &str, text: &str, arguments: &[&str]) -> String {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join(file), text).unwrap();
    let said = fails(weld(directory.path()).args(arguments));
    assert!(std::fs::read_dir(directory.path()).unwrap().count() == 1, "something was written");
    said
}

#[test]
fn wit_that_panics_the_parser_is_an_error_of_each_command() {
    let (command, module) = (guest("command-0.2.12"), guest("hello-c.module"));
    for arguments in [
        &["inspect", "w.wit"][..],
        &["virt", "--wit", "w.wit", "-o", "out.wasm"],
        &["targets", command.to_str().unwrap(), "--wit", "w.wit"],
        &["componentize", module.to_str().unwrap(), "--wit", "w.wit", "-o", "out.wasm"],
    ] {
        let said = refused("w.wit", SINCE_TWICE, arguments);
        assert!(
            said.contains("`wit-parser`, which weld uses to read WIT, fails on `w.wit`: "),
            "{arguments:?}: {said}"
        );
        assert!(!said.contains("panicked"), "{said}");
    }
}

#[test]
fn wit_package_as_binary_that_panics_the_parser_is_an_error() {
    for arguments in [&["inspect", "w.wat"][..], &["virt", "--wit", "w.wat", "-o", "out.wasm"]] {
        let said = refused("w.wat", FUNCTION_TYPE, arguments);
        assert!(
            said.contains("`wit-parser`, which weld uses to read WIT, fails on `w.wat`: "),
            "{arguments:?}: {said}"
        );
    }
}

/// Each command that reads components, with a place for the name of one.
const COMMANDS: &[&[&str]] = &[
    &["inspect", "FILE"],
    &["inspect", "--wit", "FILE"],
    &["inspect", "--html", "out.wasm", "FILE"],
    &["snapshot", "FILE"],
    &["diff", "FILE", "FILE"],
    &["check", "FILE", "--policy", "/dev/null"],
    &["virt", "FILE", "-o", "out.wasm"],
    &["plug", "FILE", "--plug", "FILE", "-o", "out.wasm"],
    &["plug", "SOUND", "--plug", "FILE", "-o", "out.wasm"],
    &["verify", "FILE", "--input", "SOUND"],
    &["verify", "SOUND", "--input", "FILE"],
];

/// Refuses a component with each command that reads one, and gives what they say.
fn refused_by_each(text: &str) -> Vec<String> {
    let sound = guest("counter");
    let named = |argument: &&str| match *argument {
        "FILE" => "c.wat".to_owned(),
        "SOUND" => sound.display().to_string(),
        other => other.to_owned(),
    };
    let refused = |arguments: &&[&str]| {
        let arguments: Vec<String> = arguments.iter().map(named).collect();
        refused("c.wat", text, &arguments.iter().map(String::as_str).collect::<Vec<_>>())
    };
    // Two files that are one need no decoding to be told equal.
    COMMANDS.iter().filter(|arguments| arguments[0] != "diff").map(refused).collect()
}

#[test]
fn component_that_panics_the_validator_is_an_error_of_each_command() {
    for said in refused_by_each(ONE_TYPE_TWICE) {
        assert!(
            said.contains("`wasmparser`, which weld uses to read components, fails on `c.wat`: ")
                && said.contains("the phase load"),
            "{said}"
        );
        assert!(!said.contains("defect: ") && !said.contains("panicked"), "{said}");
    }
}

#[test]
fn component_that_panics_the_validator_is_an_error_of_the_library() {
    let error = weld::inspect(ONE_TYPE_TWICE.as_bytes()).unwrap_err().to_string();
    assert!(error.contains("`wasmparser`, which weld uses to read components, fails on `<memory>`: "), "{error}");
}

/// Instance types, each of which exports an instance of the one before.
fn chain(length: usize) -> String {
    let mut text = "(component (type $t0 (instance (export \"f\" (func))))".to_owned();
    for index in 1..length {
        let before = index - 1;
        let line = "(instance (alias outer 1 $tBEFORE (type)) (export \"i\" (instance (type 0))))";
        text += &format!(" (type $t{index} {})", line.replace("BEFORE", &before.to_string()));
    }
    format!("{text} (import \"test:hostile/c\" (instance (type $t{}))))", length - 1)
}

#[test]
fn load_refuses_mutually_recursive_types_deeper_than_the_validator() {
    for length in [126, 127, 128, 10_000] {
        for said in refused_by_each(&chain(length)) {
            assert!(said.contains("`c.wat` nests types more than 100 levels deep"), "{length}: {said}");
        }
    }
    for length in [99, 100, 101] {
        assert!(weld::inspect(chain(length).as_bytes()).is_ok(), "{length}");
    }
}

#[test]
fn load_error_names_the_flag_for_a_preview_1_adapter() {
    let directory = tempfile::tempdir().unwrap();
    let adapter = wasi_preview1_component_adapter_provider::WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER;
    std::fs::write(directory.path().join("a.wasm"), adapter).unwrap();
    for arguments in [&["inspect", "a.wasm"][..], &["componentize", "a.wasm"], &["plug", "a.wasm", "--plug", "a.wasm"]]
    {
        let said = fails(weld(directory.path()).args(arguments));
        assert!(said.contains("`a.wasm` is a preview 1 adapter: pass it as `--adapt`"), "{said}");
    }
}

#[test]
fn inspect_may_refuse_a_function_type_that_compose_writes() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("d.wac"), "package test:hostile;\ninterface i { type f = func(); }\n")
        .unwrap();
    succeeds(weld(directory.path()).args(["compose", "d.wac", "-o", "out.wasm"]));
    let said = fails(weld(directory.path()).args(["inspect", "out.wasm"]));
    assert!(said.contains("`wit-parser`, which weld uses to read WIT, fails on `out.wasm`"), "{said}");
}

#[test]
fn virt_and_inspect_accept_an_exported_import_with_resources() {
    let directory = tempfile::tempdir().unwrap();
    let component = r#"
        (component
          (import "test:hostile/keys" (instance $keys (export "key" (func (result string)))))
          (import "test:hostile/doors" (instance $doors
            (export "door" (type (sub resource)))
            (export "[constructor]door" (func (result (own 0))))
            (export "[method]door.look" (func (param "self" (borrow 0)) (result u32)))))
          (export "test:other/keys" (instance $keys))
          (export "test:other/doors" (instance $doors)))"#;
    std::fs::write(directory.path().join("app.wat"), component).unwrap();
    let grant = "test:hostile/doors#[method]door.look=deny";
    succeeds(weld(directory.path()).args(["virt", "app.wat", "--allow-all", "--grant", grant, "-o", "out.wasm"]));
    for arguments in [&["inspect"][..], &["inspect", "--wit"], &["inspect", "--json"], &["snapshot"]] {
        succeeds(weld(directory.path()).args(arguments).arg("out.wasm"));
    }
    succeeds(weld(directory.path()).args(["diff", "out.wasm", "out.wasm"]));
}

#[test]
fn manifest_error_escapes_a_lone_carriage_return() {
    let said = refused("weld.toml", "[composition]\nroot = \"a\" # \rall is well\noutput = 1 x\n", &["build"]);
    assert!(said.contains("all is well") && !said.contains('\r'), "{said:?}");
}

#[test]
fn inspect_escapes_line_feeds_in_metadata() {
    let directory = tempfile::tempdir().unwrap();
    let mut producers = wasm_encoder::ProducersSection::new();
    producers.field("language", wasm_encoder::ProducersField::new().value("Rust\n\nforged\n  forged", "1\nforged"));
    let mut component = wasm_encoder::Component::new();
    component.section(&producers);
    std::fs::write(directory.path().join("app.wasm"), component.finish()).unwrap();
    for flags in [&[][..], &["-v"]] {
        let output = weld(directory.path()).arg("inspect").args(flags).arg("app.wasm").output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(said.contains("forged"), "{flags:?}: {said}");
        assert!(!said.lines().any(|line| line.trim_start().starts_with("forged")), "{flags:?}: {said}");
    }
}

/// A component whose custom section has text that would be read as definitions, after a line that the printer means to be a comment.
fn with_producers_of(component: &[u8], name: &str) -> Vec<u8> {
    let mut data = Vec::new();
    1_u32.encode(&mut data);
    name.encode(&mut data);
    // The field's name is what is not valid.
    1_u32.encode(&mut data);
    "tool".encode(&mut data);
    "1".encode(&mut data);
    let mut bytes = component.to_vec();
    CustomSection { name: "producers".into(), data: data.into() }.append_to_component(&mut bytes);
    bytes
}

#[test]
fn virt_output_as_text_is_correct_for_any_custom_section() {
    let directory = tempfile::tempdir().unwrap();
    let import = r#"(import "wasi:random/random@0.2.0" (instance (export "get-random-u64" (func (result u64)))))"#;
    let app = wat::parse_str(format!(r#"(component {import} (import "y" (func)) (export "y" (func 0)))"#)).unwrap();
    // Ends the component, imports what is denied, ends the outermost component, and takes all that follows for an annotation.
    for name in [
        format!("x\r) {import} ) (@j (@j \r;;"),
        format!("x\r {import} \r;;"),
        format!("x\u{85}{import}\u{2028}{import}\n{import}"),
        "\u{1b}[2J\u{202e}\u{9b}".to_owned(),
    ] {
        std::fs::write(directory.path().join("app.wasm"), with_producers_of(&app, &name)).unwrap();
        succeeds(weld(directory.path()).args(["virt", "app.wasm", "--grant", "y=allow", "-t", "-o", "out.wat"]));
        let text = std::fs::read_to_string(directory.path().join("out.wat")).unwrap();
        assert!(!text.contains(['\r', '\u{1b}', '\u{202e}', '\u{9b}', '\u{85}']), "{name:?}: {text}");
        let (imports, _) = names(&wat::parse_str(&text).unwrap());
        assert_eq!(imports, ["y"], "{name:?}");
    }
}

#[test]
fn load_refuses_control_characters_in_import_names() {
    for (of, text) in [
        ("an import", r#"(component (import "url=<a\nforged: b>" (func)))"#),
        ("one in what is nested", r#"(component (component (import "url=<a\nforged: b>" (func))))"#),
        ("one in a type", r#"(component (type (component (import "url=<a\nforged: b>" (func)))))"#),
    ] {
        for arguments in [
            &["inspect", "c.wat", "--wit"][..],
            &["virt", "c.wat", "-o", "out.wasm"],
            &["verify", "c.wat", "--input", "c.wat"],
        ] {
            let said = refused("c.wat", text, arguments);
            assert!(
                said.contains("has an import with a control character in its name: `url=<a\\u{a}forged: b>`"),
                "{of}: {said}"
            );
            assert!(!said.lines().any(|line| line.starts_with("forged")), "{of}: {said}");
        }
    }
}
