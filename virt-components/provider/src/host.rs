//! The imported functions of the host. A function without a bit in the settings is only called by the exported function
//! of the same name, which an adapter only has if the component imports it.

use abi::{Handle, List, Maybe, Out, Pointer, Reply, StreamError, Text, receive, settings::Variable};

use crate::config::Error;
use crate::filesystem::Read;
use crate::filesystem::list::Entry;
use crate::host_rep;
use crate::http::{ErrorCode, WasiMethod, WasiScheme};
use crate::sockets::lookup::IpAddress;
use crate::sockets::{Put as Sockets, tcp, udp};
use filesystem::{Code, Hash, Stat};

/// The result of functions of streams.
pub type Stream<T> = Out<Reply<T, StreamError<Handle>>>;

/// Calls a function of a stream of the host. A handle in its result becomes a representation.
pub fn stream<T>(call: impl FnOnce(Stream<T>)) -> Result<T, StreamError> {
    Result::from(receive(call)).map_err(|error| match error {
        StreamError::LastOperationFailed(error) => StreamError::LastOperationFailed(host_rep(error)),
        StreamError::Closed => StreamError::Closed,
    })
}

/// Calls a function of the host that opens an object, and returns the representation of the object.
pub fn opened(call: impl FnOnce(Put<Handle>)) -> Result<u32, Code> {
    Result::from(receive(call)).map(host_rep)
}

#[link(wasm_import_module = "host")]
unsafe extern "C" {
    #[link_name = "wasi:cli/environment#get-environment"]
    pub safe fn get_environment(out: Out<List<Variable>>);
    #[link_name = "wasi:cli/environment@0.3#get-environment"]
    pub safe fn get_environment_3(out: Out<List<Variable>>);

    #[link_name = "wasi:config/store#get"]
    pub safe fn store_get(key: Pointer<u8>, length: usize, out: Out<Reply<Maybe<Text>, Error>>);
    #[link_name = "wasi:config/store#get-all"]
    pub safe fn store_get_all(out: Out<Reply<List<Variable>, Error>>);
    #[link_name = "wasi:config/runtime#get"]
    pub safe fn runtime_get(key: Pointer<u8>, length: usize, out: Out<Reply<Maybe<Text>, Error>>);
    #[link_name = "wasi:config/runtime#get-all"]
    pub safe fn runtime_get_all(out: Out<Reply<List<Variable>, Error>>);

    #[link_name = "wasi:cli/stderr#get-stderr"]
    pub safe fn get_stderr() -> Handle;
    #[link_name = "wasi:io/error#[resource-drop]error"]
    pub safe fn drop_error(error: Handle);

    #[link_name = "wasi:io/poll#[method]pollable.ready"]
    pub safe fn ready(pollable: Handle) -> u32;
    #[link_name = "wasi:io/poll#poll"]
    pub safe fn poll(pollables: Pointer<Handle>, length: usize, out: Out<List<u32>>);
    #[link_name = "wasi:io/poll#[resource-drop]pollable"]
    pub safe fn drop_pollable(pollable: Handle);
    #[link_name = "wasi:clocks/monotonic-clock#subscribe-duration"]
    pub safe fn subscribe_duration(duration: u64) -> Handle;

    #[link_name = "wasi:io/streams#[method]input-stream.read"]
    pub safe fn read(from: Handle, length: u64, out: Stream<Text>);
    #[link_name = "wasi:io/streams#[method]input-stream.blocking-read"]
    pub safe fn blocking_read(from: Handle, length: u64, out: Stream<Text>);
    #[link_name = "wasi:io/streams#[method]output-stream.blocking-write-and-flush"]
    pub safe fn blocking_write(to: Handle, bytes: Pointer<u8>, length: usize, out: Stream<()>);
    #[link_name = "wasi:io/streams#[method]output-stream.check-write"]
    pub safe fn check_write(to: Handle, out: Stream<u64>);
    #[link_name = "wasi:io/streams#[method]output-stream.write"]
    pub safe fn write(to: Handle, bytes: Pointer<u8>, length: usize, out: Stream<()>);
    #[link_name = "wasi:io/streams#[method]output-stream.splice"]
    pub safe fn splice(to: Handle, from: Handle, length: u64, out: Stream<u64>);
    #[link_name = "wasi:io/streams#[method]output-stream.blocking-splice"]
    pub safe fn blocking_splice(to: Handle, from: Handle, length: u64, out: Stream<u64>);
}

