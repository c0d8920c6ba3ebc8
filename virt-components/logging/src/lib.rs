//! The lines that are written for calls of `wasi:logging`.

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

use alloc::vec::Vec;

#[path = "../../../src/text/steering.rs"]
mod steering;

use steering::is_steering;

/// The levels, in the order of their cases. They are one text, because every adapter with a provider contains it, and a
/// table would be larger.
const LEVELS: &[u8] = b"trace debug info warn error critical";

/// Writes a message as one line: `LEVEL CONTEXT MESSAGE`. Empty parts are left out. Line breaks and other control
/// characters are escaped. `None` if the level is invalid.
pub fn line(level: u32, context: &[u8], message: &[u8]) -> Option<Vec<u8>> {
    let level = LEVELS.split(|byte| *byte == b' ').nth(level as usize)?;
    let mut line = Vec::with_capacity(level.len() + context.len() + message.len() + 3);
    line.extend_from_slice(level);
    for text in [context, message] {
        if !text.is_empty() {
            line.push(b' ');
            characters(text).for_each(|c| escape(c, &mut line));
        }
    }
    line.push(b'\n');
    Some(line)
}

/// The characters of a text, which is valid UTF-8, because the host checks strings. The standard library would check it
/// again, with a table.
fn characters(text: &[u8]) -> impl Iterator<Item = char> {
    let is_inner = |byte: &u8| byte & 0xc0 == 0x80;
    text.chunk_by(move |_, next| is_inner(next)).map(|bytes| {
        let (first, inner) = bytes.split_first().unwrap_or((&0, &[]));
        let lead = match inner.len() {
            0 => u32::from(*first),
            1 => u32::from(first & 0x1f),
            2 => u32::from(first & 0xf),
            _ => u32::from(first & 7),
        };
        let code = inner.iter().fold(lead, |code, byte| code << 6 | u32::from(byte & 0x3f));
        char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
    })
}

/// Adds a character, escaped if necessary. A tab stays.
fn escape(c: char, line: &mut Vec<u8>) {
    match c {
        '\n' => line.extend_from_slice(b"\\n"),
        '\r' => line.extend_from_slice(b"\\r"),
        '\t' => line.push(b'\t'),
        c if is_steering(c) => {
            // `\u{1b}`.
            line.extend_from_slice(b"\\u{");
            let digits = (8 - u32::from(c).leading_zeros() / 4).max(1);
            let digit = |at: u32| u32::from(c) >> (4 * at) & 15;
            line.extend((0..digits).rev().map(digit).map(|digit| match digit {
                0..10 => b'0' + digit as u8,
                _ => b'a' - 10 + digit as u8,
            }));
            line.push(b'}');
        }
        c => line.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_one_line_with_its_level_and_context() {
        for (level, context, message, expected) in [
            (0, "app", "begins", "trace app begins\n"),
            (1, "", "no context", "debug no context\n"),
            (2, "app", "", "info app\n"),
            (3, "", "", "warn\n"),
            (4, "a b", "größe", "error a b größe\n"),
            (
                5,
                "a\nb",
                "one\r\ntwo\t\u{1b}[31m\u{7f}\0\\n",
                "critical a\\nb one\\r\\ntwo\t\\u{1b}[31m\\u{7f}\\u{0}\\n\n",
            ),
            (2, "", "\u{9b}1m\u{85}\u{2028}\u{202e}\u{e0041}", "info \\u{9b}1m\\u{85}\\u{2028}\\u{202e}\\u{e0041}\n"),
        ] {
            let line = line(level, context.as_bytes(), message.as_bytes());
            assert_eq!(line.as_deref(), Some(expected.as_bytes()), "{message}");
        }
        assert_eq!(line(6, b"", b""), None);
    }
}
