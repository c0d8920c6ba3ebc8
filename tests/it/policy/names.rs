//! Names of components in rules: whom a rule is about.

use super::*;

#[test]
fn check_denies_a_nested_component_that_takes_an_allowed_name() {
    let component = shop();
    let rule = |component: &str, key: &str| format!("[[rule]]\ncomponent = \"{component}\"\n{key} = [\"random\"]\n");
    let reaches = |why: &str| format!("`shop/ml` reaches `{RANDOM}#get-random-u64`, which {why}");
    let sockets = "[[rule]]\nallow = [\"sockets\"]\n";
    assert_eq!(
        check(component.as_bytes(), &(rule("ml", "allow") + sockets)),
        [reaches("no rule allows (the rule for `ml` does not apply)")]
    );
    meets(component.as_bytes(), &(rule("shop/ml", "allow") + sockets));
    // Nor hide in another one.
    assert_eq!(
        check(component.as_bytes(), &format!("default = \"allow\"\n{}", rule("ml", "deny"))),
        [reaches("`random` denies")]
    );
}

#[test]
fn check_names_the_outermost_component_after_its_file() {
    // `app` is the file. Nothing nested is called that, so the rule is about all.
    let all = "rule = [{ component = \"app\", allow = [\"sockets\", \"random\"] }]";
    meets(shop().as_bytes(), all);
    meets(program("anything", &[(NET, "create-tcp-socket")]).as_bytes(), all);
    // Here something is, and that is what is meant.
    let component = format!("(component {} {})", host(), wired("store", "app"));
    assert_eq!(
        check(component.as_bytes(), all),
        [format!(
            "`store` reaches `{NET}#create-tcp-socket`, which no rule allows (the rule for `app` does not apply)"
        )]
    );
}

#[test]
fn check_rule_for_the_whole_holds_despite_equal_inner_names() {
    // In `shop` there is a component that calls itself what the file is called, and another one reaches the network.
    let component = shop().replace("$ml", "$app");
    let deny = "default = \"allow\"\nrule = [{ component = \"app\", deny = [\"sockets\"] }]";
    assert_eq!(
        check(component.as_bytes(), deny),
        [
            format!("`shop/store` reaches `{NET}#create-tcp-socket`, which `sockets` denies"),
            format!("`shop/app` reaches `{NET}#create-tcp-socket` through `shop/store`, which `sockets` denies"),
        ]
    );
    // What is allowed to the whole, or to one of that name, is allowed to neither where that is not clear.
    let allow = "rule = [{ component = \"app\", allow = [\"*\"] }]";
    assert_eq!(check(component.as_bytes(), allow).len(), 3);
}

#[test]
fn check_numbers_components_without_names() {
    let nameless = program("x", &[(NET, "create-tcp-socket")]).replacen("(component $x", "(component", 1);
    let component = format!(
        r#"(component {} (component) {nameless} (instance (instantiate 1 (with "{NET}" (instance $net)))))"#,
        host()
    );
    assert_eq!(
        check(component.as_bytes(), "rule = [{ allow = [\"random\"] }]"),
        [format!("`component 1` reaches `{NET}#create-tcp-socket`, which no rule allows")]
    );
}

#[test]
fn check_knows_the_component_names_of_a_composition() {
    // The library in the middle takes a function from another, which is left to the host here.
    let composed = support::plug(&guest("chain-top"), &[guest("chain-middle")]);
    let lines = check(&composed, "rule = [{ allow = [\"wasi:*\"] }]");
    let import = support::names(&composed).0.into_iter().find(|name| !name.starts_with("wasi:")).unwrap();
    assert_eq!(
        lines,
        [
            format!("`chain-middle` reaches `{import}#title`, which no rule allows"),
            format!("`chain-top` reaches `{import}#title` through `chain-middle`, which no rule allows"),
        ]
    );
    // The middle one imports nothing of WASI.
    let all = "rule = [{ component = \"chain-middle\", deny = [\"wasi:*\"] }, { allow = [\"*\"] }]";
    meets(&composed, all);
    let top = check(&composed, &all.replace("middle", "top"));
    assert!(
        top.len() > 5 && top.iter().all(|line| line.starts_with("`chain-top` reaches ") && line.contains("`wasi:")),
        "{top:?}"
    );
}

