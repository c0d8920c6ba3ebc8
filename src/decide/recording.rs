//! How calls are recorded, and the calls of a recording.

use crate::runtime::value::Value;

/// What a recorder does with each call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Writes it down as it is read again.
    Record,
    /// Writes it down for people.
    Trace,
    /// Answers it from a recording.
    Replay,
}

/// How calls are recorded.
#[derive(Debug, Clone)]
pub struct Recorder {
    /// The instance that calls.
    pub at: String,
    pub form: Form,
    /// The interfaces that it writes with.
    pub sink: Vec<String>,
    /// The calls of the recording.
    pub calls: Vec<Call>,
}

/// A recorded call.
#[derive(Debug, Clone)]
pub struct Call {
    /// The import, and the function.
    pub interface: String,
    pub function: String,
    pub arguments: Vec<Value>,
    pub result: Option<Value>,
    /// Whether it did not return: its line has no end.
    pub is_endless: bool,
}

impl Call {
    /// Whether it is of a function.
    pub fn is_of(&self, interface: &str, function: &str) -> bool {
        self.interface == interface && self.function == function
    }
}
