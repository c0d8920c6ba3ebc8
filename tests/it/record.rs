//! Calls that are recorded, traced and replayed, run in wasmtime.

mod asynchronous;
mod trust;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::Poll;

use crate::support::puppet::{Puppet, component_of};
use crate::support::{self, Ran, compiled, engine, fails, guest, names, plug, run_with, succeeds, validate, weld};
use wasmtime::Store;
use wasmtime::component::{Linker, Val};
use wasmtime_wasi::FsPerms;
use wasmtime_wasi::p2::OutputStream;
use wasmtime_wasi::p2::pipe::MemoryOutputPipe;
use wasmtime_wasi::runtime::in_tokio;

/// What a command writes: `weld record`, with the flags of the command.
#[track_caller]
fn made(component: &[u8], command: &str, flags: &[&str]) -> Vec<u8> {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("app.wasm"), component).unwrap();
    let mut run = weld(directory.path());
    succeeds(run.args([command, "app.wasm", "-o", "out.wasm"]).args(flags));
    let bytes = std::fs::read(directory.path().join("out.wasm")).unwrap();
    validate(&bytes);
    bytes
}

/// What answers the calls of a component from a recording.
#[track_caller]
fn replay(component: &[u8], recording: &str, flags: &[&str]) -> Vec<u8> {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("calls.jsonl");
    std::fs::write(&file, recording).unwrap();
    made(component, "replay", &[&["--calls", file.to_str().unwrap()], flags].concat())
}

/// Runs the guest of all commands in a host that has a directory and a variable.
fn run(component: &[u8], directory: &Path, arguments: &[&str]) -> Ran {
    run_with(component, arguments, |wasi| {
        wasi.preopened_dir(directory, "/", FsPerms::ReadOnly).unwrap();
        wasi.env("COLOR", "red");
    })
}

/// Runs a command in a host that has nothing at all. Gives what `run` returned.
fn run_without_a_host(component: &[u8]) -> Result<Result<(), ()>, String> {
    let engine = engine();
    let mut store = Store::new(&engine, ());
    let instance = Linker::<()>::new(&engine).instantiate(&mut store, &compiled(component)).expect("it needs nothing");
    let (_, exports) = names(component);
    let interface = exports.iter().find(|name| name.starts_with("wasi:cli/run")).unwrap();
    let interface = instance.get_export_index(&mut store, None, interface).unwrap();
    let run = instance.get_export_index(&mut store, Some(&interface), "run").unwrap();
    let run = instance.get_typed_func::<(), (Result<(), ()>,)>(&mut store, run).unwrap();
    run.call(&mut store, ()).map(|(result,)| result).map_err(|error| format!("{error:?}"))
}

#[test]
fn recorded_runs_of_a_command_are_replayed_without_a_host() {
    let command = std::fs::read(guest("command-0.2.3")).unwrap();
    let recorder = made(&command, "record", &["--at", "app/host"]);
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("letter"), "a letter\n").unwrap();
    let runs: [&[&str]; 5] = [
        &["env", "COLOR", "--", "ls", "/", "--", "stat", "/letter"],
        &["read", "/letter", "--", "try", "read", "/nothing"],
        &["clock", "--", "random", "--", "sleep", "2"],
        &["err", "\"{\"n\":", "--", "out", "\u{202e}é\"\\"],
        &["try", "rm", "/letter"],
    ];
    for arguments in runs {
        let plain = run(&command, directory.path(), arguments);
        let recorded = run(&recorder, directory.path(), arguments);
        assert_eq!(recorded.result, plain.result, "{arguments:?}");
        let takes_chances = arguments.contains(&"clock") || arguments.contains(&"stat");
        assert!(takes_chances || recorded.stdout == plain.stdout, "{arguments:?}");

        let silent = replay(&command, &recorded.stderr, &["--at", "app/host", "--silent"]);
        assert_eq!(names(&silent).0, [""; 0], "{arguments:?}");
        // All that it writes was written when it was recorded, or else it would trap.
        assert_eq!(run_without_a_host(&silent), recorded.result, "{arguments:?}");

        // Another component of the same calls: of a later version of WASI, whose interfaces stand for the earlier ones.
        let later = std::fs::read(guest("command-0.2.12")).unwrap();
        let silent = replay(&later, &recorded.stderr, &["--at", "app/host", "--silent"]);
        assert_eq!(run_without_a_host(&silent), recorded.result, "{arguments:?}");
    }
}

#[test]
fn a_replay_prints_the_first_call_that_differs() {
    let command = std::fs::read(guest("command-0.2.3")).unwrap();
    let recorder = made(&command, "record", &["--at", "app/host"]);
    let directory = tempfile::tempdir().unwrap();
    let Ran { stderr, .. } = run(&recorder, directory.path(), &["out", "red"]);
    let told = |recording: &str| {
        let replayed = replay(&command, recording, &["--at", "app/host"]);
        let imports = ["wasi:io/error@0.2.0", "wasi:io/streams@0.2.0", "wasi:cli/stderr@0.2.0"];
        assert_eq!(names(&replayed).0, imports);
        let ran = support::run(&replayed, &[]);
        assert!(ran.result.is_err_and(|trap| trap.contains("unreachable")));
        ran.stderr
    };
    // Another argument: what it then writes is another text.
    let number = 1 + stderr.lines().position(|line| line.contains("blocking-write-and-flush")).unwrap();
    let told_of_text = told(&stderr.replacen("\\\"red\\\"]", "\\\"rod\\\"]", 2));
    assert!(told_of_text.starts_with(&format!("weld: call {number} differs from the recording\n")), "{told_of_text}");
    let [expected, found] = ["expected", "found"].map(|word| {
        let line = told_of_text.lines().find(|line| line.trim_start().starts_with(word)).unwrap();
        line.split_once(": ").unwrap().1.trim().to_owned()
    });
    let line = stderr.lines().find(|line| line.contains("blocking-write-and-flush")).unwrap();
    assert_eq!(expected, line.replace(",\"result\":\"ok\"", ""));
    assert_eq!(found, expected.replace("[114, 101, 100, 10]", "[114, 111, 100, 10]"));
    // A recording that ends too early.
    let first: String = stderr.split_inclusive('\n').take(2).collect();
    assert!(told(&first).contains("expected: no further call"));
}

