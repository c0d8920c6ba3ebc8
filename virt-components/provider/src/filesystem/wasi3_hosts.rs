//! `wasi:filesystem` of WASI 0.3 where folders of the host's are among the mounts.
//!
//! Most of the host's functions are asynchronous there, so a function answers in two steps: what is known at once, or what the host is to
//! be asked; and, when the host has answered, [`called`]. Streams are the host's own.

use super::at::{Both, Leads, both, leads, leads_to_change, leads_to_move, time};
use super::wasi3::{self, Case, Entry, LISTINGS, Listing, Put3, Stat3, THREE, put};
use super::*;
use crate::later::free;
use ::filesystem::{Follow, Hash, Listed, NewTime, flags, open_flags};
use abi::Maybe;
use alloc::boxed::Box;
use tasks::Flow;

/// What a function is to answer.
struct Asked {
    /// As large as any result.
    result: [u64; 14],
    /// What the host's function is passed, as large as any.
    params: [u64; 8],
    /// The texts among that.
    texts: Texts,
    what: What,
    /// The folders that are to be opened first, and where among the parameters each handle goes.
    below: [Option<(Below, usize)>; 2],
    opening: Opening,
    /// Whether the result is the host's, and the texts in it are ours to free.
    is_hosts: bool,
}

type Texts = [Vec<u8>; 2];

/// How far a folder is opened, name by name.
#[derive(Default)]
struct Opening {
    params: [u64; 3],
    /// The folder that was opened last.
    folder: Option<Handle>,
    /// Where the next name begins.
    at: usize,
}

/// What the host gives where it does not fail.
enum What {
    Nothing,
    /// Those that a folder has which may be written to; others have no more than these.
    Flags(u8),
    Kind,
    Stat,
    Hash,
    Text,
    /// A descriptor, of what is below this one.
    Opened(Host),
    /// A boolean, and it never fails.
    Same,
}

/// An asked function, of a flow that has begun.
fn asked(flow: &Flow) -> &'static mut Asked {
    // SAFETY: The address is from `begin`, and the flow is used no more after the last step, which frees it.
    unsafe { &mut *(flow.state as *mut Asked) }
}

fn begin(flow: &mut Flow, what: What, texts: Texts) -> &'static mut Asked {
    let (below, opening) = ([None; 2], Opening::default());
    let asked = Box::new(Asked { result: [0; 14], params: [0; 8], texts, what, below, opening, is_hosts: false });
    flow.count = asked.result.as_ptr() as usize;
    flow.state = Box::into_raw(asked) as u32;
    self::asked(flow)
}

/// Answers at once.
fn give<T>(flow: &mut Flow, own: impl FnOnce(Out<T>)) {
    const { assert!(size_of::<T>() <= size_of::<[u64; 14]>()) };
    begin(flow, What::Nothing, Texts::default());
    own(Out::new(flow.count));
}

/// Asks the host for its folders, each with the place among the parameters where its handle goes. Texts may be among those.
fn ask<P>(
    flow: &mut Flow,
    what: What,
    of: [Option<(Host, usize)>; 2],
    texts: Texts,
    params: impl FnOnce([Text; 2]) -> P,
) {
    const { assert!(size_of::<P>() <= size_of::<[u64; 8]>()) };
    let asked = begin(flow, what, texts);
    asked.below = of.map(|of| of.and_then(|(host, place)| Some((host.below?, place))));
    let address = asked.params.as_ptr() as usize;
    let [first, second] = &asked.texts;
    store(address, params([crate::global::lend(first), crate::global::lend(second)]));
    next_call(flow);
}

