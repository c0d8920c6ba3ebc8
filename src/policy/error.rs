//! Why a component does not meet a policy, or cannot be compared with one.

use miette::Diagnostic;
use thiserror::Error;

use crate::inspect::InspectError;

/// A component that must not be used as it is.
#[derive(Debug, Clone, Error, Diagnostic)]
#[non_exhaustive]
#[allow(missing_docs)] // The messages say it.
pub enum CheckError {
    #[error("{message}")]
    #[diagnostic(help("{help}"))]
    Violated { message: String, help: String },

    #[error(transparent)]
    #[diagnostic(transparent)]
    Inspect(#[from] InspectError),
}
