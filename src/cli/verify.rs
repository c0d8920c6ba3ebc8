//! `weld verify`: checks that a component that somebody else built gives its parts no more than the grants allow.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use wasmparser::Parser;

use super::terminal::Terminal;
use super::virt::Flags;
use super::{Outcome, examples, write_json};
use crate::build::Described;
use crate::compose::prove;
use crate::describe::{Grant, Grants, Source, plug, stdin_is_shared, virt};
use crate::emit::{Identity, Target};
use crate::load::{self, Bodies, Components, LoadError, binary, decode_with, file};
use crate::report::adapters;
use crate::report::verify::Report;
use crate::text::Shown;
use crate::timings::Timings;
use crate::{PhaseError, build, grants, text};

/// Check that a component contains the given inputs, and gives them only what is granted
///
/// weld reads the component and the inputs that it was built from, and writes no file. It decodes the component at
/// every depth, and follows each function that an input can call to its origin. What may be called, it computes from
/// the inputs and the grants alone: it does not trust metadata in the component. Each finding, such as a function that
/// is not granted, is a line on standard output; the exit code is then 1.
#[derive(Debug, Args)]
#[command(override_usage = "weld verify <OUTPUT> --input <FILE>... [GRANT FLAGS]\n       weld verify <OUTPUT> --manifest <FILE> [--target <NAME>]", after_help = examples::VERIFY)]
pub(super) struct Arguments {
    /// The component to check: binary or WAT text
    #[arg(value_name = "OUTPUT")]
    output: PathBuf,
    /// The manifest that the component was built from, which names its inputs and grants
    #[arg(long, value_name = "FILE", conflicts_with = "input")]
    manifest: Option<PathBuf>,
    /// The target of the manifest, if the component is the output of a target
    #[arg(long, value_name = "NAME", requires = "manifest")]
    target: Option<String>,
    /// A file that the component was built from. Of several, the first is the socket, and the others are plugs, which
    /// fill imports of the socket and of each other. All have the same grants, which the flags below state; can be
    /// repeated
    #[arg(long, value_name = "FILE")]
    input: Vec<PathBuf>,
    /// Accept plugs whose exports nothing uses
    #[arg(long, requires = "input")]
    allow_unused_plugs: bool,
    /// Accept nested components with code that are neither inputs nor adapters of this version of weld. Their code is
    /// not verified
    #[arg(long)]
    allow_foreign: bool,
    #[command(flatten)]
    flags: Flags,
    /// Print the result and the findings as JSON
    #[arg(long, help_heading = "Report")]
    json: bool,
}

