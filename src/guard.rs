//! The boundary around libraries that decode what strangers wrote: a panic of one of them is an error.
//!
//! The known inputs on which they panic are looked for beforehand, with messages of their own (`load/metadata.rs`,
//! `load/declarations/sound.rs`). This is for those that nobody knows yet. A panic of weld's own code passes: it is a defect.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, resume_unwind};
use std::sync::{Mutex, PoisonError};

use miette::Diagnostic;
use thiserror::Error;

use crate::text;

/// What weld uses a library for.
#[derive(Debug, Clone, Copy)]
pub struct Use {
    library: &'static str,
    /// As an infinitive.
    task: &'static str,
    phase: &'static str,
}

impl Use {
    const fn new(library: &'static str, task: &'static str, phase: &'static str) -> Use {
        Use { library, task, phase }
    }
}

/// All libraries that read what strangers wrote, each with what for and in which phase.
#[allow(missing_docs)] // They say it.
impl Use {
    pub const COMPONENT: Use = Use::new("wasmparser", "read components", "load");
    pub const WAT: Use = Use::new("wat", "read WAT", "load");
    pub const WIT: Use = Use::new("wit-parser", "read WIT", "load");
    pub const WIT_BINARY: Use = Use::new("wit-component", "encode WIT", "load");
    pub const WIT_TEXT: Use = Use::new("wit-component", "print WIT", "load");
    pub const MODULE: Use = Use::new("wit-component", "make components of core modules", "load");
    pub const DECLARATIONS: Use = Use::new("wac-parser", "resolve WAC", "load");
    pub const WAC: Use = Use::new("wac-parser", "read WAC", "describe");
    pub const YAML: Use = Use::new("serde_yaml2", "read YAML", "describe");
    pub const WORLD: Use = Use::new("wit-parser", "print WIT", "inspect");
    pub const METADATA: Use = Use::new("wasm-metadata", "read metadata", "inspect");
    pub const LAYOUT: Use = Use::new("rust-sugiyama", "lay out pictures", "report");
    pub const PRINT: Use = Use::new("wasmprinter", "print components", "print");
}

/// A library that panicked.
#[derive(Debug, Clone, PartialEq, Eq, Error, Diagnostic)]
#[error("{}, which weld uses to {task}, fails on `{file}`: {message}", shown(.library))]
#[diagnostic(help(
    "the file may be valid all the same: this is a defect of that library, which the phase {phase} called; \
     `--save-inputs DIR` writes down what a report of it needs"
))]
pub struct Panicked {
    /// The library. `None` where no hook for panics says which it was.
    pub library: Option<String>,
    /// What weld uses it for, as an infinitive.
    pub task: &'static str,
    /// The phase that called it.
    pub phase: &'static str,
    /// What was given to it.
    pub file: String,
    /// What it said.
    pub message: String,
}

fn shown(library: &Option<String>) -> String {
    library.as_ref().map_or_else(|| "a library".to_owned(), |library| format!("`{library}`"))
}

/// Where a panic was, as a hook for panics is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Which library it was in. `None` for weld, and for the standard library.
    pub library: Option<String>,
    /// Whether it was in weld.
    pub is_own: bool,
    /// What it said, and where it was, in words.
    pub text: String,
}

thread_local! {
    /// How many guarded calls this thread is in.
    static GUARDED: Cell<usize> = const { Cell::new(0) };
    /// The phase that began last.
    static PHASE: Cell<Option<&'static str>> = const { Cell::new(None) };
    /// Where the last panic of this thread was.
    static LAST: RefCell<Option<Origin>> = const { RefCell::new(None) };
}

/// Where the last panic was of a thread that works for others, who will have it.
static OF_WORKERS: Mutex<Option<Origin>> = Mutex::new(None);

/// Whether a panic of this thread would become an error.
#[cfg(test)]
pub fn is_guarded() -> bool {
    GUARDED.get() > 0
}

/// Says that a phase begins.
pub fn enter(phase: &'static str) {
    PHASE.set(Some(phase));
}

/// Remembers where a panic was, for a hook for panics, until somebody catches it. Gives it back where nobody will.
pub fn remember(info: &PanicHookInfo<'_>) -> Option<Origin> {
    let place = info.location();
    let origin = Origin::of(said(info.payload()), place.map(|place| (place.file(), place.line())));
    match () {
        () if GUARDED.get() > 0 => _ = LAST.replace(Some(origin)),
        () if rayon::current_thread_index().is_some() => {
            *OF_WORKERS.lock().unwrap_or_else(PoisonError::into_inner) = Some(origin);
        }
        () => return Some(origin),
    }
    None
}

