//! What the source itself promises, read as text: who may depend on whom, and how large things get.

use crate::support;
use std::path::{Path, PathBuf};

/// Every source file below a directory of `src`, or the file itself, with its text.
fn sources(place: &str) -> Vec<(PathBuf, String)> {
    let place = support::project().join("src").join(place);
    let mut files = Vec::new();
    collect(&place, &mut files);
    assert!(!files.is_empty(), "there is nothing in {}", place.display());
    files.into_iter().map(|file| (file.clone(), std::fs::read_to_string(&file).unwrap())).collect()
}

fn collect(place: &Path, files: &mut Vec<PathBuf>) {
    if place.is_dir() {
        let mut entries: Vec<_> = std::fs::read_dir(place).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        entries.iter().for_each(|entry| collect(entry, files));
    } else {
        files.push(place.to_owned());
    }
}

/// Fails where any file of a place has one of the words.
#[track_caller]
fn has_none_of(place: &str, words: &[&str]) {
    for (file, text) in sources(place) {
        for (number, line) in text.lines().enumerate() {
            for word in words {
                assert!(!line.contains(word), "{}:{}: {word}", file.display(), number + 1);
            }
        }
    }
}

#[test]
fn main_does_nothing_but_call_the_library() {
    let (_, text) = &sources("main.rs")[0];
    assert!(text.lines().count() < 60);
}

#[test]
fn files_stay_readable() {
    for (file, text) in sources("") {
        assert!(text.lines().count() <= 800, "{} should be split", file.display());
    }
}

#[test]
fn every_file_of_tests_is_run() {
    let read = |file: &str| std::fs::read_to_string(support::project().join(file)).unwrap();
    for (directory, list) in
        [("tests/it", "tests/it/main.rs"), ("tests/cases", "tests/cases/main.rs"), ("tests", "Cargo.toml")]
    {
        let listed = read(list);
        for entry in std::fs::read_dir(support::project().join(directory)).unwrap() {
            let file = entry.unwrap().path();
            let name = file.file_stem().unwrap().to_str().unwrap();
            if file.extension().is_some_and(|end| end == "rs") && name != "main" {
                let lines = [format!("mod {name};"), format!("name = \"{name}\"")];
                assert!(
                    listed.lines().any(|line| lines.contains(&line.to_owned())),
                    "{} belongs to no program",
                    file.display()
                );
            }
        }
    }
}

#[test]
fn names_are_taken_apart_in_one_place() {
    // What delimits the parts of one name is a letter of another; `src/name/form.rs` knows which.
    let words = [
        "split_once('@')",
        "split('@')",
        "split('#')",
        "strip_prefix(\"[",
        "starts_with(\"[",
        "strip_prefix('[')",
        "split_once(']')",
    ];
    for (file, text) in sources("") {
        let is_of_names = ["form.rs", "grammar.rs"].iter().any(|name| file.ends_with(Path::new("name").join(name)));
        if !is_of_names {
            let word = words.iter().find(|word| text.contains(*word));
            assert_eq!(word, None, "{}", file.display());
        }
    }
}

