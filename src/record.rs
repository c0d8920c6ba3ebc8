//! Records the calls of a component, or answers them from a recording: generates a recorder, and inserts it.

mod calls;
mod error;
mod recorder;
mod world;

use std::collections::BTreeSet;

use miette::Diagnostic;
use thiserror::Error;

use crate::PhaseError;
use crate::decide::recording::Form;
use crate::describe::{Automatic, From, Grants, InstanceName, Treatment, Wiring, virt};
use crate::imports::Imports;
use crate::load::{Component, decode};
use crate::name::base;
use crate::splice::{Link, Position, Spliced, insert, of_manifest};
use crate::split::{Split, alone, describe, is_composed, split};
use crate::text::Shown;
use crate::timings::Timings;
use calls::{Line, lines};
use error::RecordError;
use recorder::{Request, generate};
use world::sink;

/// What is to be done with calls.
#[derive(Debug, Clone, Copy)]
pub enum Task<'t> {
    /// They are written to standard error, to be read again.
    Record,
    /// They are written to standard error, for people.
    Trace,
    /// They are answered from the text of a recording. The first other call is written to standard error, if it `tells`.
    Replay { recording: &'t str, tells: bool },
}

/// The reason that there is no such edge.
#[derive(Debug, Error, Diagnostic)]
#[allow(missing_docs)] // The messages say it.
pub enum EdgeError {
    #[error("`{}` names no import of a component", Shown(.edge))]
    #[diagnostic(help(
        "an edge is `COMPONENT/IMPORT`, such as {example}; `COMPONENT/host` is all that the host fills, and \
         `weld inspect` prints the names"
    ))]
    NoEdge { edge: String, example: String },

    #[error("the edges `{}` and `{}` are those of two components", Shown(.first), Shown(.second))]
    #[diagnostic(help("record the edges of one, and then those of the other in the output"))]
    Several { first: String, second: String },

    #[error("the host fills no import of `{}` that has functions", Shown(.component))]
    #[diagnostic(help("name an import: `--at COMPONENT/IMPORT`"))]
    NothingOfHost { component: String },

    #[error(
        "`{}` may not write to standard error, as a recorder does: it would be given that by one which records `{}`",
        Shown(.component), Shown(.import)
    )]
    #[diagnostic(help("allow it, or record other edges"))]
    Stderr { component: String, import: String },
}

impl std::convert::From<EdgeError> for PhaseError {
    fn from(error: EdgeError) -> Self {
        PhaseError::Finished(Box::new(error))
    }
}

/// Inserts a recorder at edges of one component: `COMPONENT/IMPORT`, or `COMPONENT/host` for all imports that the host fills.
///
/// # Errors
///
/// The component cannot be split, has no such edge, or the edge cannot be recorded.
pub fn record(
    whole: &Component,
    edges: &[String],
    task: Task<'_>,
    timings: &mut Timings,
) -> Result<Spliced, PhaseError> {
    let split = if is_composed(whole)? { split(whole, true, timings)? } else { alone(whole) };
    let description = describe(&split.manifest, &split.files).map_err(PhaseError::unplaced)?;
    let Wiring::Automatic(automatic) = &description.wiring else { return Err(no_edge("", whole, &split)) };
    let mut recorded: Option<(InstanceName, Component, BTreeSet<String>, &String)> = None;
    for edge in edges {
        let (instance, component, imports) = resolve(edge, whole, &split, automatic)?;
        match &mut recorded {
            None => recorded = Some((instance, component, imports, edge)),
            Some((of, _, all, _)) if *of == instance => all.extend(imports),
            Some((_, _, _, first)) => {
                let (first, second) = ((*first).clone(), edge.clone());
                return Err(EdgeError::Several { first, second }.into());
            }
        }
    }
    let Some((instance, component, imports, _)) = recorded else { return Err(no_edge("", whole, &split)) };
    let (form, text, writes) = match task {
        Task::Record => (Form::Record, "", true),
        Task::Trace => (Form::Trace, "", true),
        Task::Replay { recording, tells } => (Form::Replay, recording, tells),
    };
    let lines: Vec<Line> = lines(text).map_err(finished)?;
    let shown = { split.names.iter() }.find(|(_, name)| **name == instance.to_string()).map(|(shown, _)| shown.clone());
    let at = shown.unwrap_or_else(|| instance.to_string());
    let request = Request { at: &at, component: &component, imports: &imports, form, writes, lines: &lines };
    let bytes = timings.span("record", || generate(&request)).map_err(finished)?;
    let writing = match description.grants.get(&instance.component) {
        Some(grants) if writes => writing(grants, &component, &instance, &imports)?,
        _ => Vec::new(),
    };
    let name = match task {
        Task::Record => "record",
        Task::Trace => "trace",
        Task::Replay { .. } => "replay",
    };
    let edges: Vec<String> = imports.iter().map(|import| format!("{instance}/{import}")).collect();
    let grant = |grants: &mut Grants| {
        let mut names = writing.iter();
        names.try_for_each(|name| virt::grant(grants, name, "allow")).map_err(PhaseError::Flags)
    };
    let position = if form == Form::Replay { Position::End } else { Position::Between };
    insert(whole, split, (&edges, position), vec![Link { name: name.to_owned(), bytes }], &grant, timings)
}

