//! The methods of a descriptor that take paths.

use super::*;
use ::filesystem::{Follow, Hash, NewTime, Resolved, Stat, Stop, flags, open_flags};

/// The target of a path.
pub enum Target {
    /// An entry of the provider.
    Own(Resolved),
    /// A path relative to a directory of the host.
    Host(Host, Vec<u8>),
}

pub fn leads(this: u32, path: Text, follow: Follow, release: Release) -> Result<Target, Code> {
    let files = files();
    // Absolute paths are refused for directories of the host, too, because a descriptor is the root of its paths.
    if path.bytes().starts_with(b"/") {
        return Err(Code::NOT_PERMITTED);
    }
    let mut found = match whom(this, release) {
        Base::Nobody => return Err(Code::ACCESS),
        Base::Host(host) => Err((host, Vec::from(path.bytes()))),
        Base::Own(open) => Ok(files.find(open, path.bytes(), follow)),
    };
    // A path in a directory of the host may lead into a mount, and from there into another directory of the host. Each
    // time less of the path is left.
    loop {
        let away = match found {
            Ok(Ok(resolved)) => return Ok(Target::Own(resolved)),
            Ok(Err(Stop::Code(code))) => return Err(code),
            Ok(Err(Stop::Host(away))) => away,
            Err((mut host, path)) => match host.prefix.map_or(Err(None), |prefix| files.cross(prefix, &path)) {
                Err(prefix) => {
                    host.prefix = prefix;
                    return Ok(Target::Host(host, path));
                }
                Ok((mount, rest)) if files.mounts().is_host(mount) => {
                    HostPath { mount, rest: if rest.is_empty() { Vec::from(b".") } else { rest.into() } }
                }
                Ok((mount, rest)) => {
                    found = Ok(files.find_in(mount, rest, follow));
                    continue;
                }
            },
        };
        found = Err((hosts::get(&away, release).ok_or(Code::NO_ENTRY)?, away.rest));
    }
}

/// As [`leads`], for a change: a read-only directory of the host is an error.
pub fn leads_to_change(this: u32, path: Text, follow: Follow, release: Release) -> Result<Target, Code> {
    match leads(this, path, follow, release)? {
        Target::Host(Host { read_only: true, .. }, _) => Err(Code::READ_ONLY),
        target => Ok(target),
    }
}

/// As [`leads_to_change`], for renaming or removing the entry itself: mounts, and directories on the path to one,
/// are busy.
pub fn leads_to_move(this: u32, path: Text, release: Release) -> Result<Target, Code> {
    match leads_to_change(this, path, Follow::No, release)? {
        // The host refuses the empty path, and paths that end in dots.
        Target::Host(Host { prefix: Some(_), .. }, path) if ends_in_name(&path) => Err(Code::BUSY),
        target => Ok(target),
    }
}

fn ends_in_name(path: &[u8]) -> bool {
    let last = path.rsplit(|byte| *byte == b'/').find(|name| !name.is_empty());
    last.is_some_and(|name| name != b"." && name != b"..")
}

/// `new-timestamp`.
pub fn time(case: u32, seconds: u64, nanoseconds: u32) -> NewTime {
    match case {
        0 => NewTime::Same,
        1 => NewTime::Now,
        _ => NewTime::Time(Datetime { seconds, nanoseconds }),
    }
}

const TWO: Release = Release::Two;

