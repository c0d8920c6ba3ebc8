//! `weld check`: checks components against a policy.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;

use super::terminal::Terminal;
use super::{Force, Outcome, Output, advice, examples};
use crate::PhaseError;
use crate::compose::read_policy;
use crate::describe::{Source, stdin_is_shared};
use crate::emit::{self, Target};
use crate::judged::{self, Candidate, Judged, judge};
use crate::load::file::Found;
use crate::load::{LoadError, file};
use crate::policy::Verdict;
use crate::report::{github, markdown, sarif, to_json};
use crate::text::{self, Shown, count};
use crate::timings::Timings;

/// Check components against a policy
///
/// The policy says which functions of the host a component, and each component nested in it, may reach. Each
/// violation is a line on standard output; the exit code is then 1. A directory stands for all `.wasm` files in it,
/// at any depth. Several components have one report; one that cannot be read is an error, and the exit code 2 at the end.
#[derive(Debug, Args)]
#[command(override_usage = "weld check <COMPONENT>... --policy <FILE> [OPTIONS]\n       weld check <COMPONENT>... --suggest [--output <FILE>]", after_help = examples::CHECK)]
pub(super) struct Arguments {
    /// The components: binary, WAT text or core modules, or directories of `.wasm` files
    #[arg(value_name = "COMPONENT", required = true)]
    components: Vec<PathBuf>,
    /// The policy
    #[arg(long, value_name = "FILE", required_unless_present = "suggest")]
    policy: Option<PathBuf>,
    /// Print a policy that allows what the components reach, and no more
    #[arg(long, conflicts_with_all = ["policy", "strict", "json", "sarif", "markdown", "github"])]
    suggest: bool,
    /// Exit with 1 also if a rule names a component, or an item of WASI, that does not exist
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    form: Form,
    /// Write the report to a file, in place of standard output
    #[arg(short, long, value_name = "FILE", help_heading = "Report")]
    output: Option<PathBuf>,
    /// Overwrite the policy of `--suggest`, if it exists
    #[arg(long, requires = "suggest", conflicts_with = "policy", help_heading = "Report")]
    force: bool,
    /// Print the violations as annotations of GitHub, at the lines of the policy; a report in another form needs `-o`
    #[arg(long, help_heading = "Report")]
    github: bool,
}

/// The form of the report.
#[derive(Debug, Args)]
#[group(multiple = false)]
#[command(next_help_heading = "Report")]
struct Form {
    /// Report the violations, and who reaches which import, as JSON
    #[arg(long)]
    json: bool,
    /// Report the violations as SARIF 2.1.0; `-v` has a result for each function
    #[arg(long)]
    sarif: bool,
    /// Report a summary in Markdown
    #[arg(long)]
    markdown: bool,
}

