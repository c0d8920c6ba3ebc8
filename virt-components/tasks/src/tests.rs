//! Tasks against a model of the Component Model's streams and futures: other ends that read and write as they like, are let go of at
//! any point, or are left alone.

use super::*;
use alloc::collections::{BTreeMap, BTreeSet};

/// Numbers that look random (SplitMix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ mixed >> 31) % sides as u64) as usize
    }
}

/// What a job is for.
#[derive(Clone, Copy, PartialEq, Debug)]
enum What {
    Give,
    Take,
    Drain,
    Answer,
    Call,
}

/// A call of the host's that has not ended.
#[derive(Debug, Default)]
struct Call {
    has_begun: bool,
    has_returned: bool,
    is_joined: bool,
}

/// One end that a task has, as the world sees it.
#[derive(Debug)]
struct End {
    what: What,
    is_future: bool,
    /// What has gone through, in order.
    moved: Vec<u8>,
    /// Where the task waits to move so many elements.
    pending: Option<(usize, usize)>,
    is_joined: bool,
    is_peer_gone: bool,
    is_dropped: bool,
    /// What the other end of a written stream still has, for `Take` and `Drain`.
    rest: Vec<u8>,
    /// How many elements were looked at that were read for nobody.
    swept: usize,
}

/// What a provider has for a job: the bytes to give, or those that it took, and whether it was told of the end.
#[derive(Debug, Default)]
struct Provider {
    bytes: Vec<u8>,
    at: usize,
    /// It fails when it has taken so many.
    most: usize,
    is_closed: bool,
    /// How often it has others have their turn before it gives anything.
    turns: usize,
}

struct World {
    dice: Dice,
    /// By the number of the end.
    ends: BTreeMap<usize, End>,
    providers: BTreeMap<usize, Provider>,
    calls: BTreeMap<usize, Call>,
    sets: BTreeSet<usize>,
    next: usize,
    /// How many results were given.
    results: usize,
}

const STREAM: u32 = 100;
const FUTURE: u32 = 200;
const CALL: u32 = 300;

fn bytes_at(at: usize, count: usize) -> Vec<u8> {
    // What lies at an address is what the address says.
    (0..count).map(|offset| (at + offset) as u8).collect()
}

impl World {
    fn end(&mut self, what: What, is_future: bool, rest: Vec<u8>) -> usize {
        self.next += 1;
        let moved = Vec::new();
        let end = End {
            what,
            is_future,
            moved,
            pending: None,
            is_joined: false,
            is_peer_gone: false,
            is_dropped: false,
            rest,
            swept: 0,
        };
        self.ends.insert(self.next, end);
        self.next
    }

    /// What the other end does about what a task wants to move: the result, if it does anything.
    fn meet(&mut self, end: usize) -> Option<u32> {
        let roll = self.dice.roll(8);
        let end = self.ends.get_mut(&end).unwrap();
        let (at, most) = end.pending?;
        if end.is_peer_gone || roll == 0 {
            end.is_peer_gone = true;
            end.pending = None;
            return Some(1);
        }
        if roll < 3 {
            return None;
        }
        end.pending = None;
        if end.is_future {
            end.moved.push(1);
            return Some(0);
        }
        let count = match end.what {
            What::Give => (self.dice.roll(9) + 1).min(most),
            _ => (self.dice.roll(9) + 1).min(most).min(end.rest.len()),
        };
        match end.what {
            What::Give => end.moved.extend(bytes_at(at, count)),
            _ => end.moved.extend(end.rest.drain(..count)),
        }
        let is_last = matches!(end.what, What::Take | What::Drain) && end.rest.is_empty();
        end.is_peer_gone |= is_last;
        Some((count as u32) << 4 | u32::from(is_last))
    }

