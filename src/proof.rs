//! Whether a component that somebody built is what its description says: made of these components, which are left nothing
//! that their grants do not allow, and saying so of itself.

mod exports;
mod wires;

use std::collections::{BTreeMap, BTreeSet};

use crate::check::part::Part;
use crate::check::rule::{self, Rules, Why, World};
use crate::check::said::said;
use crate::check::{self, Finding, Original};
use crate::decode::Level;
use crate::describe::{Description, Grants, Treatment};
use crate::error::PhaseError;
use crate::follow::{self, Item};
use crate::generated;
use crate::link::Graph;
use crate::load::{Component, ComponentId, Components};
use crate::provenance::{self, Granted, Provenance, SECTION};
use crate::verify::{Malformed, VerifyError};
use crate::virtualize::{self, Virtualized};

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
/// its own. What cannot be followed is a finding.
///
/// # Errors
///
/// Where it is not a valid component.
pub fn alone(world: &Component, grants: &Grants, adapter: &[u8]) -> Result<Vec<Finding>, Malformed> {
    let rules = Rules {
        says: &|of| said(grants, of),
        is_about: &|names, functions| grants.is_about(names, functions),
        default_allows: &|_| grants.default == Treatment::Allow,
    };
    let of_world = World { types: world.types(), imports: world.imports(), exports: world.exports() };
    let may = rule::allowed(of_world, &rules);
    let parts = follow::parts(adapter, &|_| None)?;
    let followed = follow::follow(&parts, &|_| None);
    let find = |path: &[String], what: &str| Finding {
        instance: "the output".to_owned(),
        component: world.name().to_owned(),
        function: if path.is_empty() { String::new() } else { provenance::function(path) },
        what: what.to_owned(),
        host: None,
    };
    let (Some(outer), Some(part)) = (followed.instances.first(), parts.first()) else {
        return Ok(vec![find(&[], "nothing of it can be followed")]);
    };
    let part = Part::new(part);
    let lost = followed.lost.iter().map(|(_, what)| find(&[], &what.to_string()));
    let imports = part.imported.iter().filter(|of| may.why(&of.path).is_none());
    let imported = imports.map(|of| find(&of.path, "it imports what no grant allows"));
    let exported: BTreeSet<Vec<String>> = rule::imported(&exports_of(&part)).into_iter().map(|of| of.path).collect();
    let is_given = |path: &Vec<String>| may.why(path).is_some_and(|why| *why != Why::Asked);
    let passed = exported.iter().filter_map(|path| match outer.exported(path) {
        Item::Own(_) => None,
        Item::Host(own) if own == *path && is_given(path) => None,
        Item::Host(_) => Some(find(path, "it exports a function of the host's that is not its own to give")),
        Item::Unknown(what) => Some(find(path, &format!("it exports what cannot be followed: {what}"))),
        _ => Some(find(path, "it exports what is neither its own nor the host's")),
    });
    let denied = rule::imported(&of_world).into_iter();
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
/// where it fills imports elsewhere than its description says.
///
/// # Errors
///
/// Where it is not a valid component.
pub fn own(
    description: &Description,
    components: &Components,
    originals: &[Original<'_>],
    output: &[u8],
) -> Result<Own, Malformed> {
    let (parts, followed) = check::follow(originals, output)?;
    let wires = wires::compare(description, components, originals, &parts, &followed);
    let is_open = originals.iter().all(|original| original.grants.is_none());
    let report = if is_open { check::Report::default() } else { check::judge(originals, &parts, &followed)? };
    Ok(Own { granted: report.findings, wires })
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
    let (parts, followed) = check::follow(&originals, output.bytes()).map_err(malformed)?;
    let mut report = check::judge(&originals, &parts, &followed).map_err(malformed)?;
    if report.absent.is_empty() {
        report.findings.extend(exports::compare(output, components, graph, &originals, &followed));
        report.findings.extend(wires::compare(description, components, &originals, &parts, &followed));
    }
    let inputs: Vec<&Component> =
        originals.iter().filter_map(|of| components.named(of.name)).map(|id| &components[id]).collect();
    let level = Level::decode(output.bytes()).map_err(malformed)?;
    let mut sections = level.custom.iter().filter(|(name, _)| *name == SECTION);
    let (said, mut notes) = (sections.next(), Vec::new());
    if let Some((_, data)) = said {
        let found = match (Provenance::read(data), sections.next()) {
            (Some(said), None) => {
                let mut found = of_provenance(&said, &originals, &inputs, components, &report);
                match planned(&said, components, graph, grants) {
                    // What is not so is found. Of what is, it must say the same as this version does.
                    Ok(planned) if found.is_empty() => found.extend(of_words(&said, &planned)),
                    Ok(_) => {}
                    Err(note) => notes.push(note),
                }
                found
            }
            (None, _) => vec![of_output("", "its provenance cannot be read".to_owned())],
            (Some(_), Some(_)) => vec![of_output("", "it has two sections that say what it was made of".to_owned())],
        };
        report.findings.extend(found);
    }
    let strangers = generated::strangers(output, components, graph, grants);
    if report.absent.is_empty() {
        report.findings.extend(of_settings(grants, strangers.as_deref()));
    }
    let is_given = |(of, component): (&Original<'_>, &Component)| (!of.declares).then(|| component.clone());
    let inputs = originals.iter().zip(inputs).filter_map(is_given).collect();
    Ok(Proof { report, inputs, has_provenance: said.is_some(), foreign: strangers.map(|all| all.len()), notes })
}

/// What cannot be verified of settings. Which functions of the host's an adapter has can be computed. Whether it honours settings,
/// its bytes alone say.
fn of_settings(grants: &BTreeMap<String, Grants>, strangers: Option<&[usize]>) -> Vec<Finding> {
    let is_set = |grants: &Grants| grants.grants.iter().any(|grant| grant.treatment == Treatment::Provide);
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

/// What this version of weld would have an output say of itself, by the names of the description.
///
/// # Errors
///
/// Where that is not known, in words.
fn planned(
    said: &Provenance,
    components: &Components,
    graph: &Graph,
    grants: &BTreeMap<String, Grants>,
) -> Result<Provenance, String> {
    let unknown = |why: String| format!("{why}: the words in which its provenance gives reasons are not compared");
    let own = env!("CARGO_PKG_VERSION");
    if said.weld != own {
        return Err(unknown(format!("the provenance was written by weld {}, and this is weld {own}", said.weld)));
    }
    let virtualized = virtualize::virtualize(components, graph, grants);
    let Virtualized { components, graph, adapters, kept, .. } =
        virtualized.map_err(|_| unknown("this version of weld makes no such output".to_owned()))?;
    Ok(provenance::of(&components, &graph, grants, &adapters, &kept))
}

/// What an output that says of itself what is so does not say as it was planned: which components it has, in which order, why
/// functions are kept, and which trap. What components are called is the composition's word.
fn of_words(said: &Provenance, planned: &Provenance) -> Vec<Finding> {
    let digests = |of: &Provenance| of.components.iter().map(|input| input.sha256.clone()).collect::<Vec<_>>();
    if digests(said) != digests(planned) {
        let what = "its provenance does not name each input once, in the order of their first instances";
        return vec![of_output("", what.to_owned())];
    }
    let called: BTreeMap<&str, &str> = said
        .components
        .iter()
        .zip(&planned.components)
        .map(|(said, own)| (said.name.as_str(), own.name.as_str()))
        .collect();
    let find = |line: &Granted| {
        let own = called.get(line.component.as_str()).copied().unwrap_or(&line.component);
        let mut planned = planned.grants.iter().filter(|of| of.component == own && of.grant == line.grant);
        let value = planned.next().map(|of| of.value.as_str());
        let of = |value| format!("its provenance says `{}` {}, and not {value}", line.grant, line.value);
        value.filter(|value| *value != line.value).map(|value| of_output(&line.component, of(value)))
    };
    said.grants.iter().filter_map(find).collect()
}

/// What an output says of itself, and what is so.
fn of_provenance(
    said: &Provenance,
    originals: &[Original<'_>],
    inputs: &[&Component],
    components: &Components,
    report: &check::Report,
) -> Vec<Finding> {
    let mut found = Vec::new();
    let digest = |component: &Component| component.source_digest().to_string();
    for input in &said.components {
        if !inputs.iter().any(|component| digest(component) == input.sha256) {
            let what = format!("its provenance names the component, of the digest {}, which is no input", input.sha256);
            found.push(of_output(&input.name, what));
        }
    }
    // What components are called is the composition's word. One that is given alone has the name of its file.
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    for (number, (original, component)) in originals.iter().zip(inputs).enumerate() {
        let sha256 = digest(component);
        let same = || said.components.iter().filter(|input| input.sha256 == sha256);
        let name =
            same().find(|input| input.name == original.name).or_else(|| same().next()).map(|of| of.name.as_str());
        if name.is_none() && original.imported.is_none() && !original.declares {
            let what = format!("its provenance does not name the input, of the digest {sha256}");
            found.push(of_output(original.name, what));
        }
        // What it does not name it says nothing of, which is one finding.
        names.extend(name.map(|name| (name, number)));
    }
    let mut stated: BTreeSet<(&str, &str, String)> = BTreeSet::new();
    for Granted { component, grant, value } in &said.grants {
        stated.insert((component, grant, without_traps(value)));
    }
    let mut expected: BTreeSet<(&str, String, String)> = BTreeSet::new();
    for (name, number) in &names {
        let (Some(original), Some(component)) = (originals.get(*number), inputs.get(*number)) else { continue };
        let Some(grants) = original.grants else { continue };
        // Of one that may have everything there is nothing to be said.
        let is_open = grants.default == Treatment::Allow && grants.grants.is_empty() && !grants.debug;
        if is_open && !said.grants.iter().any(|line| line.component == *name) {
            continue;
        }
        let lines = provenance::granted(component, grants, components.embedded());
        expected.extend(lines.into_iter().map(|line| (*name, line.grant, line.value)));
    }
    let is_kept = |value: &str| value.starts_with("kept (");
    // What is said of a component that is no input has been found with it.
    let is_no_input =
        |component: &str| !names.contains_key(component) && said.components.iter().any(|input| input.name == component);
    for (component, grant, value) in stated.iter().filter(|(component, ..)| !is_no_input(component)) {
        let is_so = match is_kept(value) {
            true => {
                let is_it = |(number, path): &(usize, Vec<String>)| {
                    names.get(component) == Some(number) && provenance::function(path) == *grant
                };
                report.kept.iter().any(is_it)
            }
            false => expected.contains(&(component, (*grant).to_owned(), value.clone())),
        };
        if !is_so {
            found.push(of_output(
                component,
                format!("its provenance says `{grant}` {value}, but no such grant was given"),
            ));
        }
    }
    for (component, grant, value) in &expected {
        if !stated.contains(&(component, grant.as_str(), value.clone())) {
            found.push(of_output(component, format!("`{grant}` {value} is missing from its provenance")));
        }
    }
    let kept = |(number, path): &(usize, Vec<String>)| {
        let name = names.iter().find(|(_, of)| *of == number)?.0;
        let function = provenance::function(path);
        // Where a grant has the same name, that is the line.
        let is_stated = stated.iter().any(|(component, grant, _)| component == name && *grant == function);
        (!is_stated).then(|| of_output(name, format!("its provenance does not say that `{function}` is kept")))
    };
    found.extend(report.kept.iter().filter_map(kept));
    found
}

fn of_output(component: &str, what: String) -> Finding {
    let (instance, component) = ("the output".to_owned(), component.to_owned());
    Finding { instance, component, what, ..Finding::default() }
}

/// What is granted, without which of it traps: that is no matter of what is granted.
fn without_traps(value: &str) -> String {
    let denied = Treatment::Deny.to_string();
    let traps = value.strip_prefix(&denied).is_some_and(|rest| rest.starts_with(" (traps: "));
    if traps { denied } else { value.to_owned() }
}

#[cfg(test)]
mod tests;
