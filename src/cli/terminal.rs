//! What a command says: errors, notes and timings on standard error.

use std::fmt;
use std::io::{IsTerminal, Write, stderr, stdout};
use std::panic::PanicHookInfo;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressFinish, ProgressStyle};
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource, SourceCode,
};

use super::{Color, Global};
use crate::emit::{EmitError, Target};
use crate::error::PhaseError;
use crate::guard;
use crate::process::peak_memory;
use crate::text::{self, lines, same_length};
use crate::timings::Timings;

/// How wide messages are. A fixed width, so that the same error is the same text everywhere.
const WIDTH: usize = 120;

/// Where messages go, and which of them.
pub struct Terminal {
    color: bool,
    /// Whether what goes to standard output is coloured.
    color_data: bool,
    verbose: bool,
    quiet: bool,
    timings: bool,
}

impl Terminal {
    pub(super) fn new(global: &Global) -> Self {
        let color = |is_terminal: bool| match global.color {
            Color::Always => true,
            Color::Never => false,
            // https://no-color.org: present and not empty.
            #[allow(clippy::disallowed_methods)] // Colour never reaches an output.
            Color::Auto => is_terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        };
        let (color, color_data) = (color(stderr().is_terminal()), color(stdout().is_terminal()));
        Terminal { color, color_data, verbose: global.verbose, quiet: global.quiet, timings: global.timings }
    }

    /// Shows all that is wrong.
    pub fn error(&self, error: &PhaseError) {
        let theme = if self.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        let handler = GraphicalReportHandler::new_themed(theme).with_width(WIDTH).with_wrap_lines(false);
        for diagnostic in error.diagnostics() {
            // Names of all kinds come from inputs. Escaped before the colours are put in, they cannot add their own.
            let mut shown = MietteDiagnostic::new(lines(&diagnostic.to_string()));
            shown.help = diagnostic.help().map(|help| lines(&help.to_string()));
            shown.labels = diagnostic.labels().map(|labels| labels.map(shown_label).collect());
            let shown = Shown { diagnostic: shown, source: diagnostic.source_code().and_then(shown_source) };
            let mut text = String::new();
            // Rendering into a string cannot fail.
            let _ = handler.render_report(&mut text, &shown);
            self.print(text.trim_end());
        }
    }

    /// Whether all is to be said, with `-v`.
    pub fn is_verbose(&self) -> bool {
        self.verbose
    }

    /// Whether what goes to standard output is coloured.
    pub fn colors_data(&self) -> bool {
        self.color_data
    }

    /// Says something that was asked for with `-v`.
    pub fn verbose(&self, text: impl FnOnce() -> String) {
        if self.verbose {
            self.print(lines(&text()).trim_end());
        }
    }

    /// Says what was done.
    pub fn say(&self, text: &str) {
        if !self.quiet {
            self.print(&lines(text));
        }
    }

    /// Says what a check found that makes it fail, whatever else is to be said.
    pub fn found(&self, text: &str) {
        self.print(&lines(text));
    }

    /// Says something that the user should know, though nothing is wrong: one line, whatever the names in it hold.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            self.print(&format!("note: {}", text::Shown(text)));
        }
    }

    /// Says something that is probably not what the user meant, whatever else is to be said: one line.
    pub fn warn(&self, text: &str) {
        self.print(&format!("warning: {}", text::Shown(text)));
    }

    /// Prints a unified diff, which is data and goes to standard output. Two lines name the files, and nothing in it steers
    /// the terminal.
    ///
    /// # Errors
    ///
    /// Where it cannot be written.
    pub fn diff(&self, diff: &str) -> Result<(), EmitError> {
        let colored = |(index, line): (usize, &str)| {
            let color = match line.as_bytes().first() {
                _ if index < 2 => "1",
                Some(b'@') => "36",
                Some(b'-') => "31",
                Some(b'+') => "32",
                _ => return format!("{line}\n"),
            };
            format!("\u{1b}[{color}m{line}\u{1b}[0m\n")
        };
        let text = match self.color_data {
            true => diff.lines().enumerate().map(colored).collect(),
            false => diff.to_owned(),
        };
        Target::Stdout.write(text.as_bytes())
    }

    /// A bar of how many of several components are done, which is gone when it is finished or dropped. It is shown on a terminal alone.
    pub fn progress(&self, components: usize) -> ProgressBar {
        let is_shown = !self.quiet && components > 1;
        let target = if is_shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let style = ProgressStyle::with_template("{wide_bar} {pos} of {len}, {eta} left");
        let bar = ProgressBar::with_draw_target(Some(components as u64), target).with_finish(ProgressFinish::AndClear);
        match style {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        }
    }

    /// Whether it is to be said how long each phase took.
    pub(super) fn tells_timings(&self) -> bool {
        self.timings
    }

    pub(super) fn timings(&self, timings: &Timings) {
        for (phase, time) in timings.spans() {
            self.print(&format!("{phase:10} {:9.3} ms", time.as_secs_f64() * 1e3));
        }
        if let Some(bytes) = peak_memory().filter(|_| self.timings) {
            self.print(&format!("memory     {:9.3} MiB at most", bytes as f64 / f64::from(1 << 20)));
        }
    }

    fn print(&self, text: &str) {
        // There is no one left to tell where standard error is closed.
        let _ = writeln!(stderr().lock(), "{text}");
    }
}

/// The hook for panics: remembers where one was. One that nobody will catch is told at once.
pub fn panicked(info: &PanicHookInfo<'_>) {
    if let Some(origin) = guard::remember(info) {
        defect(Some(&origin));
    }
}

/// Tells of a panic, which is no error: weld has a defect.
pub fn defect(origin: Option<&guard::Origin>) {
    let text = origin.map_or("it is not known where", |origin| origin.text.as_str());
    let version = env!("CARGO_PKG_VERSION");
    let text = format!(
        "defect: {text}\nweld {version} cannot go on, and has written nothing of this output. This is no mistake of \
         yours: please report it, with the command and its inputs; `--save-inputs DIR` writes them into a directory."
    );
    // There is no one left to tell where standard error is closed.
    let _ = writeln!(stderr().lock(), "{}", lines(&text));
}

/// A diagnostic with the text that it points into, of which nothing steers the terminal.
#[derive(Debug)]
struct Shown {
    diagnostic: MietteDiagnostic,
    source: Option<NamedSource<String>>,
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.diagnostic.fmt(f)
    }
}

impl std::error::Error for Shown {}

impl Diagnostic for Shown {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.diagnostic.help()
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.diagnostic.labels()
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }
}

fn shown_label(label: LabeledSpan) -> LabeledSpan {
    LabeledSpan::new(label.label().map(lines), label.offset(), label.len())
}

fn shown_source(source: &dyn SourceCode) -> Option<NamedSource<String>> {
    // All of it: every source of weld's is one text.
    let contents = source.read_span(&(0, 0).into(), 0, usize::MAX).ok()?;
    let text = String::from_utf8_lossy(contents.data());
    Some(NamedSource::new(contents.name().unwrap_or_default(), same_length(&text)))
}
