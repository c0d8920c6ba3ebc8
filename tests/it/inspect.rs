//! `weld inspect`: of whatever component, whoever made it.

use crate::support::{self, guest, succeeds, weld};
use serde_json::{Value, json};
use wac_graph::types::Package;
use wac_graph::{CompositionGraph, EncodeOptions};
use wasm_encoder::{ComponentNameSection, CustomSection, NameMap, ProducersField, ProducersSection};

/// What `weld inspect` prints of some bytes.
#[track_caller]
fn inspect(component: &[u8], flags: &[&str]) -> String {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("it.wasm"), component).unwrap();
    let said = succeeds(weld(directory.path()).args(["inspect", "it.wasm"]).args(flags));
    String::from_utf8(said.stdout).unwrap()
}

#[track_caller]
fn inspect_json(component: &[u8]) -> Value {
    serde_json::from_str(&inspect(component, &["--json"])).unwrap()
}

fn of_guest(name: &str) -> Vec<u8> {
    std::fs::read(guest(name)).unwrap()
}

/// The names of the instances that the outermost component makes, each with what fills its imports that is no import itself.
fn wired(found: &Value) -> Vec<(String, Vec<(String, String)>)> {
    let instances = found["instances"].as_array().unwrap();
    let name = |index: &Value| instances[index.as_u64().unwrap() as usize]["name"].as_str().unwrap().to_owned();
    let of = |instance: &Value| {
        let wires = instance["imports"].as_array().unwrap().iter().filter(|wire| wire["from"]["is"] == "instance");
        let wires = wires.map(|wire| (wire["name"].as_str().unwrap().to_owned(), name(&wire["from"]["instance"])));
        (instance["name"].as_str().unwrap().to_owned(), wires.collect())
    };
    instances.iter().filter(|instance| instance["within"] == 0).map(of).collect()
}

fn to_pairs(wires: &[(&str, &str)]) -> Vec<(String, String)> {
    wires.iter().map(|(import, from)| ((*import).to_owned(), (*from).to_owned())).collect()
}

#[test]
fn inspect_shows_instances_and_wires_of_a_wac_composition() {
    let mut graph = CompositionGraph::new();
    let mut add = |name: &str, file: &str| {
        let package = Package::from_bytes(name, None, of_guest(file), graph.types_mut()).unwrap();
        graph.register_package(package).unwrap()
    };
    let (app, store) = (add("acme:app", "kv-app"), add("acme:store", "kv-store"));
    wac_graph::plug(&mut graph, vec![store], app).unwrap();
    let output = graph.encode(EncodeOptions::default()).unwrap();
    let found = inspect_json(&output);
    let wired = wired(&found);
    assert_eq!(wired.len(), 2);
    let (_, wires) = wired.iter().find(|(_, wires)| !wires.is_empty()).unwrap();
    let (store, _) = wired.iter().find(|(_, wires)| wires.is_empty()).unwrap();
    assert_eq!(*wires, to_pairs(&[("acme:kv/store@0.1.0", store)]));
    let roles: Vec<&Value> = found["components"].as_array().unwrap().iter().map(|c| &c["role"]).collect();
    assert_eq!(roles.iter().filter(|role| **role == "program").count(), 2);
    assert_eq!(roles[0], "composition");
    // Only the app prints.
    let stdout = found["imports"].as_array().unwrap().iter().find(|i| i["capabilities"] == json!(["stdout"])).unwrap();
    assert_eq!(stdout["reached_by"].as_array().unwrap().len(), 1);
}

#[test]
fn inspect_shows_instances_and_wires_of_a_wasm_compose_composition() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::copy(guest("kv-app"), directory.path().join("app.wasm")).unwrap();
    std::fs::copy(guest("kv-store"), directory.path().join("store.wasm")).unwrap();
    let config = wasm_compose::config::Config {
        dir: directory.path().to_owned(),
        definitions: vec!["store.wasm".into()],
        ..Default::default()
    };
    let app = directory.path().join("app.wasm");
    let output = wasm_compose::composer::ComponentComposer::new(&app, &config).compose().unwrap();
    let found = inspect_json(&output);
    let wired = wired(&found);
    assert_eq!(
        wired.iter().filter(|(_, wires)| wires.iter().any(|(import, _)| import == "acme:kv/store@0.1.0")).count(),
        1
    );
}