#[link(wasm_import_module = "host")]
unsafe extern "C" {
    #[link_name = "wasi:http/types#[resource-drop]outgoing-request"]
    pub safe fn drop_request(request: Handle);
    #[link_name = "wasi:http/types#[resource-drop]request-options"]
    pub safe fn drop_options(options: Handle);
    #[link_name = "wasi:http/types#[constructor]outgoing-request"]
    pub safe fn new_request(headers: Handle) -> Handle;
    #[link_name = "wasi:http/types#[method]outgoing-request.body"]
    pub safe fn request_body(request: Handle, out: Out<Reply<Handle, ()>>);
    #[link_name = "wasi:http/types#[method]outgoing-request.headers"]
    pub safe fn request_headers(request: Handle) -> Handle;
    #[link_name = "wasi:http/types#[method]outgoing-request.method"]
    pub safe fn request_method(request: Handle, out: Out<WasiMethod>);
    #[link_name = "wasi:http/types#[method]outgoing-request.scheme"]
    pub safe fn request_scheme(request: Handle, out: Out<Maybe<WasiScheme>>);
    #[link_name = "wasi:http/types#[method]outgoing-request.authority"]
    pub safe fn request_authority(request: Handle, out: Out<Maybe<Text>>);
    #[link_name = "wasi:http/types#[method]outgoing-request.path-with-query"]
    pub safe fn request_path(request: Handle, out: Out<Maybe<Text>>);
    #[link_name = "wasi:http/types#[method]outgoing-request.set-method"]
    pub safe fn set_method(request: Handle, case: u32, text: Pointer<u8>, length: usize) -> u32;
    #[link_name = "wasi:http/types#[method]outgoing-request.set-scheme"]
    pub safe fn set_scheme(request: Handle, has: u32, case: u32, text: Pointer<u8>, length: usize) -> u32;
    #[link_name = "wasi:http/types#[method]outgoing-request.set-authority"]
    pub safe fn set_authority(request: Handle, has: u32, text: Pointer<u8>, length: usize) -> u32;
    #[link_name = "wasi:http/types#[method]outgoing-request.set-path-with-query"]
    pub safe fn set_path(request: Handle, has: u32, text: Pointer<u8>, length: usize) -> u32;
    #[link_name = "wasi:http/outgoing-handler#handle"]
    pub safe fn handle(request: Handle, has: u32, options: Handle, out: Out<Reply<Handle, ErrorCode>>);
}

