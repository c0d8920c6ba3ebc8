//! The reports of `weld check`: what is told together, and in which forms, whatever the names in components hold.

use std::path::Path;

use crate::support::weld;
use serde_json::Value;

const TCP: &str = "wasi:sockets/tcp@0.2.0";
const UDP: &str = "wasi:sockets/udp@0.2.0";
const LOOKUP: &str = "wasi:sockets/ip-name-lookup@0.2.0";

/// The imports of a component, each an instance with one function, as WAT.
fn imports(names: &[&str]) -> String {
    let import =
        |(number, name): (usize, &&str)| format!("(import \"{name}\" (instance $i{number} (export \"f\" (func))))\n");
    names.iter().enumerate().map(import).collect()
}

/// A component whose code calls all that it imports. `name` is as WAT writes it in `(@name "…")`.
fn program(name: &str, names: &[&str]) -> String {
    let numbers = || 0..names.len();
    let lowered: String = numbers().map(|n| format!("(core func $f{n} (canon lower (func $i{n} \"f\")))\n")).collect();
    let given: String = numbers().map(|n| format!("(export \"f{n}\" (func $f{n}))")).collect();
    let core: String = numbers().map(|n| format!("(import \"\" \"f{n}\" (func))")).collect();
    format!(
        r#"(component (@name "{name}") {}
             (core module $m {core} (func (export "run")))
             {lowered}
             (core instance $m (instantiate $m (with "" (instance {given}))))
             (func $run (canon lift (core func $m "run")))
             (export "run" (func $run)))"#,
        imports(names)
    )
}

/// A composition of one component that reaches some imports.
fn composition(name: &str, names: &[&str]) -> String {
    let with: String =
        names.iter().enumerate().map(|(n, name)| format!("(with \"{name}\" (instance $i{n}))")).collect();
    format!("(component {} {} (instance (instantiate 0 {with})))", imports(names), program(name, names))
}

fn write(directory: &Path, file: &str, text: &str) {
    let file = directory.join(file);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, text).unwrap();
}

/// What a check of `dist` says, with flags: the exit code, standard output and standard error.
fn check(directory: &Path, flags: &[&str]) -> (Option<i32>, String, String) {
    let output = weld(directory).args(["check", "dist", "--policy", "policy.toml"]).args(flags).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// A directory with compositions in `dist`, and a policy.
fn directory(components: &[(&str, &str, &[&str])], policy: &str) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (file, name, names) in components {
        let bytes = wat::parse_str(composition(name, names)).unwrap();
        std::fs::create_dir_all(directory.path().join("dist")).unwrap();
        std::fs::write(directory.path().join("dist").join(file), bytes).unwrap();
    }
    write(directory.path(), "policy.toml", policy);
    directory
}

#[test]
fn check_reports_a_capability_once_for_its_interfaces() {
    let names = [TCP, UDP, LOOKUP, "acme:kv/store@1.0.0"];
    let directory = directory(&[("app.wasm", "padder", &names)], "default = \"allow\"\nrule = [{ deny = [\"*\"] }]\n");
    let (code, said, _) = check(directory.path(), &[]);
    let lines = [
        "dist/app.wasm: `padder` reaches `sockets` (3 interfaces), which `*` denies (policy.toml:2:19)",
        "dist/app.wasm: `padder` reaches `acme:kv/store@1.0.0#f`, which `*` denies (policy.toml:2:19)",
    ];
    assert_eq!((code, said.lines().collect::<Vec<_>>()), (Some(1), lines.to_vec()));
    let (_, each, _) = check(directory.path(), &["-v"]);
    assert_eq!(each.lines().count(), 4, "{each}");
    assert!(each.contains(&format!("reaches `{TCP}#f`, which")), "{each}");
    // The details stay function by function, and in SARIF with `-v`.
    let json: Value = serde_json::from_str(&check(directory.path(), &["--json"]).1).unwrap();
    assert_eq!(json["components"][0]["violations"].as_array().unwrap().len(), 4);
    let results = |flags: &[&str]| {
        let log: Value = serde_json::from_str(&check(directory.path(), flags).1).unwrap();
        log["runs"][0]["results"].as_array().unwrap().clone()
    };
    assert_eq!(results(&["--sarif", "-v"]).len(), 4);
    let grouped = results(&["--sarif"]);
    let text = "dist/app.wasm: `padder` reaches `sockets` (3 interfaces), which `*` denies";
    assert_eq!((grouped.len(), &grouped[0]["message"]["text"]), (2, &text.into()));
    // What two rules deny is told by rule.
    let policy = "default = \"allow\"\nrule = [{ deny = [\"wasi:sockets/tcp\", \"wasi:sockets/udp\"] }]\n";
    write(directory.path(), "policy.toml", policy);
    let (_, said, _) = check(directory.path(), &[]);
    assert!(said.lines().count() == 2 && !said.contains("interfaces"), "{said}");
    // Of an interface of which something is allowed, what is not is named.
    let policy = "rule = [{ allow = [\"wasi:sockets/*\", \"acme:*\"], deny = [\"*/udp#f\", \"*/tcp#f\"] }]\n";
    write(directory.path(), "policy.toml", policy);
    let (_, said, _) = check(directory.path(), &[]);
    assert!(said.contains(&format!("`{TCP}#f`")) && said.contains(&format!("`{UDP}#f`")), "{said}");
}

