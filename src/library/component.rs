//! What can be asked of a finished component.

use super::{Error, Findings, Input};
use crate::describe::{Policy, Text};
use crate::diff::Difference;
use crate::guard::boundary;
use crate::inspect::Inspection;
use crate::load::LoadError;
use crate::load::componentize as module;
use crate::load::world::Wit;
use crate::policy::check as judge;
#[cfg(feature = "pictures")]
use crate::report::picture::{self, Picture};
use crate::report::{self, inspect};
use crate::snapshot::Snapshot;
use crate::{emit, generated, targets as compared, verify};

/// Inspects a component: what it imports and exports, what is nested in it, and who reaches what of the host's.
///
/// # Errors
///
/// Where the input is no valid component.
///
/// ```
/// let app = r#"(component
///   (import "wasi:random/random@0.2.0" (instance (export "get-random-u64" (func (result u64))))))"#;
/// let inspection = weld::inspect(app.as_bytes())?;
/// assert_eq!(inspection.imports().collect::<Vec<_>>(), ["wasi:random/random@0.2.0"]);
/// assert!(inspection.wit().contains("get-random-u64: func() -> u64"));
/// # Ok::<(), weld::Error>(())
/// ```
pub fn inspect(component: impl Into<Input>) -> Result<Inspection, Error> {
    crate::inspect::inspect(&component.into().decode()?).map_err(Error::of)
}

impl Inspection {
    /// The names of what the component imports, in order.
    pub fn imports(&self) -> impl Iterator<Item = &str> {
        self.imports.iter().map(|import| import.name.as_str())
    }

    /// The names of what the component exports, in order.
    pub fn exports(&self) -> impl Iterator<Item = &str> {
        self.components.first().into_iter().flat_map(|component| &component.exports).map(|item| item.name.as_str())
    }

    /// The world of the component as WIT: a likeness where WIT has no words for it.
    pub fn wit(&self) -> &str {
        &self.wit.text
    }

    /// The component as a tree, as `weld inspect` prints it.
    pub fn tree(&self) -> String {
        inspect::tree(self, inspect::Detail { is_whole: true })
    }

    /// All of it as JSON, of which `docs/inspect.schema.json` is the schema.
    pub fn json(&self) -> String {
        report::to_json(self)
    }

    /// A graph in the language of Graphviz.
    ///
    /// # Errors
    ///
    /// Where it would be too large for anybody to look at.
    #[cfg(feature = "pictures")]
    pub fn dot(&self) -> Result<String, Error> {
        Picture::of(self).map(|picture| picture::dot::dot(&picture)).map_err(Error::of)
    }

    /// A graph in the language of Mermaid.
    ///
    /// # Errors
    ///
    /// Where it would be too large for anybody to look at.
    #[cfg(feature = "pictures")]
    pub fn mermaid(&self) -> Result<String, Error> {
        Picture::of(self).map(|picture| picture::mermaid::mermaid(&picture)).map_err(Error::of)
    }

    /// A page with a picture. It needs no other file.
    ///
    /// # Errors
    ///
    /// Where it would be too large for anybody to look at.
    #[cfg(feature = "pictures")]
    pub fn html(&self) -> Result<String, Error> {
        Picture::of(self).map(|picture| picture::html::page(&picture)).map_err(Error::of)
    }
}

/// Explains how a component reaches something of the host's: a capability, an interface, a function, or what a pattern names.
///
/// # Errors
///
/// Where the input is no valid component, or the text names nothing.
///
/// ```
/// let app = r#"(component
///   (import "wasi:random/random@0.2.0" (instance (export "get-random-u64" (func (result u64))))))"#;
/// let explanation = weld::explain(app.as_bytes(), "random")?;
/// assert!(explanation.is_reached());
/// assert!(explanation.text().contains("<- host  wasi:random/random@0.2.0"));
/// assert!(!weld::explain(app.as_bytes(), "network")?.is_reached());
/// # Ok::<(), weld::Error>(())
/// ```
pub fn explain(component: impl Into<Input>, asked: &str) -> Result<Explanation, Error> {
    let report = crate::explain::explained(&component.into().decode()?, asked).map_err(Error::of)?;
    Ok(Explanation { report })
}

/// How a component reaches something of the host's, link by link, and what would close the way.
#[derive(Debug)]
pub struct Explanation {
    report: report::explain::Report,
}

impl Explanation {
    /// Whether any part of the component reaches it.
    pub fn is_reached(&self) -> bool {
        self.report.reached
    }

    /// All of it in words, as `weld explain` prints it.
    pub fn text(&self) -> String {
        self.report.lines()
    }

    /// The same as JSON: `docs/json.md` describes it.
    pub fn json(&self) -> String {
        report::to_json(&self.report)
    }
}

/// The snapshot of a component: what it is, as text that is stable and can be reviewed.
///
/// # Errors
///
/// Where the input is no valid component.
///
/// ```
/// let snapshot = weld::snapshot(b"(component)")?;
/// let text = snapshot.to_string();
/// assert!(weld::diff(&weld::Snapshot::parse("app.snap", &text)?, &snapshot).is_empty());
/// # Ok::<(), weld::Error>(())
/// ```
pub fn snapshot(component: impl Into<Input>) -> Result<Snapshot, Error> {
    Ok(Snapshot::of(&inspect(component)?))
}

