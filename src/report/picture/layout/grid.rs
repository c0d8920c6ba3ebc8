//! Fills columns from top to bottom, for compositions that are deep or large.
//!
//! An exporter comes after its importers: further down, or further right. The picture has the proportions of the
//! window, however deep the composition is. Wires run between the columns, and through the gaps between the blocks of a
//! column.

use std::collections::{BTreeMap, BTreeSet};

use super::columns::{self, Column, Columns, Edge, LANES, Node, Placed};

/// The vertical space between the blocks of a column. Wires run through it.
const GAP: f64 = 14.0;

/// The space between columns.
const BETWEEN: f64 = 48.0;

/// The number of passes that improve the order within columns.
const SWEEPS: usize = 4;

/// The length that is added to a wire that leads upwards in its column, so that few wires do.
const UPWARD_PENALTY: f64 = 2_000.0;

/// The number of positions over which the wires in one gap are spread.
const PLACES: usize = 5;

/// Places nodes in columns that are filled one after the other. `room` is the width and height that should not be
/// exceeded; a larger picture has its proportions. The first node is on the left of all others, the last one on the
/// right.
pub(super) fn place(nodes: &[Node], edges: &[Edge], room: (f64, f64)) -> Columns {
    let last = nodes.len().saturating_sub(1);
    let mut bundles: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
    for edge in edges {
        bundles.entry((edge.from, edge.to)).or_default().push(edge.wire);
    }
    let inner: BTreeSet<(usize, usize)> = bundles
        .keys()
        .copied()
        .filter(|(from, to)| from != to && ![*from, *to].iter().any(|it| [0, last].contains(it)))
        .collect();
    let groups = groups(&columns::order(nodes.len(), &inner), edges);
    let mut filled = fill(nodes, groups, room);
    let neighbours = neighbours(nodes.len(), bundles.keys());
    for sweep in 0..SWEEPS {
        improve(nodes, &mut filled, &neighbours, &inner, sweep % 2 == 1);
    }
    let mut placed = Columns { bundles, apart: 1.0, gap: GAP, column_of: vec![0; nodes.len()], ..Columns::default() };
    let filled: Vec<Vec<usize>> = filled.into_iter().map(|column| column.concat()).collect();
    placed.put(nodes, &filled);
    placed.through_gaps();
    placed
}

/// Nodes that stay together in a column: a node and its adapters.
type Group = Vec<usize>;

/// Groups each node with its adapters. The groups are in the order of their first nodes in `order`.
fn groups(order: &[usize], edges: &[Edge]) -> Vec<Group> {
    let place: BTreeMap<usize, usize> = order.iter().enumerate().map(|(place, node)| (*node, place)).collect();
    // Only a node that comes before its adapter takes it into its group, so there are no cycles.
    let is_before = |edge: &&Edge| place.get(&edge.from) < place.get(&edge.to) && place.contains_key(&edge.from);
    let close: BTreeMap<usize, usize> =
        edges.iter().filter(|edge| edge.is_close).filter(is_before).map(|edge| (edge.to, edge.from)).collect();
    let mut groups: Vec<Group> = Vec::new();
    let mut group_of: BTreeMap<usize, usize> = BTreeMap::new();
    for node in order {
        let group = close.get(node).and_then(|owner| group_of.get(owner)).copied().unwrap_or(groups.len());
        group_of.insert(*node, group);
        match groups.get_mut(group) {
            Some(group) => group.push(*node),
            None => groups.push(vec![*node]),
        }
    }
    groups
}

fn height(nodes: &[Node], group: &[usize]) -> f64 {
    group.iter().filter_map(|node| nodes.get(*node)).map(|node| node.height + GAP).sum()
}

