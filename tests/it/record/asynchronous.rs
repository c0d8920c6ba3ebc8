//! Recorded calls of asynchronous functions.

use super::*;

#[test]
fn async_functions_of_wasi_are_recorded_and_replayed() {
    let command = std::fs::read(guest("command-p3")).unwrap();
    let [monotonic, system] = ["monotonic-clock", "system-clock"].map(|name| format!("app/wasi:clocks/{name}"));
    let edges = ["--at", &*monotonic, "--at", &*system, "--at", "app/wasi:random/random"];
    let recorder = made(&command, "record", &edges);
    let recorded = support::run_p3(&recorder, &[], |_| {});
    assert_eq!(recorded.result, Ok(Ok(())), "{}", recorded.stderr);
    assert!(recorded.stderr.contains("\"call\":\"wait-for\",\"args\":[\"1000\"]}\n"), "{}", recorded.stderr);
    let replayed = support::run_p3(&replay(&command, &recorded.stderr, &edges), &[], |_| {});
    assert_eq!((&replayed.stdout, &replayed.result), (&recorded.stdout, &recorded.result), "{}", replayed.stderr);
    let other = recorded.stderr.replace("[\"1000\"]", "[\"1001\"]");
    let other = support::run_p3(&replay(&command, &other, &edges), &[], |_| {});
    assert!(other.stderr.contains("weld: call 1 differs") && other.result.is_err(), "{other:?}");
}

/// Calls an asynchronous function twice at once, and gives the lengths of both answers.
const TWICE: &str = r#"(component
  (import "test:later/calls" (instance $i (export "say" (func async (param "text" string) (result string)))))
  (core module $mem (memory (export "m") 1) (data (i32.const 16) "onetwo") (global $next (mut i32) (i32.const 4096))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      (global.get $next) (global.set $next (i32.add (global.get $next) (local.get 3)))))
  (core instance $mem (instantiate $mem))
  (core func $say (canon lower (func $i "say") async (memory $mem "m") (realloc (func $mem "realloc"))))
  (core func $new (canon waitable-set.new))
  (core func $join (canon waitable.join))
  (core func $wait (canon waitable-set.wait (memory $mem "m")))
  (core func $drop (canon subtask.drop))
  (core module $m
    (import "" "m" (memory 1))
    (import "" "say" (func $say (param i32 i32 i32) (result i32))) (import "" "new" (func $new (result i32)))
    (import "" "join" (func $join (param i32 i32))) (import "" "wait" (func $wait (param i32 i32) (result i32)))
    (import "" "drop" (func $drop (param i32)))
    (global $set (mut i32) (i32.const 0)) (global $pending (mut i32) (i32.const 0))
    (func $start (param $status i32)
      (if (i32.ne (i32.and (local.get $status) (i32.const 15)) (i32.const 2)) (then
        (call $join (i32.shr_u (local.get $status) (i32.const 4)) (global.get $set))
        (global.set $pending (i32.add (global.get $pending) (i32.const 1))))))
    (func (export "run") (result i32)
      (global.set $set (call $new))
      (call $start (call $say (i32.const 16) (i32.const 3) (i32.const 64)))
      (call $start (call $say (i32.const 19) (i32.const 3) (i32.const 80)))
      (block $done (loop $again
        (br_if $done (i32.eqz (global.get $pending)))
        (drop (call $wait (global.get $set) (i32.const 128)))
        (if (i32.eq (i32.load (i32.const 132)) (i32.const 2)) (then
          (call $join (i32.load (i32.const 128)) (i32.const 0))
          (call $drop (i32.load (i32.const 128)))
          (global.set $pending (i32.sub (global.get $pending) (i32.const 1)))))
        (br $again)))
      (i32.add (i32.mul (i32.load (i32.const 68)) (i32.const 100)) (i32.load (i32.const 84)))))
  (core instance $c (instantiate $m (with "" (instance (export "m" (memory $mem "m")) (export "say" (func $say))
    (export "new" (func $new)) (export "join" (func $join)) (export "wait" (func $wait)) (export "drop" (func $drop))))))
  (func (export "run") async (result u32) (canon lift (core func $c "run"))))"#;

/// The same with a function that has no result.
fn twice_without_result() -> String {
    let text = TWICE.replace(" (result string)", "").replace("$say (param i32 i32 i32)", "$say (param i32 i32)");
    text.replace(" (i32.const 64))", ")").replace(" (i32.const 80))", ")")
}

