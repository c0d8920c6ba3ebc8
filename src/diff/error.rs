//! The errors of a comparison.

use miette::Diagnostic;
use thiserror::Error;

/// An input that cannot be compared.
#[derive(Debug, Clone, Error, Diagnostic)]
#[non_exhaustive]
#[allow(missing_docs)] // The messages say it.
pub(crate) enum DiffError {
    #[error("the snapshot `{file}` is truncated: it ends before its world does")]
    #[diagnostic(help("write it again from its component with `weld snapshot`"))]
    Truncated { file: String },
}
