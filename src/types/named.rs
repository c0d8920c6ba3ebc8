//! A type under its name in an interface.

use wasmparser::component_types::{ComponentAnyTypeId, ComponentEntityType, ResourceId};

use super::{Outline, mentions};

/// A type that an interface names.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs)]
pub(crate) struct NamedType<'c> {
    pub name: &'c str,
    pub created: ComponentAnyTypeId,
    pub referenced: ComponentAnyTypeId,
}

impl NamedType<'_> {
    /// The item that declares it.
    pub(crate) fn item(&self) -> ComponentEntityType {
        ComponentEntityType::Type { created: self.created, referenced: self.referenced }
    }

    /// The resource types that it consists of.
    pub(crate) fn resources(&self, component: &Outline) -> Vec<ResourceId> {
        mentions::resources(component, self.item())
    }

    /// The resource type, if it is one.
    pub(crate) fn resource(&self) -> Option<ResourceId> {
        match self.created {
            ComponentAnyTypeId::Resource(id) => Some(id.resource()),
            _ => None,
        }
    }
}
