//! What changed, for a program.

use crate::diff::Difference;
use crate::report::diff;

impl Difference {
    /// What changed, in words, a line each; what reaches more than before comes first.
    pub fn lines(&self) -> Vec<String> {
        diff::words(self, false).lines().map(str::to_owned).collect()
    }

    /// The same as JSON: the groups of `weld diff --json`, in `docs/json.md`.
    pub fn json(&self) -> String {
        // Strings, numbers, lists and fields always have a form in JSON.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}
