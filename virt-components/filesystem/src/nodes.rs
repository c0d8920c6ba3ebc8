//! The nodes: files, directories and symlinks. Unchanged nodes of the image are read in place; changed and new ones are
//! in a table. Only directories have the names of nodes.

use crate::Code;
use abi::settings::{Contents, Entry, Mount, Node, Settings};
use abi::{Datetime, List, Maybe, Text};
use alloc::rc::Rc;
use alloc::vec::Vec;
use io::Table;

/// The numbers of `descriptor-type`.
pub mod kind {
    /// A directory.
    pub const DIRECTORY: u8 = 3;
    /// A symlink.
    pub const LINK: u8 = 5;
    /// A file.
    pub const FILE: u8 = 6;
}

/// The size of a file at most.
const LARGEST: u64 = 0x7fff_ffff;

/// The bit in the numbers of new nodes. The rest of such a number is an index in [`Nodes::changed`]; other numbers are
/// indices in the image.
const NEW: u32 = 1 << 31;

/// A node, by its mount and its number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// The mount.
    pub mount: u32,
    /// The number, which does not change when the node changes.
    pub node: u32,
}

/// `descriptor-stat`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stat {
    /// `descriptor-type`.
    pub kind: u8,
    /// The number of names.
    pub links: u64,
    /// The size in bytes.
    pub size: u64,
    /// The times of the last access, modification and status change. They are zero for a node of the image, and change
    /// with `set-times` and with writes.
    pub times: [Maybe<Datetime>; 3],
}

/// `metadata-hash-value`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hash {
    /// The hash of the node's identity.
    pub lower: u64,
    /// The hash of the identity, the size and the time of modification.
    pub upper: u64,
}

/// `new-timestamp`.
#[derive(Clone, Copy)]
pub enum NewTime {
    /// No change.
    Same,
    /// The time of the clock.
    Now,
    /// This time.
    Time(Datetime),
}

/// The name of a directory entry.
#[derive(Clone)]
pub enum Name {
    Image(Text),
    Own(Rc<[u8]>),
}

impl Name {
    pub fn bytes(&self) -> &[u8] {
        match self {
            Name::Image(text) => text.bytes(),
            Name::Own(bytes) => bytes,
        }
    }
}

/// A node that is new, or that differs from the image.
struct Changed {
    mount: u32,
    links: u32,
    opens: u32,
    /// As [`Stat::times`].
    times: [Datetime; 3],
    contents: Own,
}

enum Own {
    /// The content of a node of the image, of which only other properties have changed.
    Image(Contents),
    Directory(Vec<(Name, u32)>),
    File(Vec<u8>),
    Link(Vec<u8>),
}

/// The content of any node.
enum View<'a> {
    Image(Contents),
    Own(&'a Own),
}

pub struct Nodes {
    image: &'static [Node],
    mounts: &'static [Mount],
    changed: Table<Changed>,
    /// The changed nodes of the image: their numbers, sorted, with their indices in `changed`.
    copies: Vec<(u32, u32)>,
    /// The usage of each mount.
    used: Vec<Used>,
}

/// The usage of a mount that counts towards its quota.
#[derive(Clone, Copy, Default)]
struct Used {
    /// The bytes of changed files and new symlinks.
    bytes: u64,
    /// The number of new names.
    names: u64,
}

/// The number of bytes of the quota for each new name. So many more names are always allowed. Without a limit, names
/// could take any amount of memory.
const BYTES_OF_NAME: u64 = 64;

impl Nodes {
    pub const fn new() -> Self {
        Nodes { image: &[], mounts: &[], changed: Table::new(), copies: Vec::new(), used: Vec::new() }
    }

    pub fn start(&mut self, settings: &'static Settings) {
        self.image = settings.nodes.slice();
        self.mounts = settings.mounts.slice();
        self.used.resize(self.mounts.len(), Used::default());
    }

    // ---- reading ----

    fn index(&self, node: u32) -> Option<u32> {
        if node & NEW != 0 {
            return Some(node & !NEW);
        }
        let at = self.copies.binary_search_by_key(&node, |copy| copy.0).ok()?;
        self.copies.get(at).map(|copy| copy.1)
    }

    fn get(&self, place: Place) -> Option<&Changed> {
        self.changed.get(self.index(place.node)?)
    }

    fn image(&self, node: u32) -> Contents {
        // Only a damaged image has a number that is not in it.
        self.image.get(node as usize).map_or(Contents::File(List::new(&[])), Node::contents)
    }

