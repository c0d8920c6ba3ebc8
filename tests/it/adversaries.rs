//! Guests that try what no guest should: handles that nobody gave them, or that they have dropped, and more than there is of everything.
//! What they get is an error, or the trap of the host's own tables, and the host is left with nothing of it.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::support::puppet::{GRANTS, Given, Puppet, ask, granted};
use crate::support::{compiled, engine, virt_in};
use tempfile::TempDir;
use wasmtime::Store;
use wasmtime::component::types::ComponentItem;
use wasmtime::component::{Linker, Resource, ResourceAny, ResourceType, Val};
use wasmtime_wasi::FsPerms;

const IN: &str = "io-streams/input-stream-";
const OUT: &str = "io-streams/output-stream-";

fn host() -> TempDir {
    let host = tempfile::tempdir().unwrap();
    std::fs::write(host.path().join("file"), "0123456789").unwrap();
    host
}

fn puppet(host: &Path, grants: &[&str]) -> Puppet {
    let output = granted(host, grants);
    Puppet::new(&output, |wasi| _ = wasi.preopened_dir(host, "/h", FsPerms::ReadWrite).unwrap())
}

/// Opens, reads, writes, fails, waits and lists, on each mount, and drops all that it was given.
fn go_round(puppet: &mut Puppet) {
    let drop = |puppet: &mut Puppet, of: &str, handle: u32| _ = puppet.call(of, &[handle.val()]).unwrap();
    let directories = puppet.directories();
    for directory in directories.values().copied() {
        for (path, how, flags) in
            [("file", "", "read"), ("none", "", "read"), ("new", "create", "read write"), ("../x", "create", "write")]
        {
            let Ok(file) = puppet.open(directory, path, how, flags) else { continue };
            ask!(puppet, "filesystem-types/descriptor-stat", file);
            for (make, of) in
                [("read-via-stream", "input"), ("write-via-stream", "output"), ("append-via-stream", "output")]
            {
                let mut given = vec![file.val()];
                given.extend((make != "append-via-stream").then(|| 0_u64.val()));
                let stream = puppet.call(&format!("filesystem-types/descriptor-{make}"), &given).unwrap();
                let Val::Result(Ok(Some(stream))) = stream else { continue };
                let Val::U32(stream) = *stream else { panic!("{stream:?}") };
                let pollable = puppet.handle(&format!("io-streams/{of}-stream-subscribe"), &[stream.val()]);
                ask!(puppet, "io-poll/pollable-block", pollable);
                let soon = puppet.handle("clocks-monotonic-clock/subscribe-duration", &[0_u64.val()]);
                puppet.poll(&[pollable, soon]);
                drop(puppet, "io-poll/drop-pollable", soon);
                drop(puppet, "io-poll/drop-pollable", pollable);
                for size in [3, 200] {
                    let answer = match of {
                        "input" => puppet.call(&format!("{IN}blocking-read"), &[stream.val(), 3_u64.val()]),
                        // There is less space than that in memory, and the file may not be written to at all.
                        _ => puppet.call(
                            &format!("{OUT}blocking-write-and-flush"),
                            &[stream.val(), vec![b'x'; size].as_slice().val()],
                        ),
                    };
                    if let Val::Result(Err(Some(error))) = answer.unwrap()
                        && let Val::Variant(_, Some(error)) = *error
                    {
                        ask!(puppet, "filesystem-types/filesystem-error-code", (*error).clone());
                        ask!(puppet, "io-error/drop-error", *error);
                    }
                }
                drop(puppet, &format!("io-streams/drop-{of}-stream"), stream);
            }
            drop(puppet, "filesystem-types/drop-descriptor", file);
            ask!(puppet, "filesystem-types/descriptor-unlink-file-at", directory, "new");
        }
        let entries = puppet.handle("filesystem-types/descriptor-read-directory", &[directory.val()]);
        ask!(puppet, "filesystem-types/directory-entry-stream-read-directory-entry", entries);
        drop(puppet, "filesystem-types/drop-directory-entry-stream", entries);
    }
    // From one owner to another.
    let (h, m) = (directories["/h"], directories["/m"]);
    let (from, to) = (puppet.open(h, "file", "", "read").unwrap(), puppet.open(m, "copy", "create", "write").unwrap());
    let input = puppet.handle("filesystem-types/descriptor-read-via-stream", &[from.val(), 0_u64.val()]);
    let output = puppet.handle("filesystem-types/descriptor-write-via-stream", &[to.val(), 0_u64.val()]);
    ask!(puppet, &format!("{OUT}blocking-splice"), output, input, 1000_u64);
    for (of, handle) in [
        ("io-streams/drop-input-stream", input),
        ("io-streams/drop-output-stream", output),
        ("filesystem-types/drop-descriptor", from),
        ("filesystem-types/drop-descriptor", to),
    ] {
        drop(puppet, of, handle);
    }
    for (get, of) in
        [("cli-stdin/get-stdin", "input"), ("cli-stdout/get-stdout", "output"), ("cli-stderr/get-stderr", "output")]
    {
        let stream = puppet.handle(get, &[]);
        drop(puppet, &format!("io-streams/drop-{of}-stream"), stream);
    }
    directories.into_values().for_each(|directory| drop(puppet, "filesystem-types/drop-descriptor", directory));
}

