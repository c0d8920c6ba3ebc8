//! Grants that name nothing.

use miette::Diagnostic;
use thiserror::Error;

use crate::describe::manifest::{meant_help, near_help};
use crate::describe::policy::PolicyError;

/// A grant that would never be honoured, since it names nothing.
#[derive(Debug, Clone, Error, Diagnostic)]
#[non_exhaustive]
#[allow(missing_docs)] // The messages say it.
pub enum GrantError {
    #[error("`{component}` does not import `{name}`, so there is nothing to grant")]
    #[diagnostic(help("{}", near_help(.near, .known)))]
    NotImported { component: String, name: String, near: Option<String>, known: Vec<String> },

    /// One of very many.
    #[error("`{component}` does not import `{name}`, so there is nothing to grant")]
    #[diagnostic(help("`weld inspect` shows what it imports"))]
    AlsoNotImported { component: String, name: String },

    #[error("`{name}` is neither a capability nor something that `{component}` imports")]
    #[diagnostic(help("{}", meant_help(.name).unwrap_or_else(|| near_help(.near, .known))))]
    NothingOfThatName { component: String, name: String, near: Option<String>, known: Vec<String> },

    #[error(transparent)]
    #[diagnostic(transparent)]
    Nameless(Box<PolicyError>),

    #[error("there is no component `{name}` to grant anything")]
    #[diagnostic(help("{}", near_help(.near, .known)))]
    NoComponent { name: String, near: Option<String>, known: Vec<String> },
}
