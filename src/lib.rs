//! weld, the linker of the WebAssembly component world.
//!
//! Components go in with a description of who is plugged into whom. One component comes out, which was verified against that
//! description. On the way, weld can deny a component functions of the host, or answer them in the host's place.
//!
//! ```
//! use weld::{Composer, Grants, Input, Policy};
//!
//! # let app = r#"(component
//! #   (import "wasi:random/random@0.2.0" (instance (export "get-random-u64" (func (result u64)))))
//! #   (import "answer" (func $answer (result u32)))
//! #   (export "run" (func $answer)))"#;
//! # let library = r#"(component
//! #   (core module $code (func (export "answer") (result i32) i32.const 42))
//! #   (core instance $code (instantiate $code))
//! #   (func (export "answer") (result u32) (canon lift (core func $code "answer"))))"#;
//! let composition = Composer::new()
//!     .component("app", Input::bytes(app))
//!     .component("library", Input::bytes(library))
//!     .grant("app", Grants::deny_all().allow("stdout")?)
//!     .compose()?;
//!
//! let policy = Policy::parse("policy.toml", r#"
//!     default = "allow"
//!     [[rule]]
//!     deny = ["random"]
//! "#)?;
//! assert!(weld::check(composition.bytes(), &policy)?.is_empty());
//! # Ok::<(), weld::Error>(())
//! ```
//!
//! | to | use |
//! |---|---|
//! | compose components, restrict them, verify what others composed | [`Composer`] |
//! | build what a manifest describes | [`build()`] |
//! | see what is in a component | [`inspect()`], [`print()`] |
//! | check a component | [`check()`] against a policy, [`targets()`] against a world |
//! | compare components | [`snapshot()`], [`diff()`] |
//! | make a component of a core module | [`componentize()`] |
//!
//! Nothing is written to files but by [`Build::write`]. Files are read where an [`Input::file`], a manifest or a directory of
//! [`Grants`] names them; all else works on bytes in memory, on `wasm32-unknown-unknown` too. What is composed depends on the
//! bytes of the inputs and on the description alone.
//!
//! With the default feature `cli`, the crate has the command as well. `default-features = false` leaves it out.

#![deny(missing_docs)]
// Reports, pictures and hints are the command's.
#![cfg_attr(not(feature = "cli"), allow(dead_code, unused_imports))]

mod build;
mod check;
mod decode;
mod describe;
mod diff;
mod emit;
mod encode;
mod error;
mod follow;
mod generated;
mod guard;
mod inspect;
mod library;
mod limits;
mod link;
mod load;
mod name;
mod policy;
mod proof;
mod provenance;
mod report;
mod snapshot;
mod structure;
mod targets;
mod text;
mod timings;
mod validate;
mod verify;
mod virtualize;

#[cfg(feature = "cli")]
pub mod cli;

pub use build::{Build, BuildOptions};
pub use describe::{Grants, Policy};
pub use diff::Difference;
pub use inspect::Inspection;
pub use library::{
    Composer, Diagnostic, Error, Findings, Input, build, check, componentize, diff, inspect, print, schemas, snapshot,
    targets,
};
pub use load::world::Wit;
pub use snapshot::Snapshot;

use error::PhaseError;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use describe::policy::{Doubt, Doubted, PolicyError};
use describe::{At, Description, Place, Rules, Source, Text, Wiring};
use link::Graph;
use link::graph::HostImport;
use link::left::Left;
use load::component::Side;
use load::digest::Digest;
use load::target::Target;
use load::{Component, ComponentId, Components, Embedded, LoadError};
use policy::{CheckError, Violation};
use proof::Proof;
use provenance::Granted;
use report::targets::Report;
use snapshot::{SnapshotError, SnapshotFile};
use targets::TargetError;
use text::Shown;
use timings::Timings;
use verify::{Malformed, VerifyError};
use virtualize::keep::Kept;
use virtualize::{Adapter, Alone, Virtualized};

