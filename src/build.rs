//! Builds the outputs of a manifest: each is composed and verified. Compares components with the lock.
//!
//! Files are not written here. [`Build`] has the content of each file, and `emit` writes the files that differ.

pub(crate) mod add;
mod golden;
mod grants;
pub(crate) mod init;
mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

pub(crate) use golden::golden;
pub(crate) use write::{Changes, Depfile, Snapshots};

use rayon::prelude::*;

use crate::compose::{Composition, compose_loaded, denied, read_policy_in};
use crate::describe::manifest::{Input, Manifest, ManifestError, Output, Written};
use crate::describe::wac::Wac;
use crate::describe::{At, Description, Place, Policy, Source, Text, Wire, Wiring};
use crate::emit::Identity;
use crate::files::Files;
use crate::link::{LinkError, alternatives};
use crate::load::lock::{Change, Lock, LockError};
use crate::load::{self, Component, Components, LoadError, file};
use crate::snapshot::{Snapshot, SnapshotFile};
use crate::timings::Timings;
use crate::{PhaseError, inspect, text};

/// Options of a build.
#[derive(Debug, Clone, Default)]
pub struct BuildOptions {
    /// The targets to build. Empty for all outputs.
    pub(crate) targets: Vec<String>,
    /// The use of the lock.
    pub(crate) lock: Locking,
    /// Whether outputs lack provenance.
    pub(crate) no_provenance: bool,
    /// Whether outputs may use obsolete names.
    pub(crate) obsolete_names: bool,
    /// The source of files: the disk or memory.
    pub(crate) files: Files,
}

/// The use of the lock by a build.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Locking {
    /// Adds missing components, and reports those that differ.
    #[default]
    Keep,
    /// Refuses missing and differing components, and a missing lock.
    Locked,
    /// Rewrites the lock.
    Update,
}

/// The result of a build.
pub struct Build {
    /// The outputs, in order.
    pub(crate) outputs: Vec<Built>,
    /// The file of the lock.
    pub(crate) lock_file: PathBuf,
    /// The new content of the lock. `None` if it stays unchanged.
    pub(crate) lock: Option<String>,
    /// The accepted differences from the lock.
    pub(crate) changes: Vec<Change>,
    /// All files that the manifest reads or writes for any output, including the manifest and the lock.
    pub(crate) named: BTreeSet<PathBuf>,
    /// The files and directories that it embeds for any output.
    pub(crate) embedded: BTreeSet<PathBuf>,
    /// The use of the lock.
    pub(crate) locking: Locking,
    /// The digests of the files that were read.
    found: Lock,
    /// Whether only some targets are built.
    is_partial: bool,
}

impl Build {
    /// The components that no output uses because wires pass them over. Empty if only some targets are built.
    pub(crate) fn unused(&self) -> BTreeSet<&str> {
        let used: BTreeSet<&str> =
            self.outputs.iter().flat_map(|built| built.composition.used()).map(Component::name).collect();
        let unused = self.outputs.iter().filter(|built| !built.is_of_document && !self.is_partial);
        let unused = unused.flat_map(|built| built.composition.unused()).map(Component::name);
        unused.filter(|name| !used.contains(name)).collect()
    }
}

/// An output, composed and verified.
pub(crate) struct Built {
    /// The name of the target. `None` for the composition itself.
    pub target: Option<String>,
    /// The file of the output.
    pub file: PathBuf,
    /// The composition.
    pub composition: Composition,
    /// The snapshot, if the manifest names a file for it.
    pub snapshot: Option<BuiltSnapshot>,
    /// The files that the output depends on, including the manifest.
    pub files: BTreeSet<PathBuf>,
    /// Whether a WAC document wires the output.
    is_of_document: bool,
}

/// The snapshot of an output.
pub(crate) struct BuiltSnapshot {
    /// The file of the snapshot.
    pub file: PathBuf,
    /// The snapshot, compared with the content of the file.
    pub golden: SnapshotFile,
}

