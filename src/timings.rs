//! How long each phase took, for `--timings`.

use std::time::{Duration, Instant};

/// The phases that ran, in order. Measured in wall time; nothing of it reaches an output. The default measures nothing and
/// asks no clock: WebAssembly without a host has none.
#[derive(Debug, Default)]
pub(crate) struct Timings {
    is_measured: bool,
    spans: Vec<(&'static str, Duration)>,
}

impl Timings {
    /// Times that are measured.
    pub(crate) fn measured() -> Timings {
        Timings { is_measured: true, spans: Vec::new() }
    }

    /// Times of what runs beside this, measured if these are.
    pub(crate) fn beside(&self) -> Timings {
        Timings { is_measured: self.is_measured, spans: Vec::new() }
    }

    /// Runs a phase and remembers how long it took, if that is measured.
    pub(crate) fn span<T>(&mut self, name: &'static str, phase: impl FnOnce() -> T) -> T {
        crate::guard::enter(name);
        if !self.is_measured {
            return phase();
        }
        let start = Instant::now();
        let result = phase();
        self.spans.push((name, start.elapsed()));
        result
    }

    /// Adds the times of what ran beside this, phase by phase.
    pub(crate) fn add(&mut self, other: Timings) {
        for (name, time) in other.spans {
            match self.spans.iter_mut().find(|(known, _)| *known == name) {
                Some((_, sum)) => *sum += time,
                None => self.spans.push((name, time)),
            }
        }
    }

    /// The phases with their times.
    pub(crate) fn spans(&self) -> &[(&'static str, Duration)] {
        &self.spans
    }
}
