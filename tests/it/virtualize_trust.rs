//! What a hostile component tries in its names and its types, and what real ones may do with what they were granted.

use std::collections::BTreeSet;
use std::fs;
use std::process::Output;

use crate::support::http::serve;
use crate::support::{self, fails, guest, imported_functions, run_with, succeeds, virt, weld};
use wasmtime_wasi::FsPerms;

/// The functions that are left of a component, as text, under some grants: `interface#function`, without versions.
#[track_caller]
fn left(text: &str, grants: &[&str]) -> BTreeSet<String> {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("app.wat"), text).unwrap();
    let output = support::virt_in(directory.path(), &directory.path().join("app.wat"), &flags(grants));
    let name = |(interface, function): (String, String)| {
        let interface = interface.split('@').next().unwrap().to_owned();
        if interface.is_empty() { function } else { format!("{interface}#{function}") }
    };
    imported_functions(&output).into_iter().map(name).collect()
}

fn flags<'g>(grants: &[&'g str]) -> Vec<&'g str> {
    let flag = |grant: &&'g str| if grant.starts_with("--") { vec![*grant] } else { vec!["--grant", *grant] };
    grants.iter().flat_map(flag).collect()
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// A store of buckets, and another interface that may be granted. `granted` is what that declares beside its function.
fn vault(types: &str, function: &str) -> String {
    format!(
        r#"(component
        (import "acme:vault/store@1.0.0" (instance $store
            (export "bucket" (type $b (sub resource)))
            (export "[constructor]bucket" (func (result (own $b))))
            (export "[static]bucket.any" (func (result (own $b))))
            (export "open" (func (param "name" string) (result (own $b))))
            (export "[method]bucket.get" (func (param "self" (borrow $b)) (result string)))
            (export "[static]bucket.merge" (func (param "a" (own $b)) (param "b" (own $b)) (result (own $b))))
            (export "[static]bucket.wipe" (func (param "a" (option (borrow $b)))))
            (export "swap" (func (param "all" (list (own $b))) (result (list string))))))
        (alias export $store "bucket" (type $bucket))
        (import "acme:plain/granted@1.0.0" (instance
            (alias outer 1 $bucket (type $outer)) {types}
            (export "run" (func {function})))))"#
    )
}

const NAMED: &str = r#"(export "bucket" (type $b (eq $outer)))"#;

