//! The command line: converts arguments to library values, and writes results to the terminal. Each subcommand is one
//! file.

mod add;
mod advice;
mod build;
mod check;
mod componentize;
mod compose;
mod diff;
mod examples;
mod explain;
mod hints;
mod init;
mod inspect;
mod man;
mod plug;
mod record;
#[cfg(unix)]
mod signals;
mod snapshot;
mod splice;
mod split;
mod swap;
mod targets;
mod terminal;
mod verify;
mod virt;
mod world;

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use serde::Serialize;

use crate::compose::compose as compose_described;
use crate::describe::{Description, Settings, Source, Wiring, stdin_is_shared};
use crate::emit::{EmitError, Existing, Identity, Target, printed};
use crate::load::{LoadError, file, saved};
use crate::report::adapters::{Adapter, Grants, Kept};
use crate::report::{json::Report, left, summary::summary};
use crate::timings::Timings;
use crate::{PhaseError, guard, text};
use terminal::Terminal;

/// Composes WebAssembly components into one, and verifies what it writes.
#[derive(Debug, Parser)]
#[command(name = "weld", version, max_term_width = 100)]
#[command(after_help = "Exit codes: 0 done; 1 a check found a difference or a violation; 2 an error.")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    global: Global,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Messages")]
struct Global {
    /// When to colour messages; `NO_COLOR` is respected
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = Color::Auto)]
    color: Color,
    /// Print more: what was done, and lists in full
    #[arg(short, long, global = true)]
    verbose: bool,
    /// Print errors and warnings only
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Print the time of each phase, and the peak memory
    #[arg(long, global = true)]
    timings: bool,
    /// Save all inputs and the command into a new directory, to report a defect
    #[arg(long, global = true, value_name = "DIR")]
    save_inputs: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Arguments),
    Add(add::Arguments),
    Build(build::Arguments),
    Plug(plug::Arguments),
    Compose(compose::Arguments),
    Virt(Box<virt::Arguments>),
    Targets(targets::Arguments),
    Check(check::Arguments),
    Verify(Box<verify::Arguments>),
    Inspect(inspect::Arguments),
    Explain(explain::Arguments),
    Snapshot(snapshot::Arguments),
    Diff(diff::Arguments),
    Componentize(componentize::Arguments),
    Swap(swap::Arguments),
    Split(split::Arguments),
    Splice(splice::Arguments),
    Record(record::Recording),
    Trace(record::Tracing),
    Replay(record::Replaying),
    /// Print a completion script for a shell
    #[command(after_help = examples::COMPLETIONS)]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    Man(man::Arguments),
}

/// The groups of commands in `weld --help`.
const GROUPS: &[(&str, &[&str])] = &[
    ("Compose", &["init", "add", "build", "plug", "compose", "swap", "splice", "split", "componentize"]),
    ("Restrict", &["virt"]),
    ("Run", &["trace", "record", "replay"]),
    ("Check", &["check", "verify", "targets"]),
    ("Look", &["inspect", "explain", "snapshot", "diff"]),
    ("Other", &["completions", "man", "help"]),
];

/// Returns the command line, with a help template that lists the commands in groups. clap has no groups of commands.
fn command_line() -> clap::Command {
    let mut command = Arguments::command();
    command.build();
    let mut list = String::new();
    for (heading, names) in GROUPS {
        list += &format!("{heading}:\n");
        for subcommand in names.iter().filter_map(|name| command.find_subcommand(name)) {
            let about = subcommand.get_about().map(ToString::to_string).unwrap_or_default();
            list += &format!("  {:13} {about}\n", subcommand.get_name());
        }
        list.push('\n');
    }
    let template = format!("{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{list}{{options}}{{after-help}}");
    Arguments::command().help_template(template)
}

/// The result of a command that did not end with an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Success.
    Done,
    /// A check found a difference or a violation, which the command has printed.
    Different,
    /// A part of the work failed, and the command has printed the errors.
    Failed,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> ExitCode {
        match outcome {
            Outcome::Done => ExitCode::SUCCESS,
            Outcome::Different => ExitCode::from(1),
            Outcome::Failed => ExitCode::from(2),
        }
    }
}

