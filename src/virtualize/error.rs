//! Errors of virtualization.

use miette::Diagnostic;
use thiserror::Error;

use crate::decide::DecideError;
use crate::link::LinkError;

/// Grants that cannot be honoured, for a component or in the graph.
#[derive(Debug, Error, Diagnostic)]
#[non_exhaustive]
#[allow(missing_docs)] // The messages say it.
pub(crate) enum VirtualizeError {
    #[error(transparent)]
    #[diagnostic(transparent)]
    Decide(#[from] DecideError),

    #[error(transparent)]
    #[diagnostic(transparent)]
    Link(#[from] LinkError),

    #[error("`{grant}` denies `{component}` what fills its import `{import}`: `{giver}` exports that as `{export}`")]
    #[diagnostic(help("fill the import otherwise, or allow it by a grant that is closer than that one"))]
    DeniedAcross { component: String, import: String, giver: String, export: String, grant: String },
}
