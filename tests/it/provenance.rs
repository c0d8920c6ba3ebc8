//! What outputs say that they were made of: the custom section `weld`, and who reads it.

use std::collections::BTreeSet;
use std::path::Path;

use crate::support::{self, guest, names, prints, sha256, succeeds, weld};
use wasm_encoder::{ComponentSection, CustomSection};
use wasmparser::{Parser, Payload};

fn file_sha256(path: &Path) -> String {
    sha256(&std::fs::read(path).unwrap())
}

/// The contents of the custom sections of some name in the outermost level of a component.
fn sections(component: &[u8], name: &str) -> Vec<String> {
    let (mut depth, mut found) = (0, Vec::new());
    for payload in Parser::new(0).parse_all(component) {
        match payload.unwrap() {
            Payload::Version { .. } => depth += 1,
            Payload::End(_) => depth -= 1,
            Payload::CustomSection(section) if depth == 1 && section.name() == name => {
                found.push(String::from_utf8(section.data().to_vec()).unwrap());
            }
            _ => {}
        }
    }
    found
}

/// What a component says that it was made of.
#[track_caller]
fn said(component: &[u8]) -> String {
    let said = sections(component, "weld");
    assert_eq!(said.len(), 1);
    said[0].clone()
}

/// The lines of its grants, each with its component.
#[track_caller]
fn granted(component: &[u8]) -> Vec<[String; 3]> {
    let said: serde_json::Value = serde_json::from_str(&said(component)).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let line = |line: &serde_json::Value| ["component", "grant", "value"].map(|key| text(&line[key]));
    said["grants"].as_array().unwrap().iter().map(line).collect()
}

fn section(name: &str, data: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    CustomSection { name: name.into(), data: data.into() }.append_to_component(&mut bytes);
    bytes
}

fn write(directory: &Path, path: &str, text: &str) {
    let file = directory.join(path);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, text).unwrap();
}

/// What weld writes to `out.wasm`.
#[track_caller]
fn output(directory: &Path, arguments: &[&str]) -> Vec<u8> {
    succeeds(weld(directory).args(arguments));
    std::fs::read(directory.join("out.wasm")).unwrap()
}

/// A socket that imports a function, and a plug that exports it.
fn pair(directory: &Path) {
    write(directory, "socket.wat", r#"(component (import "n" (func $n (result u32))) (export "m" (func $n)))"#);
    let plug = r#"(component
      (core module $m (func (export "n") (result i32) (i32.const 7)))
      (core instance $i (instantiate $m))
      (func (export "n") (result u32) (canon lift (core func $i "n"))))"#;
    write(directory, "plug.wat", plug);
}

#[test]
fn provenance_names_the_inputs_of_an_output() {
    let component = support::plug(&guest("hello-command"), &[guest("hello-lib")]);
    let [library, command] = ["hello-lib", "hello-command"].map(|name| file_sha256(&guest(name)));
    let expected = format!(
        "{{\"version\":1,\"weld\":\"{}\",\"components\":[{{\"name\":\"hello-lib\",\"sha256\":\"{library}\"}},\
         {{\"name\":\"hello-command\",\"sha256\":\"{command}\"}}],\"grants\":[]}}",
        env!("CARGO_PKG_VERSION")
    );
    assert_eq!(said(&component), expected);
    // It is skipped by whoever does not know it.
    wasmparser::Validator::new_with_features(wasmparser::WasmFeatures::all()).validate_all(&component).unwrap();
    assert_eq!(prints(&component, &[]), "Hello from the library!\n");
    wit_component::decode(&component).unwrap();
    // No path of this machine is in it.
    let project = support::project().to_str().unwrap();
    assert!(!component.windows(project.len()).any(|window| window == project.as_bytes()));
}

#[test]
fn provenance_digests_are_of_files_in_any_format() {
    let directory = tempfile::tempdir().unwrap();
    pair(directory.path());
    let out = output(directory.path(), &["plug", "socket.wat", "--plug", "plug.wat", "-o", "out.wasm"]);
    let [plug, socket] = ["plug.wat", "socket.wat"].map(|file| file_sha256(&directory.path().join(file)));
    assert!(said(&out).contains(&format!("{{\"name\":\"plug\",\"sha256\":\"{plug}\"}}")));
    assert!(said(&out).contains(&format!("{{\"name\":\"socket\",\"sha256\":\"{socket}\"}}")));
    let module = guest("command.module");
    let out = output(directory.path(), &["virt", module.to_str().unwrap(), "-o", "out.wasm", "-q"]);
    assert!(said(&out).contains(&file_sha256(&module)));
}

