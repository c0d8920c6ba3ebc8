//! `wasi:clocks`.

use abi::{Datetime, List, Maybe, Out, Text};
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

// ---- WASI 0.3 ----

#[unsafe(export_name = "wasi:clocks/system-clock@0.3#now")]
extern "C" fn system_now_3(out: Out<Datetime>) {
    out.put(CLOCK.get().wall(&settings().clock));
}

#[unsafe(export_name = "wasi:clocks/system-clock@0.3#get-resolution")]
extern "C" fn system_get_resolution_3() -> u64 {
    1
}

#[unsafe(export_name = "wasi:clocks/monotonic-clock@0.3#now")]
extern "C" fn monotonic_now_3() -> u64 {
    CLOCK.get().monotonic(&settings().clock)
}

#[unsafe(export_name = "wasi:clocks/monotonic-clock@0.3#get-resolution")]
extern "C" fn monotonic_get_resolution_3() -> u64 {
    1
}

#[unsafe(export_name = "wasi:clocks/monotonic-clock@0.3#wait-until")]
extern "C" fn wait_until_3(instant: u64) {
    CLOCK.get().wait_until(instant);
}

#[unsafe(export_name = "wasi:clocks/monotonic-clock@0.3#wait-for")]
extern "C" fn wait_for_3(duration: u64) {
    let clock = CLOCK.get();
    clock.wait_until(clock.after(duration));
}

#[unsafe(export_name = "wasi:clocks/timezone@0.3#iana-id")]
extern "C" fn timezone_iana_id_3(out: Out<Maybe<Text>>) {
    out.put(Maybe::Some(List::new(b"UTC")));
}

#[unsafe(export_name = "wasi:clocks/timezone@0.3#utc-offset")]
extern "C" fn timezone_utc_offset_3(_: u64, _: u32, out: Out<Maybe<i64>>) {
    out.put(Maybe::Some(0));
}

#[unsafe(export_name = "wasi:clocks/timezone@0.3#to-debug-string")]
extern "C" fn timezone_to_debug_string_3(out: Out<Text>) {
    out.put(List::new(b"UTC"));
}
