//! What `--debug` logs calls with.

use super::decisions::Decisions;
use crate::imports::Function;

/// What lines are written with: functions of the host's.
#[derive(Debug, Clone, Copy)]
pub struct Target<'c> {
    /// The interface and the name of the function that gives the stream.
    pub stream: (&'c str, &'c str),
    /// Likewise, of the one that writes to it.
    pub write: (&'c str, &'c str),
}

impl<'c> Target<'c> {
    /// The functions of one version, where the component may have them.
    pub fn of(decisions: &Decisions<'c>) -> Option<Target<'c>> {
        let find = |interface: &str, name: &str, version: Option<&str>| {
            let is_one = |of: &&Function<'c>| {
                of.known() == (interface, name) && version.is_none_or(|version| of.interface.ends_with(version))
            };
            let all = decisions.functions().filter(|of| of.grant.needs_host()).map(|of| of.function);
            // What only goes by the name may take or give anything.
            let mut found = all.filter(is_one).filter(|of| of.is_known);
            found.next().map(|of| (of.interface, of.name))
        };
        let stream = find("wasi:cli/stderr", "get-stderr", None)?;
        let version = stream.0.strip_prefix("wasi:cli/stderr")?;
        let write = find("wasi:io/streams", "[method]output-stream.blocking-write-and-flush", Some(version))?;
        Some(Target { stream, write })
    }
}
