//! The error of the library: that of the phase which found it.

use miette::Diagnostic;
use thiserror::Error;

use crate::describe::At;
use crate::describe::manifest::ManifestError;
use crate::describe::policy::PolicyError;
use crate::describe::virt::FlagError;
use crate::describe::wac::WacError;
#[cfg(feature = "compose-config")]
use crate::describe::wasm_compose::ConfigError;
use crate::diff::DiffError;
use crate::emit::EmitError;
use crate::encode::EncodeError;
use crate::grants::GrantError;
use crate::guard::Panicked;
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
pub(crate) enum PhaseError {
    #[error("{}", joined(.0))]
    Manifest(Vec<At<ManifestError>>),
    #[error("{}", joined(.0))]
    Wac(Vec<At<WacError>>),
    #[error("{}", joined(.0))]
    PolicyFile(Vec<At<PolicyError>>),
    #[cfg(feature = "compose-config")]
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("{}", joined(.0))]
    Load(Vec<At<LoadError>>),
    #[error("{}", joined(.0))]
    Link(Vec<At<LinkError>>),
    #[error("{}", joined(.0))]
    Grants(Vec<At<GrantError>>),
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
    /// What is done with finished components, beside the phases.
    #[error("{0}")]
    Finished(Box<dyn Diagnostic + Send + Sync>),
    #[error(transparent)]
    Emit(#[from] EmitError),
    #[error("{}", joined(.0))]
    Flags(Vec<At<FlagError>>),
    #[error(transparent)]
    Panicked(#[from] Panicked),
    #[error("{0}")]
    Usage(&'static str),
}

impl PhaseError {
    /// All that is wrong, each as a diagnostic of its own.
    pub(crate) fn diagnostics(&self) -> Vec<&dyn Diagnostic> {
        match self {
            PhaseError::Manifest(errors) => errors.iter().map(|error| error as &dyn Diagnostic).collect(),
            PhaseError::Wac(errors) => errors.iter().map(|error| error as &dyn Diagnostic).collect(),
            PhaseError::PolicyFile(errors) => errors.iter().map(|error| error as &dyn Diagnostic).collect(),
            #[cfg(feature = "compose-config")]
            PhaseError::Config(error) => vec![error],
            PhaseError::Lock(error) => vec![error],
            PhaseError::Inspect(error) => vec![error],
            PhaseError::Finished(error) => vec![error.as_ref()],
            PhaseError::Diff(error) => vec![error],
            PhaseError::Panicked(error) => vec![error],
            PhaseError::Load(errors) => errors.iter().map(|error| error as &dyn Diagnostic).collect(),
            PhaseError::Link(errors) => errors.iter().map(|error| error as &dyn Diagnostic).collect(),
            PhaseError::Grants(errors) => errors.iter().map(|error| error as &dyn Diagnostic).collect(),
            PhaseError::Virtualize(errors) => errors.iter().map(|error| error as &dyn Diagnostic).collect(),
            PhaseError::Encode(errors) => errors.iter().map(|error| error as &dyn Diagnostic).collect(),
            PhaseError::Verify(errors) => errors.iter().map(|error| error as &dyn Diagnostic).collect(),
            PhaseError::Targets(errors) => errors.iter().map(|error| error as &dyn Diagnostic).collect(),
            PhaseError::Policy(errors) => errors.iter().map(|error| error as &dyn Diagnostic).collect(),
            PhaseError::Snapshot(errors) => errors.iter().map(|error| error as &dyn Diagnostic).collect(),
            PhaseError::Emit(error) => vec![error],
            PhaseError::Flags(errors) => errors.iter().map(|error| error as &dyn Diagnostic).collect(),
            PhaseError::Usage(_) => vec![self],
        }
    }

    /// The error of a description that nobody wrote: without places in it.
    pub(crate) fn unplaced(self) -> PhaseError {
        match self {
            PhaseError::Manifest(errors) => PhaseError::Manifest(unplaced(errors)),
            PhaseError::Load(errors) => PhaseError::Load(unplaced(errors)),
            PhaseError::Link(errors) => PhaseError::Link(unplaced(errors)),
            PhaseError::Grants(errors) => PhaseError::Grants(unplaced(errors)),
            PhaseError::Virtualize(errors) => PhaseError::Virtualize(unplaced(errors)),
            PhaseError::Encode(errors) => PhaseError::Encode(unplaced(errors)),
            PhaseError::Verify(errors) => PhaseError::Verify(unplaced(errors)),
            other => other,
        }
    }

    /// Of the errors of several compositions, those of the earliest phase, each once: what they share is wrong in each.
    /// `None` where there are none.
    pub(crate) fn earliest(errors: Vec<PhaseError>) -> Option<PhaseError> {
        let phase = errors.iter().map(PhaseError::phase).min()?;
        let of_phase = errors.into_iter().filter(|error| error.phase() == phase);
        of_phase.reduce(|first, error| match (first, error) {
            (PhaseError::Wac(first), PhaseError::Wac(more)) => PhaseError::Wac(joint(first, more)),
            (PhaseError::PolicyFile(first), PhaseError::PolicyFile(more)) => PhaseError::PolicyFile(joint(first, more)),
            (PhaseError::Load(first), PhaseError::Load(more)) => PhaseError::Load(joint(first, more)),
            (PhaseError::Link(first), PhaseError::Link(more)) => PhaseError::Link(joint(first, more)),
            (PhaseError::Grants(first), PhaseError::Grants(more)) => PhaseError::Grants(joint(first, more)),
            (PhaseError::Virtualize(first), PhaseError::Virtualize(more)) => PhaseError::Virtualize(joint(first, more)),
            (PhaseError::Encode(first), PhaseError::Encode(more)) => PhaseError::Encode(joint(first, more)),
            (PhaseError::Verify(first), PhaseError::Verify(more)) => PhaseError::Verify(joint(first, more)),
            (PhaseError::Targets(first), PhaseError::Targets(more)) => PhaseError::Targets(joint(first, more)),
            (PhaseError::Policy(first), PhaseError::Policy(more)) => PhaseError::Policy(joint(first, more)),
            (PhaseError::Snapshot(first), PhaseError::Snapshot(more)) => PhaseError::Snapshot(joint(first, more)),
            (first, _) => first,
        })
    }

    /// How early the phase is that found it.
    fn phase(&self) -> usize {
        match self {
            PhaseError::Usage(_) | PhaseError::Flags(_) => 0,
            PhaseError::Manifest(_) => 1,
            #[cfg(feature = "compose-config")]
            PhaseError::Config(_) => 1,
            PhaseError::Wac(_) | PhaseError::PolicyFile(_) => 2,
            PhaseError::Load(_) => 3,
            PhaseError::Lock(_) => 4,
            PhaseError::Link(_) => 5,
            PhaseError::Grants(_) => 6,
            PhaseError::Virtualize(_) => 7,
            PhaseError::Encode(_) => 8,
            PhaseError::Verify(_) | PhaseError::Panicked(_) => 9,
            PhaseError::Targets(_) => 10,
            PhaseError::Policy(_) | PhaseError::Inspect(_) | PhaseError::Finished(_) => 11,
            PhaseError::Snapshot(_) | PhaseError::Diff(_) => 12,
            PhaseError::Emit(_) => 13,
        }
    }
}

fn unplaced<E>(errors: Vec<At<E>>) -> Vec<At<E>> {
    errors.into_iter().map(At::unplaced).collect()
}

fn joint<E: std::fmt::Debug>(mut first: Vec<At<E>>, more: Vec<At<E>>) -> Vec<At<E>> {
    first.extend(more);
    At::once(first)
}

impl Diagnostic for PhaseError {}

impl From<VerifyError> for PhaseError {
    fn from(error: VerifyError) -> Self {
        PhaseError::Verify(vec![error.into()])
    }
}

impl From<LoadError> for PhaseError {
    fn from(error: LoadError) -> Self {
        PhaseError::Load(vec![error.into()])
    }
}

impl From<Vec<At<LoadError>>> for PhaseError {
    fn from(errors: Vec<At<LoadError>>) -> Self {
        PhaseError::Load(errors)
    }
}

impl From<Vec<At<LinkError>>> for PhaseError {
    fn from(errors: Vec<At<LinkError>>) -> Self {
        PhaseError::Link(errors)
    }
}

impl From<Vec<At<GrantError>>> for PhaseError {
    fn from(errors: Vec<At<GrantError>>) -> Self {
        PhaseError::Grants(errors)
    }
}

impl From<Vec<At<VirtualizeError>>> for PhaseError {
    fn from(errors: Vec<At<VirtualizeError>>) -> Self {
        PhaseError::Virtualize(errors)
    }
}

impl From<At<LoadError>> for PhaseError {
    fn from(error: At<LoadError>) -> Self {
        PhaseError::Load(vec![error])
    }
}

impl From<At<WacError>> for PhaseError {
    fn from(error: At<WacError>) -> Self {
        PhaseError::Wac(vec![error])
    }
}

impl From<Vec<At<WacError>>> for PhaseError {
    fn from(errors: Vec<At<WacError>>) -> Self {
        PhaseError::Wac(errors)
    }
}

impl From<Vec<At<FlagError>>> for PhaseError {
    fn from(errors: Vec<At<FlagError>>) -> Self {
        PhaseError::Flags(errors)
    }
}

impl From<Vec<At<PolicyError>>> for PhaseError {
    fn from(errors: Vec<At<PolicyError>>) -> Self {
        PhaseError::PolicyFile(errors)
    }
}

impl From<CheckError> for PhaseError {
    fn from(error: CheckError) -> Self {
        PhaseError::Policy(vec![error.into()])
    }
}

impl From<SnapshotError> for PhaseError {
    fn from(error: SnapshotError) -> Self {
        PhaseError::Snapshot(vec![error.into()])
    }
}

impl From<Vec<At<ManifestError>>> for PhaseError {
    fn from(errors: Vec<At<ManifestError>>) -> Self {
        PhaseError::Manifest(errors)
    }
}

fn joined(errors: &[impl std::fmt::Display]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
