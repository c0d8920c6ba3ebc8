//! Verification must find valid bytes that differ from the plan.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::{VerifyError, alone as itself, verify};
use crate::check::Original;
use crate::check::tests::check;
use crate::decode::{Level, Pieces};
use crate::link::Graph;
use crate::link::graph::{Export, HostImport, Instance, InstanceImport, Node, Wire};
use crate::provenance::{Provenance, SECTION};
use crate::{Composer, Composition, Grants, Input, print};

/// A socket with two imports of one type, and plugs for both, which stay valid if exchanged.
fn composition() -> Composition {
    let number = |name: &str, number: u32| {
        format!(
            r#"(component
              (core module $m (func (export "{name}") (result i32) (i32.const {number})))
              (core instance $i (instantiate $m))
              (func $f (result u32) (canon lift (core func $i "{name}")))
              (export "{name}" (func $f)))"#
        )
    };
    let socket = r#"(component
      (import "tens" (func $tens (result u32)))
      (import "ones" (func $ones (result u32)))
      (import "host" (func $host (result u32)))
      (export "all" (func $tens)))"#;
    let composer = Composer::new()
        .component("socket", Input::bytes(socket))
        .component("tens", Input::bytes(number("tens", 4)))
        .component("ones", Input::bytes(number("ones", 2)));
    composer.compose().unwrap()
}

/// The planned provenance of a composition.
fn planned(composition: &Composition) -> Provenance {
    let level = Level::decode(composition.bytes()).unwrap();
    let (_, data) = level.custom.iter().find(|(name, _)| *name == SECTION).unwrap();
    Provenance::read(data).unwrap()
}

/// Verifies altered bytes against the plan.
fn verdict(composition: &Composition, bytes: &[u8]) -> String {
    match verify((&composition.components, &composition.graph, None), Some(&planned(composition)), bytes.into()) {
        Ok(_) => "as planned".to_owned(),
        Err(VerifyError::Differs { what }) => what,
        Err(error) => error.to_string(),
    }
}

/// Replaces the only occurrence of a pattern.
#[track_caller]
fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let places: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(from)).collect();
    assert_eq!(places.len(), 1, "{from:?}");
    [&bytes[..places[0]], to, &bytes[places[0] + from.len()..]].concat()
}

/// The offsets of the indices of the socket's two arguments: each follows a name and the sort of functions.
fn arguments(bytes: &[u8]) -> (usize, usize) {
    let (tens, ones) = (b"\x04tens\x01", b"\x04ones\x01");
    let place = (0..bytes.len())
        .find(|at| bytes[*at..].starts_with(tens) && bytes[at + tens.len() + 1..].starts_with(ones))
        .unwrap();
    (place + tens.len(), place + tens.len() + 1 + ones.len())
}

#[test]
fn verify_accepts_the_encoded_plan() {
    let composition = composition();
    assert_eq!(verdict(&composition, composition.bytes()), "as planned");
}

#[test]
fn verify_finds_a_wrong_argument() {
    let composition = composition();
    let (tens, ones) = arguments(composition.bytes());
    let mut wrong = composition.bytes().to_vec();
    wrong.swap(tens, ones);
    assert_ne!(wrong, composition.bytes());
    // The bytes stay valid, because both functions have one type. Only the plan distinguishes them.
    assert!(wasmparser::Validator::new_with_features(wasmparser::WasmFeatures::all()).validate_all(&wrong).is_ok());
    assert_eq!(verdict(&composition, &wrong), "import `tens` of `socket` is filled from elsewhere");
}

#[test]
fn verify_finds_another_component() {
    let composition = composition();
    // The constant that `ones` returns, in its function body: i32.const 2, end.
    let wrong = replaced(composition.bytes(), &[0x41, 0x02, 0x0b], &[0x41, 0x03, 0x0b]);
    assert_eq!(verdict(&composition, &wrong), "instance `ones` is of another component");
}

#[test]
fn verify_finds_another_host_import() {
    let composition = composition();
    let first = composition.bytes().windows(5).position(|window| window == b"\x04host").unwrap();
    let mut wrong = composition.bytes().to_vec();
    wrong[first + 1] = b'p';
    assert_eq!(verdict(&composition, &wrong), "it imports `post`");
}

#[test]
fn verify_finds_another_export() {
    let composition = composition();
    let last = composition.bytes().windows(4).rposition(|window| window == b"\x03all").unwrap();
    let mut wrong = composition.bytes().to_vec();
    wrong[last + 1] = b'i';
    assert_eq!(verdict(&composition, &wrong), "it exports `ill` in the place of `all`");
}

