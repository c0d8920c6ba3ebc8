//! Components of shapes that toolchains seldom emit, virtualized: each is a mistake that was made once, or nearly.

use std::path::PathBuf;

use wasmtime::component::{Component, Linker, Resource, ResourceType};
use wasmtime::{Store, StoreContextMut};

use crate::support::{self, call, imported_functions, names};

/// Virtualizes a component in WAT by some `--grant`s. Gives the output, or what weld said.
fn virt(text: &str, grants: &[&str]) -> Result<Vec<u8>, String> {
    let directory = tempfile::tempdir().unwrap();
    let file: PathBuf = directory.path().join("app.wat");
    std::fs::write(&file, text).unwrap();
    let mut command = support::weld(directory.path());
    command.args(["virt", "app.wat", "-o", "out.wasm"]);
    for grant in grants {
        command.arg("--grant").arg(grant);
    }
    let output = command.output().unwrap();
    match output.status.success() {
        true => Ok(std::fs::read(directory.path().join("out.wasm")).unwrap()),
        false => Err(String::from_utf8(output.stderr).unwrap()),
    }
}

/// A component whose `run` calls what it imports of `t:t/i`, by core code with a memory: `$f` and `$g`, lowered with a
/// place for their results.
fn caller(interface: &str, code: &str) -> String {
    format!(
        r#"(component
          (import "t:t/i" (instance $i {interface}))
          (alias export $i "f" (func $f))
          (alias export $i "g" (func $g))
          (core module $m (memory (export "m") 1)
            (func (export "r") (param i32 i32 i32 i32) (result i32) (i32.const 4096)))
          (core instance $mm (instantiate $m))
          (alias core export $mm "m" (core memory $mem))
          (alias core export $mm "r" (core func $re))
          (core func $cf (canon lower (func $f) (memory $mem) (realloc $re)))
          (core func $cg (canon lower (func $g) (memory $mem) (realloc $re)))
          (core module $c
            (import "e" "f" (func $f (param i32)))
            (import "e" "g" (func $g (param i32)))
            (import "e" "m" (memory 1))
            (func (export "run") (result i32) {code}))
          (core instance $e (export "f" (func $cf)) (export "g" (func $cg)) (export "m" (memory $mem)))
          (core instance $ci (instantiate $c (with "e" (instance $e))))
          (alias core export $ci "run" (core func $run))
          (func (export "run") (result u32) (canon lift (core func $run))))"#
    )
}

#[test]
fn virt_ignored_results_with_handles_have_separate_templates() {
    // Both results are eight bytes in memory: what one puts its handle into is a number of the other's.
    let interface = r#"(export "r" (type $r (sub resource)))
        (export "f" (func (result (tuple (own $r) u32))))
        (export "g" (func (result (tuple u32 (own $r)))))"#;
    let code = "(call $f (i32.const 64)) (call $g (i32.const 128)) (i32.load (i32.const 128))";
    let output = virt(&caller(interface, code), &["default=ignore"]).unwrap();
    assert_eq!(call(&output, "run"), 0);
}

#[test]
fn virt_ignored_result_with_a_handle_is_ok_at_each_call() {
    let interface = r#"(export "r" (type $r (sub resource)))
        (export "f" (func (result (result (own $r)))))
        (export "g" (func (result (result (own $r) (error u32)))))"#;
    // Whether the second result of each is an error.
    let code = "(call $f (i32.const 64)) (call $g (i32.const 128)) (call $f (i32.const 64)) (call $g (i32.const 128))
        (i32.add (i32.load8_u (i32.const 64)) (i32.load8_u (i32.const 128)))";
    let output = virt(&caller(interface, code), &["default=ignore"]).unwrap();
    assert_eq!(call(&output, "run"), 0);
}

#[test]
fn virt_denies_a_label_by_its_interface() {
    let text = r#"(component (import "mine" (implements "wasi:cli/environment@0.2.6")
        (instance (export "get-environment" (func (result (list (tuple string string)))))
            (export "get-arguments" (func (result (list string)))))))"#;
    let output = virt(text, &["default=allow", "env=deny"]).unwrap();
    assert_eq!(imported_functions(&output), [("mine".to_owned(), "get-arguments".to_owned())]);
    // What is left is still what it implements.
    let mut validator = wasmparser::Validator::new_with_features(wasmparser::WasmFeatures::all());
    let types = validator.validate_all(&output).unwrap();
    let mine = types.as_ref().component_item_for_import("mine").unwrap();
    assert_eq!(mine.implements.as_deref(), Some("wasi:cli/environment@0.2.6"));
}

