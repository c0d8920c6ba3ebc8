//! What is open: files and folders, and what may be done with them.

use crate::mounts::Spot;
use crate::nodes::{Hash, NewTime, Stat, kind};
use crate::{Code, FileSystem, Here, Place};
use abi::Datetime;

/// `descriptor-flags`.
pub mod flags {
    /// Data can be read.
    pub const READ: u8 = 1;
    /// Data can be written.
    pub const WRITE: u8 = 2;
    /// What a folder has can be changed.
    pub const MUTATE_DIRECTORY: u8 = 32;
}

/// `open-flags`.
pub mod open_flags {
    /// What is not there is made.
    pub const CREATE: u8 = 1;
    /// It must be a folder.
    pub const DIRECTORY: u8 = 2;
    /// It must not be there.
    pub const EXCLUSIVE: u8 = 4;
    /// It is emptied.
    pub const TRUNCATE: u8 = 8;
}

/// Something that is open.
pub struct Open {
    /// What.
    pub place: Place,
    pub(crate) spot: Option<Spot>,
    /// What may be done with it.
    pub flags: u8,
}

impl FileSystem {
    /// `open-at`, of what was found.
    pub fn open(&mut self, here: &Here, how: u8, wanted: u8, now: Datetime) -> Result<Open, Code> {
        let is = |flag| how & flag != 0;
        let changes = is(open_flags::TRUNCATE) || wanted & flags::WRITE != 0;
        if is(open_flags::DIRECTORY) && how & !open_flags::DIRECTORY != 0 {
            return Err(Code::INVALID);
        }
        let Some(place) = here.place else {
            if !is(open_flags::CREATE) {
                return Err(Code::NO_ENTRY);
            }
            if here.slash {
                return Err(Code::IS_DIRECTORY);
            }
            self.check_new(here)?;
            let node = self.nodes.make_file(here.folder.mount);
            let place = self.add(here, node, now);
            return Ok(self.hold(place, None, file_flags(wanted)));
        };
        if is_new(how) {
            return Err(Code::EXIST);
        }
        match self.nodes.kind(place) {
            kind::FOLDER if changes || is(open_flags::CREATE) => Err(Code::IS_DIRECTORY),
            kind::FOLDER => {
                if wanted & flags::MUTATE_DIRECTORY != 0 {
                    self.check_writable(place)?;
                }
                Ok(self.hold(place, here.spot, self.folder_flags(place.mount)))
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

    /// Of an open file, its bytes.
    pub fn read(&self, open: &Open) -> Result<&[u8], Code> {
        if self.is_folder(open.place) {
            return Err(Code::IS_DIRECTORY);
        }
        if open.flags & flags::READ == 0 {
            return Err(Code::BAD_DESCRIPTOR);
        }
        Ok(self.bytes(open.place))
    }

    /// Of an open file, whether it may be written to.
    pub fn check_write(&self, open: &Open) -> Result<(), Code> {
        if self.is_folder(open.place) {
            return Err(Code::IS_DIRECTORY);
        }
        self.check_writable(open.place)?;
        if open.flags & flags::WRITE == 0 { Err(Code::BAD_DESCRIPTOR) } else { Ok(()) }
    }

    /// The bytes of a file.
    pub fn bytes(&self, place: Place) -> &[u8] {
        self.nodes.bytes(place)
    }

    /// The bytes of a file that stay where they are, whatever is written to it.
    pub fn fixed(&self, place: Place) -> Option<&'static [u8]> {
        self.nodes.fixed(place)
    }

    /// Writes to a file that may be written to, as much as there is space for; says how much that was.
    pub fn write(&mut self, place: Place, at: u64, bytes: &[u8], now: Datetime) -> Result<usize, Code> {
        self.nodes.write(place, at, bytes, now)
    }

    /// As [`FileSystem::write`], with so many zeros, all of which are written or as many as there is space for.
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

    /// `set-times`, and `set-times-at` of what was found.
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

/// Whether something is to be opened that is not there yet.
pub fn is_new(how: u8) -> bool {
    how & (open_flags::CREATE | open_flags::EXCLUSIVE) == open_flags::CREATE | open_flags::EXCLUSIVE
}

/// Of a file: who asks for nothing may read it.
fn file_flags(wanted: u8) -> u8 {
    let wanted = wanted & !flags::MUTATE_DIRECTORY;
    if wanted & flags::WRITE == 0 { wanted | flags::READ } else { wanted }
}
