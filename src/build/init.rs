//! Writes a manifest for the components in a directory: `weld init`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use wasmparser::Parser;

use super::{BuildOptions, build_text};
use crate::decode::Level;
use crate::describe::manifest::edit::{self, Choice, Component as Entry};
use crate::describe::manifest::wiring::component_name;
use crate::describe::{self, At, Automatic, Description, From, InstanceName, Source, Text, Wire, Wiring};
use crate::inspect::model::Role;
use crate::inspect::{self, Asked};
use crate::link::error::Candidate;
use crate::link::{Graph, LinkError, link};
use crate::load::digest::Digest;
use crate::load::{self, Component, Components, LoadError, binary, decode, file};
use crate::timings::Timings;
use crate::{PhaseError, text};

/// A new manifest.
pub(crate) struct Initial {
    /// Its file.
    pub file: PathBuf,
    /// Its text.
    pub text: String,
    /// The components that are roots of its outputs, in order.
    pub roots: Vec<String>,
    /// The number of its components.
    pub components: usize,
    /// The components that are left out, with the reason of each.
    pub notes: Vec<String>,
    /// The imports for which the user must choose a component before it can be built.
    pub choices: Vec<Choice>,
}

/// Describes the compositions of the components in a directory, wired by name. Each component that no other one uses
/// becomes the root of an output. An import that several components could fill has a line for each, of which the user
/// chooses one. The manifest with the first of these lines is built as a test. No file is written.
///
/// # Errors
///
/// There is no component, a component cannot be read, or the components use each other in a cycle.
pub(crate) fn init(directory: &Path, timings: &mut Timings) -> Result<Initial, PhaseError> {
    let files = file::components_beside(directory)?;
    let (named, notes) = timings.span("load", || read_components(&files))?;
    let entries: Vec<describe::Entry> = named.iter().map(|(name, path)| entry(name, path)).collect();
    let mut descriptions: Vec<Description> = (0..entries.len()).map(|root| description(&entries, root)).collect();
    let loaded = timings.span("load", || load::load_all(&descriptions.iter().collect::<Vec<_>>()))?;
    let (links, chosen) = timings.span("link", || link_all(&loaded, &mut descriptions));
    let linked = find_roots(&loaded, links, &chosen, &descriptions)?;
    let roots: Vec<String> = linked.iter().filter_map(|root| Some(named.get(root.number)?.0.clone())).collect();
    let components: Vec<Entry> =
        named.iter().map(|(name, path)| manifest_component(name, path, &linked, &chosen)).collect();
    let choices: Vec<Choice> = chosen.iter().map(choice).collect();
    let file = directory.strip_prefix(".").unwrap_or(directory).join("weld.toml");
    // The manifest must build.
    let decided = edit::manifest(&roots, &components, &choices, true);
    build_text(&decided, &Source::File(file.clone()), &BuildOptions::default(), timings)?;
    let text = edit::manifest(&roots, &components, &choices, false);
    Ok(Initial { file, text, roots, components: components.len(), notes, choices })
}

/// The imports that several components could fill, by component and name, each with the candidates.
type Chosen = BTreeMap<(String, String), Vec<Candidate>>;

/// The choice for an import.
fn choice(((importer, import), candidates): (&(String, String), &Vec<Candidate>)) -> Choice {
    Choice { importer: importer.clone(), import: import.clone(), fillers: Candidate::fillers(candidates) }
}

/// The graph of a composition, or its errors.
type Link = Result<Graph, Vec<At<LinkError>>>;

/// Links some descriptions. An import that several components could fill gets a wire to the first one.
fn link_all(loaded: &[Components], descriptions: &mut [Description]) -> (Vec<Link>, Chosen) {
    let mut chosen = Chosen::new();
    loop {
        let links: Vec<Link> = loaded
            .par_iter()
            .zip(&*descriptions)
            .map(|(components, description)| link(components, description))
            .collect();
        let mut ambiguous = Chosen::new();
        for At { error, .. } in links.iter().filter_map(|link| link.as_ref().err()).flatten() {
            if let LinkError::Ambiguous { importer, import, candidates, .. } = error {
                ambiguous.insert((importer.clone(), import.clone()), candidates.clone());
            }
        }
        ambiguous.retain(|import, _| !chosen.contains_key(import));
        if ambiguous.is_empty() {
            return (links, chosen);
        }
        for description in &mut *descriptions {
            if let Wiring::Automatic(automatic) = &mut description.wiring {
                automatic.wires.extend(ambiguous.iter().filter_map(wire));
            }
        }
        chosen.extend(ambiguous);
    }
}

