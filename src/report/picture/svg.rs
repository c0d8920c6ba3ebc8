//! A picture as SVG: frames, then wires, then blocks, so that wires lie over what they run in and under what they lead to.
//!
//! Colours are the style sheet's. What is the host's has its class, so that it can be hidden.

use maud::{Markup, Render, html};

use super::layout::{Layout, Rect, Size};
use super::{Block, End, Kind, Picture, Side, WireKind};
use crate::text::Shown;

/// The picture, with everything at its place.
pub fn svg(picture: &Picture<'_>, layout: &Layout) -> Markup {
    let (width, height) = (layout.width.ceil().max(320.0), layout.height.ceil().max(160.0));
    let frames = picture.blocks.iter().enumerate().filter(|(_, block)| block.is_frame);
    html! {
        svg #picture xmlns="http://www.w3.org/2000/svg" width=(width) height=(height) data-width=(width) data-height=(height)
            viewBox={ "0 0 " (width) " " (height) } role="group" aria-label={ "Picture of " (Text(&picture.name)) } {
            g #frames aria-hidden="true" {
                @for (index, block) in frames {
                    @if let Some(rect) = layout.blocks.get(index) { (frame(block, rect)) }
                }
            }
            g #wires aria-hidden="true" {
                @for (index, (wire, path)) in picture.wires.iter().zip(&layout.wires).enumerate() {
                    g class={ "wire " (wire.kind.word()) } id={ "w" (index) } data-from=(id(wire.from)) data-to=(id(wire.to)) {
                        path.hit d=(path) {}
                        path.line d=(path) {}
                    }
                }
            }
            g #blocks {
                @for index in order(picture, layout) {
                    @if let (Some(it), Some(rect), Some(size)) =
                        (picture.blocks.get(index), layout.blocks.get(index), layout.sizes.get(index)) {
                        (block(index, it, rect, size))
                    }
                }
            }
        }
    }
}

/// What a port is called in the page.
pub fn id(end: End) -> String {
    let side = if end.side == Side::Import { 'i' } else { 'e' };
    format!("b{}{side}{}", end.block, end.port)
}

/// Text from the component, escaped for terminals as well as for the page.
pub struct Text<'a>(pub &'a str);

impl Render for Text<'_> {
    fn render_to(&self, buffer: &mut String) {
        maud::display(Shown(self.0)).render_to(buffer);
    }
}

/// Blocks in the order in which one goes through them: from left to right, then down.
fn order(picture: &Picture<'_>, layout: &Layout) -> Vec<usize> {
    let mut order: Vec<usize> = (0..picture.blocks.len()).collect();
    let place = |index: &usize| layout.blocks.get(*index).map_or((0.0, 0.0), |rect| (rect.x, rect.y));
    order.sort_by(|a, b| {
        let (a, b) = (place(a), place(b));
        a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
    });
    order
}

fn frame(block: &Block<'_>, rect: &Rect) -> Markup {
    html! {
        rect class={ "frame " (class(block.kind)) } x=(rect.x) y=(rect.y) width=(rect.width) height=(rect.height) rx="12" {}
    }
}

fn class(kind: Kind) -> &'static str {
    match kind {
        Kind::Unknown => "unknown",
        kind => kind.word(),
    }
}

fn block(index: usize, block: &Block<'_>, rect: &Rect, size: &Size) -> Markup {
    let label = format!("{}, {}", Shown(&block.name), size.subtitle);
    let class = format!("block {}{}", class(block.kind), if block.is_frame { " is-frame" } else { "" });
    html! {
        g class=(class) id={ "b" (index) } role="group" aria-label=(label)
            transform={ "translate(" (rect.x) " " (rect.y) ")" } {
            g.head tabindex="0" role="button" aria-label=(label) data-id={ "b" (index) } {
                // Of a frame only the head is in the way of what is in it.
                rect.body width=(rect.width) height=(if block.is_frame { super::layout::TITLE } else { rect.height })
                    rx=(if block.is_frame { 12 } else { 9 }) {}
                @if !block.is_frame { rect.accent x="0" y="11" width="3" height="28" rx="1.5" {} }
                text.title x="13" y="22" { (size.title) }
                text.subtitle x="13" y="40" { (size.subtitle) }
            }
            @for (side, ports, places) in
                [(Side::Export, &block.exports, &size.exports), (Side::Import, &block.imports, &size.imports)] {
                @for (port, ((name, it), place)) in ports.iter().zip(places).enumerate() {
                    (self::port(End { block: index, side, port }, name, it, place, rect.width, block.is_frame))
                }
            }
            @let middle = if block.is_frame { super::layout::TITLE } else { rect.height } / 2.0;
            text.large x="13" y=((middle + size.large * 0.36).round()) font-size=(size.large.floor()) aria-hidden="true" { (size.title) }
        }
    }
}

fn port(
    end: End,
    name: &str,
    port: &super::Port<'_>,
    place: &super::layout::Place,
    width: f64,
    is_frame: bool,
) -> Markup {
    let is_import = end.side == Side::Import;
    let x = if is_import { width - place.inset } else { place.inset };
    let kind = match () {
        () if port.is_held => WireKind::Held,
        () if port.is_hosts => WireKind::Host,
        () => WireKind::Plain,
    };
    let what = if is_import { "import" } else { "export" };
    let note = if port.is_held { ", not passed on by an adapter" } else { "" };
    html! {
        g class={ "port " (what) " " (kind.word()) @if place.label.is_none() { " dot" } } id=(id(end)) data-id=(id(end))
            tabindex="0" role="button" aria-label={ (what) " " (Text(name)) (note) }
            transform={ "translate(" (x) " " (place.y) ")" } {
            title { (Text(name)) }
            @if let Some(label) = &place.label {
                @let start = if is_import { -label.width - 13.0 } else { 0.0 };
                rect.target x=(start) y="-9" width=(label.width + 13.0) height="18" rx="4" {}
                circle.pin r="3.5" {}
                @if is_frame { circle.pin cx=(if is_import { -place.inside() } else { place.inside() }) r="3" {} }
                text.label x=(if is_import { -10 } else { 10 }) y="3.5" text-anchor=(if is_import { "end" } else { "start" })
                    textLength=[(!label.name.is_ascii()).then_some(label.width)] lengthAdjust="spacingAndGlyphs" {
                    (label.name)
                    @if !label.version.is_empty() { tspan.version dx="4" { (label.version) } }
                }
            } @else {
                circle.target r="5" {}
                circle.pin r="3" {}
            }
        }
    }
}
