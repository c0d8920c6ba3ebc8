//! Exports of components that are virtualized, where they exchange handles that are the host's, or another component's.

use crate::support::{self, call, guest, http::serve, succeeds, weld};
use wasmtime::component::{Component, Linker, Resource, ResourceType};
use wasmtime::{Store, StoreContextMut};

/// Has a resource type, whose `value` is 41; exports two interfaces that make one.
const TYPES: &str = r#"(component
  (core module $dtor (func (export "d") (param i32)))
  (core instance $d (instantiate $dtor))
  (type $r (resource (rep i32) (dtor (func $d "d"))))
  (core func $new (canon resource.new $r))
  (core module $m
    (import "" "new" (func $new (param i32) (result i32)))
    (func (export "make") (result i32) (call $new (i32.const 41)))
    (func (export "value") (param i32) (result i32) local.get 0))
  (core instance $i (instantiate $m (with "" (instance (export "new" (func $new))))))
  (func $make (result (own $r)) (canon lift (core func $i "make")))
  (func $value (param "self" (borrow $r)) (result u32) (canon lift (core func $i "value")))
  (component $shim
    (import "r" (type $r (sub resource)))
    (import "make" (func $make (result (own $r))))
    (import "value" (func $value (param "self" (borrow $r)) (result u32)))
    (export $e "r" (type $r))
    (export "make" (func $make) (func (result (own $e))))
    (export "[method]r.value" (func $value) (func (param "self" (borrow $e)) (result u32))))
  (instance $types (instantiate $shim (with "r" (type $r)) (with "make" (func $make)) (with "value" (func $value))))
  (export $types' "a:b/types" (instance $types))
  (component $shim2
    (import "r" (type $r (sub resource)))
    (import "make" (func $make (result (own $r))))
    (export $e "r" (type $r))
    (export "other" (func $make) (func (result (own $e)))))
  (alias export $types' "r" (type $r'))
  (instance $maker (instantiate $shim2 (with "r" (type $r')) (with "make" (func $make))))
  (export "a:b/maker" (instance $maker)))"#;

/// Is given an `r`, and makes another one, which it drops.
const HANDLER: &str = r#"(component
  (import "a:b/types" (instance $types
    (export "r" (type $r (sub resource)))
    (export "[method]r.value" (func (param "self" (borrow $r)) (result u32)))))
  (alias export $types "r" (type $r))
  (import "a:b/maker" (instance $maker
    (alias outer 1 $r (type $r')) (export "r" (type $r (eq $r')))
    (export "other" (func (result (own $r))))))
  (core func $value (canon lower (func $types "[method]r.value")))
  (core func $other (canon lower (func $maker "other")))
  (core func $drop (canon resource.drop $r))
  (core module $m
    (import "" "value" (func $value (param i32) (result i32)))
    (import "" "other" (func $other (result i32)))
    (import "" "drop" (func $drop (param i32)))
    (func (export "handle") (param i32) (result i32) (call $drop (call $other)) (local.get 0))
    (func (export "look") (param i32) (result i32) (local $v i32)
      (local.set $v (call $value (local.get 0))) (call $drop (local.get 0)) (local.get $v))
    (func (export "plain") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1))))
  (core instance $i (instantiate $m (with "" (instance
    (export "value" (func $value)) (export "other" (func $other)) (export "drop" (func $drop))))))
  (func $handle (param "x" (own $r)) (result (own $r)) (canon lift (core func $i "handle")))
  (func $look (param "x" (own $r)) (result u32) (canon lift (core func $i "look")))
  (func $plain (param "x" u32) (result u32) (canon lift (core func $i "plain")))
  (component $shim
    (import "r" (type $r (sub resource)))
    (import "handle" (func $handle (param "x" (own $r)) (result (own $r))))
    (import "look" (func $look (param "x" (own $r)) (result u32)))
    (import "plain" (func $plain (param "x" u32) (result u32)))
    (export $e "r" (type $r))
    (export "handle" (func $handle) (func (param "x" (own $e)) (result (own $e))))
    (export "look" (func $look) (func (param "x" (own $e)) (result u32)))
    (export "plain" (func $plain)))
  (instance $handler (instantiate $shim (with "r" (type $r)) (with "handle" (func $handle)) (with "look" (func $look)) (with "plain" (func $plain))))
  (export "a:b/handler" (instance $handler)))"#;

