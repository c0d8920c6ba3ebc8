//! Compositions of more instances than one component may hold: groups of them are nested, which nobody sees.

use std::fmt::Write as _;
use std::path::Path;

use wasmtime::Store;
use wasmtime::component::{Linker, Val};

use crate::support::{compiled, engine, fails, succeeds, validate, weld};

/// How many links a chain has, each with an instance and an export that is one: one component may have 1,000 of these.
const LINKS: usize = 700;

/// A resource type, whose `make` adds what the host ticks.
const TYPES: &str = r#"(component
  (import "h:h/host@1.0.0" (instance $h (export "tick" (func (result u32)))))
  (core module $d (func (export "drop") (param i32)))
  (core instance $d (instantiate $d))
  (type $r (resource (rep i32) (dtor (func $d "drop"))))
  (core func $new (canon resource.new $r))
  (core func $tick (canon lower (func $h "tick")))
  (core module $m
    (import "" "new" (func $new (param i32) (result i32)))
    (import "" "tick" (func $tick (result i32)))
    (func (export "get") (param i32) (result i32) (local.get 0))
    (func (export "make") (param i32) (result i32) (call $new (i32.add (local.get 0) (call $tick)))))
  (core instance $i (instantiate $m (with "" (instance (export "new" (func $new)) (export "tick" (func $tick))))))
  (func $get (param "self" (borrow $r)) (result u32) (canon lift (core func $i "get")))
  (func $make (param "v" u32) (result (own $r)) (canon lift (core func $i "make")))
  (component $named
    (import "r" (type $r (sub resource)))
    (import "get" (func $get (param "self" (borrow $r)) (result u32)))
    (import "make" (func $make (param "v" u32) (result (own $r))))
    (export $own "r" (type $r))
    (export "[method]r.get" (func $get) (func (param "self" (borrow $own)) (result u32)))
    (export "[static]r.make" (func $make) (func (param "v" u32) (result (own $own))))
    (type $rec (record (field "v" u32)))
    (export "rec" (type $rec)))
  (instance $e (instantiate $named (with "r" (type $r)) (with "get" (func $get)) (with "make" (func $make))))
  (export "t:p/types@1.0.0" (instance $e)))"#;

/// A component with the types, which gives a resource of what it is given and of what the host ticks. `next` is an import.
fn link(types: &str, next: &str) -> String {
    format!(
        r#"(component
  (import "t:p/types@1.0.0" (instance $t
    (export "r" (type $own (sub resource))) (type $rc (record (field "v" u32))) (export "rec" (type (eq $rc))) {types}))
  (alias export $t "r" (type $r)) (alias export $t "rec" (type $rec))
  (import "h:h/host@1.0.0" (instance $h (export "tick" (func (result u32)))))
  {next}
  (core func $tick (canon lower (func $h "tick")))
  (core module $m (import "" "f" (func $f (param i32) (result i32))) (import "" "tick" (func $tick (result i32)))
    (func (export "f") (param i32) (result i32) (call $f (i32.add (call $tick) (local.get 0)))))
  (core instance $i (instantiate $m (with "" (instance (export "f" (func $f)) (export "tick" (func $tick))))))
  (func $g (param "a" $rec) (result (own $r)) (canon lift (core func $i "f")))
  (component $named
    (import "r" (type $r (sub resource)))
    (type $rc (record (field "v" u32)))
    (import "rec" (type $rec (eq $rc)))
    (import "f" (func $f (param "a" $rec) (result (own $r))))
    (export $own "r" (type $r)) (export $rc2 "rec" (type $rec))
    (export "f" (func $f) (func (param "a" $rc2) (result (own $own)))))
  (instance $e (instantiate $named (with "r" (type $r)) (with "rec" (type $rec)) (with "f" (func $g))))
  (export "t:p/it@1.0.0" (instance $e)))"#
    )
}

