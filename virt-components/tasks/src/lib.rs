//! Tasks that continue after the function that started them has returned. They write to streams, read from streams, and
//! write futures.
//!
//! Component Model, Canonical ABI, `canon stream.write`, `canon future.write` and `canon lift` with `callback`. The
//! built-in functions differ for each type of stream, so the adapter calls them: a task only tells which call comes
//! next. The README lists the numbers of the steps.

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

use alloc::boxed::Box;
use alloc::vec::Vec;

/// The next step of the adapter: a call of a function. The adapter passes the result to [`Task::next`].
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Step {
    /// The function: one of [`step`], or the number of a group plus one of its operations.
    pub operation: u32,
    /// The arguments. A function with fewer parameters ignores the rest.
    pub arguments: [usize; 3],
}

/// The operations of all tasks. The operations of a group begin at the number of the group.
pub mod step {
    /// The callback returns the first argument.
    pub const RETURN: u32 = 0;
    /// `waitable-set.new`.
    pub const NEW_SET: u32 = 1;
    /// `waitable-set.drop`.
    pub const DROP_SET: u32 = 2;
    /// `waitable.join`.
    pub const JOIN: u32 = 3;
    /// Calls the host function that opens a directory, in place of the function of the call.
    pub const OPEN: u32 = 4;
}

/// The operations of a group.
mod of_group {
    /// `stream.write`, `stream.read` or `future.write`.
    pub const MOVE: u32 = 0;
    /// Drops the end of the job.
    pub const DROP: u32 = 1;
    /// Calls the provider, which sets the elements to write next, or takes the elements that were read. For a drained
    /// stream, it drops the handles in the elements.
    pub const NEXT: u32 = 2;
    /// Calls the provider at the end of the stream.
    pub const CLOSE: u32 = 3;
    /// Calls the host function. Used by calls in place of `MOVE`.
    pub const CALL: u32 = 0;
    /// Returns the result to the caller. Used by calls in place of `CLOSE`.
    pub const RESULT: u32 = 3;
}

/// The result of a callback whose task is over.
const EXIT: usize = 0;
/// The result of a callback whose task continues after other tasks have run.
const YIELD: usize = 1;
/// The result of a callback whose task waits for a set: this number in the low bits, and the set above.
const WAIT: usize = 2;
/// The result of `stream.write`, `stream.read` and `future.write` if the other end is not ready.
const BLOCKED: u32 = u32::MAX;
/// The state of a call that has returned, in the low bits. The number of the call is above.
const RETURNED: u32 = 2;

/// The value of [`Flow::ended`] that makes the task call the provider again after other tasks have run.
pub const LATER: u32 = 2;

/// The size of the buffer for reading, in bytes.
const ROOM: usize = 65536;
/// The number of elements that are written at once, at most: a limit of the Canonical ABI.
pub const MOST: usize = (1 << 28) - 1;

/// The interface between a task and a provider for one stream.
///
/// For a call of the host, `at` is the address of the parameters, or zero if the host is not called; `count` is the
/// address of the result; a first number in `payload` other than zero selects [`step::OPEN`]; and `ended` tells that
/// the result was returned.
#[repr(C)]
#[derive(Debug)]
pub struct Flow {
    /// The address of the elements to write, which stay valid until the next call of the provider, or of the elements
    /// that were read.
    pub at: usize,
    /// The number of these elements. When the provider is called, the number of elements that were written of the
    /// previous ones.
    pub count: usize,
    /// Zero if the stream continues; [`LATER`] if that is not known yet; otherwise the stream has ended.
    pub ended: u32,
    /// A value of the provider.
    pub state: u32,
    /// The value of the future that belongs to the stream: a `result`. Zeros are `ok`.
    pub payload: [u32; 5],
}

/// The kinds of jobs.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// Writes elements of the provider to a stream.
    Give,
    /// Reads elements of a stream for the provider.
    Take,
    /// Reads elements of a stream and drops them.
    Drain,
    /// Writes a fixed value to a future.
    Answer,
    /// Calls the host, and returns its result.
    Call,
}

/// The step that a job has taken last.
#[derive(Clone, Copy, PartialEq)]
enum Phase {
    Nothing,
    Asked,
    Yielded,
    Moved,
    NewSet,
    Joined,
    Waits,
    Left,
    Dropped,
    Closed,
    Given,
    Done,
}

