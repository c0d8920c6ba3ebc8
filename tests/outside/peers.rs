//! Compositions that nobody thought of, made by weld and by `wac`: both must import and export the same, and do the same when they run.
//!
//! `cargo test --test outside peers::`. `WAC` says where `wac` is, if it is not in the path; `WELD_SEED` which compositions are
//! tried, and `WELD_COMPOSITIONS` how many.

#![allow(clippy::print_stdout)] // The seed of a run that fails.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use crate::support::dice::{self, Dice};
use crate::support::{compiled, engine, names, validate, weld};
use wasmtime::Store;
use wasmtime::component::types::ComponentItem;
use wasmtime::component::{Linker, Val};

/// What components import and export.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// A function of the world.
    Function,
    /// An interface with a function.
    Interface,
    /// An interface with a resource type.
    Resource,
}

#[derive(Clone, Copy)]
struct Item {
    kind: Kind,
    number: usize,
    /// Of an interface: the `1` of `1.1.0`.
    minor: usize,
}

impl Item {
    fn name(&self) -> String {
        let Item { number, minor, .. } = self;
        match self.kind {
            Kind::Function => format!("f{number}"),
            Kind::Interface => format!("t:p/i{number}@1.{minor}.0"),
            Kind::Resource => format!("t:p/r{number}@1.{minor}.0"),
        }
    }
}

/// A component: what fills its imports is another one, by its number, or the host.
struct Part {
    imports: Vec<(Item, Option<usize>)>,
    exports: Vec<Item>,
}

const FUNCTION: &str = "(func (param \"x\" u32) (result u32))";

