//! `splice` between streams of any owners.

use abi::{StreamError, Text};

/// The functions of streams. Streams are given by representation.
pub trait Streams {
    /// `[method]output-stream.check-write`.
    fn check_write(&mut self, to: u32) -> Result<u64, StreamError>;
    /// `[method]input-stream.read`. The result stays valid during [`Streams::write`].
    fn read(&mut self, from: u32, length: u64) -> Result<Text, StreamError>;
    /// `[method]output-stream.write`.
    fn write(&mut self, to: u32, bytes: Text) -> Result<(), StreamError>;
}

/// `splice`, as WASI defines it: `check-write`, `read` and `write`.
pub fn splice(streams: &mut impl Streams, to: u32, from: u32, length: u64) -> Result<u64, StreamError> {
    let permit = streams.check_write(to)?;
    let bytes = streams.read(from, permit.min(length))?;
    streams.write(to, bytes)?;
    Ok(bytes.slice().len() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use abi::List;
    use alloc::vec::Vec;

    /// Streams with fixed results.
    struct Fixed {
        permit: Result<u64, StreamError>,
        bytes: &'static [u8],
        written: Vec<u8>,
    }

    impl Streams for Fixed {
        fn check_write(&mut self, to: u32) -> Result<u64, StreamError> {
            assert_eq!(to, 1);
            self.permit
        }
        fn read(&mut self, from: u32, length: u64) -> Result<Text, StreamError> {
            assert_eq!(from, 2);
            crate::read(self.bytes, &mut 0, length).map(List::new).ok_or(StreamError::Closed)
        }
        fn write(&mut self, _: u32, bytes: Text) -> Result<(), StreamError> {
            self.written.extend_from_slice(bytes.slice());
            Ok(())
        }
    }

    #[test]
    fn splice_moves_the_least_of_permit_length_and_content() {
        for (permit, length, bytes, moved) in [
            (3, 9, &b"hello"[..], &b"hel"[..]),
            (9, 2, b"hello", b"he"),
            (9, 9, b"hello", b"hello"),
            (0, 9, b"hello", b""),
        ] {
            let mut streams = Fixed { permit: Ok(permit), bytes, written: Vec::new() };
            assert_eq!(splice(&mut streams, 1, 2, length), Ok(moved.len() as u64));
            assert_eq!(streams.written, moved);
        }
    }

    #[test]
    fn splice_returns_the_error_of_either_stream() {
        let mut streams = Fixed { permit: Ok(1), bytes: b"", written: Vec::new() };
        assert_eq!(splice(&mut streams, 1, 2, 9), Err(StreamError::Closed));
        streams = Fixed { permit: Err(StreamError::LastOperationFailed(4)), bytes: b"hello", written: Vec::new() };
        assert_eq!(splice(&mut streams, 1, 2, 9), Err(StreamError::LastOperationFailed(4)));
        assert_eq!(streams.written, b"");
    }
}
