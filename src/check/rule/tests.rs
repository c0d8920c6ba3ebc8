//! The rule on small components: each kind of mention of a resource type without a handle, and each source of a handle.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use indexmap::IndexMap;
use wasmparser::component_types::ComponentItem;
use wasmparser::types::Types;
use wasmparser::{Parser, Payload, ValidPayload, Validator, WasmFeatures};

use super::{Imported, Rules, Said, Why, World, allowed};
use crate::check::said::said;
use crate::describe::{Grants, Treatment};

/// The types of a component in text form, with its imports and exports.
struct Decoded {
    types: Types,
    imports: IndexMap<String, ComponentItem>,
    exports: IndexMap<String, ComponentItem>,
}

fn decode(wat: &str) -> Decoded {
    let bytes = wat::parse_str(wat).unwrap();
    let mut validator = Validator::new_with_features(WasmFeatures::all());
    let (mut imports, mut exports, mut depth) = (Vec::new(), Vec::new(), 0);
    for payload in Parser::new(0).parse_all(&bytes) {
        let payload = payload.unwrap();
        match &payload {
            Payload::Version { .. } => depth += 1,
            Payload::ComponentImportSection(section) if depth == 1 => {
                imports.extend(section.clone().into_iter().map(|import| import.unwrap().name.name.to_owned()));
            }
            Payload::ComponentExportSection(section) if depth == 1 => {
                exports.extend(section.clone().into_iter().map(|export| export.unwrap().name.name.to_owned()));
            }
            _ => {}
        }
        if let ValidPayload::End(types) = validator.payload(&payload).unwrap() {
            depth -= 1;
            if depth == 0 {
                let item =
                    |name: &String| (name.clone(), types.as_ref().component_item_for_import(name).unwrap().clone());
                let imports = imports.iter().map(item).collect();
                let item =
                    |name: &String| (name.clone(), types.as_ref().component_item_for_export(name).unwrap().clone());
                let exports = exports.iter().map(item).collect();
                return Decoded { types, imports, exports };
            }
        }
    }
    panic!("no component");
}

/// The functions that a component may have where some functions are allowed and all others denied by default, each with
/// the reason.
fn with(wat: &str, grants: &Grants, default_allows: &dyn Fn(&str) -> bool) -> Vec<String> {
    let Decoded { types, imports, exports } = &decode(wat);
    let says = |of: &Imported| {
        let names: Vec<&str> = of.names.iter().map(String::as_str).collect();
        match grants.decisive(&names, &of.name) {
            // Regardless of what the adapter of the setting calls.
            Some((grant, _)) if grant.treatment == Treatment::Provide => Said::Asked,
            _ => said(grants, of),
        }
    };
    let is_about = |names: &[&str], functions: &[&str]| grants.is_about(names, functions);
    let rules = Rules { says: &says, is_about: &is_about, default_allows, is_called: &|_| true };
    let word = |why: &Why| match why {
        Why::Said => "said".to_owned(),
        Why::Asked => "asked".to_owned(),
        Why::Default => "default".to_owned(),
        Why::Handle(reached) | Why::Inert(reached) => {
            let giver = format!("{}{}", if reached.is_passed { "export " } else { "" }, reached.giver.join("#"));
            let kind = if matches!(why, Why::Inert(_)) { "inert, " } else { "" };
            format!("{kind}{} of {giver}", reached.resource)
        }
    };
    let allowed = allowed(World { types: types.as_ref(), imports, exports }, &rules);
    allowed.iter().map(|(path, why)| format!("{}: {}", path.join("#"), word(why))).collect()
}

fn grants(allowed: &[&str]) -> Grants {
    let mut grants = Grants::all(Treatment::Deny);
    allowed.iter().for_each(|name| grants.add(name, Treatment::Allow, None));
    grants
}

fn may(wat: &str, allow: &[&str]) -> Vec<String> {
    with(wat, &grants(allow), &|_| false)
}

