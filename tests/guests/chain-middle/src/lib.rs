//! Both a plug and a socket: it exports a greeting and imports the title that is part of it.

#![no_std]

extern crate alloc;
extern crate guest_runtime as _;

use alloc::format;
use alloc::string::String;

wit_bindgen::generate!({
    path: ["../../../wit/guests/names-1.2.0.wit", "../../../wit/guests/chain-1.0.1.wit"],
    world: "acme:chain/chain-middle",
    generate_all,
});

struct Greeter;

impl exports::acme::chain::greet::Guest for Greeter {
    fn greet(who: String) -> String {
        format!("Good day, {} {who}", acme::names::title::title())
    }
}

export!(Greeter);
