//! How wires run: straight through the columns, where a place was kept for them, and curved between these, where there are no blocks.

use std::fmt::Write;

use super::columns::{APART, BESIDE, Columns, Edge};

/// A part of a wire's way.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    /// Begins there.
    Start(f64, f64),
    /// Straight on to there.
    Line(f64, f64),
    /// To there in a curve that begins and ends horizontally.
    Curve(f64, f64),
    /// By way of somewhere on the right or the left to there, which is above or below.
    Bow(f64, f64, f64),
}

/// The way of a wire from one port to another.
pub(super) fn way(columns: &Columns, edge: &Edge, from: (f64, f64), to: (f64, f64)) -> Vec<Step> {
    let column = |node: usize| columns.column_of.get(node).copied().unwrap_or_default();
    let (first, last) = (column(edge.from), column(edge.to));
    let wires = columns.bundles.get(&(edge.from, edge.to)).map_or(&[][..], Vec::as_slice);
    let number = wires.binary_search(&edge.wire).unwrap_or_default();
    let right = |column: usize| columns.columns.get(column).map_or(0.0, |it| it.x + it.width);
    let left = |column: usize| columns.columns.get(column).map_or(0.0, |it| it.x);
    let mut way = vec![Step::Start(from.0, from.1)];
    let lanes = columns.lanes.get(&(edge.from, edge.to)).map_or(&[][..], Vec::as_slice);
    if first < last && lanes.len() == last - first - 1 {
        way.push(Step::Line(right(first).max(from.0), from.1));
        for (column, lane) in (first + 1..).zip(lanes) {
            // Those that share a place lie beside each other, as many as fit.
            let beside = wires.len().min(BESIDE) as f64;
            let offset = ((number % BESIDE) as f64 - (beside - 1.0) / 2.0) * columns.apart;
            way.push(Step::Curve(left(column), lane + offset));
            way.push(Step::Line(right(column), lane + offset));
        }
        way.extend([Step::Curve(left(last).min(to.0), to.1), Step::Line(to.0, to.1)]);
        return way;
    }
    if let Some(gap) = columns.gap_before(edge) {
        // Out on the right, further the further it goes, through the gap beside the other block, and to that on the left.
        let (right, left) = (right(first), left(first));
        let far = |y: f64, most: f64| (10.0 + (y - gap).abs() / 14.0).min(most);
        way.push(Step::Line(right.max(from.0), from.1));
        way.extend([Step::Bow(right + far(from.1, 30.0), right, gap), Step::Line(left, gap)]);
        way.push(Step::Bow(left - far(to.1, 14.0), to.0, to.1));
        return way;
    }
    // Back, or to itself, or one of those that are too many: over everything.
    let over = -10.0 - (edge.wire % 3) as f64 * APART;
    let (out, back) = (right(first).max(from.0) + 24.0, left(last).min(to.0) - 24.0);
    way.push(Step::Line(right(first).max(from.0), from.1));
    way.extend([Step::Curve(out, over), Step::Line(back, over)]);
    way.extend([Step::Curve(left(last).min(to.0), to.1), Step::Line(to.0, to.1)]);
    way
}

/// A way as an SVG path, moved by some distance.
pub(super) fn path(way: &[Step], (dx, dy): (f64, f64)) -> String {
    let mut path = String::new();
    let mut last = (0.0, 0.0);
    for step in way {
        let (x, y) = match *step {
            Step::Start(x, y) | Step::Line(x, y) | Step::Curve(x, y) | Step::Bow(_, x, y) => (x + dx, y + dy),
        };
        // Writing to a string cannot fail.
        _ = match step {
            Step::Start(..) => write!(path, "M{x:.1} {y:.1}"),
            Step::Line(..) if (last.0 - x).abs() < 0.05 => Ok(()),
            Step::Line(..) => write!(path, "L{x:.1} {y:.1}"),
            Step::Curve(..) => {
                let middle = (last.0 + x) / 2.0;
                write!(path, "C{middle:.1} {:.1} {middle:.1} {y:.1} {x:.1} {y:.1}", last.1)
            }
            Step::Bow(out, ..) => {
                let out = out + dx;
                write!(path, "C{out:.1} {:.1} {out:.1} {y:.1} {x:.1} {y:.1}", last.1)
            }
        };
        last = (x, y);
    }
    path
}
