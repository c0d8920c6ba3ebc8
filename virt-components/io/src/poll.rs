//! `poll`. Pollables of the provider, and those of nobody, are ready, except for instants in the future. If nothing
//! else is ready, the clock advances to the first of these instants.

use crate::Table;
use abi::{Handle, List, Owner, settings};
use alloc::vec::Vec;
use clocks::Clock;

/// The instants of pollables, by the index of the pollable less one: the pollable 0 is always ready.
pub type Instants = Table<u64>;

/// The index of the pollable that is always ready.
pub const READY: u32 = 0;

/// The host functions for polling pollables of the host together with others.
pub trait Host {
    /// The functions that exist, as bits of [`settings::host`].
    fn has(&self) -> u32;
    /// `[method]pollable.ready`.
    fn ready(&mut self, pollable: Handle) -> bool;
    /// `poll`.
    fn poll(&mut self, pollables: &[Handle]) -> List<u32>;
    /// `subscribe-duration`.
    fn subscribe_duration(&mut self, duration: u64) -> Handle;
    /// `[resource-drop]pollable`.
    fn drop(&mut self, pollable: Handle);
}

/// Creates a pollable for an instant, and returns its index.
pub fn subscribe(instants: &mut Instants, instant: u64) -> u32 {
    instants.add(instant) + 1
}

/// The instant at which a pollable of the provider is ready. `None` if there is no pollable of this index.
pub fn instant(instants: &Instants, index: u32) -> Option<u64> {
    if index == READY { Some(0) } else { instants.get(index - 1).copied() }
}

/// Polls pollables of which at least one is not the host's; if all are, the caller calls the host. Replaces the content
/// of `ready` with the indices of the ready pollables, in order. `None` if an index of the provider is invalid.
pub fn poll(
    pollables: &[Owner],
    instants: &Instants,
    clock: &mut Clock,
    host: &mut impl Host,
    ready: &mut Vec<u32>,
) -> Option<()> {
    ready.clear();
    let hosts: Vec<Handle> = pollables.iter().filter_map(hosts).collect();
    let of_hosts = ready_now(&hosts, host);
    let mut first = u64::MAX;
    let mut of_hosts = of_hosts.iter();
    for (index, owner) in pollables.iter().enumerate() {
        let is_ready = match *owner {
            Owner::Denied | Owner::Ignored => true,
            Owner::Host(_) => of_hosts.next() == Some(&true),
            Owner::Provider(pollable) => {
                let instant = instant(instants, pollable)?;
                let is_ready = instant <= clock.instant;
                if !is_ready {
                    first = first.min(instant);
                }
                is_ready
            }
        };
        if is_ready {
            ready.push(index as u32);
        }
    }
    if ready.is_empty() {
        clock.wait_until(first);
        for (index, owner) in pollables.iter().enumerate() {
            if let Owner::Provider(pollable) = *owner
                && instant(instants, pollable)? <= first
            {
                ready.push(index as u32);
            }
        }
    }
    Some(())
}

/// The handle of a host object.
pub fn hosts(owner: &Owner) -> Option<Handle> {
    match owner {
        Owner::Host(handle) => Some(*handle),
        _ => None,
    }
}

/// Determines which pollables of the host are ready now: with `ready` for each, or else with `poll` and one more
/// pollable that is ready at once. If the host has neither function, none is.
fn ready_now(hosts: &[Handle], host: &mut impl Host) -> Vec<bool> {
    let mut ready = Vec::new();
    if hosts.is_empty() {
        return ready;
    }
    let has = host.has();
    let has = |bits| has & bits == bits;
    if has(settings::host::READY) {
        ready.extend(hosts.iter().map(|pollable| host.ready(*pollable)));
    } else if has(settings::host::POLL | settings::host::DURATION) {
        ready.resize(hosts.len(), false);
        let now = host.subscribe_duration(0);
        let mut asked = Vec::from(hosts);
        asked.push(now);
        for index in host.poll(&asked).slice() {
            // The index of the additional pollable is out of range here.
            if let Some(is_ready) = ready.get_mut(*index as usize) {
                *is_ready = true;
            }
        }
        host.drop(now);
    }
    ready
}

