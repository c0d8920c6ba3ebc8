//! What each module has that is in an adapter: its memory, what lives as long as it, and its tasks.

#![no_std]

extern crate alloc;

pub mod global;
mod memory;
mod tasks;

/// Ends the component: there is nobody to tell what is wrong.
pub fn trap() -> ! {
    #[cfg(target_arch = "wasm32")]
    core::arch::wasm32::unreachable();
    #[cfg(not(target_arch = "wasm32"))]
    loop {
        core::hint::spin_loop();
    }
}

/// What must be there.
pub trait OrTrap<T> {
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