fn finished(error: RecordError) -> PhaseError {
    PhaseError::Finished(Box::new(error))
}

/// The grants that a recorder has beside those of the component: it gets standard error, and writes to it. What it passes on is the
/// component's to use, so that it gets nothing that it records and the component may not use.
fn writing(
    grants: &Grants,
    component: &Component,
    instance: &InstanceName,
    imports: &BTreeSet<String>,
) -> Result<Vec<String>, PhaseError> {
    const FUNCTIONS: [(&str, &str); 2] =
        [("wasi:cli/stderr", "get-stderr"), ("wasi:io/streams", "[method]output-stream.blocking-write-and-flush")];
    let mut patterns = Vec::new();
    for name in sink(component, imports) {
        let Some((_, function)) = FUNCTIONS.iter().find(|(interface, _)| base(&name) == *interface) else { continue };
        let said = grants.of(&name, function).map(|(grant, _)| grant.treatment);
        // Streams of standard error may be written to where no grant says otherwise.
        let is_named = grants.grants.iter().any(|grant| grant.pattern.is_about(&name));
        if base(&name) == "wasi:io/streams" && !is_named {
            continue;
        }
        let recorded = imports.iter().find(|import| base(import) == base(&name));
        if let (Some(import), true) = (recorded, said.unwrap_or(grants.default) != Treatment::Allow) {
            return Err(EdgeError::Stderr { component: instance.to_string(), import: import.clone() }.into());
        }
        patterns.push(format!("{name}#{function}"));
    }
    Ok(patterns)
}

/// The instance of an edge, its component, and the imports that are meant.
fn resolve(
    edge: &str,
    whole: &Component,
    split: &Split,
    automatic: &Automatic,
) -> Result<(InstanceName, Component, BTreeSet<String>), PhaseError> {
    let edge_of_manifest = of_manifest(edge, &split.names);
    let none = || no_edge(edge, whole, split);
    let (instance, import) = edge_of_manifest.split_once('/').ok_or_else(none)?;
    let instance = InstanceName::read(instance).ok_or_else(none)?;
    let file = format!("{}.wasm", instance.component);
    let bytes = split.files.get(&file).ok_or_else(none)?;
    let component = decode(instance.component.clone(), file, bytes.clone())?;
    let imports = match import {
        "host" => {
            let wires = automatic.wires.iter().filter(|wire| wire.importer == instance);
            let of_host = wires.filter(|wire| matches!(wire.from, From::Host)).map(|wire| wire.import.clone());
            let of_host: BTreeSet<String> = of_host.collect();
            let all = Imports::of(&component);
            let is_one = |name: &str| of_host.contains(name);
            let recorded = all
                .interfaces
                .iter()
                .filter(|of| is_one(of.name) && !(of.functions.is_empty() && of.resources.is_empty()));
            let recorded: BTreeSet<String> = recorded.map(|of| of.name.to_owned()).collect();
            if recorded.is_empty() {
                return Err(EdgeError::NothingOfHost { component: instance.to_string() }.into());
            }
            recorded
        }
        import => {
            let all = component.imports();
            let named = all.get_key_value(import).or_else(|| all.iter().find(|(name, _)| base(name) == import));
            BTreeSet::from([named.ok_or_else(none)?.0.clone()])
        }
    };
    Ok((instance, component, imports))
}

fn no_edge(edge: &str, whole: &Component, split: &Split) -> PhaseError {
    let name = split.names.keys().next().map_or(whole.name(), String::as_str);
    EdgeError::NoEdge { edge: edge.to_owned(), example: format!("`{}/acme:kv/store`", Shown(name)) }.into()
}
