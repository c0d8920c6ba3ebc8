//! What inserted components may use: of the host what the component at their edge may use, function by function, and nothing else.

use std::path::Path;

use crate::support::{fails, guest, succeeds, weld};

const EDGE: &str = r#"(import "acme:e/e@1.0.0" (instance $e (export "f" (func))))"#;
const NET: &str = r#"(import "a:h/net@1.0.0" (instance (export "send" (func (param "x" u32)))))"#;
const ENV: &str = r#"(import "wasi:cli/environment@0.2.0" (instance
    (export "get-environment" (func (result (list (tuple string string)))))))"#;

/// A component with an export of its own, so that it is no composition.
fn app(imports: &str) -> String {
    format!(
        r#"(component {imports} (core module $m (func (export "run"))) (core instance $i (instantiate $m))
            (func (export "run") (canon lift (core func $i "run"))))"#
    )
}

/// A component for the edge `acme:e/e`, which imports something else.
fn inserted(imports: &str) -> String {
    format!(r#"(component {EDGE} {imports} (export "acme:e/e@1.0.0" (instance $e)))"#)
}

/// An interface under a label.
fn label(label: &str, interface: &str, function: &str) -> String {
    format!(r#"(import "{label}" (implements "{interface}") (instance (export "{function}" (func))))"#)
}

fn write(directory: &Path, name: &str, text: &str) {
    std::fs::write(directory.join(name), text).unwrap();
}

/// Writes a manifest that composes `app` with another component into `app.wasm`.
fn describe(directory: &Path, other: &str, tables: &str) {
    let manifest = format!(
        "[composition]\nroot = 'app'\noutput = 'app.wasm'\n[components]\napp = 'app.wat'\n{other} = '{other}.wat'\n{tables}"
    );
    write(directory, "weld.toml", &manifest);
}

fn virt(directory: &Path, grants: &[&str]) {
    let grants = grants.iter().flat_map(|grant| ["--grant", grant]);
    succeeds(weld(directory).args(["virt", "app.wat", "-o", "app.wasm", "--allow-missing"]).args(grants));
}

/// Inserts components, and returns the components that reach something of the host after that.
fn spliced(directory: &Path, at: &str, files: &[&str], name: &str) -> Vec<String> {
    let files = files.iter().flat_map(|file| ["--insert", file]);
    let splice = ["splice", "app.wasm", "--at", at, "-o", "out.wasm"];
    succeeds(weld(directory).args(splice).args(files));
    let said = succeeds(weld(directory).args(["explain", "out.wasm", name, "--json"])).stdout;
    let said: serde_json::Value = serde_json::from_slice(&said).unwrap();
    // Types give access to nothing.
    let users = said["users"].as_array().unwrap().iter().filter(|user| user["functions"] != 0);
    users.map(|user| user["path"].as_str().unwrap().to_owned()).collect()
}

/// Whether a component that is inserted at `acme:e/e` reaches something of the host, of which the one at the edge has other
/// imports and some grants.
fn reaches(imports: &str, grants: &[&str], link: &str, name: &str) -> bool {
    let directory = tempfile::tempdir().unwrap();
    write(directory.path(), "app.wat", &app(&format!("{imports} {EDGE}")));
    write(directory.path(), "link.wat", &inserted(link));
    virt(directory.path(), grants);
    spliced(directory.path(), "app/acme:e/e@1.0.0", &["link.wat"], name).iter().any(|path| path == "link")
}

#[test]
fn splice_gives_what_the_component_at_the_edge_may_use_and_no_more() {
    for (grants, expected) in [
        (&["acme:e/e=allow", "a:h/net=deny"][..], false),
        (&["acme:e/e=allow"], false),
        (&["default=allow", "a:h/net=deny"], false),
        (&["acme:e/e=allow", "a:h/net=allow", "a:h/none=deny"], true),
        (&["default=allow", "a:h/none=deny"], true),
        (&["*=allow", "a:h/net=deny"], false),
        (&["*=allow", "a:h/none=deny"], true),
    ] {
        let none = r#"(import "a:h/none@1.0.0" (instance (export "f" (func))))"#;
        assert_eq!(reaches(&format!("{NET} {none}"), grants, NET, "a:h/net"), expected, "{grants:?}");
    }
}

#[test]
fn splice_gives_nothing_of_an_interface_that_the_component_at_the_edge_does_not_import() {
    // Where nothing is denied that it imports, nothing is put around it.
    assert!(!reaches(NET, &["acme:e/e=allow", "a:h/net=allow"], ENV, "env"));
    assert!(!reaches(NET, &["default=allow", "a:h/net=deny"], ENV, "env"));
    assert!(reaches(&format!("{NET} {ENV}"), &["default=allow", "a:h/net=deny"], ENV, "env"));
}

#[test]
fn splice_gives_nothing_that_a_policy_denies() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    write(directory, "app.wat", &app(&format!("{NET} {EDGE}")));
    write(directory, "link.wat", &inserted(ENV));
    write(directory, "policy.toml", "default = 'allow'\n[[rule]]\ndeny = ['env', 'a:h/net']\n");
    succeeds(weld(directory).args(["virt", "app.wat", "--policy", "policy.toml", "-o", "app.wasm"]));
    assert_eq!(spliced(directory, "app/acme:e/e", &["link.wat"], "env"), [""; 0]);
    succeeds(weld(directory).args(["check", "out.wasm", "--policy", "policy.toml"]));
}

#[test]
fn splice_asks_the_grants_of_every_label_of_an_interface() {
    let log = |name: &str| label(name, "a:h/log@1.0.0", "log");
    let both = format!("{} {}", log("lab"), log("lab2"));
    let link = log("other");
    for denied in [["lab#lo*=deny", "lab2#log=deny"], ["lab#l*=deny", "lab2#lo*=trap"], ["lab=deny", "lab2#log=deny"]] {
        let grants = [&["default=allow"], &denied[..]].concat();
        assert!(!reaches(&both, &grants, &link, "a:h/log"), "{grants:?}");
    }
    // A host may have something else by each label, and by the name of the interface.
    for (label, expected) in [("lab", false), ("lab2", true), ("other", false)] {
        assert_eq!(reaches(&both, &["default=allow", "lab=deny"], &log(label), "a:h/log"), expected, "{label}");
        assert_eq!(reaches(&both, &["lab2=allow"], &log(label), "a:h/log"), expected, "{label}");
    }
    let interface = r#"(import "a:h/log@1.0.0" (instance (export "log" (func))))"#;
    assert!(!reaches(&both, &["lab2=allow"], interface, "a:h/log"));
    assert!(!reaches(&both, &["a:h/log=allow", "lab=deny"], interface, "a:h/log"));
    assert!(reaches(NET, &["a:h/*=allow"], interface, "a:h/log"));
    // The interface has the function under one name only.
    let mixed = format!(
        "{} {}",
        label("log", "acme:db/store@1.1.0", "open"),
        r#"(import "acme:db/store@1.0.0" (instance (export "close" (func))))"#
    );
    let grants = ["default=allow", "log#open=trap"];
    for link in [
        label("lab", "acme:db/store@1.1.0", "open"),
        label("acme:db/store@1.1.0", "", "open").replace(r#"(implements "")"#, ""),
    ] {
        assert!(!reaches(&mixed, &grants, &link, "acme:db/store"), "{link}");
        assert!(!reaches(&mixed, &["acme:db/store=allow", "log#open=trap"], &link, "acme:db/store"), "{link}");
    }
    let link = label("log", "acme:db/store@1.1.0", "open");
    assert!(reaches(&mixed, &["acme:db/store=allow"], &link, "acme:db/store"));
}

#[test]
fn splice_gives_no_function_of_the_world_the_grant_of_a_label() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    write(directory, "app.wat", &app(&format!("{} {EDGE}", label("log", "a:l/log@1.0.0", "log"))));
    let log = r#"(component (core module $m (func (export "f"))) (core instance $i (instantiate $m))
        (func $f (canon lift (core func $i "f"))) (instance $log (export "log" (func $f))) (export "a:l/log@1.0.0" (instance $log)))"#;
    write(directory, "log.wat", log);
    write(directory, "link.wat", &inserted(r#"(import "log" (func))"#));
    describe(directory, "log", "[virtualize.app]\nlog = 'allow'\n'acme:e/e' = 'allow'\n");
    succeeds(weld(directory).arg("build"));
    assert_eq!(spliced(directory, "app/acme:e/e", &["link.wat"], "#log"), [""; 0]);
}

#[test]
fn splice_after_another_gives_nothing_that_was_left_to_the_first() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let answers = r#"(component (import "a:h/net@1.0.0" (instance (export "send" (func (param "x" u32)))))
        (core module $m (func (export "s") (param i32))) (core instance $c (instantiate $m))
        (func $s (param "x" u32) (canon lift (core func $c "s"))) (instance $i (export "send" (func $s)))
        (export "a:h/net@1.0.0" (instance $i)))"#;
    write(directory, "app.wat", &app(&format!("{NET} {EDGE}")));
    write(directory, "answers.wat", answers);
    write(directory, "link.wat", &inserted(NET));
    let first: [&[&str]; 2] = [
        &["splice", "app.wasm", "--at", "app/a:h/net", "--insert", "answers.wat"],
        &["record", "app.wasm", "--at", "app/a:h/net"],
    ];
    for first in first {
        virt(directory, &["acme:e/e=allow", "a:h/net=deny"]);
        succeeds(weld(directory).args(first).args(["-o", "first.wasm"]));
        std::fs::rename(directory.join("first.wasm"), directory.join("app.wasm")).unwrap();
        assert_eq!(spliced(directory, "app/acme:e/e", &["link.wat"], "a:h/net"), [""; 0], "{first:?}");
    }
}

