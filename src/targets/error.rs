//! The error of a composition that does not conform to the world that its document targets.

use miette::Diagnostic;
use thiserror::Error;

/// The reason why a composition does not conform to a world.
#[derive(Debug, Clone, Error, Diagnostic)]
#[non_exhaustive]
#[allow(missing_docs)] // The messages say it.
pub(crate) enum TargetError {
    #[error("the composition does not conform to world `{world}`\n{}", .mismatch.trim_end())]
    #[diagnostic(help(
        "fill the imports that the world lacks and export what it has, or let the document target another world"
    ))]
    Mismatch {
        world: String,
        /// The mismatches, as lines with the WIT of both sides.
        mismatch: String,
    },
}
