//! Writes a picture in the language of Mermaid. It has no ports, so each arrow is labelled with the names of its ports.

use std::fmt::{self, Write};

use indexmap::IndexMap;

use super::{End, Kind, Picture, Side, WireKind};
use crate::text::Shown;

/// Writes a picture as a flowchart. A frame is a subgraph.
///
/// Wires between the same two blocks are one arrow, whose label has a line for each wire: Mermaid would draw several
/// arrows over each other.
pub(crate) fn mermaid(picture: &Picture<'_>) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    _ = write(picture, &mut text);
    text
}

fn write(picture: &Picture<'_>, text: &mut String) -> fmt::Result {
    writeln!(text, "flowchart LR")?;
    blocks(picture, None, 1, text)?;
    let mut arrows: IndexMap<(String, String, &'static str), Vec<String>> = IndexMap::new();
    for wire in &picture.wires {
        let arrow = match wire.kind {
            WireKind::Plain | WireKind::Adapted => "-->",
            WireKind::Host | WireKind::Held => "-.->",
        };
        let name = |end| picture.port(end).map_or("", |(name, _)| name);
        let (import, export) = (name(wire.from), name(wire.to));
        let label = match import == export {
            true => escaped(import),
            false => format!("{} = {}", escaped(import), escaped(export)),
        };
        let ends = (node(picture, wire.from), node(picture, wire.to));
        arrows.entry((ends.0, ends.1, arrow)).or_default().push(label);
    }
    for ((from, to, arrow), labels) in &arrows {
        writeln!(text, "  {from} {arrow}|\"{}\"| {to}", labels.join("<br/>"))?;
    }
    writeln!(text, "  classDef adapter fill:#fdebd0,stroke:#a35a00,color:#3d2200")?;
    writeln!(text, "  classDef outside fill:#eceff3,stroke:#8a93a1,color:#1c2430")?;
    let of = |kinds: &[Kind]| {
        let blocks = picture.blocks.iter().enumerate().filter(|(_, block)| kinds.contains(&block.kind));
        blocks.map(|(index, _)| format!("b{index}")).collect::<Vec<_>>().join(",")
    };
    let adapters = of(&[Kind::Adapter]);
    if !adapters.is_empty() {
        writeln!(text, "  class {adapters} adapter")?;
    }
    writeln!(text, "  class {} outside", of(&[Kind::Exports, Kind::Host]))
}

/// The node that stands for a port: the node of its block. A frame has two small nodes in it instead, one for its
/// imports and one for its exports, because Mermaid cannot connect a subgraph with its own nodes.
fn node(picture: &Picture<'_>, end: End) -> String {
    let is_frame = picture.blocks.get(end.block).is_some_and(|block| block.is_frame);
    match end.side {
        Side::Import if is_frame => format!("b{}i", end.block),
        Side::Export if is_frame => format!("b{}e", end.block),
        Side::Import | Side::Export => format!("b{}", end.block),
    }
}

fn blocks(picture: &Picture<'_>, frame: Option<usize>, depth: usize, text: &mut String) -> fmt::Result {
    let indent = "  ".repeat(depth);
    for index in picture.within(frame) {
        let Some(block) = picture.blocks.get(index) else { continue };
        let version = block.version().map_or_else(String::new, |version| format!(" {}", escaped(version)));
        if block.is_frame {
            writeln!(text, "{indent}subgraph b{index}[\"{}{version}\"]", escaped(&block.name))?;
            writeln!(text, "{indent}  direction LR")?;
            if !block.exports.is_empty() {
                writeln!(text, "{indent}  b{index}e([\"exports\"])")?;
            }
            if !block.imports.is_empty() {
                writeln!(text, "{indent}  b{index}i([\"imports\"])")?;
            }
            blocks(picture, Some(index), depth + 1, text)?;
            writeln!(text, "{indent}end")?;
        } else {
            writeln!(text, "{indent}b{index}[\"{}{version}\"]", escaped(&block.name))?;
        }
    }
    Ok(())
}

/// Text from the component for a quoted label. Characters other than letters, digits and a few harmless ones become
/// entity codes, so that none has a meaning to Mermaid or to the page that Mermaid makes.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in Shown(text).to_string().chars() {
        match c {
            c if c.is_alphanumeric() => escaped.push(c),
            ' ' | '-' | '_' | '.' | '/' | ':' | ',' | '@' => escaped.push(c),
            c => escaped.push_str(&format!("#{};", u32::from(c))),
        }
    }
    // Mermaid takes an empty label for a missing one.
    if escaped.is_empty() { " ".to_owned() } else { escaped }
}
