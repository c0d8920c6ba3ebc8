//! What is wrong with an output: what the check and the proof find.

use std::fmt;

/// What findings call the output itself, where they name an instance, as `follow/` calls the outermost one.
pub const OUTPUT: &str = "the output";

/// The subject of a finding.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Kind {
    /// What no grant allows: a host item; or without one, a grant that the provenance states.
    NotAllowed,
    /// Anything else.
    #[default]
    Other,
}

/// A violation of the properties of an output without findings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Finding {
    /// Its subject.
    pub kind: Kind,
    /// The path of the instance, or its number within its component.
    pub instance: String,
    /// The component that has the item. Empty where the finding is about none.
    pub component: String,
    /// The import and its function. Empty where the finding is about none.
    pub function: String,
    /// The message.
    pub what: String,
    /// The path of the host item, where the finding is about one.
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
