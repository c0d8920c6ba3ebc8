//! Capabilities: what people call the parts of WASI, as a table of functions.
//!
//! Allowing a capability allows the functions of the table and no others. Denying it denies more: whatever goes by the
//! name of its package.

use std::borrow::Cow;
use std::fmt;

use semver::Version;

use Capability::{Args, Clocks, Cwd, Env, Sockets, Stderr, Stdin, Stdout};

use super::Form;
use super::form::plain;

/// A part of the world outside that a component may be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // Each is what its name says; `Capability::of` says of which interfaces.
pub(crate) enum Capability {
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

/// What a module of a host for JavaScript gives to whoever imports it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gives {
    /// All that the process has: it reads any file or memory of the process, or runs any code. It is denied with each capability.
    All,
    /// It is denied with these capabilities.
    Of(&'static [Capability]),
    /// Nothing of what is outside: it is denied with no capability.
    Nothing,
}

/// The modules of Node whose names can be those of imports. jco imports what a component imports by the plain name of a
/// module, or of the namespace `node`, from that module. A module of that namespace that is not here counts as [`Gives::All`].
/// `tests/it/virtualize_trust.rs` compares the table with the modules that Node says it has.
const MODULES: &[(&str, Gives)] = &[
    // Compares values. What it says of a difference it says in an exception.
    ("assert", Gives::Nothing),
    // `allocUnsafe` gives memory that was somebody else's.
    ("buffer", Gives::All),
    // Starts processes.
    ("cluster", Gives::All),
    ("console", Gives::Of(&[Stdout, Stderr])),
    // Numbers alone.
    ("constants", Gives::Nothing),
    // `setEngine` loads a native library.
    ("crypto", Gives::All),
    ("dgram", Gives::Of(&[Sockets])),
    ("dns", Gives::Of(&[Sockets])),
    // Passes exceptions between objects of the module.
    ("domain", Gives::Nothing),
    // Passes calls between objects of the module.
    ("events", Gives::Nothing),
    // All files of the machine, `/proc/self/environ` and `/proc/self/mem` among them.
    ("fs", Gives::All),
    // Takes the options of `net` and of `tls`.
    ("http", Gives::All),
    ("http2", Gives::All),
    ("https", Gives::All),
    // Runs any code.
    ("inspector", Gives::All),
    ("module", Gives::All),
    // `new Socket({fd})` reads and writes what the process has open, such as pipes.
    ("net", Gives::Of(&[Sockets, Stdin, Stdout, Stderr])),
    // The machine, its users and its processes.
    ("os", Gives::All),
    // `resolve` begins with the working directory.
    ("path", Gives::Of(&[Cwd])),
    ("process", Gives::All),
    // Text to text.
    ("punycode", Gives::Nothing),
    ("querystring", Gives::Nothing),
    ("readline", Gives::Of(&[Stdin, Stdout])),
    // Runs any code.
    ("repl", Gives::All),
    // Passes bytes between objects of the module.
    ("stream", Gives::Nothing),
    // Another name of `util`.
    ("sys", Gives::Of(UTIL)),
    ("timers", Gives::Of(&[Clocks])),
    // The option `clientCertEngine` loads a native library.
    ("tls", Gives::All),
    // Opens descriptors by number. How many colours there are is read in the environment.
    ("tty", Gives::Of(&[Stdin, Stdout, Stderr, Env])),
    // `pathToFileURL` begins with the working directory.
    ("url", Gives::Of(&[Cwd])),
    ("util", Gives::Of(UTIL)),
    // Writes the memory of the process into a file, and changes how it runs.
    ("v8", Gives::All),
    ("vm", Gives::All),
    // Opens any directory.
    ("wasi", Gives::All),
    // Bytes to bytes.
    ("zlib", Gives::Nothing),
];

/// `parseArgs` reads the arguments, `debuglog` a variable, `getCallSites` where the program is; `log` writes to stdout with the
/// time, `debuglog` and `deprecate` to stderr.
const UTIL: &[Capability] = &[Args, Env, Cwd, Clocks, Stdout, Stderr];

/// Namespaces that hosts for JavaScript take for the scheme of a URL, and load any code from there: jco has `file:tmp/a` run
/// `/tmp/a`, and Deno `npm:a/b` a package from the network.
const SCHEMES: &[&str] = &["file", "http", "https", "jsr", "npm"];

/// Whether some hosts load code from the place that the name of an interface states, even if the interface has types alone.
pub(crate) fn is_loaded(interface: &str) -> bool {
    interface.split_once(':').is_some_and(|(scheme, _)| SCHEMES.contains(&scheme))
}

/// What a host for JavaScript has by the name of an interface that is not of WASI. `None` where that names no module that is known.
fn module(interface: &str) -> Option<Gives> {
    let known = |name: &str| MODULES.iter().find(|(module, _)| *module == name).map(|(_, gives)| *gives);
    match interface.split_once(':') {
        None => known(interface),
        Some(("node", rest)) => Some(rest.split(['/', '@']).next().and_then(known).unwrap_or(Gives::All)),
        Some(_) => is_loaded(interface).then_some(Gives::All),
    }
}

/// How far a capability reaches into an interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// The functions are allowed with the capability, and denied with it.
    Both,
    /// The functions are denied with the capability, and not allowed with it: a program that writes need not know of a
    /// terminal.
    Denied,
    /// The functions are allowed with the capability, and not denied with it: a component that serves requests uses the
    /// types of requests, and calls nobody.
    Given,
}

