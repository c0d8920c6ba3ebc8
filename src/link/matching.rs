//! Matches exports with imports: by full name, then by interface and compatible version, never by type alone.
//!
//! Component Model, Explainer, "Import and Export Definitions": `implements` states the interface of a label.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use wasmparser::component_types::{ComponentEntityType, ComponentItem};

use super::error::{Candidate, LinkError, NearMiss};
use crate::describe::manifest;
use crate::limits;
use crate::load::component::{implements, interface};
use crate::load::digest::Digest;
use crate::load::{Component, ComponentId, Components};
use crate::name::{self, InterfaceName, Versions, compatible};
use crate::text;
use crate::types::compare::{self, Difference, ResourcePair};
use crate::types::ids::other_id;

/// An export that fills an import.
#[derive(Debug, Clone)]
pub(crate) struct Match {
    /// The component that exports.
    pub exporter: ComponentId,
    /// The name of its export.
    pub export: String,
    /// The resource types that both sides must share.
    pub resources: Vec<ResourcePair>,
}

/// The exports of some components, by name and by interface.
#[derive(Default)]
pub(crate) struct Exports<'c> {
    named: BTreeMap<&'c str, Vec<(ComponentId, &'c ComponentItem)>>,
    interfaces: Versions<(ComponentId, &'c str)>,
}

impl<'c> Exports<'c> {
    /// The exports of components, which take precedence in this order.
    pub(crate) fn of(components: &'c Components, exporters: &[ComponentId]) -> Self {
        let mut exports = Exports::default();
        for id in exporters {
            for (export, item) in components[*id].exports() {
                exports.named.entry(export).or_default().push((*id, item));
                exports.interfaces.add(interface(export, item), (*id, export));
            }
        }
        exports
    }

    /// The stored name of an export.
    fn name(&self, export: &str) -> Option<&'c str> {
        self.named.get_key_value(export).map(|(name, _)| *name)
    }
}

