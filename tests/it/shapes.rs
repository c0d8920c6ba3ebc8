//! Shapes of components that have broken tools of this kind, each composed and, where it says something, run.

use crate::support::{self, compose_wat, engine, names, virt_in, wit};
use wasmtime::Store;
use wasmtime::component::{Component, Linker, Resource, ResourceType};

/// A plug for shapes whose point is in the socket.
const PLUG: &str = r#"(component (import "text" (func $text (result string))) (export "greet" (func $text)))"#;

/// Composes a socket with [`PLUG`], which fills its import `greet`.
#[track_caller]
fn socket(text: &str) -> Vec<u8> {
    compose_wat(&[text, PLUG]).unwrap()
}

/// The types of a component's imports, as the text format has them, in the order of the output.
fn printed(component: &[u8]) -> String {
    weld::print(component).unwrap()
}

#[test]
fn composer_keeps_two_imports_of_one_instance_type_apart() {
    // wac 0.12 gives both to the first, and exits 0.
    let output = socket(
        r#"(component
          (import "greet" (func (result string)))
          (type $number (instance (export "get" (func (result u32)))))
          (import "test:numbers/tens" (instance $tens (type $number)))
          (import "test:numbers/ones" (instance $ones (type $number)))
          (core func $tens (canon lower (func $tens "get")))
          (core func $ones (canon lower (func $ones "get")))
          (core module $m
            (import "" "tens" (func $tens (result i32)))
            (import "" "ones" (func $ones (result i32)))
            (func (export "sum") (result i32)
              (i32.add (i32.mul (i32.const 10) (call $tens)) (call $ones))))
          (core instance $i (instantiate $m (with "" (instance
            (export "tens" (func $tens)) (export "ones" (func $ones))))))
          (func (export "sum") (result u32) (canon lift (core func $i "sum"))))"#,
    );
    assert_eq!(names(&output).0, ["test:numbers/tens", "test:numbers/ones", "text"]);

    let engine = engine();
    let component = Component::new(&engine, &output).unwrap();
    let mut linker = Linker::<()>::new(&engine);
    for (name, number) in [("test:numbers/tens", 4_u32), ("test:numbers/ones", 2)] {
        linker.instance(name).unwrap().func_wrap("get", move |_, (): ()| Ok((number,))).unwrap();
    }
    linker.root().func_wrap("text", |_, (): ()| Ok((String::new(),))).unwrap();
    let mut store = Store::new(&engine, ());
    let instance = linker.instantiate(&mut store, &component).unwrap();
    let sum = instance.get_typed_func::<(), (u32,)>(&mut store, "sum").unwrap();
    assert_eq!(sum.call(&mut store, ()).unwrap(), (42,));
}

#[test]
fn composer_keeps_resource_names_beside_their_aliases() {
    // `wasi:http/types` calls its `fields` also `headers` and `trailers`; the constructor belongs to `fields`.
    let output = socket(
        r#"(component
          (import "greet" (func (result string)))
          (import "test:http/types@0.1.0" (instance
            (export "fields" (type $fields (sub resource)))
            (export "headers" (type $headers (eq $fields)))
            (export "trailers" (type (eq $headers)))
            (export "[constructor]fields" (func (result (own $fields))))
            (export "incoming" (func (param "h" (own $headers)))))))"#,
    );
    let wit = wit(&output);
    assert!(wit.contains("constructor()"), "{wit}");
    assert!(wit.contains("type headers = fields;"), "{wit}");
    assert!(wit.contains("type trailers = headers;"), "{wit}");
    assert!(wit.contains("incoming: func(h: headers)"), "{wit}");
}

