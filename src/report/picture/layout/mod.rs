//! Where the blocks of a picture are, and how its wires run.
//!
//! Blocks lie in columns, from what the component exports on the left to the host on the right: what fills an import is further right than
//! who has the import. What is in a frame is laid out first and by itself, and the frame is then a block like others.

mod columns;
mod size;
mod wires;

pub use size::{Place, Size, TITLE};

use super::{EXPORTS, End, HOST, Picture, Side, Wire, WireKind};
use columns::{Column, Node};

/// From how many wires to the host on these are not shown at first, and the ports that the host fills have no labels.
pub const MANY: usize = 40;

/// Where everything is, in pixels.
#[derive(Debug, Default)]
pub struct Layout {
    /// The width of the picture.
    pub width: f64,
    /// Its height.
    pub height: f64,
    /// Where each block is.
    pub blocks: Vec<Rect>,
    /// How large each block is, and where its ports are in it.
    pub sizes: Vec<Size>,
    /// The way of each wire, as an SVG path.
    pub wires: Vec<String>,
    /// Whether there are many wires to the host.
    pub has_many: bool,
}

/// A rectangle.
#[derive(Debug, Clone, Copy, Default)]
#[allow(missing_docs)] // They are what they are called.
pub struct Rect {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

/// The space around the picture.
const MARGIN: f64 = 28.0;

/// The space around what is in a frame.
const PADDING: f64 = 18.0;

impl Layout {
    /// Where everything in a picture is.
    pub fn of(picture: &Picture<'_>) -> Layout {
        let count = picture.wires.iter().filter(|wire| wire.kind == WireKind::Host).count();
        let mut maker = Maker::new(picture, count > MANY);
        // What is in a frame comes after it.
        for block in (0..picture.blocks.len()).rev() {
            let inner = picture.blocks.get(block).is_some_and(|it| it.is_frame).then(|| maker.level(Some(block)));
            let size = Size::of(picture, block, maker.layout.has_many, inner);
            if let Some(place) = maker.layout.sizes.get_mut(block) {
                *place = size;
            }
        }
        let (width, height) = maker.level(None);
        maker.finish(width, height)
    }

    /// Where a port is.
    pub fn port(&self, end: End) -> (f64, f64) {
        let (rect, size) = (self.blocks.get(end.block), self.sizes.get(end.block));
        let (Some(rect), Some(size)) = (rect, size) else { return (0.0, 0.0) };
        let x = if end.side == Side::Import { rect.x + rect.width } else { rect.x };
        (x, rect.y + size.port(end))
    }
}

struct Maker<'p, 'i> {
    picture: &'p Picture<'i>,
    layout: Layout,
    /// The wires at the level of each frame, then of the picture: by their index.
    levels: Vec<Vec<usize>>,
    /// The ways of the wires, relative to their frames.
    ways: Vec<Vec<wires::Step>>,
}

impl<'p, 'i> Maker<'p, 'i> {
    fn new(picture: &'p Picture<'i>, has_many: bool) -> Self {
        let blocks = picture.blocks.len();
        let mut levels = vec![Vec::new(); blocks + 1];
        for (index, wire) in picture.wires.iter().enumerate() {
            if let Some(level) = levels.get_mut(level_of(picture, wire).unwrap_or(blocks)) {
                level.push(index);
            }
        }
        let layout = Layout {
            blocks: vec![Rect::default(); blocks],
            sizes: vec![Size::default(); blocks],
            has_many,
            ..Layout::default()
        };
        Maker { picture, layout, levels, ways: vec![Vec::new(); picture.wires.len()] }
    }

