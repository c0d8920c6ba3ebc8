//! The accessors of a finished composition.

use std::fmt;
use std::sync::Arc;

use crate::Composition;
use crate::report::json::Report;
use crate::report::to_json;

impl Composition {
    /// Returns the binary component.
    pub fn bytes(&self) -> &[u8] {
        self.output.joined()
    }

    /// Converts the composition into its binary component.
    pub fn into_bytes(self) -> Vec<u8> {
        let joined = Arc::clone(self.output.joined());
        // After the drop, this is the only owner, and the bytes are not copied.
        drop(self);
        Arc::unwrap_or_clone(joined)
    }

    /// Returns the warnings: findings that are no errors, and probably not intended, such as a setting that a more
    /// specific grant overrides.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Returns the report of the composition as JSON: its components, wires and grants, and the functions that were
    /// kept and denied. `docs/json.md` describes the format, which is that of `weld plug --json`.
    pub fn json(&self) -> String {
        to_json(&Report::new(self))
    }
}

impl fmt::Debug for Composition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Composition").field("bytes", &self.output.len()).finish_non_exhaustive()
    }
}