struct Job {
    kind: Kind,
    phase: Phase,
    /// The group of operations of the stream, and later of the future.
    group: u32,
    /// The end of the stream, and later of the future.
    end: usize,
    /// The future that is written after the stream: its group and its end. An end of zero means none.
    future: (u32, usize),
    /// Whether the end is in the set.
    is_joined: bool,
    /// Whether the other end was dropped.
    is_dropped: bool,
    /// The buffer for reading: its address and its length in elements. For [`Kind::Answer`], the address of the value.
    room: (usize, usize),
    buffer: Vec<u8>,
    flow: Flow,
    /// The next job. A growing vector would take more code.
    next: Option<Box<Job>>,
}

/// A task.
#[derive(Default)]
pub struct Task {
    /// The waitable set, or zero before the first wait.
    set: usize,
    /// The index of the job whose step was taken last.
    at: usize,
    first: Option<Box<Job>>,
    /// Whether all jobs are done, and the set is being dropped.
    is_over: bool,
}

impl Job {
    fn new(kind: Kind, group: u32, end: usize) -> Job {
        let flow = Flow { at: 0, count: 0, ended: 0, state: 0, payload: [0; 5] };
        Job {
            kind,
            phase: Phase::Nothing,
            group,
            end,
            future: (0, 0),
            is_joined: false,
            is_dropped: false,
            room: (0, 0),
            buffer: Vec::new(),
            flow,
            next: None,
        }
    }

    /// Whether the job is a call. A module without the feature `host` has none.
    fn is_call(&self) -> bool {
        cfg!(any(feature = "host", test)) && self.kind == Kind::Call
    }

    fn step(&mut self, phase: Phase, operation: u32, arguments: [usize; 3]) -> Option<Step> {
        self.phase = phase;
        let operation = self.group + operation;
        Some(Step { operation, arguments })
    }

    fn join(&mut self, phase: Phase, set: usize) -> Option<Step> {
        self.phase = phase;
        Some(Step { operation: step::JOIN, arguments: [self.end, set, 0] })
    }

    /// The step of this job after one with this result. `None` if the job waits or is done.
    fn next(&mut self, result: u32, set: &mut usize) -> Option<Step> {
        let mut result = result;
        if self.is_call() && self.phase == Phase::Moved && result & 15 != RETURNED {
            (self.end, result) = (result as usize >> 4, BLOCKED);
        }
        match self.phase {
            Phase::Nothing => match self.kind {
                Kind::Give => self.ask(of_group::NEXT, Phase::Asked),
                Kind::Take | Kind::Drain | Kind::Answer | Kind::Call => self.move_on(),
            },
            Phase::Asked if self.is_call() => self.move_on(),
            Phase::Asked if self.flow.ended == LATER => {
                (self.flow.ended, self.phase) = (0, Phase::Yielded);
                Some(Step { operation: step::RETURN, arguments: [YIELD, 0, 0] })
            }
            Phase::Moved if self.is_call() && result != BLOCKED => self.ask(of_group::NEXT, Phase::Asked),
            Phase::Dropped if self.is_call() => self.ask(of_group::NEXT, Phase::Asked),
            Phase::Given => {
                self.flow.ended = 1;
                self.ask(of_group::NEXT, Phase::Closed)
            }
            Phase::Asked if self.is_dropped || self.flow.ended != 0 => self.leave(),
            Phase::Asked if self.kind == Kind::Give && self.flow.count == 0 => self.leave(),
            Phase::Asked => self.move_on(),
            Phase::Moved if result == BLOCKED && *set == 0 => {
                self.phase = Phase::NewSet;
                Some(Step { operation: step::NEW_SET, arguments: [0; 3] })
            }
            Phase::Moved if result == BLOCKED && self.is_joined => {
                self.phase = Phase::Waits;
                None
            }
            Phase::Moved if result == BLOCKED => self.join(Phase::Joined, *set),
            Phase::Moved => self.moved(result),
            Phase::NewSet => {
                *set = result as usize;
                self.join(Phase::Joined, *set)
            }
            Phase::Joined => {
                (self.phase, self.is_joined) = (Phase::Waits, true);
                None
            }
            Phase::Left => {
                self.is_joined = false;
                self.step(Phase::Dropped, of_group::DROP, [self.end, 0, 0])
            }
            Phase::Dropped if matches!(self.kind, Kind::Give | Kind::Take) => self.ask(of_group::CLOSE, Phase::Closed),
            Phase::Dropped | Phase::Closed => self.answer(),
            Phase::Waits | Phase::Yielded | Phase::Done => None,
        }
    }

