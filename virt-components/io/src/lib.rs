//! The parts of `wasi:io` beside the streams themselves: tables of objects, `poll`, and `splice`. The objects may
//! belong to the provider, to the host, or to nobody, in any combination.

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod poll;
pub mod splice;
mod table;

pub use table::Table;

/// The number of bytes that `check-write` permits on an unlimited output stream.
pub const PERMIT: u64 = 1 << 20;

/// Reads up to `length` bytes of a stream from the offset `at`, and advances the offset. `None` at the end, unless the
/// length is zero.
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
    fn a_stream_ends_after_its_bytes() {
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