#[test]
fn inspect_shows_a_world_that_each_guest_conforms_to() {
    let directory = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(guest("").parent().unwrap()).unwrap() {
        let file = entry.unwrap().path();
        if file.extension().is_none_or(|end| end != "wasm") || file.to_string_lossy().contains("hello-c.module") {
            continue;
        }
        let wit = succeeds(weld(directory.path()).args(["inspect", "--wit"]).arg(&file)).stdout;
        std::fs::write(directory.path().join("world.wit"), wit).unwrap();
        succeeds(weld(directory.path()).args(["targets", "--wit", "world.wit"]).arg(&file));
    }
}

#[test]
fn inspect_distinguishes_reached_from_unused_imports() {
    let found = inspect_json(&of_guest("command-0.2.12"));
    let capabilities = found["instances"][0]["capabilities"].as_array().unwrap();
    for capability in ["env", "args", "stdout", "clocks", "random", "fs"] {
        assert!(capabilities.contains(&capability.into()), "{capability}");
    }
    assert!(!capabilities.contains(&"sockets".into()));
    let reached =
        &found["imports"].as_array().unwrap().iter().find(|i| i["name"] == "wasi:cli/environment@0.2.12").unwrap();
    assert_eq!(reached["capabilities"], json!(["env", "args"]));
    assert_eq!(reached["reached_by"][0]["functions"], json!(["get-environment", "get-arguments"]));
}

#[test]
fn inspect_shows_a_wasi_0_3_component() {
    let found = inspect_json(&of_guest("command-p3"));
    assert!(found["wit"]["text"].as_str().unwrap().contains("run: async func() -> result;"));
    assert_eq!(found["wit"]["reason"], Value::Null);
}

#[test]
fn inspect_shows_a_core_module_as_its_component() {
    let directory = tempfile::tempdir().unwrap();
    let said = succeeds(weld(directory.path()).arg("inspect").arg(guest("command.module")));
    let text = String::from_utf8(said.stdout).unwrap();
    assert!(text.starts_with("command.module  program, "), "{text}");
    assert!(String::from_utf8(said.stderr).unwrap().contains("is a core module"));
    // One that is not described has no world to be shown in.
    let said = support::fails(weld(directory.path()).arg("inspect").arg(guest("hello-c.module")));
    assert!(said.contains("which has no WIT metadata"), "{said}");
}

#[test]
fn inspect_prints_wit_packages_of_each_form() {
    let directory = tempfile::tempdir().unwrap();
    let text = "package a:b@1.0.0;\n\ninterface c {\n  /// What it does.\n  d: func() -> u32;\n}\n";
    std::fs::write(directory.path().join("b.wit"), text).unwrap();
    let mut resolve = wit_parser::Resolve::default();
    let package = resolve.push_str("b.wit", text).unwrap();
    std::fs::write(directory.path().join("b.wasm"), wit_component::encode(&resolve, package).unwrap()).unwrap();
    std::fs::create_dir(directory.path().join("wit")).unwrap();
    std::fs::write(directory.path().join("wit/b.wit"), text).unwrap();
    for (file, flags) in [("b.wit", &[][..]), ("b.wasm", &[]), ("wit", &["--wit"]), ("b.wasm", &["--wit"])] {
        let said = succeeds(weld(directory.path()).args(["inspect", file]).args(flags)).stdout;
        assert_eq!(String::from_utf8(said).unwrap(), text, "{file} {flags:?}");
    }
    let said = support::fails(weld(directory.path()).args(["inspect", "b.wasm", "--json"]));
    assert!(said.contains("`b.wasm` is a WIT package, not a component"), "{said}");
}

