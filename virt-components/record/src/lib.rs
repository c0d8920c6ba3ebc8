//! Prints values in memory as text, by a description of their types, which is in memory, too; and compares calls with a
//! recording.

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

/// The word in a field of a structure at an address.
macro_rules! field {
    ($memory:expr, $at:expr, $structure:ident.$($field:ident).+) => {
        $memory.word($at + core::mem::offset_of!($structure, $($field).+) as u32)
    };
}

/// The text in a field of a structure at an address.
macro_rules! text {
    ($memory:expr, $at:expr, $structure:ident.$field:ident) => {
        $memory.text($at + core::mem::offset_of!($structure, $field) as u32)
    };
}

mod float;
#[path = "../../../src/runtime/recorder.rs"]
pub mod layout;
#[path = "../../../src/text/steering.rs"]
mod steering;
#[cfg(test)]
mod tests;
mod text;

use alloc::vec::Vec;
use core::mem::size_of;
use layout::{Call, Function, List, NOT_RETURNED, RECORD, TRACE, Type};
use text::{Numbers, Printer};

/// A memory with addresses of 32 bits.
pub trait Memory {
    /// The bytes at an address.
    fn bytes(&self, address: u32, length: u32) -> &[u8];

    /// The integer at an address, of up to eight bytes.
    fn integer(&self, address: u32, size: u32) -> u64 {
        let bytes = self.bytes(address, size).iter().rev();
        bytes.fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    /// The word at an address.
    fn word(&self, address: u32) -> u32 {
        self.integer(address, 4) as u32
    }

    /// The bytes of a text or list, whose address and length are at `address`.
    fn text(&self, address: u32) -> &[u8] {
        self.bytes(self.word(address), self.word(address + 4))
    }
}

/// The sizes in memory of a function's arguments and of its result.
pub fn sizes<M: Memory>(memory: &M, function: u32) -> [u32; 2] {
    [field!(memory, function, Function.params), field!(memory, function, Function.result)].map(|ty| match ty {
        0 => 0,
        ty => field!(memory, ty, Type.size),
    })
}

/// The length up to which a trace prints a value.
const LONGEST: usize = 1000;

/// The state of a recorder: the numbers of calls and handles, and the text to be written.
pub struct Recorder {
    /// The number of calls so far.
    calls: u32,
    /// The number of handles in results so far.
    given: u32,
    /// The number of each handle of the host, by resource type and handle.
    handles: Vec<Vec<u32>>,
    /// The text to be written. It has whole lines, so that other output cannot interrupt one.
    pub text: Vec<u8>,
    /// The begun lines of calls that have not returned, with the numbers of the calls.
    lines: Vec<(u32, Vec<u8>)>,
}

/// Numbers the handles of the host. A handle in a result gets a new number.
struct Given<'r> {
    given: &'r mut u32,
    handles: &'r mut Vec<Vec<u32>>,
    is_result: bool,
}

impl Numbers for Given<'_> {
    fn number(&mut self, resource: u32, handle: u32) -> u32 {
        let (resource, handle) = (resource as usize, handle as usize);
        if !self.is_result {
            return self.handles.get(resource).and_then(|of| of.get(handle)).copied().unwrap_or_default();
        }
        *self.given += 1;
        if self.handles.len() <= resource {
            self.handles.resize(resource + 1, Vec::new());
        }
        if let Some(of) = self.handles.get_mut(resource) {
            if of.len() <= handle {
                of.resize(handle + 1, 0);
            }
            if let Some(place) = of.get_mut(handle) {
                *place = *self.given;
            }
        }
        *self.given
    }
}

/// Numbers the handles of a replay: the number is in the representation, without the bits for the owner.
struct Recorded;

impl Numbers for Recorded {
    fn number(&mut self, _: u32, handle: u32) -> u32 {
        handle & ((1 << 27) - 1)
    }
}

/// Whether a recording has one line for the begin of a call and another one for its end. Asynchronous calls do, because
/// other calls may begin before their result. Functions without a result do, because they may end the program.
fn has_two_ends<M: Memory>(memory: &M, function: u32, form: u32) -> bool {
    form == RECORD && (field!(memory, function, Function.later) != 0 || field!(memory, function, Function.result) == 0)
}

impl Recorder {
    /// Creates a recorder before the first call.
    pub const fn new() -> Self {
        Recorder { calls: 0, given: 0, handles: Vec::new(), text: Vec::new(), lines: Vec::new() }
    }

