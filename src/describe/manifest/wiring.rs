//! Wires and exports: `COMPONENT/IMPORT` and `COMPONENT#1/EXPORT`.

use wasmparser::names::ComponentName;

use super::{ManifestError, nearest};
use crate::describe::{At, Entry, Export, From, InstanceName, Place, Wire};
use crate::limits;
use crate::text::Shown;

/// A text of the user, with its place.
pub type PlacedText<'s> = (&'s str, &'s Place);

/// Refuses a name of a component that wires could not use, or that would mean something else there.
///
/// # Errors
///
/// The name is `host`, is empty, or contains a delimiter of wires.
pub fn component_name(name: &str) -> Result<(), ManifestError> {
    let help = match name {
        "host" => "`host` is what wires call the host; give the component another name",
        name if name.trim().is_empty() => "give it a name",
        name if name.contains(['/', '#']) => {
            "wires are written \"COMPONENT/IMPORT\" and \"COMPONENT#1\": use neither `/` nor `#` in a name"
        }
        name if name.starts_with("export ") => {
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
pub fn wire(key: PlacedText<'_>, value: PlacedText<'_>, components: &[Entry]) -> Result<Wire, At<ManifestError>> {
    if let Some(error) = export_as_wire(key.0, value.0, components) {
        return Err(At::place(error, Some(key.1)));
    }
    let is_import_alone = !key.0.contains('/') && !components.iter().any(|entry| key.0.starts_with(&entry.name));
    if is_import_alone {
        return Err(At::place(ManifestError::NoImport { text: key.0.to_owned() }, Some(key.1)));
    }
    let (importer, import) = reference(key, components)?;
    let Some(import) = import.filter(|import| !import.is_empty()) else {
        return Err(At::place(ManifestError::NoImport { text: key.0.to_owned() }, Some(key.1)));
    };
    let from = match value.0 {
        "host" => From::Host,
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
pub fn export(key: PlacedText<'_>, value: PlacedText<'_>, components: &[Entry]) -> Result<Export, At<ManifestError>> {
    if let Some(error) = wire_as_export(key.0, value.0, components) {
        return Err(At::place(error, Some(key.1)));
    }
    if value.0 == "host" {
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
fn export_as_wire(key: &str, value: &str, components: &[Entry]) -> Option<ManifestError> {
    let (first, _) = key.split_once('/')?;
    let is_export = first.contains(':') && !is_there(first, components);
    let exporter = value.split_once('/').map_or(value, |(exporter, _)| exporter);
    let (name, value) = (key.to_owned(), value.to_owned());
    (is_export && is_there(exporter, components)).then_some(ManifestError::ExportAsWire { name, value })
}

/// The error for a wire in `[exports]`: `"app/acme:kv/store" = "kv"`.
fn wire_as_export(key: &str, value: &str, components: &[Entry]) -> Option<ManifestError> {
    let (component, name) = key.split_once('/')?;
    let is_wire = !component.contains(':') && is_there(component, components);
    let (name, component) = (name.to_owned(), component.to_owned());
    is_wire.then(|| ManifestError::WireAsExport { component, name, value: value.to_owned() })
}

/// Whether a text names an instance of a component.
fn is_there(instance: &str, components: &[Entry]) -> bool {
    InstanceName::read(instance).is_some_and(|of| components.iter().any(|entry| entry.name == of.component))
}

/// The error for an unknown component.
pub fn unknown_component(name: &str, components: &[Entry]) -> ManifestError {
    let known: Vec<String> = components.iter().map(|entry| entry.name.clone()).collect();
    let near = nearest(known.iter().map(String::as_str), name);
    ManifestError::UnknownComponent { name: name.to_owned(), near, known }
}

/// Reads `COMPONENT` or `COMPONENT#1`, each optionally followed by `/NAME`.
///
/// # Errors
///
/// The component is unknown, or the number is not that of a further instance.
pub fn reference(
    (text, place): PlacedText<'_>,
    components: &[Entry],
) -> Result<(InstanceName, Option<String>), At<ManifestError>> {
    let at = |error| At::place(error, Some(place));
    let (instance, name) = match text.split_once('/') {
        Some((instance, name)) => (instance, Some(name.to_owned())),
        None => (text, None),
    };
    let limit = limits::INSTANCE_NUMBER;
    let instance = InstanceName::read(instance)
        .ok_or_else(|| at(ManifestError::InstanceNumber { text: instance.to_owned(), limit }))?;
    if !components.iter().any(|entry| entry.name == instance.component) {
        return Err(at(unknown_component(&instance.component, components)));
    }
    Ok((instance, name))
}
