//! Checks WIT in its binary form before a library reads it: the metadata of core modules, and packages.
//!
//! The binary form is a component that exports component types. wit-parser converts it to packages, and assumes that no
//! two packages use each other's types: it does not terminate if they do. No tool writes such a file.

use std::collections::BTreeMap;

use petgraph::algo::is_cyclic_directed;
use petgraph::graphmap::DiGraphMap;
use wasmparser::component_types::{ComponentAnyTypeId, ComponentEntityType, ComponentItem, ComponentTypeId};
use wasmparser::{BinaryReader, Parser};

use super::component::Component;
use super::error::LoadError;
use super::nesting;
use crate::name::{InterfaceName, versioned};
use crate::types::Outline;
use crate::types::identity::{TypeKey, visit_types};

/// Checks the custom section of a core module that describes its world. `file` is the name of the module in messages.
///
/// wit-component has written two forms: a component, and earlier a byte 3, the string encoding, the name of the world,
/// and a package in its binary form that contains the world.
///
/// # Errors
///
/// The section has neither form, or [`check`] fails.
pub(crate) fn check_section(file: &str, section: &[u8]) -> Result<(), LoadError> {
    let package = if section.starts_with(&[0x03]) { after_world(section) } else { Some(section) };
    match package {
        Some(package) if Parser::is_component(package) => check(file, package).map_err(|error| match error {
            // An offset would refer to bytes that the user does not have.
            LoadError::Invalid { file, message, .. } => LoadError::Metadata { file, message },
            LoadError::Truncated { file, .. } => LoadError::Metadata { file, message: "it ends too early".to_owned() },
            error => error,
        }),
        _ => Err(LoadError::MetadataForm { file: file.to_owned(), start: super::start(section) }),
    }
}

/// The package after the name of the world, in the older form.
fn after_world(section: &[u8]) -> Option<&[u8]> {
    let mut reader = BinaryReader::new(section, 0);
    reader.read_bytes(2).ok()?;
    reader.read_string().ok()?;
    section.get(usize::try_from(reader.original_position()).ok()?..)
}

/// Checks WIT in its binary form. `file` is the name of its file in messages.
///
/// # Errors
///
/// It is nested too deep, is invalid, or has packages that use each other in a cycle.
pub(crate) fn check(file: &str, metadata: &[u8]) -> Result<(), LoadError> {
    nesting::check(metadata).map_err(|failure| failure.in_file(file))?;
    let component = Component::decode_any("metadata".to_owned(), file.to_owned(), metadata.to_vec())?;
    let mut rest: Vec<(&str, ComponentTypeId)> = component.exports().iter().filter_map(component_type).collect();
    while let Some((world, id)) = rest.pop() {
        let Some(ty) = component.types().get(id) else { continue };
        rest.extend(ty.exports.iter().filter_map(component_type));
        // The outline looks up names once for all items.
        let Some(outline) = component.of_type(id) else { continue };
        if is_circular(&outline, world, || ty.imports.iter().chain(&ty.exports)) {
            let message = "packages or interfaces in it use each other's types in a cycle".to_owned();
            return Err(LoadError::Wit { file: file.to_owned(), message });
        }
    }
    Ok(())
}

/// Whether packages, or interfaces, use each other's types in a cycle, in the imports and exports of a world.
pub(crate) fn is_circular<'a, I>(component: &Outline, world: &str, items: impl Fn() -> I) -> bool
where
    I: Iterator<Item = (&'a String, &'a ComponentItem)>,
{
    // A label is the interface that it implements. An interface that is defined in the world has a plain name.
    let interface = |name: &'a str, item: &'a ComponentItem| {
        Some(item.implements.as_deref().unwrap_or(name)).filter(|interface| !is_plain(interface))
    };
    // A world uses its interfaces, and these use the interfaces whose types they mention.
    let mut uses = DiGraphMap::<Option<&str>, ()>::new();
    for interface in items().filter_map(|(name, item)| interface(name, item)) {
        uses.add_edge(None, Some(interface), ());
    }
    // A type is used from the interface that names it first, or from the one that has the mentioned alias.
    let mut definers: BTreeMap<TypeKey, Option<&str>> = BTreeMap::new();
    let mut aliases: BTreeMap<ComponentAnyTypeId, Option<&str>> = BTreeMap::new();
    let mut path = Vec::new();
    for (name, item) in items() {
        let user = interface(name, item);
        visit_types(component.types(), &mut std::iter::once((name, item)), &mut path, &mut |_, id| {
            let definer = *definers.entry(component.key(id)).or_insert(user);
            let types = component.types();
            // An export may have the alias of an import itself.
            let mut aliased = std::iter::successors(Some(id), |id| types.peel_alias(*id));
            // Only the interface of the alias uses the types behind the alias.
            let used = aliased.find_map(|id| aliases.get(&id).copied()).into_iter().chain([definer]);
            used.filter(|used| *used != user).for_each(|used| _ = uses.add_edge(user, used, ()));
            aliases.entry(id).or_insert(user);
        });
    }
    let own = package(world);
    let package = |interface: Option<&'a str>| interface.map_or(own, package);
    let between = uses.all_edges().map(|(user, used, ())| (package(user), package(used), ()));
    let packages: DiGraphMap<Package<'_>, ()> = between.filter(|(user, used, ())| user != used).collect();
    is_cyclic_directed(&packages) || is_cyclic_directed(&uses)
}

fn component_type<'a>((name, item): (&'a String, &ComponentItem)) -> Option<(&'a str, ComponentTypeId)> {
    match item.ty {
        ComponentEntityType::Type { created: ComponentAnyTypeId::Component(id), .. } => Some((name, id)),
        ComponentEntityType::Component(id) => Some((name, id)),
        _ => None,
    }
}

fn is_plain(name: &str) -> bool {
    InterfaceName::read(name).is_none()
}

/// A package by its name and version.
type Package<'a> = (&'a str, Option<&'a str>);

/// The package of an interface: `ns:pkg` and `1.0.0` for `ns:pkg/iface@1.0.0`.
fn package(interface: &str) -> Package<'_> {
    match InterfaceName::read(interface) {
        Some(InterfaceName { package, version, .. }) => (package, version),
        None => versioned(interface),
    }
}
