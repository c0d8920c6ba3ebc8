//! Messages of `wasi:logging` that are written to standard error, or to nobody.

use std::path::Path;

use crate::support::puppet::{Puppet, component_of_drafts};
use crate::support::{fails, imported_functions, names, succeeds, virt_in, weld};
use tempfile::TempDir;
use wasmtime::component::Val;
use wasmtime_wasi::cli::OutputFile;
use wasmtime_wasi::p2::pipe::MemoryOutputPipe;

const LOGGING: &str = "wasi:logging/logging@0.1.0-draft";

const STREAMS: &[&str] = &[
    "wasi:cli/stdout@0.2.12",
    "wasi:cli/stderr@0.2.12",
    "wasi:io/error@0.2.12",
    "wasi:io/poll@0.2.12",
    "wasi:io/streams@0.2.12",
    LOGGING,
];

/// A directory with a component that logs, as `app.wasm`.
fn directory(imports: &[&str]) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let component = component_of_drafts(&["wasi-logging-0.1.0-draft"], imports);
    std::fs::write(directory.path().join("app.wasm"), component).unwrap();
    directory
}

fn granted(directory: &Path, grants: &[&str]) -> Vec<u8> {
    let flags: Vec<&str> = grants.iter().flat_map(|grant| ["--grant", grant]).collect();
    virt_in(directory, &directory.join("app.wasm"), &flags)
}

/// A puppet in a host, with what is written to standard output and to standard error.
fn puppet(bytes: &[u8]) -> (Puppet, MemoryOutputPipe, MemoryOutputPipe) {
    let (stdout, stderr) = (MemoryOutputPipe::new(1 << 20), MemoryOutputPipe::new(1 << 20));
    let puppet = Puppet::new(bytes, |wasi| _ = wasi.stdout(stdout.clone()).stderr(stderr.clone()));
    (puppet, stdout, stderr)
}

fn log(puppet: &mut Puppet, level: &str, context: &str, message: &str) {
    let given = [Val::Enum(level.to_owned()), Val::String(context.to_owned()), Val::String(message.to_owned())];
    puppet.call("logging-logging/log", &given).unwrap();
}

fn text(pipe: &MemoryOutputPipe) -> String {
    String::from_utf8(pipe.contents().to_vec()).unwrap()
}

const LEVELS: [&str; 6] = ["trace", "debug", "info", "warn", "error", "critical"];

#[test]
fn logging_writes_a_line_for_each_call() {
    let directory = directory(STREAMS);
    let all = granted(directory.path(), &["logging=stderr", "stderr=allow"]);
    assert!(!names(&all).0.contains(&LOGGING.to_owned()), "the host logs nothing");
    let own = imported_functions(&std::fs::read(directory.path().join("app.wasm")).unwrap());
    assert!(imported_functions(&all).iter().all(|function| own.contains(function)), "no import is added");
    for (grants, redirected) in [
        (&["logging=stderr", "stderr=allow"][..], false),
        // Where the adapter owns the streams, because it makes some.
        (&["logging=stderr", "stderr=allow", "stdout=deny"], false),
        (&["logging=stderr", "stderr=allow", "stdout=allow", "fs./tmp={memory=\"1kB\"}"], false),
        (&["logging=stderr", "default=allow"], false),
        (&["logging=stderr", "stderr=stdout", "stdout=allow"], true),
    ] {
        let (mut puppet, stdout, stderr) = puppet(&granted(directory.path(), grants));
        for level in LEVELS {
            log(&mut puppet, level, "app", "a message");
        }
        log(&mut puppet, "info", "", "no context");
        log(&mut puppet, "info", "a\nb", "größe\r\n\tand \u{1b}[31mred");
        let long = "x".repeat(20_000);
        log(&mut puppet, "warn", "long", &long);
        let expected: String = LEVELS.iter().map(|level| format!("{level} app a message\n")).collect();
        let expected =
            format!("{expected}info no context\ninfo a\\nb größe\\r\\n\tand \\u{{1b}}[31mred\nwarn long {long}\n");
        let (written, other) = if redirected { (&stdout, &stderr) } else { (&stderr, &stdout) };
        assert_eq!((text(written), text(other)), (expected, String::new()), "{grants:?}");
    }
}

