//! `wasi:filesystem` of WASI 0.3 with directories of the host among the mounts.
//!
//! Most functions of the host are asynchronous, so a function here has two steps. The first one returns a result, or
//! prepares a call of the host. When the host has answered, [`called`] is the second step. Streams belong to the host.

use super::at::{Target, Targets, both, leads, leads_to_change, leads_to_move, time};
use super::wasi3::{self, Case, Entry, LISTINGS, Listing, Put3, Stat3, THREE, put};
use super::*;
use crate::later::free;
use ::filesystem::{Follow, Hash, Listed, NewTime, flags, open_flags};
use abi::Maybe;
use alloc::boxed::Box;
use tasks::Flow;

/// A call of one of these functions.
struct Asked {
    /// Space for the largest result.
    result: [u64; 14],
    /// Space for the largest parameters of a host function.
    params: [u64; 8],
    /// The texts that the parameters point to.
    texts: Texts,
    result_kind: ResultKind,
    /// The directories that have to be opened first, each with the offset of its handle in the parameters.
    below: [Option<(Below, usize)>; 2],
    opening: Opening,
    /// Whether the result is from the host, so that its texts have to be freed.
    is_hosts: bool,
}

type Texts = [Vec<u8>; 2];

/// The progress of opening a directory, name by name.
#[derive(Default)]
struct Opening {
    params: [u64; 3],
    /// The directory that was opened last.
    directory: Option<Handle>,
    /// The offset of the next name in the path.
    at: usize,
}

/// The type of the host's result, if it is no error.
enum ResultKind {
    Nothing,
    /// Flags, of which only those of this mask are returned: a read-only directory has no flags for writing.
    Flags(u8),
    Kind,
    Stat,
    Hash,
    Text,
    /// A descriptor of a node below this one.
    Opened(Host),
    /// A boolean, without an error.
    Same,
}

/// The call that a flow belongs to.
fn asked(flow: &Flow) -> &'static mut Asked {
    // SAFETY: The address is from `begin`, and only the last step frees it.
    unsafe { &mut *(flow.state as *mut Asked) }
}

fn begin(flow: &mut Flow, result_kind: ResultKind, texts: Texts) -> &'static mut Asked {
    let (below, opening) = ([None; 2], Opening::default());
    let pending =
        Box::new(Asked { result: [0; 14], params: [0; 8], texts, result_kind, below, opening, is_hosts: false });
    flow.count = pending.result.as_ptr() as usize;
    flow.state = Box::into_raw(pending) as u32;
    self::asked(flow)
}

/// Returns a result without calling the host.
fn give<T>(flow: &mut Flow, own: impl FnOnce(Out<T>)) {
    const { assert!(size_of::<T>() <= size_of::<[u64; 14]>()) };
    begin(flow, ResultKind::Nothing, Texts::default());
    own(Out::new(flow.count));
}

/// Prepares a call of the host. `of` are the descriptors in the parameters, each with the offset of its handle.
/// `params` makes the parameters from the addresses of `texts`.
fn ask<P>(
    flow: &mut Flow,
    result_kind: ResultKind,
    of: [Option<(Host, usize)>; 2],
    texts: Texts,
    params: impl FnOnce([Text; 2]) -> P,
) {
    const { assert!(size_of::<P>() <= size_of::<[u64; 8]>()) };
    let pending = begin(flow, result_kind, texts);
    pending.below = of.map(|of| of.and_then(|(host, place)| Some((host.below?, place))));
    let address = pending.params.as_ptr() as usize;
    let [first, second] = &pending.texts;
    store(address, params([crate::global::lend(first), crate::global::lend(second)]));
    next_call(flow);
}

