//! `weld virt` and grants in manifests: what is left of the imports, and what the program does then, run in wasmtime.
//!
//! What each function answers that is denied is in `virtualize_rules.rs`.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::support::http::serve;
use crate::support::probed::Probed;
use crate::support::{self, Ran, guest, names, plug, run, run_p3, run_with, succeeds, virt, weld, wit};
use wasmtime_wasi::FsPerms;
use wasmtime_wasi::p2::pipe::{ClosedOutputStream, MemoryInputPipe};

const COMMANDS: &[&str] = &["command-0.2.0", "command-0.2.3", "command-0.2.6", "command-0.2.12"];

fn imports(component: &[u8]) -> BTreeSet<String> {
    names(component).0.into_iter().collect()
}

/// The names of interfaces, all of one version.
fn at(version: &str, interfaces: &[&str]) -> BTreeSet<String> {
    interfaces.iter().map(|interface| format!("{interface}@{version}")).collect()
}

fn version(command: &str) -> &str {
    command.strip_prefix("command-").unwrap()
}

#[track_caller]
fn validates(component: &[u8]) {
    support::compiled(component);
}

/// Builds a manifest in which the components are guests, and gives the output.
#[track_caller]
fn build(manifest: &str, guests: &[(&str, &str)]) -> Vec<u8> {
    let directory = tempfile::tempdir().unwrap();
    for (name, file) in guests {
        std::fs::copy(guest(file), directory.path().join(format!("{name}.wasm"))).unwrap();
    }
    let components: String = guests.iter().map(|(name, _)| format!("{name} = \"{name}.wasm\"\n")).collect();
    let root = guests[0].0;
    let head = format!("[composition]\nroot = \"{root}\"\noutput = \"out.wasm\"\n\n[components]\n{components}\n");
    std::fs::write(directory.path().join("weld.toml"), head + manifest).unwrap();
    succeeds(weld(directory.path()).arg("build"));
    std::fs::read(directory.path().join("out.wasm")).unwrap()
}

fn built_components() -> Vec<PathBuf> {
    let built = std::fs::read_dir(guest("command-0.2.12").parent().unwrap()).unwrap();
    let mut files: Vec<PathBuf> = built.map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| {
        let name = file.file_name().unwrap().to_string_lossy();
        name.ends_with(".wasm") && !name.ends_with(".module.wasm")
    });
    files.sort();
    files
}

#[test]
fn virt_deny_all_leaves_no_imports() {
    let mut components = 0;
    for file in built_components() {
        let output = virt(&file, &[]);
        validates(&output);
        components += 1;
        if file.ends_with("handler.wasm") {
            continue;
        }
        assert_eq!(names(&output).0, <[&str; 0]>::default(), "{}", file.display());
    }
    assert!(components >= 20);
}

#[test]
fn virt_deny_all_leaves_a_server_only_its_response_imports() {
    let handler = std::fs::read(guest("handler")).unwrap();
    let output = virt(&guest("handler"), &[]);
    let left = support::imported_functions(&output);
    // It is passed a request and a place for the response. It can make a request of its own, and send it to nobody.
    let gone: Vec<(String, String)> =
        support::imported_functions(&handler).into_iter().filter(|function| !left.contains(function)).collect();
    let mut expected = [
        ("wasi:cli/environment@0.2.12", "get-environment"),
        ("wasi:io/poll@0.2.12", "[method]pollable.block"),
        ("wasi:filesystem/types@0.2.12", "[method]descriptor.read-via-stream"),
        ("wasi:filesystem/types@0.2.12", "[method]descriptor.open-at"),
        ("wasi:filesystem/preopens@0.2.12", "get-directories"),
        ("wasi:http/types@0.2.12", "[method]incoming-response.status"),
        ("wasi:http/types@0.2.12", "[method]future-incoming-response.subscribe"),
        ("wasi:http/types@0.2.12", "[method]future-incoming-response.get"),
        ("wasi:http/outgoing-handler@0.2.12", "handle"),
    ]
    .map(|(interface, function)| (interface.to_owned(), function.to_owned()));
    expected.sort();
    let mut gone = gone;
    gone.sort();
    assert_eq!(gone, expected);
    // With outgoing requests allowed, the answers to them can be read.
    let left = support::imported_functions(&virt(&guest("handler"), &["http=allow"]));
    let is_http = |(interface, _): &&(String, String)| interface.starts_with("wasi:http/");
    assert_eq!(
        left.iter().filter(is_http).count(),
        support::imported_functions(&handler).iter().filter(is_http).count()
    );
    assert!(!left.iter().any(|(interface, _)| interface.starts_with("wasi:filesystem/")));
}

