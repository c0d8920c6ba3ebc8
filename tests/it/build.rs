//! `weld build`: what manifests describe, run in wasmtime.

mod refused;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Output;
use std::time::{Duration, SystemTime};

use crate::support::{self, fails, guest, names, succeeds, weld};
use tempfile::TempDir;
use wasmtime::Store;
use wasmtime::component::{Instance, Linker};

/// Counts from 0: each call of `next` gives one more. `next` is also in an interface.
const COUNTER: &str = r#"(component
  (core module $m
    (global $n (mut i32) (i32.const 0))
    (func (export "next") (result i32)
      (global.set $n (i32.add (global.get $n) (i32.const 1)))
      (global.get $n)))
  (core instance $i (instantiate $m))
  (func $next (result u32) (canon lift (core func $i "next")))
  (instance $api (export "next" (func $next)))
  (export "acme:count/counter@1.2.0" (instance $api))
  (export "acme:count/other@0.1.0" (instance $api)))"#;

/// Exports what it imports as `NAME`: `acme:count/counter@1.0.0`.
fn passes(export: &str) -> String {
    // wasmtime has no form for an import that is exported as it is.
    format!(
        r#"(component
  (import "acme:count/counter@1.0.0" (instance $counter (export "next" (func (result u32)))))
  (core func $lowered (canon lower (func $counter "next")))
  (core module $m (import "" "next" (func $f (result i32))) (func (export "next") (result i32) (call $f)))
  (core instance $i (instantiate $m (with "" (instance (export "next" (func $lowered))))))
  (func $next (result u32) (canon lift (core func $i "next")))
  (instance $api (export "next" (func $next)))
  (export "{export}" (instance $api)))"#
    )
}

/// Exports both of the counters that it imports, and `one` as a function.
const APP: &str = r#"(component
  (import "one" (instance $one (export "next" (func (result u32)))))
  (import "two" (instance $two (export "next" (func (result u32)))))
  (alias export $one "next" (func $f))
  (export "first" (instance $one))
  (export "second" (instance $two))
  (export "acme:app/api@1.0.0" (instance $one))
  (export "straight" (func $f)))"#;

const HEAD: &str = "[composition]\nroot = \"app\"\noutput = \"out.wasm\"\n\n";

/// A directory with a manifest and files.
fn directory(manifest: &str, files: &[(&str, &str)]) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, content) in files.iter().chain(&[("weld.toml", manifest)]) {
        write(directory.path(), name, content);
    }
    directory
}

fn write(directory: &Path, name: &str, content: &str) {
    std::fs::create_dir_all(directory.join(name).parent().unwrap()).unwrap();
    std::fs::write(directory.join(name), content).unwrap();
}