#[test]
fn splice_at_an_edge_without_its_version_does_the_same_as_with_it() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let pass = r#"(component (import "a:h/net@1.0.0" (instance $n (export "send" (func (param "x" u32)))))
        (export "a:h/net@1.0.0" (instance $n)))"#;
    write(directory, "app.wat", &app(&format!("{NET} {EDGE}")));
    write(directory, "pass.wat", pass);
    write(directory, "second.wat", &pass.replace("(component", "(component (core module)"));
    virt(directory, &["default=allow", "acme:e/e=deny"]);
    let mut outputs = Vec::new();
    for at in ["app/a:h/net", "app/a:h/net@1.0.0"] {
        spliced(directory, at, &["pass.wat"], "a:h/net");
        outputs.push(std::fs::read(directory.join("out.wasm")).unwrap());
    }
    assert!(outputs[0] == outputs[1]);
    // What grants say of an edge is done once, after the last of what is inserted.
    virt(directory, &["acme:e/e=allow", "a:h/net=deny"]);
    for at in ["app/a:h/net", "app/a:h/net@1.0.0"] {
        assert_eq!(spliced(directory, at, &["pass.wat", "second.wat"], "a:h/net"), [""; 0]);
        let said = succeeds(weld(directory).args(["inspect", "out.wasm"])).stdout;
        let said = String::from_utf8(said).unwrap();
        for wire in ["<- pass  a:h/net", "<- second  a:h/net", "<- second:adapter  a:h/net"] {
            assert!(said.contains(wire), "{wire}: {said}");
        }
    }
}