impl Part {
    /// The component: each of its functions gives a number that all of its imports have a share in.
    fn wat(&self) -> String {
        let (mut text, mut core, mut given, mut uses) = (String::new(), String::new(), String::new(), String::new());
        let mut pass = |name: &str, signature: &str| {
            writeln!(core, "    (import \"\" \"{name}\" (func ${name} {signature}))").unwrap();
            write!(given, " (export \"{name}\" (func ${name}))").unwrap();
        };
        for (at, (item, _)) in self.imports.iter().enumerate() {
            let name = item.name();
            match item.kind {
                Kind::Function => {
                    writeln!(text, "  (import \"{name}\" (func $m{at} (param \"x\" u32) (result u32)))").unwrap();
                    writeln!(text, "  (core func $c{at} (canon lower (func $m{at})))").unwrap();
                }
                Kind::Interface => {
                    writeln!(text, "  (import \"{name}\" (instance $m{at} (export \"f\" {FUNCTION})))").unwrap();
                    writeln!(text, "  (core func $c{at} (canon lower (func $m{at} \"f\")))").unwrap();
                }
                Kind::Resource => {
                    writeln!(
                        text,
                        "  (import \"{name}\" (instance $m{at} (export \"r\" (type $r (sub resource)))\n\
                         \x20   (export \"[constructor]r\" (func (param \"x\" u32) (result (own $r))))\n\
                         \x20   (export \"[method]r.get\" (func (param \"self\" (borrow $r)) (result u32)))))\n\
                         \x20 (alias export $m{at} \"r\" (type $t{at}))\n\
                         \x20 (core func $n{at} (canon lower (func $m{at} \"[constructor]r\")))\n\
                         \x20 (core func $g{at} (canon lower (func $m{at} \"[method]r.get\")))\n\
                         \x20 (core func $d{at} (canon resource.drop $t{at}))"
                    )
                    .unwrap();
                    pass(&format!("n{at}"), "(param i32) (result i32)");
                    pass(&format!("g{at}"), "(param i32) (result i32)");
                    pass(&format!("d{at}"), "(param i32)");
                    write!(uses, "local.get $x call $n{at} local.tee $h call $g{at} i32.add local.get $h call $d{at} ")
                        .unwrap();
                    continue;
                }
            }
            pass(&format!("c{at}"), "(param i32) (result i32)");
            // Each import counts in a way of its own.
            write!(uses, "local.get $x call $c{at} i32.const {} i32.mul i32.add ", 2 * at + 3).unwrap();
        }
        let mut functions = String::new();
        for item in &self.exports {
            let (number, factor) = (item.number, 2 * item.number + 3);
            writeln!(
                functions,
                "    (func $f{number} (export \"f{number}\") (param $x i32) (result i32) (local $h i32)\n      \
                 local.get $x i32.const {factor} i32.mul i32.const {} i32.add {uses})",
                7 * number + 1
            )
            .unwrap();
            if item.kind == Kind::Resource {
                writeln!(text, "  (type $r{number} (resource (rep i32)))").unwrap();
                writeln!(text, "  (core func $new{number} (canon resource.new $r{number}))").unwrap();
                pass(&format!("new{number}"), "(param i32) (result i32)");
                writeln!(
                    functions,
                    "    (func (export \"ctor{number}\") (param i32) (result i32)\n      \
                     local.get 0 i32.const 3 i32.mul call $new{number})"
                )
                .unwrap();
            }
        }
        let mut exports = String::new();
        for item in &self.exports {
            let (number, name) = (item.number, item.name());
            let lift = format!("(canon lift (core func $code \"f{number}\"))");
            match item.kind {
                Kind::Function => {
                    writeln!(exports, "  (func (export \"{name}\") (param \"x\" u32) (result u32) {lift})").unwrap();
                }
                Kind::Interface => {
                    writeln!(exports, "  (func $f{number} (param \"x\" u32) (result u32) {lift})").unwrap();
                    writeln!(exports, "  (instance $e{number} (export \"f\" (func $f{number})))").unwrap();
                    writeln!(exports, "  (export \"{name}\" (instance $e{number}))").unwrap();
                }
                Kind::Resource => {
                    let (new, get) =
                        ("(param \"x\" u32) (result (own $r))", "(param \"self\" (borrow $r)) (result u32)");
                    let of = |text: &str| text.replace("$r", &format!("$r{number}"));
                    writeln!(
                        exports,
                        "  (func $n{number} {} (canon lift (core func $code \"ctor{number}\")))",
                        of(new)
                    )
                    .unwrap();
                    writeln!(exports, "  (func $g{number} {} {lift})", of(get)).unwrap();
                    writeln!(
                        exports,
                        "  (component $s{number} (import \"r\" (type $r (sub resource)))\n    \
                         (import \"n\" (func $n {new})) (import \"g\" (func $g {get}))\n    \
                         (export $x \"r\" (type $r))\n    \
                         (export \"[constructor]r\" (func $n) (func {}))\n    \
                         (export \"[method]r.get\" (func $g) (func {})))\n  \
                         (instance $e{number} (instantiate $s{number} (with \"r\" (type $r{number})) (with \"n\" (func $n{number}))\n    \
                         (with \"g\" (func $g{number}))))\n  (export \"{name}\" (instance $e{number}))",
                        new.replace("$r", "$x"),
                        get.replace("$r", "$x")
                    )
                    .unwrap();
                }
            }
        }
        format!(
            "(component\n{text}  (core module $code\n{core}{functions}  )\n  \
             (core instance $code (instantiate $code (with \"\" (instance{given}))))\n{exports})\n"
        )
    }
}

/// A composition: each part is after those that fill its imports. The last one is the root, and all that it exports is exported.
struct Composition {
    parts: Vec<Part>,
    /// Whether only the root has imports that others fill.
    is_star: bool,
    /// Parts of which there are two instances, each for some of the imports.
    twice: BTreeSet<usize>,
}