/// Has the handler handle what the types make.
const USER: &str = r#"(component
  (import "a:b/types" (instance $types
    (export "r" (type $r (sub resource)))
    (export "make" (func (result (own $r))))))
  (alias export $types "r" (type $r))
  (import "a:b/handler" (instance $handler
    (alias outer 1 $r (type $r')) (export "r" (type $r (eq $r')))
    (export "handle" (func (param "x" (own $r)) (result (own $r))))
    (export "look" (func (param "x" (own $r)) (result u32)))
    (export "plain" (func (param "x" u32) (result u32)))))
  (core func $make (canon lower (func $types "make")))
  (core func $handle (canon lower (func $handler "handle")))
  (core func $look (canon lower (func $handler "look")))
  (core func $plain (canon lower (func $handler "plain")))
  (core module $m
    (import "" "make" (func $make (result i32)))
    (import "" "handle" (func $handle (param i32) (result i32)))
    (import "" "look" (func $look (param i32) (result i32)))
    (import "" "plain" (func $plain (param i32) (result i32)))
    (func (export "run") (result i32) (call $plain (call $look (call $handle (call $make))))))
  (core instance $i (instantiate $m (with "" (instance
    (export "make" (func $make)) (export "handle" (func $handle)) (export "look" (func $look)) (export "plain" (func $plain))))))
  (func (export "run") (result u32) (canon lift (core func $i "run"))))"#;

/// Builds the three, with grants for the handler, and gives the output, or what weld said.
fn build(handler: &str, grants: &str) -> Result<(Vec<u8>, String), String> {
    let manifest = format!(
        r#"[composition]
root = "user"
output = "out.wasm"
[components]
types = "types.wat"
handler = "handler.wat"
user = "user.wat"
[virtualize.handler]
{grants}
"#
    );
    manifested(&[("types", TYPES), ("handler", handler), ("user", USER)], &manifest)
}

/// Builds what a manifest describes, and verifies it by that, or gives what weld said.
fn manifested(components: &[(&str, &str)], manifest: &str) -> Result<(Vec<u8>, String), String> {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in components {
        std::fs::write(directory.path().join(format!("{name}.wat")), text).unwrap();
    }
    std::fs::write(directory.path().join("weld.toml"), manifest).unwrap();
    let output = support::weld(directory.path()).args(["build", "-v"]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    if !output.status.success() {
        return Err(said);
    }
    support::succeeds(support::weld(directory.path()).args(["verify", "out.wasm", "--manifest", "weld.toml"]));
    Ok((std::fs::read(directory.path().join("out.wasm")).unwrap(), said))
}

#[test]
fn virt_converts_handles_of_exports_in_both_directions() {
    let (plain, said) = build(HANDLER, r#""a:b/maker" = "allow""#).unwrap();
    assert_eq!(call(&plain, "run"), 42, "{said}");
    assert!(!said.contains("handler:exports"), "{said}");
    // The handler drops an `r` that stands for nothing, and gives back the one that it was given.
    let (output, said) = build(HANDLER, r#""a:b/maker" = "deny""#).unwrap();
    assert_eq!(call(&output, "run"), 42, "{said}");
    assert!(said.contains("user: a:b/handler <- handler:exports"), "{said}");
    assert!(said.contains("forwarded: export a:b/handler"), "{said}");
}

#[test]
fn virt_export_returns_no_null_handle() {
    let handler =
        HANDLER.replace("(call $drop (call $other)) (local.get 0))", "(call $drop (local.get 0)) (call $other))");
    assert_ne!(handler, HANDLER);
    let (output, said) = build(&handler, r#""a:b/maker" = "deny""#).unwrap();
    let trapped = std::panic::catch_unwind(|| call(&output, "run"));
    assert!(trapped.is_err(), "{said}");
}

#[test]
fn virt_server_with_virtual_files_responds_on_host_streams() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join("data")).unwrap();
    std::fs::write(directory.path().join("data/a.txt"), "some text").unwrap();
    let mut command = support::weld(directory.path());
    command.arg("virt").arg(guest("handler")).args(["-o", "out.wasm", "--allow-http", "--mount", "/=data"]);
    support::succeeds(command.args(["--grant", "wasi:http/types=allow"]));
    let output = std::fs::read(directory.path().join("out.wasm")).unwrap();
    let answer = |file| {
        format!("path /a.txt\nasked a question\nenvironment \nfile {file}\nrequest ErrorCode::ConnectionRefused\n")
    };
    assert_eq!(serve(&output, "/a.txt"), Ok(answer("some text")));
    let imports = support::names(&output).0;
    assert!(!imports.iter().any(|name| name.starts_with("wasi:filesystem/")), "{imports:?}");
}

/// Has a stream of the host's given by another component, and flushes it.
const FLUSHES: &str = r#"(component
  (import "wasi:io/streams@0.2.0" (instance $io
    (export "output-stream" (type $s (sub resource)))
    (export "[method]output-stream.flush" (func (param "self" (borrow $s))))))
  (alias export $io "output-stream" (type $s))
  (import "a:b/giver" (instance $giver
    (alias outer 1 $s (type $s')) (export "output-stream" (type $s (eq $s')))
    (export "give" (func (result (own $s))))))
  (core func $give (canon lower (func $giver "give")))
  (core func $flush (canon lower (func $io "[method]output-stream.flush")))
  (core module $m
    (import "" "give" (func $give (result i32)))
    (import "" "flush" (func $flush (param i32)))
    (func (export "run") (result i32) (call $flush (call $give)) (i32.const 1)))
  (core instance $i (instantiate $m (with "" (instance (export "give" (func $give)) (export "flush" (func $flush))))))
  (func (export "run") (result u32) (canon lift (core func $i "run"))))"#;

