//! `wasi:sockets/udp`: checks each outgoing datagram, and filters incoming ones.

use abi::{Handle, List, Maybe, Owner, Pointer, Reply, Text, receive};
use alloc::vec::Vec;
use io::Table;

use super::{
    ACCESS_DENIED, Code, Flat, INVALID_ARGUMENT, Made, Put, SocketAddress, hosts, may_connect, own, passed, put,
    socket, subscribed,
};
use crate::global::{Given, Global};
use crate::{OrTrap, host, owner, provider_rep, trap};

static SOCKETS: Global<Table<Made>> = Global::new(Table::new());
static INCOMING: Global<Table<Incoming>> = Global::new(Table::new());
static OUTGOING: Global<Table<Outgoing>> = Global::new(Table::new());
static RECEIVED: Given<Received> = Given::new();

/// `incoming-datagram-stream`.
struct Incoming {
    stream: Handle,
    /// Whether the stream delivers datagrams from any address, because its socket may listen where it is bound.
    listens: bool,
}

/// `outgoing-datagram-stream`.
struct Outgoing {
    stream: Handle,
    /// Whether the socket is connected. A rule allowed its remote address.
    is_connected: bool,
}

/// `tuple<incoming-datagram-stream, outgoing-datagram-stream>`.
#[repr(C)]
pub struct Streams<H>(pub H, pub H);

/// `incoming-datagram`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Received {
    data: Text,
    from: SocketAddress,
}

/// `outgoing-datagram`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Sent {
    data: Text,
    to: Maybe<SocketAddress>,
}

#[cfg(target_arch = "wasm32")]
const _: () = {
    use core::mem::size_of;
    assert!(size_of::<Received>() == 40);
    assert!(size_of::<Sent>() == 44);
};

fn of(number: u32) -> Option<Handle> {
    hosts(number, &SOCKETS, |made| made.socket)
}

fn incoming(number: u32) -> Option<Handle> {
    hosts(number, &INCOMING, |of| of.stream)
}

fn outgoing(number: u32) -> Option<Handle> {
    hosts(number, &OUTGOING, |of| of.stream)
}

#[unsafe(export_name = "wasi:sockets/udp-create-socket#create-udp-socket")]
extern "C" fn create(family: u32, out: Put<u32>) {
    put(out, receive(|out| host::create_udp(family, out)), |socket| {
        provider_rep(SOCKETS.get().add(Made::new(socket, family)))
    });
}

#[unsafe(export_name = "wasi:sockets/udp#[dtor]udp-socket")]
extern "C" fn drop_socket(socket: u32) {
    if let Owner::Provider(index) = owner(socket) {
        host::drop_udp(SOCKETS.get().remove(index).or_trap().socket);
    }
}

#[unsafe(export_name = "wasi:sockets/udp#[dtor]incoming-datagram-stream")]
extern "C" fn drop_incoming(stream: u32) {
    if let Owner::Provider(index) = owner(stream) {
        host::drop_incoming(INCOMING.get().remove(index).or_trap().stream);
    }
}

#[unsafe(export_name = "wasi:sockets/udp#[dtor]outgoing-datagram-stream")]
extern "C" fn drop_outgoing(stream: u32) {
    if let Owner::Provider(index) = owner(stream) {
        host::drop_outgoing(OUTGOING.get().remove(index).or_trap().stream);
    }
}

#[rustfmt::skip]
#[unsafe(export_name = "wasi:sockets/udp#[method]udp-socket.start-bind")]
extern "C" fn start_bind(
    of: u32, network: u32, case: u32,
    a: u32, b: u32, c: u32, d: u32, e: u32, f: u32, g: u32, h: u32, i: u32, j: u32, k: u32, out: Put<()>,
) {
    let flat: Flat = [a, b, c, d, e, f, g, h, i, j, k];
    out.put(match (own(of, &SOCKETS), super::network(network)) {
        (Some(made), Some(network)) => made.bind(socket(case, &flat), |socket| {
            receive(|out| host::bind_udp(socket, network, case, a, b, c, d, e, f, g, h, i, j, k, out))
        }),
        _ => Reply::Err(ACCESS_DENIED),
    });
}

#[unsafe(export_name = "wasi:sockets/udp#[method]udp-socket.finish-bind")]
extern "C" fn finish_bind(of: u32, out: Put<()>) {
    match own(of, &SOCKETS) {
        Some(made) => host::bound_udp(made.socket, out),
        None => out.put(Reply::Err(ACCESS_DENIED)),
    }
}

