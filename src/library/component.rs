//! Functions on a finished component.

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

/// Inspects a component: its imports and exports, its nested components, and the functions of the host that each of
/// them reaches.
///
/// # Errors
///
/// The input cannot be read, or is not a valid component.
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
    /// Returns the names of the imports, in order.
    pub fn imports(&self) -> impl Iterator<Item = &str> {
        self.imports.iter().map(|import| import.name.as_str())
    }

    /// Returns the names of the exports, in order.
    pub fn exports(&self) -> impl Iterator<Item = &str> {
        self.components.first().into_iter().flat_map(|component| &component.exports).map(|item| item.name.as_str())
    }

    /// Returns the world of the component as WIT. It is an approximation if WIT cannot express the world.
    pub fn wit(&self) -> &str {
        &self.wit.text
    }

    /// Returns the component as a tree for people, as `weld inspect -v` prints it.
    pub fn tree(&self) -> String {
        inspect::tree(self, inspect::Detail { is_whole: true })
    }

    /// Returns the inspection as JSON, whose schema is `docs/inspect.schema.json`.
    pub fn json(&self) -> String {
        report::to_json(self)
    }

    /// Returns the component as a graph in the DOT language of Graphviz.
    ///
    /// # Errors
    ///
    /// The graph exceeds the size up to which pictures are drawn.
    #[cfg(feature = "pictures")]
    pub fn dot(&self) -> Result<String, Error> {
        Picture::of(self).map(|picture| picture::dot::dot(&picture)).map_err(Error::of)
    }

    /// Returns the component as a graph in the language of Mermaid.
    ///
    /// # Errors
    ///
    /// The graph exceeds the size up to which pictures are drawn.
    #[cfg(feature = "pictures")]
    pub fn mermaid(&self) -> Result<String, Error> {
        Picture::of(self).map(|picture| picture::mermaid::mermaid(&picture)).map_err(Error::of)
    }

    /// Returns an HTML page with a picture of the component. The page needs no other file.
    ///
    /// # Errors
    ///
    /// The picture exceeds the size up to which pictures are drawn.
    #[cfg(feature = "pictures")]
    pub fn html(&self) -> Result<String, Error> {
        Picture::of(self).map(|picture| picture::html::page(&picture)).map_err(Error::of)
    }
}

/// Explains how a component reaches functions of the host.
///
/// `asked` names the functions: a capability, an interface, a function, or a pattern, as in a policy.
///
/// # Errors
///
/// The input cannot be read or is not a valid component, or `asked` is not such a name.
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

/// The paths by which a component reaches functions of the host, and the changes that would prevent that. [`explain`]
/// makes it.
#[derive(Debug)]
pub struct Explanation {
    report: report::explain::Report,
}

impl Explanation {
    /// Whether any part of the component reaches the functions that were asked for.
    pub fn is_reached(&self) -> bool {
        self.report.reached
    }

    /// Returns the explanation as text, as `weld explain` prints it.
    pub fn text(&self) -> String {
        self.report.lines()
    }

    /// Returns the explanation as JSON, which `docs/json.md` describes.
    pub fn json(&self) -> String {
        report::to_json(&self.report)
    }
}

/// Takes the snapshot of a component, which can be written as text for review.
///
/// # Errors
///
/// The input cannot be read, or is not a valid component.
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
    /// Reads the text of a snapshot. `file` is its name in messages. Lines may end with CR LF.
    ///
    /// # Errors
    ///
    /// The text is not a snapshot, has another version of the format, or has an invalid line.
    pub fn parse(file: &str, text: &str) -> Result<Snapshot, Error> {
        Snapshot::read(text, file).map_err(Error::of)
    }
}

/// Compares two components by their snapshots: capabilities, imports, exports, types, components, wiring and grants.
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

/// Checks whether a component conforms to a world.
///
/// A component conforms if the world has all imports of the component, and the component has all exports of the world.
/// Each mismatch is a finding.
///
/// # Errors
///
/// The input cannot be read or is not a valid component, or the world cannot be encoded.
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

/// Checks whether a component meets a policy, which states the functions that its nested components may reach, and
/// limits of its size.
///
/// Any tool may have built the component. Each violation is a finding.
///
/// # Errors
///
/// The input cannot be read, or is not a valid component.
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
    /// Reads the text of a policy, whose format `docs/policy.md` describes. `file` is its name in messages.
    ///
    /// # Errors
    ///
    /// The policy is invalid. The error has a diagnostic with its position for each fault.
    ///
    /// ```
    /// let error = weld::Policy::parse("policy.toml", "default = 'maybe'").unwrap_err();
    /// assert_eq!(error.diagnostics()[0].place(), Some(("policy.toml", 1, 11)));
    /// ```
    pub fn parse(file: &str, text: &str) -> Result<Policy, Error> {
        Policy::read(Text::new(file, text)).map_err(Error::of)
    }
}

/// Makes a component from a core module, and returns its bytes.
///
/// The module may use bindings of `wit-bindgen` or WASI preview 1. Its metadata describe its world. `world` is the
/// world of a module without metadata.
///
/// # Errors
///
/// The input cannot be read or is not a core module, or the module does not fit its world.
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

/// Converts a component, a core module, or a WIT package in its binary form to the text format (WAT).
///
/// # Errors
///
/// The input cannot be read or is none of these, or contains something that the printer does not know.
///
/// ```
/// let text = weld::print(weld::Input::bytes("(component)"))?;
/// assert!(text.starts_with("(component"));
/// # Ok::<(), weld::Error>(())
/// ```
pub fn print(component: impl Into<Input>) -> Result<String, Error> {
    emit::printed(&component.into().binary()?).map_err(Error::of)
}
