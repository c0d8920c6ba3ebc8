//! `wasi:logging/logging`, on standard error.

use abi::{At, Handle, Reply, StreamError, receive};

use crate::global::Global;
use crate::{OrTrap, host};

/// What is written at once, at most: the host takes no more.
const PIECE: usize = 4096;

/// Standard error, once something was written.
static STREAM: Global<Option<Handle>> = Global::new(None);

/// What the host does not take is lost, for the function has no error.
#[unsafe(export_name = "wasi:logging/logging#log")]
extern "C" fn log(level: u32, context: At<u8>, context_length: usize, message: At<u8>, message_length: usize) {
    let (context, message) = (context.list(context_length), message.list(message_length));
    let line = logging::line(level, context.bytes(), message.bytes()).or_trap();
    let stream = *STREAM.get().get_or_insert_with(|| host::get_stderr());
    for piece in line.chunks(PIECE) {
        if let Reply::Err(error) = receive(|out| host::blocking_write(stream, At::of(piece), piece.len(), out)) {
            if let StreamError::LastOperationFailed(error) = error {
                host::drop_error(error);
            }
            return;
        }
    }
}