/// The wire from an import to its first candidate.
fn wire(((importer, import), candidates): (&(String, String), &Vec<Candidate>)) -> Option<Wire> {
    let instance = |component: &str| InstanceName { component: component.to_owned(), number: 0 };
    // The wire is not in any text.
    let place = Text::new("weld.toml", "").place(0..0);
    let Candidate { exporter, export, .. } = candidates.first()?;
    let from = From::Export { exporter: instance(exporter), export: Some(export.clone()), place: place.clone() };
    Some(Wire { importer: instance(importer), import: import.clone(), from, place })
}

/// Components, each with its name in the manifest and its file.
type Named = Vec<(String, PathBuf)>;

/// A component that was found in a file.
struct Found {
    /// The digest of the component, with and without its provenance.
    digests: [Digest; 2],
    /// The digests of the components that it was composed of. Empty for a component with code of its own.
    parts: Vec<String>,
}

impl Found {
    fn new(component: &Component) -> Result<Found, PhaseError> {
        let bare = match Level::decode(component.bytes()) {
            Ok(level) => Digest::of(level.without_provenance(component.bytes())),
            Err(_) => component.digest(),
        };
        let inspection = inspect::asked(component, Asked { wit: false, code: false })?;
        let is_composition = inspection.components.first().is_some_and(|whole| whole.role == Role::Composition);
        let digests = [component.digest(), bare];
        let has_provenance = component.digest() != digests[1];
        // `weld record`, `trace` and `replay` add such a component.
        let is_recorder = |part: &inspect::model::Component| {
            let (name, number) = part.name.split_once('-').unwrap_or((&part.name, ""));
            has_provenance
                && ["record", "trace", "replay"].contains(&name)
                && number.bytes().all(|digit| digit.is_ascii_digit())
        };
        let is_part = |part: &&inspect::model::Component| {
            is_composition
                && part.within == Some(0)
                && matches!(part.role, Role::Program | Role::Composition)
                && !is_recorder(part)
        };
        let parts = inspection.components.iter().filter(is_part).map(|part| part.sha256.clone()).collect();
        Ok(Found { digests, parts })
    }

    /// Whether the component has provenance.
    fn has_provenance(&self) -> bool {
        let [whole, bare] = &self.digests;
        whole != bare
    }

    /// Whether two files have the same component, except for provenance.
    fn is_same(&self, other: &Found) -> bool {
        self.digests.iter().any(|digest| other.digests.contains(digest))
    }
}

/// The note on a component that is left out because all of its parts are among the others.
fn left_out_note(path: &Path, found: &Found, all: &[(&PathBuf, Found)]) -> Option<String> {
    let part = |sha256: &String| {
        let others = all.iter().filter(|(other, _)| *other != path);
        others.into_iter().find(|(_, other)| other.digests.iter().any(|digest| digest.to_string() == *sha256))
    };
    let parts: Option<Vec<_>> = found.parts.iter().map(part).collect();
    let parts: BTreeSet<String> = parts?.into_iter().map(|(file, _)| text::path(file)).collect();
    let parts: Vec<String> = parts.into_iter().collect();
    let (shown, others) = text::some_of(&parts);
    let others = if others == 0 { String::new() } else { format!(" and {others} others") };
    let path = text::path(path);
    (!parts.is_empty()).then(|| format!("{path} is left out: it is made of {}{others}", shown.join(", ")))
}

