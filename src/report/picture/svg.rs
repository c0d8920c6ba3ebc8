//! Draws a picture as SVG: frames, then cables, then blocks, so that cables are above the frames that they run in and
//! below the blocks that they lead to.
//!
//! The style sheet of the page sets the colours. Each cable has the class of its kind, so that the page can hide the
//! cables to the host.

use maud::{Markup, Render, html};

use super::layout::{Layout, Place, Rect, Size, TEXT};
use super::rows::{Cable, Row};
use super::{Block, End, Kind, Picture, Side, WireKind};
use crate::text::Shown;

/// Draws a picture with this layout.
pub(super) fn svg(picture: &Picture<'_>, layout: &Layout) -> Markup {
    let (width, height) = (layout.width.ceil().max(320.0), layout.height.ceil().max(160.0));
    let frames = picture.blocks.iter().enumerate().filter(|(_, block)| block.is_frame);
    html! {
        svg #picture xmlns="http://www.w3.org/2000/svg" width=(width) height=(height) data-width=(width) data-height=(height)
            data-text=(TEXT) viewBox={ "0 0 " (width) " " (height) } role="group" aria-label={ "Picture of " (Text(&picture.name)) } {
            g #frames aria-hidden="true" {
                @for (index, block) in frames {
                    @if let Some(rect) = layout.blocks.get(index) { (frame(index, block, rect)) }
                }
            }
            g #wires aria-hidden="true" {
                @for (index, (cable, path)) in layout.rows.cables.iter().zip(&layout.cables).enumerate() {
                    g class={ "wire " (cable.kind.word()) } id=(cable_id(index, cable))
                        data-from=(row_id(layout, cable.from)) data-to=(row_id(layout, cable.to)) {
                        path.hit d=(path) {}
                        path.line d=(path) {}
                    }
                }
            }
            g #blocks {
                @for index in order(picture, layout) {
                    @if let (Some(it), Some(rect)) = (picture.blocks.get(index), layout.blocks.get(index)) {
                        (block(index, it, rect, layout))
                    }
                }
            }
        }
    }
}

/// The identifier of a port in the page.
pub(super) fn id(end: End) -> String {
    let side = if end.side == Side::Import { 'i' } else { 'e' };
    format!("b{}{side}{}", end.block, end.port)
}

/// The identifier of a row in the page, from its position. Empty if there is no such row.
fn row_id(layout: &Layout, end: End) -> String {
    layout.rows.at(end.block, end.side).get(end.port).map_or_else(String::new, |row| joined_id(end, row))
}

/// The identifier of a row in the page: that of its port, or one of its own if the row has several ports. The `port` of
/// `end` is the index of the row.
pub(super) fn joined_id(end: End, row: &Row) -> String {
    match row.ports.as_slice() {
        [port] => id(End { port: *port, ..end }),
        _ => format!("b{}{}{}", end.block, if end.side == Side::Import { 'I' } else { 'E' }, end.port),
    }
}

/// The identifier of a cable in the page: that of its wire, or one of its own if the cable has several wires.
pub(super) fn cable_id(index: usize, cable: &Cable) -> String {
    match cable.wires.as_slice() {
        [wire] => format!("w{wire}"),
        _ => format!("c{index}"),
    }
}

/// Text from the component. Its control characters are escaped, in addition to the escapes of HTML.
pub(super) struct Text<'a>(pub &'a str);

impl Render for Text<'_> {
    fn render_to(&self, buffer: &mut String) {
        maud::display(Shown(self.0)).render_to(buffer);
    }
}

/// Blocks in the order in which the Tab key visits them: from left to right, then down.
fn order(picture: &Picture<'_>, layout: &Layout) -> Vec<usize> {
    let mut order: Vec<usize> = (0..picture.blocks.len()).collect();
    let place = |index: &usize| layout.blocks.get(*index).map_or((0.0, 0.0), |rect| (rect.x, rect.y));
    order.sort_by(|a, b| {
        let (a, b) = (place(a), place(b));
        a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
    });
    order
}

fn frame(index: usize, block: &Block<'_>, rect: &Rect) -> Markup {
    html! {
        rect class={ "frame " (class(block.kind)) } data-of={ "b" (index) } x=(rect.x) y=(rect.y)
            width=(rect.width) height=(rect.height) rx="12" {}
    }
}