/// A component that imports `a:b/r`, which defines a resource type with each kind of function, and `a:b/f`, which has
/// the types `r` and `s` and the function `f` of the given type.
fn mentions(declared: &str, f: &str) -> String {
    format!(
        r#"(component
          (import "a:b/r" (instance $r
            (export "r" (type $r (sub resource))) (export "s" (type $s (sub resource)))
            (export "[constructor]r" (func (result (own $r)))) (export "[static]r.new" (func (result (own $r))))
            (export "open" (func (result (own $r)))) (export "free" (func))
            (export "[method]r.use" (func (param "self" (borrow $r)))) (export "close" (func (param "r" (own $r))))
            (export "all" (func (param "r" (list (borrow $r)))))
            (export "[method]s.use" (func (param "self" (borrow $s))))))
          (alias export $r "r" (type $r)) (alias export $r "s" (type $s))
          (import "a:b/f" (instance
            (alias outer 1 $r (type $r1)) (export "r" (type $r (eq $r1)))
            {declared}
            (export "f" (func {f})))))"#
    )
}

const F: &str = "a:b/f#f: said";

#[track_caller]
fn makes_nothing_reachable(declared: &str, f: &str) {
    assert_eq!(may(&mentions(declared, f), &["a:b/f#f"]), [F]);
}

#[track_caller]
fn makes_r_reachable(declared: &str, f: &str) {
    let r = "r of a:b/f#f";
    // Other functions that take a handle may belong to any interface.
    let kept = [F.to_owned(), format!("a:b/r#[method]r.use: {r}")];
    assert_eq!(may(&mentions(declared, f), &["a:b/f#f"]), kept, "{f}");
}

