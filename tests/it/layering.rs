//! What the source itself promises, read as text: who may depend on whom, and how large things get.

mod uses;

use crate::support;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use uses::Used;

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

fn is_of_tests(file: &Path) -> bool {
    file.iter().any(|part| part == "tests" || part == "tests.rs")
}

/// All that the files of a place name of the crate, each by the module where it is, with the file.
fn named(place: &str) -> Vec<(PathBuf, Used)> {
    let root = support::project().join("src");
    let reexports = uses::reexports(&std::fs::read_to_string(root.join("lib.rs")).unwrap(), &[]);
    let files = sources(place).into_iter().map(|(file, text)| (file.strip_prefix(&root).unwrap().to_owned(), text));
    let mut named = Vec::new();
    let is_source = |file: &Path| file.extension().is_some_and(|end| end == "rs") && !is_of_tests(file);
    for (file, text) in files.filter(|(file, _)| is_source(file)) {
        for Used { mut path, line } in uses::of(&text, &uses::module(&file)) {
            // A module and a function of the root may have one name.
            let is_item = |first: &&String| !ORDER.contains(&first.as_str());
            if let Some(whole) = path.first().filter(is_item).and_then(|first| reexports.get(first)) {
                path.splice(..1, whole.iter().cloned());
            }
            named.push((file.clone(), Used { path, line }));
        }
    }
    named
}

/// Fails where any file of a place names something of one of some modules.
#[track_caller]
fn uses_none_of(place: &str, modules: &[&str]) {
    for (file, used) in named(place) {
        let module = modules.iter().find(|module| used.is_in(module));
        assert_eq!(module, None, "{}:{}: {}", file.display(), used.line, used.path.join("::"));
    }
}

/// The modules at the top of `src`, each after all that it may use: what is first knows nothing of weld.
const ORDER: &[&str] = &[
    // Of which the providers are made, too.
    "rules",
    "text",
    "limits",
    "process",
    "guard",
    "timings",
    "files",
    // What names and bytes say by themselves.
    "name",
    "decode",
    "validate",
    "types",
    // The description, and what it names.
    "describe",
    "load",
    "abi",
    "runtime",
    "imports",
    "grants",
    // What becomes of imports, and the adapter that does it.
    "decide",
    "adapter",
    // From a description to bytes.
    "link",
    "virtualize",
    "provenance",
    "encode",
    // What checks bytes.
    "verify",
    "finding",
    "follow",
    "check",
    // Finished components.
    "inspect",
    "generated",
    "policy",
    "targets",
    "snapshot",
    "diff",
    "emit",
    // Whatever a command does.
    "error",
    "proof",
    "compose",
    "swap",
    "split",
    "splice",
    "record",
    "build",
    // What is printed.
    "report",
    "judged",
    "explain",
    "library",
    "cli",
    // Where weld is built to be fuzzed.
    "fuzzing",
];

#[test]
fn modules_use_only_earlier_modules() {
    let place = |module: &str| ORDER.iter().position(|other| *other == module);
    let mut back = Vec::new();
    for (file, Used { path, line }) in named("") {
        let own = uses::module(&file);
        let Some(own) = own.first() else { continue };
        let used = path.first().unwrap_or_else(|| panic!("{}:{line}: the root by another name", file.display()));
        let own = place(own).unwrap_or_else(|| panic!("{} is in no order", file.display()));
        // What the root itself has is no module.
        if place(used).is_some_and(|used| used > own) {
            back.push(format!("{}:{line}: {}", file.display(), path.join("::")));
        }
    }
    assert!(back.is_empty(), "{back:#?}");
}

/// The file that defines what a path names, as the modules that lead to it: through names that modules have of others.
fn defined(path: &[String], files: &BTreeMap<Vec<String>, BTreeMap<String, Vec<String>>>) -> Vec<String> {
    let mut path = path.to_vec();
    // A name may lead through a few others.
    for _ in 0..8 {
        let mut length = path.len();
        while !files.contains_key(&path[..length]) {
            length -= 1;
        }
        let (module, rest) = path.split_at(length);
        let own = rest.first().and_then(|name| files[module].get(name)).filter(|other| !other.ends_with(&["*".into()]));
        match own {
            Some(other) if other.as_slice() != path.as_slice() => path = [other, &rest[1..]].concat(),
            _ => return module.to_vec(),
        }
    }
    path
}