#[test]
fn virt_denies_a_canonical_version_with_its_suffix() {
    let text = r#"(component (import "wasi:cli/environment@0.2" (versionsuffix ".6")
        (instance (export "get-environment" (func (result (list (tuple string string))))))))"#;
    for grant in ["wasi:cli/environment@0.2.6=deny", "wasi:cli/environment=deny", "env=deny"] {
        assert_eq!(names(&virt(text, &["default=allow", grant]).unwrap()).0, [""; 0], "{grant}");
    }
}

#[test]
fn virt_refuses_to_deny_a_core_module() {
    let text = r#"(component (import "my-mod" (core module)) (import "log" (func)))"#;
    for grant in ["my-mod=deny", "my-*=deny", "#my-mod=deny"] {
        let said = virt(text, &["default=allow", grant]).unwrap_err();
        assert!(said.contains("import `my-mod` of `app` cannot be denied"), "{grant}: {said}");
    }
    assert_eq!(names(&virt(text, &["my-mod=allow"]).unwrap()).0, ["my-mod"]);
}

#[test]
fn virt_adapter_exports_types_of_its_functions() {
    let interface = r#"(component (import "t:t/i" (instance
        (type $r (record (field "a" u8)))
        (export "r" (type $named (eq $r)))
        (type $f (func (param "r" $named)))
        (export "callback" (type (eq $f)))
        (export "g" (func))))
        (type $f (func (param "x" u32)))
        (import "plain" (type (eq $f)))
        (import "w" (func)))"#;
    let output = virt(interface, &[]).unwrap();
    assert!(imported_functions(&output).is_empty(), "{:?}", names(&output));
    // Alone in its interface, too.
    virt(r#"(component (import "t:t/i" (instance (type $f (func)) (export "f" (type (eq $f))))))"#, &[]).unwrap();
    virt(r#"(component (type $f (func)) (import "f" (type (eq $f))) (import "g" (func)))"#, &[]).unwrap();
}

#[test]
fn virt_refuses_to_deny_types_of_instances_and_components() {
    for (ty, what) in [("(instance)", "the type of an instance"), ("(component)", "the type of a component")] {
        let wat = format!(
            r#"(component (import "t:t/i" (instance (type $x {ty}) (export "x" (type (eq $x))) (export "f" (func)))))"#
        );
        let said = virt(&wat, &[]).unwrap_err();
        assert!(said.contains("import `t:t/i` of `app` cannot be denied"), "{said}");
        assert!(said.contains(what) && !said.contains("defect"), "{said}");
        virt(&wat, &["t:t/i=allow"]).unwrap();
    }
}

#[test]
fn virt_refuses_to_keep_an_interface_with_functions_for_its_types() {
    let text = r#"(component
        (import "t:t/x" (instance $x
            (type $r0 (record (field "a" u32))) (export "rec" (type $r (eq $r0)))
            (export "n" (instance (export "launch" (func))))))
        (alias export $x "rec" (type $rec))
        (import "t:t/ok" (instance (alias outer 1 $rec (type $q)) (export "rec" (type $qq (eq $q)))
            (export "f" (func (param "x" $qq))))))"#;
    let said = virt(text, &["t:t/ok=allow", "t:t/x=deny"]).unwrap_err();
    assert!(said.contains("import `t:t/x` of `app` cannot be denied"), "{said}");
}

/// As [`virt`], by grants of which some name nothing that is imported.
fn virt_missing(text: &str, grants: &[&str]) -> Result<Vec<u8>, String> {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("app.wat"), text).unwrap();
    let mut command = support::weld(directory.path());
    command.args(["virt", "app.wat", "-o", "out.wasm", "--allow-missing"]);
    command.args(grants.iter().flat_map(|grant| ["--grant", grant]));
    let output = command.output().unwrap();
    let bytes = || std::fs::read(directory.path().join("out.wasm")).unwrap();
    if output.status.success() { Ok(bytes()) } else { Err(String::from_utf8(output.stderr).unwrap()) }
}