/// A composition that has been verified: its parts, its plan and its bytes.
pub struct Composition {
    /// The components that went into it, and those that were not used.
    pub(crate) components: Components,
    /// Who is plugged into whom.
    pub(crate) graph: Graph,
    /// What the adapters in it do.
    pub(crate) adapters: Vec<Adapter>,
    /// The functions that no grant names and that stay, by the instances that have them.
    pub(crate) kept: BTreeMap<String, Vec<Kept>>,
    /// What is left to the host though nobody said so.
    pub(crate) left: Vec<Left>,
    /// What there is to say of grants that may not mean what they say.
    pub(crate) warnings: Vec<String>,
    /// What was granted to its components, in words, in their order.
    pub(crate) granted: Vec<Granted>,
    /// The binary component.
    pub(crate) bytes: Vec<u8>,
}

impl Composition {
    /// The components that are in the output.
    pub(crate) fn used(&self) -> impl Iterator<Item = &Component> {
        let used = self.instantiated();
        self.components.ids().filter(move |id| used.contains(id)).map(|id| &self.components[id])
    }

    /// The components that were given and are not in the output.
    pub(crate) fn unused(&self) -> impl Iterator<Item = &Component> {
        let used = self.instantiated();
        self.components.ids().filter(move |id| !used.contains(id)).map(|id| &self.components[id])
    }

    fn instantiated(&self) -> BTreeSet<ComponentId> {
        self.graph.instances().map(|(_, instance)| instance.component).collect()
    }
}

/// Composes what a description describes, and verifies the result. Reads the components; writes nothing.
///
/// # Errors
///
/// All that is wrong in the first phase that finds something.
fn compose(description: &Description, timings: &mut Timings) -> Result<Composition, PhaseError> {
    let components = timings.span("load", || load::load(description))?;
    compose_loaded(components, description, timings)
}

/// Composes components that have been loaded for a description.
fn compose_loaded(
    components: Components,
    description: &Description,
    timings: &mut Timings,
) -> Result<Composition, PhaseError> {
    let target = match &description.wiring {
        Wiring::Wac(wac) => load::target::target(wac, &components)?,
        _ => None,
    };
    let graph = timings.span("link", || link::link(&components, description))?;
    let grants = &*grants(&components, description);
    let (originals, linked) = (components, graph);
    let Virtualized { components, graph, adapters, kept, mut warnings } =
        timings.span("virtualize", || virtualize::virtualize(&originals, &linked, grants))?;
    let made_of = provenance::of(&components, &graph, grants, &adapters, &kept);
    let in_words = made_of.grants.clone();
    let provenance = description.provenance.then_some(made_of);
    let encode = || encode::encode(&components, &graph, provenance.as_ref());
    let bytes = timings.span("encode", encode).map_err(|error| {
        let places = places(&components, &graph, error.about());
        PhaseError::Encode(vec![places.into_iter().fold(At::from(error), |at, place| at.and(place, None))])
    })?;
    let verify = || {
        verify::verify(&components, &graph, provenance.as_ref(), &bytes).map_err(|error| vec![error])?;
        if !description.obsolete_names {
            verify::current(&components, &bytes)?;
        }
        granted(&originals, &linked, grants, &bytes)
    };
    timings.span("verify", verify).map_err(|errors| {
        let at = |error: VerifyError| {
            let mut places = places(&components, &graph, error.about());
            places.extend(error.export().and_then(|name| graph.export_place(name)));
            places.into_iter().fold(At::from(error), |at, place| at.and(place, None))
        };
        PhaseError::Verify(errors.into_iter().map(at).collect())
    })?;
    if let Some(target) = target {
        timings.span("targets", || conforms(&graph, &bytes, &target))?;
    }
    if let Some(rules) = &description.policy {
        let generated = generated(&components, &graph, &adapters);
        let doubts = timings.span("policy", || meets(rules, &components, &bytes, &generated))?;
        warnings.extend(doubts.iter().map(Doubt::to_string));
    }
    let left = left(&originals, &linked, &graph, description);
    Ok(Composition { components, graph, adapters, kept, left, warnings, granted: in_words, bytes })
}

