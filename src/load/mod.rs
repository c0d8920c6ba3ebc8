//! The phase load: named sources to [`Component`]s.
//!
//! A source holds a binary component, WAT text, or a core module; whichever it is, what comes out is one
//! decoded, structurally valid component. This phase and `emit` are the only ones that read or write files.

pub mod component;
pub mod componentize;
pub mod digest;
pub mod error;
pub mod file;
pub mod mentions;
mod metadata;
pub mod name;
mod nesting;
pub mod wit;
pub mod world;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Index;

use rayon::prelude::*;
use wasmparser::Parser;

pub use component::Component;
pub use error::LoadError;

use crate::describe::{Description, Entry, stdin_is_shared};
use crate::limits;

/// The components of a composition, each with an id that later phases refer to it by.
pub struct Components(Vec<Component>);

/// The place of a component in [`Components`]. Ids are only made by [`Components::ids`], so each has its component.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ComponentId(usize);

impl Components {
    /// The components in a fixed order, which decides that of the output: the root first, then by name and digest.
    fn new(mut components: Vec<Component>) -> Self {
        if let Some((_, others)) = components.split_first_mut() {
            others.sort_by(|a, b| (a.name(), a.digest()).cmp(&(b.name(), b.digest())));
        }
        let mut taken = BTreeSet::new();
        for component in &mut components {
            let name = free_name(component.name(), &taken);
            taken.insert(name.clone());
            component.rename(name);
        }
        Components(components)
    }

    /// The component whose exports are those of the composition.
    pub fn root(&self) -> ComponentId {
        ComponentId(0)
    }

    /// All ids, the root's first.
    pub fn ids(&self) -> impl Iterator<Item = ComponentId> + Clone + use<> {
        (0..self.0.len()).map(ComponentId)
    }

    /// The components, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &Component> {
        self.0.iter()
    }
}

/// `name`, or the first of `name-2`, `name-3`, … that is not taken.
fn free_name(name: &str, taken: &BTreeSet<String>) -> String {
    let numbered = (2..).map(|n| format!("{name}-{n}"));
    // Endless, so one of them is free.
    std::iter::once(name.to_owned()).chain(numbered).find(|name| !taken.contains(name)).unwrap_or_default()
}

impl Index<ComponentId> for Components {
    type Output = Component;

    #[allow(clippy::indexing_slicing)] // Ids are made of these very indices.
    fn index(&self, id: ComponentId) -> &Component {
        &self.0[id.0]
    }
}

/// Loads every component of a description. Components that it gives one name are numbered: `kv`, `kv-2`.
///
/// # Errors
///
/// All that is wrong with any of them.
pub fn load(description: &Description) -> Result<Components, Vec<LoadError>> {
    let entries: Vec<&Entry> = std::iter::once(&description.root).chain(&description.plugs).collect();
    if entries.len() > limits::COMPONENTS {
        return Err(vec![LoadError::TooMany { count: entries.len(), limit: limits::COMPONENTS }]);
    }
    if stdin_is_shared(entries.iter().map(|entry| &entry.source)) {
        return Err(vec![LoadError::SharedStdin]);
    }
    let loaded: Vec<Result<Component, LoadError>> = entries
        .par_iter()
        .map(|entry| decode(entry.name.clone(), entry.source.shown(), file::read(&entry.source)?))
        .collect();
    let (mut components, mut errors) = (Vec::new(), Vec::new());
    for result in loaded {
        match result {
            Ok(component) => components.push(component),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(Components::new(components)) } else { Err(errors) }
}

/// Makes a [`Component`] of the bytes of a component, WAT text or a core module.
///
/// # Errors
///
/// Where they are none of these, or not valid.
pub fn decode(name: String, file: String, bytes: Vec<u8>) -> Result<Component, LoadError> {
    match binary(&file, bytes)? {
        bytes if Parser::is_core_wasm(&bytes) => componentize::componentize(name, file, bytes, &Default::default()),
        bytes => Component::decode(name, file, bytes),
    }
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
        Ok(Token::Parenthesis) => wat::parse_bytes(&bytes).map(Cow::into_owned).map_err(|mut error| {
            error.set_path(&file);
            LoadError::Wat { file, message: crate::text::lines(&error.to_string()) }
        }),
        Ok(Token::Wit) => Err(LoadError::WitText { file }),
        _ => Err(LoadError::NotWasm { file, start: start(&bytes) }),
    }
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