    fn view(&self, place: Place) -> View<'_> {
        match self.get(place) {
            Some(Changed { contents: Own::Image(contents), .. }) => View::Image(*contents),
            Some(changed) => View::Own(&changed.contents),
            None => View::Image(self.image(place.node)),
        }
    }

    pub fn kind(&self, place: Place) -> u8 {
        match self.view(place) {
            View::Image(Contents::Directory(_)) | View::Own(Own::Directory(_)) => kind::DIRECTORY,
            View::Image(Contents::Link(_)) | View::Own(Own::Link(_)) => kind::LINK,
            _ => kind::FILE,
        }
    }

    /// The bytes of a file, or the target of a symlink.
    pub fn bytes(&self, place: Place) -> &[u8] {
        match self.view(place) {
            View::Image(Contents::File(bytes) | Contents::Link(bytes)) => bytes.bytes(),
            View::Own(Own::File(bytes) | Own::Link(bytes)) => bytes,
            _ => &[],
        }
    }

    /// The bytes of a file if they are those of the image, which never move or change.
    pub fn fixed(&self, place: Place) -> Option<&'static [u8]> {
        match self.view(place) {
            View::Image(Contents::File(bytes)) => Some(bytes.bytes()),
            _ => None,
        }
    }

    /// The number of the node that a directory has by a name.
    pub fn find(&self, directory: Place, name: &[u8]) -> Option<u32> {
        match self.view(directory) {
            View::Image(Contents::Directory(entries)) => {
                let entries = entries.slice();
                let at = entries.binary_search_by(|entry| entry.name.bytes().cmp(name)).ok()?;
                entries.get(at).map(|entry| entry.node)
            }
            View::Own(Own::Directory(entries)) => {
                let at = entries.binary_search_by(|entry| entry.0.bytes().cmp(name)).ok()?;
                entries.get(at).map(|entry| entry.1)
            }
            _ => None,
        }
    }

    /// The entries of a directory, sorted by name.
    pub fn names(&self, directory: Place) -> Vec<(Name, u32)> {
        match self.view(directory) {
            View::Image(Contents::Directory(entries)) => copy(entries),
            View::Own(Own::Directory(entries)) => entries.clone(),
            _ => Vec::new(),
        }
    }

    pub fn is_empty(&self, directory: Place) -> bool {
        match self.view(directory) {
            View::Image(Contents::Directory(entries)) => entries.slice().is_empty(),
            View::Own(Own::Directory(entries)) => entries.is_empty(),
            _ => true,
        }
    }

    /// Whether a directory was removed while it was open.
    pub fn is_gone(&self, place: Place) -> bool {
        self.get(place).is_some_and(|changed| changed.links == 0)
    }

    pub fn stat(&self, place: Place) -> Stat {
        let (links, times) = self.get(place).map_or((1, [Datetime::default(); 3]), |node| (node.links, node.times));
        let size = self.bytes(place).len() as u64;
        Stat { kind: self.kind(place), links: links.into(), size, times: times.map(Maybe::Some) }
    }

    pub fn hash(&self, place: Place) -> Hash {
        let modified = self.get(place).map_or(Datetime::default(), |node| {
            let [_, modified, _] = node.times;
            modified
        });
        let lower = mix(u64::from(place.mount) << 32 | u64::from(place.node));
        let size = mix(self.bytes(place).len() as u64);
        let time = mix(modified.seconds ^ u64::from(modified.nanoseconds) << 34);
        Hash { lower, upper: mix(lower ^ size.rotate_left(1) ^ time) }
    }

    // ---- changing ----

    /// A node for changing. A node of the image gets an entry in `changed`, but its content is not copied yet.
    fn change(&mut self, place: Place) -> Option<&mut Changed> {
        let index = match self.index(place.node) {
            Some(index) => index,
            None => {
                let contents = Own::Image(self.image(place.node));
                let times = [Datetime::default(); 3];
                let index = self.changed.add(Changed { mount: place.mount, links: 1, opens: 0, times, contents });
                let at = self.copies.partition_point(|copy| copy.0 < place.node);
                self.copies.insert(at, (place.node, index));
                index
            }
        };
        self.changed.get_mut(index)
    }

    fn add(&mut self, mount: u32, contents: Own) -> u32 {
        let times = [Datetime::default(); 3];
        self.changed.add(Changed { mount, links: 0, opens: 0, times, contents }) | NEW
    }

    pub fn make_directory(&mut self, mount: u32) -> u32 {
        self.add(mount, Own::Directory(Vec::new()))
    }

    pub fn make_file(&mut self, mount: u32) -> u32 {
        self.add(mount, Own::File(Vec::new()))
    }

    pub fn make_link(&mut self, mount: u32, target: &[u8]) -> u32 {
        if let Some(used) = self.used.get_mut(mount as usize) {
            used.bytes += target.len() as u64;
        }
        self.add(mount, Own::Link(target.into()))
    }

    /// The entries of a directory, for changing.
    fn directory(&mut self, place: Place) -> Option<&mut Vec<(Name, u32)>> {
        let changed = self.change(place)?;
        if let Own::Image(Contents::Directory(entries)) = changed.contents {
            changed.contents = Own::Directory(copy(entries));
        }
        match &mut changed.contents {
            Own::Directory(entries) => Some(entries),
            _ => None,
        }
    }

    /// Adds an entry to a directory, which has none of this name.
    pub fn name(&mut self, directory: Place, name: &[u8], node: u32) {
        if let Some(entries) = self.directory(directory) {
            let at = entries.partition_point(|entry| entry.0.bytes() < name);
            entries.insert(at, (Name::Own(name.into()), node));
            if let Some(used) = self.used.get_mut(directory.mount as usize) {
                used.names += 1;
            }
        }
        if let Some(changed) = self.change(Place { node, ..directory }) {
            changed.links += 1;
        }
    }

    /// Removes an entry from a directory. A node without names is removed when it is closed.
    pub fn unname(&mut self, directory: Place, name: &[u8]) {
        let Some(entries) = self.directory(directory) else { return };
        let Ok(at) = entries.binary_search_by(|entry| entry.0.bytes().cmp(name)) else { return };
        let (name, node) = entries.remove(at);
        let place = Place { node, ..directory };
        if let (Name::Own(_), Some(used)) = (name, self.used.get_mut(directory.mount as usize)) {
            used.names = used.names.saturating_sub(1);
        }
        if let Some(changed) = self.change(place) {
            changed.links = changed.links.saturating_sub(1);
        }
        self.sweep(place);
    }

    /// Sets the times of access and modification. The time of the status change is `now`.
    pub fn set_times(&mut self, place: Place, access: NewTime, modified: NewTime, now: Datetime) {
        if let Some(changed) = self.change(place) {
            let [old_access, old_modified, _] = changed.times;
            let time = |new, old| match new {
                NewTime::Same => old,
                NewTime::Now => now,
                NewTime::Time(time) => time,
            };
            changed.times = [time(access, old_access), time(modified, old_modified), now];
        }
    }

    /// Sets the time of modification to `now`.
    pub fn touch(&mut self, place: Place, now: Datetime) {
        self.set_times(place, NewTime::Same, NewTime::Now, now);
    }

    pub fn hold(&mut self, place: Place) {
        if let Some(changed) = self.change(place) {
            changed.opens += 1;
        }
    }

    pub fn release(&mut self, place: Place) {
        if let Some(changed) = self.change(place) {
            changed.opens = changed.opens.saturating_sub(1);
        }
        self.sweep(place);
    }

    /// Removes a node that has no names and is not open.
    fn sweep(&mut self, place: Place) {
        let Some(index) = self.index(place.node) else { return };
        let Some(changed) = self.changed.get_mut(index).filter(|changed| changed.links == 0 && changed.opens == 0)
        else {
            return;
        };
        if let Own::File(bytes) | Own::Link(bytes) = &changed.contents
            && let Some(used) = self.used.get_mut(changed.mount as usize)
        {
            used.bytes = used.bytes.saturating_sub(bytes.len() as u64);
        }
        // The image may refer to the number of its node, so that the number must not be reused.
        changed.contents = Own::File(Vec::new());
        if place.node & NEW != 0 {
            self.changed.remove(index);
        }
    }

    // ---- content ----

    /// The quota of a mount, and its usage.
    fn quota(&self, mount: u32) -> (u64, Used) {
        let quota = self.mounts.get(mount as usize).map_or(0, |mount| mount.quota);
        (quota, self.used.get(mount as usize).copied().unwrap_or_default())
    }

    /// Checks that a mount has space for one more name, and for this number of bytes of a symlink.
    pub fn check_room(&self, mount: u32, bytes: usize) -> Result<(), Code> {
        let (quota, used) = self.quota(mount);
        let has_names = used.names < (quota / BYTES_OF_NAME).saturating_add(BYTES_OF_NAME);
        let has_bytes = bytes == 0 || used.bytes.saturating_add(bytes as u64) <= quota;
        if has_names && has_bytes { Ok(()) } else { Err(Code::INSUFFICIENT_SPACE) }
    }

    /// The size that a file may have at most: its own and the rest of the quota.
    fn largest(&self, place: Place) -> u64 {
        let (quota, Used { bytes: used, .. }) = self.quota(place.mount);
        let own = match self.view(place) {
            View::Own(Own::File(bytes)) => bytes.len() as u64,
            _ => 0,
        };
        own.saturating_add(quota.saturating_sub(used))
    }

    /// Sets the size of a file, with zeros where it grows. Its content is then a copy, even if it was that of the
    /// image.
    pub fn resize(&mut self, place: Place, size: u64) -> Result<(), Code> {
        if size > LARGEST {
            return Err(Code::FILE_TOO_LARGE);
        }
        if size > self.largest(place) {
            return Err(Code::INSUFFICIENT_SPACE);
        }
        let size = size as usize;
        let mut old = 0;
        let changed = self.change(place).ok_or(Code::IO)?;
        if let Own::Image(Contents::File(image)) = changed.contents {
            let kept = image.bytes().get(..size).unwrap_or(image.bytes());
            let mut bytes = Vec::new();
            bytes.try_reserve_exact(size).map_err(|_| Code::INSUFFICIENT_SPACE)?;
            bytes.extend_from_slice(kept);
            changed.contents = Own::File(bytes);
        } else if let Own::File(bytes) = &mut changed.contents {
            old = bytes.len();
            // Reserves space for further growth, if there is enough.
            let more = size.saturating_sub(old);
            let reserved = bytes.try_reserve(more).or_else(|_| bytes.try_reserve_exact(more));
            reserved.map_err(|_| Code::INSUFFICIENT_SPACE)?;
        }
        if let Some(used) = self.used.get_mut(place.mount as usize) {
            used.bytes = (used.bytes + size as u64).saturating_sub(old as u64);
        }
        let Some(Changed { contents: Own::File(bytes), .. }) = self.change(place) else { return Err(Code::INVALID) };
        bytes.resize(size, 0);
        // Memory that the quota counts as free has to be free.
        if size < bytes.capacity() / 2 {
            bytes.shrink_to_fit();
        }
        Ok(())
    }

    /// Writes as many bytes as there is space for, and returns their number.
    pub fn write(&mut self, place: Place, at: u64, bytes: &[u8], now: Datetime) -> Result<usize, Code> {
        let room = self.room(place, at, bytes.len() as u64, now)?;
        if let Some(bytes) = bytes.get(..room.len()) {
            room.copy_from_slice(bytes);
        }
        Ok(room.len())
    }

    /// Writes zeros, like [`Nodes::write`].
    pub fn write_zeros(&mut self, place: Place, at: u64, length: u64, now: Datetime) -> Result<u64, Code> {
        let room = self.room(place, at, length, now)?;
        room.fill(0);
        Ok(room.len() as u64)
    }

    /// The bytes of a file from an offset on, for writing: `length` bytes, or as many as there is space for.
    fn room(&mut self, place: Place, at: u64, length: u64, now: Datetime) -> Result<&mut [u8], Code> {
        if length == 0 {
            return Ok(&mut []);
        }
        let size = self.bytes(place).len() as u64;
        let largest = self.largest(place).min(LARGEST);
        // The bytes that are copied from the image take space, too.
        if at >= LARGEST {
            return Err(Code::FILE_TOO_LARGE);
        }
        if at >= largest || size > largest {
            return Err(Code::INSUFFICIENT_SPACE);
        }
        let end = at.saturating_add(length).min(largest);
        self.resize(place, end.max(size))?;
        self.touch(place, now);
        match self.change(place) {
            Some(Changed { contents: Own::File(bytes), .. }) => {
                bytes.get_mut(at as usize..end as usize).ok_or(Code::IO)
            }
            _ => Err(Code::INVALID),
        }
    }
}

fn copy(entries: List<Entry>) -> Vec<(Name, u32)> {
    entries.slice().iter().map(|entry| (Name::Image(entry.name), entry.node)).collect()
}

/// The final steps of SplitMix64, which map different numbers to different ones.
fn mix(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}