#[test]
fn logging_leaves_nothing_behind_where_the_host_takes_nothing() {
    let directory = directory(STREAMS);
    let output = granted(directory.path(), &["logging=stderr", "stderr=allow"]);
    // A file that was opened to be read gives an error for each write.
    let file = std::fs::File::open(directory.path().join("app.wasm")).unwrap();
    let mut puppet = Puppet::new(&output, |wasi| _ = wasi.stderr(OutputFile::new(file)));
    log(&mut puppet, "info", "app", "a message");
    let objects = puppet.objects();
    for _ in 0..100 {
        log(&mut puppet, "info", "app", "a message");
    }
    assert_eq!(puppet.objects(), objects, "no error stays in the host's table");
}

#[test]
fn logging_that_is_ignored_or_denied_asks_nobody() {
    let directory = directory(STREAMS);
    for grant in ["logging=ignore", "logging=deny"] {
        let output = granted(directory.path(), &[grant]);
        assert_eq!(names(&output).0, Vec::<String>::new(), "{grant}");
        let (mut puppet, stdout, stderr) = puppet(&output);
        if grant == "logging=ignore" {
            log(&mut puppet, "info", "app", "a message");
        }
        assert_eq!((text(&stdout), text(&stderr)), (String::new(), String::new()));
    }
}

#[test]
fn logging_without_a_version_is_the_same() {
    let directory = tempfile::tempdir().unwrap();
    let text = |name: &str| {
        format!(
            r#"(component
                (import "wasi:io/error@0.2.6" (instance $e (export "error" (type (sub resource)))))
                (alias export $e "error" (type $error))
                (import "wasi:io/streams@0.2.6" (instance $s
                    (alias outer 1 $error (type $e)) (export "error" (type $error (eq $e)))
                    (export "output-stream" (type $out (sub resource)))
                    (type $f (variant (case "last-operation-failed" (own $error)) (case "closed")))
                    (export "stream-error" (type $failed (eq $f)))
                    (export "[method]output-stream.blocking-write-and-flush"
                        (func (param "self" (borrow $out)) (param "contents" (list u8)) (result (result (error $failed)))))))
                (alias export $s "output-stream" (type $out))
                (import "wasi:cli/stderr@0.2.6" (instance
                    (alias outer 1 $out (type $o)) (export "output-stream" (type $out (eq $o)))
                    (export "get-stderr" (func (result (own $out))))))
                (import "{name}" (instance $log
                    (type $l (enum "trace" "debug" "info" "warn" "error" "critical"))
                    (export "level" (type $level (eq $l)))
                    (export "log" (func (param "level" $level) (param "context" string) (param "message" string)))))
                (core module $memory (memory (export "m") 1) (data (i32.const 0) "appbegins"))
                (core instance $memory (instantiate $memory))
                (core func $log (canon lower (func $log "log") (memory $memory "m")))
                (core module $run (import "" "log" (func $log (param i32 i32 i32 i32 i32)))
                    (func (export "run")
                        (call $log (i32.const 2) (i32.const 0) (i32.const 3) (i32.const 3) (i32.const 6))))
                (core instance $run (instantiate $run (with "" (instance (export "log" (func $log))))))
                (func (export "run") (canon lift (core func $run "run"))))"#
        )
    };
    for name in ["wasi:logging/logging", LOGGING] {
        std::fs::write(directory.path().join("app.wat"), text(name)).unwrap();
        let flags = ["--grant", "logging=stderr", "--stderr"];
        let output = virt_in(directory.path(), &directory.path().join("app.wat"), &flags);
        let stderr = MemoryOutputPipe::new(1 << 10);
        let engine = crate::support::engine();
        let mut store = crate::support::store_with(&engine, |wasi| _ = wasi.stderr(stderr.clone()));
        let component = crate::support::compiled(&output);
        let instance = crate::support::wasi(&engine).instantiate(&mut store, &component).unwrap();
        let run = instance.get_typed_func::<(), ()>(&mut store, "run").unwrap();
        run.call(&mut store, ()).unwrap();
        assert_eq!(self::text(&stderr), "info app begins\n", "{name}");
    }
}

