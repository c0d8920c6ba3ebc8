//! The tests that need more than `cargo test` has: `cargo test --test outside MODULE::` runs those of a module. `cargo test` leaves them
//! out, and fails none for what a machine lacks.

#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

// They use a part of it.
#[allow(dead_code, unused_imports, unused_macros)]
#[path = "../it/support/mod.rs"]
mod support;

mod depfile;
mod peers;
mod real;
mod real_settings;
