//! `weld verify` on outputs whose adapters are those that weld generates, and stand where they should not.

use std::path::Path;

use crate::support::{self, fails, succeeds, weld};

/// A component whose export gives a number of the host's. It calls itself what the composition calls it: so it is the same where its text
/// is nested.
fn random(name: &str) -> String {
    format!(
        r#"(component ${name}
          (import "wasi:random/random@0.2.0" (instance $r (export "get-random-u64" (func (result u64)))))
          (core func $l (canon lower (func $r "get-random-u64")))
          (core module $m (import "h" "f" (func $f (result i64))) (func (export "r") (result i64) (call $f)))
          (core instance $i (instantiate $m (with "h" (instance (export "f" (func $l))))))
          (func $o (result u64) (canon lift (core func $i "r")))
          (export "run-{name}" (func $o)))"#
    )
}

/// Exports again what two others export.
const ROOT: &str = r#"(component $root
  (import "run-p" (func $p (result u64))) (import "run-q" (func $q (result u64)))
  (core func $p (canon lower (func $p))) (core func $q (canon lower (func $q)))
  (core module $m (import "h" "p" (func $p (result i64))) (import "h" "q" (func $q (result i64)))
    (func (export "p") (result i64) (call $p)) (func (export "q") (result i64) (call $q)))
  (core instance $i (instantiate $m (with "h" (instance (export "p" (func $p)) (export "q" (func $q))))))
  (func $fp (result u64) (canon lift (core func $i "p"))) (func $fq (result u64) (canon lift (core func $i "q")))
  (export "p" (func $fp)) (export "q" (func $fq)))"#;

/// Two components and their grants, built.
fn built(of_p: &str, of_q: &str) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let manifest = format!(
        "[composition]\nroot = \"root\"\noutput = \"out.wasm\"\n[components]\nroot = \"root.wat\"\np = \"p.wat\"\nq = \"q.wat\"\n\
         [virtualize.p]\nrandom = {of_p}\n[virtualize.q]\nrandom = {of_q}\n"
    );
    for (name, text) in
        [("weld.toml", manifest.as_str()), ("root.wat", ROOT), ("p.wat", &random("p")), ("q.wat", &random("q"))]
    {
        std::fs::write(directory.path().join(name), text).unwrap();
    }
    succeeds(weld(directory.path()).arg("build"));
    directory
}

/// The text of an output, in which adapters have no names of their own: they would have them once it is parsed again.
fn text(directory: &Path, out: &str) -> String {
    let text = wasmprinter::print_bytes(std::fs::read(directory.join(out)).unwrap()).unwrap();
    let adapters = text.lines().filter_map(|line| line.trim().strip_prefix("(component $")?.split_once(":adapter (;"));
    adapters.fold(text.clone(), |text, (name, rest)| {
        let number = rest.split(';').next().unwrap();
        let (own, unnamed) = (format!("(component ${name}:adapter ("), "(component (".to_owned());
        let (made, by_number) = (format!("(instantiate ${name}:adapter"), format!("(instantiate {number}"));
        text.replace(&own, &unnamed).replace(&made, &by_number)
    })
}

/// What `weld verify` says of an output in the text of which something else stands. Each text is there.
#[track_caller]
fn changed(directory: &Path, out: &str, flags: &[&str], changes: &[(&str, &str)]) -> (String, Option<i32>) {
    let mut text = text(directory, out);
    for (from, to) in changes {
        assert!(text.contains(from), "{from}\n{text}");
        text = text.replace(from, to);
    }
    let bytes = wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    verified(directory, &bytes, flags)
}

/// What `weld verify` says of some bytes.
fn verified(directory: &Path, bytes: &[u8], flags: &[&str]) -> (String, Option<i32>) {
    std::fs::write(directory.join("changed.wasm"), bytes).unwrap();
    let ran = weld(directory).args(["verify", "-v", "--allow-foreign", "changed.wasm"]).args(flags).output().unwrap();
    (String::from_utf8(ran.stdout).unwrap(), ran.status.code())
}

/// The sections of a component, by their numbers.
fn sections(bytes: &[u8]) -> Vec<(u8, &[u8])> {
    let mut reader = wasmparser::BinaryReader::new(&bytes[8..], 0);
    let mut found = Vec::new();
    while !reader.eof() {
        let (id, size) = (reader.read_u8().unwrap(), reader.read_var_u32().unwrap());
        found.push((id, reader.read_bytes(size as usize).unwrap()));
    }
    found
}

