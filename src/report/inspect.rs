//! What a component is, for people: a tree of what is nested in it, with wiring and capabilities.

use crate::inspect::Inspection;

/// The whole of it, as lines.
pub fn tree(inspection: &Inspection) -> String {
    format!("{inspection:#?}\n")
}
