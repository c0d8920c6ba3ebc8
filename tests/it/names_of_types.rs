//! Types keep a name in what is composed: exports are ascribed those that the output has, and come in an order that they
//! can be in.

use std::collections::BTreeSet;
use std::path::Path;

use crate::support::{self, call, compose_wat, engine, fails, names, succeeds, weld, wit};
use wasmparser::{Validator, WasmFeatures};
use wasmtime::Store;
use wasmtime::component::{Component, Linker, Val};
use wit_component::{ComponentEncoder, StringEncoding, dummy_module, embed_component_metadata};
use wit_parser::{LiftLowerAbi, ManglingAndAbi, Resolve};

/// Types that stay imported.
const MONEY: &str = r#"(import "shop:till/money@1.0.0" (instance $money
    (type $b (record (field "cents" u32)))
    (export "amount" (type (eq $b)))))
  (alias export $money "amount" (type $amount))"#;

/// Has an interface with a function and with types that are made of [`MONEY`].
fn purse() -> String {
    format!(
        r#"(component
          {MONEY}
          (core module $m (func (export "add") (param i32) (result i32) (i32.add (local.get 0) (i32.const 40))))
          (core instance $m (instantiate $m))
          (func $add (param "to" u32) (result u32) (canon lift (core func $m "add")))
          (component $c
            (type $b (record (field "cents" u32)))
            (import "amount" (type $amount (eq $b)))
            (import "add" (func $add (param "to" u32) (result u32)))
            (type $w (variant (case "coins" $amount) (case "notes" $amount)))
            (export "wallet" (type $w))
            (export "add" (func $add)))
          (instance $purse (instantiate $c (with "amount" (type $amount)) (with "add" (func $add))))
          (export "shop:till/purse@1.0.0" (instance $purse)))"#
    )
}

/// What imports the interface of [`purse`].
const PURSE: &str = r#"(import "shop:till/purse@1.0.0" (instance $purse
    (alias outer 1 $amount (type $a))
    (type $w (variant (case "coins" $a) (case "notes" $a)))
    (export "wallet" (type (eq $w)))
    (export "add" (func (param "to" u32) (result u32)))))
  (alias export $purse "wallet" (type $wallet))"#;

/// Exports an interface that takes a wallet, and adds what is in it.
fn counter() -> String {
    format!(
        r#"(component
          {MONEY} {PURSE}
          (core func $add (canon lower (func $purse "add")))
          (core module $m
            (import "" "add" (func $add (param i32) (result i32)))
            (func (export "count") (param i32 i32) (result i32) (call $add (local.get 1))))
          (core instance $m (instantiate $m (with "" (instance (export "add" (func $add))))))
          (func $count (param "of" $wallet) (result u32) (canon lift (core func $m "count")))
          (instance $counter (export "wallet" (type $wallet)) (export "count" (func $count)))
          (export "shop:till/counter@1.0.0" (instance $counter)))"#
    )
}

/// Counts a wallet with two cents in it.
const CUSTOMER: &str = r#"(component
  (type $b (record (field "cents" u32)))
  (import "amount" (type $amount (eq $b)))
  (import "shop:till/counter@1.0.0" (instance $counter
    (alias outer 1 $amount (type $a))
    (type $w (variant (case "coins" $a) (case "notes" $a)))
    (export "wallet" (type $wallet (eq $w)))
    (export "count" (func (param "of" $wallet) (result u32)))))
  (core func $count (canon lower (func $counter "count")))
  (core module $m
    (import "" "count" (func $count (param i32 i32) (result i32)))
    (func (export "run") (result i32) (call $count (i32.const 1) (i32.const 2))))
  (core instance $m (instantiate $m (with "" (instance (export "count" (func $count))))))
  (func (export "run") (result u32) (canon lift (core func $m "run"))))"#;

/// Checks that hosts which know nothing but WASI 0.2 take a component.
#[track_caller]
fn assert_plain(component: &[u8]) {
    Validator::new_with_features(WasmFeatures::default()).validate_all(component).unwrap();
    Validator::new_with_features(WasmFeatures::all()).validate_all(component).unwrap();
}

