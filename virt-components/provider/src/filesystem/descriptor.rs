//! The methods of a descriptor that take no path.

use super::*;
use ::filesystem::{Hash, Stat, flags};
use abi::Maybe;

use crate::io::{Input, Output};

/// Does nothing for a node of the provider, and calls the host for one of the host: for `advise`, `sync` and
/// `sync-data`.
fn nothing(this: u32, out: Put<()>, host: impl FnOnce(Handle, Put<()>)) {
    match get(this) {
        Descriptor::Host(of) => host(of.handle, out),
        Descriptor::Own(_) => out.put(Reply::Ok(())),
    }
}

/// Changes a node of the provider with `own`, or one of the host with `host`, unless it is read-only.
fn change<T>(
    this: u32,
    out: Put<T>,
    own: impl FnOnce(&mut FileSystem, &Open) -> Result<T, Code>,
    host: impl FnOnce(Handle, Put<T>),
) {
    match get(this) {
        Descriptor::Own(open) => out.put(own(files(), open)),
        Descriptor::Host(of) if of.read_only => out.put(Reply::Err(Code::READ_ONLY)),
        Descriptor::Host(of) => host(of.handle, out),
    }
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.read-via-stream")]
extern "C" fn read_via_stream(this: u32, offset: u64, out: Put<u32>) {
    match get(this) {
        Descriptor::Host(host) => out.put(host::opened(|out| host::read_via_stream(host.handle, offset, out))),
        Descriptor::Own(open) => {
            let files = files();
            let checked = files.read(open).map(|_| ());
            out.put(checked.map(|()| {
                files.share(open.place);
                crate::io::add_input(Input::File { place: open.place, at: offset })
            }));
        }
    }
}

fn output(this: u32, at: Option<u64>, out: Put<u32>, host: impl FnOnce(Handle, Put<Handle>)) {
    let open_stream = |files: &mut FileSystem, open: &Open| {
        files.check_write(open)?;
        files.share(open.place);
        Ok(crate::io::add_output(Output { place: open.place, at, closed: false }))
    };
    change(this, out, open_stream, |handle, out| out.put(host::opened(|out| host(handle, out))));
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.write-via-stream")]
extern "C" fn write_via_stream(this: u32, offset: u64, out: Put<u32>) {
    output(this, Some(offset), out, |handle, out| host::write_via_stream(handle, offset, out));
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.append-via-stream")]
extern "C" fn append_via_stream(this: u32, out: Put<u32>) {
    output(this, None, out, |handle, out| host::append_via_stream(handle, out));
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.advise")]
extern "C" fn advise(this: u32, offset: u64, length: u64, advice: u32, out: Put<()>) {
    nothing(this, out, |handle, out| host::advise(handle, offset, length, advice, out));
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.sync-data")]
extern "C" fn sync_data(this: u32, out: Put<()>) {
    nothing(this, out, |handle, out| host::sync_data(handle, out));
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.sync")]
extern "C" fn sync(this: u32, out: Put<()>) {
    nothing(this, out, |handle, out| host::sync(handle, out));
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.get-flags")]
extern "C" fn get_flags(this: u32, out: Put<u8>) {
    match get(this) {
        Descriptor::Own(open) => out.put(Reply::Ok(open.flags)),
        Descriptor::Host(host) => {
            let mask = if host.read_only { !(flags::WRITE | flags::MUTATE_DIRECTORY) } else { !0 };
            let reply: Reply<u8, Code> = abi::receive(|out| host::get_flags(host.handle, out));
            out.put(Result::from(reply).map(|flags| flags & mask));
        }
    }
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.get-type")]
extern "C" fn get_type(this: u32, out: Put<u8>) {
    match get(this) {
        Descriptor::Own(open) => out.put(Reply::Ok(files().kind(open.place))),
        Descriptor::Host(host) => host::get_type(host.handle, out),
    }
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.set-size")]
extern "C" fn set_size(this: u32, size: u64, out: Put<()>) {
    let own = |files: &mut FileSystem, open: &Open| files.set_size(open, size, now());
    change(this, out, own, |handle, out| host::set_size(handle, size, out));
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.set-times")]
extern "C" fn set_times(this: u32, a: u32, b: u64, c: u32, d: u32, e: u64, f: u32, out: Put<()>) {
    let own = |files: &mut FileSystem, open: &Open| {
        files.set_times(open.place, super::at::time(a, b, c), super::at::time(d, e, f), now())
    };
    change(this, out, own, |handle, out| host::set_times(handle, a, b, c, d, e, f, out));
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.read")]
extern "C" fn read(this: u32, length: u64, offset: u64, out: Put<Read>) {
    match get(this) {
        Descriptor::Host(host) => host::read_file(host.handle, length, offset, out),
        Descriptor::Own(open) => out.put(files().read(open).map(|bytes| {
            let mut at = offset;
            let read = io::read(bytes, &mut at, length).unwrap_or(&[]);
            // Hosts also report the end for a read of zero bytes.
            Read { bytes: crate::global::lend(read), end: read.is_empty() || at >= bytes.len() as u64 }
        })),
    }
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.write")]
extern "C" fn write(this: u32, bytes: Pointer<u8>, length: usize, offset: u64, out: Put<u64>) {
    let own = |files: &mut FileSystem, open: &Open| {
        files.check_write(open)?;
        files.write(open.place, offset, bytes.list(length).slice(), now()).map(|written| written as u64)
    };
    change(this, out, own, |handle, out| host::write_file(handle, bytes, length, offset, out));
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.stat")]
extern "C" fn stat(this: u32, out: Put<Stat>) {
    match get(this) {
        Descriptor::Own(open) => out.put(Reply::Ok(files().stat(open.place))),
        Descriptor::Host(host) => host::stat(host.handle, out),
    }
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.metadata-hash")]
extern "C" fn metadata_hash(this: u32, out: Put<Hash>) {
    match get(this) {
        Descriptor::Own(open) => out.put(Reply::Ok(files().hash(open.place))),
        Descriptor::Host(host) => host::metadata_hash(host.handle, out),
    }
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.is-same-object")]
extern "C" fn is_same_object(this: u32, other: u32) -> u32 {
    match (whom(this, Release::Two), whom(other, Release::Two)) {
        (Base::Own(this), Base::Own(other)) => (this.place == other.place).into(),
        (Base::Host(this), Base::Host(other)) => host::is_same_object(this.handle, other.handle),
        _ => 0,
    }
}

#[unsafe(export_name = "wasi:filesystem/types#filesystem-error-code")]
extern "C" fn filesystem_error_code(error: u32, out: Out<Maybe<Code>>) {
    match owner(error) {
        Owner::Provider(code) => out.put(Maybe::Some(Code(code as u8))),
        Owner::Host(error) => host::filesystem_error_code(error, out),
        Owner::Denied | Owner::Ignored => out.put(Maybe::None),
    }
}
