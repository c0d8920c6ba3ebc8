//! The error of the library: that of the phase which found it.

use miette::Diagnostic;
use thiserror::Error;

use crate::emit::EmitError;
use crate::encode::EncodeError;
use crate::link::LinkError;
use crate::load::LoadError;
use crate::verify::VerifyError;

/// Why a command did not do what it was asked to. Nothing was written.
#[derive(Debug, Error)]
#[non_exhaustive]
#[allow(missing_docs)] // Each says which phase found it.
pub enum Error {
    #[error("{}", joined(.0))]
    Load(Vec<LoadError>),
    #[error("{}", joined(.0))]
    Link(Vec<LinkError>),
    #[error(transparent)]
    Encode(#[from] EncodeError),
    #[error(transparent)]
    Verify(#[from] VerifyError),
    #[error(transparent)]
    Emit(#[from] EmitError),
    #[error("{0}")]
    Usage(&'static str),
    #[error("cannot print the component as text: {0}")]
    Print(String),
}

impl Error {
    /// All that is wrong, each as a diagnostic of its own.
    pub fn diagnostics(&self) -> Vec<&dyn Diagnostic> {
        match self {
            Error::Load(errors) => errors.iter().map(|error| error as &dyn Diagnostic).collect(),
            Error::Link(errors) => errors.iter().map(|error| error as &dyn Diagnostic).collect(),
            Error::Encode(error) => vec![error],
            Error::Verify(error) => vec![error],
            Error::Emit(error) => vec![error],
            Error::Usage(_) | Error::Print(_) => vec![self],
        }
    }
}

impl Diagnostic for Error {}

impl From<LoadError> for Error {
    fn from(error: LoadError) -> Self {
        Error::Load(vec![error])
    }
}

impl From<Vec<LoadError>> for Error {
    fn from(errors: Vec<LoadError>) -> Self {
        Error::Load(errors)
    }
}

impl From<Vec<LinkError>> for Error {
    fn from(errors: Vec<LinkError>) -> Self {
        Error::Link(errors)
    }
}

fn joined(errors: &[impl std::fmt::Display]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
