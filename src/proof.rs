//! Verifies an output of any origin against its description: its components, their wires, their grants, and its
//! provenance.

mod exports;
mod foreign;
mod of_provenance;
mod wires;

use std::collections::{BTreeMap, BTreeSet};

use foreign::OtherCode;
pub(crate) use of_provenance::is_not_given;
use of_provenance::stated;

use crate::check::part::Part;
use crate::check::rule::{self, Rules, Why};
use crate::check::said::said;
use crate::check::{self, Original};
use crate::decode::world::{World, imported as items};
use crate::decode::{self, Identity, KnownAdapters, Level, Pieces};
use crate::describe::{Description, Grants, Treatment};
use crate::error::PhaseError;
use crate::finding::{Finding, Kind, OUTPUT};
use crate::follow::{self, Followed, Instance, Item};
use crate::generated;
use crate::link::Graph;
use crate::load::digest::Digest;
use crate::load::{Component, ComponentId, Components};
use crate::name::{Capability, base};
use crate::provenance;
use crate::verify::{Known, Malformed, VerifyError};
use crate::virtualize::{self, Adapter, Virtualized};
use wires::{Adapters, Front, Generated};

/// The result for an output.
pub(crate) struct Proof {
    /// The counts and findings of the check, with those about wires, exports, settings and provenance.
    pub report: check::Report,
    /// The components of the description, in order.
    pub inputs: Vec<Component>,
    /// Whether the output has provenance.
    pub has_provenance: bool,
    /// The number of nested components that are neither inputs nor adapters that this version of weld generates for
    /// them. `None` where the output has code of its own besides those.
    pub foreign: Option<usize>,
    /// Remarks that are no findings.
    pub notes: Vec<String>,
    /// The capabilities, interfaces and grants that the output has, or states in its provenance, and that the given
    /// grants do not allow.
    pub missing: BTreeSet<String>,
    /// The given grants that the provenance lacks.
    pub unstated: BTreeSet<String>,
    /// The grants whose value in the provenance differs from the given one.
    pub different: BTreeSet<String>,
    /// The components in the provenance that are no inputs. If there are any, another command wrote the provenance.
    pub unknown: BTreeSet<String>,
}

/// The result for an output that weld has just encoded.
pub(crate) struct Own {
    /// The items that components have and no grant allows.
    pub granted: Vec<Finding>,
    /// The imports that have other arguments than the description states.
    pub wires: Vec<Finding>,
}

/// The components of a graph without adapters, with their grants, as input of [`check::check`].
pub(crate) fn originals<'c>(
    components: &'c Components,
    graph: &'c Graph,
    grants: &'c BTreeMap<String, Grants>,
) -> Vec<Original<'c>> {
    let used: BTreeMap<ComponentId, bool> = graph.users().map(|(node, id)| (id, graph.is_declarations(node))).collect();
    let original = |(id, declares): (ComponentId, bool)| {
        let (component, imported) = (&components[id], graph.imported.get(&id).map(String::as_str));
        let (name, bytes, grants) = (component.name(), component.bytes(), grants.get(component.name()));
        Original { name, bytes, grants, imported, declares }
    };
    used.into_iter().map(original).collect()
}

/// Checks an adapter for a whole world against its grants. Its imports must be functions that a component of that world
/// may have, or that settings call. It must export every function that the component may not have. A host function that
/// it exports unchanged must have the same name and be allowed; its other exports are its own. What cannot be followed
/// is a finding. `known` are the validator's results for the adapter.
///
/// # Errors
///
/// The adapter is not a valid component.
pub(crate) fn alone(
    world: &Component,
    grants: &Grants,
    adapter: &[u8],
    known: &Known,
) -> Result<Vec<Finding>, Malformed> {
    let rules = Rules {
        says: &|of| said(grants, of),
        is_about: &|names, functions| grants.is_about(names, functions),
        default_allows: &|_| grants.default == Treatment::Allow,
        is_called: &|_| true,
    };
    let of_world = World { types: world.types(), imports: world.imports(), exports: world.exports() };
    let may = rule::allowed(of_world, &rules);
    let parts = decode::parts(adapter.into(), known, &|_| Identity::default())?;
    let followed = follow::follow(&parts, &|_| None);
    let find = |path: &[String], what: &str| Finding {
        instance: OUTPUT.to_owned(),
        component: world.name().to_owned(),
        function: if path.is_empty() { String::new() } else { provenance::function(path) },
        what: what.to_owned(),
        ..Finding::default()
    };
    let (Some(outer), Some(part)) = (followed.instances.first(), parts.first()) else {
        return Ok(vec![find(&[], "nothing of it can be followed")]);
    };
    let part = Part::new(part);
    let lost = followed.lost.iter().map(|(_, what)| find(&[], &what.to_string()));
    let imports = part.imported.iter().filter(|import| may.why(&import.path).is_none());
    let imported = imports.map(|import| find(&import.path, "it imports what no grant allows"));
    let exported: BTreeSet<Vec<String>> = part.exported().into_iter().map(|export| export.path).collect();
    let is_given = |path: &Vec<String>| may.why(path).is_some_and(|why| *why != Why::Asked);
    let passed = exported.iter().filter_map(|path| match outer.exported(path) {
        Item::Own(..) => None,
        Item::Host(own) if own == *path && is_given(path) => None,
        Item::Host(_) => Some(find(path, "it exports a function of the host's that is not its own to give")),
        Item::Unknown(what) => Some(find(path, &format!("it exports what cannot be followed: {what}"))),
        _ => Some(find(path, "it exports what is neither its own nor the host's")),
    });
    let denied = items(&of_world).into_iter();
    let denied = denied.filter(|item| may.why(&item.path).is_none_or(|why| *why == Why::Asked));
    let left = denied.filter(|item| !exported.contains(&item.path));
    let left = left.map(|item| find(&item.path, "it leaves this to the host, which no grant allows"));
    Ok(lost.chain(imported).chain(left).chain(passed).collect())
}