#[test]
fn logging_needs_standard_error() {
    let directory = directory(STREAMS);
    let path = directory.path();
    let bare = self::directory(&[LOGGING]);
    for (path, flags, said) in [
        (
            path,
            &[][..],
            "`wasi:logging/logging@0.1.0-draft#log` of `app` cannot write to standard error, which is denied to `app`",
        ),
        (path, &["--grant=stderr=ignore"], "which is denied to `app`"),
        (path, &["--grant=stderr=stdout"], "which is denied to `app`"),
        (path, &["--stderr", "--grant=wasi:io/streams=deny"], "which `app` cannot do"),
        (bare.path(), &["--stderr"], "cannot write to standard error, which `app` cannot do"),
        (bare.path(), &["--allow-all"], "`logging = \"stderr\"` takes `wasi:cli/stderr` of WASI 0.2"),
    ] {
        let mut command = weld(path);
        command.args(["virt", "app.wasm", "-o", "out.wasm", "--grant=logging=stderr"]).args(flags);
        let found = fails(&mut command).replace("\n  │ ", " ");
        assert!(found.contains(said), "{flags:?}: {found}");
    }
    // What only has the name is no function that a provider stands for.
    let other =
        r#"(component (import "wasi:logging/logging" (instance (export "log" (func (param "message" string))))))"#;
    std::fs::write(path.join("other.wat"), other).unwrap();
    let found = fails(weld(path).args(["virt", "other.wat", "-o", "out.wasm", "--grant=logging=stderr"]));
    assert!(found.contains("cannot be provided") && found.contains("0.1.0-draft"), "{found}");
}

#[test]
fn logging_is_told_and_verified() {
    let directory = directory(STREAMS);
    let path = directory.path();
    let manifest = "[composition]\nname = \"acme:logs\"\nroot = \"app\"\noutput = \"out.wasm\"\nsnapshot = \"out.weld\"\n\n\
        [components]\napp = \"app.wasm\"\n\n[virtualize.app]\nstderr = \"allow\"\nlogging = \"stderr\"\n";
    std::fs::write(path.join("weld.toml"), manifest).unwrap();
    succeeds(weld(path).arg("build"));
    let snapshot = std::fs::read_to_string(path.join("out.weld")).unwrap();
    assert!(snapshot.lines().any(|line| line.contains("logging") && line.ends_with("to stderr")), "{snapshot}");
    succeeds(weld(path).args(["verify", "out.wasm", "--manifest", "weld.toml"]));
    let inspected = succeeds(weld(path).args(["inspect", "out.wasm"]));
    assert!(String::from_utf8(inspected.stdout).unwrap().contains("to stderr"));
    for (policy, code) in [
        ("default = \"deny\"\n[[rule]]\nallow = [\"stderr\"]\n", 0),
        ("default = \"allow\"\n[[rule]]\ndeny = [\"logging\"]\n", 0),
        ("default = \"allow\"\n[[rule]]\ndeny = [\"stderr\"]\n", 1),
    ] {
        std::fs::write(path.join("policy.toml"), policy).unwrap();
        let output = weld(path).args(["check", "out.wasm", "--policy", "policy.toml"]).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{policy} {}", String::from_utf8_lossy(&output.stderr));
    }
    // Another setting is another grant.
    for other in ["logging = \"ignore\"", "logging = \"allow\""] {
        std::fs::write(path.join("weld.toml"), manifest.replace("logging = \"stderr\"", other)).unwrap();
        let output = weld(path).args(["verify", "out.wasm", "--manifest", "weld.toml"]).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{other} {}", String::from_utf8_lossy(&output.stderr));
    }
    std::fs::write(path.join("weld.toml"), manifest).unwrap();
    succeeds(weld(path).args(["split", "out.wasm", "-o", "parts"]));
    succeeds(weld(&path.join("parts")).arg("build"));
    // What is not imported is not provided.
    std::fs::write(path.join("app.wat"), "(component)").unwrap();
    let said = weld(path).args(["virt", "app.wat", "-o", "o.wasm", "--grant=logging=stderr"]).output().unwrap();
    assert!(String::from_utf8_lossy(&said.stderr).contains("imports nothing that logs"));
}
