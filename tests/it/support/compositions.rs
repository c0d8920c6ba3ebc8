//! Compositions of several tools, each with a name. They are found in the directories of this project, so that new ones
//! are included.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use wac_graph::types::Package;
use wac_graph::{CompositionGraph, EncodeOptions};
use wasm_compose::composer::ComponentComposer;
use wasm_compose::config::{Config, Dependency};

use super::{goldens, guest, names, project, succeeds, weld};

/// The compositions of `golden/` and `examples/`, and those of all pairs of guests that fit, made by `wac plug` and by
/// `wasm-tools compose`.
pub fn all() -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<(String, Vec<u8>)> =
        goldens().into_iter().map(|(name, bytes)| (format!("golden/{name}"), bytes)).collect();
    all.extend(examples());
    for (socket, plug) in pairs() {
        let name = |file: &Path| file.file_stem().unwrap().to_str().unwrap().to_owned();
        let both = format!("{} with {}", name(&socket), name(&plug));
        all.push((format!("wac plug: {both}"), plugged(&socket, &plug)));
        all.extend(composed(&socket, &plug).map(|bytes| (format!("wasm-tools compose: {both}"), bytes)));
    }
    all
}

/// The outputs of the manifests in `examples/`. Their locks are not used, because components may have been built anew.
fn examples() -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(project().join("examples")).unwrap() {
        let manifest = entry.unwrap().path().join("weld.toml");
        if manifest.is_file() {
            let build = weld::build(&manifest, &weld::BuildOptions::new()).unwrap();
            let outputs = build.outputs().map(|(path, output)| {
                let path = path.strip_prefix(project()).unwrap_or(path);
                (path.display().to_string(), output.bytes().to_vec())
            });
            all.extend(outputs.collect::<Vec<_>>());
        }
    }
    assert!(all.len() >= 4, "{}", all.len());
    all.sort();
    all
}

/// The pairs of guests of which the second exports something that the first imports.
fn pairs() -> Vec<(PathBuf, PathBuf)> {
    let directory = guest("hello-lib").parent().unwrap().to_owned();
    let files = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let is_component = |file: &PathBuf| {
        let name = file.file_name().unwrap().to_str().unwrap();
        name.ends_with(".wasm") && !name.ends_with(".module.wasm")
    };
    let mut files: Vec<PathBuf> = files.filter(is_component).collect();
    files.sort();
    let named = |file: &PathBuf| (file.clone(), names(&std::fs::read(file).unwrap()));
    let all: Vec<_> = files.iter().map(named).collect();
    let mut pairs = Vec::new();
    for (socket, (imports, _)) in &all {
        let fits = |name: &String| imports.contains(name) && !name.starts_with("wasi:");
        let plugs = all.iter().filter(|(_, (_, exports))| exports.iter().any(fits));
        pairs.extend(plugs.map(|(plug, _)| (socket.clone(), plug.clone())));
    }
    assert!(pairs.len() >= 4, "{pairs:?}");
    pairs
}

/// Composes with `wac plug`.
fn plugged(socket: &Path, plug: &Path) -> Vec<u8> {
    let mut graph = CompositionGraph::new();
    let [socket, plug] = [("socket", socket), ("plug", plug)].map(|(name, file)| {
        let package = Package::from_file(&format!("test:{name}"), None, file, graph.types_mut()).unwrap();
        graph.register_package(package).unwrap()
    });
    wac_graph::plug(&mut graph, vec![plug], socket).unwrap();
    graph.encode(EncodeOptions::default()).unwrap()
}

/// Composes with `wasm-tools compose`, which fills imported instances but not functions.
fn composed(socket: &Path, plug: &Path) -> Option<Vec<u8>> {
    let mut config = Config { dir: PathBuf::from("/"), ..Config::default() };
    let [imports, exports] = [names(&std::fs::read(socket).unwrap()).0, names(&std::fs::read(plug).unwrap()).1];
    for import in imports.into_iter().filter(|import| import.contains(':') && exports.contains(import)) {
        config.dependencies.insert(import, Dependency { path: plug.to_owned() });
    }
    (!config.dependencies.is_empty()).then(|| ComponentComposer::new(socket, &config).compose().unwrap())
}

/// Takes a composition apart, composes it again, asserts that both are equal, and returns the result.
pub fn again(bytes: &[u8]) -> Result<Vec<u8>, String> {
    again_as(bytes, &|snapshot| snapshot)
}

