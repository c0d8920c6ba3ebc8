//! Calls the phases in order: a description becomes one verified component in memory.

mod adapter;
mod denied;
mod policy;
mod prove;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub(crate) use adapter::adapter;
pub(crate) use denied::of as denied;
use policy::meets;
pub(crate) use policy::{read as read_policy, read_in as read_policy_in};
pub(crate) use prove::prove;

use crate::decode::{Known, KnownAdapters, Pieces};
use crate::describe::{AppliedPolicy, At, Description, Grants, Place, Wiring};
use crate::encode::output::{Output, read};
use crate::error::PhaseError;
use crate::finding::Finding;
use crate::guard::boundary;
use crate::link::graph::{HostImport, InstanceImport};
use crate::link::left::Left;
use crate::link::rivals::Rivals;
use crate::link::{self, Graph};
use crate::load::digest::Digest;
use crate::load::{self, Component, ComponentId, Components, Namesakes, Target};
use crate::name::InterfaceName;
use crate::proof::{self, Own};
use crate::provenance::{self, Granted};
use crate::targets::{self, TargetError};
use crate::text::Shown;
use crate::timings::Timings;
use crate::types::Side;
use crate::verify::{self, VerifyError};
use crate::virtualize::Kept;
use crate::virtualize::{self, Adapter, Virtualized};
use crate::{encode, policy as policies};

/// A composition that has been verified: its parts, its plan and its bytes.
pub struct Composition {
    /// The components of the description, used or not, and the adapters.
    pub(crate) components: Components,
    /// The graph, with adapters.
    pub(crate) graph: Graph,
    /// The adapters, with the functions that they refuse, provide and forward.
    pub(crate) adapters: Vec<Adapter>,
    /// The kept functions, by instance.
    pub(crate) kept: BTreeMap<String, Vec<Kept>>,
    /// The imports that are left to the host because no component exports them.
    pub(crate) left: Vec<Left>,
    /// The warnings, such as those about grants and labels.
    pub(crate) warnings: Vec<String>,
    /// The grants of the components, as in provenance.
    pub(crate) granted: Vec<Granted>,
    /// The binary component.
    pub(crate) output: Arc<Output>,
    /// The validator's results for the output.
    pub(crate) known: Arc<Known>,
}

impl Composition {
    /// Returns the components that have instances in the output.
    pub(crate) fn used(&self) -> impl Iterator<Item = &Component> {
        let used = self.instantiated();
        self.components.ids().filter(move |id| used.contains(id)).map(|id| &self.components[id])
    }

    /// Returns the components of the description that have no instance in the output.
    pub(crate) fn unused(&self) -> impl Iterator<Item = &Component> {
        let used = self.instantiated();
        self.components.ids().filter(move |id| !used.contains(id)).map(|id| &self.components[id])
    }

    fn instantiated(&self) -> BTreeSet<ComponentId> {
        self.graph.instances().map(|(_, instance)| instance.component).collect()
    }
}

/// Loads the components of a description, composes them, and verifies the result. Writes no file.
///
/// # Errors
///
/// All errors of the first phase that finds any.
pub(crate) fn compose(description: &Description, timings: &mut Timings) -> Result<Composition, PhaseError> {
    let components = timings.span("load", || load::load(description))?;
    compose_loaded(components, description, timings)
}

/// Composes the loaded components of a description, and verifies the result.
///
/// # Errors
///
/// All errors of the first phase that finds any.
pub(crate) fn compose_loaded(
    components: Components,
    description: &Description,
    timings: &mut Timings,
) -> Result<Composition, PhaseError> {
    let files = files(&components);
    boundary("link", &files, || linked(components, description, timings))?
}

/// Lists the files of components for messages.
fn files(components: &Components) -> String {
    const SHOWN: usize = 3;
    let mut files: Vec<&str> = components.given().map(Component::file).collect();
    if files.len() > SHOWN {
        files.truncate(SHOWN);
        files.push("…");
    }
    files.join(", ")
}

