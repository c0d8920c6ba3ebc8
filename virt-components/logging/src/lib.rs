//! The lines that calls of `wasi:logging` are written as.

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

use alloc::vec::Vec;

/// The levels, in the order of their cases. Every adapter with a provider has the data of all: a table of them would be larger.
const LEVELS: &[u8] = b"trace debug info warn error critical";

/// A message as one line: `LEVEL CONTEXT MESSAGE`, without the context where that is empty. What would end the line or move the
/// cursor of a terminal is escaped. `None` where there is no such level.
pub fn line(level: u32, context: &[u8], message: &[u8]) -> Option<Vec<u8>> {
    let level = LEVELS.split(|byte| *byte == b' ').nth(level as usize)?;
    let mut line = Vec::with_capacity(level.len() + context.len() + message.len() + 3);
    line.extend_from_slice(level);
    for text in [context, message] {
        if !text.is_empty() {
            line.push(b' ');
            text.iter().for_each(|byte| escape(*byte, &mut line));
        }
    }
    line.push(b'\n');
    Some(line)
}

/// Adds a byte of a text. A tab stays.
fn escape(byte: u8, line: &mut Vec<u8>) {
    let hexadecimal = |digit: u8| if digit < 10 { b'0' + digit } else { b'a' + digit - 10 };
    match byte {
        b'\n' => line.extend_from_slice(b"\\n"),
        b'\r' => line.extend_from_slice(b"\\r"),
        b'\t' | b' '..=0x7e | 0x80.. => line.push(byte),
        _ => line.extend_from_slice(&[b'\\', b'x', hexadecimal(byte >> 4), hexadecimal(byte & 15)]),
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
            (5, "a\nb", "one\r\ntwo\t\u{1b}[31m\u{7f}\0\\n", "critical a\\nb one\\r\\ntwo\t\\x1b[31m\\x7f\\x00\\n\n"),
        ] {
            let line = line(level, context.as_bytes(), message.as_bytes());
            assert_eq!(line.as_deref(), Some(expected.as_bytes()), "{message}");
        }
        assert_eq!(line(6, b"", b""), None);
    }
}
