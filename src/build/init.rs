//! A manifest for the components that are there: `weld init`.

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
    /// What is to be decided in it before it builds anything.
    pub choices: Vec<Choice>,
}

/// Describes what the components in a directory can be composed to, by the names of their imports and exports: an output for
/// each of which no other one uses anything. Where several could fill an import, the manifest has a line for each, of which the user
/// chooses one. The manifest that comes of it was built, with the first of these; nothing is written.
///
/// # Errors
///
/// Where there is no component, one cannot be read, or they use each other in a cycle.
pub fn init(directory: &Path, timings: &mut Timings) -> Result<Initial, PhaseError> {
    let files = file::components_beside(directory)?;
    let (named, notes) = timings.span("load", || named(&files))?;
    let entries: Vec<describe::Entry> = named.iter().map(|(name, path)| entry(name, path)).collect();
    let mut descriptions: Vec<Description> = (0..entries.len()).map(|root| description(&entries, root)).collect();
    let loaded = timings.span("load", || load::load_all(&descriptions.iter().collect::<Vec<_>>()))?;
    let (links, chosen) = timings.span("link", || links(&loaded, &mut descriptions));
    let linked = roots(&loaded, links, &chosen, &descriptions)?;
    let roots: Vec<String> = linked.iter().filter_map(|root| Some(named.get(root.number)?.0.clone())).collect();
    let components: Vec<Entry> = named.iter().map(|(name, path)| component(name, path, &linked, &chosen)).collect();
    let choices: Vec<Choice> = chosen.iter().map(choice).collect();
    let file = directory.strip_prefix(".").unwrap_or(directory).join("weld.toml");
    // What is suggested has to work.
    let decided = edit::manifest(&roots, &components, &choices, true);
    build_text(&decided, &Source::File(file.clone()), &BuildOptions::default(), timings)?;
    let text = edit::manifest(&roots, &components, &choices, false);
    Ok(Initial { file, text, roots, components: components.len(), notes, choices })
}

/// Imports, by the component that has them and their names, each with what could fill it.
type Chosen = BTreeMap<(String, String), Vec<Candidate>>;

/// What is to be decided of an import.
fn choice(((importer, import), candidates): (&(String, String), &Vec<Candidate>)) -> Choice {
    Choice { importer: importer.clone(), import: import.clone(), fillers: Candidate::fillers(candidates) }
}

/// A graph, or why there is none.
type Link = Result<Graph, Vec<At<LinkError>>>;

/// What some descriptions are linked to. An import that several components could fill gets a wire to the first of them.
fn links(loaded: &[Components], descriptions: &mut [Description]) -> (Vec<Link>, Chosen) {
    let mut chosen = Chosen::new();
    loop {
        let links: Vec<Link> = loaded.par_iter().zip(&*descriptions).map(|(of, with)| link(of, with)).collect();
        let mut more = Chosen::new();
        for At { error, .. } in links.iter().filter_map(|link| link.as_ref().err()).flatten() {
            if let LinkError::Ambiguous { importer, import, candidates, .. } = error {
                more.insert((importer.clone(), import.clone()), candidates.clone());
            }
        }
        more.retain(|import, _| !chosen.contains_key(import));
        if more.is_empty() {
            return (links, chosen);
        }
        for description in &mut *descriptions {
            if let Wiring::Automatic(automatic) = &mut description.wiring {
                automatic.wires.extend(more.iter().filter_map(wire));
            }
        }
        chosen.extend(more);
    }
}

/// A wire from an import to the first of what could fill it.
fn wire(((importer, import), candidates): (&(String, String), &Vec<Candidate>)) -> Option<Wire> {
    let instance = |component: &str| InstanceName { component: component.to_owned(), number: 0 };
    // Nobody has written it.
    let place = Text::new("weld.toml", "").place(0..0);
    let Candidate { exporter, export, .. } = candidates.first()?;
    let from = From::Export { exporter: instance(exporter), export: Some(export.clone()), place: place.clone() };
    Some(Wire { importer: instance(importer), import: import.clone(), from, place })
}

/// Components, each with the name that the manifest has for it and its file.
type Named = Vec<(String, PathBuf)>;