/// What fills `next`: an interface that uses the types of another.
const NEXT: &str = r#"(import "t:p/next@1.0.0" (instance $n
    (export "r" (type $r2 (eq $r))) (export "rec" (type $rec2 (eq $rec))) (export "f" (func (param "a" $rec2) (result (own $r2))))))
  (core func $f (canon lower (func $n "f")))"#;

const ROOT: &str = r#"(component
  (import "t:p/types@1.0.0" (instance $t
    (export "r" (type $own (sub resource))) (type $rc (record (field "v" u32))) (export "rec" (type (eq $rc)))
    (export "[method]r.get" (func (param "self" (borrow $own)) (result u32)))))
  (alias export $t "r" (type $r)) (alias export $t "rec" (type $rec))
  NEXT
  (core func $get (canon lower (func $t "[method]r.get")))
  (core module $m (import "" "f" (func $f (param i32) (result i32))) (import "" "get" (func $get (param i32) (result i32)))
    (func (export "run") (result i32) (call $get (call $f (i32.const 7)))))
  (core instance $i (instantiate $m (with "" (instance (export "f" (func $f)) (export "get" (func $get))))))
  (func (export "run") (result u32) (canon lift (core func $i "run"))))"#;

/// Writes the chain and its manifest, and returns the text of that.
fn write(directory: &Path) -> String {
    let end = "(core func $f (canon lower (func $t \"[static]r.make\")))";
    let make = "(export \"[static]r.make\" (func (param \"v\" u32) (result (own $own))))";
    let root = ROOT.replace("NEXT", NEXT);
    let files = [("root", &*root), ("types", TYPES), ("end", &link(make, end)), ("link", &link("", NEXT))];
    for (name, text) in files {
        std::fs::write(directory.join(format!("{name}.wat")), text).unwrap();
    }
    let mut manifest = "[composition]\nroot = \"root\"\noutput = \"out.wasm\"\n[components]\n".to_owned();
    ["root", "types", "end"].iter().for_each(|name| _ = writeln!(manifest, "{name} = \"{name}.wat\""));
    (0..LINKS).for_each(|number| _ = writeln!(manifest, "c{number} = \"link.wat\""));
    manifest += "[wire]\n\"root/t:p/next@1.0.0\" = \"c0/t:p/it@1.0.0\"\n";
    for number in 0..LINKS {
        let next = if number + 1 < LINKS { format!("c{}", number + 1) } else { "end".to_owned() };
        _ = writeln!(manifest, "\"c{number}/t:p/next@1.0.0\" = \"{next}/t:p/it@1.0.0\"");
    }
    std::fs::write(directory.join("weld.toml"), &manifest).unwrap();
    manifest
}

/// What `run` gives where the host ticks by one.
fn run(component: &[u8]) -> u32 {
    let (engine, component) = (engine(), compiled(component));
    let mut linker = Linker::<()>::new(&engine);
    linker.instance("h:h/host@1.0.0").unwrap().func_wrap("tick", |_, (): ()| Ok((1u32,))).unwrap();
    let mut store = Store::new(&engine, ());
    let instance = linker.instantiate(&mut store, &component).unwrap();
    let function = instance.get_typed_func::<(), (u32,)>(&mut store, "run").unwrap();
    function.call(&mut store, ()).unwrap().0
}

fn said(directory: &Path, arguments: &[&str]) -> String {
    String::from_utf8(succeeds(weld(directory).args(arguments)).stdout).unwrap()
}

