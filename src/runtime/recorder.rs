//! The structures in memory that the recorder reads, and the arguments of its functions: `virt-components/README.md`,
//! "The recorder". weld writes the structures, and both weld and the recorder include this file.

extern crate alloc;

use alloc::vec::Vec;

/// The form of the lines of recordings: JSON.
pub const RECORD: u32 = 0;
/// The form of the lines of traces. Long values are cut off.
pub const TRACE: u32 = 1;

/// The flag of a replay that prints differences.
pub const PRINTS: u32 = 1;
/// The flag of a call that may end the program, so that the recording may have no return of it.
pub const ENDS: u32 = 2;

/// The address of the result of a call that did not return.
pub const NOT_RETURNED: u32 = u32::MAX;

/// The kinds of types.
#[allow(missing_docs)]
pub mod kind {
    pub const BOOL: u32 = 0;
    pub const S8: u32 = 1;
    pub const U8: u32 = 2;
    pub const S16: u32 = 3;
    pub const U16: u32 = 4;
    pub const S32: u32 = 5;
    pub const U32: u32 = 6;
    pub const S64: u32 = 7;
    pub const U64: u32 = 8;
    pub const F32: u32 = 9;
    pub const F64: u32 = 10;
    pub const CHAR: u32 = 11;
    pub const STRING: u32 = 12;
    pub const LIST: u32 = 13;
    pub const FIXED_LENGTH_LIST: u32 = 14;
    pub const RECORD: u32 = 15;
    pub const TUPLE: u32 = 16;
    pub const VARIANT: u32 = 17;
    pub const FLAGS: u32 = 18;
    pub const HANDLE: u32 = 19;
}

/// Values that are written as words.
pub trait Words {
    /// Appends the words, in order.
    fn add(&self, words: &mut Vec<u32>);

    /// The words.
    fn words(&self) -> Vec<u32> {
        let mut words = Vec::new();
        self.add(&mut words);
        words
    }
}

impl Words for u32 {
    fn add(&self, words: &mut Vec<u32>) {
        words.push(*self);
    }
}

/// Defines structures whose fields are in memory in the order of their declaration.
macro_rules! structures {
    ($($(#[$about:meta])* $name:ident { $($(#[$field_about:meta])* $field:ident: $ty:ty,)* })*) => {
        $(
            $(#[$about])*
            #[derive(Debug, Clone, Copy)]
            #[repr(C)]
            pub struct $name {
                $($(#[$field_about])* pub $field: $ty,)*
            }

            impl Words for $name {
                fn add(&self, words: &mut Vec<u32>) {
                    $(self.$field.add(words);)*
                }
            }
        )*
    };
}

structures! {
    /// A list, or a text.
    List {
        /// The address of the first element.
        at: u32,
        /// The number of elements.
        count: u32,
    }

    /// A function.
    Function {
        /// The edge, as `app/acme:kv/store@1.0.0`.
        at: List,
        /// The name.
        call: List,
        /// The address of the [`Type`] of the parameters, a tuple.
        params: u32,
        /// The address of the [`Type`] of the result, or zero.
        result: u32,
        /// Not zero for an asynchronous function: other functions may be called before it returns.
        later: u32,
    }

    /// A type.
    Type {
        /// One of [`kind`].
        kind: u32,
        /// The size as an element of a list.
        size: u32,
        /// For a fixed-length list the length, for a variant the size of its discriminant, for a handle the number of
        /// its resource type.
        extra: u32,
        /// A list of [`Part`]s: the element type of a list; fields, cases or flags.
        parts: List,
    }

    /// A part of a type.
    Part {
        /// The name in WAVE.
        name: List,
        /// The offset of a field, or of the payload of a case.
        offset: u32,
        /// The address of the [`Type`], or zero.
        ty: u32,
        /// Zero.
        unused: u32,
    }

    /// A call. A recording is a list of calls, in order.
    Call {
        /// The address of the [`Function`].
        function: u32,
        /// The address of the arguments.
        arguments: u32,
        /// The address of the result, or [`NOT_RETURNED`].
        result: u32,
    }
}