#[cfg(feature = "host")]
#[link(wasm_import_module = "host")]
unsafe extern "C" {
    #[link_name = "wasi:http/types@0.3#[resource-drop]request"]
    pub safe fn drop_request_3(request: Handle);
    #[link_name = "wasi:http/types@0.3#[static]request.new"]
    pub safe fn new_request_3(
        headers: Handle,
        has_contents: u32,
        contents: u32,
        trailers: u32,
        has_options: u32,
        options: Handle,
        out: Out<[u32; 2]>,
    );
    #[link_name = "wasi:http/types@0.3#[method]request.get-method"]
    pub safe fn request_method_3(request: Handle, out: Out<WasiMethod>);
    #[link_name = "wasi:http/types@0.3#[method]request.get-scheme"]
    pub safe fn request_scheme_3(request: Handle, out: Out<Maybe<WasiScheme>>);
    #[link_name = "wasi:http/types@0.3#[method]request.get-authority"]
    pub safe fn request_authority_3(request: Handle, out: Out<Maybe<Text>>);
    #[link_name = "wasi:http/types@0.3#[method]request.get-path-with-query"]
    pub safe fn request_path_3(request: Handle, out: Out<Maybe<Text>>);
    #[link_name = "wasi:http/types@0.3#[method]request.get-options"]
    pub safe fn request_options_3(request: Handle, out: Out<Maybe<Handle>>);
    #[link_name = "wasi:http/types@0.3#[method]request.get-headers"]
    pub safe fn request_headers_3(request: Handle) -> Handle;
    #[link_name = "wasi:http/types@0.3#[method]request.set-method"]
    pub safe fn set_method_3(request: Handle, case: u32, text: Pointer<u8>, length: usize) -> u32;
    #[link_name = "wasi:http/types@0.3#[method]request.set-scheme"]
    pub safe fn set_scheme_3(request: Handle, has: u32, case: u32, text: Pointer<u8>, length: usize) -> u32;
    #[link_name = "wasi:http/types@0.3#[method]request.set-authority"]
    pub safe fn set_authority_3(request: Handle, has: u32, text: Pointer<u8>, length: usize) -> u32;
    #[link_name = "wasi:http/types@0.3#[method]request.set-path-with-query"]
    pub safe fn set_path_3(request: Handle, has: u32, text: Pointer<u8>, length: usize) -> u32;
    #[link_name = "wasi:http/types@0.3#[static]request.consume-body"]
    pub safe fn consume_body_3(request: Handle, result: u32, out: Out<[u32; 2]>);
}

/// `tuple<descriptor, string>`.
#[repr(C)]
pub struct Directory<D = u32> {
    pub descriptor: D,
    pub path: Text,
}

/// The result of most functions of the file system.
pub type Put<T> = Out<Reply<T, Code>>;