#[test]
fn virt_mentioned_type_keeps_no_function() {
    let nothing = set(&["acme:plain/granted#run"]);
    for (types, function) in [
        // By a `use`, which no function needs.
        (NAMED, ""),
        (r#"(export "vessel" (type $b (eq $outer)))"#, "(result u32)"),
        // By what it takes, in any form.
        (NAMED, r#"(param "b" (borrow $b))"#),
        (NAMED, r#"(param "b" (own $b)) (result string)"#),
        (r#"(export "bucket" (type $b (eq $outer))) (type $l (list (own $b)))"#, r#"(param "all" $l)"#),
        (r#"(export "bucket" (type $b (eq $outer))) (type $s (stream (own $b)))"#, r#"(param "all" $s)"#),
    ] {
        let text = vault(types, function);
        assert_eq!(left(&text, &["acme:plain/granted=allow"]), nothing, "{types} {function}");
    }
}

#[test]
fn virt_granted_handle_keeps_its_methods_and_no_constructors() {
    let (get, merge) = ("acme:vault/store#[method]bucket.get", "acme:vault/store#[static]bucket.merge");
    let kept = set(&["acme:plain/granted#run", get, merge]);
    let named = |types: &str| format!("{NAMED} {types}");
    for (types, function) in [
        (named(""), "(result (own $b))"),
        (named("(type $t (tuple u32 (option (own $b))))"), "(result $t)"),
        (named("(type $t (result (own $b) (error string)))"), "(result $t)"),
        (named("(type $t (stream (own $b)))"), "(result $t)"),
        (named("(type $t (future (list (own $b))))"), "(result $t)"),
    ] {
        let text = vault(&types, function);
        assert_eq!(left(&text, &["acme:plain/granted=allow"]), kept, "{types} {function}");
        // Whoever names a function of the interface has said what stays of it, be it one that is not there.
        for named in ["acme:vault/store#swap=deny", "acme:vault/*=deny", "acme:vault/store=deny"] {
            let left = left(&text, &["acme:plain/granted=allow", named]);
            assert_eq!(left, set(&["acme:plain/granted#run"]), "{types} {function} {named}");
        }
        assert_eq!(
            left(&text, &["acme:plain/granted=allow", "acme:vault/store#swap=allow"]),
            set(&["acme:plain/granted#run", "acme:vault/store#swap"])
        );
    }
}

#[test]
fn virt_grants_are_independent_of_import_order() {
    // Whoever mentions a type first does not define it.
    let stdout = r#"(component
        (import "acme:net/dial" (instance $dial
            (export "output-stream" (type $s (sub resource)))
            (export "dial" (func (param "log" (borrow $s)) (param "port" u32)))
            (export "[method]output-stream.send" (func (param "self" (borrow $s))))))
        (alias export $dial "output-stream" (type $stream))
        (import "wasi:io/streams@0.2.0" (instance
            (alias outer 1 $stream (type $outer)) (export "output-stream" (type $s (eq $outer)))))
        (import "wasi:cli/stdout@0.2.0" (instance
            (alias outer 1 $stream (type $outer)) (export "output-stream" (type $s (eq $outer)))
            (export "get-stdout" (func (result (own $s)))))))"#;
    assert_eq!(left(stdout, &["stdout=allow"]), set(&["wasi:cli/stdout#get-stdout"]));
    let of_world = r#"(component
        (import "bucket" (type $b (sub resource)))
        (import "wipe" (func (param "b" (borrow $b))))
        (import "acme:plain/granted" (instance
            (alias outer 1 $b (type $outer)) (export "bucket" (type $b (eq $outer)))
            (export "run" (func (result (own $b)))))))"#;
    assert_eq!(left(of_world, &["acme:plain/granted=allow"]), set(&["acme:plain/granted#run"]));
}

#[test]
fn virt_grant_of_one_method_keeps_one_method() {
    let text = vault(NAMED, "");
    let grants = ["acme:vault/store#[method]bucket.get=allow"];
    assert_eq!(left(&text, &grants), set(&["acme:vault/store#[method]bucket.get"]));
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("app.wat"), &text).unwrap();
    let mut command = weld(directory.path());
    let Output { stderr, .. } = succeeds(command.args(["virt", "app.wat", "-o", "o.wasm", "--grant", grants[0]]));
    let said = String::from_utf8(stderr).unwrap();
    let note = "since the component has no `bucket`; `acme:vault/store@1.0.0#[constructor]bucket`, \
                `acme:vault/store@1.0.0#[static]bucket.any`, `acme:vault/store@1.0.0#open` and \
                `acme:vault/store@1.0.0#[static]bucket.merge` give one, and are denied";
    assert!(said.contains(note), "{said}");
}

#[test]
fn virt_keeps_methods_of_handles_passed_to_exports() {
    let server = |passed: &str, core: &str| {
        format!(
            r#"(component
        (import "acme:vault/store@1.0.0" (instance $store
            (export "bucket" (type $b (sub resource)))
            (export "open" (func (result (own $b))))
            (export "[method]bucket.get" (func (param "self" (borrow $b)) (result u32)))))
        (alias export $store "bucket" (type $bucket))
        (core module $m (func (export "f") (param i32)) (func (export "g") (result i32) unreachable))
        (core instance $m (instantiate $m))
        (func $f {passed} (canon lift (core func $m "{core}")))
        (component $shim
            (import "b" (type $bucket (sub resource)))
            (import "f" (func $f {passed}))
            (export $named "bucket" (type $bucket))
            (export "handle" (func $f) (func {shown})))
        (instance $e (instantiate $shim (with "b" (type $bucket)) (with "f" (func $f))))
        (export "acme:vault/handler@1.0.0" (instance $e)))"#,
            shown = passed.replace("$bucket", "$named")
        )
    };
    let given = server(r#"(param "b" (own $bucket))"#, "f");
    assert_eq!(left(&given, &[]), set(&["acme:vault/store#[method]bucket.get"]));
    let asked = server(r"(result (own $bucket))", "g");
    assert_eq!(left(&asked, &[]), set(&[]));
}

#[test]
fn virt_keeps_wasi_interfaces_without_capability_by_the_common_rule() {
    // What calls itself `wasi:io/streams` and makes something from nothing keeps nothing of that.
    let text = r#"(component
        (import "wasi:io/streams@0.2.0" (instance $streams
            (export "output-stream" (type $s (sub resource)))
            (export "[constructor]output-stream" (func (param "path" string) (result (own $s))))
            (export "[static]output-stream.open" (func (param "path" string) (result (own $s))))
            (export "erase-everything" (func))
            (export "[method]output-stream.write" (func (param "self" (borrow $s))))))
        (alias export $streams "output-stream" (type $stream))
        (import "wasi:cli/stdout@0.2.0" (instance
            (alias outer 1 $stream (type $outer)) (export "output-stream" (type $s (eq $outer)))
            (export "get-stdout" (func (result (own $s))))
            (export "get-any-file" (func (param "path" string) (result (own $s)))))))"#;
    let kept = set(&["wasi:cli/stdout#get-stdout", "wasi:io/streams#[method]output-stream.write"]);
    assert_eq!(left(text, &["stdout=allow"]), kept);
}

#[test]
fn function_of_wasi_gives_only_what_wasi_has_there_whatever_its_type_says() {
    // A host that compares no types has a stream there. What the component calls with it is another interface.
    let claims = |definer: &str, name: &str, giver: &str, result: &str| {
        format!(
            r#"(component
            (import {definer} (instance $d (export "{name}" (type $c (sub resource)))
                (export "[method]{name}.query" (func (param "self" (borrow $c)) (result u32)))))
            (alias export $d "{name}" (type $c))
            (import {giver} (instance
                (alias outer 1 $c (type $outer)) (export "output-stream" (type $s (eq $outer)))
                (type $p' (record (field "s" (own $s)))) (export "p" (type $p (eq $p')))
                (export "get-stdout" (func (result {result})))))
            )"#
        )
    };
    let stdout = r#""wasi:cli/stdout@0.2.0""#;
    let (store, vault, label) = (
        (r#""acme:db/store@1.0.0""#, "conn"),
        (r#""acme:vault/x@1.0.0""#, "output-stream"),
        (r#""s" (implements "wasi:io/streams@0.2.0")"#, "output-stream"),
    );
    let policy = "[[rule]]\nallow = [\"stdout\"]\n";
    for (definer, name) in [store, vault, label] {
        for giver in
            [stdout, r#""out" (implements "wasi:cli/stdout@0.2.0")"#, r#""wasi:cli/stdout@0.2.0-rc-2023-12-05""#]
        {
            for result in ["(own $s)", "(list $p)", "(result (option $p))"] {
                let text = claims(definer, name, giver, result);
                let left = left(&text, &["stdout=allow"]);
                assert!(left.iter().all(|name| name.ends_with("get-stdout")) && left.len() == 1, "{left:?}\n{text}");
                let found = support::policy::check(&text, policy);
                assert!(found.len() == 1 && found[0].contains(".query`"), "{found:?}\n{text}");
            }
        }
    }
    // An interface of which weld knows nothing gives what its type says.
    let text = claims(store.0, store.1, r#""acme:out/stdout""#, "(list $p)");
    let allowed = set(&["acme:out/stdout#get-stdout", "acme:db/store#[method]conn.query"]);
    assert_eq!(left(&text, &["acme:out/stdout=allow"]), allowed);
}

#[test]
fn virt_keeps_no_wasi_capability_for_another() {
    // A descriptor goes by a stream, in the result of what is granted; its methods are the file system's.
    let text = r#"(component
        (import "wasi:filesystem/types@0.2.0" (instance $fs
            (export "descriptor" (type $d (sub resource)))
            (export "[method]descriptor.unlink-file-at" (func (param "self" (borrow $d)) (param "path" string)))))
        (alias export $fs "descriptor" (type $descriptor))
        (import "wasi:cli/stdout@0.2.0" (instance
            (alias outer 1 $descriptor (type $outer)) (export "descriptor" (type $d (eq $outer)))
            (export "get-stdout" (func (result (own $d)))))))"#;
    assert_eq!(left(text, &["stdout=allow"]), set(&["wasi:cli/stdout#get-stdout"]));
}

#[test]
fn virt_grants_a_label_by_its_interface() {
    let text = r#"(component (import "x" (implements "wasi:random/random@0.2.0") (instance
        (export "get-random-u64" (func (result u64))))))"#;
    assert_eq!(left(text, &["default=allow", "random=deny"]), set(&[]));
    assert_eq!(left(text, &["random=allow"]), set(&["x#get-random-u64"]));
    // Both names say as much.
    assert_eq!(left(text, &["x=allow", "wasi:random/random=deny"]), set(&[]));
    assert_eq!(left(text, &["x=deny", "wasi:random/random=allow"]), set(&[]));
}

