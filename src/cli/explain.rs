//! `weld explain`: shows how a component reaches functions of the host.

use std::path::{Path, PathBuf};

use clap::Args;

use super::terminal::Terminal;
use super::{Outcome, examples, write_json};
use crate::describe::Source;
use crate::emit::Target;
use crate::explain::explained;
use crate::load::{LoadError, decode, file};
use crate::name::Capability;
use crate::text::Shown;
use crate::timings::Timings;
use crate::{PhaseError, text, verify};

/// Show how a component reaches a capability or a function of the host, and how to prevent it
///
/// weld reads the component, and does not run it. For each nested component that reaches the capability, standard
/// output has a path: from this component, through others that it calls, to the host. Below are changes that prevent
/// the access: a command, grants for a manifest, and wires.
#[derive(Debug, Args)]
#[command(after_help = examples::EXPLAIN)]
pub(super) struct Arguments {
    /// The component to explain: binary, WAT text, or a core module
    #[arg(value_name = "COMPONENT")]
    component: PathBuf,
    /// What the component reaches: a capability (`sockets`; `network` is `sockets` and `http`), an interface
    /// (`ns:pkg/iface`), a function (`ns:pkg/iface#func`), or a pattern with `*`
    #[arg(value_name = "CAPABILITY")]
    asked: String,
    /// Print the explanation as JSON
    #[arg(long)]
    json: bool,
}

/// Returns the error of arguments in the wrong order: the second one is a file, and the first one is not.
fn swapped(arguments: &Arguments) -> Option<LoadError> {
    let Arguments { component, asked, .. } = arguments;
    let is_swapped = file::exists(Path::new(asked)) && !file::exists(component) && component.as_os_str() != "-";
    is_swapped.then(|| LoadError::OtherText {
        file: text::path(component),
        what: "a name",
        help: format!(
            "the component comes first: `weld explain {} {}`",
            text::argument(asked),
            text::shell(&text::path(component))
        ),
    })
}

pub(super) fn run(arguments: Arguments, terminal: &Terminal, timings: &mut Timings) -> Result<Outcome, PhaseError> {
    if let Some(error) = swapped(&arguments) {
        return Err(error.into());
    }
    if file::is_directory(&arguments.component) {
        return Err(LoadError::OtherText {
            file: text::path(&arguments.component),
            what: "a directory",
            help: format!(
                "one component is explained at a time; `weld check {} --policy FILE` checks all of them, by a policy of `default = \
                 \"allow\"` and a rule with `deny = [{}]`",
                text::argument(&text::path(&arguments.component)),
                text::toml(&arguments.asked)
            ),
        }
        .into());
    }
    let source = Source::parse(arguments.component);
    let component = timings.span("load", || decode(source.stem(), source.shown(), file::read(&source)?))?;
    // An invalid component must not get a report that reads like approval.
    timings.span("verify", || verify::component(&component))?;
    let report = timings.span("inspect", || explained(&component, &arguments.asked))?;
    // A word that is no capability may stand for several.
    if Capability::named(&arguments.asked).is_none() && report.patterns.iter().all(|it| Capability::named(it).is_some())
    {
        let read: Vec<String> = report.patterns.iter().map(|name| format!("`{name}`")).collect();
        terminal.note(&format!("`{}` is read as {}", Shown(&arguments.asked), read.join(", ")));
    }
    if let Some(near) = &report.near {
        terminal.note(&format!("it imports `{}`, which may be meant", Shown(near)));
    }
    if arguments.json {
        write_json(&report)?;
    } else {
        Target::Stdout.write(report.lines().as_bytes())?;
    }
    Ok(Outcome::Done)
}
