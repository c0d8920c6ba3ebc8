//! Exports one function at world level: the smallest plug.

#![no_std]

extern crate alloc;
extern crate guest_runtime as _;

use alloc::string::String;

wit_bindgen::generate!({ path: "../../../wit/guests/hello.wit", world: "library" });

struct Library;

impl Guest for Library {
    fn hello_world() -> String {
        String::from("Hello from the library!")
    }
}

export!(Library);
