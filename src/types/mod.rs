//! Types of components, as the validator knows them. All phases use this module.
//!
//! It is independent of files, compositions and grants.

pub mod compare;
pub mod copy;
pub mod identity;
pub mod ids;
pub mod mentions;
mod named;
pub mod outline;
pub mod print;
pub mod used;

pub use identity::{Definition, Side, TypeKey};
pub use named::NamedType;
pub use outline::Outline;
