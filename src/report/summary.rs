//! The lines of `-v`, made from the same report as the JSON.

use std::fmt::Write;

use super::json::Report;
use crate::text::{count, size};

/// A composition for people: components, wires, and host imports.
pub(crate) fn summary(report: &Report) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut text, report);
    text
}

fn write(text: &mut String, report: &Report) -> std::fmt::Result {
    writeln!(text, "components")?;
    for component in &report.components {
        let note = if component.used { "" } else { ", not used" };
        writeln!(text, "  {}  {}, {}{note}", component.name, component.file, size(component.size))?;
    }
    writeln!(text, "wires")?;
    for wire in &report.wires {
        let export = if wire.export == wire.import { String::new() } else { format!(" ({})", wire.export) };
        writeln!(text, "  {}: {} <- {}{export}", wire.importer, wire.import, wire.exporter)?;
    }
    writeln!(text, "imports of the output")?;
    for import in &report.imports {
        let importers: Vec<_> = import.importers.iter().map(|importer| importer.component.as_str()).collect();
        writeln!(text, "  {} <- {}", import.name, importers.join(", "))?;
    }
    writeln!(text, "exports of the output")?;
    for export in &report.exports {
        writeln!(text, "  {export}")?;
    }
    writeln!(
        text,
        "{}, {} to the host, {}, sha256 {}",
        count(report.wires.len(), "wire"),
        count(report.imports.len(), "import"),
        size(report.output.0.len()),
        report.output.0.digest()
    )
}
