//! Patterns: the names of functions in grants and policies.

use std::fmt;

/// A text in which `*` stands for any text, and all other characters for themselves.
type WildMatch = wildmatch::WildMatchPattern<'*', '\0'>;

use super::form::plain;
use super::{Capability, base, compatible};

/// A text that names functions of imports: a capability (`random`), an interface (`ns:pkg/iface`, with or without the
/// version), a function (`ns:pkg/iface#func`), or an import of the world itself (`log`, `#log`). A `*` stands for any
/// text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern {
    text: String,
    kind: Kind,
    /// The kind with its names in the form of [`plain`], to compare names that are denied.
    plain: Kind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Capability(Capability),
    /// A function or an instance that a world imports by a label.
    Plain(String),
    Interface(String),
    Function(String, String),
    /// One item of an import, both with their complete names. A `*` stands for itself.
    Exact(String, String),
}

/// How specifically a pattern names a function. The highest rank is the most specific.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rank {
    level: Level,
    /// With a `*`, the number of other characters in the pattern. Otherwise, whether the pattern has a version.
    detail: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Capability,
    Interfaces,
    Interface,
    Functions,
    Function,
    Exact,
}

impl Pattern {
    /// Parses a pattern. Every text is a pattern, but may name nothing: see [`grammar`](super::grammar).
    pub(crate) fn parse(text: &str) -> Pattern {
        let kind = match (super::unqualified(text), Capability::named(text)) {
            ((interface, Some(function)), _) => Kind::Function(interface.to_owned(), function.to_owned()),
            (_, Some(capability)) => Kind::Capability(capability),
            _ if text.contains([':', '*']) => Kind::Interface(text.to_owned()),
            _ => Kind::Plain(text.to_owned()),
        };
        let plain = match &kind {
            Kind::Function(interface, function) => Kind::Function(plain(interface).into(), plain(function).into()),
            Kind::Interface(interface) => Kind::Interface(plain(interface).into()),
            Kind::Plain(name) => Kind::Plain(plain(name).into()),
            Kind::Capability(_) | Kind::Exact(..) => kind.clone(),
        };
        Pattern { text: text.to_owned(), kind, plain }
    }

    /// The pattern of one item, by the name of its import and its own. An empty `item` stands for an interface as such,
    /// and an empty `import` for the world itself. Such patterns come only from policies that are converted to grants.
    pub(crate) fn exact(import: &str, item: &str) -> Pattern {
        let text = match import {
            "" => format!("#{item}"),
            import => super::qualified(import, item),
        };
        let kind = Kind::Exact(import.to_owned(), item.to_owned());
        Pattern { text, plain: kind.clone(), kind }
    }

    /// Whether the pattern was created by [`Pattern::exact`].
    pub(crate) fn is_exact(&self) -> bool {
        matches!(self.kind, Kind::Exact(..))
    }

    /// The capability that the pattern names. `None` for other patterns.
    pub(crate) fn capability(&self) -> Option<Capability> {
        match self.kind {
            Kind::Capability(capability) => Some(capability),
            _ => None,
        }
    }

    /// The text of the pattern, as the user writes it.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the pattern names functions of interfaces, and not whole interfaces.
    pub(crate) fn is_of_functions(&self) -> bool {
        match &self.kind {
            Kind::Function(..) => true,
            Kind::Exact(_, item) => !item.is_empty(),
            Kind::Capability(_) | Kind::Plain(_) | Kind::Interface(_) => false,
        }
    }

    /// Whether the pattern can name a single function, of an interface or of the world itself.
    pub(crate) fn can_be_of_a_function(&self) -> bool {
        self.is_of_functions() || matches!(self.kind, Kind::Plain(_))
    }

    /// The rank of a function for a pattern that is granted. Unlike [`Pattern::rank`], a capability names only the
    /// functions that WASI has, and none that are only denied along with it.
    pub(crate) fn rank_to_give(&self, interface: &str, function: &str) -> Option<Rank> {
        match self.capability() {
            Some(capability) => capability.gives(interface, function).then(|| self.ranked(Level::Capability)),
            None => self.named(interface, function),
        }
    }

    /// The rank of a function for a pattern that a policy allows. Unlike with [`Pattern::rank_to_give`], a capability
    /// also names the functions that are denied along with it.
    pub(crate) fn rank_to_allow(&self, interface: &str, function: &str) -> Option<Rank> {
        match self.capability() {
            Some(capability) => capability.has(interface, function).then(|| self.ranked(Level::Capability)),
            None => self.named(interface, function),
        }
    }

