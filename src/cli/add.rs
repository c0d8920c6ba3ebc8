//! `weld add`: adds a component to a manifest.

use std::path::PathBuf;

use clap::Args;

use super::terminal::Terminal;
use super::{Outcome, build, examples};
use crate::build::add::{Added, add};
use crate::emit::Target;
use crate::timings::Timings;
use crate::{PhaseError, text};

/// Add a component to a manifest
///
/// The component becomes the last entry of `[components]`, with its path relative to the manifest. Everything else in
/// the manifest stays as it is, comments too.
#[derive(Debug, Args)]
#[command(after_help = examples::ADD)]
pub(super) struct Arguments {
    /// The component
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The name of the component in the manifest; without it, the name of its file
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The manifest; without it, `weld.toml` in this directory or in the nearest parent directory
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
}

pub(super) fn run(arguments: Arguments, terminal: &Terminal, timings: &mut Timings) -> Result<Outcome, PhaseError> {
    let (manifest, build) = match arguments.manifest {
        Some(path) => {
            let manifest = build::within(path, terminal);
            let build = build::command(&manifest);
            (manifest, build)
        }
        // `weld build` finds the same manifest from this directory.
        None => (build::manifest(terminal), "weld build".to_owned()),
    };
    let Added { text, name, lacks } = add(&manifest, &arguments.file, arguments.name.as_deref(), timings)?;
    timings.span("emit", || Target::File(manifest.clone()).write(text.as_bytes()))?;
    let file = text::path(&manifest);
    let next = if lacks.is_none() { format!("; `{build}` builds it") } else { String::new() };
    terminal.say(&format!("{file}: component `{name}` added{next}"));
    if let Some(error) = lacks {
        let first = error.to_string();
        let first = first.lines().next().unwrap_or_default();
        terminal.note(&format!("nothing can be built until this is mended: {first}"));
    }
    Ok(Outcome::Done)
}