fn of_wit(wit: &str, world: &str) -> Vec<u8> {
    let mut resolve = Resolve::default();
    let package = resolve.push_str("test.wit", wit).unwrap();
    let world = resolve.select_world(&[package], Some(world)).unwrap();
    let mut module = dummy_module(&resolve, world, ManglingAndAbi::Legacy(LiftLowerAbi::Sync));
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default().module(&module).unwrap().encode().unwrap()
}

fn write(directory: &Path, name: &str, content: impl AsRef<[u8]>) {
    std::fs::write(directory.join(name), content).unwrap();
}

#[test]
fn plug_ascribes_exports_with_types_of_a_plug() {
    let till = compose_wat(&[&counter(), &purse()]).unwrap();
    assert_plain(&till);
    // The export has the wallet of the purse, which consists of money. So the purse gives its name, and nothing else.
    assert_eq!(names(&till).0, ["shop:till/money@1.0.0", "shop:till/purse@1.0.0"]);
    assert_eq!(names(&till).1, ["shop:till/counter@1.0.0"]);
    assert_eq!(support::imported_functions(&till), []);
    let all = compose_wat(&[CUSTOMER, &weld::print(&till).unwrap()]).unwrap();
    assert_eq!(call(&all, "run"), 42);
}

#[test]
fn virt_imports_the_interface_of_a_type_that_an_exported_instance_has_unchanged() {
    let directory = tempfile::tempdir().unwrap();
    write(directory.path(), "counter.wat", counter());
    succeeds(weld(directory.path()).args(["virt", "counter.wat", "-o", "out.wasm"]));
    let output = std::fs::read(directory.path().join("out.wasm")).unwrap();
    assert_plain(&output);
    assert_eq!(names(&output).0, ["shop:till/money@1.0.0", "shop:till/purse@1.0.0"]);
    assert_eq!(support::imported_functions(&output), []);
}

#[test]
fn plug_leaves_types_to_the_host_without_another_exportable_name() {
    let types = r#"(component
      (component $c (type $b (record (field "cents" u32))) (export "amount" (type $b)))
      (instance $money (instantiate $c))
      (export "shop:till/money@1.0.0" (instance $money)))"#;
    let till = compose_wat(&[&counter(), &purse(), types]).unwrap();
    assert_plain(&till);
    assert_eq!(names(&till).0, ["shop:till/money@1.0.0", "shop:till/purse@1.0.0"]);
    let all = compose_wat(&[CUSTOMER, &weld::print(&till).unwrap()]).unwrap();
    assert_eq!(call(&all, "run"), 42);
}

#[test]
fn plug_omits_a_plug_used_only_for_types_that_stay_with_the_host() {
    // A function that stays with the host takes them, so that they do too.
    let till = r#"(component
      (import "shop:till/money@1.0.0" (instance $money
        (type $b (record (field "cents" u32))) (export "amount" (type (eq $b)))))
      (alias export $money "amount" (type $amount))
      (import "pay" (func (param "amount" $amount))))"#;
    // What it imports would be an import of the output, for nobody.
    let types = r#"(component
      (import "log" (func))
      (component $c (type $b (record (field "cents" u32))) (export "amount" (type $b)))
      (instance $money (instantiate $c))
      (export "shop:till/money@1.0.0" (instance $money)))"#;
    let logger = r#"(component
      (import "wasi:sockets/tcp-create-socket@0.2.0" (instance (export "create-tcp-socket" (func))))
      (core module $m (func (export "log"))) (core instance $i (instantiate $m))
      (func (export "log") (canon lift (core func $i "log"))))"#;
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in [("till.wat", till), ("types.wat", types), ("logger.wat", logger)] {
        write(directory.path(), name, text);
    }
    let plugs = ["plug", "till.wat", "--plug", "types.wat", "--plug", "logger.wat", "-o", "out.wasm"];
    let said = String::from_utf8(succeeds(weld(directory.path()).args(plugs)).stderr).unwrap();
    for name in ["types", "logger"] {
        assert!(said.contains(&format!("no export of `{name}` is used; the component was left out")), "{said}");
    }
    let output = std::fs::read(directory.path().join("out.wasm")).unwrap();
    assert_eq!(names(&output).0, ["shop:till/money@1.0.0", "pay"]);
}