#[test]
fn splice_in_a_composition_with_grants_of_its_own_is_an_error_that_says_what_to_do() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    write(directory, "p.wat", &app(&format!("{NET} {EDGE}")));
    write(directory, "q.wat", &app(""));
    write(directory, "link.wat", &inserted(""));
    let manifest = "[composition]\nroot = 'p'\noutput = 'both.wasm'\n[components]\np = 'p.wat'\nq = 'q.wat'\n[exports]\n'x' = 'q/run'\n";
    write(directory, "weld.toml", manifest);
    succeeds(weld(directory).args(["build", "--no-provenance"]));
    let allowed = ["virt", "both.wasm", "-o", "app.wasm", "--grant", "a:h/net=allow", "--grant", "acme:e/e=allow"];
    succeeds(weld(directory).args(allowed));
    let said = fails(weld(directory).args([
        "splice",
        "app.wasm",
        "--at",
        "p/acme:e/e",
        "--insert",
        "link.wat",
        "-o",
        "out.wasm",
    ]));
    assert!(
        said.contains("the grants that the provenance states of `both` are those of the composition as a whole"),
        "{said}"
    );
    assert!(said.contains("`weld virt` the result"), "{said}");
}

#[test]
fn splice_and_split_build_again_whatever_the_grants_deny() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    write(directory, "app.wat", &app(&format!("{NET} {EDGE}")));
    write(directory, "link.wat", &inserted(""));
    virt(directory, &["acme:e/e=allow", "a:h/net=deny"]);
    spliced(directory, "app/acme:e/e", &["link.wat"], "a:h/net");
    succeeds(weld(directory).args(["split", "out.wasm", "-o", "parts"]));
    succeeds(weld(directory).args(["build", "parts/weld.toml"]));
}

