//! Errors of decisions.

use miette::Diagnostic;
use thiserror::Error;

use crate::name::Capability;

/// Grants that cannot be honoured: nothing can be decided, or no adapter does what was.
#[derive(Debug, Error, Diagnostic)]
#[non_exhaustive]
#[allow(missing_docs)] // The messages say it.
pub(crate) enum DecideError {
    #[error("import `{import}` of `{component}` cannot be denied: it is {what}")]
    #[diagnostic(help("allow it, or fill it with a component"))]
    Unsupported { component: String, import: String, what: String },

    #[error(
        "`{function}` of `{component}` cannot be refused: it makes a handle of a resource type of import `{import}`, before \
         which no adapter can stand: it is {what}"
    )]
    #[diagnostic(help("allow `{function}`, or make it trap"))]
    CannotRefuse { component: String, function: String, import: String, what: String },

    #[error(
        "`{function}` of `{component}` takes or gives more than {limit} {what}, with those in lists of a fixed length"
    )]
    #[diagnostic(help("no adapter for it would be small enough to write: allow all that `{component}` imports"))]
    TooLarge { component: String, function: String, limit: u64, what: &'static str },

    #[error("`{component}` imports more than {limit} functions and types, and grants take some of them away")]
    #[diagnostic(help("no adapter for them would be small enough to write: allow all that `{component}` imports"))]
    TooMany { component: String, limit: usize },

    #[error("the functions that `{component}` imports take or give more than {limit} {what} together")]
    #[diagnostic(help("no adapter for them would be small enough to write: allow all that `{component}` imports"))]
    TooLargeTogether { component: String, limit: u64, what: &'static str },

    #[error("`{function}` of `{component}` cannot be ignored: {what}")]
    #[diagnostic(help("an ignored function must make what it gives: deny it, or make it trap"))]
    CannotIgnore { component: String, function: String, what: String },

    #[error("`{value}` is no value that `{function}` of `{component}` could return: {reason}")]
    #[diagnostic(help("{help}"))]
    NoValue { component: String, function: String, value: String, reason: String, help: String },

    #[error("`{function}` of `{component}` cannot return a value of the grant's: {what}")]
    #[diagnostic(help("a value has no handles: deny it, make it trap, or fill the import with a component"))]
    CannotReturn { component: String, function: String, what: String },

    #[error("`{grant}` is an instance that `{component}` imports, and only a function returns a value")]
    #[diagnostic(help("name the function: `{grant}#FUNCTION`"))]
    NoFunction { component: String, grant: String },

    #[error("`{function}` of `{component}` cannot be provided: {what}")]
    #[diagnostic(help("allow it, or deny it"))]
    CannotProvide { component: String, function: String, what: String },

    #[error("`{function}` of `{component}` cannot be provided: {} is for WASI 0.2 and 0.3, and this is of {version}", setting(.capability))]
    #[diagnostic(help(
        "settings work with WASI 0.2 and 0.3 only; leave this one out, and allow `{capability}` or deny it"
    ))]
    OtherVersion { component: String, function: String, capability: Capability, version: String },

    #[error(
        "`{component}` cannot have these grants: its adapter would call `{function}` of the host, which it imports in two \
         versions, and handles of one are none of the other"
    )]
    #[diagnostic(help(
        "allow or deny all that uses it, without a setting; or build what `{component}` is made of with one version of WASI, or \
         give each part its grants before they are composed"
    ))]
    TwoVersions { component: String, function: String },

    #[error("`{component}` cannot be given what its settings say: {what}")]
    #[diagnostic(help("mount it elsewhere, or leave it out"))]
    Settings { component: String, what: String },

    #[error("`--debug` prints to standard error, to which `{component}` cannot write")]
    #[diagnostic(help(
        "that takes `wasi:cli/stderr` of WASI 0.2 and `blocking-write-and-flush` of its streams: allow both, which a \
         component has to import"
    ))]
    CannotTrace { component: String },

    #[error("`--debug` prints to standard error, which is denied to `{component}`")]
    #[diagnostic(help("add `--stderr`"))]
    TraceDenied { component: String },

    #[error("`{function}` of `{component}` cannot write to standard error, which `{component}` cannot do")]
    #[diagnostic(help(
        "`logging = \"stderr\"` takes `wasi:cli/stderr` of WASI 0.2 and `blocking-write-and-flush` of its streams, which a component \
         has to import: write `logging = \"ignore\"`, or `\"allow\"` for the host's log"
    ))]
    CannotLog { component: String, function: String },

    #[error("`{function}` of `{component}` cannot write to standard error, which is denied to `{component}`")]
    #[diagnostic(help("allow `stderr` as well (`--stderr`), or redirect it; `logging = \"ignore\"` writes nothing"))]
    LogDenied { component: String, function: String },

    #[error("there is no adapter for `{component}`: {reason}")]
    #[diagnostic(help("this is a defect of weld; nothing was written"))]
    Generate { component: String, reason: String },

    #[error("an adapter for `{component}` would be larger than a component may be: {reason}")]
    #[diagnostic(help("allow all that `{component}` imports, or more of it"))]
    TooMuch { component: String, reason: String },
}

impl DecideError {
    /// The error for a component without an adapter. The validator names the limit that one would exceed.
    pub(crate) fn not_generated(component: String, reason: String) -> DecideError {
        let is_of_limit = ["exceeds limit of", "exceeds the limit of"].iter().any(|words| reason.contains(words));
        match is_of_limit {
            true => DecideError::TooMuch { component, reason },
            false => DecideError::Generate { component, reason },
        }
    }
}

/// The setting of a capability, as in a manifest or `--grant`, with its flags.
fn setting(capability: &Capability) -> String {
    let flags = match capability {
        Capability::Env => " (`--env`, `--allow-env=NAME`)",
        Capability::Config => " (`--config`, `--allow-config=NAME`)",
        Capability::Stdin => " (`--stdin=empty`)",
        Capability::Stdout => " (`--stdout=stderr`)",
        Capability::Stderr => " (`--stderr=stdout`)",
        Capability::Fs => " (`--mount`, `--preopen`, `--preopen-ro`)",
        _ => "",
    };
    format!("the setting of `{capability}`{flags}")
}