fn composition(dice: &mut Dice) -> Composition {
    let is_star = dice.roll(3) == 0;
    let count = 2 + dice.roll(5);
    let mut parts: Vec<Part> = Vec::new();
    let (mut number, mut twice) = (0, BTreeSet::new());
    for at in 0..count {
        let is_root = at == count - 1;
        let mut imports: Vec<(Item, Option<usize>)> = Vec::new();
        for (from, part) in parts.iter().enumerate().filter(|_| is_root || !is_star) {
            for item in &part.exports {
                // A chain, and now and then somebody further back.
                if dice.roll(3) == 0 || (from + 1 == at && dice.roll(2) == 0) || (is_root && dice.roll(2) == 0) {
                    imports.push((Item { minor: dice.roll(item.minor + 1), ..*item }, Some(from)));
                }
            }
        }
        let last = at.checked_sub(1).and_then(|from| Some((parts[from].exports.first().copied()?, from)));
        if let (true, true, Some((item, from))) = (is_root, imports.is_empty(), last) {
            imports.push((item, Some(from)));
        }
        // What nobody exports: numbers that no part has.
        for _ in 0..dice.roll(3) {
            let kind = [Kind::Function, Kind::Interface][dice.roll(2)];
            let item = Item { kind, number: 100 + dice.roll(3), minor: dice.roll(3) };
            if imports.iter().all(|(other, _)| other.kind != kind || other.number != item.number) {
                imports.push((item, None));
            }
        }
        let exports = (0..1 + dice.roll(2)).map(|_| {
            number += 1;
            let kind = [Kind::Function, Kind::Interface, Kind::Interface, Kind::Resource][dice.roll(4)];
            // What is called from outside is a function.
            Item { kind: if is_root { Kind::Function } else { kind }, number, minor: dice.roll(3) }
        });
        let exports = exports.collect();
        parts.push(Part { imports, exports });
        if !is_root && dice.roll(8) == 0 {
            twice.insert(at);
        }
    }
    // What nothing uses would be left out.
    let mut used = BTreeSet::from([count - 1]);
    for at in (0..count).rev().filter(|at| used.contains(at)).collect::<Vec<_>>() {
        used.extend(parts[at].imports.iter().filter_map(|(_, from)| *from));
    }
    for at in (0..count).rev() {
        if used.contains(&at) {
            used.extend(parts[at].imports.iter().filter_map(|(_, from)| *from).collect::<Vec<_>>());
        }
    }
    let kept: BTreeMap<usize, usize> = used.iter().enumerate().map(|(new, old)| (*old, new)).collect();
    let parts = parts.into_iter().enumerate().filter(|(at, _)| used.contains(at)).map(|(_, mut part)| {
        part.imports.iter_mut().for_each(|(_, from)| *from = from.map(|from| kept[&from]));
        part
    });
    let parts: Vec<Part> = parts.collect();
    let twice = twice.into_iter().filter_map(|at| kept.get(&at).copied()).collect();
    Composition { parts, is_star, twice }
}

impl Composition {
    /// The document that says it.
    fn document(&self) -> String {
        let mut text = "package t:composition;\n\n".to_owned();
        let mut other = 0;
        for (at, part) in self.parts.iter().enumerate() {
            let instances: &[&str] = if self.twice.contains(&at) { &["", "x"] } else { &[""] };
            for second in instances {
                write!(text, "let c{at}{second} = new t:c{at} {{ ").unwrap();
                for (item, from) in &part.imports {
                    let Some(from) = from else { continue };
                    let exported = self.parts[*from].exports.iter().find(|of| of.number == item.number).unwrap();
                    // Of two instances, one or the other.
                    other += 1;
                    let of = if self.twice.contains(from) && other % 2 == 0 { "x" } else { "" };
                    write!(text, "\"{}\": c{from}{of}[\"{}\"], ", item.name(), exported.name()).unwrap();
                }
                text.push_str("... };\n");
            }
        }
        let last = self.parts.len() - 1;
        for item in &self.parts[last].exports {
            writeln!(text, "export c{last}[\"{}\"];", item.name()).unwrap();
        }
        text
    }
}

/// What a composition is and does: imports and exports, and what each exported function gives.
type Done = (Vec<String>, Vec<String>, Vec<u32>);

fn done(component: &[u8]) -> Done {
    let (mut imports, mut exports) = names(component);
    imports.sort();
    exports.sort();
    let engine = engine();
    let component = compiled(component);
    let mut linker = Linker::<()>::new(&engine);
    // A host that gives another number by each name.
    let answers = |name: &str| {
        let name = name.split('@').next().unwrap().to_owned();
        let share: u32 = name.bytes().map(u32::from).sum::<u32>() * 1000;
        move |given: &[Val], results: &mut [Val]| {
            let Val::U32(x) = given[0] else { panic!("{given:?}") };
            results[0] = Val::U32(x.wrapping_add(share));
            Ok(())
        }
    };
    for (name, item) in component.component_type().imports(&engine) {
        let answer = answers(name);
        match item.ty {
            ComponentItem::ComponentFunc(_) => {
                linker.root().func_new(name, move |_, _, given, results| answer(given, results)).unwrap();
            }
            ComponentItem::ComponentInstance(_) => {
                let mut instance = linker.instance(name).unwrap();
                instance.func_new("f", move |_, _, given, results| answer(given, results)).unwrap();
            }
            _ => panic!("{name} is no function and no interface"),
        }
    }
    let mut store = Store::new(&engine, ());
    let instance = linker.instantiate(&mut store, &component).expect("wasmtime instantiates it");
    let mut results = Vec::new();
    for export in &exports {
        let function = instance.get_typed_func::<(u32,), (u32,)>(&mut store, export).unwrap();
        for x in [0, 1, 1_000_003] {
            results.push(function.call(&mut store, (x,)).unwrap().0);
        }
    }
    (imports, exports, results)
}