/// A component with the components of another one nested in it, byte by byte: text does not say how an adapter is encoded.
fn with_components(bytes: &[u8], of: &[u8]) -> Vec<u8> {
    const COMPONENT: u8 = 4;
    let mut nested = sections(of).into_iter().filter(|(id, _)| *id == COMPONENT);
    let mut found = wasm_encoder::Component::new();
    for (id, data) in sections(bytes) {
        let data = if id == COMPONENT { nested.next().unwrap().1 } else { data };
        found.section(&wasm_encoder::RawSection { id, data });
    }
    assert_eq!(nested.next(), None);
    found.finish()
}

const RANDOM: &str = r#""wasi:random/random@0.2.0""#;

#[test]
fn verify_requires_an_adapter_instance_for_each_instance() {
    let directory = built("{ seed = 42 }", "{ seed = 42 }");
    let flags = ["--manifest", "weld.toml"];
    let (_, code) = changed(directory.path(), "out.wasm", &flags, &[]);
    assert_eq!(code, Some(0));
    let [own, other] = ["p", "q"].map(|name| format!("(alias export ${name}:adapter {RANDOM}"));
    let (said, code) = changed(directory.path(), "out.wasm", &flags, &[(&own, &other)]);
    assert!(said.contains("`q:adapter`: it stands for `q`, and for `p` as well"), "{said}");
    assert_eq!(code, Some(1));
}

#[test]
fn verify_requires_one_adapter_instance_of_an_instance() {
    // Two adapters of one seed give the same numbers twice.
    let function = |interface: &str, name: &str, core: &str| {
        format!(
            r#"(import "wasi:random/{interface}@0.2.0" (instance ${core} (export "{name}" (func (result u64)))))
            (core func ${core} (canon lower (func ${core} "{name}")))"#
        )
    };
    let app = format!(
        r#"(component $app {} {}
          (core module $m (import "h" "a" (func $a (result i64))) (import "h" "b" (func $b (result i64)))
            (func (export "r") (result i64) (i64.xor (call $a) (call $b))))
          (core instance $i (instantiate $m (with "h" (instance (export "a" (func $a)) (export "b" (func $b))))))
          (func $o (result u64) (canon lift (core func $i "r")))
          (export "run" (func $o)))"#,
        function("random", "get-random-u64", "a"),
        function("insecure", "get-insecure-random-u64", "b")
    );
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    std::fs::write(directory.join("app.wat"), app).unwrap();
    succeeds(weld(directory).args(["virt", "app.wat", "--grant", "random.seed=1", "-o", "out.wasm"]));
    let flags = ["--input", "app.wat", "--grant", "random.seed=1"];
    let (said, code) = changed(directory, "out.wasm", &flags, &[]);
    assert_eq!(code, Some(0), "{said}");
    let text = text(directory, "out.wasm");
    let made = text.split("(instance $app:adapter").nth(1).unwrap().split("(instantiate ").nth(1).unwrap();
    let adapter = made.split([')', '\n']).next().unwrap();
    let interface = "\"wasi:random/insecure@0.2.0\"";
    let alias = format!("(alias export $app:adapter {interface} (instance (;2;)))");
    let second =
        format!("(instance $more (instantiate {adapter})) (alias export $more {interface} (instance $second))");
    let [of_first, of_second] = ["2", "$second"].map(|number| format!("(with {interface} (instance {number}))"));
    let changes = [(alias.as_str(), second.as_str()), (of_first.as_str(), of_second.as_str())];
    let (said, code) = changed(directory, "out.wasm", &flags, &changes);
    assert!(said.contains("it stands for `app`, for which `"), "{said}");
    assert_eq!(code, Some(1));
}

#[test]
fn verify_finds_an_adapter_of_another_instance() {
    let directory = built("\"allow\"", "{ seed = 42 }");
    let flags = ["--manifest", "weld.toml"];
    let (_, code) = changed(directory.path(), "out.wasm", &flags, &[]);
    assert_eq!(code, Some(0));
    // All that the host gives `p` comes from a further instance of the adapter of `q`.
    let import = format!("(import {RANDOM} (instance (;0;) (type 0)))");
    let (of_q, to_q) = (format!("(with {RANDOM} (instance 2))"), format!("(with {RANDOM} (instance $given))"));
    let (of_p, to_p) = (format!("(with {RANDOM} (instance 0))"), format!("(with {RANDOM} (instance $second))"));
    let alias = format!("(alias export $q:adapter {RANDOM} (instance (;2;)))");
    let second = format!(
        "(alias export $q:adapter {RANDOM} (instance $given)) (instance $more (instantiate 0))
        (alias export $more {RANDOM} (instance $second))"
    );
    let changes = [(&import, &String::new()), (&of_q, &to_q), (&of_p, &to_p), (&alias, &second)];
    let changes = changes.map(|(from, to)| (from.as_str(), to.as_str()));
    let (said, code) = changed(directory.path(), "out.wasm", &flags, &changes);
    assert!(said.contains("it stands for `p`, and is the adapter of another"), "{said}");
    assert_eq!(code, Some(1));
}

