//! `weld swap`: other components in the place of nested ones.

use std::path::Path;

use serde_json::Value;

use crate::support::{call, compositions, fails, succeeds, weld};

const APP: &str = r#"(component
  (import "t:p/kv" (instance $kv (export "get" (func (result u32)))))
  (core func $get (canon lower (func $kv "get")))
  (core module $m (import "" "get" (func $get (result i32)))
    (func (export "run") (result i32) (i32.mul (call $get) (i32.const 10))))
  (core instance $c (instantiate $m (with "" (instance (export "get" (func $get))))))
  (func (export "run") (result u32) (canon lift (core func $c "run"))))"#;

/// Exports `get` as something of a type, after imports.
fn store(imports: &str, result: &str, value: &str) -> String {
    let core = value.split('.').next().unwrap();
    format!(
        r#"(component {imports}
          (core module $m (func (export "get") (result {core}) ({value})))
          (core instance $c (instantiate $m))
          (func $f (result {result}) (canon lift (core func $c "get")))
          (instance $i (export "get" (func $f)))
          (export "t:p/kv" (instance $i)))"#
    )
}

const RANDOM: &str = r#"(import "wasi:random/random@0.2.0" (instance (export "get-random-u64" (func (result u64)))))"#;

/// A directory with `whole.wasm`, which `weld plug` made of an app and a store that needs random numbers.
fn composed() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(directory.path().join(name), text).unwrap();
    write("app.wat", APP);
    write("kv.wat", &store(RANDOM, "u32", "i32.const 1"));
    write("seven.wat", &store("", "u32", "i32.const 7"));
    write("text.wat", &store("", "u64", "i64.const 7"));
    write(
        "greedy.wat",
        &store(r#"(import "wasi:cli/exit@0.2.0" (instance (export "exit" (func))))"#, "u32", "i32.const 7"),
    );
    let other = RANDOM.replacen("@0.2.0\"", "@0.2.0\" (external-id \"other\")", 1);
    write("other.wat", &store(&other, "u32", "i32.const 7"));
    let inner = RANDOM.replacen("get-random-u64\"", "get-random-u64\" (external-id \"other\")", 1);
    write("inner.wat", &store(&inner, "u32", "i32.const 7"));
    write("empty.wat", "(component)");
    succeeds(weld(directory.path()).args(["plug", "app.wat", "--plug", "kv.wat", "-o", "whole.wasm"]));
    directory
}

fn inspected(directory: &Path, file: &str) -> Value {
    serde_json::from_slice(&succeeds(weld(directory).args(["inspect", file, "--json"])).stdout).unwrap()
}

#[test]
fn swap_replaces_a_component() {
    let directory = composed();
    let directory = directory.path();
    let output = succeeds(weld(directory).args(["swap", "whole.wasm", "kv=seven.wat", "-o", "out.wasm"]));
    assert!(String::from_utf8(output.stderr).unwrap().contains("replaced: kv ("));
    // It may import less than the old one: what that was given stays an import of the output.
    let bytes = std::fs::read(directory.join("out.wasm")).unwrap();
    assert_eq!(weld::inspect(bytes).unwrap().imports().count(), 1);
    let [before, after] = ["whole.wasm", "out.wasm"].map(|file| inspected(directory, file));
    for name in ["app", "kv"] {
        let digest = |of: &Value| {
            let components = of["components"].as_array().unwrap();
            components.iter().find(|it| it["name"] == name).unwrap()["sha256"].clone()
        };
        assert_eq!(digest(&before) == digest(&after), name == "app");
    }
    let digest = |name: &str| crate::support::sha256(&std::fs::read(directory.join(name)).unwrap());
    let made_of: Vec<_> =
        after["provenance"]["components"].as_array().unwrap().iter().map(|it| &it["sha256"]).collect();
    assert!(made_of.contains(&&Value::from(digest("seven.wat"))) && made_of.contains(&&Value::from(digest("app.wat"))));
}