#[test]
fn a_replay_ends_like_the_program_and_fails_where_it_makes_fewer_calls() {
    let command = std::fs::read(guest("command-0.2.3")).unwrap();
    let recorder = made(&command, "record", &["--at", "app/host"]);
    let directory = tempfile::tempdir().unwrap();
    // The end of the program is a call that did not return. Only the host can end it.
    let recorded = run(&recorder, directory.path(), &["exit", "1"]);
    let last = recorded.stderr.lines().last().unwrap();
    assert!(last.contains("\"call\":\"exit\"") && last.ends_with("]}"), "{last}");
    assert!(recorded.result.as_ref().is_err_and(|end| end.contains("Exited with i32 exit status 1")), "{recorded:?}");
    let replayed = replay(&command, &recorded.stderr, &["--at", "app/host", "--silent"]);
    assert_eq!(names(&replayed).0, ["wasi:cli/exit@0.2.3"]);
    let ended = support::run(&replayed, &[]).result;
    assert!(ended.is_err_and(|end| end.contains("Exited with i32 exit status 1")));
    // Where it may not end the program, it does not.
    let denied = support::virt(&guest("command-0.2.3"), &["stdout=allow", "stderr=allow", "args=allow"]);
    let replayed = replay(&denied, &recorded.stderr, &["--at", "command-0.2.3/host", "--silent"]);
    assert_eq!(names(&replayed).0, [""; 0]);
    assert!(run_without_a_host(&replayed).is_err_and(|end| end.contains("denied: wasi:cli/exit@0.2.3#exit")));
    // Any other call that did not return may have done anything.
    let recorded = run(&recorder, directory.path(), &["clock"]);
    let line = recorded.stderr.lines().position(|line| line.contains("\"call\":\"now\"")).unwrap();
    let mut cut: Vec<&str> = recorded.stderr.lines().take(line + 1).collect();
    let last = format!("{}}}", cut[line].split(",\"result\"").next().unwrap());
    cut[line] = &last;
    let replayed = replay(&command, &cut.join("\n"), &["--at", "app/host"]);
    let ran = support::run(&replayed, &[]);
    assert_eq!(ran.stderr, format!("weld: call {} did not return when it was recorded\n", line + 1));
    assert!(ran.result.is_err());

    // Calls that the program no longer makes: those of a program that did more.
    let recorded = run(&recorder, directory.path(), &["out", "red"]);
    assert_eq!(recorded.result, Ok(Ok(())));
    let more = recorded.stderr.lines().last().unwrap();
    let recording = format!("{}{more}\n{more}\n", recorded.stderr);
    let replayed = replay(&command, &recording, &["--at", "app/host"]);
    let ran = support::run(&replayed, &[]);
    assert_eq!(ran.result, Ok(Err(())));
    assert!(
        ran.stderr.starts_with("weld: of the recording, 2 calls were not made\n  expected: {\"n\":"),
        "{}",
        ran.stderr
    );
    let silent = replay(&command, &recording, &["--at", "app/host", "--silent"]);
    assert_eq!((names(&silent).0, run_without_a_host(&silent)), (vec![], Ok(Err(()))));
    let silent = replay(&command, &recorded.stderr, &["--at", "app/host", "--silent"]);
    assert_eq!(run_without_a_host(&silent), Ok(Ok(())));
}

#[test]
fn edges_of_several_components_are_recorded_at_any_depth() {
    let [top, middle, bottom] = ["chain-top", "chain-middle", "chain-bottom"].map(guest);
    let inner = plug(&middle, std::slice::from_ref(&bottom));
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("inner.wasm");
    std::fs::write(&file, &inner).unwrap();
    let flat = plug(&top, &[middle, bottom]);
    let deep = plug(&top, &[file]);
    let plain = support::run(&flat, &[]);
    for (whole, path) in [(flat, ""), (deep, "inner/")] {
        let [greet, title] =
            [format!("{}/acme:chain/greet", "chain-top"), format!("{path}chain-middle/acme:names/title")];
        let edges = ["--at", &*greet, "--at", &*title];
        let recorded = support::run(&made(&whole, "record", &edges), &[]);
        assert_eq!((&recorded.stdout, &recorded.result), (&plain.stdout, &plain.result));
        for at in [&greet, &title] {
            assert!(recorded.stderr.contains(&format!("\"at\":\"{at}@")), "{}", recorded.stderr);
        }
        let traced = support::run(&made(&whole, "trace", &edges), &[]);
        assert_eq!(traced.stdout, plain.stdout);
        for at in [&greet, &title] {
            assert!(traced.stderr.contains(&format!("weld: {at}@")), "{}", traced.stderr);
        }
        // Each by itself, and both: what is answered is not there any more.
        for edges in [&edges[..2], &edges[2..], &edges] {
            let replayed = replay(&whole, &recorded.stderr, edges);
            let ran = support::run(&replayed, &[]);
            assert_eq!((ran.stdout, ran.result), (plain.stdout.clone(), plain.result.clone()), "{}", ran.stderr);
            assert!(!weld::inspect(replayed.as_slice()).unwrap().tree().contains("chain-bottom"));
        }
        // A call of one of them is another.
        let other = recorded.stderr.replacen("\"args\":[\"\\\"", "\"args\":[\"\\\"x", 1);
        assert_ne!(other, recorded.stderr);
        let told = support::run(&replay(&whole, &other, &edges), &[]).stderr;
        assert!(told.contains("differs from the recording"), "{told}");
    }
}

