//! A manifest for the components that are there: `weld init`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use wasmparser::Parser;

use super::{BuildOptions, build_text};
use crate::describe::manifest::edit::{self, Component as Entry};
use crate::describe::manifest::wiring::component_name;
use crate::describe::{self, At, Automatic, Description, Source, Wiring};
use crate::link::{Graph, LinkError, link};
use crate::load::digest::Digest;
use crate::load::{self, Components, LoadError, binary, decode, file};
use crate::timings::Timings;
use crate::{PhaseError, text};

/// A manifest that was not there.
pub struct Initial {
    /// The file that it belongs in.
    pub file: PathBuf,
    /// What it is.
    pub text: String,
    /// The components that it builds an output of, in order.
    pub roots: Vec<String>,
    /// How many components it names.
    pub components: usize,
    /// What it leaves out, and why, in words.
    pub notes: Vec<String>,
}

/// Describes what the components in a directory can be composed to, by the names of their imports and exports: an output for
/// each of which no other one uses anything. The manifest that comes of it was built; nothing is written.
///
/// # Errors
///
/// Where there is no component, one cannot be read, or names do not say what fills an import.
pub fn init(directory: &Path, timings: &mut Timings) -> Result<Initial, PhaseError> {
    let files = file::components_beside(directory)?;
    let (named, notes) = timings.span("load", || named(&files))?;
    let entries: Vec<describe::Entry> = named.iter().map(|(name, path)| entry(name, path)).collect();
    let descriptions: Vec<Description> = (0..entries.len()).map(|root| description(&entries, root)).collect();
    let loaded = timings.span("load", || load::load_all(&descriptions.iter().collect::<Vec<_>>()))?;
    let linked = timings.span("link", || roots(&loaded, &descriptions))?;
    let roots: Vec<String> = linked.iter().filter_map(|root| Some(named.get(root.number)?.0.clone())).collect();
    let components: Vec<Entry> = named.iter().map(|(name, path)| component(name, path, &linked)).collect();
    let text = edit::manifest(&roots, &components);
    let file = directory.strip_prefix(".").unwrap_or(directory).join("weld.toml");
    // What is suggested has to work.
    build_text(&text, &Source::File(file.clone()), &BuildOptions::default(), timings)?;
    Ok(Initial { file, text, roots, components: components.len(), notes })
}

/// Components, each with the name that the manifest has for it and its file.
type Named = Vec<(String, PathBuf)>;

/// The components among some files, and what is left out.
fn named(files: &[PathBuf]) -> Result<(Named, Vec<String>), PhaseError> {
    let read = |path: &PathBuf| -> Result<Result<Digest, String>, PhaseError> {
        let source = Source::File(path.clone());
        let shown = source.shown();
        // Whatever else its name may be, the manifest has it as text.
        match path.file_name().and_then(|name| name.to_str()) {
            None => Ok(Err(format!("{shown} is left out: its name is not UTF-8"))),
            Some(_) => {
                let bytes = file::read(&source).and_then(|bytes| binary(&shown, bytes))?;
                let is_module = Parser::is_core_wasm(&bytes);
                match decode(source.stem(), shown.clone(), bytes) {
                    Ok(component) => Ok(Ok(component.digest())),
                    Err(LoadError::WitPackage { .. }) => Ok(Err(format!("{shown} is left out: it is a WIT package"))),
                    // An adapter, or one that needs more to become a component: there are many such beside components.
                    Err(_) if is_module => Ok(Err(format!("{shown} is left out: it is a core module alone"))),
                    Err(error) => Err(error.into()),
                }
            }
        }
    };
    let read: Vec<Result<Result<Digest, String>, PhaseError>> = files.par_iter().map(read).collect();
    let (mut named, mut notes, mut wrong) = (Named::new(), Vec::new(), Vec::new());
    let mut known: Vec<(Digest, &PathBuf)> = Vec::new();
    for (path, result) in files.iter().zip(read) {
        match result {
            Ok(Ok(digest)) => match known.iter().find(|(of, _)| *of == digest) {
                Some((_, same)) => {
                    notes.push(format!("{} is left out: it is the same as {}", text::path(path), text::path(same)));
                }
                None => {
                    known.push((digest, path));
                    named.push((name_for(path, &named), path.clone()));
                }
            },
            Ok(Err(note)) => notes.push(note),
            Err(error) => wrong.push(error),
        }
    }
    match PhaseError::earliest(wrong) {
        Some(error) => Err(error),
        None if named.is_empty() => Err(LoadError::NoComponents { directory: notes.join("; ") }.into()),
        None => Ok((named, notes)),
    }
}

