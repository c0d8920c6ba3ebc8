//! Types of components in the output, each under the name that a host import or an export gives it.

use petgraph::graph::NodeIndex;
use wasm_encoder::{ComponentTypeEncoder, ModuleType};
use wasmparser::component_types::{AliasableResourceId, ComponentAnyTypeId};

use super::Encoder;
use super::error::EncodeError;
use crate::types::Outline;
use crate::types::copy::{Copier, Scope, TypeIndices};

type Result<T> = std::result::Result<T, EncodeError>;

impl<'a> Copier<'a> for Encoder<'a> {
    type Source = NodeIndex;
    type Error = EncodeError;

    fn component(&self, node: NodeIndex) -> Result<&'a Outline> {
        self.graph.component(node).map(|id| &*self.components[id]).ok_or_else(foreign)
    }

    fn scopes(&self) -> &[Scope<NodeIndex>] {
        &self.nested
    }

    fn written(&mut self) -> (&mut Vec<Scope<NodeIndex>>, &mut TypeIndices<NodeIndex>) {
        (&mut self.nested, &mut self.known)
    }

    fn next_outermost(&self) -> u32 {
        self.sections.next_type()
    }

    fn define_outermost(&mut self, write: impl FnOnce(ComponentTypeEncoder<'_>)) -> u32 {
        let index = self.sections.next_type();
        write(self.sections.ty());
        index
    }

    fn define_outermost_module(&mut self, ty: &ModuleType) -> u32 {
        self.sections.module_type(ty)
    }

    fn named_outermost(&mut self, node: NodeIndex, id: ComponentAnyTypeId, exact: bool) -> Result<Option<u32>> {
        match exact {
            true => self.top_level_alias(node, id),
            false => self.top_level_type(node, id),
        }
    }

    fn resource_of_instance(&mut self, node: NodeIndex, id: ComponentAnyTypeId) -> Result<Option<u32>> {
        self.defined_by_instance(node, id)
    }

    fn unnamed_resource(&mut self, node: NodeIndex, id: AliasableResourceId) -> Result<u32> {
        let owner = self.component(node).ok();
        let named =
            owner.and_then(|owner| owner.name_of(id.into())).and_then(|definition| definition.path.last().cloned());
        Err(EncodeError::UnnamedResource {
            component: self.graph.subject(node).to_owned(),
            import: self.current.clone(),
            resource: named.unwrap_or_else(|| "of no name".to_owned()),
        })
    }

    fn impossible_module(&self, node: NodeIndex, reason: String) -> EncodeError {
        let (component, import) = (self.graph.subject(node).to_owned(), self.current.clone());
        EncodeError::ModuleType { component, import, reason }
    }

    fn foreign(&self) -> EncodeError {
        foreign()
    }
}

fn foreign() -> EncodeError {
    EncodeError::Inconsistent { what: "a type belongs to another component than its import".to_owned() }
}