#[test]
fn provenance_lists_a_component_once_and_no_adapters() {
    let directory = tempfile::tempdir().unwrap();
    for name in ["diamond", "left", "right", "counter"] {
        std::fs::copy(guest(name), directory.path().join(format!("{name}.wasm"))).unwrap();
    }
    let manifest = "[composition]\nroot = \"diamond\"\noutput = \"out.wasm\"\n[components]\ndiamond = \"diamond.wasm\"\n\
                    left = \"left.wasm\"\nright = \"right.wasm\"\ncounter = \"counter.wasm\"\n[wire]\n\
                    \"right/acme:counter/counter@1.0.0\" = \"counter#1\"\n[virtualize.diamond]\nstdout = \"allow\"\n";
    write(directory.path(), "weld.toml", manifest);
    let out = output(directory.path(), &["build"]);
    let said: serde_json::Value = serde_json::from_str(&said(&out)).unwrap();
    let names: BTreeSet<&str> =
        said["components"].as_array().unwrap().iter().map(|of| of["name"].as_str().unwrap()).collect();
    assert_eq!(names.into_iter().collect::<Vec<_>>(), ["counter", "diamond", "left", "right"]);
    assert_eq!(said["components"].as_array().unwrap().len(), 4);
    assert_eq!(prints(&out, &[]), "left 1\nright 1\nleft 2\n");
}

#[test]
fn provenance_lists_both_names_of_equal_components() {
    let directory = tempfile::tempdir().unwrap();
    let socket = r#"(component
      (import "a" (func (result u32))) (import "b" (instance (export "n" (func (result u32))))))"#;
    pair(directory.path());
    write(directory.path(), "two.wat", socket);
    let document = "package t:t;\nlet one = new t:one {};\nlet two = new t:two {};\n\
                    let both = new t:socket { a: one.n, b: two };\n";
    write(directory.path(), "two.wac", document);
    let arguments = ["compose", "two.wac", "-d", "t:one=plug.wat", "-d", "t:two=plug.wat", "-d", "t:socket=two.wat"];
    let out = output(directory.path(), &[&arguments[..], &["-o", "out.wasm"]].concat());
    let digest = file_sha256(&directory.path().join("plug.wat"));
    for (name, instance) in [("t:one", "one"), ("t:two", "two")] {
        let stated = format!(r#"{{"name":"{name}","sha256":"{digest}","instances":["{instance}"]}}"#);
        assert!(said(&out).contains(&stated), "{}", said(&out));
    }
}

#[test]
fn provenance_omits_imported_components() {
    let directory = tempfile::tempdir().unwrap();
    pair(directory.path());
    write(directory.path(), "a.wac", "package t:t;\nlet plug = new t:plug {};\nexport plug.n;\n");
    let out = output(
        directory.path(),
        &["compose", "a.wac", "-i", "--allow-obsolete-names", "-d", "t:plug=plug.wat", "-o", "out.wasm"],
    );
    assert_eq!(names(&out).0, ["unlocked-dep=<t:plug>"]);
    assert!(said(&out).contains("\"components\":[],\"grants\":[]"), "{}", said(&out));
}

