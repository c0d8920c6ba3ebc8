//! Commands that messages advise: each is run as it is printed.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use crate::support::{fails, guest, run, succeeds, weld};

/// What is there before each command.
fn prepare(directory: &Path) {
    let at = |name: &str| directory.join(name);
    for made in ["parts", "sub", "more", "deps/acme", "my parts"] {
        std::fs::create_dir_all(at(made)).unwrap();
    }
    for (name, of) in [
        ("app.wasm", "hello-command"),
        ("lib.wasm", "hello-lib"),
        ("cmd.wasm", "command-0.2.12"),
        ("my app.wasm", "command-0.2.12"),
        ("sub/app.wasm", "hello-command"),
        ("more/lib.wasm", "hello-lib"),
        ("-odd.wasm", "counter"),
        ("deps/acme/app.wasm", "hello-command"),
    ] {
        std::fs::copy(guest(of), at(name)).unwrap();
    }
    for (name, text) in [
        ("app.wac", "package acme:all;\nlet app = new acme:app { ... };\nexport app...;\n"),
        ("policy.toml", "default = \"allow\"\n"),
        ("my policy.toml", "default = \"allow\"\n"),
        ("parts/note", ""),
        ("parts/weld.toml", ""),
        ("my parts/note", ""),
        ("sub/weld.toml", "[composition]\nroot = \"app\"\noutput = \"out.wasm\"\n[components]\napp = \"app.wasm\"\n"),
        (
            "weld.toml",
            "[composition]\nroot = \"app\"\noutput = \"out.wasm\"\nsnapshot = \"out.snap\"\n[components]\napp = \"app.wasm\"\nlib = \"lib.wasm\"\n",
        ),
    ] {
        std::fs::write(at(name), text).unwrap();
    }
    succeeds(weld(directory).args(["plug", "app.wasm", "--plug", "lib.wasm", "-o", "whole.wasm"]));
    succeeds(weld(directory).args(["snapshot", "cmd.wasm", "--update", "cmd.snap"]));
    succeeds(weld(directory).args(["snapshot", "app.wasm", "--update", "app.snap"]));
}

/// A command as a shell takes it, and the commands that it advises.
const ADVICE: &[(&str, &[&str])] = &[
    ("split whole.wasm -o parts", &["weld split whole.wasm -o parts-2", "weld split whole.wasm -o parts --force"]),
    (
        "split whole.wasm --output='my parts'",
        &["weld split whole.wasm '--output=my parts-2'", "weld split whole.wasm '--output=my parts' --force"],
    ),
    ("split whole.wasm -o cmd.wasm", &["weld split whole.wasm -o cmd-2"]),
    ("split whole.wasm -o new", &["weld build new/weld.toml"]),
    ("split whole.wasm -o 'my new'", &["weld build 'my new/weld.toml'"]),
    (
        "check cmd.wasm --suggest -o policy.toml",
        &["weld check cmd.wasm --suggest -o policy-2.toml", "weld check cmd.wasm --suggest -o policy.toml --force"],
    ),
    ("check cmd.wasm --suggest -o new.toml", &["weld check cmd.wasm --policy new.toml"]),
    (
        "check sub 'my app.wasm' ./-odd.wasm --suggest -o 'my new.toml'",
        &["weld check sub 'my app.wasm' ./-odd.wasm --policy 'my new.toml'"],
    ),
    ("init", &["weld init --print", "weld init --force"]),
    ("init sub", &["weld init sub --print", "weld init sub --force"]),
    ("init more", &["weld build more/weld.toml"]),
    ("init more/lib.wasm", &["weld init more", "weld add more/lib.wasm"]),
    ("man --out cmd.wasm", &["weld man --out cmd-2"]),
    ("add more/lib.wasm --manifest sub/weld.toml", &["weld build sub/weld.toml"]),
    ("add cmd.wasm", &[]),
    ("build --locked", &["weld build --update"]),
    ("build sub/weld.toml --locked", &["weld build sub/weld.toml --update"]),
    ("build more", &["weld init more"]),
    ("build app.wac", &["weld compose app.wac -o out.wasm"]),
    ("inspect app.wac", &["weld compose app.wac -o out.wasm"]),
    ("inspect sub/weld.toml", &["weld build sub/weld.toml"]),
    ("build -f sub/weld.toml", &["weld build sub/weld.toml"]),
    ("snapshot cmd.snap --check cmd.wasm", &["weld snapshot cmd.wasm --check cmd.snap"]),
    ("snapshot cmd.wasm --check new.snap", &["weld snapshot cmd.wasm --update new.snap"]),
    ("snapshot cmd.wasm --check app.snap", &["weld snapshot cmd.wasm --update app.snap"]),
    (
        "snapshot 'my app.wasm' cmd.snap",
        &["weld snapshot 'my app.wasm' --check cmd.snap", "weld snapshot 'my app.wasm' --update cmd.snap"],
    ),
    ("explain stdout cmd.wasm", &["weld explain cmd.wasm stdout"]),
    (
        "explain 'my app.wasm' 'wasi:cli/std*'",
        &["weld virt 'my app.wasm' --allow-all --grant 'wasi:cli/std*=deny' -o closed.wasm"],
    ),
    ("'my app.wasm'", &["weld inspect 'my app.wasm'"]),
];

