//! The messages of a command: errors, notes and timings on standard error.

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

/// The width of messages. It is fixed, so that the same error has the same text on each terminal.
const WIDTH: usize = 120;

/// The terminal, with the flags that choose which messages are printed.
pub(super) struct Terminal {
    /// Whether standard error is coloured.
    color: bool,
    /// Whether standard output is coloured.
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
            #[allow(clippy::disallowed_methods)] // Colour is not part of an output.
            Color::Auto => is_terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        };
        let (color, color_data) = (color(stderr().is_terminal()), color(stdout().is_terminal()));
        Terminal { color, color_data, verbose: global.verbose, quiet: global.quiet, timings: global.timings }
    }

    /// Prints all diagnostics of an error.
    pub(super) fn error(&self, error: &PhaseError) {
        let theme = if self.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        let handler = GraphicalReportHandler::new_themed(theme).with_width(WIDTH).with_wrap_lines(false);
        for diagnostic in error.diagnostics() {
            // Names come from inputs. They are escaped before colours are added, so they cannot contain escape
            // sequences.
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

    /// Whether the command has `-v`.
    pub(super) fn is_verbose(&self) -> bool {
        self.verbose
    }

    /// Whether standard output is coloured.
    pub(super) fn colors_data(&self) -> bool {
        self.color_data
    }

    /// Prints a text only with `-v`.
    pub(super) fn verbose(&self, text: impl FnOnce() -> String) {
        if self.verbose {
            self.print(lines(&text()).trim_end());
        }
    }

    /// Prints what the command did, unless `-q` is given.
    pub(super) fn say(&self, text: &str) {
        if !self.quiet {
            self.print(&lines(text));
        }
    }

    /// Prints a finding that makes a check fail, also with `-q`.
    pub(super) fn found(&self, text: &str) {
        self.print(&lines(text));
    }

    /// Prints a note as one line, unless `-q` is given.
    pub(super) fn note(&self, text: &str) {
        if !self.quiet {
            self.print(&format!("note: {}", text::Shown(text)));
        }
    }

    /// Prints a warning as one line, also with `-q`.
    pub(super) fn warn(&self, text: &str) {
        self.print(&format!("warning: {}", text::Shown(text)));
    }

    /// Prints a unified diff to standard output. Its first two lines name the files. Control characters in it must be
    /// escaped.
    ///
    /// # Errors
    ///
    /// Standard output cannot be written.
    pub(super) fn diff(&self, diff: &str) -> Result<(), EmitError> {
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

    /// Returns a progress bar for several components. It is shown only on a terminal, and disappears when it is
    /// finished or dropped.
    pub(super) fn progress(&self, components: usize) -> ProgressBar {
        let is_shown = !self.quiet && components > 1;
        let target = if is_shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let style = ProgressStyle::with_template("{wide_bar} {pos} of {len}, {eta} left");
        let bar = ProgressBar::with_draw_target(Some(components as u64), target).with_finish(ProgressFinish::AndClear);
        match style {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        }
    }

    /// Whether the command has `--timings`.
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
        // A closed standard error cannot be reported.
        let _ = writeln!(stderr().lock(), "{text}");
    }
}

/// The panic hook: remembers the origin of a panic. Prints a panic at once if no boundary catches it.
pub(super) fn panicked(info: &PanicHookInfo<'_>) {
    if let Some(origin) = guard::remember(info) {
        defect(Some(&origin));
    }
}

/// Prints that weld has a defect, with the origin of a panic.
pub(super) fn defect(origin: Option<&guard::Origin>) {
    let text = origin.map_or("it is not known where", |origin| origin.text.as_str());
    let version = env!("CARGO_PKG_VERSION");
    let text = format!(
        "defect: {text}\nweld {version} cannot go on, and has written nothing of this output. This is no mistake of \
         yours: please report it, with the command and its inputs; `--save-inputs DIR` writes them into a directory."
    );
    // A closed standard error cannot be reported.
    let _ = writeln!(stderr().lock(), "{}", lines(&text));
}

/// A diagnostic with its source text, in which control characters are escaped.
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
    // A source is one text, so this reads all of it.
    let contents = source.read_span(&(0, 0).into(), 0, usize::MAX).ok()?;
    let text = String::from_utf8_lossy(contents.data());
    Some(NamedSource::new(contents.name().unwrap_or_default(), same_length(&text)))
}