#[test]
fn inspect_names_the_module_of_invalid_code() {
    let wat = r#"(component
        (core module $good (func (export "f") (result i32) (i32.const 1)))
        (component $inner
            (core module $fine (func))
            (core module $bad (func) (func (result i64) (i32.const 1)) (func (result f32)))
            (core instance (instantiate $bad)))
        (instance (instantiate $inner)))"#;
    let component = wat::parse_str(wat).unwrap();
    let json = inspect_json(&component);
    let modules: Vec<&Value> =
        json["components"].as_array().unwrap().iter().flat_map(|of| of["modules"].as_array().unwrap()).collect();
    let named = |name: &str| modules.iter().find(|module| module["name"] == name).unwrap()["invalid"].clone();
    assert_eq!((named("good"), named("fine")), (Value::Null, Value::Null));
    let bad = named("bad").as_str().unwrap().to_owned();
    assert!(bad.starts_with("type mismatch: expected i64, found i32 (at offset 0x"), "{bad}");
    // Once, and below the component that has it.
    let tree = inspect(&component, &[]);
    let lines: Vec<&str> = tree.lines().filter(|line| line.contains("not valid")).collect();
    assert_eq!(lines.len(), 1, "{tree}");
    assert!(lines[0].ends_with(&format!("core module bad is not valid: {bad}")), "{tree}");
    assert!(inspect(&component, &["-v"]).contains(&format!("not valid: {bad}")));
    assert!(inspect(&component, &["--html", "-"]).contains("not valid: type mismatch"));
}

#[test]
fn inspect_wit_shows_unsupported_items_in_similar_notation() {
    let component = r#"(component
      (import "code" (core module (export "f" (func))))
      (import "more" (component (export "g" (func))))
      (import "add" (func $add (param "x" u32) (result u32)))
      (export "plus" (func $add)))"#;
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("it.wat"), component).unwrap();
    let said = succeeds(weld(directory.path()).args(["inspect", "it.wat", "--wit"]));
    let expected = "world root {\n  import add: func(x: u32) -> u32\n  \
                    import code: core module\n  import more: component\n  export plus: func(x: u32) -> u32\n}\n";
    assert_eq!(String::from_utf8(said.stdout).unwrap(), expected);
    assert!(String::from_utf8(said.stderr).unwrap().contains("this only looks like WIT"));
}

/// A component whose names are text that does something where it is not escaped.
fn hostile(name: &str) -> Vec<u8> {
    let mut component = wasm_encoder::Component::new();
    let nested = wat::parse_str("(component (core module))").unwrap();
    component.section(&wasm_encoder::RawSection { id: 4, data: &nested });
    let mut instances = wasm_encoder::ComponentInstanceSection::new();
    instances.instantiate(0, Vec::<(&str, wasm_encoder::ComponentExportKind, u32)>::new());
    component.section(&instances);
    let mut names = ComponentNameSection::new();
    names.component(name);
    let mut map = NameMap::new();
    map.append(0, name);
    names.components(&map);
    names.instances(&map);
    component.section(&names);
    let mut producers = ProducersSection::new();
    producers.field("processed-by", ProducersField::new().value(name, name));
    component.section(&producers);
    component.section(&CustomSection { name: "description".into(), data: name.as_bytes().into() });
    component.finish()
}

#[test]
fn inspect_escapes_terminal_controls_in_each_form() {
    let name = "a\u{1b}[31m\u{202e}b\nforged line\u{85}\u{7f}";
    let component = hostile(name);
    for flags in [&[][..], &["-v"], &["--wit"], &["--json"]] {
        let said = inspect(&component, flags);
        let is_harmless = |c: char| c == '\n' || !(c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c));
        assert!(said.chars().all(is_harmless), "{flags:?} {said:?}");
        assert!(!said.contains("\nforged"), "{said}");
    }
    let found = inspect_json(&component);
    assert_eq!(found["name"], name, "what is escaped means the same");
    assert_eq!(found["components"][0]["metadata"]["description"], name);
}

#[test]
fn inspect_distinguishes_instances_of_one_name() {
    let component = wat::parse_str(
        r#"(component
          (component $a (core module))
          (instance $a (instantiate $a)) (instance (instantiate $a)) (instance (instantiate $a))
          (component $b (component $a (core module)) (instance $a (instantiate $a)) (instance (instantiate $a)))
          (instance $b (instantiate $b)))"#,
    )
    .unwrap();
    let found = inspect_json(&component);
    let paths: Vec<&str> = found["instances"].as_array().unwrap().iter().map(|i| i["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["", "a", "a#2", "a#3", "b", "b/a", "b/a#2"]);
}

#[test]
fn inspect_refuses_exponential_instantiation() {
    // Each of 40 components instantiates the one before it twice: 2 to the power of 40 instances.
    let mut text = "(component $c0 (core module))".to_owned();
    for level in 1..=40 {
        let inner = level - 1;
        text = format!(
            "(component $c{level} {text} (instance (instantiate $c{inner})) (instance (instantiate $c{inner})))"
        );
    }
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("many.wat"), text).unwrap();
    let said = support::fails(weld(directory.path()).args(["inspect", "many.wat"]));
    assert!(said.contains("instantiates more than 25000 components"), "{said}");
}

