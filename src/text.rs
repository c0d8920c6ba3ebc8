//! Escapes text from inputs. Nothing in a file, or in the name of a file, may control a terminal.

#[allow(unreachable_pub)] // Providers are built of this file as well.
mod steering;

use std::fmt;
use std::path::Path;

pub(crate) use steering::is_steering;

/// Displays text from an input, with control and bidirectional characters escaped.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shown<'a>(pub &'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            if is_steering(c) { write!(f, "\\u{{{:x}}}", u32::from(c))? } else { write!(f, "{c}")? }
        }
        Ok(())
    }
}

/// A path for messages, escaped. Bytes that are not UTF-8 are replaced.
pub(crate) fn path(path: &Path) -> String {
    Shown(&path.to_string_lossy()).to_string()
}

/// Escapes text like [`Shown`], but keeps line breaks: for messages of other libraries.
pub(crate) fn lines(text: &str) -> String {
    text.lines().map(|line| Shown(line).to_string()).collect::<Vec<_>>().join("\n")
}

/// The number of names that a message lists before it only counts the others.
const NAMES: usize = 3;

/// The names that a message lists, and the number of the others. A single name is always listed, because it is shorter
/// than words about it.
pub(crate) fn some_of<T>(names: &[T]) -> (&[T], usize) {
    let shown = if names.len() <= NAMES + 1 { names.len() } else { NAMES };
    let (shown, others) = names.split_at(shown);
    (shown, others.len())
}

/// Escapes text without changing byte offsets: each control character is replaced with a character of the same length.
pub(crate) fn same_length(text: &str) -> String {
    let mut chars = text.chars().peekable();
    let mut replaced = String::with_capacity(text.len());
    while let Some(c) = chars.next() {
        replaced.push(match c {
            '\n' | '\t' => c,
            // Only a line break contains `\r`. By itself it would move the cursor to the start of the line.
            '\r' if chars.peek() == Some(&'\n') => c,
            c if is_steering(c) => match c.len_utf8() {
                1 => '?',
                2 => '¿',
                3 => '\u{fffd}',
                _ => '\u{1f7e8}',
            },
            c => c,
        });
    }
    replaced
}

/// Escapes JSON without changing its value. Control characters occur only in strings. Serializers escape them already,
/// except for those that change the direction of text.
pub(crate) fn json(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => escaped.push(c),
            c if is_steering(c) => {
                let units = c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect::<String>();
                escaped.push_str(&units);
            }
            c => escaped.push(c),
        }
    }
    escaped
}