/// Finds the export that fills an import of a component, among `exports` of the possible exporters.
///
/// The same name takes precedence; then the interface; then its highest compatible version (see [`name::Track`]).
/// `None` leaves the import to the host.
///
/// # Errors
///
/// Two components have equally good exports, or the best export has another type.
pub(crate) fn match_import(
    components: &Components,
    exports: &Exports<'_>,
    importer: &Component,
    import: &str,
    item: &ComponentItem,
    may_fill: impl Fn(ComponentId) -> bool,
) -> Result<Option<Match>, Box<LinkError>> {
    let candidates = candidates(exports, import, item, may_fill);
    let [(exporter, export)] = candidates.as_slice() else {
        if candidates.is_empty() {
            return Ok(None);
        }
        let exporters: BTreeSet<ComponentId> = candidates.iter().map(|(id, _)| *id).collect();
        let digests: BTreeSet<Digest> = exporters.iter().map(|id| components[*id].digest()).collect();
        return Err(Box::new(LinkError::Ambiguous {
            importer: importer.name().to_owned(),
            import: import.to_owned(),
            described: false,
            identical: exporters.len() > 1 && digests.len() == 1,
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
    check(importer, import, item.ty, &components[*exporter], matched).map(Some)
}

/// Checks that an export has the type of an import, and finds the resource types that both share.
///
/// # Errors
///
/// The types differ.
pub(crate) fn check(
    importer: &Component,
    import: &str,
    ty: ComponentEntityType,
    exporter: &Component,
    matched: Match,
) -> Result<Match, Box<LinkError>> {
    let Some(exported) = exporter.exports().get(&matched.export) else { return Ok(matched) };
    let expected = compare::Item { component: importer, name: import, ty };
    let found = compare::Item { component: exporter, name: &matched.export, ty: exported.ty };
    match compare::compare(expected, found) {
        Ok(resources) => Ok(Match { resources, ..matched }),
        Err(difference) => Err(Box::new(LinkError::Mismatch {
            near: near_item(&difference, exporter, exported.ty),
            importer: importer.name().to_owned(),
            import: import.to_owned(),
            exporter: exporter.name().to_owned(),
            export: matched.export,
            difference: Box::new(difference),
            fitting: None,
        })),
    }
}

/// The item of an exported interface with a name like that of the item that it lacks.
fn near_item(difference: &Difference, exporter: &Component, ty: ComponentEntityType) -> Option<String> {
    let (Difference { expected, found: None }, ComponentEntityType::Instance(id)) = (difference, ty) else {
        return None;
    };
    let (lacking, _) = expected.split_once(':')?;
    manifest::nearest(exporter.types().get(id)?.exports.keys().cloned(), lacking.trim())
}

/// The imports or exports of a component, by their names and interfaces.
#[derive(Clone, Copy)]
pub(crate) struct Items<'c>(pub &'c IndexMap<String, ComponentItem>);

impl<'c> Items<'c> {
    /// The items that a user's text selects: the one of that name, else those of that name with a version, else the
    /// labels of that interface.
    pub(crate) fn meant(self, wanted: &str) -> Vec<&'c String> {
        if let Some((name, _)) = self.0.get_key_value(wanted) {
            return vec![name];
        }
        let versions: Vec<&String> = self.0.keys().filter(|name| is_version(name, wanted)).collect();
        if !versions.is_empty() {
            return versions;
        }
        let labels = self.labels().filter(|(_, interface)| interface == wanted || is_version(interface, wanted));
        labels.map(|(name, _)| name).collect()
    }

    /// The best item for a name, else for an interface: the same, else the highest compatible version. Of several
    /// labels of one interface, none is the best.
    pub(crate) fn best(self, name: &str, interface: &str) -> Option<&'c String> {
        let named = self.0.get_key_value(name).map(|(name, _)| name);
        let of_interface = || {
            let labels: Vec<_> = self.labels().filter(|(_, other)| compatible(other, interface)).collect();
            match labels.as_slice() {
                [(name, _)] => Some(*name),
                _ => None,
            }
        };
        named.or_else(|| best(self.0.keys(), interface)).or_else(of_interface)
    }

    /// The names nearest to an unknown one. All names, where none is near.
    pub(crate) fn nearest(self, wanted: &str) -> Vec<String> {
        nearest(self.0.keys(), wanted)
    }

    /// The labels: items with another name than their interface.
    fn labels(self) -> impl Iterator<Item = (&'c String, String)> {
        self.0.iter().filter_map(|(name, item)| Some((name, implements(name, item)?)))
    }
}

fn is_version(name: &str, wanted: &str) -> bool {
    matches!(InterfaceName::read(name), Some(InterfaceName { base, version: Some(_), .. }) if base == wanted)
}

/// Whether a host fills an import of one component and one of another with the same item: both have one name, or no label
/// and compatible versions of an interface; and both have the same `external-id`s.
pub(crate) fn is_same_import((of, import): (&Component, &str), (other, name): (&Component, &str)) -> bool {
    let Some((item, known)) = of.imports().get(import).zip(other.imports().get(name)) else { return false };
    let is_label = item.implements.is_some() || known.implements.is_some();
    (import == name || !is_label)
        && compatible(&interface(import, item), &interface(name, known))
        && other_id((of, item), (other, known)).is_none()
}

/// The best name for another: the same, else the highest compatible version.
pub(crate) fn best<'n>(mut names: impl Iterator<Item = &'n String> + Clone, wanted: &str) -> Option<&'n String> {
    let best = name::best(wanted, names.clone().map(String::as_str))?;
    names.find(|name| *name == best)
}

/// The names nearest to an unknown one. All names, where none is near.
pub(crate) fn nearest<'n>(names: impl Iterator<Item = &'n String> + Clone, wanted: &str) -> Vec<String> {
    let mut near: Vec<(usize, &String)> =
        names.clone().filter_map(|name| nearness(wanted, name).map(|(rank, _)| (rank, name))).collect();
    near.sort();
    if near.is_empty() {
        // A spelling mistake in a name without a version.
        let slip = manifest::nearest(names.clone().map(|name| name::base(name)), name::base(wanted));
        if let Some(meant) = slip.and_then(|base| names.clone().find(|name| name::base(name) == base)) {
            return vec![meant.clone()];
        }
        // A part of a name.
        let has_part = |name: &&String| wanted.len() > 2 && name.contains(name::base(wanted));
        let parts: Vec<String> = names.clone().filter(has_part).cloned().collect();
        return if parts.is_empty() { names.cloned().collect() } else { parts };
    }
    near.into_iter().map(|(_, name)| name.clone()).take(3).collect()
}