#[rustfmt::skip]
#[unsafe(export_name = "wasi:sockets/udp#[method]udp-socket.stream")]
extern "C" fn stream(
    of: u32, has: u32, case: u32,
    a: u32, b: u32, c: u32, d: u32, e: u32, f: u32, g: u32, h: u32, i: u32, j: u32, k: u32, out: Put<Streams<u32>>,
) {
    let flat: Flat = [a, b, c, d, e, f, g, h, i, j, k];
    let is_connected = has != 0;
    let made = match own(of, &SOCKETS) {
        Some(made) if !is_connected || may_connect(socket(case, &flat)) => made,
        _ => return out.put(Reply::Err(ACCESS_DENIED)),
    };
    let listens = made.bound == Some(true);
    let streams = receive(|out| host::stream_udp(made.socket, has, case, a, b, c, d, e, f, g, h, i, j, k, out));
    put(out, streams, |Streams(incoming, outgoing)| {
        let incoming = INCOMING.get().add(Incoming { stream: incoming, listens });
        let outgoing = OUTGOING.get().add(Outgoing { stream: outgoing, is_connected });
        Streams(provider_rep(incoming), provider_rep(outgoing))
    });
}

#[unsafe(export_name = "wasi:sockets/udp#[method]incoming-datagram-stream.receive")]
extern "C" fn receive_datagrams(of: u32, most: u64, out: Put<List<Received>>) {
    let Some(stream) = incoming(of) else { return out.put(Reply::Err(ACCESS_DENIED)) };
    let listens = own(of, &INCOMING).is_some_and(|of| of.listens);
    put(out, receive(|out| host::receive_udp(stream, most, out)), |received: List<Received>| {
        let is_for_it = |of: &Received| listens || may_connect(of.from.socket());
        match received.slice().iter().all(is_for_it) {
            true => received,
            // Datagrams from other addresses are dropped.
            false => RECEIVED.give(|kept| {
                kept.clear();
                kept.extend(received.slice().iter().filter(|of| is_for_it(of)));
            }),
        }
    });
}

#[unsafe(export_name = "wasi:sockets/udp#[method]outgoing-datagram-stream.send")]
extern "C" fn send(of: u32, datagrams: Pointer<Sent>, length: usize, out: Put<u64>) {
    let Some(stream) = outgoing(of) else { return out.put(Reply::Err(ACCESS_DENIED)) };
    let refused = |datagram: &Sent| match datagram.to {
        Maybe::Some(to) => (!may_connect(to.socket())).then_some(ACCESS_DENIED),
        Maybe::None => match own(of, &OUTGOING) {
            Some(Outgoing { is_connected: true, .. }) => None,
            // `send` fails without an address.
            Some(_) => Some(INVALID_ARGUMENT),
            None => Some(ACCESS_DENIED),
        },
    };
    // The result is as if each datagram was sent separately, up to the first that fails. All are judged before any is
    // sent.
    let codes: Vec<Option<Code>> = datagrams.list(length).slice().iter().map(refused).collect();
    let count = codes.iter().take_while(|code| code.is_none()).count();
    match codes.first() {
        Some(Some(code)) => out.put(Reply::Err(*code)),
        _ => host::send_udp(stream, datagrams, count, out),
    }
}

#[unsafe(export_name = "wasi:sockets/udp#[method]udp-socket.address-family")]
extern "C" fn address_family(of: u32) -> u32 {
    self::of(of).map_or_else(|| trap(), |of| host::family_udp(of))
}

#[unsafe(export_name = "wasi:sockets/udp#[method]udp-socket.subscribe")]
extern "C" fn subscribe(of: u32) -> u32 {
    subscribed(self::of(of), |of| host::subscribe_udp(of))
}

#[unsafe(export_name = "wasi:sockets/udp#[method]incoming-datagram-stream.subscribe")]
extern "C" fn subscribe_incoming(of: u32) -> u32 {
    subscribed(incoming(of), |of| host::subscribe_incoming(of))
}

#[unsafe(export_name = "wasi:sockets/udp#[method]outgoing-datagram-stream.subscribe")]
extern "C" fn subscribe_outgoing(of: u32) -> u32 {
    subscribed(outgoing(of), |of| host::subscribe_outgoing(of))
}

#[unsafe(export_name = "wasi:sockets/udp#[method]outgoing-datagram-stream.check-send")]
extern "C" fn check_send(of: u32, out: Put<u64>) {
    match outgoing(of) {
        Some(of) => host::check_send(of, out),
        None => out.put(Reply::Err(ACCESS_DENIED)),
    }
}

passed! { of:
    "wasi:sockets/udp#[method]udp-socket.local-address" local_address() -> crate::sockets::SocketAddress;
    "wasi:sockets/udp#[method]udp-socket.remote-address" remote_address() -> crate::sockets::SocketAddress;
    "wasi:sockets/udp#[method]udp-socket.unicast-hop-limit" hop_limit() -> u8;
    "wasi:sockets/udp#[method]udp-socket.set-unicast-hop-limit" set_hop_limit(value: u32) -> ();
    "wasi:sockets/udp#[method]udp-socket.receive-buffer-size" receive_buffer() -> u64;
    "wasi:sockets/udp#[method]udp-socket.set-receive-buffer-size" set_receive_buffer(value: u64) -> ();
    "wasi:sockets/udp#[method]udp-socket.send-buffer-size" send_buffer() -> u64;
    "wasi:sockets/udp#[method]udp-socket.set-send-buffer-size" set_send_buffer(value: u64) -> ();
}