/// Gives its standard output, and could give another stream.
const GIVER: &str = r#"(component
  (import "wasi:io/streams@0.2.0" (instance $io
    (export "output-stream" (type $s (sub resource)))
    (export "[method]output-stream.flush" (func (param "self" (borrow $s))))))
  (alias export $io "output-stream" (type $s))
  (import "wasi:cli/stdout@0.2.0" (instance $stdout
    (alias outer 1 $s (type $s')) (export "output-stream" (type $s (eq $s')))
    (export "get-stdout" (func (result (own $s))))))
  (import "wasi:cli/stderr@0.2.0" (instance $stderr
    (alias outer 1 $s (type $s')) (export "output-stream" (type $s (eq $s')))
    (export "get-stderr" (func (result (own $s))))))
  (core func $stdout (canon lower (func $stdout "get-stdout")))
  (core func $stderr (canon lower (func $stderr "get-stderr")))
  (core module $m
    (import "" "stdout" (func $stdout (result i32)))
    (import "" "stderr" (func $stderr (result i32)))
    (func (export "give") (result i32) (call $stdout)))
  (core instance $i (instantiate $m (with "" (instance
    (export "stdout" (func $stdout)) (export "stderr" (func $stderr))))))
  (func $give (result (own $s)) (canon lift (core func $i "give")))
  (component $shim
    (import "s" (type $s (sub resource)))
    (import "give" (func $give (result (own $s))))
    (export $e "output-stream" (type $s))
    (export "give" (func $give) (func (result (own $e)))))
  (instance $giver (instantiate $shim (with "s" (type $s)) (with "give" (func $give))))
  (export "a:b/giver" (instance $giver)))"#;

/// Runs a component whose host has one stream, and says how often it was flushed.
fn flushed(component: &[u8]) -> u32 {
    struct Stream;
    let engine = support::engine();
    let component = Component::new(&engine, component).unwrap();
    let mut linker = Linker::<u32>::new(&engine);
    let mut streams = linker.instance("wasi:io/streams@0.2.0").unwrap();
    streams.resource("output-stream", ResourceType::host::<Stream>(), |_, _| Ok(())).unwrap();
    let flush = |mut store: StoreContextMut<'_, u32>, (stream,): (Resource<Stream>,)| {
        assert_eq!(stream.rep(), 7);
        *store.data_mut() += 1;
        Ok(())
    };
    streams.func_wrap("[method]output-stream.flush", flush).unwrap();
    let mut stdout = linker.instance("wasi:cli/stdout@0.2.0").unwrap();
    stdout.resource("output-stream", ResourceType::host::<Stream>(), |_, _| Ok(())).unwrap();
    stdout.func_wrap("get-stdout", |_, ()| Ok((Resource::<Stream>::new_own(7),))).unwrap();
    let mut store = Store::new(&engine, 0);
    let instance = linker.instantiate(&mut store, &component).unwrap();
    let run = instance.get_typed_func::<(), (u32,)>(&mut store, "run").unwrap();
    assert_eq!(run.call(&mut store, ()).unwrap(), (1,));
    *store.data()
}

