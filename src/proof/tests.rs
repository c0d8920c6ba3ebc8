//! Outputs and adapters with constructs that cannot be followed must have findings.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use petgraph::graph::NodeIndex;

use super::{alone, exports};
use crate::check;
use crate::decode::Known;
use crate::describe::{Grants, Treatment};
use crate::link::Graph;
use crate::link::graph::{Export, HostImport, Node};
use crate::load::Component;
use crate::{Composer, Input};

fn bytes(wat: &str) -> Vec<u8> {
    wat::parse_str(wat).unwrap_or_else(|error| panic!("{error}\n{wat}"))
}

/// The findings for an adapter of a world with one function, which is denied.
fn of_adapter(inner: &str) -> Vec<String> {
    let world = bytes(r#"(component (import "t:p/i" (instance (export "f" (func)))))"#);
    let world = Component::decode("world".to_owned(), "world".to_owned(), world).unwrap();
    let adapter = bytes(&format!(
        r#"(component
          (component $leaf
            (core module $m (func (export "f"))) (core instance $m (instantiate $m))
            (func $f (canon lift (core func $m "f"))) (instance $i (export "f" (func $f))) (export "i" (instance $i)))
          {inner})"#
    ));
    let found = alone(&world, &Grants::all(Treatment::Deny), &adapter, &Known::read(&adapter).unwrap()).unwrap();
    found.iter().map(ToString::to_string).collect()
}

/// More instances than the limit, as `$bomb`.
fn bomb() -> String {
    let level = |number: usize| {
        let inner = format!("(instance (instantiate $c{}))", number - 1).repeat(10);
        format!("(component $c{number} {inner})")
    };
    let levels: String = (1..6).map(level).collect();
    format!("(component $c0) {levels} (instance $bomb (instantiate $c5))")
}

