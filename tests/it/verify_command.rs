//! `weld verify`: what it says of components that weld built, and of those that somebody changed.

use std::path::{Path, PathBuf};

use crate::support::{fails, guest, project, succeeds, weld};
use serde_json::Value;
use wasmparser::{Parser, Payload};

/// All guests that are components.
fn guests() -> Vec<PathBuf> {
    let files = std::fs::read_dir(project().join("tests/guests/built")).unwrap().map(|entry| entry.unwrap().path());
    let is_component = |file: &PathBuf| {
        let name = file.file_name().unwrap().to_str().unwrap();
        name.ends_with(".wasm") && !name.ends_with(".module.wasm")
    };
    let mut files: Vec<PathBuf> = files.filter(is_component).collect();
    files.sort();
    files
}

/// Whether weld writes an output, of an input under some grants; else what it says.
fn virt(directory: &Path, input: &Path, flags: &[&str], output: &str) -> Result<(), String> {
    let output = weld(directory).arg("virt").arg(input).args(flags).args(["-o", output]).output().unwrap();
    if output.status.success() { Ok(()) } else { Err(String::from_utf8(output.stderr).unwrap()) }
}

/// An output with another word of what it was made of.
fn with_provenance(output: &[u8], change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let mut change = Some(change);
    let (mut written, mut depth) = (Vec::new(), 0);
    let mut end = 0;
    for payload in Parser::new(0).parse_all(output) {
        match payload.unwrap() {
            Payload::Version { .. } => depth += 1,
            Payload::End(_) => depth -= 1,
            Payload::CustomSection(section) if depth == 1 && section.name() == "weld" => {
                let mut said: Value = serde_json::from_slice(section.data()).unwrap();
                change.take().unwrap()(&mut said);
                let range = section.range();
                // The section's id and length are before what it holds.
                let start = range.start as usize - 1 - leb(range.end - range.start).len();
                assert_eq!(output[start], 0);
                let held = [&[4], &b"weld"[..], &serde_json::to_vec(&said).unwrap()].concat();
                written.extend([&output[end..start], &[0], &leb(held.len() as u64), &held].concat());
                end = range.end as usize;
            }
            _ => {}
        }
    }
    assert!(change.is_none(), "there is no provenance");
    written.extend(&output[end..]);
    written
}

/// An output that does not say what it was made of.
fn without_provenance(output: &[u8]) -> Vec<u8> {
    let emptied = with_provenance(output, |said| *said = Value::Null);
    let section = [&[0, 9, 4], &b"weld"[..], b"null"].concat();
    let start = emptied.windows(section.len()).rposition(|bytes| bytes == section).unwrap();
    [&emptied[..start], &emptied[start + section.len()..]].concat()
}