    /// Does a step; the result, or the end of the callback.
    fn does(&mut self, step: &Step, task: &mut Task) -> Result<u32, usize> {
        let [a, b, c] = step.arguments;
        match step.operation {
            step::RETURN => return Err(a),
            step::NEW_SET => {
                self.next += 1;
                self.sets.insert(self.next);
                return Ok(self.next as u32);
            }
            step::DROP_SET => {
                assert!(self.ends.values().all(|end| !end.is_joined), "a set is dropped that has an end");
                assert!(self.sets.remove(&a));
            }
            step::JOIN => {
                assert!(b == 0 || self.sets.contains(&b));
                if let Some(call) = self.calls.get_mut(&a) {
                    call.is_joined = b != 0;
                    return Ok(0);
                }
                let end = self.ends.get_mut(&a).unwrap();
                assert!(!end.is_dropped);
                end.is_joined = b != 0;
            }
            operation if operation >= CALL => return Ok(self.does_call(operation - CALL, a, b, task)),
            operation => {
                let group = operation % 100 % 4;
                let is_flow = group >= of_group::NEXT;
                if let Some(end) = task.jobs().find(|job| job.room.0 == a && job.kind == Kind::Drain).map(|job| job.end)
                {
                    assert!(group == of_group::NEXT && b > 0);
                    self.ends.get_mut(&end).unwrap().swept += b;
                    return Ok(0);
                }
                if !is_flow {
                    let end = self.ends.get_mut(&a).unwrap();
                    assert!(!end.is_dropped, "what is gone is used");
                    assert_eq!(end.is_future, operation >= FUTURE);
                    if group == of_group::DROP {
                        assert!(!end.is_joined, "an end is dropped that is in a set");
                        assert!(end.pending.is_none(), "an end is dropped that is used");
                        assert!(
                            !end.is_future || end.is_peer_gone || !end.moved.is_empty(),
                            "a future is dropped unanswered"
                        );
                        end.is_dropped = true;
                        return Ok(0);
                    }
                    let count = if end.is_future { 1 } else { c };
                    assert!(count > 0, "nothing is moved");
                    end.pending = Some((b, count));
                    return Ok(self.meet(a).unwrap_or(BLOCKED));
                }
                // The provider's, by the flow's job.
                let at = task.jobs().position(|job| core::ptr::from_ref(&job.flow) as usize == a).unwrap();
                let job = task.job(at).unwrap();
                let flow = &mut job.flow;
                let provider = self.providers.get_mut(&(flow.state as usize)).unwrap();
                let what = self.ends[&(flow.state as usize)].what;
                assert!(!provider.is_closed);
                let is_taken = |end: &End| end.what != What::Take || end.is_future || end.is_dropped;
                assert!(what != What::Give || self.ends.values().all(is_taken), "it gives before it has taken all");
                match (what, group) {
                    (What::Give, of_group::NEXT) if provider.at == 0 && provider.turns > 0 => {
                        provider.turns -= 1;
                        flow.ended = LATER;
                    }
                    (What::Give, group) => {
                        provider.at += core::mem::take(&mut flow.count);
                        (flow.at, flow.count) = (provider.at, provider.bytes.len() - provider.at);
                        provider.is_closed = group == of_group::CLOSE;
                    }
                    (_, of_group::NEXT) => {
                        provider.at += flow.count;
                        flow.ended = (provider.at > provider.most).into();
                    }
                    _ => provider.is_closed = true,
                }
            }
        }
        Ok(0)
    }

    /// As [`World::does`], of a call: the provider wants as many calls as it has bytes.
    fn does_call(&mut self, operation: u32, a: usize, b: usize, task: &mut Task) -> u32 {
        match operation {
            of_group::CALL => {
                assert!(a > 0 && b == 77);
                self.next += 1;
                match self.dice.roll(3) {
                    0 => return RETURNED,
                    state => _ = self.calls.insert(self.next, Call { has_begun: state == 1, ..Call::default() }),
                }
                return (self.next as u32) << 4 | u32::from(self.calls[&self.next].has_begun);
            }
            of_group::DROP => {
                let call = self.calls.remove(&a).unwrap();
                assert!(call.has_returned && !call.is_joined, "a call is dropped that goes on");
            }
            of_group::NEXT => {
                let flow = task.jobs().position(|job| core::ptr::from_ref(&job.flow) as usize == a).unwrap();
                let flow = &mut task.job(flow).unwrap().flow;
                let provider = self.providers.get_mut(&(flow.state as usize)).unwrap();
                provider.at += 1;
                assert!(!provider.is_closed);
                provider.is_closed = flow.ended != 0;
                flow.at = usize::from(provider.at < provider.bytes.len());
            }
            _ => {
                assert_eq!(a, 77);
                self.results += 1;
            }
        }
        0
    }

    /// Runs a task until it waits or ends.
    fn drive(&mut self, task: &mut Task, mut step: Step) -> usize {
        for _ in 0..100_000 {
            match self.does(&step, task) {
                Ok(result) => step = task.next(result),
                Err(code) => return code,
            }
        }
        panic!("it does not end");
    }
}