#[test]
fn functions_of_the_world_and_exports_are_recorded() {
    let app = r#"(component
      (import "t:p/types" (instance $t (type $p (record (field "a" u32) (field "b" string))) (export "pair" (type (eq $p)))))
      (alias export $t "pair" (type $pair))
      (import "make" (func $make (param "x" $pair) (result u32)))
      (import "log" (func $log (param "x" u32)))
      (core module $mem (memory (export "m") 1) (data (i32.const 8) "text")
        (func (export "r") (param i32 i32 i32 i32) (result i32) (i32.const 256)))
      (core instance $mem (instantiate $mem))
      (core func $make (canon lower (func $make) (memory $mem "m")))
      (core func $log (canon lower (func $log)))
      (core module $m (import "" "make" (func $make (param i32 i32 i32) (result i32))) (import "" "log" (func $log (param i32)))
        (func (export "run") (param i32) (result i32)
          (call $log (local.get 0)) (call $make (local.get 0) (i32.const 8) (i32.const 4))))
      (core instance $c (instantiate $m (with "" (instance (export "make" (func $make)) (export "log" (func $log))))))
      (func $run (param "x" u32) (result u32) (canon lift (core func $c "run")))
      (export "run" (func $run))
      (instance $i (export "run" (func $run)))
      (export "t:p/runs@1.2.3" (instance $i)))"#;
    let app = wat::parse_str(app).unwrap();
    let call = |component: &[u8]| {
        let engine = engine();
        let stderr = MemoryOutputPipe::new(1 << 20);
        let mut store = support::store_with(&engine, |wasi| _ = wasi.stderr(stderr.clone()));
        let mut linker = support::wasi(&engine);
        let mut root = linker.root();
        _ = root.func_wrap("log", |_, (_,): (u32,)| Ok(()));
        _ = root.func_new("make", |_, _, given: &[Val], results: &mut [Val]| {
            let Val::Record(fields) = &given[0] else { panic!("{given:?}") };
            let Val::U32(number) = fields[0].1 else { panic!("{given:?}") };
            results[0] = Val::U32(number + 1);
            Ok(())
        });
        _ = linker.instance("t:p/types");
        let instance = linker.instantiate(&mut store, &compiled(component)).unwrap();
        let run = instance.get_typed_func::<(u32,), (u32,)>(&mut store, "run").unwrap();
        let answer = run.call(&mut store, (41,)).map_err(|error| format!("{error:?}"));
        (answer, String::from_utf8(stderr.contents().to_vec()).unwrap())
    };
    let plain = call(&app);
    assert_eq!(plain, (Ok((42,)), String::new()));
    for edges in [["--at", "app/host"].as_slice(), &["--at", "app/make", "--at", "app/log"]] {
        let (answer, recording) = call(&made(&app, "record", edges));
        assert_eq!(answer, Ok((42,)));
        let lines = [
            r#"{"n":1,"at":"app","call":"log","args":["41"]}"#,
            r#"{"n":1,"at":"app"}"#,
            r#"{"n":2,"at":"app","call":"make","args":["{a: 41, b: \"text\"}"],"result":"42"}"#,
        ];
        assert_eq!(recording.lines().collect::<Vec<_>>(), lines);
        let replayed = replay(&app, &recording.replace("\"42\"", "\"7\""), edges);
        assert!(names(&replayed).0.iter().all(|name| name != "make" && name != "log"));
        assert_eq!(call(&replayed), (Ok((7,)), String::new()));
    }
    // Whoever calls it: its exports.
    let edges = ["--at", "export run", "--at", "export t:p/runs"];
    let recorded = made(&app, "record", &edges);
    let (answer, recording) = call(&recorded);
    assert_eq!(
        (answer, &*recording),
        (Ok((42,)), "{\"n\":1,\"at\":\"export\",\"call\":\"run\",\"args\":[\"41\"],\"result\":\"42\"}\n")
    );
    assert_eq!(names(&recorded).1, names(&app).1);
    let traced = made(&app, "trace", &["--at", "export run", "--at", "app/make"]);
    let (_, lines) = call(&traced);
    assert_eq!(lines, "weld: app make({a: 41, b: \"text\"}) -> 42\nweld: export run(41) -> 42\n");
}

/// Calls `put`, which has no result, as often as it is told.
const PUTS: &str = r#"(component $front
  (import "t:kv/puts" (instance $i (export "put" (func (param "x" u32)))))
  (core func $put (canon lower (func $i "put")))
  (core module $m (import "" "put" (func $put (param i32)))
    (func (export "run") (param i32)
      (loop $again (if (local.get 0) (then
        (call $put (local.get 0)) (local.set 0 (i32.sub (local.get 0) (i32.const 1))) (br $again))))))
  (core instance $c (instantiate $m (with "" (instance (export "put" (func $put))))))
  (func (export "run") (param "times" u32) (canon lift (core func $c "run"))))"#;

