//! `wasi:sockets` with rules.
//!
//! All sockets are objects of the host. The provider wraps each socket that the component creates in an object that
//! stores where the socket is bound. It also wraps streams of datagrams, and streams of looked-up addresses. The
//! address that is passed to the host is the one that was judged. A socket that the component did not create can be
//! queried, but not used, because its history is unknown.

pub mod lookup;
pub mod tcp;
pub mod udp;

use abi::{Handle, Maybe, Out, Owner, Reply};
use io::Table;
use sockets::{Address, Answers, Rules, Socket};

use crate::global::Global;
use crate::settings::settings;
use crate::{OrTrap, host, host_rep, owner, trap};

/// `error-code`, by the number of the case.
pub type Code = u8;

const ACCESS_DENIED: Code = 1;
const INVALID_ARGUMENT: Code = 3;

/// The result of most functions.
pub type Put<T> = Out<Reply<T, Code>>;

/// `ip-socket-address`.
#[repr(C, u8)]
#[derive(Clone, Copy)]
#[allow(dead_code)]
pub enum SocketAddress {
    V4(V4),
    V6(V6),
}

/// `ipv4-socket-address`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct V4 {
    port: u16,
    address: [u8; 4],
}

/// `ipv6-socket-address`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct V6 {
    port: u16,
    flow_info: u32,
    address: [u16; 8],
    scope_id: u32,
}

// The layout in the component.
#[cfg(target_arch = "wasm32")]
const _: () = {
    use core::mem::{align_of, size_of};
    assert!(size_of::<SocketAddress>() == 32 && align_of::<SocketAddress>() == 4);
    assert!(size_of::<Reply<SocketAddress, Code>>() == 36);
    assert!(size_of::<Reply<u64, Code>>() == 16);
    assert!(size_of::<Reply<u8, Code>>() == 2);
};

/// The payload of `ip-socket-address` as flat parameters: the port, then the other fields of the case.
type Flat = [u32; 11];

/// A socket of the host that the component created.
struct Made {
    socket: Handle,
    /// Whether the socket uses IPv6.
    is_v6: bool,
    /// Whether the socket may listen where it is bound. `None` before it is bound.
    bound: Option<bool>,
}

static RULES: Global<Option<Rules>> = Global::new(None);
static ANSWERS: Global<Answers> = Global::new(Answers::new());

/// The rules. The first call parses them.
fn rules() -> &'static Rules {
    if RULES.look().is_none() {
        *RULES.get() = Some(sockets::read(&settings().sockets));
    }
    RULES.look().as_ref().or_trap()
}

/// The address of flat parameters, for rules. Bits beyond the type of a field are ignored.
fn socket(case: u32, flat: &Flat) -> Socket {
    let [port, rest @ ..] = *flat;
    let [a, b, c, d, ..] = rest;
    let [_, groups @ .., _] = rest;
    let address = match case {
        0 => Address::V4(u32::from_be_bytes([a, b, c, d].map(|byte| byte as u8))),
        _ => {
            let [a, b, c, d, e, f, g, h] = groups;
            Address::v6([a, b, c, d, e, f, g, h].map(|group| group as u16))
        }
    };
    Socket { address, port: port as u16 }
}

impl SocketAddress {
    fn socket(&self) -> Socket {
        match *self {
            SocketAddress::V4(V4 { port, address }) => {
                Socket { address: Address::V4(u32::from_be_bytes(address)), port }
            }
            SocketAddress::V6(V6 { port, address, .. }) => Socket { address: Address::v6(address), port },
        }
    }
}

fn may_connect(to: Socket) -> bool {
    rules().may_connect(to, ANSWERS.look())
}

impl Made {
    fn new(socket: Handle, family: u32) -> Made {
        Made { socket, is_v6: family != 0, bound: None }
    }

