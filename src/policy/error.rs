//! The errors of a check against a policy.

use miette::Diagnostic;
use thiserror::Error;

use crate::inspect::InspectError;
use crate::text::Shown;

/// A component does not meet a policy, or cannot be compared with one.
#[derive(Debug, Clone, Error, Diagnostic)]
#[non_exhaustive]
#[allow(missing_docs)] // The messages say it.
pub(crate) enum CheckError {
    #[error("{message}")]
    #[diagnostic(help("{help}"))]
    Violated { message: String, help: String },

    #[error("no component is called `{}`", Shown(.name))]
    #[diagnostic(help("{}", name_help(.near)))]
    NoComponent { name: String, near: Option<String> },

    #[error("the rule for `{}` is about a part of `{}`, and `weld virt` restricts that as a whole", Shown(.name), Shown(.of))]
    #[diagnostic(help(
        "`weld split COMPONENT -o DIR` writes the parts and a manifest: there, `[virtualize.NAME]` says what a part may use, and \
         `policy = \"FILE\"` in `[composition]` checks the output"
    ))]
    Part { name: String, of: String },

    #[error(transparent)]
    #[diagnostic(transparent)]
    Inspect(#[from] InspectError),
}

fn name_help(near: &Option<String>) -> String {
    let help = "a rule applies to components by the names that the manifest gives them; `*` stands for any text";
    match near {
        Some(near) => format!("did you mean `{near}`? {help}"),
        None => help.to_owned(),
    }
}
