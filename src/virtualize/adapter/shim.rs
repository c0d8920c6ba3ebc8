//! The component that assembles an interface.

use wasm_encoder::{ComponentBuilder, ComponentExportKind, ComponentTypeRef, TypeBounds};
use wasmparser::component_types::ComponentAnyTypeId;

use super::Parts;
use crate::imports::Interface;
use crate::load::Component;
use crate::types::NamedType;
use crate::types::copy::TypeIndices;
use crate::types::copy::writer::{Result, TypeWriter};

/// The component that assembles an interface.
pub struct Shim {
    /// The component.
    pub shim: ComponentBuilder,
    /// Its arguments.
    pub arguments: Vec<(String, ComponentExportKind, u32)>,
    /// Types that it imports in addition, named by [`crate::types::copy::writer::extra_name`].
    pub extra: Vec<ComponentAnyTypeId>,
}

impl Shim {
    /// Assembles an interface. `is_given` identifies the types that the interface does not define.
    pub(super) fn new(
        component: &Component,
        interface: &Interface<'_>,
        parts: &Parts,
        is_given: &dyn Fn(&NamedType<'_>) -> bool,
    ) -> Result<Shim> {
        let mut shim = ComponentBuilder::default();
        let (mut given, mut exported) = (TypeIndices::default(), TypeIndices::default());
        let (mut arguments, mut extra) = (Vec::new(), Vec::new());
        for (number, ty) in interface.types.iter().enumerate() {
            let index = parts.types.get(ty.name).ok_or("a type is not there")?;
            let name = format!("t{number}");
            let mut scope = TypeWriter::new(component, &mut shim, &mut given).importing(&mut extra);
            let declared = scope.declared(ty)?;
            let imported = shim.import(name.as_str(), declared);
            given.add_named(component, ty, imported);
            export_type(component, &mut shim, &mut exported, ty, imported, is_given(ty))?;
            arguments.push((name, ComponentExportKind::Type, *index));
        }
        for (number, function) in interface.functions.iter().enumerate() {
            let index = parts.functions.get(function.name).ok_or("a function is not there")?;
            let name = format!("f{number}");
            let is_later = parts.later.contains(function.name);
            let write = |mut scope: TypeWriter<'_, '_>| match is_later {
                true => scope.async_function_type(function.id),
                false => scope.function_type(function.id),
            };
            let ty = write(TypeWriter::new(component, &mut shim, &mut given).importing(&mut extra))?;
            let imported = shim.import(name.as_str(), ComponentTypeRef::Func(ty));
            let ty = write(TypeWriter::new(component, &mut shim, &mut exported))?;
            shim.export(function.name, ComponentExportKind::Func, imported, Some(ComponentTypeRef::Func(ty)));
            arguments.push((name, ComponentExportKind::Func, *index));
        }
        Ok(Shim { shim, arguments, extra })
    }
}

/// Exports a type by name. A composite type is written again, because it may only consist of exported types. A type of
/// the host or of another interface is kept.
pub fn export_type(
    component: &Component,
    to: &mut ComponentBuilder,
    exported: &mut TypeIndices,
    ty: &NamedType<'_>,
    given: u32,
    is_given: bool,
) -> Result<()> {
    let index = match is_given {
        true => given,
        false => match TypeWriter::new(component, to, exported).bounds_of(ty)? {
            TypeBounds::Eq(index) => index,
            TypeBounds::SubResource => given,
        },
    };
    let export = to.export(ty.name, ComponentExportKind::Type, index, None);
    exported.add_named(component, ty, export);
    Ok(())
}
