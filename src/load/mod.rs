//! The phase load: named sources to [`Component`]s.
//!
//! A source holds a binary component, WAT text, or a core module; whichever it is, what comes out is one
//! decoded, structurally valid component. Sources are files where the description's [`Files`] are, on the disk or in memory.

pub mod component;
pub mod componentize;
#[cfg(feature = "wac")]
pub mod declarations;
pub mod digest;
pub mod embedded;
pub mod error;
pub mod file;
mod items;
pub mod lock;
pub mod metadata;
mod nesting;
mod reason;
pub mod saved;
mod tree;
#[cfg(feature = "compose-config")]
mod wasm_compose;
pub mod world;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Index;
use std::path::Path;

use indexmap::IndexMap;
use rayon::prelude::*;
use wasmparser::Parser;

pub use component::{Bodies, Component};
pub use embedded::Embedded;
pub use error::LoadError;
pub use reason::reason;

use crate::describe::{At, Description, Entry, Place, Source, Wiring, stdin_is_shared};
use crate::files::Files;
use crate::guard::{Use, guard};
use crate::limits;
use crate::name::base;
use crate::text::{Shown, argument};
use component::Shared;
use digest::Digest;

/// The components of a composition, each with an id that later phases refer to it by.
#[derive(Clone, Default)]
pub struct Components {
    list: Vec<Component>,
    /// The first of each name.
    named: BTreeMap<String, ComponentId>,
    declarations: Declarations,
    embedded: Embedded,
    namesakes: Vec<Namesakes>,
}

/// Components of one name, which are numbered by their contents.
#[derive(Debug, Clone)]
pub struct Namesakes {
    name: String,
    /// The file of each, and what it is called.
    called: Vec<(String, String)>,
}

impl fmt::Display for Namesakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let called = self.called.iter().map(|(file, name)| format!("`{}` is `{}`", Shown(file), Shown(name)));
        write!(
            f,
            "several components are called `{}`, and their contents decide which of them is which: {}; name them in a manifest, or \
             rename the files",
            Shown(&self.name),
            called.collect::<Vec<_>>().join(", ")
        )
    }
}

/// What a WAC document itself imports and defines: components that have no file.
#[derive(Debug, Clone, Default)]
pub struct Declarations {
    /// The one that exports the types that the document defines.
    pub types: Option<ComponentId>,
    /// One for each import of the document, in order.
    pub imports: Vec<ComponentId>,
}

/// The world that a WAC document says its composition conforms to.
pub struct Target {
    /// The world as a component.
    pub world: Component,
    /// The document's clause.
    pub place: Place,
}

/// The place of a component in [`Components`]. Ids are only made by [`Components::ids`], so each has its component.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ComponentId(usize);

impl Components {
    /// The components in a fixed order, which decides that of the output: the root first, then by name and digest.
    fn new(mut components: Vec<Component>) -> Self {
        if let Some((_, others)) = components.split_first_mut() {
            others.sort_by(|a, b| (a.name(), a.digest()).cmp(&(b.name(), b.digest())));
        }
        let (mut taken, mut called) = (BTreeSet::new(), BTreeMap::<String, Vec<Component>>::new());
        for (number, component) in components.iter_mut().enumerate() {
            let (name, own) = (free_name(component.name(), &taken), component.name().to_owned());
            taken.insert(name.clone());
            *component = component.renamed(name);
            // The root comes before all others, whatever is in these.
            if number > 0 {
                called.entry(own).or_default().push(component.clone());
            }
        }
        // Of those that are alike it makes no difference.
        called.retain(|_, all| all.first().is_some_and(|of| all.iter().any(|other| other.digest() != of.digest())));
        let namesakes = called.into_iter().map(|(name, all)| Namesakes {
            name,
            called: all.iter().map(|of| (of.file().to_owned(), of.name().to_owned())).collect(),
        });
        let mut all = Components { namesakes: namesakes.collect(), ..Components::default() };
        components.into_iter().for_each(|component| _ = all.push(component));
        all
    }

    /// The component whose exports are those of the composition, where wiring is automatic: the first.
    pub fn root(&self) -> ComponentId {
        ComponentId(0)
    }

    /// The components that hold what a WAC document itself imports and defines.
    pub fn declarations(&self) -> &Declarations {
        &self.declarations
    }

    /// What the settings of the description name.
    pub fn embedded(&self) -> &Embedded {
        &self.embedded
    }

    /// Components of one name, which their contents tell apart.
    pub fn namesakes(&self) -> impl Iterator<Item = &Namesakes> {
        self.namesakes.iter()
    }

    /// Adds a component after all others.
    pub(crate) fn push(&mut self, component: Component) -> ComponentId {
        let id = ComponentId(self.list.len());
        self.named.entry(component.name().to_owned()).or_insert(id);
        self.list.push(component);
        id
    }

    /// All ids, the root's first.
    pub fn ids(&self) -> impl Iterator<Item = ComponentId> + Clone + use<> {
        (0..self.list.len()).map(ComponentId)
    }

    /// The components that were given, without what a document declares itself.
    pub fn given(&self) -> impl Iterator<Item = &Component> {
        let Declarations { types, imports } = &self.declarations;
        let declared = move |id: &ComponentId| *types == Some(*id) || imports.contains(id);
        self.ids().filter(move |id| !declared(id)).map(|id| &self[id])
    }

