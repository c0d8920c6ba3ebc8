//! Resolves the names of edges to imports and exports, and explains why an edge does not exist.

use std::collections::BTreeSet;

use miette::Diagnostic;
use thiserror::Error;

use crate::PhaseError;
use crate::describe::edge::{EXPORT, HOST};
use crate::describe::manifest::nearest;
use crate::describe::{Automatic, Edge, From, InstanceName};
use crate::imports::Imports;
use crate::load::{Component, decode};
use crate::name::base;
use crate::splice::of_manifest;
use crate::split::Split;
use crate::text::Shown;

/// The errors of edges.
#[derive(Debug, Error, Diagnostic)]
#[allow(missing_docs)] // The messages say it.
pub(crate) enum EdgeError {
    #[error("`{}` names no import of a component", Shown(.edge))]
    #[diagnostic(help(
        "{}an edge is `COMPONENT/IMPORT`, `COMPONENT/host` for all that the host fills, or `export NAME`; \
         `weld inspect` prints the names",
        meant(.near)
    ))]
    NoEdge { edge: String, near: Option<String> },

    #[error("`{}` has no import `{}`", Shown(.component), Shown(.import))]
    #[diagnostic(help("{}`{}/host` is all that the host fills, and `weld inspect` prints the names", meant(.near), Shown(.component)))]
    NoImport { component: String, import: String, near: Option<String> },

    #[error(
        "`{}` and `{}` are instances of one component, so calls inside `{}` alone cannot be recorded",
        Shown(.instance), Shown(.other), Shown(.instance)
    )]
    #[diagnostic(help("record the imports of `{}`, or give it a component of its own", Shown(.instance)))]
    Shared { instance: String, other: String },

    #[error("`{}` exports no `{}`", Shown(.file), Shown(.export))]
    #[diagnostic(help("{}`weld inspect` prints the exports", meant(.near)))]
    NoExport { file: String, export: String, near: Option<String> },

    #[error("calls of the export `{}` cannot be replayed: they come from outside the component", Shown(.export))]
    #[diagnostic(help("replay the imports of its components, such as `COMPONENT/host`, and compare what it gives"))]
    Replay { export: String },

    #[error("the host fills no import of `{}` that has functions", Shown(.component))]
    #[diagnostic(help("name an import: `--at COMPONENT/IMPORT`"))]
    NothingOfHost { component: String },

    #[error(
        "`{}` may not write to standard error, and recording `{}` would give it that",
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

/// Parses an edge. The name of its instance becomes that in the manifest of `split`. `path` is that of [`no_edge`].
///
/// # Errors
///
/// The text names no edge.
pub(super) fn read((edge, path): (&str, &str), whole: &Component, split: &Split) -> Result<Edge, PhaseError> {
    let is_component = |name: &str| split.files.contains_key(&format!("{name}.wasm"));
    let read = Edge::read(&of_manifest(edge, &split.names), is_component);
    read.map_err(|_| no_edge((edge, path), whole, split))
}

/// The component of an instance, and the imports that an edge names: one, or all that the host fills.
///
/// # Errors
///
/// The instance or the import does not exist, or the host fills no import with functions.
pub(super) fn imports(
    (instance, import): (&InstanceName, &str),
    (whole, path): (&Component, &str),
    split: &Split,
    automatic: &Automatic,
) -> Result<(Component, BTreeSet<String>), PhaseError> {
    let file = format!("{}.wasm", instance.component);
    let none = || no_edge((&format!("{instance}/{import}"), path), whole, split);
    let bytes = split.files.get(&file).ok_or_else(none)?;
    let component = decode(instance.component.clone(), file, bytes.clone())?;
    let imports = match import {
        HOST => {
            let wires = automatic.wires.iter().filter(|wire| wire.importer == *instance);
            let host_imports = wires.filter(|wire| matches!(wire.from, From::Host)).map(|wire| wire.import.clone());
            let host_imports: BTreeSet<String> = host_imports.collect();
            let all = Imports::of(&component);
            let interfaces = all.interfaces.iter().filter(|it| !(it.functions.is_empty() && it.resources.is_empty()));
            let names = interfaces.flat_map(|interface| match interface.name {
                "" => interface.functions.iter().map(|function| function.name).collect(),
                name => vec![name],
            });
            let recorded = names.filter(|name| host_imports.contains(*name)).map(str::to_owned);
            let recorded: BTreeSet<String> = recorded.collect();
            if recorded.is_empty() {
                return Err(EdgeError::NothingOfHost { component: format!("{path}{}", shown(instance, split)) }.into());
            }
            recorded
        }
        import => {
            let all = component.imports();
            let named = all.get_key_value(import).or_else(|| all.iter().find(|(name, _)| base(name) == import));
            let wrong = || EdgeError::NoImport {
                component: format!("{path}{}", shown(instance, split)),
                import: import.to_owned(),
                near: near(all.keys().map(|name| base(name)), import),
            };
            BTreeSet::from([named.ok_or_else(wrong)?.0.clone()])
        }
    };
    Ok((component, imports))
}

