//! Snapshots: what their text promises to those who review it, and what `weld snapshot` does with files.

use std::path::Path;
use std::process::{Output, Stdio};
use std::time::{Duration, SystemTime};

use crate::support::{self, guest, plug, project, sha256, succeeds, weld};
use similar::{ChangeTag, TextDiff};
use tempfile::TempDir;
use weld::{Input, Snapshot};

/// A component with code, which counts, and what makes it another one: a custom section with a byte in it.
fn counter(byte: u8) -> Vec<u8> {
    let text = r#"(component
      (core module $m (func (export "next") (result i32) i32.const 1))
      (core instance $i (instantiate $m))
      (func $next (result u32) (canon lift (core func $i "next")))
      (instance $api (export "next" (func $next)))
      (export "acme:count/counter@1.2.0" (instance $api))
      (export "acme:count/other@0.1.0" (instance $api)))"#;
    let mut bytes = wat::parse_str(text).unwrap();
    bytes.extend([&b"\x00\x06\x04note"[..], &[byte]].concat());
    bytes
}

/// A component with code that imports a counter as `one` and as `two`, random numbers, and a log of some version.
fn app(log: &str) -> String {
    format!(
        r#"(component
  (import "one" (instance $one (export "next" (func (result u32)))))
  (import "two" (instance $two (export "next" (func (result u32)))))
  (import "wasi:random/random@0.2.0" (instance $random (export "get-random-u64" (func (result u64)))))
  (import "acme:log/log@{log}" (instance $log (export "flush" (func))))
  (core func $flush (canon lower (func $log "flush")))
  (core module $m (import "" "flush" (func $flush)) (func (export "run") (call $flush)))
  (core instance $i (instantiate $m (with "" (instance (export "flush" (func $flush))))))
  (func $run (canon lift (core func $i "run")))
  (export "run" (func $run)))"#
    )
}

const MANIFEST: &str = r#"[composition]
root = "app"
output = "out.wasm"
snapshot = "golden/out.weld"

[components]
app = "app.wat"
count = "count.wasm"

[wire]
"app/one" = "count/acme:count/counter"
"app/two" = "count/acme:count/counter"

[virtualize.app]
default = "allow"
random = "allow"
"#;

/// A directory with that manifest and its components.
fn directory() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    write(&directory, "weld.toml", MANIFEST);
    write(&directory, "app.wat", app("1.0.0"));
    write(&directory, "count.wasm", counter(0));
    directory
}

fn write(directory: &TempDir, name: &str, content: impl AsRef<[u8]>) {
    std::fs::write(directory.path().join(name), content).unwrap();
}

fn read(directory: &TempDir, name: &str) -> String {
    std::fs::read_to_string(directory.path().join(name)).unwrap()
}

/// Changes a file, which must have what is replaced.
fn edit(directory: &TempDir, name: &str, from: &str, to: &str) {
    let text = read(directory, name);
    assert!(text.contains(from), "{text}");
    write(directory, name, text.replace(from, to));
}

/// Builds, and gives the snapshot's text.
#[track_caller]
fn built(directory: &TempDir) -> String {
    succeeds(weld(directory.path()).args(["build", "--update"]));
    read(directory, "golden/out.weld")
}

