//! The tests that have a directory for each case. Each case is a test, which `cargo test --test cases errors::NAME` selects.
//!
//! `BLESS=1` rewrites what the cases are compared with. None of them needs wasmtime, so the program is linked quickly.

#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod errors;
mod golden;
#[path = "../it/support/command.rs"]
mod support;

use std::process::ExitCode;

use libtest_mimic::Arguments;

fn main() -> ExitCode {
    let tests = errors::tests().into_iter().chain(golden::tests()).collect();
    libtest_mimic::run(&Arguments::from_args(), tests).exit_code()
}