/// What a composition leaves to the host though nobody said so. `linked` is its plan before adapters, which may take imports away.
fn left(components: &Components, linked: &Graph, graph: &Graph, description: &Description) -> Vec<Left> {
    let parts = graph.hosts().flat_map(|(_, host)| &host.parts);
    let stays: BTreeSet<(&str, &str)> = parts.map(|part| (graph.subject(part.node), part.import.as_str())).collect();
    let mut left = link::left::left(components, linked, description);
    left.retain(|of| stays.contains(&(of.instance.as_str(), of.import.as_str())));
    left
}

/// What the components of a description may use: what it says of them, or what the policy allows that decides.
fn grants<'d>(components: &Components, description: &'d Description) -> Cow<'d, BTreeMap<String, Grants>> {
    match &description.policy {
        Some(Rules { policy, decides: true, .. }) => {
            let root = &components[components.root()];
            Cow::Owned(BTreeMap::from([(root.name().to_owned(), policy::grants(policy, root))]))
        }
        _ => Cow::Borrowed(&description.grants),
    }
}

/// Checks that an output leaves nothing to its components that their grants do not allow. `components` are those that went
/// into it, before adapters.
///
/// # Errors
///
/// All that is left, each of which is a bug of weld.
fn granted(
    components: &Components,
    graph: &Graph,
    grants: &BTreeMap<String, Grants>,
    bytes: &[u8],
) -> Result<(), Vec<VerifyError>> {
    let originals = proof::originals(components, graph, grants);
    if originals.iter().all(|original| original.grants.is_none()) {
        return Ok(());
    }
    let report = check::check(&originals, bytes)
        .map_err(|Malformed { offset, message }| vec![VerifyError::InvalidOutput { offset, message }])?;
    if report.findings.is_empty() {
        return Ok(());
    }
    // A document may declare what the composition imports by other names than the grants know, and more of it than they allow.
    let declares = |host: &HostImport| host.parts.iter().any(|part| graph.is_declarations(part.node));
    let declared: BTreeSet<&str> =
        graph.hosts().filter(|(_, host)| declares(host)).map(|(_, host)| host.name.as_str()).collect();
    let (mut of_document, mut others) = (BTreeSet::new(), Vec::new());
    for finding in &report.findings {
        let import = finding.host.as_ref().and_then(|path| declared.get(path.first()?.as_str()));
        match import {
            Some(import) => _ = of_document.insert(*import),
            None => others.push(not_granted(finding)),
        }
    }
    let of_document = of_document.into_iter().map(|import| VerifyError::Declared { import: import.to_owned() });
    Err(of_document.chain(others).collect())
}

fn not_granted(finding: &check::Finding) -> VerifyError {
    VerifyError::NotGranted { what: Shown(&finding.to_string()).to_string() }
}

/// Generates the adapter for all that a world imports, alone, and verifies it.
///
/// # Errors
///
/// Grants that cannot be honoured.
fn adapter(world: &Component, grants: &Grants, timings: &mut Timings) -> Result<Alone, PhaseError> {
    let unknown = if grants.allow_missing { Vec::new() } else { virtualize::unknown(world, grants) };
    if !unknown.is_empty() {
        return Err(unknown.into());
    }
    let embedded = timings.span("load", || Embedded::read(std::iter::once(&grants.settings)))?;
    let alone = timings.span("virtualize", || virtualize::adapter(world, grants, &embedded))?;
    let verify = || {
        verify::adapter(world, &alone.bytes).map_err(|error| vec![error])?;
        let found = proof::alone(world, grants, &alone.bytes)
            .map_err(|Malformed { offset, message }| vec![VerifyError::InvalidOutput { offset, message }])?;
        if found.is_empty() { Ok(()) } else { Err(found.iter().map(not_granted).collect()) }
    };
    let places = |errors: Vec<VerifyError>| PhaseError::Verify(errors.into_iter().map(At::from).collect());
    timings.span("verify", verify).map_err(places)?;
    Ok(alone)
}

