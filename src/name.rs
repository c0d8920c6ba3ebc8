//! Names of imports and exports, and which of them are versions of the same interface.
//!
//! Component Model, Explainer, "Import and Export Definitions": an `interfacename` is `ns:pkg/iface` with an
//! optional `@version`; all other names are plain.

mod capability;
mod form;
pub mod grammar;
mod pattern;
mod section;

pub use capability::Capability;
pub(crate) use capability::{defines, functions, has_version, interfaces, is_companion, is_inert};
pub use form::{
    Form, InterfaceName, Member, base, canonical, is_obsolete, numbered, qualified, shown, split, unnumbered,
    unqualified, versioned,
};
pub use pattern::{Pattern, Rank};
pub use section::Names;
use semver::Version;

/// The name of the custom section in which weld says what an output was made of.
pub const PROVENANCE: &str = "weld";

/// How the name of an adapter ends, after that of the instance that it is for.
pub const ADAPTER: &str = ":adapter";

/// How the name of one ends that stands before the instance's exports.
pub const OUTER: &str = ":exports";

/// The name of the instance that an adapter is for, if a name is that of an adapter. Several of one name are numbered, `-2` and
/// so on. Whoever made a component may have called anything so.
pub fn adapted(name: &str) -> Option<&str> {
    let numbered = name.rsplit_once('-').filter(|(_, number)| number.bytes().all(|byte| byte.is_ascii_digit()));
    let base = numbered.map_or(name, |(base, _)| base);
    [ADAPTER, OUTER].into_iter().find_map(|end| base.strip_suffix(end))
}

/// The versions of an interface that can stand for each other: `0.2.x`, or `1.x`.
///
/// Prereleases and `0.0.x` are compatible with themselves only (Component Model, "Canonical Interface Name").
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Track {
    /// `ns:pkg/iface`.
    interface: String,
    /// The major version, or the minor one where the major version is zero.
    major: u64,
    minor: u64,
}

impl Track {
    /// The track of a name, and its version on it. `None` where only the very same name is compatible.
    pub fn of(name: &str) -> Option<(Track, Version)> {
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

/// Whether two names are the same, or versions of one interface that can stand for each other.
pub fn compatible(a: &str, b: &str) -> bool {
    a == b || matches!((Track::of(a), Track::of(b)), (Some((a, _)), Some((b, _))) if a == b)
}

/// The name among `candidates` that can stand for `name`: the very same, else the highest compatible version.
pub fn best<'a>(name: &str, candidates: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    if let Some(same) = candidates.clone().find(|candidate| *candidate == name) {
        return Some(same);
    }
    let (track, _) = Track::of(name)?;
    let version = |candidate| Track::of(candidate).filter(|(other, _)| *other == track).map(|(_, version)| version);
    candidates.filter_map(|candidate| Some((version(candidate)?, candidate))).max().map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::{best, compatible};

    #[test]
    fn the_same_name_comes_before_the_highest_version() {
        let candidates = || ["a:b/c@1.2.0", "a:b/c@1.10.0", "a:b/c@1.9.0", "a:b/c@2.0.0", "a:b/d@1.99.0"].into_iter();
        assert_eq!(best("a:b/c@1.2.0", candidates()), Some("a:b/c@1.2.0"));
        assert_eq!(best("a:b/c@1.3.0", candidates()), Some("a:b/c@1.10.0"));
        assert_eq!(best("a:b/c@3.0.0", candidates()), None);
        assert_eq!(best("a:b/c", candidates()), None);
    }

    #[test]
    fn patch_versions_of_a_zero_minor_are_compatible() {
        assert!(compatible("wasi:io/streams@0.2.0", "wasi:io/streams@0.2.12"));
        assert!(!compatible("wasi:io/streams@0.2.0", "wasi:io/streams@0.3.0"));
        assert!(!compatible("wasi:io/streams@0.2.0", "wasi:io/poll@0.2.0"));
    }

    #[test]
    fn minor_versions_of_a_major_are_compatible() {
        assert!(compatible("a:b/c@1.2.0", "a:b/c@1.9.3"));
        assert!(!compatible("a:b/c@1.2.0", "a:b/c@2.0.0"));
    }

    #[test]
    fn prereleases_and_zero_zero_are_only_themselves() {
        assert!(compatible("a:b/c@0.2.0-draft", "a:b/c@0.2.0-draft"));
        assert!(!compatible("a:b/c@0.2.0-draft", "a:b/c@0.2.0"));
        assert!(!compatible("a:b/c@0.0.1", "a:b/c@0.0.2"));
        assert!(!compatible("a:b/c", "a:b/c@1.0.0"));
        assert!(compatible("plain", "plain"));
    }
}