#[test]
fn virt_export_adapter_is_no_part_of_importers() {
    for of_app in
        ["default = \"deny\"", "default = \"allow\"", "\"a:b/giver\" = \"allow\"\n\"wasi:io/streams\" = \"allow\""]
    {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("app.wat"), FLUSHES).unwrap();
        std::fs::write(directory.path().join("giver.wat"), GIVER).unwrap();
        let manifest = format!(
            "[composition]\nroot = \"app\"\noutput = \"out.wasm\"\n[components]\napp = \"app.wat\"\ngiver = \"giver.wat\"\n\
             [virtualize.app]\n{of_app}\n[virtualize.giver]\ndefault = \"deny\"\nstdout = \"allow\"\n"
        );
        std::fs::write(directory.path().join("weld.toml"), manifest).unwrap();
        let built = support::succeeds(support::weld(directory.path()).args(["build", "-v"]));
        let said = String::from_utf8(built.stderr).unwrap();
        assert!(said.contains("app: a:b/giver <- giver:exports"), "{said}");
        support::succeeds(support::weld(directory.path()).args(["verify", "out.wasm", "--manifest", "weld.toml"]));
        assert_eq!(flushed(&std::fs::read(directory.path().join("out.wasm")).unwrap()), 1, "{of_app}");
    }
    // Where the exporter's functions are another component's too, and not the host's.
    for of_user in ["deny", "allow"] {
        let grants = format!("\"a:b/maker\" = \"deny\"\n[virtualize.user]\ndefault = \"{of_user}\"");
        let (output, said) = build(HANDLER, &grants).unwrap();
        assert!(said.contains("user: a:b/handler <- handler:exports"), "{said}");
        assert_eq!(call(&output, "run"), 42, "{said}");
    }
}