#[test]
fn virt_keeps_exports() {
    for file in built_components() {
        let exported = names(&std::fs::read(&file).unwrap()).1;
        assert_eq!(names(&virt(&file, &[])).1, exported, "{}", file.display());
    }
}

#[test]
fn virt_denied_command_runs_without_a_host() {
    for command in COMMANDS {
        let ran = run(&virt(&guest(command), &[]), &["out", "text"]);
        // It is given no arguments, and what it prints goes nowhere. Rust calls that a success, or an error after which
        // the command wants to exit with a code.
        assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", ""), "{command}");
        if let Err(trap) = ran.result {
            assert!(trap.contains(&format!("denied: wasi:cli/exit@{}#exit", version(command))), "{command}: {trap}");
        }
    }
}

#[test]
fn virt_denied_command_ends_as_with_closed_streams() {
    let closed = |wasi: &mut wasmtime_wasi::WasiCtxBuilder| {
        wasi.stdout(ClosedOutputStream).stderr(ClosedOutputStream);
    };
    let command = std::fs::read(guest("command-0.2.12")).unwrap();
    let grants = ["args=allow", "exit=allow"];
    let denied = virt(&guest("command-0.2.12"), &grants);
    for steps in [&["out", "text"][..], &["read", "/file"], &["cat"], &["env"], &["ls", "/"]] {
        let (expected, ran) = (run_with(&command, steps, closed), run(&denied, steps));
        // The traces differ, what they end in does not.
        let end = |ran: Ran| {
            (ran.stdout, ran.stderr, ran.result.map_err(|trap| trap.lines().last().map(|line| line.trim().to_owned())))
        };
        assert_eq!(end(ran), end(expected), "{steps:?}");
    }
}

#[test]
fn virt_command_with_stdout_prints() {
    for command in COMMANDS {
        let output = virt(&guest(command), &["stdout=allow"]);
        assert_eq!(support::prints(&output, &["out", "text"]), "no arguments\n", "{command}");
    }
}

#[test]
fn virt_stdout_leaves_only_stdout_and_its_types() {
    for command in COMMANDS {
        let left = at(version(command), &["wasi:cli/stdout", "wasi:io/error", "wasi:io/poll", "wasi:io/streams"]);
        assert_eq!(imports(&virt(&guest(command), &["wasi:cli/stdout=allow"])), left, "{command}");
        // Whether it is a terminal belongs to the capability, but who may print need not know.
        assert_eq!(imports(&virt(&guest(command), &["stdout=allow"])), left, "{command}");
    }
}

#[test]
fn virt_denied_reads_are_errors_and_denied_lists_are_empty() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("file"), "secret").unwrap();
    for command in COMMANDS {
        let output = virt(&guest(command), &["stdout=allow", "args=allow"]);
        let ran = |steps: &[&str]| {
            let ran = run_with(&output, steps, |wasi| {
                wasi.env("SECRET", "secret").stdin(MemoryInputPipe::new("secret"));
                wasi.preopened_dir(directory.path(), "/", FsPerms::ReadOnly).unwrap();
            });
            assert_eq!((ran.result, ran.stderr.as_str()), (Ok(Ok(())), ""), "{command} {steps:?}");
            ran.stdout
        };
        assert_eq!(ran(&["try", "read", "/file"]), "error: read /file: Uncategorized\n", "{command}");
        assert_eq!(ran(&["try", "ls", "/"]), "error: ls /: Uncategorized\n", "{command}");
        assert_eq!(ran(&["env"]), "", "{command}");
        assert_eq!(ran(&["try", "env", "SECRET"]), "error: env SECRET: NotFound\n", "{command}");
        assert_eq!(ran(&["try", "cat", "--", "out", "end"]).lines().last(), Some("end"), "{command}");
        let standing = "wall seconds 0\nwall nanoseconds 0\nmonotonic nanoseconds 0\n";
        assert_eq!(ran(&["clock"]), standing, "{command}");
        assert_eq!(ran(&["sleep", "3600000"]), "slept 3600000\n", "{command}");
    }
}

#[test]
fn virt_denied_random_numbers_trap_on_use() {
    for command in COMMANDS {
        let ran = run(&virt(&guest(command), &["stdout=allow", "args=allow"]), &["out", "before", "--", "random"]);
        assert_eq!(ran.stdout, "before\n", "{command}");
        let trap = ran.result.unwrap_err();
        assert!(trap.contains(&format!("denied: wasi:random/random@{}#get-random-", version(command))), "{trap}");
    }
}

