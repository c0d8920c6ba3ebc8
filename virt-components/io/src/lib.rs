//! What `wasi:io` needs beside the streams themselves: tables of objects, waiting, and moving bytes from one stream to another.
//! Its handles are the provider's, the host's and nobody's, in any mixture.

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod poll;
pub mod splice;
mod table;

pub use table::Table;

/// What an output stream without an end takes at once.
pub const PERMIT: u64 = 1 << 20;

/// The next bytes of a stream that is at some byte of what it gives, or nothing at the end. Who asks for none gets none, even there.
pub fn read<'a>(bytes: &'a [u8], at: &mut u64, length: u64) -> Option<&'a [u8]> {
    let rest = usize::try_from(*at).ok().and_then(|at| bytes.get(at..)).unwrap_or(&[]);
    if rest.is_empty() && length > 0 {
        return None;
    }
    let length = rest.len().min(usize::try_from(length).unwrap_or(usize::MAX));
    *at += length as u64;
    rest.get(..length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_gives_what_there_is_and_then_its_end() {
        let mut at = 1;
        assert_eq!(read(b"hello", &mut at, 2), Some(&b"el"[..]));
        assert_eq!(read(b"hello", &mut at, 0), Some(&b""[..]));
        assert_eq!(read(b"hello", &mut at, u64::MAX), Some(&b"lo"[..]));
        assert_eq!(read(b"hello", &mut at, 0), Some(&b""[..]));
        assert_eq!(read(b"hello", &mut at, 1), None);
        assert_eq!(at, 5);
    }

    #[test]
    fn a_stream_that_starts_past_the_end_is_at_its_end() {
        let mut at = u64::MAX;
        assert_eq!(read(b"hello", &mut at, 1), None);
        assert_eq!(at, u64::MAX);
    }
}
