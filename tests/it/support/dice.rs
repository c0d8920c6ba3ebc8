//! Pseudo-random numbers, which a seed determines.

#![allow(clippy::print_stdout)] // The seed of a run that fails.

/// A generator with the algorithm SplitMix64.
pub struct Dice(pub u64);

impl Dice {
    /// A number below `sides`.
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % sides as u64) as usize
    }
}

/// The number of random cases, from a variable.
pub fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|value| value.parse().unwrap())
}

/// The seed with which a random test begins: that of `WELD_SEED`, which the nightly run changes each day. The seed is
/// printed, so that it is shown if the test fails.
pub fn seed_or(otherwise: u64) -> u64 {
    let seed = number("WELD_SEED").unwrap_or(otherwise);
    println!("WELD_SEED={seed}");
    seed
}

/// A seed for each day. The seeds are a thousand apart.
pub fn today() -> u64 {
    std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs() / 86_400 * 1_000
}
