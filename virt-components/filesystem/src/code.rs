//! The reasons why an operation is not done here: error codes, and paths that lead to the host.

use alloc::vec::Vec;

/// `wasi:filesystem/types.error-code`: the number of the case.
#[repr(transparent)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Code(pub u8);

#[allow(missing_docs)]
impl Code {
    pub const ACCESS: Code = Code(0);
    pub const BAD_DESCRIPTOR: Code = Code(3);
    pub const BUSY: Code = Code(4);
    pub const EXIST: Code = Code(7);
    pub const FILE_TOO_LARGE: Code = Code(8);
    pub const INVALID: Code = Code(12);
    pub const IO: Code = Code(13);
    pub const IS_DIRECTORY: Code = Code(14);
    pub const LOOP: Code = Code(15);
    pub const NAME_TOO_LONG: Code = Code(18);
    pub const NO_ENTRY: Code = Code(20);
    pub const INSUFFICIENT_SPACE: Code = Code(23);
    pub const NOT_DIRECTORY: Code = Code(24);
    pub const NOT_EMPTY: Code = Code(25);
    pub const UNSUPPORTED: Code = Code(27);
    pub const NOT_PERMITTED: Code = Code(31);
    pub const READ_ONLY: Code = Code(33);
    pub const CROSS_DEVICE: Code = Code(36);
}

/// A path that leads into a directory of the host.
#[derive(Debug, PartialEq)]
pub struct HostPath {
    /// The mount of that directory.
    pub mount: u32,
    /// The rest of the path, relative to that directory. It is never empty.
    pub rest: Vec<u8>,
}

/// The reason why an operation is not done here.
#[derive(Debug, PartialEq)]
pub enum Stop {
    /// The operation fails.
    Code(Code),
    /// The path leads to the host.
    Host(HostPath),
}

impl From<Code> for Stop {
    fn from(code: Code) -> Self {
        Stop::Code(code)
    }
}
