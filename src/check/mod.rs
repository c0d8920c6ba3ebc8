//! The check: whether an output leaves anything to a component that its grants do not allow.

pub mod rule;