/// Calls the phases after load.
fn linked(components: Components, description: &Description, timings: &mut Timings) -> Result<Composition, PhaseError> {
    #[cfg(not(feature = "wac"))]
    let target: Option<Target> = None;
    #[cfg(feature = "wac")]
    let target = match &description.wiring {
        Wiring::Wac(wac) => load::declarations::target(wac, &components)?,
        _ => None,
    };
    let graph = timings.span("link", || link::link(&components, description));
    let graph = graph.map_err(|errors| denied::explained(errors, &components))?;
    let grants = &*grants(&components, description);
    let (originals, linked) = (components, graph);
    crate::grants::check(&originals, grants)?;
    let Virtualized { components, mut graph, adapters, kept, mut warnings } =
        timings.span("virtualize", || virtualize::virtualize(&originals, &linked, grants))?;
    link::complete(&components, &mut graph);
    let provenance = provenance::of(&components, &graph, grants, &adapters, &kept);
    let granted = provenance.grants.clone();
    let provenance = description.provenance.then_some(provenance);
    let encode = || encode::encode_nested(&components, &graph, provenance.as_ref());
    let (output, levels) = timings.span("encode", encode).map_err(|error| {
        let places = places(&components, &graph, error.about());
        PhaseError::Encode(vec![places.into_iter().fold(At::from(error), |at, place| at.and(place, None))])
    })?;
    let verify = || {
        // The pieces are those that emit writes.
        let pieces = output.pieces();
        let pieces = read(&pieces);
        let planned = (&components, &graph, levels.as_ref());
        let known = verify::verify(planned, provenance.as_ref(), pieces).map_err(|error| vec![error])?;
        if !description.obsolete_names {
            verify::current(&components, pieces)?;
        }
        let outer = adapters.iter().filter_map(|adapter| components.named(&adapter.outer.as_ref()?.name));
        let outer = outer.map(|id| components[id].digest()).collect();
        let generated = proof::generated(&components, &adapters);
        check_granted(description, &originals, (&linked, grants), (&generated, &outer), (pieces, &known))?;
        Ok(known)
    };
    let known = timings.span("verify", verify).map_err(|errors: Vec<VerifyError>| {
        let at = |error: VerifyError| {
            let mut places = places(&components, &graph, error.about());
            places.extend(error.export().and_then(|name| graph.export_place(name)));
            places.into_iter().fold(At::from(error), |at, place| at.and(place, None))
        };
        PhaseError::Verify(errors.into_iter().map(at).collect())
    })?;
    let known = Arc::new(known);
    if let Some(target) = target {
        let composition = Component::composed("the composition", output.joined(), &known)?;
        timings.span("targets", || conforms(&graph, &composition, &target))?;
    }
    if let Some(rules) = &description.policy {
        let generated = generated(&components, &graph, &adapters);
        let composition = Component::composed(&rules.name, output.joined(), &known)?;
        warnings.extend(timings.span("policy", || meets(rules, &components, &graph, &composition, &generated))?);
    }
    warnings.extend(linked.rivals.iter().map(Rivals::to_string));
    warnings.extend(renumbered(&graph));
    warnings.extend(originals.namesakes().map(Namesakes::to_string));
    let left = left(&originals, &linked, &graph, description);
    Ok(Composition { components, graph, adapters, kept, left, warnings, granted, output: Arc::new(output), known })
}

/// Returns a warning for each label that the output imports by another name than its component does. The host must know
/// that name.
fn renumbered(graph: &Graph) -> Vec<String> {
    let hosts = graph.hosts().map(|(_, host)| host);
    let parts = hosts.flat_map(|host| host.parts.iter().map(move |part| (host, part)));
    // Versions of one interface are joined under the highest one, which is not a renaming.
    let other = parts.filter(|(host, part)| host.name != part.import && InterfaceName::read(&part.import).is_none());
    let shown = |(host, part): (&HostImport, &InstanceImport)| {
        let (import, name) = (Shown(&part.import), Shown(&host.name));
        format!(
            "`{import}` of `{}` is another import than `{import}` of the composition, which imports it as `{name}`: what the host \
             gives by that name is what it gets",
            Shown(graph.subject(part.node))
        )
    };
    other.map(shown).collect()
}