/// Distributes groups over columns, which come from left to right.
fn fill(nodes: &[Node], groups: Vec<Group>, room: (f64, f64)) -> Vec<Vec<Group>> {
    let last = nodes.len().saturating_sub(1);
    let breadth = |node: usize| nodes.get(node).map_or(0.0, |node| node.width + BETWEEN);
    let widest = groups.iter().flatten().map(|node| breadth(*node)).fold(1.0, f64::max);
    let highest = groups.iter().map(|group| height(nodes, group)).fold(1.0, f64::max);
    let all: f64 = groups.iter().map(|group| height(nodes, group)).sum();
    let sides = breadth(0) + breadth(last);
    // Columns are added until the picture has the proportions of the room, or fits into it.
    let mut count = 1.0;
    let width = |count: f64| count * widest + sides;
    while all / count > highest && width(count) < room.0 / room.1 * (all / count) {
        let (is_high, is_wide) = (all / count > room.1, width(count + 1.0) > room.0);
        if is_wide && !is_high {
            break;
        }
        count += 1.0;
    }
    let mut columns: Vec<Vec<Group>> = vec![vec![vec![0]]];
    let mut remaining = all;
    let mut groups = groups.into_iter().peekable();
    while groups.peek().is_some() {
        let target = (remaining / count.max(1.0)).max(highest);
        let (mut column, mut taken) = (Vec::new(), 0.0);
        while let Some(group) = groups.next_if(|group| taken + height(nodes, group) / 2.0 <= target) {
            taken += height(nodes, &group);
            column.push(group);
        }
        columns.push(column);
        (remaining, count) = (remaining - taken, count - 1.0);
    }
    if last > 0 {
        columns.push(vec![vec![last]]);
    }
    columns
}

/// The nodes that each node has a wire to or from.
fn neighbours<'e>(count: usize, pairs: impl Iterator<Item = &'e (usize, usize)>) -> Vec<Vec<usize>> {
    let mut neighbours = vec![Vec::new(); count];
    for (from, to) in pairs.filter(|(from, to)| from != to) {
        for (one, other) in [(from, to), (to, from)] {
            neighbours.iter_mut().skip(*one).take(1).for_each(|nodes| nodes.push(*other));
        }
    }
    neighbours
}

/// Reorders the groups of each column, so that they are closer to their neighbours in other columns. An order that
/// makes the wires longer is not taken. The columns are visited from left to right, or back.
fn improve(
    nodes: &[Node],
    columns: &mut [Vec<Group>],
    neighbours: &[Vec<usize>],
    pairs: &BTreeSet<(usize, usize)>,
    is_back: bool,
) {
    let count = columns.len();
    // The column of each node, and its middle.
    let mut place = vec![(0, 0.0); nodes.len()];
    let measure = |index: usize, column: &[Group], place: &mut Vec<(usize, f64)>| {
        let mut y = -column.iter().map(|group| height(nodes, group)).sum::<f64>() / 2.0;
        for node in column.iter().flatten() {
            let taken = height(nodes, &[*node]);
            place.iter_mut().skip(*node).take(1).for_each(|it| *it = (index, y + taken / 2.0));
            y += taken;
        }
    };
    columns.iter().enumerate().for_each(|(index, column)| measure(index, column, &mut place));
    // The length of all wires in the vertical direction, with the penalties. The columns stay, so horizontal lengths do
    // not matter.
    let length = |place: &[(usize, f64)]| {
        let y = |node: usize| place.get(node).map_or(0.0, |(_, y)| *y);
        let wires =
            |(node, others): (usize, &Vec<usize>)| others.iter().map(|it| (y(node) - y(*it)).abs()).sum::<f64>();
        let place = |node: usize| place.get(node).copied().unwrap_or_default();
        let is_up = |(from, to): &&(usize, usize)| place(*from).0 == place(*to).0 && place(*from).1 > place(*to).1;
        neighbours.iter().enumerate().map(wires).sum::<f64>()
            + pairs.iter().filter(is_up).count() as f64 * UPWARD_PENALTY
    };
    let mut shortest = length(&place);
    for step in 0..count {
        let index = if is_back { count - 1 - step } else { step };
        let Some(column) = columns.get_mut(index) else { continue };
        let wanted = |group: &Group| {
            let others = group.iter().filter_map(|node| neighbours.get(*node)).flatten();
            let others = others.filter_map(|other| place.get(*other)).filter(|(column, _)| *column != index);
            let (sum, count) = others.fold((0.0, 0), |(sum, count), (_, y)| (sum + y, count + 1));
            let own = || group.first().and_then(|node| place.get(*node)).map_or(0.0, |(_, y)| *y);
            if count == 0 { own() } else { sum / f64::from(count) }
        };
        let mut order: Vec<(f64, Group)> = column.iter().map(|it| (wanted(it), it.clone())).collect();
        order.sort_by(|a, b| a.0.total_cmp(&b.0));
        let order: Vec<Group> = order.into_iter().map(|(_, group)| group).collect();
        measure(index, &order, &mut place);
        let changed = length(&place);
        if changed <= shortest {
            (shortest, *column) = (changed, order);
        } else {
            measure(index, column, &mut place);
        }
    }
}