/// A number in the shortest form of LEB128.
fn leb(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

/// The lines that `weld verify` prints of an output that is not what it should be. Fails where it finds nothing.
#[track_caller]
fn findings(directory: &Path, arguments: &[&str]) -> Vec<String> {
    let output = weld(directory).args(["verify", "-v"]).args(arguments).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn verify_accepts_each_guest_under_any_grants() {
    let directory = tempfile::tempdir().unwrap();
    let embedded = project().join("tests/reach/files");
    let mount = format!("--mount=/={}", embedded.display());
    let all: &[&[&str]] = &[
        &[],
        &["--allow-all"],
        &["--stdout"],
        &["--stdio", "--preopen=/data=/srv"],
        &[&mount, "--stdin=empty", "--stdout"],
        &["-e", "A=1", "--allow-env", "--allow-clocks"],
        &["--allow-all", "--allow-random=false", "--stderr=ignore"],
        &["--stdout=stderr", "--stderr"],
        &["--allow-http"],
        &["--grant=*=allow"],
        &["--allow-all", "--debug"],
    ];
    let (mut verified, mut refused) = (0, 0);
    for input in guests() {
        for flags in all {
            if let Err(said) = virt(directory.path(), &input, flags, "o.wasm") {
                // What the check refuses is a bug, and what cannot be done is known.
                assert!(!said.contains("a bug in weld"), "{} {flags:?}: {said}", input.display());
                let expected = match *flags {
                    ["--allow-all", "--debug"] => "`--debug` prints to standard error, to which",
                    ["--stdio", "--preopen=/data=/srv"] => "directories of the host can be mounted for WASI 0.2 alone",
                    _ => panic!("{} {flags:?}: {said}", input.display()),
                };
                assert!(said.contains(expected), "{} {flags:?}: {said}", input.display());
                refused += 1;
                continue;
            }
            let mut command = weld(directory.path());
            let output = succeeds(command.args(["verify", "o.wasm", "--input"]).arg(&input).args(*flags));
            let said = String::from_utf8(output.stderr).unwrap();
            assert!(said.contains("verified: 1 input by digest") && said.contains("provenance agrees"), "{said}");
            assert!(output.stdout.is_empty());
            verified += 1;
        }
    }
    assert!(verified > 180 && refused > 3, "{verified} and {refused}");
}

#[test]
fn verify_finds_grants_beyond_the_given_ones() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let input = guest("command-0.2.12");
    let input = input.to_str().unwrap();
    virt(directory, Path::new(input), &["--stdout", "--allow-env", "--no-provenance"], "o.wasm").unwrap();
    let found = findings(directory, &["o.wasm", "--input", input, "--stdout"]);
    // The adapter has it, and passes it on.
    let line = |has: &str| {
        format!(
            "instance `command-0.2.12`: component `command-0.2.12`: import `wasi:cli/environment@0.2.12#get-environment`: \
             {has} `wasi:cli/environment@0.2.12#get-environment` of the host, which no grant allows"
        )
    };
    assert_eq!(found, ["what stands for it has", "it has"].map(line));
    let output = weld(directory).args(["verify", "o.wasm", "--input", input, "--stdout", "--json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&report["version"], &report["verified"], &report["provenance"]),
        (&1.into(), &false.into(), &false.into())
    );
    let finding = &report["findings"][0];
    assert_eq!(finding["component"], "command-0.2.12");
    assert_eq!(finding["import"], "wasi:cli/environment@0.2.12#get-environment");
    assert!(report["checked"]["functions"].as_u64().unwrap() > 40);
    assert_eq!(report["inputs"][0]["sha256"].as_str().unwrap().len(), 64);
    // Less than what is granted is no fault, but that nothing says for which grants the adapter was generated.
    let found = findings(directory, &["o.wasm", "--input", input, "--allow-all"]);
    assert!(found.len() == 1 && found[0].contains("is neither an input nor an adapter"), "{found:#?}");
    assert!(
        found[0].contains("verify with the grants and the version of weld that the output was built with"),
        "{found:#?}"
    );
    succeeds(weld(directory).args(["verify", "o.wasm", "--input", input, "--allow-all", "--allow-foreign"]));
}

#[test]
fn verify_compares_provenance_with_grants_and_inputs() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let input = guest("command-0.2.12");
    let input = input.to_str().unwrap();
    virt(directory, Path::new(input), &["--stdout", "-e", "A=1"], "o.wasm").unwrap();
    succeeds(weld(directory).args(["verify", "o.wasm", "--input", input, "--stdout", "-e", "A=1"]));
    // Another value: the provenance says so, and the adapter is another one.
    let found = findings(directory, &["o.wasm", "--input", input, "--stdout", "-e", "A=2"]);
    assert_eq!(
        found,
        [
            "the output: component `command-0.2.12`: `env`: built with set A=1, and you gave set A=2",
            "the output: component `command-0.2.12`: nested component 0 is no adapter that this version of weld generates for its \
             settings: whether it honours them cannot be verified",
        ]
    );
    // Another component.
    let other = guest("command-0.2.6");
    let found = findings(directory, &["o.wasm", "--input", other.to_str().unwrap(), "--stdout", "-e", "A=1"]);
    // All else would be about a component that nobody asked for.
    let said = ["no instance of it is in the output", "which is no input", "its provenance does not name the input"];
    assert_eq!(found.len(), said.len(), "{found:#?}");
    assert!(found.iter().zip(said).all(|(line, said)| line.contains(said)), "{found:#?}");
    // What it says is kept, and what is. Bytes of the same length, so that nothing else changes.
    let bytes = std::fs::read(directory.join("o.wasm")).unwrap();
    let (from, to) = (b"\"value\":\"allow\"", b"\"value\":\"tarap\"");
    let at = (0..bytes.len()).find(|at| bytes[*at..].starts_with(from)).unwrap();
    let changed = [&bytes[..at], to, &bytes[at + from.len()..]].concat();
    std::fs::write(directory.join("changed.wasm"), changed).unwrap();
    let found = findings(directory, &["changed.wasm", "--input", input, "--stdout", "-e", "A=1"]);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].contains("`stdout`: built with tarap, and you gave allow"), "{found:#?}");
}