#[test]
fn virt_leaves_no_host_handle_behind() {
    for more in [&[][..], &["fs./r={host=\"/h\", mode=\"read-only\"}"], &["random.seed=1", "env={set={A=\"b\"}}"]] {
        let host = host();
        let mut puppet = puppet(host.path(), &[GRANTS, more].concat());
        go_round(&mut puppet);
        let before = puppet.objects();
        (0..20).for_each(|_| go_round(&mut puppet));
        assert_eq!(puppet.objects(), before, "{more:?}");
    }
}

#[test]
fn virt_traps_on_handles_that_nobody_gave() {
    let host = host();
    let output = granted(host.path(), GRANTS);
    let new = || Puppet::new(&output, |wasi| _ = wasi.preopened_dir(host.path(), "/h", FsPerms::ReadWrite).unwrap());
    // After a trap an instance is at its end.
    let mut tried = 0;
    for (function, more) in [
        ("filesystem-types/descriptor-stat", vec![]),
        ("filesystem-types/descriptor-read", vec![1_u64.val(), 0_u64.val()]),
        ("filesystem-types/descriptor-unlink-file-at", vec!["file".val()]),
        ("filesystem-types/directory-entry-stream-read-directory-entry", vec![]),
        ("filesystem-types/drop-descriptor", vec![]),
        ("io-streams/input-stream-read", vec![1_u64.val()]),
        ("io-streams/output-stream-check-write", vec![]),
        ("io-streams/drop-input-stream", vec![]),
        ("io-streams/drop-output-stream", vec![]),
        ("io-poll/pollable-block", vec![]),
        ("io-poll/drop-pollable", vec![]),
        ("io-error/error-to-debug-string", vec![]),
    ] {
        // Numbers, one of which was a handle; those that representations of handles have; and handles of another type.
        for number in [0, 1, 2, 3, 1000, 1 << 27, 1 << 28, 1 << 29, (1 << 30) - 1, 1 << 31, u32::MAX] {
            let mut puppet = new();
            let other = if function.contains("pollable") {
                puppet.handle("cli-stdin/get-stdin", &[])
            } else {
                puppet.handle("clocks-monotonic-clock/subscribe-duration", &[0_u64.val()])
            };
            let given = puppet.directories();
            let dropped = given["/h"];
            ask!(puppet, "filesystem-types/drop-descriptor", dropped);
            let handle = match number {
                0 => other,
                1 => dropped,
                number => number,
            };
            // What it was really given it may use.
            if handle != dropped && given.values().any(|directory| *directory == handle) {
                continue;
            }
            let said = puppet.call(function, &[vec![handle.val()], more.clone()].concat());
            let trap = said.expect_err(function);
            assert!(trap.contains("handle"), "{function} {number}: {trap}");
            tried += 1;
        }
    }
    assert!(tried > 100, "{tried}");
    assert_eq!(std::fs::read_to_string(host.path().join("file")).unwrap(), "0123456789");
}