#[test]
fn files_use_each_other_in_no_circle() {
    let root = support::project().join("src");
    let mut files = BTreeMap::new();
    for (file, text) in sources("") {
        let file = file.strip_prefix(&root).unwrap().to_owned();
        if file.extension().is_some_and(|end| end == "rs") && !is_of_tests(&file) && !file.ends_with("main.rs") {
            let module = uses::module(&file);
            let names = uses::reexports(&text, &module);
            files.insert(module, names);
        }
    }
    // A module and those in it are one: `mod.rs` has what its files share.
    let is_around = |one: &[String], other: &[String]| one.starts_with(other) || other.starts_with(one);
    let mut graph = petgraph::graphmap::DiGraphMap::new();
    let numbers: Vec<&Vec<String>> = files.keys().collect();
    let number = |module: &Vec<String>| numbers.binary_search(&module).unwrap();
    for (file, Used { path, .. }) in named("") {
        let (module, used) = (uses::module(&file), defined(&path, &files));
        if files.contains_key(&module) && !is_around(&module, &used) {
            graph.add_edge(number(&module), number(&used), ());
        }
    }
    let circles = petgraph::algo::tarjan_scc(&graph).into_iter().filter(|circle| circle.len() > 1);
    let circles: Vec<Vec<String>> =
        circles.map(|circle| circle.into_iter().map(|number| numbers[number].join("::")).collect()).collect();
    assert!(circles.is_empty(), "{circles:#?}");
}

#[test]
fn main_only_calls_the_library() {
    let (_, text) = &sources("main.rs")[0];
    assert!(text.lines().count() < 60);
}

#[test]
fn files_are_short() {
    for (file, text) in sources("") {
        assert!(text.lines().count() <= 800, "{} should be split", file.display());
    }
}