#[test]
fn virt_denied_exit_traps_with_a_message() {
    for command in COMMANDS {
        let ran = run(&virt(&guest(command), &["stdout=allow", "args=allow"]), &["exit", "3"]);
        let trap = ran.result.unwrap_err();
        assert!(trap.contains(&format!("denied: wasi:cli/exit@{}#exit", version(command))), "{trap}");
    }
}

#[test]
fn virt_ignored_stdout_discards_output() {
    for command in COMMANDS {
        let grants = ["args=allow", "stdout=ignore", "stderr=allow"];
        let ran = run(&virt(&guest(command), &grants), &["out", "text", "--", "err", "text"]);
        assert_eq!(ran, Ran { stdout: String::new(), stderr: "text\n".into(), result: Ok(Ok(())) }, "{command}");
    }
}

#[test]
fn virt_allows_arguments_and_denies_environment_of_one_interface() {
    let grants = ["default=allow", "env=deny"];
    for (command, cwd) in [("command-0.2.0", "initial-cwd"), ("command-0.2.12", "initial-cwd")] {
        let output = virt(&guest(command), &grants);
        assert!(!wit(&output).contains("get-environment"), "{}", wit(&output));
        assert!(wit(&output).contains("get-arguments"));
        assert_eq!(wit(&output).contains(cwd), wit(&std::fs::read(guest(command)).unwrap()).contains(cwd));
        let ran = run_with(&output, &["out", "text", "--", "env"], |wasi| _ = wasi.env("SECRET", "secret"));
        assert_eq!(ran, Ran { stdout: "text\n".into(), stderr: String::new(), result: Ok(Ok(())) }, "{command}");
    }
}

#[test]
fn virt_denies_one_method_of_a_file() {
    let unlink = "wasi:filesystem/types#[method]descriptor.unlink-file-at=deny";
    for grants in [&["default=allow", unlink][..], &["fs=allow", "stdout=allow", "args=allow", unlink]] {
        for command in COMMANDS {
            let directory = tempfile::tempdir().unwrap();
            std::fs::write(directory.path().join("file"), "contents\n").unwrap();
            let output = virt(&guest(command), grants);
            assert!(!wit(&output).contains("unlink-file-at"), "{command}");
            let steps = "read /file -- try rm /file -- read /file -- rename /file /other -- read /other";
            let ran = run_with(&output, &steps.split(' ').collect::<Vec<_>>(), |wasi| {
                wasi.preopened_dir(directory.path(), "/", FsPerms::ReadWrite).unwrap();
            });
            // The case of the error is `access`, which Rust calls so.
            let expected = "contents\nerror: rm /file: PermissionDenied\ncontents\ncontents\n";
            assert_eq!((ran.stdout.as_str(), ran.result), (expected, Ok(Ok(()))), "{command}");
            assert!(directory.path().join("other").exists());
        }
    }
}

#[test]
fn virt_server_with_only_responses_is_denied_all_else() {
    let output = virt(&guest("handler"), &["wasi:http/types=allow"]);
    let left = ["wasi:http/types", "wasi:io/error", "wasi:io/poll", "wasi:io/streams"];
    assert_eq!(imports(&output), at("0.2.12", &left));
    let answer =
        "path /some/path\nasked a question\nenvironment \nfile in no folder\nrequest ErrorCode::HttpRequestDenied\n";
    assert_eq!(serve(&output, "/some/path"), Ok(answer.to_owned()));
}

#[test]
fn virt_server_keeps_its_environment_without_outgoing_requests() {
    let output = virt(&guest("handler"), &["default=allow", "http=deny"]);
    assert!(!imports(&output).contains("wasi:http/outgoing-handler@0.2.12"));
    let answer = "path /\nasked a question\nenvironment PLACE=here;\nfile in no folder\n\
                  request ErrorCode::HttpRequestDenied\n";
    assert_eq!(serve(&output, "/"), Ok(answer.to_owned()));
}

#[test]
fn virt_denied_wasi_0_3_command_succeeds() {
    let output = virt(&guest("command-p3"), &[]);
    assert_eq!(names(&output).0, <[&str; 0]>::default());
    let ran = run_p3(&output, &["argument"], |_| {});
    assert_eq!(ran, Ran { stdout: String::new(), stderr: String::new(), result: Ok(Ok(())) });
}

