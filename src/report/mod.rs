//! A composition for its readers: what was wired to what, and what is left to the host.

pub mod adapters;
pub mod json;
pub mod summary;
pub mod targets;