/// What the architecture page names for those who look for something is there.
#[test]
fn what_is_looked_for_is_there() {
    let root = support::project();
    let text = std::fs::read_to_string(root.join("docs/ARCHITECTURE.md")).unwrap();
    let section = text.split("\n## If you look for\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let files: Vec<&str> = section.split('`').skip(1).step_by(2).filter(|word| word.contains('/')).collect();
    let gone: Vec<&&str> = files.iter().filter(|file| !root.join(file).exists()).collect();
    assert!(files.len() > 15 && gone.is_empty(), "{gone:?} of {files:?}");
    // The function that decides is where the page says.
    let decide = std::fs::read_to_string(root.join("src/decide/mod.rs")).unwrap();
    assert!(decide.contains("impl<'c> Decisions<'c>") && decide.contains("\n    fn action("));
}

/// What the code map of the architecture calls a file: a path in `src`, or in a directory that its section or its row names.
#[test]
fn code_map_lists_each_file_exactly() {
    let (root, source) = (support::project(), support::project().join("src"));
    let text = std::fs::read_to_string(root.join("docs/ARCHITECTURE.md")).unwrap();
    // Its introduction names no file.
    let map = text.split("## Code map").nth(1).unwrap().split("### Outside of").next().unwrap();
    let map = &map[map.find("\n### ").unwrap()..];
    let (mut mapped, mut of_section) = (BTreeSet::new(), Vec::new());
    for line in map.lines() {
        let words: Vec<&str> = line.split('`').skip(1).step_by(2).collect();
        let words = words.into_iter().filter(|word| !word.starts_with("tests/"));
        let mut directories =
            if line.starts_with("### ") { vec![source.clone()] } else { std::mem::take(&mut of_section) };
        let own = directories.len();
        for word in words.filter(|word| word.ends_with(".rs") || word.ends_with('/')) {
            let word = word.strip_prefix("src/").unwrap_or(word);
            let place = directories.iter().rev().map(|directory| directory.join(word)).find(|place| place.exists());
            let place = place.unwrap_or_else(|| panic!("the code map names `{word}`, which is not there"));
            if place.is_dir() || word.contains('/') {
                directories.push(if place.is_dir() { place.clone() } else { place.parent().unwrap().to_owned() });
            }
            mapped.insert(place);
        }
        if !line.starts_with("### ") {
            directories.truncate(own);
        }
        of_section = directories;
    }
    let is_source = |file: &PathBuf| {
        let is_test = file.iter().any(|part| part == "tests" || part == "tests.rs");
        file.extension().is_some_and(|end| end == "rs")
            && !is_test
            && !["mod.rs", "error.rs"].iter().any(|name| file.ends_with(name))
    };
    let files = sources("").into_iter().map(|(file, _)| file).filter(is_source);
    let unmapped: Vec<PathBuf> = files.filter(|file| !mapped.contains(file)).collect();
    assert!(unmapped.is_empty(), "the code map lacks {unmapped:#?}");
}

#[test]
fn test_files_are_all_run() {
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
fn name_syntax_is_parsed_in_one_place() {
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
        let is_of_names =
            ["form.rs", "form/tests.rs", "grammar.rs"].iter().any(|name| file.ends_with(Path::new("name").join(name)));
        if !is_of_names {
            let word = words.iter().find(|word| text.contains(*word));
            assert_eq!(word, None, "{}", file.display());
        }
    }
}

/// What the command line uses that other programs do not see. It should get shorter. `BLESS=1` writes it.
#[test]
fn cli_uses_the_public_library_and_the_listed_exceptions() {
    let list = support::project().join("tests/it/layering/cli.txt");
    let root = std::fs::read_to_string(support::project().join("src/lib.rs")).unwrap();
    let public: Vec<Vec<String>> = uses::reexports(&root, &[]).into_values().collect();
    let is_own = |used: &Used| used.is_in("cli") || public.iter().any(|path| used.is_in(&path.join("::")));
    let items: BTreeSet<String> =
        named("cli").into_iter().filter(|(_, used)| !is_own(used)).map(|(_, used)| used.path.join("::")).collect();
    // What an output is made by is asked through the phases' own functions: the command line takes part in nothing of it.
    let inner = [
        "abi",
        "adapter",
        "check",
        "decide",
        "decode",
        "encode",
        "files",
        "follow",
        "generated",
        "imports",
        "link",
        "proof",
        "provenance",
        "rules",
        "runtime",
        "types",
        "validate",
        "virtualize",
    ];
    let of_inner = items.iter().find(|item| inner.contains(&item.split("::").next().unwrap()));
    assert_eq!(of_inner, None);
    let text: String = items.iter().map(|item| format!("{item}\n")).collect();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&list, &text).unwrap();
    }
    assert_eq!(text, std::fs::read_to_string(&list).unwrap());
}

#[test]
fn verify_is_independent_of_the_code_that_it_checks() {
    uses_none_of("verify", &["describe", "decide", "adapter", "virtualize", "encode", "types::copy"]);
    has_none_of("verify", &["wasm_encoder"]);
    for place in ["types/compare.rs", "types/mentions.rs"] {
        uses_none_of(place, &["types::copy"]);
        has_none_of(place, &["wasm_encoder"]);
    }
    // What fills imports is read of the description anew.
    uses_none_of("proof/wires", &["link", "decide", "adapter", "virtualize", "encode", "verify"]);
    has_none_of("proof/wires", &["petgraph"]);
    // One mistake in the planner cannot open both gates.
    uses_none_of("policy", &["decide", "adapter", "virtualize", "link", "encode", "grants"]);
}

#[test]
fn inspect_snapshot_diff_and_targets_are_independent_of_composition() {
    uses_none_of("inspect", &["describe", "link", "decide", "adapter", "virtualize", "encode", "policy", "targets"]);
    uses_none_of(
        "snapshot",
        &["describe", "load", "link", "decide", "adapter", "virtualize", "encode", "verify", "policy"],
    );
    // A comparison is of what snapshots say.
    uses_none_of("diff", &["load", "link", "decide", "adapter", "virtualize", "encode", "verify"]);
    uses_none_of("targets", &["describe", "decide", "adapter", "virtualize", "encode", "verify"]);
}

#[test]
fn encode_is_independent_of_grants() {
    uses_none_of("encode", &["describe", "decide", "adapter", "virtualize", "grants"]);
    // The runtime of adapters and the Canonical ABI know nothing of what uses them.
    for place in ["runtime", "imports"] {
        uses_none_of(place, &["grants", "describe::Grants", "describe::Grant", "describe::grant"]);
        has_none_of(place, &["Grants"]);
    }
    uses_none_of("imports", &["describe"]);
    uses_none_of("abi.rs", &["describe", "load", "runtime"]);
}

