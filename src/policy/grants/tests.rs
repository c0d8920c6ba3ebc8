//! What a policy says as grants, of components that are called to mislead.

#![allow(clippy::unwrap_used)]

use super::grants;
use crate::describe::{Policy, Treatment};
use crate::load;

#[test]
fn grants_of_a_policy_deny_a_capability_despite_an_instance_of_its_name() {
    let text = r#"(component
      (import "env" (instance (export "t" (type (sub resource)))))
      (import "wasi:cli/environment@0.2.0" (instance (export "get-environment" (func)))))"#;
    let component = load::decode("x".to_owned(), "x.wasm".to_owned(), wat::parse_str(text).unwrap()).unwrap();
    let policy = "rule = [{ allow = [\"*\"], deny = [\"env\"] }]";
    let grants = grants(&Policy::parse("policy.toml", policy).unwrap(), &component).grants;
    let said: Vec<_> = grants.iter().map(|grant| (grant.pattern.to_string(), grant.treatment)).collect();
    let denied = |text: &str| (text.to_owned(), Treatment::Deny);
    assert_eq!(said, [denied("wasi:cli/environment@0.2.0#get-environment"), denied("wasi:cli/environment@0.2.0")]);
}
