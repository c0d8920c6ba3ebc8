//! Load: many components in one command, and many instances in one process, with level memory.

use std::path::Path;
use std::process::Command;

use crate::support::{self, guest, succeeds, weld};

/// Directories with so many components, no two of which are the same.
fn many(directory: &Path, count: usize) {
    for index in 0..count {
        let place = directory.join(format!("c/{}", index % 10));
        std::fs::create_dir_all(&place).unwrap();
        let mut bytes = std::fs::read(guest("hello-command")).unwrap();
        // A custom section, which any component may have at its end.
        let name = format!("n{index:04}");
        bytes.extend([0, name.len() as u8 + 1, name.len() as u8]);
        bytes.extend(name.as_bytes());
        std::fs::write(place.join(format!("{index:04}.wasm")), bytes).unwrap();
    }
    std::fs::write(directory.join("policy.toml"), "default = \"allow\"\n[[rule]]\ndeny = [\"stdout\"]\n").unwrap();
}

/// What a check of all of them says, and how much memory it had at most, in MiB.
fn checked(directory: &Path, threads: &str, arguments: &[&str]) -> (String, f64) {
    let mut command = weld(directory);
    command.args(["check", "c", "--policy", "policy.toml", "--timings"]).args(arguments);
    let output = command.env("RAYON_NUM_THREADS", threads).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    let memory = said.lines().find(|line| line.starts_with("memory ")).and_then(|line| line.split_whitespace().nth(1));
    (String::from_utf8(output.stdout).unwrap(), memory.map_or(0.0, |memory| memory.parse().unwrap()))
}

#[test]
fn check_of_a_thousand_components_is_ordered_and_has_constant_memory() {
    let (few, all) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    many(few.path(), 100);
    many(all.path(), 1_000);
    let (_, memory_of_few) = checked(few.path(), "2", &[]);
    let (text, memory) = checked(all.path(), "2", &[]);
    // What is found stays until all is reported; components do not.
    assert!(memory < memory_of_few + 32.0, "{memory} MiB for a thousand, {memory_of_few} MiB for a hundred");
    let files: Vec<&str> = text.lines().map(|line| line.split(':').next().unwrap()).collect();
    assert_eq!(files.len(), 1_000);
    assert!(files.is_sorted());
    for threads in ["1", "8"] {
        assert!(checked(all.path(), threads, &[]).0 == text, "{threads} threads");
    }
    let (sarif, _) = checked(all.path(), "8", &["--sarif"]);
    let sarif: serde_json::Value = serde_json::from_str(&sarif).unwrap();
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), 1_000);
}

/// What a check of three components says on a terminal, and with its report on none.
fn said_on_a_terminal(directory: &Path, arguments: &str) -> String {
    // `script` runs the command with a terminal for what it says.
    let command = format!("{} check c --policy policy.toml {arguments} -o report.txt", env!("CARGO_BIN_EXE_weld"));
    let mut script = Command::new("script");
    script.args(["-qec", &command, "/dev/null"]).current_dir(directory).env("TERM", "xterm");
    String::from_utf8(script.output().unwrap().stdout).unwrap()
}

#[test]
fn check_of_several_components_shows_progress_on_a_terminal_alone() {
    let directory = tempfile::tempdir().unwrap();
    many(directory.path(), 40);
    let said = said_on_a_terminal(directory.path(), "");
    assert!(said.contains(" of 40, "), "{said:?}");
    // It is gone in the end: what is said after is at the start of a line that is empty.
    let (before, after) = said.rsplit_once(" of 40, ").unwrap();
    assert!(after.contains("\r\u{1b}[2K"), "{said:?}");
    assert!(!before.contains("violation") && after.contains("violation"), "{said:?}");
    let report = std::fs::read_to_string(directory.path().join("report.txt")).unwrap();
    assert!(report.lines().count() == 40 && !report.contains('\u{1b}'), "{report}");
    assert!(!said_on_a_terminal(directory.path(), "-q").contains(" of 40"));
    assert!(!said_on_a_terminal(directory.path(), "2> errors").contains(" of 40"));
    assert!(!std::fs::read_to_string(directory.path().join("errors")).unwrap().contains(" of 40"));
}

