//! The accessors of a comparison.

use crate::diff::Difference;
use crate::report::{diff, to_json};

impl Difference {
    /// Returns the changes as lines of text. Capabilities come first.
    pub fn lines(&self) -> Vec<String> {
        diff::words(self, false).lines().map(str::to_owned).collect()
    }

    /// Returns the changes as JSON: the groups of `weld diff --json`, which `docs/json.md` describes.
    pub fn json(&self) -> String {
        to_json(self)
    }
}
