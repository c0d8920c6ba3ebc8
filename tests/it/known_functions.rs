//! Functions that go by the name of one of WASI, and are of another type: they are refused as that type allows.

use std::fmt::Write;
use std::fs;

use crate::support::{self, engine, succeeds, weld};
use serde_json::Value;
use wasmtime::component::{Component, Linker, Val};
use wasmtime::{Result, Store};

/// All functions that an adapter knows by name, by their interfaces, with the resource types that these define.
const KNOWN: &[(&str, &[&str], &[&str])] = &[
    ("wasi:io/error@0.2.6", &["error"], &[]),
    ("wasi:io/poll@0.2.6", &["pollable"], &["[method]pollable.ready", "[method]pollable.block", "poll"]),
    (
        "wasi:io/streams@0.2.6",
        &["input-stream", "output-stream"],
        &[
            "[method]input-stream.read",
            "[method]input-stream.blocking-read",
            "[method]input-stream.skip",
            "[method]input-stream.blocking-skip",
            "[method]output-stream.check-write",
            "[method]output-stream.write",
            "[method]output-stream.blocking-write-and-flush",
            "[method]output-stream.splice",
            "[method]output-stream.blocking-splice",
        ],
    ),
    ("wasi:cli/stdout@0.2.6", &[], &["get-stdout"]),
    ("wasi:cli/stderr@0.2.6", &[], &["get-stderr"]),
    ("wasi:cli/environment@0.2.6", &[], &["get-environment", "get-arguments", "initial-cwd"]),
    (
        "wasi:clocks/monotonic-clock@0.2.6",
        &[],
        &["now", "resolution", "get-resolution", "subscribe-instant", "subscribe-duration", "wait-until", "wait-for"],
    ),
    ("wasi:clocks/wall-clock@0.2.6", &[], &["now", "resolution"]),
    ("wasi:clocks/system-clock@0.3.0", &[], &["now", "get-resolution"]),
    ("wasi:clocks/timezone@0.2.6", &[], &["display", "utc-offset", "iana-id", "to-debug-string"]),
    ("wasi:random/random@0.2.6", &[], &["get-random-bytes", "get-random-u64"]),
    ("wasi:random/insecure@0.2.6", &[], &["get-insecure-random-bytes", "get-insecure-random-u64"]),
    ("wasi:random/insecure-seed@0.2.6", &[], &["insecure-seed", "get-insecure-seed"]),
];

/// A type that none of them has, with the types that it is made of; and whether a denied call of it traps: no value of
/// its result says that there is nothing.
struct Wrong {
    types: &'static str,
    params: &'static str,
    result: &'static str,
    traps: bool,
}

