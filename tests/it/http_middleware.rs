//! `http = { allow, deny }` for components that answer requests of WASI 0.3, and pass them on or make others, run in wasmtime.

use std::path::Path;

use crate::support::by_name;
use crate::support::puppet::{self, Puppet};
use crate::support::requests::{Server, Shared, wit_3};
use crate::support::{fails, succeeds, virt_in, weld};
use wasmtime::component::Val;
use wit_parser::Resolve;

const REFUSAL: &str = "err(HTTP-request-denied)";
/// What most of these components may ask.
const API: &str = "http.allow=[\"https://api.example.com\"]";

/// What a link does with the request that it is asked. Its text is at 64.
#[derive(Clone, Copy)]
enum Does {
    /// Passes it on.
    Pass,
    /// Passes it on, and says before that it is for another authority.
    Redirect(&'static str),
    /// Makes one of its own, for that authority, and sends that.
    Own(&'static str),
    /// Makes one of its own that it drops, and passes on the one that it was asked.
    Both,
}

/// A component that exports `wasi:http/handler`, and imports it as well as the client.
fn link(does: Does, has_getters: bool) -> Vec<u8> {
    const NEW: &str = r#"(call $new (call $fields) (i32.const 0) (i32.const 0) (i32.wrap_i64 (call $future)) (i32.const 0) (i32.const 0)
        (i32.const 256)) (local.set $own (i32.load (i32.const 256)))"#;
    const NEXT: &str = "(call $next (local.get $request) (i32.const 128))";
    let to = |request: &str, authority: &str| {
        let length = authority.len();
        format!("(drop (call $authority (local.get {request}) (i32.const 1) (i32.const 64) (i32.const {length})))")
    };
    let (text, body) = match does {
        Does::Pass => ("", NEXT.to_owned()),
        Does::Redirect(authority) => (authority, to("$request", authority) + NEXT),
        Does::Own(authority) => {
            let scheme =
                "(drop (call $scheme (local.get $own) (i32.const 1) (i32.const 1) (i32.const 0) (i32.const 0)))";
            let send = "(call $drop (local.get $request)) (call $send (local.get $own) (i32.const 128))
                (if (i32.const 0) (then (call $next (local.get $own) (i32.const 128))))";
            (authority, format!("{NEW} {scheme} {} {send}", to("$own", authority)))
        }
        Does::Both => ("", format!("{NEW} (call $drop (local.get $own)) {NEXT}")),
    };
    // What is not called is not imported.
    let import = |name: &str, text: &str| if body.contains(name) { text.to_owned() } else { String::new() };
    let getters = if has_getters {
        r#"(import "wasi:http/types@0.3.0" "[method]request.get-method" (func (param i32 i32)))
        (import "wasi:http/types@0.3.0" "[method]request.get-scheme" (func (param i32 i32)))
        (import "wasi:http/types@0.3.0" "[method]request.get-authority" (func (param i32 i32)))
        (import "wasi:http/types@0.3.0" "[method]request.get-path-with-query" (func (param i32 i32)))"#
    } else {
        ""
    };
    let imports = [
        ("$next", r#"(import "wasi:http/handler@0.3.0" "handle" (func $next (param i32 i32)))"#),
        ("$send", r#"(import "wasi:http/client@0.3.0" "send" (func $send (param i32 i32)))"#),
        ("$fields", r#"(import "wasi:http/types@0.3.0" "[constructor]fields" (func $fields (result i32)))"#),
        (
            "$new",
            r#"(import "wasi:http/types@0.3.0" "[static]request.new" (func $new (param i32 i32 i32 i32 i32 i32 i32)))"#,
        ),
        (
            "$future",
            r#"(import "wasi:http/types@0.3.0" "[future-new-1][static]request.new" (func $future (result i64)))"#,
        ),
        ("$drop", r#"(import "wasi:http/types@0.3.0" "[resource-drop]request" (func $drop (param i32)))"#),
        (
            "$authority",
            r#"(import "wasi:http/types@0.3.0" "[method]request.set-authority" (func $authority (param i32 i32 i32 i32) (result i32)))"#,
        ),
        (
            "$scheme",
            r#"(import "wasi:http/types@0.3.0" "[method]request.set-scheme" (func $scheme (param i32 i32 i32 i32 i32) (result i32)))"#,
        ),
    ];
    let imports: String = imports.iter().map(|(name, text)| import(name, text)).collect();
    let module = format!(
        r#"(module {imports} {getters}
      (memory (export "memory") 3)
      (data (i32.const 64) "{text}")
      (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
      (func (export "wasi:http/handler@0.3.0#handle") (param $request i32) (result i32) (local $own i32)
        {body}
        (i32.const 128)))"#
    );
    let world = "world link {
      import wasi:http/types@0.3.0; import wasi:http/handler@0.3.0; import wasi:http/client@0.3.0;
      export wasi:http/handler@0.3.0;
    }";
    component(&wit_3(has_getters), world, &module)
}

fn component(wit: &str, world: &str, module: &str) -> Vec<u8> {
    let mut resolve = Resolve::default();
    resolve.push_str("http.wit", wit).unwrap();
    let package = resolve.push_str("link.wit", &format!("package test:link;\n{world}")).unwrap();
    let world = resolve.packages[package].worlds["link"];
    let mut module = wat::parse_str(module).unwrap_or_else(|error| panic!("{error}"));
    wit_component::embed_component_metadata(&mut module, &resolve, world, wit_component::StringEncoding::UTF8).unwrap();
    wit_component::ComponentEncoder::default().module(&module).unwrap().validate(true).encode().unwrap()
}

/// The link under grants.
fn granted(bytes: &[u8], grants: &[&str]) -> Vec<u8> {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("link.wasm");
    std::fs::write(&file, bytes).unwrap();
    let flags: Vec<&str> = grants.iter().flat_map(|grant| ["--grant", grant]).collect();
    virt_in(directory.path(), &file, &flags)
}

fn server(does: Does, has_getters: bool, grants: &[&str]) -> Server {
    Server::new(&granted(&link(does, has_getters), grants))
}

#[test]
fn middleware_passes_on_what_the_rules_allow() {
    for has_getters in [false, true] {
        let mut server = server(Does::Pass, has_getters, &[API]);
        let (expected, count) = if has_getters { ("ok", 1) } else { (REFUSAL, 0) };
        assert_eq!(server.ask("api.example.com"), expected);
        assert_eq!(server.sent().len(), count, "whose request cannot be asked is refused");
        for authority in ["evil.example", "user@api.example.com", "api.example.com:8443"] {
            assert_eq!(server.ask(authority), REFUSAL, "{authority}");
        }
        assert_eq!(server.sent(), <[&str; 0]>::default());
        assert_eq!(server.host.lock().unwrap().handles.live, count, "the response, if there is one");
    }
}

#[test]
fn middleware_is_judged_by_what_it_passes_on_and_not_by_what_it_was_asked() {
    let mut to_api = server(Does::Redirect("api.example.com"), true, &[API]);
    assert_eq!(to_api.ask("evil.example"), "ok");
    assert_eq!(to_api.sent(), ["GET https://api.example.com /"]);
    let mut to_evil = server(Does::Redirect("evil.example"), true, &[API]);
    assert_eq!(to_evil.ask("api.example.com"), REFUSAL);
    assert_eq!(to_evil.sent(), <[&str; 0]>::default());
}

#[test]
fn middleware_has_its_own_requests_judged() {
    // The adapter owns requests, so that those which the host has are exchanged before the component's export.
    let mut api = server(Does::Own("api.example.com"), false, &[API]);
    assert_eq!(api.ask("evil.example"), "ok");
    assert_eq!(api.sent(), ["GET https://api.example.com /"]);
    let mut evil = server(Does::Own("evil.example"), false, &[API]);
    assert_eq!(evil.ask("api.example.com"), REFUSAL);
    assert_eq!(evil.sent(), <[&str; 0]>::default());
    for (has_getters, authority, expected) in
        [(true, "api.example.com", "ok"), (true, "evil.example", REFUSAL), (false, "api.example.com", REFUSAL)]
    {
        let mut both = server(Does::Both, has_getters, &[API]);
        assert_eq!(both.ask(authority), expected);
        let live = both.host.lock().unwrap().handles.live;
        assert_eq!(live, usize::from(expected == "ok"), "the response, if there is one");
    }
}

#[test]
fn middleware_passes_on_all_where_a_closer_grant_allows_that() {
    let handler = "wasi:http/handler=allow";
    for does in [Does::Pass, Does::Both] {
        let mut server = server(does, false, &[API, handler]);
        assert_eq!(server.ask("evil.example"), "ok");
        assert_eq!(server.sent(), ["GET https://evil.example /"]);
    }
    // That says nothing of the client.
    let mut own = server(Does::Own("evil.example"), false, &[API, handler]);
    assert_eq!(own.ask("api.example.com"), REFUSAL);
    // And what is denied is.
    let mut denied = server(Does::Both, true, &[API, "wasi:http/handler=deny"]);
    assert_eq!(denied.ask("api.example.com"), REFUSAL);
    assert_eq!(denied.host.lock().unwrap().handles.live, 0);
}

#[test]
fn middleware_answers_requests_that_come_together() {
    for does in [Does::Pass, Does::Both, Does::Own("api.example.com")] {
        let mut server = server(does, true, &[API]);
        let answers = server.asked(&["api.example.com", "evil.example", "api.example.com", "evil.example"]);
        let own = matches!(does, Does::Own(_));
        for (number, answer) in answers.iter().enumerate() {
            let answer = answer.as_deref().unwrap();
            assert_eq!(answer.starts_with("ok("), own || number % 2 == 0, "{answer}");
        }
        assert_eq!(server.sent().len(), if own { 4 } else { 2 });
    }
}

#[test]
fn middleware_keeps_no_texts_of_errors() {
    // 120 MiB in all, where no memory may have more than 32.
    let mut server = server(Does::Both, true, &[API]);
    let failure = "x".repeat(60_000);
    server.host.lock().unwrap().failure = Some(failure.clone());
    for _ in 0..2000 {
        assert_eq!(server.ask("api.example.com"), format!("err(internal-error(some({failure:?})))"));
    }
}

#[test]
fn middleware_under_rules_is_part_of_a_composition() {
    let directory = tempfile::tempdir().unwrap();
    let path: &Path = directory.path();
    let build = |first: Does, rules: &str| {
        std::fs::write(path.join("first.wasm"), link(first, true)).unwrap();
        std::fs::write(path.join("second.wasm"), link(Does::Both, true)).unwrap();
        let manifest = format!(
            "[composition]\nroot = \"second\"\noutput = \"out.wasm\"\n[components]\nfirst = \"first.wasm\"\nsecond = \"second.wasm\"\n\
             [chain]\n\"export wasi:http/handler\" = [\"first\"]\n{rules}"
        );
        std::fs::write(path.join("weld.toml"), manifest).unwrap();
        _ = std::fs::remove_file(path.join("weld.lock"));
        succeeds(weld(path).arg("build"));
        succeeds(weld(path).args(["verify", "out.wasm", "--manifest", "weld.toml"]));
        Server::new(&std::fs::read(path.join("out.wasm")).unwrap())
    };
    let rules = |name: &str| format!("[virtualize.{name}]\nhttp = {{ allow = [\"https://api.example.com\"] }}\n");
    // What the first passes on goes to the second; the one that has rules is judged, and the other is not.
    for (rules, first, authority, expected) in [
        (rules("first"), Does::Pass, "api.example.com", "ok"),
        (rules("first"), Does::Pass, "evil.example", REFUSAL),
        (rules("first") + "\"wasi:http/handler\" = \"allow\"\n", Does::Both, "evil.example", "ok"),
        (rules("second"), Does::Both, "evil.example", REFUSAL),
        (rules("second"), Does::Redirect("api.example.com"), "evil.example", "ok"),
        (rules("first") + &rules("second"), Does::Both, "api.example.com", "ok"),
        (rules("first") + &rules("second"), Does::Redirect("evil.example"), "api.example.com", REFUSAL),
    ] {
        let mut server = build(first, &rules);
        assert_eq!(server.ask(authority), expected, "{rules}");
        assert_eq!(server.sent().len(), usize::from(expected == "ok"), "{rules}");
    }
}

#[test]
fn middleware_whose_requests_cannot_be_exchanged_is_an_error() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    // An export that gives requests later, and one of another interface that takes some; an import that takes some later.
    let own = |world: &str, functions: &str| {
        let world = format!(
            "interface later {{ use wasi:http/types@0.3.0.{{request}}; later: async func(request: request); }}
            world link {{ import wasi:http/types@0.3.0; import wasi:http/client@0.3.0; {world} }}"
        );
        let module = format!(
            r#"(module
          (import "wasi:http/client@0.3.0" "send" (func $send (param i32 i32)))
          (import "wasi:http/types@0.3.0" "[static]request.new" (func $new (param i32 i32 i32 i32 i32 i32 i32)))
          {functions}
          (memory (export "memory") 1)
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024)))"#
        );
        component(&wit_3(false), &world, &module)
    };
    let imported = r#"(import "test:link/later" "later" (func $later (param i32)))"#;
    let exported = r#"(func (export "test:link/later#later") (param i32))"#;
    for (name, bytes, grants) in [
        ("import", own("import later;", imported), [API, "test:link/later=allow"].as_slice()),
        ("export", own("export later;", exported), &[API]),
    ] {
        std::fs::write(path.join("other.wasm"), bytes).unwrap();
        let grants: Vec<&str> = grants.iter().flat_map(|grant| ["--grant", grant]).collect();
        let found = fails(weld(path).args(["virt", "other.wasm", "-o", "out.wasm"]).args(grants));
        assert!(found.contains("request.new` of `other` cannot be provided"), "{name}: {found}");
        assert!(found.contains("which the component's exports or streams exchange with the host"), "{name}: {found}");
    }
}