/// Runs weld, and gives its exit code, what it printed, and what it said.
fn run(directory: &TempDir, arguments: &[&str]) -> (i32, String, String) {
    let Output { status, stdout, stderr } = weld(directory.path()).args(arguments).output().unwrap();
    (status.code().unwrap(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

/// The snapshot of a component.
#[track_caller]
fn snapshot(name: &str, bytes: Vec<u8>) -> Snapshot {
    weld::snapshot(Input::bytes(bytes).named(name)).unwrap()
}

/// All that is in a snapshot but what is not written down: the size of the component, and the digest of all its bytes.
fn fields(snapshot: &Snapshot) -> String {
    let without = |text: String, key: &str| match text.split_once(&format!(", {key}: Some(")) {
        Some((before, rest)) => format!("{before}, {key}: None{}", rest.split_once(')').unwrap().1),
        None => text,
    };
    without(without(format!("{snapshot:?}"), "size"), "whole")
}

/// The names of the outermost instances, as the text has them.
fn instances(snapshot: &Snapshot) -> Vec<String> {
    let text = snapshot.to_string();
    let (_, tree) = text.split_once("\ntree\n").unwrap();
    let lines = tree.lines().take_while(|line| !line.is_empty()).filter_map(|line| line.strip_prefix("  "));
    let outermost = lines.filter(|line| !line.starts_with(' '));
    outermost.map(|line| line.split_once("  ").map_or(line, |(name, _)| name).to_owned()).collect()
}

/// The lines that are in one text alone, in order: those of the first with `-`, those of the second with `+`; spaces
/// within a line are one.
fn changed(old: &str, new: &str) -> Vec<String> {
    let diff = TextDiff::from_lines(old, new);
    let changes = diff.iter_all_changes().filter(|change| change.tag() != ChangeTag::Equal);
    let shown = changes.map(|change| {
        let words = change.value().split_whitespace().collect::<Vec<_>>().join(" ");
        format!("{}{words}", if change.tag() == ChangeTag::Delete { '-' } else { '+' })
    });
    shown.collect()
}

#[track_caller]
fn reads_back(name: &str, bytes: Vec<u8>) {
    let snapshot = snapshot(name, bytes);
    let text = snapshot.to_string();
    let parsed = Snapshot::parse(name, &text).unwrap_or_else(|error| panic!("{name}: {error}\n{text}"));
    assert_eq!(fields(&parsed), fields(&snapshot), "{text}");
    assert_eq!(parsed.to_string(), text, "{name}");
    assert_eq!(Snapshot::parse(name, &text.replace('\n', "\r\n")).unwrap(), parsed, "{name}");
    assert!(text.lines().all(|line| !line.ends_with(' ')), "{text}");
}

#[test]
fn snapshot_of_each_guest_round_trips() {
    let mut count = 0;
    for file in std::fs::read_dir(guest("kv").parent().unwrap()).unwrap() {
        let file = file.unwrap().path();
        let name = file.file_name().unwrap().to_str().unwrap();
        // Its metadata names what another object file would have to import: it is part of no component.
        if name.ends_with(".wasm") && name != "hello-c.module.wasm" {
            reads_back(name, std::fs::read(&file).unwrap());
            count += 1;
        }
    }
    assert!(count >= 20, "{count}");
}

#[test]
fn snapshot_of_compositions_round_trips() {
    reads_back("plugged", plug(&guest("hello-command"), &[guest("hello-lib")]));
    reads_back("chain", plug(&guest("chain-top"), &[guest("chain-middle"), guest("chain-bottom")]));
    reads_back("denied", support::virt(&guest("hello-command"), &["stdout=allow"]));
    let nested = tempfile::tempdir().unwrap();
    std::fs::write(nested.path().join("hello.wasm"), plug(&guest("hello-command"), &[guest("hello-lib")])).unwrap();
    reads_back("nested", support::virt(&nested.path().join("hello.wasm"), &["stdout=allow"]));
    let directory = directory();
    built(&directory);
    reads_back("built", std::fs::read(directory.path().join("out.wasm")).unwrap());
}

#[test]
fn snapshot_marks_a_world_outside_wit() {
    let bytes = wat::parse_str(r#"(component (import "m" (core module)))"#).unwrap();
    let text = snapshot("module", bytes.clone()).to_string();
    let world = text.split_once("\nwit\n").unwrap().1;
    assert!(world.starts_with("  // not WIT: `m` is a core module\n"), "{text}");
    assert!(world.contains("import m: "), "{text}");
    reads_back("module", bytes);
}

#[test]
fn snapshot_of_a_rebuilt_composition_is_equal() {
    let (first, second) = (directory(), directory());
    let text = built(&first);
    assert_eq!(built(&second), text);
    // As weld finds it in the file alone.
    let printed = succeeds(weld(first.path()).args(["snapshot", "out.wasm"])).stdout;
    assert_eq!(String::from_utf8(printed).unwrap(), text);
    // Nothing in it is of this machine.
    assert!(!text.contains(first.path().to_str().unwrap()), "{text}");
}

#[test]
fn snapshot_changes_only_the_digest_for_a_changed_byte() {
    let directory = directory();
    let old = built(&directory);
    write(&directory, "count.wasm", counter(1));
    let new = built(&directory);
    let line = |sign, byte| format!("{sign}count sha256 {}", sha256(&counter(byte)));
    assert_eq!(changed(&old, &new), [line('-', 0), line('+', 1)]);
}

#[test]
fn snapshot_changes_only_enclosing_digests_for_a_nested_changed_byte() {
    let of = |byte| {
        let directory = directory();
        write(&directory, "count.wasm", counter(byte));
        built(&directory);
        write(&directory, "outer.toml", OUTER);
        succeeds(weld(directory.path()).args(["build", "outer.toml"]));
        let inner = sha256(&std::fs::read(directory.path().join("out.wasm")).unwrap());
        (read(&directory, "outer.weld"), inner)
    };
    let ((old, old_inner), (new, new_inner)) = (of(0), of(1));
    let line = |sign, byte| format!("{sign}count sha256 {}", sha256(&counter(byte)));
    let inner = |sign, digest| format!("{sign}inner sha256 {digest}");
    // The composition within is another file now too.
    assert_eq!(changed(&old, &new), [inner('-', old_inner), inner('+', new_inner), line('-', 0), line('+', 1)]);
}

/// A composition of a composition.
const OUTER: &str = r#"[composition]
root = "inner"
output = "outer.wasm"
snapshot = "outer.weld"

[components]
inner = "out.wasm"
"#;

#[test]
fn snapshot_changes_one_line_for_one_wire() {
    let directory = directory();
    let old = built(&directory);
    edit(
        &directory,
        "weld.toml",
        r#""app/two" = "count/acme:count/counter""#,
        r#""app/two" = "count/acme:count/other""#,
    );
    let expected = ["-two <- count#acme:count/counter@1.2.0", "+two <- count#acme:count/other@0.1.0"];
    assert_eq!(changed(&old, &built(&directory)), expected);
}

#[test]
fn snapshot_changes_only_affected_lines_for_one_grant() {
    let directory = directory();
    let allowed = built(&directory);
    edit(&directory, "weld.toml", "random = \"allow\"", "random = \"deny\"");
    let denied = built(&directory);
    let found = changed(&allowed, &denied);
    // The adapter is there, the import is not, and nothing else is said of anything but random numbers.
    let adapters = found.iter().filter(|line| line.starts_with("+app:adapter (adapter) sha256 ")).count();
    assert_eq!(adapters, 1, "{found:#?}");
    for line in [
        "-wasi:random/random@0.2.0 app",
        "-wasi:random/random@0.2.0 <- host",
        "+wasi:random/random@0.2.0 <- app:adapter",
    ] {
        assert_eq!(found.iter().filter(|found| *found == line).count(), 1, "{line}: {found:#?}");
    }
    // In the world, its interface goes as a whole.
    let of_world = ["-interface random {", "-get-random-u64: func() -> u64;", "-}", "-"];
    let others = found.iter().filter(|line| !of_world.contains(&line.as_str()));
    let others: Vec<_> = others.filter(|line| !line.contains("adapter") && !line.contains("random")).collect();
    assert!(others.is_empty(), "{others:#?}");

    edit(&directory, "weld.toml", "random = \"deny\"", "random = \"deny\"\n\"acme:log/log\" = \"trap\"");
    let trapped = built(&directory);
    edit(&directory, "weld.toml", "log\" = \"trap\"", "log\" = \"ignore\"");
    let ignored = built(&directory);
    // What is ignored and what traps is another adapter, and the same world.
    assert_ne!(trapped, ignored);
    for line in changed(&trapped, &ignored) {
        let about = line.trim_start_matches(['-', '+']);
        assert!(about.starts_with("app:adapter (adapter) sha256 ") || about.starts_with("app acme:log/log "), "{line}");
    }
}

#[test]
fn snapshot_changes_only_affected_lines_for_one_version() {
    let directory = directory();
    let old = built(&directory);
    write(&directory, "app.wat", app("1.1.0"));
    let digest = |version| sha256(&wat::parse_str(app(version)).unwrap());
    let expected = [
        "-acme:log/log@1.0.0 app".to_owned(),
        "+acme:log/log@1.1.0 app".to_owned(),
        // The component that imports it is another one.
        format!("-app sha256 {}", digest("1.0.0")),
        format!("+app sha256 {}", digest("1.1.0")),
        "-acme:log/log@1.0.0 <- host".to_owned(),
        "+acme:log/log@1.1.0 <- host".to_owned(),
        "-import acme:log/log@1.0.0;".to_owned(),
        "+import acme:log/log@1.1.0;".to_owned(),
        "-package acme:log@1.0.0 {".to_owned(),
        "+package acme:log@1.1.0 {".to_owned(),
    ];
    assert_eq!(changed(&old, &built(&directory)), expected);
}

#[test]
fn snapshot_quotes_names_with_syntax() {
    let nested = r#"(core module $m (func (export "f"))) (core instance $i (instantiate $m))
        (func $f (canon lift (core func $i "f"))) (export "f" (func $f))"#;
    let text = format!(
        r#"(component (@name "mine\n\nimports\n  forged")
          (component $a (@name "a") {nested})
          (instance (@name "a  sha256 00\n  forged\1b[2K\e2\80\ae, b ") (instantiate $a))
          (instance (@name "x  <- host") (instantiate $a)))"#
    );
    let bytes = wat::parse_str(text).unwrap();
    let snapshot = snapshot("evil", bytes.clone());
    let text = snapshot.to_string();
    assert!(text.contains("\ncomponent\n  name mine\\u{a}\\u{a}imports\\u{a} \\u{20}forged\n"), "{text}");
    let names = instances(&snapshot);
    let escaped = "\"a \\u{20}sha256 00\\u{a} \\u{20}forged\\u{1b}[2K\\u{202e},\\u{20}b\\u{20}\"";
    assert_eq!(names, [escaped, "\"x \\u{20}<- host\""], "{text}");
    assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
    assert!(!text.contains("\nimports"), "{text}");
    reads_back("evil", bytes);
}

#[test]
fn snapshot_syntax_error_has_its_line() {
    let said = |text: &str| Snapshot::parse("x", text).unwrap_err().to_string();
    let failed = |text: &str| -> (usize, String) {
        let said = said(text);
        let line = said.strip_prefix("`x` is not a snapshot in line ").unwrap_or_else(|| panic!("{said}"));
        let (line, reason) = line.split_once(": ").unwrap();
        (line.parse().unwrap(), reason.to_owned())
    };
    assert_eq!(failed("weld snapshot 1\n\ntrees\n  a\n"), (3, "no section is called so".to_owned()));
    assert_eq!(failed("weld snapshot 1\n  a\n"), (2, "it is in no section".to_owned()));
    assert_eq!(failed("weld snapshot 1\nimports\n  a\nexports\n").0, 4);
    assert_eq!(failed("weld snapshot 1\nimports\n  a\nimports\n").0, 4);
    assert_eq!(failed("weld snapshot 1\nexports\n  a  host\n"), (3, "`<-` is missing".to_owned()));
    assert_eq!(failed("weld snapshot 1\ntree\n      a\n"), (3, "it is indented too far".to_owned()));
    assert_eq!(failed("weld snapshot 1\ntree\n  a  <- b\n"), (3, "it is in no instance".to_owned()));
    assert_eq!(failed("weld snapshot 1\ntree\n  a  size 3\n"), (3, "it has a column that no instance has".to_owned()));
    assert_eq!(failed("weld snapshot 1\ncomponent\n  size 3\n"), (3, "there is no such key".to_owned()));
    assert_eq!(failed("weld snapshot 1\ncomponent\n  name a\n  name b\n"), (4, "it is there already".to_owned()));
    assert_eq!(failed("weld snapshot 1\nvirtualize\n  a  random\n").0, 3);
    // What a merge leaves.
    assert_eq!(failed("weld snapshot 1\n\ntree\n<<<<<<< ours\n  a\n=======\n  b\n>>>>>>> theirs\n").0, 4);
    for text in ["", "\n", "weld snapshot", "weld snapshot x", " weld snapshot 1", "Weld snapshot 1\n"] {
        assert!(said(text).contains("does not begin with `weld snapshot 1`"), "{text:?}");
    }
    assert!(said("weld snapshot 12\n").contains("is a snapshot of version 12"));
}

#[test]
fn snapshot_that_is_truncated_never_panics() {
    let directory = directory();
    let text = built(&directory);
    let mut parsed = 0;
    for end in 0..text.len() {
        if let Ok(snapshot) = Snapshot::parse("x", &text[..end]) {
            let again = Snapshot::parse("x", &snapshot.to_string());
            assert_eq!(again.unwrap(), snapshot, "{}", &text[..end]);
            parsed += 1;
        }
    }
    assert!(parsed > 100, "{parsed}");
}

#[test]
fn snapshot_example_of_the_manual_is_valid() {
    let manual = std::fs::read_to_string(project().join("docs/snapshot.md")).unwrap();
    let example = manual.split("```\n").find(|block| block.starts_with("weld snapshot 1\n")).unwrap();
    // As it would be printed, to the last space.
    assert_eq!(Snapshot::parse("docs/snapshot.md", example).unwrap().to_string(), example);
}

#[test]
fn snapshot_check_compares_and_update_writes() {
    let directory = directory();
    built(&directory);
    let missing = run(&directory, &["snapshot", "out.wasm", "--check", "g/a.weld"]);
    assert_eq!((missing.0, missing.1.as_str()), (1, ""));
    assert!(missing.2.contains("`weld snapshot out.wasm --update g/a.weld` writes it"), "{}", missing.2);
    assert!(!directory.path().join("g").exists());

    assert_eq!(run(&directory, &["snapshot", "out.wasm", "--update", "g/a.weld"]).0, 0);
    let (code, printed, said) = run(&directory, &["snapshot", "out.wasm", "--check", "g/a.weld"]);
    assert_eq!((code, printed.as_str(), said.as_str()), (0, "", "g/a.weld is current: out.wasm has not changed\n"));
    // What is current keeps its time.
    let file = directory.path().join("g/a.weld");
    let time = SystemTime::now() - Duration::from_secs(1000);
    std::fs::File::options().write(true).open(&file).unwrap().set_modified(time).unwrap();
    assert_eq!(run(&directory, &["snapshot", "out.wasm", "--update", "g/a.weld"]).0, 0);
    assert_eq!(std::fs::metadata(&file).unwrap().modified().unwrap(), time);

    write(&directory, "count.wasm", counter(1));
    succeeds(weld(directory.path()).arg("build"));
    let (code, diff, said) = run(&directory, &["snapshot", "out.wasm", "--check", "g/a.weld"]);
    assert_eq!(code, 1);
    assert!(diff.starts_with("--- g/a.weld\n+++ g/a.weld\n@@ "), "{diff}");
    let signs = |sign| diff.lines().skip(2).filter(|line| line.starts_with(sign)).collect::<Vec<_>>();
    assert!(signs('-').len() == 1 && signs('-')[0].contains(&sha256(&counter(0))), "{diff}");
    assert!(signs('+').len() == 1 && signs('+')[0].contains(&sha256(&counter(1))), "{diff}");
    assert!(said.contains("in 1 line") && said.contains("--update g/a.weld"), "{said}");
    assert_eq!(run(&directory, &["snapshot", "out.wasm", "--update", "g/a.weld"]).0, 0);
    assert_eq!(run(&directory, &["snapshot", "out.wasm", "--check", "g/a.weld"]).0, 0);
}

#[test]
fn snapshot_reads_a_component_from_stdin() {
    let directory = directory();
    let text = built(&directory);
    let component = std::fs::File::open(directory.path().join("out.wasm")).unwrap();
    let printed = succeeds(weld(directory.path()).args(["snapshot", "-"]).stdin(Stdio::from(component)));
    assert_eq!(String::from_utf8(printed.stdout).unwrap(), text);
    let golden = std::fs::File::open(directory.path().join("golden/out.weld")).unwrap();
    succeeds(weld(directory.path()).args(["snapshot", "out.wasm", "--check", "-"]).stdin(Stdio::from(golden)));
}

#[test]
fn snapshot_check_accepts_crlf_line_endings() {
    let directory = directory();
    let windows = built(&directory).replace('\n', "\r\n");
    write(&directory, "golden/out.weld", &windows);
    assert_eq!(run(&directory, &["snapshot", "out.wasm", "--check", "golden/out.weld"]).0, 0);
    assert_eq!(run(&directory, &["snapshot", "out.wasm", "--update", "golden/out.weld"]).0, 0);
    assert_eq!(run(&directory, &["build", "--check"]).0, 0);
    assert_eq!(run(&directory, &["build", "--update"]).0, 0);
    assert_eq!(read(&directory, "golden/out.weld"), windows);
}

#[test]
fn snapshot_update_replaces_a_malformed_snapshot() {
    let directory = directory();
    let text = built(&directory);
    let spoilt: [&[u8]; 3] = [b"", b"weld snapshot 1\n<<<<<<< ours\n", b"weld snapshot 1\n\ntree\n  \xff\x1b[31m\n"];
    for spoilt in spoilt {
        write(&directory, "golden/out.weld", spoilt);
        let (code, diff, _) = run(&directory, &["snapshot", "out.wasm", "--check", "golden/out.weld"]);
        assert_eq!(code, 1, "{diff}");
        assert!(!diff.contains('\u{1b}'), "{diff:?}");
        assert_eq!(built(&directory), text);
    }
}

#[test]
fn snapshot_diff_is_coloured_on_request() {
    let directory = directory();
    let text = built(&directory);
    write(&directory, "golden/out.weld", text.replace("acme:log", "acme:\u{1b}[0mlog"));
    let check = |color: &str| {
        let arguments = ["snapshot", "out.wasm", "--check", "golden/out.weld", "--color", color];
        let output = weld(directory.path()).args(arguments).env("NO_COLOR", "1").output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stdout).unwrap()
    };
    let plain = check("never");
    assert!(!plain.contains('\u{1b}') && plain.contains("acme:\\u{1b}[0mlog"), "{plain}");
    // A pipe is no terminal.
    assert_eq!(check("auto"), plain);
    let coloured = check("always");
    assert!(coloured.contains("\u{1b}[31m-  acme:\\u{1b}[0mlog"), "{coloured}");
    assert!(coloured.contains("\u{1b}[32m+  acme:log"), "{coloured}");
    let stripped = ["\u{1b}[1m", "\u{1b}[31m", "\u{1b}[32m", "\u{1b}[36m", "\u{1b}[0m"];
    assert_eq!(stripped.iter().fold(coloured, |text, code| text.replace(code, "")), plain);
}

#[test]
fn build_writes_missing_snapshots_and_keeps_differing_ones() {
    let directory = directory();
    let (code, _, said) = run(&directory, &["build"]);
    assert_eq!(code, 0);
    assert!(said.contains("golden/out.weld: a new snapshot"), "{said}");
    let old = read(&directory, "golden/out.weld");
    let current = "out.wasm, 1 snapshot and weld.lock are current\n";
    assert_eq!(run(&directory, &["build", "--check", "--locked"]), (0, String::new(), current.to_owned()));

    write(&directory, "count.wasm", counter(1));
    let (code, printed, said) = run(&directory, &["build"]);
    assert_eq!((code, printed.as_str()), (0, ""));
    assert!(said.contains("golden/out.weld") && said.contains("in 1 line;") && said.contains("`weld build --update`"));
    assert_eq!(read(&directory, "golden/out.weld"), old);
    // The output is written all the same: what there is to review is what was built.
    assert!(snapshot("out", std::fs::read(directory.path().join("out.wasm")).unwrap()).to_string() != old);

    let before = contents(&directory);
    let (code, diff, said) = run(&directory, &["build", "--check"]);
    assert_eq!(code, 1);
    assert!(diff.starts_with("--- golden/out.weld\n"), "{diff}");
    assert!(said.contains("golden/out.weld would change in 1 line"), "{said}");
    assert_eq!(contents(&directory), before);

    let (code, _, said) = run(&directory, &["build", "--update"]);
    assert!(code == 0 && said.contains("golden/out.weld: 1 line changed"), "{said}");
    assert_eq!(run(&directory, &["build", "--check", "--locked"]).0, 0);
    std::fs::remove_file(directory.path().join("golden/out.weld")).unwrap();
    let (code, diff, said) = run(&directory, &["build", "--check"]);
    assert_eq!((code, diff.as_str()), (1, ""));
    assert!(said.contains("golden/out.weld does not exist"), "{said}");
    assert!(!directory.path().join("golden/out.weld").exists());
}

/// All files in a directory and in those in it, with their contents.
fn contents(directory: &TempDir) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for inner in ["", "golden"] {
        let Ok(files) = std::fs::read_dir(directory.path().join(inner)) else { continue };
        for file in files.map(|file| file.unwrap().path()).filter(|file| file.is_file()) {
            found.push((file.display().to_string(), std::fs::read(file).unwrap()));
        }
    }
    found.sort();
    found
}

#[test]
fn build_locked_writes_no_snapshot() {
    let directory = directory();
    built(&directory);
    std::fs::remove_file(directory.path().join("golden/out.weld")).unwrap();
    std::fs::remove_file(directory.path().join("out.wasm")).unwrap();
    let (code, _, said) = run(&directory, &["build", "--locked"]);
    assert!(code == 0 && said.contains("note: snapshot golden/out.weld does not exist"), "{said}");
    assert!(directory.path().join("out.wasm").exists() && !directory.path().join("golden/out.weld").exists());
    let (code, _, said) = run(&directory, &["build", "--check", "--locked"]);
    assert!(code == 1 && said.contains("golden/out.weld does not exist"), "{said}");
}

#[test]
fn build_json_reports_snapshots() {
    let directory = directory();
    let json = |arguments: &[&str]| -> serde_json::Value {
        serde_json::from_str(&run(&directory, &[&["build", "--json"], arguments].concat()).1).unwrap()
    };
    let snapshot = |json: serde_json::Value| json["outputs"][0]["snapshot"].clone();
    let new = serde_json::json!({"file": "golden/out.weld", "found": "missing", "changed": true, "diff": null});
    assert_eq!(snapshot(json(&["--check"])), new);
    assert_eq!(snapshot(json(&[])), new);
    assert_eq!(snapshot(json(&[]))["found"], "current");
    write(&directory, "count.wasm", counter(1));
    let differs = snapshot(json(&[]));
    assert!(differs["found"] == "different" && differs["changed"] == false, "{differs}");
    assert!(differs["diff"].as_str().unwrap().starts_with("--- golden/out.weld\n"));
    assert_eq!(snapshot(json(&["--check"]))["changed"], true);
    assert_eq!(snapshot(json(&["--update"]))["changed"], true);
    edit(&directory, "weld.toml", "snapshot = \"golden/out.weld\"\n", "");
    assert_eq!(snapshot(json(&[])), serde_json::Value::Null);
}

#[test]
fn build_touches_only_snapshots_of_built_targets() {
    let directory = directory();
    let targets = "\n[target.a]\noutput = \"a.wasm\"\nsnapshot = \"golden/a.weld\"\n";
    write(&directory, "weld.toml", format!("{MANIFEST}{targets}"));
    succeeds(weld(directory.path()).args(["build", "--target", "a", "--depfile", "a.d"]));
    assert!(directory.path().join("golden/a.weld").exists() && !directory.path().join("golden/out.weld").exists());
    // It is no prerequisite: it would be older than what is made of it.
    assert!(!read(&directory, "a.d").contains("golden"), "{}", read(&directory, "a.d"));
    let said = support::fails(weld(directory.path()).args(["build", "--target", "a", "--depfile", "golden/out.weld"]));
    assert!(said.contains("is the same file"), "{said}");
    assert!(!directory.path().join("golden/out.weld").exists());
}

#[test]
fn build_writes_nothing_if_a_snapshot_cannot_be_written() {
    let directory = directory();
    built(&directory);
    write(&directory, "count.wasm", counter(1));
    let before = contents(&directory);
    // A file where a directory would have to be; and a directory where nobody can make files.
    for path in ["count.wasm/x.weld", "/proc/x.weld"] {
        edit(&directory, "weld.toml", "golden/out.weld", path);
        let said = support::fails(weld(directory.path()).args(["build", "--update"]));
        assert!(said.contains("x.weld") && said.contains("cannot"), "{said}");
        edit(&directory, "weld.toml", path, "golden/out.weld");
        assert_eq!(contents(&directory), before);
    }
}

#[test]
fn build_writes_no_snapshot_if_an_output_cannot_be_written() {
    let directory = directory();
    built(&directory);
    write(&directory, "count.wasm", counter(1));
    let before = contents(&directory);
    edit(&directory, "weld.toml", "out.wasm", "/proc/out.wasm");
    support::fails(weld(directory.path()).args(["build", "--update"]));
    edit(&directory, "weld.toml", "/proc/out.wasm", "out.wasm");
    assert_eq!(contents(&directory), before);
}

#[test]
fn build_timings_include_snapshots() {
    let directory = directory();
    let (_, _, said) = run(&directory, &["build", "--timings"]);
    assert!(said.lines().any(|line| line.starts_with("snapshot ")), "{said}");
    edit(&directory, "weld.toml", "snapshot = \"golden/out.weld\"\n", "");
    let (_, _, said) = run(&directory, &["build", "--timings"]);
    assert!(!said.lines().any(|line| line.starts_with("snapshot ")), "{said}");
}

#[test]
fn snapshots_of_the_examples_are_current() {
    for example in ["make"] {
        let directory = tempfile::tempdir().unwrap();
        for name in ["cms", example] {
            copy(&project().join("examples").join(name), &directory.path().join(name));
        }
        let output = weld(&directory.path().join(example)).args(["build", "--update", "--json"]).output().unwrap();
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        for built in json["outputs"].as_array().unwrap() {
            assert_eq!(built["snapshot"]["found"], "current", "{example}: {}", built["snapshot"]["diff"]);
        }
    }
}

/// Copies the files of a directory, and of those in it that hold snapshots.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for file in std::fs::read_dir(from).unwrap() {
        let file = file.unwrap().path();
        let target = to.join(file.file_name().unwrap());
        if file.is_file() {
            std::fs::copy(&file, target).unwrap();
        } else if file.ends_with("golden") {
            copy(&file, &target);
        }
    }
}

