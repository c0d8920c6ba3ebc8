//! Places blocks in columns by their depth in the composition, and keeps lanes in the columns for wires that pass them.
//!
//! The crate `rust-sugiyama` orders each column, so that few wires cross, and computes vertical positions. This file
//! assigns the columns, and continues a column that would be too high in the next one. It also makes the vertices for
//! lanes, because the crate does not return the positions of its own. The graph that the crate is given has no cycles
//! and is connected, since the crate loops or panics otherwise.

use std::collections::{BTreeMap, BTreeSet};

use rust_sugiyama::configure::{Config, CrossingMinimization, RankingType};

use crate::guard::{Use, guard};

/// The number of vertices that the crate is given at most: it takes quadratic time, and is recursive.
const MAX_VERTICES: usize = 1_500;

/// The number of lanes in all columns at most. If more were necessary, wires run above all blocks instead: each lane
/// takes memory, and height.
pub(super) const LANES: usize = 10_000;

/// The vertical space between the blocks of a column.
const GAP: f64 = 26.0;

/// The height up to which a column is always filled before it is continued in the next one.
const HEIGHT: f64 = 620.0;

/// The number of wires between the same two blocks that run beside each other. Further wires run over these.
pub(super) const BESIDE: usize = 12;

/// The distance between wires that run beside each other.
pub(super) const APART: f64 = 4.0;

/// The height of a picture at most, as a multiple of the height of its fullest column.
const AIR: f64 = 1.2;

/// A block to be placed.
#[derive(Debug, Clone, Copy, Default)]
#[allow(missing_docs)] // The names of the fields say it.
pub(super) struct Node {
    pub width: f64,
    pub height: f64,
}

/// A cable between two nodes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edge {
    /// The cable, by its index in the rows of the picture.
    pub wire: usize,
    /// The node that the cable comes from.
    pub from: usize,
    /// The node that the cable leads to.
    pub to: usize,
    /// Whether the page hides the cable at first.
    pub is_faint: bool,
    /// Whether the cable joins a block with its adapter.
    pub is_close: bool,
}

/// The positions of nodes and lanes.
#[derive(Debug, Default)]
pub(super) struct Columns {
    /// The columns, from left to right.
    pub columns: Vec<Column>,
    /// The column of each node.
    pub column_of: Vec<usize>,
    /// The lanes of the wires between two nodes, by these: the vertical middle in each column between the two, from
    /// left to right.
    pub lanes: BTreeMap<(usize, usize), Vec<f64>>,
    /// The wires between two nodes, by these: the indices of the wires, in order.
    pub bundles: BTreeMap<(usize, usize), Vec<usize>>,
    /// The width of all columns together.
    pub width: f64,
    /// The height of the highest column.
    pub height: f64,
    /// The distance between wires of the same two nodes.
    pub apart: f64,
    /// The vertical space between the nodes of a column, at least.
    pub gap: f64,
}

/// A column.
#[derive(Debug, Default)]
pub(super) struct Column {
    /// The left side.
    pub x: f64,
    /// The width of its widest node.
    pub width: f64,
    /// The nodes, from top to bottom.
    pub nodes: Vec<Placed>,
}