#[test]
fn groups_hold_a_chain_that_one_component_may_not() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let manifest = write(directory);
    // Two links have nothing of the host's.
    let denied = |name: &str| format!("[virtualize.{name}]\ndefault = \"allow\"\n\"h:h/host\" = \"ignore\"\n");
    std::fs::write(directory.join("weld.toml"), manifest + &denied("c3") + &denied("c500")).unwrap();
    let build = |threads: &str| {
        succeeds(weld(directory).args(["build"]).env("RAYON_NUM_THREADS", threads));
        std::fs::read(directory.join("out.wasm")).unwrap()
    };
    let bytes = build("1");
    assert_eq!(build("3"), bytes);
    validate(&bytes);
    // What it begins with, a tick of each link but two, of the end and of the types.
    assert_eq!(run(&bytes), 7 + (LINKS as u32 - 2) + 2);
    let names = wasmparser::Parser::new(0).parse_all(&bytes).filter_map(Result::ok);
    let components = names.filter(|payload| matches!(payload, wasmparser::Payload::ComponentSection { .. })).count();
    assert!(components < 40, "each component is in each group once: {components}");

    // What it is made of, as if it were in no groups.
    let inspected: serde_json::Value =
        serde_json::from_str(&said(directory, &["inspect", "out.wasm", "--json"])).unwrap();
    let instances = inspected["instances"].as_array().unwrap();
    let of = |name: &str| instances.iter().position(|of| of["path"] == name).unwrap_or_else(|| panic!("{name}"));
    let wire = |name: &str, import: &str| {
        let wires = instances[of(name)]["imports"].as_array().unwrap();
        wires.iter().find(|wire| wire["name"] == import).unwrap()["from"].clone()
    };
    for number in 0..LINKS - 1 {
        let from = wire(&format!("c{number}"), "t:p/next@1.0.0");
        assert_eq!(from["instance"], of(&format!("c{}", number + 1)), "{number}");
        assert_eq!(instances[of(&format!("c{number}"))]["within"], 0);
    }
    assert_eq!(wire("c699", "h:h/host@1.0.0")["is"], "import");
    assert_eq!(wire("c500", "h:h/host@1.0.0")["instance"], of("c500:adapter"));
    assert_eq!(instances[0]["exports"][0]["from"]["instance"], of("root"));
    for arguments in [&["inspect", "out.wasm"][..], &["snapshot", "out.wasm"], &["explain", "out.wasm", "h:h/host"]] {
        let said = said(directory, arguments);
        assert!(said.contains("c600") && !said.contains("group"), "{arguments:?}");
    }
    let verified = succeeds(weld(directory).args(["verify", "out.wasm", "--manifest", "weld.toml"])).stderr;
    let verified = String::from_utf8(verified).unwrap();
    assert!(verified.contains("703 instances") && !verified.contains("neither inputs nor adapters"), "{verified}");
    std::fs::write(
        directory.join("policy.toml"),
        "[[rule]]\ncomponent = \"c650\"\ndeny = [\"h:h/host\"]\n[[rule]]\nallow = [\"h:h/host\"]\n",
    )
    .unwrap();
    let refused = weld(directory).args(["check", "out.wasm", "--policy", "policy.toml"]).output().unwrap();
    let refused = String::from_utf8(refused.stdout).unwrap();
    assert!(refused.contains("`c650`") && !refused.contains("`c651`"), "{refused}");

    // Taken apart, and composed again.
    succeeds(weld(directory).args(["split", "out.wasm", "-o", "parts"]));
    succeeds(weld(directory).args(["build", "parts/weld.toml"]));
    let snapshot = |file: &str| said(directory, &["snapshot", file]);
    assert_eq!(snapshot("out.wasm"), snapshot("parts/build/out.wasm"));
}