/// What is decided is a value: nothing of it is written where it is decided, and nothing is decided where it is written.
#[test]
fn decisions_and_the_adapters_made_of_them_are_apart() {
    uses_none_of("decide", &["link", "adapter", "virtualize", "encode", "provenance"]);
    has_none_of("decide", &["wasm_encoder", "petgraph"]);
    let grants = ["grants", "describe::Grants", "describe::Grant", "describe::grant", "describe::Treatment"];
    uses_none_of("adapter", &[&grants[..], &["link", "virtualize", "encode"]].concat());
    has_none_of("adapter", &["petgraph"]);
}

/// What `src/follow` depends on of weld.
const FOLLOWS: &[&str] = &["crate::decode::", "crate::limits::"];

/// What `src/check` depends on of weld.
const CHECKS: &[&str] = &[
    "crate::name::",
    "crate::decode::",
    "crate::follow::",
    "crate::decode;",
    "crate::finding::",
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
fn check_depends_only_on_names_and_grants_and_is_short() {
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
    for phase in ["load", "link", "decide", "adapter", "virtualize", "encode", "verify", "policy", "inspect"] {
        for place in ["describe/grant.rs", "describe/setting.rs", "decode.rs", "decode/world.rs", "limits.rs"] {
            uses_none_of(place, &[phase]);
        }
    }
}

#[test]
fn uses_of_the_check_are_found_in_each_syntax() {
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

/// What may ask the file system: what reads, what writes outputs, what saves inputs, and what asks the system of the process.
const OF_FILES: &[&str] = &["files.rs", "emit.rs", "emit/", "load/saved.rs", "process.rs"];

#[test]
fn files_are_accessed_only_in_files_and_emit() {
    // A path asks the file system as well.
    let words = [
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
    let root = support::project().join("src");
    let mut asked = BTreeSet::new();
    for (file, text) in sources("").into_iter().filter(|(file, _)| !is_of_tests(file)) {
        let file = file.strip_prefix(&root).unwrap().to_str().unwrap();
        let found = text.lines().zip(1..).find(|(line, _)| words.iter().any(|word| line.contains(word)));
        match (OF_FILES.iter().find(|place| file.starts_with(**place)), found) {
            (Some(place), Some(_)) => _ = asked.insert(*place),
            (None, Some((line, number))) => panic!("src/{file}:{number}: {line}"),
            (_, None) => {}
        }
    }
    assert_eq!(asked.len(), OF_FILES.len(), "{asked:?}");
    // Input and output are those of `load`, too, and of the command line.
    for place in [
        "describe",
        "name",
        "types",
        "link",
        "decide",
        "adapter",
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
        has_none_of(place, &["std::io"]);
    }
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
fn dependencies_contain_no_network_code_by_default() {
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
fn dependencies_on_wasm_tools_are_of_one_release() {
    // The newest parser of text, beside the release line of all else, encodes with the encoder of its own line.
    let tree = dependencies();
    let wast = tree.lines().find_map(|line| line.strip_prefix("wast v263")).map(|_| "0.263.0");
    for name in ["wasmparser", "wasm-encoder", "wit-parser", "wit-component", "wasm-metadata"] {
        let mut versions: Vec<&str> =
            tree.lines().filter_map(|line| line.strip_prefix(&format!("{name} v"))?.split(' ').next()).collect();
        versions.sort();
        versions.dedup();
        versions.retain(|version| name != "wasm-encoder" || Some(*version) != wast);
        assert_eq!(versions.len(), 1, "{name}: {versions:?}");
    }
}

#[test]
fn dependencies_support_the_declared_rust_version() {
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
fn wit_files_are_unique() {
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
fn example_hello_matches_the_guests() {
    let example = |name: &str| std::fs::read(support::project().join("examples/hello").join(name)).unwrap();
    assert!(example("command.wasm") == std::fs::read(support::guest("hello-command")).unwrap());
    assert!(example("library.wasm") == std::fs::read(support::guest("hello-lib")).unwrap());
}
