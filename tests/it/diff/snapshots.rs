//! Snapshots that somebody wrote, and adapters that are none.

use super::*;

#[test]
fn diff_reads_foreign_snapshots_in_bounded_time() {
    let directory = Directory::new();
    directory.put("net.wat", NET);
    let snapshot = |from: &str, wit: &str| {
        format!("weld snapshot 1\n\ntree\n  a  sha256 0\n    b  <- {from}\n\nwit\n  world root {{\n{wit}  }}\n")
    };
    let names = "#a".repeat(100_000);
    let bundles = format!("{}x{}", "{b <- ".repeat(100_000), "}".repeat(100_000));
    let braces = format!("{}{}", "  record r {\n".repeat(100_000), "  }\n".repeat(100_000));
    let plain = directory.put("plain.weld", snapshot("host", ""));
    for (name, text) in [
        ("names.weld", snapshot(&names, "")),
        ("bundles.weld", snapshot(&bundles, "")),
        ("braces.weld", snapshot("host", &braces)),
    ] {
        let other = directory.put(name, text);
        let (text, code) = directory.diff(&plain, &other);
        assert_eq!(code, 1);
        assert_eq!(groups(&text), [if name == "braces.weld" { "types" } else { "wiring" }]);
    }
}

#[test]
fn diff_distinguishes_two_unknown_argument_sources() {
    let directory = Directory::new();
    let tree = |from: &str| format!("  a  sha256 0\n    i  <- {from}\n");
    for (was, is) in [("x", "y"), ("x", "own"), ("x#e", "x#f"), ("{f <- x}", "{f <- y}"), ("\"a b\"", "\"a c\"")] {
        let expected = format!("wiring\n  ~ `a`: `i` from `{is}`, not from `{was}`\n");
        assert_eq!(directory.of_trees(&tree(was), &tree(is)), expected);
    }
    // In a component that is the same, its parts are too; in one that is not, that is said of it, and of nothing that it has.
    let within = |digest: u8, from: &str| format!("  p  sha256 {digest}\n    a  sha256 0\n      i  <- {from}\n");
    let expected = "wiring\n  ~ `p/a`: `i` from `y`, not from `x`\n";
    assert_eq!(directory.of_trees(&within(1, "x"), &within(1, "y")), expected);
    let expected = "components\n  ~ `p` is another component: sha256 1 -> sha256 2\n";
    for (was, is) in [("x", "y"), ("x", "own"), ("own", "y"), ("{f <- x}", "{f <- y}")] {
        assert_eq!(directory.of_trees(&within(1, was), &within(2, is)), expected);
    }
    // A name that is known is a wire all the same.
    let known = |digest: u8, from: &str| format!("{}    b  sha256 0\n    c  sha256 3\n", within(digest, from));
    let expected = format!("{expected}\nwiring\n  ~ `p/a`: `i` from `c`, not from `b`\n");
    assert_eq!(directory.of_trees(&known(1, "b"), &known(2, "c")), expected);
}

#[test]
fn diff_omits_inner_wiring_of_a_replaced_component() {
    let directory = Directory::new();
    // A program with another one in it, which has its import from a component without code.
    let program = |shim: &str, value: u8| {
        format!(
            r#"(component
                (component $program
                    (core module $code (func (export "f") (result i32) i32.const {value}))
                    (core instance $code (instantiate $code))
                    (func $f (result u32) (canon lift (core func $code "f")))
                    (component $shim (import "g" (func $g (result u32))) (export "f" (func $g)))
                    (instance ${shim} (instantiate $shim (with "g" (func $f))))
                    (component $inner (import "f" (func (result u32))) (core module (func)))
                    (instance $inner (instantiate $inner (with "f" (func ${shim} "f")))))
                (instance $p (instantiate $program)))"#
        )
    };
    let old = directory.put("old.wat", program("first", 1));
    let new = directory.put("new.wat", program("second", 2));
    let snapshot = String::from_utf8(directory.read(&directory.snapshot(&old, "old.weld"))).unwrap();
    assert!(snapshot.contains("<- first\n") && !snapshot.contains("    first"), "{snapshot}");
    let text = directory.words(&old, &new);
    assert_eq!(groups(&text), ["components"], "{text}");
    assert_eq!(text.lines().count(), 2, "{text}");
}