/// A node and its position.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs)] // The names of the fields say it.
pub(super) struct Placed {
    pub node: usize,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

/// An entry of a column: a node or a lane.
#[derive(Debug, Clone, Copy)]
struct Vertex {
    column: usize,
    height: f64,
    kind: VertexKind,
}

#[derive(Debug, Clone, Copy)]
enum VertexKind {
    /// The node of this index.
    Node(usize),
    /// A lane of the wires between these two nodes.
    Lane(usize, usize),
    /// A vertex that is not drawn. It connects a node that has no wires on its left with the first node.
    Filler,
}

/// Places nodes in columns by depth. The first node is on the left of all others, the last one on the right.
pub(super) fn place(nodes: &[Node], edges: &[Edge]) -> Columns {
    let last = nodes.len().saturating_sub(1);
    let mut bundles: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
    let mut faint = BTreeSet::new();
    for edge in edges {
        bundles.entry((edge.from, edge.to)).or_default().push(edge.wire);
        if edge.is_faint {
            faint.insert((edge.from, edge.to));
        }
    }
    // Wires that are hidden at first take no space: they run above all blocks.
    let is_shown = |pair: &(usize, usize)| pair.0 != pair.1 && !faint.contains(pair);
    let pairs: Vec<(usize, usize)> = bundles.keys().copied().filter(is_shown).collect();
    let (column_of, forward) = assign(nodes, &pairs);
    let size = |pair: &(usize, usize)| 6.0 + 4.0 * bundles.get(pair).map_or(1, |wires| wires.len().min(BESIDE)) as f64;
    let (vertices, links) = match count_lanes(&column_of, &forward) {
        count if count <= LANES => vertices_and_links(nodes, &column_of, &forward, &size),
        _ => (node_vertices(nodes, &column_of), Vec::new()),
    };
    let middles = match &vertices {
        vertices if vertices.len() <= MAX_VERTICES && !links.is_empty() => {
            squeezed(vertices, ordered(vertices, &links))
        }
        vertices => stacked(vertices),
    };
    let count = column_of.iter().max().map_or(0, |last| last + 1);
    let mut placed = Columns { bundles, column_of, apart: APART, gap: GAP, ..Columns::default() };
    placed.columns = (0..count).map(|_| Column::default()).collect();
    placed.fill(nodes, &vertices, &middles);
    placed.spread(&forward);
    placed.centre(last, &forward);
    placed.height = placed.height.max(nodes.first().map_or(0.0, |node| node.height));
    placed.height = placed.height.max(nodes.get(last).map_or(0.0, |node| node.height));
    placed
}

/// Assigns a column to each node. The result is the column of each node, and the pairs whose wires run from left to
/// right.
fn assign(nodes: &[Node], pairs: &[(usize, usize)]) -> (Vec<usize>, Vec<(usize, usize)>) {
    let last = nodes.len().saturating_sub(1);
    let is_inner = |node: usize| node != 0 && node != last;
    let (mut before, mut after) = (vec![Vec::new(); nodes.len()], vec![Vec::new(); nodes.len()]);
    for (from, to) in pairs.iter().filter(|(from, to)| is_inner(*from) && is_inner(*to)) {
        if let (Some(before), Some(after)) = (before.get_mut(*to), after.get_mut(*from)) {
            before.push(*from);
            after.push(*to);
        }
    }
    let mut waits: Vec<usize> = before.iter().map(Vec::len).collect();
    let mut ready: BTreeSet<usize> = (1..last).filter(|node| waits.get(*node) == Some(&0)).collect();
    let mut unplaced: BTreeSet<usize> = (1..last).collect();
    let area: f64 = nodes.iter().map(|node| (node.width + 90.0) * (node.height + GAP)).sum();
    let target = (area / 1.9).sqrt().max(HEIGHT);
    let mut column_of = vec![0; nodes.len()];
    let mut heights: Vec<f64> = Vec::new();
    // No node of a cycle is ever ready. Its first node is taken, and the wires that lead to that run from right to
    // left.
    while let Some(node) = ready.pop_first().or_else(|| unplaced.first().copied()) {
        unplaced.remove(&node);
        let earlier = before.get(node).into_iter().flatten().filter(|node| !unplaced.contains(node));
        let mut column = earlier.filter_map(|node| column_of.get(*node)).max().map_or(1, |column| column + 1);
        let height = nodes.get(node).map_or(0.0, |node| node.height) + GAP;
        while heights.get(column).is_some_and(|taken| *taken > 0.0 && taken + height > target) {
            column += 1;
        }
        heights.resize(heights.len().max(column + 1), 0.0);
        if let (Some(taken), Some(assigned)) = (heights.get_mut(column), column_of.get_mut(node)) {
            *taken += height;
            *assigned = column;
        }
        for next in after.get(node).into_iter().flatten() {
            if let Some(waits) = waits.get_mut(*next) {
                *waits = waits.saturating_sub(1);
                if *waits == 0 && unplaced.contains(next) {
                    ready.insert(*next);
                }
            }
        }
    }
    if let Some(assigned) = column_of.get_mut(last).filter(|_| last > 0) {
        *assigned = heights.len().max(1);
    }
    let column = |node: usize| column_of.get(node).copied().unwrap_or_default();
    let forward = pairs.iter().copied().filter(|(from, to)| column(*from) < column(*to)).collect();
    (column_of, forward)
}

/// Orders nodes topologically and depth first: each comes before the nodes that its wires lead to, unless there is a
/// cycle, and these follow soon. The first and the last node are left out.
pub(super) fn order(count: usize, pairs: &BTreeSet<(usize, usize)>) -> Vec<usize> {
    let mut after = vec![Vec::new(); count];
    let mut waits = vec![0_usize; count];
    for (from, to) in pairs {
        after.iter_mut().skip(*from).take(1).for_each(|after| after.push(*to));
        waits.iter_mut().skip(*to).take(1).for_each(|waits| *waits += 1);
    }
    let inner = 1..count.saturating_sub(1);
    let mut ready: Vec<usize> = inner.clone().filter(|node| waits.get(*node) == Some(&0)).rev().collect();
    let mut unordered: BTreeSet<usize> = inner.collect();
    let mut order = Vec::new();
    while let Some(node) = ready.pop().or_else(|| unordered.first().copied()) {
        if !unordered.remove(&node) {
            continue;
        }
        order.push(node);
        for next in after.get(node).into_iter().flatten().rev() {
            if let Some(waits) = waits.get_mut(*next) {
                *waits = waits.saturating_sub(1);
                if *waits == 0 {
                    ready.push(*next);
                }
            }
        }
    }
    order
}

/// The number of lanes that the wires need in the columns between their nodes.
fn count_lanes(column_of: &[usize], forward: &[(usize, usize)]) -> usize {
    let column = |node: usize| column_of.get(node).copied().unwrap_or_default();
    let has_left: BTreeSet<usize> = forward.iter().map(|(_, to)| *to).collect();
    let hanging = (1..column_of.len()).filter(|node| !has_left.contains(node)).map(|node| (0, node));
    let between = |(from, to): (usize, usize)| column(to).saturating_sub(column(from) + 1);
    forward.iter().copied().chain(hanging).map(between).sum()
}

/// The vertices of the nodes.
fn node_vertices(nodes: &[Node], column_of: &[usize]) -> Vec<Vertex> {
    let column = |node: usize| column_of.get(node).copied().unwrap_or_default();
    let vertex = |(node, it): (usize, &Node)| Vertex {
        column: column(node),
        height: it.height + GAP,
        kind: VertexKind::Node(node),
    };
    nodes.iter().enumerate().map(vertex).collect()
}

/// The vertices of nodes and lanes, and the links between vertices of adjacent columns. `size` is the height of a lane.
fn vertices_and_links(
    nodes: &[Node],
    column_of: &[usize],
    forward: &[(usize, usize)],
    size: &dyn Fn(&(usize, usize)) -> f64,
) -> (Vec<Vertex>, Vec<(usize, usize)>) {
    let column = |node: usize| column_of.get(node).copied().unwrap_or_default();
    let mut vertices = node_vertices(nodes, column_of);
    let mut links = Vec::new();
    let mut chain = |from: usize, to: usize, height: f64, kind: VertexKind| {
        let mut before = from;
        for column in column(from) + 1..column(to) {
            vertices.push(Vertex { column, height, kind });
            links.push((before, vertices.len() - 1));
            before = vertices.len() - 1;
        }
        links.push((before, to));
    };
    for pair in forward {
        chain(pair.0, pair.1, size(pair), VertexKind::Lane(pair.0, pair.1));
    }
    // Nodes without wires on their left are linked to the first node, so that the graph is connected.
    let has_left: BTreeSet<usize> = forward.iter().map(|(_, to)| *to).collect();
    (1..nodes.len()).filter(|node| !has_left.contains(node)).for_each(|node| chain(0, node, 0.1, VertexKind::Filler));
    (vertices, links)
}

/// The vertical middle of each vertex as the crate computes it.
fn ordered(vertices: &[Vertex], links: &[(usize, usize)]) -> Vec<f64> {
    let mut middles = vec![0.0; vertices.len()];
    // The crate computes the columns anew. The result is the same if the vertices come in the order of their columns.
    let mut order: Vec<usize> = (0..vertices.len()).collect();
    order.sort_by_key(|vertex| (vertices.get(*vertex).map(|vertex| vertex.column), *vertex));
    let mut number = vec![0_u32; vertices.len()];
    for (place, vertex) in order.iter().enumerate() {
        if let (Some(number), Ok(place)) = (number.get_mut(*vertex), u32::try_from(place)) {
            *number = place;
        }
    }
    let number = |vertex: usize| number.get(vertex).copied().unwrap_or_default();
    let height = |vertex: usize| vertices.get(vertex).map_or(0.0, |vertex| vertex.height);
    let given: Vec<(u32, (f64, f64))> = order.iter().map(|it| (number(*it), (height(*it), 1.0))).collect();
    let mut edges: Vec<(u32, u32)> = links.iter().map(|(from, to)| (number(*from), number(*to))).collect();
    edges.sort_unstable();
    edges.dedup();
    let config = Config {
        vertex_spacing: 0.0,
        dummy_vertices: false,
        ranking_type: RankingType::Up,
        c_minimization: CrossingMinimization::Barycenter,
        transpose: vertices.len() <= 400,
        ..Config::default()
    };
    // If the crate fails, all middles stay 0, which gives a picture that is less tidy.
    let layouts = guard(Use::LAYOUT, "the picture", || rust_sugiyama::from_vertices_and_edges(&given, &edges, &config));
    for (layout, ..) in layouts.into_iter().flatten() {
        for (place, (middle, _)) in layout {
            let vertex = order.get(place).copied().unwrap_or_default();
            if let Some(it) = middles.get_mut(vertex) {
                *it = middle;
            }
        }
    }
    middles
}

/// Scales middles down, so that the picture is not much higher than its fullest column.
fn squeezed(vertices: &[Vertex], mut middles: Vec<f64>) -> Vec<f64> {
    let mut full: BTreeMap<usize, f64> = BTreeMap::new();
    vertices.iter().for_each(|vertex| *full.entry(vertex.column).or_default() += vertex.height);
    let full = full.into_values().fold(1.0, f64::max);
    let lowest = middles.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let highest = middles.iter().copied().fold(f64::INFINITY, f64::min);
    let factor = (AIR * full / (lowest - highest).max(1.0)).min(1.0);
    middles.iter_mut().for_each(|middle| *middle = (*middle - highest) * factor);
    middles
}

/// The vertical middles of vertices that are put below each other in each column, without the crate.
fn stacked(vertices: &[Vertex]) -> Vec<f64> {
    let mut ends: BTreeMap<usize, f64> = BTreeMap::new();
    let middle = |vertex: &Vertex| {
        let end = ends.entry(vertex.column).or_default();
        let middle = *end + vertex.height / 2.0;
        *end += vertex.height;
        middle
    };
    vertices.iter().map(middle).collect()
}

impl Columns {
    /// The vertical position at which a wire between two nodes of one column passes that column: the gap beside the
    /// node that it leads to, on the side of the other node. `None` for other wires.
    pub(super) fn gap_before(&self, edge: &Edge) -> Option<f64> {
        let column = self.column_of.get(edge.to)?;
        if edge.from == edge.to || self.column_of.get(edge.from) != Some(column) {
            return None;
        }
        let node = |node: usize| self.columns.get(*column)?.nodes.iter().find(|placed| placed.node == node);
        let (from, to) = (node(edge.from)?, node(edge.to)?);
        let beside = (edge.wire % 3) as f64 * 2.0 - 2.0;
        Some(beside + if from.y < to.y { to.y - self.gap / 2.0 } else { to.y + to.height + self.gap / 2.0 })
    }

