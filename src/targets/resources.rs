//! The correspondence of resource types of a component and of a world.
//!
//! Two functions may mention resource types of the same name that are different types. So each resource type that the
//! component imports must correspond to one resource type of the world in all places, and each that the world exports
//! to one of the component.

use std::collections::BTreeMap;

use wasmparser::component_types::{ComponentEntityType, ResourceId};

use crate::load::Component;
use crate::types::compare::Difference;
use crate::types::compare::ResourcePair;
use crate::types::identity;
use crate::types::{Side, TypeKey};

/// The correspondences that were found so far.
pub(super) struct Resources<'a> {
    component: &'a Component,
    world: &'a Component,
    /// The resource types that the component imports, each with that of the world.
    imported: BTreeMap<ResourceId, ResourceId>,
    /// The resource types that the world exports, each with that of the component.
    exported: BTreeMap<ResourceId, ResourceId>,
}

impl<'a> Resources<'a> {
    pub(super) fn new(component: &'a Component, world: &'a Component) -> Self {
        Resources { component, world, imported: BTreeMap::new(), exported: BTreeMap::new() }
    }

    /// Adds the pairs of resource types that an item of one side and its counterpart have in the same places. Returns
    /// the pairs that contradict earlier ones, each with the difference.
    ///
    /// To be called for imports first, in the order of the component, so that the definition of a resource type
    /// precedes its uses.
    pub(super) fn disagreements(
        &mut self,
        side: Side,
        item: ComponentEntityType,
        pairs: &[ResourcePair],
    ) -> Vec<(ResourcePair, Difference)> {
        let (asking, other) = match side {
            Side::Import => (self.component, self.world),
            Side::Export => (self.world, self.component),
        };
        let mut disagreements = Vec::new();
        for pair in pairs.iter().copied() {
            let (asked, given) = pair;
            let (asked, agrees) = match side {
                Side::Import => (asked, *self.imported.entry(asked).or_insert(given) == given),
                Side::Export => {
                    let asked = self.exported_by_world(item, asked).unwrap_or(asked);
                    (asked, self.is_export(asked, given))
                }
            };
            if !agrees {
                let found = Some(shown(other, given));
                disagreements.push((pair, Difference { expected: shown(asking, asked), found }));
            }
        }
        disagreements
    }

    /// Returns the exported resource type that an exported interface of the world means by an imported one.
    ///
    /// If a world imports and exports an interface, other exported interfaces use the exported one. But in the binary
    /// form that wit-component writes, they use the imported one if an imported interface uses it too. Functions of the
    /// world itself always use the imported one.
    fn exported_by_world(&self, item: ComponentEntityType, resource: ResourceId) -> Option<ResourceId> {
        let definition = self.world.definition(TypeKey::Resource(resource))?;
        if definition.side == Side::Export || !matches!(item, ComponentEntityType::Instance(_)) {
            return None;
        }
        self.world.export_at(&definition.path).and_then(identity::resource).map(|exported| exported.resource())
    }

    /// Whether a resource type in an export of the component corresponds to one in the export of the world.
    fn is_export(&mut self, of_world: ResourceId, of_component: ResourceId) -> bool {
        let imported = self.imported.get(&of_component);
        if is_import(self.world, of_world) {
            // A resource type that the world lacks is a mismatch of the import of the component, and none here.
            return match imported {
                Some(counterpart) => *counterpart == of_world,
                None => is_import(self.component, of_component),
            };
        }
        let known = *self.exported.entry(of_world).or_insert(of_component);
        known == of_component || (imported.is_some() && imported == self.imported.get(&known))
    }
}

fn is_import(component: &Component, resource: ResourceId) -> bool {
    component.definition(TypeKey::Resource(resource)).is_some_and(|definition| definition.side == Side::Import)
}

/// Writes the name of a resource type, and the import or export that defines it.
fn shown(component: &Component, resource: ResourceId) -> String {
    let Some(definition) = component.definition(TypeKey::Resource(resource)) else { return "resource".to_owned() };
    let side = match definition.side {
        Side::Import => "import",
        Side::Export => "export",
    };
    match definition.path.as_slice() {
        [interface, .., name] => format!("resource {name} of {side} {interface}"),
        [name] => format!("resource {name} of {side}s"),
        [] => "resource".to_owned(),
    }
}
