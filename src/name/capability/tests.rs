//! The table of capabilities against the WIT of WASI.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use wit_parser::Resolve;

use super::Capability;

/// A package of WASI as it stands in `wit`.
macro_rules! wit {
    ($file:literal) => {
        include_str!(concat!("../../../wit/", $file))
    };
}

const WASI_2: &[&str] = &[
    wit!("wasi-0.2.12/io.wit"),
    wit!("wasi-0.2.12/clocks.wit"),
    wit!("wasi-0.2.12/random.wit"),
    wit!("wasi-0.2.12/filesystem.wit"),
    wit!("wasi-0.2.12/sockets.wit"),
    wit!("wasi-0.2.12/cli.wit"),
    wit!("wasi-0.2.12/http.wit"),
];

const WASI_3: &[&str] = &[
    wit!("wasi-0.3.0/clocks.wit"),
    wit!("wasi-0.3.0/random.wit"),
    wit!("wasi-0.3.0/filesystem.wit"),
    wit!("wasi-0.3.0/sockets.wit"),
    wit!("wasi-0.3.0/cli.wit"),
    wit!("wasi-0.3.0/http.wit"),
];

const DRAFTS: [&[&str]; 3] = [
    &[concat!(
        wit!("wasi-keyvalue-0.2.0-draft/world.wit"),
        "\n",
        wit!("wasi-keyvalue-0.2.0-draft/store.wit"),
        "\n",
        wit!("wasi-keyvalue-0.2.0-draft/atomic.wit"),
        "\n",
        wit!("wasi-keyvalue-0.2.0-draft/batch.wit"),
        "\n",
        wit!("wasi-keyvalue-0.2.0-draft/watch.wit"),
        "\n",
    )],
    &[concat!(
        wit!("wasi-keyvalue-0.2.0-draft2/world.wit"),
        "\n",
        wit!("wasi-keyvalue-0.2.0-draft2/store.wit"),
        "\n",
        wit!("wasi-keyvalue-0.2.0-draft2/atomic.wit"),
        "\n",
        wit!("wasi-keyvalue-0.2.0-draft2/batch.wit"),
        "\n",
        wit!("wasi-keyvalue-0.2.0-draft2/watch.wit"),
        "\n",
    )],
    &[concat!(wit!("wasi-logging-0.1.0-draft/world.wit"), "\n", wit!("wasi-logging-0.1.0-draft/logging.wit"), "\n",)],
];

/// The interfaces that the host calls, which are granted to nobody.
const EXPORTED: &[&str] = &["cli/run", "http/incoming-handler", "http/handler", "keyvalue/watcher"];

/// The functions of some packages that components import, each with its interface.
fn functions(packages: &[&str]) -> Vec<(String, String)> {
    let mut resolve = Resolve { all_features: true, ..Resolve::default() };
    for (number, package) in packages.iter().enumerate() {
        resolve.push_str(format!("{number}.wit"), package).unwrap();
    }
    let mut functions = Vec::new();
    for (id, interface) in resolve.interfaces.iter() {
        let name = resolve.id_of(id).unwrap();
        functions.extend(interface.functions.keys().map(|function| (name.clone(), function.clone())));
    }
    functions.retain(|(interface, _)| !EXPORTED.contains(&without_version(interface)));
    functions
}

/// The name of an interface of WASI without `wasi:` and its version.
fn without_version(interface: &str) -> &str {
    &interface["wasi:".len()..interface.find('@').unwrap()]
}

#[test]
fn capability_allows_each_function_of_wasi_and_no_function_outside_wasi() {
    let mut count = 0;
    for (interface, function) in [WASI_2, WASI_3].into_iter().chain(DRAFTS).flat_map(functions) {
        let gives = |name: &&str| Capability::named(name).unwrap().gives(&interface, &function);
        let capabilities: Vec<&str> = Capability::names().filter(gives).collect();
        let expected = match without_version(&interface).split_once('/').unwrap() {
            ("io", _) => None,
            ("cli", name) if name.starts_with("terminal-") => None,
            ("cli", "environment") => Some(match function.as_str() {
                "get-environment" => "env",
                "get-arguments" => "args",
                _ => "cwd",
            }),
            ("cli", name) => Some(name),
            ("filesystem", _) => Some("fs"),
            (package, _) => Some(package),
        };
        assert_eq!(capabilities, expected.into_iter().collect::<Vec<_>>(), "{interface}#{function}");
        let unknown = |name: &str| Capability::named(name).unwrap().gives(&interface, &format!("{function}-too"));
        assert!(!Capability::names().any(unknown), "{interface}#{function}");
        count += 1;
    }
    assert!(count > 300, "{count}");
}

#[test]
fn capability_covers_modules_of_node_and_gives_none() {
    for (interface, capability) in [
        ("util", Capability::Args),
        ("util", Capability::Env),
        ("util", Capability::Stdout),
        ("util", Capability::Stderr),
        ("sys", Capability::Args),
        ("node:util/types", Capability::Args),
        ("net", Capability::Stdin),
        ("node:net/socket@1.0.0", Capability::Sockets),
    ] {
        assert!(capability.covers(interface, "f"), "{interface}");
        assert!(!Capability::Keyvalue.covers(interface, "f"), "{interface}");
        assert!(!capability.gives(interface, "f"), "{interface}");
    }
    // Such a module gives whatever the process has.
    let all = ["buffer", "crypto", "fs", "https", "process", "tls", "vm", "node:fs/promises", "node:process/env"];
    for interface in all.into_iter().chain(["node:child-process/run", "file:tmp/a", "npm:a/b@1.0.0"]) {
        assert!(Capability::all().all(|capability| capability.covers(interface, "f")), "{interface}");
        assert!(!Capability::all().any(|capability| capability.gives(interface, "f")), "{interface}");
    }
    for interface in ["files", "acme:fs/fs", "acme:node/fs", "assert", "zlib", "node:stream/web"] {
        assert!(!Capability::any(interface, "f"), "{interface}");
    }
}