    /// Puts nodes and lanes into their columns, as close to their middles as possible without overlaps.
    fn fill(&mut self, nodes: &[Node], vertices: &[Vertex], middles: &[f64]) {
        let mut by_column: Vec<Vec<(f64, usize)>> = vec![Vec::new(); self.columns.len()];
        for (index, (vertex, middle)) in vertices.iter().zip(middles).enumerate() {
            if let Some(column) = by_column.get_mut(vertex.column) {
                column.push((*middle, index));
            }
        }
        let mut lanes: BTreeMap<(usize, usize), BTreeMap<usize, f64>> = BTreeMap::new();
        let mut top = f64::INFINITY;
        for (index, column) in by_column.iter_mut().enumerate() {
            column.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            let wanted: Vec<(f64, f64)> =
                column.iter().filter_map(|(middle, it)| Some((*middle, vertices.get(*it)?.height))).collect();
            for ((_, it), middle) in column.iter().zip(apart(&wanted)) {
                match vertices.get(*it).map(|vertex| vertex.kind) {
                    Some(VertexKind::Node(node)) => {
                        let Node { width, height } = nodes.get(node).copied().unwrap_or_default();
                        let y = middle - height / 2.0;
                        top = top.min(y);
                        if let Some(column) = self.columns.get_mut(index) {
                            column.width = column.width.max(width);
                            column.nodes.push(Placed { node, y, width, height });
                        }
                    }
                    Some(VertexKind::Lane(from, to)) => {
                        top = top.min(middle - 6.0);
                        lanes.entry((from, to)).or_default().insert(index, middle);
                    }
                    Some(VertexKind::Filler) | None => {}
                }
            }
        }
        let top = if top.is_finite() { top } else { 0.0 };
        for placed in self.columns.iter_mut().flat_map(|column| &mut column.nodes) {
            placed.y = (placed.y - top).round();
            self.height = self.height.max(placed.y + placed.height);
        }
        for (pair, lanes) in lanes {
            let lanes: Vec<f64> = lanes.into_values().map(|middle| (middle - top).round()).collect();
            self.height = lanes.iter().fold(self.height, |height, lane| height.max(lane + 8.0));
            self.lanes.insert(pair, lanes);
        }
    }

