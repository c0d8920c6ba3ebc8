//! Manual pages and completion scripts, generated from the definition of the command line.

use std::path::{Path, PathBuf};

use clap::{Args, CommandFactory};
use clap_mangen::Man;

use super::terminal::Terminal;
use super::{Arguments as Line, Outcome, advice, examples};
use crate::emit::{self, EmitError, Target};
use crate::load::file;
use crate::{PhaseError, text};

/// Print the manual page of the commands, or of a format; or write a page for each command
#[derive(Debug, Args)]
#[command(after_help = examples::MAN)]
pub(super) struct Arguments {
    /// What to read about, in Markdown
    #[arg(conflicts_with = "out")]
    topic: Option<Topic>,

    /// Write a page for each command into this directory: `weld.1`, `weld-virt.1` and so on
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// A manual page on a format or a subject, and not on a command.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(super) enum Topic {
    /// `weld.toml`: components, wires, exports, grants and settings
    Manifest,
    /// Policies, and the capabilities that they name
    Policy,
    /// Rules for HTTP requests and sockets
    Rules,
    /// What stays when something is denied, and why
    Privilege,
    /// Snapshots, and how to check them in CI
    Snapshot,
    /// How components differ
    Diff,
    /// What `weld inspect` prints
    Inspect,
    /// What commands print with `--json`
    Json,
    /// What an output says of itself
    Provenance,
    /// What stays of WASI, grant by grant
    PrivilegeWasi,
    /// The words that weld uses
    Glossary,
}

impl Topic {
    /// The page, in which links lead to other pages that weld has.
    fn text(self) -> String {
        linked(self.markdown())
    }

    fn markdown(self) -> &'static str {
        match self {
            Topic::Manifest => include_str!("../../docs/manifest.md"),
            Topic::Policy => include_str!("../../docs/policy.md"),
            Topic::Rules => include_str!("../../docs/rules.md"),
            Topic::Privilege => include_str!("../../docs/privilege.md"),
            Topic::Snapshot => include_str!("../../docs/snapshot.md"),
            Topic::Diff => include_str!("../../docs/diff.md"),
            Topic::Inspect => include_str!("../../docs/inspect.md"),
            Topic::Json => include_str!("../../docs/json.md"),
            Topic::Provenance => include_str!("../../docs/provenance.md"),
            Topic::PrivilegeWasi => include_str!("../../docs/privilege-wasi.md"),
            Topic::Glossary => include_str!("../../docs/GLOSSARY.md"),
        }
    }

    /// The topic whose page is a file of the documentation.
    fn of_file(file: &str) -> Option<Topic> {
        <Topic as clap::ValueEnum>::from_str(file.strip_suffix(".md")?, true).ok()
    }

    /// The word for it on the command line.
    fn word(self) -> String {
        clap::ValueEnum::to_possible_value(&self).map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

/// Markdown in which a link to a file says where whoever has weld alone finds that: the page of a topic, or weld's repository.
fn linked(markdown: &str) -> String {
    let (mut text, mut rest) = (String::with_capacity(markdown.len()), markdown);
    while let Some((before, (target, after))) =
        rest.split_once("](").and_then(|(before, after)| Some((before, after.split_once(')')?)))
    {
        let file = target.split_once('#').map_or(target, |(file, _)| file);
        let place = match Topic::of_file(file) {
            _ if file.is_empty() || file.contains("://") => None,
            Some(topic) => Some(format!("`weld man {}`", topic.word())),
            None if file.starts_with("../") => {
                Some(format!("`{}` in weld's repository", file.trim_start_matches("../")))
            }
            None => Some(format!("`docs/{file}` in weld's repository")),
        };
        match (place, before.rsplit_once('[')) {
            (Some(place), Some((before, shown))) => text += &format!("{before}{shown} ({place})"),
            _ => text += &format!("{before}]({target})"),
        }
        rest = after;
    }
    text + rest
}

pub(super) fn run(arguments: Arguments, terminal: &Terminal) -> Result<Outcome, PhaseError> {
    match (arguments.topic, arguments.out) {
        (Some(topic), _) => {
            Target::Stdout.write(topic.text().as_bytes())?;
            Ok(Outcome::Done)
        }
        (None, Some(directory)) => pages(&directory, terminal),
        (None, None) => print(),
    }
}

/// Prints a completion script.
pub(super) fn completions(shell: clap_complete::Shell) -> Result<Outcome, PhaseError> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Line::command(), "weld", &mut script);
    Target::Stdout.write(&script)?;
    Ok(Outcome::Done)
}

/// Prints all pages, one after the other.
fn print() -> Result<Outcome, PhaseError> {
    let all: Vec<u8> = all().into_iter().flat_map(|(_, page)| page).collect();
    Target::Stdout.write(&all)?;
    Ok(Outcome::Done)
}

