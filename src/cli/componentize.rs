//! `weld componentize`: makes a component of a core module.

use std::path::PathBuf;

use clap::Args;
use wasmparser::Parser;

use super::terminal::Terminal;
use super::{Outcome, Output, examples};
use crate::describe::{Source, stdin_is_shared};
use crate::load::componentize::{Adapter, Options, componentize};
use crate::load::world::Wit;
use crate::load::{Component, LoadError, binary, file};
use crate::text::size;
use crate::timings::Timings;
use crate::{PhaseError, verify};

/// Make a component of a core module
///
/// The module's WIT metadata says what it imports and exports; `--wit` embeds it where the module has none. Preview 1
/// imports are adapted: a module that exports `_start` becomes a command, others become reactors.
#[derive(Debug, Args)]
#[command(after_help = examples::COMPONENTIZE)]
pub struct Arguments {
    /// The core module, binary or text
    #[arg(value_name = "MODULE")]
    module: PathBuf,
    /// An adapter for what the module imports from NAME, in the place of the built-in one for preview 1
    #[arg(long, value_name = "[NAME=]FILE")]
    adapt: Vec<String>,
    /// The WIT file or package directory that describes a module without metadata
    #[arg(long, value_name = "PATH")]
    wit: Option<PathBuf>,
    /// The world in it, if it has more than one
    #[arg(long, value_name = "WORLD", requires = "wit")]
    world: Option<String>,
    /// Write what the Component Model no longer has, such as built-in functions that are `cancellable`, for hosts that still know it
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
        let options = Options {
            adapters: arguments.adapt.iter().map(|argument| Adapter::read(argument)).collect::<Result<_, _>>()?,
            wit: match &arguments.wit {
                Some(path) => Some(Wit::read(path, arguments.world.as_deref())?),
                None => None,
            },
        };
        let made = componentize(source.stem(), shown.clone(), module, &options)?;
        let no_effect = |of: &&Adapter| {
            format!("the adapter `{}` has no effect: `{shown}` imports nothing from `{}`", of.file, of.name)
        };
        let unused = made.unused.iter().map(no_effect).collect();
        Ok((made.component, unused))
    })?;
    unused.iter().for_each(|note| terminal.note(note));
    timings.span("verify", || verify::written(&component))?;
    if !arguments.allow_obsolete_names {
        verify::component_is_current(&component)?;
    }
    arguments.output.emit(component.bytes(), timings)?;
    terminal.verbose(|| {
        let names = |names: Vec<&String>| names.iter().map(|name| format!("  {name}\n")).collect::<String>();
        format!(
            "imports\n{}exports\n{}{}, sha256 {}",
            names(component.imports().keys().collect()),
            names(component.exports().keys().collect()),
            size(component.bytes().len()),
            component.digest()
        )
    });
    Ok(Outcome::Done)
}
