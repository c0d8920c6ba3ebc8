//! Checks several components against a policy, each by itself, and suggests a policy that they meet: `weld check`.

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::describe::policy::{Doubt, Policy};
use crate::describe::{Source, Text};
use crate::guard::boundary;
use crate::load::digest::Digest;
use crate::load::{Bodies, Component, LoadError, decode_with, file};
use crate::policy::Verdict;
use crate::report::adapters::Kept;
use crate::report::policy::{Report, Reports, Unread};
use crate::report::suggest::{self, Suggestion};
use crate::timings::Timings;
use crate::{PhaseError, generated, policy, verify};

/// The result of a check of several components.
#[derive(Debug)]
pub(crate) struct Judged {
    /// The report.
    pub reports: Reports,
    /// The verdict on each component, in order.
    pub verdicts: Vec<Verdict>,
    /// The doubts about the policy that all components share.
    pub doubts: Vec<Doubt>,
    /// The errors of components that could not be judged.
    pub failed: Vec<PhaseError>,
}

/// A component that is to be judged.
pub(crate) struct Candidate {
    pub source: Source,
    /// The reason that it cannot be read, where that is known already.
    pub unreadable: Option<String>,
}

impl From<Source> for Candidate {
    fn from(source: Source) -> Self {
        Candidate { source, unreadable: None }
    }
}

/// A function that is called once for each finished component, in any order and on any thread.
pub(crate) type Progress<'p> = &'p (dyn Fn() + Sync);

/// Judges components by a policy. If one of several cannot be read, or is invalid, the report as a whole does not meet
/// the policy.
///
/// # Errors
///
/// There is a single source, and it cannot be read or is not a valid component.
pub(crate) fn judge(
    candidates: &[Candidate],
    policy: &Policy,
    progress: Progress<'_>,
    timings: &mut Timings,
) -> Result<Judged, PhaseError> {
    let judged = |component: Component, timings: &mut Timings| {
        let generated = generated::adapters(&component);
        let verdict = timings.span("policy", || policy::check(&component, policy, &generated))?;
        Ok((Report::new(&component, policy, &verdict), verdict))
    };
    let (found, failed) = each(candidates, progress, timings, judged)?;
    let (reports, verdicts): (Vec<Report>, Vec<Verdict>) = found.into_iter().unzip();
    let doubts = shared(&verdicts);
    let unread = failed.iter().map(|(source, error)| Unread::new(&source.shown(), error)).collect();
    let reports = Reports::new(policy, reports, &doubts, unread);
    Ok(Judged { reports, verdicts, doubts, failed: failed.into_iter().map(|(_, error)| error).collect() })
}

/// A suggested policy.
pub(crate) struct Suggested {
    /// The text of the policy.
    pub text: String,
    /// The number of rules.
    pub rules: usize,
    /// The violations that remain because no pattern can allow them, a line each.
    pub left: Vec<String>,
    /// Warnings about the rules, a line each.
    pub notes: Vec<String>,
    /// The errors of components for which no rules could be suggested.
    pub failed: Vec<PhaseError>,
}