    /// Centres the last node vertically, unless a wire that takes space leads to it.
    fn centre(&mut self, last: usize, forward: &[(usize, usize)]) {
        let Some(column) = self.columns.last().filter(|_| !forward.iter().any(|(_, to)| *to == last)) else { return };
        let Some(placed) = column.nodes.iter().find(|placed| placed.node == last) else { return };
        let before = placed.y;
        // The node may have been above or below all others, so the height of the picture is computed anew.
        let others = || self.columns.iter().flat_map(|column| &column.nodes).filter(|placed| placed.node != last);
        let lanes = || self.lanes.values().flatten().copied();
        let top = others().map(|placed| placed.y).chain(lanes().map(|lane| lane - 8.0)).fold(f64::INFINITY, f64::min);
        let end =
            others().map(|placed| placed.y + placed.height).chain(lanes().map(|lane| lane + 8.0)).fold(0.0, f64::max);
        let top = if top.is_finite() { top } else { before };
        for placed in self.columns.iter_mut().flat_map(|column| &mut column.nodes).filter(|placed| placed.node != last)
        {
            placed.y -= top;
        }
        self.lanes.values_mut().flatten().for_each(|lane| *lane -= top);
        self.height = end - top;
        if let Some(placed) = self.columns.last_mut().and_then(|column| column.nodes.first_mut()) {
            self.height = self.height.max(placed.height);
            placed.y = ((self.height - placed.height) / 2.0).round();
        }
    }

