//! Checking many components at once.

use super::{Error, Input};
use crate::PhaseError;
use crate::describe::Policy;
use crate::judged::{self, Candidate, Judged, judge};
use crate::report::{github, markdown, sarif, to_json};
use crate::timings::Timings;

/// Whether several components meet a policy, in one report.
#[derive(Debug)]
pub struct Checks {
    judged: Judged,
}

/// Checks whether components, whoever made them, meet a policy, each by itself: as [`check`](crate::check), on all cores.
///
/// # Errors
///
/// Where any of the inputs is no valid component.
///
/// ```
/// let app = |import: &str| {
///     let text = format!(r#"(component (import "{import}" (instance (export "handle" (func)))))"#);
///     weld::Input::bytes(text).named("app.wasm")
/// };
/// let policy = weld::Policy::parse("policy.toml", "default = 'allow'\nrule = [{ deny = ['http'] }]")?;
/// let inputs = [app("acme:web/server@1.0.0"), app("wasi:http/outgoing-handler@0.2.0")];
/// let checks = weld::check_all(inputs, &policy)?;
/// assert!(!checks.is_met());
/// assert!(checks.sarif(false).contains("\"startLine\": 2"));
/// # Ok::<(), weld::Error>(())
/// ```
pub fn check_all(components: impl IntoIterator<Item = Input>, policy: &Policy) -> Result<Checks, Error> {
    let candidates: Vec<Candidate> = components.into_iter().map(|input| input.source.into()).collect();
    let mut judged = judge(&candidates, policy, &|| (), &mut Timings::default()).map_err(Error::of)?;
    // What would be said of the others would read like praise of all.
    match PhaseError::earliest(std::mem::take(&mut judged.failed)) {
        Some(error) => Err(Error::of(error)),
        None => Ok(Checks { judged }),
    }
}

/// Suggests a policy that components meet, and that allows them no more than what they reach: a rule for each part of a
/// composition, by capability, with comments. What no pattern can name, such as functions of an instance within an instance
/// that is imported by a label, it does not allow.
///
/// # Errors
///
/// Where any of the inputs is no valid component.
///
/// ```
/// let app = r#"(component
///   (import "wasi:random/random@0.2.0" (instance (export "get-random-u64" (func (result u64))))))"#;
/// let text = weld::suggest([weld::Input::bytes(app)])?;
/// assert!(text.contains("\"random\","));
/// let policy = weld::Policy::parse("policy.toml", &text)?;
/// assert!(weld::check(app.as_bytes(), &policy)?.is_empty());
/// # Ok::<(), weld::Error>(())
/// ```
pub fn suggest(components: impl IntoIterator<Item = Input>) -> Result<String, Error> {
    let candidates: Vec<Candidate> = components.into_iter().map(|input| input.source.into()).collect();
    let suggested = judged::suggest(&candidates, &|| (), &mut Timings::default()).map_err(Error::of)?;
    PhaseError::earliest(suggested.failed).map_or(Ok(suggested.text), |error| Err(Error::of(error)))
}

impl Checks {
    /// Whether all of them meet the policy. Where nothing is checked, nothing is wrong.
    pub fn is_met(&self) -> bool {
        self.judged.reports.meets
    }

    /// What they do not meet, a line for each fact: one for all functions of a capability of which nothing is allowed.
    pub fn lines(&self) -> Vec<String> {
        self.judged.reports.lines(false).lines().map(str::to_owned).collect()
    }

    /// Rules that name what none of the components has, in words.
    pub fn warnings(&self) -> Vec<String> {
        self.judged.doubts.iter().map(ToString::to_string).collect()
    }

    /// The violations, function by function, and who reaches which import, as JSON: `docs/json.md` describes it.
    pub fn json(&self) -> String {
        to_json(&self.judged.reports)
    }

    /// The violations as SARIF 2.1.0, each at the line of the policy that says so. Warnings are errors where the check is
    /// `strict`.
    pub fn sarif(&self, strict: bool) -> String {
        to_json(&sarif::sarif(&self.judged.reports, strict, false))
    }

    /// The violations as annotations of GitHub, a line each, for a workflow to print. Warnings are errors where the check is
    /// `strict`.
    pub fn github(&self, strict: bool) -> String {
        github::annotations(&self.judged.reports, strict)
    }

    /// A summary in Markdown. Names in it are code, whatever they hold.
    pub fn markdown(&self) -> String {
        markdown::summary(&self.judged.reports, false)
    }
}
