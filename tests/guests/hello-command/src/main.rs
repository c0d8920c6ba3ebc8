//! Imports one function at world level: the smallest socket.

wit_bindgen::generate!({ path: "../../../wit/guests/hello.wit", world: "command" });

fn main() {
    println!("{}", hello_world());
}