#[test]
fn splice_at_an_export_gives_what_the_exporting_component_may_use() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let none = r#"(import "a:h/none@1.0.0" (instance (export "f" (func))))"#;
    let app = format!(
        r#"(component {NET} {none} (core module $m (func (export "f"))) (core instance $i (instantiate $m))
            (func $f (canon lift (core func $i "f"))) (instance $e (export "f" (func $f)))
            (export "acme:e/e@1.0.0" (instance $e)))"#
    );
    write(directory, "app.wat", &app);
    write(directory, "link.wat", &inserted(NET));
    // Where nothing is denied that it imports, nothing is put around it.
    for (grants, expected) in [
        (["a:h/net=allow", "a:h/none=deny"], true),
        (["a:h/net=allow", "a:h/none=allow"], true),
        (["a:h/net=deny", "a:h/none=allow"], false),
    ] {
        virt(directory, &grants);
        spliced(directory, "export acme:e/e@1.0.0", &["link.wat"], "a:h/net");
        let said = String::from_utf8(succeeds(weld(directory).args(["inspect", "out.wasm"])).stdout).unwrap();
        // It reaches the function through `app` in any case.
        assert_eq!(said.contains("link  a:h/net@1.0.0#send  allow"), expected, "{grants:?}: {said}");
    }
}

/// The imports of a component, each with the interface that it implements and the instances that have it themselves.
fn imports(directory: &Path, file: &str) -> Vec<String> {
    let inspected = succeeds(weld(directory).args(["inspect", file, "--json"])).stdout;
    let inspected: serde_json::Value = serde_json::from_slice(&inspected).unwrap();
    let import = |import: &serde_json::Value| {
        let own = import["reached_by"].as_array().unwrap().iter().filter(|of| of["steps"] == 0);
        let own: Vec<&str> = own
            .map(|of| inspected["instances"][of["instance"].as_u64().unwrap() as usize]["path"].as_str().unwrap())
            .filter(|path| !path.ends_with(":adapter"))
            .collect();
        format!(
            "{} {} {}",
            import["name"].as_str().unwrap(),
            import["implements"].as_str().unwrap_or("-"),
            own.join("+")
        )
    };
    let mut all: Vec<String> = inspected["imports"].as_array().unwrap().iter().map(import).collect();
    all.sort();
    all
}

#[test]
fn splice_keeps_the_labels_of_the_composition_whatever_the_inserted_component_imports() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let lib = format!(
        r#"(component {} (core module $m (func (export "f"))) (core instance $i (instantiate $m))
            (func $f (canon lift (core func $i "f"))) (instance $e (export "f" (func $f)))
            (export "acme:e/e@1.0.0" (instance $e)))"#,
        label("lab", "a:h/two", "f")
    );
    write(directory, "app.wat", &app(&format!("{EDGE} {}", label("lab", "a:h/one", "f"))));
    write(directory, "lib.wat", &lib);
    let of_lib = "[virtualize.lib]\ndefault = \"allow\"\n";
    let of_both = format!("{of_lib}[virtualize.app]\n\"a:h/one\" = \"allow\"\n");
    for grants in ["", of_lib, &of_both] {
        let is_open = grants != of_both;
        describe(directory, "lib", grants);
        succeeds(weld(directory).arg("build"));
        assert_eq!(imports(directory, "app.wasm"), ["lab a:h/one app", "lab2 a:h/two lib"]);
        // The host knows `lab2` as what `lib` calls `lab`, so that the label of the inserted component has another number.
        for (own, expected) in [
            (label("lab2", "a:h/three", "f"), "lab22 a:h/three link"),
            (label("lab2", "a:h/two", "f"), "lab22 a:h/two link"),
            (label("lab2", "a:h/three", "g"), "lab22 a:h/three link"),
            (label("lab", "a:h/three", "f"), "lab3 a:h/three link"),
        ] {
            // Without grants, an inserted component may use all that it imports.
            let link = inserted(&own);
            write(directory, "link.wat", &link);
            let splice = ["splice", "app.wasm", "--at", "app/acme:e/e", "--insert", "link.wat", "-o", "out.wasm"];
            succeeds(weld(directory).args(splice));
            let mut after = vec!["lab a:h/one app", "lab2 a:h/two lib"];
            after.extend(is_open.then_some(expected));
            assert_eq!(imports(directory, "out.wasm"), after, "{own} {grants}");
        }
        // The same label of the same interface is one import.
        write(directory, "link.wat", &inserted(&label("lab", "a:h/two", "f")));
        let splice = ["splice", "app.wasm", "--at", "app/acme:e/e", "--insert", "link.wat", "-o", "out.wasm"];
        succeeds(weld(directory).args(splice));
        let both = if is_open { "lab2 a:h/two lib+link" } else { "lab2 a:h/two lib" };
        assert_eq!(imports(directory, "out.wasm"), ["lab a:h/one app", both]);
    }
}