#[test]
fn http_requests_of_another_interface_are_never_sent() {
    // The client has a resource type of its own, which it calls by the same name. A host that knows no such type gives its requests.
    for has_getters in [false, true] {
        let uses = "interface client {\n  use types.{request, response, error-code};";
        let has = "interface client {\n  use types.{response, error-code};\n  resource request {}";
        let wit = wit_3(has_getters);
        assert!(wit.contains(uses));
        let relay = "package acme:relay;
            interface relay { use wasi:http/client@0.3.0.{request}; give: func(authority: string) -> request; }";
        let interfaces = ["wasi:http/types@0.3.0", "wasi:http/client@0.3.0", "acme:relay/relay"];
        let bytes = puppet::component_of_packages(&[&wit.replace(uses, has), relay], &interfaces);
        let bytes = granted(&bytes, &[API, "acme:relay/relay=allow"]);
        let mut host: Option<Shared> = None;
        let mut puppet = Puppet::with(&bytes, |_| {}, |linker| host = Some(by_name::add(linker, &bytes)));
        let request = puppet.handle("relay-relay/give", &[Val::String("api.example.com".to_owned())]);
        // What asks and what drops is of the other type, of which such a handle is none.
        let answer = puppet.call("http-client/send", &[Val::U32(request)]);
        assert!(answer.is_err(), "{answer:?}");
        assert_eq!(host.unwrap().lock().unwrap().sent, <[&str; 0]>::default());
    }
}
