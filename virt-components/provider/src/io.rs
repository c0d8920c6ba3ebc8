//! `wasi:io`, and `wasi:cli/stdin`.

use abi::{Handle, List, Out, Owner, Pointer, Reply, StreamError, Text, receive};
use alloc::vec::Vec;
use clocks::Clock;
use filesystem::{Code, FileSystem, Place};
use io::poll::{Instants, READY};
use io::splice::{Streams, splice};
use io::{PERMIT, Table};
use tasks::{Flow, LATER, MOST};

use crate::clocks::CLOCK;
use crate::filesystem::{files, now};
use crate::global::{Given, Global};
use crate::settings::settings;
use crate::{OrTrap, host, owner, provider_rep, trap};

// ---- pollables ----

static INSTANTS: Global<Instants> = Global::new(Instants::new());
static INDICES: Given<u32> = Given::new();

/// Creates a pollable for an instant.
pub fn subscribe(instant: u64) -> u32 {
    provider_rep(io::poll::subscribe(INSTANTS.get(), instant))
}

#[unsafe(export_name = "wasi:io/poll#[dtor]pollable")]
extern "C" fn drop_pollable(pollable: u32) {
    if let Owner::Provider(index) = owner(pollable)
        && index != READY
    {
        INSTANTS.get().remove(index - 1).or_trap();
    }
}

#[unsafe(export_name = "wasi:io/poll#[method]pollable.ready")]
extern "C" fn pollable_ready(pollable: u32) -> u32 {
    // The clock advances, because the component may call this in a loop until the pollable is ready.
    pollable_block(pollable);
    1
}

#[unsafe(export_name = "wasi:io/poll#[method]pollable.block")]
extern "C" fn pollable_block(pollable: u32) {
    let instant = io::poll::instant(INSTANTS.get(), provider(pollable)).or_trap();
    CLOCK.get().wait_until(instant);
}

#[unsafe(export_name = "wasi:io/poll#poll")]
extern "C" fn poll(pollables: Pointer<u32>, length: usize, out: Out<List<u32>>) {
    let pollables: Vec<Owner> = pollables.list(length).slice().iter().copied().map(owner).collect();
    if pollables.is_empty() {
        trap();
    }
    if let Some(hosts) = pollables.iter().map(io::poll::hosts).collect::<Option<Vec<Handle>>>() {
        return host::poll(Pointer::of(&hosts), hosts.len(), out);
    }
    let clock: &mut Clock = CLOCK.get();
    out.put(INDICES.give(|indices| io::poll::poll(&pollables, INSTANTS.get(), clock, &mut Host, indices).or_trap()));
}

struct Host;

impl io::poll::Host for Host {
    fn has(&self) -> u32 {
        settings().host
    }
    fn ready(&mut self, pollable: Handle) -> bool {
        host::ready(pollable) != 0
    }
    fn poll(&mut self, pollables: &[Handle]) -> List<u32> {
        receive(|out| host::poll(Pointer::of(pollables), pollables.len(), out))
    }
    fn subscribe_duration(&mut self, duration: u64) -> Handle {
        host::subscribe_duration(duration)
    }
    fn drop(&mut self, pollable: Handle) {
        host::drop_pollable(pollable);
    }
}

// ---- errors ----

/// The representation of an error is its code, so there is no object to drop.
#[unsafe(export_name = "wasi:io/error#[dtor]error")]
extern "C" fn drop_error(_: u32) {}

#[unsafe(export_name = "wasi:io/error#[method]error.to-debug-string")]
extern "C" fn to_debug_string(error: u32, out: Out<Text>) {
    let text: &[u8] = match Code(provider(error) as u8) {
        Code::INSUFFICIENT_SPACE => b"the mount has no space left",
        Code::FILE_TOO_LARGE => b"the file would be too large",
        _ => b"the file could not be written",
    };
    out.put(List::new(text));
}

// ---- input ----

/// An input stream of the provider.
pub enum Input {
    Stdin,
    File { place: Place, at: u64 },
}

static INPUTS: Global<Table<Input>> = Global::new(Table::new());
/// The number of bytes of standard input that all streams have read.
static STDIN: Global<u64> = Global::new(0);

