//! `weld inspect`: what a component is.

use std::path::PathBuf;

use clap::Args;

use super::terminal::Terminal;
use super::{Outcome, write_json};
use crate::describe::Source;
use crate::emit::Target;
use crate::load::{decode, file};
use crate::report::inspect::tree;
use crate::timings::Timings;
use crate::{Error, inspect, text, verify};

/// Show what a component is: what is nested in it, who is plugged into whom, and who reaches what of the host's
#[derive(Debug, Args)]
pub struct Arguments {
    /// The component: binary, WAT text, or a core module
    #[arg(value_name = "COMPONENT")]
    component: PathBuf,
    #[command(flatten)]
    form: Form,
}

/// In which form it is shown.
#[derive(Debug, Args)]
#[group(multiple = false)]
struct Form {
    /// Print the world as WIT
    #[arg(long)]
    wit: bool,
    /// Print everything as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: Arguments, terminal: &Terminal, timings: &mut Timings) -> Result<Outcome, Error> {
    let source = Source::parse(arguments.component);
    let component = timings.span("load", || decode(source.stem(), source.shown(), file::read(&source)?))?;
    let inspection = timings.span("inspect", || inspect::inspect(&component))?;
    let form = arguments.form;
    if form.json {
        write_json(&inspection)?;
    } else if form.wit {
        Target::Stdout.write(text::lines(&inspection.wit.text).as_bytes())?;
    } else {
        Target::Stdout.write(tree(&inspection).as_bytes())?;
    }
    _ = (terminal, verify::component as fn(&_) -> _);
    Ok(Outcome::Done)
}
