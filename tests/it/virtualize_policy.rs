//! What a policy strips: `weld virt --policy` makes what `weld check` accepts, of every guest.

#![allow(clippy::print_stdout)] // The seed of a run that fails.

use std::collections::BTreeSet;

use crate::support::dice::{self, Dice};
use crate::support::policy::directory;
use crate::support::{guest, imported_functions, names, succeeds, weld};
use serde_json::Value;

const POLICIES: &[&str] = &[
    "",
    "default = \"allow\"\n",
    "[[rule]]\nallow = [\"stdout\", \"stderr\", \"stdin\", \"args\", \"exit\"]\n",
    "[[rule]]\nallow = [\"wasi:cli/*\", \"wasi:io/*\", \"clocks\"]\ndeny = [\"env\"]\n",
    "default = \"allow\"\n[[rule]]\ndeny = [\"fs\", \"sockets\", \"random\"]\n",
    "[[rule]]\nallow = [\"stdout\", \"wasi:io/streams#nothing\"]\n",
    "[[rule]]\nallow = [\"fs\", \"stdin\"]\ndeny = [\"wasi:io/streams\"]\n",
    "[[rule]]\nallow = [\"*\"]\ndeny = [\"wasi:filesystem/types#[method]descriptor.unlink-file-at\", \"http\"]\n",
];

#[test]
fn virt_policy_leaves_each_guest_exactly_what_check_allows() {
    let directory = tempfile::tempdir().unwrap();
    let built = guest("command-0.2.12").parent().unwrap().to_owned();
    let mut guests: Vec<_> = std::fs::read_dir(built).unwrap().map(|entry| entry.unwrap().path()).collect();
    guests.retain(|path| path.extension().is_some_and(|extension| extension == "wasm"));
    // This one says nothing of what it imports.
    guests.retain(|path| !path.ends_with("hello-c.module.wasm"));
    guests.sort();
    assert!(guests.len() > 20);
    let mut dice = Dice(dice::seed_or(dice::today()));
    let (mut stripped, mut untouched) = (0, 0);
    for guest in &guests {
        let bytes = std::fs::read(guest).unwrap();
        // A core module imports what the component does that is made of it.
        let is_component = wasmparser::Parser::is_component(&bytes);
        let component = if is_component { bytes } else { ::weld::componentize(bytes, None).unwrap() };
        let functions = imported_functions(&component);
        let random = (0..3).map(|_| policy(&mut dice, &functions));
        let table = POLICIES.iter().map(|policy| (*policy).to_owned());
        for policy in table.chain(random.collect::<Vec<_>>()) {
            std::fs::write(directory.path().join("policy.toml"), &policy).unwrap();
            let mut check = weld(directory.path());
            let before = check.arg("check").arg(guest).args(["--policy", "policy.toml", "--json"]).output().unwrap();
            let report: Value = serde_json::from_slice(&before.stdout).unwrap();
            let refused: BTreeSet<(String, String)> =
                report["violations"].as_array().unwrap().iter().filter_map(function).collect();
            let mut virt = weld(directory.path());
            succeeds(virt.arg("virt").arg(guest).args(["-o", "out.wasm", "--policy", "policy.toml", "-q"]));
            succeeds(weld(directory.path()).args(["check", "out.wasm", "--policy", "policy.toml", "-q"]));
            let left: BTreeSet<_> =
                imported_functions(&std::fs::read(directory.path().join("out.wasm")).unwrap()).into_iter().collect();
            let allowed: BTreeSet<_> = functions.iter().filter(|of| !refused.contains(*of)).cloned().collect();
            assert_eq!(left, allowed, "{}\n{policy}", guest.display());
            stripped += usize::from(left.len() < functions.len());
            untouched += usize::from(left.len() == functions.len());
        }
    }
    assert!(stripped > 20 && untouched > 20, "{stripped} {untouched}");
}

/// The function that a violation is about.
fn function(violation: &Value) -> Option<(String, String)> {
    let text = |key: &str| violation[key].as_str().map(str::to_owned);
    match (text("import")?, text("function")) {
        (import, Some(function)) => Some((import, function)),
        // A function of the world, or an interface of types.
        (import, None) => Some((String::new(), import)),
    }
}