/// The functions of an interface that belong to a capability.
struct Row {
    /// The interface, without `wasi:` and its version.
    interface: &'static str,
    capability: Capability,
    extent: Extent,
    functions: &'static [&'static str],
}

/// The functions of WASI 0.2.0 to 0.2.12 and 0.3.0 to 0.3.2, and of the drafts of `wasi:config`, `wasi:keyvalue` and
/// `wasi:logging`, by capability. The source is the WIT of the crates `wasip2`, `wasip3`, `wasmtime-wasi-keyvalue` and
/// `wasmtime-wasi-config`. `capability/tests.rs` finds each function of WASI 0.2.12 and 0.3.0 here, and of the drafts in `wit`.
#[rustfmt::skip]
const TABLE: &[Row] = &[
    Row { interface: "cli/environment", capability: Capability::Env, extent: Extent::Both, functions: &[
        "get-environment",
    ] },
    Row { interface: "cli/environment", capability: Capability::Args, extent: Extent::Both, functions: &[
        "get-arguments",
    ] },
    Row { interface: "cli/environment", capability: Capability::Cwd, extent: Extent::Both, functions: &[
        "initial-cwd", "get-initial-cwd",
    ] },
    Row { interface: "cli/stdin", capability: Capability::Stdin, extent: Extent::Both, functions: &[
        "get-stdin", "read-via-stream",
    ] },
    Row { interface: "cli/terminal-stdin", capability: Capability::Stdin, extent: Extent::Denied, functions: &[
        "get-terminal-stdin",
    ] },
    Row { interface: "cli/stdout", capability: Capability::Stdout, extent: Extent::Both, functions: &[
        "get-stdout", "write-via-stream",
    ] },
    Row { interface: "cli/terminal-stdout", capability: Capability::Stdout, extent: Extent::Denied, functions: &[
        "get-terminal-stdout",
    ] },
    Row { interface: "cli/stderr", capability: Capability::Stderr, extent: Extent::Both, functions: &[
        "get-stderr", "write-via-stream",
    ] },
    Row { interface: "cli/terminal-stderr", capability: Capability::Stderr, extent: Extent::Denied, functions: &[
        "get-terminal-stderr",
    ] },
    Row { interface: "cli/exit", capability: Capability::Exit, extent: Extent::Both, functions: &[
        "exit", "exit-with-code",
    ] },
    Row { interface: "config/store", capability: Capability::Config, extent: Extent::Both, functions: &[
        "get", "get-all",
    ] },
    Row { interface: "config/runtime", capability: Capability::Config, extent: Extent::Both, functions: &[
        "get", "get-all",
    ] },
    Row { interface: "clocks/monotonic-clock", capability: Capability::Clocks, extent: Extent::Both, functions: &[
        "now", "resolution", "subscribe-instant", "subscribe-duration", "get-resolution", "wait-until", "wait-for",
    ] },
    Row { interface: "clocks/wall-clock", capability: Capability::Clocks, extent: Extent::Both, functions: &[
        "now", "resolution",
    ] },
    Row { interface: "clocks/timezone", capability: Capability::Clocks, extent: Extent::Both, functions: &[
        "display", "utc-offset", "iana-id", "to-debug-string",
    ] },
    Row { interface: "clocks/system-clock", capability: Capability::Clocks, extent: Extent::Both, functions: &[
        "now", "get-resolution",
    ] },
    Row { interface: "random/insecure-seed", capability: Capability::Random, extent: Extent::Both, functions: &[
        "insecure-seed", "get-insecure-seed",
    ] },
    Row { interface: "random/insecure", capability: Capability::Random, extent: Extent::Both, functions: &[
        "get-insecure-random-bytes", "get-insecure-random-u64",
    ] },
    Row { interface: "random/random", capability: Capability::Random, extent: Extent::Both, functions: &[
        "get-random-bytes", "get-random-u64",
    ] },
    Row { interface: "filesystem/types", capability: Capability::Fs, extent: Extent::Both, functions: &[
        "[method]descriptor.read-via-stream", "[method]descriptor.write-via-stream",
        "[method]descriptor.append-via-stream", "[method]descriptor.advise", "[method]descriptor.sync-data",
        "[method]descriptor.get-flags", "[method]descriptor.get-type", "[method]descriptor.set-size",
        "[method]descriptor.set-times", "[method]descriptor.read", "[method]descriptor.write",
        "[method]descriptor.read-directory", "[method]descriptor.sync", "[method]descriptor.create-directory-at",
        "[method]descriptor.stat", "[method]descriptor.stat-at", "[method]descriptor.set-times-at",
        "[method]descriptor.link-at", "[method]descriptor.open-at", "[method]descriptor.readlink-at",
        "[method]descriptor.remove-directory-at", "[method]descriptor.rename-at", "[method]descriptor.symlink-at",
        "[method]descriptor.unlink-file-at", "[method]descriptor.is-same-object", "[method]descriptor.metadata-hash",
        "[method]descriptor.metadata-hash-at", "[method]directory-entry-stream.read-directory-entry",
        "filesystem-error-code",
    ] },
    Row { interface: "filesystem/preopens", capability: Capability::Fs, extent: Extent::Both, functions: &[
        "get-directories",
    ] },
    Row { interface: "sockets/network", capability: Capability::Sockets, extent: Extent::Both, functions: &[
        "network-error-code",
    ] },
    Row { interface: "sockets/instance-network", capability: Capability::Sockets, extent: Extent::Both, functions: &[
        "instance-network",
    ] },
    Row { interface: "sockets/ip-name-lookup", capability: Capability::Sockets, extent: Extent::Both, functions: &[
        "[method]resolve-address-stream.resolve-next-address", "[method]resolve-address-stream.subscribe",
        "resolve-addresses",
    ] },
    Row { interface: "sockets/tcp", capability: Capability::Sockets, extent: Extent::Both, functions: &[
        "[method]tcp-socket.start-bind", "[method]tcp-socket.finish-bind", "[method]tcp-socket.start-connect",
        "[method]tcp-socket.finish-connect", "[method]tcp-socket.start-listen", "[method]tcp-socket.finish-listen",
        "[method]tcp-socket.accept", "[method]tcp-socket.local-address", "[method]tcp-socket.remote-address",
        "[method]tcp-socket.is-listening", "[method]tcp-socket.address-family",
        "[method]tcp-socket.set-listen-backlog-size", "[method]tcp-socket.keep-alive-enabled",
        "[method]tcp-socket.set-keep-alive-enabled", "[method]tcp-socket.keep-alive-idle-time",
        "[method]tcp-socket.set-keep-alive-idle-time", "[method]tcp-socket.keep-alive-interval",
        "[method]tcp-socket.set-keep-alive-interval", "[method]tcp-socket.keep-alive-count",
        "[method]tcp-socket.set-keep-alive-count", "[method]tcp-socket.hop-limit",
        "[method]tcp-socket.set-hop-limit", "[method]tcp-socket.receive-buffer-size",
        "[method]tcp-socket.set-receive-buffer-size", "[method]tcp-socket.send-buffer-size",
        "[method]tcp-socket.set-send-buffer-size", "[method]tcp-socket.subscribe", "[method]tcp-socket.shutdown",
    ] },
    Row { interface: "sockets/tcp-create-socket", capability: Capability::Sockets, extent: Extent::Both, functions: &[
        "create-tcp-socket",
    ] },
    Row { interface: "sockets/udp", capability: Capability::Sockets, extent: Extent::Both, functions: &[
        "[method]udp-socket.start-bind", "[method]udp-socket.finish-bind", "[method]udp-socket.stream",
        "[method]udp-socket.local-address", "[method]udp-socket.remote-address", "[method]udp-socket.address-family",
        "[method]udp-socket.unicast-hop-limit", "[method]udp-socket.set-unicast-hop-limit",
        "[method]udp-socket.receive-buffer-size", "[method]udp-socket.set-receive-buffer-size",
        "[method]udp-socket.send-buffer-size", "[method]udp-socket.set-send-buffer-size",
        "[method]udp-socket.subscribe", "[method]incoming-datagram-stream.receive",
        "[method]incoming-datagram-stream.subscribe", "[method]outgoing-datagram-stream.check-send",
        "[method]outgoing-datagram-stream.send", "[method]outgoing-datagram-stream.subscribe",
    ] },
    Row { interface: "sockets/udp-create-socket", capability: Capability::Sockets, extent: Extent::Both, functions: &[
        "create-udp-socket",
    ] },
    Row { interface: "sockets/types", capability: Capability::Sockets, extent: Extent::Both, functions: &[
        "[static]tcp-socket.create", "[method]tcp-socket.bind", "[method]tcp-socket.connect",
        "[method]tcp-socket.listen", "[method]tcp-socket.send", "[method]tcp-socket.receive",
        "[method]tcp-socket.get-local-address", "[method]tcp-socket.get-remote-address",
        "[method]tcp-socket.get-is-listening", "[method]tcp-socket.get-address-family",
        "[method]tcp-socket.set-listen-backlog-size", "[method]tcp-socket.get-keep-alive-enabled",
        "[method]tcp-socket.set-keep-alive-enabled", "[method]tcp-socket.get-keep-alive-idle-time",
        "[method]tcp-socket.set-keep-alive-idle-time", "[method]tcp-socket.get-keep-alive-interval",
        "[method]tcp-socket.set-keep-alive-interval", "[method]tcp-socket.get-keep-alive-count",
        "[method]tcp-socket.set-keep-alive-count", "[method]tcp-socket.get-hop-limit",
        "[method]tcp-socket.set-hop-limit", "[method]tcp-socket.get-receive-buffer-size",
        "[method]tcp-socket.set-receive-buffer-size", "[method]tcp-socket.get-send-buffer-size",
        "[method]tcp-socket.set-send-buffer-size", "[static]udp-socket.create", "[method]udp-socket.bind",
        "[method]udp-socket.connect", "[method]udp-socket.disconnect", "[method]udp-socket.send",
        "[method]udp-socket.receive", "[method]udp-socket.get-local-address",
        "[method]udp-socket.get-remote-address", "[method]udp-socket.get-address-family",
        "[method]udp-socket.get-unicast-hop-limit", "[method]udp-socket.set-unicast-hop-limit",
        "[method]udp-socket.get-receive-buffer-size", "[method]udp-socket.set-receive-buffer-size",
        "[method]udp-socket.get-send-buffer-size", "[method]udp-socket.set-send-buffer-size",
    ] },
    Row { interface: "http/outgoing-handler", capability: Capability::Http, extent: Extent::Both, functions: &[
        "handle",
    ] },
    Row { interface: "http/client", capability: Capability::Http, extent: Extent::Both, functions: &[
        "send",
    ] },
    Row { interface: "http/incoming-handler", capability: Capability::Http, extent: Extent::Both, functions: &[
        "handle",
    ] },
    Row { interface: "http/handler", capability: Capability::Http, extent: Extent::Both, functions: &[
        "handle",
    ] },
    Row { interface: "http/types", capability: Capability::Http, extent: Extent::Given, functions: &[
        "[constructor]fields", "[static]fields.from-list", "[method]fields.get", "[method]fields.has",
        "[method]fields.set", "[method]fields.delete", "[method]fields.append", "[method]fields.entries",
        "[method]fields.clone", "[method]incoming-request.method", "[method]incoming-request.path-with-query",
        "[method]incoming-request.scheme", "[method]incoming-request.authority", "[method]incoming-request.headers",
        "[method]incoming-request.consume", "[constructor]outgoing-request", "[method]outgoing-request.body",
        "[method]outgoing-request.method", "[method]outgoing-request.set-method",
        "[method]outgoing-request.path-with-query", "[method]outgoing-request.set-path-with-query",
        "[method]outgoing-request.scheme", "[method]outgoing-request.set-scheme",
        "[method]outgoing-request.authority", "[method]outgoing-request.set-authority",
        "[method]outgoing-request.headers", "[constructor]request-options",
        "[method]request-options.connect-timeout", "[method]request-options.set-connect-timeout",
        "[method]request-options.first-byte-timeout", "[method]request-options.set-first-byte-timeout",
        "[method]request-options.between-bytes-timeout", "[method]request-options.set-between-bytes-timeout",
        "[method]response-outparam.send-informational", "[static]response-outparam.set",
        "[method]incoming-response.status", "[method]incoming-response.headers", "[method]incoming-response.consume",
        "[method]incoming-body.stream", "[static]incoming-body.finish", "[method]future-trailers.subscribe",
        "[method]future-trailers.get", "[constructor]outgoing-response", "[method]outgoing-response.status-code",
        "[method]outgoing-response.set-status-code", "[method]outgoing-response.headers",
        "[method]outgoing-response.body", "[method]outgoing-body.write", "[static]outgoing-body.finish",
        "[method]future-incoming-response.subscribe", "[method]future-incoming-response.get", "http-error-code",
        "[method]fields.get-and-delete", "[method]fields.copy-all", "[static]request.new",
        "[method]request.get-method", "[method]request.set-method", "[method]request.get-path-with-query",
        "[method]request.set-path-with-query", "[method]request.get-scheme", "[method]request.set-scheme",
        "[method]request.get-authority", "[method]request.set-authority", "[method]request.get-options",
        "[method]request.get-headers", "[static]request.consume-body", "[method]request-options.get-connect-timeout",
        "[method]request-options.get-first-byte-timeout", "[method]request-options.get-between-bytes-timeout",
        "[method]request-options.clone", "[static]response.new", "[method]response.get-status-code",
        "[method]response.set-status-code", "[method]response.get-headers", "[static]response.consume-body",
    ] },
    Row { interface: "keyvalue/store", capability: Capability::Keyvalue, extent: Extent::Both, functions: &[
        "open", "[method]bucket.get", "[method]bucket.set", "[method]bucket.delete", "[method]bucket.exists",
        "[method]bucket.list-keys",
    ] },
    Row { interface: "keyvalue/atomics", capability: Capability::Keyvalue, extent: Extent::Both, functions: &[
        "increment", "[static]cas.new", "[method]cas.current", "swap",
    ] },
    Row { interface: "keyvalue/batch", capability: Capability::Keyvalue, extent: Extent::Both, functions: &[
        "get-many", "set-many", "delete-many",
    ] },
    Row { interface: "logging/logging", capability: Capability::Logging, extent: Extent::Both, functions: &[
        "log",
    ] },
];