/// Prepares the next call of the host: one that opens a directory, or the function itself.
fn next_call(flow: &mut Flow) {
    let pending = asked(flow);
    let (mut at, mut opens) = (pending.params.as_ptr() as usize, false);
    while let Some((below, place)) = pending.below.iter().flatten().next().copied() {
        match hosts::get(&HostPath { mount: below.mount, rest: Vec::new() }, THREE) {
            Some(Host { handle, below: None, .. }) => {
                store(at + place, handle);
                pending.below = pending.below.map(|other| other.filter(|other| other.1 != place));
                // Another call may have opened the directory in the meantime.
                if let Some(directory) = core::mem::take(&mut pending.opening).directory {
                    hosts::release(directory, THREE);
                }
            }
            Some(host) => match open_next(pending, &host, below.path.bytes()) {
                Some(Ok(params)) => {
                    (at, opens) = (params, true);
                    break;
                }
                Some(Err(code)) => {
                    at = 0;
                    *pending.result() = Reply::<u32, Case>::Err(code.into());
                    break;
                }
                // All names are opened: this is the directory.
                None => {
                    let opening = core::mem::take(&mut pending.opening);
                    let handle = opening.directory.unwrap_or(host.handle);
                    hosts::open(below.mount, Host { handle, below: None, ..host });
                }
            },
            None => {
                at = 0;
                *pending.result() = Reply::<u32, Case>::Err(Code::NO_ENTRY.into());
                break;
            }
        }
    }
    let [first, ..] = &mut flow.payload;
    (*first, flow.at) = (opens.into(), at);
}

/// The address of the parameters to open the next directory on a path, without following symlinks. `None` when all are
/// open.
fn open_next(pending: &mut Asked, host: &Host, path: &'static [u8]) -> Option<Result<usize, Code>> {
    let opening = &mut pending.opening;
    loop {
        let rest = path.get(opening.at..).filter(|rest| !rest.is_empty())?;
        let name = rest.split(|byte| *byte == b'/').next().unwrap_or(rest);
        opening.at += name.len() + 1;
        match name {
            b"" | b"." => continue,
            b".." => return Some(Err(Code::NOT_PERMITTED)),
            _ => {}
        }
        let wanted = if host.read_only { flags::READ } else { flags::READ | flags::MUTATE_DIRECTORY };
        let address = opening.params.as_ptr() as usize;
        let parent = opening.directory.unwrap_or(host.handle);
        store(address, params(parent, 0u8, List::new(name), open_flags::DIRECTORY, wanted));
        return Some(Ok(address));
    }
}

/// Takes a directory that the host has opened on a path. Any error of the host becomes `no-entry`.
fn take_folder(pending: &mut Asked) -> Result<(), Code> {
    let result: &mut Reply<u32, Case> = pending.result();
    let opened = match result {
        Reply::Ok(handle) => Ok(hosts::opened(Handle(*handle), THREE)),
        Reply::Err(case) => {
            forget(case);
            Err(Code::NO_ENTRY)
        }
    };
    pending.result = [0; 14];
    let last = core::mem::replace(&mut pending.opening.directory, opened.ok());
    if let Some(last) = last {
        hosts::release(last, THREE);
    }
    opened.map(|_| ())
}

/// Stores a value at an address within a call.
fn store<T>(address: usize, value: T) {
    Out::<T>::new(address).put(value);
}

/// The parameters of a function, in their layout in memory.
#[repr(C)]
struct Params<A = (), B = (), C = (), D = ()>(Handle, A, B, C, D);

fn params<A, B, C, D>(of: Handle, a: A, b: B, c: C, d: D) -> Params<A, B, C, D> {
    Params(of, a, b, c, d)
}

/// Is called when the host has answered, and again when the result was returned.
#[unsafe(export_name = "weld:tasks#called")]
extern "C" fn called(flow: &mut Flow) {
    if flow.ended != 0 {
        let pending: *mut Asked = asked(flow);
        // SAFETY: The address is from `begin`, and this is the last step.
        return unsafe { Box::from_raw(pending) }.forget();
    }
    let [opens, ..] = flow.payload;
    let pending = asked(flow);
    if opens != 0 {
        if let Err(code) = take_folder(pending) {
            *pending.result() = Reply::<u32, Case>::Err(code.into());
            flow.at = 0;
            return;
        }
        return next_call(flow);
    }
    flow.at = 0;
    pending.is_hosts = true;
    match pending.result_kind {
        ResultKind::Opened(of) => {
            let result: &mut Reply<u32, Case> = pending.result();
            if let Reply::Ok(handle) = result {
                let opened = hosts::opened(Handle(*handle), of.release);
                *handle = add(Descriptor::Host(Host { handle: opened, kept: false, below: None, ..of }));
            }
        }
        ResultKind::Flags(mask) => {
            let result: &mut Reply<u8, Case> = pending.result();
            if let Reply::Ok(flags) = result {
                *flags &= mask;
            }
        }
        _ => {}
    }
}