/// A policy about some of the functions of a component.
fn policy(dice: &mut Dice, functions: &[(String, String)]) -> String {
    const CAPABILITIES: &[&str] =
        &["env", "args", "stdin", "stdout", "stderr", "exit", "clocks", "random", "fs", "sockets", "http"];
    let mut lists = [String::new(), String::new()];
    for list in &mut lists {
        for _ in 0..dice.roll(5) {
            let pattern = match functions.len() {
                0 => "*".to_owned(),
                len => {
                    let (interface, function) = &functions[dice.roll(len)];
                    match dice.roll(6) {
                        0 if !interface.is_empty() => interface.clone(),
                        1 => format!("{interface}#{function}"),
                        2 if interface.contains('/') => format!("{}/*", interface.split('/').next().unwrap()),
                        _ => CAPABILITIES[dice.roll(CAPABILITIES.len())].to_owned(),
                    }
                }
            };
            *list += &format!("\"{pattern}\", ");
        }
    }
    let default = ["allow", "deny"][dice.roll(2)];
    format!("default = \"{default}\"\n[[rule]]\nallow = [{}\"args\"]\ndeny = [{}]\n", lists[0], lists[1])
}

#[test]
fn virt_policy_lists_removed_imports() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("policy.toml"), "[[rule]]\nallow = [\"*\"]\ndeny = [\"random\"]\n").unwrap();
    let mut virt = weld(directory.path());
    virt.arg("virt").arg(guest("command-0.2.12")).args(["-o", "out.wasm", "--policy", "policy.toml"]);
    let said = String::from_utf8(succeeds(&mut virt).stderr).unwrap();
    assert!(said.contains("\ndenied: wasi:random/random@0.2.12 (1 function), random\n"), "{said}");
    assert_eq!(said.matches("denied: ").count(), 1, "{said}");
    let left = imported_functions(&std::fs::read(directory.path().join("out.wasm")).unwrap());
    assert!(left.len() > 20 && left.iter().all(|(interface, _)| !interface.starts_with("wasi:random/")));
}

#[test]
fn virt_policy_that_allows_by_default_lists_all_granted_interfaces() {
    let directory = tempfile::tempdir().unwrap();
    let granted = |policy: &str, flags: &[&str]| -> Vec<String> {
        std::fs::write(directory.path().join("policy.toml"), policy).unwrap();
        let mut virt = weld(directory.path());
        virt.arg("virt").arg(guest("command-0.2.12")).args(["-o", "out.wasm"]).args(flags);
        let said = String::from_utf8(succeeds(&mut virt).stderr).unwrap();
        said.lines().filter_map(|line| line.strip_prefix("granted: ")).map(str::to_owned).collect()
    };
    let by_policy = ["--policy", "policy.toml"];
    let default = "default = \"allow\"\n";
    assert_eq!(granted(default, &by_policy), ["all that no rule denies"]);
    let denying = format!("{default}[[rule]]\ndeny = [\"random\"]\n");
    assert_eq!(granted(&denying, &by_policy), ["all that no rule denies"]);
    let naming = format!("{default}[[rule]]\nallow = [\"stdout\"]\ndeny = [\"random\"]\n");
    assert_eq!(granted(&naming, &by_policy), ["all that no rule denies"]);
    // What is denied by default is listed.
    let some = granted("[[rule]]\nallow = [\"stdout\"]\n", &by_policy);
    assert!(some.contains(&"wasi:cli/stdout@0.2.12#get-stdout: allow".to_owned()) && some.len() > 1, "{some:?}");
    // Flags are the same.
    let one = ["--allow-all", "--grant", "wasi:cli/exit=allow", "-e", "A=1", "--grant", "random=deny"];
    assert_eq!(granted("", &one), ["all that no grant denies", "env: set A=1, allow *"]);
    assert_eq!(granted("", &["--allow-all"]), [""; 0]);
    // A variable that is allowed by name is no more than that one.
    assert_eq!(granted("", &["--allow-all", "--allow-env=LANG"]), ["env: allow LANG"]);
    assert_eq!(granted("", &["--grant", "wasi:cli/exit=allow"]), ["wasi:cli/exit: allow"]);
}

