//! A file system in memory. Each mount has the files of its image, which are read in place, and the changes since, if it
//! is writable.
//!
//! Directories of the host are mounts, too, but their content is not here: a path that leads into one results in
//! [`Stop::Host`], and the caller continues with the host.

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod code;
mod mounts;
mod nodes;
mod open;
mod path;
mod tree;

#[cfg(test)]
mod tests;

pub use code::{Code, HostPath, Stop};
pub use mounts::{MountPrefix, Mounts};
pub use nodes::{Hash, NewTime, Place, Stat};
pub use open::{Open, flags, open_flags};
pub use path::{Follow, Resolved};
pub use tree::Listed;

use abi::settings::Settings;
use nodes::Nodes;

/// A file system.
pub struct FileSystem {
    mounts: Mounts,
    nodes: Nodes,
}

impl FileSystem {
    /// Creates a file system without mounts.
    pub const fn new() -> Self {
        FileSystem { mounts: Mounts::new(), nodes: Nodes::new() }
    }

    /// Takes the mounts from the settings, in the first call. Only mounts within other mounts take work, which does not
    /// depend on the size of the image.
    pub fn start(&mut self, settings: &'static Settings) {
        if self.mounts.start(settings.mounts.slice()) {
            self.nodes.start(settings);
            self.place_mounts();
        }
    }

    /// The mounts.
    pub fn mounts(&self) -> &Mounts {
        &self.mounts
    }

    /// Opens the root of a mount. `None` if it is a directory of the host.
    pub fn root(&mut self, mount: u32) -> Option<Open> {
        let place = Place { mount, node: self.mounts.root(mount)? };
        let prefix = self.mounts.prefix(mount);
        Some(self.hold(place, Some(prefix), self.directory_flags(mount)))
    }

    /// Whether a node is a directory.
    pub fn is_directory(&self, place: Place) -> bool {
        self.nodes.kind(place) == nodes::kind::DIRECTORY
    }

    fn directory_flags(&self, mount: u32) -> u8 {
        if self.mounts.writable(mount) { flags::READ | flags::MUTATE_DIRECTORY } else { flags::READ }
    }

    fn check_writable(&self, place: Place) -> Result<(), Code> {
        if self.mounts.writable(place.mount) { Ok(()) } else { Err(Code::READ_ONLY) }
    }

    /// Opens a node. An open node exists even without a name.
    fn hold(&mut self, place: Place, prefix: Option<MountPrefix>, flags: u8) -> Open {
        if self.mounts.writable(place.mount) {
            self.nodes.hold(place);
        }
        Open { place, prefix, flags }
    }

    /// Closes a node, once for each [`Open`] and each stream.
    pub fn close(&mut self, place: Place) {
        if self.mounts.writable(place.mount) {
            self.nodes.release(place);
        }
    }

    /// Opens a node once more, for a stream.
    pub fn share(&mut self, place: Place) {
        self.hold(place, None, 0);
    }
}

impl Default for FileSystem {
    fn default() -> Self {
        Self::new()
    }
}