/// Checks an output that weld has just encoded: the items that components have beyond their grants, if they have
/// grants, and the imports whose arguments differ from the description. `generated` are the adapters, and
/// `outer` the digests of outer ones. The output comes with the validator's results.
///
/// # Errors
///
/// The output is not a valid component.
pub(crate) fn own(
    description: &Description,
    components: &Components,
    originals: &[Original<'_>],
    (generated, outer): (&KnownAdapters<'_>, &BTreeSet<Digest>),
    (output, known): (Pieces<'_>, &Known),
) -> Result<Own, Malformed> {
    let (parts, followed) = check::follow(originals, generated, output, known)?;
    let asked: Vec<Part> = parts.iter().map(Part::new).collect();
    let wires = wires::compare(description, components, originals, (&parts, &asked, &followed), &BTreeMap::new());
    let is_open = originals.iter().all(|original| original.grants.is_none());
    let fronts = export_adapters(&parts, &followed, outer);
    let of: (&Followed<'_>, &dyn Fn(usize) -> bool) = (&followed, &|id| fronts.contains(&id));
    let report = match is_open {
        true => check::Report::default(),
        false => check::judge(originals, &parts, &asked, of, (&wires.wired, description.labels()))?,
    };
    Ok(Own { granted: report.findings, wires: wires.found })
}

/// Verifies an output against a description, from which `components` and `graph` were read, and against the grants. Foreign
/// components with code are findings. With `allows_foreign`, they are only counted.
///
/// # Errors
///
/// The output or one of the components is not valid.
pub(crate) fn prove(
    output: &Component,
    description: &Description,
    components: &Components,
    graph: &Graph,
    grants: &BTreeMap<String, Grants>,
    allows_foreign: bool,
) -> Result<Proof, PhaseError> {
    let malformed = |Malformed { offset, message }| {
        PhaseError::Verify(vec![
            VerifyError::InvalidComponent { file: output.file().to_owned(), offset, message }.into(),
        ])
    };
    let originals = originals(components, graph, grants);
    // The adapters that this version generates serve twice: for the text of the provenance, and to recognize adapters.
    let made = virtualize::virtualize(components, graph, grants).ok();
    let adapters = made.as_ref().map(adapters_of).unwrap_or_default();
    let plan = (description, components, graph);
    let generated = made.as_ref().map(|made| generated(&made.components, &made.adapters)).unwrap_or_default();
    let (mut report, fronts) = compared(output, plan, &originals, (&adapters, &generated)).map_err(malformed)?;
    let inputs: Vec<&Component> =
        originals.iter().filter_map(|of| components.named(of.name)).map(|id| &components[id]).collect();
    let level = Level::decode(output.bytes()).map_err(malformed)?;
    let of = |made: &Virtualized| provenance::of(&made.components, &made.graph, grants, &made.adapters, &made.kept);
    let planned = || made.as_ref().map(of);
    let stated = stated(&level, (&originals, &inputs), components.embedded(), &report, &planned);
    report.findings.extend(stated.findings);
    let own = graph.users().map(|(_, id)| components[id].digest());
    let known: BTreeSet<Digest> =
        own.chain(adapters.values().flat_map(|of| [Some(of.inner), of.outer]).flatten()).collect();
    let strangers = generated::strangers(output, components, graph, &known);
    if report.absent.is_empty() {
        let code = OtherCode { level: &level, strangers: strangers.as_deref(), known: &known };
        report.findings.extend(code.of_settings(grants, &fronts, &adapters));
        // With other findings, the grants may differ, and an adapter for those of the output would be foreign.
        if report.findings.is_empty() && !allows_foreign {
            report.findings.extend(code.of_foreign());
        }
    }
    let mut missing = stated.missing;
    missing.extend(report.findings.iter().filter_map(not_allowed));
    let is_given = |(of, component): (&Original<'_>, &Component)| (!of.declares).then(|| component.clone());
    let inputs = originals.iter().zip(inputs).filter_map(is_given).collect();
    Ok(Proof {
        report,
        inputs,
        has_provenance: stated.exists,
        foreign: strangers.map(|all| all.len()),
        notes: stated.notes,
        missing,
        unstated: stated.unstated,
        different: stated.different,
        unknown: stated.unknown,
    })
}

/// Compares an output with its description and the grants. Returns the findings on items beyond the grants, on wires
/// and on exports, and the adapters in front of instances.
fn compared(
    output: &Component,
    (description, components, graph): (&Description, &Components, &Graph),
    originals: &[Original<'_>],
    (adapters, generated): (&Adapters, &KnownAdapters<'_>),
) -> Result<(check::Report, Vec<Front>), Malformed> {
    let (parts, followed) = check::follow(originals, generated, output.bytes().into(), output.known())?;
    let asked: Vec<Part> = parts.iter().map(Part::new).collect();
    let outer = adapters.values().filter_map(|of| of.outer).collect();
    let fronts = export_adapters(&parts, &followed, &outer);
    let of: (&Followed<'_>, &dyn Fn(usize) -> bool) = (&followed, &|id| fronts.contains(&id));
    let wires = wires::compare(description, components, originals, (&parts, &asked, &followed), adapters);
    let mut report = check::judge(originals, &parts, &asked, of, (&wires.wired, description.labels()))?;
    if !report.absent.is_empty() {
        return Ok((report, Vec::new()));
    }
    report.findings.extend(exports::compare(output, components, graph, originals, &followed));
    report.findings.extend(wires.found);
    Ok((report, wires.fronts))
}

/// The name in grants of a host item that no grant allows: the capability that gives it, or else its interface.
pub(crate) fn not_allowed(finding: &Finding) -> Option<String> {
    let path = finding.host.as_ref().filter(|_| finding.kind == Kind::NotAllowed)?;
    Some(match path.as_slice() {
        [import] => format!("#{import}"),
        [import, function, ..] => Capability::of(import, function)
            .filter(|capability| capability.gives(import, function))
            .map_or_else(|| base(import).to_owned(), |capability| capability.to_string()),
        [] => return None,
    })
}

/// Returns the bytes of the adapters among some components, with their names.
pub(crate) fn generated<'g>(components: &'g Components, adapters: &'g [Adapter]) -> KnownAdapters<'g> {
    let names = adapters.iter().flat_map(Adapter::names);
    names.filter_map(|name| Some((components[components.named(name)?].bytes(), name))).collect()
}

/// Returns the adapters of each instance.
fn adapters_of(made: &Virtualized) -> Adapters {
    let digest = |name: &str| Some(made.components[made.components.named(name)?].digest());
    let generated = |adapter: &Adapter| {
        let (inner, outer) = (digest(&adapter.name)?, adapter.outer.as_ref());
        let converted = outer.map(|outer| outer.converted.clone()).unwrap_or_default();
        let outer = outer.and_then(|outer| digest(&outer.name));
        Some((adapter.instance.clone(), Generated { inner, outer, converted }))
    };
    made.adapters.iter().filter_map(generated).collect()
}

/// Returns the instances that are export adapters, which `known` has by their digests, or that are within one.
fn export_adapters(parts: &[decode::Part<'_>], followed: &Followed<'_>, known: &BTreeSet<Digest>) -> BTreeSet<usize> {
    let (mut found, mut digests) = (BTreeSet::new(), BTreeMap::new());
    let is_other = |instance: &Instance<'_>| instance.original.is_none() && instance.within.is_some();
    let others = followed.instances.iter().enumerate().filter(|(_, instance)| is_other(instance));
    for (id, instance) in others.filter(|_| !known.is_empty()) {
        let is_known = instance.part.and_then(|part| {
            let bytes = parts.get(part)?.bytes;
            let digest: &Digest = digests.entry(part).or_insert_with(|| Digest::of(bytes));
            Some(known.contains(digest))
        });
        // An instance comes after the one that creates it.
        if is_known == Some(true) || instance.within.is_some_and(|outer| found.contains(&outer)) {
            found.insert(id);
        }
    }
    found
}

fn of_output(component: &str, what: String) -> Finding {
    let (instance, component) = (OUTPUT.to_owned(), component.to_owned());
    Finding { instance, component, what, ..Finding::default() }
}

#[cfg(test)]
mod tests;
