//! The shortest paths from instances to the items that they reach through each other.

use std::collections::{BTreeMap, BTreeSet};

/// The items of an instance, and the instances that it can call.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// The items that the instance itself has.
    pub has: BTreeSet<usize>,
    /// The instances that it can call, in order of preference.
    pub calls: Vec<usize>,
}

/// The path by which an item is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ReachPath {
    /// The number of other instances on the path.
    pub steps: usize,
    /// The first of these instances.
    pub next: Option<usize>,
}

/// Determines the items that each instance reaches, and the shortest path to each. Of several shortest paths, the one
/// whose first instance comes first in [`Node::calls`] is chosen.
///
/// The search proceeds from the items to the callers, one step at a time, so it ends in cyclic graphs, too. `None` if
/// the instances reach more than `limit` items in total.
pub(super) fn shortest_paths(nodes: &[Node], limit: usize) -> Option<Vec<BTreeMap<usize, ReachPath>>> {
    // The callers of each instance, each with the index of that instance among its calls.
    let mut callers: Vec<Vec<(usize, usize)>> = vec![Vec::new(); nodes.len()];
    for (id, node) in nodes.iter().enumerate() {
        for (place, called) in node.calls.iter().enumerate() {
            callers.get_mut(*called).into_iter().for_each(|callers| callers.push((id, place)));
        }
    }
    // During the search, `next` is an index into `calls`, so that the preferred instance is the smallest.
    let own = |node: &Node| node.has.iter().map(|item| (*item, ReachPath { steps: 0, next: None })).collect();
    let mut reached: Vec<BTreeMap<usize, ReachPath>> = nodes.iter().map(own).collect();
    let mut last: Vec<(usize, usize)> =
        nodes.iter().enumerate().flat_map(|(id, node)| node.has.iter().map(move |item| (id, *item))).collect();
    let mut budget = limit.checked_sub(last.len())?;
    let mut steps = 0;
    while !last.is_empty() {
        steps += 1;
        let mut new = Vec::new();
        for (called, item) in last {
            for (id, place) in callers.get(called).into_iter().flatten() {
                let Some(reached) = reached.get_mut(*id) else { continue };
                let path = reached.entry(item).or_insert_with(|| {
                    new.push((*id, item));
                    ReachPath { steps, next: Some(*place) }
                });
                if path.steps == steps && path.next > Some(*place) {
                    path.next = Some(*place);
                }
                if new.len() > budget {
                    return None;
                }
            }
        }
        budget -= new.len();
        last = new;
    }
    for (reached, node) in reached.iter_mut().zip(nodes) {
        for path in reached.values_mut() {
            path.next = path.next.and_then(|place| node.calls.get(place).copied());
        }
    }
    Some(reached)
}
