//! Indices of imports and exports by name: a component may have a hundred thousand.

use std::collections::BTreeMap;

use super::super::Side;
use crate::inspect::Inspection;
use crate::inspect::model::{Item, Source, Wire};

/// The imports and exports of components and instances, by name.
pub(super) struct PictureNames<'i> {
    components: Vec<[BTreeMap<&'i str, &'i Item>; 2]>,
    instances: Vec<[BTreeMap<&'i str, &'i Source>; 2]>,
}

impl<'i> PictureNames<'i> {
    /// Indexes the imports and exports of all components and instances.
    pub(super) fn of(inspection: &'i Inspection) -> PictureNames<'i> {
        let items = |items: &'i [Item]| items.iter().map(|item| (item.name.as_str(), item)).collect();
        let wires = |wires: &'i [Wire]| wires.iter().map(|wire| (wire.name.as_str(), &wire.from)).collect();
        PictureNames {
            components: inspection.components.iter().map(|it| [items(&it.imports), items(&it.exports)]).collect(),
            instances: inspection.instances.iter().map(|it| [wires(&it.imports), wires(&it.exports)]).collect(),
        }
    }

    /// The import or export of a component that has this name.
    pub(super) fn item(&self, component: usize, side: Side, name: &str) -> Option<&'i Item> {
        let [imports, exports] = self.components.get(component)?;
        if side == Side::Import { imports } else { exports }.get(name).copied()
    }

    /// The origin of the item that fills an import of an instance, or that is an export of it.
    pub(super) fn source(&self, instance: usize, side: Side, name: &str) -> Option<&'i Source> {
        let [imports, exports] = self.instances.get(instance)?;
        if side == Side::Import { imports } else { exports }.get(name).copied()
    }
}
