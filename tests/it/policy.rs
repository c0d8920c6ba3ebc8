//! Policies: what they allow and deny, and to whom what a component imports is attributed.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Output;

use crate::support::{self, guest, succeeds, weld};
use serde_json::Value;
use tempfile::TempDir;
use weld::{Input, Policy};

/// Runs `weld check` with a policy on a component that is called `app`.
fn weld_check(component: &[u8], policy: &str, flags: &[&str]) -> Output {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("app.wasm"), component).unwrap();
    std::fs::write(directory.path().join("policy.toml"), policy).unwrap();
    let mut command = support::weld(directory.path());
    command.args(["check", "app.wasm", "--policy", "policy.toml"]).args(flags).output().unwrap()
}

/// The lines on violations, without where the policy says so. Sees that the exit code fits.
#[track_caller]
fn check(component: &[u8], policy: &str) -> Vec<String> {
    let output = weld_check(component, policy, &[]);
    let lines: Vec<String> = String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect();
    let code = if lines.is_empty() { 0 } else { 1 };
    assert_eq!(output.status.code(), Some(code), "{lines:?}\n{}", String::from_utf8_lossy(&output.stderr));
    lines.into_iter().map(|line| line.rsplit_once(" (policy.toml").unwrap().0.to_owned()).collect()
}

#[track_caller]
fn meets(component: &[u8], policy: &str) {
    assert_eq!(check(component, policy), Vec::<String>::new());
}

/// What a policy has to say of one function of a component that is called `app`, which imports nothing else.
fn says(import: &str, function: &str, policy: &str) -> Vec<String> {
    check(format!(r#"(component (import "{import}" (instance (export "{function}" (func)))))"#).as_bytes(), policy)
}

/// A component, as text, with core code that calls all functions that it imports, each an instance with one function, and
/// exports `run`.
fn program(name: &str, imports: &[(&str, &str)]) -> String {
    let (mut declared, mut core, mut lowered, mut given, mut calls) =
        (String::new(), String::new(), String::new(), String::new(), String::new());
    for (number, (import, function)) in imports.iter().enumerate() {
        declared += &format!("(import \"{import}\" (instance $i{number} (export \"{function}\" (func))))\n");
        core += &format!("(import \"\" \"f{number}\" (func $f{number}))\n");
        lowered += &format!("(core func $f{number} (canon lower (func $i{number} \"{function}\")))\n");
        given += &format!("(export \"f{number}\" (func $f{number}))");
        calls += &format!("(call $f{number})");
    }
    format!(
        r#"(component ${name} {declared}
             (core module $m {core} (func (export "run") {calls}))
             {lowered}
             (core instance $m (instantiate $m (with "" (instance {given}))))
             (func $run (canon lift (core func $m "run")))
             (export "run" (func $run)))"#
    )
}

const NET: &str = "wasi:sockets/tcp-create-socket@0.2.0";
const RANDOM: &str = "wasi:random/random@0.2.0";

/// The imports of [`NET`] and [`RANDOM`], with a function each.
fn host() -> String {
    format!(
        r#"(import "{NET}" (instance $net (export "create-tcp-socket" (func))))
           (import "{RANDOM}" (instance $random (export "get-random-u64" (func))))"#
    )
}

/// `store` reaches the network, and so does `ml`, through `store`; `ml` reaches random numbers too.
fn wired(store: &str, ml: &str) -> String {
    format!(
        r#"{}
           {}
           (instance ${store} (instantiate ${store} (with "{NET}" (instance $net))))
           (alias export ${store} "run" (func $run))
           (instance $given (export "run" (func $run)))
           (instance ${ml} (instantiate ${ml} (with "store" (instance $given)) (with "{RANDOM}" (instance $random))))"#,
        program(store, &[(NET, "create-tcp-socket")]),
        program(ml, &[("store", "run"), (RANDOM, "get-random-u64")]),
    )
}

#[test]
fn check_default_decides_what_no_rule_names() {
    let denied = ["`app` reaches `wasi:sockets/tcp-create-socket@0.2.0#create-tcp-socket`, which no rule allows"];
    assert_eq!(says(NET, "create-tcp-socket", ""), denied);
    assert_eq!(says(NET, "create-tcp-socket", "default = \"deny\""), denied);
    assert_eq!(says(NET, "create-tcp-socket", "default = \"allow\""), [""; 0]);
    // Another function, interface, version or capability than the one that is there.
    for other in [
        "#create-tcp-socket",
        "wasi:sockets/tcp-create-socket#listen",
        "wasi:sockets/udp",
        "wasi:sockets/tcp-create-socket@0.3.0",
        "random",
    ] {
        assert_eq!(says(NET, "create-tcp-socket", &format!("rule = [{{ allow = [\"{other}\"] }}]")), denied, "{other}");
    }
}

#[test]
fn check_rules_allow_and_deny_capabilities_interfaces_globs_and_functions() {
    let patterns = [
        "sockets",
        "wasi:sockets/tcp-create-socket",
        "wasi:sockets/tcp-create-socket@0.2.0",
        // A version that can stand for the one that is imported.
        "wasi:sockets/tcp-create-socket@0.2.9",
        "wasi:sockets/*",
        "wasi:*",
        "*",
        "wasi:sockets/tcp-create-socket#create-tcp-socket",
        "wasi:sockets/tcp-create-socket#create-*",
        "*#create-tcp-socket",
    ];
    for pattern in patterns {
        let rule = |key: &str| {
            format!(
                "default = \"{}\"\n[[rule]]\n{key} = [\"{pattern}\"]",
                ["deny", "allow"][usize::from(key == "deny")]
            )
        };
        assert_eq!(says(NET, "create-tcp-socket", &rule("allow")), [""; 0], "{pattern}");
        let denied = format!("`app` reaches `{NET}#create-tcp-socket`, which `{pattern}` denies");
        assert_eq!(says(NET, "create-tcp-socket", &rule("deny")), [denied], "{pattern}");
    }
}

#[test]
fn check_deny_overrides_allow_in_any_order() {
    let (allow, deny) =
        ("[[rule]]\nallow = [\"wasi:sockets/tcp-create-socket#create-tcp-socket\"]\n", "[[rule]]\ndeny = [\"*\"]\n");
    let denied = ["`app` reaches `wasi:sockets/tcp-create-socket@0.2.0#create-tcp-socket`, which `*` denies"];
    assert_eq!(says(NET, "create-tcp-socket", &format!("{allow}{deny}")), denied);
    assert_eq!(says(NET, "create-tcp-socket", &format!("{deny}{allow}")), denied);
    assert_eq!(
        says(NET, "create-tcp-socket", "default = \"allow\"\nrule = [{ allow = [\"*\"], deny = [\"*\"] }]"),
        denied
    );
}

#[test]
fn check_names_functions_where_a_rule_covers_only_some_of_an_interface() {
    let component = r#"(component
      (import "acme:kv/store@1.0.0" (instance
        (export "get" (func)) (export "put" (func)) (export "drop" (func)))))"#;
    let policy = "rule = [{ allow = [\"acme:kv/store\"], deny = [\"acme:kv/store#put\", \"acme:kv/*#d*\"] }]";
    // Two patterns are two rules.
    assert_eq!(
        check(component.as_bytes(), policy),
        [
            "`app` reaches `acme:kv/store@1.0.0#put`, which `acme:kv/store#put` denies",
            "`app` reaches `acme:kv/store@1.0.0#drop`, which `acme:kv/*#d*` denies",
        ]
    );
    assert_eq!(
        check(component.as_bytes(), "rule = [{ allow = [\"acme:kv/store#get\"] }]"),
        [
            "`app` reaches `acme:kv/store@1.0.0#put`, which no rule allows",
            "`app` reaches `acme:kv/store@1.0.0#drop`, which no rule allows",
        ]
    );
}