/// A component that asks for streams, uses and drops them, over and over.
const ASKS: &str = r#"
(component
  (import "test:load/streams" (instance $streams
    (export "stream" (type (sub resource)))
    (export "[method]stream.check" (func (param "self" (borrow 0)) (result (result u32))))))
  (alias export $streams "stream" (type $stream))
  (import "test:load/source" (instance $source
    (alias outer 1 $stream (type $s))
    (export "stream" (type $s1 (eq $s)))
    (export "get" (func (result (own $s1))))))
  (core module $libc (memory (export "memory") 1))
  (core instance $libc (instantiate $libc))
  (core func $get (canon lower (func $source "get")))
  (core func $check (canon lower (func $streams "[method]stream.check") (memory $libc "memory")))
  (core func $drop (canon resource.drop $stream))
  (core module $code
    (import "h" "get" (func $get (result i32)))
    (import "h" "check" (func $check (param i32 i32)))
    (import "h" "drop" (func $drop (param i32)))
    (func (export "run") (param $times i32) (result i32) (local $handle i32)
      (loop $again
        (local.set $handle (call $get))
        (call $check (local.get $handle) (i32.const 16))
        (call $drop (local.get $handle))
        (local.set $times (i32.sub (local.get $times) (i32.const 1)))
        (br_if $again (local.get $times)))
      (local.get $handle)))
  (core instance $code (instantiate $code (with "h" (instance
    (export "get" (func $get)) (export "check" (func $check)) (export "drop" (func $drop))))))
  (func (export "run") (param "times" u32) (result u32) (canon lift (core func $code "run"))))
"#;

/// Says to the child that this program starts that it is it.
const CHILD: &str = "WELD_TEST_LOAD";

/// How much memory this process has now, in MiB.
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches("kB").trim().parse::<f64>().unwrap() / 1024.0
}

/// Calls what is refused, in a thousand instances.
fn call_in_a_thousand_instances() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("asks.wat");
    std::fs::write(&file, ASKS).unwrap();
    let component = support::virt(&file, &[]);
    let (imports, _) = support::names(&component);
    assert!(imports.is_empty(), "{imports:?}");
    let engine = support::engine();
    let component = wasmtime::component::Component::new(&engine, &component).unwrap();
    let linker = wasmtime::component::Linker::<()>::new(&engine);
    let mut instances = Vec::new();
    for _ in 0..1_000 {
        let mut store = wasmtime::Store::new(&engine, ());
        let instance = linker.instantiate(&mut store, &component).unwrap();
        let run = instance.get_typed_func::<(u32,), (u32,)>(&mut store, "run").unwrap();
        instances.push((store, run));
    }
    let mut call = |times: u32| {
        for (store, run) in &mut instances {
            run.call(&mut *store, (times,)).unwrap();
        }
    };
    call(10);
    let before = resident();
    // Three calls each, in each of the instances: three millions.
    call(1_000);
    let after = resident();
    assert!(after < before + 8.0, "{before} MiB before the calls, and {after} MiB after");
}

#[cfg(target_os = "linux")]
#[test]
fn virt_output_runs_millions_of_calls_in_a_thousand_instances_in_constant_memory() {
    if std::env::var_os(CHILD).is_some() {
        return call_in_a_thousand_instances();
    }
    // In a process of its own: other tests take memory, too.
    let name = "load::virt_output_runs_millions_of_calls_in_a_thousand_instances_in_constant_memory";
    let mut command = Command::new(std::env::current_exe().unwrap());
    let output = succeeds(command.args(["--exact", name, "--nocapture"]).env(CHILD, "1"));
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"));
}