#[test]
fn swap_output_runs() {
    let directory = composed();
    let directory = directory.path();
    std::fs::write(directory.join("kv.wat"), store("", "u32", "i32.const 1")).unwrap();
    succeeds(weld(directory).args(["plug", "app.wat", "--plug", "kv.wat", "-o", "whole.wasm"]));
    succeeds(weld(directory).args(["swap", "whole.wasm", "kv=seven.wat", "-o", "out.wasm"]));
    let read = |name: &str| std::fs::read(directory.join(name)).unwrap();
    assert_eq!([call(&read("whole.wasm"), "run"), call(&read("out.wasm"), "run")], [10, 70]);
    // And of a component within a component.
    std::fs::write(directory.join("outer.wat"), APP.replace("\"run\"", "\"walk\"")).unwrap();
    let mut manifest = "[composition]\nroot = \"whole\"\noutput = \"outer.wasm\"\n".to_owned();
    manifest += "[components]\nwhole = \"whole.wasm\"\nfour = \"four.wat\"\n[exports]\n\"t:p/kv\" = \"four\"\n";
    std::fs::write(directory.join("weld.toml"), manifest).unwrap();
    std::fs::write(directory.join("four.wat"), store("", "u32", "i32.const 4")).unwrap();
    succeeds(weld(directory).arg("build"));
    for name in ["whole/kv", "kv"] {
        let swap = format!("{name}=seven.wat");
        succeeds(weld(directory).args(["swap", "outer.wasm", &swap, "-o", "swapped.wasm"]));
        assert_eq!(call(&read("swapped.wasm"), "run"), 70, "{name}");
        // The outer composition was made of another `whole` now.
        let inspected = inspected(directory, "swapped.wasm");
        let whole = inspected["components"].as_array().unwrap().iter().find(|it| it["name"] == "whole").unwrap();
        let made_of = inspected["provenance"]["components"].as_array().unwrap();
        assert!(made_of.iter().any(|it| it["name"] == "whole" && it["sha256"] == whole["sha256"]), "{made_of:?}");
    }
}

#[test]
fn swap_of_each_component_with_itself_changes_nothing() {
    let counts = compositions::all().into_iter().map(|(name, bytes)| compositions::swapped_with_itself(&name, &bytes));
    let (swapped, nested) = counts.fold((0, 0), |(all, inner), (more, within)| (all + more, inner + within));
    assert!(swapped > 30 && nested > 0, "{swapped} {nested}");
}

