//! `weld explain`, and how `weld inspect` tells what a part is given from what it reaches through others.

use std::path::Path;

use crate::support::{fails, guest, succeeds, weld};
use serde_json::Value;

const TCP: &str = "wasi:sockets/tcp@0.2.0";
const UDP: &str = "wasi:sockets/udp@0.2.0";
const HTTP: &str = "wasi:http/outgoing-handler@0.2.0";
const TYPES: &str = "wasi:sockets/network@0.2.0";

/// A component that imports instances of a function `f` each, calls them, and exports such an instance.
fn program(imports: &[&str], export: &str) -> String {
    let numbers = || 0..imports.len();
    let each = |of: &dyn Fn(usize) -> String| numbers().map(of).collect::<String>();
    let declared = each(&|n| format!("(import \"{}\" (instance $i{n} (export \"f\" (func))))\n", imports[n]));
    let lowered = each(&|n| format!("(core func $f{n} (canon lower (func $i{n} \"f\")))\n"));
    let given = each(&|n| format!("(export \"f{n}\" (func $f{n}))"));
    let core = each(&|n| format!("(import \"\" \"f{n}\" (func))"));
    format!(
        r#"(component {declared}
             (core module $m {core} (func (export "f")))
             {lowered}
             (core instance $m (instantiate $m (with "" (instance {given}))))
             (func $f (canon lift (core func $m "f")))
             (instance $e (export "f" (func $f)))
             (export "{export}" (instance $e)))"#
    )
}

const MANIFEST: &str = "[composition]\nroot = \"adder\"\noutput = \"app.wasm\"\n[components]\nadder = \"adder.wat\"\n\
                        padder = \"padder.wat\"\n";

/// `adder` reaches the network through `padder`, which is built into `app.wasm`.
fn composed() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let write = |file: &str, text: &str| std::fs::write(directory.path().join(file), text).unwrap();
    let types = format!("(component (import \"{TYPES}\" (instance (type $b u8) (export \"e\" (type (eq $b)))))");
    write("adder.wat", &program(&["acme:pad/pad@1.0.0"], "acme:add/add@1.0.0").replacen("(component", &types, 1));
    write("padder.wat", &program(&[TCP, UDP, HTTP], "acme:pad/pad@1.0.0"));
    write("weld.toml", MANIFEST);
    succeeds(weld(directory.path()).arg("build"));
    directory
}

/// What is said of a file, with a word for what is asked.
fn explain(directory: &Path, file: &str, asked: &str) -> String {
    String::from_utf8(succeeds(weld(directory).args(["explain", file, asked])).stdout).unwrap()
}

