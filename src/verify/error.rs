//! Errors in an output, found before it is written.

use miette::Diagnostic;
use thiserror::Error;

use crate::decode::Malformed;
use crate::guard::Panicked;

/// An output that must not be written.
#[derive(Debug, Error, Diagnostic)]
#[non_exhaustive]
#[allow(missing_docs)] // The messages say it.
pub(crate) enum VerifyError {
    #[error("`{file}` is not a valid component: {message} (at offset {offset:#x})")]
    #[diagnostic(help("build or download it again"))]
    InvalidComponent { file: String, offset: u64, message: String },

    #[error("{item} uses `{ty}` of `{interface}`, which `{exporter}` fills, so that the output has no name for it")]
    #[diagnostic(help(
        "what a component exports may only use types that it imports or exports: leave `{exporter}` out, so that the \
         host gives `{interface}`, export `{interface}` of `{exporter}` too, or build `{user}` so that it does"
    ))]
    UnnamedType { item: String, user: String, ty: String, interface: String, exporter: String },

    #[error(
        "{item} uses `{ty}` of `{interface}`, which the grants deny to `{user}`, so that the output has no name for it"
    )]
    #[diagnostic(help(
        "allow `{user}` the interface: `--grant {interface}=allow`, or `\"{interface}\" = \"allow\"` in a manifest"
    ))]
    DeniedType { item: String, user: String, ty: String, interface: String },

    #[error("export `{name}` is not valid in a component: {message}")]
    #[diagnostic(help("give it another name, or export what it needs before it"))]
    InvalidExport { name: String, message: String },

    #[error(
        "`{first}` and `{second}` in {} differ only in case or hyphens{} ({scope})",
        within(.name.as_deref(), .file.as_deref()),
        annotations(.first, .second)
    )]
    #[diagnostic(help(
        "names of one scope may not differ only in that, and current hosts and tools refuse a component where they do: rename one \
         of them"
    ))]
    NamesAlike {
        first: String,
        second: String,
        /// The scope of both names, with its offset.
        scope: Box<str>,
        /// The name of that scope, if it has one.
        name: Option<Box<str>>,
        /// The file of the component that contains the scope, if that is an input.
        file: Option<String>,
        /// Whether the names are exports of the output.
        is_export: bool,
    },

    #[error("the composition is not a valid component: {message} (at offset {offset:#x} of what would be written)")]
    #[diagnostic(help("nothing was written; please report this with the command that you ran"))]
    InvalidOutput { offset: u64, message: String },

    #[error("{} has {what}, which the Component Model no longer has, and so would the output", holder(.file.as_deref()))]
    #[diagnostic(help(
        "current hosts and tools refuse it: build the component again with tools of today, or write it all the same, \
         for hosts that still know it: `--allow-obsolete-names`"
    ))]
    Obsolete { what: String, file: Option<String> },

    #[error("the output is not what was planned: {what}")]
    #[diagnostic(help(
        "this is a bug in weld, and nothing was written; please report it with the command that you ran"
    ))]
    Differs { what: String },

    #[error("the output leaves more than is granted: {what}")]
    #[diagnostic(help(
        "this is a bug in weld, and nothing was written; please report it with the command that you ran"
    ))]
    NotGranted { what: String },

    #[error(
        "what components may use of import `{import}` of the document cannot be verified: the document gives it another name \
         than the imports that it fills, or functions that no grant allows them"
    )]
    #[diagnostic(help(
        "leave the import out of the document, so that each component's own import is the host's; or declare under that \
         name just what is granted"
    ))]
    Declared { import: String },

    #[error(transparent)]
    #[diagnostic(transparent)]
    Panicked(#[from] Box<Panicked>),
}

impl From<Malformed> for VerifyError {
    fn from(Malformed { offset, message }: Malformed) -> Self {
        VerifyError::InvalidOutput { offset, message }
    }
}

impl From<Panicked> for VerifyError {
    fn from(panicked: Panicked) -> Self {
        VerifyError::Panicked(Box::new(panicked))
    }
}

impl VerifyError {
    /// Returns the export that the error names.
    pub(crate) fn export(&self) -> Option<&str> {
        match self {
            VerifyError::InvalidExport { name, .. } => Some(name),
            VerifyError::NamesAlike { second, file: None, is_export: true, .. } => Some(second),
            _ => None,
        }
    }

    /// Returns the instances, or the file of an input, that the error names.
    pub(crate) fn about(&self) -> Vec<&str> {
        match self {
            VerifyError::InvalidComponent { file, .. } | VerifyError::Obsolete { file: Some(file), .. } => vec![file],
            VerifyError::NamesAlike { file, .. } => file.iter().map(String::as_str).collect(),
            VerifyError::UnnamedType { user, exporter, .. } => vec![user, exporter],
            VerifyError::DeniedType { user, .. } => vec![user],
            VerifyError::InvalidExport { .. }
            | VerifyError::InvalidOutput { .. }
            | VerifyError::Obsolete { file: None, .. }
            | VerifyError::Differs { .. }
            | VerifyError::Declared { .. }
            | VerifyError::Panicked(_)
            | VerifyError::NotGranted { .. } => vec![],
        }
    }
}

/// The owner of an item of the output, for messages.
fn holder(file: Option<&str>) -> String {
    file.map_or_else(|| "a component".to_owned(), |file| format!("`{file}`"))
}

/// The scope of names, with its file, for messages.
fn within(name: Option<&str>, file: Option<&str>) -> String {
    let file = file.map_or_else(|| "the output".to_owned(), |file| format!("`{file}`"));
    name.map_or_else(|| file.clone(), |name| format!("`{name}` of {file}"))
}

/// The attributes in which two equal names may differ.
fn annotations(first: &str, second: &str) -> &'static str {
    let annotation = |name: &str| name.rfind(']').and_then(|end| name.get(..end)).map(str::to_owned);
    if annotation(first) == annotation(second) { "" } else { ", or in what is in brackets" }
}