#[test]
fn verify_requires_arguments_to_be_adapter_exports_of_the_import_name() {
    let app = r#"(component $app
      (import "acme:audit/log@1.0.0" (instance $i
        (export "debug" (func (param "n" u32))) (export "record" (func (param "n" u32)))))
      (core func $r (canon lower (func $i "record")))
      (core module $m (import "h" "f" (func $f (param i32))) (func (export "r") (call $f (i32.const 7))))
      (core instance $mi (instantiate $m (with "h" (instance (export "f" (func $r))))))
      (func $o (canon lift (core func $mi "r")))
      (export "transfer" (func $o)))"#;
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("app.wat"), app).unwrap();
    let said = ["--grant", "acme:audit/log#record=allow", "--grant", "acme:audit/log#debug=ignore"];
    // With calls logged, no function of the adapter is the host's own.
    let io = r#"(import "wasi:io/error@0.2.6" (instance $e (export "error" (type (sub resource)))))
      (alias export $e "error" (type $error))
      (import "wasi:io/streams@0.2.6" (instance $s
        (export "output-stream" (type $out (sub resource)))
        (alias outer 1 $error (type $err)) (export "error" (type $of (eq $err))) (type $own (own $of))
        (type $failed (variant (case "last-operation-failed" $own) (case "closed")))
        (export "stream-error" (type $stream-error (eq $failed)))
        (export "[method]output-stream.blocking-write-and-flush"
          (func (param "self" (borrow $out)) (param "contents" (list u8)) (result (result (error $stream-error)))))))
      (alias export $s "output-stream" (type $output))
      (import "wasi:cli/stderr@0.2.6" (instance
        (alias outer 1 $output (type $o)) (export "output-stream" (type $p (eq $o)))
        (export "get-stderr" (func (result (own $p))))))"#;
    std::fs::write(
        directory.path().join("traced.wat"),
        app.replacen("(component $app", &format!("(component $traced {io}"), 1),
    )
    .unwrap();
    for (file, more) in [("app.wat", &[][..]), ("traced.wat", &["--debug", "--stderr"])] {
        let flags = [&["--input", file][..], &said, more].concat();
        succeeds(weld(directory.path()).args(["virt", file, "-o", "out.wasm"]).args(said).args(more));
        let (lines, code) = changed(directory.path(), "out.wasm", &flags, &[]);
        assert_eq!(code, Some(0), "{lines}");
        // `record` is what the adapter answers in the place of `debug`.
        let name = file.trim_end_matches(".wat");
        let text = text(directory.path(), "out.wasm");
        let alias = text
            .lines()
            .map(str::trim)
            .find(|line| line.starts_with(&format!("(alias export ${name}:adapter \"acme:audit/log@1.0.0\"")));
        let alias = alias.unwrap_or_else(|| panic!("{text}"));
        let number = alias.split(";").nth(1).unwrap();
        let given = format!("(with \"acme:audit/log@1.0.0\" (instance {number}))");
        let instance = format!("(instance ${name} (");
        let exchanged = format!(
            r#"(alias export {number} "debug" (func $d))
            (instance $exchanged (export "debug" (func $d)) (export "record" (func $d))) {instance}"#
        );
        let changes = [
            (instance.as_str(), exchanged.as_str()),
            (given.as_str(), "(with \"acme:audit/log@1.0.0\" (instance $exchanged))"),
            ("\"transfer\" (func 0)", "\"transfer\" (func 1)"),
        ];
        let (lines, code) = changed(directory.path(), "out.wasm", &flags, &changes);
        let what =
            format!("what fills it is not what instance `{name}:adapter` exports as `acme:audit/log@1.0.0#record`");
        assert!(lines.contains(&what), "{lines}");
        assert_eq!(code, Some(1));
    }
}