#[test]
fn virt_wasi_0_3_command_with_stdout_prints() {
    let output = virt(&guest("command-p3"), &["wasi:cli/stdout=allow"]);
    // The interface of its errors has no function.
    assert_eq!(imports(&output), at("0.3.0", &["wasi:cli/stdout", "wasi:cli/types"]));
    let ran = run_p3(&output, &["argument"], |wasi| _ = wasi.env("A", "b").stdin(MemoryInputPipe::new("secret")));
    let stdout = "environment 0\narguments []\ndirectories 0\nread None\nstdin (0, Err(ErrorCode::Io))\nwait ()\n";
    assert_eq!(ran, Ran { stdout: stdout.into(), stderr: String::new(), result: Ok(Ok(())) });
}

#[test]
fn virt_wasi_0_3_command_keeps_its_grants() {
    let grants = ["default=allow", "env=deny", "clocks=deny"];
    let output = virt(&guest("command-p3"), &grants);
    assert!(!imports(&output).contains("wasi:clocks/monotonic-clock@0.3.0"));
    let ran = run_p3(&output, &["argument"], |wasi| _ = wasi.env("A", "b").stdin(MemoryInputPipe::new("text")));
    let stdout = "environment 0\narguments [\"program\", \"argument\"]\ndirectories 0\nread None\n\
                  stdin (4, Ok(()))\nwait ()\n";
    assert_eq!(ran, Ran { stdout: stdout.into(), stderr: String::new(), result: Ok(Ok(())) });
}

#[test]
fn virt_treats_a_composition_as_one_component() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("hello.wasm");
    std::fs::write(&file, plug(&guest("hello-command"), &[guest("hello-lib")])).unwrap();
    assert_eq!(names(&virt(&file, &[])).0, <[&str; 0]>::default());
    assert_eq!(support::prints(&virt(&file, &["stdout=allow"]), &[]), "Hello from the library!\n");
}

#[test]
fn virt_output_can_be_virtualized_again() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("once.wasm");
    std::fs::write(&file, virt(&guest("command-0.2.12"), &["stdout=allow", "args=allow"])).unwrap();
    let output = virt(&file, &["stdout=allow"]);
    assert!(!imports(&output).contains("wasi:cli/environment@0.2.12"));
    assert_eq!(support::prints(&output, &["out", "text"]), "no arguments\n");
}

#[test]
fn build_denies_the_root_and_leaves_another_component_its_imports() {
    let guests = [("command", "command-0.2.12"), ("prober", "prober")];
    let manifest = "[exports]\nprobe = \"prober\"\n\n[virtualize.command]\ndefault = \"deny\"\nstdout = \"allow\"\n";
    let output = build(manifest, &guests);
    // All that the prober imports is left, which is more than the command would.
    assert_eq!(imports(&output), imports(&std::fs::read(guest("prober")).unwrap()));
    assert_eq!(support::prints(&output, &["out", "text"]), "no arguments\n");
    let prober = Probed::new(&output);
    let said = prober.ask_in_wasi("get-arguments", |wasi| _ = wasi.args(&["program", "argument"]));
    assert_eq!(said.as_deref(), Ok("[\"program\", \"argument\"]"));
}

#[test]
fn build_denies_a_dependency_what_the_root_has() {
    let guests = [("command", "command-0.2.12"), ("prober", "prober")];
    let output = build("[exports]\nprobe = \"prober\"\n\n[virtualize.prober]\ndefault = \"deny\"\n", &guests);
    assert_eq!(imports(&output), imports(&std::fs::read(guest("command-0.2.12")).unwrap()));
    let ran = run_with(&output, &["env"], |wasi| _ = wasi.env("NAME", "value"));
    assert_eq!((ran.stdout.as_str(), ran.result), ("NAME=value\n", Ok(Ok(()))));
    let prober = Probed::new(&output);
    let said = prober.ask_in_wasi("get-environment", |wasi| _ = wasi.env("NAME", "value"));
    assert_eq!(said.as_deref(), Ok("[]"));
    assert_eq!(prober.ask_in_wasi("stdout check-write", |_| {}).as_deref(), Ok("Err(StreamError::Closed)"));
}

