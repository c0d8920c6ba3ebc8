//! `weld componentize`: makes a component from a core module.

use std::path::PathBuf;

use clap::Args;
use wasmparser::Parser;

use super::terminal::Terminal;
use super::world::World;
use super::{Outcome, Output, examples};
use crate::describe::{Source, stdin_is_shared};
use crate::load::componentize::{Adapter, Options, componentize};
use crate::load::world::Wit;
use crate::load::{Component, LoadError, binary, file};
use crate::timings::Timings;
use crate::{PhaseError, text, verify};

/// Make a component from a core module
///
/// The WIT metadata in the module describes its imports and exports; `--wit` embeds the metadata if the module has
/// none. A module that imports preview 1 gets the built-in adapter: for a command if it exports `_start`, for a
/// reactor otherwise.
#[derive(Debug, Args)]
#[command(after_help = examples::COMPONENTIZE)]
pub(super) struct Arguments {
    /// The core module, binary or text
    #[arg(value_name = "MODULE")]
    module: PathBuf,
    /// An adapter for imports from NAME; without NAME, an adapter for preview 1 instead of the built-in one
    #[arg(long, value_name = "[NAME=]FILE")]
    adapt: Vec<String>,
    /// The WIT of a module without metadata: a file, or the directory of a package
    #[arg(long, value_name = "PATH")]
    wit: Option<PathBuf>,
    #[command(flatten)]
    world: World,
    /// Write what the Component Model no longer has, such as `cancellable` built-in functions, for older hosts
    #[arg(long)]
    allow_obsolete_names: bool,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(arguments: Arguments, terminal: &Terminal, timings: &mut Timings) -> Result<Outcome, PhaseError> {
    let source = Source::parse(arguments.module);
    let shown = source.shown();
    let (component, unused) = timings.span("load", || -> Result<(Component, Vec<String>), LoadError> {
        let adapters: Vec<Source> = arguments.adapt.iter().map(|argument| Adapter::parse(argument).1).collect();
        if stdin_is_shared(adapters.iter().chain([&source])) {
            return Err(LoadError::SharedStdin);
        }
        let module = binary(&shown, file::read(&source)?)?;
        if Parser::is_component(&module) {
            return Err(LoadError::AlreadyComponent { file: shown });
        }
        let made = |module: Vec<u8>, wit: Option<Wit>| {
            let adapters = arguments.adapt.iter().map(|argument| Adapter::read(argument)).collect::<Result<_, _>>()?;
            let options = Options { adapters, wit };
            let made = componentize(source.stem(), shown.clone(), module, &options)?;
            let no_effect = |Adapter { file, name, .. }: &&Adapter| {
                format!("the adapter `{file}` has no effect: `{shown}` imports nothing from `{name}`")
            };
            Ok((made.component, made.unused.iter().map(no_effect).collect()))
        };
        match &arguments.wit {
            Some(wit) => arguments.world.read(wit, |wit| made(module.clone(), Some(wit))),
            None => made(module, None),
        }
    })?;
    unused.iter().for_each(|note| terminal.note(note));
    timings.span("verify", || verify::written(&component))?;
    if !arguments.allow_obsolete_names {
        verify::component_is_current(&component)?;
    }
    arguments.output.emit(component.bytes(), (terminal, timings))?;
    terminal.verbose(|| {
        let names = |names: Vec<&String>| names.iter().map(|name| format!("  {name}\n")).collect::<String>();
        format!(
            "imports\n{}exports\n{}{}, sha256 {}",
            names(component.imports().keys().collect()),
            names(component.exports().keys().collect()),
            text::size(component.bytes().len()),
            component.digest()
        )
    });
    Ok(Outcome::Done)
}
