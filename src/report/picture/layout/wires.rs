//! Routes wires: straight through columns, in their lanes, and in curves between columns, where there are no blocks.

use std::fmt::Write;

use super::columns::{APART, BESIDE, Columns, Edge};

/// A segment of a path. Coordinates are absolute.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    /// The point at which the path begins.
    Start(f64, f64),
    /// A straight line to this point.
    Line(f64, f64),
    /// A curve to this point that begins and ends horizontally.
    Curve(f64, f64),
    /// A curve to a point above or below. The first number is the horizontal position of its control points, on the
    /// right or left; the others are the point.
    Bow(f64, f64, f64),
}

/// The path of a wire between the positions of two ports.
pub(super) fn route(columns: &Columns, edge: &Edge, from: (f64, f64), to: (f64, f64)) -> Vec<Step> {
    let column = |node: usize| columns.column_of.get(node).copied().unwrap_or_default();
    let (first, last) = (column(edge.from), column(edge.to));
    let wires = columns.bundles.get(&(edge.from, edge.to)).map_or(&[][..], Vec::as_slice);
    let number = wires.binary_search(&edge.wire).unwrap_or_default();
    let right = |column: usize| columns.columns.get(column).map_or(0.0, |it| it.x + it.width);
    let left = |column: usize| columns.columns.get(column).map_or(0.0, |it| it.x);
    let mut path = vec![Step::Start(from.0, from.1)];
    let lanes = columns.lanes.get(&(edge.from, edge.to)).map_or(&[][..], Vec::as_slice);
    if first < last && lanes.len() == last - first - 1 {
        path.push(Step::Line(right(first).max(from.0), from.1));
        for (column, lane) in (first + 1..).zip(lanes) {
            // Wires that share a lane run beside each other, up to `BESIDE` of them.
            let beside = wires.len().min(BESIDE) as f64;
            let offset = ((number % BESIDE) as f64 - (beside - 1.0) / 2.0) * columns.apart;
            path.push(Step::Curve(left(column), lane + offset));
            path.push(Step::Line(right(column), lane + offset));
        }
        path.extend([Step::Curve(left(last).min(to.0), to.1), Step::Line(to.0, to.1)]);
        return path;
    }
    if let Some(gap) = columns.gap_before(edge) {
        // Both blocks are in one column. The wire leaves on the right, passes the gap beside the other block to the
        // left, and enters that block on the left. Its bows are wider for a longer distance.
        let (right, left) = (right(first), left(first));
        let far = |y: f64, most: f64| (10.0 + (y - gap).abs() / 14.0).min(most);
        path.push(Step::Line(right.max(from.0), from.1));
        path.extend([Step::Bow(right + far(from.1, 30.0), right, gap), Step::Line(left, gap)]);
        path.push(Step::Bow(left - far(to.1, 14.0), to.0, to.1));
        return path;
    }
    // A wire that leads to the left or to its own block, or that has no lanes, runs above all blocks.
    let over = -10.0 - (edge.wire % 3) as f64 * APART;
    let (out, back) = (right(first).max(from.0) + 24.0, left(last).min(to.0) - 24.0);
    path.push(Step::Line(right(first).max(from.0), from.1));
    path.extend([Step::Curve(out, over), Step::Line(back, over)]);
    path.extend([Step::Curve(left(last).min(to.0), to.1), Step::Line(to.0, to.1)]);
    path
}

/// Writes a path as SVG path data, moved by a distance.
pub(super) fn path_data(steps: &[Step], (dx, dy): (f64, f64)) -> String {
    let mut path = String::new();
    let mut last = (0.0, 0.0);
    for step in steps {
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
