//! Tasks that go on when the function has returned that started them: they write what was asked for into streams, read what they were
//! given, and answer futures.
//!
//! Component Model, Canonical ABI, `canon stream.write`, `canon future.write` and `canon lift` with `callback`. The functions of the
//! Component Model differ for each type of stream, so it is the adapter that calls them: a task only says which comes next. Its steps
//! are numbers, as the README has them.

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

use alloc::boxed::Box;
use alloc::vec::Vec;

/// What the adapter does next: a call of a function, whose result it comes back with.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Step {
    /// Which: one of [`step`], or one of a group's.
    pub operation: u32,
    /// What is passed, as much of it as the function takes.
    pub arguments: [usize; 3],
}

/// The operations of all tasks. Those of a group begin at the number of that.
pub mod step {
    /// The callback gives the first argument.
    pub const RETURN: u32 = 0;
    /// `waitable-set.new`.
    pub const NEW_SET: u32 = 1;
    /// `waitable-set.drop`.
    pub const DROP_SET: u32 = 2;
    /// `waitable.join`.
    pub const JOIN: u32 = 3;
    /// Calls the host's function that opens something, in the place of a call's own.
    pub const OPEN: u32 = 4;
}

/// The operations of a group.
mod of_group {
    /// `stream.write`, `stream.read` or `future.write`.
    pub const MOVE: u32 = 0;
    /// Drops the end that the job has.
    pub const DROP: u32 = 1;
    /// The provider's, which says what to give next, or takes what was read. Of what is read for nobody, it drops the handles.
    pub const NEXT: u32 = 2;
    /// The provider's, which is told that there is no more to come.
    pub const CLOSE: u32 = 3;
    /// Of a call, in the place of `MOVE`: calls the host's function.
    pub const CALL: u32 = 0;
    /// Of a call, in the place of `CLOSE`: gives the result to the caller.
    pub const RESULT: u32 = 3;
}

/// What a callback gives: the task is over.
const EXIT: usize = 0;
/// What a callback gives: the task goes on when others had their turn.
const YIELD: usize = 1;
/// What a callback gives, below the number of a set: the task waits for that.
const WAIT: usize = 2;
/// What `stream.write` and so on give where the other end is not there yet.
const BLOCKED: u32 = u32::MAX;
/// The state of a call that has given its result, below the number of the call.
const RETURNED: u32 = 2;

/// What [`Flow::ended`] is where the provider is to be asked again when others had their turn.
pub const LATER: u32 = 2;

/// How many bytes are read at once.
const ROOM: usize = 65536;
/// How many elements are written at once: the Canonical ABI has no room for more.
pub const MOST: usize = (1 << 28) - 1;

/// What goes through a stream, between a task and a provider. Of a call, `at` is the address of what the host's function is passed, or zero
/// where there is nothing to call, and `count` that of the result; a first number in `payload` wants [`step::OPEN`]; and `ended` says that the
/// result was given.
#[repr(C)]
#[derive(Debug)]
pub struct Flow {
    /// The address of elements: of those to give, which stay there until the next call, or of those that were taken.
    pub at: usize,
    /// How many there are. The provider finds here how many were given of the last ones.
    pub count: usize,
    /// Not zero where nothing more is to be given or taken; [`LATER`] where that is not known yet.
    pub ended: u32,
    /// The provider's own.
    pub state: u32,
    /// What the future gives that goes with the stream: a `result` without a value. All zeros, it is one.
    pub payload: [u32; 5],
}

/// What a task does with one stream or future.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// Writes what the provider gives.
    Give,
    /// Reads, and passes it on to the provider.
    Take,
    /// Reads, and forgets it.
    Drain,
    /// Writes a value that does not change.
    Answer,
    /// Calls the host, and gives the result.
    Call,
}

