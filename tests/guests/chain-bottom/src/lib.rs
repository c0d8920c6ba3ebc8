//! The plug at the bottom of the chain.

#![no_std]

extern crate alloc;
extern crate guest_runtime as _;

use alloc::string::String;

wit_bindgen::generate!({ path: "../../../wit/guests/names-1.2.3.wit", world: "chain-bottom" });

struct Names;

impl exports::acme::names::title::Guest for Names {
    fn title() -> String {
        String::from("Dr.")
    }
}

export!(Names);
