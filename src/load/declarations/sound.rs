//! What wac-parser and wac-graph would panic on, found before they see it.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use miette::SourceSpan;
use wac_graph::types::BorrowedPackageKey;
use wac_parser::{
    ExternType, ImportType, InlineInterface, InterfaceItem, Statement, TypeStatement, WorldItem, WorldItemPath,
};
use wasmparser::component_types::{ComponentAnyTypeId, ComponentEntityType};
use wasmparser::names::ComponentName;
use wasmparser::types::TypesRef;

use super::{id, key};
use crate::describe::At;
use crate::describe::wac::Wac;
use crate::load::{Component, LoadError, name};

/// Checks the names that statements declare: wac-parser asserts that they are valid, and that no type has that of a
/// function before it.
pub fn check(wac: &Wac, statements: &[Statement<'_>]) -> Result<(), At<LoadError>> {
    for statement in statements {
        match statement {
            Statement::Type(statement) => {
                let id = id(statement);
                if let Err(error) = ComponentName::new(id.string, 0) {
                    let error =
                        LoadError::DeclaredName { name: id.string.to_owned(), reason: error.message().to_owned() };
                    return Err(At::place(error, Some(&wac.place(id.span))));
                }
                match statement {
                    TypeStatement::Interface(interface) => interface_items(wac, &interface.items)?,
                    TypeStatement::World(world) => world_items(wac, &world.items)?,
                    TypeStatement::Type(_) => {}
                }
            }
            Statement::Import(import) => {
                if let ImportType::Interface(InlineInterface { items, .. }) = &import.ty {
                    interface_items(wac, items)?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn interface_items(wac: &Wac, items: &[InterfaceItem<'_>]) -> Result<(), At<LoadError>> {
    let mut functions: BTreeSet<&str> = BTreeSet::new();
    for item in items {
        match item {
            InterfaceItem::Export(export) => _ = functions.insert(export.id.string),
            InterfaceItem::Type(ty) if functions.contains(ty.id().string) => return twice(wac, *ty.id()),
            _ => {}
        }
    }
    Ok(())
}

fn world_items(wac: &Wac, items: &[WorldItem<'_>]) -> Result<(), At<LoadError>> {
    let mut imported: BTreeSet<&str> = BTreeSet::new();
    for item in items {
        let path = match item {
            WorldItem::Import(import) => &import.path,
            WorldItem::Export(export) => &export.path,
            WorldItem::Type(ty) if imported.contains(ty.id().string) => return twice(wac, *ty.id()),
            _ => continue,
        };
        if let WorldItemPath::Named(named) = path {
            if let WorldItem::Import(_) = item {
                imported.insert(named.id.string);
            }
            if let ExternType::Interface(interface) = &named.ty {
                interface_items(wac, &interface.items)?;
            }
        }
    }
    Ok(())
}

fn twice(wac: &Wac, id: wac_parser::Ident<'_>) -> Result<(), At<LoadError>> {
    let error = LoadError::DeclaredTwice { name: id.string.to_owned() };
    Err(At::place(error, Some(&wac.place(id.span))))
}

/// Checks that no two packages are versions of one: wac-graph would join their interfaces, and panics where they
/// disagree.
pub fn check_versions(wac: &Wac, packages: &IndexMap<BorrowedPackageKey<'_>, SourceSpan>) -> Result<(), At<LoadError>> {
    let interface = |package: &BorrowedPackageKey<'_>| {
        let version = package.version.map(|version| format!("@{version}")).unwrap_or_default();
        format!("{}/interface{version}", package.name)
    };
    for (index, (first, first_span)) in packages.iter().enumerate() {
        for (second, second_span) in packages.iter().skip(index + 1) {
            if name::compatible(&interface(first), &interface(second)) {
                let [first, second] = [first, second].map(|package| key(package.name, package.version));
                let error = At::from(LoadError::DeclaredVersions { first, second });
                return Err(error.and(&wac.place(*second_span), None).and(&wac.place(*first_span), None));
            }
        }
    }
    Ok(())
}

/// Checks that a package has no core modules among its types: wac-graph knows only some of what these may mention.
pub fn check_package(component: &Component) -> Result<(), LoadError> {
    let items = component.imports().iter().chain(component.exports());
    match items.into_iter().find(|(_, item)| has_module(component.types(), item.ty)) {
        Some((item, _)) => Err(LoadError::ModuleInPackage { package: component.name().to_owned(), item: item.clone() }),
        None => Ok(()),
    }
}

/// Whether an item has a core module in it. The validator bounds the depth.
fn has_module(types: TypesRef<'_>, item: ComponentEntityType) -> bool {
    match item {
        ComponentEntityType::Module(_) => true,
        ComponentEntityType::Instance(id)
        | ComponentEntityType::Type { created: ComponentAnyTypeId::Instance(id), .. } => {
            let exports = types.get(id).into_iter().flat_map(|ty| &ty.exports);
            exports.into_iter().any(|(_, item)| has_module(types, item.ty))
        }
        ComponentEntityType::Component(id)
        | ComponentEntityType::Type { created: ComponentAnyTypeId::Component(id), .. } => {
            let items = types.get(id).into_iter().flat_map(|ty| ty.imports.iter().chain(&ty.exports));
            items.into_iter().any(|(_, item)| has_module(types, item.ty))
        }
        _ => false,
    }
}