#[test]
fn verify_finds_adapters_that_no_instance_has() {
    // A second instance of the adapter of each component, which is given what the first is, or a function of the host's.
    let directory = built("\"allow\"", "{ seed = 42 }");
    let flags = ["--manifest", "weld.toml"];
    let export = "(export (;3;) \"p\"";
    let extra = format!("(instance $more (instantiate 0)) {export}");
    let (said, code) = changed(directory.path(), "out.wasm", &flags, &[(export, &extra)]);
    assert!(said.contains("`more`: it is an adapter that weld generates, and no instance has it"), "{said}");
    assert_eq!((said.lines().count(), code), (1, Some(1)), "{said}");
    // One that is given the exports of another component, and what that may have of the host.
    let handler = |name: &str, more: &str| {
        format!(
            r#"(component ${name}
              (import "t:t/log" (instance $i {more} (export "record" (func))))
              (core func $r (canon lower (func $i "record")))
              (core module $m (import "h" "f" (func $f)) (func (export "r") (call $f)))
              (core instance $mi (instantiate $m (with "h" (instance (export "f" (func $r))))))
              (func $o (canon lift (core func $mi "r")))
              (instance $out {} (export "record" (func $o)))
              (export "t:t/log" (instance $out)))"#,
            if more.is_empty() { "" } else { r#"(export "burn" (func $o))"# },
        )
    };
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let burn = r#"(export "burn" (func))"#;
    let manifest = "[composition]\nroot = \"app\"\noutput = \"out.wasm\"\n[components]\napp = \"app.wat\"\nlib = \"lib.wat\"\n\
                    [wire]\n\"app/t:t/log\" = \"lib\"\n[virtualize.app]\n\"t:t/log#burn\" = \"deny\"\n";
    let files = [("weld.toml", manifest), ("app.wat", &handler("app", burn)), ("lib.wat", &handler("lib", burn))];
    files.iter().for_each(|(file, text)| std::fs::write(directory.join(file), text).unwrap());
    succeeds(weld(directory).arg("build"));
    let (said, code) = changed(directory, "out.wasm", &flags, &[]);
    assert_eq!(code, Some(0), "{said}");
    let text = text(directory, "out.wasm");
    let made = text.lines().find(|line| line.contains("(instance $app:adapter")).unwrap();
    let adapter = made.split("(instantiate ").nth(1).unwrap().split([')', '\n']).next().unwrap();
    let export = text.lines().find(|line| line.starts_with("  (export ")).unwrap();
    for of in ["(instance 0)", "(instance $of_app)"] {
        let extra = format!(
            "(alias export $app \"t:t/log\" (instance $of_app)) (instance $more (instantiate {adapter} (with \"t:t/log\" {of}))) {export}"
        );
        let bytes = wat::parse_str(text.replace(export, &extra)).unwrap();
        let bytes = with_components(&bytes, &std::fs::read(directory.join("out.wasm")).unwrap());
        let (said, code) = verified(directory, &bytes, &flags);
        assert!(said.contains("`more`: it is an adapter that weld generates, and no instance has it"), "{said}");
        assert_eq!(code, Some(1), "{said}");
    }
}

/// Two components with the same bytes and other grants, built. The output calls their instances `$k1` and `$k2`.
fn twins(of_first: &str, of_second: &str) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let manifest = format!(
        "[composition]\nroot = \"root\"\noutput = \"out.wasm\"\n[components]\nroot = \"root.wat\"\nk1 = \"k.wat\"\nk2 = \"k.wat\"\n\
         [wire]\n\"root/run-p\" = \"k1/run-k2\"\n\"root/run-q\" = \"k2/run-k2\"\n\
         [virtualize.k1]\nrandom = {of_first}\n[virtualize.k2]\nrandom = {of_second}\n"
    );
    for (name, text) in [("weld.toml", manifest.as_str()), ("root.wat", ROOT), ("k.wat", &random("k2"))] {
        std::fs::write(directory.path().join(name), text).unwrap();
    }
    succeeds(weld(directory.path()).arg("build"));
    directory
}

#[test]
fn verify_tells_components_of_equal_bytes_apart_by_their_wires() {
    let flags = ["--manifest", "weld.toml"];
    // Instances and aliases of their exports alone: the component calls itself `k2`.
    let exchanged = |of: &[&str]| -> Vec<(String, String)> {
        let exchange = |of: &&str| {
            let [one, other, between] = ["$k1 ", "$k2 ", "$between "].map(|name| of.replace("$", name));
            [(one.clone(), between.clone()), (other.clone(), one), (between, other)]
        };
        of.iter().flat_map(exchange).collect()
    };
    let names = exchanged(&["(instance $(;", "(alias export $\"run-k2\""]);
    let wires = exchanged(&["(alias export $\"run-k2\""]);
    let has =
        |component: &str| format!("component `{component}`: import `wasi:random/random@0.2.0#get-random-u64`: it has");
    let stands = |component: &str| format!("it stands for `{component}`, and is ");
    let allow = "\"allow\"";
    for (first, second, expected) in [
        (allow, "\"deny\"", has("k2")),
        ("{ seed = 1 }", allow, has("k1")),
        ("{ seed = 1 }", "{ seed = 2 }", stands("k1")),
        ("{ seed = 1 }", "{ seed = 2 }", stands("k2")),
    ] {
        let directory = twins(first, second);
        let said = |changes: &[(String, String)]| {
            let changes: Vec<(&str, &str)> = changes.iter().map(|(from, to)| (from.as_str(), to.as_str())).collect();
            changed(directory.path(), "out.wasm", &flags, &changes)
        };
        assert_eq!(said(&[]), (String::new(), Some(0)), "{first} {second}");
        // Whatever the output calls its instances, the wires are right.
        assert_eq!(said(&names), (String::new(), Some(0)), "{first} {second}");
        // Each has the grants of the other, under any names.
        for changes in [wires.clone(), [&names[..], &wires[..]].concat()] {
            let (found, code) = said(&changes);
            assert!(found.contains(&expected), "{first} {second}: {found}");
            assert_eq!(code, Some(1));
        }
    }
}

