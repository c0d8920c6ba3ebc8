//! Names of imports and exports, and the versions of interfaces that are compatible.
//!
//! Component Model, Explainer, "Import and Export Definitions": an `interfacename` is `ns:pkg/iface` with an optional
//! `@version`. All other names are plain.

mod capability;
mod form;
pub(crate) mod grammar;
mod pattern;
mod section;

pub(crate) use capability::Capability;
pub(crate) use capability::{
    can_give, defines, functions, has_version, interfaces, is_companion, is_inert, is_loaded, is_poll,
};
pub(crate) use form::{
    Form, InterfaceName, Member, base, bracketed, canonical, is_obsolete, numbered, qualified, shown, split,
    unnumbered, unqualified, versioned,
};
pub(crate) use pattern::{Pattern, Rank};
pub(crate) use section::SectionNames;
use semver::Version;
use std::collections::BTreeMap;

/// The name of the custom section with the provenance of an output.
pub(crate) const PROVENANCE: &str = "weld";

/// The suffix in the name of an adapter, after the name of its instance.
pub(crate) const ADAPTER: &str = ":adapter";

/// The suffix in the name of an outer adapter, after the name of its instance.
pub(crate) const OUTER: &str = ":exports";

/// The prefix in the name of a group of instances, which weld nests if one component cannot hold them all. No file,
/// component of a description or import can have a name with this prefix, so no component of a user passes for a group.
pub(crate) const GROUP: &str = "/group";

/// Whether a name is that of a group, such as `/group-1`.
pub(crate) fn is_group(name: &str) -> bool {
    let number = name.strip_prefix(GROUP).and_then(|rest| rest.strip_prefix('-'));
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The name of the instance of an adapter, if `name` is that of an adapter. Further adapters of the same name end with
/// `-2` and so on. The name is untrusted: any component can have it.
pub(crate) fn adapted(name: &str) -> Option<&str> {
    let numbered = name.rsplit_once('-').filter(|(_, number)| number.bytes().all(|byte| byte.is_ascii_digit()));
    let base = numbered.map_or(name, |(base, _)| base);
    [ADAPTER, OUTER].into_iter().find_map(|end| base.strip_suffix(end))
}

/// A set of compatible versions of an interface, such as `0.2.x` or `1.x`.
///
/// A prerelease, or a version `0.0.x`, is compatible only with itself (Component Model, "Canonical Interface Name").
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Track {
    /// `ns:pkg/iface`.
    interface: String,
    /// The major version; or the minor version, if the major version is zero.
    major: u64,
    minor: u64,
}

impl Track {
    /// The track and the version of a name. `None` if the name is compatible only with itself.
    pub(crate) fn of(name: &str) -> Option<(Track, Version)> {
        let (interface, version) = split(name)?;
        let version = version?;
        if !version.pre.is_empty() {
            return None;
        }
        let (major, minor) = match (version.major, version.minor) {
            (0, 0) => return None,
            (0, minor) => (0, minor),
            (major, _) => (major, 0),
        };
        Some((Track { interface: interface.to_owned(), major, minor }, version))
    }
}

/// Whether two names are equal, or those of compatible versions of an interface.
pub(crate) fn compatible(a: &str, b: &str) -> bool {
    a == b || matches!((Track::of(a), Track::of(b)), (Some((a, _)), Some((b, _))) if a == b)
}

/// Whether an item named `given` can fill an import named `asked`: the names are equal, or `given` has a compatible
/// version that is not lower.
pub(crate) fn stands_for(given: &str, asked: &str) -> bool {
    let is_no_lower = || Some(Track::of(given)?.1 >= Track::of(asked)?.1);
    given == asked || (compatible(given, asked) && is_no_lower() == Some(true))
}

/// A key that is equal for two names exactly if they are [`compatible`].
pub(crate) fn told(name: &str) -> String {
    // No name contains a `*`.
    Track::of(name).map_or_else(
        || name.to_owned(),
        |(Track { interface, major, minor }, _)| format!("{interface}@{major}.{minor}.*"),
    )
}

/// The name among `candidates` that can stand for `name`: an equal one, or else the highest compatible version.
pub(crate) fn best<'a>(name: &str, candidates: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    if let Some(same) = candidates.clone().find(|candidate| *candidate == name) {
        return Some(same);
    }
    let (track, _) = Track::of(name)?;
    let version = |candidate| Track::of(candidate).filter(|(other, _)| *other == track).map(|(_, version)| version);
    candidates.filter_map(|candidate| Some((version(candidate)?, candidate))).max().map(|(_, candidate)| candidate)
}

/// An index of values by the names of interfaces. It finds the same as [`best`] without visiting all names.
#[derive(Debug)]
pub(crate) struct Versions<T> {
    same: BTreeMap<String, Vec<T>>,
    tracks: BTreeMap<Track, BTreeMap<Version, Vec<T>>>,
}

impl<T> Default for Versions<T> {
    fn default() -> Self {
        Versions { same: BTreeMap::new(), tracks: BTreeMap::new() }
    }
}

impl<T: Clone> Versions<T> {
    /// Adds a value under the name of an interface.
    pub(crate) fn add(&mut self, interface: String, of: T) {
        if let Some((track, version)) = Track::of(&interface) {
            self.tracks.entry(track).or_default().entry(version).or_default().push(of.clone());
        }
        self.same.entry(interface).or_default().push(of);
    }

