//! How long each phase took, for `--timings`.

use std::time::{Duration, Instant};

/// The phases that ran, in order. Measured in wall time; nothing of it reaches an output.
#[derive(Debug, Default)]
pub struct Timings {
    spans: Vec<(&'static str, Duration)>,
}

impl Timings {
    /// Runs a phase and remembers how long it took.
    pub fn span<T>(&mut self, name: &'static str, phase: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let result = phase();
        self.spans.push((name, start.elapsed()));
        result
    }

    /// Adds the times of what ran beside this, phase by phase.
    pub fn add(&mut self, other: Timings) {
        for (name, time) in other.spans {
            match self.spans.iter_mut().find(|(known, _)| *known == name) {
                Some((_, sum)) => *sum += time,
                None => self.spans.push((name, time)),
            }
        }
    }

    /// The phases with their times.
    pub fn spans(&self) -> &[(&'static str, Duration)] {
        &self.spans
    }
}
