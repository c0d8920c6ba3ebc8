//! How large blocks are, and where in them their rows and badges are.
//!
//! Text is measured without a font. Rows are labelled in one whose characters have one width; titles are given what wide characters need.
//! No text is smaller than [`TEXT`]: what there is no room for is not written at all.

use super::super::rows::{Badge, Density, Row, Rows, badges};
use super::super::{Block, End, Kind, Picture, Side, short, split_version};
use super::PADDING;
use crate::text;

/// The height of the smallest text, in pixels of the picture.
pub(crate) const TEXT: f64 = 12.0;

/// The height of a row.
const ROW: f64 = 21.0;

/// The height of a block's title and of what is below it.
const TITLE: f64 = 50.0;

/// The same of a block that has nothing but a title.
const LINE: f64 = 30.0;

/// The height of a line of badges.
const BADGE: f64 = 22.0;

/// How many characters of a badge are shown.
const BADGE_LABEL: usize = 22;

/// How wide the blocks of which only names are shown are, at least: where there are many of them, and where there are few.
const SMALL: (f64, f64) = (156.0, 216.0);

/// How many are few.
const FEW: usize = 24;

/// How wide badges make a block that would be less wide.
const BADGES: f64 = 240.0;

/// How wide a character of a label is, at most.
const CHARACTER: f64 = 7.35;

/// How many characters of a row's name are shown.
const LABEL: usize = 38;

/// The space beside labels.
const SIDE: f64 = 13.0;

/// The size of a block, and what is shown in it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Size {
    /// Its width.
    pub width: f64,
    /// Its height.
    pub height: f64,
    /// The height of what is above its rows.
    pub head: f64,
    /// Its title.
    pub title: String,
    /// How far below the top that is written.
    pub baseline: f64,
    /// How large that may be written over the block, where nothing else of it can be read.
    pub large: f64,
    /// What is below that. Nothing where there is no room.
    pub subtitle: Option<String>,
    /// What it reaches.
    pub badges: Vec<Placed>,
    /// Its rows on each side.
    pub imports: Vec<Place>,
    /// Its rows on each side.
    pub exports: Vec<Place>,
    /// Where what is in it begins.
    pub inner: (f64, f64),
}

/// A badge at its place.
#[derive(Debug, Clone)]
#[allow(missing_docs)] // They are what they are called.
pub(crate) struct Placed {
    pub badge: Badge,
    /// What it stands for, where that is not written on it.
    pub others: Option<String>,
    pub x: f64,
    pub y: f64,
    pub width: f64,
}

/// Where a row is in its block.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// How far below the top of the block.
    pub y: f64,
    /// What is written beside it.
    pub label: Option<Label>,
}

/// What is written beside a row.
#[derive(Debug, Clone)]
pub(crate) struct Label {
    /// The name.
    pub name: String,
    /// The version, or how many ports are joined there.
    pub version: String,
    /// How wide both are.
    pub width: f64,
}

impl Size {
    /// The size of a block. `inner` is that of what is in it.
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
            // What others have of a block is above what it needs.
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

    /// Puts badges into lines, as many as there may be. How high these are.
    fn place(&mut self, badges: Vec<Badge>, lines: usize, above: f64, least: f64) -> f64 {
        let shown = |text: &str| short(text, BADGE_LABEL);
        let width = |text: &str| cells(text) * CHARACTER + 12.0;
        let widest = badges.iter().map(|badge| width(&shown(&badge.text))).fold(0.0, f64::max);
        if !badges.is_empty() {
            let all: f64 = badges.iter().map(|badge| width(&shown(&badge.text)) + 5.0).sum();
            self.width = self.width.max(all.min(least - 2.0 * SIDE).max(widest) + 2.0 * SIDE);
        }
        let (mut x, mut line) = (SIDE, 0);
        let mut left = badges.as_slice();
        while let Some((badge, others)) = left.split_first() {
            let badge = Badge { text: shown(&badge.text), ..*badge };
            let wanted = width(&badge.text);
            // The last line keeps room for how many more there are.
            let more = if !others.is_empty() && line + 1 == lines { width("+99") + 5.0 } else { 0.0 };
            if x > SIDE && x + wanted + more > self.width - SIDE {
                if line + 1 == lines {
                    break;
                }
                (x, line) = (SIDE, line + 1);
            }
            self.badges.push(Placed { badge, others: None, x, y: above + line as f64 * BADGE - 4.0, width: wanted });
            x += wanted + 5.0;
            left = others;
        }
        if let (Some(last), Some(reach)) = (self.badges.last(), left.iter().map(|badge| badge.reach).min()) {
            let (text, y) = (format!("+{}", left.len()), last.y);
            let others = left.iter().map(|badge| badge.text.as_str()).collect::<Vec<_>>().join(", ");
            let badge = Badge { text, reach };
            self.badges.push(Placed { width: width(&badge.text), badge, others: Some(others), x, y });
        }
        if self.badges.is_empty() { 0.0 } else { (line + 1) as f64 * BADGE }
    }

    /// Where rows are, below as many other ones.
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

    /// How far below the top of the block a row is.
    pub(crate) fn row(&self, end: End) -> f64 {
        let places = if end.side == Side::Import { &self.imports } else { &self.exports };
        places.get(end.port).map_or(0.0, |place| place.y)
    }

    /// Where a row of a frame is for what is in it, relative to where that begins.
    pub(crate) fn inside(&self, end: End) -> (f64, f64) {
        let places = if end.side == Side::Import { &self.imports } else { &self.exports };
        let (y, inset) = places.get(end.port).map_or((0.0, 0.0), |place| (place.y, place.inside()));
        let x = if end.side == Side::Import { self.width - inset } else { inset };
        (x - self.inner.0, y - self.inner.1)
    }
}

impl Place {
    /// How far from the frame's side the row is for what is in the frame: behind its label.
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

/// How many characters of one width a text takes the place of.
fn cells(text: &str) -> f64 {
    text.chars().map(|c| if c.is_ascii() || "…·×".contains(c) { 1.0 } else { 2.0 }).sum()
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