/// Where the panic was that this thread caught, where a hook for panics remembered it.
pub fn remembered() -> Option<Origin> {
    let of_workers = || OF_WORKERS.lock().unwrap_or_else(PoisonError::into_inner).take();
    LAST.take().or_else(of_workers)
}

impl Origin {
    fn of(said: Option<&str>, place: Option<(&str, u32)>) -> Origin {
        // That is where the sources of weld are, be it a library of others or not.
        let own = file!().strip_suffix("guard.rs").unwrap_or_default();
        let (file, line) = place.unwrap_or_default();
        let said = said.unwrap_or("it gives no reason");
        let is_own = file.starts_with(own);
        let file = file.replace('\\', "/");
        let package = if is_own || !is_of_dependency(&file) { None } else { package(&file) };
        // Not where the sources of a library were when weld was built, but which library it is.
        let (library, short) = match package {
            Some((library, at)) => (Some(library.to_owned()), file.get(at..).unwrap_or_default()),
            None => (None, &*file),
        };
        let place = place.map(|_| format!(" ({short}:{line})")).unwrap_or_default();
        Origin { library, is_own, text: format!("{said}{place}") }
    }
}

/// Whether a source file is of a crate that somebody's program depends on. Cargo has the compiler name those by their whole paths,
/// be they of a registry, vendored or checked out, and names by a relative one what is in the workspace that it builds.
fn is_of_dependency(file: &str) -> bool {
    // The standard library, and what it depends on.
    let of_rust = ["/rustc/", "/rust/deps/"].iter().any(|start| file.starts_with(start));
    let is_whole = file.starts_with('/') || file.get(1..3) == Some(":/");
    is_whole && !of_rust && !file.contains("/lib/rustlib/src/")
}

/// The package that a source file is of, and where its directory is in the path. Cargo names the directories of a registry
/// after the package and its version; elsewhere, it is what has `src`.
fn package(file: &str) -> Option<(&str, usize)> {
    let of_registry = file.find("/registry/src/").and_then(|at| {
        let index = at + "/registry/src/".len();
        file.get(index..)?.find('/').map(|length| index + length + 1)
    });
    let at = of_registry.or_else(|| {
        let source = file.rfind("/src/").or_else(|| file.rfind('/'))?;
        file.get(..source)?.rfind('/').map(|at| at + 1)
    })?;
    let directory = file.get(at..)?.split('/').next()?;
    let is_version = |end: &str| end.starts_with(|c: char| c.is_ascii_digit());
    // `wasmparser-0.258.1-beta` is `wasmparser`.
    let name = directory.match_indices('-').find(|(at, _)| directory.get(at + 1..).is_some_and(is_version));
    Some((name.and_then(|(end, _)| directory.get(..end)).unwrap_or(directory), at))
}

/// Calls a library on an input. `file` is what messages call that.
///
/// # Errors
///
/// Where it panics. On a target whose panics do not unwind, such as wasm32, the panic ends the process as elsewhere.
pub fn guard<T>(of: Use, file: &str, call: impl FnOnce() -> T) -> Result<T, Panicked> {
    let Use { library, task, phase } = of;
    caught(call).map_err(|payload| {
        let origin = remembered();
        if origin.as_ref().is_some_and(|origin| origin.is_own) {
            pass(origin, payload);
        }
        let library = Some(library.to_owned());
        Panicked { library, task, phase, file: file.to_owned(), message: message(&*payload) }
    })
}

/// Does something in which weld's code and a library's alternate, as all do that ask the validator for types. Which of them a panic
/// was in is what the hook for panics remembers, which the command has.
///
/// # Errors
///
/// Where a library panics. Where no hook says where the panic was, all are taken for those of a library.
pub fn boundary<T>(phase: &'static str, file: &str, call: impl FnOnce() -> T) -> Result<T, Panicked> {
    enter(phase);
    caught(call).map_err(|payload| {
        let origin = remembered();
        if origin.as_ref().is_some_and(|origin| origin.library.is_none()) {
            pass(origin, payload);
        }
        let library = origin.and_then(|origin| origin.library);
        let phase = PHASE.get().unwrap_or(phase);
        Panicked { library, task: task(phase), phase, file: file.to_owned(), message: message(&*payload) }
    })
}

fn caught<T>(call: impl FnOnce() -> T) -> Result<T, Box<dyn Any + Send>> {
    GUARDED.set(GUARDED.get() + 1);
    // What the call left half done is dropped with what it borrowed for itself: nothing of it is looked at after.
    let result = catch_unwind(AssertUnwindSafe(call));
    GUARDED.set(GUARDED.get() - 1);
    result
}

/// Leaves a panic to whoever is around.
fn pass(origin: Option<Origin>, payload: Box<dyn Any + Send>) -> ! {
    LAST.set(origin);
    resume_unwind(payload)
}

/// What a phase does, as an infinitive.
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
