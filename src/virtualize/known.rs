//! The functions of WASI that adapters know by name, each with its type.
//!
//! A name promises nothing: `check-write` of some interface may give a number, and a `poll` may take none. What an adapter
//! does for a function that it knows, it does for a function of that name and that type alone. All others are refused as
//! their types allow.

use wasmparser::PrimitiveValType as P;
use wasmparser::component_types::{
    AliasableResourceId, ComponentDefinedType as T, ComponentFuncType, ComponentValType,
};

use super::imports::Function;
use crate::load::Component;
use crate::load::component::TypeKey;
use crate::name::base;

/// What is known of a function: its interface without the version, its name, and its types, of which one is enough.
struct Row {
    interface: &'static str,
    function: &'static str,
    types: &'static [&'static str],
}

macro_rules! fails {
    ($ok:literal) => {
        concat!("result<", $ok, ",variant{last-operation-failed(own<wasi:io/error#error>),closed}>")
    };
}
macro_rules! of_input {
    ($rest:literal, $ok:literal) => {
        concat!("func(borrow<wasi:io/streams#input-stream>", $rest, ")->", fails!($ok))
    };
}
macro_rules! of_output {
    ($rest:literal, $ok:literal) => {
        concat!("func(borrow<wasi:io/streams#output-stream>", $rest, ")->", fails!($ok))
    };
}
macro_rules! datetime {
    () => {
        "record{seconds:u64,nanoseconds:u32}"
    };
}

/// The functions of WASI 0.2 and 0.3. Types are written without names for them, and parameters without theirs; a resource
/// type goes by the interface that defines it.
#[rustfmt::skip]
const TABLE: &[Row] = &[
    Row { interface: "wasi:io/poll", function: "[method]pollable.ready", types: &["func(borrow<wasi:io/poll#pollable>)->bool"] },
    Row { interface: "wasi:io/poll", function: "[method]pollable.block", types: &["func(borrow<wasi:io/poll#pollable>)"] },
    Row { interface: "wasi:io/poll", function: "poll", types: &["func(list<borrow<wasi:io/poll#pollable>>)->list<u32>"] },
    Row { interface: "wasi:io/streams", function: "[method]input-stream.read", types: &[of_input!(",u64", "list<u8>")] },
    Row { interface: "wasi:io/streams", function: "[method]input-stream.blocking-read", types: &[of_input!(",u64", "list<u8>")] },
    Row { interface: "wasi:io/streams", function: "[method]input-stream.skip", types: &[of_input!(",u64", "u64")] },
    Row { interface: "wasi:io/streams", function: "[method]input-stream.blocking-skip", types: &[of_input!(",u64", "u64")] },
    Row { interface: "wasi:io/streams", function: "[method]output-stream.check-write", types: &[of_output!("", "u64")] },
    Row { interface: "wasi:io/streams", function: "[method]output-stream.write", types: &[of_output!(",list<u8>", "_")] },
    Row { interface: "wasi:io/streams", function: "[method]output-stream.blocking-write-and-flush", types: &[of_output!(",list<u8>", "_")] },
    Row { interface: "wasi:io/streams", function: "[method]output-stream.splice", types: &[of_output!(",borrow<wasi:io/streams#input-stream>,u64", "u64")] },
    Row { interface: "wasi:io/streams", function: "[method]output-stream.blocking-splice", types: &[of_output!(",borrow<wasi:io/streams#input-stream>,u64", "u64")] },
    Row { interface: "wasi:cli/stdout", function: "get-stdout", types: &["func()->own<wasi:io/streams#output-stream>"] },
    Row { interface: "wasi:cli/stderr", function: "get-stderr", types: &["func()->own<wasi:io/streams#output-stream>"] },
    Row { interface: "wasi:clocks/monotonic-clock", function: "now", types: &["func()->u64"] },
    Row { interface: "wasi:clocks/monotonic-clock", function: "resolution", types: &["func()->u64"] },
    Row { interface: "wasi:clocks/monotonic-clock", function: "get-resolution", types: &["func()->u64"] },
    Row { interface: "wasi:clocks/monotonic-clock", function: "subscribe-instant", types: &["func(u64)->own<wasi:io/poll#pollable>"] },
    Row { interface: "wasi:clocks/monotonic-clock", function: "subscribe-duration", types: &["func(u64)->own<wasi:io/poll#pollable>"] },
    Row { interface: "wasi:clocks/monotonic-clock", function: "wait-until", types: &["async func(u64)"] },
    Row { interface: "wasi:clocks/monotonic-clock", function: "wait-for", types: &["async func(u64)"] },
    Row { interface: "wasi:clocks/wall-clock", function: "now", types: &[concat!("func()->", datetime!())] },
    Row { interface: "wasi:clocks/wall-clock", function: "resolution", types: &[concat!("func()->", datetime!())] },
    Row { interface: "wasi:clocks/system-clock", function: "now", types: &["func()->record{seconds:s64,nanoseconds:u32}"] },
    Row { interface: "wasi:clocks/system-clock", function: "get-resolution", types: &["func()->u64"] },
    Row { interface: "wasi:clocks/timezone", function: "display", types: &[concat!(
        "func(", datetime!(), ")->record{utc-offset:s32,name:string,in-daylight-saving-time:bool}",
    )] },
    Row { interface: "wasi:clocks/timezone", function: "utc-offset", types: &[
        concat!("func(", datetime!(), ")->s32"), "func(record{seconds:s64,nanoseconds:u32})->option<s64>",
    ] },
    Row { interface: "wasi:clocks/timezone", function: "iana-id", types: &["func()->option<string>"] },
    Row { interface: "wasi:clocks/timezone", function: "to-debug-string", types: &["func()->string"] },
    Row { interface: "wasi:random/random", function: "get-random-bytes", types: &["func(u64)->list<u8>"] },
    Row { interface: "wasi:random/random", function: "get-random-u64", types: &["func()->u64"] },
    Row { interface: "wasi:random/insecure", function: "get-insecure-random-bytes", types: &["func(u64)->list<u8>"] },
    Row { interface: "wasi:random/insecure", function: "get-insecure-random-u64", types: &["func()->u64"] },
    Row { interface: "wasi:random/insecure-seed", function: "insecure-seed", types: &["func()->tuple<u64,u64>"] },
    Row { interface: "wasi:random/insecure-seed", function: "get-insecure-seed", types: &["func()->tuple<u64,u64>"] },
];