/// What is granted, as `--grant` takes it; and what is said of that.
const WORDS: &[(&str, &str, &str)] = &[
    ("random=allow", "random", "allow"),
    ("wasi:http/*=trap", "wasi:http/*", "trap"),
    (
        "wasi:filesystem/types#[method]descriptor.unlink-file-at=ignore",
        "wasi:filesystem/types#[method]descriptor.unlink-file-at",
        "ignore",
    ),
    ("wasi:random/random@0.2.0=allow", "wasi:random/random@0.2.0", "allow"),
    ("*=allow", "\"*\"", "allow"),
    ("exit=deny", "exit", "deny (traps: wasi:cli/exit#exit)"),
    ("stdout=ignore", "stdout", "ignore"),
    ("stdout=stdout", "stdout", "allow"),
    ("stdout=stderr", "stdout", "to stderr"),
    ("stderr=stdout", "stderr", "to stdout"),
    ("stdin=empty", "stdin", "empty"),
    ("stdin={text=\"\"}", "stdin", "empty"),
    ("stdin.text=yes", "stdin", "text yes"),
    ("stdin={text=\"two\\nlines\"}", "stdin", "text \"two\\nlines\""),
    ("env={}", "env", "empty"),
    ("env={set={LANG=\"C\"},allow=[\"TZ\"]}", "env", "set LANG=C, allow TZ"),
    ("env={allow=[\"B\",\"A\"]}", "env", "allow A B"),
    ("env={allow=true,deny=[\"D\",\"C\"]}", "env", "allow *, deny C D"),
    ("env={allow=[\"deny\"]}", "env", "allow deny"),
    ("env={set={B=\"2\",A=\"x=y\",C=\"\",D=\"a, b\"}}", "env", "set A=x=y B=2 C=\"\" D=\"a, b\""),
    ("env={set={A=\"\\u001b[2J\\u202e\"}}", "env", "set A=\"\\u001B[2J\\u202E\""),
    ("args={set=[]}", "args", "empty"),
    ("args={set=[\"prog\",\"-v\",\"a b\",\"say \\\"x\\\"\"]}", "args", "set prog -v \"a b\" \"say \\\"x\\\"\""),
    ("clocks={fixed=\"2026-01-01T00:00:00Z\"}", "clocks", "fixed 2026-01-01T00:00:00Z"),
    ("clocks={fixed=\"2026-01-01T02:00:00+02:00\",step=\"1ms\"}", "clocks", "fixed 2026-01-01T00:00:00Z, step 1ms"),
    ("clocks={fixed=\"2026-01-01T00:00:00Z\",step=\"1m 30s\"}", "clocks", "fixed 2026-01-01T00:00:00Z, step 90s"),
    ("random.seed=42", "random", "seed 42"),
    ("fs./tmp.memory=1MiB", "fs /tmp", "memory 1 MiB"),
    ("fs./tmp.memory=1500", "fs /tmp", "memory 1,500 bytes"),
    ("fs.\"/my files\".memory=1KiB", "fs \"/my files\"", "memory 1 KiB"),
    ("fs./data={host=\"/srv/data\",mode=\"read-only\"}", "fs /data", "host /srv/data read-only"),
    ("fs./data.host=\"/srv/the data\"", "fs /data", "host \"/srv/the data\""),
];

#[test]
fn provenance_has_a_word_for_each_grant() {
    let component = guest("command-0.2.12");
    let default = |decides: bool| {
        let trap = if decides { "wasi:cli/exit#exit, " } else { "" };
        format!("deny (traps: {trap}wasi:random/random#get-random-bytes)")
    };
    for (flag, grant, value) in WORDS {
        let out = support::virt_in(support::project(), &component, &["--grant", flag, "--allow-missing", "-q"]);
        let mut lines = granted(&out);
        // What stays for what is granted has a line of its own each.
        let kept: Vec<_> = lines.extract_if(.., |line| line[2].starts_with("kept (")).collect();
        // Of what is allowed, these give streams; and of what is provided, what asks the host.
        let has_streams = matches!(*grant, "stdin" | "stdout" | "stderr") || value.starts_with("host ");
        assert!(has_streams || kept.is_empty(), "{flag}: {kept:?}");
        assert_eq!(lines.len(), 2, "{flag}: {lines:?}");
        assert_eq!(lines[0], ["command-0.2.12", grant, value], "{flag}");
        // What a grant decides is no longer for the default to say.
        let expected = match *grant {
            "\"*\"" => "deny".to_owned(),
            "random" | "wasi:random/random@0.2.0" => "deny (traps: wasi:cli/exit#exit)".to_owned(),
            grant => default(grant != "exit"),
        };
        assert_eq!(lines[1], ["command-0.2.12", "*", &expected], "{flag}");
    }
}

