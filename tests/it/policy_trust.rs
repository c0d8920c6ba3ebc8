//! What a hostile component, or a hostile name, cannot get past a policy.

use std::process::Output;

use crate::support::{
    self,
    policy::{check, directory, found},
};
use tempfile::TempDir;

const RANDOM: &str = "wasi:random/random@0.2.0";
const EXIT: &str = "wasi:cli/exit@0.2.0";

fn weld(directory: &TempDir, arguments: &[&str]) -> Output {
    support::weld(directory.path()).args(arguments).output().unwrap()
}

/// What `weld virt --policy` leaves of a component, which meets the policy.
#[track_caller]
fn left(component: &str, policy: &str) -> Vec<(String, String)> {
    let directory = directory(component, policy);
    let output = weld(&directory, &["virt", "app.wat", "-o", "out.wasm", "--policy", "policy.toml"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(found(&directory, "out.wasm"), [""; 0]);
    support::imported_functions(&std::fs::read(directory.path().join("out.wasm")).unwrap())
}

fn pairs(functions: &[(&str, &str)]) -> Vec<(String, String)> {
    functions.iter().map(|(interface, function)| ((*interface).to_owned(), (*function).to_owned())).collect()
}

/// A component, as text, whose core code calls a function of an instance that it imports, and which exports `run`.
fn caller(head: &str, import: &str, function: &str) -> String {
    format!(
        r#"(component {head}
             (import "{import}" (instance $i (export "{function}" (func))))
             (core func $f (canon lower (func $i "{function}")))
             (core module $m (import "" "f" (func $f)) (func (export "run") (call $f)))
             (core instance $m (instantiate $m (with "" (instance (export "f" (func $f))))))
             (func $run (canon lift (core func $m "run")))
             (export "run" (func $run)))"#
    )
}

const LEDGER: &str = r#"(component
  (import "shop:db/ledger" (instance
    (export "page" (type $page (sub resource)))
    (export "[static]page.first" (func (result (own $page))))
    (export "[method]page.total" (func (param "self" (borrow $page)) (result u64)))
    (export "[method]page.burn" (func (param "self" (borrow $page))))
    (export "burn-all" (func)))))"#;

#[test]
fn check_allow_of_one_method_allows_no_other_function() {
    let policy = "rule = [{ allow = [\"shop:db/ledger#[method]page.total\"] }]";
    let denied = |name: &str| format!("`app` reaches `shop:db/ledger#{name}`, which no rule allows");
    assert_eq!(check(LEDGER, policy), [denied("[static]page.first"), denied("[method]page.burn"), denied("burn-all")]);
    assert_eq!(left(LEDGER, policy), pairs(&[("shop:db/ledger", "[method]page.total")]));
    // What is given gives what can only use it; what makes a page from nothing stays denied.
    let cases = [("[method]page.total", 3), ("[static]page.first", 3), ("*", 0), ("nothing", 4)];
    for (allowed, violations) in cases {
        let policy = format!("rule = [{{ allow = [\"shop:db/ledger#{allowed}\"] }}]");
        assert_eq!(check(LEDGER, &policy).len(), violations, "{allowed}");
    }
}