#[unsafe(export_name = "wasi:cli/stdin#get-stdin")]
extern "C" fn get_stdin() -> u32 {
    add_input(Input::Stdin)
}

#[unsafe(export_name = "wasi:io/streams#[dtor]input-stream")]
extern "C" fn drop_input(stream: u32) {
    if let Owner::Provider(index) = owner(stream)
        && let Input::File { place, .. } = INPUTS.get().remove(index).or_trap()
    {
        files().close(place);
    }
}

/// Adds an input stream, and returns its representation.
pub fn add_input(input: Input) -> u32 {
    provider_rep(INPUTS.get().add(input))
}

// ---- standard input of WASI 0.3 ----

/// Whether a stream of standard input is open. Other streams are empty, because bytes that an open stream has offered
/// cannot be withdrawn.
static IS_READ: Global<bool> = Global::new(false);

/// The state of the open stream.
const READS: u32 = 1;
/// The state of another stream, which has waited once for the open one to be closed.
const WAITED: u32 = 2;

#[unsafe(export_name = "wasi:cli/stdin@0.3#read-via-stream")]
extern "C" fn read_stdin(_: &mut Flow) {}

#[unsafe(export_name = "wasi:cli/stdin@0.3#[next]read-via-stream")]
extern "C" fn next_of_stdin(flow: &mut Flow) {
    take_stdin(flow);
    match flow.state {
        READS => {}
        _ if !core::mem::replace(IS_READ.get(), true) => flow.state = READS,
        // The open stream may have been dropped without its task having noticed yet.
        0 => (flow.state, flow.ended) = (WAITED, LATER),
        _ => {}
    }
    let rest = usize::try_from(*STDIN.look()).ok().and_then(|at| settings().stdin.bytes().get(at..));
    let rest = rest.filter(|_| flow.state == READS).unwrap_or(&[]);
    (flow.at, flow.count) = (rest.as_ptr() as usize, rest.len().min(MOST));
}

#[unsafe(export_name = "wasi:cli/stdin@0.3#[close]read-via-stream")]
extern "C" fn close_stdin(flow: &mut Flow) {
    take_stdin(flow);
    if flow.state == READS {
        *IS_READ.get() = false;
    }
}

/// Counts the bytes that were read, so that no other stream returns them again.
fn take_stdin(flow: &mut Flow) {
    *STDIN.get() += core::mem::take(&mut flow.count) as u64;
}

fn read_own(index: u32, length: u64) -> Result<Text, StreamError> {
    let (bytes, at) = match INPUTS.get().get_mut(index).or_trap() {
        // Bytes that a stream of WASI 0.3 offers are not returned again.
        Input::Stdin if *IS_READ.look() => return Err(StreamError::Closed),
        Input::Stdin => (settings().stdin.bytes(), STDIN.get()),
        Input::File { place, at } => (files().bytes(*place), at),
    };
    io::read(bytes, at, length).map(crate::global::lend).ok_or(StreamError::Closed)
}

fn skip_own(index: u32, length: u64) -> Reply<u64, StreamError> {
    read_own(index, length).map(|bytes| bytes.slice().len() as u64).into()
}

#[unsafe(export_name = "wasi:io/streams#[method]input-stream.read")]
extern "C" fn read(stream: u32, length: u64, out: Out<Reply<Text, StreamError>>) {
    out.put(read_own(provider(stream), length));
}

#[unsafe(export_name = "wasi:io/streams#[method]input-stream.blocking-read")]
extern "C" fn blocking_read(stream: u32, length: u64, out: Out<Reply<Text, StreamError>>) {
    out.put(read_own(provider(stream), length));
}

#[unsafe(export_name = "wasi:io/streams#[method]input-stream.skip")]
extern "C" fn skip(stream: u32, length: u64, out: Out<Reply<u64, StreamError>>) {
    out.put(skip_own(provider(stream), length));
}

#[unsafe(export_name = "wasi:io/streams#[method]input-stream.blocking-skip")]
extern "C" fn blocking_skip(stream: u32, length: u64, out: Out<Reply<u64, StreamError>>) {
    out.put(skip_own(provider(stream), length));
}

#[unsafe(export_name = "wasi:io/streams#[method]input-stream.subscribe")]
extern "C" fn input_subscribe(stream: u32) -> u32 {
    INPUTS.get().get(provider(stream)).or_trap();
    provider_rep(READY)
}

