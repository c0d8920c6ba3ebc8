//! Compositions that a program describes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::{Error, Findings, Input};
use crate::compose::{Composition, compose, prove};
use crate::describe::manifest::wiring::{self, PlacedText};
use crate::describe::manifest::{ManifestError, chain};
use crate::describe::wac::Wac;
use crate::describe::{AppliedPolicy, At, Automatic, Chain, Description, Entry, Grants, Policy, Text, Wiring};
use crate::error::PhaseError;
use crate::files::Files;
use crate::text::Shown;
use crate::timings::Timings;
use crate::{load, report};

/// The description of a composition: its components, what fills their imports, and what they may use.
///
/// The first component is the root: the composition has its exports. An import is filled by the export of its name, or
/// of the highest compatible version, of any of the others; [`wire`](Composer::wire) says where names do not. What no
/// component exports is left to the host.
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
    /// A composition of nothing yet.
    pub fn new() -> Composer {
        Composer::default()
    }

    /// What the composition calls itself. Without a name it has none; a composition of one component that nothing is added to is
    /// that component then, byte for byte but for the custom section `weld`.
    pub fn name(mut self, name: impl Into<String>) -> Composer {
        self.name = Some(name.into());
        self
    }

    /// Adds a component. `name` is what the composition calls it; with a [`document`](Composer::document), it is the
    /// package `ns:name` or `ns:name@version` that the component is. Each component has a name of its own, which is not
    /// `host`, and has no `/`, `#` or control character.
    pub fn component(mut self, name: impl Into<String>, input: Input) -> Composer {
        self.components.push(Entry { name: name.into(), source: input.source, sha256: None, place: None });
        self
    }

    /// Has a WAC document say what is instantiated, and what fills what. Without the feature `wac`, to compose one is an error.
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

    /// Reads the files that inputs, grants and packages name from memory, by their paths, and nothing from a file system. A directory
    /// is the files below its path; there are no links.
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

    /// Looks in a directory for the packages of a [`document`](Composer::document) that are no components here: for
    /// `ns:name` in `ns/name.wasm` (or `.wat`, `.wit`, or a directory of WIT), for `ns:name@1.0.0` in `ns/name/1.0.0.wasm`.
    /// Without this, a package that is no component here is an error. Without a document, this is.
    pub fn packages(mut self, directory: impl Into<PathBuf>) -> Composer {
        self.packages = Some(directory.into());
        self
    }

    /// Fills an import of one instance, as `[wire]` in a manifest does. `import` is `COMPONENT/IMPORT`; `from` is
    /// `COMPONENT`, whose export fits by name, or `COMPONENT/EXPORT`, or `host`. Further instances of a component are
    /// `COMPONENT#1` and so on.
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

    /// Puts components at an edge, as `[chain]` in a manifest does: each imports the interface of the edge, and exports it. `edge` is
    /// `COMPONENT/IMPORT`, or `export NAME` for an export of the composition. The first link is the one at the import.
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

    /// Exports something beside what the root exports, as `[exports]` in a manifest does. `from` is `COMPONENT/EXPORT`,
    /// or `COMPONENT` where the export has that very name.
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

    /// Leaves out components of which nothing is used. Without this they are an error.
    pub fn allow_unused(mut self) -> Composer {
        self.allow_unused = true;
        self
    }

    /// What a component may use of what it imports. Without this it may use all of it.
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

    /// A policy that the composition must meet.
    pub fn policy(mut self, policy: Policy) -> Composer {
        (self.policy, self.policy_grants) = (Some(policy), false);
        self
    }

    /// A policy that the composition must meet and that says what the root may use, in the place of all grants: what the
    /// policy allows it, and what only uses that, as `weld virt --policy` does. Grants beside it are an error.
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

    /// Imports the components in the place of nesting them. The output has none of their code. The packages of a
    /// [`document`](Composer::document) have no names but obsolete ones for this, which must be
    /// [`allowed`](Composer::allow_obsolete_names).
    pub fn import_components(mut self) -> Composer {
        self.import_components = true;
        self
    }

    /// Allows obsolete import names such as `url=<…>` in the output, for hosts that still know them. Without this they
    /// are an error.
    pub fn allow_obsolete_names(mut self) -> Composer {
        self.obsolete_names = true;
        self
    }

    /// Leaves out the custom section `weld`, which says what the composition was made of.
    pub fn no_provenance(mut self) -> Composer {
        self.no_provenance = true;
        self
    }

    /// Composes, and verifies the result. Reads the inputs; writes nothing.
    ///
    /// # Errors
    ///
    /// All that is wrong in the first phase that finds something: an input that is no component, an export that does
    /// not fit an import, a grant that names nothing, a policy that is not met.
    pub fn compose(&self) -> Result<Composition, Error> {
        let description = self.description().map_err(Error::of)?;
        compose(&description, &mut Timings::default()).map_err(Error::of)
    }

    /// Checks that a component, whoever built it, is made of these components, and that it leaves nothing to them that
    /// is not granted. Nothing is found where it is verified. Code that is neither of the components nor of this version of
    /// weld is a finding. [`Findings::warnings`] says what was not verified: settings of the provenance in other words
    /// than those of this version, for example.
    ///
    /// # Errors
    ///
    /// Where the description cannot be followed, or the output is no component.
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
                let wires = said("wire", &self.wires, |key, value| wiring::wire(key, value, &self.components));
                let exports = said("export", &self.exports, |key, value| wiring::export(key, value, &self.components));
                let chains =
                    self.chains.iter().map(|(edge, links)| self.chain_of(edge, links)).collect::<Result<_, _>>();
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

    fn chain_of(&self, edge: &str, links: &[String]) -> Result<Chain, At<ManifestError>> {
        let text = Text::new("chain", &format!("{edge} = {}", links.join(", ")));
        let place = text.place(edge.len() + 3..text.content().len());
        let links: Vec<PlacedText<'_>> = links.iter().map(|link| (link.as_str(), &place)).collect();
        chain::chain((edge, &text.place(0..edge.len())), &links, &place, &self.components)
    }

    /// Refuses what has no meaning beside the rest. Grants are found by the names of components, which name one each.
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
            // The document has names of its own, those of packages.
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

/// What pairs of texts say, each of which messages show as a text of its own.
fn said<T>(
    what: &str,
    pairs: &[(String, String)],
    says: impl Fn(PlacedText<'_>, PlacedText<'_>) -> Result<T, At<ManifestError>>,
) -> Result<Vec<T>, PhaseError> {
    let (mut all, mut errors) = (Vec::new(), Vec::new());
    for (key, value) in pairs {
        let text = Text::new(what, &format!("{key} = {value}"));
        let (key_place, place) = (text.place(0..key.len()), text.place(key.len() + 3..text.content().len()));
        match says((key, &key_place), (value, &place)) {
            Ok(said) => all.push(said),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(all) } else { Err(errors.into()) }
}