/// Suggests a policy that allows components what they reach, and no more.
///
/// # Errors
///
/// The errors of [`judge`].
pub(crate) fn suggest(
    candidates: &[Candidate],
    progress: Progress<'_>,
    timings: &mut Timings,
) -> Result<Suggested, PhaseError> {
    let suggested = |component: Component, timings: &mut Timings| {
        let generated = generated::adapters(&component);
        let rules = timings.span("policy", || policy::suggest(&component, &generated))?;
        let suggestion = Suggestion {
            name: component.name().to_owned(),
            file: component.file().to_owned(),
            rules,
            kept: Vec::new(),
        };
        Ok(((component, generated), suggestion))
    };
    let (found, failed) = each(candidates, progress, timings, suggested)?;
    let failed = failed.into_iter().map(|(_, error)| error).collect();
    let (components, mut suggestions): (Vec<_>, Vec<Suggestion>) = found.into_iter().unzip();
    // Each component is judged by the rules for all, since rules for one name apply to all components of that name.
    let policy = Policy::read(Text::new("the policy", &suggest::policy(&suggestions)))?;
    let judged = |(component, generated): &(Component, BTreeSet<Digest>)| policy::check(component, &policy, generated);
    let verdicts = timings.span("policy", || components.par_iter().map(judged).collect::<Result<Vec<_>, _>>())?;
    let mut left = Vec::new();
    for (((component, _), suggestion), verdict) in components.iter().zip(&mut suggestions).zip(&verdicts) {
        let violations = verdict.violations.iter();
        left.extend(violations.map(|violation| format!("{}: {}", component.file(), violation.message())));
        suggestion.kept = verdict.kept.iter().map(Kept::of_policy).collect();
    }
    let (text, rules, notes) = (suggest::policy(&suggestions), policy.rules.len(), suggest::shared(&suggestions));
    Ok(Suggested { text, rules, left, notes, failed })
}

/// The results in order, and the sources without a result, each with the error.
type Each<'s, T> = (Vec<T>, Vec<(&'s Source, PhaseError)>);

/// Reads each component and passes it to `call`, on all cores. The results are in order.
///
/// # Errors
///
/// There is a single source, and it has no result.
fn each<'s, T: Send>(
    candidates: &'s [Candidate],
    progress: Progress<'_>,
    timings: &mut Timings,
    call: impl Fn(Component, &mut Timings) -> Result<T, PhaseError> + Sync,
) -> Result<Each<'s, T>, PhaseError> {
    let beside = || timings.beside();
    let one = |candidate: &Candidate| {
        let (mut timings, file) = (beside(), candidate.source.shown());
        let result = boundary("load", &file, || match &candidate.unreadable {
            Some(reason) => Err(LoadError::Read { file: file.clone(), reason: reason.clone() }.into()),
            None => call(decoded(&candidate.source, &mut timings)?, &mut timings),
        });
        progress();
        (result.unwrap_or_else(|panicked| Err(panicked.into())), timings)
    };
    let results: Vec<(Result<T, PhaseError>, Timings)> = candidates.par_iter().map(one).collect();
    let (mut found, mut wrong) = (Vec::new(), Vec::new());
    for (Candidate { source, .. }, (result, times)) in candidates.iter().zip(results) {
        timings.add(times);
        match result {
            Ok(result) => found.push(result),
            Err(error) if candidates.len() == 1 => return Err(error),
            Err(error) => wrong.push((source, error)),
        }
    }
    Ok((found, wrong))
}

/// Reads a component, and validates it entirely: an invalid component must not get a report that reads like approval.
fn decoded(source: &Source, timings: &mut Timings) -> Result<Component, PhaseError> {
    let whole = |bytes| decode_with(source.stem(), source.shown(), bytes, Bodies::Validated);
    let component = timings.span("load", || whole(file::read(source)?))?;
    timings.span("verify", || verify::component(&component))?;
    Ok(component)
}

/// Returns the doubts that all components share. A rule without effect on one component may apply to another.
fn shared(verdicts: &[Verdict]) -> Vec<Doubt> {
    let Some((first, others)) = verdicts.split_first() else { return Vec::new() };
    if others.is_empty() {
        return first.doubts.clone();
    }
    let shared = |doubt: &Doubt| {
        let is_it = |other: &&Doubt| other.place.start() == doubt.place.start();
        let same: Vec<&Doubt> = others.iter().filter_map(|verdict| verdict.idle().find(is_it)).collect();
        (same.len() == others.len()).then(|| doubt.with(same))
    };
    let mut doubts: Vec<Doubt> = first.idle().filter_map(shared).collect();
    doubts.sort_by_key(|doubt| doubt.place.start());
    doubts
}
