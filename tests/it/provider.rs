//! The providers' module against the text that it is written for.

use std::collections::BTreeSet;

use crate::support::project;
use wit_parser::Resolve;

const TYPES: &str = "adapters/provider.wit.wasm";

/// The world of the providers, in its binary form.
fn package() -> Vec<u8> {
    let mut resolve = Resolve { all_features: true, ..Resolve::default() };
    let wasi = project().join("wit/wasi-0.2.12");
    for name in ["io", "clocks", "random", "filesystem", "sockets", "cli"] {
        resolve.push_file(wasi.join(format!("{name}.wit"))).unwrap();
    }
    let wasi = project().join("wit/wasi-0.3.0");
    for name in ["clocks", "random", "filesystem", "sockets", "cli"] {
        resolve.push_file(wasi.join(format!("{name}.wit"))).unwrap();
    }
    for name in ["wasi-keyvalue-0.2.0-draft", "wasi-keyvalue-0.2.0-draft2", "wasi-logging-0.1.0-draft"] {
        resolve.push_dir(project().join("wit").join(name)).unwrap();
    }
    let own = project().join("wit/provider");
    resolve.push_file(own.join("config.wit")).unwrap();
    resolve.push_file(own.join("http.wit")).unwrap();
    resolve.push_file(own.join("http-3.wit")).unwrap();
    let package = resolve.push_file(own.join("provider.wit")).unwrap();
    wit_component::encode(&resolve, package).unwrap()
}

#[test]
fn provider_types_match_its_wit() {
    let package = package();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(project().join(TYPES), &package).unwrap();
    }
    let kept = std::fs::read(project().join(TYPES)).unwrap();
    assert!(kept == package, "{TYPES} is another one: BLESS=1 cargo test --test it provider::");
}

#[test]
fn provider_modules_call_functions_only_directly() {
    // What is reached is found by calls alone.
    for name in ["provider.wasm", "provider-host.wasm"] {
        let module = std::fs::read(project().join("adapters").join(name)).unwrap();
        for payload in wasmparser::Parser::new(0).parse_all(&module) {
            match payload.unwrap() {
                wasmparser::Payload::ElementSection(_) => panic!("{name} has a table with functions"),
                wasmparser::Payload::CodeSectionEntry(body) => {
                    for operator in body.get_operators_reader().unwrap() {
                        let operator = operator.unwrap();
                        assert!(!matches!(operator, wasmparser::Operator::CallIndirect { .. }), "{name}: {operator:?}");
                    }
                }
                _ => {}
            }
        }
    }
}

#[test]
fn provider_modules_export_exactly_the_functions_of_their_wit() {
    let exported = |name: &str| {
        let module = std::fs::read(project().join("adapters").join(name)).unwrap();
        let mut exported = BTreeSet::new();
        for payload in wasmparser::Parser::new(0).parse_all(&module) {
            if let wasmparser::Payload::ExportSection(section) = payload.unwrap() {
                exported.extend(section.into_iter().map(|export| export.unwrap().name.to_owned()));
            }
        }
        let is_of_interface = |name: &String| name.contains('#') && !name.starts_with("weld:");
        let marks = ["#[dtor]", "#[next]", "#[taken]", "#[close]", "#[host]", "#[called]", "#[through]", "#[begin]"];
        let is_of_text = |name: &String| !marks.iter().any(|of| name.contains(of));
        exported.retain(|name| is_of_interface(name) && is_of_text(name));
        exported
    };
    let decoded = wit_parser::decoding::decode(&package()).unwrap();
    let resolve = decoded.resolve();
    let world = &resolve.worlds[resolve.select_world(&[decoded.package()], Some("provider")).unwrap()];
    let (known, mut expected) = (exported("provider.wasm"), BTreeSet::new());
    for item in world.exports.values() {
        let wit_parser::WorldItem::Interface { id, .. } = item else { continue };
        let name = resolve.id_of(*id).unwrap();
        let functions = resolve.interfaces[*id].functions.keys();
        let (base, version) = name.split_once('@').unwrap();
        let release = match version {
            version if version.starts_with("0.3.") => "@0.3",
            "0.2.0-draft2" => "@0.2.0-draft2",
            _ => "",
        };
        // A function of the second draft has a name of its own where its type is another one.
        let name = |function: &String| format!("{base}{release}#{function}");
        let is_of_first = |name: &String| version == "0.2.0-draft2" && !known.contains(name);
        expected.extend(functions.map(name).map(|name| match is_of_first(&name) {
            true => name.replace("@0.2.0-draft2", ""),
            false => name,
        }));
    }
    assert_eq!(exported("provider-host.wasm"), expected);
    // What waits for the host is in that module alone.
    expected.retain(|name| !(name.starts_with("wasi:http/") && name.contains("@0.3#")));
    assert_eq!(known, expected);
}
