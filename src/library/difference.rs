//! What changed, for a program.

use crate::diff::Difference;
use crate::report::{diff, to_json};

impl Difference {
    /// What changed, in words, a line each; what reaches more than before comes first.
    pub fn lines(&self) -> Vec<String> {
        diff::words(self, false).lines().map(str::to_owned).collect()
    }

    /// The same as JSON: the groups of `weld diff --json`, in `docs/json.md`.
    pub fn json(&self) -> String {
        to_json(self)
    }
}
