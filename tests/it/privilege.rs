//! Least privilege: what stays of all of WASI under each grant, in a table that people have read.
//!
//! `BLESS=1 cargo test --test it privilege::` writes `docs/privilege-wasi.md`. Read it before you commit it: each line says
//! that something can be called by whoever has that grant.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use crate::support::{self, project, succeeds, weld};
use weld::Grants;
use wit_component::{ComponentEncoder, StringEncoding, dummy_module, embed_component_metadata};
use wit_parser::{LiftLowerAbi, ManglingAndAbi, Resolve};

/// A line of WASI, of which a component imports all, and may serve requests as well.
struct Line {
    version: &'static str,
    packages: &'static [&'static str],
    imports: &'static [&'static str],
    serves: &'static str,
}

const WASI_2: Line = Line {
    version: "0.2.12",
    packages: &[
        "wasi-0.2.12/io.wit",
        "wasi-0.2.12/clocks.wit",
        "wasi-0.2.12/random.wit",
        "wasi-0.2.12/filesystem.wit",
        "wasi-0.2.12/sockets.wit",
        "wasi-0.2.12/cli.wit",
        "wasi-0.2.12/http.wit",
    ],
    imports: &[
        "cli/environment",
        "cli/exit",
        "cli/stdin",
        "cli/stdout",
        "cli/stderr",
        "cli/terminal-stdin",
        "cli/terminal-stdout",
        "cli/terminal-stderr",
        "clocks/monotonic-clock",
        "clocks/wall-clock",
        "clocks/timezone",
        "filesystem/types",
        "filesystem/preopens",
        "http/types",
        "http/outgoing-handler",
        "random/random",
        "random/insecure",
        "random/insecure-seed",
        "sockets/network",
        "sockets/instance-network",
        "sockets/ip-name-lookup",
        "sockets/tcp",
        "sockets/tcp-create-socket",
        "sockets/udp",
        "sockets/udp-create-socket",
    ],
    serves: "http/incoming-handler",
};

const WASI_3: Line = Line {
    version: "0.3.0",
    packages: &[
        "wasi-0.3.0/clocks.wit",
        "wasi-0.3.0/random.wit",
        "wasi-0.3.0/filesystem.wit",
        "wasi-0.3.0/sockets.wit",
        "wasi-0.3.0/cli.wit",
        "wasi-0.3.0/http.wit",
    ],
    imports: &[
        "cli/environment",
        "cli/exit",
        "cli/stdin",
        "cli/stdout",
        "cli/stderr",
        "cli/terminal-stdin",
        "cli/terminal-stdout",
        "cli/terminal-stderr",
        "clocks/monotonic-clock",
        "clocks/system-clock",
        "clocks/timezone",
        "filesystem/types",
        "filesystem/preopens",
        "http/types",
        "http/client",
        "random/random",
        "random/insecure",
        "random/insecure-seed",
        "sockets/types",
        "sockets/ip-name-lookup",
    ],
    serves: "http/handler",
};

impl Line {
    /// A component that imports all of it, and serves if it should. Its version may be another one.
    fn component(&self, version: &str, serves: bool) -> Vec<u8> {
        let mut resolve = Resolve { all_features: true, ..Resolve::default() };
        for package in self.packages {
            let text = std::fs::read_to_string(project().join("wit").join(package)).unwrap();
            // What a later version has brought is in an earlier one here, which hides nothing.
            let is_other =
                |line: &&str| !["@since", "@deprecated"].iter().any(|gate| line.trim_start().starts_with(gate));
            let text: String = text.lines().filter(is_other).flat_map(|line| [line, "\n"]).collect();
            resolve.push_str(package, &text.replace(self.version, version)).unwrap();
        }
        let mut world = "package t:all;\nworld all {\n".to_owned();
        for import in self.imports {
            writeln!(world, "  import wasi:{import}@{version};").unwrap();
        }
        if serves {
            writeln!(world, "  export wasi:{}@{version};", self.serves).unwrap();
        }
        let package = resolve.push_str("all.wit", &(world + "}\n")).unwrap();
        let world = resolve.select_world(&[package], None).unwrap();
        let mut module = dummy_module(&resolve, world, ManglingAndAbi::Legacy(LiftLowerAbi::Sync));
        embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
        ComponentEncoder::default().module(&module).unwrap().encode().unwrap()
    }
}

/// The functions that stay, by interface without its version, and the lines that say why some do that no grant names.
type Left = (BTreeMap<String, BTreeSet<String>>, Vec<String>);

fn left(directory: &Path, component: &[u8], version: &str, grants: &[&str]) -> Left {
    std::fs::write(directory.join("all.wasm"), component).unwrap();
    let mut virt = weld(directory);
    virt.args(["virt", "all.wasm", "-o", "out.wasm", "-v"]).args(grants.iter().flat_map(|grant| ["--grant", grant]));
    let said = String::from_utf8(succeeds(&mut virt).stderr).unwrap().replace(&format!("@{version}"), "");
    let kept = said.lines().filter_map(|line| line.strip_prefix("kept: ")).map(str::to_owned).collect();
    let mut left: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (interface, function) in support::imported_functions(&std::fs::read(directory.join("out.wasm")).unwrap()) {
        left.entry(interface.replace(&format!("@{version}"), "")).or_default().insert(function);
    }
    (left, kept)
}

