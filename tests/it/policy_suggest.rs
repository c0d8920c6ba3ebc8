//! `weld check --suggest`: a policy of what components reach, of which nothing can be left out.

use std::path::Path;

use crate::support::{guest, plug, project, succeeds, virt, weld};
use weld::{Input, Policy};

/// The policy that is suggested for the files in a directory. Sees that they meet it without a warning.
#[track_caller]
fn suggested(directory: &Path) -> String {
    let text = String::from_utf8(succeeds(weld(directory).args(["check", "dist", "--suggest"])).stdout).unwrap();
    std::fs::write(directory.join("policy.toml"), &text).unwrap();
    succeeds(weld(directory).args(["check", "dist", "--policy", "policy.toml", "--strict"]));
    text
}

/// Whether the files in a directory meet a policy.
fn meets(directory: &Path, policy: &str) -> bool {
    std::fs::write(directory.join("policy.toml"), policy).unwrap();
    let output = weld(directory).args(["check", "dist", "--policy", "policy.toml"]).output().unwrap();
    assert!(output.status.code() < Some(2), "{policy}\n{}", String::from_utf8_lossy(&output.stderr));
    output.status.success()
}

/// Sees that components meet the policy that is suggested for them, and none that lacks a line of what it allows, or a rule.
#[track_caller]
fn is_least(components: &[(&str, Vec<u8>)]) -> String {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    std::fs::create_dir(directory.join("dist")).unwrap();
    for (name, bytes) in components {
        std::fs::write(directory.join("dist").join(name), bytes).unwrap();
    }
    let text = suggested(directory);
    let lines: Vec<&str> = text.lines().collect();
    for (number, line) in lines.iter().enumerate().filter(|(_, line)| line.starts_with("    ")) {
        let fewer: Vec<&str> =
            lines.iter().enumerate().filter(|(at, _)| *at != number).map(|(_, line)| *line).collect();
        // A rule of nothing is an error.
        let fewer = fewer.join("\n").replace("allow = [\n]", "deny = [\"acme:none/none\"]");
        assert!(!meets(directory, &fewer), "without {line}:\n{text}");
    }
    let (head, rules) = text.split_once("\n[[rule]]\n").unwrap_or((&text, ""));
    let rules: Vec<&str> = rules.split("\n[[rule]]\n").filter(|rule| !rule.is_empty()).collect();
    for number in 0..rules.len() {
        let fewer = rules.iter().enumerate().filter(|(at, _)| *at != number);
        let fewer: String = fewer.map(|(_, rule)| format!("\n[[rule]]\n{rule}")).collect();
        assert!(!meets(directory, &format!("{head}{fewer}")), "without rule {number}:\n{text}");
    }
    text
}

fn wat(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap()
}

#[test]
fn check_suggests_exactly_what_programs_reach() {
    for name in ["command-0.2.12", "command-0.2.0", "command-p3", "handler", "prober", "hello-c", "kv-app", "counter"] {
        is_least(&[("app.wasm", std::fs::read(guest(name)).unwrap())]);
    }
    let text = is_least(&[("app.wasm", std::fs::read(guest("command-0.2.12")).unwrap())]);
    // By capability, with what each is for.
    assert!(text.contains("    \"clocks\",  # wasi:clocks/{monotonic-clock, wall-clock}@0.2.12\n"), "{text}");
    assert!(!text.contains("\"sockets\"") && !text.contains("component ="), "{text}");
}

#[test]
fn check_suggests_a_rule_for_each_part_of_a_composition() {
    let cms = project().join("examples/cms");
    let file = |name: &str| cms.join(format!("{name}.wasm"));
    let composed = plug(&file("front"), &[file("storygen"), file("kv")]);
    let text = is_least(&[("cms.wasm", composed.clone())]);
    let rules: Vec<&str> = text.lines().filter(|line| line.starts_with("component")).collect();
    assert_eq!(rules, ["component = \"front\"", "component = \"storygen\""]);
    // What stands before one has that one's name.
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("cms.wasm"), &composed).unwrap();
    let less = virt(&directory.path().join("cms.wasm"), &["stdout=allow", "fs=allow"]);
    let text = is_least(&[("less.wasm", less)]);
    assert!(text.contains("\"fs\"") && !text.contains("\"env\""), "{text}");
    // Of several files, the parts of one name have a rule in common.
    let alone = std::fs::read(file("storygen")).unwrap();
    let text = is_least(&[("a.wasm", composed), ("storygen.wasm", alone), ("z.wasm", wat("(component)"))]);
    assert_eq!(text.matches("component = \"storygen\"").count(), 1, "{text}");
    assert!(text.contains("# `z` reaches nothing of the host.\n"), "{text}");
}

