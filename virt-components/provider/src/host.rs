//! The host's functions. Those for which the settings have no bit are called only by the functions of the same names, which are there
//! only where the component imports them.

use abi::{At, List, Maybe, Out, Reply, StreamError, Text, settings::Variable};

use crate::config::Error;
use crate::filesystem::Read;
use crate::filesystem::list::Entry;
use filesystem::{Code, Hash, Stat};

#[link(wasm_import_module = "host")]
unsafe extern "C" {
    #[link_name = "wasi:cli/environment#get-environment"]
    pub safe fn get_environment(out: Out<List<Variable>>);

    #[link_name = "wasi:config/store#get"]
    pub safe fn store_get(key: At<u8>, length: usize, out: Out<Reply<Maybe<Text>, Error>>);
    #[link_name = "wasi:config/store#get-all"]
    pub safe fn store_get_all(out: Out<Reply<List<Variable>, Error>>);
    #[link_name = "wasi:config/runtime#get"]
    pub safe fn runtime_get(key: At<u8>, length: usize, out: Out<Reply<Maybe<Text>, Error>>);
    #[link_name = "wasi:config/runtime#get-all"]
    pub safe fn runtime_get_all(out: Out<Reply<List<Variable>, Error>>);

    #[link_name = "wasi:io/poll#[method]pollable.ready"]
    pub safe fn ready(pollable: u32) -> u32;
    #[link_name = "wasi:io/poll#poll"]
    pub safe fn poll(pollables: At<u32>, length: usize, out: Out<List<u32>>);
    #[link_name = "wasi:io/poll#[resource-drop]pollable"]
    pub safe fn drop_pollable(pollable: u32);
    #[link_name = "wasi:clocks/monotonic-clock#subscribe-duration"]
    pub safe fn subscribe_duration(duration: u64) -> u32;

    #[link_name = "wasi:io/streams#[method]input-stream.read"]
    pub safe fn read(from: u32, length: u64, out: Out<Reply<Text, StreamError>>);
    #[link_name = "wasi:io/streams#[method]input-stream.blocking-read"]
    pub safe fn blocking_read(from: u32, length: u64, out: Out<Reply<Text, StreamError>>);
    #[link_name = "wasi:io/streams#[method]output-stream.blocking-write-and-flush"]
    pub safe fn blocking_write(to: u32, bytes: At<u8>, length: usize, out: Out<Reply<(), StreamError>>);
    #[link_name = "wasi:io/streams#[method]output-stream.check-write"]
    pub safe fn check_write(to: u32, out: Out<Reply<u64, StreamError>>);
    #[link_name = "wasi:io/streams#[method]output-stream.write"]
    pub safe fn write(to: u32, bytes: At<u8>, length: usize, out: Out<Reply<(), StreamError>>);
    #[link_name = "wasi:io/streams#[method]output-stream.splice"]
    pub safe fn splice(to: u32, from: u32, length: u64, out: Out<Reply<u64, StreamError>>);
    #[link_name = "wasi:io/streams#[method]output-stream.blocking-splice"]
    pub safe fn blocking_splice(to: u32, from: u32, length: u64, out: Out<Reply<u64, StreamError>>);
}

/// `tuple<descriptor, string>`.
#[repr(C)]
pub struct Directory {
    pub descriptor: u32,
    pub path: Text,
}

/// What most functions of the file system put.
pub type Put<T> = Out<Reply<T, Code>>;

