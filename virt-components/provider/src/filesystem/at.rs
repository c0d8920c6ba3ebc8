//! The methods of a descriptor that take paths from there.

use super::*;
use ::filesystem::{Hash, Here, NewTime, Stat, Stop, flags, open_flags};

/// What is asked for at a path: `own` answers it, unless the path leads to the host, which is then asked by `host`, with its own folder
/// and the path from there.
fn ask<T>(
    this: u32,
    path: Text,
    out: Put<T>,
    own: impl FnOnce(&mut FileSystem, &Open, &[u8]) -> Result<T, Stop>,
    host: impl FnOnce(Host, &[u8], Put<T>),
) {
    match get(this) {
        Descriptor::Host(of) => host(*of, path.bytes(), out),
        Descriptor::Own(open) => match own(files(), open, path.bytes()) {
            Ok(value) => out.put(Reply::Ok(value)),
            Err(Stop::Code(code)) => out.put(Reply::Err(code)),
            Err(Stop::Away(away)) => match hosts::get(&away) {
                Some(of) => host(of, &away.rest, out),
                None => out.put(Reply::Err(Code::NO_ENTRY)),
            },
        },
    }
}

/// As [`ask`], for what changes something: not where the host's may only be read.
fn change(
    this: u32,
    path: Text,
    out: Put<()>,
    own: impl FnOnce(&mut FileSystem, Here) -> Result<(), Code>,
    host: impl FnOnce(u32, &[u8], Put<()>),
) {
    let own = |files: &mut FileSystem, open: &Open, path: &[u8]| {
        let here = files.find_name(open, path)?;
        own(files, here).map_err(Stop::Code)
    };
    ask(this, path, out, own, |of, path, out| {
        if of.read_only { out.put(Reply::Err(Code::READ_ONLY)) } else { host(of.handle, path, out) }
    });
}

/// `path-flags`.
fn follows(flags: u32) -> bool {
    flags & 1 != 0
}

