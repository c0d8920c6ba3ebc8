//! Counts its calls, so that the result of a diamond shows whether both of its arms reach one instance.

#![no_std]

extern crate guest_runtime as _;

use core::sync::atomic::{AtomicU32, Ordering};

wit_bindgen::generate!({ path: "../../../wit/guests/counter.wit", world: "provider" });

static CALLS: AtomicU32 = AtomicU32::new(0);

struct Counter;

impl exports::acme::counter::counter::Guest for Counter {
    fn next() -> u32 {
        CALLS.fetch_add(1, Ordering::Relaxed) + 1
    }
}

export!(Counter);