/// A component in a file.
struct Found {
    /// The digest of the component, and the same without what weld says in it about what it was made of.
    digests: [Digest; 2],
    /// The digests of the components that it was composed of, where it has no code of its own.
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
        let is_made = component.digest() != digests[1];
        // weld puts it into what `weld record`, `trace` and `replay` make.
        let is_recorder = |of: &inspect::model::Component| {
            let (name, number) = of.name.split_once('-').unwrap_or((&of.name, ""));
            is_made
                && ["record", "trace", "replay"].contains(&name)
                && number.bytes().all(|digit| digit.is_ascii_digit())
        };
        let is_part = |of: &&inspect::model::Component| {
            is_composition
                && of.within == Some(0)
                && matches!(of.role, Role::Program | Role::Composition)
                && !is_recorder(of)
        };
        let parts = inspection.components.iter().filter(is_part).map(|of| of.sha256.clone()).collect();
        Ok(Found { digests, parts })
    }

    /// Whether weld says in it what it was made of.
    fn is_made(&self) -> bool {
        let [whole, bare] = &self.digests;
        whole != bare
    }

    /// Whether two files have the same component.
    fn is(&self, other: &Found) -> bool {
        self.digests.iter().any(|digest| other.digests.contains(digest))
    }
}

/// Why a component is left out that was made of others: each of its parts is one of them.
fn made_of(path: &Path, found: &Found, all: &[(&PathBuf, Found)]) -> Option<String> {
    let part = |sha256: &String| {
        let others = all.iter().filter(|(other, _)| *other != path);
        others.into_iter().find(|(_, of)| of.digests.iter().any(|digest| digest.to_string() == *sha256))
    };
    let parts: Option<Vec<_>> = found.parts.iter().map(part).collect();
    let parts: BTreeSet<String> = parts?.into_iter().map(|(file, _)| text::path(file)).collect();
    let parts: Vec<String> = parts.into_iter().collect();
    let (shown, others) = text::some_of(&parts);
    let others = if others == 0 { String::new() } else { format!(" and {others} others") };
    let path = text::path(path);
    (!parts.is_empty()).then(|| format!("{path} is left out: it is made of {}{others}", shown.join(", ")))
}

/// The components among some files, and what is left out.
fn named(files: &[PathBuf]) -> Result<(Named, Vec<String>), PhaseError> {
    let read = |path: &PathBuf| -> Result<Result<Found, String>, PhaseError> {
        let source = Source::File(path.clone());
        let shown = source.shown();
        // Whatever else its name may be, the manifest has it as text.
        match path.file_name().and_then(|name| name.to_str()) {
            None => Ok(Err(format!("{shown} is left out: its name is not UTF-8"))),
            Some(_) => {
                let bytes = file::read(&source).and_then(|bytes| binary(&shown, bytes))?;
                let is_module = Parser::is_core_wasm(&bytes);
                match decode(source.stem(), shown.clone(), bytes) {
                    Ok(component) => Found::new(&component).map(Ok),
                    Err(LoadError::WitPackage { .. }) => Ok(Err(format!("{shown} is left out: it is a WIT package"))),
                    // An adapter, or one that needs more to become a component: there are many such beside components.
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
    // Of two that are the same but for what weld says in one of them, the other one stays.
    read.sort_by_key(|(_, result)| matches!(result, Ok(Ok(found)) if found.is_made()));
    for (path, result) in read {
        match result {
            Ok(Ok(found)) => match all.iter().find(|(_, other)| found.is(other)) {
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
        match made_of(path, found, &all) {
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

/// The components of which no other one uses anything, and could use nothing, in order. Each has been linked as the root.
fn roots<'c>(
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

/// A component with what fills its imports by name, in whatever it is composed to.
fn component(name: &str, path: &Path, roots: &[Root<'_>], chosen: &Chosen) -> Entry {
    let wires = roots.iter().filter_map(|root| root.linked.as_ref()).flat_map(|(components, graph)| {
        let of = |id| components[id].name();
        let importers = graph.instances().filter(move |(_, instance)| of(instance.component) == name);
        importers.flat_map(|(node, _)| graph.arguments(node)).filter_map(move |(source, wire)| {
            Some((wire.import.clone(), of(graph.instance(source)?.component).to_owned()))
        })
    });
    let is_chosen = |import: &String| chosen.contains_key(&(name.to_owned(), import.clone()));
    let wires: BTreeSet<(String, String)> = wires.filter(|(import, _)| !is_chosen(import)).collect();
    let path = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Entry { name: name.to_owned(), path, wires: wires.into_iter().collect() }
}