    /// Whether the pattern names an interface or a function of it, even a function that does not exist. A capability
    /// names only functions, and no interface as such.
    pub(crate) fn is_about(&self, interface: &str) -> bool {
        match &self.kind {
            Kind::Function(of, _) => names_interface(&plain(of), &plain(interface)),
            Kind::Exact(of, _) => of == interface,
            _ => self.capability().is_none() && self.rank(interface, "").is_some(),
        }
    }

    /// The rank of a function for a pattern that is denied. `interface` is the complete name of the import; empty for a
    /// function of the world itself. An empty `function` stands for the interface as such, which may contain only
    /// types. `None` if the pattern does not name the function.
    ///
    /// A denied pattern also names items that only have the name of an interface, such as a function of the world or an
    /// instance within an instance that is called `wasi:random/random@0.2.0`: a host may take the item for that
    /// interface. Case and hyphens are not significant: names that differ only in these are not unique (Component
    /// Model, Explainer, "Name Uniqueness"), and hosts for JavaScript map both to one name.
    pub(crate) fn rank(&self, interface: &str, function: &str) -> Option<Rank> {
        self.rank_by_name(interface, function).or_else(|| self.rank_by_posed_name(function))
    }

    /// The rank as of [`Pattern::rank`], but without items that only have the name of an interface.
    pub(crate) fn rank_by_name(&self, interface: &str, function: &str) -> Option<Rank> {
        match &self.plain {
            Kind::Exact(..) | Kind::Capability(_) => self.named(interface, function),
            kind => self.named_as(kind, &plain(interface), &plain(function)),
        }
    }

    /// The rank of an item that only has the name of an interface, by that name.
    fn rank_by_posed_name(&self, item: &str) -> Option<Rank> {
        let level = match &self.plain {
            _ if !item.contains(':') => None,
            Kind::Capability(capability) => capability.covers(item, item).then_some(Level::Capability),
            Kind::Exact(..) | Kind::Plain(_) => None,
            kind @ Kind::Interface(_) => return self.named_as(kind, &plain(item), ""),
            Kind::Function(of, _) => (!of.is_empty() && names_interface(of, &plain(item))).then_some(Level::Functions),
        };
        level.map(|level| self.ranked(level))
    }

    fn named(&self, interface: &str, function: &str) -> Option<Rank> {
        self.named_as(&self.kind, interface, function)
    }

    /// The rank of a function for a pattern of the given kind.
    fn named_as(&self, kind: &Kind, interface: &str, function: &str) -> Option<Rank> {
        let level = match kind {
            Kind::Capability(capability) => capability.covers(interface, function).then_some(Level::Capability),
            Kind::Plain(name) if name.is_empty() => None,
            // An import of the world itself that is a function.
            Kind::Plain(name) if interface.is_empty() => (function == name).then_some(Level::Function),
            Kind::Plain(name) => (interface == name).then_some(Level::Interface),
            // A label has no interface, but a `*` matches it.
            Kind::Interface(pattern) if interface.is_empty() && !pattern.contains(':') => {
                WildMatch::new(pattern).matches(function).then_some(Level::Interfaces)
            }
            Kind::Interface(pattern) => names_interface(pattern, interface).then(|| match pattern.contains('*') {
                true => Level::Interfaces,
                false => Level::Interface,
            }),
            Kind::Function(of, pattern) => {
                let is_it =
                    !function.is_empty() && names_interface(of, interface) && WildMatch::new(pattern).matches(function);
                is_it.then(|| match self.text.contains('*') {
                    true => Level::Functions,
                    false => Level::Function,
                })
            }
            Kind::Exact(import, item) => (import == interface && item == function).then_some(Level::Exact),
        };
        level.map(|level| self.ranked(level))
    }

    fn ranked(&self, level: Level) -> Rank {
        let detail = match level {
            Level::Interfaces | Level::Functions => self.text.chars().filter(|char| *char != '*').count(),
            // The author of a component chose the names, so their length must not decide.
            Level::Exact => 0,
            Level::Capability | Level::Interface | Level::Function => usize::from(self.text.contains('@')),
        };
        Rank { level, detail }
    }
}

