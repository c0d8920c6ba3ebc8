//! Checks of several components.

use super::{Error, Input};
use crate::PhaseError;
use crate::describe::Policy;
use crate::judged::{self, Candidate, Judged, judge};
use crate::report::{github, markdown, sarif, to_json};
use crate::timings::Timings;

/// The result of a check of several components against a policy. [`check_all`] makes it.
#[derive(Debug)]
pub struct Checks {
    judged: Judged,
}

/// Checks each of several components against a policy, as [`check`](crate::check) does, on all cores.
///
/// # Errors
///
/// One of the inputs cannot be read, or is not a valid component.
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
    // A report on the other components would read like approval of all.
    match PhaseError::earliest(std::mem::take(&mut judged.failed)) {
        Some(error) => Err(Error::of(error)),
        None => Ok(Checks { judged }),
    }
}

/// Suggests a policy that allows components what they reach, and no more. Returns its text.
///
/// The policy has a rule for each component within a composition, with patterns by capability, and comments. It does
/// not allow functions that no pattern can name, such as those of an instance within an instance that is imported by a
/// label.
///
/// # Errors
///
/// One of the inputs cannot be read, or is not a valid component.
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
    /// Whether all components meet the policy. This is true if there are no components.
    pub fn is_met(&self) -> bool {
        self.judged.reports.meets
    }

    /// Returns a line of text for each violation. All functions of a capability that is denied entirely share a line.
    pub fn lines(&self) -> Vec<String> {
        self.judged.reports.lines(false).lines().map(str::to_owned).collect()
    }

    /// Returns warnings about the policy, such as rules that name nothing that any of the components has.
    pub fn warnings(&self) -> Vec<String> {
        self.judged.doubts.iter().map(ToString::to_string).collect()
    }

    /// Returns all violations, and the components that reach each import, as JSON, which `docs/json.md` describes.
    pub fn json(&self) -> String {
        to_json(&self.judged.reports)
    }

    /// Returns the violations as SARIF 2.1.0, each with its position in the policy. In a `strict` check, warnings are
    /// errors.
    pub fn sarif(&self, strict: bool) -> String {
        to_json(&sarif::sarif(&self.judged.reports, strict, false))
    }

    /// Returns the violations as annotations of GitHub, a line each, which a workflow prints. In a `strict` check,
    /// warnings are errors.
    pub fn github(&self, strict: bool) -> String {
        github::annotations(&self.judged.reports, strict)
    }

    /// Returns a summary in Markdown. Names in it are code spans, so they cannot contain markup.
    pub fn markdown(&self) -> String {
        markdown::summary(&self.judged.reports, false)
    }
}
