//! How calls are recorded, and the calls of a recording.

use crate::runtime::value::Value;

/// What a recorder does with each call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Writes it down as it is read again.
    Record,
    /// Writes it down for people.
    Trace,
    /// Answers it from a recording.
    Replay,
}

/// How calls are recorded.
#[derive(Debug, Clone)]
pub(crate) struct Recorder {
    /// What the interfaces are called after: the instance that calls, as `kv/`.
    pub at: String,
    pub form: Form,
    /// The interfaces that it writes with.
    pub sink: Vec<String>,
    /// The calls of the recording.
    pub calls: Vec<Call>,
}

/// A recorded call.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// The import, and the function.
    pub interface: String,
    pub function: String,
    pub arguments: Vec<Value>,
    pub result: Option<Value>,
    /// Whether it returned, as its line says, or a later one.
    pub has_returned: bool,
}

impl Recorder {
    /// What the recording calls the edge of an interface, or of functions of the world.
    pub(crate) fn edge(&self, interface: &str) -> String {
        match interface {
            "" => self.at.trim_end_matches(['/', ' ']).to_owned(),
            interface => format!("{}{interface}", self.at),
        }
    }
}

impl Call {
    /// Whether it is of a function.
    pub(crate) fn is_of(&self, interface: &str, function: &str) -> bool {
        self.interface == interface && self.function == function
    }
}