/// Checks a component that somebody else composed, or says to have: whether it is made of the components that are described,
/// and leaves nothing to them that their grants do not allow.
///
/// # Errors
///
/// Where the description cannot be followed. What is wrong with the output is in what is returned.
fn prove(
    output: &Component,
    components: &Components,
    description: &Description,
    timings: &mut Timings,
) -> Result<Proof, PhaseError> {
    // Of what is not a component as a whole, or that no tool of today takes, nothing should be said that reads like praise.
    timings.span("verify", || verify::written(output))?;
    // Which of the components are in it, and which grants are of what they have, is the description's to say.
    let graph = timings.span("link", || link::link(components, description))?;
    virtualize::check(components, &description.grants)?;
    let grants = grants(components, description);
    let mut proof = timings.span("verify", || proof::prove(output, components, &graph, &grants))?;
    if let Some(rules) = &description.policy {
        let violations = timings.span("policy", || broken(rules, output))?;
        proof.report.findings.extend(violations);
    }
    Ok(proof)
}

/// What of a policy somebody else's composition does not meet, its limits included.
fn broken(rules: &Rules, output: &Component) -> Result<Vec<check::Finding>, PhaseError> {
    // The rules know it by the name that the description gives it.
    let composition = load::target::composed(&rules.name, output.bytes())?;
    let verdict = policy::check(&composition, &rules.policy, &generated::adapters(&composition))?;
    let find = |violation: &Violation| {
        let place = violation.place().map(|place| {
            let ((line, column), file) = (place.position(), place.file());
            format!(" ({file}:{line}:{column})")
        });
        check::Finding {
            instance: "the output".to_owned(),
            what: format!("{}{}", violation.message(), place.unwrap_or_default()),
            ..check::Finding::default()
        }
    };
    Ok(verdict.violations.iter().map(find).collect())
}

/// Where the user's text names instances, by their names, or those or the files of their components.
fn places<'g, 'n>(
    components: &Components,
    graph: &'g Graph,
    names: impl IntoIterator<Item = &'n str>,
) -> Vec<&'g Place> {
    let find = |name: &str| {
        graph.users().find_map(|(node, id)| {
            let component = &components[id];
            let is = [graph.name_of(node), component.name(), component.file()].contains(&name);
            graph.place(node).filter(|_| is)
        })
    };
    names.into_iter().filter_map(find).collect()
}

/// Checks that what was composed conforms to the world that its document names.
fn conforms(graph: &Graph, bytes: &[u8], target: &Target) -> Result<(), PhaseError> {
    let composition = load::target::composed("the composition", bytes)?;
    let mut mismatches = targets::check(&composition, &target.world);
    // Components that are imported in the place of nesting them are no matter of the world's.
    mismatches.retain(|found| found.side == Side::Export || !graph.imported.values().any(|name| *name == found.name));
    if mismatches.is_empty() {
        return Ok(());
    }
    let world = target.world.name();
    let errors = Report::new(&composition, &target.world, &mismatches)
        .paragraphs()
        .into_iter()
        .map(|mismatch| At::place(TargetError::Mismatch { world: world.to_owned(), mismatch }, Some(&target.place)));
    Err(PhaseError::Targets(errors.collect()))
}

