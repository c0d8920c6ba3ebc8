//! What an output is that has something in the place of the host: what it imports, its size, its bytes, what a manifest makes of it, and
//! what it tells with `--debug`. Then the commands of WASI-Virt's README.

use std::fs;
use std::path::Path;

use crate::support::probed::Probed;
use crate::support::{guest, imported_functions, names, run_with, succeeds, virt, virt_in, weld};
use tempfile::TempDir;
use wasmtime_wasi::p2::pipe::MemoryInputPipe;
use wasmtime_wasi::{FsPerms, WasiCtxBuilder};

const COMMANDS: &[&str] = &["command-0.2.0", "command-0.2.3", "command-0.2.6", "command-0.2.12"];

/// A setting of each kind, and what of the imports it is in the place of.
const SETTINGS: &[(&str, &[&str])] = &[
    ("env={set={A=\"b\"}}", &["wasi:cli/environment#get-environment"]),
    ("args.set=[\"a\"]", &["wasi:cli/environment#get-arguments"]),
    ("stdin.text=x", &["wasi:cli/stdin#", "wasi:cli/terminal-stdin#"]),
    ("stdin=empty", &["wasi:cli/stdin#", "wasi:cli/terminal-stdin#"]),
    ("stdout=stderr", &["wasi:cli/stdout#", "wasi:cli/terminal-stdout#"]),
    ("stderr=stdout", &["wasi:cli/stderr#", "wasi:cli/terminal-stderr#"]),
    ("clocks={fixed=2026-01-01T00:00:00Z}", &["wasi:clocks/"]),
    ("random.seed=1", &["wasi:random/"]),
    ("fs./={embed=\".\"}", &["wasi:filesystem/"]),
    ("fs./={memory=\"1MiB\"}", &["wasi:filesystem/"]),
    ("fs./={embed=\".\", overlay=\"1MiB\"}", &["wasi:filesystem/"]),
];

/// The functions that an output imports, without versions.
fn functions(component: &[u8]) -> Vec<String> {
    let functions = imported_functions(component).into_iter();
    functions.map(|(interface, function)| format!("{}#{function}", interface.split('@').next().unwrap())).collect()
}

fn directory() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("file"), "contents\n").unwrap();
    directory
}

#[track_caller]
fn granted(directory: &Path, component: &str, grants: &[&str]) -> Vec<u8> {
    let flags: Vec<&str> = grants.iter().flat_map(|grant| ["--grant", grant]).collect();
    virt_in(directory, &guest(component), &flags)
}

#[test]
fn virt_removes_provided_imports_and_keeps_allowed_ones() {
    let directory = directory();
    for component in ["command-0.2.0", "command-0.2.12", "prober"] {
        let all = functions(&fs::read(guest(component)).unwrap());
        for (grant, gone) in SETTINGS {
            let is_gone = |function: &String| gone.iter().any(|start| function.starts_with(start));
            let left = functions(&granted(directory.path(), component, &["default=allow", grant]));
            assert!(!left.iter().any(is_gone), "{component} {grant}: {left:?}");
            // All else that can be called on its own is there, and nothing that was not.
            for function in all.iter().filter(|function| !is_gone(function) && !function.starts_with("wasi:io/")) {
                assert!(left.contains(function), "{component} {grant}: {function}");
            }
            assert!(left.iter().all(|function| all.contains(function)), "{component} {grant}: {left:?}");
        }
    }
}

#[test]
fn virt_with_only_settings_imports_nothing() {
    let directory = directory();
    for (grant, _) in SETTINGS {
        for component in COMMANDS.iter().chain(&["prober"]) {
            let output = granted(directory.path(), component, &[grant]);
            assert_eq!(names(&output).0, <[&str; 0]>::default(), "{component} {grant}");
        }
        // What serves keeps the types of requests, which it is passed, and their streams.
        let served = functions(&granted(directory.path(), "handler", &[grant]));
        let is_served = |name: &String| name.starts_with("wasi:http/types#") || name.starts_with("wasi:io/");
        assert!(!served.is_empty() && served.iter().all(is_served), "handler {grant}: {served:?}");
    }
}