#[test]
fn virt_more_restrictive_of_two_equally_specific_grants_decides_and_both_are_named() {
    let directory = tempfile::tempdir().unwrap();
    let text = r#"(component (import "acme:vault/keys" (instance (export "get" (func (result (list u8)))))))"#;
    fs::write(directory.path().join("app.wat"), text).unwrap();
    for (denied, allowed) in [("*/keys", "acme:*"), ("acme:*", "*/keys")] {
        let (deny, allow) = (format!("{denied}=deny"), format!("{allowed}=allow"));
        for grants in [[&deny, &allow], [&allow, &deny]] {
            let mut command = weld(directory.path());
            command.args(["virt", "app.wat", "-o", "o.wasm", "-q", "--grant", grants[0], "--grant", grants[1]]);
            let said = String::from_utf8(succeeds(&mut command).stderr).unwrap();
            let line =
                format!("warning: `{denied}` (deny) and `{allowed}` (allow) name `acme:vault/keys#get` of `app`");
            assert!(said.starts_with(&line), "{said}");
            assert_eq!(imported_functions(&fs::read(directory.path().join("o.wasm")).unwrap()), []);
        }
    }
}

#[test]
fn virt_grant_of_reading_a_file_allows_nothing_else() {
    let fs_types = "wasi:filesystem/types";
    let read = [
        "stdin=allow",
        "stdout=allow",
        "stderr=allow",
        "args=allow",
        "wasi:filesystem/preopens=allow",
        &format!("{fs_types}#[method]descriptor.read-via-stream=allow"),
        &format!("{fs_types}#[method]descriptor.open-at=allow"),
        &format!("{fs_types}#[method]descriptor.get-type=allow"),
        &format!("{fs_types}#[method]descriptor.get-flags=allow"),
        &format!("{fs_types}#[method]descriptor.stat=allow"),
    ];
    for version in ["0.2.0", "0.2.3", "0.2.6", "0.2.12"] {
        let output = virt(&guest(&format!("command-{version}")), &read);
        let is_fs = |(of, name): &(String, String)| of.starts_with(fs_types) && name.contains("descriptor.");
        assert_eq!(imported_functions(&output).iter().filter(|function| is_fs(function)).count(), 5, "{version}");
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name);
        fs::write(at("a"), "contents").unwrap();
        fs::create_dir(at("d")).unwrap();
        let steps = "try read /x/a -- try rm /x/a -- try rename /x/a /x/b -- try append /x/a more -- try truncate /x/a 1 \
                     -- try mkdir /x/e -- try rmdir /x/d -- try link /x/a /x/l -- try ls /x -- try write /x/a other";
        let words: Vec<&str> = steps.split_whitespace().collect();
        let ran = run_with(&output, &words, |wasi| {
            wasi.preopened_dir(directory.path(), "/x", FsPerms::ReadWrite).unwrap();
        });
        assert!(ran.stdout.starts_with("contents"), "{version}: {}", ran.stdout);
        let errors = ran.stdout.matches("error: ").count();
        // To open a file for writing empties it, which `open-at` does by itself: it was granted.
        assert!(errors >= 8, "{version}: {}", ran.stdout);
        assert!(at("a").exists() && at("d").exists(), "{version}");
        assert!(!at("b").exists() && !at("e").exists() && !at("l").exists(), "{version}");
    }
}

