//! Why a component cannot be looked into.

use miette::Diagnostic;
use thiserror::Error;

use crate::verify::Malformed;

/// A component that is valid, and of which no account can be given.
#[derive(Debug, Clone, Error, Diagnostic)]
#[non_exhaustive]
#[allow(missing_docs)] // The messages say it.
pub enum InspectError {
    #[error("the component instantiates more than {limit} components, so who reaches what cannot be followed")]
    #[diagnostic(help("nest what is instantiated that often once, and share the instance"))]
    TooMany { limit: usize },

    #[error(
        "the component instantiates components more than {limit} levels deep, so who reaches what cannot be followed"
    )]
    #[diagnostic(help("nest them in each other less deeply"))]
    TooDeep { limit: usize },

    #[error("the component cannot be decoded: {message} (at offset {offset:#x})")]
    Malformed { offset: u64, message: String },
}

impl From<Malformed> for InspectError {
    fn from(Malformed { offset, message }: Malformed) -> Self {
        InspectError::Malformed { offset, message }
    }
}

impl From<wasmparser::BinaryReaderError> for InspectError {
    fn from(error: wasmparser::BinaryReaderError) -> Self {
        Malformed::from(error).into()
    }
}
