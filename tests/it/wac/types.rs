//! Types in WAC documents, and the resources and interfaces that have them.

use super::*;

#[test]
fn wac_declares_types_of_each_kind() {
    let document = r#"
        type id = u64;
        record point { x: f32, y: f32, }
        variant shape { dot(point), line(tuple<point, point>), nothing }
        enum colour { red, green }
        flags rights { read, write }
        type shapes = list<shape>;
        type draw = func(s: shapes, in-colour: option<colour>) -> result<id, string>;
        type wide = func(a: u8, b: s8, c: u16, d: s16, e: u32, f: s32, g: s64, h: f64, i: char, j: bool, k: rights)
            -> result<_, result>;"#;
    let output = compose(document, &[]);
    assert_eq!(names(&output).1, ["id", "point", "shape", "colour", "rights", "shapes", "draw", "wide"]);
    let types = [
        r#"(record (field "x" f32) (field "y" f32))"#,
        r#"(enum "red" "green")"#,
        r#"(flags "read" "write")"#,
        "(result (error",
        r#"(param "i" char) (param "j" bool)"#,
    ];
    has(&output, &types);
}

#[test]
fn wac_refuses_an_import_with_types_of_no_interface() {
    // wac says that its encoding failed validation.
    let error = fails("record point { x: f32 } import draw: func(at: point);", &[]);
    assert_eq!(error, "import `draw` has no form in a component: func not valid to be used as import");
}

#[test]
fn wac_interfaces_use_types_of_others() {
    let document = r#"
        interface types {
            record point { x: u32 }
            resource file { constructor(name: string); size: func() -> u64; open: static func() -> file; }
        }
        interface uses {
            use types.{point, file as document};
            type d = document;
            at: func(p: point, d: borrow<document>) -> d;
        }
        import u: uses;"#;
    let output = compose(document, &[]);
    // What the import uses is imported, as it is in WIT.
    assert_eq!(
        names(&output),
        (vec!["test:composition/types".into(), "u".into()], vec!["types".into(), "uses".into()])
    );
    has(
        &output,
        &["[constructor]file", "[method]file.size", "[static]file.open", r#"(export (;4;) "d" (type (eq 3)))"#],
    );
}

#[test]
fn wac_declares_worlds() {
    let packages = [numbers("deps/test/n/1.0.0.wit")];
    let document = r#"
        interface own { get: func() -> u32; }
        world base { import a: func(); export b: interface { f: func(); }; export c: func(); }
        world w {
            include base with { a as first, c as third };
            import test:n/a@1.0.0;
            import own;
            export test:n/b@1.0.0;
            record r { x: u32 }
            import f: func(r: r);
        }"#;
    let output = compose(document, &packages);
    assert_eq!(names(&output), (vec![], vec!["own".into(), "base".into(), "w".into()]));
    let declared = [
        r#"(import "first" (func"#,
        r#"(export (;2;) "third" (func"#,
        r#"(import "test:n/a@1.0.0" (instance"#,
        r#"(import "test:composition/own" (instance"#,
        r#"(import "r" (type (;3;) (eq 2)))"#,
        r#""test:composition/w" (component"#,
    ];
    has(&output, &declared);
}

#[test]
fn wac_uses_types_of_package_interfaces() {
    let types = "package test:t@1.0.0;
        interface types { record point { x: u32 } resource file { size: func() -> u64; } }
        interface other { use types.{file}; f: func() -> file; }";
    let packages = [("deps/test/t/1.0.0.wit", types.to_owned())];
    let document = r#"
        import drawing: interface {
            use test:t/types@1.0.0.{point, file};
            draw: func(at: point, onto: borrow<file>);
        };
        import other: test:t/other@1.0.0;"#;
    let wit = wit(&compose(document, &packages));
    let expected = "world root {
  import test:t/types@1.0.0;
  import drawing: interface {
    use test:t/types@1.0.0.{point, file};

    draw: func(at: point, onto: borrow<file>);
  }
  import test:t/other@1.0.0;
}";
    assert!(wit.contains(expected), "{wit}");
}