/// The encoding of a custom section.
fn custom(name: &str, data: &[u8]) -> Vec<u8> {
    let length = u8::try_from(name.len()).unwrap();
    let content = [&[length], name.as_bytes(), data].concat();
    // The LEB128 size has two bytes for this length.
    let size = u16::try_from(content.len()).unwrap();
    let size = if size < 0x80 { vec![size as u8] } else { vec![size as u8 | 0x80, (size >> 7) as u8] };
    [&[0][..], &size, &content].concat()
}

#[test]
fn verify_finds_an_altered_word_of_provenance() {
    let composition = virtualized(&["t:p/i#g"]);
    let text = planned(&composition).json();
    let start = composition.bytes().len() - text.len();
    assert_eq!(&composition.bytes()[start..], text.as_bytes());
    for at in start..composition.bytes().len() {
        let mut wrong = composition.bytes().to_vec();
        wrong[at] ^= 1;
        assert_eq!(verdict(&composition, &wrong), "it says that it was made of something else", "{}", at - start);
    }
}

#[test]
fn verify_finds_a_removed_added_or_repeated_section() {
    let composition = composition();
    let own = custom("weld", planned(&composition).json().as_bytes());
    let without = composition.bytes().strip_suffix(own.as_slice()).unwrap();
    assert_eq!(verdict(&composition, without), "it does not say what it was made of");
    let with = |section: &[u8]| verdict(&composition, &[composition.bytes(), section].concat());
    assert_eq!(with(&own), "it has two custom sections `weld`");
    assert_eq!(with(&custom("producers", b"\0")), "it has two custom sections `producers`");
    assert_eq!(with(&custom("more", b"")), "it has a custom section `more`");
    // Without planned provenance, the output has none.
    let verify = |bytes: &[u8]| verify((&composition.components, &composition.graph, None), None, bytes.into());
    assert!(verify(without).is_ok());
    let error = verify(composition.bytes()).unwrap_err().to_string();
    assert!(error.contains("it has a custom section `weld`"), "{error}");
}