#[test]
fn verify_compares_kept_functions_of_provenance_with_the_output() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let input = guest("command-0.2.12");
    let input = input.to_str().unwrap();
    virt(directory, Path::new(input), &["--stdout"], "o.wasm").unwrap();
    let output = std::fs::read(directory.join("o.wasm")).unwrap();
    let found = |change: &dyn Fn(&mut Vec<Value>)| {
        let changed = with_provenance(&output, |said| change(said["grants"].as_array_mut().unwrap()));
        std::fs::write(directory.join("changed.wasm"), changed).unwrap();
        findings(directory, &["changed.wasm", "--input", input, "--stdout"])
    };
    let is_kept = |line: &Value| line["value"].as_str().unwrap().starts_with("kept (");
    let of = "the output: component `command-0.2.12`: its provenance";
    // One that is kept and not said to be.
    let write = "wasi:io/streams#[method]output-stream.blocking-write-and-flush";
    let dropped = found(&|lines| {
        let before = lines.len();
        lines.retain(|line| !is_kept(line) || line["grant"] != write);
        assert_eq!(lines.len(), before - 1, "{lines:#?}");
    });
    assert_eq!(dropped, [format!("{of} does not say that `{write}` is kept")]);
    // Two that are said to be kept and are not: one that is denied, and one that is not there.
    for grant in ["wasi:random/random#get-random-bytes", "wasi:io/streams#[method]output-stream.none"] {
        let added = found(&|lines| {
            let mut line = lines.iter().find(|line| is_kept(line)).unwrap().clone();
            line["grant"] = grant.into();
            lines.push(line);
        });
        assert_eq!(added.len(), 1, "{added:#?}");
        assert!(added[0].starts_with(&format!("{of} says `{grant}` kept (")), "{added:#?}");
        assert!(added[0].ends_with("but no such grant was given"), "{added:#?}");
    }
}

#[test]
fn verify_finds_a_component_at_any_depth() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let input = guest("command-0.2.12");
    let input = input.to_str().unwrap();
    virt(directory, Path::new(input), &["--stdout", "--no-provenance"], "o.wasm").unwrap();
    let around =
        "[composition]\nname = \"around\"\nroot = \"o\"\noutput = \"deep.wasm\"\n[components]\no = \"o.wasm\"\n";
    std::fs::write(directory.join("weld.toml"), around).unwrap();
    succeeds(weld(directory).args(["build", "--no-provenance"]));
    succeeds(weld(directory).args(["verify", "deep.wasm", "--input", input, "--stdout"]));
    let found = findings(directory, &["deep.wasm", "--input", input]);
    let of = "instance `o / command-0.2.12`: component `command-0.2.12`: import `wasi:cli/stdout@0.2.12#get-stdout`";
    assert!(found.iter().any(|line| line.starts_with(of)), "{found:#?}");
}

#[test]
fn verify_reads_a_manifest_and_its_targets() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let manifest = |stdout: &str, other: &str| {
        let [app, store] = ["kv-app", "kv-store"].map(|name| guest(name).to_str().unwrap().to_owned());
        let text = format!(
            "[composition]\nroot = \"app\"\noutput = \"app.wasm\"\n\n[components]\napp = \"{app}\"\nstore = \"{store}\"\n\n\
             [virtualize.app]\nstdout = \"{stdout}\"\n\n[target.open]\noutput = \"open.wasm\"\n\n\
             [target.open.virtualize.app]\ndefault = \"{other}\"\n"
        );
        std::fs::write(directory.join("weld.toml"), text).unwrap();
    };
    manifest("allow", "allow");
    succeeds(weld(directory).arg("build"));
    succeeds(weld(directory).args(["verify", "open.wasm", "--manifest", "weld.toml", "--target", "open"]));
    // Without a target, it is the composition itself.
    succeeds(weld(directory).args(["verify", "app.wasm", "--manifest", "weld.toml"]));
    findings(directory, &["open.wasm", "--manifest", "weld.toml"]);
    let run = weld(directory).args(["verify", "./open.wasm", "--manifest", "weld.toml"]).output().unwrap();
    let notes = String::from_utf8(run.stderr).unwrap();
    assert!(notes.ends_with("name it with `--target open`\n"), "{notes}");
    manifest("deny", "deny");
    let found = findings(directory, &["open.wasm", "--manifest", "weld.toml", "--target", "open"]);
    assert!(found.iter().any(|line| line.contains("component `app`: import `wasi:cli/stdout")), "{found:#?}");
    let error =
        fails(weld(directory).args(["verify", "open.wasm", "--manifest", "weld.toml", "--target", "open", "--stdout"]));
    assert!(error.contains("the manifest says what is granted"), "{error}");
}

