//! Paths of requests: what servers take them for.

extern crate alloc;

use alloc::vec::Vec;

/// A path in which `%XX` is decoded where it stands for an unreserved character (RFC 3986, 6.2.2.2), and in upper case where it does
/// not. `None` where there is something that no path has (3.3).
pub fn decoded(path: &[u8]) -> Option<Vec<u8>> {
    let mut decoded = Vec::with_capacity(path.len());
    let mut rest = path;
    while let [byte, after @ ..] = rest {
        rest = after;
        match (*byte, after) {
            (b'%', [high, low, after @ ..]) => {
                let value = value(*high, *low)?;
                match is_unreserved(value) {
                    true => decoded.push(value),
                    false => decoded.extend([b'%', high.to_ascii_uppercase(), low.to_ascii_uppercase()]),
                }
                rest = after;
            }
            (byte, _) if is_unreserved(byte) || b"/!$&'()*+,;=:@".contains(&byte) => decoded.push(byte),
            _ => return None,
        }
    }
    Some(decoded)
}

/// The value of two hexadecimal digits.
fn value(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    Some((digit(high)? * 16 + digit(low)?) as u8)
}

/// Whether a text is UTF-8 (RFC 3629) without the characters that a function names. The standard library's reader has a table, which
/// would be in each adapter that has anything of the providers.
fn is_text(text: &[u8], is_other: impl Fn(char) -> bool) -> bool {
    let mut bytes = text.iter();
    while let Some(first) = bytes.next() {
        let (bits, following) = match first {
            0..=0x7f => (*first, 0),
            0xc0..=0xdf => (first & 0x1f, 1),
            0xe0..=0xef => (first & 0xf, 2),
            0xf0..=0xf7 => (first & 7, 3),
            _ => return false,
        };
        let mut scalar = u32::from(bits);
        for _ in 0..following {
            match bytes.next() {
                Some(byte) if byte & 0xc0 == 0x80 => scalar = scalar << 6 | u32::from(byte & 0x3f),
                _ => return false,
            }
        }
        // What has fewer bytes may not be written with more.
        if !char::from_u32(scalar).is_some_and(|char| char.len_utf8() == following + 1 && !is_other(char)) {
            return false;
        }
    }
    true
}

/// A text that [`decoded`] gave, with each `%XX` decoded.
fn unescaped(text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [byte, after @ ..] = rest {
        let escaped = match (*byte, after) {
            (b'%', [high, low, after @ ..]) => value(*high, *low).map(|value| (value, after)),
            _ => None,
        };
        let (byte, after) = escaped.unwrap_or((*byte, after));
        plain.push(byte);
        rest = after;
    }
    plain
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

/// An absolute path without `.` and `..`: RFC 3986, 5.2.4.
pub fn resolved(path: &[u8]) -> Vec<u8> {
    let mut segments: Vec<&[u8]> = Vec::new();
    let mut all = path.get(1..).unwrap_or_default().split(|byte| *byte == b'/').peekable();
    while let Some(segment) = all.next() {
        let is_last = all.peek().is_none();
        match segment {
            b".." => _ = segments.pop(),
            b"." => {}
            segment => {
                segments.push(segment);
                continue;
            }
        }
        if is_last {
            segments.push(b"");
        }
    }
    segments.iter().flat_map(|segment| core::iter::once(&b'/').chain(*segment)).copied().collect()
}

/// Whether a text is one of a pattern's, in which a `*` stands for any text.
pub fn glob(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut seen) = (0, 0);
    // The last `*`, and how far the text went that it stands for.
    let mut star: Option<(usize, usize)> = None;
    loop {
        match (pattern.get(at), text.get(seen), star) {
            (Some(b'*'), _, _) => {
                star = Some((at, seen));
                at += 1;
            }
            (Some(byte), Some(other), _) if byte == other => (at, seen) = (at + 1, seen + 1),
            (None, None, _) => return true,
            (_, Some(_), Some((from, start))) => {
                star = Some((from, start + 1));
                (at, seen) = (from + 1, start + 1);
            }
            _ => return false,
        }
    }
}

/// Whether servers read a path in several ways: some take several slashes for one, and each reading of [`is_ambiguous_segment`] is one
/// of some server.
pub fn is_ambiguous(path: &[u8]) -> bool {
    path.windows(2).any(|of| of == b"//") || path.split(|byte| *byte == b'/').any(is_ambiguous_segment)
}

/// Whether servers read a segment of a path in several ways: what stands for a character of its syntax once it is decoded (a slash, a
/// parameter, a query, a fragment, what can be decoded again, an end of the text), what is no text in UTF-8, what a server
/// that folds characters takes for a dot or a slash, and what has only dots and spaces, where some systems drop such ends of a name.
fn is_ambiguous_segment(segment: &[u8]) -> bool {
    let plain = unescaped(segment);
    let is_escape = |of: &[u8]| matches!(of, [b'%', high, low] if value(*high, *low).is_some());
    let is_syntax = |byte: &u8| byte.is_ascii_control() || b"/\\;?#".contains(byte);
    let has_end = |plain: &[u8]| plain.iter().all(|byte| b". ".contains(byte)) && !matches!(plain, b"" | b"." | b"..");
    plain.iter().any(is_syntax) || plain.windows(3).any(is_escape) || !is_text(&plain, is_folded) || has_end(&plain)
}

/// Whether a character is one of a path's syntax in a form of compatibility (Unicode, UAX 15, NFKC), or a slash that older systems
/// folded to `/` or `\`.
fn is_folded(char: char) -> bool {
    matches!(char, '\u{2044}' | '\u{2215}' | '\u{2216}' | '\u{29f8}')
        || matches!(char, '\u{37e}' | '\u{2024}'..='\u{2026}' | '\u{2047}'..='\u{2049}' | '\u{2100}' | '\u{2101}')
        || matches!(char, '\u{2105}' | '\u{2106}' | '\u{2488}'..='\u{249b}' | '\u{33c2}' | '\u{33c7}' | '\u{33d8}')
        || matches!(char, '\u{fe14}' | '\u{fe16}' | '\u{fe19}' | '\u{fe30}' | '\u{fe52}' | '\u{fe54}' | '\u{fe56}')
        || matches!(char, '\u{fe5f}' | '\u{fe68}' | '\u{fe6a}' | '\u{ff03}' | '\u{ff05}' | '\u{ff0e}' | '\u{ff0f}')
        || matches!(char, '\u{ff1b}' | '\u{ff1f}' | '\u{ff3c}' | '\u{1f100}')
}

/// A path that [`decoded`] gave as the laxest server may read it: decoded, in lower case, and without what some systems drop at the end of
/// a name.
pub fn lax(path: &[u8]) -> Vec<u8> {
    let plain = unescaped(path).to_ascii_lowercase();
    let end = |segment: &[u8]| segment.iter().rposition(|byte| !b". ".contains(byte)).map_or(0, |last| last + 1);
    let mut lax = Vec::with_capacity(plain.len());
    for segment in plain.split(|byte| *byte == b'/').skip(1) {
        lax.push(b'/');
        lax.extend_from_slice(segment.get(..end(segment)).unwrap_or_default());
    }
    lax
}