/// The functions of interfaces that belong to no capability.
const OTHERS: &[(&str, &[&str])] = &[
    ("cli/run", &["run"]),
    ("cli/terminal-input", &[]),
    ("cli/terminal-output", &[]),
    ("cli/types", &[]),
    ("clocks/types", &[]),
    ("io/error", &["[method]error.to-debug-string"]),
    ("io/poll", &["[method]pollable.ready", "[method]pollable.block", "poll"]),
    (
        "io/streams",
        &[
            "[method]input-stream.read",
            "[method]input-stream.blocking-read",
            "[method]input-stream.skip",
            "[method]input-stream.blocking-skip",
            "[method]input-stream.subscribe",
            "[method]output-stream.check-write",
            "[method]output-stream.write",
            "[method]output-stream.blocking-write-and-flush",
            "[method]output-stream.flush",
            "[method]output-stream.blocking-flush",
            "[method]output-stream.subscribe",
            "[method]output-stream.write-zeroes",
            "[method]output-stream.blocking-write-zeroes-and-flush",
            "[method]output-stream.splice",
            "[method]output-stream.blocking-splice",
        ],
    ),
];

/// The interfaces that WASI 0.3 does not have.
const ONLY_0_2: &[&str] = &[
    "clocks/wall-clock",
    "http/incoming-handler",
    "http/outgoing-handler",
    "sockets/instance-network",
    "sockets/network",
    "sockets/tcp",
    "sockets/tcp-create-socket",
    "sockets/udp",
    "sockets/udp-create-socket",
];

