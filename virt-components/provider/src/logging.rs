//! `wasi:logging/logging`, written to standard error.

use abi::{Handle, Pointer, Reply, StreamError, receive};

use crate::global::Global;
use crate::{OrTrap, host};

/// The number of bytes that `blocking-write-and-flush` accepts at most.
const PIECE: usize = 4096;

/// The stream of standard error, after the first write.
static STREAM: Global<Option<Handle>> = Global::new(None);

/// Text that the host does not accept is lost, because the function has no error.
#[unsafe(export_name = "wasi:logging/logging#log")]
extern "C" fn log(
    level: u32,
    context: Pointer<u8>,
    context_length: usize,
    message: Pointer<u8>,
    message_length: usize,
) {
    let (context, message) = (context.list(context_length), message.list(message_length));
    let line = logging::line(level, context.bytes(), message.bytes()).or_trap();
    let stream = *STREAM.get().get_or_insert_with(|| host::get_stderr());
    for piece in line.chunks(PIECE) {
        if let Reply::Err(error) = receive(|out| host::blocking_write(stream, Pointer::of(piece), piece.len(), out)) {
            if let StreamError::LastOperationFailed(error) = error {
                host::drop_error(error);
            }
            return;
        }
    }
}