#[test]
fn check_suggests_names_without_wider_matches() {
    // What WASI does not have, what has no interface, labels, a resource type alone, a name in an address.
    let text = is_least(&[(
        "odd.wasm",
        wat(r#"(component
              (import "wasi:random/random@0.2.99" (instance (export "get-dice" (func)) (export "get-random-u64" (func))))
              (import "acme:kv/store@1.0.0" (instance (export "get" (func)) (export "set" (func))))
              (import "acme:kv/store@2.0.0" (instance (export "get" (func))))
              (import "log" (func))
              (import "kv" (instance (export "get" (func))))
              (import "code" (core module))
              (import "wasi:http/types@0.2.0" (instance (export "fields" (type (sub resource)))))
              (import "url=<https://example.com/a>" (instance (export "get" (func)))))"#),
    )]);
    for line in ["\"wasi:random/random\",", "\"#log\",", "\"kv#*\",", "\"#code\",", "\"acme:kv/store\","] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert!(!text.contains("\"random\""), "{text}");
    let hostile = r#"(component
        (import "wasi:random/random@0.2.0" (instance $r (export "get-random-u64" (func))))
        (component (@name "x\"]\n[[rule]]\nallow = [\"log\"] # \1b[31m\e2\80\aex")
          (import "wasi:random/random@0.2.0" (instance (export "get-random-u64" (func)))) (core module))
        (instance (instantiate 0 (with "wasi:random/random@0.2.0" (instance $r)))))"#;
    let text = is_least(&[("app.wasm", wat(hostile))]);
    assert!(!text.contains("\n[[rule]]\nallow") && !text.contains('\u{1b}'), "{text}");
    // A name that two components have is nobody's.
    let two = r#"(component
        (import "wasi:random/random@0.2.0" (instance $r (export "get-random-u64" (func))))
        (component $a (import "wasi:random/random@0.2.0" (instance (export "get-random-u64" (func)))) (core module))
        (component $b (import "wasi:random/random@0.2.0" (instance (export "get-random-u64" (func)))) (core module)
          (core module))
        (instance (@name "kv") (instantiate $a (with "wasi:random/random@0.2.0" (instance $r))))
        (instance (@name "kv") (instantiate $b (with "wasi:random/random@0.2.0" (instance $r)))))"#;
    is_least(&[("app.wasm", wat(two))]);
    is_least(&[("nothing.wasm", wat("(component)"))]);
}