#[test]
fn virt_leaves_an_allowed_import_without_virtual_resources_direct() {
    let directory = directory();
    // Random numbers have no handles: whatever else is virtual, they are the host's own function.
    let level = |grants: &[&str]| {
        let flags: Vec<&str> = grants.iter().flat_map(|grant| ["--grant", grant]).collect();
        let output = succeeds(
            weld(directory.path())
                .arg("virt")
                .arg(guest("command-0.2.12"))
                .args(["-o", "/dev/null", "--json"])
                .args(flags),
        );
        serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap()
    };
    let report = level(&["random=allow", "env={set={A=\"b\"}}", "fs./={embed=\".\"}", "stdin.text=x"]);
    let imports: Vec<&str> =
        report["imports"].as_array().unwrap().iter().map(|import| import["name"].as_str().unwrap()).collect();
    assert_eq!(imports, ["wasi:random/random@0.2.12"], "{report:#}");
    let forwarded = report["adapters"].to_string();
    assert!(!forwarded.contains("\"name\":\"get-random-bytes\""), "{report:#}");
}

/// Settings that use all there is, in two orders.
const ALL: &[&str] = &[
    "env={set={A=\"b\", C=\"d\"}, allow=[\"TZ\", \"LANG\"]}",
    "args.set=[\"program\", \"read\", \"/tmp/in/file\"]",
    "stdin.file=file",
    "stdout=stderr",
    "stderr=allow",
    "clocks={fixed=2026-01-01T00:00:00Z, step=\"1ms\"}",
    "random.seed=42",
    "fs./={embed=\".\"}",
    "fs./tmp={memory=\"1MiB\"}",
    "fs./tmp/in={embed=\".\", overlay=\"1MiB\"}",
    "fs./srv={host=\"/srv\", mode=\"read-only\"}",
];

#[test]
fn virt_settings_give_deterministic_bytes_in_any_order() {
    let (one, other) = (directory(), directory());
    // The same files, made in another order, at another time, under another path.
    for (directory, names) in [(&one, ["b", "a", "d/c", "d/b"]), (&other, ["d/b", "d/c", "a", "b"])] {
        fs::create_dir(directory.path().join("d")).unwrap();
        names.iter().for_each(|name| fs::write(directory.path().join(name), name).unwrap());
    }
    for component in ["command-0.2.0", "command-0.2.12", "prober"] {
        let first = granted(one.path(), component, ALL);
        let reversed: Vec<&str> = ALL.iter().rev().copied().collect();
        assert!(first == granted(one.path(), component, &reversed), "{component}: another order");
        assert!(first == granted(other.path(), component, ALL), "{component}: another directory");
        let text = String::from_utf8_lossy(&first);
        assert!(!text.contains(one.path().to_str().unwrap()), "{component}: it names the directory");
        fs::write(other.path().join("a"), "changed").unwrap();
        assert!(first != granted(other.path(), component, ALL), "{component}: the contents are in it");
        fs::write(other.path().join("a"), "a").unwrap();
    }
}

#[test]
fn virt_combined_settings_do_what_each_does() {
    let (files, host) = (directory(), directory());
    fs::write(host.path().join("theirs"), "theirs\n").unwrap();
    for command in &COMMANDS[1..] {
        let mut grants = ALL.to_vec();
        grants[1] = "args=allow";
        grants[3] = "stdout=allow";
        let output = granted(files.path(), command, &grants);
        let run = || {
            let steps = "env -- cat -- read /file -- read /tmp/in/file -- write /tmp/x x -- write /tmp/in/y y -- ls /tmp -- ls /tmp/in -- \
                         read /srv/theirs -- ls /srv -- try write /srv/no no -- sleep 1000 -- random -- clock -- err error";
            run_with(&output, &steps.split(' ').collect::<Vec<_>>(), |wasi| {
                wasi.env("TZ", "host").env("SECRET", "x").stdin(MemoryInputPipe::new("host"));
                wasi.preopened_dir(host.path(), "/srv", FsPerms::ReadWrite).unwrap();
            })
        };
        let ran = run();
        let expected = "A=b\nC=d\nTZ=host\ncontents\ncontents\ncontents\nin/\nx\nfile\ny\ntheirs\n";
        let rest =
            ran.stdout.strip_prefix(expected).unwrap_or_else(|| panic!("{command}: {}\n{}", ran.stdout, ran.stderr));
        let listed = "error: write /srv/no no: ReadOnlyFilesystem\nslept 1000\nhash ";
        assert!(
            rest.strip_prefix("file\ntheirs\n").or(rest.strip_prefix("theirs\nfile\n")).unwrap().starts_with(listed),
            "{command}: {rest}"
        );
        assert!(rest.contains("\nmonotonic nanoseconds 1000000\n"), "{command}: {rest}");
        assert_eq!((ran.stderr.as_str(), &ran.result), ("error\n", &Ok(Ok(()))), "{command}");
        let stable = |stdout: &str| stdout.split("theirs\n").last().unwrap().split("file\n").last().unwrap().to_owned();
        assert_eq!(stable(&run().stdout), stable(&ran.stdout), "{command}");
    }
}

