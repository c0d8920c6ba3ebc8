//! Directory entries: listing, creating, renaming and removing.

use crate::mounts::Step;
use crate::nodes::{Name, kind};
use crate::{Code, FileSystem, Open, Place, Resolved};
use abi::{Datetime, List};
use alloc::vec::Vec;

/// `directory-entry`.
pub struct Listed {
    /// `descriptor-type`.
    pub kind: u8,
    name: Name,
}

impl Listed {
    pub(crate) fn new(kind: u8, name: &'static [u8]) -> Self {
        Listed { kind, name: Name::Image(List::new(name)) }
    }

    /// The name.
    pub fn name(&self) -> &[u8] {
        self.name.bytes()
    }
}

impl FileSystem {
    /// The entries of an open directory, sorted by the bytes of their names.
    pub fn list(&self, open: &Open) -> Result<Vec<Listed>, Code> {
        let directory = open.place;
        if !self.is_directory(directory) {
            return Err(Code::NOT_DIRECTORY);
        }
        let kind = |name: &Name, node| match self.mounts.step(open.prefix, name.bytes()) {
            Step::Mount(mount) => {
                self.mounts.root(mount).map_or(kind::DIRECTORY, |node| self.nodes.kind(Place { mount, node }))
            }
            _ => self.nodes.kind(Place { node, ..directory }),
        };
        let names = self.nodes.names(directory);
        Ok(names.into_iter().map(|(name, node)| Listed { kind: kind(&name, node), name }).collect())
    }

    /// `create-directory-at`.
    pub fn create_directory(&mut self, resolved: &Resolved, now: Datetime) -> Result<(), Code> {
        self.check_new(resolved)?;
        let node = self.nodes.make_directory(resolved.directory.mount);
        self.add(resolved, node, now);
        Ok(())
    }

    /// `symlink-at`.
    pub fn symlink(&mut self, target: &[u8], resolved: &Resolved, now: Datetime) -> Result<(), Code> {
        if target.starts_with(b"/") {
            return Err(Code::NOT_PERMITTED);
        }
        if target.is_empty() {
            return Err(Code::NO_ENTRY);
        }
        if target.contains(&0) {
            return Err(Code::INVALID);
        }
        self.check_new_file(resolved)?;
        self.nodes.check_room(resolved.directory.mount, target.len())?;
        let node = self.nodes.make_link(resolved.directory.mount, target);
        self.add(resolved, node, now);
        Ok(())
    }

    /// `readlink-at`.
    pub fn readlink(&self, resolved: &Resolved) -> Result<&[u8], Code> {
        let place = resolved.place()?;
        if self.nodes.kind(place) == kind::LINK { Ok(self.nodes.bytes(place)) } else { Err(Code::INVALID) }
    }

    /// `link-at`.
    pub fn link(&mut self, old: &Resolved, new: &Resolved, now: Datetime) -> Result<(), Code> {
        let place = old.place()?;
        if self.is_directory(place) {
            return Err(Code::NOT_PERMITTED);
        }
        if place.mount != new.directory.mount {
            return Err(Code::CROSS_DEVICE);
        }
        self.check_new_file(new)?;
        self.add(new, place.node, now);
        Ok(())
    }

    /// `unlink-file-at`.
    pub fn unlink(&mut self, resolved: &Resolved, now: Datetime) -> Result<(), Code> {
        let place = resolved.place()?;
        if self.is_directory(place) {
            return Err(Code::IS_DIRECTORY);
        }
        if resolved.busy {
            return Err(Code::BUSY);
        }
        self.check_writable(place)?;
        self.remove(resolved, now);
        Ok(())
    }

    /// `remove-directory-at`.
    pub fn remove_directory(&mut self, resolved: &Resolved, now: Datetime) -> Result<(), Code> {
        let place = resolved.place()?;
        if !self.is_directory(place) {
            return Err(Code::NOT_DIRECTORY);
        }
        if resolved.busy {
            return Err(Code::BUSY);
        }
        if resolved.name.is_empty() {
            return Err(Code::INVALID);
        }
        self.check_writable(place)?;
        if !self.nodes.is_empty(place) {
            return Err(Code::NOT_EMPTY);
        }
        self.remove(resolved, now);
        Ok(())
    }

    /// `rename-at`.
    pub fn rename(&mut self, old: &Resolved, new: &Resolved, now: Datetime) -> Result<(), Code> {
        let place = old.place()?;
        if old.busy || new.busy || old.name.is_empty() || new.name.is_empty() {
            return Err(Code::BUSY);
        }
        if place.mount != new.directory.mount {
            return Err(Code::CROSS_DEVICE);
        }
        self.check_writable(place)?;
        if new.place == Some(place) {
            return Ok(());
        }
        if self.nodes.is_gone(new.directory) {
            return Err(Code::NO_ENTRY);
        }
        if self.is_directory(place) {
            if self.has_below(place, new.directory) {
                return Err(Code::INVALID);
            }
            if let Some(there) = new.place {
                if !self.is_directory(there) {
                    return Err(Code::NOT_DIRECTORY);
                }
                if !self.nodes.is_empty(there) {
                    return Err(Code::NOT_EMPTY);
                }
            }
        } else {
            if new.slash {
                return Err(Code::NOT_DIRECTORY);
            }
            if new.place.is_some_and(|there| self.is_directory(there)) {
                return Err(Code::IS_DIRECTORY);
            }
        }
        if new.place.is_some() {
            self.remove(new, now);
        }
        // The new name is added first, so that the node always has a name.
        self.add_name(new, place.node, now);
        self.remove(old, now);
        Ok(())
    }

    /// Checks that an entry does not exist and may be created.
    pub(crate) fn check_new(&self, resolved: &Resolved) -> Result<(), Code> {
        if resolved.place.is_some() || resolved.busy {
            return Err(Code::EXIST);
        }
        self.check_writable(resolved.directory)?;
        // A removed directory that is still open can have no entries.
        if self.nodes.is_gone(resolved.directory) {
            return Err(Code::NO_ENTRY);
        }
        self.nodes.check_room(resolved.directory.mount, 0)
    }

    /// As [`FileSystem::check_new`], for a file or symlink.
    fn check_new_file(&self, resolved: &Resolved) -> Result<(), Code> {
        self.check_new(resolved)?;
        if resolved.slash { Err(Code::NO_ENTRY) } else { Ok(()) }
    }

    /// Adds an entry for a node. A new node gets the current time.
    pub(crate) fn add(&mut self, resolved: &Resolved, node: u32, now: Datetime) -> Place {
        let place = self.add_name(resolved, node, now);
        if self.nodes.stat(place).links == 1 {
            self.nodes.set_times(place, crate::NewTime::Now, crate::NewTime::Now, now);
        }
        place
    }

    fn add_name(&mut self, resolved: &Resolved, node: u32, now: Datetime) -> Place {
        self.nodes.name(resolved.directory, &resolved.name, node);
        self.nodes.touch(resolved.directory, now);
        Place { node, ..resolved.directory }
    }

    fn remove(&mut self, resolved: &Resolved, now: Datetime) {
        self.nodes.unname(resolved.directory, &resolved.name);
        self.nodes.touch(resolved.directory, now);
    }

    /// Whether a directory is `top` or below it.
    fn has_below(&self, top: Place, directory: Place) -> bool {
        let mut left = Vec::from([top]);
        while let Some(place) = left.pop() {
            if place == directory {
                return true;
            }
            let below = self.nodes.names(place).into_iter().map(|(_, node)| Place { node, ..place });
            left.extend(below.filter(|place| self.is_directory(*place)));
        }
        false
    }
}