#[test]
fn proof_of_a_separate_adapter_accepts_a_nested_answer() {
    let leaf = r#"(instance $leaf (instantiate $leaf)) (alias export $leaf "i" (instance $i))"#;
    assert_eq!(of_adapter(&format!(r#"{leaf} (export "t:p/i" (instance $i))"#)), [""; 0]);
}

#[test]
fn proof_of_a_separate_adapter_finds_constructs_that_it_cannot_follow() {
    let leaf = r#"(instance $leaf (instantiate $leaf)) (alias export $leaf "i" (instance $i))"#;
    let found = of_adapter(&format!(r#"{leaf} (export "t:p/i" (instance $i)) {}"#, bomb()));
    let is_lost = |line: &String| line.ends_with(": there are too many instances to follow");
    assert!(!found.is_empty() && found.iter().all(is_lost), "{found:#?}");
    // The adapter's export is unknown.
    let found = of_adapter(&format!(r#"{} {leaf} (export "t:p/i" (instance $i))"#, bomb()));
    assert!(found.iter().any(|line| line.contains("import `t:p/i#f`: ")), "{found:#?}");
}

/// The findings for the only export of an output whose plan knows only the node.
fn of_export(node: impl FnOnce(&mut Graph) -> NodeIndex) -> Vec<String> {
    let output = bytes(
        r#"(component (import "t:p/i" (instance $i (export "f" (func)))) (alias export $i "f" (func $f)) (export "f" (func $f)))"#,
    );
    let composed = Composer::new().component("app", Input::bytes("(component)")).compose().unwrap();
    let output = Component::decode("output".to_owned(), "output".to_owned(), output).unwrap();
    let mut graph = Graph::default();
    let node = node(&mut graph);
    graph.export(Export { name: "f".to_owned(), node, path: vec!["f".to_owned()] });
    let (_, followed) =
        check::follow(&[], &crate::decode::KnownAdapters::new(), output.bytes().into(), output.known()).unwrap();
    let found = exports::compare(&output, &composed.components, &graph, &[], &followed);
    found.iter().map(ToString::to_string).collect()
}

#[test]
fn proof_finds_exports_of_an_unknown_node_or_type() {
    let found = of_export(|_| NodeIndex::new(9));
    assert_eq!(found.len(), 1, "{found:#?}");
    // A host node without a known import.
    let found = of_export(|graph| {
        let component =
            Composer::new().component("app", Input::bytes("(component)")).compose().unwrap().components.root();
        let (name, declared) = ("t:p/i".to_owned(), (component, "t:p/i".to_owned()));
        graph.add(Node::Host(HostImport { name, parts: vec![], declared, types: std::collections::BTreeMap::new() }))
    });
    assert_eq!(found.len(), 1, "{found:#?}");
}

/// A component that logs its arguments before it passes them on, and that imports the functions with which weld logs calls.
const LOGGER: &str = r#"(component $x
  (import "acme:audit/log@1.0.0" (instance $i (export "record" (func (param "n" u32)))))
  (import "wasi:io/error@0.2.6" (instance $e (export "error" (type (sub resource)))))
  (alias export $e "error" (type $error))
  (import "wasi:io/streams@0.2.6" (instance $s
    (export "output-stream" (type $out (sub resource)))
    (alias outer 1 $error (type $err)) (export "error" (type $of (eq $err))) (type $own (own $of))
    (type $failed (variant (case "last-operation-failed" $own) (case "closed")))
    (export "stream-error" (type $stream-error (eq $failed)))
    (export "[method]output-stream.blocking-write-and-flush"
      (func (param "self" (borrow $out)) (param "contents" (list u8)) (result (result (error $stream-error)))))))
  (alias export $s "output-stream" (type $output))
  (import "wasi:cli/stderr@0.2.6" (instance
    (alias outer 1 $output (type $o)) (export "output-stream" (type $p (eq $o)))
    (export "get-stderr" (func (result (own $p))))))
  (core func $r (canon lower (func $i "record")))
  (core module $m (import "h" "f" (func $f (param i32))) (func (export "r") (param i32) (call $f (local.get 0))))
  (core instance $mi (instantiate $m (with "h" (instance (export "f" (func $r))))))
  (func $o (param "n" u32) (canon lift (core func $mi "r")))
  (instance $out (export "record" (func $o)))
  (export "acme:audit/log@1.0.0" (instance $out)))"#;

/// Records a number.
const RECORDER: &str = r#"(component $p
  (import "acme:audit/log@1.0.0" (instance $i (export "record" (func (param "n" u32)))))
  (core func $r (canon lower (func $i "record")))
  (core module $m (import "h" "f" (func $f (param i32))) (func (export "r") (call $f (i32.const 7))))
  (core instance $mi (instantiate $m (with "h" (instance (export "f" (func $r))))))
  (func $o (canon lift (core func $mi "r")))
  (export "transfer" (func $o)))"#;

#[test]
fn proof_finds_an_import_adapter_before_exports() {
    let logged = Grants { debug: true, ..Grants::all(Treatment::Allow) };
    let composer = Composer::new().component("p", Input::bytes(RECORDER)).component("x", Input::bytes(LOGGER));
    let composer = composer.grant("p", Grants::all(Treatment::Deny)).grant("x", logged);
    let composed = composer.compose().unwrap();
    assert!(composer.verify(Input::bytes(composed.bytes().to_vec())).unwrap().is_empty());
    let text = wasmprinter::print_bytes(composed.bytes()).unwrap();
    // The adapter's name would become one of its own.
    let text =
        text.replace("(component $x:adapter (", "(component (").replace("(instantiate $x:adapter", "(instantiate 0");
    let is_made = |line: &&str| line.starts_with("  (instance ") || line.starts_with("  (alias export $");
    let first = text.lines().position(|line| is_made(&line)).unwrap();
    let (head, rest) = (text.lines().take(first), text.lines().skip(first));
    let mut components = Vec::new();
    for line in rest {
        let is_first = line.starts_with("  (component ");
        if is_first || !line.starts_with("   ") && line.starts_with("  (") {
            components.push((is_first, String::new()));
        }
        if let Some((_, text)) = components.last_mut() {
            *text += &format!("{line}\n");
        }
    }
    let components: String =
        { components.into_iter() }.filter(|(is_first, _)| *is_first).map(|(_, text)| text).collect();
    let host = |name: &str| {
        let line = text.lines().find(|line| line.starts_with(&format!("  (import \"{name}"))).unwrap();
        line.split("(;").nth(1).unwrap().split(';').next().unwrap().to_owned()
    };
    // The component has the host's functions itself, and the adapter logs what others call of its exports.
    let names = ["wasi:io/error@0.2.6", "wasi:io/streams@0.2.6", "wasi:cli/stderr@0.2.6"];
    let rest: String = names.iter().map(|name| format!("(with \"{name}\" (instance {})) ", host(name))).collect();
    let log = "acme:audit/log@1.0.0";
    let changed = format!(
        "{}\n{components}
        (instance $x (instantiate $x (with \"{log}\" (instance {})) {rest}))
        (alias export $x \"{log}\" (instance $of_x))
        (instance $a (instantiate 0 (with \"{log}\" (instance $of_x)) {rest}))
        (alias export $a \"{log}\" (instance $of_a))
        (instance $p (instantiate $p (with \"{log}\" (instance $of_a))))
        (alias export $p \"transfer\" (func $run)) (export \"transfer\" (func $run)))",
        head.collect::<Vec<_>>().join("\n"),
        host(log),
    );
    let findings = composer.verify(Input::bytes(bytes(&changed))).unwrap();
    let found = findings.lines();
    let is_stderr = |line: &String| line.contains("component `p`") && line.contains("wasi:cli/stderr@0.2.6");
    assert!(found.iter().any(is_stderr), "{found:#?}");
    let is_before = |line: &String| line.contains("it stands for `x`, and is the adapter before its imports");
    assert!(found.iter().any(is_before), "{found:#?}");
}
