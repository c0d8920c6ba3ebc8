//! Labels: imports with a name of their own that say of themselves which interface they are.

use std::fmt;

use crate::load::component::implements;
use crate::name::{InterfaceName, base};
use crate::text::Shown;
use wasmparser::component_types::ComponentItem;

/// A label of which something is allowed by one of its names alone: a host may fill it by the other one.
///
/// Component Model, Explainer, "Import and Export Definitions": `implements`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// The label.
    pub import: String,
    /// The interface that it says it implements.
    pub implements: String,
    /// Whether it is allowed by the label; else it is by the interface.
    pub is_by_label: bool,
}

impl Label {
    /// The label that an import is, if it is one that is allowed by one of its names alone. `allows` says so of a name.
    pub fn of(import: &str, item: &ComponentItem, allows: impl Fn(&str) -> bool) -> Option<Label> {
        let implements = implements(import, item).filter(|_| InterfaceName::read(import).is_none())?;
        let is_by_label = allows(import);
        (is_by_label != allows(&implements)).then(|| Label { import: import.to_owned(), implements, is_by_label })
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (import, implements, interface) =
            (Shown(&self.import), Shown(&self.implements), Shown(base(&self.implements)));
        match self.is_by_label {
            true => write!(
                f,
                "`{import}` is allowed by that name, and says of itself that it implements `{implements}`: a host may give it that; \
                 allow `{interface}` too if it may have that, or deny it"
            ),
            false => write!(
                f,
                "`{import}` is allowed since it says of itself that it implements `{implements}`: a host may have something else by the \
                 name `{import}`; allow `{import}` too if it may have that, or deny it"
            ),
        }
    }
}
