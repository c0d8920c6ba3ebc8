//! `weld targets`: checks that a component conforms to a world.

use std::path::PathBuf;

use clap::Args;

use super::terminal::Terminal;
use super::world::World;
use super::{Outcome, examples, write_json};
use crate::describe::Source;
use crate::emit::Target;
use crate::load::{LoadError, decode, file};
use crate::targets::report::Report;
use crate::timings::Timings;
use crate::{PhaseError, targets, text, verify};

/// Check that a component conforms to a world
///
/// A component conforms if the world has all imports of the component, and the component has all exports of the
/// world. Otherwise each mismatch is printed, and the exit code is 1.
#[derive(Debug, Args)]
#[command(override_usage = "weld targets <COMPONENT> --wit <PATH> [OPTIONS]", after_help = examples::TARGETS)]
pub(super) struct Arguments {
    /// The component: binary, WAT text, or a core module
    #[arg(value_name = "COMPONENT")]
    component: PathBuf,
    /// The WIT of the world: a file, the directory of a package, or a binary package
    #[arg(long, value_name = "PATH")]
    wit: PathBuf,
    #[command(flatten)]
    world: World,
    /// Print the mismatches as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: Arguments, terminal: &Terminal, timings: &mut Timings) -> Result<Outcome, PhaseError> {
    let source = Source::parse(arguments.component);
    let (component, world) = timings.span("load", || -> Result<_, LoadError> {
        let component = decode(source.stem(), source.shown(), file::read(&source)?)?;
        Ok((component, arguments.world.read(&arguments.wit, |wit| wit.component())?))
    })?;
    // An invalid component must not get a report that reads like approval.
    timings.span("verify", || verify::component(&component))?;
    let mismatches = timings.span("targets", || targets::check(&component, &world));
    let report = Report::new(&component, &world, &mismatches);
    if arguments.json {
        write_json(&report)?;
    } else if !report.conforms {
        Target::Stdout.write(format!("{}\n", text::lines(&report.lines())).as_bytes())?;
    }
    if report.conforms {
        terminal.say(report.lines().trim_end());
        return Ok(Outcome::Done);
    }
    let all = arguments.world.read_all(&arguments.wit).and_then(|wit| wit.component());
    if all.is_ok_and(|world| targets::check(&component, &world).len() < mismatches.len()) {
        terminal.note("the WIT has some of that with features, `@unstable(feature = NAME)`: see `--all-features`");
    }
    Ok(Outcome::Different)
}
