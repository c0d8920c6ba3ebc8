//! Waiting. What is the provider's or nobody's is ready, but for an instant that has not come yet. Where there is nothing to wait for but
//! such instants, the first of them comes at once: the clock moves on to it.

use crate::Table;
use abi::{Handle, List, Whose, settings};
use alloc::vec::Vec;
use clocks::Clock;

/// Instants that are waited for, by the index of their pollable, less one: the pollable 0 is that of all that is always ready.
pub type Instants = Table<u64>;

/// The pollable of what is always ready.
pub const READY: u32 = 0;

/// The functions of the host's that a mixture of pollables needs.
pub trait Host {
    /// Which of them are there: [`settings::host`].
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

/// A pollable for an instant.
pub fn subscribe(instants: &mut Instants, instant: u64) -> u32 {
    instants.add(instant) + 1
}

/// When a pollable of the provider's is ready; nothing where there is none of this index.
pub fn instant(instants: &Instants, index: u32) -> Option<u64> {
    if index == READY { Some(0) } else { instants.get(index - 1).copied() }
}

/// Waits for some of the pollables, of which there are some that are not the host's; `ready` is emptied for the indices of those that
/// are ready, in their order. Says nothing if there is no such pollable. Where all are the host's, it is for the host to wait.
pub fn poll(
    pollables: &[Whose],
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
    for (index, whose) in pollables.iter().enumerate() {
        let is_ready = match *whose {
            Whose::Denied | Whose::Ignored => true,
            Whose::Host(_) => of_hosts.next() == Some(&true),
            Whose::Provider(pollable) => {
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
        for (index, whose) in pollables.iter().enumerate() {
            if let Whose::Provider(pollable) = *whose
                && instant(instants, pollable)? <= first
            {
                ready.push(index as u32);
            }
        }
    }
    Some(())
}

/// The handle of what is the host's.
pub fn hosts(whose: &Whose) -> Option<Handle> {
    match whose {
        Whose::Host(handle) => Some(*handle),
        _ => None,
    }
}

/// Which of the host's pollables are ready now: asked one by one, or else all together with one more that is ready at once. Where the
/// host can be asked neither way, none of them.
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
            // The last one is none of those that were asked for.
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
    use Whose::{Denied, Provider};
    use alloc::{boxed::Box, vec};

    fn hosts(handle: u32) -> Whose {
        Whose::Host(Handle(handle))
    }

    /// A host of which pollables with odd numbers are ready, and 99 is that of a duration.
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

    fn ask(has: u32, pollables: &[Whose], instants: &Instants, clock: &mut Clock) -> Option<Vec<u32>> {
        let mut host = Odd { has, dropped: vec![] };
        let mut ready = vec![7];
        poll(pollables, instants, clock, &mut host, &mut ready)?;
        let asked_together = has & settings::host::READY == 0 && has != 0;
        assert_eq!(host.dropped, if asked_together { vec![Handle(99)] } else { vec![] });
        Some(ready)
    }

    #[test]
    fn of_the_hosts_those_count_that_are_ready_now() {
        let (instants, mut clock) = (Instants::new(), Clock::new());
        let pollables = [hosts(2), Provider(READY), hosts(3), hosts(4), Denied, hosts(5)];
        let both = settings::host::POLL | settings::host::DURATION;
        assert_eq!(ask(settings::host::READY, &pollables, &instants, &mut clock), Some(vec![1, 2, 4, 5]));
        assert_eq!(ask(both, &pollables, &instants, &mut clock), Some(vec![1, 2, 4, 5]));
        assert_eq!(ask(0, &pollables, &instants, &mut clock), Some(vec![1, 4]));
    }

    #[test]
    fn the_first_instant_comes_when_nothing_else_does() {
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
    fn what_is_no_pollable_is_no_pollable() {
        let (instants, mut clock) = (Instants::new(), Clock::new());
        assert_eq!(ask(0, &[Provider(1)], &instants, &mut clock), None);
    }
}
