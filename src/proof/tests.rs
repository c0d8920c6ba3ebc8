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
    let (_, followed) = check::follow(&[], output.bytes().into(), output.known()).unwrap();
    let found = exports::compare(&output, &composed.components, &graph, &[], &followed);
    found.iter().map(ToString::to_string).collect()
}

#[test]
fn proof_finds_exports_of_an_unknown_node_or_type() {
    let found = of_export(|_| NodeIndex::new(9));
    assert_eq!(found.len(), 1, "{found:#?}");
    // A host node without a known import.
    let found =
        of_export(|graph| graph.add(Node::Host(HostImport { name: "t:p/i".to_owned(), parts: vec![], types: None })));
    assert_eq!(found.len(), 1, "{found:#?}");
}
