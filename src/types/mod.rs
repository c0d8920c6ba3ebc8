//! Types of components, read from what the validator knows of them: what every phase asks of a type.
//!
//! Nothing here knows files, compositions or grants.

pub mod compare;
pub mod copy;
pub mod identity;
pub mod ids;
pub mod mentions;
mod named;
pub mod outline;
pub mod print;

pub use identity::{Definition, Side, TypeKey};
pub use named::NamedType;
pub use outline::Outline;