/// Which step of a job was taken last.
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
    /// The operations of the stream; once that is done with, of the future.
    group: u32,
    /// The end of the stream, then of the future.
    end: usize,
    /// The future that is answered behind the stream: its operations and its end, if that is not zero.
    future: (u32, usize),
    /// Whether the end is in the set.
    is_joined: bool,
    /// Whether the other end is gone.
    is_dropped: bool,
    /// Where elements are read to, or the value of an answer is.
    room: (usize, usize),
    buffer: Vec<u8>,
    flow: Flow,
    /// The job that was added after it: a list that grows by a move of what it has would take more code.
    next: Option<Box<Job>>,
}

/// A task.
#[derive(Default)]
pub struct Task {
    /// The set of what it waits for; zero where it has not waited yet.
    set: usize,
    /// The number of the job whose step was taken last.
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

    /// Whether it is a call, which no provider makes that has nothing of the host's.
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

    /// The step after the last one, which had this result. Nothing where it waits, or is done.
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

    /// Asks the provider.
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

    /// Counts what was moved, by what the function or its event says.
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

    /// Is done with its end. Not every host lets one go that is in a set.
    fn leave(&mut self) -> Option<Step> {
        if self.is_joined {
            return self.join(Phase::Left, 0);
        }
        self.step(Phase::Dropped, of_group::DROP, [self.end, 0, 0])
    }

    /// Goes on with the future that belongs to the stream.
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
    /// Adds a job, before the first step: to give what a provider has, and then to answer a future, by the operations and the end of each. What there is to
    /// give is to be found in the flow.
    pub fn give(&mut self, stream: (u32, usize), future: (u32, usize)) -> &mut Flow {
        self.add(Job { future, ..Job::new(Kind::Give, stream.0, stream.1) })
    }

    /// Adds a job: to read elements of a size for a provider, and then to answer a future. What the task gives, it gives after that.
    pub fn take(&mut self, stream: (u32, usize), future: (u32, usize), size: usize) -> &mut Flow {
        let buffer: Vec<u8> = alloc::vec![0; ROOM];
        let room = (buffer.as_ptr() as usize, ROOM / size);
        self.add(Job { future, buffer, room, ..Job::new(Kind::Take, stream.0, stream.1) })
    }

    /// Adds a job: to read elements for nobody, so many at once, which take so many bytes.
    pub fn drain(&mut self, stream: (u32, usize), size: usize, count: usize) {
        let buffer: Vec<u8> = alloc::vec![0; size];
        let room = (buffer.as_ptr() as usize, count);
        self.add(Job { buffer, room, ..Job::new(Kind::Drain, stream.0, stream.1) });
    }

    /// Adds a job: to call the host as the flow says, again and again until it says nothing, and then to give the result.
    #[cfg(any(feature = "host", test))]
    pub fn call(&mut self, group: u32) -> &mut Flow {
        self.add(Job::new(Kind::Call, group, 0))
    }

    /// Adds a job: to answer a future with the value at an address, when all streams have been read.
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

    /// The step after the last one, which had this result.
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
            // Futures are answered when all streams have been read.
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

    /// Waits, or ends.
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

    /// The step after an event: what became of an end that a job waits for. Nothing where none does.
    pub fn event(&mut self, end: usize, result: u32) -> Option<Step> {
        let yielded = self.jobs().position(|job| job.phase == Phase::Yielded);
        if let (0, Some(at)) = (end, yielded) {
            self.at = at;
            return self.job(at)?.ask(of_group::NEXT, Phase::Asked);
        }
        let at = self.jobs().position(|job| job.end == end && job.phase == Phase::Waits);
        if cfg!(any(feature = "host", test)) {
            // A caller that would have the call cancelled waits for it all the same, and a call that has begun has no result yet.
            let has_begun = |job: &Job| job.is_call() && result & 15 != RETURNED;
            if end == 0 || at.and_then(|at| self.job(at)).is_some_and(|job| has_begun(job)) {
                return Some(self.rest());
            }
        }
        self.at = at?;
        self.job(self.at)?.moved(result)
    }

    /// Whether a step is the last of the task.
    pub fn is_over(&self, step: &Step) -> bool {
        self.is_over && step.operation == step::RETURN
    }
}

#[cfg(test)]
mod tests;