/// The grants of the table: nothing, each capability, and each interface alone.
fn grants(line: &Line) -> Vec<Option<String>> {
    let capabilities = Grants::capabilities().filter(|name| !["config", "keyvalue", "logging"].contains(name));
    let interfaces = line.imports.iter().map(|name| format!("wasi:{name}"));
    std::iter::once(None).chain(capabilities.map(str::to_owned).chain(interfaces).map(Some)).collect()
}

fn table(text: &mut String, directory: &Path, line: &Line, serves: bool) {
    let component = line.component(line.version, serves);
    let what = if serves { format!(", exporting `wasi:{}`", line.serves) } else { String::new() };
    writeln!(text, "\n## WASI {}{what}", line.version).unwrap();
    let mut always: Vec<String> = Vec::new();
    for grant in grants(line) {
        let flag = grant.as_ref().map(|grant| format!("{grant}=allow"));
        let flags: Vec<&str> = flag.iter().map(String::as_str).collect();
        let (left, kept) = left(directory, &component, line.version, &flags);
        let of_kept: BTreeSet<&str> = kept.iter().filter_map(|line| line.split_once(" (")).map(|(of, _)| of).collect();
        let allowed = left.iter().filter(|(interface, _)| !of_kept.contains(interface.as_str()));
        let allowed = allowed.map(|(interface, functions)| {
            let names: Vec<&str> = functions.iter().map(String::as_str).collect();
            format!("- allowed: {interface} ({})", names.join(", "))
        });
        let mut lines: Vec<String> = allowed.chain(kept.iter().map(|line| format!("- kept: {line}"))).collect();
        if grant.is_none() {
            always.clone_from(&lines);
        } else {
            lines.retain(|line| !always.contains(line));
        }
        let more = if grant.is_some() && !always.is_empty() { "nothing more" } else { "nothing" };
        if lines.is_empty() {
            lines.push(format!("- {more}"));
        }
        let grant = grant.map_or("no grant".to_owned(), |grant| format!("`{grant}`"));
        writeln!(text, "\n### {grant}\n\n{}", lines.join("\n")).unwrap();
    }
}

#[test]
fn virt_leaves_of_wasi_what_the_privilege_table_shows() {
    let directory = tempfile::tempdir().unwrap();
    let mut text = "# What stays of WASI, grant by grant\n\n\
        `BLESS=1 cargo test --test it privilege::` writes this page from what weld leaves to a component that imports all of \
        WASI; the test compares it in each run. [privilege.md](privilege.md) has the rule.\n\n\
        Where something stays without a grant, the other grants say what stays beside it. *allowed* functions are what \
        the grant names. *kept* ones are named by no grant: they can only use what the \
        component was given, and the line says what gives it.\n"
        .to_owned();
    for line in [WASI_2, WASI_3] {
        table(&mut text, directory.path(), &line, false);
        table(&mut text, directory.path(), &line, true);
    }
    let file = project().join("docs/privilege-wasi.md");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&file, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap_or_default(), text, "see the head of this file");
}

#[test]
fn virt_treats_compatible_wasi_versions_alike() {
    let directory = tempfile::tempdir().unwrap();
    for (line, versions) in [(WASI_2, 0..12), (WASI_3, 1..3)] {
        let of =
            |version: &str, grants: &[&str]| left(directory.path(), &line.component(version, true), version, grants);
        for grant in grants(&line).into_iter().flatten().filter(|grant| !grant.contains(':')) {
            let flag = format!("{grant}=allow");
            let expected = of(line.version, &[&flag]);
            for patch in versions.clone() {
                let (minor, _) = line.version.rsplit_once('.').unwrap();
                assert_eq!(of(&format!("{minor}.{patch}"), &[&flag]), expected, "{grant} {minor}.{patch}");
            }
        }
    }
}

/// What is of a capability that was not granted: nothing of these may ever stay beside another grant.
#[test]
fn virt_grant_of_one_capability_leaves_no_function_of_another() {
    let directory = tempfile::tempdir().unwrap();
    for line in [WASI_2, WASI_3] {
        let component = line.component(line.version, true);
        for grant in Grants::capabilities() {
            let flag = format!("{grant}=allow");
            let (left, _) = left(directory.path(), &component, line.version, &[&flag]);
            let output = std::fs::read(directory.path().join("out.wasm")).unwrap();
            let inspection: serde_json::Value = serde_json::from_str(&weld::inspect(output).unwrap().json()).unwrap();
            let mut seen = 0;
            for import in inspection["imports"].as_array().unwrap() {
                let name = import["name"].as_str().unwrap().replace(&format!("@{}", line.version), "");
                // Types alone are of no use.
                let Some(functions) = left.get(&name) else { continue };
                let capabilities = import["capabilities"].as_array().unwrap();
                assert!(capabilities.iter().all(|of| *of == grant), "{grant} leaves {name}: {functions:?}");
                seen += 1;
            }
            assert_eq!(seen, left.len(), "{grant}");
        }
    }
}