/// A component with code, of which the text is.
const CODE: &str = r#"(component $c (core module $m (func (export "f") N)) (core instance $i (instantiate $m))
    (func (export "f") (canon lift (core func $i "f"))))"#;

/// Texts of two components that differ, and look alike. Each has `N` where the code of one has something more.
#[test]
fn snapshot_digest_covers_changes_without_a_line() {
    let code = |text: &str| text.replace("CODE", CODE);
    let takes = r#"(component $t (import "c" (component (export "f" (func)))) (core module))"#;
    let texts = [
        // A component is given to one that has code, to one that the host gives, to the host; or nobody has any use for it.
        format!(r#"(component CODE {takes} (instance (instantiate $t (with "c" (component $c)))))"#),
        r#"(component CODE (import "t" (component $t (import "c" (component (export "f" (func))))))
            (instance (instantiate $t (with "c" (component $c)))))"#
            .to_owned(),
        r#"(component CODE (export "c" (component $c)))"#.to_owned(),
        format!("(component CODE {takes})"),
        // It is one of a composition that is handed out.
        r#"(component (component $p CODE (instance $i (instantiate $c)) (export "f" (func $i "f")))
            (export "p" (component $p)))"#
            .to_owned(),
    ];
    for text in texts {
        let [old, new] =
            ["", "nop"].map(|more| snapshot("it", wat::parse_str(code(&text).replace('N', more)).unwrap()));
        assert_ne!(old.to_string(), new.to_string(), "{text}");
    }
    for [old, new] in [
        // Nothing in it has code, but it decides what is what.
        [r#"$a"#, r#"$b"#].map(|import| {
            format!(
                r#"(component (import "a" (func $a)) (import "b" (func $b))
                   (component $s (import "x" (func $x)) (export "y" (func $x)))
                   (instance $i (instantiate $s (with "x" (func {import})))) (export "e" (instance $i)))"#
            )
        }),
        // WIT has no words for the types of what it imports.
        ["(func)", "(func (result i32))"].map(|ty| {
            format!(r#"(component (import "m" (core module (export "f" {ty}))) {CODE} (instance (instantiate $c)))"#)
        }),
        // The end of a version stands elsewhere.
        ["0.1", "0.2"].map(|end| {
            format!(
                r#"(component (import "a:b/c@0" (versionsuffix ".{end}") (instance (export "f" (func))))
                   {CODE} (instance (instantiate $c)))"#
            )
        }),
        // The same interface is imported and exported, with other types.
        ["(result u16)", "(result u32)"].map(|result| {
            format!(
                r#"(component (import "a:b/c" (instance (export "f" (func (result u8)))))
                   (import "g" (func $g {result})) (instance $e (export "f" (func $g))) (export "a:b/c" (instance $e))
                   {CODE} (instance (instantiate $c)))"#
            )
        }),
    ] {
        let [was, is] = [&old, &new].map(|text| {
            let bytes = wat::parse_str(text.replace('N', "")).unwrap_or_else(|error| panic!("{error}\n{text}"));
            snapshot("it", bytes).to_string()
        });
        assert_ne!(was, is, "{old}\n{new}");
    }
}

