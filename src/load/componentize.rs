//! Makes components of core modules by their WIT metadata, with adapters for their other imports.

mod blame;
mod traits;
mod world;

use wasmparser::Parser;
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};

use super::error::LoadError;
use super::world::Wit;
use super::{Component, file};
use crate::decode::Malformed;
use crate::describe::Source;
use crate::describe::manifest::nearest;
use crate::guard::{Use, boundary, guard};
use crate::text::{self, Shown};
use crate::validate::{self, Invalid};
use traits::{PREVIEW_0, Traits};
use world::World;

/// The module name of imports of preview 1.
const PREVIEW_1: &str = "wasi_snapshot_preview1";

/// The start of the encoder's error for a module that does not fit its world.
const UNFIT: &str = "module was not valid: ";

/// Options of componentization. The default suits modules with metadata.
#[derive(Debug, Default)]
pub(crate) struct Options {
    /// Adapters in addition to the built-in one, which they replace if they have its name.
    pub adapters: Vec<Adapter>,
    /// The world of a module without metadata.
    pub wit: Option<Wit>,
}

/// A core module that implements imports of another core module with imports of a component.
#[derive(Debug)]
pub(crate) struct Adapter {
    /// The import module name that it implements, such as `wasi_snapshot_preview1`.
    pub name: String,
    /// Its source in messages.
    pub file: String,
    /// The core module.
    pub bytes: Vec<u8>,
}

impl Adapter {
    /// Reads `[NAME=]FILE`. The default name is derived from the stem of the file, such as
    /// `wasi_snapshot_preview1.reactor`.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub(crate) fn read(argument: &str) -> Result<Adapter, LoadError> {
        let (name, source) = Self::parse(argument);
        let name = name.unwrap_or_else(|| {
            let stem = source.stem();
            // A file named after its version of WASI, or without such a name, is an adapter for preview 1.
            let first = stem.split('.').next().unwrap_or_default();
            if first.starts_with("wasi_") { first.to_owned() } else { PREVIEW_1.to_owned() }
        });
        let file = source.shown();
        Ok(Adapter { name, bytes: super::binary(&file, file::read(&source)?)?, file })
    }

    /// Splits `[NAME=]FILE` into the name, if there is one, and the source.
    pub(crate) fn parse(argument: &str) -> (Option<String>, Source) {
        match argument.split_once('=') {
            Some((name, file)) => (Some(name.to_owned()), Source::parse(file.into())),
            None => (None, Source::parse(argument.into())),
        }
    }
}

/// The result of componentization.
pub(crate) struct Made<'a> {
    /// The component.
    pub component: Component,
    /// The unused adapters. The module imports none of their functions, and their worlds export none.
    pub unused: Vec<&'a Adapter>,
}

/// Makes a component of a core module. `name` is the name of the component in a composition, `file` the name of the
/// module in messages.
///
/// Its world is that of the module's metadata, regardless of the versions of WASI that adapters import. The built-in
/// adapter implements imports of preview 1: a module that exports `_start` becomes a command, any other a reactor.
///
/// # Errors
///
/// The module has no metadata, does not fit its world, or an adapter fits neither.
pub(crate) fn componentize(
    name: String,
    file: String,
    module: Vec<u8>,
    options: &Options,
) -> Result<Made<'_>, LoadError> {
    boundary("load", &file.clone(), || make(name, file, module, options))?
}

fn make(name: String, file: String, mut module: Vec<u8>, options: &Options) -> Result<Made<'_>, LoadError> {
    let traits = Traits::read(&file, &module)?;
    check_kind(&file, &traits, options)?;
    check_code(&file, &module)?;
    let is_described = options.wit.is_some() || traits.has_metadata;
    let refused = |error: String| match is_described {
        true => LoadError::Componentize {
            file: file.clone(),
            message: text::lines(&error),
            help: error.contains(UNFIT).then(|| blame::help(&traits, options.wit.is_some())),
        },
        false => LoadError::ComponentizeCommand { file: file.clone(), message: text::lines(&error) },
    };
    if let Some(wit) = &options.wit {
        call_encoder(&file, || embed_component_metadata(&mut module, wit.resolve(), wit.id(), StringEncoding::UTF8))?
            .map_err(|error| refused(format!("{error:#}")))?;
    } else if !traits.has_metadata && !traits.is_command {
        return Err(LoadError::NoMetadata { file });
    }
    // The encoder might silently keep only one of them.
    if let Some((first, second)) = same_name(&options.adapters) {
        let (first, second, name) = (first.file.clone(), second.file.clone(), first.name.clone());
        return Err(LoadError::TwoAdapters { name, first, second });
    }

    let world = call_encoder(&file, || World::of_module(&module))?.map_err(&refused)?;
    let (used, unused): (Vec<_>, Vec<_>) = worlds_of(&file, &traits, &options.adapters)?
        .into_iter()
        .partition(|(adapter, world)| traits.imports.contains(&adapter.name) || world.exports_functions());
    let unused: Vec<&Adapter> = unused.into_iter().map(|(adapter, _)| adapter).collect();
    let (adapters, mut worlds): (Vec<&Adapter>, Vec<World>) = used.into_iter().unzip();
    let built_in = match needs_preview1(&traits, &options.adapters, is_described) {
        true => Some(preview1(&file, traits.is_command && !world.exports("wasi:cli/run"))?),
        false => None,
    };
    if let Some(adapter) = built_in {
        worlds.push(World::of_module(adapter).map_err(&refused)?);
    }
    let encoding = Encoding { module: &module, traits: &traits, adapters: &adapters, built_in };
    let made = call_encoder(&file, || encoding.of_world(&world, &worlds))?;
    let component = made.and_then(|component| encoding.check_code(component)).map_err(|failure| match failure {
        Failure::Known(error) => error,
        Failure::Encode(message) => match unused.first() {
            // The adapter may be meant for the missing import.
            Some(adapter) if !traits.imports.is_empty() => unused_adapter(adapter, &file, other_names(&traits)),
            _ => refused(message),
        },
        Failure::Invalid(message) => LoadError::Componentize {
            file: file.clone(),
            message: text::lines(&format!("what comes of it is not valid: {message}")),
            help: None,
        },
        Failure::Adapter(adapter, message) => unusable(adapter, &message),
        Failure::Differs(difference) => {
            LoadError::OtherWorld { file: file.clone(), difference: text::lines(&difference) }
        }
    })?;
    let component = Component::decode(name, file.clone(), component).map_err(|error| match error {
        // An offset would refer to bytes that the user does not have.
        LoadError::Invalid { message, .. } => refused(message),
        error => error,
    })?;
    Ok(Made { component, unused })
}