#[test]
fn composer_merges_compatible_versions_of_a_host_import() {
    let output = compose_wat(&[
        r#"(component
          (import "greet" (func (result string)))
          (import "test:io/error@0.2.3" (instance $error (export "error" (type (sub resource)))))
          (alias export $error "error" (type $e))
          (import "test:io/streams@0.2.3" (instance
            (alias outer 1 $e (type $outer))
            (export "error" (type $error (eq $outer)))
            (export "stream" (type $stream (sub resource)))
            (export "read" (func (param "from" (borrow $stream)) (result (result (error (own $error)))))))))"#,
        r#"(component
          (import "text" (func $text (result string)))
          (import "test:io/error@0.2.6" (instance $error (export "error" (type (sub resource)))))
          (alias export $error "error" (type $e))
          (import "test:io/streams@0.2.6" (instance
            (alias outer 1 $e (type $outer))
            (export "error" (type $error (eq $outer)))
            (export "stream" (type $stream (sub resource)))
            (export "write" (func (param "to" (borrow $stream)) (result (result (error (own $error))))))))
          (export "greet" (func $text)))"#,
    ])
    .unwrap();
    assert_eq!(names(&output).0, ["test:io/error@0.2.6", "test:io/streams@0.2.6", "text"]);
    let wit = wit(&output);
    assert!(wit.contains("read: func(%from: borrow<%stream>) -> result<_, error>"), "{wit}");
    assert!(wit.contains("write: func(to: borrow<%stream>) -> result<_, error>"), "{wit}");
    assert!(wit.contains("use error.{error}"), "{wit}");
}

#[test]
fn composer_keeps_incompatible_versions_of_a_host_import_apart() {
    let output = compose_wat(&[
        r#"(component
          (import "greet" (func (result string)))
          (import "test:io/poll@0.2.0" (instance (export "f" (func)))))"#,
        r#"(component
          (import "text" (func $text (result string)))
          (import "test:io/poll@0.3.0" (instance (export "f" (func))))
          (export "greet" (func $text)))"#,
    ])
    .unwrap();
    assert_eq!(names(&output).0, ["test:io/poll@0.2.0", "test:io/poll@0.3.0", "text"]);
}

#[test]
fn composer_keeps_compatible_versions_of_conflicting_types_apart() {
    let output = compose_wat(&[
        r#"(component
          (import "greet" (func (result string)))
          (import "test:io/poll@0.2.0" (instance (export "f" (func (result u32))))))"#,
        r#"(component
          (import "text" (func $text (result string)))
          (import "test:io/poll@0.2.1" (instance (export "f" (func (result u64)))))
          (export "greet" (func $text)))"#,
    ])
    .unwrap();
    assert_eq!(names(&output).0, ["test:io/poll@0.2.0", "test:io/poll@0.2.1", "text"]);
}

#[test]
fn composer_accepts_two_versions_of_an_interface_in_one_component() {
    let output = socket(
        r#"(component
          (import "greet" (func (result string)))
          (import "test:io/poll@0.2.0" (instance (export "r" (type (sub resource)))))
          (import "test:io/poll@0.2.1" (instance (export "r" (type (sub resource))))))"#,
    );
    // It keeps the two types apart, and so must whoever gives them.
    assert_eq!(names(&output).0, ["test:io/poll@0.2.0", "test:io/poll@0.2.1", "text"]);
}

#[test]
fn composer_keeps_one_type_across_three_interfaces() {
    let output = socket(
        r#"(component
          (import "greet" (func (result string)))
          (import "test:a/one@1.0.0" (instance $one
            (type $point (record (field "x" u32)))
            (export "point" (type (eq $point)))))
          (alias export $one "point" (type $p1))
          (import "test:a/two@1.0.0" (instance $two
            (alias outer 1 $p1 (type $p)) (export "point" (type $point (eq $p)))
            (export "two" (func (result $point)))))
          (alias export $two "point" (type $p2))
          (import "test:a/three@1.0.0" (instance
            (alias outer 1 $p2 (type $p)) (export "spot" (type $spot (eq $p)))
            (export "three" (func (param "at" $spot))))))"#,
    );
    let wit = wit(&output);
    assert!(wit.contains("use one.{point}"), "{wit}");
    assert!(wit.contains("use two.{point as spot}"), "{wit}");
}

#[test]
fn composer_accepts_a_world_with_types_of_a_host_interface() {
    let output = socket(
        r#"(component
          (import "greet" (func (result string)))
          (import "test:a/types@1.0.0" (instance $types
            (export "handle" (type $handle (sub resource)))
            (type $point (record (field "x" u32) (field "of" (own $handle))))
            (export "point" (type (eq $point)))))
          (alias export $types "point" (type $p))
          (import "point" (type $point (eq $p)))
          (import "draw" (func (param "at" $point))))"#,
    );
    let wit = wit(&output);
    assert!(wit.contains("use test:a/types@1.0.0.{point}"), "{wit}");
    assert!(wit.contains("import draw: func(at: point)"), "{wit}");
}