/// An imported component whose host imports have functions and share a resource.
fn typed() -> Composition {
    let text = r#"(component
      (import "test:r/types" (instance $types (export "r" (type (sub resource)))))
      (alias export $types "r" (type $r))
      (import "test:r/make" (instance
        (alias outer 1 $r (type $outer))
        (export "r" (type $r' (eq $outer)))
        (export "make" (func (param "size" u32) (result (own $r')))))))"#;
    let document = "package t:t;\nlet app = new t:app { ... };\n";
    let composer = Composer::new().document(document).component("t:app", Input::bytes(text)).import_components();
    composer.allow_obsolete_names().compose().unwrap()
}

/// The output as text, altered, as binary again.
#[track_caller]
fn rewritten(composition: &Composition, from: &str, to: &str) -> Vec<u8> {
    let text = print(composition.bytes()).unwrap();
    assert!(text.contains(from), "{text}");
    wat::parse_str(text.replacen(from, to, 1)).unwrap()
}

#[test]
fn verify_finds_a_host_import_of_another_function_type() {
    let composition = typed();
    let altered = rewritten(&composition, "(param \"size\" u32)", "(param \"size\" u64)");
    // The validator also rejects this where the import is an argument of a component. The plan is compared
    // independently.
    assert_ne!(verdict(&composition, &altered), "as planned");
}

#[test]
fn verify_finds_an_imported_component_of_another_type() {
    let composition = typed();
    assert_eq!(verdict(&composition, composition.bytes()), "as planned");
    let text = print(composition.bytes()).unwrap();
    let (before, component) = text.split_at(text.find("(component").unwrap() + 10);
    let (start, rest) = component.split_at(component.find("(component").unwrap());
    // One resource type becomes two, which is valid in itself and fits no import of the component.
    assert!(rest.contains("(type (eq 0))"), "{rest}");
    let altered = format!("{before}{start}{}", rest.replacen("(type (eq 0))", "(type (sub resource))", 1));
    let altered = wat::parse_str(&altered).unwrap();
    assert_ne!(verdict(&composition, &altered), "as planned");
}

#[test]
fn verify_finds_a_host_function_that_no_component_imports() {
    let composition = typed();
    let from = "(export (;0;) \"make\"";
    let altered = rewritten(&composition, from, &format!("(export \"more\" (func (type 3)))\n{from}"));
    assert_eq!(verdict(&composition, &altered), "it imports `more` of `test:r/make`, which no component does");
}

/// A single component that imports two functions of an interface, some of which are denied.
fn virtualized(denied: &[&str]) -> Composition {
    let text = r#"(component
      (import "t:p/i" (instance $i (export "f" (func (result u32))) (export "g" (func (result u32)))))
      (alias export $i "f" (func $f))
      (export "h" (func $f)))"#;
    Composer::new().component("app", Input::bytes(text)).grant("app", denying(denied)).compose().unwrap()
}

/// The findings for a composition that is checked with the grants of another.
fn found(grants: &Grants, composition: &Composition) -> Vec<String> {
    let app = composition.components.named("app").map(|id| &composition.components[id]).unwrap();
    let original = Original { name: "app", bytes: app.bytes(), grants: Some(grants), imported: None, declares: false };
    let report = check(&[original], composition.bytes()).unwrap();
    report.findings.iter().map(ToString::to_string).collect()
}

fn denying(denied: &[&str]) -> Grants {
    denied.iter().fold(Grants::allow_all(), |grants, name| grants.deny(name).unwrap())
}

#[test]
fn verify_finds_a_missing_adapter() {
    let (with, without) = (virtualized(&["t:p/i"]), virtualized(&[]));
    assert_eq!(found(&denying(&["t:p/i"]), &with), [""; 0]);
    let missed = found(&denying(&["t:p/i"]), &without);
    assert!(missed[0].contains("import `t:p/i#f`: it has `t:p/i#f` of the host, which no grant allows"), "{missed:?}");
    // The comparison with the plan finds it as well.
    assert!(verify((&with.components, &with.graph, None), Some(&planned(&with)), without.bytes().into()).is_err());
}

#[test]
fn verify_finds_an_adapter_without_a_denied_function() {
    let one = virtualized(&["t:p/i#g"]);
    assert_eq!(found(&denying(&["t:p/i#g"]), &one), [""; 0]);
    let open = found(&denying(&["t:p/i"]), &one);
    let line = "import `t:p/i#f`: it has `t:p/i#f` of the host, which no grant allows";
    assert!(open.iter().any(|found| found.contains(line)), "{open:?}");
}

#[test]
fn verify_finds_a_provided_function_that_an_adapter_imports_from_the_host() {
    let seeded = |name: &str| {
        let mut grants = Grants::allow_all();
        grants.settings.seed = Some(1);
        grants.provide(name, None);
        grants
    };
    let provided = |name: &str| {
        let text = r#"(component
          (import "wasi:random/random@0.2.6" (instance $i (export "get-random-u64" (func (result u64)))))
          (import "wasi:random/insecure@0.2.6" (instance $j (export "get-insecure-random-u64" (func (result u64)))))
          (alias export $i "get-random-u64" (func $f))
          (export "h" (func $f)))"#;
        Composer::new().component("app", Input::bytes(text)).grant("app", seeded(name)).compose().unwrap()
    };
    let grants = seeded("random");
    assert_eq!(found(&grants, &provided("random")), [""; 0]);
    let open = found(&grants, &provided("wasi:random/insecure"));
    let line = "it has `wasi:random/random@0.2.6#get-random-u64` of the host, which no grant allows";
    assert!(open[0].contains(line), "{open:?}");
}

/// A component with an import, and with exports one of which is that import.
const APP: &str = r#"(component
  (import "t:p/i@1.0.0" (instance $i (export "f" (func (result u32)))))
  (core module $m (func (export "g") (result i32) (i32.const 7)))
  (core instance $c (instantiate $m))
  (func $g (result u32) (canon lift (core func $c "g")))
  (export "g" (func $g))
  (export "again" (instance $i)))"#;

fn app() -> Vec<u8> {
    wat::parse_str(APP).unwrap()
}

/// A composition of a single component, which is that component unless the output has a name.
fn alone(name: Option<&str>) -> Composition {
    let composer = name.map_or(Composer::new(), |name| Composer::new().name(name));
    composer.component("app", Input::bytes(app())).compose().unwrap()
}

#[test]
fn verify_accepts_of_a_single_component_only_itself_and_its_section() {
    let (app, composition) = (app(), alone(None));
    let verdict = |bytes: &[u8]| verdict(&composition, bytes);
    let bytes = composition.bytes();
    assert_eq!(verdict(bytes), "as planned");
    assert_eq!(verdict(&app), "it does not say what it was made of");
    let something_else = "it says that it was made of something else";
    for section in [custom("weld", b"{}"), custom("more", b""), custom("component-name", b"")] {
        assert_eq!(verdict(&[bytes, &section].concat()), something_else);
        assert_eq!(verdict(&[app.clone(), section].concat()), something_else);
    }
    // Each byte is compared, of functions, names and the section.
    for at in 8..bytes.len() {
        let mut wrong = bytes.to_vec();
        wrong[at] ^= 1;
        assert_ne!(verdict(&wrong), "as planned", "{at}");
    }
    // The nested form is valid, and differs from the plan.
    let around = alone(Some("around"));
    assert_eq!(Level::decode(around.bytes()).unwrap().components.len(), 1);
    assert_eq!(verdict(around.bytes()), "it is not `app` itself");
    let of_around = verify((&around.components, &around.graph, None), Some(&planned(&around)), bytes.into());
    assert!(of_around.unwrap_err().to_string().contains("it has 0 instances of 1"));
    // Without planned provenance, the output has none.
    let silent = |bytes: &[u8]| verify((&composition.components, &composition.graph, None), None, bytes.into());
    assert!(silent(&app).is_ok());
    assert!(silent(bytes).unwrap_err().to_string().contains("it is more than `app`"));
}

#[test]
fn verify_refuses_the_component_as_output_with_unfilled_or_repeated_imports() {
    let composition = alone(None);
    let component = composition.components.root();
    let planned = |hosts: &[&str], wired: usize| {
        let mut graph = Graph::default();
        let app = graph.add(Node::Instance(Instance { name: "app".to_owned(), component, adapts: None }));
        let import = composition.components[component].imports().keys().next().unwrap().clone();
        for (number, name) in hosts.iter().enumerate() {
            let parts = vec![InstanceImport { node: app, import: import.clone() }];
            let (name, declared) = ((*name).to_owned(), (component, import.clone()));
            let host =
                graph.add(Node::Host(HostImport { name, parts, declared, types: std::collections::BTreeMap::new() }));
            if number == wired {
                graph.wire(host, app, Wire { import: import.clone(), path: vec![] });
            }
        }
        for name in composition.components[component].exports().keys() {
            graph.export(Export { name: name.clone(), node: app, path: vec![name.clone()] });
        }
        itself::planned(&composition.components, &graph).unwrap().is_some()
    };
    let imports: Vec<&str> = composition.components[component].imports().keys().map(String::as_str).collect();
    let [name] = imports.as_slice() else { panic!("{imports:?}") };
    assert!(planned(&[name], 0));
    assert!(!planned(&[], 0));
    assert!(!planned(&[name, name], 1));
}

#[test]
fn verify_accepts_an_output_in_pieces() {
    let app = format!(
        r#"(component
          (import "t:p/i" (instance $i (export "f" (func (result u32)))))
          (core module $m
            (memory 2) (data (i32.const 0) "{}")
            (func (export "g") (result i32) (i32.const 1)))
          (core instance $c (instantiate $m))
          (func $g (result u32) (canon lift (core func $c "g")))
          (export "g" (func $g)))"#,
        "large".repeat(20_000)
    );
    let composition =
        Composer::new().component("app", Input::bytes(app)).grant("app", denying(&["t:p/i"])).compose().unwrap();
    let pieces = composition.output.pieces();
    // The bytes before the large component, the component, and the bytes after it.
    assert_eq!(pieces.len(), 3);
    let verdict = |pieces: &[(usize, &[u8])]| {
        let planned = planned(&composition);
        verify((&composition.components, &composition.graph, None), Some(&planned), Pieces::Several(pieces)).map(drop)
    };
    verdict(&pieces).unwrap();
    let whole = composition.bytes();
    verdict(&[(0, whole)]).unwrap();
    let (start, component) = pieces[1];
    for at in [0, 8, component.len() / 2, component.len() - 1] {
        let mut other = component.to_vec();
        other[at] ^= 1;
        assert!(verdict(&[pieces[0], (start, &other), pieces[2]]).is_err(), "{at}");
    }
    // A section must end in the piece in which it begins.
    for cut in [4, start - 1, start + 1, start + component.len() - 1, whole.len() - 1] {
        assert!(verdict(&[(0, &whole[..cut]), (cut, &whole[cut..])]).is_err(), "{cut}");
    }
    assert!(verdict(&pieces[..2]).is_err());
    assert!(verdict(&pieces[1..]).is_err());
}