#[test]
fn build_gives_root_and_dependency_their_own_grants() {
    let guests = [("command", "command-0.2.12"), ("prober", "prober")];
    let manifest = "[exports]\nprobe = \"prober\"\n\n\
                    [virtualize.command]\ndefault = \"deny\"\n\"wasi:cli/stdout\" = \"allow\"\n\n\
                    [virtualize.prober]\ndefault = \"deny\"\n\"wasi:cli/stdout\" = \"ignore\"\nrandom = \"allow\"\n";
    let output = build(manifest, &guests);
    let left = ["wasi:cli/stdout", "wasi:io/error", "wasi:io/poll", "wasi:io/streams"];
    let random = ["wasi:random/insecure", "wasi:random/insecure-seed", "wasi:random/random"];
    assert_eq!(imports(&output), at("0.2.12", &[&left[..], &random].concat()));
    assert_eq!(support::prints(&output, &[]), "no arguments\n");
    let prober = Probed::new(&output);
    let ask = |what| prober.ask_in_wasi(what, |_| {});
    assert_eq!(ask("stdout check-write").as_deref(), Ok("Ok(1048576)"));
    assert_eq!(ask("stderr check-write").as_deref(), Ok("Err(StreamError::Closed)"));
    assert!(ask("get-random-bytes").unwrap().starts_with('['));
}

#[test]
fn build_does_not_deny_wired_imports_by_default() {
    let guests = [("app", "hello-command"), ("lib", "hello-lib")];
    let output = build("[virtualize.app]\ndefault = \"deny\"\nstdout = \"allow\"\n", &guests);
    assert_eq!(support::prints(&output, &[]), "Hello from the library!\n");

    let guests = [("app", "kv-app"), ("store", "kv-store")];
    let output = build("[virtualize.app]\ndefault = \"deny\"\nstdout = \"allow\"\n", &guests);
    assert_eq!(support::prints(&output, &[]), support::prints(&plug(&guest("kv-app"), &[guest("kv-store")]), &[]));
}

#[test]
fn build_denies_wired_imports_by_name() {
    let guests = [("app", "kv-app"), ("store", "kv-store")];
    let output = build("[virtualize.app]\ndefault = \"allow\"\n\"acme:kv/store\" = \"deny\"\n", &guests);
    let trap = run(&output, &[]).result.unwrap_err();
    assert!(trap.contains("denied: acme:kv/store@0.1.0#[method]connection."), "{trap}");
}

#[test]
fn virt_denies_a_function_of_the_world_by_name() {
    let guests = [("app", "hello-command"), ("lib", "hello-lib")];
    let output = build("[virtualize.app]\ndefault = \"allow\"\n\"#hello-world\" = \"deny\"\n", &guests);
    let trap = run(&output, &[]).result.unwrap_err();
    assert!(trap.lines().any(|line| line.contains("denied: ") && line.trim_end().ends_with("hello-world")), "{trap}");
}

#[test]
fn build_denies_one_method_of_a_wired_import() {
    let guests = [("app", "kv-app"), ("store", "kv-store")];
    let output =
        build("[virtualize.app]\ndefault = \"allow\"\n\"acme:kv/store#[method]connection.get\" = \"deny\"\n", &guests);
    let undenied = support::prints(&plug(&guest("kv-app"), &[guest("kv-store")]), &[]);
    let expected = undenied.lines().map(|line| match line.split_once(": ") {
        Some((what, _)) if what.starts_with("get ") => format!("{what}: None\n"),
        _ => format!("{line}\n"),
    });
    assert_eq!(support::prints(&output, &[]), expected.collect::<String>());
}

#[test]
fn virt_deny_all_adds_few_bytes() {
    for command in COMMANDS {
        let before = std::fs::metadata(guest(command)).unwrap().len() as usize;
        let after = virt(&guest(command), &[]).len();
        assert!(after <= before + 24 * 1024, "{command}: {} bytes more", after - before);
    }
}

#[test]
fn virt_output_is_deterministic() {
    for name in ["command-0.2.12", "prober", "own", "handler", "command-p3"] {
        for grants in [&[][..], &["default=ignore"], &["default=trap"]] {
            assert!(virt(&guest(name), grants) == virt(&guest(name), grants), "{name} {grants:?}");
        }
    }
    // The order of grants says nothing where none of them is of the same rank.
    let (one, other) =
        (["stdout=allow", "random=ignore", "args=allow"], ["args=allow", "random=ignore", "stdout=allow"]);
    assert!(virt(&guest("command-0.2.12"), &one) == virt(&guest("command-0.2.12"), &other));
}

#[test]
fn virt_allow_all_keeps_the_world() {
    for name in ["command-0.2.12", "prober", "own", "handler", "command-p3"] {
        let output = virt(&guest(name), &["default=allow"]);
        assert_eq!(wit(&output), wit(&std::fs::read(guest(name)).unwrap()), "{name}");
    }
}
