//! Wires and exports: `COMPONENT/IMPORT` and `COMPONENT#1/EXPORT`.

use std::collections::BTreeSet;

use wasmparser::names::ComponentName;

use super::{ManifestError, nearest};
use crate::describe::edge::{self, EXPORT, Edge, HOST, NotAnEdge};
use crate::describe::{At, Entry, Export, From, InstanceName, Place, Wire};
use crate::limits;
use crate::text::Shown;

/// A text of the user, with its place.
pub(crate) type PlacedText<'s> = (&'s str, &'s Place);

/// The components that wires may name.
pub(crate) struct Components<'e> {
    entries: &'e [Entry],
    names: BTreeSet<&'e str>,
}

impl<'e> Components<'e> {
    pub(crate) fn new(entries: &'e [Entry]) -> Components<'e> {
        Components { entries, names: entries.iter().map(|entry| entry.name.as_str()).collect() }
    }

    fn has(&self, name: &str) -> bool {
        self.names.contains(name)
    }
}

/// Refuses a name of a component that wires could not use, or that would mean something else there.
///
/// # Errors
///
/// The name is `host`, is empty, or contains a delimiter of wires.
pub(crate) fn component_name(name: &str) -> Result<(), ManifestError> {
    let help = match name {
        HOST => "`host` is what wires call the host; give the component another name",
        name if name.trim().is_empty() => "give it a name",
        name if name.contains(['/', '#']) => {
            "wires are written \"COMPONENT/IMPORT\" and \"COMPONENT#1\": use neither `/` nor `#` in a name"
        }
        name if name.starts_with(EXPORT) => {
            "`export NAME` is how chains call an export of the output; use another name"
        }
        name if name.chars().any(char::is_control) => "use no control characters",
        _ => return Ok(()),
    };
    Err(ManifestError::ComponentName { name: Shown(name).to_string(), help })
}

/// Reads a wire: an import and its source.
///
/// # Errors
///
/// A side names no component, or the first side no import.
pub(crate) fn wire(
    key: PlacedText<'_>,
    value: PlacedText<'_>,
    components: &Components<'_>,
) -> Result<Wire, At<ManifestError>> {
    if let Some(error) = export_as_wire(key.0, value.0, components) {
        return Err(At::place(error, Some(key.1)));
    }
    let no_import = || At::place(ManifestError::NoImport { text: key.0.to_owned() }, Some(key.1));
    if edge::parts(key.0).1.is_none() && !components.names.iter().any(|name| key.0.starts_with(name)) {
        return Err(no_import());
    }
    let (importer, import) = reference(key, components)?;
    let import = import.filter(|import| !import.is_empty()).ok_or_else(no_import)?;
    let from = match value.0 {
        HOST => From::Host,
        _ => {
            let (exporter, export) = reference(value, components)?;
            From::Export { exporter, export, place: value.1.clone() }
        }
    };
    Ok(Wire { importer, import, from, place: key.1.clone() })
}

/// Reads an export of the output: its name and its source.
///
/// # Errors
///
/// The source names no component, or the name is not valid.
pub(crate) fn export(
    key: PlacedText<'_>,
    value: PlacedText<'_>,
    components: &Components<'_>,
) -> Result<Export, At<ManifestError>> {
    if let Some(error) = wire_as_export(key.0, value.0, components) {
        return Err(At::place(error, Some(key.1)));
    }
    if value.0 == HOST {
        return Err(At::place(ManifestError::ExportOfHost, Some(value.1)));
    }
    let (exporter, export) = reference(value, components)?;
    // An export without a source name has the name that it has in the component.
    if export.is_some()
        && let Err(error) = ComponentName::new(key.0, 0)
    {
        let (name, reason) = (key.0.to_owned(), error.message().to_owned());
        return Err(At::place(ManifestError::ExportName { name, reason }, Some(key.1)));
    }
    Ok(Export { name: key.0.to_owned(), exporter, export, place: value.1.clone() })
}

/// The error for an export in `[wire]`: `"wasi:cli/run@0.2.0" = "app"`.
fn export_as_wire(key: &str, value: &str, components: &Components<'_>) -> Option<ManifestError> {
    let ((first, interface), (exporter, _)) = (edge::parts(key), edge::parts(value));
    let is_export = interface.is_some() && first.contains(':') && !is_there(first, components);
    let (name, value) = (key.to_owned(), value.to_owned());
    (is_export && is_there(exporter, components)).then_some(ManifestError::ExportAsWire { name, value })
}

/// The error for a wire in `[exports]`: `"app/acme:kv/store" = "kv"`.
fn wire_as_export(key: &str, value: &str, components: &Components<'_>) -> Option<ManifestError> {
    let (component, name) = edge::parts(key);
    let is_wire = !component.contains(':') && is_there(component, components);
    let (name, component) = (name?.to_owned(), component.to_owned());
    is_wire.then(|| ManifestError::WireAsExport { component, name, value: value.to_owned() })
}

/// Whether a text names an instance of a component.
fn is_there(instance: &str, components: &Components<'_>) -> bool {
    edge::reference(instance, |name| components.has(name)).is_ok()
}

/// The error for an unknown component.
pub(crate) fn unknown_component(name: &str, components: &[Entry]) -> ManifestError {
    let known: Vec<String> = components.iter().map(|entry| entry.name.clone()).collect();
    let near = nearest(known.iter().map(String::as_str), name);
    ManifestError::UnknownComponent { name: name.to_owned(), near, known }
}

/// Reads `COMPONENT` or `COMPONENT#1`, each optionally followed by `/NAME`.
///
/// # Errors
///
/// The component is unknown, or the number is not that of a further instance.
pub(crate) fn reference(
    (text, place): PlacedText<'_>,
    components: &Components<'_>,
) -> Result<(InstanceName, Option<String>), At<ManifestError>> {
    let read = edge::reference(text, |name| components.has(name));
    read.map_err(|error| At::place(no_edge(error, text, components), Some(place)))
}

/// What `COMPONENT/IMPORT` or `export NAME` names.
///
/// # Errors
///
/// As of [`reference`], and where there is neither an import nor an export.
pub(crate) fn edge(text: &str, components: &Components<'_>) -> Result<Edge, ManifestError> {
    Edge::read(text, |name| components.has(name)).map_err(|error| no_edge(error, text, components))
}

fn no_edge(error: NotAnEdge, text: &str, components: &Components<'_>) -> ManifestError {
    match error {
        NotAnEdge::Name => ManifestError::NoImport { text: text.to_owned() },
        NotAnEdge::Number(text) => ManifestError::InstanceNumber { text, limit: limits::INSTANCE_NUMBER },
        NotAnEdge::Component(name) => unknown_component(&name, components.entries),
    }
}
