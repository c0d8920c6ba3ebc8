//! The host's folders that are mounts.

use super::*;
use ::filesystem::{flags, open_flags};
use abi::receive;
use abi::settings::Mount;

use crate::trap;

/// By mount. Nothing for those of our own, and for those that the host does not have.
type Hosts = Vec<Option<Host>>;

static HOSTS: Global<Hosts> = Global::new(Vec::new());
static HOSTS_3: Global<Hosts> = Global::new(Vec::new());

fn of(release: Release) -> &'static Global<Hosts> {
    if release == Release::Two { &HOSTS } else { &HOSTS_3 }
}

/// The host's folder of a mount that a path leads to.
pub fn get(away: &Away, release: Release) -> Option<Host> {
    of(release).look().get(away.mount as usize).copied().flatten()
}

/// Says what the host's folder of a mount is, which was still to be opened.
#[cfg(feature = "host")]
pub fn open(mount: u32, host: Host) {
    if let Some(place) = HOSTS_3.get().get_mut(mount as usize) {
        *place = Some(host);
    }
}

/// Drops a handle of the host's.
pub fn release(handle: Handle, release: Release) {
    match release {
        Release::Two => host::drop_descriptor(handle),
        Release::Three => host::drop_descriptor_3(handle),
    }
}

/// A handle that the host gave for a descriptor that it opened.
///
/// A host that gives the number of a handle that is held already would have one descriptor taken for another: one that is
/// read-only for one that is not, or one above a mount for one in it. That traps.
#[cfg_attr(not(feature = "host"), allow(dead_code))]
pub fn opened(handle: Handle, release: Release) -> Handle {
    let is_it = |host: &Host| host.handle == handle && host.release == release;
    let is_open = |descriptor: &Descriptor| matches!(descriptor, Descriptor::Host(host) if is_it(host));
    let is_held = of(release).look().iter().flatten().any(is_it) || DESCRIPTORS.look().iter().any(is_open);
    (!is_held).then_some(handle).or_trap()
}

/// Those of all mounts. The host is asked once, if there is anything to ask it for.
pub fn all(files: &FileSystem, mounts: &[Mount], release: Release) -> &'static [Option<Host>] {
    let hosts = of(release).get();
    if any().is_some() && hosts.is_empty() && mounts.iter().any(|mount| mount.kind >= 2) {
        let directories: List<Directory<Handle>> = receive(|out| match release {
            Release::Two => host::get_directories(out),
            Release::Three => host::get_directories_3(out),
        });
        let directories = directories.slice();
        // Each is there when the next one is opened, which has to be another.
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

/// The host's folder of that name; or else what is below the one with the longest name that leads there.
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
    let any = any()?;
    let (spot, read_only) = (Some(files.mounts().spot(at)), mount.kind == 3);
    let host = |handle| Some(Host { handle, read_only, spot, kept: true, release, below: None, any });
    let wanted = trim(mount.host.bytes());
    let mut best: Option<(&Directory<Handle>, &[u8])> = None;
    for directory in directories {
        let name = trim(directory.path.bytes());
        if name == wanted {
            return host(directory.descriptor);
        }
        // The name of the root is a slash already.
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
    // In WASI 0.3 the host is waited for, and whoever asks for the preopens does not wait.
    if release == Release::Three && is_there(abi::settings::host::OPEN_3) {
        let below = Some(Below { mount: at, path: List::new(rest) });
        return host(directory.descriptor).map(|host| Host { below, ..host });
    }
    if release == Release::Three || !is_there(abi::settings::host::OPEN) {
        return None;
    }
    let flags = if mount.kind == 3 { flags::READ } else { flags::READ | flags::MUTATE_DIRECTORY };
    let mut folder = None;
    // Name by name, and through no link: whoever may write to a folder above could have put one there since.
    for name in rest.split(|byte| *byte == b'/').filter(|name| !name.is_empty() && *name != b".") {
        let parent = folder.unwrap_or(directory.descriptor);
        let how = open_flags::DIRECTORY;
        let reply = match name {
            b".." => Reply::Err(Code::NOT_PERMITTED),
            name => receive(|out| host::open_at(parent, 0, At::of(name), name.len(), how.into(), flags.into(), out)),
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