/// A component that gives an interface that it imports under another name.
fn link_of(import: &str, export: &str) -> String {
    let import = import.replacen("(instance ", "(instance $i ", 1);
    format!(r#"(component {import} (export "{export}" (instance $i)))"#)
}

#[test]
fn splice_has_the_host_fill_an_inserted_component_as_it_filled_the_edge() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let store = r#"(import "acme:kv/store@1.0.0" (instance (export "get" (func))))"#;
    let named = |name: &str| label(name, "acme:kv/store@1.0.0", "get");
    let with_id = |id: &str| store.replacen(" (instance", &format!(r#" (external-id "{id}") (instance"#), 1);
    for (of_edge, own, edge, other) in [
        (store.to_owned(), named("secrets"), "acme:kv/store@1.0.0", "the host fill `secrets` instead"),
        (named("lab"), named("lag"), "lab", "the host fill `lag` instead"),
        (named("lab"), store.to_owned(), "lab", "the host fill `acme:kv/store@1.0.0` instead"),
        (
            store.to_owned(),
            with_id("secret"),
            "acme:kv/store@1.0.0",
            "`acme:kv/store@1.0.0` with another `external-id`",
        ),
        (with_id("one"), with_id("two"), "acme:kv/store@1.0.0", "`acme:kv/store@1.0.0` with another `external-id`"),
    ] {
        write(directory, "app.wat", &app(&of_edge));
        write(directory, "link.wat", &link_of(&own, "acme:kv/store@1.0.0"));
        let at = format!("app/{edge}");
        let splice = ["splice", "app.wasm", "--at", &at, "--insert", "link.wat", "-o", "out.wasm"];
        for grants in [&["*=allow"][..], &["acme:kv/store=allow", "secrets=deny"]] {
            virt(directory, grants);
            let error = fails(weld(directory).args(splice));
            assert!(error.contains(other), "{own}: {error}");
        }
        // The same name is the same import.
        write(directory, "link.wat", &link_of(&of_edge, "acme:kv/store@1.0.0"));
        succeeds(weld(directory).args(splice));
    }
    // A description with a chain says it, too.
    write(directory, "app.wat", &app(&named("lab")));
    write(directory, "link.wat", &link_of(&named("lag"), "acme:kv/store@1.0.0"));
    describe(directory, "link", "[chain]\n'app/lab' = ['link']\n");
    let error = fails(weld(directory).arg("build"));
    assert!(error.contains("the host fills `lab` of `app`, and `link`, which stands before it"), "{error}");
}

#[test]
fn splice_gives_no_import_of_another_external_id() {
    let with_id = NET.replacen(" (instance", r#" (external-id "secret") (instance"#, 1);
    let newer = with_id.replace("1.0.0", "1.2.0");
    assert!(!reaches(NET, &["a:h/net=allow"], &newer, "a:h/net"));
    assert!(reaches(&with_id, &["a:h/net=allow"], &with_id, "a:h/net"));
}

#[test]
fn splice_keeps_no_method_of_an_interface_that_grants_name() {
    let of = |method: &str| {
        format!(
            r#"(import "a:h/s@1.0.0" (instance $s (export "o" (type $o (sub resource)))
                (export "[method]o.{method}" (func (param "self" (borrow $o))))))
            (alias export $s "o" (type $os))
            (import "a:h/g@1.0.0" (instance (alias outer 1 $os (type $o1)) (export "o" (type $o (eq $o1)))
                (export "get" (func (result (own $o))))))"#
        )
    };
    for (grants, expected) in [
        (&["a:h/g=allow", "a:h/s#[method]o.a=deny"][..], false),
        (&["a:h/g=allow", "a:h/s#[method]o.a=allow"], false),
        (&["a:h/g=allow", "a:h/s=deny"], false),
        (&["a:h/g=allow", "a:h/s=allow"], true),
        (&["a:h/g=allow"], true),
    ] {
        assert_eq!(reaches(&of("a"), grants, &of("b"), "a:h/s"), expected, "{grants:?}");
    }
}

#[test]
fn splice_decides_a_label_by_that_label() {
    let kv = |name: &str, function: &str| label(name, "acme:kv/store@1.0.0", function);
    let plain = r#"(import "acme:kv/store@1.0.0" (instance (export "get" (func))))"#;
    let both = format!("{} {plain}", kv("admin", "get"));
    for (imports, grants, link, expected) in [
        (&*both, &["acme:kv/store=allow", "admin=deny"][..], kv("admin", "set"), false),
        (&both, &["acme:kv/store=allow"], kv("admin", "set"), true),
        (plain, &["acme:kv/store=allow"], kv("admin", "set"), false),
        (plain, &["acme:kv/store=allow"], kv("admin", "get"), false),
        (plain, &["acme:kv/*=allow"], label("admin", "acme:kv/other@1.0.0", "get"), false),
    ] {
        assert_eq!(reaches(imports, grants, &link, "acme:kv/*"), expected, "{grants:?} {link}");
    }
}

#[test]
fn splice_applies_a_setting_behind_a_component_that_is_inserted_twice() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let random = |name: &str, body: &str, export: &str| {
        let text = format!(
            r#"(component
                (import "wasi:random/random@0.2.12" (instance $n (export "get-random-u64" (func (result u64)))))
                (alias export $n "get-random-u64" (func $g)) (core func $cg (canon lower (func $g)))
                (core module $m (import "a" "g" (func $g (result i64))) (func (export "g") (result i64) {body}))
                (core instance $c (instantiate $m (with "a" (instance (export "g" (func $cg))))))
                (func $h (result u64) (canon lift (core func $c "g"))) {export})"#
        );
        write(directory, name, &text);
    };
    let export =
        r#"(instance $w (export "get-random-u64" (func $h))) (export "wasi:random/random@0.2.12" (instance $w))"#;
    random("app.wat", "(call $g)", r#"(export "go" (func $h))"#);
    random("one.wat", "(i64.add (i64.const 1) (call $g))", export);
    random("thousand.wat", "(i64.add (i64.const 1000) (call $g))", export);
    virt(directory, &["random.seed=1"]);
    let mut splice = weld(directory);
    splice.args(["splice", "app.wasm", "--at", "app/wasi:random/random", "-o", "out.wasm"]);
    succeeds(splice.args(["--insert", "one.wat", "--insert", "thousand.wat", "--insert", "one.wat"]));
    let go = |file: &str| {
        let engine = wasmtime::Engine::default();
        let component = wasmtime::component::Component::from_file(&engine, directory.join(file)).unwrap();
        let mut store = wasmtime::Store::new(&engine, ());
        let linker = wasmtime::component::Linker::new(&engine);
        let instance = linker.instantiate(&mut store, &component).unwrap();
        let go = instance.get_typed_func::<(), (u64,)>(&mut store, "go").unwrap();
        go.call(&mut store, ()).unwrap().0
    };
    assert_eq!(go("out.wasm"), go("app.wasm").wrapping_add(1002));
}

