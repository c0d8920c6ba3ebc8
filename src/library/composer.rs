//! The builder of compositions.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::{Error, Findings, Input};
use crate::compose::{Composition, compose, prove};
use crate::describe::manifest::wiring::{self, Components, PlacedText};
use crate::describe::manifest::{ManifestError, chain};
use crate::describe::wac::Wac;
use crate::describe::{AppliedPolicy, At, Automatic, Chain, Description, Entry, Grants, Policy, Text, Wiring};
use crate::error::PhaseError;
use crate::files::Files;
use crate::text::Shown;
use crate::timings::Timings;
use crate::{load, report};

/// A builder for compositions: the components, the wires between them, and their grants.
///
/// The first component is the root, whose exports the composition has. An import is filled by an export of the same
/// name, or else of the highest compatible version, of any other component. [`wire`](Composer::wire) connects an import
/// in another way. An import that no component exports becomes an import of the composition, which the host fills.
///
/// [`document`](Composer::document) composes by a WAC document instead.
///
/// ```
/// let app = r#"(component
///   (import "answer" (func $answer (result u32)))
///   (export "run" (func $answer)))"#;
/// let library = r#"(component
///   (core module $code (func (export "answer") (result i32) i32.const 42))
///   (core instance $code (instantiate $code))
///   (func (export "answer") (result u32) (canon lift (core func $code "answer"))))"#;
///
/// let composition = weld::Composer::new()
///     .component("app", weld::Input::bytes(app))
///     .component("library", weld::Input::bytes(library))
///     .compose()?;
/// assert_eq!(weld::inspect(composition.bytes())?.imports().count(), 0);
/// # Ok::<(), weld::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Composer {
    name: Option<String>,
    components: Vec<Entry>,
    files: Files,
    document: Option<String>,
    packages: Option<PathBuf>,
    wires: Vec<(String, String)>,
    chains: Vec<(String, Vec<String>)>,
    exports: Vec<(String, String)>,
    allow_unused: bool,
    grants: BTreeMap<String, Grants>,
    policy: Option<Policy>,
    policy_grants: bool,
    import_components: bool,
    obsolete_names: bool,
    no_provenance: bool,
}

impl Composer {
    /// Creates a composer without components.
    pub fn new() -> Composer {
        Composer::default()
    }

    /// Sets the name of the composition, which goes into its name section.
    ///
    /// Without a name, a composition of one component to which nothing is added is that component itself, byte for byte
    /// except for the custom section `weld`.
    pub fn name(mut self, name: impl Into<String>) -> Composer {
        self.name = Some(name.into());
        self
    }

    /// Adds a component under a name.
    ///
    /// Each name must be unique, must not be `host`, and must not contain `/`, `#` or control characters. With a
    /// [`document`](Composer::document), the name is that of a package of the document, `ns:name` or `ns:name@version`.
    /// [`compose`](Composer::compose) returns an error for other names.
    pub fn component(mut self, name: impl Into<String>, input: Input) -> Composer {
        self.components.push(Entry { name: name.into(), source: input.source, sha256: None, place: None });
        self
    }

    /// Sets a WAC document, which describes all instances and wires.
    ///
    /// The components are the packages that the document names. [`wire`](Composer::wire), [`chain`](Composer::chain)
    /// and [`export`](Composer::export) cannot be used with a document. Without the crate feature `wac`,
    /// [`compose`](Composer::compose) returns an error.
    ///
    /// ```
    /// let library = r#"(component
    ///   (core module $code (func (export "answer") (result i32) i32.const 42))
    ///   (core instance $code (instantiate $code))
    ///   (func (export "answer") (result u32) (canon lift (core func $code "answer"))))"#;
    /// let document = "package acme:app; let library = new acme:library {}; export library.answer;";
    ///
    /// let composition = weld::Composer::new()
    ///     .document(document)
    ///     .component("acme:library", weld::Input::bytes(library))
    ///     .compose()?;
    /// assert_eq!(weld::inspect(composition.bytes())?.exports().collect::<Vec<_>>(), ["answer"]);
    /// # Ok::<(), weld::Error>(())
    /// ```
    pub fn document(mut self, wac: impl Into<String>) -> Composer {
        self.document = Some(wac.into());
        self
    }