/// What a manifest calls a component, after its file: a name that wires can say, and that no other has.
pub(super) fn name_for(path: &Path, taken: &[(String, PathBuf)]) -> String {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let plain: String =
        stem.chars().map(|c| if c == '#' || c == '/' || text::is_steering(c) { '-' } else { c }).collect();
    let is_free = |name: &String| component_name(name).is_ok() && !taken.iter().any(|(other, _)| other == name);
    let numbered =
        (2..).map(|number| format!("{}-{number}", if plain.trim().is_empty() { "component" } else { &plain }));
    std::iter::once(plain.clone()).chain(numbered.take(taken.len() + 2)).find(is_free).unwrap_or(plain.clone())
}

fn entry(name: &str, path: &Path) -> describe::Entry {
    describe::Entry { name: name.to_owned(), source: Source::File(path.to_owned()), sha256: None, place: None }
}

/// A composition with one of some components as its root.
fn description(entries: &[describe::Entry], root: usize) -> Description {
    let first = entries.get(root).into_iter();
    let others = entries.iter().enumerate().filter(|(number, _)| *number != root).map(|(_, entry)| entry);
    let automatic = Automatic { allow_unused: true, ..Automatic::default() };
    Description {
        components: first.chain(others).cloned().collect(),
        wiring: Wiring::Automatic(automatic),
        ..Description::default()
    }
}

/// A component of which no other one uses anything.
struct Root<'c> {
    /// Which one it is.
    number: usize,
    /// What it is composed of. `None` where it is alone.
    linked: Option<(&'c Components, Graph)>,
}

/// The components of which no other one uses anything, in order.
fn roots<'c>(loaded: &'c [Components], descriptions: &[Description]) -> Result<Vec<Root<'c>>, PhaseError> {
    let mut linked = Vec::new();
    let mut used: BTreeSet<&str> = BTreeSet::new();
    for (components, description) in loaded.iter().zip(descriptions) {
        let root = description.components.first().map(|entry| entry.name.as_str());
        let graph = match link(components, description) {
            Ok(graph) => Ok(Some((components, graph))),
            // Nothing that the others have is of use to it.
            Err(errors) if errors.iter().all(|at| matches!(at.error, LinkError::NothingMatched { .. })) => Ok(None),
            Err(errors) => Err(errors),
        };
        if let Ok(Some((_, graph))) = &graph {
            let instances = graph.instances().map(|(_, instance)| components[instance.component].name());
            used.extend(instances.filter(|name| Some(*name) != root));
        }
        linked.push((root, graph));
    }
    let mut roots = Vec::new();
    let linked = linked.into_iter().enumerate();
    // Of one that fills imports of others, these say what is wrong, if anything is.
    for (number, (_, graph)) in linked.filter(|(_, (root, _))| root.is_none_or(|root| !used.contains(root))) {
        roots.push(Root { number, linked: graph? });
    }
    if roots.is_empty() {
        let names = descriptions.iter().filter_map(|of| of.components.first()).map(|entry| entry.name.clone());
        return Err(vec![At::from(LinkError::NoRoot { names: names.collect() })].into());
    }
    Ok(roots)
}

/// A component with what fills its imports, in whatever it is composed to.
fn component(name: &str, path: &Path, roots: &[Root<'_>]) -> Entry {
    let wires = roots.iter().filter_map(|root| root.linked.as_ref()).flat_map(|(components, graph)| {
        let of = |id| components[id].name();
        let importers = graph.instances().filter(move |(_, instance)| of(instance.component) == name);
        importers.flat_map(|(node, _)| graph.arguments(node)).filter_map(move |(source, wire)| {
            Some((wire.import.clone(), of(graph.instance(source)?.component).to_owned()))
        })
    });
    let wires: BTreeSet<(String, String)> = wires.collect();
    let path = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Entry { name: name.to_owned(), path, wires: wires.into_iter().collect() }
}