impl Asked {
    fn result<T>(&mut self) -> &mut T {
        const { assert!(size_of::<T>() <= size_of::<[u64; 14]>()) };
        // SAFETY: The result has this type according to `result_kind`: the host, or a function with the same result,
        // has stored it.
        unsafe { &mut *self.result.as_mut_ptr().cast() }
    }

    /// Frees the texts from the host.
    fn forget(mut self) {
        if !self.is_hosts {
            return;
        }
        match self.result_kind {
            ResultKind::Same => {}
            ResultKind::Nothing | ResultKind::Flags(_) | ResultKind::Opened(_) => self.forget_result::<u8>(|_| {}),
            ResultKind::Kind => self.forget_result(forget),
            ResultKind::Stat => self.forget_result(|stat: &Stat3| forget(&stat.kind)),
            ResultKind::Hash => self.forget_result::<Hash>(|_| {}),
            ResultKind::Text => self.forget_result(free),
        }
    }

    fn forget_result<T: 'static>(&mut self, ok: impl FnOnce(&T)) {
        let result: &mut Reply<T, Case> = self.result();
        match result {
            Reply::Ok(value) => ok(value),
            Reply::Err(case) => forget(case),
        }
    }
}

/// Frees the text of a case. Only the last case has one; in all others the field is zero.
fn forget(case: &Case) {
    if let Maybe::Some(text) = &case.other {
        free(text);
    }
}

/// A descriptor as the first parameter.
fn one(of: &Host) -> [Option<(Host, usize)>; 2] {
    [Some((*of, 0)), None]
}

// ---- functions without a path ----

fn refuse<T>(flow: &mut Flow, code: Code) {
    give(flow, |out: Put3<T>| put(out, Err(code)));
}

/// Calls a function of a descriptor: `own` for a node of the provider, or else the host.
fn of_descriptor<T, P>(
    this: u32,
    flow: &mut Flow,
    result_kind: ResultKind,
    own: impl FnOnce(Put3<T>),
    params: impl FnOnce(Handle) -> P,
) {
    match get(this) {
        Descriptor::Own(_) => give(flow, own),
        Descriptor::Host(of) => ask(flow, result_kind, one(of), Texts::default(), |_| params(of.handle)),
    }
}