pub(super) fn run(arguments: Arguments, terminal: &Terminal, timings: &mut Timings) -> Result<Outcome, PhaseError> {
    let Arguments { form, output, github, strict, force, .. } = arguments;
    let output = output.map(|file| Output { output: Some(file), wat: false });
    if github && output.is_none() && (form.json || form.sarif || form.markdown) {
        return Err(PhaseError::Usage(
            "the report and the annotations of `--github` cannot both go to standard output; name a file with `-o`",
        ));
    }
    let named: Vec<String> = arguments.components.iter().map(|path| text::argument(&text::path(path))).collect();
    let mut is_one = arguments.components.len() == 1;
    let (mut candidates, mut seen): (Vec<Candidate>, _) = (Vec::new(), BTreeSet::new());
    for path in arguments.components {
        let named = match file::is_directory(&path) {
            true => {
                is_one = false;
                let candidate = |Found { path, unreadable }| Candidate { source: Source::File(path), unreadable };
                file::components_in(&path)?.into_iter().map(candidate).collect()
            }
            false => vec![Candidate::from(Source::parse(path))],
        };
        // A file may be named in addition to its directory, and is checked once. Repeated standard input is refused
        // below.
        let is_new = |candidate: &Candidate| candidate.source == Source::Stdin || seen.insert(candidate.source.clone());
        candidates.extend(named.into_iter().filter(is_new));
    }
    let sources = || candidates.iter().map(|of| &of.source);
    let policy_source = arguments.policy.map(Source::parse);
    if stdin_is_shared(sources().chain(&policy_source)) {
        return Err(LoadError::SharedStdin.into());
    }
    for source in sources().chain(&policy_source) {
        if let (Some(output), Source::File(file)) = (&output, source) {
            output.spare(file)?;
        }
    }
    let target = output.map_or(Target::Stdout, |output| output.target());
    let progress = terminal.progress(candidates.len());
    let Some(policy_source) = policy_source else {
        let policy = judged::suggest(&candidates, &|| progress.inc(1), timings)?;
        progress.finish_and_clear();
        // An existing policy may be edited, and an existing file of another kind is not meant.
        timings.span("emit", || match &target {
            Target::File(file) => {
                let existing = Force { force }.existing(|| {
                    let other = advice::typed(Some((file, &advice::free(file, false))), &[]);
                    format!("write another file: `{other}`; `{}` overwrites it", advice::typed(None, &["--force"]))
                });
                emit::create(file, policy.text.as_bytes(), existing)
            }
            target => target.write(policy.text.as_bytes()),
        })?;
        if let Target::File(file) = &target {
            let (file, rules) = (text::path(file), count(policy.rules, "rule"));
            let check = format!("weld check {} --policy {}", named.join(" "), text::argument(&file));
            terminal.say(&format!("{file}: {rules} for what is reached now; `{check}` checks by it"));
        }
        policy.left.iter().for_each(|line| terminal.warn(&format!("no pattern can allow it: {line}")));
        policy.notes.iter().for_each(|line| terminal.warn(line));
        policy.failed.iter().for_each(|error| terminal.error(error));
        return Ok(if policy.failed.is_empty() { Outcome::Done } else { Outcome::Failed });
    };
    let policy = timings.span("describe", || read_policy(&policy_source))?;
    let judged = judge(&candidates, &policy, &|| progress.inc(1), timings)?;
    progress.finish_and_clear();
    if github {
        Target::Stdout.write(github::annotations(&judged.reports, strict).as_bytes())?;
    }
    // On standard output, the report would repeat the annotations.
    if !github || target != Target::Stdout {
        let text = report(&judged, &form, strict, is_one, terminal.is_verbose());
        timings.span("emit", || target.write(text.as_bytes()))?;
        if let Target::File(file) = &target {
            terminal.say(&format!("{}: the report", text::path(file)));
        }
    }
    Ok(print(&judged, strict, is_one, terminal))
}

/// Writes the report in the form that the flags choose.
fn report(judged: &Judged, form: &Form, strict: bool, is_one: bool, each: bool) -> String {
    let reports = &judged.reports;
    let one = reports.components.first().filter(|_| is_one);
    let json = |json: String| text::json(&format!("{json}\n"));
    match one {
        _ if form.sarif => json(to_json(&sarif::sarif(reports, strict, each))),
        _ if form.markdown => markdown::summary(reports, strict),
        Some(report) if form.json => json(to_json(report)),
        None if form.json => json(to_json(reports)),
        Some(report) => report.lines(each),
        None => reports.lines(each),
    }
}

/// Prints errors, warnings, notes and the verdict.
fn print(judged: &Judged, strict: bool, is_one: bool, terminal: &Terminal) -> Outcome {
    let Judged { reports, verdicts, doubts, failed } = judged;
    failed.iter().for_each(|error| terminal.error(error));
    doubts.iter().for_each(|doubt| terminal.warn(&doubt.to_string()));
    let labels: Vec<String> = { reports.components.iter() }
        .flat_map(|report| {
            let file = if is_one { String::new() } else { format!("{}: ", Shown(&report.component.file)) };
            report.labels.iter().map(move |label| format!("{file}{}", label.message))
        })
        .collect();
    labels.iter().for_each(|label| terminal.warn(label));
    for report in &reports.components {
        let file = if is_one { String::new() } else { format!("{}: ", Shown(&report.component.file)) };
        let kept = report.kept(terminal.is_verbose());
        kept.iter().for_each(|line| terminal.say(&format!("{file}{line}")));
    }
    for powerless in Verdict::powerless(verdicts) {
        terminal.note(&powerless.note());
    }
    match reports.components.first().filter(|_| is_one) {
        Some(report) => {
            terminal.verbose(|| report.reached());
            verdicts.iter().flat_map(|verdict| &verdict.elsewhere).for_each(|doubt| terminal.note(&doubt.elsewhere()));
            terminal.say(&report.summary(terminal.is_verbose()));
        }
        None => terminal.say(&reports.summary(terminal.is_verbose())),
    }
    let warnings = doubts.len() + labels.len();
    if strict && warnings > 0 {
        terminal.found(&format!("{}; `--strict` fails on warnings", count(warnings, "warning")));
    }
    match () {
        () if !failed.is_empty() => Outcome::Failed,
        () if reports.meets && (warnings == 0 || !strict) => Outcome::Done,
        () => Outcome::Different,
    }
}