#[test]
fn verify_accepts_a_policy_as_grants() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let input = guest("command-0.2.12");
    let input = input.to_str().unwrap();
    std::fs::write(directory.join("policy.toml"), "default = \"allow\"\n\n[[rule]]\ndeny = [\"random\"]\n").unwrap();
    virt(directory, Path::new(input), &["--policy", "policy.toml"], "o.wasm").unwrap();
    succeeds(weld(directory).args(["verify", "o.wasm", "--input", input, "--policy", "policy.toml"]));
    std::fs::write(directory.join("policy.toml"), "default = \"allow\"\n\n[[rule]]\ndeny = [\"random\", \"args\"]\n")
        .unwrap();
    let found = findings(directory, &["o.wasm", "--input", input, "--policy", "policy.toml"]);
    assert!(found.iter().any(|line| line.contains("wasi:cli/environment@0.2.12#get-arguments")), "{found:#?}");
}

#[test]
fn verify_refuses_grants_that_name_nothing_and_invalid_outputs() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let input = guest("hello-command");
    let input = input.to_str().unwrap();
    virt(directory, Path::new(input), &["--stdout"], "o.wasm").unwrap();
    let error = fails(weld(directory).args(["verify", "o.wasm", "--input", input, "--grant", "radnom=allow"]));
    assert!(error.contains("radnom"), "{error}");
    let error = fails(weld(directory).args(["verify", "o.wasm"]));
    assert!(error.contains("`--manifest FILE`"), "{error}");
    let bytes = std::fs::read(directory.join("o.wasm")).unwrap();
    std::fs::write(directory.join("cut.wasm"), &bytes[..bytes.len() / 2]).unwrap();
    fails(weld(directory).args(["verify", "cut.wasm", "--input", input, "--stdout"]));
}

#[test]
fn verify_compares_components_with_the_lock() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let app = |number: u32| {
        let text = format!(
            r#"(component (core module $m (func (export "f") (result i32) (i32.const {number}))) (core instance $i (instantiate $m))
            (func $f (result u32) (canon lift (core func $i "f"))) (export "f" (func $f)))"#
        );
        std::fs::write(directory.join("app.wat"), text).unwrap();
    };
    app(1);
    let manifest = "[composition]\nroot = \"app\"\noutput = \"o.wasm\"\n[components]\napp = \"app.wat\"\n";
    std::fs::write(directory.join("weld.toml"), manifest).unwrap();
    succeeds(weld(directory).arg("build"));
    let verify = || weld(directory).args(["verify", "o.wasm", "--manifest", "weld.toml"]).output().unwrap();
    assert_eq!(verify().status.code(), Some(0));
    // Built of another component, with a lock that has the first.
    app(2);
    succeeds(weld(directory).arg("build"));
    let error = fails(weld(directory).args(["verify", "o.wasm", "--manifest", "weld.toml"]));
    for part in ["component `app` is not the one in `weld.lock`", "locked: sha256", "weld build --update"] {
        assert!(error.contains(part), "{error}");
    }
    succeeds(weld(directory).args(["build", "--update"]));
    assert_eq!(verify().status.code(), Some(0));
    // One that the lock does not have.
    std::fs::write(directory.join("weld.lock"), "version = 1\n").unwrap();
    let error = fails(weld(directory).args(["verify", "o.wasm", "--manifest", "weld.toml"]));
    assert!(error.contains("component `app` is not in `weld.lock`"), "{error}");
    std::fs::write(directory.join("weld.lock"), "").unwrap();
    let error = fails(weld(directory).args(["verify", "o.wasm", "--manifest", "weld.toml"]));
    assert!(error.contains("is not a lock of weld"), "{error}");
    std::fs::remove_file(directory.join("weld.lock")).unwrap();
    assert_eq!(verify().status.code(), Some(0));
}