#[test]
fn virt_denies_a_nested_instance_by_the_import_name() {
    let text = |within: &str| {
        format!(
            r#"(component (import "a:b/c" (instance (export "in" (instance {within})) (export "close" (func))))
                (import "a:b/d" (instance (export "open" (func)))))"#
        )
    };
    let open = text(r#"(export "open" (func))"#);
    let deeper = text(r#"(export "deep" (instance (export "open" (func))))"#);
    let module = text(r#"(export "open" (core module))"#);
    for text in [&open, &deeper, &module] {
        for grant in ["a:b/c#open=deny", "a:b/c#open=trap", "a:b/c#o*=deny", "*/c#open=ignore"] {
            let said = virt_missing(text, &["default=allow", grant]).unwrap_err();
            assert!(said.contains("import `a:b/c` of `app` cannot be denied"), "{grant}: {said}");
        }
        // What is of another interface, or is none of it, takes nothing away; nor does a wider grant than one that allows it.
        for grants in [&["a:b/d#open=deny"][..], &["a:b/c#opens=deny"], &["a:b/c#in=allow", "*/*#open=deny"]] {
            let output = virt_missing(text, &[&["default=allow"], grants].concat()).unwrap();
            assert!(names(&output).0.contains(&"a:b/c".to_owned()), "{grants:?}");
        }
    }
}

#[test]
fn virt_accepts_an_import_with_a_nested_instance_of_types() {
    let (types, record) = (
        r#"(export "r" (type $r (sub resource))) (export "s" (type (sub resource)))"#,
        r#"(type $t (record (field "a" u32))) (export "t" (type (eq $t)))"#,
    );
    for (within, beside) in [
        (types, ""),
        (types, r#"(export "f" (func))"#),
        (record, ""),
        (record, r#"(export "r" (type (sub resource)))"#),
    ] {
        let text = format!(
            r#"(component (import "a:b/c" (instance (export "in" (instance {within})) {beside}))
                (import "a:b/d" (instance (export "open" (func)))))"#
        );
        for grants in [&["default=allow"][..], &["a:b/c=allow"], &["default=allow", "a:b/d=deny"]] {
            let output = virt(&text, grants).unwrap_or_else(|said| panic!("{text} {grants:?}: {said}"));
            assert_eq!(names(&output).0.first().map(String::as_str), Some("a:b/c"), "{text} {grants:?}");
        }
        // To take it away would take an adapter that exports it.
        let said = virt(&text, &[]).unwrap_err();
        assert!(said.contains("import `a:b/c` of `app` cannot be denied"), "{said}");
    }
}

#[test]
fn virt_wit_accepts_a_world_whose_exports_use_imported_handles() {
    // No adapter will stand before the exports of whatever this one is plugged into: the handles there are the host's.
    let world = "package t:p;
        interface types { resource r { m: func() -> u32; } }
        interface maker { use types.{r}; get: func() -> r; other: func() -> result<r>; }
        interface handler { use types.{r}; handle: func(x: r) -> r; }
        world w { import maker; import types; export handler; }";
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("world.wit"), world).unwrap();
    let grants: [&[&str]; 4] = [
        &[],
        &["--allow-all", "--grant", "t:p/maker#other=deny"],
        &["--grant", "t:p/maker#get=allow"],
        &["--allow-all", "--grant", "t:p/maker#other=ignore"],
    ];
    for grants in grants {
        let mut command = support::weld(directory.path());
        command.args(["virt", "--wit", "world.wit", "-o", "adapter.wasm"]).args(grants);
        support::succeeds(&mut command);
        let adapter = std::fs::read(directory.path().join("adapter.wasm")).unwrap();
        let (imports, exports) = names(&adapter);
        assert_eq!(exports, ["t:p/maker"], "{grants:?}");
        assert!(imports.iter().all(|import| import.starts_with("t:p/")), "{grants:?}: {imports:?}");
    }
}

#[test]
fn virt_denied_http_covers_the_handler_of_wasi_0_3() {
    let text = r#"(component (import "wasi:http/handler@0.3.0"
        (instance (export "handle" (func (param "x" u32) (result (result)))))))"#;
    assert_eq!(names(&virt(text, &["default=allow", "http=deny"]).unwrap()).0, [""; 0]);
}

const DATABASE: &str = r#"(component
    (import "db" (type $db (sub resource)))
    (import "open" (func (result (own $db))))
    (import "log" (func (param "x" string)))
    (import "[method]db.wipe" (func (param "self" (borrow $db)))))"#;

#[test]
fn virt_denies_one_of_two_functions_of_the_world() {
    let left = names(&virt(DATABASE, &["default=allow", "log=deny"]).unwrap()).0;
    assert_eq!(left, ["db", "open", "[method]db.wipe"]);
}