/// Builds a manifest, without writing any file.
///
/// # Errors
///
/// All errors, of any output, in the first phase that finds one.
pub(crate) fn build(manifest: &Source, options: &BuildOptions, timings: &mut Timings) -> Result<Build, PhaseError> {
    let text = read(&options.files, manifest)?;
    build_text(&text, manifest, options, timings)
}

/// Builds the text of a manifest. `manifest` is its file, which may not exist yet.
fn build_text(
    text: &str,
    manifest: &Source,
    options: &BuildOptions,
    timings: &mut Timings,
) -> Result<Build, PhaseError> {
    let path = match manifest {
        Source::File(path) => path.as_path(),
        _ => Path::new(""),
    };
    if path.extension().is_some_and(|extension| extension == "wac") {
        return Err(LoadError::Document { file: manifest.shown() }.into());
    }
    let text = Text::new(&manifest.shown(), text);
    let parsed = Manifest::parse(text, path)?;
    let lock_file = lock_file(manifest);
    check_files(&parsed, &lock_file, &options.files)?;
    let mut described = timings.span("describe", || describe(parsed.select(&options.targets)?, &options.files))?;
    for (_, description) in &mut described {
        description.provenance = !options.no_provenance;
        description.obsolete_names = options.obsolete_names;
    }
    let descriptions: Vec<&Description> = described.iter().map(|(_, description)| description).collect();
    let loaded = timings.span("load", || load::load_all(&descriptions))?;

    grants::check(&parsed, &described, &loaded)?;
    // Components are compared with the lock before they are used.
    let found = digests(&described, &loaded);
    let (lock, changes) = lock(&lock_file, &options.files, &found, options.lock, !options.targets.is_empty())?;

    let beside = || timings.beside();
    let composed: Vec<(Result<Built, PhaseError>, Timings)> = loaded
        .into_par_iter()
        .zip(&described)
        .map(|(components, (output, description))| {
            let mut timings = beside();
            (build_output(manifest, output, components, description, &mut timings), timings)
        })
        .collect();
    let (mut outputs, mut wrong) = (Vec::new(), Vec::new());
    for (built, spent) in composed {
        timings.add(spent);
        match built {
            Ok(built) => outputs.push(built),
            Err(error) => wrong.push(error),
        }
    }
    if let Some(error) = PhaseError::earliest(wrong) {
        return Err(error);
    }
    if options.targets.is_empty() {
        check_used(&parsed, &described, &outputs)?;
    }
    let inputs = parsed.inputs();
    let embedded = inputs.iter().filter(|input| input.is_embedded).map(|input| input.file.clone()).collect();
    let inputs = inputs.into_iter().map(|input| input.file);
    let written = parsed.outputs.iter().flat_map(|output| output.written()).map(|written| written.file.to_owned());
    let named = inputs.chain(written).chain([lock_file.clone()]).collect();
    let is_partial = !options.targets.is_empty();
    Ok(Build { outputs, lock_file, lock, changes, named, embedded, locking: options.lock, found, is_partial })
}

/// The lock of a manifest, with the same name: `weld.lock` is that of `weld.toml`. A directory may have several
/// manifests.
fn lock_file(manifest: &Source) -> PathBuf {
    match manifest {
        Source::File(path) => path.with_extension("lock"),
        _ => PathBuf::from("weld.lock"),
    }
}

/// An output that a manifest describes, with its components.
pub(crate) struct Described {
    /// The description of the output.
    pub description: Description,
    /// Its components.
    pub components: Components,
    /// The files that the targets of the manifest write, with the names of the targets.
    pub targets: BTreeMap<PathBuf, String>,
}