/// Has the host log what is put.
const LOGS: &str = r#"(component $kv
  (import "log" (func $log (param "x" u32)))
  (core func $log (canon lower (func $log)))
  (core module $m (import "" "log" (func $log (param i32))) (func (export "put") (param i32) (call $log (local.get 0))))
  (core instance $c (instantiate $m (with "" (instance (export "log" (func $log))))))
  (func $put (param "x" u32) (canon lift (core func $c "put")))
  (instance $e (export "put" (func $put)))
  (export "t:kv/puts" (instance $e)))"#;

/// Runs both in a host that logs to standard error, and ends no line. Gives what was written there.
fn puts(component: &[u8]) -> String {
    let engine = engine();
    let stderr = MemoryOutputPipe::new(1 << 20);
    let mut store = support::store_with(&engine, |wasi| _ = wasi.stderr(stderr.clone()));
    let mut linker = support::wasi(&engine);
    let log = stderr.clone();
    _ = linker.root().func_new("log", move |_, _, given, _| {
        let [Val::U32(number)] = given else { panic!("{given:?}") };
        log.clone().write(format!("put {number} [").into_bytes().into()).unwrap();
        Ok(())
    });
    let instance = linker.instantiate(&mut store, &compiled(component)).unwrap();
    let run = instance.get_typed_func::<(u32,), ()>(&mut store, "run").unwrap();
    run.call(&mut store, (2,)).unwrap();
    String::from_utf8(stderr.contents().to_vec()).unwrap()
}

#[test]
fn calls_without_a_result_are_recorded_while_others_are_made_and_write() {
    let directory = tempfile::tempdir().unwrap();
    let files = [("front.wat", PUTS), ("kv.wat", LOGS)].map(|(name, text)| {
        let file = directory.path().join(name);
        std::fs::write(&file, text).unwrap();
        file
    });
    let whole = plug(&files[0], &files[1..]);
    let edges = ["--at", "front/t:kv/puts", "--at", "kv/log"];
    let recording = puts(&made(&whole, "record", &edges));
    let lines = [
        r#"{"n":1,"at":"front/t:kv/puts","call":"put","args":["2"]}"#,
        r#"{"n":1,"at":"kv","call":"log","args":["2"]}"#,
        r#"put 2 [{"n":1,"at":"kv"}"#,
        r#"{"n":1,"at":"front/t:kv/puts"}"#,
        r#"{"n":2,"at":"front/t:kv/puts","call":"put","args":["1"]}"#,
        r#"{"n":2,"at":"kv","call":"log","args":["1"]}"#,
        r#"put 1 [{"n":2,"at":"kv"}"#,
        r#"{"n":2,"at":"front/t:kv/puts"}"#,
    ];
    assert_eq!(recording.lines().collect::<Vec<_>>(), lines);
    for edges in [&edges[..2], &edges[2..], &edges] {
        assert_eq!(puts(&replay(&whole, &recording, edges)), "");
    }
    let traced = puts(&made(&whole, "trace", &edges));
    let lines = [
        "weld: front/t:kv/puts put(2)",
        "weld: kv log(2)",
        "put 2 [weld: front/t:kv/puts put(1)",
        "weld: kv log(1)",
        "put 1 [",
    ];
    assert_eq!(traced.lines().collect::<Vec<_>>(), lines);
}

#[test]
fn exports_with_resource_types_of_their_own_are_recorded() {
    let directory = tempfile::tempdir().unwrap();
    let store = directory.path().join("store.wasm");
    std::fs::write(
        &store,
        made(&std::fs::read(guest("kv-store")).unwrap(), "record", &["--at", "export acme:kv/store"]),
    )
    .unwrap();
    let plain = support::run(&plug(&guest("kv-app"), &[guest("kv-store")]), &[]);
    let recorded = support::run(&plug(&guest("kv-app"), &[store]), &[]);
    assert_eq!((recorded.stdout, recorded.result), (plain.stdout, plain.result));
    let line = r#""at":"export acme:kv/store@0.1.0","call":"[method]connection.get","args":["1","\"apple\""],"result":"some(\"red\")"}"#;
    assert!(recorded.stderr.lines().any(|other| other.ends_with(line)), "{}", recorded.stderr);
    // Those of the host's are no business of a recorder; and calls of exports are made by others.
    let said = |arguments: &[&str]| fails(weld(directory.path()).args(arguments).args(["-o", "out.wasm"]));
    let handler = guest("handler");
    let error = said(&["record", handler.to_str().unwrap(), "--at", "export wasi:http/incoming-handler"]);
    assert!(error.contains("which are those of the import `wasi:http/types@0.2.12`"), "{error}");
    std::fs::write(directory.path().join("calls.jsonl"), &recorded.stderr).unwrap();
    let store = guest("kv-store");
    let edges = ["--at", "export acme:kv/store", "--calls", "calls.jsonl"];
    let error = said(&[&["replay", store.to_str().unwrap()][..], &edges].concat());
    assert!(error.contains("calls of the export `acme:kv/store@0.1.0` cannot be replayed"), "{error}");
}

