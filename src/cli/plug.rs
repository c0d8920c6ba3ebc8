//! `weld plug`: fills a component's imports from the exports of others.

use std::path::PathBuf;

use clap::Args;

use super::terminal::Terminal;
use super::{Composed, Outcome, examples};
use crate::describe::Source;
use crate::describe::plug::plug;
use crate::load::{LoadError, file};
use crate::name::versioned;
use crate::timings::Timings;
use crate::{PhaseError, text};

/// Fill the imports of a component from the exports of others
///
/// An export fills an import of the same name, or of a compatible version. Plugs fill imports of other plugs, too. An
/// import that no export fills stays an import of the output. Each file may be a binary component, WAT text, or a
/// core module.
#[derive(Debug, Args)]
#[command(override_usage = "weld plug <SOCKET> --plug <PLUG>... [OPTIONS]", after_help = examples::PLUG)]
pub(super) struct Arguments {
    /// The component whose imports are filled; the output has its exports
    #[arg(value_name = "SOCKET")]
    socket: PathBuf,
    /// A component whose exports fill imports; can be repeated
    #[arg(long = "plug", value_name = "PLUG", required = true)]
    plugs: Vec<PathBuf>,
    /// Leave out plugs that no import uses
    #[arg(long)]
    allow_unused_plugs: bool,
    #[command(flatten)]
    composed: Composed,
}

pub(super) fn run(arguments: Arguments, terminal: &Terminal, timings: &mut Timings) -> Result<Outcome, PhaseError> {
    // Other tools take a list with commas. A name with commas is taken for such a list if no file has it.
    let is_list = |plug: &&PathBuf| plug.to_string_lossy().contains(',') && !file::exists(plug);
    if let Some(list) = arguments.plugs.iter().find(is_list) {
        return Err(LoadError::List { file: text::path(list), flag: "--plug" }.into());
    }
    let is_package = |plug: &&PathBuf| {
        let name = plug.to_string_lossy();
        is_package_name(versioned(&name).0) && !file::exists(plug)
    };
    if let Some(package) = arguments.plugs.iter().find(is_package) {
        return Err(LoadError::Package { name: text::path(package) }.into());
    }
    let description = plug(
        Source::parse(arguments.socket),
        arguments.plugs.into_iter().map(Source::parse).collect(),
        arguments.allow_unused_plugs,
    );
    arguments.composed.run(description, terminal, timings)
}

/// Whether a word has the form of a package name, `ns:name`. One letter before the colon is the name of a drive.
fn is_package_name(word: &str) -> bool {
    let is_word = |word: &str| word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') && !word.is_empty();
    word.split_once(':').is_some_and(|(namespace, name)| is_word(namespace) && is_word(name) && namespace.len() > 1)
}