#[test]
fn verify_takes_an_input_with_the_bytes_of_an_adapter_for_the_input() {
    let directory = tempfile::tempdir().unwrap();
    let write = |file: &str, text: &str| std::fs::write(directory.path().join(file), text).unwrap();
    let import =
        |name: &str| format!("(import \"acme:h/{name}@1.0.0\" (instance ${name} (export \"f\" (func (result u32)))))");
    write(
        "app.wat",
        &format!(
            r#"(component {} {} (core func $l (canon lower (func $log "f")))
                 (core module $m (import "" "f" (func $f (result i32))) (func (export "run") (result i32) (call $f)))
                 (core instance $m (instantiate $m (with "" (instance (export "f" (func $l))))))
                 (func $run (result u32) (canon lift (core func $m "run"))) (export "run" (func $run)))"#,
            import("net"),
            import("log")
        ),
    );
    let build = |more: &str, grants: &str| {
        let grants = format!("[virtualize.app]\n\"acme:h/net\" = \"allow\"\n{grants}");
        let text = format!(
            "[composition]\nroot = \"app\"\noutput = \"out.wasm\"\n[components]\napp = \"app.wat\"\n{more}{grants}"
        );
        write("weld.toml", &text);
    };
    let denied = "\"acme:h/log\" = \"deny\"\n";
    build("", denied);
    succeeds(weld(directory.path()).arg("build"));
    let inspected = succeeds(weld(directory.path()).args(["inspect", "out.wasm", "--json"])).stdout;
    let inspected: serde_json::Value = serde_json::from_slice(&inspected).unwrap();
    let mut components = inspected["components"].as_array().unwrap().iter();
    let adapter = components.find(|of| of["name"] == "app:adapter").unwrap();
    let [offset, size] = ["offset", "size"].map(|of| usize::try_from(adapter[of].as_u64().unwrap()).unwrap());
    let output = std::fs::read(directory.path().join("out.wasm")).unwrap();
    std::fs::write(directory.path().join("lib.wasm"), &output[offset..offset + size]).unwrap();
    // It fills an import of `app` by its name, which is denied, and is exported.
    let lib = "lib = \"lib.wasm\"\n[exports]\n\"x\" = \"lib/acme:h/log\"\n";
    build(lib, denied);
    succeeds(weld(directory.path()).arg("build"));
    let verify = || weld(directory.path()).args(["verify", "out.wasm", "--manifest", "weld.toml"]).output().unwrap();
    let verified = verify();
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
    // It is nested once for both, and is no adapter where it is an input.
    succeeds(weld(directory.path()).args(["split", "out.wasm", "-o", "parts"]));
    succeeds(weld(directory.path()).args(["build", "parts/weld.toml"]));
    let again = std::fs::read(directory.path().join("parts/build/out.wasm")).unwrap();
    let nested = |output: &[u8]| support::nested(output).into_iter().map(support::sha256).collect::<Vec<_>>();
    assert_eq!(nested(&again), nested(&std::fs::read(directory.path().join("out.wasm")).unwrap()));
    succeeds(weld(directory.path()).args(["record", "out.wasm", "--at", "app/acme:h/net", "-o", "recorded.wasm"]));
    let said = fails(weld(directory.path()).args(["swap", "out.wasm", "lib=lib.wasm", "-o", "swapped.wasm"]));
    assert!(said.contains("the adapter `app:adapter` has the bytes of `lib`, and would be replaced with it"), "{said}");
    // As an adapter, it stands before nothing without that grant.
    build(lib, "\"acme:h/log\" = \"allow\"\n");
    assert!(!verify().status.success());
}
