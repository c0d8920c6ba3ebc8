//! The boundary around libraries that decode what strangers wrote: a panic of one of them is an error.
//!
//! The known inputs on which they panic are looked for beforehand, with messages of their own (`load/metadata.rs`,
//! `load/declarations/sound.rs`). This is for those that nobody knows yet. A panic of weld's own code passes: it is a defect.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use miette::Diagnostic;
use thiserror::Error;

use crate::text;

/// A library that panicked.
#[derive(Debug, Clone, PartialEq, Eq, Error, Diagnostic)]
#[error("`{library}`, which weld uses to {task}, fails on `{file}`: {message}")]
#[diagnostic(help("the file may be valid all the same: this is a defect of that library"))]
pub struct Panicked {
    /// The library.
    pub library: &'static str,
    /// What weld uses it for, as an infinitive.
    pub task: &'static str,
    /// What was given to it.
    pub file: String,
    /// What it said.
    pub message: String,
}

thread_local! {
    /// How many guarded calls this thread is in.
    static GUARDED: Cell<usize> = const { Cell::new(0) };
}

/// Whether a panic of this thread would become an error. A hook for panics prints nothing then.
pub fn is_guarded() -> bool {
    GUARDED.get() > 0
}

/// Calls a library on an input.
///
/// # Errors
///
/// Where it panics. On a target whose panics do not unwind, such as wasm32, the panic ends the process as elsewhere.
pub fn guard<T>(
    library: &'static str,
    task: &'static str,
    file: &str,
    call: impl FnOnce() -> T,
) -> Result<T, Panicked> {
    GUARDED.set(GUARDED.get() + 1);
    // What the call left half done is dropped with what it borrowed for itself: nothing of it is looked at after.
    let result = catch_unwind(AssertUnwindSafe(call));
    GUARDED.set(GUARDED.get() - 1);
    result.map_err(|panic| Panicked { library, task, file: file.to_owned(), message: message(&*panic) })
}

/// What a panic says, if it says something.
pub fn said(panic: &dyn Any) -> Option<&str> {
    panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str))
}

/// The same on a line.
fn message(panic: &(dyn Any + Send)) -> String {
    let line = said(panic).and_then(|said| said.lines().next()).filter(|line| !line.is_empty());
    text::Shown(line.unwrap_or("it panics")).to_string()
}

#[cfg(test)]
mod tests;
