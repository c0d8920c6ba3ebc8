//! What a check found.

use serde::Serialize;

use crate::report::to_json;

/// What is wrong with a component, whoever made it. Without any finding, nothing is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Findings {
    lines: Vec<String>,
    warnings: Vec<String>,
    json: String,
}

impl Findings {
    /// What a report says, each finding one of `lines`.
    pub(super) fn new(lines: Vec<String>, report: &impl Serialize) -> Findings {
        Findings { lines, warnings: Vec::new(), json: to_json(report) }
    }

    /// The same, with what a check could not say.
    pub(super) fn with_warnings(self, warnings: Vec<String>) -> Findings {
        Findings { warnings, ..self }
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Each finding, in words.
    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    /// What limits the findings, or lack of them, in words: a rule of a policy that names nothing, or code that no input
    /// is and that nobody verified.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The same and what was looked at as JSON: the format of the command that checks the same, in `docs/json.md`.
    pub fn json(&self) -> &str {
        &self.json
    }
}
