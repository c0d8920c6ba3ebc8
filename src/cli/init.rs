//! `weld init`: writes a manifest for the components of a directory.

use std::path::PathBuf;

use clap::Args;

use super::terminal::Terminal;
use super::{Force, Outcome, advice, build, examples};
use crate::PhaseError;
use crate::build::init::{Initial, init};
use crate::emit::{self, Target};
use crate::text::{self, count};
use crate::timings::Timings;

/// Write a manifest for the components in a directory
///
/// Each component whose exports no other component uses becomes the root of an output, wired by name as with `weld
/// plug`. Where several components could fill an import, the manifest has a line for each of them, of which you choose one.
/// The outputs of the manifest are composed and verified before it is written. A component that is made of others in the
/// directory is left out: it is an output.
#[derive(Debug, Args)]
#[command(after_help = examples::INIT)]
pub(super) struct Arguments {
    /// The directory of the components; `weld.toml` is written into it
    #[arg(value_name = "DIR", default_value = ".")]
    directory: PathBuf,
    /// Print the manifest, and write nothing
    #[arg(long)]
    print: bool,
    #[command(flatten)]
    force: Force,
}

pub(super) fn run(arguments: Arguments, terminal: &Terminal, timings: &mut Timings) -> Result<Outcome, PhaseError> {
    let Initial { file, text, roots, components, notes, choices } = init(&arguments.directory, timings)?;
    notes.iter().for_each(|note| terminal.note(note));
    for choice in &choices {
        let (message, file) = (choice.message(), text::path(&file));
        terminal.warn(&format!("{message}: remove the `#` of one line in `[wire]` of {file}"));
    }
    if arguments.print {
        Target::Stdout.write(text.as_bytes())?;
        return Ok(Outcome::Done);
    }
    timings.span("emit", || {
        let existing = arguments.force.existing(|| {
            let (over, print) = (advice::typed(None, &["--force"]), advice::typed(None, &["--print"]));
            let add = match file.parent() {
                Some(parent) if !parent.as_os_str().is_empty() => {
                    format!("weld add FILE --manifest {}", text::argument(&text::path(&file)))
                }
                _ => "weld add FILE".to_owned(),
            };
            format!("`{add}` adds a component to it; `{print}` prints a new one; `{over}` overwrites it")
        });
        emit::create(&file, text.as_bytes(), existing)
    })?;
    let roots: Vec<String> = roots.iter().map(|root| format!("`{root}`")).collect();
    let (shown, others) = text::some_of(&roots);
    let others = if others == 0 { String::new() } else { format!(" and {others} others") };
    let outputs = if roots.len() == 1 { "root" } else { "outputs of" };
    let (build, file) = (build::command(&file), text::path(&file));
    let then = if choices.is_empty() { "" } else { " then" };
    terminal.say(&format!(
        "{file}: {}, {outputs} {}{others};{then} `{build}` builds it",
        count(components, "component"),
        shown.join(", ")
    ));
    Ok(Outcome::Done)
}
