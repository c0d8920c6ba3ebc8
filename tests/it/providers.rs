//! What is given to a component in the place of the host, but for files: its environment, its arguments, its streams, clocks that
//! stand, random numbers from a seed.

use std::path::Path;

use crate::support::probed::Probed;
use crate::support::puppet::{self, Puppet, ask, component_of};
use crate::support::{self, Ran, guest, names, run_with, virt, virt_in};
use wasmtime::component::Val;
use wasmtime_wasi::p2::pipe::MemoryInputPipe;
use wasmtime_wasi::{FsPerms, WasiCtxBuilder};

const COMMANDS: &[&str] = &["command-0.2.0", "command-0.2.3", "command-0.2.6", "command-0.2.12"];

/// What a command prints, and that it ends well.
#[track_caller]
fn prints(component: &[u8], steps: &str, give: impl FnOnce(&mut WasiCtxBuilder)) -> String {
    let ran = run_with(component, &steps.split(' ').collect::<Vec<_>>(), give);
    assert_eq!(ran.result, Ok(Ok(())), "{steps}: {}", ran.stderr);
    ran.stdout
}

/// A host with some variables.
fn variables(wasi: &mut WasiCtxBuilder) {
    wasi.env("LANG", "host").env("TZ", "host").env("SECRET", "host");
}

/// A component with grants, in which paths are relative to the temporary directory.
fn in_directory(directory: &Path, component: &str, grants: &[&str]) -> Vec<u8> {
    let flags: Vec<&str> = grants.iter().flat_map(|grant| ["--grant", grant]).collect();
    virt_in(directory, &guest(component), &flags)
}

const SPEAKS: [&str; 2] = ["args=allow", "stdout=allow"];

#[test]
fn virt_env_is_the_set_and_inherited_variables() {
    let all = "SECRET=host\nTZ=host\n";
    for command in COMMANDS {
        for (flags, expected) in [
            (&["--grant=env={}"][..], ""),
            (&["--env=A=b"], "A=b\n"),
            (&["-e", "A=b", "-e", "C=d=e,f"], "A=b\nC=d=e,f\n"),
            (&["-e", "EMPTY="], "EMPTY=\n"),
            (&["-e", "NAME=Zoë ☂"], "NAME=Zoë ☂\n"),
            (&["--grant=env.set.LANG=C"], "LANG=C\n"),
            (&["-e", "LANG=C", "--allow-env"], &format!("LANG=C\n{all}")),
            (&["-e", "A=b", "--allow-env=TZ,SECRET,NONE"], &format!("A=b\n{all}")),
            (&["--allow-env=TZ"], "TZ=host\n"),
            (&["-e", "TZ=mine", "--allow-env=TZ"], "TZ=mine\n"),
            (&["--grant=env={set={LANG=\"C\"}, allow=[\"TZ\"]}"], "LANG=C\nTZ=host\n"),
            (&["--grant=env={allow=true, deny=[\"SECRET\", \"LANG\"]}"], "TZ=host\n"),
            // A name is what it is, to the letter.
            (&["--grant=env={allow=[\"tz\", \"T\", \"TZZ\"], deny=[\"lang\"]}"], ""),
            (&["--grant=env={allow=[\"TZ\", \"SECRET\"], deny=[\"SECRET\"]}"], "TZ=host\n"),
            // What is set is there even if the host's is denied.
            (
                &["--grant=env={set={SECRET=\"mine\"}, allow=true, deny=[\"SECRET\"]}"],
                "LANG=host\nSECRET=mine\nTZ=host\n",
            ),
        ] {
            let given = [&["--grant=args=allow", "--stdout"], flags].concat();
            let output = virt_in(Path::new("."), &guest(command), &given);
            assert_eq!(prints(&output, "env", variables), expected, "{command} {flags:?}");
        }
    }
}