#[test]
fn verify_compares_reasons_of_provenance_with_the_plan() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let input = guest("command-0.2.12");
    let input = input.to_str().unwrap();
    virt(directory, Path::new(input), &["--stdout"], "o.wasm").unwrap();
    let output = std::fs::read(directory.join("o.wasm")).unwrap();
    let ran = |change: &dyn Fn(&mut Value)| {
        std::fs::write(directory.join("changed.wasm"), with_provenance(&output, |said| change(said))).unwrap();
        weld(directory).args(["verify", "-v", "changed.wasm", "--input", input, "--stdout"]).output().unwrap()
    };
    let lines = |change: &dyn Fn(&mut Value)| {
        let ran = ran(change);
        assert_eq!(ran.status.code(), Some(1), "{}", String::from_utf8_lossy(&ran.stderr));
        String::from_utf8(ran.stdout).unwrap().lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let replace = |said: &mut Value, from: &str, to: &str| {
        let lines = said["grants"].as_array_mut().unwrap();
        let line = lines.iter_mut().find(|line| line["value"].as_str().unwrap().contains(from)).unwrap();
        line["value"] = line["value"].as_str().unwrap().replacen(from, to, 1).into();
    };
    let of = "the output: component `command-0.2.12`: its provenance says";
    for (from, to) in [
        ("from wasi:cli/stdout#get-stdout", "from wasi:cli/stdin#get-stdin"),
        ("kept (output-stream", "kept (input-stream"),
        (" (traps: wasi:cli/exit#exit, wasi:random/random#get-random-bytes)", ""),
        ("traps: wasi:cli/exit#exit", "traps: wasi:cli/exit#other"),
    ] {
        let found = lines(&|said| replace(said, from, to));
        assert_eq!(found.len(), 1, "{found:#?}");
        assert!(found[0].starts_with(of) && found[0].contains(", and not "), "{found:#?}");
    }
    // Each of the components once.
    let found = lines(&|said| {
        let components = said["components"].as_array_mut().unwrap();
        components.push(components[0].clone());
    });
    assert!(found[0].contains("does not name each input once"), "{found:#?}");
    // Another version is no way around that. Where it says the same, it is so.
    let other = |change: &dyn Fn(&mut Value)| {
        lines(&|said| {
            said["weld"] = "0.0.9\u{1b}".into();
            change(said);
        })
    };
    let found = other(&|said| replace(said, "from wasi:cli/stdout#get-stdout", "from elsewhere"));
    let hint = "; weld 0.0.9\\u{1b} wrote it, it says, and may have other words: verify it with that version as well";
    assert!(found.len() == 1 && found[0].starts_with(of) && found[0].ends_with(hint), "{found:#?}");
    let found = other(&|said| {
        let components = said["components"].as_array_mut().unwrap();
        components.push(components[0].clone());
    });
    assert!(found[0].contains("does not name each input once"), "{found:#?}");
    let same = ran(&|said| said["weld"] = "0.0.9\u{1b}".into());
    let said = String::from_utf8(same.stderr).unwrap();
    assert_eq!(same.status.code(), Some(0), "{said}");
    assert!(said.contains("note: the provenance says that weld 0.0.9\\u{1b} wrote it, and this is weld "), "{said}");
    let found = lines(&|said| {
        said["weld"] = "0.0.9".into();
        said["grants"].as_array_mut().unwrap().retain(|line| !line["value"].as_str().unwrap().starts_with("kept ("));
    });
    assert!(!found.is_empty() && found.iter().all(|line| line.contains("is kept")), "{found:#?}");
}

