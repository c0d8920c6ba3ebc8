//! What the programs in `targets/` try: each function takes bytes, does with them what weld does for a user, and fails where weld breaks a
//! promise of `docs/RELIABILITY.md`.
//!
//! An error that says what is wrong with an input is no failure. A panic of weld's own code is one, as is an error which says that weld has a
//! defect. A panic of a library is none where weld makes an error of it.

mod bytes;
#[allow(dead_code)] // Seeds are libFuzzer's.
#[path = "../../tests/it/support/dice.rs"]
mod dice;
pub mod grammar;
mod model;
mod mounts;
#[path = "../../tests/it/support/oracle.rs"]
mod oracle;
mod random;
mod snapshots;
mod texts;

use std::backtrace::Backtrace;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};

pub use bytes::component;
pub use mounts::mount;
pub use random::{components, worlds};
pub use snapshots::snapshot;
pub use texts::{config, grants, manifest, policy, wac};

/// Decides which panics count, before the first input is tried.
pub fn begin() {
    // That of libFuzzer ends the process at each, also at those that weld makes errors of.
    std::panic::set_hook(Box::new(|info: &PanicHookInfo<'_>| {
        let file = info.location().map(|place| place.file()).unwrap_or_default();
        if !file.contains("/registry/src/") {
            eprintln!("{info}\n{}", Backtrace::force_capture());
            std::process::abort();
        }
    }));
}

/// Tries an input.
pub fn run(target: fn(&[u8]), data: &[u8]) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| target(data))) {
        let said = panic.downcast_ref::<String>().cloned();
        let said = said.or_else(|| panic.downcast_ref::<&str>().map(|&said| said.to_owned()));
        eprintln!("a library panicked, and weld let it: {}", said.unwrap_or_default());
        std::process::abort();
    }
}

/// Takes what weld gave, or an error that it may give. Those that say weld is at fault are none.
#[track_caller]
fn accepted<T>(result: Result<T, weld::Error>) -> Option<T> {
    let error = match result {
        Ok(value) => return Some(value),
        Err(error) => error,
    };
    for diagnostic in error.diagnostics() {
        let help = diagnostic.help().unwrap_or_default();
        let is_own = ["please report", "defect of weld"].iter().any(|text| help.contains(text));
        assert!(!is_own, "{}\n{help}", diagnostic.message());
        // The command escapes it all; here it only must be there.
        assert!(!diagnostic.message().is_empty());
        diagnostic.place();
    }
    None
}

/// Fails where text would steer a terminal.
#[track_caller]
fn assert_no_control(text: &str) {
    let steers = |c: char| {
        (c.is_control() && c != '\n')
            || ('\u{202a}'..='\u{202e}').contains(&c)
            || ('\u{2066}'..='\u{2069}').contains(&c)
    };
    assert!(!text.contains(steers), "{text:?}");
}

/// Fails where something that weld wrote is no valid component.
#[track_caller]
fn assert_valid(component: &[u8]) {
    let mut validator = wasmparser::Validator::new_with_features(wasmparser::WasmFeatures::all());
    if let Err(error) = validator.validate_all(component) {
        panic!("what weld wrote is not valid: {error}");
    }
}
