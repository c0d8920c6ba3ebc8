//! Handles signals that end the command, so that no temporary file is left.

use std::thread;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

use crate::{emit, process};

/// Installs a handler that removes incomplete files, and then ends the process as the signal would by default. Signals
/// that the parent process has set to be ignored stay ignored.
pub(super) fn leave_nothing() {
    let ignored = process::ignored_signals();
    let is_handled = |signal: &i32| ignored & (1 << (signal - 1)) == 0;
    let handled: Vec<i32> = [SIGINT, SIGTERM, SIGHUP].into_iter().filter(is_handled).collect();
    // If no handler can be installed, signals have their default effect.
    let Ok(mut signals) = Signals::new(handled) else { return };
    thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            emit::abandon();
            let _ = emulate_default_handler(signal);
        }
    });
}