/// A component `$lib`, instantiated as `l`, in which a component `$in` is instantiated as `x` and reaches random numbers.
fn mixed() -> String {
    let inner = program("in", &[(RANDOM, "get-random-u64")]);
    let import = format!(r#"(import "{RANDOM}" (instance $random (export "get-random-u64" (func))))"#);
    let with = format!(r#"(with "{RANDOM}" (instance $random))"#);
    format!(
        r#"(component {import}
             (component $lib {import} {inner} (instance $x (instantiate $in {with})))
             (instance $l (instantiate $lib {with})))"#
    )
}

#[test]
fn check_deny_rule_matches_instance_and_component_names_in_one_path() {
    let denied = [format!("`l/x` reaches `{RANDOM}#get-random-u64`, which `random` denies")];
    for name in ["l/x", "l/in", "lib/x", "lib/in", "l", "lib", "x", "in", "l*/?n"] {
        let policy = format!("default = \"allow\"\nrule = [{{ component = \"{name}\", deny = [\"random\"] }}]");
        assert_eq!(check(mixed().as_bytes(), &policy), denied, "{name}");
    }
    meets(mixed().as_bytes(), "default = \"allow\"\nrule = [{ component = \"lib/x/in\", deny = [\"random\"] }]");
    // What is hidden in another component keeps the end of its path.
    let within = mixed().replacen("(component", "(component $app", 1);
    let around = format!(
        r#"(component (import "{RANDOM}" (instance $random (export "get-random-u64" (func)))) {within}
             (instance $out (instantiate $app (with "{RANDOM}" (instance $random)))))"#
    );
    let policy = "default = \"allow\"\nrule = [{ component = \"lib/in\", deny = [\"random\"] }]";
    assert_eq!(
        check(around.as_bytes(), policy),
        [format!("`out/l/x` reaches `{RANDOM}#get-random-u64`, which `random` denies")]
    );
    // Allowed is it by whole paths alone.
    let allow = |name: &str| format!("rule = [{{ component = \"{name}\", allow = [\"random\"] }}]");
    meets(mixed().as_bytes(), &allow("lib/in"));
    assert_eq!(check(around.as_bytes(), &allow("lib/in")).len(), 1);
}

#[test]
fn check_allow_rule_does_not_match_a_name_with_a_slash() {
    let component = format!(
        r#"(component {} {} (instance (instantiate 0 (with "{RANDOM}" (instance $random)))))"#,
        host(),
        program("ml", &[(RANDOM, "get-random-u64")]).replacen("$ml", "(@name \"shop/ml\")", 1)
    );
    let sockets = "[[rule]]\nallow = [\"sockets\"]\n";
    let rule = |name: &str, key: &str| format!("{sockets}[[rule]]\ncomponent = \"{name}\"\n{key} = [\"random\"]\n");
    for name in ["shop/ml", "shop/*", "*/ml", "shop"] {
        let denied = format!("`shop/ml` reaches `{RANDOM}#get-random-u64`, which no rule allows");
        let lines = check(component.as_bytes(), &rule(name, "allow"));
        assert!(lines.len() == 1 && lines[0].starts_with(&denied), "{name}: {lines:?}");
    }
    meets(component.as_bytes(), &rule("shop*", "allow"));
    for name in ["shop/ml", "shop/*", "*/ml"] {
        let denied = [format!("`shop/ml` reaches `{RANDOM}#get-random-u64`, which `random` denies")];
        let policy = format!("default = \"allow\"\n{}", rule(name, "deny"));
        assert_eq!(check(component.as_bytes(), &policy), denied, "{name}");
    }
}