#[test]
fn check_writes_one_sarif_log_that_code_hosts_accept() {
    let components = [("a.wasm", "padder", &[TCP, UDP][..]), ("b.wasm", "sender", &[TCP])];
    let policy = "default = \"allow\"\n\n[[rule]]\ndeny = [\"sockets\",\n  \"wasi:sockets/tpc\"]\n";
    let directory = directory(&components, policy);
    let (code, said, _) = check(directory.path(), &["--sarif", "-o", "report.sarif"]);
    assert_eq!((code, said.as_str()), (Some(1), ""));
    let text = std::fs::read_to_string(directory.path().join("report.sarif")).unwrap();
    let log: Value = serde_json::from_str(&text).unwrap();
    let runs = log["runs"].as_array().unwrap();
    assert_eq!((runs.len(), &log["version"]), (1, &"2.1.0".into()));
    // SARIF 2.1.0, 3.19.17: an absolute URI.
    let information = runs[0]["tool"]["driver"]["informationUri"].as_str().unwrap();
    assert!(information.starts_with("https://"), "{information}");
    let results = runs[0]["results"].as_array().unwrap();
    let mut known = std::collections::BTreeSet::new();
    let mut lines = Vec::new();
    for result in results {
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "policy.toml");
        lines.push(place["region"]["startLine"].as_u64().unwrap());
        let prints = result["partialFingerprints"].as_object().unwrap();
        assert!(prints.values().all(|print| known.insert(print.to_string())), "{prints:?}");
        for related in result["relatedLocations"].as_array().into_iter().flatten() {
            assert!(related["physicalLocation"]["region"]["byteLength"].as_u64() > Some(0), "{related}");
        }
    }
    // A capability of each component, and the rule that names what WASI does not have.
    assert_eq!(lines, [4, 4, 5]);
    // A policy from elsewhere is no file: what it says is shown at the component.
    let output = std::process::Command::new("sh")
        .arg("-c")
        .arg(format!("{} check dist --policy - --sarif < policy.toml", env!("CARGO_BIN_EXE_weld")))
        .current_dir(directory.path())
        .output()
        .unwrap();
    let log: Value = serde_json::from_slice(&output.stdout).unwrap();
    for result in log["runs"][0]["results"].as_array().unwrap() {
        let place = &result["locations"][0]["physicalLocation"];
        assert!(place["artifactLocation"]["uri"].as_str().unwrap().starts_with("dist/"), "{result}");
        assert!(place["region"].is_object(), "{result}");
    }
}

/// A name that tries to be more than a name, wherever it is written.
const HOSTILE: &str = "x`\\0a::error file=a,line=1::``y%0A</code>|\\0d\\0a# <img src=z onerror=1>` @root [l](http://e)\\1b[31m\\e2\\80\\ae";

