//! `weld inspect`: what a component is.

use std::path::PathBuf;

use clap::Args;

use super::terminal::Terminal;
use super::{Outcome, Output, write_json};
use crate::describe::Source;
use crate::emit::Target;
use crate::load::{decode, file};
use crate::report::inspect::tree;
use crate::report::picture::{Picture, dot, html, mermaid};
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
    /// Print the picture for Graphviz: `dot -Tsvg`
    #[arg(long)]
    dot: bool,
    /// Print the picture for Mermaid
    #[arg(long)]
    mermaid: bool,
    /// Write the picture as a page, which needs no other file; `-` is standard output
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

pub(super) fn run(arguments: Arguments, terminal: &Terminal, timings: &mut Timings) -> Result<Outcome, Error> {
    let form = arguments.form;
    let page = form.html.map(|file| Output { output: Some(file), wat: false });
    let source = Source::parse(arguments.component);
    if let (Some(page), Source::File(file)) = (&page, &source) {
        page.spare(file)?;
    }
    let component = timings.span("load", || decode(source.stem(), source.shown(), file::read(&source)?))?;
    let inspection = timings.span("inspect", || inspect::inspect(&component))?;
    if let Some(page) = page {
        let text = timings.span("report", || html::page(&Picture::of(&inspection)));
        timings.span("emit", || page.target().write(text.as_bytes()))?;
    } else if form.dot {
        Target::Stdout.write(dot::dot(&Picture::of(&inspection)).as_bytes())?;
    } else if form.mermaid {
        Target::Stdout.write(mermaid::mermaid(&Picture::of(&inspection)).as_bytes())?;
    } else if form.json {
        write_json(&inspection)?;
    } else if form.wit {
        Target::Stdout.write(text::lines(&inspection.wit.text).as_bytes())?;
    } else {
        Target::Stdout.write(tree(&inspection).as_bytes())?;
    }
    _ = (terminal, verify::component as fn(&_) -> _);
    Ok(Outcome::Done)
}
