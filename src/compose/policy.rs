//! Policies in the phases: they are read, and what was composed is held against them.

use std::collections::BTreeSet;

use crate::describe::policy::{Doubt, Doubted, PolicyError};
use crate::describe::{AppliedPolicy, At, Place, Policy, Source, Text};
use crate::error::PhaseError;
use crate::files::Files;
use crate::finding::{Finding, OUTPUT};
use crate::generated;
use crate::link::Graph;
use crate::load::digest::Digest;
use crate::load::{Component, Components, LoadError, file};
use crate::policy::{self, CheckError, Violation};

/// Reads a policy, of which a file is on the disk.
///
/// # Errors
///
/// As [`read_in`].
pub fn read(source: &Source) -> Result<Policy, PhaseError> {
    read_in(&Files::Disk, source, None)
}

/// Reads a policy, which a manifest may name at a place. An empty one says nothing, and so allows nothing.
///
/// # Errors
///
/// Where the file cannot be read, or is no policy.
pub fn read_in(files: &Files, source: &Source, place: Option<&Place>) -> Result<Policy, PhaseError> {
    let text = match file::read_text_in(files, source) {
        Err(LoadError::Empty { .. }) => String::new(),
        // Where a policy is asked for, no component would do.
        Err(LoadError::Directory { file }) => {
            return Err(PhaseError::PolicyFile(vec![At::place(PolicyError::Directory { file }, place)]));
        }
        Err(LoadError::Missing { file, near }) => {
            return Err(PhaseError::PolicyFile(vec![At::place(PolicyError::Missing { file, near }, place)]));
        }
        text => text.map_err(|error| {
            let help = "a policy is a TOML file of rules: `allow` and `deny`";
            PhaseError::Load(vec![At::place(error.instead_of("a policy", help), place)])
        })?,
    };
    if file::is_manifest(&text) {
        let (file, what, expected) = (source.shown(), "manifest", "a policy");
        let help = "a policy is a file of its own, which `policy = \"policy.toml\"` in the manifest names; `weld build` then checks by it";
        return Err(PhaseError::Load(vec![At::place(LoadError::Wasm { file, what, expected, help }, place)]));
    }
    Ok(Policy::read(Text::new(&source.shown(), &text))?)
}

/// What of a policy somebody else's composition does not meet, its limits included.
pub fn broken(rules: &AppliedPolicy, output: &Component) -> Result<Vec<Finding>, PhaseError> {
    // The rules know it by the name that the description gives it.
    let composition = output.called(&rules.name);
    let verdict = policy::check(&composition, &rules.policy, &generated::adapters(&composition))?;
    let find = |violation: &Violation| {
        let place = violation.place().map(|place| {
            let ((line, column), file) = (place.position(), place.file());
            format!(" ({file}:{line}:{column})")
        });
        Finding {
            instance: OUTPUT.to_owned(),
            what: format!("{}{}", violation.message(), place.unwrap_or_default()),
            ..Finding::default()
        }
    };
    Ok(verdict.violations.iter().map(find).collect())
}

/// Checks that what was composed of some components meets its policy. Gives what in the policy is in doubt, and which labels it
/// allows by one of their names alone, in words.
///
/// # Errors
///
/// What it does not meet; and rules about components that are not there, where the description names all that there are.
pub fn meets(
    rules: &AppliedPolicy,
    components: &Components,
    graph: &Graph,
    composition: &Component,
    generated: &BTreeSet<Digest>,
) -> Result<Vec<String>, PhaseError> {
    let AppliedPolicy { policy, name, decides } = rules;
    let mut verdict = policy::check(composition, policy, generated)?;
    if !*decides {
        // Here all components are known.
        verdict.doubts.append(&mut verdict.elsewhere);
        verdict.doubts.sort_by_key(|doubt| doubt.place.start());
    }
    if *decides {
        // Of a rule that names nothing, that is said. This one names what is nested, which an adapter around all cannot tell apart.
        let is_idle = |place: &Place| verdict.idle().any(|doubt| doubt.place.start() == place.start());
        let parts = policy::for_parts(policy, name).filter(|(_, place)| !is_idle(place));
        let error = |(part, place): &(String, Place)| {
            At::place(CheckError::Part { name: part.clone(), of: name.clone() }, Some(place))
        };
        let errors: Vec<At<CheckError>> = parts.map(error).collect();
        if !errors.is_empty() {
            return Err(PhaseError::Policy(errors));
        }
    }
    // A component of the manifest that this target does not use may have a rule all the same. Of one that it uses, all that is
    // nested in it is known.
    let used: BTreeSet<&str> = graph.instances().map(|(_, instance)| components[instance.component].name()).collect();
    let others = || components.iter().filter(|component| !used.contains(component.name()));
    let is_elsewhere = |doubt: &Doubt| others().any(|component| doubt.is_of(component.name()));
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
    let labels = verdict.labels.iter().map(ToString::to_string);
    let warnings = doubts.iter().map(Doubt::to_string).chain(labels).collect();
    if errors.is_empty() { Ok(warnings) } else { Err(PhaseError::Policy(errors)) }
}
