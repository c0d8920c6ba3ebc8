//! `wasi:sockets/tcp`: checks the addresses to which sockets are bound or connect, and at which they listen.

use abi::{Handle, Owner, Reply, receive};
use io::Table;

use super::{ACCESS_DENIED, Flat, Made, Put, hosts, may_connect, own, passed, put, socket, subscribed};
use crate::global::Global;
use crate::{OrTrap, host, host_rep, owner, provider_rep, trap};

static SOCKETS: Global<Table<Made>> = Global::new(Table::new());

/// `tuple<input-stream, output-stream>`.
#[repr(C)]
pub struct Streams<H>(pub H, pub H);

/// `tuple<tcp-socket, input-stream, output-stream>`.
#[repr(C)]
pub struct Accepted<H>(pub H, pub H, pub H);

fn of(number: u32) -> Option<Handle> {
    hosts(number, &SOCKETS, |made| made.socket)
}

fn made(number: u32) -> Option<&'static mut Made> {
    own(number, &SOCKETS)
}

fn add(made: Made) -> u32 {
    provider_rep(SOCKETS.get().add(made))
}

#[unsafe(export_name = "wasi:sockets/tcp-create-socket#create-tcp-socket")]
extern "C" fn create(family: u32, out: Put<u32>) {
    put(out, receive(|out| host::create_tcp(family, out)), |socket| add(Made::new(socket, family)));
}

#[unsafe(export_name = "wasi:sockets/tcp#[dtor]tcp-socket")]
extern "C" fn drop_socket(socket: u32) {
    if let Owner::Provider(index) = owner(socket) {
        host::drop_tcp(SOCKETS.get().remove(index).or_trap().socket);
    }
}

#[rustfmt::skip]
#[unsafe(export_name = "wasi:sockets/tcp#[method]tcp-socket.start-bind")]
extern "C" fn start_bind(
    of: u32, network: u32, case: u32,
    a: u32, b: u32, c: u32, d: u32, e: u32, f: u32, g: u32, h: u32, i: u32, j: u32, k: u32, out: Put<()>,
) {
    let flat: Flat = [a, b, c, d, e, f, g, h, i, j, k];
    out.put(match (made(of), super::network(network)) {
        (Some(made), Some(network)) => made.bind(socket(case, &flat), |socket| {
            receive(|out| host::bind_tcp(socket, network, case, a, b, c, d, e, f, g, h, i, j, k, out))
        }),
        _ => Reply::Err(ACCESS_DENIED),
    });
}

#[rustfmt::skip]
#[unsafe(export_name = "wasi:sockets/tcp#[method]tcp-socket.start-connect")]
extern "C" fn start_connect(
    of: u32, network: u32, case: u32,
    a: u32, b: u32, c: u32, d: u32, e: u32, f: u32, g: u32, h: u32, i: u32, j: u32, k: u32, out: Put<()>,
) {
    let flat: Flat = [a, b, c, d, e, f, g, h, i, j, k];
    match (made(of), super::network(network)) {
        (Some(made), Some(network)) if may_connect(socket(case, &flat)) => {
            host::connect_tcp(made.socket, network, case, a, b, c, d, e, f, g, h, i, j, k, out);
        }
        _ => out.put(Reply::Err(ACCESS_DENIED)),
    }
}

#[unsafe(export_name = "wasi:sockets/tcp#[method]tcp-socket.start-listen")]
extern "C" fn start_listen(of: u32, out: Put<()>) {
    match made(of) {
        Some(made) if made.may_listen() => host::listen_tcp(made.socket, out),
        _ => out.put(Reply::Err(ACCESS_DENIED)),
    }
}

#[unsafe(export_name = "wasi:sockets/tcp#[method]tcp-socket.finish-bind")]
extern "C" fn finish_bind(of: u32, out: Put<()>) {
    match made(of) {
        Some(made) => host::bound_tcp(made.socket, out),
        None => out.put(Reply::Err(ACCESS_DENIED)),
    }
}

#[unsafe(export_name = "wasi:sockets/tcp#[method]tcp-socket.finish-listen")]
extern "C" fn finish_listen(of: u32, out: Put<()>) {
    match made(of) {
        Some(made) => host::listened_tcp(made.socket, out),
        None => out.put(Reply::Err(ACCESS_DENIED)),
    }
}

