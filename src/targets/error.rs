//! A composition that is not what its document says it is.

use miette::Diagnostic;
use thiserror::Error;

/// Why a composition may not be written as one that targets a world.
#[derive(Debug, Clone, Error, Diagnostic)]
#[non_exhaustive]
#[allow(missing_docs)] // The messages say it.
pub enum TargetError {
    #[error("the composition does not conform to world `{world}`\n{}", .mismatch.trim_end())]
    #[diagnostic(help(
        "fill the imports that the world lacks and export what it has, or let the document target another world"
    ))]
    Mismatch {
        world: String,
        /// What both sides have.
        mismatch: String,
    },
}
