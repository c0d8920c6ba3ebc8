//! The host's folders that are mounts.

use super::*;
use ::filesystem::{flags, open_flags};
use abi::receive;
use abi::settings::Mount;

/// By mount. Nothing for those of our own, and for those that the host does not have.
static HOSTS: Global<Vec<Option<Host>>> = Global::new(Vec::new());

/// The host's folder of a mount that a path leads to.
pub fn get(away: &Away) -> Option<Host> {
    HOSTS.look().get(away.mount as usize).copied().flatten()
}

/// Those of all mounts. The host is asked once, if there is anything to ask it for.
pub fn all(files: &FileSystem, mounts: &[Mount]) -> &'static [Option<Host>] {
    let hosts = HOSTS.get();
    if any().is_some() && hosts.is_empty() && mounts.iter().any(|mount| mount.kind >= 2) {
        let directories: List<Directory<Handle>> = receive(|out| host::get_directories(out));
        let directories = directories.slice();
        hosts.extend((0..).zip(mounts).map(|(at, mount)| find(files.mounts().spot(at), mount, directories)));
        for directory in directories {
            if !hosts.iter().flatten().any(|host| host.handle == directory.descriptor) {
                host::drop_descriptor(directory.descriptor);
            }
        }
    }
    hosts
}

/// The host's folder of that name; or else what is below the one with the longest name that leads there.
fn find(spot: Spot, mount: &Mount, directories: &[Directory<Handle>]) -> Option<Host> {
    if mount.kind < 2 {
        return None;
    }
    let any = any()?;
    let host = |handle| Some(Host { handle, read_only: mount.kind == 3, spot: Some(spot), kept: true, any });
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
    if settings().host & abi::settings::host::OPEN == 0 {
        return None;
    }
    let flags = if mount.kind == 3 { flags::READ } else { flags::READ | flags::MUTATE_DIRECTORY };
    let mut folder = None;
    // Name by name, and through no link: whoever may write to a folder above could have put one there since.
    for name in rest.split(|byte| *byte == b'/').filter(|name| !name.is_empty() && *name != b".") {
        let parent = folder.unwrap_or(directory.descriptor);
        let how = open_flags::DIRECTORY;
        let opened = match name {
            b".." => Reply::Err(Code::NOT_PERMITTED),
            name => receive(|out| host::open_at(parent, 0, At::of(name), name.len(), how.into(), flags.into(), out)),
        };
        if let Some(folder) = folder {
            host::drop_descriptor(folder);
        }
        folder = match opened {
            Reply::Ok(handle) => Some(handle),
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
