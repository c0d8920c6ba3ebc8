//! `weld swap`: replaces nested components.

use std::path::{Path, PathBuf};

use clap::Args;

use super::terminal::Terminal;
use super::{Outcome, Output, examples};
use crate::describe::Source;
use crate::load::digest::Digest;
use crate::load::{LoadError, decode, file};
use crate::swap::{Swap, swap};
use crate::text::{self, Shown, size};
use crate::timings::Timings;
use crate::{PhaseError, verify};

/// Replace nested components of a finished component
///
/// weld reads the finished component and the new components, and writes a component in which the named ones are
/// replaced. A new component is instantiated with the arguments of the old one, and its exports take the place of the
/// old exports. All other bytes stay the same.
#[derive(Debug, Args)]
#[command(after_help = examples::SWAP)]
pub(super) struct Arguments {
    /// The finished component, built by any tool: binary or WAT text
    #[arg(value_name = "COMPONENT")]
    component: PathBuf,
    /// The name of a nested component, as `weld inspect` prints it, or its path, such as `cms/kv`; and the file of the
    /// new component
    #[arg(value_name = "NAME=FILE", required = true, value_parser = pair)]
    swaps: Vec<(String, PathBuf)>,
    #[command(flatten)]
    output: Output,
}

fn pair(text: &str) -> Result<(String, PathBuf), String> {
    match text.split_once('=') {
        Some((name, file)) if !name.is_empty() && !file.is_empty() => Ok((name.to_owned(), file.into())),
        _ => {
            let file = Path::new(text.trim_matches('='));
            let name = file.file_stem().filter(|_| file.extension().is_some());
            let same = name.map(|name| format!("{}={}", name.to_string_lossy(), file.to_string_lossy()));
            let such = same.map(|same| format!(", such as `{}`", text::shell(&same))).unwrap_or_default();
            Err(format!("write NAME=FILE{such}: the nested component, and the file of the new one"))
        }
    }
}

/// Adds a help to the error of a missing file if the name in `NAME=FILE` is a file: the user may have swapped the two.
fn with_order_help(error: LoadError, name: &str, source: &Source) -> LoadError {
    match error {
        LoadError::Missing { file, .. } if file::exists(Path::new(name)) => {
            let pair = text::shell(&format!("{}={name}", source.shown()));
            LoadError::Missing { file, near: Some(format!("the name comes first, and then the file: `{pair}`")) }
        }
        error => error,
    }
}

pub(super) fn run(arguments: Arguments, terminal: &Terminal, timings: &mut Timings) -> Result<Outcome, PhaseError> {
    let source = Source::parse(arguments.component);
    let swaps: Vec<(String, Source)> =
        arguments.swaps.into_iter().map(|(name, file)| (name, Source::parse(file))).collect();
    arguments.output.spare_sources(swaps.iter().map(|(_, source)| source).chain([&source]))?;
    let (whole, swaps) = timings.span("load", || -> Result<_, LoadError> {
        let whole = decode(source.stem(), source.shown(), file::read(&source)?)?;
        let read = |(name, source): &(String, Source)| {
            let bytes = file::read(source).map_err(|error| with_order_help(error, name, source))?;
            let digest = Digest::of(&bytes);
            let component = decode(source.stem(), source.shown(), bytes)?;
            Ok(Swap { name: name.clone(), component, digest })
        };
        Ok((whole, swaps.iter().map(read).collect::<Result<Vec<Swap>, LoadError>>()?))
    })?;
    timings.span("verify", || verify::written(&whole))?;
    let (bytes, replaced) = timings.span("swap", || swap(&whole, &swaps))?;
    arguments.output.emit(&bytes, (terminal, timings))?;
    for (old, new) in replaced.iter().zip(&swaps) {
        terminal.say(&format!(
            "replaced: {} ({}, sha256 {}) by {} ({}, sha256 {})",
            Shown(&old.path),
            size(old.size),
            old.before,
            new.component.file(),
            size(new.component.bytes().len()),
            new.digest
        ));
    }
    Ok(Outcome::Done)
}