#[test]
fn verify_accepts_several_inputs_like_plug() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    for name in ["hello-command", "hello-lib"] {
        std::fs::copy(guest(name), directory.join(format!("{name}.wasm"))).unwrap();
    }
    succeeds(weld(directory).args(["plug", "hello-command.wasm", "--plug", "hello-lib.wasm", "-o", "o.wasm"]));
    let inputs = ["--input", "hello-command.wasm", "--input", "hello-lib.wasm"];
    let output = succeeds(weld(directory).args(["verify", "o.wasm", "--allow-all"]).args(inputs));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("verified: 2 inputs by digest") && said.contains("provenance agrees"), "{said}");
    // What one of them may not have is found.
    let found = findings(directory, &[&["o.wasm"], &inputs[..]].concat());
    assert!(
        found.iter().any(|line| line.contains("component `hello-command`: import `wasi:cli/stdout@")),
        "{found:#?}"
    );
    // One of them is another component; the other way round nothing fits.
    std::fs::write(
        directory.join("other.wasm"),
        with_custom(&std::fs::read(directory.join("hello-lib.wasm")).unwrap()),
    )
    .unwrap();
    let found =
        findings(directory, &["o.wasm", "--allow-all", "--input", "hello-command.wasm", "--input", "other.wasm"]);
    assert!(found[0].contains("component `other`: no instance of it is in the output"), "{found:#?}");
    fails(weld(directory).args(["verify", "o.wasm", "--allow-all", "--input", "hello-lib.wasm"]).args(&inputs[..2]));
    // Each has the same grants, which name something that one of them imports.
    let both = "[composition]\nroot = \"hello-command\"\noutput = \"o.wasm\"\n[components]\nhello-command = \"hello-command.wasm\"\n\
                hello-lib = \"hello-lib.wasm\"\n";
    let granted = "stdout = \"allow\"\n\"wasi:cli/stderr\" = \"allow\"\n";
    let tables = format!("[virtualize.hello-command]\n{granted}[virtualize.hello-lib]\nstdout = \"allow\"\n");
    std::fs::write(directory.join("weld.toml"), format!("{both}{tables}")).unwrap();
    succeeds(weld(directory).args(["build", "--no-provenance"]));
    let flags = ["--stdout", "--grant", "wasi:cli/stderr=allow"];
    succeeds(weld(directory).args(["verify", "o.wasm"]).args(inputs).args(flags));
    let error = fails(weld(directory).args(["verify", "o.wasm", "--grant", "radnom=allow"]).args(inputs));
    assert!(error.contains("radnom"), "{error}");
    // Two of one name are two components, each with the grants.
    std::fs::create_dir(directory.join("two")).unwrap();
    std::fs::rename(directory.join("hello-lib.wasm"), directory.join("two/hello-command.wasm")).unwrap();
    let twice = ["--input", "hello-command.wasm", "--input", "two/hello-command.wasm"];
    succeeds(weld(directory).args(["plug", "hello-command.wasm", "--plug", "two/hello-command.wasm", "-o", "o.wasm"]));
    succeeds(weld(directory).args(["verify", "o.wasm", "--allow-all"]).args(twice));
}

/// A component with an empty custom section at its end.
fn with_custom(component: &[u8]) -> Vec<u8> {
    [component, &[0, 2, 1, b'x']].concat()
}

#[test]
fn verify_refuses_an_output_with_names_that_differ_only_in_case() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let app = r#"(component (import "foo-bar" (func)) (import "foobar" (func)))"#;
    std::fs::write(directory.join("app.wat"), app).unwrap();
    let error = fails(weld(directory).args(["verify", "app.wat", "--input", "app.wat", "--allow-all"]));
    assert!(error.contains("`foo-bar` and `foobar` in `app.wat` differ only in case or hyphens"), "{error}");
    // As where it is to be written.
    let error = fails(weld(directory).args(["virt", "app.wat", "--allow-all", "-o", "o.wasm"]));
    assert!(error.contains("`foo-bar` and `foobar` in `app.wat` differ only in case or hyphens"), "{error}");
}

#[test]
fn verify_uses_the_composition_where_no_target_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    std::fs::write(directory.join("app.wat"), r#"(component (import "f" (func)) (import "g" (func)))"#).unwrap();
    let manifest = |output: &str| {
        let text = format!(
            "[composition]\nroot = \"app\"\n{output}[components]\napp = \"app.wat\"\n[virtualize.app]\nf = \"deny\"\n\
             default = \"allow\"\n[target.open]\noutput = \"open.wasm\"\n[target.open.virtualize.app]\nf = \"allow\"\n\
             [target.other]\noutput = \"other.wasm\"\n"
        );
        std::fs::write(directory.join("weld.toml"), text).unwrap();
    };
    manifest("output = \"o.wasm\"\n");
    succeeds(weld(directory).args(["build"]));
    succeeds(weld(directory).args(["verify", "o.wasm", "--manifest", "weld.toml"]));
    let found = findings(directory, &["open.wasm", "--manifest", "weld.toml"]);
    assert!(found.iter().any(|line| line.contains("which no grant allows")), "{found:#?}");
    succeeds(weld(directory).args(["verify", "open.wasm", "--manifest", "weld.toml", "--target", "open"]));
    // Without an output of its own, there is nothing that it could mean.
    manifest("");
    let error = fails(weld(directory).args(["verify", "o.wasm", "--manifest", "weld.toml"]));
    assert!(error.contains("the manifest has several outputs: name the one that is meant with `--target`"), "{error}");
    assert!(error.contains("there are `open`, `other`"), "{error}");
}

