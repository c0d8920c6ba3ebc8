//! Which export fills which import: by full name, then by compatible version, never by type alone.

use wasmparser::component_types::ComponentEntityType;

use super::compat::{self, ResourcePair};
use super::error::{Candidate, LinkError, NearMiss};
use crate::load::{Component, ComponentId, Components};
use crate::name::{self, InterfaceName, Track};

/// An export that fills an import.
#[derive(Debug, Clone)]
pub struct Match {
    /// The component that exports.
    pub exporter: ComponentId,
    /// The name of its export.
    pub export: String,
    /// The resource types that the two sides must agree on.
    pub resources: Vec<ResourcePair>,
}

/// Finds the export that fills an import, among those of all `exporters` but the importer itself.
///
/// The same name comes first; else the highest compatible version (see [`Track`]). `None` leaves it to the host.
///
/// # Errors
///
/// Where two components have the same claim, or the one that has it exports another type.
pub fn match_import(
    components: &Components,
    exporters: &[ComponentId],
    importer: ComponentId,
    import: &str,
    ty: ComponentEntityType,
) -> Result<Option<Match>, Box<LinkError>> {
    let importer_component = &components[importer];
    let candidates = candidates(components, exporters, importer, import);
    let [(exporter, export)] = candidates.as_slice() else {
        if candidates.is_empty() {
            return Ok(None);
        }
        let digests: Vec<_> = candidates.iter().map(|(id, _)| components[*id].digest()).collect();
        return Err(Box::new(LinkError::Ambiguous {
            importer: importer_component.name().to_owned(),
            import: import.to_owned(),
            described: false,
            identical: digests.windows(2).all(|pair| pair.first() == pair.last()),
            candidates: candidates
                .iter()
                .map(|(id, export)| Candidate {
                    exporter: components[*id].name().to_owned(),
                    export: (*export).to_owned(),
                    file: components[*id].file().to_owned(),
                })
                .collect(),
        }));
    };

    let matched = Match { exporter: *exporter, export: (*export).to_owned(), resources: Vec::new() };
    check(importer_component, import, ty, &components[*exporter], matched).map(Some)
}

/// Checks that an export is of the type that an import asks for, and finds the resources that they share.
///
/// # Errors
///
/// Where it is of another.
pub fn check(
    importer: &Component,
    import: &str,
    ty: ComponentEntityType,
    exporter: &Component,
    matched: Match,
) -> Result<Match, Box<LinkError>> {
    let Some(exported) = exporter.exports().get(&matched.export) else { return Ok(matched) };
    let expected = compat::Item { component: importer, name: import, ty };
    let found = compat::Item { component: exporter, name: &matched.export, ty: exported.ty };
    match compat::compare(expected, found) {
        Ok(resources) => Ok(Match { resources, ..matched }),
        Err(difference) => Err(Box::new(LinkError::Mismatch {
            importer: importer.name().to_owned(),
            import: import.to_owned(),
            exporter: exporter.name().to_owned(),
            export: matched.export,
            difference: Box::new(difference),
        })),
    }
}

/// The name that a user means: that very name, or the only one that is it with a version.
pub fn find<'n>(names: impl Iterator<Item = &'n String> + Clone, wanted: &str) -> Option<&'n String> {
    if let Some(exact) = names.clone().find(|name| *name == wanted) {
        return Some(exact);
    }
    let mut versions = names.filter(|name| is_version(name, wanted));
    let first = versions.next()?;
    versions.next().is_none().then_some(first)
}

/// The names that are one with a version, where there are several.
pub fn versions<'n>(names: impl Iterator<Item = &'n String>, wanted: &str) -> Vec<String> {
    let versions: Vec<String> = names.filter(|name| is_version(name, wanted)).cloned().collect();
    if versions.len() > 1 { versions } else { Vec::new() }
}

fn is_version(name: &str, wanted: &str) -> bool {
    matches!(InterfaceName::read(name), Some(InterfaceName { base, version: Some(_), .. }) if base == wanted)
}

/// The name that fits another best: the same, else the highest compatible version.
pub fn best<'n>(mut names: impl Iterator<Item = &'n String> + Clone, wanted: &str) -> Option<&'n String> {
    let best = name::best(wanted, names.clone().map(String::as_str))?;
    names.find(|name| *name == best)
}