#[test]
fn virt_settings_of_a_manifest_equal_those_of_flags() {
    let directory = directory();
    let manifest = "[composition]\nroot = \"app\"\noutput = \"out.wasm\"\n[components]\napp = \"app.wasm\"\n[virtualize.app]\n\
        env = { set = { A = \"b\", C = \"d\" }, allow = [\"TZ\", \"LANG\"] }\nargs = { set = [\"program\", \"read\", \"/tmp/in/file\"] }\n\
        stdin = { file = \"file\" }\nstdout = \"stderr\"\nstderr = \"allow\"\n\
        clocks = { fixed = 2026-01-01T00:00:00Z, step = \"1ms\" }\nrandom = { seed = 42 }\nfs.\"/\" = { embed = \"site\" }\n\
        fs.\"/tmp\" = { memory = \"1MiB\" }\nfs.\"/tmp/in\" = { embed = \"site\", overlay = \"1MiB\" }\n\
        fs.\"/srv\" = { host = \"/srv\", mode = \"read-only\" }\n";
    fs::create_dir(directory.path().join("site")).unwrap();
    fs::write(directory.path().join("site/file"), "contents\n").unwrap();
    fs::copy(guest("command-0.2.12"), directory.path().join("app.wasm")).unwrap();
    fs::write(directory.path().join("weld.toml"), manifest).unwrap();
    succeeds(weld(directory.path()).arg("build"));
    let built = fs::read(directory.path().join("out.wasm")).unwrap();
    let ran = run_with(&built, &["host"], |_| {});
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str(), ran.result), ("", "contents\n", Ok(Ok(()))));
    let grants: Vec<String> = ALL.iter().map(|grant| grant.replace("embed=\".\"", "embed=\"site\"")).collect();
    let flags: Vec<&str> = grants.iter().flat_map(|grant| ["--grant", grant]).collect();
    let by_flags = virt_in(directory.path(), Path::new("app.wasm"), &flags);
    assert_eq!(functions(&built), functions(&by_flags));
    assert_eq!(built.len(), by_flags.len());
}

#[test]
fn virt_settings_are_separate_for_each_component() {
    let directory = directory();
    for name in ["command-0.2.12", "prober"] {
        fs::copy(guest(name), directory.path().join(format!("{name}.wasm"))).unwrap();
    }
    let manifest = "[composition]\nroot = \"command\"\noutput = \"out.wasm\"\n[components]\ncommand = \"command-0.2.12.wasm\"\n\
        prober = \"prober.wasm\"\n[exports]\nprobe = \"prober\"\n\
        [virtualize.command]\nargs = \"allow\"\nstdout = \"allow\"\nenv = { set = { A = \"command\" } }\nrandom = { seed = 1 }\n\
        fs.\"/\" = { memory = \"1MiB\" }\n\
        [virtualize.prober]\nenv = { set = { A = \"prober\" }, allow = true }\nclocks = { fixed = 2026-01-01T00:00:00Z }\nrandom = { seed = 2 }\n";
    fs::write(directory.path().join("weld.toml"), manifest).unwrap();
    succeeds(weld(directory.path()).arg("build"));
    let built = fs::read(directory.path().join("out.wasm")).unwrap();
    let ran = run_with(&built, &["env", "--", "write", "/x", "x", "--", "ls", "/"], |wasi| _ = wasi.env("B", "host"));
    assert_eq!((ran.stdout.as_str(), ran.result), ("A=command\nx\n", Ok(Ok(()))));
    let prober = Probed::new(&built);
    let ask = |what: &str| prober.ask_in_wasi(what, |wasi| _ = wasi.env("B", "host")).unwrap();
    assert_eq!(ask("get-environment"), "[(\"A\", \"prober\"), (\"B\", \"host\")]");
    assert_eq!(ask("wall-clock now"), "(1767225600, 0)");
    assert_ne!(ask("get-random-u64"), ask("get-insecure-random-u64"));
}

