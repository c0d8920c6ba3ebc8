//! The guests that tests of grants rely on, with nothing denied: what they say then is what they say of the host.

use crate::support::http::serve;
use crate::support::probed::Probed;
use crate::support::{Ran, guest, run, run_p3};
use wasmtime_wasi::FsPerms;
use wasmtime_wasi::p2::pipe::MemoryInputPipe;

fn built(name: &str) -> Vec<u8> {
    std::fs::read(guest(name)).unwrap()
}

#[test]
fn guest_command_continues_after_a_failed_step() {
    let ran = run(&built("command-0.2.12"), &["try", "read", "/none", "--", "out", "text"]);
    let stdout = "error: read /none: Uncategorized\ntext\n".into();
    assert_eq!(ran, Ran { stdout, stderr: String::new(), result: Ok(Ok(())) });
}

#[test]
fn guest_prober_reports_answers_of_wasi() {
    let prober = Probed::new(&built("prober"));
    let directory = tempfile::tempdir().unwrap();
    let ask = |what: &str| {
        prober.ask_in_wasi(what, |wasi| {
            wasi.env("NAME", "value").args(&["program", "argument"]).stdin(MemoryInputPipe::new("some text"));
            wasi.preopened_dir(directory.path(), "/", FsPerms::ReadOnly).unwrap();
        })
    };
    for (what, answer) in [
        ("get-environment", "[(\"NAME\", \"value\")]"),
        ("get-arguments", "[\"program\", \"argument\"]"),
        ("get-directories", "1"),
        ("get-terminal-stdin", "None"),
        ("stdin all", "(9, StreamError::Closed)"),
        ("stdin skip", "Ok(9)"),
        ("stdout write", "(true, Ok(()))"),
        ("stdout much", "Ok(())"),
        ("sockets create-tcp-socket", "Err(\"access-denied\")"),
        ("ready", "false"),
        ("monotonic-clock twice", "true"),
    ] {
        assert_eq!(ask(what).as_deref(), Ok(answer), "{what}");
    }
    assert!(ask("exit-with-code").unwrap_err().contains("exit status 3"));
    assert!(ask("wall-clock now").unwrap().starts_with("(1"));
}

#[test]
fn guest_command_of_wasi_0_3_reports_its_environment() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("file.txt"), "some text").unwrap();
    let give = |wasi: &mut wasmtime_wasi::WasiCtxBuilder| {
        wasi.env("NAME", "value").stdin(MemoryInputPipe::new("text"));
        wasi.preopened_dir(directory.path(), "/", FsPerms::ReadOnly).unwrap();
    };
    let ran = run_p3(&built("command-p3"), &["argument"], give);
    let stdout = "environment 1\narguments [\"program\", \"argument\"]\ndirectories 1\nread Some((9, Ok(())))\n\
                  stdin (4, Ok(()))\nwait ()\n";
    assert_eq!(ran, Ran { stdout: stdout.into(), stderr: String::new(), result: Ok(Ok(())) });
    let command = Probed::new(&built("command-p3"));
    assert_eq!(command.ask_in_wasi("stderr", |_| {}).as_deref(), Ok("(0, Ok(()))"));
}

#[test]
fn guest_server_answers_with_its_request() {
    let answer = "path /some/path\nasked a question\nenvironment PLACE=here;\nfile in no folder\n\
                  request ErrorCode::ConnectionRefused\n";
    assert_eq!(serve(&built("handler"), "/some/path"), Ok(answer.to_owned()));
}

#[test]
fn guest_prober_calls_its_own_interfaces() {
    let own = Probed::new(&built("own"));
    for (what, function) in [
        ("errors first", "test:custom/errors@1.2.0#first"),
        ("values broad", "test:custom/values@1.2.0#broad"),
        ("things open", "test:custom/things@1.2.0#[static]thing.open"),
        ("things many", "test:custom/things@1.2.0#[constructor]thing"),
        ("things list-all", "test:custom/things@1.2.0#list-all"),
        ("sizes seventeen", "test:custom/sizes@1.2.0#seventeen"),
        ("sizes put", "test:custom/sizes@1.2.0#put"),
        ("twice 1.3.0", "test:twice/it@1.3.0#get"),
        ("twice 2.0.0", "test:twice/it@2.0.0#get"),
        ("world log", "log"),
    ] {
        let trap = own.reached(what);
        assert!(trap.contains(&format!("`{function}`")), "{what}: {trap}");
    }
    let later = Probed::new(&built("later"));
    for (what, function) in [("ask", "ask"), ("numbers", "numbers"), ("collect", "collect")] {
        let trap = later.reached(what);
        assert!(trap.contains(&format!("`test:custom/later@1.2.0#{function}`")), "{what}: {trap}");
    }
}
