//! A finding of the check or of the proof.

use std::fmt;

/// The name of the outermost instance in findings, as in `follow/`.
pub(crate) const OUTPUT: &str = "the output";

/// The subject of a finding.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An item that no grant allows: a host item; or, without one, a grant that the provenance states.
    NotAllowed,
    /// Any other subject.
    #[default]
    Other,
}

/// A violation of the properties of an output without findings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Finding {
    /// The subject.
    pub kind: Kind,
    /// The path of the instance, or its number in its component.
    pub instance: String,
    /// The component that has the item. Empty if the finding is not about one.
    pub component: String,
    /// The import and its function. Empty if the finding is not about one.
    pub function: String,
    /// The message.
    pub what: String,
    /// The path of the host item, if the finding is about one.
    pub host: Option<Vec<String>>,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = [("instance", &self.instance), ("component", &self.component), ("import", &self.function)];
        for (kind, name) in places.iter().filter(|(_, name)| !name.is_empty()) {
            if *name == OUTPUT { write!(f, "{name}: ")? } else { write!(f, "{kind} `{name}`: ")? }
        }
        f.write_str(&self.what)
    }
}