#[test]
fn virt_reports_a_kept_method_of_a_resource_of_the_world() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("app.wat"), DATABASE).unwrap();
    let mut command = support::weld(directory.path());
    let output = support::succeeds(command.args(["virt", "app.wat", "-o", "out.wasm", "--grant", "open=allow", "-v"]));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("kept: [method]db.wipe, since `open` gives a handle of `db`"), "{said}");
    // A denial of the method itself counts.
    let left = names(&virt(DATABASE, &["open=allow", "#[method]db.wipe=deny"]).unwrap()).0;
    assert_eq!(left, ["db", "open"]);
}

#[test]
fn virt_keeps_an_unused_resource_type_of_the_world_where_allowed() {
    let text = r#"(component (import "r" (type $r (sub resource))) (core func (canon resource.drop $r)))"#;
    assert_eq!(names(&virt(text, &[]).unwrap()).0, [""; 0]);
    assert_eq!(names(&virt(text, &["default=allow"]).unwrap()).0, ["r"]);
    assert_eq!(names(&virt(text, &["r=allow"]).unwrap()).0, ["r"]);
}

#[test]
fn virt_accepts_a_type_of_the_world_that_contains_a_resource() {
    let text = r#"(component
        (import "t:t/h" (instance $h (export "r" (type $r (sub resource))) (export "f" (func (result u32)))))
        (alias export $h "r" (type $r))
        (type $v (record (field "a" (own $r))))
        (import "v" (type $vv (eq $v))))"#;
    assert_eq!(names(&virt(text, &[]).unwrap()).0, [""; 0]);
}

/// Drops an `r` of the world's that it is given, and one that `make` gives.
const OF_WORLD: &str = r#"(component
  (import "r" (type $r (sub resource)))
  (import "log" (func (param "x" (borrow $r))))
  (import "t:p/i@1.0.0" (instance $i
    (alias outer 1 $r (type $outer)) (export "r" (type $own (eq $outer)))
    (export "s" (type $s (sub resource)))
    (export "make" (func (result (own $own))))
    (export "other" (func (param "x" (own $s)) (result (own $own))))))
  (core func $make (canon lower (func $i "make")))
  (core func $drop (canon resource.drop $r))
  (core module $m
    (import "" "make" (func $make (result i32))) (import "" "drop" (func $drop (param i32)))
    (func (export "give") (param i32) (result i32) (call $drop (local.get 0)) (i32.const 7))
    (func (export "make") (call $drop (call $make))))
  (core instance $c (instantiate $m (with "" (instance (export "make" (func $make)) (export "drop" (func $drop))))))
  (func (export "give") (param "x" (own $r)) (result u32) (canon lift (core func $c "give")))
  (func (export "make") (canon lift (core func $c "make"))))"#;

#[test]
fn virt_accepts_an_interface_with_a_resource_type_of_the_world() {
    struct Given;
    let run = |bytes: &[u8]| {
        let engine = support::engine();
        let component = Component::new(&engine, bytes).unwrap();
        let mut linker = Linker::<Vec<u32>>::new(&engine);
        let dropped = |mut store: StoreContextMut<'_, Vec<u32>>, rep| {
            store.data_mut().push(rep);
            Ok(())
        };
        linker.root().resource("r", ResourceType::host::<Given>(), dropped).unwrap();
        let mut interface = linker.instance("t:p/i@1.0.0").unwrap();
        interface.resource("r", ResourceType::host::<Given>(), dropped).unwrap();
        interface.func_wrap("make", |_, ()| Ok((Resource::<Given>::new_own(8),))).unwrap();
        let mut store = Store::new(&engine, Vec::new());
        let instance = linker.instantiate(&mut store, &component).unwrap();
        let give = instance.get_typed_func::<(Resource<Given>,), (u32,)>(&mut store, "give").unwrap();
        assert_eq!(give.call(&mut store, (Resource::new_own(5),)).unwrap(), (7,));
        let make = instance.get_typed_func::<(), ()>(&mut store, "make").unwrap();
        let made = make.call(&mut store, ()).is_ok();
        (made, store.into_data())
    };
    // The exports have handles of the host's, whatever becomes of the imports.
    let denied = virt(OF_WORLD, &[]).unwrap();
    assert!(imported_functions(&denied).is_empty());
    assert_eq!(run(&denied), (false, vec![5]));
    let made = virt(OF_WORLD, &["t:p/i#make=allow"]).unwrap();
    assert_eq!(imported_functions(&made), [("t:p/i@1.0.0".to_owned(), "make".to_owned())]);
    assert_eq!(run(&made), (true, vec![5, 8]));
}