#[link(wasm_import_module = "host")]
unsafe extern "C" {
    #[link_name = "wasi:filesystem/preopens#get-directories"]
    pub safe fn get_directories(out: Out<List<Directory<Handle>>>);

    #[link_name = "wasi:filesystem/preopens@0.3#get-directories"]
    pub safe fn get_directories_3(out: Out<List<Directory<Handle>>>);
    #[link_name = "wasi:filesystem/types@0.3#[resource-drop]descriptor"]
    pub safe fn drop_descriptor_3(descriptor: Handle);

    #[link_name = "wasi:filesystem/types#[resource-drop]descriptor"]
    pub safe fn drop_descriptor(descriptor: Handle);
    #[link_name = "wasi:filesystem/types#[resource-drop]directory-entry-stream"]
    pub safe fn drop_listing(listing: Handle);
    #[link_name = "wasi:filesystem/types#[method]directory-entry-stream.read-directory-entry"]
    pub safe fn read_directory_entry(listing: Handle, out: Put<Maybe<Entry>>);
    #[link_name = "wasi:filesystem/types#filesystem-error-code"]
    pub safe fn filesystem_error_code(error: Handle, out: Out<Maybe<Code>>);

    #[link_name = "wasi:filesystem/types#[method]descriptor.read-via-stream"]
    pub safe fn read_via_stream(descriptor: Handle, offset: u64, out: Put<Handle>);
    #[link_name = "wasi:filesystem/types#[method]descriptor.write-via-stream"]
    pub safe fn write_via_stream(descriptor: Handle, offset: u64, out: Put<Handle>);
    #[link_name = "wasi:filesystem/types#[method]descriptor.append-via-stream"]
    pub safe fn append_via_stream(descriptor: Handle, out: Put<Handle>);
    #[link_name = "wasi:filesystem/types#[method]descriptor.advise"]
    pub safe fn advise(descriptor: Handle, offset: u64, length: u64, advice: u32, out: Put<()>);
    #[link_name = "wasi:filesystem/types#[method]descriptor.sync-data"]
    pub safe fn sync_data(descriptor: Handle, out: Put<()>);
    #[link_name = "wasi:filesystem/types#[method]descriptor.get-flags"]
    pub safe fn get_flags(descriptor: Handle, out: Put<u8>);
    #[link_name = "wasi:filesystem/types#[method]descriptor.get-type"]
    pub safe fn get_type(descriptor: Handle, out: Put<u8>);
    #[link_name = "wasi:filesystem/types#[method]descriptor.set-size"]
    pub safe fn set_size(descriptor: Handle, size: u64, out: Put<()>);
    #[link_name = "wasi:filesystem/types#[method]descriptor.set-times"]
    pub safe fn set_times(descriptor: Handle, a: u32, b: u64, c: u32, d: u32, e: u64, f: u32, out: Put<()>);
    #[link_name = "wasi:filesystem/types#[method]descriptor.read"]
    pub safe fn read_file(descriptor: Handle, length: u64, offset: u64, out: Put<Read>);
    #[link_name = "wasi:filesystem/types#[method]descriptor.write"]
    pub safe fn write_file(descriptor: Handle, bytes: Pointer<u8>, length: usize, offset: u64, out: Put<u64>);
    #[link_name = "wasi:filesystem/types#[method]descriptor.read-directory"]
    pub safe fn read_directory(descriptor: Handle, out: Put<Handle>);
    #[link_name = "wasi:filesystem/types#[method]descriptor.sync"]
    pub safe fn sync(descriptor: Handle, out: Put<()>);
    #[link_name = "wasi:filesystem/types#[method]descriptor.create-directory-at"]
    pub safe fn create_directory_at(descriptor: Handle, path: Pointer<u8>, length: usize, out: Put<()>);
    #[link_name = "wasi:filesystem/types#[method]descriptor.stat"]
    pub safe fn stat(descriptor: Handle, out: Put<Stat>);
    #[link_name = "wasi:filesystem/types#[method]descriptor.stat-at"]
    pub safe fn stat_at(descriptor: Handle, flags: u32, path: Pointer<u8>, length: usize, out: Put<Stat>);
    #[allow(clippy::too_many_arguments)]
    #[link_name = "wasi:filesystem/types#[method]descriptor.set-times-at"]
    pub safe fn set_times_at(
        descriptor: Handle,
        flags: u32,
        path: Pointer<u8>,
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
        descriptor: Handle,
        flags: u32,
        old: Pointer<u8>,
        old_length: usize,
        new_descriptor: Handle,
        new: Pointer<u8>,
        new_length: usize,
        out: Put<()>,
    );
    #[link_name = "wasi:filesystem/types#[method]descriptor.open-at"]
    pub safe fn open_at(
        descriptor: Handle,
        follow: u32,
        path: Pointer<u8>,
        length: usize,
        how: u32,
        flags: u32,
        out: Put<Handle>,
    );
    #[link_name = "wasi:filesystem/types#[method]descriptor.readlink-at"]
    pub safe fn readlink_at(descriptor: Handle, path: Pointer<u8>, length: usize, out: Put<Text>);
    #[link_name = "wasi:filesystem/types#[method]descriptor.remove-directory-at"]
    pub safe fn remove_directory_at(descriptor: Handle, path: Pointer<u8>, length: usize, out: Put<()>);
    #[link_name = "wasi:filesystem/types#[method]descriptor.rename-at"]
    pub safe fn rename_at(
        descriptor: Handle,
        old: Pointer<u8>,
        old_length: usize,
        new_descriptor: Handle,
        new: Pointer<u8>,
        new_length: usize,
        out: Put<()>,
    );
    #[link_name = "wasi:filesystem/types#[method]descriptor.symlink-at"]
    pub safe fn symlink_at(
        descriptor: Handle,
        target: Pointer<u8>,
        target_length: usize,
        path: Pointer<u8>,
        length: usize,
        out: Put<()>,
    );
    #[link_name = "wasi:filesystem/types#[method]descriptor.unlink-file-at"]
    pub safe fn unlink_file_at(descriptor: Handle, path: Pointer<u8>, length: usize, out: Put<()>);
    #[link_name = "wasi:filesystem/types#[method]descriptor.is-same-object"]
    pub safe fn is_same_object(descriptor: Handle, other: Handle) -> u32;
    #[link_name = "wasi:filesystem/types#[method]descriptor.metadata-hash"]
    pub safe fn metadata_hash(descriptor: Handle, out: Put<Hash>);
    #[link_name = "wasi:filesystem/types#[method]descriptor.metadata-hash-at"]
    pub safe fn metadata_hash_at(descriptor: Handle, flags: u32, path: Pointer<u8>, length: usize, out: Put<Hash>);
}

