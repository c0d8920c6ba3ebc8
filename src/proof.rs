//! Whether a component that somebody built is what its description says: made of these components, which are left nothing
//! that their grants do not allow, and saying so of itself.

mod exports;
mod of_provenance;
mod wires;

use std::collections::{BTreeMap, BTreeSet};

use of_provenance::Said;

use crate::check::part::Part;
use crate::check::rule::{self, Rules, Why};
use crate::check::said::said;
use crate::check::{self, Finding, Kind, Original};
use crate::decode::world::{World, imported as items};
use crate::decode::{Level, Pieces};
use crate::describe::{Description, Grants, Treatment};
use crate::error::PhaseError;
use crate::follow::{self, Item};
use crate::generated;
use crate::link::Graph;
use crate::load::{Component, ComponentId, Components};
use crate::name::{Capability, base};
use crate::provenance::{self, Provenance, SECTION};
use crate::verify::{Known, Malformed, VerifyError};
use crate::virtualize::{self, Adapter, Virtualized};
use wires::{Adapters, Generated};

/// What was found of an output.
pub struct Proof {
    /// What was looked at, and what must not be; what the output says of itself and is not so among it.
    pub report: check::Report,
    /// The components that went into it, in order.
    pub inputs: Vec<Component>,
    /// Whether the output says what it was made of.
    pub has_provenance: bool,
    /// How many components the output nests that are neither inputs nor adapters that this version of weld generates for
    /// them. `None` where it has code of its own beside those.
    pub foreign: Option<usize>,
    /// What there is to say beside that, and is no finding.
    pub notes: Vec<String>,
    /// What the output has or says that it was built with, and no grant allows: capabilities, interfaces, grants.
    pub missing: BTreeSet<String>,
    /// Grants that are given, and with which it does not say that it was built.
    pub more: BTreeSet<String>,
}

/// What was found of an output of one's own build.
pub struct Own {
    /// What components have that no grant allows.
    pub granted: Vec<Finding>,
    /// Imports that are filled elsewhere than the description says.
    pub wires: Vec<Finding>,
}

/// The components of a graph without adapters, with their grants, for [`check::check`].
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