#[test]
fn stream_and_pollable_outlive_what_they_are_of() {
    let host = host();
    let mut puppet = puppet(host.path(), GRANTS);
    let (m, e) = (puppet.directory("/m"), puppet.directory("/e"));
    let file = puppet.open(m, "file", "create", "read write").unwrap();
    let out = puppet.handle("filesystem-types/descriptor-write-via-stream", &[file.val(), 0_u64.val()]);
    let pollable = puppet.handle(&format!("{OUT}subscribe"), &[out.val()]);
    ask!(puppet, "filesystem-types/drop-descriptor", file);
    ask!(puppet, "filesystem-types/descriptor-unlink-file-at", m, "file");
    assert_eq!(ask!(puppet, &format!("{OUT}blocking-write-and-flush"), out, b"gone"), "ok");
    ask!(puppet, "io-streams/drop-output-stream", out);
    // It is of nothing any more, and so nothing is to be waited for.
    assert_eq!(puppet.poll(&[pollable]), [0]);
    assert_eq!(ask!(puppet, "io-poll/pollable-ready", pollable), "true");
    // A list of names goes on as it was; the directory that it is of is gone meanwhile.
    let entries = puppet.handle("filesystem-types/descriptor-read-directory", &[e.val()]);
    ask!(puppet, "filesystem-types/drop-descriptor", e);
    let entry = ask!(puppet, "filesystem-types/directory-entry-stream-read-directory-entry", entries);
    assert!(entry.contains("file"), "{entry}");
    // What the file took is free again: the quota is 100 bytes.
    let again = puppet.open(m, "again", "create", "write").unwrap();
    assert_eq!(ask!(puppet, "filesystem-types/descriptor-write", again, &[b'x'; 100], 0_u64), "ok(100)");
}

#[test]
fn stream_write_zeroes_of_gigabytes_is_an_error_in_no_time() {
    let empty = tempfile::tempdir().unwrap();
    for (mount, errors) in [
        ("fs./m={memory=\"100B\"}", &["some(insufficient-space)"][..]),
        // As much as the host gives: 32 MiB of memory.
        ("fs./m={embed=\".\", overlay=\"memory\"}", &["some(insufficient-space)", "some(file-too-large)"]),
    ] {
        for function in ["write-zeroes", "blocking-write-zeroes-and-flush"] {
            for length in [1_u64 << 30, (1 << 31) - 1, 1 << 31, 1 << 63, u64::MAX] {
                let mut puppet = puppet(empty.path(), &[mount]);
                puppet.limit();
                let m = puppet.directory("/m");
                let file = puppet.open(m, "file", "create", "read write").unwrap();
                let out = puppet.handle("filesystem-types/descriptor-write-via-stream", &[file.val(), 0_u64.val()]);
                let start = Instant::now();
                let failed = puppet.call(&format!("{OUT}{function}"), &[out.val(), length.val()]).unwrap();
                assert!(start.elapsed() < Duration::from_secs(1), "{mount} {function} {length}: {:?}", start.elapsed());
                let Val::Result(Err(Some(error))) = failed else { panic!("{failed:?}") };
                let Val::Variant(_, Some(error)) = *error else { panic!("{error:?}") };
                let code = ask!(puppet, "filesystem-types/filesystem-error-code", *error);
                assert!(errors.contains(&code.as_str()), "{mount} {function} {length}: {code}");
                assert_eq!(ask!(puppet, &format!("{OUT}check-write"), out), "err(closed)");
            }
        }
    }
}

/// An app that asks for random numbers, and may write to standard error.
const ASKS: &str = r#"
(component
  (import "wasi:io/error@0.2.12" (instance $errors (export "error" (type (sub resource)))))
  (alias export $errors "error" (type $error))
  (import "wasi:io/streams@0.2.12" (instance $streams
    (alias outer 1 $error (type $outer))
    (export "error" (type $error (eq $outer)))
    (export "output-stream" (type $stream (sub resource)))
    (type $failed (variant (case "last-operation-failed" (own $error)) (case "closed")))
    (export "stream-error" (type $stream-error (eq $failed)))
    (export "[method]output-stream.blocking-write-and-flush"
      (func (param "self" (borrow $stream)) (param "contents" (list u8)) (result (result (error $stream-error)))))))
  (alias export $streams "output-stream" (type $stream))
  (import "wasi:cli/stderr@0.2.12" (instance
    (alias outer 1 $stream (type $outer))
    (export "output-stream" (type $stream (eq $outer)))
    (export "get-stderr" (func (result (own $stream))))))
  (import "wasi:random/random@0.2.12" (instance $random (export "get-random-u64" (func (result u64)))))
  (core func $ask (canon lower (func $random "get-random-u64")))
  (core module $code
    (import "" "ask" (func $ask (result i64)))
    (func (export "run") (result i64) call $ask))
  (core instance $code (instantiate $code (with "" (instance (export "ask" (func $ask))))))
  (func (export "run") (result u64) (canon lift (core func $code "run"))))
