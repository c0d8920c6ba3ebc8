//! The boundary around libraries that decode untrusted input: a panic of a library becomes an error.
//!
//! Inputs that are known to cause a panic are found beforehand and have their own messages (`load/metadata.rs`,
//! `load/declarations/sound.rs`). This module is for unknown ones. A panic in weld's own code is not caught, since it
//! is a defect of weld.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, resume_unwind};
use std::sync::{Mutex, PoisonError};

use miette::Diagnostic;
use thiserror::Error;

use crate::text;

/// A use of a library by weld.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Use {
    library: &'static str,
    /// The task, as an infinitive.
    task: &'static str,
    phase: &'static str,
}

impl Use {
    const fn new(library: &'static str, task: &'static str, phase: &'static str) -> Use {
        Use { library, task, phase }
    }
}

/// All libraries that read untrusted input, each with its task and the phase that calls it.
#[allow(missing_docs)] // The arguments describe each.
impl Use {
    pub(crate) const COMPONENT: Use = Use::new("wasmparser", "read components", "load");
    pub(crate) const WAT: Use = Use::new("wat", "read WAT", "load");
    pub(crate) const WIT: Use = Use::new("wit-parser", "read WIT", "load");
    pub(crate) const WIT_BINARY: Use = Use::new("wit-component", "encode WIT", "load");
    pub(crate) const WIT_TEXT: Use = Use::new("wit-component", "print WIT", "load");
    pub(crate) const MODULE: Use = Use::new("wit-component", "make components of core modules", "load");
    pub(crate) const DECLARATIONS: Use = Use::new("wac-parser", "resolve WAC", "load");
    pub(crate) const WAC: Use = Use::new("wac-parser", "read WAC", "describe");
    pub(crate) const YAML: Use = Use::new("serde_yaml2", "read YAML", "describe");
    pub(crate) const WORLD: Use = Use::new("wit-parser", "print WIT", "inspect");
    pub(crate) const METADATA: Use = Use::new("wasm-metadata", "read metadata", "inspect");
    pub(crate) const LAYOUT: Use = Use::new("rust-sugiyama", "lay out pictures", "report");
    pub(crate) const PRINT: Use = Use::new("wasmprinter", "print components", "print");
}

/// A panic of a library.
#[derive(Debug, Clone, PartialEq, Eq, Error, Diagnostic)]
#[error("{}, which weld uses to {task}, fails on `{file}`: {message}", shown(.library))]
#[diagnostic(help(
    "the file may be valid all the same: this is a defect of that library, which the phase {phase} called; \
     `--save-inputs DIR` writes down what a report of it needs"
))]
pub(crate) struct Panicked {
    /// The library. `None` if no panic hook recorded it.
    pub library: Option<String>,
    /// The task of the library, as an infinitive.
    pub task: &'static str,
    /// The phase that called it.
    pub phase: &'static str,
    /// The name of the input.
    pub file: String,
    /// The message of the panic.
    pub message: String,
}

fn shown(library: &Option<String>) -> String {
    library.as_ref().map_or_else(|| "a library".to_owned(), |library| format!("`{library}`"))
}

/// The origin of a panic, as a panic hook records it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The library with the panic. `None` for weld and the standard library.
    pub library: Option<String>,
    /// Whether the panic was in weld.
    pub is_own: bool,
    /// The message and the position in the source.
    pub text: String,
}

thread_local! {
    /// The number of guarded calls that this thread is in.
    static GUARDED: Cell<usize> = const { Cell::new(0) };
    /// The latest phase.
    static PHASE: Cell<Option<&'static str>> = const { Cell::new(None) };
    /// The origin of the latest panic in this thread.
    static LAST: RefCell<Option<Origin>> = const { RefCell::new(None) };
}

/// The origin of the latest panic in a worker thread. rayon passes such a panic on to the thread that waits for it.
static LAST_OF_WORKERS: Mutex<Option<Origin>> = Mutex::new(None);

/// Whether a panic in this thread would become an error.
#[cfg(test)]
pub(crate) fn is_guarded() -> bool {
    GUARDED.get() > 0
}

/// Records the start of a phase.
pub(crate) fn enter(phase: &'static str) {
    PHASE.set(Some(phase));
}

/// Records the origin of a panic in a guarded call or a worker thread, for a panic hook. Returns the origin of any
/// other panic.
pub(crate) fn remember(info: &PanicHookInfo<'_>) -> Option<Origin> {
    let place = info.location();
    let origin = Origin::of(panic_message(info.payload()), place.map(|place| (place.file(), place.line())));
    match () {
        () if GUARDED.get() > 0 => _ = LAST.replace(Some(origin)),
        () if rayon::current_thread_index().is_some() => {
            *LAST_OF_WORKERS.lock().unwrap_or_else(PoisonError::into_inner) = Some(origin);
        }
        () => return Some(origin),
    }
    None
}

/// Takes the recorded origin of the panic that this thread caught. `None` if there is no panic hook.
pub(crate) fn remembered() -> Option<Origin> {
    let in_workers = || LAST_OF_WORKERS.lock().unwrap_or_else(PoisonError::into_inner).take();
    LAST.take().or_else(in_workers)
}