/// A zlib stream that holds some bytes as they are.
fn stored(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap();
    let mut stream = vec![0x78, 0x01, 0x01];
    stream.extend(length.to_le_bytes());
    stream.extend((!length).to_le_bytes());
    stream.extend(bytes);
    let (a, b) = bytes.iter().fold((1u32, 0u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65521;
        (a, (b + a) % 65521)
    });
    stream.extend(((b << 16) | a).to_be_bytes());
    stream
}

#[test]
fn inspect_shows_well_formed_metadata_beside_malformed() {
    let packages = br#"{"packages":[{"name":"app","version":"1.2.3","source":"local","root":true,"dependencies":[1]},{"name":"cc","version":"1.0.0","source":"crates.io","kind":"build"}]}"#;
    let sections: &[(&str, Vec<u8>)] = &[
        ("licenses", b"Apache-2.0 OR MIT".to_vec()),
        ("authors", b"A. Author".to_vec()),
        ("homepage", b"not a url".to_vec()),
        ("source", b"https://example.org/app".to_vec()),
        ("revision", b"abc123".to_vec()),
        ("version", b"1.2.3".to_vec()),
        (".dep-v0", stored(packages)),
    ];
    let mut component = wasm_encoder::Component::new();
    for (name, data) in sections {
        component.section(&CustomSection { name: (*name).into(), data: data.into() });
    }
    let component = component.finish();
    let found = inspect_json(&component);
    let metadata = &found["components"][0]["metadata"];
    assert_eq!(metadata["licenses"], "Apache-2.0 OR MIT");
    assert_eq!(metadata["authors"], "A. Author");
    assert_eq!(metadata["source"], "https://example.org/app");
    assert_eq!(metadata["revision"], "abc123");
    assert_eq!(metadata["version"], "1.2.3");
    assert_eq!(metadata["malformed"], json!(["homepage"]));
    assert_eq!(
        metadata["dependencies"],
        json!([
            { "name": "app", "version": "1.2.3", "source": "local", "build": false },
            { "name": "cc", "version": "1.0.0", "source": "crates.io", "build": true },
        ])
    );
    let said = inspect(&component, &[]);
    assert!(said.contains("built of 2 packages\n"), "{said}");
    let said = inspect(&component, &["-v"]);
    assert!(said.contains("  cc 1.0.0 (crates.io, to build)\n"), "{said}");
}

#[test]
fn inspect_recognizes_files_that_are_no_component() {
    let directory = tempfile::tempdir().unwrap();
    let whole = of_guest("kv-app");
    for (name, bytes, expected) in [
        ("empty.wasm", &b""[..], "`empty.wasm` is empty"),
        ("text.txt", b"hello", "`text.txt` is neither"),
        ("cut.wasm", &whole[..whole.len() / 2], "`cut.wasm` is truncated"),
    ] {
        std::fs::write(directory.path().join(name), bytes).unwrap();
        let said = support::fails(weld(directory.path()).args(["inspect", name]));
        assert!(said.contains(expected), "{said}");
    }
    let said = support::fails(weld(directory.path()).args(["inspect", "nowhere.wasm"]));
    assert!(said.contains("nowhere.wasm"), "{said}");
}