#[test]
fn virt_converts_handles_on_renamed_wires() {
    let renamed = |text: &str, from: &str, to: &str| {
        text.replace(&format!(r#"(import "a:b/{from}""#), &format!(r#"(import "{to}/{from}""#))
    };
    let handler = renamed(&renamed(HANDLER, "types", "x:y"), "maker", "x:y");
    let user = renamed(&renamed(USER, "types", "p:q"), "handler", "p:q");
    let components = [("types", TYPES), ("handler", &*handler), ("user", &*user)];
    let manifest = |more: &str| {
        format!(
            r#"[composition]
root = "user"
output = "out.wasm"
[components]
types = "types.wat"
handler = "handler.wat"
user = "user.wat"
[wire]
"handler/x:y/types" = "types/a:b/types"
"handler/x:y/maker" = "types/a:b/maker"
"user/p:q/types" = "types/a:b/types"
"user/p:q/handler" = "handler/a:b/handler"
[virtualize.handler]
"x:y/maker" = "deny"
{more}"#
        )
    };
    for of_user in
        ["", "[virtualize.user]\ndefault = \"deny\"", "[virtualize.user]\n\"*\" = \"deny\"\n\"p:q/*\" = \"allow\""]
    {
        let (output, said) = manifested(&components, &manifest(of_user)).unwrap();
        assert!(said.contains("user: p:q/handler <- handler:exports"), "{said}");
        assert_eq!(call(&output, "run"), 42, "{said}");
    }
    // With an adapter before the imports of the user, which calls what stands before the exports of the handler.
    let grants = "[virtualize.user]\n\"p:q/types#make\" = \"deny\"\ndefault = \"allow\"";
    let (output, said) = manifested(&components, &manifest(grants)).unwrap();
    assert!(said.contains("user:adapter"), "{said}");
    assert!(std::panic::catch_unwind(|| call(&output, "run")).is_err(), "{said}");
}

#[test]
fn virt_flushes_a_stream_passed_on_a_renamed_wire() {
    let app = FLUSHES.replace(r#"(import "a:b/giver""#, r#"(import "acme:out/stream""#);
    for of_app in [
        "default = \"deny\"",
        "default = \"allow\"",
        "\"*\" = \"deny\"\n\"acme:out/stream\" = \"allow\"\n\"wasi:io/streams\" = \"allow\"",
    ] {
        let manifest = format!(
            "[composition]\nroot = \"app\"\noutput = \"out.wasm\"\n[components]\napp = \"app.wat\"\ngiver = \"giver.wat\"\n\
             [wire]\n\"app/acme:out/stream\" = \"giver/a:b/giver\"\n[virtualize.app]\n{of_app}\n\
             [virtualize.giver]\ndefault = \"deny\"\nstdout = \"allow\"\n"
        );
        let (output, said) = manifested(&[("app", &app), ("giver", GIVER)], &manifest).unwrap();
        assert!(said.contains("app: acme:out/stream <- giver:exports"), "{said}");
        assert_eq!(flushed(&output), 1, "{of_app}");
    }
}

/// Calls what it imports by a name that nobody exports, and imports what has these names.
const ASKS: &str = r#"(component
  (import "acme:other/d" (instance (export "f" (func (result u32)))))
  (import "acme:other/e" (instance (export "f" (func (result u32)))))
  (import "acme:b/c" (instance $c (export "f" (func (result u32)))))
  (core func $f (canon lower (func $c "f")))
  (core module $m (import "" "f" (func $f (result i32))) (func (export "run") (result i32) (call $f)))
  (core instance $m (instantiate $m (with "" (instance (export "f" (func $f))))))
  (func (export "run") (result u32) (canon lift (core func $m "run"))))"#;

/// Exports two interfaces of that type by other names.
const ANSWERS: &str = r#"(component
  (core module $m (func (export "f") (result i32) (i32.const 7)))
  (core instance $m (instantiate $m))
  (func $f (result u32) (canon lift (core func $m "f")))
  (instance $d (export "f" (func $f)))
  (export "acme:other/d" (instance $d))
  (export "acme:other/e" (instance $d)))"#;

#[test]
fn virt_more_specific_grant_allows_a_renamed_wire_that_a_wider_one_denies() {
    let built = |grants: &str| {
        let manifest = format!(
            "[composition]\nroot = \"app\"\noutput = \"out.wasm\"\n[components]\napp = \"app.wat\"\nlib = \"lib.wat\"\n\
             [wire]\n\"app/acme:b/c\" = \"lib/acme:other/d\"\n[virtualize.app]\n{grants}\n"
        );
        manifested(&[("app", ASKS), ("lib", ANSWERS)], &manifest)
    };
    for grants in [
        "\"*\" = \"deny\"\n\"acme:b/c\" = \"allow\"",
        "\"acme:*\" = \"deny\"\n\"acme:b/c#f\" = \"allow\"",
        "\"acme:other/*\" = \"deny\"\n\"acme:b/c\" = \"allow\"",
        "\"acme:other/e\" = \"deny\"",
    ] {
        let (output, _) = built(grants).unwrap();
        assert_eq!(call(&output, "run"), 7, "{grants}");
    }
    // As closely, or with nothing said of the import.
    for grants in [
        "\"acme:other/d\" = \"deny\"\n\"acme:b/c\" = \"allow\"",
        "\"acme:other/d#f\" = \"deny\"",
        "\"acme:o*\" = \"trap\"",
    ] {
        let said = built(grants).unwrap_err();
        assert!(
            said.contains("denies `app` what fills its import `acme:b/c`: `lib` exports that as `acme:other/d`"),
            "{said}"
        );
    }
}

/// A manifest of the first two, in which the second may not make an `r` itself.
const TURNED: &str = r#"[composition]
root = "handler"
output = "out.wasm"
[components]
types = "types.wat"
handler = "handler.wat"
[exports]
"a:b/types" = "types"
[virtualize.handler]
"a:b/maker" = "deny"
"#;

/// Has the handler alone, and so an `r` of whoever it is.
const CALLER: &str = r#"(component
  (import "a:b/handler" (instance $handler
    (export "r" (type $r (sub resource)))
    (export "look" (func (param "x" (own $r)) (result u32)))))
  (core func $look (canon lower (func $handler "look")))
  (core module $m
    (import "" "look" (func $look (param i32) (result i32)))
    (func (export "run") (result i32) (call $look (i32.const 1))))
  (core instance $i (instantiate $m (with "" (instance (export "look" (func $look))))))
  (func (export "run") (result u32) (canon lift (core func $i "run"))))"#;

