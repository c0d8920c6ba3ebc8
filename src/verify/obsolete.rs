//! Finds features that the Component Model has removed, and that current tools reject.
//!
//! These are import names that identify an implementation (`url=<…>`, `locked-dep=<…>`, `unlocked-dep=<…>`,
//! `integrity=<…>`), and `cancellable` on built-in functions.

use std::collections::BTreeSet;
use std::fmt;

use wasmparser::{
    CanonicalFunction as Canon, ComponentType, ComponentTypeDeclaration, InstanceTypeDeclaration, Payload,
};

use super::Malformed;
use crate::decode::{Pieces, sections};
use crate::name::is_obsolete;

/// A removed feature.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Obsolete<'a> {
    /// The name of an import.
    Name(&'a str),
    /// A built-in function that is `cancellable`.
    BuiltIn(&'static str),
}

impl fmt::Display for Obsolete<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Obsolete::Name(name) => write!(f, "the import name `{}`", crate::text::Shown(name)),
            Obsolete::BuiltIn(name) => write!(f, "the built-in function `{name}` as `cancellable`"),
        }
    }
}

/// All removed features of a component and its nested components, once each.
///
/// # Errors
///
/// The bytes are not those of a component.
pub(crate) fn find<'a>(bytes: impl Into<Pieces<'a>>) -> Result<BTreeSet<Obsolete<'a>>, Malformed> {
    let mut found = BTreeSet::new();
    // Nested components are part of the same sequence, so no recursion is needed.
    for payload in sections(bytes) {
        section(payload?, &mut found)?;
    }
    Ok(found)
}

fn section<'a>(payload: Payload<'a>, found: &mut BTreeSet<Obsolete<'a>>) -> Result<(), Malformed> {
    match payload {
        Payload::ComponentImportSection(section) => {
            for import in section {
                name(import?.name.name, found);
            }
        }
        Payload::ComponentTypeSection(section) => {
            for ty in section {
                types(ty?, found);
            }
        }
        Payload::ComponentCanonicalSection(section) => {
            for function in section {
                found.extend(cancellable(&function?).map(Obsolete::BuiltIn));
            }
        }
        _ => {}
    }
    Ok(())
}

fn name<'a>(name: &'a str, found: &mut BTreeSet<Obsolete<'a>>) {
    if is_obsolete(name) {
        found.insert(Obsolete::Name(name));
    }
}

/// The import names in component types, at any depth.
fn types<'a>(ty: ComponentType<'a>, found: &mut BTreeSet<Obsolete<'a>>) {
    let mut rest = vec![ty];
    while let Some(ty) = rest.pop() {
        match ty {
            ComponentType::Component(declarations) => {
                for declaration in declarations {
                    match declaration {
                        ComponentTypeDeclaration::Import(import) => name(import.name.name, found),
                        ComponentTypeDeclaration::Type(ty) => rest.push(ty),
                        _ => {}
                    }
                }
            }
            ComponentType::Instance(declarations) => {
                let types = declarations.into_iter().filter_map(|declaration| match declaration {
                    InstanceTypeDeclaration::Type(ty) => Some(ty),
                    _ => None,
                });
                rest.extend(types);
            }
            _ => {}
        }
    }
}

/// The name of a built-in function that is `cancellable`.
fn cancellable(function: &Canon) -> Option<&'static str> {
    let (name, cancellable) = match function {
        Canon::ThreadYield { cancellable } => ("thread.yield", cancellable),
        Canon::WaitableSetWait { cancellable, .. } => ("waitable-set.wait", cancellable),
        Canon::WaitableSetPoll { cancellable, .. } => ("waitable-set.poll", cancellable),
        Canon::ThreadSuspend { cancellable } => ("thread.suspend", cancellable),
        Canon::ThreadSuspendThenResume { cancellable } => ("thread.suspend-then-resume", cancellable),
        Canon::ThreadYieldThenResume { cancellable } => ("thread.yield-then-resume", cancellable),
        Canon::ThreadSuspendThenPromote { cancellable } => ("thread.suspend-then-promote", cancellable),
        Canon::ThreadYieldThenPromote { cancellable } => ("thread.yield-then-promote", cancellable),
        _ => return None,
    };
    cancellable.then_some(name)
}