#[test]
fn tasks_are_done_whatever_the_other_ends_do() {
    for seed in 0..10_000 {
        let mut world = World {
            dice: Dice(seed),
            ends: BTreeMap::new(),
            providers: BTreeMap::new(),
            calls: BTreeMap::new(),
            sets: BTreeSet::new(),
            next: 0,
            results: 0,
        };
        let mut task = Task::default();
        let mut jobs = Vec::new();
        // Those that drain come first.
        let mut whats: Vec<What> = (0..world.dice.roll(4) + 1)
            .map(|_| [What::Drain, What::Give, What::Take, What::Answer][world.dice.roll(4)])
            .collect();
        whats.sort_by_key(|what| match what {
            What::Drain => 0,
            What::Take => 1,
            _ => 2,
        });
        // A function that calls does nothing else.
        if world.dice.roll(5) == 0 {
            whats = Vec::from([What::Call]);
        }
        let single = whats.len() == 1;
        for what in whats {
            if what == What::Call {
                let wanted = world.dice.roll(4);
                let flow = task.call(CALL);
                (flow.at, flow.count, flow.state) = (usize::from(wanted > 0), 77, 1);
                let bytes = bytes_at(0, wanted);
                world.providers.insert(1, Provider { bytes, at: 0, most: 0, ..Provider::default() });
                continue;
            }
            let length = world.dice.roll(40);
            // As the bytes are by their addresses in this model, so is what there is to give.
            let bytes = bytes_at(0, length);
            let future = (what != What::Drain).then(|| world.end(what, true, Vec::new()));
            let stream = (what != What::Answer).then(|| {
                let rest = if matches!(what, What::Take | What::Drain) { bytes_at(0, length + 1) } else { Vec::new() };
                world.end(what, false, rest)
            });
            let (of_stream, of_future) = ((STREAM, stream.unwrap_or(0)), (FUTURE, future.unwrap_or(0)));
            let flow = match what {
                What::Give => Some(task.give(of_stream, of_future)),
                What::Take => Some(task.take(of_stream, of_future, 1)),
                What::Drain => {
                    task.drain(of_stream, 16, 16);
                    None
                }
                What::Answer | What::Call => {
                    task.answer(of_future, 8);
                    None
                }
            };
            if let Some(flow) = flow {
                let stream = stream.unwrap();
                flow.state = stream as u32;
                let most = if world.dice.roll(3) == 0 { world.dice.roll(20) } else { usize::MAX };
                let turns = if single { world.dice.roll(3) } else { 0 };
                world.providers.insert(stream, Provider { bytes, most, turns, ..Provider::default() });
            }
            jobs.push((what, stream, future, length));
        }
        let first = task.next(0);
        let mut code = world.drive(&mut task, first);
        let mut turns = 0;
        while code != EXIT {
            turns += 1;
            assert!(turns < 10_000, "{seed}: it waits for ever");
            if code == YIELD {
                let step = task.event(0, 0).unwrap();
                code = world.drive(&mut task, step);
                continue;
            }
            assert_eq!(code & 15, WAIT);
            assert!(world.sets.contains(&(code >> 4)));
            let waiting: Vec<usize> = world
                .ends
                .iter()
                .filter(|(_, end)| end.is_joined && end.pending.is_some())
                .map(|(at, _)| *at)
                .collect();
            let calls: Vec<usize> = world.calls.keys().copied().collect();
            if let Some(at) = calls.first() {
                // The caller may want it cancelled at any time.
                if world.dice.roll(4) == 0 {
                    let step = task.event(0, 0).unwrap();
                    code = world.drive(&mut task, step);
                    continue;
                }
                let call = world.calls.get_mut(at).unwrap();
                assert!(call.is_joined);
                call.has_returned = call.has_begun;
                call.has_begun = true;
                let step = task.event(*at, if call.has_returned { RETURNED } else { 1 }).unwrap();
                code = world.drive(&mut task, step);
                continue;
            }
            assert!(!waiting.is_empty(), "{seed}: nothing could wake it");
            let at = waiting[world.dice.roll(waiting.len())];
            if let Some(result) = world.meet(at) {
                let step = task.event(at, result).unwrap();
                code = world.drive(&mut task, step);
            }
        }
        assert!(world.sets.is_empty());
        assert!(world.ends.values().all(|end| end.is_dropped), "{seed}: an end is left");
        assert!(world.calls.is_empty(), "{seed}: a call is left");
        if let Some(provider) = world.providers.get(&1).filter(|_| jobs.is_empty()) {
            assert!(provider.is_closed && world.results == 1, "{seed}: {} results", world.results);
            assert_eq!(provider.at, provider.bytes.len() + 1, "{seed}");
        }
        for (what, stream, future, length) in jobs {
            if let (Some(stream), What::Drain) = (stream, what) {
                let end = &world.ends[&stream];
                assert_eq!(end.swept, end.moved.len(), "{seed}: handles are left");
            }
            if let (Some(stream), What::Give) = (stream, what) {
                let (end, provider) = (&world.ends[&stream], &world.providers[&stream]);
                assert_eq!(end.moved, bytes_at(0, end.moved.len()), "{seed}: something is lost, or given twice");
                assert_eq!(provider.at, end.moved.len());
                assert!(provider.is_closed && (end.is_peer_gone || end.moved.len() == length));
            }
            if let (Some(stream), What::Take) = (stream, what) {
                let (end, provider) = (&world.ends[&stream], &world.providers[&stream]);
                assert_eq!(provider.at, end.moved.len(), "{seed}: something is lost");
                assert!(provider.is_closed && (end.is_peer_gone || provider.at > provider.most));
            }
            if let Some(future) = future {
                let end = &world.ends[&future];
                assert!(end.is_peer_gone || end.moved == [1], "{seed}: a future is not answered");
            }
        }
    }
}