#[test]
fn diff_distinguishes_instances_named_like_keywords() {
    let directory = Directory::new();
    let names = ["host", "outer", "a b", "own", "component x"];
    let component = |from: &str| {
        let instances: String =
            names.iter().map(|name| format!("(instance $\"{name}\" (instantiate $net))\n")).collect();
        let socket = r#"(component $ml (import "acme:net/fetch@1.0.0" (instance)) (core module (func)))"#;
        let with = format!(r#"(with "acme:net/fetch@1.0.0" (instance {from}))"#);
        let net = NET.replacen("(component", "(component $net", 1);
        format!(
            r#"(component (import "acme:net/fetch@1.0.0" (instance $import (export "fetch" (func (result u32)))))
                {net} {instances}
                {} (instance $ml (instantiate $ml {with})))"#,
            socket.replace("(instance)", r#"(instance (export "fetch" (func (result u32))))"#)
        )
    };
    let instance = |name: &str| component(&format!("$\"{name}\" \"acme:net/fetch@1.0.0\""));
    let mut files = vec![(directory.put("import.wat", component("$import")), "host".to_owned())];
    for (index, name) in names.iter().enumerate() {
        files.push((directory.put(&format!("{index}.wat"), instance(name)), format!("\"{name}\"")));
    }
    for (old, was) in &files {
        for (new, is) in files.iter().filter(|(new, _)| new != old) {
            let text = directory.words(old, new);
            let expected = format!("wiring\n  ~ `ml`: `acme:net/fetch@1.0.0` from `{is}`, not from `{was}`\n");
            assert!(text.ends_with(&expected), "{text}");
        }
    }
}

#[test]
fn diff_parses_quoted_names_in_inline_instances() {
    let directory = Directory::new();
    let tree = |from: &str| {
        let instance = |name: &str| format!("  {name}  sha256 1\n");
        let others: String = ["\"a <- b, c\"", "\"a}\"", "\"{\"", "b"].map(instance).concat();
        format!("  a  sha256 0\n    i  <- {from}\n{others}")
    };
    let bundles = [
        "{f <- \"a}\", g <- b}",
        "{f <- b, g <- \"a}\"}",
        "{f <- \"a <- b, c\", g <- b}",
        "{f <- \"{\", g <- b}",
        "{f <- \"{\", g <- \"{\"}",
        "{\"f <- b, g\" <- b}",
        "{f <- b, g <- b}",
    ];
    for was in bundles {
        for is in bundles {
            let changed = format!("wiring\n  ~ `a`: `i` from `{is}`, not from `{was}`\n");
            assert_eq!(directory.of_trees(&tree(was), &tree(is)), if was == is { "equal\n" } else { &changed });
        }
    }
}

#[test]
fn diff_reports_rewiring_between_adapters() {
    let directory = Directory::new();
    let adapters = "  x:adapter  (adapter)  sha256 1\n  y:adapter  (adapter)  sha256 2\n";
    let tree = |from: &str, adapters: &str| format!("  x  sha256 0\n    i  <- {from}\n{adapters}");
    let expected = |was: &str, is: &str| format!("wiring\n  ~ `x`: `i` from `{is}`, not from `{was}`\n");
    for (was, is) in
        [("x:adapter", "y:adapter"), ("x:adapter", "host"), ("host", "x:adapter"), ("x:adapter", "x:adapter#j")]
    {
        assert_eq!(directory.of_trees(&tree(was, adapters), &tree(is, adapters)), expected(was, is));
    }
    // One that was generated anew says nothing of an instance that it was not for.
    let anew = adapters.replace("sha256 2", "sha256 3");
    let text = directory.of_trees(&tree("host", adapters), &tree("y:adapter", &anew));
    assert!(text.starts_with(&expected("host", "y:adapter")), "{text}");
    let text = directory.of_trees(&tree("x:adapter", adapters), &tree("y:adapter", &anew));
    assert!(text.starts_with(&expected("x:adapter", "y:adapter")), "{text}");
    // What came or went has a line, from which it follows.
    let came = directory.of_trees(&tree("host", ""), &tree("x:adapter", "  x:adapter  (adapter)  sha256 1\n"));
    assert_eq!(came, "adapters\n  + `x:adapter`\n");
}

#[test]
fn diff_reports_rewired_adapter_arguments() {
    let directory = Directory::new();
    let tree = |digest: u8, from: &str, more: &str| {
        format!(
            "  evil  sha256 5\n  kv  sha256 4\n  x  sha256 0\n    i  <- x:adapter\n    s  <- {from}\n  \
             x:adapter  (adapter)  sha256 {digest}\n{more}"
        )
    };
    let anew = "adapters\n  ~ `x:adapter`, generated again: sha256 1 -> sha256 2\n";
    let text = directory.of_trees(&tree(1, "kv", ""), &tree(2, "x:adapter", "    s  <- kv\n"));
    assert_eq!(text, anew);
    let text = directory.of_trees(&tree(1, "kv", ""), &tree(2, "x:adapter", "    s  <- evil\n"));
    let said = "wiring\n  ~ `x`: `s` from `x:adapter`, not from `kv`\n  + `x:adapter`: `s` from `evil`\n";
    assert_eq!(text, format!("{said}\n{anew}"));
}

#[test]
fn diff_reports_capabilities_of_a_false_adapter() {
    let directory = Directory::new();
    let tree = |digest: u8| format!("  x  sha256 0\n    i  <- x:adapter\n  x:adapter  (adapter)  sha256 {digest}\n");
    let anew = "adapters\n  ~ `x:adapter`, generated again: sha256 1 -> sha256 2\n";
    // The instance that it is for had them already.
    let old = directory.put("old.weld", with_sockets("x", &tree(1)));
    let new = directory.put("new.weld", with_sockets("x, x:adapter", &tree(2)));
    let text = directory.words(&old, &new);
    assert_eq!(text, format!("capabilities\n  + `x:adapter` can now reach `sockets`\n\n{anew}"));
    // It gains them too.
    let old = directory.put("old.weld", with_sockets("y", &tree(1)));
    let text = directory.words(&old, &new);
    assert_eq!(text, format!("capabilities\n  + `x` can now reach `sockets`\n\n{anew}"));
    // It does not reach them.
    let new = directory.put("new.weld", with_sockets("x:adapter", &tree(2)));
    let text = directory.words(&old, &new);
    assert_eq!(text, format!("capabilities\n  + `x:adapter` can now reach `sockets`\n\n{anew}"));
    // It is for nobody.
    let tree = |more: &str| format!("  x  sha256 0\n{more}");
    let old = directory.put("old.weld", with_sockets("x", &tree("")));
    let new = directory.put("new.weld", with_sockets("x, x:adapter", &tree("  x:adapter  (adapter)  sha256 2\n")));
    assert_eq!(
        directory.words(&old, &new),
        "capabilities\n  + `x:adapter`, which is new, can reach `sockets`\n\nadapters\n  + `x:adapter`\n"
    );
}

#[test]
fn diff_attributes_an_import_to_its_adapter() {
    let directory = Directory::new();
    let tree = "  x  sha256 0\n    i  <- x:adapter\n  x:adapter  (adapter)  sha256 1\n";
    let old = directory.put("old.weld", with_tree(tree));
    let new = directory.put("new.weld", with_sockets("x:adapter", tree));
    let text = directory.words(&old, &new);
    assert!(text.contains("imports\n  + wasi:sockets/probe@0.2.12, for `x:adapter`\n"), "{text}");
    let new = directory.put("new.weld", with_sockets("x, x:adapter", tree));
    let text = directory.words(&old, &new);
    assert!(text.contains("imports\n  + wasi:sockets/probe@0.2.12, for `x`\n"), "{text}");
}

#[test]
fn diff_reports_a_component_replaced_by_a_false_adapter() {
    let directory = Directory::new();
    let tree = |adapter: &str, digest: u8| format!("  x  sha256 0\n  x:adapter  {adapter}sha256 {digest}\n");
    let (program, adapter) = (tree("", 1), tree("(adapter)  ", 2));
    assert_eq!(
        directory.of_trees(&program, &adapter),
        "components\n  ~ `x:adapter` is another component: no adapter -> called an adapter, sha256 1 -> sha256 2\n\n\
         adapters\n  + `x:adapter`\n"
    );
    assert_eq!(
        directory.of_trees(&adapter, &program),
        "components\n  ~ `x:adapter` is another component: called an adapter -> no adapter, sha256 2 -> sha256 1\n\n\
         adapters\n  - `x:adapter`\n"
    );
    assert_eq!(
        directory.of_trees(&tree("", 2), &adapter),
        "components\n  ~ `x:adapter` is the same component: no adapter -> called an adapter\n\n\
         adapters\n  + `x:adapter`\n"
    );
}

#[test]
fn diff_reports_unknown_interfaces_of_wasi_io() {
    let directory = Directory::new();
    let old = directory.put("old.wat", "(component)");
    for (name, is_said) in [("error", false), ("poll", false), ("streams", false), ("network", true)] {
        let items = format!(r#"(import "wasi:io/{name}@0.2.12" (instance (export "f" (func (result u32)))))"#);
        let new = directory.put("new.wat", importing(&items));
        let text = directory.words(&old, &new);
        let expected = format!("  + the component can now reach `wasi:io/{name}`\n");
        assert_eq!(text.contains(&expected), is_said, "{text}");
    }
}

#[test]
fn diff_matches_component_arguments_by_digest() {
    let directory = Directory::new();
    let tree = |from: &str| format!("  a  sha256 0\n    i  <- {from}\n");
    for (was, is) in [
        ("component c sha256 1", "component c sha256 2"),
        ("component c", "component c sha256 2"),
        ("component \"c d\" sha256 1", "component \"c d\" sha256 2"),
        ("{f <- component c sha256 1}", "{f <- component c sha256 2}"),
    ] {
        let expected = format!("wiring\n  ~ `a`: `i` from `{is}`, not from `{was}`\n");
        assert_eq!(directory.of_trees(&tree(was), &tree(is)), expected);
        // What is around does not cover it: the component may be one that comes from elsewhere.
        let within = |digest: u8, from: &str| format!("  p  sha256 {digest}\n    a  sha256 0\n      i  <- {from}\n");
        let text = directory.of_trees(&within(1, was), &within(2, is));
        assert!(text.ends_with(&expected.replace("`a`", "`p/a`")), "{text}");
    }
}
