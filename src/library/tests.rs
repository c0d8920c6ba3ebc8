//! What the library refuses, and what it says of what it was given.

use super::{Composer, Diagnostic, Input};
use crate::describe::{Grants, Policy};

const APP: &str = r#"(component
    (import "wasi:random/random@0.2.0" (instance (export "get-random-u64" (func (result u64))))))"#;

fn app(name: &str) -> Composer {
    Composer::new().component(name, Input::bytes(APP))
}

/// The messages of the error of a composition.
#[track_caller]
fn refused(composer: Composer) -> Vec<String> {
    let error = composer.compose().unwrap_err();
    error.diagnostics().iter().map(|diagnostic| diagnostic.message().to_owned()).collect()
}

#[test]
fn two_components_of_one_name_are_refused() {
    let two = app("kv").component("kv", Input::bytes(APP)).allow_unused();
    let expected = ["two components are called `kv`"];
    assert_eq!(refused(two.clone().grant("kv", Grants::deny_all())), expected);
    assert_eq!(two.verify(Input::bytes(APP)).unwrap_err().to_string(), expected[0]);
    let document = "package acme:app; let library = new acme:library {}; export library...;";
    let twice = Composer::new().document(document);
    let twice = twice.component("acme:library", Input::bytes(APP)).component("acme:library", Input::bytes(APP));
    assert_eq!(refused(twice), ["two components are called `acme:library`"]);
}

#[test]
fn grants_of_no_component_are_refused_though_they_may_name_what_is_not_imported() {
    let grants = || Grants::deny_all().allow("sockets").unwrap().allow("acme:kv/store").unwrap();
    assert!(app("app").grant("app", grants().allow_missing()).compose().is_ok());
    assert_eq!(refused(app("app").grant("app", grants())).len(), 1);
    let expected = ["there is no component `ap` to grant anything"];
    assert_eq!(refused(app("app").grant("ap", Grants::deny_all().allow_missing())), expected);
}

#[test]
fn a_composition_of_nothing_is_refused() {
    let expected = ["there are no components to compose"];
    assert_eq!(refused(Composer::new()), expected);
    assert!(Composer::new().verify(Input::bytes(APP)).is_err());
    assert_eq!(refused(Composer::new().grant_by_policy(Policy::parse("policy.toml", "").unwrap())), expected);
    let by_policy = Composer::new().document("package acme:app;");
    assert_eq!(refused(by_policy.grant_by_policy(Policy::parse("policy.toml", "").unwrap())).len(), 1);
}

#[test]
fn components_have_names_that_a_manifest_could_give() {
    for name in ["host", "", " ", "a/b", "a#1", "a\nb"] {
        let [message] = refused(app(name)).try_into().unwrap();
        assert!(message.starts_with("a component cannot be called `"), "{message}");
    }
}

#[test]
fn columns_count_characters() {
    let text = "rule = [{ component = \"ääää\", alow = [\"random\"] }]";
    let (before, _) = text.split_once("alow").unwrap();
    for (lines, start) in [(1, ""), (2, "# é\n"), (3, "# é\r\n\r\n")] {
        let errors = Policy::parse("policy.toml", &format!("{start}{text}")).unwrap_err().diagnostics();
        let column = before.chars().count() + 1;
        assert_eq!(errors.iter().map(Diagnostic::place).collect::<Vec<_>>(), [Some(("policy.toml", lines, column))]);
    }
}
