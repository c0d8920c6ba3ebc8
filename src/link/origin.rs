//! The origin of an argument, before host imports are merged.

use petgraph::graph::NodeIndex;

use crate::describe::Place;
use crate::types::compare::ResourcePair;

/// The source of an argument.
#[derive(Debug, Clone)]
pub(crate) struct Filled {
    /// The source.
    pub origin: Origin,
    /// The resource types that both sides must share.
    pub resources: Vec<ResourcePair>,
    /// The place in the user's text that decides it.
    pub place: Option<Place>,
}

/// The origin of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A path of exports of an instance. An empty path is the instance itself.
    Export(NodeIndex, Vec<String>),
    /// An import of a node that the host fills, with a path within it.
    Import(NodeIndex, String, Vec<String>),
}

impl Origin {
    /// The node that has it.
    pub(crate) fn node(&self) -> NodeIndex {
        match self {
            Origin::Export(node, _) | Origin::Import(node, ..) => *node,
        }
    }

    /// The last name of its path.
    pub(crate) fn last(&self) -> &str {
        match self {
            Origin::Export(_, path) => path.last().map_or("", String::as_str),
            Origin::Import(_, import, path) => path.last().unwrap_or(import),
        }
    }

    /// The export of this item by name.
    #[must_use]
    pub(crate) fn export(&self, name: &str) -> Origin {
        let mut origin = self.clone();
        match &mut origin {
            Origin::Export(_, path) | Origin::Import(_, _, path) => path.push(name.to_owned()),
        }
        origin
    }
}
