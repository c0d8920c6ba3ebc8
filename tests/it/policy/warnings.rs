//! Warnings about rules, and what they suggest.

use super::*;

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
