//! The command line itself: what it says of itself, and of what it did.

use crate::support::{self, fails, guest, succeeds, weld};

fn directory() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn plug_json_lists_wires_and_host_imports() {
    let directory = directory();
    let mut command = weld(directory.path());
    command.arg("plug").arg(guest("chain-top")).args(["-o", "out.wasm", "--json"]);
    command.arg("--plug").arg(guest("chain-middle")).arg("--plug").arg(guest("chain-bottom"));
    let report: serde_json::Value = serde_json::from_slice(&succeeds(&mut command).stdout).unwrap();
    assert_eq!(report["version"], 1);
    let wires: Vec<String> = report["wires"]
        .as_array()
        .unwrap()
        .iter()
        .map(|wire| {
            let field = |name: &str| wire[name].as_str().unwrap().to_owned();
            format!("{} {} <- {} {}", field("importer"), field("import"), field("exporter"), field("export"))
        })
        .collect();
    assert_eq!(
        wires,
        [
            "chain-middle acme:names/title@1.2.0 <- chain-bottom acme:names/title@1.2.3",
            "chain-top acme:chain/greet@1.0.0 <- chain-middle acme:chain/greet@1.0.1",
        ]
    );
    assert_eq!(report["imports"][0]["name"], "wasi:cli/environment@0.2.12");
    assert_eq!(report["imports"][0]["importers"][0]["component"], "chain-top");
    assert_eq!(report["exports"], serde_json::json!(["wasi:cli/run@0.2.12"]));
    let written = std::fs::read(directory.path().join("out.wasm")).unwrap();
    assert_eq!(report["output"]["sha256"], support::sha256(&written));
    assert_eq!(report["output"]["size"], written.len());
}

#[test]
fn plug_refuses_json_and_output_both_on_stdout() {
    let mut command = weld(support::project());
    command.arg("plug").arg(guest("hello-command")).arg("--plug").arg(guest("hello-lib"));
    let said = fails(command.args(["--json", "-o", "-"]));
    assert!(said.contains("--json"), "{said}");
}

#[test]
fn plug_omits_an_unused_plug_on_request() {
    let directory = directory();
    let mut command = weld(directory.path());
    command.arg("plug").arg(guest("hello-command")).args(["-o", "out.wasm", "--allow-unused-plugs"]);
    command.arg("--plug").arg(guest("hello-lib")).arg("--plug").arg(guest("kv-store"));
    let said = String::from_utf8(succeeds(&mut command).stderr).unwrap();
    assert_eq!(said, "out.wasm: 74.5 kB\nnote: no export of `kv-store` is used; the component was left out\n");
    assert_eq!(String::from_utf8(succeeds(command.arg("--quiet")).stderr).unwrap(), "");
    let written = std::fs::read(directory.path().join("out.wasm")).unwrap();
    assert_eq!(written, support::plug(&guest("hello-command"), &[guest("hello-lib")]));
}

#[test]
fn plug_verbose_lists_host_imports() {
    let mut command = weld(support::project());
    command.arg("plug").arg(guest("hello-command")).arg("--plug").arg(guest("hello-lib")).args(["-v", "-o", "-"]);
    let said = String::from_utf8(succeeds(&mut command).stderr).unwrap();
    assert!(said.contains("  hello-command: hello-world <- hello-lib\n"), "{said}");
    assert!(said.contains("  wasi:io/streams@0.2.12 <- hello-command\n"), "{said}");
}

#[test]
fn plug_timings_name_each_phase_in_order() {
    let mut command = weld(support::project());
    command.arg("plug").arg(guest("hello-command")).arg("--plug").arg(guest("hello-lib")).args([
        "--timings",
        "-o",
        "-",
    ]);
    let said = String::from_utf8(succeeds(&mut command).stderr).unwrap();
    let phases: Vec<&str> = said.lines().filter_map(|line| line.split_whitespace().next()).collect();
    let memory = if cfg!(target_os = "linux") { &["memory"][..] } else { &[] };
    assert_eq!(phases, [&["load", "link", "virtualize", "encode", "verify", "emit"], memory].concat());
}

#[test]
fn colour_is_used_on_request_and_on_terminals() {
    let run = |arguments: &[&str]| {
        fails(weld(support::project()).args(["plug", "missing.wasm", "--plug", "missing.wasm"]).args(arguments))
    };
    assert!(!run(&[]).contains('\u{1b}'), "standard error is no terminal here");
    assert!(run(&["--color", "always"]).contains('\u{1b}'));
    assert!(!run(&["--color", "never"]).contains('\u{1b}'));
}

#[test]
fn usage_errors_exit_with_two() {
    for arguments in [&["plug"][..], &["plug", "a.wasm"], &["plg"], &["plug", "a.wasm", "--plug"], &[]] {
        fails(weld(support::project()).args(arguments));
    }
    assert!(fails(weld(support::project()).arg("plg")).contains("plug"), "the near command is named");
}