#[test]
fn virt_random_numbers_are_chacha20_of_the_seed() {
    // Of another implementation, with the seed as the key and 0, 1 and 2 as nonces.
    let output = virt(&guest("prober"), &["random.seed=42"]);
    Probed::new(&output).expect(&[
        ("get-random-bytes", &format!("{:?}", [0x1f, 0x76, 0xe5, 0x26])),
        ("get-random-u64", &u64::from_le_bytes([0x1f, 0x76, 0xe5, 0x26, 0x51, 0x0a, 0xe3, 0x6a]).to_string()),
        ("get-insecure-random-bytes", &format!("{:?}", [0xcd, 0x92, 0xb5, 0x10])),
        ("get-insecure-random-u64", &u64::from_le_bytes([0xcd, 0x92, 0xb5, 0x10, 0x39, 0x2c, 0xf7, 0xa3]).to_string()),
        (
            "insecure-seed",
            &format!(
                "({}, {})",
                u64::from_le_bytes([0x4f, 0x49, 0x02, 0x01, 0x6c, 0x50, 0xd5, 0xa2]),
                u64::from_le_bytes([0x45, 0x32, 0x05, 0x1d, 0xc4, 0x9f, 0xc3, 0x1d])
            ),
        ),
    ]);
}

#[test]
fn virt_settings_of_missing_imports_add_no_bytes() {
    let directory = directory();
    for command in COMMANDS {
        let denied = virt(&guest(command), &[]).len();
        let with = |grant: &str| granted(directory.path(), command, &[grant]).len();
        for (grant, room) in [
            ("env={set={A=\"b\"}}", 6),
            ("args.set=[\"a\"]", 4),
            ("random.seed=1", 6),
            ("clocks={fixed=2026-01-01T00:00:00Z}", 10),
            ("stdin.text=x", 12),
        ] {
            assert!(with(grant) <= denied + room * 1024, "{command} {grant}: {} bytes more", with(grant) - denied);
        }
    }
}

#[test]
fn virt_small_mount_adds_at_most_45_kb() {
    let directory = directory();
    for command in COMMANDS {
        let bare = fs::metadata(guest(command)).unwrap().len() as usize;
        let mounted = granted(directory.path(), command, &["fs./={embed=\".\"}"]).len();
        assert!(mounted <= bare + 45 * 1024, "{command}: {} bytes more", mounted - bare);
    }
}

#[test]
fn virt_large_mount_adds_little_beyond_its_files() {
    let directory = tempfile::tempdir().unwrap();
    let mut size = 0;
    for number in 0..1000 {
        let contents = "x".repeat(number);
        size += contents.len() + format!("file-{number}").len();
        fs::write(directory.path().join(format!("file-{number}")), contents).unwrap();
    }
    let small = granted(self::directory().path(), "command-0.2.12", &["fs./={embed=\".\"}"]).len();
    let large = granted(directory.path(), "command-0.2.12", &["fs./={embed=\".\"}"]).len();
    assert!(large < small + size + 1000 * 40, "{} bytes for each file", (large - small - size) / 1000);
}