const WIT: &str = "package test:values;
interface all {
  flags few { a, b, none }
  flags many { f0, f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, f13, f14, f15, f16, f17 }
  enum one { true, inf, ok, other }
  variant choice { nothing, number(f64), text(string), pair(tuple<s8, u64>), %list(list<option<char>>) }
  record whole {
    yes: bool, b: u8, h: u16, w: u32, d: u64, sb: s8, sh: s16, sw: s32, sd: s64, f: f32, g: f64, c: char, s: string,
    l: list<tuple<string, u8>>, o: option<option<u32>>, r: result<list<u8>, one>, v: choice, few: few, many: many, %none: one,
  }
  echo: func(x: whole) -> whole;
  flat: func(a: choice, b: s16, c: f32) -> f32;
  spilled: func(a: string, b: choice, c: u8, d: option<string>, e: u64, f: u64, g: u64, h: u64, i: u64, j: u64, k: u64, l: u64) -> choice;
  tell: func(x: list<choice>);
  failed: func() -> result<_, one>;
}";

/// A host that gives back the first argument, or one of the same type.
fn echo(linker: &mut Linker<support::Host>) {
    let mut interface = linker.instance("test:values/all").unwrap();
    let mut answer = |name, number: usize| {
        let answer = move |given: &[Val], results: &mut [Val]| {
            results[0] = given[number].clone();
            Ok(())
        };
        interface.func_new(name, move |_, _, given, results| answer(given, results)).unwrap();
    };
    answer("echo", 0);
    answer("flat", 2);
    answer("spilled", 1);
    interface.func_new("tell", |_, _, _, _| Ok(())).unwrap();
    let error = || Val::Result(Err(Some(Box::new(Val::Enum("ok".into())))));
    let fail = move |results: &mut [Val]| {
        results[0] = error();
        Ok(())
    };
    interface.func_new("failed", move |_, _, _, results| fail(results)).unwrap();
}

/// Calls of all functions.
fn calls() -> Vec<(&'static str, Vec<Val>)> {
    let text = |text: &str| Val::String(text.into());
    let some = |value: Val| Val::Option(Some(Box::new(value)));
    let case = |name: &str, value: Val| Val::Variant(name.into(), Some(Box::new(value)));
    let flags = |names: &str| Val::Flags(names.split_whitespace().map(str::to_owned).collect());
    let choices = vec![
        Val::Variant("nothing".into(), None),
        case("number", Val::Float64(-0.1)),
        case("text", text("\"\\\n\u{1}\u{7f}\u{2028}\u{1f600}'")),
        case("pair", Val::Tuple(vec![Val::S8(-128), Val::U64(u64::MAX)])),
        case("list", Val::List(vec![some(Val::Char('\'')), Val::Option(None), some(Val::Char('\u{10ffff}'))])),
        case("number", Val::Float64(f64::INFINITY)),
        case("number", Val::Float64(5e-324)),
    ];
    let whole = |choice: &Val| {
        let fields = [
            ("yes", Val::Bool(true)),
            ("b", Val::U8(255)),
            ("h", Val::U16(65535)),
            ("w", Val::U32(u32::MAX)),
            ("d", Val::U64(1 << 63)),
            ("sb", Val::S8(-1)),
            ("sh", Val::S16(i16::MIN)),
            ("sw", Val::S32(i32::MIN)),
            ("sd", Val::S64(i64::MIN)),
            ("f", Val::Float32(1e-45)),
            ("g", Val::Float64(1.5e300)),
            ("c", Val::Char('é')),
            ("s", text("")),
            ("l", Val::List(vec![Val::Tuple(vec![text("a"), Val::U8(1)]), Val::Tuple(vec![text("b"), Val::U8(2)])])),
            ("o", some(Val::Option(None))),
            ("r", Val::Result(Ok(Some(Box::new(Val::List(vec![Val::U8(0), Val::U8(7)])))))),
            ("v", choice.clone()),
            ("few", flags("b none")),
            ("many", flags("f0 f9 f17")),
            ("none", Val::Enum("inf".into())),
        ];
        Val::Record(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    };
    let mut calls: Vec<(&str, Vec<Val>)> = Vec::new();
    for choice in &choices {
        calls.push(("values-all/echo", vec![whole(choice)]));
        calls.push(("values-all/flat", vec![choice.clone(), Val::S16(-3), Val::Float32(0.1)]));
        let numbers = (0..8).map(Val::U64);
        let spilled = [text("s"), choice.clone(), Val::U8(9), some(text("t"))];
        calls.push(("values-all/spilled", spilled.into_iter().chain(numbers).collect()));
    }
    calls.push(("values-all/tell", vec![Val::List(choices)]));
    calls.push(("values-all/failed", vec![]));
    calls
}

#[test]
fn values_of_all_types_are_recorded_and_replayed() {
    let app = component_of(WIT, &["test:values/all"]);
    let stderr = MemoryOutputPipe::new(1 << 20);
    let recorded = made(&app, "record", &["--at", "app/test:values/all"]);
    let mut puppet = Puppet::with(&recorded, |wasi| _ = wasi.stderr(stderr.clone()), echo);
    let answers: Vec<Val> =
        calls().iter().map(|(name, given)| puppet.call(name, given).unwrap_or(Val::Bool(false))).collect();
    let recording = String::from_utf8(stderr.contents().to_vec()).unwrap();
    // A call without a result has a second line.
    let without_result = calls().iter().filter(|(name, _)| *name == "values-all/tell").count();
    assert_eq!(recording.lines().count(), answers.len() + without_result);
    for line in recording.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(line["at"], "app/test:values/all");
    }

    let replayed = replay(&app, &recording, &["--at", "app/test:values/all", "--silent"]);
    let mut puppet = Puppet::new(&replayed, |_| {});
    for ((name, given), answer) in calls().iter().zip(&answers) {
        assert_eq!(puppet.call(name, given).unwrap_or(Val::Bool(false)), *answer, "{name}");
    }
    // The same once more is one call too many; and of no call may a value be another.
    assert!(puppet.call("values-all/failed", &[]).is_err());
    let calls = calls();
    for (number, (name, given)) in calls.iter().enumerate().filter(|(_, (_, given))| !given.is_empty()) {
        let mut puppet = Puppet::new(&replayed, |_| {});
        for (name, given) in &calls[..number] {
            _ = puppet.call(name, given);
        }
        let (_, other) = calls.iter().find(|(of, other)| of == name && other != given).unwrap_or(&calls[number]);
        let mut other = other.clone();
        if *name == "values-all/tell" {
            other = vec![Val::List(vec![])];
        }
        assert!(puppet.call(name, &other).is_err(), "{name}");
    }
}

