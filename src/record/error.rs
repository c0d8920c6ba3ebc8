//! The errors of recording and replaying.

use miette::Diagnostic;
use thiserror::Error;

use crate::PhaseError;
use crate::text::Shown;

/// The reason why a recorder cannot be generated, or why a recording cannot be used.
#[derive(Debug, Error, Diagnostic)]
#[allow(missing_docs)] // The messages say it.
pub(super) enum RecordError {
    #[error("calls of `{}` cannot be recorded: {why}", Shown(.function))]
    #[diagnostic(help("{}", others_help(.others)))]
    Function {
        function: String,
        why: String,
        /// The other edges that were asked for and can be recorded.
        others: Vec<String>,
    },

    #[error(
        "calls of `{}` cannot be recorded without those of `{}`, which has the resource type `{}` of its handles",
        Shown(.function), Shown(.interface), Shown(.resource)
    )]
    #[diagnostic(help("record both: `--at` may be given several times"))]
    Resource { function: String, resource: String, interface: String },

    #[error("the calls of `{}` cannot be recorded: {why}", Shown(.at))]
    #[diagnostic(help("record another edge: `weld inspect` shows all"))]
    Impossible { at: String, why: String },

    #[error("line {line} of the recording is no call: {why}")]
    #[diagnostic(help(
        "a line is `{{\"n\":1,\"at\":\"app/acme:kv/store\",\"call\":\"get\",\"args\":[\"\\\"k\\\"\"],\"result\":\"none\"}}`, as \
         `weld record` has it written; lines without `{{\"n\":` are no part of the recording"
    ))]
    Line { line: usize, why: String },

    #[error("line {line} of the recording is no call of `{}`: {why}", Shown(.function))]
    #[diagnostic(help("record it again: the recording is of another version of the interface, or was changed"))]
    Call { line: usize, function: String, why: String },

    #[error("the recording has no call in it")]
    #[diagnostic(help(
        "it is what the recorded component writes to standard error: `wasmtime run recorded.wasm 2> calls.jsonl`"
    ))]
    NoCall,

    #[error("the recording has no call of {}", .edges)]
    #[diagnostic(help("its lines say at which edges the calls were: `at`"))]
    Nothing { edges: String },
}

impl RecordError {
    /// Converts the error to that of the library.
    pub(super) fn finished(self) -> PhaseError {
        PhaseError::Finished(Box::new(self))
    }
}

fn others_help(others: &[String]) -> String {
    if others.is_empty() {
        return "record another edge: `weld inspect` shows all".to_owned();
    }
    let flags: Vec<String> = others.iter().map(|edge| format!("--at '{}'", Shown(edge))).collect();
    format!("the others can be recorded: {}", flags.join(" "))
}
