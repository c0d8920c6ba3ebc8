//! Why a component cannot be virtualized as its grants say.

use miette::Diagnostic;
use thiserror::Error;

use crate::describe::manifest::near_help;

/// Grants that cannot be honoured.
#[derive(Debug, Clone, Error, Diagnostic)]
#[non_exhaustive]
#[allow(missing_docs)] // The messages say it.
pub enum VirtualizeError {
    #[error("`{component}` does not import `{name}`, so there is nothing to grant")]
    #[diagnostic(help("{}", near_help(.near, .known)))]
    UnknownGrant { component: String, name: String, near: Option<String>, known: Vec<String> },

    #[error("`{name}` is neither a capability nor something that `{component}` imports")]
    #[diagnostic(help("{}", near_help(.near, .known)))]
    UnknownCapability { component: String, name: String, near: Option<String>, known: Vec<String> },

    #[error("there is no component `{name}` to grant anything")]
    #[diagnostic(help("{}", near_help(.near, .known)))]
    UnknownComponent { name: String, near: Option<String>, known: Vec<String> },

    #[error("`{component}` cannot be denied `{interface}`, of which {user} uses resource `{resource}`")]
    #[diagnostic(help("{help}"))]
    Conflict { component: String, interface: String, user: String, resource: String, help: String },

    #[error("`{component}` imports `{import}`, which is {what} and cannot be {treatment}")]
    #[diagnostic(help("grant it with `{import} = \"allow\"`, or fill it with a component"))]
    Unsupported { component: String, import: String, what: String, treatment: &'static str },

    #[error("`{function}` of `{component}` cannot be ignored: {reason}")]
    #[diagnostic(help("{help}"))]
    CannotIgnore { component: String, function: String, reason: String, help: String },

    #[error("there is no adapter for `{component}`: {reason}")]
    #[diagnostic(help("this is a defect of weld; nothing was written"))]
    Generate { component: String, reason: String },
}