/// The flag that overwrites existing files, which may be edited by the user.
#[derive(Debug, Args)]
struct Force {
    /// Overwrite files that exist
    #[arg(long)]
    force: bool,
}

impl Force {
    /// Returns how to treat existing files. `help` is the help of the error if they are kept.
    fn existing(&self, help: impl FnOnce() -> String) -> Existing {
        if self.force { Existing::Replaced } else { Existing::Kept { help: help() } }
    }
}

/// The flags for the file that a component is written to, and for its format.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
struct Output {
    /// The file to write; without it, or with `-`, standard output
    #[arg(short, long, alias = "out", value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write the text format
    #[arg(short = 't', long)]
    wat: bool,
}

impl Output {
    fn target(&self) -> Target {
        Target::parse(self.output.clone())
    }

    /// Refuses to overwrite an input that is no component, such as a policy.
    fn spare(&self, file: &Path) -> Result<(), PhaseError> {
        match &self.output {
            Some(output) if Identity::of(output).is(&Identity::of(file)) => {
                let (file, other) = (text::path(output), format!("`{}`", text::path(file)));
                Err(EmitError::Same { file, other }.into())
            }
            _ => Ok(()),
        }
    }

    /// Refuses to overwrite an input, and refuses several inputs from standard input.
    fn spare_sources<'s>(&self, sources: impl Iterator<Item = &'s Source> + Clone) -> Result<(), PhaseError> {
        if stdin_is_shared(sources.clone()) {
            return Err(LoadError::SharedStdin.into());
        }
        let files = sources.filter_map(|source| if let Source::File(file) = source { Some(file) } else { None });
        { files }.try_for_each(|file| self.spare(file))
    }

    /// Refuses to overwrite an input of a composition: the next run would compose the output again.
    fn spare_inputs(&self, description: &Description) -> Result<(), PhaseError> {
        let Some(output) = &self.output else { return Ok(()) };
        let identity = Identity::of(output);
        let is_output = |file: &Path| Identity::of(file).is(&identity);
        let mut sources = description.components.iter().map(|entry| &entry.source);
        let is_input = sources.any(|source| match source {
            Source::File(file) => is_output(file),
            source => file::first(source).is_some_and(|file| is_output(&file)),
        });
        if is_input { Err(EmitError::Input { file: text::path(output) }.into()) } else { Ok(()) }
    }

    /// Refuses to overwrite an embedded file, or to write into an embedded directory.
    fn spare_embedded(&self, settings: &Settings) -> Result<(), PhaseError> {
        let Some(output) = &self.output else { return Ok(()) };
        let identity = Identity::of(output);
        for named in settings.named() {
            let Source::File(file) = named.source else { continue };
            self.spare(file)?;
            if identity.is_below(&Identity::of(file)) {
                return Err(EmitError::Embedded { file: text::path(output), directory: text::path(file) }.into());
            }
        }
        Ok(())
    }

    /// Writes a component, and prints the name of its file.
    fn emit(&self, bytes: &[u8], (terminal, timings): (&Terminal, &mut Timings)) -> Result<(), PhaseError> {
        let written = if self.wat {
            let text = timings.span("print", || printed(bytes))?;
            timings.span("emit", || self.target().write(text.as_bytes()))?;
            text.len()
        } else {
            timings.span("emit", || self.target().write_binary(&[bytes]))?;
            bytes.len()
        };
        self.say(written, terminal);
        Ok(())
    }

    fn emit_composition(
        &self,
        composition: &crate::Composition,
        (terminal, timings): (&Terminal, &mut Timings),
    ) -> Result<(), PhaseError> {
        if self.wat {
            return self.emit(composition.bytes(), (terminal, timings));
        }
        let pieces: Vec<&[u8]> = composition.output.pieces().into_iter().map(|(_, piece)| piece).collect();
        timings.span("emit", || self.target().write_binary(&pieces))?;
        self.say(composition.output.len(), terminal);
        Ok(())
    }

    /// Prints which file was written, in the form of `weld build`.
    fn say(&self, written: usize, terminal: &Terminal) {
        if let Target::File(file) = self.target() {
            terminal.say(&format!("{}: {}", text::path(&file), text::size(written)));
        }
    }
}

