//! Writes settings as short texts for provenance.

use std::collections::BTreeMap;
use std::fmt::Write;

use jiff::Timestamp;

use crate::describe::setting::{
    Clock, Input, KeyValue, Mount, MountKind, Named, Names, Rules, Sockets, Stream, Variables,
};
use crate::describe::{Settings, Treatment};
use crate::load::Embedded;
use crate::load::digest::Digest;
use crate::load::embedded::{Node, Tree};
use crate::text;

/// The length in bytes up to which a text is written itself. A longer text is replaced by its digest.
const TEXT: usize = 200;

/// Writes a text of the user as one word. A text with spaces or other special characters is quoted as in TOML.
pub(super) fn word(text: &str) -> String {
    if text.len() > TEXT {
        return format!("({}, sha256 {})", bytes(text.len() as u64), Digest::of(text.as_bytes()));
    }
    let is_bare = |c: char| !c.is_whitespace() && !text::is_steering(c) && !",\"'\\()".contains(c);
    if !text.is_empty() && text.chars().all(is_bare) { text.to_owned() } else { quoted(text) }
}

/// Writes a text as a basic string of TOML, on one line.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        // Writing to a text does not fail.
        _ = match c {
            '"' | '\\' => write!(quoted, "\\{c}"),
            '\n' => write!(quoted, "\\n"),
            '\r' => write!(quoted, "\\r"),
            '\t' => write!(quoted, "\\t"),
            c if text::is_steering(c) => write!(quoted, "\\u{:04X}", u32::from(c)),
            c => write!(quoted, "{c}"),
        };
    }
    quoted + "\""
}

/// Writes the setting of a capability.
pub(super) fn provided(capability: &str, settings: &Settings, embedded: &Embedded) -> String {
    let nothing = || Treatment::Provide.to_string();
    match capability {
        "env" => settings.env.as_ref().map_or_else(nothing, variables),
        "config" => settings.config.as_ref().map_or_else(nothing, variables),
        "args" => settings.args.as_deref().map_or_else(nothing, arguments),
        "cwd" => settings.cwd.as_ref().map_or_else(nothing, |path| format!("set {}", word(path))),
        "stdin" => settings.stdin.as_ref().map_or_else(nothing, |input| stdin(input, settings, embedded)),
        "stdout" => settings.stdout.map_or_else(nothing, stream),
        "stderr" => settings.stderr.map_or_else(nothing, stream),
        "logging" if settings.logging => stream(Stream::Stderr),
        "clocks" => settings.clock.as_ref().map_or_else(nothing, clock),
        "http" => settings.http.as_ref().map_or_else(nothing, rules),
        "sockets" => settings.sockets.as_ref().map_or_else(nothing, sockets),
        "keyvalue" => settings.keyvalue.as_ref().map_or_else(nothing, keyvalue),
        "random" => settings.seed.map_or_else(nothing, |seed| format!("seed {seed}")),
        _ => nothing(),
    }
}

/// Writes a mount. The path of embedded files on the machine of the build is left out.
pub(super) fn mount(mount: &Mount, embedded: &Embedded) -> String {
    match &mount.kind {
        MountKind::Embed { source, follow, overlay } => {
            let tree = embedded.get(source, *follow).map(|tree| amount(tree, true)).unwrap_or_default();
            match overlay {
                None => format!("embed {tree}"),
                Some(u64::MAX) => format!("embed {tree}, overlay memory"),
                Some(size) => format!("embed {tree}, overlay {}", memory(*size)),
            }
        }
        MountKind::Memory(size) => format!("memory {}", memory(*size)),
        MountKind::Host { path, read_only: true } => format!("host {} read-only", word(path)),
        MountKind::Host { path, read_only: false } => format!("host {}", word(path)),
    }
}

