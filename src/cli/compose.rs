//! `weld compose`: wires components as a WAC document, or a configuration of `wasm-tools compose`, says.

use std::path::{Path, PathBuf};

use clap::Args;

use super::terminal::Terminal;
use super::{Composed, Outcome, examples};
use crate::describe::wac::{Override, Wac};
use crate::describe::{Description, Source, Text, wasm_compose};
use crate::error::PhaseError;
use crate::load::file;
use crate::timings::Timings;

/// Compose components with a WAC document, or a configuration of `wasm-tools compose`
///
/// The packages of the document are files in a directory: `ns:name` is `ns/name.wasm` (or `.wat`, `.wit`, or a
/// directory of WIT), `ns:name@1.0.0` is `ns/name/1.0.0.wasm`. With `--config`, FILE is a component.
#[derive(Debug, Args)]
#[command(after_help = examples::COMPOSE)]
pub(super) struct Arguments {
    /// The WAC document; with `--config`, the component to compose
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The directory of the packages
    #[arg(long, value_name = "DIR", default_value = "deps", conflicts_with = "config")]
    deps_dir: PathBuf,
    /// The file of a package; PACKAGE is its name, with or without the version; can be repeated
    #[arg(short, long = "dep", value_name = "PACKAGE=PATH", conflicts_with = "config")]
    dependencies: Vec<String>,
    /// Import the components instead of nesting them; with a document, this needs `--allow-obsolete-names`
    #[arg(short, long)]
    import_dependencies: bool,
    /// The configuration of `wasm-tools compose` for FILE, YAML or JSON
    #[arg(short, long, value_name = "CONFIG")]
    config: Option<PathBuf>,
    #[command(flatten)]
    composed: Composed,
}

pub(super) fn run(arguments: Arguments, terminal: &Terminal, timings: &mut Timings) -> Result<Outcome, PhaseError> {
    arguments.composed.run(describe(&arguments)?, terminal, timings)
}

fn describe(arguments: &Arguments) -> Result<Description, PhaseError> {
    let file = Source::parse(arguments.file.clone());
    if let Some(config) = &arguments.config {
        let source = Source::parse(config.clone());
        let directory = config.parent().unwrap_or(Path::new(""));
        let mut description = wasm_compose::describe(&source.shown(), &file::read_text(&source)?, directory, file)?;
        description.import_components |= arguments.import_dependencies;
        return Ok(description);
    }
    // The document is read before the flags for packages: errors of the document come first.
    let text = file::read_document(&file)?;
    let overrides = arguments.dependencies.iter().map(|argument| match argument.split_once('=') {
        Some((package, path)) => Ok(Override { package: package.to_owned(), path: path.into() }),
        None => Err(PhaseError::Usage("`--dep` takes the package and its file: `--dep ns:name=FILE`")),
    });
    let overrides: Vec<Override> = overrides.collect::<Result<_, _>>()?;
    let wac = Wac::parse(Text::new(&file.shown(), &text))?;
    Ok(wac.describe(&arguments.deps_dir, &overrides, arguments.import_dependencies)?)
}
