//! Open files and directories, and the operations on them.

use crate::mounts::MountPrefix;
use crate::nodes::{Hash, NewTime, Stat, kind};
use crate::{Code, FileSystem, Place, Resolved};
use abi::Datetime;

/// `descriptor-flags`.
pub mod flags {
    /// Data can be read.
    pub const READ: u8 = 1;
    /// Data can be written.
    pub const WRITE: u8 = 2;
    /// The entries of a directory can be changed.
    pub const MUTATE_DIRECTORY: u8 = 32;
}

/// `open-flags`.
pub mod open_flags {
    /// A file that does not exist is created.
    pub const CREATE: u8 = 1;
    /// The node has to be a directory.
    pub const DIRECTORY: u8 = 2;
    /// The node must not exist.
    pub const EXCLUSIVE: u8 = 4;
    /// The file is truncated.
    pub const TRUNCATE: u8 = 8;
}

/// An open file or directory.
pub struct Open {
    /// The node.
    pub place: Place,
    pub(crate) prefix: Option<MountPrefix>,
    /// The allowed operations: [`flags`].
    pub flags: u8,
}

impl FileSystem {
    /// `open-at`, with the resolved path.
    pub fn open(&mut self, resolved: &Resolved, how: u8, wanted: u8, now: Datetime) -> Result<Open, Code> {
        let is = |flag| how & flag != 0;
        let changes = is(open_flags::TRUNCATE) || wanted & flags::WRITE != 0;
        if is(open_flags::DIRECTORY) && how & !open_flags::DIRECTORY != 0 {
            return Err(Code::INVALID);
        }
        let Some(place) = resolved.place else {
            if !is(open_flags::CREATE) {
                return Err(Code::NO_ENTRY);
            }
            if resolved.slash {
                return Err(Code::IS_DIRECTORY);
            }
            self.check_new(resolved)?;
            let node = self.nodes.make_file(resolved.directory.mount);
            let place = self.add(resolved, node, now);
            return Ok(self.hold(place, None, file_flags(wanted)));
        };
        if is_new(how) {
            return Err(Code::EXIST);
        }
        match self.nodes.kind(place) {
            kind::DIRECTORY if changes || is(open_flags::CREATE) => Err(Code::IS_DIRECTORY),
            kind::DIRECTORY => {
                if wanted & flags::MUTATE_DIRECTORY != 0 {
                    self.check_writable(place)?;
                }
                Ok(self.hold(place, resolved.prefix, self.directory_flags(place.mount)))
            }
            _ if is(open_flags::DIRECTORY) => Err(Code::NOT_DIRECTORY),
            kind::LINK => Err(Code::LOOP),
            _ => {
                if changes {
                    self.check_writable(place)?;
                }
                if is(open_flags::TRUNCATE) {
                    self.nodes.resize(place, 0)?;
                    self.nodes.touch(place, now);
                }
                Ok(self.hold(place, None, file_flags(wanted)))
            }
        }
    }

    /// The bytes of an open file, if it was opened for reading.
    pub fn read(&self, open: &Open) -> Result<&[u8], Code> {
        if self.is_directory(open.place) {
            return Err(Code::IS_DIRECTORY);
        }
        if open.flags & flags::READ == 0 {
            return Err(Code::BAD_DESCRIPTOR);
        }
        Ok(self.bytes(open.place))
    }

    /// Checks that an open file may be written to.
    pub fn check_write(&self, open: &Open) -> Result<(), Code> {
        if self.is_directory(open.place) {
            return Err(Code::IS_DIRECTORY);
        }
        self.check_writable(open.place)?;
        if open.flags & flags::WRITE == 0 { Err(Code::BAD_DESCRIPTOR) } else { Ok(()) }
    }

    /// The bytes of a file.
    pub fn bytes(&self, place: Place) -> &[u8] {
        self.nodes.bytes(place)
    }

    /// The bytes of a file if they never move or change: see [`Nodes::fixed`](crate::nodes::Nodes::fixed).
    pub fn fixed(&self, place: Place) -> Option<&'static [u8]> {
        self.nodes.fixed(place)
    }

    /// Writes as many bytes to a file as there is space for, and returns their number. The caller has called
    /// [`FileSystem::check_write`].
    pub fn write(&mut self, place: Place, at: u64, bytes: &[u8], now: Datetime) -> Result<usize, Code> {
        self.nodes.write(place, at, bytes, now)
    }

    /// Writes zeros to a file. Without space for all of them, writes as many as possible, and fails.
    pub fn write_zeros(&mut self, place: Place, at: u64, length: u64, now: Datetime) -> Result<(), Code> {
        let written = self.nodes.write_zeros(place, at, length, now)?;
        if written < length { Err(Code::INSUFFICIENT_SPACE) } else { Ok(()) }
    }

    /// `set-size`.
    pub fn set_size(&mut self, open: &Open, size: u64, now: Datetime) -> Result<(), Code> {
        self.check_write(open)?;
        self.nodes.resize(open.place, size)?;
        self.nodes.touch(open.place, now);
        Ok(())
    }

    /// `set-times`, and `set-times-at` with the resolved path.
    pub fn set_times(&mut self, place: Place, access: NewTime, modified: NewTime, now: Datetime) -> Result<(), Code> {
        self.check_writable(place)?;
        let is_none = |time| matches!(time, NewTime::Time(time) if time.nanoseconds >= 1_000_000_000);
        if is_none(access) || is_none(modified) {
            return Err(Code::INVALID);
        }
        self.nodes.set_times(place, access, modified, now);
        Ok(())
    }

    /// `descriptor-type`.
    pub fn kind(&self, place: Place) -> u8 {
        self.nodes.kind(place)
    }

    /// `stat`.
    pub fn stat(&self, place: Place) -> Stat {
        self.nodes.stat(place)
    }

    /// `metadata-hash`.
    pub fn hash(&self, place: Place) -> Hash {
        self.nodes.hash(place)
    }
}

/// Whether these `open-flags` require that the file does not exist.
pub fn is_new(how: u8) -> bool {
    how & (open_flags::CREATE | open_flags::EXCLUSIVE) == open_flags::CREATE | open_flags::EXCLUSIVE
}

/// The flags of an opened file. It is readable unless only writing is requested.
fn file_flags(wanted: u8) -> u8 {
    let wanted = wanted & !flags::MUTATE_DIRECTORY;
    if wanted & flags::WRITE == 0 { wanted | flags::READ } else { wanted }
}