#[test]
fn composer_accepts_a_world_with_resources_of_a_plugged_interface() {
    // wac panics on a function of a world that uses a resource aliased from an imported instance.
    let types = r#"(component
      (type $handle (resource (rep i32)))
      (core func $new (canon resource.new $handle))
      (core module $m
        (import "" "new" (func $new (param i32) (result i32)))
        (func (export "make") (result i32) (call $new (i32.const 7)))
        (func (export "value") (param i32) (result i32) (local.get 0)))
      (core instance $i (instantiate $m (with "" (instance (export "new" (func $new))))))
      (func $make (result (own $handle)) (canon lift (core func $i "make")))
      (func $value (param "self" (borrow $handle)) (result u32) (canon lift (core func $i "value")))
      (component $shape
        (import "handle" (type $h (sub resource)))
        (import "make" (func $make (result (own $h))))
        (import "value" (func $value (param "self" (borrow $h)) (result u32)))
        (export $handle "handle" (type $h))
        (export "make" (func $make) (func (result (own $handle))))
        (export "[method]handle.value" (func $value) (func (param "self" (borrow $handle)) (result u32))))
      (instance $types (instantiate $shape
        (with "handle" (type $handle)) (with "make" (func $make)) (with "value" (func $value))))
      (export "test:a/types@1.0.0" (instance $types)))"#;
    let output = compose_wat(&[
        r#"(component
          (import "test:a/types@1.0.0" (instance $types
            (export "handle" (type $handle (sub resource)))
            (export "make" (func (result (own $handle))))
            (export "[method]handle.value" (func (param "self" (borrow $handle)) (result u32)))))
          (alias export $types "handle" (type $h))
          (import "handle" (type $handle (eq $h)))
          (core func $make (canon lower (func $types "make")))
          (core func $value (canon lower (func $types "[method]handle.value")))
          (core func $drop (canon resource.drop $handle))
          (core module $m
            (import "" "make" (func $make (result i32)))
            (import "" "value" (func $value (param i32) (result i32)))
            (import "" "drop" (func $drop (param i32)))
            (func (export "run") (result i32) (local $h i32) (local $v i32)
              (local.set $h (call $make))
              (local.set $v (call $value (local.get $h)))
              (call $drop (local.get $h))
              (local.get $v)))
          (core instance $i (instantiate $m (with "" (instance
            (export "make" (func $make)) (export "value" (func $value)) (export "drop" (func $drop))))))
          (func (export "run") (result u32) (canon lift (core func $i "run"))))"#,
        types,
    ])
    .unwrap();
    assert_eq!(names(&output), (vec![], vec!["run".to_owned()]));

    let engine = engine();
    let component = Component::new(&engine, &output).unwrap();
    let mut store = Store::new(&engine, ());
    let instance = Linker::<()>::new(&engine).instantiate(&mut store, &component).unwrap();
    let run = instance.get_typed_func::<(), (u32,)>(&mut store, "run").unwrap();
    assert_eq!(run.call(&mut store, ()).unwrap(), (7,));
}

#[test]
fn composer_keeps_a_host_resource_reexported_by_a_plug() {
    // The socket's second import is the host's too, and mentions the type that came through the plug.
    let output = compose_wat(&[
        r#"(component
          (import "acme:io/streams@1.0.0" (instance $streams (export "stream" (type (sub resource)))))
          (alias export $streams "stream" (type $stream))
          (import "acme:net/socket@1.0.0" (instance
            (alias outer 1 $stream (type $outer))
            (export "stream" (type $stream (eq $outer)))
            (export "open" (func (result (own $stream)))))))"#,
        r#"(component
          (import "raw" (instance $raw (export "stream" (type (sub resource)))))
          (export "acme:io/streams@1.0.0" (instance $raw)))"#,
    ])
    .unwrap();
    assert_eq!(names(&output).0, ["raw", "acme:net/socket@1.0.0"]);
}

