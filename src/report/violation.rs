//! A violation of a policy in reports.

use serde::Serialize;

use crate::describe::Place;
use crate::policy::{self, Cause, Path, Through};

/// A violation as JSON (`docs/json.md`).
#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub(crate) struct Violation {
    #[serde(flatten)]
    pub kind: Kind,
    pub rule: Rule,
    pub message: String,
    /// The violation that this one reports.
    #[serde(skip)]
    pub(super) found: policy::Violation,
}

/// The kind of a violation: an import that a component reaches, or a limit that is exceeded.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
#[allow(missing_docs)]
pub(crate) enum Kind {
    Import {
        import: String,
        function: Option<String>,
        implements: Option<String>,
        external_id: Option<String>,
        all: bool,
        component: Path,
        through: Through,
    },
    Limit {
        limit: &'static str,
        found: u64,
        allowed: u64,
    },
}

/// The rule that is violated, and its position in the policy.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[allow(missing_docs)]
pub(crate) struct Rule {
    pub says: &'static str,
    pub pattern: Option<String>,
    pub line: Option<usize>,
    pub column: Option<usize>,
}

impl Violation {
    /// Creates the report of a violation.
    pub(crate) fn new(violation: &policy::Violation) -> Violation {
        let (line, column) = violation.place().map(Place::position).unzip();
        let rule = |says, pattern: Option<&String>| Rule { says, pattern: pattern.cloned(), line, column };
        let (kind, rule) = match violation {
            policy::Violation::Reached { subject, path, through, is_whole, cause } => {
                let kind = Kind::Import {
                    import: subject.import.clone(),
                    function: Some(subject.path.join("/")).filter(|name| !name.is_empty()),
                    implements: subject.implements.clone(),
                    external_id: subject.external_id.clone(),
                    all: *is_whole,
                    component: path.clone(),
                    through: through.clone(),
                };
                let rule = match cause {
                    Cause::Deny { pattern, .. } => rule("deny", Some(pattern)),
                    Cause::Default { .. } => rule("default", None),
                };
                (kind, rule)
            }
            policy::Violation::Limit { key, found, limit } => {
                (Kind::Limit { limit: key, found: *found, allowed: limit.value }, rule("limit", Some(&limit.text)))
            }
        };
        Violation { kind, rule, message: violation.message(), found: violation.clone() }
    }
}