#[test]
fn virt_env_without_inheritance_needs_no_host() {
    for (flags, imports) in [(&["-e", "A=b"][..], false), (&["-e", "A=b", "--allow-env=TZ"], true)] {
        let output = virt_in(Path::new("."), &guest("prober"), flags);
        assert_eq!(names(&output).0, if imports { vec!["wasi:cli/environment@0.2.12"] } else { vec![] });
        let wit = support::wit(&output);
        assert!(!wit.contains("get-arguments") && wit.contains("get-environment") == imports, "{wit}");
        let said = Probed::new(&output).ask_in_wasi("get-environment", variables);
        let rest = if imports { ", (\"TZ\", \"host\")" } else { "" };
        assert_eq!(said.unwrap(), format!("[(\"A\", \"b\"){rest}]"));
    }
}

#[test]
fn virt_env_lists_set_variables_before_those_of_the_host() {
    let output = virt(&guest("prober"), &["env={set={B=\"1\", A=\"2\"}, allow=[\"TZ\", \"LANG\", \"B\"]}"]);
    let said = Probed::new(&output).ask_in_wasi("get-environment", |wasi| {
        wasi.env("TZ", "3").env("B", "host").env("LANG", "4");
    });
    assert_eq!(said.unwrap(), r#"[("A", "2"), ("B", "1"), ("TZ", "3"), ("LANG", "4")]"#);
}

#[test]
fn virt_env_keeps_many_and_large_variables() {
    let directory = tempfile::tempdir().unwrap();
    let large = "x".repeat(100_000);
    // The preview 1 adapter has no room for as many.
    std::fs::write(directory.path().join("puppet.wasm"), puppet::component()).unwrap();
    let large_variable = format!("LARGE={large}");
    let output = virt_in(directory.path(), Path::new("puppet.wasm"), &["-e", &large_variable, "--allow-env"]);
    let mut puppet = Puppet::new(&output, |wasi| {
        for number in 0..2000 {
            wasi.env(format!("N{number}"), "y".repeat(100));
        }
    });
    for _ in 0..3 {
        let Ok(Val::List(variables)) = puppet.call("cli-environment/get-environment", &[]) else { panic!("a list") };
        assert_eq!(variables.len(), 2001);
        assert_eq!(puppet::text(&variables[0]), format!("(\"LARGE\", {large:?})"));
        assert_eq!(puppet::text(&variables[2000]), format!("(\"N1999\", {:?})", "y".repeat(100)));
    }
}

#[test]
fn virt_args_are_the_set_arguments() {
    for command in COMMANDS {
        let output = virt(&guest(command), &["stdout=allow", "args={set=[\"mine\", \"args\", \"\", \"Zoë ☂\"]}"]);
        assert_eq!(prints(&output, "out host", |_| {}), "mine\nargs\n\nZoë ☂\n", "{command}");
        let output = virt(&guest(command), &["stdout=allow", "args={set=[]}"]);
        assert_eq!(prints(&output, "out host", |_| {}), "no arguments\n", "{command}");
    }
    // The flag with a key of its own.
    let output = virt(&guest("prober"), &["args.set=[\"a\"]"]);
    assert_eq!(names(&output).0, <[&str; 0]>::default());
    assert_eq!(Probed::new(&output).ask("get-arguments").unwrap(), "[\"a\"]");
}

#[test]
fn virt_cwd_is_the_set_directory() {
    for path in ["/", "/some/where"] {
        let output = virt(&guest("prober"), &[&format!("cwd.set={path}"), "args=allow"]);
        let prober = Probed::new(&output);
        let give = |wasi: &mut WasiCtxBuilder| _ = wasi.arg("host").initial_cwd("/host");
        assert_eq!(prober.ask_in_wasi("initial-cwd", give).unwrap(), format!("Some({path:?})"));
        assert_eq!(prober.ask_in_wasi("get-arguments", give).unwrap(), "[\"host\"]");
        assert_eq!(prober.ask_in_wasi("get-environment", |wasi| _ = wasi.env("A", "b")).unwrap(), "[]");
    }
}

/// Both forms in which `wasi:config` has been published.
const CONFIGS: [(&str, &str, &str); 2] = [("store", "0.2.0-rc.1", "error"), ("runtime", "0.2.0-draft", "config-error")];

/// A puppet that asks for its configuration, with grants.
fn configured((interface, version, error): (&str, &str, &str), grants: &[&str]) -> Vec<u8> {
    let wit = format!(
        "package wasi:config@{version};\ninterface {interface} {{\n  variant {error} {{ upstream(string), io(string) }}\n  \
         get: func(key: string) -> result<option<string>, {error}>;\n  \
         get-all: func() -> result<list<tuple<string, string>>, {error}>;\n}}\n"
    );
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("app.wasm");
    std::fs::write(&file, component_of(&wit, &[&format!("wasi:config/{interface}@{version}")])).unwrap();
    virt(&file, grants)
}

/// Runs it in a host that has a configuration, or fails to give it.
fn asked((interface, version, _): (&str, &str, &str), output: &[u8], fails: bool) -> Puppet {
    let name = format!("wasi:config/{interface}@{version}");
    Puppet::with(
        output,
        |_| {},
        |linker| {
            let all = [("color", "host"), ("secret", "host"), ("a=b", "host")];
            let failure = || {
                Val::Result(Err(Some(Box::new(Val::Variant("io".into(), Some(Box::new(Val::String("down".into()))))))))
            };
            let ok = |value| Val::Result(Ok(Some(Box::new(value))));
            let mut config = linker.instance(&name).unwrap();
            config
                .func_new("get", move |_, _, given, results| {
                    let Val::String(key) = &given[0] else { panic!("a key") };
                    let found = all.iter().find(|(name, _)| name == key);
                    let found = found.map(|(_, value)| Box::new(Val::String((*value).to_owned())));
                    results[0] = if fails { failure() } else { ok(Val::Option(found)) };
                    Ok(())
                })
                .unwrap();
            config
                .func_new("get-all", move |_, _, _, results| {
                    let pair = |(name, value): &(&str, &str)| {
                        Val::Tuple(vec![Val::String((*name).to_owned()), Val::String((*value).to_owned())])
                    };
                    results[0] = if fails { failure() } else { ok(Val::List(all.iter().map(pair).collect())) };
                    Ok(())
                })
                .unwrap();
        },
    )
}

#[test]
fn virt_config_is_the_set_and_inherited_values() {
    for config in CONFIGS {
        let of = |function: &str| format!("config-{}/{function}", config.0);
        for (grants, all, color, secret, other) in [
            ("config={}", "", "none", "none", "none"),
            ("config={set={color=\"mine\"}}", r#"("color", "mine")"#, "some(\"mine\")", "none", "none"),
            (
                "config={set={other=\"mine\", color=\"mine\"}, allow=true, deny=[\"secret\"]}",
                r#"("color", "mine"), ("other", "mine"), ("a=b", "host")"#,
                "some(\"mine\")",
                "none",
                "some(\"mine\")",
            ),
            (
                "config={allow=[\"secret\", \"a=b\"]}",
                r#"("secret", "host"), ("a=b", "host")"#,
                "none",
                "some(\"host\")",
                "none",
            ),
            ("config={set={\"c=d\"=\"\"}}", r#"("c=d", "")"#, "none", "none", "none"),
        ] {
            let output = configured(config, &[grants]);
            assert_eq!(names(&output).0.is_empty(), !grants.contains("allow"), "{grants}");
            let mut puppet = asked(config, &output, false);
            assert_eq!(ask!(puppet, &of("get-all")), format!("ok([{all}])"), "{config:?} {grants}");
            assert_eq!(ask!(puppet, &of("get"), "color"), format!("ok({color})"), "{config:?} {grants}");
            assert_eq!(ask!(puppet, &of("get"), "secret"), format!("ok({secret})"), "{config:?} {grants}");
            assert_eq!(ask!(puppet, &of("get"), "other"), format!("ok({other})"), "{config:?} {grants}");
        }
    }
}

#[test]
fn virt_config_error_of_the_host_spares_set_values() {
    for config in CONFIGS {
        let of = |function: &str| format!("config-{}/{function}", config.0);
        let output = configured(config, &["config={set={color=\"mine\"}, allow=[\"secret\"]}"]);
        let mut puppet = asked(config, &output, true);
        assert_eq!(ask!(puppet, &of("get"), "color"), "ok(some(\"mine\"))");
        assert_eq!(ask!(puppet, &of("get"), "secret"), "err(io(\"down\"))");
        assert_eq!(ask!(puppet, &of("get"), "other"), "ok(none)");
        assert_eq!(ask!(puppet, &of("get-all")), "err(io(\"down\"))");
    }
}

#[test]
fn virt_stdin_is_the_set_input() {
    let directory = tempfile::tempdir().unwrap();
    let long: String = (0..20_000).map(|line| format!("line {line}\n")).collect();
    std::fs::write(directory.path().join("long file.txt"), &long).unwrap();
    std::fs::write(directory.path().join("none"), "").unwrap();
    for command in COMMANDS {
        for (grant, expected) in [
            ("stdin=empty", ""),
            ("stdin={text=\"one\\ntwo ☂\"}", "one\ntwo ☂"),
            ("stdin.text=said", "said"),
            ("stdin={text=\"\"}", ""),
            ("stdin={file=\"long file.txt\"}", long.as_str()),
            ("stdin.file=none", ""),
        ] {
            let output = in_directory(directory.path(), command, &[&SPEAKS[..], &[grant]].concat());
            assert!(!names(&output).0.iter().any(|name| name.contains("stdin")), "{grant}");
            let printed = prints(&output, "cat -- out end", |wasi| _ = wasi.stdin(MemoryInputPipe::new("host")));
            assert!(printed == format!("{expected}end\n"), "{command} {grant}: {printed:.200}");
        }
    }
}

#[test]
fn virt_stdout_is_redirected() {
    for command in COMMANDS {
        for (flags, stdout, stderr) in [
            (&["--stdout", "--stderr"][..], "o1\no2\n", "e\n"),
            (&["--stdout=stderr", "--stderr"], "", "o1\ne\no2\n"),
            (&["--stdout", "--stderr=stdout"], "o1\ne\no2\n", ""),
            (&["--stdout=stdout", "--stderr=stderr"], "o1\no2\n", "e\n"),
            (&["--stdout=ignore", "--stderr"], "", "e\n"),
            (&["--stdout", "--stderr=ignore"], "o1\no2\n", ""),
            (&["--stdio=ignore"], "", ""),
            (&["--grant=stdout=stderr", "--stderr=allow"], "", "o1\ne\no2\n"),
        ] {
            let output = virt_in(Path::new("."), &guest(command), &[&["--grant=args=allow"], flags].concat());
            let ran = run_with(&output, &["out", "o1", "--", "err", "e", "--", "out", "o2"], |_| {});
            let expected = Ran { stdout: stdout.into(), stderr: stderr.into(), result: Ok(Ok(())) };
            assert_eq!(ran, expected, "{command} {flags:?}");
        }
    }
}

#[test]
fn virt_stdout_redirected_to_a_denied_stream_is_closed() {
    let output = virt(&guest("prober"), &["stdout=stderr"]);
    let said = Probed::new(&output).ask("stdout check-write");
    assert_eq!(said.unwrap(), "Err(StreamError::Closed)");
}

#[test]
fn virt_exit_works_only_where_allowed() {
    for command in COMMANDS {
        let output = virt_in(Path::new("."), &guest(command), &["--grant=args=allow", "--allow-exit", "-e", "A=b"]);
        let trap = run_with(&output, &["exit", "0"], |_| {}).result.unwrap_err();
        assert!(trap.contains("Exited with i32 exit status 0") && !trap.contains("denied"), "{command}: {trap}");
        let output = virt_in(Path::new("."), &guest(command), &["--grant=args=allow", "-e", "A=b"]);
        let trap = run_with(&output, &["exit", "0"], |_| {}).result.unwrap_err();
        assert!(trap.contains("denied: wasi:cli/exit"), "{command}: {trap}");
    }
}

#[test]
fn virt_fixed_clock_is_constant() {
    for command in COMMANDS {
        let output =
            virt(&guest(command), &[&SPEAKS[..], &["clocks={fixed=\"2026-01-01T00:00:00.5+01:00\"}"]].concat());
        let printed = prints(&output, "clock -- sleep 3600000 -- clock", |_| {});
        let clock = "wall seconds 1767222000\nwall nanoseconds 500000000\nmonotonic nanoseconds 0\n";
        let (first, rest) = printed.split_at(clock.len());
        assert_eq!(first, clock, "{command}");
        // An hour was slept, without anyone waiting.
        let later = "slept 3600000\nwall seconds 1767225600\nwall nanoseconds 500000000\nmonotonic nanoseconds 0\n";
        assert_eq!(rest, later, "{command}");
    }
}

#[test]
fn virt_stepping_clock_advances_at_each_read() {
    for command in COMMANDS {
        let grants = [&SPEAKS[..], &["clocks={fixed=2026-01-01T00:00:00Z, step=\"1s\"}"]].concat();
        let printed = prints(&virt(&guest(command), &grants), "clock -- clock", |_| {});
        let numbers: Vec<u64> = printed.lines().map(|line| line.rsplit(' ').next().unwrap().parse().unwrap()).collect();
        let [first, 0, 1_000_000_000, second, 0, 1_000_000_000] = numbers[..] else { panic!("{command}: {numbers:?}") };
        // Three questions lie between the two.
        assert_eq!(second - first, 3, "{command}");
        assert!((1_767_225_600..1_767_225_610).contains(&first), "{command}: {first}");
    }
}

#[test]
fn virt_stepping_clock_advances_by_reads_and_waits() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("puppet.wasm");
    std::fs::write(&file, puppet::component()).unwrap();
    let asked = |clocks: &str| {
        let output = virt(&file, &[clocks]);
        assert_eq!(names(&output).0, <[&str; 0]>::default());
        let mut puppet = Puppet::new(&output, |_| {});
        let wall = |puppet: &mut Puppet| ask!(puppet, "clocks-wall-clock/now");
        let now = |puppet: &mut Puppet| ask!(puppet, "clocks-monotonic-clock/now").parse::<u64>().unwrap();
        let (wall_1, now_1, wall_2, now_2) = (wall(&mut puppet), now(&mut puppet), wall(&mut puppet), now(&mut puppet));
        let pollable = puppet.handle("clocks-monotonic-clock/subscribe-duration", &[Val::U64(5_000_000_000)]);
        assert_eq!(ask!(puppet, "io-poll/pollable-block", pollable), "()");
        let slept = now(&mut puppet) - now_2;
        let past = puppet.handle("clocks-monotonic-clock/subscribe-instant", &[Val::U64(0)]);
        ask!(puppet, "io-poll/pollable-block", past);
        let still = now(&mut puppet) - now_2;
        (wall_1, wall_2, now_2 - now_1, slept, still)
    };
    let (wall, same, between, slept, still) = asked("clocks={fixed=2026-01-01T00:00:00Z}");
    assert_eq!(
        (wall.as_str(), between, slept, still),
        ("{seconds: 1767225600, nanoseconds: 0}", 0, 5_000_000_000, 5_000_000_000)
    );
    assert_eq!(wall, same);
    let (wall, other, between, slept, still) = asked("clocks={fixed=2026-01-01T00:00:00Z, step=\"1ms\"}");
    assert_ne!(wall, other);
    // One question to each clock lies between the two of one clock.
    assert_eq!(between, 2_000_000);
    assert!((5_000_000_000..=5_005_000_000).contains(&slept), "{slept}");
    assert!((still - slept) < 5_000_000, "a time that is over is not waited for: {still}");
}

#[test]
fn virt_random_seed_determines_the_numbers() {
    for command in COMMANDS {
        let random = |seed: &str| {
            let output = virt(&guest(command), &[&SPEAKS[..], &[seed]].concat());
            let once = prints(&output, "random -- random", |_| {});
            assert_eq!(prints(&output, "random -- random", |_| {}), once, "{command}");
            once
        };
        let (one, other, largest) =
            (random("random.seed=42"), random("random={seed=43}"), random("random.seed=9223372036854775807"));
        assert!(one != other && one != largest && other != largest, "{command}");
        let lines: Vec<&str> = one.lines().collect();
        assert!(lines[0] != lines[2] && lines[1] != lines[3], "{command}: {one}");
        // All versions have the same numbers, as far as their adapters ask for as many.
        assert_eq!(random("random.seed=42"), one);
    }
}

#[test]
fn virt_random_numbers_are_one_stream_for_each_kind_of_call() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("puppet.wasm");
    std::fs::write(&file, puppet::component()).unwrap();
    let output = virt(&file, &["random.seed=7"]);
    let mut puppet = Puppet::new(&output, |_| {});
    let mut bytes = |count: u64| match puppet.call("random-random/get-random-bytes", &[Val::U64(count)]).unwrap() {
        Val::List(bytes) => bytes.iter().map(|byte| if let Val::U8(byte) = byte { *byte } else { panic!() }).collect(),
        other => panic!("{other:?}"),
    };
    let all: Vec<u8> = bytes(100_000);
    assert_eq!(all.len(), 100_000);
    assert_eq!(bytes(0), Vec::<u8>::new());
    // No byte is much rarer than another, as with one that is a counter, or stays zero.
    let mut counts = [0_u32; 256];
    all.iter().for_each(|byte| counts[*byte as usize] += 1);
    assert!(counts.iter().all(|count| (250..550).contains(count)), "{counts:?}");
    // What a fresh instance is asked for in two parts is what the first gave at once.
    let mut puppet = Puppet::new(&output, |_| {});
    let mut parts = Vec::new();
    for count in [8_u64, 3, 1, 100] {
        match puppet.call("random-random/get-random-bytes", &[Val::U64(count)]).unwrap() {
            Val::List(bytes) => {
                parts.extend(bytes.into_iter().map(|byte| if let Val::U8(byte) = byte { byte } else { panic!() }))
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(parts.len(), 112);
    assert_eq!(parts[..8], all[..8]);
    for function in ["random-random/get-random-u64", "random-insecure/get-insecure-random-u64"] {
        assert_ne!(ask!(puppet, function), ask!(puppet, function));
    }
    let seed = ask!(puppet, "random-insecure-seed/insecure-seed");
    assert!(seed.starts_with('(') && seed != "(0, 0)", "{seed}");
    assert_eq!(ask!(puppet, "random-insecure/get-insecure-random-bytes", 0_u64), "[]");
}

#[test]
fn virt_settings_combine_with_host_functions() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("file"), "the host's\n").unwrap();
    let grants = [
        "env={set={A=\"b\"}, allow=[\"TZ\"]}",
        "stdin.text=mine",
        "random.seed=1",
        "stdio=allow",
        "args=allow",
        "clocks=allow",
        "fs=allow",
    ];
    for command in COMMANDS {
        // `stdio` is no capability: its parts are.
        let grants: Vec<&str> =
            grants.iter().map(|grant| if *grant == "stdio=allow" { "stdout=allow" } else { grant }).collect();
        let output = virt(&guest(command), &grants);
        let run = || {
            prints(&output, "env -- cat -- read /x/file -- random -- sleep 1 -- clock", |wasi| {
                variables(wasi);
                wasi.stdin(MemoryInputPipe::new("host"));
                wasi.preopened_dir(directory.path(), "/x", FsPerms::ReadOnly).unwrap();
            })
        };
        let (one, other) = (run(), run());
        assert!(one.starts_with("A=b\nTZ=host\nminethe host's\nhash "), "{command}: {one}");
        let same = |text: &str| text.split("slept").next().unwrap().to_owned();
        assert_eq!(same(&one), same(&other), "{command}");
        let seconds = |text: &str| {
            let line = text.lines().find(|line| line.starts_with("wall seconds")).unwrap();
            line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()
        };
        assert!(seconds(&one) > 1_767_225_600, "it is the host's time");
    }
}

#[test]
fn virt_settings_combine_with_host_sockets() {
    let output = virt(
        &guest("prober"),
        &["sockets=allow", "clocks={fixed=2026-01-01T00:00:00Z}", "random.seed=1", "stdin.text=mine"],
    );
    let imports = names(&output).0;
    assert!(imports.iter().any(|name| name.starts_with("wasi:sockets/instance-network@")), "{imports:?}");
    assert!(!imports.iter().any(|name| name.contains("random") || name.contains("stdin")), "{imports:?}");
    let prober = Probed::new(&output);
    let ask = |what: &str| {
        prober.ask_in_wasi(what, |wasi| _ = wasi.inherit_network().allow_tcp(true).allow_ip_name_lookup(true)).unwrap()
    };
    assert_eq!(ask("sockets create-tcp-socket"), "Ok(\"socket\")");
    assert_eq!(ask("sockets bind"), "Ok(())");
    // Its pollable is the host's, and this one waits for it.
    assert_eq!(ask("sockets next-address"), "Ok(true)");
    assert_eq!(ask("sleep"), "()");
    assert_eq!(ask("stdin blocking-read"), "Ok([109, 105, 110, 101])");
    assert_eq!(ask("wall-clock now"), "(1767225600, 0)");
}

#[test]
fn setting_that_asks_the_host_serves_an_interface_in_two_versions() {
    let directory = tempfile::tempdir().unwrap();
    // Ten times how many variables there are by the one, and how many by the other.
    let of = |version: &str, name: &str| {
        format!(
            r#"(import "wasi:cli/environment@{version}" (instance ${name}
                 (export "get-environment" (func (result (list (tuple string string)))))))
               (core func ${name} (canon lower (func ${name} "get-environment")
                 (memory $memory "memory") (realloc (func $memory "realloc"))))"#
        )
    };
    let text = format!(
        r#"(component
             (core module $memory
               (memory (export "memory") 1)
               (global $end (mut i32) (i32.const 1024))
               (func (export "realloc") (param i32 i32 i32 i32) (result i32)
                 (global.get $end)
                 (global.set $end
                   (i32.and (i32.add (i32.add (global.get $end) (local.get 3)) (i32.const 7)) (i32.const -8)))))
             (core instance $memory (instantiate $memory))
             {}{}
             (core module $m
               (import "" "a" (func $a (param i32)))
               (import "" "b" (func $b (param i32)))
               (import "" "memory" (memory 1))
               (func (export "run") (result i32)
                 (call $a (i32.const 0))
                 (call $b (i32.const 16))
                 (i32.add (i32.mul (i32.const 10) (i32.load (i32.const 4))) (i32.load (i32.const 20)))))
             (core instance $m (instantiate $m (with "" (instance
               (export "a" (func $a)) (export "b" (func $b)) (export "memory" (memory $memory "memory"))))))
             (func (export "run") (result u32) (canon lift (core func $m "run"))))"#,
        of("0.2.0", "a"),
        of("0.2.6", "b"),
    );
    let file = directory.path().join("app.wat");
    std::fs::write(&file, text).unwrap();
    let count = |component: &[u8]| {
        let engine = support::engine();
        let mut store = support::store_with(&engine, variables);
        let instance = support::wasi(&engine).instantiate(&mut store, &support::compiled(component)).unwrap();
        instance.get_typed_func::<(), (u32,)>(&mut store, "run").unwrap().call(&mut store, ()).unwrap().0
    };
    assert_eq!(count(&wat::parse_file(&file).unwrap()), 33);
    assert_eq!(count(&virt_in(directory.path(), &file, &["--allow-env=LANG,TZ", "--env", "A=1"])), 33);
    assert_eq!(count(&virt_in(directory.path(), &file, &["--allow-env=LANG"])), 11);
    // Handles of the one are none of the other: that is a limit.
    let import = |number: u32, version: &str| {
        format!(
            r#"(import "wasi:filesystem/types@{version}" (instance $t{number} (export "descriptor" (type (sub resource)))))
               (alias export $t{number} "descriptor" (type $d{number}))
               (import "wasi:filesystem/preopens@{version}" (instance
                 (alias outer 1 $d{number} (type $o)) (export "descriptor" (type $d (eq $o)))
                 (type $l (list (tuple (own $d) string)))
                 (export "get-directories" (func (result $l)))))"#
        )
    };
    std::fs::write(&file, format!("(component {})", [import(0, "0.2.0"), import(6, "0.2.6")].concat())).unwrap();
    let mut virt = support::weld(directory.path());
    let said = support::fails(virt.args(["virt", "app.wat", "--preopen", "/data=/data", "-o", "out.wasm"]));
    let limit = "`wasi:filesystem/preopens#get-directories` of the host, which it imports in two versions";
    assert!(said.contains(limit) && !said.contains("defect"), "{said}");
}
