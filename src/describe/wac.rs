//! WAC documents: their packages, and the files of these packages.
//!
//! The language is defined by `wac`. The phases load and link interpret a document.

#[cfg(not(feature = "wac"))]
mod absent;
#[cfg(feature = "wac")]
mod document;

use std::path::PathBuf;

use miette::Diagnostic;
use thiserror::Error;

#[cfg(not(feature = "wac"))]
pub(crate) use absent::Wac;
#[cfg(feature = "wac")]
pub(crate) use document::{TargetName, Wac, key};

use crate::guard::Panicked;

/// Errors of a document before its packages are loaded.
#[derive(Debug, Clone, Error, Diagnostic)]
#[non_exhaustive]
#[allow(missing_docs)] // The messages say it.
pub(crate) enum WacError {
    #[error("{message}")]
    Document { message: String },

    #[error("the document nests brackets more than {limit} levels deep")]
    #[diagnostic(help("name inner instances with `let`, and use the names"))]
    TooDeep { limit: usize },

    #[cfg(not(feature = "wac"))]
    #[error("`{file}` is a WAC document, and this build of weld reads none")]
    #[diagnostic(help("use the crate with the feature `wac`, or compose the document with the command `weld`"))]
    NoWac { file: String },

    #[error("no component is given for package `{package}`")]
    #[diagnostic(help("{}", unknown_package_help(.known)))]
    UnknownPackage { package: String, known: Vec<String> },

    #[error("the document has no package `{package}`")]
    #[diagnostic(help("{}", unused_override_help(.known)))]
    UnusedOverride { package: String, known: Vec<String> },

    #[error(transparent)]
    #[diagnostic(transparent)]
    Panicked(#[from] Panicked),
}

/// The location of a package that the user gives.
#[derive(Debug, Clone)]
pub(crate) struct Override {
    /// `ns:name`, or `ns:name@version`.
    pub package: String,
    /// The file or WIT directory.
    pub path: PathBuf,
}

fn unused_override_help(known: &[String]) -> String {
    match known {
        [] => "it names no package at all: leave the component out".to_owned(),
        known => format!("it has {}", known.join(", ")),
    }
}

fn unknown_package_help(known: &[String]) -> String {
    match known {
        [] => "name it under `[components]`".to_owned(),
        known => format!("name it under `[components]`, which has {}", known.join(", ")),
    }
}
