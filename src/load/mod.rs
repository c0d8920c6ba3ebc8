//! The phase load: sources to [`Component`]s.
//!
//! A source contains a binary component, WAT or a core module. The result is a decoded component with a valid structure
//! in each case. Sources are among the [`Files`] of the description, on the disk or in memory.

pub(crate) mod component;
pub(crate) mod componentize;
#[cfg(feature = "wac")]
pub(crate) mod declarations;
pub(crate) mod digest;
pub(crate) mod embedded;
pub(crate) mod error;
pub(crate) mod file;
mod items;
pub(crate) mod lock;
pub(crate) mod metadata;
mod nesting;
mod reason;
pub(crate) mod saved;
mod tree;
#[cfg(feature = "compose-config")]
mod wasm_compose;
pub(crate) mod world;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Index;
use std::path::Path;

use indexmap::IndexMap;
use rayon::prelude::*;
use wasmparser::Parser;

pub(crate) use component::{Bodies, Component};
pub(crate) use embedded::Embedded;
pub(crate) use error::LoadError;
pub(crate) use reason::reason;

use crate::describe::{At, Description, Entry, Place, Source, Wiring, stdin_is_shared};
use crate::files::Files;
use crate::guard::{Use, guard};
use crate::limits;
use crate::name::base;
use crate::text::{Shown, argument};
use component::Shared;
use digest::Digest;

/// The components of a composition, each with an id for later phases.
#[derive(Clone, Default)]
pub(crate) struct Components {
    list: Vec<Component>,
    /// The first component of each name.
    named: BTreeMap<String, ComponentId>,
    declarations: Declarations,
    embedded: Embedded,
    namesakes: Vec<Namesakes>,
}

/// Components of one name, which are numbered by their contents.
#[derive(Debug, Clone)]
pub(crate) struct Namesakes {
    name: String,
    /// The file and the new name of each.
    names: Vec<(String, String)>,
}

impl fmt::Display for Namesakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.names.iter().map(|(file, name)| format!("`{}` is `{}`", Shown(file), Shown(name)));
        write!(
            f,
            "several components are called `{}`, and their contents decide which of them is which: {}; name them in a manifest, or \
             rename the files",
            Shown(&self.name),
            names.collect::<Vec<_>>().join(", ")
        )
    }
}

/// The imports and definitions of a WAC document, as components without files.
#[derive(Debug, Clone, Default)]
pub(crate) struct Declarations {
    /// The component that exports the types of the document.
    pub types: Option<ComponentId>,
    /// A component for each import of the document, in order.
    pub imports: Vec<ComponentId>,
}

/// The target of a WAC document, a world that its composition conforms to.
pub(crate) struct Target {
    /// The world as a component.
    pub world: Component,
    /// The place of the `targets` clause.
    pub place: Place,
}

/// The index of a component in [`Components`]. Ids are only created for existing components.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ComponentId(usize);

impl Components {
    /// Orders the components: the root first, then by name and digest. The order determines that of the output.
    fn new(mut components: Vec<Component>) -> Self {
        if let Some((_, others)) = components.split_first_mut() {
            others.sort_by(|a, b| (a.name(), a.digest()).cmp(&(b.name(), b.digest())));
        }
        let (mut taken, mut by_name) = (BTreeSet::new(), BTreeMap::<String, Vec<Component>>::new());
        for (number, component) in components.iter_mut().enumerate() {
            let (name, own) = (free_name(component.name(), &taken), component.name().to_owned());
            taken.insert(name.clone());
            *component = component.renamed(name);
            // The root is first for any contents.
            if number > 0 {
                by_name.entry(own).or_default().push(component.clone());
            }
        }
        // The numbers of equal components are interchangeable.
        by_name
            .retain(|_, all| all.first().is_some_and(|first| all.iter().any(|other| other.digest() != first.digest())));
        let namesakes = by_name.into_iter().map(|(name, all)| Namesakes {
            name,
            names: all.iter().map(|component| (component.file().to_owned(), component.name().to_owned())).collect(),
        });
        let mut all = Components { namesakes: namesakes.collect(), ..Components::default() };
        components.into_iter().for_each(|component| _ = all.push(component));
        all
    }

    /// The component whose exports the output has, if wiring is automatic: the first.
    pub(crate) fn root(&self) -> ComponentId {
        ComponentId(0)
    }

    /// The components for the imports and definitions of a WAC document.
    pub(crate) fn declarations(&self) -> &Declarations {
        &self.declarations
    }

