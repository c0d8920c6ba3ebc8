//! Finds documents on which wac-parser or wac-graph would panic.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use miette::SourceSpan;
use wac_graph::types::BorrowedPackageKey;
use wac_parser::{
    ExternType, ImportType, InlineInterface, InterfaceItem, ItemTypeDecl, Statement, Type, TypeAliasKind,
    TypeStatement, Use, UsePath, WorldExport, WorldImport, WorldItem, WorldItemPath,
};
use wasmparser::component_types::{ComponentAnyTypeId, ComponentEntityType, ComponentItem};
use wasmparser::names::ComponentName;
use wasmparser::types::TypesRef;

use super::{id, key};
use crate::describe::At;
use crate::describe::wac::Wac;
use crate::load::{Component, Components, LoadError};
use crate::name;
use crate::types::identity::resource;

/// Checks the names that statements declare. wac-parser panics on an invalid name, and on a type with the name of an
/// earlier function.
pub(super) fn check(wac: &Wac, statements: &[Statement<'_>]) -> Result<(), At<LoadError>> {
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

/// Refuses an interface that gives a new name to a resource which it uses under a name that is not the resource's first
/// one. wac-graph looks the resource up by that name, and panics.
pub(super) fn check_aliases(
    wac: &Wac,
    components: &Components,
    statements: &[Statement<'_>],
) -> Result<(), At<LoadError>> {
    let mut aliases = Aliases { wac, components, interfaces: BTreeMap::new() };
    for statement in statements {
        match statement {
            Statement::Type(TypeStatement::Interface(interface)) => {
                aliases.interface(&interface.items)?;
                aliases.interfaces.insert(interface.id.string, &interface.items);
            }
            Statement::Type(TypeStatement::World(world)) => {
                for item in &world.items {
                    if let WorldItem::Import(WorldImport { path, .. }) | WorldItem::Export(WorldExport { path, .. }) =
                        item
                        && let WorldItemPath::Named(named) = path
                        && let ExternType::Interface(interface) = &named.ty
                    {
                        aliases.interface(&interface.items)?;
                    }
                }
                aliases.check(world.items.iter().filter_map(|item| match item {
                    WorldItem::Use(used) => Some(TypeItem::Use(used)),
                    WorldItem::Type(ty) => Some(TypeItem::Type(ty)),
                    _ => None,
                }))?;
            }
            Statement::Import(import) => {
                if let ImportType::Interface(interface) = &import.ty {
                    aliases.interface(&interface.items)?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// An item of an interface or a world that names types.
enum TypeItem<'s> {
    Use(&'s Use<'s>),
    Type(&'s ItemTypeDecl<'s>),
}

struct Aliases<'s> {
    wac: &'s Wac,
    components: &'s Components,
    /// The interfaces that the document has defined so far.
    interfaces: BTreeMap<&'s str, &'s [InterfaceItem<'s>]>,
}

impl<'s> Aliases<'s> {
    fn interface(&self, items: &'s [InterfaceItem<'s>]) -> Result<(), At<LoadError>> {
        self.check(items.iter().filter_map(|item| match item {
            InterfaceItem::Use(used) => Some(TypeItem::Use(used)),
            InterfaceItem::Type(ty) => Some(TypeItem::Type(ty)),
            _ => None,
        }))
    }

    fn check(&self, parts: impl Iterator<Item = TypeItem<'s>>) -> Result<(), At<LoadError>> {
        let mut used: BTreeSet<&str> = BTreeSet::new();
        for part in parts {
            match part {
                TypeItem::Use(part) => {
                    let names = part.items.iter().filter(|item| self.is_alias(&part.path, item.id.string));
                    used.extend(names.map(|item| item.as_id.unwrap_or(item.id).string));
                }
                TypeItem::Type(ItemTypeDecl::Alias(alias)) => {
                    if let TypeAliasKind::Type(Type::Ident(id)) = &alias.kind
                        && used.contains(id.string)
                    {
                        let error = LoadError::DeclaredAlias { name: id.string.to_owned() };
                        return Err(At::place(error, Some(&self.wac.place(id.span))));
                    }
                }
                TypeItem::Type(_) => {}
            }
        }
        Ok(())
    }

    fn is_alias(&self, path: &UsePath<'_>, name: &str) -> bool {
        match path {
            UsePath::Ident(id) => self.interfaces.get(id.string).is_some_and(|items| names_another(items, name)),
            UsePath::Package(path) => {
                let own = self.interfaces.get(path.segments).is_some_and(|items| names_another(items, name));
                let component = self.components.package(&key(path.name, path.version.as_ref()));
                let of_component = |id| is_second_name(&self.components[id], path.segments, name);
                component.map_or(own, of_component)
            }
        }
    }
}

/// Whether a name in an interface is another name for a type that it defines or uses.
fn names_another(items: &[InterfaceItem<'_>], name: &str) -> bool {
    items.iter().any(|item| match item {
        InterfaceItem::Type(ItemTypeDecl::Alias(alias)) => {
            alias.id.string == name && matches!(&alias.kind, TypeAliasKind::Type(Type::Ident(_)))
        }
        InterfaceItem::Use(used) => used.items.iter().any(|item| item.as_id.unwrap_or(item.id).string == name),
        _ => false,
    })
}

/// Whether a resource of an interface in a WIT package has an earlier name than this one.
fn is_second_name(component: &Component, interface: &str, name: &str) -> bool {
    let types = component.types();
    let item = || {
        let ComponentEntityType::Type { created: ComponentAnyTypeId::Component(id), .. } =
            component.exports().get(interface)?.ty
        else {
            return None;
        };
        let (_, item) = types.get(id)?.exports.iter().next()?;
        let ComponentEntityType::Instance(id) = item.ty else { return None };
        types.get(id)
    };
    let Some(instance) = item() else { return false };
    let wanted = instance.exports.get(name).and_then(|item| resource(item.ty));
    let same = |item: &ComponentItem| resource(item.ty).map(|id| id.resource()) == wanted.map(|id| id.resource());
    let first = instance.exports.iter().find(|(_, item)| same(item));
    wanted.is_some() && first.is_some_and(|(first, _)| first != name)
}

/// Refuses two compatible versions of a package. wac-graph would join their interfaces, and panics if they disagree.
pub(super) fn check_versions(
    wac: &Wac,
    packages: &IndexMap<BorrowedPackageKey<'_>, SourceSpan>,
) -> Result<(), At<LoadError>> {
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

/// Refuses a package with core modules in its types, since wac-graph does not support all types of core modules.
pub(super) fn check_package(component: &Component) -> Result<(), LoadError> {
    let items = component.imports().iter().chain(component.exports());
    match items.into_iter().find(|(_, item)| has_module(component.types(), item.ty)) {
        Some((item, _)) => Err(LoadError::ModuleInPackage { package: component.name().to_owned(), item: item.clone() }),
        None => Ok(()),
    }
}

/// Whether an item contains a core module. The validator limits the depth.
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
