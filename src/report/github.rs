//! The facts of a check as annotations of GitHub, which a workflow reads from the output of a step.
//!
//! "Workflow commands for GitHub Actions": a command is a line, `::error file=F,line=L,col=C,title=T::MESSAGE`. Names come from
//! inputs, so they are escaped: no name can end a property or begin a line.

use super::facts::facts;
use super::policy::{Doubt, Reports};
use crate::policy::quoted;
use crate::text::Shown;

/// The title of annotations.
const TITLE: &str = "weld check";

/// Writes a line for each fact, with its position in the policy, and one for each doubt, which is an error in a
/// `strict` check.
pub(crate) fn annotations(reports: &Reports, strict: bool) -> String {
    let file = reports.policy.file.as_str();
    let mut text = String::new();
    for report in &reports.components {
        for fact in facts(&report.violations, false) {
            let message = format!("{}: {}", report.component.file, fact.message(&quoted));
            let rule = &fact.first.rule;
            text += &command("error", file, rule.line.zip(rule.column), &message);
        }
    }
    let level = if strict { "error" } else { "warning" };
    for Doubt { line, column, message, .. } in &reports.doubts {
        text += &command(level, file, Some((*line, *column)), message);
    }
    for unread in &reports.unread {
        text += &command("error", &unread.file, None, &format!("{}: {}", unread.file, unread.message));
    }
    text
}

/// Writes a command. A default that the policy does not state belongs to the whole file. Standard input is not a file.
fn command(level: &str, file: &str, position: Option<(usize, usize)>, message: &str) -> String {
    let (line, column) = position.unwrap_or((1, 1));
    let place = match file {
        "<stdin>" => String::new(),
        file => format!("file={},line={line},col={column},", property(file)),
    };
    format!("::{level} {place}title={TITLE}::{}\n", data(message))
}

/// Escapes the message of a command, and the characters that control a terminal, since logs are read in terminals.
fn data(text: &str) -> String {
    Shown(text).to_string().replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes the value of a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::command;

    #[test]
    fn github_annotation_is_one_line_for_any_content() {
        assert_eq!(
            command("error", "a,b:c%.toml", Some((3, 11)), "`x\n::error::y%0A` reaches"),
            "::error file=a%2Cb%3Ac%25.toml,line=3,col=11,title=weld check::`x\\u{a}::error::y%250A` reaches\n"
        );
        assert_eq!(command("warning", "<stdin>", Some((3, 11)), "it"), "::warning title=weld check::it\n");
        assert_eq!(command("error", "p", None, "it"), "::error file=p,line=1,col=1,title=weld check::it\n");
    }
}