// ---- output ----

/// An output stream of the provider, which writes to a file.
pub struct Output {
    pub place: Place,
    /// The offset of the next byte. `None` for the end of the file.
    pub at: Option<u64>,
    /// Whether an operation has failed.
    pub closed: bool,
}

static OUTPUTS: Global<Table<Output>> = Global::new(Table::new());

/// Adds an output stream, and returns its representation.
pub fn add_output(output: Output) -> u32 {
    provider_rep(OUTPUTS.get().add(output))
}

#[unsafe(export_name = "wasi:io/streams#[dtor]output-stream")]
extern "C" fn drop_output(stream: u32) {
    if let Owner::Provider(index) = owner(stream) {
        let output = OUTPUTS.get().remove(index).or_trap();
        files().close(output.place);
    }
}

fn check_own(index: u32) -> Result<u64, StreamError> {
    if OUTPUTS.get().get(index).or_trap().closed { Err(StreamError::Closed) } else { Ok(PERMIT) }
}

/// Writes to a stream with `write`, which gets the offset. An error closes the stream.
fn write_by(
    index: u32,
    length: u64,
    write: impl FnOnce(&mut FileSystem, Place, u64) -> Result<(), Code>,
) -> Result<(), StreamError> {
    let output = OUTPUTS.get().get_mut(index).or_trap();
    if output.closed {
        return Err(StreamError::Closed);
    }
    let files = files();
    let at = output.at.unwrap_or_else(|| files.bytes(output.place).len() as u64);
    match write(files, output.place, at) {
        Ok(()) => {
            output.at = output.at.map(|at| at.saturating_add(length));
            Ok(())
        }
        Err(Code(code)) => {
            output.closed = true;
            Err(StreamError::LastOperationFailed(provider_rep(code.into())))
        }
    }
}

fn write_own(index: u32, bytes: &[u8]) -> Result<(), StreamError> {
    write_by(index, bytes.len() as u64, |files, place, at| {
        let written = files.write(place, at, bytes, now())?;
        // There was space for only a part.
        if written < bytes.len() { Err(Code::INSUFFICIENT_SPACE) } else { Ok(()) }
    })
}

fn write_zeroes_own(index: u32, length: u64) -> Result<(), StreamError> {
    write_by(index, length, |files, place, at| files.write_zeros(place, at, length, now()))
}

#[unsafe(export_name = "wasi:io/streams#[method]output-stream.check-write")]
extern "C" fn check_write(stream: u32, out: Out<Reply<u64, StreamError>>) {
    out.put(check_own(provider(stream)));
}

#[unsafe(export_name = "wasi:io/streams#[method]output-stream.write")]
extern "C" fn write(stream: u32, bytes: Pointer<u8>, length: usize, out: Out<Reply<(), StreamError>>) {
    out.put(write_own(provider(stream), bytes.list(length).slice()));
}

#[unsafe(export_name = "wasi:io/streams#[method]output-stream.blocking-write-and-flush")]
extern "C" fn blocking_write_and_flush(
    stream: u32,
    bytes: Pointer<u8>,
    length: usize,
    out: Out<Reply<(), StreamError>>,
) {
    out.put(write_own(provider(stream), bytes.list(length).slice()));
}

#[unsafe(export_name = "wasi:io/streams#[method]output-stream.flush")]
extern "C" fn flush(stream: u32, out: Out<Reply<(), StreamError>>) {
    out.put(check_own(provider(stream)).map(|_| ()));
}

#[unsafe(export_name = "wasi:io/streams#[method]output-stream.blocking-flush")]
extern "C" fn blocking_flush(stream: u32, out: Out<Reply<(), StreamError>>) {
    out.put(check_own(provider(stream)).map(|_| ()));
}

#[unsafe(export_name = "wasi:io/streams#[method]output-stream.subscribe")]
extern "C" fn output_subscribe(stream: u32) -> u32 {
    OUTPUTS.get().get(provider(stream)).or_trap();
    provider_rep(READY)
}

