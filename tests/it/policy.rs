//! Policies: what they allow and deny, and to whom what a component imports is attributed.

mod names;
mod output;
mod warnings;

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