    /// Records the begin of a call, and returns its number.
    pub fn begin<M: Memory>(&mut self, memory: &M, function: u32, arguments: u32, form: u32) -> u32 {
        self.calls += 1;
        let numbers = Given { given: &mut self.given, handles: &mut self.handles, is_result: false };
        let mut printer = Printer::new(memory, numbers, Vec::new());
        if form == TRACE {
            printer.traced(function, arguments, LONGEST);
        } else {
            printer.call(self.calls, function, arguments);
        }
        let mut line = printer.out;
        if has_two_ends(memory, function, form) {
            self.text.append(&mut line);
            self.text.extend_from_slice(b"}\n");
        } else if form == TRACE && field!(memory, function, Function.result) == 0 {
            // The line is complete, because there is no result.
            line.extend_from_slice(b"\n");
            self.text.append(&mut line);
        }
        self.lines.push((self.calls, line));
        self.calls
    }

    /// Records the end of a call.
    pub fn end<M: Memory>(&mut self, memory: &M, number: u32, function: u32, result: u32, form: u32) {
        let Some(at) = self.lines.iter().position(|(of, _)| *of == number) else { return };
        let (_, line) = self.lines.swap_remove(at);
        let numbers = Given { given: &mut self.given, handles: &mut self.handles, is_result: true };
        let mut printer = Printer::new(memory, numbers, line);
        if has_two_ends(memory, function, form) {
            printer.start(number, function);
        }
        match field!(memory, function, Function.result) {
            0 if form == TRACE => return,
            0 => {}
            ty if form == TRACE => {
                printer.out.extend_from_slice(b" -> ");
                printer.cut(ty, result, LONGEST);
            }
            ty => printer.result(ty, result),
        }
        printer.out.extend_from_slice(if form == TRACE { b"\n" } else { b"}\n" });
        self.text.append(&mut printer.out);
    }

    /// Returns the address of the result of a call that is the next one of the recording. Otherwise returns `None`, and
    /// adds the difference to the text. The result of a call that did not return is [`NOT_RETURNED`] if `can_end` is
    /// set, and otherwise `None`.
    pub fn replay<M: Memory>(
        &mut self,
        memory: &M,
        function: u32,
        arguments: u32,
        recording: u32,
        can_end: bool,
    ) -> Option<u32> {
        let call = self.next(memory, recording);
        self.calls += 1;
        let found = self.line(memory, function, arguments);
        let expected = call.map(|call| self.recorded(memory, call));
        let result = call.map(|call| field!(memory, call, Call.result));
        if expected.as_ref() == Some(&found) && (result != Some(NOT_RETURNED) || can_end) {
            return result;
        }
        self.text.extend_from_slice(b"weld: call ");
        text::decimal(&mut self.text, u64::from(self.calls));
        if expected.as_ref() == Some(&found) {
            self.text.extend_from_slice(b" did not return when it was recorded\n");
            return None;
        }
        self.text.extend_from_slice(b" differs from the recording\n  expected: ");
        match expected {
            Some(expected) => {
                self.text.extend_from_slice(&expected);
                self.text.extend_from_slice(b"}");
            }
            None => self.text.extend_from_slice(b"no further call"),
        }
        self.text.extend_from_slice(b"\n  found:    ");
        self.text.extend_from_slice(&found);
        self.text.extend_from_slice(b"}\n");
        None
    }

    /// Returns whether calls of the recording are missing, and adds their number and the next one to the text.
    pub fn has_missing<M: Memory>(&mut self, memory: &M, recording: u32) -> bool {
        let Some(next) = self.next(memory, recording) else { return false };
        let count = field!(memory, recording, List.count) - self.calls;
        self.text.extend_from_slice(b"weld: of the recording, ");
        text::decimal(&mut self.text, u64::from(count));
        self.text.extend_from_slice(if count == 1 { b" call was" } else { b" calls were" });
        self.text.extend_from_slice(b" not made\n  expected: ");
        self.calls += 1;
        let line = self.recorded(memory, next);
        self.calls -= 1;
        self.text.extend_from_slice(&line);
        self.text.extend_from_slice(b"}\n");
        true
    }

    /// The next call of a recording.
    fn next<M: Memory>(&self, memory: &M, recording: u32) -> Option<u32> {
        let (calls, count) = (field!(memory, recording, List.at), field!(memory, recording, List.count));
        (self.calls < count).then(|| calls + size_of::<Call>() as u32 * self.calls)
    }

    /// The line of a recorded call, with the number of the current call.
    fn recorded<M: Memory>(&self, memory: &M, call: u32) -> Vec<u8> {
        self.line(memory, field!(memory, call, Call.function), field!(memory, call, Call.arguments))
    }

    /// The line of a call, with the number of the current call.
    fn line<M: Memory>(&self, memory: &M, function: u32, arguments: u32) -> Vec<u8> {
        let mut printer = Printer::new(memory, Recorded, Vec::new());
        printer.call(self.calls, function, arguments);
        printer.out
    }
}

impl Default for Recorder {
    fn default() -> Self {
        Recorder::new()
    }
}