/// Those that WASI 0.2 does not have.
const ONLY_0_3: &[&str] =
    &["cli/types", "clocks/system-clock", "clocks/types", "http/client", "http/handler", "sockets/types"];

/// The capabilities of whole packages. An interface or a function that [`TABLE`] does not have, of a later version of WASI
/// or of a hostile component, is denied with the capability of its package and never allowed with it.
const PACKAGES: &[(&str, Capability)] = &[
    ("config", Capability::Config),
    ("clocks", Capability::Clocks),
    ("random", Capability::Random),
    ("filesystem", Capability::Fs),
    ("sockets", Capability::Sockets),
    ("http", Capability::Http),
    ("keyvalue", Capability::Keyvalue),
    ("logging", Capability::Logging),
];

/// Words for capabilities that are no names of theirs, each with the names that are meant.
const WORDS: &[(&[&str], &[&str])] = &[
    (&["arg", "argument", "arguments", "argv"], &["args"]),
    (&["clock", "time", "timer", "timers", "monotonic-clock", "wall-clock"], &["clocks"]),
    (&["configuration", "runtime-config", "config-var"], &["config"]),
    (&["initial-cwd", "workdir", "working-dir", "working-directory"], &["cwd"]),
    (&["envs", "environ", "environment", "env-var", "env-vars", "vars", "variables"], &["env"]),
    (&["process-exit"], &["exit"]),
    (
        &[
            "file",
            "files",
            "file-system",
            "filesystem",
            "dir",
            "dirs",
            "directory",
            "directories",
            "disk",
            "read",
            "write",
            "fs-read",
            "fs-write",
            "read-fs",
            "write-fs",
            "preopen",
            "preopens",
            "mount",
            "mounts",
            "volume",
            "volumes",
        ],
        &["fs"],
    ),
    (&["https", "outgoing-http", "http-requests", "fetch"], &["http"]),
    (&["key-value", "kv"], &["keyvalue"]),
    (&["log", "logs", "logger"], &["logging"]),
    (&["network", "net", "networking", "internet"], &["sockets", "http"]),
    (&["rand", "rng", "randomness", "entropy"], &["random"]),
    (&["socket", "tcp", "udp", "dns", "ip-name-lookup"], &["sockets"]),
    (&["stdio", "console", "terminal", "tty"], &["stdin", "stdout", "stderr"]),
];

