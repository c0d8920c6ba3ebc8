//! Capabilities: what people call the parts of WASI, whatever interfaces they are made of.

use std::fmt;

/// A part of the world outside that a component may be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)] // Each is what its name says; `Capability::of` says of which interfaces.
pub enum Capability {
    Env,
    Args,
    Cwd,
    Config,
    Stdin,
    Stdout,
    Stderr,
    Exit,
    Clocks,
    Random,
    Fs,
    Sockets,
    Http,
    Keyvalue,
    Logging,
}

/// All of them, by name.
const NAMES: &[(&str, Capability)] = &[
    ("env", Capability::Env),
    ("args", Capability::Args),
    ("cwd", Capability::Cwd),
    ("config", Capability::Config),
    ("stdin", Capability::Stdin),
    ("stdout", Capability::Stdout),
    ("stderr", Capability::Stderr),
    ("exit", Capability::Exit),
    ("clocks", Capability::Clocks),
    ("random", Capability::Random),
    ("fs", Capability::Fs),
    ("sockets", Capability::Sockets),
    ("http", Capability::Http),
    ("keyvalue", Capability::Keyvalue),
    ("logging", Capability::Logging),
];

impl Capability {
    /// The capability of that name.
    pub fn named(name: &str) -> Option<Capability> {
        NAMES.iter().find(|(known, _)| *known == name).map(|(_, capability)| *capability)
    }

    /// The names of all capabilities.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(name, _)| *name)
    }

    /// The capability that a function belongs to, of whatever version its interface is. `None` for interfaces that are
    /// not of WASI, and for those that others are made of, such as `wasi:io`.
    pub fn of(interface: &str, function: &str) -> Option<Capability> {
        let (package, interface) = super::base(interface).strip_prefix("wasi:")?.split_once('/')?;
        Some(match (package, interface, function) {
            ("cli", "environment", "get-environment") => Capability::Env,
            ("cli", "environment", "get-arguments") => Capability::Args,
            // 0.2 and 0.3.
            ("cli", "environment", "initial-cwd" | "get-initial-cwd") => Capability::Cwd,
            ("cli", "stdin" | "terminal-stdin", _) => Capability::Stdin,
            ("cli", "stdout" | "terminal-stdout", _) => Capability::Stdout,
            ("cli", "stderr" | "terminal-stderr", _) => Capability::Stderr,
            ("cli", "exit", _) => Capability::Exit,
            ("config", ..) => Capability::Config,
            ("clocks", ..) => Capability::Clocks,
            ("random", ..) => Capability::Random,
            ("filesystem", ..) => Capability::Fs,
            ("sockets", ..) => Capability::Sockets,
            // 0.2 and 0.3: whom a component sends requests to, be it who stands behind it. The types of requests are no
            // capability: a component that only serves has them too.
            ("http", "outgoing-handler" | "client" | "incoming-handler" | "handler", _) => Capability::Http,
            ("keyvalue", ..) => Capability::Keyvalue,
            ("logging", ..) => Capability::Logging,
            _ => return None,
        })
    }
}

/// Whether an interface belongs to a capability that can do without it. Who is denied the capability is denied this too;
/// who is given it is not given this along: a program that writes need not know of a terminal.
pub fn is_companion(interface: &str) -> bool {
    interface.starts_with("wasi:cli/terminal-")
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = NAMES.iter().find(|(_, capability)| capability == self).map_or("", |(name, _)| name);
        f.write_str(name)
    }
}
