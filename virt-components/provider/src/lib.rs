//! Exports the functions of WASI 0.2 and 0.3 that the providers implement, each by its name and with its flat
//! signature. The README describes the exports.
//!
//! The adapter has checked all arguments except representations: a representation without a live object traps.

#![no_std]

extern crate alloc;

use abi::{Handle, Owner};
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

/// Traps, because nothing could print a message. Tests on the host link the handler of the standard library.
#[cfg(not(test))]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    trap()
}

/// The owner that a representation encodes. Traps if it is invalid.
fn owner(number: u32) -> Owner {
    Owner::from_rep(number).or_trap()
}

/// The representation of an object of the provider, by its index in a table.
fn provider_rep(index: u32) -> u32 {
    Owner::Provider(index).rep().or_trap()
}

/// The representation of a handle of the host.
fn host_rep(handle: Handle) -> u32 {
    Owner::Host(handle).rep().or_trap()
}
