//! `[chain]` in a manifest: components that stand between an import, or an export of the output, and what fills it.

use std::path::Path;

use crate::support::{call, fails, succeeds, weld};

const KV: &str = "t:p/kv@1.0.0";

/// Exports `get`, which gives a number.
fn store(number: u32) -> String {
    format!(
        r#"(component
          (core module $m (func (export "get") (result i32) (i32.const {number})))
          (core instance $c (instantiate $m))
          (func $f (result u32) (canon lift (core func $c "get")))
          (instance $i (export "get" (func $f)))
          (export "{KV}" (instance $i)))"#
    )
}

/// Appends to what the `get` that it imports gives the digit that is one more with each call of this very instance.
fn link(import: &str, export: &str, digit: u32) -> String {
    format!(
        r#"(component
          (import {import} (instance $kv (export "get" (func (result u32)))))
          (core func $get (canon lower (func $kv "get")))
          (core module $m
            (import "" "get" (func $get (result i32)))
            (global $digit (mut i32) (i32.const {digit}))
            (func (export "get") (result i32)
              (i32.add (i32.mul (call $get) (i32.const 10)) (global.get $digit))
              (global.set $digit (i32.add (global.get $digit) (i32.const 1)))))
          (core instance $c (instantiate $m (with "" (instance (export "get" (func $get))))))
          (func $f (result u32) (canon lift (core func $c "get")))
          (instance $i (export "get" (func $f)))
          (export {export} (instance $i)))"#
    )
}

/// Gives what the `get` of its import does, as `run`.
fn app(import: &str) -> String {
    format!(
        r#"(component
          (import {import} (instance $kv (export "get" (func (result u32)))))
          (export "run" (func $kv "get")))"#
    )
}

/// Gives `get` of its first import and a thousand times that of the second.
const TWO: &str = r#"(component
  (import "primary" (implements "t:p/kv@1.0.0") (instance $a (export "get" (func (result u32)))))
  (import "backup" (implements "t:p/kv@1.0.0") (instance $b (export "get" (func (result u32)))))
  (core func $f (canon lower (func $a "get")))
  (core func $g (canon lower (func $b "get")))
  (core module $m
    (import "" "f" (func $f (result i32))) (import "" "g" (func $g (result i32)))
    (func (export "run") (result i32) (i32.add (call $f) (i32.mul (i32.const 1000) (call $g)))))
  (core instance $c (instantiate $m (with "" (instance (export "f" (func $f)) (export "g" (func $g))))))
  (func (export "run") (result u32) (canon lift (core func $c "run"))))"#;

struct Composition(tempfile::TempDir);

