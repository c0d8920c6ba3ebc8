//! Prints values as WAVE, the notation of `wasmtime run --invoke`, by descriptions of their types. The README describes
//! these.

use alloc::vec::Vec;

use core::mem::size_of;

use crate::layout::{Function, Part, Type, kind};
use crate::steering::is_steering;
use crate::{Memory, float};

/// Assigns numbers to handles.
pub trait Numbers {
    /// The number of a handle of a resource type.
    fn number(&mut self, resource: u32, handle: u32) -> u32;
}

/// Prints values and lines.
pub struct Printer<'m, M, N> {
    pub memory: &'m M,
    pub numbers: N,
    pub out: Vec<u8>,
    /// Whether the output is within a JSON string.
    pub is_quoted: bool,
    /// The length of the output at which values are cut off.
    pub limit: usize,
}

impl<'m, M: Memory, N: Numbers> Printer<'m, M, N> {
    /// Creates a printer that appends to `out`.
    pub fn new(memory: &'m M, numbers: N, out: Vec<u8>) -> Self {
        Printer { memory, numbers, out, is_quoted: false, limit: usize::MAX }
    }

    /// Prints the line of a call, without its result and the closing brace.
    pub fn call(&mut self, number: u32, function: u32, arguments: u32) {
        self.start(number, function);
        self.add(b",\"call\":\"");
        self.is_quoted = true;
        self.add(text!(self.memory, function, Function.call));
        self.is_quoted = false;
        self.add(b"\",\"args\":[");
        for (number, (ty, at)) in self.parameters(function, arguments).enumerate() {
            self.add(if number == 0 { b"\"" } else { b",\"" });
            self.quoted(ty, at);
        }
        self.add(b"]");
    }

    /// Prints the begin of a line: the number of the call, and the edge of its function.
    pub fn start(&mut self, number: u32, function: u32) {
        self.add(b"{\"n\":");
        decimal(&mut self.out, u64::from(number));
        self.add(b",\"at\":\"");
        self.is_quoted = true;
        self.add(text!(self.memory, function, Function.at));
        self.is_quoted = false;
        self.add(b"\"");
    }

    /// Prints the result.
    pub fn result(&mut self, ty: u32, at: u32) {
        self.add(b",\"result\":\"");
        self.quoted(ty, at);
    }

    fn quoted(&mut self, ty: u32, at: u32) {
        self.is_quoted = true;
        self.value(ty, at);
        self.is_quoted = false;
        self.add(b"\"");
    }

    /// Prints the line of a call in a trace, without its result. Values are cut off at a length.
    pub fn traced(&mut self, function: u32, arguments: u32, longest: usize) {
        self.add(b"weld: ");
        self.add(text!(self.memory, function, Function.at));
        self.add(b" ");
        self.add(text!(self.memory, function, Function.call));
        self.add(b"(");
        for (number, (ty, at)) in self.parameters(function, arguments).enumerate() {
            self.add(if number == 0 { b"" } else { b", " });
            self.cut(ty, at, longest);
        }
        self.add(b")");
    }

    /// Prints a value, cut off at a length.
    pub fn cut(&mut self, ty: u32, at: u32, longest: usize) {
        let end = self.out.len() + longest;
        self.limit = end;
        self.value(ty, at);
        self.limit = usize::MAX;
        if self.out.len() > end {
            let is_within = |at: &usize| self.out.get(*at).is_some_and(|byte| byte & 0xc0 == 0x80);
            let end = (0..=end).rev().find(|at| !is_within(at)).unwrap_or_default();
            self.out.truncate(end);
            self.add("…".as_bytes());
        }
    }

