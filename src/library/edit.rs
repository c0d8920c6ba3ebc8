//! Functions that change finished compositions, or take them apart.

use super::{Error, Input};
use crate::load::digest::Digest;
use crate::load::{Component, file};
use crate::record::{self};
use crate::splice::{self, Link, Spliced};
use crate::split::{self, Split};
use crate::swap::{self, Swap};
use crate::timings::Timings;
use crate::{Composition, PhaseError};

/// Replaces nested components, and returns the bytes of the new component.
///
/// `replacements` are pairs of the name or path of a nested component, as in an [`Inspection`](crate::Inspection), and
/// its replacement. Everything else stays as it is, byte for byte.
///
/// # Errors
///
/// An input cannot be read or is not a valid component, a name is not that of a nested component, or a replacement does
/// not fit.
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

/// Inserts components at an edge of a finished composition.
///
/// `edge` is `COMPONENT/IMPORT`, or `export NAME`. `components` are pairs of a name and a component, which imports the
/// interface of the edge and exports it. The first component fills the import, or is exported. The last one imports
/// what did so before.
///
/// # Errors
///
/// An input cannot be read, the composition cannot be split or has no such edge, or a component does not fit there.
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

/// Inserts recorders at edges of a component. When the result runs, they write the calls to standard error, in the
/// format that [`replay`] reads.
///
/// An edge is `COMPONENT/IMPORT`, `COMPONENT/host` for all imports that the host fills, or `export NAME`.
///
/// # Errors
///
/// The input is not a valid component, it has no such edge, or calls at an edge cannot be recorded.
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

/// Inserts recorders at edges of a component, as [`record`] does. The recorders write calls for people, and shorten
/// long values.
///
/// # Errors
///
/// The errors of [`record`].
pub fn trace(
    component: impl Into<Input>,
    edges: impl IntoIterator<Item = impl Into<String>>,
) -> Result<Composition, Error> {
    recorded(component.into(), edges, record::trace)
}

/// Inserts recorders at edges of a component that answer the calls from a recording.
///
/// `recording` is the text that a component with the recorders of [`record`] wrote to standard error. A call that
/// differs from the next one of the recording is written to standard error, and traps.
///
/// # Errors
///
/// The input is not a valid component, it has no such edge, calls at an edge cannot be recorded, or the recording has
/// no call at the edges.
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

/// Inserts recorders at edges of a component by `insert`.
fn recorded(
    component: Input,
    edges: impl IntoIterator<Item = impl Into<String>>,
    insert: impl Fn(&Component, &[String], &mut Timings) -> Result<Spliced, PhaseError>,
) -> Result<Composition, Error> {
    let edges: Vec<String> = edges.into_iter().map(Into::into).collect();
    let spliced = insert(&component.decode()?, &edges, &mut Timings::default()).map_err(Error::of)?;
    Ok(spliced.composition)
}

/// Takes a finished composition apart. Returns files, as pairs of name and content: one for each component, and the
/// manifest `weld.toml`, which composes them again.
///
/// # Errors
///
/// The input is not a valid component or not a composition, or a manifest cannot describe the composition.
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
    let Split { files, manifest, .. } = split::split(&whole, &mut Timings::default()).map_err(Error::of)?;
    Ok(files.into_iter().chain([("weld.toml".to_owned(), manifest.into_bytes())]).collect())
}