/// Has a world's own types: a record of an enumeration, and functions that take or give them.
const OWN_TYPES: &str = r#"(component
  (core module $m
    (func (export "which") (param i32) (result i32) (local.get 0))
    (func (export "number") (result i32) (i32.const 42)))
  (core instance $m (instantiate $m))
  (type $s (enum "ebb" "flood"))
  (export $state "state" (type $s))
  (type $t (record (field "state" $state)))
  (export $tide "tide" (type $t))
  (func (export "which") (param "of" $tide) (result $state) (canon lift (core func $m "which")))
  (func (export "number") (result u32) (canon lift (core func $m "number"))))"#;

#[test]
fn virt_keeps_exported_types_and_functions_that_use_them() {
    let directory = tempfile::tempdir().unwrap();
    write(directory.path(), "tide.wat", OWN_TYPES);
    for flags in [&["--allow-all"][..], &[]] {
        succeeds(weld(directory.path()).args(["virt", "tide.wat", "-o", "out.wasm"]).args(flags));
        let output = std::fs::read(directory.path().join("out.wasm")).unwrap();
        assert_plain(&output);
        assert_eq!(names(&output).1, ["state", "tide", "which", "number"]);
        let engine = engine();
        let mut store = Store::new(&engine, ());
        let component = Component::new(&engine, &output).unwrap();
        let instance = Linker::<()>::new(&engine).instantiate(&mut store, &component).unwrap();
        let function = instance.get_func(&mut store, "which").unwrap();
        let tide = Val::Record(vec![("state".to_owned(), Val::Enum("flood".to_owned()))]);
        let mut result = [Val::Bool(false)];
        function.call(&mut store, &[tide], &mut result).unwrap();
        assert_eq!(result, [Val::Enum("flood".to_owned())]);
    }
}

#[test]
fn plug_keeps_exported_types_and_functions_that_use_them() {
    let socket = OWN_TYPES.replacen("(component", r#"(component (import "greet" (func))"#, 1);
    let plug = r#"(component
      (core module $m (func (export "greet")))
      (core instance $m (instantiate $m))
      (func (export "greet") (canon lift (core func $m "greet"))))"#;
    let output = compose_wat(&[&socket, plug]).unwrap();
    assert_plain(&output);
    assert_eq!(call(&output, "number"), 42);
}

