//! Which resource types of a component are which of a world's.
//!
//! Two functions may mention resource types of the same name that are not the same type. So each resource type that
//! the component imports must stand for one of the world's, and each that the world exports for one of the
//! component's, wherever they are mentioned.

use std::collections::BTreeMap;

use wasmparser::component_types::{ComponentEntityType, ResourceId};

use crate::load::Component;
use crate::types::compare::Difference;
use crate::types::compare::ResourcePair;
use crate::types::identity;
use crate::types::{Side, TypeKey};

/// What resource types were found to stand for.
pub struct Resources<'a> {
    component: &'a Component,
    world: &'a Component,
    /// Those that the component imports, with the world's that it gets for them.
    imported: BTreeMap<ResourceId, ResourceId>,
    /// Those that the world exports, with the component's that it gets for them.
    exported: BTreeMap<ResourceId, ResourceId>,
}

impl<'a> Resources<'a> {
    pub fn new(component: &'a Component, world: &'a Component) -> Self {
        Resources { component, world, imported: BTreeMap::new(), exported: BTreeMap::new() }
    }

    /// Takes note of the resource types that an item of one side, and what was found for it on the other, have in
    /// the same places. Gives those that do not agree with what is known, each with
    /// how it differs.
    ///
    /// Imports come first, in the order in which the component has them: where a resource type is defined is before
    /// where it is used.
    pub fn disagreements(
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

    /// The resource type that an exported interface means where its type mentions one that the world imports.
    ///
    /// Where a world imports and exports an interface, other exported interfaces use the one that is exported. But
    /// the binary form that wit-component gives such a world has them use the imported one, where that is used by an
    /// imported interface too. What the world itself uses for its functions is always imported.
    fn exported_by_world(&self, item: ComponentEntityType, resource: ResourceId) -> Option<ResourceId> {
        let definition = self.world.definition(TypeKey::Resource(resource))?;
        if definition.side == Side::Export || !matches!(item, ComponentEntityType::Instance(_)) {
            return None;
        }
        self.world.export_at(&definition.path).and_then(identity::resource).map(|exported| exported.resource())
    }

    /// Whether a resource type that the component exports is the one that the world asks for.
    fn is_export(&mut self, of_world: ResourceId, of_component: ResourceId) -> bool {
        let imported = self.imported.get(&of_component);
        if is_import(self.world, of_world) {
            // One that the world lacks is said to be missing where the component imports it.
            return match imported {
                Some(standing_for) => *standing_for == of_world,
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

/// A resource type by its name, and where it is defined.
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