    /// The type and the address of each parameter.
    fn parameters(&self, function: u32, arguments: u32) -> impl Iterator<Item = (u32, u32)> + use<'m, M, N> {
        let (memory, ty) = (self.memory, field!(self.memory, function, Function.params));
        (0..field!(memory, ty, Type.parts.count)).map(move |number| {
            let part = field!(memory, ty, Type.parts.at) + size_of::<Part>() as u32 * number;
            (field!(memory, part, Part.ty), arguments + field!(memory, part, Part.offset))
        })
    }

    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            match byte {
                b'"' | b'\\' if self.is_quoted => self.out.extend_from_slice(&[b'\\', *byte]),
                _ => self.out.push(*byte),
            }
        }
    }

    fn value(&mut self, ty: u32, at: u32) {
        if self.out.len() > self.limit {
            return;
        }
        let memory = self.memory;
        let kind = field!(memory, ty, Type.kind);
        match kind {
            kind::BOOL => self.add(if memory.integer(at, 1) == 0 { b"false" } else { b"true" }),
            kind::S8..=kind::U64 => {
                // A signed type comes before the unsigned one of its size.
                let size = 1 << ((kind - kind::S8) / 2);
                let bits = memory.integer(at, size);
                let sign = 1 << (8 * size - 1);
                if kind % 2 == kind::S8 % 2 && bits & sign != 0 {
                    self.out.push(b'-');
                    decimal(&mut self.out, (sign << 1).wrapping_sub(bits) & (sign | (sign - 1)));
                } else {
                    decimal(&mut self.out, bits);
                }
            }
            kind::F32 => float::single(memory.word(at), &mut self.out),
            kind::F64 => float::double(memory.integer(at, 8), &mut self.out),
            kind::CHAR => {
                self.add(b"'");
                self.character(char::from_u32(memory.word(at)).unwrap_or('\u{fffd}'), '\'');
                self.add(b"'");
            }
            kind::STRING => {
                self.add(b"\"");
                // The host checks that strings are valid UTF-8.
                for c in core::str::from_utf8(memory.text(at)).unwrap_or_default().chars() {
                    if self.out.len() > self.limit {
                        return;
                    }
                    self.character(c, '"');
                }
                self.add(b"\"");
            }
            kind::LIST => self.elements(ty, memory.word(at), memory.word(at + 4)),
            kind::FIXED_LENGTH_LIST => self.elements(ty, at, field!(memory, ty, Type.extra)),
            kind::RECORD | kind::TUPLE => self.fields(ty, at, kind == kind::RECORD),
            kind::VARIANT => {
                let part = self.part(ty, memory.integer(at, field!(memory, ty, Type.extra)) as u32);
                self.add(text!(memory, part, Part.name));
                if field!(memory, part, Part.ty) != 0 {
                    self.add(b"(");
                    self.value(field!(memory, part, Part.ty), at + field!(memory, part, Part.offset));
                    self.add(b")");
                }
            }
            kind::FLAGS => self.flags(ty, at),
            _ => {
                let number = self.numbers.number(field!(memory, ty, Type.extra), memory.word(at));
                decimal(&mut self.out, u64::from(number));
            }
        }
    }

    fn part(&self, ty: u32, number: u32) -> u32 {
        field!(self.memory, ty, Type.parts.at) + size_of::<Part>() as u32 * number
    }

    fn elements(&mut self, ty: u32, first: u32, count: u32) {
        let element = field!(self.memory, self.part(ty, 0), Part.ty);
        let size = field!(self.memory, element, Type.size);
        self.add(b"[");
        for number in 0..count {
            if self.out.len() > self.limit {
                return;
            }
            self.add(if number == 0 { b"" } else { b", " });
            self.value(element, first + size * number);
        }
        self.add(b"]");
    }

    fn fields(&mut self, ty: u32, at: u32, is_record: bool) {
        let memory = self.memory;
        self.add(if is_record { b"{" } else { b"(" });
        for number in 0..field!(memory, ty, Type.parts.count) {
            let part = self.part(ty, number);
            self.add(if number == 0 { b"" } else { b", " });
            if is_record {
                self.add(text!(memory, part, Part.name));
                self.add(b": ");
            }
            self.value(field!(memory, part, Part.ty), at + field!(memory, part, Part.offset));
        }
        self.add(if is_record { b"}" } else { b")" });
    }

    fn flags(&mut self, ty: u32, at: u32) {
        let memory = self.memory;
        let mut is_first = true;
        self.add(b"{");
        for number in 0..field!(memory, ty, Type.parts.count) {
            if memory.integer(at + number / 8, 1) >> (number % 8) & 1 != 0 {
                self.add(if is_first { b"" } else { b", " });
                self.add(text!(memory, self.part(ty, number), Part.name));
                is_first = false;
            }
        }
        self.add(b"}");
    }

    /// Prints a character of a string, or a value of type `char`. Control characters are escaped by number.
    fn character(&mut self, c: char, quote: char) {
        match c {
            '\n' => self.add(b"\\n"),
            '\r' => self.add(b"\\r"),
            '\t' => self.add(b"\\t"),
            '\\' => self.add(b"\\\\"),
            c if c == quote => self.add(&[b'\\', quote as u8]),
            c if is_steering(c) => {
                self.add(b"\\u{");
                hexadecimal(&mut self.out, c as u32);
                self.add(b"}");
            }
            c => {
                let mut bytes = [0; 4];
                let bytes = c.encode_utf8(&mut bytes).as_bytes();
                self.out.extend_from_slice(bytes);
            }
        }
    }
}

/// Prints a number.
pub fn decimal(out: &mut Vec<u8>, number: u64) {
    digits(out, number, 10);
}

fn hexadecimal(out: &mut Vec<u8>, number: u32) {
    digits(out, u64::from(number), 16);
}

fn digits(out: &mut Vec<u8>, number: u64, base: u64) {
    if number >= base {
        digits(out, number / base, base);
    }
    let digit = (number % base) as u8;
    out.push(if digit < 10 { b'0' + digit } else { b'a' + digit - 10 });
}