#[test]
fn splice_refuses_an_edge_that_names_two_imports() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    // The name of an instance in the nested composition is that of a package.
    let nested = r#"(component $cms
        (import "acme:kv/store@1.0.0" (instance $s (export "get" (func))))
        (component $D (import "store" (implements "acme:kv/store@1.0.0") (instance $s (export "get" (func))))
            (core module $m (func (export "d"))) (core instance $c (instantiate $m))
            (func $d (canon lift (core func $c "d"))) (export "d" (func $d)))
        (instance $"acme:kv" (instantiate $D (with "store" (instance $s))))
        (alias export $"acme:kv" "d" (func $d)) (export "run" (func $d)))"#;
    let whole = format!(
        r#"(component (import "acme:kv/store@1.0.0" (instance $s (export "get" (func)))) {nested}
            (component $root (import "run" (func)) (core module $m (func (export "main"))) (core instance $c (instantiate $m))
                (func $main (canon lift (core func $c "main"))) (export "main" (func $main)))
            (instance $cms (instantiate $cms (with "acme:kv/store@1.0.0" (instance $s))))
            (alias export $cms "run" (func $run))
            (instance $root (instantiate $root (with "run" (func $run))))
            (alias export $root "main" (func $main)) (export "main" (func $main)))"#
    );
    write(directory, "whole.wat", &whole);
    write(
        directory,
        "link.wat",
        &link_of(r#"(import "acme:kv/store@1.0.0" (instance (export "get" (func))))"#, "acme:kv/store@1.0.0"),
    );
    for command in [&["splice", "--insert", "link.wat"][..], &["trace"]] {
        let run = |edge: &str| {
            let mut run = weld(directory);
            run.arg(command[0]).arg("whole.wat").args(&command[1..]).args(["--at", edge, "-o", "out.wasm"]);
            run
        };
        let error = fails(&mut run("cms/acme:kv/store"));
        assert!(error.contains("`cms/acme:kv/store` names an import of `cms` and one of `cms/acme:kv`"), "{error}");
        succeeds(&mut run("cms/acme:kv/store@1.0.0"));
    }
}