fn json(directory: &Path, file: &str, asked: &str) -> Value {
    let output = succeeds(weld(directory).args(["explain", file, asked, "--json"]));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn explain_shows_the_path_to_the_host_step_by_step() {
    let directory = composed();
    let expected = "`app.wasm` reaches `sockets`: 2 imports, 2 functions\nof wasi:sockets/network@0.2.0, types alone are used\n\
                    \n\
                    padder\n  <- host  wasi:sockets/{tcp, udp}@0.2.0\n\
                    \n\
                    adder\n  <- padder  acme:pad/pad@1.0.0\n    <- host  wasi:sockets/{tcp, udp}@0.2.0\n\
                    \n\
                    what closes it\n  weld virt app.wasm --allow-all --grant sockets=deny -o closed.wasm\n\
                    or, in the manifest (`weld split` writes one for a finished component), a grant\n  [virtualize.padder]\n  default = \"allow\"\n  sockets = \"deny\"\n\
                    or a wire to a component of yours, in place of the host\n  [wire]\n  \
                    \"padder/wasi:sockets/tcp@0.2.0\" = \"NAME\"\n  \"padder/wasi:sockets/udp@0.2.0\" = \"NAME\"\n";
    assert_eq!(explain(directory.path(), "app.wasm", "sockets"), expected);
    let found = json(directory.path(), "app.wasm", "sockets");
    assert_eq!((&found["reached"], &found["users"][1]["path"]), (&true.into(), &"adder".into()));
    let links = serde_json::json!([
        { "from": "adder", "imports": ["acme:pad/pad@1.0.0"], "to": "padder" },
        { "from": "padder", "imports": [TCP, UDP], "to": null },
    ]);
    assert_eq!(found["users"][1]["links"], links);
}

#[test]
fn explain_parts_the_ways_of_a_part_by_function() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    let write = |file: &str, text: &str| std::fs::write(path.join(file), text).unwrap();
    write("app.wat", &program(&["acme:words/count@1.0.0", TCP, UDP], "acme:app/app@1.0.0"));
    write("words.wat", &program(&[HTTP, TCP], "acme:words/count@1.0.0"));
    succeeds(weld(path).args(["plug", "app.wat", "--plug", "words.wat", "-o", "out.wasm"]));
    let said = explain(path, "out.wasm", "network");
    let ways = "words\n  <- host  wasi:http/outgoing-handler@0.2.0, wasi:sockets/tcp@0.2.0\n\n\
                app\n  <- host  wasi:sockets/{tcp, udp}@0.2.0\n  <- words  acme:words/count@1.0.0\n    \
                <- host  wasi:http/outgoing-handler@0.2.0\n";
    assert!(said.contains(ways), "{said}");
    let found = json(path, "out.wasm", "network");
    let users = found["users"].as_array().unwrap().iter();
    let users: Vec<(&str, u64)> =
        users.map(|user| (user["path"].as_str().unwrap(), user["functions"].as_u64().unwrap())).collect();
    assert_eq!(users, [("words", 2), ("app", 2), ("app", 1)]);
    // A type that a part is given itself hides no way to functions.
    let types = format!("(component (import \"{TYPES}\" (instance (type $b u8) (export \"e\" (type (eq $b)))))");
    write("typed.wat", &program(&["acme:words/count@1.0.0"], "acme:app/app@1.0.0").replacen("(component", &types, 1));
    succeeds(weld(path).args(["plug", "typed.wat", "--plug", "words.wat", "-o", "typed.wasm"]));
    for asked in ["network", "wasi:*/*"] {
        let said = explain(path, "typed.wasm", asked);
        let ways = "typed\n  <- words  acme:words/count@1.0.0\n    \
                    <- host  wasi:http/outgoing-handler@0.2.0, wasi:sockets/tcp@0.2.0\n";
        assert!(said.contains(ways), "{said}");
    }
}

#[test]
fn explain_says_where_a_long_way_goes_on() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    let mut manifest = "[composition]\nroot = \"c0\"\noutput = \"app.wasm\"\n[components]\n".to_owned();
    for number in 0..130 {
        let below = format!("t:p/c{}@1.0.0", number + 1);
        let import = if number == 129 { HTTP } else { &below };
        let text = program(&[import], &format!("t:p/c{number}@1.0.0"));
        std::fs::write(path.join(format!("c{number}.wat")), text).unwrap();
        manifest += &format!("c{number} = \"c{number}.wat\"\n");
    }
    std::fs::write(path.join("weld.toml"), manifest).unwrap();
    succeeds(weld(path).arg("build"));
    let found = json(path, "app.wasm", "http");
    for (number, user) in found["users"].as_array().unwrap().iter().enumerate() {
        let links = user["links"].as_array().unwrap();
        let is_cut = number >= 100;
        assert_eq!((links.len(), &user["is_cut"]), (if is_cut { 100 } else { number + 1 }, &is_cut.into()), "{user}");
        assert_eq!(links[links.len() - 1]["to"].is_null(), !is_cut, "{user}");
    }
    assert!(explain(path, "app.wasm", "http").contains("… and on to the host"));
}