    /// The values under the name of an interface or of any compatible version, lowest version first.
    pub(crate) fn all(&self, interface: &str) -> impl Iterator<Item = &T> {
        let track = Track::of(interface).and_then(|(track, _)| self.tracks.get(&track));
        let same = self.same.get(interface).filter(|_| track.is_none());
        track.into_iter().flat_map(|versions| versions.values().flatten()).chain(same.into_iter().flatten())
    }

    /// The values for which `may_be` holds under the name of an interface, or else under that of the highest compatible
    /// version with such a value, in the order of insertion.
    pub(crate) fn best(&self, interface: &str, may_be: impl Fn(&T) -> bool) -> Vec<T> {
        let of = |all: &Vec<T>| all.iter().filter(|of| may_be(of)).cloned().collect::<Vec<_>>();
        let is_any = |all: &Vec<T>| !all.is_empty();
        let same = self.same.get(interface).map(of).filter(is_any);
        let versions = || {
            let (track, _) = Track::of(interface)?;
            self.tracks.get(&track)?.values().rev().map(of).find(is_any)
        };
        same.or_else(versions).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::{Versions, best, compatible, told};

    #[test]
    fn name_index_finds_the_same_as_a_full_scan() {
        let names = [
            "a:b/c@1.2.0",
            "a:b/c@1.10.0",
            "a:b/c@1.10.0",
            "a:b/c@2.0.0",
            "a:b/c@0.2.0-draft",
            "a:b/c@0.0.1",
            "a:b/d@0.2.3",
            "a:b/d@0.2.4+x",
            "a:b/d@0.2.4+y",
            "a:b/c",
            "c",
        ];
        let mut versions = Versions::default();
        names.iter().enumerate().for_each(|(number, name)| versions.add((*name).to_owned(), number));
        let others = ["a:b/c@1.3.0", "a:b/c@0.2.0", "a:b/c@0.0.2", "a:b/d@0.2.9", "a:b/d", "d", "a:b/c@3.0.0"];
        for wanted in names.iter().chain(&others) {
            let found = best(wanted, names.iter().copied());
            let all = (0..names.len()).filter(|number| names.get(*number).copied() == found);
            assert_eq!(versions.best(wanted, |_| true), all.collect::<Vec<_>>(), "{wanted}");
        }
        // The highest version has no eligible value, so the next one is found.
        assert_eq!(versions.best("a:b/c@1.3.0", |number| *number != 1), [2]);
        assert_eq!(versions.best("a:b/c@1.3.0", |number| ![1, 2].contains(number)), [0]);
        assert_eq!(versions.best("c", |number| *number != 10), [0; 0]);
    }

    #[test]
    fn name_lookup_prefers_the_same_version_to_the_highest() {
        let candidates = || ["a:b/c@1.2.0", "a:b/c@1.10.0", "a:b/c@1.9.0", "a:b/c@2.0.0", "a:b/d@1.99.0"].into_iter();
        assert_eq!(best("a:b/c@1.2.0", candidates()), Some("a:b/c@1.2.0"));
        assert_eq!(best("a:b/c@1.3.0", candidates()), Some("a:b/c@1.10.0"));
        assert_eq!(best("a:b/c@3.0.0", candidates()), None);
        assert_eq!(best("a:b/c", candidates()), None);
    }

    #[test]
    fn name_compatibility_covers_patch_versions_of_a_zero_minor() {
        assert!(compatible("wasi:io/streams@0.2.0", "wasi:io/streams@0.2.12"));
        assert!(!compatible("wasi:io/streams@0.2.0", "wasi:io/streams@0.3.0"));
        assert!(!compatible("wasi:io/streams@0.2.0", "wasi:io/poll@0.2.0"));
    }

    #[test]
    fn name_compatibility_covers_minor_versions_of_a_major() {
        assert!(compatible("a:b/c@1.2.0", "a:b/c@1.9.3"));
        assert!(!compatible("a:b/c@1.2.0", "a:b/c@2.0.0"));
    }

    #[test]
    fn name_compatibility_excludes_prereleases_and_zero_zero() {
        assert!(compatible("a:b/c@0.2.0-draft", "a:b/c@0.2.0-draft"));
        assert!(!compatible("a:b/c@0.2.0-draft", "a:b/c@0.2.0"));
        assert!(!compatible("a:b/c@0.0.1", "a:b/c@0.0.2"));
        assert!(!compatible("a:b/c", "a:b/c@1.0.0"));
        assert!(compatible("plain", "plain"));
    }

    #[test]
    fn name_compatibility_agrees_with_version_tracks() {
        let names = [
            "a:b/c",
            "a:b/c@0",
            "a:b/c@0.2",
            "a:b/c@0.2.0",
            "a:b/c@0.2.9",
            "a:b/c@0.2.0-draft",
            "a:b/c@0.3.0",
            "a:b/c@0.0.1",
            "a:b/c@0.0.2",
            "a:b/c@1",
            "a:b/c@1.0",
            "a:b/c@1.0.0",
            "a:b/c@1.9.3",
            "a:b/c@2.0.0",
            "a:b/d@1.0.0",
            "plain",
        ];
        for (a, b) in names.iter().flat_map(|a| names.map(|b| (*a, b))) {
            assert_eq!(told(a) == told(b), compatible(a, b), "{a} {b}");
        }
    }
}