/// Text as a basic string of TOML, on one line, with control characters escaped.
pub(crate) fn toml(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if is_steering(c) => quoted.push_str(&format!("\\U{:08X}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// Quotes a word for a shell, if needed, so that commands in messages can be typed as they are.
pub(crate) fn shell(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./:=@%+,".contains(c);
    match word.chars().all(is_plain) && !word.is_empty() {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

/// The name of a file as an argument of a command. A name that begins with `-` could be read as a flag.
pub(crate) fn argument(file: &str) -> String {
    match file {
        "-" | "<stdin>" => "-".to_owned(),
        file if file.starts_with('-') => shell(&format!("./{file}")),
        file => shell(file),
    }
}

/// Whether the text is a SHA-256 digest as `sha256sum` prints it: 64 hexadecimal digits.
pub(crate) fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Indents and escapes the lines of a help.
pub(crate) fn indented(lines: impl Iterator<Item = String>) -> String {
    lines.map(|line| format!("  {}", Shown(&line))).collect::<Vec<_>>().join("\n")
}

/// Formats a number of bytes for people: `512 bytes`, `18.2 MB`.
pub(crate) fn size(bytes: usize) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

/// Formats a number with digits in groups of three: `1,204`.
pub(crate) fn grouped(number: impl std::fmt::Display) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Formats a number with a noun: `1 import`, `2 imports`.
pub(crate) fn count(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

/// The number of edits between a word and its possible misspelling: a letter inserted, deleted or replaced, or two
/// adjacent letters swapped. `None` if there are more than two. The time is linear in the length of the words, which
/// can be hostile.
pub(crate) fn slips(a: &str, b: &str) -> Option<usize> {
    let [a, b] = [a, b].map(|word| word.chars().collect::<Vec<char>>());
    differing(&a, &b, 2)
}

fn differing(a: &[char], b: &[char], most: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let same = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (a.get(same..).unwrap_or_default(), b.get(same..).unwrap_or_default());
    let ([first, a_rest @ ..], [second, b_rest @ ..]) = (a, b) else { return Some(a.len().max(b.len())) };
    let most = most.checked_sub(1)?;
    let turned = match (a_rest, b_rest) {
        ([next, a_rest @ ..], [other, b_rest @ ..]) if next == second && other == first => Some((a_rest, b_rest)),
        _ => None,
    };
    let ways = [(a_rest, b_rest), (a_rest, b), (a, b_rest)].into_iter().chain(turned);
    ways.filter_map(|(a, b)| differing(a, b, most)).min().map(|slips| slips + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_escapes_terminal_controls() {
        assert_eq!(Shown("a\u{1b}[31mb\u{202e}c\td").to_string(), "a\\u{1b}[31mb\\u{202e}c\\u{9}d");
        assert_eq!(Shown("größe 大").to_string(), "größe 大");
        assert_eq!(lines("one\ntwo\u{7}"), "one\ntwo\\u{7}");
    }

    #[test]
    fn text_escapes_each_space_but_the_common_one() {
        let is_space = |c: &char| c.is_whitespace() && *c != ' ';
        assert!(('\0'..=char::MAX).filter(is_space).all(is_steering));
    }

    #[test]
    fn text_escapes_json_without_changing_its_value() {
        let value = vec!["a\u{202e}b\u{85}c\nd\u{7f}\u{e0041}", "größe 大"];
        let text = serde_json::to_string_pretty(&value).unwrap();
        assert_eq!(json(&text), "[\n  \"a\\u202eb\\u0085c\\nd\\u007f\\udb40\\udc41\",\n  \"größe 大\"\n]");
        assert_eq!(serde_json::from_str::<Vec<String>>(&json(&text)).unwrap(), value);
    }

    #[test]
    fn text_escapes_toml_without_changing_its_value() {
        for text in ["", "a\"b\\c", "x\n[[rule]]\r\t\u{0}\u{7f}\u{85}\u{202e}\u{e0041}", "größe '大'"] {
            let line = toml(text);
            assert!(!line.chars().any(is_steering), "{line}");
            let table: toml::Table = format!("key = {line}").parse().unwrap();
            assert_eq!(table["key"].as_str(), Some(text));
        }
    }

    #[test]
    fn text_replaces_by_the_same_number_of_bytes() {
        let text = "a\u{1b}b\u{85}c\u{202e}d\u{e0041}\n";
        assert_eq!(same_length(text), "a?b¿c\u{fffd}d\u{1f7e8}\n");
        assert_eq!(same_length(text).len(), text.len());
        assert_eq!(same_length("a\r\nb\rc\r"), "a\r\nb?c?");
    }

    #[test]
    fn text_counts_slips_like_the_edit_distance() {
        // All words of up to four of three letters.
        let mut words = vec![String::new()];
        for length in 0..4 {
            let longest = words.iter().filter(|word| word.chars().count() == length).cloned().collect::<Vec<_>>();
            words.extend(longest.iter().flat_map(|word| ["a", "b", "é"].map(|letter| format!("{word}{letter}"))));
        }
        for (a, b) in words.iter().flat_map(|a| words.iter().map(move |b| (a, b))) {
            let expected = Some(strsim::osa_distance(a, b)).filter(|slips| *slips <= 2);
            assert_eq!(slips(a, b), expected, "{a} {b}");
        }
        // Long words: a table of all pairs of letters would have ten billion entries.
        let long = "ab".repeat(50_000);
        assert_eq!(slips(&format!("{long}c{long}"), &format!("{long}{long}d")), Some(2));
        assert_eq!(slips(&long, &"ba".repeat(50_000)), Some(2));
        assert_eq!(slips(&long, &"cd".repeat(50_000)), None);
    }

    #[test]
    fn text_sizes_are_human_readable() {
        assert_eq!(size(999), "999 bytes");
        assert_eq!(size(1_500), "1.5 kB");
        assert_eq!(size(18_240_000), "18.2 MB");
    }
}