#[test]
fn composer_accepts_a_component_that_exports_its_import() {
    let middleware = r#"(component
      (import "test:a/handler@1.0.0" (instance $inner (export "handle" (func (result u32)))))
      (core func $inner (canon lower (func $inner "handle")))
      (core module $m
        (import "" "inner" (func $inner (result i32)))
        (func (export "handle") (result i32) (i32.add (i32.const 1) (call $inner))))
      (core instance $i (instantiate $m (with "" (instance (export "inner" (func $inner))))))
      (func $handle (result u32) (canon lift (core func $i "handle")))
      (instance $outer (export "handle" (func $handle)))
      (export "test:a/handler@1.0.0" (instance $outer)))"#;
    let handler = r#"(component
      (core module $m (func (export "handle") (result i32) (i32.const 41)))
      (core instance $i (instantiate $m))
      (func $handle (result u32) (canon lift (core func $i "handle")))
      (instance $outer (export "handle" (func $handle)))
      (export "test:a/handler@1.0.0" (instance $outer)))"#;
    let output = compose_wat(&[middleware, handler]).unwrap();
    assert_eq!(names(&output), (vec![], vec!["test:a/handler@1.0.0".to_owned()]));

    let engine = engine();
    let component = Component::new(&engine, &output).unwrap();
    let mut store = Store::new(&engine, ());
    let instance = Linker::<()>::new(&engine).instantiate(&mut store, &component).unwrap();
    let interface = instance.get_export_index(&mut store, None, "test:a/handler@1.0.0").unwrap();
    let handle = instance.get_export_index(&mut store, Some(&interface), "handle").unwrap();
    let handle = instance.get_typed_func::<(), (u32,)>(&mut store, handle).unwrap();
    assert_eq!(handle.call(&mut store, ()).unwrap(), (42,));
}

#[test]
fn composer_accepts_imported_core_modules_and_components() {
    let output = socket(
        r#"(component
          (import "greet" (func (result string)))
          (import "math" (core module
            (import "env" "memory" (memory 1))
            (import "env" "table" (table 1 funcref))
            (export "add" (func (param i32 i64) (result f32 f64 v128)))
            (export "limit" (global i32))))
          (import "part" (component
            (import "test:a/types@1.0.0" (instance (export "r" (type (sub resource)))))
            (export "make" (func (result (list string))))))
          (import "nested" (instance
            (export "inner" (instance (export "f" (func (param "x" (tuple u8 char)))))))))"#,
    );
    let text = printed(&output);
    for part in [
        r#"(import "env" "memory" (memory 1))"#,
        r#"(import "env" "table" (table 1 funcref))"#,
        "(func (param i32 i64) (result f32 f64 v128))",
        r#"(import "test:a/types@1.0.0" (instance"#,
        "(tuple u8 char)",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
}

#[test]
fn composer_refuses_a_module_import_of_gc_types_by_name() {
    let error = compose_wat(&[
        r#"(component
          (import "greet" (func (result string)))
          (core type $m (module
            (type $s (struct (field i32)))
            (export "make" (func (result (ref $s))))))
          (import "math" (core module (type $m))))"#,
        PLUG,
    ])
    .unwrap_err();
    assert_eq!(
        error,
        "import `math` of `a` is a core module whose type cannot be written again: `make` mentions a type that only \
         the module can name"
    );
}

#[test]
fn composer_keeps_types_of_async_functions() {
    let output = socket(
        r#"(component
          (import "greet" (func (result string)))
          (import "test:a/all@0.3.0" (instance
            (export "resource" (type $r (sub resource)))
            (type $flags (flags "a" "b")) (export "perms" (type $perms (eq $flags)))
            (type $enum (enum "x" "y")) (export "kind" (type $kind (eq $enum)))
            (export "read" (func async (param "from" (borrow $r)) (result (stream u8))))
            (export "later" (func (param "p" $perms) (result (future (result $kind (error error-context))))))
            (export "fixed" (func (param "xs" (list u8 4)) (result (map string u32))))
            (export "bare" (func (result (stream)))))))"#,
    );
    let text = printed(&output);
    for part in
        ["async", "(stream u8)", "(future ", "error-context", "(list u8 4)", "(map string u32)", "(flags", "(stream)"]
    {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
}