/// The common flags of commands that compose.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
struct Composed {
    #[command(flatten)]
    output: Output,
    /// Leave out the provenance, which lists the inputs and grants of the output
    #[arg(long)]
    no_provenance: bool,
    /// Write names that the Component Model no longer has, such as imports named `url=<…>`, for older hosts
    #[arg(long)]
    allow_obsolete_names: bool,
    /// Print the wiring as JSON on standard output
    #[arg(long)]
    json: bool,
}

impl Composed {
    /// Composes, writes the output, and prints the report.
    fn run(
        &self,
        mut description: Description,
        terminal: &Terminal,
        timings: &mut Timings,
    ) -> Result<Outcome, PhaseError> {
        self.check_targets()?;
        description.provenance = !self.no_provenance;
        description.obsolete_names = self.allow_obsolete_names;
        self.output.spare_inputs(&description)?;
        let composition = compose_described(&description, timings)?;
        self.output.emit_composition(&composition, (terminal, timings))?;
        // A document may name a component for its types, without an instance.
        for component in composition.unused().filter(|_| !matches!(description.wiring, Wiring::Wac(_))) {
            terminal.note(&format!("no export of `{}` is used; the component was left out", component.name()));
        }
        // With a single component, all imports are left to the host.
        if description.components.len() > 1 {
            left::notes(&composition, terminal.is_verbose()).iter().for_each(|line| terminal.note(line));
        }
        let report = Report::new(&composition);
        let grants = if description.policy.is_some() { Grants::Names } else { Grants::Flags };
        report.granted(grants).iter().for_each(|line| terminal.say(line));
        report.adapters.iter().for_each(|adapter| say_adapter(adapter, grants, terminal));
        say_kept(&report, terminal);
        report.warnings.iter().for_each(|line| terminal.warn(line));
        terminal.verbose(|| summary(&report));
        if self.json {
            write_json(&report)?;
        }
        Ok(Outcome::Done)
    }

    /// Refuses to write the report and the component to standard output.
    fn check_targets(&self) -> Result<(), PhaseError> {
        if self.json && self.output.target() == Target::Stdout {
            return Err(PhaseError::Usage(
                "`--json` and the component cannot both go to standard output; name a file with `-o`",
            ));
        }
        Ok(())
    }
}

/// Prints the report of an adapter: the refused functions by interface, with the grants that would allow them, and
/// those that trap.
fn say_adapter(adapter: &Adapter, grants: Grants, terminal: &Terminal) {
    let whole = terminal.is_verbose();
    if whole {
        adapter.provided(whole).iter().for_each(|line| terminal.say(line));
    }
    adapter.denied(whole, grants).iter().for_each(|line| terminal.say(line));
    adapter.traps(whole, grants).iter().for_each(|line| terminal.note(line));
    adapter.useless(grants).iter().for_each(|line| terminal.warn(line));
    adapter.lacking(grants).iter().for_each(|line| terminal.note(line));
    adapter.idle.iter().for_each(|line| terminal.note(line));
    if whole {
        adapter.forwarded().iter().for_each(|line| terminal.say(line));
    }
}

/// Prints the functions that are kept without a grant, with the reason.
fn say_kept(report: &Report, terminal: &Terminal) {
    let is_one = report.kept.len() == 1;
    let lines = report.kept.iter().flat_map(|kept| {
        Kept::lines(&kept.functions, terminal.is_verbose(), Some(kept.instance.as_str()).filter(|_| !is_one))
    });
    lines.for_each(|line| terminal.say(&line));
}

/// Runs the command of the process, prints its messages, and returns its exit code.
pub fn run() -> ExitCode {
    let parsed = command_line().try_get_matches_from(without_help_of_help(std::env::args_os()));
    let parsed = parsed.and_then(|matches| Arguments::from_arg_matches(&matches));
    let arguments = match parsed {
        Ok(arguments) => arguments,
        Err(error) => {
            let error = explained(error);
            // Printing may fail because a reader has closed the pipe, which is no error.
            let _ = error.print();
            return if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS };
        }
    };
    let terminal = Terminal::new(&arguments.global);
    if let Some(directory) = &arguments.global.save_inputs
        && let Err(error) = saved::begin(directory, without_saving(std::env::args_os().skip(1)))
    {
        return failed(&error.into(), &terminal);
    }
    std::panic::set_hook(Box::new(terminal::panicked));
    #[cfg(unix)]
    signals::leave_nothing();
    // No value that a panic may have left inconsistent is used after it.
    let run = AssertUnwindSafe(|| guard::boundary("describe", "its input", || command(arguments.command, &terminal)));
    match catch_unwind(run) {
        Ok(Ok(code)) => code,
        Ok(Err(panicked)) => failed(&PhaseError::Panicked(panicked), &terminal),
        // The exit code of a panic in Rust.
        Err(_) => {
            terminal::defect(guard::remembered().as_ref());
            ExitCode::from(101)
        }
    }
}