/// Returns the imports that are left to the host because no component exports them. `linked` is the graph before
/// adapters, and `graph` the graph with adapters, which remove imports.
fn left(components: &Components, linked: &Graph, graph: &Graph, description: &Description) -> Vec<Left> {
    let parts = graph.hosts().flat_map(|(_, host)| &host.parts);
    let stays: BTreeSet<(&str, &str)> = parts.map(|part| (graph.subject(part.node), part.import.as_str())).collect();
    let mut left = link::left::left(components, linked, description);
    left.retain(|import| stays.contains(&(import.instance.as_str(), import.import.as_str())));
    left
}

/// Returns the grants of components: those of the description, or those of a policy that states the grants.
fn grants<'d>(components: &Components, description: &'d Description) -> Cow<'d, BTreeMap<String, Grants>> {
    match &description.policy {
        Some(AppliedPolicy { policy, decides: true, .. }) => {
            let root = &components[components.root()];
            Cow::Owned(BTreeMap::from([(root.name().to_owned(), policies::grants(policy, root))]))
        }
        _ => Cow::Borrowed(&description.grants),
    }
}

/// Checks that an output gives its components no more than their grants allow, and fills their imports as described.
/// `components` and `graph` are those before adapters. `generated` are the adapters, and
/// `outer` the digests of outer ones.
///
/// # Errors
///
/// All violations. Each is a defect of weld, except for [`VerifyError::Declared`].
fn check_granted(
    description: &Description,
    components: &Components,
    (graph, grants): (&Graph, &BTreeMap<String, Grants>),
    (generated, outer): (&KnownAdapters<'_>, &BTreeSet<Digest>),
    output: (Pieces<'_>, &Known),
) -> Result<(), Vec<VerifyError>> {
    let originals = proof::originals(components, graph, grants);
    let Own { granted, wires } = proof::own(description, components, &originals, (generated, outer), output)
        .map_err(|error| vec![VerifyError::from(error)])?;
    if granted.is_empty() && wires.is_empty() {
        return Ok(());
    }
    // An import that a document declares may have another name than grants name, and more functions than they allow.
    let declares = |host: &HostImport| host.parts.iter().any(|part| graph.is_declarations(part.node));
    let declared: BTreeSet<&str> =
        graph.hosts().filter(|(_, host)| declares(host)).map(|(_, host)| host.name.as_str()).collect();
    let (mut of_document, mut others) = (BTreeSet::new(), Vec::new());
    for finding in &granted {
        let import = finding.host.as_ref().and_then(|path| declared.get(path.first()?.as_str()));
        match import {
            Some(import) => _ = of_document.insert(*import),
            None => others.push(not_granted(finding)),
        }
    }
    let of_document = of_document.into_iter().map(|import| VerifyError::Declared { import: import.to_owned() });
    let differs = |finding: &Finding| VerifyError::Differs { what: Shown(&finding.to_string()).to_string() };
    Err(of_document.chain(others).chain(wires.iter().map(differs)).collect())
}

fn not_granted(finding: &Finding) -> VerifyError {
    VerifyError::NotGranted { what: Shown(&finding.to_string()).to_string() }
}

/// Returns the places of instances in texts of the user. `names` are names of instances or components, or files.
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

/// Checks that a composition conforms to the world that its document targets.
fn conforms(graph: &Graph, composition: &Component, target: &Target) -> Result<(), PhaseError> {
    let mut mismatches = targets::check(composition, &target.world);
    // A world does not describe components that are imported instead of nested.
    mismatches.retain(|found| found.side == Side::Export || !graph.imported.values().any(|name| *name == found.name));
    if mismatches.is_empty() {
        return Ok(());
    }
    let world = target.world.name();
    let errors = targets::report::Report::new(composition, &target.world, &mismatches)
        .paragraphs()
        .into_iter()
        .map(|mismatch| At::place(TargetError::Mismatch { world: world.to_owned(), mismatch }, Some(&target.place)));
    Err(PhaseError::Targets(errors.collect()))
}

/// Returns the digests of the adapters that were generated for a composition.
fn generated(components: &Components, graph: &Graph, adapters: &[Adapter]) -> BTreeSet<Digest> {
    let names: BTreeSet<&str> = adapters.iter().flat_map(Adapter::names).collect();
    let instances = graph.instances().filter(|(_, instance)| names.contains(instance.name.as_str()));
    instances.map(|(_, instance)| components[instance.component].digest()).collect()
}
