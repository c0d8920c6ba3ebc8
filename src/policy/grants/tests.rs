//! Tests of policies as grants, with components that have misleading names.

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

#[test]
fn grants_of_a_policy_leave_resource_types_only_where_what_stays_is_made_of_them() {
    // The export mentions a resource type of `a`. `b` uses another one of `a`, which it exports.
    let text = |b: &str| {
        format!(
            r#"(component
              (import "t:p/a" (instance $a
                (export "r" (type (sub resource)))
                (export "s" (type (sub resource)))))
              (alias export $a "r" (type $r)) (alias export $a "s" (type $s))
              (import "{b}" (instance (alias outer 1 $s (type $o)) (export "s" (type (eq $o)))))
              (core module $m (func (export "e") (param i32)))
              (core instance $m (instantiate $m))
              (func $e (param "r" (own $r)) (canon lift (core func $m "e")))
              (export "e" (func $e)))"#
        )
    };
    let said = |b: &str, policy: &str| -> Vec<(String, Treatment)> {
        let component = load::decode("x".to_owned(), "x.wasm".to_owned(), wat::parse_str(text(b)).unwrap()).unwrap();
        let grants = grants(&Policy::parse("policy.toml", policy).unwrap(), &component).grants;
        grants.iter().map(|grant| (grant.pattern.to_string(), grant.treatment)).collect()
    };
    assert!(said("t:p/b", "default = \"deny\"").is_empty());
    assert!(said("t:p/b", "default = \"allow\"").is_empty());
    let allowed = said("t:p/b", "rule = [{ allow = [\"t:p/b\"] }]");
    assert_eq!(allowed, [("t:p/b".to_owned(), Treatment::Allow)]);
}
