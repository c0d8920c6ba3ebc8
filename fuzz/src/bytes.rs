//! Arbitrary bytes, as a component that a stranger gave.

use weld::{Composer, Grants, Input, Policy, Snapshot};

use crate::{accepted, assert_no_control, assert_valid};

const POLICY: &str = r##"
[[rule]]
allow = ["stdout", "acme:kv/*", "#log"]
[[rule]]
component = "app"
deny = ["random", "*#[method]*"]
[limits]
components = 5
"##;

/// Does with some bytes all that weld does with a component that it is given alone.
pub fn component(data: &[u8]) {
    let input = || Input::bytes(data).named("input.wasm");
    accepted(weld::print(input()));
    let Some(inspection) = accepted(weld::inspect(input())) else { return };
    assert_no_control(&inspection.tree());
    assert_no_control(inspection.wit());
    inspection.json();
    for picture in [inspection.dot(), inspection.mermaid(), inspection.html()] {
        accepted(picture);
    }
    accepted(weld::explain(input(), "wasi:*"));
    if let Some(snapshot) = accepted(weld::snapshot(input())) {
        let text = snapshot.to_string();
        assert_no_control(&text);
        let read = accepted(Snapshot::parse("input.weld", &text)).expect("a snapshot can be read");
        assert_eq!(read.to_string(), text);
        assert!(weld::diff(&read, &snapshot).is_empty(), "{text}");
        assert!(weld::diff(&snapshot, &snapshot).is_empty(), "{text}");
    }
    let policy = accepted(Policy::parse("policy.toml", POLICY)).expect("the policy is one");
    if let Some(findings) = accepted(weld::check(input(), &policy)) {
        findings.lines().iter().for_each(|line| assert_no_control(line));
        findings.json();
    }
    // What is suggested is a policy, and the component meets it but for what no policy can say.
    if let Some(text) = accepted(weld::suggest([input()])) {
        let policy = accepted(Policy::parse("suggested.toml", &text)).expect("what is suggested is a policy");
        accepted(weld::check(input(), &policy));
    }
    let composer = Composer::new().component("input", input());
    for grants in [Grants::allow_all(), Grants::deny_all()] {
        if let Some(output) = accepted(composer.clone().grant("input", grants).compose()) {
            assert_valid(output.bytes());
        }
    }
}