#[test]
fn virt_debug_logs_each_call_and_changes_nothing_else() {
    let directory = directory();
    for command in COMMANDS {
        let flags = [
            "--grant=args=allow",
            "--stdout",
            "--stderr",
            "--mount",
            "/=.",
            "-e",
            "A=b",
            "--grant=clocks={fixed=2026-01-01T00:00:00Z}",
        ];
        let quiet = virt_in(directory.path(), &guest(command), &flags);
        let loud = virt_in(directory.path(), &guest(command), &[&flags[..], &["--debug"]].concat());
        assert_eq!(names(&loud).0, names(&quiet).0, "{command}");
        let steps: Vec<&str> =
            "env -- read /file -- clock -- err mine -- try write /file x -- try cat -- exit 3".split(' ').collect();
        let (quiet, loud) = (run_with(&quiet, &steps, |_| {}), run_with(&loud, &steps, |_| {}));
        assert_eq!(loud.stdout, quiet.stdout, "{command}");
        let end = |trap: Result<_, String>| trap.map_err(|trap| trap.lines().last().map(str::to_owned));
        assert_eq!(end(loud.result), end(quiet.result), "{command}");
        // What the program writes is not always a line.
        let parts: Vec<(&str, &str)> =
            loud.stderr.split("weld: ").skip(1).map(|part| part.split_once('\n').unwrap()).collect();
        assert!(loud.stderr.starts_with("weld: "), "{command}: {}", loud.stderr);
        assert_eq!(parts.iter().map(|(_, own)| *own).collect::<String>(), quiet.stderr, "{command}");
        let told: Vec<String> = parts.iter().map(|(call, _)| format!("weld: {call}")).collect();
        let version = command.strip_prefix("command-").unwrap();
        for function in [
            "cli/environment@V#get-environment",
            "filesystem/preopens@V#get-directories",
            "filesystem/types@V#[method]descriptor.open-at",
            "clocks/wall-clock@V#now",
            "cli/stdin@V#get-stdin",
            "cli/exit@V#exit",
        ] {
            let line = format!("weld: wasi:{}", function.replace('V', version));
            assert!(told.contains(&line), "{command}: {line}\n{told:?}");
        }
        // Each once: the file is opened to be read, and to be written to.
        let opened = told.iter().filter(|line| line.ends_with("descriptor.open-at")).count();
        assert_eq!(opened, 2, "{command}: {told:?}");
    }
}

/// What the README of WASI-Virt has as commands, each with `weld virt` in the place of `wasi-virt`.
mod wasi_virt {
    use super::*;

    /// What a command of its does: the steps are run in a host that has all, and their output is compared.
    #[track_caller]
    fn does(directory: &Path, flags: &str, steps: &str, expected: &str) {
        for command in COMMANDS {
            // Whoever wants to see what happens has to be allowed to say it, and to be told what to do.
            let flags: Vec<&str> =
                flags.split_whitespace().chain(["--grant=args=allow", "--grant=stdout=allow"]).collect();
            let output = virt_in(directory, &guest(command), &flags);
            assert_eq!(said(&output, steps), expected, "{command} {flags:?}");
        }
    }

    fn said(output: &[u8], steps: &str) -> String {
        let host = tempfile::tempdir().unwrap();
        fs::write(host.path().join("theirs"), "theirs\n").unwrap();
        let ran = run_with(output, &steps.split(' ').collect::<Vec<_>>(), |wasi: &mut WasiCtxBuilder| {
            wasi.env("SOME", "host").env("ENV_VARS", "host").env("OTHER", "host");
            for path in ["/restricted/path", "/host/path"] {
                wasi.preopened_dir(host.path(), path, FsPerms::ReadWrite).unwrap();
            }
        });
        let end = match ran.result {
            Ok(Ok(())) => String::new(),
            Ok(Err(())) => "failed".to_owned(),
            Err(trap) if trap.contains("denied: ") => "denied".to_owned(),
            Err(trap) => trap.lines().last().unwrap().trim().to_owned(),
        };
        ran.stdout + &end
    }

    #[test]
    fn virt_denies_all_by_default() {
        for command in COMMANDS {
            let output = virt_in(Path::new("."), &guest(command), &[]);
            assert_eq!(names(&output).0, <[&str; 0]>::default(), "{command}");
            let said = said(&output, "env");
            assert!(said.is_empty() || said == "denied", "{command}: {said}");
        }
        does(
            Path::new("."),
            "",
            "env -- try read /restricted/path/theirs -- random",
            "error: read /restricted/path/theirs: Uncategorized\ndenied",
        );
    }

    #[test]
    fn virt_allows_only_clocks() {
        for command in COMMANDS {
            let output = virt_in(Path::new("."), &guest(command), &["--allow-clocks"]);
            let imports = names(&output).0;
            assert!(
                imports.iter().all(|name| name.starts_with("wasi:clocks/") || name.starts_with("wasi:io/")),
                "{imports:?}"
            );
            let output =
                virt_in(Path::new("."), &guest(command), &["--allow-clocks", "--stdout", "--grant=args=allow"]);
            assert!(!said(&output, "clock").contains("wall seconds 0\n"));
        }
    }

