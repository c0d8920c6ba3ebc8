//! Moving bytes from one stream to another, whosever they are.

use abi::{StreamError, Text};

/// The functions of streams, of whichever kind their handles' numbers say.
pub trait Streams {
    /// `[method]output-stream.check-write`.
    fn check_write(&mut self, to: u32) -> Result<u64, StreamError>;
    /// `[method]input-stream.read`; what it gives stays while it is written.
    fn read(&mut self, from: u32, length: u64) -> Result<Text, StreamError>;
    /// `[method]output-stream.write`.
    fn write(&mut self, to: u32, bytes: Text) -> Result<(), StreamError>;
}

/// As `splice` is defined: a check, a read and a write.
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

    /// Streams that permit and have so many bytes.
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
    fn no_more_is_moved_than_is_permitted_asked_for_or_there() {
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
    fn an_error_of_either_is_the_error() {
        let mut streams = Fixed { permit: Ok(1), bytes: b"", written: Vec::new() };
        assert_eq!(splice(&mut streams, 1, 2, 9), Err(StreamError::Closed));
        streams = Fixed { permit: Err(StreamError::LastOperationFailed(4)), bytes: b"hello", written: Vec::new() };
        assert_eq!(splice(&mut streams, 1, 2, 9), Err(StreamError::LastOperationFailed(4)));
        assert_eq!(streams.written, b"");
    }
}