/// What is typed from habit, and what the error says to write.
const MISTYPED: &[(&str, &str)] = &[
    ("plug a.wasm b.wasm", "`--plug b.wasm`"),
    ("plug a.wasm --plug b.wasm c.wasm", "`--plug c.wasm`"),
    ("plug a.wasm", "`--plug FILE`"),
    ("plug a.wasm --plug a,b", "can be repeated: `--plug a --plug b`"),
    ("plug a.wasm --plug b.wasm --allow-random", "`weld virt`"),
    ("virt a.wasm --allow-random false", "write `--allow-random=false`"),
    ("virt --allow-random false a.wasm", "write `--allow-random=false`"),
    ("virt a.wasm --allow-http=no", "write `--allow-http=false`"),
    ("virt a.wasm --allow-env HOME", "write `--allow-env=HOME`"),
    ("virt a.wasm --allow-env false", "`--grant env=deny`"),
    ("virt a.wasm --stdio off", "write `--stdio=deny`"),
    ("virt a.wasm --stdio=off", "write `--stdio=deny`"),
    ("virt a.wasm --dir data::/data", "write `--preopen-ro /data=/data`"),
    ("virt a.wasm --dir data::/data", "`--mount /data=data` embeds"),
    ("virt a.wasm --mapdir /data::data", "`--mount /data=data` embeds"),
    ("virt a.wasm --tcplisten 127.0.0.1:80", "`--allow-sockets`"),
    ("virt a.wasm --args", "write `--allow-args`"),
    ("virt a.wasm --inherit-env", "write `--allow-env`"),
    (
        "virt a.wasm --deny-random",
        "everything that no flag allows is denied; with `--allow-all`, write `--allow-random=false`",
    ),
    ("virt a.wasm --no-network", "`--allow-sockets=false` and `--allow-http=false`"),
    ("virt a.wasm --deny http", "write `--allow-http=false`"),
    ("virt a.wasm --allow-randm=false", "write `--allow-random=false`"),
    ("virt a.wasm --allow-network", "`--allow-sockets` allows sockets, and `--allow-http`"),
    ("virt a.wasm --allow-filesystem", "`--allow-fs`"),
    ("virt a.wasm --allow-filesystem", "`--preopen GUEST=HOST`"),
    ("virt a.wasm --preopen-rw /=x", "`--preopen-ro GUEST=HOST`"),
    ("virt a.wasm --allow-randm", "'--allow-random'"),
    ("verify a.wasm", "`--input FILE`"),
    ("verify a.wasm", "`--manifest FILE`"),
    ("verify a.wasm b.wasm", "`--input b.wasm`"),
    ("verify a.wasm --input a --deny-http", "`--allow-http=false`"),
    ("check a.wasm --policy p.toml --format sarif", "`--sarif`"),
    ("check a.wasm p.toml", "`--policy p.toml`"),
    ("check a.wasm --policy real.wasm", "`real.wasm` is a component, not a policy"),
    ("build real.wasm", "`weld inspect`"),
    ("build real.wasm", "`weld plug`"),
    ("build --grant random=allow", "`[virtualize.NAME]`"),
    ("compose real.wasm -d lib.wasm", "`weld plug SOCKET --plug FILE`"),
    ("man virt", "`weld help virt`"),
    ("compose a.wasm b.wasm", "`weld plug FILE --plug FILE`"),
    ("targets a.wasm world.wit", "`--wit world.wit`"),
    ("targets a.wasm --world w", "`--wit PATH`"),
    ("virt a.wasm --allow-fs=/data", "write `--preopen-ro /data=/data`"),
    ("virt a.wasm --allow-http=example.com", "a rule names its scheme: `https://example.com`"),
    ("virt a.wasm --stdin=none", "write `--stdin=deny`"),
    ("virt a.wasm --stdout=disallow", "write `--stdout=deny`"),
    ("virt a.wasm --trap-random", "write `--grant random=trap`"),
    ("virt a.wasm --ignore-stdout", "write `--stdout=ignore`"),
    ("virt a.wasm --seed 42", "write `--grant random.seed=42`"),
    ("verify a.wasm weld.toml", "`--manifest weld.toml`"),
    ("verify a.wasm -i b.wasm", "`--input`"),
    ("check a.wasm -p p.toml", "`--policy`"),
    ("build -f weld.toml", "`weld build weld.toml`"),
    ("inspect a.wasm -o a.html", "`--html a.html`"),
    ("man -o pages", "`--out pages`"),
    ("plug --socket a.wasm --plug b.wasm", "`weld plug FILE --plug FILE`"),
    ("run a.wasm", "`wasmtime run FILE`"),
    ("virt real.wasm --preopen-ro data::/data", "write `--preopen-ro /data=/data`"),
    ("virt real.wasm --preopen-ro data:/data", "`wasmtime run --dir data::/data`"),
    ("virt real.wasm --mount www::/www", "write `--mount /www=www`"),
    ("virt --stdout stderr a.wasm", "write `--stdout=stderr`"),
    ("virt a.wasm --stdin empty", "write `--stdin=empty`"),
    ("parse a.wac", "`weld compose FILE`"),
    ("resolve a.wac", "`weld compose FILE`"),
    ("plug a.wasm --plug b.wasm --registry x", "weld has no registry client"),
    ("virt a.wasm --adapter p1.wasm", "`weld componentize MODULE --adapt p1.wasm`"),
    ("plug real.wasm --plug acme:kv", "weld has no registry client"),
    ("plug real.wasm --plug acme:kv@1.0.0", "weld has no registry client"),
    ("plug real.wasm --plug real.wasm --allow-unused-plugs", "no plug is left"),
    ("build a.wac", "`a.wac` is a WAC document, not a manifest"),
    ("build a.wac", "`weld compose a.wac -o out.wasm`"),
    ("build nodir/weld.toml", "cannot read `nodir/weld.toml`: no such file"),
    ("build nodir/weld.toml", "there is no directory `nodir`"),
    ("virt real.wasm --preopen /srv:/data:ro", "write `--preopen-ro /data=/data`"),
    ("virt real.wasm --preopen-ro /srv:/data", "`wasmtime run --dir /srv::/data`"),
    ("virt real.wasm --mount www:/www:ro", "write `--mount /www=www`"),
    ("virt real.wasm --mount /www=www:ro", "leave `:ro` out: `www` is there, and what is embedded is read-only"),
    ("virt real.wasm --preopen /d=/srv::ro,Z", "for read-only access: `--preopen-ro /d=/srv`"),
    ("virt real.wasm --preopen /d=/srv,mode=read-only", "for read-only access: `--preopen-ro /d=/srv`"),
    ("virt real.wasm --grant fs./d.host=/srv:ro", "`host = \"/srv\"` and `mode = \"read-only\"`"),
    ("inspect reel.wasm", "did you mean `real.wasm`?"),
    ("inspect REAL.wasm", "did you mean `real.wasm`?"),
    ("inspect real", "did you mean `real.wasm`?"),
    ("plug real.wasm --plug ./rael.wasm", "did you mean `./real.wasm`?"),
    ("virt real.wasm --mount /d=wwww", "did you mean `www`?"),
    ("check real.wasm --policy app.tml", "did you mean `app.toml`?"),
    ("targets real.wasm --wit real", "did you mean `real.wasm`?"),
    ("targets real.wasm --wit real.wasm", "`real.wasm` is a component, not WIT"),
    ("inspect a.wac", "compose the document: `weld compose a.wac -o out.wasm`"),
    ("plug real.wasm --plug app.toml", "`weld build app.toml`"),
    ("snapshot real.snap --check real.wasm", "`weld snapshot real.wasm --check real.snap`"),
    ("inspect real.snap", "`real.snap` is a snapshot, not a component"),
    ("compose b.wac", "`--dep acme:app=FILE`"),
    ("virt a.wasm --allow-enviroment", "write `--allow-env`"),
    ("virt a.wasm --allow-everything", "write `--allow-all`"),
    (
        "virt a.wasm --allow-keyvalue",
        "`--grant keyvalue=memory` keeps keys and values in memory, and `--grant keyvalue=allow`",
    ),
    (
        "virt a.wasm --allow-logging",
        "`--grant logging=stderr` writes messages to standard error, and `--grant logging=allow`",
    ),
    ("virt a.wasm --deny-keyvalue", "`--grant keyvalue=deny`"),
    ("virt a.wasm --allow-read", "tip: `--preopen-ro GUEST=HOST` gives a directory of the host read-only"),
    ("virt a.wasm --allow-fs-read", "tip: `--preopen-ro GUEST=HOST` gives a directory of the host read-only"),
    ("virt a.wasm --allow-filesystem", "tip: `--preopen-ro GUEST=HOST`"),
    ("virt a.wasm --allow-fs=./data", "write `--preopen-ro /data=/data`"),
    ("virt real.wasm --grant filesystem./d.host=/d", "`filesystem` is no capability"),
    ("virt real.wasm --grant filesystem./d.host=/d", "did you mean `fs`?"),
    ("virt real.wasm --grant environment.set.A=1", "did you mean `env`?"),
    ("virt real.wasm --grant stdio.text=a", "did you mean `stdin`, `stdout` and `stderr`?"),
    ("virt real.wasm --grant enviroment=allow", "did you mean `env`?"),
    ("virt real.wasm --grant cwd=/x", "`--grant 'cwd.set=\"/x\"'`"),
    ("virt real.wasm --grant random=42", "`--grant random.seed=42`"),
    ("virt real.wasm --grant fs=/data", "write `--preopen-ro /data=/data`"),
    ("virt real.wasm --grant fs=data", "`--mount /data=data`"),
    ("virt real.wasm --grant env=A", "`--grant 'env.allow=[\"A\"]'`"),
    ("virt real.wasm --grant env=[\"A\",\"B\"]", "`--grant 'env.allow=[\"A\", \"B\"]'`"),
    ("virt real.wasm --env LANG", "`--env LANG=VALUE` sets it; `--allow-env=LANG` passes on what the host has"),
    ("virt real.wasm -c a.b,c", "`--allow-config=a.b,c`"),
    ("virt real.wasm --mount www", "write `--mount /www=www`"),
    ("virt real.wasm --preopen-ro ./data/in", "write `--preopen-ro /data/in=/data/in`"),
    ("man --out real.wasm", "`weld man --out real-2`"),
    ("check real.wasm --policy p.toml --force", "'--policy <FILE>'"),
    ("virt real.wasm -e A=1 -e A=2", "`A` is given twice"),
    ("explain http real.wasm", "`weld explain real.wasm http`"),
    ("explain real.wasm http sockets", "`network` asks for `sockets` and `http`"),
    ("snapshot real.snap real.wasm", "`weld snapshot real.wasm --check real.snap`"),
    ("snapshot real.wasm real.snap", "`weld snapshot real.wasm --update real.snap`"),
    ("build p.toml", "`weld check COMPONENT --policy p.toml`"),
    ("splice real.wasm other.wasm", "`--insert other.wasm`"),
    ("split real.wasm parts", "`-o parts`"),
    ("add a.wasm b.wasm", "`weld add FILE` for each"),
    ("explain real.wasm", "a capability, such as `network` or `fs`"),
    ("split real.wasm", "`-o DIR`"),
    ("splice real.wasm", "`--insert FILE`"),
    ("swap real.wasm", "`NAME=FILE`"),
    ("plug real.wasm --plug command.wasm", "`command` imports what `real` exports"),
    ("inspect nothing.wasm", "there are `command.wasm`, `real.wasm`, `whole.wasm`"),
    ("check real.wasm --policy nothing.toml", "there are `app.toml`, `p.toml`"),
    ("init nowhere", "there is no directory `nowhere`"),
    ("swap whole.wasm reel=real.wasm", "did you mean `real`?"),
    ("swap whole.wasm real.wasm", "`real=real.wasm`"),
    ("splice whole.wasm --at hello-world --insert real.wasm", "`export NAME`: `command/hello-world`"),
    ("splice whole.wasm --at wasi:cli/run --insert real.wasm", "`export NAME`: `export wasi:cli/run@0.2.12`"),
    ("completions", "name the shell: `bash`"),
    ("explain www network", "`weld check www --policy FILE`"),
    ("virt a.wasm --dir data::/data", "`--preopen` lets the component write as well"),
    ("virt a.wasm --volume /data=/data", "write `--preopen-ro /data=/data`"),
    ("virt a.wasm --volume=./data:/data:ro", "write `--preopen-ro /data=/data`"),
    ("virt a.wasm -v data:/data", "write `--preopen-ro /data=/data`"),
    ("virt real.wasm --mount type=bind,source=www,target=/www", "write `--preopen-ro /www=/www`"),
    ("virt real.wasm --mount www=/www", "comes first: write `--mount /www=www`"),
    ("virt real.wasm --mount /", "`--mount /=DIRECTORY`"),
    ("virt real.wasm --mount /www:www", "write `--mount /www=www`"),
    ("virt real.wasm --mount www=www", "write `--mount /www=www`"),
    ("virt real.wasm --grant fs./www=/www", "`--preopen-ro /www=/www`"),
    ("explain real.wasm tcp-socket.bind", "`ns:pkg/iface#[method]RESOURCE.NAME`"),
    ("plug command.wasm --plug real.wasm --depfile out.d", "`weld build --depfile FILE`"),
    ("build --dry-run", "`--check` writes nothing"),
    ("virt real.wasm out.wasm", "write `-o out.wasm`"),
    ("virt real.wasm -- ls /data", "`--allow-args` lets the component have them"),
    ("virt a.wasm --allow-http=GET https://api.example.com", "`'--allow-http=GET https://api.example.com'`"),
    ("virt real.wasm \u{2013}-stdio", "write `--stdio`, with two hyphens"),
    ("virt real.wasm -stdio", "write `--stdio`, with two hyphens"),
    ("virt real.wasm --allow-env=FOO_*", "names are no patterns"),
    ("virt real.wasm --grant env={allow=true,deny=['SECRET_*']}", "names are no patterns"),
    ("virt real.wasm --grant fs./tmp={memory=1MiB}", "in single quotes"),
    ("virt real.wasm --grant stdout", "`--grant stdout=allow`"),
    ("virt real.wasm --grant acme:kv/store=allow", "`--allow-missing` accepts a grant"),
    ("check real.wasm --policy none.policy", "`weld check COMPONENT --suggest -o none.policy`"),
    ("swap whole.wasm real.wasm=real", "the name comes first, and then the file: `real=real.wasm`"),
    ("swap command.wasm real=real.wasm", "nothing is composed in it that could be replaced"),
    ("validate real.wasm", "`weld inspect COMPONENT` validates"),
    ("build weld.tml", "did you mean `weld.toml`?"),
    ("build weld.toml --target debug", "`[target.debug]`"),
    ("verify", "weld verify <OUTPUT> --input <FILE>..."),
    ("check", "weld check <COMPONENT>... --policy <FILE>"),
];