pub(super) fn run(arguments: Arguments, terminal: &Terminal, timings: &mut Timings) -> Result<Outcome, PhaseError> {
    let source = Source::parse(arguments.output);
    let described = arguments.manifest.map(Source::parse);
    let inputs: Vec<Source> = arguments.input.into_iter().map(Source::parse).collect();
    if stdin_is_shared([&source].into_iter().chain(&described).chain(&inputs)) {
        return Err(LoadError::SharedStdin.into());
    }
    let is_described = described.is_some() || arguments.flags.has_policy();
    let is_without_grants = described.is_none() && arguments.flags.says_nothing();
    let Described { description, components, targets } = match (described, inputs.split_first()) {
        (Some(manifest), _) if arguments.flags.says_nothing() => {
            build::described(&manifest, arguments.target.as_deref(), timings)?
        }
        (Some(_), _) => {
            return Err(PhaseError::Usage("the manifest says what is granted: leave the flags out that say so too"));
        }
        (None, Some((socket, plugs))) => {
            let grants = arguments.flags.grants()?;
            let mut description = plug::plug(socket.clone(), plugs.to_vec(), arguments.allow_unused_plugs);
            let names = description.components.iter().map(|component| component.name.clone());
            description.grants = names.map(|name| (name, grants.clone())).collect();
            let components = timings.span("load", || load::load(&description))?;
            match arguments.flags.policy()? {
                Some(policy) => virt::by_policy(&mut description, policy),
                None => description.grants = granted(&components, grants)?,
            }
            Described { description, components, targets: BTreeMap::new() }
        }
        (None, None) => {
            return Err(PhaseError::Usage(
                "name what the component is made of: its manifest with `--manifest FILE`, or each component that went into \
                 it with `--input FILE`, the socket first",
            ));
        }
    };
    let whole = |bytes| {
        let bytes = binary(&source.shown(), bytes)?;
        // A host would run the module itself, and not the component that weld makes from it.
        match Parser::is_core_wasm(&bytes) {
            true => Err(LoadError::Wasm {
                file: source.shown(),
                what: "core module",
                expected: "a component",
                help: "verify what `weld virt` makes of it: who runs the module itself gives it all that it imports",
            }),
            false => decode_with(source.stem(), source.shown(), bytes, Bodies::Validated),
        }
    };
    let output = timings.span("load", || whole(file::read(&source)?))?;
    let proof = prove(&output, &components, &description, arguments.allow_foreign, timings)?;
    let report = Report::new(&output, &proof);
    let grants = if is_described { adapters::Grants::Names } else { adapters::Grants::Flags };
    let is_whole = arguments.json || terminal.is_verbose();
    let lines = if is_whole { report.findings.len() } else { report.grouped(grants).len() };
    if arguments.json {
        write_json(&report)?;
    } else if terminal.is_verbose() {
        Target::Stdout.write(report.lines().as_bytes())?;
    } else {
        let text: String = report.grouped(grants).iter().map(|line| format!("{line}\n")).collect();
        Target::Stdout.write(text.as_bytes())?;
    }
    report.notes.iter().for_each(|note| terminal.note(&Shown(note).to_string()));
    terminal.say(&report.summary(lines));
    if !proof.unknown.is_empty() && !report.verified {
        terminal.note(
            "an output of several commands is verified in as many steps: each output with the inputs and the flags of the command \
             that wrote it",
        );
    }
    if !proof.report.absent.is_empty() && proof.unknown.is_empty() {
        terminal.note(&format!(
            "an input is compared byte for byte: name the files that went into the output; `weld inspect {}` shows the digest of each \
             component in it",
            text::argument(&report.output.file)
        ));
    }
    // The name of a file decides nothing, since whoever wrote the file gave it that name.
    let target = output_of(&source, &targets).filter(|_| arguments.target.is_none() && !report.verified);
    if let Some(target) = target {
        terminal.note(&format!(
            "`{}` is the output of a target of the manifest: name it with `--target {}`",
            Shown(&report.output.file),
            text::argument(target)
        ));
    }
    if is_without_grants && !proof.missing.is_empty() {
        terminal.note(
            "no flag grants anything, so all of the host is denied, as by `weld virt`; in an output of `weld plug`, components may \
             use all that they import: add `--allow-all`",
        );
    }
    Ok(if report.verified { Outcome::Done } else { Outcome::Different })
}

/// The target that writes a file, if there is one.
fn output_of<'t>(source: &Source, targets: &'t BTreeMap<PathBuf, String>) -> Option<&'t String> {
    let Source::File(file) = source else { return None };
    let file = Identity::of(file);
    targets.iter().find(|(of, _)| Identity::of(of).is(&file)).map(|(_, target)| target)
}

/// Gives each component the same grants, by its name after loading, which is unique. Each grant must name something
/// that one of the components imports.
fn granted(components: &Components, mut grants: Grants) -> Result<BTreeMap<String, Grants>, PhaseError> {
    let alone = |grant: &Grant| Grants { grants: vec![grant.clone()], ..Grants::all(grants.default) };
    let is_unknown =
        |grant: &&Grant| components.iter().all(|component| !grants::unknown(component, &alone(grant)).is_empty());
    if !grants.allow_missing && components.iter().nth(1).is_some() {
        let unknown: Vec<Grant> = grants.grants.iter().filter(is_unknown).cloned().collect();
        let unknown = Grants { grants: unknown, ..Grants::all(grants.default) };
        let errors = grants::unknown(&components[components.root()], &unknown);
        if !errors.is_empty() {
            return Err(errors.into());
        }
        grants.allow_missing = true;
    }
    Ok(components.iter().map(|component| (component.name().to_owned(), grants.clone())).collect())
}