fn class(kind: Kind) -> &'static str {
    match kind {
        Kind::Unknown => "unknown",
        kind => kind.word(),
    }
}

fn block(index: usize, block: &Block<'_>, rect: &Rect, layout: &Layout) -> Markup {
    let none = Size::default();
    let size = layout.sizes.get(index).unwrap_or(&none);
    let label = format!("{}, {}", Shown(&block.name), size.subtitle.as_deref().unwrap_or(block.kind.word()));
    let class = format!("block {}{}", class(block.kind), if block.is_frame { " is-frame" } else { "" });
    // The body of a frame would cover its content, so that only its head is drawn here.
    let body = if block.is_frame { size.head } else { rect.height };
    html! {
        g class=(class) id={ "b" (index) } role="group" aria-label=(label)
            transform={ "translate(" (rect.x) " " (rect.y) ")" } {
            g.head tabindex="0" role="button" aria-label=(label) data-id={ "b" (index) } {
                @if size.subtitle.is_none() { title { (Text(&block.name)) } }
                rect.body width=(rect.width) height=(body) rx=(if block.is_frame { 12 } else { 9 }) {}
                @if size.subtitle.is_some() && !block.is_frame { rect.accent x="0" y="9" width="3" height="36" rx="1.5" {} }
                text.title.small[size.subtitle.is_none()] x="13" y=(size.baseline) { (size.title) }
                @if let Some(subtitle) = &size.subtitle { text.subtitle x="13" y="40" { (subtitle) } }
                @for placed in &size.badges {
                    g class={ "badge " (placed.badge.reach.word()) } transform={ "translate(" (placed.x) " " (placed.y) ")" } {
                        @if let Some(others) = &placed.others { title { (Text(others)) } }
                        rect width=(placed.width) height="18" rx="9" {}
                        text x=(placed.width / 2.0) y="13" text-anchor="middle" { (Text(&placed.badge.text)) }
                    }
                }
            }
            @for (side, places) in [(Side::Export, &size.exports), (Side::Import, &size.imports)] {
                @for (port, (it, place)) in layout.rows.at(index, side).iter().zip(places).enumerate() {
                    (row(End { block: index, side, port }, it, place, block, rect.width))
                }
            }
            text.large x="13" y=((body / 2.0 + size.large * 0.36).round()) font-size=(size.large.floor()) aria-hidden="true" {
                (size.title)
            }
        }
    }
}

fn row(end: End, row: &Row, place: &Place, block: &Block<'_>, width: f64) -> Markup {
    let is_import = end.side == Side::Import;
    let what = if is_import { "import" } else { "export" };
    let names = row.ports.iter().filter_map(|port| block.ports(end.side).get_index(*port));
    let (names, is_one) = (names.map(|(name, _)| name.as_str()), row.ports.len() == 1);
    let title = match (&row.label, names.clone().next()) {
        (_, Some(name)) if is_one => name.to_owned(),
        (Some(label), _) => format!("{label}, {} {what}s", row.ports.len()),
        _ => format!("{} {what}s", row.ports.len()),
    };
    let note = if row.kind == WireKind::Held && is_one { ", not passed on by an adapter" } else { "" };
    let id = joined_id(end, row);
    html! {
        g class={ "port " (what) " " (row.kind.word()) @if !is_one { " joined" } @if place.label.is_none() { " dot" } } id=(id)
            data-id=(id) tabindex="0" role="button" aria-label={ (what) " " (Text(&title)) (note) }
            transform={ "translate(" (if is_import { width } else { 0.0 }) " " (place.y) ")" } {
            title { (Text(&title)) }
            @if let Some(label) = &place.label {
                @let start = if is_import { -label.width - 13.0 } else { 0.0 };
                rect.target x=(start) y="-10" width=(label.width + 13.0) height="20" rx="4" {}
                circle.pin r="3.5" {}
                @if block.is_frame { circle.pin cx=(if is_import { -place.inside() } else { place.inside() }) r="3" {} }
                text.label x=(if is_import { -10 } else { 10 }) y="4" text-anchor=(if is_import { "end" } else { "start" })
                    textLength=[(!label.name.is_ascii()).then_some(label.width)] lengthAdjust="spacingAndGlyphs" {
                    (label.name)
                    @if !label.version.is_empty() { tspan.version dx="5" { (label.version) } }
                }
            } @else {
                circle.target r="7" {}
                circle.pin r="3.5" {}
            }
        }
    }
}
