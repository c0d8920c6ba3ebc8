//! Errors of encoding.

use miette::Diagnostic;
use thiserror::Error;

/// A composition that the binary format or a limit of weld excludes.
#[derive(Debug, Error, Diagnostic)]
#[non_exhaustive]
#[allow(missing_docs)] // The messages say it.
pub(crate) enum EncodeError {
    #[error("the composition needs {count} {what} in one component, and a component may have {limit}")]
    #[diagnostic(help("compose some of its components first, and plug the result"))]
    TooMany { count: usize, what: &'static str, limit: usize },

    #[error("`{component}` nests {depth} levels of components, and the output may have {limit}, with its own")]
    #[diagnostic(help("plug its parts, where you have them, and not what they were composed to"))]
    TooDeep { component: String, depth: usize, limit: usize },

    #[error(
        "import `{import}` of `{component}` stays with the host, but uses resource `{resource}`, which no import of it names"
    )]
    #[diagnostic(help("plug a component that exports `{import}`"))]
    UnnamedResource { component: String, import: String, resource: String },

    #[error("import `{import}` of `{component}` is a core module whose type cannot be written again: {reason}")]
    #[diagnostic(help("plug a component that exports `{import}`"))]
    ModuleType { component: String, import: String, reason: String },

    #[error("the composition needs groups of its components, and one of them is not valid: {reason}")]
    #[diagnostic(help("compose some of its components first, and plug the result"))]
    Group { reason: String },

    #[error("the plan is not consistent: {what}")]
    #[diagnostic(help("this is a bug in weld; please report it with the command that you ran"))]
    Inconsistent { what: String },
}

impl EncodeError {
    /// The name of the component or instance that the error is about.
    pub(crate) fn about(&self) -> Option<&str> {
        match self {
            EncodeError::TooDeep { component, .. }
            | EncodeError::UnnamedResource { component, .. }
            | EncodeError::ModuleType { component, .. } => Some(component),
            EncodeError::TooMany { .. } | EncodeError::Group { .. } | EncodeError::Inconsistent { .. } => None,
        }
    }
}