#[test]
fn composer_accepts_a_label_that_implements_an_interface() {
    let output = socket(
        r#"(component
          (import "greet" (func (result string)))
          (import "primary" (implements "test:a/store@1.0.0") (instance (export "get" (func (result u32)))))
          (import "backup" (implements "test:a/store@1.0.0") (instance (export "get" (func (result u32))))))"#,
    );
    let text = printed(&output);
    assert_eq!(names(&output).0, ["primary", "backup", "text"]);
    assert_eq!(
        text.matches(r#"(implements "test:a/store@1.0.0")"#).count(),
        4,
        "two in the socket, two outside\n{text}"
    );
}

#[test]
fn composer_accepts_url_and_hash_import_names() {
    let app = r#"(component
          (import "greet" (func (result string)))
          (import "url=<https://example.com/a.wasm>" (core module))
          (import "unlocked-dep=<a:b>" (component)))"#;
    // The Component Model no longer has such names.
    let refused = compose_wat(&[app, PLUG]).unwrap_err();
    assert!(refused.contains("`url=<https://example.com/a.wasm>`"), "{refused}");
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("app.wat"), app).unwrap();
    std::fs::write(directory.path().join("plug.wat"), PLUG).unwrap();
    let asked = ["plug", "app.wat", "--plug", "plug.wat", "-o", "out.wasm", "--allow-obsolete-names"];
    support::succeeds(support::weld(directory.path()).args(asked));
    let output = std::fs::read(directory.path().join("out.wasm")).unwrap();
    assert_eq!(names(&output).0, ["url=<https://example.com/a.wasm>", "unlocked-dep=<a:b>", "text"]);
}

#[test]
fn composer_reports_plugs_without_imports_or_exports_as_unused() {
    let error = compose_wat(&["(component (import \"f\" (func)))", "(component)"]).unwrap_err();
    assert_eq!(error, "`a` uses no export of `b`");
}

#[test]
fn composer_nests_equal_components_once() {
    // Two instances of one component, by two names: each has its own imports.
    let pass = |name: &str| {
        format!(
            r#"(component
              (import "text" (func $text (result string)))
              (export "{name}" (func $text)))"#
        )
    };
    let output = compose_wat(&[
        r#"(component (import "one" (func (result string))) (import "two" (func (result string))))"#,
        &pass("one"),
        &pass("two"),
    ])
    .unwrap();
    // Both left `text` to the host, which is one import.
    assert_eq!(names(&output).0, ["text"]);
    assert_eq!(support::nested(&output).len(), 3);
}

#[test]
fn composer_refuses_a_composition_above_the_size_limit() {
    // The socket is an instance, and so are what is taken for it and, at least, two groups of plugs.
    let imports: String = (0..998).map(|n| format!("(import \"test:a/i{n}\" (instance))\n")).collect();
    let plugs: Vec<String> =
        (0..998).map(|n| format!("(component (instance $i) (export \"test:a/i{n}\" (instance $i)))")).collect();
    let components: Vec<&str> = std::iter::once(imports.as_str()).chain(plugs.iter().map(String::as_str)).collect();
    let socket = format!("(component {imports})");
    let error = compose_wat(&[&[socket.as_str()], &components[1..]].concat()).unwrap_err();
    assert_eq!(error, "the composition needs 1002 instances in one component, and a component may have 1000");
}