/// What a tool makes, or the reason why it does not.
type Made = Result<Done, String>;

fn made(command: &mut Command, output: &Path) -> Made {
    _ = std::fs::remove_file(output);
    let ran = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    if !ran.status.success() {
        return Err(String::from_utf8_lossy(&ran.stderr).into_owned());
    }
    let bytes = std::fs::read(output).unwrap();
    validate(&bytes);
    Ok(done(&bytes))
}

#[test]
fn compositions_import_export_and_do_what_those_of_wac_do() {
    let wac = std::env::var_os("WAC").unwrap_or_else(|| "wac".into());
    let (count, start) = (dice::number("WELD_COMPOSITIONS").unwrap_or(300), dice::seed_or(dice::today()));
    let (mut documents, mut plugged, mut resources, mut several) = (0, 0, 0, 0);
    for seed in start..start + count {
        let composition = composition(&mut Dice(seed));
        let directory = tempfile::tempdir().unwrap();
        let at = directory.path();
        let file = |number: usize| format!("c{number}.wasm");
        for (number, part) in composition.parts.iter().enumerate() {
            let text = part.wat();
            let bytes = wat::parse_str(&text).unwrap_or_else(|error| panic!("WELD_SEED={seed}: {error}\n{text}"));
            std::fs::write(at.join(file(number)), bytes).unwrap();
        }
        let document = composition.document();
        std::fs::write(at.join("composition.wac"), &document).unwrap();
        let about = || format!("WELD_SEED={seed}\n{document}");
        let output = at.join("out.wasm");
        let last = composition.parts.len() - 1;
        let given: Vec<String> =
            (0..=last).flat_map(|of| ["--dep".to_owned(), format!("t:c{of}={}", file(of))]).collect();
        let of_weld = |words: &[&str], more: &[String]| {
            made(weld(at).args(words).args(more).args(["--no-provenance", "-q", "-o", "out.wasm"]), &output)
        };
        let of_wac = |words: &[&str], more: &[String]| {
            made(Command::new(&wac).current_dir(at).args(words).args(more).args(["-o", "out.wasm"]), &output)
        };
        let mine = of_weld(&["compose", "composition.wac"], &given);
        let theirs = of_wac(&["compose", "composition.wac"], &given);
        assert_eq!(mine, theirs, "weld and `wac compose`: {}", about());
        documents += usize::from(mine.is_ok());
        resources += usize::from(document.contains("t:p/r"));
        several += usize::from(composition.parts.len() > 3);
        // With one instance of each, names say as much as the document does.
        let (socket, plugs): (String, Vec<String>) =
            (file(last), (0..last).flat_map(|of| ["--plug".to_owned(), file(of)]).collect());
        if composition.twice.is_empty() {
            let by_name = of_weld(&["plug", &socket], &plugs);
            assert_eq!(by_name, mine, "`weld plug` and `weld compose`: {}", about());
            // `wac plug` fills the imports of the socket, and no others.
            if composition.is_star {
                let theirs = of_wac(&["plug", &socket], &plugs);
                assert_eq!(by_name, theirs, "weld and `wac plug`: {}", about());
                plugged += 1;
            }
        }
    }
    println!("{count} compositions: {documents} composed, {plugged} plugged, {resources} with resources");
    // Most would prove little if they were all small, or all refused.
    let parts = [(documents, 2), (plugged, 8), (resources, 4), (several, 4)];
    assert!(parts.iter().all(|(number, of)| number * of > count as usize), "{parts:?}");
}