/// Whether a function is the one of WASI that its name says, of whichever version: one of the table, with its type.
pub fn is_known(component: &Component, function: &Function<'_>) -> bool {
    let row = TABLE.iter().find(|row| (row.interface, row.function) == function.known());
    row.is_some_and(|row| row.types.iter().any(|text| is_written(component, function.ty, text)))
}

/// Whether a type is written like that. Each step goes on in the text, so that it takes no longer than that is, whatever
/// the type is.
fn is_written(component: &Component, ty: &ComponentFuncType, text: &str) -> bool {
    let mut reader = Reader { component, rest: text };
    reader.function(ty).is_some() && reader.rest.is_empty()
}

/// Reads a type in a text. Nothing where the type is another one.
struct Reader<'t> {
    component: &'t Component,
    rest: &'t str,
}

impl Reader<'_> {
    fn word(&mut self, word: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(word)?;
        Some(())
    }

    fn function(&mut self, ty: &ComponentFuncType) -> Option<()> {
        if ty.async_ {
            self.word("async ")?;
        }
        self.word("func(")?;
        self.list(ty.params.iter().map(|(_, ty)| ty))?;
        self.word(")")?;
        match &ty.result {
            Some(result) => self.word("->").and_then(|()| self.value(result)),
            None => Some(()),
        }
    }

    fn list<'v>(&mut self, types: impl Iterator<Item = &'v ComponentValType>) -> Option<()> {
        for (index, ty) in types.enumerate() {
            self.separate(index)?;
            self.value(ty)?;
        }
        Some(())
    }

    fn separate(&mut self, index: usize) -> Option<()> {
        if index > 0 { self.word(",") } else { Some(()) }
    }

    fn value(&mut self, ty: &ComponentValType) -> Option<()> {
        let id = match ty {
            ComponentValType::Primitive(ty) => return self.word(primitive(*ty)?),
            ComponentValType::Type(id) => *id,
        };
        match self.component.types().get(id)? {
            T::Primitive(ty) => self.word(primitive(*ty)?),
            T::List { element, .. } => self.of("list<", [element]),
            T::Option { ty, .. } => self.of("option<", [ty]),
            T::Tuple(ty) => self.of("tuple<", ty.types.iter()),
            T::Own(id) => self.resource("own<", *id),
            T::Borrow(id) => self.resource("borrow<", *id),
            T::Record(ty) => {
                self.word("record{")?;
                for (index, (name, ty)) in ty.fields.iter().enumerate() {
                    self.separate(index)?;
                    self.word(name)?;
                    self.word(":")?;
                    self.value(ty)?;
                }
                self.word("}")
            }
            T::Variant(ty) => {
                self.word("variant{")?;
                for (index, (name, case)) in ty.cases.iter().enumerate() {
                    self.separate(index)?;
                    self.word(name)?;
                    if let Some(ty) = &case.ty {
                        self.word("(")?;
                        self.value(ty)?;
                        self.word(")")?;
                    }
                }
                self.word("}")
            }
            T::Result { ok, err, .. } => {
                self.word("result<")?;
                self.optional(ok.as_ref())?;
                self.word(",")?;
                self.optional(err.as_ref())?;
                self.word(">")
            }
            // No function of the table has any other.
            _ => None,
        }
    }

    fn of<'v>(&mut self, open: &str, types: impl IntoIterator<Item = &'v ComponentValType>) -> Option<()> {
        self.word(open)?;
        self.list(types.into_iter())?;
        self.word(">")
    }

    fn optional(&mut self, ty: Option<&ComponentValType>) -> Option<()> {
        match ty {
            Some(ty) => self.value(ty),
            None => self.word("_"),
        }
    }

    /// A resource type, by the import that defines it and its name there.
    fn resource(&mut self, open: &str, id: AliasableResourceId) -> Option<()> {
        let home = self.component.home(TypeKey::Resource(id.resource()))?;
        let [interface, name] = home.path.as_slice() else { return None };
        self.word(open)?;
        self.word(base(interface))?;
        self.word("#")?;
        self.word(name)?;
        self.word(">")
    }
}

fn primitive(ty: P) -> Option<&'static str> {
    Some(match ty {
        P::Bool => "bool",
        P::S8 => "s8",
        P::U8 => "u8",
        P::S16 => "s16",
        P::U16 => "u16",
        P::S32 => "s32",
        P::U32 => "u32",
        P::S64 => "s64",
        P::U64 => "u64",
        P::F32 => "f32",
        P::F64 => "f64",
        P::Char => "char",
        P::String => "string",
        P::ErrorContext => return None,
    })
}
