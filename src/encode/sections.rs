//! Writes the sections of a component into one buffer.
//!
//! Component Model, Binary Format: definitions of different kinds may alternate. Consecutive definitions of one kind
//! share a section. Small components are copied into the output, large ones become pieces of it.

use wasm_encoder::{
    Alias, Component, ComponentAliasSection, ComponentExportKind, ComponentExportSection, ComponentExternName,
    ComponentImportSection, ComponentInstanceSection, ComponentSection, ComponentSectionId, ComponentTypeEncoder,
    ComponentTypeRef, ComponentTypeSection, CoreTypeSection, Encode as _, ModuleType, RawSection,
};

use super::output::Output;
use crate::load::Component as Loaded;

/// The minimal size of a component that becomes a piece of its own. Below it, a separate write takes longer than a
/// copy.
const PIECE: usize = 64 * 1024;

/// An incomplete component, with the sizes of its index spaces.
pub(super) struct Sections {
    /// The output before `bytes`.
    output: Output,
    bytes: Vec<u8>,
    open: Open,
    counts: Counts,
}

/// The sizes of the index spaces.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Counts {
    types: u32,
    core_types: u32,
    modules: u32,
    funcs: u32,
    values: u32,
    /// Component instances: imported, instantiated and aliased.
    pub instances: u32,
    /// Components: nested, imported and aliased.
    pub components: u32,
}

/// The section that the next definition may extend.
enum Open {
    None,
    Types(ComponentTypeSection),
    CoreTypes(CoreTypeSection),
    Imports(ComponentImportSection),
    Aliases(ComponentAliasSection),
    Instances(ComponentInstanceSection),
    Exports(ComponentExportSection),
}

/// Returns the open section if it has this kind. Otherwise closes it and opens one.
macro_rules! section {
    ($self:ident, $kind:ident) => {{
        if !matches!($self.open, Open::$kind(_)) {
            $self.close();
            $self.open = Open::$kind(Default::default());
        }
        match &mut $self.open {
            Open::$kind(section) => section,
            _ => unreachable!("the section was opened in the line before"),
        }
    }};
}

impl Sections {
    /// Starts a component.
    pub(super) fn new() -> Self {
        Sections {
            output: Output::default(),
            bytes: Component::HEADER.to_vec(),
            open: Open::None,
            counts: Counts::default(),
        }
    }

    /// The sizes of the index spaces so far.
    pub(super) fn counts(&self) -> Counts {
        self.counts
    }

    /// The index of the next type.
    pub(super) fn next_type(&self) -> u32 {
        self.counts.types
    }

    /// Defines a type.
    pub(super) fn ty(&mut self) -> ComponentTypeEncoder<'_> {
        self.counts.types += 1;
        section!(self, Types).ty()
    }

    /// Defines the type of a core module.
    pub(super) fn module_type(&mut self, ty: &ModuleType) -> u32 {
        section!(self, CoreTypes).ty().module(ty);
        next(&mut self.counts.core_types)
    }

    /// Imports an item, and returns its index.
    pub(super) fn import(&mut self, name: ComponentExternName<'_>, ty: ComponentTypeRef) -> u32 {
        section!(self, Imports).import(name, ty);
        self.count(ty.kind())
    }

    /// Aliases an export of an instance, and returns its index.
    pub(super) fn alias_export(&mut self, instance: u32, kind: ComponentExportKind, name: &str) -> u32 {
        section!(self, Aliases).alias(Alias::InstanceExport { instance, kind, name });
        self.count(kind)
    }

    /// Instantiates a component, and returns the index of the instance.
    pub(super) fn instantiate(&mut self, component: u32, arguments: Vec<(&str, ComponentExportKind, u32)>) -> u32 {
        section!(self, Instances).instantiate(component, arguments);
        self.count(ComponentExportKind::Instance)
    }

    /// Exports an item, with an ascribed type if there is one. Returns the index of the export.
    pub(super) fn export(
        &mut self,
        name: ComponentExternName<'_>,
        kind: ComponentExportKind,
        index: u32,
        ty: Option<ComponentTypeRef>,
    ) -> u32 {
        section!(self, Exports).export(name, kind, index, ty);
        self.count(kind)
    }

    /// Nests a component, and returns its index.
    pub(super) fn component(&mut self, component: &Loaded) -> u32 {
        let bytes = component.bytes();
        if bytes.len() < PIECE {
            self.section(&RawSection { id: ComponentSectionId::Component.into(), data: bytes });
        } else {
            self.close();
            self.bytes.push(ComponentSectionId::Component.into());
            bytes.len().encode(&mut self.bytes);
            self.output.add(std::mem::take(&mut self.bytes));
            self.output.add_component(component);
        }
        next(&mut self.counts.components)
    }

    /// Adds a whole section, such as a custom one.
    pub(super) fn section(&mut self, section: &impl ComponentSection) {
        self.close();
        section.append_to_component(&mut self.bytes);
    }

    /// The component.
    pub(super) fn finish(mut self) -> Output {
        self.close();
        self.output.add(self.bytes);
        self.output
    }

    fn count(&mut self, kind: ComponentExportKind) -> u32 {
        next(match kind {
            ComponentExportKind::Module => &mut self.counts.modules,
            ComponentExportKind::Func => &mut self.counts.funcs,
            ComponentExportKind::Value => &mut self.counts.values,
            ComponentExportKind::Type => &mut self.counts.types,
            ComponentExportKind::Instance => &mut self.counts.instances,
            ComponentExportKind::Component => &mut self.counts.components,
        })
    }

    fn close(&mut self) {
        match std::mem::replace(&mut self.open, Open::None) {
            Open::None => {}
            Open::Types(section) => section.append_to_component(&mut self.bytes),
            Open::CoreTypes(section) => section.append_to_component(&mut self.bytes),
            Open::Imports(section) => section.append_to_component(&mut self.bytes),
            Open::Aliases(section) => section.append_to_component(&mut self.bytes),
            Open::Instances(section) => section.append_to_component(&mut self.bytes),
            Open::Exports(section) => section.append_to_component(&mut self.bytes),
        }
    }
}

fn next(count: &mut u32) -> u32 {
    let index = *count;
    *count += 1;
    index
}
