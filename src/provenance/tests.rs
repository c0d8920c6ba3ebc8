//! Grants that are written to provenance and read again.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::Path;

use super::{Assignment, Granted, assignment, granted};
use crate::describe::manifest::Manifest;
use crate::describe::{Grants, Text};
use crate::load::{Component, Embedded};

/// Reads the grants of a table of a manifest.
fn grants(lines: &str) -> Grants {
    let text = format!(
        "[composition]\nroot = \"app\"\noutput = \"o.wasm\"\n[components]\napp = \"app.wasm\"\n[virtualize.app]\n{lines}"
    );
    let manifest = Manifest::parse(Text::new("weld.toml", &text), Path::new("weld.toml"));
    let manifest = manifest.unwrap_or_else(|errors| panic!("{}\n{text}", errors[0]));
    manifest.outputs[0].grants["app"].clone()
}

#[test]
fn grants_in_provenance_are_read_as_they_were_written() {
    let bytes = include_bytes!("../../tests/guests/built/command-0.2.6.wasm").to_vec();
    let component = Component::decode("app".to_owned(), "app.wasm".to_owned(), bytes).unwrap();
    let lines_of = |grants: &Grants| granted(&component, grants, &Embedded::default());
    for lines in [
        "",
        "default = \"ignore\"\nstdout = \"allow\"\nexit = \"trap\"",
        "\"wasi:io/*\" = \"allow\"\n\"*\" = \"ignore\"\n\"wasi:cli/stdout#get-stdout\" = \"deny\"",
        "env = { set = { A = \"1\", deny = \"a, b\", C = \"\", D = \"x=\\\"y\\\"\\n\" }, allow = true, deny = [\"E\", \"allow\"] }",
        "env = { allow = [\"A\", \"deny\", \"größe 1\", \"(5 bytes\"] }",
        "env = { set = {} }\nargs = { set = [] }\nstdin = \"empty\"",
        "args = { set = [\"prog\", \"a b\", \"\", \"-x=1\", \"\\u202E\"] }\ncwd = { set = \"/a b\" }",
        "stdin = { text = \"a,\\nb\" }\nstdout = \"stderr\"",
        "stderr = \"stdout\"\nrandom = { seed = 18446744073709551615 }",
        "clocks = { fixed = 2026-01-01T00:00:00.25Z, step = \"1500ns\" }",
        "stderr = \"allow\"\nlogging = \"stderr\"\nkeyvalue = \"memory\"",
        "keyvalue = { memory = 1234567, set = { \"\" = { \"a=b\" = \"c, set d\", k = \"\" }, \"b, c=d\" = {}, \"*\" = { \"\" = \"x\" } } }",
        "keyvalue = { memory = 1000 }",
        "clocks = { fixed = 1970-01-01T00:00:00Z }",
        "fs.\"/t\" = { memory = \"3 KiB\" }\nfs.\"/a b\" = { host = \"/x y\" }\nfs.\"/r\" = { host = \".\", mode = \"read-only\" }",
    ] {
        let before = lines_of(&grants(lines));
        let line = |granted: &Granted| match assignment(granted).unwrap_or_else(|| panic!("{granted:?}")) {
            Assignment::Line(key, value) => format!("{key} = {value}\n"),
            Assignment::Derived => panic!("{granted:?}"),
        };
        let again: String = before.iter().map(line).collect();
        assert_eq!(lines_of(&grants(&again)), before, "{lines}\n---\n{again}");
    }
}
