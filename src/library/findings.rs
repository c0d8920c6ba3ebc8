//! What a check found.

use serde::Serialize;

/// What is wrong with a component, whoever made it. Without any finding, nothing is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Findings {
    lines: Vec<String>,
    json: String,
}

impl Findings {
    /// What a report says, each finding one of `lines`.
    pub(super) fn new(lines: Vec<String>, report: &impl Serialize) -> Findings {
        // Reports are made of strings, numbers, lists and fields, which always have a form in JSON.
        Findings { lines, json: serde_json::to_string_pretty(report).unwrap_or_default() }
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Each finding, in words.
    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    /// The same and what was looked at as JSON: the format of the command that checks the same, in `docs/json.md`.
    pub fn json(&self) -> &str {
        &self.json
    }
}
