//! What cannot be inserted.

use miette::Diagnostic;
use thiserror::Error;

use crate::text::Shown;

/// The reason that nothing can be inserted at an edge.
#[derive(Debug, Error, Diagnostic)]
#[allow(missing_docs)] // The messages say it.
pub(super) enum SpliceError {
    #[error(
        "`{}` and `{}` are instances of one component, whose grants restrict `{}`: nothing can be inserted at that import of `{}` alone",
        Shown(.instance), Shown(.other), Shown(.import), Shown(.instance)
    )]
    #[diagnostic(help(
        "insert it before both, or before `{}` is restricted: `weld splice` or `weld record` first, then `weld virt`", Shown(.import)
    ))]
    Shared { instance: String, other: String, import: String },

    #[error("`{}` names an import of `{}` and one of `{}`", Shown(.edge), Shown(.one), Shown(.other))]
    #[diagnostic(help(
        "name the version of the import that is meant, if only that has one; or take the composition apart by `weld split`"
    ))]
    Ambiguous { edge: String, one: String, other: String },
}
