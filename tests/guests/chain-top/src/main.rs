//! The command at the top of a chain of three: it greets the first argument, or Ada.

wit_bindgen::generate!({ path: "../../../wit/guests/chain-1.0.0.wit", world: "chain-top" });

fn main() {
    let who = std::env::args().nth(1).unwrap_or_else(|| String::from("Ada"));
    println!("{}", acme::chain::greet::greet(&who));
}
