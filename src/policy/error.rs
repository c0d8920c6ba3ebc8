//! Why a component does not meet a policy, or cannot be compared with one.

use miette::Diagnostic;
use thiserror::Error;

/// A component that must not be used as it is.
#[derive(Debug, Clone, Error, Diagnostic)]
#[non_exhaustive]
#[allow(missing_docs)] // The messages say it.
pub enum CheckError {
    #[error("{message}")]
    #[diagnostic(help("{help}"))]
    Violated { message: String, help: &'static str },

    #[error("the component instantiates more than {limit} components, so a policy cannot be checked")]
    #[diagnostic(help("nest what is instantiated that often once, and share the instance"))]
    TooMany { limit: usize },

    #[error("the component instantiates components more than {limit} levels deep, so a policy cannot be checked")]
    #[diagnostic(help("nest them in each other less deeply"))]
    TooDeep { limit: usize },

    #[error("the component cannot be decoded, so a policy cannot be checked: {message} (at offset {offset:#x})")]
    Malformed { offset: u64, message: String },
}