#[test]
fn check_annotations_are_one_line_for_any_names() {
    let components = [("a.wasm", HOSTILE, &[TCP, UDP][..]), ("b.wasm", "sender", &[TCP])];
    let policy =
        "default = \"allow\"\nrule = [{ deny = [\"sockets\"] }, { component = \"sendr\", deny = [\"http\"] }]\n";
    let directory = directory(&components, policy);
    std::fs::rename(directory.path().join("policy.toml"), directory.path().join("a,b:%.toml")).unwrap();
    let output = |flags: &[&str]| {
        let mut command = weld(directory.path());
        command.args(["check", "dist", "--policy", "a,b:%.toml", "--github"]).args(flags);
        let output = command.output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let (code, said) = output(&[]);
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!((code, lines.len()), (Some(1), 3), "{said}");
    let start = "::error file=a%2Cb%3A%25.toml,line=2,col=19,title=weld check::dist/";
    assert!(lines[0].starts_with(&format!("{start}a.wasm: `x`\\u{{a}}::error file=")), "{said}");
    assert!(lines[0].contains("y%250A") && !said.contains(['\r', '\u{1b}', '\u{202e}']), "{said}");
    assert_eq!(lines[1], format!("{start}b.wasm: `sender` reaches `{TCP}#f`, which `sockets` denies"));
    let warning = "::warning file=a%2Cb%3A%25.toml,line=2,col=47,title=weld check::the rule for `sendr`";
    assert!(lines[2].starts_with(warning), "{said}");
    assert!(output(&["--strict"]).1.contains("::error file=a%2Cb%3A%25.toml,line=2,col=47,"), "{said}");
    // Beside a report in a file.
    let (_, beside) = output(&["--markdown", "-o", "summary.md"]);
    assert_eq!(beside, said);
    assert!(std::fs::read_to_string(directory.path().join("summary.md")).unwrap().starts_with("## weld check\n"));
    let (code, said) = output(&["--sarif"]);
    assert_eq!((code, said.as_str()), (Some(2), ""));
}

/// What is in no code span of a line of Markdown.
fn outside(line: &str) -> String {
    let (mut rest, mut outside) = (line, String::new());
    while let Some(at) = rest.find('`') {
        outside += &rest[..at];
        let opened = &rest[at..];
        let length = opened.len() - opened.trim_start_matches('`').len();
        let within = &opened[length..];
        // CommonMark: a code span ends with as many backticks as it begins with, and no more.
        let mut from = 0;
        let end = loop {
            let found = from + within[from..].find('`').expect("a span that nothing ends");
            let run = within[found..].len() - within[found..].trim_start_matches('`').len();
            if run == length {
                break found + run;
            }
            from = found + run;
        };
        rest = &within[end..];
    }
    outside + rest
}

#[test]
fn check_markdown_shows_names_only_as_code() {
    let components = [("a.wasm", HOSTILE, &[TCP, UDP][..]), ("b.wasm", "sender", &[TCP]), ("c.wasm", "quiet", &[])];
    let policy =
        "default = \"allow\"\nrule = [{ deny = [\"sockets\"] }, { component = \"x`<b>\", deny = [\"http\"] }]\n";
    let directory = directory(&components, policy);
    let (code, said, _) = check(directory.path(), &["--markdown"]);
    assert_eq!(code, Some(1));
    let outside: String = said.lines().map(|line| outside(line) + "\n").collect();
    let expected = "## weld check\n\n3 components checked: 2 do not meet , 3 violations\n\n### \n\n\
                    -  reaches  (2 interfaces), which  denies ()\n\n### \n\n-  reaches , which  denies ()\n\n\
                    ### Warnings\n\n-  ()\n";
    assert_eq!(outside, expected, "{said}");
    assert!(said.contains("`sender` reaches") && said.contains("(`policy.toml:2:19`)"), "{said}");
}

#[test]
fn check_report_is_never_written_over_its_component() {
    let directory = directory(&[("a.wasm", "a", &[TCP])], "default = \"allow\"");
    for file in ["dist/a.wasm", "./policy.toml"] {
        let before = std::fs::read(directory.path().join(file)).unwrap();
        let (code, _, said) = check(directory.path(), &["-o", file]);
        assert!(code == Some(2) && said.contains("is the same file"), "{said}");
        assert_eq!(std::fs::read(directory.path().join(file)).unwrap(), before);
    }
    // Once, though it is named twice.
    let output = weld(directory.path()).args(["check", "dist", "dist/a.wasm", "--policy", "policy.toml"]).output();
    assert_eq!(String::from_utf8(output.unwrap().stderr).unwrap(), "1 component checked: it meets `policy.toml`\n");
    let (_, said, _) = check(directory.path(), &["-o", "lines.txt"]);
    assert_eq!((said.as_str(), std::fs::read(directory.path().join("lines.txt")).unwrap().len()), ("", 0));
}

#[test]
fn check_library_reports_many_components_together() {
    let input = |name: &str| weld::Input::bytes(composition("padder", &[TCP, UDP])).named(name);
    let policy = weld::Policy::parse("policy.toml", "rule = [{ component = \"x\", deny = [\"sockets\"] }]").unwrap();
    let checks = weld::check_all([input("a.wasm"), input("b.wasm")], &policy).unwrap();
    assert!(!checks.is_met());
    let line =
        |file: &str| format!("{file}: `padder` reaches `sockets` (2 interfaces), which no rule allows (policy.toml)");
    assert_eq!(checks.lines(), [line("a.wasm"), line("b.wasm")]);
    assert_eq!(checks.warnings().len(), 1);
    assert!(checks.json().contains("\"violations\"") && checks.markdown().contains("### `b.wasm`"));
    assert!(checks.github(false).contains("::warning file=policy.toml,line=1,col=23,"), "{}", checks.github(false));
    assert!(weld::check_all([input("a.wasm"), weld::Input::bytes("no")], &policy).is_err());
    assert!(weld::check_all([], &policy).unwrap().is_met());
}

#[test]
#[cfg(unix)]
fn check_of_a_directory_continues_after_links_that_lead_nowhere() {
    let directory = directory(&[("a.wasm", "padder", &[TCP]), ("EVIL.WASM", "sender", &[TCP])], "");
    let dist = directory.path().join("dist");
    std::fs::create_dir(directory.path().join("other")).unwrap();
    std::os::unix::fs::symlink("nowhere.wasm", dist.join("b.wasm")).unwrap();
    std::os::unix::fs::symlink("../other", dist.join("c")).unwrap();
    let (code, said, errors) = check(directory.path(), &[]);
    assert_eq!(code, Some(2));
    for (file, reason) in [("b.wasm", "it is a link to what is not there"), ("c", "it is a link to a directory; ")] {
        assert!(errors.contains(&format!("cannot read `dist/{file}`: {reason}")), "{errors}");
    }
    // The ends of names have no case.
    let of = |file: &str| said.lines().filter(|line| line.starts_with(file)).count();
    assert_eq!((of("dist/a.wasm: "), of("dist/EVIL.WASM: ")), (1, 1), "{said}");
    let json: Value = serde_json::from_str(&check(directory.path(), &["--json"]).1).unwrap();
    let unread: Vec<&Value> = json["unread"].as_array().unwrap().iter().map(|of| &of["file"]).collect();
    assert_eq!(unread, ["dist/b.wasm", "dist/c"]);
    // A policy that is suggested says of what it is none.
    let suggested = weld(directory.path()).args(["check", "dist", "--suggest"]).output().unwrap();
    assert_eq!(suggested.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&suggested.stdout).contains("sockets"));
}