/// Runs it in a host that answers the first call when the second one was made, and the second one after that.
fn twice(component: &[u8]) -> (u32, String) {
    let (engine, stderr) = (engine(), MemoryOutputPipe::new(1 << 20));
    let mut linker = Linker::<support::Host>::new(&engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker).unwrap();
    let calls = Arc::new(AtomicU32::new(0));
    let say = move |given: &[Val], results: &mut [Val]| {
        let (calls, Val::String(text)) = (Arc::clone(&calls), given[0].clone()) else { panic!("{given:?}") };
        let own = calls.fetch_add(1, Ordering::SeqCst) + 1;
        if let [result] = results {
            *result = Val::String(format!("{text}{}", "!".repeat(own as usize)));
        }
        let mut polls = 0;
        std::future::poll_fn(move |context| {
            polls += 1;
            assert!(polls < 100_000, "the second call waits for the first one");
            context.waker().wake_by_ref();
            // The second answer takes longer.
            let is_ready = if own == 1 { calls.load(Ordering::SeqCst) == 2 } else { polls > 100 };
            if is_ready { Poll::Ready(Ok(())) } else { Poll::Pending }
        })
    };
    _ = linker.instance("test:later/calls").map(|mut interface| {
        interface.func_new_concurrent("say", move |_, _, given, results| Box::pin(say(given, results))).unwrap()
    });
    let mut store = support::store_with(&engine, |wasi| _ = wasi.stderr(stderr.clone()));
    let number = in_tokio(async {
        let instance = linker.instantiate_async(&mut store, &compiled(component)).await.unwrap();
        let run = instance.get_typed_func::<(), (u32,)>(&mut store, "run").unwrap();
        run.call_async(&mut store, ()).await.unwrap().0
    });
    (number, String::from_utf8(stderr.contents().to_vec()).unwrap())
}

#[test]
fn async_calls_are_recorded_while_others_wait() {
    let app = wat::parse_str(TWICE).unwrap();
    assert_eq!(twice(&app), (405, String::new()));
    let (number, recording) = twice(&made(&app, "record", &["--at", "app/test:later/calls"]));
    assert_eq!(number, 405, "{recording}");
    let lines = [
        r#"{"n":1,"at":"app/test:later/calls","call":"say","args":["\"one\""]}"#,
        r#"{"n":2,"at":"app/test:later/calls","call":"say","args":["\"two\""]}"#,
        r#"{"n":1,"at":"app/test:later/calls","result":"\"one!\""}"#,
        r#"{"n":2,"at":"app/test:later/calls","result":"\"two!!\""}"#,
    ];
    assert_eq!(recording.lines().collect::<Vec<_>>(), lines);
    let (_, traced) = twice(&made(&app, "trace", &["--at", "app/test:later/calls"]));
    assert_eq!(
        traced.lines().collect::<Vec<_>>(),
        [r#"weld: app/test:later/calls say("one") -> "one!""#, r#"weld: app/test:later/calls say("two") -> "two!!""#]
    );
    let replayed = replay(&app, &recording.replace("two!!", "two!!!"), &["--at", "app/test:later/calls", "--silent"]);
    assert_eq!((names(&replayed).0, twice(&replayed)), (vec![], (406, String::new())));

    let app = wat::parse_str(twice_without_result()).unwrap();
    let (_, recording) = twice(&made(&app, "record", &["--at", "app/test:later/calls"]));
    let lines = [
        r#"{"n":1,"at":"app/test:later/calls","call":"say","args":["\"one\""]}"#,
        r#"{"n":2,"at":"app/test:later/calls","call":"say","args":["\"two\""]}"#,
        r#"{"n":1,"at":"app/test:later/calls"}"#,
        r#"{"n":2,"at":"app/test:later/calls"}"#,
    ];
    assert_eq!(recording.lines().collect::<Vec<_>>(), lines);
    let (_, traced) = twice(&made(&app, "trace", &["--at", "app/test:later/calls", "--at", "export run"]));
    let lines = [
        r#"weld: app/test:later/calls say("one")"#,
        r#"weld: app/test:later/calls say("two")"#,
        "weld: export run() -> 0",
    ];
    assert_eq!(traced.lines().collect::<Vec<_>>(), lines);
    let replayed = replay(&app, &recording, &["--at", "app/test:later/calls", "--silent"]);
    assert_eq!((names(&replayed).0, twice(&replayed)), (vec![], (0, String::new())));
}