#[test]
fn swap_takes_components_of_compatible_versions() {
    // With a resource type and a record that an export uses of another interface, and of an import.
    let part = |[log, kv]: [&str; 2], more: &str, number: u32| {
        format!(
            r#"(component
              (import "t:p/log@{log}" (instance $log (export "line" (type (sub resource))) {more}
                (export "write" (func (result u32)))))
              (core func $write (canon lower (func $log "write")))
              (type $item' (resource (rep i32)))
              (core func $new (canon resource.new $item'))
              (core module $m (import "" "write" (func $write (result i32))) (import "" "new" (func $new (param i32) (result i32)))
                (func (export "get") (param i32) (result i32) (i32.add (call $write) (i32.const {number})))
                (func (export "make") (result i32) (call $new (i32.const 1))))
              (core instance $c (instantiate $m (with "" (instance (export "write" (func $write)) (export "new" (func $new))))))
              (component $types (import "r" (type $r (sub resource))) (export "item" (type $r)))
              (instance $t (instantiate $types (with "r" (type $item'))))
              (export $types' "t:p/types@{kv}" (instance $t))
              (alias export $types' "item" (type $item))
              (func $make (result (own $item)) (canon lift (core func $c "make")))
              (func $get (param "x" (borrow $item)) (result u32) (canon lift (core func $c "get")))
              (component $kv (import "r" (type $r (sub resource))) (import "m" (func $m (result (own $r))))
                (import "g" (func $g (param "x" (borrow $r)) (result u32)))
                (export $e "item" (type $r)) (export "make" (func $m) (func (result (own $e))))
                (export "get" (func $g) (func (param "x" (borrow $e)) (result u32))))
              (instance $i (instantiate $kv (with "r" (type $item)) (with "m" (func $make)) (with "g" (func $get))))
              (export "t:p/kv@{kv}" (instance $i)))"#
        )
    };
    let app = r#"(component
      (import "t:p/types@1.0.0" (instance $t (export "item" (type (sub resource)))))
      (alias export $t "item" (type $item))
      (import "t:p/kv@1.0.0" (instance $kv (alias outer 1 $item (type $of)) (export "item" (type $i (eq $of)))
        (export "make" (func (result (own $i)))) (export "get" (func (param "x" (borrow $i)) (result u32)))))
      (core func $make (canon lower (func $kv "make"))) (core func $get (canon lower (func $kv "get")))
      (core module $m (import "" "make" (func $make (result i32))) (import "" "get" (func $get (param i32) (result i32)))
        (func (export "run") (result i32) (call $get (call $make))))
      (core instance $c (instantiate $m (with "" (instance (export "make" (func $make)) (export "get" (func $get))))))
      (func (export "run") (result u32) (canon lift (core func $c "run"))))"#;
    let log = r#"(component (type $line (resource (rep i32)))
      (core module $m (func (export "write") (result i32) (i32.const 100)))
      (core instance $c (instantiate $m))
      (func $write (result u32) (canon lift (core func $c "write")))
      (component $i (import "r" (type $r (sub resource))) (import "w" (func $w (result u32)))
        (export "line" (type $r)) (export "write" (func $w)))
      (instance $i (instantiate $i (with "r" (type $line)) (with "w" (func $write))))
      (export "t:p/log@0.2.3" (instance $i)))"#;
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let write = |name: &str, text: &str| std::fs::write(directory.join(name), text).unwrap();
    write("app.wat", app);
    write("log.wat", log);
    write("kv.wat", &part(["0.2.3", "1.0.0"], "", 1));
    write("newer.wat", &part(["0.2.12", "1.4.0"], "", 2));
    write("older.wat", &part(["0.2.0", "1.0.0"], "", 3));
    write("greedy.wat", &part(["0.2.12", "1.4.0"], r#"(export "more" (func))"#, 4));
    write("major.wat", &part(["0.2.3", "2.0.0"], "", 5));
    succeeds(weld(directory).args(["plug", "app.wat", "--plug", "kv.wat", "--plug", "log.wat", "-o", "whole.wasm"]));
    let run = |file: &str| call(&std::fs::read(directory.join(file)).unwrap(), "run");
    assert_eq!(run("whole.wasm"), 101);
    for (file, number) in [("newer.wat", 102), ("older.wat", 103)] {
        let swap = format!("kv={file}");
        succeeds(weld(directory).args(["swap", "whole.wasm", &swap, "-o", "out.wasm"]));
        assert_eq!(run("out.wasm"), number, "{file}");
        let inputs = ["app.wat", "log.wat", file].map(|input| ["--input", input]).concat();
        succeeds(weld(directory).args(["verify", "out.wasm", "--allow-all"]).args(inputs));
        // And back again.
        succeeds(weld(directory).args(["swap", "out.wasm", "kv=kv.wat", "-o", "back.wasm"]));
        let read = |file: &str| std::fs::read(directory.join(file)).unwrap();
        assert!(read("back.wasm") == read("whole.wasm"), "{file}");
    }
    for (file, message) in [
        ("greedy.wat", "it imports `t:p/log@0.2.12` of another type"),
        ("major.wat", "it lacks the export `t:p/types@1.0.0`"),
    ] {
        let swap = format!("kv={file}");
        let said = fails(weld(directory).args(["swap", "whole.wasm", &swap, "-o", "none.wasm"]));
        assert!(said.contains(message), "{said}");
    }
}

/// A composition of an app and this component, the instance of which is `kv`.
fn around(part: &str, import: &str, given: &str) -> String {
    let app = APP.replace("t:p/kv", "t:p/kv@1.0.0").replacen("(component", "(component $app", 1);
    let part = part.replacen("(component", "(component $kv", 1);
    format!(
        r#"(component {import} {app} {part}
          (instance $kv (instantiate $kv {given}))
          (instance $app (instantiate $app (with "t:p/kv@1.0.0" (instance $kv "t:p/kv@1.0.0"))))
          (export "run" (func $app "run")))"#
    )
}

#[test]
fn swap_takes_the_highest_of_compatible_versions() {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(directory.path().join(name), text).unwrap();
    let old = store("", "u32", "i32.const 1").replace("t:p/kv", "t:p/kv@1.0.0");
    write("whole.wat", &around(&old, "", ""));
    let (low, high) = (("1.1.0", "$f"), ("1.10.0", "$g"));
    for [first, last] in [[low, high], [high, low]] {
        let both = format!(
            r#"(component
              (core module $m (func (export "f") (result i32) (i32.const 7)) (func (export "g") (result i32) (i32.const 9)))
              (core instance $c (instantiate $m))
              (func $f (result u32) (canon lift (core func $c "f"))) (func $g (result u32) (canon lift (core func $c "g")))
              (instance $a (export "get" (func {}))) (instance $b (export "get" (func {})))
              (export "t:p/kv@{}" (instance $a)) (export "t:p/kv@{}" (instance $b)))"#,
            first.1, last.1, first.0, last.0
        );
        write("both.wat", &both);
        succeeds(weld(directory.path()).args(["swap", "whole.wat", "kv=both.wat", "-o", "out.wasm"]));
        assert_eq!(call(&std::fs::read(directory.path().join("out.wasm")).unwrap(), "run"), 90);
    }
}

#[test]
fn swap_says_which_import_has_no_other_version() {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(directory.path().join(name), text).unwrap();
    let import = r#"(import "m" (core module $m))"#;
    let of = |version: &str| {
        store(import, "u32", "i32.const 1")
            .replace("(core module $m (func", "(core module $n (func")
            .replace("instantiate $m)", "instantiate $n)")
            .replace("t:p/kv", &format!("t:p/kv@{version}"))
    };
    write("whole.wat", &around(&of("1.0.0"), import, r#"(with "m" (core module $m))"#));
    write("new.wat", &of("1.1.0"));
    let said = fails(weld(directory.path()).args(["swap", "whole.wat", "kv=new.wat", "-o", "out.wasm"]));
    assert!(said.contains("cannot have the names of the old one: `m` is neither a type nor a function"), "{said}");
}

#[test]
fn swap_errors_name_the_mismatch() {
    let directory = composed();
    let directory = directory.path();
    succeeds(weld(directory).args(["virt", "kv.wat", "-o", "virt.wasm"]));
    for (file, swaps, message) in [
        ("whole.wasm", vec!["kw=seven.wat"], "`whole.wasm` has no component `kw` in it"),
        ("whole.wasm", vec!["kv=text.wat"], "it exports `t:p/kv` of another type\n"),
        ("whole.wasm", vec!["kv=empty.wat"], "it lacks the export `t:p/kv`"),
        ("whole.wasm", vec!["kv=greedy.wat"], "it imports `wasi:cli/exit@0.2.0`, which `kv` does not import"),
        ("whole.wasm", vec!["kv=seven.wat", "kv=kv.wat"], "would be replaced by two"),
        ("whole.wasm", vec!["kv=other.wat"], "with another `implements`, `external-id` or `version-suffix`"),
        ("whole.wasm", vec!["kv=inner.wat"], "with another `implements`, `external-id` or `version-suffix`"),
        ("whole.wasm", vec!["kv"], "write NAME=FILE"),
        ("virt.wasm", vec!["kv:adapter=seven.wat"], "`kv:adapter` is an adapter"),
    ] {
        let said = fails(weld(directory).args(["swap", file, "-o", "out.wasm"]).args(&swaps));
        assert!(said.contains(message), "{swaps:?}: {said}");
        assert!(!directory.join("out.wasm").exists());
    }
    let said = fails(weld(directory).args(["swap", "whole.wasm", "kv=seven.wat", "-o", "whole.wasm"]));
    assert!(said.contains("whole.wasm"), "{said}");
}

#[test]
fn swap_distinguishes_instances_by_name() {
    // The name section crosses them: what inspect calls `kv` is an instance of what is called `x`.
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let [one, two] = [1, 2].map(|number| store("", "u32", &format!("i32.const {number}")));
    let [kv, x] =
        [("kv", &one), ("x", &two)].map(|(name, text)| text.replacen("(component", &format!("(component ${name}"), 1));
    let whole = format!(
        r#"(component {kv} {x} (instance $a (instantiate $kv)) (instance $kv (instantiate $x))
          (export "run" (func $kv "t:p/kv" "get")))"#
    );
    std::fs::write(directory.join("whole.wat"), whole).unwrap();
    std::fs::write(directory.join("nine.wat"), store("", "u32", "i32.const 9")).unwrap();
    succeeds(weld(directory).args(["swap", "whole.wat", "kv=nine.wat", "-o", "out.wasm"]));
    assert_eq!(call(&std::fs::read(directory.join("out.wasm")).unwrap(), "run"), 9);
    succeeds(weld(directory).args(["swap", "whole.wat", "a=nine.wat", "-o", "out.wasm"]));
    assert_eq!(call(&std::fs::read(directory.join("out.wasm")).unwrap(), "run"), 2);
}

#[test]
fn swap_counts_instances_created_through_outer_aliases() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let store = |number: u32| store("", "u32", &format!("i32.const {number}"));
    let whole = format!(
        r#"(component {}
          (component $shop
            (component $inner (alias outer 2 $kv (component $k)) (instance $own (instantiate $k))
              (export "get" (func $own "t:p/kv" "get")))
            (instance $ml (instantiate $inner)) (export "get" (func $ml "get")))
          (instance $kv (instantiate $kv)) (instance $shop (instantiate $shop))
          (export "one" (func $kv "t:p/kv" "get")) (export "two" (func $shop "get")))"#,
        store(1).replacen("(component", "(component $kv", 1)
    );
    std::fs::write(directory.join("whole.wat"), whole).unwrap();
    std::fs::write(directory.join("nine.wat"), store(9)).unwrap();
    let swap = |names: &[&str]| {
        let mut command = weld(directory);
        command.args(["swap", "whole.wat", "-o", "out.wasm"]).args(names.iter().map(|name| format!("{name}=nine.wat")));
        command
    };
    for (name, other) in [("kv", "shop/ml/own"), ("shop/ml/own", "kv")] {
        let said = fails(&mut swap(&[name]));
        assert!(said.contains(&format!("`{other}` is an instance of the component of `{name}`")), "{said}");
        assert!(!directory.join("out.wasm").exists());
    }
    succeeds(&mut swap(&["kv", "shop/ml/own"]));
    let out = std::fs::read(directory.join("out.wasm")).unwrap();
    assert_eq!([call(&out, "one"), call(&out, "two")], [9, 9]);
}

#[test]
fn swap_and_split_errors_keep_the_names_of_strangers_in_one_line() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let line = "whole.wasm: verified: 1 input by digest; provenance agrees";
    let store = store("", "u32", "i32.const 7").replacen("(component", "(component $kv", 1);
    let text = format!(
        r#"(component {store}
          (instance (@name "kv\0a{line}\0ax") (instantiate $kv))
          (import "comp" (component $host)) (instance (@name "c\0a{line}\0ax") (instantiate $host)))"#
    );
    std::fs::write(directory.join("whole.wat"), text).unwrap();
    std::fs::write(directory.join("kv.wat"), &store).unwrap();
    for command in [
        &["swap", "whole.wat", "nosuch=kv.wat", "-o", "out.wasm"][..],
        &["split", "whole.wat", "-o", "parts"],
        &["splice", "whole.wat", "--at", "kv/f", "--insert", "kv.wat", "-o", "out.wasm"],
    ] {
        let output = weld(directory).args(command).output().unwrap();
        let said = String::from_utf8_lossy(&[output.stderr, output.stdout].concat()).into_owned();
        assert_eq!(output.status.code(), Some(2), "{command:?}: {said}");
        assert!(said.contains("\\u{a}"), "{command:?}: {said}");
        assert!(!said.lines().any(|of| of.trim() == line), "{command:?}: {said}");
    }
}