    /// Places what is directly in a frame, or in the picture, relative to it. How wide and high that is.
    fn level(&mut self, frame: Option<usize>) -> (f64, f64) {
        let members: Vec<usize> = match frame {
            Some(_) => self.picture.within(frame).collect(),
            None => self.picture.within(None).filter(|block| ![EXPORTS, HOST].contains(block)).collect(),
        };
        let wires = self.levels.get(frame.unwrap_or(self.picture.blocks.len())).cloned().unwrap_or_default();
        let node_of = |end: End| match () {
            () if Some(end.block) == frame => (end.side == Side::Import).then_some(members.len() + 1).or(Some(0)),
            () if frame.is_none() && end.block == EXPORTS => Some(0),
            () if frame.is_none() && end.block == HOST => Some(members.len() + 1),
            () => members.binary_search(&end.block).ok().map(|member| member + 1),
        };
        let (left, right) = match frame {
            Some(_) => (Node::default(), Node::default()),
            None => (self.node(EXPORTS), self.node(HOST)),
        };
        let nodes: Vec<Node> =
            [left].into_iter().chain(members.iter().map(|block| self.node(*block))).chain([right]).collect();
        let ends: Vec<columns::Edge> = wires
            .iter()
            .filter_map(|index| {
                let wire = self.picture.wires.get(*index)?;
                let is_faint = wire.kind == WireKind::Host && self.layout.has_many && frame.is_none();
                Some(columns::Edge { wire: *index, from: node_of(wire.from)?, to: node_of(wire.to)?, is_faint })
            })
            .collect();
        let columns = columns::place(&nodes, &ends);
        let blocks: Vec<Option<usize>> = match frame {
            Some(_) => [None].into_iter().chain(members.into_iter().map(Some)).chain([None]).collect(),
            None => [EXPORTS].into_iter().chain(members).chain([HOST]).map(Some).collect(),
        };
        self.put(&blocks, &columns.columns);
        let around = frame
            .map(|frame| Size::of(self.picture, frame, self.layout.has_many, Some((columns.width, columns.height))));
        let port = |layout: &Layout, end: End| match frame {
            // The ports of the frame itself are at its sides, beside what is in it.
            Some(frame) if end.block == frame => around.as_ref().map_or((0.0, 0.0), |size| size.inside(end)),
            _ => layout.port(end),
        };
        for edge in &ends {
            let Some(wire) = self.picture.wires.get(edge.wire) else { continue };
            let (from, to) = (port(&self.layout, wire.from), port(&self.layout, wire.to));
            if let Some(way) = self.ways.get_mut(edge.wire) {
                *way = wires::way(&columns, edge, from, to);
            }
        }
        (columns.width, columns.height)
    }

    fn node(&self, block: usize) -> Node {
        self.layout.sizes.get(block).map(|size| Node { width: size.width, height: size.height }).unwrap_or_default()
    }

    fn put(&mut self, blocks: &[Option<usize>], columns: &[Column]) {
        for column in columns {
            for placed in &column.nodes {
                let block = blocks.get(placed.node).copied().flatten();
                let Some(rect) = block.and_then(|block| self.layout.blocks.get_mut(block)) else { continue };
                // What is exported stands close to whose it is.
                let x = if placed.node == 0 { column.x + column.width - placed.width } else { column.x };
                *rect = Rect { x, y: placed.y, width: placed.width, height: placed.height };
            }
        }
    }

    /// Everything at its place in the picture.
    fn finish(mut self, width: f64, height: f64) -> Layout {
        let mut origins = vec![(MARGIN, MARGIN); self.picture.blocks.len()];
        for (index, block) in self.picture.blocks.iter().enumerate() {
            let (x, y) = block.within.and_then(|frame| origins.get(frame).copied()).unwrap_or((MARGIN, MARGIN));
            let (Some(rect), Some(size)) = (self.layout.blocks.get_mut(index), self.layout.sizes.get(index)) else {
                continue;
            };
            (rect.x, rect.y) = (rect.x + x, rect.y + y);
            if let Some(origin) = origins.get_mut(index) {
                *origin = (rect.x + size.inner.0, rect.y + size.inner.1);
            }
        }
        let ways = std::mem::take(&mut self.ways);
        let path = |(wire, way): (&Wire, Vec<wires::Step>)| {
            let frame = level_of(self.picture, wire);
            let origin = frame.and_then(|frame| origins.get(frame).copied()).unwrap_or((MARGIN, MARGIN));
            wires::path(&way, origin)
        };
        let wires = self.picture.wires.iter().zip(ways).map(path).collect();
        let (width, height) = (width + 2.0 * MARGIN, height + 2.0 * MARGIN);
        Layout { wires, width, height, ..self.layout }
    }
}

/// The frame in which a wire runs.
fn level_of(picture: &Picture<'_>, wire: &Wire) -> Option<usize> {
    let within = |block: usize| picture.blocks.get(block).and_then(|block| block.within);
    let (from, to) = (wire.from, wire.to);
    match () {
        // Through the frame, from one of its sides to the other.
        () if from.block == to.block && from.side == Side::Export => Some(from.block),
        () if from.side == Side::Export => Some(from.block),
        () if to.side == Side::Import => Some(to.block),
        () => within(from.block).or(within(to.block)),
    }
}