impl Columns {
    /// Puts the columns beside each other, each centred vertically.
    fn put(&mut self, nodes: &[Node], columns: &[Vec<usize>]) {
        let node = |node: usize| nodes.get(node).copied().unwrap_or_default();
        let height = |column: &[usize]| column.iter().map(|it| node(*it).height + GAP).sum::<f64>() - GAP;
        self.height = columns.iter().map(|column| height(column)).fold(0.0, f64::max);
        let mut x = 0.0;
        for (index, column) in columns.iter().enumerate() {
            let width = column.iter().map(|it| node(*it).width).fold(0.0, f64::max);
            let mut y = ((self.height - height(column)) / 2.0).max(0.0).round();
            let mut placed = Column { x, width, nodes: Vec::new() };
            for it in column {
                let Node { width, height } = node(*it);
                placed.nodes.push(Placed { node: *it, y, width, height });
                y += height + GAP;
                self.column_of.iter_mut().skip(*it).take(1).for_each(|column| *column = index);
            }
            self.columns.push(placed);
            self.width = x + width;
            // In a frame the first column is empty: it stands for the side of the frame.
            x += width + if width > 0.0 { BETWEEN } else { BETWEEN / 2.0 };
        }
    }

    /// Routes each wire that passes columns through the gaps that are nearest to the straight line.
    fn through_gaps(&mut self) {
        let gaps: Vec<Vec<f64>> = self.columns.iter().map(gaps).collect();
        let mut used: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        let mut count = 0;
        for (from, to) in self.bundles.keys().copied() {
            let column = |node: usize| self.column_of.get(node).copied().unwrap_or_default();
            let (first, last) = (column(from), column(to));
            count += last.saturating_sub(first + 1);
            if last <= first + 1 || count > LANES {
                continue;
            }
            let (start, end) = (self.middle(first, from), self.middle(last, to));
            let mut lanes = Vec::new();
            for (step, index) in (first + 1..last).enumerate() {
                let straight = start + (end - start) * (step + 1) as f64 / (last - first) as f64;
                let nearest = gaps.get(index).into_iter().flatten().enumerate();
                let nearest = nearest.min_by(|a, b| (a.1 - straight).abs().total_cmp(&(b.1 - straight).abs()));
                let Some((gap, y)) = nearest else { continue };
                let place = used.entry((index, gap)).or_default();
                let offset = (*place % PLACES) as f64 - (PLACES - 1) as f64 / 2.0;
                *place += 1;
                lanes.push(y + offset * 2.0);
            }
            self.lanes.insert((from, to), lanes);
        }
    }

    fn middle(&self, column: usize, node: usize) -> f64 {
        let placed = self.columns.get(column).and_then(|it| it.nodes.iter().find(|placed| placed.node == node));
        placed.map_or(self.height / 2.0, |placed| placed.y + placed.height / 2.0)
    }
}

/// The vertical positions at which wires may pass a column: above it, between its nodes, and below it.
fn gaps(column: &Column) -> Vec<f64> {
    let above = column.nodes.first().map(|first| first.y - GAP / 2.0);
    above.into_iter().chain(column.nodes.iter().map(|node| node.y + node.height + GAP / 2.0)).collect()
}