    /// The components, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &Component> {
        self.list.iter()
    }

    /// The component of a WAC package, `ns:name@version`: the one of that very name, or of its name for any version.
    pub fn package(&self, key: &str) -> Option<ComponentId> {
        self.named(key).or_else(|| self.named(base(key)))
    }

    /// The component of a name.
    pub fn named(&self, name: &str) -> Option<ComponentId> {
        self.named.get(name).copied()
    }
}

/// `name`, or the first of `name-2`, `name-3`, … that is not taken.
pub fn free_name(name: &str, taken: &BTreeSet<String>) -> String {
    let numbered = (2..).map(|n| format!("{name}-{n}"));
    // Endless, so one of them is free.
    std::iter::once(name.to_owned()).chain(numbered).find(|name| !taken.contains(name)).unwrap_or_default()
}

impl Index<ComponentId> for Components {
    type Output = Component;

    #[allow(clippy::indexing_slicing)] // Ids are made of these very indices.
    fn index(&self, id: ComponentId) -> &Component {
        &self.list[id.0]
    }
}

/// Loads every component of a description, and the files that its settings name. Components that it gives one name are numbered: `kv`, `kv-2`.
///
/// # Errors
///
/// All that is wrong with any of them.
pub fn load(description: &Description) -> Result<Components, Vec<At<LoadError>>> {
    load_all(&[description]).map(|all| all.into_iter().next().unwrap_or_else(|| Components::new(vec![])))
}

/// Loads the components of several descriptions of files in one place, in their order. What several of them name is read once.
///
/// # Errors
///
/// All that is wrong with any of them.
pub fn load_all(descriptions: &[&Description]) -> Result<Vec<Components>, Vec<At<LoadError>>> {
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
    // Each at the place that names it first.
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
    // What descriptions share is wrong in each of them.
    if errors.is_empty() { Ok(all) } else { Err(At::once(errors)) }
}

/// The components of one description, of which all are read.
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
            let read = declarations::read(wac, &components).map_err(|error| vec![error])?;
            components.declarations.types = read.types.map(|types| components.push(types));
            components.declarations.imports = read.imports.into_iter().map(|import| components.push(import)).collect();
            Ok(components)
        }
        #[cfg(feature = "compose-config")]
        Wiring::WasmCompose(wiring) => {
            wasm_compose::search(&description.files, wiring, &mut list).map_err(|error| vec![error.into()])?;
            Ok(Components::new(list))
        }
    }
}

/// Reads and decodes the source of what the composition calls `name`.
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
        return Ok(Component::decode_any(found.stem(), found.shown(), bytes)?.made_of(paths, digest));
    }
    let bytes = file::read_in(files, &found)?;
    let paths = match &found {
        Source::File(path) if !files.are_in_memory() => vec![path.clone()],
        _ => vec![],
    };
    let (name, file) = (found.stem(), found.shown());
    // The digest is that of the file, which is the component's where it holds that itself.
    let digest = (!Parser::is_component(&bytes)).then(|| Digest::of(&bytes));
    let component = match binary(&file, bytes)? {
        bytes if Parser::is_core_wasm(&bytes) => of_module(name, file, bytes)?,
        bytes => Component::decode_any(name, file, bytes)?,
    };
    let digest = digest.unwrap_or(component.digest());
    Ok(component.made_of(paths, digest))
}

/// Makes a [`Component`] of the bytes of a component, WAT text or a core module.
///
/// # Errors
///
/// Where they are none of these, or not valid.
pub fn decode(name: String, file: String, bytes: Vec<u8>) -> Result<Component, LoadError> {
    decode_with(name, file, bytes, Bodies::Later)
}

/// The same, with the bodies of functions at once or later.
///
/// # Errors
///
/// As [`decode`]. Code of a component that is not valid is none.
pub fn decode_with(name: String, file: String, bytes: Vec<u8>, bodies: Bodies) -> Result<Component, LoadError> {
    match binary(&file, bytes)? {
        bytes if Parser::is_core_wasm(&bytes) => of_module(name, file, bytes),
        bytes => Component::decode_with(name, file, bytes, bodies),
    }
}

/// A component of a core module that has what it needs: metadata, or imports of preview 1.
fn of_module(name: String, file: String, module: Vec<u8>) -> Result<Component, LoadError> {
    componentize::componentize(name, file, module, &Default::default()).map(|made| made.component)
}

/// The WebAssembly binary, component or core module, in the bytes of a file that may hold its text.
///
/// # Errors
///
/// Where the bytes are neither, or text that does not parse.
pub fn binary(file: &str, bytes: Vec<u8>) -> Result<Vec<u8>, LoadError> {
    let file = file.to_owned();
    if bytes.starts_with(b"\0asm") {
        // A header cut short would be taken for a header of some other kind.
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

/// The binary of text which newer tools print, and which the parser of the other libraries does not know. That parser knows what
/// older tools print, and this one does not.
fn newer_text(bytes: &[u8]) -> Option<Vec<u8>> {
    let text = wast::parser::ParseBuffer::new(std::str::from_utf8(bytes).ok()?).ok()?;
    wast::parser::parse::<wast::Wat<'_>>(&text).ok()?.encode().ok()
}

/// The error of text that is no component, which says what it is, where that is known.
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

/// What text starts with, past white space and the comments of WAT and WIT.
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

/// The first bytes of a file, as text where they are printable.
fn start(bytes: &[u8]) -> String {
    let head = bytes.get(..bytes.len().min(8)).unwrap_or_default();
    if !head.is_empty() && head.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ') {
        return format!("`{}`", String::from_utf8_lossy(head));
    }
    let hex: Vec<String> = head.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("the bytes {}", hex.join(" "))
}