#[test]
fn no_phase_reaches_back() {
    has_none_of(
        "describe",
        &["crate::load", "crate::link", "crate::virtualize", "crate::encode", "crate::verify", "crate::emit"],
    );
    has_none_of("load", &["crate::link", "crate::virtualize", "crate::encode", "crate::verify", "crate::emit"]);
    has_none_of("link", &["crate::virtualize", "crate::encode", "crate::verify", "crate::emit"]);
    has_none_of("virtualize", &["crate::encode", "crate::verify", "crate::emit"]);
    // The runtime of adapters and the Canonical ABI know nothing of what uses them.
    has_none_of("runtime", &["crate::virtualize", "Grants", "crate::encode", "crate::verify", "crate::emit"]);
    // What a component imports is so under any grants.
    has_none_of("imports", &["crate::describe", "Grants", "crate::virtualize", "crate::encode", "crate::verify"]);
    has_none_of("abi.rs", &["crate::describe", "crate::link", "crate::virtualize", "crate::runtime"]);
    has_none_of("targets", &["crate::describe", "crate::encode", "crate::verify", "crate::emit", "crate::cli"]);
    for phase in ["describe", "load", "link", "virtualize", "encode", "verify"] {
        has_none_of(
            phase,
            &[
                "crate::inspect",
                "crate::snapshot",
                "crate::targets",
                "crate::policy",
                "crate::build",
                "crate::report",
                "crate::cli",
            ],
        );
    }
    has_none_of("encode", &["crate::describe", "crate::virtualize", "crate::verify", "crate::emit"]);
    // What fills imports is read of the description anew.
    has_none_of("proof/wires", &["crate::link", "crate::virtualize", "crate::encode", "crate::verify", "petgraph"]);
    has_none_of("verify", &["crate::describe", "crate::virtualize", "crate::emit"]);
    // A snapshot is of a finished component, whoever made it.
    has_none_of(
        "snapshot",
        &[
            "crate::load",
            "crate::link",
            "crate::encode",
            "crate::verify",
            "crate::report",
            "crate::emit",
            "crate::build",
            "crate::cli",
        ],
    );
    // Names are every phase's.
    for phase in ["describe", "load", "link", "virtualize", "encode", "verify", "check", "follow"] {
        has_none_of("name", &[&format!("crate::{phase}")]);
    }
    // Types are what the validator knows of them, whoever asks.
    let phases = ["describe", "load", "link", "virtualize", "encode", "verify", "check", "follow", "emit"];
    let readers = ["inspect", "targets", "policy", "snapshot", "diff", "report", "build", "library", "cli"];
    for phase in phases.into_iter().chain(readers) {
        has_none_of("types", &[&format!("crate::{phase}")]);
    }
    // Whoever made a component, what it is is in its bytes.
    let makers =
        ["crate::describe", "crate::link", "crate::virtualize", "crate::encode", "crate::emit", "crate::build"];
    let readers = ["crate::targets", "crate::policy", "crate::snapshot", "crate::diff", "crate::report", "crate::cli"];
    has_none_of("inspect", &[&makers[..], &readers].concat());
    has_none_of(
        "snapshot",
        &[&makers[..], &["crate::load", "crate::verify", "crate::policy", "crate::report", "crate::cli"]].concat(),
    );
    // A policy is about finished components, whoever made them.
    has_none_of(
        "policy",
        &[
            "crate::virtualize",
            "crate::link",
            "crate::encode",
            "crate::targets",
            "crate::report",
            "crate::emit",
            "crate::build",
            "crate::cli",
        ],
    );
}

#[test]
fn a_comparison_is_of_what_snapshots_say() {
    has_none_of(
        "diff",
        &["crate::load", "crate::link", "crate::verify", "crate::encode", "crate::emit", "crate::report", "crate::cli"],
    );
}

#[test]
fn verification_shares_nothing_with_encoding() {
    // What writes types is encoding too.
    has_none_of("verify", &["crate::encode", "wasm_encoder", "types::copy"]);
    has_none_of("types/compare.rs", &["super::copy", "wasm_encoder"]);
    has_none_of("types/mentions.rs", &["super::copy", "wasm_encoder"]);
}

/// What `src/follow` depends on of weld.
const FOLLOWS: &[&str] = &["crate::decode::", "crate::limits::"];

/// What `src/check` depends on of weld.
const CHECKS: &[&str] = &[
    "crate::name::",
    "crate::decode::",
    "crate::follow::",
    "crate::follow;",
    "crate::limits::",
    "crate::describe::setting::",
    "crate::describe::{Grants",
    "crate::describe::Grants;",
];

/// What a file of `src/check` or `src/follow` depends on and must not: the first such line. `weld` is what it may depend on of
/// weld; `is_root` says whether it is `mod.rs`, for which `super` is all of weld.
fn stray<'t>(text: &'t str, weld: &[&str], is_root: bool) -> Option<&'t str> {
    let others = &["std::", "self::", "indexmap::", "wasmparser::", "sha2::"];
    // Other ways to name a module, or to have the text of one.
    let ways = ["virtualize", "link", "include!", "#[path", "extern crate", "$crate"];
    let is_stray = |line: &&str| {
        let is_known = match line.strip_prefix("use ") {
            Some("super::*;") => false,
            Some(used) if used.starts_with("super::") => !is_root && used.matches("super").count() == 1,
            Some(used) => weld.iter().chain(others).any(|known| used.starts_with(known)) && !used.contains("super"),
            // Whatever is named where it is used is named by a `use`.
            None => {
                let named = line.replace("pub(crate)", "");
                ["crate::", "weld::", "super::", "wasm_weld"].iter().all(|word| !named.contains(word))
            }
        };
        !is_known || ways.iter().any(|way| line.contains(way))
    };
    text.lines().map(str::trim).filter(|line| !line.starts_with("//")).find(is_stray)
}