/// The names that are nearest to one that is not among them, and all of them where none is near and they are few.
pub fn nearest<'n>(names: impl Iterator<Item = &'n String> + Clone, wanted: &str) -> Vec<String> {
    let mut near: Vec<(usize, &String)> =
        names.clone().filter_map(|name| nearness(wanted, name).map(|(rank, _)| (rank, name))).collect();
    near.sort();
    if near.is_empty() {
        return names.take(10).cloned().collect();
    }
    near.into_iter().map(|(_, name)| name.clone()).take(3).collect()
}

/// The exports with the best claim to fill an import. More than one is an ambiguity.
fn candidates<'a>(
    components: &'a Components,
    exporters: &[ComponentId],
    importer: ComponentId,
    import: &str,
) -> Vec<(ComponentId, &'a str)> {
    let others = || {
        let others = exporters.iter().filter(|id| **id != importer);
        others.flat_map(|id| components[*id].exports().keys().map(|export| (*id, export.as_str())))
    };
    let exact: Vec<_> = others().filter(|(_, export)| *export == import).collect();
    if !exact.is_empty() {
        return exact;
    }
    let Some((track, _)) = Track::of(import) else { return Vec::new() };
    let compatible: Vec<_> = others()
        .filter_map(|(id, export)| match Track::of(export) {
            Some((other, version)) if other == track => Some((version, (id, export))),
            _ => None,
        })
        .collect();
    let highest = compatible.iter().map(|(version, _)| version).max().cloned();
    compatible.into_iter().filter(|(version, _)| Some(version) == highest.as_ref()).map(|(_, item)| item).collect()
}

/// Exports whose names are nearly those of imports that nothing fills, at most one for each import.
pub fn near_misses(
    components: &Components,
    importers: &[ComponentId],
    exporters: &[ComponentId],
    unmatched: impl Fn(ComponentId, &str) -> bool,
) -> Vec<NearMiss> {
    let mut misses = Vec::new();
    for importer in importers {
        for import in components[*importer].imports().keys().filter(|import| unmatched(*importer, import)) {
            let nearest = exporters
                .iter()
                .filter(|exporter| *exporter != importer)
                .flat_map(|exporter| {
                    let component = &components[*exporter];
                    component.exports().keys().map(move |export| (component.name(), export))
                })
                .filter_map(|(exporter, export)| {
                    nearness(import, export).map(|(rank, why)| (rank, why, exporter, export))
                })
                .min_by(|a, b| (a.0, a.2, a.3).cmp(&(b.0, b.2, b.3)));
            if let Some((_, why, exporter, export)) = nearest {
                misses.push(NearMiss {
                    import: (components[*importer].name().to_owned(), import.clone()),
                    export: (exporter.to_owned(), export.clone()),
                    why,
                });
            }
        }
    }
    misses
}

const PLAIN: (usize, &str) = (4, "one is an interface of a package, the other a plain name");

/// How near two names are, nearest first, and what keeps them apart. `None` where they are not alike.
pub(crate) fn nearness(import: &str, export: &str) -> Option<(usize, &'static str)> {
    if name::canonical(import) == name::canonical(export) {
        return Some((0, "they differ only in case or hyphens"));
    }
    match (InterfaceName::read(import), InterfaceName::read(export)) {
        (Some(a), Some(b)) if a.base == b.base => {
            return Some(match (a.version, b.version) {
                (Some(_), Some(_)) => (1, "their versions are not compatible"),
                _ => (2, "one has a version and the other has none"),
            });
        }
        (Some(a), Some(b)) if a.interface == b.interface => {
            return Some((3, "the interface is of another package"));
        }
        // `greet` and `acme:hello/greet@1.0.0`: one side names an interface, the other a function or an inline one.
        (Some(interface), None) if interface.interface == export => return Some(PLAIN),
        (None, Some(interface)) if interface.interface == import => return Some(PLAIN),
        _ => {}
    }
    // Of short names almost any two are two letters apart.
    let distance = strsim::damerau_levenshtein(import, export);
    (distance <= 2 && distance * 3 < import.len()).then_some((5, "the spelling differs"))
}

#[cfg(test)]
mod tests {
    use super::{PLAIN, nearness};

    #[test]
    fn an_address_is_not_near_to_the_interface_that_it_ends_with() {
        assert_eq!(nearness("greet", "acme:hello/greet@1.0.0"), Some(PLAIN));
        assert_eq!(nearness("url=<https://example.com/greet@1>", "greet"), None);
        assert_eq!(nearness("url=<https://example.com/greet@1>", "acme:hello/greet@1.0.0"), None);
    }
}