/// Calls a function that changes the node of a descriptor. A read-only directory of the host is an error.
fn to_change<P>(this: u32, flow: &mut Flow, own: impl FnOnce(Put3<()>), params: impl FnOnce(Handle) -> P) {
    match get(this) {
        Descriptor::Host(of) if of.read_only => refuse::<()>(flow, Code::READ_ONLY),
        _ => of_descriptor(this, flow, ResultKind::Nothing, own, params),
    }
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[host][method]descriptor.advise")]
extern "C" fn advise(this: u32, offset: u64, length: u64, advice: u32, flow: &mut Flow) {
    let own = |out| wasi3::advise(this, offset, length, advice, out);
    of_descriptor(this, flow, ResultKind::Nothing, own, |of| params(of, offset, length, advice as u8, ()));
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[host][method]descriptor.sync-data")]
extern "C" fn sync_data(this: u32, flow: &mut Flow) {
    of_descriptor(this, flow, ResultKind::Nothing, |out| wasi3::sync_data(this, out), |of| of);
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[host][method]descriptor.sync")]
extern "C" fn sync(this: u32, flow: &mut Flow) {
    of_descriptor(this, flow, ResultKind::Nothing, |out| wasi3::sync(this, out), |of| of);
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[host][method]descriptor.get-flags")]
extern "C" fn get_flags(this: u32, flow: &mut Flow) {
    let mask = match get(this) {
        Descriptor::Host(Host { read_only: true, .. }) => !(flags::WRITE | flags::MUTATE_DIRECTORY),
        _ => !0,
    };
    of_descriptor(this, flow, ResultKind::Flags(mask), |out| wasi3::get_flags(this, out), |of| of);
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[host][method]descriptor.get-type")]
extern "C" fn get_type(this: u32, flow: &mut Flow) {
    of_descriptor(this, flow, ResultKind::Kind, |out| wasi3::get_type(this, out), |of| of);
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[host][method]descriptor.set-size")]
extern "C" fn set_size(this: u32, size: u64, flow: &mut Flow) {
    to_change(this, flow, |out| wasi3::set_size(this, size, out), |of| params(of, size, (), (), ()));
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[host][method]descriptor.set-times")]
extern "C" fn set_times(this: u32, a: u32, b: u64, c: u32, d: u32, e: u64, f: u32, flow: &mut Flow) {
    let own = |out| wasi3::set_times(this, a, b, c, d, e, f, out);
    to_change(this, flow, own, |of| params(of, new_time(a, b, c), new_time(d, e, f), (), ()));
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[host][method]descriptor.stat")]
extern "C" fn stat(this: u32, flow: &mut Flow) {
    of_descriptor(this, flow, ResultKind::Stat, |out| wasi3::stat(this, out), |of| of);
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[host][method]descriptor.metadata-hash")]
extern "C" fn metadata_hash(this: u32, flow: &mut Flow) {
    of_descriptor(this, flow, ResultKind::Hash, |out| wasi3::metadata_hash(this, out), |of| of);
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[host][method]descriptor.is-same-object")]
extern "C" fn is_same_object(this: u32, other: u32, flow: &mut Flow) {
    match (whom(this, THREE), whom(other, THREE)) {
        (Base::Host(this), Base::Host(other)) => {
            let of = [Some((this, 0)), Some((other, 4))];
            ask(flow, ResultKind::Same, of, Texts::default(), |_| params(this.handle, other.handle, (), (), ()));
        }
        _ => give(flow, |out: Out<u8>| out.put(wasi3::is_same_object(this, other) as u8)),
    }
}

/// `new-timestamp`.
#[repr(C, u8)]
enum NewTime3 {
    Same,
    Now,
    #[expect(dead_code, reason = "the host reads it")]
    Time(Datetime),
}

fn new_time(case: u32, seconds: u64, nanoseconds: u32) -> NewTime3 {
    match time(case, seconds, nanoseconds) {
        NewTime::Same => NewTime3::Same,
        NewTime::Now => NewTime3::Now,
        NewTime::Time(time) => NewTime3::Time(time),
    }
}

// ---- functions with a path ----

/// Calls a function of a path: `own` for a target of the provider, or else the host.
fn of_path<T, P>(
    flow: &mut Flow,
    target: Result<Target, Code>,
    result_kind: ResultKind,
    own: impl FnOnce(Put3<T>),
    params: impl FnOnce(Handle, Text) -> P,
) {
    match target {
        Ok(Target::Host(of, path)) => {
            ask(flow, result_kind, one(&of), [path, Vec::new()], |[path, _]| params(of.handle, path))
        }
        Ok(Target::Own(_)) => give(flow, own),
        Err(code) => refuse::<T>(flow, code),
    }
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[host][method]descriptor.stat-at")]
extern "C" fn stat_at(this: u32, follow: u32, path: Pointer<u8>, length: usize, flow: &mut Flow) {
    let target = leads(this, path.list(length), Follow::path(follow), THREE);
    let own = |out| wasi3::stat_at(this, follow, path, length, out);
    of_path(flow, target, ResultKind::Stat, own, |of, path| params(of, follow as u8, path, (), ()));
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[host][method]descriptor.metadata-hash-at")]
extern "C" fn metadata_hash_at(this: u32, follow: u32, path: Pointer<u8>, length: usize, flow: &mut Flow) {
    let target = leads(this, path.list(length), Follow::path(follow), THREE);
    let own = |out| wasi3::metadata_hash_at(this, follow, path, length, out);
    of_path(flow, target, ResultKind::Hash, own, |of, path| params(of, follow as u8, path, (), ()));
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[host][method]descriptor.readlink-at")]
extern "C" fn readlink_at(this: u32, path: Pointer<u8>, length: usize, flow: &mut Flow) {
    let target = leads(this, path.list(length), Follow::Slash, THREE);
    let own = |out| wasi3::readlink_at(this, path, length, out);
    of_path(flow, target, ResultKind::Text, own, |of, path| params(of, path, (), (), ()));
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[host][method]descriptor.open-at")]
extern "C" fn open_at(
    this: u32,
    follow: u32,
    path: Pointer<u8>,
    length: usize,
    how: u32,
    wanted: u32,
    flow: &mut Flow,
) {
    let target = leads(this, path.list(length), Follow::open(follow, how as u8), THREE);
    let changes = wanted & u32::from(flags::WRITE | flags::MUTATE_DIRECTORY) != 0
        || how & u32::from(open_flags::CREATE | open_flags::EXCLUSIVE | open_flags::TRUNCATE) != 0;
    let result_kind = match &target {
        Ok(Target::Host(of, _)) if of.read_only && changes => return refuse::<u32>(flow, Code::READ_ONLY),
        Ok(Target::Host(of, _)) => ResultKind::Opened(*of),
        _ => ResultKind::Nothing,
    };
    let own = |out| wasi3::open_at(this, follow, path, length, how, wanted, out);
    of_path(flow, target, result_kind, own, |of, path| params(of, follow as u8, path, how as u8, wanted as u8));
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[host][method]descriptor.create-directory-at")]
extern "C" fn create_directory_at(this: u32, path: Pointer<u8>, length: usize, flow: &mut Flow) {
    let target = leads_to_change(this, path.list(length), Follow::No, THREE);
    let own = |out| wasi3::create_directory_at(this, path, length, out);
    of_path(flow, target, ResultKind::Nothing, own, |of, path| params(of, path, (), (), ()));
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[host][method]descriptor.remove-directory-at")]
extern "C" fn remove_directory_at(this: u32, path: Pointer<u8>, length: usize, flow: &mut Flow) {
    let target = leads_to_move(this, path.list(length), THREE);
    let own = |out| wasi3::remove_directory_at(this, path, length, out);
    of_path(flow, target, ResultKind::Nothing, own, |of, path| params(of, path, (), (), ()));
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[host][method]descriptor.unlink-file-at")]
extern "C" fn unlink_file_at(this: u32, path: Pointer<u8>, length: usize, flow: &mut Flow) {
    let target = leads_to_move(this, path.list(length), THREE);
    let own = |out| wasi3::unlink_file_at(this, path, length, out);
    of_path(flow, target, ResultKind::Nothing, own, |of, path| params(of, path, (), (), ()));
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[host][method]descriptor.symlink-at")]
extern "C" fn symlink_at(
    this: u32,
    target: Pointer<u8>,
    target_length: usize,
    path: Pointer<u8>,
    length: usize,
    flow: &mut Flow,
) {
    match leads_to_change(this, path.list(length), Follow::No, THREE) {
        Ok(Target::Host(of, path)) => {
            let target = Vec::from(target.list(target_length).bytes());
            ask(flow, ResultKind::Nothing, one(&of), [target, path], |[target, path]| {
                params(of.handle, target, path, (), ())
            });
        }
        Ok(Target::Own(_)) => give(flow, |out| wasi3::symlink_at(this, target, target_length, path, length, out)),
        Err(code) => refuse::<()>(flow, code),
    }
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[host][method]descriptor.set-times-at")]
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
    flow: &mut Flow,
) {
    let target = leads_to_change(this, path.list(length), Follow::path(follow), THREE);
    let own = |out| wasi3::set_times_at(this, follow, path, length, a, b, c, d, e, f, out);
    let times = |of, path| params(of, follow as u8, path, new_time(a, b, c), new_time(d, e, f));
    of_path(flow, target, ResultKind::Nothing, own, times);
}

// ---- two paths ----

#[unsafe(export_name = "wasi:filesystem/types@0.3#[host][method]descriptor.link-at")]
extern "C" fn link_at(
    this: u32,
    follow: u32,
    old: Pointer<u8>,
    old_length: usize,
    other: u32,
    new: Pointer<u8>,
    new_length: usize,
    flow: &mut Flow,
) {
    let from = leads_to_change(this, old.list(old_length), Follow::path(follow), THREE);
    match both(from, leads_to_change(other, new.list(new_length), Follow::No, THREE)) {
        Ok(Targets::Host(this, old, other, new)) => {
            let of = [Some((this, 0)), Some((other, 16))];
            let params = |[old, new]: [Text; 2]| params(this.handle, follow as u8, old, other.handle, new);
            ask(flow, ResultKind::Nothing, of, [old, new], params);
        }
        Ok(Targets::Own(..)) => {
            give(flow, |out| wasi3::link_at(this, follow, old, old_length, other, new, new_length, out))
        }
        Err(code) => refuse::<()>(flow, code),
    }
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[host][method]descriptor.rename-at")]
extern "C" fn rename_at(
    this: u32,
    old: Pointer<u8>,
    old_length: usize,
    other: u32,
    new: Pointer<u8>,
    new_length: usize,
    flow: &mut Flow,
) {
    let from = leads_to_move(this, old.list(old_length), THREE);
    match both(from, leads_to_move(other, new.list(new_length), THREE)) {
        Ok(Targets::Host(this, old, other, new)) => {
            let of = [Some((this, 0)), Some((other, 12))];
            let params = |[old, new]: [Text; 2]| params(this.handle, old, other.handle, new, ());
            ask(flow, ResultKind::Nothing, of, [old, new], params);
        }
        Ok(Targets::Own(..)) => give(flow, |out| wasi3::rename_at(this, old, old_length, other, new, new_length, out)),
        Err(code) => refuse::<()>(flow, code),
    }
}

// ---- streams ----

/// The host's descriptor whose stream is passed on unchanged. Zero if the provider answers itself.
fn passed(this: u32, changes: bool) -> u32 {
    let Descriptor::Host(of) = get(this) else { return 0 };
    let of = match of.below {
        Some(Below { mount, .. }) => hosts::get(&HostPath { mount, rest: Vec::new() }, THREE),
        None => Some(*of),
    };
    of.filter(|of| of.below.is_none() && !(changes && of.read_only)).map_or(0, |of| of.handle.0)
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[host][method]descriptor.read-via-stream")]
extern "C" fn read_via_stream(this: u32, _: u64) -> u32 {
    passed(this, false)
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[host][method]descriptor.write-via-stream")]
extern "C" fn write_via_stream(this: u32, _: u32, _: u64) -> u32 {
    passed(this, true)
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[host][method]descriptor.append-via-stream")]
extern "C" fn append_via_stream(this: u32, _: u32) -> u32 {
    passed(this, true)
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[host][method]descriptor.read-directory")]
extern "C" fn read_directory(this: u32) -> u32 {
    passed(this, false)
}

// ---- directories of the host with mounts in them ----

fn mounts_in(this: u32) -> Vec<Listed> {
    let prefix = match get(this) {
        Descriptor::Host(of) => of.prefix,
        Descriptor::Own(_) => None,
    };
    prefix.map_or(Vec::new(), |prefix| files().list_mounts(prefix))
}

/// Whether the provider has to read the listing of the host, because mounts change it.
#[unsafe(export_name = "wasi:filesystem/types@0.3#[through][method]descriptor.read-directory")]
extern "C" fn is_read_through(this: u32) -> u32 {
    (!mounts_in(this).is_empty()).into()
}

/// Begins a listing with the mounts. All entries of the host are taken before the first entry is returned.
#[unsafe(export_name = "wasi:filesystem/types@0.3#[begin][method]descriptor.read-directory")]
extern "C" fn begin_listing(this: u32, flow: &mut Flow) {
    wasi3::start_listing(flow, mounts_in(this));
}

/// Takes entries of the host, with their texts.
#[unsafe(export_name = "wasi:filesystem/types@0.3#[taken][method]descriptor.read-directory")]
extern "C" fn take_entries(flow: &mut Flow) {
    let listing = LISTINGS.get().get_mut(flow.state.wrapping_sub(1)).or_trap();
    for entry in Pointer::<Entry>::new(flow.at).list(flow.count).slice() {
        forget(&entry.kind);
        // A mount hides an entry of the host with the same name.
        if listing.listed.iter().any(|mount| mount.name() == entry.name.bytes()) {
            free(&entry.name);
        } else {
            let kind = Case { number: entry.kind.number, other: Maybe::None };
            listing.entries.push(Entry { kind, name: entry.name });
        }
    }
}

/// Frees the texts from the host in a listing.
pub fn forget_entries(listing: &Listing) {
    // The entries after the mounts are from the host.
    listing.entries.iter().skip(listing.listed.len()).for_each(|entry| free(&entry.name));
}
