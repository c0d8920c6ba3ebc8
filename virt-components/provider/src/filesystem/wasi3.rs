//! `wasi:filesystem` of WASI 0.3. It differs from 0.2 in the numbers of kinds and error codes, and has streams of the
//! Component Model in place of those of `wasi:io`.

use super::at::{Target, leads, leads_to_change, leads_to_move, time};
use super::*;
use ::filesystem::{Follow, Hash, Listed, Place, Resolved, Stat};
use abi::Maybe;
use tasks::{Flow, MOST};

pub const THREE: Release = Release::Three;

/// A variant whose last case, `other`, the provider never uses.
#[repr(C)]
pub struct Case {
    pub number: u8,
    pub other: Maybe<Text>,
}

impl Case {
    fn new(number: u8) -> Self {
        Case { number, other: Maybe::None }
    }
}

impl From<Code> for Case {
    fn from(code: Code) -> Self {
        Case::new(number_of(code))
    }
}

/// The number of an `error-code` in WASI 0.3, which has no `would-block`. The provider never returns that.
fn number_of(Code(code): Code) -> u8 {
    if code > 1 { code - 1 } else { code }
}

/// The `descriptor-type` in WASI 0.3, which has no `unknown`. No node of the provider has that type.
fn kind(kind: u8) -> Case {
    Case::new(kind.saturating_sub(1))
}

/// `descriptor-stat`.
#[repr(C)]
pub struct Stat3 {
    pub kind: Case,
    links: u64,
    size: u64,
    times: [Maybe<Datetime>; 3],
}

impl From<Stat> for Stat3 {
    fn from(stat: Stat) -> Self {
        Stat3 { kind: kind(stat.kind), links: stat.links, size: stat.size, times: stat.times }
    }
}

/// The result of most functions.
pub type Put3<T> = Out<Reply<T, Case>>;

pub fn put<T>(out: Put3<T>, result: Result<T, Code>) {
    out.put(result.map_err(Case::from));
}

fn open(descriptor: u32) -> Result<&'static Open, Code> {
    match get(descriptor) {
        Descriptor::Own(open) => Ok(open),
        Descriptor::Host(_) => Err(Code::UNSUPPORTED),
    }
}

fn here(target: Result<Target, Code>) -> Result<Resolved, Code> {
    match target? {
        Target::Own(resolved) => Ok(resolved),
        Target::Host(..) => Err(Code::UNSUPPORTED),
    }
}

#[unsafe(export_name = "wasi:filesystem/preopens@0.3#get-directories")]
extern "C" fn get_directories_3(out: Out<List<Directory>>) {
    give_directories(out, THREE);
}

// ---- functions without a path ----