#[test]
fn rule_does_not_count_a_mention_of_a_resource_type_as_a_handle() {
    makes_nothing_reachable("", "");
    makes_nothing_reachable("", r#"(result string)"#);
    makes_nothing_reachable("", r#"(result error-context)"#);
    makes_nothing_reachable("", r#"(param "r" (own $r))"#);
    makes_nothing_reachable("", r#"(param "r" (borrow $r))"#);
    makes_nothing_reachable(r#"(export "r2" (type (eq $r)))"#, "");
    makes_nothing_reachable(r#"(type $l (list (own $r))) (export "l" (type (eq $l)))"#, "");
    makes_nothing_reachable(
        r#"(type $p' (record (field "r" (own $r)))) (export "p" (type $p (eq $p')))"#,
        r#"(param "p" (list $p))"#,
    );
    makes_nothing_reachable("", r#"(param "p" (stream (own $r))) (param "q" (future (own $r)))"#);
    makes_nothing_reachable(r#"(export "g" (func (result (own $r))))"#, "");
    makes_nothing_reachable(r#"(export "[constructor]r" (func (result (own $r))))"#, "");
    makes_nothing_reachable(r#"(export "[static]r.new" (func (result (own $r))))"#, "");
}

#[test]
fn rule_takes_time_in_proportion_to_what_is_reachable() {
    let all = |line: &dyn Fn(usize) -> String| (0..20_000).map(line).collect::<String>();
    let types = all(&|n| format!(r#"(export "r{n}" (type $r{n} (sub resource)))"#));
    let users = all(&|n| format!(r#"(export "f{n}" (func (param "x" (borrow $r{n}))))"#));
    let aliases = all(&|n| format!(r#"(alias export $i "r{n}" (type $a{n}))"#));
    let uses = all(&|n| format!(r#"(alias outer 1 $a{n} (type $u{n})) (export "r{n}" (type $r{n} (eq $u{n})))"#));
    let givers = all(&|n| format!(r#"(export "g{n}" (func (result (own $r{n}))))"#));
    let text = format!(
        r#"(component (import "a:b/c" (instance $i {types} {users})) {aliases} (import "a:b/d" (instance {uses} {givers})))"#
    );
    let Decoded { types, imports, exports } = &decode(&text);
    let grants = grants(&["a:b/d"]);
    let is_about = |names: &[&str], functions: &[&str]| grants.is_about(names, functions);
    let rules =
        Rules { says: &|of| said(&grants, of), is_about: &is_about, default_allows: &|_| false, is_called: &|_| true };
    let start = std::time::Instant::now();
    let allowed = allowed(World { types: types.as_ref(), imports, exports }, &rules);
    assert_eq!(allowed.iter().count(), 20_000);
    // Each function visited for each type took minutes.
    assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
}

/// A component in which an interface gives handles of a resource type that another one defines.
fn gives_of(giver: &str, definer: &str, result: &str) -> String {
    format!(
        r#"(component
          (import {definer} (instance $d (export "r" (type $r (sub resource)))
            (export "[method]r.use" (func (param "self" (borrow $r))))))
          (alias export $d "r" (type $r))
          (import {giver} (instance
            (alias outer 1 $r (type $r1)) (export "output-stream" (type $r (eq $r1)))
            (type $p' (record (field "r" (own $r)))) (export "p" (type $p (eq $p')))
            (export "f" (func (result {result}))))))"#
    )
}

#[test]
fn rule_lets_functions_of_wasi_give_only_what_wasi_has_there() {
    let is_kept = |giver: &str, definer: &str, result: &str| {
        let name = |import: &str| import.split('"').nth(1).unwrap().to_owned();
        let may = may(&gives_of(giver, definer, result), &[&format!("{}#f", name(giver))]);
        assert!(may.contains(&format!("{}#f: said", name(giver))), "{may:?}");
        may.iter().any(|line| line.starts_with(&format!("{}#[method]r.use: r of", name(definer))))
    };
    let (own, stdout, label) =
        ("(own $r)", r#""wasi:cli/stdout@0.2.0""#, r#""s" (implements "wasi:cli/stdout@0.2.0")"#);
    for (giver, definer) in [
        (stdout, r#""acme:db/store""#),
        (stdout, r#""store""#),
        (stdout, r#""wasi:blobstore/container""#),
        (stdout, r#""wasix:cli/stdout""#),
        (stdout, r#""io" (implements "wasi:io/streams@0.2.0")"#),
        (label, r#""acme:db/store""#),
        (r#""wasi:cli/stdout@0.3.0-rc-2025-09-16""#, r#""acme:db/store""#),
        (r#""wasi:cli/stdout""#, r#""acme:db/store""#),
        (r#""wasi:anything/new""#, r#""acme:db/store""#),
        (r#""wasi:anything/new""#, r#""wasi:other/new""#),
    ] {
        for result in
            [own, "(list $p)", "(stream $p)", "(future (own $r))", "(result (option $p))", "(tuple u8 (own $r))"]
        {
            assert!(!is_kept(giver, definer, result), "{giver} {definer} {result}");
        }
    }
    for (giver, definer) in [
        (stdout, r#""wasi:io/streams@0.2.0""#),
        (stdout, r#""wasi:io/streams@0.2.9""#),
        (label, r#""wasi:io/streams@0.2.0""#),
        (r#""wasi:blobstore/blobstore@0.2.0-draft""#, r#""wasi:blobstore/container@0.2.0-draft""#),
        (r#""acme:db/open""#, r#""acme:db/store""#),
        (r#""acme:db/open""#, r#""wasi:blobstore/container""#),
    ] {
        assert!(is_kept(giver, definer, own), "{giver} {definer}");
    }
}

#[test]
fn rule_lets_exports_of_wasi_be_passed_only_what_wasi_has_there() {
    let passes = |export: &str, definer: &str| {
        let text = format!(
            r#"(component
              (import "{definer}" (instance $d (export "r" (type $r (sub resource)))
                (export "[method]r.use" (func (param "self" (borrow $r))))))
              (alias export $d "r" (type $r))
              (core module $m (func (export "f") (param i32)))
              (core instance $m (instantiate $m))
              (func $f (param "r" (own $r)) (canon lift (core func $m "f")))
              (component $c (import "r" (type $r (sub resource))) (import "f" (func $f (param "r" (own $r))))
                (export "r" (type $r)) (export "f" (func $f)))
              (instance $i (instantiate $c (with "r" (type $r)) (with "f" (func $f))))
              (export "{export}" (instance $i)))"#
        );
        !may(&text, &[]).is_empty()
    };
    assert!(passes("acme:a/b", "acme:db/store") && passes("wasi:http/incoming-handler@0.2.0", "wasi:io/streams@0.2.0"));
    assert!(!passes("wasi:http/incoming-handler@0.2.0", "acme:db/store"));
}

#[test]
fn rule_finds_a_handle_in_a_result_at_any_depth() {
    makes_r_reachable("", "(result (own $r))");
    makes_r_reachable("", "(result (option (own $r)))");
    makes_r_reachable("", "(result (list (tuple u8 (own $r))))");
    makes_r_reachable("", "(result (list (own $r) 4))");
    makes_r_reachable("", "(result (map u32 (own $r)))");
    makes_r_reachable("", "(result (result (own $r) (error string)))");
    makes_r_reachable("", "(result (result string (error (own $r))))");
    makes_r_reachable("", "(result (stream (own $r)))");
    makes_r_reachable("", "(result (future (own $r)))");
    makes_r_reachable("", "(result (stream (list (own $r))))");
    makes_r_reachable("(type $q (stream (own $r)))", "(result (future $q))");
    makes_r_reachable(
        r#"(type $p' (record (field "r" (own $r)))) (export "p" (type $p (eq $p')))"#,
        "(result (option $p))",
    );
    makes_r_reachable(
        r#"(type $v' (variant (case "a") (case "b" (own $r)))) (export "v" (type $v (eq $v')))"#,
        "(result (list $v))",
    );
}

#[test]
fn rule_follows_the_results_of_kept_functions() {
    let wat = r#"(component
      (import "a:b/c" (instance $c (export "c" (type (sub resource)))))
      (alias export $c "c" (type $c))
      (import "a:b/r" (instance $r
        (export "r" (type $r (sub resource))) (export "s" (type $s (sub resource)))
        (alias outer 1 $c (type $c1)) (export "c" (type $c (eq $c1)))
        (export "get" (func (result (own $r))))
        (export "[method]r.s" (func (param "self" (borrow $r)) (result (own $s))))
        (export "[method]s.use" (func (param "self" (borrow $s)) (result (own $c))))
        (export "with" (func (param "r" (borrow $r))))
        (export "foreign" (func (param "c" (borrow $c)))))))"#;
    assert_eq!(may(wat, &[]), [""; 0]);
    // A grant of one function names the interface, so the default decides about its other functions.
    assert_eq!(may(wat, &["a:b/r#get"]), ["a:b/r#get: said"]);
    let wat = &wat.replace(r#"(import "a:b/r" (instance $r"#, r#"(import "a:b/r" (instance $r1"#).replace(
        "(export \"foreign\" (func (param \"c\" (borrow $c)))))))",
        r#"(export "foreign" (func (param "c" (borrow $c))))))
           (alias export $r1 "r" (type $r))
           (import "a:b/g" (instance (alias outer 1 $r (type $r1)) (export "r" (type $r (eq $r1)))
             (export "g" (func (result (own $r)))))))"#,
    );
    assert_eq!(
        may(wat, &["a:b/g"]),
        ["a:b/g#g: said", "a:b/r#[method]r.s: r of a:b/g#g", "a:b/r#[method]s.use: s of a:b/r#[method]r.s",]
    );
}

#[test]
fn rule_keeps_the_functions_of_handles_passed_to_exports() {
    let of = |export: &str| {
        let wat = format!(
            r#"(component
              (import "a:b/r" (instance $r (export "r" (type $r (sub resource)))
                (export "[method]r.use" (func (param "self" (borrow $r)))) (export "[constructor]r" (func (result (own $r))))))
              (alias export $r "r" (type $r'))
              (import "f" (func $f (param "p" (list (own $r')))))
              (import "g" (func $g (result (own $r'))))
              (instance $i (export "r" (type $r')) (export "f" (func $f)) (export "g" (func $g)))
              {export})"#
        );
        may(&wat, &[])
    };
    assert_eq!(of(r#"(export "g2" (func $g))"#), [""; 0]);
    assert_eq!(of(r#"(export "f2" (func $f))"#)[0], "a:b/r#[method]r.use: r of export f2");
    let by_instance = of(r#"(export "i" (instance $i))"#);
    assert_eq!(by_instance, ["a:b/r#[method]r.use: r of export i#f"]);
}

#[test]
fn rule_treats_the_world_as_an_interface_of_its_own() {
    let wat = r#"(component
      (import "a:b/c" (instance $c (export "c" (type (sub resource))) ))
      (alias export $c "c" (type $c'))
      (import "r" (type $r (sub resource)))
      (import "c" (type $c (eq $c')))
      (import "get" (func (result (own $r))))
      (import "other" (func (result (own $c))))
      (import "[method]r.use" (func (param "self" (borrow $r))))
      (import "take" (func (param "r" (list (own $r)))))
      (import "take-c" (func (param "c" (own $c))))
      (import "[constructor]r" (func (result (own $r))))
      (import "log" (func)))"#;
    assert_eq!(may(wat, &["log", "other"]), ["log: said", "other: said"]);
    assert_eq!(may(wat, &["get"]), ["[method]r.use: r of get", "get: said"]);
    let mut grants = grants(&["get"]);
    grants.add("#[method]r.use", Treatment::Deny, None);
    assert_eq!(with(wat, &grants, &|_| false), ["get: said"]);
}

#[test]
fn rule_defers_to_the_default_for_interfaces_with_a_grant_or_a_capability() {
    let wat = &mentions("", "(result (own $r))");
    for name in ["a:b/r#free", "a:b/r#nothing"] {
        let allowed = may(wat, &["a:b/f", name]);
        assert!(!allowed.iter().any(|line| line.contains("method")), "{name}: {allowed:?}");
    }
    let wasi = wat.replace("a:b/r", "wasi:keyvalue/store");
    assert_eq!(may(&wasi, &["a:b/f"]), [F]);
    let mut said = grants(&["a:b/f"]);
    said.add("a:b/r", Treatment::Ignore, None);
    assert_eq!(with(wat, &said, &|_| false), [F]);
}

#[test]
fn rule_allows_wired_imports_unless_a_grant_names_them() {
    let wat = &mentions("", "(result (own $r))");
    let by_component = with(wat, &grants(&[]), &|import| import == "a:b/f");
    assert_eq!(by_component[0], "a:b/f#f: default");
    assert_eq!(by_component[1], "a:b/r#[method]r.use: r of a:b/f#f");
    let mut said = grants(&[]);
    said.add("a:b/f#f", Treatment::Deny, None);
    assert_eq!(with(wat, &said, &|import| import == "a:b/f"), [""; 0]);
}

#[test]
fn rule_keeps_only_constructors_of_inert_values() {
    let wat = |handler: &str| {
        format!(
            r#"(component
              (import "wasi:io/error@0.2.0" (instance $e (export "error" (type (sub resource)))))
              (alias export $e "error" (type $e))
              (import "wasi:http/types@0.2.0" (instance $t
                (alias outer 1 $e (type $e1)) (export "io-error" (type $e (eq $e1)))
                (export "fields" (type $f (sub resource))) (export "incoming-request" (type $q (sub resource)))
                (export "[constructor]fields" (func (result (own $f))))
                (export "[static]fields.from-list" (func (result (own $f))))
                (export "[method]fields.clone" (func (param "self" (borrow $f)) (result (own $f))))
                (export "http-error-code" (func (param "err" (borrow $e))))))
              (alias export $t "incoming-request" (type $q))
              (import "wasi:http/outgoing-handler@0.2.0" (instance (export "handle" (func))))
              (import "x" (implements "wasi:http/types@0.3.0") (instance $x
                (export "request-options" (type $r (sub resource)))
                (export "[constructor]request-options" (func (result (own $r))))
                (export "[static]request-options.of" (func (param "url" string) (result (own $r))))))
              (alias export $x "request-options" (type $r))
              (import "serve" (func $serve {handler}))
              (export "serve2" (func $serve)))"#
        )
    };
    assert_eq!(may(&wat(""), &[]), [""; 0]);
    let types = |line: &str| format!("wasi:http/types@0.2.0#{line}");
    assert_eq!(
        may(&wat(r#"(param "q" (own $q))"#), &[]),
        [
            types("[constructor]fields: inert, incoming-request of export serve2"),
            types("[method]fields.clone: fields of wasi:http/types@0.2.0#[constructor]fields"),
            types("[static]fields.from-list: inert, incoming-request of export serve2"),
        ]
    );
    let implements = may(&wat(r#"(param "q" (own $r))"#), &[]);
    // Any label may claim to implement the interface of WASI.
    assert_eq!(implements, [""; 0]);
}

#[test]
fn rule_allows_a_nested_instance_by_the_import_name_and_denies_it_by_either_name() {
    let wat = r#"(component
      (import "x" (instance (export "wasi:random/random@0.2.0" (instance (export "get-random-u64" (func (result u64))))))))"#;
    let path = "x#wasi:random/random@0.2.0#get-random-u64";
    assert_eq!(may(wat, &["random"]), [""; 0]);
    assert_eq!(may(wat, &["wasi:random/random"]), [""; 0]);
    assert_eq!(may(wat, &["x"]), [format!("{path}: said")]);
    let mut allowing = Grants::all(Treatment::Allow);
    allowing.add("random", Treatment::Deny, None);
    assert_eq!(with(wat, &allowing, &|_| true), [""; 0]);
    let poses = r#"(component (import "wasi:random/random@0.2.0" (func (result u64))))"#;
    assert_eq!(may(poses, &["wasi:random/random"]), [""; 0]);
    assert_eq!(may(poses, &["random"]), [""; 0]);
    assert_eq!(may(poses, &["#wasi:random/random@0.2.0"]), ["wasi:random/random@0.2.0: said"]);
    assert_eq!(with(poses, &allowing, &|_| true), [""; 0]);
}

#[test]
fn rule_keeps_nothing_in_a_nested_instance_of_an_import() {
    let wat = r#"(component
      (import "acme:v/s" (instance $i (export "b" (type $b (sub resource)))
        (export "n" (instance (export "take" (func (param "x" (borrow $b))))))
        (export "wasi:http/types" (instance
          (alias outer 1 $b (type $b1)) (export "b" (type $b (eq $b1))) (export "[static]b.open" (func (result (own $b))))))))
      (alias export $i "b" (type $b))
      (import "acme:g/g" (instance
        (alias outer 1 $b (type $b1)) (export "b" (type $bb (eq $b1))) (export "get" (func (result (own $bb)))))))"#;
    assert_eq!(may(wat, &["acme:g/g"]), ["acme:g/g#get: said"]);
}

#[test]
fn rule_counts_the_host_imports_of_an_adapter() {
    let wat = &mentions("", "(result (own $r))");
    let mut said = grants(&[]);
    said.add("a:b/f", Treatment::Provide, None);
    let allowed = with(wat, &said, &|_| false);
    assert_eq!(allowed[0], "a:b/f#f: asked");
    assert_eq!(allowed[1], "a:b/r#[method]r.use: r of a:b/f#f");
}

#[test]
fn rule_keeps_only_functions() {
    let wat = r#"(component (import "m" (core module)) (import "c" (component)))"#;
    assert_eq!(may(wat, &[]), [""; 0]);
    assert_eq!(may(wat, &["#m"]), ["m: said"]);
}