#[test]
fn wac_declares_async_types() {
    let document = r#"
        import read: async func(n: u32) -> stream<u8>;
        import i: interface {
            resource r { next: async func() -> future<list<u8>>; }
            bare: func(s: stream, f: future, e: error-context) -> option<stream<string>>;
        };"#;
    let wit = wit(&compose(document, &[]));
    let expected = "  import i: interface {
    resource r {
      next: async func() -> future<list<u8>>;
    }

    bare: func(s: stream, f: future, e: error-context) -> option<stream<string>>;
  }
  import read: async func(n: u32) -> stream<u8>;";
    assert!(wit.contains(expected), "{wit}");
}

#[test]
fn wac_wires_async_functions() {
    let provider = r#"(component
        (type $r (future u32))
        (core module $m (func (export "f") (result i32) unreachable) (func (export "c") (param i32 i32 i32) (result i32) unreachable))
        (core instance $i (instantiate $m))
        (func (export "f") async (result $r) (canon lift (core func $i "f") async (callback (core func $i "c")))))"#;
    let user = r#"(component (type $r (future u32)) (import "f" (func $f async (result $r))) (export "g" (func $f)))"#;
    let packages = [("deps/test/one.wat", provider.to_owned()), ("deps/test/user.wat", user.to_owned())];
    let wit = wit(&compose("export new test:user { f: new test:one {}.f }.g;", &packages));
    assert!(wit.contains("export g: async func() -> future<u32>;"), "{wit}");
}

/// A package that defines a resource: its constructor takes a number, which `value` returns.
fn boxes(path: &'static str) -> Package {
    let text = r#"(component
        (core module $m (func (export "new") (param i32) (result i32) (local.get 0)))
        (core instance $m (instantiate $m))
        (type $r (resource (rep i32)))
        (core func $make (canon resource.new $r))
        (core module $n
          (import "" "make" (func $make (param i32) (result i32)))
          (func (export "new") (param i32) (result i32) (call $make (local.get 0)))
          (func (export "value") (param i32) (result i32) (local.get 0)))
        (core instance $n (instantiate $n (with "" (instance (export "make" (func $make))))))
        (func $new (param "n" u32) (result (own $r)) (canon lift (core func $n "new")))
        (func $value (param "self" (borrow $r)) (result u32) (canon lift (core func $n "value")))
        (component $c
          (import "r" (type $r (sub resource)))
          (import "new" (func $new (param "n" u32) (result (own $r))))
          (import "value" (func $value (param "self" (borrow $r)) (result u32)))
          (export $e "box" (type $r))
          (export "[constructor]box" (func $new) (func (param "n" u32) (result (own $e))))
          (export "[method]box.value" (func $value) (func (param "self" (borrow $e)) (result u32))))
        (instance $i (instantiate $c (with "r" (type $r)) (with "new" (func $new)) (with "value" (func $value))))
        (export "test:boxes/boxes@1.0.0" (instance $i)))"#;
    (path, text.to_owned())
}

/// A package that makes a box of 42 and exports what it says.
fn unboxes(path: &'static str) -> Package {
    let text = r#"(component
        (import "test:boxes/boxes@1.0.0" (instance $b
          (export "box" (type $r (sub resource)))
          (export "[constructor]box" (func (param "n" u32) (result (own $r))))
          (export "[method]box.value" (func (param "self" (borrow $r)) (result u32)))))
        (core func $new (canon lower (func $b "[constructor]box")))
        (core func $value (canon lower (func $b "[method]box.value")))
        (core module $m
          (import "" "new" (func $new (param i32) (result i32)))
          (import "" "value" (func $value (param i32) (result i32)))
          (func (export "run") (result i32) (call $value (call $new (i32.const 42)))))
        (core instance $i (instantiate $m (with "" (instance (export "new" (func $new)) (export "value" (func $value))))))
        (func (export "run") (result u32) (canon lift (core func $i "run"))))"#;
    (path, text.to_owned())
}

#[test]
fn wac_passes_resources() {
    let packages = [boxes("deps/test/boxes.wat"), unboxes("deps/test/unboxes.wat")];
    for argument in ["boxes: new test:boxes {}.boxes", "...b"] {
        let document = format!("let b = new test:boxes {{}}; export new test:unboxes {{ {argument} }}.run;");
        assert_eq!(runs(&document, &packages), 42, "{argument}");
    }
}
