//! `weld split`: takes a composition apart.

use std::path::{Path, PathBuf};

use clap::Args;

use super::terminal::Terminal;
use super::{Force, Outcome, advice, examples};
use crate::describe::Source;
use crate::emit::{EmitError, Identity};
use crate::load::{decode, file};
use crate::split::{Split, split};
use crate::text::{self, count};
use crate::timings::Timings;
use crate::{PhaseError, emit, verify};

/// Take a composition apart: a file for each component, and a manifest
///
/// weld reads a composition, and writes each component and `weld.toml` into a directory. `weld build` with this
/// manifest composes the same components again, with the same wires. Any tool may have built the composition. If a
/// manifest cannot describe the composition, the error says why.
#[derive(Debug, Args)]
#[command(override_usage = "weld split <COMPONENT> --output <DIR>", after_help = examples::SPLIT)]
pub(super) struct Arguments {
    /// The composition to read: binary or WAT text
    #[arg(value_name = "COMPONENT")]
    component: PathBuf,
    /// The directory to write: it must be empty, or not exist
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    #[command(flatten)]
    force: Force,
}

pub(super) fn run(arguments: Arguments, terminal: &Terminal, timings: &mut Timings) -> Result<Outcome, PhaseError> {
    let source = Source::parse(arguments.component);
    let whole = timings.span("load", || decode(source.stem(), source.shown(), file::read(&source)?))?;
    timings.span("verify", || verify::component(&whole))?;
    let Split { files, manifest, has_same_snapshot, has_same_order, .. } = split(&whole, timings)?;
    let directory = &arguments.output;
    let files: Vec<(PathBuf, Vec<u8>)> = files.into_iter().map(|(file, bytes)| (directory.join(file), bytes)).collect();
    let manifest = (directory.join("weld.toml"), manifest.into_bytes());
    let written: Vec<(&Path, &[u8])> =
        files.iter().chain([&manifest]).map(|(file, bytes)| (file.as_path(), bytes.as_slice())).collect();
    if let Source::File(component) = &source
        && let Some((file, _)) = written.iter().find(|(file, _)| Identity::of(file).is(&Identity::of(component)))
    {
        return Err(EmitError::Input { file: text::path(file) }.into());
    }
    let existing = arguments.force.existing(|| occupied(directory, &written));
    timings.span("emit", || emit::directory(directory, &written, existing))?;
    let shown = text::path(directory);
    let build = text::argument(&format!("{shown}/weld.toml"));
    terminal.say(&format!(
        "{shown}: {} and weld.toml; `weld build {build}` composes them",
        count(files.len(), "component")
    ));
    if !has_same_order {
        terminal.warn(
            "the manifest creates the instances in another order than before, and runs their start functions in that order; all wires are \
             the same",
        );
    } else if !has_same_snapshot {
        terminal.note(
            "instances or components have other names than before, or interfaces use types by another way; all else is the same",
        );
    }
    Ok(Outcome::Done)
}

/// Writes the help of the error for a directory that is not empty: the command for another directory, and the command
/// that overwrites files, with their names.
fn occupied(directory: &Path, files: &[(&Path, &[u8])]) -> String {
    let other = advice::typed(Some((directory, &advice::free(directory, true))), &[]);
    if !file::is_directory(directory) {
        return format!("name a directory: `{other}`");
    }
    let existing = files.iter().filter(|(file, _)| emit::is_there(file));
    let existing: Vec<String> = existing.map(|(file, _)| format!("`{}`", text::path(file))).collect();
    let (shown, others) = text::some_of(&existing);
    let others = if others == 0 { String::new() } else { format!(" and {others} others") };
    let over = advice::typed(None, &["--force"]);
    let over = match shown {
        [] => format!("`{over}` adds files to it"),
        shown => format!("`{over}` overwrites {}{others}", shown.join(", ")),
    };
    format!("write into another directory: `{other}`; {over}")
}
