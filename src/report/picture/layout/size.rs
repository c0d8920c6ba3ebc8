//! Computes the sizes of blocks, and the positions of their rows and badges.
//!
//! Text is measured without a font. The labels of rows have a monospaced font; titles are measured with the widths of
//! wide fonts. No text is smaller than [`TEXT`]: text without room is left out.

use super::super::rows::{Badge, Density, Row, Rows, badges};
use super::super::{Block, End, Kind, Picture, Side, short, split_version};
use super::PADDING;
use crate::text;

/// The height of the smallest text, in pixels of the picture.
pub(crate) const TEXT: f64 = 12.0;

/// The height of a row.
const ROW: f64 = 21.0;

/// The height of a block's title and subtitle.
const TITLE: f64 = 50.0;

/// The height of the title of a block without a subtitle.
const LINE: f64 = 30.0;

/// The height of a line of badges.
const BADGE: f64 = 22.0;

/// The number of characters that a badge shows.
const BADGE_LABEL: usize = 22;

/// The least width of a block that shows only its name: in a picture of more than [`FEW`] blocks, and in one of fewer.
const SMALL: (f64, f64) = (156.0, 216.0);

/// The number of blocks up to which small blocks are wider.
const FEW: usize = 24;

/// The width up to which badges widen a block.
const BADGES: f64 = 240.0;

/// The width of a character of a label, at most.
const CHARACTER: f64 = 7.35;

/// The number of characters that the label of a row shows.
const LABEL: usize = 38;

/// The space beside labels.
const SIDE: f64 = 13.0;

/// The size of a block, with its texts and the positions of its parts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Size {
    /// The width.
    pub width: f64,
    /// The height.
    pub height: f64,
    /// The height of the part above the rows.
    pub head: f64,
    /// The title.
    pub title: String,
    /// The distance from the top to the baseline of the title.
    pub baseline: f64,
    /// The font size of the title when it is written over the whole block, because the picture is zoomed out.
    pub large: f64,
    /// The line below the title. `None` if there is no room.
    pub subtitle: Option<String>,
    /// The badges.
    pub badges: Vec<Placed>,
    /// The rows of the imports.
    pub imports: Vec<Place>,
    /// The rows of the exports.
    pub exports: Vec<Place>,
    /// The position of a frame's content, relative to the frame.
    pub inner: (f64, f64),
}

/// A badge and its position in the block.
#[derive(Debug, Clone)]
#[allow(missing_docs)] // The names of the fields say it.
pub(crate) struct Placed {
    pub badge: Badge,
    /// The texts that the badge `+N` stands for.
    pub others: Option<String>,
    pub x: f64,
    pub y: f64,
    pub width: f64,
}

/// The position of a row in its block.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// The distance from the top of the block.
    pub y: f64,
    /// The text beside the row.
    pub label: Option<Label>,
}

/// The text beside a row.
#[derive(Debug, Clone)]
pub(crate) struct Label {
    /// The name, without a version.
    pub name: String,
    /// The version, or the number of ports in the row.
    pub version: String,
    /// The width of both together.
    pub width: f64,
}

impl Size {
    /// Computes the size of a block. `inner` is the size of its content, if it is a frame.
    pub(crate) fn of(picture: &Picture<'_>, rows: &Rows, index: usize, inner: Option<(f64, f64)>) -> Size {
        let Some(block) = picture.blocks.get(index) else { return Size::default() };
        let is_compact = rows.density == Density::Compact && inner.is_none();
        let small = if picture.blocks.len() > FEW { SMALL.0 } else { SMALL.1 };
        let is_small = is_compact && block.instance.is_some();
        let mut size = Size { title: short(&block.name, if is_small { 20 } else { 36 }), ..Size::default() };
        size.subtitle = (!is_compact).then(|| subtitle(block));
        let (imports, exports) = (rows.at(index, Side::Import), rows.at(index, Side::Export));
        let widest = |side: &[Row]| {
            let labels = side.iter().filter_map(|row| Some(label(row, row.label.as_ref()?)));
            labels.map(|label| label.width + SIDE).fold(0.0, f64::max)
        };
        let (left, right) = (widest(exports), widest(imports));
        let is_frame = inner.is_some();
        let (inner_width, inner_height) = inner.unwrap_or_default();
        size.inner.0 = left + PADDING + 8.0;
        size.width = match inner {
            Some(_) => left + right + inner_width + 2.0 * PADDING + 16.0,
            // The exports of a block are above its imports, so that these share the width.
            None => left.max(right) + SIDE,
        };
        let letter = if is_compact { 13.0 } else { 14.0 };
        let words = size.subtitle.as_ref().map_or(0.0, |text| wide(text, TEXT));
        let title = wide(&size.title, letter).max(words) + 2.0 * SIDE + 8.0;
        size.width = size.width.max(title).max(if is_small { small } else { 132.0 });
        let badges = badges(picture, index);
        let lines = if is_small { 1 } else { 2 };
        size.baseline = if is_compact { 20.0 } else { 22.0 };
        let above = if is_compact { LINE } else { TITLE };
        let taken = size.place(badges, lines, above, if is_small { small } else { BADGES });
        size.width = size.width.ceil();
        size.head = above + taken;
        size.inner.1 = size.head + 4.0;
        let labelled = |side: &[Row]| side.iter().filter(|row| row.label.is_some()).count();
        let (above, count) = match (labelled(exports), labelled(imports)) {
            (exports, imports) if is_frame => (0, exports.max(imports)),
            (exports, imports) => (exports, exports + imports),
        };
        size.exports = size.places(exports, 0);
        size.imports = size.places(imports, above);
        let rows = count as f64 * ROW;
        let foot = if rows > 0.0 { 8.0 } else { 0.0 };
        let room = if is_frame { size.head } else { 96.0 };
        size.large = ((size.width - 2.0 * SIDE) / wide(&size.title, 1.0).max(1.0)).clamp(14.0, 0.4 * room);
        size.height = size.head + foot + rows.max(if is_frame { inner_height + PADDING } else { 0.0 });
        size.height = size.height.ceil();
        size
    }