/// The input of the encoder.
struct Encoding<'a> {
    module: &'a [u8],
    traits: &'a Traits,
    adapters: &'a [&'a Adapter],
    built_in: Option<&'static [u8]>,
}

/// The reason that a module has no component.
enum Failure<'a> {
    /// An error with all details.
    Known(LoadError),
    Encode(String),
    /// The encoded component is invalid.
    Invalid(String),
    Adapter(&'a Adapter, String),
    /// The component has another world than the module.
    Differs(String),
}

impl<'a> Encoding<'a> {
    /// Encodes a component with the world of the module. `adapters` are the worlds of the adapters.
    ///
    /// The encoder replaces compatible versions of an imported interface by the highest one. The result is used only if
    /// it has the world of the module, with its versions united. It may not: an adapter may import a higher version
    /// than the module, and an interface that is imported and exported would be exported in the version of the import.
    fn of_world(&self, world: &World, adapters: &[World]) -> Result<Vec<u8>, Failure<'a>> {
        let united = world.united();
        if !world.is_raised_by(adapters)
            && let Ok(component) = self.encode(true)
            && let Ok(made) = World::of_component(&component)
            && united.as_ref().unwrap_or(world).check(adapters, &made).is_ok()
        {
            return Ok(component);
        }
        let component = self.encode(false)?;
        let made = World::of_component(&component).map_err(|message| {
            blame::caller(self.adapters, self.traits).map_or(Failure::Invalid(message), Failure::Known)
        })?;
        world.check(adapters, &made).map_err(Failure::Differs)?;
        Ok(component)
    }

    /// Checks the code of a component with parts of adapters. Adapters are not checked beforehand, because unused
    /// functions of an adapter are left out and may be invalid.
    fn check_code(&self, component: Vec<u8>) -> Result<Vec<u8>, Failure<'a>> {
        if self.adapters.is_empty() {
            return Ok(component);
        }
        let Err(Malformed { message, .. }) = validate::validate(&component) else { return Ok(component) };
        let of_adapter = self.adapters.iter().find_map(|adapter| check_code(&adapter.file, &adapter.bytes).err());
        Err(of_adapter.map_or(Failure::Invalid(message), Failure::Known))
    }

    fn encode(&self, unites_versions: bool) -> Result<Vec<u8>, Failure<'a>> {
        let failed = |error| Failure::Encode(format!("{error:#}"));
        let mut encoder = ComponentEncoder::default();
        // The component is validated when it is decoded.
        encoder.validate(false).merge_imports_based_on_semver(unites_versions).module(self.module).map_err(failed)?;
        for adapter in self.adapters {
            let added = call_encoder(&adapter.file, || encoder.adapter(&adapter.name, &adapter.bytes).map(drop));
            added.map_err(Failure::Known)?.map_err(|error| Failure::Adapter(adapter, format!("{error:#}")))?;
        }
        if let Some(adapter) = self.built_in {
            encoder.adapter(PREVIEW_1, adapter).map_err(failed)?;
        }
        encoder.encode().map_err(|error| {
            let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
            match blame::adapter(self.adapters, self.traits, &causes) {
                Some(error) => Failure::Known(error),
                None => Failure::Encode(causes.join(": ")),
            }
        })
    }
}

/// Calls the encoder, or its decoder of metadata, on a module. A panic becomes an error.
fn call_encoder<T>(file: &str, call: impl FnOnce() -> T) -> Result<T, LoadError> {
    Ok(guard(Use::MODULE, file, call)?)
}

