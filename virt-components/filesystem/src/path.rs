//! Where a path leads.

use crate::mounts::{Spot, Step};
use crate::nodes::kind;
use crate::open::is_new;
use crate::{Away, Code, FileSystem, Open, Place, Stop};
use alloc::vec::Vec;

/// As many links may be followed for one path, as on Linux.
const MOST_LINKS: u32 = 40;
/// As long may a name be, as on Linux.
const LONGEST_NAME: usize = 255;

/// A place that a path leads to, where something is or could be.
pub struct Here {
    /// The folder it is in.
    pub(crate) folder: Place,
    /// Its name there; empty if the path ends in `.` or `..`, and so in a folder whose name it does not say.
    pub(crate) name: Vec<u8>,
    /// What is there.
    pub(crate) place: Option<Place>,
    pub(crate) spot: Option<Spot>,
    /// It is a mount, or on the way to one.
    pub(crate) busy: bool,
    /// The path ends in a slash.
    pub(crate) slash: bool,
}

impl Here {
    /// What is there.
    pub fn place(&self) -> Result<Place, Code> {
        self.place.ok_or(Code::NO_ENTRY)
    }
}

/// Whether a link at the end of a path is followed.
#[derive(Clone, Copy, PartialEq)]
pub enum Follow {
    /// It is.
    Yes,
    /// Only if there is a slash behind it.
    Slash,
    /// It is not, whatever is behind it: that would be the name of another thing than what is to be removed.
    No,
}

impl Follow {
    /// For what is asked about a place, by `path-flags`.
    pub fn path(flags: u32) -> Self {
        if flags & 1 == 0 { Follow::Slash } else { Follow::Yes }
    }

    /// For `open-at`, by its `path-flags` and `open-flags`: what must not be there is not looked for behind a link.
    pub fn open(flags: u32, how: u8) -> Self {
        if is_new(how) { Follow::Slash } else { Follow::path(flags) }
    }
}

impl FileSystem {
    /// Follows a path from an open folder.
    pub fn find(&self, base: &Open, path: &[u8], follow: Follow) -> Result<Here, Stop> {
        check(path)?;
        if !self.is_folder(base.place) {
            return Err(Code::NOT_DIRECTORY.into());
        }
        // The folders from the base on, for `..`; it never leads out of the base.
        let mut folders = Vec::from([(base.place, base.spot)]);
        let mut path = Vec::from(path);
        let mut at = 0;
        let mut links = 0;
        loop {
            let Some(&(folder, spot)) = folders.last() else { return Err(Code::NOT_PERMITTED.into()) };
            let (name, next) = component(&path, at);
            let is_last = component(&path, next).0.is_empty();
            let slash = path.get(next - 1) == Some(&b'/');
            at = next;
            if name.is_empty() || name == b"." || name == b".." {
                if name == b".." {
                    folders.pop();
                }
                if is_last {
                    let &(place, spot) = folders.last().ok_or(Code::NOT_PERMITTED)?;
                    let busy = spot.is_some();
                    return Ok(Here { folder: place, name: Vec::new(), place: Some(place), spot, busy, slash });
                }
                continue;
            }
            if name.len() > LONGEST_NAME {
                return Err(Code::NAME_TOO_LONG.into());
            }
            let step = self.mounts.step(spot, name);
            let (place, spot, busy) = match step {
                Step::Plain => (self.nodes.find(folder, name).map(|node| Place { node, ..folder }), None, false),
                Step::Way(spot) => {
                    (self.nodes.find(folder, name).map(|node| Place { node, ..folder }), Some(spot), true)
                }
                Step::Mount(mount) => match self.mounts.root(mount) {
                    Some(node) => (Some(Place { mount, node }), Some(self.mounts.spot(mount)), true),
                    None => match leave(path.get(next..).unwrap_or(b"")) {
                        // It comes back: what is in the host's folder does not matter.
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
                            return Err(Stop::Away(Away { mount, rest }));
                        }
                    },
                },
            };
            let here = |name: &[u8]| Here { folder, name: name.into(), place, spot, busy, slash };
            let Some(found) = place else {
                return if is_last { Ok(here(name)) } else { Err(Code::NO_ENTRY.into()) };
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
                kind::FOLDER => {
                    if is_last {
                        return Ok(here(name));
                    }
                    folders.push((found, spot));
                }
                kind::LINK if !slash => return Ok(here(name)),
                _ if !is_last || slash => return Err(Code::NOT_DIRECTORY.into()),
                _ => return Ok(here(name)),
            }
        }
    }
}

/// What no path may be.
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

/// The component of a path at some byte of it, and where the next one is.
pub(crate) fn component(path: &[u8], at: usize) -> (&[u8], usize) {
    let rest = path.get(at..).unwrap_or(b"");
    let length = rest.iter().position(|byte| *byte == b'/').unwrap_or(rest.len());
    let slashes = rest.iter().skip(length).take_while(|byte| **byte == b'/').count();
    (rest.get(..length).unwrap_or(b""), at + length + slashes)
}

/// Where a path is when it has left the folder that it begins in, by its names alone; nothing if it stays there.
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
