//! How large blocks are, and where in them their ports are.
//!
//! Text is measured without a font. Ports are labelled in one whose characters have one width; titles are given what wide characters need.

use super::super::{Block, End, Kind, Picture, Side, short, split_version};
use super::PADDING;
use crate::text;

/// The height of a port's row.
const ROW: f64 = 19.0;

/// The height of a block above its ports.
pub const TITLE: f64 = 50.0;

/// How wide a character of a port's label is, at most.
const CHARACTER: f64 = 6.75;

/// How wide one of its version is.
const SMALL: f64 = 5.5;

/// How many characters of a port's name are shown.
const LABEL: usize = 38;

/// How many ports without labels are in a row.
const DOTS: usize = 12;

/// How far such ports are from each other.
const DOT: f64 = 11.0;

/// The space beside labels.
const SIDE: f64 = 13.0;

/// The size of a block, and what is shown in it.
#[derive(Debug, Clone, Default)]
pub struct Size {
    /// Its width.
    pub width: f64,
    /// Its height.
    pub height: f64,
    /// Its title.
    pub title: String,
    /// How large that may be written over the block, where nothing else of it can be read.
    pub large: f64,
    /// What is below that.
    pub subtitle: String,
    /// Its ports of each kind.
    pub imports: Vec<Place>,
    /// Its ports of each kind.
    pub exports: Vec<Place>,
    /// Where what is in it begins.
    pub inner: (f64, f64),
}

/// Where a port is in its block.
#[derive(Debug, Clone)]
pub struct Place {
    /// How far below the top of the block.
    pub y: f64,
    /// How far from the side that wires come to.
    pub inset: f64,
    /// What is written beside it; nothing where there are too many.
    pub label: Option<Label>,
}

/// What is written beside a port.
#[derive(Debug, Clone)]
pub struct Label {
    /// The name.
    pub name: String,
    /// The version.
    pub version: String,
    /// How wide both are.
    pub width: f64,
}

impl Size {
    /// The size of a block. `inner` is that of what is in it.
    pub fn of(picture: &Picture<'_>, index: usize, has_many: bool, inner: Option<(f64, f64)>) -> Size {
        let Some(block) = picture.blocks.get(index) else { return Size::default() };
        let mut size = Size { title: short(&block.name, 40), subtitle: subtitle(block), ..Size::default() };
        let is_dot = |is_hosts: bool| has_many && is_hosts && inner.is_none();
        let rows = block.imports.values().filter(|port| !is_dot(port.is_hosts)).count();
        let (mut row, mut dot) = (0, 0);
        for (name, port) in &block.imports {
            let place = if is_dot(port.is_hosts) {
                dot += 1;
                Place::dot(rows.max(block.exports.len()), dot - 1)
            } else {
                row += 1;
                Place::row(row - 1, name)
            };
            size.imports.push(place);
        }
        size.exports = block.exports.keys().enumerate().map(|(row, name)| Place::row(row, name)).collect();
        let widest = |places: &[Place]| {
            let labels = places.iter().filter_map(|place| place.label.as_ref());
            labels.map(|label| label.width + SIDE).fold(0.0, f64::max)
        };
        let (left, right) = (widest(&size.exports), widest(&size.imports));
        let dots = if dot > 0 { DOT * dot.min(DOTS) as f64 + 2.0 * SIDE } else { 0.0 };
        let title = wide(&size.title, 14.0).max(wide(&size.subtitle, 11.0)) + 2.0 * SIDE + 12.0;
        let columns = rows.max(block.exports.len());
        let between = if left > 0.0 && right > 0.0 { 22.0 } else { SIDE };
        let rows = columns as f64 * ROW + dot.div_ceil(DOTS) as f64 * DOT;
        let foot = if rows > 0.0 { 8.0 } else { 0.0 };
        let (inner_width, inner_height) = inner.unwrap_or_default();
        size.inner = (left + PADDING + 8.0, TITLE + 4.0);
        size.width = match inner {
            Some(_) => left + right + inner_width + 2.0 * PADDING + 16.0,
            None => left + right + between,
        };
        size.width = size.width.max(title).max(dots).max(132.0).ceil();
        let room = if inner.is_some() { TITLE } else { 96.0 };
        size.large = ((size.width - 2.0 * SIDE) / wide(&size.title, 1.0).max(1.0)).clamp(14.0, 0.4 * room);
        size.height = (TITLE + foot + rows.max(if inner.is_some() { inner_height + PADDING } else { 0.0 })).ceil();
        size
    }

    /// How far below the top of the block a port is.
    pub fn port(&self, end: End) -> f64 {
        let places = if end.side == Side::Import { &self.imports } else { &self.exports };
        places.get(end.port).map_or(0.0, |place| place.y)
    }

    /// Where a port of a frame is for what is in it, relative to where that begins.
    pub fn inside(&self, end: End) -> (f64, f64) {
        let places = if end.side == Side::Import { &self.imports } else { &self.exports };
        let (y, inset) = places.get(end.port).map_or((0.0, 0.0), |place| (place.y, place.inside()));
        let x = if end.side == Side::Import { self.width - inset } else { inset };
        (x - self.inner.0, y - self.inner.1)
    }
}

impl Place {
    /// How far from the frame's side the port is for what is in the frame: behind its label.
    pub fn inside(&self) -> f64 {
        self.label.as_ref().map_or(0.0, |label| label.width) + SIDE + 5.0
    }

    fn row(row: usize, name: &str) -> Place {
        let (base, version) = split_version(name);
        let (name, version) = (short(base, LABEL), short(version, 14));
        let gap = if version.is_empty() { 0.0 } else { 4.0 };
        let width = cells(&name) * CHARACTER + gap + cells(&version) * SMALL;
        let y = TITLE + row as f64 * ROW + ROW / 2.0;
        Place { y, inset: 0.0, label: Some(Label { name, version, width }) }
    }

    /// A port without a label, below all rows.
    fn dot(rows: usize, dot: usize) -> Place {
        let y = TITLE + rows as f64 * ROW + (dot / DOTS) as f64 * DOT + DOT / 2.0;
        Place { y, inset: SIDE + (dot % DOTS) as f64 * DOT, label: None }
    }
}

fn subtitle(block: &Block<'_>) -> String {
    let size = block.component.map(|component| text::size(component.size));
    let version = block.version().map(|version| short(version, 16));
    let what = match block.kind {
        Kind::Exports if block.imports.is_empty() => Some("nothing".to_owned()),
        Kind::Exports => Some("what the component offers".to_owned()),
        Kind::Host if block.exports.is_empty() => Some("gives nothing".to_owned()),
        Kind::Host => Some("whoever runs the component".to_owned()),
        kind => Some(kind.word().to_owned()),
    };
    [what, version, size].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// How many characters of one width a text takes the place of.
fn cells(text: &str) -> f64 {
    text.chars().map(|c| if c.is_ascii() || c == '…' || c == '·' { 1.0 } else { 2.0 }).sum()
}

/// How wide a text is in the fonts of titles, at most.
fn wide(text: &str, size: f64) -> f64 {
    let character = |c: char| match c {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '|' | '!' | '\'' | ' ' | '·' => 0.36,
        'f' | 't' | 'r' | '-' | '(' | ')' | '/' => 0.45,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '…' => 1.0,
        'A'..='Z' | '<' | '>' | '=' | '+' | '&' => 0.78,
        c if c.is_ascii() => 0.64,
        _ => 1.2,
    };
    text.chars().map(character).sum::<f64>() * size
}
