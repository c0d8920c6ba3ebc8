//! Whether several components meet a policy, each by itself: `weld check`.

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

/// What there is to say of some components and a policy.
#[derive(Debug)]
pub struct Judged {
    /// All of it.
    pub reports: Reports,
    /// The verdict on each component, in order.
    pub verdicts: Vec<Verdict>,
    /// What in the policy is in doubt for each of them.
    pub doubts: Vec<Doubt>,
    /// Why others could not be judged.
    pub failed: Vec<PhaseError>,
}

/// A component that is to be judged.
pub struct Candidate {
    pub source: Source,
    /// The reason that it cannot be read, where that is known already.
    pub unreadable: Option<String>,
}

impl From<Source> for Candidate {
    fn from(source: Source) -> Self {
        Candidate { source, unreadable: None }
    }
}

/// Is called once for each component that is done, in no order.
pub type Progress<'p> = &'p (dyn Fn() + Sync);

/// Judges components by a policy. What cannot be read, or is no component, does not meet it, whatever is said of the others.
///
/// # Errors
///
/// Where the only one cannot be read, or is no component.
pub fn judge(
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

/// A policy that is suggested.
pub struct Suggested {
    /// The text of its file.
    pub text: String,
    /// How many rules it has.
    pub rules: usize,
    /// What it does not allow though a component reaches it, since no pattern can, a line each.
    pub left: Vec<String>,
    /// What else is to be known of it, a line each.
    pub notes: Vec<String>,
    /// Why nothing was suggested for others.
    pub failed: Vec<PhaseError>,
}

/// Suggests a policy that some components meet, and with which they may do no more.
///
/// # Errors
///
/// As [`judge`].
pub fn suggest(
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
    // Whatever was suggested for one is judged with what was for the others.
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

/// Results, and the sources of which there is none, with the reason.
type Each<'s, T> = (Vec<T>, Vec<(&'s Source, PhaseError)>);

/// Does something with each of some components, on all cores. The results are in order.
///
/// # Errors
///
/// Where there is no result for the only one.
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

/// A component that is valid as a whole: of another nothing should be said that reads like praise.
fn decoded(source: &Source, timings: &mut Timings) -> Result<Component, PhaseError> {
    let whole = |bytes| decode_with(source.stem(), source.shown(), bytes, Bodies::Validated);
    let component = timings.span("load", || whole(file::read(source)?))?;
    timings.span("verify", || verify::component(&component))?;
    Ok(component)
}

/// What is in doubt for each of some components: a rule may be about one that is in another file.
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
