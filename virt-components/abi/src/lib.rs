//! How things lie in memory: the settings ([`settings`]), and results as the canonical ABI has them.
//!
//! This crate, `heap` and `provider` are those with `unsafe` code. Everything else is handed lists and texts that are already sound.

#![no_std]

pub mod settings;

use core::marker::PhantomData;

/// A list, as settings and the canonical ABI have it: an address, and a number of elements. One that exists is sound: it comes from a
/// slice, or from whoever vouches for it. That is the adapter, for the settings and for the arguments of a call.
#[repr(C)]
pub struct List<T: 'static> {
    address: *const T,
    length: usize,
    elements: PhantomData<&'static [T]>,
}

// SAFETY: It is what a `&'static [T]` is, which is shared and sent where `T` is shared.
unsafe impl<T: Sync> Sync for List<T> {}
// SAFETY: As above.
unsafe impl<T: Sync> Send for List<T> {}

/// The bytes of a text, or any others.
pub type Text = List<u8>;

impl<T> List<T> {
    /// A list of what lives for ever.
    pub const fn new(elements: &'static [T]) -> Self {
        List { address: elements.as_ptr(), length: elements.len(), elements: PhantomData }
    }

    /// A list of what is said to live on.
    ///
    /// # Safety
    ///
    /// The address is that of so many elements, or there are none, and they stay as they are for as long as the list is used.
    pub const unsafe fn from_raw(address: *const T, length: usize) -> Self {
        List { address, length, elements: PhantomData }
    }

    /// A list of what stays in place until the next call of the adapter's, which is when the adapter is done with it.
    ///
    /// # Safety
    ///
    /// Whoever gets it is done with it before the elements change.
    pub const unsafe fn lent(elements: &[T]) -> Self {
        List { address: elements.as_ptr(), length: elements.len(), elements: PhantomData }
    }

    /// Its elements.
    pub fn slice(&self) -> &'static [T] {
        if self.length == 0 {
            // Its address may be anything.
            return &[];
        }
        // SAFETY: Whoever made the list vouched for it.
        unsafe { core::slice::from_raw_parts(self.address, self.length) }
    }
}

impl Text {
    /// Its bytes.
    pub fn bytes(&self) -> &'static [u8] {
        self.slice()
    }
}

impl<T> Clone for List<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for List<T> {}

impl<T: PartialEq> PartialEq for List<T> {
    fn eq(&self, other: &Self) -> bool {
        self.slice() == other.slice()
    }
}

impl<T: core::fmt::Debug> core::fmt::Debug for List<T> {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.slice().fmt(formatter)
    }
}

/// The address of what a list has, where a function takes the list as two values.
#[repr(transparent)]
#[derive(Clone, Copy)]
pub struct At<T: 'static>(*const T);

impl<T> At<T> {
    /// The list, with the other of the two values. It is gone after the call.
    pub fn list(self, length: usize) -> List<T> {
        // SAFETY: Only the adapter calls functions that take such a value, with arguments as the canonical ABI has them.
        unsafe { List::from_raw(self.0, length) }
    }

    /// What lies at an address that the adapter has been told.
    pub fn new(address: usize) -> Self {
        At(address as *const T)
    }

    /// Where a slice has its elements, for a function of the host's.
    pub fn of(elements: &[T]) -> Self {
        At(elements.as_ptr())
    }
}

/// Where a function puts its result.
#[repr(transparent)]
pub struct Out<T>(*mut T);

impl<T> Out<T> {
    /// Room at an address that is the caller's own.
    pub fn new(address: usize) -> Self {
        Out(address as *mut T)
    }

    /// Puts it there.
    pub fn put(self, value: impl Into<T>) {
        // SAFETY: Only the adapter calls functions that take such a value, and gives room for the result, which is aligned.
        unsafe { self.0.write(value.into()) }
    }
}

/// What a function of the host's puts where it is told to.
pub fn receive<T>(call: impl FnOnce(Out<T>)) -> T {
    let mut room = core::mem::MaybeUninit::uninit();
    call(Out(room.as_mut_ptr()));
    // SAFETY: All functions that take an `Out` put their result there: ours by `put`, which consumes it, and the host's by the canonical
    // ABI.
    unsafe { room.assume_init() }
}

/// `result<T, E>`. Rust lays an enumeration with such a representation out as the canonical ABI does: the case in one byte, and then,
/// aligned for the payload that needs it most, the payload.
#[repr(C, u8)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reply<T, E> {
    /// The case `ok`.
    Ok(T),
    /// The case `error`.
    Err(E),
}

impl<T, E> From<Result<T, E>> for Reply<T, E> {
    fn from(result: Result<T, E>) -> Self {
        match result {
            Ok(value) => Reply::Ok(value),
            Err(error) => Reply::Err(error),
        }
    }
}

impl<T, E> From<Reply<T, E>> for Result<T, E> {
    fn from(reply: Reply<T, E>) -> Self {
        match reply {
            Reply::Ok(value) => Ok(value),
            Reply::Err(error) => Err(error),
        }
    }
}

/// `option<T>`.
#[repr(C, u8)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Maybe<T> {
    /// The case `none`.
    None,
    /// The case `some`.
    Some(T),
}

impl<T> From<Option<T>> for Maybe<T> {
    fn from(option: Option<T>) -> Self {
        match option {
            Some(value) => Maybe::Some(value),
            None => Maybe::None,
        }
    }
}

