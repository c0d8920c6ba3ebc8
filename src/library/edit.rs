//! Finished compositions, changed and taken apart.

use super::{Error, Input};
use crate::load::digest::Digest;
use crate::load::{Component, file};
use crate::record::{self};
use crate::splice::{self, Link, Spliced};
use crate::split::{self, Split};
use crate::swap::{self, Swap};
use crate::timings::Timings;
use crate::{Composition, PhaseError};

/// Puts other components in the place of nested ones, each by the name or the path that an [`Inspection`](crate::Inspection)
/// has for it. All else stays as it is, byte for byte.
///
/// # Errors
///
/// A name is that of no nested component, or the new one does not fit there.
///
/// ```
/// # let app = r#"(component (import "answer" (func $answer (result u32))) (export "run" (func $answer)))"#;
/// # let library = |number: u32| weld::Input::bytes(format!(r#"(component
/// #   (core module $code (func (export "answer") (result i32) i32.const {number}))
/// #   (core instance $code (instantiate $code))
/// #   (func (export "answer") (result u32) (canon lift (core func $code "answer"))))"#));
/// let composer = weld::Composer::new().component("app", weld::Input::bytes(app));
/// let composition = composer.component("library", library(42)).compose()?;
/// let other = weld::swap(composition.bytes(), [("library", library(43))])?;
/// assert!(weld::print(&other)?.contains("i32.const 43"));
/// # Ok::<(), weld::Error>(())
/// ```
pub fn swap(
    component: impl Into<Input>,
    replacements: impl IntoIterator<Item = (impl Into<String>, Input)>,
) -> Result<Vec<u8>, Error> {
    let whole = component.into().decode()?;
    let mut swaps = Vec::new();
    for (name, input) in replacements {
        let digest = Digest::of(&file::read(&input.source).map_err(Error::of)?);
        swaps.push(Swap { name: name.into(), component: input.decode()?, digest });
    }
    let (bytes, _) = swap::swap(&whole, &swaps).map_err(Error::of)?;
    Ok(bytes)
}

/// Puts components at an edge of a finished composition: `COMPONENT/IMPORT`, or `export NAME`. Each imports the interface of the
/// edge, and exports it; the first one fills the import, or is exported.
///
/// # Errors
///
/// The composition cannot be split, has no such edge, or a component does not fit there.
///
/// ```
/// # let app = r#"(component (import "answer" (func $answer (result u32))) (export "run" (func $answer)))"#;
/// # let library = r#"(component
/// #   (core module $code (func (export "answer") (result i32) i32.const 42))
/// #   (core instance $code (instantiate $code))
/// #   (func (export "answer") (result u32) (canon lift (core func $code "answer"))))"#;
/// # let cache = r#"(component (import "answer" (func $answer (result u32))) (export "answer" (func $answer)))"#;
/// let composer = weld::Composer::new().component("app", weld::Input::bytes(app));
/// let composition = composer.component("library", weld::Input::bytes(library)).compose()?;
/// let cached = weld::splice(composition.bytes(), "app/answer", [("cache", weld::Input::bytes(cache))])?;
/// assert!(weld::inspect(cached.bytes())?.tree().contains("cache"));
/// # Ok::<(), weld::Error>(())
/// ```
pub fn splice(
    composition: impl Into<Input>,
    edge: &str,
    components: impl IntoIterator<Item = (impl Into<String>, Input)>,
) -> Result<Composition, Error> {
    let whole = composition.into().decode()?;
    let mut links = Vec::new();
    for (name, input) in components {
        links.push(Link { name: name.into(), bytes: file::read(&input.source).map_err(Error::of)? });
    }
    let spliced = splice::splice(&whole, edge, links, &mut Timings::default()).map_err(Error::of)?;
    Ok(spliced.composition)
}