#[test]
fn composer_passes_a_host_resource_between_compatible_versions() {
    // The socket and the plug both take streams from the host, at two versions, and hand one over.
    let output = compose_wat(&[
        r#"(component
          (import "test:io/streams@0.2.0" (instance $io
            (export "stream" (type $stream (sub resource)))
            (export "[method]stream.id" (func (param "self" (borrow $stream)) (result u32)))))
          (alias export $io "stream" (type $stream))
          (import "test:app/files@1.0.0" (instance $files
            (alias outer 1 $stream (type $outer)) (export "stream" (type $stream (eq $outer)))
            (export "open" (func (result (own $stream))))))
          (core func $id (canon lower (func $io "[method]stream.id")))
          (core func $open (canon lower (func $files "open")))
          (core module $m
            (import "" "id" (func $id (param i32) (result i32)))
            (import "" "open" (func $open (result i32)))
            (func (export "run") (result i32) (call $id (call $open))))
          (core instance $i (instantiate $m (with "" (instance
            (export "id" (func $id)) (export "open" (func $open))))))
          (func (export "run") (result u32) (canon lift (core func $i "run"))))"#,
        r#"(component
          (import "test:io/streams@0.2.12" (instance $io
            (export "stream" (type $stream (sub resource)))
            (export "make" (func (result (own $stream))))))
          (alias export $io "stream" (type $stream))
          (alias export $io "make" (func $make))
          (component $shape
            (import "stream" (type $s (sub resource)))
            (import "open" (func $open (result (own $s))))
            (export $stream "stream" (type $s))
            (export "open" (func $open) (func (result (own $stream)))))
          (instance $files (instantiate $shape (with "stream" (type $stream)) (with "open" (func $make))))
          (export "test:app/files@1.0.0" (instance $files)))"#,
    ])
    .unwrap();
    assert_eq!(names(&output).0, ["test:io/streams@0.2.12"]);

    struct Stream;
    let engine = engine();
    let component = Component::new(&engine, &output).unwrap();
    let mut linker = Linker::<()>::new(&engine);
    let mut io = linker.instance("test:io/streams@0.2.12").unwrap();
    io.resource("stream", ResourceType::host::<Stream>(), |_, _| Ok(())).unwrap();
    io.func_wrap("make", |_, (): ()| Ok((Resource::<Stream>::new_own(17),))).unwrap();
    io.func_wrap("[method]stream.id", |_, (stream,): (Resource<Stream>,)| Ok((stream.rep(),))).unwrap();
    let mut store = Store::new(&engine, ());
    let instance = linker.instantiate(&mut store, &component).unwrap();
    let run = instance.get_typed_func::<(), (u32,)>(&mut store, "run").unwrap();
    assert_eq!(run.call(&mut store, ()).unwrap(), (17,));
}

