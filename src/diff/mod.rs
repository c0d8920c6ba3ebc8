//! The phase diff: finds what changed between two components, most important first.
//!
//! Only [`Snapshot`]s are compared, so that a component and its snapshot give the same result. Each change is listed
//! once, where it matters most: the consequences of an instance that was added or removed are not listed separately.

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

pub(crate) use content::{Content, Contents};
pub(crate) use error::DiffError;

use crate::snapshot::Snapshot;
use pairs::Trees;
use wit::World;

/// The changes between two components, in groups. All text is escaped, as in snapshots.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Capabilities that became reachable, then those that no longer are.
    pub(crate) capabilities: Vec<Capability>,
    /// Changed imports, with their types.
    pub(crate) imports: Vec<Item>,
    /// Changed exports, with their types.
    pub(crate) exports: Vec<Item>,
    /// Changed types that the world itself defines.
    pub(crate) types: Vec<Type>,
    /// The reason that types were not compared, if they cannot be.
    pub(crate) types_unknown: Option<String>,
    /// The component itself, and the instances in it.
    pub(crate) components: Vec<Component>,
    /// Imports of instances that something else fills, and exports with another origin.
    pub(crate) wiring: Vec<Wire>,
    /// The order of instantiation, if the same instances have another order.
    pub(crate) order: Option<Order>,
    /// Adapters. The file says which instances are adapters.
    pub(crate) adapters: Vec<Adapter>,
    /// Grants.
    pub(crate) grants: Vec<Grant>,
    /// The sizes of the components, if both are known and differ.
    pub(crate) size: Option<Size>,
}

/// The orders of instantiation; `null` for the default order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs)] // Their names say it.
pub(crate) struct Order {
    pub before: Option<String>,
    pub after: Option<String>,
}

/// The kind of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Change {
    /// It did not exist before.
    Added,
    /// It no longer exists.
    Removed,
    /// It exists before and after, and differs.
    Changed,
    /// It is the same, with another name.
    Renamed,
    /// It was the component itself, and is now an instance in it.
    Wrapped,
    /// It was an instance, and is now the component itself.
    Unwrapped,
}

/// Capabilities that an instance now reaches, or no longer reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Capability {
    /// `added` or `removed`.
    pub change: Change,
    /// The path of the instance. `None` for the component as a whole.
    pub instance: Option<String>,
    /// Whether the instance itself was added or removed.
    pub with_instance: bool,
    /// The capabilities, such as `sockets`, and the names of interfaces that belong to none.
    pub capabilities: Vec<String>,
    /// The paths of the instances through which it reaches them, nearest first.
    pub through: Vec<String>,
}

/// An import or an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Item {
    /// The kind of the change. `renamed` stands for another version of the same interface.
    pub change: Change,
    /// The name: the new one, if the item exists after the change.
    pub name: String,
    /// The old name, if that has another version.
    pub was: Option<String>,
    /// The type as WIT, for an added or removed item that is not an interface.
    pub wit: Option<String>,
    /// The paths of the instances that reach it, for an added or removed import.
    pub reached_by: Vec<String>,
    /// The changes of its types.
    pub types: Vec<Type>,
    /// Whether the import of the same name lists the same changes, so that they are not repeated here.
    pub as_import: bool,
}

/// A changed function or type, or a part of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Type {
    /// The enclosing definitions, such as `resource bucket`.
    pub within: Vec<String>,
    /// The definition before the change, as WIT.
    pub before: Option<String>,
    /// The definition after the change, as WIT.
    pub after: Option<String>,
}

/// A change of the component itself, or of an instance in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Component {
    /// The kind of the change; `changed` if its component was replaced.
    pub change: Change,
    /// The path of the instance: the new one, if the instance exists after the change. `None` for the component itself.
    pub instance: Option<String>,
    /// The old path, if it differs. For the component itself, the old name.
    pub was: Option<String>,
    /// The new name of the component itself, if it differs.
    pub name: Option<String>,
    /// The component before the change.
    pub before: Option<Identity>,
    /// The component after the change.
    pub after: Option<Identity>,
    /// The part of the content that changed. `None` if nothing did, or if the bytes of either component are not known.
    pub content: Option<Content>,
}

/// The identity of a component.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Identity {
    /// The version in its metadata.
    pub version: Option<String>,
    /// The SHA-256 of its bytes. `None` for the component itself if other lines describe all of its parts, and for an
    /// instance whose component is not in the file.
    pub sha256: Option<String>,
    /// Whether the file says that it is an adapter.
    pub is_adapter: bool,
}

/// A change of what fills an import of an instance, or of the origin of an export of the component itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Wire {
    /// The kind of the change.
    pub change: Change,
    /// The path of the instance. `None` for an export of the component itself.
    pub instance: Option<String>,
    /// The name of the import or export.
    pub name: String,
    /// The old origin. `None` if the component's own code defined the export.
    pub before: Option<String>,
    /// The new origin.
    pub after: Option<String>,
}

/// A change of an adapter. The file says which instances are adapters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Adapter {
    /// The kind of the change; `changed` if the adapter was replaced with another one.
    pub change: Change,
    /// The path of the adapter.
    pub instance: String,
    /// The old adapter, if it was one.
    pub before: Option<Identity>,
    /// The new adapter, if it is one.
    pub after: Option<Identity>,
    /// The part of the content that changed, as in [`Component::content`].
    pub content: Option<Content>,
}

/// A change of a grant of a component.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Grant {
    /// The kind of the change.
    pub change: Change,
    /// The name of the component.
    pub component: String,
    /// The subject of the grant.
    pub grant: String,
    /// The old value.
    pub before: Option<String>,
    /// The new value.
    pub after: Option<String>,
}

/// The sizes before and after a change, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[allow(missing_docs)] // Their names say it.
pub(crate) struct Size {
    pub before: usize,
    pub after: usize,
}

impl Difference {
    /// Whether no change was found. The sizes are not significant.
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

/// Compares two snapshots.
pub(crate) fn compare(before: &Snapshot, after: &Snapshot) -> Difference {
    let itself = |change, name, snapshot| Component { instance: Some(name), ..Component::itself(change, snapshot) };
    let (mut difference, component) = match (wrapped::wrapped(before, after), wrapped::wrapped(after, before)) {
        (Some((outer, name)), _) => (groups(&outer, after), Some(itself(Change::Wrapped, name, before))),
        (None, Some((outer, name))) => (groups(before, &outer), Some(itself(Change::Unwrapped, name, after))),
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
        // A changed wire can change the order, which is then not listed.
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

/// The change of the order of instantiation, if the instances are the same.
fn order(before: &Snapshot, after: &Snapshot) -> Option<Order> {
    let names = |snapshot: &Snapshot| snapshot.instances.iter().map(|made| made.name.clone()).collect::<Vec<_>>();
    let is_other = before.order != after.order && names(before) == names(after);
    is_other.then(|| Order { before: before.order.clone(), after: after.order.clone() })
}

/// Whether the text of a snapshot is complete, as far as its world shows, which is its last section.
pub(crate) fn is_whole(snapshot: &Snapshot) -> bool {
    World::is_whole(&snapshot.wit)
}

impl Component {
    /// A change of the component itself, with the same identity before and after.
    fn itself(change: Change, snapshot: &Snapshot) -> Component {
        let (version, sha256) = (snapshot.version.clone(), snapshot.sha256.clone());
        let identity = Identity { version, sha256, is_adapter: false };
        let (before, after) = (Some(identity.clone()), Some(identity));
        Component { change, instance: None, was: None, name: None, before, after, content: None }
    }
}

#[cfg(test)]
mod tests;
