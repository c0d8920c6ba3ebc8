//! Imports that several components could fill, where the names alone decide which one does.

use std::fmt;

use crate::text::Shown;

/// An import that several components could fill, where nobody said which one does. Whoever writes a component chooses the versions of
/// what it exports, so that the choice between two components is worth a word.
#[derive(Debug, Clone)]
pub struct Rivals {
    /// The instance and its import.
    pub import: (String, String),
    /// The component that fills it, with its export.
    pub found: (String, String),
    /// The others, with theirs.
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