#[test]
fn check_suggests_both_names_of_a_label() {
    // Resource types alone, functions, and types alone, which need nothing.
    for (body, suggested_lines) in [
        (r#"(export "r" (type (sub resource)))"#, 2),
        (r#"(export "r" (type (sub resource))) (export "f" (func))"#, 2),
        (r#"(type $t (enum "a")) (export "t" (type (eq $t)))"#, 0),
    ] {
        let directory = tempfile::tempdir().unwrap();
        std::fs::create_dir(directory.path().join("dist")).unwrap();
        let app = format!(r#"(component (import "kv" (implements "acme:kv/store@1.0.0") (instance {body})))"#);
        std::fs::write(directory.path().join("dist/app.wasm"), wat(&app)).unwrap();
        // It is met, and without a warning.
        let text = suggested(directory.path());
        assert_eq!(text.lines().filter(|line| line.starts_with("    ")).count(), suggested_lines, "{text}");
    }
}

#[test]
fn check_reports_imports_that_no_pattern_can_allow() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("app.wat"), r#"(component (import "ABC" (func)))"#).unwrap();
    let output = succeeds(weld(directory.path()).args(["check", "app.wat", "--suggest", "-o", "policy.toml"]));
    assert!(output.stdout.is_empty());
    succeeds(weld(directory.path()).args(["check", "app.wat", "--policy", "policy.toml", "--strict"]));
    for flags in [["--json", "--suggest"], ["--strict", "--suggest"], ["--policy=policy.toml", "--suggest"]] {
        let output = weld(directory.path()).args(["check", "app.wat"]).args(flags).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{flags:?}");
    }
}

#[test]
fn check_library_suggests_the_same_policy() {
    let file = guest("kv-app");
    let text = weld::suggest([Input::file(&file)]).unwrap();
    let policy = Policy::parse("policy.toml", &text).unwrap();
    assert!(weld::check(Input::file(&file), &policy).unwrap().is_empty());
    assert!(weld::suggest([Input::bytes("no component")]).is_err());
}

#[test]
fn check_suggest_warns_of_files_of_one_name() {
    let directory = tempfile::tempdir().unwrap();
    let component = |interface: &str| format!("(component (import \"{interface}\" (instance (export \"f\" (func)))))");
    for (place, interface) in [("a", "acme:kv/store@1.0.0"), ("b", "acme:log/log@1.0.0")] {
        std::fs::create_dir_all(directory.path().join("dist").join(place)).unwrap();
        let bytes = wat::parse_str(component(interface)).unwrap();
        std::fs::write(directory.path().join("dist").join(place).join("app.wasm"), bytes).unwrap();
    }
    let output = succeeds(weld(directory.path()).args(["check", "dist", "--suggest"]));
    let (text, said) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    let files = "`dist/a/app.wasm`, `dist/b/app.wasm`";
    assert!(
        text.contains(&format!("# One rule for all that go by this name: {files}.\n[[rule]]\ncomponent = \"app\"\n")),
        "{text}"
    );
    assert!(
        said.contains(&format!("warning: the rule for `app` is for all that go by this name, in {files};")),
        "{said}"
    );
    suggested(directory.path());
}

#[test]
fn suggest_says_what_a_component_reaches_by_what_it_is_given() {
    let component = |stdout: &str| {
        let text = format!(
            r#"(component
              (import "acme:db/store@1.0.0" (instance $s
                (export "conn" (type $conn (sub resource)))
                (export "[method]conn.query" (func (param "self" (borrow $conn))))))
              (alias export $s "conn" (type $conn))
              {stdout}
              (core module $m (func (export "e") (param i32)))
              (core instance $m (instantiate $m))
              (func $e (param "c" (borrow $conn)) (canon lift (core func $m "e")))
              (export "given" (func $e)))"#
        );
        wat::parse_str(text).unwrap()
    };
    let kept = "#   kept: acme:db/store@1.0.0 ([method]conn.query), since export `given` takes a handle of `conn`\n";
    let text = is_least(&[("app.wasm", component(""))]);
    assert!(
        text.ends_with(&format!(
            "\n# `app` reaches nothing of the host but by what it is given, which no rule has to name:\n{kept}"
        )),
        "{text}"
    );
    let text = is_least(&[("app.wasm", component(r#"(import "acme:log/log" (instance (export "log" (func))))"#))]);
    assert!(
        text.contains(&format!(
            "\n# `app` reaches more by what it is given, which no rule has to name:\n{kept}\n[[rule]]\n"
        )),
        "{text}"
    );
}

#[test]
fn suggest_has_no_rule_for_names_that_would_be_patterns() {
    let import = |name: &str| {
        format!(
            r#"(import "acme:{name}/it" (instance ${name} (export "f" (func)))) (core func ${name} (canon lower (func ${name} "f")))"#
        )
    };
    let part = |name: &str, imports: &str| format!("(component ${name} {imports})");
    // The next version of `app` has what another part has, which chose its name.
    let whole = |name: &str, of_app: &str| {
        let (net, log) = (import("net"), import("log"));
        let app = part("app", &[log.as_str(), if of_app.is_empty() { "" } else { net.as_str() }].concat());
        format!(
            r#"(component (import "acme:net/it" (instance $net (export "f" (func)))) (import "acme:log/it" (instance $log (export "f" (func))))
              {} {app}
              (instance $other (@name "{name}") (instantiate $other (with "acme:net/it" (instance $net))))
              (instance $app (instantiate $app (with "acme:log/it" (instance $log)) {of_app})))"#,
            part("other", &net)
        )
    };
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let next = |name: &str| whole(name, r#"(with "acme:net/it" (instance $net))"#);
    let checked = |text: &str| {
        std::fs::write(directory.join("whole.wat"), text).unwrap();
        let output = weld(directory).args(["check", "whole.wat", "--policy", "policy.toml"]).output().unwrap();
        String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect::<Vec<_>>()
    };
    for (name, is_pattern) in [("lib", false), ("*", true), ("ap*", true), ("a?p", true), ("*#1", true)] {
        std::fs::write(directory.join("whole.wat"), whole(name, "")).unwrap();
        let output = succeeds(weld(directory).args(["check", "whole.wat", "--suggest"]));
        let (text, said) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        let warning = format!("warning: no pattern can allow it: whole.wat: `{name}` reaches `acme:net/it#f`");
        assert_eq!((said.contains(&warning), text.contains("acme:net/it")), (is_pattern, !is_pattern), "{text}{said}");
        std::fs::write(directory.join("policy.toml"), &text).unwrap();
        let denied = |of: &str| checked(of).iter().any(|line| line.starts_with("`app` reaches `acme:net/it#f`"));
        assert!(!denied(&whole(name, "")) && denied(&next(name)), "{name}: {text}");
    }
    // So is the name of one of several files.
    std::fs::create_dir(directory.join("dist")).unwrap();
    for (name, import) in [("*.wasm", "net"), ("app.wasm", "log")] {
        let text = format!(r#"(component (import "acme:{import}/it" (instance (export "f" (func)))))"#);
        std::fs::write(directory.join("dist").join(name), wat(&text)).unwrap();
    }
    let output = succeeds(weld(directory).args(["check", "dist", "--suggest"]));
    let (text, said) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(!text.contains("acme:net/it") && text.contains("acme:log/it"), "{text}");
    assert!(said.contains("no pattern can allow it: dist/*.wasm: `*` reaches `acme:net/it#f`"), "{said}");
}