    /// The files and directories that settings embed.
    pub(crate) fn embedded(&self) -> &Embedded {
        &self.embedded
    }

    /// Components of one name, which differ in content.
    pub(crate) fn namesakes(&self) -> impl Iterator<Item = &Namesakes> {
        self.namesakes.iter()
    }

    /// Adds a component after all others.
    pub(crate) fn push(&mut self, component: Component) -> ComponentId {
        let id = ComponentId(self.list.len());
        self.named.entry(component.name().to_owned()).or_insert(id);
        self.list.push(component);
        id
    }

    /// All ids, that of the root first.
    pub(crate) fn ids(&self) -> impl Iterator<Item = ComponentId> + Clone + use<> {
        (0..self.list.len()).map(ComponentId)
    }

    /// The components of the user, without those for declarations of a document.
    pub(crate) fn given(&self) -> impl Iterator<Item = &Component> {
        let Declarations { types, imports } = &self.declarations;
        let declared = move |id: &ComponentId| *types == Some(*id) || imports.contains(id);
        self.ids().filter(move |id| !declared(id)).map(|id| &self[id])
    }

    /// The components, in the order of their ids.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Component> {
        self.list.iter()
    }

    /// The component of a WAC package `ns:name@version`: the one of this full name, else the one of the name without a
    /// version.
    pub(crate) fn package(&self, key: &str) -> Option<ComponentId> {
        self.named(key).or_else(|| self.named(base(key)))
    }

    /// The component with a name.
    pub(crate) fn named(&self, name: &str) -> Option<ComponentId> {
        self.named.get(name).copied()
    }
}

/// `name`, or the first of `name-2`, `name-3`, … that is not in `taken`.
pub(crate) fn free_name(name: &str, taken: &BTreeSet<String>) -> String {
    let numbered = (2..).map(|n| format!("{name}-{n}"));
    // The sequence is infinite, so it contains a free name.
    std::iter::once(name.to_owned()).chain(numbered).find(|name| !taken.contains(name)).unwrap_or_default()
}

impl Index<ComponentId> for Components {
    type Output = Component;

    #[allow(clippy::indexing_slicing)] // Ids are only created for existing components.
    fn index(&self, id: ComponentId) -> &Component {
        &self.list[id.0]
    }
}

/// Loads the components of a description and the files that its settings embed. Components of one name are numbered:
/// `kv`, `kv-2`.
///
/// # Errors
///
/// All errors of the components and files.
pub(crate) fn load(description: &Description) -> Result<Components, Vec<At<LoadError>>> {
    load_all(&[description]).map(|all| all.into_iter().next().unwrap_or_else(|| Components::new(vec![])))
}

/// Loads the components of several descriptions, which share their files. Returns them in the order of the
/// descriptions. A source that several descriptions name is read once.
///
/// # Errors
///
/// All errors of the components and files.
pub(crate) fn load_all(descriptions: &[&Description]) -> Result<Vec<Components>, Vec<At<LoadError>>> {
    let Some(Description { files, .. }) = descriptions.first() else { return Ok(Vec::new()) };
    for description in descriptions {
        let count = description.components.len();
        if count > limits::COMPOSED {
            return Err(vec![LoadError::TooMany { count, limit: limits::COMPOSED }.into()]);
        }
        if stdin_is_shared(description.components.iter().map(|entry| &entry.source)) {
            return Err(vec![LoadError::SharedStdin.into()]);
        }
    }
    let entries = || descriptions.iter().flat_map(|description| &description.components);
    // Each source, with the entry that names it first.
    let mut sources: IndexMap<&Source, &Entry> = IndexMap::new();
    entries().for_each(|entry| _ = sources.entry(&entry.source).or_insert(entry));
    let sources: Vec<_> = sources.into_iter().collect();
    let shared = Shared::default();
    let read = |source, entry: &Entry| read(files, source, &entry.name).map(|component| component.shared(&shared));
    let read: Vec<_> = sources.into_par_iter().map(|(source, entry)| (source, entry, read(source, entry))).collect();
    let (mut loaded, mut errors) = (BTreeMap::new(), Vec::new());
    for (source, entry, result) in read {
        match result {
            Ok(component) => _ = loaded.insert(source, component),
            Err(error) => errors.push(At::place(error, entry.place.as_ref())),
        }
    }
    let grants = || descriptions.iter().flat_map(|description| description.grants.values());
    let embedded = Embedded::read(files, grants().map(|grants| &grants.settings)).unwrap_or_else(|found| {
        errors.extend(found);
        Embedded::default()
    });
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut all = Vec::new();
    for description in descriptions {
        match assemble(description, &loaded) {
            Ok(components) => all.push(Components { embedded: embedded.clone(), ..components }),
            Err(found) => errors.extend(found),
        }
    }
    // An error of a shared component occurs in each description.
    if errors.is_empty() { Ok(all) } else { Err(At::once(errors)) }
}

