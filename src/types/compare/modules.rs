//! Whether an exported core module can fill an import of one.
//!
//! Component Model, "Subtyping": a core module may import less than is offered to it, and export more than is asked
//! of it. What it imports and exports must match; limits of memories and tables may be narrower.

use wasmparser::component_types::ComponentCoreModuleTypeId;
use wasmparser::types::{EntityType, TypesRef};
use wasmparser::{CompositeInnerType, FuncType};

use super::Difference;

/// Compares the core module that an import asks for with the one that an export has.
///
/// # Errors
///
/// The first difference. Where limits or garbage-collected types decide, the validation of the output does.
pub(super) fn compare(
    expected_types: TypesRef<'_>,
    expected: ComponentCoreModuleTypeId,
    found_types: TypesRef<'_>,
    found: ComponentCoreModuleTypeId,
) -> Result<(), Difference> {
    let (Some(expected), Some(found)) = (expected_types.get(expected), found_types.get(found)) else { return Ok(()) };
    for ((module, name), needs) in &found.imports {
        let needs = shown(found_types, needs);
        let offer = expected.lookup_import(module, name).map(|offer| shown(expected_types, offer));
        if offer.as_ref() != Some(&needs) {
            let place = format!("core module that imports `{module}` `{name}`");
            return Err(Difference {
                expected: offer.map_or_else(
                    || format!("core module that does not import `{module}` `{name}`"),
                    |offer| format!("{place}: {offer}"),
                ),
                found: Some(format!("{place}: {needs}")),
            });
        }
    }
    for (name, wanted) in &expected.exports {
        let wanted = shown(expected_types, wanted);
        let has = found.exports.get(name).map(|has| shown(found_types, has));
        if has.as_ref() != Some(&wanted) {
            let place = format!("core module that exports `{name}`");
            return Err(Difference {
                expected: format!("{place}: {wanted}"),
                found: has.map(|has| format!("{place}: {has}")),
            });
        }
    }
    Ok(())
}

/// What a core module imports or exports, in the words of its text format; without limits, which need not be equal.
fn shown(types: TypesRef<'_>, entity: &EntityType) -> String {
    match entity {
        EntityType::Func(id) | EntityType::FuncExact(id) | EntityType::Tag(id) => {
            let kind = if matches!(entity, EntityType::Tag(_)) { "tag" } else { "func" };
            match types.get(*id).map(|ty| &ty.composite_type.inner) {
                Some(CompositeInnerType::Func(ty)) => format!("{kind}{}", signature(ty)),
                _ => kind.to_owned(),
            }
        }
        EntityType::Table(ty) => format!("table {}", ty.element_type),
        EntityType::Memory(ty) => (if ty.memory64 { "memory i64" } else { "memory" }).to_owned(),
        EntityType::Global(ty) if ty.mutable => format!("global (mut {})", ty.content_type),
        EntityType::Global(ty) => format!("global {}", ty.content_type),
    }
}

fn signature(ty: &FuncType) -> String {
    let list = |keyword: &str, types: &[wasmparser::ValType]| match types {
        [] => String::new(),
        types => {
            let types: Vec<String> = types.iter().map(ToString::to_string).collect();
            format!(" ({keyword} {})", types.join(" "))
        }
    };
    format!("{}{}", list("param", ty.params()), list("result", ty.results()))
}
