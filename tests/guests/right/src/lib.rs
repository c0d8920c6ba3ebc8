//! The right arm of the diamond: it draws a number from the counter.

#![no_std]

extern crate guest_runtime as _;

wit_bindgen::generate!({
    path: ["../../../wit/guests/counter.wit", "../../../wit/guests/diamond.wit"],
    world: "acme:diamond/right-arm",
    generate_all,
});

struct Right;

impl exports::acme::diamond::right::Guest for Right {
    fn draw() -> u32 {
        acme::counter::counter::next()
    }
}

export!(Right);
