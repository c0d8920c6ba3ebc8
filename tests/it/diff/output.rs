//! What `weld diff` prints, and in which form.

use super::*;

#[test]
fn diff_has_markdown_and_html_forms() {
    let directory = Directory::new();
    let old = directory.plug("old.wasm", &[("ml", ML), ("net", NET)]);
    directory.put("net.wat", NET);
    let (markdown, code) = directory.diff_with(&old, "net.wat", &["--markdown"]);
    assert_eq!(code, 1);
    assert!(markdown.starts_with("### `weld diff`: changes in "), "{markdown}");
    assert!(markdown.contains("```diff\n--- old.wasm\n+++ net.wat\n```\n"), "{markdown}");
    let (page, code) = directory.diff_with(&old, "net.wat", &["--html", "-"]);
    assert_eq!(code, 1);
    assert!(page.contains("<h1>old.wasm → net.wat</h1>") && page.ends_with("</html>\n"), "{page}");
    // All that is said in words is there.
    for line in directory.words(&old, "net.wat").lines() {
        let text = line.trim_start().trim_start_matches(['+', '-', '~']).trim_start();
        let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        assert!(markdown.contains(text) && page.contains(&escaped), "{text}");
    }
    let output = weld(directory.0.path()).args(["diff", &old, "net.wat", "--html", "page.html"]).output().unwrap();
    assert_eq!((output.status.code(), output.stdout), (Some(1), Vec::new()));
    assert_eq!(output.stderr, b"page.html: the changes from old.wasm to net.wat\n");
    assert_eq!(directory.read("page.html"), page.as_bytes());
    assert_eq!(directory.diff_with(&old, &old, &["--markdown"]).1, 0);
    // Neither of the two is written over.
    let said = fails(weld(directory.0.path()).args(["diff", &old, "net.wat", "--html", "./net.wat"]));
    assert!(said.contains("net.wat"), "{said}");
    assert_eq!(directory.read("net.wat"), NET.as_bytes());
}