#[link(wasm_import_module = "host")]
unsafe extern "C" {
    #[link_name = "wasi:sockets/instance-network#instance-network"]
    pub safe fn instance_network() -> Handle;
    #[link_name = "wasi:sockets/network#network-error-code"]
    pub safe fn network_error_code(error: Handle, out: Out<Maybe<u8>>);
    #[link_name = "wasi:sockets/tcp-create-socket#create-tcp-socket"]
    pub safe fn create_tcp(family: u32, out: Sockets<Handle>);
    #[link_name = "wasi:sockets/tcp#[resource-drop]tcp-socket"]
    pub safe fn drop_tcp(socket: Handle);
    #[link_name = "wasi:sockets/tcp#[method]tcp-socket.start-bind"]
    #[allow(clippy::too_many_arguments)]
    #[rustfmt::skip]
    pub safe fn bind_tcp(
        socket: Handle,
        network: Handle,
        case: u32,
        a: u32,
        b: u32,
        c: u32,
        d: u32,
        e: u32,
        f: u32,
        g: u32,
        h: u32,
        i: u32,
        j: u32,
        k: u32,
        out: Sockets<()>,
    );
    #[link_name = "wasi:sockets/tcp#[method]tcp-socket.finish-bind"]
    pub safe fn bound_tcp(socket: Handle, out: Sockets<()>);
    #[link_name = "wasi:sockets/tcp#[method]tcp-socket.start-connect"]
    #[allow(clippy::too_many_arguments)]
    #[rustfmt::skip]
    pub safe fn connect_tcp(
        socket: Handle,
        network: Handle,
        case: u32,
        a: u32,
        b: u32,
        c: u32,
        d: u32,
        e: u32,
        f: u32,
        g: u32,
        h: u32,
        i: u32,
        j: u32,
        k: u32,
        out: Sockets<()>,
    );
    #[link_name = "wasi:sockets/tcp#[method]tcp-socket.finish-connect"]
    pub safe fn connected_tcp(socket: Handle, out: Sockets<tcp::Streams<Handle>>);
    #[link_name = "wasi:sockets/tcp#[method]tcp-socket.start-listen"]
    pub safe fn listen_tcp(socket: Handle, out: Sockets<()>);
    #[link_name = "wasi:sockets/tcp#[method]tcp-socket.finish-listen"]
    pub safe fn listened_tcp(socket: Handle, out: Sockets<()>);
    #[link_name = "wasi:sockets/tcp#[method]tcp-socket.accept"]
    pub safe fn accept_tcp(socket: Handle, out: Sockets<tcp::Accepted<Handle>>);
    #[link_name = "wasi:sockets/tcp#[method]tcp-socket.is-listening"]
    pub safe fn is_listening_tcp(socket: Handle) -> u32;
    #[link_name = "wasi:sockets/tcp#[method]tcp-socket.address-family"]
    pub safe fn family_tcp(socket: Handle) -> u32;
    #[link_name = "wasi:sockets/tcp#[method]tcp-socket.subscribe"]
    pub safe fn subscribe_tcp(socket: Handle) -> Handle;
    #[link_name = "wasi:sockets/udp-create-socket#create-udp-socket"]
    pub safe fn create_udp(family: u32, out: Sockets<Handle>);
    #[link_name = "wasi:sockets/udp#[resource-drop]udp-socket"]
    pub safe fn drop_udp(socket: Handle);
    #[link_name = "wasi:sockets/udp#[resource-drop]incoming-datagram-stream"]
    pub safe fn drop_incoming(stream: Handle);
    #[link_name = "wasi:sockets/udp#[resource-drop]outgoing-datagram-stream"]
    pub safe fn drop_outgoing(stream: Handle);
    #[link_name = "wasi:sockets/udp#[method]udp-socket.start-bind"]
    #[allow(clippy::too_many_arguments)]
    #[rustfmt::skip]
    pub safe fn bind_udp(
        socket: Handle,
        network: Handle,
        case: u32,
        a: u32,
        b: u32,
        c: u32,
        d: u32,
        e: u32,
        f: u32,
        g: u32,
        h: u32,
        i: u32,
        j: u32,
        k: u32,
        out: Sockets<()>,
    );
    #[link_name = "wasi:sockets/udp#[method]udp-socket.finish-bind"]
    pub safe fn bound_udp(socket: Handle, out: Sockets<()>);
    #[link_name = "wasi:sockets/udp#[method]udp-socket.stream"]
    #[allow(clippy::too_many_arguments)]
    #[rustfmt::skip]
    pub safe fn stream_udp(
        socket: Handle,
        has: u32,
        case: u32,
        a: u32,
        b: u32,
        c: u32,
        d: u32,
        e: u32,
        f: u32,
        g: u32,
        h: u32,
        i: u32,
        j: u32,
        k: u32,
        out: Sockets<udp::Streams<Handle>>,
    );
    #[link_name = "wasi:sockets/udp#[method]udp-socket.address-family"]
    pub safe fn family_udp(socket: Handle) -> u32;
    #[link_name = "wasi:sockets/udp#[method]udp-socket.subscribe"]
    pub safe fn subscribe_udp(socket: Handle) -> Handle;
    #[link_name = "wasi:sockets/udp#[method]incoming-datagram-stream.receive"]
    pub safe fn receive_udp(stream: Handle, most: u64, out: Sockets<List<udp::Received>>);
    #[link_name = "wasi:sockets/udp#[method]incoming-datagram-stream.subscribe"]
    pub safe fn subscribe_incoming(stream: Handle) -> Handle;
    #[link_name = "wasi:sockets/udp#[method]outgoing-datagram-stream.check-send"]
    pub safe fn check_send(stream: Handle, out: Sockets<u64>);
    #[link_name = "wasi:sockets/udp#[method]outgoing-datagram-stream.send"]
    pub safe fn send_udp(stream: Handle, datagrams: Pointer<udp::Sent>, length: usize, out: Sockets<u64>);
    #[link_name = "wasi:sockets/udp#[method]outgoing-datagram-stream.subscribe"]
    pub safe fn subscribe_outgoing(stream: Handle) -> Handle;
    #[link_name = "wasi:sockets/ip-name-lookup#resolve-addresses"]
    pub safe fn resolve(network: Handle, name: Pointer<u8>, length: usize, out: Sockets<Handle>);
    #[link_name = "wasi:sockets/ip-name-lookup#[resource-drop]resolve-address-stream"]
    pub safe fn drop_resolve(stream: Handle);
    #[link_name = "wasi:sockets/ip-name-lookup#[method]resolve-address-stream.resolve-next-address"]
    pub safe fn resolved(stream: Handle, out: Sockets<Maybe<IpAddress>>);
    #[link_name = "wasi:sockets/ip-name-lookup#[method]resolve-address-stream.subscribe"]
    pub safe fn subscribe_resolve(stream: Handle) -> Handle;
}