/// The full name of an export, from its name with or without the version.
///
/// # Errors
///
/// The component has no such export.
pub(super) fn export(whole: &Component, name: &str) -> Result<String, PhaseError> {
    let all = whole.exports();
    let found = all.get_key_value(name).or_else(|| all.iter().find(|(export, _)| base(export) == name));
    let none = || EdgeError::NoExport {
        file: whole.file().to_owned(),
        export: name.to_owned(),
        near: near(all.keys().map(|export| base(export)), name),
    };
    Ok(found.ok_or_else(none)?.0.clone())
}

/// The name of an instance in the composition. It differs from that in the manifest if a manifest cannot contain it.
pub(super) fn shown(instance: &InstanceName, split: &Split) -> String {
    let own = instance.to_string();
    let shown = split.names.iter().find(|(_, name)| **name == own).map(|(shown, _)| shown.clone());
    shown.unwrap_or(own)
}

/// The import that was probably meant: the nearest one, or the one whose interface has the name.
fn near<'n>(imports: impl Iterator<Item = &'n str> + Clone, import: &str) -> Option<String> {
    let has_name = |name: &&str| name.rsplit('/').next() == Some(import);
    let mut named = imports.clone().filter(has_name).map(str::to_owned);
    named.next().filter(|_| named.next().is_none()).or_else(|| nearest(imports, base(import)))
}

fn meant(near: &Option<String>) -> String {
    near.as_ref().map(|near| format!("did you mean `{}`? ", Shown(near))).unwrap_or_default()
}

/// The error for a text that names no edge. `path` is the path of the nested composition `whole`, with a `/` at its
/// end, or empty for the outermost one.
pub(super) fn no_edge((edge, path): (&str, &str), whole: &Component, split: &Split) -> PhaseError {
    let near = probable(edge, whole, split);
    let near = near.map(|near| if near.starts_with(EXPORT) { near } else { format!("{path}{near}") });
    EdgeError::NoEdge { edge: format!("{path}{edge}"), near }.into()
}

/// The edge that was probably meant: an export, from its name alone; an import of the only component, from its name
/// alone; all imports that the host fills, from the name of a component; or an edge of the component with the most
/// similar name.
fn probable(edge: &str, whole: &Component, split: &Split) -> Option<String> {
    let is_named = |name: &String| name == edge || base(name) == edge;
    if let Some(export) = whole.exports().keys().find(|name| is_named(name)) {
        return Some(format!("{EXPORT}{}", base(export)));
    }
    let names: Vec<&str> = split.names.keys().map(String::as_str).collect();
    if names.contains(&edge) {
        return Some(format!("{edge}/{HOST}"));
    }
    if let ([only], true) = (names.as_slice(), edge == HOST || whole.imports().keys().any(is_named)) {
        return Some(format!("{only}/{edge}"));
    }
    let (component, import) = edge.split_once('/').unwrap_or((edge, HOST));
    let near = nearest(names, component)?;
    Some(format!("{near}/{import}"))
}