#[unsafe(export_name = "wasi:filesystem/types@0.3#[method]descriptor.advise")]
pub extern "C" fn advise(this: u32, _: u64, _: u64, _: u32, out: Put3<()>) {
    put(out, open(this).map(|_| ()));
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[method]descriptor.sync-data")]
pub extern "C" fn sync_data(this: u32, out: Put3<()>) {
    put(out, open(this).map(|_| ()));
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[method]descriptor.sync")]
pub extern "C" fn sync(this: u32, out: Put3<()>) {
    put(out, open(this).map(|_| ()));
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[method]descriptor.get-flags")]
pub extern "C" fn get_flags(this: u32, out: Put3<u8>) {
    put(out, open(this).map(|open| open.flags));
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[method]descriptor.get-type")]
pub extern "C" fn get_type(this: u32, out: Put3<Case>) {
    put(out, open(this).map(|open| kind(files().kind(open.place))));
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[method]descriptor.set-size")]
pub extern "C" fn set_size(this: u32, size: u64, out: Put3<()>) {
    put(out, open(this).and_then(|open| files().set_size(open, size, now())));
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[method]descriptor.set-times")]
pub extern "C" fn set_times(this: u32, a: u32, b: u64, c: u32, d: u32, e: u64, f: u32, out: Put3<()>) {
    let set = |open: &Open| files().set_times(open.place, time(a, b, c), time(d, e, f), now());
    put(out, open(this).and_then(set));
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[method]descriptor.stat")]
pub extern "C" fn stat(this: u32, out: Put3<Stat3>) {
    put(out, open(this).map(|open| files().stat(open.place).into()));
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[method]descriptor.metadata-hash")]
pub extern "C" fn metadata_hash(this: u32, out: Put3<Hash>) {
    put(out, open(this).map(|open| files().hash(open.place)));
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[method]descriptor.is-same-object")]
pub extern "C" fn is_same_object(this: u32, other: u32) -> u32 {
    match (whom(this, THREE), whom(other, THREE)) {
        (Base::Own(this), Base::Own(other)) => (this.place == other.place).into(),
        _ => 0,
    }
}

// ---- functions with a path ----

#[unsafe(export_name = "wasi:filesystem/types@0.3#[method]descriptor.stat-at")]
pub extern "C" fn stat_at(this: u32, follow: u32, path: Pointer<u8>, length: usize, out: Put3<Stat3>) {
    let resolved = here(leads(this, path.list(length), Follow::path(follow), THREE));
    put(out, resolved.and_then(|resolved| resolved.place()).map(|place| files().stat(place).into()));
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[method]descriptor.metadata-hash-at")]
pub extern "C" fn metadata_hash_at(this: u32, follow: u32, path: Pointer<u8>, length: usize, out: Put3<Hash>) {
    let resolved = here(leads(this, path.list(length), Follow::path(follow), THREE));
    put(out, resolved.and_then(|resolved| resolved.place()).map(|place| files().hash(place)));
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[method]descriptor.readlink-at")]
pub extern "C" fn readlink_at(this: u32, path: Pointer<u8>, length: usize, out: Put3<Text>) {
    let resolved = here(leads(this, path.list(length), Follow::Slash, THREE));
    put(out, resolved.and_then(|resolved| files().readlink(&resolved).map(crate::global::lend)));
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[method]descriptor.open-at")]
pub extern "C" fn open_at(
    this: u32,
    follow: u32,
    path: Pointer<u8>,
    length: usize,
    how: u32,
    wanted: u32,
    out: Put3<u32>,
) {
    let resolved = here(leads(this, path.list(length), Follow::open(follow, how as u8), THREE));
    let opened = resolved.and_then(|resolved| files().open(&resolved, how as u8, wanted as u8, now()));
    put(out, opened.map(|open| add(Descriptor::Own(open))));
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[method]descriptor.create-directory-at")]
pub extern "C" fn create_directory_at(this: u32, path: Pointer<u8>, length: usize, out: Put3<()>) {
    let resolved = here(leads_to_change(this, path.list(length), Follow::No, THREE));
    put(out, resolved.and_then(|resolved| files().create_directory(&resolved, now())));
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[method]descriptor.remove-directory-at")]
pub extern "C" fn remove_directory_at(this: u32, path: Pointer<u8>, length: usize, out: Put3<()>) {
    let resolved = here(leads_to_move(this, path.list(length), THREE));
    put(out, resolved.and_then(|resolved| files().remove_directory(&resolved, now())));
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[method]descriptor.unlink-file-at")]
pub extern "C" fn unlink_file_at(this: u32, path: Pointer<u8>, length: usize, out: Put3<()>) {
    let resolved = here(leads_to_move(this, path.list(length), THREE));
    put(out, resolved.and_then(|resolved| files().unlink(&resolved, now())));
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[method]descriptor.symlink-at")]
pub extern "C" fn symlink_at(
    this: u32,
    target: Pointer<u8>,
    target_length: usize,
    path: Pointer<u8>,
    length: usize,
    out: Put3<()>,
) {
    let resolved = here(leads_to_change(this, path.list(length), Follow::No, THREE));
    put(out, resolved.and_then(|resolved| files().symlink(target.list(target_length).bytes(), &resolved, now())));
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[method]descriptor.set-times-at")]
pub extern "C" fn set_times_at(
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
    out: Put3<()>,
) {
    let resolved = here(leads_to_change(this, path.list(length), Follow::path(follow), THREE));
    let place = resolved.and_then(|resolved| resolved.place());
    put(out, place.and_then(|place| files().set_times(place, time(a, b, c), time(d, e, f), now())));
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[method]descriptor.link-at")]
pub extern "C" fn link_at(
    this: u32,
    follow: u32,
    old: Pointer<u8>,
    old_length: usize,
    other: u32,
    new: Pointer<u8>,
    new_length: usize,
    out: Put3<()>,
) {
    let old = here(leads_to_change(this, old.list(old_length), Follow::path(follow), THREE));
    let new = here(leads_to_change(other, new.list(new_length), Follow::No, THREE));
    put(out, old.and_then(|old| files().link(&old, &new?, now())));
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[method]descriptor.rename-at")]
pub extern "C" fn rename_at(
    this: u32,
    old: Pointer<u8>,
    old_length: usize,
    other: u32,
    new: Pointer<u8>,
    new_length: usize,
    out: Put3<()>,
) {
    let old = here(leads_to_move(this, old.list(old_length), THREE));
    let new = here(leads_to_move(other, new.list(new_length), THREE));
    put(out, old.and_then(|old| files().rename(&old, &new?, now())));
}

// ---- streams ----

/// A file that a stream reads or writes.
struct Stream {
    place: Place,
    /// The offset of the next byte. `None` for the end of the file.
    at: Option<u64>,
    /// A copy of the bytes that are offered to the other end, if the file may change.
    bytes: Vec<u8>,
}

/// The number of bytes of a changing file that are offered at once.
const AT_ONCE: usize = 65536;

static STREAMS: Global<Table<Stream>> = Global::new(Table::new());

fn fail(flow: &mut Flow, code: Code) {
    let [case, payload, ..] = &mut flow.payload;
    (*case, *payload, flow.ended) = (1, number_of(code).into(), 1);
}

/// Opens a stream. The state of the flow is the index of the stream plus one.
fn start(flow: &mut Flow, checked: Result<Place, Code>, at: Option<u64>) {
    match checked {
        Ok(place) => {
            files().share(place);
            flow.state = STREAMS.get().add(Stream { place, at, bytes: Vec::new() }) + 1;
        }
        Err(code) => fail(flow, code),
    }
}

fn close(flow: &mut Flow) {
    if let Some(number) = flow.state.checked_sub(1) {
        let stream = STREAMS.get().remove(number).or_trap();
        files().close(stream.place);
    }
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[method]descriptor.read-via-stream")]
extern "C" fn read_via_stream(this: u32, offset: u64, flow: &mut Flow) {
    let checked = open(this).and_then(|open| files().read(open).map(|_| open.place));
    start(flow, checked, Some(offset));
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[next][method]descriptor.read-via-stream")]
extern "C" fn next_of_file(flow: &mut Flow) {
    let given = core::mem::take(&mut flow.count) as u64;
    let Some(number) = flow.state.checked_sub(1) else { return };
    let stream = STREAMS.get().get_mut(number).or_trap();
    let at = stream.at.or_trap().saturating_add(given);
    stream.at = Some(at);
    let from = |bytes: &'static [u8]| usize::try_from(at).ok().and_then(|at| bytes.get(at..)).unwrap_or(&[]);
    let rest = match files().fixed(stream.place) {
        Some(bytes) => from(bytes),
        None => {
            let rest = from(files().bytes(stream.place));
            stream.bytes.clear();
            stream.bytes.extend_from_slice(rest.get(..AT_ONCE).unwrap_or(rest));
            &stream.bytes
        }
    };
    (flow.at, flow.count) = (rest.as_ptr() as usize, rest.len().min(MOST));
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[close][method]descriptor.read-via-stream")]
extern "C" fn close_of_file(flow: &mut Flow) {
    close(flow);
}

fn write_from(this: u32, at: Option<u64>, flow: &mut Flow) {
    let checked = match get(this) {
        Descriptor::Host(Host { read_only: true, .. }) => Err(Code::READ_ONLY),
        _ => open(this).and_then(|open| files().check_write(open).map(|()| open.place)),
    };
    start(flow, checked, at);
}

fn taken(flow: &mut Flow) {
    let stream = STREAMS.get().get_mut(flow.state.wrapping_sub(1)).or_trap();
    let (files, bytes) = (files(), Pointer::new(flow.at).list(flow.count));
    let at = stream.at.unwrap_or_else(|| files.bytes(stream.place).len() as u64);
    match files.write(stream.place, at, bytes.slice(), now()) {
        // There was space for only a part.
        Ok(written) if written < flow.count => fail(flow, Code::INSUFFICIENT_SPACE),
        Ok(_) => stream.at = stream.at.map(|at| at.saturating_add(flow.count as u64)),
        Err(code) => fail(flow, code),
    }
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[method]descriptor.write-via-stream")]
extern "C" fn write_via_stream(this: u32, _: u32, offset: u64, flow: &mut Flow) {
    write_from(this, Some(offset), flow);
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[taken][method]descriptor.write-via-stream")]
extern "C" fn taken_by_write(flow: &mut Flow) {
    taken(flow);
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[close][method]descriptor.write-via-stream")]
extern "C" fn close_of_write(flow: &mut Flow) {
    close(flow);
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[method]descriptor.append-via-stream")]
extern "C" fn append_via_stream(this: u32, _: u32, flow: &mut Flow) {
    write_from(this, None, flow);
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[taken][method]descriptor.append-via-stream")]
extern "C" fn taken_by_append(flow: &mut Flow) {
    taken(flow);
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[close][method]descriptor.append-via-stream")]
extern "C" fn close_of_append(flow: &mut Flow) {
    close(flow);
}

/// `directory-entry`.
#[repr(C)]
pub struct Entry {
    pub kind: Case,
    pub name: Text,
}

/// A listing in progress.
#[cfg_attr(not(feature = "host"), allow(dead_code))]
pub struct Listing {
    /// All entries: those of `listed`, whose names they borrow, then those of the host.
    pub entries: Vec<Entry>,
    pub listed: Vec<Listed>,
    next: usize,
}

pub static LISTINGS: Global<Table<Listing>> = Global::new(Table::new());

#[unsafe(export_name = "wasi:filesystem/types@0.3#[method]descriptor.read-directory")]
extern "C" fn read_directory(this: u32, flow: &mut Flow) {
    match open(this).and_then(|open| files().list(open)) {
        Ok(listed) => start_listing(flow, listed),
        Err(code) => fail(flow, code),
    }
}

pub fn start_listing(flow: &mut Flow, listed: Vec<Listed>) {
    let entry = |at: &Listed| Entry { kind: kind(at.kind), name: crate::global::lend(at.name()) };
    let entries = listed.iter().map(entry).collect();
    flow.state = LISTINGS.get().add(Listing { entries, listed, next: 0 }) + 1;
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[next][method]descriptor.read-directory")]
extern "C" fn next_of_directory(flow: &mut Flow) {
    let given = core::mem::take(&mut flow.count);
    let Some(number) = flow.state.checked_sub(1) else { return };
    let listing = LISTINGS.get().get_mut(number).or_trap();
    listing.next += given;
    let rest = listing.entries.get(listing.next..).unwrap_or(&[]);
    (flow.at, flow.count) = (rest.as_ptr() as usize, rest.len().min(MOST));
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[close][method]descriptor.read-directory")]
extern "C" fn close_of_directory(flow: &mut Flow) {
    if let Some(number) = flow.state.checked_sub(1) {
        let listing = LISTINGS.get().remove(number).or_trap();
        #[cfg(feature = "host")]
        super::wasi3_hosts::forget_entries(&listing);
        drop(listing);
    }
}
