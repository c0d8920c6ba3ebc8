//! The formats that weld reads and writes, for editors and other tools.

use crate::describe::{manifest, policy};
use crate::inspect::model;

/// Returns the JSON Schemas, draft 2020-12, of the formats of weld: manifests, policies, and the output of `weld
/// inspect --json`. Each is a pair of its file name in `docs/` and its text.
///
/// ```
/// let names: Vec<&str> = weld::schemas().iter().map(|(name, _)| *name).collect();
/// assert_eq!(names, ["weld.schema.json", "policy.schema.json", "inspect.schema.json"]);
/// ```
pub fn schemas() -> [(&'static str, String); 3] {
    [
        ("weld.schema.json", manifest::schema()),
        ("policy.schema.json", policy::schema()),
        ("inspect.schema.json", model::schema()),
    ]
}