fn variables(variables: &Variables) -> String {
    let Variables { set, allow, deny } = variables;
    let list = |verb: &str, words: Vec<String>| (!words.is_empty()).then(|| format!("{verb} {}", words.join(" ")));
    let set = pairs(set);
    let allow = match allow {
        Names::None => Vec::new(),
        Names::All => vec!["*".to_owned()],
        Names::Some(names) => names.iter().map(|variable| name(variable)).collect(),
    };
    let parts =
        [list("set", set.collect()), list("allow", allow), list("deny", deny.iter().map(|it| name(it)).collect())];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "empty".to_owned() } else { parts.join(", ") }
}

fn name(name: &str) -> String {
    match name {
        // The name `*` is not the wildcard, and an `=` in a name does not end it.
        name if name == "*" || (name.contains('=') && name.len() <= TEXT) => quoted(name),
        name => word(name),
    }
}

fn pairs(set: &BTreeMap<String, String>) -> impl Iterator<Item = String> {
    set.iter().map(|(variable, value)| format!("{}={}", name(variable), word(value)))
}

fn keyvalue(KeyValue { memory: size, set }: &KeyValue) -> String {
    let bucket = |(bucket, keys): (&String, &BTreeMap<String, String>)| {
        let words: Vec<String> = std::iter::once(word(bucket)).chain(pairs(keys)).collect();
        format!(", set {}", words.join(" "))
    };
    format!("memory {}{}", memory(*size), set.iter().map(bucket).collect::<String>())
}

fn rules(rules: &Rules) -> String {
    match rules.allow.is_empty() {
        true => "allow nothing".to_owned(),
        false => clauses(&[("allow", &rules.allow), ("deny", &rules.deny)]),
    }
}

fn sockets(Sockets { connect, listen, lookup }: &Sockets) -> String {
    match connect.is_empty() && listen.is_empty() && lookup.is_empty() {
        true => "connect nothing".to_owned(),
        false => clauses(&[("connect", connect), ("listen", listen), ("lookup", lookup)]),
    }
}

fn clauses(all: &[(&str, &Vec<String>)]) -> String {
    let clause = |(verb, rules): &(&str, &Vec<String>)| {
        let words: Vec<String> = rules.iter().map(|rule| word(rule)).collect();
        (!words.is_empty()).then(|| format!("{verb} {}", words.join(" ")))
    };
    all.iter().filter_map(clause).collect::<Vec<_>>().join(", ")
}

fn arguments(arguments: &[String]) -> String {
    let words: Vec<String> = arguments.iter().map(|argument| word(argument)).collect();
    if words.is_empty() { "empty".to_owned() } else { format!("set {}", words.join(" ")) }
}

fn stdin(input: &Input, settings: &Settings, embedded: &Embedded) -> String {
    match input {
        Input::Text(text) if text.is_empty() => "empty".to_owned(),
        Input::Text(text) => format!("text {}", word(text)),
        Input::File { .. } => {
            let named = settings.named().find(Named::is_stdin);
            let tree = named.and_then(|named| embedded.get(named.source, named.follow));
            format!("file {}", tree.map(|tree| amount(tree, false)).unwrap_or_default())
        }
    }
}

fn stream(stream: Stream) -> String {
    match stream {
        Stream::Stdout => "to stdout".to_owned(),
        Stream::Stderr => "to stderr".to_owned(),
    }
}

fn clock(clock: &Clock) -> String {
    let Clock { seconds, nanoseconds, step } = *clock;
    let parts = i64::try_from(seconds).ok().zip(i32::try_from(nanoseconds).ok());
    let time = parts.and_then(|(seconds, nanoseconds)| Timestamp::new(seconds, nanoseconds).ok());
    // A program can set a time that is out of the range of dates.
    let time = time.map_or_else(|| format!("{seconds} s {nanoseconds} ns"), |time| time.to_string());
    let units = [(1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "us"), (1, "ns")];
    match units.into_iter().find(|(unit, _)| step.is_multiple_of(*unit)) {
        Some((unit, name)) if step > 0 => format!("fixed {time}, step {}{name}", step / unit),
        _ => format!("fixed {time}"),
    }
}

