//! Core modules become components: with the WIT metadata they carry, and adapters for preview 1 imports.

use std::collections::BTreeSet;

use wasi_preview1_component_adapter_provider as preview1;
use wasmparser::{Parser, Payload};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};

use super::error::LoadError;
use super::world::Wit;
use super::{Component, file, metadata, nesting};
use crate::describe::Source;
use crate::text;

/// How a core module becomes a component. The default suits modules that carry their metadata.
#[derive(Debug, Default)]
pub struct Options {
    /// Adapters by the name of the core module import that they implement, in the place of the built-in ones.
    pub adapters: Vec<Adapter>,
    /// The world of a module that carries no metadata.
    pub wit: Option<Wit>,
}

/// A core module that implements the imports of another one by those of a component.
#[derive(Debug)]
pub struct Adapter {
    /// The import module name that it implements, such as `wasi_snapshot_preview1`.
    pub name: String,
    /// Where messages say it comes from.
    pub file: String,
    /// The core module.
    pub bytes: Vec<u8>,
}

impl Adapter {
    /// Reads `[NAME=]FILE`. Without a name it is the file's stem, as `wasi_snapshot_preview1.reactor.wasm` has it.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read.
    pub fn read(argument: &str) -> Result<Adapter, LoadError> {
        let (name, source) = Self::parse(argument);
        let name = name.unwrap_or_else(|| {
            let stem = source.stem();
            // A file named after its WASI version, or after nothing in particular, is an adapter for preview 1.
            let first = stem.split('.').next().unwrap_or_default();
            if first.starts_with("wasi_") { first.to_owned() } else { preview1_name() }
        });
        let file = source.shown();
        Ok(Adapter { name, bytes: super::binary(&file, file::read(&source)?)?, file })
    }

    /// What `[NAME=]FILE` says: a name, if there is one, and where the adapter is.
    pub fn parse(argument: &str) -> (Option<String>, Source) {
        match argument.split_once('=') {
            Some((name, file)) => (Some(name.to_owned()), Source::parse(file.into())),
            None => (None, Source::parse(argument.into())),
        }
    }
}

/// Makes a component of a core module. `name` is what a composition calls it, `file` what messages do.
///
/// A module that exports `_start` becomes a command, all others become reactors.
///
/// # Errors
///
/// Where the module says nothing of its world, or does not fit it, or an adapter fits neither.
pub fn componentize(
    name: String,
    file: String,
    mut module: Vec<u8>,
    options: &Options,
) -> Result<Component, LoadError> {
    let traits = Traits::read(&file, &module)?;
    let is_described = options.wit.is_some() || traits.has_metadata;
    let refused = |error: String| match is_described {
        true => LoadError::Componentize { file: file.clone(), message: text::lines(&error) },
        false => LoadError::ComponentizeCommand { file: file.clone(), message: text::lines(&error) },
    };
    if let Some(wit) = &options.wit {
        embed_component_metadata(&mut module, wit.resolve(), wit.id(), StringEncoding::UTF8)
            .map_err(|error| refused(format!("{error:#}")))?;
    } else if !traits.has_metadata && !traits.is_command {
        return Err(LoadError::NoMetadata { file });
    }
    // Before the encoder, which may keep one of them without a word.
    if let Some((first, second)) = same_name(&options.adapters) {
        let (first, second, name) = (first.file.clone(), second.file.clone(), first.name.clone());
        return Err(LoadError::TwoAdapters { name, first, second });
    }

    // What the encoder makes is validated when it is decoded as a component, below.
    let mut encoder = ComponentEncoder::default();
    encoder.validate(false).module(&module).map_err(|error| refused(format!("{error:#}")))?;
    for adapter in &options.adapters {
        traits.check_adapter(&file, adapter)?;
        encoder.adapter(&adapter.name, &adapter.bytes).map_err(|error| LoadError::Adapter {
            file: adapter.file.clone(),
            message: text::lines(&format!("{error:#}")),
        })?;
    }
    if !options.adapters.iter().any(|adapter| adapter.name == preview1::WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME) {
        let adapter = if traits.is_command {
            preview1::WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER
        } else {
            preview1::WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER
        };
        encoder
            .adapter(preview1::WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME, adapter)
            .map_err(|error| refused(format!("{error:#}")))?;
    }
    let component = encoder.encode().map_err(|error| refused(format!("{error:#}")))?;
    Component::decode(name, file.clone(), component).map_err(|error| match error {
        // The offset would be one of bytes that nobody has.
        LoadError::Invalid { message, .. } => refused(message),
        error => error,
    })
}

fn same_name(adapters: &[Adapter]) -> Option<(&Adapter, &Adapter)> {
    let (first, rest) = adapters.split_first()?;
    match rest.iter().find(|adapter| adapter.name == first.name) {
        Some(second) => Some((first, second)),
        None => same_name(rest),
    }
}

fn preview1_name() -> String {
    preview1::WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME.to_owned()
}

/// What decides how a module is made a component.
struct Traits {
    /// It carries a custom section that describes its world.
    has_metadata: bool,
    /// It exports `_start`.
    is_command: bool,
    /// The modules that it imports from.
    imports: BTreeSet<String>,
}

impl Traits {
    /// # Errors
    ///
    /// Where the module cannot be read, or its metadata may not be.
    fn read(file: &str, module: &[u8]) -> Result<Traits, LoadError> {
        let invalid = |error| nesting::Failure::Malformed(error).in_file(file);
        let mut traits = Traits { has_metadata: false, is_command: false, imports: BTreeSet::new() };
        for payload in Parser::new(0).parse_all(module) {
            match payload.map_err(invalid)? {
                Payload::CustomSection(section) if section.name().starts_with("component-type") => {
                    traits.has_metadata = true;
                    metadata::check(file, section.data())?;
                }
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        traits.imports.insert(import.map_err(invalid)?.module.to_owned());
                    }
                }
                Payload::ExportSection(exports) => {
                    for export in exports {
                        traits.is_command |= export.map_err(invalid)?.name == "_start";
                    }
                }
                _ => {}
            }
        }
        Ok(traits)
    }

    /// Refuses an adapter that is none, or that the module has no use for.
    fn check_adapter(&self, module: &str, adapter: &Adapter) -> Result<(), LoadError> {
        if Parser::is_component(&adapter.bytes) {
            let message = "it is a component".to_owned();
            return Err(LoadError::Adapter { file: adapter.file.clone(), message });
        }
        Traits::read(&adapter.file, &adapter.bytes)?;
        // A command's adapter is also what calls its `_start`.
        let calls_start = self.is_command && adapter.name == preview1::WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME;
        if calls_start || self.imports.contains(&adapter.name) {
            return Ok(());
        }
        Err(LoadError::UnusedAdapter {
            file: adapter.file.clone(),
            name: adapter.name.clone(),
            module: module.to_owned(),
            imports: self.imports.iter().cloned().collect(),
        })
    }
}