#[test]
fn verify_error_suggests_a_missing_flag() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let input = guest("command-0.2.12");
    let input = input.to_str().unwrap();
    let said = |arguments: &[&str]| {
        let output = weld(directory).args(["verify", "-v"]).args(arguments).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let flags = &["--stdout", "--stderr", "-e", "A=1"];
    virt(directory, Path::new(input), flags, "o.wasm").unwrap();
    // What the component is made of.
    let (code, text) = said(&["o.wasm"]);
    assert!(code == Some(2) && text.contains("`--manifest FILE`") && text.contains("`--input FILE`"), "{text}");
    // A grant that was left out, and one that is too many.
    let (code, text) = said(&["o.wasm", "--input", input, "--stdout", "-e", "A=1"]);
    assert_eq!(code, Some(1));
    assert!(text.contains("; what it has and no grant of yours allows: `stderr`\n"), "{text}");
    let (code, text) = said(&["o.wasm", "--input", input, "--stdout", "--stderr", "-e", "A=1", "--allow-random"]);
    assert_eq!(code, Some(1));
    assert!(text.ends_with("; what you grant and it was not built with: `random`\n"), "{text}");
    // A denial is no grant: `plug` denies nothing, and `--allow-all` denies nothing.
    let (app, store) = (guest("kv-app"), guest("kv-store"));
    succeeds(weld(directory).arg("plug").arg(&app).arg("--plug").arg(&store).args(["-o", "plugged.wasm"]));
    let inputs = [app, store].map(|file| file.to_str().unwrap().to_owned());
    let (code, text) = said(&["plugged.wasm", "--input", &inputs[0], "--input", &inputs[1]]);
    assert!(code == Some(1) && !text.contains("what you grant and it was not built with"), "{text}");
    let (_, text) = said(&["o.wasm", "--input", input, "--allow-all"]);
    assert!(!text.contains("no grant of yours allows: `*`") && !text.contains(", `*`"), "{text}");
    let (_, text) = said(&["o.wasm", "--input", input, "--stdout", "--stderr", "-e", "A=2"]);
    assert!(text.contains("; what it was built with otherwise than you grant it: `env`\n"), "{text}");
    // Without provenance, what it has tells.
    virt(directory, Path::new(input), &["--stdout", "--allow-random", "--no-provenance"], "o.wasm").unwrap();
    let (_, text) = said(&["o.wasm", "--input", input, "--stdout"]);
    assert!(text.ends_with("; what it has and no grant of yours allows: `random`\n"), "{text}");
}

#[test]
fn verify_refuses_a_core_module() {
    let directory = tempfile::tempdir().unwrap();
    let module = r#"(module (import "wasi_snapshot_preview1" "proc_exit" (func (param i32)))
        (memory (export "memory") 1) (func (export "_start")))"#;
    std::fs::write(directory.path().join("module.wat"), module).unwrap();
    let said = fails(weld(directory.path()).args(["verify", "module.wat", "--input", "module.wat", "--allow-all"]));
    assert!(said.contains("`module.wat` is a core module, not a component"), "{said}");
}

#[test]
fn verify_omits_unused_plugs() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    std::fs::write(directory.join("app.wat"), r#"(component (import "t:p/i" (instance (export "f" (func)))))"#)
        .unwrap();
    let plug = |name: &str| {
        format!(
            r#"(component (core module $m (func (export "f"))) (core instance $c (instantiate $m))
              (func $f (canon lift (core func $c "f"))) (instance $i (export "f" (func $f))) (export "{name}" (instance $i)))"#
        )
    };
    std::fs::write(directory.join("used.wat"), plug("t:p/i")).unwrap();
    std::fs::write(directory.join("idle.wat"), plug("t:p/other")).unwrap();
    let all = ["app.wat", "used.wat", "idle.wat"];
    let [socket, first, second] = all;
    let plugs = ["--plug", first, "--plug", second, socket, "-o", "o.wasm", "--allow-unused-plugs"];
    succeeds(weld(directory).arg("plug").args(plugs));
    let inputs = ["verify", "o.wasm", "--allow-all", "--input", socket, "--input", first, "--input", second];
    let error = fails(weld(directory).args(inputs));
    assert!(error.contains("--allow-unused-plugs"), "{error}");
    succeeds(weld(directory).args(inputs).arg("--allow-unused-plugs"));
}

