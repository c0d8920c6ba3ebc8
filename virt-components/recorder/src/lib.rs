//! Records calls of an interface, or answers them from a recording. The adapter around it lifts and lowers; the README says what it
//! calls, and what lies in memory.

#![no_std]

extern crate alloc;

use abi::{At, Handle, Reply, StreamError, receive};
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::alloc::Layout;
use record::Recorder;
use record::layout::{ENDS, PRINTS};

use ::tasks::Flow;
use module::global::Global;
use module::{OrTrap, trap};

/// Nobody could read a message. A library cannot have this: tests on the host link the standard library's.
#[cfg(not(test))]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    trap()
}

/// What is written at once, at most: the host takes no more.
const PIECE: usize = 4096;

#[link(wasm_import_module = "host")]
unsafe extern "C" {
    #[link_name = "wasi:cli/stderr#get-stderr"]
    safe fn get_stderr() -> Handle;
    #[link_name = "wasi:io/streams#[method]output-stream.blocking-write-and-flush"]
    safe fn write(to: Handle, bytes: At<u8>, length: usize, out: abi::Out<Reply<(), StreamError<Handle>>>);
    #[link_name = "wasi:io/error#[resource-drop]error"]
    safe fn drop_error(error: Handle);
}

/// The memory of the adapter.
struct Memory;

impl record::Memory for Memory {
    fn bytes(&self, address: u32, length: u32) -> &[u8] {
        // The adapter vouches for what lies there.
        At::<u8>::new(address as usize).list(length as usize).slice()
    }
}

struct State {
    recorder: Recorder,
    /// Standard error, once something was written.
    stream: Option<Handle>,
}

static STATE: Global<State> = Global::new(State { recorder: Recorder::new(), stream: None });

/// Writes to standard error. What the host does not take is lost: the component is not to notice.
fn print(stream: &mut Option<Handle>, text: &[u8]) {
    if text.is_empty() {
        return;
    }
    let Handle(stream) = stream.get_or_insert_with(|| get_stderr());
    for piece in text.chunks(PIECE) {
        let written = receive(|out| write(Handle(*stream), At::of(piece), piece.len(), out));
        if let Reply::Err(error) = written {
            if let StreamError::LastOperationFailed(error) = error {
                drop_error(error);
            }
            return;
        }
    }
}

fn take(text: &mut Vec<u8>) -> Vec<u8> {
    core::mem::take(text)
}

/// A call that begins: a function, and its arguments. Gives the number of the call.
#[unsafe(export_name = "weld:record#begin")]
extern "C" fn begin(function: u32, arguments: u32, form: u32) -> u32 {
    let State { recorder, stream } = STATE.get();
    let call = recorder.begin(&Memory, function, arguments, form);
    print(stream, &take(&mut recorder.text));
    call
}

/// A call that returned: its number, its function, and its result.
#[unsafe(export_name = "weld:record#end")]
extern "C" fn end(call: u32, function: u32, result: u32, form: u32) {
    let State { recorder, stream } = STATE.get();
    recorder.end(&Memory, call, function, result, form);
    print(stream, &take(&mut recorder.text));
}

/// A call of the host that others do not wait for.
struct Later {
    call: u32,
    function: u32,
    form: u32,
    /// What the host is passed, and what it gives.
    _arguments: Block,
    result: Block,
}

/// Room for values, aligned like any.
type Block = Vec<u64>;

fn block(size: u32) -> Block {
    alloc::vec![0; (size as usize).div_ceil(8).max(1)]
}

/// A call that begins, and that others do not wait for: `flow` is to be that of a call. What its arguments point to stays.
#[unsafe(export_name = "weld:record#later")]
extern "C" fn later(function: u32, arguments: u32, form: u32, flow: &mut Flow) {
    let State { recorder, stream } = STATE.get();
    let call = recorder.begin(&Memory, function, arguments, form);
    print(stream, &take(&mut recorder.text));
    let [given, result] = record::sizes(&Memory, function);
    let mut copy = block(given);
    let bytes = record::Memory::bytes(&Memory, arguments, given);
    for (word, bytes) in copy.iter_mut().zip(bytes.chunks(8)) {
        let mut eight = [0; 8];
        eight.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        *word = u64::from_le_bytes(eight);
    }
    let (at, result) = (copy.as_ptr() as usize, block(result));
    (flow.at, flow.count) = (at, result.as_ptr() as usize);
    let later = Box::new(Later { call, function, form, _arguments: copy, result });
    flow.state = Box::into_raw(later) as u32;
}

/// The host has answered such a call; or what it gave was passed on.
#[unsafe(export_name = "weld:tasks#called")]
extern "C" fn called(flow: &mut Flow) {
    let later = flow.state as usize as *mut Later;
    if flow.ended != 0 {
        // SAFETY: It is from `later`, and this is the one time.
        return drop(unsafe { Box::from_raw(later) });
    }
    // SAFETY: It is from `later`, and not dropped yet.
    let Later { call, function, form, result, .. } = unsafe { &*later };
    end(*call, *function, result.as_ptr() as u32, *form);
    flow.at = 0;
}

/// Room for what functions that others do not wait for are passed, and what the host gives: Canonical ABI, "realloc". It stays:
/// nothing says when the last one is done with it.
#[unsafe(export_name = "weld:tasks#realloc")]
extern "C" fn realloc(old: *mut u8, old_size: usize, align: usize, size: usize) -> *mut u8 {
    if size == 0 {
        return align as *mut u8;
    }
    let layout = Layout::from_size_align(size, align).ok().or_trap();
    // SAFETY: The size is not zero. What there was is of that size, and moves as much as there is of it.
    unsafe {
        let room = alloc::alloc::alloc(layout);
        if room.is_null() {
            trap();
        }
        if old_size > 0 {
            core::ptr::copy_nonoverlapping(old, room, old_size.min(size));
            alloc::alloc::dealloc(old, Layout::from_size_align_unchecked(old_size, align));
        }
        room
    }
}

/// Where the result of a call lies that is the next one of a recording. Any other ends the component, and says why where it may.
/// `flags` are whether it may, and whether the caller can end like a call that did not return.
#[unsafe(export_name = "weld:record#replay")]
extern "C" fn replay(function: u32, arguments: u32, recording: u32, flags: u32) -> u32 {
    let State { recorder, stream } = STATE.get();
    match recorder.replay(&Memory, function, arguments, recording, flags & ENDS != 0) {
        Some(result) => result,
        None => {
            if flags & PRINTS != 0 {
                print(stream, &take(&mut recorder.text));
            }
            trap()
        }
    }
}

/// Whether calls of a recording are missing. Says so where it may.
#[unsafe(export_name = "weld:record#missing")]
extern "C" fn missing(recording: u32, flags: u32) -> u32 {
    let State { recorder, stream } = STATE.get();
    let has_missing = recorder.has_missing(&Memory, recording);
    let text = take(&mut recorder.text);
    if flags & PRINTS != 0 {
        print(stream, &text);
    }
    u32::from(has_missing)
}