#[unsafe(export_name = "wasi:sockets/tcp#[method]tcp-socket.finish-connect")]
extern "C" fn finish_connect(of: u32, out: Put<Streams<u32>>) {
    match made(of) {
        Some(made) => {
            let streams = receive(|out| host::connected_tcp(made.socket, out));
            put(out, streams, |Streams(input, output)| Streams(host_rep(input), host_rep(output)));
        }
        None => out.put(Reply::Err(ACCESS_DENIED)),
    }
}

#[unsafe(export_name = "wasi:sockets/tcp#[method]tcp-socket.accept")]
extern "C" fn accept(of: u32, out: Put<Accepted<u32>>) {
    let Some(Made { socket, is_v6, .. }) = made(of) else { return out.put(Reply::Err(ACCESS_DENIED)) };
    let is_v6 = *is_v6;
    let accepted = receive(|out| host::accept_tcp(*socket, out));
    put(out, accepted, |Accepted(socket, input, output)| {
        // The new socket is connected, and may not listen.
        let made = Made { socket, is_v6, bound: Some(false) };
        Accepted(add(made), host_rep(input), host_rep(output))
    });
}

#[unsafe(export_name = "wasi:sockets/tcp#[method]tcp-socket.is-listening")]
extern "C" fn is_listening(of: u32) -> u32 {
    self::of(of).map_or_else(|| trap(), |of| host::is_listening_tcp(of))
}

#[unsafe(export_name = "wasi:sockets/tcp#[method]tcp-socket.address-family")]
extern "C" fn address_family(of: u32) -> u32 {
    self::of(of).map_or_else(|| trap(), |of| host::family_tcp(of))
}

#[unsafe(export_name = "wasi:sockets/tcp#[method]tcp-socket.subscribe")]
extern "C" fn subscribe(of: u32) -> u32 {
    subscribed(self::of(of), |of| host::subscribe_tcp(of))
}

passed! { of:
    "wasi:sockets/tcp#[method]tcp-socket.local-address" local_address() -> crate::sockets::SocketAddress;
    "wasi:sockets/tcp#[method]tcp-socket.remote-address" remote_address() -> crate::sockets::SocketAddress;
    "wasi:sockets/tcp#[method]tcp-socket.set-listen-backlog-size" set_backlog(value: u64) -> ();
    "wasi:sockets/tcp#[method]tcp-socket.keep-alive-enabled" keep_alive() -> u8;
    "wasi:sockets/tcp#[method]tcp-socket.set-keep-alive-enabled" set_keep_alive(value: u32) -> ();
    "wasi:sockets/tcp#[method]tcp-socket.keep-alive-idle-time" idle_time() -> u64;
    "wasi:sockets/tcp#[method]tcp-socket.set-keep-alive-idle-time" set_idle_time(value: u64) -> ();
    "wasi:sockets/tcp#[method]tcp-socket.keep-alive-interval" interval() -> u64;
    "wasi:sockets/tcp#[method]tcp-socket.set-keep-alive-interval" set_interval(value: u64) -> ();
    "wasi:sockets/tcp#[method]tcp-socket.keep-alive-count" count() -> u32;
    "wasi:sockets/tcp#[method]tcp-socket.set-keep-alive-count" set_count(value: u32) -> ();
    "wasi:sockets/tcp#[method]tcp-socket.hop-limit" hop_limit() -> u8;
    "wasi:sockets/tcp#[method]tcp-socket.set-hop-limit" set_hop_limit(value: u32) -> ();
    "wasi:sockets/tcp#[method]tcp-socket.receive-buffer-size" receive_buffer() -> u64;
    "wasi:sockets/tcp#[method]tcp-socket.set-receive-buffer-size" set_receive_buffer(value: u64) -> ();
    "wasi:sockets/tcp#[method]tcp-socket.send-buffer-size" send_buffer() -> u64;
    "wasi:sockets/tcp#[method]tcp-socket.set-send-buffer-size" set_send_buffer(value: u64) -> ();
    "wasi:sockets/tcp#[method]tcp-socket.shutdown" shutdown(how: u32) -> ();
}
