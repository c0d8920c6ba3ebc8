//! Writes a picture in DOT, the language of Graphviz.

use std::fmt::{self, Write};

use super::{Block, End, Kind, Picture, Side, WireKind, split_version};
use crate::text::Shown;

/// Writes a picture as a directed graph. A block is a table whose cells are its ports; a frame is a cluster.
pub(crate) fn dot(picture: &Picture<'_>) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    _ = write(picture, &mut text);
    text
}

fn write(picture: &Picture<'_>, text: &mut String) -> fmt::Result {
    writeln!(text, "digraph weld {{")?;
    writeln!(text, "  label={};", quoted(&picture.name))?;
    writeln!(text, "  rankdir=LR; compound=true; labelloc=t; fontname=\"sans-serif\"; nodesep=0.3; ranksep=1.2;")?;
    writeln!(text, "  node [shape=plain, fontname=\"sans-serif\", fontsize=11];")?;
    writeln!(text, "  edge [arrowsize=0.6, color=\"#5b6472\"];")?;
    blocks(picture, None, 1, text)?;
    for wire in &picture.wires {
        let style = match wire.kind {
            WireKind::Plain => "",
            WireKind::Host => " [color=\"#b9c0ca\", penwidth=0.7]",
            WireKind::Adapted => " [color=\"#a35a00\"]",
            WireKind::Held => " [color=\"#b3261e\", style=dashed]",
        };
        writeln!(text, "  {} -> {}{style};", end(wire.from), end(wire.to))?;
    }
    writeln!(text, "}}")
}

fn blocks(picture: &Picture<'_>, frame: Option<usize>, depth: usize, text: &mut String) -> fmt::Result {
    let indent = "  ".repeat(depth);
    for index in picture.within(frame) {
        let Some(block) = picture.blocks.get(index) else { continue };
        if block.is_frame {
            writeln!(text, "{indent}subgraph cluster_{index} {{")?;
            writeln!(text, "{indent}  label={}; style=rounded; color=\"#8a93a1\";", quoted(&block.name))?;
        }
        writeln!(text, "{indent}b{index} [label=<{}>];", table(block))?;
        if block.is_frame {
            blocks(picture, Some(index), depth + 1, text)?;
            writeln!(text, "{indent}}}")?;
        }
    }
    Ok(())
}

fn table(block: &Block<'_>) -> String {
    let colour = match block.kind {
        Kind::Adapter => "#fdebd0",
        Kind::Host | Kind::Exports => "#eceff3",
        Kind::Program | Kind::Composition | Kind::Unknown => "#ffffff",
    };
    let version = block.version().map_or_else(String::new, |version| format!(" {}", small(version)));
    let mut table = format!(
        "<TABLE BORDER=\"0\" CELLBORDER=\"1\" CELLSPACING=\"0\" CELLPADDING=\"4\" BGCOLOR=\"{colour}\"><TR><TD COLSPAN=\"2\"><B>{}</B>{version}</TD></TR>",
        escaped(&block.name)
    );
    for row in 0..block.exports.len().max(block.imports.len()) {
        let cell = |side, letter, align| match block.ports(side).get_index(row) {
            Some((name, _)) => {
                let (base, version) = split_version(name);
                let version = if version.is_empty() { String::new() } else { format!(" {}", small(version)) };
                format!("<TD PORT=\"{letter}{row}\" ALIGN=\"{align}\">{}{version}</TD>", escaped(base))
            }
            None => "<TD></TD>".to_owned(),
        };
        table.push_str(&format!("<TR>{}{}</TR>", cell(Side::Export, 'e', "LEFT"), cell(Side::Import, 'i', "RIGHT")));
    }
    table + "</TABLE>"
}

fn end(end: End) -> String {
    match end.side {
        Side::Import => format!("b{}:i{}:e", end.block, end.port),
        Side::Export => format!("b{}:e{}:w", end.block, end.port),
    }
}

fn small(version: &str) -> String {
    format!("<FONT POINT-SIZE=\"8\" COLOR=\"#5b6472\">{}</FONT>", escaped(version))
}

/// Text from the component in one of Graphviz's labels that look like HTML, which may not be empty.
fn escaped(text: &str) -> String {
    let text = Shown(text).to_string();
    if text.is_empty() {
        return "&#160;".to_owned();
    }
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('[', "&#91;")
        .replace(']', "&#93;")
}

/// Text from the component as a quoted string of DOT.
fn quoted(text: &str) -> String {
    // Graphviz decodes HTML entities in quoted strings as well.
    let text = Shown(text).to_string().replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{text}\"")
}