/// Words for several capabilities, which grants and policies take as well.
const GROUPS: &[(&str, &[&str])] = &[("network", &["sockets", "http"]), ("stdio", &["stdin", "stdout", "stderr"])];

impl Capability {
    /// The names of the capabilities that a word stands for, if it stands for several.
    pub(crate) fn group(word: &str) -> Option<&'static [&'static str]> {
        GROUPS.iter().find(|(known, _)| *known == word).map(|(_, names)| *names)
    }

    /// The words that stand for several capabilities.
    pub(crate) fn groups() -> impl Iterator<Item = &'static str> {
        GROUPS.iter().map(|(word, _)| *word)
    }

    /// The capability of that name.
    pub(crate) fn named(name: &str) -> Option<Capability> {
        NAMES.iter().find(|(known, _)| *known == name).map(|(_, capability)| *capability)
    }

    /// How far out of the program it leads, for lists that begin with what matters most: other machines, then what stays behind when the
    /// program has ended, then what others see while it runs, then what is told to it.
    pub(crate) fn reach(self) -> u8 {
        match self {
            Capability::Http | Capability::Sockets => 4,
            Capability::Keyvalue | Capability::Fs => 3,
            Capability::Stdout | Capability::Stderr | Capability::Logging | Capability::Exit => 2,
            Capability::Env | Capability::Args | Capability::Config | Capability::Stdin => 1,
            Capability::Cwd | Capability::Clocks | Capability::Random => 0,
        }
    }

    /// All capabilities.
    pub(crate) fn all() -> impl Iterator<Item = Capability> {
        NAMES.iter().map(|(_, capability)| *capability)
    }

    /// The names of all capabilities.
    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(name, _)| *name)
    }

    /// The capabilities that are probably meant by a word that is none: what they are called elsewhere, also with a slip of the
    /// keys.
    pub(crate) fn meant(word: &str) -> Option<&'static [&'static str]> {
        let spelled = lowercase(word);
        let is_near = |known: &str| known.len() > 5 && strsim::damerau_levenshtein(known, &spelled) == 1;
        Capability::called(word).or_else(|| meant_by(&is_near))
    }

    /// The capabilities that another tool, or people, call by a word.
    pub(crate) fn called(word: &str) -> Option<&'static [&'static str]> {
        let spelled = lowercase(word);
        meant_by(&|known| known == spelled)
    }

    /// The capability that is denied with a function, whatever the version of its interface is. `None` for interfaces
    /// that are not of WASI, and for those that others are made of, such as `wasi:io`. The function is empty for an
    /// interface as such.
    pub(crate) fn of(interface: &str, function: &str) -> Option<Capability> {
        let (package, name) = wasi(interface)?;
        let mut rows = rows(name).peekable();
        if rows.peek().is_none() {
            return PACKAGES.iter().find(|(known, _)| *known == package).map(|(_, capability)| *capability);
        }
        let mut rows = rows.filter(|row| row.extent != Extent::Given).peekable();
        let first = rows.peek().map(|row| row.capability)?;
        let rows: Vec<&Row> = rows.collect();
        match rows.iter().find(|row| row.functions.contains(&function)) {
            Some(row) => Some(row.capability),
            // An interface that is several capabilities is none of them as such.
            None if rows.len() > 1 => None,
            None => Some(first),
        }
    }

    /// The interface that has most of its functions, without a version.
    pub(super) fn interface(self) -> Option<String> {
        let rows = TABLE.iter().filter(|row| row.capability == self && row.extent == Extent::Both);
        // Of several that have as many, the last: `random/random` is the one that most people mean.
        let row = rows.max_by_key(|row| row.functions.len())?;
        Some(format!("wasi:{}", row.interface))
    }

    /// Whether a function is allowed with this capability, whatever the version of its interface is. An interface as
    /// such, which may have types alone, is allowed where nothing of it belongs to another capability.
    pub(crate) fn gives(self, interface: &str, function: &str) -> bool {
        let Some((_, name)) = wasi(interface) else { return false };
        if function.is_empty() {
            let mut rows = rows(name).peekable();
            return match rows.peek() {
                Some(_) => rows.all(|row| row.capability == self && row.extent != Extent::Denied),
                None => Capability::of(interface, "") == Some(self),
            };
        }
        rows(name).any(|row| self.is_of(row) && row.extent != Extent::Denied && row.functions.contains(&function))
    }

    /// Whether WASI has the function, and it belongs to this capability, be it that it is only denied along with it.
    pub(crate) fn has(self, interface: &str, function: &str) -> bool {
        let Some((_, name)) = wasi(interface) else { return false };
        self.gives(interface, function)
            || rows(name).any(|row| self.is_of(row) && (function.is_empty() || row.functions.contains(&function)))
    }

    /// Whether a function is denied with this capability, whatever the version of its interface is. What WASI does not
    /// have under the name of an interface that is several capabilities is denied with each of them.
    pub(crate) fn covers(self, interface: &str, function: &str) -> bool {
        Capability::covering(interface, function).any(|capability| capability == self)
    }

    /// The capabilities with which a function is denied.
    pub(crate) fn covering(interface: &str, function: &str) -> impl Iterator<Item = Capability> + use<> {
        let (interface, function) = spelled(interface, function);
        let own = Capability::of(&interface, function);
        let others: Vec<Capability> = match wasi(&interface) {
            Some((_, name)) => {
                let is_known = function.is_empty() || rows(name).any(|row| row.functions.contains(&function));
                let others = rows(name).filter(|row| !is_known && row.extent != Extent::Given);
                others.map(|row| row.capability).collect()
            }
            // A host for JavaScript may take the interface for a module.
            None => match module(&interface) {
                Some(Gives::All) => Capability::all().collect(),
                Some(Gives::Of(capabilities)) => capabilities.to_vec(),
                Some(Gives::Nothing) | None => Vec::new(),
            },
        };
        Capability::all().filter(move |capability| own == Some(*capability) || others.contains(capability))
    }

    /// Whether a function is denied with some capability.
    pub(crate) fn any(interface: &str, function: &str) -> bool {
        Capability::covering(interface, function).next().is_some()
    }

    fn is_of(self, row: &Row) -> bool {
        row.capability == self
    }
}

