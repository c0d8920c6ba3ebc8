//! Compositions of all makers, each with a name: what is in the directories of this project, and not a list.

use std::path::{Path, PathBuf};

use wac_graph::types::Package;
use wac_graph::{CompositionGraph, EncodeOptions};
use wasm_compose::composer::ComponentComposer;
use wasm_compose::config::{Config, Dependency};

use super::{goldens, guest, names, project};

/// Of `golden/` and `examples/`, of all guests that fit each other, composed by `wac plug` and by `wasm-tools compose`; and, where they are
/// built, of components that Python and JavaScript are in.
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
    all.extend(languages());
    all
}

/// What each manifest of an example builds. Its lock is for components that may be built anew elsewhere.
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

/// The guests of which the second exports something that the first imports.
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

/// `wac plug`.
fn plugged(socket: &Path, plug: &Path) -> Vec<u8> {
    let mut graph = CompositionGraph::new();
    let [socket, plug] = [("socket", socket), ("plug", plug)].map(|(name, file)| {
        let package = Package::from_file(&format!("test:{name}"), None, file, graph.types_mut()).unwrap();
        graph.register_package(package).unwrap()
    });
    wac_graph::plug(&mut graph, vec![plug], socket).unwrap();
    graph.encode(EncodeOptions::default()).unwrap()
}

/// `wasm-tools compose`, which fills instances, and no functions.
fn composed(socket: &Path, plug: &Path) -> Option<Vec<u8>> {
    let mut config = Config { dir: PathBuf::from("/"), ..Config::default() };
    let [imports, exports] = [names(&std::fs::read(socket).unwrap()).0, names(&std::fs::read(plug).unwrap()).1];
    for import in imports.into_iter().filter(|import| import.contains(':') && exports.contains(import)) {
        config.dependencies.insert(import, Dependency { path: plug.to_owned() });
    }
    (!config.dependencies.is_empty()).then(|| ComponentComposer::new(socket, &config).compose().unwrap())
}

/// Components that are too large to keep, plugged: see tests/outside/real.rs.
fn languages() -> Vec<(String, Vec<u8>)> {
    let Some(directory) = std::env::var_os("WELD_REAL_COMPONENTS") else { return Vec::new() };
    let names = ["adder-py.wasm", "adder-js.wasm"];
    let plugged = |name: &str| super::plug(&guest("adder-command"), &[Path::new(&directory).join(name)]);
    names.iter().map(|name| ((*name).to_owned(), plugged(name))).collect()
}
