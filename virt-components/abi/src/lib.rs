//! The layout of values in memory: the settings ([`settings`]), and arguments and results in the canonical ABI.
//!
//! Only the crates that touch raw memory have `unsafe` code. The other crates get lists and texts that are already
//! sound.

#![no_std]

pub mod settings;

use core::marker::PhantomData;

/// A list in the layout of the settings and of the canonical ABI: an address, and a number of elements. A list is
/// always sound: it is made of a slice, or of an address and a length that the adapter guarantees.
#[repr(C)]
pub struct List<T: 'static> {
    address: *const T,
    length: usize,
    elements: PhantomData<&'static [T]>,
}

// SAFETY: A list is equivalent to a `&'static [T]`, which is `Send` and `Sync` if `T` is `Sync`.
unsafe impl<T: Sync> Sync for List<T> {}
// SAFETY: As above.
unsafe impl<T: Sync> Send for List<T> {}

/// A list of bytes, which may be a text.
pub type Text = List<u8>;

impl<T> List<T> {
    /// Makes a list of a slice that lives for ever.
    pub const fn new(elements: &'static [T]) -> Self {
        List { address: elements.as_ptr(), length: elements.len(), elements: PhantomData }
    }

    /// Makes a list of an address and a length.
    ///
    /// # Safety
    ///
    /// There are `length` elements at the address, unless the length is zero, and they do not change while the list is
    /// used.
    pub const unsafe fn from_raw(address: *const T, length: usize) -> Self {
        List { address, length, elements: PhantomData }
    }

    /// Makes a list of a slice that the adapter reads before its next call.
    ///
    /// # Safety
    ///
    /// The list is not used after the elements have changed.
    pub const unsafe fn lent(elements: &[T]) -> Self {
        List { address: elements.as_ptr(), length: elements.len(), elements: PhantomData }
    }

    /// The elements.
    pub fn slice(&self) -> &'static [T] {
        if self.length == 0 {
            // The address of an empty list may be anything.
            return &[];
        }
        // SAFETY: The constructors of lists require it.
        unsafe { core::slice::from_raw_parts(self.address, self.length) }
    }
}

impl Text {
    /// The bytes.
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

/// The address of the elements of a list, for functions that take a list as two values.
#[repr(transparent)]
#[derive(Clone, Copy)]
pub struct Pointer<T: 'static>(*const T);

impl<T> Pointer<T> {
    /// The list of this address and a length. It is valid during the call.
    pub fn list(self, length: usize) -> List<T> {
        // SAFETY: Only the adapter calls functions that take such a value, with arguments of the canonical ABI.
        unsafe { List::from_raw(self.0, length) }
    }

    /// The elements at an address from the adapter.
    pub fn new(address: usize) -> Self {
        Pointer(address as *const T)
    }

    /// The address of a slice, as an argument for a host function.
    pub fn of(elements: &[T]) -> Self {
        Pointer(elements.as_ptr())
    }
}

/// The address at which a function stores its result.
#[repr(transparent)]
pub struct Out<T>(*mut T);

impl<T> Out<T> {
    /// An address with space for the result.
    pub fn new(address: usize) -> Self {
        Out(address as *mut T)
    }

    /// Stores the result.
    pub fn put(self, value: impl Into<T>) {
        // SAFETY: Only the adapter calls functions that take such a value, with an aligned address that has space for
        // the result.
        unsafe { self.0.write(value.into()) }
    }
}

/// Calls a function that stores its result, and returns the result.
pub fn receive<T>(call: impl FnOnce(Out<T>)) -> T {
    let mut room = core::mem::MaybeUninit::uninit();
    call(Out(room.as_mut_ptr()));
    // SAFETY: All functions that take an `Out` store a result: the provider's by `put`, which consumes it, and the
    // host's by the canonical ABI.
    unsafe { room.assume_init() }
}

/// `result<T, E>`. With this representation, an enumeration has the layout of the canonical ABI: the case in one byte,
/// then the payload at the largest alignment of all payloads.
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
    /// The seconds since 1970.
    pub seconds: u64,
    /// The rest, less than a second.
    pub nanoseconds: u32,
}

