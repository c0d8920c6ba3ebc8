//! What lies in memory for the recorder, and what it is told: `virt-components/README.md`, "The recorder". weld lays it out and the
//! recorder reads it; both are made of this file.

extern crate alloc;

use alloc::vec::Vec;

/// The form of lines that are read again: JSON.
pub const RECORD: u32 = 0;
/// The form of lines for people. Long values are cut.
pub const TRACE: u32 = 1;

/// The flag of a replay that prints what differs.
pub const PRINTS: u32 = 1;
/// The flag of a call that can end the program, as one did that has not returned.
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

/// What is laid out as words.
pub trait Words {
    /// Adds the words, in their order.
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

/// Structures, whose fields lie in the order in which they are here.
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
        /// How many there are.
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
        /// Not zero where others may be called before it returns.
        later: u32,
    }

    /// A type.
    Type {
        /// One of [`kind`].
        kind: u32,
        /// The size as an element of a list.
        size: u32,
        /// Of a list of a fixed length its length, of a variant the size of its discriminant, of a handle the number of its resource type.
        extra: u32,
        /// Each is a [`Part`]: the element of a list; fields, cases or flags.
        parts: List,
    }

    /// A part of a type.
    Part {
        /// The name, as WAVE has it.
        name: List,
        /// Where a field is, or the payload of a case.
        offset: u32,
        /// The address of the [`Type`], or zero.
        ty: u32,
        /// Zero.
        unused: u32,
    }

    /// A call of a recording, which is a list of them, in their order.
    Call {
        /// The address of the [`Function`].
        function: u32,
        /// Their address.
        arguments: u32,
        /// The address of the result, or [`NOT_RETURNED`].
        result: u32,
    }
}