// ---- reading ----

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.stat-at")]
extern "C" fn stat_at(this: u32, follow: u32, path: Pointer<u8>, length: usize, out: Put<Stat>) {
    match leads(this, path.list(length), Follow::path(follow), TWO) {
        Ok(Target::Own(resolved)) => out.put(resolved.place().map(|place| files().stat(place))),
        Ok(Target::Host(of, path)) => host::stat_at(of.handle, follow, Pointer::of(&path), path.len(), out),
        Err(code) => out.put(Reply::Err(code)),
    }
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.metadata-hash-at")]
extern "C" fn metadata_hash_at(this: u32, follow: u32, path: Pointer<u8>, length: usize, out: Put<Hash>) {
    match leads(this, path.list(length), Follow::path(follow), TWO) {
        Ok(Target::Own(resolved)) => out.put(resolved.place().map(|place| files().hash(place))),
        Ok(Target::Host(of, path)) => host::metadata_hash_at(of.handle, follow, Pointer::of(&path), path.len(), out),
        Err(code) => out.put(Reply::Err(code)),
    }
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.readlink-at")]
extern "C" fn readlink_at(this: u32, path: Pointer<u8>, length: usize, out: Put<Text>) {
    match leads(this, path.list(length), Follow::Slash, TWO) {
        Ok(Target::Own(resolved)) => out.put(files().readlink(&resolved).map(crate::global::lend)),
        Ok(Target::Host(of, path)) => host::readlink_at(of.handle, Pointer::of(&path), path.len(), out),
        Err(code) => out.put(Reply::Err(code)),
    }
}

// ---- opening ----

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.open-at")]
extern "C" fn open_at(this: u32, follow: u32, path: Pointer<u8>, length: usize, how: u32, wanted: u32, out: Put<u32>) {
    let opened = match leads(this, path.list(length), Follow::open(follow, how as u8), TWO) {
        Ok(Target::Own(resolved)) => files().open(&resolved, how as u8, wanted as u8, now()).map(Descriptor::Own),
        Ok(Target::Host(of, path)) => open_host(of, follow, &path, how, wanted),
        Err(code) => Err(code),
    };
    out.put(opened.map(add));
}

fn open_host(of: Host, follow: u32, path: &[u8], how: u32, wanted: u32) -> Result<Descriptor, Code> {
    let changes = wanted & u32::from(flags::WRITE | flags::MUTATE_DIRECTORY) != 0
        || how & u32::from(open_flags::CREATE | open_flags::EXCLUSIVE | open_flags::TRUNCATE) != 0;
    if of.read_only && changes {
        return Err(Code::READ_ONLY);
    }
    let opened: Reply<Handle, Code> =
        abi::receive(|out| host::open_at(of.handle, follow, Pointer::of(path), path.len(), how, wanted, out));
    let handle = Result::from(opened)?;
    Ok(Descriptor::Host(Host { handle: hosts::opened(handle, of.release), kept: false, ..of }))
}

// ---- changing ----

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.create-directory-at")]
extern "C" fn create_directory_at(this: u32, path: Pointer<u8>, length: usize, out: Put<()>) {
    match leads_to_change(this, path.list(length), Follow::No, TWO) {
        Ok(Target::Own(resolved)) => out.put(files().create_directory(&resolved, now())),
        Ok(Target::Host(of, path)) => host::create_directory_at(of.handle, Pointer::of(&path), path.len(), out),
        Err(code) => out.put(Reply::Err(code)),
    }
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.remove-directory-at")]
extern "C" fn remove_directory_at(this: u32, path: Pointer<u8>, length: usize, out: Put<()>) {
    match leads_to_move(this, path.list(length), TWO) {
        Ok(Target::Own(resolved)) => out.put(files().remove_directory(&resolved, now())),
        Ok(Target::Host(of, path)) => host::remove_directory_at(of.handle, Pointer::of(&path), path.len(), out),
        Err(code) => out.put(Reply::Err(code)),
    }
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.unlink-file-at")]
extern "C" fn unlink_file_at(this: u32, path: Pointer<u8>, length: usize, out: Put<()>) {
    match leads_to_move(this, path.list(length), TWO) {
        Ok(Target::Own(resolved)) => out.put(files().unlink(&resolved, now())),
        Ok(Target::Host(of, path)) => host::unlink_file_at(of.handle, Pointer::of(&path), path.len(), out),
        Err(code) => out.put(Reply::Err(code)),
    }
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.symlink-at")]
extern "C" fn symlink_at(
    this: u32,
    target: Pointer<u8>,
    target_length: usize,
    path: Pointer<u8>,
    length: usize,
    out: Put<()>,
) {
    match leads_to_change(this, path.list(length), Follow::No, TWO) {
        Ok(Target::Own(resolved)) => out.put(files().symlink(target.list(target_length).bytes(), &resolved, now())),
        Ok(Target::Host(of, path)) => {
            host::symlink_at(of.handle, target, target_length, Pointer::of(&path), path.len(), out);
        }
        Err(code) => out.put(Reply::Err(code)),
    }
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.set-times-at")]
extern "C" fn set_times_at(
    this: u32,
    follow: u32,
    path: Pointer<u8>,
    length: usize,
    a: u32,
    b: u64,
    c: u32,
    d: u32,
    e: u64,
    f: u32,
    out: Put<()>,
) {
    match leads_to_change(this, path.list(length), Follow::path(follow), TWO) {
        Ok(Target::Own(resolved)) => {
            out.put(resolved.place().and_then(|place| files().set_times(place, time(a, b, c), time(d, e, f), now())));
        }
        Ok(Target::Host(of, path)) => {
            host::set_times_at(of.handle, follow, Pointer::of(&path), path.len(), a, b, c, d, e, f, out);
        }
        Err(code) => out.put(Reply::Err(code)),
    }
}

// ---- two paths ----

/// The targets of two paths, which have the same owner.
pub enum Targets {
    Own(Resolved, Resolved),
    Host(Host, Vec<u8>, Host, Vec<u8>),
}

pub fn both(old: Result<Target, Code>, new: Result<Target, Code>) -> Result<Targets, Code> {
    match (old?, new?) {
        (Target::Own(old), Target::Own(new)) => Ok(Targets::Own(old, new)),
        (Target::Host(old, old_path), Target::Host(new, new_path)) => Ok(Targets::Host(old, old_path, new, new_path)),
        _ => Err(Code::CROSS_DEVICE),
    }
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.link-at")]
extern "C" fn link_at(
    this: u32,
    follow: u32,
    old: Pointer<u8>,
    old_length: usize,
    other: u32,
    new: Pointer<u8>,
    new_length: usize,
    out: Put<()>,
) {
    let old = leads_to_change(this, old.list(old_length), Follow::path(follow), TWO);
    match both(old, leads_to_change(other, new.list(new_length), Follow::No, TWO)) {
        Ok(Targets::Own(old, new)) => out.put(files().link(&old, &new, now())),
        Ok(Targets::Host(this, old, other, new)) => {
            host::link_at(
                this.handle,
                follow,
                Pointer::of(&old),
                old.len(),
                other.handle,
                Pointer::of(&new),
                new.len(),
                out,
            );
        }
        Err(code) => out.put(Reply::Err(code)),
    }
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.rename-at")]
extern "C" fn rename_at(
    this: u32,
    old: Pointer<u8>,
    old_length: usize,
    other: u32,
    new: Pointer<u8>,
    new_length: usize,
    out: Put<()>,
) {
    match both(leads_to_move(this, old.list(old_length), TWO), leads_to_move(other, new.list(new_length), TWO)) {
        Ok(Targets::Own(old, new)) => out.put(files().rename(&old, &new, now())),
        Ok(Targets::Host(this, old, other, new)) => {
            host::rename_at(this.handle, Pointer::of(&old), old.len(), other.handle, Pointer::of(&new), new.len(), out);
        }
        Err(code) => out.put(Reply::Err(code)),
    }
}
