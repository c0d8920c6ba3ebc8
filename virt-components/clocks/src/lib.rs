//! A simulated clock. It advances only when it is read, by the step of the settings, or when the component waits. The
//! wall clock and the monotonic clock advance together.

#![no_std]
#![forbid(unsafe_code)]

use abi::Datetime;
use abi::settings;

const SECOND: u64 = 1_000_000_000;
/// The first instant of the monotonic clock. Go's runtime takes zero for a broken clock, and exits.
const START: u64 = 1;

/// The state of both clocks.
pub struct Clock {
    /// The instant of the monotonic clock, in nanoseconds.
    pub instant: u64,
}

impl Default for Clock {
    fn default() -> Self {
        Clock::new()
    }
}

impl Clock {
    /// Creates a clock at its first instant.
    pub const fn new() -> Self {
        Clock { instant: START }
    }

    /// Reads the monotonic clock, then advances by the step.
    pub fn monotonic(&mut self, settings: &settings::Clock) -> u64 {
        let now = self.instant;
        self.instant = now.saturating_add(settings.step);
        now
    }

    /// Reads the wall clock, then advances by the step.
    pub fn wall(&mut self, settings: &settings::Clock) -> Datetime {
        let now = self.look(settings);
        self.monotonic(settings);
        now
    }

    /// The time of day, without advancing: for the times of files.
    pub fn look(&self, settings: &settings::Clock) -> Datetime {
        let elapsed = self.instant - START;
        let nanoseconds = u64::from(settings.nanoseconds) + elapsed % SECOND;
        Datetime {
            seconds: settings.seconds.saturating_add(elapsed / SECOND + nanoseconds / SECOND),
            nanoseconds: (nanoseconds % SECOND) as u32,
        }
    }

    /// The instant at which a duration that starts now ends.
    pub fn after(&self, duration: u64) -> u64 {
        self.instant.saturating_add(duration)
    }

    /// Advances to an instant, unless it has passed.
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
    fn a_clock_without_a_step_stands_still() {
        let (mut clock, settings) = (Clock::new(), settings(0));
        assert_eq!(clock.monotonic(&settings), 1);
        assert_eq!(clock.monotonic(&settings), 1);
        let now = clock.wall(&settings);
        assert_eq!((now.seconds, now.nanoseconds), (1_767_225_600, 999_999_999));
    }

    #[test]
    fn each_reading_advances_both_clocks() {
        let (mut clock, settings) = (Clock::new(), settings(1_000_000_001));
        assert_eq!(clock.monotonic(&settings), 1);
        let now = clock.wall(&settings);
        assert_eq!((now.seconds, now.nanoseconds), (1_767_225_602, 0));
        assert_eq!(clock.monotonic(&settings), 2_000_000_003);
    }

    #[test]
    fn a_wait_never_sets_the_clock_back() {
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