#[cfg(test)]
mod tests {
    use super::*;
    use Owner::{Denied, Provider};
    use alloc::{boxed::Box, vec};

    fn hosts(handle: u32) -> Owner {
        Owner::Host(Handle(handle))
    }

    /// A host whose pollables with odd numbers are ready. The pollable of a duration is 99.
    struct Odd {
        has: u32,
        dropped: Vec<Handle>,
    }

    impl Host for Odd {
        fn has(&self) -> u32 {
            self.has
        }
        fn ready(&mut self, pollable: Handle) -> bool {
            assert!(self.has & settings::host::READY != 0);
            pollable.0 % 2 == 1
        }
        fn poll(&mut self, pollables: &[Handle]) -> List<u32> {
            assert!(self.has & settings::host::POLL != 0);
            let ready: Vec<u32> =
                (0..).zip(pollables).filter(|(_, handle)| handle.0 % 2 == 1).map(|(at, _)| at).collect();
            List::new(Box::leak(ready.into_boxed_slice()))
        }
        fn subscribe_duration(&mut self, duration: u64) -> Handle {
            assert_eq!(duration, 0);
            Handle(99)
        }
        fn drop(&mut self, pollable: Handle) {
            self.dropped.push(pollable);
        }
    }

    fn ask(has: u32, pollables: &[Owner], instants: &Instants, clock: &mut Clock) -> Option<Vec<u32>> {
        let mut host = Odd { has, dropped: vec![] };
        let mut ready = vec![7];
        poll(pollables, instants, clock, &mut host, &mut ready)?;
        let asked_together = has & settings::host::READY == 0 && has != 0;
        assert_eq!(host.dropped, if asked_together { vec![Handle(99)] } else { vec![] });
        Some(ready)
    }

    #[test]
    fn pollables_of_the_host_are_ready_if_the_host_says_so() {
        let (instants, mut clock) = (Instants::new(), Clock::new());
        let pollables = [hosts(2), Provider(READY), hosts(3), hosts(4), Denied, hosts(5)];
        let both = settings::host::POLL | settings::host::DURATION;
        assert_eq!(ask(settings::host::READY, &pollables, &instants, &mut clock), Some(vec![1, 2, 4, 5]));
        assert_eq!(ask(both, &pollables, &instants, &mut clock), Some(vec![1, 2, 4, 5]));
        assert_eq!(ask(0, &pollables, &instants, &mut clock), Some(vec![1, 4]));
    }

    #[test]
    fn the_clock_advances_if_nothing_else_is_ready() {
        let (mut instants, mut clock) = (Instants::new(), Clock::new());
        let late = Provider(subscribe(&mut instants, 10));
        let soon = Provider(subscribe(&mut instants, 5));
        let host = settings::host::READY;
        assert_eq!(ask(host, &[late, hosts(3), soon], &instants, &mut clock), Some(vec![1]));
        assert_eq!(clock.instant, 1);
        assert_eq!(ask(host, &[late, hosts(2), soon], &instants, &mut clock), Some(vec![2]));
        assert_eq!(clock.instant, 5);
        assert_eq!(ask(host, &[late, hosts(2), soon], &instants, &mut clock), Some(vec![2]));
        assert_eq!(ask(host, &[late, hosts(2)], &instants, &mut clock), Some(vec![0]));
        assert_eq!(clock.instant, 10);
        assert_eq!(ask(host, &[late, soon], &instants, &mut clock), Some(vec![0, 1]));
    }

    #[test]
    fn an_invalid_index_is_refused() {
        let (instants, mut clock) = (Instants::new(), Clock::new());
        assert_eq!(ask(0, &[Provider(1)], &instants, &mut clock), None);
    }
}
