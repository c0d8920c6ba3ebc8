//! What `weld check` prints, and what it refuses to read.

use super::*;

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
