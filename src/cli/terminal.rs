//! What a command says: errors, notes and timings on standard error.

use std::io::{IsTerminal, Write, stderr};

use miette::{GraphicalReportHandler, GraphicalTheme, MietteDiagnostic};

use super::{Color, Global};
use crate::Error;
use crate::text::lines;
use crate::timings::Timings;

/// How wide messages are. A fixed width, so that the same error is the same text everywhere.
const WIDTH: usize = 120;

/// Where messages go, and which of them.
pub struct Terminal {
    color: bool,
    verbose: bool,
    quiet: bool,
    timings: bool,
}

impl Terminal {
    pub(super) fn new(global: &Global) -> Self {
        let color = match global.color {
            Color::Always => true,
            Color::Never => false,
            // https://no-color.org: present and not empty.
            #[allow(clippy::disallowed_methods)] // Colour never reaches an output.
            Color::Auto => stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        };
        Terminal { color, verbose: global.verbose, quiet: global.quiet, timings: global.timings }
    }

    /// Shows all that is wrong.
    pub fn error(&self, error: &Error) {
        let theme = if self.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        let handler = GraphicalReportHandler::new_themed(theme).with_width(WIDTH).with_wrap_lines(false);
        for diagnostic in error.diagnostics() {
            // Names of all kinds come from inputs. Escaped before the colours are put in, they cannot add their own.
            let mut shown = MietteDiagnostic::new(lines(&diagnostic.to_string()));
            shown.help = diagnostic.help().map(|help| lines(&help.to_string()));
            let mut text = String::new();
            // Rendering into a string cannot fail.
            let _ = handler.render_report(&mut text, &shown);
            self.print(text.trim_end());
        }
    }

    /// Says something that was asked for with `-v`.
    pub fn verbose(&self, text: impl FnOnce() -> String) {
        if self.verbose {
            self.print(lines(&text()).trim_end());
        }
    }

    /// Says something that the user should know, though nothing is wrong.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            self.print(&format!("note: {}", lines(text)));
        }
    }

    pub(super) fn timings(&self, timings: &Timings) {
        if self.timings {
            for (phase, time) in timings.spans() {
                self.print(&format!("{phase:8} {:9.3} ms", time.as_secs_f64() * 1e3));
            }
        }
    }

    fn print(&self, text: &str) {
        // There is no one left to tell where standard error is closed.
        let _ = writeln!(stderr().lock(), "{text}");
    }
}