#[test]
fn snapshot_shows_an_instantiation_order_other_than_by_name() {
    let made = |order: [&str; 2]| {
        let instances: String = order.map(|name| format!("(instance ${name} (instantiate $c))")).concat();
        snapshot("it", wat::parse_str(format!("(component {} {instances})", CODE.replace('N', ""))).unwrap())
    };
    assert!(!made(["a", "b"]).to_string().contains("order"));
    let other = made(["b", "a"]).to_string();
    assert!(other.contains("\ncomponent\n  order b, a\n"), "{other}");
    assert_eq!(Snapshot::parse("it", &other).unwrap().to_string(), other);
}

#[test]
fn snapshot_with_terminal_controls_is_refused() {
    for text in ["imports\n  a\u{1b}[31m\n", "wit\n  world \u{202e}x;\n", "component\n  name a\u{ad}b\n"] {
        let error = Snapshot::parse("it", &format!("weld snapshot 1\n\n{text}")).unwrap_err();
        assert!(error.to_string().contains("line 4"), "{error}");
    }
}

#[test]
fn snapshot_distinguishes_invisible_and_escaped_names() {
    let named = |name: &str| {
        let text = format!(r#"(component {} (instance (@name "{name}") (instantiate $c)))"#, CODE.replace('N', ""));
        instances(&snapshot("it", wat::parse_str(text).unwrap())).remove(0)
    };
    let names =
        [r"kv", r"kv\u{ad}", r"k\u{a0}v", r"kv\u{fe0f}", r"kv\u{e0041}", r"s\u{0a}1", r"s\\u{a}1", "host", "a  b"]
            .map(named);
    let distinct: std::collections::BTreeSet<&String> = names.iter().collect();
    assert_eq!(distinct.len(), names.len(), "{names:?}");
    assert!(names.concat().is_ascii(), "{names:?}");
    assert_eq!(names[7], "\"host\"");
}

#[test]
fn snapshot_check_ends_with_the_words_of_diff() {
    let directory = tempfile::tempdir().unwrap();
    let of = |grants: &[&str]| {
        let mut command = weld(directory.path());
        command.arg("virt").arg(guest("command-0.2.12")).args(["-q", "-o", "out.wasm"]).args(grants);
        succeeds(&mut command);
    };
    of(&["--stdout"]);
    succeeds(weld(directory.path()).args(["snapshot", "out.wasm", "--update", "out.weld"]));
    of(&["--stdout", "--stderr"]);
    let check = |flags: &[&str]| {
        let output = weld(directory.path()).args(["snapshot", "out.wasm", "--check", "out.weld"]).args(flags).output();
        let output = output.unwrap();
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).unwrap()
    };
    let said = check(&[]);
    let diff = weld(directory.path()).args(["diff", "out.weld", "out.wasm"]).output().unwrap();
    let words = String::from_utf8(diff.stdout).unwrap();
    let words = words.trim_end();
    assert!(words.contains("can now reach `stderr`"), "{words}");
    assert!(said.starts_with(&format!("in words:\n{words}\nout.weld differs from out.wasm in ")), "{said}");
    assert_eq!(check(&["-q"]), "");
}
