//! Where what fills an import comes from, before host imports are known.

use petgraph::graph::NodeIndex;

use crate::describe::Place;
use crate::types::compare::ResourcePair;

/// What fills an import.
#[derive(Debug, Clone)]
pub struct Filled {
    /// Where it comes from.
    pub origin: Origin,
    /// The resource types that the two sides must agree on.
    pub resources: Vec<ResourcePair>,
    /// Where the user says so.
    pub place: Option<Place>,
}

/// Where an item comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// An instance has it: at the end of a path of exports, or it is the instance itself.
    Export(NodeIndex, Vec<String>),
    /// It is an import of a node that the host fills, or something in it.
    Import(NodeIndex, String, Vec<String>),
}

impl Origin {
    /// The node that has it.
    pub fn node(&self) -> NodeIndex {
        match self {
            Origin::Export(node, _) | Origin::Import(node, ..) => *node,
        }
    }

    /// The name that it goes by where it is.
    pub fn last(&self) -> &str {
        match self {
            Origin::Export(_, path) => path.last().map_or("", String::as_str),
            Origin::Import(_, import, path) => path.last().unwrap_or(import),
        }
    }

    /// Something that an instance exports.
    #[must_use]
    pub fn export(&self, name: &str) -> Origin {
        let mut origin = self.clone();
        match &mut origin {
            Origin::Export(_, path) | Origin::Import(_, _, path) => path.push(name.to_owned()),
        }
        origin
    }
}