/// Holds an adapter for all that a world imports against the grants that it was generated for. It may import what a component of
/// that world may have or, where settings say so, ask for. It must export all that the component may not have. A function of the
/// host's that it exports as it is must be the very one of that name, which the component may have; all else that it exports is
/// its own. What cannot be followed is a finding. `known` is what the validator says of the adapter.
///
/// # Errors
///
/// Where it is not a valid component.
pub fn alone(world: &Component, grants: &Grants, adapter: &[u8], known: &Known) -> Result<Vec<Finding>, Malformed> {
    let rules = Rules {
        says: &|of| said(grants, of),
        is_about: &|names, functions| grants.is_about(names, functions),
        default_allows: &|_| grants.default == Treatment::Allow,
    };
    let of_world = World { types: world.types(), imports: world.imports(), exports: world.exports() };
    let may = rule::allowed(of_world, &rules);
    let parts = follow::parts(adapter.into(), known, &|_| None)?;
    let followed = follow::follow(&parts, &|_| None);
    let find = |path: &[String], what: &str| Finding {
        instance: "the output".to_owned(),
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
    let exported: BTreeSet<Vec<String>> = items(&exports_of(&part)).into_iter().map(|of| of.path).collect();
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

/// What a component exports, as a world imports it.
fn exports_of(part: &Part) -> World<'_> {
    World { imports: part.world().exports, ..part.world() }
}

/// What is wrong with an output of one's own build: what it leaves to components beyond their grants, where any are given, and
/// where it fills imports elsewhere than its description says. The output comes with what the validator says of it.
///
/// # Errors
///
/// Where it is not a valid component.
pub fn own(
    description: &Description,
    components: &Components,
    originals: &[Original<'_>],
    (output, known): (Pieces<'_>, &Known),
) -> Result<Own, Malformed> {
    let (parts, followed) = check::follow(originals, output, known)?;
    let asked: Vec<Part> = parts.iter().map(Part::new).collect();
    let wires = wires::compare(description, components, originals, (&parts, &asked, &followed), &BTreeMap::new());
    let is_open = originals.iter().all(|original| original.grants.is_none());
    let report = if is_open { check::Report::default() } else { check::judge(originals, &parts, &asked, &followed)? };
    Ok(Own { granted: report.findings, wires: wires.found })
}

/// Holds an output against a description, of which `components` and `graph` were made, and what it grants.
///
/// # Errors
///
/// Where one of them is not a valid component.
pub fn prove(
    output: &Component,
    description: &Description,
    components: &Components,
    graph: &Graph,
    grants: &BTreeMap<String, Grants>,
) -> Result<Proof, PhaseError> {
    let malformed = |Malformed { offset, message }| {
        PhaseError::Verify(vec![
            VerifyError::InvalidComponent { file: output.file().to_owned(), offset, message }.into(),
        ])
    };
    let originals = originals(components, graph, grants);
    let (parts, followed) = check::follow(&originals, output.bytes().into(), output.known()).map_err(malformed)?;
    let asked: Vec<Part> = parts.iter().map(Part::new).collect();
    let mut report = check::judge(&originals, &parts, &asked, &followed).map_err(malformed)?;
    // What this version makes of the same is made once: for the words of its provenance, and to know adapters by.
    let made = virtualize::virtualize(components, graph, grants).ok();
    let adapters = made.as_ref().map(adapters_of).unwrap_or_default();
    let mut fronts = Vec::new();
    if report.absent.is_empty() {
        report.findings.extend(exports::compare(output, components, graph, &originals, &followed));
        let wires = wires::compare(description, components, &originals, (&parts, &asked, &followed), &adapters);
        report.findings.extend(wires.found);
        fronts = wires.fronts;
    }
    let inputs: Vec<&Component> =
        originals.iter().filter_map(|of| components.named(of.name)).map(|id| &components[id]).collect();
    let level = Level::decode(output.bytes()).map_err(malformed)?;
    let mut sections = level.custom.iter().filter(|(name, _)| *name == SECTION);
    let (said, mut notes) = (sections.next(), Vec::new());
    let [mut missing, mut more]: [BTreeSet<String>; 2] = Default::default();
    if let Some((_, data)) = said {
        let found = match (Provenance::read(data), sections.next()) {
            (Some(said), None) => {
                let of = |made: &Virtualized| {
                    provenance::of(&made.components, &made.graph, grants, &made.adapters, &made.kept)
                };
                let planned = made.as_ref().map(of);
                notes.extend(of_version(&said, planned.is_some()));
                let (planned, embedded, report) = (planned.as_ref(), components.embedded(), &report);
                let said = Said { said: &said, originals: &originals, inputs: &inputs, embedded, report, planned };
                [missing, more] = said.grants();
                said.findings()
            }
            (None, _) => vec![of_output("", "its provenance cannot be read".to_owned())],
            (Some(_), Some(_)) => vec![of_output("", "it has two sections that say what it was made of".to_owned())],
        };
        report.findings.extend(found);
    }
    let strangers = generated::strangers(output, components, graph, adapters.values().flat_map(|of| &of.digests));
    if report.absent.is_empty() {
        report.findings.extend(of_settings(grants, strangers.as_deref()));
        // Where there are strangers, that has been said already.
        let has_strangers = !strangers.as_ref().is_some_and(Vec::is_empty);
        let is_set = |component: &str| !has_strangers && grants.get(component).is_some_and(is_set);
        report.findings.extend(wires::misplaced(&fronts, &is_set, &adapters));
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
    })
}

/// What a grant calls something of the host's that none allows: its capability, or else its interface.
fn not_allowed(finding: &Finding) -> Option<String> {
    let path = finding.host.as_ref().filter(|_| finding.kind == Kind::NotAllowed)?;
    Some(match path.as_slice() {
        [import] => format!("#{import}"),
        [import, function, ..] => Capability::of(import, function)
            .map_or_else(|| base(import).to_owned(), |capability| capability.to_string()),
        [] => return None,
    })
}

/// The adapters of each instance.
fn adapters_of(made: &Virtualized) -> Adapters {
    let digest = |name: &str| Some(made.components[made.components.named(name)?].digest());
    let of = |adapter: &Adapter| {
        let turned = adapter.outer.as_ref().map(|outer| outer.turned.clone()).unwrap_or_default();
        (adapter.instance.clone(), Generated { digests: adapter.names().filter_map(digest).collect(), turned })
    };
    made.adapters.iter().map(of).collect()
}

/// What is not known of an output by what it says of itself.
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

/// Whether a component is given something in the place of what the host has.
fn is_set(grants: &Grants) -> bool {
    grants.grants.iter().any(|grant| grant.treatment == Treatment::Provide)
}

/// What cannot be verified of settings. Which functions of the host's an adapter has can be computed. Whether it honours settings,
/// its bytes alone say.
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

fn of_output(component: &str, what: String) -> Finding {
    let (instance, component) = ("the output".to_owned(), component.to_owned());
    Finding { instance, component, what, ..Finding::default() }
}

#[cfg(test)]
mod tests;