impl Snapshot {
    /// Reads the text of a snapshot. `file` is what messages call it. Lines may end as they do on Windows.
    ///
    /// # Errors
    ///
    /// Where it is no snapshot, or one of another version, or has a line that none has.
    pub fn parse(file: &str, text: &str) -> Result<Snapshot, Error> {
        Snapshot::read(text, file).map_err(Error::of)
    }
}

/// What changed from one component to another: capabilities, imports, exports, types, components, wiring and grants.
///
/// ```
/// let before = weld::snapshot(b"(component)")?;
/// let after = weld::snapshot(br#"(component (import "now" (func (result u64))))"#)?;
/// assert!(weld::diff(&before, &before).is_empty());
/// assert!(!weld::diff(&before, &after).is_empty());
/// # Ok::<(), weld::Error>(())
/// ```
pub fn diff(before: &Snapshot, after: &Snapshot) -> Difference {
    crate::diff::compare(before, after)
}

/// Checks whether a component conforms to a world: it imports nothing that the world does not, and exports all that the
/// world does.
///
/// # Errors
///
/// Where the input is no valid component, or the world has no binary form.
///
/// ```
/// let world = weld::Wit::text("package acme:app; world app { export run: func(); }", None)?;
/// assert!(!weld::targets(b"(component)", &world)?.is_empty());
/// # Ok::<(), weld::Error>(())
/// ```
pub fn targets(component: impl Into<Input>, world: &Wit) -> Result<Findings, Error> {
    let (component, world) = (component.into().decode()?, world.component().map_err(Error::of)?);
    let compare = || compared::check(&component, &world);
    let mismatches = boundary("targets", component.file(), compare).map_err(Error::of)?;
    let report = crate::targets::report::Report::new(&component, &world, &mismatches);
    Ok(Findings::new(report.paragraphs(), &report))
}

/// Checks whether a component, whoever made it, meets a policy: what the components nested in it may reach, and how large
/// it may be.
///
/// # Errors
///
/// Where the input is no valid component.
///
/// ```
/// let app = r#"(component
///   (import "wasi:random/random@0.2.0" (instance (export "get-random-u64" (func (result u64))))))"#;
/// let policy = weld::Policy::parse("policy.toml", r#"
///     default = "allow"
///     [[rule]]
///     deny = ["random"]
/// "#)?;
/// assert!(!weld::check(app.as_bytes(), &policy)?.is_empty());
/// # Ok::<(), weld::Error>(())
/// ```
pub fn check(component: impl Into<Input>, policy: &Policy) -> Result<Findings, Error> {
    let component = component.into().decode()?;
    let judge = || judge(&component, policy, &generated::adapters(&component));
    let verdict = boundary("policy", component.file(), judge).map_err(Error::of)?.map_err(Error::of)?;
    let report = report::policy::Report::new(&component, policy, &verdict);
    let doubts = verdict.doubts.iter().map(ToString::to_string).collect();
    Ok(Findings::new(report.lines(true).lines().map(str::to_owned).collect(), &report).with_warnings(doubts))
}

impl Policy {
    /// Reads a policy, in the format of `docs/policy.md`. `file` is what messages call it.
    ///
    /// # Errors
    ///
    /// All that is wrong with it, each at its place.
    ///
    /// ```
    /// let error = weld::Policy::parse("policy.toml", "default = 'maybe'").unwrap_err();
    /// assert_eq!(error.diagnostics()[0].place(), Some(("policy.toml", 1, 11)));
    /// ```
    pub fn parse(file: &str, text: &str) -> Result<Policy, Error> {
        Policy::read(Text::new(file, text)).map_err(Error::of)
    }
}

/// Makes a component of a core module that `wit-bindgen` or a compiler of WASI preview 1 built. `world` is the world of a
/// module that has no metadata of its own.
///
/// # Errors
///
/// Where the input is no core module, or the module does not fit its world.
pub fn componentize(module: impl Into<Input>, world: Option<Wit>) -> Result<Vec<u8>, Error> {
    let input = module.into();
    let (module, source) = (input.binary()?, input.source);
    if wasmparser::Parser::is_component(&module) {
        return Err(Error::of(LoadError::AlreadyComponent { file: source.shown() }));
    }
    let options = module::Options { adapters: Vec::new(), wit: world };
    let made = module::componentize(source.stem(), source.shown(), module, &options).map_err(Error::of)?;
    let component = made.component;
    verify::written(&component).map_err(Error::of)?;
    verify::component_is_current(&component).map_err(Error::of)?;
    Ok(component.bytes().to_vec())
}

/// A component in the text format, or a core module, or a WIT package in its binary form.
///
/// # Errors
///
/// Where the input is none of these, or the printer does not know something in it.
///
/// ```
/// let text = weld::print(weld::Input::bytes("(component)"))?;
/// assert!(text.starts_with("(component"));
/// # Ok::<(), weld::Error>(())
/// ```
pub fn print(component: impl Into<Input>) -> Result<String, Error> {
    emit::printed(&component.into().binary()?).map_err(Error::of)
}