    /// Sets the files in memory that are read in place of the file system.
    ///
    /// All paths in inputs, grants and packages are looked up in `files`, which are pairs of path and content. A
    /// directory consists of the files below its path. There are no symlinks.
    ///
    /// ```
    /// let library = r#"(component
    ///   (core module $code (func (export "answer") (result i32) i32.const 42))
    ///   (core instance $code (instantiate $code))
    ///   (func (export "answer") (result u32) (canon lift (core func $code "answer"))))"#;
    ///
    /// let composition = weld::Composer::new()
    ///     .files([("parts/library.wat", library)])
    ///     .component("library", weld::Input::file("parts/library.wat"))
    ///     .compose()?;
    /// assert_eq!(weld::inspect(composition.bytes())?.exports().collect::<Vec<_>>(), ["answer"]);
    /// # Ok::<(), weld::Error>(())
    /// ```
    pub fn files(mut self, files: impl IntoIterator<Item = (impl Into<PathBuf>, impl Into<Vec<u8>>)>) -> Composer {
        self.files = Files::memory(files);
        self
    }

    /// Sets the directory of the packages of a [`document`](Composer::document) that were not added as components.
    ///
    /// The package `ns:name` is `ns/name.wasm` (or `.wat`, `.wit`, or a directory of WIT) in it, and `ns:name@1.0.0` is
    /// `ns/name/1.0.0.wasm`. Without this directory, a package that was not added is an error. The directory without a
    /// document is an error, too.
    pub fn packages(mut self, directory: impl Into<PathBuf>) -> Composer {
        self.packages = Some(directory.into());
        self
    }

    /// Adds a wire, which fills an import of one instance, as in `[wire]` of a manifest.
    ///
    /// `import` is `COMPONENT/IMPORT`. `from` is `COMPONENT/EXPORT`, or `COMPONENT` for its export that fits by name,
    /// or `host`. `COMPONENT#1` is a second instance of a component, and so on.
    ///
    /// ```
    /// # let app = r#"(component (import "answer" (func $answer (result u32))) (export "run" (func $answer)))"#;
    /// # let library = r#"(component
    /// #   (core module $code (func (export "forty-two") (result i32) i32.const 42))
    /// #   (core instance $code (instantiate $code))
    /// #   (func (export "forty-two") (result u32) (canon lift (core func $code "forty-two"))))"#;
    /// let composition = weld::Composer::new()
    ///     .component("app", weld::Input::bytes(app))
    ///     .component("library", weld::Input::bytes(library))
    ///     .wire("app/answer", "library/forty-two")
    ///     .compose()?;
    /// # Ok::<(), weld::Error>(())
    /// ```
    pub fn wire(mut self, import: impl Into<String>, from: impl Into<String>) -> Composer {
        self.wires.push((import.into(), from.into()));
        self
    }

    /// Adds a chain of components at an edge, as in `[chain]` of a manifest.
    ///
    /// `edge` is `COMPONENT/IMPORT`, or `export NAME` for an export of the composition. `links` are names of
    /// components, each of which imports the interface of the edge and exports it. The first link fills the import, or
    /// is exported. The last link imports what would do so without the chain.
    ///
    /// ```
    /// # let app = r#"(component (import "answer" (func $answer (result u32))) (export "run" (func $answer)))"#;
    /// # let library = r#"(component
    /// #   (core module $code (func (export "answer") (result i32) i32.const 42))
    /// #   (core instance $code (instantiate $code))
    /// #   (func (export "answer") (result u32) (canon lift (core func $code "answer"))))"#;
    /// # let cache = r#"(component (import "answer" (func $answer (result u32))) (export "answer" (func $answer)))"#;
    /// let composition = weld::Composer::new()
    ///     .component("app", weld::Input::bytes(app))
    ///     .component("library", weld::Input::bytes(library))
    ///     .component("cache", weld::Input::bytes(cache))
    ///     .chain("app/answer", ["cache"])
    ///     .compose()?;
    /// # Ok::<(), weld::Error>(())
    /// ```
    pub fn chain<L: Into<String>>(mut self, edge: impl Into<String>, links: impl IntoIterator<Item = L>) -> Composer {
        self.chains.push((edge.into(), links.into_iter().map(Into::into).collect()));
        self
    }

    /// Adds an export to those of the root, as in `[exports]` of a manifest.
    ///
    /// `from` is `COMPONENT/EXPORT`, or `COMPONENT` if its export has the same name.
    ///
    /// ```
    /// # let app = "(component)";
    /// # let library = r#"(component
    /// #   (core module $code (func (export "forty-two") (result i32) i32.const 42))
    /// #   (core instance $code (instantiate $code))
    /// #   (func (export "forty-two") (result u32) (canon lift (core func $code "forty-two"))))"#;
    /// let composition = weld::Composer::new()
    ///     .component("app", weld::Input::bytes(app))
    ///     .component("library", weld::Input::bytes(library))
    ///     .export("answer", "library/forty-two")
    ///     .compose()?;
    /// assert_eq!(weld::inspect(composition.bytes())?.exports().collect::<Vec<_>>(), ["answer"]);
    /// # Ok::<(), weld::Error>(())
    /// ```
    pub fn export(mut self, name: impl Into<String>, from: impl Into<String>) -> Composer {
        self.exports.push((name.into(), from.into()));
        self
    }