    #[test]
    fn virt_sets_and_filters_the_environment() {
        let directory = Path::new(".");
        does(directory, "-e CUSTOM=VAR", "env", "CUSTOM=VAR\n");
        does(directory, "-e CUSTOM=VAR --allow-env", "env", "CUSTOM=VAR\nENV_VARS=host\nOTHER=host\nSOME=host\n");
        does(directory, "-e CUSTOM=VAR --allow-env=SOME,ENV_VARS", "env", "CUSTOM=VAR\nENV_VARS=host\nSOME=host\n");
    }

    #[test]
    fn virt_allows_exit() {
        does(Path::new("."), "--allow-exit", "out before -- exit 0", "before\nExited with i32 exit status 0");
        does(Path::new("."), "", "out before -- exit 0", "before\ndenied");
    }

    #[test]
    fn virt_mounts_files_and_host_directories() {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir_all(directory.path().join("local-dir/in")).unwrap();
        fs::write(directory.path().join("local-dir/mine"), "mine\n").unwrap();
        fs::write(directory.path().join("local-dir/in/deep"), "deep\n").unwrap();
        let steps = "read /mine -- read /in/deep -- ls / -- try read /theirs -- try read /restricted/path/theirs";
        let denied = "error: read /theirs: NotFound\nerror: read /restricted/path/theirs: NotFound\n";
        does(directory.path(), "--mount /=./local-dir", steps, &format!("mine\ndeep\nin/\nmine\n{denied}"));
        does(
            directory.path(),
            "--preopen /=/restricted/path",
            "read /theirs -- ls / -- write /x x -- read /x",
            "theirs\ntheirs\nx",
        );
        let steps = "read /virt-dir/mine -- read /host-dir/theirs -- ls /virt-dir -- try read /host/path/theirs";
        let expected = "mine\ntheirs\nin/\nmine\nerror: read /host/path/theirs: Uncategorized\n";
        does(directory.path(), "--mount /virt-dir=./local-dir --preopen /host-dir=/host/path", steps, expected);
    }

    #[test]
    fn virt_allows_random_numbers_sockets_and_requests() {
        for command in COMMANDS {
            let output =
                virt_in(Path::new("."), &guest(command), &["--allow-random", "--stdout", "--grant=args=allow"]);
            assert!(said(&output, "random").starts_with("hash "));
        }
        for (flag, package) in
            [("--allow-random", "wasi:random/"), ("--allow-sockets", "wasi:sockets/"), ("--allow-http", "wasi:http/")]
        {
            let imports = names(&virt_in(Path::new("."), &guest("prober"), &[flag])).0;
            assert!(imports.iter().any(|name| name.starts_with(package)), "{flag}: {imports:?}");
            let others = ["wasi:cli/", "wasi:filesystem/", "wasi:random/", "wasi:sockets/", "wasi:http/"];
            for other in others.iter().filter(|other| **other != package) {
                assert!(!imports.iter().any(|name| name.starts_with(other)), "{flag}: {imports:?}");
            }
        }
    }

    #[test]
    fn virt_ignores_denies_and_allows_standard_streams() {
        for command in COMMANDS {
            let ran = |flags: &[&str]| {
                let output = virt_in(Path::new("."), &guest(command), &[&["--grant=args=allow"], flags].concat());
                let ran = run_with(&output, &["out", "out", "--", "err", "err"], |_| {});
                (ran.stdout, ran.stderr, ran.result.is_ok_and(|ended| ended.is_ok()))
            };
            assert_eq!(ran(&["--stdio=ignore"]), (String::new(), String::new(), true), "{command}");
            assert_eq!(ran(&["--stdio=deny"]), (String::new(), String::new(), false), "{command}");
            // Standard output is closed, so that the first step fails, and says so.
            let (stdout, stderr, ended) = ran(&["--stderr=allow"]);
            assert!(stdout.is_empty() && stderr.starts_with("error: out out: ") && !ended, "{command}: {stderr}");
            assert_eq!(
                ran(&["--stdio=ignore", "--stderr=allow"]),
                (String::new(), "err\n".to_owned(), true),
                "{command}"
            );
        }
    }
}