fn read(directory: &TempDir, name: &str) -> Vec<u8> {
    std::fs::read(directory.path().join(name)).unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Builds a manifest with the usual components, and gives the output.
#[track_caller]
fn build(manifest: &str) -> Vec<u8> {
    let directory = directory(manifest, &[("app.wat", APP), ("count.wat", COUNTER), ("pass.wat", &passes("pass"))]);
    succeeds(weld(directory.path()).arg("build"));
    read(&directory, "out.wasm")
}

/// An instance of a component whose imports are all counters, which the host has stand at 1000.
struct Running {
    store: Store<()>,
    instance: Instance,
}

impl Running {
    #[track_caller]
    fn new(bytes: &[u8]) -> Running {
        let engine = support::engine();
        let component = support::compiled(bytes);
        let mut linker = Linker::new(&engine);
        for import in names(bytes).0 {
            let mut interface = linker.instance(&import).unwrap();
            interface.func_wrap("next", |_, (): ()| Ok((1000u32,))).unwrap();
        }
        let mut store = Store::new(&engine, ());
        let instance = linker.instantiate(&mut store, &component).expect("wasmtime instantiates it");
        Running { store, instance }
    }

    /// Calls `next` of an export, or a function of that name.
    #[track_caller]
    fn next(&mut self, export: &str) -> u32 {
        let function = match self.instance.get_export_index(&mut self.store, None, export) {
            Some(index) => self.instance.get_export_index(&mut self.store, Some(&index), "next").unwrap_or(index),
            None => panic!("`{export}` is not exported"),
        };
        let function = self.instance.get_typed_func::<(), (u32,)>(&mut self.store, function).unwrap();
        function.call(&mut self.store, ()).unwrap().0
    }
}

#[test]
fn build_wires_by_name_what_the_manifest_leaves_open() {
    let directory = tempfile::tempdir().unwrap();
    let manifest = format!(
        "[composition]\nroot = \"app\"\noutput = \"out.wasm\"\n\n[components]\napp = {:?}\nlib = {:?}\n",
        guest("hello-command"),
        guest("hello-lib")
    );
    write(directory.path(), "weld.toml", &manifest);
    succeeds(weld(directory.path()).arg("build"));
    assert_eq!(support::prints(&read(&directory, "out.wasm"), &[]), "Hello from the library!\n");
}

#[test]
fn build_wires_unequal_names_and_shares_one_instance() {
    let bytes = build(&format!(
        "{HEAD}[components]\napp = \"app.wat\"\ncount = \"count.wat\"\n\n[wire]\n\
         \"app/one\" = \"count/acme:count/counter\"\n\"app/two\" = \"count/acme:count/other@0.1.0\"\n"
    ));
    let mut running = Running::new(&bytes);
    assert_eq!([running.next("first"), running.next("second"), running.next("first")], [1, 2, 3]);
}

#[test]
fn build_gives_a_further_instance_its_own_state() {
    let bytes = build(&format!(
        "{HEAD}[components]\napp = \"app.wat\"\ncount = \"count.wat\"\n\n[wire]\n\
         \"app/one\" = \"count/acme:count/counter\"\n\"app/two\" = \"count#1/acme:count/counter\"\n"
    ));
    let mut running = Running::new(&bytes);
    assert_eq!([running.next("first"), running.next("first"), running.next("second")], [1, 2, 1]);
}

#[test]
fn build_fills_imports_of_a_further_instance_like_the_first_without_a_wire() {
    let components = "[components]\napp = \"app.wat\"\npass = \"pass.wat\"\ncount = \"count.wat\"\n\n[wire]\n\
                      \"app/one\" = \"pass/pass\"\n\"app/two\" = \"pass#1/pass\"\n";
    // Both by name; the first's wire for both; a wire for the further one alone.
    let third = "\"pass/acme:count/counter\" = \"count#7/acme:count/other\"\n";
    for (wires, expected, imports) in [
        (String::new(), [1, 2, 3], 0),
        (third.to_owned(), [1, 2, 3], 0),
        (format!("{third}\"pass#1/acme:count/counter@1.0.0\" = \"count#2\"\n"), [1, 1, 2], 0),
        ("\"pass#1/acme:count/counter\" = \"host\"\n".to_owned(), [1, 1000, 2], 1),
    ] {
        let bytes = build(&format!("{HEAD}{components}{wires}"));
        let mut running = Running::new(&bytes);
        assert_eq!([running.next("first"), running.next("second"), running.next("first")], expected, "{wires}");
        assert_eq!(names(&bytes).0.len(), imports, "{wires}");
    }
}

#[test]
fn build_leaves_an_import_to_the_host_on_request() {
    let manifest = "[composition]\nroot = \"app\"\noutput = \"out.wasm\"\n\n[components]\napp = \"pass.wat\"\n\
                    count = \"count.wat\"\n\n[wire]\n\"app/acme:count/counter\" = \"host\"\n\n\
                    [exports]\n\"acme:count/other\" = \"count\"\n";
    let bytes = build(manifest);
    assert_eq!(names(&bytes).0, ["acme:count/counter@1.0.0"]);
    let mut running = Running::new(&bytes);
    assert_eq!([running.next("pass"), running.next("acme:count/other@0.1.0")], [1000, 1]);
}

#[test]
fn build_accepts_the_wire_suggested_for_an_ambiguity() {
    // A component with an odd name, an importer that is a further instance.
    let manifest = format!(
        "{HEAD}[components]\napp = \"app.wat\"\n'\"p\\a\" s' = \"pass.wat\"\ncount = \"count.wat\"\n\
         more = \"more.wat\"\n\n[wire]\n'app/one' = '\"p\\a\" s#1/pass'\n\"app/two\" = \"more/acme:count/other\"\n"
    );
    let more = COUNTER.replace("i32.const 1", "i32.const 100");
    let files = [("app.wat", APP), ("pass.wat", &passes("pass")), ("count.wat", COUNTER), ("more.wat", more.as_str())];
    let directory = directory(&manifest, &files);
    let error = fails(weld(directory.path()).arg("build"));
    let wire = error.split_once("[wire]\n").unwrap_or_else(|| panic!("{error}")).1.trim();
    write(directory.path(), "weld.toml", &format!("{manifest}{wire}\n"));
    // `count` comes first, and is now used.
    succeeds(weld(directory.path()).arg("build"));
    let mut running = Running::new(&read(&directory, "out.wasm"));
    assert_eq!([running.next("first"), running.next("second")], [1, 100]);
}

#[test]
fn build_adds_and_renames_exports() {
    let bytes = build(&format!(
        "{HEAD}[components]\napp = \"app.wat\"\ncount = \"count.wat\"\n\n[wire]\n\
         \"app/one\" = \"count/acme:count/counter\"\n\"app/two\" = \"count#1/acme:count/counter\"\n\n[exports]\n\
         \"acme:count/counter\" = \"count#1\"\n\"other\" = \"count/acme:count/other\"\n\
         \"renamed\" = \"app/first\"\n\"second\" = \"app\"\n\"further\" = \"count#2/acme:count/counter\"\n"
    ));
    let exports: BTreeSet<String> = names(&bytes).1.into_iter().collect();
    let expected =
        ["acme:app/api@1.0.0", "acme:count/counter@1.2.0", "further", "other", "renamed", "second", "straight"];
    assert_eq!(exports, expected.map(str::to_owned).into());
    let mut running = Running::new(&bytes);
    assert_eq!([running.next("renamed"), running.next("straight"), running.next("other")], [1, 2, 3]);
    assert_eq!([running.next("second"), running.next("acme:count/counter@1.2.0")], [1, 2]);
    assert_eq!(running.next("further"), 1);
}

const TARGETS: &str = r#"
[composition]
name = "acme:app"
root = "app"
output = "build/main.wasm"

[components]
app = "app.wat"
pass = "pass.wat"
count = "count.wat"

[wire]
"app/one" = "pass/pass"
"app/two" = "count/acme:count/other"

[target.apart]
name = "acme:apart"
output = "build/deep/apart.wasm"
wire = { "app/two" = "count#1/acme:count/other" }

[target.rooted]
output = "build/rooted.wasm"
root = "pass"

[target.swapped]
output = "build/swapped.wasm"
components.count = "more.wat"
"#;

fn targets() -> TempDir {
    let more = COUNTER.replace("i32.const 1", "i32.const 100");
    directory(TARGETS, &[("app.wat", APP), ("pass.wat", &passes("pass")), ("count.wat", COUNTER), ("more.wat", &more)])
}

#[test]
fn build_target_overrides_root_components_wires_and_output() {
    let directory = targets();
    succeeds(weld(directory.path()).arg("build"));
    for (file, exports, expected) in [
        ("build/main.wasm", ["first", "second"], [1, 2]),
        ("build/deep/apart.wasm", ["first", "second"], [1, 1]),
        ("build/rooted.wasm", ["pass", "pass"], [1, 2]),
        ("build/swapped.wasm", ["first", "second"], [100, 200]),
    ] {
        let bytes = read(&directory, file);
        let mut running = Running::new(&bytes);
        assert_eq!(exports.map(|export| running.next(export)), expected, "{file}");
        let name = if file.contains("apart") { "acme:apart" } else { "acme:app" };
        let text = wasmprinter::print_bytes(&bytes).unwrap();
        assert_eq!(text.lines().next(), Some(format!("(component ${name}").as_str()), "{file}");
    }
}

#[test]
fn build_writes_only_the_named_targets() {
    let directory = targets();
    succeeds(weld(directory.path()).args(["build", "--target", "rooted", "--target", "swapped"]));
    let built = |name: &str| directory.path().join("build").join(name).exists();
    assert!(built("rooted.wasm") && built("swapped.wasm") && !built("main.wasm") && !built("deep"));
}

#[test]
fn build_is_independent_of_threads_and_directories() {
    let mut seen = BTreeSet::new();
    for threads in ["1", "2", "16", "16"] {
        let directory = targets();
        let output = succeeds(weld(directory.path()).args(["build", "--json"]).env("RAYON_NUM_THREADS", threads));
        let files =
            ["build/main.wasm", "build/deep/apart.wasm", "build/rooted.wasm", "build/swapped.wasm", "weld.lock"];
        seen.insert((files.map(|file| read(&directory, file)), output.stdout));
    }
    assert_eq!(seen.len(), 1);
}

#[test]
fn build_keeps_the_time_of_current_outputs() {
    let directory = targets();
    succeeds(weld(directory.path()).arg("build"));
    let path = |name: &str| directory.path().join(name);
    let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    for name in ["build/main.wasm", "build/swapped.wasm", "weld.lock"] {
        std::fs::File::options().append(true).open(path(name)).unwrap().set_modified(old).unwrap();
    }
    let changed = COUNTER.replace("i32.const 1", "i32.const 7");
    write(directory.path(), "more.wat", &changed);
    let output = succeeds(weld(directory.path()).arg("build"));
    let is_old = |name: &str| std::fs::metadata(path(name)).unwrap().modified().unwrap() == old;
    assert!(is_old("build/main.wasm") && is_old("weld.lock") && !is_old("build/swapped.wasm"));
    assert!(said(&output).contains("note: component `count` of target `swapped` is not the one in `weld.lock`"));
    assert_eq!(Running::new(&read(&directory, "build/swapped.wasm")).next("first"), 7);
}

#[test]
fn build_check_writes_nothing_and_reports_changes() {
    let directory = targets();
    let check = |arguments: &[&str]| {
        let before: BTreeSet<_> =
            std::fs::read_dir(directory.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        let output = weld(directory.path()).args(["build", "--check"]).args(arguments).output().unwrap();
        let after: BTreeSet<_> = std::fs::read_dir(directory.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(before, after);
        (output.status.code(), said(&output))
    };
    // It would not be written.
    assert_eq!(check(&["--depfile", "out.d"]).0, Some(2));
    let (code, said) = check(&[]);
    assert_eq!(code, Some(1));
    assert_eq!(said.matches(" does not exist: `weld build` would write it\n").count(), 4, "{said}");
    assert_eq!(said.matches(" would change\n").count(), 1, "{said}");
    succeeds(weld(directory.path()).arg("build"));
    let current =
        "build/main.wasm, build/deep/apart.wasm, build/rooted.wasm, build/swapped.wasm and weld.lock are current\n";
    assert_eq!(check(&[]), (Some(0), current.to_owned()));
    assert_eq!(check(&["-q"]), (Some(0), String::new()));
    // The lock alone.
    std::fs::remove_file(directory.path().join("weld.lock")).unwrap();
    assert_eq!(check(&[]), (Some(1), "weld.lock would change\n".to_owned()));
    succeeds(weld(directory.path()).arg("build"));
    write(directory.path(), "more.wat", &COUNTER.replace("i32.const 1", "i32.const 7"));
    let (code, said) = check(&["--update"]);
    assert_eq!(code, Some(1));
    assert!(said.contains("build/swapped.wasm would change") && said.contains("weld.lock would change"), "{said}");
}

#[test]
fn build_lock_holds_components_of_any_name() {
    let odd = ["a b", "a.b", "größe 大", "\"quoted\"", "back\\slash", "it's", "[x]", "=", "version"];
    let mut manifest = HEAD.replace("\"app\"", "'a b'");
    manifest.push_str("[components]\n");
    for name in odd {
        manifest.push_str(&format!("{} = \"count.wat\"\n", toml::Value::String(name.to_owned())));
    }
    manifest.push_str("\n[exports]\n");
    for (index, name) in odd.iter().enumerate().skip(1) {
        let value = toml::Value::String(format!("{name}/acme:count/counter"));
        manifest.push_str(&format!("c{index} = {value}\n"));
    }
    let directory = directory(&manifest, &[("count.wat", COUNTER)]);
    succeeds(weld(directory.path()).arg("build"));
    let lock: toml::Table = String::from_utf8(read(&directory, "weld.lock")).unwrap().parse().unwrap();
    let locked: BTreeSet<&str> = lock["components"].as_table().unwrap().keys().map(String::as_str).collect();
    assert_eq!(locked, odd.into());
    let current = "out.wasm and weld.lock are current\n";
    assert_eq!(said(&succeeds(weld(directory.path()).args(["build", "--locked"]))), current);
    // Each has a state of its own, though they are one file.
    let mut running = Running::new(&read(&directory, "out.wasm"));
    assert_eq!([running.next("c1"), running.next("c1"), running.next("c2")], [1, 2, 1]);
}

#[test]
fn build_locked_refuses_changes_until_the_lock_is_updated() {
    let directory = targets();
    assert!(fails(weld(directory.path()).args(["build", "--locked"])).contains("there is no lock `weld.lock`"));
    succeeds(weld(directory.path()).args(["build", "--update"]));
    let lock = read(&directory, "weld.lock");
    succeeds(weld(directory.path()).args(["build", "--locked"]));
    write(directory.path(), "more.wat", &COUNTER.replace("i32.const 1", "i32.const 7"));
    let before = read(&directory, "build/swapped.wasm");
    let error = fails(weld(directory.path()).args(["build", "--locked"]));
    assert!(error.contains("component `count` of target `swapped` is not the one in `weld.lock`"), "{error}");
    assert_eq!(read(&directory, "build/swapped.wasm"), before);
    // Other targets are as they were.
    succeeds(weld(directory.path()).args(["build", "--locked", "--target", "apart"]));
    succeeds(weld(directory.path()).args(["build", "--update", "--target", "swapped"]));
    assert_ne!(read(&directory, "weld.lock"), lock);
    succeeds(weld(directory.path()).args(["build", "--locked"]));
}

#[test]
fn build_replaces_a_corrupt_lock_only_with_update() {
    for content in ["", "version = 2\n", "<<<<<<<", "version = 1\ncomponents = 1\n"] {
        let directory = targets();
        write(directory.path(), "weld.lock", content);
        fails(weld(directory.path()).arg("build"));
        succeeds(weld(directory.path()).args(["build", "--update"]));
        succeeds(weld(directory.path()).args(["build", "--locked"]));
    }
    let directory = targets();
    std::fs::write(directory.path().join("weld.lock"), [0xff, 0xfe]).unwrap();
    assert!(fails(weld(directory.path()).arg("build")).contains("it is not UTF-8"));
    succeeds(weld(directory.path()).args(["build", "--update"]));
}

#[test]
fn build_json_lists_outputs_and_locked_components() {
    let directory = targets();
    let json = |arguments: &[&str]| -> serde_json::Value {
        let output = weld(directory.path()).args(["build", "--json", "-q"]).args(arguments).output().unwrap();
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let first = json(&[]);
    let targets: Vec<_> = first["outputs"].as_array().unwrap().iter().map(|output| &output["target"]).collect();
    assert_eq!(targets, [&serde_json::Value::Null, &"apart".into(), &"rooted".into(), &"swapped".into()]);
    assert_eq!(first["outputs"][1]["file"], "build/deep/apart.wasm");
    assert_eq!(first["outputs"][1]["changed"], true);
    assert_eq!(first["outputs"][1]["composition"]["exports"].as_array().unwrap().len(), 4);
    assert_eq!(first["lock"], serde_json::json!({ "file": "weld.lock", "changed": true, "differs": [] }));
    write(directory.path(), "more.wat", &COUNTER.replace("i32.const 1", "i32.const 7"));
    let second = json(&["--check"]);
    let changed: Vec<_> = second["outputs"].as_array().unwrap().iter().map(|output| &output["changed"]).collect();
    assert_eq!(changed, [false, false, false, true]);
    assert_eq!(second["lock"]["differs"][0]["component"], "count");
    assert_eq!(second["lock"]["differs"][0]["target"], "swapped");
}

#[test]
fn build_writes_nothing_when_one_output_fails() {
    // It cannot be composed; it cannot be written.
    for broken in ["components.count = \"pass.wat\"", "output = \"app.wat/out.wasm\"", "output = \"directory\""] {
        let manifest = format!("{TARGETS}\n[target.z]\n{broken}\n");
        let manifest = if broken.starts_with("output") { manifest } else { format!("{manifest}output = \"z.wasm\"\n") };
        let directory = targets();
        write(directory.path(), "weld.toml", &manifest);
        write(directory.path(), "directory/file", "");
        fails(weld(directory.path()).args(["build", "--depfile", "out.d"]));
        for name in ["build/main.wasm", "build/rooted.wasm", "weld.lock", "out.d"] {
            assert!(!directory.path().join(name).exists(), "{broken}: {name}");
        }
        let left = std::fs::read_dir(directory.path()).unwrap().map(|entry| entry.unwrap().file_name());
        assert!(!left.into_iter().any(|name| name.to_string_lossy().ends_with(".tmp")), "{broken}");
    }
}

#[test]
fn build_accepts_a_wire_of_an_instance_of_another_output() {
    let more = COUNTER.replace("i32.const 1", "i32.const 100");
    let manifest = TARGETS.replace(
        "[target.apart]",
        "\"pass#1/acme:count/counter\" = \"count#3\"\n\n[target.passes]\noutput = \"passes.wasm\"\n\
         wire.\"app/two\" = \"pass#1/pass\"\n\n[target.apart]",
    );
    let directory = targets();
    write(directory.path(), "weld.toml", &manifest);
    write(directory.path(), "more.wat", &more);
    succeeds(weld(directory.path()).arg("build"));
    let mut running = Running::new(&read(&directory, "passes.wasm"));
    assert_eq!([running.next("first"), running.next("second")], [1, 1]);
}

#[test]
fn build_wires_one_target_by_a_document_and_others_by_name() {
    let manifest = format!(
        "{HEAD}[components]\napp = \"app.wat\"\n\"acme:pass\" = \"pass.wat\"\ncount = \"count.wat\"\n\n[wire]\n\
         \"app/one\" = \"acme:pass@1/pass\"\n\"app/two\" = \"count/acme:count/other\"\n\n\
         [target.document]\noutput = \"document.wasm\"\nwac = \"doc.wac\"\n"
    )
    .replace("acme:pass@1/pass", "acme:pass/pass");
    let document = "package acme:doc;\nlet pass = new acme:pass { ... };\nexport pass.pass;\n";
    let files = [("app.wat", APP), ("pass.wat", &passes("pass")), ("count.wat", COUNTER), ("doc.wac", document)];
    let directory = directory(&manifest, &files);
    succeeds(weld(directory.path()).arg("build"));
    assert_eq!(Running::new(&read(&directory, "document.wasm")).next("pass"), 1000);
    assert_eq!(Running::new(&read(&directory, "out.wasm")).next("first"), 1);
}

/// A component that exports what it imports: `IMPORTS` are names, `EXPORT` is that of the first.
fn link(imports: &[String], export: &str) -> String {
    let mut text = "(component\n".to_owned();
    for (index, import) in imports.iter().enumerate() {
        text.push_str(&format!("(import \"{import}\" (instance $i{index} (export \"next\" (func (result u32)))))\n"));
    }
    text.push_str(&format!("(export \"{export}\" (instance $i0)))"));
    text
}

#[test]
fn build_wires_two_hundred_components_in_a_chain_and_a_star() {
    for star in [false, true] {
        let directory = tempfile::tempdir().unwrap();
        let mut manifest = "[composition]\nroot = \"c0\"\noutput = \"out.wasm\"\n\n[components]\n".to_owned();
        for index in 0..200 {
            let imports: Vec<String> = match (star, index) {
                (_, 199) | (true, 1..) => vec![],
                (true, _) => (1..200).map(|other| format!("acme:c/i{other}@1.0.0")).collect(),
                (false, _) => vec![format!("acme:c/i{}@1.0.0", index + 1)],
            };
            let export = format!("acme:c/i{index}@1.0.0");
            let text = match imports.is_empty() {
                true => COUNTER.replace("acme:count/counter@1.2.0", &export),
                false => link(&imports, &export),
            };
            // Else all but the name of one would be those of the others.
            let text = text.replace("acme:count/other@0.1.0", &format!("acme:count/other{index}@0.1.0"));
            write(directory.path(), &format!("c{index}.wat"), &text);
            manifest.push_str(&format!("c{index} = \"c{index}.wat\"\n"));
        }
        write(directory.path(), "weld.toml", &manifest);
        succeeds(weld(directory.path()).arg("build"));
        let bytes = read(&directory, "out.wasm");
        assert_eq!(names(&bytes), (vec![], vec!["acme:c/i0@1.0.0".to_owned()]));
        assert_eq!(Running::new(&bytes).next("acme:c/i0@1.0.0"), 1);
    }
}

#[test]
fn build_refuses_an_endless_chain_of_instances() {
    let mut manifest = "[composition]\nroot = \"a\"\noutput = \"out.wasm\"\n\n[components]\n".to_owned();
    let components = ["a", "b", "c", "d", "e", "f", "g", "h"];
    for name in components {
        manifest.push_str(&format!("{name} = \"link.wat\"\n"));
    }
    manifest.push_str("\n[wire]\n");
    let instances: Vec<String> =
        components.iter().flat_map(|name| (1..=2600).map(move |number| format!("{name}#{number}"))).collect();
    manifest.push_str(&format!("\"a/in\" = \"{}/out\"\n", instances[0]));
    for pair in instances.windows(2) {
        manifest.push_str(&format!("\"{}/in\" = \"{}/out\"\n", pair[0], pair[1]));
    }
    let directory = directory(&manifest, &[("link.wat", &link(&["in".to_owned()], "out"))]);
    let error = fails(weld(directory.path()).arg("build"));
    assert!(error.contains("the composition needs more than 20000 instances"), "{error}");
}

#[test]
fn build_refuses_endless_nesting_in_a_manifest() {
    let deep = 100_000;
    for manifest in [
        format!("x = {}", "[".repeat(deep)),
        format!("x = {}", "{a=".repeat(deep)),
        format!("{}a = 1", "a.".repeat(deep)),
        format!("[{}a]", "a.".repeat(deep)),
    ] {
        let directory = directory(&manifest, &[]);
        assert!(fails(weld(directory.path()).arg("build")).contains("the manifest is not valid TOML"));
    }
}

#[test]
fn build_counts_a_package_named_only_for_its_types_as_used() {
    let manifest = "[composition]\noutput = \"out.wasm\"\nwac = \"doc.wac\"\n\n[components]\n\
                    \"acme:pass\" = \"pass.wat\"\n\"acme:count\" = \"count.wat\"\n";
    let document = "package acme:doc;\nimport counter: acme:count/counter@1.0.0;\n\
                    let pass = new acme:pass { \"acme:count/counter@1.0.0\": counter };\nexport pass.pass;\n";
    // A package of types: what `wit-component` writes of WIT.
    let mut resolve = wit_parser::Resolve::default();
    let wit = "package acme:count@1.0.0;\ninterface counter { next: func() -> u32; }\n";
    let package = resolve.push_str("count.wit", wit).unwrap();
    let bytes = wit_component::encode(&resolve, package).unwrap();
    let directory = directory(manifest, &[("pass.wat", &passes("pass")), ("doc.wac", document)]);
    std::fs::write(directory.path().join("count.wat"), bytes).unwrap();
    succeeds(weld(directory.path()).arg("build"));
    assert_eq!(Running::new(&read(&directory, "out.wasm")).next("pass"), 1000);
}

#[test]
fn build_adds_missing_components_to_a_lock() {
    let directory = targets();
    succeeds(weld(directory.path()).args(["build", "--target", "apart"]));
    let first = read(&directory, "weld.lock");
    let all = succeeds(weld(directory.path()).arg("build"));
    assert!(!said(&all).contains("note:"), "{}", said(&all));
    assert_ne!(read(&directory, "weld.lock"), first);
    succeeds(weld(directory.path()).args(["build", "--locked"]));
}

/// What all files of a directory hold, links followed.
fn contents(directory: &TempDir) -> Vec<(std::ffi::OsString, Option<Vec<u8>>)> {
    let entries = std::fs::read_dir(directory.path()).unwrap().map(|entry| entry.unwrap());
    let mut contents: Vec<_> = entries.map(|entry| (entry.file_name(), std::fs::read(entry.path()).ok())).collect();
    contents.sort();
    contents
}

/// Fails where a build does anything but refuse with a message.
#[track_caller]
fn refuses(directory: &TempDir, arguments: &[&str], message: &str) {
    let before = contents(directory);
    let error = fails(weld(directory.path()).arg("build").args(arguments));
    assert!(error.contains(message), "{error}");
    assert_eq!(contents(directory), before);
}

/// A pipe with a name.
#[cfg(unix)]
fn pipe(directory: &TempDir, name: &str) -> std::path::PathBuf {
    let path = directory.path().join(name);
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    path
}

/// Runs a build that might not end.
#[cfg(unix)]
#[track_caller]
fn ends(directory: &TempDir, arguments: &[&str]) -> Output {
    let mut command = weld(directory.path());
    let piped = std::process::Stdio::piped;
    let mut child = command.arg("build").args(arguments).stdout(piped()).stderr(piped()).spawn().unwrap();
    for _ in 0..600 {
        if child.try_wait().unwrap().is_some() {
            return child.wait_with_output().unwrap();
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    child.kill().unwrap();
    panic!("it does not end");
}

#[cfg(unix)]
#[test]
fn build_reads_a_document_of_two_targets_once() {
    let manifest = "[composition]\nwac = \"doc.wac\"\n\n[components]\n\"acme:pass\" = \"pass.wat\"\n\n\
                    [target.a]\noutput = \"a.wasm\"\n\n[target.b]\noutput = \"b.wasm\"\n";
    let directory = directory(manifest, &[("pass.wat", &passes("pass"))]);
    // What is read of it once is gone.
    let path = pipe(&directory, "doc.wac");
    let document = "package acme:doc;\nlet pass = new acme:pass { ... };\nexport pass.pass;\n";
    let writer = std::thread::spawn(move || std::fs::write(path, document).unwrap());
    let output = ends(&directory, &[]);
    assert!(output.status.success(), "{}", said(&output));
    writer.join().unwrap();
    assert_eq!(read(&directory, "a.wasm"), read(&directory, "b.wasm"));
}

#[test]
fn build_accepts_grants_of_imports_of_any_target() {
    let grants = [
        "random",
        "acme:count/counter",
        "acme:count/counter@1.0.0",
        "acme:count/counter@1.3.0",
        "acme:count/*",
        "acme:count/*@1.0.0",
        "acme:count/counter#next",
        "acme:count/counter@1.0.0#next",
    ];
    let lines: String = grants.iter().map(|grant| format!("\"{grant}\" = \"allow\"\n")).collect();
    let manifest = HEAD.to_owned()
        + "[components]\napp = \"pass.wat\"\n\n[virtualize.app]\ndefault = \"allow\"\n"
        + &lines
        // Another component of the name, which has nothing of the kind.
        + "\n[target.bare]\noutput = \"bare.wasm\"\ncomponents.app = \"count.wat\"\n";
    let files = [("pass.wat", passes("pass")), ("count.wat", COUNTER.to_owned())];
    let directory = directory(&manifest, &files.each_ref().map(|(name, content)| (*name, content.as_str())));
    succeeds(weld(directory.path()).arg("build"));
    succeeds(weld(directory.path()).args(["build", "--target", "bare"]));
    let typo = manifest.replace("\"acme:count/*\"", "\"acme:cuont/*\"");
    write(directory.path(), "weld.toml", &typo);
    refuses(&directory, &[], "did you mean `acme:count/*`?");
}

#[test]
fn build_accepts_a_wire_that_only_one_target_uses() {
    let directory = targets();
    let manifest = "[components]\napp = \"pass.wat\"\ncount = \"count.wat\"\n\n[wire]\n\
                    \"app/acme:count/counter\" = \"host\"\n\n[target.a]\nroot = \"app\"\noutput = \"a.wasm\"\n\n\
                    [target.b]\nroot = \"count\"\noutput = \"b.wasm\"\n";
    write(directory.path(), "weld.toml", manifest);
    succeeds(weld(directory.path()).arg("build"));
}

#[test]
fn build_gives_each_manifest_of_a_directory_its_own_lock() {
    let directory = targets();
    std::fs::copy(directory.path().join("weld.toml"), directory.path().join("other.toml")).unwrap();
    succeeds(weld(directory.path()).arg("build"));
    let first = read(&directory, "weld.lock");
    succeeds(weld(directory.path()).args(["build", "other.toml", "--update", "--target", "apart"]));
    assert_eq!(read(&directory, "weld.lock"), first);
    assert_ne!(read(&directory, "other.lock"), first);
    succeeds(weld(directory.path()).args(["build", "--locked"]));
}

#[test]
fn build_accepts_both_solutions_suggested_for_an_ambiguity() {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(directory.path().join(name), text).unwrap();
    let store = "\"acme:kv/store@1.0.0\"";
    let exports = format!(
        "(component (import \"get\" (func $get)) (instance $store (export \"get\" (func $get))) (export {store} (instance $store)))"
    );
    write("kv1.wat", &exports);
    write("kv2.wat", &exports.replace("\"get\" (func $get)) (i", "\"get-two\" (func $get)) (i"));
    let takes = format!("(import {store} (instance (export \"get\" (func))))");
    write("app.wat", &format!("(component {takes})"));
    let manifest = |components: &str, rest: &str| {
        let head = "[composition]\nroot = \"app\"\noutput = \"out.wasm\"\n[components]\napp = \"app.wat\"\n";
        write("weld.toml", &format!("{head}{components}{rest}"));
        support::weld(directory.path()).arg("build").output().unwrap()
    };
    let both = "kv1 = \"kv1.wat\"\nkv2 = \"kv2.wat\"\n";
    let said = String::from_utf8(manifest(both, "").stderr).unwrap();
    assert!(said.contains("or leave out one of `kv1` and `kv2`:"), "{said}");
    assert!(manifest("kv1 = \"kv1.wat\"\n", "").status.success(), "one is left out");
    // Something else uses the other.
    write("app.wat", &format!("(component {takes} (import \"acme:log/log\" (instance (export \"log\" (func)))))"));
    write(
        "log.wat",
        &format!(
            "(component {takes} (core module $m (func (export \"f\"))) (core instance $i (instantiate $m)) \
                  (func $f (canon lift (core func $i \"f\"))) (instance $log (export \"log\" (func $f))) \
                  (export \"acme:log/log\" (instance $log)))"
        ),
    );
    // Each of several outputs decides for itself.
    let two =
        "[target.two]\noutput = \"two.wasm\"\nroot = \"other\"\n[target.two.wire]\n\"other/acme:kv/store\" = \"kv2\"\n";
    let wires = "[wire]\n\"app/acme:kv/store\" = \"kv1\"\n\"other/acme:kv/store\" = \"kv1\"\n\
                 \"log/acme:kv/store\" = \"kv1\"\n";
    write("other.wat", &format!("(component {takes} (component $other) (export \"other\" (component $other)))"));
    let output = manifest(&format!("{both}other = \"other.wat\"\nlog = \"log.wat\"\n"), &format!("{wires}{two}"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let three = format!("{both}log = \"log.wat\"\n");
    let wires = "[wire]\n\"app/acme:kv/store@1.0.0\" = \"kv1\"\n\"log/acme:kv/store@1.0.0\" = \"kv2\"\n";
    let output = manifest(&three, wires);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