impl Origin {
    fn of(message: Option<&str>, place: Option<(&str, u32)>) -> Origin {
        // The path of weld's sources as the compiler was given it, even where weld is a dependency.
        let own = file!().strip_suffix("guard.rs").unwrap_or_default();
        let (file, line) = place.unwrap_or_default();
        let message = message.unwrap_or("it gives no reason");
        let is_own = file.starts_with(own);
        let file = file.replace('\\', "/");
        let package = if is_own || !is_of_dependency(&file) { None } else { package(&file) };
        // The message names the library, and not the directory of its sources when weld was built.
        let (library, short) = match package {
            Some((library, at)) => (Some(library.to_owned()), file.get(at..).unwrap_or_default()),
            None => (None, &*file),
        };
        let place = place.map(|_| format!(" ({short}:{line})")).unwrap_or_default();
        Origin { library, is_own, text: format!("{message}{place}") }
    }
}

/// Whether a source file belongs to a dependency of the program. Cargo passes absolute paths of dependencies to the
/// compiler, and relative paths of crates in the workspace.
fn is_of_dependency(file: &str) -> bool {
    // The standard library, and its dependencies.
    let is_of_rust = ["/rustc/", "/rust/deps/"].iter().any(|start| file.starts_with(start));
    let is_whole = file.starts_with('/') || file.get(1..3) == Some(":/");
    is_whole && !is_of_rust && !file.contains("/lib/rustlib/src/")
}

/// The package of a source file, and the offset of its directory in the path. In a registry, Cargo names the directory
/// after the package and its version. Elsewhere the directory contains `src`.
fn package(file: &str) -> Option<(&str, usize)> {
    let in_registry = file.find("/registry/src/").and_then(|at| {
        let index = at + "/registry/src/".len();
        file.get(index..)?.find('/').map(|length| index + length + 1)
    });
    let at = in_registry.or_else(|| {
        let source = file.rfind("/src/").or_else(|| file.rfind('/'))?;
        file.get(..source)?.rfind('/').map(|at| at + 1)
    })?;
    let directory = file.get(at..)?.split('/').next()?;
    let is_version = |end: &str| end.starts_with(|c: char| c.is_ascii_digit());
    // The version is removed: `wasmparser-0.258.1-beta` becomes `wasmparser`.
    let name = directory.match_indices('-').find(|(at, _)| directory.get(at + 1..).is_some_and(is_version));
    Some((name.and_then(|(end, _)| directory.get(..end)).unwrap_or(directory), at))
}

/// Calls a library on an input. `file` is the name of the input in messages.
///
/// # Errors
///
/// The library panics. On a target without unwinding, such as wasm32, a panic ends the process.
pub(crate) fn guard<T>(library_use: Use, file: &str, call: impl FnOnce() -> T) -> Result<T, Panicked> {
    let Use { library, task, phase } = library_use;
    catch(call).map_err(|payload| {
        let origin = remembered();
        if origin.as_ref().is_some_and(|origin| origin.is_own) {
            resume(origin, payload);
        }
        let library = Some(library.to_owned());
        Panicked { library, task, phase, file: file.to_owned(), message: message(&*payload) }
    })
}

/// Calls code in which weld and libraries alternate, as in all code that asks the validator for types. The panic hook
/// of the command line records which of them panics.
///
/// # Errors
///
/// A library panics. Without a panic hook, every panic counts as one of a library.
pub(crate) fn boundary<T>(phase: &'static str, file: &str, call: impl FnOnce() -> T) -> Result<T, Panicked> {
    enter(phase);
    catch(call).map_err(|payload| {
        let origin = remembered();
        if origin.as_ref().is_some_and(|origin| origin.library.is_none()) {
            resume(origin, payload);
        }
        let library = origin.and_then(|origin| origin.library);
        let phase = PHASE.get().unwrap_or(phase);
        Panicked { library, task: task(phase), phase, file: file.to_owned(), message: message(&*payload) }
    })
}

fn catch<T>(call: impl FnOnce() -> T) -> Result<T, Box<dyn Any + Send>> {
    GUARDED.set(GUARDED.get() + 1);
    // The state that a panic leaves incomplete is not used afterwards.
    let result = catch_unwind(AssertUnwindSafe(call));
    GUARDED.set(GUARDED.get() - 1);
    result
}

/// Continues a panic.
fn resume(origin: Option<Origin>, payload: Box<dyn Any + Send>) -> ! {
    LAST.set(origin);
    resume_unwind(payload)
}

/// The task of a phase, as an infinitive.
fn task(phase: &'static str) -> &'static str {
    match phase {
        "load" => "read components",
        "describe" => "read descriptions",
        "policy" => "check components",
        "report" | "print" => "print components",
        "targets" => "compare components with worlds",
        "emit" => "write files",
        verb => verb,
    }
}

/// The message of a panic, if it has one.
pub(crate) fn panic_message(panic: &dyn Any) -> Option<&str> {
    panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str))
}

/// The first line of the message of a panic.
fn message(panic: &(dyn Any + Send)) -> String {
    let line = panic_message(panic).and_then(|message| message.lines().next()).filter(|line| !line.is_empty());
    text::Shown(line.unwrap_or("it panics")).to_string()
}

#[cfg(test)]
mod tests;
