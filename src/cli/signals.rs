//! Signals that end the command: it leaves no temporary file.

use std::thread;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

use crate::{emit, process};

/// Removes what is half written when a signal comes, and ends the process as the signal would. Signals that whoever started the
/// command has it ignore are ignored still.
pub fn leave_nothing() {
    let ignored = process::ignored_signals();
    let is_heard = |signal: &i32| ignored & (1 << (signal - 1)) == 0;
    let heard: Vec<i32> = [SIGINT, SIGTERM, SIGHUP].into_iter().filter(is_heard).collect();
    // Without them, the process ends as it would without this.
    let Ok(mut signals) = Signals::new(heard) else { return };
    thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            emit::abandon();
            let _ = emulate_default_handler(signal);
        }
    });
}
