//! The left arm of the diamond: it draws a number from the counter.

#![no_std]

extern crate guest_runtime as _;

wit_bindgen::generate!({
    path: ["../../../wit/guests/counter.wit", "../../../wit/guests/diamond.wit"],
    world: "acme:diamond/left-arm",
    generate_all,
});

struct Left;

impl exports::acme::diamond::left::Guest for Left {
    fn draw() -> u32 {
        acme::counter::counter::next()
    }
}

export!(Left);