/// Describes and loads one output of a manifest: that of the given target, else the composition itself, else the only
/// target.
///
/// # Errors
///
/// A file cannot be read, or has an error. The manifest has several outputs, and none is selected. A component differs
/// from the lock, if there is one.
pub(crate) fn described(
    manifest: &Source,
    target: Option<&str>,
    timings: &mut Timings,
) -> Result<Described, PhaseError> {
    let path = match manifest {
        Source::File(path) => path.as_path(),
        _ => Path::new(""),
    };
    let parsed = Manifest::parse(Text::new(&manifest.shown(), &read(&Files::Disk, manifest)?), path)?;
    let all = parsed.select(&[])?;
    let targets = all.iter().filter_map(|output| Some((output.file.clone(), output.target.clone()?))).collect();
    let named: Vec<String> = target.map(str::to_owned).into_iter().collect();
    let mut outputs = parsed.select(&named)?;
    let known = outputs.iter().filter_map(|output| output.target.clone()).collect();
    if outputs.len() > 1 {
        outputs.retain(|output| output.target.is_none());
        if outputs.is_empty() {
            return Err(PhaseError::Manifest(vec![At::from(ManifestError::SeveralOutputs { known })]));
        }
    }
    let mut described = timings.span("describe", || describe(outputs, &Files::Disk))?;
    let descriptions: Vec<&Description> = described.iter().map(|(_, description)| description).collect();
    let loaded = timings.span("load", || load::load_all(&descriptions))?;
    grants::check(&parsed, &described, &loaded)?;
    let lock_file = lock_file(manifest);
    let shown = text::path(&lock_file);
    if let Some(lock) = Lock::read(&Files::Disk, &lock_file, &shown)? {
        check_locked(&lock, &digests(&described, &loaded), shown)?;
    }
    match (described.pop(), loaded.into_iter().next()) {
        (Some((_, description)), Some(components)) => Ok(Described { description, components, targets }),
        _ => Err(PhaseError::Usage("the manifest has no output")),
    }
}

/// Builds one output of a manifest.
fn build_output(
    manifest: &Source,
    output: &Output,
    components: Components,
    description: &Description,
    timings: &mut Timings,
) -> Result<Built, PhaseError> {
    let composition = compose_loaded(components, description, timings)?;
    let snapshot = build_snapshot(output, &composition, &description.files, timings)?;
    let components = components_of(output, &composition);
    let embedded = components.iter().flat_map(|component| embedded_paths(component, output, &composition));
    let mut files: BTreeSet<PathBuf> = embedded.cloned().collect();
    files.extend(components.iter().flat_map(|component| component.paths()).cloned());
    files.extend([output.wac(), output.policy()].into_iter().flatten().map(|(path, _)| path.to_owned()));
    if let Source::File(path) = manifest {
        files.insert(path.clone());
    }
    let (target, is_of_document) = (output.target.clone(), output.wac().is_some());
    Ok(Built { target, file: output.file.clone(), composition, snapshot, files, is_of_document })
}

/// The snapshot of an output, compared with its file. `None` if the manifest names no file for it.
fn build_snapshot(
    output: &Output,
    composition: &Composition,
    files: &Files,
    timings: &mut Timings,
) -> Result<Option<BuiltSnapshot>, PhaseError> {
    let Some((file, place)) = output.snapshot() else { return Ok(None) };
    let text = timings.span("snapshot", || -> Result<String, PhaseError> {
        // The snapshot is taken from the bytes of the output, so that the file alone gives the same snapshot.
        let component = Component::composed(&output.shown(), composition.output.joined(), &composition.known)?;
        Ok(Snapshot::of(&inspect::inspect(&component)?).to_string())
    })?;
    let golden = golden::golden_in(files, text, &Source::File(file.to_owned()), true, Some(place))?;
    Ok(Some(BuiltSnapshot { file: file.to_owned(), golden }))
}