#[test]
fn handles_are_numbers_in_the_order_in_which_they_were_given() {
    let whole = plug(&guest("kv-app"), &[guest("kv-store")]);
    let plain = support::run(&whole, &[]);
    let recorded = support::run(&made(&whole, "record", &["--at", "kv-app/acme:kv/store"]), &[]);
    assert_eq!(recorded.stdout, plain.stdout);
    // The store is not there any more.
    let replayed = replay(&whole, &recorded.stderr, &["--at", "kv-app/acme:kv/store"]);
    assert!(!weld::inspect(replayed.as_slice()).unwrap().tree().contains("kv-store"));
    let ran = support::run(&replayed, &[]);
    assert_eq!((ran.stdout, ran.result), (plain.stdout.clone(), plain.result));
    let traced = support::run(&made(&whole, "trace", &["--at", "kv-app/acme:kv/store"]), &[]);
    assert_eq!(traced.stdout, plain.stdout);
    let line = "weld: kv-app/acme:kv/store@0.1.0 [method]connection.get(1, \"apple\") -> some(\"red\")";
    assert!(traced.stderr.lines().any(|other| other == line), "{}", traced.stderr);
}

#[test]
fn a_recorded_component_gains_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let command = guest("command-0.2.3");
    let granted = |grants: &[&str]| support::virt(&command, grants);
    // Its own standard error may be recorded where it has that, and all that was refused is refused.
    let recorded = made(&granted(&["stdout=allow", "stderr=allow"]), "record", &["--at", "command-0.2.3/host"]);
    let ran = run(&recorded, directory.path(), &["env"]);
    assert_eq!(ran.stdout, "no arguments\n");
    assert!(ran.stderr.contains("\"call\":\"get-arguments\",\"args\":[],\"result\":\"[]\""), "{}", ran.stderr);
    let reached = |bytes: &[u8]| {
        let inspection: serde_json::Value = serde_json::from_str(&weld::inspect(bytes).unwrap().json()).unwrap();
        let imports = inspection["imports"].as_array().unwrap().iter();
        imports.filter(|of| of["types_only"] == false).map(|of| of["name"].to_string()).collect::<Vec<_>>()
    };
    let before = reached(&granted(&["stdout=allow", "stderr=allow"]));
    let more: Vec<String> = reached(&recorded).into_iter().filter(|name| !before.contains(name)).collect();
    let sink = ["error@0.2.0", "streams@0.2.0", "stderr@0.2.0"];
    assert!(more.iter().all(|name| sink.iter().any(|of| name.contains(of))), "{more:?}");
    // It has no standard error: a recorder that passes that on would be the way to it.
    std::fs::write(directory.path().join("app.wasm"), granted(&["stdout=allow"])).unwrap();
    let flags = ["record", "app.wasm", "--at", "command-0.2.3/host", "-o", "out.wasm"];
    let said = fails(weld(directory.path()).args(flags));
    assert!(said.contains("`command-0.2.3` may not write to standard error"), "{said}");
    let flags = ["record", "app.wasm", "--at", "command-0.2.3/wasi:clocks/wall-clock", "-o", "out.wasm"];
    succeeds(weld(directory.path()).args(flags));
    let recorded = std::fs::read(directory.path().join("out.wasm")).unwrap();
    let ran = run(&recorded, directory.path(), &[]);
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("no arguments\n", ""));
}

#[test]
fn a_recorder_applies_no_setting_a_second_time() {
    let directory = tempfile::tempdir().unwrap();
    for (name, of) in [("first", "hrw"), ("second", "hro")] {
        let path = directory.path().join(of);
        std::fs::create_dir(&path).unwrap();
        std::fs::write(path.join(format!("{name}.txt")), name).unwrap();
    }
    // The path of one mount is the name of the other on the host.
    let granted = support::virt(
        &guest("command-0.2.12"),
        &[
            "stdout=allow",
            "stderr=allow",
            "args=allow",
            r#"fs."/data"={host="/hrw"}"#,
            r#"fs."/hrw"={host="/hro",mode="read-only"}"#,
            "env={set={COLOR=\"blue\"}}",
        ],
    );
    let run = |component: &[u8], words: &[&str]| {
        run_with(component, words, |wasi| {
            for of in ["hrw", "hro"] {
                wasi.preopened_dir(directory.path().join(of), format!("/{of}"), FsPerms::ReadWrite).unwrap();
            }
        })
    };
    for command in ["record", "trace"] {
        let recorded = made(&granted, command, &["--at", "command-0.2.12/host"]);
        for words in [
            &["try", "ls", "/data"][..],
            &["try", "ls", "/hrw"],
            &["try", "write", "/hrw/new", "x"],
            &["try", "write", "/data/new", "x"],
            &["env"],
        ] {
            let [before, after] = [&granted, &recorded].map(|component| run(component, words));
            assert_eq!(before.stdout, after.stdout, "{command} {words:?}: {}", after.stderr);
        }
    }
    let read_only = std::fs::read_dir(directory.path().join("hro")).unwrap().count();
    assert_eq!(read_only, 1);
}

