//! Grants that name nothing.

use miette::Diagnostic;
use thiserror::Error;

use crate::describe::manifest::{meant_help, near_help};
use crate::describe::policy::PolicyError;

/// A grant that would never be honoured, since it names nothing.
#[derive(Debug, Clone, Error, Diagnostic)]
#[non_exhaustive]
#[allow(missing_docs)] // The messages say it.
pub(crate) enum GrantError {
    #[error("`{component}` does not import `{name}`, so there is nothing to grant")]
    #[diagnostic(help("{}", imported_help(.near, .known, *.by)))]
    NotImported { component: String, name: String, near: Option<String>, known: Vec<String>, by: By },

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

/// How a grant was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// `--grant`.
    Flag,
    /// A line of a manifest.
    Manifest,
    /// A program that uses the library.
    Program,
}

/// Which import may have been meant, or what to do where the component rightly lacks it. A misspelt grant that is accepted denies
/// nothing, so that no remedy is named beside a near name.
fn imported_help(near: &Option<String>, known: &[String], by: By) -> String {
    let help = near_help(near, known);
    if near.is_some() {
        return help;
    }
    let remedy = match by {
        By::Flag => "`--allow-missing` accepts a grant of what the component does not import",
        By::Manifest => "if the component needs no such import, leave the line out",
        By::Program => "`Grants::allow_missing` accepts a grant of what the component does not import",
    };
    format!("{help}; {remedy}")
}