/// The best exports for an import: those of its name, else those of its interface, else those of its highest compatible
/// version. More than one is an ambiguity.
pub(crate) fn candidates<'c>(
    exports: &Exports<'c>,
    import: &str,
    item: &ComponentItem,
    may_fill: impl Fn(ComponentId) -> bool,
) -> Vec<(ComponentId, &'c str)> {
    let wanted = interface(import, item);
    let may_match = |export: &ComponentItem| match (&item.implements, &export.implements) {
        (Some(_), Some(_)) => compatible(&interface(import, export), &wanted),
        // A function or type does not match the label of an interface, even if the names are equal.
        (Some(_), None) | (None, Some(_)) => {
            [item.ty, export.ty].iter().all(|ty| matches!(ty, ComponentEntityType::Instance(_)))
        }
        (None, None) => true,
    };
    let named = exports.named.get(import).into_iter().flatten();
    let named = named.filter(|(id, export)| may_fill(*id) && may_match(export));
    let named: Vec<_> = named.filter_map(|(id, _)| Some((*id, exports.name(import)?))).collect();
    if !named.is_empty() {
        return named;
    }
    exports.interfaces.best(&wanted, |(id, _)| may_fill(*id))
}

/// The exports of other components that could fill an import which the component `found` fills: for each component, the
/// export of its highest compatible version.
pub(crate) fn others<'c>(
    exports: &Exports<'c>,
    import: &str,
    item: &ComponentItem,
    found: ComponentId,
    may_fill: impl Fn(ComponentId) -> bool,
) -> BTreeMap<ComponentId, &'c str> {
    let wanted = interface(import, item);
    let all = exports.interfaces.all(&wanted).copied();
    all.filter(|(id, _)| *id != found && may_fill(*id)).collect()
}

/// Exports with names similar to those of unfilled imports, at most one for each import.
pub(crate) fn near_misses(
    components: &Components,
    importers: &[ComponentId],
    exporters: &[ComponentId],
    unmatched: impl Fn(ComponentId, &str) -> bool,
) -> Vec<NearMiss> {
    let mut misses = Vec::new();
    for importer in importers {
        let imports = components[*importer].imports().iter().filter(|(import, _)| unmatched(*importer, import));
        for (import, item) in imports.take(limits::SUGGESTED.saturating_sub(misses.len())) {
            let others = exporters.iter().copied().filter(|exporter| exporter != importer);
            if let Some(Near { exporter, export, why, .. }) = near(components, others, &interface(import, item)).first()
            {
                misses.push(NearMiss {
                    import: (components[*importer].name().to_owned(), import.clone()),
                    export: (components[*exporter].name().to_owned(), (*export).to_owned()),
                    why,
                });
            }
        }
    }
    misses
}

/// An export with a name similar to that of an interface.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Near<'c> {
    rank: usize,
    /// The component with the export.
    pub exporter: ComponentId,
    /// The name of the export.
    pub export: &'c str,
    /// The difference between the names.
    pub why: &'static str,
}

/// The exports of some components with names similar to that of an interface, nearest first.
pub(crate) fn near<'c>(
    components: &'c Components,
    exporters: impl Iterator<Item = ComponentId>,
    wanted: &str,
) -> Vec<Near<'c>> {
    let exports =
        exporters.flat_map(|exporter| components[exporter].exports().iter().map(move |export| (exporter, export)));
    let near = exports.filter_map(|(exporter, (export, item))| {
        let (rank, why) = nearness(wanted, &interface(export, item))?;
        Some(Near { rank, exporter, export, why })
    });
    let mut near: Vec<Near<'_>> = near.collect();
    near.sort_by_key(|near| (near.rank, components[near.exporter].name(), near.export));
    near
}

const PLAIN: (usize, &str) = (4, "one is an interface of a package, the other a plain name");

/// The distance of two names (smaller is nearer), and their difference. `None` where they are not similar.
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
        // `greet` and `acme:hello/greet@1.0.0`: one name is that of an interface, the other of a function or inline
        // interface.
        (Some(interface), None) if interface.interface == export => return Some(PLAIN),
        (None, Some(interface)) if interface.interface == import => return Some(PLAIN),
        _ => {}
    }
    // Short names are often within two letters of each other by chance.
    let distance = text::slips(import, export)?;
    (distance * 3 < import.len()).then_some((5, "the spelling differs"))
}

#[cfg(test)]
mod tests {
    use super::{PLAIN, nearness};

    #[test]
    fn matching_does_not_suggest_a_url_that_ends_in_the_interface() {
        assert_eq!(nearness("greet", "acme:hello/greet@1.0.0"), Some(PLAIN));
        assert_eq!(nearness("url=<https://example.com/greet@1>", "greet"), None);
        assert_eq!(nearness("url=<https://example.com/greet@1>", "acme:hello/greet@1.0.0"), None);
    }
}
