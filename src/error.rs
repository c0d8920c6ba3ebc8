//! The error of the library: that of the phase which found it.

use miette::Diagnostic;
use thiserror::Error;

use crate::describe::At;
use crate::describe::manifest::ManifestError;
use crate::describe::policy::PolicyError;
use crate::describe::virt::FlagError;
use crate::describe::wac::WacError;
use crate::describe::wasm_compose::ConfigError;
use crate::diff::DiffError;
use crate::emit::EmitError;
use crate::encode::EncodeError;
use crate::inspect::InspectError;
use crate::link::LinkError;
use crate::load::LoadError;
use crate::load::lock::LockError;
use crate::policy::CheckError;
use crate::snapshot::SnapshotError;
use crate::targets::TargetError;
use crate::verify::VerifyError;
use crate::virtualize::VirtualizeError;

/// Why a command did not do what it was asked to. Nothing was written.
#[derive(Debug, Error)]
#[non_exhaustive]
#[allow(missing_docs)] // Each says which phase found it.
pub enum Error {
    #[error("{}", joined(.0))]
    Manifest(Vec<At<ManifestError>>),
    #[error("{}", joined(.0))]
    Wac(Vec<At<WacError>>),
    #[error("{}", joined(.0))]
    PolicyFile(Vec<At<PolicyError>>),
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("{}", joined(.0))]
    Load(Vec<At<LoadError>>),
    #[error("{}", joined(.0))]
    Link(Vec<At<LinkError>>),
    #[error("{}", joined(.0))]
    Virtualize(Vec<At<VirtualizeError>>),
    #[error(transparent)]
    Lock(#[from] LockError),
    #[error("{}", joined(.0))]
    Encode(Vec<At<EncodeError>>),
    #[error("{}", joined(.0))]
    Verify(Vec<At<VerifyError>>),
    #[error("{}", joined(.0))]
    Targets(Vec<At<TargetError>>),
    #[error(transparent)]
    Inspect(#[from] InspectError),
    #[error("{}", joined(.0))]
    Policy(Vec<At<CheckError>>),
    #[error("{}", joined(.0))]
    Snapshot(Vec<At<SnapshotError>>),
    #[error(transparent)]
    Diff(#[from] DiffError),
    #[error(transparent)]
    Emit(#[from] EmitError),
    #[error("{}", joined(.0))]
    Flags(Vec<At<FlagError>>),
    #[error("{0}")]
    Usage(&'static str),
    #[error("cannot print the component as text: {0}")]
    Print(String),
}

impl Error {
    /// All that is wrong, each as a diagnostic of its own.
    pub fn diagnostics(&self) -> Vec<&dyn Diagnostic> {
        match self {
            Error::Manifest(errors) => errors.iter().map(|error| error as &dyn Diagnostic).collect(),
            Error::Wac(errors) => errors.iter().map(|error| error as &dyn Diagnostic).collect(),
            Error::PolicyFile(errors) => errors.iter().map(|error| error as &dyn Diagnostic).collect(),
            Error::Config(error) => vec![error],
            Error::Lock(error) => vec![error],
            Error::Inspect(error) => vec![error],
            Error::Diff(error) => vec![error],
            Error::Load(errors) => errors.iter().map(|error| error as &dyn Diagnostic).collect(),
            Error::Link(errors) => errors.iter().map(|error| error as &dyn Diagnostic).collect(),
            Error::Virtualize(errors) => errors.iter().map(|error| error as &dyn Diagnostic).collect(),
            Error::Encode(errors) => errors.iter().map(|error| error as &dyn Diagnostic).collect(),
            Error::Verify(errors) => errors.iter().map(|error| error as &dyn Diagnostic).collect(),
            Error::Targets(errors) => errors.iter().map(|error| error as &dyn Diagnostic).collect(),
            Error::Policy(errors) => errors.iter().map(|error| error as &dyn Diagnostic).collect(),
            Error::Snapshot(errors) => errors.iter().map(|error| error as &dyn Diagnostic).collect(),
            Error::Emit(error) => vec![error],
            Error::Flags(errors) => errors.iter().map(|error| error as &dyn Diagnostic).collect(),
            Error::Usage(_) | Error::Print(_) => vec![self],
        }
    }

    /// Of the errors of several compositions, those of the earliest phase, each once: what they share is wrong in each.
    /// `None` where there are none.
    pub(crate) fn earliest(errors: Vec<Error>) -> Option<Error> {
        let phase = errors.iter().map(Error::phase).min()?;
        let of_phase = errors.into_iter().filter(|error| error.phase() == phase);
        of_phase.reduce(|first, error| match (first, error) {
            (Error::Wac(first), Error::Wac(more)) => Error::Wac(joint(first, more)),
            (Error::PolicyFile(first), Error::PolicyFile(more)) => Error::PolicyFile(joint(first, more)),
            (Error::Load(first), Error::Load(more)) => Error::Load(joint(first, more)),
            (Error::Link(first), Error::Link(more)) => Error::Link(joint(first, more)),
            (Error::Virtualize(first), Error::Virtualize(more)) => Error::Virtualize(joint(first, more)),
            (Error::Encode(first), Error::Encode(more)) => Error::Encode(joint(first, more)),
            (Error::Verify(first), Error::Verify(more)) => Error::Verify(joint(first, more)),
            (Error::Targets(first), Error::Targets(more)) => Error::Targets(joint(first, more)),
            (Error::Policy(first), Error::Policy(more)) => Error::Policy(joint(first, more)),
            (Error::Snapshot(first), Error::Snapshot(more)) => Error::Snapshot(joint(first, more)),
            (first, _) => first,
        })
    }

    /// How early the phase is that found it.
    fn phase(&self) -> usize {
        match self {
            Error::Usage(_) | Error::Flags(_) => 0,
            Error::Manifest(_) | Error::Config(_) => 1,
            Error::Wac(_) | Error::PolicyFile(_) => 2,
            Error::Load(_) => 3,
            Error::Lock(_) => 4,
            Error::Link(_) => 5,
            Error::Virtualize(_) => 6,
            Error::Encode(_) => 7,
            Error::Verify(_) => 8,
            Error::Targets(_) => 9,
            Error::Policy(_) | Error::Inspect(_) => 10,
            Error::Snapshot(_) | Error::Diff(_) => 11,
            Error::Emit(_) | Error::Print(_) => 12,
        }
    }
}

fn joint<E: std::fmt::Debug>(mut first: Vec<At<E>>, more: Vec<At<E>>) -> Vec<At<E>> {
    first.extend(more);
    At::once(first)
}

impl Diagnostic for Error {}

impl From<VerifyError> for Error {
    fn from(error: VerifyError) -> Self {
        Error::Verify(vec![error.into()])
    }
}

impl From<LoadError> for Error {
    fn from(error: LoadError) -> Self {
        Error::Load(vec![error.into()])
    }
}

impl From<Vec<At<LoadError>>> for Error {
    fn from(errors: Vec<At<LoadError>>) -> Self {
        Error::Load(errors)
    }
}

impl From<Vec<At<LinkError>>> for Error {
    fn from(errors: Vec<At<LinkError>>) -> Self {
        Error::Link(errors)
    }
}

impl From<Vec<At<VirtualizeError>>> for Error {
    fn from(errors: Vec<At<VirtualizeError>>) -> Self {
        Error::Virtualize(errors)
    }
}

impl From<At<LoadError>> for Error {
    fn from(error: At<LoadError>) -> Self {
        Error::Load(vec![error])
    }
}

impl From<At<WacError>> for Error {
    fn from(error: At<WacError>) -> Self {
        Error::Wac(vec![error])
    }
}

impl From<Vec<At<WacError>>> for Error {
    fn from(errors: Vec<At<WacError>>) -> Self {
        Error::Wac(errors)
    }
}

impl From<Vec<At<FlagError>>> for Error {
    fn from(errors: Vec<At<FlagError>>) -> Self {
        Error::Flags(errors)
    }
}

impl From<Vec<At<PolicyError>>> for Error {
    fn from(errors: Vec<At<PolicyError>>) -> Self {
        Error::PolicyFile(errors)
    }
}

impl From<CheckError> for Error {
    fn from(error: CheckError) -> Self {
        Error::Policy(vec![error.into()])
    }
}

impl From<SnapshotError> for Error {
    fn from(error: SnapshotError) -> Self {
        Error::Snapshot(vec![error.into()])
    }
}

impl From<Vec<At<ManifestError>>> for Error {
    fn from(errors: Vec<At<ManifestError>>) -> Self {
        Error::Manifest(errors)
    }
}

fn joined(errors: &[impl std::fmt::Display]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