/// Reads a policy, which a manifest may name at a place. An empty one says nothing, and so allows nothing.
///
/// # Errors
///
/// Where the file cannot be read, or is no policy.
fn read_policy(source: &Source, place: Option<&Place>) -> Result<Policy, PhaseError> {
    let text = match load::file::read_text(source) {
        Err(LoadError::Empty { .. }) => String::new(),
        // Where a policy is asked for, no component would do.
        Err(LoadError::Directory { file }) => {
            return Err(PhaseError::PolicyFile(vec![At::place(PolicyError::Directory { file }, place)]));
        }
        text => text.map_err(|error| {
            let help = "a policy is a TOML file of rules: `allow` and `deny`";
            PhaseError::Load(vec![At::place(error.instead_of("a policy", help), place)])
        })?,
    };
    Ok(Policy::read(Text::new(&source.shown(), &text))?)
}

/// Compares the text of a snapshot with what its file holds, which a manifest may name at a place. If the file
/// `is_written` after, it must be a regular one.
///
/// # Errors
///
/// Where the file cannot be read, or is something else than a snapshot.
fn golden(text: String, source: &Source, is_written: bool, place: Option<&Place>) -> Result<SnapshotFile, PhaseError> {
    let file = source.shown();
    let found = match load::file::existing(source, is_written) {
        Err(LoadError::Directory { file }) => {
            return Err(PhaseError::Snapshot(vec![At::place(SnapshotError::Directory { file }, place)]));
        }
        found => found.map_err(|error| PhaseError::Load(vec![At::place(error, place)]))?,
    };
    SnapshotFile::new(text, found, &file).map_err(|error| PhaseError::Snapshot(vec![At::place(error, place)]))
}

/// The digests of the adapters in a composition, which were generated for it.
fn generated(components: &Components, graph: &Graph, adapters: &[Adapter]) -> BTreeSet<Digest> {
    let names: BTreeSet<&str> = adapters.iter().flat_map(Adapter::names).collect();
    let instances = graph.instances().filter(|(_, instance)| names.contains(instance.name.as_str()));
    instances.map(|(_, instance)| components[instance.component].digest()).collect()
}

/// Checks that what was composed of some components meets its policy. Gives what in the policy is in doubt.
///
/// # Errors
///
/// What it does not meet; and rules about components that are not there, where the description names all that there are.
fn meets(
    rules: &Rules,
    components: &Components,
    bytes: &[u8],
    generated: &BTreeSet<Digest>,
) -> Result<Vec<Doubt>, PhaseError> {
    let Rules { policy, name, decides } = rules;
    let composition = load::target::composed(name, bytes)?;
    let mut verdict = policy::check(&composition, policy, generated)?;
    if *decides {
        let is_new = |part: &Doubt| verdict.doubts.iter().all(|doubt| doubt.place.start() != part.place.start());
        let parts: Vec<Doubt> = policy::without_effect(policy, name).into_iter().filter(is_new).collect();
        verdict.doubts.extend(parts);
    }
    // A component of the manifest that this target does not use may have a rule all the same.
    let is_elsewhere = |doubt: &Doubt| components.iter().any(|component| doubt.is_of(component.name()));
    let (unknown, doubts): (Vec<Doubt>, Vec<Doubt>) = verdict
        .doubts
        .into_iter()
        .filter(|doubt| *decides || !is_elsewhere(doubt))
        .partition(|doubt| !decides && doubt.kind == Doubted::Component);
    let mut errors: Vec<At<CheckError>> = verdict.violations.iter().map(Violation::error).collect();
    errors.extend(unknown.into_iter().map(|doubt| {
        let Doubt { text: name, near, place, .. } = doubt;
        At::place(CheckError::NoComponent { name, near }, Some(&place))
    }));
    if errors.is_empty() { Ok(doubts) } else { Err(PhaseError::Policy(errors)) }
}

/// A binary component as text, in the format that [`load`] accepts.
///
/// # Errors
///
/// Where the printer does not know something in it.
fn printed(bytes: &[u8]) -> Result<String, PhaseError> {
    wasmprinter::print_bytes(bytes).map_err(|error| PhaseError::Print(text::lines(&format!("{error:#}"))))
}