#[test]
fn explain_names_the_import_of_what_is_passed_on() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    let write = |file: &str, text: &str| std::fs::write(path.join(file), text).unwrap();
    // A function of an interface, of which another one is denied, comes through the adapter.
    write(
        "half.wat",
        r#"(component
             (import "wasi:random/random@0.2.0" (instance $r
               (export "get-random-u64" (func (result u64))) (export "other" (func))))
             (core func $a (canon lower (func $r "get-random-u64"))) (core func $b (canon lower (func $r "other")))
             (core module $m (import "" "a" (func (result i64))) (import "" "b" (func)) (func (export "f")))
             (core instance $m (instantiate $m (with "" (instance (export "a" (func $a)) (export "b" (func $b))))))
             (func (export "run") (canon lift (core func $m "f"))))"#,
    );
    let grant = "wasi:random/random#get-random-u64=allow";
    succeeds(weld(path).args(["virt", "half.wat", "--grant", grant, "-o", "half.wasm"]));
    let said = explain(path, "half.wasm", "random");
    assert!(said.contains("\nhalf\n  <- host  wasi:random/random@0.2.0\n"), "{said}");
    // A table of the manifest is there, and its default is to deny: a line for it is advised, and no other default.
    assert!(said.contains("[virtualize.half]\n  random = \"deny\"\n") && !said.contains("default ="), "{said}");
    // A component with code of its own hands on an interface that it imports.
    write("words.wat", &program(&[HTTP], "acme:words/mid@1.0.0"));
    let hands_on = "(component (import \"acme:words/mid@1.0.0\" (instance $mid (export \"f\" (func))))\n\
                    (core module (func)) (export \"acme:words/mid@1.0.0\" (instance $mid)))";
    write("mid.wat", hands_on);
    write("app.wat", &program(&["acme:words/mid@1.0.0"], "acme:app/app@1.0.0"));
    write(
        "weld.toml",
        "[composition]\nroot = \"app\"\noutput = \"app.wasm\"\n[components]\napp = \"app.wat\"\nmid = \"mid.wat\"\n\
         words = \"words.wat\"\n[wire]\n\"app/acme:words/mid\" = \"mid\"\n\"mid/acme:words/mid\" = \"words\"\n",
    );
    succeeds(weld(path).arg("build"));
    let said = explain(path, "app.wasm", "http");
    assert!(said.contains("\napp\n  <- words  acme:words/mid@1.0.0\n"), "{said}");
}

#[test]
fn explain_suggestions_work() {
    let directory = composed();
    let path = directory.path();
    // What is imported by such a word is meant by it.
    std::fs::write(directory.path().join("tcp.wat"), r#"(component (import "tcp" (func)))"#).unwrap();
    let output = succeeds(weld(directory.path()).args(["explain", "tcp.wat", "tcp"]));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    for asked in ["sockets", "network", TCP, "wasi:sockets/udp", "*/tcp#f", "wasi:*/*", "http"] {
        let advice = json(path, "app.wasm", asked)["closed_by"].clone();
        let closed = |file: &str| {
            let said = explain(path, file, asked);
            assert!(said.starts_with(&format!("`{file}` does not reach `{asked}`")), "{asked}: {said}");
        };
        let words: Vec<&str> = advice["virt"].as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
        succeeds(weld(path).args(words));
        closed("closed.wasm");
        // The grant, in the manifest that is there.
        std::fs::write(path.join("weld.toml"), format!("{MANIFEST}{}", advice["manifest"].as_str().unwrap())).unwrap();
        succeeds(weld(path).arg("build"));
        closed("app.wasm");
        // And the wires, to a component that has what they name.
        let wires: Vec<&str> = advice["wires"].as_array().unwrap().iter().map(|wire| wire.as_str().unwrap()).collect();
        let mut sinks = String::new();
        for (number, wire) in wires.iter().enumerate() {
            let import = wire.trim_start_matches("\"padder/").split('"').next().unwrap();
            std::fs::write(path.join(format!("sink{number}.wat")), program(&[], import)).unwrap();
            sinks += &format!("sink{number} = \"sink{number}.wat\"\n");
        }
        let wires: String = { wires.iter().enumerate() }
            .map(|(number, wire)| format!("{}\n", wire.replace("NAME", &format!("sink{number}"))))
            .collect();
        std::fs::write(path.join("weld.toml"), format!("{MANIFEST}{sinks}[wire]\n{wires}")).unwrap();
        succeeds(weld(path).arg("build"));
        closed("app.wasm");
        std::fs::write(path.join("weld.toml"), MANIFEST).unwrap();
        succeeds(weld(path).arg("build"));
    }
}

#[test]
fn explain_suggestions_work_for_guests_of_each_kind() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    let mut closed = 0;
    for name in ["command-0.2.12", "command-p3", "handler", "hello-c"] {
        std::fs::copy(guest(name), path.join("it's.wasm")).unwrap();
        for asked in ["env", "args", "stdio", "clocks", "random", "fs", "exit", "wasi:cli/stdout", "wasi:filesystem/*"]
        {
            let found = json(path, "it's.wasm", asked);
            if found["reached"] == true {
                let said = explain(path, "it's.wasm", asked);
                let line = said.lines().find(|line| line.starts_with("  weld virt")).unwrap();
                // As a shell reads it.
                let weld = env!("CARGO_BIN_EXE_weld");
                let line = line.replacen("weld", weld, 1);
                let ran = std::process::Command::new("sh").args(["-c", &line]).current_dir(path).output().unwrap();
                assert!(ran.status.success(), "{name}: {line}\n{}", String::from_utf8_lossy(&ran.stderr));
                assert_eq!(json(path, "closed.wasm", asked)["reached"], false, "{name}: {asked}");
                closed += 1;
            }
        }
    }
    assert!(closed > 15, "{closed}");
}