#[test]
fn inspect_survives_components_outside_wit() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("it.wat");
    let resource = r#"(instance $i (export "r" (type (sub resource))))"#;
    for (text, reason) in [
        (r#"(import "a:b/c" (func))"#.to_owned(), "`a:b/c` is the name of an interface, and is none"),
        (r#"(import "x" (instance (export "a:b/c" (func))))"#.to_owned(), "`a:b/c` is the name of an interface"),
        (r#"(import "url=<https://x/y>" (func))"#.to_owned(), "is a name that is none in WIT"),
        (format!(r#"(import "a:b/c" {resource}) (export "a:b/c" (instance $i))"#), "are the same, types and all"),
        (
            format!(
                r#"(import "i" {resource}) (alias export $i "r" (type $r))
                   (import "f" (func (param "x" (own $r))))"#
            ),
            "`f` uses a type of `i`, which has no name to others",
        ),
        (
            format!(
                r#"(import "i" {resource}) (alias export $i "r" (type $r))
                   (import "e" (instance (alias outer 1 $r (type $t)) (export "r" (type (eq $t)))))"#
            ),
            "`e` uses a type of `i`",
        ),
        (
            r#"(import "a:b/c" (instance (export "f" (func (result u8)))))
               (core module $m (func (export "f") (result i32) i32.const 0)) (core instance $m (instantiate $m))
               (func $f (result u64) (canon lift (core func $n "f")))
               (core module $n (func (export "f") (result i64) i64.const 0))"#
                .replace("(func $f (result u64) (canon lift (core func $n \"f\")))", "")
                + r#"(core instance $n (instantiate $n)) (func $f (result u64) (canon lift (core func $n "f")))
                     (instance $e (export "f" (func $f))) (export "a:b/c" (instance $e))"#,
            "the interface `a:b/c` is of two types",
        ),
    ] {
        std::fs::write(&file, format!("(component {text})")).unwrap();
        let said = succeeds(weld(directory.path()).args(["inspect", "it.wat", "--wit"]));
        let stderr = String::from_utf8(said.stderr).unwrap();
        assert!(stderr.contains(reason), "{text}\n{stderr}");
        // The same in each form.
        for flags in [&["inspect"][..], &["inspect", "--json"], &["snapshot"]] {
            succeeds(weld(directory.path()).args(flags).arg("it.wat"));
        }
    }
}

#[test]
fn inspect_bounds_expanded_instances() {
    let directory = tempfile::tempdir().unwrap();
    // Each bundle has the one before twice: 2 to the power of 17 functions.
    let bundles: String = (1..18)
        .map(|n| format!(r#"(instance $b{n} (export "x" (instance $b{})) (export "y" (instance $b{})))"#, n - 1, n - 1))
        .collect();
    let text = format!(
        r#"(component (import "f" (func $f)) (instance $b0 (export "f" (func $f))) {bundles} (export "e" (instance $b17)))"#
    );
    std::fs::write(directory.path().join("bundles.wat"), &text).unwrap();
    let said = support::fails(weld(directory.path()).args(["inspect", "bundles.wat"]));
    assert!(
        said.contains("the types of `bundles.wat` have more items than a component of its size may have"),
        "{said}"
    );
    // And so has each type.
    let types: String = (1..13)
        .map(|n| {
            format!(r#"(type $t{n} (instance (export "x" (instance (type $o))) (export "y" (instance (type $o)))))"#)
                .replace("$o", &format!("$t{}", n - 1))
                .replace(
                    &format!("(type $t{n} (instance "),
                    &format!("(type $t{n} (instance (alias outer 1 $t{} (type $t{}))", n - 1, n - 1),
                )
        })
        .collect();
    let text =
        format!(r#"(component (type $t0 (instance (export "f" (func)))) {types} (import "i" (instance (type $t12))))"#);
    std::fs::write(directory.path().join("types.wat"), &text).unwrap();
    let said = succeeds(weld(directory.path()).args(["inspect", "types.wat", "--json"])).stdout;
    assert!(said.len() < 20_000_000, "{}", said.len());
}

#[test]
fn inspect_reads_repeated_packages_once() {
    let packages = stored(br#"{"packages":[{"name":"a","version":"1.0.0","source":"local"}]}"#);
    let mut component = wasm_encoder::Component::new();
    for _ in 0..1000 {
        component.section(&CustomSection { name: ".dep-v0".into(), data: (&packages).into() });
    }
    let found = inspect_json(&component.finish());
    let metadata = &found["components"][0]["metadata"];
    assert_eq!(metadata["dependencies"].as_array().unwrap().len(), 1);
    assert_eq!(metadata["malformed"].as_array().unwrap().len(), 999);
}

#[test]
fn inspect_sees_through_a_false_adapter() {
    let program = r#"(component $c (import "wasi:sockets/tcp@0.2.0" (instance $i (export "f" (func))))
        (core func $f (canon lower (func $i "f")))
        (core module $m (import "" "f" (func)))
        (core instance (instantiate $m (with "" (instance (export "f" (func $f)))))))"#;
    let import = r#"(import "wasi:sockets/tcp@0.2.0" (instance $tcp (export "f" (func))))"#;
    let producers = r#"(@producers (processed-by "weld" "0.1.0"))"#;
    for adapter in [
        // It has no code, and the program is within it.
        format!(
            r#"(component $a (@name "x:adapter") {import} {program}
               (instance (instantiate $c (with "wasi:sockets/tcp@0.2.0" (instance $tcp)))))"#
        ),
        // The program lies beside it.
        format!(
            r#"{program} (component $a (@name "x:adapter") {import} (alias outer 1 $c (component $c)) (core module)
               (instance (instantiate $c (with "wasi:sockets/tcp@0.2.0" (instance $tcp)))))"#
        ),
    ] {
        let text = format!(
            r#"(component {import} {adapter}
               (instance (instantiate $a (with "wasi:sockets/tcp@0.2.0" (instance $tcp)))) {producers})"#
        );
        let component = wat::parse_str(&text).unwrap();
        let said = inspect(&component, &[]);
        assert!(said.contains("\ncapabilities\n  network\n    sockets  "), "{said}");
        assert!(said.contains("── c  program"), "{said}");
    }
}

#[test]
fn inspect_names_an_unnamed_instance_after_its_export() {
    let component = |more: &str| {
        let counter = r#"(component (core module $m (func (export "f"))) (core instance $m (instantiate $m))
            (func $f (canon lift (core func $m "f"))) (export "acme:count/up@1.0.0" (instance (export "f" (func $f)))))"#;
        let text = format!("(component {more} {counter} (instance (instantiate 0)) (component (core module)))");
        wat::parse_str(text.replace(
            "(export \"acme:count/up@1.0.0\" (instance (export \"f\" (func $f))))",
            "(instance $e (export \"f\" (func $f))) (export \"acme:count/up@1.0.0\" (instance $e))",
        ))
        .unwrap()
    };
    let found = inspect_json(&component(""));
    assert_eq!(found["instances"][1]["name"], "component acme:count/up");
}

#[test]
fn inspect_refuses_a_cycle_through_a_label() {
    // wit-parser would follow the interfaces for ever, and end the process: `a:d/s` uses `a:l/l`, which uses `a:d/s`.
    let imports = r#"(import "a:d/s@1.0.0" (instance $s (export "r" (type $r (sub resource)))))
        (alias export $s "r" (type $r))
        (import "a:l/l@1.0.0" (instance $l (export "b" (type (eq $r)))))
        (alias export $l "b" (type $b))"#;
    let import = r#"(import "lab" (implements "a:d/s@1.0.0") (instance (export "b" (type (eq $b)))))"#;
    let export = r#"(component $e (import "b" (type $b (sub resource))) (export "b" (type $b)))
        (instance $e (instantiate $e (with "b" (type $b)))) (export "lab" (implements "a:d/s@1.0.0") (instance $e))"#;
    for label in [import, export] {
        let inspection = weld::inspect(weld::Input::bytes(format!("(component {imports} {label})"))).unwrap();
        let json = inspection.json();
        assert!(json.contains("packages or interfaces in it use each other's types in a cycle"), "{json}");
    }
}

#[test]
fn inspect_refuses_packages_that_form_a_cycle_through_an_alias() {
    // wit-parser would follow the packages for ever: `a:b` uses `c:d`, which uses `a:b`.
    let component = r#"(component
      (import "a:b/x" (instance $x (type $r (record (field "a" u32))) (export "p" (type (eq $r)))))
      (alias export $x "p" (type $p))
      (import "c:d/y" (instance $y (alias outer 1 $p (type $o)) (export "p" (type (eq $o)))))
      (alias export $y "p" (type $q))
      (import "a:b/z" (instance (alias outer 1 $q (type $o)) (export "u" (type (eq $o))))))"#;
    let inspection = weld::inspect(weld::Input::bytes(component)).unwrap();
    assert!(
        inspection.json().contains("packages or interfaces in it use each other's types in a cycle"),
        "{}",
        inspection.json()
    );
}

#[test]
fn inspect_lists_capabilities_that_imports_pose_as() {
    let component = wat::parse_str(
        r#"(component $a
          (import "wasi:filesystem/types@0.2.0" (func $f))
          (import "x:y/z" (instance $j (export "wasi:http/outgoing-handler@0.2.0" (instance (export "handle" (func))))))
          (import "x:y/w" (instance $k (export "wasi:random/random@0.2.0" (func))))
          (alias export $j "wasi:http/outgoing-handler@0.2.0" (instance $jj)) (alias export $jj "handle" (func $h))
          (alias export $k "wasi:random/random@0.2.0" (func $r))
          (core func $f (canon lower (func $f))) (core func $h (canon lower (func $h))) (core func $r (canon lower (func $r)))
          (core module $m (import "" "f" (func)) (import "" "h" (func)) (import "" "r" (func)))
          (core instance (instantiate $m (with "" (instance (export "f" (func $f)) (export "h" (func $h)) (export "r" (func $r)))))))"#,
    )
    .unwrap();
    let said = inspect(&component, &[]);
    assert!(said.ends_with("capabilities\n  fs\n  random\n  network\n    http\n"), "{said}");
    let found = inspect_json(&component);
    assert_eq!(found["instances"][0]["capabilities"], json!(["random", "fs", "http", "x:y/w", "x:y/z"]));
    // What a policy denies is what is listed.
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("it.wasm"), &component).unwrap();
    for capability in ["fs", "http", "random"] {
        let policy = format!("default = \"allow\"\n[[rule]]\ndeny = [\"{capability}\"]\n");
        std::fs::write(directory.path().join("policy.toml"), policy).unwrap();
        let ran = weld(directory.path()).args(["check", "it.wasm", "--policy", "policy.toml"]).output().unwrap();
        assert_eq!(ran.status.code(), Some(1), "{capability}");
    }
}

#[test]
fn inspect_shows_the_capabilities_of_modules_as_policies_judge_them() {
    let text = r#"(component
      (import "net" (instance (export "connect" (func))))
      (import "node:timers/x" (instance (export "set" (func))))
      (import "acme:plain/x" (instance (export "f" (func)))))"#;
    let found = inspect_json(&wat::parse_str(text).unwrap());
    let of = |name: &str| {
        found["imports"].as_array().unwrap().iter().find(|of| of["name"] == name).unwrap()["capabilities"].clone()
    };
    assert_eq!(of("net"), json!(["stdin", "stdout", "stderr", "sockets"]));
    assert_eq!(of("node:timers/x"), json!(["clocks"]));
    assert_eq!(of("acme:plain/x"), json!([]));
    let reached = &found["instances"][0]["capabilities"];
    assert_eq!(
        *reached,
        json!(["stdin", "stdout", "stderr", "clocks", "sockets", "acme:plain/x", "net", "node:timers/x"])
    );
}