/// Writes the size of embedded files, and the digest of their names and contents, as in `weld.lock`. `counts` adds
/// their number.
fn amount(tree: &Tree, counts: bool) -> String {
    let (mut files, mut links) = (0, 0);
    count(&tree.root, &mut files, &mut links);
    let mut parts = Vec::new();
    if counts {
        parts.push(text::count(files, "file"));
        parts.extend((links > 0).then(|| text::count(links, "link")));
    }
    parts.extend([bytes(tree.amount.bytes), format!("sha256 {}", tree.digest)]);
    parts.join(", ")
}

/// Counts the files and the links in a tree. The recursion is bounded by the limit of the depth of trees.
fn count(node: &Node, files: &mut usize, links: &mut usize) {
    match node {
        Node::Directory(entries) => entries.values().for_each(|node| count(node, files, links)),
        Node::File(_) => *files += 1,
        Node::Link(_) => *links += 1,
    }
}

/// Writes a size in the largest unit of which it is a whole number.
fn memory(size: u64) -> String {
    let units = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    match units.into_iter().find(|(unit, _)| size >= *unit && size.is_multiple_of(*unit)) {
        Some((unit, name)) => format!("{} {name}", size / unit),
        None => bytes(size),
    }
}

/// Writes a number of bytes, such as `1,204 bytes`.
fn bytes(number: u64) -> String {
    let grouped = text::grouped(number);
    if number == 1 { format!("{grouped} byte") } else { format!("{grouped} bytes") }
}

#[cfg(test)]
mod tests {
    use super::{Clock, bytes, clock, memory, word};

    #[test]
    fn provenance_words_are_quoted_where_needed() {
        for (text, shown) in [
            ("C", "C"),
            ("größe", "größe"),
            ("x=y", "x=y"),
            ("", "\"\""),
            ("a b", "\"a b\""),
            ("a,b", "\"a,b\""),
            ("a\nb\t", "\"a\\nb\\t\""),
            ("\u{1b}[31m\u{202e}", "\"\\u001B[31m\\u202E\""),
            ("say \"x\\y\"", "\"say \\\"x\\\\y\\\"\""),
            ("(5 bytes", "\"(5 bytes\""),
        ] {
            assert_eq!(word(text), shown);
        }
        assert_eq!(word(&"a".repeat(200)), "a".repeat(200));
        assert!(word(&"a".repeat(201)).starts_with("(201 bytes, sha256 "));
    }

    #[test]
    fn provenance_sizes_are_exact() {
        for (size, shown) in [
            (1, "1 byte"),
            (1_000, "1,000 bytes"),
            (1_024, "1 KiB"),
            (1_234_567, "1,234,567 bytes"),
            (3 << 19, "1536 KiB"),
            (1 << 20, "1 MiB"),
            (5 << 30, "5 GiB"),
        ] {
            assert_eq!(memory(size), shown);
        }
        assert_eq!((bytes(0).as_str(), bytes(999).as_str()), ("0 bytes", "999 bytes"));
    }

    #[test]
    fn provenance_times_are_utc() {
        let of = |seconds, nanoseconds, step| clock(&Clock { seconds, nanoseconds, step });
        assert_eq!(of(1_767_225_600, 0, 0), "fixed 2026-01-01T00:00:00Z");
        assert_eq!(of(1_767_225_600, 500_000_000, 1_000_000), "fixed 2026-01-01T00:00:00.5Z, step 1ms");
        assert_eq!(of(0, 0, 90_000_000_000), "fixed 1970-01-01T00:00:00Z, step 90s");
        assert_eq!(of(0, 0, 1_500), "fixed 1970-01-01T00:00:00Z, step 1500ns");
        assert_eq!(of(u64::MAX, 0, 0), "fixed 18446744073709551615 s 0 ns");
    }
}
