//! Where mounts are, in one namespace for all.

use crate::nodes::kind;
use crate::path::component;
use crate::{Code, FileSystem, Follow, Here, Listed, Open, Place, Stop};
use abi::settings::Mount;
use alloc::vec::Vec;

/// The mounts, by their indices.
pub struct Mounts {
    mounts: &'static [Mount],
}

/// A folder that is a mount's root, or lies on the way to one: as much of the path of a mount as leads to it. All other folders have no
/// spot, and need none. No path of a folder with a spot ever changes, because it is busy.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    mount: u32,
    length: u32,
}

/// What a name is in a folder.
pub enum Step {
    /// Whatever the folder has by this name.
    Plain,
    /// A folder on the way to a mount.
    Way(Spot),
    /// A mount.
    Mount(u32),
}

impl Mounts {
    pub(crate) const fn new() -> Self {
        Mounts { mounts: &[] }
    }

    /// Says whether these are new.
    pub(crate) fn start(&mut self, mounts: &'static [Mount]) -> bool {
        let is_new = self.mounts.is_empty() && !mounts.is_empty();
        self.mounts = mounts;
        is_new
    }

    /// How many there are.
    pub fn count(&self) -> u32 {
        self.mounts.len() as u32
    }

    /// A mount.
    pub fn get(&self, mount: u32) -> Option<&'static Mount> {
        self.mounts.get(mount as usize)
    }

    /// Whether a mount is the host's.
    pub fn is_host(&self, mount: u32) -> bool {
        self.get(mount).is_some_and(|mount| mount.kind >= 2)
    }

    /// The root of a mount among the nodes; nothing if the mount is the host's.
    pub fn root(&self, mount: u32) -> Option<u32> {
        self.get(mount).filter(|mount| mount.kind < 2).map(|mount| mount.first)
    }

    /// Whether a mount of our own may be written to.
    pub fn writable(&self, mount: u32) -> bool {
        self.get(mount).is_some_and(|mount| mount.kind == 1)
    }

    /// Of a mount of the host's, where it is.
    pub fn spot(&self, mount: u32) -> Spot {
        Spot { mount, length: self.path(mount).len() as u32 }
    }

    /// The path of a mount without the slash at the end that only the path of the root has.
    fn path(&self, mount: u32) -> &'static [u8] {
        let path = self.get(mount).map_or(&b""[..], |mount| mount.path.bytes());
        path.strip_suffix(b"/").unwrap_or(path)
    }

    pub(crate) fn step(&self, spot: Option<Spot>, name: &[u8]) -> Step {
        let Some(spot) = spot else { return Step::Plain };
        let prefix = self.path(spot.mount).get(..spot.length as usize).unwrap_or(b"");
        let mut step = Step::Plain;
        for mount in 0..self.count() {
            let rest = self.path(mount).strip_prefix(prefix).and_then(|rest| rest.strip_prefix(b"/"));
            match rest.and_then(|rest| rest.strip_prefix(name)) {
                Some([]) => return Step::Mount(mount),
                Some([b'/', ..]) => step = Step::Way(Spot { mount, length: spot.length + 1 + name.len() as u32 }),
                _ => {}
            }
        }
        step
    }
}

impl FileSystem {
    /// Follows a path from a folder of the host's, by the names alone, to a mount that lies in there. Gives the mount, and the path from
    /// there, which may be empty; or else where the path ends, if mounts matter there.
    pub fn cross<'a>(&self, spot: Spot, path: &'a [u8]) -> Result<(u32, &'a [u8]), Option<Spot>> {
        let mut spots = Vec::from([Some(spot)]);
        let mut at = 0;
        loop {
            let Some(&spot) = spots.last() else { return Err(None) };
            let (name, next) = component(path, at);
            at = next;
            match name {
                b"" if at >= path.len() => return Err(spot),
                b"" | b"." => {}
                b".." => {
                    spots.pop();
                }
                name => match self.mounts.step(spot, name) {
                    Step::Mount(mount) => return Ok((mount, path.get(at..).unwrap_or(b""))),
                    Step::Way(spot) => spots.push(Some(spot)),
                    Step::Plain => spots.push(None),
                },
            }
        }
    }

    /// Follows a path, which may be empty, from the root of a mount of our own.
    pub fn find_in(&self, mount: u32, path: &[u8], follow: Follow) -> Result<Here, Stop> {
        let place = Place { mount, node: self.mounts.root(mount).ok_or(Code::NO_ENTRY)? };
        let spot = Some(self.mounts.spot(mount));
        if path.is_empty() {
            return Ok(Here { folder: place, name: Vec::new(), place: Some(place), spot, busy: true, slash: false });
        }
        self.find(&Open { place, spot, flags: 0 }, path, follow)
    }

    /// The mounts that lie in a folder of the host's.
    pub fn list_mounts(&self, spot: Spot) -> Vec<Listed> {
        let prefix = self.mounts.path(spot.mount).get(..spot.length as usize).unwrap_or(b"");
        let listed = |mount| {
            let name = self.mounts.path(mount).strip_prefix(prefix)?.strip_prefix(b"/")?;
            if name.contains(&b'/') {
                return None;
            }
            let kind = self.mounts.root(mount).map_or(kind::FOLDER, |node| self.nodes.kind(Place { mount, node }));
            Some(Listed::new(kind, name))
        };
        (0..self.mounts.count()).filter_map(listed).collect()
    }

    /// Makes the folders on the way to mounts that lie in others, and a name for the mounts themselves, so that they are listed: also in
    /// mounts that may not be written to.
    pub(crate) fn place_mounts(&mut self) {
        for mount in 0..self.mounts.count() {
            self.place_mount(mount);
        }
    }

    fn place_mount(&mut self, mount: u32) {
        let path = self.mounts.path(mount);
        // The innermost mount around it is the longest.
        let inside = |outer: &u32| {
            *outer != mount && path.strip_prefix(self.mounts.path(*outer)).is_some_and(|rest| rest.starts_with(b"/"))
        };
        let outer = (0..self.mounts.count()).filter(inside).max_by_key(|outer| self.mounts.path(*outer).len());
        let Some(outer) = outer else { return };
        let (Some(root), Some(rest)) = (self.mounts.root(outer), path.get(self.mounts.path(outer).len() + 1..)) else {
            return;
        };
        let mut folder = Place { mount: outer, node: root };
        for name in rest.split(|byte| *byte == b'/') {
            let node = match self.nodes.find(folder, name) {
                Some(node) if self.nodes.kind(Place { node, ..folder }) == kind::FOLDER => node,
                other => {
                    if other.is_some() {
                        self.nodes.unname(folder, name);
                    }
                    let node = self.nodes.make_folder(folder.mount);
                    self.nodes.name(folder, name, node);
                    node
                }
            };
            folder.node = node;
        }
    }
}
