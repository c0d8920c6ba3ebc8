//! What recorders give nobody: a recorder does what the grants of the component at its edge say, in the place of that one's adapter.

use super::*;

/// An application that imports standard error, under some name, and random numbers.
fn app(stderr: &str) -> String {
    format!(
        r#"(component
          (import "wasi:io/error@0.2.0" (instance $errors (export "error" (type (sub resource)))))
          (alias export $errors "error" (type $error))
          (import "wasi:io/streams@0.2.0" (instance $streams
            (export "output-stream" (type $stream (sub resource)))
            (alias outer 1 $error (type $of-errors))
            (export "error" (type $error (eq $of-errors)))
            (type $cases (variant (case "last-operation-failed" (own $error)) (case "closed")))
            (export "stream-error" (type $stream-error (eq $cases)))
            (export "[method]output-stream.blocking-write-and-flush" (func
              (param "self" (borrow $stream)) (param "contents" (list u8)) (result (result (error $stream-error)))))))
          (alias export $streams "output-stream" (type $stream))
          {stderr}
          (import "wasi:random/random@0.2.0" (instance (export "get-random-u64" (func (result u64)))))
          (core module $m (func (export "run"))) (core instance $i (instantiate $m))
          (func $run (canon lift (core func $i "run"))) (export "run" (func $run)))"#
    )
}

const GET_STDERR: &str = r#"(instance (alias outer 1 $stream (type $of-streams))
    (export "output-stream" (type $own (eq $of-streams))) (export "get-stderr" (func (result (own $own)))))"#;

/// What `weld record` says at some edges.
#[track_caller]
fn refused(component: &[u8], edges: &[&str]) -> String {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("app.wasm"), component).unwrap();
    let edges = edges.iter().flat_map(|edge| ["--at", edge]);
    fails(weld(directory.path()).args(["record", "app.wasm", "-o", "out.wasm"]).args(edges))
}

#[test]
fn a_recorder_passes_on_no_standard_error_that_has_a_label() {
    let directory = tempfile::tempdir().unwrap();
    for name in ["\"wasi:cli/stderr@0.2.0\"", "\"err\" (implements \"wasi:cli/stderr@0.2.0\")"] {
        let file = directory.path().join("app.wat");
        std::fs::write(&file, app(&format!("(import {name} {GET_STDERR})"))).unwrap();
        let denied = support::virt(&file, &["random=allow"]);
        let said = refused(&denied, &["app/host"]);
        assert!(said.contains("`app` may not write to standard error"), "{name}: {said}");
    }
}

#[test]
fn a_recorder_within_a_composition_gives_its_parts_no_streams() {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(directory.path().join(name), text).unwrap();
    let plain = r#"(component (core module $m (func (export "f"))) (core instance $i (instantiate $m))
        (func (export "f") (canon lift (core func $i "f"))))"#;
    write("p.wat", &app(""));
    write("q.wat", plain);
    write(
        "inner.toml",
        "[composition]\nroot = 'p'\noutput = 'c.wasm'\n[components]\np = 'p.wat'\nq = 'q.wat'\n[exports]\nx = 'q/f'\n",
    );
    write(
        "outer.toml",
        "[composition]\nroot = 'c'\noutput = 'out.wasm'\n[components]\nc = 'c.wasm'\nq = 'q.wat'\n[exports]\ny = 'q/f'\n\
         [virtualize.c]\nrandom = 'allow'\n",
    );
    for manifest in ["inner.toml", "outer.toml"] {
        succeeds(weld(directory.path()).args(["build", manifest]));
    }
    let output = std::fs::read(directory.path().join("out.wasm")).unwrap();
    let said = refused(&output, &["c/p/wasi:random/random"]);
    assert!(said.contains("`c` may not write to standard error, and recording `wasi:io/streams@0.2.0`"), "{said}");
}

