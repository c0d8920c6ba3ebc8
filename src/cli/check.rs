//! `weld check`: whether a component meets a policy.

use std::path::PathBuf;

use clap::Args;

use super::terminal::Terminal;
use super::{Outcome, write_json};
use crate::describe::{Source, stdin_is_shared};
use crate::emit::Target;
use crate::load::{LoadError, decode, file};
use crate::report::policy::Report;
use crate::report::sarif::sarif;
use crate::timings::Timings;
use crate::{Error, generated, policy, read_policy, verify};

/// Check that a component meets a policy
///
/// Each import of the component is attributed to the components nested in it that can reach it. What one of them must
/// not reach is a line on standard output; the exit code is then 1.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The component: binary, WAT text, or a core module
    #[arg(value_name = "COMPONENT")]
    component: PathBuf,
    /// The policy
    #[arg(long, value_name = "FILE")]
    policy: PathBuf,
    /// Exit with 1 also where a rule names a component or an item of WASI that is not there
    #[arg(long)]
    strict: bool,
    /// Print the violations, and who reaches which import, as JSON
    #[arg(long)]
    json: bool,
    /// Print the violations as SARIF 2.1.0
    #[arg(long, conflicts_with = "json")]
    sarif: bool,
}

pub(super) fn run(arguments: Arguments, terminal: &Terminal, timings: &mut Timings) -> Result<Outcome, Error> {
    let source = Source::parse(arguments.component);
    let policy_source = Source::parse(arguments.policy);
    if stdin_is_shared([&source, &policy_source]) {
        return Err(LoadError::SharedStdin.into());
    }
    let policy = timings.span("describe", || read_policy(&policy_source, None))?;
    let component = timings.span("load", || decode(source.stem(), source.shown(), file::read(&source)?))?;
    // Of what is not a component as a whole, nothing should be said that reads like praise.
    timings.span("verify", || verify::component(&component))?;
    let verdict =
        timings.span("policy", || policy::check_with(&component, &policy, &generated::adapters(&component)))?;
    let report = Report::new(&component, &policy, &verdict);
    if arguments.json {
        write_json(&report)?;
    } else if arguments.sarif {
        write_json(&sarif(&report))?;
    } else if !report.meets {
        Target::Stdout.write(report.lines(terminal.is_verbose()).as_bytes())?;
    }
    for doubt in &verdict.doubts {
        terminal.warn(&doubt.to_string());
    }
    for powerless in verdict.powerless() {
        terminal.note(&powerless.note());
    }
    terminal.verbose(|| report.reached());
    terminal.say(&report.summary());
    Ok(if report.meets && (verdict.doubts.is_empty() || !arguments.strict) {
        Outcome::Done
    } else {
        Outcome::Different
    })
}