/// A name section may have any text: none of it may end a block of code, or begin an element.
#[test]
fn diff_markdown_and_html_escape_component_text() {
    let directory = Directory::new();
    let named = "(component (import \"f\" (func $f))
                   (component $x (core module) (import \"f\" (func $f)) (export \"g\" (func $f)))
                   (instance $a (instantiate $x (with \"f\" (func $f)))) (export \"run\" (func $a \"g\")))";
    let hostile = named.replace("$a ", "$\"<script>alert(1)</script>````[a](javascript:b)\" ");
    directory.put("old.wat", named);
    directory.put("new.wat", hostile);
    let (page, _) = directory.diff_with("old.wat", "new.wat", &["--html", "-"]);
    assert!(page.contains("&lt;script&gt;") && !page.contains("<script"), "{page}");
    let (markdown, _) = directory.diff_with("old.wat", "new.wat", &["--markdown"]);
    assert!(markdown.contains("<script>alert(1)</script>````[a]"), "{markdown}");
    // In a block whose fence is longer than that in the name.
    let block = markdown.split("`````diff\n").nth(1).unwrap_or_else(|| panic!("{markdown}"));
    assert!(block.contains("<script>") && block.contains("\n`````\n"), "{markdown}");
}

#[test]
fn diff_of_equal_components_exits_with_0() {
    let directory = Directory::new();
    let equal = ("equal\n".to_owned(), 0);
    let old = directory.plug("old.wasm", &[("ml", ML), ("net", NET)]);
    assert_eq!(directory.diff(&old, &old), equal);
    // The text of a component is the component.
    directory.put("net.wat", NET);
    directory.put("net.wasm", wat::parse_str(NET).unwrap());
    assert_eq!(directory.diff("net.wat", "net.wasm"), equal);
    // What is equal byte for byte is not read.
    directory.put("a", "neither");
    directory.put("b", "neither");
    assert_eq!(directory.diff("a", "b"), equal);
}

#[test]
fn diff_of_snapshots_equals_diff_of_components() {
    let directory = Directory::new();
    let old = directory.cms("old.wasm", "[virtualize.storygen]\ndefault = \"deny\"\n", |_| {});
    let new = directory.cms("new.wasm", "[wire]\n\"storygen/acme:cms/store@1.0.0\" = \"kv#1\"\n", |_| {});
    let words = directory.words(&old, &new);
    assert_eq!(groups(&words), ["capabilities", "imports", "components", "wiring", "adapters", "grants"]);
    let (old_text, new_text) = (directory.snapshot(&old, "old.weld"), directory.snapshot(&new, "new.weld"));
    // They have no sizes.
    for (before, after) in [(&old_text, &new_text), (&old, &new_text), (&old_text, &new)] {
        assert_eq!(directory.diff(before, after), (words.clone(), 1));
    }
    let same = ("equal in everything that a snapshot says\n".to_owned(), 0);
    assert_eq!(directory.diff(&old, &old_text), same);
    assert_eq!(directory.diff(&new_text, &new), same);
    // As an editor on Windows leaves it.
    let text = String::from_utf8(directory.read(&old_text)).unwrap().replace('\n', "\r\n");
    directory.put("windows.weld", text);
    assert_eq!(directory.diff("windows.weld", &old_text), same);
}

#[test]
fn diff_escapes_terminal_controls_in_names() {
    let directory = Directory::new();
    let component = |name: &str, nested: &str, value: u8| {
        format!(
            r#"(component $"{name}"
                (component $"n" (core module (func (result i32) i32.const {value})) (export "f" (core module 0)))
                (instance $"{nested}" (instantiate 0)))"#
        )
    };
    let old = directory.put("old.wat", component(r"a\u{1b}[31m", r"<script>\u{202e}x\u{0a}y", 1));
    let new = directory.put("new.wat", component(r"b\u{7}", r"<script>\u{202e}x\u{0a}y", 2));
    let text = directory.words(&old, &new);
    assert_eq!(groups(&text), ["components"]);
    assert!(text.contains(r"  ~ the component calls itself `b\u{7}`, not `a\u{1b}[31m`"), "{text}");
    assert!(text.contains(r#"  ~ `"<script>\u{202e}x\u{a}y"` is another component: sha256 "#), "{text}");
    assert_eq!(text.lines().count(), 3, "{text}");
    let (json, _) = directory.diff_with(&old, &new, &["--json"]);
    assert!(!json.contains('\u{202e}') && !json.contains('\u{1b}'), "{json}");
    // A snapshot has them escaped, and they are the same names.
    let snapshot = directory.snapshot(&old, "old.weld");
    assert_eq!(directory.diff(&old, &snapshot), ("equal in everything that a snapshot says\n".to_owned(), 0));
}

#[test]
fn diff_reads_one_side_from_stdin() {
    let directory = Directory::new();
    let old = directory.put("old.wat", NET);
    let run = |arguments: [&str; 2]| {
        let mut command = weld(directory.0.path());
        command.arg("diff").args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(NET_WITH_SOCKETS.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(run([&old, "-"]).starts_with("capabilities\n  + the component can now reach `sockets`\n"));
    assert!(run(["-", &old]).starts_with("capabilities\n  - the component can no longer reach `sockets`\n"));
    assert!(
        fails(weld(directory.0.path()).args(["diff", "-", "-"])).contains("standard input is given as more than one")
    );
}

#[test]
fn diff_colours_on_request_and_on_terminals() {
    let directory = Directory::new();
    let (old, new) = (directory.put("old.wat", NET), directory.put("new.wat", NET_WITH_SOCKETS));
    assert!(!directory.diff(&old, &new).0.contains('\u{1b}'));
    let (text, _) = directory.diff_with(&old, &new, &["--color", "always"]);
    assert!(text.contains("  \u{1b}[1;33m+ the component can now reach `sockets`\u{1b}[0m\n"), "{text:?}");
    assert!(text.contains("  \u{1b}[32m+ wasi:sockets/probe@0.2.12\u{1b}[0m\n"), "{text:?}");
}

#[test]
fn diff_errors_name_the_side() {
    let directory = Directory::new();
    let good = directory.put("good.wat", NET);
    let snapshot = String::from_utf8(directory.read(&directory.snapshot(&good, "good.weld"))).unwrap();
    let cut = |end: usize| snapshot.as_bytes()[..end].to_vec();
    let interface = snapshot.find("      fetch: func").unwrap();
    std::fs::create_dir(directory.0.path().join("directory")).unwrap();
    let mut broken = wat::parse_str(NET).unwrap();
    broken.truncate(60);
    let wit_package = {
        let mut resolve = wit_parser::Resolve::default();
        let package = resolve.push_str("a.wit", "package a:b;\ninterface c { f: func(); }\n").unwrap();
        wit_component::encode(&resolve, package).unwrap()
    };
    let cases: Vec<(&str, Option<Vec<u8>>, &str)> = vec![
        ("missing.wasm", None, "cannot read `missing.wasm`: no such file"),
        ("directory", None, "`directory` is a directory, not a component"),
        ("module.wat", Some(b"(module)".to_vec()), "`module.wat` is a core module without WIT metadata"),
        ("package.wasm", Some(wit_package), "`package.wasm` is a WIT package, not a component"),
        ("broken.wasm", Some(broken), "`broken.wasm` is truncated"),
        ("empty.weld", Some(vec![]), "`empty.weld` is empty"),
        ("later.weld", Some(b"weld snapshot 2\n".to_vec()), "`later.weld` is a snapshot of version 2"),
        ("none.weld", Some(b"weld snapshots\n".to_vec()), "`none.weld` is not a snapshot"),
        ("line.weld", Some(b"weld snapshot 1\n\nnonsense\n".to_vec()), "`line.weld` is not a snapshot in line 3"),
        ("binary.weld", Some(b"weld snapshot 1\n\xff".to_vec()), "`binary.weld` is not text: byte 16 is not UTF-8"),
        ("head.weld", Some(cut(snapshot.find("\nwit").unwrap())), "the snapshot `head.weld` is truncated"),
        ("brace.weld", Some(cut(interface)), "the snapshot `brace.weld` is truncated"),
        ("world.weld", Some(cut(snapshot.find("  package acme").unwrap())), "the snapshot `world.weld` is truncated"),
    ];
    for (file, bytes, message) in cases {
        bytes.into_iter().for_each(|bytes| _ = directory.put(file, bytes));
        for arguments in [[file, good.as_str()], [good.as_str(), file]] {
            let said = fails(weld(directory.0.path()).arg("diff").args(arguments));
            assert!(said.contains(message), "{message}\n{said}");
        }
    }
}

#[test]
fn diff_json_equals_the_text() {
    let directory = Directory::new();
    let old = directory.plug("old.wasm", &[("ml", ML), ("net", NET)]);
    let new = directory.plug("new.wasm", &[("ml", ML), ("net", NET_WITH_SOCKETS)]);
    let new = directory.snapshot(&new, "new.weld");
    let (text, code) = directory.diff_with(&old, &new, &["--json"]);
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(code, 1);
    assert_eq!(json["version"], 1);
    assert_eq!(json["before"], serde_json::json!({ "file": "old.wasm", "form": "component" }));
    assert_eq!(json["after"], serde_json::json!({ "file": "new.weld", "form": "snapshot" }));
    assert_eq!(json["verdict"], "different");
    assert_eq!(
        json["capabilities"][1],
        serde_json::json!({
            "change": "added", "instance": "ml", "with_instance": false, "capabilities": ["sockets"], "through": ["net"]
        })
    );
    assert_eq!(json["imports"][0]["name"], "wasi:sockets/probe@0.2.12");
    assert_eq!(json["components"][0]["change"], "changed");
    assert_eq!(json["components"][0]["after"]["sha256"].as_str().unwrap().len(), 64);
    assert_eq!(json["size"], serde_json::Value::Null);
    let (text, code) = directory.diff_with(&old, &old, &["--json"]);
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&json["verdict"], code), (&serde_json::json!("equal"), 0));
}