#[test]
fn check_names_functions_of_a_world_without_an_interface() {
    let component = br#"(component (import "log" (func)))"#;
    assert_eq!(check(component, ""), ["`app` reaches `log`, which no rule allows"]);
    meets(component, "rule = [{ allow = [\"#log\"] }]");
    assert_eq!(
        check(component, "default = \"allow\"\nrule = [{ deny = [\"#l*\"] }]"),
        ["`app` reaches `log`, which `#l*` denies"]
    );
}

#[test]
fn check_names_functions_of_an_instance_without_an_interface_after_it() {
    let component = br#"(component (import "kv" (instance (export "get" (func)))))"#;
    let denied = ["`app` reaches `kv#get`, which no rule allows"];
    assert_eq!(check(component, "rule = [{ allow = [\"#kv\", \"#get\", \"kw#*\"] }]"), denied);
    meets(component, "rule = [{ allow = [\"kv#*\"] }]");
    meets(component, "rule = [{ allow = [\"kv#get\"] }]");
}

/// Output that writes to a stream of another interface, which mentions errors of a third.
const OUTPUT: &str = r#"(component
  (import "wasi:io/error@0.2.0" (instance $error (export "error" (type (sub resource)))))
  (alias export $error "error" (type $error))
  (import "wasi:io/streams@0.2.0" (instance $streams
    (alias outer 1 $error (type $error'))
    (export "error" (type (eq $error')))
    (export "output-stream" (type $stream (sub resource)))
    (export "[method]output-stream.fail" (func (param "self" (borrow $stream)) (result (own $error'))))
    (export "[method]output-stream.write" (func (param "self" (borrow $stream))))))
  (alias export $streams "output-stream" (type $stream))
  (import "wasi:cli/stdout@0.2.0" (instance
    (alias outer 1 $stream (type $stream'))
    (export "output-stream" (type $stream'' (eq $stream')))
    (export "get-stdout" (func (result (own $stream''))))))
  (import "wasi:clocks/types@0.2.0" (instance (type $t (record (field "s" u64))) (export "time" (type (eq $t))))))"#;

#[test]
fn check_allows_methods_of_allowed_handles_and_mentioned_types() {
    let streams = |method: &str| format!("`app` reaches `wasi:io/streams@0.2.0#[method]output-stream.{method}`");
    let (error, stdout) = ("`app` reaches `wasi:io/error@0.2.0`", "`app` reaches `wasi:cli/stdout@0.2.0#get-stdout`");
    let none = |what: &str| format!("{what}, which no rule allows");
    meets(OUTPUT.as_bytes(), "rule = [{ allow = [\"stdout\"] }]");
    // Alone they are as forbidden as anything; plain types are not.
    assert_eq!(
        check(OUTPUT.as_bytes(), ""),
        [none(stdout), none(error), none(&streams("fail")), none(&streams("write"))]
    );
    // Streams need errors, but nothing needs standard output.
    assert_eq!(check(OUTPUT.as_bytes(), "rule = [{ allow = [\"wasi:io/streams\"] }]"), [none(stdout)]);
    // What is denied stays so. Of a type that is needed, the name may stay.
    assert_eq!(
        check(OUTPUT.as_bytes(), "rule = [{ allow = [\"stdout\"], deny = [\"wasi:io/streams\"] }]"),
        [
            none(error),
            format!("{}, which `wasi:io/streams` denies", streams("fail")),
            format!("{}, which `wasi:io/streams` denies", streams("write")),
        ]
    );
    // Where a rule names one function of an interface, nothing else of it is allowed along.
    assert_eq!(
        check(
            OUTPUT.as_bytes(),
            "rule = [{ allow = [\"stdout\", \"wasi:io/error\"], deny = [\"wasi:io/streams#*fail\"] }]"
        ),
        [format!("{}, which `wasi:io/streams#*fail` denies", streams("fail")), none(&streams("write"))]
    );
}

#[test]
fn check_allows_modules_and_components_only_by_name() {
    let component = br#"(component
      (import "code" (core module (export "f" (func))))
      (import "part" (component))
      (import "thing" (type (sub resource))))"#;
    assert_eq!(
        check(component, "default = \"allow\""),
        [
            "`app` reaches core module `code`, which no rule allows",
            "`app` reaches component `part`, which no rule allows"
        ]
    );
    assert_eq!(
        check(component, "rule = [{ allow = [\"#code\", \"#part\"] }]"),
        ["`app` reaches `thing`, which no rule allows"]
    );
    meets(component, "rule = [{ allow = [\"#code\", \"#part\", \"#thing\"] }]");
}

#[test]
fn check_attributes_imports_through_wires() {
    let component = format!("(component {} {})", host(), wired("store", "ml"));
    let (store, ml) = (
        format!("`store` reaches `{NET}#create-tcp-socket`"),
        format!("`ml` reaches `{NET}#create-tcp-socket` through `store`"),
    );
    assert_eq!(
        check(component.as_bytes(), ""),
        [
            format!("{store}, which no rule allows"),
            format!("{ml}, which no rule allows"),
            format!("`ml` reaches `{RANDOM}#get-random-u64`, which no rule allows"),
        ]
    );
    // `store` may, but not for `ml`.
    let policy =
        "rule = [{ component = \"store\", allow = [\"sockets\"] }, { component = \"ml\", allow = [\"random\"] }]";
    assert_eq!(check(component.as_bytes(), policy), [format!("{ml}, which no rule allows")]);
    let policy = "rule = [{ allow = [\"*\"] }, { component = \"m*\", deny = [\"sockets\"] }]";
    assert_eq!(check(component.as_bytes(), policy), [format!("{ml}, which `sockets` denies")]);
    let policy = "rule = [{ component = \"store\", allow = [\"sockets\"] }, { component = \"ml\", allow = [\"*\"] }]";
    meets(component.as_bytes(), policy);
}

/// What [`wired`] gives, in a component `shop`, whose instance is `shop` as well.
fn shop() -> String {
    let host = host();
    let wired = wired("store", "ml");
    format!(
        r#"(component {host}
             (component $shop {host} {wired})
             (instance $shop (instantiate $shop (with "{NET}" (instance $net)) (with "{RANDOM}" (instance $random)))))"#
    )
}

#[test]
fn check_attributes_imports_through_two_levels() {
    let component = shop();
    let default = [
        format!("`shop/store` reaches `{NET}#create-tcp-socket`, which no rule allows"),
        format!("`shop/ml` reaches `{NET}#create-tcp-socket` through `shop/store`, which no rule allows"),
        format!("`shop/ml` reaches `{RANDOM}#get-random-u64`, which no rule allows"),
    ];
    assert_eq!(check(component.as_bytes(), ""), default);
    // A rule is about all that is nested in what it names.
    meets(component.as_bytes(), "rule = [{ component = \"shop\", allow = [\"sockets\", \"random\"] }]");
    let policy = "default = \"allow\"\nrule = [{ component = \"sh*\", deny = [\"random\"] }]";
    assert_eq!(
        check(component.as_bytes(), policy),
        [format!("`shop/ml` reaches `{RANDOM}#get-random-u64`, which `random` denies")]
    );
    meets(component.as_bytes(), "rule = [{ component = \"shop/*\", allow = [\"sockets\", \"random\"] }]");
}

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
fn check_follows_deep_nesting_with_bounded_names() {
    // Each level has a name of three forms.
    let mut component = program("x", &[(NET, "create-tcp-socket")]).replacen("(component $x", "(component", 1);
    for _ in 0..40 {
        component = format!(
            r#"(component (import "{NET}" (instance $net (export "create-tcp-socket" (func))))
                 {component} (instance (@name "a#1") (instantiate 0 (with "{NET}" (instance $net)))))"#
        );
    }
    meets(component.as_bytes(), "rule = [{ component = \"a\", allow = [\"sockets\"] }]");
    let path = vec!["a#1"; 40].join("/");
    assert_eq!(
        check(component.as_bytes(), ""),
        [format!("`{path}` reaches `{NET}#create-tcp-socket`, which no rule allows")]
    );
}

#[test]
fn check_warns_of_rules_for_missing_components() {
    let policy = "rule = [{ component = \"soph\", deny = [\"*\"] }, { component = \"shop\", allow = [\"*\"] }]";
    let warned = "the rule for `soph` applies to nothing: no component has that name; did you mean `shop`?";
    for (flags, code) in [(&[][..], 0), (&["-q"], 0), (&["--strict"], 1)] {
        let output = weld_check(shop().as_bytes(), policy, flags);
        // It may be there for another component, and so is no error.
        assert_eq!(output.status.code(), Some(code), "{flags:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.starts_with(&format!("warning: {warned} (policy.toml:1:23)\n")), "{flags:?}: {said}");
    }
    let data = |flag: &str| -> Value {
        serde_json::from_slice(&weld_check(shop().as_bytes(), policy, &[flag]).stdout).unwrap()
    };
    let json = data("--json");
    let doubt = serde_json::json!([{ "name": "soph", "line": 1, "column": 23, "message": warned }]);
    assert_eq!((&json["meets"], &json["doubts"]), (&true.into(), &doubt));
    let result = &data("--sarif")["runs"][0]["results"][0];
    assert_eq!((&result["ruleId"], &result["level"]), (&"doubt".into(), &"warning".into()));
    assert_eq!(result["locations"][0]["physicalLocation"]["region"]["startColumn"], 23);
}

#[test]
fn check_warns_of_rules_that_deny_interfaces_outside_wasi() {
    let warned = |pattern: &str| {
        let policy = format!("rule = [{{ deny = [\"{pattern}\"] }}]\ndefault = \"allow\"");
        let policy: Vec<&str> = policy.lines().rev().collect();
        let output = weld_check(shop().as_bytes(), &policy.join("\n"), &["-q"]);
        assert_eq!(output.status.code(), Some(0), "{pattern}");
        String::from_utf8(output.stderr).unwrap()
    };
    for (pattern, near) in [
        ("wasi:filesytem/types", "did you mean `wasi:filesystem/types`?"),
        ("wasi:random/randm@0.2.0", "did you mean `wasi:random/random`?"),
        ("wasi:random/randm#get-random-u64", "did you mean `wasi:random/random#get-random-u64`?"),
        ("wasi:cli/network", "there is no `wasi:cli/network`"),
        ("wasi:sockts/*", "did you mean `wasi:sockets/*`?"),
        ("wasi:randm/*#get-random-u64", "did you mean `wasi:random/*#get-random-u64`?"),
        ("wasi:cli/foo*", "there is no `wasi:cli/foo*`"),
        ("wasi:cli/*#get-foo", "there is no `get-foo` in `wasi:cli/*`"),
        ("wasi:random/random#fetch-*", "there is no `fetch-*` in `wasi:random/random`"),
        ("wasi:io/streams@7.1.0", "there is no version 7.1.0 of it; did you mean `wasi:io/streams`?"),
        ("wasi:io/*@0.3.0#*", "there is no version 0.3.0 of it; did you mean `wasi:io/*#*`?"),
        ("wasi:cli/stdout@0.4.0-rc-2027-01-01", "there is no version 0.4.0-rc-2027-01-01 of it"),
        // With a `*` for any part.
        ("wasi:*/random@7.0.0", "there is no version 7.0.0 of it; did you mean `wasi:*/random`?"),
        ("wasi:*@1.0.0#*", "there is no version 1.0.0 of it; did you mean `wasi:*#*`?"),
        ("wasi:*/random#get-random-u65", "did you mean `wasi:*/random#get-random-u64`?"),
        ("wasi:*#get-random-u65", "did you mean `wasi:*#get-random-u64`?"),
        ("wasi:rand*/*#get-foo", "there is no `get-foo` in `wasi:rand*/*`"),
        ("wasi:rand*/randomm", "did you mean `wasi:rand*/random`?"),
        ("wasi:*/randomm#get-random-u64", "did you mean `wasi:*/random#get-random-u64`?"),
        ("wasi:rand*/store", "there is no `wasi:rand*/store`"),
        ("wasi:sockts/tcp*", "did you mean `wasi:sockets/tcp*`?"),
        // Drafts that there never were.
        ("wasi:cli/stdout@0.2.0-draft", "there is no version 0.2.0-draft of it; did you mean `wasi:cli/stdout`?"),
        ("wasi:cli/*@0.2.0-rc.1", "there is no version 0.2.0-rc.1 of it"),
        ("wasi:cli/stdout@0.2.1-rc-2023-12-05", "there is no version 0.2.1-rc-2023-12-05 of it"),
        ("wasi:cli/stdout@0.2.0-rc-2026-12-05", "there is no version 0.2.0-rc-2026-12-05 of it"),
        ("wasi:cli/stdout@0.2.0-rc-2023-12-5", "there is no version 0.2.0-rc-2023-12-5 of it"),
        ("wasi:keyvalue/store@0.2.0-rc-2023-12-05", "there is no version 0.2.0-rc-2023-12-05 of it"),
        // What one of the versions has, and another has not.
        ("wasi:http/outgoing-handler@0.3.0", "there is no version 0.3.0 of it"),
        ("wasi:http/client@0.2.0#send", "there is no version 0.2.0 of it; did you mean `wasi:http/client#send`?"),
        ("wasi:cli/terminal-input#read", "there is no `read` in `wasi:cli/terminal-input`"),
    ] {
        let said = warned(pattern);
        let begins = format!("warning: `{pattern}` denies nothing that WASI has: there is no ");
        assert!(said.starts_with(&begins) && said.contains(near), "{pattern}: {said}");
    }
    // Other packages may have any interface, those of WASI that weld does not know included.
    // A later version of those that there are stands for all of them, and may be there one day; a draft is one of its own.
    for pattern in [
        "wasi:cli/stdout@0.2.99",
        "wasi:cli/stdout@0.3.7",
        "wasi:http/types@0.2.0-rc-2023-12-05",
        "wasi:nn/graph@7.0.0",
        "wasi:keyvalue/store@0.2.0-draft",
        "wasi:cli/run@0.3.0-rc-2025-09-16",
        "wasi:*@0.2.0-rc-2024-10-28",
        "wasi:*/tensor",
        "wasi:*/*#compute",
        "wasi:cli/terminal-input",
        "wasi:cli/run#run",
        "wasi:http/*@0.3.0",
    ] {
        assert_eq!(warned(pattern), "", "{pattern}");
    }
    for pattern in ["wasi:cli/std*", "wasi:cli/*#get-std*", "wasi:*#open", "wasi:n*", "wasi:random/insecure#get-*"] {
        assert_eq!(warned(pattern), "", "{pattern}");
    }
    for pattern in ["wasi:nn/graph", "wasi:nn/*", "acme:random/randm", "wasi:random/insecure", "wasi:keyvalue/*"] {
        assert_eq!(warned(pattern), "", "{pattern}");
    }
}

#[test]
fn check_warns_of_rules_that_allow_functions_outside_wasi() {
    let check = |pattern: &str, flags: &[&str]| {
        let policy = format!("default = \"allow\"\nrule = [{{ allow = [\"{pattern}\"] }}]");
        let output = weld_check(shop().as_bytes(), &policy, flags);
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    for (pattern, near) in [
        ("wasi:random/randm", "did you mean `wasi:random/random`?"),
        ("wasi:random/random#get-random", "there is no `get-random` in `wasi:random/random`; did you mean"),
        ("wasi:io/streams@7.1.0", "there is no version 7.1.0 of it; did you mean `wasi:io/streams`?"),
    ] {
        let (code, said) = check(pattern, &["-q"]);
        let begins = format!("warning: `{pattern}` allows nothing that WASI has: there is no ");
        assert!(code == Some(0) && said.starts_with(&begins) && said.contains(near), "{pattern}: {said}");
        let (code, said) = check(pattern, &["--strict"]);
        assert!(code == Some(1) && said.ends_with("1 warning; `--strict` fails on warnings\n"), "{said}");
    }
    for pattern in ["wasi:random/*", "wasi:nn/graph", "acme:random/randm", "wasi:cli/stdout@0.2.99"] {
        assert_eq!(check(pattern, &["--strict", "-q"]), (Some(0), String::new()), "{pattern}");
    }
}

#[test]
fn check_suggests_a_component_name_of_any_file() {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(directory.path().join(name), text).unwrap();
    write("policy.toml", "default = \"allow\"\nrule = [{ component = \"stroe\", deny = [\"sockets\"] }]");
    for name in ["counter", "store", "unlike"] {
        write(&format!("{name}.wat"), "(component)");
    }
    for files in [["counter.wat", "store.wat", "unlike.wat"], ["store.wat", "unlike.wat", "counter.wat"]] {
        let mut command = weld(directory.path());
        let said = succeeds(command.arg("check").args(files).args(["--policy", "policy.toml"]));
        let said = String::from_utf8(said.stderr).unwrap();
        assert!(said.contains("no component has that name; did you mean `store`?"), "{said}");
    }
}

#[test]
fn check_warns_of_a_rule_in_another_form_than_the_import() {
    let component = r#"(component
      (import "y" (implements "acme:kv/store@1.0.0") (instance (export "get" (func))))
      (import "bag" (instance (export "get" (func))))
      (import "log" (func)))"#;
    let checked = |pattern: &str, flags: &[&str]| {
        let policy = format!("default = \"allow\"\nrule = [{{ deny = [\"{pattern}\"] }}]");
        let output = weld_check(component.as_bytes(), &policy, flags);
        (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
    };
    for (pattern, why, meant) in [
        ("#y", "what is imported as `y` is an interface", "y#*"),
        ("#ba*", "what is imported as `ba*` is an interface", "ba*#*"),
        ("log#*", "what is imported as `log` is no interface", "#log"),
        ("log#get", "what is imported as `log` is no interface", "#log"),
    ] {
        let (code, said) = checked(pattern, &[]);
        let line = format!("warning: `{pattern}` denies nothing here: {why}; did you mean `{meant}`?");
        assert!(said.contains(&line) && code == Some(0), "{said}");
        assert_eq!(checked(pattern, &["--strict"]).0, Some(1));
        // What was meant is denied by what is said to be meant.
        let (code, said) = checked(meant, &[]);
        assert!(code == Some(1) && !said.contains("warning"), "{said}");
    }
    // What is not imported at all may be imported by others, and some of what a pattern names is denied.
    for pattern in ["#z", "z#*", "y#set", "acme:kv/store", "acme:kv/store#set"] {
        assert!(!checked(pattern, &[]).1.contains("warning"), "{pattern}");
    }
    for pattern in ["#*", "*#get", "#*o*", "y#*", "*#*"] {
        let (code, said) = checked(pattern, &[]);
        assert!(code == Some(1) && !said.contains("warning"), "{pattern}: {said}");
    }
}

#[test]
fn check_attributes_unreached_imports_to_the_outermost_component() {
    let component = format!(
        r#"(component
             (import "{NET}" (instance $net (export "create-tcp-socket" (func)) (export "listen" (func))))
             (import "unused" (func))
             {}
             (instance (instantiate $a (with "{NET}" (instance $net)))))"#,
        program("a", &[(NET, "create-tcp-socket")])
    );
    assert_eq!(
        check(component.as_bytes(), ""),
        [
            format!("`app` reaches `{NET}#listen`, which no rule allows"),
            format!("`a` reaches `{NET}#create-tcp-socket`, which no rule allows"),
            "`app` reaches `unused`, which no rule allows".to_owned(),
        ]
    );
}

#[test]
fn check_follows_component_arguments() {
    // `maker` instantiates what it is given, and that is defined two levels out.
    let component = format!(
        r#"(component {host}
             {program}
             (component $outer {host}
               (alias outer 1 $user (component $aliased))
               (component $maker {host}
                 (import "what" (component $what
                   (import "{NET}" (instance (export "create-tcp-socket" (func)))) (export "run" (func))))
                 (instance $made (instantiate $what (with "{NET}" (instance $net))))
                 (export "made" (instance $made)))
               (instance $maker (instantiate $maker
                 (with "what" (component $aliased)) (with "{NET}" (instance $net)) (with "{RANDOM}" (instance $random))))
               (export "maker" (instance $maker)))
             (instance $outer (instantiate $outer (with "{NET}" (instance $net)) (with "{RANDOM}" (instance $random))))
             (alias export $outer "maker" (instance $maker))
             (alias export $maker "made" (instance $made))
             {last}
             (instance $last (instantiate $last (with "made" (instance $made)))))"#,
        host = host(),
        program = program("user", &[(NET, "create-tcp-socket")]),
        last = program("last", &[("made", "run")]),
    );
    assert_eq!(
        check(component.as_bytes(), ""),
        [
            format!("`outer/maker/made` reaches `{NET}#create-tcp-socket`, which no rule allows"),
            format!("`last` reaches `{NET}#create-tcp-socket` through `outer/maker/made`, which no rule allows"),
            format!("`app` reaches `{RANDOM}#get-random-u64`, which no rule allows"),
        ]
    );
}

#[test]
fn check_attributes_arguments_to_a_host_component() {
    let component = format!(
        r#"(component
             (import "{NET}" (instance $net (export "create-tcp-socket" (func))))
             (import "plugin" (component $plugin
               (import "net" (instance (export "create-tcp-socket" (func)))) (export "run" (func))))
             (instance $plugin (instantiate $plugin (with "net" (instance $net))))
             {}
             (instance $user (instantiate $user (with "plugin" (instance $plugin)))))"#,
        program("user", &[("plugin", "run")])
    );
    assert_eq!(
        check(component.as_bytes(), ""),
        [
            format!("`plugin` reaches `{NET}#create-tcp-socket`, which no rule allows"),
            format!("`user` reaches `{NET}#create-tcp-socket` through `plugin`, which no rule allows"),
            "`plugin` reaches component `plugin`, which no rule allows".to_owned(),
            "`user` reaches component `plugin` through `plugin`, which no rule allows".to_owned(),
        ]
    );
}

#[test]
fn check_attributes_a_function_to_the_component_that_reexports_it() {
    let component = format!(
        r#"(component {host}
             (component $alias (import "f" (func $f)) (export "run" (func $f)))
             (alias export $net "create-tcp-socket" (func $connect))
             (instance $alias (instantiate $alias (with "f" (func $connect))))
             {user}
             (instance $user (instantiate $user (with "from" (instance $alias)))))"#,
        host = host(),
        user = program("user", &[("from", "run")]),
    );
    assert_eq!(
        check(component.as_bytes(), "rule = [{ allow = [\"random\"] }]"),
        [
            format!("`alias` reaches `{NET}#create-tcp-socket`, which no rule allows"),
            format!("`user` reaches `{NET}#create-tcp-socket`, which no rule allows"),
        ]
    );
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

/// Who reaches which import, by what `weld plug` says that it wired: who imports it, and who imports from those.
fn wired_to(report: &Value) -> BTreeSet<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let list = |value: &Value| value.as_array().unwrap().clone();
    let imports = list(&report["imports"]);
    let mut reached: BTreeSet<(String, String)> = imports
        .iter()
        .flat_map(|import| {
            list(&import["importers"]).into_iter().map(move |by| (text(&by["component"]), text(&import["name"])))
        })
        .collect();
    loop {
        let before = reached.len();
        for wire in list(&report["wires"]) {
            let (importer, exporter) = (text(&wire["importer"]), text(&wire["exporter"]));
            let more: Vec<_> = reached.iter().filter(|(by, _)| *by == exporter).cloned().collect();
            reached.extend(more.into_iter().map(|(_, import)| (importer.clone(), import)));
        }
        if reached.len() == before {
            return reached;
        }
    }
}

#[test]
fn check_attribution_agrees_with_the_wires_of_plug() {
    let compositions: [&[&str]; 4] = [
        &["kv-app", "kv-store"],
        &["chain-top", "chain-middle", "chain-bottom"],
        &["chain-top", "chain-middle"],
        &["diamond", "left", "right"],
    ];
    for guests in compositions {
        let directory = tempfile::tempdir().unwrap();
        let mut plug = support::weld(directory.path());
        plug.args(["plug", "-o", "app.wasm", "--json"]).arg(guest(guests[0]));
        guests[1..].iter().for_each(|name| _ = plug.arg("--plug").arg(guest(name)));
        let report: Value = serde_json::from_slice(&support::succeeds(&mut plug).stdout).unwrap();
        std::fs::write(directory.path().join("policy.toml"), "default = \"allow\"").unwrap();
        let mut check = support::weld(directory.path());
        check.args(["check", "app.wasm", "--policy", "policy.toml", "--json"]);
        let found: Value = serde_json::from_slice(&support::succeeds(&mut check).stdout).unwrap();
        let mut reached = BTreeSet::new();
        for import in found["imports"].as_array().unwrap() {
            for by in import["reached"].as_array().unwrap() {
                assert_eq!(by["component"].as_array().unwrap().len(), 1, "{guests:?}");
                reached.insert((
                    by["component"][0].as_str().unwrap().to_owned(),
                    import["name"].as_str().unwrap().to_owned(),
                ));
            }
        }
        // Of the clock, files take the type of their times and nothing else.
        let expected: BTreeSet<_> =
            wired_to(&report).into_iter().filter(|(_, import)| !import.contains("/wall-clock@")).collect();
        assert_eq!(reached, expected, "{guests:?}");
        assert!(reached.len() >= guests.len(), "{guests:?}");
    }
}

#[test]
fn check_accepts_each_guest_under_its_own_rules() {
    for name in ["command-0.2.0", "command-0.2.3", "command-0.2.6", "command-0.2.12", "command.module", "hello-c"] {
        let component = std::fs::read(guest(name)).unwrap();
        meets(&component, "default = \"allow\"");
        let capabilities =
            "\"env\", \"args\", \"cwd\", \"stdin\", \"stdout\", \"stderr\", \"exit\", \"clocks\", \"random\"";
        let without_files = check(&component, &format!("rule = [{{ allow = [{capabilities}] }}]"));
        // Of the terminals, standard input's and so on take the resource types along; `hello-c` has no such file.
        assert!(
            without_files.iter().all(|line| line.contains("reaches `fs` (") || line.contains("hello-world")),
            "{without_files:?}"
        );
        assert!(
            without_files.iter().any(|line| line.contains("reaches `fs` (2 interfaces)")),
            "{name}: {without_files:?}"
        );
    }
}

#[test]
fn check_limits_bytes_and_components() {
    let component = wat::parse_str(shop()).unwrap();
    let allowed = "default = \"allow\"\n[limits]\n";
    let size = component.len();
    meets(&component, &format!("{allowed}size = \"{size}B\"\ncomponents = 3"));
    assert_eq!(
        check(&component, &format!("{allowed}size = \"{}B\"\ncomponents = 2", size - 1)),
        [
            format!("the component has 1.3 kB (1,252 bytes); the limit is {}B", size - 1),
            "3 components are nested in the component; the limit is 2".to_owned(),
        ]
    );
    meets(&component, &format!("{allowed}size = \"1 MiB\"\ncomponents = 0x1_0"));
}

#[test]
fn check_refuses_exponential_instantiation() {
    // Each instantiates the one before it eight times: 8^7 of the first.
    let mut component = "(component (component $c0)".to_owned();
    for number in 1..8 {
        let before = number - 1;
        let instantiate = "(instance (instantiate $b))".repeat(8);
        component += &format!("(component $c{number} (alias outer 1 $c{before} (component $b)) {instantiate})");
    }
    component += "(instance (instantiate $c7)))";
    let output = weld_check(component.as_bytes(), "", &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("instantiates more than 25000 components"));
}

#[test]
fn check_json_equals_the_text() {
    let component = wat::parse_str(shop()).unwrap();
    let policy = "[[rule]]\nallow = [\"sockets\"]\n[[rule]]\ncomponent = \"shop\"\ndeny = [\"random\", \"sockets\"]\n[limits]\nsize = \"0B\"\n";
    let output = weld_check(&component, policy, &["--json"]);
    assert_eq!(output.status.code(), Some(1));
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&json["version"], &json["meets"]), (&2.into(), &false.into()));
    assert_eq!(json["component"]["name"], "app");
    assert_eq!(json["component"]["file"], "app.wasm");
    assert_eq!(json["component"]["size"], component.len());
    assert_eq!(json["component"]["components"], 3);
    assert_eq!(json["policy"]["file"], "policy.toml");
    let violations = json["violations"].as_array().unwrap();
    let kinds: Vec<_> = violations.iter().map(|violation| violation["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["limit", "import", "import", "import"]);
    assert_eq!(violations[0]["limit"], "size");
    assert_eq!(violations[0]["found"], component.len());
    assert_eq!(violations[0]["allowed"], 0);
    let through = serde_json::json!({
        "kind": "import",
        "import": NET,
        "function": "create-tcp-socket",
        "implements": null,
        "external_id": null,
        "all": true,
        "component": ["shop", "ml"],
        "through": [["shop", "store"]],
        // The second pattern of the fifth line, after `deny = ["random", `.
        "rule": { "says": "deny", "pattern": "sockets", "line": 5, "column": 19 },
        "message": format!("`shop/ml` reaches `{NET}#create-tcp-socket` through `shop/store`, which `sockets` denies"),
    });
    assert!(violations.contains(&through), "{violations:#?}");
    let reached = |import: usize| json["imports"][import]["reached"].as_array().unwrap().len();
    assert_eq!((&json["imports"][0]["name"], reached(0)), (&NET.into(), 2));
    assert_eq!((&json["imports"][1]["name"], reached(1)), (&RANDOM.into(), 1));

    let output = weld_check(&component, "default = \"allow\"", &["--json"]);
    assert_eq!(output.status.code(), Some(0));
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&json["meets"], &json["violations"]), (&true.into(), &serde_json::json!([])));
}

#[test]
fn check_sarif_has_a_result_for_each_violation() {
    let component = wat::parse_str(shop()).unwrap();
    let policy = "default = \"deny\"\n[[rule]]\ndeny = [\"random\"]\n[limits]\ncomponents = 1\n";
    let output = weld_check(&component, policy, &["--sarif"]);
    assert_eq!(output.status.code(), Some(1));
    let log: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(log["version"], "2.1.0");
    assert!(log["$schema"].as_str().unwrap().contains("sarif"));
    let run = &log["runs"][0];
    assert_eq!(run["tool"]["driver"]["name"], "weld");
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    let found: Vec<_> = results
        .iter()
        .map(|result| {
            let id = &result["ruleId"];
            // SARIF 2.1.0, 3.27.6: the index is that of the rule with the id.
            assert_eq!(rules[result["ruleIndex"].as_u64().unwrap() as usize]["id"], *id);
            assert!(!result["message"]["text"].as_str().unwrap().is_empty());
            // A code host shows a result at its location, which must be text.
            let place = &result["locations"][0]["physicalLocation"];
            assert_eq!(place["artifactLocation"]["uri"], "policy.toml");
            let component = &result["relatedLocations"][0]["physicalLocation"];
            assert_eq!(component["artifactLocation"]["uri"], "app.wasm");
            assert_eq!(result["partialFingerprints"]["weldViolation/v1"].as_str().unwrap().len(), 64);
            let logical = &result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"];
            (id.as_str().unwrap(), logical.as_str().unwrap(), place["region"]["startLine"].as_u64().unwrap())
        })
        .collect();
    assert_eq!(
        found,
        [("limit", "app", 5), ("default", "shop/store", 1), ("default", "shop/ml", 1), ("deny", "shop/ml", 3)]
    );
    let output = weld_check(&component, "default = \"allow\"", &["--sarif"]);
    let log: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((output.status.code(), &log["runs"][0]["results"]), (Some(0), &serde_json::json!([])));
}

#[test]
fn check_accepts_many_components_and_directories() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    std::fs::create_dir_all(path.join("dist/deep")).unwrap();
    let write = |file: &str, text: &str| std::fs::write(path.join(file), wat::parse_str(text).unwrap()).unwrap();
    write("dist/net.wasm", &program("net", &[(NET, "create-tcp-socket")]));
    write("dist/deep/dice.wasm", &program("dice", &[(RANDOM, "get-random-u64")]));
    std::fs::write(path.join("dist/notes.txt"), "no component").unwrap();
    let rules = "default = \"allow\"\nrule = [{ component = \"dice\", deny = [\"sockets\"] }, \
                 { component = \"net\", deny = [\"sockets\"] }]\n";
    std::fs::write(path.join("policy.toml"), rules).unwrap();
    let check = |arguments: &[&str]| {
        let output =
            support::weld(path).arg("check").args(arguments).args(["--policy", "policy.toml"]).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    let line =
        format!("dist/net.wasm: `net` reaches `{NET}#create-tcp-socket`, which `sockets` denies (policy.toml:2:82)\n");
    for arguments in [&["dist"][..], &["dist/net.wasm", "dist/deep"], &["dist/deep/dice.wasm", "dist/net.wasm"]] {
        let (code, data, said) = check(arguments);
        assert_eq!((code, data.as_str()), (Some(1), line.as_str()), "{arguments:?}");
        // Each rule is about one of them, and so none is in doubt.
        assert_eq!(said, "2 components checked: 1 does not meet `policy.toml`, 1 violation\n");
    }
    let (_, data, _) = check(&["dist", "--json"]);
    let json: Value = serde_json::from_str(&data).unwrap();
    let files: Vec<_> = json["components"].as_array().unwrap().iter().map(|of| &of["component"]["file"]).collect();
    assert_eq!(files, ["dist/deep/dice.wasm", "dist/net.wasm"]);
    assert_eq!((&json["meets"], &json["components"][0]["meets"]), (&false.into(), &true.into()));
    let (_, data, _) = check(&["dist", "--sarif"]);
    let json: Value = serde_json::from_str(&data).unwrap();
    assert_eq!(json["runs"][0]["results"].as_array().unwrap().len(), 1);

    // What cannot be read is not passed over, and others are judged all the same.
    std::fs::write(path.join("dist/deep/broken.wasm"), b"\0asm\x0d\0\x01\0\xff").unwrap();
    let (code, data, said) = check(&["dist"]);
    assert_eq!((code, data.lines().count()), (Some(2), 1), "{data}");
    assert!(said.contains("dist/deep/broken.wasm") && said.contains("1 other could not be read"), "{said}");
    let (code, _, said) = check(&["dist", "no"]);
    assert!(code == Some(2) && said.contains("no"), "{said}");
    std::fs::remove_file(path.join("dist/deep/broken.wasm")).unwrap();
    std::fs::rename(path.join("dist/deep/dice.wasm"), path.join("dist/deep/.wasm")).unwrap();
    let (_, _, said) = check(&["dist"]);
    assert!(said.contains("2 components checked"), "{said}");
    std::os::unix::fs::symlink("../dist/deep", path.join("dist/linked")).unwrap();
    let (code, _, said) = check(&["dist"]);
    assert!(code == Some(2) && said.contains("dist/linked") && said.contains("link to a directory"), "{said}");
    std::fs::create_dir(path.join("empty")).unwrap();
    let (code, _, said) = check(&["empty"]);
    assert!(code == Some(2) && said.contains("`empty` has no component in it"), "{said}");
}

#[test]
fn check_refuses_files_that_are_no_components() {
    // Its structure is valid, and the body of its function is not.
    let module = r#"(component (core module (func (result i32))))"#;
    let output = weld_check(module.as_bytes(), "default = \"allow\"", &[]);
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!(weld_check(b"", "default = \"allow\"", &[]).status.code(), Some(2));
}

/// A manifest of one component that reaches the network and random numbers, and a policy.
fn manifest(more: &str, policy: &str) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let write = |file: &str, text: &str| std::fs::write(directory.path().join(file), text).unwrap();
    write("ml.wat", &program("ml", &[(NET, "create-tcp-socket"), (RANDOM, "get-random-u64")]));
    write("policy.toml", policy);
    let base = "[composition]\nroot = \"ml\"\noutput = \"out/all.wasm\"\npolicy = \"policy.toml\"\n";
    write("weld.toml", &format!("{base}[components]\nml = \"ml.wat\"\n{more}"));
    directory
}

fn build(directory: &Path, flags: &[&str]) -> (Option<i32>, String) {
    let output = support::weld(directory).arg("build").args(flags).output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn build_refuses_a_policy_rule_for_a_component_outside_the_manifest() {
    let rules = "default = \"allow\"\nrule = [{ component = \"NAME\", deny = [\"http\"] }]\n";
    let with = |name: &str, more: &str| {
        let directory = manifest(more, &rules.replace("NAME", name));
        build(directory.path(), &[])
    };
    let (code, said) = with("mml", "");
    assert_eq!(code, Some(2), "{said}");
    for part in ["no component is called `mml`", "did you mean `ml`?", "policy.toml:2:"] {
        assert!(said.contains(part), "{said}");
    }
    // One that only another target uses may have a rule.
    let (code, said) =
        with("other", "other = \"ml.wat\"\n[target.rooted]\nroot = \"other\"\noutput = \"out/o.wasm\"\n");
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(with("m*", "").0, Some(0));
    // What is nested in one that is there is known, too.
    for name in ["ml/store", "m?/store", "ml/store/deep"] {
        let (code, said) = with(name, "");
        assert!(code == Some(2) && said.contains(&format!("no component is called `{name}`")), "{said}");
    }
    let elsewhere = "other = \"ml.wat\"\n[target.rooted]\nroot = \"other\"\noutput = \"out/o.wasm\"\n";
    let (code, said) = with("other/store", elsewhere);
    assert_eq!(code, Some(2), "{said}");
}

#[test]
fn build_that_violates_its_policy_writes_nothing() {
    let other = "[target.other]\noutput = \"out/other.wasm\"\npolicy = \"other.toml\"\n";
    let directory = manifest(other, "rule = [{ component = \"ml\", allow = [\"sockets\"] }]");
    let there = |file: &str| directory.path().join(file).exists();
    std::fs::write(directory.path().join("other.toml"), "default = \"allow\"").unwrap();
    let (code, said) = build(directory.path(), &[]);
    assert_eq!(code, Some(2), "{said}");
    assert!(
        said.contains(&format!("`ml` reaches `{RANDOM}#get-random-u64`, which no rule allows")) && !said.contains(NET),
        "{said}"
    );
    assert!(!there("out") && !there("weld.lock"));
    // A target has a policy of its own.
    let (code, said) = build(directory.path(), &["--target", "other", "--depfile", "deps"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(there("out/other.wasm") && !there("out/all.wasm"));
    let depfile = std::fs::read_to_string(directory.path().join("deps")).unwrap();
    assert!(depfile.contains("other.toml") && !depfile.contains("policy.toml"), "{depfile}");
    // Now that it is allowed.
    std::fs::write(directory.path().join("policy.toml"), "rule = [{ component = \"ml\", allow = [\"*\"] }]").unwrap();
    assert_eq!(build(directory.path(), &["--depfile", "deps"]).0, Some(0));
    let depfile = std::fs::read_to_string(directory.path().join("deps")).unwrap();
    assert!(there("out/all.wasm") && depfile.contains("policy.toml"), "{depfile}");
    // The finished file is judged as the build judged it.
    let output = support::weld(directory.path()).args(["check", "out/all.wasm", "--policy", "policy.toml"]).output();
    assert_eq!(output.unwrap().status.code(), Some(0));
}

#[test]
fn check_policy_is_never_written_over() {
    let directory = manifest("", "default = \"allow\"");
    let text = std::fs::read_to_string(directory.path().join("weld.toml")).unwrap();
    std::fs::write(directory.path().join("weld.toml"), text.replace("out/all.wasm", "./policy.toml")).unwrap();
    let (code, said) = build(directory.path(), &[]);
    assert_eq!(code, Some(2));
    assert!(said.contains("the composition would be written over the policy"), "{said}");
    std::fs::write(directory.path().join("weld.toml"), &text).unwrap();
    let (code, said) = build(directory.path(), &["--depfile", "policy.toml"]);
    assert_eq!(code, Some(2), "{said}");
    assert_eq!(std::fs::read_to_string(directory.path().join("policy.toml")).unwrap(), "default = \"allow\"");
}

#[test]
fn check_escapes_terminal_controls_in_names() {
    let component = program("x", &[(NET, "create-tcp-socket")]).replacen("$x", "(@name \"x\\1b[31m\")", 1);
    let component =
        format!("(component {} {component} (instance (instantiate 0 (with \"{NET}\" (instance $net)))))", host());
    let output = weld_check(component.as_bytes(), "", &[]);
    let lines = String::from_utf8(output.stdout).unwrap();
    assert!(lines.contains("`x\\u{1b}[31m` reaches"), "{lines}");
}

/// The blocks of code in the guide, by their language.
fn blocks(text: &str) -> Vec<(String, String)> {
    let mut parts = text.split("\n```");
    parts.next();
    let mut blocks = Vec::new();
    while let (Some(block), Some(_)) = (parts.next(), parts.next()) {
        let (language, code) = block.split_once('\n').unwrap();
        blocks.push((language.to_owned(), format!("{code}\n")));
    }
    blocks
}

#[test]
fn check_guide_shows_actual_output() {
    let guide = std::fs::read_to_string(support::project().join("docs/policy.md")).unwrap();
    let blocks = blocks(&guide);
    let [(toml, policy), (_, shown), ..] = &blocks[..] else { panic!("{blocks:?}") };
    assert_eq!(toml, "toml");
    let directory = tempfile::tempdir().unwrap();
    let cms = support::project().join("examples/cms");
    for file in ["front.wasm", "storygen.wasm", "kv.wasm", "weld.toml"] {
        std::fs::copy(cms.join(file), directory.path().join(file)).unwrap();
    }
    std::fs::write(directory.path().join("policy.toml"), policy).unwrap();
    support::succeeds(support::weld(directory.path()).arg("build"));
    let output = support::weld(directory.path()).args(["check", "build/cms.wasm", "--policy", "policy.toml"]).output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(*shown, format!("$ weld check build/cms.wasm --policy policy.toml\n{said}"));
}

#[test]
fn check_library_json_names_the_rule() {
    let bytes = wat::parse_str(program("x", &[(NET, "create-tcp-socket")])).unwrap();
    let policy = Policy::parse("policy.toml", "rule = [{ deny = [\"sockets\"] }]").unwrap();
    let findings = weld::check(Input::bytes(bytes).named("x.wasm"), &policy).unwrap();
    let verdict: Value = serde_json::from_str(findings.json()).unwrap();
    let [violation] = &verdict["violations"].as_array().unwrap()[..] else { panic!("{verdict:#}") };
    let rule = serde_json::json!({ "says": "deny", "pattern": "sockets", "line": 1, "column": 19 });
    assert_eq!((&violation["rule"], &violation["all"]), (&rule, &Value::Bool(true)));
    assert_eq!((&violation["import"], &violation["function"]), (&NET.into(), &"create-tcp-socket".into()));
    let message = format!("`x` reaches `{NET}#create-tcp-socket`, which `sockets` denies");
    assert_eq!((&violation["message"], &violation["component"]), (&message.clone().into(), &serde_json::json!(["x"])));
    assert_eq!(findings.lines(), [format!("{message} (policy.toml:1:19)")]);
    let imports = verdict["imports"].as_array().unwrap().iter();
    let reached: usize = imports.map(|import| import["reached"].as_array().unwrap().len()).sum();
    assert_eq!((&verdict["component"]["components"], reached), (&0.into(), 1));
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

#[test]
fn check_escapes_line_feeds_in_names() {
    let component =
        program("x", &[(NET, "create-tcp-socket")]).replacen("$x", "(@name \"x\\n`app` meets\\0d\\0a!\")", 1);
    let component =
        format!("(component {} {component} (instance (instantiate 0 (with \"{NET}\" (instance $net)))))", host());
    let policy = "rule = [{ allow = [\"random\"] }, { component = \"no\\nthing\", deny = [\"*\"] }]";
    let name = "x\\u{a}`app` meets\\u{d}\\u{a}!";
    let output = weld_check(component.as_bytes(), policy, &["-v"]);
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        format!("`{name}` reaches `{NET}#create-tcp-socket`, which no rule allows (policy.toml)\n")
    );
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("`no\\u{a}thing`") && said.contains(&format!("{NET} <- {name}\n")), "{said}");
    assert!(!said.lines().any(|line| line.starts_with("`app` meets")), "{said}");
    // Nor to the error of a build.
    let bytes = wat::parse_str(component).unwrap();
    let policy = Policy::parse("policy.toml", policy).unwrap();
    let composer = weld::Composer::new().component("app", Input::bytes(bytes)).policy(policy);
    let diagnostics = composer.compose().unwrap_err().diagnostics();
    assert!(diagnostics[0].message().contains("create-tcp-socket"), "{diagnostics:?}");
    assert!(diagnostics.iter().all(|diagnostic| !diagnostic.message().contains('\n')), "{diagnostics:?}");
}

#[test]
fn check_refuses_a_directory_as_policy() {
    let directory = manifest("", "");
    let text = std::fs::read_to_string(directory.path().join("weld.toml")).unwrap();
    std::fs::write(directory.path().join("weld.toml"), text.replace("\"policy.toml\"", "\".\"")).unwrap();
    let (code, said) = build(directory.path(), &[]);
    assert_eq!(code, Some(2));
    assert!(said.contains("`.` is a directory, not a policy") && said.contains("weld.toml:4:"), "{said}");
    assert!(!said.contains("a component"), "{said}");
    let output = support::weld(directory.path()).args(["check", "ml.wat", "--policy", "."]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(2) && said.contains("`.` is a directory, not a policy"), "{said}");
}

#[test]
fn check_refuses_a_pattern_with_capitals_that_matches_nothing() {
    for pattern in ["WASI:random/random", "wasi:Random/random@0.2.0", "wasi:random/Random#get", "WASI:*", "Kv#get"] {
        let text = format!("rule = [{{ deny = [\"{pattern}\"] }}]");
        let errors = Policy::parse("policy.toml", &text).unwrap_err().diagnostics();
        let expected = format!("`{pattern}` has capital letters where names have none, and so names nothing");
        assert_eq!(errors.iter().map(weld::Diagnostic::message).collect::<Vec<_>>(), [expected]);
    }
    // Interfaces, functions and what a world imports may have words of capital letters.
    let component = r#"(component (import "a:b/to-HTTP" (instance (export "GET" (func)))) (import "LOG" (func)))"#;
    meets(component.as_bytes(), "rule = [{ allow = [\"a:b/to-HTTP#GET\", \"#LOG\"] }]");
    meets(component.as_bytes(), "rule = [{ allow = [\"a:*HTTP\", \"#*\"] }]");
}

#[test]
fn check_denies_a_type_of_the_world_to_its_users() {
    let component =
        br#"(component (import "thing" (type $t (sub resource))) (import "use" (func (param "t" (borrow $t)))))"#;
    meets(component, "rule = [{ allow = [\"#use\"] }]");
    assert_eq!(
        check(component, "rule = [{ allow = [\"#use\"], deny = [\"#thing\"] }]"),
        ["`app` reaches `thing`, which `#thing` denies"]
    );
}