/// Has the calls at edges written to standard error as a component runs, as [`replay`] reads them: `COMPONENT/IMPORT`,
/// `COMPONENT/host` for all imports that the host fills, or `export NAME`.
///
/// # Errors
///
/// There is no such edge, or its calls cannot be recorded.
///
/// ```
/// let component = weld::Input::bytes(r#"(component (import "answer" (func $answer (result u32))) (export "run" (func $answer)))"#);
/// let recorded = weld::record(component.named("app"), ["app/answer"])?;
/// assert!(weld::inspect(recorded.bytes())?.imports().any(|name| name.starts_with("wasi:cli/stderr")));
/// # Ok::<(), weld::Error>(())
/// ```
pub fn record(
    component: impl Into<Input>,
    edges: impl IntoIterator<Item = impl Into<String>>,
) -> Result<Composition, Error> {
    recorded(component.into(), edges, record::record)
}

/// The same as [`record`], with lines for people, in which long values are cut.
///
/// # Errors
///
/// As of [`record`].
pub fn trace(
    component: impl Into<Input>,
    edges: impl IntoIterator<Item = impl Into<String>>,
) -> Result<Composition, Error> {
    recorded(component.into(), edges, record::trace)
}

/// Has the calls at edges of a component answered from a recording: the text that the component wrote when [`record`] had its calls
/// written. The first call that is another one is written to standard error, and traps.
///
/// # Errors
///
/// There is no such edge, or its calls cannot be recorded, or are none of those in the text.
///
/// ```
/// let component = weld::Input::bytes(r#"(component (import "answer" (func $answer (result u32))) (export "run" (func $answer)))"#);
/// let calls = r#"{"n":1,"at":"app","call":"answer","args":[],"result":"42"}"#;
/// let replayed = weld::replay(component.named("app"), ["app/answer"], calls)?;
/// assert!(!weld::inspect(replayed.bytes())?.imports().any(|name| name == "answer"));
/// # Ok::<(), weld::Error>(())
/// ```
pub fn replay(
    component: impl Into<Input>,
    edges: impl IntoIterator<Item = impl Into<String>>,
    recording: &str,
) -> Result<Composition, Error> {
    recorded(component.into(), edges, |whole, edges, timings| {
        Ok(record::replay(whole, edges, (recording, true), timings)?.0)
    })
}

/// A component with recorders at edges.
fn recorded(
    component: Input,
    edges: impl IntoIterator<Item = impl Into<String>>,
    insert: impl Fn(&Component, &[String], &mut Timings) -> Result<Spliced, PhaseError>,
) -> Result<Composition, Error> {
    let edges: Vec<String> = edges.into_iter().map(Into::into).collect();
    let spliced = insert(&component.decode()?, &edges, &mut Timings::default()).map_err(Error::of)?;
    Ok(spliced.composition)
}

/// Takes a finished composition apart: gives the files of its components and the manifest `weld.toml`, which composes them again.
///
/// # Errors
///
/// The component is no composition, or a manifest cannot describe it.
///
/// ```
/// # let app = r#"(component (import "answer" (func $answer (result u32))) (export "run" (func $answer)))"#;
/// # let library = r#"(component
/// #   (core module $code (func (export "answer") (result i32) i32.const 42))
/// #   (core instance $code (instantiate $code))
/// #   (func (export "answer") (result u32) (canon lift (core func $code "answer"))))"#;
/// let composer = weld::Composer::new().component("app", weld::Input::bytes(app));
/// let composition = composer.component("library", weld::Input::bytes(library)).compose()?;
/// let files = weld::split(composition.bytes())?;
/// let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
/// assert_eq!(names, ["app.wasm", "library.wasm", "weld.toml"]);
///
/// let build = weld::build("weld.toml", &weld::BuildOptions::new().files(files))?;
/// for (_, again) in build.outputs() {
///     assert_eq!(weld::snapshot(again.bytes())?.to_string(), weld::snapshot(composition.bytes())?.to_string());
/// }
/// # Ok::<(), weld::Error>(())
/// ```
pub fn split(composition: impl Into<Input>) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let whole = composition.into().decode()?;
    let Split { files, manifest, .. } = split::split(&whole, false, &mut Timings::default()).map_err(Error::of)?;
    Ok(files.into_iter().chain([("weld.toml".to_owned(), manifest.into_bytes())]).collect())
}
