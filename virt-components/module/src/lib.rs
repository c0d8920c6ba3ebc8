//! The parts that the modules of adapters share: the allocator, global values, traps, and tasks.

#![no_std]

extern crate alloc;

pub mod global;
mod memory;
mod tasks;

/// Traps. There is no way to report a reason.
pub fn trap() -> ! {
    #[cfg(target_arch = "wasm32")]
    core::arch::wasm32::unreachable();
    #[cfg(not(target_arch = "wasm32"))]
    loop {
        core::hint::spin_loop();
    }
}

/// Values that are present unless there is a bug or an invalid argument.
pub trait OrTrap<T> {
    /// The value. Traps if there is none.
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
