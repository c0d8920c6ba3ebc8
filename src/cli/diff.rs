//! `weld diff`: compares two components.

use std::path::PathBuf;

use clap::Args;

use super::terminal::Terminal;
use super::{Outcome, Output, examples, write_json};
use crate::describe::{Source, stdin_is_shared};
use crate::diff::{Content, Contents, DiffError, Difference, compare, is_whole};
use crate::emit::Target;
use crate::load::{Bodies, Component, LoadError, decode_with, file};
use crate::report::diff::{Form, Input, Report, Verdict};
use crate::snapshot::{self, Snapshot};
use crate::timings::Timings;
use crate::{PhaseError, inspect, verify};

/// Compare two components, the most important changes first
///
/// The order is capabilities, imports and exports, components, wiring, adapters, grants, and size. Each of the two
/// may be a snapshot. The exit code is 1 if anything changed.
#[derive(Debug, Args)]
#[command(after_help = examples::DIFF)]
pub(super) struct Arguments {
    /// The old component, or its snapshot
    #[arg(value_name = "BEFORE")]
    before: PathBuf,
    /// The new component, or its snapshot
    #[arg(value_name = "AFTER")]
    after: PathBuf,
    #[command(flatten)]
    form: OutputForm,
}

/// The form of the output.
#[derive(Debug, Args)]
#[group(multiple = false)]
struct OutputForm {
    /// Print the changes as JSON
    #[arg(long)]
    json: bool,
    /// Print the changes as Markdown, for a comment on a review
    #[arg(long)]
    markdown: bool,
    /// Write the changes as a self-contained page; `-` is standard output
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

pub(super) fn run(arguments: Arguments, terminal: &Terminal, timings: &mut Timings) -> Result<Outcome, PhaseError> {
    let (before, after) = (Source::parse(arguments.before), Source::parse(arguments.after));
    let page = arguments.form.html.map(|file| Output { output: Some(file), wat: false });
    for source in [&before, &after] {
        if let (Some(page), Source::File(file)) = (&page, source) {
            page.spare(file)?;
        }
    }
    if stdin_is_shared([&before, &after]) {
        return Err(LoadError::SharedStdin.into());
    }
    let (old, new) = timings.span("read", || Ok::<_, LoadError>((file::read(&before)?, file::read(&after)?)))?;
    let (was, is) = (input(&before, &old), input(&after, &new));
    let (verdict, difference) = if old == new {
        (Verdict::Equal, Difference::default())
    } else {
        let (old, new) = (Read::new(&before, old, timings)?, Read::new(&after, new, timings)?);
        timings.span("diff", || old.compare(&new))
    };
    let report = Report { version: 1, before: was, after: is, verdict, difference };
    if let Some(page) = page {
        timings.span("emit", || page.target().write(report.html().as_bytes()))?;
        if page.target() != Target::Stdout {
            terminal.say(&format!(
                "{}: the changes from {} to {}",
                page.target().shown(),
                before.shown(),
                after.shown()
            ));
        }
    } else if arguments.form.json {
        write_json(&report)?;
    } else if arguments.form.markdown {
        Target::Stdout.write(report.markdown().as_bytes())?;
    } else {
        Target::Stdout.write(report.words(terminal.colors_data()).as_bytes())?;
    }
    Ok(match verdict {
        Verdict::Equal | Verdict::Same => Outcome::Done,
        Verdict::Metadata | Verdict::Bytes | Verdict::Snapshots | Verdict::Different => Outcome::Different,
    })
}

fn input(source: &Source, bytes: &[u8]) -> Input {
    Input { file: source.shown(), form: form(bytes) }
}

fn form(bytes: &[u8]) -> Form {
    if snapshot::is_snapshot(bytes) { Form::Snapshot } else { Form::Component }
}

/// One side of the comparison.
struct Read {
    snapshot: Snapshot,
    /// The component. `None` if the input is a snapshot.
    component: Option<Component>,
}

impl Read {
    fn new(source: &Source, bytes: Vec<u8>, timings: &mut Timings) -> Result<Read, PhaseError> {
        let file = source.shown();
        if form(&bytes) == Form::Snapshot {
            let text = String::from_utf8(bytes).map_err(|error| {
                let offset = error.utf8_error().valid_up_to();
                LoadError::NotText { file: file.clone(), offset }
            })?;
            let snapshot = Snapshot::read(&text, &file)?;
            return if is_whole(&snapshot) {
                Ok(Read { snapshot, component: None })
            } else {
                Err(DiffError::Truncated { file }.into())
            };
        }
        let component = timings.span("load", || decode_with(source.stem(), file.clone(), bytes, Bodies::Validated))?;
        // An invalid component must not get a report that reads like approval.
        timings.span("verify", || verify::component(&component))?;
        let inspection = timings.span("inspect", || inspect::inspect(&component))?;
        Ok(Read { snapshot: Snapshot::of(&inspection), component: Some(component) })
    }

    fn compare(&self, after: &Read) -> (Verdict, Difference) {
        // Different files can be equal components: one may be text or a core module.
        let components = self.component.as_ref().zip(after.component.as_ref());
        if components.is_some_and(|(before, after)| before.bytes() == after.bytes()) {
            return (Verdict::Equal, Difference::default());
        }
        let mut difference = compare(&self.snapshot, &after.snapshot);
        let contents = components.map(|(before, after)| (Contents::of(before.bytes()), Contents::of(after.bytes())));
        if let Some((before, after)) = &contents {
            difference = difference.with_contents(before, after);
        }
        let written = |snapshot: &Snapshot| Snapshot { size: None, whole: None, ..snapshot.clone() };
        let verdict = match () {
            () if !difference.is_empty() => Verdict::Different,
            () if written(&self.snapshot) != written(&after.snapshot) => Verdict::Snapshots,
            () => match contents.map(|(before, after)| before.changed_to(&after)) {
                Some(Content::Metadata) => Verdict::Metadata,
                Some(Content::Code) => Verdict::Bytes,
                None => Verdict::Same,
            },
        };
        (verdict, difference)
    }
}