#[test]
fn what_cannot_be_recorded_is_an_error_that_names_it() {
    let directory = tempfile::tempdir().unwrap();
    let said = |guest_name: &str, flags: &[&str]| {
        let mut run = weld(directory.path());
        fails(run.arg(flags[0]).arg(guest(guest_name)).args(&flags[1..]).args(["-o", "out.wasm"]))
    };
    let wrong = |said: String, parts: &[&str]| {
        for part in parts {
            assert!(said.contains(part), "{said}");
        }
    };
    let stdout = ["record", "--at", "command-0.2.3/wasi:cli/stdout"];
    wrong(
        said("command-0.2.3", &stdout),
        &["wasi:cli/stdout@0.2.3#get-stdout", "`wasi:io/streams@0.2.3`", "`output-stream`"],
    );
    let p3 = said("command-p3", &["trace", "--at", "command-p3/host"]);
    wrong(p3.clone(), &["cannot be recorded: it exchanges a stream"]);
    // The message says what can be, which can be.
    let flags = p3.split_once("the others can be recorded: ").unwrap().1;
    let others: Vec<&str> =
        flags.split_whitespace().filter_map(|word| word.strip_prefix('\'')?.strip_suffix('\'')).collect();
    assert!(others.len() > 3 && others.iter().any(|edge| edge.contains("monotonic-clock")), "{p3}");
    let flags: Vec<&str> = others.iter().flat_map(|edge| ["--at", edge]).collect();
    let mut run = weld(directory.path());
    succeeds(run.arg("trace").arg(guest("command-p3")).args(flags).args(["-o", "out.wasm"]));
    for (edge, meant) in [
        ("commmand-0.2.3/wasi:cli/stdout", "command-0.2.3/wasi:cli/stdout"),
        ("command-0.2.3", "command-0.2.3/host"),
        ("host", "command-0.2.3/host"),
        ("wasi:cli/stdout", "command-0.2.3/wasi:cli/stdout"),
        ("wasi:cli/run", "export wasi:cli/run"),
    ] {
        let meant = format!("did you mean `{meant}`?");
        wrong(said("command-0.2.3", &["record", "--at", edge]), &["names no import", &meant]);
    }
    wrong(said("command-0.2.3", &["record", "--at", "export wasi:cli/rum"]), &["did you mean `wasi:cli/run`?"]);
    for import in ["wall-clock", "wasi:clocks/wal-clock"] {
        let edge = format!("command-0.2.3/{import}");
        wrong(said("command-0.2.3", &["record", "--at", &edge]), &["did you mean `wasi:clocks/wall-clock`?"]);
    }
    let clock = ["replay", "--at", "command-0.2.3/wasi:clocks/wall-clock", "--calls", "calls.jsonl"];
    let line = |result: &str| {
        format!(
            "{{\"n\":1,\"at\":\"x/wasi:clocks/wall-clock@0.2.3\",\"call\":\"now\",\"args\":[],\"result\":\"{result}\"}}\n"
        )
    };
    for (recording, part) in [
        (line("{seconds: 1}"), "line 2 of the recording is no call of `wasi:clocks/wall-clock@0.2.3#now`"),
        (line("{seconds: 1, nanoseconds: 2}").replace("now", "then"), "it is not imported"),
        (line("{seconds: 1, nanoseconds: 2}").replace("[]", "[\"1\"]"), "it has 1 arguments, and the function takes 0"),
        (
            line("{seconds: 1, nanoseconds: 2}").replace("wall-clock", "other"),
            "no call of `command-0.2.3/wasi:clocks/wall-clock`",
        ),
        (
            "{\"n\":1,\"at\":\"command-0.2.3\",\"result\":\"1\"}\n".to_owned(),
            "line 2 of the recording is no call: it says that a call returned, and no line before it is that of the call",
        ),
        ("{\"n\":1,\"at\":[}\n".to_owned(), "line 2 of the recording is no call"),
        ("and more of it\n".to_owned(), "`wasmtime run recorded.wasm 2> calls.jsonl`"),
        ("{\"n\":1,\"at\":\"app\",\"result\":\"1\"}\n".to_owned(), "no line before it is that of the call"),
    ] {
        std::fs::write(directory.path().join("calls.jsonl"), format!("what the component says\n{recording}")).unwrap();
        wrong(said("command-0.2.3", &clock), &[part]);
    }
}

/// Calls `answer` once, and returns.
fn command(run: &str, more: &str) -> String {
    format!(
        r#"(component $app
          (import "answer" (func $answer (result u32)))
          (core func $answer (canon lower (func $answer)))
          (core module $m (import "" "answer" (func $answer (result i32)))
            (func (export "run") (result i32) (drop (call $answer)) (i32.const 0)))
          (core instance $c (instantiate $m (with "" (instance (export "answer" (func $answer))))))
          (func $run (result (result)) (canon lift (core func $c "run")))
          (instance $e (export "run" (func $run)) {more})
          (export "{run}" (instance $e)))"#
    )
}

