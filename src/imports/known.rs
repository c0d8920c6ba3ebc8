//! The functions of WASI that adapters treat in their own way.
//!
//! A name alone promises nothing: `check-write` of some interface may return a number, and a `poll` may have no
//! parameters. So a function is known by its name and its type. Functions of other types are refused as their types
//! allow.

use std::fmt::{self, Write};

use wasmparser::component_types::{
    AliasableResourceId, ComponentDefinedType as T, ComponentFuncType, ComponentValType,
};

use crate::load::Component;
use crate::name::base;
use crate::types::identity::TypeKey;

/// A known function: its interface without the version, its name, and its possible types.
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
macro_rules! written {
    () => {
        "func(stream<u8>)->future<result<_,enum{io,illegal-byte-sequence,pipe}>>"
    };
}
macro_rules! datetime {
    () => {
        "record{seconds:u64,nanoseconds:u32}"
    };
}

/// The functions of WASI 0.2 and 0.3. Types and parameters are written without names. A resource type is written with
/// the interface that defines it.
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
    Row { interface: "wasi:cli/stdout", function: "write-via-stream", types: &[written!()] },
    Row { interface: "wasi:cli/stderr", function: "write-via-stream", types: &[written!()] },
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

/// Whether a function has the name and the type of an entry of the table. Its version is not significant.
pub(super) fn is_known(component: &Component, interface: &str, function: &str, ty: &ComponentFuncType) -> bool {
    let row = TABLE.iter().find(|row| row.interface == base(interface) && row.function == function);
    row.is_some_and(|row| row.types.iter().any(|text| is_written(component, ty, text)))
}

/// Whether a type is printed as `text`. The printer stops at the first difference, so the time is bounded by the length
/// of `text` for types of any size.
fn is_written(component: &Component, ty: &ComponentFuncType, text: &str) -> bool {
    let mut printer = Printer { component, to: Expected(text) };
    printer.function(ty).is_ok() && printer.to.0.is_empty()
}

/// The rest of the text that is expected. A write of any other text fails.
struct Expected<'t>(&'t str);

impl Write for Expected<'_> {
    fn write_str(&mut self, written: &str) -> fmt::Result {
        self.0 = self.0.strip_prefix(written).ok_or(fmt::Error)?;
        Ok(())
    }
}

/// Prints types in the form of the table.
struct Printer<'t> {
    component: &'t Component,
    to: Expected<'t>,
}

impl Printer<'_> {
    fn function(&mut self, ty: &ComponentFuncType) -> fmt::Result {
        self.to.write_str(if ty.async_ { "async func(" } else { "func(" })?;
        self.list(ty.params.iter().map(|(_, ty)| ty))?;
        self.to.write_str(")")?;
        ty.result.iter().try_for_each(|ty| self.to.write_str("->").and_then(|()| self.value(ty)))
    }

    fn list<'v>(&mut self, types: impl IntoIterator<Item = &'v ComponentValType>) -> fmt::Result {
        for (index, ty) in types.into_iter().enumerate() {
            self.to.write_str(comma(index))?;
            self.value(ty)?;
        }
        Ok(())
    }

    fn value(&mut self, ty: &ComponentValType) -> fmt::Result {
        let id = match ty {
            ComponentValType::Primitive(ty) => return write!(self.to, "{ty}"),
            ComponentValType::Type(id) => *id,
        };
        match self.component.types().get(id).ok_or(fmt::Error)? {
            T::Primitive(ty) => write!(self.to, "{ty}"),
            T::List { element, .. } => self.generic("list", [element]),
            T::Option { ty, .. } => self.generic("option", [ty]),
            T::Stream { ty, .. } => self.generic("stream", ty.iter()),
            T::Future { ty, .. } => self.generic("future", ty.iter()),
            T::Enum(names) => {
                self.to.write_str("enum{")?;
                for (index, name) in names.iter().enumerate() {
                    write!(self.to, "{}{name}", comma(index))?;
                }
                self.to.write_str("}")
            }
            T::Tuple(ty) => self.generic("tuple", ty.types.iter()),
            T::Own(id) => self.resource("own", *id),
            T::Borrow(id) => self.resource("borrow", *id),
            T::Record(ty) => {
                self.to.write_str("record{")?;
                for (index, (name, ty)) in ty.fields.iter().enumerate() {
                    write!(self.to, "{}{name}:", comma(index))?;
                    self.value(ty)?;
                }
                self.to.write_str("}")
            }
            T::Variant(ty) => {
                self.to.write_str("variant{")?;
                for (index, (name, case)) in ty.cases.iter().enumerate() {
                    write!(self.to, "{}{name}", comma(index))?;
                    if let Some(ty) = &case.ty {
                        self.to.write_str("(")?;
                        self.value(ty)?;
                        self.to.write_str(")")?;
                    }
                }
                self.to.write_str("}")
            }
            T::Result { ok, err, .. } => {
                self.to.write_str("result<")?;
                self.optional(ok.as_ref())?;
                self.to.write_str(",")?;
                self.optional(err.as_ref())?;
                self.to.write_str(">")
            }
            // The table has no other types.
            _ => Err(fmt::Error),
        }
    }

    fn generic<'v>(&mut self, name: &str, types: impl IntoIterator<Item = &'v ComponentValType>) -> fmt::Result {
        write!(self.to, "{name}<")?;
        self.list(types)?;
        self.to.write_str(">")
    }

    fn optional(&mut self, ty: Option<&ComponentValType>) -> fmt::Result {
        match ty {
            Some(ty) => self.value(ty),
            None => self.to.write_str("_"),
        }
    }

    /// Prints a resource type: the import that defines it, and its name there.
    fn resource(&mut self, handle: &str, id: AliasableResourceId) -> fmt::Result {
        let definition =
            self.component.definition(TypeKey::Resource(id.resource())).map(|definition| definition.path.as_slice());
        let Some([interface, name]) = definition else { return Err(fmt::Error) };
        write!(self.to, "{handle}<{}#{name}>", base(interface))
    }
}

fn comma(index: usize) -> &'static str {
    if index > 0 { "," } else { "" }
}
