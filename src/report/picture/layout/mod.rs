//! Where the blocks of a picture are, and how its wires run.
//!
//! Blocks lie in columns, from what the component exports on the left to the host on the right: what fills an import is further right than
//! who has the import. What is in a frame is laid out first and by itself, and the frame is then a block like others.
//!
//! A picture has to be read at first sight, in a window of usual size. So it shows as much of each block as there is room for. Where
//! the columns of a deep composition are too many, they are filled from top to bottom instead, as lines of a text are.

mod columns;
mod grid;
mod size;
mod wires;

pub(super) use size::{Place, Size, TEXT};

use super::rows::{Cable, Density, Rows};
use super::{EXPORTS, End, HOST, Picture, Side, WireKind};
use columns::{Column, Node};

/// From how many cables to the host on these are not shown at first.
pub(super) const MANY: usize = 24;

/// How large the picture may be, so that it can be read without moving it: the canvas of the page in a window of 1440 by 960 pixels,
/// whose script makes the picture no smaller than `11 / TEXT`.
const ROOM: (f64, f64) = (1_505.0, 860.0);

/// How wide it may be for the panel to be beside it from the beginning.
const BESIDE: f64 = 1_110.0;

/// Up to how many blocks their rows are tried.
const FULL: usize = 40;

/// How columns are filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Filling {
    /// With what is equally deep in the composition.
    ByDepth,
    /// From top to bottom, as lines of a text are: a deep composition is as wide as a flat one.
    Folded,
}

/// Where everything is, in pixels.
#[derive(Debug)]
pub(super) struct Layout {
    /// What is drawn.
    pub rows: Rows,
    /// The width of the picture.
    pub width: f64,
    /// Its height.
    pub height: f64,
    /// Where each block is.
    pub blocks: Vec<Rect>,
    /// How large each block is, and where its rows are in it.
    pub sizes: Vec<Size>,
    /// The way of each cable, as an SVG path.
    pub cables: Vec<String>,
    /// Whether there are many cables to the host.
    pub has_many: bool,
}

/// A rectangle.
#[derive(Debug, Clone, Copy, Default)]
#[allow(missing_docs)] // They are what they are called.
pub(super) struct Rect {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

/// The space around the picture.
const MARGIN: f64 = 24.0;

/// The space around what is in a frame.
const PADDING: f64 = 18.0;

impl Layout {
    /// Where everything in a picture is.
    pub(super) fn of(picture: &Picture<'_>) -> Layout {
        let tried = [
            (Density::Full, Filling::ByDepth),
            (Density::Middle, Filling::ByDepth),
            (Density::Full, Filling::Folded),
            (Density::Middle, Filling::Folded),
        ];
        let tried = tried.into_iter().filter(|_| picture.blocks.len() <= FULL);
        for layout in tried.map(|(density, filling)| Layout::with(picture, density, filling)) {
            if layout.width <= ROOM.0 && layout.height <= ROOM.1 {
                return layout;
            }
        }
        Layout::with(picture, Density::Compact, Filling::Folded)
    }

    fn with(picture: &Picture<'_>, density: Density, filling: Filling) -> Layout {
        let mut maker = Maker::new(picture, Rows::of(picture, density), filling);
        // What is in a frame comes after it.
        for block in (0..picture.blocks.len()).rev() {
            let inner = picture.blocks.get(block).is_some_and(|it| it.is_frame).then(|| maker.level(Some(block)));
            let size = Size::of(picture, &maker.layout.rows, block, inner);
            if let Some(place) = maker.layout.sizes.get_mut(block) {
                *place = size;
            }
        }
        let (width, height) = maker.level(None);
        maker.finish(width, height)
    }

    /// Where a row is.
    pub(super) fn row(&self, end: End) -> (f64, f64) {
        let (rect, size) = (self.blocks.get(end.block), self.sizes.get(end.block));
        let (Some(rect), Some(size)) = (rect, size) else { return (0.0, 0.0) };
        let x = if end.side == Side::Import { rect.x + rect.width } else { rect.x };
        (x, rect.y + size.row(end))
    }