#[test]
fn replays_of_commands_of_any_version_tell_of_missing_calls() {
    let line = r#"{"n":1,"at":"app","call":"answer","args":[],"result":"42"}"#;
    for run in ["wasi:cli/run", "wasi:cli/run@0.1.0", "wasi:cli/run@0.2.0"] {
        let app = wat::parse_str(command(run, "")).unwrap();
        for (recording, result) in [(line.to_owned(), Ok(())), (format!("{line}\n{line}\n"), Err(()))] {
            let replayed = replay(&app, &recording, &["--at", "app/answer", "--silent"]);
            assert_eq!(run_without_a_host(&replayed), Ok(result), "{run}");
        }
    }
    // Another interface than that of a command is as it was, and that is said.
    let directory = tempfile::tempdir().unwrap();
    let text = command("wasi:cli/run@0.2.0", r#"(export "walk" (func $run))"#);
    std::fs::write(directory.path().join("app.wat"), text).unwrap();
    std::fs::write(directory.path().join("calls.jsonl"), format!("{line}\n{line}\n")).unwrap();
    let flags = ["replay", "app.wat", "--at", "app/answer", "--calls", "calls.jsonl", "--silent", "-o", "out.wasm"];
    let said = succeeds(weld(directory.path()).args(flags));
    let said = String::from_utf8(said.stderr).unwrap();
    assert!(said.contains("note: missing calls are not reported: `wasi:cli/run@0.2.0` is another interface"), "{said}");
    let replayed = std::fs::read(directory.path().join("out.wasm")).unwrap();
    assert!(weld::print(replayed.as_slice()).unwrap().contains("walk"));
    assert_eq!(run_without_a_host(&replayed), Ok(Ok(())));
}

#[test]
fn names_of_instances_may_have_colons() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    std::fs::write(path.join("t:app.wat"), command("wasi:cli/run@0.2.0", "")).unwrap();
    std::fs::write(path.join("calls.jsonl"), r#"{"n":1,"at":"t:app","call":"answer","args":[],"result":"42"}"#)
        .unwrap();
    let flags = ["replay", "t:app.wat", "--at", "t:app/answer", "--calls", "calls.jsonl", "--silent", "-o", "out.wasm"];
    succeeds(weld(path).args(flags));
    assert_eq!(run_without_a_host(&std::fs::read(path.join("out.wasm")).unwrap()), Ok(Ok(())));
    let said = fails(weld(path).args(["record", "t:app.wat", "--at", "t:app/nothing", "-o", "out.wasm"]));
    assert!(said.contains("`t:app` has no import `nothing`"), "{said}");
}

#[test]
fn no_recorder_answers_from_the_recording_of_another() {
    let directory = tempfile::tempdir().unwrap();
    let whole = format!(
        r#"(component (import "log" (func $log (param "x" u32)))
          {LOGS} {PUTS}
          (instance $t:two (instantiate $kv (with "log" (func $log))))
          (instance $t:one (instantiate $front (with "t:kv/puts" (instance $t:two "t:kv/puts"))))
          (export "run" (func $t:one "run")))"#
    );
    std::fs::write(directory.path().join("whole.wat"), whole).unwrap();
    let line = r#"{"n":1,"at":"t:other/t:kv/puts","call":"put","args":["2"]}"#;
    std::fs::write(directory.path().join("calls.jsonl"), format!("{line}\n")).unwrap();
    let flags = ["replay", "whole.wat", "--at", "t:one/t:kv/puts", "--calls", "calls.jsonl", "-o", "out.wasm"];
    // One recorder may have another name when it was recorded, and of two each has its own calls.
    succeeds(weld(directory.path()).args(flags));
    let said = fails(weld(directory.path()).args(flags).args(["--at", "t:two/log"]));
    assert!(said.contains("the recording has no call of"), "{said}");
}

#[test]
fn replay_names_instances_without_a_recorded_call() {
    let directory = tempfile::tempdir().unwrap();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/cms");
    let parts = ["front.wasm", "storygen.wasm", "kv.wasm"].map(|file| example.join(file));
    let mut run = weld(directory.path());
    succeeds(
        run.arg("plug")
            .arg(&parts[0])
            .arg("--plug")
            .arg(&parts[1])
            .arg("--plug")
            .arg(&parts[2])
            .args(["-o", "cms.wasm"]),
    );
    // Nothing that `storygen` calls is recorded.
    let line = r#"{"n":1,"at":"front/wasi:cli/environment","call":"get-environment","args":[],"result":"[]"}"#;
    std::fs::write(directory.path().join("calls.jsonl"), line).unwrap();
    let notes = |edges: &[&str]| {
        let mut run = weld(directory.path());
        run.args(["replay", "cms.wasm", "--calls", "calls.jsonl", "-o", "out.wasm"]);
        edges.iter().for_each(|edge| _ = run.args(["--at", edge]));
        String::from_utf8(succeeds(&mut run).stderr).unwrap()
    };
    let found = notes(&["front/host", "storygen/host"]);
    assert!(found.contains("the recording has no call that `storygen` makes at these edges"), "{found}");
    assert!(!found.contains("that `front` makes") && !notes(&["front/host"]).contains("has no call"), "{found}");
}