/// Refuses an invalid module. Offsets in the error refer to the module, since the user does not have the component.
fn check_code(file: &str, module: &[u8]) -> Result<(), LoadError> {
    let error = |function, Malformed { offset, message }| {
        let (file, message) = (file.to_owned(), text::lines(&message));
        Err(LoadError::InvalidModule { file, message, function, offset })
    };
    match validate::bodies(module) {
        Ok((_, invalid)) => match invalid.into_iter().next() {
            Some(Invalid { function, what }) => error(Some(function), what),
            None => Ok(()),
        },
        Err(what) => error(None, what),
    }
}

/// Refuses modules that are adapters, and modules that need an adapter for preview 0.
fn check_kind(file: &str, traits: &Traits, options: &Options) -> Result<(), LoadError> {
    if let Some(what) = traits.adapter() {
        return Err(LoadError::IsAdapter { file: file.to_owned(), what });
    }
    if traits.imports.contains(PREVIEW_0) && options.adapters.iter().all(|adapter| adapter.name != PREVIEW_0) {
        return Err(LoadError::Preview0 { file: file.to_owned() });
    }
    Ok(())
}

/// The worlds of the adapters.
///
/// # Errors
///
/// An adapter is not one, or its name is similar to that of an import. An adapter imports a function of another adapter
/// that the module does not import, which the encoder would leave out.
fn worlds_of<'a>(
    module: &str,
    traits: &Traits,
    adapters: &'a [Adapter],
) -> Result<Vec<(&'a Adapter, World)>, LoadError> {
    let is_adapter = |name: &str| name == PREVIEW_1 || adapters.iter().any(|adapter| adapter.name == name);
    let mut worlds = Vec::new();
    for adapter in adapters {
        if Parser::is_component(&adapter.bytes) {
            return Err(unusable(adapter, "it is a component"));
        }
        let own = Traits::read(&adapter.file, &adapter.bytes)?;
        if let Some((name, functions)) =
            blame::dropped_functions(&own, traits, |name| name != adapter.name && is_adapter(name))
        {
            let message = format!(
                "it imports {functions} from `{}`, which the module does not: of an adapter, only what the module \
                 imports is kept",
                Shown(&name)
            );
            return Err(unusable(adapter, &message));
        }
        let world = call_encoder(&adapter.file, || World::of_module(&adapter.bytes))?
            .map_err(|message| unusable(adapter, &message))?;
        // The name of an unused adapter is probably misspelt if it is similar to that of an import.
        let others = traits.imports.iter().filter(|import| adapters.iter().all(|adapter| adapter.name != **import));
        if !traits.imports.contains(&adapter.name)
            && let Some(near) = nearest(others, &adapter.name)
        {
            return Err(unused_adapter(adapter, module, format!("did you mean `--adapt {near}={}`?", adapter.file)));
        }
        worlds.push((adapter, world));
    }
    Ok(worlds)
}

/// The error for an adapter from which a module imports nothing.
fn unused_adapter(adapter: &Adapter, module: &str, help: String) -> LoadError {
    let (file, name, module) = (adapter.file.clone(), adapter.name.clone(), module.to_owned());
    LoadError::UnusedAdapter { file, name, module, help }
}

/// Help with the possible names of adapters for a module.
fn other_names(module: &Traits) -> String {
    let imports: Vec<&str> = module.imports.iter().map(String::as_str).collect();
    format!("it imports from {}; name one of them: `--adapt NAME=FILE`", imports.join(", "))
}

fn unusable(adapter: &Adapter, message: &str) -> LoadError {
    LoadError::Adapter { file: adapter.file.clone(), message: text::lines(message) }
}

/// Whether the built-in adapter for preview 1 is needed.
fn needs_preview1(traits: &Traits, adapters: &[Adapter], is_described: bool) -> bool {
    let is_given = adapters.iter().any(|adapter| adapter.name == PREVIEW_1);
    // A module with a start function and without metadata can only be a command, with the adapter.
    let is_bare_command = traits.is_command && !is_described;
    !is_given && (traits.imports_preview1() || is_bare_command)
}

/// The adapter of wasmtime, for a command or a reactor.
#[cfg(feature = "preview1")]
#[allow(clippy::unnecessary_wraps)] // It fails without the feature.
fn preview1(_: &str, is_command: bool) -> Result<&'static [u8], LoadError> {
    use wasi_preview1_component_adapter_provider as provider;
    Ok(match is_command {
        true => provider::WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER,
        false => provider::WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER,
    })
}

#[cfg(not(feature = "preview1"))]
fn preview1(file: &str, _: bool) -> Result<&'static [u8], LoadError> {
    Err(LoadError::NoPreview1 { file: file.to_owned() })
}

fn same_name(adapters: &[Adapter]) -> Option<(&Adapter, &Adapter)> {
    let (first, rest) = adapters.split_first()?;
    match rest.iter().find(|adapter| adapter.name == first.name) {
        Some(second) => Some((first, second)),
        None => same_name(rest),
    }
}