/// The sorted lines of a snapshot, with the digest of each component in place of its name, and without `use` lines.
/// Other tools write no names, or names that a manifest cannot have, and import a type once for all uses.
fn unnamed(snapshot: String) -> String {
    let mut named: Vec<(&str, &str)> = snapshot.lines().filter_map(|line| line.trim().split_once(" sha256 ")).collect();
    named.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    let replace =
        |line: &str| named.iter().fold(line.to_owned(), |line, (name, digest)| line.replace(name.trim(), digest));
    let sorted = |line: &str| {
        let mut words: Vec<&str> = line.split([' ', ',']).filter(|word| !word.is_empty()).collect();
        words.sort_unstable();
        words.join(" ")
    };
    let lines = snapshot.lines().filter(|line| !line.trim().starts_with("use "));
    let lines: BTreeSet<String> = lines.map(|line| sorted(&replace(line))).collect();
    lines.into_iter().map(|line| line + "\n").collect()
}

fn snapshot(directory: &Path, file: &str) -> String {
    String::from_utf8(succeeds(weld(directory).args(["snapshot", file])).stdout).unwrap()
}

/// As [`again`], but compares only what `significant` leaves of both snapshots.
fn again_as(bytes: &[u8], significant: &dyn Fn(String) -> String) -> Result<Vec<u8>, String> {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    std::fs::write(directory.join("whole.wasm"), bytes).unwrap();
    let output = weld(directory).args(["split", "whole.wasm", "-o", "parts"]).output().unwrap();
    if !output.status.success() {
        assert_eq!(output.status.code(), Some(2));
        assert!(!directory.join("parts").exists());
        return Err(String::from_utf8(output.stderr).unwrap());
    }
    succeeds(weld(directory).args(["build", "parts/weld.toml"]));
    let [before, after] = ["whole.wasm", "parts/build/whole.wasm"].map(|file| significant(snapshot(directory, file)));
    assert_eq!(before, after);
    Ok(std::fs::read(directory.join("parts/build/whole.wasm")).unwrap())
}

/// Takes a composition apart and composes it again, if a manifest can describe it: embedded files are only in an
/// adapter, and a single component has no parts.
#[track_caller]
pub fn is_reproduced(name: &str, bytes: &[u8]) -> bool {
    let is_of_others = ["wac plug: ", "wasm-tools compose: "].iter().any(|of| name.starts_with(of));
    let significant: &dyn Fn(String) -> String = if is_of_others { &unnamed } else { &|snapshot| snapshot };
    let reasons = ["cannot be taken out of a component", "its outermost level has code of its own"];
    match again_as(bytes, significant) {
        Ok(_) => true,
        Err(said) if reasons.iter().any(|reason| said.contains(reason)) => false,
        Err(said) => panic!("{name}: {said}"),
    }
}

/// Replaces each component by itself, and asserts that the bytes stay the same. Returns the number of components, and
/// of those in nested compositions.
#[track_caller]
pub fn swapped_with_itself(composition: &str, bytes: &[u8]) -> (usize, usize) {
    let (mut swapped, mut nested) = (0, 0);
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("whole.wasm"), bytes).unwrap();
    let said = succeeds(weld(directory.path()).args(["inspect", "whole.wasm", "--json"])).stdout;
    let inspection: serde_json::Value = serde_json::from_slice(&said).unwrap();
    let instances = inspection["instances"].as_array().unwrap();
    for instance in instances.iter().skip(1) {
        let name = instance["path"].as_str().unwrap();
        let Some(index) = instance["component"].as_u64() else { continue };
        let component = &inspection["components"][index as usize];
        // Adapters and their content cannot be replaced, and shims depend on the enclosing component. Further instances
        // are replaced with the first.
        let is_within_adapter = std::iter::successors(Some(component), |of| {
            of["within"].as_u64().map(|index| &inspection["components"][index as usize])
        })
        .any(|of| of["role"] == "adapter");
        if is_within_adapter || index == 0 || name.contains('#') {
            continue;
        }
        let [offset, size] = ["offset", "size"].map(|key| component[key].as_u64().unwrap() as usize);
        std::fs::write(directory.path().join("own.wasm"), &bytes[offset..offset + size]).unwrap();
        let swap = format!("{name}=own.wasm");
        let output = weld(directory.path()).args(["swap", "whole.wasm", &swap, "-o", "out.wasm"]).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        if !output.status.success() {
            // A component that uses items of the enclosing one is not valid by itself.
            assert!(
                component["role"] == "shim"
                    || said.contains("is an instance of the component of")
                    || said.contains("invalid outer alias"),
                "{name} of {composition}: {said}"
            );
            continue;
        }
        assert!(std::fs::read(directory.path().join("out.wasm")).unwrap() == bytes, "{name} of {composition}");
        swapped += 1;
        nested += usize::from(instance["within"] != 0);
    }
    (swapped, nested)
}