#[test]
fn check_deny_rule_matches_a_reexported_component() {
    let evil = program("evil", &[(RANDOM, "get-random-u64")]);
    let random = r#"(instance $random (export "get-random-u64" (func)))"#;
    let with = format!(r#"(with "{RANDOM}" (instance $random))"#);
    let handed = format!(
        r#"(component (import "{RANDOM}" {random}) {evil}
             (component $host (import "rr" {random})
               (import "c" (component $c
                 (import "{RANDOM}" (instance (export "get-random-u64" (func)))) (export "run" (func))))
               (instance $x (instantiate $c {with})))
             (instance $h (instantiate $host (with "c" (component $evil)) (with "rr" (instance $random)))))"#
    );
    let aliased = format!(
        r#"(component (import "{RANDOM}" {random}) {evil}
             (component $host (import "rr" {random})
               (alias outer 1 $evil (component $c))
               (instance $x (instantiate $c {with})))
             (instance $h (instantiate $host (with "rr" (instance $random)))))"#
    );
    let own = format!(
        r#"(component (import "{RANDOM}" {random}) {} (instance $x (instantiate 0 {with})))"#,
        evil.replacen("$evil", r#"(@custom "component-name" "\00\05\04evil")"#, 1)
    );
    let host = format!(
        r#"(component (import "{RANDOM}" {random})
             (import "evil" (component $c (import "{RANDOM}" (instance (export "get-random-u64" (func))))))
             (instance $x (instantiate $c {with})))"#
    );
    for component in [handed, aliased, own, host] {
        for name in ["evil", "x"] {
            let policy = format!("rule = [{{ component = \"{name}\", deny = [\"random\"] }}, {{ allow = [\"*\"] }}]");
            let lines = check(component.as_bytes(), &policy);
            assert!(lines.len() == 1 && lines[0].ends_with("which `random` denies"), "{name}: {lines:?}\n{component}");
        }
        // It is allowed by the names alone that it has where it is instantiated.
        let policy = "rule = [{ component = \"evil\", allow = [\"random\"] }, { allow = [\"#evil\"] }]";
        assert_eq!(check(component.as_bytes(), policy).len(), 1, "{component}");
    }
}

#[test]
fn check_deny_rule_matches_a_function_named_like_the_interface() {
    let deny = |pattern: &str| format!("default = \"allow\"\nrule = [{{ allow = [\"*\"], deny = [\"{pattern}\"] }}]");
    let function = format!(r#"(component (import "{RANDOM}" (func (result u64))))"#);
    for pattern in ["random", "wasi:random/*", "wasi:random/random@0.2.0", "wasi:random/random#*"] {
        let denied = [format!("`app` reaches `{RANDOM}`, which `{pattern}` denies")];
        assert_eq!(check(function.as_bytes(), &deny(pattern)), denied, "{pattern}");
    }
    meets(function.as_bytes(), &deny("wasi:sockets/*"));
    // It is not what an interface's pattern allows.
    let allow = |pattern: &str| format!("rule = [{{ allow = [\"{pattern}\"] }}]");
    assert_eq!(check(function.as_bytes(), &allow("random")).len(), 1);
    meets(function.as_bytes(), &allow(&format!("#{RANDOM}")));
}

#[test]
fn check_judges_a_nested_instance_by_its_own_name() {
    let nested = |inner: &str| format!(r#"(component (import "a" (instance (export "{RANDOM}" (instance {inner})))))"#);
    let function = nested(r#"(export "get" (func)) (export "seed" (func))"#);
    let resource = nested(r#"(export "source" (type (sub resource)))"#);
    let deeper = format!(
        r#"(component (import "a" (instance (export "b" (instance (export "{RANDOM}" (instance
             (export "get" (func)))))))))"#
    );
    for (component, member) in [(&function, RANDOM), (&resource, RANDOM), (&deeper, "b")] {
        for pattern in ["random", "wasi:random/*", "wasi:random/random"] {
            let policy = format!("default = \"allow\"\nrule = [{{ allow = [\"*\"], deny = [\"{pattern}\"] }}]");
            let lines = check(component.as_bytes(), &policy);
            assert!(!lines.is_empty(), "{component}");
            for line in lines {
                assert!(line.starts_with(&format!("`app` reaches `a#{member}")), "{line}");
                assert!(line.ends_with(&format!("which `{pattern}` denies")), "{line}");
            }
        }
        // No pattern of functions names it, and neither does the default.
        for policy in ["default = \"allow\"", "rule = [{ allow = [\"a#*\", \"random\", \"wasi:random/*\"] }]"] {
            assert!(!check(component.as_bytes(), policy).is_empty(), "{policy}\n{component}");
        }
        meets(component.as_bytes(), "rule = [{ allow = [\"*\"] }]");
    }
    // By a function in it as well, and only that.
    let policy = "rule = [{ allow = [\"*\"], deny = [\"wasi:random/random#seed\"] }]";
    assert_eq!(
        check(function.as_bytes(), policy),
        [format!("`app` reaches `a#{RANDOM}/seed`, which `wasi:random/random#seed` denies")]
    );
}