/// Whether a pattern names an interface. With a version, it names all compatible versions; without one, all versions.
fn names_interface(pattern: &str, interface: &str) -> bool {
    let base = base(interface);
    match super::versioned(pattern) {
        (pattern, None) => WildMatch::new(pattern).matches(base),
        (pattern, Some(version)) => {
            WildMatch::new(pattern).matches(base) && compatible(interface, &format!("{base}@{version}"))
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    fn names(pattern: &str, interface: &str, function: &str) -> bool {
        Pattern::parse(pattern).rank(interface, function).is_some()
    }

    #[test]
    fn pattern_of_a_capability_matches_its_interfaces_at_any_version() {
        assert!(names("random", "wasi:random/random@0.2.0", "get-random-bytes"));
        assert!(names("random", "wasi:random/insecure@0.3.0", "get-insecure-random-u64"));
        assert!(!names("random", "my:random/random@0.2.0", "get-random-bytes"));
        assert!(!names("http", "wasi:http/types@0.2.0", "[constructor]fields"));
    }

    #[test]
    fn pattern_denies_a_version_whatever_its_build_metadata() {
        let versions = ["0.0.1", "0.0.1+x", "0.0.1+y-Z"];
        for (pattern, version) in versions.iter().flat_map(|one| versions.map(|other| (*one, other))) {
            let (pattern, interface) = (format!("a:b/c@{pattern}"), format!("a:b/c@{version}"));
            for pattern in [pattern.clone(), format!("{pattern}#f")] {
                assert!(names(&pattern, &interface, "f"), "{pattern} {interface}");
                let given = Pattern::parse(&pattern).rank_to_give(&interface, "f").is_some();
                assert_eq!(given, pattern.trim_end_matches("#f") == interface, "{pattern} {interface}");
            }
        }
        for (pattern, interface) in [("0.0.1-rc", "0.0.1-rc+x"), ("0.0.1-rc+x", "0.0.1-rc")] {
            assert!(names(&format!("a:b/c@{pattern}"), &format!("a:b/c@{interface}"), "f"), "{pattern} {interface}");
        }
        for (pattern, interface) in [("0.0.1", "0.0.2+x"), ("0.0.1+x", "0.0.1-rc+x"), ("0.0.1", "0.0.10")] {
            assert!(!names(&format!("a:b/c@{pattern}"), &format!("a:b/c@{interface}"), "f"), "{pattern} {interface}");
        }
    }

    #[test]
    fn pattern_of_stdout_denies_its_terminal_and_does_not_give_it() {
        let (stdout, terminal) = (Pattern::parse("stdout"), "wasi:cli/terminal-stdout@0.2.6");
        assert!(stdout.rank(terminal, "get-terminal-stdout").is_some());
        assert!(stdout.rank_to_give(terminal, "get-terminal-stdout").is_none());
        assert!(stdout.rank_to_give("wasi:cli/stdout@0.2.6", "get-stdout").is_some());
        assert!(stdout.rank_to_allow(terminal, "get-terminal-stdout").is_some());
        assert!(Pattern::parse("wasi:cli/*").rank_to_give(terminal, "get-terminal-stdout").is_some());
    }

    #[test]
    fn pattern_of_a_capability_allows_functions_of_wasi_and_denies_whole_interfaces() {
        let (fs, types) = (Pattern::parse("fs"), "wasi:filesystem/types@0.2.6");
        assert!(fs.rank_to_give(types, "[method]descriptor.stat").is_some());
        assert!(fs.rank_to_give(types, "open-anything").is_none() && fs.rank(types, "open-anything").is_some());
        let unknown = "wasi:filesystem/devices@0.2.6";
        assert!(fs.rank_to_give(unknown, "open").is_none() && fs.rank(unknown, "open").is_some());
        let (env, args, environment) = (Pattern::parse("env"), Pattern::parse("args"), "wasi:cli/environment@0.2.6");
        for capability in [&env, &args] {
            assert!(capability.rank(environment, "get-everything").is_some());
            assert!(capability.rank_to_give(environment, "get-everything").is_none());
        }
        assert!(args.rank(environment, "get-environment").is_none());
    }

    #[test]
    fn pattern_of_http_allows_its_types_and_does_not_deny_them() {
        let (http, types) = (Pattern::parse("http"), "wasi:http/types@0.2.10");
        assert!(http.rank_to_give(types, "[constructor]fields").is_some());
        assert!(http.rank(types, "[constructor]fields").is_none());
        assert!(http.rank("wasi:http/outgoing-handler@0.2.10", "handle").is_some());
    }

    #[test]
    fn pattern_of_a_missing_function_still_names_its_interface() {
        let is_about = |pattern: &str, interface: &str| Pattern::parse(pattern).is_about(interface);
        assert!(is_about("wasi:io/streams#nothing", "wasi:io/streams@0.2.0"));
        assert!(is_about("wasi:io/*", "wasi:io/streams@0.2.0") && is_about("kv", "kv"));
        assert!(!is_about("wasi:io/poll#poll", "wasi:io/streams@0.2.0") && !is_about("clocks", "wasi:io/poll"));
    }

    #[test]
    fn pattern_of_three_capabilities_matches_one_interface() {
        let environment = "wasi:cli/environment@0.2.6";
        assert!(names("args", environment, "get-arguments") && !names("args", environment, "get-environment"));
        assert!(names("env", environment, "get-environment") && !names("env", environment, ""));
    }

    #[test]
    fn pattern_matches_compatible_versions() {
        assert!(names("wasi:io/streams@0.2.0", "wasi:io/streams@0.2.6", ""));
        assert!(!names("wasi:io/streams@0.2.0", "wasi:io/streams@0.3.0", ""));
        assert!(names("wasi:io/*@0.2.0", "wasi:io/streams@0.2.6", ""));
        assert!(names("wasi:io/*", "wasi:io/streams", "anything"));
    }

    #[test]
    fn pattern_matches_a_url_that_contains_delimiters() {
        let name = "url=<https://example.com/a#b@1.0.0>";
        assert!(names(name, name, ""));
        assert!(names("url=<https://example.com/*>", name, "f"));
        assert!(names(&format!("{name}#f"), name, "f"));
        assert!(!names(&format!("{name}#f"), name, "g"));
        assert!(!names(name, "url=<https://example.com/a", "b@1.0.0>"));
        assert!(!names("url=<https://example.com/a#b>", name, ""));
    }

    #[test]
    fn pattern_brackets_are_literal() {
        let (interface, function) = ("wasi:io/streams@0.2.6", "[method]output-stream.write");
        assert!(names("wasi:io/streams#[method]output-stream.write", interface, function));
        assert!(names("wasi:io/streams#[method]output-stream.*", interface, function));
        assert!(!names("wasi:io/streams#[method]output-stream.write", interface, ""));
    }

    #[test]
    fn pattern_denies_a_world_function_named_like_an_interface_and_does_not_allow_it() {
        let posing = "wasi:random/random@0.2.0";
        for pattern in ["random", "wasi:random/*", "wasi:random/random", "wasi:random/random#get-random-u64"] {
            let pattern = Pattern::parse(pattern);
            for import in ["", "x"] {
                assert!(pattern.rank(import, posing).is_some(), "{pattern}");
                assert!(pattern.rank_to_give(import, posing).is_none(), "{pattern}");
                assert!(pattern.rank_to_allow(import, posing).is_none(), "{pattern}");
            }
        }
        assert!(Pattern::parse("sockets").rank("", posing).is_none() && !names("random", "", "get-random-u64"));
        assert!(Pattern::parse("#wasi:random/random@0.2.0").rank_to_give("", posing).is_some());
    }

    #[test]
    fn pattern_without_wildcards_matches_one_item() {
        let exact = Pattern::exact("a:b/c@0.2.0", "f");
        assert!(exact.rank("a:b/c@0.2.0", "f").is_some() && exact.is_about("a:b/c@0.2.0"));
        assert!(exact.rank("a:b/c@0.2.1", "f").is_none() && exact.rank("a:b/c@0.2.0", "g").is_none());
        assert!(exact.rank("a:b/c@0.2.0", "f") > Pattern::parse("a:b/c@0.2.0#f").rank("a:b/c@0.2.0", "f"));
        assert_eq!(Pattern::exact("", "log").as_str(), "#log");
        // A capability's name is not the capability.
        assert!(Pattern::exact("env", "").rank("wasi:cli/environment@0.2.0", "get-environment").is_none());
    }

    #[test]
    fn pattern_of_a_plain_name_matches_an_import_of_the_world() {
        assert!(names("log", "", "log") && names("#log", "", "log") && names("log", "log", "anything"));
        assert!(!names("log", "a:b/log", "log"));
        assert!(names("*", "", "log") && !names("", "", "") && !names("#", "", "log"));
    }

    #[test]
    fn pattern_with_more_parts_is_more_specific() {
        let (interface, function) = ("wasi:random/random@0.2.6", "get-random-u64");
        let patterns = ["random", "wasi:*", "wasi:random/*", "wasi:random/random", "wasi:random/random@0.2.0"];
        let patterns = [&patterns[..], &["wasi:random/random#get-*", "wasi:random/random#get-random-u64"]].concat();
        let ranks: Vec<_> =
            patterns.iter().map(|pattern| Pattern::parse(pattern).rank(interface, function).unwrap()).collect();
        assert!(ranks.is_sorted() && ranks.iter().all(|rank| ranks.iter().filter(|other| *other == rank).count() == 1));
    }
}