/// The interface and the function of WASI that names may be taken for which differ in case and hyphens alone: as WASI spells them.
fn spelled<'n>(interface: &'n str, function: &'n str) -> (Cow<'n, str>, &'n str) {
    let interface = spelled_interface(interface);
    let function = wasi(&interface).map_or(function, |(_, name)| spelled_function(name, function));
    (interface, function)
}

fn spelled_interface(interface: &str) -> Cow<'_, str> {
    let known = wasi(interface).is_some_and(|(_, name)| rows(name).next().is_some());
    let Some(name) = super::InterfaceName::read(interface).filter(|_| !known) else { return Cow::Borrowed(interface) };
    let own = plain(name.base);
    let Some(own) = own.strip_prefix("wasi:") else { return Cow::Borrowed(interface) };
    let row = TABLE.iter().find(|row| plain(row.interface) == own);
    Cow::Owned(format!("wasi:{}", row.map_or(own, |row| row.interface)))
}

fn spelled_function<'f>(interface: &str, function: &'f str) -> &'f str {
    if function.is_empty() || rows(interface).any(|row| row.functions.contains(&function)) {
        return function;
    }
    let own = plain(function);
    let known = rows(interface).flat_map(|row| row.functions).find(|known| plain(known) == own);
    known.map_or(function, |known| known)
}

