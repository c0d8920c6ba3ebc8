//! Labels: imports with a name of their own that state the interface which they implement.

use std::fmt;

use crate::load::component::implements;
use crate::name::{InterfaceName, base};
use crate::text::Shown;
use wasmparser::component_types::ComponentItem;

/// A label that grants or a policy allow by only one of its two names. The host may choose what fills it by the other
/// one.
///
/// Component Model, Explainer, "Import and Export Definitions": `implements`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Label {
    /// The label.
    pub import: String,
    /// The interface that it states.
    pub implements: String,
    /// Whether the label is allowed, instead of the interface.
    pub is_by_label: bool,
}

impl Label {
    /// The label of an import that is allowed by only one of its names. `allows` states whether a name is allowed.
    pub(crate) fn of(import: &str, item: &ComponentItem, allows: impl Fn(&str) -> bool) -> Option<Label> {
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
