//! Types of components, as the validator knows them. All phases use this module.
//!
//! It is independent of files, compositions and grants.

pub(crate) mod compare;
pub(crate) mod copy;
pub(crate) mod identity;
pub(crate) mod ids;
pub(crate) mod mentions;
mod named;
pub(crate) mod outline;
pub(crate) mod print;
pub(crate) mod used;

pub(crate) use identity::{Definition, Side, TypeKey};
pub(crate) use named::NamedType;
pub(crate) use outline::Outline;
