//! The phase diff: what changed between two components, most important first.
//!
//! It compares what [`Snapshot`]s say, so that it makes no difference whether a component or its snapshot is given. Each change
//! is said once, where it matters most: what follows from an instance that came or went is said of the instance.

mod capability;
mod components;
mod content;
mod error;
mod items;
mod pairs;
mod source;
mod tree;
mod wiring;
mod wit;
mod wrapped;

use serde::Serialize;

pub use content::{Content, Contents};
pub use error::DiffError;

use crate::snapshot::Snapshot;
use pairs::Trees;
use wit::World;

/// What changed, group by group. All text is escaped, as snapshots have it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What can be reached that could not be, then what no longer can.
    pub(crate) capabilities: Vec<Capability>,
    /// Imports, and their types.
    pub(crate) imports: Vec<Item>,
    /// Exports, and their types.
    pub(crate) exports: Vec<Item>,
    /// Types that the component's world defines itself.
    pub(crate) types: Vec<Type>,
    /// Why types were not compared, where they cannot be.
    pub(crate) types_unknown: Option<String>,
    /// The component itself and the instances in it.
    pub(crate) components: Vec<Component>,
    /// What fills imports, and what the component's exports are.
    pub(crate) wiring: Vec<Wire>,
    /// The order in which instances are made, where the same ones are made in another one.
    pub(crate) order: Option<Order>,
    /// What weld generated, in the words of the file.
    pub(crate) adapters: Vec<Adapter>,
    /// What was granted.
    pub(crate) grants: Vec<Grant>,
    /// How large the components are, where both are known and differ.
    pub(crate) size: Option<Size>,
}

/// In which order instances are made; `null` for that of their names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs)] // Before, and after.
pub struct Order {
    pub before: Option<String>,
    pub after: Option<String>,
}

/// How something changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// It was not there before.
    Added,
    /// It is not there any more.
    Removed,
    /// It is there still, and another.
    Changed,
    /// It is the same, under another name.
    Renamed,
    /// It was the component itself, and is an instance in it now.
    Wrapped,
    /// It was an instance, and is the component itself now.
    Unwrapped,
}

/// Parts of the world outside that someone can reach, or no longer can.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Capability {
    /// `added` or `removed`.
    pub change: Change,
    /// The path of the instance; `None` for the component as a whole.
    pub instance: Option<String>,
    /// Whether the instance came, or went, with them.
    pub with_instance: bool,
    /// What: `sockets`, or the name of an interface that is of no such part.
    pub capabilities: Vec<String>,
    /// The instances that lead there, nearest first.
    pub through: Vec<String>,
}

/// An import or an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// How it changed. `renamed` is another version of the same.
    pub change: Change,
    /// Its name: that which it has now, if it is still there.
    pub name: String,
    /// The name that it had, where that is of another version.
    pub was: Option<String>,
    /// Of what was added or removed and is no interface, its type as WIT.
    pub wit: Option<String>,
    /// Of an import that was added or removed, the paths of the instances that reach it.
    pub reached_by: Vec<String>,
    /// What changed in it.
    pub types: Vec<Type>,
    /// Whether that is what changed in the import of the same name, where it is said.
    pub as_import: bool,
}

/// A function or a type, or a part of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Type {
    /// What it is in: `resource bucket`.
    pub within: Vec<String>,
    /// How it was, as WIT.
    pub before: Option<String>,
    /// How it is now.
    pub after: Option<String>,
}

/// The component itself, or an instance in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Component {
    /// How it changed; `changed` where its component was replaced by another.
    pub change: Change,
    /// The path of the instance: that which it has now, if it is still there. `None` for the component itself.
    pub instance: Option<String>,
    /// The path that it had, where that was another; of the component itself, the name.
    pub was: Option<String>,
    /// What the component itself is called now, where that was another name.
    pub name: Option<String>,
    /// What it was an instance of.
    pub before: Option<Identity>,
    /// What it is an instance of now.
    pub after: Option<Identity>,
    /// What of it changed. `None` where it is the same, or where the bytes of one of the two are not known.
    pub content: Option<Content>,
}

/// Which component something is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Identity {
    /// Its version, if its metadata has one.
    pub version: Option<String>,
    /// The SHA-256 of its bytes. The component itself has none here where it has no code of its own, and an instance where its
    /// component is not in the file.
    pub sha256: Option<String>,
    /// Whether it is called an adapter, by whoever made the file.
    pub is_adapter: bool,
}

