//! The functions of WASI 0.2 and 0.3 on the providers, each by its name and flat signature; the README says what all of that is.
//!
//! What a function takes and puts has been looked at by the adapter, but for the numbers that handles stand for: one that is no live
//! object ends in a trap.

#![no_std]

extern crate alloc;

use abi::{Handle, Whose};

mod clocks;
mod config;
mod environment;
mod filesystem;
mod global;
mod host;
mod http;
mod io;
mod memory;
mod random;
mod settings;
mod sockets;
mod tasks;

/// Ends the component: there is nobody to tell what is wrong.
fn trap() -> ! {
    #[cfg(target_arch = "wasm32")]
    core::arch::wasm32::unreachable();
    #[cfg(not(target_arch = "wasm32"))]
    loop {
        core::hint::spin_loop();
    }
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

/// What must be there.
trait OrTrap<T> {
    /// It, or a trap.
    fn or_trap(self) -> T;
}

impl<T> OrTrap<T> for Option<T> {
    fn or_trap(self) -> T {
        match self {
            Some(value) => value,
            None => trap(),
        }
    }
}