/// `wasi:clocks/wall-clock.datetime`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Datetime {
    /// Since 1970.
    pub seconds: u64,
    /// Less than a second.
    pub nanoseconds: u32,
}

/// `wasi:io/streams.stream-error`; of an error, what the handle stands for, or the host's handle.
#[repr(C, u8)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum StreamError<E = u32> {
    /// The operation failed, and the stream is closed.
    LastOperationFailed(E),
    /// There is no more, or no place for more.
    Closed,
}

/// A handle of the host's, which no number of [`Whose`] is.
#[repr(transparent)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Handle(pub u32);

/// Whose a handle is, by the number that it stands for. Exactly one of the three bits from [`HOST`] on is set, and none above them: a
/// number that lost or gained one of them is nobody's at all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Whose {
    /// Nobody's: of a function that is denied.
    Denied,
    /// Nobody's: of a function that is ignored.
    Ignored,
    /// The provider's, by its place in a table.
    Provider(u32),
    /// The host's own handle.
    Host(Handle),
}

const HOST: u32 = 1 << 27;
const PROVIDER: u32 = 1 << 28;
const DENIED: u32 = 1 << 29 | 1;
const IGNORED: u32 = 1 << 29 | 2;

impl Whose {
    /// Reads a number; nothing where it is of none of them.
    pub fn of(number: u32) -> Option<Self> {
        match number {
            DENIED => Some(Whose::Denied),
            IGNORED => Some(Whose::Ignored),
            number if number >> 27 == PROVIDER >> 27 => Some(Whose::Provider(number ^ PROVIDER)),
            number if number >> 27 == HOST >> 27 && number != HOST => Some(Whose::Host(Handle(number ^ HOST))),
            _ => None,
        }
    }

    /// The number; nothing where there is none for it: an index or a handle beyond what a number has room for.
    pub fn number(self) -> Option<u32> {
        let number = match self {
            Whose::Denied => DENIED,
            Whose::Ignored => IGNORED,
            Whose::Provider(index) => PROVIDER ^ index,
            Whose::Host(Handle(handle)) => HOST ^ handle,
        };
        (Whose::of(number) == Some(self)).then_some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::mem::{align_of, size_of};

    #[test]
    fn numbers_say_whose_they_are() {
        const LAST: u32 = (1 << 27) - 1;
        for whose in [
            Whose::Denied,
            Whose::Ignored,
            Whose::Provider(0),
            Whose::Provider(7),
            Whose::Provider(LAST),
            Whose::Host(Handle(1)),
            Whose::Host(Handle(LAST)),
        ] {
            let number = whose.number().unwrap();
            assert!((1..1 << 30).contains(&number), "{whose:?} is {number:#x}");
            assert_eq!(Whose::of(number), Some(whose));
            // A host that loses a bit or adds one makes no number of another class, but nobody's two are one class.
            for bit in 27..32 {
                assert_eq!(Whose::of(number ^ (1 << bit)), None, "{whose:?} without bit {bit}");
            }
        }
    }

    #[test]
    fn what_is_of_no_class_is_nobodys_number() {
        for number in [0, 1, LAST_OF_HOST, 1 << 27, 1 << 29, (1 << 29) + 3, 3 << 27, 7 << 27, 1 << 30, 1 << 31, !0, !1]
        {
            assert_eq!(Whose::of(number), None, "{number:#x}");
        }
        assert_eq!(Whose::Host(Handle(0)).number(), None);
        assert_eq!(Whose::Host(Handle(1 << 27)).number(), None);
        assert_eq!(Whose::Provider(1 << 27).number(), None);
        assert_eq!(Whose::Provider(3 << 27).number(), None);
    }

    /// The greatest handle, which is no number.
    const LAST_OF_HOST: u32 = (1 << 27) - 1;

    /// The bytes of a value, of which all that are not padding are looked at.
    fn byte<T>(value: &T, at: usize) -> u8 {
        assert!(at < size_of::<T>());
        // SAFETY: It is within the value, and the caller names a byte that the value's case has.
        unsafe { (value as *const T).cast::<u8>().add(at).read() }
    }

    #[test]
    fn results_are_laid_out_as_the_canonical_abi_has_them() {
        // result<_, enum>: both in a byte each.
        let reply: Reply<(), u8> = Reply::Err(34);
        assert_eq!((size_of_val(&reply), byte(&reply, 0), byte(&reply, 1)), (2, 1, 34));
        // result<u64, stream-error>: the payload is aligned for the number, the error's own for the handle.
        let reply: Reply<u64, StreamError> = Reply::Err(StreamError::LastOperationFailed(5u32));
        assert_eq!((size_of_val(&reply), align_of::<Reply<u64, StreamError>>()), (16, 8));
        assert_eq!((byte(&reply, 0), byte(&reply, 8), byte(&reply, 12)), (1, 0, 5));
        // result<_, stream-error>.
        let reply: Reply<(), StreamError> = Reply::Err(StreamError::Closed);
        assert_eq!((size_of_val(&reply), byte(&reply, 0), byte(&reply, 4)), (12, 1, 1));
        // option<datetime>.
        let time = Maybe::Some(Datetime { seconds: 9, nanoseconds: 3 });
        assert_eq!((size_of_val(&time), byte(&time, 0), byte(&time, 8), byte(&time, 16)), (24, 1, 9, 3));
    }
}