    /// Sets the horizontal positions of the columns. The distance between two grows with the number of wires between
    /// them.
    fn spread(&mut self, forward: &[(usize, usize)]) {
        // The number of wires that begin on the right of each column, and of those that end on its left.
        let mut ends = vec![(0_usize, 0_usize); self.columns.len() + 1];
        for pair in forward {
            let column = |node: usize| self.column_of.get(node).copied().unwrap_or_default();
            let count = self.bundles.get(pair).map_or(0, Vec::len);
            ends.iter_mut().skip(column(pair.0)).take(1).for_each(|(begun, _)| *begun += count);
            ends.iter_mut().skip(column(pair.1)).take(1).for_each(|(_, ended)| *ended += count);
        }
        let (mut x, mut wires) = (0.0, 0_usize);
        for (column, (begun, ended)) in self.columns.iter_mut().zip(ends) {
            wires = (wires + begun).saturating_sub(ended);
            column.x = x;
            // In a frame the first column is empty: it stands for the side of the frame.
            let gap = 56.0 + (wires as f64 * 1.5).min(44.0);
            x += column.width + if column.width > 0.0 { gap } else { gap / 2.0 };
            self.width = column.x + column.width;
        }
    }
}

/// Moves intervals as little as possible, so that none overlap. `wanted` has the wanted middle and the height of each,
/// in order; the result is the middles.
fn apart(wanted: &[(f64, f64)]) -> Vec<f64> {
    // Intervals that touch form a group, which moves as one. Of each group: its start, its height, and the number of
    // its intervals.
    let mut groups: Vec<(f64, f64, usize)> = Vec::new();
    for (middle, height) in wanted {
        let mut group = (middle - height / 2.0, *height, 1);
        while let Some((start, size, count)) = groups.pop() {
            if start + size <= group.0 {
                groups.push((start, size, count));
                break;
            }
            let total = (count + group.2) as f64;
            let mean = (start * count as f64 + (group.0 - size) * group.2 as f64) / total;
            group = (mean, size + group.1, count + group.2);
        }
        groups.push(group);
    }
    let mut heights = wanted.iter().map(|(_, height)| height);
    let mut middles = Vec::new();
    for (start, _, count) in groups {
        let mut end = start;
        for height in heights.by_ref().take(count) {
            middles.push(end + height / 2.0);
            end += height;
        }
    }
    middles
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nodes(count: usize) -> Vec<Node> {
        (0..count).map(|node| Node { width: 100.0, height: 40.0 + (node * 37 % 90) as f64 }).collect()
    }

    fn edges(pairs: impl IntoIterator<Item = (usize, usize)>) -> Vec<Edge> {
        let edge = |(wire, (from, to))| Edge { wire, from, to, is_faint: false, is_close: false };
        pairs.into_iter().enumerate().map(edge).collect()
    }

    /// Places nodes that are wired in these pairs, and asserts that each node is in a column and that none overlap.
    #[track_caller]
    fn placed(count: usize, pairs: Vec<(usize, usize)>) -> Columns {
        let columns = place(&nodes(count), &edges(pairs));
        assert_eq!(columns.columns.iter().map(|column| column.nodes.len()).sum::<usize>(), count);
        let mut right = f64::NEG_INFINITY;
        for column in &columns.columns {
            assert!(column.x >= right);
            right = column.x + column.width;
            let mut below = 0.0;
            for node in &column.nodes {
                assert!(node.y >= below, "{node:?} is over what is at {below}");
                below = node.y + node.height;
            }
        }
        assert_eq!((columns.column_of[0], columns.column_of[count - 1]), (0, columns.columns.len() - 1));
        columns
    }

    #[test]
    fn columns_may_be_empty() {
        assert_eq!(placed(2, vec![]).columns.len(), 2);
        assert_eq!(placed(2, vec![(0, 1)]).columns.len(), 2);
    }

    #[test]
    fn columns_place_an_exporter_right_of_its_importer() {
        let columns = placed(6, vec![(0, 4), (4, 2), (2, 1), (4, 1), (1, 5)]);
        let column = |node: usize| columns.column_of[node];
        assert!(column(4) < column(2) && column(2) < column(1) && column(1) < column(5));
        // The wire from 4 to 1 has a lane in the column of 2, above or below 2.
        let lane = columns.lanes[&(4, 1)][0];
        let two = columns.columns[column(2)].nodes.iter().find(|placed| placed.node == 2).unwrap();
        assert!(lane < two.y || lane > two.y + two.height);
    }

    #[test]
    fn columns_are_found_despite_cycles_and_self_wires() {
        placed(6, vec![(1, 2), (2, 3), (3, 1), (4, 4), (0, 0), (5, 5), (5, 1), (3, 0)]);
        placed(5, vec![(1, 2), (2, 1), (2, 1), (1, 2)]);
    }

    #[test]
    fn columns_place_a_thousand_blocks_of_any_wiring() {
        let count = 1_002;
        placed(count, vec![]);
        placed(count, (1..1_000).map(|node| (node, node + 1)).collect());
        placed(count, (2..1_001).map(|node| (1, node)).collect());
        placed(count, (2..1_001).map(|node| (node, 1)).collect());
        placed(count, (0..3_000).map(|n| (1 + n * 7 % 1_000, 1 + n * 31 % 1_000)).collect());
        placed(count, (1..1_000).flat_map(|node| [(node, node + 1), (node, 1_001)]).collect());
    }

    #[test]
    fn columns_route_long_wires_over_everything() {
        // Each node is wired to all of those after it, which would take more than a hundred million lanes.
        let pairs: Vec<_> = (1..1_001).flat_map(|from| (from + 1..1_001).map(move |to| (from, to))).collect();
        assert!(placed(1_002, pairs).lanes.is_empty());
        let few: Vec<_> = (1..100).flat_map(|from| (from + 1..100).step_by(17).map(move |to| (from, to))).collect();
        let places = placed(101, few).lanes.values().map(Vec::len).sum::<usize>();
        assert!((1..=LANES).contains(&places), "{places}");
    }
}
