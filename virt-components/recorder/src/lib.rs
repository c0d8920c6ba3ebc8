//! Records calls of an interface, or answers them from a recording. The adapter around this module lifts and lowers.
//! The README describes the functions that the adapter calls, and the layout of memory.

#![no_std]

extern crate alloc;

use abi::{Handle, Pointer, Reply, StreamError, receive};
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::alloc::Layout;
use record::Recorder;
use record::layout::{ENDS, PRINTS};

use ::tasks::Flow;
use module::global::Global;
use module::{OrTrap, trap};

/// Traps, because nothing could print a message. Tests on the host link the handler of the standard library.
#[cfg(not(test))]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    trap()
}

/// The number of bytes that `blocking-write-and-flush` accepts at most.
const PIECE: usize = 4096;

#[link(wasm_import_module = "host")]
unsafe extern "C" {
    #[link_name = "wasi:cli/stderr#get-stderr"]
    safe fn get_stderr() -> Handle;
    #[link_name = "wasi:io/streams#[method]output-stream.blocking-write-and-flush"]
    safe fn write(to: Handle, bytes: Pointer<u8>, length: usize, out: abi::Out<Reply<(), StreamError<Handle>>>);
    #[link_name = "wasi:io/error#[resource-drop]error"]
    safe fn drop_error(error: Handle);
}

/// The memory of the adapter.
struct Memory;

impl record::Memory for Memory {
    fn bytes(&self, address: u32, length: u32) -> &[u8] {
        // The adapter guarantees that the bytes are there.
        Pointer::<u8>::new(address as usize).list(length as usize).slice()
    }
}

struct State {
    recorder: Recorder,
    /// The stream of standard error, after the first write.
    stream: Option<Handle>,
}

static STATE: Global<State> = Global::new(State { recorder: Recorder::new(), stream: None });

/// Writes to standard error. Text that the host does not accept is lost, because the component must not notice the
/// recorder.
fn print(stream: &mut Option<Handle>, text: &[u8]) {
    if text.is_empty() {
        return;
    }
    let Handle(stream) = stream.get_or_insert_with(|| get_stderr());
    for piece in text.chunks(PIECE) {
        let written = receive(|out| write(Handle(*stream), Pointer::of(piece), piece.len(), out));
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

/// Records the begin of a call, and returns the number of the call. `function` and `arguments` are addresses.
#[unsafe(export_name = "weld:record#begin")]
extern "C" fn begin(function: u32, arguments: u32, form: u32) -> u32 {
    let State { recorder, stream } = STATE.get();
    let call = recorder.begin(&Memory, function, arguments, form);
    print(stream, &take(&mut recorder.text));
    call
}

/// Records the result of a call. `function` and `result` are addresses.
#[unsafe(export_name = "weld:record#end")]
extern "C" fn end(call: u32, function: u32, result: u32, form: u32) {
    let State { recorder, stream } = STATE.get();
    recorder.end(&Memory, call, function, result, form);
    print(stream, &take(&mut recorder.text));
}

/// An asynchronous call of the host.
struct Later {
    call: u32,
    function: u32,
    form: u32,
    /// The arguments, which the host reads until it has answered.
    _arguments: Block,
    result: Block,
}

/// Memory for values of any alignment.
type Block = Vec<u64>;

fn block(size: u32) -> Block {
    alloc::vec![0; (size as usize).div_ceil(8).max(1)]
}

/// Records the begin of an asynchronous call, and sets `flow` up for the call of the host. The arguments are copied,
/// but not the memory that they point to, which is never freed.
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

/// Is called when the host has answered an asynchronous call, and again when the result was returned.
#[unsafe(export_name = "weld:tasks#called")]
extern "C" fn called(flow: &mut Flow) {
    let later = flow.state as usize as *mut Later;
    if flow.ended != 0 {
        // SAFETY: The address is from `later`, and this is the last step of the call.
        return drop(unsafe { Box::from_raw(later) });
    }
    // SAFETY: The address is from `later`, and the call is not over.
    let Later { call, function, form, result, .. } = unsafe { &*later };
    end(*call, *function, result.as_ptr() as u32, *form);
    flow.at = 0;
}

/// Allocates memory for the arguments and results of asynchronous functions: Canonical ABI, "realloc". It is never
/// freed, because nothing tells when it is not used any more.
#[unsafe(export_name = "weld:tasks#realloc")]
extern "C" fn realloc(old: *mut u8, old_size: usize, align: usize, size: usize) -> *mut u8 {
    if size == 0 {
        return align as *mut u8;
    }
    let layout = Layout::from_size_align(size, align).ok().or_trap();
    // SAFETY: The new size is not zero. The old block has the old size, and no more than the smaller of both sizes is
    // copied.
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

/// Returns the address of the result of a call that is the next one of the recording. Any other call traps. `flags` say
/// whether the reason may be printed, and whether the caller can handle a call that did not return.
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

/// Returns whether calls of the recording are missing. `flags` say whether they may be printed.
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
