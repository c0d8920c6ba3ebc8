//! The shortest ways from instances to what they reach through each other.

use std::collections::{BTreeMap, BTreeSet};

/// What an instance has, and whom it calls.
#[derive(Debug, Default)]
pub struct Node {
    /// What it has by itself.
    pub has: BTreeSet<usize>,
    /// The instances that it can call, the preferred ones first.
    pub calls: Vec<usize>,
}

/// How something is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Way {
    /// Through how many other instances.
    pub steps: usize,
    /// The first of them.
    pub next: Option<usize>,
}

/// What each instance reaches, and how: by the shortest way, and of several that are as short by the one whose first instance
/// it prefers.
///
/// It goes a step at a time from what instances have to their callers, so that it ends where they call each other in cycles. `None`
/// where they reach more than `limit` items in all.
pub fn ways(nodes: &[Node], limit: usize) -> Option<Vec<BTreeMap<usize, Way>>> {
    // Who calls each, and at which place that is among those whom it calls.
    let mut callers: Vec<Vec<(usize, usize)>> = vec![Vec::new(); nodes.len()];
    for (id, node) in nodes.iter().enumerate() {
        for (place, called) in node.calls.iter().enumerate() {
            callers.get_mut(*called).into_iter().for_each(|callers| callers.push((id, place)));
        }
    }
    // The next one is said by its place at first.
    let own = |node: &Node| node.has.iter().map(|item| (*item, Way { steps: 0, next: None })).collect();
    let mut reached: Vec<BTreeMap<usize, Way>> = nodes.iter().map(own).collect();
    let mut last: Vec<(usize, usize)> =
        nodes.iter().enumerate().flat_map(|(id, node)| node.has.iter().map(move |item| (id, *item))).collect();
    let mut left = limit.checked_sub(last.len())?;
    let mut steps = 0;
    while !last.is_empty() {
        steps += 1;
        let mut new = Vec::new();
        for (called, item) in last {
            for (id, place) in callers.get(called).into_iter().flatten() {
                let Some(reached) = reached.get_mut(*id) else { continue };
                let way = reached.entry(item).or_insert_with(|| {
                    new.push((*id, item));
                    Way { steps, next: Some(*place) }
                });
                if way.steps == steps && way.next > Some(*place) {
                    way.next = Some(*place);
                }
                if new.len() > left {
                    return None;
                }
            }
        }
        left -= new.len();
        last = new;
    }
    for (reached, node) in reached.iter_mut().zip(nodes) {
        for way in reached.values_mut() {
            way.next = way.next.and_then(|place| node.calls.get(place).copied());
        }
    }
    Some(reached)
}