/// A component that imports a shop's safe, and mentions its key in the type of standard output in some way.
fn laundering(mention: &str) -> String {
    format!(
        r#"(component
             (import "shop:vault/safe" (instance $safe
               (export "key" (type $key (sub resource)))
               (export "[constructor]key" (func (result (own $key))))
               (export "[method]key.turn" (func (param "self" (borrow $key))))
               (export "open" (func (param "name" string) (result (own $key))))))
             (alias export $safe "key" (type $key))
             (import "wasi:io/streams@0.2.0" (instance $streams
               (export "output-stream" (type $stream (sub resource)))
               (export "[method]output-stream.flush" (func (param "self" (borrow $stream))))))
             (alias export $streams "output-stream" (type $stream))
             (import "wasi:cli/stdout@0.2.0" (instance
               (alias outer 1 $stream (type $stream'))
               (export "output-stream" (type $stream'' (eq $stream')))
               (alias outer 1 $key (type $key'))
               {mention}
               (export "get-stdout" (func (result (own $stream'')))))))"#
    )
}

#[test]
fn check_allow_of_an_interface_does_not_cover_interfaces_of_its_types() {
    let policy = "rule = [{ allow = [\"stdout\"] }]";
    let mentions = [
        "",
        "(export \"key\" (type (eq $key')))",
        "(export \"key\" (type $k (eq $key'))) (type $r' (record (field \"k\" (own $k)))) (export \"pair\" (type (eq $r')))",
        "(export \"key\" (type $k (eq $key'))) (export \"set\" (func (param \"k\" (borrow $k))))",
    ];
    for mention in mentions {
        let component = laundering(mention);
        let lines = check(&component, policy);
        let safe: Vec<_> = lines.iter().filter(|line| line.contains("shop:vault/safe#")).collect();
        assert_eq!(safe.len(), 3, "{mention}: {lines:?}");
        assert!(lines.iter().all(|line| !line.contains("output-stream.flush")), "{lines:?}");
        let left = left(&component, policy);
        assert!(left.iter().all(|(interface, _)| interface != "shop:vault/safe"), "{mention}: {left:?}");
        assert!(left.contains(&("wasi:io/streams@0.2.0".to_owned(), "[method]output-stream.flush".to_owned())));
    }
}

#[test]
fn check_deny_of_an_interface_covers_its_labels() {
    let component = caller("", "x", "get-random-u64").replacen("\"x\"", &format!("\"x\" (implements \"{RANDOM}\")"), 1);
    let says = |pattern: &str| format!("`app` reaches `x#get-random-u64`, which is `{RANDOM}`, and `{pattern}` denies");
    for pattern in ["random", "wasi:random/*", "wasi:random/random#get-random-u64", "x#*"] {
        for allow in ["x#*", "random", "*"] {
            let policy = format!("default = \"allow\"\nrule = [{{ allow = [\"{allow}\"], deny = [\"{pattern}\"] }}]");
            assert_eq!(check(&component, &policy), [says(pattern)], "{allow}");
            assert_eq!(left(&component, &policy), pairs(&[]), "{pattern} {allow}");
        }
    }
    for allow in ["x#*", "random", "wasi:random/random"] {
        let policy = format!("rule = [{{ allow = [\"{allow}\"] }}]");
        assert_eq!(check(&component, &policy), [""; 0], "{allow}");
        assert_eq!(left(&component, &policy), pairs(&[("x", "get-random-u64")]));
    }
}

/// A composition in which the label `y` of a component became `y2`, because another one has `y` for a clock. `front` is put
/// between the host and the component, or is empty.
fn renamed(front: &str) -> String {
    let label = format!(r#"(import "y" (implements "{RANDOM}") (instance $y (export "get-random-u64" (func))))"#);
    let given = if front.is_empty() { "$r" } else { "$passed" };
    let user = caller("$user", "y", "get-random-u64").replacen("\"y\"", &format!("\"y\" (implements \"{RANDOM}\")"), 1);
    let front = front.replace("LABEL", &label);
    format!(
        r#"(component
             (import "y" (implements "wasi:clocks/wall-clock@0.2.0") (instance $c (export "now" (func))))
             (import "y2" (implements "{RANDOM}") (instance $r (export "get-random-u64" (func))))
             {front} {user}
             (instance $user (instantiate $user (with "y" (instance {given})))))"#
    )
}

#[test]
fn check_deny_of_a_renamed_label_matches_either_name() {
    // Code that passes on what it is given under the same label.
    let front = r#"(component $front LABEL
          (core func (canon lower (func $y "get-random-u64")))
          (core module $m (import "" "f" (func $f)) (func (export "f") (call $f)))
          (core instance $m (instantiate $m (with "" (instance (export "f" (func 0))))))
          (func $f (canon lift (core func $m "f"))) (instance $o (export "get-random-u64" (func $f)))
          (export "y" (instance $o)))
        (instance $front (instantiate $front (with "y" (instance $r)))) (alias export $front "y" (instance $passed))"#;
    let bundle =
        r#"(alias export $r "get-random-u64" (func $g)) (instance $passed (export "get-random-u64" (func $g)))"#;
    for front in ["", front, bundle] {
        let component = renamed(front);
        let is_reached = |found: &String, pattern: &str| {
            let begins = format!("`user` reaches `y2#get-random-u64`, which is `{RANDOM}`,");
            found.starts_with(&begins) && found.ends_with(&format!("and `{pattern}` denies"))
        };
        for pattern in ["y#*", "y2#*", "y#get-random-u64", "random"] {
            for rule in ["", "component = \"user\", "] {
                let policy = format!("default = \"allow\"\nrule = [{{ {rule}deny = [\"{pattern}\"] }}]");
                let found = check(&component, &policy);
                assert!(found.iter().any(|found| is_reached(found, pattern)), "{front} {pattern}: {found:?}");
            }
        }
        // The name that the file has gives, and the component's own gives nothing.
        let by = |allow: &str, deny: &str| {
            check(&component, &format!("rule = [{{ allow = [\"{allow}\"], deny = [{deny}] }}]"))
        };
        let others = |lines: Vec<String>| lines.into_iter().filter(|line| line.contains("`y2#")).collect::<Vec<_>>();
        assert_eq!(others(by("y2#*", "")), [""; 0]);
        assert_eq!(others(by("y2#*", "\"y#*\"")).len(), if front.contains("$front") { 2 } else { 1 });
        assert!(!others(by("y#*", "")).is_empty());
        assert!(!others(by("y#*", "\"z#*\"")).is_empty());
    }
}

/// A composition of two components that the composer calls `first` and `second`; the second one uses random numbers.
fn composed(first: &str, second: &str) -> String {
    format!(
        r#"(component
             (import "{RANDOM}" (instance $r (export "get-random-u64" (func))))
             (component $harmless (core module $m) (core instance (instantiate $m)))
             {}
             (instance {first} (instantiate $harmless))
             (instance {second} (instantiate $user (with "{RANDOM}" (instance $r)))))"#,
        caller("$user", RANDOM, "get-random-u64"),
    )
}

#[test]
fn check_deny_for_the_file_name_holds_despite_equal_inner_names() {
    let policy = "default = \"allow\"\nrule = [{ component = \"app\", deny = [\"random\"] }]";
    let denied = [format!("`other` reaches `{RANDOM}#get-random-u64`, which `random` denies")];
    assert_eq!(check(&composed("$app", "$other"), policy), denied);
    assert_eq!(check(&composed("$app#1", "$other"), policy), denied);
    // It is allowed to the one within alone: the file or that one may be meant.
    let policy = "rule = [{ component = \"app\", allow = [\"random\"] }]";
    assert_eq!(check(&composed("$app", "$other"), policy).len(), 1);
    assert_eq!(check(&composed("$other", "$app"), policy), [""; 0]);
    assert_eq!(check(&composed("$one", "$two"), policy), [""; 0]);
}

/// As `wac plug` writes it: nothing has a name but what the components call themselves.
fn unnamed(own: &str) -> String {
    let name = format!("(@custom \"component-name\" \"\\00\\{:02x}\\{:02x}{own}\")", own.len() + 1, own.len());
    format!(
        r#"(component
             (import "{RANDOM}" (instance $r (export "get-random-u64" (func))))
             {}
             (instance (instantiate 0 (with "{RANDOM}" (instance $r)))))"#,
        caller(&name, RANDOM, "get-random-u64"),
    )
}

#[test]
fn check_self_chosen_name_is_denied_by_rules_and_allowed_by_none() {
    let policy = "[[rule]]\ncomponent = \"trusted\"\nallow = [\"random\"]\n";
    let directory = directory(&unnamed("trusted"), policy);
    assert_eq!(
        found(&directory, "app.wat"),
        [format!(
            "`trusted` reaches `{RANDOM}#get-random-u64`, which no rule allows (the rule for `trusted` does not apply)"
        )]
    );
    let said = String::from_utf8(weld(&directory, &["check", "app.wat", "--policy", "policy.toml"]).stderr).unwrap();
    assert!(said.contains("note: the rule for `trusted` does not apply (policy.toml:2:13)"), "{said}");
    assert!(said.contains("`weld plug`"), "{said}");
    // Denied it is, whatever allows it.
    let policy = "rule = [{ allow = [\"*\"] }, { component = \"trusted\", deny = [\"random\"] }]";
    assert_eq!(check(&unnamed("trusted"), policy).len(), 1);
    // A rule for all asks for no name.
    for all in ["", "component = \"*\", "] {
        assert_eq!(check(&unnamed("trusted"), &format!("rule = [{{ {all}allow = [\"random\"] }}]")), [""; 0]);
    }
    // Who calls itself as the file is called takes that name from the file.
    let policy = "rule = [{ component = \"app\", allow = [\"random\"] }]";
    assert_eq!(check(&unnamed("app"), policy).len(), 1);
}

#[test]
fn check_names_in_an_input_allow_nothing_where_the_output_is_that_input() {
    let directory = tempfile::tempdir().unwrap();
    let write = |file: &str, text: &str| std::fs::write(directory.path().join(file), text).unwrap();
    let kv = r#"(component $kv (import "a:h/net" (instance (export "send" (func)))))"#;
    let net = r#"(import "a:h/net" (instance $net (export "send" (func))))"#;
    write(
        "evil.wat",
        &format!("(component {net} {kv} (instance $kv (instantiate $kv (with \"a:h/net\" (instance $net)))))"),
    );
    let manifest = "[composition]\nroot = \"evil\"\noutput = \"e.wasm\"\npolicy = \"kv.toml\"\n[components]\nevil = \"evil.wat\"\n";
    let rule = |name: &str| format!("[[rule]]\ncomponent = \"{name}\"\nallow = [\"a:h/net\"]\n");
    write("kv.toml", &rule("kv"));
    write("path.toml", &rule("evil/kv"));
    write("weld.toml", manifest);
    write("free.toml", &manifest.replace("policy = \"kv.toml\"\n", ""));
    let said = String::from_utf8(weld(&directory, &["build", "weld.toml"]).stderr).unwrap();
    assert!(said.contains("`evil/kv` reaches `a:h/net#send`, which no rule allows"), "{said}");
    assert_eq!(weld(&directory, &["build", "free.toml"]).status.code(), Some(0));
    assert_eq!(weld(&directory, &["check", "e.wasm", "--policy", "kv.toml"]).status.code(), Some(1));
    assert_eq!(weld(&directory, &["check", "e.wasm", "--policy", "path.toml"]).status.code(), Some(0));
}

#[test]
fn check_says_that_the_outermost_component_has_the_name_of_its_file() {
    let directory = tempfile::tempdir().unwrap();
    let write = |file: &str, text: &str| std::fs::write(directory.path().join(file), text).unwrap();
    write("x.wat", r#"(component (import "a:h/net" (instance (export "recv" (func)))))"#);
    write("p.toml", "[[rule]]\ncomponent = \"x\"\nallow = [\"a:h/net\"]\n");
    assert_eq!(weld(&directory, &["virt", "x.wat", "--policy", "p.toml", "-o", "o.wasm"]).status.code(), Some(0));
    let output = weld(&directory, &["check", "o.wasm", "--policy", "p.toml"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("give the file the name in the rule, or name the file in a rule"), "{said}");
    std::fs::create_dir(directory.path().join("out")).unwrap();
    std::fs::rename(directory.path().join("o.wasm"), directory.path().join("out/x.wasm")).unwrap();
    assert_eq!(weld(&directory, &["check", "out/x.wasm", "--policy", "p.toml"]).status.code(), Some(0));
}

#[test]
fn check_shared_name_of_different_components_is_not_allowed() {
    let rule = "rule = [{ component = \"kv\", allow = [\"random\"] }]";
    assert_eq!(check(&composed("$other", "$kv"), rule), [""; 0]);
    for (first, second) in [("$kv", "$kv#1"), ("(@name \"kv\")", "$kv"), ("$kv#2", "$kv#1")] {
        assert_eq!(check(&composed(first, second), rule).len(), 1, "{first} {second}");
    }
    // Several instances of one component are that one.
    let twice = composed("$other", "$kv").replacen(
        "(instance $other (instantiate $harmless))",
        &format!("(instance $kv#1 (instantiate $user (with \"{RANDOM}\" (instance $r))))"),
        1,
    );
    assert_eq!(check(&twice, rule), [""; 0]);
    // A component has its name where an instance of another one has it too, with and without a name of its own.
    let called = |instance: &str| {
        composed(instance, "$kv").replacen("(component $harmless ", "(component $harmless (@name \"kv\") ", 1)
    };
    for instance in ["$main", "$kv#1", ""] {
        assert_eq!(check(&called(instance), rule).len(), 1, "{instance}");
    }
    // Each name of its own is as good as before.
    assert_eq!(check(&composed("$kv", "$kv#1"), "rule = [{ component = \"kv#1\", allow = [\"random\"] }]"), [""; 0]);
}

#[test]
fn check_false_adapter_is_no_part_of_a_component() {
    for name in ["kv:adapter", "kv:exports", "kv:adapter-2", "kv#1:adapter"] {
        let component = composed("$kv", &format!("${name}"));
        let policy = "rule = [{ component = \"kv\", allow = [\"random\"] }]";
        let lines = check(&component, policy);
        assert!(lines.len() == 1 && lines[0].starts_with(&format!("`{name}` reaches")), "{lines:?}");
        let policy = "rule = [{ allow = [\"*\"] }, { component = \"kv\", deny = [\"random\"] }]";
        assert_eq!(check(&component, policy).len(), 1, "{name}");
        // By its own name it may be allowed what it does.
        assert_eq!(check(&component, &format!("rule = [{{ component = \"{name}\", allow = [\"random\"] }}]")), [""; 0]);
    }
}

/// A composition in which code of whoever made it stands between the host and `kv`, and which says that `kv` was given something by a
/// setting. The code imports `more`, and `others` are given what it exports.
fn with_setting(more: &str, given: &str, others: &str) -> String {
    let said = r#"{\"version\":1,\"weld\":\"0.1.0\",\"components\":[],\"grants\":[{\"component\":\"kv\",\"grant\":\"env\",\"value\":\"set A=1\"}]}"#;
    format!(
        r#"(component
             (import "{RANDOM}" (instance $r (export "get-random-u64" (func))))
             (import "{EXIT}" (instance $e (export "exit" (func (param "status" (result))))))
             (component $code
               (import "{RANDOM}" (instance $i (export "get-random-u64" (func)))) {more}
               (core func $f (canon lower (func $i "get-random-u64")))
               (core module $m (import "" "f" (func $f)) (func (export "f") (call $f)))
               (core instance $m (instantiate $m (with "" (instance (export "f" (func $f))))))
               (func $g (canon lift (core func $m "f"))) (instance $o (export "get-random-u64" (func $g)))
               (export "{RANDOM}" (instance $o)))
             {}
             (instance $kv:adapter (instantiate $code (with "{RANDOM}" (instance $r)) {given}))
             (alias export $kv:adapter "{RANDOM}" (instance $o))
             (instance $kv (instantiate $user (with "{RANDOM}" (instance $o))))
             {others}
             (@custom "weld" "{said}"))"#,
        caller("$user", RANDOM, "get-random-u64"),
    )
}

#[test]
fn check_adapter_with_settings_is_part_of_its_component_if_no_wider() {
    let policy = "rule = [{ component = \"kv\", allow = [\"random\", \"exit\"] }]";
    let adapters = |component: &str, policy: &str| {
        let lines = check(component, policy);
        lines.into_iter().filter(|line| line.starts_with("`kv:adapter` reaches")).count()
    };
    assert_eq!(adapters(&with_setting("", "", ""), policy), 0);
    // It stands before the component, or is none.
    let beside = with_setting("", "", "").replacen("(instance $o))))", "(instance $r))))", 1);
    assert_eq!(adapters(&beside, policy), 1);
    // It may have what its component may have, and no more.
    assert_eq!(adapters(&with_setting("", "", ""), "rule = [{ component = \"kv\", allow = [\"exit\"] }]"), 1);
    // Without the word of the file it is a component like any other; and so it is where it imports what `kv` does not,
    let silent = with_setting("", "", "").replace("set A=1", "deny");
    assert_eq!(adapters(&silent, policy), 1);
    let exit = format!(r#"(import "{EXIT}" (instance $x (export "exit" (func (param "status" (result))))))"#);
    let given = format!(r#"(with "{EXIT}" (instance $e))"#);
    assert_eq!(adapters(&with_setting(&exit, &given, ""), policy), 2);
    // where others are given what it exports, straight, put together or by whoever runs it,
    for others in [
        format!(r#"(instance $thief (instantiate $user (with "{RANDOM}" (instance $o))))"#),
        r#"(alias export $o "get-random-u64" (func $g)) (instance $b (export "get-random-u64" (func $g)))"#.to_owned(),
        r#"(export "out" (instance $o))"#.to_owned(),
        // and where another instance is of the same bytes.
        format!(r#"(instance $twin (instantiate $code (with "{RANDOM}" (instance $r))))"#),
    ] {
        assert_eq!(adapters(&with_setting("", "", &others), policy), 1, "{others}");
    }
}

/// A component `lib` whose resource type has a destructor that exits, and `holder`, which is given the type in some way and
/// drops a handle.
fn with_destructor(import: &str, given: &str) -> String {
    let exit = format!(r#"(import "{EXIT}" (instance $exit (export "exit" (func (param "status" (result))))))"#);
    format!(
        r#"(component
             {exit}
             (component $lib
               {exit}
               (core func $exit (canon lower (func $exit "exit")))
               (core module $d (import "" "exit" (func $exit (param i32)))
                 (func (export "drop") (param i32) (call $exit (i32.const 0))))
               (core instance $d (instantiate $d (with "" (instance (export "exit" (func $exit))))))
               (type $t' (resource (rep i32) (dtor (core func $d "drop"))))
               (export $t "thing" (type $t')))
             (component $holder
               {import}
               (core func $drop (canon resource.drop $t))
               (core module $m (import "" "drop" (func $drop (param i32)))
                 (func (export "take") (param i32) (call $drop (local.get 0))))
               (core instance $m (instantiate $m (with "" (instance (export "drop" (func $drop))))))
               (func $take (param "t" (own $t)) (canon lift (core func $m "take")))
               (export "take" (func $take)))
             (instance $lib (instantiate $lib (with "{EXIT}" (instance $exit))))
             (alias export $lib "thing" (type $thing))
             (instance $bundle (export "thing" (type $thing)))
             (instance $holder (instantiate $holder {given})))"#
    )
}

#[test]
fn check_attributes_a_destructor_to_each_holder_of_its_handles() {
    let of_instance = r#"(import "x" (instance $x (export "thing" (type (sub resource)))))
                         (alias export $x "thing" (type $t))"#;
    let plain = r#"(import "x" (type $t (sub resource)))"#;
    let cases = [
        (of_instance, r#"(with "x" (instance $bundle))"#),
        (of_instance, r#"(with "x" (instance $lib))"#),
        (plain, r#"(with "x" (type $thing))"#),
    ];
    for (import, given) in cases {
        let component = with_destructor(import, given);
        let policy = "rule = [{ component = \"lib\", allow = [\"exit\"] }]";
        assert_eq!(
            check(&component, policy),
            [format!("`holder` reaches `{EXIT}#exit` through `lib`, which no rule allows")],
            "{given}"
        );
        let policy = "default = \"allow\"\nrule = [{ component = \"holder\", deny = [\"exit\"] }]";
        assert_eq!(check(&component, policy).len(), 1, "{given}");
    }
}

#[test]
fn check_attributes_outer_aliases_to_their_component() {
    // Two levels out, and by an alias of an alias.
    let module = |inner: &str| {
        format!(
            r#"(component
                 (import "code" (core module $code (export "f" (func))))
                 (component $good
                   (import "code" (core module $code (export "f" (func))))
                   (core instance (instantiate $code)))
                 {inner}
                 (instance $good (instantiate $good (with "code" (core module $code))))
                 (instance $bad (instantiate $bad)))"#
        )
    };
    let direct = "(component $bad (alias outer 1 $code (core module $c)) (core instance (instantiate $c)))";
    let nested =
        "(component $bad (component $in (alias outer 2 $code (core module $c)) (core instance (instantiate $c)))
                    (instance $in (instantiate $in)))";
    let aliased = "(component $bad (alias outer 1 $code (core module $d))
                     (component $in (alias outer 1 $d (core module $c)) (core instance (instantiate $c)))
                     (instance $in (instantiate $in)))";
    let policy = "rule = [{ component = \"good\", allow = [\"#code\"] }]";
    for (inner, who) in [(direct, "bad"), (nested, "bad/in"), (aliased, "bad/in")] {
        let lines = check(&module(inner), policy);
        let denied = format!("`{who}` reaches core module `code`, which no rule allows");
        assert!(lines.contains(&denied), "{lines:?}");
        assert!(!lines.iter().any(|line| line.starts_with("`good`")), "{lines:?}");
    }
    let component = r#"(component
      (import "plugin" (component $plugin (export "run" (func))))
      (component $bad (alias outer 1 $plugin (component $p)) (instance $p (instantiate $p))
        (core func $f (canon lower (func $p "run")))
        (core module $m (import "" "f" (func $f)) (func (export "go") (call $f)))
        (core instance $m (instantiate $m (with "" (instance (export "f" (func $f)))))))
      (instance $bad (instantiate $bad)))"#;
    let lines = check(component, "rule = [{ component = \"good\", allow = [\"#plugin\"] }]");
    assert!(lines.iter().any(|line| line.starts_with("`bad/p` reaches component `plugin`")), "{lines:?}");
}

#[test]
fn check_attributes_outer_aliases_of_nested_components_to_parent_and_callers() {
    // `c`, in `a`, takes the host's module from two components further out; `a` calls it, and `main` calls `a`.
    let calling = |given: &str| {
        format!(
            r#"(core func $l (canon lower (func {given})))
    (core module $w (import "h" "f" (func $f)) (func (export "run") (call $f)))
    (core instance $i (instantiate $w (with "h" (instance (export "f" (func $l))))))
    (func $f (canon lift (core func $i "run")))
    (export "run" (func $f))"#
        )
    };
    let text = format!(
        r#"(component
  (import "m" (core module $m (export "f" (func))))
  (component $a
    (component $c
      (alias outer 2 $m (core module $m))
      (core instance $i (instantiate $m))
      (func $f (canon lift (core func $i "f")))
      (export "run" (func $f)))
    (instance $c (instantiate $c))
    {})
  (component $main
    (import "run" (func $r))
    {})
  (instance $a (instantiate $a))
  (instance $main (instantiate $main (with "run" (func $a "run"))))
  (export "run" (func $main "run")))"#,
        calling(r#"$c "run""#),
        calling("$r")
    );
    let only_c = "[[rule]]\ncomponent = \"a/c\"\nallow = [\"#m\"]\n";
    assert_eq!(
        check(&text, only_c),
        [
            "`a` reaches core module `m` through `a/c`, which no rule allows",
            "`main` reaches core module `m` through `a`, `a/c`, which no rule allows",
        ]
    );
}

#[test]
fn virt_and_check_deny_a_world_function_named_like_an_interface() {
    let function =
        format!(r#"(component (import "{RANDOM}" (func $f (result u64))) (core func (canon lower (func $f))))"#);
    let nested = format!(
        r#"(component (import "x" (instance $x (export "{RANDOM}" (instance (export "get-random-u64" (func (result u64))))))))"#
    );
    let deeper = format!(
        r#"(component (import "x" (instance $x (export "y" (instance
             (export "{RANDOM}" (instance (export "get-random-u64" (func (result u64))))))))))"#
    );
    let policy = "default = \"allow\"\nrule = [{ allow = [\"*\"], deny = [\"random\"] }]";
    for (component, can_be_refused) in [(&function, true), (&nested, false), (&deeper, false)] {
        let directory = directory(component, policy);
        assert_eq!(found(&directory, "app.wat").len(), 1, "{component}");
        for flags in [&["--policy", "policy.toml"][..], &["--allow-all", "--allow-random=false"]] {
            let output = weld(&directory, &[&["virt", "app.wat", "-o", "out.wasm"], flags].concat());
            let said = String::from_utf8(output.stderr).unwrap();
            if can_be_refused {
                assert!(output.status.success(), "{said}");
                assert_eq!(found(&directory, "out.wasm"), [""; 0]);
            } else {
                assert_eq!(output.status.code(), Some(2), "{said}\n{component}");
                assert!(said.contains("`x`") && said.contains("more than functions and types"), "{said}");
            }
        }
    }
}

#[test]
fn check_warns_of_a_function_outside_wasi_with_the_nearest_name() {
    let policy = "rule = [{ allow = [\"*\"], deny = [\"wasi:random/random#get-random\", \"wasi:filesystem/types#unlink-file-at\"] }]";
    let directory = directory(&caller("", RANDOM, "get-random-u64"), policy);
    for arguments in [
        &["check", "app.wat", "--policy", "policy.toml"][..],
        &["virt", "app.wat", "-o", "out.wasm", "--policy", "policy.toml"],
    ] {
        let output = weld(&directory, arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{said}");
        for meant in ["`wasi:random/random#get-random-", "`wasi:filesystem/types#[method]descriptor.unlink-file-at`"] {
            assert!(said.contains(&format!("did you mean {meant}")), "{said}");
        }
        assert!(said.contains("warning: `wasi:random/random#get-random` denies nothing that WASI has"), "{said}");
    }
}

#[test]
fn check_counts_functions_only_where_none_of_the_interface_is_allowed() {
    let functions: String = ["a", "b", "c", "d", "e"].map(|name| format!("(export \"{name}\" (func))")).concat();
    let component = format!(r#"(component (import "a:b/c" (instance {functions})))"#);
    let lines = |policy: &str, flags: &[&str]| {
        let directory = directory(&component, policy);
        let output = weld(&directory, &[&["check", "app.wat", "--policy", "policy.toml"], flags].concat());
        String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(lines("", &[]), ["`app` reaches 5 functions of `a:b/c`, which no rule allows (policy.toml)"]);
    assert_eq!(lines("", &["-v"]).len(), 5);
    assert_eq!(lines("rule = [{ allow = [\"a:b/c#a\"] }]", &[]).len(), 4);
    assert_eq!(lines("rule = [{ deny = [\"a:b/c#a\"] }]", &[]).len(), 2);
}

#[test]
fn check_generated_adapter_is_part_of_its_component() {
    let directory = tempfile::tempdir().unwrap();
    let write = |file: &str, text: &str| std::fs::write(directory.path().join(file), text).unwrap();
    std::fs::copy(support::guest("command-0.2.12"), directory.path().join("tool.wasm")).unwrap();
    let manifest = |grants: &str| {
        format!(
            "[composition]\nroot = \"tool\"\noutput = \"all.wasm\"\npolicy = \"policy.toml\"\n\
             [components]\ntool = \"tool.wasm\"\n[virtualize.tool]\n{grants}"
        )
    };
    let policy = |allow: &str| format!("rule = [{{ component = \"tool\", allow = [{allow}] }}]");
    let check = || {
        let output = weld(&directory, &["check", "all.wasm", "--policy", "policy.toml", "-v"]);
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let cases = [
        ("stdout = \"allow\"\nargs = \"allow\"\n", "\"stdout\", \"args\""),
        ("stdout = \"allow\"\nstdin = \"ignore\"\nfs = \"trap\"\n", "\"stdout\""),
        ("default = \"allow\"\nrandom = \"deny\"\nstdin = \"deny\"\n", "\"*\""),
    ];
    for (grants, allow) in cases {
        write("weld.toml", &manifest(grants));
        write("policy.toml", &policy(allow));
        let output = weld(&directory, &["build"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(check(), (Some(0), String::new()), "{grants}");
    }
    // Of one that nothing says how it was made of it is not known, unless a rule is about it.
    write("weld.toml", &manifest(cases[0].0));
    write("policy.toml", &policy(cases[0].1));
    assert!(weld(&directory, &["build", "--no-provenance"]).status.success());
    let (code, lines) = check();
    assert!(code == Some(1) && lines.lines().all(|line| line.starts_with("`tool:adapter")), "{lines}");
    let said = String::from_utf8(weld(&directory, &["check", "all.wasm", "--policy", "policy.toml"]).stderr).unwrap();
    assert!(said.contains("an adapter counts as the component that it is for only where"), "{said}");
    write("policy.toml", &policy(cases[0].1).replace("\"tool\"", "\"tool*\""));
    assert_eq!(check().0, Some(0));
}

#[test]
fn check_knows_an_adapter_beside_an_import_that_a_component_fills() {
    // Of two imports the host fills one, which has an adapter, and another component the other, by the default.
    let app = r#"(component $app
      (import "shop:db/till" (instance $l (export "look" (func)) (export "burn" (func))))
      (import "t:t/get" (instance $g (export "get" (func))))
      (core func $look (canon lower (func $l "look"))) (core func $burn (canon lower (func $l "burn")))
      (core func $get (canon lower (func $g "get")))
      (core module $m (import "" "look" (func $l)) (import "" "burn" (func $b)) (import "" "get" (func $g))
        (func (export "run") (call $l) (call $b) (call $g)))
      (core instance $m (instantiate $m (with "" (instance
        (export "look" (func $look)) (export "burn" (func $burn)) (export "get" (func $get))))))
      (func $run (canon lift (core func $m "run")))
      (export "run" (func $run)))"#;
    let lib = r#"(component $lib
      (core module $m (func (export "get")))
      (core instance $m (instantiate $m))
      (func $get (canon lift (core func $m "get")))
      (instance $i (export "get" (func $get)))
      (export "t:t/get" (instance $i)))"#;
    let directory = directory(app, "rule = [{ component = \"app\", allow = [\"shop:db/till#look\"] }]");
    std::fs::write(directory.path().join("lib.wat"), lib).unwrap();
    let manifest = "[composition]\nroot = \"app\"\noutput = \"out.wasm\"\n[components]\napp = \"app.wat\"\nlib = \"lib.wat\"\n\
                    [virtualize.app]\n\"shop:db/till#look\" = \"allow\"\n\"shop:db/till#burn\" = \"deny\"\n";
    std::fs::write(directory.path().join("weld.toml"), manifest).unwrap();
    let built = weld(&directory, &["build"]);
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    assert_eq!(found(&directory, "out.wasm"), [""; 0]);
}

/// A component that is passed handles of a connection and of a stream by an export that nobody calls.
const PASSED: &str = r#"(component
  (import "acme:db/store@1.0.0" (instance $d
    (export "conn" (type $c (sub resource)))
    (export "[method]conn.query" (func (param "self" (borrow $c)) (param "n" u32) (result u32)))
    (export "[method]conn.drop-all" (func (param "self" (borrow $c))))))
  (import "wasi:io/streams@0.2.0" (instance $s
    (export "output-stream" (type $o (sub resource)))
    (export "[method]output-stream.flush" (func (param "self" (borrow $o))))))
  (alias export $d "conn" (type $conn)) (alias export $s "output-stream" (type $stream))
  (core module $m (func (export "never") (param i32 i32)))
  (core instance $i (instantiate $m))
  (func (export "never") (param "c" (borrow $conn)) (param "s" (borrow $stream))
    (canon lift (core func $i "never"))))"#;

#[test]
fn check_lists_what_it_lets_through_though_no_rule_names_it() {
    let directory = directory(PASSED, "");
    let said = |arguments: &[&str]| {
        let arguments = [&["check", "app.wat", "--policy", "policy.toml"], arguments].concat();
        let output = weld(&directory, &arguments);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let store = "kept: acme:db/store@1.0.0 ([method]conn.query and [method]conn.drop-all), since export `never` takes \
                 a handle of `conn`\n";
    let streams = "kept: wasi:io/streams@0.2.0 ([method]output-stream.flush), since";
    let (lines, told) = said(&[]);
    assert!(lines.is_empty() && told.contains(store) && !told.contains(streams), "{lines}{told}");
    let (lines, told) = said(&["-v"]);
    assert!(lines.is_empty() && told.contains(store) && told.contains(streams), "{lines}{told}");
    let (json, _) = said(&["--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let kept: Vec<_> = json["kept"].as_array().unwrap().iter().map(|kept| kept["function"].as_str().unwrap()).collect();
    assert_eq!(kept, ["[method]conn.query", "[method]conn.drop-all", "[method]output-stream.flush"]);
    let first = serde_json::json!({
        "interface": "acme:db/store@1.0.0", "function": "[method]conn.query", "resource": "conn",
        "given_by": { "kind": "export", "interface": null, "function": "never" },
    });
    assert_eq!(json["kept"][0], first);
    // Notes for code hosts, and a section for comments.
    for (flags, count) in [(&["--sarif"][..], 1), (&["--sarif", "-v"], 2)] {
        let sarif: serde_json::Value = serde_json::from_str(&said(flags).0).unwrap();
        let results = sarif["runs"][0]["results"].as_array().unwrap();
        assert_eq!(results.len(), count, "{results:#?}");
        let rule = &sarif["runs"][0]["tool"]["driver"]["rules"][results[0]["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!((&rule["id"], &results[0]["level"]), (&"kept".into(), &"note".into()));
        let text = results[0]["message"]["text"].as_str().unwrap();
        assert_eq!(text.strip_prefix("app.wat: "), store.strip_suffix('\n'));
        let place = &results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        assert_eq!(place, "app.wat");
    }
    let (markdown, _) = said(&["--markdown"]);
    let section = format!("\n### Let through though no rule names it\n\n- `app.wat`: `` {} ``\n", store.trim_end());
    assert!(markdown.ends_with(&section), "{markdown}");
    // What a rule names is allowed or denied, and not kept.
    for (rule, code) in [("allow", 0), ("deny", 1)] {
        std::fs::write(directory.path().join("policy.toml"), format!("[[rule]]\n{rule} = [\"acme:db/store\"]\n"))
            .unwrap();
        for form in ["--github", "--sarif", "--markdown"] {
            let output = weld(&directory, &["check", "app.wat", "--policy", "policy.toml", form]);
            assert_eq!(output.status.code(), Some(code));
            let (text, said) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
            assert!(!text.contains("kept: ") && !said.contains("kept: "), "{form}: {text}{said}");
        }
    }
}

#[test]
fn check_counts_components_beside_what_calls_itself_a_group() {
    let code = |number| {
        format!(
            r#"(component $c{number} (core module (func (export "f"))) (type (func))) (instance (instantiate $c{number}))"#
        )
    };
    let components: String = (0..5).map(code).collect();
    // One empty component, of which each instance has the name of a group.
    let groups: String = (0..5).map(|number| format!(r#"(instance $"/group-{number}" (instantiate $g))"#)).collect();
    let component = format!("(component {components} (component $g) {groups})");
    let said = check(&component, "[limits]\ncomponents = 5\n");
    assert!(said.len() == 1 && said[0].contains('5'), "{said:?}");
    assert_eq!(check(&component, "[limits]\ncomponents = 6\n"), [""; 0]);
}
