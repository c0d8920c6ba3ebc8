//! What lives as long as the instance.

use abi::List;
use alloc::vec::Vec;
use core::cell::UnsafeCell;

/// A value that functions change. An instance has one thread, and no function of it is entered while another is running.
pub struct Global<T>(UnsafeCell<T>);

// SAFETY: There is one thread.
unsafe impl<T> Sync for Global<T> {}

impl<T> Global<T> {
    /// A value at the start. Those that are all zeros make the module no larger.
    pub const fn new(value: T) -> Self {
        Global(UnsafeCell::new(value))
    }

    /// The value, not to be changed.
    pub fn look(&self) -> &T {
        // SAFETY: As below; and who looks at it is done before anyone changes it.
        unsafe { &*self.0.get() }
    }

    /// The value. No function asks for one that its caller is using.
    #[allow(clippy::mut_from_ref)]
    pub fn get(&self) -> &mut T {
        // SAFETY: There is one thread, and each function that is exported asks once for each of the values that it uses, and passes them
        // on to those that it calls.
        unsafe { &mut *self.0.get() }
    }
}

/// What was given last, which stays until the next call.
pub struct Given<T>(Global<Vec<T>>);

impl<T> Given<T> {
    /// Nothing yet.
    pub const fn new() -> Self {
        Given(Global::new(Vec::new()))
    }

    /// Gives what `fill` leaves in the list, in which may be what was given before.
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

/// A list that the adapter is done with before anything in it changes.
pub fn lend<T>(elements: &[T]) -> List<T> {
    // SAFETY: The adapter copies what it is given before it calls again, and nothing is changed between calls.
    unsafe { List::lent(elements) }
}