#[link(wasm_import_module = "host")]
unsafe extern "C" {
    #[link_name = "wasi:filesystem/preopens#get-directories"]
    pub safe fn get_directories(out: Out<List<Directory>>);

    #[link_name = "wasi:filesystem/types#[resource-drop]descriptor"]
    pub safe fn drop_descriptor(descriptor: u32);
    #[link_name = "wasi:filesystem/types#[resource-drop]directory-entry-stream"]
    pub safe fn drop_listing(listing: u32);
    #[link_name = "wasi:filesystem/types#[method]directory-entry-stream.read-directory-entry"]
    pub safe fn read_directory_entry(listing: u32, out: Put<Maybe<Entry>>);
    #[link_name = "wasi:filesystem/types#filesystem-error-code"]
    pub safe fn filesystem_error_code(error: u32, out: Out<Maybe<Code>>);

    #[link_name = "wasi:filesystem/types#[method]descriptor.read-via-stream"]
    pub safe fn read_via_stream(descriptor: u32, offset: u64, out: Put<u32>);
    #[link_name = "wasi:filesystem/types#[method]descriptor.write-via-stream"]
    pub safe fn write_via_stream(descriptor: u32, offset: u64, out: Put<u32>);
    #[link_name = "wasi:filesystem/types#[method]descriptor.append-via-stream"]
    pub safe fn append_via_stream(descriptor: u32, out: Put<u32>);
    #[link_name = "wasi:filesystem/types#[method]descriptor.advise"]
    pub safe fn advise(descriptor: u32, offset: u64, length: u64, advice: u32, out: Put<()>);
    #[link_name = "wasi:filesystem/types#[method]descriptor.sync-data"]
    pub safe fn sync_data(descriptor: u32, out: Put<()>);
    #[link_name = "wasi:filesystem/types#[method]descriptor.get-flags"]
    pub safe fn get_flags(descriptor: u32, out: Put<u8>);
    #[link_name = "wasi:filesystem/types#[method]descriptor.get-type"]
    pub safe fn get_type(descriptor: u32, out: Put<u8>);
    #[link_name = "wasi:filesystem/types#[method]descriptor.set-size"]
    pub safe fn set_size(descriptor: u32, size: u64, out: Put<()>);
    #[link_name = "wasi:filesystem/types#[method]descriptor.set-times"]
    pub safe fn set_times(descriptor: u32, a: u32, b: u64, c: u32, d: u32, e: u64, f: u32, out: Put<()>);
    #[link_name = "wasi:filesystem/types#[method]descriptor.read"]
    pub safe fn read_file(descriptor: u32, length: u64, offset: u64, out: Put<Read>);
    #[link_name = "wasi:filesystem/types#[method]descriptor.write"]
    pub safe fn write_file(descriptor: u32, bytes: At<u8>, length: usize, offset: u64, out: Put<u64>);
    #[link_name = "wasi:filesystem/types#[method]descriptor.read-directory"]
    pub safe fn read_directory(descriptor: u32, out: Put<u32>);
    #[link_name = "wasi:filesystem/types#[method]descriptor.sync"]
    pub safe fn sync(descriptor: u32, out: Put<()>);
    #[link_name = "wasi:filesystem/types#[method]descriptor.create-directory-at"]
    pub safe fn create_directory_at(descriptor: u32, path: At<u8>, length: usize, out: Put<()>);
    #[link_name = "wasi:filesystem/types#[method]descriptor.stat"]
    pub safe fn stat(descriptor: u32, out: Put<Stat>);
    #[link_name = "wasi:filesystem/types#[method]descriptor.stat-at"]
    pub safe fn stat_at(descriptor: u32, flags: u32, path: At<u8>, length: usize, out: Put<Stat>);
    #[allow(clippy::too_many_arguments)]
    #[link_name = "wasi:filesystem/types#[method]descriptor.set-times-at"]
    pub safe fn set_times_at(
        descriptor: u32,
        flags: u32,
        path: At<u8>,
        length: usize,
        a: u32,
        b: u64,
        c: u32,
        d: u32,
        e: u64,
        f: u32,
        out: Put<()>,
    );
    #[link_name = "wasi:filesystem/types#[method]descriptor.link-at"]
    pub safe fn link_at(
        descriptor: u32,
        flags: u32,
        old: At<u8>,
        old_length: usize,
        new_descriptor: u32,
        new: At<u8>,
        new_length: usize,
        out: Put<()>,
    );
    #[link_name = "wasi:filesystem/types#[method]descriptor.open-at"]
    pub safe fn open_at(descriptor: u32, follow: u32, path: At<u8>, length: usize, how: u32, flags: u32, out: Put<u32>);
    #[link_name = "wasi:filesystem/types#[method]descriptor.readlink-at"]
    pub safe fn readlink_at(descriptor: u32, path: At<u8>, length: usize, out: Put<Text>);
    #[link_name = "wasi:filesystem/types#[method]descriptor.remove-directory-at"]
    pub safe fn remove_directory_at(descriptor: u32, path: At<u8>, length: usize, out: Put<()>);
    #[link_name = "wasi:filesystem/types#[method]descriptor.rename-at"]
    pub safe fn rename_at(
        descriptor: u32,
        old: At<u8>,
        old_length: usize,
        new_descriptor: u32,
        new: At<u8>,
        new_length: usize,
        out: Put<()>,
    );
    #[link_name = "wasi:filesystem/types#[method]descriptor.symlink-at"]
    pub safe fn symlink_at(
        descriptor: u32,
        target: At<u8>,
        target_length: usize,
        path: At<u8>,
        length: usize,
        out: Put<()>,
    );
    #[link_name = "wasi:filesystem/types#[method]descriptor.unlink-file-at"]
    pub safe fn unlink_file_at(descriptor: u32, path: At<u8>, length: usize, out: Put<()>);
    #[link_name = "wasi:filesystem/types#[method]descriptor.is-same-object"]
    pub safe fn is_same_object(descriptor: u32, other: u32) -> u32;
    #[link_name = "wasi:filesystem/types#[method]descriptor.metadata-hash"]
    pub safe fn metadata_hash(descriptor: u32, out: Put<Hash>);
    #[link_name = "wasi:filesystem/types#[method]descriptor.metadata-hash-at"]
    pub safe fn metadata_hash_at(descriptor: u32, flags: u32, path: At<u8>, length: usize, out: Put<Hash>);
}
