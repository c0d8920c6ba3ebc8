//! A world as a component of its own, for a world whose type is too large for the validator.
//!
//! WIT, "Binary Format": a world is a component type within a component type, and the validator limits the size of
//! each. It limits the imports and exports of a component only one by one. So the declarations in the type of the world
//! become definitions of a component. Its exports become imports as well, since the component has no items to export.

use wasm_encoder::reencode::{ReencodeComponent as _, RoundtripReencoder};
use wasm_encoder::{
    Component, ComponentAliasSection, ComponentExternName, ComponentImportSection, ComponentTypeRef,
    ComponentTypeSection,
};
use wasmparser::{ComponentType, ComponentTypeDeclaration, Parser, Payload};

/// A component whose imports are the imports and exports of a world. `exports` are the name of each export, and of the
/// import with its type.
pub(super) struct Flat {
    pub bytes: Vec<u8>,
    pub exports: Vec<(String, String)>,
}

/// A world of a package in its binary form, by its full name. `None` if there is no such world, or if it has types that
/// WIT cannot express.
pub(super) fn flat(package: &[u8], world: &str) -> Option<Flat> {
    let declarations = declarations(package, world)?;
    let imports: Vec<&str> = declarations
        .iter()
        .filter_map(|declaration| match declaration {
            ComponentTypeDeclaration::Import(import) => Some(import.name.name),
            _ => None,
        })
        .collect();
    let mut prefix = "export".to_owned();
    while imports.iter().any(|import| import.starts_with(&prefix)) {
        prefix.push('s');
    }
    let (mut component, mut exports) = (Component::new(), Vec::new());
    for declaration in declarations {
        match declaration {
            ComponentTypeDeclaration::Type(ty) => {
                let mut section = ComponentTypeSection::new();
                RoundtripReencoder.parse_component_type(section.ty(), ty).ok()?;
                component.section(&section);
            }
            ComponentTypeDeclaration::Alias(alias) => {
                component.section(ComponentAliasSection::new().alias(RoundtripReencoder.component_alias(alias).ok()?));
            }
            ComponentTypeDeclaration::Import(import) => {
                let ty = ComponentTypeRef::from(import.ty);
                component.section(ComponentImportSection::new().import(ComponentExternName::from(import.name), ty));
            }
            ComponentTypeDeclaration::Export { name, ty } => {
                let import = format!("{prefix}-{}", exports.len());
                let named = ComponentExternName { name: import.as_str().into(), ..name.into() };
                component.section(ComponentImportSection::new().import(named, ComponentTypeRef::from(ty)));
                exports.push((name.name.to_owned(), import));
            }
            ComponentTypeDeclaration::CoreType(_) => return None,
        }
    }
    Some(Flat { bytes: component.finish(), exports })
}

/// The declarations in the type of a world.
fn declarations<'a>(package: &'a [u8], world: &str) -> Option<Vec<ComponentTypeDeclaration<'a>>> {
    let mut depth = 0_u32;
    for payload in Parser::new(0).parse_all(package) {
        match payload.ok()? {
            Payload::Version { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentTypeSection(section) if depth == 1 => {
                for ty in section {
                    let ComponentType::Component(declarations) = ty.ok()? else { continue };
                    let is_it = |declaration: &ComponentTypeDeclaration<'_>| matches!(declaration, ComponentTypeDeclaration::Export { name, .. } if name.name == world);
                    if !declarations.iter().any(is_it) {
                        continue;
                    }
                    let inner = declarations.into_vec().into_iter().find_map(|declaration| match declaration {
                        ComponentTypeDeclaration::Type(ComponentType::Component(inner)) => Some(inner.into_vec()),
                        _ => None,
                    });
                    if inner.is_some() {
                        return inner;
                    }
                }
            }
            _ => {}
        }
    }
    None
}