#[test]
fn provenance_has_words_for_configuration_and_working_directory() {
    let directory = tempfile::tempdir().unwrap();
    let app = "(component (import \"wasi:config/store@0.2.0-rc.1\" (instance
        (type $e (variant (case \"upstream\" string) (case \"io\" string)))
        (export \"error\" (type $error (eq $e)))
        (type $value (result (option string) (error $error)))
        (export \"get\" (func (param \"key\" string) (result $value)))))
        (import \"wasi:cli/environment@0.2.12\" (instance (export \"initial-cwd\" (func (result (option string)))))))";
    write(directory.path(), "app.wat", app);
    let flag = "config={set={\"a=b\"=\"c\"},allow=true}";
    let out =
        output(directory.path(), &["virt", "app.wat", "--grant", flag, "--grant", "cwd.set=/", "-o", "out.wasm", "-q"]);
    let expected = [["app", "config", "set \"a=b\"=c, allow *"], ["app", "cwd", "set /"], ["app", "*", "deny"]];
    assert_eq!(granted(&out), expected);
}

#[test]
fn provenance_counts_embedded_files_and_has_the_digest_of_the_lock() {
    let directory = tempfile::tempdir().unwrap();
    write(directory.path(), "stories/one", &"x".repeat(1_200));
    write(directory.path(), "stories/deep/two", "1234");
    write(directory.path(), "in.txt", "input");
    std::fs::copy(guest("command-0.2.12"), directory.path().join("app.wasm")).unwrap();
    let manifest = "[composition]\nroot = \"app\"\noutput = \"out.wasm\"\n[components]\napp = \"app.wasm\"\n\
                    [virtualize.app]\nstdin = { file = \"in.txt\" }\nfs.\"/\" = { embed = \"stories\" }\n\
                    fs.\"/a\" = { embed = \"stories\", overlay = \"memory\" }\n\
                    fs.\"/b\" = { embed = \"in.txt\", overlay = \"16MiB\" }\n";
    write(directory.path(), "weld.toml", manifest);
    let out = output(directory.path(), &["build"]);
    let lock = std::fs::read_to_string(directory.path().join("weld.lock")).unwrap();
    let locked = |at: &str| {
        let line = lock.lines().find_map(|line| line.strip_prefix(&format!("\"{at}\" = \""))).unwrap();
        line.trim_end_matches('"').to_owned()
    };
    let (root, file) = (locked("/"), locked("stdin"));
    let expected = [
        ("fs /", format!("embed 2 files, 1,204 bytes, sha256 {root}")),
        ("fs /a", format!("embed 2 files, 1,204 bytes, sha256 {root}, overlay memory")),
        ("fs /b", format!("embed 1 file, 5 bytes, sha256 {file}, overlay 16 MiB")),
        ("stdin", format!("file 5 bytes, sha256 {file}")),
    ];
    let lines = granted(&out).into_iter().map(|[_, grant, value]| (grant, value));
    let lines: Vec<_> = lines.filter(|(grant, value)| grant != "*" && !value.starts_with("kept (")).collect();
    assert_eq!(lines, expected.map(|(grant, value)| (grant.to_owned(), value)));
    let text = said(&out);
    assert!(!text.contains("stories") && !text.contains("in.txt"), "{text}");
    let directory = directory.path().to_str().unwrap();
    assert!(!out.windows(directory.len()).any(|window| window == directory.as_bytes()));
}

#[cfg(unix)]
#[test]
fn provenance_counts_embedded_symlinks() {
    let directory = tempfile::tempdir().unwrap();
    write(directory.path(), "tree/file", "1");
    std::os::unix::fs::symlink("file", directory.path().join("tree/link")).unwrap();
    std::fs::copy(guest("command-0.2.12"), directory.path().join("app.wasm")).unwrap();
    for (flag, expected) in [
        ("fs./={embed=\"tree\"}", "embed 1 file, 1 link, 1 byte, sha256 "),
        ("fs./={embed=\"tree\",follow-symlinks=true}", "embed 2 files, 2 bytes, sha256 "),
    ] {
        let out = output(directory.path(), &["virt", "app.wasm", "--grant", flag, "-o", "out.wasm", "-q"]);
        assert!(granted(&out)[0][2].starts_with(expected), "{:?}", granted(&out));
    }
}

#[test]
fn provenance_abbreviates_long_texts_as_length_and_digest() {
    let long = "a,".repeat(600);
    let flag = format!("env={{set={{A=\"{long}\",B=\"1\"}}}}");
    let out = support::virt(&guest("command-0.2.12"), &[&flag]);
    let expected = format!("set A=(1,200 bytes, sha256 {}) B=1", sha256(long.as_bytes()));
    assert_eq!(granted(&out)[0], ["command-0.2.12", "env", &expected]);
}

#[test]
fn provenance_names_some_of_many_trapping_functions() {
    let functions: String = ('a'..='f').map(|name| format!(r#"(export "{name}" (func))"#)).collect();
    let directory = tempfile::tempdir().unwrap();
    write(directory.path(), "app.wat", &format!(r#"(component (import "t:p/i@1.2.0" (instance {functions})))"#));
    let out = output(directory.path(), &["virt", "app.wat", "-o", "out.wasm", "-q"]);
    let expected = "deny (traps: t:p/i#a, t:p/i#b, t:p/i#c, and 3 more)";
    assert_eq!(granted(&out), [["app", "*", expected]]);
    // What traps because it was asked to is no news.
    let out = output(directory.path(), &["virt", "app.wat", "-o", "out.wasm", "-q", "--grant", "default=trap"]);
    assert_eq!(granted(&out), [["app", "*", "trap"]]);
}

#[test]
fn provenance_lists_grants_of_policies_and_debug() {
    let directory = tempfile::tempdir().unwrap();
    let app = r#"(component
      (import "t:p/i" (instance (export "f" (func (result (result)))) (export "g" (func (result (result)))))))"#;
    write(directory.path(), "app.wat", app);
    write(directory.path(), "policy.toml", "[[rule]]\nallow = [\"t:p/*\"]\ndeny = [\"t:p/i#g\"]\n");
    let out = output(directory.path(), &["virt", "app.wat", "--policy", "policy.toml", "-o", "out.wasm", "-q"]);
    assert_eq!(granted(&out), [["app", "t:p/i#f", "allow"], ["app", "t:p/i#g", "deny"], ["app", "*", "deny"]]);
    let component = guest("command-0.2.12");
    let flags = ["virt", component.to_str().unwrap(), "--allow-all", "--debug", "-o", "out.wasm", "-q"];
    let [first, last] = ["--debug", "*"].map(|grant| {
        let lines = granted(&output(directory.path(), &flags));
        lines.into_iter().find(|line| line[1] == grant).unwrap()[2].clone()
    });
    assert_eq!((first.as_str(), last.as_str()), ("calls are logged to stderr", "allow"));
}

#[test]
fn provenance_is_the_only_difference_of_no_provenance() {
    let directory = tempfile::tempdir().unwrap();
    pair(directory.path());
    write(directory.path(), "deps/t/plug.wat", &std::fs::read_to_string(directory.path().join("plug.wat")).unwrap());
    write(directory.path(), "a.wac", "package t:t;\nlet plug = new t:plug {};\nexport plug.n;\n");
    write(directory.path(), "a.yaml", "dependencies:\n  n: plug.wat\n");
    write(directory.path(), "root.wat", r#"(component (import "n" (instance (export "n" (func (result u32))))))"#);
    let manifest = "[composition]\nroot = \"socket\"\noutput = \"out.wasm\"\n[components]\nsocket = \"socket.wat\"\n\
                    plug = \"plug.wat\"\n";
    write(directory.path(), "weld.toml", manifest);
    for command in [
        "plug socket.wat --plug plug.wat -o out.wasm",
        "compose a.wac -o out.wasm",
        "compose root.wat --config a.yaml -o out.wasm",
        "virt socket.wat -o out.wasm",
        "build",
    ] {
        let arguments: Vec<&str> = command.split(' ').collect();
        let with = output(directory.path(), &arguments);
        let without = output(directory.path(), &[&arguments[..], &["--no-provenance"]].concat());
        assert_eq!(sections(&without, "weld"), Vec::<String>::new(), "{command}");
        assert_eq!(with, [without, section("weld", said(&with).as_bytes())].concat(), "{command}");
    }
    // Whether it is wanted is a part of what should be there.
    let check = |flag: &[&str]| weld(directory.path()).args(["build", "--check"]).args(flag).status().unwrap().code();
    assert_eq!((check(&["--no-provenance"]), check(&[])), (Some(0), Some(1)));
}

#[test]
fn provenance_is_absent_from_outputs_that_compose_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let module = guest("command.module");
    let out = output(directory.path(), &["componentize", module.to_str().unwrap(), "-o", "out.wasm"]);
    assert!(sections(&out, "weld").is_empty());
    write(directory.path(), "a.wit", "package t:t;\nworld w { import i: interface { f: func(); } }\n");
    let out = output(directory.path(), &["virt", "--wit", "a.wit", "-o", "out.wasm", "-q"]);
    assert!(sections(&out, "weld").is_empty());
}

#[test]
fn provenance_is_independent_of_flag_order_and_directory() {
    let grants =
        ["random=allow", "env={set={A=\"1\"}}", "wasi:cli/exit=trap", "fs./b={embed=\"b\"}", "fs./a.memory=1KiB"];
    let mut outputs = BTreeSet::new();
    for turn in 0..grants.len() {
        let directory = tempfile::tempdir().unwrap();
        write(directory.path(), "b/file", "1");
        let mut order = grants;
        order.rotate_left(turn);
        let flags: Vec<&str> = order.iter().flat_map(|grant| ["--grant", grant]).collect();
        outputs.insert(support::virt_in(directory.path(), &guest("command-0.2.12"), &flags));
    }
    assert_eq!(outputs.len(), 1);
    let lines = granted(outputs.first().unwrap());
    let grants: Vec<&str> = lines.iter().map(|line| line[1].as_str()).collect();
    assert_eq!(grants, ["env", "fs /a", "fs /b", "random", "wasi:cli/exit", "*"]);
}

#[test]
fn provenance_is_independent_of_manifest_order() {
    let start = "[composition]\nroot = \"a\"\noutput = \"out.wasm\"\n";
    let one = "[components]\na = \"socket.wat\"\nb = \"plug.wat\"\n[virtualize.b]\nrandom = \"allow\"\n\
               stdin = \"empty\"\nfs.\"/x\" = { memory = \"1KiB\" }\nclocks = { fixed = \"2026-01-01T00:00:00Z\" }\n\
               [virtualize.a]\nn = \"allow\"\n";
    let other = "[virtualize.a]\nn = \"allow\"\n[virtualize.b]\nclocks = { fixed = 2026-01-01T01:00:00+01:00 }\n\
                 fs.\"/x/\" = { memory = 1024 }\nstdin = { text = \"\" }\nrandom = \"allow\"\n\
                 [components]\nb = \"plug.wat\"\na = \"socket.wat\"\n";
    let outputs = [one, other].map(|rest| {
        let directory = tempfile::tempdir().unwrap();
        pair(directory.path());
        write(directory.path(), "weld.toml", &format!("{start}{rest}"));
        output(directory.path(), &["build"])
    });
    assert_eq!(said(&outputs[0]), said(&outputs[1]));
    assert!(outputs[0] == outputs[1]);
    let components: BTreeSet<_> = granted(&outputs[0]).into_iter().map(|[component, ..]| component).collect();
    assert_eq!(components.into_iter().collect::<Vec<_>>(), ["a", "b"]);
}

#[test]
fn provenance_of_nested_components_is_kept() {
    let directory = tempfile::tempdir().unwrap();
    pair(directory.path());
    let inner = output(directory.path(), &["plug", "socket.wat", "--plug", "plug.wat", "-o", "out.wasm"]);
    // Others may have put anything there.
    let producers = section("producers", b"\x01\x08language\x01\x01x\x011");
    let other = [inner.clone(), section("other", b"\xff\x00"), producers].concat();
    for inner in [inner, other] {
        std::fs::write(directory.path().join("inner.wasm"), &inner).unwrap();
        let outer = output(directory.path(), &["virt", "inner.wasm", "-o", "out.wasm"]);
        assert!(support::nested(&outer).contains(&inner.as_slice()));
        assert!(said(&outer).contains(&sha256(&inner)) && said(&outer).contains("\"name\":\"inner\""));
        assert!(said(&inner).contains("\"name\":\"socket\""));
        assert_eq!(support::call(&outer, "m"), 7);
    }
}

#[cfg(unix)]
#[test]
fn provenance_escapes_quotes_and_control_characters() {
    let directory = tempfile::tempdir().unwrap();
    pair(directory.path());
    let hostile = "a\"b\\<script>\u{1b}[31m\u{202e}.wat";
    std::fs::rename(directory.path().join("plug.wat"), directory.path().join(hostile)).unwrap();
    let out = output(directory.path(), &["plug", "socket.wat", "--plug", hostile, "-o", "out.wasm"]);
    let text = said(&out);
    assert!(text.contains(r#"{"name":"a\"b\\<script>\\u{1b}[31m\\u{202e}","#), "{text}");
    assert!(!text.contains(['\u{1b}', '\u{202e}', '\n']));
    let read: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(read["components"][0]["name"], r#"a"b\<script>\u{1b}[31m\u{202e}"#);
}

/// What `weld inspect` says that a component was made of.
fn inspected(directory: &Path, component: &[u8]) -> serde_json::Value {
    std::fs::write(directory.join("inspected.wasm"), component).unwrap();
    let json = succeeds(weld(directory).args(["inspect", "inspected.wasm", "--json"])).stdout;
    serde_json::from_slice::<serde_json::Value>(&json).unwrap()["provenance"].clone()
}

#[test]
fn provenance_is_read_by_each_reader() {
    let directory = tempfile::tempdir().unwrap();
    pair(directory.path());
    let out = output(directory.path(), &["plug", "socket.wat", "--plug", "plug.wat", "-o", "out.wasm"]);
    let text = said(&out);
    assert_eq!(inspected(directory.path(), &out), serde_json::from_str::<serde_json::Value>(&text).unwrap());
    let bare =
        output(directory.path(), &["plug", "socket.wat", "--plug", "plug.wat", "-o", "out.wasm", "--no-provenance"]);
    let of = |data: &str| inspected(directory.path(), &[&bare[..], &section("weld", data.as_bytes())].concat());
    assert_eq!(inspected(directory.path(), &bare), serde_json::Value::Null);
    let more = text.replacen("\"version\":1,", "\"version\":1,\"more\":[{}],", 1);
    assert_eq!(of(&more), serde_json::from_str::<serde_json::Value>(&text).unwrap());
    for wrong in [
        "",
        "{",
        "null",
        "[]",
        "\u{0}\u{1}",
        &text[1..],
        &text.replacen("\"version\":1,", "\"version\":2,", 1),
        &text.replacen("\"version\":1,", "\"version\":-1,", 1),
        &text.replacen("\"version\":1,", "", 1),
        &text.replacen("\"components\":[", "\"components\":[1,", 1),
        &"[".repeat(100_000),
        &format!("{text}{}", " ".repeat(16 << 20)),
    ] {
        assert_eq!(of(wrong), serde_json::Value::Null, "{}", &wrong[..wrong.len().min(80)]);
    }
    // Who says two things says nothing.
    let twice = [&out[..], &section("weld", text.as_bytes())].concat();
    assert_eq!(inspected(directory.path(), &twice), serde_json::Value::Null);
}

#[test]
fn provenance_leaves_check_and_virt_unaffected() {
    let directory = tempfile::tempdir().unwrap();
    write(directory.path(), "policy.toml", "[[rule]]\nallow = [\"wasi:*\"]\n");
    let out = support::plug(&guest("hello-command"), &[guest("hello-lib")]);
    std::fs::write(directory.path().join("hello.wasm"), &out).unwrap();
    succeeds(weld(directory.path()).args(["check", "hello.wasm", "--policy", "policy.toml"]));
    let virt = ["virt", "hello.wasm", "--policy", "policy.toml", "-o", "out.wasm", "-q"];
    let out = output(directory.path(), &virt);
    assert!(granted(&out).contains(&["hello", "*", "deny"].map(str::to_owned)), "{:?}", granted(&out));
    assert_eq!(prints(&out, &[]), "Hello from the library!\n");
}