/// The check is what must be trusted, with what follows an output for it: it asks nobody, and is read in an hour.
#[test]
fn the_check_depends_on_names_and_grants_alone_and_is_short() {
    let mut lines = 0;
    for (place, weld) in [("check", CHECKS), ("follow", FOLLOWS)] {
        let directory = support::project().join("src").join(place);
        let is_test = |file: &Path| {
            let parts = file.strip_prefix(&directory).unwrap().components();
            parts.map(|part| part.as_os_str()).any(|part| part == "tests" || part == "tests.rs")
        };
        for (file, text) in sources(place).iter().filter(|(file, _)| !is_test(file)) {
            lines += text.lines().count();
            assert_eq!(stray(text, weld, *file == directory.join("mod.rs")), None, "{}", file.display());
        }
        has_none_of(place, &["wasm_encoder", "petgraph", "wit_parser", "std::fs", "std::io", "std::env"]);
    }
    assert!(lines < 1_500, "{lines} lines");
    // What it asks names, grants and the decoder must not come from elsewhere.
    for phase in ["load", "link", "virtualize", "encode", "verify", "policy", "inspect"] {
        for place in ["describe/grant.rs", "describe/setting.rs", "decode.rs", "limits.rs"] {
            has_none_of(place, &[&format!("crate::{phase}")]);
        }
    }
}

#[test]
fn what_the_check_depends_on_is_seen_in_every_form() {
    for (line, is_root) in [
        ("use super::link::Graph;", true),
        ("use super::provenance::Provenance;", true),
        ("use super::super::provenance;", false),
        ("use super::{super::provenance};", false),
        ("super::super::provenance::read(x);", false),
        ("use super::*;", false),
        ("use crate::virtualize::plan::Plan;", false),
        ("use crate::provenance;", false),
        ("pub use crate::provenance;", false),
        ("use self::super::provenance;", false),
        ("let x = virtualize::plan();", false),
        ("include!(\"../provenance.rs\");", false),
        ("#[path = \"../provenance.rs\"] mod provenance;", false),
    ] {
        assert_eq!(stray(line, CHECKS, is_root), Some(line));
    }
    let fine =
        "// of `link`\nuse super::part::Part;\npub(crate) fn f() {}\nuse crate::name::split;\npub(super) fn g() {}";
    assert_eq!(stray(fine, CHECKS, false), None);
    // What instantiates an output knows no grants.
    let grants = "use crate::describe::Grants;";
    assert_eq!((stray(grants, CHECKS, false), stray(grants, FOLLOWS, false)), (None, Some(grants)));
}

#[test]
fn only_load_and_emit_touch_files() {
    // A path asks the file system as well.
    let files = &[
        "std::fs",
        " fs::",
        "(fs::",
        "File::open",
        "tempfile",
        ".is_dir()",
        ".is_file()",
        ".is_symlink()",
        ".exists()",
        ".try_exists()",
        ".metadata()",
        ".symlink_metadata()",
        ".canonicalize()",
        ".read_dir()",
        ".read_link()",
        "Path::is_",
        "Path::exists",
        "path::absolute",
        "current_dir",
    ];
    let io = &[&files[..], &["std::io"]].concat();
    for place in [
        "describe",
        "name",
        "types",
        "link",
        "virtualize",
        "encode",
        "verify",
        "check",
        "follow",
        "inspect",
        "targets",
        "policy",
        "snapshot",
        "diff",
        "report",
    ] {
        has_none_of(place, io);
    }
    for place in [
        "build",
        "build.rs",
        "decode.rs",
        "error.rs",
        "generated.rs",
        "proof.rs",
        "validate.rs",
        "lib.rs",
        "limits.rs",
        "provenance",
        "provenance.rs",
        "text.rs",
    ] {
        has_none_of(place, io);
    }
    // Arguments and the terminal are the command line's own.
    has_none_of("cli", files);
}

