//! Reads policies, and checks compositions against them.

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

/// Reads a policy. A file is read from the disk.
///
/// # Errors
///
/// The errors of [`read_in`].
pub(crate) fn read(source: &Source) -> Result<Policy, PhaseError> {
    read_in(&Files::Disk, source, None)
}

/// Reads a policy. `place` is the place in a manifest that names it. An empty policy allows nothing.
///
/// # Errors
///
/// The file cannot be read, or is not a policy.
pub(crate) fn read_in(files: &Files, source: &Source, place: Option<&Place>) -> Result<Policy, PhaseError> {
    let text = match file::read_text_in(files, source) {
        Err(LoadError::Empty { .. }) => String::new(),
        // The errors of loading would ask for a component.
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

/// Returns the violations of a policy by an output that somebody else composed, including those of limits.
///
/// # Errors
///
/// The output cannot be checked.
pub(super) fn broken(rules: &AppliedPolicy, output: &Component) -> Result<Vec<Finding>, PhaseError> {
    // Rules name the composition as the description does.
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

/// Checks that a composition meets its policy. Returns warnings: the doubts about the policy, and the labels that it
/// allows by one of their names only.
///
/// # Errors
///
/// The violations, and rules for components that do not exist, if the description names all components.
pub(super) fn meets(
    rules: &AppliedPolicy,
    components: &Components,
    graph: &Graph,
    composition: &Component,
    generated: &BTreeSet<Digest>,
) -> Result<Vec<String>, PhaseError> {
    let AppliedPolicy { policy, name, decides } = rules;
    let mut verdict = policy::check(composition, policy, generated)?;
    if !*decides {
        // The description names all components, so a rule for another one is a doubt.
        verdict.doubts.append(&mut verdict.elsewhere);
        verdict.doubts.sort_by_key(|doubt| doubt.place.start());
    }
    if *decides {
        // A rule that names nothing has a doubt. A rule that names a nested component is an error, since the adapter of
        // the whole component cannot distinguish its parts.
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
    // A rule may name a component of the manifest that this target does not use, or one that is nested in such a
    // component.
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
