//! Errors of replacements.

use miette::Diagnostic;
use thiserror::Error;

use crate::PhaseError;
use crate::decode::Malformed;
use crate::describe::manifest::nearest;
use crate::text::{self, Shown, indented};
use crate::types::compare::Difference;

use super::Swap;

/// The reason why a nested component was not replaced.
#[derive(Debug, Error, Diagnostic)]
#[allow(missing_docs)]
pub(crate) enum SwapError {
    #[error("`{}` has no component `{}` in it", Shown(.file), Shown(.name))]
    #[diagnostic(help("{}", known_help(.name, .known)))]
    Unknown { file: String, name: String, known: Vec<String> },

    #[error("`{}` has several components `{}` in it", Shown(.file), Shown(.name))]
    #[diagnostic(help("name the one that is meant by its path\n{}", indented(.paths.iter().cloned())))]
    Several { file: String, name: String, paths: Vec<String> },

    #[error("`{}` is an adapter, which weld generated for the grants of a component", Shown(.name))]
    #[diagnostic(help("replace the component; `weld virt` and `weld build` make other adapters for other grants"))]
    Adapter { name: String },

    #[error("`{}` is an instance of a component that is imported, or that is nowhere in the file", Shown(.name))]
    #[diagnostic(help("the host gives it, so it is replaced there and not in this file"))]
    Imported { name: String },

    #[error("`{}` and `{}` are instances of one component, and would be replaced by two", Shown(.first), Shown(.second))]
    #[diagnostic(help("replace both by the same file, or build the composition again with a component for each"))]
    Twice { first: String, second: String },

    #[error("`{}` is an instance of the component of `{}`, and would be replaced with it", Shown(.other), Shown(.name))]
    #[diagnostic(help("name both, with the same file: `{}=FILE` and `{}=FILE`", Shown(.name), Shown(.other)))]
    Shared { name: String, other: String },

    #[error("the adapter `{}` has the bytes of `{}`, and would be replaced with it", Shown(.adapter), Shown(.name))]
    #[diagnostic(help("take the composition apart by `weld split`, replace the file, and run `weld build`"))]
    SharedWithAdapter { name: String, adapter: String },

    #[error("the component of `{}` uses types or components of what it is nested in", Shown(.name))]
    #[diagnostic(help("it is no component by itself, with which another one could be compared"))]
    Outer { name: String },

    #[error("`{}` is in `{}`, which is replaced as a whole", Shown(.inner), Shown(.outer))]
    #[diagnostic(help("replace one of them, or replace `{}` in the new component first", Shown(.inner)))]
    Within { inner: String, outer: String },

    #[error("the new `{}` cannot have the names of the old one: {}", Shown(.name), Shown(.why))]
    #[diagnostic(help(
        "build it for the versions of interfaces that the old one has; or take the composition apart by `weld split`, replace the file, and \
         run `weld build`"
    ))]
    Renamed { name: String, why: String },

    #[error("{}", .0.message())]
    #[diagnostic(help("{}", .0.help()))]
    Unfit(Box<Unfit>),

    #[error("`{}` is not valid with the new components in it: {message}", Shown(.file))]
    #[diagnostic(help("compose it again from its components"))]
    Invalid { file: String, message: String },

    #[error("the output would have {}; limit {}", text::size(*.size), text::size(*.limit))]
    #[diagnostic(help("a host takes no component of that size: replace it by a smaller one"))]
    TooLarge { size: usize, limit: usize },

    #[error("the output differs from the input in something else than what was replaced: {}", Shown(.what))]
    #[diagnostic(help(
        "this is a bug in weld, and nothing was written; please report it with the command that you ran"
    ))]
    Differs { what: String },

    #[error("the input cannot be read: {}", .0.message)]
    #[diagnostic(help("build or download it again"))]
    Malformed(Malformed),
}

/// The reason why a component does not fit in the place of another.
#[derive(Debug)]
pub(crate) struct Unfit {
    /// The file of the new one.
    file: String,
    /// The name of the old one.
    name: String,
    /// The role of the item, as a verb.
    what: &'static str,
    /// The import or the export.
    item: String,
    why: Why,
}

/// The difference between two imports or exports.
#[derive(Debug)]
pub(crate) enum Why {
    /// One of the components lacks the item.
    Absent,
    /// The items differ in `implements`, `external-id` or `version-suffix`.
    Attributes,
    Type(Difference),
}

impl Unfit {
    pub(crate) fn new(swap: &Swap, what: &'static str, item: &str, why: Why) -> Unfit {
        let (file, name) = (swap.component.file().to_owned(), swap.name.clone());
        Unfit { file, name, what, item: item.to_owned(), why }
    }

    fn message(&self) -> String {
        let Unfit { file, name, what, item, why } = self;
        let start = format!("`{file}` does not fit in the place of `{name}`: it {what} `{item}`");
        match why {
            Why::Absent if *what == "imports" => format!("{start}, which `{name}` does not import"),
            Why::Absent => start,
            Why::Attributes => format!("{start} with another `implements`, `external-id` or `version-suffix`"),
            Why::Type(Difference { expected, found }) => {
                let found = found.as_deref().unwrap_or("nothing of that name");
                let is_import = *what == "imports";
                let (new, old) = if is_import { (expected.as_str(), found) } else { (found, expected.as_str()) };
                format!("{start} of another type\n  `{file}`: {new}\n  `{name}`: {old}")
            }
        }
    }

    fn help(&self) -> &'static str {
        match self.what {
            "imports" => {
                "the new component gets what the old one was given: build it against the same WIT; or take the composition apart by `weld \
                 split`, replace the file, and run `weld build`"
            }
            _ => "what uses the old component needs its exports: build the new one against the same WIT",
        }
    }
}

fn known_help(name: &str, known: &[String]) -> String {
    match known {
        known if nearest(known, name).is_some() => {
            format!("did you mean `{}`?", Shown(&nearest(known, name).unwrap_or_default()))
        }
        [] => {
            "nothing is composed in it that could be replaced; `weld inspect` shows what is in a component".to_owned()
        }
        known => format!("it has\n{}", indented(known.iter().cloned())),
    }
}

impl From<SwapError> for PhaseError {
    fn from(error: SwapError) -> Self {
        PhaseError::Finished(Box::new(error))
    }
}