#[test]
fn a_recording_has_what_the_component_is_given_and_not_what_the_host_has() {
    let allowed = ["stdio=allow", "args=allow", "exit=allow", "env.allow=[\"COLOR\"]"];
    let granted = support::virt(&guest("command-0.2.12"), &allowed);
    let run = |component: &[u8]| run_with(component, &["env"], |wasi| _ = wasi.env("COLOR", "red").env("SECRET", "x7"));
    for command in ["record", "trace"] {
        let recorded = made(&granted, command, &["--at", "command-0.2.12/wasi:cli/environment"]);
        let ran = run(&recorded);
        assert_eq!(ran.stdout, "COLOR=red\n");
        assert!(ran.stderr.contains("COLOR") && !ran.stderr.contains("SECRET"), "{}", ran.stderr);
    }
}

#[test]
fn a_recorder_reaches_nothing_that_another_component_alone_may_reach() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::copy(guest("command-0.2.12"), directory.path().join("c.wasm")).unwrap();
    std::fs::copy(guest("command-0.2.12"), directory.path().join("lib.wasm")).unwrap();
    let manifest = "[composition]\nroot = 'c'\noutput = 'out.wasm'\n[components]\nc = 'c.wasm'\nlib = 'lib.wasm'\n\
        [exports]\n'lib:other/run' = 'lib/wasi:cli/run'\n\
        [virtualize.c]\nstdio = 'allow'\nargs = 'allow'\nexit = 'allow'\nenv = { set = { A = '1' } }\n";
    std::fs::write(directory.path().join("weld.toml"), manifest).unwrap();
    succeeds(weld(directory.path()).arg("build"));
    let output = std::fs::read(directory.path().join("out.wasm")).unwrap();
    let recorded = made(&output, "record", &["--at", "c/wasi:cli/environment"]);
    std::fs::write(directory.path().join("recorded.wasm"), &recorded).unwrap();
    let reached = succeeds(weld(directory.path()).args(["explain", "recorded.wasm", "env"]));
    let reached = String::from_utf8(reached.stdout).unwrap();
    assert!(reached.contains("lib\n") && !reached.contains("record\n"), "{reached}");
    let ran = run_with(&recorded, &["env"], |wasi| _ = wasi.env("SECRET", "x7"));
    assert_eq!(ran.stdout, "A=1\n");
    assert!(ran.stderr.contains(r#""call":"get-environment","args":[],"result":"[(\"A\", \"1\")]""#), "{}", ran.stderr);
}

#[test]
fn a_recorder_is_before_all_instances_of_a_component_that_grants_restrict() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::copy(guest("command-0.2.12"), directory.path().join("c.wasm")).unwrap();
    let manifest = "[composition]\nroot = 'c'\noutput = 'out.wasm'\n[components]\nc = 'c.wasm'\n\
        [exports]\n'other:one/run' = 'c#1/wasi:cli/run'\n\
        [virtualize.c]\nstdio = 'allow'\nargs = 'allow'\nexit = 'allow'\nenv = 'deny'\n";
    std::fs::write(directory.path().join("weld.toml"), manifest).unwrap();
    succeeds(weld(directory.path()).arg("build"));
    let output = std::fs::read(directory.path().join("out.wasm")).unwrap();
    let said = refused(&output, &["c/wasi:cli/environment"]);
    assert!(said.contains("`c` and `c#1` are instances of one component, whose grants restrict"), "{said}");
    let both = ["--at", "c/wasi:cli/environment", "--at", "c#1/wasi:cli/environment"];
    let recorded = made(&output, "record", &both);
    let ran = run_with(&recorded, &["env"], |wasi| _ = wasi.env("SECRET", "x7"));
    assert_eq!(ran.stdout, "");
    assert!(!ran.stderr.contains("SECRET"), "{}", ran.stderr);
    std::fs::write(directory.path().join("recorded.wasm"), &recorded).unwrap();
    let reached = succeeds(weld(directory.path()).args(["explain", "recorded.wasm", "env"]));
    let reached = String::from_utf8(reached.stdout).unwrap();
    assert!(reached.contains("does not reach"), "{reached}");
}