impl Composition {
    /// `components` by name, of which the first is the root; `tables` follow `[components]`.
    fn new(components: &[(&str, &str)], tables: &str) -> Composition {
        let directory = tempfile::tempdir().unwrap();
        let mut manifest =
            format!("[composition]\nroot = \"{}\"\noutput = \"out.wasm\"\n[components]\n", components[0].0);
        for (name, text) in components {
            std::fs::write(directory.path().join(format!("{name}.wat")), text).unwrap();
            manifest += &format!("{name} = \"{name}.wat\"\n");
        }
        std::fs::write(directory.path().join("weld.toml"), manifest + tables).unwrap();
        Composition(directory)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Builds it, verifies it as somebody else would, and gives the output.
    fn build(&self) -> Vec<u8> {
        succeeds(weld(self.path()).arg("build"));
        succeeds(weld(self.path()).args(["verify", "out.wasm", "--manifest", "weld.toml"]));
        std::fs::read(self.path().join("out.wasm")).unwrap()
    }

    fn runs(&self) -> u32 {
        call(&self.build(), "run")
    }

    fn fails(&self) -> String {
        fails(weld(self.path()).arg("build"))
    }
}

#[test]
fn chain_calls_its_links_in_order_from_the_import() {
    let (app, kv) = (app(&quoted(KV)), store(1));
    let [cache, metrics] = [2, 3].map(|digit| link(&quoted(KV), &quoted(KV), digit));
    let components = [("app", &*app), ("kv", &kv), ("cache", &cache), ("metrics", &metrics)];
    for (chain, expected) in [("\"cache\"", 12), ("\"cache\", \"metrics\"", 132), ("\"metrics\", \"cache\"", 123)] {
        let unused = ["cache", "metrics"].into_iter().filter(|name| !chain.contains(name));
        let components: Vec<_> =
            components.iter().copied().filter(|(name, _)| !unused.clone().any(|no| no == *name)).collect();
        for edge in ["app/t:p/kv", "app/t:p/kv@1.0.0"] {
            let composition = Composition::new(&components, &format!("[chain]\n\"{edge}\" = [{chain}]\n"));
            assert_eq!(composition.runs(), expected, "{edge} = [{chain}]");
        }
    }
}

#[test]
fn chain_ends_at_the_export_of_its_wire() {
    let (app, link) = (app(&quoted(KV)), link(&quoted(KV), &quoted(KV), 5));
    let components = [("app", &*app), ("one", &store(1)), ("two", &store(2)), ("link", &link)];
    let wired = |name: &str| format!("[wire]\n\"app/t:p/kv\" = \"{name}\"\n[chain]\n\"app/t:p/kv\" = [\"link\"]\n");
    for (name, expected) in [("one", 15), ("two", 25)] {
        let components: Vec<_> =
            components.iter().copied().filter(|(of, _)| [name, "app", "link"].contains(of)).collect();
        assert_eq!(Composition::new(&components, &wired(name)).runs(), expected);
    }
    // Left to the host, it is the last link's.
    let host = Composition::new(&[components[0], components[3]], &wired("host"));
    let output = weld::inspect(host.build()).unwrap();
    assert_eq!(output.imports().collect::<Vec<_>>(), [KV]);
}

#[test]
fn chain_instantiates_a_component_once_for_each_position() {
    let (kv, link) = (store(1), link(&quoted(KV), &quoted(KV), 5));
    let components = [("app", TWO), ("kv", &*kv), ("link", &link)];
    let chains = |first: &str, second: &str| {
        let chains = format!("[chain]\n\"app/primary\" = [{first}]\n\"app/backup\" = [{second}]\n");
        Composition::new(&components, &chains).runs()
    };
    assert_eq!(chains("\"link\"", "\"link\""), 15_015);
    assert_eq!(chains("\"link\", \"link\"", "\"link\""), 15_155);
    // The calls of both are those of one instance where the manifest says so.
    assert_eq!(chains("\"link#1\"", "\"link#1\""), 16_015);
}

#[test]
fn chain_accepts_compatible_versions_and_labels() {
    let labelled = r#""inner" (implements "t:p/kv@1.0.0")"#;
    for (import, export) in [("t:p/kv@1.3.0", "t:p/kv@1.2.0"), (labelled, KV), (KV, labelled)] {
        let name = |name: &str| if name.contains('"') { name.to_owned() } else { quoted(name) };
        let (app, kv, link) = (app(&quoted(KV)), store(1), link(&name(import), &name(export), 7));
        let components = [("app", &*app), ("kv", &kv), ("link", &link)];
        let composition = Composition::new(&components, "[chain]\n\"app/t:p/kv\" = [\"link\"]\n");
        assert_eq!(composition.runs(), 17, "{import}, {export}");
    }
}

#[test]
fn chain_precedes_an_export_of_the_output() {
    let (kv, link) = (store(4), link(&quoted(KV), &quoted(KV), 2));
    let components = [("kv", &*kv), ("link", &link)];
    for edge in ["export t:p/kv", "export t:p/kv@1.0.0"] {
        let composition = Composition::new(&components, &format!("[chain]\n\"{edge}\" = [\"link\", \"link\"]\n"));
        let output = composition.build();
        // The output has an instance as its export: something that has it as an import runs it.
        std::fs::write(composition.path().join("inner.wasm"), output).unwrap();
        std::fs::write(composition.path().join("app.wat"), app(&quoted(KV))).unwrap();
        succeeds(weld(composition.path()).args(["plug", "app.wat", "--plug", "inner.wasm", "-o", "whole.wasm"]));
        assert_eq!(call(&std::fs::read(composition.path().join("whole.wasm")).unwrap(), "run"), 422);
    }
}

#[test]
fn verify_finds_a_missing_link_of_a_chain() {
    let (app, kv, link) = (app(&quoted(KV)), store(1), link(&quoted(KV), &quoted(KV), 5));
    let components = [("app", &*app), ("kv", &kv), ("link", &link)];
    let composition = Composition::new(&components, "[chain]\n\"app/t:p/kv\" = [\"link\", \"link\"]\n");
    let text = std::fs::read_to_string(composition.path().join("weld.toml")).unwrap();
    let shorter = text.replace("[\"link\", \"link\"]", "[\"link\"]");
    std::fs::write(composition.path().join("shorter.toml"), shorter).unwrap();
    succeeds(weld(composition.path()).args(["build", "shorter.toml"]));
    let verify = ["verify", "out.wasm", "--manifest", "weld.toml"];
    let output = weld(composition.path()).args(verify).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    succeeds(weld(composition.path()).args(["verify", "out.wasm", "--manifest", "shorter.toml"]));
}

#[test]
fn chain_errors_name_the_edge_or_the_link() {
    let (app, kv, link) = (app(&quoted(KV)), store(1), link(&quoted(KV), &quoted(KV), 5));
    let components = [("app", &*app), ("kv", &kv), ("link", &link)];
    for (chain, message) in [
        (r#""app/t:p/kv" = []"#, "the chain at `app/t:p/kv` has no links"),
        (r#""app/t:p/kw" = ["link"]"#, "`app` does not import `t:p/kw`"),
        (r#""export walk" = ["link"]"#, "the output exports no `walk` at which a chain could be"),
        (r#""export run" = ["link"]"#, "`link` stands in a chain at `run`, and does not import that"),
        (r#""app/t:p/kv" = ["kv"]"#, "`kv` stands in a chain at `t:p/kv@1.0.0`, and does not import that"),
        (r#""app/t:p/kv" = ["link/t:p/kv"]"#, "`link/t:p/kv` is not a link of a chain"),
        (r#""app/t:p/kv" = ["links"]"#, "there is no component `links`"),
        (r#""app" = ["link"]"#, "`app` does not name an import"),
        ("\"app/t:p/kv\" = [\"link\"]\n\"app/t:p/kv@1.0.0\" = [\"link\"]", "has two chains"),
        (r#""app/t:p/kv" = "link""#, "an array of strings"),
    ] {
        let said = Composition::new(&components, &format!("[chain]\n{chain}\n")).fails();
        assert!(said.contains(message), "{chain}: {said}");
    }
    let document = "[composition]\nwac = \"a.wac\"\noutput = \"o.wasm\"\n[components]\na = \"app.wat\"\n[chain]\n\"a/x\" = [\"a\"]\n";
    let composition = Composition::new(&components, "");
    std::fs::write(composition.path().join("weld.toml"), document).unwrap();
    let said = composition.fails();
    assert!(said.contains("[chain]"), "{said}");
}

fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

#[test]
fn chain_at_an_export_of_several_versions_is_ambiguous() {
    let of = |version: &str| {
        format!(r#"(instance $i{0} (export "get" (func $f))) (export "t:p/kv@{0}.0.0" (instance $i{0}))"#, version)
    };
    let root = format!(
        r#"(component (core module $m (func (export "get") (result i32) (i32.const 1))) (core instance $c (instantiate $m))
          (func $f (result u32) (canon lift (core func $c "get"))) {} {})"#,
        of("1"),
        of("2")
    );
    let link = link(&quoted(KV), &quoted(KV), 2);
    let components = [("root", &*root), ("link", &link)];
    let said = Composition::new(&components, "[chain]\n\"export t:p/kv\" = [\"link\"]\n").fails();
    assert!(said.contains("the output exports `t:p/kv` by several names"), "{said}");
    Composition::new(&components, "[chain]\n\"export t:p/kv@1.0.0\" = [\"link\"]\n").build();
}
