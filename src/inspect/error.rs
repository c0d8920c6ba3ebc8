//! The errors of an inspection.

use miette::Diagnostic;
use thiserror::Error;

use crate::decode::Malformed;
use crate::guard::Panicked;
use crate::limits;

/// A valid component cannot be inspected.
#[derive(Debug, Clone, Error, Diagnostic)]
#[non_exhaustive]
#[allow(missing_docs)] // The messages say it.
pub(crate) enum InspectError {
    #[error("`{file}` instantiates more than {limit} components, so the host access of its parts cannot be followed")]
    #[diagnostic(help("instantiate a component once, and share the instance"))]
    TooMany { file: String, limit: usize },

    #[error(
        "`{file}` instantiates components more than {limit} levels deep, so the host access of its parts cannot be followed"
    )]
    #[diagnostic(help("build it again with fewer levels"))]
    TooDeep { file: String, limit: usize },

    #[error("`{file}` has more than {limit} {what}, which is more than can be shown")]
    #[diagnostic(help(
        "a component that is instantiated several times is shown each time: instantiate it once, and share the instance"
    ))]
    TooLarge { file: String, limit: usize, what: &'static str },

    #[error("`{file}` cannot be decoded: {message} (at offset {offset:#x})")]
    #[diagnostic(help("build or download it again"))]
    Malformed { file: String, offset: u64, message: String },

    #[error(transparent)]
    #[diagnostic(transparent)]
    Panicked(#[from] Panicked),
}

/// An [`InspectError`] without the name of the file.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The component has more instances than [`limits::FOLLOWED_INSTANCES`].
    TooMany,
    /// Instances are nested deeper than [`limits::COMPONENT_DEPTH`].
    TooDeep,
    /// There are more items of some kind than a limit allows.
    TooLarge(usize, &'static str),
    /// The bytes cannot be decoded.
    Malformed(Malformed),
}

impl Failure {
    /// Adds the name of the file.
    pub(crate) fn in_file(self, file: &str) -> InspectError {
        let file = file.to_owned();
        match self {
            Failure::TooMany => InspectError::TooMany { file, limit: limits::FOLLOWED_INSTANCES },
            Failure::TooDeep => InspectError::TooDeep { file, limit: limits::COMPONENT_DEPTH },
            Failure::TooLarge(limit, what) => InspectError::TooLarge { file, limit, what },
            Failure::Malformed(Malformed { offset, message }) => InspectError::Malformed { file, offset, message },
        }
    }
}

impl From<Malformed> for Failure {
    fn from(malformed: Malformed) -> Self {
        Failure::Malformed(malformed)
    }
}

impl From<wasmparser::BinaryReaderError> for Failure {
    fn from(error: wasmparser::BinaryReaderError) -> Self {
        Malformed::from(error).into()
    }
}