#[test]
fn inspect_names_the_outermost_component_on_ways_like_no_instance() {
    let lowered = r#"(core func $l (canon lower (func $h)))
      (core module $m (import "" "f" (func $f (result i64))) (func (export "g") (result i64) (call $f)))
      (core instance $i (instantiate $m (with "" (instance (export "f" (func $l))))))"#;
    let lifted = r#"(func $own (result u64) (canon lift (core func $i "g")))"#;
    let text = format!(
        r#"(component
             (import "wasi:random/random@0.2.0" (instance $r (export "get-random-u64" (func (result u64)))))
             (alias export $r "get-random-u64" (func $h)) {lowered} {lifted}
             (component $in (import "h" (func $h (result u64))) {lowered} {lifted} (export "run" (func $own)))
             (instance $"the outermost component" (instantiate $in (with "h" (func $own))))
             (instance $last (instantiate $in (with "h" (func $"the outermost component" "run"))))
             (export "run" (func $last "run")))"#
    );
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("c.wat"), text).unwrap();
    let inspect = |flags: &[&str]| {
        let output = succeeds(weld(directory.path()).args(["inspect", "c.wat"]).args(flags));
        String::from_utf8(output.stdout).unwrap()
    };
    let said = inspect(&[]);
    assert!(said.contains("    through \"the outermost component\", the outermost component: random\n"), "{said}");
    // So does the table of the page, which names the next one.
    let page = inspect(&["--html", "-"]);
    for next in ["the outermost component", "&quot;the outermost component&quot;"] {
        assert!(page.contains(&format!(">random (through {next})<")), "{next}");
    }
}
