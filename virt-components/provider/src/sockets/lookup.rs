//! `wasi:sockets/ip-name-lookup`: checks the names, and stores the addresses that were found for them.

use abi::{Handle, Maybe, Owner, Pointer, Reply, receive};
use io::Table;
use sockets::{Address, Lookup};

use super::{ACCESS_DENIED, ANSWERS, Put, hosts, own, put, rules, subscribed};
use crate::global::Global;
use crate::{OrTrap, host, owner, provider_rep};

static STREAMS: Global<Table<Stream>> = Global::new(Table::new());

/// `resolve-address-stream`.
struct Stream {
    stream: Handle,
    /// The rules that the addresses in the stream match by name.
    lookup: Lookup,
}

/// `ip-address`.
#[repr(C, u8)]
#[derive(Clone, Copy)]
#[allow(dead_code)]
pub enum IpAddress {
    V4([u8; 4]),
    V6([u16; 8]),
}

#[cfg(target_arch = "wasm32")]
const _: () = assert!(core::mem::size_of::<Reply<Maybe<IpAddress>, super::Code>>() == 22);

fn of(number: u32) -> Option<Handle> {
    hosts(number, &STREAMS, |of| of.stream)
}

#[unsafe(export_name = "wasi:sockets/ip-name-lookup#resolve-addresses")]
extern "C" fn resolve(network: u32, name: Pointer<u8>, length: usize, out: Put<u32>) {
    match (super::network(network), rules().look_up(name.list(length).bytes())) {
        (Some(network), Some(lookup)) => {
            let stream = receive(|out| host::resolve(network, name, length, out));
            put(out, stream, |stream| provider_rep(STREAMS.get().add(Stream { stream, lookup })));
        }
        _ => out.put(Reply::Err(ACCESS_DENIED)),
    }
}

#[unsafe(export_name = "wasi:sockets/ip-name-lookup#[dtor]resolve-address-stream")]
extern "C" fn drop_stream(stream: u32) {
    if let Owner::Provider(index) = owner(stream) {
        host::drop_resolve(STREAMS.get().remove(index).or_trap().stream);
    }
}

#[unsafe(export_name = "wasi:sockets/ip-name-lookup#[method]resolve-address-stream.resolve-next-address")]
extern "C" fn next(of: u32, out: Put<Maybe<IpAddress>>) {
    let Some(stream) = self::of(of) else { return out.put(Reply::Err(ACCESS_DENIED)) };
    put(out, receive(|out| host::resolved(stream, out)), |answer: Maybe<IpAddress>| {
        if let (Maybe::Some(address), Some(stream)) = (answer, own(of, &STREAMS)) {
            let address = match address {
                IpAddress::V4(address) => Address::V4(u32::from_be_bytes(address)),
                IpAddress::V6(address) => Address::v6(address),
            };
            ANSWERS.get().add(address, &stream.lookup);
        }
        answer
    });
}

#[unsafe(export_name = "wasi:sockets/ip-name-lookup#[method]resolve-address-stream.subscribe")]
extern "C" fn subscribe(of: u32) -> u32 {
    subscribed(self::of(of), |of| host::subscribe_resolve(of))
}