    /// Whether it takes all the width of a window.
    pub(super) fn is_wide(&self) -> bool {
        self.width > BESIDE
    }
}

struct Maker<'p, 'i> {
    picture: &'p Picture<'i>,
    layout: Layout,
    filling: Filling,
    /// The cables at the level of each frame, then of the picture: by their index.
    levels: Vec<Vec<usize>>,
    /// The ways of the cables, relative to their frames.
    ways: Vec<Vec<wires::Step>>,
}

impl<'p, 'i> Maker<'p, 'i> {
    fn new(picture: &'p Picture<'i>, rows: Rows, filling: Filling) -> Self {
        let blocks = picture.blocks.len();
        let mut levels = vec![Vec::new(); blocks + 1];
        for (index, cable) in rows.cables.iter().enumerate() {
            if let Some(level) = levels.get_mut(level_of(picture, cable).unwrap_or(blocks)) {
                level.push(index);
            }
        }
        let ways = vec![Vec::new(); rows.cables.len()];
        let layout = Layout {
            has_many: rows.cables.iter().filter(|cable| cable.kind == WireKind::Host).count() > MANY,
            rows,
            width: 0.0,
            height: 0.0,
            blocks: vec![Rect::default(); blocks],
            sizes: vec![Size::default(); blocks],
            cables: Vec::new(),
        };
        Maker { picture, layout, filling, levels, ways }
    }

    /// Places what is directly in a frame, or in the picture, relative to it. How wide and high that is.
    fn level(&mut self, frame: Option<usize>) -> (f64, f64) {
        let members: Vec<usize> = match frame {
            Some(_) => self.picture.within(frame).collect(),
            None => self.picture.within(None).filter(|block| ![EXPORTS, HOST].contains(block)).collect(),
        };
        let cables = self.levels.get(frame.unwrap_or(self.picture.blocks.len())).cloned().unwrap_or_default();
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
        let ends: Vec<columns::Edge> = cables
            .iter()
            .filter_map(|index| {
                let cable = self.layout.rows.cables.get(*index)?;
                let is_faint = cable.kind == WireKind::Host && self.layout.has_many && frame.is_none();
                // An adapter stands beside whose it is.
                let is_close = [WireKind::Adapted, WireKind::Held].contains(&cable.kind);
                let (from, to) = (node_of(cable.from)?, node_of(cable.to)?);
                Some(columns::Edge { wire: *index, from, to, is_faint, is_close })
            })
            .collect();
        let columns = match self.filling {
            Filling::Folded => grid::place(&nodes, &ends, ROOM),
            Filling::ByDepth => columns::place(&nodes, &ends),
        };
        let blocks: Vec<Option<usize>> = match frame {
            Some(_) => [None].into_iter().chain(members.into_iter().map(Some)).chain([None]).collect(),
            None => [EXPORTS].into_iter().chain(members).chain([HOST]).map(Some).collect(),
        };
        self.put(&blocks, &columns.columns);
        let inner = Some((columns.width, columns.height));
        let around = frame.map(|frame| Size::of(self.picture, &self.layout.rows, frame, inner));
        let row = |layout: &Layout, end: End| match frame {
            // The rows of the frame itself are at its sides, beside what is in it.
            Some(frame) if end.block == frame => around.as_ref().map_or((0.0, 0.0), |size| size.inside(end)),
            _ => layout.row(end),
        };
        for edge in &ends {
            let Some(cable) = self.layout.rows.cables.get(edge.wire) else { continue };
            let (from, to) = (row(&self.layout, cable.from), row(&self.layout, cable.to));
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
        let path = |(cable, way): (&Cable, Vec<wires::Step>)| {
            let frame = level_of(self.picture, cable);
            let origin = frame.and_then(|frame| origins.get(frame).copied()).unwrap_or((MARGIN, MARGIN));
            wires::path(&way, origin)
        };
        let cables = self.layout.rows.cables.iter().zip(ways).map(path).collect();
        let (width, height) = (width + 2.0 * MARGIN, height + 2.0 * MARGIN);
        Layout { cables, width, height, ..self.layout }
    }
}

/// The frame in which a cable runs.
fn level_of(picture: &Picture<'_>, cable: &Cable) -> Option<usize> {
    let within = |block: usize| picture.blocks.get(block).and_then(|block| block.within);
    let (from, to) = (cable.from, cable.to);
    match () {
        // Through the frame, from one of its sides to the other.
        () if from.block == to.block && from.side == Side::Export => Some(from.block),
        () if from.side == Side::Export => Some(from.block),
        () if to.side == Side::Import => Some(to.block),
        () => within(from.block).or(within(to.block)),
    }
}
