//! What the system says of this process.

use std::fs;

/// The signals that the process ignores, the first as the lowest bit. Where nothing says which they are, none.
#[cfg_attr(not(all(unix, feature = "cli")), allow(dead_code))]
pub(crate) fn ignored_signals() -> u64 {
    let mask = status("SigIgn:");
    mask.and_then(|mask| u64::from_str_radix(&mask, 16).ok()).unwrap_or_default()
}

/// How much memory the process had at most until now, in bytes. `None` where nothing says it.
pub(crate) fn peak_memory() -> Option<usize> {
    let kilobytes: usize = status("VmHWM:")?.strip_suffix("kB")?.trim().parse().ok()?;
    kilobytes.checked_mul(1024)
}

/// A line of what Linux says of the process.
fn status(name: &str) -> Option<String> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix(name)).map(|value| value.trim().to_owned())
}
