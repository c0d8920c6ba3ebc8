//! The report of a comparison as Markdown, for a comment on a review, and as a page of HTML.

use std::fmt::Write;

use super::{Change, Input, Line, Mark, Report, groups};
use crate::text::Shown;

impl Report {
    /// Writes the report as Markdown. Text of components is in code blocks, whose fences no text in them can close.
    pub(crate) fn markdown(&self) -> String {
        let mut text = format!("### `weld diff`: {}\n\n", self.summary());
        text.push_str(&fenced(&format!("--- {}\n+++ {}\n", name(&self.before), name(&self.after))));
        for lines in groups(&self.difference) {
            let Some((heading, lines)) = lines.split_first() else { continue };
            let lines: String = lines.iter().map(marked).collect();
            // Writing to a string cannot fail.
            _ = write!(text, "\n**{}**\n\n{}", heading.text, fenced(&lines));
        }
        text
    }

    /// Writes the report as a page of HTML, which needs no other file.
    pub(crate) fn html(&self) -> String {
        let title = escaped(&format!("{} → {}", name(&self.before), name(&self.after)));
        let mut text = format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
             content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n<style>\n{STYLE}</style>\n<h1>{title}</h1>\n\
             <p>{}</p>\n",
            escaped(&self.summary())
        );
        for lines in groups(&self.difference) {
            let Some((heading, lines)) = lines.split_first() else { continue };
            // Writing to a string cannot fail.
            _ = write!(text, "<h2>{}</h2>\n<ul>\n", escaped(&heading.text));
            for Line { mark, depth, text: line } in lines {
                let class = match mark {
                    Mark::Gained => "gained",
                    Mark::Change(Change::Added) => "added",
                    Mark::Change(Change::Removed) => "removed",
                    Mark::Change(_) => "changed",
                    Mark::Heading | Mark::None => "plain",
                };
                let depth = depth.saturating_sub(1);
                _ = writeln!(
                    text,
                    "<li class=\"{class}\" style=\"--depth:{depth}\">{}{}</li>",
                    sign(*mark),
                    escaped(line)
                );
            }
            text.push_str("</ul>\n");
        }
        text + "</html>\n"
    }

    /// Returns the verdict, or the names of the groups with changes.
    fn summary(&self) -> String {
        let headings: Vec<String> =
            groups(&self.difference).filter_map(|lines| Some(lines.first()?.text.clone())).collect();
        match (self.verdict.words(), headings.is_empty()) {
            (Some(verdict), _) => verdict.to_owned(),
            (None, true) => "nothing changed".to_owned(),
            (None, false) => format!("changes in {}", headings.join(", ")),
        }
    }
}

fn name(input: &Input) -> String {
    Shown(&input.file).to_string()
}

/// Writes a line with its sign in the first column, as in a unified diff, so that a code block is coloured.
fn marked(Line { mark, depth, text }: &Line) -> String {
    let sign = match mark {
        Mark::Gained | Mark::Change(Change::Added) => "+ ",
        Mark::Change(Change::Removed) => "- ",
        Mark::Change(_) => "! ",
        Mark::Heading | Mark::None => "  ",
    };
    let indent = "  ".repeat(depth.saturating_sub(1));
    text.lines().map(|line| format!("{sign}{indent}{line}\n")).collect()
}

/// Writes a code block. Its fence is longer than any run of backticks in the text.
fn fenced(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat((longest + 1).max(3));
    format!("{fence}diff\n{text}{fence}\n")
}

fn sign(mark: Mark) -> &'static str {
    match mark {
        Mark::Gained | Mark::Change(Change::Added) => "+ ",
        Mark::Change(Change::Removed) => "− ",
        Mark::Change(_) => "~ ",
        Mark::Heading | Mark::None => "",
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

const STYLE: &str = "\
:root { color-scheme: light dark; --added: #116329; --removed: #a40e26; --changed: #0a5ab0; --gained: #8a4600; }
@media (prefers-color-scheme: dark) {
  :root { --added: #56d364; --removed: #ff7b72; --changed: #79c0ff; --gained: #ffb454; }
}
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.3rem; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 1.5rem 0 0.25rem; }
ul { list-style: none; margin: 0; padding: 0; font: 13px/1.6 ui-monospace, monospace; }
li { padding-left: calc(var(--depth) * 1.5rem); white-space: pre-wrap; overflow-wrap: anywhere; }
.added { color: var(--added); }
.removed { color: var(--removed); }
.changed { color: var(--changed); }
.gained { color: var(--gained); font-weight: 600; }
";
