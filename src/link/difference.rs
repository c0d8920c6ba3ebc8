//! What keeps an export from filling an import, in the words of WIT.

/// The first place at which two items differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What the importing side asks for, as WIT.
    pub expected: String,
    /// What the exporting side has in its place, as WIT. `None` where it has nothing of that name.
    pub found: Option<String>,
}
