//! What can be wrong with nested components that are to be replaced.

use miette::Diagnostic;
use thiserror::Error;

use crate::PhaseError;
use crate::decode::Malformed;
use crate::text::{self, indented};
use crate::types::compare::Difference;

/// Why a nested component was not replaced.
#[derive(Debug, Error, Diagnostic)]
#[allow(missing_docs)]
pub enum SwapError {
    #[error("`{file}` has no component `{name}` in it")]
    #[diagnostic(help("{}", known_help(.known)))]
    Unknown { file: String, name: String, known: Vec<String> },

    #[error("`{file}` has several components `{name}` in it")]
    #[diagnostic(help("name the one that is meant by its path\n{}", indented(.paths.iter().cloned())))]
    Several { file: String, name: String, paths: Vec<String> },

    #[error("`{name}` is an adapter, which weld generated for the grants of a component")]
    #[diagnostic(help("replace the component; `weld virt` and `weld build` make other adapters for other grants"))]
    Adapter { name: String },

    #[error("`{name}` is replaced twice")]
    #[diagnostic(help("name each component once"))]
    Twice { name: String },

    #[error("`{inner}` is in `{outer}`, which is replaced as a whole")]
    #[diagnostic(help("replace one of them, or replace `{inner}` in the new component first"))]
    Within { inner: String, outer: String },

    #[error("{}", .0.message())]
    #[diagnostic(help("{}", .0.help()))]
    Unfit(Box<Unfit>),

    #[error("`{file}` is not valid with the new components in it: {message}")]
    #[diagnostic(help("compose it again from its components"))]
    Invalid { file: String, message: String },

    #[error("the output would have {}; limit {}", text::size(*.size), text::size(*.limit))]
    #[diagnostic(help("a host takes no component of that size: replace it by a smaller one"))]
    TooLarge { size: usize, limit: usize },

    #[error("the output differs from the input in something else than what was replaced: {what}")]
    #[diagnostic(help(
        "this is a bug in weld, and nothing was written; please report it with the command that you ran"
    ))]
    Differs { what: String },

    #[error("the input cannot be read: {}", .0.message)]
    Malformed(Malformed),
}

/// Why a component does not fit where another one was.
#[derive(Debug)]
pub struct Unfit {
    /// The file of the new one.
    pub file: String,
    /// What the old one is called.
    pub name: String,
    /// What the new one does with the item, as a verb.
    pub what: &'static str,
    /// The import or the export.
    pub item: String,
    /// How the types of both differ. `None` where one of them has no such item.
    pub difference: Option<Difference>,
}

impl Unfit {
    fn message(&self) -> String {
        let Unfit { file, name, what, item, difference } = self;
        let start = format!("`{file}` does not fit in the place of `{name}`: it {what} `{item}`");
        match difference {
            None if *what == "imports" => format!("{start}, which `{name}` does not import"),
            None => start,
            Some(Difference { expected, found }) => {
                let found = found.as_deref().unwrap_or("nothing of that name");
                let (mine, theirs) =
                    if *what == "imports" { (expected.as_str(), found) } else { (found, expected.as_str()) };
                format!("{start} of another type\n  `{file}`: {mine}\n  `{name}`: {theirs}")
            }
        }
    }

    fn help(&self) -> String {
        match self.what {
            "imports" => {
                "the new component gets what the old one was given: build it against the same WIT, or compose again"
            }
            _ => "what uses the old component needs its exports: build the new one against the same WIT",
        }
        .to_owned()
    }
}

fn known_help(known: &[String]) -> String {
    match known {
        [] => "nothing is nested in it that could be replaced".to_owned(),
        known => format!("it has\n{}", indented(known.iter().cloned())),
    }
}

impl From<SwapError> for PhaseError {
    fn from(error: SwapError) -> Self {
        PhaseError::Finished(Box::new(error))
    }
}
