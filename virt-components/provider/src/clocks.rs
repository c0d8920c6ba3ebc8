//! `wasi:clocks`.

use abi::{Datetime, List, Out, Text};
use clocks::Clock;

use crate::global::Global;
use crate::io;
use crate::settings::settings;

pub static CLOCK: Global<Clock> = Global::new(Clock::new());

#[unsafe(export_name = "wasi:clocks/wall-clock#now")]
extern "C" fn wall_now(out: Out<Datetime>) {
    out.put(CLOCK.get().wall(&settings().clock));
}

#[unsafe(export_name = "wasi:clocks/wall-clock#resolution")]
extern "C" fn wall_resolution(out: Out<Datetime>) {
    out.put(Datetime { seconds: 0, nanoseconds: 1 });
}

#[unsafe(export_name = "wasi:clocks/monotonic-clock#now")]
extern "C" fn monotonic_now() -> u64 {
    CLOCK.get().monotonic(&settings().clock)
}

#[unsafe(export_name = "wasi:clocks/monotonic-clock#resolution")]
extern "C" fn monotonic_resolution() -> u64 {
    1
}

#[unsafe(export_name = "wasi:clocks/monotonic-clock#subscribe-instant")]
extern "C" fn subscribe_instant(instant: u64) -> u32 {
    io::subscribe(instant)
}

#[unsafe(export_name = "wasi:clocks/monotonic-clock#subscribe-duration")]
extern "C" fn subscribe_duration(duration: u64) -> u32 {
    io::subscribe(CLOCK.get().after(duration))
}

/// `timezone-display`.
#[repr(C)]
struct Display {
    utc_offset: i32,
    name: Text,
    in_daylight_saving_time: bool,
}

#[unsafe(export_name = "wasi:clocks/timezone#display")]
extern "C" fn timezone_display(_: u64, _: u32, out: Out<Display>) {
    out.put(Display { utc_offset: 0, name: List::new(b"UTC"), in_daylight_saving_time: false });
}

#[unsafe(export_name = "wasi:clocks/timezone#utc-offset")]
extern "C" fn timezone_utc_offset(_: u64, _: u32) -> i32 {
    0
}