/// Refuses outputs and snapshots that would overwrite each other, the lock or an input of any output. Outputs that are
/// not built now count as well.
fn check_files(manifest: &Manifest, lock: &Path, files: &Files) -> Result<(), Vec<At<ManifestError>>> {
    let mut errors = Vec::new();
    let identity = if files.are_in_memory() { Identity::in_memory } else { Identity::of };
    let inputs: Vec<(Input, Identity)> =
        manifest.inputs().into_iter().map(|input| (input.clone(), identity(&input.file))).collect();
    let written: Vec<(Identity, Written<'_>)> = manifest
        .outputs
        .iter()
        .flat_map(|output| output.written())
        .map(|written| (identity(written.file), written))
        .collect();
    let lock_identity = identity(lock);
    for (index, (identity, output)) in written.iter().enumerate() {
        let (shown, key) = (|| output.shown.clone(), output.key);
        let conflict = written.iter().take(index).find_map(|(other, first)| {
            let (first_shown, shown) = (first.shown.clone(), shown());
            let error = if identity.is(other) {
                ManifestError::SameOutput { first: first_shown, second: shown, key }
            } else if identity.is_below(other) {
                ManifestError::OutputIsDirectory { outer: first_shown, inner: shown, key }
            } else if other.is_below(identity) {
                ManifestError::OutputIsDirectory { outer: shown, inner: first_shown, key }
            } else {
                return None;
            };
            Some(At::place(error, Some(first.place)).and(output.place, None))
        });
        errors.extend(conflict);
        if identity.is(&lock_identity) {
            let error = ManifestError::OutputIsInput { output: shown(), input: "the lock".to_owned(), key };
            errors.push(At::place(error, Some(output.place)));
        }
        for (input, other) in &inputs {
            let error = if identity.is(other) {
                ManifestError::OutputIsInput { output: shown(), input: input.shown.clone(), key }
            } else if input.is_embedded && identity.is_below(other) {
                ManifestError::OutputIsEmbedded { output: shown(), directory: text::path(&input.file) }
            } else {
                continue;
            };
            let at = At::place(error, Some(output.place));
            errors.push(input.place.iter().fold(at, |at, place| at.and(place, None)));
        }
    }
    for (input, other) in &inputs {
        let error = if lock_identity.is(other) {
            ManifestError::LockIsInput { lock: text::path(lock), input: input.shown.clone() }
        } else if input.is_embedded && lock_identity.is_below(other) {
            let output = format!("the lock `{}`", text::path(lock));
            ManifestError::OutputIsEmbedded { output, directory: text::path(&input.file) }
        } else {
            continue;
        };
        errors.push(At::place(error, input.place.as_ref()));
    }
    let mut errors = At::once(errors);
    errors.sort_by_key(At::offset);
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// Describes some outputs. Each WAC document and policy is read once, so that all outputs have the same version of it.
fn describe<'o>(outputs: Vec<&'o Output>, files: &Files) -> Result<Vec<(&'o Output, Description)>, PhaseError> {
    let mut documents: BTreeMap<&Path, Option<String>> = BTreeMap::new();
    let mut policies: BTreeMap<&Path, Option<Policy>> = BTreeMap::new();
    let (mut described, mut wrong) = (Vec::new(), Vec::new());
    for output in outputs {
        let policy = match output.policy() {
            Some((path, place)) => {
                let read = policies.entry(path).or_insert_with(|| {
                    match read_policy_in(files, &Source::File(path.to_owned()), Some(place)) {
                        Ok(policy) => Some(policy),
                        Err(error) => {
                            wrong.push(error);
                            None
                        }
                    }
                });
                let Some(policy) = read else { continue };
                Some(policy.clone())
            }
            None => None,
        };
        let wac = match output.wac() {
            Some((path, place)) => {
                let source = Source::File(path.to_owned());
                let read = || file::read_document_in(files, &source);
                let text = documents.entry(path).or_insert_with(|| match read() {
                    Ok(text) => Some(text),
                    Err(error) => {
                        wrong.push(PhaseError::Load(vec![At::place(error, Some(place))]));
                        None
                    }
                });
                let Some(text) = text else { continue };
                match Wac::parse(Text::new(&source.shown(), text)) {
                    Ok(wac) => Some(wac),
                    Err(error) => {
                        wrong.push(error.into());
                        continue;
                    }
                }
            }
            None => None,
        };
        match output.describe(wac, policy) {
            Ok(description) => described.push((output, Description { files: files.clone(), ..description })),
            Err(errors) => wrong.push(errors.into()),
        }
    }
    match PhaseError::earliest(wrong) {
        Some(error) => Err(error),
        None => Ok(described),
    }
}

/// The digests of the loaded components, and of the files embedded for each.
fn digests(described: &[(&Output, Description)], loaded: &[Components]) -> Lock {
    let mut lock = Lock::default();
    for ((output, description), components) in described.iter().zip(loaded) {
        for entry in &description.components {
            let Some(id) = components.named(&entry.name) else { continue };
            let target = output.target.as_deref().filter(|_| output.own.contains(&entry.name));
            lock.of(target).components.insert(entry.name.clone(), components[id].source_digest().to_string());
        }
        for (component, grants) in &description.grants {
            let target = output.target.as_deref().filter(|_| output.own_grants.contains(component));
            for named in grants.settings.named() {
                let Some(tree) = components.embedded().get(named.source, named.follow) else { continue };
                let digests = lock.of(target).embedded.entry(component.clone()).or_default();
                digests.insert(named.at.to_owned(), tree.digest.to_string());
            }
        }
    }
    lock
}

/// Refuses differences from a lock. `file` is the name of the lock in messages.
fn check_locked(lock: &Lock, found: &Lock, file: String) -> Result<(), LockError> {
    match lock.changes(found) {
        changes if changes.is_empty() => Ok(()),
        changes => Err(LockError::Differs { file, changes }),
    }
}

/// The new content of the lock, if it is to be written, and the accepted differences from it. `is_partial` states
/// whether only some targets are built.
fn lock(
    path: &Path,
    files: &Files,
    found: &Lock,
    locking: Locking,
    is_partial: bool,
) -> Result<(Option<String>, Vec<Change>), PhaseError> {
    let shown = text::path(path);
    let existing = Lock::read(files, path, &shown).transpose();
    let text = |lock: &Lock| Some(lock.text());
    match (locking, existing) {
        (Locking::Keep, None) => Ok((text(found), Vec::new())),
        (Locking::Keep, Some(lock)) => {
            let lock = lock?;
            let (new, changes): (Vec<_>, Vec<_>) =
                lock.changes(found).into_iter().partition(|change| change.locked.is_none());
            Ok(((!new.is_empty()).then(|| lock.completed(found).text()), changes))
        }
        (Locking::Locked, None) => Err(LockError::Missing { file: shown }.into()),
        (Locking::Locked, Some(lock)) => {
            check_locked(&lock?, found, shown)?;
            Ok((None, Vec::new()))
        }
        // Entries of targets that are not built now are kept.
        (Locking::Update, Some(lock)) if is_partial => {
            let others = |error: LockError| LockError::Others { file: shown, reason: error.to_string() };
            Ok((text(&lock.map_err(others)?.updated(found)), Vec::new()))
        }
        (Locking::Update, _) => Ok((text(found), Vec::new())),
    }
}

/// Reads a manifest. An empty one is no error here, and other errors are about manifests instead of components.
fn read(files: &Files, manifest: &Source) -> Result<String, LoadError> {
    match file::read_text_in(files, manifest) {
        Err(LoadError::Empty { .. }) => Ok(String::new()),
        Err(LoadError::Directory { file }) => Err(LoadError::ManifestDirectory { file }),
        // A manifest that the user names is a file like any other.
        Err(LoadError::Missing { file, near }) if file == "weld.toml" => Err(LoadError::NoManifest { file, near }),
        Ok(text) if file::is_policy(&text) => Err(LoadError::PolicyAsManifest { file: manifest.shown() }),
        result => result.map_err(|error| {
            error.instead_of(
                "a manifest",
                "a manifest is a TOML file that says what is composed; to compose components without one, `weld plug`, and to \
                 look into one, `weld inspect`",
            )
        }),
    }
}

/// The components that an output depends on. Those of a WAC document include components that it names only for their
/// types.
fn components_of<'c>(output: &Output, composition: &'c Composition) -> Vec<&'c Component> {
    match output.wac() {
        Some(_) => composition.components.given().collect(),
        None => composition.used().collect(),
    }
}