    /// Leaves out components whose exports nothing uses. By default, they are an error.
    pub fn allow_unused(mut self) -> Composer {
        self.allow_unused = true;
        self
    }

    /// Sets the grants of a component. By default, a component may use everything that it imports.
    ///
    /// ```
    /// # let app = r#"(component
    /// #   (import "wasi:random/random@0.2.0" (instance (export "get-random-u64" (func (result u64))))))"#;
    /// let composition = weld::Composer::new()
    ///     .component("app", weld::Input::bytes(app))
    ///     .grant("app", weld::Grants::deny_all())
    ///     .compose()?;
    /// assert_eq!(weld::inspect(composition.bytes())?.imports().count(), 0);
    /// # Ok::<(), weld::Error>(())
    /// ```
    pub fn grant(mut self, component: impl Into<String>, grants: Grants) -> Composer {
        self.grants.insert(component.into(), grants);
        self
    }

    /// Sets a policy that the composition must meet. It replaces an earlier policy.
    pub fn policy(mut self, policy: Policy) -> Composer {
        (self.policy, self.policy_grants) = (Some(policy), false);
        self
    }

    /// Sets a policy that the composition must meet, and that states the grants of the root, as `weld virt --policy`
    /// does.
    ///
    /// The root may use what the policy allows, and functions that only use what these give it. Other grants are an
    /// error, and so is a [`document`](Composer::document).
    ///
    /// ```
    /// # let app = r#"(component
    /// #   (import "wasi:random/random@0.2.0" (instance (export "get-random-u64" (func (result u64))))))"#;
    /// let policy = weld::Policy::parse("policy.toml", r#"
    ///     [[rule]]
    ///     allow = ["stdout"]
    /// "#)?;
    /// let composition = weld::Composer::new()
    ///     .component("app", weld::Input::bytes(app))
    ///     .grant_by_policy(policy)
    ///     .compose()?;
    /// assert_eq!(weld::inspect(composition.bytes())?.imports().count(), 0);
    /// # Ok::<(), weld::Error>(())
    /// ```
    pub fn grant_by_policy(mut self, policy: Policy) -> Composer {
        (self.policy, self.policy_grants) = (Some(policy), true);
        self
    }

    /// Imports the components instead of nesting them. The composition has none of their code.
    ///
    /// The packages of a [`document`](Composer::document) can only be imported by obsolete names, which
    /// [`allow_obsolete_names`](Composer::allow_obsolete_names) allows.
    pub fn import_components(mut self) -> Composer {
        self.import_components = true;
        self
    }

    /// Allows names that the Component Model no longer has in the output, such as imports named `url=<…>`, for older
    /// hosts. By default, they are an error.
    pub fn allow_obsolete_names(mut self) -> Composer {
        self.obsolete_names = true;
        self
    }

    /// Leaves out provenance, the custom section `weld`, which lists the inputs and the grants of the composition.
    pub fn no_provenance(mut self) -> Composer {
        self.no_provenance = true;
        self
    }

    /// Reads the inputs, composes them, and verifies the result. Writes no file.
    ///
    /// # Errors
    ///
    /// Returns all errors of the first phase that finds any. Examples are an input that is no component, an export that
    /// does not fit an import, a grant that names nothing, and a policy that is not met.
    pub fn compose(&self) -> Result<Composition, Error> {
        let description = self.description().map_err(Error::of)?;
        compose(&description, &mut Timings::default()).map_err(Error::of)
    }

    /// Checks that a component consists of the described components, and gives them no more than the grants allow.
    ///
    /// Any tool may have built the component. It is verified if there are no findings. Code that belongs neither to the
    /// described components nor to adapters of this version of weld is a finding. [`Findings::warnings`] lists the
    /// parts that were not verified, such as settings in a provenance of another version.
    ///
    /// # Errors
    ///
    /// The inputs cannot be composed as described, or the output is not a valid component.
    ///
    /// ```
    /// # let app = r#"(component
    /// #   (import "wasi:random/random@0.2.0" (instance (export "get-random-u64" (func (result u64))))))"#;
    /// let composer = weld::Composer::new()
    ///     .component("app", weld::Input::bytes(app))
    ///     .grant("app", weld::Grants::deny_all());
    /// let output = composer.compose()?.into_bytes();
    /// assert!(composer.verify(output)?.is_empty());
    /// assert!(!composer.verify(weld::Input::bytes(app))?.is_empty());
    /// # Ok::<(), weld::Error>(())
    /// ```
    pub fn verify(&self, output: impl Into<Input>) -> Result<Findings, Error> {
        let output = output.into().decode()?;
        let description = self.description().map_err(Error::of)?;
        let components = load::load(&description).map_err(Error::of)?;
        let proof = prove(&output, &components, &description, false, &mut Timings::default()).map_err(Error::of)?;
        let report = report::verify::Report::new(&output, &proof);
        let lines = report.lines().lines().map(str::to_owned).collect();
        Ok(Findings::new(lines, &report).with_warnings(report.not_verified()))
    }