#[test]
fn explain_reports_an_unreached_capability() {
    let directory = composed();
    let path = directory.path();
    let said = explain(path, "app.wasm", "random");
    assert_eq!(said, "`app.wasm` does not reach `random`: it imports nothing of that\n");
    let said = explain(path, "app.wasm", "wasi:sockets/network");
    let expected = format!("`app.wasm` does not reach `wasi:sockets/network`: of {TYPES}, types alone are used\n");
    assert_eq!(said, expected);
    assert_eq!(json(path, "app.wasm", "random")["closed_by"], Value::Null);
    for (asked, help) in [("sockts", "did you mean `sockets`?"), ("wasi:sockets/", ""), ("", "empty")] {
        let output = weld(path).args(["explain", "app.wasm", asked]).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && said.contains(help), "{asked}: {said}");
    }
    // Imports of a world by names of their own, and what calls itself something else.
    let odd = r#"(component (import "log" (func)) (import "kv" (instance (export "get" (func)))) (import "code" (core module))
        (import "r" (implements "wasi:random/random@0.2.0") (instance (export "get-random-u64" (func (result u64))))))"#;
    let odd = odd.replace(" (implements \"wasi:random/random@0.2.0\")", "");
    std::fs::write(path.join("odd.wat"), odd).unwrap();
    for asked in ["log", "#log", "kv", "kv#get", "code", "#*"] {
        assert!(explain(path, "odd.wat", asked).starts_with(&format!("`odd.wat` reaches `{asked}`: ")), "{asked}");
    }
}