/// `new-timestamp`.
pub fn time(case: u32, seconds: u64, nanoseconds: u32) -> NewTime {
    match case {
        0 => NewTime::Same,
        1 => NewTime::Now,
        _ => NewTime::Time(Datetime { seconds, nanoseconds }),
    }
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.create-directory-at")]
extern "C" fn create_directory_at(this: u32, path: At<u8>, length: usize, out: Put<()>) {
    let own = |files: &mut FileSystem, here: Here| files.create_directory(&here, now());
    change(this, path.list(length), out, own, |handle, path, out| {
        host::create_directory_at(handle, At::of(path), path.len(), out);
    });
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.stat-at")]
extern "C" fn stat_at(this: u32, follow: u32, path: At<u8>, length: usize, out: Put<Stat>) {
    let own = |files: &mut FileSystem, open: &Open, path: &[u8]| {
        Ok(files.stat(files.find(open, path, follows(follow))?.place()?))
    };
    ask(this, path.list(length), out, own, |of, path, out| {
        host::stat_at(of.handle, follow, At::of(path), path.len(), out);
    });
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.metadata-hash-at")]
extern "C" fn metadata_hash_at(this: u32, follow: u32, path: At<u8>, length: usize, out: Put<Hash>) {
    let own = |files: &mut FileSystem, open: &Open, path: &[u8]| {
        Ok(files.hash(files.find(open, path, follows(follow))?.place()?))
    };
    ask(this, path.list(length), out, own, |of, path, out| {
        host::metadata_hash_at(of.handle, follow, At::of(path), path.len(), out);
    });
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
    let own = |files: &mut FileSystem, open: &Open, path: &[u8]| {
        let place = files.find(open, path, follows(follow))?.place()?;
        files.set_times(place, time(a, b, c), time(d, e, f), now()).map_err(Stop::Code)
    };
    ask(this, path.list(length), out, own, |of, path, out| {
        if of.read_only {
            out.put(Reply::Err(Code::READ_ONLY));
        } else {
            host::set_times_at(of.handle, follow, At::of(path), path.len(), a, b, c, d, e, f, out);
        }
    });
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.open-at")]
extern "C" fn open_at(this: u32, follow: u32, path: At<u8>, length: usize, how: u32, wanted: u32, out: Put<u32>) {
    let own = |files: &mut FileSystem, open: &Open, path: &[u8]| {
        let opened = files.open_at(open, follows(follow), path, how as u8, wanted as u8, now())?;
        Ok(Descriptor::Own(opened))
    };
    let host = |of: Host, path: &[u8], out: Put<Descriptor>| {
        let changes = wanted & u32::from(flags::WRITE | flags::MUTATE_DIRECTORY) != 0
            || how & u32::from(open_flags::CREATE | open_flags::EXCLUSIVE | open_flags::TRUNCATE) != 0;
        if of.read_only && changes {
            return out.put(Reply::Err(Code::READ_ONLY));
        }
        let reply: Reply<u32, Code> =
            abi::receive(|out| host::open_at(of.handle, follow, At::of(path), path.len(), how, wanted, out));
        out.put(Result::from(reply).map(|handle| Descriptor::Host(Host { handle, kept: false, ..of })));
    };
    let reply = abi::receive(|out| ask(this, path.list(length), out, own, host));
    out.put(Result::from(reply).map(add));
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.readlink-at")]
extern "C" fn readlink_at(this: u32, path: At<u8>, length: usize, out: Put<Text>) {
    let own = |files: &mut FileSystem, open: &Open, path: &[u8]| {
        let here = files.find(open, path, false)?;
        Ok(crate::global::lend(files.readlink(&here)?))
    };
    ask(this, path.list(length), out, own, |of, path, out| {
        host::readlink_at(of.handle, At::of(path), path.len(), out);
    });
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.remove-directory-at")]
extern "C" fn remove_directory_at(this: u32, path: At<u8>, length: usize, out: Put<()>) {
    let own = |files: &mut FileSystem, here: Here| files.remove_directory(&here, now());
    change(this, path.list(length), out, own, |handle, path, out| {
        host::remove_directory_at(handle, At::of(path), path.len(), out);
    });
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.unlink-file-at")]
extern "C" fn unlink_file_at(this: u32, path: At<u8>, length: usize, out: Put<()>) {
    let own = |files: &mut FileSystem, here: Here| files.unlink(&here, now());
    change(this, path.list(length), out, own, |handle, path, out| {
        host::unlink_file_at(handle, At::of(path), path.len(), out);
    });
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.symlink-at")]
extern "C" fn symlink_at(this: u32, target: At<u8>, target_length: usize, path: At<u8>, length: usize, out: Put<()>) {
    let own = |files: &mut FileSystem, here: Here| files.symlink(target.list(target_length).bytes(), &here, now());
    change(this, path.list(length), out, own, |handle, path, out| {
        host::symlink_at(handle, target, target_length, At::of(path), path.len(), out);
    });
}

// ---- two paths ----

/// Where one of two paths leads.
enum Leads {
    Here(Here),
    Host(Host, Vec<u8>),
}

fn leads(this: u32, path: Text, follow: Option<bool>) -> Result<Leads, Code> {
    let path = path.bytes();
    match whom(this) {
        Whom::Nobody => Err(Code::ACCESS),
        Whom::Host(host) => Ok(Leads::Host(host, path.into())),
        Whom::Own(open) => {
            let found = match follow {
                Some(follow) => files().find(open, path, follow),
                None => files().find_name(open, path),
            };
            match found {
                Ok(here) => Ok(Leads::Here(here)),
                Err(Stop::Code(code)) => Err(code),
                Err(Stop::Away(away)) => {
                    let host = hosts::get(&away).ok_or(Code::NO_ENTRY)?;
                    Ok(Leads::Host(host, away.rest))
                }
            }
        }
    }
}

/// What is done with two paths, which must lead to the same side.
fn two(
    old: Result<Leads, Code>,
    new: Result<Leads, Code>,
    out: Put<()>,
    own: impl FnOnce(&mut FileSystem, Here, Here) -> Result<(), Code>,
    host: impl FnOnce(u32, &[u8], u32, &[u8], Put<()>),
) {
    match (old, new) {
        (Ok(Leads::Here(old)), Ok(Leads::Here(new))) => out.put(own(files(), old, new)),
        (Ok(Leads::Host(old, _)), Ok(Leads::Host(new, _))) if old.read_only || new.read_only => {
            out.put(Reply::Err(Code::READ_ONLY));
        }
        (Ok(Leads::Host(old, old_path)), Ok(Leads::Host(new, new_path))) => {
            host(old.handle, &old_path, new.handle, &new_path, out);
        }
        (Ok(_), Ok(_)) => out.put(Reply::Err(Code::CROSS_DEVICE)),
        (Err(code), _) | (_, Err(code)) => out.put(Reply::Err(code)),
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
    let old = leads(this, old.list(old_length), Some(follows(follow)));
    let new = leads(other, new.list(new_length), None);
    let own = |files: &mut FileSystem, old: Here, new: Here| files.link(&old, &new, now());
    two(old, new, out, own, |old, old_path, new, new_path, out| {
        host::link_at(old, follow, At::of(old_path), old_path.len(), new, At::of(new_path), new_path.len(), out);
    });
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
    let old = leads(this, old.list(old_length), None);
    let new = leads(other, new.list(new_length), None);
    let own = |files: &mut FileSystem, old: Here, new: Here| files.rename(&old, &new, now());
    two(old, new, out, own, |old, old_path, new, new_path, out| {
        host::rename_at(old, At::of(old_path), old_path.len(), new, At::of(new_path), new_path.len(), out);
    });
}