#[test]
fn verify_finds_exports_that_bypass_the_outer_adapter() {
    let of_caller = TURNED.replace("root = \"handler\"", "root = \"caller\"");
    let of_caller = of_caller.replace("[exports]\n\"a:b/types\" = \"types\"\n", "caller = \"caller.wat\"\n");
    let components = [("types", TYPES), ("handler", HANDLER), ("caller", CALLER)];
    for (manifest, components, start) in [
        (TURNED, &components[..2], "the output: import `a:b/handler#handle`: what it exports is `a:b/handler#handle`"),
        (&of_caller, &components, "import `a:b/handler#look`: what fills it is `a:b/handler#look`"),
    ] {
        let (mut output, said) = manifested(components, manifest).unwrap();
        assert!(said.contains("forwarded: export a:b/handler"), "{said}");
        // Component Model, Binary Explainer: an alias has a sort, what it is of, an index and a name.
        let is_alias = |at: &usize| {
            let rest = &output[*at..];
            rest.starts_with(&[5, 0]) && rest.get(3..).is_some_and(|rest| rest.starts_with(b"\x0ba:b/handler"))
        };
        let aliases: Vec<usize> = (0..output.len()).filter(is_alias).collect();
        let [own, turned] = aliases[..] else { panic!("{aliases:?}") };
        output[turned + 2] = output[own + 2];
        let directory = tempfile::tempdir().unwrap();
        for (name, text) in components {
            std::fs::write(directory.path().join(format!("{name}.wat")), text).unwrap();
        }
        std::fs::write(directory.path().join("out.wasm"), output).unwrap();
        std::fs::write(directory.path().join("weld.toml"), manifest).unwrap();
        let mut command = support::weld(directory.path());
        let ran = command.args(["verify", "-v", "out.wasm", "--manifest", "weld.toml"]).output().unwrap();
        let found = String::from_utf8(ran.stdout).unwrap();
        let line =
            format!("{start} of instance `handler` itself, past the adapter that weld generates before the exports");
        assert!(found.contains(&line), "{found}{}", String::from_utf8_lossy(&ran.stderr));
        assert_eq!(ran.status.code(), Some(1));
    }
}

