//! The mounts and their paths in the one file system of the component.

use crate::nodes::kind;
use crate::path::component;
use crate::{Code, FileSystem, Follow, Listed, Open, Place, Resolved, Stop};
use abi::settings::Mount;
use alloc::vec::Vec;

/// The mounts, by their indices.
pub struct Mounts {
    mounts: &'static [Mount],
}

/// A prefix of the path of a mount, for a directory that is the root of the mount or on the path to it. Other
/// directories have none. The path of a directory with a prefix never changes, because such a directory is busy.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MountPrefix {
    mount: u32,
    length: u32,
}

/// The meaning of a name in a directory, as far as mounts matter.
pub enum Step {
    /// The entry of the directory.
    Plain,
    /// A directory on the path to a mount.
    Prefix(MountPrefix),
    /// A mount.
    Mount(u32),
}

impl Mounts {
    pub(crate) const fn new() -> Self {
        Mounts { mounts: &[] }
    }

    /// Sets the mounts, and returns whether there were none before.
    pub(crate) fn start(&mut self, mounts: &'static [Mount]) -> bool {
        let is_new = self.mounts.is_empty() && !mounts.is_empty();
        self.mounts = mounts;
        is_new
    }

    /// The number of mounts.
    pub fn count(&self) -> u32 {
        self.mounts.len() as u32
    }

    /// The mount of an index.
    pub fn get(&self, mount: u32) -> Option<&'static Mount> {
        self.mounts.get(mount as usize)
    }

    /// Whether a mount is a directory of the host.
    pub fn is_host(&self, mount: u32) -> bool {
        self.get(mount).is_some_and(|mount| mount.kind >= 2)
    }

    /// The index of a mount's root in the nodes. `None` for a directory of the host.
    pub fn root(&self, mount: u32) -> Option<u32> {
        self.get(mount).filter(|mount| mount.kind < 2).map(|mount| mount.first)
    }

    /// Whether a mount in memory is writable.
    pub fn writable(&self, mount: u32) -> bool {
        self.get(mount).is_some_and(|mount| mount.kind == 1)
    }

    /// The whole path of a mount, as a prefix.
    pub fn prefix(&self, mount: u32) -> MountPrefix {
        MountPrefix { mount, length: self.path(mount).len() as u32 }
    }

    /// The path of a mount, without the trailing slash that only `/` has.
    fn path(&self, mount: u32) -> &'static [u8] {
        let path = self.get(mount).map_or(&b""[..], |mount| mount.path.bytes());
        path.strip_suffix(b"/").unwrap_or(path)
    }

    pub(crate) fn step(&self, prefix: Option<MountPrefix>, name: &[u8]) -> Step {
        let Some(prefix) = prefix else { return Step::Plain };
        let start = self.path(prefix.mount).get(..prefix.length as usize).unwrap_or(b"");
        let mut step = Step::Plain;
        for mount in 0..self.count() {
            let rest = self.path(mount).strip_prefix(start).and_then(|rest| rest.strip_prefix(b"/"));
            match rest.and_then(|rest| rest.strip_prefix(name)) {
                Some([]) => return Step::Mount(mount),
                Some([b'/', ..]) => {
                    step = Step::Prefix(MountPrefix { mount, length: prefix.length + 1 + name.len() as u32 })
                }
                _ => {}
            }
        }
        step
    }
}

impl FileSystem {
    /// Follows a path from a directory of the host to a mount in it, by names alone. The result is the mount and the
    /// rest of the path, which may be empty. If the path reaches no mount, the error is the prefix of the directory
    /// where it ends, if that has one.
    pub fn cross<'a>(&self, prefix: MountPrefix, path: &'a [u8]) -> Result<(u32, &'a [u8]), Option<MountPrefix>> {
        let mut spots = Vec::from([Some(prefix)]);
        let mut at = 0;
        loop {
            let Some(&prefix) = spots.last() else { return Err(None) };
            let (name, next) = component(path, at);
            at = next;
            match name {
                b"" if at >= path.len() => return Err(prefix),
                b"" | b"." => {}
                b".." => {
                    spots.pop();
                }
                name => match self.mounts.step(prefix, name) {
                    Step::Mount(mount) => return Ok((mount, path.get(at..).unwrap_or(b""))),
                    Step::Prefix(prefix) => spots.push(Some(prefix)),
                    Step::Plain => spots.push(None),
                },
            }
        }
    }

    /// Resolves a path, which may be empty, from the root of a mount in memory.
    pub fn find_in(&self, mount: u32, path: &[u8], follow: Follow) -> Result<Resolved, Stop> {
        let place = Place { mount, node: self.mounts.root(mount).ok_or(Code::NO_ENTRY)? };
        let prefix = Some(self.mounts.prefix(mount));
        if path.is_empty() {
            return Ok(Resolved {
                directory: place,
                name: Vec::new(),
                place: Some(place),
                prefix,
                busy: true,
                slash: false,
            });
        }
        self.find(&Open { place, prefix, flags: 0 }, path, follow)
    }

    /// The mounts that are entries of a directory of the host.
    pub fn list_mounts(&self, prefix: MountPrefix) -> Vec<Listed> {
        let start = self.mounts.path(prefix.mount).get(..prefix.length as usize).unwrap_or(b"");
        let listed = |mount| {
            let name = self.mounts.path(mount).strip_prefix(start)?.strip_prefix(b"/")?;
            if name.contains(&b'/') {
                return None;
            }
            let kind = self.mounts.root(mount).map_or(kind::DIRECTORY, |node| self.nodes.kind(Place { mount, node }));
            Some(Listed::new(kind, name))
        };
        (0..self.mounts.count()).filter_map(listed).collect()
    }

    /// Creates the directories on the paths to mounts within other mounts, and an entry for each such mount, so that
    /// listings have them, in read-only mounts, too.
    pub(crate) fn place_mounts(&mut self) {
        for mount in 0..self.mounts.count() {
            self.place_mount(mount);
        }
    }

    fn place_mount(&mut self, mount: u32) {
        let path = self.mounts.path(mount);
        // The innermost enclosing mount has the longest path.
        let inside = |outer: &u32| {
            *outer != mount && path.strip_prefix(self.mounts.path(*outer)).is_some_and(|rest| rest.starts_with(b"/"))
        };
        let outer = (0..self.mounts.count()).filter(inside).max_by_key(|outer| self.mounts.path(*outer).len());
        let Some(outer) = outer else { return };
        let (Some(root), Some(rest)) = (self.mounts.root(outer), path.get(self.mounts.path(outer).len() + 1..)) else {
            return;
        };
        let mut directory = Place { mount: outer, node: root };
        for name in rest.split(|byte| *byte == b'/') {
            let node = match self.nodes.find(directory, name) {
                Some(node) if self.nodes.kind(Place { node, ..directory }) == kind::DIRECTORY => node,
                other => {
                    if other.is_some() {
                        self.nodes.unname(directory, name);
                    }
                    let node = self.nodes.make_directory(directory.mount);
                    self.nodes.name(directory, name, node);
                    node
                }
            };
            directory.node = node;
        }
    }
}
