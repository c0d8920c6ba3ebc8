//! Errors of embedded files.

use miette::Diagnostic;
use thiserror::Error;

/// An error of a file or a directory that cannot be embedded. Each message names the path.
#[derive(Debug, Clone, PartialEq, Eq, Error, Diagnostic)]
#[non_exhaustive]
#[allow(missing_docs)] // The messages say it.
pub(crate) enum TreeError {
    #[error("there is no `{path}` to embed")]
    #[diagnostic(help("{help}"))]
    Missing { path: String, help: String },

    #[error("cannot embed `{path}`: {reason}")]
    Read { path: String, reason: String },

    #[error("cannot embed `{path}`: it is a {kind}")]
    #[diagnostic(help("remove it from the directory: only files, directories and links can be copied"))]
    Kind { path: String, kind: &'static str },

    #[error("cannot read standard input from `{path}`: it is a directory")]
    #[diagnostic(help("give the name of a file in it"))]
    NotFile { path: String },

    #[error("cannot embed `{path}`: its name is not UTF-8, and no component could ask for it")]
    #[diagnostic(help("give it another name"))]
    Name { path: String },

    #[error("cannot embed the link `{path}`: where it leads is not UTF-8, and no component could be told")]
    #[diagnostic(help("give what it leads to another name"))]
    Target { path: String },

    #[error("cannot embed both `{first}` and `{second}`: their names differ in nothing but case")]
    #[diagnostic(help("where case does not count they are one file, and what is built would be another: rename one"))]
    Case { first: String, second: String },

    #[error("cannot embed the link `{path}`, which leads to `{target}`: {reason}")]
    #[diagnostic(help("{}", reason.help()))]
    Link { path: String, target: String, reason: SymlinkFault },

    #[error("cannot embed `{path}`: its {what} has more than {limit} bytes")]
    #[diagnostic(help("give it a shorter name"))]
    TooLong { path: String, what: &'static str, limit: usize },

    #[error("cannot embed `{path}`: it is more than {limit} directories deep")]
    #[diagnostic(help("embed a directory with fewer levels"))]
    TooDeep { path: String, limit: usize },

    #[error("cannot embed `{path}`: there are more than {limit} files, directories and links")]
    #[diagnostic(help("embed just what the component reads"))]
    TooMany { path: String, limit: usize },

    #[error("cannot embed `{path}`: there are more than {limit} MiB")]
    #[diagnostic(help("embed just what the component reads; what is larger has to come from the host"))]
    TooLarge { path: String, limit: u64 },

    #[error("cannot embed `{path}`: it changed while it was read")]
    #[diagnostic(help("wait until whatever writes it is done"))]
    Changed { path: String },
}

/// The reason that a symlink cannot be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[allow(missing_docs)] // The messages say it.
pub(crate) enum SymlinkFault {
    #[error("that is an absolute path")]
    Absolute,
    #[error("that is out of the directory which is embedded")]
    Out,
    #[error("there is nothing")]
    Dangling,
    #[error("that leads back to it")]
    Loop,
    #[error("that is a directory around it, which would have no end")]
    Around,
}

impl SymlinkFault {
    fn help(self) -> &'static str {
        match self {
            SymlinkFault::Absolute | SymlinkFault::Out => {
                "a component would find something else there, or nothing: put a copy in its place, or make it relative \
                 to what is embedded as well"
            }
            SymlinkFault::Dangling | SymlinkFault::Loop => "remove it, or let it lead to a file that is embedded",
            SymlinkFault::Around => "remove it, or embed it as a link: leave `follow-symlinks` out",
        }
    }
}