#[test]
fn virt_list_of_a_billion_values_is_an_error_without_allocation() {
    let text = r#"(component (import "t:t/i" (instance (export "f" (func (param "x" (list u64 1073741824)))))))"#;
    let said = virt(text, &[]).unwrap_err();
    assert!(said.contains("`t:t/i#f` of `app` takes or gives more than 65536 values"), "{said}");
    assert_eq!(names(&virt(text, &["t:t/i=allow"]).unwrap()).0, ["t:t/i"]);
}

#[test]
fn virt_nested_results_take_linear_time() {
    let mut types = "(type $t0 (own $r))".to_owned();
    for level in 1..60 {
        types += &format!("(type $t{level} (result (own $r) (error $t{})))", level - 1);
    }
    // The host's own resource type, of which the adapter can make none: it is passed through a stream elsewhere.
    let text = format!(
        r#"(component (import "t:t/i" (instance (export "r" (type $r (sub resource))) (type $o (own $r))
            (type $s (stream $o)) (export "s" (func (result $s))) {types} (export "f" (func (result $t59))))))"#
    );
    let output = virt(&text, &["t:t/i#s=allow", "t:t/i#f=deny"]).unwrap();
    assert_eq!(imported_functions(&output), [("t:t/i".to_owned(), "s".to_owned())]);
}

#[test]
fn compose_document_keeps_an_import_after_its_first_user_is_denied() {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(directory.path().join(name), text).unwrap();
    write(
        "a.wat",
        r#"(component (import "t:t/env" (instance (export "f" (func (result u32)))))
            (alias export 0 "f" (func)) (export "g" (func 0)))"#,
    );
    write(
        "c.wac",
        "package t:c;\nimport env as \"t:t/env\": interface { f: func() -> u32; };\n\
         let a = new t:a { ... };\nexport a.g as one;\nexport env as three;\n",
    );
    write(
        "weld.toml",
        "[composition]\nwac = \"c.wac\"\noutput = \"out.wasm\"\n[components]\n\"t:a\" = \"a.wat\"\n\
         [virtualize.\"t:a\"]\ndefault = \"deny\"\n",
    );
    support::succeeds(support::weld(directory.path()).arg("build"));
    let (imports, exports) = names(&std::fs::read(directory.path().join("out.wasm")).unwrap());
    assert_eq!((imports, exports), (vec!["t:t/env".to_owned()], vec!["one".to_owned(), "three".to_owned()]));
}

#[test]
fn virt_denies_one_function_of_an_interface_with_shared_types() {
    let output =
        support::virt(&support::guest("prober"), &["default=allow", "wasi:http/types#[method]fields.append=deny"]);
    let left = imported_functions(&output);
    assert!(!left.iter().any(|(_, function)| function == "[method]fields.append"));
    assert!(left.iter().any(|(interface, _)| interface.starts_with("wasi:http/outgoing-handler")));
}

#[test]
fn virt_reports_each_kept_function_of_a_server_with_its_reason() {
    let directory = tempfile::tempdir().unwrap();
    let mut command = support::weld(directory.path());
    let output = support::succeeds(command.arg("virt").arg(support::guest("handler")).args(["-o", "out.wasm"]));
    let said = String::from_utf8(output.stderr).unwrap();
    let passed = "since export `wasi:http/incoming-handler@0.2.12#handle` takes a handle of `response-outparam`";
    let line = format!("kept: wasi:http/types@0.2.12 ([static]response-outparam.set), {passed}\n");
    assert!(said.contains(&line), "{said}");
    // What most programs have is said where all is.
    assert!(!said.contains("kept: wasi:io/"), "{said}");
}

#[test]
fn virt_policy_is_not_written_over() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("policy.toml"), "default = \"deny\"\n").unwrap();
    std::fs::write(directory.path().join("app.wat"), "(component)").unwrap();
    let mut command = support::weld(directory.path());
    support::fails(command.args(["virt", "app.wat", "--policy", "policy.toml", "-o", "policy.toml"]));
    assert_eq!(std::fs::read(directory.path().join("policy.toml")).unwrap(), b"default = \"deny\"\n");
}

#[test]
fn virt_ignored_poll_also_answers_for_host_pollables() {
    // Since stderr is denied, pollables are the adapter's; those that it hands out here stand for the host's.
    let grants = ["default=allow", "stderr=deny", "wasi:io/poll#poll=ignore"];
    let output = support::virt(&support::guest("command-0.2.12"), &grants);
    assert_eq!(support::prints(&output, &["sleep", "1"]), "slept 1\n");
}