#[test]
fn virt_policy_refuses_rules_for_parts() {
    let directory = tempfile::tempdir().unwrap();
    let virt = |policy: &str| {
        std::fs::write(directory.path().join("policy.toml"), policy).unwrap();
        let mut virt = weld(directory.path());
        virt.arg("virt").arg(guest("command-0.2.12")).args(["-o", "out.wasm", "-q", "--policy", "policy.toml"]);
        let output = virt.output().unwrap();
        assert_eq!(output.status.success(), directory.path().join("out.wasm").exists());
        _ = std::fs::remove_file(directory.path().join("out.wasm"));
        String::from_utf8(output.stderr).unwrap()
    };
    let rule = |name: &str| format!("rule = [{{ component = \"{name}\", allow = [\"random\"] }}]\n");
    assert_eq!(virt(&rule("command*")), "");
    let said = virt(&rule("inner"));
    assert!(said.starts_with("warning: the rule for `inner` applies to nothing"), "{said}");
    // The component itself is nested in what is written, and so is its adapter.
    let said = virt(&rule("command-0.2.12:adapter"));
    let refused =
        "the rule for `command-0.2.12:adapter` is about a part of `command-0.2.12`, and `weld virt` restricts that as";
    assert!(said.contains(refused), "{said}");
    // One for a component of another file is none for a part.
    let both = "rule = [{ component = \"command*\", allow = [\"random\"] }, { component = \"x\", allow = [\"fs\"] }]\n";
    assert_eq!(virt(both), "");
}

#[test]
fn virt_policy_output_of_unnamed_resource_types_meets_the_policy() {
    // What gives `s` is denied, so that `s` is the adapter's, and so is what `t:p/b` has of it. The export is made of `r`.
    let component = r#"(component
      (import "t:p/a" (instance $a
        (export "r" (type (sub resource)))
        (export "s" (type (sub resource)))))
      (alias export $a "r" (type $r)) (alias export $a "s" (type $s))
      (import "t:p/b" (instance
        (alias outer 1 $s (type $o)) (export "s" (type (eq $o))) (export "t" (type (sub resource)))))
      (import "t:p/c" (instance
        (alias outer 1 $s (type $o)) (export "s" (type $s (eq $o))) (export "f" (func (result (own $s))))))
      (core module $m (func (export "e") (param i32)))
      (core instance $m (instantiate $m))
      (func $e (param "r" (own $r)) (canon lift (core func $m "e")))
      (export "e" (func $e)))"#;
    let directory = directory(component, "default = \"deny\"\n");
    succeeds(weld(directory.path()).args(["virt", "app.wat", "--policy", "policy.toml", "-o", "out.wasm"]));
    succeeds(weld(directory.path()).args(["check", "out.wasm", "--policy", "policy.toml"]));
    assert_eq!(names(&std::fs::read(directory.path().join("out.wasm")).unwrap()).0, ["t:p/a"]);
}

#[test]
fn virt_policy_takes_away_an_interface_of_types_whose_others_stay() {
    // `error` stays with `streams`, and what else `network` has of it is no reason to leave that to the host.
    let component = r#"(component
      (import "wasi:io/error@0.2.12" (instance $e (export "error" (type (sub resource)))))
      (alias export $e "error" (type $error))
      (import "wasi:sockets/network@0.2.12" (instance $n
        (alias outer 1 $error (type $o)) (export "error" (type (eq $o)))
        (export "network" (type (sub resource)))))
      (alias export $n "network" (type $network))
      (import "wasi:sockets/instance-network@0.2.12" (instance
        (alias outer 1 $network (type $o)) (export "network" (type $network (eq $o)))
        (export "instance-network" (func (result (own $network))))))
      (import "wasi:io/streams@0.2.12" (instance
        (alias outer 1 $error (type $o)) (export "error" (type $error (eq $o)))
        (export "output-stream" (type $stream (sub resource)))
        (export "[method]output-stream.flush" (func (param "self" (borrow $stream)) (result (own $error)))))))"#;
    for policy in ["default = \"allow\"\nrule = [{ deny = [\"sockets\"] }]", "rule = [{ allow = [\"wasi:io/*\"] }]"] {
        let directory = directory(component, policy);
        succeeds(weld(directory.path()).args(["virt", "app.wat", "--policy", "policy.toml", "-o", "out.wasm"]));
        succeeds(weld(directory.path()).args(["check", "out.wasm", "--policy", "policy.toml"]));
        let left = names(&std::fs::read(directory.path().join("out.wasm")).unwrap()).0;
        assert_eq!(left, ["wasi:io/error@0.2.12", "wasi:io/streams@0.2.12"], "{policy}");
    }
}
