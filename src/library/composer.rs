//! Compositions that a program describes.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::{Error, Input};
use crate::describe::manifest::ManifestError;
use crate::describe::manifest::wiring::{self, Said};
use crate::describe::wac::Wac;
use crate::describe::{At, Automatic, Description, Entry, Grants, Policy, Rules, Text, Wiring};
use crate::error::PhaseError;
use crate::timings::Timings;
use crate::{Composition, compose, load, prove, report};

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
    document: Option<String>,
    packages: Option<PathBuf>,
    wires: Vec<(String, String)>,
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
    /// package `ns:name` or `ns:name@version` that the component is.
    pub fn component(mut self, name: impl Into<String>, input: Input) -> Composer {
        self.components.push(Entry { name: name.into(), source: input.source, sha256: None, place: None });
        self
    }

    /// Has a WAC document say what is instantiated, and what fills what.
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

    /// Looks in a directory for the packages of a [`document`](Composer::document) that are no components here: for
    /// `ns:name` in `ns/name.wasm` (or `.wat`, `.wit`, or a directory of WIT), for `ns:name@1.0.0` in `ns/name/1.0.0.wasm`.
    /// Without this, a package that is no component here is an error.
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
    /// policy allows it, and what only uses that, as `weld virt --policy` does.
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

    /// Lets the output have what the Component Model no longer has, for hosts that still know it. Without this it is an
    /// error.
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
    pub fn compose(self) -> Result<Composition, Error> {
        Ok(compose(&self.description()?, &mut Timings::default())?)
    }

    /// Checks that a component, whoever built it, is made of these components, and that it leaves nothing to them that
    /// is not granted. Gives what is wrong, a line each; nothing where it is verified.
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
    /// let output = composer.clone().compose()?.into_bytes();
    /// assert!(composer.clone().verify(output)?.is_empty());
    /// assert!(!composer.verify(weld::Input::bytes(app))?.is_empty());
    /// # Ok::<(), weld::Error>(())
    /// ```
    pub fn verify(self, output: impl Into<Input>) -> Result<Vec<String>, Error> {
        let output = output.into().decode()?;
        let description = self.description()?;
        let components = load::load(&description)?;
        let proof = prove(&output, &components, &description, &mut Timings::default())?;
        Ok(report::verify::Report::new(&output, &proof).lines().lines().map(str::to_owned).collect())
    }

    fn description(self) -> Result<Description, Error> {
        let name = self.components.first().map(|entry| entry.name.clone()).unwrap_or_default();
        let described = match &self.document {
            Some(_) if !self.wires.is_empty() || !self.exports.is_empty() => {
                return Err(
                    PhaseError::Usage("the document says what fills imports: leave wires and exports out").into()
                );
            }
            Some(text) => Wac::parse(Text::new("<document>", text))?
                .with_components(&self.components, self.packages.as_deref(), self.allow_unused)
                .map_err(PhaseError::from)?,
            None => {
                let wires = said("wire", &self.wires, |key, value| wiring::wire(key, value, &self.components));
                let exports = said("export", &self.exports, |key, value| wiring::export(key, value, &self.components));
                let automatic = Automatic { wires: wires?, exports: exports?, allow_unused: self.allow_unused };
                Description {
                    components: self.components,
                    wiring: Wiring::Automatic(automatic),
                    ..Description::default()
                }
            }
        };
        let decides = self.policy_grants;
        Ok(Description {
            name: self.name,
            grants: if decides { BTreeMap::new() } else { self.grants },
            policy: self.policy.map(|policy| Rules { policy, name, decides }),
            import_components: self.import_components,
            obsolete_names: self.obsolete_names,
            provenance: !self.no_provenance,
            ..described
        })
    }
}

/// What pairs of texts say, each of which messages show as a text of its own.
fn said<T>(
    what: &str,
    pairs: &[(String, String)],
    says: impl Fn(Said<'_>, Said<'_>) -> Result<T, At<ManifestError>>,
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
