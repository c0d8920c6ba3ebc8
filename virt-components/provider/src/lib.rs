//! The functions of WASI 0.2 and 0.3 on the providers, each by its name and flat signature; the README says what all of that is.
//!
//! What a function takes and puts has been looked at by the adapter, but for the numbers that handles stand for: one that is no live
//! object ends in a trap.

#![no_std]

extern crate alloc;

use abi::{Handle, Whose};
use module::{OrTrap, global, trap};

mod clocks;
mod config;
mod environment;
mod filesystem;
mod host;
mod http;
mod io;
mod keyvalue;
#[cfg(feature = "host")]
mod later;
mod logging;
mod random;
mod settings;
mod sockets;

/// Nobody could read a message. A library cannot have this: tests on the host link the standard library's.
#[cfg(not(test))]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    trap()
}

/// Whose a handle is, by the number that it stands for.
fn whose(number: u32) -> Whose {
    Whose::of(number).or_trap()
}

/// The number of what is at a place in one of the provider's tables.
fn number(index: u32) -> u32 {
    Whose::Provider(index).number().or_trap()
}

/// The number of a handle of the host's.
fn of_host(handle: Handle) -> u32 {
    Whose::Host(handle).number().or_trap()
}
