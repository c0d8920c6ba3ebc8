//! The methods of a descriptor that take paths from there.

use super::*;
use ::filesystem::{Follow, Hash, Here, NewTime, Stat, Stop, flags, open_flags};

/// Where a path leads.
pub enum Leads {
    /// To the provider's.
    Here(Here),
    /// To the host's, with a path from one of its folders.
    Host(Host, Vec<u8>),
}

pub fn leads(this: u32, path: Text, follow: Follow, release: Release) -> Result<Leads, Code> {
    let files = files();
    // Whoever the folder belongs to: the host's too is a place to start from, and none to leave.
    if path.bytes().starts_with(b"/") {
        return Err(Code::NOT_PERMITTED);
    }
    let mut found = match whom(this, release) {
        Whom::Nobody => return Err(Code::ACCESS),
        Whom::Host(host) => Err((host, Vec::from(path.bytes()))),
        Whom::Own(open) => Ok(files.find(open, path.bytes(), follow)),
    };
    // From the host's it may go back into a mount, and from there to the host's again, each time further down.
    loop {
        let away = match found {
            Ok(Ok(here)) => return Ok(Leads::Here(here)),
            Ok(Err(Stop::Code(code))) => return Err(code),
            Ok(Err(Stop::Away(away))) => away,
            Err((mut host, path)) => match host.spot.map_or(Err(None), |spot| files.cross(spot, &path)) {
                Err(spot) => {
                    host.spot = spot;
                    return Ok(Leads::Host(host, path));
                }
                Ok((mount, rest)) if files.mounts().is_host(mount) => {
                    Away { mount, rest: if rest.is_empty() { Vec::from(b".") } else { rest.into() } }
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

/// As [`leads`], to what is to be changed: not where the host's may only be read.
pub fn leads_to_change(this: u32, path: Text, follow: Follow, release: Release) -> Result<Leads, Code> {
    match leads(this, path, follow, release)? {
        Leads::Host(Host { read_only: true, .. }, _) => Err(Code::READ_ONLY),
        leads => Ok(leads),
    }
}

/// As [`leads_to_change`], to what is to be renamed or removed, itself and not what it leads to: no mount, and nothing on the way to one.
pub fn leads_to_move(this: u32, path: Text, release: Release) -> Result<Leads, Code> {
    match leads_to_change(this, path, Follow::No, release)? {
        // What no name leads to is the host's to refuse: the empty path, and a folder by its dots.
        Leads::Host(Host { spot: Some(_), .. }, path) if ends_in_name(&path) => Err(Code::BUSY),
        leads => Ok(leads),
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

// ---- asking ----

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.stat-at")]
extern "C" fn stat_at(this: u32, follow: u32, path: At<u8>, length: usize, out: Put<Stat>) {
    match leads(this, path.list(length), Follow::path(follow), TWO) {
        Ok(Leads::Here(here)) => out.put(here.place().map(|place| files().stat(place))),
        Ok(Leads::Host(of, path)) => host::stat_at(of.handle, follow, At::of(&path), path.len(), out),
        Err(code) => out.put(Reply::Err(code)),
    }
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.metadata-hash-at")]
extern "C" fn metadata_hash_at(this: u32, follow: u32, path: At<u8>, length: usize, out: Put<Hash>) {
    match leads(this, path.list(length), Follow::path(follow), TWO) {
        Ok(Leads::Here(here)) => out.put(here.place().map(|place| files().hash(place))),
        Ok(Leads::Host(of, path)) => host::metadata_hash_at(of.handle, follow, At::of(&path), path.len(), out),
        Err(code) => out.put(Reply::Err(code)),
    }
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.readlink-at")]
extern "C" fn readlink_at(this: u32, path: At<u8>, length: usize, out: Put<Text>) {
    match leads(this, path.list(length), Follow::Slash, TWO) {
        Ok(Leads::Here(here)) => out.put(files().readlink(&here).map(crate::global::lend)),
        Ok(Leads::Host(of, path)) => host::readlink_at(of.handle, At::of(&path), path.len(), out),
        Err(code) => out.put(Reply::Err(code)),
    }
}

// ---- opening ----

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.open-at")]
extern "C" fn open_at(this: u32, follow: u32, path: At<u8>, length: usize, how: u32, wanted: u32, out: Put<u32>) {
    let opened = match leads(this, path.list(length), Follow::open(follow, how as u8), TWO) {
        Ok(Leads::Here(here)) => files().open(&here, how as u8, wanted as u8, now()).map(Descriptor::Own),
        Ok(Leads::Host(of, path)) => open_host(of, follow, &path, how, wanted),
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
        abi::receive(|out| host::open_at(of.handle, follow, At::of(path), path.len(), how, wanted, out));
    let handle = Result::from(opened)?;
    Ok(Descriptor::Host(Host { handle: hosts::opened(handle, of.release), kept: false, ..of }))
}

// ---- changing ----

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.create-directory-at")]
extern "C" fn create_directory_at(this: u32, path: At<u8>, length: usize, out: Put<()>) {
    match leads_to_change(this, path.list(length), Follow::No, TWO) {
        Ok(Leads::Here(here)) => out.put(files().create_directory(&here, now())),
        Ok(Leads::Host(of, path)) => host::create_directory_at(of.handle, At::of(&path), path.len(), out),
        Err(code) => out.put(Reply::Err(code)),
    }
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.remove-directory-at")]
extern "C" fn remove_directory_at(this: u32, path: At<u8>, length: usize, out: Put<()>) {
    match leads_to_move(this, path.list(length), TWO) {
        Ok(Leads::Here(here)) => out.put(files().remove_directory(&here, now())),
        Ok(Leads::Host(of, path)) => host::remove_directory_at(of.handle, At::of(&path), path.len(), out),
        Err(code) => out.put(Reply::Err(code)),
    }
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.unlink-file-at")]
extern "C" fn unlink_file_at(this: u32, path: At<u8>, length: usize, out: Put<()>) {
    match leads_to_move(this, path.list(length), TWO) {
        Ok(Leads::Here(here)) => out.put(files().unlink(&here, now())),
        Ok(Leads::Host(of, path)) => host::unlink_file_at(of.handle, At::of(&path), path.len(), out),
        Err(code) => out.put(Reply::Err(code)),
    }
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.symlink-at")]
extern "C" fn symlink_at(this: u32, target: At<u8>, target_length: usize, path: At<u8>, length: usize, out: Put<()>) {
    match leads_to_change(this, path.list(length), Follow::No, TWO) {
        Ok(Leads::Here(here)) => out.put(files().symlink(target.list(target_length).bytes(), &here, now())),
        Ok(Leads::Host(of, path)) => {
            host::symlink_at(of.handle, target, target_length, At::of(&path), path.len(), out);
        }
        Err(code) => out.put(Reply::Err(code)),
    }
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.set-times-at")]
extern "C" fn set_times_at(
    this: u32,
    follow: u32,
    path: At<u8>,
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
        Ok(Leads::Here(here)) => {
            out.put(here.place().and_then(|place| files().set_times(place, time(a, b, c), time(d, e, f), now())));
        }
        Ok(Leads::Host(of, path)) => {
            host::set_times_at(of.handle, follow, At::of(&path), path.len(), a, b, c, d, e, f, out);
        }
        Err(code) => out.put(Reply::Err(code)),
    }
}

// ---- two paths ----

/// Where two paths lead, which must be to the same side.
pub enum Both {
    Here(Here, Here),
    Host(Host, Vec<u8>, Host, Vec<u8>),
}

pub fn both(old: Result<Leads, Code>, new: Result<Leads, Code>) -> Result<Both, Code> {
    match (old?, new?) {
        (Leads::Here(old), Leads::Here(new)) => Ok(Both::Here(old, new)),
        (Leads::Host(old, old_path), Leads::Host(new, new_path)) => Ok(Both::Host(old, old_path, new, new_path)),
        _ => Err(Code::CROSS_DEVICE),
    }
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.link-at")]
extern "C" fn link_at(
    this: u32,
    follow: u32,
    old: At<u8>,
    old_length: usize,
    other: u32,
    new: At<u8>,
    new_length: usize,
    out: Put<()>,
) {
    let old = leads_to_change(this, old.list(old_length), Follow::path(follow), TWO);
    match both(old, leads_to_change(other, new.list(new_length), Follow::No, TWO)) {
        Ok(Both::Here(old, new)) => out.put(files().link(&old, &new, now())),
        Ok(Both::Host(this, old, other, new)) => {
            host::link_at(this.handle, follow, At::of(&old), old.len(), other.handle, At::of(&new), new.len(), out);
        }
        Err(code) => out.put(Reply::Err(code)),
    }
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.rename-at")]
extern "C" fn rename_at(
    this: u32,
    old: At<u8>,
    old_length: usize,
    other: u32,
    new: At<u8>,
    new_length: usize,
    out: Put<()>,
) {
    match both(leads_to_move(this, old.list(old_length), TWO), leads_to_move(other, new.list(new_length), TWO)) {
        Ok(Both::Here(old, new)) => out.put(files().rename(&old, &new, now())),
        Ok(Both::Host(this, old, other, new)) => {
            host::rename_at(this.handle, At::of(&old), old.len(), other.handle, At::of(&new), new.len(), out);
        }
        Err(code) => out.put(Reply::Err(code)),
    }
}
