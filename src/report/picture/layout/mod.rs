//! Computes the positions of a picture's blocks, and the paths of its cables.
//!
//! Blocks are in columns, from the component's exports on the left to the host on the right: an exporter is on the
//! right of its importers. The content of a frame is laid out first and by itself; the frame is then a block like
//! others.
//!
//! A picture has to be readable at once in a window of usual size. So the layout uses the most detailed [`Density`]
//! that fits. If the columns of a deep composition take too much width, they are filled from top to bottom instead,
//! like lines of a text.

mod columns;
mod grid;
mod size;
mod wires;

pub(super) use size::{Place, Size, TEXT};

use super::rows::{Cable, Density, Rows};
use super::{EXPORTS, End, HOST, Picture, Side, WireKind};
use columns::{Column, Node};

/// The number of cables to the host up to which the page shows these at first.
pub(super) const MANY: usize = 24;

/// The width and height up to which a picture can be read without moving it: the canvas of the page in a window of 1440
/// by 960 pixels. The script of the page scales the picture by no less than `11 / TEXT`.
const ROOM: (f64, f64) = (1_505.0, 860.0);

/// The width up to which the panel is shown beside the picture at first.
const BESIDE: f64 = 1_110.0;

/// The number of blocks up to which layouts with rows are tried.
const FULL: usize = 40;

/// The ways to fill columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Filling {
    /// A column has the blocks of one depth in the composition.
    ByDepth,
    /// Columns are filled from top to bottom, like lines of a text: a deep composition is as wide as a flat one.
    Folded,
}

/// The positions and sizes of all parts of a picture, in pixels.
#[derive(Debug)]
pub(super) struct Layout {
    /// The rows and cables that are drawn.
    pub rows: Rows,
    /// The width of the picture.
    pub width: f64,
    /// The height of the picture.
    pub height: f64,
    /// The rectangle of each block.
    pub blocks: Vec<Rect>,
    /// The size of each block, with the positions of its rows.
    pub sizes: Vec<Size>,
    /// The path of each cable, as SVG path data.
    pub cables: Vec<String>,
    /// Whether there are so many cables to the host that the page hides these at first.
    pub has_many: bool,
}

/// A rectangle.
#[derive(Debug, Clone, Copy, Default)]
#[allow(missing_docs)] // The names of the fields say it.
pub(super) struct Rect {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

/// The space around the picture.
const MARGIN: f64 = 24.0;

/// The space around the content of a frame.
const PADDING: f64 = 18.0;

impl Layout {
    /// Lays out a picture with the most detail that fits into [`ROOM`].
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
        let mut builder = LayoutBuilder::new(picture, Rows::of(picture, density), filling);
        // A frame comes before its content, so the reverse order has the sizes of the content when the frame needs
        // them.
        for block in (0..picture.blocks.len()).rev() {
            let inner = picture.blocks.get(block).is_some_and(|it| it.is_frame).then(|| builder.lay_out(Some(block)));
            let size = Size::of(picture, &builder.layout.rows, block, inner);
            if let Some(place) = builder.layout.sizes.get_mut(block) {
                *place = size;
            }
        }
        let (width, height) = builder.lay_out(None);
        builder.finish(width, height)
    }

    /// The position of a row: the point at the side of its block where cables end.
    pub(super) fn row(&self, end: End) -> (f64, f64) {
        let (rect, size) = (self.blocks.get(end.block), self.sizes.get(end.block));
        let (Some(rect), Some(size)) = (rect, size) else { return (0.0, 0.0) };
        let x = if end.side == Side::Import { rect.x + rect.width } else { rect.x };
        (x, rect.y + size.row(end))
    }

    /// Whether the picture leaves no room for the panel beside it.
    pub(super) fn is_wide(&self) -> bool {
        self.width > BESIDE
    }
}

struct LayoutBuilder<'p, 'i> {
    picture: &'p Picture<'i>,
    layout: Layout,
    filling: Filling,
    /// The indices of the cables that run in each frame, by the block of the frame, then of those that run in no frame.
    levels: Vec<Vec<usize>>,
    /// The path of each cable, relative to the content of its frame.
    paths: Vec<Vec<wires::Step>>,
}

impl<'p, 'i> LayoutBuilder<'p, 'i> {
    fn new(picture: &'p Picture<'i>, rows: Rows, filling: Filling) -> Self {
        let blocks = picture.blocks.len();
        let mut levels = vec![Vec::new(); blocks + 1];
        for (index, cable) in rows.cables.iter().enumerate() {
            if let Some(level) = levels.get_mut(level_of(picture, cable).unwrap_or(blocks)) {
                level.push(index);
            }
        }
        let paths = vec![Vec::new(); rows.cables.len()];
        let layout = Layout {
            has_many: rows.cables.iter().filter(|cable| cable.kind == WireKind::Host).count() > MANY,
            rows,
            width: 0.0,
            height: 0.0,
            blocks: vec![Rect::default(); blocks],
            sizes: vec![Size::default(); blocks],
            cables: Vec::new(),
        };
        LayoutBuilder { picture, layout, filling, levels, paths }
    }

    /// Places the blocks and cables that are directly in a frame, or in no frame, relative to that content. The result
    /// is the width and height of the content.
    fn lay_out(&mut self, frame: Option<usize>) -> (f64, f64) {
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
                // An adapter stands beside the block that it was made for.
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
        let frame_size = frame.map(|frame| Size::of(self.picture, &self.layout.rows, frame, inner));
        let row = |layout: &Layout, end: End| match frame {
            // The rows of the frame itself are at its sides, beside its content.
            Some(frame) if end.block == frame => frame_size.as_ref().map_or((0.0, 0.0), |size| size.inside(end)),
            _ => layout.row(end),
        };
        for edge in &ends {
            let Some(cable) = self.layout.rows.cables.get(edge.wire) else { continue };
            let (from, to) = (row(&self.layout, cable.from), row(&self.layout, cable.to));
            if let Some(path) = self.paths.get_mut(edge.wire) {
                *path = wires::route(&columns, edge, from, to);
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
                // The block of the exports is aligned with the right side of its column, close to the exporters.
                let x = if placed.node == 0 { column.x + column.width - placed.width } else { column.x };
                *rect = Rect { x, y: placed.y, width: placed.width, height: placed.height };
            }
        }
    }

    /// Makes all positions relative to the picture, which adds a margin to this width and height.
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
        let paths = std::mem::take(&mut self.paths);
        let path_data = |(cable, steps): (&Cable, Vec<wires::Step>)| {
            let frame = level_of(self.picture, cable);
            let origin = frame.and_then(|frame| origins.get(frame).copied()).unwrap_or((MARGIN, MARGIN));
            wires::path_data(&steps, origin)
        };
        let cables = self.layout.rows.cables.iter().zip(paths).map(path_data).collect();
        let (width, height) = (width + 2.0 * MARGIN, height + 2.0 * MARGIN);
        Layout { cables, width, height, ..self.layout }
    }
}

/// The frame in which a cable runs, by its block. `None` for a cable outside of all frames.
fn level_of(picture: &Picture<'_>, cable: &Cable) -> Option<usize> {
    let within = |block: usize| picture.blocks.get(block).and_then(|block| block.within);
    let (from, to) = (cable.from, cable.to);
    match () {
        // The cable runs through the frame, from its exports to its imports.
        () if from.block == to.block && from.side == Side::Export => Some(from.block),
        () if from.side == Side::Export => Some(from.block),
        () if to.side == Side::Import => Some(to.block),
        () => within(from.block).or(within(to.block)),
    }
}