#[test]
fn virt_server_responds_under_any_denial_and_makes_no_requests() {
    let directory = tempfile::tempdir().unwrap();
    fs::create_dir(directory.path().join("data")).unwrap();
    fs::write(directory.path().join("data/a.txt"), "some text").unwrap();
    let serves = |flags: &[&str]| {
        let mut command = weld(directory.path());
        succeeds(command.arg("virt").arg(guest("handler")).args(["-o", "out.wasm"]).args(flags));
        serve(&fs::read(directory.path().join("out.wasm")).unwrap(), "/a.txt")
    };
    let answer = |environment: &str, file: &str, request: &str| {
        Ok(format!(
            "path /a.txt\nasked a question\nenvironment {environment}\nfile {file}\nrequest ErrorCode::{request}\n"
        ))
    };
    let (denied, refused) = ("HttpRequestDenied", "ConnectionRefused");
    assert_eq!(serves(&[]), answer("", "in no folder", denied));
    assert_eq!(serves(&["--mount", "/=data"]), answer("", "some text", denied));
    assert_eq!(serves(&["--allow-http"]), answer("", "in no folder", refused));
    assert_eq!(serves(&["--allow-env"]), answer("PLACE=here;", "in no folder", denied));
    assert_eq!(serves(&["--allow-http", "--mount", "/=data", "--env", "A=b"]), answer("A=b;", "some text", refused));
    assert_eq!(
        serves(&["--allow-all", "--allow-http=false", "--mount", "/=data"]),
        answer("PLACE=here;", "some text", denied)
    );
}

#[test]
fn virt_keeps_a_granted_function_whose_mentioned_type_the_adapter_owns() {
    // The type is of an interface that is not granted, and has no function; what is granted mentions it.
    let text = r#"(component
        (import "acme:vault/types" (instance $types (export "bucket" (type (sub resource)))))
        (alias export $types "bucket" (type $bucket))
        (import "wasi:cli/exit@0.2.0" (instance
            (alias outer 1 $bucket (type $outer)) (export "bucket" (type (eq $outer)))
            (export "exit" (func (param "status" (result)))))))"#;
    assert_eq!(left(text, &["exit=allow"]), set(&["wasi:cli/exit#exit"]));
}