/// The commands in what was said, without those that have a word in capitals for what the user has to say.
fn advised(said: &str) -> BTreeSet<String> {
    let quoted = said.split('`').skip(1).step_by(2);
    let own_lines = said.lines().filter_map(|line| line.strip_prefix("  ")).filter(|line| line.starts_with("weld "));
    let is_command = |text: &&str| text.starts_with("weld ") && text.split(' ').count() > 1;
    let is_form =
        |text: &str| text.split([' ', '=']).any(|word| word.len() > 1 && word.chars().all(|c| c.is_ascii_uppercase()));
    // What is called by its name alone does nothing without arguments.
    let is_name = |text: &str| text.split(' ').count() == 2 && !["weld build", "weld init"].contains(&text);
    let all = quoted.filter(is_command).chain(own_lines);
    all.filter(|text| !is_form(text) && !is_name(text)).map(str::to_owned).collect()
}

fn shell(directory: &Path, command: &str) -> (Option<i32>, String) {
    let program = Path::new(env!("CARGO_BIN_EXE_weld"));
    let path = format!("{}:{}", program.parent().unwrap().display(), std::env::var("PATH").unwrap_or_default());
    let output = Command::new("sh").args(["-c", command]).current_dir(directory).env("PATH", path).output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

#[cfg(unix)]
#[test]
fn advised_commands_run_as_they_are_printed() {
    let mut wrong = String::new();
    for (command, expected) in ADVICE {
        let prepared = || {
            let directory = tempfile::tempdir().unwrap();
            prepare(directory.path());
            let said = shell(directory.path(), &format!("weld {command}")).1;
            (directory, said)
        };
        let (_, said) = prepared();
        let found = advised(&said);
        if found != expected.iter().map(|command| (*command).to_owned()).collect() {
            wrong += &format!("weld {command}: {found:#?}\n{said}\n");
        }
        for advice in &found {
            let (directory, _) = prepared();
            let (code, said) = shell(directory.path(), advice);
            if code != Some(0) {
                wrong += &format!("weld {command}: `{advice}` ends with {code:?}: {said}\n");
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Lines of `[virtualize.cmd]` that are wrong, for each of which the error shows lines that are right.
const LINES: &[&str] = &[
    "fs = \"/data\"",
    "fs = \"data\"",
    "fs = [\"./data\"]",
    "fs.\"/data\" = \"data\"",
    "env = [\"A\"]",
    "env = \"A\"",
    "env = \"A=1\"",
    "args = [\"a\", \"b\"]",
    "args = \"x\"",
    "random = 5",
    "stdin = \"in.txt\"",
    "cwd = \"/x\"",
    "config = [\"k\"]",
    "clocks = \"2026-01-01T00:00:00Z\"",
    "clocks = \"1ms\"",
    "http = [\"https://a.example\"]",
    "http = \"https://a.example\"",
];

/// What is wrong of a manifest with some lines more, or nothing.
fn wrong(directory: &Path, lines: &str) -> Option<String> {
    let head = "[composition]\nroot = \"cmd\"\noutput = \"out.wasm\"\n[components]\ncmd = \"cmd.wasm\"\n";
    std::fs::write(directory.join("weld.toml"), format!("{head}{lines}")).unwrap();
    let output = weld(directory).args(["build"]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    (output.status.code() != Some(0)).then_some(said)
}

fn quoted(said: &str) -> Vec<String> {
    let help = said.split("help: ").nth(1).unwrap_or_else(|| panic!("there is no help in {said}"));
    help.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn advised_lines_of_a_manifest_are_right() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    std::fs::create_dir(path.join("data")).unwrap();
    std::fs::write(path.join("data/a"), "").unwrap();
    std::fs::write(path.join("in.txt"), "").unwrap();
    std::fs::copy(guest("command-0.2.12"), path.join("cmd.wasm")).unwrap();
    let table = |line: &str| format!("[virtualize.cmd]\n{line}\n");
    for line in LINES {
        let said = wrong(path, &table(line)).unwrap();
        // The directory `/data` is that of another machine, and a step alone says nothing.
        let is_complete = |line: &String| line.contains(" = ") && !line.contains("embed = \"/data\"");
        let lines: Vec<String> = quoted(&said).into_iter().filter(is_complete).collect();
        assert!(!lines.is_empty(), "{line}: {said}");
        for right in lines.iter().filter(|right| !right.starts_with("mode")) {
            let step = if right.contains("step") { "clocks.fixed = \"2026-01-01T00:00:00Z\"\n" } else { "" };
            assert_eq!(wrong(path, &table(&format!("{step}{right}"))), None, "{line}: {right}");
        }
        // The same in a flag, with flags.
        let Some((name, value)) = line.split_once(" = ").filter(|(name, _)| !name.contains('.')) else { continue };
        let said = shell(path, &format!("weld virt cmd.wasm --grant '{name}={value}' -o v.wasm")).1;
        for flag in quoted(&said).iter().filter(|flag| flag.contains('=') && !flag.ends_with("=/data")) {
            let fixed = if flag.contains("step") { "--grant clocks.fixed=2026-01-01T00:00:00Z" } else { "" };
            let (code, said) = shell(path, &format!("weld virt cmd.wasm {fixed} {flag} -o v.wasm"));
            assert_eq!(code, Some(0), "{line}: {flag}: {said}");
        }
    }
    // What stands in another table than its own.
    for (lines, right) in [
        ("[virtualize]\nstdout = \"allow\"\n", "[virtualize.cmd]\nstdout = \"allow\"\n"),
        ("stdout = \"allow\"\n", "[virtualize.cmd]\nstdout = \"allow\"\n"),
    ] {
        let said = wrong(path, lines).unwrap();
        assert_eq!(quoted(&said).join("\n") + "\n", right, "{said}");
        assert_eq!(wrong(path, right), None);
    }
    for (lines, right) in [
        ("[exports]\n\"cmd/wasi:cli/exit@0.2.12\" = \"host\"\n", "[wire]\n\"cmd/wasi:cli/exit@0.2.12\" = \"host\"\n"),
        (
            "[wire]\n\"again:cli/run@0.2.12\" = \"cmd/wasi:cli/run@0.2.12\"\n",
            "[exports]\n\"again:cli/run@0.2.12\" = \"cmd/wasi:cli/run@0.2.12\"\n",
        ),
    ] {
        let said = wrong(path, lines).unwrap();
        let (table, line) = right.split_once('\n').unwrap();
        assert!(said.contains(&format!("`{table}`")) && said.contains(line.trim()), "{said}");
        assert_eq!(wrong(path, right), None);
    }
}

#[test]
fn plug_of_a_restricted_component_says_that_an_adapter_denies_the_import() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    for (name, of) in [("app", "hello-command"), ("lib", "hello-lib")] {
        std::fs::copy(guest(of), path.join(format!("{name}.wasm"))).unwrap();
    }
    let runs = |command: &str| assert_eq!(shell(path, command).0, Some(0), "{command}");
    let prints = |file: &str| run(&std::fs::read(path.join(file)).unwrap(), &[]).stdout;
    runs("weld virt app.wasm --stdout -o closed.wasm");
    let denied =
        "an adapter of weld in `closed` denies `hello-world` to `app`, so nothing can fill that import any more\n";
    let said = fails(weld(path).args(["plug", "closed.wasm", "--plug", "lib.wasm", "-o", "out.wasm"]));
    assert!(said.contains(denied) && said.contains("run `weld plug` first and `weld virt` on its output"), "{said}");
    // Both ways out of it that it names.
    runs("weld plug app.wasm --plug lib.wasm -o whole.wasm && weld virt whole.wasm --stdout -o first.wasm");
    assert!(said.contains("`--grant hello-world=allow`"), "{said}");
    runs("weld virt app.wasm --stdout --grant hello-world=allow -o open.wasm");
    runs("weld plug open.wasm --plug lib.wasm -o second.wasm");
    for output in ["first.wasm", "second.wasm"] {
        assert!(prints(output).starts_with("Hello"), "{output}");
    }
    // In a manifest, also where an import is wired, and for several outputs.
    let head = "[composition]\nroot = \"closed\"\noutput = \"o.wasm\"\n[components]\nclosed = \"closed.wasm\"\nlib = \"lib.wasm\"\n";
    for more in ["", "[wire]\n\"closed/hello-world\" = \"lib\"\n", "[target.other]\noutput = \"p.wasm\"\n"] {
        std::fs::write(path.join("weld.toml"), format!("{head}{more}")).unwrap();
        let said = fails(weld(path).arg("build"));
        assert!(said.contains(denied) && said.contains("say in `[virtualize.closed]` what it may use"), "{said}");
    }
    // Of an output of two steps, no grant is said to be too much or too little.
    for (output, inputs) in [("first.wasm", "whole"), ("second.wasm", "open")] {
        let verify = |inputs: &str| shell(path, &format!("weld verify {output} {inputs} --stdout"));
        let (code, said) = verify("--input app.wasm --input lib.wasm");
        let summary = format!("by its provenance it was made of components that are no inputs: `{inputs}`\n");
        assert!(code == Some(1) && said.contains(&summary) && said.contains("verified in as many steps"), "{said}");
        assert!(!said.contains("no grant of yours allows") && !said.contains("was not built with"), "{said}");
    }
    runs("weld verify first.wasm --input whole.wasm --stdout");
    runs("weld verify second.wasm --input open.wasm --input lib.wasm --allow-all");
}

#[test]
fn init_leaves_out_what_was_made_of_other_components_in_the_directory() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    for (name, of) in [("app", "hello-command"), ("lib", "hello-lib"), ("counter", "counter")] {
        std::fs::copy(guest(of), path.join(format!("{name}.wasm"))).unwrap();
    }
    let runs = |command: &str| {
        let (code, said) = shell(path, command);
        assert_eq!(code, Some(0), "{command}: {said}");
        said
    };
    runs("weld plug app.wasm --plug lib.wasm -o all.wasm && weld virt app.wasm --stdout -o quiet.wasm");
    runs("weld virt counter.wasm --allow-all -o a-counter.wasm");
    // Whether weld says so in it or not.
    runs("weld plug app.wasm --plug lib.wasm --no-provenance -o whole.wasm");
    let said = runs("weld init");
    for note in [
        "note: all.wasm is left out: it is the same as whole.wasm\n",
        "note: whole.wasm is left out: it is made of app.wasm, lib.wasm\n",
        "note: quiet.wasm is left out: it is made of app.wasm\n",
        "note: a-counter.wasm is left out: it is the same as counter.wasm\n",
        "3 components, outputs of `app`, `counter`",
    ] {
        assert!(said.contains(note), "{said}");
    }
    runs("weld build");
    // One that is made of others in part may be meant to be composed.
    runs("rm app.wasm a-counter.wasm quiet.wasm whole.wasm");
    let said = runs("weld init --force");
    assert!(!said.contains("left out") && said.contains("3 components, outputs of `all`, `counter`, `lib`"), "{said}");
}
