//! `weld splice`: inserts components at an edge of a finished composition.

use std::path::PathBuf;

use clap::Args;

use super::terminal::Terminal;
use super::{Outcome, Output, examples};
use crate::describe::Source;
use crate::load::{LoadError, decode, file};
use crate::report::{json::Report, summary::summary};
use crate::splice::{Link, Spliced, splice};
use crate::text::Shown;
use crate::timings::Timings;
use crate::{PhaseError, verify};

/// Insert components, such as middleware, at an edge of a finished composition
///
/// weld reads a composition and the components to insert, and writes a composition that contains them. Each inserted
/// component imports the interface of the edge, and exports it. The first one fills the import at the edge, or provides
/// the export. Each imports the interface from the next one, and the last one from what filled the edge before. The
/// host fills their other imports, as the grants of the component at the edge allow. All other components and wires
/// stay the same.
///
/// Any tool may have built the composition. Insert components before `weld virt`: a composition with files that `weld
/// virt` embedded cannot be taken apart.
#[derive(Debug, Args)]
#[command(override_usage = "weld splice <COMPONENT> --at <EDGE> --insert <[NAME=]FILE>... [OPTIONS]", after_help = examples::SPLICE)]
pub(super) struct Arguments {
    /// The composition to read: binary or WAT text
    #[arg(value_name = "COMPONENT")]
    component: PathBuf,
    /// The edge: `COMPONENT/IMPORT` is an import of a component, by the names that `weld inspect` prints; `export NAME`
    /// is an export of the composition
    #[arg(long, value_name = "EDGE")]
    at: String,
    /// A component to insert, beginning with the one next to the import; NAME is its name in the output, by default
    /// that of the file; can be repeated
    #[arg(long, value_name = "[NAME=]FILE", required = true)]
    insert: Vec<String>,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(arguments: Arguments, terminal: &Terminal, timings: &mut Timings) -> Result<Outcome, PhaseError> {
    let source = Source::parse(arguments.component);
    let inserted: Vec<(Option<String>, Source)> = arguments.insert.iter().map(|text| named(text)).collect();
    arguments.output.spare_sources(inserted.iter().map(|(_, source)| source).chain([&source]))?;
    let (whole, links) = timings.span("load", || -> Result<_, LoadError> {
        let whole = decode(source.stem(), source.shown(), file::read(&source)?)?;
        let link = |(name, source): &(Option<String>, Source)| {
            let name = name.clone().unwrap_or_else(|| source.stem());
            Ok(Link { name, bytes: file::read(source)? })
        };
        Ok((whole, inserted.iter().map(link).collect::<Result<Vec<Link>, LoadError>>()?))
    })?;
    timings.span("verify", || verify::component(&whole))?;
    let spliced = splice(&whole, &arguments.at, links, timings)?;
    arguments.output.emit_composition(&spliced.composition, (terminal, timings))?;
    for name in &spliced.granted {
        terminal.say(&format!("what was inserted may use of the host what `{}` may use", Shown(name)));
    }
    new_imports(&spliced).iter().for_each(|line| terminal.warn(line));
    report(&spliced, terminal)
}

/// Writes a message on the imports that a composition has only since components were inserted. `None` if there are
/// none.
pub(super) fn new_imports(spliced: &Spliced) -> Option<String> {
    let names: Vec<String> = spliced.imports.iter().map(|name| format!("`{}`", Shown(name))).collect();
    (!names.is_empty()).then(|| format!("the output imports what the input did not: {}", names.join(", ")))
}

/// Prints the report of a composition with inserted components, after it is written.
pub(super) fn report(spliced: &Spliced, terminal: &Terminal) -> Result<Outcome, PhaseError> {
    let report = Report::new(&spliced.composition);
    if !spliced.has_same_order {
        terminal.warn(
            "the output creates the instances in another order than before, and runs their start functions in that order",
        );
    }
    report.warnings.iter().for_each(|line| terminal.warn(line));
    terminal.verbose(|| summary(&report));
    Ok(Outcome::Done)
}

/// Reads `[NAME=]FILE`.
fn named(text: &str) -> (Option<String>, Source) {
    match text.split_once('=') {
        Some((name, file)) if !name.is_empty() && !name.contains(['/', '\\']) => {
            (Some(name.to_owned()), Source::parse(file.into()))
        }
        _ => (None, Source::parse(text.into())),
    }
}