#[test]
fn virt_accepts_imports_named_like_those_of_adapters() {
    // Names that differ in case alone are one name.
    for name in ["weld-wrap-n0", "weld-unwrap-n0", "weld-inner-n0", "WELD-wrap-n0"] {
        for (import, grant) in [
            (format!(r#"(import "{name}" (func))"#), format!("#{name}")),
            (format!(r#"(import "{name}" (instance (export "f" (func (result u32)))))"#), name.to_owned()),
        ] {
            for treatment in ["allow", "deny"] {
                let other = r#"(import "weld-own-unwrap-n0" (func))"#;
                let handler = HANDLER.replacen("(component", &format!("(component {import} {other}"), 1);
                let manifest = format!("{TURNED}\"{grant}\" = \"{treatment}\"\n");
                let (output, said) = manifested(&[("types", TYPES), ("handler", &handler)], &manifest)
                    .unwrap_or_else(|said| panic!("{name} {treatment}: {said}"));
                assert!(said.contains("forwarded: export a:b/handler"), "{said}");
                Component::new(&support::engine(), output).unwrap();
            }
        }
    }
}

#[test]
fn build_denies_one_function_of_a_component_beside_exports_that_take_handles_of_the_host() {
    // The adapter of the exports has what the adapter of the imports passes on of `kv`.
    let app = r#"(component
      (import "acme:kv/store@1.0.0" (instance $kv (export "f" (func (result u32))) (export "g" (func (result u32)))))
      (import "t:p/r@1.0.0" (instance $r
        (export "r" (type $r (sub resource)))
        (export "[method]r.value" (func (param "self" (borrow $r)) (result u32)))))
      (alias export $r "r" (type $r))
      (core func $f (canon lower (func $kv "f")))
      (core module $m (import "" "f" (func $f (result i32))) (func (export "t") (param i32) (result i32) (call $f)))
      (core instance $i (instantiate $m (with "" (instance (export "f" (func $f))))))
      (func $t (param "r" (own $r)) (result u32) (canon lift (core func $i "t")))
      (instance $e (export "r" (type $r)) (export "take" (func $t)))
      (export "a:b/takes@1.0.0" (instance $e)))"#;
    let kv = r#"(component
      (core module $m (func (export "f") (result i32) (i32.const 7)))
      (core instance $i (instantiate $m))
      (func $f (result u32) (canon lift (core func $i "f")))
      (instance $e (export "f" (func $f)) (export "g" (func $f)))
      (export "acme:kv/store@1.0.0" (instance $e)))"#;
    let directory = tempfile::tempdir().unwrap();
    let manifest = "[composition]\nroot = \"app\"\noutput = \"out.wasm\"\n[components]\napp = \"app.wat\"\nkv = \"kv.wat\"\n\
                    [virtualize.app]\n\"acme:kv/store#g\" = \"trap\"\n";
    for (name, text) in [("app.wat", app), ("kv.wat", kv), ("weld.toml", manifest)] {
        std::fs::write(directory.path().join(name), text).unwrap();
    }
    succeeds(weld(directory.path()).arg("build"));
    succeeds(weld(directory.path()).args(["verify", "out.wasm", "--manifest", "weld.toml"]));
}

#[test]
fn virt_outer_adapter_of_a_link_leaves_its_imports_wired() {
    // The handler has its own interface of another one as well, to which it may pass handles of its adapter.
    let imported = r#"(import "a:b/handler" (instance $next
        (alias outer 1 $r (type $r'')) (export "r" (type $s (eq $r'')))
        (export "handle" (func (param "x" (own $s)) (result (own $s))))
        (export "plain" (func (param "x" u32) (result u32)))))
      (core func $value (canon"#;
    let link = HANDLER.replacen("(core func $value (canon", imported, 1);
    let manifest = r#"[composition]
root = "user"
output = "out.wasm"
[components]
types = "types.wat"
first = "first.wat"
second = "second.wat"
user = "user.wat"
[wire]
"user/a:b/handler" = "first"
"first/a:b/handler" = "second"
[virtualize.first]
"a:b/maker" = "deny"
[virtualize.second]
"a:b/maker" = "deny"
"#;
    let files = [("types", TYPES), ("first", &link), ("second", HANDLER), ("user", USER)];
    let (output, said) = manifested(&files, manifest).unwrap();
    assert_eq!(call(&output, "run"), 42, "{said}");
    assert!(said.contains("user: a:b/handler <- first:exports"), "{said}");
}

#[test]
fn virt_types_of_a_denied_plug_leave_the_version_of_the_host_import() {
    // The plug exports a function that is given an error, and may not use it: it imports the type alone.
    let app = r#"(component
      (import "wasi:io/error@0.2.0" (instance $err
        (export "error" (type $e (sub resource)))
        (export "[method]error.to-debug-string" (func (param "self" (borrow $e)) (result string)))))
      (alias export $err "error" (type $error))
      (import "t:t/get" (instance $g
        (alias outer 1 $error (type $e)) (export "error" (type $f (eq $e)))
        (export "eat" (func (param "e" (own $f)))) (export "get" (func (result u32)))))
      (alias export $g "get" (func $f))
      (export "run" (func $f)))"#;
    let method = r#"(export "[method]error.to-debug-string" (func (param "self" (borrow $e)) (result string)))"#;
    let plug = |more: &str| {
        format!(
            r#"(component
              (import "wasi:io/error@0.2.12" (instance $err (export "error" (type $e (sub resource))) {more}))
              (alias export $err "error" (type $error))
              (core module $m (func (export "get") (result i32) (i32.const 5)) (func (export "eat") (param i32)))
              (core instance $c (instantiate $m))
              (func $get (result u32) (canon lift (core func $c "get")))
              (func $eat (param "e" (own $error)) (canon lift (core func $c "eat")))
              (component $shim
                (import "error" (type $e (sub resource))) (import "get" (func $get (result u32)))
                (import "eat" (func $eat (param "e" (own $e))))
                (export "get" (func $get)) (export $x "error" (type $e))
                (export "eat" (func $eat) (func (param "e" (own $x)))))
              (instance $i (instantiate $shim (with "error" (type $error)) (with "get" (func $get)) (with "eat" (func $eat))))
              (export "t:t/get" (instance $i)))"#
        )
    };
    let version = |plug: &str, grants: &str| {
        let manifest = format!(
            "[composition]\nroot = \"app\"\noutput = \"out.wasm\"\n[components]\napp = \"app.wat\"\nplug = \"plug.wat\"\n{grants}"
        );
        let (output, _) = manifested(&[("app", app), ("plug", plug)], &manifest).unwrap();
        support::names(&output).0
    };
    let [denied, allowed] = ["deny", "allow"].map(|of| format!("[virtualize.plug]\n\"wasi:io/error\" = \"{of}\"\n"));
    assert_eq!(version(&plug(method), &denied), ["wasi:io/error@0.2.0"]);
    assert_eq!(version(&plug(method), &allowed), ["wasi:io/error@0.2.12"]);
    // So it is without an adapter, but for a type that the lower version lacks.
    assert_eq!(version(&plug(""), ""), ["wasi:io/error@0.2.0"]);
    assert_eq!(version(&plug(r#"(export "code" (type (sub resource)))"#), ""), ["wasi:io/error@0.2.12"]);
}

#[test]
fn virt_converts_an_export_that_has_the_name_of_an_import() {
    // It exports what it imports, and the adapter makes one of both functions that give the host's resource type.
    let text = r#"(component
      (import "a:d/s@1.0.0" (instance $s (export "r" (type $r (sub resource))) (export "open" (func (result (own $r))))))
      (alias export $s "r" (type $r))
      (import "a:o/o@1.0.0" (instance
        (alias outer 1 $r (type $q)) (export "r" (type $r (eq $q))) (export "get" (func (result (own $r))))))
      (export "a:d/s@1.0.0" (instance $s)))"#;
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    std::fs::write(directory.join("c.wat"), text).unwrap();
    for (grant, number) in [("a:d/s=allow", Some(7)), ("a:o/o=allow", None)] {
        succeeds(weld(directory).args(["virt", "c.wat", "--grant", grant, "-o", "out.wasm"]));
        succeeds(weld(directory).args(["verify", "out.wasm", "--input", "c.wat", "--grant", grant]));
        let engine = support::engine();
        let (mut linker, mut store) = (Linker::new(&engine), Store::new(&engine, ()));
        let mut host = linker.instance("a:d/s@1.0.0").unwrap();
        host.resource("r", ResourceType::host::<u32>(), |_, _| Ok(())).unwrap();
        host.func_wrap("open", |_, (): ()| Ok((Resource::<u32>::new_own(7),))).unwrap();
        let mut host = linker.instance("a:o/o@1.0.0").unwrap();
        host.resource("r", ResourceType::host::<u32>(), |_, _| Ok(())).unwrap();
        host.func_wrap("get", |_, (): ()| Ok((Resource::<u32>::new_own(8),))).unwrap();
        let component = Component::from_file(&engine, directory.join("out.wasm")).unwrap();
        let instance = linker.instantiate(&mut store, &component).unwrap();
        let exported = instance.get_export_index(&mut store, None, "a:d/s@1.0.0").unwrap();
        let open = instance.get_export_index(&mut store, Some(&exported), "open").unwrap();
        let open = instance.get_typed_func::<(), (Resource<u32>,)>(&mut store, open).unwrap();
        let given = open.call(&mut store, ()).ok().map(|(given,)| given.rep());
        assert_eq!(given, number, "{grant}");
    }
}