#[test]
fn build_orders_exports_by_type_dependencies() {
    // The counter is the root's, and so would be first; its wallet is the purse's, which the user exports too.
    let directory = tempfile::tempdir().unwrap();
    let socket = counter().replacen(r#"(instance $counter (export "wallet" (type $wallet))"#, "(instance $counter", 1);
    write(directory.path(), "counter.wat", socket);
    write(directory.path(), "purse.wat", purse());
    let manifest = |exports: &str| {
        format!(
            "[composition]\nroot = \"counter\"\noutput = \"out.wasm\"\n\n[components]\ncounter = \"counter.wat\"\n\
             purse = \"purse.wat\"\n\n[exports]\n{exports}"
        )
    };
    write(directory.path(), "weld.toml", manifest("\"shop:till/purse@1.0.0\" = \"purse\"\n"));
    succeeds(weld(directory.path()).arg("build"));
    let output = std::fs::read(directory.path().join("out.wasm")).unwrap();
    assert_plain(&output);
    assert_eq!(names(&output).1, ["shop:till/purse@1.0.0", "shop:till/counter@1.0.0"]);
    // Without it, the purse is imported for the wallet alone.
    write(directory.path(), "weld.toml", manifest(""));
    succeeds(weld(directory.path()).args(["build", "--update"]));
    let output = std::fs::read(directory.path().join("out.wasm")).unwrap();
    assert_plain(&output);
    assert_eq!(names(&output).0, ["shop:till/money@1.0.0", "shop:till/purse@1.0.0"]);
    assert_eq!(support::imported_functions(&output), []);
}

const ALIASES: &str = "package test:uses;
interface origin { record point { x: u32 } resource shape; }
interface left { use origin.{point, shape}; }
interface right { use origin.{point, shape}; }
interface both {
    use left.{point as a, shape as s};
    use right.{point as b, shape as t};
    f: func(a: a, b: b, s: s, t: t);
}
world both-used { import both; export run: func(); }
world both-exported { export both; }";

#[test]
fn virt_keeps_the_origin_interface_of_each_used_type() {
    let directory = tempfile::tempdir().unwrap();
    for world in ["both-used", "both-exported"] {
        let component = of_wit(ALIASES, world);
        write(directory.path(), "in.wasm", &component);
        succeeds(weld(directory.path()).args(["virt", "--allow-all", "in.wasm", "-o", "out.wasm"]));
        let output = std::fs::read(directory.path().join("out.wasm")).unwrap();
        assert_eq!(wit(&output), wit(&component));
    }
}

/// The WIT of a component, which can be read.
#[track_caller]
fn readable(component: &[u8]) -> String {
    let text = wit(component);
    Resolve::default().push_str("out.wit", &text).unwrap_or_else(|error| panic!("{error:?}: {text}"));
    text
}

const LEVELS: &str = "package test:levels;
interface base { enum level { low, high } }
interface gauge { use base.{level}; record reading { at: u32, level: level } read: func() -> reading; }
interface log { use gauge.{reading}; add: func(of: reading); }
world named { import gauge; export log; }
world inline { import gauge; export log: interface { use gauge.{reading}; add: func(of: reading); } }
world used { import gauge; use gauge.{reading}; export log: interface { use gauge.{reading}; add: func(of: reading); } }
world meter { export gauge; }";

#[test]
fn plug_and_virt_keep_the_use_of_a_type_of_another_interfaces_types() {
    let directory = tempfile::tempdir().unwrap();
    write(directory.path(), "meter.wasm", of_wit(LEVELS, "meter"));
    for world in ["named", "inline", "used"] {
        let component = of_wit(LEVELS, world);
        write(directory.path(), "in.wasm", &component);
        for command in
            [&["plug", "in.wasm", "--plug", "meter.wasm", "-o", "out.wasm"][..], &["virt", "in.wasm", "-o", "out.wasm"]]
        {
            succeeds(weld(directory.path()).args(command));
            let output = std::fs::read(directory.path().join("out.wasm")).unwrap();
            assert_plain(&output);
            // All else is the same: the interface is imported without its function.
            let expected = readable(&component).replace("\n\n    read: func() -> reading;", "");
            assert_eq!(readable(&output), expected, "{world} {command:?}");
        }
    }
}

/// What a component of [`WORLD`] exports has the world's type, which consists of the host's resource type.
const WORLD: &str = "package test:bodies;
interface base { resource body { open: static func() -> u32; } }
world w {
    use base.{body};
    type later = result<future<body>, body>;
    import make: func() -> option<list<body>>;
    export get: func() -> result<body, later>;
}";

#[test]
fn virt_keeps_types_of_the_world_that_consist_of_resource_types_of_the_host() {
    let directory = tempfile::tempdir().unwrap();
    write(directory.path(), "in.wasm", of_wit(WORLD, "w"));
    succeeds(weld(directory.path()).args(["virt", "in.wasm", "-o", "out.wasm"]));
    let output = std::fs::read(directory.path().join("out.wasm")).unwrap();
    assert_eq!(names(&output).0, ["test:bodies/base", "body", "later"]);
    assert!(readable(&output).contains("export get: func() -> result<body, later>;"));
    assert_eq!(support::imported_functions(&output), []);
}

const PAIR_OF_BODIES: &str = "package test:two;
interface base { resource body; record two { a: body, b: body } f: func() -> two; }
interface middle { use base.{two}; g: func(of: two); }
interface types { use middle.{two}; }
interface last { use types.{two}; h: func(of: two); }
interface sink { use base.{two}; i: func() -> two; }
world w { import last; export sink; }";

#[test]
fn virt_keeps_the_interface_that_one_of_types_alone_uses() {
    // All is denied. The interface of types alone has types of the host's resource types, so that it is the host's.
    let directory = tempfile::tempdir().unwrap();
    write(directory.path(), "in.wasm", of_wit(PAIR_OF_BODIES, "w"));
    succeeds(weld(directory.path()).args(["virt", "in.wasm", "-o", "out.wasm"]));
    let output = std::fs::read(directory.path().join("out.wasm")).unwrap();
    assert_plain(&output);
    assert_eq!(names(&output).0, ["test:two/base", "test:two/middle", "test:two/types"]);
    assert!(readable(&output).contains("use middle.{two};"));
    assert_eq!(support::imported_functions(&output), []);
}

const PAIRS: &str = "package test:pairs;
interface base { enum level { low, high } record pair { a: level, b: level } f: func(of: pair); }
interface first { use base.{pair}; g: func() -> pair; }
interface second { use base.{level}; use first.{pair}; h: func(of: level) -> pair; }
world app { import base; export first; export second; }
world lib { export base; }";

#[test]
fn plug_exports_an_interface_before_one_that_uses_its_alias() {
    // The second one has a name for the level in the pair, which the first one has not; but the host import has it.
    let directory = tempfile::tempdir().unwrap();
    for world in ["app", "lib"] {
        write(directory.path(), &format!("{world}.wasm"), of_wit(PAIRS, world));
    }
    succeeds(weld(directory.path()).args(["plug", "app.wasm", "--plug", "lib.wasm", "-o", "out.wasm"]));
    let output = std::fs::read(directory.path().join("out.wasm")).unwrap();
    assert_plain(&output);
    assert_eq!(names(&output).1, ["test:pairs/first", "test:pairs/second"]);
    assert!(readable(&output).contains("use first.{pair};"));
}

const NAMES: &str = "package test:names;
interface base { type name = string; type pair = result<name, name>; f: func() -> pair; }
interface pairs { use base.{pair as both}; g: func() -> both; }
interface lines { use pairs.{both}; record line { a: option<both> } h: func() -> line; }
world app { import base; import pairs; import lines; export lines; }
world lib { export base; }";

#[test]
fn plug_exports_types_of_the_host_that_consist_of_types_of_a_plug() {
    // The exported interface is imported too, and WIT has one text for both.
    let directory = tempfile::tempdir().unwrap();
    let app = of_wit(NAMES, "app");
    write(directory.path(), "app.wasm", &app);
    write(directory.path(), "lib.wasm", of_wit(NAMES, "lib"));
    succeeds(weld(directory.path()).args(["plug", "app.wasm", "--plug", "lib.wasm", "-o", "out.wasm"]));
    let output = std::fs::read(directory.path().join("out.wasm")).unwrap();
    assert_plain(&output);
    assert_eq!(readable(&output), readable(&app).replace("\n\n    f: func() -> pair;", ""));
}

const POINTS: &str = "package test:points;
interface base {
    enum level { low, high }
    resource handle { constructor(); }
    f: func() -> level;
    g: func(of: borrow<handle>);
}
interface first { use base.{handle, level}; record point { x: u32, y: level } f: func(of: handle) -> point; }
interface second { use first.{point}; g: func() -> point; }
world w { import base; export first; export second; }";

#[test]
fn virt_exports_types_of_an_interface_that_converts_handles_to_the_next_one() {
    // An adapter is before the first interface, and none before the second.
    let directory = tempfile::tempdir().unwrap();
    write(directory.path(), "in.wasm", of_wit(POINTS, "w"));
    let flags = ["--allow-all", "--grant", "test:points/base#[constructor]handle=deny"];
    succeeds(weld(directory.path()).args(["virt", "in.wasm", "-o", "out.wasm"]).args(flags));
    let output = std::fs::read(directory.path().join("out.wasm")).unwrap();
    assert_plain(&output);
    assert!(readable(&output).contains("use first.{point};"));
}

const GAUGES: &str = "package test:gauges;
interface base { enum level { low, high } f: func() -> level; }
interface first { use base.{level}; resource gauge { read: func() -> level; } }
interface second { use first.{gauge}; g: func() -> gauge; }
world w { import base; export first; export second; }";

#[test]
fn virt_exports_resource_types_of_an_interface_to_the_next_one() {
    // The first interface has a type of a denied one, so that its export is ascribed what the output has.
    let directory = tempfile::tempdir().unwrap();
    let component = of_wit(GAUGES, "w");
    write(directory.path(), "in.wasm", &component);
    succeeds(weld(directory.path()).args(["virt", "in.wasm", "-o", "out.wasm"]));
    let output = std::fs::read(directory.path().join("out.wasm")).unwrap();
    assert_plain(&output);
    assert_eq!(readable(&output), readable(&component).replace("\n\n    f: func() -> level;", ""));
}

#[test]
fn virt_imports_a_type_for_exports_from_the_interface_that_they_use_it_from() {
    let wit = "package test:chunks;
        interface types { enum kind { a, b } record chunk { kind: kind } }
        interface source { use types.{chunk}; next: func() -> chunk; }
        interface sink { use source.{chunk}; put: func(of: chunk); }
        world w { import source; export sink; }";
    let directory = tempfile::tempdir().unwrap();
    write(directory.path(), "in.wasm", of_wit(wit, "w"));
    succeeds(weld(directory.path()).args(["virt", "in.wasm", "-o", "out.wasm"]));
    let output = std::fs::read(directory.path().join("out.wasm")).unwrap();
    assert_eq!(names(&output).0, ["test:chunks/types", "test:chunks/source"]);
    assert!(readable(&output).contains("use source.{chunk};"));
}

#[test]
fn virt_exports_of_types_alone_use_those_of_denied_interfaces() {
    // No function of the export mentions them, so that nothing else needs their names.
    let wit = "package test:denied;
        interface base { flags mode { read, write } enum level { low, high } f: func(of: level); }
        interface more { use base.{mode as how}; g: func() -> how; }
        interface kinds { use base.{mode}; use more.{how}; type both = tuple<mode, how>; }
        world w { import base; import more; export kinds; }";
    let directory = tempfile::tempdir().unwrap();
    write(directory.path(), "in.wasm", of_wit(wit, "w"));
    succeeds(weld(directory.path()).args(["virt", "in.wasm", "-o", "out.wasm"]));
    let output = std::fs::read(directory.path().join("out.wasm")).unwrap();
    assert_plain(&output);
    let text = readable(&output);
    let kinds = text.split("interface kinds {").nth(1).unwrap();
    assert!(kinds.contains("use base.{mode") && !kinds.contains("flags"), "{text}");
    assert_eq!(text.matches("flags mode {").count(), 1, "{text}");
}

const OWNERS: &str = "package test:owners;
interface base { resource key { constructor(); } open: func(key: borrow<key>); }
interface ring { use base.{key}; record pair { first: option<key>, number: u32 } record pairs { all: list<pair> } }
interface box { use ring.{pairs}; record full { pairs: pairs } }
interface desk { use box.{full}; use ring.{pair}; show: func() -> full; one: func() -> pair; }
world app { export desk; export run: func(); }
world lib { export base; export ring; export box; }";

#[test]
fn build_exports_types_before_whatever_uses_them_in_any_order() {
    let directory = tempfile::tempdir().unwrap();
    let app = of_wit(OWNERS, "app");
    write(directory.path(), "app.wasm", &app);
    write(directory.path(), "lib.wasm", of_wit(OWNERS, "lib"));
    let build = |exports: &[&str]| {
        let mut manifest = "[composition]\nroot = \"app\"\noutput = \"out.wasm\"\n[components]\napp = \"app.wasm\"\n\
                            lib = \"lib.wasm\"\n[exports]\n"
            .to_owned();
        manifest.extend(exports.iter().map(|name| format!("\"test:owners/{name}\" = \"lib\"\n")));
        write(directory.path(), "weld.toml", manifest);
        weld(directory.path()).args(["build", "--update"]).output().unwrap()
    };
    let interfaces = |wit: &str| wit.split_once("package test:owners {").unwrap().1.to_owned();
    let expected: BTreeSet<String> = interfaces(&readable(&app)).split("\n  interface ").map(str::to_owned).collect();
    for order in [["base", "ring", "box"], ["box", "ring", "base"], ["ring", "base", "box"]] {
        assert!(build(&order).status.success());
        let output = std::fs::read(directory.path().join("out.wasm")).unwrap();
        assert_plain(&output);
        let found = interfaces(&readable(&output));
        assert!(found.contains("use box.{full};") && found.contains("use ring.{pair};"), "{found}");
        assert_eq!(found.split("\n  interface ").count(), expected.len());
    }
    // Each step that errors name is one that helps, until it can be built.
    let (mut exports, mut steps) = (Vec::new(), Vec::new());
    let output = loop {
        let names: Vec<&str> = exports.iter().map(String::as_str).collect();
        let built = build(&names);
        if built.status.success() {
            break std::fs::read(directory.path().join("out.wasm")).unwrap();
        }
        let error = String::from_utf8(built.stderr).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
        let (_, advice) = error.split_once("export `test:owners/").filter(|_| steps.len() < 4).unwrap();
        let (_, advice) = error.split_once(", export `test:owners/").unwrap_or(("", advice));
        let (name, _) = advice.split_once('`').unwrap();
        steps.push(name.to_owned());
        exports.push(name.to_owned());
    };
    assert_eq!(steps, ["box", "ring"]);
    assert!(readable(&output).contains("use box.{full};"));
}

#[test]
fn compose_exports_types_under_document_names() {
    let directory = tempfile::tempdir().unwrap();
    write(directory.path(), "tide.wat", OWN_TYPES);
    let document = "package test:doc;\n\nrecord buoy { id: u32 }\ntype id = u32;\nexport buoy as \"float\";\n\
                    let tide = new test:tide {};\nexport tide.state as \"phase\";\nexport tide.tide;\nexport tide.which;\n";
    write(directory.path(), "app.wac", document);
    succeeds(weld(directory.path()).args(["compose", "app.wac", "--dep", "test:tide=tide.wat", "-o", "out.wasm"]));
    let output = std::fs::read(directory.path().join("out.wasm")).unwrap();
    assert_plain(&output);
    assert_eq!(names(&output).1, ["id", "float", "phase", "tide", "which"]);
}

#[test]
fn load_accepts_components_with_only_types() {
    let directory = tempfile::tempdir().unwrap();
    let types = [
        r#"(component (type $e (enum "a")) (export "e" (type $e)))"#,
        r#"(component (type $e (enum "a")) (import "e" (type (eq $e))) (import "r" (type (sub resource))))"#,
        r#"(component (type $c (component (import "a" (func)))) (export "c" (type $c)))"#,
        r#"(component (type $c (component)) (export "c" (type $c)) (type $i (instance (export "a" (func)))) (export "i" (type $i)))"#,
        r#"(component (type $c (component (export "a:b/c" (func)))) (export "c" (type $c)))"#,
        r#"(component (type $c (component)) (import "c" (type (eq $c))))"#,
        r#"(component (type $r (resource (rep i32))) (export "r" (type $r)))"#,
    ];
    write(directory.path(), "policy.toml", "default = \"allow\"\n");
    write(directory.path(), "world.wit", "package test:w; world w { import f: func(); }");
    let plug = r#"(component
      (core module $m (func (export "greet")))
      (core instance $m (instantiate $m))
      (func (export "greet") (canon lift (core func $m "greet"))))"#;
    write(directory.path(), "plug.wat", plug);
    for text in types {
        write(directory.path(), "in.wat", text);
        write(directory.path(), "socket.wat", text.replacen("(component", r#"(component (import "greet" (func))"#, 1));
        for command in [
            &["inspect", "in.wat"][..],
            &["inspect", "--json", "in.wat"],
            &["inspect", "--wit", "in.wat"],
            &["snapshot", "in.wat"],
            &["check", "--policy", "policy.toml", "in.wat"],
            &["diff", "in.wat", "in.wat"],
            &["virt", "in.wat", "-o", "out.wasm"],
            &["virt", "--allow-all", "in.wat", "-o", "out.wasm"],
            &["plug", "socket.wat", "--plug", "plug.wat", "-o", "out.wasm"],
        ] {
            succeeds(weld(directory.path()).args(command));
        }
        // What it says of the world is another matter.
        let targets = weld(directory.path()).args(["targets", "in.wat", "--wit", "world.wit"]).output().unwrap();
        assert!(matches!(targets.status.code(), Some(0 | 1)), "{}", String::from_utf8_lossy(&targets.stderr));
    }
}

#[test]
fn load_distinguishes_wit_packages_from_components() {
    let directory = tempfile::tempdir().unwrap();
    for wit in
        [ALIASES, "package test:old@1.0.0; interface none {}", "package test:worldly; world w { import f: func(); }"]
    {
        let mut resolve = Resolve::default();
        let package = resolve.push_str("test.wit", wit).unwrap();
        write(directory.path(), "wit.wasm", wit_component::encode(&resolve, package).unwrap());
        let error = fails(weld(directory.path()).args(["virt", "wit.wasm", "-o", "out.wasm"]));
        assert!(error.contains("is a WIT package, not a component"), "{error}");
        succeeds(weld(directory.path()).args(["inspect", "wit.wasm"]));
    }
}