/// Says what is called next.
fn next_call(flow: &mut Flow) {
    let asked = asked(flow);
    let (mut at, mut opens) = (asked.params.as_ptr() as usize, false);
    while let Some((below, place)) = asked.below.iter().flatten().next().copied() {
        match hosts::get(&Away { mount: below.mount, rest: Vec::new() }, THREE) {
            Some(Host { handle, below: None, .. }) => {
                store(at + place, handle);
                asked.below = asked.below.map(|other| other.filter(|other| other.1 != place));
                // Another call may have opened it in the meantime.
                if let Some(folder) = core::mem::take(&mut asked.opening).folder {
                    hosts::release(folder, THREE);
                }
            }
            Some(host) => match open_next(asked, &host, below.path.bytes()) {
                Some(Ok(params)) => {
                    (at, opens) = (params, true);
                    break;
                }
                Some(Err(code)) => {
                    at = 0;
                    *asked.result() = Reply::<u32, Case>::Err(code.into());
                    break;
                }
                // It is the folder.
                None => {
                    let opening = core::mem::take(&mut asked.opening);
                    let handle = opening.folder.unwrap_or(host.handle);
                    hosts::open(below.mount, Host { handle, below: None, ..host });
                }
            },
            None => {
                at = 0;
                *asked.result() = Reply::<u32, Case>::Err(Code::NO_ENTRY.into());
                break;
            }
        }
    }
    let [first, ..] = &mut flow.payload;
    (*first, flow.at) = (opens.into(), at);
}

/// The address of what the host is passed to open the next folder on the way, name by name, and through no link. Nothing where that is done.
fn open_next(asked: &mut Asked, host: &Host, path: &'static [u8]) -> Option<Result<usize, Code>> {
    let opening = &mut asked.opening;
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
        let parent = opening.folder.unwrap_or(host.handle);
        store(address, params(parent, 0u8, List::new(name), open_flags::DIRECTORY, wanted));
        return Some(Ok(address));
    }
}

/// Takes the folder that the host has opened on the way. What is none is not there for whoever asks for what is below.
fn take_folder(asked: &mut Asked) -> Result<(), Code> {
    let result: &mut Reply<u32, Case> = asked.result();
    let opened = match result {
        Reply::Ok(handle) => Ok(hosts::opened(Handle(*handle), THREE)),
        Reply::Err(case) => {
            forget(case);
            Err(Code::NO_ENTRY)
        }
    };
    asked.result = [0; 14];
    let last = core::mem::replace(&mut asked.opening.folder, opened.ok());
    if let Some(last) = last {
        hosts::release(last, THREE);
    }
    opened.map(|_| ())
}

/// Puts a value where it belongs to what was asked.
fn store<T>(address: usize, value: T) {
    Out::<T>::new(address).put(value);
}

/// The parameters of a function, as they lie in memory.
#[repr(C)]
struct Params<A = (), B = (), C = (), D = ()>(Handle, A, B, C, D);

fn params<A, B, C, D>(of: Handle, a: A, b: B, c: C, d: D) -> Params<A, B, C, D> {
    Params(of, a, b, c, d)
}

