//! Path resolution.

use crate::mounts::{MountPrefix, Step};
use crate::nodes::kind;
use crate::open::is_new;
use crate::{Code, FileSystem, HostPath, Open, Place, Stop};
use alloc::vec::Vec;

/// The number of symlinks that are followed for one path at most, as on Linux.
const MOST_LINKS: u32 = 40;
/// The length of a name in bytes at most, as on Linux.
const LONGEST_NAME: usize = 255;

/// The result of path resolution: an entry of a directory that exists or could be created.
pub struct Resolved {
    /// The directory of the entry.
    pub(crate) directory: Place,
    /// The name of the entry. Empty if the path ends in `.` or `..`, which does not name the directory that it leads
    /// to.
    pub(crate) name: Vec<u8>,
    /// The node, if the entry exists.
    pub(crate) place: Option<Place>,
    pub(crate) prefix: Option<MountPrefix>,
    /// Whether the entry is a mount, or on the path to one.
    pub(crate) busy: bool,
    /// Whether the path ends in a slash.
    pub(crate) slash: bool,
}

impl Resolved {
    /// The node, or an error if the entry does not exist.
    pub fn place(&self) -> Result<Place, Code> {
        self.place.ok_or(Code::NO_ENTRY)
    }
}

/// Whether a symlink at the end of a path is followed.
#[derive(Clone, Copy, PartialEq)]
pub enum Follow {
    /// Always.
    Yes,
    /// Only if a slash follows.
    Slash,
    /// Never, even if a slash follows: the operation removes or renames the symlink itself.
    No,
}

impl Follow {
    /// The rule of these `path-flags`, for functions that read or change attributes.
    pub fn path(flags: u32) -> Self {
        if flags & 1 == 0 { Follow::Slash } else { Follow::Yes }
    }

    /// The rule of these `path-flags` and `open-flags` for `open-at`: a symlink is not followed to a file that must not
    /// exist.
    pub fn open(flags: u32, how: u8) -> Self {
        if is_new(how) { Follow::Slash } else { Follow::path(flags) }
    }
}

impl FileSystem {
    /// Resolves a path relative to an open directory.
    pub fn find(&self, base: &Open, path: &[u8], follow: Follow) -> Result<Resolved, Stop> {
        check(path)?;
        if !self.is_directory(base.place) {
            return Err(Code::NOT_DIRECTORY.into());
        }
        // The directories from the base on, for `..`, which never leads out of the base.
        let mut directories = Vec::from([(base.place, base.prefix)]);
        let mut path = Vec::from(path);
        let mut at = 0;
        let mut links = 0;
        loop {
            let Some(&(directory, prefix)) = directories.last() else { return Err(Code::NOT_PERMITTED.into()) };
            let (name, next) = component(&path, at);
            let is_last = component(&path, next).0.is_empty();
            let slash = path.get(next - 1) == Some(&b'/');
            at = next;
            if name.is_empty() || name == b"." || name == b".." {
                if name == b".." {
                    directories.pop();
                }
                if is_last {
                    let &(place, prefix) = directories.last().ok_or(Code::NOT_PERMITTED)?;
                    let busy = prefix.is_some();
                    return Ok(Resolved {
                        directory: place,
                        name: Vec::new(),
                        place: Some(place),
                        prefix,
                        busy,
                        slash,
                    });
                }
                continue;
            }
            if name.len() > LONGEST_NAME {
                return Err(Code::NAME_TOO_LONG.into());
            }
            let step = self.mounts.step(prefix, name);
            let (place, prefix, busy) = match step {
                Step::Plain => (self.nodes.find(directory, name).map(|node| Place { node, ..directory }), None, false),
                Step::Prefix(prefix) => {
                    (self.nodes.find(directory, name).map(|node| Place { node, ..directory }), Some(prefix), true)
                }
                Step::Mount(mount) => match self.mounts.root(mount) {
                    Some(node) => (Some(Place { mount, node }), Some(self.mounts.prefix(mount)), true),
                    None => match leave(path.get(next..).unwrap_or(b"")) {
                        // The path leads into the host's directory and out of it again, so that its content does not
                        // matter.
                        Some(back) => {
                            at += back;
                            if component(&path, at).0.is_empty() {
                                path.truncate(at);
                                path.extend_from_slice(b"/.");
                            }
                            continue;
                        }
                        None => {
                            let mut rest = Vec::from(path.get(next..).unwrap_or(b""));
                            if rest.is_empty() {
                                rest.push(b'.');
                            }
                            return Err(Stop::Host(HostPath { mount, rest }));
                        }
                    },
                },
            };
            let resolved = |name: &[u8]| Resolved { directory, name: name.into(), place, prefix, busy, slash };
            let Some(found) = place else {
                return if is_last { Ok(resolved(name)) } else { Err(Code::NO_ENTRY.into()) };
            };
            match self.nodes.kind(found) {
                kind::LINK if !is_last || follow == Follow::Yes || (follow == Follow::Slash && slash) => {
                    links += 1;
                    if links > MOST_LINKS {
                        return Err(Code::LOOP.into());
                    }
                    let target = self.nodes.bytes(found);
                    check(target)?;
                    let mut whole = Vec::from(target);
                    if !is_last || slash {
                        whole.push(b'/');
                        whole.extend_from_slice(path.get(next..).unwrap_or(b""));
                    }
                    path = whole;
                    at = 0;
                }
                kind::DIRECTORY => {
                    if is_last {
                        return Ok(resolved(name));
                    }
                    directories.push((found, prefix));
                }
                kind::LINK if !slash => return Ok(resolved(name)),
                _ if !is_last || slash => return Err(Code::NOT_DIRECTORY.into()),
                _ => return Ok(resolved(name)),
            }
        }
    }
}

/// Rejects paths that are empty, absolute, or contain a zero byte.
fn check(path: &[u8]) -> Result<(), Code> {
    if path.is_empty() {
        Err(Code::NO_ENTRY)
    } else if path.starts_with(b"/") {
        Err(Code::NOT_PERMITTED)
    } else if path.contains(&0) {
        Err(Code::INVALID)
    } else {
        Ok(())
    }
}

/// The component of a path that begins at an offset, and the offset of the next one.
pub(crate) fn component(path: &[u8], at: usize) -> (&[u8], usize) {
    let rest = path.get(at..).unwrap_or(b"");
    let length = rest.iter().position(|byte| *byte == b'/').unwrap_or(rest.len());
    let slashes = rest.iter().skip(length).take_while(|byte| **byte == b'/').count();
    (rest.get(..length).unwrap_or(b""), at + length + slashes)
}

/// The offset in a path at which it leaves the directory where it begins, by names alone. `None` if it stays inside.
fn leave(path: &[u8]) -> Option<usize> {
    let mut at = 0;
    let mut depth = 0;
    loop {
        let (name, next) = component(path, at);
        match name {
            b"" => return None,
            b"." => {}
            b".." if depth == 0 => return Some(next),
            b".." => depth -= 1,
            _ => depth += 1,
        }
        at = next;
    }
}