/// What is in a component of somebody's has no name that the policy could mean, whatever that component is called.
#[test]
fn groups_are_no_component_that_somebody_gave() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let app = r#"(component (import "f" (func $f)) (export "run" (func $f)))"#;
    let plug = r#"(component
      (import "wasi:random/random@0.2.0" (instance $r (export "get-random-u64" (func (result u64)))))
      (component $trusted
        (import "wasi:random/random@0.2.0" (instance $r (export "get-random-u64" (func (result u64)))))
        (core func $f (canon lower (func $r "get-random-u64")))
        (core module $m (import "" "f" (func $f (result i64))) (func (export "f") (drop (call $f))))
        (core instance $x (instantiate $m (with "" (instance (export "f" (func $f))))))
        (func (export "f") (canon lift (core func $x "f"))))
      (instance $trusted (instantiate $trusted (with "wasi:random/random@0.2.0" (instance $r))))
      (export "f" (func $trusted "f")))"#;
    std::fs::write(directory.join("app.wat"), app).unwrap();
    std::fs::write(directory.join("policy.toml"), "rule = [{ component = 'trusted', allow = ['random'] }]").unwrap();
    for name in [":group-1", "group-1", "plug"] {
        let file = format!("./{name}.wat");
        std::fs::write(directory.join(&file), plug).unwrap();
        succeeds(weld(directory).args(["plug", "app.wat", "--plug", &file, "-o", "out.wasm"]));
        let said = weld(directory).args(["check", "out.wasm", "--policy", "policy.toml"]).output().unwrap();
        let said = String::from_utf8(said.stdout).unwrap();
        assert!(
            said.contains(&format!("`{name}/trusted` reaches `wasi:random/random@0.2.0#get-random-u64`")),
            "{said}"
        );
    }
    // A name that begins as that of a group is none of a component.
    let named = weld::Composer::new().component("/group-1", weld::Input::bytes(plug));
    assert!(named.compose().unwrap_err().to_string().contains("cannot be called"));
}

#[test]
fn groups_are_verified_wire_by_wire() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    // In the place of one link is another one, which ticks in vain.
    let manifest = write(directory);
    let text = link("", NEXT).replace("(call $tick)", "(drop (call $tick)) (call $tick)");
    std::fs::write(directory.join("other.wat"), text).unwrap();
    let with = |number: usize| {
        let manifest = manifest.replace(&format!("\nc{number} = \"link"), &format!("\nc{number} = \"other"));
        std::fs::write(directory.join("weld.toml"), manifest).unwrap();
    };
    with(620);
    succeeds(weld(directory).arg("build"));
    let verify = ["verify", "out.wasm", "--manifest", "weld.toml"];
    succeeds(weld(directory).args(verify));
    with(621);
    let found = fails(weld(directory).args(verify));
    assert!(found.contains("c62"), "{found}");
}

#[test]
fn groups_hold_a_thousand_components_of_functions_and_of_what_they_need() {
    const LEAVES: usize = 1_100;
    let leaf = |number: usize| {
        format!(
            r#"(component (core module $m (func (export "f") (result i32) (i32.const {number})))
              (core instance $i (instantiate $m)) (func (export "f{number}") (result u32) (canon lift (core func $i "f"))))"#
        )
    };
    let each = |text: &dyn Fn(usize) -> String| (0..LEAVES).map(text).collect::<String>();
    let root = format!(
        r#"(component {} (core module $m {} (func (export "run") (result i32) (i32.const 0) {}))
          (core instance $i (instantiate $m (with "" (instance {}))))
          (func (export "run") (result u32) (canon lift (core func $i "run"))))"#,
        each(&|n| format!("(import \"f{n}\" (func $f{n} (result u32))) (core func $l{n} (canon lower (func $f{n})))")),
        each(&|n| format!("(import \"\" \"f{n}\" (func $f{n} (result i32)))")),
        each(&|n| format!("(call $f{n}) (i32.add)")),
        each(&|n| format!("(export \"f{n}\" (func $l{n}))")),
    );
    let mut composer = weld::Composer::new().component("root", weld::Input::bytes(root));
    for number in 0..LEAVES {
        composer = composer.component(format!("c{number}"), weld::Input::bytes(leaf(number)));
    }
    let composition = composer.compose().unwrap();
    let component = compiled(composition.bytes());
    let mut store = Store::new(&engine(), ());
    let instance = Linker::<()>::new(&engine()).instantiate(&mut store, &component).unwrap();
    let mut result = [Val::U32(0)];
    instance.get_func(&mut store, "run").unwrap().call(&mut store, &[], &mut result).unwrap();
    assert_eq!(result, [Val::U32((0..LEAVES as u32).sum())]);
}