    /// Binds the socket with a function of the host, if the rules allow the address.
    fn bind(&mut self, at: Socket, bind: impl FnOnce(Handle) -> Reply<(), Code>) -> Reply<(), Code> {
        let Some(listens) = rules().may_bind(at) else { return Reply::Err(ACCESS_DENIED) };
        let bound = bind(self.socket);
        if let Reply::Ok(()) = bound {
            // If the host lets a socket be bound several times, it may listen only if it may at all of the addresses.
            self.bound = Some(listens && self.bound != Some(false));
        }
        bound
    }

    /// Whether the socket may listen. A socket that was never bound would listen at any address, on a port that the
    /// host chooses.
    fn may_listen(&self) -> bool {
        let address = if self.is_v6 { Address::V6([0; 8]) } else { Address::V4(0) };
        self.bound.unwrap_or_else(|| rules().may_listen(Socket { address, port: 0 }))
    }
}

/// The host's handle of a representation. `handle` gets it from an object in the table. `None` if there is no object.
fn hosts<T>(number: u32, table: &'static Global<Table<T>>, handle: impl Fn(&T) -> Handle) -> Option<Handle> {
    match owner(number) {
        Owner::Provider(index) => Some(handle(table.look().get(index).or_trap())),
        Owner::Host(handle) => Some(handle),
        Owner::Denied | Owner::Ignored => None,
    }
}

/// The host's handle of a network. The provider has no networks.
fn network(number: u32) -> Option<Handle> {
    match owner(number) {
        Owner::Host(network) => Some(network),
        Owner::Provider(_) | Owner::Denied | Owner::Ignored => None,
    }
}

/// The object of a representation, if the component created it.
fn own<T>(number: u32, table: &'static Global<Table<T>>) -> Option<&'static mut T> {
    match owner(number) {
        Owner::Provider(index) => Some(table.get().get_mut(index).or_trap()),
        Owner::Host(_) | Owner::Denied | Owner::Ignored => None,
    }
}

/// Exports functions that only call the host's function of the same name, with the host's handle in place of the
/// representation.
macro_rules! passed {
    ($find:ident: $($name:literal $function:ident($($param:ident: $ty:ty),*) -> $result:ty;)*) => {
        #[link(wasm_import_module = "host")]
        unsafe extern "C" {
            $(
                #[link_name = $name]
                safe fn $function(of: abi::Handle, $($param: $ty,)* out: $crate::sockets::Put<$result>);
            )*
        }

        /// The exported functions.
        mod passed {
            $(
                #[unsafe(export_name = $name)]
                extern "C" fn $function(of: u32, $($param: $ty,)* out: $crate::sockets::Put<$result>) {
                    match super::$find(of) {
                        Some(of) => super::$function(of, $($param,)* out),
                        None => out.put(abi::Reply::Err($crate::sockets::ACCESS_DENIED)),
                    }
                }
            )*
        }
    };
}
use passed;

#[unsafe(export_name = "wasi:sockets/instance-network#instance-network")]
extern "C" fn instance_network() -> u32 {
    host_rep(host::instance_network())
}

#[unsafe(export_name = "wasi:sockets/network#network-error-code")]
extern "C" fn network_error_code(error: u32, out: Out<Maybe<Code>>) {
    match owner(error) {
        Owner::Host(error) => host::network_error_code(error, out),
        // An error of the provider is not one of sockets.
        Owner::Provider(_) | Owner::Denied | Owner::Ignored => out.put(Maybe::None),
    }
}

/// The pollable of an object. Traps if there is no object, because the function has no error.
fn subscribed(of: Option<Handle>, subscribe: impl FnOnce(Handle) -> Handle) -> u32 {
    of.map_or_else(|| trap(), |of| host_rep(subscribe(of)))
}

/// Stores a result of the host, with representations in place of handles.
fn put<T, N>(out: Put<N>, given: Reply<T, Code>, number: impl FnOnce(T) -> N) {
    out.put(match given {
        Reply::Ok(value) => Reply::Ok(number(value)),
        Reply::Err(code) => Reply::Err(code),
    });
}