    /// Calls the provider.
    fn ask(&mut self, operation: u32, phase: Phase) -> Option<Step> {
        let flow = core::ptr::from_ref(&self.flow) as usize;
        self.step(phase, operation, [flow, 0, 0])
    }

    fn move_on(&mut self) -> Option<Step> {
        let arguments = match self.kind {
            Kind::Give => [self.end, self.flow.at, self.flow.count.min(MOST)],
            Kind::Answer => [self.end, self.room.0, 0],
            Kind::Take if self.flow.ended != 0 => return self.leave(),
            Kind::Call if self.flow.at == 0 => {
                return self.step(Phase::Given, of_group::RESULT, [self.flow.count, 0, 0]);
            }
            Kind::Call => {
                let arguments = [self.flow.at, self.flow.count, 0];
                let [opens, ..] = self.flow.payload;
                if opens != 0 {
                    self.phase = Phase::Moved;
                    return Some(Step { operation: step::OPEN, arguments });
                }
                return self.step(Phase::Moved, of_group::CALL, arguments);
            }
            Kind::Take | Kind::Drain => [self.end, self.room.0, self.room.1],
        };
        self.step(Phase::Moved, of_group::MOVE, arguments)
    }

    /// Handles the result of an operation that moves elements, from the function or from its event.
    fn moved(&mut self, result: u32) -> Option<Step> {
        let count = result as usize >> 4;
        self.is_dropped = result & 15 != 0;
        match self.kind {
            Kind::Answer | Kind::Call => self.leave(),
            Kind::Give if self.is_dropped => {
                self.flow.count = count;
                self.leave()
            }
            Kind::Give => {
                self.flow.count = count;
                self.ask(of_group::NEXT, Phase::Asked)
            }
            Kind::Take if count > 0 => {
                (self.flow.at, self.flow.count) = (self.room.0, count);
                self.ask(of_group::NEXT, Phase::Asked)
            }
            Kind::Drain if count > 0 => self.step(Phase::Asked, of_group::NEXT, [self.room.0, count, 0]),
            Kind::Take | Kind::Drain if self.is_dropped => self.leave(),
            Kind::Take | Kind::Drain => self.move_on(),
        }
    }

    /// Drops the end, after removing it from the set: not every host drops one that is in a set.
    fn leave(&mut self) -> Option<Step> {
        if self.is_joined {
            return self.join(Phase::Left, 0);
        }
        self.step(Phase::Dropped, of_group::DROP, [self.end, 0, 0])
    }

    /// Continues with the future that belongs to the stream.
    fn answer(&mut self) -> Option<Step> {
        let (group, end) = self.future;
        if self.kind == Kind::Answer || self.is_call() || end == 0 {
            self.phase = Phase::Done;
            return None;
        }
        self.buffer = Vec::new();
        let payload = core::ptr::from_ref(&self.flow.payload) as usize;
        (self.kind, self.group, self.end, self.room) = (Kind::Answer, group, end, (payload, 0));
        self.move_on()
    }
}

impl Task {
    /// Adds a job that writes elements of a provider to a stream, and then writes a future. Both are given by group and
    /// end. Jobs are added before the first step.
    pub fn give(&mut self, stream: (u32, usize), future: (u32, usize)) -> &mut Flow {
        self.add(Job { future, ..Job::new(Kind::Give, stream.0, stream.1) })
    }

    /// Adds a job that reads elements of this size for a provider, and then writes a future. Jobs that write streams
    /// begin after it.
    pub fn take(&mut self, stream: (u32, usize), future: (u32, usize), size: usize) -> &mut Flow {
        let buffer: Vec<u8> = alloc::vec![0; ROOM];
        let room = (buffer.as_ptr() as usize, ROOM / size);
        self.add(Job { future, buffer, room, ..Job::new(Kind::Take, stream.0, stream.1) })
    }