/// An import of an instance, or an export of the component itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Wire {
    /// How it changed.
    pub change: Change,
    /// The path of the instance; `None` for an export of the component itself.
    pub instance: Option<String>,
    /// The name of the import or export.
    pub name: String,
    /// What filled it; `None` where the component's own code is the export.
    pub before: Option<String>,
    /// What fills it now.
    pub after: Option<String>,
}

/// Something that weld generated, if the file is to be believed: adapters are what it calls so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Adapter {
    /// How it changed; `changed` where it was generated anew, and is another.
    pub change: Change,
    /// The path of its instance.
    pub instance: String,
    /// Which it was, if it was one.
    pub before: Option<Identity>,
    /// Which it is, if it is one.
    pub after: Option<Identity>,
    /// What of it changed, as [`Component::content`].
    pub content: Option<Content>,
}

/// What was granted to a component.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Grant {
    /// How it changed.
    pub change: Change,
    /// The component.
    pub component: String,
    /// What it is about.
    pub grant: String,
    /// What was granted.
    pub before: Option<String>,
    /// What is granted now.
    pub after: Option<String>,
}

/// Two sizes, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[allow(missing_docs)] // Each is what its name says.
pub struct Size {
    pub before: usize,
    pub after: usize,
}

impl Difference {
    /// Whether the two are the same in all that was compared. Their sizes say nothing of what they are.
    pub fn is_empty(&self) -> bool {
        let Difference {
            capabilities,
            imports,
            exports,
            types,
            types_unknown,
            components,
            wiring,
            order,
            adapters,
            grants,
            ..
        } = self;
        capabilities.is_empty()
            && imports.is_empty()
            && exports.is_empty()
            && types.is_empty()
            && types_unknown.is_none()
            && components.is_empty()
            && wiring.is_empty()
            && order.is_none()
            && adapters.is_empty()
            && grants.is_empty()
    }
}

/// What changed from one component to another.
pub fn compare(before: &Snapshot, after: &Snapshot) -> Difference {
    let of = |change, name, snapshot| Component { instance: Some(name), ..Component::itself(change, snapshot) };
    let (mut difference, component) = match (wrapped::wrapped(before, after), wrapped::wrapped(after, before)) {
        (Some((outer, name)), _) => (groups(&outer, after), Some(of(Change::Wrapped, name, before))),
        (None, Some((outer, name))) => (groups(before, &outer), Some(of(Change::Unwrapped, name, after))),
        (None, None) => (groups(before, after), None),
    };
    difference.components.splice(0..0, component);
    difference
}

fn groups(before: &Snapshot, after: &Snapshot) -> Difference {
    let trees = Trees::new(before, after);
    let (old_world, new_world) = (World::read(&before.wit), World::read(&after.wit));
    let items = items::items(before, after, &old_world, &new_world, &trees);
    let wiring = wiring::wiring(before, after, &trees, &items);
    Difference {
        capabilities: capability::capabilities(before, after, &old_world, &new_world, &trees),
        // Another wire brings another order with it.
        order: if wiring.is_empty() { order(before, after) } else { None },
        wiring,
        components: components::components(before, after, &trees),
        adapters: components::adapters(&trees),
        grants: components::grants(before, after, &trees),
        size: match (before.size, after.size) {
            (Some(before), Some(after)) if before != after => Some(Size { before, after }),
            _ => None,
        },
        imports: items.imports,
        exports: items.exports,
        types: items.types,
        types_unknown: items.unknown,
    }
}

/// What is to be said of the order of instances. Where some came or went, that is.
fn order(before: &Snapshot, after: &Snapshot) -> Option<Order> {
    let names = |snapshot: &Snapshot| snapshot.instances.iter().map(|made| made.name.clone()).collect::<Vec<_>>();
    let is_other = before.order != after.order && names(before) == names(after);
    is_other.then(|| Order { before: before.order.clone(), after: after.order.clone() })
}

/// Whether a snapshot has all of its text: the world comes last.
pub fn is_whole(snapshot: &Snapshot) -> bool {
    World::is_whole(&snapshot.wit)
}

impl Component {
    /// One that is the same before and after.
    fn itself(change: Change, snapshot: &Snapshot) -> Component {
        let (version, sha256) = (snapshot.version.clone(), snapshot.sha256.clone());
        let identity = Identity { version, sha256, is_adapter: false };
        let (before, after) = (Some(identity.clone()), Some(identity));
        Component { change, instance: None, was: None, name: None, before, after, content: None }
    }
}

#[cfg(test)]
mod tests;