/// The components of a description, given all sources.
fn assemble(
    description: &Description,
    loaded: &BTreeMap<&Source, Component>,
) -> Result<Components, Vec<At<LoadError>>> {
    let (mut list, mut errors) = (Vec::new(), Vec::new());
    for entry in &description.components {
        let Some(component) = loaded.get(&entry.source) else { continue };
        if let Some((expected, place)) = &entry.sha256
            && !expected.eq_ignore_ascii_case(&component.source_digest().to_string())
        {
            let (file, found) = (component.file().to_owned(), component.source_digest().to_string());
            let error = LoadError::Digest { file, expected: expected.clone(), found };
            errors.push(At::place(error, place.as_ref()));
        }
        if component.is_wit_package() && !matches!(description.wiring, Wiring::Wac(_)) {
            let error = LoadError::WitPackage { file: component.file().to_owned() };
            errors.push(At::place(error, entry.place.as_ref()));
        }
        list.push(component.renamed(entry.name.clone()));
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    match &description.wiring {
        Wiring::Automatic(_) => Ok(Components::new(list)),
        #[cfg(not(feature = "wac"))]
        Wiring::Wac(none) => match *none {},
        #[cfg(feature = "wac")]
        Wiring::Wac(wac) => {
            let mut components = Components::new(list);
            let declared = declarations::read(wac, &components).map_err(|error| vec![error])?;
            components.declarations.types = declared.types.map(|types| components.push(types));
            components.declarations.imports =
                declared.imports.into_iter().map(|import| components.push(import)).collect();
            Ok(components)
        }
        #[cfg(feature = "compose-config")]
        Wiring::WasmCompose(wiring) => {
            wasm_compose::search(&description.files, wiring, &mut list).map_err(|error| vec![error.into()])?;
            Ok(Components::new(list))
        }
    }
}

/// Reads and decodes a source. `name` is its name in the composition.
fn read(files: &Files, source: &Source, name: &str) -> Result<Component, LoadError> {
    let found = match source {
        Source::Search(candidates) => match file::first_in(files, source) {
            Some(found) => Source::File(found),
            None => {
                let tried = candidates.iter().map(|path| crate::text::path(path)).collect();
                let near = candidates.first().and_then(|path| file::near_path(files, path));
                let near = near.filter(|near| near.starts_with("did you mean"));
                return Err(LoadError::NotFound { name: name.to_owned(), tried, near });
            }
        },
        source => source.clone(),
    };
    if let (Source::Search(_), Source::File(path)) = (source, &found)
        && (files.is_directory(path) || path.extension().is_some_and(|extension| extension == "wit"))
    {
        let (bytes, paths) = world::package(files, path)?;
        let digest = Digest::of(&bytes);
        return Ok(Component::decode_any(found.stem(), found.shown(), bytes)?.with_sources(paths, digest));
    }
    let bytes = file::read_in(files, &found)?;
    let paths = match &found {
        Source::File(path) if !files.are_in_memory() => vec![path.clone()],
        _ => vec![],
    };
    let (name, file) = (found.stem(), found.shown());
    // The source has the digest of the component if it contains the component itself.
    let digest = (!Parser::is_component(&bytes)).then(|| Digest::of(&bytes));
    let component = match binary(&file, bytes)? {
        bytes if Parser::is_core_wasm(&bytes) => of_module(name, file, bytes)?,
        bytes => Component::decode_any(name, file, bytes)?,
    };
    let digest = digest.unwrap_or(component.digest());
    Ok(component.with_sources(paths, digest))
}

/// Decodes a binary component, WAT or a core module.
///
/// # Errors
///
/// The bytes are none of these, or are invalid.
pub(crate) fn decode(name: String, file: String, bytes: Vec<u8>) -> Result<Component, LoadError> {
    decode_with(name, file, bytes, Bodies::Later)
}

/// As [`decode`], with a choice of when function bodies are validated.
///
/// # Errors
///
/// Those of [`decode`]. Invalid code of a component is no error here.
pub(crate) fn decode_with(name: String, file: String, bytes: Vec<u8>, bodies: Bodies) -> Result<Component, LoadError> {
    match binary(&file, bytes)? {
        bytes if Parser::is_core_wasm(&bytes) => of_module(name, file, bytes),
        bytes => Component::decode_with(name, file, bytes, bodies),
    }
}

/// The component of a core module with metadata, or with only imports of preview 1.
fn of_module(name: String, file: String, module: Vec<u8>) -> Result<Component, LoadError> {
    componentize::componentize(name, file, module, &Default::default()).map(|made| made.component)
}

/// The WebAssembly binary, component or core module, of a file that may contain WAT.
///
/// # Errors
///
/// The bytes are neither, or the text does not parse.
pub(crate) fn binary(file: &str, bytes: Vec<u8>) -> Result<Vec<u8>, LoadError> {
    let file = file.to_owned();
    if bytes.starts_with(b"\0asm") {
        // An incomplete header would be read as one of another kind.
        return if bytes.len() < 8 { Err(LoadError::Truncated { file, length: bytes.len() }) } else { Ok(bytes) };
    }
    match std::str::from_utf8(&bytes).map(first_token) {
        Ok(Token::Parenthesis) => {
            let parse = || {
                let known = wat::parse_bytes(&bytes).map(Cow::into_owned);
                known.or_else(|error| newer_text(&bytes).ok_or(error))
            };
            let parsed = guard(Use::WAT, &file, parse)?;
            parsed.map_err(|mut error| {
                error.set_path(&file);
                LoadError::Wat { file, message: crate::text::lines(&error.to_string()) }
            })
        }
        Ok(token) => Err(other_text(file, &bytes, token)),
        _ => Err(LoadError::NotWasm { file, start: start(&bytes) }),
    }
}

/// Parses text in a newer syntax than the parser of the other libraries supports. This parser does not support all of
/// the older syntax.
fn newer_text(bytes: &[u8]) -> Option<Vec<u8>> {
    let text = wast::parser::ParseBuffer::new(std::str::from_utf8(bytes).ok()?).ok()?;
    wast::parser::parse::<wast::Wat<'_>>(&text).ok()?.encode().ok()
}

/// The error for a text that is not a component. It states the kind of text, if that is known.
fn other_text(file: String, bytes: &[u8], token: Token) -> LoadError {
    let end = Path::new(&file).extension().map(|end| end.to_string_lossy().to_ascii_lowercase());
    let (what, help) = match (end.as_deref(), token) {
        _ if bytes.starts_with(b"weld snapshot ") => (
            "a snapshot",
            format!(
                "give the component that it was made of; `weld snapshot COMPONENT --check {}` compares the two",
                argument(&file)
            ),
        ),
        (Some("wac"), _) => {
            ("a WAC document", format!("compose the document: `weld compose {} -o out.wasm`", argument(&file)))
        }
        (Some("toml"), _) => {
            let file = argument(&file);
            (
                "a TOML file",
                format!(
                    "a manifest is built, `weld build {file}`, and a policy is checked: `weld check COMPONENT --policy {file}`"
                ),
            )
        }
        (_, Token::Wit) => return LoadError::WitText { file },
        _ => return LoadError::NotWasm { file, start: start(bytes) },
    };
    LoadError::OtherText { file, what, help }
}

enum Token {
    Parenthesis,
    Wit,
    Other,
}

/// The first token of a text, after white space and comments of WAT or WIT.
fn first_token(text: &str) -> Token {
    let mut rest = text.trim_start();
    loop {
        let after = if rest.starts_with(";;") || rest.starts_with("//") {
            rest.split_once('\n').map(|(_, after)| after)
        } else if rest.starts_with("(;") {
            rest.split_once(";)").map(|(_, after)| after)
        } else if rest.starts_with("/*") {
            rest.split_once("*/").map(|(_, after)| after)
        } else {
            break;
        };
        rest = after.unwrap_or_default().trim_start();
    }
    let word: &str = rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').next().unwrap_or_default();
    match word {
        _ if rest.starts_with('(') => Token::Parenthesis,
        "package" | "interface" | "world" => Token::Wit,
        _ => Token::Other,
    }
}

/// The first bytes of a file: as text if they are printable, else in hexadecimal digits.
fn start(bytes: &[u8]) -> String {
    let head = bytes.get(..bytes.len().min(8)).unwrap_or_default();
    if !head.is_empty() && head.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ') {
        return format!("`{}`", String::from_utf8_lossy(head));
    }
    let hex: Vec<String> = head.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("the bytes {}", hex.join(" "))
}
