//! `weld inspect`: shows the content of a component.

use std::path::PathBuf;

use clap::Args;
use wasmparser::Parser;

use super::terminal::Terminal;
use super::{Outcome, Output, examples, write_json};
use crate::describe::Source;
use crate::emit::Target;
use crate::inspect::Asked;
use crate::load::{Bodies, Component, LoadError, binary, decode_with, file, world};
use crate::report::inspect::{Detail, tree};
use crate::report::picture::{Picture, dot, html, mermaid};
use crate::timings::Timings;
use crate::{PhaseError, inspect, text};

/// Show the nested components, their wiring, and the host access of each
#[derive(Debug, Args)]
#[command(after_help = examples::INSPECT)]
pub(super) struct Arguments {
    /// The component: binary, WAT text, or a core module
    #[arg(value_name = "COMPONENT")]
    component: PathBuf,
    #[command(flatten)]
    form: Form,
}

/// The form of the output.
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
    /// Write the picture as a self-contained page; `-` is standard output
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

pub(super) fn run(arguments: Arguments, terminal: &Terminal, timings: &mut Timings) -> Result<Outcome, PhaseError> {
    let form = arguments.form;
    let page = form.html.map(|file| Output { output: Some(file), wat: false });
    let source = Source::parse(arguments.component);
    if let (Some(page), Source::File(file)) = (&page, &source) {
        page.spare(file)?;
    }
    // Pictures and WIT do not show errors of code. The tree does not show the world.
    let asked = Asked { wit: form.wit || form.json, code: !form.dot && !form.mermaid && !form.wit };
    let bodies = if asked.code { Bodies::Validated } else { Bodies::Later };
    let takes_wit = !form.json && !form.dot && !form.mermaid && page.is_none();
    let component = match (timings.span("load", || load(&source, bodies, terminal)), &source) {
        // A WIT package has no content but WIT.
        (
            Err(LoadError::WitPackage { .. } | LoadError::WitText { .. } | LoadError::Directory { .. }),
            Source::File(path),
        ) if takes_wit => {
            say_wit(&world::text(path)?)?;
            return Ok(Outcome::Done);
        }
        (component, _) => component?,
    };
    let inspection = timings.span("inspect", || inspect::asked(&component, asked))?;
    if let Some(page) = page {
        let text = timings.span("report", || Picture::of(&inspection).map(|picture| html::page(&picture)))?;
        timings.span("emit", || page.target().write(text.as_bytes()))?;
        if page.target() != Target::Stdout {
            terminal.say(&format!("{}: the picture of {}", page.target().shown(), component.file()));
        }
    } else if form.dot {
        Target::Stdout.write(dot::dot(&Picture::of(&inspection)?).as_bytes())?;
    } else if form.mermaid {
        Target::Stdout.write(mermaid::mermaid(&Picture::of(&inspection)?).as_bytes())?;
    } else if form.json {
        write_json(&inspection)?;
    } else if form.wit {
        if let Some(reason) = &inspection.wit.reason {
            terminal.note(&format!("this only looks like WIT, which has no words for it: {reason}"));
        }
        say_wit(&inspection.wit.text)?;
    } else {
        let detail = Detail { is_whole: terminal.is_verbose() };
        Target::Stdout.write(tree(&inspection, detail).as_bytes())?;
    }
    Ok(Outcome::Done)
}

fn load(source: &Source, bodies: Bodies, terminal: &Terminal) -> Result<Component, LoadError> {
    let file = source.shown();
    let bytes = binary(&file, file::read(source)?)?;
    let is_module = Parser::is_core_wasm(&bytes);
    let component = decode_with(source.stem(), file, bytes, bodies)?;
    if is_module {
        terminal.note(&format!("`{}` is a core module; this is the component that weld makes of it", component.file()));
    }
    Ok(component)
}

fn say_wit(wit: &str) -> Result<(), PhaseError> {
    Ok(Target::Stdout.write(format!("{}\n", text::lines(wit).trim_end()).as_bytes())?)
}