#[test]
fn virt_denies_a_world_function_named_like_an_interface() {
    let of = |name: &str| {
        format!(
            r#"(component
        (import "r" (type $r (sub resource)))
        (import "make" (func (result (own $r))))
        (import "[method]r.use" (func (param "self" (borrow $r))))
        (import "{name}" (func (param "r" (borrow $r)))))"#
        )
    };
    for (name, grants) in [
        ("wasi:filesystem/types@0.2.0", &["#make=allow"][..]),
        ("acme:x/y", &["#make=allow", "acme:x/*=deny"]),
        ("acme:x/y", &["#make=allow"]),
        ("wasi:random/random@0.2.0", &["#make=allow", "random=allow"]),
    ] {
        assert_eq!(left(&of(name), grants), set(&["make", "[method]r.use"]), "{name}");
    }
}

#[test]
fn virt_keeps_request_functions_only_of_wasi() {
    let text = r#"(component
        (import "wasi:http/types@0.2.10" (instance $types
            (export "fields" (type $f (sub resource)))
            (export "[constructor]fields" (func (result (own $f))))
            (export "[static]fields.load-from" (func (param "url" string) (result (own $f))))
            (export "[method]fields.clone" (func (param "self" (borrow $f)) (result (own $f))))))
        (alias export $types "fields" (type $fields))
        (import "acme:plain/granted" (instance
            (alias outer 1 $fields (type $outer)) (export "fields" (type $f (eq $outer)))
            (export "run" (func (result (own $f)))))))"#;
    let kept =
        ["acme:plain/granted#run", "wasi:http/types#[constructor]fields", "wasi:http/types#[method]fields.clone"];
    assert_eq!(left(text, &["acme:plain/granted=allow"]), set(&kept));
    assert_eq!(left(text, &["acme:plain/granted=allow", "http=allow"]), set(&kept));
}

#[test]
fn virt_warns_of_a_more_specific_grant_that_overrides_a_setting() {
    let directory = tempfile::tempdir().unwrap();
    let mut command = weld(directory.path());
    command.arg("virt").arg(guest("command-0.2.12")).args(["-o", "o.wasm", "-q", "--grant", "env={allow=[\"TZ\"]}"]);
    let said = String::from_utf8(succeeds(command.args(["--grant", "wasi:cli/*=allow"])).stderr).unwrap();
    let line =
        "warning: `wasi:cli/*` (allow) names functions of `command-0.2.12` more closely than the setting of `env` does";
    assert!(said.starts_with(line) && said.lines().count() == 1, "{said}");
}

#[test]
fn verify_accepts_settings_only_of_their_own_adapter() {
    let directory = tempfile::tempdir().unwrap();
    let app = guest("command-0.2.12");
    let mut virt = weld(directory.path());
    virt.arg("virt").arg(&app).args(["-o", "o.wasm", "-q", "--no-provenance", "--allow-env=TZ,SECRET"]);
    succeeds(&mut virt);
    let verify = |flag: &str| {
        let mut verify = weld(directory.path());
        let output = verify.args(["verify", "o.wasm", flag, "--input"]).arg(&app).output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    assert_eq!(verify("--allow-env=TZ,SECRET"), (Some(0), String::new()));
    let (code, findings) = verify("--allow-env=TZ");
    assert_eq!(code, Some(1), "{findings}");
    assert!(findings.contains("is no adapter that this version of weld generates for its settings"), "{findings}");
}

/// What `weld verify` says of a text that nests the text of a component, with grants for that.
fn verify(output: &str, app: &str, grants: &[&str]) -> (Option<i32>, String) {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("app.wat"), app).unwrap();
    fs::write(directory.path().join("out.wat"), output).unwrap();
    let mut command = weld(directory.path());
    let output = command.args(["verify", "out.wat", "--input", "app.wat"]).args(flags(grants)).output().unwrap();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    (output.status.code(), said)
}