/// When the host has answered, and once more when that was given.
#[unsafe(export_name = "weld:tasks#called")]
extern "C" fn called(flow: &mut Flow) {
    if flow.ended != 0 {
        let asked: *mut Asked = asked(flow);
        // SAFETY: It is from `begin`, and this is the last step.
        return unsafe { Box::from_raw(asked) }.forget();
    }
    let [opens, ..] = flow.payload;
    let asked = asked(flow);
    if opens != 0 {
        if let Err(code) = take_folder(asked) {
            *asked.result() = Reply::<u32, Case>::Err(code.into());
            flow.at = 0;
            return;
        }
        return next_call(flow);
    }
    flow.at = 0;
    asked.is_hosts = true;
    match asked.what {
        What::Opened(of) => {
            let result: &mut Reply<u32, Case> = asked.result();
            if let Reply::Ok(handle) = result {
                let opened = hosts::opened(Handle(*handle), of.release);
                *handle = add(Descriptor::Host(Host { handle: opened, kept: false, below: None, ..of }));
            }
        }
        What::Flags(mask) => {
            let result: &mut Reply<u8, Case> = asked.result();
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
        // SAFETY: It is of the type that is asked for, by `what`: the host or a function of the same result has put it there.
        unsafe { &mut *self.result.as_mut_ptr().cast() }
    }

    /// Frees the texts of the host's.
    fn forget(mut self) {
        if !self.is_hosts {
            return;
        }
        match self.what {
            What::Same => {}
            What::Nothing | What::Flags(_) | What::Opened(_) => self.forget_result::<u8>(|_| {}),
            What::Kind => self.forget_result(forget),
            What::Stat => self.forget_result(|stat: &Stat3| forget(&stat.kind)),
            What::Hash => self.forget_result::<Hash>(|_| {}),
            What::Text => self.forget_result(free),
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

/// Frees the text of a case, which only the last one has: of all others it is zero.
fn forget(case: &Case) {
    if let Maybe::Some(text) = &case.other {
        free(text);
    }
}

/// The first parameter.
fn one(of: &Host) -> [Option<(Host, usize)>; 2] {
    [Some((*of, 0)), None]
}

// ---- what a descriptor stands for ----

fn refuse<T>(flow: &mut Flow, code: Code) {
    give(flow, |out: Put3<T>| put(out, Err(code)));
}

/// A function of a descriptor.
fn of_descriptor<T, P>(
    this: u32,
    flow: &mut Flow,
    what: What,
    own: impl FnOnce(Put3<T>),
    params: impl FnOnce(Handle) -> P,
) {
    match get(this) {
        Descriptor::Own(_) => give(flow, own),
        Descriptor::Host(of) => ask(flow, what, one(of), Texts::default(), |_| params(of.handle)),
    }
}

/// A function that changes what a descriptor stands for.
fn to_change<P>(this: u32, flow: &mut Flow, own: impl FnOnce(Put3<()>), params: impl FnOnce(Handle) -> P) {
    match get(this) {
        Descriptor::Host(of) if of.read_only => refuse::<()>(flow, Code::READ_ONLY),
        _ => of_descriptor(this, flow, What::Nothing, own, params),
    }
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[host][method]descriptor.advise")]
extern "C" fn advise(this: u32, offset: u64, length: u64, advice: u32, flow: &mut Flow) {
    let own = |out| wasi3::advise(this, offset, length, advice, out);
    of_descriptor(this, flow, What::Nothing, own, |of| params(of, offset, length, advice as u8, ()));
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[host][method]descriptor.sync-data")]
extern "C" fn sync_data(this: u32, flow: &mut Flow) {
    of_descriptor(this, flow, What::Nothing, |out| wasi3::sync_data(this, out), |of| of);
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[host][method]descriptor.sync")]
extern "C" fn sync(this: u32, flow: &mut Flow) {
    of_descriptor(this, flow, What::Nothing, |out| wasi3::sync(this, out), |of| of);
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[host][method]descriptor.get-flags")]
extern "C" fn get_flags(this: u32, flow: &mut Flow) {
    let mask = match get(this) {
        Descriptor::Host(Host { read_only: true, .. }) => !(flags::WRITE | flags::MUTATE_DIRECTORY),
        _ => !0,
    };
    of_descriptor(this, flow, What::Flags(mask), |out| wasi3::get_flags(this, out), |of| of);
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[host][method]descriptor.get-type")]
extern "C" fn get_type(this: u32, flow: &mut Flow) {
    of_descriptor(this, flow, What::Kind, |out| wasi3::get_type(this, out), |of| of);
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
    of_descriptor(this, flow, What::Stat, |out| wasi3::stat(this, out), |of| of);
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[host][method]descriptor.metadata-hash")]
extern "C" fn metadata_hash(this: u32, flow: &mut Flow) {
    of_descriptor(this, flow, What::Hash, |out| wasi3::metadata_hash(this, out), |of| of);
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[host][method]descriptor.is-same-object")]
extern "C" fn is_same_object(this: u32, other: u32, flow: &mut Flow) {
    match (whom(this, THREE), whom(other, THREE)) {
        (Whom::Host(this), Whom::Host(other)) => {
            let of = [Some((this, 0)), Some((other, 4))];
            ask(flow, What::Same, of, Texts::default(), |_| params(this.handle, other.handle, (), (), ()));
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

// ---- what a path leads to ----

/// A function of a path.
fn of_path<T, P>(
    flow: &mut Flow,
    leads: Result<Leads, Code>,
    what: What,
    own: impl FnOnce(Put3<T>),
    params: impl FnOnce(Handle, Text) -> P,
) {
    match leads {
        Ok(Leads::Host(of, path)) => ask(flow, what, one(&of), [path, Vec::new()], |[path, _]| params(of.handle, path)),
        Ok(Leads::Here(_)) => give(flow, own),
        Err(code) => refuse::<T>(flow, code),
    }
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[host][method]descriptor.stat-at")]
extern "C" fn stat_at(this: u32, follow: u32, path: At<u8>, length: usize, flow: &mut Flow) {
    let leads = leads(this, path.list(length), Follow::path(follow), THREE);
    let own = |out| wasi3::stat_at(this, follow, path, length, out);
    of_path(flow, leads, What::Stat, own, |of, path| params(of, follow as u8, path, (), ()));
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[host][method]descriptor.metadata-hash-at")]
extern "C" fn metadata_hash_at(this: u32, follow: u32, path: At<u8>, length: usize, flow: &mut Flow) {
    let leads = leads(this, path.list(length), Follow::path(follow), THREE);
    let own = |out| wasi3::metadata_hash_at(this, follow, path, length, out);
    of_path(flow, leads, What::Hash, own, |of, path| params(of, follow as u8, path, (), ()));
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[host][method]descriptor.readlink-at")]
extern "C" fn readlink_at(this: u32, path: At<u8>, length: usize, flow: &mut Flow) {
    let leads = leads(this, path.list(length), Follow::Slash, THREE);
    let own = |out| wasi3::readlink_at(this, path, length, out);
    of_path(flow, leads, What::Text, own, |of, path| params(of, path, (), (), ()));
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[host][method]descriptor.open-at")]
extern "C" fn open_at(this: u32, follow: u32, path: At<u8>, length: usize, how: u32, wanted: u32, flow: &mut Flow) {
    let leads = leads(this, path.list(length), Follow::open(follow, how as u8), THREE);
    let changes = wanted & u32::from(flags::WRITE | flags::MUTATE_DIRECTORY) != 0
        || how & u32::from(open_flags::CREATE | open_flags::EXCLUSIVE | open_flags::TRUNCATE) != 0;
    let what = match &leads {
        Ok(Leads::Host(of, _)) if of.read_only && changes => return refuse::<u32>(flow, Code::READ_ONLY),
        Ok(Leads::Host(of, _)) => What::Opened(*of),
        _ => What::Nothing,
    };
    let own = |out| wasi3::open_at(this, follow, path, length, how, wanted, out);
    of_path(flow, leads, what, own, |of, path| params(of, follow as u8, path, how as u8, wanted as u8));
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[host][method]descriptor.create-directory-at")]
extern "C" fn create_directory_at(this: u32, path: At<u8>, length: usize, flow: &mut Flow) {
    let leads = leads_to_change(this, path.list(length), Follow::No, THREE);
    let own = |out| wasi3::create_directory_at(this, path, length, out);
    of_path(flow, leads, What::Nothing, own, |of, path| params(of, path, (), (), ()));
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[host][method]descriptor.remove-directory-at")]
extern "C" fn remove_directory_at(this: u32, path: At<u8>, length: usize, flow: &mut Flow) {
    let leads = leads_to_move(this, path.list(length), THREE);
    let own = |out| wasi3::remove_directory_at(this, path, length, out);
    of_path(flow, leads, What::Nothing, own, |of, path| params(of, path, (), (), ()));
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[host][method]descriptor.unlink-file-at")]
extern "C" fn unlink_file_at(this: u32, path: At<u8>, length: usize, flow: &mut Flow) {
    let leads = leads_to_move(this, path.list(length), THREE);
    let own = |out| wasi3::unlink_file_at(this, path, length, out);
    of_path(flow, leads, What::Nothing, own, |of, path| params(of, path, (), (), ()));
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[host][method]descriptor.symlink-at")]
extern "C" fn symlink_at(
    this: u32,
    target: At<u8>,
    target_length: usize,
    path: At<u8>,
    length: usize,
    flow: &mut Flow,
) {
    match leads_to_change(this, path.list(length), Follow::No, THREE) {
        Ok(Leads::Host(of, path)) => {
            let target = Vec::from(target.list(target_length).bytes());
            ask(flow, What::Nothing, one(&of), [target, path], |[target, path]| {
                params(of.handle, target, path, (), ())
            });
        }
        Ok(Leads::Here(_)) => give(flow, |out| wasi3::symlink_at(this, target, target_length, path, length, out)),
        Err(code) => refuse::<()>(flow, code),
    }
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[host][method]descriptor.set-times-at")]
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
    flow: &mut Flow,
) {
    let leads = leads_to_change(this, path.list(length), Follow::path(follow), THREE);
    let own = |out| wasi3::set_times_at(this, follow, path, length, a, b, c, d, e, f, out);
    let times = |of, path| params(of, follow as u8, path, new_time(a, b, c), new_time(d, e, f));
    of_path(flow, leads, What::Nothing, own, times);
}

// ---- two paths ----

#[unsafe(export_name = "wasi:filesystem/types@0.3#[host][method]descriptor.link-at")]
extern "C" fn link_at(
    this: u32,
    follow: u32,
    old: At<u8>,
    old_length: usize,
    other: u32,
    new: At<u8>,
    new_length: usize,
    flow: &mut Flow,
) {
    let from = leads_to_change(this, old.list(old_length), Follow::path(follow), THREE);
    match both(from, leads_to_change(other, new.list(new_length), Follow::No, THREE)) {
        Ok(Both::Host(this, old, other, new)) => {
            let of = [Some((this, 0)), Some((other, 16))];
            let params = |[old, new]: [Text; 2]| params(this.handle, follow as u8, old, other.handle, new);
            ask(flow, What::Nothing, of, [old, new], params);
        }
        Ok(Both::Here(..)) => {
            give(flow, |out| wasi3::link_at(this, follow, old, old_length, other, new, new_length, out))
        }
        Err(code) => refuse::<()>(flow, code),
    }
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[host][method]descriptor.rename-at")]
extern "C" fn rename_at(
    this: u32,
    old: At<u8>,
    old_length: usize,
    other: u32,
    new: At<u8>,
    new_length: usize,
    flow: &mut Flow,
) {
    let from = leads_to_move(this, old.list(old_length), THREE);
    match both(from, leads_to_move(other, new.list(new_length), THREE)) {
        Ok(Both::Host(this, old, other, new)) => {
            let of = [Some((this, 0)), Some((other, 12))];
            let params = |[old, new]: [Text; 2]| params(this.handle, old, other.handle, new, ());
            ask(flow, What::Nothing, of, [old, new], params);
        }
        Ok(Both::Here(..)) => give(flow, |out| wasi3::rename_at(this, old, old_length, other, new, new_length, out)),
        Err(code) => refuse::<()>(flow, code),
    }
}

// ---- streams ----

/// The host's descriptor, whose streams go by; zero where the provider answers itself.
fn passed(this: u32, changes: bool) -> u32 {
    let Descriptor::Host(of) = get(this) else { return 0 };
    let of = match of.below {
        Some(Below { mount, .. }) => hosts::get(&Away { mount, rest: Vec::new() }, THREE),
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

// ---- folders of the host's with mounts in them ----

fn mounts_in(this: u32) -> Vec<Listed> {
    let spot = match get(this) {
        Descriptor::Host(of) => of.spot,
        Descriptor::Own(_) => None,
    };
    spot.map_or(Vec::new(), |spot| files().list_mounts(spot))
}

/// Whether what the host lists has to be looked at first.
#[unsafe(export_name = "wasi:filesystem/types@0.3#[through][method]descriptor.read-directory")]
extern "C" fn is_read_through(this: u32) -> u32 {
    (!mounts_in(this).is_empty()).into()
}

/// Begins with the mounts. What the host lists is taken before any of it is given.
#[unsafe(export_name = "wasi:filesystem/types@0.3#[begin][method]descriptor.read-directory")]
extern "C" fn begin_listing(this: u32, flow: &mut Flow) {
    wasi3::start_listing(flow, mounts_in(this));
}

/// Takes what the host lists, with the texts in it.
#[unsafe(export_name = "wasi:filesystem/types@0.3#[taken][method]descriptor.read-directory")]
extern "C" fn take_entries(flow: &mut Flow) {
    let listing = LISTINGS.get().get_mut(flow.state.wrapping_sub(1)).or_trap();
    for entry in At::<Entry>::new(flow.at).list(flow.count).slice() {
        forget(&entry.kind);
        // A mount hides what the host has by its name.
        if listing.listed.iter().any(|mount| mount.name() == entry.name.bytes()) {
            free(&entry.name);
        } else {
            let kind = Case { number: entry.kind.number, other: Maybe::None };
            listing.entries.push(Entry { kind, name: entry.name });
        }
    }
}

/// Frees the texts of the host's.
pub fn forget_entries(listing: &Listing) {
    // Only a listing of mounts has others.
    listing.entries.iter().skip(listing.listed.len()).for_each(|entry| free(&entry.name));
}