"#;

/// How many errors a host has given, and how many of them it has got back.
#[derive(Default)]
struct Errors {
    given: usize,
    dropped: usize,
}

struct Failed;
struct Stream;

#[test]
fn virt_debug_drops_the_errors_of_failed_writes() {
    let directory = tempfile::tempdir().unwrap();
    let app = directory.path().join("app.wat");
    std::fs::write(&app, ASKS).unwrap();
    let output = virt_in(directory.path(), &app, &["--allow-all", "--debug"]);
    for fails_with in ["last-operation-failed", "closed", ""] {
        let (engine, component) = (engine(), compiled(&output));
        let mut linker = Linker::<Errors>::new(&engine);
        for (name, item) in component.component_type().imports(&engine) {
            let ComponentItem::ComponentInstance(instance) = item.ty else { panic!("{name}") };
            let mut interface = linker.instance(name).unwrap();
            for (name, item) in instance.exports(&engine) {
                match (item.ty, name) {
                    (ComponentItem::Resource(_), "error") => {
                        let drop = |mut store: wasmtime::StoreContextMut<'_, Errors>, _| {
                            store.data_mut().dropped += 1;
                            Ok(())
                        };
                        interface.resource(name, ResourceType::host::<Failed>(), drop).unwrap();
                    }
                    (ComponentItem::Resource(_), _) => {
                        interface.resource(name, ResourceType::host::<Stream>(), |_, _| Ok(())).unwrap();
                    }
                    (ComponentItem::ComponentFunc(_), "get-stderr") => {
                        let get = |store: wasmtime::StoreContextMut<'_, Errors>, results: &mut [Val]| {
                            let stream = ResourceAny::try_from_resource(Resource::<Stream>::new_own(7), store)?;
                            results[0] = Val::Resource(stream);
                            Ok(())
                        };
                        interface.func_new(name, move |store, _, _, results| get(store, results)).unwrap();
                    }
                    (ComponentItem::ComponentFunc(_), "get-random-u64") => {
                        let get = |results: &mut [Val]| {
                            results[0] = Val::U64(4);
                            Ok(())
                        };
                        interface.func_new(name, move |_, _, _, results| get(results)).unwrap();
                    }
                    (ComponentItem::ComponentFunc(_), _) => {
                        let write = move |mut store: wasmtime::StoreContextMut<'_, Errors>,
                                          given: &[Val],
                                          results: &mut [Val]| {
                            let Val::Resource(stream) = given[0] else { panic!("{given:?}") };
                            stream.resource_drop(&mut store)?;
                            if fails_with.is_empty() {
                                results[0] = Val::Result(Ok(None));
                                return Ok(());
                            }
                            let error = match fails_with {
                                "closed" => None,
                                _ => {
                                    store.data_mut().given += 1;
                                    let error = ResourceAny::try_from_resource(Resource::<Failed>::new_own(9), store)?;
                                    Some(Box::new(Val::Resource(error)))
                                }
                            };
                            results[0] = Val::Result(Err(Some(Box::new(Val::Variant(fails_with.to_owned(), error)))));
                            Ok(())
                        };
                        interface.func_new(name, move |store, _, given, results| write(store, given, results)).unwrap();
                    }
                    _ => {}
                }
            }
        }
        let mut store = Store::new(&engine, Errors::default());
        let instance = linker.instantiate(&mut store, &component).unwrap();
        let run = instance.get_typed_func::<(), (u64,)>(&mut store, "run").unwrap();
        for _ in 0..10 {
            assert_eq!(run.call(&mut store, ()).unwrap(), (4,));
        }
        let Errors { given, dropped } = *store.data();
        assert_eq!(given, dropped, "{fails_with}");
        assert_eq!(given, if fails_with == "last-operation-failed" { 10 } else { 0 }, "{fails_with}");
    }
}