#[test]
fn splice_leaves_no_setting_in_an_adapter_that_does_not_use_it() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let app = guest("command-0.2.12");
    let flags = ["--stdio", "--env", "A=1", "--grant", "random.seed=1", "--grant", "clocks.fixed=2026-01-01T00:00:00Z"];
    succeeds(weld(directory).arg("virt").arg(app).args(["-o", "app.wasm"]).args(flags));
    let edge = "command-0.2.12/wasi:cli/environment";
    succeeds(weld(directory).args(["trace", "app.wasm", "--at", edge, "-o", "traced.wasm"]));
    // The provenance says what the adapters are made by.
    succeeds(weld(directory).args(["split", "traced.wasm", "-o", "parts"]));
}

#[test]
fn splice_gives_nothing_of_the_host_by_grants_about_another_component() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let store = r#"(import "acme:kv/store@1.0.0" (instance (export "get" (func))))"#;
    let lib = r#"(component (core module $m (func (export "f"))) (core instance $i (instantiate $m))
        (func $f (canon lift (core func $i "f"))) (instance $e (export "get" (func $f)))
        (export "acme:kv/store@1.0.0" (instance $e)))"#;
    write(directory, "lib.wat", lib);
    describe(directory, "lib", "[virtualize.app]\n'acme:e/e' = 'allow'\n'acme:kv/store' = 'allow'\n");
    let named = label("lab", "acme:kv/store@1.0.0", "get");
    for of_app in [store, named.as_str()] {
        write(directory, "app.wat", &app(&format!("{EDGE} {of_app}")));
        succeeds(weld(directory).arg("build"));
        for link in [
            store.replace("1.0.0", "2.0.0"),
            store.replace("get", "wipe"),
            label("adm", "acme:kv/store@1.0.0", "wipe"),
            store.to_owned(),
        ] {
            write(directory, "link.wat", &inserted(&link));
            let reaching = spliced(directory, "app/acme:e/e", &["link.wat"], "acme:kv/*");
            assert_eq!(reaching, [""; 0], "{of_app} {link}");
        }
    }
}

#[test]
fn splice_at_an_export_without_its_version_does_the_same_as_with_it() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    // The component imports what it exports, and may not use it.
    let text = format!(
        r#"(component {EDGE} (core module $m (func (export "f"))) (core instance $i (instantiate $m))
            (func $f (canon lift (core func $i "f"))) (instance $own (export "f" (func $f)))
            (export "acme:e/e@1.0.0" (instance $own)))"#
    );
    write(directory, "app.wat", &text);
    write(directory, "link.wat", &inserted(""));
    virt(directory, &["acme:e/e=deny"]);
    let outputs = ["export acme:e/e", "export acme:e/e@1.0.0"].map(|edge| {
        succeeds(weld(directory).args(["splice", "app.wasm", "--at", edge, "--insert", "link.wat", "-o", "out.wasm"]));
        std::fs::read(directory.join("out.wasm")).unwrap()
    });
    assert!(outputs[0] == outputs[1]);
}

