//! Imports that several components could fill, if only their names decide.

use std::fmt;

use crate::text::Shown;

/// An import that several components could fill, if the user has not decided. Authors of components choose the versions
/// of their exports, so the choice between two components deserves a note.
#[derive(Debug, Clone)]
pub(crate) struct Rivals {
    /// The instance and the name of its import.
    pub import: (String, String),
    /// The component that fills the import, and the name of its export.
    pub found: (String, String),
    /// The other components, and the names of their exports.
    pub others: Vec<(String, String)>,
    /// Whether a manifest names the components, instead of the command line.
    pub described: bool,
}

impl fmt::Display for Rivals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Rivals { import: (importer, import), found: (exporter, export), others, described } = self;
        let of = |(component, export): &(String, String)| format!("`{export}` of `{component}`");
        let others: Vec<String> = others.iter().map(of).collect();
        let rule = if import == export { "the very name" } else { "the highest compatible version" };
        let place = if *described { "of the manifest" } else { "of a manifest, which `weld init` writes" };
        let wire = format!("\"{importer}/{import}\" = \"{exporter}\"");
        let text = format!(
            "import `{import}` of `{importer}` is filled by `{export}` of `{exporter}`, and not by {}: {rule} counts, whichever \
             component has it; `{wire}` in `[wire]` {place}, says that it is meant",
            others.join(" or ")
        );
        write!(f, "{}", Shown(&text))
    }
}
