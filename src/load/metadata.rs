//! WIT in its binary form, as core modules carry it and packages are distributed in: what must hold before it is read.
//!
//! It is a component that exports component types. wit-parser turns it into packages, and takes for granted that no
//! two packages use each other's types: where they do, it follows them without end. No tool writes that, but a file
//! may hold it.

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

/// Checks the custom section of a core module that describes its world. `file` is what messages call the module.
///
/// wit-component has written two forms: a component; and before that a byte 3, the encoding of strings, the name of the
/// world, and a package in its binary form that has the world.
///
/// # Errors
///
/// Where the section is of neither form, or [`check`] finds something.
pub fn check_section(file: &str, section: &[u8]) -> Result<(), LoadError> {
    let package = if section.starts_with(&[0x03]) { after_world(section) } else { Some(section) };
    match package {
        Some(package) if Parser::is_component(package) => check(file, package).map_err(|error| match error {
            // The offset would be one of bytes that nobody has.
            LoadError::Invalid { file, message, .. } => LoadError::Metadata { file, message },
            LoadError::Truncated { file, .. } => LoadError::Metadata { file, message: "it ends too early".to_owned() },
            error => error,
        }),
        _ => Err(LoadError::MetadataForm { file: file.to_owned(), start: super::start(section) }),
    }
}

/// What follows the name of the world, in the older form.
fn after_world(section: &[u8]) -> Option<&[u8]> {
    let mut reader = BinaryReader::new(section, 0);
    reader.read_bytes(2).ok()?;
    reader.read_string().ok()?;
    section.get(usize::try_from(reader.original_position()).ok()?..)
}

/// Checks WIT in its binary form. `file` is what messages call the file that has it.
///
/// # Errors
///
/// Where it is nested too deep, is not valid, or has packages that use each other in a cycle.
pub fn check(file: &str, metadata: &[u8]) -> Result<(), LoadError> {
    nesting::check(metadata).map_err(|failure| failure.in_file(file))?;
    let component = Component::decode_any("metadata".to_owned(), file.to_owned(), metadata.to_vec())?;
    let mut rest: Vec<(&str, ComponentTypeId)> = component.exports().iter().filter_map(component_type).collect();
    while let Some((world, id)) = rest.pop() {
        let Some(ty) = component.types().get(id) else { continue };
        rest.extend(ty.exports.iter().filter_map(component_type));
        // Its names are known once for all.
        let Some(outline) = component.of_type(id) else { continue };
        if is_circular(&outline, world, || ty.imports.iter().chain(&ty.exports)) {
            let message = "packages in it use each other's types in a cycle".to_owned();
            return Err(LoadError::Wit { file: file.to_owned(), message });
        }
    }
    Ok(())
}

/// Whether packages use each other's types in a cycle, in what a world imports and exports.
pub fn is_circular<'a, I>(component: &Outline, world: &str, items: impl Fn() -> I) -> bool
where
    I: Iterator<Item = (&'a String, &'a ComponentItem)>,
{
    // An interface that is written in the world itself has a plain name.
    let package = |interface: &'a str| if is_plain(interface) { None } else { Some(package(interface)) };
    let own = Some(self::package(world));
    let package = |interface| package(interface).or(own);
    // A world uses the interfaces that it imports and exports, and those use the ones whose types they mention.
    let mut uses = DiGraphMap::<Option<Package<'_>>, ()>::new();
    for (interface, _) in items().filter(|(interface, _)| package(interface) != own) {
        uses.add_edge(own, package(interface), ());
    }
    // The package whose interface names a type first is the one that others use it from; or that which has the alias of it that
    // they mention.
    let mut definers: BTreeMap<TypeKey, Option<Package<'_>>> = BTreeMap::new();
    let mut aliases: BTreeMap<ComponentAnyTypeId, Option<Package<'_>>> = BTreeMap::new();
    let mut path = Vec::new();
    for (interface, item) in items() {
        let user = package(interface);
        visit_types(component.types(), &mut std::iter::once((interface, item)), &mut path, &mut |_, id| {
            let definer = *definers.entry(component.key(id)).or_insert(user);
            let types = component.types();
            let mut aliased = std::iter::successors(types.peel_alias(id), |id| types.peel_alias(*id));
            // What that one is an alias of was its package's to use.
            let used = aliased.find_map(|id| aliases.get(&id).copied()).into_iter().chain([definer]);
            used.filter(|used| *used != user).for_each(|used| _ = uses.add_edge(user, used, ()));
            aliases.entry(id).or_insert(user);
        });
    }
    is_cyclic_directed(&uses)
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

/// The package of an interface: `ns:pkg` and `1.0.0` of `ns:pkg/iface@1.0.0`.
fn package(interface: &str) -> Package<'_> {
    match InterfaceName::read(interface) {
        Some(InterfaceName { package, version, .. }) => (package, version),
        None => versioned(interface),
    }
}