#[test]
fn composer_keeps_versions_apart_with_their_resources() {
    // The definers disagree in a function, and cannot be one; their users agree, but not on whose resource they use.
    let component = |version: &str, result: &str, rest: &str| {
        format!(
            r#"(component
              (import "test:a/types@{version}" (instance $types
                (export "r" (type (sub resource)))
                (export "count" (func (result {result})))))
              (alias export $types "r" (type $r))
              (import "test:a/user@{version}" (instance
                (alias outer 1 $r (type $outer)) (export "r" (type $r (eq $outer)))
                (export "use" (func (param "r" (borrow $r))))))
              {rest})"#
        )
    };
    let socket = component("0.1.0", "u32", r#"(import "greet" (func (result string)))"#);
    let plug = component("0.1.7", "u64", r#"(import "text" (func $t (result string))) (export "greet" (func $t))"#);
    let output = compose_wat(&[&socket, &plug]).unwrap();
    let expected = ["test:a/types@0.1.0", "test:a/user@0.1.0", "test:a/types@0.1.7", "test:a/user@0.1.7", "text"];
    assert_eq!(names(&output).0, expected);
}

#[test]
fn composer_keeps_versions_apart_where_a_merge_would_be_cyclic() {
    // In the old version `j` uses `i`, in the new one `i` uses `j`.
    let component = |version: &str, first: &str, second: &str, rest: &str| {
        format!(
            r#"(component
              (import "test:a/{first}@{version}" (instance $first (export "r" (type (sub resource)))))
              (alias export $first "r" (type $r))
              (import "test:a/{second}@{version}" (instance
                (alias outer 1 $r (type $outer)) (export "s" (type $s (eq $outer)))
                (export "use" (func (param "r" (borrow $s))))))
              {rest})"#
        )
    };
    let socket = component("0.1.0", "i", "j", r#"(import "greet" (func (result string)))"#);
    let plug = component("0.1.7", "j", "i", r#"(import "text" (func $t (result string))) (export "greet" (func $t))"#);
    let output = compose_wat(&[&socket, &plug]).unwrap();
    // One of the two can be one import, and then the other cannot.
    assert_eq!(names(&output).0, ["test:a/i@0.1.0", "test:a/j@0.1.7", "test:a/i@0.1.7", "text"]);
}

#[test]
fn composer_keeps_a_version_apart_that_uses_a_resource_of_another_one_through_a_component() {
    // The app uses a resource of version 1.1.0 in 1.0.0. What is passed on is of the host, whoever passes it on: the
    // adapter of the app, or a plug. Without both, the app imports the two versions itself.
    let versions = r#"
      (import "acme:a/x@1.1.0" (instance $new
        (export "r" (type $r (sub resource)))
        (export "make" (func (result (own $r))))
        (export "wipe" (func (result u32)))))
      (alias export $new "r" (type $r)) "#;
    let app = |definer: &str| {
        let versions = versions.replace("acme:a/x@1.1.0", definer);
        format!(
            r#"(component {versions}
              (import "acme:a/x@1.0.0" (instance $old
                (alias outer 1 $r (type $outer)) (export "q" (type $q (eq $outer)))
                (export "id" (func (param "q" (borrow $q)) (result u32)))))
              (core func $make (canon lower (func $new "make")))
              (core func $id (canon lower (func $old "id")))
              (core module $m
                (import "" "make" (func $make (result i32)))
                (import "" "id" (func $id (param i32) (result i32)))
                (func (export "run") (result i32) (call $id (call $make))))
              (core instance $m (instantiate $m (with "" (instance
                (export "make" (func $make)) (export "id" (func $id))))))
              (func (export "run") (result u32) (canon lift (core func $m "run"))))"#
        )
    };
    let plug = format!(
        r#"(component {versions}
          (component $pass
            (import "r" (type $r (sub resource)))
            (import "make" (func $make (result (own $r))))
            (import "wipe" (func $wipe (result u32)))
            (export $exported "r" (type $r))
            (export "make" (func $make) (func (result (own $exported))))
            (export "wipe" (func $wipe)))
          (instance $passed (instantiate $pass
            (with "r" (type $r)) (with "make" (func $new "make")) (with "wipe" (func $new "wipe"))))
          (export "acme:a/y@1.0.0" (instance $passed)))"#
    );
    let adapted = {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("app.wat"), app("acme:a/x@1.1.0")).unwrap();
        virt_in(directory.path(), "app.wat".as_ref(), &["--allow-all", "--grant", "acme:a/x#wipe=deny"])
    };
    let passed = compose_wat(&[&app("acme:a/y@1.0.0"), &plug]).unwrap();
    for output in [adapted, passed, compose_wat(&[&app("acme:a/x@1.1.0")]).unwrap()] {
        assert_eq!(names(&output).0, ["acme:a/x@1.1.0", "acme:a/x@1.0.0"]);
        struct R;
        let engine = engine();
        let component = Component::new(&engine, &output).unwrap();
        let mut linker = Linker::<()>::new(&engine);
        let mut new = linker.instance("acme:a/x@1.1.0").unwrap();
        new.resource("r", ResourceType::host::<R>(), |_, _| Ok(())).unwrap();
        new.func_wrap("make", |_, (): ()| Ok((Resource::<R>::new_own(17),))).unwrap();
        new.func_wrap("wipe", |_, (): ()| Ok((0u32,))).unwrap();
        let mut old = linker.instance("acme:a/x@1.0.0").unwrap();
        old.resource("q", ResourceType::host::<R>(), |_, _| Ok(())).unwrap();
        old.func_wrap("id", |_, (q,): (Resource<R>,)| Ok((q.rep(),))).unwrap();
        let mut store = Store::new(&engine, ());
        let instance = linker.instantiate(&mut store, &component).unwrap();
        let run = instance.get_typed_func::<(), (u32,)>(&mut store, "run").unwrap();
        assert_eq!(run.call(&mut store, ()).unwrap(), (17,));
    }
}

#[test]
fn composer_accepts_a_world_that_exports_types_of_a_plugged_interface() {
    // `use clock.{datetime}; export last: func() -> datetime;`: the type keeps a name in the output.
    let clock = r#"(component
      (component $c (type $d (record (field "seconds" u64))) (export "datetime" (type $d)))
      (instance $clock (instantiate $c))
      (export "test:a/clock@1.0.0" (instance $clock)))"#;
    let output = compose_wat(&[
        r#"(component
          (import "test:a/clock@1.0.0" (instance $clock
            (type $d (record (field "seconds" u64)))
            (export "datetime" (type (eq $d)))))
          (alias export $clock "datetime" (type $d))
          (import "datetime" (type $datetime (eq $d)))
          (import "now" (func $now (result $datetime)))
          (export "last" (func $now)))"#,
        clock,
    ])
    .unwrap();
    let imports = ["test:a/clock@1.0.0", "datetime", "now"].map(str::to_owned).to_vec();
    assert_eq!(names(&output), (imports, vec!["last".to_owned()]));
    // What the plug fills is imported for the type alone, so that `use` stays.
    assert!(wit(&output).contains("use test:a/clock@1.0.0.{datetime};"), "{}", wit(&output));
}