/// What users build, a crate a line: without what only tests depend on.
fn dependencies() -> String {
    let output = std::process::Command::new(env!("CARGO"))
        .args(["tree", "--edges", "normal,build", "--prefix", "none", "--locked", "--offline"])
        .current_dir(support::project())
        .output()
        .unwrap();
    let tree = String::from_utf8(output.stdout).unwrap();
    assert!(tree.contains("wasmparser"), "{}", String::from_utf8_lossy(&output.stderr));
    tree
}

#[test]
fn the_default_build_has_no_network_code() {
    for (file, text) in sources("") {
        for word in ["std::net", "TcpStream", "UdpSocket"] {
            assert!(!text.contains(word), "{}: {word}", file.display());
        }
    }
    let tree = dependencies();
    for name in ["tokio", "mio", "socket2", "hyper", "reqwest", "ureq", "curl", "rustls", "openssl"] {
        let uses = tree.lines().find(|line| line.starts_with(&format!("{name} ")));
        assert_eq!(uses, None);
    }
}

#[test]
fn the_wasm_tools_crates_are_of_one_line() {
    let tree = dependencies();
    for name in ["wasmparser", "wasm-encoder", "wit-parser", "wit-component", "wasm-metadata"] {
        let mut versions: Vec<&str> =
            tree.lines().filter_map(|line| line.strip_prefix(&format!("{name} v"))?.split(' ').next()).collect();
        versions.sort();
        versions.dedup();
        assert_eq!(versions.len(), 1, "{name}: {versions:?}");
    }
}

#[test]
fn what_is_depended_on_builds_with_the_rust_that_is_promised() {
    let output = std::process::Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .args(["--filter-platform", "x86_64-unknown-linux-gnu"])
        .current_dir(support::project())
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    // `1.88` and `1.88.0` are one version.
    let number = |version: &str| -> Vec<u32> {
        let mut parts: Vec<u32> = version.split('.').map(|part| part.parse().unwrap()).collect();
        parts.resize(3, 0);
        parts
    };
    let own = packages.iter().find(|package| package["name"] == "wasm-weld").unwrap();
    let promised = number(own["rust_version"].as_str().unwrap());
    // Tests may need a newer one, for wasmtime.
    let used: Vec<String> = dependencies().lines().map(str::to_owned).collect();
    let mut checked = 0;
    for package in packages {
        let (name, version) = (package["name"].as_str().unwrap(), package["version"].as_str().unwrap());
        let is_used = used.iter().any(|line| line.starts_with(&format!("{name} v{version}")));
        if let (true, Some(needs)) = (is_used, package["rust_version"].as_str()) {
            assert!(number(needs) <= promised, "{name} {version} needs Rust {needs}");
            checked += 1;
        }
    }
    assert!(checked > 30, "{checked}");
}

#[test]
fn each_text_of_wit_is_there_once() {
    let mut files = Vec::new();
    for place in ["wit", "tests/guests", "tests/real", "tests/reach", "virt-components", "adapters"] {
        collect(&support::project().join(place), &mut files);
    }
    let is_built = |file: &Path| file.components().any(|part| part.as_os_str() == "target");
    files.retain(|file| file.extension().is_some_and(|end| end == "wit") && !is_built(file));
    let mut texts = std::collections::BTreeMap::new();
    for file in files {
        let name = file.strip_prefix(support::project()).unwrap();
        assert!(name.starts_with("wit"), "{} is to be in `wit`", name.display());
        if let Some(other) = texts.insert(std::fs::read(&file).unwrap(), file.clone()) {
            panic!("{} is {}", file.display(), other.display());
        }
    }
    assert!(texts.len() > 30, "{}", texts.len());
}

#[test]
fn the_example_is_that_of_the_guests() {
    let example = |name: &str| std::fs::read(support::project().join("examples/hello").join(name)).unwrap();
    assert!(example("command.wasm") == std::fs::read(support::guest("hello-command")).unwrap());
    assert!(example("library.wasm") == std::fs::read(support::guest("hello-lib")).unwrap());
}
