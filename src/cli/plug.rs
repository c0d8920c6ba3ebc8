//! `weld plug`: fills a component's imports from the exports of others.

use std::path::PathBuf;

use clap::Args;

use super::terminal::Terminal;
use super::{Outcome, Output, write_json};
use crate::describe::Source;
use crate::describe::plug::plug;
use crate::report::{json::Report, summary::summary};
use crate::timings::Timings;
use crate::{Error, compose};

/// Fill the imports of a component from the exports of others
///
/// An import is matched by its full name, then by compatible version; plugs plug each other too. What stays
/// unmatched is left to the host. Each file may be a binary component, WAT text, or a core module.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The component whose imports are filled; the output exports what it exports
    #[arg(value_name = "SOCKET")]
    socket: PathBuf,
    /// A component whose exports fill imports
    #[arg(long = "plug", value_name = "PLUG", required = true)]
    plugs: Vec<PathBuf>,
    /// Leave out plugs of which nothing is used
    #[arg(long)]
    allow_unused_plugs: bool,
    #[command(flatten)]
    output: Output,
    /// Print what was wired to what as JSON, on standard output
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: Arguments, terminal: &Terminal, timings: &mut Timings) -> Result<Outcome, Error> {
    arguments.output.check_json(arguments.json)?;
    let description = plug(
        Source::parse(arguments.socket),
        arguments.plugs.into_iter().map(Source::parse).collect(),
        arguments.allow_unused_plugs,
    );
    let composition = compose(&description, timings)?;
    arguments.output.emit(&composition.bytes, timings)?;
    for component in composition.unused() {
        terminal.note(&format!("nothing of `{}` is used; it was left out", component.name()));
    }
    terminal.verbose(|| summary(&Report::new(&composition)));
    if arguments.json {
        write_json(&Report::new(&composition))?;
    }
    Ok(Outcome::Done)
}