/// `wasi:io/streams.stream-error`. `E` is the representation of the error, or the host's handle.
#[repr(C, u8)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum StreamError<E = u32> {
    /// The operation failed, and the stream is closed.
    LastOperationFailed(E),
    /// The stream has ended.
    Closed,
}

/// A handle of the host. It is not a representation.
#[repr(transparent)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Handle(pub u32);

/// The owner of the object that a handle stands for, which the representation of the handle encodes. Exactly one of the
/// three bits from [`HOST`] on is set, and none above them. So a representation with one of these bits changed is
/// invalid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Owner {
    /// There is no object: a denied function made the handle.
    Denied,
    /// There is no object: an ignored function made the handle.
    Ignored,
    /// The provider, with the index of the object in a table.
    Provider(u32),
    /// The host, with its handle.
    Host(Handle),
}

const HOST: u32 = 1 << 27;
const PROVIDER: u32 = 1 << 28;
const DENIED: u32 = 1 << 29 | 1;
const IGNORED: u32 = 1 << 29 | 2;

impl Owner {
    /// Decodes a representation. `None` if it is invalid.
    pub fn from_rep(rep: u32) -> Option<Self> {
        match rep {
            DENIED => Some(Owner::Denied),
            IGNORED => Some(Owner::Ignored),
            rep if rep >> 27 == PROVIDER >> 27 => Some(Owner::Provider(rep ^ PROVIDER)),
            rep if rep >> 27 == HOST >> 27 && rep != HOST => Some(Owner::Host(Handle(rep ^ HOST))),
            _ => None,
        }
    }

    /// The representation. `None` if the index or handle is too large for one.
    pub fn rep(self) -> Option<u32> {
        let rep = match self {
            Owner::Denied => DENIED,
            Owner::Ignored => IGNORED,
            Owner::Provider(index) => PROVIDER ^ index,
            Owner::Host(Handle(handle)) => HOST ^ handle,
        };
        (Owner::from_rep(rep) == Some(self)).then_some(rep)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::mem::{align_of, size_of};

    #[test]
    fn representations_encode_their_owner() {
        const LAST: u32 = (1 << 27) - 1;
        for owner in [
            Owner::Denied,
            Owner::Ignored,
            Owner::Provider(0),
            Owner::Provider(7),
            Owner::Provider(LAST),
            Owner::Host(Handle(1)),
            Owner::Host(Handle(LAST)),
        ] {
            let rep = owner.rep().unwrap();
            assert!((1..1 << 30).contains(&rep), "{owner:?} is {rep:#x}");
            assert_eq!(Owner::from_rep(rep), Some(owner));
            // No change of one bit makes a representation of another owner.
            for bit in 27..32 {
                assert_eq!(Owner::from_rep(rep ^ (1 << bit)), None, "{owner:?} without bit {bit}");
            }
        }
    }

    #[test]
    fn invalid_representations_have_no_owner() {
        for number in [0, 1, LAST_OF_HOST, 1 << 27, 1 << 29, (1 << 29) + 3, 3 << 27, 7 << 27, 1 << 30, 1 << 31, !0, !1]
        {
            assert_eq!(Owner::from_rep(number), None, "{number:#x}");
        }
        assert_eq!(Owner::Host(Handle(0)).rep(), None);
        assert_eq!(Owner::Host(Handle(1 << 27)).rep(), None);
        assert_eq!(Owner::Provider(1 << 27).rep(), None);
        assert_eq!(Owner::Provider(3 << 27).rep(), None);
    }

    /// The largest handle, which is not a representation.
    const LAST_OF_HOST: u32 = (1 << 27) - 1;

    /// A byte of a value. The caller names no padding.
    fn byte<T>(value: &T, at: usize) -> u8 {
        assert!(at < size_of::<T>());
        // SAFETY: The byte is within the value, and the caller names a byte that the value's case has.
        unsafe { (value as *const T).cast::<u8>().add(at).read() }
    }

    #[test]
    fn results_have_the_layout_of_the_canonical_abi() {
        // result<_, enum>: a byte for each.
        let reply: Reply<(), u8> = Reply::Err(34);
        assert_eq!((size_of_val(&reply), byte(&reply, 0), byte(&reply, 1)), (2, 1, 34));
        // result<u64, stream-error>: the payload has the alignment of the number, and the payload of the error that of
        // the handle.
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