#[test]
fn verify_distinguishes_two_labels_of_one_interface() {
    let instance = r#"(instance (export "get" (func (result u32))))"#;
    let labelled = |name: &str| format!(r#"(import "{name}" (implements "acme:db/store@1.0.0") {instance})"#);
    let app = format!("(component {} {})", labelled("a"), labelled("b"));
    let output = |a: &str, b: &str| {
        let head =
            format!("(component {} {} (component {} {})", labelled("a"), labelled("b"), labelled("a"), labelled("b"));
        let [a, b] = [a, b].map(|name| usize::from(name == "b"));
        format!(r#"{head} (instance (instantiate 0 (with "a" (instance {a})) (with "b" (instance {b})))))"#)
    };
    let (code, said) = verify(&output("a", "b"), &app, &["a=allow", "b=allow"]);
    assert_eq!(code, Some(0), "{said}");
    // Only `a` is allowed, and it is the host's `b`.
    let (code, said) = verify(&output("b", "b"), &app, &["a=allow"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("it has `b#get` of the host, under a name that is not its own"), "{said}");
}

#[test]
fn verify_counts_unknown_components() {
    let app = "(component)";
    let output =
        "(component (component) (component (core module)) (instance (instantiate 0)) (instance (instantiate 1)))";
    let (code, said) = verify(output, app, &[]);
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("nested component 1 is neither an input nor an adapter that this version of weld generates"),
        "{said}"
    );
    let (code, said) = verify(output, app, &["--allow-foreign"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("1 component is neither an input nor an adapter of this version of weld"), "{said}");
}

#[test]
fn virt_keeps_wasi_functions_only_under_their_exact_name_and_type() {
    let taking = |imports: &str, resource: &str| {
        format!(
            r#"(component {imports}
        (alias export $k "{resource}" (type $r))
        (core module $m (func (export "f") (param i32)))
        (core instance $m (instantiate $m))
        (func $f (param "x" (own $r)) (canon lift (core func $m "f")))
        (component $shim (import "r" (type $r (sub resource))) (import "f" (func $f (param "x" (own $r))))
            (export $named "r" (type $r)) (export "take" (func $f) (func (param "x" (own $named)))))
        (instance $e (instantiate $shim (with "r" (type $r)) (with "f" (func $f))))
        (export "acme:plain/taker" (instance $e)))"#
        )
    };
    let poll = |name: &str, params: &str| {
        let interface =
            format!(r#"(instance $k (export "pollable" (type $p (sub resource))) (export "poll" (func {params})))"#);
        taking(&format!("(import {name} {interface})"), "pollable")
    };
    let wasis = r#"(param "in" (list (borrow $p))) (result (list u32))"#;
    assert_eq!(left(&poll(r#""wasi:io/poll@0.2.0""#, wasis), &[]), set(&["wasi:io/poll#poll"]));
    let optional = r#"(param "in" (option (borrow $p))) (param "pid" u32)"#;
    assert_eq!(left(&poll(r#""wasi:io/poll@0.2.0""#, optional), &[]), set(&[]));
    assert_eq!(left(&poll(r#""admin" (implements "wasi:io/poll@0.2.0")"#, wasis), &[]), set(&[]));
    let requests = taking(
        r#"(import "admin" (implements "wasi:http/types@0.2.0") (instance $k (export "fields" (type $f (sub resource)))
            (export "[constructor]fields" (func (param "pid" u32) (result (own $f))))))"#,
        "fields",
    );
    assert_eq!(left(&requests, &[]), set(&[]));
    // An interface that is several capabilities is of each of them, with what WASI does not have in it.
    let environment = taking(
        r#"(import "wasi:cli/environment@0.2.0" (instance $k (export "descriptor" (type $d (sub resource)))
            (export "[method]descriptor.stat" (func (param "self" (borrow $d)) (result u32)))))"#,
        "descriptor",
    );
    assert_eq!(left(&environment, &[]), set(&[]));
}

#[test]
fn virt_denies_names_in_any_case() {
    let component = r#"(component
      (import "wasi:cli/ENVIRONMENT@0.2.0" (instance (export "get-ENVIRONMENT" (func (result (list (tuple string string)))))))
      (import "wasi:random/random@0.2.0" (instance (export "get-RANDOM-u64" (func (result u64)))))
      (import "acme:vault/KEYS" (instance (export "get" (func))))
      (import "LOG" (func))
      (import "wasi:random/insecure@0.2.0" (instance (export "get-insecure-random-u-64" (func (result u64)))))
      (import "wasi:clocks/wallclock@0.2.0" (instance (export "n-ow" (func)))))"#;
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("c.wat"), component).unwrap();
    let denials = [
        ("env", 0),
        ("wasi:random/random#get-random-u64", 1),
        ("acme:vault/keys", 2),
        ("acme:vault/k*", 2),
        ("#log", 3),
        ("wasi:random/insecure#get-insecure-random-u64", 4),
        ("wasi:random/insecure", 4),
        ("clocks", 5),
        ("wasi:clocks/wall-clock#now", 5),
    ];
    let file = directory.path().join("c.wat");
    let all = [
        ("wasi:cli/ENVIRONMENT@0.2.0", "get-ENVIRONMENT"),
        ("wasi:random/random@0.2.0", "get-RANDOM-u64"),
        ("acme:vault/KEYS", "get"),
        ("", "LOG"),
        ("wasi:random/insecure@0.2.0", "get-insecure-random-u-64"),
        ("wasi:clocks/wallclock@0.2.0", "n-ow"),
    ];
    for (denial, denied) in denials {
        let grant = format!("{denial}=deny");
        let output = support::virt_in(directory.path(), &file, &["--allow-all", "--grant", &grant, "--allow-missing"]);
        let left = imported_functions(&output);
        let is_left = |name: &(&str, &str)| left.iter().any(|of| (of.0.as_str(), of.1.as_str()) == *name);
        let gone: Vec<_> = all.iter().filter(|name| !is_left(name)).collect();
        assert_eq!(gone, [&all[denied]], "{denial}");
        std::fs::write(
            directory.path().join("p.toml"),
            format!("default = \"allow\"\n[[rule]]\ndeny = [\"{denial}\"]\n"),
        )
        .unwrap();
        let ran =
            crate::support::weld(directory.path()).args(["check", "c.wat", "--policy", "p.toml"]).output().unwrap();
        assert_eq!(ran.status.code(), Some(1), "{denial}");
    }
    // What is given is given by its very name.
    for grant in ["env=allow", "acme:vault/keys=allow", "#log=allow"] {
        let output = support::virt_in(directory.path(), &file, &["--grant", grant, "--allow-missing"]);
        assert_eq!(imported_functions(&output), [], "{grant}");
    }
}

#[test]
fn virt_denies_a_host_component_with_a_denied_interface() {
    let random = r#""wasi:random/random@0.2.0" (instance (export "get-random-u64" (func (result u64))))"#;
    let directory = tempfile::tempdir().unwrap();
    for inner in [
        format!(r#"(import "a:b/c" (component (export {random})))"#),
        format!(r#"(import "a:b/c" (component (import {random})))"#),
        format!(r#"(import "a:b/c" (component (export "x" (component (export "y" (instance (export {random})))))))"#),
        format!(r#"(import "a:b/c" (instance (export "x" (component (export {random})))))"#),
        r#"(import "a:b/c" (core module (import "wasi:random/random@0.2.0" "get-random-u64" (func (result i64)))))"#
            .to_owned(),
    ] {
        std::fs::write(directory.path().join("c.wat"), format!("(component {inner})")).unwrap();
        for grant in ["random=deny", "wasi:random/*=deny", "wasi:random/random#*=deny"] {
            let arguments = ["virt", "c.wat", "--allow-all", "--grant", grant, "--allow-missing", "-o", "out.wasm"];
            let said = crate::support::fails(crate::support::weld(directory.path()).args(arguments));
            assert!(said.contains("import `a:b/c` of `c` cannot be denied"), "{inner} {grant}: {said}");
            let arguments = ["verify", "c.wat", "--input", "c.wat", "--allow-all", "--grant", grant, "--allow-missing"];
            let ran = crate::support::weld(directory.path()).args(arguments).output().unwrap();
            let said = String::from_utf8_lossy(&ran.stdout);
            assert!(said.contains("which no grant allows"), "{inner} {grant}: {said}");
        }
        let arguments = ["virt", "c.wat", "--allow-all", "--grant", "clocks=deny", "--allow-missing", "-o", "out.wasm"];
        crate::support::succeeds(crate::support::weld(directory.path()).args(arguments));
    }
}

#[test]
fn denied_capability_takes_the_modules_of_node_along() {
    let directory = tempfile::tempdir().unwrap();
    let import = |name: &str| format!(r#"(import "{name}" (instance (export "f" (func (result u32)))))"#);
    let imports: String = ["fs", "node:fs/promises", "util", "acme:a/b"].map(import).concat();
    std::fs::write(directory.path().join("a.wat"), format!("(component {imports})")).unwrap();
    let policy = "default = \"allow\"\n[[rule]]\ndeny = [\"fs\"]\n";
    std::fs::write(directory.path().join("p.toml"), policy).unwrap();
    let output = support::virt(&directory.path().join("a.wat"), &["default=allow", "fs=deny"]);
    assert_eq!(support::names(&output).0, ["util", "acme:a/b"]);
    let checked = weld(directory.path()).args(["check", "a.wat", "--policy", "p.toml"]).output().unwrap();
    let said = String::from_utf8(checked.stdout).unwrap();
    assert_eq!(checked.status.code(), Some(1), "{said}");
    assert!(said.contains("fs") && said.contains("node:fs/promises") && !said.contains("util"), "{said}");
}

/// Node's own list, of Node 20.20 and 22.22 with those that it has by the namespace `node` alone.
const OF_NODE: &[&str] = &[
    "assert",
    "assert/strict",
    "async_hooks",
    "buffer",
    "child_process",
    "cluster",
    "console",
    "constants",
    "crypto",
    "dgram",
    "diagnostics_channel",
    "dns",
    "dns/promises",
    "domain",
    "events",
    "fs",
    "fs/promises",
    "http",
    "http2",
    "https",
    "inspector",
    "inspector/promises",
    "module",
    "net",
    "os",
    "path",
    "path/posix",
    "path/win32",
    "perf_hooks",
    "process",
    "punycode",
    "querystring",
    "readline",
    "readline/promises",
    "repl",
    "stream",
    "stream/consumers",
    "stream/promises",
    "stream/web",
    "string_decoder",
    "sys",
    "timers",
    "timers/promises",
    "tls",
    "trace_events",
    "tty",
    "url",
    "util",
    "util/types",
    "v8",
    "vm",
    "wasi",
    "worker_threads",
    "zlib",
];

/// Those that do nothing outside of themselves.
const HARMLESS: &[&str] = &["assert", "constants", "domain", "events", "punycode", "querystring", "stream", "zlib"];

#[test]
fn denying_every_capability_denies_each_module_of_node_that_does_anything() {
    let directory = tempfile::tempdir().unwrap();
    let is_label = |name: &&&str| !name.contains(['_', '/']);
    let plain = OF_NODE.iter().filter(is_label).map(|name| (*name).to_owned());
    let inner = OF_NODE.iter().filter(|name| name.contains('/')).map(|name| format!("node:{name}"));
    let names: Vec<String> = plain.chain(inner).collect();
    let imports: String =
        names.iter().map(|name| format!(r#"(import "{name}" (instance (export "f" (func (result u32)))))"#)).collect();
    std::fs::write(directory.path().join("a.wat"), format!("(component {imports})")).unwrap();
    let denied: Vec<String> = weld::Grants::capabilities().map(|capability| format!("{capability}=deny")).collect();
    let grants: Vec<&str> = denied.iter().map(String::as_str).chain(["default=allow"]).collect();
    let output = support::virt(&directory.path().join("a.wat"), &grants);
    let is_harmless = |name: &&String| {
        let module = name.trim_start_matches("node:").split('/').next().unwrap();
        HARMLESS.contains(&module)
    };
    let harmless: Vec<String> = names.iter().filter(is_harmless).cloned().collect();
    assert_eq!(support::names(&output).0, harmless);
}

#[test]
fn resource_types_by_whose_names_hosts_load_code_do_not_stay() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let component = |name: &str, function: &str| {
        format!(
            r#"(component (import {name} (instance $i {function} (export "thing" (type (sub resource)))))
              (alias export $i "thing" (type $t)) (core module $m (func (export "f") (param i32))) (core instance $c (instantiate $m))
              (func (export "f") (param "x" (borrow $t)) (canon lift (core func $c "f"))))"#
        )
    };
    let policy = "default = 'allow'\n[[rule]]\ndeny = ['file:*', 'npm:*']\n";
    std::fs::write(directory.join("policy.toml"), policy).unwrap();
    for name in [r#""file:tmp/code""#, r#""npm:evil/pkg""#, r#""lab" (implements "file:tmp/code")"#] {
        for function in ["", r#"(export "open" (func))"#] {
            std::fs::write(directory.join("a.wat"), component(name, function)).unwrap();
            for grants in [
                &[][..],
                &["--grant", "default=allow", "--grant", "file:*=deny", "--grant", "npm:*=deny", "--allow-missing"],
            ] {
                let said = fails(weld(directory).args(["virt", "a.wat", "-o", "out.wasm"]).args(grants));
                assert!(said.contains("some hosts load code by its name"), "{name}: {said}");
            }
            let checked = weld(directory).args(["check", "a.wat", "--policy", "policy.toml"]).output().unwrap();
            assert_eq!(checked.status.code(), Some(1), "{name} {function}");
            succeeds(weld(directory).args(["virt", "a.wat", "--allow-all", "-o", "out.wasm"]));
        }
    }
    // So does a resource type that the world imports by itself.
    let alone = |name: &str| {
        format!(
            r#"(component (import "{name}" (type $t (sub resource))) (core module $m (func (export "f") (param i32)))
              (core instance $c (instantiate $m)) (func (export "f") (param "x" (own $t)) (canon lift (core func $c "f"))))"#
        )
    };
    std::fs::write(directory.join("a.wat"), alone("file:tmp/code")).unwrap();
    for grants in [&[][..], &["--allow-all", "--grant", "file:*=deny"], &["--allow-all", "--grant", "fs=deny"]] {
        let said = fails(weld(directory).args(["virt", "a.wat", "-o", "out.wasm"]).args(grants));
        assert!(said.contains("it is a resource type, and some hosts load code by its name"), "{grants:?}: {said}");
    }
    std::fs::write(directory.join("strict.toml"), "[[rule]]\nallow = ['stdout']\n").unwrap();
    let checked = weld(directory).args(["check", "a.wat", "--policy", "strict.toml"]).output().unwrap();
    assert_eq!(checked.status.code(), Some(1));
    for grants in ["--allow-all", "--grant=file:tmp/code=allow"] {
        succeeds(weld(directory).args(["virt", "a.wat", grants, "-o", "out.wasm"]));
    }
    std::fs::write(directory.join("a.wat"), alone("acme:files/code")).unwrap();
    succeeds(weld(directory).args(["virt", "a.wat", "-o", "out.wasm"]));
    // Other resource types stay: an export is made of them.
    std::fs::write(directory.join("a.wat"), component(r#""acme:files/code""#, "")).unwrap();
    succeeds(weld(directory).args(["virt", "a.wat", "-o", "out.wasm"]));
}