/// Two components that each have an environment of their own.
#[test]
fn verify_finds_exchanged_adapters_of_two_components() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let import = r#"(import "wasi:cli/environment@0.2.6" (instance (export "get-environment" (func (result (list (tuple string string)))))))"#;
    for (name, number) in [("one", 1), ("two", 2)] {
        let text = format!(
            r#"(component {import}
              (core module $m (func (export "get") (result i32) (i32.const {number}))) (core instance $c (instantiate $m))
              (func $get (result u32) (canon lift (core func $c "get")))
              (instance $i (export "get" (func $get))) (export "t:p/{name}" (instance $i)))"#
        );
        std::fs::write(directory.join(format!("{name}.wat")), text).unwrap();
    }
    let app = r#"(component
      (import "t:p/one" (instance (export "get" (func (result u32)))))
      (import "t:p/two" (instance (export "get" (func (result u32))))))"#;
    std::fs::write(directory.join("app.wat"), app).unwrap();
    let manifest = |name: &str, one: &str, two: &str| {
        let text = format!(
            "[composition]\nroot = \"app\"\noutput = \"{name}.wasm\"\n[components]\napp = \"app.wat\"\n\
             one = \"one.wat\"\ntwo = \"two.wat\"\n[virtualize.one]\nenv = {{ set = {{ A = \"{one}\" }} }}\n\
             [virtualize.two]\nenv = {{ set = {{ A = \"{two}\" }} }}\n"
        );
        std::fs::write(directory.join(format!("{name}.toml")), text).unwrap();
        succeeds(weld(directory).args(["build", &format!("{name}.toml")]));
        let bytes = std::fs::read(directory.join(format!("{name}.wasm"))).unwrap();
        std::fs::write(directory.join(format!("{name}.wasm")), without_provenance(&bytes)).unwrap();
    };
    manifest("right", "1", "2");
    manifest("exchanged", "2", "1");
    succeeds(weld(directory).args(["verify", "right.wasm", "--manifest", "right.toml"]));
    let found = findings(directory, &["exchanged.wasm", "--manifest", "right.toml"]);
    let line = |name: &str| {
        format!(
            "instance `{name}:adapter`: it stands for `{name}`, and is not the adapter that weld generates for the settings of that"
        )
    };
    assert!(found.contains(&line("one")) && found.contains(&line("two")), "{found:#?}");
}

#[test]
fn verify_tells_findings_of_one_cause_in_one_line() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let input = guest("command-0.2.12");
    let input = input.to_str().unwrap();
    virt(directory, Path::new(input), &["--stdio"], "o.wasm").unwrap();
    let run = |arguments: &[&str]| {
        let output = weld(directory).arg("verify").args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        let lines: Vec<String> = String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect();
        (lines, String::from_utf8(output.stderr).unwrap())
    };
    let (lines, said) = run(&["o.wasm", "--input", input, "--stdout"]);
    assert_eq!(
        lines,
        [
            "`command-0.2.12` has `stderr` of the host (1 function), which no grant allows: `--stderr` allows it",
            "`command-0.2.12` has `stdin` of the host (1 function), which no grant allows: `--stdin` allows it",
            "`command-0.2.12` has `wasi:io/streams` of the host (3 functions), which no grant allows",
            "the provenance of `command-0.2.12` has 5 lines that your grants do not give: verify with the grants that it was built \
             with, or build it with yours",
        ]
    );
    let (each, _) = run(&["o.wasm", "--input", input, "--stdout", "-v"]);
    assert!(said.contains(&format!("{} findings in 4 lines (`-v`: one each)", each.len())), "{said}");
    assert!(each.iter().any(|line| line.contains("input-stream.blocking-read")), "{each:#?}");
    // What is advised is right.
    succeeds(weld(directory).args(["verify", "o.wasm", "--input", input, "--stdout", "--stderr", "--stdin"]));
    let (lines, said) = run(&["o.wasm", "--input", guest("hello-lib").to_str().unwrap()]);
    assert!(lines.contains(&"`hello-lib`: no instance of it is in the output".to_owned()), "{lines:#?} {said}");
}