#[test]
fn splice_and_split_find_the_grants_of_a_document_by_its_instances() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    write(directory, "app.wat", &app(&format!("{EDGE} {NET}")));
    write(
        directory,
        "lib.wat",
        r#"(component (core module $m (func (export "f"))) (core instance $i (instantiate $m))
        (func $f (canon lift (core func $i "f"))) (instance $e (export "f" (func $f))) (export "acme:e/e@1.0.0" (instance $e)))"#,
    );
    write(directory, "link.wat", &inserted(NET));
    // One component has two instances, and the names of neither are that of the package.
    let document = r#"package t:comp; let b = new acme:lib {};
        let a = new acme:app { "acme:e/e@1.0.0": b["acme:e/e@1.0.0"], ... };
        let c = new acme:app { "acme:e/e@1.0.0": b["acme:e/e@1.0.0"], ... };
        export a...; export c.run as again;"#;
    write(directory, "app.wac", document);
    for (grant, expected) in [("deny", &[][..]), ("allow", &["a", "c", "link"])] {
        let manifest = format!(
            "[composition]\nwac = \"app.wac\"\noutput = \"app.wasm\"\n[components]\n\"acme:app\" = \"app.wat\"\n\
             \"acme:lib\" = \"lib.wat\"\n[virtualize.\"acme:app\"]\n\"a:h/net\" = \"{grant}\"\n[virtualize.\"acme:lib\"]\n"
        );
        write(directory, "weld.toml", &manifest);
        succeeds(weld(directory).arg("build"));
        let mut reaching = spliced(directory, "a/acme:e/e@1.0.0", &["link.wat"], "a:h/net");
        reaching.sort();
        assert_eq!(reaching, expected, "{grant}");
        let said = succeeds(weld(directory).args(["explain", "app.wasm", "a:h/net", "--json"])).stdout;
        assert_eq!(String::from_utf8(said).unwrap().contains(r#""path": "c""#), grant == "allow");
        succeeds(weld(directory).args(["record", "app.wasm", "--at", "a/acme:e/e", "-o", "recorded.wasm"]));
        succeeds(weld(directory).args(["split", "app.wasm", "-o", grant]));
        succeeds(weld(directory).args(["build", &format!("{grant}/weld.toml")]));
        succeeds(weld(directory).args(["verify", "app.wasm", "--manifest", "weld.toml"]));
        let written = std::fs::read_to_string(directory.join(grant).join("weld.toml")).unwrap();
        for name in ["a", "c"] {
            assert!(written.contains(&format!("[virtualize.\"{name}\"]\n\"a:h/net\" = \"{grant}\"")), "{written}");
        }
    }
}

#[test]
fn splice_keeps_no_method_for_handles_that_only_what_is_inserted_gives() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let store = r#"(import "acme:db/store@1.0.0" (instance $s (export "conn" (type $c (sub resource)))
        (export "[method]conn.query" (func (param "self" (borrow $c)) (result u32))))) (alias export $s "conn" (type $conn))"#;
    let pool = r#"(import "acme:pool/pool@1.0.0" (instance $p (alias outer 1 $conn (type $q)) (export "conn" (type $c (eq $q)))
        (export "get" (func (result (own $c))))))"#;
    let types = r#"(import "acme:db/store@1.0.0" (instance $s (export "conn" (type $c (sub resource)))))
        (alias export $s "conn" (type $conn))"#;
    write(directory, "app.wat", &app(&format!("{store} {pool} {NET}")));
    // It passes on what the host gives, or has a function of its own that gives none.
    let passing = format!(r#"(component {types} {pool} (export "acme:pool/pool@1.0.0" (instance $p)))"#);
    let own = format!(
        r#"(component {types} (import "acme:pool/pool@1.0.0" (instance (alias outer 1 $conn (type $q)) (export "conn" (type (eq $q)))))
          (core module $m (func (export "get") (result i32) unreachable)) (core instance $i (instantiate $m))
          (func $get (result (own $conn)) (canon lift (core func $i "get")))
          (component $E (import "conn" (type $c (sub resource))) (import "get" (func $g (result (own $c))))
            (export $q "conn" (type $c)) (export "get" (func $g) (func (result (own $q)))))
          (instance $e (instantiate $E (with "conn" (type $conn)) (with "get" (func $get))))
          (export "acme:pool/pool@1.0.0" (instance $e)))"#
    );
    for (grants, has_method) in [
        (&["a:h/net=allow"][..], false),
        (&["a:h/net=allow", "acme:pool/pool=deny"], false),
        (&["acme:pool/pool=allow"], true),
        (&["acme:db/store=allow"], true),
    ] {
        virt(directory, grants);
        for link in [&passing, &own] {
            write(directory, "link.wat", link);
            let reaching = spliced(directory, "app/acme:pool/pool@1.0.0", &["link.wat"], "acme:db/store");
            assert_eq!(reaching.iter().any(|path| path == "app"), has_method, "{grants:?} {link}");
        }
    }
}
