//! What a composition gives.

use std::fmt;
use std::sync::Arc;

use crate::Composition;
use crate::report::json::Report;
use crate::report::to_json;

impl Composition {
    /// The binary component.
    pub fn bytes(&self) -> &[u8] {
        self.output.joined()
    }

    /// The binary component, without the rest.
    pub fn into_bytes(self) -> Vec<u8> {
        let joined = Arc::clone(self.output.joined());
        // Whatever else has it is gone, or there is no other way than to copy it.
        drop(self);
        Arc::unwrap_or_clone(joined)
    }

    /// What is probably not meant, though nothing is wrong: a setting that a closer grant voids, for example.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// What was wired, granted, kept and denied, as JSON: the format of `weld plug --json`, in `docs/json.md`.
    pub fn json(&self) -> String {
        to_json(&Report::new(self))
    }
}

impl fmt::Debug for Composition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Composition").field("bytes", &self.output.len()).finish_non_exhaustive()
    }
}