#[unsafe(export_name = "wasi:io/streams#[method]output-stream.write-zeroes")]
extern "C" fn write_zeroes(stream: u32, length: u64, out: Out<Reply<(), StreamError>>) {
    out.put(write_zeroes_own(provider(stream), length));
}

#[unsafe(export_name = "wasi:io/streams#[method]output-stream.blocking-write-zeroes-and-flush")]
extern "C" fn blocking_write_zeroes_and_flush(stream: u32, length: u64, out: Out<Reply<(), StreamError>>) {
    out.put(write_zeroes_own(provider(stream), length));
}

// ---- splice ----

/// A copy of the bytes that are moved, because writing them may change the file from which they were read.
static MOVED: Given<u8> = Given::new();

struct Mixed {
    /// Whether to wait for streams of the host, if the functions for it exist.
    waits: bool,
}

impl Mixed {
    fn has(bit: u32) -> Result<(), StreamError> {
        if settings().host & bit == 0 { Err(StreamError::Closed) } else { Ok(()) }
    }

    fn waits(&self, bit: u32) -> bool {
        self.waits && Self::has(bit).is_ok()
    }
}

/// The number of bytes that `blocking-write-and-flush` accepts at most.
const AT_ONCE: u64 = 4096;

impl Streams for Mixed {
    fn check_write(&mut self, to: u32) -> Result<u64, StreamError> {
        match owner(to) {
            Owner::Provider(index) => check_own(index),
            Owner::Ignored => Ok(PERMIT),
            Owner::Denied => Err(StreamError::Closed),
            Owner::Host(_) if self.waits(abi::settings::host::BLOCKING_WRITE) => Ok(AT_ONCE),
            Owner::Host(to) => {
                Self::has(abi::settings::host::WRITE)?;
                host::stream(|out| host::check_write(to, out))
            }
        }
    }

    fn read(&mut self, from: u32, length: u64) -> Result<Text, StreamError> {
        match owner(from) {
            Owner::Provider(index) => {
                let read = read_own(index, length)?;
                Ok(MOVED.give(|bytes| {
                    bytes.clear();
                    bytes.extend_from_slice(read.slice());
                }))
            }
            Owner::Denied | Owner::Ignored => Err(StreamError::Closed),
            Owner::Host(from) if self.waits(abi::settings::host::BLOCKING_READ) => {
                host::stream(|out| host::blocking_read(from, length, out))
            }
            Owner::Host(from) => {
                Self::has(abi::settings::host::READ)?;
                host::stream(|out| host::read(from, length, out))
            }
        }
    }

    fn write(&mut self, to: u32, bytes: Text) -> Result<(), StreamError> {
        match owner(to) {
            Owner::Provider(index) => write_own(index, bytes.slice()),
            Owner::Denied | Owner::Ignored => Ok(()),
            Owner::Host(to) => {
                let (start, length) = (Pointer::of(bytes.slice()), bytes.slice().len());
                host::stream(|out| match self.waits(abi::settings::host::BLOCKING_WRITE) {
                    true => host::blocking_write(to, start, length, out),
                    false => host::write(to, start, length, out),
                })
            }
        }
    }
}

#[unsafe(export_name = "wasi:io/streams#[method]output-stream.splice")]
extern "C" fn output_splice(to: u32, from: u32, length: u64, out: Out<Reply<u64, StreamError>>) {
    match (owner(to), owner(from)) {
        (Owner::Host(to), Owner::Host(from)) => out.put(host::stream(|out| host::splice(to, from, length, out))),
        _ => out.put(splice(&mut Mixed { waits: false }, to, from, length)),
    }
}

#[unsafe(export_name = "wasi:io/streams#[method]output-stream.blocking-splice")]
extern "C" fn output_blocking_splice(to: u32, from: u32, length: u64, out: Out<Reply<u64, StreamError>>) {
    match (owner(to), owner(from)) {
        (Owner::Host(to), Owner::Host(from)) => {
            out.put(host::stream(|out| host::blocking_splice(to, from, length, out)));
        }
        _ => out.put(splice(&mut Mixed { waits: true }, to, from, length)),
    }
}

/// The index of an object of the provider. Traps for other owners, since the adapter forwards their calls itself.
pub fn provider(number: u32) -> u32 {
    match owner(number) {
        Owner::Provider(index) => index,
        _ => trap(),
    }
}