/// The files and directories that are embedded for a component. Directories are included, since a new file changes only
/// its directory.
fn embedded_paths<'c>(
    component: &Component,
    output: &'c Output,
    composition: &'c Composition,
) -> impl Iterator<Item = &'c PathBuf> + use<'c> {
    let named = output.grants.get(component.name()).into_iter().flat_map(|grants| grants.settings.named());
    let trees = named.filter_map(|named| composition.components.embedded().get(named.source, named.follow));
    trees.flat_map(|tree| tree.files.iter().chain(&tree.directories))
}

/// The components that wires pass over.
fn passed_over<'c>(description: &Description, composition: &'c Composition) -> Vec<&'c str> {
    let components = &composition.components;
    match &description.wiring {
        Wiring::Automatic(automatic) => {
            alternatives::passed_over(components, automatic).into_iter().map(|id| components[id].name()).collect()
        }
        _ => Vec::new(),
    }
}

/// Refuses components that no output uses, and wires of instances that no output has.
fn check_used(
    manifest: &Manifest,
    described: &[(&Output, Description)],
    outputs: &[Built],
) -> Result<(), Vec<At<LinkError>>> {
    let outputs_and_builds = || described.iter().map(|(output, _)| *output).zip(outputs);
    let used: BTreeSet<&str> = outputs_and_builds()
        .flat_map(|(output, built)| components_of(output, &built.composition).into_iter().map(Component::name))
        .collect();
    // The wires by place. All targets share a wire of the manifest, so it suffices that one output has the instance,
    // even if another wire decides the import there.
    let mut wires: BTreeMap<usize, &Wire> = BTreeMap::new();
    let mut decided: BTreeSet<(String, &str)> = BTreeSet::new();
    for (output, built) in outputs_and_builds() {
        let instances: BTreeSet<&str> =
            built.composition.graph.instances().map(|(_, instance)| instance.name.as_str()).collect();
        // A wire of an unused component is not reported as well.
        for wire in output.wires().iter().filter(|wire| used.contains(wire.importer.component.as_str())) {
            wires.entry(wire.place.start()).or_insert(wire);
            let importer = wire.importer.to_string();
            if instances.contains(importer.as_str()) {
                decided.insert((importer, wire.import.as_str()));
            }
        }
    }
    let is_idle = |wire: &&Wire| !decided.contains(&(wire.importer.to_string(), wire.import.as_str()));
    // Several wires of one instance are a single error.
    let mut by_instance: BTreeMap<String, &Place> = BTreeMap::new();
    for wire in wires.into_values().filter(is_idle) {
        by_instance.entry(wire.importer.to_string()).or_insert(&wire.place);
    }
    let mut errors: Vec<At<LinkError>> = by_instance
        .into_iter()
        .map(|(instance, place)| {
            let error = At::from(LinkError::UnusedInstance { instance });
            error.and(place, Some("no output with this wire has the instance"))
        })
        .collect();
    errors.sort_by_key(At::offset);
    let mut unused: Vec<&String> = manifest.components.keys().filter(|name| !used.contains(name.as_str())).collect();
    if !unused.is_empty() {
        let passed = described
            .iter()
            .zip(outputs)
            .flat_map(|((_, description), built)| passed_over(description, &built.composition));
        let passed: BTreeSet<&str> = passed.collect();
        unused.retain(|name| !passed.contains(name.as_str()));
    }
    if unused.is_empty() {
        return if errors.is_empty() { Ok(()) } else { Err(errors) };
    }
    let exports = outputs.iter().flat_map(|built| built.composition.unused());
    let exports: BTreeSet<(String, String)> = exports
        .filter(|component| unused.iter().any(|name| *name == component.name()))
        .flat_map(|component| component.exports().keys().map(|export| (component.name().to_owned(), export.clone())))
        .collect();
    let exports: Vec<(String, String)> = exports.into_iter().collect();
    let error = LinkError::Unused {
        plugs: unused.iter().map(|name| (*name).clone()).collect(),
        denied: denied(outputs.iter().flat_map(|built| built.composition.used()), &exports),
        exports,
        near: Vec::new(),
        filled: Vec::new(),
        unfilled: Vec::new(),
        turned: None,
        described: true,
    };
    let places = unused.iter().filter_map(|name| manifest.components.get(*name));
    errors.push(places.fold(error.into(), |at: At<LinkError>, place| at.and(place, None)));
    Err(errors)
}
