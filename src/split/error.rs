//! Errors of splitting.

use miette::Diagnostic;
use thiserror::Error;

use crate::PhaseError;
use crate::text::Shown;

/// The reason why a component cannot be split.
#[derive(Debug, Error, Diagnostic)]
#[allow(missing_docs)]
pub(crate) enum SplitError {
    #[error("`{}` is a program: its outermost level has code of its own", Shown(.file))]
    #[diagnostic(help("what is split is a composition, such as `weld build`, `wac` or `wasm-tools compose` make"))]
    Program { file: String },

    #[error("nothing is composed in `{}`", Shown(.file))]
    #[diagnostic(help("it makes no instance of a component in it"))]
    Nothing { file: String },

    #[error("instance `{}` of `{}` is not of a component that is nested beside it", Shown(.instance), Shown(.file))]
    #[diagnostic(help("a manifest names components that are files: imported ones and those of other levels are none"))]
    Elsewhere { file: String, instance: String },

    #[error("`{}` uses types or components of what it is nested in", Shown(.name))]
    #[diagnostic(help("it is no component by itself, so it cannot be a file"))]
    Outer { name: String },

    #[error("nothing uses instance `{}`", Shown(.instance))]
    #[diagnostic(help("a manifest composes only what something uses; a WAC document can instantiate it all the same"))]
    Unused { instance: String },

    #[error("no component has all its exports in the output")]
    #[diagnostic(help("a manifest exports all that its root does: a WAC document may export less"))]
    NoRoot,

    #[error("import `{}` of `{}` is filled with {what}", Shown(.import), Shown(.instance))]
    #[diagnostic(help("a wire of a manifest names an export of a component: compose this with a WAC document"))]
    Wire { instance: String, import: String, what: &'static str },

    #[error("export `{}` of the output is {what}", Shown(.export))]
    #[diagnostic(help("a manifest exports exports of components: compose this with a WAC document"))]
    Export { export: String, what: &'static str },

    #[error("`{}` is an adapter, and nothing says what it was generated for", Shown(.adapter))]
    #[diagnostic(help("provenance has the grants: it was left out (`--no-provenance`), or another tool dropped it"))]
    NoProvenance { adapter: String },

    #[error("the grants that the provenance states of `{}` are those of the composition as a whole", Shown(.component))]
    #[diagnostic(help("do this with the composition that `weld virt` was given, and `weld virt` the result"))]
    OfWhole { component: String },

    #[error("the grant `{}` of `{}` is `{}`, which cannot be taken out of a component", Shown(.grant), Shown(.component), Shown(.value))]
    #[diagnostic(help(
        "do this with the component that `weld virt` was given, and `weld virt` the result; or build the composition again from its own \
         manifest"
    ))]
    Grant { component: String, grant: String, value: String },

    #[error("the components cannot be composed again: {0}")]
    #[diagnostic(help("a manifest cannot describe this composition"))]
    NotAgain(Box<PhaseError>),

    #[error("the adapter `{}` is not what weld generates for the grants that the provenance of the file states", Shown(.adapter))]
    #[diagnostic(help(
        "what the file says of itself is not true, or another version of weld wrote it: build the composition again from its own \
         manifest"
    ))]
    OtherAdapter { adapter: String },

    #[error("composed again, it would differ in {}", Shown(.what))]
    #[diagnostic(help("a manifest cannot describe this composition: `weld inspect` shows how it is wired"))]
    Differs { what: String },
}

impl From<SplitError> for PhaseError {
    fn from(error: SplitError) -> Self {
        PhaseError::Finished(Box::new(error))
    }
}