/// Removes `--help` after `help`, which has no help of its own.
fn without_help_of_help(mut arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut kept: Vec<OsString> = arguments.by_ref().take(2).collect();
    let is_help = kept.get(1).is_some_and(|command| command == "help");
    kept.extend(arguments.filter(|word| !(is_help && (word == "--help" || word == "-h"))));
    kept
}

/// Removes `--save-inputs` from the arguments.
fn without_saving(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    const FLAG: &str = "--save-inputs";
    let (mut kept, mut arguments) = (Vec::new(), arguments);
    while let Some(argument) = arguments.next() {
        match argument.to_str() {
            Some(FLAG) => _ = arguments.next(),
            Some(text) if text.strip_prefix(FLAG).is_some_and(|value| value.starts_with('=')) => {}
            _ => kept.push(argument),
        }
    }
    kept
}

fn failed(error: &PhaseError, terminal: &Terminal) -> ExitCode {
    terminal.error(error);
    ExitCode::from(2)
}

/// Adds a tip to an error of the arguments.
fn explained(error: clap::Error) -> clap::Error {
    if !error.use_stderr() {
        return error;
    }
    let mut line = command_line();
    line.build();
    let words: Vec<String> = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    hints::explained(error, &line, &words)
}

/// Runs a command, and prints its errors.
fn command(command: Command, terminal: &Terminal) -> ExitCode {
    let mut timings = if terminal.tells_timings() { Timings::measured() } else { Timings::default() };
    let result = match command {
        Command::Init(arguments) => init::run(arguments, terminal, &mut timings),
        Command::Add(arguments) => add::run(arguments, terminal, &mut timings),
        Command::Build(arguments) => build::run(arguments, terminal, &mut timings),
        Command::Plug(arguments) => plug::run(arguments, terminal, &mut timings),
        Command::Compose(arguments) => compose::run(arguments, terminal, &mut timings),
        Command::Virt(arguments) => virt::run(*arguments, terminal, &mut timings),
        Command::Targets(arguments) => targets::run(arguments, terminal, &mut timings),
        Command::Check(arguments) => check::run(arguments, terminal, &mut timings),
        Command::Verify(arguments) => verify::run(*arguments, terminal, &mut timings),
        Command::Inspect(arguments) => inspect::run(arguments, terminal, &mut timings),
        Command::Explain(arguments) => explain::run(arguments, terminal, &mut timings),
        Command::Diff(arguments) => diff::run(arguments, terminal, &mut timings),
        Command::Snapshot(arguments) => snapshot::run(arguments, terminal, &mut timings),
        Command::Splice(arguments) => splice::run(arguments, terminal, &mut timings),
        Command::Record(arguments) => record::run(arguments, terminal, &mut timings),
        Command::Trace(arguments) => record::trace(arguments, terminal, &mut timings),
        Command::Replay(arguments) => record::replay(arguments, terminal, &mut timings),
        Command::Split(arguments) => split::run(arguments, terminal, &mut timings),
        Command::Swap(arguments) => swap::run(arguments, terminal, &mut timings),
        Command::Componentize(arguments) => componentize::run(arguments, terminal, &mut timings),
        Command::Completions { shell } => man::completions(shell),
        Command::Man(arguments) => man::run(arguments, terminal),
    };
    terminal.timings(&timings);
    match result {
        Ok(outcome) => outcome.into(),
        Err(error) => failed(&error, terminal),
    }
}

/// Writes a report to standard output.
fn write_json(report: &impl Serialize) -> Result<(), PhaseError> {
    let json = crate::report::to_json(report);
    Ok(Target::Stdout.write(text::json(&format!("{json}\n")).as_bytes())?)
}