/// The components among some files, and notes on the files that are left out.
fn read_components(files: &[PathBuf]) -> Result<(Named, Vec<String>), PhaseError> {
    let read = |path: &PathBuf| -> Result<Result<Found, String>, PhaseError> {
        let source = Source::File(path.clone());
        let shown = source.shown();
        // A manifest can only name files in UTF-8.
        match path.file_name().and_then(|name| name.to_str()) {
            None => Ok(Err(format!("{shown} is left out: its name is not UTF-8"))),
            Some(_) => {
                let bytes = file::read(&source).and_then(|bytes| binary(&shown, bytes))?;
                let is_module = Parser::is_core_wasm(&bytes);
                match decode(source.stem(), shown.clone(), bytes) {
                    Ok(component) => Found::new(&component).map(Ok),
                    Err(LoadError::WitPackage { .. }) => Ok(Err(format!("{shown} is left out: it is a WIT package"))),
                    // Core modules that cannot become a component on their own, such as adapters, are common in such
                    // directories.
                    Err(_) if is_module => Ok(Err(format!("{shown} is left out: it is a core module alone"))),
                    Err(error) => Err(error.into()),
                }
            }
        }
    };
    let read: Vec<Result<Result<Found, String>, PhaseError>> = files.par_iter().map(read).collect();
    let (mut named, mut notes, mut wrong) = (Named::new(), Vec::new(), Vec::new());
    let mut all: Vec<(&PathBuf, Found)> = Vec::new();
    let mut read: Vec<_> = files.iter().zip(read).collect();
    // Of two components that differ only in provenance, the one without provenance is kept.
    read.sort_by_key(|(_, result)| matches!(result, Ok(Ok(found)) if found.has_provenance()));
    for (path, result) in read {
        match result {
            Ok(Ok(found)) => match all.iter().find(|(_, other)| found.is_same(other)) {
                Some((same, _)) => {
                    notes.push(format!("{} is left out: it is the same as {}", text::path(path), text::path(same)));
                }
                None => all.push((path, found)),
            },
            Ok(Err(note)) => notes.push(note),
            Err(error) => wrong.push(error),
        }
    }
    all.sort_by_key(|(path, _)| *path);
    for (path, found) in &all {
        match left_out_note(path, found, &all) {
            Some(note) => notes.push(note),
            None => named.push((name_for(path, &named), (*path).clone())),
        }
    }
    match PhaseError::earliest(wrong) {
        Some(error) => Err(error),
        None if named.is_empty() => Err(LoadError::NoComponents { directory: notes.join("; ") }.into()),
        None => Ok((named, notes)),
    }
}

/// The name of a component in a manifest: its file name, with changes so that wires can use it and no other component
/// has it.
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

/// A composition of all components, with one of them as the root.
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

/// A component that no other one uses.
struct Root<'c> {
    /// The index of the component.
    number: usize,
    /// The composition. `None` for a component on its own.
    linked: Option<(&'c Components, Graph)>,
}

/// The components that no other one uses, in order, each linked as the root.
fn find_roots<'c>(
    loaded: &'c [Components],
    links: Vec<Link>,
    chosen: &Chosen,
    descriptions: &[Description],
) -> Result<Vec<Root<'c>>, PhaseError> {
    let mut linked = Vec::new();
    let mut used: BTreeSet<&str> = chosen.values().flatten().map(|candidate| candidate.exporter.as_str()).collect();
    for ((components, description), link) in loaded.iter().zip(descriptions).zip(links) {
        let root = description.components.first().map(|entry| entry.name.as_str());
        let graph = match link {
            Ok(graph) => Ok(Some((components, graph))),
            // No other component fills its imports.
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
    // Errors of a component that others use are reported for its users.
    for (number, (_, graph)) in linked.filter(|(_, (root, _))| root.is_none_or(|root| !used.contains(root))) {
        roots.push(Root { number, linked: graph? });
    }
    if roots.is_empty() {
        let names = descriptions
            .iter()
            .filter_map(|description| description.components.first())
            .map(|entry| entry.name.clone());
        return Err(vec![At::from(LinkError::NoRoot { names: names.collect() })].into());
    }
    Ok(roots)
}

/// A component of the new manifest, with the sources of its imports that names decide in any composition.
fn manifest_component(name: &str, path: &Path, roots: &[Root<'_>], chosen: &Chosen) -> Entry {
    let wires = roots.iter().filter_map(|root| root.linked.as_ref()).flat_map(|(components, graph)| {
        let name_of = |id| components[id].name();
        let importers = graph.instances().filter(move |(_, instance)| name_of(instance.component) == name);
        importers.flat_map(|(node, _)| graph.arguments(node)).filter_map(move |(source, wire)| {
            Some((wire.import.clone(), name_of(graph.instance(source)?.component).to_owned()))
        })
    });
    let is_chosen = |import: &String| chosen.contains_key(&(name.to_owned(), import.clone()));
    let wires: BTreeSet<(String, String)> = wires.filter(|(import, _)| !is_chosen(import)).collect();
    let path = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Entry { name: name.to_owned(), path, wires: wires.into_iter().collect() }
}
