//! `weld check`: whether components meet a policy.

use std::path::PathBuf;

use clap::Args;
use rayon::prelude::*;

use super::terminal::Terminal;
use super::{Outcome, examples, write_json};
use crate::compose::read_policy;
use crate::describe::policy::{Doubt, Policy};
use crate::describe::{Source, stdin_is_shared};
use crate::emit::Target;
use crate::load::{LoadError, decode, file};
use crate::policy::Verdict;
use crate::report::policy::{Report, Reports};
use crate::report::sarif::sarif;
use crate::text::count;
use crate::timings::Timings;
use crate::{PhaseError, generated, policy, verify};

/// Check that components meet a policy
///
/// Each import of a component is attributed to the components nested in it that can reach it. What one of them must
/// not reach is a line on standard output; the exit code is then 1. Of a directory, each file that ends with `.wasm` is
/// checked, at any depth.
#[derive(Debug, Args)]
#[command(after_help = examples::CHECK)]
pub struct Arguments {
    /// The components, binary, WAT text or core modules, or directories of them
    #[arg(value_name = "COMPONENT", required = true)]
    components: Vec<PathBuf>,
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

pub(super) fn run(arguments: Arguments, terminal: &Terminal, timings: &mut Timings) -> Result<Outcome, PhaseError> {
    let mut is_one = arguments.components.len() == 1;
    let mut sources = Vec::new();
    for path in arguments.components {
        if file::is_directory(&path) {
            is_one = false;
            sources.extend(file::components_in(&path)?.into_iter().map(Source::File));
        } else {
            sources.push(Source::parse(path));
        }
    }
    let policy_source = Source::parse(arguments.policy);
    if stdin_is_shared(sources.iter().chain([&policy_source])) {
        return Err(LoadError::SharedStdin.into());
    }
    let policy = timings.span("describe", || read_policy(&policy_source, None))?;
    let checked: Vec<_> = sources.par_iter().map(|source| judged(source, &policy, timings.beside())).collect();
    let (mut judged, mut wrong) = (Vec::new(), Vec::new());
    for (result, times) in checked {
        timings.add(times);
        match result {
            Ok(of) => judged.push(of),
            Err(error) => wrong.push(error),
        }
    }
    // Of what cannot be read nothing is said; what is said of the others would read like praise of all.
    if let Some(error) = PhaseError::earliest(wrong) {
        return Err(error);
    }
    let (reports, verdicts): (Vec<Report>, Vec<Verdict>) = judged.into_iter().unzip();
    let doubts = shared(&verdicts);
    let meets = reports.iter().all(|report| report.meets);
    let reports = Reports::new(&policy, reports, &doubts);
    let one = reports.components.first().filter(|_| is_one);
    if arguments.sarif {
        write_json(&sarif(policy.file(), &reports.components, &reports.doubts, arguments.strict))?;
    } else if let Some(report) = one {
        match arguments.json {
            true => write_json(report)?,
            false => Target::Stdout.write(report.lines(terminal.is_verbose()).as_bytes())?,
        }
    } else if arguments.json {
        write_json(&reports)?;
    } else {
        Target::Stdout.write(reports.lines(terminal.is_verbose()).as_bytes())?;
    }
    doubts.iter().for_each(|doubt| terminal.warn(&doubt.to_string()));
    for powerless in Verdict::powerless(&verdicts) {
        terminal.note(&powerless.note());
    }
    match one {
        Some(report) => {
            terminal.verbose(|| report.reached());
            terminal.say(&report.summary());
        }
        None => terminal.say(&reports.summary()),
    }
    if arguments.strict && !doubts.is_empty() {
        terminal.found(&format!("{}; `--strict` fails on warnings", count(doubts.len(), "warning")));
    }
    Ok(if meets && (doubts.is_empty() || !arguments.strict) { Outcome::Done } else { Outcome::Different })
}

/// What there is to say of one component, and how long that took.
fn judged(source: &Source, policy: &Policy, mut timings: Timings) -> (Result<(Report, Verdict), PhaseError>, Timings) {
    let mut judge = || {
        let component = timings.span("load", || decode(source.stem(), source.shown(), file::read(source)?))?;
        // Of what is not a component as a whole, nothing should be said that reads like praise.
        timings.span("verify", || verify::component(&component))?;
        let generated = generated::adapters(&component);
        let verdict = timings.span("policy", || policy::check(&component, policy, &generated))?;
        Ok((Report::new(&component, policy, &verdict), verdict))
    };
    (judge(), timings)
}

/// What is in doubt for each of some components: a rule may be about one that is in another file.
fn shared(verdicts: &[Verdict]) -> Vec<Doubt> {
    let Some((first, others)) = verdicts.split_first() else { return Vec::new() };
    let shared = |doubt: &Doubt| {
        let is_it = |other: &&Doubt| other.place.start() == doubt.place.start();
        let same: Vec<&Doubt> = others.iter().filter_map(|verdict| verdict.doubts.iter().find(is_it)).collect();
        (same.len() == others.len()).then(|| doubt.with(same))
    };
    first.doubts.iter().filter_map(shared).collect()
}