#[test]
fn check_of_a_directory_continues_after_a_file_that_is_no_component() {
    let directory = directory(&[("a.wasm", "padder", &[TCP, UDP]), ("c.wasm", "sender", &[TCP])], "");
    write(directory.path(), "dist/b.wasm", "no component");
    let (code, said, errors) = check(directory.path(), &[]);
    assert_eq!(code, Some(2));
    let of = |file: &str| said.lines().filter(|line| line.starts_with(file)).count();
    assert_eq!((of("dist/a.wasm: "), of("dist/c.wasm: ")), (1, 1), "{said}");
    assert!(errors.contains("`dist/b.wasm` is neither a WebAssembly binary nor WebAssembly text"), "{errors}");
    // As many lines as are counted, and all violations.
    let summary = "2 components checked: 2 do not meet `policy.toml`, 3 violations in 2 lines (`-v`: one each); 1 other could not be read";
    assert_eq!(errors.lines().last(), Some(summary));
    // No form reads like praise of what was not read, be all others as they should.
    write(directory.path(), "policy.toml", "default = \"allow\"\n");
    let json: Value = serde_json::from_str(&check(directory.path(), &["--json"]).1).unwrap();
    assert_eq!((&json["meets"], &json["unread"][0]["file"]), (&false.into(), &"dist/b.wasm".into()));
    let log: Value = serde_json::from_str(&check(directory.path(), &["--sarif"]).1).unwrap();
    assert_eq!(log["runs"][0]["invocations"][0]["executionSuccessful"], false);
    assert!(check(directory.path(), &["--github"]).1.starts_with("::error file=dist/b.wasm,"));
    let (code, text, _) = check(directory.path(), &["--markdown"]);
    assert!(code == Some(2) && text.contains("### Not checked\n\n- `dist/b.wasm`: "), "{text}");
}

#[test]
fn check_reports_a_rule_for_a_component_of_another_file_as_a_note() {
    let rule = |name: &str| format!("[[rule]]\ncomponent = \"{name}\"\nallow = [\"wasi:sockets/*\"]\n");
    let said = |policy: &str| {
        let directory = directory(&[("a.wasm", "padder", &[TCP])], policy);
        let output =
            weld(directory.path()).args(["check", "dist/a.wasm", "--strict", "--policy", "policy.toml"]).output();
        let output = output.unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    // A policy for several files is used for one of them.
    let all = "[[rule]]\nallow = [\"wasi:sockets/*\"]\n";
    let (code, text) = said(&(rule("padder") + all + &rule("server")));
    assert!(code == Some(0) && text.contains("note: the rule for `server` is about no component here"), "{text}");
    // What is nearly the name of what is here, and what would be the only rule, is not.
    let (code, text) = said(&(rule("padder") + all + &rule("padders")));
    assert!(code == Some(1) && text.contains("did you mean `padder`?"), "{text}");
    let (code, text) = said(&(rule("server") + all));
    assert!(code == Some(1) && text.contains("warning: the rule for `server` applies to nothing"), "{text}");
}
