//! Verifies an output that anybody may have built against its description: its components, their wires, their grants,
//! and its provenance.

mod exports;
mod of_provenance;
mod wires;

use std::collections::{BTreeMap, BTreeSet};

use of_provenance::StatedProvenance;
pub use of_provenance::is_not_given;

use crate::check::part::Part;
use crate::check::rule::{self, Rules, Why};
use crate::check::said::said;
use crate::check::{self, Original};
use crate::decode::world::{World, imported as items};
use crate::decode::{self, Level, Pieces};
use crate::describe::{Description, Grants, Treatment};
use crate::error::PhaseError;
use crate::finding::{Finding, Kind, OUTPUT};
use crate::follow::{self, Followed, Item};
use crate::generated;
use crate::link::Graph;
use crate::load::digest::Digest;
use crate::load::{Component, ComponentId, Components};
use crate::name::{Capability, base};
use crate::provenance::{self, Provenance, SECTION};
use crate::text::Shown;
use crate::verify::{Known, Malformed, VerifyError};
use crate::virtualize::{self, Adapter, Virtualized};
use wires::{Adapters, Generated};

/// The result for an output.
pub struct Proof {
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
    pub more: BTreeSet<String>,
    /// The grants whose value in the provenance is another one than the given.
    pub other: BTreeSet<String>,
    /// The components that the provenance names and that are no inputs: where there are any, other grants are those of another
    /// step.
    pub unknown: BTreeSet<String>,
}

/// The result for an output that weld has just encoded.
pub struct Own {
    /// The items that components have and no grant allows.
    pub granted: Vec<Finding>,
    /// The imports that have other arguments than the description states.
    pub wires: Vec<Finding>,
}

/// The components of a graph without adapters, with their grants, as input of [`check::check`].
pub fn originals<'c>(
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
pub fn alone(world: &Component, grants: &Grants, adapter: &[u8], known: &Known) -> Result<Vec<Finding>, Malformed> {
    let rules = Rules {
        says: &|of| said(grants, of),
        is_about: &|names, functions| grants.is_about(names, functions),
        default_allows: &|_| grants.default == Treatment::Allow,
        is_called: &|_| true,
    };
    let of_world = World { types: world.types(), imports: world.imports(), exports: world.exports() };
    let may = rule::allowed(of_world, &rules);
    let parts = decode::parts(adapter.into(), known, &|_| None)?;
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
    let imports = part.imported.iter().filter(|of| may.why(&of.path).is_none());
    let imported = imports.map(|of| find(&of.path, "it imports what no grant allows"));
    let exported: BTreeSet<Vec<String>> = part.exported().into_iter().map(|of| of.path).collect();
    let is_given = |path: &Vec<String>| may.why(path).is_some_and(|why| *why != Why::Asked);
    let passed = exported.iter().filter_map(|path| match outer.exported(path) {
        Item::Own(..) => None,
        Item::Host(own) if own == *path && is_given(path) => None,
        Item::Host(_) => Some(find(path, "it exports a function of the host's that is not its own to give")),
        Item::Unknown(what) => Some(find(path, &format!("it exports what cannot be followed: {what}"))),
        _ => Some(find(path, "it exports what is neither its own nor the host's")),
    });
    let denied = items(&of_world).into_iter();
    let denied = denied.filter(|of| may.why(&of.path).is_none_or(|why| *why == Why::Asked));
    let left = denied.filter(|of| !exported.contains(&of.path));
    let left = left.map(|of| find(&of.path, "it leaves this to the host, which no grant allows"));
    Ok(lost.chain(imported).chain(left).chain(passed).collect())
}

