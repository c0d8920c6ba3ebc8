//! Values that live as long as the instance.

use abi::List;
use alloc::vec::Vec;
use core::cell::UnsafeCell;

/// A mutable global value. An instance has one thread, and none of its functions is entered while another one runs.
pub struct Global<T>(UnsafeCell<T>);

// SAFETY: There is one thread.
unsafe impl<T> Sync for Global<T> {}

impl<T> Global<T> {
    /// Creates a global with an initial value. A value of zero bytes takes no space in the module.
    pub const fn new(value: T) -> Self {
        Global(UnsafeCell::new(value))
    }

    /// The value, immutably.
    pub fn look(&self) -> &T {
        // SAFETY: As below; and no reference of `look` is used after the value was changed.
        unsafe { &*self.0.get() }
    }

    /// The value, mutably. No function may call this while its caller uses the value.
    #[allow(clippy::mut_from_ref)]
    pub fn get(&self) -> &mut T {
        // SAFETY: There is one thread. Each exported function calls this once for each value that it uses, and passes
        // the references on to the functions that it calls.
        unsafe { &mut *self.0.get() }
    }
}

/// The list that was returned last, which stays valid until the next call.
pub struct Given<T>(Global<Vec<T>>);

impl<T> Given<T> {
    /// Creates an empty list.
    pub const fn new() -> Self {
        Given(Global::new(Vec::new()))
    }

    /// Returns the elements that `fill` leaves in the list. The list still has the elements of the previous call.
    pub fn give(&self, fill: impl FnOnce(&mut Vec<T>)) -> List<T> {
        let elements = self.0.get();
        fill(elements);
        lend(elements)
    }
}

impl<T> Default for Given<T> {
    fn default() -> Self {
        Given::new()
    }
}

/// A list of elements that the adapter reads before they change.
pub fn lend<T>(elements: &[T]) -> List<T> {
    // SAFETY: The adapter copies a result before it calls again, and nothing changes between calls.
    unsafe { List::lent(elements) }
}
