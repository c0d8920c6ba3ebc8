//! Records calls of an interface, or answers them from a recording. The adapter around it lifts and lowers; the README says what it
//! calls, and what lies in memory.

#![no_std]

extern crate alloc;

use abi::{At, Handle, Reply, StreamError, receive};
use alloc::vec::Vec;
use record::Recorder;

#[path = "../../provider/src/global.rs"]
#[allow(dead_code)]
mod global;
#[path = "../../provider/src/memory.rs"]
mod memory;

use global::Global;

/// Ends the component: there is nobody to tell what is wrong.
fn trap() -> ! {
    #[cfg(target_arch = "wasm32")]
    core::arch::wasm32::unreachable();
    #[cfg(not(target_arch = "wasm32"))]
    loop {
        core::hint::spin_loop();
    }
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

/// A call that begins: a function, and its arguments.
#[unsafe(export_name = "weld:record#begin")]
extern "C" fn begin(function: u32, arguments: u32, form: u32) {
    let State { recorder, stream } = STATE.get();
    recorder.begin(&Memory, function, arguments, form);
    print(stream, &take(&mut recorder.text));
}

/// A call that returned: its function, and its result.
#[unsafe(export_name = "weld:record#end")]
extern "C" fn end(function: u32, result: u32, form: u32) {
    let State { recorder, stream } = STATE.get();
    recorder.end(&Memory, function, result, form);
    print(stream, &take(&mut recorder.text));
}

/// Where the result of a call lies that is the next one of a recording. Any other ends the component, and says why where it may.
#[unsafe(export_name = "weld:record#replay")]
extern "C" fn replay(function: u32, arguments: u32, recording: u32, tells: u32) -> u32 {
    let State { recorder, stream } = STATE.get();
    match recorder.replay(&Memory, function, arguments, recording) {
        Some(result) => result,
        None => {
            if tells != 0 {
                print(stream, &take(&mut recorder.text));
            }
            trap()
        }
    }
}
