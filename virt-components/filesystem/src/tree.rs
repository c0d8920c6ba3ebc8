//! What folders have, and how that changes.

use crate::mounts::Step;
use crate::nodes::{Name, kind};
use crate::{Code, FileSystem, Here, Open, Place};
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

    /// Its name.
    pub fn name(&self) -> &[u8] {
        self.name.bytes()
    }
}

impl FileSystem {
    /// What an open folder has, in the order of the names' bytes.
    pub fn list(&self, open: &Open) -> Result<Vec<Listed>, Code> {
        let folder = open.place;
        if !self.is_folder(folder) {
            return Err(Code::NOT_DIRECTORY);
        }
        let kind = |name: &Name, node| match self.mounts.step(open.spot, name.bytes()) {
            Step::Mount(mount) => {
                self.mounts.root(mount).map_or(kind::FOLDER, |node| self.nodes.kind(Place { mount, node }))
            }
            _ => self.nodes.kind(Place { node, ..folder }),
        };
        let names = self.nodes.names(folder);
        Ok(names.into_iter().map(|(name, node)| Listed { kind: kind(&name, node), name }).collect())
    }

    /// `create-directory-at`.
    pub fn create_directory(&mut self, here: &Here, now: Datetime) -> Result<(), Code> {
        self.check_new(here)?;
        let node = self.nodes.make_folder(here.folder.mount);
        self.add(here, node, now);
        Ok(())
    }

    /// `symlink-at`.
    pub fn symlink(&mut self, target: &[u8], here: &Here, now: Datetime) -> Result<(), Code> {
        if target.starts_with(b"/") {
            return Err(Code::NOT_PERMITTED);
        }
        if target.is_empty() {
            return Err(Code::NO_ENTRY);
        }
        if target.contains(&0) {
            return Err(Code::INVALID);
        }
        self.check_new_file(here)?;
        self.nodes.check_room(here.folder.mount, target.len())?;
        let node = self.nodes.make_link(here.folder.mount, target);
        self.add(here, node, now);
        Ok(())
    }

    /// `readlink-at`.
    pub fn readlink(&self, here: &Here) -> Result<&[u8], Code> {
        let place = here.place()?;
        if self.nodes.kind(place) == kind::LINK { Ok(self.nodes.bytes(place)) } else { Err(Code::INVALID) }
    }

    /// `link-at`.
    pub fn link(&mut self, old: &Here, new: &Here, now: Datetime) -> Result<(), Code> {
        let place = old.place()?;
        if self.is_folder(place) {
            return Err(Code::NOT_PERMITTED);
        }
        if place.mount != new.folder.mount {
            return Err(Code::CROSS_DEVICE);
        }
        self.check_new_file(new)?;
        self.add(new, place.node, now);
        Ok(())
    }

    /// `unlink-file-at`.
    pub fn unlink(&mut self, here: &Here, now: Datetime) -> Result<(), Code> {
        let place = here.place()?;
        if self.is_folder(place) {
            return Err(Code::IS_DIRECTORY);
        }
        if here.busy {
            return Err(Code::BUSY);
        }
        self.check_writable(place)?;
        self.remove(here, now);
        Ok(())
    }

    /// `remove-directory-at`.
    pub fn remove_directory(&mut self, here: &Here, now: Datetime) -> Result<(), Code> {
        let place = here.place()?;
        if !self.is_folder(place) {
            return Err(Code::NOT_DIRECTORY);
        }
        if here.busy {
            return Err(Code::BUSY);
        }
        if here.name.is_empty() {
            return Err(Code::INVALID);
        }
        self.check_writable(place)?;
        if !self.nodes.is_empty(place) {
            return Err(Code::NOT_EMPTY);
        }
        self.remove(here, now);
        Ok(())
    }

    /// `rename-at`.
    pub fn rename(&mut self, old: &Here, new: &Here, now: Datetime) -> Result<(), Code> {
        let place = old.place()?;
        if old.busy || new.busy || old.name.is_empty() || new.name.is_empty() {
            return Err(Code::BUSY);
        }
        if place.mount != new.folder.mount {
            return Err(Code::CROSS_DEVICE);
        }
        self.check_writable(place)?;
        if new.place == Some(place) {
            return Ok(());
        }
        if self.nodes.is_gone(new.folder) {
            return Err(Code::NO_ENTRY);
        }
        if self.is_folder(place) {
            if self.has_below(place, new.folder) {
                return Err(Code::INVALID);
            }
            if let Some(there) = new.place {
                if !self.is_folder(there) {
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
            if new.place.is_some_and(|there| self.is_folder(there)) {
                return Err(Code::IS_DIRECTORY);
            }
        }
        if new.place.is_some() {
            self.remove(new, now);
        }
        // It has its new name before it loses the old one, so that it is never gone.
        self.add_name(new, place.node, now);
        self.remove(old, now);
        Ok(())
    }

    /// Whether nothing is there, and something may be.
    pub(crate) fn check_new(&self, here: &Here) -> Result<(), Code> {
        if here.place.is_some() || here.busy {
            return Err(Code::EXIST);
        }
        self.check_writable(here.folder)?;
        // Nothing can be made in a folder that is open and was removed.
        if self.nodes.is_gone(here.folder) {
            return Err(Code::NO_ENTRY);
        }
        self.nodes.check_room(here.folder.mount, 0)
    }

    /// As [`FileSystem::check_new`], for what is no folder.
    fn check_new_file(&self, here: &Here) -> Result<(), Code> {
        self.check_new(here)?;
        if here.slash { Err(Code::NO_ENTRY) } else { Ok(()) }
    }

    /// Puts a node there, which is new or has one more name now.
    pub(crate) fn add(&mut self, here: &Here, node: u32, now: Datetime) -> Place {
        let place = self.add_name(here, node, now);
        if self.nodes.stat(place).links == 1 {
            self.nodes.set_times(place, crate::NewTime::Now, crate::NewTime::Now, now);
        }
        place
    }

    fn add_name(&mut self, here: &Here, node: u32, now: Datetime) -> Place {
        self.nodes.name(here.folder, &here.name, node);
        self.nodes.touch(here.folder, now);
        Place { node, ..here.folder }
    }

    fn remove(&mut self, here: &Here, now: Datetime) {
        self.nodes.unname(here.folder, &here.name);
        self.nodes.touch(here.folder, now);
    }

    /// Whether a folder is another or below it.
    fn has_below(&self, top: Place, folder: Place) -> bool {
        let mut left = Vec::from([top]);
        while let Some(place) = left.pop() {
            if place == folder {
                return true;
            }
            let below = self.nodes.names(place).into_iter().map(|(_, node)| Place { node, ..place });
            left.extend(below.filter(|place| self.is_folder(*place)));
        }
        false
    }
}
