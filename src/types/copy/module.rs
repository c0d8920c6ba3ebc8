//! Types of core modules, for host imports that are core modules.
//!
//! Component Model, "Type Definitions", `core:moduletype`.

use wasm_encoder::{EntityType, ModuleType, TagKind, TagType, ValType};
use wasmparser::component_types::ComponentCoreModuleTypeId;
use wasmparser::types::{CoreTypeId, EntityType as Entity, TypesRef};

/// Writes the type of a core module again.
///
/// # Errors
///
/// Says why not, where the type mentions types that a module defines for itself (garbage collection, exact
/// function references): those cannot be named from outside of it.
pub(super) fn module_type(types: TypesRef<'_>, id: ComponentCoreModuleTypeId) -> Result<ModuleType, String> {
    let mut written = ModuleType::new();
    let Some(ty) = types.get(id) else { return Err("it belongs to another component".to_owned()) };
    for ((module, name), entity) in &ty.imports {
        let entity = entity_type(types, &mut written, entity).map_err(|why| format!("`{module}` `{name}` {why}"))?;
        written.import(module, name, entity);
    }
    for (name, entity) in &ty.exports {
        let entity = entity_type(types, &mut written, entity).map_err(|why| format!("`{name}` {why}"))?;
        written.export(name, entity);
    }
    Ok(written)
}

fn entity_type(types: TypesRef<'_>, written: &mut ModuleType, entity: &Entity) -> Result<EntityType, String> {
    let unnamed = |_| "mentions a type that only the module can name".to_owned();
    Ok(match entity {
        Entity::Func(id) => EntityType::Function(func_type(types, written, *id)?),
        Entity::FuncExact(_) => return Err("is an exact function reference".to_owned()),
        Entity::Table(ty) => EntityType::Table((*ty).try_into().map_err(unnamed)?),
        Entity::Memory(ty) => EntityType::Memory((*ty).into()),
        Entity::Global(ty) => EntityType::Global((*ty).try_into().map_err(unnamed)?),
        Entity::Tag(id) => {
            EntityType::Tag(TagType { kind: TagKind::Exception, func_type_idx: func_type(types, written, *id)? })
        }
    })
}

fn func_type(types: TypesRef<'_>, written: &mut ModuleType, id: CoreTypeId) -> Result<u32, String> {
    let unnamed = |_| "mentions a type that only the module can name".to_owned();
    let Some(ty) = types.get(id) else { return Err("has a type of another module".to_owned()) };
    let wasmparser::CompositeInnerType::Func(func) = &ty.composite_type.inner else {
        return Err("is not a function".to_owned());
    };
    let convert = |types: &[wasmparser::ValType]| -> Result<Vec<ValType>, String> {
        types.iter().map(|ty| ValType::try_from(*ty).map_err(unnamed)).collect()
    };
    let (params, results) = (convert(func.params())?, convert(func.results())?);
    let index = written.type_count();
    written.ty().function(params, results);
    Ok(index)
}