const WRONG: &[Wrong] = &[
    Wrong { types: "", params: "", result: "(result u8)", traps: true },
    Wrong { types: "", params: r#"(param "a" u8)"#, result: "", traps: true },
    Wrong { types: "", params: r#"(param "a" u8)"#, result: "(result u64)", traps: true },
    Wrong { types: "", params: r#"(param "a" u8)"#, result: "(result bool)", traps: true },
    Wrong { types: "", params: "", result: "(result u16)", traps: true },
    Wrong { types: "", params: r#"(param "a" char)"#, result: "(result string)", traps: true },
    Wrong { types: "", params: "", result: "(result (list u16))", traps: false },
    Wrong { types: "", params: r#"(param "a" (list u32))"#, result: "(result (list u32))", traps: false },
    Wrong { types: "", params: "", result: "(result (option u32))", traps: false },
    Wrong { types: "", params: "", result: "(result (result u64))", traps: false },
    Wrong { types: "", params: r#"(param "a" u64)"#, result: "(result (result u64 (error string)))", traps: false },
    Wrong { types: "", params: "", result: "(result (tuple u32 u64))", traps: true },
    Wrong {
        types: r#"(type $r' (record (field "a" u64) (field "b" string))) (export "r" (type $r (eq $r')))"#,
        params: "",
        result: "(result $r)",
        traps: true,
    },
    Wrong {
        types: r#"(alias outer 1 $thing (type $t')) (export "thing" (type $t (eq $t')))"#,
        params: r#"(param "a" (list (borrow $t)))"#,
        result: "(result (list u32))",
        traps: false,
    },
    Wrong {
        types: r#"(alias outer 1 $thing (type $t')) (export "thing" (type $t (eq $t')))"#,
        params: r#"(param "a" (borrow $t))"#,
        result: "(result bool)",
        traps: true,
    },
    // An output stream of another interface's.
    Wrong {
        types: r#"(alias outer 1 $thing (type $t')) (export "thing" (type $t (eq $t')))"#,
        params: "",
        result: "(result (own $t))",
        traps: false,
    },
];

/// A component that imports all of them with a type that they do not have. What is a method has its resource type, or
/// there would be no such name.
fn component(wrong: &Wrong) -> String {
    let Wrong { types, params, result, .. } = wrong;
    let mut text = r#"(component (import "acme:x/things" (instance $i (export "thing" (type (sub resource)))))
        (alias export $i "thing" (type $thing))"#
        .to_owned();
    for (interface, resources, functions) in KNOWN {
        // Types that are not used would need nothing of the other interface.
        write!(text, r#"(import "{interface}" (instance {types}"#).unwrap();
        for resource in *resources {
            write!(text, r#"(export "{resource}" (type ${resource} (sub resource)))"#).unwrap();
        }
        for function in *functions {
            let of = function.strip_prefix("[method]").and_then(|name| name.split('.').next());
            let this = of.map(|of| format!(r#"(param "self" (borrow ${of}))"#)).unwrap_or_default();
            write!(text, r#"(export "{function}" (func {this} {params} {result}))"#).unwrap();
        }
        text.push_str("))\n");
    }
    text + ")"
}

/// What `virt` writes of a component, and says as JSON.
#[track_caller]
fn virt(text: &str, flags: &[&str]) -> (Vec<u8>, Value) {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("app.wat"), text).unwrap();
    let mut command = weld(directory.path());
    let output = succeeds(command.args(["virt", "app.wat", "-o", "out.wasm", "--json"]).args(flags));
    (fs::read(directory.path().join("out.wasm")).unwrap(), serde_json::from_slice(&output.stdout).unwrap())
}

#[test]
fn virt_denies_a_known_name_by_its_own_type() {
    for wrong in WRONG {
        let text = component(wrong);
        for (treatment, traps) in [("deny", Some(wrong.traps)), ("ignore", None), ("trap", Some(true))] {
            let (output, said) = virt(&text, &["--grant", &format!("default={treatment}")]);
            Component::new(&engine(), &output).unwrap_or_else(|error| panic!("{treatment}, {text}\n{error:?}"));
            let refused = said["adapters"][0]["refused"].as_array().unwrap();
            let functions = refused.iter().flat_map(|of| of["functions"].as_array().unwrap());
            let mut count = 0;
            for function in functions {
                count += 1;
                if let Some(traps) = traps {
                    let of = wrong.result;
                    assert_eq!(
                        function["traps"], traps,
                        "{} with {} {of}, {treatment}",
                        function["name"], wrong.params
                    );
                }
            }
            assert_eq!(count, KNOWN.iter().map(|(_, _, functions)| functions.len()).sum::<usize>(), "{text}");
        }
    }
}

/// What a function of an interface gives that a component calls under some grants, where it takes nothing and gives one
/// core value.
fn given(interface: &str, function: &str, result: &str, flags: &[&str]) -> Result<Val> {
    let text = format!(
        r#"(component
        (import "{interface}" (instance $i (export "{function}" (func (result {result})))))
        (alias export $i "{function}" (func $f))
        (core func $f' (canon lower (func $f)))
        (func (export "run") (result {result}) (canon lift (core func $f'))))"#
    );
    let (output, _) = virt(&text, flags);
    let component = Component::new(&engine(), &output)?;
    let mut store = Store::new(&engine_of(&component), ());
    let instance = Linker::new(&engine_of(&component)).instantiate(&mut store, &component)?;
    let run = instance.get_func(&mut store, "run").unwrap();
    let mut results = [Val::Bool(false)];
    run.call(&mut store, &[], &mut results)?;
    Ok(results[0].clone())
}

fn engine_of(component: &Component) -> wasmtime::Engine {
    component.engine().clone()
}

#[test]
fn virt_denied_clock_returns_a_value_only_for_its_known_type() {
    let clock = "wasi:clocks/monotonic-clock@0.2.6";
    assert_eq!(given(clock, "resolution", "u64", &[]).unwrap(), Val::U64(1));
    // There are runtimes that take zero for a broken clock.
    assert_eq!(given(clock, "now", "u64", &[]).unwrap(), Val::U64(1));
    // Zero nanoseconds since never may be taken for a time, and so may any other number.
    for (function, result) in [("resolution", "u32"), ("now", "u32"), ("now", "bool"), ("get-resolution", "s64")] {
        let error = format!("{:?}", given(clock, function, result, &[]).unwrap_err());
        assert!(error.contains("unreachable"), "{function} {result}: {error}");
    }
    assert_eq!(given(clock, "resolution", "u32", &["--grant", "default=ignore"]).unwrap(), Val::U32(0));
}

#[test]
fn virt_provides_random_numbers_of_the_imported_type() {
    let random = "wasi:random/random@0.2.6";
    assert!(format!("{:?}", given(random, "get-random-u64", "u64", &[]).unwrap_err()).contains("unreachable"));
    assert!(format!("{:?}", given(random, "get-random-u64", "u32", &[]).unwrap_err()).contains("unreachable"));
    // That it is denied can be told, where the type has a way to.
    assert_eq!(given(random, "get-random-u64", "(result)", &[]).unwrap(), Val::Result(Err(None)));
}

#[test]
fn virt_provider_calls_only_functions_of_the_expected_type() {
    // It would read by the host's function for what is spliced, if there were one.
    for read in ["(result u32)", r#"(param "length" u64) (result (list u8))"#] {
        let text = format!(
            r#"(component
            (import "wasi:io/error@0.2.6" (instance $errors (export "error" (type (sub resource)))))
            (alias export $errors "error" (type $error))
            (import "wasi:io/streams@0.2.6" (instance $streams
                (alias outer 1 $error (type $e')) (export "error" (type $e (eq $e')))
                (export "input-stream" (type $in (sub resource)))
                (export "output-stream" (type $out (sub resource)))
                (type $f' (variant (case "last-operation-failed" (own $e)) (case "closed")))
                (export "stream-error" (type $f (eq $f')))
                (export "[method]input-stream.read" (func (param "self" (borrow $in)) {read}))
                (export "[method]output-stream.splice" (func
                    (param "self" (borrow $out)) (param "from" (borrow $in)) (param "length" u64)
                    (result (result u64 (error $f)))))))
            (alias export $streams "input-stream" (type $input))
            (alias export $streams "output-stream" (type $output))
            (import "wasi:cli/stdin@0.2.6" (instance
                (alias outer 1 $input (type $s')) (export "input-stream" (type $s (eq $s')))
                (export "get-stdin" (func (result (own $s))))))
            (import "acme:x/pipe" (instance
                (alias outer 1 $input (type $s')) (export "input-stream" (type $s (eq $s')))
                (export "open" (func (result (own $s))))))
            (import "wasi:cli/stdout@0.2.6" (instance
                (alias outer 1 $output (type $s')) (export "output-stream" (type $s (eq $s')))
                (export "get-stdout" (func (result (own $s)))))))"#
        );
        let flags = ["--grant", "default=allow", "--grant", r#"stdin={text="given"}"#];
        let (output, _) = virt(&text, &flags);
        Component::new(&engine(), &output).unwrap();
    }
}

#[test]
fn virt_refuses_redirection_to_streams_of_another_type() {
    let text = |stderr: &str, stdout: &str| {
        format!(
            r#"(component
            (import "wasi:io/streams@0.2.6" (instance $streams (export "output-stream" (type (sub resource)))))
            (alias export $streams "output-stream" (type $stream))
            (import "wasi:cli/stdout@0.2.6" (instance
                (alias outer 1 $stream (type $s')) (export "output-stream" (type $s (eq $s')))
                (export "get-stdout" (func {stdout}))))
            (import "wasi:cli/stderr@0.2.6" (instance
                (alias outer 1 $stream (type $s')) (export "output-stream" (type $s (eq $s')))
                (export "get-stderr" (func {stderr})))))"#
        )
    };
    let right = "(result (own $s))";
    let (output, _) = virt(&text(right, right), &["--stdout", "--stderr=stdout"]);
    Component::new(&engine(), &output).unwrap();
    let wrong = [r#"(param "to" u32) (result (own $s))"#, "(result u32)", "", "(result (option (own $s)))"];
    for wrong in wrong {
        for (text, what) in [
            (text(wrong, right), "`wasi:cli/stderr@0.2.6#get-stderr`"),
            (text(right, wrong), "`wasi:cli/stdout@0.2.6#get-stdout`"),
        ] {
            let directory = tempfile::tempdir().unwrap();
            fs::write(directory.path().join("app.wat"), text).unwrap();
            let flags = ["virt", "app.wat", "-o", "out.wasm", "--stdout", "--stderr=stdout"];
            let error = support::fails(weld(directory.path()).args(flags));
            assert!(error.contains("cannot") && error.contains(what), "{error}");
        }
    }
    // There is no function to write with, so nothing can be told.
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("app.wat"), text("(result u32)", right)).unwrap();
    let error = support::fails(weld(directory.path()).args(["virt", "app.wat", "-o", "o.wasm", "--stdio", "--debug"]));
    assert!(error.contains("wasi:cli/stderr"), "{error}");
}
