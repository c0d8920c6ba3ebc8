//! A file system in memory: mounts, each with the files that it has at the start, which are read where they lie, and with what was written
//! to it since, if it may be written to.
//!
//! What is the host's is not in it: a path that leads there ends in [`Stop::Away`], and whoever asked goes on with the host.

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

pub use code::{Away, Code, Stop};
pub use mounts::{Mounts, Spot};
pub use nodes::{Hash, NewTime, Place, Stat};
pub use open::{Open, flags, open_flags};
pub use path::{Follow, Here};
pub use tree::Listed;

use abi::settings::Settings;
use nodes::Nodes;

/// All of it.
pub struct FileSystem {
    mounts: Mounts,
    nodes: Nodes,
}

impl FileSystem {
    /// A file system without mounts.
    pub const fn new() -> Self {
        FileSystem { mounts: Mounts::new(), nodes: Nodes::new() }
    }

    /// Takes the mounts from the settings, at the first call; to do so is no work but where a mount lies in another.
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

    /// The root of a mount as it is open from the start; nothing if it is the host's.
    pub fn root(&mut self, mount: u32) -> Option<Open> {
        let place = Place { mount, node: self.mounts.root(mount)? };
        let spot = self.mounts.spot(mount);
        Some(self.hold(place, Some(spot), self.folder_flags(mount)))
    }

    /// Whether it is a folder.
    pub fn is_folder(&self, place: Place) -> bool {
        self.nodes.kind(place) == nodes::kind::FOLDER
    }

    fn folder_flags(&self, mount: u32) -> u8 {
        if self.mounts.writable(mount) { flags::READ | flags::MUTATE_DIRECTORY } else { flags::READ }
    }

    fn check_writable(&self, place: Place) -> Result<(), Code> {
        if self.mounts.writable(place.mount) { Ok(()) } else { Err(Code::READ_ONLY) }
    }

    /// Opens what is there: as long as it is open it stays, even without a name.
    fn hold(&mut self, place: Place, spot: Option<Spot>, flags: u8) -> Open {
        if self.mounts.writable(place.mount) {
            self.nodes.hold(place);
        }
        Open { place, spot, flags }
    }

    /// Closes what was opened, or given a stream of.
    pub fn close(&mut self, place: Place) {
        if self.mounts.writable(place.mount) {
            self.nodes.release(place);
        }
    }

    /// Opens for a stream what is open.
    pub fn share(&mut self, place: Place) {
        self.hold(place, None, 0);
    }
}

impl Default for FileSystem {
    fn default() -> Self {
        Self::new()
    }
}