/// Checks an output that weld has just encoded: what it gives to components beyond their grants, where there are any,
/// and which imports have other arguments than the description states. `outer` are the digests of the adapters that stand before
/// exports. The output comes with the validator's results.
///
/// # Errors
///
/// The output is not a valid component.
pub fn own(
    description: &Description,
    components: &Components,
    originals: &[Original<'_>],
    outer: &BTreeSet<Digest>,
    (output, known): (Pieces<'_>, &Known),
) -> Result<Own, Malformed> {
    let (parts, followed) = check::follow(originals, output, known)?;
    let asked: Vec<Part> = parts.iter().map(Part::new).collect();
    let wires = wires::compare(description, components, originals, (&parts, &asked, &followed), &BTreeMap::new());
    let is_open = originals.iter().all(|original| original.grants.is_none());
    let fronts = export_adapters(&parts, &followed, outer);
    let of: (&Followed<'_>, &dyn Fn(usize) -> bool) = (&followed, &|id| fronts.contains(&id));
    let report = match is_open {
        true => check::Report::default(),
        false => check::judge(originals, &parts, &asked, of, &wires.wired)?,
    };
    Ok(Own { granted: report.findings, wires: wires.found })
}

/// Verifies an output against a description, from which `components` and `graph` were read, and against the grants. Foreign
/// components with code are findings, or else counted alone.
///
/// # Errors
///
/// The output or one of the components is not valid.
pub fn prove(
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
    let (parts, followed) = check::follow(&originals, output.bytes().into(), output.known()).map_err(malformed)?;
    let asked: Vec<Part> = parts.iter().map(Part::new).collect();
    // The adapters that this version generates serve twice: for the text of the provenance, and to recognize adapters.
    let made = virtualize::virtualize(components, graph, grants).ok();
    let adapters = made.as_ref().map(adapters_of).unwrap_or_default();
    let outer = adapters.values().filter_map(|of| of.outer).collect();
    let fronts = export_adapters(&parts, &followed, &outer);
    let of: (&Followed<'_>, &dyn Fn(usize) -> bool) = (&followed, &|id| fronts.contains(&id));
    let wires = wires::compare(description, components, &originals, (&parts, &asked, &followed), &adapters);
    let mut report = check::judge(&originals, &parts, &asked, of, &wires.wired).map_err(malformed)?;
    let mut fronts = Vec::new();
    if report.absent.is_empty() {
        report.findings.extend(exports::compare(output, components, graph, &originals, &followed));
        report.findings.extend(wires.found);
        fronts = wires.fronts;
    }
    let inputs: Vec<&Component> =
        originals.iter().filter_map(|of| components.named(of.name)).map(|id| &components[id]).collect();
    let level = Level::decode(output.bytes()).map_err(malformed)?;
    let mut sections = level.custom.iter().filter(|(name, _)| *name == SECTION);
    let (said, mut notes) = (sections.next(), Vec::new());
    let [mut missing, mut more, mut other, mut unknown]: [BTreeSet<String>; 4] = Default::default();
    if let Some((_, data)) = said {
        let found = match (Provenance::read(data), sections.next()) {
            (Some(said), None) => {
                let of = |made: &Virtualized| {
                    provenance::of(&made.components, &made.graph, grants, &made.adapters, &made.kept)
                };
                let planned = made.as_ref().map(of);
                notes.extend(of_version(&said, planned.is_some()));
                let (planned, embedded, report) = (planned.as_ref(), components.embedded(), &report);
                let said =
                    StatedProvenance { said: &said, originals: &originals, inputs: &inputs, embedded, report, planned };
                unknown = said.unknown();
                if unknown.is_empty() {
                    [missing, more, other] = said.grants();
                }
                said.findings()
            }
            (None, _) => vec![of_output("", "its provenance cannot be read".to_owned())],
            (Some(_), Some(_)) => vec![of_output("", "it has two sections that say what it was made of".to_owned())],
        };
        report.findings.extend(found);
    }
    let own = graph.users().map(|(_, id)| components[id].digest());
    let known: BTreeSet<Digest> =
        own.chain(adapters.values().flat_map(|of| [Some(of.inner), of.outer]).flatten()).collect();
    let strangers = generated::strangers(output, components, graph, &known);
    if report.absent.is_empty() {
        report.findings.extend(of_settings(grants, strangers.as_deref()));
        // Foreign components have been reported already.
        let has_strangers = !strangers.as_ref().is_some_and(Vec::is_empty);
        let is_set = |component: &str| !has_strangers && grants.get(component).is_some_and(is_set);
        report.findings.extend(wires::misplaced(&fronts, &is_set, &adapters));
        // Where there are other findings, an adapter of these components for other grants is foreign, too.
        if report.findings.is_empty() && !allows_foreign && has_strangers {
            report.findings.extend(of_foreign(&level, strangers.as_deref(), &known));
        }
    }
    missing.extend(report.findings.iter().filter_map(not_allowed));
    let is_given = |(of, component): (&Original<'_>, &Component)| (!of.declares).then(|| component.clone());
    let inputs = originals.iter().zip(inputs).filter_map(is_given).collect();
    Ok(Proof {
        report,
        inputs,
        has_provenance: said.is_some(),
        foreign: strangers.map(|all| all.len()),
        notes,
        missing,
        more,
        other,
        unknown,
    })
}

/// The name in grants of a host item that no grant allows: the capability that gives it, or else its interface.
pub fn not_allowed(finding: &Finding) -> Option<String> {
    let path = finding.host.as_ref().filter(|_| finding.kind == Kind::NotAllowed)?;
    Some(match path.as_slice() {
        [import] => format!("#{import}"),
        [import, function, ..] => Capability::of(import, function)
            .filter(|capability| capability.gives(import, function))
            .map_or_else(|| base(import).to_owned(), |capability| capability.to_string()),
        [] => return None,
    })
}

/// The adapters of each instance.
fn adapters_of(made: &Virtualized) -> Adapters {
    let digest = |name: &str| Some(made.components[made.components.named(name)?].digest());
    let of = |adapter: &Adapter| {
        let (inner, outer) = (digest(&adapter.name)?, adapter.outer.as_ref());
        let turned = outer.map(|outer| outer.converted.clone()).unwrap_or_default();
        let outer = outer.and_then(|outer| digest(&outer.name));
        Some((adapter.instance.clone(), Generated { inner, outer, turned }))
    };
    made.adapters.iter().filter_map(of).collect()
}

/// The instances that are export adapters, which are known by their digests, or are in one.
fn export_adapters(parts: &[decode::Part<'_>], followed: &Followed<'_>, known: &BTreeSet<Digest>) -> BTreeSet<usize> {
    let (mut found, mut digests) = (BTreeSet::new(), BTreeMap::new());
    let others = followed.instances.iter().enumerate().filter(|(_, of)| of.original.is_none() && of.within.is_some());
    for (id, of) in others.filter(|_| !known.is_empty()) {
        let is_known = of.part.and_then(|part| {
            let bytes = parts.get(part)?.bytes;
            let digest: &Digest = digests.entry(part).or_insert_with(|| Digest::of(bytes));
            Some(known.contains(digest))
        });
        // An instance comes after the one that creates it.
        if is_known == Some(true) || of.within.is_some_and(|outer| found.contains(&outer)) {
            found.insert(id);
        }
    }
    found
}

/// The reason that the text of the provenance cannot be compared, if there is one.
fn of_version(said: &Provenance, is_planned: bool) -> Option<String> {
    let own = env!("CARGO_PKG_VERSION");
    match is_planned {
        _ if said.weld != own => {
            Some(format!("the provenance says that weld {} wrote it, and this is weld {own}", said.weld))
        }
        true => None,
        false => Some(
            "this version of weld makes no such output: the words in which its provenance gives reasons are not compared"
                .to_owned(),
        ),
    }
}

/// Whether a setting replaces host functions for a component.
fn is_set(grants: &Grants) -> bool {
    grants.grants.iter().any(|grant| matches!(grant.treatment, Treatment::Provide | Treatment::Return))
}

/// The settings that cannot be verified. The host functions of an adapter can be computed; that it honours its settings
/// is known only for adapters that this version generates.
fn of_settings(grants: &BTreeMap<String, Grants>, strangers: Option<&[usize]>) -> Vec<Finding> {
    let Some((component, _)) = grants.iter().find(|(_, grants)| is_set(grants)) else { return Vec::new() };
    let find = |place: String| {
        let what = format!(
            "{place} is no adapter that this version of weld generates for its settings: whether it honours them cannot be verified"
        );
        of_output(component, what)
    };
    match strangers {
        Some(places) => places.iter().map(|place| find(format!("nested component {place}"))).collect(),
        None => vec![find("it".to_owned())],
    }
}

/// The foreign components that have code of which it is not known what it does with all that it is given, when it is
/// instantiated and later. The code of inputs and of adapters is known, at whatever depth.
fn of_foreign(level: &Level<'_>, strangers: Option<&[usize]>, known: &BTreeSet<Digest>) -> Vec<Finding> {
    let Some(places) = strangers else {
        return vec![of_output(
            "",
            "it has code of its own, and what that does is not known: `--allow-foreign` allows it".to_owned(),
        )];
    };
    let find = |place: &usize| {
        let nested = level.components.get(*place).filter(|nested| has_other_code(nested.bytes, known))?;
        let name = level.names.components.get(&nested.index).map(|name| format!(" `{}`", Shown(name)));
        let what = format!(
            "nested component {place}{} is neither an input nor an adapter that this version of weld generates for these grants, and what its \
             code does is not known: verify with the grants and the version of weld that the output was built with, name it as an input, or \
             allow it by `--allow-foreign`",
            name.unwrap_or_default()
        );
        Some(of_output("", what))
    };
    places.iter().filter_map(find).collect()
}

/// Whether a component has code that is not that of known components, at whatever depth.
fn has_other_code(component: &[u8], known: &BTreeSet<Digest>) -> bool {
    let has = |level: &Level<'_>| level.has_core || level.components.iter().any(|of| has_other_code(of.bytes, known));
    !known.contains(&Digest::of(component)) && Level::decode(component).map_or(true, |level| has(&level))
}

fn of_output(component: &str, what: String) -> Finding {
    let (instance, component) = (OUTPUT.to_owned(), component.to_owned());
    Finding { instance, component, what, ..Finding::default() }
}

#[cfg(test)]
mod tests;
