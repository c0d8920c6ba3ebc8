//! The result of a check.

use serde::Serialize;

use crate::report::to_json;

/// The findings of a check. A check without findings has succeeded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Findings {
    lines: Vec<String>,
    warnings: Vec<String>,
    json: String,
}

impl Findings {
    /// Creates findings from the lines of a report, one for each finding.
    pub(super) fn new(lines: Vec<String>, report: &impl Serialize) -> Findings {
        Findings { lines, warnings: Vec::new(), json: to_json(report) }
    }

    /// Sets the warnings.
    pub(super) fn with_warnings(self, warnings: Vec<String>) -> Findings {
        Findings { warnings, ..self }
    }

    /// Whether there are no findings.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Returns a line of text for each finding.
    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    /// Returns the limits of the check as lines of text, such as a rule of a policy that names nothing, or code that
    /// was not verified.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Returns the report of the check as JSON: the findings, and what was checked. The format is that of the
    /// corresponding command, which `docs/json.md` describes.
    pub fn json(&self) -> &str {
        &self.json
    }
}