/// The package of an interface of WASI, and the interface with its package, both without `wasi:` and the version.
fn wasi(interface: &str) -> Option<(&str, &str)> {
    let name = super::InterfaceName::read(interface)?;
    Some((name.package.strip_prefix("wasi:")?, name.base.strip_prefix("wasi:")?))
}

/// The functions that WASI has in an interface, whatever its version. `None` for interfaces that it does not have.
pub(crate) fn functions(interface: &str) -> Option<Vec<&'static str>> {
    let (_, name) = wasi(interface)?;
    let others = OTHERS.iter().filter(|(known, _)| *known == name).map(|(_, functions)| *functions);
    let mut all = rows(name).map(|row| row.functions).chain(others).peekable();
    all.peek()?;
    Some(all.flatten().copied().collect())
}

/// The interfaces of WASI, each without a version.
pub(crate) fn interfaces() -> impl Iterator<Item = String> {
    let names = TABLE.iter().map(|row| row.interface).chain(OTHERS.iter().map(|(name, _)| *name));
    names.map(|name| format!("wasi:{name}"))
}

/// Whether WASI has an interface, which is named without a version, in a version that a pattern names: that one or one that can
/// stand for it, later ones than are known today included. A draft is a version of its own; most have a date.
pub(crate) fn has_version(interface: &str, version: &Version) -> bool {
    let Some((package, name)) = wasi(interface) else { return false };
    let minor = (version.major, version.minor);
    let is_there = match minor {
        (0, 2) => !ONLY_0_3.contains(&name),
        (0, 3) => !ONLY_0_2.contains(&name),
        _ => true,
    };
    if !is_there || !versions(package).contains(&minor) {
        return false;
    }
    let draft = version.pre.as_str();
    // `rc-2023-12-05`, of the first of its minor versions.
    let is_dated = |first: &str, last: &str| {
        let like = |(char, like): (u8, u8)| if like == b'-' { char == like } else { char.is_ascii_digit() };
        let is_date = |date: &&str| date.len() == last.len() && date.bytes().zip(last.bytes()).all(like);
        let date = draft.strip_prefix("rc-").filter(is_date).filter(|_| version.patch == 0);
        let of =
            |date: &str, at| date.get(at..at + 2).and_then(|number| number.parse::<u32>().ok()).unwrap_or_default();
        date.is_some_and(|date| {
            (first..=last).contains(&date) && (1..=12).contains(&of(date, 5)) && (1..=31).contains(&of(date, 8))
        })
    };
    match (package, minor) {
        _ if draft.is_empty() => true,
        ("keyvalue" | "config" | "logging", _) => version.patch == 0 && ["draft", "draft2", "rc.1"].contains(&draft),
        (_, (0, 2)) => is_dated("2023-10-01", "2024-01-31"),
        (_, (0, 3)) => is_dated("2025-01-01", "2026-12-31"),
        _ => false,
    }
}