#[test]
fn composer_merges_imports_of_one_name_before_compatible_versions() {
    // The first two could be one, and then the third, which is the first's namesake, could not join them.
    let component = |version: &str, functions: &str, rest: &str| {
        format!(r#"(component (import "test:a/x@{version}" (instance {functions})) {rest})"#)
    };
    let socket = component(
        "0.2.0",
        r#"(export "f" (func))"#,
        r#"(import "one" (func (result string))) (import "two" (func (result string)))"#,
    );
    let plug = |version: &str, result: &str, name: &str| {
        let functions = format!(r#"(export "f" (func)) (export "g" (func (result {result})))"#);
        let rest = format!(r#"(import "text" (func $t (result string))) (export "{name}" (func $t))"#);
        component(version, &functions, &rest)
    };
    let output = compose_wat(&[&socket, &plug("0.2.1", "u64", "one"), &plug("0.2.0", "u32", "two")]).unwrap();
    assert_eq!(names(&output).0, ["test:a/x@0.2.0", "test:a/x@0.2.1", "text"]);
}

#[test]
fn composer_keeps_labels_of_different_interfaces_apart() {
    // `q` is filled; both ask for `y`, which is another interface for each.
    let asks = |interface: &str, more: &str, export: &str| {
        format!(
            r#"(component (import "y" {interface} (instance $y (export "f" (func (result u32))))) {more}
              (core func $f (canon lower (func $y "f")))
              (core module $m (import "" "f" (func $f (result i32))) (func (export "run") (result i32) (call $f)))
              (core instance $m (instantiate $m (with "" (instance (export "f" (func $f))))))
              (func (export "{export}") (result u32) (canon lift (core func $m "run"))))"#
        )
    };
    let first = asks(r#"(implements "a:b/i@1.0.0")"#, r#"(import "q" (func (result u32)))"#, "run");
    let second = |interface: &str| asks(interface, "", "q");
    let names = |output: &[u8]| {
        let imports = support::labels(output).into_iter();
        imports.collect::<std::collections::BTreeMap<_, _>>()
    };
    let label = |of: &str| Some(of.to_owned());
    for (interface, expected) in [
        (r#"(implements "a:b/j@1.0.0")"#, vec![("y", label("a:b/i@1.0.0")), ("y2", label("a:b/j@1.0.0"))]),
        // What goes by its name alone keeps it.
        ("", vec![("y", None), ("y2", label("a:b/i@1.0.0"))]),
        // Versions of one interface are one import, of the highest of them.
        (r#"(implements "a:b/i@1.3.0")"#, vec![("y", label("a:b/i@1.3.0"))]),
    ] {
        for grants in ["", "[virtualize.a]\ny = \"allow\"\n[virtualize.b]\ny = \"allow\"\n"] {
            let directory = tempfile::tempdir().unwrap();
            for (file, text) in [("a.wat", &first), ("b.wat", &second(interface))] {
                std::fs::write(directory.path().join(file), text).unwrap();
            }
            let manifest =
                "[composition]\nroot = \"a\"\noutput = \"o.wasm\"\n[components]\na = \"a.wat\"\nb = \"b.wat\"\n";
            std::fs::write(directory.path().join("weld.toml"), format!("{manifest}{grants}")).unwrap();
            support::succeeds(support::weld(directory.path()).arg("build"));
            support::succeeds(support::weld(directory.path()).args(["verify", "o.wasm", "--manifest", "weld.toml"]));
            let output = std::fs::read(directory.path().join("o.wasm")).unwrap();
            let expected = expected.iter().map(|(name, of)| ((*name).to_owned(), of.clone())).collect();
            assert_eq!(names(&output), expected, "{interface} {grants}");
        }
    }
}
