//! The imports that stay with the host: those that are versions of one interface become one import.

use super::compat::{self, Difference, Item};
use super::error::LinkError;
use super::graph::{HostImport, Part};
use crate::load::name::Track;
use crate::load::{ComponentId, Components};

/// Joins imports that are the same, or compatible versions of an interface, into host imports.
///
/// Imports of one name must agree in type. Versions whose types disagree stay apart: a host may have both.
///
/// # Errors
///
/// Two imports of one name whose types disagree, each pair once.
pub fn merge(components: &Components, imports: Vec<(ComponentId, &str)>) -> Result<Vec<HostImport>, Vec<LinkError>> {
    let mut hosts: Vec<HostImport> = Vec::new();
    let mut errors = Vec::new();
    for (component, import) in imports {
        let part = Part { component, import: import.to_owned() };
        let same_name = hosts.iter().position(|host| host.parts.iter().any(|other| other.import == import));
        if let Some(host) = same_name.and_then(|index| hosts.get_mut(index)) {
            match agree(components, &host.parts, &part) {
                Ok(()) => host.parts.push(part),
                Err((other, difference)) => errors.push(conflict(components, other, &part, difference)),
            }
            continue;
        }
        let track = Track::of(import);
        let joined = hosts.iter_mut().find(|host| {
            matches!((Track::of(&host.name), &track), (Some((a, _)), Some((b, _))) if a == *b)
                && agree(components, &host.parts, &part).is_ok()
        });
        match joined {
            Some(host) => {
                if Track::of(&host.name).map(|(_, version)| version) < track.map(|(_, version)| version) {
                    host.name = import.to_owned();
                }
                host.parts.push(part);
            }
            None => hosts.push(HostImport { name: import.to_owned(), parts: vec![part] }),
        }
    }
    if errors.is_empty() { Ok(hosts) } else { Err(errors) }
}

/// Whether an import can join others: whatever two of them both have must be of one type.
fn agree(components: &Components, parts: &[Part], new: &Part) -> Result<(), (Part, Difference)> {
    for part in parts {
        let (Some(a), Some(b)) = (item(components, part), item(components, new)) else { continue };
        compat::compare_common(a, b).map_err(|difference| (part.clone(), difference))?;
    }
    Ok(())
}

fn item<'a>(components: &'a Components, part: &'a Part) -> Option<Item<'a>> {
    let component = &components[part.component];
    let ty = component.imports().get(&part.import)?.ty;
    Some(Item { component, name: &part.import, ty })
}

fn conflict(components: &Components, first: Part, second: &Part, difference: Difference) -> LinkError {
    LinkError::Merge {
        first: components[first.component].name().to_owned(),
        first_import: first.import,
        second: components[second.component].name().to_owned(),
        second_import: second.import.clone(),
        difference: Box::new(difference),
    }
}