/// The versions of WASI that have a package, each as the major and the minor number. Empty for packages that are not known.
fn versions(package: &str) -> &'static [(u64, u64)] {
    match package {
        "io" | "config" => &[(0, 2)],
        "keyvalue" => &[(0, 1), (0, 2)],
        "cli" | "clocks" | "filesystem" | "http" | "random" | "sockets" => &[(0, 2), (0, 3)],
        "logging" => &[(0, 1)],
        _ => &[],
    }
}

fn rows(name: &str) -> impl Iterator<Item = &'static Row> + use<'_> {
    TABLE.iter().filter(move |row| row.interface == name)
}

/// Whether an interface is denied with a capability, and not allowed with it.
pub(crate) fn is_companion(interface: &str) -> bool {
    wasi(interface).is_some_and(|(_, name)| rows(name).any(|row| row.extent == Extent::Denied))
}

/// Whether an interface of WASI that is no capability defines a resource type of that name. Whatever order a component
/// imports interfaces in, a type that one of these names is its own.
pub(crate) fn defines(interface: &str, resource: &str) -> bool {
    match super::base(interface) {
        "wasi:io/error" => resource == "error",
        "wasi:io/poll" => resource == "pollable",
        "wasi:io/streams" => ["input-stream", "output-stream"].contains(&resource),
        "wasi:http/types" => {
            const OF_HTTP: &[&str] = &[
                "fields",
                "incoming-request",
                "outgoing-request",
                "request-options",
                "response-outparam",
                "incoming-response",
                "incoming-body",
                "future-trailers",
                "outgoing-response",
                "outgoing-body",
                "future-incoming-response",
                "request",
                "response",
            ];
            OF_HTTP.contains(&resource)
        }
        _ => false,
    }
}

/// Whether a function of an interface can give a handle of a resource type that another one defines. Both are named with or
/// without a version. WASI's functions give handles of what their own package or `wasi:io` defines, whatever a component that
/// imports them says of their types: that is the author's word, and not every host compares it with what it has.
pub(crate) fn can_give(giver: &str, definer: &str) -> bool {
    let Some((package, _)) = wasi(giver) else { return true };
    wasi(definer).is_some_and(|(other, _)| other == package || other == "io")
}

/// Whether a function of WASI only makes values that are of no use by themselves: requests, responses and their fields, which
/// do nothing before somebody sends them.
pub(crate) fn is_inert(interface: &str, function: &str) -> bool {
    let makes = || matches!(Form::of(function), Some(Form::Constructor(_) | Form::Static(_)));
    super::base(interface) == "wasi:http/types" && makes() && Capability::Http.gives(interface, function)
}

/// Whether a function is `poll` of WASI, which returns nothing for an empty list. Only the import's own name says so: any label
/// may claim to implement the interface.
pub(crate) fn is_poll(interface: &str, function: &str) -> bool {
    function == "poll" && super::base(interface) == "wasi:io/poll"
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = NAMES.iter().find(|(_, capability)| capability == self).map_or("", |(name, _)| name);
        f.write_str(name)
    }
}

/// A word as [`WORDS`] spells words.
fn lowercase(word: &str) -> String {
    word.to_ascii_lowercase().replace('_', "-")
}

/// The capabilities of the first row of [`WORDS`] with a word of some kind.
fn meant_by(is_it: &dyn Fn(&str) -> bool) -> Option<&'static [&'static str]> {
    WORDS.iter().find(|(words, _)| words.iter().any(|word| is_it(word))).map(|(_, meant)| *meant)
}

#[cfg(test)]
mod tests;
