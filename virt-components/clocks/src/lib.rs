//! A clock that stands still until it is asked, or waited for. The time of day and the time that has passed are one: both move on
//! together.

#![no_std]
#![forbid(unsafe_code)]

use abi::Datetime;
use abi::settings;

const SECOND: u64 = 1_000_000_000;
/// What the monotonic clock shows first. Go's runtime takes zero for a clock that is broken, and ends.
const START: u64 = 1;

/// How far a clock has moved on.
pub struct Clock {
    /// What the monotonic clock shows, in nanoseconds.
    pub instant: u64,
}

impl Default for Clock {
    fn default() -> Self {
        Clock::new()
    }
}

impl Clock {
    /// A clock that nobody has asked.
    pub const fn new() -> Self {
        Clock { instant: START }
    }

    /// What the monotonic clock shows. The question takes time, which passes after the answer.
    pub fn monotonic(&mut self, settings: &settings::Clock) -> u64 {
        let now = self.instant;
        self.instant = now.saturating_add(settings.step);
        now
    }

    /// The time of day. The question takes time, which passes after the answer.
    pub fn wall(&mut self, settings: &settings::Clock) -> Datetime {
        let now = self.look(settings);
        self.monotonic(settings);
        now
    }

    /// The time of day, for what is not a question of the program's: times of files.
    pub fn look(&self, settings: &settings::Clock) -> Datetime {
        let elapsed = self.instant - START;
        let nanoseconds = u64::from(settings.nanoseconds) + elapsed % SECOND;
        Datetime {
            seconds: settings.seconds.saturating_add(elapsed / SECOND + nanoseconds / SECOND),
            nanoseconds: (nanoseconds % SECOND) as u32,
        }
    }

    /// When a duration that starts now is over.
    pub fn after(&self, duration: u64) -> u64 {
        self.instant.saturating_add(duration)
    }

    /// Waits, which is to move on: nothing else could end the wait.
    pub fn wait_until(&mut self, instant: u64) {
        self.instant = self.instant.max(instant);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(step: u64) -> settings::Clock {
        settings::Clock { seconds: 1_767_225_600, step, nanoseconds: 999_999_999 }
    }

    #[test]
    fn it_stands_still() {
        let (mut clock, settings) = (Clock::new(), settings(0));
        assert_eq!(clock.monotonic(&settings), 1);
        assert_eq!(clock.monotonic(&settings), 1);
        let now = clock.wall(&settings);
        assert_eq!((now.seconds, now.nanoseconds), (1_767_225_600, 999_999_999));
    }

    #[test]
    fn each_question_moves_both_clocks_on() {
        let (mut clock, settings) = (Clock::new(), settings(1_000_000_001));
        assert_eq!(clock.monotonic(&settings), 1);
        let now = clock.wall(&settings);
        assert_eq!((now.seconds, now.nanoseconds), (1_767_225_602, 0));
        assert_eq!(clock.monotonic(&settings), 2_000_000_003);
    }

    #[test]
    fn a_wait_moves_it_on_and_never_back() {
        let (mut clock, settings) = (Clock::new(), settings(0));
        clock.wait_until(clock.after(5));
        assert_eq!(clock.monotonic(&settings), 6);
        clock.wait_until(3);
        assert_eq!(clock.monotonic(&settings), 6);
        clock.wait_until(u64::MAX);
        assert_eq!(clock.after(1), u64::MAX);
        assert_eq!(clock.wall(&settings).seconds, 1_767_225_600 + u64::MAX / SECOND + 1);
    }
}
