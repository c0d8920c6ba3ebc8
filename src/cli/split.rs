//! `weld split`: a composition, taken apart.

use std::path::{Path, PathBuf};

use clap::Args;

use super::terminal::Terminal;
use super::{Outcome, examples};
use crate::describe::Source;
use crate::load::{decode, file};
use crate::split::{Split, split};
use crate::text::{self, count};
use crate::timings::Timings;
use crate::{PhaseError, emit, verify};

/// Take a composition apart: a file for each component, and a manifest
///
/// `weld build` composes the components again: the result has the same snapshot. Any tool may have made the composition.
/// What a manifest cannot describe is an error, with the reason.
#[derive(Debug, Args)]
#[command(override_usage = "weld split <COMPONENT> --output <DIR>", after_help = examples::SPLIT)]
pub struct Arguments {
    /// The composition: binary or WAT text
    #[arg(value_name = "COMPONENT")]
    component: PathBuf,
    /// The directory to write, which must not exist, or be empty
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
}

pub(super) fn run(arguments: Arguments, terminal: &Terminal, timings: &mut Timings) -> Result<Outcome, PhaseError> {
    let source = Source::parse(arguments.component);
    let whole = timings.span("load", || decode(source.stem(), source.shown(), file::read(&source)?))?;
    timings.span("verify", || verify::component(&whole))?;
    let Split { files, manifest, has_same_snapshot, .. } = split(&whole, false, timings)?;
    let directory = &arguments.output;
    let files: Vec<(PathBuf, Vec<u8>)> = files.into_iter().map(|(file, bytes)| (directory.join(file), bytes)).collect();
    let manifest = (directory.join("weld.toml"), manifest.into_bytes());
    let written: Vec<(&Path, &[u8])> =
        files.iter().chain([&manifest]).map(|(file, bytes)| (file.as_path(), bytes.as_slice())).collect();
    timings.span("emit", || emit::directory(directory, &written))?;
    let shown = text::path(directory);
    terminal.say(&format!(
        "{shown}: {} and weld.toml; `weld build {shown}/weld.toml` composes them",
        count(files.len(), "component")
    ));
    if !has_same_snapshot {
        terminal.note(
            "instances have other names than before, or interfaces use types by another way; all else is the same",
        );
    }
    Ok(Outcome::Done)
}