    fn description(&self) -> Result<Description, PhaseError> {
        self.check()?;
        let described = match &self.document {
            Some(text) => Wac::parse(Text::new("<document>", text))?.with_components(
                &self.components,
                self.packages.as_deref(),
                self.allow_unused,
            )?,
            None => {
                let known = Components::new(&self.components);
                let wires = parsed("wire", &self.wires, |key, value| wiring::wire(key, value, &known));
                let exports = parsed("export", &self.exports, |key, value| wiring::export(key, value, &known));
                let chains = self.chains.iter().map(|(edge, links)| chain_of(edge, links, &known));
                let chains = chains.collect::<Result<_, _>>();
                let (wires, exports, chains) = (wires?, exports?, chains.map_err(|error| vec![error])?);
                let chains = chain::number(chains, &wires, &exports);
                let automatic =
                    Automatic { wires, chains, exports, allow_unused: self.allow_unused, ..Automatic::default() };
                Description {
                    components: self.components.clone(),
                    wiring: Wiring::Automatic(automatic),
                    ..Description::default()
                }
            }
        };
        let name = self.components.first().map(|entry| entry.name.clone()).unwrap_or_default();
        let rules = |policy: &Policy| AppliedPolicy { policy: policy.clone(), name, decides: self.policy_grants };
        Ok(Description {
            name: self.name.clone(),
            files: self.files.clone(),
            grants: self.grants.clone(),
            policy: self.policy.as_ref().map(rules),
            import_components: self.import_components,
            obsolete_names: self.obsolete_names,
            provenance: !self.no_provenance,
            ..described
        })
    }

    /// Refuses combinations without a meaning, and names of components that are invalid or not unique.
    fn check(&self) -> Result<(), PhaseError> {
        let is_document = self.document.is_some();
        let wrong = [
            (self.components.is_empty() && !is_document, "there are no components to compose"),
            (
                is_document && !(self.wires.is_empty() && self.chains.is_empty() && self.exports.is_empty()),
                "the document says what fills imports: leave wires, chains and exports out",
            ),
            (!is_document && self.packages.is_some(), "packages are those of a document: give one, or leave them out"),
            (
                self.policy_grants && !self.grants.is_empty(),
                "the policy says what the root may use: leave grants out, or only check the policy",
            ),
            (
                self.policy_grants && is_document,
                "a document has no root to which the policy could grant anything: only check the policy",
            ),
        ];
        if let Some((_, message)) = wrong.into_iter().find(|(is_wrong, _)| *is_wrong) {
            return Err(PhaseError::Usage(message));
        }
        let (mut names, mut errors) = (BTreeSet::new(), Vec::new());
        for Entry { name, .. } in &self.components {
            // With a document, the names are those of packages.
            let error = match wiring::component_name(name) {
                Err(error) if !is_document => error,
                _ if !names.insert(name) => ManifestError::SameComponent { name: Shown(name).to_string() },
                _ => continue,
            };
            errors.push(At::from(error));
        }
        if errors.is_empty() { Ok(()) } else { Err(At::once(errors).into()) }
    }
}

/// Parses pairs of key and value. Messages show each pair as a text `key = value`, whose name is `what`.
fn parsed<T>(
    what: &str,
    pairs: &[(String, String)],
    parse: impl Fn(PlacedText<'_>, PlacedText<'_>) -> Result<T, At<ManifestError>>,
) -> Result<Vec<T>, PhaseError> {
    let (mut all, mut errors) = (Vec::new(), Vec::new());
    for (key, value) in pairs {
        let text = Text::new(what, &format!("{key} = {value}"));
        let (key_place, place) = (text.place(0..key.len()), text.place(key.len() + 3..text.content().len()));
        match parse((key, &key_place), (value, &place)) {
            Ok(parsed) => all.push(parsed),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(all) } else { Err(errors.into()) }
}

fn chain_of(edge: &str, links: &[String], components: &Components<'_>) -> Result<Chain, At<ManifestError>> {
    let text = Text::new("chain", &format!("{edge} = {}", links.join(", ")));
    let place = text.place(edge.len() + 3..text.content().len());
    let links: Vec<PlacedText<'_>> = links.iter().map(|link| (link.as_str(), &place)).collect();
    chain::chain((edge, &text.place(0..edge.len())), &links, &place, components)
}
