//! The mounts that are directories of the host.

use super::*;
use ::filesystem::{flags, open_flags};
use abi::receive;
use abi::settings::Mount;

use crate::trap;

/// The directory of the host for each mount. `None` for mounts in memory, and for directories that the host does not
/// have.
type Hosts = Vec<Option<Host>>;

static HOSTS: Global<Hosts> = Global::new(Vec::new());
static HOSTS_3: Global<Hosts> = Global::new(Vec::new());

fn of(release: Release) -> &'static Global<Hosts> {
    if release == Release::Two { &HOSTS } else { &HOSTS_3 }
}

/// The directory of the host that a path leads to.
pub fn get(away: &HostPath, release: Release) -> Option<Host> {
    of(release).look().get(away.mount as usize).copied().flatten()
}

/// Sets the directory of a mount, after it was opened.
#[cfg(feature = "host")]
pub fn open(mount: u32, host: Host) {
    if let Some(place) = HOSTS_3.get().get_mut(mount as usize) {
        *place = Some(host);
    }
}

/// Drops a handle of the host.
pub fn release(handle: Handle, release: Release) {
    match release {
        Release::Two => host::drop_descriptor(handle),
        Release::Three => host::drop_descriptor_3(handle),
    }
}

/// Checks a handle that the host returned for an opened descriptor.
///
/// Traps if the handle is already held. Otherwise such a host could make one descriptor pass for another: a read-only
/// one for a writable one, or one above a mount for one in it.
#[cfg_attr(not(feature = "host"), allow(dead_code))]
pub fn opened(handle: Handle, release: Release) -> Handle {
    let is_it = |host: &Host| host.handle == handle && host.release == release;
    let is_open = |descriptor: &Descriptor| matches!(descriptor, Descriptor::Host(host) if is_it(host));
    let is_held = of(release).look().iter().flatten().any(is_it) || DESCRIPTORS.look().iter().any(is_open);
    (!is_held).then_some(handle).or_trap()
}

/// The directories of all mounts. The first call opens them, if any mount is a directory of the host.
pub fn all(files: &FileSystem, mounts: &[Mount], release: Release) -> &'static [Option<Host>] {
    let hosts = of(release).get();
    if any().is_some() && hosts.is_empty() && mounts.iter().any(|mount| mount.kind >= 2) {
        let directories: List<Directory<Handle>> = receive(|out| match release {
            Release::Two => host::get_directories(out),
            Release::Three => host::get_directories_3(out),
        });
        let directories = directories.slice();
        // Each directory is in the list when the next one is opened, so that `opened` can compare them.
        for (at, mount) in (0..).zip(mounts) {
            hosts.push(find(files, at, mount, directories, release));
        }
        for directory in directories {
            if !hosts.iter().flatten().any(|host| host.handle == directory.descriptor) {
                self::release(directory.descriptor, release);
            }
        }
    }
    hosts
}

/// Finds the directory of the host for a mount: a preopened directory of its path, or else a directory below the
/// preopened one with the longest path that leads there.
fn find(
    files: &FileSystem,
    at: u32,
    mount: &Mount,
    directories: &[Directory<Handle>],
    release: Release,
) -> Option<Host> {
    if mount.kind < 2 {
        return None;
    }
    let proof = any()?;
    let (prefix, read_only) = (Some(files.mounts().prefix(at)), mount.kind == 3);
    let host = |handle| Some(Host { handle, read_only, prefix, kept: true, release, below: None, proof });
    let wanted = trim(mount.host.bytes());
    let mut best: Option<(&Directory<Handle>, &[u8])> = None;
    for directory in directories {
        let name = trim(directory.path.bytes());
        if name == wanted {
            return host(directory.descriptor);
        }
        // The path of the root ends with a slash already.
        let below = match wanted.strip_prefix(name) {
            Some(rest) if name == b"/" => Some(rest),
            Some([b'/', rest @ ..]) => Some(rest),
            _ => None,
        };
        if let Some(rest) = below
            && best.is_none_or(|(_, shortest)| rest.len() < shortest.len())
        {
            best = Some((directory, rest));
        }
    }
    let (directory, rest) = best?;
    let is_there = |bit| settings().host & bit != 0;
    // In WASI 0.3, `open-at` is asynchronous and `get-directories` is not, so the directory is opened later.
    if release == Release::Three && is_there(abi::settings::host::OPEN_3) {
        let below = Some(Below { mount: at, path: List::new(rest) });
        return host(directory.descriptor).map(|host| Host { below, ..host });
    }
    if release == Release::Three || !is_there(abi::settings::host::OPEN) {
        return None;
    }
    let flags = if mount.kind == 3 { flags::READ } else { flags::READ | flags::MUTATE_DIRECTORY };
    let mut folder = None;
    // The path is opened name by name, without following symlinks: anyone who can write to a parent directory could
    // have created one.
    for name in rest.split(|byte| *byte == b'/').filter(|name| !name.is_empty() && *name != b".") {
        let parent = folder.unwrap_or(directory.descriptor);
        let how = open_flags::DIRECTORY;
        let reply = match name {
            b".." => Reply::Err(Code::NOT_PERMITTED),
            name => {
                receive(|out| host::open_at(parent, 0, Pointer::of(name), name.len(), how.into(), flags.into(), out))
            }
        };
        if let Some(folder) = folder {
            host::drop_descriptor(folder);
        }
        folder = match reply {
            Reply::Ok(handle) if directories.iter().any(|directory| directory.descriptor == handle) => trap(),
            Reply::Ok(handle) => Some(opened(handle, release)),
            Reply::Err(_) => return None,
        };
    }
    host(folder.unwrap_or(directory.descriptor))
}

fn trim(name: &[u8]) -> &[u8] {
    match name {
        [shorter @ .., b'/'] if !shorter.is_empty() => shorter,
        name => name,
    }
}
