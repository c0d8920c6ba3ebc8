//! `wasi:sockets` by rules.
//!
//! A socket is the host's, in an object of the provider's that remembers where it was bound. So are streams of datagrams, and of
//! answers for names. What is judged is what the host is then told: an address is passed on as it was looked at. A socket that somebody else
//! made can be asked what it is, and not be used: nobody knows what was done with it before.

pub mod lookup;
pub mod tcp;
pub mod udp;

use abi::{Handle, Maybe, Out, Reply, Whose};
use io::Table;
use sockets::{Address, Answers, Rules, Socket};

use crate::global::Global;
use crate::settings::settings;
use crate::{OrTrap, host, of_host, trap, whose};

/// `error-code`, by the number of the case.
pub type Code = u8;

const ACCESS_DENIED: Code = 1;
const INVALID_ARGUMENT: Code = 3;

/// What most functions put.
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

// What the component lays out.
#[cfg(target_arch = "wasm32")]
const _: () = {
    use core::mem::{align_of, size_of};
    assert!(size_of::<SocketAddress>() == 32 && align_of::<SocketAddress>() == 4);
    assert!(size_of::<Reply<SocketAddress, Code>>() == 36);
    assert!(size_of::<Reply<u64, Code>>() == 16);
    assert!(size_of::<Reply<u8, Code>>() == 2);
};

/// `ip-socket-address` as parameters: the port first, and of the rest what the case has.
type Flat = [u32; 11];

/// A socket of the host's.
struct Made {
    socket: Handle,
    /// Whether it is of IPv6.
    is_v6: bool,
    /// Whether it may listen where it was bound, once it was.
    bound: Option<bool>,
}

static RULES: Global<Option<Rules>> = Global::new(None);
static ANSWERS: Global<Answers> = Global::new(Answers::new());

/// The rules, which are read once.
fn rules() -> &'static Rules {
    if RULES.look().is_none() {
        *RULES.get() = Some(sockets::read(&settings().sockets));
    }
    RULES.look().as_ref().or_trap()
}

/// An address, as rules know it. Whatever is left of a number that its type has no room for is no part of it.
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

    /// Binds it, where it may be, by a function of the host's.
    fn bind(&mut self, at: Socket, bind: impl FnOnce(Handle) -> Reply<(), Code>) -> Reply<(), Code> {
        let Some(listens) = rules().may_bind(at) else { return Reply::Err(ACCESS_DENIED) };
        let bound = bind(self.socket);
        if let Reply::Ok(()) = bound {
            // Whatever else the host let it be bound to, it listens nowhere but where it may.
            self.bound = Some(listens && self.bound != Some(false));
        }
        bound
    }

    /// Whether it may listen. One that was never bound would be to any address, and a port of the host's choice.
    fn may_listen(&self) -> bool {
        let address = if self.is_v6 { Address::V6([0; 8]) } else { Address::V4(0) };
        self.bound.unwrap_or_else(|| rules().may_listen(Socket { address, port: 0 }))
    }
}

/// The host's object of a number, whoever made it: of a table, `handle` has it.
fn hosts<T>(number: u32, table: &'static Global<Table<T>>, handle: impl Fn(&T) -> Handle) -> Option<Handle> {
    match whose(number) {
        Whose::Provider(index) => Some(handle(table.look().get(index).or_trap())),
        Whose::Host(handle) => Some(handle),
        Whose::Denied | Whose::Ignored => None,
    }
}

/// The host's network. There is no other, but nobody's.
fn network(number: u32) -> Option<Handle> {
    match whose(number) {
        Whose::Host(network) => Some(network),
        Whose::Provider(_) | Whose::Denied | Whose::Ignored => None,
    }
}

/// The object of a number, if the component made it.
fn own<T>(number: u32, table: &'static Global<Table<T>>) -> Option<&'static mut T> {
    match whose(number) {
        Whose::Provider(index) => Some(table.get().get_mut(index).or_trap()),
        Whose::Host(_) | Whose::Denied | Whose::Ignored => None,
    }
}

/// Functions of the host's that a component calls as they are, each with the host's object in the place of the number.
macro_rules! passed {
    ($find:ident: $($name:literal $function:ident($($param:ident: $ty:ty),*) -> $result:ty;)*) => {
        #[link(wasm_import_module = "host")]
        unsafe extern "C" {
            $(
                #[link_name = $name]
                safe fn $function(of: abi::Handle, $($param: $ty,)* out: $crate::sockets::Put<$result>);
            )*
        }

        /// Each of them, by the name of the host's.
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
    of_host(host::instance_network())
}

#[unsafe(export_name = "wasi:sockets/network#network-error-code")]
extern "C" fn network_error_code(error: u32, out: Out<Maybe<Code>>) {
    match whose(error) {
        Whose::Host(error) => host::network_error_code(error, out),
        // An error of the provider's is none of sockets.
        Whose::Provider(_) | Whose::Denied | Whose::Ignored => out.put(Maybe::None),
    }
}

/// The pollable of an object. A function without an error cannot say that there is none.
fn subscribed(of: Option<Handle>, subscribe: impl FnOnce(Handle) -> Handle) -> u32 {
    of.map_or_else(|| trap(), |of| of_host(subscribe(of)))
}

/// Answers and objects are put with numbers in the place of the host's handles.
fn put<T, N>(out: Put<N>, given: Reply<T, Code>, number: impl FnOnce(T) -> N) {
    out.put(match given {
        Reply::Ok(value) => Reply::Ok(number(value)),
        Reply::Err(code) => Reply::Err(code),
    });
}
