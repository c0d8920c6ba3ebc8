//! The functions that `--debug` uses to log calls.

use super::decisions::Decisions;
use crate::imports::Function;

/// The host functions that write log lines.
#[derive(Debug, Clone, Copy)]
pub struct Target<'c> {
    /// The interface and name of the function that returns the stream.
    pub stream: (&'c str, &'c str),
    /// The interface and name of the function that writes to it.
    pub write: (&'c str, &'c str),
}

impl<'c> Target<'c> {
    /// The functions of one version, if the component may use them.
    pub fn of(decisions: &Decisions<'c>) -> Option<Target<'c>> {
        let find = |interface: &str, name: &str, version: Option<&str>| {
            let is_one = |of: &&Function<'c>| {
                of.known() == (interface, name) && version.is_none_or(|version| of.interface.ends_with(version))
            };
            let all = decisions.functions().filter(|of| of.grant.needs_host()).map(|of| of.function);
            // A function that only has the name may have another type.
            let mut found = all.filter(is_one).filter(|of| of.is_known);
            found.next().map(|of| (of.interface, of.name))
        };
        let stream = find("wasi:cli/stderr", "get-stderr", None)?;
        let version = stream.0.strip_prefix("wasi:cli/stderr")?;
        let write = find("wasi:io/streams", "[method]output-stream.blocking-write-and-flush", Some(version))?;
        Some(Target { stream, write })
    }
}