    /// Puts badges into up to `lines` lines, which begin below `above`. If not all fit, the last badge gives the number
    /// of the others. The result is the height of the lines. `least` is the width up to which the badges widen the
    /// block.
    fn place(&mut self, badges: Vec<Badge>, lines: usize, above: f64, least: f64) -> f64 {
        let shown = |text: &str| short(text, BADGE_LABEL);
        let width = |text: &str| cells(text) * CHARACTER + 12.0;
        let widest = badges.iter().map(|badge| width(&shown(&badge.text))).fold(0.0, f64::max);
        if !badges.is_empty() {
            let all: f64 = badges.iter().map(|badge| width(&shown(&badge.text)) + 5.0).sum();
            self.width = self.width.max(all.min(least - 2.0 * SIDE).max(widest) + 2.0 * SIDE);
        }
        let (mut x, mut line) = (SIDE, 0);
        let mut remaining = badges.as_slice();
        while let Some((badge, others)) = remaining.split_first() {
            let badge = Badge { text: shown(&badge.text), ..*badge };
            let wanted = width(&badge.text);
            // The last line keeps room for the number of the others.
            let reserved = if !others.is_empty() && line + 1 == lines { width("+99") + 5.0 } else { 0.0 };
            if x > SIDE && x + wanted + reserved > self.width - SIDE {
                if line + 1 == lines {
                    break;
                }
                (x, line) = (SIDE, line + 1);
            }
            self.badges.push(Placed { badge, others: None, x, y: above + line as f64 * BADGE - 4.0, width: wanted });
            x += wanted + 5.0;
            remaining = others;
        }
        if let (Some(last), Some(reach)) = (self.badges.last(), remaining.iter().map(|badge| badge.reach).min()) {
            let (text, y) = (format!("+{}", remaining.len()), last.y);
            let others = remaining.iter().map(|badge| badge.text.as_str()).collect::<Vec<_>>().join(", ");
            let badge = Badge { text, reach };
            self.badges.push(Placed { width: width(&badge.text), badge, others: Some(others), x, y });
        }
        if self.badges.is_empty() { 0.0 } else { (line + 1) as f64 * BADGE }
    }

    /// The positions of rows that have `above` labelled rows above them. A row without a label is at the head of the
    /// block.
    fn places(&self, rows: &[Row], mut above: usize) -> Vec<Place> {
        let mut place = |row: &Row| match &row.label {
            Some(text) => {
                above += 1;
                Place { y: self.head + above as f64 * ROW - ROW / 2.0, label: Some(label(row, text)) }
            }
            None => Place { y: (self.head / 2.0).round(), label: None },
        };
        rows.iter().map(&mut place).collect()
    }

    /// The distance of a row from the top of the block.
    pub(crate) fn row(&self, end: End) -> f64 {
        let places = if end.side == Side::Import { &self.imports } else { &self.exports };
        places.get(end.port).map_or(0.0, |place| place.y)
    }

    /// The point at which cables within a frame end at one of its rows, relative to the frame's content.
    pub(crate) fn inside(&self, end: End) -> (f64, f64) {
        let places = if end.side == Side::Import { &self.imports } else { &self.exports };
        let (y, inset) = places.get(end.port).map_or((0.0, 0.0), |place| (place.y, place.inside()));
        let x = if end.side == Side::Import { self.width - inset } else { inset };
        (x - self.inner.0, y - self.inner.1)
    }
}

impl Place {
    /// The distance from the side of a frame at which cables within it end: they end behind the label of the row.
    pub(crate) fn inside(&self) -> f64 {
        self.label.as_ref().map_or(0.0, |label| label.width + SIDE + 5.0)
    }
}

fn label(row: &Row, text: &str) -> Label {
    let (base, version) = split_version(text);
    let joined = if row.ports.len() > 1 { format!("×{}", row.ports.len()) } else { String::new() };
    let is_one = row.ports.len() == 1;
    let (name, version) = (short(base, LABEL), if is_one { short(version, 14) } else { joined });
    let gap = if version.is_empty() { 0.0 } else { 5.0 };
    let width = cells(&name) * CHARACTER + gap + cells(&version) * CHARACTER;
    Label { name, version, width }
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

/// The width of a text in a monospaced font, in characters.
fn cells(text: &str) -> f64 {
    text.chars().map(|c| if c.is_ascii() || "…·×".contains(c) { 1.0 } else { 2.0 }).sum()
}

/// The width of a text in the fonts of titles, at most. `size` is the font size.
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
