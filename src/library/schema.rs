//! The formats that weld reads and writes, for editors and other tools.

use crate::describe::{manifest, policy};
use crate::inspect::model;

/// The JSON Schemas of weld's formats, draft 2020-12, each with the name of its file in `docs/`: of manifests, of policies
/// and of what `weld inspect --json` prints.
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