/// Returns the page of weld, and one for each command: name and text.
fn all() -> Vec<(String, Vec<u8>)> {
    let mut command = Line::command().disable_help_subcommand(true);
    command.build();
    let subcommands = { command.get_subcommands() }
        .map(|command| (format!("weld-{}", command.get_name()), command.clone().disable_version_flag(true)));
    let all = std::iter::once(("weld".to_owned(), command.clone())).chain(subcommands);
    all.map(|(name, command)| {
        let mut text = Vec::new();
        page(command.display_name(&name), &mut text);
        (name, text)
    })
    .collect()
}

/// Writes each page into a file of a directory.
fn pages(directory: &Path, terminal: &Terminal) -> Result<Outcome, PhaseError> {
    if file::exists(directory) && !file::is_directory(directory) {
        let other = advice::free(directory, true);
        let help = format!("name a directory: `{}`", advice::typed(Some((directory, &other)), &[]));
        return Err(EmitError::NotADirectory { directory: text::path(directory), help }.into());
    }
    let pages: Vec<(PathBuf, Vec<u8>)> =
        all().into_iter().map(|(name, text)| (directory.join(format!("{name}.1")), text)).collect();
    // This creates the directory, and renames the files after all are written.
    let files: Vec<(&Path, &[u8])> = pages.iter().map(|(file, text)| (file.as_path(), text.as_slice())).collect();
    emit::update(&files)?;
    terminal.say(&format!("{}: {} manual pages", text::path(directory), pages.len()));
    Ok(Outcome::Done)
}

/// Appends a page. Each example is a paragraph with its comment.
fn page(mut command: clap::Command, page: &mut Vec<u8>) {
    // The synopsis of the library would lack the values of flags.
    let usage = command.render_usage().to_string();
    let command = command.override_usage(usage.trim_start_matches("Usage: ").to_owned());
    let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let title = command.get_display_name().unwrap_or("weld").to_owned();
    let command_name = title.clone();
    let examples = after.strip_prefix("Examples:\n").map(roff);
    let command = if examples.is_some() { command.after_help(None::<&str>) } else { command };
    // Rendering into memory cannot fail.
    let mut text = Vec::new();
    let _ = Man::new(command).title(title).render(&mut text);
    // The further help of a command that is no examples is on exit codes.
    page.extend(String::from_utf8_lossy(&text).replace("\n.SH EXTRA\n", "\n.SH \"EXIT STATUS\"\n").into_bytes());
    page.extend(examples.unwrap_or_default().into_bytes());
    if command_name != "weld" {
        page.extend(SEE_ALSO.bytes());
    }
}

/// The sections at the end of the page of a command.
const SEE_ALSO: &str = ".SH \"SEE ALSO\"\n\\fBweld\\fR(1), which lists all commands; \\fBweld man \\-\\-help\\fR lists pages about formats\n";

/// Converts examples to roff. An example is `COMMAND  # COMMENT`, or has its comment on the next line.
fn roff(examples: &str) -> String {
    let mut page = ".SH EXAMPLES\n".to_owned();
    let mut examples = examples.lines().peekable();
    while let Some(line) = examples.next() {
        let (command, mut comment) = line.split_once(" # ").unwrap_or((line, ""));
        if let Some(below) = examples.next_if(|line| line.trim_start().starts_with("# ")) {
            comment = below.trim_start().trim_start_matches("# ");
        }
        page += &format!(".TP\n\\fB{}\\fR\n{}\n", escaped(command.trim()), escaped(comment));
    }
    page
}

/// Escapes a line for roff.
fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\e").replace('-', "\\-");
    // A line that begins with one of these is a request.
    if text.starts_with(['.', '\'']) { format!("\\&{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::{Topic, linked, roff};
    use clap::ValueEnum;

    #[test]
    fn man_links_lead_to_what_weld_has() {
        let text =
            "See [a](policy.md#names), [b](#b), [c](https://c), [d](../examples/d), [e](e.json), [f](GLOSSARY.md).";
        let expected = "See a (`weld man policy`), [b](#b), [c](https://c), d (`examples/d` in weld's repository), e \
                        (`docs/e.json` in weld's repository), f (`weld man glossary`).";
        assert_eq!(linked(text), expected);
        for topic in Topic::value_variants() {
            assert!(!topic.text().contains(".md)") && !topic.text().contains("](.."), "{topic:?}");
        }
    }

    #[test]
    fn man_examples_are_paragraphs_with_their_comments() {
        let page = roff("  weld a -o b   # .first\n  weld b#c\n          # below");
        let example = |command: &str, comment: &str| format!(".TP\n\\fB{command}\\fR\n{comment}\n");
        let examples = example("weld a \\-o b", "\\&.first") + &example("weld b#c", "below");
        assert_eq!(page, format!(".SH EXAMPLES\n{examples}"));
    }
}
