//! The phase virtualize: a graph and grants to a graph with adapters.
//!
//! An adapter stands between an instance and what fills its imports. It is generated from the types of the very
//! imports that it refuses, and so there is one for any interface of any version.

pub mod error;
mod names;
pub mod plan;

use std::collections::BTreeMap;

pub use error::VirtualizeError;
pub use names::{check, unknown};

use crate::describe::{At, Grants, Treatment};
use crate::link::Graph;
use crate::load::{Component, Components};
use plan::Kept;

/// A composition in which grants are honoured.
pub struct Virtualized {
    /// Its components, the adapters among them.
    pub components: Components,
    /// Who is plugged into whom.
    pub graph: Graph,
    /// What the adapters do, in the order of the instances that they are for.
    pub adapters: Vec<Adapter>,
}

/// What an adapter does.
#[derive(Debug, Clone)]
pub struct Adapter {
    /// What messages call the instance that it is for.
    pub instance: String,
    /// What the composition calls the adapter.
    pub name: String,
    /// The functions that it refuses, in the order of the component's imports.
    pub refused: Vec<Refused>,
    /// Interfaces that no grant allows and that stay, because others need them.
    pub kept: Vec<Kept>,
}

/// A function that an adapter refuses.
#[derive(Debug, Clone)]
pub struct Refused {
    /// The import that has it; empty where it is one of the world itself.
    pub interface: String,
    /// Its name.
    pub function: String,
    /// How it is refused.
    pub treatment: Treatment,
    /// Whether calling it traps.
    pub traps: bool,
}

/// Puts adapters before the instances of components that may not use all that they import.
///
/// # Errors
///
/// Grants that cannot be honoured.
pub fn virtualize(
    components: &Components,
    graph: &Graph,
    grants: &BTreeMap<String, Grants>,
) -> Result<Virtualized, Vec<At<VirtualizeError>>> {
    if grants.is_empty() {
        return Ok(Virtualized { components: components.clone(), graph: graph.clone(), adapters: Vec::new() });
    }
    check(components, grants)?;
    todo!()
}

/// Generates the adapter alone, for any component that imports what this one does: it exports all of that.
///
/// # Errors
///
/// Grants that cannot be honoured.
pub fn adapter(component: &Component, grants: &Grants) -> Result<(Vec<u8>, Adapter), Vec<At<VirtualizeError>>> {
    let _ = (component, grants);
    todo!()
}