#[test]
fn mistyped_commands_get_a_working_suggestion() {
    let directory = directory();
    std::fs::copy(guest("hello-lib"), directory.path().join("real.wasm")).unwrap();
    std::fs::copy(guest("hello-command"), directory.path().join("command.wasm")).unwrap();
    let write = |name: &str, text: &str| std::fs::write(directory.path().join(name), text).unwrap();
    write("a.wac", "package a:b;");
    write("b.wac", "package a:b;\nlet app = new acme:app { ... };");
    write("app.toml", "[composition]");
    write("p.toml", "[[rule]]\nallow = [\"stdout\"]\n");
    write("weld.lock", "");
    write("weld.toml", "[composition]\nroot = \"real\"\noutput = \"o.wasm\"\n[components]\nreal = \"real.wasm\"\n");
    std::fs::create_dir(directory.path().join("www")).unwrap();
    succeeds(weld(directory.path()).args(["snapshot", "real.wasm", "--update", "real.snap"]));
    succeeds(weld(directory.path()).args(["plug", "command.wasm", "--plug", "real.wasm", "-o", "whole.wasm"]));
    let mut wrong = String::new();
    for (typed, tip) in MISTYPED {
        let said = fails(weld(directory.path()).args(typed.split(' ')));
        if !said.contains(tip) {
            wrong += &format!("weld {typed}\n{said}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    let said = fails(weld(directory.path()).args(["virt", "real.wasm", "--allow-http=GET,put https://example.com"]));
    assert!(said.contains("no client sends the method `put`"), "{said}");
}

#[test]
fn verify_without_flags_names_the_flag_for_outputs_of_plug() {
    let directory = directory();
    let mut command = weld(directory.path());
    command.arg("plug").arg(guest("hello-command")).arg("--plug").arg(guest("hello-lib"));
    succeeds(command.args(["-o", "out.wasm"]));
    let verify = |flags: &[&str]| {
        let mut command = weld(directory.path());
        command
            .args(["verify", "out.wasm", "--input"])
            .arg(guest("hello-command"))
            .arg("--input")
            .arg(guest("hello-lib"));
        let output = command.args(flags).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, said) = verify(&[]);
    assert!(code == Some(1) && said.contains("add `--allow-all`"), "{said}");
    assert_eq!(verify(&["--allow-all"]).0, Some(0));
    // Who grants something has thought of it.
    let (code, said) = verify(&["--stdout"]);
    assert!(code == Some(1) && !said.contains("--allow-all"), "{said}");
}

#[test]
fn grants_and_policies_take_words_for_several_capabilities() {
    let directory = directory();
    let app = r#"(component
        (import "wasi:http/outgoing-handler@0.2.0" (instance (export "handle" (func))))
        (import "wasi:sockets/tcp-create-socket@0.2.0" (instance (export "create-tcp-socket" (func))))
        (import "wasi:cli/stdout@0.2.0" (instance (export "get-stdout" (func))))
        (import "wasi:cli/stderr@0.2.0" (instance (export "get-stderr" (func)))))"#;
    let path = directory.path();
    std::fs::write(path.join("app.wat"), app).unwrap();
    let virt = |grants: &[&str]| {
        let mut command = weld(path);
        command.args(["virt", "app.wat", "-o", "out.wasm"]);
        grants.iter().for_each(|grant| _ = command.args(["--grant", grant]));
        succeeds(&mut command);
        support::names(&std::fs::read(path.join("out.wasm")).unwrap()).0
    };
    let [http, sockets] = ["wasi:http/outgoing-handler@0.2.0", "wasi:sockets/tcp-create-socket@0.2.0"];
    assert_eq!(virt(&["network=allow"]), [http, sockets]);
    assert_eq!(virt(&["stdio=allow"]), ["wasi:cli/stdout@0.2.0", "wasi:cli/stderr@0.2.0"]);
    // What is said of one of them counts, whichever comes first.
    assert_eq!(virt(&["network=allow", "http=deny"]), [sockets]);
    assert_eq!(virt(&["http=deny", "network=allow"]), [sockets]);
    assert_eq!(virt(&["default=allow", "network=deny", "stdio=deny", "stdout=allow"]), ["wasi:cli/stdout@0.2.0"]);
    let manifest = |grants: &str| {
        let of = "[composition]\nroot = \"app\"\noutput = \"built.wasm\"\n[components]\napp = \"app.wat\"\n";
        std::fs::write(path.join("weld.toml"), format!("{of}[virtualize.app]\n{grants}")).unwrap();
        succeeds(weld(path).arg("build"));
        support::names(&std::fs::read(path.join("built.wasm")).unwrap()).0
    };
    assert_eq!(manifest("network = \"allow\"\nhttp = \"deny\"\n"), [sockets]);
    assert_eq!(manifest("sockets = \"deny\"\nnetwork = \"allow\"\n"), [http]);
    let check = |policy: &str| {
        std::fs::write(path.join("policy.toml"), policy).unwrap();
        let output = weld(path).args(["check", "app.wat", "--policy", "policy.toml"]).output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let (code, said) = check("default = \"allow\"\n[[rule]]\ndeny = [\"network\"]\n");
    assert!(
        code == Some(1) && said.lines().count() == 2 && said.contains("http") && said.contains("sockets"),
        "{said}"
    );
    assert_eq!(check("[[rule]]\nallow = [\"network\", \"stdio\"]\n").0, Some(0));
    assert_eq!(check("[[rule]]\nallow = [\"stdio\"]\n").0, Some(1));
}

#[test]
fn virt_host_directory_gets_a_note_that_says_how_it_is_preopened() {
    let directory = directory();
    std::fs::create_dir(directory.path().join("data")).unwrap();
    let said = |flags: &[&str]| {
        let app = guest("command-0.2.12");
        let mut command = weld(directory.path());
        command.arg("virt").arg(app).args(["-o", "out.wasm", "--stdout"]).args(flags);
        String::from_utf8(succeeds(&mut command).stderr).unwrap()
    };
    let note = |name: &str| {
        format!(
            "note: `/d` is the directory that the host preopens as `{name}`, such as `wasmtime run --dir {name}`; `{name}` here \
             is not embedded: `--mount /d={name}` does that\n"
        )
    };
    for (flags, name) in [
        (["--preopen", "/d=data"], "data"),
        (["--preopen-ro", "/d=./data"], "./data"),
        (["--grant", "fs./d.host=data"], "data"),
    ] {
        let said = said(&flags);
        assert!(said.contains(&note(name)), "{said}");
    }
    let other = said(&["--preopen", "/d=other"]);
    assert!(other.contains("preopens as `other`, such as `wasmtime run --dir DIRECTORY::other`\n"), "{other}");
    for flags in [["--preopen", "/d=/tmp"], ["--mount", "/d=data"]] {
        assert!(!said(&flags).contains("is the directory that the host preopens"), "{flags:?}");
    }
}

#[test]
fn suggestions_name_no_unintended_grant() {
    let flags = ["allow-fd", "allow-exec", "allow-any-host", "deny", "no-exit", "environ-no", "random-no"];
    // `sockets` and `clocks` are two letters away.
    let words = ["allow-secrets", "allow-stocks", "allow-fd=false"];
    for flag in flags.into_iter().chain(words).chain(["stdio=unallow", "stdio=disallow"]) {
        let said = fails(weld(support::project()).args(["virt", "a.wasm"]).arg(format!("--{flag}")));
        assert!(!said.contains("similar ") && !said.contains("Usage: weld virt --"), "{said}");
        assert!(!said.contains("tip: write `--allow-"), "{said}");
    }
}

#[test]
fn virt_flags_that_contradict_each_other_are_answered() {
    let directory = directory();
    std::fs::copy(guest("command-0.2.12"), directory.path().join("cmd.wasm")).unwrap();
    let said = |flags: &[&str]| {
        let output = weld(directory.path()).args(["virt", "cmd.wasm", "-o", "out.wasm"]).args(flags).output().unwrap();
        String::from_utf8(output.stderr).unwrap()
    };
    for (flags, expected) in [
        (
            &["--stdout", "--grant", "stdout=deny"][..],
            "warning: `--grant stdout=deny` takes precedence over `--stdout`",
        ),
        (&["--allow-http=https://a.example", "--grant", "http=deny"], "takes precedence over `--allow-http`"),
        (&["--allow-http=https://a.example", "--grant", "network=allow"], "takes precedence over `--allow-http`"),
        (&["--stdout=deny", "--grant", "stdio=allow"], "takes precedence over `--stdout`"),
        (&["--env", "A=1", "--grant", "env=allow"], "takes precedence over `--env`"),
        (
            &["--allow-http=https://a.example", "--allow-http=false"],
            "× `--allow-http` has rules, and allows or denies all",
        ),
        (&["--allow-http=https://a.example", "--allow-http"], "leave out the `--allow-http` that has no rule"),
        (
            &["--allow-http=https://a.example/"],
            "`https://a.example/` allows the path `/` alone; `https://a.example` allows",
        ),
        (&["--allow-http=https://a.example/v1"], "and `https://a.example/v1/*` those below it"),
    ] {
        assert!(said(flags).contains(expected), "{flags:?}: {}", said(flags));
    }
    for flags in [
        &["--stdout", "--grant", "stderr=deny"][..],
        &["--allow-http=https://a.example/v1/*"],
        &["--env", "A=1", "--grant", "env={set={B=\"2\"}}"],
    ] {
        let said = said(flags);
        assert!(!said.contains("takes precedence") && !said.contains(" alone; "), "{flags:?}: {said}");
    }
}

#[test]
fn virt_settings_for_another_wasi_version_name_the_flags() {
    let directory = directory();
    let app = "(component (import \"wasi:filesystem/types@0.4.0\" (instance
        (export \"descriptor\" (type $d (sub resource)))
        (export \"[method]descriptor.sync\" (func async (param \"self\" (borrow $d)) (result (result)))))))";
    std::fs::write(directory.path().join("app.wat"), app).unwrap();
    std::fs::create_dir(directory.path().join("sub")).unwrap();
    for flag in ["--mount", "--preopen", "--preopen-ro"] {
        let said = fails(weld(directory.path()).args(["virt", "app.wat", "-o", "out.wasm", flag, "/data=sub"]));
        let expected = "cannot be provided: the setting of `fs` (`--mount`, `--preopen`, `--preopen-ro`) is for WASI 0.2 and \
                        0.3, and this is of WASI 0.4.0\n  help: settings work with WASI 0.2 and 0.3 only";
        assert!(said.contains(expected), "{said}");
    }
}

#[test]
fn virt_debug_on_a_denied_stream_names_the_flag_that_allows_it() {
    let mut command = weld(support::project());
    command.arg("virt").arg(guest("command-0.2.12")).args(["-o", "-", "--debug", "--stdout"]);
    let said = fails(&mut command);
    let expected = "`--debug` prints to standard error, which is denied to `command-0.2.12`\n  help: add `--stderr`\n";
    assert!(said.contains(expected), "{said}");
    succeeds(command.arg("--stderr"));
}

/// A component that imports and exports the same, and has a policy beside it that denies what there is not.
fn with_a_doubtful_policy() -> tempfile::TempDir {
    let directory = directory();
    let write = |name: &str, text: &str| std::fs::write(directory.path().join(name), text).unwrap();
    write(
        "app.wat",
        "(component (import \"acme:log/log\" (instance $log (export \"log\" (func)))) (export \"run\" (func $log \"log\")))",
    );
    write("policy.toml", "default = \"allow\"\nrule = [{ deny = [\"wasi:sockets/tpc\"] }]\n");
    write(
        "weld.toml",
        "[composition]\nroot = \"app\"\noutput = \"dist/out.wasm\"\npolicy = \"policy.toml\"\n[components]\napp = \"app.wat\"\n",
    );
    directory
}

fn said(output: &std::process::Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn build_repeats_policy_warnings_each_time() {
    let directory = with_a_doubtful_policy();
    let warning = "warning: `wasi:sockets/tpc` denies nothing that WASI has";
    for arguments in [&["build"][..], &["build"], &["build", "--check"], &["build", "-q"], &["build", "-v"]] {
        let said = said(&succeeds(weld(directory.path()).args(arguments)));
        assert_eq!(said.matches(warning).count(), 1, "{arguments:?}: {said}");
    }
}

#[test]
fn check_failure_is_explained_even_when_quiet() {
    let directory = with_a_doubtful_policy();
    let run = |arguments: &str| {
        let output = weld(directory.path()).args(arguments.split(' ')).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments}: {output:?}");
        output
    };
    for arguments in ["build --check -q", "build --check"] {
        assert!(
            said(&run(arguments)).contains("dist/out.wasm does not exist: `weld build` would write it\n"),
            "{arguments}"
        );
    }
    for arguments in ["check app.wat --policy policy.toml --strict", "check app.wat --policy policy.toml --strict -q"] {
        let said = said(&run(arguments));
        assert!(said.ends_with("1 warning; `--strict` fails on warnings\n"), "{said}");
    }
    let level = |output: std::process::Output| {
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        json["runs"][0]["results"][0]["level"].clone()
    };
    assert_eq!(level(run("check app.wat --policy policy.toml --strict --sarif")), "error");
    let lax = succeeds(weld(directory.path()).args(["check", "app.wat", "--policy", "policy.toml", "--sarif"]));
    assert_eq!(level(lax), "warning");
}

#[test]
fn check_of_one_component_uses_the_singular() {
    let directory = with_a_doubtful_policy();
    let built = wat::parse_file(directory.path().join("app.wat")).unwrap();
    std::fs::create_dir(directory.path().join("dist")).unwrap();
    std::fs::write(directory.path().join("dist/app.wasm"), built).unwrap();
    let check = |rules: &str| {
        std::fs::write(directory.path().join("policy.toml"), rules).unwrap();
        said(&weld(directory.path()).args(["check", "dist", "--policy", "policy.toml"]).output().unwrap())
    };
    assert_eq!(check("default = \"allow\""), "1 component checked: it meets `policy.toml`\n");
    assert_eq!(check("default = \"deny\""), "1 component checked: it does not meet `policy.toml`, 1 violation\n");
}

#[test]
fn manual_pages_create_their_directory() {
    let directory = directory();
    succeeds(weld(directory.path()).args(["man", "--out", "share/man1"]));
    assert!(directory.path().join("share/man1/weld-virt.1").is_file());
}

#[test]
fn plug_output_over_an_input_is_an_error() {
    let directory = directory();
    std::fs::copy(guest("hello-lib"), directory.path().join("lib.wasm")).unwrap();
    let mut command = weld(directory.path());
    command.arg("plug").arg(guest("hello-command")).args(["--plug", "lib.wasm", "-o", "lib.wasm"]);
    let expected = "  × cannot write `lib.wasm`: it is an input\n  help: another name after `-o` keeps both\n";
    assert_eq!(fails(&mut command), expected);
    for arguments in ["virt ./lib.wasm -o lib.wasm", "plug lib.wasm --plug lib.wasm -o ./lib.wasm"] {
        let said = fails(weld(directory.path()).args(arguments.split(' ')));
        assert!(said.contains("it is an input"), "{arguments}: {said}");
    }
    // The packages of a document are looked for.
    std::fs::create_dir_all(directory.path().join("deps/acme")).unwrap();
    std::fs::copy(guest("hello-lib"), directory.path().join("deps/acme/lib.wasm")).unwrap();
    std::fs::write(directory.path().join("app.wac"), "package a:b;\nlet lib = new acme:lib { ... };\nexport lib...;")
        .unwrap();
    let said = fails(weld(directory.path()).args(["compose", "app.wac", "-o", "deps/acme/lib.wasm"]));
    assert!(said.contains("it is an input"), "{said}");
}

#[test]
fn help_version_completions_and_manual_go_to_stdout() {
    for (arguments, part) in [
        (&["--help"][..], "componentize"),
        (&["plug", "--help"], "--allow-unused-plugs"),
        (&["--version"], "weld 0."),
        (&["completions", "bash"], "complete -F"),
        (&["completions", "fish"], "complete -c weld"),
        (&["man"], ".TH weld"),
    ] {
        let output = succeeds(weld(support::project()).args(arguments));
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains(part), "{arguments:?}\n{text}");
    }
}

/// A component that imports things, each an interface with a function, and exports others, each one with a function of its own.
fn component(imports: &[&str], exports: &[&str]) -> String {
    let import = |name: &&str| format!("(import \"{name}\" (instance (export \"f\" (func))))\n");
    let export = |name: &&str| format!("(export \"{name}\" (instance $own))\n");
    format!(
        "(component {}
           (core module $code (func (export \"f\")))
           (core instance $code (instantiate $code))
           (func $f (canon lift (core func $code \"f\")))
           (instance $own (export \"f\" (func $f))) {})",
        imports.iter().map(import).collect::<String>(),
        exports.iter().map(export).collect::<String>()
    )
}

/// The notes that weld ends with, of a run in a directory with those files.
fn notes(files: &[(&str, &str)], arguments: &[&str]) -> Vec<String> {
    let directory = directory();
    for (name, text) in files {
        std::fs::write(directory.path().join(name), text).unwrap();
    }
    let said = String::from_utf8(succeeds(weld(directory.path()).args(arguments)).stderr).unwrap();
    said.lines().filter_map(|line| line.strip_prefix("note: ")).map(str::to_owned).collect()
}

#[test]
fn plug_reports_an_unused_plug() {
    let of = |imports: &[&str], kv_imports: &[&str], kv_exports: &[&str], flags: &[&str]| {
        let (front, kv) = (component(imports, &["a:b/run@1.0.0"]), component(kv_imports, kv_exports));
        let files = [("front.wat", front.as_str()), ("kv.wat", kv.as_str())];
        notes(&files, &[&["plug", "front.wat", "--plug", "kv.wat", "-o", "out.wasm"], flags].concat())
    };
    let kv = ["a:b/store@1.0.0"];
    let imports = [kv[0], "acme:cms/stories@1.0.0", "wasi:cli/exit@0.2.12"];
    let one = "`acme:cms/stories@1.0.0` of `front` is left to the host: no component exports it";
    assert_eq!(of(&imports, &[], &kv, &[]), [one]);
    assert_eq!(of(&imports, &[], &kv, &["-q"]), [""; 0]);
    assert_eq!(of(&kv, &[], &kv, &[]), [""; 0]);
    // Of several instances, and of a plug.
    assert_eq!(
        of(&imports, &["acme:cms/stories@1.0.0"], &kv, &[]),
        ["`acme:cms/stories@1.0.0` of `front` and `kv` is left to the host: no component exports it"]
    );
    assert_eq!(of(&kv, &["a:b/c"], &kv, &[]), ["`a:b/c` of `kv` is left to the host: no component exports it"]);
    // Many are one note.
    let many = [kv[0], "a:b/c", "a:b/d", "a:b/e", "a:b/f", "plain-name"];
    let four = "`a:b/c` of `front`, `a:b/d` of `front`, `a:b/e` of `front` and 2 others are left to the host: no component exports them";
    assert_eq!(of(&many, &[], &kv, &[]), [four]);
    let all = of(&many, &[], &kv, &["-v"]);
    assert!(all[0].contains("`a:b/f` of `front` and `plain-name` of `front` are left to the host"), "{all:?}");
    // What nearly fits is named.
    assert_eq!(
        of(&imports, &[], &[kv[0], "acme:cms/stories@2.0.0"], &[]),
        [format!("{one}; `kv` exports `acme:cms/stories@2.0.0`, but their versions are not compatible")]
    );
    // What is imported itself is no near miss.
    let spelling = ["acme:cms/store@1.0.0", "acme:cms/stories@1.0.0"];
    assert_eq!(of(&spelling, &[], &spelling[..1], &[]), [one]);
    // What the root exports fills nothing, nor does what a component exports fill its own import.
    assert_eq!(
        of(&kv, &["a:b/run@1.0.0"], &kv, &[]),
        ["`a:b/run@1.0.0` of `kv` is left to the host: `front` alone exports it, and the root fills no imports"]
    );
    assert_eq!(
        of(&kv, &["a:b/c"], &[kv[0], "a:b/c"], &[]),
        ["`a:b/c` of `kv` is left to the host: no other component exports it"]
    );
}

#[test]
fn plug_is_silent_about_types_left_to_the_host() {
    let front = r#"(component
        (import "a:b/types@1.0.0" (instance (type $id u32) (export "id" (type (eq $id)))))
        (import "a:b/store@1.0.0" (instance (export "f" (func)))))"#;
    let kv = component(&[], &["a:b/store@1.0.0"]);
    let files = [("front.wat", front), ("kv.wat", kv.as_str())];
    assert_eq!(notes(&files, &["plug", "front.wat", "--plug", "kv.wat", "-o", "out.wasm"]), [""; 0]);
    // A resource type is the host's to have.
    let front = front.replace("(type (eq $id))", "(type (sub resource))");
    let files = [("front.wat", front.as_str()), ("kv.wat", kv.as_str())];
    assert_eq!(
        notes(&files, &["plug", "front.wat", "--plug", "kv.wat", "-o", "out.wasm"]),
        ["`a:b/types@1.0.0` of `front` is left to the host: no component exports it"]
    );
}

#[test]
fn build_lists_imports_left_to_the_host() {
    let (front, kv) = (component(&["a:b/store@1.0.0", "a:b/log@1.0.0"], &[]), component(&[], &["a:b/store@1.0.0"]));
    let of = |more: &str| {
        let manifest = format!(
            "[composition]\nroot = \"front\"\noutput = \"out.wasm\"\n\n[components]\nfront = \"front.wat\"\nkv = \"kv.wat\"\n\n{more}"
        );
        notes(&[("front.wat", &front), ("kv.wat", &kv), ("weld.toml", &manifest)], &["build"])
    };
    let left = "`a:b/log@1.0.0` of `front` is left to the host: no component exports it";
    assert_eq!(of(""), [left]);
    // Whoever says that the host fills it, or may be asked for it, knows.
    assert_eq!(of("[wire]\n\"front/a:b/log@1.0.0\" = \"host\"\n"), [""; 0]);
    assert_eq!(of("[wire]\n\"front/a:b/log\" = \"host\"\n"), [""; 0]);
    assert_eq!(of("[virtualize.front]\ndefault = \"deny\"\n\"a:b/log\" = \"allow\"\n"), [""; 0]);
    assert_eq!(of("[virtualize.front]\ndefault = \"allow\"\n"), [left]);
    // What is denied is not left to the host.
    let denied = of("[virtualize.front]\ndefault = \"deny\"\n");
    assert!(!denied.iter().any(|note| note.contains("is left to the host")), "{denied:?}");
}

#[test]
fn virt_and_compose_are_silent_about_host_imports() {
    let front = component(&["a:b/log@1.0.0"], &[]);
    let files = [("front.wat", front.as_str()), ("a.wac", "package a:b; let f = new a:front { ... };")];
    assert_eq!(notes(&files, &["virt", "front.wat", "--allow-all", "-o", "out.wasm"]), [""; 0]);
    assert_eq!(notes(&files, &["compose", "a.wac", "--dep", "a:front=front.wat", "-o", "out.wasm"]), [""; 0]);
}

#[test]
fn virt_warns_of_a_setting_for_a_missing_import() {
    let directory = directory();
    std::fs::write(directory.path().join("app.wat"), component(&[], &["acme:app/api"])).unwrap();
    std::fs::create_dir(directory.path().join("www")).unwrap();
    std::fs::write(directory.path().join("www/index.html"), "hello").unwrap();
    let virt = |flags: &[&str]| {
        let mut command = weld(directory.path());
        String::from_utf8(succeeds(command.args(["virt", "app.wat", "-o", "out.wasm", "-q"]).args(flags)).stderr)
            .unwrap()
    };
    for (flags, idle) in [
        (["--mount", "/www=www"], "no file system: what is mounted at `/www`"),
        (["--preopen", "/data=/srv"], "no file system: what is mounted at `/data`"),
        (["--env", "A=1"], "no environment variables: the setting of `env`"),
        (["--config", "a=1"], "no runtime configuration: the setting of `config`"),
        (["--grant", "args={set=[\"app\"]}"], "no arguments: the setting of `args`"),
        (["--grant", "stdin.text=hello"], "no standard input: the setting of `stdin`"),
        (["--grant", "random.seed=1"], "no random numbers: the setting of `random`"),
        (["--grant", "clocks.fixed=2026-01-01T00:00:00Z"], "no clocks: the setting of `clocks`"),
    ] {
        assert_eq!(virt(&flags), format!("warning: `app` imports {idle} has no effect\n"), "{flags:?}");
        let shown = succeeds(weld(directory.path()).args(["inspect", "out.wasm"]));
        let shown = String::from_utf8(shown.stdout).unwrap();
        assert!(shown.contains("\ngrants\n  app  *  deny\n\n"), "{shown}");
    }
    // The flags of capabilities say the same of many components.
    assert!(!virt(&["--grant", "sockets=allow", "--allow-random", "--allow-env=A"]).contains("warning"));
}

/// A component that names the runtime of Python, as its core module, and imports random numbers.
const PYTHON: &str = "(component
    (import \"wasi:random/random@0.2.0\" (instance (export \"get-random-u64\" (func (result u64)))))
    (core module $libpython3.14.so))";

#[test]
fn virt_warns_of_a_component_that_cannot_work_even_when_quiet() {
    let directory = directory();
    std::fs::write(directory.path().join("py.wat"), PYTHON).unwrap();
    std::fs::copy(guest("handler"), directory.path().join("server.wasm")).unwrap();
    let warnings = |arguments: &str| -> Vec<String> {
        let output = succeeds(weld(directory.path()).args(arguments.split(' ')));
        said(&output).lines().filter_map(|line| line.strip_prefix("warning: ")).map(str::to_owned).collect()
    };
    let python = |needs: &str, seed: &str| {
        format!(
            "`py` does not work without {needs}, which Python's runtime uses; {seed} gives it the same random numbers in each run"
        )
    };
    let by_flags = python("`--allow-random`", "`--grant random.seed=1`");
    for arguments in ["virt py.wat -o out.wasm", "virt py.wat -o out.wasm -q", "virt py.wat -o out.wasm -v"] {
        assert_eq!(warnings(arguments), [by_flags.as_str()], "{arguments}");
    }
    for flags in ["--allow-random", "--grant random.seed=1", "--grant random=ignore", "--allow-all"] {
        assert_eq!(warnings(&format!("virt py.wat -o out.wasm {flags}")), [""; 0], "{flags}");
    }
    let manifest =
        "[composition]\nroot = \"py\"\noutput = \"out.wasm\"\n[components]\npy = \"py.wat\"\n[virtualize.py]\n";
    std::fs::write(directory.path().join("weld.toml"), manifest).unwrap();
    let by_names = python("`random`", "`random.seed = 1` in a manifest");
    for arguments in ["build", "build -q", "build --check -q", "build -v"] {
        assert_eq!(warnings(arguments), [by_names.as_str()], "{arguments}");
    }
    let mute = "`server` cannot answer a request to its export `wasi:http/incoming-handler@0.2.12`: \
                `wasi:http/types@0.2.12#[static]response-outparam.set` is refused; leave out the grant that refuses it, for a \
                server keeps what it answers with";
    assert_eq!(warnings("virt server.wasm -o out.wasm -q --grant wasi:http/types=deny"), [mute]);
    for flags in ["-q", "-q --grant http=deny", "-q --allow-http"] {
        assert_eq!(warnings(&format!("virt server.wasm -o out.wasm {flags}")), [""; 0], "{flags}");
    }
}