#[test]
fn explain_and_check_agree_about_what_a_host_may_take_for_an_interface() {
    let random = r#""wasi:random/random@0.2.0" (instance (export "get-random-u64" (func (result u64))))"#;
    let forms = [
        r#"(import "wasi:random/random@0.2.0" (func (result u64)))"#.to_owned(),
        format!(r#"(import "a:b/c" (instance (export {random})))"#),
        format!(r#"(import "a:b/c" (instance (export "x" (instance (export {random})))))"#),
        format!(r#"(import "a:b/c" (component (export {random})))"#),
        format!(r#"(import "a:b/c" (component (import {random})))"#),
        format!(r#"(import "a:b/c" (instance (export "x" (component (import "y" (component (export {random})))))))"#),
        r#"(import "a:b/c" (core module (import "wasi:random/random@0.2.0" "get-random-u64" (func (result i64)))))"#
            .to_owned(),
        r#"(import "a:b/c" (instance (export "wasi:random/random@0.2.0" (core module))))"#.to_owned(),
    ];
    let others = [
        r#"(import "a:b/c" (instance (export "x" (instance (export "get-random-u64" (func (result u64)))))))"#,
        r#"(import "a:b/c" (component (import "x" (func))))"#,
    ];
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    std::fs::write(directory.join("p.toml"), "default = \"allow\"\n[[rule]]\ndeny = [\"random\"]\n").unwrap();
    for (form, reached) in forms.iter().map(|form| (form.as_str(), true)).chain(others.map(|form| (form, false))) {
        std::fs::write(directory.join("c.wat"), format!("(component {form})")).unwrap();
        let check = weld(directory).args(["check", "c.wat", "--policy", "p.toml"]).output().unwrap();
        // What is deep within an interface, no default allows that a rule is not about.
        assert!(!reached || check.status.code() == Some(1), "{form}");
        assert_eq!(json(directory, "c.wat", "random")["reached"], reached, "{form}");
        let inspected = succeeds(weld(directory).args(["inspect", "c.wat", "--json"])).stdout;
        let inspected: Value = serde_json::from_slice(&inspected).unwrap();
        let expected = if reached { serde_json::json!(["random"]) } else { serde_json::json!([]) };
        assert_eq!(inspected["imports"][0]["capabilities"], expected, "{form}");
    }
}

#[test]
fn explain_names_a_part_that_is_no_shortest_way() {
    let directory = tempfile::tempdir().unwrap();
    let write = |file: &str, text: &str| std::fs::write(directory.path().join(file), text).unwrap();
    write("adder.wat", &program(&["acme:pad/pad@1.0.0", "acme:log/log@1.0.0", TCP], "acme:add/add@1.0.0"));
    write("padder.wat", &program(&[TCP], "acme:pad/pad@1.0.0"));
    write("logger.wat", &program(&[], "acme:log/log@1.0.0"));
    let manifest = MANIFEST.to_owned() + "logger = \"logger.wat\"\n";
    for grants in ["", "[virtualize.adder]\ndefault = \"allow\"\nrandom = \"deny\"\n"] {
        write("weld.toml", &format!("{manifest}{grants}"));
        succeeds(weld(directory.path()).arg("build"));
        let said = explain(directory.path(), "app.wasm", "sockets");
        let expected = format!("adder\n  <- host  {TCP}\n  also <- padder  acme:pad/pad@1.0.0\n");
        assert!(said.contains(&expected) && said.matches("also").count() == 1, "{said}");
        let also = serde_json::json!([{ "from": "adder", "imports": ["acme:pad/pad@1.0.0"], "to": "padder" }]);
        assert_eq!(json(directory.path(), "app.wasm", "sockets")["also"], also);
    }
}

#[test]
fn explain_advises_wires_of_the_instance_and_the_import_that_the_host_fills() {
    let directory = tempfile::tempdir().unwrap();
    let write = |file: &str, text: &str| std::fs::write(directory.path().join(file), text).unwrap();
    write("app.wat", &program(&["acme:a/a@1.0.0", "acme:b/b@1.0.0"], "acme:app/app@1.0.0"));
    write(
        "kv.wat",
        &program(&[TCP], "acme:a/a@1.0.0")
            .replace("(export \"acme:a", "(export \"acme:b/b@1.0.0\" (instance $e))\n(export \"acme:a"),
    );
    write("stub.wat", &program(&[], TCP));
    // What is nested has its import by another name than the component that it is in.
    let inner = program(&["in"], "acme:b/b@1.0.0").replacen("(component", "(component $inner", 1);
    write(
        "outer.wat",
        &format!(
            r#"(component (import "out" (instance $out (export "f" (func)))) {inner}
                 (instance $i (instantiate $inner (with "in" (instance $out))))
                 (export "acme:b/b@1.0.0" (instance $i "acme:b/b@1.0.0")))"#
        ),
    );
    let build = |components: &str, wires: &str| {
        write(
            "weld.toml",
            &format!(
                "[composition]\nroot = \"app\"\noutput = \"app.wasm\"\n[components]\napp = \"app.wat\"\n{components}[wire]\n{wires}"
            ),
        );
        succeeds(weld(directory.path()).arg("build"));
    };
    let two = "kv = \"kv.wat\"\nstub = \"stub.wat\"\n";
    let wires = format!(
        "\"app/acme:a/a\" = \"kv\"\n\"app/acme:b/b\" = \"kv#1\"\n\"kv/{TCP}\" = \"stub\"\n\"kv#1/{TCP}\" = \"host\"\n"
    );
    build(two, &wires);
    let advised = json(directory.path(), "app.wasm", "sockets")["closed_by"]["wires"].clone();
    assert_eq!(advised, serde_json::json!([format!("\"kv#1/{TCP}\" = \"NAME\"")]));
    // It is true.
    build(two, &wires.replace("\"host\"", "\"stub\""));
    assert_eq!(json(directory.path(), "app.wasm", "sockets")["reached"], false);
    build("outer = \"outer.wat\"\n", "\"app/acme:a/a\" = \"host\"\n");
    let advised = json(directory.path(), "app.wasm", "out#*")["closed_by"].clone();
    assert_eq!(advised["wires"], serde_json::json!(["\"outer/out\" = \"NAME\""]), "{advised}");
}

#[test]
fn explain_advises_grants_by_the_names_that_a_manifest_has() {
    let directory = tempfile::tempdir().unwrap();
    let write = |file: &str, text: &str| std::fs::write(directory.path().join(file), text).unwrap();
    // Both have a label `lab`, of different interfaces: the output imports the second one as `lab2`.
    for (file, interface, imports, export) in [
        ("app.wat", "acme:one/one@1.0.0", &["lab", "acme:a/a@1.0.0"][..], "acme:app/app@1.0.0"),
        ("mw.wat", "acme:two/two@1.0.0", &["lab"], "acme:a/a@1.0.0"),
    ] {
        let labelled = format!("(import \"lab\" (implements \"{interface}\")");
        let two = "(instance $i0 (export \"g\" (func)) (export \"f\" (func)))";
        let text = program(imports, export).replace("(import \"lab\"", &labelled);
        write(file, &text.replace("(instance $i0 (export \"f\" (func)))", two));
    }
    let build = |grants: &str| {
        let manifest =
            "[composition]\nroot = \"app\"\noutput = \"app.wasm\"\n[components]\napp = \"app.wat\"\nmw = \"mw.wat\"\n";
        write("weld.toml", &format!("{manifest}{grants}"));
        succeeds(weld(directory.path()).arg("build"));
    };
    for (asked, table, key) in [
        ("lab2", "mw", "\"lab#*\""),
        ("lab2#f", "mw", "\"lab#f\""),
        ("lab", "app", "\"lab#*\""),
        // The interface is what both names stand for.
        ("acme:two/two", "mw", "\"acme:two/two\""),
    ] {
        build("");
        let explained = json(directory.path(), "app.wasm", asked);
        let advised = explained["closed_by"]["manifest"].as_str().unwrap();
        assert_eq!(advised, format!("[virtualize.{table}]\ndefault = \"allow\"\n{key} = \"deny\"\n"), "{asked}");
        // What is advised closes it.
        let is_reached = |asked: &str| json(directory.path(), "app.wasm", asked)["reached"] == true;
        build(advised);
        let other = if table == "mw" { "acme:one/one" } else { "acme:two/two" };
        let of = if table == "mw" { "acme:two/two" } else { "acme:one/one" };
        let of = asked.strip_prefix("lab2#").map_or(of.to_owned(), |function| format!("{of}#{function}"));
        assert!(!is_reached(&of) && is_reached(other), "{asked}");
    }
}

#[test]
fn explain_refuses_names_outside_wasi_and_explains_capability_words() {
    let directory = composed();
    let said = |asked: &str| {
        let output = succeeds(weld(directory.path()).args(["explain", "app.wasm", asked]));
        String::from_utf8(output.stderr).unwrap()
    };
    // That the component does not reach them would say nothing.
    for (asked, what, near) in [
        ("wasi:sockets/tpc", "`wasi:sockets/tpc`", "wasi:sockets/tcp"),
        ("wasi:sokcets/*", "`wasi:sokcets/*`", "wasi:sockets/*"),
        (
            "wasi:sockets/tcp#conect",
            "`conect` in `wasi:sockets/tcp`",
            "wasi:sockets/tcp#[method]tcp-socket.start-connect",
        ),
        (
            "wasi:filesystem/types#open",
            "`open` in `wasi:filesystem/types`",
            "wasi:filesystem/types#[method]descriptor.open-at",
        ),
        ("wasi:random/random@7.0.0", "version 7.0.0 of `wasi:random/random`", "wasi:random/random"),
    ] {
        let said = fails(weld(directory.path()).args(["explain", "app.wasm", asked]));
        assert!(said.contains(&format!("`{asked}` names nothing that WASI has: there is no {what}\n")), "{said}");
        assert!(said.contains(&format!("did you mean `{near}`?")), "{said}");
    }
    let far = fails(weld(directory.path()).args(["explain", "app.wasm", "wasi:sockets/tcp#zzz"]));
    assert!(far.contains("there are `[method]tcp-socket.start-bind`, ") && far.contains(" others"), "{far}");
    // What the component has by nearly that name.
    assert_eq!(said("acme:ad/add"), "");
    std::fs::write(directory.path().join("own.wat"), program(&["acme:kv/store@1.0.0"], "x:y/z")).unwrap();
    let near = |asked: &str| weld(directory.path()).args(["explain", "own.wat", asked]).output().unwrap().stderr;
    let note = "note: it imports `acme:kv/store`, which may be meant\n";
    assert_eq!(String::from_utf8(near("acme:kv/stor#get")).unwrap(), note);
    assert_eq!(said("tcp"), "note: `tcp` is read as `sockets`\n");
    // As in a policy: of a word that may be misspelt, nothing is said to be so.
    let misspelt = fails(weld(directory.path()).args(["explain", "app.wasm", "netwrok"]));
    assert!(misspelt.contains("did you mean `sockets` and `http`?"), "{misspelt}");
    // What is imported by such a word is meant by it.
    std::fs::write(directory.path().join("tcp.wat"), r#"(component (import "tcp" (func)))"#).unwrap();
    let output = succeeds(weld(directory.path()).args(["explain", "tcp.wat", "tcp"]));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    let near = fails(weld(directory.path()).args(["explain", "tcp.wat", "tpc"]));
    assert!(near.contains("did you mean `tcp`?"), "{near}");
    for asked in ["sockets", "wasi:sockets/tcp", "wasi:sockets/*", "acme:x/y"] {
        assert_eq!(said(asked), "", "{asked}");
    }
}

#[test]
fn explain_escapes_terminal_controls_in_names() {
    let directory = tempfile::tempdir().unwrap();
    let nested =
        program(&[TCP], "a:b/c").replacen("(component", "(component (@name \"x\\1b[31m\\0a`app` is safe\")", 1);
    let text = format!(
        r#"(component (import "{TCP}" (instance $i (export "f" (func)))) {nested}
             (instance (instantiate 0 (with "{TCP}" (instance $i)))))"#
    );
    std::fs::write(directory.path().join("app.wat"), text).unwrap();
    let said = explain(directory.path(), "app.wat", "sockets");
    assert!(said.contains("\nx\\u{1b}[31m\\u{a}`app` is safe\n"), "{said}");
    assert!(!said.contains('\u{1b}') && !said.lines().any(|line| line.starts_with("`app` is")), "{said}");
    // A name that no manifest can have is in no advice for one.
    assert!(!said.contains("[virtualize"), "{said}");
}

#[test]
fn inspect_distinguishes_direct_from_indirect_capabilities() {
    let directory = composed();
    let output = succeeds(weld(directory.path()).args(["inspect", "app.wasm"]));
    let said = String::from_utf8(output.stdout).unwrap();
    for line in [
        "    through padder: sockets, http\n",
        "reaches sockets, http\n",
        "capabilities\n  network\n    http  padder, adder (through padder)\n    sockets  padder, adder (through padder)\n",
        "  wasi:sockets/tcp@0.2.0  padder, adder (through padder)\n",
        "  wasi:sockets/network@0.2.0  types only\n",
        "\n2 nested components: 2 programs\n",
    ] {
        assert!(said.contains(line), "{line}:\n{said}");
    }
    let found = succeeds(weld(directory.path()).args(["inspect", "app.wasm", "--json"])).stdout;
    let found: Value = serde_json::from_slice(&found).unwrap();
    let instances = found["instances"].as_array().unwrap();
    let named = |name: &str| instances.iter().position(|instance| instance["name"] == name).unwrap();
    let (adder, padder) = (&instances[named("adder")], named("padder"));
    let reaches = serde_json::json!({ "what": "sockets", "through": padder, "types_only": false });
    assert_eq!(adder["reaches"][0], reaches);
    let tcp = found["imports"].as_array().unwrap().iter().find(|import| import["name"] == TCP).unwrap();
    let through = tcp["reached_by"].as_array().unwrap().iter().find(|by| by["steps"] == 1).unwrap();
    assert_eq!(through["through"], serde_json::json!([{ "instance": padder, "functions": ["f"] }]));
    // The same count, by the same word, wherever it is.
    let write = |file: &str, text: &str| std::fs::write(directory.path().join(file), text).unwrap();
    write("policy.toml", "default = \"allow\"\n");
    let checked = succeeds(weld(directory.path()).args(["check", "app.wasm", "--policy", "policy.toml"]));
    assert!(String::from_utf8(checked.stderr).unwrap().contains(", 2 nested components\n"));
    let page = succeeds(weld(directory.path()).args(["inspect", "app.wasm", "--html", "-"])).stdout;
    assert!(String::from_utf8(page).unwrap().contains("2 nested components: 2 programs"));
}

#[test]
fn inspect_marks_an_instance_used_only_for_types() {
    let files = "wasi:filesystem/types@0.2.0";
    let types = r#"(export "descriptor" (type (sub resource)))"#;
    let text = format!(
        r#"(component (import "{files}" (instance $i {types} (export "f" (func))))
             (component $user (import "{files}" (instance {types})) (core module))
             (instance (instantiate $user (with "{files}" (instance $i)))))"#
    );
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("app.wat"), text).unwrap();
    let said = String::from_utf8(succeeds(weld(directory.path()).args(["inspect", "app.wat"])).stdout).unwrap();
    assert!(said.contains("reaches fs (types only)\n"), "{said}");
    assert!(said.contains("capabilities\n  fs  user (types only)\n"), "{said}");
}

#[test]
fn explain_distinguishes_imports_filled_by_one_adapter() {
    let directory = tempfile::tempdir().unwrap();
    let (random, clock) = ("wasi:random/insecure-seed@0.2.0", "wasi:clocks/monotonic-clock@0.2.0");
    let import = |interface: &str, id: &str, function: &str, result: &str| {
        format!("(import \"{interface}\" (instance ${id} (export \"{function}\" (func (result {result})))))")
    };
    let (seed, now) = (import(random, "r", "insecure-seed", "(tuple u64 u64)"), import(clock, "c", "now", "u64"));
    // What an adapter fills: the clock, which it has from the host, and randomness, which it has not.
    let text = format!(
        r#"(component {now}
             (component $app {now} {seed} (core module))
             (component $"app:adapter" {now}
               (core module $m (memory (export "m") 1) (func (export "s") (result i32) i32.const 0))
               (core instance $i (instantiate $m))
               (func $s (result (tuple u64 u64)) (canon lift (core func $i "s") (memory $i "m")))
               (instance $x (export "insecure-seed" (func $s)))
               (core func $n (canon lower (func $c "now")))
               (core module $f (import "" "n" (func $n (result i64))) (func (export "n") (result i64) (call $n)))
               (core instance $g (instantiate $f (with "" (instance (export "n" (func $n))))))
               (func $w (result u64) (canon lift (core func $g "n")))
               (instance $y (export "now" (func $w)))
               (export "{random}" (instance $x))
               (export "{clock}" (instance $y)))
             (instance $"app:adapter" (instantiate $"app:adapter" (with "{clock}" (instance $c))))
             (alias export $"app:adapter" "{random}" (instance $x))
             (alias export $"app:adapter" "{clock}" (instance $y))
             (instance $app (instantiate $app (with "{clock}" (instance $y)) (with "{random}" (instance $x)))))"#
    );
    std::fs::write(directory.path().join("app.wat"), text).unwrap();
    let said = explain(directory.path(), "app.wat", "clocks");
    let way = format!("app\n  <- app:adapter  {clock}\n    <- host  {clock}\n");
    assert!(said.contains(&way), "{said}");
}

#[test]
fn explain_says_the_rules_of_the_provenance() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    let handler = guest("handler");
    let virt = |grant: &str| {
        succeeds(weld(path).arg("virt").arg(&handler).args(["--grant", grant, "-o", "out.wasm"]));
        explain(path, "out.wasm", "network")
    };
    let said = virt(r#"http.allow=["https://api.example.com"]"#);
    assert_eq!(said.matches("http (by its provenance: allow https://api.example.com)").count(), 2, "{said}");
    assert_eq!(json(path, "out.wasm", "network")["rules"][0]["rules"], "allow https://api.example.com");
    let said = virt("http=allow");
    assert!(said.contains("reaches `network`") && !said.contains("provenance"), "{said}");
}
