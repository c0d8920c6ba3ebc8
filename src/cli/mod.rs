//! The command line: arguments to library values, results to the terminal. One file a subcommand.

mod build;
mod componentize;
mod compose;
mod plug;
mod terminal;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

use crate::emit::Target;
use crate::report::json::{Report, json};
use crate::timings::Timings;
use crate::{Error, print};
use terminal::Terminal;

/// Composes WebAssembly components into one, and verifies what it writes.
#[derive(Debug, Parser)]
#[command(name = "weld", version, disable_help_subcommand = true, max_term_width = 100)]
#[command(after_help = "Exit codes: 0 done; 1 a check found a difference or a violation; 2 an error.")]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    global: Global,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Messages")]
struct Global {
    /// When messages are coloured; `NO_COLOR` is honoured too
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = Color::Auto)]
    color: Color,
    /// Say what was done
    #[arg(short, long, global = true)]
    verbose: bool,
    /// Say nothing but errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Say how long each phase took
    #[arg(long, global = true)]
    timings: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    Build(build::Arguments),
    Plug(plug::Arguments),
    Compose(compose::Arguments),
    Componentize(componentize::Arguments),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

/// How a command ended that did what it was asked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Done,
    /// What it checked is not as it should be.
    Differs,
}

/// Where a component is written, and in which format.
#[derive(Debug, Args)]
struct Output {
    /// The file to write; standard output without it, or where it is `-`
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write the text format
    #[arg(short = 't', long)]
    wat: bool,
}

impl Output {
    /// Refuses to write both the component and a report to standard output.
    fn check_json(&self, json: bool) -> Result<(), Error> {
        match json && self.target() == Target::Stdout {
            true => {
                Err(Error::Usage("`--json` and the component cannot both go to standard output; name a file with `-o`"))
            }
            false => Ok(()),
        }
    }

    fn target(&self) -> Target {
        Target::parse(self.output.clone())
    }

    fn emit(&self, bytes: &[u8], timings: &mut Timings) -> Result<(), Error> {
        if self.wat {
            let text = timings.span("print", || print(bytes))?;
            timings.span("emit", || self.target().write(text.as_bytes()))?;
        } else {
            timings.span("emit", || self.target().write_binary(bytes))?;
        }
        Ok(())
    }
}

/// Runs the command that the process was started with, and prints what it has to say.
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are answers, and a reader that has seen enough of them is no error.
            let _ = error.print();
            return if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS };
        }
    };
    let terminal = Terminal::new(&arguments.global);
    let mut timings = Timings::default();
    let result = match arguments.command {
        Command::Build(arguments) => build::run(arguments, &terminal, &mut timings),
        Command::Plug(arguments) => plug::run(arguments, &terminal, &mut timings).map(|()| Outcome::Done),
        Command::Compose(arguments) => compose::run(arguments, &terminal, &mut timings).map(|()| Outcome::Done),
        Command::Componentize(arguments) => {
            componentize::run(arguments, &terminal, &mut timings).map(|()| Outcome::Done)
        }
        Command::Completions { shell } => completions(shell).map(|()| Outcome::Done),
        Command::Man => man().map(|()| Outcome::Done),
    };
    terminal.timings(&timings);
    match result {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Differs) => ExitCode::from(1),
        Err(error) => {
            terminal.error(&error);
            ExitCode::from(2)
        }
    }
}

impl Report {
    /// Writes it to standard output.
    fn print(&self) -> Result<(), Error> {
        Ok(Target::Stdout.write(json(self).as_bytes())?)
    }
}

fn completions(shell: clap_complete::Shell) -> Result<(), Error> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "weld", &mut script);
    Ok(Target::Stdout.write(&script)?)
}

fn man() -> Result<(), Error> {
    let mut page = Vec::new();
    let command = Arguments::command();
    // Rendering into memory cannot fail.
    let _ = clap_mangen::Man::new(command.clone()).render(&mut page);
    for mut subcommand in command.get_subcommands().cloned() {
        subcommand.build();
        let subcommand = subcommand.display_name("weld").disable_version_flag(true);
        let _ = clap_mangen::Man::new(subcommand).render(&mut page);
    }
    Ok(Target::Stdout.write(&page)?)
}