    /// Adds a job that reads elements and drops them: `count` at once, which take `size` bytes.
    pub fn drain(&mut self, stream: (u32, usize), size: usize, count: usize) {
        let buffer: Vec<u8> = alloc::vec![0; size];
        let room = (buffer.as_ptr() as usize, count);
        self.add(Job { buffer, room, ..Job::new(Kind::Drain, stream.0, stream.1) });
    }

    /// Adds a job that calls the host, again until the flow has no further call, and then returns the result.
    #[cfg(any(feature = "host", test))]
    pub fn call(&mut self, group: u32) -> &mut Flow {
        self.add(Job::new(Kind::Call, group, 0))
    }

    /// Adds a job that writes the value at an address to a future, when all streams have been drained.
    pub fn answer(&mut self, future: (u32, usize), value: usize) {
        self.add(Job { room: (value, 0), ..Job::new(Kind::Answer, future.0, future.1) });
    }

    fn add(&mut self, job: Job) -> &mut Flow {
        let mut place = &mut self.first;
        while let Some(job) = place {
            place = &mut job.next;
        }
        &mut place.insert(Box::new(job)).flow
    }

    fn jobs(&self) -> impl Iterator<Item = &Job> {
        core::iter::successors(self.first.as_deref(), |job| job.next.as_deref())
    }

    fn job(&mut self, at: usize) -> Option<&mut Job> {
        let mut job = self.first.as_deref_mut();
        for _ in 0..at {
            job = job?.next.as_deref_mut();
        }
        job
    }

    /// The step of the task after one with this result.
    pub fn next(&mut self, result: u32) -> Step {
        if self.is_over {
            return Step { operation: step::RETURN, arguments: [EXIT, 0, 0] };
        }
        let mut result = result;
        let mut set = self.set;
        while let Some(job) = self.job(self.at) {
            let step = job.next(result, &mut set);
            self.set = set;
            if let Some(step) = step {
                return step;
            }
            result = 0;
            // Futures are written when all streams have been read.
            let reads = |kind| self.jobs().any(|job| job.kind == kind && job.phase != Phase::Done);
            let waits = |job: &Job| match job.kind {
                Kind::Answer => reads(Kind::Drain),
                Kind::Give => reads(Kind::Take),
                _ => false,
            };
            let starts = |job: &Job| job.phase == Phase::Nothing && !waits(job);
            let at = self.jobs().position(starts);
            self.at = at.unwrap_or(usize::MAX);
        }
        self.rest()
    }

    /// The step when no job can continue: the task waits, or is over.
    fn rest(&mut self) -> Step {
        if self.jobs().any(|job| job.phase != Phase::Done) {
            return Step { operation: step::RETURN, arguments: [WAIT | self.set << 4, 0, 0] };
        }
        self.is_over = true;
        match self.set {
            0 => Step { operation: step::RETURN, arguments: [EXIT, 0, 0] },
            set => Step { operation: step::DROP_SET, arguments: [set, 0, 0] },
        }
    }

    /// The step after an event of an end. `None` if no job waits for it.
    pub fn event(&mut self, end: usize, result: u32) -> Option<Step> {
        let yielded = self.jobs().position(|job| job.phase == Phase::Yielded);
        if let (0, Some(at)) = (end, yielded) {
            self.at = at;
            return self.job(at)?.ask(of_group::NEXT, Phase::Asked);
        }
        let at = self.jobs().position(|job| job.end == end && job.phase == Phase::Waits);
        if cfg!(any(feature = "host", test)) {
            // A cancelled call is waited for all the same, and a call that has only started has no result yet.
            let has_begun = |job: &Job| job.is_call() && result & 15 != RETURNED;
            if end == 0 || at.and_then(|at| self.job(at)).is_some_and(|job| has_begun(job)) {
                return Some(self.rest());
            }
        }
        self.at = at?;
        self.job(self.at)?.moved(result)
    }

    /// Whether a step is the last one of the task.
    pub fn is_over(&self, step: &Step) -> bool {
        self.is_over && step.operation == step::RETURN
    }
}

#[cfg(test)]
mod tests;
